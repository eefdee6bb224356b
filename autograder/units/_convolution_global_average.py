"""Assessment of the average over the whole image."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, RandomCases, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["global_average_pool", "global_average_pool_backward"]


def _many_images(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=92)}


def _many_images_backward(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n // 4, 2, seed=93), **_many_images(n)}


_IMAGES: list[Case | RandomCases] = [
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
    vectorized=_many_images,
    cases=[*_IMAGES, Case("no-batch", x=grid(2, 3, 4), raises="x")],
    misconceptions=[
        Misconception(
            "over-the-channels",
            believes="Global means over everything but the batch.",
            wrong=lambda x: x.mean(axis=(1, 2, 3)),
            hint="What shape does the result have: (N,) or (N, C)?",
        ),
        Misconception(
            "axes-kept",
            believes="The two averaged axes stay, with length 1.",
            wrong=lambda x: x.mean(axis=(1, 2), keepdims=True),
            hint="What shape does the result have, and how many axes?",
        ),
        Misconception(
            "not-divided",
            believes="The sum of a channel is its average.",
            wrong=lambda x: x.sum(axis=(1, 2)),
            hint="An image of ones: which number should come out?",
        ),
        Misconception(
            "maxima-instead",
            believes="Pooling takes the largest number.",
            wrong=lambda x: x.max(axis=(1, 2)),
            hint="Does your result change when the smallest number of a channel changes?",
        ),
        Misconception(
            "last-two-axes",
            believes="Rows and columns are the last two axes.",
            wrong=lambda x: x.mean(axis=(2, 3)),
            hint="Which axis of (N, H, W, C) holds the channels?",
        ),
        Misconception(
            "over-the-batch",
            believes="The mean runs over the images too.",
            wrong=lambda x: np.repeat(x.mean(axis=(0, 1, 2))[None], len(x), axis=0),
            hint="May one image change what comes out for another?",
        ),
        Misconception(
            "reshaped-to-channels-first",
            believes="x.reshape(N, C, H * W) puts each channel into a row.",
            wrong=lambda x: x.reshape(x.shape[0], x.shape[3], -1).mean(axis=2),
            hint="Does reshape move axes, or does it cut the same row of numbers anew?",
        ),
        Misconception(
            "rows-alone",
            believes="The mean runs down the columns.",
            wrong=lambda x: x.mean(axis=1),
            hint="Which axes does (N, C) no longer have?",
        ),
        Misconception(
            "one-mean-for-all",
            believes="There is one mean.",
            wrong=lambda x: x.mean(),
            hint="Which shape does the docstring promise?",
        ),
        Misconception(
            "along-the-channels",
            believes="The mean runs over the last axis.",
            wrong=lambda x: x.mean(axis=-1),
            hint="Which axis has the channels?",
        ),
        Misconception(
            "divided-by-everything",
            believes="The sum is divided by the number of all numbers.",
            wrong=lambda x: x.sum(axis=(1, 2)) / x.dtype.type(x.size),
            hint="How many pixels does one channel of one image have?",
        ),
    ],
    hints=[
        "Which of the axes (N, H, W, C) remain?",
        "A mean may run over two axes at once.",
        "x.mean with axis=(1, 2)",
    ],
    variants=[
        Variant("pixels-in-a-row", lambda x: _four_axes(x).reshape(x.shape[0], -1, x.shape[3]).mean(axis=1)),
        Variant("one-axis-after-the-other", lambda x: _four_axes(x).mean(axis=2).mean(axis=1)),
    ],
)


def _four_axes(x: Array) -> Array:
    if len(x.shape) != 4:
        raise ValueError("x must have four axes")
    return x


def _everywhere(share: Array, x: Array) -> Array:
    return share[:, None, None, :] * np.ones_like(x)


global_average_pool_backward = Exercise(
    "global_average_pool_backward",
    points=1,
    returns_new=True,
    vectorized=_many_images_backward,
    cases=_IMAGES,
    misconceptions=[
        Misconception(
            "not-divided",
            believes="Every pixel gets the whole upstream gradient.",
            wrong=_everywhere,
            hint="Raise one of six pixels by 1: by how much does the mean rise?",
        ),
        Misconception(
            "divided-by-the-rows",
            believes="The mean runs over H numbers.",
            wrong=lambda grad_output, x: _everywhere(grad_output / x.shape[1], x),
            hint="How many pixels are in one channel of an image?",
        ),
        Misconception(
            "divided-by-everything",
            believes="The mean runs over the channels too.",
            wrong=lambda grad_output, x: _everywhere(grad_output / x[0].size, x),
            hint="How many numbers are averaged into one output?",
        ),
        Misconception(
            "divided-by-the-batch-too",
            believes="The gradient is averaged over the images.",
            wrong=lambda grad_output, x: _everywhere(grad_output / x[..., 0].size, x),
            hint="If the loss is a mean, who has divided by N already?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The gradient is 1 / (H W).",
            wrong=lambda grad_output, x: np.ones_like(x) / (x.shape[1] * x.shape[2]),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "left-without-rows-and-columns",
            believes="Broadcasting gives the gradient its shape later.",
            wrong=lambda grad_output, x: (grad_output / (x.shape[1] * x.shape[2]))[:, None, None, :],
            hint="What shape does a gradient with respect to x have?",
        ),
        Misconception(
            "channels-first-spread",
            believes="The new axes go behind the channels, and a reshape puts them right.",
            wrong=lambda grad_output, x: np.repeat(
                grad_output / (x.shape[1] * x.shape[2]), x.shape[1] * x.shape[2], axis=1
            ).reshape(x.shape),
            hint="In memory, which number follows g[n, 0] in the result: g[n, 0] again or g[n, 1]?",
        ),
        Misconception(
            "last-two-axes",
            believes="Rows and columns are the last two axes.",
            wrong=lambda grad_output, x: _everywhere(grad_output / (x.shape[2] * x.shape[3]), x),
            hint="What is the last axis of (N, H, W, C)?",
        ),
        Misconception(
            "repeated-in-memory-order",
            believes="np.resize repeats a number at every pixel.",
            wrong=lambda grad_output, x: np.resize(grad_output / (x.shape[1] * x.shape[2]), x.shape),
            hint="What stands at pixel (0, 0) of the second image?",
        ),
        Misconception(
            "times-the-input",
            believes="The gradient is multiplied by the pixel.",
            wrong=lambda grad_output, x: _everywhere(grad_output / (x.shape[1] * x.shape[2]), x) * x,
            hint="If a pixel rises by 1, by how much does the mean rise?",
        ),
    ],
    hints=[
        "By how much does y[n, c] rise when one pixel x[n, p, q, c] rises by 1?",
        "The share g / (H W) has shape (N, C). Where do two axes belong, so that it spreads over rows and columns?",
        "share[:, None, None, :], spread to x.shape in a new array (np.tile, or times np.ones_like(x)).",
    ],
    variants=[
        Variant("times-ones", lambda grad_output, x: _everywhere(grad_output / (x.shape[1] * x.shape[2]), x)),
        Variant(
            "broadcast-and-copied",
            lambda grad_output, x: np.broadcast_to(
                (grad_output / (x.shape[1] * x.shape[2]))[:, None, None, :], x.shape
            ).copy(),
        ),
    ],
)
