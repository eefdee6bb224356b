"""Assessment of the gates of an LSTM, and of their way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._recurrent_common import (
    UPSTREAM_HINT,
    Arrays,
    dense_backward,
    draw_lstm,
    gates,
    gates_backward,
    lstm_inputs,
    sigmoid,
    single,
    sizes,
)

__all__ = ["lstm_gates", "lstm_gates_backward"]

Squash = Callable[[Array], Array]
ONE_UNIT: dict[str, Any] = {
    "x": np.array([[0.5]]),
    "h": np.array([[-0.25]]),
    "w_x": np.array([[1.0, -2.0, 3.0, 0.5]]),
    "w_h": np.array([[0.5, 1.5, -1.0, 2.0]]),
    "b": np.array([0.1, 0.0, -0.2, 0.3]),
}
ORDER = "In which order does the convention card put the gates, and which columns are the third part?"


def _cell_left_out(inputs: Mapping[str, Array]) -> dict[str, Any]:
    return {name: array for name, array in inputs.items() if name != "c"}


def _inputs(n: int, features: int, units: int, seed: int) -> dict[str, Any]:
    return _cell_left_out(lstm_inputs(n, features=features, units=units, seed=seed))


#: The first sample takes pre-activations to thousands, on both sides; the second one is moderate.
FAR: dict[str, Any] = {
    **_inputs(2, 1, 2, seed=50),
    "x": np.array([[4000.0], [0.5]]),
    "w_x": np.array([[1, -1, -1, 1, 1, -1, -1, 0.5]]),
}


def _random_gates(rng: np.random.Generator) -> Mapping[str, Any]:
    n, _, features, units = sizes(rng)
    return _cell_left_out(draw_lstm(rng, n, features=features, units=units))


def _many(n: int) -> dict[str, Any]:
    return _inputs(n, 3, 2, seed=51)


def _squashed(
    x: Array, h: Array, w_x: Array, w_h: Array, b: Array, *, by: Sequence[Squash], order: str = "ifgo"
) -> Arrays:
    """Gates whose columns stand in another order, or that are squashed by other functions."""
    columns = dict(zip(order, np.split(x @ w_x + h @ w_h + b, 4, axis=1), strict=True))
    return tuple(squash(columns[name]) for name, squash in zip("ifgo", by, strict=True))


def _ordered(order: str) -> Callable[..., Arrays]:
    return lambda *args: _squashed(*args, by=[sigmoid, sigmoid, np.tanh, sigmoid], order=order)


def _overflowing(a: Array) -> Array:
    return np.asarray(np.exp(a) / (1 + np.exp(a)))


def _interleaved(x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    """Four neighbouring columns for every unit."""
    a = (x @ w_x + h @ w_h + b).reshape(len(x), -1, 4)
    return sigmoid(a[..., 0]), sigmoid(a[..., 1]), np.tanh(a[..., 2]), sigmoid(a[..., 3])


def _forget_bias(x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    units = h.shape[1]
    raised = np.concatenate([b[:units], b[units : 2 * units] + 1, b[2 * units :]])
    return gates(x, h, w_x, w_h, raised)


def _naive_sigmoid(a: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-a)))


def _gate_by_gate(x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    """A product per gate, and a sigmoid whose overflow to infinity does no harm."""
    parts = zip(*(np.split(array, 4, axis=-1) for array in (w_x, w_h, b)), strict=True)
    a_i, a_f, a_g, a_o = (x @ own_x + h @ own_h + own_b for own_x, own_h, own_b in parts)
    return _naive_sigmoid(a_i), _naive_sigmoid(a_f), np.tanh(a_g), _naive_sigmoid(a_o)


lstm_gates = Exercise(
    "lstm_gates",
    points=1,
    parts=("i", "f", "g", "o"),
    vectorized=_many,
    cases=[
        Case("one-unit", **ONE_UNIT),
        Case("one-sample", **_inputs(1, 2, 3, seed=52)),
        Case("more-units-than-features", **_inputs(2, 3, 5, seed=53)),
        Case("more-features-than-units", **_inputs(5, 4, 2, seed=54)),
        Case("four-units", **_inputs(3, 2, 4, seed=55)),
        Case("zero-state", **{**_inputs(3, 2, 4, seed=56), "h": np.zeros((3, 4))}),
        Case("far-out-nothing-overflows", **FAR),
        Case("read-only", readonly=True, **_inputs(4, 2, 3, seed=57)),
        Case(
            "integers",
            x=np.array([[1, -2], [0, 3]]),
            h=np.array([[1], [-1]]),
            w_x=np.array([[1, 2, -1, 0], [1, 0, 1, 2]]),
            w_h=np.array([[2, -1, 1, 1]]),
            b=np.array([-1, 0, 1, 2]),
        ),
        Case("single-precision", **single(_inputs(3, 4, 2, seed=58))),
        random_cases(_random_gates),
    ],
    misconceptions=[
        Misconception(
            "order-of-cs231n",
            believes="The columns stand in the order i, f, o, g.",
            wrong=_ordered("ifog"),
            hint=ORDER,
        ),
        Misconception(
            "forget-gate-first",
            believes="The columns stand in the order in which the figures draw the gates: f, i, g, o.",
            wrong=_ordered("figo"),
            hint=ORDER,
        ),
        Misconception(
            "candidate-by-sigmoid",
            believes="All four parts are gates, so all four are squashed by σ.",
            wrong=lambda *args: _squashed(*args, by=[sigmoid] * 4),
            hint="g is written into the cell. Should a network be able to write a negative number?",
        ),
        Misconception(
            "gates-by-tanh",
            believes="All four parts are squashed by tanh.",
            wrong=lambda *args: _squashed(*args, by=[np.tanh] * 4),
            hint="What would a gate of -1 mean? Between which two numbers is a gate?",
        ),
        Misconception(
            "not-squashed",
            believes="The gates are the four parts of the sum.",
            wrong=lambda *args: _squashed(*args, by=[lambda a: 1.0 * a] * 4),
            hint="A gate lies between shut, 0, and open, 1. What brings a sum there?",
        ),
        Misconception(
            "gates-interleaved",
            believes="Every unit has its four columns side by side.",
            wrong=_interleaved,
            hint="Columns 0 to H - 1 all belong to one gate. How must the last axis be cut?",
        ),
        Misconception(
            "forget-bias-of-one",
            believes="The forget gate gets 1 on top, so that it is open at first.",
            wrong=_forget_bias,
            hint="That is a choice for the initial b. Who makes it: this function, or who passes b?",
        ),
        Misconception(
            "bias-forgotten",
            believes="Two kernels are all there is.",
            wrong=lambda x, h, w_x, w_h, b: gates(x, h, w_x, w_h, np.zeros_like(b)),
            hint="What are the gates for x = 0 and h = 0?",
        ),
        Misconception(
            "state-ignored",
            believes="The gates look at what is read only.",
            wrong=lambda x, h, w_x, w_h, b: gates(x, np.zeros_like(h), w_x, w_h, b),
            hint="Whether to forget may depend on what came before. Which term knows that?",
        ),
        Misconception(
            "sigmoid-overflows",
            believes="e^a / (1 + e^a) is σ(a) for every a.",
            wrong=lambda *args: _squashed(*args, by=[_overflowing, _overflowing, np.tanh, _overflowing]),
            hint="What is e^1000 in floating point, and infinity divided by infinity?",
        ),
    ],
    hints=[
        "All four gates come from one sum of shape (N, 4H). What are its parts, from left to right?",
        "np.split cuts it into four along the last axis; three parts go through σ, the third through tanh.",
        "a_i, a_f, a_g, a_o = np.split(x @ w_x + h @ w_h + b, 4, axis=1); σ(a) = 0.5 + 0.5 * np.tanh(0.5 * a)",
    ],
    variants=[Variant("gate-by-gate", _gate_by_gate), Variant("exact-sigmoid", gates)],
)


def _from_slopes(
    slopes: Callable[..., Sequence[Array]], *, order: Sequence[int] = (0, 1, 2, 3)
) -> Callable[..., Arrays]:
    """A way back whose slopes are told by the gates and their pre-activations."""

    def wrong(grad_output: Sequence[Array], x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
        own = slopes(gates(x, h, w_x, w_h, b), np.split(x @ w_x + h @ w_h + b, 4, axis=1))
        parts = [grad * slope for grad, slope in zip(grad_output, own, strict=True)]
        return dense_backward(np.concatenate([parts[k] for k in order], axis=1), x, h, w_x, w_h)

    return wrong


def _slopes(values: Sequence[Array], sums: Sequence[Array]) -> list[Array]:
    i, f, g, o = values
    return [i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o)]


def _last_gate_only(grad_output: Sequence[Array], x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    """Gradients of x and h assigned gate by gate: the last one's remain."""
    units = h.shape[1]
    grad_a = grad_output[3] * _slopes(gates(x, h, w_x, w_h, b), ())[3]
    right = gates_backward(grad_output, x, h, w_x, w_h, b)
    return grad_a @ w_x[:, 3 * units :].T, grad_a @ w_h[:, 3 * units :].T, *right[2:]


