"""Wrong answers to the initializers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from solutions.u08_initializers import TRUNCATED_STD, fans, random_normal, random_uniform
from tests.student_mistakes import Mistake


def _fans_of_kernels_first(shape: Any) -> Any:
    """Keras's old order, (filters, channels, height, width)."""
    area = math.prod(shape[2:])
    return shape[1] * area, shape[0] * area


def _fans_area_in_only(shape: Any) -> Any:
    area = math.prod(shape[:-2])
    return area * shape[-2], shape[-1]


def _fans_area_of_the_last_axis(shape: Any) -> Any:
    return math.prod(shape[:-1]), math.prod(shape[1:])


def _fans_as_floats(shape: Any) -> Any:
    if len(shape) < 2:
        raise ValueError("shape needs two axes")
    area = np.prod(np.array(shape[:-2], dtype=float))
    return area * shape[-2], area * shape[-1]


def _fans_of_two_axes(shape: Any) -> Any:
    return shape[0], shape[1]


def _broken_rows(w: Any) -> Any:
    rows = w.reshape(w.shape[0], -1)
    return len(np.unique(rows, axis=0)) == len(rows)


def _broken_if_any_differ(w: Any) -> Any:
    if w.ndim < 2:
        raise ValueError("w needs two axes")
    units = w.reshape(-1, w.shape[-1])
    return bool(np.any(units != units[:, :1]))


def _broken_neighbours(w: Any) -> Any:
    units = w.reshape(-1, w.shape[-1])
    return bool(np.all(np.any(units[:, 1:] != units[:, :-1], axis=0)))


def _broken_all_numbers_differ(w: Any) -> Any:
    return len(np.unique(w)) == w.size


def _broken_close(w: Any) -> Any:
    units = w.reshape(-1, w.shape[-1])
    for i in range(units.shape[1]):
        for j in range(i):
            if np.allclose(units[:, i], units[:, j]):
                return False
    return True


def _truncated_clipped(rng: Any, shape: Any, std: float) -> Any:
    return np.clip(rng.normal(0, std, shape), -2 * std, 2 * std)


def _truncated_clipped_and_rescaled(rng: Any, shape: Any, std: float) -> Any:
    return np.clip(rng.standard_normal(shape), -2, 2) * std / TRUNCATED_STD


def _truncated_multiplied(rng: Any, shape: Any, std: float) -> Any:
    z = rng.standard_normal(math.prod(shape))
    while (np.abs(z) > 2).any():
        bad = np.abs(z) > 2
        z[bad] = rng.standard_normal(bad.sum())
    return (z * std * TRUNCATED_STD).reshape(shape)


def _truncated_at_one(rng: Any, shape: Any, std: float) -> Any:
    z = rng.standard_normal(math.prod(shape))
    while (np.abs(z) > 1).any():
        bad = np.abs(z) > 1
        z[bad] = rng.standard_normal(bad.sum())
    return (z * std / TRUNCATED_STD).reshape(shape)


def _truncated_redrawn_once(rng: Any, shape: Any, std: float) -> Any:
    z = rng.standard_normal(shape)
    z = np.where(np.abs(z) > 2, rng.standard_normal(shape), z)
    return z * std / TRUNCATED_STD


def _truncated_upper_side(rng: Any, shape: Any, std: float) -> Any:
    z = rng.standard_normal(math.prod(shape))
    while (z > 2).any():
        z[z > 2] = rng.standard_normal((z > 2).sum())
    return (z * std / TRUNCATED_STD).reshape(shape)


def _truncated_absolute_bound(rng: Any, shape: Any, std: float) -> Any:
    """Cuts at 2, not at 2 std."""
    w = rng.normal(0, std, math.prod(shape))
    while (np.abs(w) > 2).any():
        bad = np.abs(w) > 2
        w[bad] = rng.normal(0, std, bad.sum())
    return w.reshape(shape)


def _orthogonal_signs_of_rows(rng: Any, shape: Any, gain: float = 1) -> Any:
    rows, columns = math.prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q = gain * q * np.sign(np.diag(r))[0]
    return (q if rows >= columns else q.T).reshape(shape)


def _orthogonal_gain_squared(rng: Any, shape: Any, gain: float = 1) -> Any:
    rows, columns = math.prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q = gain**2 * q * np.sign(np.diag(r))
    return (q if rows >= columns else q.T).reshape(shape)


def _orthogonal_always_qr(rng: Any, shape: Any, gain: float = 1) -> Any:
    """Right for tall matrices; for wide ones q is square."""
    rows, columns = math.prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(rng.standard_normal((rows, columns)))
    q = q * np.sign(np.diag(r))
    return (gain * q).reshape(shape)


