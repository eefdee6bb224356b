"""What a loader returns, and how it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Array", "Counts", "Dataset", "DatasetError", "Documents"]

Array = np.ndarray[Any, Any]
#: Lists of word ids.
Documents = list[list[int]]
#: The numbers of samples in a data set's files: of training and test, or of all.
Counts = tuple[int, ...]


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
