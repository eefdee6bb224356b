"""The gradients of a matrix product."""

from __future__ import annotations

import numpy as np

from .arrays import Array
from .broadcasting import unbroadcast

__all__ = ["matmul_backward"]


def matmul_backward(grad_output: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """Carry a gradient back through a @ b.

        c = a b:        ∂L/∂a = g bᵀ,  ∂L/∂b = aᵀ g        (ᵀ swaps the last two axes)

    Shapes as `@` takes them. A one-dimensional `a` is a row, a one-dimensional `b` a column; that axis is
    missing in g. Axes before the last two are batch axes: they broadcast, so their gradients are summed.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: g, gradient with respect to a @ b, shape of `a @ b` (no axes for two vectors); not modified.
        a: shape (..., n, k) or (k,), floating; not modified.
        b: shape (..., k, m) or (k,), same dtype; not modified.

    Returns:
        `(grad_a, grad_b)`, each of the shape and dtype of its argument.
    """
    rows = a[None, :] if a.ndim == 1 else a
    columns = b[:, None] if b.ndim == 1 else b
    grad = np.asarray(grad_output)
    if b.ndim == 1:
        grad = grad[..., None]
    if a.ndim == 1:
        grad = grad[..., None, :]
    grad_rows = unbroadcast(grad @ columns.swapaxes(-1, -2), rows.shape)
    grad_columns = unbroadcast(rows.swapaxes(-1, -2) @ grad, columns.shape)
    return grad_rows.reshape(a.shape), grad_columns.reshape(b.shape)
