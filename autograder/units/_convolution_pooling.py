"""Assessment of pooling by maxima: max_pool2d and its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units import _convolution_right as right
from autograder.units._convolution_right import Sides, average_vjp, pair, pool
from autograder.units._convolution_shared import odd_one_in_front, rest_kept, same_as_at_stride_one

__all__ = ["BAD_ARGUMENTS", "TIES", "max_pool2d", "max_pool2d_backward", "random_pool"]


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=77), "size": (2, 3), "stride": 1}


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n // 4, n // 10 - 1, n // 10 - 2, 2, seed=78), **_many(n)}


def random_pool(rng: np.random.Generator) -> dict[str, Any]:
    """Images, a window that is not square, strides that differ."""
    paddings: list[Any] = ["valid", "same", 1]
    return {
        "x": rng.standard_normal((2, int(rng.integers(6, 9)), int(rng.integers(6, 9)), 2)),
        "size": [(2, 3), (3, 2), (2, 4), (4, 3)][int(rng.integers(4))],
        "stride": [None, (1, 2), (2, 1), (3, 2)][int(rng.integers(4))],
        "padding": paddings[int(rng.integers(3))],
    }


#: What max_pool2d and average_pool2d refuse alike.
BAD_ARGUMENTS = [
    Case("window-does-not-fit", x=grid(1, 3, 4, 1), size=(2, 5), raises="size"),
    Case("empty-window", x=grid(1, 3, 4, 1), size=(0, 2), raises="size"),
    Case("stride-zero", x=grid(1, 3, 4, 1), size=2, stride=0, raises="stride"),
    Case("unknown-padding", x=grid(1, 3, 4, 1), size=2, stride=2, padding="full", raises="padding"),
    Case("windows-of-padding-alone", x=grid(1, 3, 4, 1), size=2, stride=2, padding=(1, 2), raises="padding"),
]

_CASES = [
    Case("two-by-two", x=spread(-3, 3, 16).reshape(1, 4, 4, 1), size=2),
    Case("non-square-image-and-window", x=normal(1, 4, 6, 1, seed=80), size=(2, 3)),
    Case("each-channel-for-itself", x=normal(2, 4, 2, 3, seed=81), size=2, readonly=True),
    Case("stride-is-the-size-by-default", x=normal(1, 6, 3, 1, seed=82), size=(3, 1)),
    Case("windows-overlap", x=spread(-3, 3, 20).reshape(1, 4, 5, 1), size=(3, 2), stride=1),
    Case("stride-larger-than-window", x=normal(1, 7, 8, 1, seed=83), size=2, stride=(3, 4)),
    Case("a-rest-is-not-used", x=grid(1, 5, 7, 1), size=2),
    Case("negative-numbers-at-the-border", x=-grid(1, 3, 4, 1), size=2, stride=2, padding="same"),
    Case("same-odd-one-behind", x=normal(1, 4, 3, 2, seed=84), size=2, stride=1, padding="same"),
    Case("same-stride-two-even-size", x=normal(1, 6, 4, 1, seed=85), size=3, stride=2, padding="same"),
    Case("one-around", x=-1 - normal(1, 4, 5, 1, seed=86) ** 2, size=(3, 2), stride=2, padding=1),
    Case("padding-differs", x=-1 - normal(1, 3, 5, 2, seed=87) ** 2, size=(2, 4), stride=(2, 3), padding=(1, 2)),
    Case("single-precision", x=normal(1, 3, 4, 2, seed=88).astype(np.float32), size=2, stride=1, padding="same"),
]

#: Maxima that stand several times in a window.
TIES = [
    Case("tie-in-a-row", x=np.array([[2.0, 5.0, 5.0], [1.0, 5.0, 0.0]]).reshape(1, 2, 3, 1), size=(2, 3)),
    Case("tie-upper-row-before-left-column", x=np.array([[1.0, 4.0], [4.0, 2.0]]).reshape(1, 2, 2, 1), size=2),
    Case("constant-image", x=np.full((1, 4, 6, 2), -1.5), size=(2, 3), stride=(2, 3)),
    Case("ties-in-windows-that-overlap", x=grid(1, 3, 4, 1) // 4, size=2, stride=1),
]


def _largest_in_size(windows: Array, axis: tuple[int, int]) -> Array:
    """The entry with the largest absolute value."""
    high, low = windows.max(axis=axis), windows.min(axis=axis)
    extreme: Array = np.where(np.abs(low) > np.abs(high), low, high)
    return extreme


def _mean_of_real(windows: Array, axis: tuple[int, int]) -> Array:
    mean: Array = np.nanmean(np.where(np.isfinite(windows), windows, np.nan), axis=axis)
    return mean


def _over_rows_and_channels(x: Array, size: Any, stride: Any = None, padding: Any = "valid") -> Array:
    """(N, H, W, C) read as (N, C, H, W)."""
    return pool(x.transpose(0, 2, 3, 1), size, stride, padding).transpose(0, 3, 1, 2)


def _all_windows_at_once(*args: Any) -> Array:
    right.refuse_pool(*args)
    return pool(*args)


max_pool2d = Exercise(
    "max_pool2d",
    points=2,
    vectorized=_many,
    cases=[
        *_CASES,
        Case("windows-of-one-pixel", x=normal(1, 2, 3, 2, seed=89), size=1),
        *BAD_ARGUMENTS,
        random_cases(random_pool, count=3),
    ],
    misconceptions=[
        Misconception(
            "padding-of-zeros-wins",
            believes="Padding is zeros, here as everywhere.",
            wrong=lambda *args: pool(*args, fill=0.0),
            hint="All pixels of a window at the border are negative. Which of its numbers is the largest?",
        ),
        Misconception(
            "stride-one-by-default",
            believes="Windows move by one pixel unless something else is said.",
            wrong=lambda x, size, stride=None, padding="valid": pool(x, size, stride or 1, padding),
            hint="What does None mean for `stride`?",
        ),
        Misconception(
            "stride-always-the-size",
            believes="Pooling windows never overlap.",
            wrong=lambda x, size, stride=None, padding="valid": pool(x, size, None, padding),
            hint="What does your function do with `stride` where it is not None?",
        ),
        Misconception(
            "height-and-width-swapped",
            believes="The first of two numbers is the width.",
            wrong=lambda x, size, stride=None, padding="valid": pool(
                x, pair(size)[::-1], stride and pair(stride)[::-1], padding
            ),
            hint="In a pair (h, w), which one counts rows?",
        ),
        Misconception(
            "means-instead",
            believes="Pooling takes the mean.",
            wrong=lambda *args: pool(*args, reduce=_mean_of_real),
            hint="Which number of a window is asked for?",
        ),
        Misconception(
            "over-the-channels-too",
            believes="A window's maximum runs over its channels as well.",
            wrong=lambda *args: pool(*args).max(axis=3, keepdims=True),
            hint="Three channels go in. How many come out?",
        ),
        Misconception(
            "last-two-axes-pooled",
            believes="Rows and columns are the last two axes.",
            wrong=_over_rows_and_channels,
            hint="Which axis of (N, H, W, C) holds the channels?",
        ),
        Misconception(
            "largest-in-size",
            believes="The number that is farthest from 0 wins.",
            wrong=lambda x, size, stride=None, padding="valid": pool(
                x, size, stride, padding, reduce=_largest_in_size, fill=0.0
            ),
            hint="Of -3 and 2, which one is the larger?",
        ),
        Misconception(
            "same-without-padding",
            believes="'same' is of no importance to pooling.",
            wrong=lambda *args: pool(*args, sides=right.valid_always),
            hint="How many windows does 'same' want, and how many does the bare image hold?",
        ),
        odd_one_in_front(lambda *args: pool(*args, sides=right.odd_one_in_front)),
        same_as_at_stride_one(lambda *args: pool(*args, sides=right.zeros_of_stride_one)),
        rest_kept(lambda *args: pool(*args, sides=right.rest_kept)),
    ],
    hints=[
        "How many windows are there, and which pixels has the first one, the one to its right, the one below?",
        "Pad with a number that never wins. Then the pixels (i, j) of all windows at once are a slice with steps.",
        "Start with the slice of (0, 0), a copy; for each other (i, j): np.maximum(largest, slice, out=largest).",
    ],
    variants=[
        Variant("all-windows-at-once", _all_windows_at_once),
    ],
)


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
    cases=[*_CASES, *TIES, random_cases(random_pool, count=3)],
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
