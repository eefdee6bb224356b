"""Classical machine learning by the definitions, slowly. Checked against scikit-learn.

Where the exercises use cumulative sums, one-hot products and shifted exponentials, here rows are looped over, splits
are tried one by one in exact fractions, and gradients are PyTorch's.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from reference._arrays import array_namespace

__all__ = [
    "adaboost_update", "bagging", "bernoulli_naive_bayes", "best_split", "centre_kernel", "decision_stump", "entropy",
    "gaussian_naive_bayes", "gini", "gradient_boosting", "information_gain", "k_means", "kernel_distance",
    "linear_svm", "log_posterior", "logistic_loss", "logistic_predict", "logistic_regression", "majority_vote",
    "multinomial_naive_bayes", "nearest_neighbours", "pairwise_distances", "rbf_kernel", "regression_stump",
]  # fmt: skip


def pairwise_distances(a: Any, b: Any, metric: str = "l2") -> Any:
    """A vector norm per pair, one row of distances at a time."""
    xp = array_namespace(a, b)
    a, b = (xp.astype(each, xp.float64) for each in (a, b))
    order = {"l1": 1, "l2": 2}[metric]
    return xp.stack([xp.linalg.vector_norm(b - a[i, :], axis=1, ord=order) for i in range(a.shape[0])])


def majority_vote(votes: Any) -> Any:
    """Counted sample by sample; the smallest of the most frequent labels."""
    return np.array([_most_frequent(votes[:, i].tolist()) for i in range(votes.shape[1])], dtype=np.int64)


def nearest_neighbours(x_train: Any, y_train: Any, x_test: Any, k: int = 1, metric: str = "l2") -> Any:
    """Training rows sorted by distance, then by index."""
    labels = y_train.tolist()
    rows = pairwise_distances(x_test, x_train, metric).tolist()
    nearest = [sorted(zip(row, range(len(labels)), strict=True))[:k] for row in rows]
    return np.array([_most_frequent([labels[i] for _, i in best]) for best in nearest], dtype=np.int64)


def log_posterior(y_train: Any, log_likelihood: Any) -> Any:
    """Bayes' rule; the sum over classes is folded up with logaddexp."""
    xp = array_namespace(log_likelihood)
    labels = y_train.tolist()
    shares = [labels.count(c) / len(labels) for c in range(log_likelihood.shape[1])]
    columns = [log_likelihood[:, c] + (math.log(p) if p else -math.inf) for c, p in enumerate(shares)]
    evidence = functools.reduce(xp.logaddexp, columns)
    return xp.stack([column - evidence for column in columns], axis=1)


def gaussian_naive_bayes(x_train: Any, y_train: Any, x_test: Any, var_smoothing: float = 1e-9) -> Any:
    """Normal densities, a number at a time."""
    floor = var_smoothing * max(_variance(column) for column in x_train.T.tolist())

    def log_density(row: Sequence[float], label: int) -> float:
        columns = x_train[y_train == label].T.tolist()
        return math.fsum(_log_normal(v, _mean(c), _variance(c) + floor) for v, c in zip(row, columns, strict=True))

    return _posterior_by(log_density, y_train, x_test)


def bernoulli_naive_bayes(x_train: Any, y_train: Any, x_test: Any, alpha: float = 1.0) -> Any:
    """One coin per word and class, tossed a word at a time."""

    def log_probability(row: Sequence[float], label: int) -> float:
        columns = x_train[y_train == label].T.tolist()
        heads = [(sum(map(bool, column)) + alpha) / (len(column) + 2 * alpha) for column in columns]
        return math.fsum(math.log(p if word else 1 - p) for word, p in zip(row, heads, strict=True))

    return _posterior_by(log_probability, y_train, x_test)


def multinomial_naive_bayes(x_train: Any, y_train: Any, x_test: Any, alpha: float = 1.0) -> Any:
    """One die per class: log of (occurrences + alpha) less log of all that was counted."""

    def log_probability(row: Sequence[float], label: int) -> float:
        seen = [math.fsum(column) + alpha for column in x_train[y_train == label].T.tolist()]
        whole = math.log(math.fsum(seen))
        return math.fsum(times * (math.log(n) - whole) for times, n in zip(row, seen, strict=True))

    return _posterior_by(log_probability, y_train, x_test)


