"""unbroadcast and multiply_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import upstream_ignored

# Edits of `unbroadcast`; whatever calls it goes wrong too.
SUMMED = "summed.reshape(shape)"
NOT_SUMMED = (SUMMED, "grad")
AVERAGED = ("grad.sum(", "grad.mean(")
LEADING_ONLY = (SUMMED, "grad.sum(axis=tuple(range(extra)))")
ONES_ONLY = (SUMMED, "grad.sum(axis=tuple(axis for axis, n in enumerate(shape) if n == 1), keepdims=True)")

ONLY_IN_FRONT = "Broadcasting only adds axes in front; those are summed."
WHICH_SHAPE = "A column of shape (2, 1) met a matrix of shape (2, 3). What shape does your gradient have?"
Y_GROWS = "In 3 · y, how fast does the product grow with y?"


def factors(a: tuple[int, ...], b: tuple[int, ...], seed: int, dtype: str = "float64") -> dict[str, Any]:
    """Normal arrays a and b of the given shapes."""
    shapes = {"a": a, "b": b}
    return {
        name: np.asarray(normal(*shape, seed=2 * seed + i), dtype) for i, (name, shape) in enumerate(shapes.items())
    }


def random_stretch(rng: np.random.Generator) -> dict[str, Any]:
    """A shape of up to three axes, and a gradient of what it was stretched to."""
    full = tuple(int(n) for n in rng.integers(2, 4, 3))
    shape = tuple(1 if rng.random() < 0.5 else n for n in full)[int(rng.integers(0, 3)) :]
    return {"grad": rng.standard_normal(full), "shape": shape}


def random_factors(rng: np.random.Generator) -> dict[str, Any]:
    """Two arrays that broadcast."""
    shape = tuple(int(n) for n in rng.integers(2, 4, 3))
    one, other = (tuple(1 if rng.random() < 0.4 else n for n in shape)[int(rng.integers(0, 3)) :] for _ in "ab")
    return {"a": rng.standard_normal(one), "b": rng.standard_normal(other)}


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
        random_cases(random_stretch, count=3),
    ],
    misconceptions=[
        edit("leading-axes-only", *LEADING_ONLY).believes(ONLY_IN_FRONT).ask(WHICH_SHAPE),
        edit("ones-only", *ONES_ONLY)
        .believes("Broadcasting only stretches axes of length 1; those are summed.")
        .ask("A bias of shape (3,) met a matrix of shape (2, 3). Which axis was added?"),
        edit("not-summed", *NOT_SUMMED)
        .believes("The gradient may keep the shape of the result.")
        .ask("Could you subtract this gradient from the parameter, number by number?"),
        edit("averaged", *AVERAGED)
        .believes("The copies' gradients are averaged.")
        .ask("A number is used in ten places. If it rises by 0.1, do ten results rise, or a tenth of each?"),
        returns("first-copy", "grad[(0,) * (grad.ndim - len(shape))][tuple(slice(0, n) for n in shape)]")
        .believes("All copies have the same gradient, so one of them will do.")
        .ask("The copies are equal. Are the places where they are used?"),
        edit("axes-of-length-one-dropped", SUMMED, f"{SUMMED}.squeeze()")
        .believes("A summed axis is gone.")
        .ask("What shape did the array have before it was stretched: (2, 1) or (2,)?"),
        edit("aligned-from-the-left", "axis < extra or shape[axis - extra]", "axis >= len(shape) or shape[axis]")
        .believes("Shapes are aligned at their first axes.")
        .ask("x of shape (3,) is added to each *row* of a matrix. Which axis of the matrix has the copies?"),
        returns("first-axis-alone", "grad.sum(axis=0)")
        .believes("Broadcasting adds one axis, the first.")
        .ask("Which axes were added or stretched to get from (3, 1) to (2, 3, 4)?"),
    ],
    hints=[
        "Write both shapes below each other, aligned at the right: where did an axis appear, where did a 1 grow?",
        "Sum over the axes in front, and over those whose length was 1; the second kind stays with length 1.",
        "axes = those with axis < extra or shape[axis - extra] == 1; grad.sum(axis=axes).reshape(shape)",
    ],
    variants=[
        Variant(
            "axis-by-axis",
            """
            while grad.ndim > len(shape):
                grad = grad.sum(axis=0)
            for axis, length in enumerate(shape):
                if length == 1:
                    grad = grad.sum(axis=axis, keepdims=True)
            return grad
            """,
        ),
        Variant(
            "padded-shape",
            """
            padded = (1,) * (grad.ndim - len(shape)) + shape
            stretched = tuple(axis for axis, n in enumerate(padded) if n != grad.shape[axis])
            return grad.sum(axis=stretched, keepdims=True).reshape(shape)
            """,
        ),
    ],
)

multiply_backward = Exercise(
    "multiply_backward",
    points=1,
    vectorized=lambda n: {"grad_output": normal(n, 2), "a": normal(n, 1), "b": normal(2)},
    cases=[
        Case("same-shape", **factors((3,), (3,), 10)),
        Case("matrices", **factors((2, 3), (2, 3), 11)),
        Case("row-is-stretched", **factors((2, 3), (3,), 12)),
        Case("column-is-stretched", **factors((2, 1), (2, 3), 13)),
        Case("both-are-stretched", **factors((4, 1), (1, 3), 14), readonly=True),
        Case("one-number", **factors((), (2, 3), 15)),
        Case("three-axes", **factors((2, 1, 3), (4, 1), 16)),
        Case("two-axes-of-one-factor-stretched", **factors((1, 3, 1), (2, 3, 4), 18)),
        Case("single-precision", **factors((2, 3), (3,), 17, "float32")),
        random_cases(random_factors),
    ],
    misconceptions=[
        returns("own-value", "unbroadcast(grad_output * a, a.shape), unbroadcast(grad_output * b, b.shape)")
        .believes("Each factor gets the gradient times its own value.")
        .ask(Y_GROWS),
        edit("not-summed", *NOT_SUMMED)
        .believes("The gradients keep the shape of the product.")
        .ask("What shape must a's gradient have, and what shape does yours have when a was stretched?"),
        returns(
            "summed-before-multiplied",
            """
            unbroadcast(grad_output, a.shape) * unbroadcast(np.broadcast_to(b, grad_output.shape), a.shape),
            unbroadcast(grad_output, b.shape) * unbroadcast(np.broadcast_to(a, grad_output.shape), b.shape),
            """,
        )
        .believes("The upstream can be summed first and multiplied then.")
        .ask("Is g₁ b₁ + g₂ b₂ the same as (g₁ + g₂)(b₁ + b₂)?"),
        upstream_ignored(),
        edit("leading-axes-only", *LEADING_ONLY).believes(ONLY_IN_FRONT).ask(WHICH_SHAPE),
        returns("order-swapped", "multiply_backward(grad_output, a, b)[::-1]")
        .believes("The gradient that contains a belongs to a.")
        .ask("In which order does the docstring list the gradients?"),
        returns("passed-through", "unbroadcast(grad_output, a.shape), unbroadcast(grad_output, b.shape)")
        .believes("A product passes its gradient on, as a sum does.")
        .ask(Y_GROWS),
        edit("second-not-summed", "unbroadcast(grad_output * a, b.shape)", "grad_output * a")
        .believes("Only the first factor can be stretched.")
        .ask("A (2, 3) matrix times a row (3,): which of them was stretched?"),
    ],
    hints=[
        "First the gate: each factor gets the upstream times the other. Then the shapes.",
        "The product of upstream and other factor has the broadcast shape; `unbroadcast` brings it back.",
        "grad_a = unbroadcast(grad_output * b, a.shape), and the same the other way round.",
    ],
    variants=[
        Variant(
            "copies-first",
            """
            copies = np.broadcast_arrays(a, b)
            return unbroadcast(copies[1] * grad_output, a.shape), unbroadcast(copies[0] * grad_output, b.shape)
            """,
        )
    ],
)
