"""matmul."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal

#: What would do the exercise.
LIBRARY_PRODUCTS = ["@", "np.dot", "np.matmul", "np.einsum", "np.tensordot", "np.inner", "np.vdot", "np.vecdot"]

BYTES = np.array([[200, 100, 7], [250, 3, 90]], dtype=np.uint8)
MORE_BYTES = np.array([[9, 220], [255, 1], [40, 130]], dtype=np.uint8)
SINGLE_ROW = np.array([[0.5, -1.5, 2.0]], dtype=np.float32)
SINGLE_COLUMN = np.array([[1.0], [0.25], [-3.0]], dtype=np.float32)

PRODUCT = "(rows[..., :, :, np.newaxis] * columns[..., np.newaxis, :, :]).sum(axis=-2)"
OUTER_PRODUCTS = "sum(rows[..., :, k, None] * columns[..., None, k, :] for k in range(rows.shape[-1]))"
ROWS_AGAINST_COLUMNS = "(rows[..., :, None, :] * columns.swapaxes(-1, -2)[..., None, :, :]).sum(axis=-1)"
INNER_LENGTHS_DIFFER = " or a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]"
COMMON_DTYPE = 'np.result_type(a, b) if a.dtype.kind == b.dtype.kind == "f" else np.float64'

SUMMED_AXIS = "The box has the axes i, k, j. Which of them is in no index of c_ij?"


def _random_matrices(rng: np.random.Generator) -> dict[str, Any]:
    n, k, m = (2 + rng.permutation(4))[:3].tolist()
    return {"a": rng.standard_normal((n, k)), "b": rng.standard_normal((k, m))}


def _random_batches(rng: np.random.Generator) -> dict[str, Any]:
    n, k, m = (2 + rng.permutation(4))[:3].tolist()
    one, other = [(), (3,), (2, 1), (1,)][int(rng.integers(4))], [(3,), (2, 3)][int(rng.integers(2))]
    return {"a": rng.standard_normal((*one, n, k)), "b": rng.standard_normal((*other, k, m))}


matmul = Exercise(
    "matmul",
    points=3,
    forbids=LIBRARY_PRODUCTS,
    vectorized=lambda n: {"a": grid(n, 3), "b": grid(3, n)},
    cases=[
        Case("matrices", a=grid(2, 3), b=grid(3, 4, start=-5.0)),
        Case("square-matrices", a=grid(3, 3), b=normal(3, 3, seed=11)),
        Case("two-vectors-give-a-number", a=grid(3), b=np.array([0.5, -2.0, 4.0])),
        Case("matrix-times-vector", a=grid(2, 3), b=np.array([0.5, -2.0, 4.0]), readonly=True),
        Case("vector-times-matrix", a=np.array([0.5, -2.0]), b=grid(2, 3)),
        Case("column-times-row", a=grid(2, 1), b=grid(1, 3, start=4.0)),
        Case("batches", a=normal(2, 4, 3, seed=12), b=normal(2, 3, 5, seed=13), readonly=True),
        Case("batch-times-one-matrix", a=normal(2, 4, 3, seed=14), b=normal(3, 5, seed=15)),
        Case("batch-axes-broadcast", a=normal(2, 1, 3, 2, seed=16), b=normal(4, 2, 3, seed=17)),
        Case("vector-times-batch", a=normal(3, seed=18), b=normal(2, 3, 4, seed=19)),
        Case("batch-times-vector", a=normal(2, 4, 3, seed=20), b=normal(3, seed=21)),
        Case("bytes-would-overflow", a=BYTES, b=MORE_BYTES),
        Case("single-precision", a=SINGLE_ROW, b=SINGLE_COLUMN),
        Case("inner-lengths-differ", a=grid(2, 3), b=grid(2, 4), raises="a"),
        Case("one-does-not-stretch-inside", a=grid(2, 3), b=grid(1, 4), raises="a"),
        Case("vectors-of-different-lengths", a=grid(3), b=grid(1), raises="a"),
        random_cases(_random_matrices),
        random_cases(_random_batches, label="random-batches"),
    ],
    misconceptions=[
        returns("star-for-dot", "a * b")
        .believes("`*` multiplies matrices.")
        .ask("What does `*` do with two arrays of one shape, and where is the sum in it?"),
        returns("rows-times-rows", "np.matmul(a, b.swapaxes(-1, -2) if b.ndim > 1 else b)")
        .believes("Rows of a are multiplied with rows of b.")
        .ask("c_ij = Σ_k a_ik b_kj: does k count rows or columns of b?"),
        returns("integers-overflow", "np.matmul(a, b)")
        .believes("A product of integers has room in the integers' own type.")
        .ask("200 · 9 in uint8: what fits into one byte? In which type does this course compute integers?"),
        edit("added-axis-kept", "if a.ndim == 1", "if False", "product[..., 0] if b.ndim == 1 else product", "product")
        .believes("A vector times a matrix is a matrix of one row.")
        .ask("How many axes does the product of two vectors of one axis each have?"),
        returns("batches-not-paired", "np.dot(a + 0.0, b + 0.0)")
        .believes("Every matrix of one batch is multiplied with every matrix of the other.")
        .ask("Two batches of 2 matrices: how many products come out, 2 or 4?"),
        returns("two-axes-only", "((a + 0.0)[:, :, None] * (b + 0.0)[None, :, :]).sum(axis=1)")
        .believes("There are always two axes each.")
        .ask("Count the axes from the end: which one is summed when there are batch axes in front?"),
        edit("inner-length-stretched", INNER_LENGTHS_DIFFER, "")
        .believes("Broadcasting notices when the inner lengths differ.")
        .ask("What does broadcasting do with an inner length of 1 beside one of 3?"),
        edit("always-double-precision", COMMON_DTYPE, "np.float64")
        .believes("Everything is computed in float64, to be safe.")
        .ask("What dtype does the product of two float32 matrices have?"),
        returns("order-reversed", "matmul(b, a)")
        .believes("a b is the same as b a.")
        .ask("What shapes would a b and b a have, for a of shape (2, 3) and b of shape (3, 4)?"),
        returns("averaged", "matmul(a, b) / a.shape[-1]")
        .believes("The products of a row and a column are averaged.")
        .ask("What is the product of the row (1, 1) and the column (1, 1)?"),
        returns("result-transposed", "matmul(a, b).T")
        .believes("Rows of a become columns of the result.")
        .ask("c_ij belongs to which row of a?"),
        edit("summed-over-columns", ".sum(axis=-2)", ".sum(axis=-1)")
        .believes("The last axis of the box of products is summed.")
        .ask(SUMMED_AXIS),
        edit("summed-over-rows", ".sum(axis=-2)", ".sum(axis=-3)")
        .believes("The first axis of the box of products is summed.")
        .ask(SUMMED_AXIS),
    ],
    hints=[
        "Start with two matrices: all products a_ik b_kj fill a box with three axes i, k, j. Which one is summed?",
        "Make a (n, k, 1) and b (1, k, m), multiply, and sum over k. Axes counted from the end (-2, not 1) make the "
        "same line right for batches.",
        "(a[..., :, :, None] * b[..., None, :, :]).sum(axis=-2), after the check of the inner lengths; a vector gets "
        "an axis first and loses it afterwards.",
    ],
    variants=[
        Variant("sum-of-outer-products", (PRODUCT, OUTER_PRODUCTS)),
        Variant("rows-against-columns", (PRODUCT, ROWS_AGAINST_COLUMNS)),
    ],
)
