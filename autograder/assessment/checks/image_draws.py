"""Images drawn at random: what is asked of the draws, whatever is done to the images.

A case calls the student's function twice with one generator, then with a new one of the same seed, and with one of
another seed. `first`, `next` and `other` are independent. A case may ask for `more` calls with the first generator.

Why a right answer is rejected less often than once in 10⁹ times: nothing is held against draws unless its probability
is below `DELTA`, and a case asks less than ten such questions (`random_crop` one more for each row and column at which
a window can start: its cases have at most nine). A number k of n events of probability p each is refused if
n KL(k/n ‖ p) > ln(2 / DELTA): by Chernoff's bound that happens with probability below DELTA.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.compare import describe

__all__ = ["DELTA", "INDEPENDENT", "Array", "Draws", "form_line", "improbable", "seed_line"]

Array = np.ndarray[Any, Any]
Draws = Mapping[str, Any]

DELTA = 5e-11
_PLACES = {"first": "", "next": "second call: ", "again": "same seed: ", "other": "other seed: "}
#: The draws that have nothing to do with each other.
INDEPENDENT = ("first", "next", "other")


def form_line(got: Draws, shape: tuple[int, ...], dtype: Any) -> str | None:
    """What is wrong with the four draws as arrays: type, shape, dtype, finite."""
    for key, place in _PLACES.items():
        draw = got[key]
        if not isinstance(draw, np.ndarray):
            return f"{place}got {describe(draw)}, want an array of shape {shape}"
        if draw.shape != shape:
            return f"{place}shape {draw.shape}, want {shape}"
        if draw.dtype != dtype:
            return f"{place}dtype {draw.dtype}, want {np.dtype(dtype)}"
        if draw.dtype.kind == "f" and not np.isfinite(draw).all():
            return f"{place}not finite everywhere"
    return None


def seed_line(draws: Draws, chance: float) -> str | None:
    """Whether draws depend on the generator, and on nothing else; `chance` is that of two equal ones."""
    if not np.array_equal(draws["first"], draws["again"]):
        return "draws from elsewhere than `rng`: two generators of one seed give different results"
    if chance < DELTA and np.array_equal(draws["first"], draws["other"]):
        return "ignores `rng`: generators of two seeds give the same result"
    if chance < DELTA and np.array_equal(draws["first"], draws["next"]):
        return "does not advance `rng`: the second call with it gives the same result"
    return None


def improbable(count: float, n: int, p: float) -> bool:
    """Whether so many of n events are farther from n · p than chance explains (Chernoff's bound)."""
    share = float(count) / n
    divergence = sum(a * math.log(a / b) for a, b in ((share, p), (1 - share, 1 - p)) if a > 0)
    return n * divergence > math.log(2 / DELTA)
