"""Assessment of the way back through a whole LSTM."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._recurrent_common import (
    Arrays,
    last_step_only,
    lstm_inputs,
    lstm_step_backward,
    run_lstm,
    single,
)
from autograder.units._recurrent_lstm import REMEMBERS, SATURATED, many, random_long, random_sequence

__all__ = ["whole_backward"]

Pair = Sequence[Array]
Merge = Callable[[Array, Array], Array]


def _add(own: Array, carried: Array) -> Array:
    return np.asarray(own + carried)


def _walk(
    grad_output: Pair,
    x: Array,
    h0: Array,
    c0: Array,
    *weights: Array,
    at_h: Merge = _add,
    next_c: Merge = lambda old, new: new,
    total: Merge = _add,
    at_c: Merge = lambda carried, first: carried,
) -> Arrays:
    """The walk back, with the places where it goes wrong to be filled in.

    Args:
        grad_output: gradients at all h and at the last c.
        x: the input.
        h0: the initial hidden state.
        c0: the initial cell.
        *weights: kernels and bias.
        at_h: the gradient at h_t, from that from above and that from the next step.
        next_c: the gradient handed to the cell before, from the one that came and the one that the step gave.
        total: the gradients of the weights so far and those of a step.
        at_c: the gradient at c_t, from the one from the next step and the one at the last c.
    """
    pairs = run_lstm(x, h0, c0, weights)
    grad_h, grad_c = np.zeros_like(h0), np.asarray(grad_output[1])
    totals, of_x = [np.zeros_like(w) for w in weights], list[Array]()
    for t in reversed(range(x.shape[1])):
        arriving = at_h(grad_output[0][:, t], grad_h), at_c(grad_c, grad_output[1])
        grad_x, grad_h, new, *terms = lstm_step_backward(arriving, x[:, t], *pairs[t], *weights)
        grad_c = next_c(grad_c, new)
        totals = [total(old, term) for old, term in zip(totals, terms, strict=True)]
        of_x.insert(0, grad_x)
    return np.stack(of_x, axis=1), grad_h, grad_c, *totals


def _states_replaced(h: float, c: float) -> Callable[..., Arrays]:
    """The right gradients, those of the initial states times a number."""

    def wrong(*args: Any) -> Arrays:
        grad_x, grad_h0, grad_c0, *of_weights = _walk(*args)
        return grad_x, (h * grad_h0).astype(grad_h0.dtype), (c * grad_c0).astype(grad_c0.dtype), *of_weights

    return wrong


def _averaged(grad_output: Pair, x: Array, *rest: Array) -> Arrays:
    grads = _walk(grad_output, x, *rest)
    return *grads[:3], *(grad / x.shape[1] for grad in grads[3:])


def _last_cell_at_every_step(*args: Any) -> Arrays:
    """The gradient of the last cell comes from above at every step, as that of h does."""
    return _walk(*args, at_c=lambda carried, first: carried if carried is first else carried + first)


def _states_from_zero(grad_output: Pair, x: Array, h0: Array, c0: Array, *weights: Array) -> Arrays:
    """The forward pass is run again without its initial states."""
    return _walk(grad_output, x, np.zeros_like(h0), np.zeros_like(c0), *weights)


def _sums_kept(grad_output: Pair, x: Array, h0: Array, c0: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    """Gradients at all pre-activations first, the kernels' in one product at the end."""
    pairs, grad_h, grad_c = run_lstm(x, h0, c0, (w_x, w_h, b)), np.zeros_like(h0), grad_output[1]
    grad_a = np.empty((*x.shape[:2], len(b)), x.dtype)
    for t in range(x.shape[1] - 1, -1, -1):
        arriving = (grad_output[0][:, t] + grad_h, grad_c)
        identity = np.eye(len(b), dtype=x.dtype)
        a = x[:, t] @ w_x + pairs[t][0] @ w_h + b
        grads = lstm_step_backward(arriving, a, pairs[t][0], pairs[t][1], identity, 0 * w_h, 0 * b)
        grad_a[:, t], grad_c = grads[0], grads[2]
        grad_h = grad_a[:, t] @ w_h.T
    before = np.stack([h for h, _ in pairs[:-1]], axis=1)
    kernels = (np.einsum("ntf,ntk->fk", each, grad_a) for each in (x, before))
    return grad_a @ w_x.T, grad_h, grad_c, *kernels, grad_a.sum(axis=(0, 1))


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": (normal(n, 3, 3, seed=1), normal(n, 3, seed=2)), **many(n)}


