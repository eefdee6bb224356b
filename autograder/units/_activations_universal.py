"""Assessment of what bends are good for: a network through given points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Found, Property
from autograder.compare import distinct
from autograder.inputs import Array

__all__ = ["relu_through_points"]

Weights = tuple[Array, Array, Array, Array]
NAMES = ("w1", "b1", "w2", "b2")
#: The docstring's bound, which also bounds what grading costs.
MOST_NEURONS = 1000
#: Allowed errors, of the largest height: what the arithmetic of good weights loses, and what that of any may lose.
FLOOR, CAP = 1e-9, 1e-6
#: So many times the rounding of the largest number that is added up.
ROUNDINGS = 16 * float(np.finfo(np.float64).eps)


def _problem(got: Any, x: Array, y: Array) -> Found | None:
    """What is wrong with weights: their form first, then the first place at which the network is not on the line."""
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


def _hats(x: Array, y: Array) -> Weights:
    """A hat for each point, three neurons high: up from the point before, down to the one behind."""
    _checked(x, y)
    at = np.concatenate([[x[0] - 1.0], x, [x[-1] + 1.0]])
    up, down = 1 / np.diff(at)[:-1], 1 / np.diff(at)[1:]
    heights = np.stack([y * up, -y * (up + down), y * down])
    bends = np.concatenate([at[:-2], at[1:-1], at[2:]])
    return np.ones((1, heights.size)), -bends, heights.reshape(-1, 1), np.zeros(1)


def _one_always_on(x: Array, y: Array) -> Any:
    """The first slope by a neuron that is on far left of the points, and stretched neurons; as lists."""
    w1, b1, w2, b2 = _checked(x, y)
    b1[0] = 1e6 - x[0]
    return (1e3 * w1).tolist(), (1e3 * b1).tolist(), (w2 / 1e3).tolist(), (b2 - 1e6 * w2[0]).tolist()


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


def _bends_at_the_ends(x: Array, y: Array) -> Weights:
    w1, _, w2, b2 = _right(x, y)
    return w1, -x[1:].astype(np.float64), w2, b2


def _slopes_on_the_way_in(x: Array, y: Array) -> Weights:
    _, b1, w2, b2 = _right(x, y)
    return w2.T, w2[:, 0] * b1, np.ones_like(w2), b2


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
            "bends-at-the-ends",
            believes="The neuron of a piece bends where the piece ends.",
            wrong=_bends_at_the_ends,
            hint="Between the first two points all your relus are 0. Where must the first one begin to rise?",
        ),
        Misconception(
            "slopes-on-the-way-in",
            believes="w1 may hold the changes of slope, and w2 add up.",
            wrong=_slopes_on_the_way_in,
            hint="A relu is never negative, and neither is a sum of relus. Which weights can make the network fall?",
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
    variants=[
        Variant("checked", _checked),
        Variant("from-the-right", _from_the_right),
        Variant("a-hat-for-each-point", _hats),
        Variant("one-always-on", _one_always_on),
    ],
)
