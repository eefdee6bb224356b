"""The mean of every channel."""

from __future__ import annotations

import numpy as np

from .pairs import Array

__all__ = ["global_average_pool", "global_average_pool_backward"]


def global_average_pool(x: Array) -> Array:
    """The mean of each channel over the whole image.

        y[n, c] = 1 / (H W) · Σ_p Σ_q x[n, p, q, c]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: images, shape (N, H, W, C), floating, H and W at least 1; not modified.

    Returns:
        y, shape (N, C), dtype of `x`.

    Raises:
        ValueError: `x` has not four axes; the text names it.
    """
    if x.ndim != 4:
        raise ValueError(f"x: got shape {x.shape}, want (N, H, W, C)")
    y: Array = x.mean(axis=1).mean(axis=1)  # the rows first: whole rows are added at once, not pixel after pixel
    return y


def global_average_pool_backward(grad_output: Array, x: Array) -> Array:
    """The gradient of `global_average_pool`: every pixel of an image gets the same share.

        ∂x[n, p, q, c] = g[n, c] / (H W)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: upstream gradient g, shape (N, C), floating; not modified.
        x: images, shape (N, H, W, C), floating; only shape and dtype matter.

    Returns:
        The gradient with respect to `x`, a new array of its shape and dtype.
    """
    share = grad_output / (x.shape[1] * x.shape[2])
    return np.tile(share[:, None, None, :], (1, *x.shape[1:3], 1))
