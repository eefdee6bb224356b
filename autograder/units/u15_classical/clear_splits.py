"""Tables of which one split is the best by far: rounding does not decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograder.units.shared.arrays import Array
from solutions import u15_classical as right


def sides(x: Array) -> Iterator[Array]:
    """Of all questions, feature by feature: which rows go left."""
    for column in x.T:
        values = np.unique(column)
        for middle in (values[:-1] + values[1:]) / 2:
            yield column <= middle


def lead(x: Array, score: Callable[[Array], float]) -> float:
    """How far the best question is ahead of the second best."""
    ordered = sorted(map(score, sides(x)))
    return ordered[-1] - ordered[-2] if len(ordered) > 1 else 1.0


def is_clear(x: Array, y: Array, criterion: str = "gini") -> bool:
    """Whether one question about labels is the best."""
    impurity = right.gini if criterion == "gini" else right.entropy

    def purity(left: Array) -> float:
        groups = np.stack([np.bincount(y[side], minlength=int(y.max()) + 1) for side in (left, ~left)])
        return -float(groups.sum(axis=1) / len(y) @ impurity(groups))

    return lead(x, purity) > 1e-6


def is_clear_step(x: Array, y: Array) -> bool:
    """Whether one question about numbers is the best."""

    def fit(left: Array) -> float:
        return -float(sum(side.size * side.var() for side in (y[left], y[~left])))

    return lead(x, fit) > 1e-3 * len(y) * float(np.var(y))


def draw_table(rng: np.random.Generator, features: int = 3) -> tuple[Array, Array]:
    """Rows of three classes whose features grow with the class, and their labels."""
    y = rng.permutation([0, 1, 2, *rng.integers(0, 3, 8)])
    return np.round(rng.standard_normal((11, features)) + 0.5 * y[:, None], 2), y
