"""A block of several convolutions side by side."""

from __future__ import annotations

import numpy as np

from ..u04_activations import relu, relu_backward
from ..u07_convolution import (
    conv2d,
    conv2d_backward,
    max_pool2d,
    max_pool2d_backward,
    pointwise_conv,
    pointwise_conv_backward,
)
from .checks import Array

__all__ = ["inception_block", "inception_block_backward"]


def inception_block(
    x: Array, w1: Array, w3_reduce: Array, w3: Array, w5_reduce: Array, w5: Array, w_pool: Array
) -> Array:
    """Look at four scales at once, and put the results side by side.

        y = [relu(x w1),  relu(relu(x w3_reduce) ∗ w3),  relu(relu(x w5_reduce) ∗ w5),  relu(pool(x) w_pool)]

    joined along the channels, in this order. A product "x w" is a 1×1 convolution (`pointwise_conv`), ∗ is
    `conv2d` with stride 1 and 'same' padding, pool is `max_pool2d` of size 3 and stride 1 with 'same' padding. No
    convolution has a bias: pass zeros. No Python loop over rows or pixels.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        w1: weights of the 1×1 branch, shape (C, F1), dtype of `x`; not modified.
        w3_reduce: 1×1 weights before the 3×3 kernels, shape (C, R3); not modified.
        w3: kernels, shape (3, 3, R3, F3); not modified.
        w5_reduce: 1×1 weights before the 5×5 kernels, shape (C, R5); not modified.
        w5: kernels, shape (5, 5, R5, F5); not modified.
        w_pool: 1×1 weights after the pooling, shape (C, FP); not modified.

    Returns:
        y, shape (N, H, W, F1 + F3 + F5 + FP), dtype of `x`.

    Raises:
        ValueError: `w3` or `w5` does not take as many channels as its reduction gives; the text names it.
    """
    for name, reduction, kernels in (("w3", w3_reduce, w3), ("w5", w5_reduce, w5)):
        if kernels.shape[2] != reduction.shape[1]:
            raise ValueError(f"{name}: got kernels for {kernels.shape[2]} channels, want {reduction.shape[1]}")

    def mixed(images: Array, w: Array) -> Array:
        return relu(pointwise_conv(images, w, np.zeros(w.shape[1], dtype=x.dtype)))

    def convolved(images: Array, w: Array) -> Array:
        return relu(conv2d(images, w, np.zeros(w.shape[3], dtype=x.dtype), padding="same"))

    pooled = max_pool2d(x, 3, 1, "same")
    branches = [mixed(x, w1), convolved(mixed(x, w3_reduce), w3), convolved(mixed(x, w5_reduce), w5)]
    return np.concatenate([*branches, mixed(pooled, w_pool)], axis=3)


def inception_block_backward(
    grad_output: Array, x: Array, w1: Array, w3_reduce: Array, w3: Array, w5_reduce: Array, w5: Array, w_pool: Array
) -> tuple[Array, Array, Array, Array, Array, Array, Array]:
    """Carry a gradient back through `inception_block`: cut it by channels, go back through each branch, add for x.

    The first F1 channels of the upstream gradient belong to the 1×1 branch, the next F3 to the 3×3 branch, and so
    on. The slope of a relu at 0 is 0; a maximum that stands twice in a window sends its gradient to the first.

    Args:
        grad_output: upstream gradient, shape (N, H, W, F1 + F3 + F5 + FP), floating; not modified.
        x: as in `inception_block`, shape (N, H, W, C); not modified.
        w1: shape (C, F1); not modified.
        w3_reduce: shape (C, R3); not modified.
        w3: shape (3, 3, R3, F3); not modified.
        w5_reduce: shape (C, R5); not modified.
        w5: shape (5, 5, R5, F5); not modified.
        w_pool: shape (C, FP); not modified.

    Returns:
        `(grad_x, grad_w1, grad_w3_reduce, grad_w3, grad_w5_reduce, grad_w5, grad_w_pool)`, each of its argument's
        shape and dtype.
    """

    def unmixed(grad: Array, images: Array, w: Array) -> tuple[Array, Array]:
        bias = np.zeros(w.shape[1], dtype=x.dtype)
        grad = relu_backward(grad, pointwise_conv(images, w, bias))
        return pointwise_conv_backward(grad, images, w, bias)[:2]

    def unconvolved(grad: Array, reduction: Array, w: Array) -> tuple[Array, Array, Array]:
        bias = np.zeros(w.shape[3], dtype=x.dtype)
        thin = relu(pointwise_conv(x, reduction, np.zeros(reduction.shape[1], dtype=x.dtype)))
        grad = relu_backward(grad, conv2d(thin, w, bias, padding="same"))
        grad_thin, grad_w, _ = conv2d_backward(grad, thin, w, bias, padding="same")
        return *unmixed(grad_thin, x, reduction), grad_w

    ends = np.cumsum([w1.shape[1], w3.shape[3], w5.shape[3]])
    upstream1, upstream3, upstream5, upstream_pool = np.split(grad_output, ends, axis=3)
    x1, grad_w1 = unmixed(upstream1, x, w1)
    x3, grad_w3_reduce, grad_w3 = unconvolved(upstream3, w3_reduce, w3)
    x5, grad_w5_reduce, grad_w5 = unconvolved(upstream5, w5_reduce, w5)
    grad_pooled, grad_w_pool = unmixed(upstream_pool, max_pool2d(x, 3, 1, "same"), w_pool)
    grad_x = x1 + x3 + x5 + max_pool2d_backward(grad_pooled, x, 3, 1, "same")
    return grad_x, grad_w1, grad_w3_reduce, grad_w3, grad_w5_reduce, grad_w5, grad_w_pool
