"""Tensors, by Tara."""

import itertools
import math

import numpy as np


# ---------------------------------------------------------------- small helpers
def _is_list(thing):
    return isinstance(thing, (list, tuple))


def _float_type(*arrays):
    # float32 only if everything is float32
    return np.float32 if all(a.dtype == np.float32 for a in arrays) else np.float64


# ---------------------------------------------------------------- shapes
def count_axes(nested):
    """How many axes do nested lists have?"""
    return len(tensor_shape(nested))


def tensor_shape(nested):
    """Shape of nested lists, level by level (not recursive)."""
    shape = []
    level = [nested]  # all the things at the present depth
    while any(_is_list(thing) for thing in level):
        if not all(_is_list(thing) for thing in level):
            raise ValueError("nested is ragged: a number stands beside a list, I want lists only")
        lengths = {len(thing) for thing in level}
        if len(lengths) != 1:
            raise ValueError(f"nested is ragged: lists of lengths {sorted(lengths)} at depth {len(shape)}")
        shape.append(lengths.pop())
        level = [inner for thing in level for inner in thing]
    return tuple(shape)


def tensor_bytes(shape, dtype):
    """Bytes of a tensor."""
    total = np.dtype(dtype).itemsize
    for length in shape:
        total *= int(length)
    return total


def flatten_batch(x):
    """One row per sample."""
    return x.reshape(len(x), math.prod(x.shape[1:]))


def crop_bottom_right(images, size):
    """Lower right corner."""
    h, w = size if _is_list(size) else (size, size)
    top, left = images.shape[1] - h, images.shape[2] - w
    if top < 0 or left < 0:
        raise ValueError(f"size: got {(h, w)}, but the images are only {images.shape[1:3]}")
    return images[:, top:, left:]


def to_channels_first(images):
    """NHWC to NCHW."""
    return np.einsum("nhwc->nchw", images)


def to_channels_last(images):
    """NCHW to NHWC."""
    return images.swapaxes(1, 2).swapaxes(2, 3)


# ---------------------------------------------------------------- broadcasting
def broadcast_shape(a, b):
    """The shape of both together."""
    backwards = []
    for p, q in itertools.zip_longest(reversed(a), reversed(b), fillvalue=1):
        if p != q and 1 not in (p, q):
            raise ValueError(f"a and b do not go together: {a} and {b}, lengths {p} and {q}")
        backwards.append(q if p == 1 else p)
    return tuple(backwards[::-1])


def broadcast_to(x, shape):
    """Stretch by gluing copies together."""
    missing = len(shape) - x.ndim
    if missing < 0:
        raise ValueError(f"shape: {shape} has fewer axes than x, which has {x.shape}")
    out = x[(None,) * missing]
    for axis, wanted in enumerate(shape):
        have = out.shape[axis]
        if have == wanted:
            continue
        if have != 1:
            raise ValueError(f"shape: cannot make {shape} from {x.shape}, {have} does not become {wanted}")
        out = np.concatenate([out] * wanted, axis=axis)
    return out


def unbroadcast(grad, shape):
    """Sum over what was stretched."""
    front = grad.ndim - len(shape)
    stretched = [front + i for i, length in enumerate(shape) if length == 1]
    summed = grad.sum(axis=tuple(range(front)) + tuple(stretched))
    return summed.reshape(shape)  # puts the axes of length 1 back


def matmul(a, b):
    """Rows of a times columns of b, all pairs at once."""
    if a.ndim == 0 or b.ndim == 0:
        raise ValueError(f"a and b need at least one axis, got {a.shape} and {b.shape}")
    kind = _float_type(a, b)
    rows = (a if a.ndim > 1 else a[None, :]).astype(kind)
    cols = (b if b.ndim > 1 else b[:, None]).astype(kind)
    if rows.shape[-1] != cols.shape[-2]:
        raise ValueError(f"a and b: lengths differ, {rows.shape[-1]} and {cols.shape[-2]}")
    cols = cols.swapaxes(-1, -2)  # now k is last in both
    product = (rows[..., :, None, :] * cols[..., None, :, :]).sum(axis=-1)
    if b.ndim == 1:
        product = product[..., 0]
    if a.ndim == 1:
        product = product[..., 0] if b.ndim == 1 else product[..., 0, :]
    return product


# ---------------------------------------------------------------- encodings
def one_hot(labels, num_classes):
    """Pick rows of the identity."""
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError(f"labels must be in 0..{num_classes - 1}, got {labels.min()}..{labels.max()}")
    return np.eye(num_classes)[labels]


def multi_hot(sequences, dimension):
    """Which ids occur?"""
    table = np.zeros((len(sequences), dimension))
    for row, ids in zip(table, sequences):
        for i in set(ids):
            if not 0 <= i < dimension:
                raise ValueError(f"sequences: id {i} is not in 0..{dimension - 1}")
            row[i] = 1
    return table


def pad_sequences(sequences, length, value=0):
    """Cut or fill at the end."""
    rows = [(list(s) + [value] * length)[:length] for s in sequences]
    return np.array(rows, dtype=int).reshape(-1, length)


# ---------------------------------------------------------------- numbers
def to_unit_range(images):
    """0..255 to 0..1."""
    return np.divide(images, 255, dtype=np.float32)


def standardize(train, test):
    """Mean 0, std 1, measured in train."""
    kind = _float_type(train)
    tr, te = train.astype(np.float64), test.astype(np.float64)
    centre = tr.mean(axis=0)
    spread = np.sqrt(((tr - centre) ** 2).mean(axis=0))
    # constant features: the mean of ten 0.1 is not 0.1, so look at min and max instead of spread == 0
    flat = tr.min(axis=0) == tr.max(axis=0)
    centre[flat] = tr[0, flat]
    spread[flat] = 1
    return ((tr - centre) / spread).astype(kind), ((te - centre) / spread).astype(kind)


def batch_slices(n, batch_size):
    """Slices of at most batch_size."""
    if batch_size < 1:
        raise ValueError(f"batch_size: got {batch_size}, want at least 1")
    slices = []
    start = 0
    while start < n:
        stop = min(start + batch_size, n)
        slices.append(slice(start, stop))
        start = stop
    return slices
