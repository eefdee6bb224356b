"""Logistic regression."""

from __future__ import annotations

import numpy as np

from .neighbours import Array, Scalar

__all__ = ["logistic_loss", "logistic_predict", "logistic_regression"]


def logistic_loss(x: Array, y: Array, w: Array, b: float, strength: float = 0.0) -> Scalar:
    """Measure how badly a linear model's probabilities fit two classes.

        z = x · w + b        p = σ(z)
        L = -1/N Σ_rows [ y log p + (1 - y) log(1 - p) ] + λ Σ w²

    Finite and right for scores of any size: log σ(z) = -log(1 + e^-z), and NumPy has `logaddexp`.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, F), floating, N >= 1; not modified.
        y: labels 0 and 1, integers, shape (N,); not modified.
        w: weights, shape (F,), of the dtype of `x`; not modified.
        b: the bias; it is not penalised.
        strength: λ >= 0.

    Returns:
        L, a scalar (no axes) of the dtype of `x`.

    Raises:
        ValueError: a label in `y` is neither 0 nor 1.
    """
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y: got labels {np.unique(y).tolist()}, want 0 and 1")
    scores = x @ w + b
    loss: Scalar = np.logaddexp(0, np.where(y == 1, -scores, scores)).mean() + strength * np.sum(w * w)
    return loss


def logistic_predict(x: Array, w: Array, b: float) -> Array:
    """Decide for the more probable of two classes.

        label = 1 where σ(x · w + b) > 1/2, else 0        (exactly 1/2 gives 0)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, F), floating; not modified.
        w: weights, shape (F,); not modified.
        b: the bias.

    Returns:
        Labels 0 and 1, integers, shape (N,).

    Raises:
        ValueError: `w` does not have as many entries as `x` has columns.
    """
    if w.shape != x.shape[1:]:
        raise ValueError(f"w: got shape {w.shape}, want {x.shape[1:]}, one weight per column of x")
    return (x @ w + b > 0).astype(np.int64)


def logistic_regression(x: Array, y: Array, lr: float, steps: int, strength: float = 0.0) -> tuple[Array, Scalar]:
    """Fit a linear model of two classes by gradient descent on `logistic_loss`.

    Start with w = 0, b = 0. In every step, with all rows and with the w and b from before the step:

        p = σ(x · w + b)
        w = w - lr · ( 1/N Σ_rows (p - y) x + 2λ w )
        b = b - lr · 1/N Σ_rows (p - y)

    Works on whole arrays: no Python loop over their rows (one over the steps is fine).

    Args:
        x: shape (N, F), floating, N >= 1; not modified.
        y: labels 0 and 1, integers, shape (N,); not modified.
        lr: the learning rate, > 0.
        steps: how many steps, >= 0.
        strength: λ >= 0; the bias is not penalised.

    Returns:
        (w, b) after the last step: shape (F,), and a scalar, both of the dtype of `x`.

    Raises:
        ValueError: a label in `y` is neither 0 nor 1.
    """
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y: got labels {np.unique(y).tolist()}, want 0 and 1")
    w, b = np.zeros(x.shape[1], x.dtype), x.dtype.type(0)
    targets = y.astype(x.dtype)
    for _ in range(steps):
        error = np.exp(-np.logaddexp(0, -(x @ w + b))) - targets
        w = w - lr * (error @ x / len(x) + 2 * strength * w)
        b = b - lr * error.mean()
    return w, b
