"""Whether the weights of a network with one hidden layer do what is asked: any weights that do it are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.assessment.checks import Found
from autograder.assessment.compare import distinct

__all__ = ["computes_xor", "runs_through_points"]

Array = np.ndarray[Any, Any]

NAMES = ("w1", "b1", "w2", "b2")
XOR_SHAPES = ((2, 2), (2,), (2, 1), (1,))
#: The docstring's bound, which also bounds what grading costs.
MOST_NEURONS = 1000
#: Allowed errors, of the largest height: what the arithmetic of good weights loses, and what that of any may lose.
FLOOR, CAP = 1e-9, 1e-6
#: So many times the rounding of the largest number that is added up.
ROUNDINGS = 16 * float(np.finfo(np.float64).eps)


def computes_xor(got: Any, corners: Array) -> str | None:
    """What is wrong with the weights of two layers of steps: their form first, then the first wrong output."""
    w1, b1, w2, b2 = (np.asarray(part, dtype=np.float64) for part in got)
    for name, shape, array in zip(NAMES, XOR_SHAPES, (w1, b1, w2, b2), strict=True):
        if array.shape != shape:
            return f"{name} has shape {array.shape}, want {shape}"
        if not np.isfinite(array).all():
            return f"{name} is not finite"
    with np.errstate(all="ignore"):
        hidden = (corners @ w1 + b1 >= 0).astype(np.float64)
        outputs = (hidden @ w2 + b2 >= 0)[:, 0]
    for corner, output in zip(corners, outputs, strict=True):
        want = corner[0] != corner[1]
        if output != want:
            return f"the network gives {output:d} for the inputs ({corner[0]:.0f}, {corner[1]:.0f}), want {want:d}"
    return None


def runs_through_points(got: Any, x: Array, y: Array) -> Found | None:
    """What is wrong with the weights: their form first, then the first place where the network is off the line."""
    if isinstance(got, (list, tuple)) and len(got) != 4:
        return Found("no weights", f"got {len(got)} things, want four arrays: (w1, b1, w2, b2)")
    parts = dict(zip(NAMES, map(np.asarray, got), strict=True))
    if (found := _wrong_form(parts)) is not None:
        return found
    weights = [part.astype(np.float64) for part in parts.values()]
    with np.errstate(all="ignore"):
        return _first_missed(weights, x.astype(np.float64), y.astype(np.float64))


def _wrong_form(parts: Mapping[str, Array]) -> Found | None:
    hidden = parts["w1"].shape[1] if parts["w1"].ndim == 2 else 0
    if not hidden or parts["w1"].shape[0] != 1:
        text = f"w1 has shape {parts['w1'].shape}, want (1, H), a column for each hidden neuron"
        return Found("shape of w1", text)
    shapes = {"w1": (1, hidden), "b1": (hidden,), "w2": (hidden, 1), "b2": (1,)}
    for name, part in parts.items():
        if part.shape != shapes[name]:
            why = "one output" if name == "b2" else f"the hidden neurons of w1, which has shape {(1, hidden)}"
            return Found(f"shape of {name}", f"{name} has shape {part.shape}, want {shapes[name]} for {why}")
        if part.dtype.kind not in "iu" and part.dtype != np.float64:
            return Found(f"dtype of {name}", f"{name} has dtype {part.dtype}, want float64 (integers will do)")
        if not np.isfinite(part).all():
            return Found("not finite", f"{name} is not finite")
    if hidden > MOST_NEURONS:
        return Found("too many neurons", f"{hidden} hidden neurons, want at most {MOST_NEURONS}")
    return None


def _first_missed(weights: Sequence[Array], x: Array, y: Array) -> Found | None:
    """The first of the points, then of the network's bends between them, that is not on the line.

    Between two places of both kinds the network and the line are straight: if they agree there, they agree everywhere.
    """
    parts = {"the point": x, "between the points, where it bends,": _bends(weights, x[0], x[-1])}
    height = float(np.abs(y).max()) or 1.0
    for what, places in parts.items():
        got, added = _outputs(weights, places)
        want = np.interp(places, x, y)
        missed = ~(np.abs(got - want) <= np.clip(ROUNDINGS * added, FLOOR * height, CAP * height))
        if missed.any():
            first = int(missed.argmax())
            shown, target = distinct(float(got[first]), float(want[first]))
            text = f"{what} at {places[first]:.6g}: the network gives {shown}, want {target}"
            return Found("missed", text, alike=np.round(got, 6))
    return None


def _bends(weights: Sequence[Array], first: float, last: float) -> Array:
    """Where the neurons bend between the first point and the last, in order."""
    w1, b1, *_ = weights
    bends = np.sort(-b1 / w1[0])
    return np.asarray(bends[(bends > first) & (bends < last)])


def _outputs(weights: Sequence[Array], places: Array) -> tuple[Array, Array]:
    """The network's outputs, and how large the numbers are that they are added up from."""
    w1, b1, w2, b2 = weights
    into = places[:, None] * w1
    hidden = np.maximum(into + b1, 0)
    size = (np.abs(into) + np.abs(b1)) * (hidden > 0)
    return (hidden @ w2 + b2)[:, 0], (size @ np.abs(w2) + np.abs(b2))[:, 0]
