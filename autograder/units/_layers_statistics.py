"""Assessment of batch_statistics, and what the exercises of batch norm share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._layers_common import IMAGES, axes_of, count_of, whole_batch_at_random

__all__ = [
    "CONSTANT", "FOUR", "FOUR_RUNNING", "RUNNING", "SQUARE", "TALL_IMAGES", "Statistics", "batch_statistics",
    "normalised", "of_axis_one", "one_pass", "over_samples_only", "random_training", "right_statistics", "single",
    "sum_by_sum", "unbiased",
]  # fmt: skip

#: Running statistics of three channels.
RUNNING: dict[str, Any] = {
    "running_mean": np.array([0.5, -2.0, 3.0]),
    "running_var": np.array([2.0, 0.25, 1.5]),
}
FOUR: dict[str, Any] = {"gamma": np.array([1.5, -0.5, 2.0, 0.75]), "beta": np.array([0.25, 3.0, -1.0, 0.0])}
FOUR_RUNNING: dict[str, Any] = {
    "running_mean": np.array([0.5, -2.0, 3.0, 1.0]),
    "running_var": np.array([2.0, 0.25, 1.5, 4.0]),
}
#: Channel 1 is constant: its variance is exactly 0.
CONSTANT = np.array([[1.0, 3.0, -1.0], [2.0, 3.0, 4.0], [4.0, 3.0, 0.5], [-3.0, 3.0, 2.0]])
#: As many samples as channels: a mixed-up axis goes through without an error.
SQUARE = np.array([[1.0, 5.0, -2.0], [3.0, 4.0, 0.0], [-1.0, 9.0, 7.0]])
#: H = C, so that statistics of the wrong axis fit.
TALL_IMAGES = normal(2, 3, 2, 3, seed=61) * [1.0, 2.0, 0.5] + [0.0, -3.0, 1.0]

Statistics = tuple[Array, Array]


def single(arrays: Mapping[str, Array]) -> dict[str, Any]:
    """The same arrays in float32."""
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def right_statistics(x: Array) -> Statistics:
    """Mean and biased variance of every channel."""
    return np.asarray(x.mean(axis=axes_of(x))), np.asarray(x.var(axis=axes_of(x)))


def sum_by_sum(x: Array) -> Statistics:
    """The same without NumPy's mean and var."""
    rows = x.reshape(-1, x.shape[-1])
    mean = rows.sum(axis=0) / len(rows)
    return mean, np.square(rows - mean).sum(axis=0) / len(rows)


def one_pass(x: Array) -> Statistics:
    """The variance as a difference of two large numbers."""
    mean = x.mean(axis=axes_of(x))
    return mean, np.maximum((x * x).mean(axis=axes_of(x)) - mean * mean, 0)


def over_samples_only(x: Array) -> Statistics:
    """Over axis 0 alone, which is right for (N, C)."""
    return x.mean(axis=0), x.var(axis=0)


def of_axis_one(x: Array) -> Statistics:
    """What is right for (N, C, H, W)."""
    axes = (0, *range(2, x.ndim))
    return x.mean(axis=axes), x.var(axis=axes)


def normalised(x: Array, statistics: Statistics, gamma: Array, beta: Array, eps: float) -> Array:
    """Normalised with these statistics, scaled and shifted."""
    mean, variance = statistics
    y: Array = (x - mean) / np.sqrt(variance + eps) * gamma + beta
    return y


def unbiased(x: Array, variance: Array) -> Array:
    """The unbiased variance, from the biased one; nan for one value, as NumPy's."""
    count = count_of(x)
    corrected: Array = variance * (count / (count - 1) if count > 1 else math.nan)
    return corrected


def random_training(rng: np.random.Generator) -> Mapping[str, Any]:
    """A batch with all arguments of batch_norm_train."""
    batch = whole_batch_at_random(rng)
    channels = len(batch["gamma"])
    return {
        **batch,
        "running_mean": rng.standard_normal(channels),
        "running_var": rng.uniform(0.5, 3.0, channels),
        "momentum": float(rng.uniform(0.05, 0.45)),
        "eps": float(rng.choice([1e-5, 1e-3])),
    }


def _per_sample(x: Array) -> Statistics:
    axes = tuple(range(1, x.ndim))
    return x.mean(axis=axes), x.var(axis=axes)


