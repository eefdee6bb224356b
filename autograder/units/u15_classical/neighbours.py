"""pairwise_distances, majority_vote and nearest_neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import argument_fixed

DIFFERENCE = "np.subtract(a[:, None, :], b, dtype=dtype)"
L1 = "np.abs(difference).sum(axis=-1)"
L2 = "np.sqrt(np.square(difference).sum(axis=-1))"
EXPANDED = "np.square(a * 1.0).sum(axis=1)[:, None] - 2.0 * a @ b.T + np.square(b * 1.0).sum(axis=1)"

# Edits of `majority_vote`; whatever calls it goes wrong too.
WINNER = "counts.argmax(axis=1)"
FIRST_VOTER = (WINNER, "np.array([max(column, key=column.count) for column in votes.T.tolist()])")
LARGER_LABEL = (WINNER, "labels[-1] - counts[:, ::-1].argmax(axis=1)")
MEAN_LABEL = (WINNER, "np.round(votes.mean(axis=0)).astype(int)")

RANKED = 'np.argsort(distances, axis=1, kind="stable")'
POLLED = "majority_vote(y_train[nearest].T)"

MEAN_OF_NAMES = "Labels are names. What is the mean of two names?"

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
        random_cases(
            lambda rng: {
                "a": rng.standard_normal((3, 4)),
                "b": rng.standard_normal((5, 4)),
                "metric": str(rng.choice(["l1", "l2"])),
            }
        ),
    ],
    misconceptions=[
        edit("expanded-square", L2, f"np.sqrt({EXPANDED})")
        .believes("|a|² + |b|² - 2 a·b is the squared distance, whatever the numbers.")
        .ask("Numbers near 10^14 have 16 digits: how many are left when two of them nearly cancel?"),
        edit("expanded-and-clipped", L2, f"np.sqrt(np.maximum({EXPANDED}, 0))")
        .believes("When a square comes out below 0, a floor of 0 repairs it.")
        .ask("The floor removes the nan. Does it bring back the digits that cancelled?"),
        edit("root-forgotten", L2, "np.square(difference).sum(axis=-1)")
        .believes("The distance is the sum of the squared differences.")
        .ask("How far is (3, 4) from the origin: 5 or 25?"),
        edit("signed-sum", L1, "difference.sum(axis=-1)")
        .believes("The L1 distance is the sum of the differences.")
        .ask("One feature is 2 more, another 2 less. Are the rows equal then?"),
        edit("absolute-value-of-the-sum", L1, "np.abs(difference.sum(axis=-1))")
        .believes("The L1 distance is the absolute value of the sum of the differences.")
        .ask("Which comes first, the absolute value or the sum? Try differences of 2 and -2."),
        argument_fixed("metric-ignored", "metric", "l2")
        .believes("A distance is always the straight line.")
        .ask("In a town with square blocks, how far is it to three streets east and four north?"),
        edit("mean-over-features", ".sum(axis=-1)", ".mean(axis=-1)")
        .believes("A distance is a mean over the features, so that wide rows are not punished.")
        .ask("Does the formula divide by the number of features?"),
        returns("transposed", "pairwise_distances(b, a, metric)")
        .believes("The result has a row for each row of b.")
        .ask("Which of the two arrays does the first index i of d_ij count?"),
        edit("bytes-wrap-around", DIFFERENCE, "(a[:, None, :] - b).astype(dtype)")
        .believes("Subtracting works the same for every dtype.")
        .ask("What is 3 - 5 where there are no negative numbers?"),
        edit("row-by-row", DIFFERENCE, "a - b")
        .believes("a - b subtracts every row from every row.")
        .ask("What shape does a - b have for arrays of 3 and of 4 rows?"),
        edit("added-along-the-rows", ".sum(axis=-1)", ".sum(axis=0)")
        .believes("Axis 0 holds the features.")
        .ask("Of the three axes of a[:, None] - b, which one counts the features?"),
    ],
    hints=[
        "Every row of a meets every row of b: which shapes make broadcasting do that?",
        "Give a the shape (N, 1, F) before you subtract b: the difference is (N, M, F), and the last axis is summed.",
        "np.sqrt(np.square(a[:, None, :] - b).sum(axis=-1)), and np.abs(…).sum(axis=-1) for l1.",
    ],
    variants=[
        Variant("norm", (L1, "np.linalg.norm(difference, 1, axis=-1)", L2, "np.linalg.norm(difference, axis=-1)"))
    ],
)

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
        edit("tie-goes-to-the-first-voter", *FIRST_VOTER)
        .believes("Among labels with equally many votes the one that was seen first wins.")
        .ask("Would the result change if the voters spoke in another order?"),
        edit("tie-goes-to-the-larger-label", *LARGER_LABEL)
        .believes("Among labels with equally many votes the largest wins.")
        .ask("Labels 1 and 3 have two votes each: which of them does the docstring choose?"),
        edit("mean-of-the-labels", *MEAN_LABEL)
        .believes("The mean of the votes, rounded, is what most of them say.")
        .ask("Two voters see a cat (0) and two a horse (6). Do they together see a 3?"),
        edit("median-of-the-labels", WINNER, "np.median(votes, axis=0).astype(int)")
        .believes("The vote in the middle is the vote of the majority.")
        .ask("Do labels have an order, in which one could be in the middle?"),
        edit("absolute-majority", WINNER, f"np.where(counts.max(axis=1) > len(votes) / 2, {WINNER}, 0)")
        .believes("A label needs more than half of the votes; without one it is label 0.")
        .ask("Five voters, and one label has two votes, the others one each: who has most?"),
        returns("rows-are-samples", "majority_vote(votes.T)")
        .believes("A row holds the votes on one sample.")
        .ask("Which axis of votes has one entry per voter?"),
        edit("votes-counted", WINNER, "counts.max(axis=1)")
        .believes("The result is the largest number of votes.")
        .ask("Three voters say 7: is the answer 3 or 7?"),
    ],
    hints=[
        "Count for each sample how many votes each label has. What shape does that table have?",
        "Compare votes with all labels at once by broadcasting, sum over the voters, then look for the largest count.",
        "(votes[:, :, None] == np.arange(votes.max() + 1)).sum(axis=0).argmax(axis=1) takes the first of equals.",
    ],
    variants=[
        Variant(
            "scatter",
            """
            if votes.ndim != 2:
                raise ValueError("votes: want two axes")
            labels, places = np.unique(votes, return_inverse=True)
            counts = np.zeros((votes.shape[1], len(labels)))
            np.add.at(counts, (np.arange(votes.shape[1]), places.reshape(votes.shape)), 1)
            return labels[counts.argmax(axis=1)]
            """,
        )
    ],
)

#: A vertical bar in the middle and nothing at all, for a bar one pixel further right.
BAR, SHIFTED = (np.tile(np.eye(5)[column], (5, 1)).reshape(1, 25) for column in (2, 3))
IMAGES = np.concatenate([BAR, 0 * BAR])
LINE = np.array([[0.0], [1.0], [3.0], [3.5], [7.0]])


def random_neighbours(rng: np.random.Generator) -> dict[str, Any]:
    """Twelve rows with four labels."""
    return {
        "x_train": rng.standard_normal((12, 3)),
        "y_train": rng.integers(0, 4, 12),
        "x_test": rng.standard_normal((7, 3)),
        "k": int(rng.integers(2, 7)),
        "metric": str(rng.choice(["l1", "l2"])),
    }


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
        Case("a-shifted-bar-is-nearer-to-nothing", x_train=IMAGES, y_train=np.array([1, 0]), x_test=SHIFTED),
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
        random_cases(random_neighbours),
    ],
    misconceptions=[
        edit("tie-goes-to-the-larger-label", *LARGER_LABEL)
        .believes("Of labels with equally many votes the largest wins.")
        .ask("Two neighbours, labels 0 and 1: what does the docstring answer?"),
        edit("tie-goes-to-the-nearest", *FIRST_VOTER)
        .believes("Of labels with equally many votes that of the nearest neighbour wins.")
        .ask("A sensible rule, but is it the one in the docstring?"),
        edit(
            "later-row-of-equally-near",
            RANKED,
            f"len(x_train) - 1 - {RANKED.replace('distances', 'distances[:, ::-1]')}",
        )
        .believes("Which of two equally near rows comes first does not matter.")
        .ask("Does your sort keep the order of equal distances?"),
        edit("self-left-out", RANKED, RANKED.replace("distances", "np.where(distances == 0, np.inf, distances)"))
        .believes("A row at distance 0 is the row itself, and must not vote.")
        .ask("What may a new row that equals a known one learn from it?"),
        edit("nearest-only", "[:, :k]", "[:, :1]")
        .believes("The nearest row decides, whatever k is.")
        .ask("What is k for, if one row in the wrong place can decide?"),
        edit("metric-ignored", "x_train, metric)", "x_train)")
        .believes("Near always means near in a straight line.")
        .ask("Is metric handed on to the function that measures distances?"),
        edit("mean-of-the-labels", *MEAN_LABEL).believes("The neighbours' labels are averaged.").ask(MEAN_OF_NAMES),
        edit(
            "weighted-by-distance",
            POLLED,
            "np.array([np.bincount(y_train[i], 1 / (d[i] + 1e-12)).argmax() for i, d in zip(nearest, distances)])",
        )
        .believes("A nearer neighbour has more of a vote.")
        .ask("How much does each of the k votes weigh in the docstring?"),
        edit("row-numbers-returned", "y_train[nearest].T", "nearest.T")
        .believes("The index of the neighbour is the answer.")
        .ask("You know which rows are near. What does y_train say about them?"),
        edit("farthest-rows", RANKED, RANKED.replace("distances", "-distances"))
        .believes("The largest numbers come first.")
        .ask("Which end of the sorted distances is near?"),
        edit("votes-not-turned", "y_train[nearest].T", "y_train[nearest]")
        .believes("A row of neighbours' labels is a row of votes.")
        .ask("What does a row of the argument of `majority_vote` stand for: a voter or a sample?"),
        edit("nearest-row-skipped", "[:, :k]", "[:, 1 : k + 1]")
        .believes("The first of the sorted rows is the row itself.")
        .ask("Is a test row always a training row, too? And if it is, what does the docstring say of its vote?"),
        edit("unstable-order", ', kind="stable"', "")
        .believes("Equally near rows come in their order, whichever function finds the nearest.")
        .ask("Which of two equally near rows comes first? Which `kind` of np.argsort promises that?"),
    ],
    hints=[
        "There are three steps, and two of them are exercises above this one.",
        "Distances of test rows from training rows, a stable sort along each row, the labels of the first k, a vote.",
        "majority_vote(y_train[np.argsort(distances, axis=1, kind='stable')[:, :k]].T), for (M, N) distances.",
    ],
    variants=[
        Variant(
            "counting-place-by-place",
            """
            if not 1 <= k <= len(y_train):
                raise ValueError("k: want 1 to the number of rows")
            distances = pairwise_distances(x_test, x_train, metric)
            order = np.lexsort((np.broadcast_to(np.arange(len(y_train)), distances.shape), distances))
            counts = np.zeros((len(x_test), y_train.max() + 1))
            for place in range(k):
                counts[np.arange(len(x_test)), y_train[order[:, place]]] += 1
            return counts.argmax(axis=1)
            """,
        )
    ],
)
