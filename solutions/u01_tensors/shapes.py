"""What an array's axes, shape and bytes are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["Array", "Shape", "count_axes", "tensor_bytes", "tensor_shape"]

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]


def count_axes(nested: Any) -> int:
    """Count the axes of a tensor that is written as nested lists; without NumPy.

    A number has no axes, a list of numbers one, a list of such lists two. The
    lengths do not matter: [7, 7, 7] has one axis, and so has [7].

    Args:
        nested: a number, or a list of numbers, or a list of lists …, to any
            depth; not modified. An empty list is an axis of length 0: [] has
            one axis and [[], []] has two.

    Returns:
        The number of axes, an int from 0 up.

    Raises:
        ValueError: `nested` is ragged: lists at the same depth differ in length,
            or a number stands beside a list. The message names `nested`.
    """
    axes, level = 0, [nested]
    while level:
        lengths = {len(item) if isinstance(item, list) else None for item in level}
        if len(lengths) > 1:
            raise ValueError(f"nested: got unequal items at depth {axes}, want lists of one length, or numbers alone")
        if lengths == {None}:
            break
        axes, level = axes + 1, [entry for item in level for entry in item]
    return axes


def tensor_shape(nested: Any) -> Shape:
    """Find the shape of a tensor that is written as nested lists; without NumPy.

        [[5, 1, 4], [2, 0, 7]]  ->  (2, 3)

    Args:
        nested: a number, or a list of numbers, or a list of lists …, to any
            depth; not modified.

    Returns:
        The length of each axis, outermost first, a tuple of ints. A number has
        the shape (), [] has (0,), [[], []] has (2, 0). Axes of length 1 count:
        [[[5]]] has (1, 1, 1).

    Raises:
        ValueError: `nested` is ragged: lists at the same depth differ in length,
            or a number stands beside a list. The message names `nested`.
    """
    if not isinstance(nested, list):
        return ()
    shapes = {tensor_shape(item) for item in nested}
    if len(shapes) > 1:
        raise ValueError(f"nested: got items of the shapes {sorted(shapes)} side by side, want equal shapes")
    return (len(nested), *(shapes.pop() if shapes else ()))


def tensor_bytes(shape: Shape, dtype: str) -> int:
    """Say how much memory the numbers of a tensor take.

        bytes = (product of all lengths) · (bytes of one number)

    A clip of 60 seconds at 4 frames per second has 240 frames. Four such clips
    of 144 × 256 colour pixels have the shape (4, 240, 144, 256, 3): in float32
    that is 424 673 280 bytes, and four times less in uint8.

    Args:
        shape: the length of each axis, 0 or more; () is a single number.
        dtype: the name of the numbers' type, as NumPy spells it: "uint8",
            "float32", "float64", "bool" …

    Returns:
        The number of bytes, an int (not a float).
    """
    return math.prod(shape) * np.dtype(dtype).itemsize
