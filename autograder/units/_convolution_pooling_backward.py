"""Assessment of the way back through max pooling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units import _convolution_right as right
from autograder.units._convolution_pooling import CASES, many, random_pool
from autograder.units._convolution_right import Sides, average_vjp, pair, pool
from autograder.units._convolution_shared import same_as_at_stride_one

__all__ = ["max_pool2d_backward"]


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n // 4, n // 10 - 1, n // 10 - 2, 2, seed=78), **many(n)}


#: Maxima that stand several times in a window.
TIES = [
    Case("tie-in-a-row", x=np.array([[2.0, 5.0, 5.0], [1.0, 5.0, 0.0]]).reshape(1, 2, 3, 1), size=(2, 3)),
    Case("tie-upper-row-before-left-column", x=np.array([[1.0, 4.0], [4.0, 2.0]]).reshape(1, 2, 2, 1), size=2),
    Case("constant-image", x=np.full((1, 4, 6, 2), -1.5), size=(2, 3), stride=(2, 3)),
    Case("ties-in-windows-that-overlap", x=grid(1, 3, 4, 1) // 4, size=2, stride=1),
]


def _mask_vjp(
    grad_output: Array,
    x: Array,
    size: Any,
    stride: Any = None,
    padding: Any = "valid",
    *,
    mask: Callable[[Array], Array],
    fill: float = -np.inf,
    inside: Callable[..., Array] = right.inside,
    sides: Callable[..., Sides] = right.around,
    adding: bool = True,
) -> Array:
    """`mask(windows)`: how much of its upstream gradient a window, (N, OH, OW, KH·KW, C), passes to each pixel."""
    size = pair(size)
    step = size if stride is None else pair(stride)
    widths = sides(x.shape, size, step, padding)
    padded = np.pad(x, ((0, 0), *widths, (0, 0)), constant_values=fill)
    windows = right.windows_met(padded, size, step)
    n, rows, columns, _, _, channels = windows.shape
    passed = mask(windows.reshape(n, rows, columns, -1, channels)) * grad_output[:, :, :, None]
    grad_padded = np.zeros_like(padded)
    for k, (_, _, at) in enumerate(right.taps(padded.shape, size, step)):
        grad_padded[at] = passed[:, :, :, k] + adding * grad_padded[at]
    return inside(grad_padded, x.shape, widths)


def _first(windows: Array) -> Array:
    """1 for the first maximum of each window, 0 elsewhere."""
    mask: Array = np.zeros_like(windows)
    np.put_along_axis(mask, windows.argmax(axis=3)[:, :, :, None], 1, axis=3)
    return mask


def _last(windows: Array) -> Array:
    return _first(windows[:, :, :, ::-1])[:, :, :, ::-1]


def _all(windows: Array) -> Array:
    ties: Array = (windows == windows.max(axis=3, keepdims=True)).astype(windows.dtype)
    return ties


def _shared(windows: Array) -> Array:
    ties = _all(windows)
    shares: Array = ties / ties.sum(axis=3, keepdims=True)
    return shares


def _overwritten(grad_output: Array, x: Array, size: Any, stride: Any = None, padding: Any = "valid") -> Array:
    """Window after window, each assigning to the pixel of its maximum."""
    size = pair(size)
    step = size if stride is None else pair(stride)
    widths = right.around(x.shape, size, step, padding)
    padded = np.pad(x, ((0, 0), *widths, (0, 0)), constant_values=-np.inf)
    grad_padded = np.zeros_like(padded)
    for n, p, q, c in np.ndindex(grad_output.shape):
        top, left = p * step[0], q * step[1]
        i, j = divmod(int(padded[n, top : top + size[0], left : left + size[1], c].argmax()), size[1])
        grad_padded[n, top + i, left + j, c] = grad_output[n, p, q, c]
    return right.inside(grad_padded, x.shape, widths)


def _upper_left(grad_padded: Array, shape: Any, sides: Sides) -> Array:
    return grad_padded[:, : shape[1], : shape[2]]


def _column_major(grad_output: Array, x: Array, size: Any, stride: Any = None, padding: Any = "valid") -> Array:
    """The first maximum column by column: the images on their side."""
    size, step = pair(size), stride and pair(stride)[::-1]
    turned = padding if isinstance(padding, str) else pair(padding)[::-1]
    upstream, images = grad_output.transpose(0, 2, 1, 3), x.transpose(0, 2, 1, 3)
    return _mask_vjp(upstream, images, size[::-1], step, turned, mask=_first).transpose(0, 2, 1, 3)


def _maxima(grad_output: Array, x: Array, *args: Any) -> Array:
    """The maxima themselves at their places."""
    return _mask_vjp(pool(x, *args), x, *args, mask=_first)


max_pool2d_backward = Exercise(
    "max_pool2d_backward",
    points=3,
    vectorized=_many_backward,
    cases=[*CASES, *TIES, random_cases(random_pool, count=3)],
    misconceptions=[
        Misconception(
            "all-ties",
            believes="Every pixel that equals the maximum gets the whole upstream gradient.",
            wrong=lambda *args: _mask_vjp(*args, mask=_all),
            hint="A window of four equal pixels: may it pass on four times what it received?",
        ),
        Misconception(
            "ties-share",
            believes="Pixels that tie share the upstream gradient evenly.",
            wrong=lambda *args: _mask_vjp(*args, mask=_shared),
            hint="What does the docstring say about a maximum that stands several times in a window?",
        ),
        Misconception(
            "last-of-a-tie",
            believes="The last of several maxima counts.",
            wrong=lambda *args: _mask_vjp(*args, mask=_last),
            hint="Does a later pixel that equals the maximum so far replace it?",
        ),
        Misconception(
            "first-column-by-column",
            believes="The first maximum is the one in the leftmost column.",
            wrong=_column_major,
            hint="A tie of the upper right and the lower left pixel: which one comes first, row by row?",
        ),
        Misconception(
            "overlaps-overwritten",
            believes="Each window assigns the pixel of its maximum its gradient.",
            wrong=_overwritten,
            hint="One pixel is the maximum of two windows. What becomes of the first one's gradient?",
        ),
        Misconception(
            "nothing-passes",
            believes="A maximum has no derivative.",
            wrong=lambda grad_output, x, *args: np.zeros_like(x),
            hint="Raise the largest pixel of a window a little: what does the output do?",
        ),
        Misconception(
            "shared-by-the-window",
            believes="All pixels of a window share the upstream gradient, as with the mean.",
            wrong=average_vjp,
            hint="Raise a pixel that is not the largest a little: what does the output do?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The gradient is 1 at each maximum.",
            wrong=lambda grad_output, *args: _mask_vjp(np.ones_like(grad_output), *args, mask=_first),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "maxima-instead-of-gradients",
            believes="The maxima go back to where they came from.",
            wrong=_maxima,
            hint="Which of your arguments are gradients, and does your result depend on them?",
        ),
        Misconception(
            "padding-of-zeros-wins",
            believes="Padding is zeros, here as everywhere.",
            wrong=lambda *args: _mask_vjp(*args, mask=_first, fill=0.0),
            hint="All pixels of a window at the border are negative. Does its gradient reach one of them?",
        ),
        Misconception(
            "cut-off-at-the-wrong-end",
            believes="The first H rows and W columns of the padded gradient are those of the images.",
            wrong=lambda *args: _mask_vjp(*args, mask=_first, inside=_upper_left),
            hint="Where does row 0 of the images stand among the padded rows?",
        ),
        same_as_at_stride_one(lambda *args: _mask_vjp(*args, mask=_first, sides=right.zeros_of_stride_one)),
        Misconception(
            "everywhere-in-the-window",
            believes="Every pixel gets the window's gradient.",
            wrong=lambda *args: _mask_vjp(*args, mask=np.ones_like),
            hint="Change a pixel that is not the largest by a little: does the maximum notice?",
        ),
        Misconception(
            "times-the-maximum",
            believes="The winner gets the gradient times its value.",
            wrong=lambda *args: _mask_vjp(
                *args, mask=lambda windows: _first(windows) * np.where(np.isfinite(windows), windows, 0)
            ),
            hint="If the largest pixel rises by 0.1, by how much does the maximum rise?",
        ),
        Misconception(
            "padding-not-cut-off",
            believes="The gradient of the padded images is that of the images.",
            wrong=lambda *args: _mask_vjp(*args, mask=_first, inside=lambda grad_padded, shape, sides: grad_padded),
            hint="What shape does x have, and which parts of your array belong to the padding?",
        ),
        Misconception(
            "position-by-position-overwritten",
            believes="For each position in the window, the gradients there are assigned.",
            wrong=lambda *args: _mask_vjp(*args, mask=_first, adding=False),
            hint="A pixel stands in two windows, at different positions: what happens to what the first one gave?",
        ),
        Misconception(
            "positive-pixels",
            believes="Positive pixels pass the gradient, as in relu.",
            wrong=lambda *args: _mask_vjp(*args, mask=lambda windows: (windows > 0).astype(windows.dtype)),
            hint="Which pixel of a window does the maximum depend on?",
        ),
        Misconception(
            "subtracted",
            believes="Gradients are subtracted.",
            wrong=lambda *args: -_mask_vjp(*args, mask=_first),
            hint="If the largest pixel rises, does the maximum fall?",
        ),
    ],
    hints=[
        "Which pixels of a window change the output when they change a little? What if two are equal?",
        "Go through the positions (i, j) in order, all windows at once: who equals its maximum and has not passed yet?",
        "first = unpaid & (slice == largest); the same slice of the gradient += grad_output * first; unpaid &= ~first.",
    ],
    variants=[
        Variant("positions-of-the-maxima", lambda *args: _mask_vjp(*args, mask=_first)),
    ],
)
