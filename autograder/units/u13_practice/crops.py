"""random_crop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Property
from autograder.assessment.checks.cropped_windows import cropped_anywhere
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u13_practice.images import OWN_GENERATOR, bytes_of, drive_draws, pictures

ROW, COLUMN = "rng.integers(tops, size=n)", "rng.integers(lefts, size=n)"
BORDER = "(padding, padding)"
PADDED = "np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))"
ONE_BY_ONE = "np.concatenate([random_crop(rng, image[None], size, padding) for image in images])"


def corner(place: str) -> tuple[str, str, str, str]:
    """Edits that say where a window begins; `{count}` is the number of places, along either axis."""
    row, column = (place.format(count=count, side=side) for count, side in (("tops", "rows"), ("lefts", "columns")))
    return ROW, row, COLUMN, column


def drawn(rng: np.random.Generator) -> Mapping[str, Any]:
    """Bytes above 0, a window that leaves two rows and one column, perhaps a border."""
    height, width = (int(each) for each in rng.integers(3, 5, 2))
    return {
        "images": rng.integers(1, 256, (150, height + 2, width + 1, 2), dtype=np.uint8),
        "seed": int(rng.integers(1, 2**31)),
        "size": (height, width),
        "padding": int(rng.integers(0, 2)),
    }


random_crop = Exercise(
    "random_crop",
    points=2,
    truth="none",
    scenario=drive_draws,
    check=Property(cropped_anywhere),
    returns_new=True,
    vectorized=lambda n: {"images": pictures(3, n, n + 2, 2), "seed": 20, "size": (n // 2, n), "padding": 1},
    cases=[
        Case("the-whole-image", images=pictures(4, 3, 5, 1), seed=21, size=(3, 5), padding=0),
        Case("one-column-to-spare", images=pictures(90, 3, 5, 1), seed=22, size=(3, 4), padding=0),
        Case("rows-and-columns", images=pictures(120, 4, 6, 1), seed=23, size=(2, 4), padding=0, readonly=True),
        Case("one-number-for-both", images=pictures(120, 5, 4, 2), seed=24, size=3, padding=0),
        Case("zeros-around", images=pictures(120, 3, 4, 1), seed=25, size=(3, 4), padding=1),
        Case("zeros-around-two-wide", images=pictures(300, 3, 4, 1), seed=26, size=(4, 5), padding=2),
        Case("larger-than-the-image", images=pictures(120, 3, 3, 2), seed=27, size=4, padding=1),
        Case("one-pixel", images=pictures(120, 3, 4, 2), seed=33, size=1),
        Case("bytes-stay-bytes", images=bytes_of(120, 5, 4, 3, low=1), seed=28, size=(4, 2), padding=0),
        Case("single-precision", images=pictures(120, 4, 5, 1).astype(np.float32), seed=29, size=(3, 3), padding=0),
        Case("too-wide", raises="size", images=pictures(4, 3, 5, 1), seed=30, size=(3, 6), padding=0),
        Case("higher-than-with-padding", raises="size", images=pictures(4, 3, 6, 1), seed=34, size=6, padding=1),
        Case("no-rows", raises="size", images=pictures(4, 3, 5, 1), seed=31, size=(0, 2), padding=0),
        Case("negative-padding", raises="padding", images=pictures(4, 4, 5, 1), seed=32, size=2, padding=-1),
        random_cases(drawn),
    ],
    misconceptions=[
        edit("one-place-for-the-batch", *corner("rng.integers({count})"))
        .believes("One row and one column are drawn for all images.")
        .ask("How many windows are cut, and how many places were drawn?"),
        edit("middle", *corner("({count} - 1) // 2"))
        .believes("A crop keeps the middle.")
        .ask("What does the network learn from a window that never moves?"),
        edit("upper-left", *corner("0"))
        .believes("A crop cuts off what is too much, on the right and at the bottom.")
        .ask("Where does `rng` come in?"),
        edit("last-place-missing", *corner("rng.integers(max({count} - 1, 1), size=n)"))
        .believes("The corner is drawn from 0 to H - h, with H - h excluded.")
        .ask("5 pixels, a window of 4: at how many places can it stand? What does rng.integers(5 - 4) give?"),
        edit("pulled-back-at-the-edge", *corner("rng.integers({side}, size=n).clip(max={count} - 1)"))
        .believes("The corner may be any pixel; a window that sticks out is pulled back.")
        .ask("How many corners end up at the last place, and how many at the first?"),
        edit(
            "same-number-for-row-and-column", ROW, "(place := rng.integers(min(tops, lefts), size=n))", COLUMN, "place"
        )
        .believes("One draw per image is enough for row and column.")
        .ask("Can a window of yours ever be far down and far left?"),
        edit("edge-continued", PADDED, PADDED.replace("(0, 0)))", "(0, 0)), mode='edge')"))
        .believes("Padding repeats the edge pixels.")
        .ask("Which number does the docstring put around the images?"),
        edit("padded-at-the-end-alone", BORDER, "(0, 2 * padding)")
        .believes("The padding goes below and to the right.")
        .ask("On how many sides are there zeros? Can a window of yours start above the image?"),
        edit("not-padded", BORDER, "(0, 0)")
        .believes("The padding only matters where the window is too large.")
        .ask("With padding 1 and a window as large as the image, how many places are there?"),
        edit("width-before-height", "else size\n", "else size[::-1]\n")
        .believes("A size is (width, height).")
        .ask("In which order does (N, H, W, C) name the axes, and in which order does the size?"),
        edit("shuffled", "np.pad(images,", "np.pad(rng.permutation(images),")
        .believes("The order of the images does not matter.")
        .ask("The labels keep their order. Whose label does your first window have?"),
        edit("generator-of-its-own", "crops = ", "rng = np.random.default_rng(0); crops = ")
        .believes(OWN_GENERATOR)
        .ask("In every epoch the windows would be the same. Whose seed should decide?"),
        edit("padding-shared-between-the-sides", BORDER, "(padding // 2, padding // 2)")
        .believes("The padding is put half on one side and half on the other.")
        .ask("With padding 1, how many rows of 0 are above the image, and how many below?"),
    ],
    hints=[
        "Count first: at how many rows can a window of h rows begin in H + 2p rows? Try H = 5, h = 4, p = 0.",
        "Pad all images at once; draw a row and a column for each image; cut with a slice, or with indices.",
        "top = rng.integers(H + 2p - h + 1, size=N), left likewise; padded[n, top[n]:top[n] + h, left[n]:left[n] + w].",
    ],
    variants=[Variant("image-by-image", ONE_BY_ONE)],
)
