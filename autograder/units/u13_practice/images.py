"""Images for the exercises of augmentation, and the scenario of those that draw at random."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.units.shared.arrays import Array

__all__ = ["DATA_SET_CHANGED", "OWN_GENERATOR", "bytes_of", "drive_draws", "pictures"]

OWN_GENERATOR = "A generator made inside with a fixed seed makes results reproducible."
DATA_SET_CHANGED = "The images may be changed where they stand."


def pictures(*shape: int) -> Array:
    """Images between 0 and 1 in which no number occurs twice, float64."""
    count = math.prod(shape)
    return np.random.default_rng(count).permutation(np.arange(1, count + 1) / (count + 1)).reshape(shape)


def bytes_of(*shape: int, low: int = 0, high: int = 255) -> Array:
    """Images of bytes from low to high, uint8."""
    return np.random.default_rng(math.prod(shape)).integers(low, high + 1, shape, dtype=np.uint8)


def drive_draws(subject: Any, images: Any, seed: int, calls: int = 0, **options: Any) -> dict[str, Any]:
    """Scenario: two calls with one generator, one with a new generator of its seed, one with another seed; and more."""

    def call(rng: Any) -> Any:
        return subject(rng, images, *options.values())

    rng = np.random.default_rng(seed)
    first, following = call(rng), call(rng)
    again, other = call(np.random.default_rng(seed)), call(np.random.default_rng(seed + 1))
    more = [call(rng) for _ in range(calls)]
    return {"first": first, "next": following, "again": again, "other": other, **({"more": more} if more else {})}
