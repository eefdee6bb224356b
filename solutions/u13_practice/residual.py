"""A block with a way around it."""

from __future__ import annotations

import numpy as np

from ..u04_activations import relu, relu_backward
from ..u07_convolution import conv2d, conv2d_backward, pointwise_conv, pointwise_conv_backward
from .checks import Array

__all__ = ["residual_block", "residual_block_backward"]


def residual_block(x: Array, w1: Array, b1: Array, w2: Array, b2: Array, w_skip: Array | None = None) -> Array:
    """Two convolutions and a way around them.

        h = relu(conv2d(x, w1, b1))
        y = relu(conv2d(h, w2, b2) + skip)        skip = x, or x w_skip at each pixel

    Both convolutions have stride 1 and 'same' padding. Where the block changes the number of channels, x has to
    be brought to F channels to be added: a 1×1 convolution without bias (`pointwise_conv` with zeros).
    No Python loop over rows or pixels.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        w1: kernels, shape (KH, KW, C, M), dtype of `x`; not modified.
        b1: biases, shape (M,); not modified.
        w2: kernels, shape (KH, KW, M, F); not modified.
        b2: biases, shape (F,); not modified.
        w_skip: weights of the way around, shape (C, F), or None: x is added as it is. Not modified.

    Returns:
        y, shape (N, H, W, F), dtype of `x`.

    Raises:
        ValueError: `w_skip` is None although C and F differ (also where C is 1 and x could be broadcast), or has
            not shape (C, F); the text names it.
    """
    channels, filters = x.shape[3], w2.shape[3]
    if (channels != filters) if w_skip is None else w_skip.shape != (channels, filters):
        got = None if w_skip is None else w_skip.shape
        raise ValueError(f"w_skip: got {got}, want weights of shape {(channels, filters)}")
    h = relu(conv2d(x, w1, b1, padding="same"))
    skip = x if w_skip is None else pointwise_conv(x, w_skip, np.zeros_like(b2))
    return relu(conv2d(h, w2, b2, padding="same") + skip)


def residual_block_backward(
    grad_output: Array, x: Array, w1: Array, b1: Array, w2: Array, b2: Array, w_skip: Array | None = None
) -> tuple[Array, ...]:
    """Carry a gradient back through `residual_block`, along both ways.

    The last relu first (slope 0 where its argument is 0). The addition passes what is left to both ways, as it is.
    x gets the sum of what comes back from the convolutions and what comes back from the way around.

    Args:
        grad_output: upstream gradient, shape (N, H, W, F), floating; not modified.
        x: as in `residual_block`, shape (N, H, W, C); not modified.
        w1: shape (KH, KW, C, M); not modified.
        b1: shape (M,); not modified.
        w2: shape (KH, KW, M, F); not modified.
        b2: shape (F,); not modified.
        w_skip: shape (C, F), or None; not modified.

    Returns:
        `(grad_x, grad_w1, grad_b1, grad_w2, grad_b2)`, and `grad_w_skip` as a sixth where `w_skip` is given; each
        of its argument's shape and dtype.
    """
    before = conv2d(x, w1, b1, padding="same")
    h, no_bias = relu(before), np.zeros_like(b2)
    skip = x if w_skip is None else pointwise_conv(x, w_skip, no_bias)
    grad_sum = relu_backward(grad_output, conv2d(h, w2, b2, padding="same") + skip)
    grad_h, grad_w2, grad_b2 = conv2d_backward(grad_sum, h, w2, b2, padding="same")
    grad_x, grad_w1, grad_b1 = conv2d_backward(relu_backward(grad_h, before), x, w1, b1, padding="same")
    if w_skip is None:
        return grad_x + grad_sum, grad_w1, grad_b1, grad_w2, grad_b2
    around, grad_w_skip, _ = pointwise_conv_backward(grad_sum, x, w_skip, no_bias)
    return grad_x + around, grad_w1, grad_b1, grad_w2, grad_b2, grad_w_skip
