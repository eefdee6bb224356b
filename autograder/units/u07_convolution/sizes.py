"""output_size and effective_kernel; random axes to place a kernel on."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit

PLACES = "(room - span) // stride + 1"
SAME_PLACES = "-(-size // stride)"
SPAN = "dilation * (kernel - 1) + 1"

SPANS_D_K = "A dilated kernel spans d k positions."
GAPS_BETWEEN = "How many gaps are there between k weights: k or k - 1?"
EVERY_OTHER = "At stride 2, places 0, 2, 4, 6, 8 of an axis of 9: how many is that?"


def random_axis(rng: np.random.Generator) -> dict[str, Any]:
    """An axis with a kernel that fits whatever the padding, and a stride and a dilation that are not 1."""
    kernel, dilation = int(rng.integers(2, 6)), int(rng.integers(2, 4))
    size = dilation * (kernel - 1) + 1 + int(rng.integers(1, 20))
    return {"size": size, "kernel": kernel, "stride": int(rng.integers(2, 5)), "dilation": dilation}


def _random_size(rng: np.random.Generator) -> dict[str, Any]:
    axis = random_axis(rng)
    dilation, padding = axis.pop("dilation"), ["valid", "same", int(rng.integers(1, 4))][int(rng.integers(0, 3))]
    return {**axis, "padding": padding, "dilation": dilation}


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
        edit("stride-always-two", "// stride", "// 2")
        .believes("A valid convolution gives (n - k) / 2 + 1 places.")
        .ask("Which argument is the 2 of that formula?"),
        edit("same-keeps-the-size", SAME_PLACES, "size")
        .believes("With padding 'same' the output is as large as the input.")
        .ask("At stride 2 every other place is skipped. How many are left?"),
        edit("stride-added", PLACES, "room - span + stride")
        .believes("A valid convolution gives n - k + s places.")
        .ask("With a stride of 5, are there more places or fewer than with a stride of 1?"),
        edit("rounded-up", PLACES, "-(-(room - span) // stride) + 1")
        .believes("Leftover positions at the end give one more place.")
        .ask("May a window stick out at the end when there are no zeros to stand on?"),
        edit("same-rounded-down", SAME_PLACES, "size // stride")
        .believes("'same' at stride s gives n // s places.")
        .ask(EVERY_OTHER),
        edit("first-place-forgotten", PLACES, "(room - span) // stride")
        .believes("The number of places is the number of steps.")
        .ask("A kernel as large as the axis takes no step. How many places does it have?"),
        edit("padding-counted-once", PLACES, "(size + zeros - span) // stride + 1")
        .believes("A padding of p adds p positions.")
        .ask("On how many sides of the axis are the p zeros put?"),
        edit("dilation-ignored", "effective_kernel(kernel, dilation)", "kernel")
        .believes("Gaps between the weights do not change how far the kernel reaches.")
        .ask("Three weights with two gaps between each: from the first to the last, how many positions?"),
        edit("span-is-dilation-times-kernel", PLACES, "(room - dilation * kernel) // stride + 1")
        .believes(SPANS_D_K)
        .ask(GAPS_BETWEEN),
        edit("stride-forgotten", PLACES, "room - span + 1")
        .believes("There are n - span + 1 places.")
        .ask("How far is it from one place to the next?"),
        edit("same-as-valid", SAME_PLACES, "(size - span) // stride + 1")
        .believes("'same' counts as 'valid' does.")
        .ask("How many places does 'same' want at stride 1?"),
        edit("a-fraction-of-a-place", PLACES, "(room - span) / stride + 1")
        .believes("The quotient is left as it is.")
        .ask("Can a window stand at place 2.5?"),
        edit("rounded-to-the-nearest", PLACES, "round((room - span) / stride) + 1")
        .believes("The quotient is rounded.")
        .ask("Does a window fit where only two thirds of a step are left?"),
        edit("padding-taken-away", PLACES, "(size - 2 * zeros - span) // stride + 1")
        .believes("Padding makes the image smaller.")
        .ask("Do zeros around an image leave more or fewer places?"),
    ],
    hints=[
        "Draw an axis of 7 positions and a kernel of 3, and write down where the kernel can start.",
        "The last start is (room - span); starts lie `stride` apart, and 0 is one of them.",
        "`(size + 2 * p - span) // stride + 1`, span = dilation * (kernel - 1) + 1; 'same' is the ceiling of n / s.",
    ],
    variants=[
        Variant(
            "counted", (PLACES, "len(range(0, room - span + 1, stride))", SAME_PLACES, "(size + stride - 1) // stride")
        )
    ],
)

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
        edit("dilation-times-kernel", SPAN, "dilation * kernel").believes(SPANS_D_K).ask(GAPS_BETWEEN),
        edit("dilation-is-the-gap", SPAN, "kernel + (kernel - 1) * dilation")
        .believes("Dilation d leaves d positions free between two weights.")
        .ask("With dilation 1, the usual convolution: how many positions lie between two weights?"),
        edit("last-weight-forgotten", SPAN, "dilation * (kernel - 1)")
        .believes("From the first weight to the last there are d (k - 1) positions.")
        .ask("How many positions does a kernel of one weight span?"),
        edit("dilation-ignored", SPAN, "kernel")
        .believes("A kernel of k weights spans k positions.")
        .ask("Where is the second weight when the first stands on 0 and the dilation is 2?"),
        edit("dilation-added", SPAN, "kernel + dilation - 1")
        .believes("The dilation is added to the kernel.")
        .ask("How many gaps are there between four weights?"),
        edit("weights-not-counted", SPAN, "(dilation - 1) * (kernel - 1) + 1")
        .believes("Only the gaps are counted.")
        .ask("How many positions do three weights without gaps span?"),
    ],
    hints=[
        "Put the first weight on position 0. On which position is the last one?",
        "k weights have k - 1 steps between them, each of d positions; the first position counts as well.",
        "`dilation * (kernel - 1) + 1`, after refusing numbers below 1.",
    ],
    variants=[Variant("holes-counted", (SPAN, "kernel + (kernel - 1) * (dilation - 1)"))],
)
