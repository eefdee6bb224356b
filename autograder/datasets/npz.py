"""Arrays from an .npz archive, within limits, without running anything that is in it."""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from autograder.datasets.files import MAX_BYTES, read_file
from autograder.datasets.model import Array, DatasetError, Documents
from autograder.datasets.pickled import PickleRefused, unpickle_documents

__all__ = ["Member", "read_members"]

# IMDB's training reviews, the largest, have about 15 MB. In memory a pickle takes many times its size.
_MAX_PICKLE_BYTES = 32 << 20
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)

# NumPy's own reader of headers evaluates what it is given, and raises what it likes.
_HEADER = re.compile(
    rb"\x93NUMPY(?:\x01\x00..|[\x02\x03]\x00....)\{'descr': '([^'\\\n]{1,20})', "
    rb"'fortran_order': (True|False), 'shape': \(((?:\d{1,12}, ?){0,8}(?:\d{1,12})?)\), \} *\n",
    re.DOTALL,
)
_NUMBERS = re.compile("[<>|](?:b1|[iu][1248]|f[248])")


@dataclass(frozen=True)
class Member:
    """One array of an archive, not yet decoded."""

    where: str  # the file and the key, for messages
    data: bytes

    def numbers(self, shape: tuple[int, ...]) -> Array:
        """Decode an array of numbers.

        Args:
            shape: the shape that it must have.

        Returns:
            A new array in the machine's byte order, with the dtype of the file.

        Raises:
            DatasetError: it is not numeric, has another shape, or is damaged.
        """
        descr, order, start = self._header(shape)
        if not _NUMBERS.fullmatch(descr):
            raise DatasetError(f"{self.where}: dtype {descr!r}, want numbers")
        dtype = np.dtype(descr)
        got, want = len(self.data) - start, math.prod(shape) * dtype.itemsize
        if got != want:
            raise DatasetError(f"{self.where}: {got} bytes of data, want {want} for shape {shape} of {dtype}")
        array: Array = np.ndarray(shape, dtype, buffer=self.data, offset=start, order=order)
        return array.astype(dtype.newbyteorder("="))

    def documents(self, count: int, max_word: int) -> Documents:
        """Decode an array of lists of word ids, as Keras stores texts.

        Args:
            count: the number of documents that it must hold.
            max_word: word ids run from 0 to this.

        Raises:
            DatasetError: it holds anything else, or is damaged.
        """
        descr, _, start = self._header((count,))
        if descr != "|O":
            raise DatasetError(f"{self.where}: dtype {descr!r}, want objects (lists of integers)")
        if len(self.data) - start > _MAX_PICKLE_BYTES:
            raise DatasetError(f"{self.where}: {len(self.data) - start} bytes, want at most {_MAX_PICKLE_BYTES}")
        try:
            documents = unpickle_documents(self.data[start:], count)
        except PickleRefused as refused:
            raise DatasetError(f"{self.where}: refused, nothing in it was run: {refused}") from None
        words = [bound for document in documents if document for bound in (min(document), max(document))]
        if words and (min(words) < 0 or max(words) > max_word):
            raise DatasetError(f"{self.where}: word ids {min(words)} to {max(words)}, want 0 to {max_word}")
        return documents

    def _header(self, shape: tuple[int, ...]) -> tuple[str, Literal["C", "F"], int]:
        """The dtype's code, the order of the axes, and where the data starts."""
        found = _HEADER.match(self.data)
        if not found:
            raise DatasetError(f"{self.where}: not a plain array in NumPy's format")
        sizes = tuple(int(size) for size in found[3].split(b",") if size.strip())
        if sizes != shape:
            raise DatasetError(f"{self.where}: shape {sizes}, want {shape}")
        return found[1].decode("latin-1"), "F" if found[2] == b"True" else "C", found.end()


def read_members(path: Path, keys: Sequence[str]) -> list[Member]:
    """Read arrays of an .npz archive, undecoded, in the order of `keys`.

    Raises:
        DatasetError: the file is not an archive, is damaged or too large, or lacks one of the keys.
    """
    stream = io.BytesIO(read_file(path))
    try:
        with zipfile.ZipFile(stream) as archive:
            return [Member(f"{path}, {key}", _member(path, archive, key)) for key in keys]
    except _BROKEN as error:
        raise DatasetError(f"{path}: not a sound .npz file: {error}") from None


def _member(path: Path, archive: zipfile.ZipFile, key: str) -> bytes:
    """The bytes of one member, within limits."""
    names = archive.namelist()
    if f"{key}.npy" not in names:
        found = ", ".join(repr(name.removesuffix(".npy")[:40]) for name in names[:8]) or "nothing"
        raise DatasetError(f"{path}: no array {key!r}; it holds {found}")
    member = archive.getinfo(f"{key}.npy")
    if member.file_size > MAX_BYTES:
        raise DatasetError(f"{path}, {key}: unpacks to {member.file_size} bytes, want at most {MAX_BYTES}")
    # The other methods unpack without a bound, whatever size is asked for.
    if member.compress_type not in _METHODS:
        raise DatasetError(f"{path}, {key}: compression method {member.compress_type}, want stored or deflated")
    with archive.open(member) as source:
        # Without a number, all that is there is unpacked, and then cut to the size that the archive gives.
        return source.read(member.file_size)
