"""Right sums over windows, position by position of the kernel; wrong ones are these with one part replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.inputs import Array
from autograder.units._convolution_shared import refuse

__all__ = [
    "Index",
    "Pair",
    "Sides",
    "around",
    "average",
    "average_vjp",
    "conv",
    "conv_vjp",
    "half_a_kernel",
    "half_a_span",
    "inside",
    "odd_one_in_front",
    "pair",
    "pool",
    "refuse_pool",
    "refuse_windows",
    "rest_kept",
    "taps",
    "valid_always",
    "windows_met",
    "zeros_of_stride_one",
]

Pair = tuple[int, int]
Sides = tuple[Pair, Pair]
Index = tuple[slice, slice, slice]


def pair(value: Any) -> Pair:
    """One number counts for both axes."""
    height, width = (value, value) if isinstance(value, int) else value
    return height, width


def _total(size: int, kernel: int, stride: int, dilation: int) -> int:
    return max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)


def _behind(size: int, kernel: int, stride: int, dilation: int) -> Pair:
    total = _total(size, kernel, stride, dilation)
    return total // 2, total - total // 2


def around(
    shape: Sequence[int],
    kernel: Pair,
    stride: Pair,
    padding: Any,
    dilation: Pair = (1, 1),
    *,
    same: Callable[[int, int, int, int], Pair] = _behind,
) -> Sides:
    """((top, bottom), (left, right)); `same` is the rule of one axis."""
    if padding == "same":
        rows, columns = (same(*axis) for axis in zip(shape[1:3], kernel, stride, dilation, strict=True))
        return rows, columns
    height, width = (0, 0) if padding == "valid" else pair(padding)
    return (height, height), (width, width)


def odd_one_in_front(*args: Any) -> Sides:
    """'same' with the odd zero before."""
    return around(*args, same=lambda *axis: _behind(*axis)[::-1])


def half_a_kernel(*args: Any) -> Sides:
    """'same' as k // 2 on both sides."""
    return around(*args, same=lambda size, kernel, stride, dilation: (kernel // 2,) * 2)


def half_a_span(*args: Any) -> Sides:
    """'same' as half of the dilated kernel's span on both sides."""
    return around(*args, same=lambda size, kernel, stride, dilation: ((dilation * (kernel - 1) + 1) // 2,) * 2)


def zeros_of_stride_one(*args: Any) -> Sides:
    """'same' as at stride 1, whatever the stride."""
    return around(*args, same=lambda size, kernel, stride, dilation: _behind(size, kernel, 1, dilation))


def valid_always(*args: Any) -> Sides:
    """'same' understood as 'valid'."""
    return around(*args, same=lambda *axis: (0, 0))


def rest_kept(shape: Sequence[int], kernel: Pair, stride: Pair, padding: Any, dilation: Pair = (1, 1)) -> Sides:
    """So much more behind that a rest at the end has a window of its own."""
    rows, columns = (
        (before, after + (dilation[axis] * (kernel[axis] - 1) + 1 - before - after - shape[axis + 1]) % stride[axis])
        for axis, (before, after) in enumerate(around(shape, kernel, stride, padding, dilation))
    )
    return (rows, columns) if padding != "same" else around(shape, kernel, stride, padding, dilation)


def taps(shape: Sequence[int], kernel: Pair, stride: Pair, dilation: Pair = (1, 1)) -> Iterator[tuple[int, int, Index]]:
    """The kernel's positions (i, j), each with the index of what it meets at all places."""
    rows, columns = (
        (shape[axis + 1] - dilation[axis] * (kernel[axis] - 1) - 1) // stride[axis] * stride[axis] + 1
        for axis in (0, 1)
    )
    for i, j in np.ndindex(kernel):
        top, left = i * dilation[0], j * dilation[1]
        yield i, j, (slice(None), slice(top, top + rows, stride[0]), slice(left, left + columns, stride[1]))


def windows_met(x: Array, kernel: Any, stride: Any, dilation: Any = 1) -> Array:
    """All windows as a new array, (N, OH, OW, KH, KW, C)."""
    kernel = pair(kernel)
    met = [x[at] for _, _, at in taps(x.shape, kernel, pair(stride), pair(dilation))]
    stacked = np.stack(met, axis=3)
    return stacked.reshape(*stacked.shape[:3], *kernel, x.shape[3])


def inside(grad_padded: Array, shape: Sequence[int], sides: Sides) -> Array:
    """What belongs to the images and not to the padding."""
    (top, _), (left, _) = sides
    return grad_padded[:, top : top + shape[1], left : left + shape[2]]


def conv(
    x: Array,
    w: Array,
    b: Any,
    stride: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    *,
    sides: Callable[..., Sides] = around,
) -> Array:
    """The sums of conv2d; `sides` says how padding is understood."""
    geometry = (w.shape[0], w.shape[1]), pair(stride), pair(dilation)
    padded = np.pad(x, ((0, 0), *sides(x.shape, *geometry[:2], padding, geometry[2]), (0, 0)))
    y: Array = sum(padded[at] @ w[i, j] for i, j, at in taps(padded.shape, *geometry)) + b
    return y


def conv_vjp(
    grad_output: Array,
    x: Array,
    w: Array,
    b: Array,
    stride: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    *,
    sides: Callable[..., Sides] = around,
    taps: Callable[..., Iterator[tuple[int, int, Index]]] = taps,
    inside: Callable[[Array, Sequence[int], Sides], Array] = inside,
    adding: bool = True,
) -> tuple[Array, Array, Array]:
    """The gradients of conv2d; without `adding` a later window overwrites an earlier one."""
    geometry = (w.shape[0], w.shape[1]), pair(stride), pair(dilation)
    widths = sides(x.shape, *geometry[:2], padding, geometry[2])
    padded = np.pad(x, ((0, 0), *widths, (0, 0)))
    grad_padded, grad_w = np.zeros_like(padded), np.zeros_like(w)
    for i, j, at in taps(padded.shape, *geometry):
        grad_padded[at] = grad_output @ w[i, j].T + adding * grad_padded[at]
        grad_w[i, j] = np.tensordot(padded[at], grad_output, axes=((0, 1, 2), (0, 1, 2)))
    return inside(grad_padded, x.shape, widths), grad_w, grad_output.sum(axis=(0, 1, 2))


def pool(
    x: Array,
    size: Any,
    stride: Any = None,
    padding: Any = "valid",
    *,
    reduce: Callable[..., Array] = np.max,
    fill: float = -np.inf,
    sides: Callable[..., Sides] = around,
) -> Array:
    """One number for each window and channel; by default its largest, with padding that never wins."""
    size = pair(size)
    step = size if stride is None else pair(stride)
    padded = np.pad(x, ((0, 0), *sides(x.shape, size, step, padding), (0, 0)), constant_values=fill)
    return reduce(windows_met(padded, size, step), axis=(3, 4))


def average(x: Array, size: Any, stride: Any = None, padding: Any = "valid", **options: Any) -> Array:
    """The mean of each window's real pixels."""
    return pool(x, size, stride, padding, reduce=np.nanmean, fill=np.nan, **options)


def average_vjp(
    grad_output: Array,
    x: Array,
    size: Any,
    stride: Any = None,
    padding: Any = "valid",
    *,
    sides: Callable[..., Sides] = around,
    inside: Callable[[Array, Sequence[int], Sides], Array] = inside,
    counts: Callable[..., Any] | None = None,
    adding: bool = True,
) -> Array:
    """The gradient of average_pool2d; `counts(x, size, stride, padding)` replaces what a window divides by."""
    size = pair(size)
    step = size if stride is None else pair(stride)
    widths = sides(x.shape, size, step, padding)
    padded = np.pad(np.ones_like(x), ((0, 0), *widths, (0, 0)))
    divisor = windows_met(padded, size, step).sum(axis=(3, 4)) if counts is None else counts(x, size, step, padding)
    grad_padded, share = np.zeros_like(padded), grad_output / divisor
    for _, _, at in taps(padded.shape, size, step):
        grad_padded[at] = share + adding * grad_padded[at]
    return inside(grad_padded, x.shape, widths).astype(x.dtype)


def refuse_windows(name: str, shape: Sequence[int], kernel: Pair, dilation: Pair = (1, 1)) -> None:
    """Raise a ValueError for a kernel that does not fit."""
    for axis in (0, 1):
        if dilation[axis] * (kernel[axis] - 1) >= shape[axis + 1]:
            raise ValueError(f"{name} does not fit into {shape}")


def refuse_pool(x: Array, size: Any, stride: Any = None, padding: Any = "valid") -> None:
    """Raise a ValueError for bad arguments of a pooling."""
    size = pair(size)
    refuse(size=min(size), stride=min(size if stride is None else pair(stride)))
    if isinstance(padding, str):
        if padding not in ("valid", "same"):
            raise ValueError(f"padding {padding}")
    elif any(not 0 <= 2 * p <= k for p, k in zip(pair(padding), size, strict=True)):
        raise ValueError(f"padding {padding}")
    if padding != "same":
        zeros = (0, 0) if padding == "valid" else pair(padding)
        refuse_windows("size", (0, x.shape[1] + 2 * zeros[0], x.shape[2] + 2 * zeros[1]), size)
