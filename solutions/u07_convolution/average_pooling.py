"""The mean of every window."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .padding import pad2d
from .pairs import NO_PADDING, Array, Padding, Pair
from .windows import pool_geometry

__all__ = ["average_pool2d", "average_pool2d_backward"]


def average_pool2d(
    x: Array, size: int | Pair, stride: int | Pair | None = None, padding: Padding | Pair = "valid"
) -> Array:
    """The mean of each window, each channel for itself.

        y[n, p, q, c] = mean over i < KH, j < KW of  x[n, p s_h + i, q s_w + j, c]

    Padding does not count: a window at the border has the sum of its real pixels divided by their number. A
    rest at the end that holds no whole window is not used.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        size: KH and KW of the windows, a number or a pair (h, w), at least 1.
        stride: pixels from one window to the next, a number or a pair (h, w), at least 1; None for the size.
        padding: 'valid' (none), 'same' (as `same_padding`), or how much on every side, a number or a pair
            (h, w), at most half of the size, so that every window holds a real pixel.

    Returns:
        y, a new array of shape (N, OH, OW, C) with OH and OW as `output_size` gives them, dtype of `x`.

    Raises:
        ValueError: `size` or `stride` is below 1; `size` is larger than the padded images; `padding` is another
            word, below 0 or more than half of the size. The text names the argument.
    """
    size, stride, sides = pool_geometry(x.shape, size, stride, padding)
    if sides != NO_PADDING:
        real_share = average_pool2d(pad2d(np.ones_like(x[:1, ..., :1]), sides), size, stride)
        return average_pool2d(pad2d(x, sides), size, stride) / real_share
    windows = sliding_window_view(x, size, axis=(1, 2))[:, :: stride[0], :: stride[1]]
    total = np.zeros(windows.shape[:4], dtype=x.dtype)
    for i, j in np.ndindex(size):
        total += windows[..., i, j]
    total /= size[0] * size[1]
    return total


def average_pool2d_backward(
    grad_output: Array,
    x: Array,
    size: int | Pair,
    stride: int | Pair | None = None,
    padding: Padding | Pair = "valid",
) -> Array:
    """The gradient of `average_pool2d`: each window shares its upstream gradient evenly among its real pixels.

    A window of m real pixels passes g / m to each of them; a pixel in several windows gets the sum. Pixels
    in no window get 0.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        grad_output: upstream gradient g, shape (N, OH, OW, C), floating; not modified.
        x: images, shape (N, H, W, C), floating; only shape and dtype matter.
        size: as in `average_pool2d`.
        stride: as in `average_pool2d`.
        padding: as in `average_pool2d`.

    Returns:
        The gradient with respect to `x`, of its shape and dtype.
    """
    size, stride, sides = pool_geometry(x.shape, size, stride, padding)
    if sides != NO_PADDING:
        (top, _), (left, _) = sides
        real_share = average_pool2d(pad2d(np.ones_like(x[:1, ..., :1]), sides), size, stride)
        grad_padded = average_pool2d_backward(grad_output / real_share, pad2d(x, sides), size, stride)
        return grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]
    grad_x = np.zeros_like(x)
    grads = sliding_window_view(grad_x, size, axis=(1, 2), writeable=True)[:, :: stride[0], :: stride[1]]
    share = grad_output / (size[0] * size[1])
    for i, j in np.ndindex(size):
        grads[..., i, j] += share
    return grad_x
