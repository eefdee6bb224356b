"""Initializers without chance: fans, constants, and whether symmetry is broken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

Shape = Sequence[int]


def _fans_of_flat(shape: Shape) -> tuple[int, int]:
    if len(shape) < 2:
        raise ValueError("shape has fewer than two axes")
    area = int(np.prod(shape[:-2]))
    return area * shape[-2], area * shape[-1]


def _torch_fans(shape: Shape) -> tuple[int, int]:
    area = math.prod(shape[2:])
    return shape[1] * area, shape[0] * area


def _fans_of_vector(shape: Shape) -> tuple[int, int]:
    return (shape[0], shape[0]) if len(shape) == 1 else _fans_of_flat(shape)


fans = Exercise(
    "fans",
    parts=("fan_in", "fan_out"),
    points=1,
    cases=[
        Case("dense", shape=(3, 5)),
        Case("one-unit", shape=(7, 1)),
        Case("kernel", shape=(3, 3, 16, 32)),
        Case("kernel-not-square", shape=(2, 5, 4, 3)),
        Case("kernel-of-a-sequence", shape=(5, 24, 12)),
        Case("kernel-of-a-video", shape=(2, 3, 4, 5, 7)),
        Case("one-by-one-kernel", shape=(1, 1, 64, 10)),
        Case("one-axis", shape=(5,), raises="shape"),
        Case("no-axes", shape=(), raises="shape"),
        random_cases(lambda rng: {"shape": tuple(int(n) for n in rng.permutation(np.arange(2, 9))[:4])}),
    ],
    misconceptions=[
        Misconception(
            "kernel-area-ignored",
            believes="The fans of a convolution are its numbers of channels.",
            wrong=lambda shape: (shape[-2], shape[-1]),
            hint="How many numbers are added up for one output of a 3 × 3 kernel over 16 channels?",
        ),
        Misconception(
            "in-and-out-swapped",
            believes="The last axis is what goes in.",
            wrong=lambda shape: _fans_of_flat(shape)[::-1],
            hint="In x @ w, which axis of w meets the features of x?",
        ),
        Misconception(
            "first-two-axes",
            believes="The first axis is in and the second one is out, whatever follows.",
            wrong=lambda shape: (shape[0], shape[1]),
            hint="What are the first two axes of a kernel (KH, KW, C_in, C_out)?",
        ),
        Misconception(
            "channels-first",
            believes="Weights have the shape (out, in, KH, KW), as in PyTorch.",
            wrong=_torch_fans,
            hint="Where do this course's kernels keep their channels, first or last?",
        ),
        Misconception(
            "area-only-for-the-input",
            believes="fan_in counts all weights of one unit; fan_out is the number of units.",
            wrong=lambda shape: (math.prod(shape[:-1]), shape[-1]),
            hint="Under how many places of the kernel does one input lie, and how many filters does it feed in each?",
        ),
        Misconception(
            "one-axis-is-a-square",
            believes="A vector has one size, which is both fans.",
            wrong=_fans_of_vector,
            hint="Can a bias, with one axis, tell what goes in and what comes out?",
        ),
    ],
    hints=[
        "Draw one output and count the arrows into it; then one input, and count the arrows out of it.",
        "The last two axes are the channels. The product of the axes before them, 1 if there are none, is the field.",
        "area = math.prod(shape[:-2]); the fans are area * shape[-2] and area * shape[-1].",
    ],
    variants=[Variant("numpy-product", _fans_of_flat)],
)


def drive_zeros(zeros: Any, shape: Any) -> Any:
    """Scenario: ask for zeros where memory that is not zero has just been given back, which `np.empty` would get."""
    used = np.full(shape, 0.75)
    del used
    return zeros(shape)


_FILLED: list[Any] = [
    Case("bias", shape=(5,)),
    Case("matrix", shape=(2, 3)),
    Case("kernel", shape=(3, 2, 4, 5)),
    Case("no-axes", shape=()),
    Case("one-number", shape=(1,)),
    Case("empty", shape=(0, 3)),
]


def _with_value(case: Case, value: float) -> Case:
    return case.with_inputs({**case.inputs, "value": value})


zeros = Exercise(
    "zeros",
    points=0.5,
    scenario=drive_zeros,
    cases=[*_FILLED, random_cases(lambda rng: {"shape": tuple(int(n) for n in rng.integers(2, 6, 3))})],
    misconceptions=[
        Misconception(
            "random-biases",
            believes="A bias must be random too, or the units stay equal.",
            wrong=lambda shape: 0.01 * np.random.default_rng(0).standard_normal(shape),
            hint="If the weights of two units differ already, is there a symmetry left for the bias to break?",
        ),
        Misconception(
            "integers",
            believes="0 and 0.0 are the same, so integers will do.",
            wrong=lambda shape: np.zeros(shape, dtype=int),
            hint="What happens when a gradient of 0.3 is added to an integer in place?",
        ),
        Misconception(
            "almost-zero",
            believes="Exactly 0 stops the learning, so a bias starts slightly above it.",
            wrong=lambda shape: np.full(shape, 0.01),
            hint="Does the gradient of a bias depend on the bias being something other than 0?",
        ),
        Misconception(
            "first-axis-only",
            believes="The first number of a shape says how many numbers there are.",
            wrong=lambda shape: np.zeros(shape[0] if shape else ()),
            hint="How many numbers does an array of shape (2, 3) hold?",
        ),
        Misconception(
            "left-uninitialised",
            believes="np.empty gives an array with nothing in it, that is with zeros.",
            wrong=lambda shape: np.empty(shape),
            hint="What stands in memory that somebody else has used before?",
        ),
    ],
    hints=[
        "What is the dtype of your result, and its shape?",
        "NumPy has a function that makes such an array; its default dtype is the one that is wanted.",
        "return np.zeros(shape)",
    ],
    variants=[
        Variant("full", lambda shape: np.full(shape, 0.0)),
        Variant("ones-less-one", lambda shape: np.ones(shape) - 1),
    ],
)

constant = Exercise(
    "constant",
    points=0.5,
    cases=[
        *(_with_value(case, value) for case, value in zip(_FILLED, (1.0, -0.75, 2.5, 0.1, 1e-3, 1.5), strict=True)),
        Case("integer-value-gives-floats", shape=(2, 3), value=3),
        Case("large-value", shape=(4,), value=1e300),
        random_cases(lambda rng: {"shape": tuple(int(n) for n in rng.integers(2, 6, 2)), "value": float(rng.normal())}),
    ],
    misconceptions=[
        Misconception(
            "dtype-of-the-value",
            believes="The array takes the type of the number.",
            wrong=lambda shape, value: np.full(shape, value),
            hint="What dtype does np.full(shape, 3) have, and what does adding a gradient to it do?",
        ),
        Misconception(
            "cut-to-an-integer",
            believes="An array of integers can hold any number.",
            wrong=lambda shape, value: np.full(shape, int(min(value, 1e18)), dtype=int),
            hint="What does an integer array hold after 0.1 is written to it?",
        ),
        Misconception(
            "value-ignored",
            believes="A constant start is a start at 1.",
            wrong=lambda shape, value: np.ones(shape),
            hint="Which number does the caller want?",
        ),
        Misconception(
            "noise-added",
            believes="Even constants need a little noise to break the symmetry.",
            wrong=lambda shape, value: value + 0.01 * np.random.default_rng(0).standard_normal(shape),
            hint="Are all entries equal to `value`?",
        ),
        Misconception(
            "first-axis-only",
            believes="The first number of a shape says how many numbers there are.",
            wrong=lambda shape, value: np.full(shape[0] if shape else (), float(value)),
            hint="How many numbers does an array of shape (2, 3) hold?",
        ),
    ],
    hints=[
        "What is the dtype of your result where the value is 3?",
        "np.full takes its dtype from the value unless it is told one.",
        "return np.full(shape, value, dtype=np.float64)",
    ],
    variants=[Variant("ones-times", lambda shape, value: value * np.ones(shape))],
)


def _units(w: Array) -> Array:
    if w.ndim < 2:
        raise ValueError("w has fewer than two axes")
    columns: Array = w.reshape(-1, w.shape[-1])
    return columns


def _distinct(columns: Array) -> bool:
    return bool(len(set(map(tuple, columns.T.tolist()))) == columns.shape[1])


def _first_axis_distinct(w: Array) -> bool:
    _units(w)
    return _distinct(w.reshape(len(w), -1).T)


def _close_pair(columns: Array) -> bool:
    units = range(columns.shape[1])
    return any(np.allclose(columns[:, i], columns[:, j]) for i in units for j in range(i))


def _outer(columns: Array) -> bool:
    equal = (columns[:, :, None] == columns[:, None, :]).all(axis=0)
    return bool(equal.sum() == columns.shape[1])


def _columns(*columns: Sequence[float]) -> Array:
    return np.array(columns, dtype=np.float64).T.copy()


def _kernel(equal: bool) -> Array:
    w = normal(2, 3, 2, 4, seed=3)
    w[0, 0] = w[0, 0, :1]  # equal over the input channels, and over nothing that is a unit
    if equal:
        w[..., 3] = w[..., 1]
    return w


def _perhaps_equal(rng: np.random.Generator) -> dict[str, Any]:
    w = rng.standard_normal((4, 6))
    first, second = rng.permutation(6)[:2]
    if rng.random() < 0.5:
        w[:, first] = w[:, second]
    return {"w": w}


symmetry_is_broken = Exercise(
    "symmetry_is_broken",
    points=1,
    cases=[
        Case("two-different-units", w=_columns([1, 3, 5], [2, 4, 6])),
        Case("constant-weights", w=np.full((3, 4), 0.5)),
        Case("equal-neighbours", w=_columns([1, 3, 5], [2, 4, 6], [2, 4, 6])),
        Case("equal-but-apart", w=_columns([1, 3, 5], [2, 4, 6], [7, 8, 9], [1, 3, 5]), readonly=True),
        Case("equal-rows-are-fine", w=np.tile(grid(1, 4), (3, 1))),
        Case("first-weights-equal", w=_columns([1, 3, 5], [1, 4, 6])),
        Case("same-numbers-in-another-order", w=_columns([1, 2, 3], [3, 2, 1])),
        Case("opposite-signs", w=_columns([1, -2], [-1, 2])),
        Case("nearly-equal-is-not-equal", w=_columns([1, 2], [1 + 1e-12, 2])),
        Case("one-unit", w=grid(3, 1)),
        Case("kernel-of-different-filters", w=_kernel(equal=False)),
        Case("kernel-of-equal-filters", w=_kernel(equal=True)),
        Case("single-precision", w=np.array([[0.1, 0.2, 0.1], [0.3, 0.4, 0.3]], dtype=np.float32)),
        Case("one-axis", w=grid(4), raises="w"),
        random_cases(_perhaps_equal, count=4),
    ],
    misconceptions=[
        Misconception(
            "rows-compared",
            believes="A unit's weights are a row.",
            wrong=lambda w: _distinct(_units(w).T),
            hint="In x @ w with w of shape (in, out), which weights make output number 0?",
        ),
        Misconception(
            "only-constants",
            believes="Symmetry is broken as soon as not all weights are equal.",
            wrong=lambda w: bool(_units(w).std() > 0),
            hint="Which two units are a pair of twins, even if a third one differs?",
        ),
        Misconception(
            "neighbours-only",
            believes="It is enough to compare each unit with the next one.",
            wrong=lambda w: bool(np.diff(_units(w), axis=1).any(axis=0).all()),
            hint="Can units 0 and 3 be equal while neighbours differ?",
        ),
        Misconception(
            "sums-compared",
            believes="Two units are equal if their weights add up to the same.",
            wrong=lambda w: len(set(_units(w).sum(axis=0).tolist())) == w.shape[-1],
            hint="Do weights 1, 2, 3 and weights 3, 2, 1 compute the same?",
        ),
        Misconception(
            "nearly-equal-counts",
            believes="Weights that are equal to within rounding are equal.",
            wrong=lambda w: not _close_pair(_units(w)),
            hint="A tiny difference gives different gradients: does it shrink or grow in training?",
        ),
        Misconception(
            "any-number-repeated",
            believes="Symmetry is broken if no weight occurs twice.",
            wrong=lambda w: bool(np.unique(_units(w)).size == w.size),
            hint="May two units share one of their weights and still be different?",
        ),
        Misconception(
            "first-weight-only",
            believes="The first weight of each unit tells them apart.",
            wrong=lambda w: _distinct(_units(w)[:1]),
            hint="When are two units equal: if one weight is, or if all are?",
        ),
        Misconception(
            "not-zero",
            believes="Only zeros are symmetric.",
            wrong=lambda w: bool(_units(w).any()),
            hint="Do units that all start at 0.5 ever become different?",
        ),
        Misconception(
            "differs-from-the-first",
            believes="Symmetry is broken as soon as one unit differs from the first.",
            wrong=lambda w: bool((_units(w) != _units(w)[:, :1]).any()),
            hint="Unit 0 differs from the others: may two of the others still be equal?",
        ),
        Misconception(
            "units-on-the-first-axis",
            believes="The first axis counts the units, of a kernel too.",
            wrong=_first_axis_distinct,
            hint="In (KH, KW, C_in, C_out), which axis counts the filters?",
        ),
    ],
    hints=[
        "What are the weights of one unit: a row or a column? And of one filter?",
        "Flatten all axes but the last; the question is then whether two columns are the same.",
        "np.unique(columns, axis=1) keeps one of each: how many are left?",
    ],
    variants=[
        Variant("set-of-tuples", lambda w: _distinct(_units(w))),
        Variant("every-pair", lambda w: _outer(_units(w))),
    ],
)