whole_backward = Exercise(
    "lstm_backward",
    points=3,
    vectorized=_many_backward,
    cases=[
        Case("one-step", **lstm_inputs(2, 1, features=3, units=2, seed=121)),
        Case(
            "one-unit-two-steps",
            grad_output=(np.array([[[0.5], [-2.0]]]), np.array([[1.5]])),
            **{**REMEMBERS, "x": np.array([[[1.0], [0.25]]])},
        ),
        Case("one-sequence", **lstm_inputs(1, 4, features=2, units=3, seed=122)),
        Case("batch", **lstm_inputs(3, 4, features=2, units=5, seed=123)),
        Case("as-many-steps-as-sequences", **lstm_inputs(3, 3, features=4, units=2, seed=124)),
        Case(
            "zero-initial-states",
            **{**lstm_inputs(2, 3, features=1, units=2, seed=125), "h0": np.zeros((2, 2)), "c0": np.zeros((2, 2))},
        ),
        Case("saturated-step", **SATURATED),
        Case("long-memory", **{**REMEMBERS, "x": np.eye(30)[:1, :, None]}),
        Case("read-only", readonly=True, **lstm_inputs(2, 4, features=3, units=2, seed=127)),
        Case("single-precision", **single(lstm_inputs(3, 4, features=2, units=3, seed=128))),
        random_cases(random_sequence),
        random_cases(random_long, count=1, label="random-long"),
    ],
    misconceptions=[
        Misconception(
            "last-step-upstream-only",
            believes="The loss looks at the last state, so only its gradient comes from above.",
            wrong=lambda grad_output, *args: _walk((last_step_only(grad_output[0]), grad_output[1]), *args),
            hint="The output was all of h. What becomes of grad_h[:, 0]?",
        ),
        Misconception(
            "hidden-state-not-through-time",
            believes="Only the cell carries a gradient back through time.",
            wrong=lambda *args: _walk(*args, at_h=lambda own, carried: own),
            hint="The gates of step t + 1 looked at h_t. Which gradient tells h_t about that?",
        ),
        Misconception(
            "cell-not-through-time",
            believes="Only the hidden state carries a gradient back through time.",
            wrong=lambda *args: _walk(*args, next_c=lambda old, new: np.zeros_like(new)),
            hint="Which of the two states is the long memory, and what should travel along it?",
        ),
        Misconception(
            "last-cell-gradient-ignored",
            believes="The cell is internal, so no gradient arrives at the last one.",
            wrong=lambda grad_output, *args: _walk((grad_output[0], np.zeros_like(grad_output[1])), *args),
            hint="The forward pass returned the last cell. Which part of grad_output belongs to it?",
        ),
        Misconception(
            "last-cell-gradient-at-every-step",
            believes="The gradient of the cell is added at every step, as that of h is.",
            wrong=_last_cell_at_every_step,
            hint="How many cells did the forward pass return, and how many hidden states?",
        ),
        Misconception(
            "cell-gradient-piles-up",
            believes="What goes back to the cell before is added to what came back earlier.",
            wrong=lambda *args: _walk(*args, next_c=_add),
            hint="Has the gradient at c_t not been used up once it has gone through step t?",
        ),
        Misconception(
            "weight-gradients-assigned",
            believes="The gradients of the weights are those of the step the loop is at.",
            wrong=lambda *args: _walk(*args, total=lambda old, term: term),
            hint="The same kernels were used T times. What do gradients of several uses do?",
        ),
        Misconception(
            "averaged-over-steps",
            believes="Gradients of the weights are means over the steps.",
            wrong=_averaged,
            hint="Who divides by the number of steps, if anybody: the loss above, or every layer once more?",
        ),
        Misconception(
            "initial-states-get-nothing",
            believes="h0 and c0 were given, so no gradients go to them.",
            wrong=_states_replaced(0.0, 0.0),
            hint="If they were the last states of an encoder, how would the encoder learn?",
        ),
        Misconception(
            "initial-cell-gets-nothing",
            believes="A gradient goes to h0; the cell is internal.",
            wrong=_states_replaced(1.0, 0.0),
            hint="c0 is an argument, and changes the result. What is its gradient called in your loop?",
        ),
        Misconception(
            "run-again-from-zero",
            believes="When the forward pass is run again it may start from zeros.",
            wrong=_states_from_zero,
            hint="Are the states of your second run those of the first one?",
        ),
    ],
    hints=[
        "Run the forward pass again and keep the states before every step. Then walk from the last step to the first.",
        "Every step is a call of `lstm_step_backward`; at h its own upstream is added, at c only what was carried.",
        "grad_x[:, t], grad_h, grad_c, *terms = lstm_step_backward((grad_states[:, t] + grad_h, grad_c), …); "
        "add the terms up.",
    ],
    variants=[Variant("sums-kept", _sums_kept), Variant("step-by-step", _walk)],
)
