"""Assessment of trees of one question: best_split, decision_stump."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid
from autograder.units._classical_common import (
    Version,
    candidates,
    class_counts,
    entropy_of,
    gap,
    gini_of,
    split_gain,
)

__all__ = ["best_split", "decision_stump", "draw_table", "is_clear", "largest_most_frequent", "stump_version"]

IMPURITIES: Mapping[str, Version] = {"gini": gini_of, "entropy": entropy_of}
TIE_HINT = "Of equal gains, which does the docstring choose: the first or the last that you try?"
WEIGHT_HINT = "A question that splits off one row makes that side perfectly pure. Is it a good question?"


def _sides_not_weighted(y: Array, left: Array, impurity: Version) -> Any:
    sides = [impurity(class_counts(y[side])) for side in (left, ~left)]
    return impurity(class_counts(y)) - sides[0] - sides[1]


def _left_side_only(y: Array, left: Array, impurity: Version) -> Any:
    return impurity(class_counts(y)) - left.mean() * impurity(class_counts(y[left]))


def _positions(x: Array) -> list[tuple[int, Any, Array]]:
    """Splits between any two neighbours of the sorted rows, also where their values are equal."""
    splits = []
    for feature, column in enumerate(x.T):
        order = np.argsort(column, kind="stable")
        for n_left in range(1, len(x)):
            left = np.isin(np.arange(len(x)), order[:n_left])
            splits.append((feature, (column[order[n_left - 1]] + column[order[n_left]]) / 2, left))
    return splits


def _split(
    *,
    score: Version = split_gain,
    tried: Version = candidates,
    threshold: Version = lambda x, feature, middle: middle,
    impurities: Mapping[str, Version] = IMPURITIES,
    last: bool = False,
    reported: Version | None = None,
) -> Version:
    """A version of best_split with other parts."""

    def wrong(x: Array, y: Array, criterion: str = "gini") -> tuple[int, Any, Any]:
        impurity = impurities[criterion]
        splits = tried(x)[::-1] if last else tried(x)
        feature, middle, left = max(splits, key=lambda split: score(y, split[2], impurity))
        return feature, threshold(x, feature, middle), (reported or score)(y, left, impurity)

    return wrong


def _split_by_masks(x: Array, y: Array, criterion: str = "gini") -> tuple[int, Any, Any]:
    splits = candidates(x)
    if criterion not in IMPURITIES or not splits:
        raise ValueError(f"criterion: got {criterion}; x: {len(splits)} splits")
    gains = [split_gain(y, left, IMPURITIES[criterion]) for _, _, left in splits]
    feature, threshold, _ = splits[int(np.argmax(gains))]
    return feature, threshold, max(gains)


def is_clear(x: Array, y: Array, criterion: str = "gini") -> bool:
    """Whether one split is the best whatever the rounding."""
    return gap([split_gain(y, left, IMPURITIES[criterion]) for _, _, left in candidates(x)]) > 1e-6


def draw_table(rng: np.random.Generator, features: int = 3) -> tuple[Array, Array]:
    """Rows of three classes whose features grow with the class, and their labels."""
    y = rng.permutation([0, 1, 2, *rng.integers(0, 3, 8)])
    return np.round(rng.standard_normal((11, features)) + 0.5 * y[:, None], 2), y


def _draw_split(rng: np.random.Generator) -> Mapping[str, Any]:
    while True:
        x, y = draw_table(rng)
        criterion = str(rng.choice(["gini", "entropy"]))
        if is_clear(x, y, criterion):
            return {"x": x, "y": y, "criterion": criterion}


LINE = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0]])
TABLE = np.array([[5.0, 1.5], [1.0, 0.5], [4.0, 3.0], [2.0, 2.5], [3.0, 1.0], [6.0, 4.0]])

best_split = Exercise(
    "best_split",
    points=3,
    parts=("feature", "threshold", "gain"),
    cases=[
        Case("two-and-two", x=np.array([[1.0], [2.0], [4.0], [5.0]]), y=np.array([0, 0, 1, 1])),
        Case("rows-in-any-order", x=np.array([[7.0], [1.0], [4.0], [2.0], [9.0]]), y=np.array([1, 0, 0, 0, 1])),
        Case("second-feature", x=TABLE, y=np.array([0, 0, 1, 1, 0, 1]), readonly=True),
        Case("three-classes-in-bits", x=TABLE, y=np.array([2, 0, 1, 1, 0, 1]), criterion="entropy"),
        Case("one-row-is-easily-pure", x=LINE, y=np.array([1, 0, 0, 1, 0, 1, 1, 1])),
        Case(
            "equal-values-stay-together",
            x=np.array([[1.0], [1.0], [1.0], [2.0], [2.0], [3.0]]),
            y=np.array([0, 0, 1, 1, 1, 0]),
        ),
        Case("equal-features-the-first", x=np.array([[1.0, 1.0], [2.0, 2.0], [5.0, 5.0]]), y=np.array([1, 0, 0])),
        Case("equal-thresholds-the-smaller", x=LINE[:5], y=np.array([0, 1, 1, 1, 0])),
        Case("one-class-only", x=LINE[:4], y=np.array([1, 1, 1, 1])),
        Case("negative-numbers", x=np.array([[-3.5, 2.0], [-1.0, -2.0], [-0.5, 4.0]]), y=np.array([0, 1, 1])),
        Case("unknown-criterion", raises="criterion", x=TABLE, y=np.arange(6) % 2, criterion="variance"),
        Case("nothing-to-split-at", raises="x", x=np.ones((4, 2)), y=np.array([0, 1, 0, 1])),
        random_cases(_draw_split, count=3),
    ],
    misconceptions=[
        Misconception(
            "sides-not-weighted",
            believes="The impurities of both sides are subtracted.",
            wrong=_split(score=_sides_not_weighted),
            hint=WEIGHT_HINT,
        ),
        Misconception(
            "left-side-only",
            believes="The purer the left side, the better.",
            wrong=_split(score=_left_side_only),
            hint="What does the question do for the rows that go right?",
        ),
        Misconception(
            "impurity-for-gain",
            believes="What is returned is the impurity that remains.",
            wrong=_split(reported=lambda y, left, impurity: impurity(class_counts(y)) - split_gain(y, left, impurity)),
            hint="What is the gain of a question that separates the classes perfectly?",
        ),
        Misconception(
            "gain-not-divided-by-the-rows",
            believes="The sides are weighted with their numbers of rows.",
            wrong=_split(score=lambda y, left, impurity: len(y) * split_gain(y, left, impurity)),
            hint="Shares or counts: what do n_left/n and n_right/n sum to?",
        ),
        Misconception(
            "threshold-is-a-value",
            believes="The threshold is the largest value that goes left.",
            wrong=_split(threshold=lambda x, feature, middle: x[x[:, feature] <= middle, feature].max()),
            hint="A new row lies between the two groups, nearer to the left one. On which side should it fall?",
        ),
        Misconception(
            "first-feature-only",
            believes="The rows are sorted by the first feature.",
            wrong=_split(tried=lambda x: candidates(x[:, :1])),
            hint="Which of the features makes the sides purest?",
        ),
        Misconception(
            "last-of-equal-gains",
            believes="A gain that is as good replaces the best so far.",
            wrong=_split(last=True),
            hint=TIE_HINT,
        ),
        Misconception(
            "equal-values-parted",
            believes="Any place in the sorted rows can be split at.",
            wrong=_split(tried=_positions),
            hint="Two rows have the same value. Which threshold sends one left and the other right?",
        ),
        Misconception(
            "criterion-ignored",
            believes="Impurity is Gini impurity.",
            wrong=_split(impurities={"gini": gini_of, "entropy": gini_of}),
            hint="What does the argument criterion choose?",
        ),
        Misconception(
            "natural-logarithm",
            believes="Entropy is measured with the natural logarithm.",
            wrong=_split(impurities={"gini": gini_of, "entropy": lambda counts: entropy_of(counts) * np.log(2)}),
            hint="In which unit does the exercise above measure entropy?",
        ),
    ],
    hints=[
        "Which thresholds of one feature give different sides? Sort its values: how many are there at most?",
        "For each feature: np.unique, the middles of neighbours, the gain of each; keep the largest so far.",
        "middles = (values[:-1] + values[1:]) / 2, left = x[:, f] <= t; only a strictly larger gain replaces the best.",
    ],
    variants=[Variant("mask-per-threshold", _split_by_masks)],
)


def _most_frequent(y: Array) -> int:
    return int(class_counts(y).argmax())


def largest_most_frequent(y: Array) -> int:
    """The most frequent label, of equally frequent ones the largest."""
    counts = class_counts(y)
    return int(np.flatnonzero(counts == counts.max())[-1])


def stump_version(
    *,
    score: Version = split_gain,
    answer: Version = _most_frequent,
    goes_left: Version = np.less_equal,
    last: bool = False,
    swapped: bool = False,
    crashes: bool = False,
) -> Version:
    """A version of decision_stump with other parts."""

    def version(x_train: Array, y_train: Array, x_test: Array) -> Array:
        splits = candidates(x_train)[::-1] if last else candidates(x_train)
        if not splits and not crashes:
            return np.full(len(x_test), answer(y_train))
        feature, middle, left = max(splits, key=lambda split: score(y_train, split[2], gini_of))
        below, above = int(answer(y_train[left])), int(answer(y_train[~left]))
        return np.where(goes_left(x_test[:, feature], middle) != swapped, below, above)

    return version


def fewest_mistakes(y: Array, left: Array, impurity: Version) -> float:
    """Minus the number of rows that the sides' most frequent labels get wrong."""
    return float(sum(class_counts(y[side]).max() for side in (left, ~left)) - len(y))


