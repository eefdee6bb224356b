"""Activations that level off on both sides."""

from __future__ import annotations

import numpy as np

from .special import Array

__all__ = ["sigmoid", "sigmoid_backward", "tanh", "tanh_backward"]


def sigmoid(x: Array) -> Array:
    """Squash every number into (0, 1).

        σ(x) = 1 / (1 + e^(-x))

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow to nan; not modified.

    Returns:
        σ(x), same shape and dtype as `x` (float64 for integers).
    """
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def sigmoid_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `sigmoid`.

        σ'(x) = σ(x) (1 - σ(x))

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · σ'(x), same shape and dtype as `x`.
    """
    s = sigmoid(x)
    grad_x: Array = grad_output * s * (1 - s)
    return grad_x


def tanh(x: Array) -> Array:
    """Squash every number into (-1, 1), with 0 staying 0.

        tanh(x) = (e^x - e^(-x)) / (e^x + e^(-x)) = 2 σ(2x) - 1

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow to nan; not modified.

    Returns:
        tanh(x), same shape and dtype as `x` (float64 for integers).
    """
    return np.tanh(x)


def tanh_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `tanh`.

        tanh'(x) = 1 - tanh(x)²

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · tanh'(x), same shape and dtype as `x`.
    """
    grad_x: Array = grad_output * (1 - np.tanh(x) ** 2)
    return grad_x
