"""Assessment of embeddings, and of their way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["embedding", "embedding_backward"]

#: Five words of three numbers.
TABLE = normal(5, 3, seed=160)
SENTENCES = np.array([[1, 4, 1, 0], [2, 2, 1, 4]])


def _random_words(rng: np.random.Generator) -> Mapping[str, Any]:
    words, width, n, t = (int(size) for size in 2 + rng.permutation(4))
    return {"ids": rng.integers(0, words, (n, t)), "table": rng.standard_normal((words, width))}


def _many(n: int) -> dict[str, Any]:
    """As many places as words: nothing may loop over either."""
    return {"ids": np.arange(n) * 7 % n, "table": normal(n, 3)}


def _one_hot(ids: Array, table: Array) -> Array:
    return np.asarray(ids[..., None] == np.arange(len(table)), dtype=table.dtype)


def _refused(ids: Array, table: Array) -> None:
    if ((ids < 0) | (ids >= len(table))).any():
        raise ValueError("ids out of range")


def _by_product(ids: Array, table: Array) -> Array:
    _refused(ids, table)
    return np.asarray(_one_hot(ids, table) @ table)


def _by_take(ids: Array, table: Array) -> Array:
    _refused(ids, table)
    return np.take(table, ids, axis=0)


def _within(ids: Array, table: Array) -> Array:
    return np.clip(ids, 0, len(table) - 1)


embedding = Exercise(
    "embedding",
    points=1,
    vectorized=_many,
    cases=[
        Case("one-word", ids=np.array([2]), table=grid(4, 3)),
        Case("one-sentence", ids=np.array([3, 0, 1]), table=grid(4, 2)),
        Case("batch-of-sentences", ids=SENTENCES, table=TABLE),
        Case("as-many-words-as-numbers", ids=np.array([[2, 0], [1, 1], [0, 2]]), table=normal(3, 3, seed=161)),
        Case("three-axes", ids=np.array([[[4, 0]], [[2, 3]]]), table=TABLE),
        Case("no-axes", ids=np.array(3), table=TABLE),
        Case("no-words", ids=np.zeros((2, 0), dtype=np.int64), table=TABLE),
        Case("small-integers", ids=SENTENCES.astype(np.uint8), table=TABLE),
        Case("read-only", ids=SENTENCES, table=TABLE, readonly=True),
        Case("single-precision", ids=SENTENCES, table=TABLE.astype(np.float32)),
        Case("unknown-word", ids=np.array([[1, 5], [0, 2]]), table=TABLE, raises="ids"),
        Case("negative-id", ids=np.array([[1, -1], [0, 2]]), table=TABLE, raises="ids"),
        random_cases(_random_words),
    ],
    misconceptions=[
        Misconception(
            "negative-from-the-end",
            believes="NumPy will say so if an id is wrong.",
            wrong=lambda ids, table: table[ids],
            hint="What does index -1 mean in Python? Which word is that?",
        ),
        Misconception(
            "ids-from-one",
            believes="Word 1 is in the first row.",
            wrong=lambda ids, table: table[_within(ids, table) - 1],
            hint="In which row is the word with id 0?",
        ),
        Misconception(
            "zero-is-padding",
            believes="Id 0 is padding and becomes a vector of zeros.",
            wrong=lambda ids, table: table[_within(ids, table)] * (ids != 0)[..., None].astype(table.dtype),
            hint="Other libraries have an option for that. What does the docstring say about id 0?",
        ),
        Misconception(
            "columns-looked-up",
            believes="Every word has a column.",
            wrong=lambda ids, table: table[:, ids],
            hint="The table is (V, D). Which axis counts the words?",
        ),
        Misconception(
            "numbers-looked-up",
            believes="np.take(table, ids) takes rows.",
            wrong=lambda ids, table: np.take(table, _within(ids, table)),
            hint="Without an axis, np.take counts the single numbers. What shape should come out?",
        ),
        Misconception(
            "sentences-flattened",
            believes="All words of all sentences become one long list of rows.",
            wrong=lambda ids, table: table[_within(ids, table).reshape(-1)],
            hint="Which word belongs to which sentence: can your result still tell?",
        ),
        Misconception(
            "mean-over-the-sentence",
            believes="A sentence becomes the mean of its words.",
            wrong=lambda ids, table: table[_within(ids, table)].mean(axis=-2),
            hint="A recurrent layer wants (N, T, F). Is T still there?",
        ),
    ],
    hints=[
        "Each id is the number of a row.",
        "Indexing an array by an array of integers does it for any shape of ids at once.",
        "table[ids], after a look whether all ids are from 0 to V - 1",
    ],
    variants=[Variant("one-hot-product", _by_product), Variant("take", _by_take)],
)


def _right(grad_output: Array, ids: Array, table: Array) -> Array:
    width = table.shape[1]
    return np.asarray(_one_hot(ids, table).reshape(-1, len(table)).T @ grad_output.reshape(-1, width))


def _last_repeat_wins(grad_output: Array, ids: Array, table: Array) -> Array:
    grad_table = np.zeros_like(table)
    grad_table[ids] += grad_output
    return grad_table


def _averaged_over_repeats(grad_output: Array, ids: Array, table: Array) -> Array:
    counts = np.bincount(ids.reshape(-1), minlength=len(table))
    return np.asarray(_right(grad_output, ids, table) / np.maximum(counts, 1)[:, None].astype(table.dtype))


def _not_for_zero(grad_output: Array, ids: Array, table: Array) -> Array:
    grad_table = _right(grad_output, ids, table)
    grad_table[0] = 0
    return grad_table


def _double_precision(grad_output: Array, ids: Array, table: Array) -> Array:
    grad_table = np.zeros(table.shape)
    np.add.at(grad_table, ids, grad_output)
    return grad_table


def _sorted_sums(grad_output: Array, ids: Array, table: Array) -> Array:
    """Equal ids brought together, then added up run by run."""
    flat, rows = ids.reshape(-1), grad_output.reshape(-1, table.shape[1])
    order, grad_table = np.argsort(flat, kind="stable"), np.zeros_like(table)
    words, starts = np.unique(flat[order], return_index=True)
    if words.size:
        grad_table[words] = np.add.reduceat(rows[order], starts, axis=0)
    return grad_table


embedding_backward = Exercise(
    "embedding_backward",
    points=2,
    vectorized=lambda n: {"grad_output": normal(n, 3), **_many(n)},
    cases=[
        Case("one-word", grad_output=np.array([[0.5, -1.0, 2.0]]), ids=np.array([2]), table=grid(4, 3)),
        Case("no-repeats", ids=np.array([3, 0, 1]), table=grid(4, 2)),
        Case("one-word-three-times", ids=np.array([1, 1, 1]), table=grid(4, 2)),
        Case("batch-with-repeats", ids=SENTENCES, table=TABLE),
        Case("as-many-words-as-numbers", ids=np.array([[2, 0], [1, 1], [0, 2]]), table=normal(3, 3, seed=162)),
        Case("three-axes", ids=np.array([[[4, 0]], [[2, 4]]]), table=TABLE),
        Case("no-words", ids=np.zeros((2, 0), dtype=np.int64), table=TABLE),
        Case("small-integers", ids=SENTENCES.astype(np.uint8), table=TABLE),
        Case("read-only", ids=SENTENCES, table=TABLE, readonly=True),
        Case("single-precision", ids=SENTENCES, table=TABLE.astype(np.float32)),
        random_cases(_random_words),
    ],
    misconceptions=[
        Misconception(
            "last-repeat-wins",
            believes="grad_table[ids] += grad_output adds for every place.",
            wrong=_last_repeat_wins,
            hint="With repeated indices NumPy reads all values first and writes each once. What is left of the others?",
        ),
        Misconception(
            "averaged-over-repeats",
            believes="A word that occurs often gets the mean of its gradients.",
            wrong=_averaged_over_repeats,
            hint="A row that was used three times: what do gradients of several uses do?",
        ),
        Misconception(
            "averaged-over-all-words",
            believes="The gradient is a mean over the places.",
            wrong=lambda grad_output, ids, table: _right(grad_output, ids, table) / max(ids.size, 1),
            hint="Who divides by the number of words, if anybody: the loss above, or every layer once more?",
        ),
        Misconception(
            "passed-through",
            believes="Looking up changes no number, so the gradient is grad_output.",
            wrong=lambda grad_output, ids, table: grad_output,
            hint="A gradient has the shape of what it belongs to. What shape does the table have?",
        ),
        Misconception(
            "looked-up-words-only",
            believes="Only the rows of words that occur have a gradient.",
            wrong=lambda grad_output, ids, table: _right(grad_output, ids, table)[np.unique(ids)],
            hint="What shape must it have, so that it can be subtracted from the table?",
        ),
        Misconception(
            "zero-is-padding",
            believes="Id 0 is padding, whose row does not learn.",
            wrong=_not_for_zero,
            hint="Other libraries have an option for that. What does the forward pass say about id 0?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The gradient of a row is the number of times it was used.",
            wrong=lambda grad_output, ids, table: _right(np.ones_like(grad_output), ids, table),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "added-to-the-table",
            believes="The gradients are collected in the table itself.",
            wrong=lambda grad_output, ids, table: table + _right(grad_output, ids, table),
            hint="From what should the collecting start, so that only gradients are in it?",
        ),
        Misconception(
            "double-precision-zeros",
            believes="np.zeros gives zeros of whatever type is needed.",
            wrong=_double_precision,
            hint="The table may be float32. Which dtype has np.zeros without one?",
        ),
    ],
    hints=[
        "Start from zeros in the shape and dtype of the table. Which row does each place of grad_output go to?",
        "Repeated ids must add up. `+=` with an index array does not do that; np.add.at does.",
        "np.add.at(grad_table, ids, grad_output)",
    ],
    variants=[
        Variant("one-hot-product", _right),
        Variant("sorted-sums", _sorted_sums),
    ],
)
