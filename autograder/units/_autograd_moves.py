"""Assessment of autograd: backward steps of permuting axes and of indexing."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread

__all__ = ["MOVES", "assigned"]


def _upstream(*shape: int, seed: int) -> Array:
    return normal(*shape, seed=seed)


def _random_permutation(rng: np.random.Generator) -> dict[str, Any]:
    axes = tuple(int(axis) for axis in rng.permutation(int(rng.integers(3, 5))))
    return {"grad_output": rng.standard_normal(tuple(rng.permutation(np.arange(1, 5))[: len(axes)])), "axes": axes}


transpose_backward = Exercise(
    "transpose_backward",
    points=1,
    vectorized=lambda n: {"grad_output": normal(n, 2, 3), "axes": (1, 2, 0)},
    cases=[
        Case("swap-of-two", grad_output=_upstream(3, 2, seed=70), axes=(1, 0)),
        Case("nothing-moves", grad_output=_upstream(2, 3, seed=71), axes=(0, 1)),
        Case("cycle-of-three", grad_output=_upstream(3, 4, 2, seed=72), axes=(1, 2, 0)),
        Case("the-other-cycle", grad_output=_upstream(4, 2, 3, seed=73), axes=(2, 0, 1), readonly=True),
        Case("cycle-of-a-cube", grad_output=_upstream(2, 2, 2, seed=74), axes=(1, 2, 0)),
        Case("all-reversed", grad_output=_upstream(4, 3, 2, seed=75), axes=(2, 1, 0)),
        Case("cycle-of-four", grad_output=_upstream(2, 3, 1, 4, seed=76), axes=(3, 0, 1, 2)),
        Case("counted-from-the-end", grad_output=_upstream(4, 2, 3, seed=77), axes=(-1, 0, 1)),
        Case("one-axis", grad_output=_upstream(3, seed=78), axes=(0,)),
        Case("single-precision", grad_output=_upstream(3, 4, 2, seed=79).astype(np.float32), axes=(1, 2, 0)),
        random_cases(_random_permutation, count=3),
    ],
    reference="transpose_backward",
    truth="value",
    misconceptions=[
        Misconception(
            "same-permutation",
            believes="Transposing twice leads back.",
            wrong=lambda grad_output, axes: grad_output.transpose(axes),
            hint="Move three things in a circle, and once more the same way: are they where they began?",
        ),
        Misconception(
            "all-axes-reversed",
            believes="The way back of a transpose is .T.",
            wrong=lambda grad_output, axes: grad_output.T,
            hint="Which axes does .T move, and which have been moved?",
        ),
        Misconception(
            "permutation-read-backwards",
            believes="Reading the permutation from right to left inverts it.",
            wrong=lambda grad_output, axes: grad_output.transpose(axes[::-1]),
            hint="Which permutation is (0, 1) from right to left, and what is the inverse of doing nothing?",
        ),
        Misconception(
            "reshape",
            believes="Only the shape has to be put back.",
            wrong=lambda grad_output, axes: grad_output.reshape(
                [grad_output.shape[axes.index(i) if i in axes else axes.index(i - len(axes))] for i in range(len(axes))]
            ),
            hint="The right shape, but are the numbers at their places?",
        ),
        Misconception(
            "negative-axes-sorted-as-they-are",
            believes="argsort of the axes is the inverse, whatever their signs.",
            wrong=lambda grad_output, axes: grad_output.transpose(np.argsort(axes)),
            hint="Where does -1 come when you sort, and where is the axis that it means?",
        ),
        Misconception(
            "gradient-as-it-came",
            believes="Transposing computes nothing, so the gradient passes as it is.",
            wrong=lambda grad_output, axes: grad_output,
            hint="What shape does x have, and what shape does the gradient that arrives have?",
        ),
    ],
    hints=[
        "Output axis k was axis axes[k] of x. So where must output axis k go?",
        "The inverse has inverse[axes[k]] = k; np.argsort gives it, once no axis is negative.",
        "grad_output.transpose(np.argsort([axis % len(axes) for axis in axes]))",
    ],
    variants=[
        Variant("moveaxis", lambda grad_output, axes: np.moveaxis(grad_output, range(len(axes)), axes)),
    ],
)


def assigned(grad_output: Array, shape: Any, index: Any) -> Array:
    grad = np.zeros(shape, np.asarray(grad_output).dtype)
    grad[index] = grad_output
    return grad


def _full_of_it(grad_output: Array, shape: Any, index: Any) -> Array:
    grad = np.ones(shape, np.asarray(grad_output).dtype)
    np.add.at(grad, index, np.asarray(grad_output) - 1)
    return grad


def _averaged_repeats(grad_output: Array, shape: Any, index: Any) -> Array:
    total, count = (np.zeros(shape, np.asarray(grad_output).dtype) for _ in "ab")
    np.add.at(total, index, grad_output)
    np.add.at(count, index, 1)
    return np.asarray(total / np.maximum(count, 1))


def _flat_places(grad_output: Array, shape: Any, index: Any) -> Array:
    """Add at flat positions, with bincount."""
    count = int(np.prod(shape))
    places = np.arange(count).reshape(shape)[index].ravel()
    grad = np.bincount(places, weights=np.asarray(grad_output, np.float64).ravel(), minlength=count)
    return grad.reshape(shape).astype(np.asarray(grad_output).dtype)


def _random_rows(rng: np.random.Generator) -> dict[str, Any]:
    index = rng.integers(-3, 3, (2, 4))
    return {"grad_output": rng.standard_normal((2, 4, 2)), "shape": (3, 2), "index": index}


index_backward = Exercise(
    "index_backward",
    points=1,
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
        random_cases(_random_rows),
    ],
    reference="index_backward",
    truth="value",
    misconceptions=[
        Misconception(
            "assigned",
            believes="grad[index] = grad_output (or +=) puts every gradient back.",
            wrong=assigned,
            hint="Row 1 was taken out twice. NumPy reads and writes once (+= too): which of two gradients remains?",
        ),
        Misconception(
            "ones-elsewhere",
            believes="What was not taken out has gradient 1.",
            wrong=_full_of_it,
            hint="Change a number that was not taken out: does the result notice?",
        ),
        Misconception(
            "repeats-averaged",
            believes="Repeated rows get the mean of their gradients.",
            wrong=_averaged_repeats,
            hint="A value that is used twice: do the gradients of its uses add up?",
        ),
        Misconception(
            "gradient-as-it-came",
            believes="The gradient of what was taken out is the gradient of x.",
            wrong=lambda grad_output, shape, index: np.array(grad_output),
            hint="What shape does x have?",
        ),
        Misconception(
            "upstream-ignored",
            believes="What was taken out has gradient 1.",
            wrong=lambda grad_output, shape, index: assigned(np.ones_like(grad_output), shape, index),
            hint="How does a change of x[index] change the final result? Where does that number enter?",
        ),
        Misconception(
            "filled-up",
            believes="The gradients are repeated until the shape is full.",
            wrong=lambda grad_output, shape, index: np.resize(grad_output, shape),
            hint="Change a number that was not taken out: does the result notice?",
        ),
    ],
    hints=[
        "Start from zeros of the shape of x, and bring each number of grad_output to where it was taken from.",
        "Where a place occurs twice, both must be added: `grad[index] += …` does not do that.",
        "np.add.at(grad, index, grad_output)",
    ],
    variants=[Variant("bincount", _flat_places)],
)

MOVES = [transpose_backward, index_backward]
