"""Arguments that more than one function refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["Array", "Named", "Weights", "require_one_per_image", "require_rate"]

Array = np.ndarray[Any, Any]
Named = Mapping[str, Array]
Weights = tuple[Array, Array, Array, Array]


def require_rate(rate: float) -> None:
    """Refuse a probability outside [0, 1]; provided.

    Args:
        rate: the probability.

    Raises:
        ValueError: `rate` is below 0 or above 1.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"rate: got {rate}, want 0 <= rate <= 1")


def require_one_per_image(name: str, values: Array, images: Array) -> None:
    """Refuse anything but one number for each image; provided.

    Args:
        name: the argument that the numbers came as.
        values: the numbers, shape (N,).
        images: the images, shape (N, H, W, C).

    Raises:
        ValueError: another shape; the text says `name`.
    """
    if values.shape != images.shape[:1]:
        raise ValueError(f"{name}: got shape {values.shape}, want one number per image, {images.shape[:1]}")
