"""Assessment of a whole LSTM, forward."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units import _recurrent_slips as slips
from autograder.units._recurrent_common import (
    Arrays,
    draw_lstm,
    lstm_inputs,
    lstm_step,
    run_lstm,
    sigmoid,
    single,
    sizes,
)

__all__ = ["REMEMBERS", "SATURATED", "many", "random_long", "random_sequence", "whole"]

#: Gates by hand: what is read first (1) is written, later zeros are not, and the forget gate stays open.
REMEMBERS: dict[str, Any] = {
    "x": np.array([[[1.0], [0.0], [0.0], [-1.0]]]),
    "h0": np.array([[0.0]]),
    "c0": np.array([[-0.5]]),
    "w_x": np.array([[8.0, 0.0, 2.0, 0.5]]),
    "w_h": np.array([[0.0, 0.0, 0.5, 0.0]]),
    "b": np.array([-4.0, 5.0, 0.0, 1.0]),
}
#: The second of three steps takes the gates of the first sequence to 0 and 1.
SATURATED: dict[str, Any] = lstm_inputs(2, 3, features=2, units=3, seed=110)
SATURATED["x"][0, 1] = [900.0, -1500.0]


def random_sequence(rng: np.random.Generator) -> Mapping[str, Any]:
    """A batch of sequences with all sizes different."""
    n, t, features, units = sizes(rng)
    return draw_lstm(rng, n, t, features=features, units=units)


def random_long(rng: np.random.Generator) -> Mapping[str, Any]:
    """One sequence of ten steps and more."""
    return draw_lstm(rng, 1, int(rng.integers(10, 20)), features=1, units=2)


def many(n: int) -> dict[str, Any]:
    """A batch of n sequences, over which nothing may loop."""
    return lstm_inputs(n, 3, features=2, units=3)


Step = Callable[..., Arrays]


def _run(x: Array, h0: Array, c0: Array, *weights: Array, step: Step = lstm_step) -> Arrays:
    """All hidden states and the last cell, by a step that may be wrong."""
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = step(x[:, t], h, c, *weights)
        states.append(h)
    return np.stack(states, axis=1), c


def _always_from_the_start(x: Array, h0: Array, c0: Array, *weights: Array) -> Arrays:
    pairs = [lstm_step(x[:, t], h0, c0, *weights) for t in range(x.shape[1])]
    return np.stack([h for h, _ in pairs], axis=1), pairs[-1][1]


def _cell_from_the_start(x: Array, h0: Array, c0: Array, *weights: Array) -> Arrays:
    return _run(x, h0, c0, *weights, step=lambda x, h, c, *rest: lstm_step(x, h, c0, *rest))


def _hidden_from_the_start(x: Array, h0: Array, c0: Array, *weights: Array) -> Arrays:
    return _run(x, h0, c0, *weights, step=lambda x, h, c, *rest: lstm_step(x, h0, c, *rest))


def _candidate_by_sigmoid(x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    i, f, g, o = (sigmoid(part) for part in np.split(x @ w_x + h @ w_h + b, 4, axis=1))
    return o * np.tanh(f * c + i * g), f * c + i * g


def _reordered(x: Array, h0: Array, c0: Array, *weights: Array) -> Arrays:
    parts = (np.split(array, 4, axis=-1) for array in weights)
    return _run(x, h0, c0, *(np.concatenate([i, f, o, g], axis=-1) for i, f, g, o in parts))


def _states_of(x: Array, h0: Array, c0: Array, *weights: Array) -> list[Arrays]:
    return run_lstm(x, h0, c0, weights)


def _all_cells(*args: Array) -> Arrays:
    pairs = _states_of(*args)[1:]
    return np.stack([h for h, _ in pairs], axis=1), np.stack([c for _, c in pairs], axis=1)


def _along_the_first_axis(x: Array, h0: Array, c0: Array, *weights: Array) -> Arrays:
    h, c, states = h0, c0, []
    for t in range(x.shape[0]):
        h, c = lstm_step(x[t], h, c, *weights)
        states.append(h)
    return np.stack(states), c


def _refused(x: Array, h0: Array, c0: Array, w_h: Array) -> None:
    for name, array in (("h0", h0), ("c0", c0)):
        if array.shape != (len(x), len(w_h)):
            raise ValueError(f"{name} has shape {array.shape}")


def _input_product_first(x: Array, h0: Array, c0: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    """All products with the input at once; fills an array."""
    _refused(x, h0, c0, w_h)
    driven, units = x @ w_x + b, len(w_h)
    h, c, states = h0, c0, np.empty((*x.shape[:2], units), driven.dtype)
    for t in range(x.shape[1]):
        a = driven[:, t] + h @ w_h
        i, f, o = (sigmoid(a[:, k * units : (k + 1) * units]) for k in (0, 1, 3))
        c = f * c + i * np.tanh(a[:, 2 * units : 3 * units])
        h = states[:, t] = o * np.tanh(c)
    return states, c


whole = Exercise(
    "lstm",
    points=2,
    parts=("h", "c"),
    vectorized=many,
    cases=[
        Case("one-unit-remembers", **REMEMBERS),
        Case("one-step", **lstm_inputs(2, 1, features=3, units=4, seed=111)),
        Case("one-sequence", **lstm_inputs(1, 4, features=2, units=3, seed=112)),
        Case("batch", **lstm_inputs(3, 4, features=2, units=5, seed=113)),
        Case("as-many-steps-as-sequences", **lstm_inputs(3, 3, features=4, units=2, seed=114)),
        Case(
            "zero-initial-states",
            **{**lstm_inputs(2, 3, features=1, units=4, seed=115), "h0": np.zeros((2, 4)), "c0": np.zeros((2, 4))},
        ),
        Case("saturated-step", **SATURATED),
        Case("forty-steps", **lstm_inputs(1, 40, features=1, units=2, seed=116)),
        Case("read-only", readonly=True, **lstm_inputs(2, 4, features=3, units=5, seed=117)),
        Case("single-precision", **single(lstm_inputs(3, 4, features=2, units=5, seed=118))),
        Case("one-state-for-all-is-refused", raises="h0", **{**many(2), "h0": normal(1, 3)}),
        Case("one-cell-for-all-is-refused", raises="c0", **{**many(2), "c0": normal(1, 3)}),
        random_cases(random_sequence),
        random_cases(random_long, count=1, label="random-long"),
    ],
    misconceptions=[
        Misconception(
            "initial-states-every-step",
            believes="h0 and c0 are the states that every step starts from.",
            wrong=_always_from_the_start,
            hint="The second step should know what the first one read. Through which arguments?",
        ),
        Misconception(
            "initial-cell-every-step",
            believes="The hidden state is handed on, the cell belongs to the step.",
            wrong=_cell_from_the_start,
            hint="The cell is the long memory. Which of your variables holds it from step to step?",
        ),
        Misconception(
            "initial-hidden-state-every-step",
            believes="The cell is the memory, so it is enough to hand on the cell.",
            wrong=_hidden_from_the_start,
            hint="What do the gates of the second step look at besides x?",
        ),
        Misconception(
            "initial-states-ignored",
            believes="An LSTM starts from zeros.",
            wrong=lambda x, h0, c0, *weights: _run(x, 0 * h0, 0 * c0, *weights),
            hint="A second half of a text is read with the states after the first half. Where do they come in?",
        ),
        Misconception(
            "all-cells",
            believes="Both results hold all steps.",
            wrong=_all_cells,
            hint="What shape does the second result have in the docstring?",
        ),
        Misconception(
            "last-hidden-state-for-all",
            believes="An LSTM returns its last two states.",
            wrong=lambda *args: _states_of(*args)[-1],
            hint="What shape does the first result have in the docstring, and what would a second layer read?",
        ),
        Misconception(
            "last-hidden-state-for-the-cell",
            believes="The second result is the last h.",
            wrong=lambda *args: (_run(*args)[0], _run(*args)[0][:, -1]),
            hint="The last h is in the first result already. What is missing to go on reading?",
        ),
        Misconception(
            "steps-on-the-first-axis",
            believes="The states are stacked on a new first axis.",
            wrong=lambda *args: (_run(*args)[0].swapaxes(0, 1), _run(*args)[1]),
            hint="The batch comes first in this course. On which axis of the result are the steps?",
        ),
        Misconception(
            "runs-over-the-batch",
            believes="x[t] is what is read at step t.",
            wrong=_along_the_first_axis,
            hint="x is (N, T, F). What does x[t] pick: a step of all sequences, or one whole sequence?",
        ),
        Misconception(
            "order-of-cs231n",
            believes="The columns stand in the order i, f, o, g.",
            wrong=_reordered,
            hint="In which order does the convention card put the gates, and which columns are the third part?",
        ),
        Misconception(
            "candidate-by-sigmoid",
            believes="All four parts are squashed by σ.",
            wrong=lambda *args: _run(*args, step=_candidate_by_sigmoid),
            hint="g is written into the cell. Should a network be able to write a negative number?",
        ),
        *slips.LSTM,
    ],
    hints=[
        "Each step is a call of `lstm_step`. Two variables travel from step to step.",
        "Overwrite h and c at every step, keep each h in a list; c needs no list.",
        "h, c = lstm_step(x[:, t], h, c, w_x, w_h, b) for t in range(T); return np.stack(states, axis=1), c.",
    ],
    variants=[Variant("input-product-first", _input_product_first)],
)
