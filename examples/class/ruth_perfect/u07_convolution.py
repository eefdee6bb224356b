"""Convolution, by Ruth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Padding = str | int


def require_positive(**sizes: int) -> None:
    """Refuse sizes below 1; provided."""
    for name, value in sizes.items():
        if value < 1:
            raise ValueError(f"{name}: got {value}, want at least 1")


def output_size(
    size: int, kernel: int, stride: int = 1, padding: Padding = "valid", dilation: int = 1
) -> int:
    """How many places a kernel can take along one axis."""
    require_positive(size=size, stride=stride)
    span = effective_kernel(kernel, dilation)
    if padding == "same":
        return -(-size // stride)
    if padding != "valid" and (isinstance(padding, str) or padding < 0):
        raise ValueError(f"padding: got {padding!r}, want 'valid', 'same' or a number from 0 on")
    room = size + (0 if isinstance(padding, str) else 2 * padding)
    if span > room:
        raise ValueError(
            f"kernel: got {kernel}, which spans {span} of {room} positions, want one that fits"
        )
    return (room - span) // stride + 1


def effective_kernel(kernel: int, dilation: int) -> int:
    """How many positions a dilated kernel spans, gaps included."""
    require_positive(kernel=kernel, dilation=dilation)
    return dilation * (kernel - 1) + 1


def same_padding(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """How many zeros 'same' puts before and after an axis (TensorFlow's and Keras's rule)."""
    places = output_size(size, kernel, stride, "same", dilation)
    total = max((places - 1) * stride + effective_kernel(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


def pad2d(x: Array, padding: tuple[tuple[int, int], tuple[int, int]], value: float = 0) -> Array:
    """Put rows and columns of one value around images."""
    (top, bottom), (left, right) = padding
    n, height, width, channels = x.shape
    padded = np.full(
        (n, top + height + bottom, left + width + right, channels), value, dtype=x.dtype
    )
    padded[:, top : top + height, left : left + width] = x
    return padded


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """How many input positions, along one axis, one output of a stack of layers can see."""
    field, step = 1, 1
    for kernel, stride, dilation in layers:
        if min(kernel, stride, dilation) < 1:
            raise ValueError(
                f"layers: got {(kernel, stride, dilation)}, want numbers of at least 1"
            )
        field += dilation * (kernel - 1) * step
        step *= stride
    return field
