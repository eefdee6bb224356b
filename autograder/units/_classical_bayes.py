"""Assessment of Bayes' rule and two generative models: log_posterior, gaussian_naive_bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units import _classical_slips as slips
from autograder.units._classical_common import Version, normalised, prior

__all__ = ["gaussian_naive_bayes", "log_posterior"]


def _joint(y_train: Array, log_likelihood: Array) -> Array:
    result: Array = log_likelihood + prior(y_train, log_likelihood.shape[1], log_likelihood.dtype)
    return result


def _exponentiated(y_train: Array, log_likelihood: Array) -> Array:
    joint = np.exp(_joint(y_train, log_likelihood))
    result: Array = np.log(joint / joint.sum(axis=1, keepdims=True))
    return result


def _with_floor(y_train: Array, log_likelihood: Array) -> Array:
    joint = np.exp(_joint(y_train, log_likelihood))
    result: Array = np.log(joint / (joint.sum(axis=1, keepdims=True) + 1e-300) + 1e-300)
    return result


def _raw_prior(y_train: Array, log_likelihood: Array) -> Array:
    shares = np.exp(prior(y_train, log_likelihood.shape[1])).astype(log_likelihood.dtype)
    return normalised(log_likelihood + shares)


def _over_samples(y_train: Array, log_likelihood: Array) -> Array:
    joint = _joint(y_train, log_likelihood)
    result: Array = joint - np.logaddexp.reduce(joint, axis=0)
    return result


def _smoothed_prior(y_train: Array, log_likelihood: Array) -> Array:
    counts = np.bincount(y_train, minlength=log_likelihood.shape[1]) + 1
    return normalised(log_likelihood + np.log(counts / counts.sum()).astype(log_likelihood.dtype))


def _with_logaddexp(y_train: Array, log_likelihood: Array) -> Array:
    if y_train.max() >= log_likelihood.shape[1]:
        raise ValueError(f"y_train: got {y_train.max()}")
    joint = _joint(y_train, log_likelihood)
    result: Array = joint - np.logaddexp.reduce(joint, axis=1)[:, None]
    return result


def _draw_likelihoods(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"y_train": rng.permutation([0, 1, 2, 2, *rng.integers(0, 3, 5)]), "log_likelihood": -9 * rng.random((5, 3))}


log_posterior = Exercise(
    "log_posterior",
    points=1,
    vectorized=lambda n: {"y_train": np.arange(n) ** 2 % 3, "log_likelihood": normal(n, 3)},
    cases=[
        Case("equal-shares", y_train=np.array([0, 1]), log_likelihood=np.array([[-0.7, -1.4], [-2.3, -1.2]])),
        Case("three-to-one", y_train=np.array([1, 0, 1, 1]), log_likelihood=np.array([[-0.7, -1.4]])),
        Case(
            "five-samples-three-classes",
            y_train=np.array([2, 0, 2, 1, 2, 1]),
            log_likelihood=normal(5, 3, scale=2.0),
            readonly=True,
        ),
        Case(
            "likelihoods-that-underflow",
            y_train=np.array([0, 1, 1]),
            log_likelihood=np.array([[-1000.0, -1002.0], [-99000.0, -98999.0]]),
        ),
        Case("densities-that-overflow", y_train=np.array([0, 1, 0]), log_likelihood=np.array([[900.0, 901.5]])),
        Case(
            "class-without-rows",
            y_train=np.array([0, 2, 2, 0, 0]),
            log_likelihood=np.array([[-3.0, -1.0, -2.0], [-1.0, -4.0, -1.5]]),
        ),
        Case(
            "single-precision",
            y_train=np.array([1, 1, 0]),
            log_likelihood=normal(2, 2, seed=3, scale=2.0).astype(np.float32),
        ),
        Case("label-without-a-column", raises="y_train", y_train=np.array([0, 2, 1]), log_likelihood=grid(2, 2)),
        random_cases(_draw_likelihoods),
    ],
    misconceptions=[
        Misconception(
            "prior-missing",
            believes="The class with the largest likelihood is the most probable one.",
            wrong=lambda y_train, log_likelihood: normalised(log_likelihood),
            hint="One mail in a hundred is spam. Does that matter before you have read a word?",
        ),
        Misconception(
            "exponentiated-first",
            believes="Logarithms are only a notation: exponentiate, divide by the sum, and take the logarithm.",
            wrong=_exponentiated,
            hint="What is e^-1000 in floating point, and what is 0 / 0?",
        ),
        Misconception(
            "tiny-number-added",
            believes="A tiny number added to the sum and to the quotient keeps the logarithm finite.",
            wrong=_with_floor,
            hint="Finite, but is it right? What remains of e^-1000 : e^-1002 when both have become 0?",
        ),
        Misconception(
            "not-normalised",
            believes="log P(c) + log P(x | c) is the posterior.",
            wrong=_joint,
            hint="What do the probabilities of a row have to sum to?",
        ),
        Misconception(
            "normalised-over-the-samples",
            believes="The probabilities of a column sum to 1.",
            wrong=_over_samples,
            hint="A sample has one of the classes for certain. Along which axis is that sum taken?",
        ),
        Misconception(
            "prior-without-logarithm",
            believes="The share of a class is added to its log-likelihood.",
            wrong=_raw_prior,
            hint="The product P(c) P(x | c) becomes a sum of what?",
        ),
        Misconception(
            "smoothed-prior",
            believes="One is added to the size of every class, as Laplace did with words.",
            wrong=_smoothed_prior,
            hint="What share of the rows does the docstring give a class that has none?",
        ),
        *slips.POSTERIOR,
    ],
    hints=[
        "Bayes' rule is a product and a quotient. What does the logarithm make of each?",
        "Add the log of each class's share, then subtract from each row the log of the sum of its exponentials.",
        "With the row's maximum m, log Σ e^j is m + log Σ e^(j - m); np.bincount(y_train, minlength=C) counts classes.",
    ],
    variants=[Variant("logaddexp", _with_logaddexp)],
)


def _gaussian(
    *,
    ddof: int = 0,
    floor: Version = lambda x, share: share * x.var(axis=0).max(),
    pooled: bool = False,
    with_prior: bool = True,
    determinant: bool = True,
    spread: Version = lambda variance: variance,
) -> Version:
    """A version of gaussian_naive_bayes with other parts."""

    def wrong(x_train: Array, y_train: Array, x_test: Array, var_smoothing: float = 1e-9) -> Array:
        groups = [x_train[y_train == label] for label in range(y_train.max() + 1)]
        means = np.stack([group.mean(axis=0) for group in groups])
        centred = x_train - means[y_train]
        variances = np.stack([(centred if pooled else group).var(axis=0, ddof=ddof) for group in groups])
        variances = spread(variances + floor(x_train, var_smoothing))
        terms = (x_test[:, None] - means) ** 2 / variances + determinant * np.log(2 * np.pi * variances)
        likelihood = -terms.sum(axis=-1) / 2
        return normalised(likelihood + with_prior * prior(y_train, len(groups), x_test.dtype))

    return wrong


def _product(x_train: Array, y_train: Array, x_test: Array, var_smoothing: float = 1e-9) -> Array:
    columns = []
    for label in range(y_train.max() + 1):
        group = x_train[y_train == label]
        variance = group.var(axis=0) + var_smoothing * x_train.var(axis=0).max()
        density = np.exp(-((x_test - group.mean(axis=0)) ** 2) / variance / 2) / np.sqrt(2 * np.pi * variance)
        columns.append(density.prod(axis=1) * len(group) / len(y_train))
    joint = np.stack(columns, axis=1)
    result: Array = np.log(joint / joint.sum(axis=1, keepdims=True))
    return result


def _by_one_hot(x_train: Array, y_train: Array, x_test: Array, var_smoothing: float = 1e-9) -> Array:
    members = (y_train == np.arange(y_train.max() + 1)[:, None]).astype(x_train.dtype)
    sizes = members.sum(axis=1, keepdims=True)
    if not sizes.all():
        raise ValueError("y_train: a class has no row")
    means = members @ x_train / sizes
    variances = members @ (x_train - means[y_train]) ** 2 / sizes + var_smoothing * np.var(x_train, axis=0).max()
    terms = (x_test[:, None] - means) ** 2 / variances + np.log(variances)
    return normalised(prior(y_train, len(sizes), x_test.dtype) - terms.sum(axis=-1) / 2)


def _draw_clouds(rng: np.random.Generator) -> Mapping[str, Any]:
    y = rng.permutation([0, 0, 0, 1, 1, 1, 2, 2, 2, *rng.integers(0, 3, 4)])
    x = rng.standard_normal((13, 3)) * (0.5 + y[:, None]) + y[:, None]
    return {"x_train": x, "y_train": y, "x_test": 2 * rng.standard_normal((4, 3)), "var_smoothing": 0.01}


CLOUDS = normal(7, 2, seed=6, scale=2.0) + np.array([[3.0, -1.0]])
OF_CLOUDS = np.array([0, 1, 1, 0, 1, 0, 1])

gaussian_naive_bayes = Exercise(
    "gaussian_naive_bayes",
    points=3,
    vectorized=lambda n: {
        "x_train": normal(n, 2, seed=1),
        "y_train": np.arange(n) % 3,
        "x_test": normal(n, 2, seed=2),
    },
    cases=[
        Case(
            "one-feature",
            x_train=np.array([[0.0], [2.0], [5.0], [9.0]]),
            y_train=np.array([0, 0, 1, 1]),
            x_test=np.array([[1.0], [3.0], [8.0]]),
        ),
        Case(
            "two-features-three-to-four",
            x_train=CLOUDS,
            y_train=OF_CLOUDS,
            x_test=normal(3, 2, seed=7, scale=3.0),
            readonly=True,
        ),
        Case(
            "one-class-is-rare",
            x_train=normal(8, 2, seed=8),
            y_train=np.array([0, 0, 1, 0, 0, 1, 0, 0]),
            x_test=normal(2, 2, seed=9),
        ),
        Case(
            "much-smoothing",
            x_train=CLOUDS,
            y_train=OF_CLOUDS,
            x_test=normal(3, 2, seed=7),
            var_smoothing=0.5,
        ),
        Case(
            "feature-constant-in-a-class",
            x_train=np.array([[4.0, 1.0], [4.0, 3.0], [1.0, 2.0], [7.0, 5.0]]),
            y_train=np.array([0, 0, 1, 1]),
            x_test=np.array([[4.0, 2.0], [4.001, 4.0]]),
            var_smoothing=1e-4,
        ),
        Case(
            "far-from-every-class",
            x_train=CLOUDS,
            y_train=OF_CLOUDS,
            x_test=np.array([[150.0, -120.0], [-90.0, 60.0]]),
        ),
        Case(
            "single-precision",
            x_train=CLOUDS.astype(np.float32),
            y_train=OF_CLOUDS,
            x_test=normal(2, 2, seed=10).astype(np.float32),
            var_smoothing=0.1,
        ),
        Case(
            "class-without-rows", raises="y_train", x_train=grid(3, 2), y_train=np.array([0, 2, 2]), x_test=grid(1, 2)
        ),
        random_cases(_draw_clouds),
    ],
    misconceptions=[
        Misconception(
            "no-floor-under-the-variance",
            believes="A variance is positive, so it can be divided by.",
            wrong=_gaussian(floor=lambda x, share: 0),
            hint="A pixel is black in all images of a class. What is its variance, and what is a number over it?",
        ),
        Misconception(
            "smoothing-is-absolute",
            believes="var_smoothing itself is added to the variances.",
            wrong=_gaussian(floor=lambda x, share: share),
            hint="Features in metres become features in millimetres: should the prediction change?",
        ),
        Misconception(
            "floor-per-feature",
            believes="Each variance gets its share of its own feature's variance.",
            wrong=_gaussian(floor=lambda x, share: share * x.var(axis=0)),
            hint="Over which variances is the largest taken in the docstring?",
        ),
        Misconception(
            "unbiased-variance",
            believes="A variance divides by n - 1.",
            wrong=_gaussian(ddof=1),
            hint="What does the docstring divide by?",
        ),
        Misconception(
            "unbiased-variances-everywhere",
            believes="Every variance divides by n - 1, also the one for smoothing.",
            wrong=_gaussian(ddof=1, floor=lambda x, share: share * x.var(axis=0, ddof=1).max()),
            hint="What does the docstring divide by?",
        ),
        Misconception(
            "one-variance-for-all-classes",
            believes="The classes differ in their means; the spread is the same.",
            wrong=_gaussian(pooled=True),
            hint="Which indices does σ² have in the formula?",
        ),
        Misconception(
            "prior-missing",
            believes="The class with the largest likelihood is the most probable one.",
            wrong=_gaussian(with_prior=False),
            hint="A disease has one patient in a thousand. Does that matter before the test?",
        ),
        Misconception(
            "width-of-the-bell-forgotten",
            believes="The factor before the exponential is a constant and cancels.",
            wrong=_gaussian(determinant=False),
            hint="1/√(2πσ²) has the σ of its class. Is that the same for all classes?",
        ),
        Misconception(
            "deviation-for-variance",
            believes="The squared distance is divided by σ.",
            wrong=_gaussian(spread=np.sqrt),
            hint="(x - μ)² has the unit of x squared. Which unit has what it is divided by?",
        ),
        Misconception(
            "densities-multiplied",
            believes="The densities are multiplied, and the logarithm is taken at the end.",
            wrong=_product,
            hint="What is the density twenty standard deviations out, and what is 0 / 0?",
        ),
        *slips.GAUSSIAN,
    ],
    hints=[
        "Three things are estimated for each class. Which, and what shapes do they have?",
        "x_test[:, None, :] - means has shape (M, C, F): divide, add the logarithm, sum over features, then Bayes.",
        "log_posterior(y_train, -0.5 * (deviation ** 2 / variances + np.log(2 * np.pi * variances)).sum(axis=-1)).",
    ],
    variants=[Variant("one-hot-products", _by_one_hot)],
)
