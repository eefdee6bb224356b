"""Assessment of batch norm at test time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._layers_common import AFFINE, IMAGES, axes_of
from autograder.units._layers_statistics import (
    FOUR,
    FOUR_RUNNING,
    RUNNING,
    SQUARE,
    TALL_IMAGES,
    Statistics,
    normalised,
    random_training,
    right_statistics,
    single,
    unbiased,
)

__all__ = ["batch_norm_eval", "random_eval"]


def _eval_of(statistics: Callable[[Array, Array, Array], Statistics]) -> Callable[..., Any]:
    """A wrong version with other statistics: `statistics(x, running_mean, running_var)`."""

    def wrong(x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float = 1e-5) -> Array:
        return normalised(x, statistics(x, running_mean, running_var), gamma, beta, eps)

    return wrong


def _eval_updating(
    x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float = 1e-5
) -> Array:
    y = normalised(x, (running_mean, running_var), gamma, beta, eps)
    running_mean += 0.1 * (x.mean(axis=axes_of(x)) - running_mean)
    return y


def _eval_folded(
    x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float = 1e-5
) -> Array:
    """Another right answer: one slope and one intercept per channel."""
    slope = gamma / np.sqrt(running_var + eps)
    return np.asarray(x * slope + (beta - running_mean * slope))


def random_eval(rng: np.random.Generator) -> Mapping[str, Any]:
    training = dict(random_training(rng))
    del training["momentum"]
    return training


def _column(array: Array, x: Array) -> Array:
    return array.reshape(-1, *[1] * (x.ndim - 2))


batch_norm_eval = Exercise(
    "batch_norm_eval",
    points=1,
    cases=[
        Case("one-sample", x=np.array([[1.0, -2.0, 5.0]]), **AFFINE, **RUNNING),
        Case("batch", x=normal(5, 3, seed=21) * 2 + 1, **AFFINE, **RUNNING),
        Case("as-many-samples-as-channels", x=SQUARE, **AFFINE, **RUNNING),
        Case("images", x=IMAGES, **FOUR, **FOUR_RUNNING),
        Case("as-many-rows-as-channels", x=TALL_IMAGES, **AFFINE, **RUNNING),
        Case(
            "variance-zero",
            x=normal(4, 3, seed=22) * 0.01 + [0.5, -2.0, 3.0],
            **AFFINE,
            running_mean=RUNNING["running_mean"],
            running_var=np.array([0.0, 0.25, 0.0]),
        ),
        Case("large-eps", x=normal(4, 3, seed=23), **AFFINE, **RUNNING, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=24), **AFFINE, **RUNNING, readonly=True),
        Case("single-precision", **single({"x": normal(4, 3, seed=25), **AFFINE, **RUNNING})),
        random_cases(random_eval),
    ],
    misconceptions=[
        Misconception(
            "batch-statistics-used",
            believes="Batch norm normalises with the batch at hand.",
            wrong=_eval_of(lambda x, mean, var: right_statistics(x)),
            hint="A batch of one sample: what would be left of it?",
        ),
        Misconception(
            "updated-at-test",
            believes="The running statistics go on running.",
            wrong=_eval_updating,
            hint="Should a prediction change the predictions after it?",
        ),
        Misconception(
            "eps-forgotten",
            believes="z = (x - μ) / σ is all.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: normalised(
                x, (running_mean, running_var), gamma, beta, 0.0
            ),
            hint="A channel was always the same in training. What is its variance?",
        ),
        Misconception(
            "eps-outside-the-root",
            believes="ε is added to the standard deviation.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: (
                gamma * (x - running_mean) / (np.sqrt(running_var) + eps) + beta
            ),
            hint="Where does the formula's root end?",
        ),
        Misconception(
            "root-forgotten",
            believes="The deviation is divided by the variance.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: (
                gamma * (x - running_mean) / (running_var + eps) + beta
            ),
            hint="running_var is a variance. What is the spread?",
        ),
        Misconception(
            "gamma-and-beta-ignored",
            believes="At test time only the statistics count.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: (
                (x - running_mean) / np.sqrt(running_var + eps)
            ),
            hint="γ and β were learned. When should they be used, if not now?",
        ),
        Misconception(
            "channels-on-axis-one",
            believes="Axis 1 counts the channels.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: (
                (x - _column(running_mean, x)) / np.sqrt(_column(running_var, x) + eps) * _column(gamma, x)
                + _column(beta, x)
            ),
            hint="Images are (N, H, W, C) here. Against which axis does an array of shape (C,) broadcast?",
        ),
        Misconception(
            "unbiased-again",
            believes="The stored variance has to be made unbiased.",
            wrong=_eval_of(lambda x, mean, var: (mean, unbiased(x, var))),
            hint="Which variance did training store?",
        ),
        Misconception(
            "beta-forgotten",
            believes="A scale is all that the network chooses.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: normalised(
                x, (running_mean, running_var), gamma, 0 * beta, eps
            ),
            hint="What is y where x is the running mean?",
        ),
        Misconception(
            "gamma-forgotten",
            believes="A shift is all that the network chooses.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: normalised(
                x, (running_mean, running_var), gamma / gamma, beta, eps
            ),
            hint="What is γ for?",
        ),
        Misconception(
            "gamma-multiplies-beta",
            believes="γ scales the shift, too.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: normalised(
                x, (running_mean, running_var), gamma, gamma * beta, eps
            ),
            hint="What does γ stand in front of in the formula?",
        ),
        Misconception(
            "mean-not-subtracted",
            believes="Only the size has to be normalised.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: normalised(
                x, (0 * running_mean, running_var), gamma, beta, eps
            ),
            hint="What does the formula subtract?",
        ),
        Misconception(
            "batch-variance-used",
            believes="The mean is the stored one, the variance the batch's.",
            wrong=_eval_of(lambda x, mean, var: (mean, x.var(axis=axes_of(x)))),
            hint="What is the variance of a batch of one?",
        ),
        Misconception(
            "passed-through",
            believes="At test time nothing is done.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: x,
            hint="That is dropout. What does batch norm do at test time?",
        ),
        Misconception(
            "training-tuple-returned",
            believes="The statistics are returned as in training.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: (
                normalised(x, (running_mean, running_var), gamma, beta, eps),
                running_mean,
                running_var,
            ),
            hint="What does the docstring say is returned?",
        ),
        Misconception(
            "eps-of-a-thousandth",
            believes="ε is 1e-3 where none is given.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-3: normalised(
                x, (running_mean, running_var), gamma, beta, eps
            ),
            hint="Which default does the signature have?",
        ),
        Misconception(
            "scaled-before-the-mean",
            believes="γ multiplies x, and the mean is subtracted then.",
            wrong=lambda x, gamma, beta, running_mean, running_var, eps=1e-5: normalised(
                gamma * x, (running_mean, running_var), gamma / gamma, beta, eps
            ),
            hint="What does γ stand in front of in the formula?",
        ),
    ],
    hints=[
        "Which numbers come from training, and what is measured now?",
        "Arrays of shape (C,) broadcast against the last axis, for (N, C) and for images.",
        "gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta",
    ],
    variants=[Variant("folded", _eval_folded)],
    vectorized=lambda n: {"x": normal(n, 3), **AFFINE, **RUNNING},
)
