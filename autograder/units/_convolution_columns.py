"""Assessment of windows written as rows: im2col and its adjoint col2im."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units import _convolution_right as right
from autograder.units._convolution_right import pair, windows_met
from autograder.units._convolution_shared import refuse

__all__ = ["col2im", "im2col"]

Shape = tuple[int, int, int, int]


def _many(n: int) -> dict[str, Any]:
    return {"x": normal(n // 4, n // 10, n // 10, 2, seed=113), "kernel": (2, 3), "stride": 1, "dilation": 1}


def _many_columns(n: int) -> dict[str, Any]:
    images = (n // 4, n // 10, n // 10, 2)
    columns = normal(n // 4, n // 10 - 1, n // 10 - 2, 12, seed=114)
    return {"columns": columns, "input_shape": images, "kernel": (2, 3), "stride": 1, "dilation": 1}


def _rows(windows: Array) -> Array:
    """The last three axes as one."""
    return windows.reshape(*windows.shape[:3], -1)


def _columns(x: Array, kernel: Any, stride: Any, dilation: Any) -> Array:
    return _rows(windows_met(x, kernel, stride, dilation))


def _refuse(shape: Any, kernel: Any, stride: Any, dilation: Any) -> None:
    refuse(kernel=min(pair(kernel)), stride=min(pair(stride)), dilation=min(pair(dilation)))
    right.refuse_windows("kernel", shape, pair(kernel), pair(dilation))


def _position_by_position(x: Array, kernel: Any, stride: Any, dilation: Any) -> Array:
    _refuse(x.shape, kernel, stride, dilation)
    return _columns(x, kernel, stride, dilation)


def _by_indices(x: Array, kernel: Any, stride: Any, dilation: Any) -> Array:
    """The rows and columns of all windows as index arrays."""
    _refuse(x.shape, kernel, stride, dilation)
    rows, columns = (
        np.arange(0, size - d * (k - 1), s)[:, None] + d * np.arange(k)
        for size, k, s, d in zip(x.shape[1:3], pair(kernel), pair(stride), pair(dilation), strict=True)
    )
    return _rows(x[:, rows[:, None, :, None], columns[None, :, None, :]])


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
    vectorized=_many,
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
        Misconception(
            "channels-slowest",
            believes="Within a window the channels come one after the other, as PyTorch's unfold has it.",
            wrong=lambda *args: _rows(windows_met(*args).transpose(0, 1, 2, 5, 3, 4)),
            hint="In (i KW + j) C + c, which of i, j, c changes from one number to the next?",
        ),
        Misconception(
            "windows-column-by-column",
            believes="Within a window the rows run faster than the columns.",
            wrong=lambda *args: _rows(windows_met(*args).transpose(0, 1, 2, 4, 3, 5)),
            hint="In (i KW + j) C + c, which number follows (0, 0): (0, 1) or (1, 0)?",
        ),
        Misconception(
            "places-as-one-axis",
            believes="All places of an image are one axis.",
            wrong=lambda *args: _columns(*args).reshape(len(args[0]), -1, _columns(*args).shape[3]),
            hint="Which shape does the docstring want, and how many axes does it have?",
        ),
        Misconception(
            "windows-as-axes",
            believes="A window keeps its axes.",
            wrong=windows_met,
            hint="A matrix product needs one axis of KH · KW · C numbers. How many does your window have?",
        ),
        Misconception(
            "stride-ignored",
            believes="There is a window at every pixel.",
            wrong=lambda x, kernel, stride, dilation: _columns(x, kernel, 1, dilation),
            hint="How far is it from one place to the next?",
        ),
        Misconception(
            "strides-swapped",
            believes="The first of the two strides runs along a row.",
            wrong=lambda x, kernel, stride, dilation: _columns(x, kernel, pair(stride)[::-1], dilation),
            hint="In a pair (h, w), which one moves the window down?",
        ),
        Misconception(
            "dilation-ignored",
            believes="A window's pixels are neighbours.",
            wrong=lambda x, kernel, stride, dilation: _columns(x, kernel, stride, 1),
            hint="With dilation 2, which pixel does the second weight meet when the first meets pixel 0?",
        ),
        Misconception(
            "windows-backwards",
            believes="A window is read from its lower right corner, as a convolution's formula has it.",
            wrong=lambda *args: _rows(windows_met(*args)[:, :, :, ::-1, ::-1]),
            hint="Which pixel belongs to i = 0, j = 0?",
        ),
        Misconception(
            "dilations-swapped",
            believes="The first of the two dilations runs along a row.",
            wrong=lambda x, kernel, stride, dilation: _columns(x, kernel, stride, pair(dilation)[::-1]),
            hint="In a pair (h, w), which one counts rows?",
        ),
        Misconception(
            "kernel-sizes-swapped",
            believes="The first of the two sizes is the width.",
            wrong=lambda x, kernel, stride, dilation: _columns(x, pair(kernel)[::-1], stride, dilation),
            hint="In a pair (h, w), which one counts rows?",
        ),
        Misconception(
            "stride-of-the-kernel",
            believes="Windows lie side by side.",
            wrong=lambda x, kernel, stride, dilation: _columns(x, kernel, pair(kernel), dilation),
            hint="What is the argument `stride` for?",
        ),
        Misconception(
            "places-exchanged",
            believes="Places are (column, row).",
            wrong=lambda x, kernel, stride, dilation: _columns(x, kernel, stride, dilation).swapaxes(1, 2),
            hint="Which of OH and OW comes first?",
        ),
    ],
    hints=[
        "Write down the first row by hand for a 2 × 2 kernel and two channels: eight numbers, in which order?",
        "Get an array of axes (N, OH, OW, KH, KW, C), then make its last three axes one.",
        "sliding_window_view(x, spans, axis=(1, 2)), every s-th place, every d-th entry, channels last, then reshape.",
    ],
    variants=[
        Variant("position-by-position", _position_by_position),
        Variant("by-indices", _by_indices),
    ],
)


def _images(
    columns: Array,
    input_shape: Shape,
    kernel: Any,
    stride: Any,
    dilation: Any,
    *,
    blocks: Callable[[Array, Any, int], Array] | None = None,
    gap: bool = True,
    step: bool = True,
    adding: bool = True,
) -> Array:
    """Everything back to its pixel; wrong where a part is replaced or left out."""
    kernel, stride, dilation = pair(kernel), pair(stride), pair(dilation)
    split = (blocks or _split)(columns, kernel, input_shape[3])
    images = np.zeros(input_shape, dtype=columns.dtype)
    for i, j, (batch, rows, places) in right.taps(input_shape, kernel, stride, dilation):
        down, across = (len(range(each.start, each.stop, each.step)) for each in (rows, places))
        top, left = (i * dilation[0], j * dilation[1]) if gap else (i, j)
        height, width = stride if step else (1, 1)
        at = (
            batch,
            slice(top, top + (down - 1) * height + 1, height),
            slice(left, left + (across - 1) * width + 1, width),
        )
        images[at] = split[:, :, :, i, j] + adding * images[at]
    return images


def _split(columns: Array, kernel: Any, channels: int) -> Array:
    """(N, OH, OW, KH, KW, C)."""
    return columns.reshape(*columns.shape[:3], *kernel, channels)


def _channels_slowest(columns: Array, kernel: Any, channels: int) -> Array:
    return columns.reshape(*columns.shape[:3], channels, *kernel).transpose(0, 1, 2, 4, 5, 3)


def _columns_first(columns: Array, kernel: Any, channels: int) -> Array:
    return columns.reshape(*columns.shape[:3], kernel[1], kernel[0], channels).transpose(0, 1, 2, 4, 3, 5)


def _averaged(columns: Array, input_shape: Shape, kernel: Any, stride: Any, dilation: Any) -> Array:
    """The inverse: what came from one pixel is averaged."""
    counts = _images(np.ones_like(columns), input_shape, kernel, stride, dilation)
    return _images(columns, input_shape, kernel, stride, dilation) / np.maximum(counts, 1)


def _refuse_columns(columns: Array, input_shape: Shape, kernel: Any, stride: Any, dilation: Any) -> None:
    _refuse(input_shape, kernel, stride, dilation)
    if columns.shape != _columns(np.zeros(input_shape), kernel, stride, dilation).shape:
        raise ValueError("columns have another shape")


def _back_by_position(columns: Array, input_shape: Shape, *geometry: Any) -> Array:
    _refuse_columns(columns, input_shape, *geometry)
    return _images(columns, input_shape, *geometry)


def _added_at_indices(columns: Array, input_shape: Shape, *geometry: Any) -> Array:
    """Where im2col takes the number of each pixel, col2im adds."""
    _refuse_columns(columns, input_shape, *geometry)
    source = _columns(np.arange(np.prod(input_shape)).reshape(input_shape), *geometry)
    images = np.zeros(input_shape, dtype=columns.dtype)
    np.add.at(images.reshape(-1), source, columns)
    return images


def _back(columns: Array, *shape: int, kernel: Any, stride: Any = 1, dilation: Any = 1) -> dict[str, Any]:
    return {"columns": columns, "input_shape": shape, "kernel": kernel, "stride": stride, "dilation": dilation}


def _random_back(rng: np.random.Generator) -> dict[str, Any]:
    drawn = _random_columns(rng)
    geometry = {name: drawn[name] for name in ("kernel", "stride", "dilation")}
    columns = rng.standard_normal(_columns(drawn["x"], **geometry).shape)
    return {"columns": columns, "input_shape": drawn["x"].shape, **geometry}


col2im = Exercise(
    "col2im",
    points=2,
    returns_new=True,
    vectorized=_many_columns,
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
        Misconception(
            "overlaps-overwritten",
            believes="Each window's numbers are written to their pixels.",
            wrong=lambda *args: _images(*args, adding=False),
            hint="A pixel was copied into four windows. What becomes of the first three numbers that come back?",
        ),
        Misconception(
            "overlaps-averaged",
            believes="col2im undoes im2col.",
            wrong=_averaged,
            hint="A gradient comes back from four windows to one pixel: a sum, or a mean?",
        ),
        Misconception(
            "channels-slowest",
            believes="Within a window the channels come one after the other, as PyTorch's fold has it.",
            wrong=lambda *args: _images(*args, blocks=_channels_slowest),
            hint="In (i KW + j) C + c, which of i, j, c changes from one number to the next?",
        ),
        Misconception(
            "windows-column-by-column",
            believes="Within a window the rows run faster than the columns.",
            wrong=lambda *args: _images(*args, blocks=_columns_first),
            hint="In (i KW + j) C + c, which number follows (0, 0): (0, 1) or (1, 0)?",
        ),
        Misconception(
            "stride-ignored",
            believes="Neighbouring places are one pixel apart.",
            wrong=lambda *args: _images(*args, step=False),
            hint="Place (p, q) began at pixel (p s, q s). Where do its numbers go?",
        ),
        Misconception(
            "dilation-ignored",
            believes="A window's pixels are neighbours.",
            wrong=lambda *args: _images(*args, gap=False),
            hint="With dilation 2, from which pixel did the second number of a window come?",
        ),
        Misconception(
            "windows-backwards",
            believes="On the way back the windows run backwards.",
            wrong=lambda columns, input_shape, kernel, *rest: _images(
                _split(columns, kernel, input_shape[3])[:, :, :, ::-1, ::-1].reshape(columns.shape),
                input_shape,
                kernel,
                *rest,
            ),
            hint="To which pixel does the first number of a row belong?",
        ),
        Misconception(
            "divided-by-the-kernel",
            believes="Each number is shared among the kernel's positions.",
            wrong=lambda columns, input_shape, kernel, *rest: (
                _images(columns, input_shape, kernel, *rest) / columns.dtype.type(np.prod(pair(kernel)))
            ),
            hint="col2im is the adjoint of im2col: do copies' gradients add or average?",
        ),
        Misconception(
            "begun-with-ones",
            believes="The images begin as ones.",
            wrong=lambda columns, *rest: _images(columns, *rest) + 1,
            hint="What should a pixel in no window be?",
        ),
    ],
    hints=[
        "Number the pixels of a small image, run im2col on the numbers, and see where each pixel went.",
        "For one position (i, j), all places at once are a slice of the images with steps: add its block of columns.",
        "blocks = columns.reshape(N, OH, OW, KH, KW, C); for each i, j: the slice += blocks[:, :, :, i, j].",
    ],
    variants=[
        Variant("position-by-position", _back_by_position),
        Variant("added-at-indices", _added_at_indices),
    ],
)