def logistic_loss(x: Any, y: Any, w: Any, b: float, strength: float = 0.0) -> Any:
    """PyTorch's binary cross-entropy of logits, and the penalty."""
    torch, functional = _torch()
    x, y, w = (torch.as_tensor(np.asarray(each, np.float64)) for each in (x, y, w))
    loss = functional.binary_cross_entropy_with_logits(x @ w + b, y) + strength * w.dot(w)
    return float(loss)


def logistic_predict(x: Any, w: Any, b: float) -> Any:
    """The larger of the probabilities of the two classes, the first where they are equal."""
    scores = [math.fsum([*(u * v for u, v in zip(row, w.tolist(), strict=True)), b]) for row in x.tolist()]
    return np.array([[0.0, score].index(max(0.0, score)) for score in scores], dtype=np.int64)


def logistic_regression(x: Any, y: Any, lr: float, steps: int, strength: float = 0.0) -> tuple[Any, float]:
    """Steps against the gradient of the loss, which is PyTorch's."""
    _, functional = _torch()
    return _descend(functional.binary_cross_entropy_with_logits, x, y, lr, steps, strength)


def linear_svm(x: Any, y: Any, lr: float, steps: int, strength: float) -> tuple[Any, float]:
    """Steps against PyTorch's gradient of the hinge loss; the slope of its relu at 0 is 0."""
    _, functional = _torch()

    def hinge(scores: Any, targets: Any) -> Any:
        return functional.relu(1 - targets * scores).mean()

    return _descend(hinge, x, y, lr, steps, strength)


def rbf_kernel(a: Any, b: Any, gamma: float) -> Any:
    """A product of bells, one per feature."""
    xp = array_namespace(a, b)
    bells = (xp.exp(-gamma * (a[:, f][:, None] - b[:, f][None, :]) ** 2) for f in range(a.shape[1]))
    return functools.reduce(lambda left, right: left * right, bells)


def kernel_distance(gram: Any) -> Any:
    """The root of the quadratic form of the difference of two unit vectors."""
    xp = array_namespace(gram)
    n = gram.shape[0]
    units = xp.eye(n, dtype=gram.dtype)
    differences = [[units[i, :] - units[j, :] for j in range(n)] for i in range(n)]
    squared = xp.asarray([[max(float(e @ gram @ e), 0.0) for e in row] for row in differences], dtype=xp.float64)
    return xp.sqrt(squared)


def centre_kernel(gram: Any) -> Any:
    """H K H with the centring matrix H = 1 - 1/n."""
    xp = array_namespace(gram)
    n = gram.shape[0]
    centring = xp.eye(n, dtype=gram.dtype) - xp.ones((n, n), dtype=gram.dtype) / n
    return centring @ gram @ centring


def gini(counts: Any) -> Any:
    """The chance that two draws with replacement are of different classes, pair by pair of classes."""
    return _per_group(counts, lambda group: sum((_chance_of_two(group, i) for i in range(len(group))), Fraction(0)))


def entropy(counts: Any) -> Any:
    """log2 n less the mean of log2 of the size of a draw's class."""
    return _per_group(counts, _bits)


def information_gain(y: Any, left: Any) -> float:
    """The mutual information of label and side."""
    pairs = list(zip(y.tolist(), left.tolist(), strict=True))
    joint, labels, sides = Counter(pairs), Counter(y.tolist()), Counter(left.tolist())
    n = len(pairs)
    terms = (times * math.log2(times * n / (labels[label] * sides[side])) for (label, side), times in joint.items())
    return math.fsum(terms) / n


