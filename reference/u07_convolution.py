"""Convolution, forward only. The geometry is counted, not computed from the formulas that students are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reference._arrays import array_namespace

__all__ = ["effective_kernel", "output_size", "pad2d", "receptive_field", "same_padding"]


def _starts(size: int, kernel: int, stride: int, dilation: int) -> list[int]:
    """Where a kernel may start so that its last weight is still inside."""
    last = (kernel - 1) * dilation
    return [start for start in range(0, size, stride) if start + last < size]


def output_size(size: int, kernel: int, stride: int = 1, padding: str | int = "valid", dilation: int = 1) -> int:
    """The number of starts; for 'same' that of a kernel of one weight, which fits everywhere."""
    if padding == "same":
        return len(_starts(size, 1, stride, 1))
    zeros = 0 if isinstance(padding, str) else 2 * padding
    return len(_starts(size + zeros, kernel, stride, dilation))


def effective_kernel(kernel: int, dilation: int) -> int:
    """From the first weight to the last, both included."""
    places = [dilation * weight for weight in range(kernel)]
    return places[-1] - places[0] + 1


def same_padding(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Zeros added one by one, after and before in turn, until there are as many places as wanted."""
    wanted = output_size(size, kernel, stride, "same", dilation)
    before = after = 0
    while len(_starts(before + size + after, kernel, stride, dilation)) < wanted:
        before, after = (before, after + 1) if before == after else (before + 1, after)
    return before, after


def pad2d(x: Any, padding: tuple[tuple[int, int], tuple[int, int]], value: float = 0) -> Any:
    """Blocks of the value concatenated along the height, then along the width."""
    xp = array_namespace(x)
    for axis, (before, after) in zip((1, 2), padding, strict=True):
        blocks = [xp.full(_with(x.shape, axis, n), value, dtype=x.dtype) for n in (before, after)]
        x = xp.concat([blocks[0], x, blocks[1]], axis=axis)
    return x


def _with(shape: Sequence[int], axis: int, size: int) -> tuple[int, ...]:
    return (*shape[:axis], size, *shape[axis + 1 :])


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """From the last layer back to the input: the positions between the first and the last that are seen."""
    first = last = 0
    for kernel, stride, dilation in reversed(layers):
        first, last = first * stride, last * stride + (kernel - 1) * dilation
    return last - first + 1
