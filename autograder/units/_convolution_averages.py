"""Assessment of average pooling."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units import _convolution_right as right
from autograder.units._convolution_pooling import BAD_ARGUMENTS, random_pool
from autograder.units._convolution_right import Sides, average, average_vjp, pair, pool
from autograder.units._convolution_shared import odd_one_in_front, rest_kept, same_as_at_stride_one

__all__ = ["average_pool2d", "average_pool2d_backward"]


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=90), "size": (2, 3), "stride": 1, "padding": "same"}


def _many_backward(n: int) -> dict[str, Any]:
    return {"grad_output": normal(n // 4, n // 10, n // 10, 2, seed=91), **_many(n)}


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
        Misconception(
            "divided-by-the-height",
            believes="The sum is divided by the height of the window.",
            wrong=lambda x, *args: pool(x, *args, reduce=np.sum, fill=0.0) / x.dtype.type(pair(args[0])[0]),
            hint="How many pixels does a 2 × 3 window hold?",
        ),
        Misconception(
            "divided-by-height-plus-width",
            believes="The sum is divided by KH + KW.",
            wrong=lambda x, *args: pool(x, *args, reduce=np.sum, fill=0.0) / x.dtype.type(sum(pair(args[0]))),
            hint="How many pixels does a 2 × 3 window hold?",
        ),
        Misconception(
            "strides-swapped",
            believes="The first of the two strides runs along a row.",
            wrong=lambda x, size, stride=None, padding="valid": average(
                x, size, pair(size if stride is None else stride)[::-1], padding
            ),
            hint="In a pair (h, w), which one moves the window down?",
        ),
        Misconception(
            "stride-always-the-size",
            believes="Windows never overlap.",
            wrong=lambda x, size, stride=None, padding="valid": average(x, size, None, padding),
            hint="What is the argument `stride` for?",
        ),
        Misconception(
            "median-for-mean",
            believes="The middle value is the mean.",
            wrong=lambda x, *args: pool(x, *args, reduce=np.nanmedian, fill=np.nan),
            hint="What are mean and median of 1, 2 and 9?",
        ),
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
        Misconception(
            "divided-by-the-height",
            believes="Each pixel gets g / KH.",
            wrong=lambda grad_output, x, size, *rest: average_vjp(
                grad_output, x, size, *rest, counts=lambda x, size, step, padding: size[0]
            ),
            hint="How many pixels does a 2 × 3 window hold?",
        ),
        Misconception(
            "divided-by-the-stride",
            believes="Each pixel gets g / (s_h s_w).",
            wrong=lambda grad_output, x, size, *rest: average_vjp(
                grad_output, x, size, *rest, counts=lambda x, size, step, padding: step[0] * step[1]
            ),
            hint="Among how many pixels does a window share its gradient?",
        ),
        Misconception(
            "padding-not-cut-off",
            believes="The gradient of the padded images is that of the images.",
            wrong=lambda *args: average_vjp(*args, inside=lambda grad_padded, shape, sides: grad_padded),
            hint="What shape does x have, and which parts of your array belong to the padding?",
        ),
        Misconception(
            "mean-everywhere",
            believes="Every pixel has the mean gradient.",
            wrong=lambda grad_output, x, *args: np.full_like(x, grad_output.mean()),
            hint="Does a pixel of one image feel the gradient of another one?",
        ),
    ],
    hints=[
        "y = (x₁ + … + x_m) / m for a window of m real pixels. What is the derivative with respect to each?",
        "Divide g by each window's count, add this share to the slice of every position (i, j), cut the padding off.",
        "For each i, j: the padded gradient's slice += grad_output / count; then [:, top : top + H, left : left + W].",
    ],
    variants=[Variant("counts-of-real-pixels", lambda *args: average_vjp(*args))],
)
