"""embedding and embedding_backward."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import upstream_ignored
from autograder.units.u10_recurrent.sequences import Inputs

#: Five words of three numbers.
TABLE = normal(5, 3, seed=160)
SENTENCES = np.array([[1, 4, 1, 0], [2, 2, 1, 4]])
PAIRS = np.array([[2, 0], [1, 1], [0, 2]])
NO_WORDS = np.zeros((2, 0), dtype=np.int64)

UNKNOWN = "ids.size and (ids.min() < 0 or ids.max() >= len(table))"
LOOKED_UP = "table[ids]"


def _random_words(rng: np.random.Generator) -> Inputs:
    words, width, n, t = (int(size) for size in 2 + rng.permutation(4))
    return {"ids": rng.integers(0, words, (n, t)), "table": rng.standard_normal((words, width))}


def _many(n: int) -> Inputs:
    """As many places as words: nothing may loop over either."""
    return {"ids": np.arange(n) * 7 % n, "table": normal(n, 3)}


embedding = Exercise(
    "embedding",
    points=1,
    vectorized=_many,
    cases=[
        Case("one-word", ids=np.array([2]), table=grid(4, 3)),
        Case("one-sentence", ids=np.array([3, 0, 1]), table=grid(4, 2)),
        Case("batch-of-sentences", ids=SENTENCES, table=TABLE),
        Case("as-many-words-as-numbers", ids=PAIRS, table=normal(3, 3, seed=161)),
        Case("three-axes", ids=np.array([[[4, 0]], [[2, 3]]]), table=TABLE),
        Case("no-axes", ids=np.array(3), table=TABLE),
        Case("no-words", ids=NO_WORDS, table=TABLE),
        Case("small-integers", ids=SENTENCES.astype(np.uint8), table=TABLE),
        Case("read-only", ids=SENTENCES, table=TABLE, readonly=True),
        Case("single-precision", ids=SENTENCES, table=TABLE.astype(np.float32)),
        Case("unknown-word", ids=np.array([[1, 5], [0, 2]]), table=TABLE, raises="ids"),
        Case("negative-id", ids=np.array([[1, -1], [0, 2]]), table=TABLE, raises="ids"),
        random_cases(_random_words),
    ],
    misconceptions=[
        edit("negative-from-the-end", UNKNOWN, "False")
        .believes("NumPy will say so if an id is wrong.")
        .ask("What does index -1 mean in Python? Which word is that?"),
        edit("ids-from-one", LOOKED_UP, "table[ids - 1]")
        .believes("Word 1 is in the first row.")
        .ask("In which row is the word with id 0?"),
        edit("zero-is-padding", LOOKED_UP, "table[ids] * (ids != 0)[..., None].astype(table.dtype)")
        .believes("Id 0 is padding and becomes a vector of zeros.")
        .ask("Other libraries have an option for that. What does the docstring say about id 0?"),
        edit("columns-looked-up", LOOKED_UP, "table[:, ids]")
        .believes("Every word has a column.")
        .ask("The table is (V, D). Which axis counts the words?"),
        edit("numbers-looked-up", LOOKED_UP, "np.take(table, ids)")
        .believes("np.take(table, ids) takes rows.")
        .ask("Without an axis, np.take counts the single numbers. What shape should come out?"),
        edit("sentences-flattened", LOOKED_UP, "table[ids.reshape(-1)]")
        .believes("All words of all sentences become one long list of rows.")
        .ask("Which word belongs to which sentence: can your result still tell?"),
        edit("mean-over-the-sentence", LOOKED_UP, "table[ids].mean(axis=-2)")
        .believes("A sentence becomes the mean of its words.")
        .ask("A recurrent layer wants (N, T, F). Is T still there?"),
    ],
    hints=[
        "Each id is the number of a row.",
        "Indexing an array by an array of integers does it for any shape of ids at once.",
        "table[ids], after a look whether all ids are from 0 to V - 1",
    ],
    variants=[
        Variant(
            "one-hot-product", (LOOKED_UP, "(ids[..., None] == np.arange(len(table))).astype(table.dtype) @ table")
        ),
        Variant("take", (LOOKED_UP, "np.take(table, ids, axis=0)")),
    ],
)

ADDED_UP = "np.add.at(grad_table, ids, grad_output)"
RESULT = "return grad_table"

embedding_backward = Exercise(
    "embedding_backward",
    points=2,
    vectorized=lambda n: {"grad_output": normal(n, 3), **_many(n)},
    cases=[
        Case("one-word", grad_output=np.array([[0.5, -1.0, 2.0]]), ids=np.array([2]), table=grid(4, 3)),
        Case("no-repeats", ids=np.array([3, 0, 1]), table=grid(4, 2)),
        Case("one-word-three-times", ids=np.array([1, 1, 1]), table=grid(4, 2)),
        Case("batch-with-repeats", ids=SENTENCES, table=TABLE),
        Case("as-many-words-as-numbers", ids=PAIRS, table=normal(3, 3, seed=162)),
        Case("three-axes", ids=np.array([[[4, 0]], [[2, 4]]]), table=TABLE),
        Case("no-words", ids=NO_WORDS, table=TABLE),
        Case("small-integers", ids=SENTENCES.astype(np.uint8), table=TABLE),
        Case("read-only", ids=SENTENCES, table=TABLE, readonly=True),
        Case("single-precision", ids=SENTENCES, table=TABLE.astype(np.float32)),
        random_cases(_random_words),
    ],
    misconceptions=[
        edit("last-repeat-wins", ADDED_UP, "grad_table[ids] += grad_output")
        .believes("grad_table[ids] += grad_output adds for every place.")
        .ask("With repeated indices, NumPy reads first and writes each once. What is left of the others?"),
        body(
            "averaged-over-repeats",
            """
            counts = np.bincount(ids.reshape(-1), minlength=len(table))
            return embedding_backward(grad_output, ids, table) / np.maximum(counts, 1)[:, None].astype(table.dtype)
            """,
        )
        .believes("A word that occurs often gets the mean of its gradients.")
        .ask("A row that was used three times: what do gradients of several uses do?"),
        edit("averaged-over-all-words", RESULT, f"{RESULT} / max(ids.size, 1)")
        .believes("The gradient is a mean over the places.")
        .ask("Who divides by the number of words, if anybody: the loss above, or every layer once more?"),
        returns("passed-through", "grad_output")
        .believes("Looking up changes no number, so the gradient is grad_output.")
        .ask("A gradient has the shape of what it belongs to. What shape does the table have?"),
        edit("looked-up-words-only", RESULT, f"{RESULT}[np.unique(ids)]")
        .believes("Only the rows of words that occur have a gradient.")
        .ask("What shape must it have, so that it can be subtracted from the table?"),
        edit("zero-is-padding", RESULT, f"grad_table[0] = 0; {RESULT}")
        .believes("Id 0 is padding, whose row does not learn.")
        .ask("Other libraries have an option for that. What does the forward pass say about id 0?"),
        upstream_ignored().believes("The gradient of a row is the number of times it was used."),
        edit("added-to-the-table", "np.zeros_like(table)", "table.copy()")
        .believes("The gradients are collected in the table itself.")
        .ask("From what should the collecting start, so that only gradients are in it?"),
        edit("double-precision-zeros", "np.zeros_like(table)", "np.zeros(table.shape)")
        .believes("np.zeros gives zeros of whatever type is needed.")
        .ask("The table may be float32. Which dtype has np.zeros without one?"),
    ],
    hints=[
        "Start from zeros in the shape and dtype of the table. Which row does each place of grad_output go to?",
        "Repeated ids must add up. `+=` with an index array does not do that; np.add.at does.",
        "np.add.at(grad_table, ids, grad_output)",
    ],
    variants=[
        Variant(
            "one-hot-product",
            """
            one_hot = (ids.reshape(-1, 1) == np.arange(len(table))).astype(table.dtype)
            return one_hot.T @ grad_output.reshape(-1, table.shape[1])
            """,
        ),
        Variant(
            "sorted-sums",
            """
            flat, rows = ids.reshape(-1), grad_output.reshape(-1, table.shape[1])
            order, grad_table = np.argsort(flat, kind="stable"), np.zeros_like(table)
            words, starts = np.unique(flat[order], return_index=True)
            if words.size:
                grad_table[words] = np.add.reduceat(rows[order], starts, axis=0)
            return grad_table
            """,
        ),
    ],
)
