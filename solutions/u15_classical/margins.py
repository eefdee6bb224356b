"""The line with the widest margin."""

from __future__ import annotations

import numpy as np

from .neighbours import Array, Scalar

__all__ = ["linear_svm"]


def linear_svm(x: Array, y: Array, lr: float, steps: int, strength: float) -> tuple[Array, Scalar]:
    """Separate two classes with a margin, by sub-gradient descent on the hinge loss.

        L = 1/N Σ_rows max(0, 1 - y (x · w + b)) + λ Σ w²

    Start with w = 0, b = 0. A row is active where y (x · w + b) < 1: exactly on the margin it is not. In every
    step, with all rows and with the w and b from before the step:

        w = w - lr · ( 2λ w - 1/N Σ_active y x )
        b = b + lr · 1/N Σ_active y

    Works on whole arrays: no Python loop over their rows (one over the steps is fine).

    Args:
        x: shape (N, F), floating, N >= 1; not modified.
        y: labels -1 and +1, integers, shape (N,); not modified.
        lr: the learning rate, > 0, the same in every step.
        steps: how many steps, >= 0.
        strength: λ >= 0; the bias is not penalised.

    Returns:
        (w, b) after the last step: shape (F,), and a scalar, both of the dtype of `x`.

    Raises:
        ValueError: a label in `y` is neither -1 nor +1.
    """
    if not np.isin(y, (-1, 1)).all():
        raise ValueError(f"y: got labels {np.unique(y).tolist()}, want -1 and +1")
    w, b = np.zeros(x.shape[1], x.dtype), x.dtype.type(0)
    targets = y.astype(x.dtype)
    for _ in range(steps):
        pull = targets * (targets * (x @ w + b) < 1)
        w = w - lr * (2 * strength * w - pull @ x / len(x))
        b = b + lr * pull.mean()
    return w, b
