"""Convolution, forward only. The geometry is counted, not computed from the formulas that students are given.

The sums are written position by position of the kernel: pad, take what the position meets at all places, multiply, add.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reference._arrays import array_namespace

__all__ = [
    "average_pool2d",
    "col2im",
    "conv2d",
    "convolve1d",
    "correlate1d",
    "effective_kernel",
    "global_average_pool",
    "im2col",
    "max_pool2d",
    "output_size",
    "pad2d",
    "pointwise_conv",
    "receptive_field",
    "same_padding",
]

Pair = tuple[int, int]


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
        blocks = [xp.full(_with(x.shape, axis, n), value, dtype=x.dtype, device=x.device) for n in (before, after)]
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


def convolve1d(x: Any, h: Any) -> Any:
    """One copy of the signal for each weight, as many positions later as the weight stands in the kernel."""
    xp = array_namespace(x, h)
    copies = []
    for k in range(h.shape[0]):
        before, after = (xp.zeros(n, dtype=x.dtype, device=x.device) for n in (k, h.shape[0] - 1 - k))
        copies.append(h[k] * xp.concat([before, x, after]))
    return sum(copies[1:], start=copies[0])


def correlate1d(x: Any, h: Any) -> Any:
    """Each weight times the part of the signal that it meets."""
    places = x.shape[0] - h.shape[0] + 1
    return sum(h[k] * x[k : k + places] for k in range(h.shape[0]))


def conv2d(
    x: Any,
    w: Any,
    b: Any,
    stride: int | Pair = (1, 1),
    padding: str | int | Pair = "valid",
    dilation: int | Pair = (1, 1),
) -> Any:
    """For each position of the kernel: the pixels that it meets, times the weights there, summed over the channels."""
    kernel = (w.shape[0], w.shape[1])
    padded = pad2d(x, _sides(x.shape, kernel, _pair(stride), padding, _pair(dilation)))
    met = _met(padded, kernel, _pair(stride), _pair(dilation))
    return b + sum(pixels @ w[i, j, :, :] for i, j, pixels in met)


def pointwise_conv(x: Any, w: Any, b: Any) -> Any:
    """The channels one by one, each with its row of weights."""
    return b + sum(x[..., c, None] * w[c, :] for c in range(w.shape[0]))


def max_pool2d(x: Any, size: int | Pair, stride: int | Pair | None = None, padding: str | int | Pair = "valid") -> Any:
    """Position by position in row-major order; a later one replaces only a smaller number: ties go to the first."""
    xp = array_namespace(x)
    kernel, step = _pair(size), _pair(size if stride is None else stride)
    padded = pad2d(x, _sides(x.shape, kernel, step, padding, (1, 1)), -float("inf"))
    (_, _, largest), *others = _met(padded, kernel, step, (1, 1))
    for _, _, pixels in others:
        largest = xp.where(pixels > largest, pixels, largest)
    return largest


def average_pool2d(
    x: Any, size: int | Pair, stride: int | Pair | None = None, padding: str | int | Pair = "valid"
) -> Any:
    """The sum of a window over the number of its pixels, which is the sum of a window of ones."""
    xp = array_namespace(x)
    kernel, step = _pair(size), _pair(size if stride is None else stride)
    sides = _sides(x.shape, kernel, step, padding, (1, 1))
    total, count = (
        sum(pixels for _, _, pixels in _met(pad2d(each, sides), kernel, step, (1, 1))) for each in (x, xp.ones_like(x))
    )
    return total / count


def global_average_pool(x: Any) -> Any:
    """The sum over rows and columns, over their number."""
    xp = array_namespace(x)
    return xp.sum(xp.sum(x, axis=1), axis=1) / (x.shape[1] * x.shape[2])


def im2col(x: Any, kernel: int | Pair, stride: int | Pair, dilation: int | Pair) -> Any:
    """What each position of the kernel meets, one after the other along the last axis."""
    xp = array_namespace(x)
    return xp.concat([pixels for _, _, pixels in _met(x, _pair(kernel), _pair(stride), _pair(dilation))], axis=-1)


def col2im(
    columns: Any, input_shape: Sequence[int], kernel: int | Pair, stride: int | Pair, dilation: int | Pair
) -> Any:
    """A matrix of 0 and 1 says which entry `im2col` takes from which pixel; its transpose brings them back."""
    xp = array_namespace(columns)
    n, height, width, channels = input_shape
    numbers = xp.arange(height * width, device=columns.device)
    source = im2col(xp.reshape(numbers, (1, height, width, 1)), kernel, stride, dilation)
    taken_from = xp.reshape(numbers, (-1, 1)) == xp.reshape(source, (1, -1))
    entries = xp.reshape(columns, (n, -1, channels))
    return xp.reshape(xp.astype(taken_from, columns.dtype) @ entries, tuple(input_shape))


def _pair(value: int | Pair) -> Pair:
    return (value, value) if isinstance(value, int) else value


def _sides(
    shape: Sequence[int], kernel: Pair, stride: Pair, padding: str | int | Pair, dilation: Pair
) -> tuple[Pair, Pair]:
    """(top, bottom), (left, right)."""
    if padding == "same":
        axes = zip(shape[1:3], kernel, stride, dilation, strict=True)
        rows, columns = (same_padding(*axis) for axis in axes)
        return rows, columns
    height, width = (0, 0) if isinstance(padding, str) else _pair(padding)
    return (height, height), (width, width)


def _met(x: Any, kernel: Pair, stride: Pair, dilation: Pair) -> Iterator[tuple[int, int, Any]]:
    """The kernel's positions (i, j) in row-major order, each with the pixels that it meets, one for each place."""
    rows, columns = (_starts(size, *axis) for size, *axis in zip(x.shape[1:3], kernel, stride, dilation, strict=True))
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            top, left = i * dilation[0], j * dilation[1]
            down = slice(top + rows[0], top + rows[-1] + 1, stride[0])
            across = slice(left + columns[0], left + columns[-1] + 1, stride[1])
            yield i, j, x[:, down, across, :]
