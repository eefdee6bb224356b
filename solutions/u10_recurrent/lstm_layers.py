"""The LSTM as a layer, and a stack of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .cells import lstm_step, lstm_step_backward
from .weights import Array, Weights, require_shape

__all__ = ["lstm", "lstm_backward", "stacked_lstm"]


def lstm(x: Array, h0: Array, c0: Array, w_x: Array, w_h: Array, b: Array) -> tuple[Array, Array]:
    """Read a batch of sequences with an LSTM.

    h_t, c_t come from x_t, h_{t-1}, c_{t-1} as in `lstm_step`, t = 1 … T.

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        x: N sequences of T >= 1 steps, shape (N, T, F); not modified.
        h0: the hidden state before the first step, shape (N, H); not modified.
        c0: the cell before the first step, shape (N, H); not modified.
        w_x: shape (F, 4H), gates in the order i, f, g, o; not modified.
        w_h: shape (H, 4H), same order; not modified.
        b: shape (4H,), same order; not modified.

    Returns:
        `(all h, last c)`: h_1 to h_T of shape (N, T, H), and c_T of shape (N, H). Dtype of the arguments
        (float64 for integers).

    Raises:
        ValueError: `h0` or `c0` is not of shape (N, H), also where broadcasting would make do; the text
            names it.
    """
    require_shape("h0", h0, (x.shape[0], w_h.shape[0]))
    require_shape("c0", c0, (x.shape[0], w_h.shape[0]))
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, w_x, w_h, b)
        states.append(h)
    return np.stack(states, axis=1), c


def lstm_backward(
    grad_output: tuple[Array, Array], x: Array, h0: Array, c0: Array, w_x: Array, w_h: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Carry gradients back through time, through all of `lstm`.

    Every h_t gets a gradient from above and one from step t + 1. c_T gets one from above; every other c_t
    only one from step t + 1.

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        grad_output: the pair `(grad_h, grad_c)`: gradients with respect to all h, shape (N, T, H), and to the
            last cell, shape (N, H); not modified.
        x: shape (N, T, F); not modified.
        h0: shape (N, H); not modified.
        c0: shape (N, H); not modified.
        w_x: shape (F, 4H); not modified.
        w_h: shape (H, 4H); not modified.
        b: shape (4H,); not modified.

    Returns:
        `(grad_x, grad_h0, grad_c0, grad_w_x, grad_w_h, grad_b)`, each of its argument's shape and dtype; those
        of kernels and bias are sums over samples and steps.
    """
    grad_states, grad_c = grad_output
    before = [(h0, c0)]
    for t in range(x.shape[1] - 1):
        before.append(lstm_step(x[:, t], *before[-1], w_x, w_h, b))
    grad_x, grad_h = np.empty_like(x), np.zeros_like(h0)
    grad_weights = [np.zeros_like(w_x), np.zeros_like(w_h), np.zeros_like(b)]
    for t in reversed(range(x.shape[1])):
        arriving = (grad_states[:, t] + grad_h, grad_c)
        grad_x[:, t], grad_h, grad_c, *terms = lstm_step_backward(arriving, x[:, t], *before[t], w_x, w_h, b)
        for total, term in zip(grad_weights, terms, strict=True):
            total += term
    grad_w_x, grad_w_h, grad_b = grad_weights
    return grad_x, grad_h, grad_c, grad_w_x, grad_w_h, grad_b


def stacked_lstm(x: Array, layers: Sequence[Weights]) -> Array:
    """Stack LSTM layers: each one reads all h of the one below.

    Every layer starts from states h0 = 0 and c0 = 0 of its own; no state passes from layer to layer.

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        x: N sequences of T >= 1 steps, shape (N, T, F), read by the first layer; not modified.
        layers: one triple `(w_x, w_h, b)` per layer, at least one, as in `lstm`, shapes (F_l, 4H_l), (H_l, 4H_l),
            (4H_l,). The layers may differ in H; the F of a layer is the H of the one below. Not modified.

    Returns:
        All h of the last layer, shape (N, T, H_last), dtype of the arguments: mind that of the zeros.

    Raises:
        ValueError: `layers` is empty.
    """
    if not layers:
        raise ValueError("layers: got none, want at least one triple (w_x, w_h, b)")
    for w_x, w_h, b in layers:
        zeros = np.zeros((len(x), len(w_h)), dtype=b.dtype)
        x, _ = lstm(x, zeros, zeros, w_x, w_h, b)
    return x
