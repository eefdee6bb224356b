"""Convolution with a kernel of one pixel."""

from __future__ import annotations

from .pairs import Array

__all__ = ["pointwise_conv", "pointwise_conv_backward"]


def pointwise_conv(x: Array, w: Array, b: Array) -> Array:
    """A 1×1 convolution: at each pixel the channels are mixed, and no pixel sees another.

        y[n, p, q, f] = b[f] + Σ_c x[n, p, q, c] · w[c, f]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        w: weights, shape (C, F), dtype of `x`; not modified.
        b: bias, shape (F,), dtype of `x`; not modified.

    Returns:
        y, shape (N, H, W, F), dtype of `x`.

    Raises:
        ValueError: `w` has not as many rows as `x` has channels; the text names it.
    """
    if w.shape[0] != x.shape[3]:
        raise ValueError(f"w: got weights for {w.shape[0]} channels, want {x.shape[3]} as in x")
    y = x.reshape(-1, x.shape[3]) @ w
    y += b
    return y.reshape(*x.shape[:3], w.shape[1])


def pointwise_conv_backward(grad_output: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    """The gradients of `pointwise_conv`: those of a dense layer with every pixel as a sample.

        ∂x = g wᵀ at each pixel,   ∂w = Σ over all pixels of all images x gᵀ,   ∂b = Σ over them of g

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: upstream gradient g, shape (N, H, W, F), floating; not modified.
        x: images, shape (N, H, W, C), floating; not modified.
        w: weights, shape (C, F), floating; not modified.
        b: bias, shape (F,), floating; not modified.

    Returns:
        `(grad_x, grad_w, grad_b)`, of the shapes and the dtype of `x`, `w`, `b`.
    """
    pixels, flat = x.reshape(-1, x.shape[3]), grad_output.reshape(-1, w.shape[1])
    return (flat @ w.T).reshape(x.shape), pixels.T @ flat, flat.sum(axis=0)
