"""clip_by_value, clip_by_norm and clip_by_global_norm."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.checks import Value
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import Array, grid, normal

CUT = "np.clip(grad, -limit, limit)"
LENGTH = "np.sqrt(np.sum(grad**2))"
SHORTENED = "grad * (max_norm / norm)"
EACH_IF_LONG = f"{SHORTENED} if norm > max_norm else grad"
JOINT_LENGTH = "np.sqrt(sum(np.sum(grad**2) for grad in grads))"
ALL_SHORTENED = f"[{SHORTENED} for grad in grads]"

SEVEN_OR_FIVE = "Is (3, 4) of length 7 or 5?"
THREE_AND_FOUR = "Two arrays of one number each, 3 and 4: is the vector (3, 4) of length {} or 5?"
OWN_ARRAYS = "After your function, what are the arrays that it was given?"

#: PyTorch divides by norm + 1e-6, others by the norm: both are right, and no clipped norm here is below 1.
NORM = Value(tolerance=2e-6)


def drawn_arrays(rng: np.random.Generator) -> list[Array]:
    """Two to four arrays of different sizes."""
    shapes = [tuple(int(n) for n in rng.integers(1, 5, rng.integers(1, 4))) for _ in range(rng.integers(2, 5))]
    return [rng.uniform(0.2, 3) * rng.standard_normal(shape) for shape in shapes]


def growing(n: int) -> dict[str, Any]:
    """Inputs whose arrays, but not their number, grow with n."""
    return {"grads": [np.ones((n, 3)), np.ones(n)], "max_norm": 1.0}


clip_by_value = Exercise(
    "clip_by_value",
    points=1,
    vectorized=lambda n: {"grads": growing(n)["grads"], "limit": 0.5},
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
        random_cases(lambda rng: {"grads": drawn_arrays(rng), "limit": float(rng.uniform(0.2, 2))}),
    ],
    misconceptions=[
        edit("one-sided", CUT, "np.minimum(grad, limit)")
        .believes("Only what is above the limit is too large.")
        .ask("Is a gradient of -1000 small?"),
        edit("from-zero", "-limit, limit", "0, limit")
        .believes("Clipped numbers lie between 0 and the limit.")
        .ask("What becomes of a gradient that points the other way?"),
        edit("set-to-zero", CUT, "np.where(np.abs(grad) > limit, 0, grad)")
        .believes("What is too large is thrown away.")
        .ask("A number just above the limit: should it count less than one just below?"),
        edit("sign-lost", CUT, "np.where(np.abs(grad) > limit, limit, grad)")
        .believes("What is too large becomes the limit.")
        .ask("To which of the two limits does -3 belong?"),
        edit("rescaled", CUT, "grad * min(1.0, limit / max(float(np.abs(grad).max()), 1e-12))")
        .believes("The whole array is scaled until its largest number fits.")
        .ask("(100, 1) clipped to 1 by value: is it (1, 0.01) or (1, 1)?"),
        edit("in-place", CUT, "np.clip(grad, -limit, limit, out=grad)")
        .believes("The gradients are the function's own.")
        .ask(OWN_ARRAYS),
    ],
    hints=[
        "Each number is looked at alone: there are three cases for it.",
        "The interval is -limit … limit, and NumPy has a function that keeps numbers within one.",
        "[np.clip(grad, -limit, limit) for grad in grads]",
    ],
    variants=[Variant("sign-and-size", (CUT, "np.sign(grad) * np.minimum(np.abs(grad), limit)"))],
)

BY_NORM: list[Case | RandomCases] = [
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
    random_cases(lambda rng: {"grads": drawn_arrays(rng), "max_norm": float(rng.uniform(1, 4))}),
]

clip_by_norm = Exercise(
    "clip_by_norm",
    points=1,
    check=NORM,
    vectorized=growing,
    cases=BY_NORM,
    misconceptions=[
        edit("always-rescales", EACH_IF_LONG, "grad * (max_norm / max(norm, 1e-12))")
        .believes("Afterwards every array has the norm max_norm.")
        .ask("What should happen to a gradient that is shorter than the limit?"),
        returns("one-norm-for-all", "clip_by_global_norm(grads, max_norm)[0]")
        .believes("The norm is that of all arrays together.")
        .ask("Two arrays, each below the limit, but not together: which of them is too long here?"),
        edit(
            "row-by-row",
            LENGTH,
            "np.sqrt(np.sum(grad**2, axis=-1, keepdims=True))",
            EACH_IF_LONG,
            "grad * np.where(norm > max_norm, max_norm / norm, 1)",
        )
        .believes("Each row of a matrix has a norm.")
        .ask("Is the norm of a (2, 3) matrix here one number or two?"),
        edit("spectral-norm", LENGTH, "np.linalg.norm(grad, 2 if grad.ndim < 3 else None)")
        .believes("np.linalg.norm(grad, 2) is the root of the sum of squares.")
        .ask("What does ord=2 mean for a matrix in np.linalg.norm, and what without it?"),
        edit("sum-of-sizes", LENGTH, "np.sum(np.abs(grad))")
        .believes("The norm is the sum of the sizes.")
        .ask(SEVEN_OR_FIVE),
        edit("no-root", LENGTH, "np.sum(grad**2)")
        .believes("The norm is the sum of squares.")
        .ask("Is (3, 4) of length 25 or 5?"),
        edit("root-mean-square", LENGTH, "np.sqrt(np.mean(grad**2))")
        .believes("The norm does not depend on how many numbers there are.")
        .ask("Is the norm a sum or a mean under the root?"),
        edit("largest-number", LENGTH, "np.max(np.abs(grad))")
        .believes("An array is as long as its largest number.")
        .ask("Is (3, 4) of length 4 or 5?"),
        returns("by-value", "clip_by_value(grads, max_norm)")
        .believes("Every number is cut to the limit.")
        .ask("Does your gradient still point where it did?"),
        edit("zero-over-zero", EACH_IF_LONG, "grad / norm * min(norm, max_norm)")
        .believes("Every gradient has a direction: g / ‖g‖.")
        .ask("What is your result for a gradient of zeros?"),
        edit("in-place", SHORTENED, "np.multiply(grad, max_norm / norm, out=grad)")
        .believes("The gradients are the function's own.")
        .ask(OWN_ARRAYS),
        edit("always-rescales-unguarded", EACH_IF_LONG, SHORTENED)
        .believes("Afterwards every array has the norm max_norm.")
        .ask("What happens to a gradient that is short enough, and what to one that is zero?"),
        edit("made-unit-length", SHORTENED, "grad / norm")
        .believes("What is too long is divided by its norm.")
        .ask("How long is an array that was divided by its own norm, and how long may it be?"),
    ],
    hints=[
        "Each array has one norm, over all its axes. Which of them need a change at all?",
        "Compare before you divide: then a gradient of zeros is never divided by its norm.",
        "grad * (max_norm / norm) if norm > max_norm else grad, with norm = np.sqrt(np.sum(grad**2)).",
    ],
    variants=[Variant("pytorchs-epsilon", (EACH_IF_LONG, "grad * min(1.0, max_norm / (float(norm) + 1e-6))"))],
)

clip_by_global_norm = Exercise(
    "clip_by_global_norm",
    points=2,
    check=NORM,
    parts=("clipped", "norm"),
    vectorized=growing,
    cases=BY_NORM,
    misconceptions=[
        edit("each-by-its-own-norm", ALL_SHORTENED, "clip_by_norm(grads, max_norm)")
        .believes("Arrays that are short enough stay as they are.")
        .ask("If only the long array is shortened, does the step as a whole still point where it did?"),
        edit("always-rescales", "norm <= max_norm", "norm == 0")
        .believes("Afterwards the norm is max_norm.")
        .ask("Near the minimum gradients are small. What would your function make of them?"),
        edit("norm-afterwards", f"{ALL_SHORTENED}, norm", f"{ALL_SHORTENED}, norm * (max_norm / norm)")
        .believes("The norm to report is that of the clipped gradients.")
        .ask("If you plot your norms, will you ever see an explosion?"),
        edit("sum-of-norms", JOINT_LENGTH, f"sum({LENGTH} for grad in grads)")
        .believes("The global norm is the sum of the norms.")
        .ask(THREE_AND_FOUR.format(7)),
        edit("largest-norm", JOINT_LENGTH, f"max({LENGTH} for grad in grads)")
        .believes("The global norm is that of the longest array.")
        .ask(THREE_AND_FOUR.format(4)),
        edit("divided-by-the-root-of-their-number", "for grad in grads))", "for grad in grads) / len(grads))")
        .believes("With K arrays, the norm is divided by √K.")
        .ask("If a matrix is stored as two halves, should the limit bite later?"),
        edit("root-mean-square", "for grad in grads))", "for grad in grads) / sum(grad.size for grad in grads))")
        .believes("The norm does not depend on how many numbers there are.")
        .ask("Is the norm a sum or a mean under the root?"),
        edit("sum-of-sizes", JOINT_LENGTH, "sum(np.sum(np.abs(grad)) for grad in grads)")
        .believes("The norm is the sum of the sizes.")
        .ask(SEVEN_OR_FIVE),
        edit("no-root", JOINT_LENGTH, "sum(np.sum(grad**2) for grad in grads)")
        .believes("The norm is the sum of squares.")
        .ask("Is (3, 4) of length 25 or 5?"),
        edit("by-value", ALL_SHORTENED, "clip_by_value(grads, max_norm)")
        .believes("Every number is cut to the limit.")
        .ask("Does your gradient still point where it did?"),
        edit("zero-over-zero", "list(grads)", "[grad / norm * norm for grad in grads]")
        .believes("Every gradient has a direction: g / ‖g‖.")
        .ask("What is your result if all gradients are zero?"),
        edit("float64-total", JOINT_LENGTH, "np.sqrt(np.sum([np.sum(grad**2) for grad in grads], dtype=np.float64))")
        .believes("A sum may start at np.float64(0), whatever is added.")
        .ask("float32 in, float32 out: what is the dtype of a float32 array times an np.float64 number?"),
        edit(
            "in-place",
            "norm <= max_norm",
            "norm < max_norm",
            SHORTENED,
            "np.multiply(grad, max_norm / (norm + 1e-6), out=grad)",
        )
        .believes("The gradients are the function's own, as in PyTorch's `clip_grad_norm_`.")
        .ask("What does the underscore in PyTorch's name say, and is there one in yours?"),
        returns("norm-first", "clip_by_global_norm(grads, max_norm)[::-1]")
        .believes("The norm comes first in the pair.")
        .ask("In which order does the docstring name the two results?"),
        returns("norm-left-out", "clip_by_global_norm(grads, max_norm)[0]")
        .believes("Only the clipped gradients are wanted.")
        .ask("How many things does the docstring say are returned?"),
    ],
    hints=[
        "Think of all numbers of all arrays as one long vector: one norm, one factor.",
        "Sum the squares within each array, then over the arrays, and take one root at the end.",
        "norm = np.sqrt(sum(np.sum(grad**2) for grad in grads)); above the limit every grad * (max_norm / norm).",
    ],
    variants=[
        Variant(
            "pytorchs-epsilon",
            (
                JOINT_LENGTH,
                "np.linalg.norm(np.stack([np.linalg.norm(grad.ravel()) for grad in grads]))",
                SHORTENED,
                "grad * (max_norm / (norm + 1e-6))",
            ),
        )
    ],
)
