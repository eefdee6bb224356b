"""Assessment of a whole RNN, forward."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units import _recurrent_slips as slips
from autograder.units._recurrent_common import draw_rnn, rnn_inputs, rnn_step, run_rnn, single, sizes

__all__ = ["COUNTER", "SATURATED", "many", "random_long", "random_sequence", "whole"]

COUNTER: dict[str, Any] = {
    "x": np.array([[[1.0], [0.0], [0.0], [-2.0]]]),
    "h0": np.array([[0.5]]),
    "w_xh": np.array([[1.5]]),
    "w_hh": np.array([[0.75]]),
    "b": np.array([0.25]),
}
#: The second of three steps drives the first sequence to ±1.
SATURATED: dict[str, Any] = rnn_inputs(2, 3, features=2, units=4, seed=29)
SATURATED["x"][0, 1] = [900.0, -1500.0]


def random_sequence(rng: np.random.Generator) -> Mapping[str, Any]:
    """A batch of sequences with all sizes different."""
    n, t, features, units = sizes(rng)
    return draw_rnn(rng, n, t, features=features, units=units)


def random_long(rng: np.random.Generator) -> Mapping[str, Any]:
    """Two sequences of ten steps and more."""
    return draw_rnn(rng, 2, int(rng.integers(10, 20)), features=1, units=3)


def many(n: int) -> dict[str, Any]:
    """A batch of n sequences, over which nothing may loop."""
    return rnn_inputs(n, 3, features=2, units=4)


def _refused(x: Array, h0: Array, w_hh: Array) -> None:
    if h0.shape != (len(x), len(w_hh)):
        raise ValueError(f"h0 has shape {h0.shape}")


def _states(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    return np.stack(run_rnn(x, h0, (w_xh, w_hh, b))[1:], axis=1)


def _always_from_the_start(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    return np.stack([rnn_step(x[:, t], h0, w_xh, w_hh, b) for t in range(x.shape[1])], axis=1)


def _along_the_first_axis(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    h, states = h0, []
    for t in range(x.shape[0]):
        h = rnn_step(x[t], h, w_xh, w_hh, b)
        states.append(h)
    return np.stack(states)


def _first_axis_turned_back(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    return _along_the_first_axis(x, h0, w_xh, w_hh, b).swapaxes(0, 1)


def _squashed_at_the_end(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    h, states = h0, []
    for t in range(x.shape[1]):
        h = x[:, t] @ w_xh + h @ w_hh + b
        states.append(np.tanh(h))
    return np.stack(states, axis=1)


def _input_product_first(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    """All products with the input at once; only the state's needs the loop. Fills an array."""
    _refused(x, h0, w_hh)
    driven = x @ w_xh + b
    states = np.empty(driven.shape, np.result_type(driven, h0, 0.0 if driven.dtype.kind != "f" else driven))
    for t in range(x.shape[1]):
        before = h0 if t == 0 else states[:, t - 1]
        states[:, t] = np.tanh(driven[:, t] + before @ w_hh)
    return states


