"""flatten_batch, crop_bottom_right, to_channels_first and to_channels_last: numbers that are only moved about."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal

PIXELS = np.arange(72, dtype=np.uint8).reshape(2, 3, 4, 3) * 3
DIGIT = np.arange(784, dtype=np.uint16).reshape(1, 28, 28)
NEARLY_A_DIGIT = np.arange(870, dtype=np.uint16).reshape(1, 30, 29)

CORNER = "images[:, rows - height :, columns - width :]"
TOO_LARGE = "not (1 <= height <= rows and 1 <= width <= columns)"


def _shape(rng: np.random.Generator, axes: int) -> tuple[int, ...]:
    """Different lengths from 2 up, in a random order."""
    return tuple((2 + rng.permutation(axes)).tolist())


flatten_batch = Exercise(
    "flatten_batch",
    points=1,
    vectorized=lambda n: {"x": grid(n, 3, n)},
    cases=[
        Case("two-images", x=grid(2, 3, 4)),
        Case("colour-images", x=PIXELS, readonly=True),
        Case("rows-stay-rows", x=grid(4, 3), readonly=True),
        Case("one-sample-is-a-batch", x=grid(1, 3, 2)),
        Case("axes-of-length-one", x=grid(3, 1, 1, start=-1.0)),
        Case("plain-numbers-become-rows-of-one", x=grid(5)),
        Case("single-precision", x=grid(3, 2, 2, step=0.25).astype(np.float32)),
        random_cases(lambda rng: {"x": rng.standard_normal(_shape(rng, 4))}),
    ],
    misconceptions=[
        returns("batch-flattened-too", "x.reshape(-1)")
        .believes("To flatten is to make one long vector.")
        .ask("How many rows does the next layer expect for a batch of 2 images?"),
        returns("last-axis-kept", "x.reshape(-1, x.shape[-1])")
        .believes("The last axis stays, and all others are joined.")
        .ask("Which axis counts the samples: the first one or the last one?"),
        returns("reshape-as-transpose", "x.reshape(-1, len(x)).T")
        .believes("Reshaping to (-1, N) puts one sample into each column.")
        .ask("Reshaping reads the numbers in memory order. Are the first N numbers one of each sample?"),
        returns("first-index-fastest", "x.reshape(len(x), -1, order='F')")
        .believes("The order within a sample does not matter.")
        .ask("In row-major order, which index runs fastest?"),
        returns("squeeze-by-accident", "np.squeeze(x).reshape(len(np.squeeze(x)), -1)")
        .believes("Axes of length 1 may be dropped first.")
        .ask("A batch of one image has shape (1, H, W). Which axis is the first one after squeezing?"),
        returns("samples-in-columns", "x.reshape(-1, len(x))")
        .believes("The -1 belongs in front: (…, N).")
        .ask("What does one row of the result hold?"),
    ],
    hints=[
        "Which axis must keep its length, and what becomes of all the others?",
        "Reshape needs two lengths: the number of samples, and what is left; NumPy can work out one of them.",
        "x.reshape(len(x), -1)",
    ],
    variants=[
        Variant("product-of-lengths", "x.reshape(x.shape[0], math.prod(x.shape[1:]))"),
        Variant("copy", "np.array(x).reshape((x.shape[0], -1))"),
    ],
)


def _random_corner(rng: np.random.Generator) -> dict[str, Any]:
    images = rng.standard_normal((3, 4, 7))
    return {"images": images, "size": (int(rng.integers(1, 5)), int(rng.integers(1, 8)))}


crop_bottom_right = Exercise(
    "crop_bottom_right",
    points=1,
    vectorized=lambda n: {"images": grid(3, n, n + 1), "size": n // 2},
    cases=[
        Case("grey-images", images=grid(2, 5, 7), size=3),
        Case("digits-of-28-by-28", images=DIGIT, size=14),
        Case("not-quite-28-by-28", images=NEARLY_A_DIGIT, size=14),
        Case("colour-images", images=PIXELS, size=2, readonly=True),
        Case("height-and-width", images=grid(2, 4, 5, 3), size=(3, 2)),
        Case("one-pixel", images=grid(2, 4, 3), size=1),
        Case("whole-image", images=grid(2, 3, 4), size=(3, 4), readonly=True),
        Case("single-precision", images=grid(1, 3, 5, 1, step=0.25).astype(np.float32), size=(1, 4)),
        Case("higher-than-the-image", images=grid(2, 5, 7), size=6, raises="size"),
        Case("wider-than-the-image", images=grid(2, 4, 3, 5), size=(2, 4), raises="size"),
        random_cases(lambda rng: {"images": rng.standard_normal((2, 6, 5, 3)), "size": int(rng.integers(1, 6))}),
        random_cases(_random_corner, label="random-pair"),
    ],
    misconceptions=[
        edit("upper-left", CORNER, "images[:, :height, :width]")
        .believes("Counting starts at the bottom right.")
        .ask("Row 0 is the top row. Which rows are the last ones?"),
        edit("fourteen", CORNER, "images[:, 14:, 14:]")
        .believes("The corner starts at pixel 14, whatever the size.")
        .ask("Where does the corner start in an image of 30 rows, of which 14 are kept?"),
        edit("size-cut-away", CORNER, "images[:, height:, width:]")
        .believes("The size says how many rows and columns to leave out.")
        .ask("How many rows should the result have: size, or H − size?"),
        edit("slice-off-by-one", CORNER, "images[:, -height - 1 : -1, -width - 1 : -1]")
        .believes("A slice that counts from the end stops at -1.")
        .ask("How many entries does x[-3:-1] have, and is the last one among them?"),
        edit("height-and-width-swapped", CORNER, "images[:, -width:, -height:]")
        .believes("A pair is (width, height).")
        .ask("The axes are (N, H, W): which of the two numbers belongs to the rows?"),
        edit("batch-axis-cropped", CORNER, "images[-height:, -width:]")
        .believes("The first two axes are rows and columns.")
        .ask("What does the first axis count?"),
        edit("too-large-accepted", TOO_LARGE, "False", CORNER, "images[:, -height:, -width:]")
        .believes("A slice beyond the border raises an error.")
        .ask("What is [1, 2, 3][-5:]? Does Python complain?"),
        edit("last-ones-lost", CORNER, "images[:, -height:-1, -width:-1]")
        .believes("A slice from -h to the end is [-h:-1].")
        .ask("Is the entry at -1 in x[-3:-1]?"),
        edit("last-two-axes-cropped", CORNER, "images[..., -height:, -width:]")
        .believes("Rows and columns are the last two axes.")
        .ask("What is the last axis of (N, H, W, C)?"),
        edit("corner-removed", CORNER, "images[:, :-height, :-width]")
        .believes("[:-h] keeps the last h.")
        .ask("Which entries does x[:-2] hold, the last two or all but those?"),
        edit("lower-left", CORNER, "images[:, -height:, :width]")
        .believes("Columns count from the left edge.")
        .ask("On which side is column 0?"),
    ],
    hints=[
        "The first axis counts images and stays whole; rows and columns are axes 1 and 2.",
        "In which row does the piece start if its last row is the image's last row?",
        "After the check: images[:, H - h :, W - w :]; an axis that is not mentioned stays whole.",
    ],
    variants=[
        Variant("fancy-index", (CORNER, "images[:, np.arange(rows)[-height:, None], np.arange(columns)[-width:]]"))
    ],
)

to_channels_first = Exercise(
    "to_channels_first",
    points=1,
    vectorized=lambda n: {"images": grid(2, n, n, 3)},
    cases=[
        Case("one-small-image", images=grid(1, 2, 2, 3)),
        Case("two-images", images=grid(2, 3, 4, 3), readonly=True),
        Case("bytes", images=PIXELS),
        Case("one-channel", images=grid(2, 3, 4, 1)),
        Case("one-row-of-pixels", images=grid(1, 1, 5, 2, start=-4.0)),
        Case("more-channels-than-rows", images=normal(2, 2, 3, 7, seed=1)),
        Case("single-precision", images=grid(3, 2, 4, 2, step=0.25).astype(np.float32)),
        random_cases(lambda rng: {"images": rng.standard_normal(_shape(rng, 4))}),
    ],
    misconceptions=[
        returns("reshape-as-transpose", "images.reshape(len(images), -1, *images.shape[1:3])")
        .believes("A reshape to (N, C, H, W) moves the axes.")
        .ask("Reshaping reads the numbers in memory order. Do the first H · W numbers all belong to channel 0?"),
        returns("axes-swapped", "images.swapaxes(1, 3)")
        .believes("Swapping the second axis with the last one is enough.")
        .ask("After the swap, which axis comes first: rows or columns? Is the image still upright?"),
        returns("all-axes-reversed", "images.T")
        .believes("Transposing moves the channels to the front.")
        .ask("Which axis must stay where it is?"),
        edit("other-direction", "0, 3, 1, 2", "0, 2, 3, 1")
        .believes("transpose(0, 2, 3, 1) sends axis 3 to place 1.")
        .ask("transpose(p) puts the old axis p[i] at place i. Which old axis should stand at place 1?"),
        returns("channels-before-the-batch", "np.moveaxis(images, -1, 0)")
        .believes("First means the very first axis.")
        .ask("What would images[0] be then, one image or one channel?"),
    ],
    hints=[
        "The numbers stay; only the names of the axes change places. Write old and new order one below the other.",
        "np.transpose takes a list: at place i stands the number of the old axis that goes there.",
        "New order: batch (0), channels (3), rows (1), columns (2).",
    ],
    variants=[
        Variant("moveaxis", "np.moveaxis(images, -1, 1)"),
        Variant("einsum", "np.einsum('nhwc->nchw', images)"),
        Variant("contiguous", "np.ascontiguousarray(images.transpose(0, 3, 1, 2))"),
    ],
)

to_channels_last = Exercise(
    "to_channels_last",
    points=1,
    vectorized=lambda n: {"images": grid(2, 3, n, n)},
    cases=[
        Case("one-small-image", images=grid(1, 3, 2, 2)),
        Case("two-images", images=grid(2, 3, 4, 5), readonly=True),
        Case("bytes", images=PIXELS),
        Case("one-channel", images=grid(2, 1, 3, 4)),
        Case("one-column-of-pixels", images=grid(1, 2, 5, 1, start=-4.0)),
        Case("more-channels-than-rows", images=normal(2, 7, 2, 3, seed=2)),
        Case("single-precision", images=grid(3, 2, 4, 2, step=0.25).astype(np.float32)),
        random_cases(lambda rng: {"images": rng.standard_normal(_shape(rng, 4))}),
    ],
    misconceptions=[
        returns("reshape-as-transpose", "images.reshape(len(images), *images.shape[2:], -1)")
        .believes("A reshape to (N, H, W, C) moves the axes.")
        .ask("Reshaping reads the numbers in memory order. Are the first C numbers the channels of one pixel?"),
        returns("axes-swapped", "images.swapaxes(1, 3)")
        .believes("Swapping the second axis with the last one is enough.")
        .ask("After the swap, which axis comes first: rows or columns? Is the image still upright?"),
        returns("all-axes-reversed", "images.T")
        .believes("Transposing moves the channels to the end.")
        .ask("Which axis must stay where it is?"),
        returns("same-direction-again", "to_channels_first(images)")
        .believes("The permutation to channels first undoes itself.")
        .ask("Three axes go round in a circle. How many times until they are home again?"),
    ],
    hints=[
        "This undoes `to_channels_first`: write the order of the axes before and after.",
        "At place i of the permutation stands the number of the old axis that goes there.",
        "New order: batch (0), rows (2), columns (3), channels (1).",
    ],
    variants=[
        Variant("moveaxis", "np.moveaxis(images, 1, -1)"),
        Variant("first-twice", "to_channels_first(to_channels_first(images))"),
    ],
)
