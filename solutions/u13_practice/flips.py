"""Images mirrored and turned."""

from __future__ import annotations

import numpy as np

from .checks import Array, require_one_per_image, require_rate

__all__ = ["flip_horizontal", "flip_vertical", "rotate90"]


def flip_horizontal(rng: np.random.Generator, images: Array, rate: float = 0.5) -> Array:
    """Mirror some of the images left to right, each with probability `rate`, on its own.

        mirrored[n, i, j, c] = images[n, i, W - 1 - j, c]

    No Python loop over rows or pixels.

    Args:
        rng: where all randomness comes from: the same seed gives the same flips, a second call others.
        images: shape (N, H, W, C), uint8 or floating; not modified.
        rate: the probability that an image is mirrored, 0 <= rate <= 1; 0 mirrors none, 1 all.

    Returns:
        A new array, shape and dtype of `images`: image n as it was or mirrored, in the same order.

    Raises:
        ValueError: `rate` is not in [0, 1].
    """
    require_rate(rate)
    flipped = rng.random(len(images)) < rate
    return np.where(flipped[:, None, None, None], images[:, :, ::-1], images)


def flip_vertical(rng: np.random.Generator, images: Array, rate: float = 0.5) -> Array:
    """Turn some of the images upside down by mirroring, each with probability `rate`, on its own.

        mirrored[n, i, j, c] = images[n, H - 1 - i, j, c]

    No Python loop over rows or pixels.

    Args:
        rng: where all randomness comes from: the same seed gives the same flips, a second call others.
        images: shape (N, H, W, C), uint8 or floating; not modified.
        rate: the probability that an image is mirrored, 0 <= rate <= 1; 0 mirrors none, 1 all.

    Returns:
        A new array, shape and dtype of `images`: image n as it was or mirrored, in the same order.

    Raises:
        ValueError: `rate` is not in [0, 1].
    """
    require_rate(rate)
    flipped = rng.random(len(images)) < rate
    return np.where(flipped[:, None, None, None], images[:, ::-1], images)


def rotate90(images: Array, turns: Array) -> Array:
    """Turn each image counterclockwise by its own number of quarter turns.

        one turn: turned[n, i, j, c] = images[n, j, W - 1 - i, c]

    The upper right corner comes to the upper left. The caller draws the turns, `rng.integers(4, size=N)`.
    No Python loop over rows or pixels.

    Args:
        images: square, shape (N, S, S, C), uint8 or floating; not modified.
        turns: integers, shape (N,); any integer: 4 turns are none, -1 is one turn clockwise; not modified.

    Returns:
        A new array, shape and dtype of `images`: image n turned, in the same order.

    Raises:
        ValueError: `images` are not square; `turns` is not one number per image. The text names the argument.
    """
    if images.shape[1] != images.shape[2]:
        raise ValueError(f"images: got {images.shape[1]} × {images.shape[2]} pixels, want square ones")
    require_one_per_image("turns", turns, images)
    turned = np.empty_like(images)
    for quarter in range(4):
        chosen = turns % 4 == quarter
        turned[chosen] = np.rot90(images[chosen], quarter, axes=(1, 2))
    return turned