def best_split(x: Any, y: Any, criterion: str = "gini") -> tuple[int, float, float]:
    """Every threshold of every feature tried, the impurities exact where they are fractions."""
    impurity = _exact_gini if criterion == "gini" else _label_bits
    labels = y.tolist()

    def gain(feature: int, threshold: float) -> Any:
        sides = _sides(x[:, feature].tolist(), labels, threshold)
        return impurity(labels) - sum(Fraction(len(side), len(labels)) * impurity(side) for side in sides)

    feature, threshold = _first_best(x, gain)
    return feature, threshold, float(gain(feature, threshold))


def decision_stump(x_train: Any, y_train: Any, x_test: Any) -> Any:
    """The best split, and the most frequent label on either side."""
    labels = y_train.tolist()
    if all(row == x_train[0].tolist() for row in x_train.tolist()):
        return np.full(len(x_test), _most_frequent(labels))
    feature, threshold, _ = best_split(x_train, y_train)
    answers = [_most_frequent(side) for side in _sides(x_train[:, feature].tolist(), labels, threshold)]
    return np.array([answers[value > threshold] for value in x_test[:, feature].tolist()], dtype=np.int64)


def bagging(x_train: Any, y_train: Any, x_test: Any, rows: Any, columns: Any = None) -> Any:
    """A stump per bootstrap sample, and the most frequent of their labels."""
    every = [list(range(x_train.shape[1]))] * len(rows)
    seen = every if columns is None else columns.tolist()
    stumps = [
        decision_stump(x_train[sample][:, features], y_train[sample], x_test[:, features])
        for sample, features in zip(rows.tolist(), seen, strict=True)
    ]
    return majority_vote(np.array(stumps))


def adaboost_update(weights: Any, correct: Any) -> tuple[float, Any]:
    """After the update the rows that were wrong weigh exactly half, the others the other half."""
    shares = [w / math.fsum(weights.tolist()) for w in weights.tolist()]
    wrong = math.fsum(share for share, right in zip(shares, correct.tolist(), strict=True) if not right)
    error = min(max(wrong, 1e-10), 1 - 1e-10)
    alpha = (math.log1p(-error) - math.log(error)) / 2
    if correct.all() or not correct.any():
        return alpha, np.array(shares)
    new = [share / (2 - 2 * wrong if right else 2 * wrong) for share, right in zip(shares, correct, strict=True)]
    return alpha, np.array(new)


def regression_stump(x: Any, y: Any) -> tuple[int, float, float, float]:
    """Every threshold of every feature tried, the squared errors summed exactly."""
    targets = [Fraction(value) for value in y.tolist()]

    def gain(feature: int, threshold: float) -> Fraction:
        return -sum((_squared_error(side) for side in _sides(x[:, feature].tolist(), targets, threshold)), Fraction(0))

    feature, threshold = _first_best(x, gain)
    left, right = (float(sum(side) / len(side)) for side in _sides(x[:, feature].tolist(), targets, threshold))
    return feature, threshold, left, right


def gradient_boosting(x_train: Any, y_train: Any, x_test: Any, rounds: int, lr: float) -> Any:
    """The sum of stumps as a function; each is fitted to what the function leaves over."""
    stumps: list[tuple[int, float, float, float]] = []
    base = _mean(y_train.tolist())

    def predict(row: Sequence[float]) -> float:
        return math.fsum([base, *(lr * (left if row[f] <= t else right) for f, t, left, right in stumps)])

    for _ in range(rounds):
        residuals = [value - predict(row) for row, value in zip(x_train.tolist(), y_train.tolist(), strict=True)]
        stumps.append(regression_stump(x_train, np.array(residuals)))
    return np.array([predict(row) for row in x_test.tolist()])


def k_means(x: Any, centres: Any, steps: int) -> tuple[Any, Any]:
    """Lloyd's two moves, a point at a time."""
    points, middles = x.tolist(), centres.tolist()
    for _ in range(steps):
        labels = _nearest(points, middles)
        groups = [[p for p, label in zip(points, labels, strict=True) if label == k] for k in range(len(middles))]
        middles = [
            [_mean(column) for column in zip(*group, strict=True)] if group else middle
            for group, middle in zip(groups, middles, strict=True)
        ]
    return np.array(middles), np.array(_nearest(points, middles), dtype=np.int64)


