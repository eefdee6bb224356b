"""Products of matrices, and of stacks of them."""

from __future__ import annotations

import numpy as np

from .shapes import Array

__all__ = ["matmul"]


def matmul(a: Array, b: Array) -> Array:
    """Multiply matrices by broadcasting: products of all pairs, then one sum.

        c_ij = Σ_k a_ik b_kj        (k runs along the last axis of a)

    Shapes as in torch.matmul: the last two axes are the matrices, all axes
    before them are batch axes, and those broadcast. A one-dimensional `a` is a
    row, a one-dimensional `b` a column; the axis that this adds is dropped from
    the result.

        (n, k)    (k, m)     ->  (n, m)         (k,)  (k,)       ->  ()
        (n, k)    (k,)       ->  (n,)           (k,)  (k, m)     ->  (m,)
        (B, n, k) (B, k, m)  ->  (B, n, m)      (k,)  (B, k, m)  ->  (B, m)
        (B, n, k) (k, m)     ->  (B, n, m)      (A, 1, n, k) (B, k, m)  ->  (A, B, n, m)

    Not allowed: `@`, dot, matmul, einsum, tensordot, inner, vdot. No loop over
    rows or columns.

    Args:
        a: shape (..., n, k) or (k,); not modified.
        b: shape (..., k, m) or (k,); not modified.

    Returns:
        The product, shape (..., n, m), (..., n), (..., m) or (), as the table
        shows. Float32 for two float32 arrays, else float64: integers are
        computed in float64, so that a product of bytes does not overflow.

    Raises:
        ValueError: an array has no axes, or the two lengths k differ (1 does not
            stretch here). The message names `a` and `b`.
    """
    if 0 in (a.ndim, b.ndim) or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(f"a and b: got the shapes {a.shape} and {b.shape}, want (..., n, k) and (..., k, m)")
    dtype = np.result_type(a, b) if a.dtype.kind == b.dtype.kind == "f" else np.float64
    rows = (a if a.ndim > 1 else a[np.newaxis]).astype(dtype, copy=False)
    columns = (b if b.ndim > 1 else b[:, np.newaxis]).astype(dtype, copy=False)
    product: Array = (rows[..., :, :, np.newaxis] * columns[..., np.newaxis, :, :]).sum(axis=-2)
    if a.ndim == 1:
        product = product[..., 0, :]
    return product[..., 0] if b.ndim == 1 else product
