"""Assessment of turning labels and sequences into arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array

__all__ = ["multi_hot", "one_hot", "pad_sequences"]

Sequences = Sequence[Sequence[int]]


def _random_labels(rng: np.random.Generator) -> Mapping[str, Any]:
    classes = int(rng.integers(3, 9))
    return {"labels": rng.integers(0, classes, size=int(rng.integers(2, 7))), "num_classes": classes}


def _random_sequences(rng: np.random.Generator, ids: int) -> list[list[int]]:
    return [rng.integers(0, ids, size=int(rng.integers(0, 8))).tolist() for _ in range(4)]


def _by_comparison(labels: Array, num_classes: int) -> Array:
    if ((labels < 0) | (labels > num_classes - 1)).any():
        raise ValueError("labels must lie between 0 and num_classes - 1")
    return np.equal(labels[:, None], np.arange(num_classes)).astype(float)


def _by_identity(labels: Array, num_classes: int) -> Array:
    if not np.isin(labels, np.arange(num_classes)).all():
        raise ValueError(f"labels: {labels}")
    return np.eye(num_classes)[labels]


def _all_columns(labels: Array, num_classes: int) -> Array:
    rows = np.zeros((len(labels), num_classes))
    rows[:, labels] = 1
    return rows


one_hot = Exercise(
    "one_hot",
    points=1,
    vectorized=lambda n: {"labels": np.arange(n) % 7, "num_classes": 7},
    cases=[
        Case("two-labels", labels=np.array([2, 0]), num_classes=4),
        Case("one-label", labels=np.array([1]), num_classes=3),
        Case("last-class-does-not-occur", labels=np.array([1, 3, 0, 1, 2]), num_classes=6, readonly=True),
        Case("last-class-occurs", labels=np.array([4, 1, 4]), num_classes=5, readonly=True),
        Case("label-repeated", labels=np.array([2, 2, 2, 0]), num_classes=3),
        Case("one-class", labels=np.array([0, 0]), num_classes=1),
        Case("labels-in-bytes", labels=np.array([3, 0, 1], dtype=np.uint8), num_classes=5),
        Case("label-beyond-the-last-class", labels=np.array([0, 3]), num_classes=3, raises="labels"),
        Case("minus-one-is-no-class", labels=np.array([1, -1, 0]), num_classes=3, raises="labels"),
        random_cases(_random_labels, count=3),
    ],
    misconceptions=[
        Misconception(
            "classes-from-the-batch",
            believes="The largest label of the batch tells how many classes there are.",
            wrong=lambda labels, num_classes: np.eye(int(labels.max()) + 1)[labels],
            hint="What shape comes out for a batch in which the last class does not occur?",
        ),
        Misconception(
            "labels-from-one",
            believes="The first class has the label 1.",
            wrong=lambda labels, num_classes: np.eye(num_classes)[labels.astype(int) - 1],
            hint="Which column stands for label 0?",
        ),
        Misconception(
            "classes-in-rows",
            believes="Each column is a sample.",
            wrong=lambda labels, num_classes: np.eye(num_classes)[labels].T,
            hint="Which axis counts the samples everywhere in this course?",
        ),
        Misconception(
            "integer-ones",
            believes="Zeros and ones are integers.",
            wrong=lambda labels, num_classes: np.eye(num_classes, dtype=int)[labels],
            hint="The rows will be compared with probabilities. Which dtype does the docstring ask for?",
        ),
        Misconception(
            "minus-one-wraps-round",
            believes="Indexing refuses every label that is out of range.",
            wrong=lambda labels, num_classes: np.eye(num_classes)[labels],
            hint="What is x[-1] in Python?",
        ),
        Misconception(
            "unknown-labels-are-zero-rows",
            believes="A label that is no class gives a row without a one.",
            wrong=lambda labels, num_classes: (labels[:, None] == np.arange(num_classes)).astype(float),
            hint="What does a loss make of a row without a one? Who would notice the bad label?",
        ),
        Misconception(
            "booleans-returned",
            believes="A comparison gives ones and zeros.",
            wrong=lambda labels, num_classes: labels[:, None] == np.arange(num_classes),
            hint="What dtype does a comparison have, and what is True - 0.5 good for?",
        ),
        Misconception(
            "columns-of-all-labels",
            believes="rows[:, labels] = 1 sets one number per row.",
            wrong=_all_columns,
            hint="What does the colon select, one row or all?",
        ),
    ],
    hints=[
        "Begin with zeros of the right shape. Which entry of row n becomes 1?",
        "Two index arrays pick one entry per row: the row numbers and the labels. Negative indices count from the "
        "end, so check the range first.",
        "rows[np.arange(len(labels)), labels] = 1",
    ],
    variants=[Variant("comparison", _by_comparison), Variant("rows-of-the-identity", _by_identity)],
)


def _counts(sequences: Sequences, dimension: int) -> Array:
    rows = np.zeros((len(sequences), dimension))
    for row, ids in zip(rows, sequences, strict=True):
        for i in ids:
            row[i] += 1
    return rows


def _marks(sequences: Sequences, dimension: int) -> Array:
    return (_counts(sequences, dimension) > 0).astype(float)


def _from_one(sequences: Sequences, dimension: int) -> Array:
    return _marks([[i - 1 for i in ids] for ids in sequences], dimension)


def _by_set(sequences: Sequences, dimension: int) -> Array:
    if any(i not in range(dimension) for ids in sequences for i in ids):
        raise ValueError("sequences hold an id out of range")
    return np.array([[1.0 if i in set(ids) else 0.0 for i in range(dimension)] for ids in sequences])


def _by_pairs(sequences: Sequences, dimension: int) -> Array:
    """All pairs (row, id) at once."""
    rows = np.repeat(np.arange(len(sequences)), [len(ids) for ids in sequences])
    columns = np.array([i for ids in sequences for i in ids], dtype=int)
    if columns.size and not 0 <= columns.min() <= columns.max() < dimension:
        raise ValueError("sequences: id out of range")
    result = np.zeros((len(sequences), dimension))
    result[rows, columns] = 1.0
    return result


def _marked(sequences: Sequences, dimension: int) -> Array:
    rows = np.zeros((len(sequences), dimension))
    for row, ids in zip(rows, sequences, strict=True):
        row[list(ids)] = 1
    return rows


def _marked_everywhere(sequences: Sequences, dimension: int) -> Array:
    rows = np.zeros((len(sequences), dimension))
    for ids in sequences:
        rows[:, list(ids)] = 1
    return rows


multi_hot = Exercise(
    "multi_hot",
    points=1,
    cases=[
        Case("two-sequences", sequences=[[1, 3], [0, 2, 4]], dimension=6),
        Case("one-sequence", sequences=[[2]], dimension=4),
        Case("order-does-not-matter", sequences=[[4, 0, 1], [3, 2]], dimension=5),
        Case("id-twice-gives-one", sequences=[[3, 1, 3, 3], [2, 2]], dimension=5),
        Case("empty-sequence", sequences=[[], [1, 0]], dimension=3),
        Case("first-and-last-id", sequences=[[0, 6], [6], [0]], dimension=7),
        Case("every-id", sequences=[[2, 0, 1, 3], [1, 1, 1, 1]], dimension=4),
        Case("id-beyond-the-vocabulary", sequences=[[0, 1], [3, 2]], dimension=3, raises="sequences"),
        Case("minus-one-is-no-id", sequences=[[0, -1], [1]], dimension=3, raises="sequences"),
        random_cases(
            lambda rng: {"sequences": _random_sequences(rng, 6), "dimension": int(rng.integers(6, 9))}, count=3
        ),
    ],
    misconceptions=[
        Misconception(
            "duplicates-counted",
            believes="A column says how often its id occurs.",
            wrong=_counts,
            hint="An id comes three times: should its column hold 3, or say that it occurs?",
        ),
        Misconception(
            "ids-from-one",
            believes="Column 0 stands for id 1.",
            wrong=_from_one,
            hint="Which column stands for id 0?",
        ),
        Misconception(
            "one-row-for-all",
            believes="The row tells which ids occur in the data.",
            wrong=lambda sequences, dimension: _marks([[i for ids in sequences for i in ids]], dimension)[0],
            hint="How many rows does a batch of two reviews have?",
        ),
        Misconception(
            "first-id-only",
            believes="Each sequence is one class.",
            wrong=lambda sequences, dimension: _marks([ids[:1] for ids in sequences], dimension),
            hint="How many ones are in the row of a sequence with three different ids?",
        ),
        Misconception(
            "integer-ones",
            believes="Zeros and ones are integers.",
            wrong=lambda sequences, dimension: _marks(sequences, dimension).astype(int),
            hint="The rows go into a dense layer. Which dtype does the docstring ask for?",
        ),
        Misconception(
            "minus-one-wraps-round",
            believes="Indexing refuses every id that is out of range.",
            wrong=_marks,
            hint="What is x[-1] in Python?",
        ),
        Misconception(
            "ids-in-rows",
            believes="Each id has a row of its own.",
            wrong=lambda sequences, dimension: _marked(sequences, dimension).T,
            hint="Which axis comes first in a batch?",
        ),
        Misconception(
            "all-rows-marked",
            believes="rows[:, ids] = 1 marks the sequence's own row.",
            wrong=_marked_everywhere,
            hint="What does the colon select, one row or all?",
        ),
        Misconception(
            "ids-shifted-by-three",
            believes="Ids are offset by 3, as in the IMDB reviews.",
            wrong=lambda sequences, dimension: _marked([[i - 3 for i in ids] for ids in sequences], dimension),
            hint="The offset matters when ids are turned into words. In which column does id 5 stand here?",
        ),
    ],
    hints=[
        "Begin with zeros, one row per sequence and one column per id.",
        "An array can be indexed with a list of columns; assigning 1 twice leaves 1. Check the range of the ids first.",
        "for row, ids in zip(rows, sequences): row[ids] = 1",
    ],
    variants=[Variant("set-of-ids", _by_set), Variant("all-pairs-at-once", _by_pairs)],
)


def _padded(sequences: Sequences, length: int, value: int, *, fill_first: bool, cut_first: bool) -> Array:
    rows = []
    for sequence in sequences:
        kept = list(sequence[-length:] if cut_first else sequence[:length])
        fill = [value] * (length - len(kept))
        rows.append(fill + kept if fill_first else kept + fill)
    return np.array(rows)


def _by_mask(sequences: Sequences, length: int, value: int = 0) -> Array:
    """A 0/1 mask says where there is an entry."""
    lengths = np.array([min(len(sequence), length) for sequence in sequences])
    mask = np.arange(length) < lengths[:, None]
    padded = np.full(mask.shape, value, dtype=np.int32)
    padded[mask] = np.array([i for sequence in sequences for i in sequence[:length]], dtype=np.int32)
    return padded


def _one_by_one(sequences: Sequences, length: int, value: int = 0) -> Array:
    padded = np.zeros((len(sequences), length), dtype=int)
    for n, sequence in enumerate(sequences):
        for t in range(length):
            padded[n, t] = sequence[t] if t < len(sequence) else value
    return padded


def _extended_in_place(sequences: Any, length: int, value: int = 0) -> Array:
    for ids in sequences:
        ids.extend([value] * (length - len(ids)))
    return np.array([ids[:length] for ids in sequences])


def _lists(sequences: Sequences, length: int, value: int = 0) -> list[list[int]]:
    return [[*ids[:length], *[value] * (length - len(ids))] for ids in sequences]


pad_sequences = Exercise(
    "pad_sequences",
    points=1,
    cases=[
        Case("short-and-long", sequences=[[5, 6], [1, 2, 3, 4]], length=3),
        Case("only-short", sequences=[[7], [8, 9]], length=4),
        Case("only-long", sequences=[[1, 2, 3, 4, 5], [9, 8, 7]], length=2),
        Case("exactly-as-long", sequences=[[4, 5, 6]], length=3),
        Case("other-fill", sequences=[[5, 6], [1, 2, 3, 4], [3]], length=3, value=-1),
        Case("empty-sequence", sequences=[[], [2, 0]], length=2, value=9),
        Case("length-one", sequences=[[3, 4], [], [6]], length=1),
        Case("longer-than-all", sequences=[[1, 0, 2]], length=5),
        random_cases(
            lambda rng: {
                "sequences": _random_sequences(rng, 90),
                "length": int(rng.integers(2, 7)),
                "value": int(rng.integers(-5, 0)),
            },
            count=3,
        ),
    ],
    misconceptions=[
        Misconception(
            "filled-at-the-front",
            believes="The filling goes before the sequence.",
            wrong=lambda sequences, length, value=0: _padded(
                sequences, length, value, fill_first=True, cut_first=False
            ),
            hint="Where does the docstring's example put the zero: before 5 or after 6?",
        ),
        Misconception(
            "cut-at-the-front",
            believes="A long sequence loses its first entries.",
            wrong=lambda sequences, length, value=0: _padded(
                sequences, length, value, fill_first=False, cut_first=True
            ),
            hint="Which three of 1, 2, 3, 4 are kept in the docstring's example?",
        ),
        Misconception(
            "front-as-keras-does",
            believes="Filling and cutting happen at the front, as in Keras when nothing else is asked for.",
            wrong=lambda sequences, length, value=0: _padded(sequences, length, value, fill_first=True, cut_first=True),
            hint="At which end does the docstring ask for both?",
        ),
        Misconception(
            "always-zero",
            believes="The filling is 0.",
            wrong=lambda sequences, length, value=0: _padded(sequences, length, 0, fill_first=False, cut_first=False),
            hint="Which argument says what to fill up with?",
        ),
        Misconception(
            "longest-sequence-decides",
            believes="All become as long as the longest one.",
            wrong=lambda sequences, length, value=0: _padded(
                sequences, max(map(len, sequences)), value, fill_first=False, cut_first=False
            ),
            hint="How long must the rows be, whatever the batch holds?",
        ),
        Misconception(
            "floating-ids",
            believes="np.zeros is a good start for any array.",
            wrong=lambda sequences, length, value=0: _padded(
                sequences, length, value, fill_first=False, cut_first=False
            ).astype(float),
            hint="What is the dtype of np.zeros(3), and can it index an array?",
        ),
        Misconception(
            "argument-filled-up",
            believes="`extend` returns a longer list and leaves the old one.",
            wrong=_extended_in_place,
            hint="Whose list is it that grows?",
        ),
        Misconception(
            "lists-returned",
            believes="A list of lists of one length is an array.",
            wrong=_lists,
            hint="What is result.shape of a list?",
        ),
    ],
    hints=[
        "Begin with an array that holds nothing but the filling. What is its shape, and its dtype?",
        "sequence[:length] cuts at the end, and does no harm to a short one.",
        "kept = sequence[:length]; row[: len(kept)] = kept",
    ],
    variants=[Variant("mask", _by_mask), Variant("one-by-one", _one_by_one)],
)
