"""What the exercises of layers share: inputs at random, and right pieces to build wrong versions from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.inputs import Array

__all__ = [
    "AFFINE", "IMAGES", "affine_at_random", "axes_of", "count_of", "own_mask", "sums", "whole_batch_at_random",
]  # fmt: skip

#: Two images of 3 × 2 pixels with four channels: N, H, W and C all differ from each other where it matters.
IMAGES = np.random.default_rng([6, 1]).standard_normal((2, 3, 2, 4)) * [1.0, 2.0, 0.5, 3.0] + [0.0, 1.0, -2.0, 5.0]
#: γ and β for three channels.
AFFINE: dict[str, Any] = {"gamma": np.array([1.5, -0.5, 2.0]), "beta": np.array([0.25, 3.0, -1.0])}


def affine_at_random(rng: np.random.Generator, channels: int) -> dict[str, Any]:
    """A scale γ away from 0 and a shift β."""
    return {"gamma": rng.uniform(0.5, 2.0, channels), "beta": rng.standard_normal(channels)}


def whole_batch_at_random(rng: np.random.Generator) -> Mapping[str, Any]:
    """A matrix or images whose channels differ in mean and spread, with γ and β."""
    n, h, w, channels = (2 + rng.permutation(4)).tolist()
    shape = (n, channels) if rng.random() < 0.5 else (2, min(h, 3), min(w, 3), channels)
    spread, middle = rng.uniform(0.5, 3.0, channels), 3 * rng.standard_normal(channels)
    return {"x": rng.standard_normal(shape) * spread + middle, **affine_at_random(rng, channels)}


def axes_of(x: Array) -> tuple[int, ...]:
    """All axes but the last."""
    return tuple(range(x.ndim - 1))


def count_of(x: Array) -> int:
    """Values per channel."""
    return int(x.size // x.shape[-1])


def sums(x: Array) -> Array:
    """Sums over all axes but the last."""
    total: Array = x.sum(axis=axes_of(x))
    return total


def own_mask(x: Array, rate: float) -> Array:
    """What `np.random.rand(*x.shape) >= rate` gives in a worker, whose global generator starts from seed 0."""
    return np.asarray(np.random.RandomState(0).random_sample(x.shape) >= rate)
