"""The files of each data set: which there are, what they must hold, and the split that is made of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from autograder.datasets.idx import read_idx
from autograder.datasets.model import Array, Counts, Dataset, DatasetError
from autograder.datasets.npz import Member, read_members
from autograder.datasets.splitting import shuffled, split_at, subset
from autograder.datasets.text import TextOptions

__all__ = ["COUNTS", "read_boston_housing", "read_imdb", "read_mnist", "read_reuters"]

#: The numbers of samples in the real files.
COUNTS: dict[str, Counts] = {
    "mnist": (60_000, 10_000),
    "imdb": (25_000, 25_000),
    "reuters": (11_228,),
    "boston_housing": (506,),
}
_SPLIT_KEYS = ("x_train", "y_train", "x_test", "y_test")
_IDX_FILES = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")
_SIDE = 28
_HOUSE_FEATURES = 13
# IMDB's vocabulary has 88,584 words, that of Reuters 30,979.
_MAX_WORD = 1_000_000


def read_mnist(folder: Path, counts: Counts, _options: TextOptions) -> Dataset | None:
    """MNIST from its four IDX files, else from mnist.npz; None if neither is there.

    Images are (N, 28, 28), uint8, 0 to 255.
    """
    found = {name: path for name in _IDX_FILES if (path := _idx_path(folder, name))}
    if len(found) < len(_IDX_FILES) and (folder / "mnist.npz").exists():
        return _mnist_npz(folder / "mnist.npz", counts)
    if not found:
        return None
    missing = [f"{name}-ubyte" for name in _IDX_FILES if name not in found]
    if missing:
        raise DatasetError(f"{folder}: {', '.join(missing)} missing beside {found.popitem()[1].name}")
    return _mnist_idx([found[name] for name in _IDX_FILES], counts)


def read_imdb(folder: Path, counts: Counts, options: TextOptions) -> Dataset | None:
    """IMDB's reviews from Keras's imdb.npz, each part in the order in which Keras takes it; None if it is not there."""
    path = folder / "imdb.npz"
    if not path.exists():
        return None
    x_train, y_train, x_test, y_test = read_members(path, _SPLIT_KEYS)
    parts = []
    for texts, labels, order in zip((x_train, x_test), (y_train, y_test), shuffled(*counts), strict=True):
        documents = texts.documents(len(order), _MAX_WORD)
        parts.append((options.encode(subset(documents, order)), _labels(labels, len(order), classes=2)[order]))
    return Dataset("imdb", *parts[0], *parts[1], source=path.name, is_fallback=False)


def read_reuters(folder: Path, counts: Counts, options: TextOptions) -> Dataset | None:
    """The newswires of Keras's reuters.npz in Keras's order, the first 80 % for training; None if it is not there."""
    path = folder / "reuters.npz"
    if not path.exists():
        return None
    texts, labels = read_members(path, ("x", "y"))
    (count,) = counts
    (order,), cut = shuffled(count), split_at(count)
    x = options.encode(subset(texts.documents(count, _MAX_WORD), order))
    y = _labels(labels, count, classes=46)[order]
    return Dataset("reuters", x[:cut], y[:cut], x[cut:], y[cut:], source=path.name, is_fallback=False)


def read_boston_housing(folder: Path, counts: Counts, _options: TextOptions) -> Dataset | None:
    """Keras's boston_housing.npz in Keras's order, the first 80 % for training; None if it is not there.

    Features are (N, 13), prices (N,) in 1000 $, both float64.
    """
    path = folder / "boston_housing.npz"
    if not path.exists():
        return None
    features, prices = read_members(path, ("x", "y"))
    (count,) = counts
    (order,), cut = shuffled(count), split_at(count)
    x = _floats(features, (count, _HOUSE_FEATURES))[order]
    y = _floats(prices, (count,))[order]
    return Dataset("boston_housing", x[:cut], y[:cut], x[cut:], y[cut:], source=path.name, is_fallback=False)


def _idx_path(folder: Path, name: str) -> Path | None:
    """The file of that name, in any of the spellings under which MNIST is distributed."""
    for stem in (name, name.replace("-idx", ".idx")):
        for path in (folder / f"{stem}-ubyte", folder / f"{stem}-ubyte.gz"):
            if path.exists():
                return path
    return None


def _mnist_idx(paths: list[Path], counts: Counts) -> Dataset:
    """MNIST from its files, in the order of `_IDX_FILES`."""
    parts = []
    for images, labels, count in ((paths[0], paths[1], counts[0]), (paths[2], paths[3], counts[1])):
        classes = _check_labels(str(labels), read_idx(labels, (count,)), classes=10)
        parts.append((read_idx(images, (count, _SIDE, _SIDE)), classes))
    return Dataset("mnist", *parts[0], *parts[1], source=", ".join(path.name for path in paths), is_fallback=False)


def _mnist_npz(path: Path, counts: Counts) -> Dataset:
    """MNIST from Keras's archive."""
    x_train, y_train, x_test, y_test = read_members(path, _SPLIT_KEYS)
    parts = []
    for images, labels, count in ((x_train, y_train, counts[0]), (x_test, y_test, counts[1])):
        pixels = images.numbers((count, _SIDE, _SIDE))
        if pixels.dtype != np.uint8:
            raise DatasetError(f"{images.where}: dtype {pixels.dtype}, want uint8")
        parts.append((pixels, _labels(labels, count, classes=10)))
    return Dataset("mnist", *parts[0], *parts[1], source=path.name, is_fallback=False)


def _labels(member: Member, count: int, classes: int) -> Array:
    """Decode labels as int64, checked."""
    return _check_labels(member.where, member.numbers((count,)), classes)


def _floats(member: Member, shape: tuple[int, ...]) -> Array:
    """Decode finite floating-point numbers as float64."""
    values = member.numbers(shape)
    if values.dtype.kind != "f":
        raise DatasetError(f"{member.where}: dtype {values.dtype}, want floats")
    if not np.isfinite(values).all():
        raise DatasetError(f"{member.where}: holds NaN or infinity, want finite numbers")
    return values.astype(np.float64)


def _check_labels(where: str, labels: Array, classes: int) -> Array:
    """Labels as int64; they must be integers from 0 to `classes` − 1."""
    if labels.dtype.kind not in "iu":
        raise DatasetError(f"{where}: dtype {labels.dtype}, want integers")
    if labels.min() < 0 or labels.max() >= classes:
        raise DatasetError(f"{where}: labels {labels.min()} to {labels.max()}, want 0 to {classes - 1}")
    return labels.astype(np.int64)
