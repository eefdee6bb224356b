"""Tensors, by Omar."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]


def count_axes(nested: Any) -> int:
    """Count the axes of a tensor that is written as nested lists; without NumPy."""
    axes, level = 0, [nested]
    while level:
        lengths = {len(item) if isinstance(item, list) else None for item in level}
        if len(lengths) > 1:
            raise ValueError(
                f"nested: got unequal items at depth {axes}, want lists of one length, or numbers alone"
            )
        if lengths == {None}:
            break
        axes, level = axes + 1, [entry for item in level for entry in item]
    return axes


def tensor_shape(nested: Any) -> Shape:
    """Find the shape of a tensor that is written as nested lists; without NumPy."""
    if not isinstance(nested, list):
        return ()
    shapes = {tensor_shape(item) for item in nested}
    if len(shapes) > 1:
        raise ValueError(
            f"nested: got items of the shapes {sorted(shapes)} side by side, want equal shapes"
        )
    return (len(nested), *(shapes.pop() if shapes else ()))


def tensor_bytes(shape: Shape, dtype: str) -> int:
    """Say how much memory the numbers of a tensor take."""
    return math.prod(shape) * np.dtype(dtype).itemsize


def flatten_batch(x: Array) -> Array:
    """Turn every sample of a batch into one row; the batch axis stays."""
    return x.reshape(len(x), -1)


def crop_bottom_right(images: Array, size: int | tuple[int, int]) -> Array:
    """Cut the lower right corner out of every image of a batch."""
    height, width = (size, size) if isinstance(size, int) else size
    rows, columns = images.shape[1:3]
    if not (1 <= height <= rows and 1 <= width <= columns):
        raise ValueError(
            f"size: got {(height, width)}, want at least 1 and at most {(rows, columns)}"
        )
    return images[:, rows - height :, columns - width :]


def to_channels_first(images: Array) -> Array:
    """Bring the channel axis of a batch of images before rows and columns."""
    return images.reshape(images.shape[0], images.shape[3], images.shape[1], images.shape[2])


def to_channels_last(images: Array) -> Array:
    """Bring the channel axis of a batch of images behind rows and columns."""
    return images.transpose(0, 2, 3, 1)


def broadcast_shape(a: Shape, b: Shape) -> Shape:
    """Find the shape that two shapes broadcast to."""
    axes = max(len(a), len(b))
    pairs = list(
        zip((1,) * (axes - len(a)) + tuple(a), (1,) * (axes - len(b)) + tuple(b), strict=True)
    )
    if any(m != n and 1 not in (m, n) for m, n in pairs):
        raise ValueError(
            f"a and b: got the shapes {a} and {b}, want equal lengths or 1 when aligned at the right"
        )
    return tuple(n if m == 1 else m for m, n in pairs)


def broadcast_to(x: Array, shape: Shape) -> Array:
    """Stretch an array to a shape, by hand: add axes, then repeat."""
    extra = len(shape) - x.ndim
    lengths = (1,) * extra + x.shape
    if extra < 0 or any(have not in (1, want) for have, want in zip(lengths, shape, strict=True)):
        raise ValueError(
            f"shape: got {shape}, which an array of shape {x.shape} cannot be stretched to"
        )
    stretched = x.reshape(lengths)
    for axis, (have, want) in enumerate(zip(lengths, shape, strict=True)):
        if have != want:
            stretched = np.repeat(stretched, want, axis)
    return stretched


def unbroadcast(grad: Array, shape: Shape) -> Array:
    """Sum a gradient over all that broadcasting added: the way back."""
    extra = grad.ndim - len(shape)
    axes = tuple(axis for axis in range(grad.ndim) if axis < extra or shape[axis - extra] == 1)
    summed: Array = grad.sum(axis=axes)
    return summed.reshape(shape)


def matmul(a: Array, b: Array) -> Array:
    """Multiply matrices by broadcasting: products of all pairs, then one sum."""
    if 0 in (a.ndim, b.ndim) or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(
            f"a and b: got the shapes {a.shape} and {b.shape}, want (..., n, k) and (..., k, m)"
        )
    dtype = np.result_type(a, b) if a.dtype.kind == b.dtype.kind == "f" else np.float64
    rows = (a if a.ndim > 1 else a[np.newaxis]).astype(dtype, copy=False)
    columns = (b if b.ndim > 1 else b[:, np.newaxis]).astype(dtype, copy=False)
    product: Array = (rows[..., :, :, np.newaxis] * columns[..., np.newaxis, :, :]).sum(axis=-2)
    if a.ndim == 1:
        product = product[..., 0, :]
    return product[..., 0] if b.ndim == 1 else product


def one_hot(labels: Array, num_classes: int) -> Array:
    """Write each label as a row of zeros with a single one."""
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError(f"labels: got {labels.min()} … {labels.max()}, want 0 … {num_classes - 1}")
    rows = np.zeros((len(labels), num_classes))
    rows[np.arange(len(labels)), labels] = 1
    return rows


def multi_hot(sequences: Sequence[Sequence[int]], dimension: int) -> Array:
    """Write each sequence of ids as a row that says which ids occur in it."""
    rows = np.zeros((len(sequences), dimension))
    for row, ids in zip(rows, sequences, strict=True):
        if any(not 0 <= i < dimension for i in ids):
            raise ValueError(
                f"sequences: got ids {min(ids)} … {max(ids)}, want 0 … {dimension - 1}"
            )
        row[list(ids)] = 1
    return rows


def pad_sequences(sequences: Sequence[Sequence[int]], length: int, value: int = 0) -> Array:
    """Bring sequences to one length, so that they fit into one array."""
    padded = np.full((len(sequences), length), value)
    for row, sequence in zip(padded, sequences, strict=True):
        kept = sequence[:length]
        row[: len(kept)] = kept
    return padded


def to_unit_range(images: Array) -> Array:
    """Bring pixels from 0 … 255 to 0 … 1."""
    return images.astype(np.float32) / np.float32(255)


def standardize(train: Array, test: Array) -> tuple[Array, Array]:
    """Give every feature mean 0 and standard deviation 1, as measured in training."""
    mean, std = train.mean(axis=0), train.std(axis=0)
    scale = np.where(std > 0, std, 1)
    return (train - mean) / scale, (test - mean) / scale


def batch_slices(n: int, batch_size: int) -> list[slice]:
    """Cut n samples into batches, in order; the last one may be smaller."""
    if batch_size < 1:
        raise ValueError(f"batch_size: got {batch_size}, want at least 1")
    return [slice(start, min(start + batch_size, n)) for start in range(0, n, batch_size)]
