"""Recurrent layers and embeddings, forward only. Checked against torch.nn.RNN, torch.nn.LSTM and embedding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from reference._arrays import array_namespace

__all__ = [
    "bidirectional", "embedding", "gradient_norm_by_step", "last_output", "lstm", "lstm_gates", "lstm_state",
    "lstm_step", "rnn", "rnn_step", "stacked_lstm",
]  # fmt: skip


def _sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x) as e^-log(1 + e^-x): no overflow, and no kink for a gradient to stumble over."""
    xp = array_namespace(x)
    return xp.exp(-xp.logaddexp(xp.zeros_like(x), -x))


def rnn_step(x: Any, h: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    """The input and the state, weighted and squashed; the 1.0 takes integers to float64."""
    xp = array_namespace(x, h, w_xh, w_hh, b)
    return xp.tanh(1.0 * (x @ w_xh + h @ w_hh + b))


def _unrolled(x: Any, h: Any, weights: Sequence[Any], order: Iterable[int]) -> list[Any]:
    """The states after the steps, visited in the given order, each at the place of its step."""
    states: list[Any] = [None] * x.shape[1]
    for t in order:
        h = states[t] = rnn_step(x[:, t, :], h, *weights)
    return states


def rnn(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    """The states after all steps, from the first to the last."""
    states = _unrolled(x, h0, (w_xh, w_hh, b), range(x.shape[1]))
    return array_namespace(x).stack(states, axis=1)


def lstm_gates(x: Any, h: Any, w_x: Any, w_h: Any, b: Any) -> tuple[Any, Any, Any, Any]:
    """The four gates in the order i, f, g, o, each from its own columns."""
    units = h.shape[-1]

    def gate(k: int, squash: Callable[[Any], Any]) -> Any:
        own = slice(k * units, (k + 1) * units)
        return squash(1.0 * (x @ w_x[:, own] + h @ w_h[:, own] + b[own]))

    return gate(0, _sigmoid), gate(1, _sigmoid), gate(2, array_namespace(x).tanh), gate(3, _sigmoid)


def lstm_state(i: Any, f: Any, g: Any, o: Any, c: Any) -> tuple[Any, Any]:
    """Hidden state and cell after a step."""
    cell = i * g + f * c
    return o * array_namespace(c).tanh(cell), cell


def lstm_step(x: Any, h: Any, c: Any, w_x: Any, w_h: Any, b: Any) -> tuple[Any, Any]:
    """Gates, then states."""
    return lstm_state(*lstm_gates(x, h, w_x, w_h, b), c)


def lstm(x: Any, h0: Any, c0: Any, w_x: Any, w_h: Any, b: Any) -> tuple[Any, Any]:
    """The hidden states after all steps, and the last cell."""
    pairs = [(h0, c0)]
    for t in range(x.shape[1]):
        pairs.append(lstm_step(x[:, t, :], *pairs[-1], w_x, w_h, b))
    return array_namespace(x).stack([h for h, _ in pairs[1:]], axis=1), pairs[-1][1]


def stacked_lstm(x: Any, layers: Sequence[Any]) -> Any:
    """The last of the layers on what the others make of the input, from zero states."""
    *below, (w_x, w_h, b) = layers
    inputs = stacked_lstm(x, below) if below else x
    zeros = array_namespace(x).zeros_like(inputs[:, 0, :1] * w_h[:, 0])
    return lstm(inputs, zeros, zeros, w_x, w_h, b)[0]


def last_output(h: Any, lengths: Any = None) -> Any:
    """The states after the last real steps."""
    steps = [h.shape[1]] * h.shape[0] if lengths is None else [int(length) for length in lengths]
    return array_namespace(h).stack([h[n, step - 1, :] for n, step in enumerate(steps)])


def bidirectional(x: Any, forward: Sequence[Any], backward: Sequence[Any]) -> Any:
    """At every step the state of both readers after it."""
    xp = array_namespace(x)
    steps = range(x.shape[1])
    sides = [
        _unrolled(x, xp.zeros_like(x[:, 0, :1] * weights[2]), weights, order)
        for weights, order in ((forward, steps), (backward, reversed(steps)))
    ]
    return xp.stack([xp.concat(pair, axis=-1) for pair in zip(*sides, strict=True)], axis=1)


def gradient_norm_by_step(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    """Norms of the gradients of the summed last state with respect to all states; the gradients are autograd's."""
    import torch

    inputs, h, *weights = (torch.as_tensor(array) for array in (x, h0, w_xh, w_hh, b))
    states = [h.detach().requires_grad_()]
    for t in range(inputs.shape[1]):
        states.append(rnn_step(inputs[:, t, :], states[-1], *weights))
    gradients = torch.autograd.grad(states[-1].sum(), states)
    norms = torch.stack([torch.sqrt((gradient**2).sum()) for gradient in gradients])
    return norms.numpy() if isinstance(x, np.ndarray) else norms


def embedding(ids: Any, table: Any) -> Any:
    """One-hot rows times the table."""
    xp = array_namespace(table)
    words = xp.arange(table.shape[0], device=table.device)
    return xp.astype(ids[..., None] == words, table.dtype) @ table
