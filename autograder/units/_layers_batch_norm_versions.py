"""Right and wrong versions of batch norm in training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.inputs import Array
from autograder.units._layers_common import count_of
from autograder.units._layers_statistics import (
    Statistics,
    normalised,
    right_statistics,
    sum_by_sum,
    unbiased,
)

__all__ = [
    "added_up",
    "along_features",
    "biased_stored",
    "divided",
    "eps_outside",
    "mean_swapped",
    "mixed",
    "momentum_swapped",
    "normalised_by_the_updated",
    "of_statistics",
    "right_y",
    "row_by_row",
    "sample_normalised",
    "spreads_stored",
    "training",
    "updated",
    "updated_in_place",
    "with_default",
]

MakeY = Callable[[Array, Array, Array, Array, Array, float], Array]
MakeStatistics = Callable[[Array, Array, Array, float], Statistics]


def mixed(old: Array, new: Array, momentum: float) -> Array:
    mixed: Array = old + momentum * (new - old)
    return mixed


def updated(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    return mixed(running_mean, mean, momentum), mixed(running_var, unbiased(x, variance), momentum)


def right_y(x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float) -> Array:
    return normalised(x, right_statistics(x), gamma, beta, eps)


def training(make_y: MakeY = right_y, make_statistics: MakeStatistics = updated) -> Callable[..., Any]:
    """A version that makes y and the running statistics in these ways, and checks nothing."""

    def version(
        x: Array,
        gamma: Array,
        beta: Array,
        running_mean: Array,
        running_var: Array,
        momentum: float = 0.1,
        eps: float = 1e-5,
    ) -> tuple[Array, Array, Array]:
        y = make_y(x, gamma, beta, running_mean, running_var, eps)
        return y, *make_statistics(x, running_mean, running_var, momentum)

    return version


def of_statistics(measure: Callable[[Array], Statistics]) -> Callable[..., Any]:
    """A version that measures other statistics, and uses them for everything."""

    def store(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
        mean, variance = measure(x)
        return mixed(running_mean, mean, momentum), mixed(running_var, unbiased(x, variance), momentum)

    return training(lambda x, gamma, beta, mean, var, eps: normalised(x, measure(x), gamma, beta, eps), store)


def along_features(x: Array) -> Statistics:
    return x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)


def momentum_swapped(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    return updated(x, running_mean, running_var, 1 - momentum)


def biased_stored(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    return mixed(running_mean, mean, momentum), mixed(running_var, variance, momentum)


def added_up(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    return running_mean + momentum * mean, running_var + momentum * unbiased(x, variance)


def divided(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    count = count_of(x)
    return mixed(running_mean, mean, momentum), mixed(running_var, variance * (count / (count - 1)), momentum)


def spreads_stored(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    return mixed(running_mean, mean, momentum), mixed(running_var, np.sqrt(unbiased(x, variance)), momentum)


def updated_in_place(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    running_mean[...], running_var[...] = updated(x, running_mean, running_var, momentum)
    return running_mean, running_var


def sample_normalised(
    x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float
) -> Array:
    mean, variance = right_statistics(x)
    return normalised(x, (mean, unbiased(x, variance)), gamma, beta, eps)


def eps_outside(x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float) -> Array:
    mean, variance = right_statistics(x)
    return np.asarray(gamma * (x - mean) / (np.sqrt(variance) + eps) + beta)


def row_by_row(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> list[Array]:
    """Another right answer: on rows, with the unbiased variance from NumPy."""
    rows = x.reshape(-1, x.shape[-1])
    if len(rows) < 2:
        raise ValueError("x has one value per channel")
    mean, variance = sum_by_sum(rows)
    y = gamma * ((rows - mean) * (variance + eps) ** -0.5) + beta
    new_var = mixed(running_var, rows.var(axis=0, ddof=1), momentum)
    return [y.reshape(x.shape), mixed(running_mean, mean, momentum), new_var]


def mean_swapped(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    return (
        momentum_swapped(x, running_mean, running_var, momentum)[0],
        updated(x, running_mean, running_var, momentum)[1],
    )


def normalised_by_the_updated(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    mean, variance = right_statistics(x)
    used = mixed(running_mean, mean, momentum), mixed(running_var, variance, momentum)
    return normalised(x, used, gamma, beta, eps), *updated(x, running_mean, running_var, momentum)


def with_default(**defaults: float) -> Callable[..., Any]:
    """The right version with other defaults."""

    def version(x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, *rest: float) -> Any:
        given = dict(zip(("momentum", "eps"), rest, strict=False))
        return training()(x, gamma, beta, running_mean, running_var, **{**defaults, **given})

    return version
