"""Assessment of the way back through a whole RNN: backpropagation through time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid
from autograder.units import _recurrent_slips as slips
from autograder.units._recurrent_common import Arrays, last_step_only, rnn_inputs, run_rnn, single
from autograder.units._recurrent_rnn import COUNTER, SATURATED, many, random_long, random_sequence

__all__ = ["whole_backward"]


def _add(own: Array, carried: Array) -> Array:
    return np.asarray(own + carried)


def _through_time(
    grad_output: Array,
    x: Array,
    h0: Array,
    w_xh: Array,
    w_hh: Array,
    b: Array,
    *,
    arriving: Callable[[Array, Array], Array] = _add,
    slope: Callable[[Array, Array], Array] = lambda after, a: 1 - after**2,
    carry: Callable[[Array, Array], Array] = lambda grad_a, w_hh: grad_a @ w_hh.T,
    keep: float = 0.0,
) -> tuple[list[Array], list[Array], list[Array]]:
    """The walk back, with the places where it goes wrong to be filled in.

    Returns:
        The gradients at the pre-activations, those carried to the state before, and the states, h0 first.
    """
    states = run_rnn(x, h0, (w_xh, w_hh, b))
    carried, of_sums, of_states = np.zeros_like(h0), list[Array](), list[Array]()
    for t in reversed(range(x.shape[1])):
        a = x[:, t] @ w_xh + states[t] @ w_hh + b
        grad_a = arriving(grad_output[:, t], carried) * slope(states[t + 1], a)
        carried = carry(grad_a, w_hh) + (keep * carried).astype(h0.dtype)
        of_sums.insert(0, grad_a)
        of_states.insert(0, carried)
    return of_sums, of_states, states


def _gathered(of_sums: list[Array], grad_h0: Array, states: list[Array], x: Array, w_xh: Array) -> Arrays:
    """The five gradients, from those at the pre-activations."""
    grad_x = np.stack([grad @ w_xh.T for grad in of_sums], axis=1)
    grad_w_xh = sum(x[:, t].T @ grad for t, grad in enumerate(of_sums))
    grad_w_hh = sum(h.T @ grad for h, grad in zip(states, of_sums, strict=False))
    return grad_x, grad_h0, np.asarray(grad_w_xh), np.asarray(grad_w_hh), np.asarray(sum(of_sums)).sum(axis=0)


def _right(grad_output: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array, **places: Any) -> Arrays:
    of_sums, of_states, states = _through_time(grad_output, x, h0, w_xh, w_hh, b, **places)
    return _gathered(of_sums, of_states[0], states, x, w_xh)


def _only_the_first_step_kept(grad_output: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    """Gradients of weights assigned in the loop: the last that it comes to is the first step's."""
    of_sums, of_states, states = _through_time(grad_output, x, h0, w_xh, w_hh, b)
    grad_x, grad_h0, *_ = _gathered(of_sums, of_states[0], states, x, w_xh)
    return grad_x, grad_h0, x[:, 0].T @ of_sums[0], h0.T @ of_sums[0], of_sums[0].sum(axis=0)


