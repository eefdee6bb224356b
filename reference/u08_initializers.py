"""Initializers: what the draws are distributed like. Checked against torch.nn.init.

A random initializer is represented by its law: kind, mean, standard deviation, bounds and shape. What a seed would draw
is nobody's concern; the arguments `seed` are there because a case has them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from reference._arrays import array_namespace

__all__ = [
    "constant",
    "fans",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    "random_normal",
    "random_uniform",
    "signal_through_depth",
    "symmetry_is_broken",
    "truncated_normal",
    "zeros",
]

#: Half the width of a truncated normal, in standard deviations of the normal that is cut.
CUT = 2.0


def fans(shape: Any) -> tuple[int, int]:
    """Weights divided by units is what one unit sees; the receptive field times the outputs is the other."""
    weights = 1
    for size in shape:
        weights *= int(size)
    return weights // int(shape[-1]), weights // int(shape[-2])


def zeros(shape: Any) -> Any:
    """0 everywhere."""
    return np.asarray([0.0] * math.prod(shape)).reshape(shape)


def constant(shape: Any, value: Any) -> Any:
    """One number everywhere."""
    return np.asarray([float(value)] * math.prod(shape)).reshape(shape)


def symmetry_is_broken(w: Any) -> bool:
    """Compare every two units."""
    units = w.shape[-1]
    pairs = ((i, j) for i in range(units) for j in range(i))
    return not any(bool((w[..., i] == w[..., j]).all()) for i, j in pairs)


def random_normal(seed: int, shape: Any, std: float) -> dict[str, Any]:
    """N(0, std²)."""
    return _law("normal", 0.0, std, math.inf, shape)


def random_uniform(seed: int, shape: Any, low: float, high: float) -> dict[str, Any]:
    """Uniform on [low, high): the variance is the width squared over 12."""
    return _law("uniform", (low + high) / 2, (high - low) / math.sqrt(12), (high - low) / 2, shape)


def truncated_normal(seed: int, shape: Any, std: float) -> dict[str, Any]:
    """A normal cut at ±2, scaled by its own standard deviation: 1 - 2 c φ(c) / (Φ(c) - Φ(-c)) is its variance."""
    inside = math.erf(CUT / math.sqrt(2))
    variance = 1 - 2 * CUT * math.exp(-(CUT**2) / 2) / math.sqrt(2 * math.pi) / inside
    return _law("truncated_normal", 0.0, std, CUT * std / math.sqrt(variance), shape)


def glorot_uniform(seed: int, shape: Any) -> dict[str, Any]:
    """Variance 2 / (fan_in + fan_out)."""
    return _uniform_of_variance(2 / sum(fans(shape)), shape)


def glorot_normal(seed: int, shape: Any) -> dict[str, Any]:
    """Variance 2 / (fan_in + fan_out)."""
    return random_normal(seed, shape, (2 / sum(fans(shape))) ** 0.5)


def he_uniform(seed: int, shape: Any) -> dict[str, Any]:
    """Variance 2 / fan_in."""
    return _uniform_of_variance(2 / fans(shape)[0], shape)


def he_normal(seed: int, shape: Any) -> dict[str, Any]:
    """Variance 2 / fan_in."""
    return random_normal(seed, shape, (2 / fans(shape)[0]) ** 0.5)


def lecun_normal(seed: int, shape: Any) -> dict[str, Any]:
    """Variance 1 / fan_in."""
    return random_normal(seed, shape, (1 / fans(shape)[0]) ** 0.5)


def lecun_uniform(seed: int, shape: Any) -> dict[str, Any]:
    """Variance 1 / fan_in."""
    return _uniform_of_variance(1 / fans(shape)[0], shape)


def signal_through_depth(weights: Any, x: Any, activation: str) -> list[float]:
    """The mean squared distance from the mean, after each layer; the activation is given by its name."""
    xp = array_namespace(x)
    functions = {"identity": xp.asarray, "relu": lambda s: xp.where(s > 0, s, xp.zeros_like(s)), "tanh": xp.tanh}
    variances = []
    for w in weights:
        x = functions[activation](xp.matmul(x, w))
        centred = x - xp.mean(x)
        variances.append(float(xp.mean(centred * centred)))
    return variances


def _uniform_of_variance(variance: float, shape: Any) -> dict[str, Any]:
    limit = math.sqrt(3 * variance)
    return _law("uniform", 0.0, math.sqrt(variance), limit, shape)


def _law(kind: str, mean: float, std: float, half: float, shape: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "mean": float(mean),
        "std": float(std),
        "low": mean - half,
        "high": mean + half,
        "shape": tuple(shape),
    }
