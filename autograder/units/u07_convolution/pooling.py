"""What the assessments of max and average pooling share: images, bad arguments, and windows misread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.assessment.case import Case
from autograder.assessment.misconception import Misconception, edit, returns
from autograder.units.shared.arrays import Array, grid
from autograder.units.shared.families import argument_fixed
from autograder.units.u07_convolution import windows
from solutions.u07_convolution import pad2d, pool_geometry

BAD_ARGUMENTS = [
    Case("window-does-not-fit", x=grid(1, 3, 4, 1), size=(2, 5), raises="size"),
    Case("empty-window", x=grid(1, 3, 4, 1), size=(0, 2), raises="size"),
    Case("stride-zero", x=grid(1, 3, 4, 1), size=2, stride=0, raises="stride"),
    Case("unknown-padding", x=grid(1, 3, 4, 1), size=2, stride=2, padding="full", raises="padding"),
    Case("windows-of-padding-alone", x=grid(1, 3, 4, 1), size=2, stride=2, padding=(1, 2), raises="padding"),
    Case("negative-padding", x=grid(1, 5, 6, 1), size=2, stride=2, padding=-1, raises="padding"),
]


def random_pool(rng: np.random.Generator) -> dict[str, Any]:
    """Images, a window that is not square, strides that differ."""
    paddings: list[Any] = ["valid", "same", 1]
    return {
        "x": rng.standard_normal((2, int(rng.integers(6, 9)), int(rng.integers(6, 9)), 2)),
        "size": [(2, 3), (3, 2), (2, 4), (4, 3)][int(rng.integers(4))],
        "stride": [None, (1, 2), (2, 1), (3, 2)][int(rng.integers(4))],
        "padding": paddings[int(rng.integers(3))],
    }


def windows_misread(pool: str, reduce: str) -> list[Misconception]:
    """Another geometry under the right sums.

    Args:
        pool: the exercise's name.
        reduce: what it makes of a window, `max` or `mean`.
    """
    return [
        returns("stride-one-by-default", f"{pool}(x, size, stride or 1, padding)")
        .believes("Windows move by one pixel unless something else is said.")
        .ask("What does None mean for `stride`?"),
        argument_fixed("stride-always-the-size", "stride", None)
        .believes("Pooling windows never overlap.")
        .ask("What does your function do with `stride` where it is not None?"),
        returns(
            "height-and-width-swapped",
            f'{pool}(x, as_pair("size", size)[::-1], stride and as_pair("stride", stride)[::-1], padding)',
        )
        .believes("The first of two numbers is the width.")
        .ask(windows.COUNTS_ROWS),
        returns("strides-swapped", f'{pool}(x, size, as_pair("stride", stride or size)[::-1], padding)')
        .believes("The first of the two strides runs along a row.")
        .ask(windows.MOVES_DOWN),
        returns("over-the-channels-too", f"{pool}(x, size, stride, padding).{reduce}(axis=3, keepdims=True)")
        .believes(f"A window's {reduce} runs over its channels as well.")
        .ask("Three channels go in. How many come out?"),
        edit("same-without-padding", windows.SAME, "(0, 0)")
        .believes("'same' does not matter to pooling.")
        .ask("How many windows does 'same' want, and how many does the bare image hold?"),
        windows.odd_one_in_front,
        windows.same_as_at_stride_one,
        windows.rest_kept(pooling=True),
    ]


def passing(mask: Callable[[Array], Array], *, adding: bool = True) -> Callable[..., Array]:
    """A backward pass that gives each pixel of a window a share of its upstream gradient.

    Args:
        mask: the shares in windows of shape (N, OH, OW, C, KH, KW), where padding is -inf.
        adding: whether the shares of several windows add up; else the last position of the window counts.
    """

    def backward(grad_output: Array, x: Array, size: Any, stride: Any = None, padding: Any = "valid") -> Array:
        size, stride, sides = pool_geometry(x.shape, size, stride, padding)
        padded = pad2d(x, sides, -np.inf)
        grad_padded = np.zeros_like(padded)
        windows, grads = (
            sliding_window_view(array, size, axis=(1, 2), writeable=True)[:, :: stride[0], :: stride[1]]
            for array in (padded, grad_padded)
        )
        shares = mask(windows) * grad_output[..., None, None]
        for i, j in np.ndindex(size):
            grads[..., i, j] = shares[..., i, j] + adding * grads[..., i, j]
        (top, _), (left, _) = sides
        return grad_padded[:, top : top + x.shape[1], left : left + x.shape[2]]

    return backward
