"""Zeros around an image."""

from __future__ import annotations

import numpy as np

from .pairs import Array
from .sizes import effective_kernel, output_size

__all__ = ["pad2d", "same_padding"]


def same_padding(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """How many zeros 'same' puts before and after an axis (TensorFlow's and Keras's rule).

        total = max((⌈n / s⌉ - 1) s + d (k - 1) + 1 - n,  0)
        before = ⌊total / 2⌋,   after = total - before        (an odd one goes behind)

    Args:
        size: n, positions along the axis, at least 1.
        kernel: k, weights along the axis, at least 1.
        stride: s, positions from one place to the next, at least 1.
        dilation: d, positions from one weight of the kernel to the next, at least 1.

    Returns:
        `(before, after)`, two ints of at least 0.

    Raises:
        ValueError: `size`, `kernel`, `stride` or `dilation` is below 1; the text names it.
    """
    places = output_size(size, kernel, stride, "same", dilation)
    total = max((places - 1) * stride + effective_kernel(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


def pad2d(x: Array, padding: tuple[tuple[int, int], tuple[int, int]], value: float = 0) -> Array:
    """Put rows and columns of one value around images.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        padding: ((top, bottom), (left, right)), how many to add at each side, at least 0.
        value: what to fill in; may be infinite.

    Returns:
        A new array of shape (N, top + H + bottom, left + W + right, C), dtype of `x`.
    """
    (top, bottom), (left, right) = padding
    n, height, width, channels = x.shape
    padded = np.full((n, top + height + bottom, left + width + right, channels), value, dtype=x.dtype)
    padded[:, top : top + height, left : left + width] = x
    return padded
