"""More wrong answers to the exercises on convolution: 'same' in other words, maxima that share, whole numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u07_convolution as convolution
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

__all__ = ["MISTAKES"]

Array = np.ndarray[Any, Any]
edit = edits_of(convolution)

#: The line of max_pool2d_backward that gives each maximum its gradient, and a loop that gives something to all pixels.
SENT_BACK = "np.add.at(grad_padded.reshape(-1), winners.reshape(-1), grad_output.reshape(-1))"
TO_ALL_PIXELS = """rows, columns = stride[0] * grad_output.shape[1], stride[1] * grad_output.shape[2]
    for i, j in np.ndindex(*size):
        grad_padded[:, i:, j:][:, : rows : stride[0], : columns : stride[1]]"""


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else value


def _half_a_kernel(x: Array, w: Array, b: Array, stride: Any = 1, padding: Any = "valid", dilation: Any = 1) -> Array:
    if padding == "same":
        padding = (w.shape[0] // 2, w.shape[1] // 2)
    return convolution.conv2d(x, w, b, stride, padding, dilation)


def _half_a_span(x: Array, w: Array, b: Array, stride: Any = 1, padding: Any = "valid", dilation: Any = 1) -> Array:
    if padding == "same":
        spans = [d * (k - 1) + 1 for k, d in zip(w.shape[:2], _pair(dilation), strict=True)]
        padding = (spans[0] // 2, spans[1] // 2)
    return convolution.conv2d(x, w, b, stride, padding, dilation)


def _places_right_but_not_where(
    x: Array, w: Array, b: Array, stride: Any = 1, padding: Any = "valid", dilation: Any = 1
) -> Array:
    """Half a kernel on both sides, and a result of the size that 'same' has: what is too much is not computed."""
    y = _half_a_kernel(x, w, b, stride, padding, dilation)
    if padding != "same":
        return y
    rows, columns = (-(-size // s) for size, s in zip(x.shape[1:3], _pair(stride), strict=True))
    return y[:, :rows, :columns]


NEGATIVE = '    if zeros < 0:\n        raise ValueError(f"padding: got {padding}, want at least 0")\n'


def _filled_with_whole_numbers(x: Array, padding: Any, value: float = 0) -> Array:
    """An array of the type of `value`: of integers for 0, which cuts the decimals off."""
    (top, bottom), (left, right) = padding
    n, height, width, channels = x.shape
    out = np.full((n, top + height + bottom, left + width + right, channels), value)
    out[:, top : top + height, left : left + width] = x
    return out.astype(x.dtype)


SAME_OTHERWISE = [
    edit("output_size", NEGATIVE, ""),
    edit("output_size", NEGATIVE, "", "2 * zeros", "2 * abs(zeros)"),
    Mistake("conv2d", _half_a_kernel, named="half-a-kernel-on-both-sides"),
    Mistake("conv2d", _half_a_span, named="half-a-span-on-both-sides"),
    Mistake("conv2d", _places_right_but_not_where, named="half-a-kernel-cut-to-size"),
]

SENT_EVERYWHERE = [
    edit("max_pool2d_backward", SENT_BACK, TO_ALL_PIXELS + " += grad_output", named="everywhere-in-the-window"),
    edit("max_pool2d_backward", SENT_BACK, TO_ALL_PIXELS + " += grad_output / (size[0] * size[1])"),
]

WHOLE_NUMBERS = [Mistake("pad2d", _filled_with_whole_numbers)]

MISTAKES: list[Mistake] = [*SAME_OTHERWISE, *SENT_EVERYWHERE, *WHOLE_NUMBERS]
