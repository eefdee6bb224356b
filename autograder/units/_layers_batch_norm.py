"""Assessment of batch norm in training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units._layers_common import AFFINE, IMAGES, count_of
from autograder.units._layers_statistics import (
    CONSTANT,
    FOUR,
    FOUR_RUNNING,
    RUNNING,
    SQUARE,
    TALL_IMAGES,
    Statistics,
    normalised,
    of_axis_one,
    one_pass,
    over_samples_only,
    random_training,
    right_statistics,
    single,
    sum_by_sum,
    unbiased,
)

__all__ = ["batch_norm_train"]

MakeY = Callable[[Array, Array, Array, Array, Array, float], Array]
MakeStatistics = Callable[[Array, Array, Array, float], Statistics]


def _mixed(old: Array, new: Array, momentum: float) -> Array:
    mixed: Array = old + momentum * (new - old)
    return mixed


def _updated(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    return _mixed(running_mean, mean, momentum), _mixed(running_var, unbiased(x, variance), momentum)


def _right_y(x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float) -> Array:
    return normalised(x, right_statistics(x), gamma, beta, eps)


def _training(make_y: MakeY = _right_y, make_statistics: MakeStatistics = _updated) -> Callable[..., Any]:
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


def _of_statistics(measure: Callable[[Array], Statistics]) -> Callable[..., Any]:
    """A version that measures other statistics, and uses them for everything."""

    def store(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
        mean, variance = measure(x)
        return _mixed(running_mean, mean, momentum), _mixed(running_var, unbiased(x, variance), momentum)

    return _training(lambda x, gamma, beta, mean, var, eps: normalised(x, measure(x), gamma, beta, eps), store)


def _along_features(x: Array) -> Statistics:
    return x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)


def _swapped(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    return _updated(x, running_mean, running_var, 1 - momentum)


def _biased(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    return _mixed(running_mean, mean, momentum), _mixed(running_var, variance, momentum)


def _added(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    return running_mean + momentum * mean, running_var + momentum * unbiased(x, variance)


def _divided(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    count = count_of(x)
    return _mixed(running_mean, mean, momentum), _mixed(running_var, variance * (count / (count - 1)), momentum)


def _spreads(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    mean, variance = right_statistics(x)
    return _mixed(running_mean, mean, momentum), _mixed(running_var, np.sqrt(unbiased(x, variance)), momentum)


def _in_place(x: Array, running_mean: Array, running_var: Array, momentum: float) -> Statistics:
    running_mean[...], running_var[...] = _updated(x, running_mean, running_var, momentum)
    return running_mean, running_var


def _sample_normalised(
    x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float
) -> Array:
    mean, variance = right_statistics(x)
    return normalised(x, (mean, unbiased(x, variance)), gamma, beta, eps)


def _eps_outside(x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float) -> Array:
    mean, variance = right_statistics(x)
    return np.asarray(gamma * (x - mean) / (np.sqrt(variance) + eps) + beta)


def _row_by_row(
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
    new_var = _mixed(running_var, rows.var(axis=0, ddof=1), momentum)
    return [y.reshape(x.shape), _mixed(running_mean, mean, momentum), new_var]


batch_norm_train = Exercise(
    "batch_norm_train",
    points=3,
    cases=[
        Case("batch", x=normal(5, 3, seed=11) * 2 + 1, **AFFINE, **RUNNING),
        Case("two-samples", x=np.array([[1.0, 10.0, -2.0], [3.0, 20.0, 4.0]]), **AFFINE, **RUNNING),
        Case("as-many-samples-as-channels", x=SQUARE, **AFFINE, **RUNNING),
        Case("constant-channel", x=CONSTANT, **AFFINE, **RUNNING),
        Case("images", x=IMAGES, **FOUR, **FOUR_RUNNING),
        Case("as-many-rows-as-channels", x=TALL_IMAGES, **AFFINE, **RUNNING),
        Case("high-momentum", x=normal(4, 3, seed=12), **AFFINE, **RUNNING, momentum=0.75),
        Case("momentum-zero", x=normal(4, 3, seed=13), **AFFINE, **RUNNING, momentum=0.0),
        Case("large-eps", x=normal(4, 3, seed=14) * 0.3, **AFFINE, **RUNNING, momentum=0.1, eps=0.1),
        Case("far-from-zero", x=normal(6, 3, seed=15) + np.array([1e6, -1e6, 0.0]), **AFFINE, **RUNNING),
        Case("read-only", x=normal(6, 3, seed=16), **AFFINE, **RUNNING, readonly=True),
        Case("single-precision", **single({"x": normal(4, 3, seed=17), **AFFINE, **RUNNING})),
        Case("one-sample", x=np.array([[1.0, -2.0, 5.0]]), **AFFINE, **RUNNING, raises="x"),
        Case("one-pixel", x=grid(1, 1, 1, 3), **AFFINE, **RUNNING, raises="x"),
        random_cases(random_training),
    ],
    misconceptions=[
        Misconception(
            "sample-variance-normalises",
            believes="The batch is normalised with the unbiased variance.",
            wrong=_training(_sample_normalised),
            hint="Of two samples, normalised: what should their variance be, and what is it with m - 1?",
        ),
        Misconception(
            "biased-variance-stored",
            believes="The variance that normalises is the one to store.",
            wrong=_training(make_statistics=_biased),
            hint="What is stored should estimate the variance of all data, not of this batch. Divided by what?",
        ),
        Misconception(
            "momentum-weighs-the-old",
            believes="Momentum is how much of the old value is kept, as in Keras.",
            wrong=_training(make_statistics=_swapped),
            hint="With PyTorch's 0.1, how much does one batch change the statistics?",
        ),
        Misconception(
            "statistics-not-updated",
            believes="Running statistics are a matter for test time.",
            wrong=_training(make_statistics=lambda x, mean, var, momentum: (mean.copy(), var.copy())),
            hint="When could they be measured, if not in training?",
        ),
        Misconception(
            "statistics-replaced",
            believes="The statistics of the last batch are the ones to keep.",
            wrong=_training(make_statistics=lambda x, mean, var, momentum: _updated(x, mean, var, 1.0)),
            hint="What does `momentum` say about how much of the past is kept?",
        ),
        Misconception(
            "statistics-added-up",
            believes="Each batch adds momentum · μ.",
            wrong=_training(make_statistics=_added),
            hint="After a thousand batches of mean 1: where is an average, and where is a sum?",
        ),
        Misconception(
            "spread-stored",
            believes="The running spread is a standard deviation.",
            wrong=_training(make_statistics=_spreads),
            hint="Under the root at test time stands running_var + ε. What must it hold?",
        ),
        Misconception(
            "updated-in-place",
            believes="The running statistics are the layer's, so they are overwritten.",
            wrong=_training(make_statistics=_in_place),
            hint="Whose arrays are they in a function that returns new ones?",
        ),
        Misconception(
            "running-statistics-used",
            believes="The running statistics are what x is normalised with.",
            wrong=_training(lambda x, gamma, beta, mean, var, eps: normalised(x, (mean, var), gamma, beta, eps)),
            hint="At the first batch they are 0 and 1. Would anything be normalised?",
        ),
        Misconception(
            "along-features",
            believes="Each sample is brought to mean 0 and variance 1.",
            wrong=_of_statistics(_along_features),
            hint="That is layer norm. Over which axis does batch norm look?",
        ),
        Misconception(
            "over-samples-only",
            believes="The batch is axis 0, so the statistics are taken over axis 0.",
            wrong=_of_statistics(over_samples_only),
            hint="Every place of an image is looked at by the same filter. How many values has a channel?",
        ),
        Misconception(
            "channels-on-axis-one",
            believes="Axis 1 counts the channels.",
            wrong=_of_statistics(of_axis_one),
            hint="Images are (N, H, W, C) here. Which axis is left out of the sums?",
        ),
        Misconception(
            "eps-forgotten",
            believes="z = (x - μ) / σ is all.",
            wrong=_training(
                lambda x, gamma, beta, mean, var, eps: normalised(x, right_statistics(x), gamma, beta, 0.0)
            ),
            hint="A unit is dead and gives the same number for every sample. What is σ?",
        ),
        Misconception(
            "eps-outside-the-root",
            believes="ε is added to the standard deviation.",
            wrong=_training(_eps_outside),
            hint="Where does the formula's root end?",
        ),
        Misconception(
            "gamma-and-beta-ignored",
            believes="The output has mean 0 and variance 1.",
            wrong=_training(
                lambda x, gamma, beta, mean, var, eps: normalised(
                    x, right_statistics(x), np.ones_like(gamma), np.zeros_like(beta), eps
                )
            ),
            hint="What are γ and β for?",
        ),
        Misconception(
            "gamma-multiplies-beta",
            believes="γ scales the shifted result.",
            wrong=_training(
                lambda x, gamma, beta, mean, var, eps: (
                    gamma * ((x - right_statistics(x)[0]) / np.sqrt(right_statistics(x)[1] + eps) + beta)
                )
            ),
            hint="In γ x̂ + β, what is added after the product?",
        ),
        Misconception(
            "root-forgotten",
            believes="The deviation is divided by the variance.",
            wrong=_training(
                lambda x, gamma, beta, mean, var, eps: (
                    gamma * (x - right_statistics(x)[0]) / (right_statistics(x)[1] + eps) + beta
                )
            ),
            hint="x in metres has a variance in square metres. What must a metre be divided by to have no unit?",
        ),
        Misconception(
            "square-of-the-mean-subtracted",
            believes="mean(x²) - μ² is the same variance.",
            wrong=_of_statistics(one_pass),
            hint="x is near 1e6: how many of the 16 digits of x² does a variance near 1 need?",
        ),
        Misconception(
            "one-sample-accepted",
            believes="A batch of one is a batch.",
            wrong=_training(),
            hint="How far is a single value from its own mean, and what is m - 1?",
        ),
        Misconception(
            "one-sample-divides-by-zero",
            believes="Python will complain by itself about a batch of one.",
            wrong=_training(make_statistics=_divided),
            hint="Does the error say which argument is wrong, and what was wanted?",
        ),
    ],
    hints=[
        "Two things happen: y from the batch's statistics, and new running statistics. Which variance for which?",
        "Over all axes but the last: x.mean and x.var; the unbiased variance is the biased one times m / (m - 1).",
        "y = γ (x - μ) / √(σ² + ε) + β; (1 - momentum) · old + momentum · new for the mean and the unbiased variance.",
    ],
    variants=[Variant("row-by-row", _row_by_row)],
    returns_new=True,
    vectorized=lambda n: {"x": normal(n, 3), **AFFINE, **RUNNING},
)
