"""Wrong answers to the exercises on tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from solutions import u01_tensors as tensors
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

Array = np.ndarray[Any, Any]
edit = edits_of(tensors)


def _first_entries(nested: Any) -> int:
    return 1 + _first_entries(nested[0]) if isinstance(nested, list) and nested else int(isinstance(nested, list))


def _deepest(nested: Any) -> int:
    return 1 + max(map(_deepest, nested), default=0) if isinstance(nested, list) else 0


def _first_shapes(nested: Any) -> tuple[int, ...]:
    return (len(nested), *_first_shapes(nested[0])) if isinstance(nested, list) and nested else ()


def _unchecked_shape(nested: Any) -> tuple[int, ...]:
    if not isinstance(nested, list):
        return ()
    return (len(nested), *_unchecked_shape(nested[0])) if nested else (0,)


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


def _right_aligned(a: Any, b: Any) -> list[tuple[int, int]]:
    axes = max(len(a), len(b))
    return list(zip((1,) * (axes - len(a)) + tuple(a), (1,) * (axes - len(b)) + tuple(b), strict=True))


def _agree(m: int, n: int) -> int:
    if m != n and 1 not in (m, n):
        raise ValueError("a and b do not fit")
    return max(m, n)


def _only_equal(a: Any, b: Any) -> tuple[int, ...]:
    if any(m != n for m, n in zip(a[::-1], b[::-1], strict=False)):
        raise ValueError("a and b do not fit")
    return tuple(a if len(a) >= len(b) else b)


def _leading_only(grad: Array, shape: Any) -> Array:
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    return grad


def _stretched_only(grad: Array, shape: Any) -> Array:
    for axis, n in enumerate(shape):
        if n == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def _keepdims_forgotten(grad: Array, shape: Any) -> Array:
    grad = _leading_only(grad, shape)
    return np.asarray(grad.sum(axis=tuple(axis for axis, n in enumerate(shape) if n == 1)))


def _trailing(grad: Array, shape: Any) -> Array:
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    return _stretched_only(grad, shape)


def _averaged(grad: Array, shape: Any) -> Array:
    extra = grad.ndim - len(shape)
    axes = tuple(axis for axis in range(grad.ndim) if axis < extra or shape[axis - extra] == 1)
    return np.asarray(grad.mean(axis=axes)).reshape(shape)


def _first_copy(grad: Array, shape: Any) -> Array:
    while grad.ndim > len(shape):
        grad = grad[0]
    return grad[tuple(slice(n) for n in shape)]


def _product(a: Array, b: Array) -> Array:
    dtype = np.result_type(a, b) if a.dtype.kind == b.dtype.kind == "f" else np.dtype(np.float64)
    return np.asarray(np.matmul(a.astype(dtype), b.astype(dtype)))


def _looped(a: Array, b: Array) -> Array:
    if a.ndim != 2 or b.ndim != 2:
        return _product(a, b)
    return np.array([[(row * column).sum() for column in b.T] for row in a])


def _one_hot(labels: Array, num_classes: int) -> Array:
    return np.eye(num_classes)[labels]


def _counts(sequences: Any, dimension: int) -> Array:
    rows = np.zeros((len(sequences), dimension))
    for row, ids in zip(rows, sequences, strict=True):
        for i in ids:
            row[i] += 1
    return rows


def _marked(sequences: Any, dimension: int, offset: int = 0) -> Array:
    rows = np.zeros((len(sequences), dimension))
    for row, ids in zip(rows, sequences, strict=True):
        for i in ids:
            row[i - offset] = 1
    return rows


def _every_row(sequences: Any, dimension: int) -> Array:
    rows = np.zeros((len(sequences), dimension))
    for ids in sequences:
        rows[:, list(ids)] = 1
    return rows


def _padded(sequences: Any, length: int, value: int, *, before: bool = False, last: bool = False) -> Array:
    rows = np.full((len(sequences), length), value)
    for row, ids in zip(rows, sequences, strict=True):
        kept = ids[max(len(ids) - length, 0) :] if last else ids[:length]
        row[length - len(kept) if before else 0 :][: len(kept)] = kept
    return rows


def _extended_in_place(sequences: Any, length: int, value: int = 0) -> Array:
    for ids in sequences:
        ids.extend([value] * (length - len(ids)))
    return np.array([ids[:length] for ids in sequences])


def _last_one_short(sequences: Any, length: int, value: int = 0) -> Array:
    return np.array([(list(ids[: length - 1]) + [value] * length)[:length] for ids in sequences])


def _as_lists(sequences: Any, length: int, value: int = 0) -> list[list[int]]:
    return [(list(ids) + [value] * length)[:length] for ids in sequences]


def _slices(n: int, batch_size: int) -> list[slice]:
    return [slice(start, start + batch_size) for start in range(0, n, batch_size)]


NESTED = [
    Mistake("count_axes", lambda nested: str(nested).count("["), named="brackets-counted"),
    Mistake("count_axes", lambda nested: len(nested) if isinstance(nested, list) else 0, named="length-for-axes"),
    Mistake("count_axes", _first_entries, named="ragged-accepted"),
    Mistake("count_axes", _deepest, named="ragged-accepted"),
    Mistake("count_axes", lambda nested: np.array(nested).size, named="numbers-counted"),
    Mistake("tensor_shape", lambda nested: _unchecked_shape(nested)[::-1], named="innermost-first"),
    Mistake(
        "tensor_shape",
        lambda nested: tuple(n for n in _unchecked_shape(nested) if n != 1),
        named="length-one-axes-dropped",
    ),
    Mistake("tensor_shape", lambda nested: list(_unchecked_shape(nested)), named="ragged-accepted"),
    Mistake("tensor_shape", _first_shapes),
]

BYTES = [
    Mistake("tensor_bytes", lambda shape, dtype: sum(shape) * np.dtype(dtype).itemsize, named="lengths-added"),
    Mistake(
        "tensor_bytes", lambda shape, dtype: math.prod(shape) * np.dtype(dtype).itemsize * 8, named="bits-for-bytes"
    ),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape) * 4, named="always-four-bytes"),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape) * 8, named="always-eight-bytes"),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape), named="numbers-for-bytes"),
    Mistake(
        "tensor_bytes",
        lambda shape, dtype: math.prod(shape[1:]) * np.dtype(dtype).itemsize,
        named="batch-axis-left-out",
    ),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape) * np.dtype(dtype).itemsize / 1024**2),
    Mistake("tensor_bytes", lambda shape, dtype: len(shape) * np.dtype(dtype).itemsize, named="axes-counted"),
]

LAYOUT = [
    Mistake("flatten_batch", lambda x: x.reshape(-1), named="batch-flattened-too"),
    Mistake("flatten_batch", lambda x: x.reshape(-1, x.shape[-1]), named="last-axis-kept"),
    Mistake("flatten_batch", lambda x: x.reshape(x.shape[0], x.shape[1] * x.shape[2])),
    Mistake("flatten_batch", lambda x: x.reshape(-1, len(x)), named="samples-in-columns"),
    Mistake("flatten_batch", lambda x: np.array([sample.ravel() for sample in x])),
    Mistake("flatten_batch", lambda x: x if x.ndim == 1 else x.reshape(len(x), -1)),
    Mistake(
        "crop_bottom_right", lambda images, size: images[:, : _pair(size)[0], : _pair(size)[1]], named="upper-left"
    ),
    Mistake(
        "crop_bottom_right", lambda images, size: images[:, _pair(size)[0] :, _pair(size)[1] :], named="size-cut-away"
    ),
    Mistake(
        "crop_bottom_right",
        lambda images, size: images[-_pair(size)[0] :, -_pair(size)[1] :],
        named="batch-axis-cropped",
    ),
    Mistake(
        "crop_bottom_right",
        lambda images, size: images[:, -_pair(size)[1] :, -_pair(size)[0] :],
        named="height-and-width-swapped",
    ),
    Mistake(
        "crop_bottom_right",
        lambda images, size: images[..., -_pair(size)[0] :, -_pair(size)[1] :],
        named="last-two-axes-cropped",
    ),
    Mistake(
        "crop_bottom_right", lambda images, size: images[:, -_pair(size)[0] :, : _pair(size)[1]], named="lower-left"
    ),
    Mistake(
        "crop_bottom_right",
        lambda images, size: images[:, : -_pair(size)[0], : -_pair(size)[1]],
        named="corner-removed",
    ),
    Mistake("to_channels_first", lambda images: images.transpose(0, 3, 2, 1), named="axes-swapped"),
    Mistake(
        "to_channels_first",
        lambda images: images.reshape(len(images), images.shape[3], *images.shape[1:3]),
        named="reshape-as-transpose",
    ),
    Mistake("to_channels_first", lambda images: images.transpose(3, 0, 1, 2), named="channels-before-the-batch"),
    Mistake("to_channels_first", lambda images: images.transpose(0, 2, 3, 1), named="other-direction"),
    Mistake("to_channels_first", lambda images: np.moveaxis(images, -1, 0), named="channels-before-the-batch"),
    Mistake("to_channels_last", lambda images: images.transpose(0, 3, 1, 2), named="same-direction-again"),
    Mistake("to_channels_last", lambda images: images.transpose(0, 3, 2, 1), named="axes-swapped"),
    Mistake(
        "to_channels_last",
        lambda images: images.reshape(len(images), *images.shape[2:], images.shape[1]),
        named="reshape-as-transpose",
    ),
    Mistake("to_channels_last", lambda images: images.transpose(1, 2, 3, 0)),
    Mistake("to_channels_last", lambda images: np.swapaxes(images, 1, 2)),
]

BROADCASTING = [
    Mistake(
        "broadcast_shape", lambda a, b: tuple((max(m, n) for m, n in _right_aligned(a, b))), named="mismatch-accepted"
    ),
    Mistake(
        "broadcast_shape",
        lambda a, b: tuple((_agree(m, n) for m, n in zip(a[::-1], b[::-1], strict=False)))[::-1],
        named="rest-cut-off",
    ),
    Mistake("broadcast_shape", lambda a, b: tuple((_agree(m, n) for m, n in zip(a, b, strict=False)))),
    Mistake("broadcast_shape", _only_equal, named="ones-not-stretched"),
    Mistake("broadcast_shape", lambda a, b: list(np.broadcast_shapes(a, b))),
    Mistake("broadcast_to", lambda x, shape: np.resize(x, shape), named="filled-in-memory-order"),
    Mistake("broadcast_to", lambda x, shape: x + np.zeros(shape), named="added-to-zeros"),
    Mistake("broadcast_to", lambda x, shape: x * np.ones(shape), named="added-to-zeros"),
    Mistake("broadcast_to", lambda x, shape: x.reshape(shape)),
    Mistake("broadcast_to", lambda x, shape: x + np.zeros(shape, dtype=x.dtype)),
    edit("broadcast_to", "(1,) * extra + x.shape", "x.shape + (1,) * extra", named="aligned-at-the-left"),
    edit("broadcast_to", "have not in (1, want)", "want % have", "want, axis", "want // have, axis"),
    Mistake("unbroadcast", _leading_only, named="new-axes-only"),
    Mistake("unbroadcast", _stretched_only),
    Mistake("unbroadcast", _keepdims_forgotten, named="axes-dropped"),
    Mistake("unbroadcast", _trailing, named="aligned-at-the-left"),
    Mistake("unbroadcast", _averaged, named="mean-of-copies"),
    Mistake("unbroadcast", _first_copy, named="one-copy-taken"),
    Mistake("unbroadcast", lambda grad, shape: grad.sum(axis=0), named="first-axis-alone"),
]

MATMUL = [
    Mistake("matmul", lambda a, b: _product(a, b).T, named="result-transposed"),
    edit("matmul", "product[..., 0, :]", "product"),
    edit("matmul", ".astype(dtype, copy=False)", ""),
    Mistake("matmul", lambda a, b: _product(a.astype(float), b.astype(float)), named="always-double-precision"),
    edit("matmul", "a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]", "False", named="inner-length-stretched"),
    Mistake("matmul", _looped),
    Mistake("matmul", lambda a, b: (a[:, None] * b.T[None]).sum(axis=2).astype(np.float64)),
    Mistake("matmul", lambda a, b: (a * b).sum(axis=-1)),
]

ENCODING = [
    Mistake("one_hot", lambda labels, num_classes: _one_hot(labels - 1, num_classes), named="labels-from-one"),
    Mistake("one_hot", lambda labels, num_classes: _one_hot(labels, labels.max() + 1), named="classes-from-the-batch"),
    Mistake("one_hot", lambda labels, num_classes: _one_hot(labels, num_classes).astype(int), named="integer-ones"),
    Mistake("one_hot", lambda labels, num_classes: _one_hot(labels, num_classes).T, named="classes-in-rows"),
    Mistake("one_hot", _one_hot, named="minus-one-wraps-round"),
    Mistake(
        "one_hot",
        lambda labels, num_classes: (labels[:, None] == np.arange(num_classes)).astype(float),
        named="unknown-labels-are-zero-rows",
    ),
    Mistake(
        "one_hot",
        lambda labels, num_classes: _every_row([labels], num_classes).repeat(len(labels), axis=0),
        named="columns-of-all-labels",
    ),
    Mistake(
        "one_hot",
        lambda labels, num_classes: np.array([[float(c == y) for c in range(num_classes)] for y in labels]),
        named="unknown-labels-are-zero-rows",
    ),
    Mistake("multi_hot", _counts, named="duplicates-counted"),
    Mistake("multi_hot", _marked, named="minus-one-wraps-round"),
    Mistake(
        "multi_hot", lambda sequences, dimension: _marked(sequences, dimension, offset=3), named="ids-shifted-by-three"
    ),
    Mistake("multi_hot", lambda sequences, dimension: _marked(sequences, dimension).T, named="ids-in-rows"),
    Mistake("multi_hot", _every_row, named="all-rows-marked"),
    Mistake("multi_hot", lambda sequences, dimension: _marked(sequences, dimension).astype(int), named="integer-ones"),
    Mistake("multi_hot", lambda sequences, dimension: _marked(sequences, dimension) / max(1, len(sequences))),
]

PADDING = [
    Mistake(
        "pad_sequences",
        lambda sequences, length, value=0: _padded(sequences, length, value, before=True),
        named="filled-at-the-front",
    ),
    Mistake(
        "pad_sequences",
        lambda sequences, length, value=0: _padded(sequences, length, value, last=True),
        named="cut-at-the-front",
    ),
    Mistake("pad_sequences", lambda sequences, length, value=0: _padded(sequences, length, 0), named="always-zero"),
    Mistake(
        "pad_sequences",
        lambda sequences, length, value=0: _padded(sequences, length, value).astype(float),
        named="floating-ids",
    ),
    edit("pad_sequences", "kept = sequence[:length]", "kept = sequence"),
    Mistake("pad_sequences", _extended_in_place, named="argument-filled-up"),
    Mistake("pad_sequences", _last_one_short),
    Mistake("pad_sequences", _as_lists, named="lists-returned"),
    Mistake("pad_sequences", lambda sequences, length, value=1: _padded(sequences, length, value)),
]

SCALING = [
    Mistake("to_unit_range", lambda images: (images // 255).astype(np.float32), named="whole-number-division"),
    Mistake("to_unit_range", lambda images: (images / images.max()).astype(np.float32), named="own-maximum"),
    Mistake("to_unit_range", lambda images: (images / 256).astype(np.float32), named="divided-by-256"),
    Mistake("to_unit_range", lambda images: (images / 255).astype(np.uint8), named="cast-back-to-bytes"),
    Mistake("to_unit_range", lambda images: (images / 127.5 - 1).astype(np.float32), named="from-minus-one"),
    Mistake("to_unit_range", lambda images: images.astype(np.float32), named="only-cast"),
    edit(
        "standardize",
        "train.mean(axis=0), train.std(axis=0)",
        "np.vstack([train, test]).mean(axis=0), np.vstack([train, test]).std(axis=0)",
        named="joint-statistics",
    ),
    edit("standardize", "(axis=0)", "()", named="one-mean-for-all-features"),
    edit("standardize", "axis=0", "axis=1, keepdims=True"),
    edit("standardize", "std(axis=0)", "std(axis=0, ddof=1)", named="sample-deviation"),
    edit("standardize", "train.std", "train.var", named="variance-for-deviation"),
    edit("standardize", "np.where(std > 0, std, 1)", "std", named="constant-divided-by-zero"),
    Mistake(
        "standardize",
        lambda train, test: tuple(np.nan_to_num((x - train.mean(axis=0)) / train.std(axis=0)) for x in (train, test)),
        named="nan-replaced-afterwards",
    ),
    edit("standardize", "(test - mean) / scale", "test", named="test-left-alone"),
    edit("standardize", "(test - mean) / scale", "test - mean"),
    edit("standardize", "/ scale", "", named="only-centred"),
    edit("standardize", "(train - mean) / scale, (test - mean) / scale", "(train - mean) / scale"),
    edit("standardize", "(train - mean) / scale", "train - mean / scale"),
]

BATCHES = [
    Mistake("batch_slices", lambda n, batch_size: _slices(n - n % batch_size, batch_size), named="last-one-dropped"),
    Mistake("batch_slices", _slices, named="past-the-end"),
    Mistake(
        "batch_slices",
        lambda n, batch_size: [slice(s.start, min(s.stop - 1, n)) for s in _slices(n, batch_size)],
        named="stop-minus-one",
    ),
    Mistake(
        "batch_slices",
        lambda n, batch_size: [(s.start, min(s.stop, n)) for s in _slices(n, batch_size)],
        named="pairs-instead-of-slices",
    ),
    Mistake(
        "batch_slices",
        lambda n, batch_size: [slice(k * batch_size, min((k + 1) * batch_size, n)) for k in range(n // batch_size + 1)],
        named="empty-one-at-the-end",
    ),
    Mistake(
        "batch_slices",
        lambda n, batch_size: [slice(start, min(start + batch_size, n)) for start in range(n)],
        named="one-from-every-sample",
    ),
    Mistake("batch_slices", lambda n, batch_size: [slice(s.start, s.stop) for s in _slices(n, n // batch_size or 1)]),
    Mistake("batch_slices", lambda n, batch_size: [slice(s.start, min(s.stop, n), 1) for s in _slices(n, batch_size)]),
]

MISTAKES: list[Mistake] = [*NESTED, *BYTES, *LAYOUT, *BROADCASTING, *MATMUL, *ENCODING, *PADDING, *SCALING, *BATCHES]
