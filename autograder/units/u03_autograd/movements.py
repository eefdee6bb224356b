"""transpose_backward and index_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal, spread
from autograder.units.shared.families import upstream_ignored

ADD = "np.add.at(grad, index, grad_output)"
#: An edit of `index_backward`, for `Tensor` too.
ASSIGNED = (ADD, "grad[index] = grad_output")

NOTICES = "Change a number that was not taken out: does the result notice?"


def upstream(*shape: int, seed: int, axes: tuple[int, ...]) -> dict[str, Any]:
    """A normal upstream gradient, and the permutation that came before it."""
    return {"grad_output": normal(*shape, seed=seed), "axes": axes}


def random_permutation(rng: np.random.Generator) -> dict[str, Any]:
    """Three or four axes of different lengths."""
    axes = tuple(int(axis) for axis in rng.permutation(int(rng.integers(3, 5))))
    return {"grad_output": rng.standard_normal(tuple(rng.permutation(np.arange(1, 5))[: len(axes)])), "axes": axes}


def random_rows(rng: np.random.Generator) -> dict[str, Any]:
    """Rows of a small table, some of them often, some counted from the end."""
    index = rng.integers(-3, 3, (2, 4))
    return {"grad_output": rng.standard_normal((2, 4, 2)), "shape": (3, 2), "index": index}


transpose_backward = Exercise(
    "transpose_backward",
    points=1,
    reference="transpose_backward",
    truth="value",
    vectorized=lambda n: {"grad_output": normal(n, 2, 3), "axes": (1, 2, 0)},
    cases=[
        Case("swap-of-two", **upstream(3, 2, seed=70, axes=(1, 0))),
        Case("nothing-moves", **upstream(2, 3, seed=71, axes=(0, 1))),
        Case("cycle-of-three", **upstream(3, 4, 2, seed=72, axes=(1, 2, 0))),
        Case("the-other-cycle", **upstream(4, 2, 3, seed=73, axes=(2, 0, 1)), readonly=True),
        Case("cycle-of-a-cube", **upstream(2, 2, 2, seed=74, axes=(1, 2, 0))),
        Case("all-reversed", **upstream(4, 3, 2, seed=75, axes=(2, 1, 0))),
        Case("cycle-of-four", **upstream(2, 3, 1, 4, seed=76, axes=(3, 0, 1, 2))),
        Case("counted-from-the-end", **upstream(4, 2, 3, seed=77, axes=(-1, 0, 1))),
        Case("one-axis", **upstream(3, seed=78, axes=(0,))),
        Case("single-precision", grad_output=np.float32(normal(3, 4, 2, seed=79)), axes=(1, 2, 0)),
        random_cases(random_permutation, count=3),
    ],
    misconceptions=[
        returns("same-permutation", "grad_output.transpose(axes)")
        .believes("Transposing twice leads back.")
        .ask("Move three things in a circle, and once more the same way: are they where they began?"),
        returns("all-axes-reversed", "grad_output.T")
        .believes("The way back of a transpose is .T.")
        .ask("Which axes does .T move, and which have been moved?"),
        returns("permutation-read-backwards", "grad_output.transpose(axes[::-1])")
        .believes("Reading the permutation from right to left inverts it.")
        .ask("Which permutation is (0, 1) from right to left, and what is the inverse of doing nothing?"),
        returns("reshape", "grad_output.reshape(transpose_backward(grad_output, axes).shape)")
        .believes("Only the shape has to be put back.")
        .ask("The right shape, but are the numbers at their places?"),
        returns("negative-axes-sorted-as-they-are", "grad_output.transpose(np.argsort(axes))")
        .believes("argsort of the axes is the inverse, whatever their signs.")
        .ask("Where does -1 come when you sort, and where is the axis that it means?"),
        returns("gradient-as-it-came", "grad_output")
        .believes("Transposing computes nothing, so the gradient passes as it is.")
        .ask("What shape does x have, and what shape does the gradient that arrives have?"),
    ],
    hints=[
        "Output axis k was axis axes[k] of x. So where must output axis k go?",
        "The inverse has inverse[axes[k]] = k; np.argsort gives it, once no axis is negative.",
        "grad_output.transpose(np.argsort([axis % len(axes) for axis in axes]))",
    ],
    variants=[Variant("moveaxis", "np.moveaxis(grad_output, range(len(axes)), axes)")],
)

index_backward = Exercise(
    "index_backward",
    points=1,
    reference="index_backward",
    truth="value",
    vectorized=lambda n: {"grad_output": normal(n, 2), "shape": (5, 2), "index": np.arange(n) % 3},
    cases=[
        Case("one-number-of-three", grad_output=np.array(2.5), shape=(3,), index=1),
        Case("row", grad_output=grid(3), shape=(2, 3), index=1),
        Case("last-row", grad_output=grid(3), shape=(4, 3), index=-1),
        Case("slice", grad_output=grid(2, 3), shape=(4, 3), index=slice(1, 3)),
        Case("every-other-column", grad_output=grid(2, 2), shape=(2, 4), index=(slice(None), slice(None, None, 2))),
        Case("different-rows", grad_output=grid(2, 3), shape=(4, 3), index=np.array([2, 0]), readonly=True),
        Case("repeated-row", grad_output=grid(3, 2), shape=(4, 2), index=[1, 1, 3]),
        Case("same-row-by-two-names", grad_output=grid(2, 2), shape=(3, 2), index=[2, -1]),
        Case(
            "repeated-pairs", grad_output=grid(4), shape=(2, 3), index=(np.array([0, 1, 0, 1]), np.array([2, 0, 2, 1]))
        ),
        Case(
            "table-of-words", grad_output=normal(2, 3, 4, seed=80), shape=(5, 4), index=np.array([[4, 0, 4], [0, 4, 1]])
        ),
        Case("mask", grad_output=grid(3), shape=(2, 3), index=np.array([[True, False, True], [False, False, True]])),
        Case("slice-and-repeats", grad_output=normal(2, 3, seed=81), shape=(2, 4), index=(slice(None), [3, 3, 0])),
        Case("single-precision", grad_output=np.float32(spread(-1, 1, 6)).reshape(3, 2), shape=(4, 2), index=[0, 2, 0]),
        random_cases(random_rows),
    ],
    misconceptions=[
        edit("assigned", *ASSIGNED)
        .believes("grad[index] = grad_output (or +=) puts every gradient back.")
        .ask("Row 1 was taken out twice. NumPy writes once (+= too): which of two gradients remains?"),
        edit("ones-elsewhere", "np.zeros(", "np.ones(", ADD, ADD.replace("grad_output", "grad_output - 1"))
        .believes("What was not taken out has gradient 1.")
        .ask(NOTICES),
        edit(
            "repeats-averaged",
            ADD,
            f"{ADD}; count = np.zeros_like(grad); np.add.at(count, index, 1); grad /= np.maximum(count, 1)",
        )
        .believes("Repeated rows get the mean of their gradients.")
        .ask("A value that is used twice: do the gradients of its uses add up?"),
        returns("gradient-as-it-came", "np.array(grad_output)")
        .believes("The gradient of what was taken out is the gradient of x.")
        .ask("What shape does x have?"),
        edit("upstream-ignored", ADD, "grad[index] = 1")
        .believes("What was taken out has gradient 1.")
        .ask(upstream_ignored().question),
        returns("filled-up", "np.resize(grad_output, shape)")
        .believes("The gradients are repeated until the shape is full.")
        .ask(NOTICES),
    ],
    hints=[
        "Start from zeros of the shape of x, and bring each number of grad_output to where it was taken from.",
        "Where a place occurs twice, both must be added: `grad[index] += …` does not do that.",
        "np.add.at(grad, index, grad_output)",
    ],
    variants=[
        Variant(
            "bincount",
            """
            count = int(np.prod(shape))
            places = np.arange(count).reshape(shape)[index].ravel()
            grad = np.bincount(places, np.ravel(grad_output), count)
            return grad.reshape(shape).astype(np.asarray(grad_output).dtype)
            """,
        )
    ],
)
