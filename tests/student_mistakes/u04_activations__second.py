"""Wrong answers to `relu_through_points`, some of them made to get past a check."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u04_activations as activations
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

__all__ = ["MISTAKES"]

Array = np.ndarray[Any, Any]
right = activations.relu_through_points
edit = edits_of(activations)


def _cancelling(x: Array, y: Array) -> Any:
    """A network that is 0, made of numbers so large that rounding them might excuse anything."""
    right(x, y)
    return np.ones((1, 2)), 1e6 - x[[0, 0]], np.array([[1e12], [-1e12]]), np.zeros(1)


def _spike_between(x: Array, y: Array) -> Any:
    """Right at the points and at most places between them."""
    w1, b1, w2, b2 = right(x, y)
    at = x[0] + np.array([0.6, 0.65, 0.7]) * (x[1] - x[0])
    return np.pad(w1, ((0, 0), (0, 3)), constant_values=1), np.append(b1, -at), np.append(w2, [1, -2, 1])[:, None], b2


def _smooth(x: Array, y: Array) -> Any:
    """Through the points, and not straight between them: bends halfway, weights from a system of equations."""
    right(x, y)
    bends = np.append(x[0], (x[1:-1] + x[:-2]) / 2).astype(float)
    hidden = np.maximum(x[1:, None] - bends, 0)
    return np.ones((1, len(bends))), -bends, np.linalg.solve(hidden, y[1:] - y[0])[:, None], y[:1] * 1.0


def _changed(index: int, change: Any) -> Any:
    """The right weights, one of the four arrays of which is changed."""

    def wrong(x: Array, y: Array) -> Any:
        parts: list[Any] = list(right(x, y))
        parts[index] = change(parts[index])
        return tuple(parts)

    return wrong


MISTAKES: list[Mistake] = [
    edit("relu_through_points", "np.diff(slopes, prepend=0.0)", "slopes", named="slopes-for-bends"),
    edit("relu_through_points", "-x[:-1]", "x[:-1]", named="bends-at-minus-x"),
    edit("relu_through_points", "-x[:-1]", "-x[1:]", named="bends-at-the-ends"),
    edit("relu_through_points", "y[:1].astype(np.float64)", "np.zeros(1)", named="height-forgotten"),
    edit("relu_through_points", "np.diff(y) / np.diff(x)", "np.diff(y)", named="width-forgotten"),
    edit("relu_through_points", "np.diff(slopes, prepend=0.0)", "np.diff(y) * 1.0", named="heights-for-bends"),
    edit(
        "relu_through_points",
        "np.diff(slopes, prepend=0.0)",
        "np.append(0, np.diff(slopes))",
        named="first-slope-forgotten",
    ),
    edit("relu_through_points", "np.diff(slopes, prepend=0.0)", "np.diff(slopes)"),
    edit("relu_through_points", "np.diff(slopes, prepend=0.0)", "np.diff(slopes, append=0.0)"),
    edit("relu_through_points", "np.ones((1, len(bends)))", "np.ones((len(bends), 1))", named="rows-for-columns"),
    edit("relu_through_points", "np.diff(y) / np.diff(x)", "np.diff(y) / (np.diff(x) + 1e-8)"),
    edit("relu_through_points", "np.any(np.diff(x) <= 0)", "np.any(np.diff(x) < 0)"),
    edit("relu_through_points", "if y.shape != x.shape", "if False"),
    edit(
        "relu_through_points",
        "return w1, b1, bends[:, None]",
        "return bends[None], bends * b1, np.ones_like(bends)[:, None]",
        named="slopes-on-the-way-in",
    ),
    Mistake("relu_through_points", _cancelling),
    Mistake("relu_through_points", _spike_between),
    Mistake("relu_through_points", _smooth),
    Mistake("relu_through_points", lambda x, y: tuple(each.astype(np.float32) for each in right(x, y))),
    Mistake("relu_through_points", lambda x, y: right(x, y)[:3]),
    Mistake("relu_through_points", lambda x, y: print(right(x, y))),
    Mistake("relu_through_points", _changed(1, lambda b1: b1[None])),
    Mistake("relu_through_points", _changed(2, np.ravel)),
    Mistake("relu_through_points", _changed(3, lambda b2: float(b2[0]))),
    Mistake("relu_through_points", _changed(3, lambda b2: b2 + 0j)),
    Mistake("relu_through_points", _changed(0, lambda w1: w1 * np.nan)),
    Mistake("relu_through_points", _changed(0, lambda w1: w1 * 1e308)),
]
