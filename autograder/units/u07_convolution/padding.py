"""same_padding and pad2d."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import always_double
from autograder.units.u07_convolution.sizes import EVERY_OTHER, SPANS_D_K, random_axis

SPAN = "effective_kernel(kernel, dilation)"
TOTAL = f"(places - 1) * stride + {SPAN} - size"
SPLIT = "total // 2, total - total // 2"

SIDES = "(top, bottom), (left, right) = padding"
WHICH_AXIS = "Which axis of (N, H, W, C) holds the channels?"


def _random_images(rng: np.random.Generator) -> dict[str, Any]:
    top, bottom, left, right = (int(n) for n in rng.permutation(4))
    return {
        "x": rng.standard_normal((2, 3, 4, 2)),
        "padding": ((top, bottom), (left, right)),
        "value": float(rng.choice([-1.5, 0.5])),
    }


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
        edit("odd-one-in-front", SPLIT, "total - total // 2, total // 2")
        .believes("The odd zero is put before the axis.")
        .ask("Of `before` and `after`, which one is the larger by the docstring's formula?"),
        edit("half-a-kernel", SPLIT, "(dilation * (kernel // 2),) * 2")
        .believes("'same' means k // 2 zeros on either side.")
        .ask("With 4 weights, 2 zeros on either side of 6 positions: how many places are there?"),
        edit("stride-ignored", TOTAL, f"{SPAN} - 1")
        .believes("The zeros are those of stride 1: d (k - 1), shared by both sides.")
        .ask("At stride 2, where does the last window stand, and how far does it stick out?"),
        edit("size-kept-at-any-stride", "places - 1", "size - 1")
        .believes("So many zeros are added that the output is as large as the input at every stride.")
        .ask("How many places does 'same' want at stride 2: n or ⌈n / 2⌉?"),
        edit("may-be-negative", f"max({TOTAL}, 0)", TOTAL)
        .believes("The total is never below 0.")
        .ask("With a stride larger than the kernel, what is the total? Can positions be taken away?"),
        edit("dilation-ignored", SPAN, "kernel")
        .believes("Gaps between the weights do not change how far the kernel reaches.")
        .ask("Three weights, three apart: from the first to the last, how many positions?"),
        edit("floor-of-places", 'output_size(size, kernel, stride, "same", dilation)', "size // stride")
        .believes("There are n // s places.")
        .ask(EVERY_OTHER),
        edit("even-on-both-sides", SPLIT, "total // 2, total // 2")
        .believes("An odd total is halved and rounded down on both sides.")
        .ask("How many zeros are there then, and how many places?"),
        edit("all-on-both-sides", SPLIT, "total, total")
        .believes("The total is put on either side.")
        .ask("How many zeros are there in total?"),
        edit("all-behind", SPLIT, "0, total")
        .believes("All zeros go behind.")
        .ask("Where does the middle of a 3-kernel stand at the first place?"),
        edit("total-alone", SPLIT, "total")
        .believes("The number of zeros is asked for.")
        .ask("How many numbers does the docstring return?"),
        edit("span-is-dilation-times-kernel", SPAN, "dilation * kernel")
        .believes(SPANS_D_K)
        .ask("Are there gaps behind the last weight?"),
        edit("half-of-what-is-left", SPLIT, "(kernel - 1) // 2, (kernel - 1) // 2")
        .believes("(k - 1) / 2 zeros go on either side.")
        .ask("How many zeros does a kernel of 4 need?"),
        edit("one-place-too-many", "places - 1", "places")
        .believes("There is one more place.")
        .ask("The first place is at 0. Where is the last of five at stride 2?"),
    ],
    hints=[
        "Place the ⌈n / s⌉ windows from the left: how far does the last one stick out of the axis?",
        "What sticks out is the total, unless it is negative; it is shared by both sides, the odd one behind.",
        "`before = total // 2`, `after = total - before`, with total the larger of the formula and 0.",
    ],
    variants=[Variant("by-remainder", (TOTAL, f"{SPAN} - (size % stride or stride)"))],
)

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
        edit("height-and-width-swapped", SIDES, "(left, right), (top, bottom) = padding")
        .believes("The first pair is left and right.")
        .ask("Which axis of (N, H, W, C) does a row on top make longer?"),
        returns("channels-first", "np.pad(x, ((0, 0), (0, 0), *padding), constant_values=value)")
        .believes("Height and width are the last two axes.")
        .ask(WHICH_AXIS),
        returns("batch-padded", "np.pad(x, (*padding, (0, 0), (0, 0)), constant_values=value)")
        .believes("Height and width are the first two axes.")
        .ask("Which axis of (N, H, W, C) counts the images? Should there be more of them afterwards?"),
        edit("before-and-after-swapped", SIDES, "(bottom, top), (right, left) = padding")
        .believes("The pairs are (bottom, top) and (right, left).")
        .ask("Row 0 is at the top: with one row on top, where does the image's first row go?"),
        edit("first-of-each-pair-for-both-sides", SIDES, "((top, _), (left, _)) = padding; bottom, right = top, left")
        .believes("Padding is the same on both sides.")
        .ask("Four numbers come in. How many of them does your result depend on?"),
        edit("value-ignored", ", value, ", ", 0, ")
        .believes("Padding is always zero.")
        .ask("What would zeros do to a maximum of negative numbers?"),
        returns("edge-repeated", 'np.pad(x, ((0, 0), *padding, (0, 0)), mode="edge")')
        .believes("The new rows and columns repeat the border of the image.")
        .ask("What does `value` stand for?"),
        always_double(),
        edit("first-pair-for-both-axes", SIDES, "(top, left), (bottom, right) = padding")
        .believes("The pairs are (before, before) and (after, after).")
        .ask("Which side belongs to padding[0][1]?"),
        edit("images-in-the-corner", "top : top + height, left : left + width", ":height, :width")
        .believes("The images stand in the upper left.")
        .ask("How many rows stand above row 0 of the images?"),
    ],
    hints=[
        "What is the shape of the result, axis by axis?",
        "Make an array of the new shape that is filled with `value`, and write the images into its middle.",
        "np.full(shape, value, dtype=x.dtype), then `padded[:, top : top + H, left : left + W] = x`.",
    ],
    variants=[Variant("np-pad", "np.pad(x, ((0, 0), *padding, (0, 0)), constant_values=value)")],
)
