"""The IDX format, in which MNIST is distributed: a magic number, the sizes, then one byte for each element.

The magic number is two zero bytes, the type (8 for unsigned bytes) and the number of axes; sizes are big-endian.
"""

from __future__ import annotations

import gzip
import io
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from autograder.datasets.files import read_file
from autograder.datasets.model import Array, DatasetError

__all__ = ["read_idx"]

_UNSIGNED_BYTES = 8


def read_idx(path: Path, shape: tuple[int, ...]) -> Array:
    """Read one IDX file of bytes; with the suffix .gz it is unpacked.

    Args:
        path: the file.
        shape: what it has to hold; no more than that is ever unpacked.

    Returns:
        An array of this shape, uint8.

    Raises:
        DatasetError: the file holds something else.
    """
    header_size = 4 + 4 * len(shape)
    size = math.prod(shape)
    data = _unpacked(path, header_size + size + 1)
    if len(data) < header_size:
        raise DatasetError(f"{path}: {len(data)} bytes, want a header of {header_size}")
    _check_header(path, data[:header_size], shape)
    got = len(data) - header_size
    if got != size:
        found = f"more than {size}" if got > size else f"{got}"
        raise DatasetError(f"{path}: {found} bytes after the header, want {size} for shape {shape}")
    return np.frombuffer(data, np.uint8, offset=header_size).reshape(shape).copy()


def _unpacked(path: Path, limit: int) -> bytes:
    """At most the first `limit` bytes of what the file holds."""
    data = read_file(path)
    if path.suffix != ".gz":
        return data[:limit]
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return stream.read(limit)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path}: not a complete gzip file: {error}") from None


def _check_header(path: Path, header: bytes, shape: tuple[int, ...]) -> None:
    """Refuse a file of another type or shape."""
    wanted = _UNSIGNED_BYTES << 8 | len(shape)
    magic, *sizes = struct.unpack(f">{1 + len(shape)}I", header)
    if magic != wanted:
        raise DatasetError(f"{path}: magic number 0x{magic:08x}, want 0x{wanted:08x} (bytes, {len(shape)} axes)")
    if tuple(sizes) != shape:
        raise DatasetError(f"{path}: shape {tuple(sizes)}, want {shape}")
