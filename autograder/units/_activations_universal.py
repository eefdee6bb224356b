"""Assessment of what bends are good for: a network through given points."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Found, Property
from autograder.inputs import Array

__all__ = ["relu_through_points"]

Weights = tuple[Array, Array, Array, Array]
#: Of the size of everything that is added up: rounding in float64, with room.
TOLERANCE = 1e-9


def _problem(got: Any, x: Array, y: Array) -> str | Found | None:
    """What is wrong with weights: their form first, then the first point that the network misses."""
    if not isinstance(got, (list, tuple)) or len(got) != 4:
        return Found("no weights", "want four arrays: (w1, b1, w2, b2)")
    weights = [np.asarray(part, dtype=np.float64) for part in got]
    if (found := _wrong_shape(weights)) is not None:
        return found
    if not all(np.isfinite(part).all() for part in weights):
        return Found("not finite", "some weights are not finite")
    return _first_missed(_network(weights), x.astype(np.float64), y.astype(np.float64))


def _wrong_shape(weights: list[Array]) -> Found | None:
    hidden = weights[1].shape[0] if weights[1].ndim == 1 else 0
    wanted = {"w1": (1, hidden), "b1": (hidden,), "w2": (hidden, 1), "b2": (1,)}
    for (name, shape), part in zip(wanted.items(), weights, strict=True):
        if part.shape != shape or not hidden:
            text = f"{name} has shape {part.shape}, want {_text(name)}, H being the number of hidden neurons"
            return Found(f"shape of {name}", text)
    return None


def _text(name: str) -> str:
    return {"w1": "(1, H)", "b1": "(H,)", "w2": "(H, 1)", "b2": "(1,)"}[name]


def _network(weights: list[Array]) -> Any:
    w1, b1, w2, b2 = weights

    def values(t: Array) -> tuple[Array, Array]:
        """The outputs, and how large what they are summed from is."""
        hidden = np.maximum(t[:, None] @ w1 + b1, 0)
        return (hidden @ w2 + b2)[:, 0], (np.abs(hidden) @ np.abs(w2) + np.abs(b2))[:, 0]

    return values


def _first_missed(network: Any, x: Array, y: Array) -> Found | None:
    """The first of the points, then of the places between them, at which the network is not on the line."""
    between = (x[:-1, None] + np.array([0.25, 0.5, 0.9]) * np.diff(x)[:, None]).ravel()
    for what, places in (("the point", x), ("between the points", between)):
        got, size = network(places)
        want = np.interp(places, x, y)
        missed = ~(np.abs(got - want) <= TOLERANCE * (size + np.abs(y).max() + 1))
        if missed.any():
            first = int(missed.argmax())
            text = f"{what} at {places[first]:.6g}: the network gives {got[first]:.6g}, want {want[first]:.6g}"
            return Found("missed", text, alike=np.round(got, 6))
    return None


def _right(x: Array, y: Array) -> Weights:
    x, y = x.astype(np.float64), y.astype(np.float64)
    slopes = np.diff(y) / np.diff(x)
    bends = np.diff(slopes, prepend=0.0)
    return np.ones((1, len(bends))), -x[:-1], bends[:, None], y[:1]


def _checked(x: Array, y: Array) -> Weights:
    if len(x) < 2 or (np.diff(x) <= 0).any():
        raise ValueError("x does not rise")
    if x.shape != y.shape:
        raise ValueError("y is of another shape")
    return _right(x, y)


def _from_the_right(x: Array, y: Array) -> Weights:
    """Mirrored: neurons that are on to the left of their bend."""
    _checked(x, y)
    w1, b1, w2, b2 = _right(-x[::-1], y[::-1])
    return -w1, b1, w2, b2


def _slopes_for_bends(x: Array, y: Array) -> Weights:
    w1, b1, _, b2 = _right(x, y)
    return w1, b1, (np.diff(y) / np.diff(x))[:, None], b2


def _bends_at_minus_x(x: Array, y: Array) -> Weights:
    w1, b1, w2, b2 = _right(x, y)
    return w1, -b1, w2, b2


def _no_height(x: Array, y: Array) -> Weights:
    w1, b1, w2, _ = _right(x, y)
    return w1, b1, w2, np.zeros(1)


def _heights_for_bends(x: Array, y: Array) -> Weights:
    """As if the neurons were steps: each adds a difference of heights."""
    w1, b1, _, b2 = _right(x, y)
    return w1, b1, np.diff(y).astype(np.float64)[:, None], b2


def _first_slope_forgotten(x: Array, y: Array) -> Weights:
    w1, b1, w2, b2 = _right(x, y)
    return w1, b1, np.concatenate([np.zeros((1, 1)), w2[1:]]), b2


def _differences_of_slopes_without_width(x: Array, y: Array) -> Weights:
    """Slopes that forget how far apart the points are."""
    w1, b1, _, b2 = _right(x, y)
    return w1, b1, np.diff(np.diff(y), prepend=0.0)[:, None], b2


def _rows_for_columns(x: Array, y: Array) -> Any:
    w1, b1, w2, b2 = _right(x, y)
    return w1.T, b1, w2.T, b2


def _curve(function: Any, count: int) -> dict[str, Any]:
    x = np.linspace(-2, 2, count)
    return {"x": x, "y": function(x)}


def _random(rng: np.random.Generator) -> dict[str, Array]:
    count = int(rng.integers(3, 9))
    return {"x": np.cumsum(rng.uniform(0.2, 2, count)) - 4, "y": rng.standard_normal(count)}


relu_through_points = Exercise(
    "relu_through_points",
    points=2,
    truth="none",
    check=Property(_problem),
    cases=[
        Case("a-rising-line", x=np.array([0.0, 2.0]), y=np.array([1.0, 5.0])),
        Case("a-tent", x=np.array([0.0, 1.0, 2.0]), y=np.array([0.0, 1.0, 0.0]), readonly=True),
        Case("a-constant", x=np.array([-1.0, 0.5, 3.0]), y=np.array([2.5, 2.5, 2.5])),
        Case("uneven-steps", x=np.array([-3.0, -2.5, 1.0, 5.0]), y=np.array([2.0, -1.0, -1.5, 4.0])),
        Case("far-from-zero", x=np.array([1000.0, 1001.0, 1003.0]), y=np.array([-7.0, 7.0, 6.0])),
        Case("integers", x=np.array([-2, 0, 3, 4]), y=np.array([1, 4, -2, 0])),
        Case("a-sine-by-thirty-bends", **_curve(lambda t: np.sin(3 * t), 31)),
        Case("x-falls", raises="x", x=np.array([0.0, 2.0, 1.0]), y=np.zeros(3)),
        Case("x-twice-the-same", raises="x", x=np.array([0.0, 1.0, 1.0]), y=np.array([0.0, 1.0, 2.0])),
        Case("one-point", raises="x", x=np.array([1.0]), y=np.array([1.0])),
        Case("fewer-values-than-points", raises="y", x=np.array([0.0, 1.0, 2.0]), y=np.array([1.0, 2.0])),
        random_cases(_random),
    ],
    misconceptions=[
        Misconception(
            "slopes-for-bends",
            believes="Neuron k makes the slope of piece k.",
            wrong=_slopes_for_bends,
            hint="Behind its bend a relu goes on rising: what do the earlier ones add to piece 3?",
        ),
        Misconception(
            "bends-at-minus-x",
            believes="relu(t + x_k) bends at x_k.",
            wrong=_bends_at_minus_x,
            hint="For which t is t + b zero?",
        ),
        Misconception(
            "height-forgotten",
            believes="The sum of relus starts at the first value.",
            wrong=_no_height,
            hint="At the first point all relus are 0: what is left of the network's output there?",
        ),
        Misconception(
            "heights-for-bends",
            believes="Each neuron adds what the next value is higher.",
            wrong=_heights_for_bends,
            hint="That is how steps add up. What does a relu add one unit behind its bend, and two units behind it?",
        ),
        Misconception(
            "first-slope-forgotten",
            believes="The first bend is at the second point.",
            wrong=_first_slope_forgotten,
            hint="Left of all bends the network is flat: who makes the slope of the first piece?",
        ),
        Misconception(
            "width-forgotten",
            believes="A slope is a difference of values.",
            wrong=_differences_of_slopes_without_width,
            hint="Two pieces rise by 1, one over a length of 1, one over 10: are they equally steep?",
        ),
        Misconception(
            "rows-for-columns",
            believes="w1 has a row for each neuron.",
            wrong=_rows_for_columns,
            hint="t is (N, 1): which shape must w1 have, so that t @ w1 has a column for each neuron?",
        ),
    ],
    hints=[
        "How does the slope of a sum of relus change where one of them begins?",
        "One neuron bends at each point but the last, relu(t - x_k). Its weight is the change of the slope there.",
        "slopes = np.diff(y) / np.diff(x); w2 = np.diff(slopes, prepend=0); b1 = -x[:-1]; b2 = y[:1].",
    ],
    variants=[Variant("checked", _checked), Variant("from-the-right", _from_the_right)],
)