def _state_after_in_the_kernel(grad_output: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    of_sums, of_states, states = _through_time(grad_output, x, h0, w_xh, w_hh, b)
    return _gathered(of_sums, of_states[0], states[1:], x, w_xh)


def _zero_in_the_kernel(grad_output: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    """h_{t-1} from a list that starts with zeros."""
    of_sums, of_states, states = _through_time(grad_output, x, h0, w_xh, w_hh, b)
    return _gathered(of_sums, of_states[0], [np.zeros_like(h0), *states[1:]], x, w_xh)


def _one_step_short(grad_output: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    """The gradient at h_1 for that at h_0."""
    of_sums, of_states, states = _through_time(grad_output, x, h0, w_xh, w_hh, b)
    at_first = grad_output[:, 0] + (of_states[1] if len(of_states) > 1 else np.zeros_like(h0))
    return _gathered(of_sums, at_first, states, x, w_xh)


def _averaged(grad_output: Array, x: Array, *rest: Array) -> Arrays:
    grad_x, grad_h0, *of_weights = _right(grad_output, x, *rest)
    return grad_x, grad_h0, *(grad / x.shape[1] for grad in of_weights)


def _written_into(grad_output: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    """The gradient carried back is added to the upstream gradient in place."""
    result = _right(grad_output, x, h0, w_xh, w_hh, b)
    _, of_states, _ = _through_time(grad_output, x, h0, w_xh, w_hh, b)
    for t in range(x.shape[1] - 1):
        grad_output[:, t] += of_states[t + 1]
    return result


def _slope_once(grad_output: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    """What is carried back skips the slope of the step that it comes to."""
    states = run_rnn(x, h0, (w_xh, w_hh, b))
    carried, of_sums = np.zeros_like(h0), list[Array]()
    for t in reversed(range(x.shape[1])):
        grad_a = grad_output[:, t] * (1 - states[t + 1] ** 2) + carried
        carried = grad_a @ w_hh.T
        of_sums.insert(0, grad_a)
    return _gathered(of_sums, carried, states, x, w_xh)


def _step_by_step(grad_output: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Arrays:
    """One small backward pass per step, added up."""
    states, grad_h = run_rnn(x, h0, (w_xh, w_hh, b)), np.zeros_like(h0)
    grad_x, total = np.zeros_like(x), [np.zeros_like(w) for w in (w_xh, w_hh, b)]
    for t in range(x.shape[1] - 1, -1, -1):
        grad_a = (grad_output[:, t] + grad_h) * (1 - states[t + 1] ** 2)
        grad_x[:, t], grad_h = grad_a @ w_xh.T, grad_a @ w_hh.T
        terms = (x[:, t].T @ grad_a, states[t].T @ grad_a, grad_a.sum(axis=0))
        total = [old + term for old, term in zip(total, terms, strict=True)]
    return grad_x, grad_h, *total


whole_backward = Exercise(
    "rnn_backward",
    points=3,
    vectorized=lambda n: {"grad_output": grid(n, 3, 4), **many(n)},
    cases=[
        Case("one-step", **rnn_inputs(2, 1, features=3, units=4, seed=41)),
        Case(
            "one-unit-two-steps",
            grad_output=np.array([[[0.5], [-2.0]]]),
            **{**COUNTER, "x": np.array([[[1.0], [0.5]]])},
        ),
        Case("one-sequence", **rnn_inputs(1, 4, features=2, units=3, seed=42)),
        Case("batch", **rnn_inputs(3, 4, features=2, units=5, seed=43)),
        Case("as-many-steps-as-sequences", **rnn_inputs(3, 3, features=4, units=2, seed=44)),
        Case("as-many-units-as-features", **rnn_inputs(2, 5, features=3, units=3, seed=45)),
        Case("zero-initial-state", **{**rnn_inputs(2, 3, features=1, units=4, seed=46), "h0": np.zeros((2, 4))}),
        Case("saturated-step-blocks-the-way", **SATURATED),
        Case("thirty-steps", **rnn_inputs(2, 30, features=1, units=2, seed=47)),
        Case("read-only", readonly=True, **rnn_inputs(2, 4, features=3, units=5, seed=48)),
        Case("single-precision", **single(rnn_inputs(3, 4, features=2, units=5, seed=49))),
        random_cases(random_sequence),
        random_cases(random_long, count=1, label="random-long"),
    ],
    misconceptions=[
        Misconception(
            "last-step-upstream-only",
            believes="The loss looks at the last state, so only its gradient comes from above.",
            wrong=lambda grad_output, *args: _right(last_step_only(grad_output), *args),
            hint="The output was all of h. What becomes of grad_output[:, 0]?",
        ),
        Misconception(
            "nothing-through-time",
            believes="Every step gets its own gradient from above, and that is all.",
            wrong=lambda *args: _right(*args, arriving=lambda own, carried: own),
            hint="h_1 also changes h_2. Which gradient tells h_1 about that?",
        ),
        Misconception(
            "carried-gradient-piles-up",
            believes="What goes back to the state before is added to what came back earlier.",
            wrong=lambda *args: _right(*args, keep=1.0),
            hint="Has the gradient at h_{t+1} not been used up once it has gone through step t + 1?",
        ),
        Misconception(
            "weight-gradients-assigned",
            believes="The gradients of the weights are those of the step the loop is at.",
            wrong=_only_the_first_step_kept,
            hint="The same W_hh was used T times. What do gradients of several uses do?",
        ),
        Misconception(
            "state-kernel-not-transposed",
            believes="The gradient goes through W_hh as the state did.",
            wrong=lambda *args: _right(*args, carry=lambda grad_a, w_hh: grad_a @ w_hh),
            hint="h[j] acted on unit k through W_hh[j, k]. Over which index must the way back sum?",
        ),
        Misconception(
            "slope-of-the-pre-activation",
            believes="The slope is 1 minus the square of what went into tanh.",
            wrong=lambda *args: _right(*args, slope=lambda after, a: 1 - a**2),
            hint="tanh'(a) = 1 - tanh(a)². Can your slope become negative?",
        ),
        Misconception(
            "slope-of-tanh-forgotten",
            believes="The way back goes through the kernels alone.",
            wrong=lambda *args: _right(*args, slope=lambda after, a: np.ones_like(a)),
            hint="A saturated state hardly moves when its input does. Where is that in your gradient?",
        ),
        Misconception(
            "slope-on-the-upstream-only",
            believes="The gradient that comes through time has passed its tanh already.",
            wrong=_slope_once,
            hint="To which point of the graph does the carried gradient belong: behind this tanh, or before it?",
        ),
        Misconception(
            "state-after-in-the-kernel-gradient",
            believes="The gradient of W_hh at step t is h_tᵀ grad_a_t.",
            wrong=_state_after_in_the_kernel,
            hint="Which state was multiplied by W_hh at step t: the one before it or the one after it?",
        ),
        Misconception(
            "initial-state-not-in-the-kernel",
            believes="At the first step there is no state before, so W_hh gets nothing.",
            wrong=_zero_in_the_kernel,
            hint="What did W_hh meet at the first step? It need not be zero.",
        ),
        Misconception(
            "initial-state-gets-nothing",
            believes="h0 was given, so no gradient goes to it.",
            wrong=lambda *args: (_right(*args)[0], np.zeros_like(args[2]), *_right(*args)[2:]),
            hint="If h0 were the last state of an encoder, how would the encoder learn?",
        ),
        Misconception(
            "one-step-short",
            believes="The gradient at the first state is that of the initial state.",
            wrong=_one_step_short,
            hint="Between h_0 and h_1 there are W_hh and tanh. Has your gradient gone through them?",
        ),
        Misconception(
            "averaged-over-steps",
            believes="Gradients of the weights are means over the steps.",
            wrong=_averaged,
            hint="Who divides by the number of steps, if anybody: the loss above, or every layer once more?",
        ),
        Misconception(
            "upstream-overwritten",
            believes="grad_output is a good place to add up what arrives at every state.",
            wrong=_written_into,
            hint="Whose array is grad_output, and who may still need it?",
        ),
        *slips.RNN_BACKWARD,
    ],
    hints=[
        "Run the forward pass again and keep all states, h0 too. Then walk from the last step to the first.",
        "At step t: add what comes from above and what was carried back, times 1 - h_t²; that is grad_a.",
        "grad_a = (grad_output[:, t] + grad_h) * (1 - h_t**2); grad_h = grad_a @ w_hh.T; weights: +=.",
    ],
    variants=[Variant("step-by-step", _step_by_step)],
)
