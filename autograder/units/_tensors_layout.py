"""Assessment of moving numbers about: flatten, crop, channels first and last."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["crop_bottom_right", "flatten_batch", "to_channels_first", "to_channels_last"]

PIXELS = np.arange(72, dtype=np.uint8).reshape(2, 3, 4, 3) * 3


def _pair(size: Any) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else tuple(size)


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
        Misconception(
            "batch-flattened-too",
            believes="To flatten is to make one long vector.",
            wrong=lambda x: x.reshape(-1),
            hint="How many rows does the next layer expect for a batch of 2 images?",
        ),
        Misconception(
            "last-axis-kept",
            believes="The last axis stays, and all others are joined.",
            wrong=lambda x: x.reshape(-1, x.shape[-1]),
            hint="Which axis counts the samples: the first one or the last one?",
        ),
        Misconception(
            "reshape-as-transpose",
            believes="Reshaping to (-1, N) puts one sample into each column.",
            wrong=lambda x: x.reshape(-1, len(x)).T,
            hint="Reshaping reads the numbers in memory order. Are the first N numbers one of each sample?",
        ),
        Misconception(
            "first-index-fastest",
            believes="The order within a sample does not matter.",
            wrong=lambda x: x.reshape(len(x), -1, order="F"),
            hint="In row-major order, which index runs fastest?",
        ),
        Misconception(
            "squeeze-by-accident",
            believes="Axes of length 1 may be dropped first.",
            wrong=lambda x: np.squeeze(x).reshape(len(np.squeeze(x)), -1),
            hint="A batch of one image has shape (1, H, W). Which axis is the first one after squeezing?",
        ),
        Misconception(
            "samples-in-columns",
            believes="The -1 belongs in front: (…, N).",
            wrong=lambda x: x.reshape(-1, len(x)),
            hint="What does one row of the result hold?",
        ),
    ],
    hints=[
        "Which axis must keep its length, and what becomes of all the others?",
        "Reshape needs two lengths: the number of samples, and what is left; NumPy can work out one of them.",
        "x.reshape(len(x), -1)",
    ],
    variants=[
        Variant("product-of-lengths", lambda x: x.reshape(x.shape[0], math.prod(x.shape[1:]))),
        Variant("copy", lambda x: np.array(x).reshape((x.shape[0], -1))),
    ],
)

crop_bottom_right = Exercise(
    "crop_bottom_right",
    points=1,
    vectorized=lambda n: {"images": grid(3, n, n + 1), "size": n // 2},
    cases=[
        Case("grey-images", images=grid(2, 5, 7), size=3),
        Case("digits-of-28-by-28", images=np.arange(784, dtype=np.uint16).reshape(1, 28, 28), size=14),
        Case("not-quite-28-by-28", images=np.arange(870, dtype=np.uint16).reshape(1, 30, 29), size=14),
        Case("colour-images", images=PIXELS, size=2, readonly=True),
        Case("height-and-width", images=grid(2, 4, 5, 3), size=(3, 2)),
        Case("one-pixel", images=grid(2, 4, 3), size=1),
        Case("whole-image", images=grid(2, 3, 4), size=(3, 4), readonly=True),
        Case("single-precision", images=grid(1, 3, 5, 1, step=0.25).astype(np.float32), size=(1, 4)),
        Case("higher-than-the-image", images=grid(2, 5, 7), size=6, raises="size"),
        Case("wider-than-the-image", images=grid(2, 4, 3, 5), size=(2, 4), raises="size"),
        random_cases(lambda rng: {"images": rng.standard_normal((2, 6, 5, 3)), "size": int(rng.integers(1, 6))}),
        random_cases(
            lambda rng: {
                "images": rng.standard_normal((3, 4, 7)),
                "size": (int(rng.integers(1, 5)), int(rng.integers(1, 8))),
            },
            label="random-pair",
        ),
    ],
    misconceptions=[
        Misconception(
            "upper-left",
            believes="Counting starts at the bottom right.",
            wrong=lambda images, size: images[:, : _pair(size)[0], : _pair(size)[1]],
            hint="Row 0 is the top row. Which rows are the last ones?",
        ),
        Misconception(
            "fourteen",
            believes="The corner starts at pixel 14, whatever the size.",
            wrong=lambda images, size: images[:, 14:, 14:],
            hint="Where does the corner start in an image of 30 rows, of which 14 are kept?",
        ),
        Misconception(
            "size-cut-away",
            believes="The size says how many rows and columns to leave out.",
            wrong=lambda images, size: images[:, _pair(size)[0] :, _pair(size)[1] :],
            hint="How many rows should the result have: size, or H − size?",
        ),
        Misconception(
            "slice-off-by-one",
            believes="A slice that counts from the end stops at -1.",
            wrong=lambda images, size: images[:, -_pair(size)[0] - 1 : -1, -_pair(size)[1] - 1 : -1],
            hint="How many entries does x[-3:-1] have, and is the last one among them?",
        ),
        Misconception(
            "height-and-width-swapped",
            believes="A pair is (width, height).",
            wrong=lambda images, size: images[:, -_pair(size)[1] :, -_pair(size)[0] :],
            hint="The axes are (N, H, W): which of the two numbers belongs to the rows?",
        ),
        Misconception(
            "batch-axis-cropped",
            believes="The first two axes are rows and columns.",
            wrong=lambda images, size: images[-_pair(size)[0] :, -_pair(size)[1] :],
            hint="What does the first axis count?",
        ),
        Misconception(
            "too-large-accepted",
            believes="A slice beyond the border raises an error.",
            wrong=lambda images, size: images[:, -_pair(size)[0] :, -_pair(size)[1] :],
            hint="What is [1, 2, 3][-5:]? Does Python complain?",
        ),
        Misconception(
            "last-ones-lost",
            believes="A slice from -h to the end is [-h:-1].",
            wrong=lambda images, size: images[:, -_pair(size)[0] : -1, -_pair(size)[1] : -1],
            hint="Is the entry at -1 in x[-3:-1]?",
        ),
        Misconception(
            "last-two-axes-cropped",
            believes="Rows and columns are the last two axes.",
            wrong=lambda images, size: images[..., -_pair(size)[0] :, -_pair(size)[1] :],
            hint="What is the last axis of (N, H, W, C)?",
        ),
        Misconception(
            "corner-removed",
            believes="[:-h] keeps the last h.",
            wrong=lambda images, size: images[:, : -_pair(size)[0], : -_pair(size)[1]],
            hint="Which entries does x[:-2] hold, the last two or all but those?",
        ),
        Misconception(
            "lower-left",
            believes="Columns count from the left edge.",
            wrong=lambda images, size: images[:, -_pair(size)[0] :, : _pair(size)[1]],
            hint="On which side is column 0?",
        ),
    ],
    hints=[
        "The first axis counts images and stays whole; rows and columns are axes 1 and 2.",
        "In which row does the piece start if its last row is the image's last row?",
        "After the check: images[:, H - h :, W - w :]; an axis that is not mentioned stays whole.",
    ],
    variants=[Variant("fancy-index", lambda images, size: _crop_by_index(images, *_pair(size)))],
)


def _crop_by_index(images: Array, height: int, width: int) -> Array:
    if height > images.shape[1] or width > images.shape[2]:
        raise ValueError("size is larger than the images")
    rows, columns = np.arange(images.shape[1])[-height:], np.arange(images.shape[2])[-width:]
    return images[:, rows[:, None], columns]


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
        Misconception(
            "reshape-as-transpose",
            believes="A reshape to (N, C, H, W) moves the axes.",
            wrong=lambda images: images.reshape(images.shape[0], images.shape[3], images.shape[1], images.shape[2]),
            hint="Reshaping reads the numbers in memory order. Do the first H · W numbers all belong to channel 0?",
        ),
        Misconception(
            "axes-swapped",
            believes="Swapping the second axis with the last one is enough.",
            wrong=lambda images: images.swapaxes(1, 3),
            hint="After the swap, which axis comes first: rows or columns? Is the image still upright?",
        ),
        Misconception(
            "all-axes-reversed",
            believes="Transposing moves the channels to the front.",
            wrong=lambda images: images.T,
            hint="Which axis must stay where it is?",
        ),
        Misconception(
            "other-direction",
            believes="transpose(0, 2, 3, 1) sends axis 3 to place 1.",
            wrong=lambda images: images.transpose(0, 2, 3, 1),
            hint="transpose(p) puts the old axis p[i] at place i. Which old axis should stand at place 1?",
        ),
        Misconception(
            "channels-before-the-batch",
            believes="First means the very first axis.",
            wrong=lambda images: np.moveaxis(images, -1, 0),
            hint="What would images[0] be then, one image or one channel?",
        ),
    ],
    hints=[
        "The numbers stay; only the names of the axes change places. Write old and new order one below the other.",
        "np.transpose takes a list: at place i stands the number of the old axis that goes there.",
        "New order: batch (0), channels (3), rows (1), columns (2).",
    ],
    variants=[
        Variant("moveaxis", lambda images: np.moveaxis(images, -1, 1)),
        Variant("einsum", lambda images: np.einsum("nhwc->nchw", images)),
        Variant("contiguous", lambda images: np.ascontiguousarray(images.transpose(0, 3, 1, 2))),
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
        Misconception(
            "reshape-as-transpose",
            believes="A reshape to (N, H, W, C) moves the axes.",
            wrong=lambda images: images.reshape(images.shape[0], images.shape[2], images.shape[3], images.shape[1]),
            hint="Reshaping reads the numbers in memory order. Are the first C numbers the channels of one pixel?",
        ),
        Misconception(
            "axes-swapped",
            believes="Swapping the second axis with the last one is enough.",
            wrong=lambda images: images.swapaxes(1, 3),
            hint="After the swap, which axis comes first: rows or columns? Is the image still upright?",
        ),
        Misconception(
            "all-axes-reversed",
            believes="Transposing moves the channels to the end.",
            wrong=lambda images: images.T,
            hint="Which axis must stay where it is?",
        ),
        Misconception(
            "same-direction-again",
            believes="The permutation to channels first undoes itself.",
            wrong=lambda images: images.transpose(0, 3, 1, 2),
            hint="Three axes go round in a circle. How many times until they are home again?",
        ),
    ],
    hints=[
        "This undoes `to_channels_first`: write the order of the axes before and after.",
        "At place i of the permutation stands the number of the old axis that goes there.",
        "New order: batch (0), rows (2), columns (3), channels (1).",
    ],
    variants=[
        Variant("moveaxis", lambda images: np.moveaxis(images, 1, -1)),
        Variant("first-twice", lambda images: images.transpose(0, 3, 1, 2).transpose(0, 3, 1, 2)),
    ],
)
