"""Assessment of the vote of trees: bagging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid
from autograder.units._classical_common import Version, vote
from autograder.units._classical_trees import draw_table, is_clear, largest_most_frequent, stump_version

__all__ = ["bagging"]

LINE = grid(4, 1)


def _bag(
    *,
    sample: Version = lambda rows, n: rows,
    labels: Version = lambda y, rows: y[rows],
    poll: Version = vote,
    train_columns: bool = True,
    test_columns: bool = True,
) -> Version:
    """A version of bagging with other parts."""

    def version(x_train: Array, y_train: Array, x_test: Array, rows: Array, columns: Array | None = None) -> Any:
        every = np.arange(x_train.shape[1])
        votes = []
        for number, drawn in enumerate(rows):
            chosen = sample(drawn, len(x_train))
            seen = every if columns is None else columns[number]
            x = x_train[chosen][:, seen if train_columns else every]
            tested = x_test[:, seen if test_columns else every]
            votes.append(stump_version()(x, labels(y_train, chosen), tested))
        return poll(np.array(votes))

    return version


def _guarded_bag(x_train: Array, y_train: Array, x_test: Array, rows: Array, columns: Array | None = None) -> Any:
    if rows.min() < 0 or rows.max() >= len(x_train):
        raise ValueError(f"rows: got {rows.min()} to {rows.max()}")
    return _bag()(x_train, y_train, x_test, rows, columns)


def _largest_winner(votes: Array) -> Array:
    return np.array([largest_most_frequent(column) for column in votes.T])


def _draw_bag(rng: np.random.Generator, stumps: int = 5, seen: int | None = None) -> Mapping[str, Any]:
    """A bag whose stumps each have one clear best split."""
    x, y = draw_table(rng)
    rows: list[Array] = []
    columns: list[Array] = []
    while len(rows) < stumps:
        drawn, some = rng.integers(0, len(x), len(x)), rng.permutation(3)[: seen or 3]
        some = some if seen else np.arange(3)
        if is_clear(x[drawn][:, some], y[drawn]):
            rows, columns = [*rows, drawn], [*columns, some]
    inputs = {
        "x_train": x,
        "y_train": y,
        "x_test": np.round(2 * rng.standard_normal((9, 3)), 2) + 0.003,
        "rows": np.stack(rows),
    }
    return {**inputs, "columns": np.stack(columns)} if seen else inputs


def _fixed(seed: int, stumps: int, seen: int | None = None) -> Mapping[str, Any]:
    return _draw_bag(np.random.default_rng([15, seed]), stumps, seen)


bagging = Exercise(
    "bagging",
    points=2,
    cases=[
        Case(
            "one-stump-on-all-rows",
            x_train=LINE,
            y_train=np.array([1, 1, 0, 0]),
            x_test=np.array([[0.0], [2.6]]),
            rows=np.array([[0, 1, 2, 3]]),
        ),
        Case(
            "rows-drawn-several-times",
            x_train=LINE,
            y_train=np.array([1, 0, 0, 2]),
            x_test=LINE + 0.25,
            rows=np.array([[0, 0, 1, 2], [3, 3, 0, 3], [2, 2, 3, 3]]),
        ),
        Case("five-stumps", **_fixed(1, 5), readonly=True),
        Case("equal-votes-smaller-label", **_fixed(2, 2)),
        Case("four-stumps-may-tie", **_fixed(3, 4)),
        Case("forest-of-single-features", **_fixed(4, 5, 1)),
        Case("forest-of-two-features", **_fixed(5, 6, 2)),
        Case(
            "sample-of-one-row",
            x_train=LINE,
            y_train=np.array([1, 0, 0, 2]),
            x_test=LINE[:3],
            rows=np.array([[3, 3], [1, 1], [3, 3]]),
        ),
        Case(
            "row-that-is-not-there",
            raises="rows",
            x_train=LINE,
            y_train=np.arange(4) % 2,
            x_test=LINE,
            rows=np.array([[0, 1, 4, 2]]),
        ),
        random_cases(_draw_bag),
        random_cases(lambda rng: _draw_bag(rng, 4, 2), label="random-forest"),
    ],
    misconceptions=[
        Misconception(
            "no-bootstrap",
            believes="All stumps are trained on all rows.",
            wrong=_bag(sample=lambda rows, n: np.arange(n)),
            hint="How different are the votes of stumps that all saw the same?",
        ),
        Misconception(
            "labels-not-resampled",
            believes="Only the rows of x are drawn.",
            wrong=_bag(labels=lambda y, rows: np.resize(y, len(rows))),
            hint="Row 7 stands in place 0 of the sample. Whose label must stand there?",
        ),
        Misconception(
            "drawn-once-at-most",
            believes="A row that is drawn several times counts once.",
            wrong=_bag(sample=lambda rows, n: np.unique(rows)),
            hint="Drawing with replacement gives some rows more weight. What remains of that?",
        ),
        Misconception(
            "larger-label-on-a-tie",
            believes="Of labels with equally many votes the largest wins.",
            wrong=_bag(poll=_largest_winner),
            hint="How does majority_vote decide a tie?",
        ),
        Misconception(
            "first-stump-decides",
            believes="The first stump's labels are the prediction.",
            wrong=_bag(poll=lambda votes: votes[0]),
            hint="What are the other stumps for?",
        ),
        Misconception(
            "mean-of-the-votes",
            believes="The votes are averaged and rounded.",
            wrong=_bag(poll=lambda votes: np.round(votes.mean(axis=0)).astype(int)),
            hint="Labels are names. What is the mean of two names?",
        ),
        Misconception(
            "columns-ignored",
            believes="Every stump sees all features.",
            wrong=_bag(train_columns=False, test_columns=False),
            hint="What makes the trees of a random forest more different than those of bagging?",
        ),
        Misconception(
            "test-columns-not-cut",
            believes="The features are chosen for training; prediction takes the row as it is.",
            wrong=_bag(test_columns=False),
            hint="The stump asks for its feature 0. Which column of x_test is that?",
        ),
    ],
    hints=[
        "A stump needs training rows, their labels, and test rows: what does stump b get?",
        "x_train[rows[b]], y_train[rows[b]] and x_test, each table cut to columns[b]; stack the answers and vote.",
        "majority_vote(np.stack([decision_stump(x_train[np.ix_(r, c)], y_train[r], x_test[:, c]) for r, c in …])).",
    ],
    variants=[Variant("stump-by-stump", _guarded_bag)],
)
