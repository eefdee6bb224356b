"""Gradients of sums and maxima over axes."""

from __future__ import annotations

import numpy as np

from .arrays import Array, Axes

__all__ = ["max_backward", "sum_backward"]


def sum_backward(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    """Carry a gradient back through x.sum(axis, keepdims): each number of x counted once in one sum.

        ∂L/∂x_i = g_j        (j is the sum that x_i went into)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: g, gradient with respect to the sums, shape of `x.sum(axis, keepdims=keepdims)`; not modified.
        x: what was summed, any shape, floating; not modified.
        axis: the axis, or a tuple of axes, that was summed over, from the end if negative; None for all.
        keepdims: whether the summed axes stayed, with length 1.

    Returns:
        A new array, shape and dtype of `x`.
    """
    grad = grad_output if keepdims or axis is None else np.expand_dims(grad_output, axis)
    return np.array(np.broadcast_to(grad, x.shape))


def max_backward(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    """Carry a gradient back through x.max(axis, keepdims): to the places that hold a maximum.

        ∂L/∂x_i = g_j / n_j  where x_i equals the maximum m_j,  else 0        (n_j places hold it)

    Tied places share evenly, as in `torch.amax`: their gradients add up to g_j.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: g, gradient with respect to the maxima, shape of `x.max(axis, keepdims=keepdims)`; not modified.
        x: where the maximum was looked for, any shape, floating, finite; not modified.
        axis: the axis, or a tuple of axes, that it was taken over, from the end if negative; None for all.
        keepdims: whether those axes stayed, with length 1.

    Returns:
        A new array, shape and dtype of `x`.
    """
    held = (x == x.max(axis=axis, keepdims=True)).astype(x.dtype)
    share = held / held.sum(axis=axis, keepdims=True)
    grad: Array = share * sum_backward(grad_output, x, axis, keepdims)
    return grad