def _most_frequent(labels: Sequence[int]) -> int:
    counts = Counter(labels)
    return min(counts, key=lambda label: (-counts[label], label))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _variance(values: Sequence[float]) -> float:
    mean = _mean(values)
    return _mean([(value - mean) ** 2 for value in values])


def _log_normal(value: float, mean: float, variance: float) -> float:
    return -(((value - mean) ** 2) / variance + math.log(2 * math.pi) + math.log(variance)) / 2


def _posterior_by(log_probability: Callable[[Sequence[float], int], float], y_train: Any, x_test: Any) -> Any:
    classes = range(int(y_train.max()) + 1)
    table = [[log_probability(row, label) for label in classes] for row in x_test.tolist()]
    return log_posterior(y_train, np.array(table))


def _torch() -> tuple[Any, Any]:
    import torch

    return torch, torch.nn.functional


def _descend(loss: Callable[..., Any], x: Any, y: Any, lr: float, steps: int, strength: float) -> tuple[Any, float]:
    torch, _ = _torch()
    x, y = (torch.as_tensor(np.asarray(each, np.float64)) for each in (x, y))
    w, b = torch.zeros(x.shape[1], dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    for _ in range(steps):
        variables = [each.detach().requires_grad_() for each in (w, b)]
        total = loss(x @ variables[0] + variables[1], y) + strength * variables[0].dot(variables[0])
        w, b = (v - lr * g for v, g in zip(variables, torch.autograd.grad(total, variables), strict=True))
    return w.detach().numpy(), float(b.detach())


def _per_group(counts: Any, impurity: Callable[[list[float]], Any]) -> Any:
    """One number for each group along the last axis; an empty group has 0."""
    groups = np.reshape(counts, (-1, counts.shape[-1])).tolist()
    values = np.array([float(impurity(group)) if any(group) else 0.0 for group in groups])
    return values.reshape(counts.shape[:-1])[()]


def _chance_of_two(group: Sequence[float], i: int) -> Fraction:
    """The chance that the first draw is of class i, and the second is not."""
    whole = sum(map(Fraction, group))
    return Fraction(group[i]) * (whole - Fraction(group[i])) / whole**2


def _bits(group: Sequence[float]) -> float:
    whole = math.fsum(group)
    return math.fsum(n * (math.log2(whole) - math.log2(n)) for n in group if n) / whole


def _exact_gini(labels: Sequence[int]) -> Fraction:
    counts = Counter(labels).values()
    return sum((_chance_of_two(list(counts), i) for i in range(len(counts))), Fraction(0))


def _label_bits(labels: Sequence[int]) -> float:
    return _bits(sorted(Counter(labels).values()))


def _squared_error(targets: Sequence[Fraction]) -> Fraction:
    mean = sum(targets, Fraction(0)) / len(targets)
    return sum(((target - mean) ** 2 for target in targets), Fraction(0))


def _sides(values: Sequence[float], labels: Sequence[Any], threshold: float) -> tuple[list[Any], list[Any]]:
    """The labels of the rows with a value up to the threshold, and of the others."""
    pairs = list(zip(values, labels, strict=True))
    return [y for v, y in pairs if v <= threshold], [y for v, y in pairs if v > threshold]


def _first_best(x: Any, gain: Callable[[int, float], Any]) -> tuple[int, float]:
    """The candidate of the largest gain; max keeps the first of equals."""
    candidates = [(f, (low + high) / 2) for f in range(x.shape[1]) for low, high in _gaps(x[:, f].tolist())]
    return max(candidates, key=lambda candidate: gain(*candidate))


def _gaps(values: Sequence[float]) -> list[tuple[float, float]]:
    different = sorted(set(values))
    return list(itertools.pairwise(different))


def _nearest(points: Sequence[Sequence[float]], middles: Sequence[Sequence[float]]) -> list[int]:
    rows = ([math.dist(point, middle) for middle in middles] for point in points)
    return [row.index(min(row)) for row in rows]
