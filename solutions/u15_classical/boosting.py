"""Many weak trees, each mending what those before it got wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from .neighbours import Array, Scalar

__all__ = ["adaboost_update", "gradient_boosting", "regression_stump"]


def adaboost_update(weights: Array, correct: Array) -> tuple[Scalar, Array]:
    """Weigh a classifier by its error, and make the rows that it got wrong heavier (AdaBoost for two classes).

        err = Σ_wrong w_i / Σ w_i, moved into [1e-10, 1 - 1e-10]     (in double precision: in single, 1 - 1e-10 is 1)
        alpha = 1/2 ln((1 - err) / err)
        w_i = w_i e^-alpha where it was right, w_i e^alpha where it was wrong; then divided by their sum

    Works on whole arrays: no Python loop over their elements.

    Args:
        weights: weights of the rows, > 0, shape (N,), floating; they need not sum to 1; not modified.
        correct: booleans, shape (N,): where the classifier was right; not modified.

    Returns:
        (alpha, new weights): a scalar and shape (N,), of the dtype of `weights`. The new weights sum to 1.

    Raises:
        ValueError: `correct` does not have the shape of `weights`.
    """
    if correct.shape != weights.shape:
        raise ValueError(f"correct: got shape {correct.shape}, want {weights.shape} as weights")
    error = np.clip(float(weights[~correct].sum() / weights.sum()), 1e-10, 1 - 1e-10)
    alpha = weights.dtype.type(np.log((1 - error) / error) / 2)
    raised = weights * np.exp(np.where(correct, -alpha, alpha))
    return alpha, raised / raised.sum()


def regression_stump(x: Array, y: Array) -> tuple[int, Scalar, Scalar, Scalar]:
    """Fit a step to numbers: one question, and a mean on either side.

        minimise  Σ_left (y - ȳ_left)² + Σ_right (y - ȳ_right)²

    Tried are all features, and for each the thresholds halfway between two neighbouring different values; rows with
    x_f <= threshold go left. Of equally good splits the smaller feature, then the smaller threshold wins.

    Args:
        x: shape (N, F), floating; not modified.
        y: targets, shape (N,), of the dtype of `x`; not modified.

    Returns:
        (feature, threshold, left value, right value): an integer, and three scalars of the dtype of `x`; the values
        are the means ȳ of the two sides.

    Raises:
        ValueError: no feature of `x` has two different values.
    """
    centred = y - y.mean()
    best: tuple[int, Any] = (-1, 0.0)
    best_gain = -np.inf
    for feature, column in enumerate(x.T):
        order = np.argsort(column)
        values = column[order]
        last = np.flatnonzero(values[1:] > values[:-1])  # last rows that go left; equal values stay together
        n_left = last + 1
        # With Σ centred = 0 the squared error falls by S² / n_left + S² / n_right, S the left side's sum.
        gains = np.square(centred[order].cumsum()[last]) * (1 / n_left + 1 / (len(y) - n_left))
        if len(last) and gains.max() > best_gain:
            cut = last[gains.argmax()]
            best, best_gain = (feature, (values[cut] + values[cut + 1]) / 2), gains.max()
    if best[0] < 0:
        raise ValueError("x: got no feature with two different values, want one to split at")
    left = x[:, best[0]] <= best[1]
    return *best, y[left].mean(), y[~left].mean()


def gradient_boosting(x_train: Array, y_train: Array, x_test: Array, rounds: int, lr: float) -> Array:
    """Predict numbers with a sum of stumps, each fitted to what the sum before it left over.

        F(x) = mean of y_train
        in every round:  residual_i = y_i - F(x_i) for the training rows
                         F(x) = F(x) + lr · stump(x), the `regression_stump` fitted to the residuals

    For the squared error 1/2 (y - F)² the residual is the negative gradient with respect to F: hence the name.

    Args:
        x_train: shape (N, F), floating; at least one feature varies; not modified.
        y_train: targets, shape (N,), of the dtype of `x_train`; not modified.
        x_test: shape (M, F), of the dtype of `x_train`; not modified.
        rounds: how many stumps, >= 0; with 0 the mean is predicted.
        lr: the learning rate (shrinkage), > 0.

    Returns:
        F of the test rows, shape (M,), the dtype of `x_train`.

    Raises:
        ValueError: `rounds` is negative.
    """
    if rounds < 0:
        raise ValueError(f"rounds: got {rounds}, want 0 or more")
    on_train = np.full(len(x_train), y_train.mean(), y_train.dtype)
    on_test = np.full(len(x_test), y_train.mean(), y_train.dtype)
    for _ in range(rounds):
        feature, threshold, left, right = regression_stump(x_train, y_train - on_train)
        for x, predictions in ((x_train, on_train), (x_test, on_test)):
            answers: Array = np.where(x[:, feature] <= threshold, left, right)
            predictions += lr * answers
    return on_test
