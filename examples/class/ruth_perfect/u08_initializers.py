"""Initializers, by Ruth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

#: Standard deviation of a standard normal distribution that is cut at -2 and 2.
TRUNCATED_STD = 0.8796256610342398


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Count how many numbers flow into one output, and out of one input, of a layer."""
    if len(shape) < 2:
        raise ValueError(f"shape: got {tuple(shape)}, want at least two axes: (in, out)")
    *field, inputs, outputs = shape
    area = math.prod(field)
    return area * inputs, area * outputs


def zeros(shape: Sequence[int]) -> Array:
    """Make an array of zeros: the usual start of a bias, where there is no symmetry to break."""
    return np.zeros(shape)


def constant(shape: Sequence[int], value: float) -> Array:
    """Make an array of one number: 1 for the scale of batch norm, 1 for the forget gate's bias of an LSTM."""
    return np.full(shape, value, dtype=np.float64)


def symmetry_is_broken(w: Array) -> bool:
    """Tell whether all units of a layer start with different weights."""
    if w.ndim < 2:
        raise ValueError(f"w: got shape {w.shape}, want at least two axes, units along the last")
    units = w.reshape(-1, w.shape[-1])
    return bool(np.unique(units, axis=1).shape[1] == w.shape[-1])


def random_normal(rng: np.random.Generator, shape: Sequence[int], std: float) -> Array:
    """Draw weights from a normal distribution with mean 0."""
    if std < 0:
        raise ValueError(f"std: got {std}, want a number that is not negative")
    return std * rng.standard_normal(shape)


def random_uniform(
    rng: np.random.Generator, shape: Sequence[int], low: float, high: float
) -> Array:
    """Draw weights from a uniform distribution; every number between the bounds is equally likely."""
    if high < low:
        raise ValueError(f"high: got {high}, want at least low, {low}")
    return low + (high - low) * rng.random(shape)


def truncated_normal(rng: np.random.Generator, shape: Sequence[int], std: float) -> Array:
    """Draw weights from a normal distribution without its far tails, which can start a unit saturated."""
    if std < 0:
        raise ValueError(f"std: got {std}, want a number that is not negative")
    z = rng.standard_normal(math.prod(shape))
    while len(outside := np.flatnonzero(np.abs(z) > 2)):
        z[outside] = rng.standard_normal(len(outside))
    return (std / TRUNCATED_STD * z).reshape(shape)


def glorot_uniform(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the variance forwards and backwards as well as one number can, uniformly."""
    limit = math.sqrt(6 / sum(fans(shape)))
    return random_uniform(rng, shape, -limit, limit)


def glorot_normal(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the variance forwards and backwards as well as one number can, normally."""
    return random_normal(rng, shape, math.sqrt(2 / sum(fans(shape))))


def he_uniform(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the mean square through relu, uniformly."""
    limit = math.sqrt(6 / fans(shape)[0])
    return random_uniform(rng, shape, -limit, limit)


def he_normal(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the mean square through relu, normally."""
    return random_normal(rng, shape, math.sqrt(2 / fans(shape)[0]))


def lecun_normal(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the variance of a linear layer (and of selu), normally."""
    return random_normal(rng, shape, math.sqrt(1 / fans(shape)[0]))


def lecun_uniform(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the variance of a linear layer (and of selu), uniformly."""
    limit = math.sqrt(3 / fans(shape)[0])
    return random_uniform(rng, shape, -limit, limit)


def orthogonal(rng: np.random.Generator, shape: Sequence[int], gain: float = 1) -> Array:
    """Draw a matrix that turns and mirrors but does not stretch, every such matrix equally likely."""
    if len(shape) < 2:
        raise ValueError(f"shape: got {tuple(shape)}, want at least two axes: (in, out)")
    rows, columns = math.prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q *= gain * np.sign(np.diag(r))
    return (q if rows >= columns else q.T).reshape(shape)


def signal_through_depth(
    weights: Sequence[Array], x: Array, activation: Callable[[Array], Array]
) -> list[float]:
    """Send a batch through a stack of layers, and watch its variance."""
    variances = []
    for w in weights:
        x = activation(x @ w)
        variances.append(float(x.var()))
    return variances
