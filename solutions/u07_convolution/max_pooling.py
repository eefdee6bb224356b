"""The largest number of every window."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .padding import pad2d
from .pairs import NO_PADDING, Array, Padding, Pair
from .windows import pool_geometry

__all__ = ["max_pool2d", "max_pool2d_backward"]


def max_pool2d(
    x: Array, size: int | Pair, stride: int | Pair | None = None, padding: Padding | Pair = "valid"
) -> Array:
    """The largest number of each window, each channel for itself.

        y[n, p, q, c] = max over i < KH, j < KW of  x[n, p s_h + i, q s_w + j, c]

    Padding never wins: a window at the border has the maximum of its real pixels, also where all are
    negative. A rest at the end that holds no whole window is not used.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        x: images, shape (N, H, W, C), floating, finite; not modified.
        size: KH and KW of the windows, a number or a pair (h, w), at least 1.
        stride: pixels from one window to the next, a number or a pair (h, w), at least 1; None for the size.
        padding: 'valid' (none), 'same' (as `same_padding`), or how much on every side, a number or a pair
            (h, w), at most half of the size, so that every window holds a real pixel.

    Returns:
        y, shape (N, OH, OW, C) with OH and OW as `output_size` gives them, dtype of `x`.

    Raises:
        ValueError: `size` or `stride` is below 1; `size` is larger than the padded images; `padding` is another
            word, below 0 or more than half of the size. The text names the argument.
    """
    size, stride, sides = pool_geometry(x.shape, size, stride, padding)
    padded = x if sides == NO_PADDING else pad2d(x, sides, -np.inf)
    windows = sliding_window_view(padded, size, axis=(1, 2))[:, :: stride[0], :: stride[1]]
    largest = windows[..., 0, 0].copy()
    for i, j in np.ndindex(size):
        np.maximum(largest, windows[..., i, j], out=largest)
    return largest


def max_pool2d_backward(
    grad_output: Array,
    x: Array,
    size: int | Pair,
    stride: int | Pair | None = None,
    padding: Padding | Pair = "valid",
) -> Array:
    """The gradient of `max_pool2d`: each window passes its upstream gradient to its maximum alone.

    Where the maximum stands several times in a window, the first one gets all of it, in row-major order: the
    upper row first, in a row the left one. A pixel that is the maximum of several windows gets the sum.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        grad_output: upstream gradient, shape (N, OH, OW, C), floating; not modified.
        x: images, shape (N, H, W, C), floating, finite; not modified.
        size: as in `max_pool2d`.
        stride: as in `max_pool2d`.
        padding: as in `max_pool2d`.

    Returns:
        The gradient with respect to `x`, of its shape and dtype.
    """
    size, stride, sides = pool_geometry(x.shape, size, stride, padding)
    padded = x if sides == NO_PADDING else pad2d(x, sides, -np.inf)
    n, height, width, channels = padded.shape
    small = np.min_scalar_type(size[0] * width)  # of offsets: how many pixels after its window's first one

    def first_maxima(numbers: Array, offsets: Array) -> tuple[Array, Array]:
        largest, offset = numbers[..., 0].copy(), offsets[..., 0].copy()
        for k in range(1, numbers.shape[-1]):
            # offsets grow with k, so the largest is that of the last number to exceed all before it
            np.maximum(offset, offsets[..., k] * (numbers[..., k] > largest), out=offset)
            np.maximum(largest, numbers[..., k], out=largest)
        return largest, offset

    # a window's first maximum is the first one in the first row that has it: along each row, then down the rows
    rows = sliding_window_view(padded, size[1], axis=2)[:, :, :: stride[1]]
    in_row = first_maxima(rows, np.broadcast_to(np.arange(size[1], dtype=small), rows.shape))
    columns, offsets = (sliding_window_view(each, size[0], axis=1)[:, :: stride[0]] for each in in_row)
    _, offset = first_maxima(columns, offsets + width * np.arange(size[0], dtype=small))

    pixels = np.arange(n * height * width).reshape(n, height, width)
    first_pixel = sliding_window_view(pixels, size, axis=(1, 2))[:, :: stride[0], :: stride[1], 0, 0]
    winners = offset + first_pixel[..., None]
    winners *= channels
    winners += np.arange(channels)
    grad_padded = np.zeros(padded.shape, padded.dtype)  # not zeros_like: of turned images, reshape would be a copy
    np.add.at(grad_padded.reshape(-1), winners.reshape(-1), grad_output.reshape(-1))
    (top, _), (left, _) = sides
    return grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]
