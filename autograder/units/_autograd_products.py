"""Assessment of autograd: the way back of broadcasting, and of products element by element."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal

__all__ = ["PRODUCTS", "averaged", "leading_only", "ones_only", "shapes", "sum_to"]


def sum_to(grad: Array, shape: tuple[int, ...]) -> Array:
    """Sum over what broadcasting added, axis by axis."""
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def _by_reshaping(grad: Array, shape: tuple[int, ...]) -> Array:
    """Bring the shape to the length of the gradient's, sum where it is 1, drop the front."""
    padded = (1,) * (grad.ndim - len(shape)) + shape
    summed = grad.sum(axis=tuple(i for i, n in enumerate(padded) if n != grad.shape[i]), keepdims=True)
    return np.asarray(summed.reshape(shape))


def leading_only(grad: Array, shape: tuple[int, ...]) -> Array:
    return np.asarray(grad.sum(axis=tuple(range(grad.ndim - len(shape)))))


def ones_only(grad: Array, shape: tuple[int, ...]) -> Array:
    axes = tuple(axis for axis, length in enumerate(shape) if length == 1 and axis < grad.ndim)
    return np.asarray(grad.sum(axis=axes, keepdims=True))


def _ones_dropped(grad: Array, shape: tuple[int, ...]) -> Array:
    return np.asarray(sum_to(grad, shape).squeeze())


def averaged(grad: Array, shape: tuple[int, ...]) -> Array:
    return np.asarray(sum_to(grad, shape) * max(np.prod(shape), 1) / grad.size, grad.dtype)


def first_copy(grad: Array, shape: tuple[int, ...]) -> Array:
    grad = grad[(0,) * (grad.ndim - len(shape))]
    return np.asarray(grad[tuple(slice(0, length) for length in shape)])


def _trailing(grad: Array, shape: tuple[int, ...]) -> Array:
    """Aligned from the left: the axes at the end count as added."""
    axes = tuple(i for i in range(grad.ndim) if i >= len(shape) or shape[i] == 1)
    return np.asarray(grad.sum(axis=axes).reshape(shape))


def _random_stretch(rng: np.random.Generator) -> dict[str, Any]:
    full = tuple(int(n) for n in rng.integers(2, 4, 3))
    shape = tuple(1 if rng.random() < 0.5 else n for n in full)[int(rng.integers(0, 3)) :]
    return {"grad": rng.standard_normal(full), "shape": shape}


unbroadcast = Exercise(
    "unbroadcast",
    points=1,
    vectorized=lambda n: {"grad": normal(n, 3), "shape": (n, 1)},
    cases=[
        Case("nothing-stretched", grad=grid(2, 3), shape=(2, 3)),
        Case("axis-in-front", grad=grid(2, 3), shape=(3,)),
        Case("column", grad=grid(2, 3), shape=(2, 1)),
        Case("row-that-keeps-its-axis", grad=grid(4, 3, start=-5.0), shape=(1, 3)),
        Case("one-number-without-axes", grad=grid(2, 3), shape=()),
        Case("one-number-with-two-axes", grad=grid(3, 2), shape=(1, 1)),
        Case("in-front-and-in-the-middle", grad=normal(2, 3, 4, 2, seed=1), shape=(3, 1, 2), readonly=True),
        Case("square-where-both-ends-fit", grad=normal(3, 3, seed=2), shape=(3,)),
        Case("was-one-before-and-after", grad=grid(1, 3), shape=(1, 3)),
        Case("single-precision", grad=np.float32(normal(2, 3, seed=3)), shape=(2, 1)),
        random_cases(_random_stretch, count=3),
    ],
    misconceptions=[
        Misconception(
            "leading-axes-only",
            believes="Broadcasting only adds axes in front; those are summed.",
            wrong=leading_only,
            hint="A column of shape (2, 1) met a matrix of shape (2, 3). What shape does your gradient have?",
        ),
        Misconception(
            "ones-only",
            believes="Broadcasting only stretches axes of length 1; those are summed.",
            wrong=ones_only,
            hint="A bias of shape (3,) met a matrix of shape (2, 3). Which axis was added?",
        ),
        Misconception(
            "not-summed",
            believes="The gradient may keep the shape of the result.",
            wrong=lambda grad, shape: grad,
            hint="Could you subtract this gradient from the parameter, number by number?",
        ),
        Misconception(
            "averaged",
            believes="The copies' gradients are averaged.",
            wrong=averaged,
            hint="A number is used in ten places. If it rises by 0.1, do ten results rise or a tenth of each?",
        ),
        Misconception(
            "first-copy",
            believes="All copies have the same gradient, so one of them will do.",
            wrong=first_copy,
            hint="The copies are equal. Are the places where they are used?",
        ),
        Misconception(
            "axes-of-length-one-dropped",
            believes="A summed axis is gone.",
            wrong=_ones_dropped,
            hint="What shape did the array have before it was stretched: (2, 1) or (2,)?",
        ),
        Misconception(
            "aligned-from-the-left",
            believes="Shapes are aligned at their first axes.",
            wrong=_trailing,
            hint="x of shape (3,) is added to each *row* of a matrix. Which axis of the matrix has the copies?",
        ),
        Misconception(
            "first-axis-alone",
            believes="Broadcasting adds one axis, the first.",
            wrong=lambda grad, shape: grad.sum(axis=0),
            hint="Which axes were added or stretched to get from (3, 1) to (2, 3, 4)?",
        ),
    ],
    hints=[
        "Write both shapes below each other, aligned at the right: where did an axis appear, where did a 1 grow?",
        "Sum over the axes in front, and over those whose length was 1; the second kind stays with length 1.",
        "axes = those with axis < extra or shape[axis - extra] == 1; grad.sum(axis=axes).reshape(shape)",
    ],
    variants=[Variant("axis-by-axis", sum_to), Variant("padded-shape", _by_reshaping)],
)


