"""matmul_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import normal
from autograder.units.u03_autograd.broadcasting import AVERAGED, factors

LEFT = "grad @ columns.swapaxes(-1, -2)"
RIGHT = "rows.swapaxes(-1, -2) @ grad"

# Edits of `matmul_backward`, for `Tensor` too.
ALL_AXES_REVERSED = (".swapaxes(-1, -2)", ".T")
BATCH_NOT_SUMMED = (
    *(f"unbroadcast({LEFT}, rows.shape)", LEFT),
    *(f"unbroadcast({RIGHT}, columns.shape)", RIGHT),
    *("grad_rows.reshape(a.shape)", "grad_rows.reshape(a.shape) if grad_rows.size == a.size else grad_rows"),
    *(
        "grad_columns.reshape(b.shape)",
        "grad_columns.reshape(b.shape) if grad_columns.size == b.size else grad_columns",
    ),
)

FITS = "g is (n, m) and a is (n, k). Which product with b, (k, m), has the shape of a?"
T_OF_THREE = "What shape does x.T have for x of shape (5, 2, 3)?"
FIVE_GRADIENTS = "One weight matrix served five samples. What becomes of five gradients for one thing?"
LOST_AXIS = "Which axis did a vector lose in the product, and what shape should g have to fit the formula?"


def random_matrices(rng: np.random.Generator) -> dict[str, Any]:
    """Two matrices, a vector and a batch, a batch and a matrix, or a matrix and a vector."""
    n, k, m, batch = (int(each) for each in rng.permutation([2, 3, 4, 5]))
    shapes: list[Any] = [((n, k), (k, m)), ((k,), (batch, k, m)), ((batch, n, k), (k, m)), ((n, k), (k,))]
    one, other = shapes[int(rng.integers(len(shapes)))]
    return {"a": rng.standard_normal(one), "b": rng.standard_normal(other)}


matmul_backward = Exercise(
    "matmul_backward",
    points=2,
    reference="matmul",
    vectorized=lambda n: {"grad_output": normal(n, 2), "a": normal(n, 3), "b": normal(3, 2)},
    cases=[
        Case("row-times-column", **factors((1, 3), (3, 1), 30)),
        Case("two-matrices", **factors((2, 3), (3, 4), 31)),
        Case("square-matrices", **factors((3, 3), (3, 3), 32)),
        Case("matrix-times-vector", **factors((2, 3), (3,), 33)),
        Case("vector-times-matrix", **factors((3,), (3, 2), 34)),
        Case("two-vectors", **factors((3,), (3,), 35)),
        Case("batch-times-batch", **factors((5, 2, 3), (5, 3, 4), 36), readonly=True),
        Case("batch-times-one-matrix", **factors((5, 2, 3), (3, 4), 37)),
        Case("one-matrix-times-batch", **factors((2, 3), (5, 3, 4), 38)),
        Case("batch-times-vector", **factors((5, 2, 3), (3,), 39)),
        Case("vector-times-batch", **factors((3,), (5, 3, 2), 40)),
        Case("batch-axes-that-broadcast", **factors((2, 1, 2, 3), (4, 3, 2), 41)),
        Case("single-precision", **factors((2, 3), (3, 4), 42, "float32")),
        random_cases(random_matrices, count=3),
    ],
    misconceptions=[
        returns(
            "no-transpose",
            """
            (grad_output @ b, grad_output.T @ a) if a.ndim == b.ndim == 2 else matmul_backward(grad_output, a, b)
            """,
        )
        .believes("∂L/∂a = g b and ∂L/∂b = gᵀ a, as for numbers.")
        .ask(FITS),
        returns("order-swapped", "grad_output @ b.T, grad_output @ a.T")
        .believes("The upstream stands on the left in both products.")
        .ask("Matrices do not commute. Which of gᵀ a, g aᵀ, aᵀ g has the shape of b?"),
        edit("batch-axes-transposed", *ALL_AXES_REVERSED).believes(".T swaps the last two axes.").ask(T_OF_THREE),
        edit("batch-not-summed", *BATCH_NOT_SUMMED)
        .believes("A matrix that all samples share has a gradient per sample.")
        .ask(FIVE_GRADIENTS),
        returns(
            "matrices-only",
            """
            unbroadcast(grad_output @ b.swapaxes(-1, -2), a.shape),
            unbroadcast(a.swapaxes(-1, -2) @ grad_output, b.shape),
            """,
        )
        .believes("The formula for matrices holds for vectors as it stands.")
        .ask(LOST_AXIS),
        edit("batch-averaged", *AVERAGED)
        .believes("The gradient of a shared matrix is the mean over the batch.")
        .ask("If a mean is wanted, it stands in the loss. Where would it stand twice?"),
        returns("results-swapped", "matmul_backward(grad_output, a, b)[::-1]")
        .believes("The gradient that contains a comes first.")
        .ask("In which order does the docstring list the gradients?"),
        returns("elementwise", "grad_output * b, grad_output * a")
        .believes("As in a product of numbers: g b and g a, place by place.")
        .ask("What shapes do g and b have? Do they fit place by place?"),
        edit(
            "vectors-stay-matrices",
            "grad_rows.reshape(a.shape), grad_columns.reshape(b.shape)",
            "grad_rows, grad_columns",
        )
        .believes("A vector's gradient is a row or a column.")
        .ask("What shape does a gradient with respect to a vector of shape (3,) have?"),
    ],
    hints=[
        "Write the shapes down: g (n, m), a (n, k), b (k, m). Only one product of two has the shape of the third.",
        "Make matrices of vectors first (and put the missing axes back into g); sum over batch axes at the end.",
        "unbroadcast(g @ b.swapaxes(-1, -2), a.shape) and unbroadcast(a.swapaxes(-1, -2) @ g, b.shape), for matrices.",
    ],
    variants=[
        Variant(
            "written-out",
            (
                *(LEFT, "(grad[..., :, None, :] * columns[..., None, :, :]).sum(-1)"),
                *(RIGHT, "(grad[..., :, None, :] * rows[..., :, :, None]).sum(-3)"),
            ),
        ),
        Variant("einsum", (LEFT, 'np.einsum("...nm,...km->...nk", grad, columns)')),
    ],
)