def _guarded_stump(x_train: Array, y_train: Array, x_test: Array) -> Array:
    if len(x_train) != len(y_train):
        raise ValueError(f"y_train: got {len(y_train)} labels")
    labels: Array = stump_version()(x_train, y_train, x_test)
    return labels


def _draw_stump(rng: np.random.Generator) -> Mapping[str, Any]:
    while True:
        x, y = draw_table(rng)
        if is_clear(x, y):
            return {"x_train": x, "y_train": y, "x_test": np.round(2 * rng.standard_normal((8, 3)), 2) + 0.003}


decision_stump = Exercise(
    "decision_stump",
    points=2,
    cases=[
        Case("two-sides", x_train=LINE[:4], y_train=np.array([2, 2, 0, 0]), x_test=np.array([[1.5], [9.0], [-3.0]])),
        Case("mixed-sides", x_train=LINE, y_train=np.array([1, 1, 0, 1, 0, 0, 0, 1]), x_test=LINE + 0.25),
        Case(
            "on-the-threshold-goes-left",
            x_train=LINE[:4],
            y_train=np.array([1, 1, 0, 0]),
            x_test=np.array([[2.5], [2.75]]),
        ),
        Case(
            "equally-frequent-labels",
            x_train=LINE[:6],
            y_train=np.array([2, 1, 0, 0, 0, 0]),
            x_test=np.array([[0.0], [9.0]]),
        ),
        Case("one-row-is-easily-pure", x_train=LINE, y_train=np.array([1, 0, 0, 1, 0, 1, 1, 1]), x_test=LINE),
        Case(
            "second-feature",
            x_train=TABLE,
            y_train=np.array([0, 0, 1, 1, 0, 1]),
            x_test=TABLE[::-1] * 0.75,
            readonly=True,
        ),
        Case("equal-splits", x_train=LINE[:5], y_train=np.array([0, 1, 1, 1, 0]), x_test=LINE[:5]),
        Case("nothing-to-ask", x_train=np.ones((5, 2)), y_train=np.array([2, 1, 2, 1, 0]), x_test=grid(3, 2)),
        Case("one-row", x_train=grid(1, 2), y_train=np.array([3]), x_test=grid(2, 2)),
        Case("fewer-labels-than-rows", raises="y_train", x_train=LINE[:4], y_train=np.array([0, 1]), x_test=LINE),
        random_cases(_draw_stump),
    ],
    misconceptions=[
        Misconception(
            "threshold-goes-right",
            believes="Rows below the threshold go left, the others right.",
            wrong=stump_version(goes_left=np.less),
            hint="A row is exactly at the threshold. What does 'at most' say?",
        ),
        Misconception(
            "sides-swapped",
            believes="Rows above the threshold get the label of the left side.",
            wrong=stump_version(swapped=True),
            hint="Which training rows voted for the label of the left side?",
        ),
        Misconception(
            "largest-of-equally-frequent",
            believes="Of equally frequent labels the last wins.",
            wrong=stump_version(answer=largest_most_frequent),
            hint="Labels 1 and 2 are there once each: which is the smallest?",
        ),
        Misconception(
            "mean-of-the-labels",
            believes="A side answers with the mean of its labels.",
            wrong=stump_version(answer=lambda y: int(np.round(y.mean()))),
            hint="Labels are names. What is the mean of two names?",
        ),
        Misconception(
            "sides-not-weighted",
            believes="The split with the purest sides is the best, however small they are.",
            wrong=stump_version(score=_sides_not_weighted),
            hint=WEIGHT_HINT,
        ),
        Misconception(
            "last-of-equal-splits",
            believes="Of equally good splits the last is taken.",
            wrong=stump_version(last=True),
            hint=TIE_HINT,
        ),
        Misconception(
            "fewest-mistakes",
            believes="The best question is the one after which the fewest training rows are wrong.",
            wrong=stump_version(score=fewest_mistakes),
            hint="Two questions leave as many rows wrong, but one makes a side pure: which has the better Gini gain?",
        ),
        Misconception(
            "nothing-to-ask-crashes",
            believes="There is always a split.",
            wrong=stump_version(crashes=True),
            hint="All rows are equal. Which label is then the best answer to anything?",
        ),
    ],
    hints=[
        "What do you need to know about the training rows before you look at the test rows? Three things.",
        "Feature and threshold come from best_split; each side's label is the argmax of np.bincount.",
        "np.where(x_test[:, feature] <= threshold, left_label, right_label); np.full where nothing can be split.",
    ],
    variants=[Variant("from-masks", _guarded_stump)],
)
