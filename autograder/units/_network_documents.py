"""What the projects on documents share: generated documents, parts of a user's file, and rows made of documents."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder import wire
from autograder.datasets.text import TextOptions

__all__ = ["TEST", "ids_of", "part_of_file", "rows_of", "sorted_by_class", "texts_of"]

#: Test documents of a generated case.
TEST = 400


def texts_of(words: Any, labels: Any, num_words: int, rng: np.random.Generator) -> dict[str, Any]:
    """Shuffled, and cut as Keras cuts documents; the last ones are kept back."""
    order = rng.permutation(len(labels))
    documents = TextOptions(num_words=num_words).encode([words[index] for index in order])
    labels = labels[order]
    return {
        "documents_train": documents[:-TEST],
        "y_train": labels[:-TEST],
        "documents_test": documents[-TEST:],
        "num_words": num_words,
        "rng": wire.Rng(int(rng.integers(2**32))),
        "y_test": labels[-TEST:],
    }


def sorted_by_class(make: Any) -> Any:
    """The same data, the training documents in the order of their classes."""

    def arranged(rng: np.random.Generator) -> dict[str, Any]:
        texts = make(rng)
        order = np.argsort(texts["y_train"], kind="stable")
        documents = [texts["documents_train"][index] for index in order]
        return {**texts, "documents_train": documents, "y_train": texts["y_train"][order]}

    return arranged


def part_of_file(data: Any, train: int, test: int) -> dict[str, Any]:
    return {
        "documents_train": data.x_train[:train],
        "y_train": data.y_train[:train],
        "documents_test": data.x_test[:test],
    }


def rows_of(documents: Any, num_words: int) -> Any:
    rows = np.zeros((len(documents), num_words))
    for row, words in zip(rows, documents, strict=True):
        row[words] = 1
    return rows


def ids_of(documents: Any, num_words: int) -> Any:
    """What a word's id is not: a quantity. The first ids of each document as numbers from 0 to 1, padded with 0."""
    rows = np.zeros((len(documents), 60))
    for row, words in zip(rows, documents, strict=True):
        row[: len(words)] = np.array(words[:60]) / num_words
    return rows
