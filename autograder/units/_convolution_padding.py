"""Assessment of padding: how much 'same' adds, and adding it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units._convolution_shared import random_axis, refuse

__all__ = ["pad2d", "same_padding"]

Pair = tuple[int, int]


def _total(size: int, kernel: int, stride: int = 1, dilation: int = 1) -> int:
    return (math.ceil(size / stride) - 1) * stride + dilation * (kernel - 1) + 1 - size


def _split(total: int) -> Pair:
    return max(total, 0) // 2, (max(total, 0) + 1) // 2


same_padding = Exercise(
    "same_padding",
    parts=("before", "after"),
    points=2,
    cases=[
        Case("odd-kernel", size=6, kernel=3),
        Case("even-kernel-odd-zero-behind", size=6, kernel=4),
        Case("one-weight-needs-nothing", size=5, kernel=1),
        Case("stride-two-even-size", size=8, kernel=3, stride=2),
        Case("stride-two-odd-size", size=9, kernel=3, stride=2),
        Case("stride-larger-than-kernel-needs-nothing", size=10, kernel=2, stride=5),
        Case("stride-larger-than-kernel-with-a-rest", size=11, kernel=2, stride=5),
        Case("wide-kernel-on-a-short-axis", size=3, kernel=8, stride=2),
        Case("dilation", size=10, kernel=3, stride=1, dilation=3),
        Case("dilation-and-stride", size=11, kernel=4, stride=3, dilation=2),
        Case("no-positions", size=0, kernel=3, raises="size"),
        Case("empty-kernel", size=6, kernel=0, raises="kernel"),
        Case("stride-zero", size=6, kernel=3, stride=0, raises="stride"),
        Case("dilation-zero", size=6, kernel=3, stride=1, dilation=0, raises="dilation"),
        random_cases(random_axis, count=3),
    ],
    misconceptions=[
        Misconception(
            "odd-one-in-front",
            believes="The odd zero is put before the axis.",
            wrong=lambda size, kernel, stride=1, dilation=1: _split(_total(size, kernel, stride, dilation))[::-1],
            hint="Of `before` and `after`, which one is the larger by the docstring's formula?",
        ),
        Misconception(
            "half-a-kernel",
            believes="'same' means k // 2 zeros on either side.",
            wrong=lambda size, kernel, stride=1, dilation=1: (
                (dilation * (kernel - 1) // 2 if kernel % 2 else dilation * kernel // 2,) * 2
            ),
            hint="With 4 weights, 2 zeros on either side of 6 positions: how many places are there?",
        ),
        Misconception(
            "stride-ignored",
            believes="The zeros are those of stride 1: d (k - 1), shared by both sides.",
            wrong=lambda size, kernel, stride=1, dilation=1: _split(dilation * (kernel - 1)),
            hint="At stride 2, where does the last window stand, and how far does it stick out?",
        ),
        Misconception(
            "size-kept-at-any-stride",
            believes="So many zeros are added that the output is as large as the input at every stride.",
            wrong=lambda size, kernel, stride=1, dilation=1: _split(
                (size - 1) * stride + dilation * (kernel - 1) + 1 - size
            ),
            hint="How many places does 'same' want at stride 2: n or ⌈n / 2⌉?",
        ),
        Misconception(
            "may-be-negative",
            believes="The total is never below 0.",
            wrong=lambda size, kernel, stride=1, dilation=1: (
                _total(size, kernel, stride, dilation) // 2,
                _total(size, kernel, stride, dilation) - _total(size, kernel, stride, dilation) // 2,
            ),
            hint="With a stride larger than the kernel, what is the total? Can positions be taken away?",
        ),
        Misconception(
            "dilation-ignored",
            believes="Gaps between the weights do not change how far the kernel reaches.",
            wrong=lambda size, kernel, stride=1, dilation=1: _split(_total(size, kernel, stride, 1)),
            hint="Three weights, three apart: from the first to the last, how many positions?",
        ),
        Misconception(
            "floor-of-places",
            believes="There are n // s places.",
            wrong=lambda size, kernel, stride=1, dilation=1: _split(
                (size // stride - 1) * stride + dilation * (kernel - 1) + 1 - size
            ),
            hint="At stride 2, places 0, 2, 4, 6, 8 of an axis of 9: how many is that?",
        ),
        Misconception(
            "even-on-both-sides",
            believes="What is odd is rounded down on both sides.",
            wrong=lambda size, kernel, stride=1, dilation=1: (_split(_total(size, kernel, stride, dilation))[0],) * 2,
            hint="How many zeros are there then, and how many places?",
        ),
        Misconception(
            "all-on-both-sides",
            believes="The total stands on either side.",
            wrong=lambda size, kernel, stride=1, dilation=1: (max(_total(size, kernel, stride, dilation), 0),) * 2,
            hint="How many zeros are there in total?",
        ),
        Misconception(
            "all-behind",
            believes="All zeros go behind.",
            wrong=lambda size, kernel, stride=1, dilation=1: (0, max(_total(size, kernel, stride, dilation), 0)),
            hint="Where does the middle of a 3-kernel stand at the first place?",
        ),
        Misconception(
            "total-alone",
            believes="The number of zeros is asked for.",
            wrong=lambda size, kernel, stride=1, dilation=1: max(_total(size, kernel, stride, dilation), 0),
            hint="How many numbers does the docstring return?",
        ),
        Misconception(
            "span-is-dilation-times-kernel",
            believes="A dilated kernel spans d k positions.",
            wrong=lambda size, kernel, stride=1, dilation=1: _split(
                _total(size, kernel, stride, dilation) + dilation - 1
            ),
            hint="Are there gaps behind the last weight?",
        ),
        Misconception(
            "half-of-what-is-left",
            believes="(k - 1) / 2 zeros on either side.",
            wrong=lambda size, kernel, stride=1, dilation=1: ((kernel - 1) // 2,) * 2,
            hint="How many zeros does a kernel of 4 need?",
        ),
        Misconception(
            "one-place-too-many",
            believes="There is one more place.",
            wrong=lambda size, kernel, stride=1, dilation=1: _split(_total(size, kernel, stride, dilation) + stride),
            hint="The first place is at 0. Where is the last of five at stride 2?",
        ),
    ],
    hints=[
        "Place the ⌈n / s⌉ windows from the left: how far does the last one stick out of the axis?",
        "What sticks out is the total, unless it is negative; it is shared by both sides, the odd one behind.",
        "`before = total // 2`, `after = total - before`, with total the larger of the formula and 0.",
    ],
    variants=[
        Variant(
            "by-remainder", lambda size, kernel, stride=1, dilation=1: _by_remainder(size, kernel, stride, dilation)
        )
    ],
)


def _by_remainder(size: int, kernel: int, stride: int, dilation: int) -> Pair:
    """TensorFlow's formula in its other form, by the remainder of n / s."""
    refuse(size=size, kernel=kernel, stride=stride, dilation=dilation)
    span = dilation * (kernel - 1) + 1
    total = max(span - (size % stride or stride), 0)
    return total // 2, (total + 1) // 2


