"""Rectifiers with an exponential left side."""

from __future__ import annotations

import numpy as np

from .special import SELU_ALPHA, SELU_SCALE, Array

__all__ = ["elu", "elu_backward", "selu", "selu_backward"]


def elu(x: Array, alpha: float = 1.0) -> Array:
    """Let positive numbers through, and level off towards -α on the left.

        elu(x) = x for x > 0, else α (e^x - 1)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow to nan; not modified.
        alpha: α, any number.

    Returns:
        elu(x), same shape and dtype as `x` (float64 for integers).
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0)))


def elu_backward(grad_output: Array, x: Array, alpha: float = 1.0) -> Array:
    """Carry a gradient back through `elu`; the slope at 0 is α, as in PyTorch.

        elu'(x) = 1 for x > 0, else α e^x

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape, from -1000 to 1000 and beyond; not modified.
        alpha: α of the forward pass, any number.

    Returns:
        Gradient with respect to `x`: grad_output · elu'(x), same shape and dtype as `x`.
    """
    return grad_output * np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0.0)))


def selu(x: Array) -> Array:
    """Scale `elu` so that mean 0 and variance 1 survive from layer to layer.

        selu(x) = scale · x for x > 0, else scale · α (e^x - 1)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow to nan; not modified.

    Returns:
        selu(x), same shape and dtype as `x`, with α = `SELU_ALPHA` = 1.6732632423543772… and
        scale = `SELU_SCALE` = 1.0507009873554804…, which are given in full.
    """
    return SELU_SCALE * elu(x, SELU_ALPHA)


def selu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `selu`; the slope at 0 is scale · α, as in PyTorch.

        selu'(x) = scale for x > 0, else scale · α e^x

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape, from -1000 to 1000 and beyond; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · selu'(x), same shape and dtype as `x`, with the
        given constants `SELU_ALPHA` and `SELU_SCALE`.
    """
    return SELU_SCALE * elu_backward(grad_output, x, SELU_ALPHA)
