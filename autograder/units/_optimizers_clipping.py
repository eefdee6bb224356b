"""Assessment of optimizers: gradient clipping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Value
from autograder.inputs import Array, grid, normal
from autograder.units import _optimizers_slips as slips

__all__ = [
    "NORM",
    "Arrays",
    "clip_by_norm",
    "clip_by_value",
    "each_by",
    "joint_norm",
    "jointly",
    "length",
    "norm_cases",
    "random_norms",
    "require_positive",
]

Arrays = Sequence[Array]
Norm = Callable[[Array], Any]

#: PyTorch divides by norm + 1e-6, others by the norm: both are right, and no clipped norm here is below 1.
NORM = Value(tolerance=2e-6)


def _random_arrays(rng: np.random.Generator) -> list[Array]:
    shapes = [tuple(int(n) for n in rng.integers(1, 5, rng.integers(1, 4))) for _ in range(rng.integers(2, 5))]
    return [rng.uniform(0.2, 3) * rng.standard_normal(shape) for shape in shapes]


def _cut_in_place(grads: Arrays, limit: float) -> list[Array]:
    for grad in grads:
        grad[grad > limit] = limit
        grad[grad < -limit] = -limit
    return list(grads)


def _rescaled_to_limit(grads: Arrays, limit: float) -> list[Array]:
    return [grad * min(1.0, limit / max(float(np.abs(grad).max()), 1e-12)) for grad in grads]


def require_positive(limit: float) -> None:
    """Refuse what is no limit."""
    if not limit > 0:
        raise ValueError(f"limit or max_norm: {limit}")


def _by_sign_and_size(grads: Arrays, limit: float) -> list[Array]:
    require_positive(limit)
    return [np.sign(grad) * np.minimum(np.abs(grad), limit) for grad in grads]


clip_by_value = Exercise(
    "clip_by_value",
    points=1,
    vectorized=lambda n: {"grads": [np.ones((n, 3)), np.ones(n)], "limit": 0.5},
    cases=[
        Case("one-number-too-large", grads=[np.array([0.5, 3.0, 1.0])], limit=2.0),
        Case("both-sides", grads=[np.array([-3.0, -1.5, 0.0, 1.5, 3.0])], limit=2.0),
        Case("nothing-to-clip", grads=[grid(2, 3, start=-0.5, step=0.2)], limit=1.0),
        Case(
            "several-shapes", readonly=True, grads=[3 * normal(2, 3), 0.1 * normal(3), 5 * normal(2, 1, 2)], limit=1.0
        ),
        Case("limit-below-one", grads=[normal(4, seed=1), normal(2, 2, seed=2)], limit=0.25),
        Case("exactly-at-the-limit", grads=[np.array([2.0, -2.0, 1.0])], limit=2.0),
        Case("exploding", grads=[np.array([1e200, -1e-3]), np.array([[-1e30, 7.0]])], limit=5.0),
        Case("float32", grads=[normal(3, 2, seed=3, scale=2.0).astype(np.float32)], limit=0.75),
        Case("limit-of-zero", raises="limit", grads=[normal(3)], limit=0.0),
        Case("negative-limit", raises="limit", grads=[normal(3)], limit=-1.0),
        random_cases(lambda rng: {"grads": _random_arrays(rng), "limit": float(rng.uniform(0.2, 2))}),
    ],
    misconceptions=[
        Misconception(
            "one-sided",
            believes="Only what is above the limit is too large.",
            wrong=lambda grads, limit: [np.minimum(grad, limit) for grad in grads],
            hint="Is a gradient of -1000 small?",
        ),
        Misconception(
            "from-zero",
            believes="Clipped numbers lie between 0 and the limit.",
            wrong=lambda grads, limit: [np.clip(grad, 0, limit) for grad in grads],
            hint="What becomes of a gradient that points the other way?",
        ),
        Misconception(
            "set-to-zero",
            believes="What is too large is thrown away.",
            wrong=lambda grads, limit: [np.where(np.abs(grad) > limit, 0 * grad, grad) for grad in grads],
            hint="A number just above the limit: should it count less than one just below?",
        ),
        Misconception(
            "sign-lost",
            believes="What is too large becomes the limit.",
            wrong=lambda grads, limit: [
                np.where(np.abs(grad) > limit, np.full_like(grad, limit), grad) for grad in grads
            ],
            hint="To which of the two limits does -3 belong?",
        ),
        Misconception(
            "rescaled",
            believes="The whole array is scaled until its largest number fits.",
            wrong=_rescaled_to_limit,
            hint="(100, 1) clipped to 1 by value: is it (1, 0.01) or (1, 1)?",
        ),
        Misconception(
            "in-place",
            believes="The gradients are the function's own.",
            wrong=_cut_in_place,
            hint="After your function, what are the arrays that it was given?",
        ),
    ],
    hints=[
        "Each number is looked at alone: there are three cases for it.",
        "The interval is -limit … limit, and NumPy has a function that keeps numbers within one.",
        "[np.clip(grad, -limit, limit) for grad in grads]",
    ],
    variants=[Variant("sign-and-size", _by_sign_and_size)],
)


def length(grad: Array) -> Any:
    """The norm of one array."""
    return np.sqrt((grad * grad).sum())


def each_by(norm: Norm) -> Callable[..., list[Array]]:
    """Clip each array by a norm of its own."""

    def clip(grads: Arrays, max_norm: float) -> list[Array]:
        return [grad * (max_norm / norm(grad)) if norm(grad) > max_norm else grad for grad in grads]

    return clip


def _rows(grads: Arrays, max_norm: float) -> list[Array]:
    norms = [np.sqrt((grad * grad).sum(axis=-1, keepdims=True)) for grad in grads]
    return [
        grad * np.where(norm > max_norm, max_norm / norm, 1).astype(grad.dtype)
        for grad, norm in zip(grads, norms, strict=True)
    ]


def _spectral(grad: Array) -> Any:
    return np.linalg.norm(grad, 2) if grad.ndim < 3 else length(grad)


def joint_norm(grads: Arrays) -> Any:
    """The norm of all arrays as one vector."""
    return np.sqrt(sum((grad * grad).sum() for grad in grads))


def jointly(grads: Arrays, max_norm: float) -> list[Array]:
    """Clip all arrays by their joint norm."""
    norm = joint_norm(grads)
    return [grad * (max_norm / norm) if norm > max_norm else grad for grad in grads]


def _shorten_in_place(grads: Arrays, max_norm: float) -> list[Array]:
    for grad in grads:
        norm = length(grad)
        if norm > max_norm:
            grad *= max_norm / norm
    return list(grads)


def _always(grads: Arrays, max_norm: float) -> list[Array]:
    return [grad * (max_norm / max(length(grad), 1e-12)) for grad in grads]


def _via_unit_vector(grads: Arrays, max_norm: float) -> list[Array]:
    return [grad / length(grad) * min(length(grad), max_norm) for grad in grads]


def _torch_each(grads: Arrays, max_norm: float) -> list[Array]:
    require_positive(max_norm)
    return [grad * min(1.0, max_norm / (float(np.linalg.norm(grad.ravel())) + 1e-6)) for grad in grads]


def norm_cases() -> list[Case]:
    """The written cases of both clippings by norm."""
    return [
        Case("a-long-array", grads=[np.array([3.0, -4.0])], max_norm=2.0),
        Case("a-short-array-stays", grads=[np.array([0.3, -0.4, 0.1])], max_norm=2.0),
        Case("one-long-one-short", grads=[np.array([6.0, -2.0, 3.0]), np.array([[0.25, -0.5]])], max_norm=1.5),
        Case("a-matrix", grads=[grid(2, 3, start=-2.5)], max_norm=2.0),
        Case("each-short-together-long", grads=[np.array([1.0, -1.0]), np.array([[1.25], [0.5]])], max_norm=1.5),
        Case("a-kernel-of-four-axes", readonly=True, grads=[normal(2, 2, 1, 3, seed=4), normal(3)], max_norm=1.25),
        Case("exactly-at-the-limit", grads=[np.array([3.0, 4.0])], max_norm=5.0),
        Case("all-zero", grads=[np.zeros(3), np.zeros((2, 2))], max_norm=1.0),
        Case("zeros-beside-a-long-one", grads=[np.zeros(2), np.array([[5.0, 12.0]])], max_norm=1.0),
        Case("exploding", grads=[1e60 * normal(3, seed=5), normal(2, 2, seed=6)], max_norm=10.0),
        Case("float32", grads=[x.astype(np.float32) for x in (3 * normal(3, 2), normal(2, seed=1))], max_norm=1.75),
        Case("limit-of-zero", raises="max_norm", grads=[normal(3)], max_norm=0.0),
        Case("negative-limit", raises="max_norm", grads=[normal(3)], max_norm=-2.0),
    ]


def random_norms(rng: np.random.Generator) -> dict[str, Any]:
    """Arrays and a limit at random."""
    return {"grads": _random_arrays(rng), "max_norm": float(rng.uniform(1, 4))}


clip_by_norm = Exercise(
    "clip_by_norm",
    points=1,
    check=NORM,
    vectorized=lambda n: {"grads": [np.ones((n, 3)), np.ones(n)], "max_norm": 1.0},
    cases=[*norm_cases(), random_cases(random_norms)],
    misconceptions=[
        Misconception(
            "always-rescales",
            believes="Afterwards every array has the norm max_norm.",
            wrong=_always,
            hint="What should happen to a gradient that is shorter than the limit?",
        ),
        Misconception(
            "one-norm-for-all",
            believes="The norm is that of all arrays together.",
            wrong=jointly,
            hint="Two arrays, each below the limit, but not together: which of them is too long here?",
        ),
        Misconception(
            "row-by-row",
            believes="Each row of a matrix has a norm.",
            wrong=_rows,
            hint="Is the norm of a (2, 3) matrix here one number or two?",
        ),
        Misconception(
            "spectral-norm",
            believes="np.linalg.norm(grad, 2) is the root of the sum of squares.",
            wrong=each_by(_spectral),
            hint="What does ord=2 mean for a matrix in np.linalg.norm, and what without it?",
        ),
        Misconception(
            "sum-of-sizes",
            believes="The norm is the sum of the sizes.",
            wrong=each_by(lambda grad: np.abs(grad).sum()),
            hint="Is (3, 4) of length 7 or 5?",
        ),
        Misconception(
            "no-root",
            believes="The norm is the sum of squares.",
            wrong=each_by(lambda grad: (grad * grad).sum()),
            hint="Is (3, 4) of length 25 or 5?",
        ),
        Misconception(
            "root-mean-square",
            believes="The norm does not depend on how many numbers there are.",
            wrong=each_by(lambda grad: np.sqrt((grad * grad).mean())),
            hint="Is the norm a sum or a mean under the root?",
        ),
        Misconception(
            "largest-number",
            believes="An array is as long as its largest number.",
            wrong=each_by(lambda grad: np.abs(grad).max()),
            hint="Is (3, 4) of length 4 or 5?",
        ),
        Misconception(
            "by-value",
            believes="Every number is cut to the limit.",
            wrong=lambda grads, max_norm: [np.clip(grad, -max_norm, max_norm) for grad in grads],
            hint="Does your gradient still point where it did?",
        ),
        Misconception(
            "zero-over-zero",
            believes="Every gradient has a direction: g / ‖g‖.",
            wrong=_via_unit_vector,
            hint="What is your result for a gradient of zeros?",
        ),
        Misconception(
            "in-place",
            believes="The gradients are the function's own.",
            wrong=_shorten_in_place,
            hint="After your function, what are the arrays that it was given?",
        ),
        *slips.CLIP_NORM,
    ],
    hints=[
        "Each array has one norm, over all its axes. Which of them need a change at all?",
        "Compare before you divide: then a gradient of zeros is never divided by its norm.",
        "grad * (max_norm / norm) if norm > max_norm else grad, with norm = np.sqrt(np.sum(grad**2)).",
    ],
    variants=[Variant("pytorchs-epsilon", _torch_each)],
)
