"""Assessment of pooling by means: average_pool2d, global_average_pool and their gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, RandomCases, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units import _convolution_right as right
from autograder.units._convolution_pooling import BAD_ARGUMENTS, random_pool
from autograder.units._convolution_right import Sides, average, average_vjp, pair, pool
from autograder.units._convolution_shared import odd_one_in_front, rest_kept, same_as_at_stride_one

__all__ = ["average_pool2d", "average_pool2d_backward", "global_average_pool", "global_average_pool_backward"]


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=90), "size": (2, 3), "stride": 1, "padding": "same"}


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n // 4, n // 10, n // 10, 2, seed=91), **_many(n)}


def _many_images(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=92)}


def _many_images_backward(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n // 4, 2, seed=93), **_many_images(n)}


_CASES = [
    Case("two-by-two", x=spread(-3, 3, 16).reshape(1, 4, 4, 1), size=2),
    Case("non-square-image-and-window", x=normal(1, 4, 6, 1, seed=94), size=(2, 3)),
    Case("each-channel-for-itself", x=normal(2, 4, 2, 3, seed=95), size=2, readonly=True),
    Case("stride-is-the-size-by-default", x=normal(1, 6, 3, 1, seed=96), size=(3, 1)),
    Case("windows-overlap", x=grid(1, 4, 5, 1) ** 2, size=(3, 2), stride=1),
    Case("stride-larger-than-window", x=normal(1, 7, 8, 1, seed=97), size=2, stride=(3, 4)),
    Case("a-rest-is-not-used", x=grid(1, 5, 7, 1), size=2),
    Case("same-counts-real-pixels", x=grid(1, 3, 4, 1), size=2, stride=2, padding="same"),
    Case("same-odd-one-behind", x=normal(1, 4, 3, 2, seed=98), size=2, stride=1, padding="same"),
    Case("same-stride-two-even-size", x=normal(1, 6, 4, 1, seed=99), size=3, stride=2, padding="same"),
    Case("one-around-counts-real-pixels", x=normal(1, 4, 5, 1, seed=100), size=(3, 2), stride=2, padding=1),
    Case("padding-differs", x=normal(1, 3, 5, 2, seed=101), size=(2, 4), stride=(2, 3), padding=(1, 2)),
    Case("single-precision", x=normal(1, 3, 4, 2, seed=102).astype(np.float32), size=2, stride=1, padding="same"),
]


def _of_the_whole_area(*args: Any, sides: Any = right.around) -> Array:
    """Zeros count as pixels."""
    return pool(*args, reduce=np.mean, fill=0.0, sides=sides)


def _over_the_stride(x: Array, size: Any, stride: Any = None, padding: Any = "valid") -> Array:
    step = pair(size if stride is None else stride)
    y: Array = pool(x, size, stride, padding, reduce=np.sum, fill=0.0) / x.dtype.type(step[0] * step[1])
    return y


def _mean_of_what_is_there(*args: Any) -> Array:
    right.refuse_pool(*args)
    return average(*args)


average_pool2d = Exercise(
    "average_pool2d",
    points=2,
    returns_new=True,
    vectorized=_many,
    cases=[
        *_CASES,
        Case("windows-of-one-pixel", x=normal(1, 2, 3, 2, seed=103), size=1),
        *BAD_ARGUMENTS,
        random_cases(random_pool, count=3),
    ],
    misconceptions=[
        Misconception(
            "padding-counts",
            believes="Every window's sum is divided by KH · KW.",
            wrong=_of_the_whole_area,
            hint="An image of ones, padded: which mean should a window in the corner have?",
        ),
        Misconception(
            "not-divided",
            believes="The sum of a window is its average.",
            wrong=lambda *args: pool(*args, reduce=np.sum, fill=0.0),
            hint="An image of ones: which number should come out?",
        ),
        Misconception(
            "divided-by-the-stride",
            believes="The sum is divided by the area that belongs to one window.",
            wrong=_over_the_stride,
            hint="Windows of 3 × 2, one pixel apart: how many numbers are in a sum?",
        ),
        Misconception(
            "maxima-instead",
            believes="Pooling takes the largest number.",
            wrong=pool,
            hint="Does your result change when the smallest number of a window changes?",
        ),
        Misconception(
            "stride-one-by-default",
            believes="Windows move by one pixel unless something else is said.",
            wrong=lambda x, size, stride=None, padding="valid": average(x, size, stride or 1, padding),
            hint="What does None mean for `stride`?",
        ),
        Misconception(
            "height-and-width-swapped",
            believes="The first of two numbers is the width.",
            wrong=lambda x, size, stride=None, padding="valid": average(
                x, pair(size)[::-1], stride and pair(stride)[::-1], padding
            ),
            hint="In a pair (h, w), which one counts rows?",
        ),
        Misconception(
            "over-the-channels-too",
            believes="A window's mean runs over its channels as well.",
            wrong=lambda *args: average(*args).mean(axis=3, keepdims=True),
            hint="Three channels go in. How many come out?",
        ),
        Misconception(
            "same-without-padding",
            believes="'same' is of no importance to pooling.",
            wrong=lambda *args: average(*args, sides=right.valid_always),
            hint="How many windows does 'same' want, and how many does the bare image hold?",
        ),
        odd_one_in_front(lambda *args: average(*args, sides=right.odd_one_in_front)),
        same_as_at_stride_one(lambda *args: average(*args, sides=right.zeros_of_stride_one)),
        rest_kept(lambda *args: average(*args, sides=right.rest_kept)),
    ],
    hints=[
        "Write down the sum of a window in a padded corner. How many of its numbers are pixels of the image?",
        "Pad with zeros and add up the slices of all positions (i, j). An image of ones gives the counts.",
        "total / count, where both are sums over i, j of slices with steps: of pad2d(x, …) and of pad2d of ones.",
    ],
    variants=[
        Variant("means-of-what-is-there", _mean_of_what_is_there),
    ],
)


def _whole_area(x: Array, size: Any, *_: Any) -> Any:
    return x.dtype.type(size[0] * size[1])


def _whole_image(x: Array, *_: Any) -> Any:
    return x.dtype.type(x.shape[1] * x.shape[2])


def _upper_left(grad_padded: Array, shape: Any, sides: Sides) -> Array:
    return grad_padded[:, : shape[1], : shape[2]]


average_pool2d_backward = Exercise(
    "average_pool2d_backward",
    points=2,
    vectorized=_many_backward,
    cases=[*_CASES, random_cases(random_pool, count=3)],
    misconceptions=[
        Misconception(
            "padding-counts",
            believes="Every pixel gets g / (KH · KW).",
            wrong=lambda *args: average_vjp(*args, counts=_whole_area),
            hint="A window in a padded corner has one real pixel. How much of its gradient does that one get?",
        ),
        Misconception(
            "not-divided",
            believes="Every pixel of a window gets the whole upstream gradient.",
            wrong=lambda *args: average_vjp(*args, counts=lambda x, *_: x.dtype.type(1)),
            hint="Raise one pixel of a window of four by 1: by how much does the mean rise?",
        ),
        Misconception(
            "divided-by-the-image",
            believes="The mean is one over all pixels of the image.",
            wrong=lambda *args: average_vjp(*args, counts=_whole_image),
            hint="How many pixels share the gradient of one window?",
        ),
        Misconception(
            "overlaps-overwritten",
            believes="Each window assigns its pixels their gradient.",
            wrong=lambda *args: average_vjp(*args, adding=False),
            hint="A pixel stands in several windows. What becomes of the first one's share?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The gradient is one over the number of pixels.",
            wrong=lambda grad_output, *args: average_vjp(np.ones_like(grad_output), *args),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "cut-off-at-the-wrong-end",
            believes="The first H rows and W columns of the padded gradient are those of the images.",
            wrong=lambda *args: average_vjp(*args, inside=_upper_left),
            hint="Where does row 0 of the images stand among the padded rows?",
        ),
        odd_one_in_front(lambda *args: average_vjp(*args, sides=right.odd_one_in_front)),
        same_as_at_stride_one(lambda *args: average_vjp(*args, sides=right.zeros_of_stride_one)),
    ],
    hints=[
        "y = (x₁ + … + x_m) / m for a window of m real pixels. What is the derivative with respect to each?",
        "Divide g by each window's count, add this share to the slice of every position (i, j), cut the padding off.",
        "For each i, j: the padded gradient's slice += grad_output / count; then [:, top : top + H, left : left + W].",
    ],
    variants=[Variant("counts-of-real-pixels", lambda *args: average_vjp(*args))],
)

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
            hint="Which shape has the result: (N,) or (N, C)?",
        ),
        Misconception(
            "axes-kept",
            believes="The two averaged axes stay, with length 1.",
            wrong=lambda x: x.mean(axis=(1, 2), keepdims=True),
            hint="Which shape has the result, and how many axes?",
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
            hint="Which shape has a gradient with respect to x?",
        ),
        Misconception(
            "channels-first-spread",
            believes="The new axes go behind the channels, and a reshape puts them right.",
            wrong=lambda grad_output, x: np.repeat(
                grad_output / (x.shape[1] * x.shape[2]), x.shape[1] * x.shape[2], axis=1
            ).reshape(x.shape),
            hint="In memory, which number follows g[n, 0] in the result: g[n, 0] again or g[n, 1]?",
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