def _averaged(grad_output: Sequence[Array], x: Array, *rest: Array) -> Arrays:
    grad_x, grad_h, *of_weights = gates_backward(grad_output, x, *rest)
    return grad_x, grad_h, *(grad / len(x) for grad in of_weights)


def _gate_by_gate_backward(
    grad_output: Sequence[Array], x: Array, h: Array, w_x: Array, w_h: Array, b: Array
) -> Arrays:
    """A small dense layer per gate; what comes back to x and h is added up."""
    parts = [grad * slope for grad, slope in zip(grad_output, _slopes(gates(x, h, w_x, w_h, b), ()), strict=True)]
    grad_x, grad_h = np.zeros_like(x), np.zeros_like(h)
    for grad, own_x, own_h in zip(parts, np.split(w_x, 4, axis=1), np.split(w_h, 4, axis=1), strict=True):
        grad_x, grad_h = grad_x + grad @ own_x.T, grad_h + grad @ own_h.T
    of_x, of_h, of_b = ([part(grad) for grad in parts] for part in (lambda g: x.T @ g, lambda g: h.T @ g, sum))
    return grad_x, grad_h, np.hstack(of_x), np.hstack(of_h), np.hstack(of_b)


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": tuple(normal(n, 2, seed=k) for k in range(4)), **_many(n)}


