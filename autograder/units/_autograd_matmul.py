"""Assessment of autograd: the way back of a matrix product."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._autograd_products import averaged, shapes, sum_to

__all__ = [
    "all_axes_reversed",
    "batch_kept",
    "matmul_backward",
    "matmul_grads",
    "matrices_only",
    "no_transpose",
]


def _swap(x: Array) -> Array:
    return x.swapaxes(-1, -2)


def _matrices(a: Array, b: Array) -> tuple[Array, Array]:
    return (a[None, :] if a.ndim == 1 else a), (b[:, None] if b.ndim == 1 else b)


def _full_upstream(grad_output: Array, a: Array, b: Array) -> Array:
    grad = np.asarray(grad_output)
    grad = grad[..., None] if b.ndim == 1 else grad
    return grad[..., None, :] if a.ndim == 1 else grad


def matmul_grads(grad_output: Array, a: Array, b: Array, reduce: Any = sum_to) -> tuple[Array, Array]:
    rows, columns = _matrices(a, b)
    grad = _full_upstream(grad_output, a, b)
    grads = reduce(grad @ _swap(columns), rows.shape), reduce(_swap(rows) @ grad, columns.shape)
    return grads[0].reshape(a.shape), grads[1].reshape(b.shape)


def no_transpose(grad_output: Array, a: Array, b: Array) -> Any:
    if a.ndim == b.ndim == 2:
        return grad_output @ b, grad_output.T @ a
    return matmul_grads(grad_output, a, b)


def _order_swapped(grad_output: Array, a: Array, b: Array) -> Any:
    return grad_output @ b.T, grad_output @ a.T


def all_axes_reversed(grad_output: Array, a: Array, b: Array) -> Any:
    rows, columns = _matrices(a, b)
    grad = _full_upstream(grad_output, a, b)
    grads = sum_to(grad @ columns.T, rows.shape), sum_to(rows.T @ grad, columns.shape)
    return grads[0].reshape(a.shape), grads[1].reshape(b.shape)


def matrices_only(grad_output: Array, a: Array, b: Array) -> Any:
    return sum_to(grad_output @ _swap(b), a.shape), sum_to(_swap(a) @ grad_output, b.shape)


def batch_kept(grad_output: Array, a: Array, b: Array) -> Any:
    rows, columns = _matrices(a, b)
    grad = _full_upstream(grad_output, a, b)
    grads = grad @ _swap(columns), _swap(rows) @ grad
    return tuple(each.reshape(x.shape) if each.size == x.size else each for each, x in zip(grads, (a, b), strict=True))


def _by_broadcasting(grad_output: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """The product written out: c_ij = Σ_k a_ik b_kj, with k on an axis of its own."""
    rows, columns = _matrices(a, b)
    grad = _full_upstream(grad_output, a, b)[..., :, None, :]
    left = sum_to((grad * columns[..., None, :, :]).sum(-1), rows.shape)
    right = sum_to((grad * rows[..., :, :, None]).sum(-3), columns.shape)
    return left.reshape(a.shape), right.reshape(b.shape)


def _random_matrices(rng: np.random.Generator) -> dict[str, Any]:
    n, k, m, batch = (int(each) for each in rng.permutation([2, 3, 4, 5]))
    shapes: list[Any] = [((n, k), (k, m)), ((k,), (batch, k, m)), ((batch, n, k), (k, m)), ((n, k), (k,))]
    one, other = shapes[int(rng.integers(len(shapes)))]
    return {"a": rng.standard_normal(one), "b": rng.standard_normal(other)}


def _axes_kept(grad_output: Array, a: Array, b: Array) -> tuple[Array, Array]:
    rows, columns = _matrices(a, b)
    grad = _full_upstream(grad_output, a, b)
    return sum_to(grad @ _swap(columns), rows.shape), sum_to(_swap(rows) @ grad, columns.shape)


matmul_backward = Exercise(
    "matmul_backward",
    points=2,
    reference="matmul",
    vectorized=lambda n: {"grad_output": normal(n, 2), "a": normal(n, 3), "b": normal(3, 2)},
    cases=[
        Case("row-times-column", **shapes((1, 3), (3, 1), 30)),
        Case("two-matrices", **shapes((2, 3), (3, 4), 31)),
        Case("square-matrices", **shapes((3, 3), (3, 3), 32)),
        Case("matrix-times-vector", **shapes((2, 3), (3,), 33)),
        Case("vector-times-matrix", **shapes((3,), (3, 2), 34)),
        Case("two-vectors", **shapes((3,), (3,), 35)),
        Case("batch-times-batch", **shapes((5, 2, 3), (5, 3, 4), 36), readonly=True),
        Case("batch-times-one-matrix", **shapes((5, 2, 3), (3, 4), 37)),
        Case("one-matrix-times-batch", **shapes((2, 3), (5, 3, 4), 38)),
        Case("batch-times-vector", **shapes((5, 2, 3), (3,), 39)),
        Case("vector-times-batch", **shapes((3,), (5, 3, 2), 40)),
        Case("batch-axes-that-broadcast", **shapes((2, 1, 2, 3), (4, 3, 2), 41)),
        Case("single-precision", **shapes((2, 3), (3, 4), 42, "float32")),
        random_cases(_random_matrices, count=3),
    ],
    misconceptions=[
        Misconception(
            "no-transpose",
            believes="∂L/∂a = g b and ∂L/∂b = gᵀ a, as for numbers.",
            wrong=no_transpose,
            hint="g is (n, m) and a is (n, k). Which product with b, (k, m), has the shape of a?",
        ),
        Misconception(
            "order-swapped",
            believes="The upstream stands on the left in both products.",
            wrong=_order_swapped,
            hint="Matrices do not commute. Which of gᵀ a, g aᵀ, aᵀ g has the shape of b?",
        ),
        Misconception(
            "batch-axes-transposed",
            believes=".T swaps the last two axes.",
            wrong=all_axes_reversed,
            hint="What shape does x.T have for x of shape (5, 2, 3)?",
        ),
        Misconception(
            "batch-not-summed",
            believes="A matrix that all samples share has a gradient per sample.",
            wrong=batch_kept,
            hint="One weight matrix served five samples. What becomes of five gradients for one thing?",
        ),
        Misconception(
            "matrices-only",
            believes="The formula for matrices holds for vectors as it stands.",
            wrong=matrices_only,
            hint="Which axis did a vector lose in the product, and what shape should g have to fit the formula?",
        ),
        Misconception(
            "batch-averaged",
            believes="The gradient of a shared matrix is the mean over the batch.",
            wrong=lambda grad_output, a, b: matmul_grads(grad_output, a, b, averaged),
            hint="If a mean is wanted, it stands in the loss. Where would it stand twice?",
        ),
        Misconception(
            "results-swapped",
            believes="The gradient that contains a comes first.",
            wrong=lambda grad_output, a, b: matmul_grads(grad_output, a, b)[::-1],
            hint="In which order does the docstring list the gradients?",
        ),
        Misconception(
            "elementwise",
            believes="As in a product of numbers: g b and g a, place by place.",
            wrong=lambda grad_output, a, b: (grad_output * b, grad_output * a),
            hint="What shapes do g and b have? Do they fit place by place?",
        ),
        Misconception(
            "vectors-stay-matrices",
            believes="A vector's gradient is a row or a column.",
            wrong=_axes_kept,
            hint="What shape does a gradient with respect to a vector of shape (3,) have?",
        ),
    ],
    hints=[
        "Write the shapes down: g (n, m), a (n, k), b (k, m). Only one product of two has the shape of the third.",
        "Make matrices of vectors first (and put the missing axes back into g); sum over batch axes at the end.",
        "unbroadcast(g @ b.swapaxes(-1, -2), a.shape) and unbroadcast(a.swapaxes(-1, -2) @ g, b.shape), for matrices.",
    ],
    variants=[Variant("written-out", _by_broadcasting), Variant("axis-by-axis", matmul_grads)],
)
