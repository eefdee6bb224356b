"""broadcast_shape, broadcast_to and unbroadcast."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import grid, normal

Shape = tuple[int, ...]

MISMATCH = "any(m != n and 1 not in (m, n) for m, n in pairs)"
FILLED_A, FILLED_B = "(1,) * (axes - len(a)) + tuple(a)", "(1,) * (axes - len(b)) + tuple(b)"
LEFT_A, LEFT_B = "tuple(a) + (1,) * (axes - len(a))", "tuple(b) + (1,) * (axes - len(b))"

DOES_NOT_FIT = "any(have not in (1, want) for have, want in zip(lengths, shape, strict=True))"
STRETCH = """stretched = x.reshape(lengths)
    for axis, (have, want) in enumerate(zip(lengths, shape, strict=True)):
        if have != want:
            stretched = np.repeat(stretched, want, axis)
    return stretched"""
TILED = "return np.tile(x, [want // have for have, want in zip(lengths, shape, strict=True)])"

ADDED_OR_STRETCHED = "axis < extra or shape[axis - extra] == 1"


def _draw_shapes(rng: np.random.Generator) -> tuple[Shape, Shape]:
    """A shape of different lengths, and one that broadcasts to it."""
    wide: Shape = tuple((2 + rng.permutation(4))[: int(rng.integers(2, 5))].tolist())
    kept = wide[int(rng.integers(0, len(wide))) :]
    return wide, tuple(length if rng.random() < 0.6 else 1 for length in kept)


def _random_pair(rng: np.random.Generator) -> dict[str, Any]:
    wide, narrow = _draw_shapes(rng)
    aligned = (1,) * (len(wide) - len(narrow)) + narrow
    holes = tuple(
        1 if 1 < other == length and rng.random() < 0.5 else length for length, other in zip(wide, aligned, strict=True)
    )
    return {"a": holes, "b": narrow} if rng.random() < 0.5 else {"a": narrow, "b": holes}


def _random_stretch(rng: np.random.Generator) -> dict[str, Any]:
    wide, narrow = _draw_shapes(rng)
    return {"x": rng.standard_normal(narrow), "shape": wide}


def _random_gradient(rng: np.random.Generator) -> dict[str, Any]:
    wide, narrow = _draw_shapes(rng)
    return {"grad": rng.standard_normal(wide), "shape": narrow}


broadcast_shape = Exercise(
    "broadcast_shape",
    points=1,
    cases=[
        Case("equal", a=(2, 3), b=(2, 3)),
        Case("row-against-matrix", a=(2, 3), b=(3,)),
        Case("column-against-row", a=(2, 1), b=(1, 3)),
        Case("ones-in-turn", a=(4, 1, 6), b=(3, 1)),
        Case("number-against-matrix", a=(), b=(2, 3)),
        Case("two-numbers", a=(), b=()),
        Case("the-longer-one-is-stretched", a=(2, 1, 1), b=(5,)),
        Case("one-axis-of-length-one", a=(1,), b=(4, 2)),
        Case("aligned-at-the-left-is-not-enough", a=(2, 3), b=(2,), raises="b"),
        Case("a-multiple-does-not-stretch", a=(3, 2), b=(3, 4), raises="b"),
        random_cases(_random_pair, count=3),
    ],
    misconceptions=[
        edit("aligned-at-the-left", FILLED_A, LEFT_A, FILLED_B, LEFT_B)
        .believes("The first axis of one belongs to the first axis of the other.")
        .ask("A row of 3 is added to each row of a (2, 3) matrix. Which axis of the matrix has length 3?"),
        edit("mismatch-accepted", MISMATCH, "False", "n if m == 1 else m", "max(m, n)")
        .believes("The larger length always wins.")
        .ask("How should 2 columns be spread over 4? Which length alone can be repeated without a choice?"),
        returns("longer-shape-wins", "max(a, b, key=len)")
        .believes("The result has the shape of the array with more axes.")
        .ask("A column (2, 1) meets a row (1, 3): is either one's shape the result's?"),
        body(
            "ones-not-stretched",
            """
            if any(m != n for m, n in zip(a[::-1], b[::-1])):
                raise ValueError(f"a and b: got {a} and {b}, want equal lengths")
            return max(a, b, key=len)
            """,
        )
        .believes("Aligned lengths have to be equal.")
        .ask("What happens to an axis of length 1?"),
        returns("axes-side-by-side", "(*a, *b)")
        .believes("Every axis of one meets every axis of the other.")
        .ask("How many axes does the sum of two matrices of one shape have?"),
        returns("rest-cut-off", "tuple(max(m, n) for m, n in zip(a[::-1], b[::-1]))[::-1]")
        .believes("What the longer shape has in front does not matter.")
        .ask("How many axes does (4, 3, 6) + (6,) have?"),
    ],
    hints=[
        "Write the two shapes one below the other so that their last axes line up.",
        "Fill the shorter one with ones on the left; then compare length by length.",
        "For a pair (m, n): m if m == n, n if m is 1, m if n is 1, else raise ValueError with a and b in its text.",
    ],
    variants=[
        Variant(
            "from-the-right-as-list",
            """
            from itertools import zip_longest
            pairs = list(zip_longest(a[::-1], b[::-1], fillvalue=1))[::-1]
            if any(m != n and 1 not in (m, n) for m, n in pairs):
                raise ValueError(f"a={a} does not fit b={b}")
            return [max(pair) for pair in pairs]
            """,
        )
    ],
)

broadcast_to = Exercise(
    "broadcast_to",
    points=2,
    forbids=["np.broadcast_to", "np.broadcast_arrays", "np.broadcast"],
    vectorized=lambda n: {"x": grid(n, 1), "shape": (3, n, n)},
    cases=[
        Case("row-to-matrix", x=np.array([1.0, 2.0, 3.0]), shape=(2, 3)),
        Case("column-to-matrix", x=np.array([[1.0], [2.0]]), shape=(2, 3)),
        Case("square-shows-which-axis", x=np.array([1.0, 2.0]), shape=(2, 2), readonly=True),
        Case("number-to-matrix", x=np.array(7.5), shape=(2, 3)),
        Case("axis-in-the-middle", x=grid(2, 1, 3), shape=(2, 4, 3), readonly=True),
        Case("new-axis-and-old-one", x=grid(3, 1), shape=(2, 3, 4)),
        Case("shape-it-has", x=grid(2, 3), shape=(2, 3)),
        Case("single-precision", x=np.array([[0.5, -1.5]], dtype=np.float32), shape=(3, 2)),
        Case("integers-stay-integers", x=np.array([[3], [-4]]), shape=(2, 2)),
        Case("two-does-not-become-four", x=np.array([1.0, 2.0]), shape=(4,), raises="shape"),
        Case("aligned-at-the-left-is-not-enough", x=np.array([1.0, 2.0, 3.0]), shape=(3, 2), raises="shape"),
        Case("more-axes-than-wanted", x=grid(1, 3), shape=(3,), raises="shape"),
        random_cases(_random_stretch, count=3),
    ],
    misconceptions=[
        edit("aligned-at-the-left", "(1,) * extra + x.shape", "x.shape + (1,) * extra")
        .believes("New axes are added on the right.")
        .ask("[1, 2] to (2, 2): are the rows equal, or the columns?"),
        returns("filled-in-memory-order", "np.resize(x, shape)")
        .believes("The numbers are written one after the other, starting over when they run out.")
        .ask("[[1], [2]] to (2, 3): what stands in the first row?"),
        returns("every-number-repeated", "np.repeat(x.ravel(), math.prod(shape) // x.size).reshape(shape)")
        .believes("Each number is repeated until there are enough, whatever its axis.")
        .ask("[1, 2, 3] to (2, 3): along which axis must the repetition run?"),
        edit("multiples-tiled", f" or {DOES_NOT_FIT}", "", STRETCH, TILED)
        .believes("Any length can be repeated until it fills a multiple.")
        .ask("Which is the only length that is stretched?"),
        returns("tiled", "np.tile(x, shape)")
        .believes("`np.tile` takes the shape wanted.")
        .ask("Does tile take the shape of the result, or how often to repeat?"),
        returns("added-to-zeros", "x + np.zeros(shape)")
        .believes("Adding zeros of that shape is broadcasting, and changes nothing.")
        .ask("What dtype do zeros have, and what dtype does int8 plus that have?"),
    ],
    hints=[
        "Two steps: first give x as many axes as `shape` has, then make each axis as long as wanted.",
        "Axes are added on the left: a reshape with ones in front. np.repeat lengthens one axis.",
        "For each axis with length 1 where another is wanted: x = np.repeat(x, wanted, axis=axis); raise ValueError "
        "where the length is neither 1 nor the one wanted.",
    ],
    variants=[
        Variant("tile", (STRETCH, TILED)),
        Variant("times-ones", (STRETCH, "return x * np.ones(shape, dtype=x.dtype)")),
    ],
)

unbroadcast = Exercise(
    "unbroadcast",
    points=2,
    vectorized=lambda n: {"grad": grid(3, n, n), "shape": (n, 1)},
    cases=[
        Case("bias-row", grad=grid(4, 3), shape=(3,)),
        Case("column", grad=grid(2, 3, step=0.5), shape=(2, 1)),
        Case("same-shape", grad=grid(2, 3), shape=(2, 3), readonly=True),
        Case("square-shows-which-axis", grad=normal(3, 3, seed=4), shape=(3,)),
        Case("new-axis-and-stretched-one", grad=normal(2, 4, 3, seed=5), shape=(4, 1), readonly=True),
        Case("axis-in-the-middle", grad=normal(2, 5, 3, seed=6), shape=(2, 1, 3)),
        Case("everything-to-one-by-one", grad=normal(2, 5, 3, seed=7), shape=(1, 1)),
        Case("number", grad=normal(2, 3, seed=8), shape=()),
        Case("length-one-all-along", grad=grid(1, 3, start=-1.0), shape=(1, 3)),
        Case("single-precision", grad=np.array([[0.5, -1.5], [2.25, 4.0], [1.0, 8.0]], dtype=np.float32), shape=(1, 2)),
        random_cases(_random_gradient, count=3),
    ],
    misconceptions=[
        edit("new-axes-only", ADDED_OR_STRETCHED, "axis < extra", "summed.reshape(shape)", "summed")
        .believes("Only axes that were put in front have to be summed.")
        .ask("A column (2, 1) was stretched to (2, 3). How many copies of each number were made?"),
        returns(
            "stretched-axes-only",
            "grad.sum(axis=tuple(axis - len(shape) for axis, n in enumerate(shape) if n == 1), keepdims=True)",
        )
        .believes("Only axes of length 1 have to be summed.")
        .ask("A bias (3,) was added to (4, 3). Which axis of the gradient has no counterpart in the bias?"),
        edit("axes-dropped", "summed.reshape(shape)", "summed")
        .believes("A summed axis is gone.")
        .ask("What shape must the gradient of an array of shape (2, 1) have?"),
        edit("mean-of-copies", "grad.sum", "grad.mean")
        .believes("The gradients of the copies are averaged.")
        .ask("When a number that is used 4 times grows by 1, how many terms of the loss change?"),
        edit(
            "one-copy-taken",
            "grad.sum(axis=axes)",
            "grad[tuple(0 if axis in axes else slice(None) for axis in range(grad.ndim))]",
        )
        .believes("All copies have the same gradient, so one of them will do.")
        .ask("The copies are equal. Are the places where they are used?"),
        body(
            "aligned-at-the-left",
            """
            summed = grad.sum(axis=tuple(range(len(shape), grad.ndim)))
            return summed.sum(axis=tuple(axis for axis, n in enumerate(shape) if n == 1), keepdims=True)
            """,
        )
        .believes("Broadcasting adds axes on the right.")
        .ask("(3,) became (3, 3). Which of the two axes is new?"),
        returns("not-summed", "grad")
        .believes("The gradient is handed on as it is.")
        .ask("Can a parameter of shape (3,) be updated with a gradient of shape (4, 3)?"),
        returns("first-axis-alone", "grad.sum(axis=0)")
        .believes("Broadcasting adds one axis, the first.")
        .ask("Which axes were added or stretched to get from (3, 1) to (2, 3, 4)?"),
        returns("everything-summed", "np.full(shape, grad.sum())")
        .believes("All gradients of the stretched array are added up.")
        .ask("Two biases, one per column: does the first one's gradient contain the second column?"),
    ],
    hints=[
        "Write grad's shape and `shape` one below the other, aligned at the right. Where do they differ?",
        "Two kinds of axes are summed: those that `shape` lacks (they vanish), and those that have length 1 in it "
        "(they stay).",
        "Sum over the first grad.ndim − len(shape) axes; then, for each axis of length 1 in `shape`, sum with "
        "keepdims=True.",
    ],
    variants=[
        Variant(
            "step-by-step",
            """
            while grad.ndim > len(shape):
                grad = np.sum(grad, axis=0)
            for axis, length in enumerate(shape):
                if length == 1 and grad.shape[axis] > 1:
                    grad = grad.sum(axis=axis, keepdims=True)
            return grad
            """,
        )
    ],
)
