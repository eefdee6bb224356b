"""Arrays in the arguments and results of calls, of NumPy or PyTorch: where they are, their shapes, their dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "Leaves",
    "Path",
    "arrays",
    "dtype_of",
    "flat_ints",
    "has_dtype",
    "is_number",
    "kind_of",
    "leaves",
    "shape_of",
]

#: The keys that lead to a value in lists, tuples and dicts.
Path = tuple[Any, ...]
Leaves = list[tuple[Path, Any]]


def leaves(value: Any, path: Path = ()) -> Leaves:
    """Arrays and numbers in lists, tuples and dicts, with the keys that lead to them."""
    if _is_array(value) or isinstance(value, (int, float, np.generic)):
        return [(path, value)]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    return [leaf for key, each in items for leaf in leaves(each, (*path, key))]


def arrays(value: Any) -> Leaves:
    """The arrays alone."""
    return [(path, leaf) for path, leaf in leaves(value) if _is_array(leaf)]


def flat_ints(value: Any) -> tuple[int, ...] | None:
    """The numbers of an int, or of a tuple of ints or of such tuples; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,)
    if not isinstance(value, tuple):
        return None
    parts = [flat_ints(each) for each in value]
    return None if None in parts else tuple(n for part in parts if part is not None for n in part)


def _is_array(value: Any) -> bool:
    names = [(each.__module__, each.__name__) for each in type(value).__mro__]
    return isinstance(value, np.ndarray) or ("torch", "Tensor") in names


def has_dtype(value: Any) -> bool:
    """Whether it is an array or a NumPy scalar."""
    return _is_array(value) or isinstance(value, np.generic)


def dtype_of(value: Any) -> str:
    """The name of a dtype, the same for NumPy and PyTorch."""
    return str(value.dtype).removeprefix("torch.")


def kind_of(dtype: str) -> str:
    """The letter that NumPy has for this kind of dtype."""
    letters = {"uint": "u", "int": "i", "bool": "b", "complex": "c"}
    return letters.get(dtype.rstrip("0123456789"), "f")


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of an array, of a number, or of an object's `data`."""
    inner = value if has_dtype(value) else getattr(value, "data", value)
    return tuple(inner.shape) if _is_array(inner) else tuple(np.shape(inner))


def is_number(value: Any, number: str) -> bool:
    """Whether it is an `int`, or a `float` (a float array without axes counts)."""
    if number == "int":
        return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return isinstance(value, float) or (has_dtype(value) and kind_of(dtype_of(value)) == "f" and shape_of(value) == ())
