"""The four gates of an LSTM."""

from __future__ import annotations

import numpy as np

from .weights import Array

__all__ = ["lstm_gates", "lstm_gates_backward"]


def lstm_gates(x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> tuple[Array, Array, Array, Array]:
    """Open and close the gates of an LSTM: the part of a step that has weights.

        a = x W_x + h W_h + b, cut along the last axis into a_i, a_f, a_g, a_o, each (N, H)

        i = σ(a_i)        f = σ(a_f)        g = tanh(a_g)        o = σ(a_o)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: what is read now, shape (N, F); not modified.
        h: the state before, shape (N, H); not modified.
        w_x: kernels of the input side by side in the order i, f, g, o, shape (F, 4H); not modified.
        w_h: kernels of the state, same order, shape (H, 4H); not modified.
        b: biases, same order, shape (4H,); used as they are: 1 is not added to the forget gate's; not modified.

    Returns:
        `(i, f, g, o)`, each of shape (N, H), dtype of the arguments (float64 for integers); finite for any a.
    """

    def sigmoid(a: Array) -> Array:
        half: Array = 0.5 + 0.5 * np.tanh(0.5 * a)
        return half

    a_i, a_f, a_g, a_o = np.split(x @ w_x + h @ w_h + b, 4, axis=1)
    return sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)


def lstm_gates_backward(
    grad_output: tuple[Array, Array, Array, Array], x: Array, h: Array, w_x: Array, w_h: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Carry gradients back through `lstm_gates`.

    The slopes, told by the gates' own values:

        σ'(a_i) = i (1 - i), for f and o alike        tanh'(a_g) = 1 - g²

    Put side by side again in the order i, f, g, o, the four gradients are grad_a, shape (N, 4H), and the
    rest is a dense layer with two inputs.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: the gradients with respect to i, f, g and o, a tuple of four, each (N, H); not modified.
        x: shape (N, F); not modified.
        h: the state before, shape (N, H); not modified.
        w_x: shape (F, 4H); not modified.
        w_h: shape (H, 4H); not modified.
        b: shape (4H,); not modified.

    Returns:
        `(grad_x, grad_h, grad_w_x, grad_w_h, grad_b)`, each of its argument's shape and dtype.
    """
    grad_i, grad_f, grad_g, grad_o = grad_output
    i, f, g, o = lstm_gates(x, h, w_x, w_h, b)
    slopes = [grad_i * i * (1 - i), grad_f * f * (1 - f), grad_g * (1 - g**2), grad_o * o * (1 - o)]
    grad_a = np.concatenate(slopes, axis=1)
    return grad_a @ w_x.T, grad_a @ w_h.T, x.T @ grad_a, h.T @ grad_a, grad_a.sum(axis=0)