def shapes(a: tuple[int, ...], b: tuple[int, ...], seed: int, dtype: str = "float64") -> dict[str, Any]:
    return {
        name: np.asarray(normal(*shape, seed=2 * seed + i), dtype)
        for i, (name, shape) in enumerate({"a": a, "b": b}.items())
    }


def _random_factors(rng: np.random.Generator) -> dict[str, Any]:
    shape = tuple(int(n) for n in rng.integers(2, 4, 3))
    one, other = (tuple(1 if rng.random() < 0.4 else n for n in shape)[int(rng.integers(0, 3)) :] for _ in "ab")
    return {"a": rng.standard_normal(one), "b": rng.standard_normal(other)}


multiply_backward = Exercise(
    "multiply_backward",
    points=1,
    vectorized=lambda n: {"grad_output": normal(n, 2), "a": normal(n, 1), "b": normal(2)},
    cases=[
        Case("same-shape", **shapes((3,), (3,), 10)),
        Case("matrices", **shapes((2, 3), (2, 3), 11)),
        Case("row-is-stretched", **shapes((2, 3), (3,), 12)),
        Case("column-is-stretched", **shapes((2, 1), (2, 3), 13)),
        Case("both-are-stretched", **shapes((4, 1), (1, 3), 14), readonly=True),
        Case("one-number", **shapes((), (2, 3), 15)),
        Case("three-axes", **shapes((2, 1, 3), (4, 1), 16)),
        Case("two-axes-of-one-factor-stretched", **shapes((1, 3, 1), (2, 3, 4), 18)),
        Case("single-precision", **shapes((2, 3), (3,), 17, "float32")),
        random_cases(_random_factors),
    ],
    misconceptions=[
        Misconception(
            "own-value",
            believes="Each factor gets the gradient times its own value.",
            wrong=lambda grad_output, a, b: (sum_to(grad_output * a, a.shape), sum_to(grad_output * b, b.shape)),
            hint="In 3 · y, how fast does the product grow with y?",
        ),
        Misconception(
            "not-summed",
            believes="The gradients keep the shape of the product.",
            wrong=lambda grad_output, a, b: (grad_output * b, grad_output * a),
            hint="What shape must a gradient with respect to a have? What shape does yours have when a was stretched?",
        ),
        Misconception(
            "summed-before-multiplied",
            believes="The upstream can be summed first and multiplied then.",
            wrong=lambda grad_output, a, b: (
                sum_to(grad_output, a.shape) * sum_to(np.broadcast_to(b, grad_output.shape), a.shape),
                sum_to(grad_output, b.shape) * sum_to(np.broadcast_to(a, grad_output.shape), b.shape),
            ),
            hint="Is g₁ b₁ + g₂ b₂ the same as (g₁ + g₂)(b₁ + b₂)?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The gradients are the other factors.",
            wrong=lambda grad_output, a, b: (
                sum_to(np.broadcast_to(b, grad_output.shape), a.shape),
                sum_to(np.broadcast_to(a, grad_output.shape), b.shape),
            ),
            hint="How does a change of the product change the final result? Where does that number enter?",
        ),
        Misconception(
            "leading-axes-only",
            believes="Broadcasting only adds axes in front; those are summed.",
            wrong=lambda grad_output, a, b: (
                leading_only(grad_output * b, a.shape),
                leading_only(grad_output * a, b.shape),
            ),
            hint="A column of shape (2, 1) met a matrix of shape (2, 3). What shape does your gradient have?",
        ),
        Misconception(
            "order-swapped",
            believes="The gradient that contains a belongs to a.",
            wrong=lambda grad_output, a, b: (sum_to(grad_output * a, b.shape), sum_to(grad_output * b, a.shape)),
            hint="In which order does the docstring list the gradients?",
        ),
        Misconception(
            "passed-through",
            believes="A product passes its gradient on, as a sum does.",
            wrong=lambda grad_output, a, b: (sum_to(grad_output, a.shape), sum_to(grad_output, b.shape)),
            hint="In 3 · y, how fast does the product grow with y?",
        ),
        Misconception(
            "second-not-summed",
            believes="Only the first factor can be stretched.",
            wrong=lambda grad_output, a, b: (sum_to(grad_output * b, a.shape), grad_output * a),
            hint="A (2, 3) matrix times a row (3,): which of them was stretched?",
        ),
    ],
    hints=[
        "First the gate: each factor gets the upstream times the other. Then the shapes.",
        "The product of upstream and other factor has the broadcast shape; `unbroadcast` brings it back.",
        "grad_a = unbroadcast(grad_output * b, a.shape), and the same the other way round.",
    ],
    variants=[
        Variant(
            "copies-first",
            lambda grad_output, a, b: tuple(
                sum_to(grad_output * np.broadcast_to(other, grad_output.shape), mine.shape)
                for mine, other in ((a, b), (b, a))
            ),
        )
    ],
)

PRODUCTS = [unbroadcast, multiply_backward]