def _pad(x: Array, widths: Any, value: float = 0) -> Array:
    return np.pad(x, widths, constant_values=value)


def _random_images(rng: np.random.Generator) -> dict[str, Any]:
    top, bottom, left, right = (int(n) for n in rng.permutation(4))
    return {
        "x": rng.standard_normal((2, 3, 4, 2)),
        "padding": ((top, bottom), (left, right)),
        "value": float(rng.choice([-1.5, 0.5])),
    }


pad2d = Exercise(
    "pad2d",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"x": normal(2, n, n, 1, seed=70), "padding": ((1, 2), (3, 4))},
    cases=[
        Case("one-row-on-top", x=grid(1, 2, 3, 1), padding=((1, 0), (0, 0))),
        Case("four-sides-differ", x=grid(1, 2, 3, 1), padding=((1, 2), (3, 4))),
        Case("left-and-right-only", x=grid(1, 3, 2, 1), padding=((0, 0), (2, 1)), readonly=True),
        Case("several-images-and-channels", x=grid(2, 2, 3, 2), padding=((1, 0), (0, 2))),
        Case("nothing-to-add-is-a-copy", x=grid(1, 2, 3, 2), padding=((0, 0), (0, 0))),
        Case("zeros-beside-fractions", x=normal(1, 2, 3, 1, seed=72), padding=((1, 0), (0, 2))),
        Case("another-value", x=normal(1, 2, 3, 2, seed=71), padding=((0, 1), (1, 0)), value=-2.5),
        Case("minus-infinity", x=-grid(1, 2, 2, 1), padding=((1, 1), (1, 1)), value=-np.inf),
        Case("single-precision", x=np.array([[[[0.5], [-1.25]]]], np.float32), padding=((0, 1), (2, 0)), value=0.1),
        random_cases(_random_images),
    ],
    misconceptions=[
        Misconception(
            "height-and-width-swapped",
            believes="The first pair is left and right.",
            wrong=lambda x, padding, value=0: _pad(x, ((0, 0), padding[1], padding[0], (0, 0)), value),
            hint="Which axis of (N, H, W, C) does a row on top make longer?",
        ),
        Misconception(
            "channels-first",
            believes="Height and width are the last two axes.",
            wrong=lambda x, padding, value=0: _pad(x, ((0, 0), (0, 0), *padding), value),
            hint="Which axis of (N, H, W, C) holds the channels?",
        ),
        Misconception(
            "batch-padded",
            believes="Height and width are the first two axes.",
            wrong=lambda x, padding, value=0: _pad(x, (*padding, (0, 0), (0, 0)), value),
            hint="Which axis of (N, H, W, C) counts the images? Should there be more of them afterwards?",
        ),
        Misconception(
            "before-and-after-swapped",
            believes="The pairs are (bottom, top) and (right, left).",
            wrong=lambda x, padding, value=0: _pad(x, ((0, 0), padding[0][::-1], padding[1][::-1], (0, 0)), value),
            hint="Row 0 is at the top: with one row on top, where does the image's first row go?",
        ),
        Misconception(
            "first-of-each-pair-for-both-sides",
            believes="Padding is the same on both sides.",
            wrong=lambda x, padding, value=0: _pad(
                x, ((0, 0), (padding[0][0],) * 2, (padding[1][0],) * 2, (0, 0)), value
            ),
            hint="Four numbers come in. How many of them does your result depend on?",
        ),
        Misconception(
            "value-ignored",
            believes="Padding is always zero.",
            wrong=lambda x, padding, value=0: _pad(x, ((0, 0), *padding, (0, 0))),
            hint="What would zeros do to a maximum of negative numbers?",
        ),
        Misconception(
            "edge-repeated",
            believes="The new rows and columns repeat the border of the image.",
            wrong=lambda x, padding, value=0: np.pad(x, ((0, 0), *padding, (0, 0)), mode="edge"),
            hint="What does `value` stand for?",
        ),
        Misconception(
            "always-double",
            believes="New arrays are float64.",
            wrong=lambda x, padding, value=0: _pad(x, ((0, 0), *padding, (0, 0)), value).astype(np.float64),
            hint="What dtype does the result have for float32?",
        ),
        Misconception(
            "first-pair-for-both-axes",
            believes="The pairs are (before, before) and (after, after).",
            wrong=lambda x, padding, value=0: _pad(
                x, ((0, 0), (padding[0][0], padding[1][0]), (padding[0][1], padding[1][1]), (0, 0)), value
            ),
            hint="Which side belongs to padding[0][1]?",
        ),
        Misconception(
            "images-in-the-corner",
            believes="The images stand in the upper left.",
            wrong=lambda x, padding, value=0: _pad(
                x, ((0, 0), (0, sum(padding[0])), (0, sum(padding[1])), (0, 0)), value
            ),
            hint="How many rows stand above row 0 of the images?",
        ),
    ],
    hints=[
        "What is the shape of the result, axis by axis?",
        "Make an array of the new shape that is filled with `value`, and write the images into its middle.",
        "np.full(shape, value, dtype=x.dtype), then `padded[:, top : top + H, left : left + W] = x`.",
    ],
    variants=[
        Variant("np-pad", lambda x, padding, value=0: _pad(x, ((0, 0), *padding, (0, 0)), value)),
    ],
)
