"""Assessment of optimizers: clipping by the norm of all gradients together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units import _optimizers_slips as slips
from autograder.units._optimizers_clipping import (
    NORM,
    Arrays,
    each_by,
    joint_norm,
    jointly,
    length,
    norm_cases,
    random_norms,
    require_positive,
)

__all__ = ["clip_by_global_norm"]


def _together(norm: Callable[[Arrays], Any]) -> Callable[..., tuple[list[Array], Any]]:
    """Clip all arrays by one norm of all of them."""

    def clip(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
        found = norm(grads)
        return [grad * (max_norm / found) if found > max_norm else grad for grad in grads], found

    return clip


def _all(grads: Arrays) -> Array:
    return np.concatenate([grad.ravel() for grad in grads])


def _norm_after(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    clipped = jointly(grads, max_norm)
    return clipped, joint_norm(clipped)


def _always_jointly(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    norm = joint_norm(grads)
    return [grad * (max_norm / max(norm, 1e-12)) for grad in grads], norm


def _unit_vector_jointly(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    norm = joint_norm(grads)
    return [grad / norm * min(norm, max_norm) for grad in grads], norm


def _in_place_jointly(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    norm = joint_norm(grads)
    for grad in grads:
        grad *= min(1.0, max_norm / (norm + 1e-6))
    return list(grads), norm


def _torch_jointly(grads: Arrays, max_norm: float) -> tuple[list[Array], Any]:
    require_positive(max_norm)
    norm = np.linalg.norm(np.stack([np.linalg.norm(grad.ravel()) for grad in grads]))
    factor = np.minimum(max_norm / (norm + 1e-6), 1.0, dtype=norm.dtype)
    return [grad * factor for grad in grads], norm


clip_by_global_norm = Exercise(
    "clip_by_global_norm",
    points=2,
    check=NORM,
    parts=("clipped", "norm"),
    vectorized=lambda n: {"grads": [np.ones((n, 3)), np.ones(n)], "max_norm": 1.0},
    cases=[*norm_cases(), random_cases(random_norms)],
    misconceptions=[
        Misconception(
            "each-by-its-own-norm",
            believes="Arrays that are short enough stay as they are.",
            wrong=lambda grads, max_norm: (each_by(length)(grads, max_norm), joint_norm(grads)),
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
            wrong=_together(lambda grads: np.stack([length(grad) for grad in grads]).sum()),
            hint="Two arrays of one number each, 3 and 4: is the vector (3, 4) of length 7 or 5?",
        ),
        Misconception(
            "largest-norm",
            believes="The global norm is that of the longest array.",
            wrong=_together(lambda grads: max(length(grad) for grad in grads)),
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
            wrong=lambda grads, max_norm: ([np.clip(grad, -max_norm, max_norm) for grad in grads], joint_norm(grads)),
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
