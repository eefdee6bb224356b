"""k_means."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit
from autograder.units.shared.arrays import grid, normal

NEAREST = "pairwise_distances(x, centres).argmin(axis=1)"
MEANS = "members @ x / np.maximum(sizes, 1)"
MOVED = f"np.where(sizes > 0, {MEANS}, centres)"
EACH = "if (nearest == k).any() else centre for k, centre in enumerate(centres)"

LINE = np.array([[0.0], [1.0], [2.0], [5.0], [8.0], [9.0], [13.0]])
BLOBS = normal(9, 2, seed=15) + 2 * np.array([[0.0, 0.0], [1.0, -1.0], [2.0, 1.0]] * 3)


def random_clusters(rng: np.random.Generator) -> dict[str, Any]:
    """Eleven rows around nine places, and three centres near some of them."""
    x = rng.standard_normal((11, 2)) + 3 * rng.integers(-1, 2, (11, 2))
    return {"x": x, "centres": x[:3] + 0.5 * rng.standard_normal((3, 2)), "steps": int(rng.integers(1, 4))}


k_means = Exercise(
    "k_means",
    points=2,
    parts=("centres", "labels"),
    vectorized=lambda n: {"x": normal(n, 2), "centres": normal(3, 2, seed=1), "steps": 2},
    cases=[
        Case("no-step-only-labels", x=LINE, centres=np.array([[1.0], [9.0]]), steps=0),
        Case("one-step", x=LINE, centres=np.array([[0.0], [4.0]]), steps=1),
        Case("two-steps", x=LINE, centres=np.array([[0.0], [4.0]]), steps=2),
        Case(
            "a-row-changes-sides-at-the-last-move",
            x=np.array([[0.0], [3.0], [10.0]]),
            centres=np.array([[-1.0], [6.0]]),
            steps=1,
        ),
        Case("three-blobs", x=BLOBS, centres=BLOBS[:3] * 0.5, steps=3, readonly=True),
        Case("already-at-rest", x=LINE, centres=np.array([[2.0], [10.0]]), steps=3),
        Case(
            "equally-near-smaller-index",
            x=np.array([[0.0], [2.0], [4.0], [7.0]]),
            centres=np.array([[0.0], [4.0]]),
            steps=1,
        ),
        Case("centre-without-rows-stays", x=LINE, centres=np.array([[1.0], [40.0], [8.0]]), steps=2),
        Case(
            "nearer-across-than-along",
            x=np.array([[0.0, 0.0], [3.0, 4.0], [-1.0, 6.0]]),
            centres=np.array([[3.0, 3.0], [0.0, 5.0]]),
            steps=1,
        ),
        Case("centres-not-in-order", x=LINE, centres=np.array([[12.0], [1.0], [6.0]]), steps=2),
        Case("single-precision", x=BLOBS.astype(np.float32), centres=BLOBS[1:4].astype(np.float32), steps=2),
        Case("columns-do-not-match", raises="centres", x=BLOBS, centres=grid(2, 3), steps=1),
        random_cases(random_clusters, count=3),
    ],
    misconceptions=[
        edit(
            "labels-one-move-old",
            *("for _ in range(steps):", f"nearest = {NEAREST}\n    for _ in range(steps):"),
            *(f"return centres, {NEAREST}", "return centres, nearest"),
        )
        .believes("The labels of the last step are returned.")
        .ask("The centres moved after those labels were given. Is each row still with its nearest centre?"),
        edit("empty-cluster-is-nan", MOVED, "members @ x / sizes")
        .believes("Every centre has rows.")
        .ask("What is the mean of no rows at all?"),
        edit("empty-cluster-goes-to-zero", MOVED, MEANS)
        .believes("A centre without rows has mean 0.")
        .ask("Where does the docstring leave a centre without rows?"),
        edit(
            "equally-near-larger-index",
            NEAREST,
            "(len(centres) - 1 - pairwise_distances(x, centres)[:, ::-1].argmin(axis=1))",
        )
        .believes("Of equally near centres the last one wins.")
        .ask("A row lies exactly between two centres: which of them does the docstring choose?"),
        edit("median-for-mean", MOVED, f"np.stack([np.median(x[nearest == k], axis=0) {EACH}])")
        .believes("The middle of a group is its median.")
        .ask("Which point has the smallest sum of squared distances from a group?"),
        body(
            "one-centre-at-a-time",
            """
            centres = centres.copy()
            for _ in range(steps):
                for k in range(len(centres)):
                    mine = pairwise_distances(x, centres).argmin(axis=1) == k
                    if mine.any():
                        centres[k] = x[mine].mean(axis=0)
            return centres, pairwise_distances(x, centres).argmin(axis=1)
            """,
        )
        .believes("Rows are assigned anew after each centre that moves.")
        .ask("Does the docstring move all centres for the same labels?"),
        edit("moves-the-given-centres", "centres = np.where", "centres[:] = np.where")
        .believes("The centres may be moved in their own array.")
        .ask("Whose array is it, and what if the caller starts again from the same centres?"),
        edit("straight-lines-along-the-axes", "pairwise_distances(x, centres)", 'pairwise_distances(x, centres, "l1")')
        .believes("Near means a small sum of absolute differences.")
        .ask("Which norm is |x - centre| in the docstring, and which mean goes with it?"),
        edit("one-step-more", "range(steps)", "range(steps + 1)")
        .believes("The assignment before the first step is followed by a move.")
        .ask("Where are the centres after 0 steps?"),
    ],
    hints=[
        "Two lines take turns. Which arrays does each of them change?",
        "An argmin over a table of distances (N, K); then a mean over the rows of each label, where there are any.",
        "labels = pairwise_distances(x, centres).argmin(axis=1), x[labels == k].mean(axis=0); and labels once more.",
    ],
    variants=[Variant("a-mean-per-centre", (MOVED, f"np.stack([x[nearest == k].mean(axis=0) {EACH}])"))],
)
