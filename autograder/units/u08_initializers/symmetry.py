"""symmetry_is_broken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import Array, grid, normal

ALL_DIFFER = "np.unique(units, axis=1).shape[1] == w.shape[-1]"


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
        edit("rows-compared", ALL_DIFFER, "len(np.unique(units, axis=0)) == len(units)")
        .believes("A unit's weights are a row.")
        .ask("In x @ w with w of shape (in, out), which weights make output number 0?"),
        edit("only-constants", ALL_DIFFER, "units.std() > 0")
        .believes("Symmetry is broken as soon as not all weights are equal.")
        .ask("Which two units are a pair of twins, even if a third one differs?"),
        edit("neighbours-only", ALL_DIFFER, "np.diff(units, axis=1).any(axis=0).all()")
        .believes("It is enough to compare each unit with the next one.")
        .ask("Can units 0 and 3 be equal while neighbours differ?"),
        edit("sums-compared", ALL_DIFFER, "len(np.unique(units.sum(axis=0))) == w.shape[-1]")
        .believes("Two units are equal if their weights add up to the same.")
        .ask("Do weights 1, 2, 3 and weights 3, 2, 1 compute the same?"),
        edit("nearly-equal-counts", "np.unique(units,", "np.unique(units.round(6),")
        .believes("Weights that are equal to within rounding are equal.")
        .ask("A tiny difference gives different gradients: does it shrink or grow in training?"),
        edit("any-number-repeated", ALL_DIFFER, "np.unique(units).size == w.size")
        .believes("Symmetry is broken if no weight occurs twice.")
        .ask("May two units share one of their weights and still be different?"),
        edit("first-weight-only", "np.unique(units,", "np.unique(units[:1],")
        .believes("The first weight of each unit tells them apart.")
        .ask("When are two units equal: if one weight is, or if all are?"),
        edit("not-zero", ALL_DIFFER, "units.any()")
        .believes("Only zeros are symmetric.")
        .ask("Do units that all start at 0.5 ever become different?"),
        edit("differs-from-the-first", ALL_DIFFER, "(units != units[:, :1]).any()")
        .believes("Symmetry is broken as soon as one unit differs from the first.")
        .ask("Unit 0 differs from the others: may two of the others still be equal?"),
        edit(
            "units-on-the-first-axis", "w.reshape(-1, w.shape[-1])", "w.reshape(len(w), -1).T", "w.shape[-1]", "len(w)"
        )
        .believes("The first axis counts the units, of a kernel too.")
        .ask("In (KH, KW, C_in, C_out), which axis counts the filters?"),
    ],
    hints=[
        "What are the weights of one unit: a row or a column? And of one filter?",
        "Flatten all axes but the last; the question is then whether two columns are the same.",
        "np.unique(columns, axis=1) keeps one of each: how many are left?",
    ],
    variants=[
        Variant("set-of-tuples", (ALL_DIFFER, "len(set(map(tuple, units.T.tolist()))) == w.shape[-1]")),
        Variant("every-pair", (ALL_DIFFER, "(units[:, :, None] == units[:, None]).all(axis=0).sum() == w.shape[-1]")),
    ],
)