def _orthogonal_uniform_start(rng: Any, shape: Any, gain: float = 1) -> Any:
    rows, columns = math.prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(rng.random((max(rows, columns), min(rows, columns))))
    q = gain * q * np.sign(np.diag(r))
    return (q if rows >= columns else q.T).reshape(shape)


def _orthogonal_unit_columns(rng: Any, shape: Any, gain: float = 1) -> Any:
    a = rng.standard_normal((math.prod(shape[:-1]), shape[-1]))
    return (gain * a / np.linalg.norm(a, axis=0)).reshape(shape)


def _orthogonal_reshaped_not_transposed(rng: Any, shape: Any, gain: float = 1) -> Any:
    rows, columns = math.prod(shape[:-1]), shape[-1]
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    return (gain * q * np.sign(np.diag(r))).reshape(shape)


def _signal_of_each_unit(weights: Any, x: Any, activation: Any) -> Any:
    result = []
    for w in weights:
        x = activation(x @ w)
        result.append(float(x.var(axis=0).mean()))
    return result


def _signal_before_activation(weights: Any, x: Any, activation: Any) -> Any:
    result = []
    for w in weights:
        z = x @ w
        result.append(float(z.var()))
        x = activation(z)
    return result


def _signal_starts_with_x(weights: Any, x: Any, activation: Any) -> Any:
    result = [float(x.var())]
    for w in weights:
        x = activation(x @ w)
        result.append(float(x.var()))
    return result


def _signal_from_x_always(weights: Any, x: Any, activation: Any) -> Any:
    return [float(activation(x @ w).var()) for w in weights if w.shape[0] == x.shape[1]]


def _signal_unbiased(weights: Any, x: Any, activation: Any) -> Any:
    result = []
    for w in weights:
        x = activation(x @ w)
        result.append(float(x.var(ddof=1)))
    return result


def _glorot_of_fan_in(rng: Any, shape: Any) -> Any:
    limit = math.sqrt(6 / (2 * fans(shape)[0]))
    return random_uniform(rng, shape, -limit, limit)


def _glorot_half_open(rng: Any, shape: Any) -> Any:
    return random_uniform(rng, shape, 0, math.sqrt(6 / sum(fans(shape))))


def _glorot_limit_three(rng: Any, shape: Any) -> Any:
    limit = math.sqrt(3 / sum(fans(shape)))
    return random_uniform(rng, shape, -limit, limit)


def _glorot_of_the_ends(rng: Any, shape: Any) -> Any:
    limit = math.sqrt(6 / (shape[0] + shape[-1]))
    return random_uniform(rng, shape, -limit, limit)


