"""Wrong answers to classical machine learning."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u15_classical as right
from tests.student_mistakes import Mistake


def _distances(slip: str) -> Any:
    def distances(a: Any, b: Any, metric: str = "l2") -> Any:
        if metric not in ("l1", "l2"):
            raise ValueError("metric")
        if a.shape[1] != b.shape[1]:
            raise ValueError("b")
        if slip == "expanded":
            squares = (a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T
            return np.sqrt(np.maximum(squares, 0)) if metric == "l2" else abs(a[:, None] - b).sum(-1)
        if slip == "expanded, not cut":
            return (
                np.sqrt((a**2).sum(1)[:, None] + (b**2).sum(1) - 2 * a @ b.T)
                if metric == "l2"
                else abs(a[:, None] - b).sum(-1)
            )
        d = (
            a[:, None] - b
            if slip == "wraps"
            else np.subtract(a[:, None], b, dtype=a.dtype if a.dtype.kind == "f" else float)
        )
        if metric == "l1":
            return {
                "signed": d.sum(-1),
                "mean": abs(d).mean(-1),
                "transposed": abs(d).sum(-1).T,
                "l2 always": np.sqrt((d**2).sum(-1)),
            }.get(slip, abs(d).sum(-1))
        squares = (d**2).sum(axis=0 if slip == "axis" else -1)
        return {"no root": squares, "mean": np.sqrt((d**2).mean(-1)), "transposed": np.sqrt(squares).T}.get(
            slip, np.sqrt(squares)
        )

    return distances


def _vote(slip: str) -> Any:
    def vote(votes: Any) -> Any:
        if votes.ndim != 2:
            raise ValueError("votes")
        if slip == "mean":
            return np.rint(votes.mean(axis=0)).astype(int)
        if slip == "median":
            return np.median(votes, axis=0).astype(int)
        if slip == "rows":
            return np.array([np.bincount(row).argmax() for row in votes])
        counts = (votes[:, :, None] == np.arange(votes.max() + 1)).sum(axis=0)
        if slip == "larger wins":
            return counts.shape[1] - 1 - counts[:, ::-1].argmax(axis=1)
        if slip == "count":
            return counts.max(axis=1)
        if slip == "earlier wins":
            return np.array([max(dict.fromkeys(column.tolist()), key=column.tolist().count) for column in votes.T])
        return votes[0]

    return vote


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


def _posterior(slip: str) -> Any:
    def posterior(y_train: Any, log_likelihood: Any) -> Any:
        classes = log_likelihood.shape[1]
        counts = np.bincount(y_train, minlength=classes)
        if len(counts) > classes:
            raise ValueError("y_train")
        with np.errstate(all="ignore"):
            prior = np.log((counts + 1) / (len(y_train) + classes) if slip == "smoothed" else counts / len(y_train))
            if slip == "uniform":
                prior = np.full(classes, -np.log(classes))
            if slip == "prior not logged":
                prior = counts / len(y_train)
            joint = log_likelihood + prior.astype(log_likelihood.dtype)
            if slip == "prior twice":
                joint = joint + prior.astype(log_likelihood.dtype)
            if slip == "not normalised":
                return joint
            if slip == "no shift":
                return joint - np.log(np.exp(joint).sum(axis=1, keepdims=True))
            shifted = joint - (joint.max() if slip == "one maximum" else joint.max(axis=1, keepdims=True))
            result = shifted - np.log(np.exp(shifted).sum(axis=0 if slip == "axis" else 1, keepdims=True))
            return np.exp(result) if slip == "probabilities" else result

    return posterior


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


def _multinomial(slip: str) -> Any:
    def classify(x_train: Any, y_train: Any, x_test: Any, alpha: float = 1.0) -> Any:
        if alpha <= 0:
            raise ValueError("alpha")
        x = (x_train > 0).astype(x_train.dtype) if slip == "presence" else x_train
        n = np.stack([x[y_train == c].sum(axis=0) for c in range(y_train.max() + 1)])
        rows = np.bincount(y_train)[:, None]
        total = n.sum(axis=1, keepdims=True)
        below = {
            "not below": total,
            "one alpha": total + alpha,
            "rows": rows + alpha * n.shape[1],
            "all words": n.sum() + alpha * n.shape[1],
        }
        with np.errstate(all="ignore"):
            theta = (n + (0 if slip == "no alpha" else alpha)) / (
                total if slip == "no alpha" else below.get(slip, total + alpha * n.shape[1])
            )
            if slip == "means":
                theta = n / rows + alpha
                theta = theta / theta.sum(axis=1, keepdims=True)
            words = (x_test > 0) if slip == "test presence" else x_test
            return right.log_posterior(y_train, words @ np.log(theta).T)

    return classify


def _loss(slip: str) -> Any:
    def loss(x: Any, y: Any, w: Any, b: Any, strength: float = 0.0) -> Any:
        if not np.isin(y, (0, 1)).all():
            raise ValueError("y")
        z = x @ w + b
        losses = np.logaddexp(0, np.where(y == 1, -z, z))
        penalty = strength * (w**2).sum()
        with np.errstate(all="ignore"):
            if slip == "naive":
                p = 1 / (1 + np.exp(-z))
                losses = -(y * np.log(p) + (1 - y) * np.log(1 - p)).astype(x.dtype)
            if slip == "clipped":
                p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
                losses = -(y * np.log(p) + (1 - y) * np.log(1 - p)).astype(x.dtype)
        if slip == "one branch":
            losses = np.where(y == 1, losses, 0).astype(x.dtype)
        if slip == "sign":
            losses = np.logaddexp(0, np.where(y == 1, z, -z))
        if slip == "half penalty":
            penalty = penalty / 2
        if slip == "penalty per row":
            penalty = penalty / len(x)
        if slip == "bias penalised":
            penalty = penalty + x.dtype.type(strength * b * b)
        if slip == "length":
            penalty = strength * np.sqrt((w**2).sum())
        return losses.sum() + penalty if slip == "sum" else losses.mean() + penalty

    return loss


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


def _svm(slip: str) -> Any:
    def fit(x: Any, y: Any, lr: float, steps: int, strength: float) -> Any:
        if not np.isin(y, (-1, 1)).all():
            raise ValueError("y")
        w, b, t = np.zeros(x.shape[1], x.dtype), x.dtype.type(0), y.astype(x.dtype)
        for step in range(steps):
            margin = t * (x @ w + b)
            active = {
                "at the margin": margin <= 1,
                "no margin": margin < 0,
                "all": margin < np.inf,
                "no label": x @ w + b < 1,
            }.get(slip, margin < 1)
            pull = t * active
            n = max(int(active.sum()), 1) if slip == "mean of active" else 1 if slip == "sum" else len(x)
            rate = lr / (1 + step) if slip == "decaying rate" else lr
            w_new = w - rate * ((1 if slip == "half penalty" else 2) * strength * w - pull @ x / n)
            if slip == "bias later":
                pull = t * (t * (x @ w_new + b) < 1)
            b = (
                b
                if slip == "no bias"
                else b - rate * pull.sum() / x.dtype.type(n)
                if slip == "bias sign"
                else b + rate * (pull.sum() / x.dtype.type(n) - (2 * strength * b if slip == "bias penalised" else 0))
            )
            w = w_new
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


def _each(exercise: str, make: Any, *slips: str) -> list[Mistake]:
    return [Mistake(exercise, make(slip)) for slip in slips]


def _squares(a: Any, b: Any) -> Any:
    return ((a[:, None] - b) ** 2).sum(axis=-1)


MISTAKES = [
    *_each(
        "pairwise_distances",
        _distances,
        "expanded",
        "expanded, not cut",
        "wraps",
        "signed",
        "mean",
        "transposed",
        "l2 always",
        "axis",
        "no root",
    ),
    *_each("majority_vote", _vote, "mean", "median", "rows", "larger wins", "count", "earlier wins", "first voter"),
    *_each(
        "nearest_neighbours",
        _neighbours,
        "l2 always",
        "farthest",
        "later first",
        "self left out",
        "mean",
        "weighted",
        "first only",
        "axis",
    ),
    *_each("nearest_neighbours", _neighbours, "not transposed", "indices"),
    *_each(
        "log_posterior",
        _posterior,
        "smoothed",
        "uniform",
        "prior not logged",
        "prior twice",
        "not normalised",
        "no shift",
        "one maximum",
    ),
    *_each("log_posterior", _posterior, "axis", "probabilities"),
    *_each(
        "gaussian_naive_bayes",
        _gaussian,
        "ddof",
        "pooled",
        "no smoothing",
        "absolute",
        "of the class",
        "no normaliser",
        "by std",
        "no half",
    ),
    *_each("gaussian_naive_bayes", _gaussian, "half of first", "product"),
    *_each(
        "bernoulli_naive_bayes",
        _bernoulli,
        "one alpha",
        "not below",
        "alpha per word",
        "no alpha",
        "alpha of one",
        "over all rows",
        "present only",
    ),
    *_each(
        "multinomial_naive_bayes",
        _multinomial,
        "presence",
        "not below",
        "one alpha",
        "rows",
        "all words",
        "no alpha",
        "means",
        "test presence",
    ),
    *_each(
        "logistic_loss",
        _loss,
        "naive",
        "clipped",
        "one branch",
        "sign",
        "half penalty",
        "penalty per row",
        "bias penalised",
        "length",
        "sum",
    ),
    Mistake("logistic_predict", lambda x, w, b: (x @ w + b > 0.5).astype(int)),
    Mistake("logistic_predict", lambda x, w, b: (x @ w + b >= 0).astype(int)),
    Mistake("logistic_predict", lambda x, w, b: 1 / (1 + np.exp(-(x @ w + b)))),
    Mistake("logistic_predict", lambda x, w, b: (x @ w > 0).astype(int)),
    Mistake("logistic_predict", lambda x, w, b: x @ w + b > 0),
    Mistake("logistic_predict", lambda x, w, b: np.where(x @ w + b > 0, 1, -1)),
    *_each(
        "logistic_regression",
        _regression,
        "ones",
        "one more",
        "ascent",
        "linear",
        "squared error",
        "sum",
        "half penalty",
    ),
    *_each("logistic_regression", _regression, "penalty per row", "bias later", "no bias", "bias penalised"),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-gamma * np.sqrt(_squares(a, b)))),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(gamma * _squares(a, b))),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-_squares(a, b) / gamma)),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-_squares(a, b) / (2 * gamma**2))),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-gamma * _squares(a, b)).T),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-gamma * abs(a[:, None] - b).sum(axis=-1))),
    Mistake("rbf_kernel", lambda a, b, gamma: np.exp(-((gamma * _squares(a, b)) ** 2))),
    Mistake("kernel_distance", lambda gram: np.sqrt(np.maximum(2 - 2 * gram, 0))),
    Mistake("kernel_distance", lambda gram: np.maximum(np.diag(gram)[:, None] - 2 * gram + np.diag(gram), 0)),
    Mistake("kernel_distance", lambda gram: np.sqrt(np.maximum(np.diag(gram)[:, None] - gram + np.diag(gram), 0))),
    Mistake("kernel_distance", lambda gram: np.sqrt(np.diag(gram)[:, None] - 2 * gram + np.diag(gram))),
    Mistake("kernel_distance", lambda gram: np.sqrt(abs(np.diag(gram)[:, None] - 2 * gram + np.diag(gram)))),
    Mistake("kernel_distance", lambda gram: np.sqrt(np.maximum(2 * np.diag(gram) - 2 * gram, 0))),
    Mistake("centre_kernel", lambda gram: gram - gram.mean(axis=0) - gram.mean(axis=1)[:, None]),
    Mistake("centre_kernel", lambda gram: gram - gram.mean()),
    Mistake("centre_kernel", lambda gram: gram - gram.mean(axis=0)),
    Mistake("centre_kernel", lambda gram: gram - gram.mean(axis=0) - gram.mean(axis=1) + gram.mean()),
    Mistake("centre_kernel", lambda gram: gram - 2 * gram.mean(axis=1, keepdims=True) + gram.mean()),
    Mistake("centre_kernel", lambda gram: gram - gram.mean(axis=0) - gram.mean(axis=1)[:, None] - gram.mean()),
    *_each(
        "linear_svm",
        _svm,
        "at the margin",
        "no margin",
        "all",
        "no label",
        "mean of active",
        "sum",
        "decaying rate",
        "half penalty",
    ),
    *_each("linear_svm", _svm, "bias later", "no bias", "bias sign", "bias penalised"),
    *_each("gini", _impurity, "total of all", "empty", "one minus", "sum of p", "squares", "largest", "half", "axis"),
    *_each("entropy", _entropy, "zeros", "eps", "natural", "ten", "sign", "not weighted", "normalised"),
    *_each(
        "information_gain",
        _gain,
        "gini",
        "ratio",
        "not weighted",
        "plain mean",
        "children only",
        "sign",
        "swapped",
        "left only",
    ),
    *_each(
        "best_split",
        _split,
        "gini always",
        "at values",
        "at larger values",
        "not weighted",
        "smallest",
        "positive only",
        "later wins",
    ),
    *_each("best_split", _split, "first feature", "order"),
    *_each(
        "adaboost_update",
        _adaboost,
        "unweighted error",
        "not divided",
        "error of right",
        "not cut",
        "no half",
        "log2",
        "signs",
        "wrong only",
    ),
    *_each("adaboost_update", _adaboost, "not normalised", "by maximum", "order"),
    *_each(
        "gradient_boosting",
        _boost,
        "zero",
        "median",
        "same residual",
        "sign",
        "targets",
        "rate twice",
        "full steps in training",
        "no rate",
    ),
    *_each("gradient_boosting", _boost, "last stump", "training rows"),
    *_each(
        "k_means",
        _means,
        "in place",
        "l1",
        "farthest",
        "median",
        "mean of all",
        "empty to zero",
        "assigned at once",
        "old labels",
        "order",
    ),
]
