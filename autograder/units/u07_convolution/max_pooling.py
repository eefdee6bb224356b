"""max_pool2d and max_pool2d_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, code, edit, returns
from autograder.units.shared.arrays import Array, grid, normal, spread
from autograder.units.shared.families import upstream_ignored
from autograder.units.u07_convolution import windows
from autograder.units.u07_convolution.pooling import BAD_ARGUMENTS, passing, random_pool, windows_misread

POOLED = "max_pool2d(x, size, stride, padding)"
PASSED_BACK = "max_pool2d_backward(grad_output, x, size, stride, padding)"
LARGER = "np.maximum(largest, windows[..., i, j], out=largest)"
ADD_AT_WINNERS = "np.add.at(grad_padded.reshape(-1), winners.reshape(-1), grad_output.reshape(-1))"

MAXIMUM_OF_TWO = "What is the maximum of 1 and 2?"
CHANGE_ANOTHER = "Raise a pixel that is not the largest a little: what does the output do?"
RAISE_THE_LARGEST = "If the largest pixel rises by 0.1, by how much does the maximum rise?"


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=77), "size": (2, 3), "stride": 1}


CASES = [
    Case("two-by-two", x=spread(-3, 3, 16).reshape(1, 4, 4, 1), size=2),
    Case("non-square-image-and-window", x=normal(1, 4, 6, 1, seed=80), size=(2, 3)),
    Case("each-channel-for-itself", x=normal(2, 4, 2, 3, seed=81), size=2, readonly=True),
    Case("stride-is-the-size-by-default", x=normal(1, 6, 3, 1, seed=82), size=(3, 1)),
    Case("windows-overlap", x=spread(-3, 3, 20).reshape(1, 4, 5, 1), size=(3, 2), stride=1),
    Case("stride-larger-than-window", x=normal(1, 7, 8, 1, seed=83), size=2, stride=(3, 4)),
    Case("a-rest-is-not-used", x=grid(1, 5, 7, 1), size=2),
    Case("negative-numbers-at-the-border", x=-grid(1, 3, 4, 1), size=2, stride=2, padding="same"),
    Case("same-odd-one-behind", x=normal(1, 4, 3, 2, seed=84), size=2, stride=1, padding="same"),
    Case("same-stride-two-even-size", x=normal(1, 6, 4, 1, seed=85), size=3, stride=2, padding="same"),
    Case("one-around", x=-1 - normal(1, 4, 5, 1, seed=86) ** 2, size=(3, 2), stride=2, padding=1),
    Case("padding-differs", x=-1 - normal(1, 3, 5, 2, seed=87) ** 2, size=(2, 4), stride=(2, 3), padding=(1, 2)),
    Case("single-precision", x=normal(1, 3, 4, 2, seed=88).astype(np.float32), size=2, stride=1, padding="same"),
]
TIES = [
    Case("tie-in-a-row", x=np.array([[2.0, 5.0, 5.0], [1.0, 5.0, 0.0]]).reshape(1, 2, 3, 1), size=(2, 3)),
    Case("tie-upper-row-before-left-column", x=np.array([[1.0, 4.0], [4.0, 2.0]]).reshape(1, 2, 2, 1), size=2),
    Case("constant-image", x=np.full((1, 4, 6, 2), -1.5), size=(2, 3), stride=(2, 3)),
    Case("ties-in-windows-that-overlap", x=grid(1, 3, 4, 1) // 4, size=2, stride=1),
]


def _maxima(windows: Array) -> Array:
    """Where the largest number stands, perhaps several times."""
    maxima: Array = windows == windows.max(axis=(4, 5), keepdims=True)
    return maxima


def _first(windows: Array) -> Array:
    """Where it stands first, row by row."""
    flat = windows.reshape(*windows.shape[:4], -1)
    first: Array = np.arange(flat.shape[4]) == flat.argmax(axis=4)[..., None]
    return first.reshape(windows.shape)


max_pool2d = Exercise(
    "max_pool2d",
    points=2,
    vectorized=_many,
    cases=[
        *CASES,
        Case("windows-of-one-pixel", x=normal(1, 2, 3, 2, seed=89), size=1),
        *BAD_ARGUMENTS,
        random_cases(random_pool, count=3),
    ],
    misconceptions=[
        edit("padding-of-zeros-wins", "-np.inf", "0")
        .believes("Padding is zeros, here as everywhere.")
        .ask("All pixels of a window at the border are negative. Which of its numbers is the largest?"),
        *windows_misread("max_pool2d", "max"),
        returns("means-instead", "average_pool2d(x, size, stride, padding)")
        .believes("Pooling takes the mean.")
        .ask("Which number of a window is asked for?"),
        returns(
            "last-two-axes-pooled",
            "max_pool2d(x.transpose(0, 2, 3, 1), size, stride, padding).transpose(0, 3, 1, 2)",
        )
        .believes("Rows and columns are the last two axes.")
        .ask("Which axis of (N, H, W, C) holds the channels?"),
        body(
            "largest-in-size",
            """
            high, low = max_pool2d(x, size, stride, padding), -max_pool2d(-x, size, stride, padding)
            return np.where(-low > high, low, high)
            """,
        )
        .believes("The number that is farthest from 0 wins.")
        .ask("Of -3 and 2, which one is the larger?"),
        edit("smallest", "-np.inf", "np.inf", "np.maximum", "np.minimum")
        .believes("The smallest number of each window is kept.")
        .ask(MAXIMUM_OF_TWO),
        edit("summed", "-np.inf", "0", LARGER, "largest += windows[..., i, j]", ".copy()", " * 0")
        .believes("The window is summed.")
        .ask(MAXIMUM_OF_TWO),
        edit("one-column-of-the-window", "np.ndindex(size)", "np.ndindex(1, size[1])")
        .believes("The maximum runs along a row of the window.")
        .ask("How many numbers does a 2 × 2 window hold?"),
        returns("channels-first", f"{POOLED}.transpose(0, 3, 1, 2)")
        .believes("The result is channels first.")
        .ask("Where do the channels stand in this unit?"),
        returns("last-place-forgotten", f"{POOLED}[:, :-1, :-1]")
        .believes("There are (n - k) // s places.")
        .ask("size 4, windows of 2: how many are there?"),
        edit("all-padding-behind", "pad2d(x, sides", "pad2d(x, tuple((0, sum(side)) for side in sides)")
        .believes("All padding goes behind.")
        .ask("How many rows of padding stand above?"),
    ],
    hints=[
        "How many windows are there, and which pixels are in the first one, the one to its right, the one below?",
        "Pad with a number that never wins. Then the pixels (i, j) of all windows at once are a slice with steps.",
        "Start with the slice of (0, 0), a copy; for each other (i, j): np.maximum(largest, slice, out=largest).",
    ],
    variants=[
        Variant("all-windows-at-once", ("windows[..., 0, 0].copy()", "windows.max(axis=(4, 5))", LARGER, "break"))
    ],
)

max_pool2d_backward = Exercise(
    "max_pool2d_backward",
    points=3,
    vectorized=lambda n: {"grad_output": normal(n // 4, n // 10 - 1, n // 10 - 2, 2, seed=78), **_many(n)},
    cases=[*CASES, *TIES, random_cases(random_pool, count=3)],
    misconceptions=[
        code("all-ties", passing(_maxima))
        .believes("Every pixel that equals the maximum gets the whole upstream gradient.")
        .ask("A window of four equal pixels: may it pass on four times what it received?"),
        code("ties-share", passing(lambda windows: _maxima(windows) / _maxima(windows).sum(axis=(4, 5), keepdims=True)))
        .believes("Pixels that tie share the upstream gradient evenly.")
        .ask("What does the docstring say about a maximum that stands several times in a window?"),
        edit("last-of-a-tie", "> largest", ">= largest")
        .believes("The last of several maxima counts.")
        .ask("Does a later pixel that equals the maximum so far replace it?"),
        body(
            "first-column-by-column",
            """
            size, stride = as_pair("size", size)[::-1], stride and as_pair("stride", stride)[::-1]
            padding = padding if isinstance(padding, str) else as_pair("padding", padding)[::-1]
            turned = max_pool2d_backward(grad_output.swapaxes(1, 2), x.swapaxes(1, 2), size, stride, padding)
            return turned.swapaxes(1, 2)
            """,
        )
        .believes("The first maximum is the one in the leftmost column.")
        .ask("A tie of the upper right and the lower left pixel: which one comes first, row by row?"),
        edit("overlaps-overwritten", ADD_AT_WINNERS, "grad_padded.reshape(-1)[winners] = grad_output")
        .believes("Each window assigns the pixel of its maximum its gradient.")
        .ask("One pixel is the maximum of two windows. What becomes of the first one's gradient?"),
        returns("nothing-passes", "np.zeros_like(x)")
        .believes("A maximum has no derivative.")
        .ask("Raise the largest pixel of a window a little: what does the output do?"),
        returns("shared-by-the-window", PASSED_BACK.replace("max", "average"))
        .believes("All pixels of a window share the upstream gradient, as with the mean.")
        .ask(CHANGE_ANOTHER),
        upstream_ignored(),
        returns("maxima-instead-of-gradients", PASSED_BACK.replace("grad_output", POOLED))
        .believes("The maxima go back to where they came from.")
        .ask("Which of your arguments are gradients, and does your result depend on them?"),
        edit("padding-of-zeros-wins", "-np.inf", "0")
        .believes("Padding is zeros, here as everywhere.")
        .ask("All pixels of a window at the border are negative. Does its gradient reach one of them?"),
        windows.cut_off_at_the_wrong_end,
        windows.same_as_at_stride_one,
        code("everywhere-in-the-window", passing(np.ones_like))
        .believes("Every pixel gets the window's gradient.")
        .ask(CHANGE_ANOTHER),
        returns("times-the-maximum", PASSED_BACK.replace("grad_output", f"grad_output * {POOLED}"))
        .believes("The winner gets the gradient times its value.")
        .ask(RAISE_THE_LARGEST),
        windows.padding_not_cut_off,
        code("position-by-position-overwritten", passing(_first, adding=False))
        .believes("For each position in the window, the gradients there are assigned.")
        .ask("A pixel stands in two windows, at different positions: what happens to what the first one gave?"),
        code("positive-pixels", passing(lambda windows: windows > 0))
        .believes("Positive pixels pass the gradient, as in relu.")
        .ask("Which pixel of a window does the maximum depend on?"),
        returns("subtracted", f"-{PASSED_BACK}").believes("Gradients are subtracted.").ask(RAISE_THE_LARGEST),
    ],
    hints=[
        "Which pixels of a window change the output when they change a little? What if two are equal?",
        "Go through the positions (i, j) in order, all windows at once: who equals its maximum and has not passed yet?",
        "first = unpaid & (slice == largest); the same slice of the gradient += grad_output * first; unpaid &= ~first.",
    ],
    variants=[Variant("positions-of-the-maxima", passing(_first))],
)
