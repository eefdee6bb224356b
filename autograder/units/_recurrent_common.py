"""What the exercises of recurrent layers share: inputs of distinct sizes, and right steps to build wrong ones from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.inputs import Array

__all__ = [
    "UPSTREAM_HINT", "Arrays", "dense_backward", "draw_lstm", "draw_rnn", "draw_weights", "gates",
    "gates_backward", "last_step_only", "lstm_inputs", "lstm_step", "lstm_step_backward", "no_state",
    "rnn_inputs", "rnn_step", "run_lstm", "run_rnn", "sigmoid", "single", "sizes", "state", "state_backward",
]  # fmt: skip

Arrays = tuple[Array, ...]
UPSTREAM_HINT = "How does a change of the output change the loss? Where does that number enter?"


def sizes(rng: np.random.Generator) -> list[int]:
    """N, T, F and H, all different, so that no axis can be taken for another."""
    return [int(size) for size in 2 + rng.permutation(4)]


def draw_weights(rng: np.random.Generator, features: int, units: int, gates: int = 1) -> Arrays:
    """Kernels and bias, small enough that units do not saturate."""
    shapes = (features, gates * units), (units, gates * units), (gates * units,)
    return tuple(0.6 * rng.standard_normal(shape) for shape in shapes)


def draw_rnn(rng: np.random.Generator, *lead: int, features: int, units: int) -> dict[str, Any]:
    """Arguments of an RNN: of one step where `lead` is (N,), of a sequence where it is (N, T)."""
    w_xh, w_hh, b = draw_weights(rng, features, units)
    return {
        "x": rng.standard_normal((*lead, features)),
        "h" if len(lead) == 1 else "h0": rng.uniform(-0.9, 0.9, (lead[0], units)),
        "w_xh": w_xh, "w_hh": w_hh, "b": b,
    }  # fmt: skip


def draw_lstm(rng: np.random.Generator, *lead: int, features: int, units: int) -> dict[str, Any]:
    """Arguments of an LSTM, likewise."""
    w_x, w_h, b = draw_weights(rng, features, units, gates=4)
    suffix = "" if len(lead) == 1 else "0"
    return {
        "x": rng.standard_normal((*lead, features)),
        f"h{suffix}": rng.uniform(-0.9, 0.9, (lead[0], units)),
        f"c{suffix}": rng.standard_normal((lead[0], units)),
        "w_x": w_x, "w_h": w_h, "b": b,
    }  # fmt: skip


def rnn_inputs(*lead: int, features: int, units: int, seed: int = 0) -> dict[str, Any]:
    """Arguments of an RNN from a fixed seed."""
    return draw_rnn(np.random.default_rng([10, seed]), *lead, features=features, units=units)


def lstm_inputs(*lead: int, features: int, units: int, seed: int = 0) -> dict[str, Any]:
    """Arguments of an LSTM from a fixed seed."""
    return draw_lstm(np.random.default_rng([11, seed]), *lead, features=features, units=units)


def single(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The same arrays in float32."""
    return {name: array.astype(np.float32) for name, array in inputs.items()}


def no_state(x: Array, units: int) -> Array:
    """A zero state for every sequence of x, in the dtype of x."""
    return np.zeros((len(x), units), x.dtype if x.dtype.kind == "f" else np.float64)


def last_step_only(grads: Array) -> Array:
    """A gradient at every step, all but the last of them set to 0."""
    kept: Array = np.zeros_like(grads)
    kept[:, -1] = grads[:, -1]
    return kept


def sigmoid(a: Array) -> Array:
    """1 / (1 + e^-a), without overflow."""
    small = np.exp(-np.abs(a))
    return np.where(a >= 0, 1 / (1 + small), small / (1 + small))


def rnn_step(x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    """One step of an RNN."""
    after: Array = np.tanh(x @ w_xh + h @ w_hh + b)
    return after


def run_rnn(x: Array, h: Array, weights: Sequence[Array]) -> list[Array]:
    """The states of an RNN, the initial one first."""
    states = [h]
    for t in range(x.shape[1]):
        states.append(rnn_step(x[:, t], states[-1], weights[0], weights[1], weights[2]))
    return states


def dense_backward(grad_a: Array, x: Array, h: Array, w_x: Array, w_h: Array) -> Arrays:
    """Gradients of x, h, both kernels and the bias, from that of x W_x + h W_h + b."""
    return grad_a @ w_x.T, grad_a @ w_h.T, x.T @ grad_a, h.T @ grad_a, grad_a.sum(axis=0)


def gates(x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    """Gates of an LSTM: i, f, g, o."""
    i, f, g, o = np.split(x @ w_x + h @ w_h + b, 4, axis=-1)
    return sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)


def state(i: Array, f: Array, g: Array, o: Array, c: Array) -> Arrays:
    """Hidden state and cell after a step."""
    cell = f * c + i * g
    return o * np.tanh(cell), cell


def lstm_step(x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    """One step of an LSTM: hidden state and cell."""
    i, f, g, o = gates(x, h, w_x, w_h, b)
    return state(i, f, g, o, c)


def run_lstm(x: Array, h: Array, c: Array, weights: Sequence[Array]) -> list[Arrays]:
    """Hidden states and cells of an LSTM, the initial ones first."""
    pairs: list[Arrays] = [(h, c)]
    for t in range(x.shape[1]):
        pairs.append(lstm_step(x[:, t], pairs[-1][0], pairs[-1][1], weights[0], weights[1], weights[2]))
    return pairs


def gates_backward(grads: Sequence[Array], x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> Arrays:
    """Gradients of x, h, kernels and bias from those of the four gates."""
    i, f, g, o = gates(x, h, w_x, w_h, b)
    slopes = (i * (1 - i), f * (1 - f), 1 - g**2, o * (1 - o))
    grad_a = np.concatenate([grad * slope for grad, slope in zip(grads, slopes, strict=True)], axis=1)
    return dense_backward(grad_a, x, h, w_x, w_h)


def state_backward(grad_h: Array, grad_c: Array, i: Array, f: Array, g: Array, o: Array, c: Array) -> Arrays:
    """Gradients of i, f, g, o and the cell before."""
    shown = np.tanh(f * c + i * g)
    grad_cell = grad_c + grad_h * o * (1 - shown**2)
    return grad_cell * g, grad_cell * c, grad_cell * i, grad_h * shown, grad_cell * f


def lstm_step_backward(
    grad_output: Sequence[Array], x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array
) -> Arrays:
    """Gradients of x, h, c, kernels and bias."""
    i, f, g, o = gates(x, h, w_x, w_h, b)
    *of_gates, grad_c = state_backward(grad_output[0], grad_output[1], i, f, g, o, c)
    grad_x, grad_h, *of_weights = gates_backward(of_gates, x, h, w_x, w_h, b)
    return grad_x, grad_h, grad_c, *of_weights
