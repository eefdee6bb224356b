"""Assessment of clustering: k_means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units._classical_common import Version, distances

__all__ = ["k_means"]


def _nearest(x: Array, centres: Array) -> Array:
    labels: Array = distances(x, centres).argmin(axis=1)
    return labels


def _nearest_last(x: Array, centres: Array) -> Array:
    labels: Array = len(centres) - 1 - distances(x, centres)[:, ::-1].argmin(axis=1)
    return labels


def _mean_or_stay(rows: Array, centre: Array) -> Array:
    middle: Array = rows.mean(axis=0) if len(rows) else centre
    return middle


def _lloyd(
    *, assign: Version = _nearest, middle: Version = _mean_or_stay, stale: bool = False, extra: int = 0
) -> Version:
    """A version of k_means with other parts."""

    def version(x: Array, centres: Array, steps: int) -> tuple[Array, Array]:
        labels = assign(x, centres)
        for _ in range(steps + extra):
            labels = assign(x, centres)
            centres = np.stack([middle(x[labels == k], centre) for k, centre in enumerate(centres)])
        return centres.astype(x.dtype), labels if stale else assign(x, centres)

    return version


def _one_centre_at_a_time(x: Array, centres: Array, steps: int) -> tuple[Array, Array]:
    centres = centres.copy()
    for _ in range(steps):
        for k in range(len(centres)):
            centres[k] = _mean_or_stay(x[_nearest(x, centres) == k], centres[k])
    return centres, _nearest(x, centres)


def _in_place(x: Array, centres: Array, steps: int) -> tuple[Array, Array]:
    for _ in range(steps):
        labels = _nearest(x, centres)
        for k in range(len(centres)):
            centres[k] = _mean_or_stay(x[labels == k], centres[k])
    return centres, _nearest(x, centres)


def _guarded(x: Array, centres: Array, steps: int) -> tuple[Array, Array]:
    if x.shape[1] != centres.shape[1]:
        raise ValueError(f"centres: got shape {centres.shape}")
    result: tuple[Array, Array] = _lloyd()(x, centres, steps)
    return result


def _draw_clusters(rng: np.random.Generator) -> Mapping[str, Any]:
    x = rng.standard_normal((11, 2)) + 3 * rng.integers(-1, 2, (11, 2))
    return {"x": x, "centres": x[:3] + 0.5 * rng.standard_normal((3, 2)), "steps": int(rng.integers(1, 4))}


LINE = np.array([[0.0], [1.0], [2.0], [5.0], [8.0], [9.0], [13.0]])
BLOBS = normal(9, 2, seed=15) + 2 * np.array([[0.0, 0.0], [1.0, -1.0], [2.0, 1.0]] * 3)

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
        random_cases(_draw_clusters, count=3),
    ],
    misconceptions=[
        Misconception(
            "labels-one-move-old",
            believes="The labels of the last step are returned.",
            wrong=_lloyd(stale=True),
            hint="The centres moved after those labels were given. Is each row still with its nearest centre?",
        ),
        Misconception(
            "empty-cluster-is-nan",
            believes="Every centre has rows.",
            wrong=_lloyd(middle=lambda rows, centre: rows.sum(axis=0) / np.float64(len(rows))),
            hint="What is the mean of no rows at all?",
        ),
        Misconception(
            "empty-cluster-goes-to-zero",
            believes="A centre without rows has mean 0.",
            wrong=_lloyd(middle=lambda rows, centre: rows.sum(axis=0) / max(len(rows), 1)),
            hint="Where does the docstring leave a centre without rows?",
        ),
        Misconception(
            "equally-near-larger-index",
            believes="Of equally near centres the last one wins.",
            wrong=_lloyd(assign=_nearest_last),
            hint="A row lies exactly between two centres: which of them does the docstring choose?",
        ),
        Misconception(
            "median-for-mean",
            believes="The middle of a group is its median.",
            wrong=_lloyd(middle=lambda rows, centre: np.median(rows, axis=0) if len(rows) else centre),
            hint="Which point has the smallest sum of squared distances from a group?",
        ),
        Misconception(
            "one-centre-at-a-time",
            believes="Rows are assigned anew after each centre that moves.",
            wrong=_one_centre_at_a_time,
            hint="Does the docstring move all centres for the same labels?",
        ),
        Misconception(
            "moves-the-given-centres",
            believes="The centres may be moved in their own array.",
            wrong=_in_place,
            hint="Whose array is it, and what if the caller starts again from the same centres?",
        ),
        Misconception(
            "straight-lines-along-the-axes",
            believes="Near means a small sum of absolute differences.",
            wrong=_lloyd(assign=lambda x, centres: distances(x, centres, "l1").argmin(axis=1)),
            hint="Which norm is |x - centre| in the docstring, and which mean goes with it?",
        ),
        Misconception(
            "one-step-more",
            believes="The assignment before the first step is followed by a move.",
            wrong=_lloyd(extra=1),
            hint="Where are the centres after 0 steps?",
        ),
    ],
    hints=[
        "Two lines take turns. Which arrays does each of them change?",
        "An argmin over a table of distances (N, K); then a mean over the rows of each label, where there are any.",
        "labels = pairwise_distances(x, centres).argmin(axis=1), x[labels == k].mean(axis=0); and labels once more.",
    ],
    variants=[Variant("a-mean-per-centre", _guarded)],
)
