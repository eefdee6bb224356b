"""Batches whose channels differ in mean and spread, with what normalises them."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.units.shared.arrays import Array, normal

#: γ and β of three channels.
THREE: dict[str, Any] = {"gamma": np.array([1.5, -0.5, 2.0]), "beta": np.array([0.25, 3.0, -1.0])}
#: γ and β of four channels.
FOUR: dict[str, Any] = {"gamma": np.array([1.5, -0.5, 2.0, 0.75]), "beta": np.array([0.25, 3.0, -1.0, 0.0])}
#: The same with running statistics.
THREE_TRAINED: dict[str, Any] = {
    **THREE,
    "running_mean": np.array([0.5, -2.0, 3.0]),
    "running_var": np.array([2.0, 0.25, 1.5]),
}
FOUR_TRAINED: dict[str, Any] = {
    **FOUR,
    "running_mean": np.array([0.5, -2.0, 3.0, 1.0]),
    "running_var": np.array([2.0, 0.25, 1.5, 4.0]),
}

#: As many samples as channels: a mixed-up axis goes through without an error.
SQUARE = np.array([[1.0, 5.0, -2.0], [3.0, 4.0, 0.0], [-1.0, 9.0, 7.0]])
#: Two samples, the smallest batch that has a variance.
TWO = np.array([[1.0, 10.0, -2.0], [3.0, 20.0, 4.0]])
#: Channel 1 is constant: its variance is exactly 0.
CONSTANT = np.array([[1.0, 3.0, -1.0], [2.0, 3.0, 4.0], [4.0, 3.0, 0.5], [-3.0, 3.0, 2.0]])
#: Two images of 3 × 2 pixels with four channels: N, H, W and C all differ from each other where it matters.
IMAGES = np.random.default_rng([6, 1]).standard_normal((2, 3, 2, 4)) * [1.0, 2.0, 0.5, 3.0] + [0.0, 1.0, -2.0, 5.0]
#: H = C, so that statistics of the wrong axis fit.
TALL_IMAGES = normal(2, 3, 2, 3, seed=61) * [1.0, 2.0, 0.5] + [0.0, -3.0, 1.0]


def single(**arrays: Array) -> dict[str, Any]:
    """The same arrays in float32."""
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def drawn_affine(rng: np.random.Generator, channels: int) -> dict[str, Any]:
    """A scale γ away from 0 and a shift β."""
    return {"gamma": rng.uniform(0.5, 2.0, channels), "beta": rng.standard_normal(channels)}


def drawn_batch(rng: np.random.Generator) -> dict[str, Any]:
    """A matrix or images whose channels differ in mean and spread, with γ and β."""
    n, h, w, channels = (2 + rng.permutation(4)).tolist()
    shape = (n, channels) if rng.random() < 0.5 else (2, min(h, 3), min(w, 3), channels)
    spread, middle = rng.uniform(0.5, 3.0, channels), 3 * rng.standard_normal(channels)
    return {"x": rng.standard_normal(shape) * spread + middle, **drawn_affine(rng, channels)}


def drawn_training(rng: np.random.Generator) -> dict[str, Any]:
    """A batch with running statistics, a momentum and ε."""
    batch = drawn_batch(rng)
    channels = len(batch["gamma"])
    return {
        **batch,
        "running_mean": rng.standard_normal(channels),
        "running_var": rng.uniform(0.5, 3.0, channels),
        "momentum": float(rng.uniform(0.05, 0.45)),
        "eps": drawn_eps(rng),
    }


def drawn_eps(rng: np.random.Generator) -> float:
    """The usual ε, or a larger one."""
    return float(rng.choice([1e-5, 1e-3]))
