"""Tensors and data layouts, forward only. Checked against torch, torch.nn.functional and NumPy."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from reference._arrays import array_namespace

__all__ = [
    "batch_slices",
    "broadcast_shape",
    "broadcast_to",
    "count_axes",
    "crop_bottom_right",
    "flatten_batch",
    "matmul",
    "multi_hot",
    "one_hot",
    "pad_sequences",
    "standardize",
    "tensor_bytes",
    "tensor_shape",
    "to_channels_first",
    "to_channels_last",
    "to_unit_range",
    "unbroadcast",
]

ITEM_BYTES = {
    "bool": 1, "uint8": 1, "int8": 1, "int16": 2, "float16": 2, "int32": 4, "float32": 4, "int64": 8, "float64": 8,
}  # fmt: skip


def count_axes(nested: Any) -> int:
    """How many lists must be opened to come to the first number."""
    return len(tensor_shape(nested))


def tensor_shape(nested: Any) -> tuple[int, ...]:
    """Lengths along the path of first entries; ragged unless lists of those lengths look the same."""
    shape, first = [], nested
    while isinstance(first, list):
        shape.append(len(first))
        first = first[0] if first else None
    if _outline(nested) != _nested_zeros(tuple(shape)):
        raise ValueError("nested: ragged")
    return tuple(shape)


def _outline(nested: Any) -> Any:
    """The same lists with 0 for every number."""
    return [_outline(item) for item in nested] if isinstance(nested, list) else 0


def _nested_zeros(shape: tuple[int, ...]) -> Any:
    return [_nested_zeros(shape[1:]) for _ in range(shape[0])] if shape else 0


def tensor_bytes(shape: Sequence[int], dtype: str) -> int:
    """Bytes of one number, times each length."""
    total = ITEM_BYTES[dtype]
    for length in shape:
        total *= length
    return total


def flatten_batch(x: Any) -> Any:
    """Row n is sample n, in row-major order."""
    xp = array_namespace(x)
    return xp.stack([xp.reshape(x[n, ...], (-1,)) for n in range(x.shape[0])])


def crop_bottom_right(images: Any, size: int | tuple[int, int]) -> Any:
    """The last h rows and the last w columns."""
    height, width = (size, size) if isinstance(size, int) else size
    if height > images.shape[1] or width > images.shape[2]:
        raise ValueError("size: larger than the images")
    return images[:, -height:, -width:, ...]


def to_channels_first(images: Any) -> Any:
    """Channels, stacked behind the batch axis."""
    return array_namespace(images).stack([images[..., c] for c in range(images.shape[3])], axis=1)


def to_channels_last(images: Any) -> Any:
    """Channels, stacked behind all other axes."""
    return array_namespace(images).stack([images[:, c, ...] for c in range(images.shape[1])], axis=-1)


def broadcast_shape(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...]:
    """The union of both lengths, 1 left out, from the last axis to the first."""
    backwards = []
    for pair in itertools.zip_longest(reversed(a), reversed(b), fillvalue=1):
        lengths = set(pair) - {1} or {1}
        if len(lengths) > 1:
            raise ValueError("a and b: do not broadcast")
        backwards.append(lengths.pop())
    return tuple(reversed(backwards))


def broadcast_to(x: Any, shape: Sequence[int]) -> Any:
    """The array API's own."""
    return array_namespace(x).broadcast_to(x, tuple(shape))


def unbroadcast(grad: Any, shape: Sequence[int]) -> Any:
    """The leading axes summed one by one, then those of length 1."""
    xp = array_namespace(grad)
    while grad.ndim > len(shape):
        grad = xp.sum(grad, axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = xp.sum(grad, axis=axis, keepdims=True)
    return grad


def matmul(a: Any, b: Any) -> Any:
    """The array API's own, in floating point."""
    xp = array_namespace(a, b)
    return xp.matmul(_floating(xp, a), _floating(xp, b))


def one_hot(labels: Any, num_classes: int) -> Any:
    """Each label compared with each class."""
    xp = array_namespace(labels)
    if bool(xp.any((labels < 0) | (labels >= num_classes))):
        raise ValueError("labels: outside the classes")
    return xp.astype(labels[:, None] == xp.arange(num_classes), xp.float64)


def multi_hot(sequences: Sequence[Sequence[int]], dimension: int) -> Any:
    """Each id of the vocabulary looked up in each sequence."""
    if set().union(*sequences) - set(range(dimension)):
        raise ValueError("sequences: outside the vocabulary")
    rows = [[float(i in sequence) for i in range(dimension)] for sequence in sequences]
    return np.array(rows, dtype=np.float64).reshape(len(rows), dimension)


def pad_sequences(sequences: Sequence[Sequence[int]], length: int, value: int = 0) -> Any:
    """Enough of `value` behind each sequence, then the first `length` entries."""
    rows = [list(itertools.islice(itertools.chain(each, itertools.repeat(value)), length)) for each in sequences]
    return np.array(rows, dtype=np.int64).reshape(len(rows), length)


def to_unit_range(images: Any) -> Any:
    """Divide by 255, and round once."""
    xp = array_namespace(images)
    return xp.astype(xp.astype(images, xp.float64) / 255, xp.float32)


def standardize(train: Any, test: Any) -> tuple[Any, Any]:
    """Training mean and deviation for both; what a constant feature leaves is divided by one."""
    xp = array_namespace(train, test)
    train, test = _floating(xp, train), _floating(xp, test)
    count = train.shape[0]
    mean = xp.sum(train, axis=0) / count
    variance = xp.sum((train - mean) ** 2, axis=0) / count
    std = xp.sqrt(xp.where(variance > 0, variance, xp.ones_like(variance)))
    return (train - mean) / std, (test - mean) / std


def batch_slices(n: int, batch_size: int) -> list[slice]:
    """One slice for each of ⌈n / batch_size⌉ batches."""
    if batch_size < 1:
        raise ValueError("batch_size: below 1")
    count = -(-n // batch_size)
    return [slice(i * batch_size, n if i == count - 1 else (i + 1) * batch_size) for i in range(count)]


def _floating(xp: Any, x: Any) -> Any:
    """Integers and booleans become float64."""
    return x if xp.isdtype(x.dtype, "real floating") else xp.astype(x, xp.float64)
