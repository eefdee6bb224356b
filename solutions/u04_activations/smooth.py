"""Smooth relatives of the rectifiers and of tanh."""

from __future__ import annotations

import math

import numpy as np

from .saturating import sigmoid
from .special import Array, erf

__all__ = ["gelu", "gelu_backward", "softplus", "softplus_backward", "softsign", "softsign_backward"]


def gelu(x: Array) -> Array:
    """Weigh every number by the probability that a standard normal one is smaller: the exact form.

        gelu(x) = x Φ(x),  Φ(x) = ½ (1 + erf(x / √2))

    The approximations with tanh or σ(1.702 x) differ from it in the third digit, and are not accepted.

    Args:
        x: any shape, from -1000 to 1000 and beyond; not modified.

    Returns:
        gelu(x), same shape and dtype as `x`. `erf` is given.
    """
    y: Array = 0.5 * x * (1 + erf(x / math.sqrt(2)))
    return y


def gelu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through the exact `gelu`.

        gelu'(x) = Φ(x) + x φ(x),  Φ(x) = ½ (1 + erf(x / √2)),  φ(x) = e^(-x²/2) / √(2π)

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape, from -1000 to 1000 and beyond; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · gelu'(x), same shape and dtype as `x`.
    """
    probability = 0.5 * (1 + erf(x / math.sqrt(2)))
    density = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
    return grad_output * (probability + x * density)


def softplus(x: Array) -> Array:
    """A relu without the kink.

        softplus(x) = ln(1 + e^x) = max(x, 0) + ln(1 + e^(-|x|))

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow; not modified.

    Returns:
        softplus(x), same shape and dtype as `x` (float64 for integers). Returning x itself above 20, as
        PyTorch does, is accepted.
    """
    return np.logaddexp(x, 0.0)


def softplus_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `softplus`.

        softplus'(x) = e^x / (1 + e^x) = σ(x)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape, from -1000 to 1000 and beyond; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · σ(x), same shape and dtype as `x`.
    """
    return grad_output * sigmoid(x)


def softsign(x: Array) -> Array:
    """Squash every number into (-1, 1) without an exponential.

        softsign(x) = x / (1 + |x|)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.

    Returns:
        softsign(x), same shape and dtype as `x`.
    """
    y: Array = x / (1 + np.abs(x))
    return y


def softsign_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `softsign`: smooth at 0 too, where the slope is 1.

        softsign'(x) = 1 / (1 + |x|)²

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · softsign'(x), same shape and dtype as `x`.
    """
    grad_x: Array = grad_output / (1 + np.abs(x)) ** 2
    return grad_x
