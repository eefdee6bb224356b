"""Convolution as one product of matrices: windows as columns, and back."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .pairs import Array, Pair, as_pair
from .sizes import effective_kernel
from .windows import require_fit

__all__ = ["col2im", "im2col"]


def im2col(x: Array, kernel: int | Pair, stride: int | Pair, dilation: int | Pair) -> Array:
    """Write each window as a row of numbers, so that a convolution is one matrix product.

        columns[n, p, q, (i KW + j) C + c] = x[n, p s_h + i d_h, q s_w + j d_w, c]

    Within a window the row i runs slowest, then the column j, then the channel c: the order of
    `w.reshape(KH * KW * C, F)`. There is no padding: pad before.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        x: images, shape (N, H, W, C), floating; not modified.
        kernel: KH and KW, a number or a pair (h, w), at least 1.
        stride: pixels from one place to the next, a number or a pair (h, w), at least 1.
        dilation: pixels from one weight to the next, a number or a pair (h, w), at least 1.

    Returns:
        Columns, shape (N, OH, OW, KH·KW·C), dtype of `x`.

    Raises:
        ValueError: `kernel`, `stride` or `dilation` is below 1; `kernel` spans more than the images. The text
            names the argument.
    """
    kernel, stride, dilation = as_pair("kernel", kernel), as_pair("stride", stride), as_pair("dilation", dilation)
    require_fit("kernel", x.shape, kernel, dilation)
    spans = [effective_kernel(k, d) for k, d in zip(kernel, dilation, strict=True)]
    every = sliding_window_view(x, spans, axis=(1, 2))
    windows = every[:, :: stride[0], :: stride[1], :, :: dilation[0], :: dilation[1]]
    return windows.transpose(0, 1, 2, 4, 5, 3).reshape(*windows.shape[:3], kernel[0] * kernel[1] * x.shape[3])


def col2im(
    columns: Array, input_shape: tuple[int, int, int, int], kernel: int | Pair, stride: int | Pair, dilation: int | Pair
) -> Array:
    """The adjoint of `im2col`: every number goes back to the pixel that it was copied from, and they add up.

        x[n, r, s, c] = Σ columns[n, p, q, (i KW + j) C + c]
                        over all p, q, i, j with  p s_h + i d_h = r  and  q s_w + j d_w = s

    It is what a gradient takes on the way back, and not the inverse: a pixel in four windows gets a sum of
    four. Pixels in no window are 0.

    Works on whole arrays: no Python loop over their elements or rows; one over the kernel's positions is fine.

    Args:
        columns: shape (N, OH, OW, KH·KW·C), floating, in the order of `im2col`; not modified.
        input_shape: (N, H, W, C) of the images.
        kernel: KH and KW, as in `im2col`.
        stride: as in `im2col`.
        dilation: as in `im2col`.

    Returns:
        The sums, a new array of shape `input_shape`, dtype of `columns`.

    Raises:
        ValueError: `kernel`, `stride` or `dilation` is below 1; `kernel` spans more than the images; `columns` has
            not the shape that `im2col` gives such images. The text names the argument.
    """
    kernel, stride, dilation = as_pair("kernel", kernel), as_pair("stride", stride), as_pair("dilation", dilation)
    require_fit("kernel", input_shape, kernel, dilation)
    sums = np.zeros(input_shape, dtype=columns.dtype)
    spans = [effective_kernel(k, d) for k, d in zip(kernel, dilation, strict=True)]
    every = sliding_window_view(sums, spans, axis=(1, 2), writeable=True)
    windows = every[:, :: stride[0], :: stride[1], :, :: dilation[0], :: dilation[1]]
    n, rows, places, channels = windows.shape[:4]
    if columns.shape != (wanted := (n, rows, places, kernel[0] * kernel[1] * channels)):
        raise ValueError(f"columns: got shape {columns.shape}, want {wanted}")
    blocks = columns.reshape(n, rows, places, *kernel, channels)
    for i, j in np.ndindex(kernel):
        windows[..., i, j] += blocks[..., i, j, :]
    return sums
