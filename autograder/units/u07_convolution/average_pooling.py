"""average_pool2d and average_pool2d_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import Array, grid, normal, spread
from autograder.units.shared.families import upstream_ignored
from autograder.units.u07_convolution import windows
from autograder.units.u07_convolution.pooling import BAD_ARGUMENTS, passing, random_pool, windows_misread

#: With these two edits a sum over the padded window is divided by something else than its real pixels.
ALL_COUNT = (" / real_share", "")
PIXELS = "size[0] * size[1]"
DIVIDE = f"    total /= {PIXELS}\n"
OF_REAL_PIXELS = """
    size, stride, sides = pool_geometry(x.shape, size, stride, padding)
    windows = sliding_window_view(pad2d(x, sides, np.nan), size, axis=(1, 2))[:, :: stride[0], :: stride[1]]
    return np.nanmean(windows, axis=(4, 5))
"""

HOW_MANY_PIXELS = "How many pixels does a 2 × 3 window hold?"
IMAGE_OF_ONES = "An image of ones: which number should come out?"


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=90), "size": (2, 3), "stride": 1, "padding": "same"}


def _real(windows: Array) -> Array:
    """What a window's pixels that are no padding pass back."""
    real = np.isfinite(windows)
    shares: Array = real / real.sum(axis=(4, 5), keepdims=True)
    return shares


CASES = [
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

average_pool2d = Exercise(
    "average_pool2d",
    points=2,
    returns_new=True,
    vectorized=_many,
    cases=[
        *CASES,
        Case("windows-of-one-pixel", x=normal(1, 2, 3, 2, seed=103), size=1),
        *BAD_ARGUMENTS,
        random_cases(random_pool, count=3),
    ],
    misconceptions=[
        edit("padding-counts", *ALL_COUNT)
        .believes("Every window's sum is divided by KH · KW.")
        .ask("An image of ones, padded: which mean should a window in the corner have?"),
        edit("not-divided", *ALL_COUNT, DIVIDE, "").believes("The sum of a window is its average.").ask(IMAGE_OF_ONES),
        edit("divided-by-the-stride", *ALL_COUNT, PIXELS, "stride[0] * stride[1]")
        .believes("The sum is divided by the area that belongs to one window.")
        .ask("Windows of 3 × 2, one pixel apart: how many numbers are in a sum?"),
        returns("maxima-instead", "max_pool2d(x, size, stride, padding)")
        .believes("Pooling takes the largest number.")
        .ask("Does your result change when the smallest number of a window changes?"),
        *windows_misread("average_pool2d", "mean"),
        edit("divided-by-the-height", *ALL_COUNT, PIXELS, "size[0]")
        .believes("The sum is divided by the height of the window.")
        .ask(HOW_MANY_PIXELS),
        edit("divided-by-height-plus-width", *ALL_COUNT, PIXELS, "size[0] + size[1]")
        .believes("The sum is divided by KH + KW.")
        .ask(HOW_MANY_PIXELS),
        body("median-for-mean", OF_REAL_PIXELS.replace("nanmean", "nanmedian"))
        .believes("The middle value is the mean.")
        .ask("What are mean and median of 1, 2 and 9?"),
    ],
    hints=[
        "Write down the sum of a window in a padded corner. How many of its numbers are pixels of the image?",
        "Pad with zeros and add up the slices of all positions (i, j). An image of ones gives the counts.",
        "total / count, where both are sums over i, j of slices with steps: of pad2d(x, …) and of pad2d of ones.",
    ],
    variants=[Variant("means-of-what-is-there", OF_REAL_PIXELS)],
)

average_pool2d_backward = Exercise(
    "average_pool2d_backward",
    points=2,
    vectorized=lambda n: {"grad_output": normal(n // 4, n // 10, n // 10, 2, seed=91), **_many(n)},
    cases=[*CASES, random_cases(random_pool, count=3)],
    misconceptions=[
        edit("padding-counts", *ALL_COUNT)
        .believes("Every pixel gets g / (KH · KW).")
        .ask("A window in a padded corner has one real pixel. How much of its gradient does that one get?"),
        edit("not-divided", *ALL_COUNT, f" / ({PIXELS})", "")
        .believes("Every pixel of a window gets the whole upstream gradient.")
        .ask("Raise one pixel of a window of four by 1: by how much does the mean rise?"),
        edit(
            "divided-by-the-image", "/ real_share", "* pad2d(x, sides).size / x.size", PIXELS, "x.shape[1] * x.shape[2]"
        )
        .believes("The mean is one over all pixels of the image.")
        .ask("How many pixels share the gradient of one window?"),
        edit("overlaps-overwritten", "+= share", "= share")
        .believes("Each window assigns its pixels their gradient.")
        .ask(windows.SHARED_PIXEL),
        upstream_ignored(),
        windows.cut_off_at_the_wrong_end,
        windows.odd_one_in_front,
        windows.same_as_at_stride_one,
        edit("divided-by-the-height", *ALL_COUNT, PIXELS, "size[0]")
        .believes("Each pixel gets g / KH.")
        .ask(HOW_MANY_PIXELS),
        edit("divided-by-the-stride", *ALL_COUNT, PIXELS, "stride[0] * stride[1]")
        .believes("Each pixel gets g / (s_h s_w).")
        .ask("Among how many pixels does a window share its gradient?"),
        windows.padding_not_cut_off,
        returns("mean-everywhere", "np.full_like(x, grad_output.mean())")
        .believes("Every pixel has the mean gradient.")
        .ask("Does a pixel of one image feel the gradient of another one?"),
    ],
    hints=[
        "y = (x₁ + … + x_m) / m for a window of m real pixels. What is the derivative with respect to each?",
        "Divide g by each window's count, add this share to the slice of every position (i, j), cut the padding off.",
        "For each i, j: the padded gradient's slice += grad_output / count; then [:, top : top + H, left : left + W].",
    ],
    variants=[Variant("counts-of-real-pixels", passing(_real))],
)