lstm_gates_backward = Exercise(
    "lstm_gates_backward",
    points=2,
    vectorized=_many_backward,
    cases=[
        Case(
            "one-unit",
            grad_output=(np.array([[1.0]]), np.array([[-2.0]]), np.array([[0.5]]), np.array([[3.0]])),
            **ONE_UNIT,
        ),
        Case("one-sample", **_inputs(1, 2, 3, seed=62)),
        Case("more-units-than-features", **_inputs(2, 3, 5, seed=63)),
        Case("more-features-than-units", **_inputs(5, 4, 2, seed=64)),
        Case("four-units", **_inputs(3, 2, 4, seed=65)),
        Case("zero-state", **{**_inputs(3, 2, 4, seed=66), "h": np.zeros((3, 4))}),
        Case("far-out-gates-do-not-move", **FAR),
        Case("read-only", readonly=True, **_inputs(4, 2, 3, seed=67)),
        Case("single-precision", **single(_inputs(3, 4, 2, seed=68))),
        random_cases(_random_gates),
    ],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivatives.",
            wrong=lambda grad_output, *args: gates_backward([np.ones_like(grad) for grad in grad_output], *args),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "slopes-forgotten",
            believes="The way back goes through the kernels alone.",
            wrong=_from_slopes(lambda values, sums: [np.ones_like(value) for value in values]),
            hint="A gate that is wide open hardly moves when its sum does. Where is that in your gradient?",
        ),
        Misconception(
            "candidate-by-sigmoid",
            believes="All four slopes are those of σ.",
            wrong=_from_slopes(lambda values, sums: [value * (1 - value) for value in values]),
            hint="Which of the four was squashed by tanh, and what is the slope of that?",
        ),
        Misconception(
            "gates-by-tanh",
            believes="All four slopes are 1 minus the square.",
            wrong=_from_slopes(lambda values, sums: [1 - value**2 for value in values]),
            hint="Which of the four were squashed by σ, and what is the slope of that?",
        ),
        Misconception(
            "slopes-of-the-sums",
            believes="The slopes are a (1 - a) and 1 - a², with the sums a.",
            wrong=_from_slopes(lambda values, sums: _slopes(sums, ())),
            hint="σ' = σ (1 - σ) is told by what comes out of σ. Can your slope become negative?",
        ),
        Misconception(
            "order-of-cs231n",
            believes="The columns stand in the order i, f, o, g.",
            wrong=_from_slopes(_slopes, order=(0, 1, 3, 2)),
            hint=ORDER,
        ),
        Misconception(
            "last-gate-only",
            believes="The gradient of x is computed once per gate, and the last one is it.",
            wrong=_last_gate_only,
            hint="x was read by four gates. What do gradients of several uses do?",
        ),
        Misconception(
            "averaged-over-samples",
            believes="Gradients of weights are means over the batch.",
            wrong=_averaged,
            hint="Who divides by N, if anybody: the loss above, or every layer once more?",
        ),
    ],
    hints=[
        "Find the gradient of the sum of shape (N, 4H) first; part by part, then side by side.",
        "Every part is upstream times slope: gate · (1 - gate) three times, 1 - g² for the candidate.",
        "grad_a = np.concatenate([…], axis=1); grad_a @ w_x.T, grad_a @ w_h.T, x.T @ grad_a, h.T @ grad_a, "
        "grad_a.sum(axis=0)",
    ],
    variants=[Variant("gate-by-gate", _gate_by_gate_backward)],
)
