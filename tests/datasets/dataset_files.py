"""Files of data sets, sound and damaged, for the tests of their loaders."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from autograder import datasets
from autograder.datasets import Dataset
from autograder.datasets.text import TextOptions

Array = np.ndarray[Any, Any]
IDX_NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
KEYS = ("x_train", "y_train", "x_test", "y_test")
PIXELS = np.arange(5 * 784, dtype=np.int64).astype(np.uint8).reshape(5, 28, 28)
MNIST = (PIXELS[:3], np.array([9, 0, 4], np.uint8), PIXELS[3:], np.array([1, 1], np.uint8))
REVIEWS = [[1, 2, 300], [4, 70_000], [5], [], [80, 7, 6, 6]]


def small(name: str, folder: Path, *counts: int, **options: int | None) -> Dataset:
    """Load a data set whose files hold these numbers of samples instead of the real ones."""
    return datasets._load(name, folder, TextOptions(**options), {name: counts})  # type: ignore[arg-type]


def objects(lists: list[Any]) -> Array:
    """An array of objects, as Keras's files hold texts."""
    array = np.empty(len(lists), dtype=object)
    array[:] = lists
    return array


def save(path: Path, **arrays: Any) -> None:
    """Write an archive of arrays, as NumPy does."""
    np.savez(path, **arrays)


def idx(array: Array) -> bytes:
    """An array of bytes in the IDX format."""
    return struct.pack(f">I{array.ndim}I", 0x800 + array.ndim, *array.shape) + array.tobytes()


def write_mnist(folder: Path, parts: tuple[Array, ...] = MNIST, names: tuple[str, ...] = IDX_NAMES) -> None:
    """Write the four IDX files under these names."""
    for name, part in zip(names, parts, strict=True):
        data = idx(part)
        (folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)


def write_members(path: Path, method: int = zipfile.ZIP_DEFLATED, **members: Any) -> None:
    """Write an archive of members that are already encoded."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for key, data in members.items():
            archive.writestr(f"{key}.npy", data)


def npy(descr: str, shape: str, data: bytes, version: bytes = b"\x01\x00") -> bytes:
    """A .npy file of any header."""
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version[0] == 1 else "<I", len(header))
    return b"\x93NUMPY" + version + length + header + data


def write_reuters(folder: Path, pickle_: bytes, count: int = 5) -> None:
    """Write reuters.npz with this pickle in the place of the texts."""
    labels = io.BytesIO()
    np.save(labels, np.zeros(count, np.int64))
    write_members(folder / "reuters.npz", x=npy("|O", f"({count},)", pickle_), y=labels.getvalue())


def unpickled(folder: Path, pickle_: bytes, count: int = 5) -> list[list[int]]:
    """The documents that come out of this pickle, unchanged and in the order of the file."""
    write_reuters(folder, pickle_, count)
    data = small("reuters", folder, count, num_words=None, start_char=None, index_from=0)
    got = [*data.x_train, *data.x_test]
    return [got[position] for position in np.argsort(keras_order(count))]


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    """Fail if more memory than this is in use at any time."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


def keras_order(count: int, random: np.random.RandomState | None = None) -> Array:
    """Keras's order of a file's samples, as its loaders make it."""
    indices = np.arange(count)
    (random or np.random.RandomState(113)).shuffle(indices)
    return indices


def fingerprint(data: Dataset) -> str:
    """A short digest of all values."""
    parts = [
        part.tolist() if isinstance(part, np.ndarray) else part
        for part in (data.x_train, data.y_train, data.x_test, data.y_test)
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
