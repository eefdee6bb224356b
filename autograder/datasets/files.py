"""The bytes of a file, up to a limit."""

from __future__ import annotations

from pathlib import Path

from autograder.datasets.model import DatasetError

__all__ = ["MAX_BYTES", "read_file"]

#: The largest file of all, MNIST's training images, holds 47,040,016 bytes.
MAX_BYTES = 64 << 20


def read_file(path: Path) -> bytes:
    """The content of an ordinary file.

    Raises:
        DatasetError: it is something else, is larger than any file of these data sets, or cannot be read.
    """
    if not path.is_file():
        raise DatasetError(f"{path}: not a file")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise DatasetError(f"{path}: {size} bytes, want at most {MAX_BYTES}")
    try:
        with path.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise DatasetError(f"{path}: cannot be read: {error.strerror}") from None
