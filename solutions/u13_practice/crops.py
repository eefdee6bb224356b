"""Images cut and enlarged."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .checks import Array, require_one_per_image

__all__ = ["random_crop", "zoom"]


def random_crop(rng: np.random.Generator, images: Array, size: int | tuple[int, int], padding: int = 0) -> Array:
    """Cut a window out of each image, at a place of its own.

    First `padding` rows and columns of 0 are put on every side, p in all four directions. The window's
    upper left corner is then drawn, row and column independently, each place being equally likely:

        row from 0 … H + 2p - h        column from 0 … W + 2p - w        (both ends included)

    No Python loop over rows or pixels.

    Args:
        rng: where all randomness comes from: the same seed gives the same places, a second call others.
        images: shape (N, H, W, C), uint8 or floating; not modified.
        size: of the window, a number or a pair (h, w), at least 1.
        padding: p, at least 0.

    Returns:
        A new array of shape (N, h, w, C), dtype of `images`: a window of image n, in the same order.

    Raises:
        ValueError: `size` is below 1, or larger than the padded images; `padding` is below 0. The text names
            the argument.
    """
    height, width = (size, size) if isinstance(size, int) else size
    if padding < 0:
        raise ValueError(f"padding: got {padding}, want at least 0")
    rows, columns = (length + 2 * padding for length in images.shape[1:3])
    if not (1 <= height <= rows and 1 <= width <= columns):
        raise ValueError(f"size: got {size}, want from 1 to the padded images' {rows} × {columns}")
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(padded, (height, width), axis=(1, 2))
    n, tops, lefts = windows.shape[:3]
    crops = windows[np.arange(n), rng.integers(tops, size=n), rng.integers(lefts, size=n)]
    ordered: Array = crops.transpose(0, 2, 3, 1)
    return ordered


def zoom(images: Array, factors: Array) -> Array:
    """Enlarge each image about its middle by its own factor; the size in pixels stays.

    Pixel p of the result shows what stood at position q of the image, along either axis of n pixels:

        m = (n - 1) / 2                        the middle
        q = (p - m) / factor + m,              brought to the nearer end where it is outside 0 … n - 1

    Between two pixels the value is interpolated linearly, first along one axis, then along the other:

        v(q) = (1 - t) v[⌊q⌋] + t v[⌊q⌋ + 1],    t = q - ⌊q⌋

    A factor below 1 shrinks, and the image's edge is continued outwards. No Python loop over rows or pixels.

    Args:
        images: shape (N, H, W, C), uint8 or floating; not modified.
        factors: floating, shape (N,), positive; 1 changes nothing; not modified.

    Returns:
        A new array, shape and dtype of `images`; uint8 is computed in floating numbers and rounded to the
        nearest integer at the end.

    Raises:
        ValueError: `factors` is not one number per image, or not positive; the text names it.
    """
    require_one_per_image("factors", factors, images)
    if not (factors > 0).all():
        raise ValueError(f"factors: got {factors.min()}, want positive numbers")
    is_integer = images.dtype == np.uint8
    zoomed = images.astype(np.float64) if is_integer else images
    for axis in (1, 2):
        last = images.shape[axis] - 1
        position = (np.arange(last + 1) - last / 2) / factors[:, None] + last / 2
        position = np.expand_dims(position.clip(0, last), (3 - axis, 3))
        below = np.floor(position).astype(np.intp)
        share = (position - below).astype(zoomed.dtype)
        left = np.take_along_axis(zoomed, below, axis)
        right = np.take_along_axis(zoomed, np.minimum(below + 1, last), axis)
        zoomed = left + share * (right - left)
    return np.rint(zoomed).astype(np.uint8) if is_integer else zoomed