whole = Exercise(
    "rnn",
    points=2,
    vectorized=many,
    cases=[
        Case("one-unit-remembers", **COUNTER),
        Case("one-step", **rnn_inputs(2, 1, features=3, units=4, seed=21)),
        Case("one-sequence", **rnn_inputs(1, 4, features=2, units=3, seed=22)),
        Case("batch", **rnn_inputs(3, 4, features=2, units=5, seed=23)),
        Case("as-many-steps-as-sequences", **rnn_inputs(3, 3, features=4, units=2, seed=24)),
        Case("as-many-units-as-features", **rnn_inputs(2, 5, features=3, units=3, seed=25)),
        Case("zero-initial-state", **{**rnn_inputs(2, 3, features=1, units=4, seed=26), "h0": np.zeros((2, 4))}),
        Case(
            "silence-after-the-first-step",
            **{**rnn_inputs(1, 5, features=1, units=2, seed=27), "x": np.eye(5)[:1, :, None]},
        ),
        Case("saturated-step", **SATURATED),
        Case("forty-steps", **rnn_inputs(2, 40, features=1, units=2, seed=28)),
        Case("read-only", readonly=True, **rnn_inputs(2, 4, features=3, units=5, seed=30)),
        Case(
            "integers",
            x=np.array([[[1, -2], [0, 3], [2, 2]]]),
            h0=np.array([[1]]),
            w_xh=np.array([[1], [1]]),
            w_hh=np.array([[2]]),
            b=np.array([-1]),
        ),
        Case("single-precision", **single(rnn_inputs(3, 4, features=2, units=5, seed=31))),
        Case("one-state-for-all-is-refused", raises="h0", **{**many(2), "h0": normal(1, 4)}),
        random_cases(random_sequence),
        random_cases(random_long, count=1, label="random-long"),
    ],
    misconceptions=[
        Misconception(
            "initial-state-every-step",
            believes="h0 is the state that every step starts from.",
            wrong=_always_from_the_start,
            hint="The second step should know what the first one read. Through which argument?",
        ),
        Misconception(
            "last-state-only",
            believes="An RNN returns what it knows at the end.",
            wrong=lambda *args: _states(*args)[:, -1],
            hint="What shape does the docstring promise, and what would a second layer read?",
        ),
        Misconception(
            "steps-on-the-first-axis",
            believes="The states are stacked on a new first axis.",
            wrong=lambda *args: np.stack(run_rnn(args[0], args[1], args[2:])[1:]),
            hint="The batch comes first in this course. On which axis of the result are the steps?",
        ),
        Misconception(
            "runs-over-the-batch",
            believes="x[t] is what is read at step t.",
            wrong=_along_the_first_axis,
            hint="x is (N, T, F). What does x[t] pick: a step of all sequences, or one whole sequence?",
        ),
        Misconception(
            "runs-over-the-batch-and-stacks-beside-it",
            believes="`for x_t in x` walks over the steps; stacked on axis 1 they stand where they should.",
            wrong=_first_axis_turned_back,
            hint="x is (N, T, F): a loop over x walks over the first axis. What does it get in each round?",
        ),
        Misconception(
            "state-before-the-step",
            believes="The state at step t is the one that the step starts from.",
            wrong=lambda *args: np.stack(run_rnn(args[0], args[1], args[2:])[:-1], axis=1),
            hint="Does your first state depend on what is read first? When is it appended?",
        ),
        Misconception(
            "initial-state-among-them",
            believes="All states include the initial one.",
            wrong=lambda *args: np.stack(run_rnn(args[0], args[1], args[2:]), axis=1),
            hint="How many steps are read, and how many states come out?",
        ),
        Misconception(
            "initial-state-ignored",
            believes="An RNN starts from zeros.",
            wrong=lambda x, h0, *weights: _states(x, np.zeros_like(h0), *weights),
            hint="A second half of a text is read with the state after the first half. Where does it come in?",
        ),
        Misconception(
            "squashed-at-the-end",
            believes="The recurrence is linear; tanh is for what is shown.",
            wrong=_squashed_at_the_end,
            hint="Which value is handed to the next step: that before tanh, or that after it?",
        ),
        Misconception(
            "read-backwards",
            believes="Steps are read from the last to the first, as in the backward pass.",
            wrong=lambda x, *rest: _states(x[:, ::-1], *rest)[:, ::-1],
            hint="May the first state know what is read last?",
        ),
        Misconception(
            "bias-forgotten",
            believes="Two kernels are all there is.",
            wrong=lambda x, h0, w_xh, w_hh, b: _states(x, h0, w_xh, w_hh, np.zeros_like(b)),
            hint="Which arguments does your step get, and which has it in the formula?",
        ),
        *slips.RNN,
    ],
    hints=[
        "Each step is a call of `rnn_step`. Which slice of x is a step of all sequences?",
        "Overwrite one variable h at every step, keep each h in a list, stack the list at the end.",
        "h = rnn_step(x[:, t], h, w_xh, w_hh, b) for t in range(T); then np.stack(states, axis=1).",
    ],
    variants=[Variant("input-product-first", _input_product_first)],
)
