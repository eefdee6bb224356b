"""Wrong answers to the classical methods, of a second reader."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u15_classical as course
from tests.student_mistakes import Mistake


def _adaboost(weights: Any, correct: Any) -> Any:
    """All in the dtype of the weights."""
    if correct.shape != weights.shape:
        raise ValueError("correct")
    w, number = weights.copy(), weights.dtype.type
    error = min(max(w[~correct].sum() / w.sum(), number(1e-10)), number(1 - 1e-10))
    alpha = 0.5 * np.log((1 - error) / error)
    w[correct] *= np.exp(-alpha)
    w[~correct] *= np.exp(alpha)
    return alpha, w / w.sum()


def _feature_distance(gram: Any) -> Any:
    if gram.ndim != 2 or gram.shape[0] != gram.shape[1]:
        raise ValueError("gram")
    norms = np.diag(gram)
    return np.sqrt(np.abs(norms[:, None] - 2 * gram + norms[None]))


def _nearest(pick: Any) -> Any:
    def label(x_train: Any, y_train: Any, x_test: Any, k: int = 1, metric: str = "l2") -> Any:
        if not 1 <= k <= len(x_train):
            raise ValueError("k")
        return course.majority_vote(y_train[pick(course.pairwise_distances(x_test, x_train, metric), k)].T)

    return label


def _svm(weights: str, bias: str, guarded: bool = True) -> Any:
    """`weights` and `bias` say by what their sums are divided."""

    def descend(x: Any, y: Any, lr: float, steps: int, strength: float) -> Any:
        if not np.isin(y, (-1, 1)).all():
            raise ValueError("y")
        w, b, targets = np.zeros(x.shape[1], x.dtype), x.dtype.type(0), y.astype(x.dtype)
        for _ in range(steps):
            active = targets * (x @ w + b) < 1
            count = max(int(active.sum()), int(guarded))
            by = {"all": len(x), "active": count, "nothing": 1}
            grad = 2 * strength * w - (targets * active) @ x / by[weights]
            b = b + lr * ((targets * active).sum() / by[bias])
            w = w - lr * grad
        return w, b

    return descend


def _naive_bayes(x_train: Any, y_train: Any, x_test: Any, var_smoothing: float = 1e-9) -> Any:
    counts = np.bincount(y_train)
    if not counts.all():
        raise ValueError("y_train")
    groups = [x_train[y_train == label] for label in range(len(counts))]
    means = np.stack([group.mean(axis=0) for group in groups])
    variances = np.stack([np.var(group, axis=0, ddof=1) for group in groups])
    variances += var_smoothing * np.var(x_train, axis=0, ddof=1).max()
    terms = (x_test[:, None] - means) ** 2 / variances + np.log(2 * np.pi * variances)
    return course.log_posterior(y_train, -terms.sum(axis=2) / 2)


def _stump(x_train: Any, y_train: Any, x_test: Any) -> Any:
    """Split by the number of mistakes."""
    if len(y_train) != len(x_train):
        raise ValueError("y_train")
    best: Any = None
    for feature in range(x_train.shape[1]):
        values = np.unique(x_train[:, feature])
        for threshold in (values[1:] + values[:-1]) / 2:
            left = x_train[:, feature] <= threshold
            wrong = sum(side.sum() - np.bincount(y_train[side]).max() for side in (left, ~left))
            if best is None or wrong < best[0]:
                best = wrong, feature, threshold, left
    if best is None:
        return np.full(len(x_test), np.bincount(y_train).argmax())
    _, feature, threshold, left = best
    below, above = (np.bincount(y_train[side]).argmax() for side in (left, ~left))
    return np.where(x_test[:, feature] <= threshold, below, above)


def _boosting(x_train: Any, y_train: Any, x_test: Any, rounds: int, lr: float) -> Any:
    """Without the learning rate on the test side."""
    if rounds < 0:
        raise ValueError("rounds")
    on_train, on_test = (np.full(len(x), y_train.mean(), y_train.dtype) for x in (x_train, x_test))
    for _ in range(rounds):
        feature, threshold, low, high = course.regression_stump(x_train, y_train - on_train)
        on_train += lr * np.where(x_train[:, feature] <= threshold, low, high)
        on_test += np.where(x_test[:, feature] <= threshold, low, high)
    return on_test


def _entropy(tiny: float) -> Any:
    def entropy(counts: Any) -> Any:
        if (counts < 0).any():
            raise ValueError("counts")
        total = counts.sum(axis=-1, keepdims=True)
        p = counts / np.where(total > 0, total, 1)
        return -(p * np.log2(p + p.dtype.type(tiny))).sum(axis=-1)

    return entropy


# fmt: off
MISTAKES = [
    Mistake("adaboost_update", _adaboost, "bounds-in-single-precision"),
    Mistake("kernel_distance", _feature_distance, "size-of-a-negative"),
    Mistake("nearest_neighbours", _nearest(lambda table, k: np.argsort(table, axis=1)[:, :k]), "unstable-order"),
    Mistake("nearest_neighbours", _nearest(lambda table, k: np.argpartition(table, k - 1, axis=1)[:, :k]), "unstable-order"),
    Mistake("nearest_neighbours", _nearest(lambda table, k: np.argsort(table, axis=1, kind="stable")[:, 1 : k + 1]), "nearest-row-skipped"),
    Mistake("linear_svm", _svm("active", "active"), "mean-over-the-active-rows"),
    Mistake("linear_svm", _svm("active", "active", guarded=False), "mean-over-the-active-rows-unguarded"),
    Mistake("linear_svm", _svm("nothing", "nothing"), "sum-over-the-rows"),
    Mistake("linear_svm", _svm("nothing", "all"), "weights-pulled-by-the-sum"),
    Mistake("linear_svm", _svm("active", "all"), "weights-pulled-by-the-active-mean"),
    Mistake("linear_svm", _svm("all", "nothing"), "bias-pulled-by-the-sum"),
    Mistake("linear_svm", _svm("all", "active"), "bias-pulled-by-the-active-mean"),
    Mistake("gaussian_naive_bayes", _naive_bayes, "unbiased-variances-everywhere"),
    Mistake("decision_stump", _stump, "fewest-mistakes"),
    Mistake("gradient_boosting", _boosting, "full-steps-in-test"),
    Mistake("entropy", _entropy(1e-12), "tinier-number-in-the-logarithm"),
    Mistake("entropy", _entropy(1e-9), "tiny-number-in-the-logarithm"),
]
# fmt: on
