"""Assessment of matmul."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["matmul"]

#: What would do the exercise.
LIBRARY_PRODUCTS = ["@", "np.dot", "np.matmul", "np.einsum", "np.tensordot", "np.inner", "np.vdot", "np.vecdot"]

BYTES = np.array([[200, 100, 7], [250, 3, 90]], dtype=np.uint8)
MORE_BYTES = np.array([[9, 220], [255, 1], [40, 130]], dtype=np.uint8)


def _random_matrices(rng: np.random.Generator) -> Mapping[str, Any]:
    n, k, m = (2 + rng.permutation(4))[:3].tolist()
    return {"a": rng.standard_normal((n, k)), "b": rng.standard_normal((k, m))}


def _random_batches(rng: np.random.Generator) -> Mapping[str, Any]:
    n, k, m = (2 + rng.permutation(4))[:3].tolist()
    one, other = [(), (3,), (2, 1), (1,)][int(rng.integers(4))], [(3,), (2, 3)][int(rng.integers(2))]
    return {"a": rng.standard_normal((*one, n, k)), "b": rng.standard_normal((*other, k, m))}


def _transposed(b: Array) -> Array:
    return b.swapaxes(-1, -2) if b.ndim > 1 else b


def _floating(x: Array) -> Array:
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def _as_matrices(a: Array, b: Array) -> Array:
    return _floating(a if a.ndim > 1 else a[None, :]) @ _floating(b if b.ndim > 1 else b[:, None])


def _two_axes_only(a: Array, b: Array) -> Array:
    return np.asarray((_floating(a)[:, :, None] * _floating(b)[None, :, :]).sum(axis=1))


def _unchecked(a: Array, b: Array) -> Array:
    return _summed_over(-2)(a, b)


def _check(a: Array, b: Array) -> None:
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(f"inner lengths of a {a.shape} and b {b.shape} differ")


def _sum_of_outer_products(a: Array, b: Array) -> Array:
    """A loop along the inner axis alone: one term of the sum at a time, little memory."""
    _check(a, b)
    rows = _floating(a if a.ndim > 1 else a[None, :])
    columns = _floating(b if b.ndim > 1 else b[:, None])
    total = rows[..., :, 0, None] * columns[..., None, 0, :]
    for k in range(1, rows.shape[-1]):
        total = total + rows[..., :, k, None] * columns[..., None, k, :]
    total = total if a.ndim > 1 else total[..., 0, :]
    return np.asarray(total if b.ndim > 1 else total[..., 0])


def _rows_against_columns(a: Array, b: Array) -> Any:
    """One-dimensional arguments by calling itself; rows against transposed columns."""
    _check(a, b)
    if a.ndim == 1:
        return _rows_against_columns(a[None, :], b)[..., 0, :] if b.ndim > 1 else np.sum(_floating(a) * _floating(b))
    if b.ndim == 1:
        return (_floating(a) * _floating(b)).sum(axis=-1)
    return np.sum(_floating(a)[..., :, None, :] * _floating(b).swapaxes(-1, -2)[..., None, :, :], axis=-1)


def _summed_over(axis: int) -> Callable[[Array, Array], Array]:
    """The product with the sum along another axis of the box (i, k, j)."""

    def product(a: Array, b: Array) -> Array:
        rows = _floating(a if a.ndim > 1 else a[None, :])
        columns = _floating(b if b.ndim > 1 else b[:, None])
        box = (rows[..., :, :, None] * columns[..., None, :, :]).sum(axis=axis)
        box = box if a.ndim > 1 else box[..., 0, :]
        return np.asarray(box if b.ndim > 1 else box[..., 0])

    return product


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
        Case(
            "single-precision",
            a=np.array([[0.5, -1.5, 2.0]], dtype=np.float32),
            b=np.array([[1.0], [0.25], [-3.0]], dtype=np.float32),
        ),
        Case("inner-lengths-differ", a=grid(2, 3), b=grid(2, 4), raises="a"),
        Case("one-does-not-stretch-inside", a=grid(2, 3), b=grid(1, 4), raises="a"),
        Case("vectors-of-different-lengths", a=grid(3), b=grid(1), raises="a"),
        random_cases(_random_matrices),
        random_cases(_random_batches, label="random-batches"),
    ],
    misconceptions=[
        Misconception(
            "star-for-dot",
            believes="`*` multiplies matrices.",
            wrong=lambda a, b: _floating(a) * _floating(b),
            hint="What does `*` do with two arrays of one shape, and where is the sum in it?",
        ),
        Misconception(
            "rows-times-rows",
            believes="Rows of a are multiplied with rows of b.",
            wrong=lambda a, b: np.matmul(_floating(a), _transposed(_floating(b))),
            hint="c_ij = Σ_k a_ik b_kj: does k count rows or columns of b?",
        ),
        Misconception(
            "integers-overflow",
            believes="A product of integers has room in the integers' own type.",
            wrong=lambda a, b: np.matmul(a, b),
            hint="200 · 9 in uint8: how large can one byte get? In which type are integers computed in this course?",
        ),
        Misconception(
            "added-axis-kept",
            believes="A vector times a matrix is a matrix of one row.",
            wrong=_as_matrices,
            hint="How many axes does the product of two vectors of one axis each have?",
        ),
        Misconception(
            "batches-not-paired",
            believes="Every matrix of one batch is multiplied with every matrix of the other.",
            wrong=lambda a, b: np.dot(_floating(a), _floating(b)),
            hint="Two batches of 2 matrices: how many products come out, 2 or 4?",
        ),
        Misconception(
            "two-axes-only",
            believes="There are always two axes each.",
            wrong=_two_axes_only,
            hint="Count the axes from the end: which one is summed when there are batch axes in front?",
        ),
        Misconception(
            "inner-length-stretched",
            believes="Broadcasting notices when the inner lengths differ.",
            wrong=_unchecked,
            hint="What does broadcasting do with an inner length of 1 beside one of 3?",
        ),
        Misconception(
            "always-double-precision",
            believes="Everything is computed in float64, to be safe.",
            wrong=lambda a, b: _unchecked(a.astype(np.float64), b.astype(np.float64)),
            hint="What dtype does the product of two float32 matrices have?",
        ),
        Misconception(
            "order-reversed",
            believes="a b is the same as b a.",
            wrong=lambda a, b: np.matmul(_floating(b), _floating(a)),
            hint="What shapes would a b and b a have, for a of shape (2, 3) and b of shape (3, 4)?",
        ),
        Misconception(
            "averaged",
            believes="The products of a row and a column are averaged.",
            wrong=lambda a, b: _unchecked(a, b) / a.shape[-1],
            hint="What is the product of the rows (1, 1) and the column (1, 1)?",
        ),
        Misconception(
            "result-transposed",
            believes="Rows of a become columns of the result.",
            wrong=lambda a, b: _unchecked(a, b).T,
            hint="c_ij belongs to which row of a?",
        ),
        Misconception(
            "summed-over-columns",
            believes="The last axis of the box of products is summed.",
            wrong=_summed_over(-1),
            hint="The box has the axes i, k, j. Which of them is in no index of c_ij?",
        ),
        Misconception(
            "summed-over-rows",
            believes="The first axis of the box of products is summed.",
            wrong=_summed_over(-3),
            hint="The box has the axes i, k, j. Which of them is in no index of c_ij?",
        ),
    ],
    hints=[
        "Start with two matrices: all products a_ik b_kj fill a box with three axes i, k, j. Which one is summed?",
        "Make a (n, k, 1) and b (1, k, m), multiply, and sum over k. Axes counted from the end (-2, not 1) make the "
        "same line right for batches.",
        "(a[..., :, :, None] * b[..., None, :, :]).sum(axis=-2), after the check of the inner lengths; a vector gets "
        "an axis first and loses it afterwards.",
    ],
    variants=[
        Variant("sum-of-outer-products", _sum_of_outer_products),
        Variant("rows-against-columns", _rows_against_columns),
    ],
)
