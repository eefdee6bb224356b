"""Assessment of training: confusion_matrix."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array

__all__ = ["confusion_matrix"]


def _validate(y_true: Array, y_pred: Array, num_classes: int) -> None:
    if len(y_true) != len(y_pred):
        raise ValueError("y_true and y_pred have different lengths")
    for name, labels in (("y_true", y_true), ("y_pred", y_pred)):
        if len(labels) and (labels.min() < 0 or labels.max() >= num_classes):
            raise ValueError(f"{name}: outside 0 … {num_classes - 1}")


def _counted(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    counts = np.zeros((num_classes, num_classes), dtype=np.int64)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts


def _by_bincount(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    _validate(y_true, y_pred, num_classes)
    pairs = num_classes * y_true.astype(np.int64) + y_pred
    return np.asarray(np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes))


def _by_one_hot(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    _validate(y_true, y_pred, num_classes)
    true, answer = ((labels[:, None] == np.arange(num_classes)).astype(np.int32) for labels in (y_true, y_pred))
    return np.asarray(true.T @ answer)


def _by_class(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    _validate(y_true, y_pred, num_classes)
    return _per_pair(y_true, y_pred, range(num_classes))


def _per_pair(y_true: Array, y_pred: Array, classes: Iterable[int]) -> Array:
    classes = list(classes)
    return np.array([[np.sum((y_true == i) & (y_pred == j)) for j in classes] for i in classes])


def _assigned(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    counts = np.zeros((num_classes, num_classes), dtype=np.int64)
    counts[y_true, y_pred] += 1
    return counts


def _classes_that_occur(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    return _per_pair(y_true, y_pred, np.union1d(y_true, y_pred))


def _up_to_the_largest(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    size = 1 + int(max(y_true.max(initial=0), y_pred.max(initial=0)))
    return _counted(y_true, y_pred, size)


def _in_bytes(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    pairs = num_classes * y_true + y_pred
    counts = np.bincount(pairs, minlength=num_classes**2)[: num_classes**2]
    return np.asarray(counts.reshape(num_classes, num_classes))


def _parts_of_a_row(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    counts = _counted(y_true, y_pred, num_classes)
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def _from_the_highest(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    return _counted(y_true, y_pred, num_classes)[::-1, ::-1]


def _first_class_is_one(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    return _counted(y_true - 1, y_pred - 1, num_classes)


def _mistakes_only(y_true: Array, y_pred: Array, num_classes: int) -> Array:
    counts = _counted(y_true, y_pred, num_classes)
    np.fill_diagonal(counts, 0)
    return counts


def _random_labels(rng: np.random.Generator) -> dict[str, Any]:
    n, classes = int(rng.integers(20, 60)), int(rng.integers(3, 7))
    labels = rng.integers(0, classes, n)
    answers = np.where(rng.random(n) < 0.6, labels, rng.integers(0, classes, n))
    return {"y_true": labels, "y_pred": answers, "num_classes": classes}


TRUE = np.array([0, 2, 1, 1, 2, 0, 2, 2, 1])
ANSWERS = np.array([0, 1, 1, 1, 1, 2, 2, 1, 0])
BYTES = np.arange(60, dtype=np.uint8) % 20

confusion_matrix = Exercise(
    "confusion_matrix",
    points=2,
    vectorized=lambda n: {"y_true": np.arange(n) % 3, "y_pred": np.arange(n) % 5 // 2, "num_classes": 3},
    cases=[
        Case("each-pair-once", y_true=np.array([0, 1, 1]), y_pred=np.array([0, 0, 1]), num_classes=2),
        Case("pairs-repeat", y_true=TRUE, y_pred=ANSWERS, num_classes=3, readonly=True),
        Case("all-right", y_true=TRUE, y_pred=TRUE.copy(), num_classes=3),
        Case("always-one-answer", y_true=TRUE, y_pred=np.full(9, 2), num_classes=3),
        Case("highest-class-absent", y_true=TRUE, y_pred=ANSWERS, num_classes=5),
        Case("middle-class-absent", y_true=np.array([0, 3, 3, 0, 3]), y_pred=np.array([3, 3, 1, 0, 3]), num_classes=4),
        Case("answered-but-never-true", y_true=np.array([0, 0, 1, 0]), y_pred=np.array([2, 0, 2, 2]), num_classes=3),
        Case("one-class", y_true=np.zeros(4, dtype=np.int64), y_pred=np.zeros(4, dtype=np.int64), num_classes=1),
        Case("no-samples", y_true=np.array([], dtype=np.int64), y_pred=np.array([], dtype=np.int64), num_classes=2),
        Case("bytes-as-labels", y_true=BYTES, y_pred=np.roll(BYTES, 7) // 2, num_classes=20, readonly=True),
        Case("negative-label", raises="y_true", y_true=np.array([0, -1, 1]), y_pred=np.array([0, 1, 1]), num_classes=2),
        Case("answer-too-high", raises="y_pred", y_true=np.array([0, 1]), y_pred=np.array([0, 2]), num_classes=2),
        Case("negative-answer", raises="y_pred", y_true=np.array([0, 1]), y_pred=np.array([-2, 1]), num_classes=2),
        Case("fewer-labels-than-answers", raises="y_true", y_true=TRUE[:4], y_pred=ANSWERS, num_classes=3),
        Case("one-label-for-all", raises="y_true", y_true=TRUE[:1], y_pred=ANSWERS, num_classes=3),
        random_cases(_random_labels, count=3),
    ],
    misconceptions=[
        Misconception(
            "transposed",
            believes="Rows are the answers and columns the truth.",
            wrong=lambda y_true, y_pred, num_classes: _counted(y_pred, y_true, num_classes),
            hint="Which sum of yours tells how many samples each class really has: that of a row or of a column?",
        ),
        Misconception(
            "repeated-pairs-count-once",
            believes="counts[y_true, y_pred] += 1 adds one for every sample.",
            wrong=_assigned,
            hint="If the same place is listed twice, `+=` reads, adds and writes: what does it write the second time?",
        ),
        Misconception(
            "size-from-the-data",
            believes="There are as many classes as the largest label says.",
            wrong=_up_to_the_largest,
            hint="If the last class does not occur today, should the matrix be smaller than yesterday's?",
        ),
        Misconception(
            "only-classes-that-occur",
            believes="A class without samples has no row.",
            wrong=_classes_that_occur,
            hint="Where is class 3 in your matrix if nobody is of class 2?",
        ),
        Misconception(
            "floating-counts",
            believes="np.zeros makes room for any numbers.",
            wrong=lambda y_true, y_pred, num_classes: _counted(y_true, y_pred, num_classes).astype(float),
            hint="Which dtype has np.zeros if you do not ask for one, and what are counts?",
        ),
        Misconception(
            "parts-of-a-row",
            believes="A confusion matrix says which part of a class was taken for which.",
            wrong=_parts_of_a_row,
            hint="Does the docstring ask how many, or what part?",
        ),
        Misconception(
            "labels-wrap-around",
            believes="Labels are what they are, and NumPy will complain about bad ones.",
            wrong=_counted,
            hint="Which row is counts[-1], and does NumPy complain about it?",
        ),
        Misconception(
            "pair-numbers-in-bytes",
            believes="num_classes * y_true + y_pred is a number for each pair, whatever the dtype.",
            wrong=_in_bytes,
            hint="What is 20 * 19 in uint8?",
        ),
        Misconception(
            "highest-class-first",
            believes="The positive class comes first, as in a table of true and false positives.",
            wrong=_from_the_highest,
            hint="Where should the count of (0, 0) stand, according to M[i, j]?",
        ),
        Misconception(
            "classes-from-one",
            believes="Class 1 has the first row.",
            wrong=_first_class_is_one,
            hint="What is the smallest label, and which row has that number?",
        ),
        Misconception(
            "mistakes-only",
            believes="Confusion is what went wrong, so right answers are not in the matrix.",
            wrong=_mistakes_only,
            hint="What should the sum of all entries be?",
        ),
    ],
    hints=[
        "Every sample adds 1 at one place. Which place, and what if several samples share it?",
        "Give each pair (i, j) a number and count the numbers, or let NumPy add at repeated places without losing any.",
        "np.add.at(counts, (y_true, y_pred), 1) on np.zeros((C, C), dtype=int), after a check of the labels' range.",
    ],
    variants=[
        Variant("by-bincount", _by_bincount),
        Variant("by-one-hot-product", _by_one_hot),
        Variant("by-class", _by_class),
    ],
)
