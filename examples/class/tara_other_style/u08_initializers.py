"""Initializers, by Tara."""

import math

import numpy as np

TRUNCATED_STD = 0.8796256610342398


# ---- helpers
def _check_std(std):
    if std < 0:
        raise ValueError(f"std: got {std}, want 0 or more")


def _scaled_normal(rng, shape, variance):
    return rng.standard_normal(shape) * math.sqrt(variance)


def _scaled_uniform(rng, shape, variance):
    # 2u - 1 is uniform on [-1, 1) and has variance 1/3
    return (2 * rng.random(shape) - 1) * math.sqrt(3 * variance)


def fans(shape):
    """How many go in, how many come out."""
    if len(shape) < 2:
        raise ValueError(f"shape: got {shape}, want at least two axes")
    *field, c_in, c_out = shape
    area = math.prod(field)
    return area * c_in, area * c_out


def zeros(shape):
    """All 0."""
    return constant(shape, 0)


def constant(shape, value):
    """All the same."""
    out = np.empty(shape)
    out[...] = value
    return out


def symmetry_is_broken(w):
    """Are there as many different columns as columns?"""
    if w.ndim < 2:
        raise ValueError(f"w: got shape {w.shape}, want at least two axes")
    units = np.moveaxis(w, -1, 0).reshape(w.shape[-1], -1).tolist()
    return len({tuple(unit) for unit in units}) == len(units)


def random_normal(rng, shape, std):
    """N(0, std²)"""
    _check_std(std)
    return _scaled_normal(rng, shape, std**2)


def random_uniform(rng, shape, low, high):
    """Uniform on [low, high)."""
    if high < low:
        raise ValueError(f"high: got {high}, want at least low = {low}")
    return low + (high - low) * rng.random(shape)


def truncated_normal(rng, shape, std):
    """Draw a lot, keep what is within ±2, until there is enough."""
    _check_std(std)
    wanted = math.prod(shape)
    pool = np.empty(0)
    while pool.size < wanted:
        fresh = rng.standard_normal(wanted + 10)
        pool = np.concatenate([pool, fresh[np.abs(fresh) <= 2]])
    return pool[:wanted].reshape(shape) * (std / TRUNCATED_STD)


def glorot_uniform(rng, shape):
    """Glorot, uniform."""
    return _scaled_uniform(rng, shape, 2 / sum(fans(shape)))


def glorot_normal(rng, shape):
    """Glorot, normal."""
    return _scaled_normal(rng, shape, 2 / sum(fans(shape)))


def he_uniform(rng, shape):
    """He, uniform."""
    return _scaled_uniform(rng, shape, 2 / fans(shape)[0])


def he_normal(rng, shape):
    """He, normal."""
    return _scaled_normal(rng, shape, 2 / fans(shape)[0])


def lecun_normal(rng, shape):
    """LeCun, normal."""
    return _scaled_normal(rng, shape, 1 / fans(shape)[0])


def lecun_uniform(rng, shape):
    """LeCun, uniform."""
    return _scaled_uniform(rng, shape, 1 / fans(shape)[0])


def orthogonal(rng, shape, gain=1):
    """SVD of a normal matrix, singular values replaced by 1 (polar factor: uniform, no sign trouble)."""
    fans(shape)  # complains about too few axes
    a = rng.standard_normal((math.prod(shape[:-1]), shape[-1]))
    left, _, right = np.linalg.svd(a, full_matrices=False)
    return gain * (left @ right).reshape(shape)


def signal_through_depth(weights, x, activation):
    """Variance after every layer."""
    variances = []
    for w in weights:
        x = activation(x @ w)
        variances.append(float(np.mean((x - np.mean(x)) ** 2)))
    return variances
