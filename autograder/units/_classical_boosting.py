"""Assessment of gradient boosting: regression_stump, gradient_boosting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units import _classical_tree_slips as slips
from autograder.units._classical_common import Version, candidates, gap

__all__ = ["gradient_boosting", "regression_stump"]


def _squared_error(y: Array, left: Array) -> Any:
    return sum((side.size * side.var() for side in (y[left], y[~left])), 0.0)


def _regression(
    *,
    cost: Version = _squared_error,
    tried: Version = candidates,
    threshold: Version = lambda x, feature, middle: middle,
    leaf: Version = np.mean,
    last: bool = False,
    swapped: bool = False,
) -> Version:
    """A version of regression_stump with other parts."""

    def version(x: Array, y: Array) -> tuple[int, Any, Any, Any]:
        splits = tried(x)[::-1] if last else tried(x)
        feature, middle, left = min(splits, key=lambda split: float(cost(y, split[2])))
        sides = (~left, left) if swapped else (left, ~left)
        return feature, threshold(x, feature, middle), leaf(y[sides[0]]), leaf(y[sides[1]])

    return version


def _guarded_stump(x: Array, y: Array) -> tuple[int, Any, Any, Any]:
    if (x == x[0]).all():
        raise ValueError("x: got equal rows only")
    stump: tuple[int, Any, Any, Any] = _regression()(x, y)
    return stump


def _is_clear(x: Array, y: Array) -> bool:
    """Whether one split is the best whatever the rounding."""
    return gap([-_squared_error(y, left) for _, _, left in candidates(x)]) > 1e-3 * len(y) * float(np.var(y))


def _curve(rng: np.random.Generator, n: int, features: int) -> tuple[Array, Array]:
    x = np.round(rng.standard_normal((n, features)), 2)
    return x, np.round(np.where(x[:, -1] > 0.3, 3.0, x[:, 0]) + 0.3 * rng.standard_normal(n), 3)


def _draw_numbers(rng: np.random.Generator) -> Mapping[str, Any]:
    while True:
        x, y = _curve(rng, 10, 3)
        if _is_clear(x, y):
            return {"x": x, "y": y}


LINE = grid(6, 1)
TABLE = np.array([[5.0, 1.5], [1.0, 0.5], [4.0, 3.0], [2.0, 2.5], [3.0, 1.0], [6.0, 4.0]])

regression_stump = Exercise(
    "regression_stump",
    points=2,
    parts=("feature", "threshold", "left value", "right value"),
    cases=[
        Case("step", x=LINE[:4], y=np.array([1.0, 1.0, 5.0, 5.0])),
        Case(
            "rows-in-any-order", x=np.array([[7.0], [1.0], [4.0], [2.0], [9.0]]), y=np.array([6.5, 1.0, 2.5, 0.5, 7.0])
        ),
        Case("second-feature", x=TABLE, y=np.array([1.0, 0.5, 7.0, 6.0, 0.0, 8.0]), readonly=True),
        Case("one-row-far-out", x=LINE, y=np.array([0.0, 3.0, 1.0, 6.5, 5.0, 9.5])),
        Case(
            "equal-values-stay-together",
            x=np.array([[1.0], [1.0], [1.0], [2.0], [2.0], [3.0]]),
            y=np.array([0.0, 0.5, 9.0, 8.0, 9.5, 8.5]),
        ),
        Case("sides-of-two-and-three-rows", x=LINE[:5], y=np.array([0.0, 0.0, 2.0, 7.0, 2.0])),
        Case("equal-features-the-first", x=np.repeat(LINE[:3], 2, axis=1), y=np.array([0.0, 4.0, 5.0])),
        Case("equal-thresholds-the-smaller", x=LINE[:3], y=np.array([1.0, 2.0, 3.0])),
        Case("far-from-zero", x=TABLE, y=1e6 + np.array([1.0, 0.5, 7.0, 6.0, 0.0, 8.0])),
        Case(
            "single-precision",
            x=TABLE.astype(np.float32),
            y=np.array([1.0, 0.5, 7.0, 6.0, 0.0, 8.0], np.float32),
        ),
        Case("nothing-to-split-at", raises="x", x=np.ones((4, 2)), y=grid(4)),
        random_cases(_draw_numbers, count=3),
    ],
    misconceptions=[
        Misconception(
            "variances-not-weighted",
            believes="The variances of both sides are added.",
            wrong=_regression(cost=lambda y, left: y[left].var() + y[~left].var()),
            hint="A side with one row has variance 0. Does that make the split a good one?",
        ),
        Misconception(
            "left-side-only",
            believes="The left side's squared error decides.",
            wrong=_regression(cost=lambda y, left: y[left].size * y[left].var()),
            hint="What error do the rows on the right make?",
        ),
        Misconception(
            "farthest-means",
            believes="The best split is the one whose means are farthest apart.",
            wrong=_regression(cost=lambda y, left: -abs(y[left].mean() - y[~left].mean())),
            hint="How many rows profit, when a single one is split off?",
        ),
        Misconception(
            "threshold-is-a-value",
            believes="The threshold is the largest value that goes left.",
            wrong=_regression(threshold=lambda x, feature, middle: x[x[:, feature] <= middle, feature].max()),
            hint="A new row lies between the two groups, nearer to the left one. On which side should it fall?",
        ),
        Misconception(
            "median-of-a-side",
            believes="A side answers with its median.",
            wrong=_regression(leaf=np.median),
            hint="Which number minimises the sum of squares, and which that of absolute values?",
        ),
        Misconception(
            "sum-of-a-side",
            believes="A side answers with the sum of its targets.",
            wrong=_regression(leaf=np.sum),
            hint="Two rows with targets 5 and 5: what should the side answer?",
        ),
        Misconception(
            "sides-swapped",
            believes="The first value belongs to the rows above the threshold.",
            wrong=_regression(swapped=True),
            hint="Which rows go left: those with x_f <= threshold, or the others?",
        ),
        Misconception(
            "first-feature-only",
            believes="The rows are sorted by the first feature.",
            wrong=_regression(tried=lambda x: candidates(x[:, :1])),
            hint="Which of the features leaves the smallest error?",
        ),
        Misconception(
            "last-of-equal-splits",
            believes="A split that is as good replaces the best so far.",
            wrong=_regression(last=True),
            hint="Of equally good splits, which does the docstring choose?",
        ),
    ],
    hints=[
        "It is best_split with another measure of impurity. Which one?",
        "n · variance is a side's squared error. Try every middle of neighbouring values, and keep the smallest sum.",
        "cost = left.sum() * y[left].var() + right.sum() * y[right].var(), left = x[:, f] <= t; then y[left].mean().",
    ],
    variants=[Variant("mask-per-threshold", _guarded_stump)],
)


def _boost(
    *,
    base: Version = np.mean,
    target: Version = lambda y, fitted, first: y - fitted,
    rate: Version = lambda lr: lr,
    kept: Version = lambda lr: 1.0,
    extra: int = 0,
    goes_left: Version = np.less_equal,
) -> Version:
    """A version of gradient_boosting with other parts."""

    def version(x_train: Array, y_train: Array, x_test: Array, rounds: int, lr: float) -> Array:
        first = np.full(len(x_train), base(y_train), y_train.dtype)
        fitted, predicted = first, np.full(len(x_test), base(y_train), y_train.dtype)
        for _ in range(rounds + extra):
            stump = _regression()(x_train, target(y_train, fitted, first))
            fitted = kept(lr) * fitted + rate(lr) * _evaluate(stump, x_train, goes_left)
            predicted = kept(lr) * predicted + rate(lr) * _evaluate(stump, x_test, goes_left)
        return predicted

    return version


def _evaluate(stump: tuple[int, Any, Any, Any], x: Array, goes_left: Version = np.less_equal) -> Array:
    feature, threshold, left, right = stump
    values: Array = np.where(goes_left(x[:, feature], threshold), left, right)
    return values


def _keeping_stumps(x_train: Array, y_train: Array, x_test: Array, rounds: int, lr: float) -> Array:
    if rounds < 0:
        raise ValueError(f"rounds: got {rounds}")
    base, residual = y_train.mean(), y_train - y_train.mean()
    stumps = []
    for _ in range(rounds):
        stumps.append(_regression()(x_train, residual))
        residual = residual - lr * _evaluate(stumps[-1], x_train)
    return sum((lr * _evaluate(stump, x_test) for stump in stumps), np.full(len(x_test), base))


def _stays_clear(x: Array, y: Array, rounds: int, lr: float) -> bool:
    """Whether the split of every round is the best whatever the rounding."""
    residual = y - y.mean()
    for _ in range(rounds):
        if not _is_clear(x, residual):
            return False
        residual = residual - lr * _evaluate(_regression()(x, residual), x)
    return True


def _draw_boost(rng: np.random.Generator, features: int = 2) -> Mapping[str, Any]:
    while True:
        x, y = _curve(rng, 9, features)
        rounds, lr = int(rng.integers(3, 6)), float(rng.choice([0.3, 0.5, 0.8]))
        if _stays_clear(x, y, rounds, lr):
            x_test = np.round(rng.standard_normal((5, features)), 2) + 0.003
            return {"x_train": x, "y_train": y, "x_test": x_test, "rounds": rounds, "lr": lr}


def _fixed(seed: int, features: int) -> Mapping[str, Any]:
    return _draw_boost(np.random.default_rng([15, seed]), features)


def _in_single_precision(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        name: value.astype(np.float32) if isinstance(value, np.ndarray) else value for name, value in inputs.items()
    }


STEPS = np.array([1.0, 2.0, 1.5, 6.0, 9.5, 9.0])

gradient_boosting = Exercise(
    "gradient_boosting",
    points=3,
    cases=[
        Case("no-round-is-the-mean", x_train=LINE, y_train=STEPS, x_test=grid(3, 1), rounds=0, lr=0.5),
        Case("one-round-at-full-rate", x_train=LINE, y_train=STEPS, x_test=np.array([[0.0], [9.0]]), rounds=1, lr=1.0),
        Case("one-round-shrunk", x_train=LINE, y_train=STEPS, x_test=np.array([[0.0], [9.0]]), rounds=1, lr=0.25),
        Case(
            "on-the-threshold-goes-left",
            x_train=LINE,
            y_train=STEPS,
            x_test=np.array([[3.5], [3.75]]),
            rounds=1,
            lr=0.5,
        ),
        Case("two-rounds", x_train=LINE, y_train=STEPS, x_test=LINE + 0.25, rounds=2, lr=0.5, readonly=True),
        Case("several-rounds", x_train=LINE, y_train=STEPS, x_test=normal(4, 1, scale=4.0), rounds=4, lr=0.5),
        Case("two-features", **_fixed(1, 2)),
        Case("three-features", **_fixed(2, 3)),
        Case("single-precision", **_in_single_precision(_fixed(3, 2))),
        Case("fewer-rounds-than-none", raises="rounds", x_train=LINE, y_train=STEPS, x_test=LINE, rounds=-1, lr=0.5),
        random_cases(_draw_boost),
    ],
    misconceptions=[
        Misconception(
            "residual-with-the-wrong-sign",
            believes="The residual is prediction minus target.",
            wrong=_boost(target=lambda y, fitted, first: fitted - y),
            hint="The sum is too small by 2. What must the next stump add: 2 or -2?",
        ),
        Misconception(
            "every-stump-fits-the-targets",
            believes="All stumps are fitted to y, and added up.",
            wrong=_boost(target=lambda y, fitted, first: y),
            hint="What is there left to learn, once the first stump has been added?",
        ),
        Misconception(
            "residuals-of-the-first-round",
            believes="The residuals are computed once.",
            wrong=_boost(target=lambda y, fitted, first: y - first),
            hint="After a stump has been added, is what is left over still the same?",
        ),
        Misconception(
            "base-of-zero",
            believes="The sum starts at 0.",
            wrong=_boost(base=lambda y: 0.0),
            hint="What is predicted after no round at all?",
        ),
        Misconception(
            "learning-rate-ignored",
            believes="A stump is added as it is.",
            wrong=_boost(rate=lambda lr: 1.0),
            hint="What is lr for?",
        ),
        Misconception(
            "learning-rate-twice",
            believes="The stump's values are shrunk, and so is what is added.",
            wrong=_boost(rate=lambda lr: lr * lr),
            hint="How often does lr stand in the update of F?",
        ),
        Misconception(
            "sum-is-shrunk-too",
            believes="The learning rate mixes old and new: (1 - lr) F + lr · stump.",
            wrong=_boost(kept=lambda lr: 1 - lr),
            hint="Is boosting a running mean, or a sum?",
        ),
        Misconception(
            "threshold-goes-right",
            believes="Rows below the threshold go left, the others right.",
            wrong=_boost(goes_left=np.less),
            hint="A test row is exactly at a threshold. What does regression_stump do with such a row?",
        ),
        Misconception(
            "one-round-more",
            believes="The mean is not a round, so there is one more.",
            wrong=_boost(extra=1),
            hint="How many stumps are there after rounds = 1?",
        ),
        *slips.BOOSTING,
    ],
    hints=[
        "Two predictions are carried along: one for the training rows, one for the test rows. Why both?",
        "In each round: residuals of the training rows, a stump fitted to them, lr times its answers added to both.",
        "feature, threshold, left, right = regression_stump(x_train, y_train - on_train); np.where gives its answers.",
    ],
    variants=[Variant("stumps-kept-in-a-list", _keeping_stumps)],
)