# fmt: off
MISTAKES = [
    Mistake("fans", _fans_of_kernels_first, "channels-first"),
    Mistake("fans", _fans_area_in_only, "area-only-for-the-input"),
    Mistake("fans", _fans_area_of_the_last_axis),
    Mistake("fans", _fans_as_floats),
    Mistake("fans", _fans_of_two_axes, "first-two-axes"),
    Mistake("fans", lambda shape: (math.prod(shape[:-1]), shape[-1] * max(shape[:-2], default=1))),
    Mistake("zeros", lambda shape: np.zeros(shape, dtype=int), "integers"),
    Mistake("zeros", lambda shape: np.empty(shape), "left-uninitialised"),
    Mistake("zeros", lambda shape: np.zeros(math.prod(shape))),
    Mistake("constant", lambda shape, value: np.full(shape, value), "dtype-of-the-value"),
    Mistake("constant", lambda shape, value: value * np.ones(shape[0])),
    Mistake("constant", lambda shape, value: np.full(shape, value, dtype=np.float32)),
    Mistake("symmetry_is_broken", _broken_rows, "units-on-the-first-axis"),
    Mistake("symmetry_is_broken", _broken_if_any_differ, "differs-from-the-first"),
    Mistake("symmetry_is_broken", _broken_neighbours, "neighbours-only"),
    Mistake("symmetry_is_broken", _broken_all_numbers_differ, "any-number-repeated"),
    Mistake("symmetry_is_broken", _broken_close, "nearly-equal-counts"),
    Mistake("random_normal", lambda rng, shape, std: rng.normal(0, std ** 2, shape), "variance-passed-as-scale"),
    Mistake("random_normal", lambda rng, shape, std: np.random.normal(0, std, shape), "global-generator"),
    Mistake("random_normal", lambda rng, shape, std: rng.normal(std, 1, shape), "std-passed-as-mean"),
    Mistake("random_normal", lambda rng, shape, std: rng.normal(0, math.sqrt(std), shape), "std-taken-for-variance"),
    Mistake("random_normal", lambda rng, shape, std: rng.uniform(-std, std, shape), "uniform-drawn"),
    Mistake("random_normal", lambda rng, shape, std: std * np.random.default_rng(0).standard_normal(shape), "seed-fixed-inside"),
    Mistake("random_uniform", lambda rng, shape, low, high: low + high * rng.random(shape), "high-taken-for-width"),
    Mistake("random_uniform", lambda rng, shape, low, high: rng.random(shape) * (high - low), "shift-forgotten"),
    Mistake("random_uniform", lambda rng, shape, low, high: rng.integers(int(low), int(high) + 1, shape)),
    Mistake("random_uniform", lambda rng, shape, low, high: rng.uniform(-high, high, shape), "always-symmetric"),
    Mistake("truncated_normal", _truncated_clipped, "clipped-and-not-rescaled"),
    Mistake("truncated_normal", _truncated_clipped_and_rescaled, "clipped"),
    Mistake("truncated_normal", _truncated_multiplied, "rescaled-the-wrong-way"),
    Mistake("truncated_normal", _truncated_at_one, "cut-at-one"),
    Mistake("truncated_normal", _truncated_redrawn_once, "redrawn-once"),
    Mistake("truncated_normal", _truncated_upper_side, "cut-above-only"),
    Mistake("truncated_normal", _truncated_absolute_bound, "cut-at-two-itself"),
    Mistake("glorot_uniform", _glorot_of_fan_in, "fan-in-only"),
    Mistake("glorot_uniform", _glorot_half_open, "from-zero"),
    Mistake("glorot_uniform", _glorot_limit_three, "sum-for-mean"),
    Mistake("glorot_uniform", _glorot_of_the_ends, "first-and-last-axis"),
    Mistake("glorot_normal", lambda rng, shape: random_normal(rng, shape, 2 / sum(fans(shape))), "variance-as-std"),
    Mistake("glorot_normal", lambda rng, shape: random_normal(rng, shape, math.sqrt(1 / sum(fans(shape)))), "sum-for-mean"),
    Mistake("glorot_normal", lambda rng, shape: random_normal(rng, shape, math.sqrt(2 / math.prod(fans(shape))))),
    Mistake("he_uniform", lambda rng, shape: rng.uniform(-math.sqrt(2 / fans(shape)[0]), math.sqrt(2 / fans(shape)[0]), shape), "limit-is-std"),
    Mistake("he_uniform", lambda rng, shape: math.sqrt(6 / shape[0]) * rng.uniform(-1, 1, shape), "first-axis-for-fan-in"),
    Mistake("he_uniform", lambda rng, shape: math.sqrt(6 / fans(shape)[1]) * rng.uniform(-1, 1, shape), "fan-out-for-fan-in"),
    Mistake("he_normal", lambda rng, shape: rng.standard_normal(shape) * 2 / fans(shape)[0], "variance-as-std"),
    Mistake("he_normal", lambda rng, shape: rng.standard_normal(shape) * math.sqrt(2) / fans(shape)[0], "root-of-the-two-alone"),
    Mistake("he_normal", lambda rng, shape: rng.standard_normal(shape) * math.sqrt(1 / fans(shape)[0]), "relu-forgotten"),
    Mistake("he_normal", lambda rng, shape: rng.standard_normal(shape) * math.sqrt(2 / shape[-2]), "kernel-area-ignored"),
    Mistake("he_normal", lambda rng, shape: rng.standard_normal(shape) * math.sqrt(2.0 / shape[0]), "first-axis-for-fan-in"),
    Mistake("lecun_normal", lambda rng, shape: rng.standard_normal(shape) / fans(shape)[0], "variance-as-std"),
    Mistake("lecun_normal", lambda rng, shape: rng.standard_normal(shape) / math.sqrt(fans(shape)[1]), "fan-out-for-fan-in"),
    Mistake("lecun_uniform", lambda rng, shape: rng.uniform(-1, 1, shape) / math.sqrt(fans(shape)[0]), "limit-is-std"),
    Mistake("lecun_uniform", lambda rng, shape: rng.uniform(-1, 1, shape) * 3 / math.sqrt(fans(shape)[0])),
    Mistake("orthogonal", _orthogonal_signs_of_rows, "one-sign-for-all-columns"),
    Mistake("orthogonal", _orthogonal_gain_squared, "gain-squared"),
    Mistake("orthogonal", _orthogonal_always_qr),
    Mistake("orthogonal", _orthogonal_uniform_start, "uniform-numbers-decomposed"),
    Mistake("orthogonal", _orthogonal_unit_columns),
    Mistake("orthogonal", _orthogonal_reshaped_not_transposed, "reshaped-for-transposed"),
    Mistake("signal_through_depth", _signal_of_each_unit, "per-unit-averaged"),
    Mistake("signal_through_depth", _signal_before_activation, "before-the-activation"),
    Mistake("signal_through_depth", _signal_starts_with_x, "input-counted"),
    Mistake("signal_through_depth", _signal_from_x_always),
    Mistake("signal_through_depth", _signal_unbiased, "sample-variance"),
]
# fmt: on
