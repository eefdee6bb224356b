"""Wrong answers to the exercises on tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from solutions.u01_tensors import broadcast_to, matmul, pad_sequences, standardize
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edited

Array = np.ndarray[Any, Any]


def _first_entries(nested: Any) -> int:
    return 1 + _first_entries(nested[0]) if isinstance(nested, list) and nested else int(isinstance(nested, list))


def _number_has_one_axis(nested: Any) -> int:
    return 1 + _number_has_one_axis(nested[0]) if isinstance(nested, list) and nested else 1


def _deepest(nested: Any) -> int:
    return 1 + max(map(_deepest, nested), default=0) if isinstance(nested, list) else 0


def _first_shapes(nested: Any) -> tuple[int, ...]:
    return (len(nested), *_first_shapes(nested[0])) if isinstance(nested, list) and nested else ()


def _unchecked_shape(nested: Any) -> tuple[int, ...]:
    if not isinstance(nested, list):
        return ()
    return (len(nested), *_unchecked_shape(nested[0])) if nested else (0,)


NESTED = [
    Mistake("count_axes", lambda nested: str(nested).count("[")),
    Mistake("count_axes", lambda nested: len(nested) if isinstance(nested, list) else 0),
    Mistake("count_axes", _first_entries),
    Mistake("count_axes", _number_has_one_axis),
    Mistake("count_axes", _deepest),
    Mistake("count_axes", lambda nested: np.array(nested).size),
    Mistake("tensor_shape", lambda nested: _unchecked_shape(nested)[::-1]),
    Mistake("tensor_shape", lambda nested: tuple(n for n in _unchecked_shape(nested) if n != 1)),
    Mistake("tensor_shape", lambda nested: list(_unchecked_shape(nested))),
    Mistake("tensor_shape", _unchecked_shape),
    Mistake("tensor_shape", _first_shapes),
    Mistake("tensor_shape", lambda nested: (len(nested), len(nested[0]))),
    Mistake("tensor_shape", lambda nested: len(_unchecked_shape(nested))),
]

BYTES = [
    Mistake("tensor_bytes", lambda shape, dtype: sum(shape) * np.dtype(dtype).itemsize),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape) * np.dtype(dtype).itemsize * 8),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape) * 4),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape) * 8),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape)),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape[1:]) * np.dtype(dtype).itemsize),
    Mistake("tensor_bytes", lambda shape, dtype: math.prod(shape) * np.dtype(dtype).itemsize / 1024**2),
    Mistake("tensor_bytes", lambda shape, dtype: np.prod(shape) * np.dtype(dtype).itemsize),
    Mistake("tensor_bytes", lambda shape, dtype: len(shape) * np.dtype(dtype).itemsize),
]

LAYOUT = [
    Mistake("flatten_batch", lambda x: x.reshape(-1)),
    Mistake("flatten_batch", lambda x: x.reshape(-1, x.shape[-1])),
    Mistake("flatten_batch", lambda x: x.reshape(x.shape[0], x.shape[1] * x.shape[2])),
    Mistake("flatten_batch", lambda x: x.reshape((len(x), -1), order="F")),
    Mistake("flatten_batch", lambda x: x.reshape(-1, len(x))),
    Mistake("flatten_batch", lambda x: x.reshape(-1, len(x)).T),
    Mistake("flatten_batch", lambda x: np.array([sample.ravel() for sample in x])),
    Mistake("flatten_batch", lambda x: x if x.ndim == 1 else x.reshape(len(x), -1)),
    Mistake("crop_bottom_right", lambda images, size: images[:, : _pair(size)[0], : _pair(size)[1]]),
    Mistake("crop_bottom_right", lambda images, size: images[:, _pair(size)[0] :, _pair(size)[1] :]),
    Mistake("crop_bottom_right", lambda images, size: images[-_pair(size)[0] :, -_pair(size)[1] :]),
    Mistake("crop_bottom_right", lambda images, size: images[:, -_pair(size)[0] : -1, -_pair(size)[1] : -1]),
    Mistake("crop_bottom_right", lambda images, size: images[:, -_pair(size)[1] :, -_pair(size)[0] :]),
    Mistake("crop_bottom_right", lambda images, size: images[:, -_pair(size)[0] :, -_pair(size)[1] :]),
    Mistake("crop_bottom_right", lambda images, size: images[..., -_pair(size)[0] :, -_pair(size)[1] :]),
    Mistake("crop_bottom_right", lambda images, size: images[:, -_pair(size)[0] :, : _pair(size)[1]]),
    Mistake("crop_bottom_right", lambda images, size: images[:, : -_pair(size)[0], : -_pair(size)[1]]),
    Mistake("to_channels_first", lambda images: images.transpose(0, 3, 2, 1)),
    Mistake("to_channels_first", lambda images: images.reshape(len(images), images.shape[3], *images.shape[1:3])),
    Mistake("to_channels_first", lambda images: images.transpose(3, 0, 1, 2)),
    Mistake("to_channels_first", lambda images: images.T),
    Mistake("to_channels_first", lambda images: images.transpose(0, 2, 3, 1)),
    Mistake("to_channels_first", lambda images: np.moveaxis(images, -1, 0)),
    Mistake("to_channels_last", lambda images: images.transpose(0, 3, 1, 2)),
    Mistake("to_channels_last", lambda images: images.transpose(0, 3, 2, 1)),
    Mistake("to_channels_last", lambda images: images.reshape(len(images), *images.shape[2:], images.shape[1])),
    Mistake("to_channels_last", lambda images: images.transpose(1, 2, 3, 0)),
    Mistake("to_channels_last", lambda images: np.swapaxes(images, 1, 2)),
]


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


def _right_aligned(a: Any, b: Any) -> list[tuple[int, int]]:
    axes = max(len(a), len(b))
    return list(zip((1,) * (axes - len(a)) + tuple(a), (1,) * (axes - len(b)) + tuple(b), strict=True))


def _left_aligned(a: Any, b: Any) -> tuple[int, ...]:
    axes = max(len(a), len(b))
    pairs = zip(tuple(a) + (1,) * (axes - len(a)), tuple(b) + (1,) * (axes - len(b)), strict=True)
    return tuple(_agree(m, n) for m, n in pairs)


def _agree(m: int, n: int) -> int:
    if m != n and 1 not in (m, n):
        raise ValueError("a and b do not fit")
    return max(m, n)


def _only_equal(a: Any, b: Any) -> tuple[int, ...]:
    if any(m != n for m, n in zip(a[::-1], b[::-1], strict=False)):
        raise ValueError("a and b do not fit")
    return tuple(max(a, b, key=len))


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
    return grad.sum(axis=tuple(axis for axis, n in enumerate(shape) if n == 1))


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


BROADCASTING = [
    Mistake("broadcast_shape", _left_aligned),
    Mistake("broadcast_shape", lambda a, b: tuple(max(m, n) for m, n in _right_aligned(a, b))),
    Mistake("broadcast_shape", lambda a, b: tuple(_agree(m, n) for m, n in zip(a[::-1], b[::-1], strict=False))[::-1]),
    Mistake("broadcast_shape", lambda a, b: tuple(_agree(m, n) for m, n in zip(a, b, strict=False))),
    Mistake("broadcast_shape", _only_equal),
    Mistake("broadcast_shape", lambda a, b: max(a, b, key=len)),
    Mistake("broadcast_shape", lambda a, b: list(np.broadcast_shapes(a, b))),
    Mistake("broadcast_to", lambda x, shape: np.resize(x, shape)),
    Mistake("broadcast_to", lambda x, shape: np.tile(x, shape)),
    Mistake("broadcast_to", lambda x, shape: x + np.zeros(shape)),
    Mistake("broadcast_to", lambda x, shape: x * np.ones(shape)),
    Mistake("broadcast_to", lambda x, shape: x.reshape(shape)),
    Mistake("broadcast_to", lambda x, shape: x + np.zeros(shape, dtype=x.dtype)),
    Mistake("broadcast_to", edited(broadcast_to, ("(1,) * extra + x.shape", "x.shape + (1,) * extra"))),
    Mistake("broadcast_to", edited(broadcast_to, ("have not in (1, want)", "want % have"), ("want, axis", "want // have, axis"))),
    Mistake("broadcast_to", edited(broadcast_to, ("want, axis", "want - 1, axis"))),
    Mistake("unbroadcast", _leading_only),
    Mistake("unbroadcast", _stretched_only),
    Mistake("unbroadcast", _keepdims_forgotten),
    Mistake("unbroadcast", _trailing),
    Mistake("unbroadcast", _averaged),
    Mistake("unbroadcast", _first_copy),
    Mistake("unbroadcast", lambda grad, shape: grad.sum(axis=0)),
    Mistake("unbroadcast", lambda grad, shape: np.resize(grad, shape)),
    Mistake("unbroadcast", lambda grad, shape: np.full(shape, grad.sum(), dtype=grad.dtype)),
    Mistake("unbroadcast", lambda grad, shape: grad),
]


def _product(a: Array, b: Array) -> Array:
    dtype = np.result_type(a, b) if a.dtype.kind == b.dtype.kind == "f" else np.dtype(np.float64)
    return np.matmul(a.astype(dtype), b.astype(dtype))


def _looped(a: Array, b: Array) -> Array:
    if a.ndim != 2 or b.ndim != 2:
        return _product(a, b)
    return np.array([[(row * column).sum() for column in b.T] for row in a])


MATMUL = [
    Mistake("matmul", lambda a, b: a * b),
    Mistake("matmul", lambda a, b: (a[:, :, None] * b[None]).sum(axis=1)),
    Mistake("matmul", lambda a, b: (a[..., :, None, :] * b[..., None, :, :]).sum(axis=-1)),
    Mistake("matmul", edited(matmul, ("sum(axis=-2)", "sum(axis=-1)"))),
    Mistake("matmul", edited(matmul, ("sum(axis=-2)", "sum(axis=-3)"))),
    Mistake("matmul", edited(matmul, ("sum(axis=-2)", "mean(axis=-2)"))),
    Mistake("matmul", lambda a, b: _product(a, b).T),
    Mistake("matmul", edited(matmul, ("product[..., 0, :]", "product"))),
    Mistake("matmul", edited(matmul, (".astype(dtype, copy=False)", ""))),
    Mistake("matmul", lambda a, b: _product(a.astype(float), b.astype(float))),
    Mistake("matmul", edited(matmul, ("a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]", "False"))),
    Mistake("matmul", _looped),
    Mistake("matmul", lambda a, b: _product(b, a)),
    Mistake("matmul", lambda a, b: (a[:, None] * b.T[None]).sum(axis=2).astype(np.float64)),
    Mistake("matmul", lambda a, b: (a * b).sum(axis=-1)),
]


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


def _check_labels_first(labels: Array, num_classes: int) -> Array:
    if labels.max() >= num_classes:
        raise ValueError("labels: too large")
    return _one_hot(labels, num_classes)


ENCODING = [
    Mistake("one_hot", lambda labels, num_classes: _one_hot(labels - 1, num_classes)),
    Mistake("one_hot", lambda labels, num_classes: _one_hot(labels, labels.max() + 1)),
    Mistake("one_hot", lambda labels, num_classes: _one_hot(labels, num_classes).astype(int)),
    Mistake("one_hot", lambda labels, num_classes: _one_hot(labels, num_classes).T),
    Mistake("one_hot", _one_hot),
    Mistake("one_hot", _check_labels_first),
    Mistake("one_hot", lambda labels, num_classes: (labels[:, None] == np.arange(num_classes)).astype(float)),
    Mistake("one_hot", lambda labels, num_classes: labels[:, None] == np.arange(num_classes)),
    Mistake("one_hot", lambda labels, num_classes: _every_row([labels], num_classes).repeat(len(labels), axis=0)),
    Mistake("one_hot", lambda labels, num_classes: np.array([[float(c == y) for c in range(num_classes)] for y in labels])),
    Mistake("multi_hot", _counts),
    Mistake("multi_hot", _marked),
    Mistake("multi_hot", lambda sequences, dimension: _marked(sequences, dimension, offset=1)),
    Mistake("multi_hot", lambda sequences, dimension: _marked(sequences, dimension, offset=3)),
    Mistake("multi_hot", lambda sequences, dimension: _marked(sequences, dimension).T),
    Mistake("multi_hot", _every_row),
    Mistake("multi_hot", lambda sequences, dimension: _marked(sequences, dimension).astype(int)),
    Mistake("multi_hot", lambda sequences, dimension: _marked(sequences, dimension) / max(1, len(sequences))),
]


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


def _longest(sequences: Any, length: int, value: int = 0) -> Array:
    return _padded(sequences, max(map(len, sequences)), value)


PADDING = [
    Mistake("pad_sequences", lambda sequences, length, value=0: _padded(sequences, length, value, before=True)),
    Mistake("pad_sequences", lambda sequences, length, value=0: _padded(sequences, length, value, last=True)),
    Mistake("pad_sequences", lambda sequences, length, value=0: _padded(sequences, length, value, before=True, last=True)),
    Mistake("pad_sequences", lambda sequences, length, value=0: _padded(sequences, length, 0)),
    Mistake("pad_sequences", lambda sequences, length, value=0: _padded(sequences, length, value).astype(float)),
    Mistake("pad_sequences", edited(pad_sequences, ("kept = sequence[:length]", "kept = sequence"))),
    Mistake("pad_sequences", _extended_in_place),
    Mistake("pad_sequences", _last_one_short),
    Mistake("pad_sequences", _as_lists),
    Mistake("pad_sequences", _longest),
    Mistake("pad_sequences", lambda sequences, length, value=1: _padded(sequences, length, value)),
]

SCALING = [
    Mistake("to_unit_range", lambda images: images / 255),
    Mistake("to_unit_range", lambda images: (images // 255).astype(np.float32)),
    Mistake("to_unit_range", lambda images: (images / images.max()).astype(np.float32)),
    Mistake("to_unit_range", lambda images: (images / 256).astype(np.float32)),
    Mistake("to_unit_range", lambda images: (images / 255).astype(np.uint8)),
    Mistake("to_unit_range", lambda images: (images / 127.5 - 1).astype(np.float32)),
    Mistake("to_unit_range", lambda images: ((images - images.min()) / np.ptp(images)).astype(np.float32)),
    Mistake("to_unit_range", lambda images: images.astype(np.float32)),
    Mistake("standardize", edited(standardize, ("(test - mean) / scale", "(test - test.mean(axis=0)) / (test.std(axis=0) + (test.std(axis=0) == 0))"))),
    Mistake("standardize", edited(standardize, ("train.mean(axis=0), train.std(axis=0)", "np.vstack([train, test]).mean(axis=0), np.vstack([train, test]).std(axis=0)"))),
    Mistake("standardize", edited(standardize, ("(axis=0)", "()"))),
    Mistake("standardize", edited(standardize, ("axis=0", "axis=1, keepdims=True"))),
    Mistake("standardize", edited(standardize, ("std(axis=0)", "std(axis=0, ddof=1)"))),
    Mistake("standardize", edited(standardize, ("train.std", "train.var"))),
    Mistake("standardize", edited(standardize, ("np.where(std > 0, std, 1)", "std + 1e-8"))),
    Mistake("standardize", edited(standardize, ("np.where(std > 0, std, 1)", "std"))),
    Mistake("standardize", lambda train, test: tuple(np.nan_to_num((x - train.mean(axis=0)) / train.std(axis=0)) for x in (train, test))),
    Mistake("standardize", edited(standardize, ("(test - mean) / scale", "test"))),
    Mistake("standardize", edited(standardize, ("(test - mean) / scale", "test - mean"))),
    Mistake("standardize", edited(standardize, ("/ scale", ""))),
    Mistake("standardize", edited(standardize, ("(train - mean) / scale, (test - mean) / scale", "(train - mean) / scale"))),
    Mistake("standardize", lambda train, test: standardize(train, test)[::-1]),
    Mistake("standardize", edited(standardize, ("return", "train -= mean\n    return train / scale, (test - mean) / scale\n    return"))),
    Mistake("standardize", edited(standardize, ("(train - mean) / scale", "train - mean / scale"))),
]


def _slices(n: int, batch_size: int) -> list[slice]:
    return [slice(start, start + batch_size) for start in range(0, n, batch_size)]


BATCHES = [
    Mistake("batch_slices", lambda n, batch_size: _slices(n - n % batch_size, batch_size)),
    Mistake("batch_slices", _slices),
    Mistake("batch_slices", lambda n, batch_size: [slice(s.start, min(s.stop - 1, n)) for s in _slices(n, batch_size)]),
    Mistake("batch_slices", lambda n, batch_size: [(s.start, min(s.stop, n)) for s in _slices(n, batch_size)]),
    Mistake("batch_slices", lambda n, batch_size: [slice(k * batch_size, min((k + 1) * batch_size, n)) for k in range(n // batch_size + 1)]),
    Mistake("batch_slices", lambda n, batch_size: [slice(s.start, min(s.stop, n)) for s in _slices(n, batch_size)]),
    Mistake("batch_slices", lambda n, batch_size: [slice(start, min(start + batch_size, n)) for start in range(n)]),
    Mistake("batch_slices", lambda n, batch_size: [slice(s.start, s.stop) for s in _slices(n, n // batch_size or 1)]),
    Mistake("batch_slices", lambda n, batch_size: [slice(s.start, min(s.stop, n), 1) for s in _slices(n, batch_size)]),
]

MISTAKES = [*NESTED, *BYTES, *LAYOUT, *BROADCASTING, *MATMUL, *ENCODING, *PADDING, *SCALING, *BATCHES]
