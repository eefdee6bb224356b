"""Assessment of one step of an LSTM, and of its way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units import _recurrent_slips as slips
from autograder.units._recurrent_common import (
    UPSTREAM_HINT,
    Arrays,
    dense_backward,
    draw_lstm,
    gates,
    gates_backward,
    lstm_inputs,
    lstm_step,
    lstm_step_backward,
    sigmoid,
    single,
    sizes,
    state,
    state_backward,
)

__all__ = ["step", "step_backward"]

ONE_UNIT: dict[str, Any] = {
    "x": np.array([[0.5]]),
    "h": np.array([[-0.25]]),
    "c": np.array([[1.5]]),
    "w_x": np.array([[1.0, -2.0, 3.0, 0.5]]),
    "w_h": np.array([[0.5, 1.5, -1.0, 2.0]]),
    "b": np.array([0.1, 0.0, -0.2, 0.3]),
}
#: The first sample takes pre-activations to thousands, on both sides; the second one is moderate.
FAR: dict[str, Any] = {
    **lstm_inputs(2, features=1, units=2, seed=90),
    "x": np.array([[4000.0], [0.5]]),
    "w_x": np.array([[1, -1, -1, 1, 1, -1, -1, 0.5]]),
}
ORDER = "In which order does the convention card put the gates, and which columns are the third part?"


def _random_step(rng: np.random.Generator) -> Mapping[str, Any]:
    n, _, features, units = sizes(rng)
    return draw_lstm(rng, n, features=features, units=units)


def _many(n: int) -> dict[str, Any]:
    return lstm_inputs(n, features=3, units=2)


def _reordered(array: Array, order: Sequence[int] = (0, 1, 3, 2)) -> Array:
    """The four parts of an array of gates in the order i, f, o, g, as if it had come like that."""
    parts = np.split(array, 4, axis=-1)
    return np.concatenate([parts[k] for k in order], axis=-1)


def _step_by(squash_g: Callable[[Array], Array], x: Array, h: Array, c: Array, *weights: Array) -> Arrays:
    a_i, a_f, a_g, a_o = np.split(x @ weights[0] + h @ weights[1] + weights[2], 4, axis=1)
    return state(sigmoid(a_i), sigmoid(a_f), squash_g(a_g), sigmoid(a_o), c)


def _without_input_gate(x: Array, h: Array, c: Array, *weights: Array) -> Arrays:
    i, f, g, o = gates(x, h, *weights)
    return state(np.ones_like(i), f, g, o, c)


def _without_output_tanh(x: Array, h: Array, c: Array, *weights: Array) -> Arrays:
    i, f, g, o = gates(x, h, *weights)
    return o * (f * c + i * g), f * c + i * g


def _peeping(x: Array, h: Array, c: Array, *weights: Array) -> Arrays:
    """Gates that look at the cell instead of the hidden state."""
    i, f, g, o = gates(x, c, *weights)
    return state(i, f, g, o, c)


def _stateless(x: Array, h: Array, c: Array, *weights: Array) -> Arrays:
    i, f, g, o = gates(x, h, *weights)
    return state(i, f, g, o, np.zeros_like(c))


def _forget_bias(x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    units = h.shape[1]
    raised = np.concatenate([b[:units], b[units : 2 * units] + 1, b[2 * units :]])
    return lstm_step(x, h, c, w_x, w_h, raised)


def _exponentials(x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    """Slices for the gates; σ with an overflow to infinity that does no harm."""
    a, units = x @ w_x + h @ w_h + b, h.shape[1]
    with np.errstate(over="ignore"):
        gate = 1 / (1 + np.exp(-a))
    cell = gate[:, units : 2 * units] * c + gate[:, :units] * np.tanh(a[:, 2 * units : 3 * units])
    return gate[:, 3 * units :] * np.tanh(cell), cell


step = Exercise(
    "lstm_step",
    points=1,
    parts=("h'", "c'"),
    vectorized=_many,
    cases=[
        Case("one-unit", **ONE_UNIT),
        Case("one-sample", **lstm_inputs(1, features=2, units=3, seed=91)),
        Case("more-units-than-features", **lstm_inputs(2, features=3, units=5, seed=92)),
        Case("more-features-than-units", **lstm_inputs(5, features=4, units=2, seed=93)),
        Case("empty-cell", **{**lstm_inputs(3, features=2, units=4, seed=94), "c": np.zeros((3, 4))}),
        Case(
            "zero-states",
            **{**lstm_inputs(2, features=3, units=2, seed=95), "h": np.zeros((2, 2)), "c": np.zeros((2, 2))},
        ),
        Case("far-out-nothing-overflows", **FAR),
        Case("read-only", readonly=True, **lstm_inputs(4, features=2, units=3, seed=96)),
        Case("single-precision", **single(lstm_inputs(3, features=4, units=2, seed=97))),
        random_cases(_random_step),
    ],
    misconceptions=[
        Misconception(
            "order-of-cs231n",
            believes="The columns stand in the order i, f, o, g.",
            wrong=lambda x, h, c, *weights: lstm_step(x, h, c, *map(_reordered, weights)),
            hint=ORDER,
        ),
        Misconception(
            "candidate-by-sigmoid",
            believes="All four parts are squashed by σ.",
            wrong=lambda *args: _step_by(sigmoid, *args),
            hint="g is written into the cell. Should a network be able to write a negative number?",
        ),
        Misconception(
            "input-gate-forgotten",
            believes="The candidate is added to what is kept.",
            wrong=_without_input_gate,
            hint="Which gate decides how much of g is written?",
        ),
        Misconception(
            "tanh-forgotten-at-the-output",
            believes="The hidden state is the cell through the output gate.",
            wrong=_without_output_tanh,
            hint="What keeps the hidden state between -1 and 1?",
        ),
        Misconception(
            "forget-bias-of-one",
            believes="The forget gate gets 1 on top, so that it is open at first.",
            wrong=_forget_bias,
            hint="That is a choice for the initial b. Who makes it: this function, or who passes b?",
        ),
        Misconception(
            "gates-look-at-the-cell",
            believes="The gates are computed from x and c, the cell being the memory.",
            wrong=_peeping,
            hint="Which of the two states stands beside W_h in the formula?",
        ),
        Misconception(
            "old-cell-not-kept",
            believes="The new cell is what is written now.",
            wrong=_stateless,
            hint="Which gate says how much of the old cell stays, and where is the old cell?",
        ),
        Misconception(
            "cell-first",
            believes="The cell comes first in the pair.",
            wrong=lambda *args: lstm_step(*args)[::-1],
            hint="In which order does the docstring name the two states?",
        ),
        Misconception(
            "hidden-state-only",
            believes="A step returns the new hidden state.",
            wrong=lambda *args: lstm_step(*args)[0],
            hint="What does the next step need besides h?",
        ),
        Misconception(
            "arguments-exchanged",
            believes="c comes before h in the states.",
            wrong=lambda x, h, c, *weights: lstm_step(x, c, h, *weights),
            hint="Which state do the gates read, and which one do they act on?",
        ),
        *slips.LSTM_STEP,
    ],
    hints=[
        "A step is two exercises that you have solved, one after the other.",
        "The gates come from x, h and the weights; the states come from the gates and the old cell.",
        "lstm_state(*lstm_gates(x, h, w_x, w_h, b), c)",
    ],
    variants=[Variant("slices-and-exponentials", _exponentials)],
)


def _through_cell(
    grad_cell: Callable[..., Array], *, forget: bool = True
) -> Callable[[Sequence[Array], Array, Array, Array, Array, Array, Array], Arrays]:
    """A way back whose gradient at the new cell is `grad_cell(grad_h, grad_c, o, cell)`."""

    def wrong(grad_output: Sequence[Array], x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
        i, f, g, o = gates(x, h, w_x, w_h, b)
        cell = f * c + i * g
        arriving = grad_cell(grad_output[0], grad_output[1], o, cell)
        of_gates = (arriving * g, arriving * c, arriving * i, grad_output[0] * np.tanh(cell))
        grad_x, grad_h, *of_weights = gates_backward(of_gates, x, h, w_x, w_h, b)
        return grad_x, grad_h, arriving * f if forget else arriving, *of_weights

    return wrong


def _right_at_cell(grad_h: Array, grad_c: Array, o: Array, cell: Array) -> Array:
    return np.asarray(grad_c + grad_h * o * (1 - np.tanh(cell) ** 2))


def _through_sums(
    slopes: Callable[[Arrays], Sequence[Array]], order: Sequence[int] = (0, 1, 2, 3)
) -> Callable[[Sequence[Array], Array, Array, Array, Array, Array, Array], Arrays]:
    """A way back with other slopes of the gates, or with the four parts in another order."""

    def wrong(grad_output: Sequence[Array], x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
        i, f, g, o = own = gates(x, h, w_x, w_h, b)
        *of_gates, grad_c = state_backward(grad_output[0], grad_output[1], i, f, g, o, c)
        parts = [grad * slope for grad, slope in zip(of_gates, slopes(own), strict=True)]
        grad_a = np.concatenate([parts[k] for k in order], axis=1)
        grad_x, grad_h, *of_weights = dense_backward(grad_a, x, h, w_x, w_h)
        return grad_x, grad_h, grad_c, *of_weights

    return wrong


def _slopes(values: Arrays) -> list[Array]:
    i, f, g, o = values
    return [i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o)]


def _averaged(grad_output: Sequence[Array], x: Array, *rest: Array) -> Arrays:
    grads = lstm_step_backward(grad_output, x, *rest)
    return *grads[:3], *(grad / len(x) for grad in grads[3:])


def _in_one_piece(
    grad_output: Sequence[Array], x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array
) -> Arrays:
    """Everything at once, slopes by cosh."""
    i, f, g, o = gates(x, h, w_x, w_h, b)
    cell = f * c + i * g
    grad_h, grad_c = grad_output
    grad_cell = grad_c + grad_h * o / np.cosh(cell) ** 2
    grad_a = np.hstack(
        [grad_cell * g * i * (1 - i), grad_cell * c * f * (1 - f), grad_cell * i * (1 - g**2),
         grad_h * np.tanh(cell) * o * (1 - o)]
    )  # fmt: skip
    return grad_a @ w_x.T, grad_a @ w_h.T, grad_cell * f, x.T @ grad_a, h.T @ grad_a, np.einsum("nk->k", grad_a)


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": (normal(n, 2, seed=1), normal(n, 2, seed=2)), **_many(n)}


step_backward = Exercise(
    "lstm_step_backward",
    points=2,
    vectorized=_many_backward,
    cases=[
        Case("one-unit", grad_output=(np.array([[2.0]]), np.array([[-0.5]])), **ONE_UNIT),
        Case("one-sample", **lstm_inputs(1, features=2, units=3, seed=101)),
        Case("more-units-than-features", **lstm_inputs(2, features=3, units=5, seed=102)),
        Case("more-features-than-units", **lstm_inputs(5, features=4, units=2, seed=103)),
        Case("empty-cell", **{**lstm_inputs(3, features=2, units=4, seed=104), "c": np.zeros((3, 4))}),
        Case("far-out-gates-do-not-move", **FAR),
        Case("read-only", readonly=True, **lstm_inputs(4, features=2, units=3, seed=105)),
        Case("single-precision", **single(lstm_inputs(3, features=4, units=2, seed=106))),
        random_cases(_random_step),
    ],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivatives.",
            wrong=lambda grad_output, *args: lstm_step_backward([np.ones_like(grad) for grad in grad_output], *args),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "cell-gradient-dropped",
            believes="Everything comes through the hidden state.",
            wrong=_through_cell(lambda grad_h, grad_c, o, cell: grad_h * o * (1 - np.tanh(cell) ** 2)),
            hint="c' has two customers. What does the next step say about it?",
        ),
        Misconception(
            "hidden-path-dropped",
            believes="The gradient of the cell is the one that arrives at the cell.",
            wrong=_through_cell(lambda grad_h, grad_c, o, cell: grad_c),
            hint="h' is made from c'. Which part of the gradient at h' reaches c'?",
        ),
        Misconception(
            "slope-of-tanh-forgotten",
            believes="From h' to c' it is a factor o.",
            wrong=_through_cell(lambda grad_h, grad_c, o, cell: grad_c + grad_h * o),
            hint="Between c' and h' stands a tanh. What is its slope for a large cell?",
        ),
        Misconception(
            "output-gate-forgotten",
            believes="From h' to c' it is the slope of tanh.",
            wrong=_through_cell(lambda grad_h, grad_c, o, cell: grad_c + grad_h * (1 - np.tanh(cell) ** 2)),
            hint="If the output gate is shut, can the loss above hear of the cell?",
        ),
        Misconception(
            "forget-gate-not-on-the-way-back",
            believes="The gradient of the cell arrives at the step before as it is.",
            wrong=_through_cell(_right_at_cell, forget=False),
            hint="If f = 0 the old cell is gone. Can a gradient still reach it?",
        ),
        Misconception(
            "order-of-cs231n",
            believes="The columns stand in the order i, f, o, g.",
            wrong=_through_sums(_slopes, order=(0, 1, 3, 2)),
            hint=ORDER,
        ),
        Misconception(
            "candidate-by-sigmoid",
            believes="All four slopes are those of σ.",
            wrong=_through_sums(lambda values: [value * (1 - value) for value in values]),
            hint="Which of the four was squashed by tanh, and what is the slope of that?",
        ),
        Misconception(
            "gate-slopes-forgotten",
            believes="From the gates to the kernels it is only a matrix product.",
            wrong=_through_sums(lambda values: [np.ones_like(value) for value in values]),
            hint="What stands between the sum a_i and the gate i?",
        ),
        Misconception(
            "averaged-over-samples",
            believes="Gradients of weights are means over the batch.",
            wrong=_averaged,
            hint="Who divides by N, if anybody: the loss above, or every layer once more?",
        ),
        Misconception(
            "old-states-get-nothing",
            believes="The old states were given, so no gradients go to them.",
            wrong=lambda *args: tuple(
                np.zeros_like(grad) if k in (1, 2) else grad for k, grad in enumerate(lstm_step_backward(*args))
            ),
            hint="How should the step before learn that its states were useful here?",
        ),
        *slips.LSTM_STEP_BACKWARD,
    ],
    hints=[
        "Two exercises that you have solved, in the opposite order of the forward pass.",
        "Run the gates again, go back through the states, then through the gates with what comes out.",
        "*grad_gates, grad_c = lstm_state_backward(grad_output, *gates, c); then "
        "lstm_gates_backward(grad_gates, x, h, w_x, w_h, b), and mind the order of the results.",
    ],
    variants=[Variant("in-one-piece", _in_one_piece)],
)
