"""Assessment of optimizers: gradient clipping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Value
from autograder.inputs import Array, grid, normal
from autograder.units import _optimizers_slips as slips

__all__ = ["clip_by_global_norm", "clip_by_norm", "clip_by_value"]

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


def _positive(limit: float) -> None:
    if not limit > 0:
        raise ValueError(f"limit or max_norm: {limit}")


def _by_sign_and_size(grads: Arrays, limit: float) -> list[Array]:
    _positive(limit)
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


def _length(grad: Array) -> Any:
    return np.sqrt((grad * grad).sum())


def _each(norm: Norm) -> Callable[..., list[Array]]:
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
    return np.linalg.norm(grad, 2) if grad.ndim < 3 else _length(grad)


def _joint(grads: Arrays) -> Any:
    return np.sqrt(sum((grad * grad).sum() for grad in grads))


def _jointly(grads: Arrays, max_norm: float) -> list[Array]:
    norm = _joint(grads)
    return [grad * (max_norm / norm) if norm > max_norm else grad for grad in grads]


def _shorten_in_place(grads: Arrays, max_norm: float) -> list[Array]:
    for grad in grads:
        norm = _length(grad)
        if norm > max_norm:
            grad *= max_norm / norm
    return list(grads)


def _always(grads: Arrays, max_norm: float) -> list[Array]:
    return [grad * (max_norm / max(_length(grad), 1e-12)) for grad in grads]


def _via_unit_vector(grads: Arrays, max_norm: float) -> list[Array]:
    return [grad / _length(grad) * min(_length(grad), max_norm) for grad in grads]


def _torch_each(grads: Arrays, max_norm: float) -> list[Array]:
    _positive(max_norm)
    return [grad * min(1.0, max_norm / (float(np.linalg.norm(grad.ravel())) + 1e-6)) for grad in grads]


def _norm_cases() -> list[Case]:
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


def _random_norms(rng: np.random.Generator) -> dict[str, Any]:
    return {"grads": _random_arrays(rng), "max_norm": float(rng.uniform(1, 4))}


clip_by_norm = Exercise(
    "clip_by_norm",
    points=1,
    check=NORM,
    vectorized=lambda n: {"grads": [np.ones((n, 3)), np.ones(n)], "max_norm": 1.0},
    cases=[*_norm_cases(), random_cases(_random_norms)],
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
            wrong=_jointly,
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
            wrong=_each(_spectral),
            hint="What does ord=2 mean for a matrix in np.linalg.norm, and what without it?",
        ),
        Misconception(
            "sum-of-sizes",
            believes="The norm is the sum of the sizes.",
            wrong=_each(lambda grad: np.abs(grad).sum()),
            hint="Is (3, 4) of length 7 or 5?",
        ),
        Misconception(
            "no-root",
            believes="The norm is the sum of squares.",
            wrong=_each(lambda grad: (grad * grad).sum()),
            hint="Is (3, 4) of length 25 or 5?",
        ),
        Misconception(
            "root-mean-square",
            believes="The norm does not depend on how many numbers there are.",
            wrong=_each(lambda grad: np.sqrt((grad * grad).mean())),
            hint="Is the norm a sum or a mean under the root?",
        ),
        Misconception(
            "largest-number",
            believes="An array is as long as its largest number.",
            wrong=_each(lambda grad: np.abs(grad).max()),
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


def _together(norm: Callable[[Arrays], Any]) -> Callable[..., tuple[list[Array], Any]]:
    """Clip all arrays by one norm of all of them."""

    def clip(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
        found = norm(grads)
        return [grad * (max_norm / found) if found > max_norm else grad for grad in grads], found

    return clip


def _all(grads: Arrays) -> Array:
    return np.concatenate([grad.ravel() for grad in grads])


def _norm_after(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    clipped = _jointly(grads, max_norm)
    return clipped, _joint(clipped)


def _always_jointly(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    norm = _joint(grads)
    return [grad * (max_norm / max(norm, 1e-12)) for grad in grads], norm


def _unit_vector_jointly(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    norm = _joint(grads)
    return [grad / norm * min(norm, max_norm) for grad in grads], norm


def _in_place_jointly(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    norm = _joint(grads)
    for grad in grads:
        grad *= min(1.0, max_norm / (norm + 1e-6))
    return list(grads), norm


def _torch_jointly(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    _positive(max_norm)
    norm = np.linalg.norm(np.stack([np.linalg.norm(grad.ravel()) for grad in grads]))
    factor = np.minimum(max_norm / (norm + 1e-6), 1.0, dtype=norm.dtype)
    return [grad * factor for grad in grads], norm


clip_by_global_norm = Exercise(
    "clip_by_global_norm",
    points=2,
    check=NORM,
    vectorized=lambda n: {"grads": [np.ones((n, 3)), np.ones(n)], "max_norm": 1.0},
    cases=[*_norm_cases(), random_cases(_random_norms)],
    misconceptions=[
        Misconception(
            "each-by-its-own-norm",
            believes="Arrays that are short enough stay as they are.",
            wrong=lambda grads, max_norm: (_each(_length)(grads, max_norm), _joint(grads)),
            hint="If only the long array is shortened, does the step as a whole still point where it did?",
        ),
        Misconception(
            "always-rescales",
            believes="Afterwards the norm is max_norm.",
            wrong=_always_jointly,
            hint="Near the minimum gradients are small. What would your function make of them?",
        ),
        Misconception(
            "norm-afterwards",
            believes="The norm to report is that of the clipped gradients.",
            wrong=_norm_after,
            hint="If you plot your norms, will you ever see an explosion?",
        ),
        Misconception(
            "sum-of-norms",
            believes="The global norm is the sum of the norms.",
            wrong=_together(lambda grads: np.stack([_length(grad) for grad in grads]).sum()),
            hint="Two arrays of one number each, 3 and 4: is the vector (3, 4) of length 7 or 5?",
        ),
        Misconception(
            "largest-norm",
            believes="The global norm is that of the longest array.",
            wrong=_together(lambda grads: max(_length(grad) for grad in grads)),
            hint="Two arrays of one number each, 3 and 4: is the vector (3, 4) of length 4 or 5?",
        ),
        Misconception(
            "divided-by-the-root-of-their-number",
            believes="With K arrays, the norm is divided by √K.",
            wrong=_together(lambda grads: np.sqrt(np.stack([(grad * grad).sum() for grad in grads]).mean())),
            hint="If a matrix is stored as two halves, should the limit bite later?",
        ),
        Misconception(
            "root-mean-square",
            believes="The norm does not depend on how many numbers there are.",
            wrong=_together(lambda grads: np.sqrt((_all(grads) ** 2).mean())),
            hint="Is the norm a sum or a mean under the root?",
        ),
        Misconception(
            "sum-of-sizes",
            believes="The norm is the sum of the sizes.",
            wrong=_together(lambda grads: np.abs(_all(grads)).sum()),
            hint="Is (3, 4) of length 7 or 5?",
        ),
        Misconception(
            "no-root",
            believes="The norm is the sum of squares.",
            wrong=_together(lambda grads: (_all(grads) ** 2).sum()),
            hint="Is (3, 4) of length 25 or 5?",
        ),
        Misconception(
            "by-value",
            believes="Every number is cut to the limit.",
            wrong=lambda grads, max_norm: ([np.clip(grad, -max_norm, max_norm) for grad in grads], _joint(grads)),
            hint="Does your gradient still point where it did?",
        ),
        Misconception(
            "zero-over-zero",
            believes="Every gradient has a direction: g / ‖g‖.",
            wrong=_unit_vector_jointly,
            hint="What is your result if all gradients are zero?",
        ),
        Misconception(
            "float64-total",
            believes="A sum may start at np.float64(0), whatever is added.",
            wrong=_together(lambda grads: np.sqrt(np.sum([(g * g).sum() for g in grads], dtype=np.float64))),
            hint="float32 in, float32 out: of which dtype is a float32 array times an np.float64 number?",
        ),
        Misconception(
            "in-place",
            believes="The gradients are the function's own, as in PyTorch's `clip_grad_norm_`.",
            wrong=_in_place_jointly,
            hint="What does the underscore in PyTorch's name say, and is there one in yours?",
        ),
        *slips.CLIP_GLOBAL,
    ],
    hints=[
        "Think of all numbers of all arrays as one long vector: one norm, one factor.",
        "Sum the squares within each array, then over the arrays, and take one root at the end.",
        "norm = np.sqrt(sum(np.sum(grad**2) for grad in grads)); above the limit every grad * (max_norm / norm).",
    ],
    variants=[Variant("pytorchs-epsilon", _torch_jointly)],
)
