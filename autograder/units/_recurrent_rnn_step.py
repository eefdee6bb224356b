"""Assessment of one step of an RNN, and of its way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid
from autograder.units import _recurrent_slips as slips
from autograder.units._recurrent_common import (
    UPSTREAM_HINT,
    Arrays,
    dense_backward,
    draw_rnn,
    rnn_inputs,
    rnn_step,
    sigmoid,
    single,
    sizes,
)

__all__ = ["step", "step_backward"]

ONE_UNIT: dict[str, Any] = {
    "x": np.array([[0.5]]),
    "h": np.array([[-0.25]]),
    "w_xh": np.array([[2.0]]),
    "w_hh": np.array([[-1.5]]),
    "b": np.array([0.1]),
}
#: The first sample drives every unit to ±1; the second one does not.
SATURATED: dict[str, Any] = {
    **rnn_inputs(2, features=3, units=4, seed=9),
    "x": np.array([[1000.0, -2000.0, 3000.0], [0.1, 0.2, -0.3]]),
}


def _random_step(rng: np.random.Generator) -> Mapping[str, Any]:
    n, _, features, units = sizes(rng)
    return draw_rnn(rng, n, features=features, units=units)


def _many(n: int) -> dict[str, Any]:
    return rnn_inputs(n, features=3, units=2)


def _pre_activation(x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    return np.asarray(x @ w_xh + h @ w_hh + b)


def _side_by_side(x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    """One product, of [x h] with the kernels one above the other."""
    return np.asarray(np.tanh(np.concatenate([x, h], axis=1) @ np.concatenate([w_xh, w_hh]) + b))


step = Exercise(
    "rnn_step",
    points=1,
    vectorized=_many,
    cases=[
        Case("one-unit", **ONE_UNIT),
        Case("one-sample", **rnn_inputs(1, features=2, units=3, seed=1)),
        Case("more-units-than-features", **rnn_inputs(2, features=3, units=5, seed=2)),
        Case("more-features-than-units", **rnn_inputs(5, features=4, units=2, seed=3)),
        Case("as-many-units-as-features", **rnn_inputs(2, features=3, units=3, seed=4)),
        Case("zero-state", **{**rnn_inputs(3, features=2, units=4, seed=5), "h": np.zeros((3, 4))}),
        Case("saturated-units", **SATURATED),
        Case("read-only", readonly=True, **rnn_inputs(4, features=2, units=3, seed=6)),
        Case(
            "integers",
            x=np.array([[1, -2], [0, 3], [2, 2]]),
            h=np.array([[0], [1], [-1]]),
            w_xh=np.array([[1], [1]]),
            w_hh=np.array([[2]]),
            b=np.array([-1]),
        ),
        Case("single-precision", **single(rnn_inputs(3, features=4, units=2, seed=7))),
        random_cases(_random_step),
    ],
    misconceptions=[
        Misconception(
            "kernels-swapped",
            believes="W_hh meets the input and W_xh the state.",
            wrong=lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_hh + h @ w_xh + b),
            hint="Read the index from left to right: from where to where does W_xh lead?",
        ),
        Misconception(
            "tanh-forgotten",
            believes="The new state is the weighted sum.",
            wrong=_pre_activation,
            hint="What happens to a state that is multiplied by 2 at each of a hundred steps?",
        ),
        Misconception(
            "bias-forgotten",
            believes="Two kernels are all there is.",
            wrong=lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + h @ w_hh),
            hint="What is the new state for x = 0 and h = 0?",
        ),
        Misconception(
            "sigmoid-for-tanh",
            believes="The state is squashed into (0, 1).",
            wrong=lambda x, h, w_xh, w_hh, b: sigmoid(_pre_activation(x, h, w_xh, w_hh, b)),
            hint="Can this state ever become negative? Should it?",
        ),
        Misconception(
            "state-outside-the-tanh",
            believes="Only what is read is squashed; the old state is added after that.",
            wrong=lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + b) + h @ w_hh,
            hint="Between which two numbers does the new state lie in the formula?",
        ),
        Misconception(
            "state-not-weighted",
            believes="The old state is added as it is.",
            wrong=lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + h + b),
            hint="How can one unit hear of another one's state?",
        ),
        Misconception(
            "state-ignored",
            believes="A step is a dense layer on what is read.",
            wrong=lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + b),
            hint="Where would the network remember what it has read before?",
        ),
        Misconception(
            "state-kernel-transposed",
            believes="Column j of W_hh holds what unit j sends out.",
            wrong=lambda x, h, w_xh, w_hh, b: np.tanh(x @ w_xh + h @ w_hh.T + b),
            hint="Entry [j, k] leads from j to k. Over which index of W_hh does h @ W_hh sum?",
        ),
        *slips.RNN_STEP,
    ],
    hints=[
        "Three terms are added, then squashed. What shapes do the terms have?",
        "x @ w_xh and h @ w_hh are both (N, H); the bias is broadcast over the samples.",
        "np.tanh(x @ w_xh + h @ w_hh + b)",
    ],
    variants=[
        Variant("side-by-side", _side_by_side),
        Variant("einsum", lambda x, h, w_xh, w_hh, b: np.tanh(np.einsum("nf,fh->nh", x, w_xh) + h @ w_hh + b)),
    ],
)


def _back(grad_a: Array, x: Array, h: Array, w_xh: Array, w_hh: Array) -> Arrays:
    return dense_backward(grad_a, x, h, w_xh, w_hh)


def _right(grad_output: Array, x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    return _back(grad_output * (1 - rnn_step(x, h, w_xh, w_hh, b) ** 2), x, h, w_xh, w_hh)


def _slope_of_the_old_state(grad_output: Array, x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    return _back(grad_output * (1 - h**2), x, h, w_xh, w_hh)


def _slope_of_the_pre_activation(grad_output: Array, x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    return _back(grad_output * (1 - _pre_activation(x, h, w_xh, w_hh, b) ** 2), x, h, w_xh, w_hh)


def _not_transposed(grad_output: Array, x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    return _replaced(1, grad_output * (1 - rnn_step(x, h, w_xh, w_hh, b) ** 2) @ w_hh, grad_output, x, h, w_xh, w_hh, b)


def _new_state_in_the_kernel(grad_output: Array, x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    after = rnn_step(x, h, w_xh, w_hh, b)
    return _replaced(3, after.T @ (grad_output * (1 - after**2)), grad_output, x, h, w_xh, w_hh, b)


def _averaged(grad_output: Array, x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    grad_x, grad_h, *of_weights = _right(grad_output, x, h, w_xh, w_hh, b)
    return grad_x, grad_h, *(grad / len(x) for grad in of_weights)


def _replaced(index: int, part: Array, *args: Array) -> Arrays:
    """The right gradients with another one at one place."""
    parts = list(_right(*args))
    parts[index] = part
    return tuple(parts)


def _by_sample(grad_output: Array, x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    """Outer products of every sample, added up by einsum."""
    grad_a = grad_output * (1 - rnn_step(x, h, w_xh, w_hh, b) ** 2)
    grad_w_xh, grad_w_hh = (np.einsum("nf,nh->fh", each, grad_a) for each in (x, h))
    return grad_a @ w_xh.T, grad_a @ w_hh.T, grad_w_xh, grad_w_hh, np.ones(len(x), x.dtype) @ grad_a


step_backward = Exercise(
    "rnn_step_backward",
    points=2,
    vectorized=lambda n: {"grad_output": grid(n, 2), **_many(n)},
    cases=[
        Case("one-unit", grad_output=np.array([[-3.0]]), **ONE_UNIT),
        Case("one-sample", **rnn_inputs(1, features=2, units=3, seed=11)),
        Case("more-units-than-features", **rnn_inputs(2, features=3, units=5, seed=12)),
        Case("more-features-than-units", **rnn_inputs(5, features=4, units=2, seed=13)),
        Case("as-many-units-as-features", **rnn_inputs(2, features=3, units=3, seed=14)),
        Case("zero-state", **{**rnn_inputs(3, features=2, units=4, seed=15), "h": np.zeros((3, 4))}),
        Case("saturated-sample-learns-nothing", **SATURATED),
        Case("read-only", readonly=True, **rnn_inputs(4, features=2, units=3, seed=16)),
        Case("single-precision", **single(rnn_inputs(3, features=4, units=2, seed=17))),
        random_cases(_random_step),
    ],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivatives.",
            wrong=lambda grad_output, *args: _right(np.ones_like(grad_output), *args),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "slope-of-tanh-forgotten",
            believes="A step is a dense layer on the way back.",
            wrong=lambda grad_output, x, h, w_xh, w_hh, b: _back(grad_output, x, h, w_xh, w_hh),
            hint="A saturated unit hardly moves when its input does. Where is that in your gradient?",
        ),
        Misconception(
            "slope-of-the-pre-activation",
            believes="The slope is 1 minus the square of what went into tanh.",
            wrong=_slope_of_the_pre_activation,
            hint="tanh'(a) = 1 - tanh(a)². Can your slope become negative?",
        ),
        Misconception(
            "slope-of-the-old-state",
            believes="The slope is 1 - h² with the h that was passed in.",
            wrong=_slope_of_the_old_state,
            hint="Which of the two states came out of this tanh?",
        ),
        Misconception(
            "state-kernel-not-transposed",
            believes="The gradient goes through W_hh as the state did.",
            wrong=_not_transposed,
            hint="h[j] acted on unit k through W_hh[j, k]. Over which index must the way back sum?",
        ),
        Misconception(
            "new-state-in-the-kernel-gradient",
            believes="The gradient of W_hh is h'ᵀ grad_a.",
            wrong=_new_state_in_the_kernel,
            hint="Which state was multiplied by W_hh: the one before the step or the one after it?",
        ),
        Misconception(
            "averaged-over-samples",
            believes="Gradients of weights are means over the batch.",
            wrong=_averaged,
            hint="Who divides by N, if anybody: the loss above, or every layer once more?",
        ),
        Misconception(
            "bias-not-summed",
            believes="The slope with respect to b is 1, so its gradient is grad_a.",
            wrong=lambda *args: (*_right(*args)[:4], args[0] * (1 - rnn_step(*args[1:]) ** 2)),
            hint="b was broadcast over the samples. What does broadcasting become on the way back?",
        ),
        Misconception(
            "state-gets-nothing",
            believes="The old state was given, so no gradient goes to it.",
            wrong=lambda *args: _replaced(1, np.zeros_like(args[2]), *args),
            hint="How should the step before learn that its state was useful here?",
        ),
        *slips.RNN_STEP_BACKWARD,
    ],
    hints=[
        "Give the sum inside the tanh a name, a, and find its gradient first.",
        "grad_a = grad_output * (1 - h_new**2); then x, h, both kernels and b each get a product with it.",
        "grad_a @ w_xh.T, grad_a @ w_hh.T, x.T @ grad_a, h.T @ grad_a, grad_a.sum(axis=0)",
    ],
    variants=[Variant("by-sample", _by_sample)],
)