batch_statistics = Exercise(
    "batch_statistics",
    points=1,
    parts=("mean", "variance"),
    cases=[
        Case("two-samples", x=np.array([[1.0, 10.0, -2.0], [3.0, 20.0, 4.0]])),
        Case("batch", x=normal(5, 3, seed=1)),
        Case("as-many-samples-as-channels", x=SQUARE),
        Case("one-channel", x=normal(4, 1, seed=2)),
        Case("one-sample", x=np.array([[1.0, -2.0, 5.0]])),
        Case("images", x=IMAGES),
        Case("as-many-rows-as-channels", x=TALL_IMAGES),
        Case("constant-channel", x=CONSTANT),
        Case("far-from-zero", x=normal(6, 2, seed=3) + np.array([1e6, -1e6])),
        Case("read-only", x=normal(3, 4, seed=4), readonly=True),
        Case("integers", x=np.array([[1, 200], [4, 100], [7, 250]])),
        Case("single-precision", x=normal(4, 3, seed=5).astype(np.float32)),
        random_cases(lambda rng: {"x": whole_batch_at_random(rng)["x"]}),
    ],
    misconceptions=[
        Misconception(
            "sample-variance",
            believes="A variance is divided by m - 1.",
            wrong=lambda x: (x.mean(axis=axes_of(x)), x.var(axis=axes_of(x), ddof=1)),
            hint="Which one is the biased variance, and which does np.var give?",
        ),
        Misconception(
            "spread-instead",
            believes="The second number is the standard deviation.",
            wrong=lambda x: (x.mean(axis=axes_of(x)), x.std(axis=axes_of(x))),
            hint="If all x are doubled: does σ² double?",
        ),
        Misconception(
            "over-samples-only",
            believes="The batch is axis 0, so the statistics are taken over axis 0.",
            wrong=over_samples_only,
            hint="An image shows one channel at H · W places. How many values does a channel have in a batch?",
        ),
        Misconception(
            "channels-on-axis-one",
            believes="Axis 1 counts the channels, as in PyTorch.",
            wrong=of_axis_one,
            hint="Images are (N, H, W, C) here. Which axis is left out?",
        ),
        Misconception(
            "per-sample",
            believes="Every sample has its mean and its variance.",
            wrong=_per_sample,
            hint="There is one mean per channel: which axes must disappear?",
        ),
        Misconception(
            "over-everything",
            believes="A batch has one mean.",
            wrong=lambda x: (np.float64(1) * x.mean(), np.float64(1) * x.var()),
            hint="One channel runs from 0 to 1, another from 0 to 1000. Does one mean serve both?",
        ),
        Misconception(
            "square-of-the-mean-subtracted",
            believes="mean(x²) - μ² is the same, and needs one pass.",
            wrong=one_pass,
            hint="x is near 1e6: how many of the 16 digits of x² does a variance near 1 need?",
        ),
        Misconception(
            "axes-kept",
            believes="The statistics keep the axes they were taken over.",
            wrong=lambda x: (x.mean(axis=axes_of(x), keepdims=True), x.var(axis=axes_of(x), keepdims=True)),
            hint="Which shape does the docstring promise?",
        ),
        Misconception(
            "variance-first",
            believes="The variance comes first.",
            wrong=lambda x: right_statistics(x)[::-1],
            hint="In which order does the docstring list the two?",
        ),
        Misconception(
            "deviations-summed",
            believes="The variance is the sum of squared deviations.",
            wrong=lambda x: (right_statistics(x)[0], right_statistics(x)[1] * x.dtype.type(count_of(x))),
            hint="Does the variance grow with the number of samples?",
        ),
        Misconception(
            "mean-not-subtracted",
            believes="The variance is the mean square.",
            wrong=lambda x: (right_statistics(x)[0], (x * 1.0 * x).mean(axis=axes_of(x))),
            hint="What is the variance of a channel that is 5 throughout?",
        ),
        Misconception(
            "median-for-mean",
            believes="The middle value is the mean.",
            wrong=lambda x: (np.median(x, axis=axes_of(x)), right_statistics(x)[1]),
            hint="What are mean and median of 1, 2 and 9?",
        ),
    ],
    hints=[
        "One mean per channel: which axis stays, and which go?",
        "NumPy's mean and var take a tuple of axes: all but the last.",
        "axes = tuple(range(x.ndim - 1)), then x.mean(axis=axes) and x.var(axis=axes)",
    ],
    variants=[Variant("sum-by-sum", sum_by_sum)],
    vectorized=lambda n: {"x": normal(n, 2, n)},
)
