"""Activations with a kink at zero."""

from __future__ import annotations

import numpy as np

from .special import Array

__all__ = ["leaky_relu", "leaky_relu_backward", "relu", "relu_backward"]


def relu(x: Array) -> Array:
    """Let positive numbers through, and nothing else.

        relu(x) = max(x, 0)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.

    Returns:
        A new array of the same shape and dtype as `x`; integers become float64.
    """
    return np.maximum(x, 0.0)


def relu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `relu`; the slope at 0 is 0, as in PyTorch.

        relu'(x) = 1 for x > 0, else 0

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass, any shape; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · relu'(x), same shape and dtype as `x`.
    """
    return grad_output * (x > 0)


def leaky_relu(x: Array, slope: float = 0.01) -> Array:
    """Let positive numbers through, and a small part of the negative ones.

        leaky_relu(x) = x for x > 0, else slope · x

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.
        slope: the slope left of 0; any number, also above 1 or negative.

    Returns:
        A new array of the same shape and dtype as `x`.
    """
    return np.where(x > 0, x, slope * x)


def leaky_relu_backward(grad_output: Array, x: Array, slope: float = 0.01) -> Array:
    """Carry a gradient back through `leaky_relu`; the slope at 0 is `slope`, as in PyTorch.

        leaky_relu'(x) = 1 for x > 0, else slope

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass, any shape; not modified.
        slope: the slope of the forward pass left of 0, any number.

    Returns:
        Gradient with respect to `x`: grad_output · leaky_relu'(x), same shape and dtype as `x`.
    """
    return np.where(x > 0, grad_output, slope * grad_output)
