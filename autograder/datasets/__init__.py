"""The data sets of the projects: from the files that a user has, else from what needs no download."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from autograder.datasets import fallback, readers
from autograder.datasets.model import Counts, Dataset, DatasetError
from autograder.datasets.text import TextOptions

__all__ = ["NAMES", "Dataset", "DatasetError", "load"]

_Reader = Callable[[Path, Counts, TextOptions], Dataset | None]
_Fallback = Callable[[str, TextOptions], Dataset]

#: For each data set: the reader of its files, what to call them, and what stands in for them.
_SETS: dict[str, tuple[_Reader, str, _Fallback]] = {
    "mnist": (readers.read_mnist, "MNIST files", fallback.digits),
    "imdb": (readers.read_imdb, "imdb.npz", fallback.generated_reviews),
    "reuters": (readers.read_reuters, "reuters.npz", fallback.generated_topics),
    "boston_housing": (readers.read_boston_housing, "boston_housing.npz", fallback.diabetes),
}
NAMES = tuple(_SETS)


def load(
    name: str,
    folder: str | os.PathLike[str] | None = None,
    *,
    num_words: int | None = 10_000,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Dataset:
    """Load a data set; nothing is ever downloaded, and the result is the same every time.

    Files are those of `keras.datasets`, and so are the order and the split: `RandomState(113)` shuffles each part of
    imdb, and all of reuters and boston_housing, whose first 80 % are then for training. MNIST, from its IDX files or
    mnist.npz, stays in the order of the file. A file that is there but damaged is an error, never replaced.

    Args:
        name: 'mnist', 'imdb', 'reuters' or 'boston_housing'.
        folder: holds the files; where it is None, or the files are not in it, something else stands in: scikit-learn's
            digits (8×8) or diabetes, or generated documents. `Dataset.source` says so.
        num_words: texts only: word ids from this on, moved up by `index_from`, are cut; None: none.
        start_char: texts only: stands before each document; None: nothing does.
        oov_char: texts only: stands for a word that was cut; None: it is left out.
        index_from: texts only: is added to each word id of the file, of which 1 is the most frequent word.

    Returns:
        The data in two parts, and where they came from: images uint8, features and prices float64, texts as lists of
        word ids, classes int64.

    Raises:
        ValueError: an unknown name, or an option out of range.
        DatasetError: a damaged or incomplete file.
    """
    options = TextOptions(num_words, start_char, oov_char, index_from)
    return _load(name, folder, options, readers.COUNTS)


def _load(name: str, folder: str | os.PathLike[str] | None, options: TextOptions, counts: dict[str, Counts]) -> Dataset:
    """Load a data set whose files hold these numbers of samples: others than the real ones for tests only."""
    if name not in NAMES:
        raise ValueError(f"name: got {name!r}, want one of {', '.join(NAMES)}")
    read, files, stand_in = _SETS[name]
    if folder is None:
        return stand_in("no folder given", options)
    place = Path(folder)
    try:
        found = None if _is_missing(place) else read(place, counts[name], options)
    except OSError as error:
        raise DatasetError(f"{place}: cannot be read: {error.strerror}") from None
    return found or stand_in(f"no {files} in {place}", options)


def _is_missing(folder: Path) -> bool:
    """Whether there is no such folder; what is not a folder is refused."""
    if folder.exists() and not folder.is_dir():
        raise DatasetError(f"{folder}: not a folder; want the one that holds the files")
    return not folder.exists()
