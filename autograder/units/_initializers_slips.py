"""Wrong initializers that turned up when the exercises were answered as students do."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.inputs import Array

__all__ = ["SCALED", "TRUNCATED", "UNIFORM"]


Rng = np.random.Generator
Shape = Sequence[int]
#: Standard deviation of a standard normal distribution that is cut at -2 and 2.
CUT_STD = 0.8796256610342398


def _until_inside(rng: Rng, shape: Shape, is_outside: Callable[[Array], Array], std: float) -> Array:
    """Normal numbers, each drawn again while it is outside."""
    z = std * rng.standard_normal(math.prod(shape))
    while (outside := is_outside(z)).any():
        z[outside] = std * rng.standard_normal(int(outside.sum()))
    return z.reshape(shape)


def _clipped(rng: Rng, shape: Shape, std: float) -> Array:
    return np.clip(std * rng.standard_normal(shape), -2 * std, 2 * std)


def _cut_at_two(rng: Rng, shape: Shape, std: float) -> Array:
    return _until_inside(rng, shape, lambda z: np.abs(z) > 2, std)


def _cut_above(rng: Rng, shape: Shape, std: float) -> Array:
    return std / CUT_STD * _until_inside(rng, shape, lambda z: z > 2, 1.0)


def _cut_at_one(rng: Rng, shape: Shape, std: float) -> Array:
    return std / CUT_STD * _until_inside(rng, shape, lambda z: np.abs(z) > 1, 1.0)


def _drawn(variance: Callable[[Shape], float], law: str) -> Callable[..., Array]:
    """Weights of a variance that follows from the shape."""

    def draw(rng: Rng, shape: Shape) -> Array:
        std = math.sqrt(variance(shape))
        if law == "uniform":
            return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape)
        return std * rng.standard_normal(shape)

    return draw


def _positive_half(rng: Rng, shape: Shape) -> Array:
    area = math.prod(shape[:-2])
    return rng.uniform(0, math.sqrt(6 / (area * (shape[-2] + shape[-1]))), shape)


def _ends(law: str) -> Callable[..., Array]:
    return _drawn(lambda shape: 2 / (shape[0] + shape[-1]), law)


def _first(share: float, law: str) -> Callable[..., Array]:
    return _drawn(lambda shape: share / shape[0], law)


def _divided_without_root(rng: Rng, shape: Shape) -> Array:
    return np.asarray(math.sqrt(2) / math.prod(shape[:-1]) * rng.standard_normal(shape))


def _shift_forgotten(rng: Rng, shape: Any, low: float, high: float) -> Array:
    return np.asarray((high - low) * rng.random(shape))


UNIFORM = [
    Misconception(
        "shift-forgotten",
        believes="high - low times a random number lies between low and high.",
        wrong=_shift_forgotten,
        hint="Where does a random number of 0 come to lie, and where should it?",
    ),
]

TRUNCATED = [
    Misconception(
        "clipped-and-not-rescaled",
        believes="Truncated means clipped to ±2 std.",
        wrong=_clipped,
        hint="How many of a thousand numbers are exactly 2 std after clipping, and how wide is what is left?",
    ),
    Misconception(
        "cut-at-two-itself",
        believes="The bound is 2, whatever std is.",
        wrong=_cut_at_two,
        hint="With std 0.1, how many numbers lie beyond 2, and how many beyond 2 std?",
    ),
    Misconception(
        "cut-above-only",
        believes="What is too large is drawn again.",
        wrong=_cut_above,
        hint="Is -5 too large or too small?",
    ),
    Misconception(
        "cut-at-one",
        believes="The tails begin at one standard deviation.",
        wrong=_cut_at_one,
        hint="Beyond which |z| does the docstring draw again?",
    ),
]

GLOROT_UNIFORM = [
    Misconception(
        "first-and-last-axis",
        believes="in is the first axis and out is the last.",
        wrong=_ends("uniform"),
        hint="What are the first two axes of a kernel (KH, KW, C_in, C_out)?",
    ),
    Misconception(
        "from-zero",
        believes="Weights lie between 0 and the limit.",
        wrong=_positive_half,
        hint="What is the mean of your weights, and what happens to a sum of a hundred of them?",
    ),
]

GLOROT_NORMAL = [
    Misconception(
        "first-and-last-axis",
        believes="in is the first axis and out is the last.",
        wrong=_ends("normal"),
        hint="What are the first two axes of a kernel (KH, KW, C_in, C_out)?",
    ),
]

HE_UNIFORM = [
    Misconception(
        "first-axis-for-fan-in",
        believes="fan_in is shape[0].",
        wrong=_first(2, "uniform"),
        hint="What is the first axis of a kernel (KH, KW, C_in, C_out)?",
    ),
]

HE_NORMAL = [
    Misconception(
        "first-axis-for-fan-in",
        believes="fan_in is shape[0].",
        wrong=_first(2, "normal"),
        hint="What is the first axis of a kernel (KH, KW, C_in, C_out)?",
    ),
    Misconception(
        "root-of-the-two-alone",
        believes="The standard deviation is √2 / fan_in.",
        wrong=_divided_without_root,
        hint="What is the root of 2 / fan_in, and what of fan_in is under it?",
    ),
]

LECUN_NORMAL = [
    Misconception(
        "first-axis-for-fan-in",
        believes="fan_in is shape[0].",
        wrong=_first(1, "normal"),
        hint="What is the first axis of a kernel (KH, KW, C_in, C_out)?",
    ),
]

LECUN_UNIFORM = [
    Misconception(
        "first-axis-for-fan-in",
        believes="fan_in is shape[0].",
        wrong=_first(1, "uniform"),
        hint="What is the first axis of a kernel (KH, KW, C_in, C_out)?",
    ),
]

#: By the name of the exercise.
SCALED = {
    "glorot_uniform": GLOROT_UNIFORM,
    "glorot_normal": GLOROT_NORMAL,
    "he_uniform": HE_UNIFORM,
    "he_normal": HE_NORMAL,
    "lecun_normal": LECUN_NORMAL,
    "lecun_uniform": LECUN_UNIFORM,
}
