"""Wrong answers to classical machine learning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from solutions import u15_classical as right
from tests.student_mistakes import Mistake


def _neighbours(slip: str) -> Any:
    def label(x_train: Any, y_train: Any, x_test: Any, k: int = 1, metric: str = "l2") -> Any:
        if not 1 <= k <= len(x_train):
            raise ValueError("k")
        d = right.pairwise_distances(x_test, x_train, "l2" if slip == "l2 always" else metric)
        order = np.argsort(-d if slip == "farthest" else d, axis=1, kind="stable")
        if slip == "later first":
            order = d.shape[1] - 1 - np.argsort(d[:, ::-1], axis=1, kind="stable")
        nearest = order[:, 1 : k + 1] if slip == "self left out" else order[:, :k]
        if slip == "mean":
            return np.rint(y_train[nearest].mean(axis=1)).astype(int)
        if slip == "weighted":
            weights = 1 / (np.take_along_axis(d, nearest, 1) + 1e-9)
            return np.array([np.bincount(y, w).argmax() for y, w in zip(y_train[nearest], weights, strict=True)])
        if slip == "first only":
            return y_train[nearest[:, 0]]
        if slip == "axis":
            nearest = np.argsort(d, axis=0, kind="stable")[:, :k]
        if slip == "not transposed":
            return right.majority_vote(y_train[nearest])
        return nearest[:, 0] if slip == "indices" else right.majority_vote(y_train[nearest].T)

    return label


def _gaussian(slip: str) -> Any:
    def classify(x_train: Any, y_train: Any, x_test: Any, var_smoothing: float = 1e-9) -> Any:
        counts = np.bincount(y_train)
        if not counts.all():
            raise ValueError("y_train")
        groups = [x_train[y_train == c] for c in range(len(counts))]
        means = np.stack([g.mean(axis=0) for g in groups])
        var = np.stack([g.var(axis=0, ddof=int(slip == "ddof")) for g in groups])
        if slip == "pooled":
            var = np.broadcast_to(x_train.var(axis=0), var.shape)
        if slip != "no smoothing":
            largest = {"absolute": 1.0, "of the class": var.max()}.get(slip, x_train.var(axis=0).max())
            var = var + var_smoothing * largest
        d = x_test[:, None] - means
        with np.errstate(all="ignore"):
            log = np.log(2 * np.pi * var)
            terms = {
                "no normaliser": d**2 / var,
                "no pi": d**2 / var + np.log(var),
                "by std": d**2 / np.sqrt(var) + log,
            }.get(slip, d**2 / var + log)
            if slip == "no half":
                return right.log_posterior(y_train, -terms.sum(-1))
            if slip == "half of first":
                return right.log_posterior(y_train, -(d**2 / var / 2 + log).sum(-1))
            if slip == "product":
                density = np.exp(-terms / 2).prod(-1)
                joint = density * counts / counts.sum()
                return np.log(joint / joint.sum(axis=1, keepdims=True))
            return right.log_posterior(y_train, -terms.sum(-1) / 2)

    return classify


def _bernoulli(slip: str) -> Any:
    def classify(x_train: Any, y_train: Any, x_test: Any, alpha: float = 1.0) -> Any:
        if alpha <= 0:
            raise ValueError("alpha")
        groups = [x_train[y_train == c] for c in range(y_train.max() + 1)]
        extra = {"one alpha": alpha, "not below": 0.0, "alpha per word": alpha * x_train.shape[1]}.get(slip, 2 * alpha)
        a = 0.0 if slip == "no alpha" else 1.0 if slip == "alpha of one" else alpha
        extra = 0.0 if slip == "no alpha" else 2.0 if slip == "alpha of one" else extra
        with np.errstate(all="ignore"):
            p = np.stack([(g.sum(axis=0) + a) / (len(g) + extra) for g in groups])
            if slip == "over all rows":
                p = np.stack([(g.sum(axis=0) + alpha) / (len(x_train) + 2 * alpha) for g in groups])
            absent = 0 if slip == "present only" else (1 - x_test) @ np.log(1 - p).T
            return right.log_posterior(y_train, x_test @ np.log(p).T + absent)

    return classify


def _regression(slip: str) -> Any:
    def fit(x: Any, y: Any, lr: float, steps: int, strength: float = 0.0) -> Any:
        if not np.isin(y, (0, 1)).all():
            raise ValueError("y")
        w, b = np.zeros(x.shape[1], x.dtype), x.dtype.type(0)
        if slip == "ones":
            w = np.ones_like(w)
        for _ in range(steps + (slip == "one more")):
            z = x @ w + b
            p = np.exp(-np.logaddexp(0, -z))
            error = p - y.astype(x.dtype)
            error = -error if slip == "ascent" else z - y.astype(x.dtype) if slip == "linear" else error
            if slip == "squared error":
                error = error * p * (1 - p)
            n = 1 if slip == "sum" else len(x)
            factor = 1 if slip == "half penalty" else 2
            penalty = factor * strength * w / (len(x) if slip == "penalty per row" else 1)
            w = w - lr * (error @ x / n + penalty)
            if slip == "bias later":
                error = np.exp(-np.logaddexp(0, -(x @ w + b))) - y.astype(x.dtype)
            if slip != "no bias":
                b = b - lr * (error.sum() / x.dtype.type(n) + (2 * strength * b if slip == "bias penalised" else 0))
        return w, b

    return fit


def _impurity(slip: str) -> Any:
    def gini(counts: Any) -> Any:
        if (counts < 0).any():
            raise ValueError("counts")
        with np.errstate(all="ignore"):
            total = counts.sum() if slip == "total of all" else counts.sum(axis=-1, keepdims=True)
            p = counts / (total if slip == "empty" else np.where(total > 0, total, 1))
            if slip == "one minus":
                return 1 - (p**2).sum(axis=-1)
            return {
                "sum of p": 1 - p.sum(-1),
                "squares": (p**2).sum(-1),
                "largest": np.where(p.any(-1), 1 - p.max(-1), 0),
                "half": (p * (1 - p)).sum(-1) / 2,
                "axis": (p * (1 - p)).sum(0),
            }.get(slip, (p * (1 - p)).sum(-1))

    return gini


def _entropy(slip: str) -> Any:
    def entropy(counts: Any) -> Any:
        if (counts < 0).any():
            raise ValueError("counts")
        with np.errstate(all="ignore"):
            total = counts.sum(axis=-1, keepdims=True)
            p = counts / np.where(total > 0, total, 1)
            if slip == "zeros":
                return -(p * np.log2(p)).sum(axis=-1)
            if slip == "eps":
                return -(p * np.log2(p + 1e-9)).sum(axis=-1)
            log = {"natural": np.log, "ten": np.log10}.get(slip, np.log2)(np.where(p > 0, p, 1))
            return {
                "sign": (p * log).sum(-1),
                "not weighted": -log.sum(-1),
                "normalised": -(p * log).sum(-1) / np.log2(counts.shape[-1]),
            }.get(slip, -(p * log).sum(-1))

    return entropy


def _gain(slip: str) -> Any:
    def gain(y: Any, left: Any) -> Any:
        if left.shape != y.shape:
            raise ValueError("left")
        sides = np.stack([np.bincount(y[side], minlength=y.max() + 1) for side in (left, ~left)])
        sizes, h = sides.sum(axis=1) / len(y), (right.gini if slip == "gini" else right.entropy)(sides)
        parent = right.entropy(sides.sum(axis=0))
        if slip == "gini":
            parent = right.gini(sides.sum(axis=0))
        if slip == "ratio":
            return (parent - sizes @ h) / max(right.entropy(sizes), 1e-12)
        return {
            "not weighted": parent - h.sum(),
            "plain mean": parent - h.mean(),
            "children only": sizes @ h,
            "sign": sizes @ h - parent,
            "swapped": parent - sizes[::-1] @ h,
            "left only": parent - h[0],
        }.get(slip, parent - sizes @ h)

    return gain


def _split(slip: str) -> Any:
    def split(x: Any, y: Any, criterion: str = "gini") -> Any:
        if criterion not in ("gini", "entropy"):
            raise ValueError("criterion")
        impurity = right.entropy if criterion == "entropy" and slip != "gini always" else right.gini
        hot, best = np.eye(y.max() + 1)[y], None
        for f in range(x.shape[1]):
            values = np.unique(x[:, f])
            cuts = (
                values[:-1]
                if slip == "at values"
                else values[1:]
                if slip == "at larger values"
                else (values[1:] + values[:-1]) / 2
            )
            for t in cuts:
                below = x[:, f] < t if slip == "strictly below" else x[:, f] <= t
                a, b = hot[below].sum(axis=0), hot[~below].sum(axis=0)
                share = below.mean()
                gain = impurity(a + b) - share * impurity(a) - (1 - share) * impurity(b)
                if slip == "not weighted":
                    gain = impurity(a + b) - (impurity(a) + impurity(b)) / 2
                if slip == "smallest":
                    gain = -gain
                if slip == "positive only" and gain <= 0:
                    continue
                if best is None or (gain >= best[2] if slip == "later wins" else gain > best[2]):
                    best = (f, t, gain)
            if slip == "first feature" and best:
                break
        if best is None:
            raise ValueError("x")
        return (best[1], best[0], best[2]) if slip == "order" else best

    return split


def _adaboost(slip: str) -> Any:
    def update(weights: Any, correct: Any) -> Any:
        if correct.shape != weights.shape:
            raise ValueError("correct")
        share = (
            (~correct).mean()
            if slip == "unweighted error"
            else weights[~correct].sum() / (1 if slip == "not divided" else weights.sum())
        )
        if slip == "error of right":
            share = 1 - share
        error = (
            weights.dtype.type(share) if slip == "not cut" else np.clip(share, 1e-10, 1 - 1e-10).astype(weights.dtype)
        )
        with np.errstate(all="ignore"):
            alpha = np.log((1 - error) / error) / 2
            if slip == "no half":
                alpha = 2 * alpha
            if slip == "log2":
                alpha = alpha / weights.dtype.type(np.log(2))
            signs = (
                np.where(correct, alpha, -alpha)
                if slip == "signs"
                else np.where(correct, 0 * alpha, alpha)
                if slip == "wrong only"
                else np.where(correct, -alpha, alpha)
            )
            raised = weights * np.exp(signs)
        if slip == "not normalised":
            return alpha, raised
        if slip == "by maximum":
            return alpha, raised / raised.max()
        raised = raised / raised.sum()
        return (raised, alpha) if slip == "order" else (alpha, raised)

    return update


def _boost(slip: str) -> Any:
    def boost(x_train: Any, y_train: Any, x_test: Any, rounds: int, lr: float) -> Any:
        if rounds < 0:
            raise ValueError("rounds")
        start = {"zero": 0 * y_train.mean(), "median": np.median(y_train).astype(y_train.dtype)}.get(
            slip, y_train.mean()
        )
        train, test = np.full(len(x_train), start, y_train.dtype), np.full(len(x_test), start, y_train.dtype)
        first = y_train - train
        for _ in range(rounds):
            residual = {"same residual": first, "sign": train - y_train, "targets": y_train}.get(slip, y_train - train)
            f, t, a, b = right.regression_stump(x_train, lr * residual if slip == "rate twice" else residual)
            step_train, step_test = np.where(x_train[:, f] <= t, a, b), np.where(x_test[:, f] <= t, a, b)
            train = train + (1 if slip == "full steps in training" else lr) * step_train
            test = test + (1 if slip == "no rate" else lr) * step_test
            if slip == "no rate":
                train = train + (1 - lr) * step_train
            if slip == "last stump":
                test = start + lr * step_test
        return train if slip == "training rows" else test

    return boost


def _means(slip: str) -> Any:
    def cluster(x: Any, centres: Any, steps: int) -> Any:
        if centres.shape[1] != x.shape[1]:
            raise ValueError("centres")
        centres = centres if slip == "in place" else centres.copy()
        labels = right.pairwise_distances(x, centres, "l1" if slip == "l1" else "l2").argmin(axis=1)
        for _ in range(steps):
            labels = right.pairwise_distances(x, centres, "l1" if slip == "l1" else "l2").argmin(axis=1)
            if slip == "farthest":
                labels = right.pairwise_distances(x, centres).argmax(axis=1)
            for k in range(len(centres)):
                rows = x[labels == k]
                if len(rows):
                    centres[k] = (
                        np.median(rows, axis=0)
                        if slip == "median"
                        else rows.mean()
                        if slip == "mean of all"
                        else rows.mean(axis=0)
                    )
                elif slip == "empty to zero":
                    centres[k] = 0
                if slip == "assigned at once":
                    labels = right.pairwise_distances(x, centres).argmin(axis=1)
        if slip != "old labels":
            labels = right.pairwise_distances(x, centres, "l1" if slip == "l1" else "l2").argmin(axis=1)
        return (labels, centres) if slip == "order" else (centres, labels)

    return cluster


def _squares(a: Any, b: Any) -> Any:
    return ((a[:, None] - b) ** 2).sum(axis=-1)


def _each(exercise: str, make: Callable[[str], Callable[..., Any]], named: dict[str, str | None]) -> list[Mistake]:
    return [Mistake(exercise, make(slip), name) for slip, name in named.items()]


# fmt: off
MISTAKES = [
    *_each("nearest_neighbours", _neighbours, {
        "l2 always": "metric-ignored", "farthest": "farthest-rows", "later first": "later-row-of-equally-near",
        "self left out": "nearest-row-skipped", "mean": "mean-of-the-labels", "weighted": "weighted-by-distance",
        "first only": "nearest-only", "axis": None, "not transposed": "votes-not-turned", "indices": None,
    }),
    *_each("gaussian_naive_bayes", _gaussian, {
        "ddof": "unbiased-variance", "pooled": None, "no smoothing": "no-floor-under-the-variance",
        "absolute": "smoothing-is-absolute", "of the class": None, "no normaliser": "width-of-the-bell-forgotten",
        "by std": None, "no half": "half-forgotten", "half of first": "half-of-the-square-alone", "product": "densities-multiplied",
    }),
    *_each("bernoulli_naive_bayes", _bernoulli, {
        "one alpha": "alpha-once-in-the-denominator", "not below": "alpha-not-in-the-denominator",
        "alpha per word": None, "no alpha": "no-smoothing", "alpha of one": "always-one-added", "over all rows": None,
        "present only": "absent-words-left-out",
    }),
    Mistake("logistic_predict", lambda x, w, b: (x @ w + b > 0.5).astype(int), "scores-above-one-half"),
    Mistake("logistic_predict", lambda x, w, b: (x @ w + b >= 0).astype(int), "one-half-is-class-one"),
    Mistake("logistic_predict", lambda x, w, b: 1 / (1 + np.exp(-(x @ w + b))), "probabilities-returned"),
    Mistake("logistic_predict", lambda x, w, b: (x @ w > 0).astype(int), "bias-forgotten"),
    Mistake("logistic_predict", lambda x, w, b: x @ w + b > 0, "booleans-returned"),
    Mistake("logistic_predict", lambda x, w, b: np.where(x @ w + b > 0, 1, -1), "signs-returned"),
    *_each("logistic_regression", _regression, {
        "ones": None, "one more": None, "ascent": None, "linear": "no-sigmoid",
        "squared error": "slope-of-the-sigmoid-too", "sum": "sum-over-the-rows",
        "half penalty": "penalty-without-factor-two", "penalty per row": "penalty-over-the-rows",
        "bias later": "bias-sees-the-new-weights", "no bias": "bias-not-trained", "bias penalised": "bias-penalised",
    }),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-gamma * np.sqrt(_squares(a, b))), "distance-not-squared"),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(gamma * _squares(a, b)), "sign-forgotten"),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-_squares(a, b) / gamma), "divided-by-gamma"),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-_squares(a, b) / (2 * gamma ** 2)), "gamma-is-the-width"),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-gamma * _squares(a, b)).T, "transposed"),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-gamma * abs(a[:, None] - b).sum(axis=-1)), "sum-of-magnitudes"),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-(gamma * _squares(a, b)) ** 2)),
    *_each("gini", _impurity, {
        "total of all": "one-total-for-all-groups", "empty": "empty-group-is-nan",
        "one minus": "empty-group-is-impure", "sum of p": "square-forgotten", "squares": "purity-for-impurity",
        "largest": "misclassification", "half": "halved", "axis": None,
    }),
    *_each("entropy", _entropy, {
        "zeros": "zero-times-infinity", "eps": "tiny-number-in-the-logarithm", "natural": "natural-logarithm",
        "ten": "decimal-logarithm", "sign": "sign-forgotten", "not weighted": "logarithms-without-shares",
        "normalised": "relative-to-the-maximum",
    }),
    *_each("information_gain", _gain, {
        "gini": "gini-for-entropy", "ratio": "gain-ratio", "not weighted": "sides-not-weighted",
        "plain mean": "plain-mean-of-the-sides", "children only": "what-is-left-to-know", "sign": "what-is-lost",
        "swapped": "shares-exchanged", "left only": None,
    }),
    *_each("best_split", _split, {
        "gini always": "criterion-ignored", "at values": "threshold-is-a-value", "at larger values": None,
        "not weighted": None, "smallest": None, "positive only": None, "later wins": "last-of-equal-gains",
        "first feature": "first-feature-only", "order": None,
    }),
    *_each("adaboost_update", _adaboost, {
        "unweighted error": "rows-counted-not-weighed", "not divided": "error-not-divided-by-the-sum",
        "error of right": "error-of-the-right", "not cut": "error-of-zero", "no half": "half-forgotten", "log2": None,
        "signs": "right-rows-raised", "wrong only": "right-rows-left-alone",
        "not normalised": "weights-not-normalised", "by maximum": "largest-weight-one", "order": None,
    }),
    *_each("gradient_boosting", _boost, {
        "zero": "base-of-zero", "median": None, "same residual": "residuals-of-the-first-round",
        "sign": "residual-with-the-wrong-sign", "targets": "every-stump-fits-the-targets",
        "rate twice": "learning-rate-twice", "full steps in training": "full-steps-in-training",
        "no rate": "learning-rate-ignored", "last stump": "last-stump-alone", "training rows": None,
    }),
    *_each("k_means", _means, {
        "in place": "moves-the-given-centres", "l1": "straight-lines-along-the-axes", "farthest": None,
        "median": "median-for-mean", "mean of all": None, "empty to zero": "empty-cluster-goes-to-zero",
        "assigned at once": "one-centre-at-a-time", "old labels": "labels-one-move-old", "order": None,
    }),
]
# fmt: on
