"""Sketches: enough of a large result to recognise it again, in a few numbers.

What a wrong version answers is compared with what a student's code answers. Of a small result everything is kept. Of a
large array of floating numbers a sketch keeps its form, which entries are not finite, its size, a few entries and a few
projections: sums of all entries under fixed random weights of either sign. Two arrays that differ in any entry by more
than rounding, or in the order of their entries, have different projections, except by an accident that four of them
make negligible; arrays that differ by rounding have nearly the same. Arrays of whole numbers are compared exactly, by a
hash.

The weights come from a hash of the entry's index (SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom
number generators", 2014), not from NumPy's generators, whose draws may change between versions.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Any

import numpy as np

from autograder.assessment.compare import Truth, compare

__all__ = ["is_like", "sketch"]

Array = np.ndarray[Any, Any]

#: Larger arrays, and longer lists of numbers, are sketched.
SMALL = 16
PROJECTIONS = 4
ENTRIES = 4
#: A sum of n rounding errors of either sign is rarely larger than this many times their size times the root of n.
SPREAD = 4.0
_KEY = "sketch"


def sketch(value: Any) -> Any:
    """What to keep of a result: the same tree, with sketches in place of large arrays.

    Args:
        value: a result as it came over the wire.
    """
    if isinstance(value, dict):
        return {key: sketch(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        if len(value) > SMALL and _is_numeric(value):
            return _sketched(np.asarray(value), "list")
        return type(value)(sketch(item) for item in value)
    if isinstance(value, np.ndarray) and value.size > SMALL:
        return _sketched(value, "array")
    return value


def is_like(got: Any, kept: Any, tolerance: float, dtype: str) -> bool:
    """Whether a result is, but for rounding, the one that a sketch was made of.

    Args:
        got: a result as it came over the wire.
        kept: what `sketch` kept of another.
        tolerance: allowed difference of two entries, relative to the largest.
        dtype: the dtype that floating numbers must have.
    """
    if isinstance(kept, dict) and _KEY in kept:
        return _is_sketched(got, kept, tolerance)
    if isinstance(kept, dict):
        return (
            isinstance(got, dict)
            and set(got) == set(kept)
            and all(is_like(got[key], item, tolerance, dtype) for key, item in kept.items())
        )
    if isinstance(kept, (list, tuple)):
        return (
            isinstance(got, (list, tuple))
            and len(got) == len(kept)
            and all(is_like(mine, item, tolerance, dtype) for mine, item in zip(got, kept, strict=True))
        )
    if (got is None) != (kept is None):
        return False
    return compare(got, Truth(kept, _allowed(kept, tolerance), dtype)) is None


def float_dtype(kept: Any) -> str | None:
    """The dtype of the first floating number of what was kept."""
    if isinstance(kept, dict):
        if _KEY in kept:
            return str(kept["dtype"]) if kept["dtype"].startswith("float") else None
        kept = list(kept.values())
    if isinstance(kept, (list, tuple)):
        return next((found for item in kept if (found := float_dtype(item))), None)
    array = np.asarray(kept) if isinstance(kept, (np.ndarray, np.generic, float)) else None
    return array.dtype.name if array is not None and array.dtype.kind == "f" else None


def _is_numeric(items: Any) -> bool:
    """Whether an array of floats, or one of 64-bit integers, holds all items as they are."""
    kinds = {type(item) for item in items}
    return kinds <= {float} or (kinds <= {int} and all(-(1 << 63) <= item < 1 << 63 for item in items))


def _allowed(kept: Any, tolerance: float) -> Any:
    array = np.asarray(kept) if isinstance(kept, (np.ndarray, np.generic, float)) else None
    if array is None or array.dtype.kind != "f":
        return None
    return np.full(array.shape, tolerance * _size(array))


def _size(array: Array) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return (float(finite.max()) if finite.size else 0.0) or 1.0


def _sketched(array: Array, form: str) -> dict[str, Any]:
    head = {_KEY: form, "dtype": array.dtype.name, "shape": list(array.shape)}
    if array.dtype.kind not in "fc":
        return {**head, "hash": _hash(array)}
    finite = np.isfinite(array)
    numbers = np.where(finite, array, 0).astype(np.float64 if array.dtype.kind == "f" else np.complex128).ravel()
    size = _size(array)
    return {
        **head,
        "holes": "" if finite.all() else _holes(array),
        "size": size,
        "sums": _projections(numbers / size),
        "some": numbers[_places(numbers.size)],
    }


def _is_sketched(got: Any, kept: dict[str, Any], tolerance: float) -> bool:
    array = _as_array(got, kept[_KEY])
    if array is None or list(array.shape) != kept["shape"]:
        return False
    if "hash" in kept:
        return _same_kind(array.dtype, kept["dtype"]) and _hash(array) == kept["hash"]
    if array.dtype.name != kept["dtype"]:
        return False
    mine, size = _sketched(array, kept[_KEY]), kept["size"]
    with np.errstate(all="ignore"):
        sums = mine["sums"] * (mine["size"] / size)
        return bool(
            mine["holes"] == kept["holes"]
            and np.all(np.abs(mine["some"] - kept["some"]) <= tolerance * size)
            and np.all(np.abs(sums - kept["sums"]) <= tolerance * SPREAD * np.sqrt(array.size))
        )


def _as_array(got: Any, form: str) -> Array | None:
    if form == "array":
        return got if isinstance(got, np.ndarray) else None
    return np.asarray(got) if isinstance(got, (list, tuple)) and _is_numeric(got) else None


def _same_kind(dtype: np.dtype[Any], name: str) -> bool:
    kinds = dtype.kind, np.dtype(name).kind
    return kinds[0] == kinds[1] or set(kinds) <= {"i", "u"}


def _hash(array: Array) -> str:
    plain = array.astype(np.int64) if array.dtype.kind in "iu" else array
    return hashlib.blake2b(np.ascontiguousarray(plain).tobytes(), digest_size=8).hexdigest()


def _holes(array: Array) -> str:
    """Which entries are nan, inf or -inf."""
    signs = np.where(np.isnan(array), 3, np.where(np.isinf(array), np.sign(array.real), 0)).astype(np.int8)
    return hashlib.blake2b(signs.tobytes(), digest_size=8).hexdigest()


def _places(size: int) -> Array:
    return np.linspace(0, size - 1, ENTRIES).astype(np.int64)


def _projections(numbers: Array) -> Array:
    with np.errstate(all="ignore"):
        return np.array([np.sum(numbers * _weights(numbers.size, seed)) for seed in range(PROJECTIONS)])


@functools.lru_cache(maxsize=64)
def _weights(count: int, seed: int) -> Array:
    """A number of either sign between 1/2 and 3/2 in size for each index, by SplitMix64."""
    with np.errstate(over="ignore"):
        mixed = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed << 40)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    size = 0.5 + (mixed & np.uint64((1 << 52) - 1)).astype(np.float64) / (1 << 52)
    return np.where((mixed >> np.uint64(63)).astype(bool), size, -size)
