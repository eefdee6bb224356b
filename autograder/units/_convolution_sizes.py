"""Assessment of sizes: how many places a kernel takes, and how much it spans."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.units._convolution_shared import random_axis, refuse

__all__ = ["effective_kernel", "output_size"]


def _random_size(rng: np.random.Generator) -> dict[str, Any]:
    axis = random_axis(rng)
    padding: Any = ["valid", "same", int(rng.integers(1, 4))][int(rng.integers(0, 3))]
    return {name: axis[name] for name in ("size", "kernel", "stride")} | {
        "padding": padding,
        "dilation": axis["dilation"],
    }


def _zeros(padding: Any) -> int:
    return 0 if isinstance(padding, str) else 2 * padding


def _size(
    size: int, kernel: int, stride: int = 1, padding: Any = "valid", dilation: int = 1, *, zeros: int | None = None
) -> int:
    if padding == "same":
        return math.ceil(size / stride)
    room = size + (_zeros(padding) if zeros is None else zeros)
    return math.floor((room - dilation * (kernel - 1) - 1) / stride) + 1


output_size = Exercise(
    "output_size",
    points=2,
    cases=[
        Case("kernel-inside", size=5, kernel=3),
        Case("kernel-as-large-as-the-axis", size=4, kernel=4),
        Case("stride-two-fits-exactly", size=7, kernel=3, stride=2),
        Case("stride-two-leaves-a-rest", size=8, kernel=3, stride=2),
        Case("stride-three", size=11, kernel=4, stride=3),
        Case("stride-larger-than-kernel", size=10, kernel=2, stride=5),
        Case("same-keeps-the-size-at-stride-one", size=6, kernel=4, padding="same"),
        Case("same-at-stride-two-even", size=8, kernel=3, stride=2, padding="same"),
        Case("same-at-stride-two-odd", size=9, kernel=3, stride=2, padding="same"),
        Case("same-with-a-kernel-larger-than-the-axis", size=3, kernel=7, stride=2, padding="same"),
        Case("two-zeros-on-either-side", size=6, kernel=3, padding=2),
        Case("zeros-make-the-kernel-fit", size=2, kernel=5, stride=2, padding=2),
        Case("dilation", size=9, kernel=3, dilation=3),
        Case("everything-at-once", size=20, kernel=4, stride=3, padding=1, dilation=2),
        Case("kernel-does-not-fit", size=4, kernel=5, raises="kernel"),
        Case("dilated-kernel-does-not-fit", size=6, kernel=3, stride=1, padding="valid", dilation=3, raises="kernel"),
        Case("unknown-padding", size=6, kernel=3, stride=1, padding="full", raises="padding"),
        Case("negative-padding", size=6, kernel=3, stride=1, padding=-1, raises="padding"),
        Case("no-positions", size=0, kernel=1, raises="size"),
        Case("empty-kernel", size=5, kernel=0, raises="kernel"),
        Case("stride-zero", size=5, kernel=3, stride=0, raises="stride"),
        Case("dilation-zero", size=5, kernel=3, stride=1, padding="valid", dilation=0, raises="dilation"),
        random_cases(_random_size, count=4),
    ],
    misconceptions=[
        Misconception(
            "stride-always-two",
            believes="A valid convolution gives (n - k) / 2 + 1 places.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: _size(size, kernel, 2, padding, dilation),
            hint="Which argument is the 2 of that formula?",
        ),
        Misconception(
            "same-keeps-the-size",
            believes="With padding 'same' the output is as large as the input.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: (
                size if padding == "same" else _size(size, kernel, stride, padding, dilation)
            ),
            hint="At stride 2 every other place is skipped. How many are left?",
        ),
        Misconception(
            "stride-added",
            believes="A valid convolution gives n - k + s places.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: (
                _size(size, kernel, stride, padding, dilation)
                if padding == "same"
                else size + _zeros(padding) - dilation * (kernel - 1) - 1 + stride
            ),
            hint="With a stride of 5, are there more places or fewer than with a stride of 1?",
        ),
        Misconception(
            "rounded-up",
            believes="A rest at the end gives one more place.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: (
                _size(size, kernel, stride, padding, dilation)
                if padding == "same"
                else math.ceil((size + _zeros(padding) - dilation * (kernel - 1) - 1) / stride) + 1
            ),
            hint="May a window stick out at the end when there are no zeros to stand on?",
        ),
        Misconception(
            "same-rounded-down",
            believes="'same' at stride s gives n // s places.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: (
                size // stride if padding == "same" else _size(size, kernel, stride, padding, dilation)
            ),
            hint="At stride 2, places 0, 2, 4, 6, 8 of an axis of 9: how many is that?",
        ),
        Misconception(
            "first-place-forgotten",
            believes="The number of places is the number of steps.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: (
                _size(size, kernel, stride, padding, dilation) - (padding != "same")
            ),
            hint="A kernel as large as the axis takes no step. How many places does it have?",
        ),
        Misconception(
            "padding-counted-once",
            believes="A padding of p adds p positions.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: _size(
                size, kernel, stride, padding, dilation, zeros=_zeros(padding) // 2
            ),
            hint="On how many sides of the axis are the p zeros put?",
        ),
        Misconception(
            "dilation-ignored",
            believes="Gaps between the weights do not change how far the kernel reaches.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: _size(size, kernel, stride, padding, 1),
            hint="Three weights with two gaps between each: from the first to the last, how many positions?",
        ),
        Misconception(
            "span-is-dilation-times-kernel",
            believes="A dilated kernel spans d k positions.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: _size(
                size, dilation * kernel, stride, padding, 1
            ),
            hint="How many gaps are there between k weights: k or k - 1?",
        ),
        Misconception(
            "stride-forgotten",
            believes="There are n - span + 1 places.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: (
                _size(size, kernel, 1, padding, dilation) if padding != "same" else _size(size, kernel, stride, padding)
            ),
            hint="How far is it from one place to the next?",
        ),
        Misconception(
            "same-as-valid",
            believes="'same' counts as 'valid' does.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: _size(
                size, kernel, stride, "valid" if padding == "same" else padding, dilation
            ),
            hint="How many places does 'same' want at stride 1?",
        ),
        Misconception(
            "a-fraction-of-a-place",
            believes="The quotient is left as it is.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: (
                _size(size, kernel, stride, padding)
                if padding == "same"
                else (size + _zeros(padding) - dilation * (kernel - 1) - 1) / stride + 1
            ),
            hint="Can a window stand at place 2.5?",
        ),
        Misconception(
            "rounded-to-the-nearest",
            believes="The quotient is rounded.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: (
                _size(size, kernel, stride, padding)
                if padding == "same"
                else round((size + _zeros(padding) - dilation * (kernel - 1) - 1) / stride) + 1
            ),
            hint="Does a window fit where only two thirds of a step are left?",
        ),
        Misconception(
            "padding-taken-away",
            believes="Padding makes the image smaller.",
            wrong=lambda size, kernel, stride=1, padding="valid", dilation=1: _size(
                size, kernel, stride, padding, dilation, zeros=-_zeros(padding)
            ),
            hint="Do zeros around an image leave more or fewer places?",
        ),
    ],
    hints=[
        "Draw an axis of 7 positions and a kernel of 3, and write down where the kernel can start.",
        "The last start is (room - span); starts lie `stride` apart, and 0 is one of them.",
        "`(size + 2 * p - span) // stride + 1`, span = dilation * (kernel - 1) + 1; 'same' is the ceiling of n / s.",
    ],
    variants=[
        Variant(
            "counted",
            lambda size, kernel, stride=1, padding="valid", dilation=1: _counted(
                size, kernel, stride, padding, dilation
            ),
        ),
    ],
)


def _counted(size: int, kernel: int, stride: int, padding: Any, dilation: int) -> int:
    refuse(size=size, kernel=kernel, stride=stride, dilation=dilation)
    if padding == "same":
        return (size + stride - 1) // stride
    if padding != "valid" and not isinstance(padding, int):
        raise ValueError(f"unknown padding {padding}")
    room = size + _zeros(padding)
    refuse(padding=room - size + 1)
    starts = range(0, room - dilation * (kernel - 1), stride)
    if not starts:
        raise ValueError(f"kernel of {kernel} does not fit")
    return len(starts)


effective_kernel = Exercise(
    "effective_kernel",
    points=0.5,
    cases=[
        Case("no-gaps", kernel=3, dilation=1),
        Case("three-weights-two-apart", kernel=3, dilation=2),
        Case("even-kernel", kernel=4, dilation=3),
        Case("two-weights-far-apart", kernel=2, dilation=7),
        Case("one-weight-has-no-gaps", kernel=1, dilation=5),
        Case("wide", kernel=7, dilation=4),
        Case("empty-kernel", kernel=0, dilation=2, raises="kernel"),
        Case("dilation-zero", kernel=3, dilation=0, raises="dilation"),
        random_cases(lambda rng: {"kernel": int(rng.integers(2, 9)), "dilation": int(rng.integers(2, 9))}),
    ],
    misconceptions=[
        Misconception(
            "dilation-times-kernel",
            believes="A dilated kernel spans d k positions.",
            wrong=lambda kernel, dilation: dilation * kernel,
            hint="How many gaps are there between k weights: k or k - 1?",
        ),
        Misconception(
            "dilation-is-the-gap",
            believes="Dilation d leaves d positions free between two weights.",
            wrong=lambda kernel, dilation: kernel + (kernel - 1) * dilation,
            hint="With dilation 1, the usual convolution: how many positions lie between two weights?",
        ),
        Misconception(
            "last-weight-forgotten",
            believes="From the first weight to the last there are d (k - 1) positions.",
            wrong=lambda kernel, dilation: dilation * (kernel - 1),
            hint="How many positions does a kernel of one weight span?",
        ),
        Misconception(
            "dilation-ignored",
            believes="A kernel of k weights spans k positions.",
            wrong=lambda kernel, dilation: kernel,
            hint="Where is the second weight when the first stands on 0 and the dilation is 2?",
        ),
        Misconception(
            "dilation-added",
            believes="The dilation is added to the kernel.",
            wrong=lambda kernel, dilation: kernel + dilation - 1,
            hint="How many gaps are there between four weights?",
        ),
        Misconception(
            "weights-not-counted",
            believes="Only the gaps are counted.",
            wrong=lambda kernel, dilation: (dilation - 1) * (kernel - 1) + 1,
            hint="How many positions do three weights without gaps span?",
        ),
    ],
    hints=[
        "Put the first weight on position 0. On which position is the last one?",
        "k weights have k - 1 steps between them, each of d positions; the first position counts as well.",
        "`dilation * (kernel - 1) + 1`, after refusing numbers below 1.",
    ],
    variants=[Variant("holes-counted", lambda kernel, dilation: _with_holes(kernel, dilation))],
)


def _with_holes(kernel: int, dilation: int) -> int:
    refuse(kernel=kernel, dilation=dilation)
    return kernel + (kernel - 1) * (dilation - 1)
