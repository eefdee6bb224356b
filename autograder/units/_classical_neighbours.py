"""Assessment of distances and votes: pairwise_distances, majority_vote, nearest_neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units import _classical_slips as slips
from autograder.units._classical_common import Version, class_counts, distances, vote

__all__ = ["majority_vote", "nearest_neighbours", "pairwise_distances"]


def _expanded(a: Array, b: Array, metric: str = "l2") -> Array:
    """The squared distances from the squares and the product."""
    a, b = a * 1.0, b * 1.0
    squared: Array = (a * a).sum(axis=1)[:, None] - 2 * a @ b.T + (b * b).sum(axis=1)
    return squared


def _signed(a: Array, b: Array) -> Array:
    return np.asarray((a[:, None, :] * 1.0 - b).sum(axis=-1))


def _with_norm(a: Array, b: Array, metric: str = "l2") -> Array:
    if metric not in ("l1", "l2") or a.shape[-1] != b.shape[-1]:
        raise ValueError(f"metric: got {metric}; b: got shape {b.shape}")
    return distances(a, b, metric)


def _in_own_dtype(a: Array, b: Array, metric: str = "l2") -> Array:
    difference = a[:, None, :] - b
    return np.asarray(np.linalg.norm(difference, ord={"l1": 1, "l2": 2}[metric], axis=-1))


def _draw_rows(rng: np.random.Generator) -> Mapping[str, Any]:
    a, b = rng.standard_normal((3, 4)), rng.standard_normal((5, 4))
    return {"a": a, "b": b, "metric": str(rng.choice(["l1", "l2"]))}


pairwise_distances = Exercise(
    "pairwise_distances",
    points=1,
    vectorized=lambda n: {"a": normal(n, 3, seed=1), "b": normal(n, 3, seed=2)},
    cases=[
        Case("three-four-five", a=np.array([[0.0, 0.0]]), b=np.array([[3.0, 4.0]])),
        Case("two-rows-from-four", a=grid(2, 3), b=normal(4, 3, scale=3.0), readonly=True),
        Case("absolute-differences", a=grid(2, 3), b=normal(4, 3, scale=3.0), metric="l1"),
        Case("differences-of-both-signs", a=np.array([[0.0, 0.0, 1.0]]), b=np.array([[2.0, -2.0, 1.0]]), metric="l1"),
        Case("rows-with-themselves", a=normal(3, 2, seed=4), b=normal(3, 2, seed=4)),
        Case("close-together-far-out", a=1e7 + normal(3, 2, seed=5), b=1e7 + normal(3, 2, seed=5)[1:]),
        Case("one-column", a=grid(3, 1, start=-1.0), b=np.array([[0.5], [4.0]])),
        Case("bytes", a=np.array([[3, 250], [0, 9]], np.uint8), b=np.array([[5, 7]], np.uint8)),
        Case("single-precision", a=grid(2, 3).astype(np.float32), b=normal(2, 3).astype(np.float32)),
        Case("unknown-metric", raises="metric", a=grid(2, 3), b=grid(2, 3), metric="cosine"),
        Case("columns-do-not-match", raises="b", a=grid(2, 3), b=grid(2, 1)),
        random_cases(_draw_rows),
    ],
    misconceptions=[
        Misconception(
            "expanded-square",
            believes="|a|² + |b|² - 2 a·b is the squared distance, whatever the numbers.",
            wrong=lambda a, b, metric="l2": np.sqrt(_expanded(a, b)) if metric == "l2" else distances(a, b, metric),
            hint="Numbers near 10^14 have 16 digits: how many are left when two of them nearly cancel?",
        ),
        Misconception(
            "expanded-and-clipped",
            believes="When a square comes out below 0, a floor of 0 repairs it.",
            wrong=lambda a, b, metric="l2": (
                np.sqrt(np.maximum(_expanded(a, b), 0)) if metric == "l2" else distances(a, b, metric)
            ),
            hint="The floor removes the nan. Does it bring back the digits that cancelled?",
        ),
        Misconception(
            "root-forgotten",
            believes="The distance is the sum of the squared differences.",
            wrong=lambda a, b, metric="l2": distances(a, b, metric) ** (2 if metric == "l2" else 1),
            hint="How far is (3, 4) from the origin: 5 or 25?",
        ),
        Misconception(
            "signed-sum",
            believes="The L1 distance is the sum of the differences.",
            wrong=lambda a, b, metric="l2": _signed(a, b) if metric == "l1" else distances(a, b, metric),
            hint="One feature is 2 more, another 2 less. Are the rows equal then?",
        ),
        Misconception(
            "absolute-value-of-the-sum",
            believes="The L1 distance is the absolute value of the sum of the differences.",
            wrong=lambda a, b, metric="l2": np.abs(_signed(a, b)) if metric == "l1" else distances(a, b, metric),
            hint="Which comes first, the absolute value or the sum? Try differences of 2 and -2.",
        ),
        Misconception(
            "metric-ignored",
            believes="A distance is always the straight line.",
            wrong=lambda a, b, metric="l2": distances(a, b),
            hint="In a town with square blocks, how far is it to three streets east and four north?",
        ),
        Misconception(
            "mean-over-features",
            believes="A distance is a mean over the features, so that wide rows are not punished.",
            wrong=lambda a, b, metric="l2": (
                distances(a, b, metric) / (np.sqrt(a.shape[1]) if metric == "l2" else a.shape[1])
            ),
            hint="Does the formula divide by the number of features?",
        ),
        Misconception(
            "transposed",
            believes="The result has a row for each row of b.",
            wrong=lambda a, b, metric="l2": distances(b, a, metric),
            hint="Which of the two arrays does the first index i of d_ij count?",
        ),
        Misconception(
            "bytes-wrap-around",
            believes="Subtracting works the same for every dtype.",
            wrong=_in_own_dtype,
            hint="What is 3 - 5 where there are no negative numbers?",
        ),
        *slips.DISTANCES,
    ],
    hints=[
        "Every row of a meets every row of b: which shapes make broadcasting do that?",
        "Give a the shape (N, 1, F) before you subtract b: the difference is (N, M, F), and the last axis is summed.",
        "np.sqrt(np.square(a[:, None, :] - b).sum(axis=-1)), and np.abs(…).sum(axis=-1) for l1.",
    ],
    variants=[Variant("norm", _with_norm)],
)


def _first_seen(votes: Array) -> Array:
    return np.array([Counter(column.tolist()).most_common(1)[0][0] for column in votes.T])


def _largest_label(votes: Array) -> Array:
    return np.array([len(counts) - 1 - counts[::-1].argmax() for counts in map(class_counts, votes.T)])


def _by_columns(votes: Array) -> Array:
    if votes.ndim != 2:
        raise ValueError(f"votes: got shape {votes.shape}, want two axes")
    labels, places = np.unique(votes, return_inverse=True)
    counts = np.zeros((votes.shape[1], len(labels)))
    np.add.at(counts, (np.arange(votes.shape[1]), places.reshape(votes.shape)), 1)
    winners: Array = labels[counts.argmax(axis=1)]
    return winners


majority_vote = Exercise(
    "majority_vote",
    points=1,
    vectorized=lambda n: {"votes": np.arange(5 * n).reshape(5, n) ** 2 % 7},
    cases=[
        Case("two-of-three", votes=np.array([[2], [1], [2]])),
        Case("four-samples", votes=np.array([[0, 1, 2, 3], [0, 2, 2, 3], [1, 2, 0, 3]]), readonly=True),
        Case("tie-goes-to-the-smaller-label", votes=np.array([[3], [1], [3], [1]])),
        Case("all-voters-differ", votes=np.array([[4, 0], [2, 5], [7, 3]])),
        Case("most-votes-less-than-half", votes=np.array([[5], [0], [5], [1], [2]])),
        Case("one-voter", votes=np.array([[3, 0, 8]])),
        Case("labels-far-apart", votes=np.array([[9, 0], [9, 5], [0, 5]])),
        Case("one-axis", raises="votes", votes=np.array([1, 0, 1])),
        random_cases(lambda rng: {"votes": rng.integers(0, 4, (int(rng.integers(3, 8)), 6))}),
    ],
    misconceptions=[
        Misconception(
            "tie-goes-to-the-first-voter",
            believes="Among labels with equally many votes the one that was seen first wins.",
            wrong=_first_seen,
            hint="Would the result change if the voters spoke in another order?",
        ),
        Misconception(
            "tie-goes-to-the-larger-label",
            believes="Among labels with equally many votes the last of the sorted ones wins.",
            wrong=_largest_label,
            hint="Labels 1 and 3 have two votes each: which of them does the docstring choose?",
        ),
        Misconception(
            "mean-of-the-labels",
            believes="The mean of the votes, rounded, is what most of them say.",
            wrong=lambda votes: np.round(votes.mean(axis=0)).astype(int),
            hint="Two voters see a cat (0) and two a horse (6). Do they together see a 3?",
        ),
        Misconception(
            "median-of-the-labels",
            believes="The vote in the middle is the vote of the majority.",
            wrong=lambda votes: np.median(votes, axis=0).astype(int),
            hint="Have labels an order, in which one could be in the middle?",
        ),
        Misconception(
            "absolute-majority",
            believes="A label needs more than half of the votes; without one it is label 0.",
            wrong=lambda votes: np.where((votes == vote(votes)).mean(axis=0) > 0.5, vote(votes), 0),
            hint="Five voters, and one label has two votes, the others one each: who has most?",
        ),
        Misconception(
            "rows-are-samples",
            believes="A row holds the votes on one sample.",
            wrong=lambda votes: vote(votes.T),
            hint="Which axis of votes has one entry per voter?",
        ),
        *slips.VOTE,
    ],
    hints=[
        "Count for each sample how many votes each label has. What shape does that table have?",
        "Compare votes with all labels at once by broadcasting, sum over the voters, then look for the largest count.",
        "(votes[:, :, None] == np.arange(votes.max() + 1)).sum(axis=0).argmax(axis=1) takes the first of equals.",
    ],
    variants=[Variant("scatter", _by_columns)],
)


def _neighbours(
    *, ranked: Version | None = None, poll: Version = vote, every_k: int | None = None, metric_given: bool = True
) -> Version:
    """A version of nearest_neighbours with other parts."""

    def wrong(x_train: Array, y_train: Array, x_test: Array, k: int = 1, metric: str = "l2") -> Any:
        table = distances(x_test, x_train, metric if metric_given else "l2")
        order = np.argsort(table, axis=1, kind="stable") if ranked is None else ranked(table)
        return poll(y_train[order[:, : every_k or k]].T)

    return wrong


def _later_first(table: Array) -> Array:
    return np.lexsort((-np.broadcast_to(np.arange(table.shape[1]), table.shape), table), axis=1)


def _self_last(table: Array) -> Array:
    return np.argsort(np.where(table == 0, np.inf, table), axis=1, kind="stable")


def _weighted(x_train: Array, y_train: Array, x_test: Array, k: int = 1, metric: str = "l2") -> Array:
    table = distances(x_test, x_train, metric)
    order = np.argsort(table, axis=1, kind="stable")[:, :k]
    weights = 1 / (np.take_along_axis(table, order, axis=1) + 1e-12)
    return np.array([np.bincount(y_train[row], w).argmax() for row, w in zip(order, weights, strict=True)])


def _a_row_at_a_time(x_train: Array, y_train: Array, x_test: Array, k: int = 1, metric: str = "l2") -> Array:
    if not 1 <= k <= len(y_train):
        raise ValueError(f"k: got {k}")
    order = np.lexsort((np.tile(np.arange(len(y_train)), (len(x_test), 1)), distances(x_test, x_train, metric)))
    counts = np.zeros((len(x_test), y_train.max() + 1), int)
    for place in range(k):
        np.add.at(counts, (np.arange(len(x_test)), y_train[order[:, place]]), 1)
    labels: Array = counts.argmax(axis=1)
    return labels


def _draw_neighbours(rng: np.random.Generator) -> Mapping[str, Any]:
    return {
        "x_train": rng.standard_normal((12, 3)),
        "y_train": rng.integers(0, 4, 12),
        "x_test": rng.standard_normal((7, 3)),
        "k": int(rng.integers(2, 7)),
        "metric": str(rng.choice(["l1", "l2"])),
    }


#: A vertical bar in the middle and nothing at all, for a bar one pixel further right.
BAR, SHIFTED = (np.tile(np.eye(5)[column], (5, 1)).reshape(1, 25) for column in (2, 3))
IMAGES = np.concatenate([BAR, 0 * BAR])
LINE = np.array([[0.0], [1.0], [3.0], [3.5], [7.0]])

nearest_neighbours = Exercise(
    "nearest_neighbours",
    points=2,
    vectorized=lambda n: {
        "x_train": normal(9, 3, seed=1),
        "y_train": np.arange(9) % 4,
        "x_test": normal(n, 3, seed=2),
        "k": 3,
    },
    cases=[
        Case(
            "nearest-one",
            x_train=np.array([[0.0, 0.0], [4.0, 4.0], [9.0, 0.0]]),
            y_train=np.array([2, 0, 1]),
            x_test=np.array([[1.0, 1.0], [8.0, 1.0]]),
        ),
        Case("three-vote", x_train=LINE, y_train=np.array([1, 0, 0, 2, 2]), x_test=np.array([[0.2], [6.0]]), k=3),
        Case(
            "equally-near-earlier-row-counts",
            x_train=np.array([[2.0], [-2.0]]),
            y_train=np.array([1, 0]),
            x_test=np.array([[0.0]]),
        ),
        Case(
            "equal-votes-smaller-label",
            x_train=LINE,
            y_train=np.array([1, 0, 3, 2, 4]),
            x_test=np.array([[0.2], [3.2]]),
            k=2,
        ),
        Case(
            "the-metric-decides",
            x_train=np.array([[3.0, 3.0], [0.0, 5.0]]),
            y_train=np.array([0, 1]),
            x_test=np.array([[0.0, 0.0], [4.0, 4.0]]),
            metric="l1",
        ),
        Case("all-rows-vote", x_train=LINE, y_train=np.array([1, 2, 2, 0, 1]), x_test=np.array([[9.0]]), k=5),
        Case("one-far-outvoted-by-two", x_train=LINE, y_train=np.array([3, 1, 1, 0, 0]), x_test=np.array([[0.1]]), k=3),
        Case(
            "training-rows-find-themselves", x_train=LINE, y_train=np.array([3, 0, 2, 1, 0]), x_test=LINE, readonly=True
        ),
        Case(
            "a-shifted-bar-is-nearer-to-nothing",
            x_train=IMAGES,
            y_train=np.array([1, 0]),
            x_test=SHIFTED,
        ),
        Case(
            "single-precision",
            x_train=normal(6, 2).astype(np.float32),
            y_train=np.array([0, 1, 2, 2, 1, 0]),
            x_test=normal(3, 2, seed=3).astype(np.float32),
            k=2,
        ),
        Case(
            "many-equally-near-rows",
            x_train=np.append(np.where(np.arange(40) % 3 > 0, 1.0, -1.0), 0.5)[:, None],
            y_train=np.append(np.where(np.arange(40) < 2, 3, 2), 0),
            x_test=np.array([[0.0]]),
            k=3,
        ),
        Case("no-neighbours", raises="k", x_train=LINE, y_train=np.arange(5), x_test=LINE, k=0),
        Case("more-neighbours-than-rows", raises="k", x_train=LINE, y_train=np.arange(5), x_test=LINE, k=6),
        random_cases(_draw_neighbours),
    ],
    misconceptions=[
        Misconception(
            "tie-goes-to-the-larger-label",
            believes="Of labels with equally many votes the last one wins.",
            wrong=_neighbours(poll=_largest_label),
            hint="Two neighbours, labels 0 and 1: what does the docstring answer?",
        ),
        Misconception(
            "tie-goes-to-the-nearest",
            believes="Of labels with equally many votes that of the nearest neighbour wins.",
            wrong=_neighbours(poll=_first_seen),
            hint="A sensible rule, but is it the one in the docstring?",
        ),
        Misconception(
            "later-row-of-equally-near",
            believes="Which of two equally near rows comes first does not matter.",
            wrong=_neighbours(ranked=_later_first),
            hint="Does your sort keep the order of equal distances?",
        ),
        Misconception(
            "self-left-out",
            believes="A row at distance 0 is the row itself, and must not vote.",
            wrong=_neighbours(ranked=_self_last),
            hint="What may a new row that equals a known one learn from it?",
        ),
        Misconception(
            "nearest-only",
            believes="The nearest row decides, whatever k is.",
            wrong=_neighbours(every_k=1),
            hint="What is k for, if one row in the wrong place can decide?",
        ),
        Misconception(
            "metric-ignored",
            believes="Near always means near in a straight line.",
            wrong=_neighbours(metric_given=False),
            hint="Is metric handed on to the function that measures distances?",
        ),
        Misconception(
            "mean-of-the-labels",
            believes="The neighbours' labels are averaged.",
            wrong=_neighbours(poll=lambda votes: np.round(votes.mean(axis=0)).astype(int)),
            hint="Labels are names. What is the mean of two names?",
        ),
        Misconception(
            "weighted-by-distance",
            believes="A nearer neighbour has more of a vote.",
            wrong=_weighted,
            hint="How much does each of the k votes weigh, as the docstring has it?",
        ),
        Misconception(
            "row-numbers-returned",
            believes="The index of the neighbour is the answer.",
            wrong=lambda x_train, y_train, x_test, k=1, metric="l2": vote(
                np.argsort(distances(x_test, x_train, metric), axis=1, kind="stable")[:, :k].T
            ),
            hint="You know which rows are near. What does y_train say about them?",
        ),
        *slips.NEIGHBOURS,
    ],
    hints=[
        "There are three steps, and two of them are exercises above this one.",
        "Distances of test rows from training rows, a stable sort along each row, the labels of the first k, a vote.",
        "majority_vote(y_train[np.argsort(distances, axis=1, kind='stable')[:, :k]].T), for (M, N) distances.",
    ],
    variants=[Variant("counting-place-by-place", _a_row_at_a_time)],
)
