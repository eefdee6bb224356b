"""global_average_pool and global_average_pool_backward."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import upstream_ignored
from autograder.units.u07_convolution import windows

MEAN = "x.mean(axis=1).mean(axis=1)"
SHARE = "grad_output / (x.shape[1] * x.shape[2])"
EVERYWHERE = "np.tile(share[:, None, None, :], (1, *x.shape[1:3], 1))"

IMAGES: list[Case | RandomCases] = [
    Case("one-image-one-channel", x=np.array([1.0, 2.0, 3.0, 6.0]).reshape(1, 2, 2, 1)),
    Case("non-square", x=grid(1, 2, 3, 1)),
    Case("channels-apart", x=normal(1, 3, 2, 4, seed=104)),
    Case("images-apart", x=normal(3, 2, 4, 2, seed=105), readonly=True),
    Case("one-pixel", x=normal(2, 1, 1, 3, seed=106)),
    Case("one-row", x=normal(2, 1, 5, 3, seed=107)),
    Case("single-precision", x=normal(2, 3, 2, 3, seed=108).astype(np.float32)),
    random_cases(lambda rng: {"x": rng.standard_normal((3, int(rng.integers(4, 7)), 2, 5))}),
]

global_average_pool = Exercise(
    "global_average_pool",
    points=1,
    vectorized=lambda n: {"x": normal(n // 4, n // 10, n // 10, 2, seed=92)},
    cases=[*IMAGES, Case("no-batch", x=grid(2, 3, 4), raises="x")],
    misconceptions=[
        edit("over-the-channels", MEAN, "x.mean(axis=(1, 2, 3))")
        .believes("Global means over everything but the batch.")
        .ask("What shape does the result have: (N,) or (N, C)?"),
        edit("axes-kept", MEAN, "x.mean(axis=(1, 2), keepdims=True)")
        .believes("The two averaged axes stay, with length 1.")
        .ask("What shape does the result have, and how many axes?"),
        edit("not-divided", MEAN, "x.sum(axis=(1, 2))")
        .believes("The sum of a channel is its average.")
        .ask("An image of ones: which number should come out?"),
        edit("maxima-instead", MEAN, "x.max(axis=(1, 2))")
        .believes("Pooling takes the largest number.")
        .ask("Does your result change when the smallest number of a channel changes?"),
        edit("last-two-axes", MEAN, "x.mean(axis=(2, 3))")
        .believes("Rows and columns are the last two axes.")
        .ask("Which axis of (N, H, W, C) holds the channels?"),
        edit("over-the-batch", MEAN, "np.tile(x.mean(axis=(0, 1, 2)), (len(x), 1))")
        .believes("The mean runs over the images too.")
        .ask("May one image change what comes out for another?"),
        edit("reshaped-to-channels-first", MEAN, "x.reshape(x.shape[0], x.shape[3], -1).mean(axis=2)")
        .believes("x.reshape(N, C, H * W) puts each channel into a row.")
        .ask(windows.RESHAPE),
        edit("rows-alone", MEAN, "x.mean(axis=1)")
        .believes("The mean runs down the columns.")
        .ask("Which axes does (N, C) no longer have?"),
        edit("one-mean-for-all", MEAN, "x.mean()")
        .believes("There is one mean.")
        .ask("Which shape does the docstring promise?"),
        edit("along-the-channels", MEAN, "x.mean(axis=-1)")
        .believes("The mean runs over the last axis.")
        .ask("Which axis has the channels?"),
        edit("divided-by-everything", MEAN, "x.sum(axis=(1, 2)) / x.size")
        .believes("The sum is divided by the number of all numbers.")
        .ask("How many pixels does one channel of one image have?"),
    ],
    hints=[
        "Which of the axes (N, H, W, C) remain?",
        "A mean may run over two axes at once.",
        "x.mean with axis=(1, 2)",
    ],
    variants=[
        Variant("pixels-in-a-row", (MEAN, "x.reshape(x.shape[0], -1, x.shape[3]).mean(axis=1)")),
        Variant("one-axis-after-the-other", (MEAN, "x.mean(axis=2).mean(axis=1)")),
    ],
)

global_average_pool_backward = Exercise(
    "global_average_pool_backward",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"grad_output": normal(n // 4, 2, seed=93), "x": normal(n // 4, n // 10, n // 10, 2, seed=92)},
    cases=IMAGES,
    misconceptions=[
        edit("not-divided", SHARE, "grad_output")
        .believes("Every pixel gets the whole upstream gradient.")
        .ask("Raise one of six pixels by 1: by how much does the mean rise?"),
        edit("divided-by-the-rows", SHARE, "grad_output / x.shape[1]")
        .believes("The mean runs over H numbers.")
        .ask("How many pixels are in one channel of an image?"),
        edit("divided-by-everything", SHARE, "grad_output / x[0].size")
        .believes("The mean runs over the channels too.")
        .ask("How many numbers are averaged into one output?"),
        edit("divided-by-the-batch-too", SHARE, "grad_output / x[..., 0].size")
        .believes("The gradient is averaged over the images.")
        .ask("If the loss is a mean, who has divided by N already?"),
        upstream_ignored(),
        edit("left-without-rows-and-columns", EVERYWHERE, "share[:, None, None, :]")
        .believes("Broadcasting gives the gradient its shape later.")
        .ask("What shape does a gradient with respect to x have?"),
        edit("channels-first-spread", EVERYWHERE, "np.repeat(share, x.shape[1] * x.shape[2], axis=1).reshape(x.shape)")
        .believes("The new axes go behind the channels, and a reshape puts them right.")
        .ask("In memory, which number follows g[n, 0] in the result: g[n, 0] again or g[n, 1]?"),
        edit("last-two-axes", SHARE, "grad_output / (x.shape[2] * x.shape[3])")
        .believes("Rows and columns are the last two axes.")
        .ask("What is the last axis of (N, H, W, C)?"),
        edit("repeated-in-memory-order", EVERYWHERE, "np.resize(share, x.shape)")
        .believes("np.resize repeats a number at every pixel.")
        .ask("What stands at pixel (0, 0) of the second image?"),
        edit("times-the-input", EVERYWHERE, f"{EVERYWHERE} * x")
        .believes("The gradient is multiplied by the pixel.")
        .ask("If a pixel rises by 1, by how much does the mean rise?"),
    ],
    hints=[
        "By how much does y[n, c] rise when one pixel x[n, p, q, c] rises by 1?",
        "The share g / (H W) has shape (N, C). Where do two axes belong, so that it spreads over rows and columns?",
        "share[:, None, None, :], spread to x.shape in a new array (np.tile, or times np.ones_like(x)).",
    ],
    variants=[
        Variant("times-ones", (EVERYWHERE, "share[:, None, None, :] * np.ones_like(x)")),
        Variant("broadcast-and-copied", (EVERYWHERE, "np.broadcast_to(share[:, None, None, :], x.shape).copy()")),
    ],
)
