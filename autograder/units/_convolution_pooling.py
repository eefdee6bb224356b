"""Assessment of max pooling."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units import _convolution_right as right
from autograder.units._convolution_right import Sides, pair, pool
from autograder.units._convolution_shared import odd_one_in_front, rest_kept, same_as_at_stride_one

__all__ = ["BAD_ARGUMENTS", "CASES", "many", "max_pool2d", "random_pool"]


def many(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=77), "size": (2, 3), "stride": 1}


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
    Case("negative-padding", x=grid(1, 5, 6, 1), size=2, stride=2, padding=-1, raises="padding"),
]

CASES = [
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


def _all_behind(*args: Any) -> Sides:
    (top, bottom), (left, right_side) = right.around(*args)
    return (0, top + bottom), (0, left + right_side)


max_pool2d = Exercise(
    "max_pool2d",
    points=2,
    vectorized=many,
    cases=[
        *CASES,
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
        Misconception(
            "smallest",
            believes="The smallest number of each window is kept.",
            wrong=lambda x, *args: pool(x, *args, reduce=np.min, fill=np.inf),
            hint="What is the maximum of 1 and 2?",
        ),
        Misconception(
            "strides-swapped",
            believes="The first of the two strides runs along a row.",
            wrong=lambda x, size, stride=None, padding="valid": pool(
                x, size, pair(size if stride is None else stride)[::-1], padding
            ),
            hint="In a pair (h, w), which one moves the window down?",
        ),
        Misconception(
            "summed",
            believes="The window is summed.",
            wrong=lambda x, *args: pool(x, *args, reduce=np.sum, fill=0.0),
            hint="What is the maximum of 1 and 2?",
        ),
        Misconception(
            "one-column-of-the-window",
            believes="The maximum runs along a row of the window.",
            wrong=lambda x, *args: pool(x, *args, reduce=lambda windows, axis: windows.max(axis=4)[:, :, :, 0]),
            hint="How many numbers does a 2 × 2 window hold?",
        ),
        Misconception(
            "channels-first",
            believes="The result is channels first.",
            wrong=lambda x, *args: pool(x, *args).transpose(0, 3, 1, 2),
            hint="Where do the channels stand in this unit?",
        ),
        Misconception(
            "last-place-forgotten",
            believes="There are (n - k) // s places.",
            wrong=lambda x, *args: pool(x, *args)[:, :-1, :-1],
            hint="size 4, windows of 2: how many are there?",
        ),
        Misconception(
            "all-padding-behind",
            believes="All padding goes behind.",
            wrong=lambda x, *args: pool(x, *args, sides=_all_behind),
            hint="How many rows of padding stand above?",
        ),
    ],
    hints=[
        "How many windows are there, and which pixels are in the first one, the one to its right, the one below?",
        "Pad with a number that never wins. Then the pixels (i, j) of all windows at once are a slice with steps.",
        "Start with the slice of (0, 0), a copy; for each other (i, j): np.maximum(largest, slice, out=largest).",
    ],
    variants=[
        Variant("all-windows-at-once", _all_windows_at_once),
    ],
)
