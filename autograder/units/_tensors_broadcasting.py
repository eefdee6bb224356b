"""Assessment of broadcasting: the common shape, stretching by hand, and the way back."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["broadcast_shape", "broadcast_to", "unbroadcast"]

Shape = tuple[int, ...]


def _draw_shapes(rng: np.random.Generator) -> tuple[Shape, Shape]:
    """A shape of different lengths, and one that broadcasts to it."""
    wide: Shape = tuple((2 + rng.permutation(4))[: int(rng.integers(2, 5))].tolist())
    kept = wide[int(rng.integers(0, len(wide))) :]
    return wide, tuple(length if rng.random() < 0.6 else 1 for length in kept)


def _random_pair(rng: np.random.Generator) -> Mapping[str, Any]:
    wide, narrow = _draw_shapes(rng)
    holes = tuple(1 if 1 < other == length and rng.random() < 0.5 else length
                  for length, other in zip(wide, (1,) * (len(wide) - len(narrow)) + narrow, strict=True))  # fmt: skip
    return {"a": holes, "b": narrow} if rng.random() < 0.5 else {"a": narrow, "b": holes}


def _random_stretch(rng: np.random.Generator) -> Mapping[str, Any]:
    wide, narrow = _draw_shapes(rng)
    return {"x": rng.standard_normal(narrow), "shape": wide}


def _random_gradient(rng: np.random.Generator) -> Mapping[str, Any]:
    wide, narrow = _draw_shapes(rng)
    return {"grad": rng.standard_normal(wide), "shape": narrow}


def _aligned(a: Shape, b: Shape) -> list[tuple[int, int]]:
    return list(itertools.zip_longest(reversed(a), reversed(b), fillvalue=1))[::-1]


def _aligned_left(a: Shape, b: Shape) -> Shape:
    pairs = list(itertools.zip_longest(a, b, fillvalue=1))
    if any(m != n and 1 not in (m, n) for m, n in pairs):
        raise ValueError("a and b: shapes do not match")
    return tuple(max(pair) for pair in pairs)


def _equal_lengths_only(a: Shape, b: Shape) -> Shape:
    if any(m != n for m, n in zip(reversed(a), reversed(b), strict=False)):
        raise ValueError("a and b: shapes do not match")
    return max(a, b, key=len)


def _common_shape(a: Shape, b: Shape) -> list[int]:
    if any(m != n and 1 not in (m, n) for m, n in _aligned(a, b)):
        raise ValueError(f"a={a} does not fit b={b}")
    return [max(pair) for pair in _aligned(a, b)]


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
        Misconception(
            "aligned-at-the-left",
            believes="The first axis of one belongs to the first axis of the other.",
            wrong=_aligned_left,
            hint="A row of 3 is added to each row of a (2, 3) matrix. Which axis of the matrix has length 3?",
        ),
        Misconception(
            "mismatch-accepted",
            believes="The larger length always wins.",
            wrong=lambda a, b: tuple(max(pair) for pair in _aligned(a, b)),
            hint="How should 2 columns be spread over 4? Which length alone can be repeated without a choice?",
        ),
        Misconception(
            "longer-shape-wins",
            believes="The result has the shape of the array with more axes.",
            wrong=lambda a, b: max(a, b, key=len),
            hint="A column (2, 1) meets a row (1, 3): is either one's shape the result's?",
        ),
        Misconception(
            "ones-not-stretched",
            believes="Aligned lengths have to be equal.",
            wrong=_equal_lengths_only,
            hint="What happens to an axis of length 1?",
        ),
        Misconception(
            "axes-side-by-side",
            believes="Every axis of one meets every axis of the other.",
            wrong=lambda a, b: (*a, *b),
            hint="How many axes does the sum of two matrices of one shape have?",
        ),
        Misconception(
            "rest-cut-off",
            believes="What the longer shape has in front does not matter.",
            wrong=lambda a, b: tuple(max(m, n) for m, n in zip(a[::-1], b[::-1], strict=False))[::-1],
            hint="How many axes does (4, 3, 6) + (6,) have?",
        ),
    ],
    hints=[
        "Write the two shapes one below the other so that their last axes line up.",
        "Fill the shorter one with ones on the left; then compare length by length.",
        "For a pair (m, n): m if m == n, n if m is 1, m if n is 1, else raise ValueError with a and b in its text.",
    ],
    variants=[Variant("from-the-right-as-list", _common_shape)],
)


def _stretch_left(x: Array, shape: Shape) -> Array:
    return np.broadcast_to(x.reshape(x.shape + (1,) * (len(shape) - x.ndim)), shape)


def _tile_multiples(x: Array, shape: Shape) -> Array:
    lengths = (1,) * (len(shape) - x.ndim) + x.shape
    if len(lengths) != len(shape):
        raise ValueError("shape has too few axes")
    return np.tile(x, [want // have for have, want in zip(lengths, shape, strict=True)])


def _checked(x: Array, shape: Shape) -> None:
    if x.ndim > len(shape) or any(m not in (1, n) for m, n in zip(x.shape[::-1], shape[::-1], strict=False)):
        raise ValueError(f"shape {shape} does not fit {x.shape}")


def _tile(x: Array, shape: Shape) -> Array:
    _checked(x, shape)
    return _tile_multiples(x, shape)


def _multiply_ones(x: Array, shape: Shape) -> Array:
    _checked(x, shape)
    return x * np.ones(shape, dtype=x.dtype)


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
        Misconception(
            "aligned-at-the-left",
            believes="New axes are added on the right.",
            wrong=_stretch_left,
            hint="[1, 2] to (2, 2): are the rows equal, or the columns?",
        ),
        Misconception(
            "filled-in-memory-order",
            believes="The numbers are written one after the other, from the start again when they run out.",
            wrong=lambda x, shape: np.resize(x, shape),
            hint="[[1], [2]] to (2, 3): what stands in the first row?",
        ),
        Misconception(
            "every-number-repeated",
            believes="Each number is repeated until there are enough, whatever its axis.",
            wrong=lambda x, shape: np.repeat(x.ravel(), max(1, int(np.prod(shape)) // x.size)).reshape(shape),
            hint="[1, 2, 3] to (2, 3): along which axis must the repetition run?",
        ),
        Misconception(
            "multiples-tiled",
            believes="Any length can be repeated until it fills a multiple.",
            wrong=_tile_multiples,
            hint="Which is the only length that is stretched?",
        ),
        Misconception(
            "tiled",
            believes="`np.tile` takes the shape wanted.",
            wrong=lambda x, shape: np.tile(x, shape),
            hint="Does tile take the shape of the result, or how often to repeat?",
        ),
        Misconception(
            "added-to-zeros",
            believes="Adding zeros of that shape is broadcasting, and changes nothing.",
            wrong=lambda x, shape: x + np.zeros(shape),
            hint="What dtype do zeros have, and what dtype does int8 plus that have?",
        ),
    ],
    hints=[
        "Two steps: first give x as many axes as `shape` has, then make each axis as long as wanted.",
        "Axes are added on the left: a reshape with ones in front. np.repeat lengthens one axis.",
        "For each axis with length 1 where another is wanted: x = np.repeat(x, wanted, axis=axis); raise ValueError "
        "where the length is neither 1 nor the one wanted.",
    ],
    variants=[Variant("tile", _tile), Variant("times-ones", _multiply_ones)],
)


def _stretched_axes(grad: Array, shape: Shape) -> tuple[int, ...]:
    extra = grad.ndim - len(shape)
    return tuple(extra + axis for axis, length in enumerate(shape) if length == 1)


def _added_axes(grad: Array, shape: Shape) -> tuple[int, ...]:
    return tuple(range(grad.ndim - len(shape)))


def _mean_of_copies(grad: Array, shape: Shape) -> Any:
    return grad.mean(axis=_added_axes(grad, shape) + _stretched_axes(grad, shape)).reshape(shape)


def _first_copy(grad: Array, shape: Shape) -> Array:
    grad = grad[(0,) * (grad.ndim - len(shape))]
    return grad[tuple(slice(0, 1) if length == 1 else slice(None) for length in shape)]


def _undone_from_the_left(grad: Array, shape: Shape) -> Any:
    grad = grad.sum(axis=tuple(range(len(shape), grad.ndim)))
    return grad.sum(axis=tuple(axis for axis, length in enumerate(shape) if length == 1), keepdims=True)


def _sum_step_by_step(grad: Array, shape: Shape) -> Array:
    while grad.ndim > len(shape):
        grad = np.sum(grad, axis=0)
    for axis, length in enumerate(shape):
        if length == 1 and grad.shape[axis] > 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


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
        Misconception(
            "new-axes-only",
            believes="Only axes that were put in front have to be summed.",
            wrong=lambda grad, shape: grad.sum(axis=_added_axes(grad, shape)),
            hint="A column (2, 1) was stretched to (2, 3). How many copies of each number were made?",
        ),
        Misconception(
            "stretched-axes-only",
            believes="Only axes of length 1 have to be summed.",
            wrong=lambda grad, shape: grad.sum(axis=_stretched_axes(grad, shape), keepdims=True),
            hint="A bias (3,) was added to (4, 3). Which axis of the gradient has no counterpart in the bias?",
        ),
        Misconception(
            "axes-dropped",
            believes="A summed axis is gone.",
            wrong=lambda grad, shape: grad.sum(axis=_added_axes(grad, shape) + _stretched_axes(grad, shape)),
            hint="What shape must the gradient of an array of shape (2, 1) have?",
        ),
        Misconception(
            "mean-of-copies",
            believes="The gradients of the copies are averaged.",
            wrong=_mean_of_copies,
            hint="When a number that is used 4 times grows by 1, how many terms of the loss change?",
        ),
        Misconception(
            "one-copy-taken",
            believes="All copies have the same gradient, so one of them will do.",
            wrong=_first_copy,
            hint="The copies are equal. Are the places where they are used?",
        ),
        Misconception(
            "aligned-at-the-left",
            believes="Broadcasting adds axes on the right.",
            wrong=_undone_from_the_left,
            hint="(3,) became (3, 3). Which of the two axes is new?",
        ),
        Misconception(
            "not-summed",
            believes="The gradient is handed on as it is.",
            wrong=lambda grad, shape: grad,
            hint="Can a parameter of shape (3,) be updated with a gradient of shape (4, 3)?",
        ),
        Misconception(
            "first-axis-alone",
            believes="Broadcasting adds one axis, the first.",
            wrong=lambda grad, shape: grad.sum(axis=0),
            hint="Which axes were added or stretched to get from (3, 1) to (2, 3, 4)?",
        ),
        Misconception(
            "everything-summed",
            believes="All gradients of the stretched array are added up.",
            wrong=lambda grad, shape: np.full(shape, grad.sum()),
            hint="Two biases, one per column: does the first one's gradient contain the second column?",
        ),
    ],
    hints=[
        "Write grad's shape and `shape` one below the other, aligned at the right. Where do they differ?",
        "Two kinds of axes are summed: those that `shape` lacks (they vanish), and those that have length 1 in it "
        "(they stay).",
        "Sum over the first grad.ndim − len(shape) axes; then, for each axis of length 1 in `shape`, sum with "
        "keepdims=True.",
    ],
    variants=[Variant("step-by-step", _sum_step_by_step)],
)
