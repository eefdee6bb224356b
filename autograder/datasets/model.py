"""What a loader returns, how it fails, and the split that Keras makes of a file without one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Array", "Dataset", "DatasetError", "Documents", "shuffled", "split_at", "subset"]

Array = np.ndarray[Any, Any]
Documents = list[list[int]]
Counts = tuple[int, ...]

_KERAS_SEED = 113
_TEST_SHARE = 0.2


class DatasetError(Exception):
    """A file of a data set, or what would take its place, cannot be used: one line that names it."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in two parts; every array is new and writable.

    Attributes:
        name: the name it was asked for by.
        x_train: an array, first axis the samples; for texts a list of lists of word ids.
        y_train: shape (N,): classes as int64, or targets as float64.
        x_test: like `x_train`.
        y_test: like `y_train`.
        source: where the data came from, one line.
        is_fallback: whether it stands in for files that were not there.
    """

    name: str
    x_train: Array | Documents
    y_train: Array
    x_test: Array | Documents
    y_test: Array
    source: str
    is_fallback: bool


def shuffled(count: int, random: np.random.RandomState | None = None) -> Array:
    """The order in which Keras takes the samples of a file: a permutation by `RandomState(113)`, shape (count,)."""
    order = np.arange(count)
    # NumPy promises that this stream, unlike a Generator's, never changes: a data set stays what it is.
    (random or np.random.RandomState(_KERAS_SEED)).shuffle(order)
    return order


def split_at(count: int) -> int:
    """The number of training samples in Keras's split of `count`: 80 %, rounded down."""
    return int(count * (1 - _TEST_SHARE))


def subset(documents: Documents, order: Array) -> Documents:
    """The documents at these positions, in this order."""
    return [documents[position] for position in order]


def read_limited(path: Path, limit: int) -> bytes:
    """The content of a file of at most `limit` bytes.

    Raises:
        DatasetError: it is not an ordinary file, is too large or cannot be read.
    """
    if not path.is_file():
        raise DatasetError(f"{path}: not a file")
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > limit:
        raise DatasetError(f"{path}: more than {limit} bytes, want at most that")
    return data


def check_labels(where: str, labels: Array, classes: int) -> Array:
    """Labels as int64.

    Args:
        where: the file and what in it, for messages.
        labels: shape (N,), any numbers.
        classes: labels run from 0 to `classes` − 1.

    Raises:
        DatasetError: they are not integers, or out of range.
    """
    if labels.dtype.kind not in "iu":
        raise DatasetError(f"{where}: dtype {labels.dtype}, want integers")
    if labels.size and not (labels.min() >= 0 and labels.max() < classes):
        raise DatasetError(f"{where}: labels {labels.min()} to {labels.max()}, want 0 to {classes - 1}")
    return labels.astype(np.int64)
