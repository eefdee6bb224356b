"""Assessment of the two states of an LSTM, and of their way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units import _recurrent_slips as slips
from autograder.units._recurrent_common import UPSTREAM_HINT, Arrays, sigmoid, single, sizes, state, state_backward

__all__ = ["lstm_state", "lstm_state_backward"]


def _draw(rng: np.random.Generator, *shape: int) -> dict[str, Any]:
    i, f, o = rng.uniform(0.05, 0.95, (3, *shape))
    return {"i": i, "f": f, "g": rng.uniform(-0.95, 0.95, shape), "o": o, "c": rng.standard_normal(shape)}


def _inputs(*shape: int, seed: int) -> dict[str, Any]:
    return _draw(np.random.default_rng([12, seed]), *shape)


def _random_state(rng: np.random.Generator) -> Mapping[str, Any]:
    n, _, _, units = sizes(rng)
    return _draw(rng, n, units)


def _many(n: int) -> dict[str, Any]:
    return _inputs(n, 3, seed=70)


def _with(seed: int, **gates: float) -> dict[str, Any]:
    """Gates of which some are all open or all shut."""
    inputs = _inputs(2, 3, seed=seed)
    return {**inputs, **{name: np.full((2, 3), value) for name, value in gates.items()}}


#: Cells of several hundred, whose tanh is flat, beside moderate ones.
LARGE_CELL: dict[str, Any] = {**_inputs(2, 3, seed=79), "c": np.array([[400.0, -0.5, 1.0], [0.25, -900.0, -1.5]])}


def _kept_aside(i: Array, f: Array, g: Array, o: Array, c: Array) -> Arrays:
    """The cell built in place on a copy."""
    cell = c.copy()
    cell *= f
    cell += i * g
    return np.tanh(cell) * o, cell


lstm_state = Exercise(
    "lstm_state",
    points=1,
    parts=("h'", "c'"),
    vectorized=_many,
    cases=[
        Case(
            "one-unit",
            i=np.array([[0.5]]),
            f=np.array([[0.75]]),
            g=np.array([[-0.8]]),
            o=np.array([[0.25]]),
            c=np.array([[2.0]]),
        ),
        Case("batch", **_inputs(2, 3, seed=71)),
        Case("one-sample", **_inputs(1, 4, seed=72)),
        Case("forget-all-write-all", **_with(73, f=0.0, i=1.0)),
        Case("keep-all-write-nothing", **_with(74, f=1.0, i=0.0)),
        Case("show-nothing", **_with(75, o=0.0)),
        Case("empty-cell", **{**_inputs(3, 2, seed=76), "c": np.zeros((3, 2))}),
        Case("large-cell", **LARGE_CELL),
        Case("read-only", readonly=True, **_inputs(4, 3, seed=77)),
        Case("single-precision", **single(_inputs(3, 5, seed=78))),
        random_cases(_random_state),
    ],
    misconceptions=[
        Misconception(
            "input-gate-forgotten",
            believes="The candidate is added to what is kept.",
            wrong=lambda i, f, g, o, c: (o * np.tanh(f * c + g), f * c + g),
            hint="Which gate decides how much of g is written?",
        ),
        Misconception(
            "tanh-forgotten-at-the-output",
            believes="The hidden state is the cell through the output gate.",
            wrong=lambda i, f, g, o, c: (o * (f * c + i * g), f * c + i * g),
            hint="A cell may grow beyond 1 by adding. What keeps the hidden state between -1 and 1?",
        ),
        Misconception(
            "output-of-the-old-cell",
            believes="The hidden state shows the cell that was passed in.",
            wrong=lambda i, f, g, o, c: (o * np.tanh(c), f * c + i * g),
            hint="Should what is read now show in the hidden state now, or one step late?",
        ),
        Misconception(
            "gates-exchanged",
            believes="i weighs the old cell and f the candidate.",
            wrong=lambda i, f, g, o, c: state(f, i, g, o, c),
            hint="A forget gate of 1 means that everything is kept. What does it stand next to?",
        ),
        Misconception(
            "forget-gate-complemented",
            believes="f says how much is forgotten, so 1 - f is kept.",
            wrong=lambda i, f, g, o, c: state(i, 1 - f, g, o, c),
            hint="Despite its name: what is left of c where f = 1 in the formula?",
        ),
        Misconception(
            "one-gate-for-both",
            believes="What is not kept is written: c' = f c + (1 - f) g.",
            wrong=lambda i, f, g, o, c: state(1 - f, f, g, o, c),
            hint="Another cell, the GRU, works like that. Where is i?",
        ),
        Misconception(
            "cell-first",
            believes="The cell comes first in the pair.",
            wrong=lambda i, f, g, o, c: state(i, f, g, o, c)[::-1],
            hint="In which order does the docstring name the two states?",
        ),
        Misconception(
            "squashed-twice",
            believes="The gates arrive as sums, and are squashed here.",
            wrong=lambda i, f, g, o, c: state(sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o), c),
            hint="What has `lstm_gates` done to its four results already?",
        ),
        *slips.LSTM_STATE,
    ],
    hints=[
        "Two lines: the cell first, since the hidden state is made from the new cell.",
        "All products are number by number, *, not @.",
        "cell = f * c + i * g; return o * np.tanh(cell), cell",
    ],
    variants=[Variant("kept-aside", _kept_aside)],
)


def _from_cell_gradient(grad_cell: Array, grad_h: Array, i: Array, f: Array, g: Array, o: Array, c: Array) -> Arrays:
    return grad_cell * g, grad_cell * c, grad_cell * i, grad_h * np.tanh(f * c + i * g), grad_cell * f


def _slope(i: Array, f: Array, g: Array, c: Array) -> Array:
    return np.asarray(1 - np.tanh(f * c + i * g) ** 2)


def _right(grad_output: Sequence[Array], i: Array, f: Array, g: Array, o: Array, c: Array) -> Arrays:
    return state_backward(grad_output[0], grad_output[1], i, f, g, o, c)


def _two_paths(grad_output: Sequence[Array], i: Array, f: Array, g: Array, o: Array, c: Array) -> Arrays:
    """Both ways into the cell on their own, added up at the end."""
    grad_h, grad_c = grad_output
    through_h = _from_cell_gradient(grad_h * o / np.cosh(f * c + i * g) ** 2, grad_h, i, f, g, o, c)
    through_c = _from_cell_gradient(grad_c, 0 * grad_h, i, f, g, o, c)
    return tuple(one + other for one, other in zip(through_h, through_c, strict=True))


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": (normal(n, 3, seed=1), normal(n, 3, seed=2)), **_many(n)}


lstm_state_backward = Exercise(
    "lstm_state_backward",
    points=2,
    vectorized=_many_backward,
    cases=[
        Case(
            "one-unit",
            grad_output=(np.array([[2.0]]), np.array([[-0.5]])),
            i=np.array([[0.5]]),
            f=np.array([[0.75]]),
            g=np.array([[-0.8]]),
            o=np.array([[0.25]]),
            c=np.array([[2.0]]),
        ),
        Case("batch", **_inputs(2, 3, seed=81)),
        Case("one-sample", **_inputs(1, 4, seed=82)),
        Case("forget-all-write-all", **_with(83, f=0.0, i=1.0)),
        Case("keep-all-write-nothing", **_with(84, f=1.0, i=0.0)),
        Case("show-nothing", **_with(85, o=0.0)),
        Case("empty-cell", **{**_inputs(3, 2, seed=86), "c": np.zeros((3, 2))}),
        Case(
            "large-cell-hides-itself",
            **{**_inputs(2, 3, seed=89), "c": np.array([[40.0, -0.5, 1.0], [0.2, -90.0, -1.5]])},
        ),
        Case("read-only", readonly=True, **_inputs(4, 3, seed=87)),
        Case("single-precision", **single(_inputs(3, 5, seed=88))),
        random_cases(_random_state),
    ],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivatives.",
            wrong=lambda grad_output, *args: _right([np.ones_like(grad) for grad in grad_output], *args),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "cell-gradient-dropped",
            believes="Everything comes through the hidden state.",
            wrong=lambda grad_output, *args: _right((grad_output[0], np.zeros_like(grad_output[1])), *args),
            hint="c' has two customers. What does the next step say about it?",
        ),
        Misconception(
            "hidden-path-dropped",
            believes="The gradient of the cell is the one that arrives at the cell.",
            wrong=lambda grad_output, i, f, g, o, c: _from_cell_gradient(grad_output[1], grad_output[0], i, f, g, o, c),
            hint="h' is made from c'. Which part of the gradient at h' reaches c'?",
        ),
        Misconception(
            "slope-of-tanh-forgotten",
            believes="From h' to c' it is a factor o.",
            wrong=lambda grad_output, i, f, g, o, c: _from_cell_gradient(
                grad_output[1] + grad_output[0] * o, grad_output[0], i, f, g, o, c
            ),
            hint="Between c' and h' stands a tanh. What is its slope for a large cell?",
        ),
        Misconception(
            "output-gate-forgotten",
            believes="From h' to c' it is the slope of tanh.",
            wrong=lambda grad_output, i, f, g, o, c: _from_cell_gradient(
                grad_output[1] + grad_output[0] * _slope(i, f, g, c), grad_output[0], i, f, g, o, c
            ),
            hint="If the output gate is shut, can the loss above hear of the cell?",
        ),
        Misconception(
            "slope-of-the-cell-itself",
            believes="The slope of tanh is 1 - c'².",
            wrong=lambda grad_output, i, f, g, o, c: _from_cell_gradient(
                grad_output[1] + grad_output[0] * o * (1 - (f * c + i * g) ** 2), grad_output[0], i, f, g, o, c
            ),
            hint="tanh'(a) = 1 - tanh(a)². Can your slope become negative?",
        ),
        Misconception(
            "new-cell-for-the-forget-gate",
            believes="f is multiplied by the cell, c'.",
            wrong=lambda grad_output, i, f, g, o, c: (
                _right(grad_output, i, f, g, o, c)[0],
                (grad_output[1] + grad_output[0] * o * _slope(i, f, g, c)) * (f * c + i * g),
                *_right(grad_output, i, f, g, o, c)[2:],
            ),
            hint="Which cell does f stand next to in the formula?",
        ),
        Misconception(
            "forget-gate-not-on-the-way-back",
            believes="The cell is a conveyor belt: its gradient arrives at the step before as it is.",
            wrong=lambda grad_output, i, f, g, o, c: (
                *_right(grad_output, i, f, g, o, c)[:4],
                grad_output[1] + grad_output[0] * o * _slope(i, f, g, c),
            ),
            hint="If f = 0 the old cell is gone. Can a gradient still reach it?",
        ),
        Misconception(
            "cell-for-its-tanh",
            believes="The output gate is multiplied by the cell.",
            wrong=lambda grad_output, i, f, g, o, c: (
                *_right(grad_output, i, f, g, o, c)[:3],
                grad_output[0] * (f * c + i * g),
                _right(grad_output, i, f, g, o, c)[4],
            ),
            hint="In h' = o ⊙ tanh(c'), what is the factor beside o?",
        ),
        Misconception(
            "own-value",
            believes="A product gives each factor the gradient times its own value.",
            wrong=lambda grad_output, i, f, g, o, c: tuple(
                _right(grad_output, i, f, g, o, c)[k] for k in (2, 4, 0, 3, 1)
            ),
            hint="In 3 · g, how fast does the product grow with g: by 3 or by g?",
        ),
    ],
    hints=[
        "Find the gradient at the new cell first. Two ways lead to it.",
        "grad_cell = grad_c + grad_h * o * (1 - tanh(cell)²). Behind it, each factor gets the other one's value.",
        "grad_cell * g, grad_cell * c, grad_cell * i, grad_h * np.tanh(cell), grad_cell * f",
    ],
    variants=[Variant("two-paths", _two_paths)],
)
