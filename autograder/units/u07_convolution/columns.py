"""im2col and its adjoint col2im: windows written as rows of numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import Array, grid, normal
from autograder.units.shared.families import argument_fixed
from autograder.units.u07_convolution import windows
from solutions.u07_convolution import im2col as right_im2col

KERNEL = 'as_pair("kernel", kernel)'
CHANNELS_LAST = ".transpose(0, 1, 2, 4, 5, 3)"
AS_ROWS = ".reshape(*windows.shape[:3], kernel[0] * kernel[1] * x.shape[3])"
BY_INDICES = """axes = zip(x.shape[1:3], spans, kernel, stride, dilation, strict=True)
    rows, columns = (np.arange(0, n - span + 1, s)[:, None] + d * np.arange(k) for n, span, k, s, d in axes)
    return x[:, rows[:, None, :, None], columns[None, :, None, :]]"""

BLOCKS = "columns.reshape(n, rows, places, *kernel, channels)"
ADD = "windows[..., i, j] += blocks[..., i, j, :]"
BACK = "col2im(columns, input_shape, kernel, stride, dilation)"
ADD_BY_SLICES = """down = slice(i * dilation[0], i * dilation[0] + (rows - 1) * stride[0] + 1, stride[0])
        across = slice(j * dilation[1], j * dilation[1] + (places - 1) * stride[1] + 1, stride[1])
        sums[:, down, across] += blocks[:, :, :, i, j]"""
LOOP = f"blocks = {BLOCKS}\n    for i, j in np.ndindex(kernel):\n        {ADD}"
ADD_AT_INDICES = """source = im2col(np.arange(sums.size).reshape(input_shape), kernel, stride, dilation)
    np.add.at(sums.reshape(-1), source, columns)"""

WHICH_RUNS_FASTEST = "In (i KW + j) C + c, which of i, j, c changes from one number to the next?"
WHAT_FOLLOWS = "In (i KW + j) C + c, which number follows (0, 0): (0, 1) or (1, 0)?"


def _random_columns(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "x": rng.standard_normal((2, int(rng.integers(6, 8)), int(rng.integers(7, 10)), 2)),
        "kernel": [(2, 3), (3, 2), (1, 4)][int(rng.integers(3))],
        "stride": [(1, 2), (2, 1), (3, 2)][int(rng.integers(3))],
        "dilation": (2, int(rng.integers(1, 3))),
    }


im2col = Exercise(
    "im2col",
    points=2,
    vectorized=lambda n: {
        "x": normal(n // 4, n // 10, n // 10, 2, seed=113),
        "kernel": (2, 3),
        "stride": 1,
        "dilation": 1,
    },
    cases=[
        Case("one-window", x=grid(1, 2, 2, 1), kernel=2, stride=1, dilation=1),
        Case("windows-overlap", x=grid(1, 3, 4, 1), kernel=(2, 3), stride=1, dilation=1),
        Case("channels-run-fastest", x=grid(1, 2, 3, 2), kernel=2, stride=1, dilation=1),
        Case("several-images", x=grid(3, 3, 2, 2), kernel=(2, 1), stride=1, dilation=1, readonly=True),
        Case("stride-leaves-a-rest", x=grid(1, 5, 6, 1), kernel=2, stride=(2, 3), dilation=1),
        Case("dilations-differ", x=grid(1, 5, 6, 1), kernel=(2, 3), stride=1, dilation=(3, 2)),
        Case("stride-and-dilation", x=grid(2, 6, 7, 2), kernel=(3, 2), stride=(1, 2), dilation=(2, 3)),
        Case("windows-of-one-pixel", x=grid(1, 2, 3, 2), kernel=1, stride=1, dilation=1),
        Case("single-precision", x=grid(1, 3, 3, 2, step=0.5).astype(np.float32), kernel=2, stride=1, dilation=1),
        Case("kernel-does-not-fit", x=grid(1, 4, 4, 1), kernel=(2, 3), stride=1, dilation=2, raises="kernel"),
        Case("empty-kernel", x=grid(1, 4, 4, 1), kernel=0, stride=1, dilation=1, raises="kernel"),
        Case("stride-zero", x=grid(1, 4, 4, 1), kernel=2, stride=(0, 1), dilation=1, raises="stride"),
        Case("dilation-zero", x=grid(1, 4, 4, 1), kernel=2, stride=1, dilation=0, raises="dilation"),
        random_cases(_random_columns),
    ],
    misconceptions=[
        edit("channels-slowest", CHANNELS_LAST, "")
        .believes("Within a window the channels come one after the other, as PyTorch's unfold has it.")
        .ask(WHICH_RUNS_FASTEST),
        edit("windows-column-by-column", CHANNELS_LAST, ".transpose(0, 1, 2, 5, 4, 3)")
        .believes("Within a window the rows run faster than the columns.")
        .ask(WHAT_FOLLOWS),
        edit("places-as-one-axis", AS_ROWS, ".reshape(len(x), -1, kernel[0] * kernel[1] * x.shape[3])")
        .believes("All places of an image are one axis.")
        .ask("Which shape does the docstring want, and how many axes does it have?"),
        edit("windows-as-axes", AS_ROWS, "")
        .believes("A window keeps its axes.")
        .ask("A matrix product needs one axis of KH · KW · C numbers. How many does your window have?"),
        argument_fixed("stride-ignored", "stride", 1)
        .believes("There is a window at every pixel.")
        .ask(windows.HOW_FAR),
        windows.strides_swapped,
        argument_fixed("dilation-ignored", "dilation", 1)
        .believes("A window's pixels are neighbours.")
        .ask("With dilation 2, which pixel does the second weight meet when the first meets pixel 0?"),
        edit("windows-backwards", CHANNELS_LAST, f"[..., ::-1, ::-1]{CHANNELS_LAST}")
        .believes("A window is read from its lower right corner, as a convolution's formula has it.")
        .ask("Which pixel belongs to i = 0, j = 0?"),
        windows.dilations_swapped,
        edit("kernel-sizes-swapped", KERNEL, f"{KERNEL}[::-1]")
        .believes("The first of the two sizes is the width.")
        .ask(windows.COUNTS_ROWS),
        edit("stride-of-the-kernel", windows.STRIDE, KERNEL)
        .believes("Windows lie side by side.")
        .ask("What is the argument `stride` for?"),
        returns("places-exchanged", "im2col(x, kernel, stride, dilation).swapaxes(1, 2)")
        .believes("Places are (column, row).")
        .ask("Which of OH and OW comes first?"),
    ],
    hints=[
        "Write down the first row by hand for a 2 × 2 kernel and two channels: eight numbers, in which order?",
        "Get an array of axes (N, OH, OW, KH, KW, C), then make its last three axes one.",
        "sliding_window_view(x, spans, axis=(1, 2)), every s-th place, every d-th entry, channels last, then reshape.",
    ],
    variants=[
        Variant(
            "position-by-position",
            (
                f"windows{CHANNELS_LAST}{AS_ROWS}",
                "np.concatenate([windows[..., i, j] for i, j in np.ndindex(kernel)], axis=-1)",
            ),
        ),
        Variant("by-indices", (f"return windows{CHANNELS_LAST}", BY_INDICES)),
    ],
)


def _back(columns: Array, *shape: int, kernel: Any, stride: Any = 1, dilation: Any = 1) -> dict[str, Any]:
    return {"columns": columns, "input_shape": shape, "kernel": kernel, "stride": stride, "dilation": dilation}


def _random_back(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _random_columns(rng)
    shape: tuple[int, ...] = right_im2col(**drawn).shape
    return _back(rng.standard_normal(shape), *drawn.pop("x").shape, **drawn)


col2im = Exercise(
    "col2im",
    points=2,
    returns_new=True,
    vectorized=lambda n: _back(
        normal(n // 4, n // 10 - 1, n // 10 - 2, 12, seed=114), n // 4, n // 10, n // 10, 2, kernel=(2, 3)
    ),
    cases=[
        Case("one-window", **_back(grid(1, 1, 1, 4), 1, 2, 2, 1, kernel=2)),
        Case("windows-overlap", **_back(grid(1, 2, 2, 6), 1, 3, 4, 1, kernel=(2, 3))),
        Case("channels-run-fastest", **_back(grid(1, 1, 2, 8), 1, 2, 3, 2, kernel=2)),
        Case("several-images", **_back(normal(3, 2, 2, 4, seed=115), 3, 3, 2, 2, kernel=(2, 1)), readonly=True),
        Case("a-rest-gets-nothing", **_back(normal(1, 2, 2, 4, seed=116), 1, 5, 6, 1, kernel=2, stride=(2, 3))),
        Case("dilations-differ", **_back(normal(1, 2, 2, 6, seed=117), 1, 5, 6, 1, kernel=(2, 3), dilation=(3, 2))),
        Case(
            "stride-and-dilation",
            **_back(normal(2, 2, 2, 12, seed=118), 2, 6, 7, 2, kernel=(3, 2), stride=(1, 2), dilation=(2, 3)),
        ),
        Case("windows-of-one-pixel-are-a-copy", **_back(grid(1, 2, 3, 2), 1, 2, 3, 2, kernel=1)),
        Case("single-precision", **_back(grid(1, 2, 2, 8, step=0.5).astype(np.float32), 1, 3, 3, 2, kernel=2)),
        Case("kernel-does-not-fit", **_back(grid(1, 1, 1, 6), 1, 4, 4, 1, kernel=(2, 3), dilation=2), raises="kernel"),
        Case("empty-kernel", **_back(grid(1, 1, 1, 4), 1, 2, 2, 1, kernel=0), raises="kernel"),
        Case("stride-zero", **_back(grid(1, 1, 1, 4), 1, 2, 2, 1, kernel=2, stride=0), raises="stride"),
        Case("dilation-zero", **_back(grid(1, 1, 1, 4), 1, 2, 2, 1, kernel=2, dilation=(1, 0)), raises="dilation"),
        Case("columns-of-other-images", **_back(grid(1, 2, 2, 4), 1, 4, 3, 1, kernel=2), raises="columns"),
        random_cases(_random_back),
    ],
    misconceptions=[
        edit("overlaps-overwritten", ADD, ADD.replace("+=", "="))
        .believes("Each window's numbers are written to their pixels.")
        .ask("A pixel was copied into four windows. What becomes of the first three numbers that come back?"),
        returns("overlaps-averaged", f"{BACK} / np.maximum({BACK.replace('columns', 'np.ones_like(columns)')}, 1)")
        .believes("col2im undoes im2col.")
        .ask("A gradient comes back from four windows to one pixel: a sum, or a mean?"),
        edit("channels-slowest", BLOCKS, f"columns.reshape(n, rows, places, channels, *kernel){CHANNELS_LAST}")
        .believes("Within a window the channels come one after the other, as PyTorch's fold has it.")
        .ask(WHICH_RUNS_FASTEST),
        edit(
            "windows-column-by-column",
            BLOCKS,
            "columns.reshape(n, rows, places, *kernel[::-1], channels).swapaxes(3, 4)",
        )
        .believes("Within a window the rows run faster than the columns.")
        .ask(WHAT_FOLLOWS),
        edit("stride-ignored", windows.AT_STRIDES, windows.SIDE_BY_SIDE)
        .believes("Neighbouring places are one pixel apart.")
        .ask("Place (p, q) began at pixel (p s, q s). Where do its numbers go?"),
        edit("dilation-ignored", windows.AT_DILATIONS, windows.WITHOUT_GAPS)
        .believes("A window's pixels are neighbours.")
        .ask("With dilation 2, from which pixel did the second number of a window come?"),
        edit("windows-backwards", BLOCKS, f"{BLOCKS}[:, :, :, ::-1, ::-1]")
        .believes("On the way back the windows run backwards.")
        .ask("To which pixel does the first number of a row belong?"),
        edit("divided-by-the-kernel", "return sums", "return sums / (kernel[0] * kernel[1])")
        .believes("Each number is shared among the kernel's positions.")
        .ask("col2im is the adjoint of im2col: do copies' gradients add or average?"),
        edit("begun-with-ones", "np.zeros(input_shape", "np.ones(input_shape")
        .believes("The images begin as ones.")
        .ask("What should a pixel in no window be?"),
    ],
    hints=[
        "Number the pixels of a small image, run im2col on the numbers, and see where each pixel went.",
        "For one position (i, j), all places at once are a slice of the images with steps: add its block of columns.",
        "blocks = columns.reshape(N, OH, OW, KH, KW, C); for each i, j: the slice += blocks[:, :, :, i, j].",
    ],
    variants=[
        Variant("position-by-position", (ADD, ADD_BY_SLICES)),
        Variant("added-at-indices", (LOOP, ADD_AT_INDICES)),
    ],
)
