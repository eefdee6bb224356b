"""Assessment of counting axes, shapes and bytes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases

__all__ = ["count_axes", "tensor_bytes", "tensor_shape"]

#: NumPy would do the counting.
NO_NUMPY = ["np", "numpy", "np.array", "np.asarray"]


def _random_nested(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = rng.integers(1, 4, size=int(rng.integers(2, 5)))
    return {"nested": rng.integers(-9, 10, size=shape).tolist()}


def _first_path(nested: Any) -> list[int]:
    lengths = []
    while isinstance(nested, list):
        lengths.append(len(nested))
        nested = nested[0] if nested else None
    return lengths


def _numbers_in(nested: Any) -> int:
    return sum(_numbers_in(item) for item in nested) if isinstance(nested, list) else 1


def _entries_per_depth(nested: Any) -> tuple[int, ...]:
    counts, level = [], [nested]
    while level and isinstance(level[0], list):
        level = [entry for item in level if isinstance(item, list) for entry in item]
        counts.append(len(level))
    return tuple(counts)


def _shape_by_level(nested: Any) -> tuple[int, ...]:
    shape, level = [], [nested]
    while level and any(isinstance(item, list) for item in level):
        lengths = {len(item) if isinstance(item, list) else -1 for item in level}
        if len(lengths) != 1:
            raise ValueError("nested: got a ragged list, want lists of one length at each depth")
        shape.append(lengths.pop())
        level = [entry for item in level for entry in item]
    return tuple(shape)


def _axes_by_recursion(nested: Any) -> int:
    if not isinstance(nested, list):
        return 0
    below = {(_axes_by_recursion(item), len(item) if isinstance(item, list) else -1) for item in nested}
    if len(below) > 1:
        raise ValueError("nested: ragged")
    return 1 + max((axes for axes, _ in below), default=0)


def _number_is_an_axis(nested: Any) -> int:
    return len(_first_path(nested)) + 1


count_axes = Exercise(
    "count_axes",
    points=1,
    forbids=NO_NUMPY,
    cases=[
        Case("vector", nested=[5, 1, 4]),
        Case("one-number", nested=7),
        Case("matrix", nested=[[5, 1, 4], [2, 0, 7]]),
        Case("three-axes", nested=[[[1, 2]], [[3, 4]], [[5, 6]], [[7, 8]]]),
        Case("long-vector-has-one-axis", nested=list(range(11))),
        Case("axes-of-length-one-count", nested=[[[[9]]]]),
        Case("column-of-fractions", nested=[[0.5], [-1.5], [2.0]]),
        Case("empty-list-is-an-axis", nested=[]),
        Case("empty-rows", nested=[[], []]),
        Case("ragged-rows", nested=[[1, 2, 3], [4, 5]], raises="nested"),
        Case("ragged-deep-down", nested=[[[1, 2], [3, 4]], [[5, 6], [7]]], raises="nested"),
        Case("number-beside-a-list", nested=[1, [2]], raises="nested"),
        random_cases(_random_nested),
    ],
    misconceptions=[
        Misconception(
            "length-for-axes",
            believes="A vector of three numbers is three-dimensional.",
            wrong=lambda nested: len(nested) if isinstance(nested, list) else 0,
            hint="[5, 1, 4] has three entries along how many directions?",
        ),
        Misconception(
            "brackets-counted",
            believes="Every opening bracket is an axis.",
            wrong=lambda nested: str(nested).count("["),
            hint="[[5, 1], [2, 0]] has three opening brackets. How many indices pick one of its numbers?",
        ),
        Misconception(
            "length-one-axes-dropped",
            believes="An axis of length 1 is no axis.",
            wrong=lambda nested: sum(length != 1 for length in _first_path(nested)),
            hint="How many indices are needed to get 9 out of [[[[9]]]]?",
        ),
        Misconception(
            "numbers-counted",
            believes="The number of axes is the number of entries.",
            wrong=_numbers_in,
            hint="How many indices pick one number of a matrix, however large it is?",
        ),
        Misconception(
            "ragged-accepted",
            believes="The first entry of each list shows what all the others are like.",
            wrong=lambda nested: len(_first_path(nested)),
            hint="[[1, 2, 3], [4, 5]]: how long is the second axis?",
        ),
        Misconception(
            "number-is-an-axis",
            believes="A number has one axis, so a list of numbers has two.",
            wrong=_number_is_an_axis,
            hint="How many indices lead to a number in [7, 7, 7]? And where there is nothing but the number?",
        ),
    ],
    hints=[
        "Count how many lists must be opened, one inside the other, until a number comes.",
        "All items of a list must be of the same form; what can be compared to see that before going deeper?",
        "Keep the items of one depth in a list, check that all have one length (or none is a list), then put their "
        "entries together as the next depth and add 1.",
    ],
    variants=[
        Variant("recursion", _axes_by_recursion),
        Variant("length-of-the-shape", lambda nested: len(_shape_by_level(nested))),
    ],
)

tensor_shape = Exercise(
    "tensor_shape",
    points=1,
    forbids=NO_NUMPY,
    cases=[
        Case("vector", nested=[5, 1, 4]),
        Case("matrix", nested=[[5, 1, 4], [2, 0, 7]]),
        Case("one-number-has-no-lengths", nested=7),
        Case("three-axes", nested=[[[1, 2]], [[3, 4]], [[5, 6]], [[7, 8]]]),
        Case("axes-of-length-one-count", nested=[[[9]]]),
        Case("column-of-fractions", nested=[[0.5], [-1.5], [2.0]]),
        Case("empty-list", nested=[]),
        Case("empty-rows", nested=[[], []]),
        Case("ragged-rows", nested=[[1, 2, 3], [4, 5]], raises="nested"),
        Case("ragged-deep-down", nested=[[[1, 2], [3, 4]], [[5, 6], [7]]], raises="nested"),
        Case("list-beside-a-number", nested=[[1], 2], raises="nested"),
        random_cases(_random_nested),
    ],
    misconceptions=[
        Misconception(
            "innermost-first",
            believes="The shape starts with the innermost lists.",
            wrong=lambda nested: tuple(reversed(_first_path(nested))),
            hint="x[1][2] is row 1, column 2. Which length bounds the first index?",
        ),
        Misconception(
            "length-one-axes-dropped",
            believes="An axis of length 1 is no axis.",
            wrong=lambda nested: tuple(length for length in _first_path(nested) if length != 1),
            hint="Is one image, shape (1, H, W, C), still a batch?",
        ),
        Misconception(
            "all-entries-of-a-depth",
            believes="The length of an axis is the number of all entries at that depth.",
            wrong=_entries_per_depth,
            hint="The shape's product is the number of numbers. What is it for [[5, 1, 4], [2, 0, 7]]?",
        ),
        Misconception(
            "ragged-accepted",
            believes="The first entry of each list shows what all the others are like.",
            wrong=lambda nested: tuple(_first_path(nested)),
            hint="[[1, 2, 3], [4, 5]]: how long is the second axis?",
        ),
    ],
    hints=[
        "The first length is that of the outermost list. What is the shape of each of its items?",
        "The function can be asked for the shapes of the items: they must all be equal.",
        "A number: (). A list: its length, followed by the one shape that all its items have (nothing if it is empty).",
    ],
    variants=[
        Variant("level-by-level", _shape_by_level),
        Variant("list", lambda nested: list(_shape_by_level(nested))),
    ],
)

tensor_bytes = Exercise(
    "tensor_bytes",
    points=1,
    cases=[
        Case("five-bytes", shape=(5,), dtype="uint8"),
        Case("matrix-of-singles", shape=(2, 3), dtype="float32"),
        Case("matrix-of-doubles", shape=(2, 3), dtype="float64"),
        Case("clip-of-240-frames", shape=(240, 144, 256, 3), dtype="uint8"),
        Case("four-clips-of-240-frames", shape=(4, 240, 144, 256, 3), dtype="float32"),
        Case("a-boolean-takes-a-byte", shape=(10,), dtype="bool"),
        Case("axes-of-length-one", shape=(1, 1, 3), dtype="int16"),
        Case("one-number", shape=(), dtype="float64"),
        Case("empty-batch", shape=(0, 28, 28), dtype="float32"),
        random_cases(
            lambda rng: {
                "shape": tuple(rng.integers(2, 9, size=3).tolist()),
                "dtype": str(rng.choice(["uint8", "int16", "float32", "float64"])),
            }
        ),
    ],
    misconceptions=[
        Misconception(
            "numbers-for-bytes",
            believes="Each number takes one byte.",
            wrong=lambda shape, dtype: math.prod(shape),
            hint="How many bits does a float32 have, and how many a byte?",
        ),
        Misconception(
            "bits-for-bytes",
            believes="A float32 takes 32.",
            wrong=lambda shape, dtype: 8 * math.prod(shape) * np.dtype(dtype).itemsize,
            hint="The 32 in float32 counts bits. What is asked for?",
        ),
        Misconception(
            "lengths-added",
            believes="The number of entries is the sum of the lengths.",
            wrong=lambda shape, dtype: sum(shape) * np.dtype(dtype).itemsize,
            hint="How many numbers are in 2 rows of 3?",
        ),
        Misconception(
            "always-four-bytes",
            believes="Every number takes four bytes.",
            wrong=lambda shape, dtype: 4 * math.prod(shape),
            hint="What does the second argument change?",
        ),
        Misconception(
            "product-of-nothing",
            believes="np.prod of an empty shape is the integer 1.",
            wrong=lambda shape, dtype: np.prod(shape) * np.dtype(dtype).itemsize,
            hint="What type does np.prod(()) have? Compare math.prod(()).",
        ),
        Misconception(
            "always-eight-bytes",
            believes="A number takes eight bytes, as Python's float does.",
            wrong=lambda shape, dtype: 8 * int(np.prod(shape, dtype=int)),
            hint="How many bits does uint8 have?",
        ),
        Misconception(
            "batch-axis-left-out",
            believes="The first axis counts samples and is not part of the size.",
            wrong=lambda shape, dtype: int(np.prod(shape[1:], dtype=int)) * np.dtype(dtype).itemsize,
            hint="Do four clips fit into the memory of one?",
        ),
        Misconception(
            "axes-counted",
            believes="The size follows from the number of axes.",
            wrong=lambda shape, dtype: len(shape) * np.dtype(dtype).itemsize,
            hint="Which takes more memory, a vector of 3 numbers or one of 3000?",
        ),
    ],
    hints=[
        "Two numbers are needed: how many entries there are, and how many bytes one takes.",
        "np.dtype(name) knows the bytes of one number; math.prod multiplies the lengths.",
        "math.prod(shape) times np.dtype(dtype).itemsize.",
    ],
    variants=[
        Variant("empty-array", lambda shape, dtype: int(np.prod(shape)) * np.empty(0, dtype).itemsize),
        Variant("broadcast-view", lambda shape, dtype: np.broadcast_to(np.zeros((), dtype), shape).nbytes),
    ],
)
