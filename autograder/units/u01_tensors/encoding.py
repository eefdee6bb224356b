"""one_hot, multi_hot and pad_sequences: labels and sequences as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns

OUT_OF_RANGE = "labels.min() < 0 or labels.max() >= num_classes"
ENCODE = """rows = np.zeros((len(labels), num_classes))
    rows[np.arange(len(labels)), labels] = 1
    return rows"""
MARK = "row[list(ids)] = 1"

INTEGERS = "Zeros and ones are integers."
WRAPS_ROUND = "What is x[-1] in Python?"
THE_COLON = "What does the colon select, one row or all?"


def _random_labels(rng: np.random.Generator) -> dict[str, Any]:
    classes = int(rng.integers(3, 9))
    return {"labels": rng.integers(0, classes, size=int(rng.integers(2, 7))), "num_classes": classes}


def _sequences(rng: np.random.Generator, ids: int) -> list[list[int]]:
    return [rng.integers(0, ids, size=int(rng.integers(0, 8))).tolist() for _ in range(4)]


def _random_padding(rng: np.random.Generator) -> dict[str, Any]:
    sequences, length = _sequences(rng, 90), int(rng.integers(2, 7))
    return {"sequences": sequences, "length": length, "value": int(rng.integers(-5, 0))}


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
        returns("classes-from-the-batch", "one_hot(labels, int(labels.max()) + 1)")
        .believes("The largest label of the batch tells how many classes there are.")
        .ask("What shape comes out for a batch in which the last class does not occur?"),
        edit("labels-from-one", ", labels]", ", labels.astype(int) - 1]")
        .believes("The first class has the label 1.")
        .ask("Which column stands for label 0?"),
        edit("classes-in-rows", "return rows", "return rows.T")
        .believes("Each column is a sample.")
        .ask("Which axis counts the samples everywhere in this course?"),
        edit("integer-ones", "num_classes))", "num_classes), dtype=int)")
        .believes(INTEGERS)
        .ask("The rows will be compared with probabilities. Which dtype does the docstring ask for?"),
        edit("minus-one-wraps-round", OUT_OF_RANGE, "False")
        .believes("Indexing refuses every label that is out of range.")
        .ask(WRAPS_ROUND),
        returns("unknown-labels-are-zero-rows", "(labels[:, None] == np.arange(num_classes)).astype(float)")
        .believes("A label that is no class gives a row without a one.")
        .ask("What does a loss make of a row without a one? Who would notice the bad label?"),
        returns("booleans-returned", "labels[:, None] == np.arange(num_classes)")
        .believes("A comparison gives ones and zeros.")
        .ask("What dtype does a comparison have, and what is True - 0.5 good for?"),
        edit("columns-of-all-labels", "np.arange(len(labels)), labels", ":, labels")
        .believes("rows[:, labels] = 1 sets one number per row.")
        .ask(THE_COLON),
    ],
    hints=[
        "Begin with zeros of the right shape. Which entry of row n becomes 1?",
        "Two index arrays pick one entry per row: the row numbers and the labels. Negative indices count from the "
        "end, so check the range first.",
        "rows[np.arange(len(labels)), labels] = 1",
    ],
    variants=[
        Variant("comparison", (ENCODE, "return np.equal(labels[:, None], np.arange(num_classes)).astype(float)")),
        Variant("rows-of-the-identity", (ENCODE, "return np.eye(num_classes)[labels]")),
    ],
)

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
        random_cases(lambda rng: {"sequences": _sequences(rng, 6), "dimension": int(rng.integers(6, 9))}, count=3),
    ],
    misconceptions=[
        edit("duplicates-counted", MARK, "for i in ids:\n            row[i] += 1")
        .believes("A column says how often its id occurs.")
        .ask("An id comes three times: should its column hold 3, or say that it occurs?"),
        edit("ids-from-one", MARK, "row[[i - 1 for i in ids]] = 1")
        .believes("Column 0 stands for id 1.")
        .ask("Which column stands for id 0?"),
        edit("one-row-for-all", "return rows", "return rows.max(axis=0)")
        .believes("The row tells which ids occur in the data.")
        .ask("How many rows does a batch of two reviews have?"),
        edit("first-id-only", MARK, "row[list(ids[:1])] = 1")
        .believes("Each sequence is one class.")
        .ask("How many ones are in the row of a sequence with three different ids?"),
        edit("integer-ones", "dimension))", "dimension), dtype=int)")
        .believes(INTEGERS)
        .ask("The rows go into a dense layer. Which dtype does the docstring ask for?"),
        edit("minus-one-wraps-round", "any(not 0 <= i < dimension for i in ids)", "False")
        .believes("Indexing refuses every id that is out of range.")
        .ask(WRAPS_ROUND),
        edit("ids-in-rows", "return rows", "return rows.T")
        .believes("Each id has a row of its own.")
        .ask("Which axis comes first in a batch?"),
        edit("all-rows-marked", MARK, "rows[:, list(ids)] = 1")
        .believes("rows[:, ids] = 1 marks the sequence's own row.")
        .ask(THE_COLON),
        edit("ids-shifted-by-three", MARK, "row[[i - 3 for i in ids]] = 1")
        .believes("Ids are offset by 3, as in the IMDB reviews.")
        .ask("The offset matters when ids are turned into words. In which column does id 5 stand here?"),
    ],
    hints=[
        "Begin with zeros, one row per sequence and one column per id.",
        "An array can be indexed with a list of columns; assigning 1 twice leaves 1. Check the range of the ids first.",
        "for row, ids in zip(rows, sequences): row[ids] = 1",
    ],
    variants=[
        Variant("set-of-ids", (MARK, "row[:] = [i in set(ids) for i in range(dimension)]")),
        Variant(
            "all-pairs-at-once",
            """
            rows = np.repeat(np.arange(len(sequences)), [len(ids) for ids in sequences])
            columns = np.array([i for ids in sequences for i in ids], dtype=int)
            if columns.size and not 0 <= columns.min() <= columns.max() < dimension:
                raise ValueError("sequences: id out of range")
            result = np.zeros((len(sequences), dimension))
            result[rows, columns] = 1.0
            return result
            """,
        ),
    ],
)

KEPT_AT_THE_END = "row[: len(kept)]", "row[length - len(kept) :]"
CUT_AT_THE_FRONT = "sequence[:length]", "sequence[-length:]"

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
        random_cases(_random_padding, count=3),
    ],
    misconceptions=[
        edit("filled-at-the-front", *KEPT_AT_THE_END)
        .believes("The filling goes before the sequence.")
        .ask("Where does the docstring's example put the zero: before 5 or after 6?"),
        edit("cut-at-the-front", *CUT_AT_THE_FRONT)
        .believes("A long sequence loses its first entries.")
        .ask("Which three of 1, 2, 3, 4 are kept in the docstring's example?"),
        edit("front-as-keras-does", *KEPT_AT_THE_END, *CUT_AT_THE_FRONT)
        .believes("Filling and cutting happen at the front, as they do in Keras by default.")
        .ask("At which end does the docstring ask for both?"),
        edit("always-zero", ", value)", ", 0)")
        .believes("The filling is 0.")
        .ask("Which argument says what to fill up with?"),
        edit("longest-sequence-decides", "padded = np.full", "length = max(map(len, sequences)); padded = np.full")
        .believes("All become as long as the longest one.")
        .ask("How long must the rows be, whatever the batch holds?"),
        edit("floating-ids", ", value)", ", value, dtype=float)")
        .believes("np.zeros is a good start for any array.")
        .ask("What is the dtype of np.zeros(3), and can it index an array?"),
        body(
            "argument-filled-up",
            """
            for ids in sequences:
                ids.extend([value] * (length - len(ids)))
            return pad_sequences(sequences, length, value)
            """,
        )
        .believes("`extend` returns a longer list and leaves the old one.")
        .ask("Whose list is it that grows?"),
        edit("lists-returned", "return padded", "return padded.tolist()")
        .believes("A list of lists of one length is an array.")
        .ask("What is result.shape of a list?"),
    ],
    hints=[
        "Begin with an array that holds nothing but the filling. What is its shape, and its dtype?",
        "sequence[:length] cuts at the end, and does no harm to a short one.",
        "kept = sequence[:length]; row[: len(kept)] = kept",
    ],
    variants=[
        Variant(
            "mask",
            """
            lengths = np.array([min(len(sequence), length) for sequence in sequences])
            mask = np.arange(length) < lengths[:, None]
            padded = np.full(mask.shape, value, dtype=np.int32)
            padded[mask] = [i for sequence in sequences for i in sequence[:length]]
            return padded
            """,
        ),
        Variant("one-by-one", ("row[: len(kept)] = kept", "for t, i in enumerate(kept):\n            row[t] = i")),
    ],
)
