"""Wrong classical methods that turned up when the exercises were answered as students do; trees stand by themselves."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.inputs import Array
from autograder.units._classical_common import class_counts, distances, normalised, prior, vote

__all__ = [
    "BERNOULLI",
    "CENTRE",
    "DISTANCES",
    "GAUSSIAN",
    "LOSS",
    "MULTINOMIAL",
    "NEIGHBOURS",
    "POSTERIOR",
    "RBF",
    "REGRESSION",
    "VOTE",
]


def _row_by_row(a: Array, b: Array, metric: str = "l2") -> Array:
    difference = a - b
    lengths = np.abs(difference).sum(axis=-1) if metric == "l1" else np.sqrt((difference**2).sum(axis=-1))
    return np.asarray(lengths)


def _axis_of_the_rows(a: Array, b: Array, metric: str = "l2") -> Array:
    difference = np.subtract(a[:, None], b, dtype=a.dtype if a.dtype.kind == "f" else np.float64)
    lengths = np.abs(difference).sum(axis=0) if metric == "l1" else np.sqrt((difference**2).sum(axis=0))
    return np.asarray(lengths)


def _votes_counted(votes: Array) -> Array:
    return np.array([class_counts(column).max() for column in votes.T])


def _neighbours(
    x_train: Array, y_train: Array, x_test: Array, k: int, metric: str, *, sign: int = 1, turned: bool = True
) -> Array:
    """The vote of neighbours; of the farthest with a sign of -1, over the wrong axis if not turned."""
    nearest = np.argsort(sign * distances(x_test, x_train, metric), axis=1, kind="stable")[:, :k]
    return vote(y_train[nearest].T if turned else y_train[nearest])


def _unstable(x_train: Array, y_train: Array, x_test: Array, k: int = 1, metric: str = "l2") -> Array:
    return vote(y_train[np.argsort(distances(x_test, x_train, metric), axis=1)[:, :k]].T)


def _first_skipped(x_train: Array, y_train: Array, x_test: Array, k: int = 1, metric: str = "l2") -> Array:
    return vote(y_train[np.argsort(distances(x_test, x_train, metric), axis=1, kind="stable")[:, 1 : k + 1]].T)


def _farthest(x_train: Array, y_train: Array, x_test: Array, k: int = 1, metric: str = "l2") -> Array:
    return _neighbours(x_train, y_train, x_test, k, metric, sign=-1)


def _not_turned(x_train: Array, y_train: Array, x_test: Array, k: int = 1, metric: str = "l2") -> Array:
    return _neighbours(x_train, y_train, x_test, k, metric, turned=False)


def _unshifted(y_train: Array, log_likelihood: Array) -> Array:
    joint = log_likelihood + prior(y_train, log_likelihood.shape[1], log_likelihood.dtype)
    return np.asarray(joint - np.log(np.exp(joint).sum(axis=1, keepdims=True)))


def _exponentiated(y_train: Array, log_likelihood: Array) -> Array:
    joint = log_likelihood + prior(y_train, log_likelihood.shape[1], log_likelihood.dtype)
    return np.asarray(np.exp(normalised(joint)))


def _gaussian(
    x_train: Array, y_train: Array, x_test: Array, var_smoothing: float, *, half: float = 0.5, log_too: bool = True
) -> Array:
    """Normal distributions in which a half is missing."""
    groups = [x_train[y_train == label] for label in range(y_train.max() + 1)]
    variances = np.stack([group.var(axis=0) for group in groups]) + var_smoothing * x_train.var(axis=0).max()
    squares = (x_test[:, None] - np.stack([group.mean(axis=0) for group in groups])) ** 2 / variances
    logs = np.log(2 * np.pi * variances)
    terms = half * squares + (half if log_too else 1) * logs
    return normalised(prior(y_train, len(groups), x_test.dtype) - terms.sum(axis=-1))


def _no_half(x_train: Array, y_train: Array, x_test: Array, var_smoothing: float = 1e-9) -> Array:
    return _gaussian(x_train, y_train, x_test, var_smoothing, half=1.0)


def _half_of_the_square(x_train: Array, y_train: Array, x_test: Array, var_smoothing: float = 1e-9) -> Array:
    return _gaussian(x_train, y_train, x_test, var_smoothing, log_too=False)


def _bernoulli(x_train: Array, y_train: Array, x_test: Array, above: float, below: float) -> Array:
    groups = [x_train[y_train == label] for label in range(y_train.max() + 1)]
    p = np.stack([(group.sum(axis=0) + above) / (len(group) + below) for group in groups])
    dtype = x_test.dtype if x_test.dtype.kind == "f" else np.float64
    with np.errstate(all="ignore"):
        likelihood = x_test @ np.log(p).T + (1 - x_test) @ np.log(1 - p).T
    return normalised((likelihood + prior(y_train, len(groups))).astype(dtype))


def _bernoulli_not_below(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
    return _bernoulli(x_train, y_train, x_test, alpha, 0)


def _bernoulli_of_one(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
    return _bernoulli(x_train, y_train, x_test, 1, 2)


def _multinomial_of_all(x_train: Array, y_train: Array, x_test: Array, alpha: float = 1.0) -> Array:
    counts = np.stack([x_train[y_train == label].sum(axis=0) for label in range(y_train.max() + 1)])
    theta = (counts + alpha) / (counts.sum() + alpha * counts.shape[1])
    dtype = x_test.dtype if x_test.dtype.kind == "f" else np.float64
    return normalised((x_test @ np.log(theta).T + prior(y_train, len(counts))).astype(dtype))


def _logistic_loss(
    x: Array, y: Array, w: Array, b: float, strength: float = 0.0, *, sign: int = 1, rows: bool = False
) -> Any:
    """The loss with a slip."""
    scores = sign * (x @ w + b)
    penalty = strength * (w * w).sum() / (len(x) if rows else 1)
    return np.logaddexp(0, np.where(y == 1, -scores, scores)).mean() + penalty


def _penalty_over_rows(x: Array, y: Array, w: Array, b: float, strength: float = 0.0) -> Any:
    return _logistic_loss(x, y, w, b, strength, rows=True)


def _classes_exchanged(x: Array, y: Array, w: Array, b: float, strength: float = 0.0) -> Any:
    return _logistic_loss(x, y, w, b, strength, sign=-1)


def _squared_error_descent(x: Array, y: Array, lr: float, steps: int, strength: float = 0.0) -> Any:
    w, b = np.zeros(x.shape[1], x.dtype), x.dtype.type(0)
    for _ in range(steps):
        p = np.exp(-np.logaddexp(0, -(x @ w + b)))
        error = (p - y.astype(x.dtype)) * p * (1 - p)
        w, b = w - lr * (error @ x / len(x) + 2 * strength * w), b - lr * error.mean()
    return w, b


DISTANCES = [
    Misconception(
        "row-by-row",
        believes="a - b subtracts every row from every row.",
        wrong=_row_by_row,
        hint="What shape does a - b have for arrays of 3 and of 4 rows?",
    ),
    Misconception(
        "added-along-the-rows",
        believes="Axis 0 holds the features.",
        wrong=_axis_of_the_rows,
        hint="Of the three axes of a[:, None] - b, which one counts the features?",
    ),
]

VOTE = [
    Misconception(
        "votes-counted",
        believes="The result is the largest number of votes.",
        wrong=_votes_counted,
        hint="Three voters say 7: is the answer 3 or 7?",
    ),
]

NEIGHBOURS = [
    Misconception(
        "farthest-rows",
        believes="The largest numbers come first.",
        wrong=_farthest,
        hint="Which end of the sorted distances is near?",
    ),
    Misconception(
        "votes-not-turned",
        believes="A row of neighbours' labels is a row of votes.",
        wrong=_not_turned,
        hint="What does a row of the argument of `majority_vote` stand for: a voter or a sample?",
    ),
    Misconception(
        "nearest-row-skipped",
        believes="The first of the sorted rows is the row itself.",
        wrong=_first_skipped,
        hint="Is a test row always a training row, too? And if it is: what does the docstring say of that vote?",
    ),
    Misconception(
        "unstable-order",
        believes="Equally near rows come in their order, whichever function finds the nearest.",
        wrong=_unstable,
        hint="Which of two equally near rows comes first? Which `kind` of np.argsort promises that?",
    ),
]

POSTERIOR = [
    Misconception(
        "not-shifted",
        believes="exp of a likelihood, and the logarithm of their sum.",
        wrong=_unshifted,
        hint="What is e^-2000 in floating point, and the logarithm of that?",
    ),
    Misconception(
        "probabilities-returned",
        believes="What is wanted are probabilities.",
        wrong=_exponentiated,
        hint="What does the docstring return: P(c | x), or its logarithm?",
    ),
]

GAUSSIAN = [
    Misconception(
        "half-forgotten",
        believes="The exponent is -(x - μ)² / σ², and the width is 2πσ².",
        wrong=_no_half,
        hint="What stands before the sum in the formula?",
    ),
    Misconception(
        "half-of-the-square-alone",
        believes="The half belongs to the square, not to the logarithm of the width.",
        wrong=_half_of_the_square,
        hint="The width of the bell is √(2πσ²): what is the logarithm of a root?",
    ),
]

BERNOULLI = [
    Misconception(
        "alpha-not-in-the-denominator",
        believes="alpha is added to the counts, and the number of rows stays what it was.",
        wrong=_bernoulli_not_below,
        hint="A word that is in every row of a class: can its probability be larger than 1?",
    ),
    Misconception(
        "always-one-added",
        believes="Laplace's rule adds 1.",
        wrong=_bernoulli_of_one,
        hint="What does a call with alpha = 0.1 change in your result?",
    ),
]

MULTINOMIAL = [
    Misconception(
        "divided-by-the-words-of-all-classes",
        believes="The total is that of the whole training set.",
        wrong=_multinomial_of_all,
        hint="What do the probabilities of the words of one class add up to?",
    ),
]

LOSS = [
    Misconception(
        "penalty-over-the-rows",
        believes="The penalty is averaged over the rows as the loss is.",
        wrong=_penalty_over_rows,
        hint="Where does λ stand in the formula: inside of the mean or behind it?",
    ),
    Misconception(
        "classes-exchanged",
        believes="A high score speaks for class 0.",
        wrong=_classes_exchanged,
        hint="What is σ of a large score, and which label is that the probability of?",
    ),
]

REGRESSION = [
    Misconception(
        "slope-of-the-sigmoid-too",
        believes="The error p - y is multiplied by the sigmoid's slope p (1 - p).",
        wrong=_squared_error_descent,
        hint="Which loss has that gradient: the squared error of p, or the logarithmic one?",
    ),
]

RBF = [
    Misconception(
        "transposed",
        believes="The result has a row for each row of b.",
        wrong=lambda a, b, gamma: np.exp(-gamma * distances(b, a) ** 2),
        hint="Which of a and b counts the rows of the result?",
    ),
    Misconception(
        "sum-of-magnitudes",
        believes="|a - b|² is the sum of the absolute differences.",
        wrong=lambda a, b, gamma: np.exp(-gamma * distances(a, b, "l1")),
        hint="That is the Laplacian kernel. What is |(3, 4)|²?",
    ),
]

CENTRE = [
    Misconception(
        "row-means-twice",
        believes="The matrix is symmetric, so row means do for both.",
        wrong=lambda gram: gram - 2 * gram.mean(axis=1, keepdims=True) + gram.mean(),
        hint="Do the columns of your result sum to 0?",
    ),
]
