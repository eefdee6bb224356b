"""count_axes, tensor_shape and tensor_bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns

#: NumPy would do the counting.
NO_NUMPY = ["np", "numpy", "np.array", "np.asarray"]

FIRST_ENTRY = "The first entry of each list shows what all the others are like."
RAGGED = "[[1, 2, 3], [4, 5]]: how long is the second axis?"
ITEM_BYTES = "np.dtype(dtype).itemsize"


def _random_nested(rng: np.random.Generator) -> dict[str, Any]:
    shape = rng.integers(1, 4, size=int(rng.integers(2, 5)))
    return {"nested": rng.integers(-9, 10, size=shape).tolist()}


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
        returns("length-for-axes", "len(nested) if isinstance(nested, list) else 0")
        .believes("A vector of three numbers is three-dimensional.")
        .ask("[5, 1, 4] has three entries along how many directions?"),
        returns("brackets-counted", "str(nested).count('[')")
        .believes("Every opening bracket is an axis.")
        .ask("[[5, 1], [2, 0]] has three opening brackets. How many indices pick one of its numbers?"),
        returns("length-one-axes-dropped", "sum(length != 1 for length in tensor_shape(nested))")
        .believes("An axis of length 1 is no axis.")
        .ask("How many indices are needed to get 9 out of [[[[9]]]]?"),
        returns("numbers-counted", "math.prod(tensor_shape(nested))")
        .believes("The number of axes is the number of entries.")
        .ask("How many indices pick one number of a matrix, however large it is?"),
        edit("ragged-accepted", "for item in level}", "for item in level[:1]}").believes(FIRST_ENTRY).ask(RAGGED),
        edit("number-is-an-axis", "axes, level = 0,", "axes, level = 1,")
        .believes("A number has one axis, so a list of numbers has two.")
        .ask("How many indices lead to a number in [7, 7, 7]? And when there is only the number?"),
    ],
    hints=[
        "Count how many lists must be opened, one inside the other, until a number comes.",
        "All items of a list must be of the same form; what can be compared to see that before going deeper?",
        "Keep the items of one depth in a list, check that all have one length (or none is a list), then put their "
        "entries together as the next depth and add 1.",
    ],
    variants=[
        Variant(
            "recursion",
            """
            if not isinstance(nested, list):
                return 0
            below = {(count_axes(item), len(item) if isinstance(item, list) else -1) for item in nested}
            if len(below) > 1:
                raise ValueError("nested: ragged")
            return 1 + max((axes for axes, _ in below), default=0)
            """,
        ),
        Variant("length-of-the-shape", "len(tensor_shape(nested))"),
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
        returns("innermost-first", "tensor_shape(nested)[::-1]")
        .believes("The shape starts with the innermost lists.")
        .ask("x[1][2] is row 1, column 2. Which length bounds the first index?"),
        returns("length-one-axes-dropped", "tuple(length for length in tensor_shape(nested) if length != 1)")
        .believes("An axis of length 1 is no axis.")
        .ask("Is one image, shape (1, H, W, C), still a batch?"),
        returns(
            "all-entries-of-a-depth",
            "tuple(math.prod(tensor_shape(nested)[: depth + 1]) for depth in range(count_axes(nested)))",
        )
        .believes("The length of an axis is the number of all entries at that depth.")
        .ask("The shape's product is the number of numbers. What is it for [[5, 1, 4], [2, 0, 7]]?"),
        edit("ragged-accepted", "for item in nested}", "for item in nested[:1]}").believes(FIRST_ENTRY).ask(RAGGED),
    ],
    hints=[
        "The first length is that of the outermost list. What is the shape of each of its items?",
        "The function can be asked for the shapes of the items: they must all be equal.",
        "A number: (). A list: its length, followed by the one shape that all its items have (nothing if it is empty).",
    ],
    variants=[
        Variant(
            "level-by-level",
            """
            shape, level = [], [nested]
            while any(isinstance(item, list) for item in level):
                lengths = {len(item) if isinstance(item, list) else -1 for item in level}
                if len(lengths) != 1:
                    raise ValueError("nested: got a ragged list, want lists of one length at each depth")
                shape.append(lengths.pop())
                level = [entry for item in level for entry in item]
            return tuple(shape)
            """,
        ),
        Variant("list", "list(tensor_shape(nested))"),
    ],
)


def _random_bytes(rng: np.random.Generator) -> dict[str, Any]:
    shape = tuple(rng.integers(2, 9, size=3).tolist())
    return {"shape": shape, "dtype": str(rng.choice(["uint8", "int16", "float32", "float64"]))}


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
        random_cases(_random_bytes),
    ],
    misconceptions=[
        edit("numbers-for-bytes", ITEM_BYTES, "1")
        .believes("Each number takes one byte.")
        .ask("How many bits does a float32 have, and how many a byte?"),
        edit("bits-for-bytes", ITEM_BYTES, f"8 * {ITEM_BYTES}")
        .believes("A float32 takes 32.")
        .ask("The 32 in float32 counts bits. What is asked for?"),
        edit("lengths-added", "math.prod(shape)", "sum(shape)")
        .believes("The number of entries is the sum of the lengths.")
        .ask("How many numbers are in 2 rows of 3?"),
        edit("always-four-bytes", ITEM_BYTES, "4")
        .believes("Every number takes four bytes.")
        .ask("What does the second argument change?"),
        edit("product-of-nothing", "math.prod(shape)", "np.prod(shape)")
        .believes("np.prod of an empty shape is the integer 1.")
        .ask("What type does np.prod(()) have? Compare math.prod(())."),
        edit("always-eight-bytes", ITEM_BYTES, "8")
        .believes("A number takes eight bytes, as Python's float does.")
        .ask("How many bits does uint8 have?"),
        edit("batch-axis-left-out", "math.prod(shape)", "math.prod(shape[1:])")
        .believes("The first axis counts samples and is not part of the size.")
        .ask("Do four clips fit into the memory of one?"),
        edit("axes-counted", "math.prod(shape)", "len(shape)")
        .believes("The size follows from the number of axes.")
        .ask("Which takes more memory, a vector of 3 numbers or one of 3000?"),
    ],
    hints=[
        "Two numbers are needed: how many entries there are, and how many bytes one takes.",
        "np.dtype(name) knows the bytes of one number; math.prod multiplies the lengths.",
        "math.prod(shape) times np.dtype(dtype).itemsize.",
    ],
    variants=[
        Variant("empty-array", "int(np.prod(shape)) * np.empty(0, dtype).itemsize"),
        Variant("broadcast-view", "np.broadcast_to(np.zeros((), dtype), shape).nbytes"),
    ],
)
