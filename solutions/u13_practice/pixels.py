"""Images made brighter, and noisier."""

from __future__ import annotations

import numpy as np

from .checks import Array, require_one_per_image

__all__ = ["add_noise", "adjust_brightness"]


def adjust_brightness(images: Array, factors: Array) -> Array:
    """Make each image brighter or darker by its own factor.

        floating:  min(factor · v, 1)
        uint8:     factor · v, rounded to the nearest integer, at most 255

    The caller draws the factors, for example `rng.uniform(0.7, 1.3, size=N)`. No Python loop over rows or pixels.

    Args:
        images: shape (N, H, W, C), uint8 in 0 … 255 or floating in 0 … 1; not modified.
        factors: floating, shape (N,), at least 0; 1 changes nothing; not modified.

    Returns:
        A new array, shape and dtype of `images`.

    Raises:
        ValueError: `factors` is not one number per image, or below 0; the text names it.
    """
    require_one_per_image("factors", factors, images)
    if (factors < 0).any():
        raise ValueError(f"factors: got {factors.min()}, want at least 0")
    each = factors[:, None, None, None]
    if images.dtype == np.uint8:
        brighter: Array = np.minimum(np.rint(images * each), 255).astype(np.uint8)
    else:
        brighter = np.minimum(images * each.astype(images.dtype), 1)
    return brighter


def add_noise(rng: np.random.Generator, images: Array, std: float) -> Array:
    """Add normal noise to every number of every image, each draw on its own.

        floating:  v + std · z, cut off at 0 and 1                                  z ~ N(0, 1)
        uint8:     v + std · z, rounded to the nearest integer, cut off at 0 and 255

    No Python loop over rows or pixels.

    Args:
        rng: where all randomness comes from: the same seed gives the same noise, a second call another one.
        images: shape (N, H, W, C), uint8 in 0 … 255 or floating in 0 … 1; not modified.
        std: standard deviation of the noise on the images' own scale, at least 0.

    Returns:
        A new array, shape and dtype of `images`.

    Raises:
        ValueError: `std` is below 0.
    """
    if std < 0:
        raise ValueError(f"std: got {std}, want at least 0")
    noisy = images + std * rng.standard_normal(images.shape)
    if images.dtype == np.uint8:
        return np.rint(noisy).clip(0, 255).astype(np.uint8)
    return noisy.clip(0, 1).astype(images.dtype)
