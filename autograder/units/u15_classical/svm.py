"""linear_svm."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal

PULL = "pull = targets * (targets * (x @ w + b) < 1)"
ON_WEIGHTS = "pull @ x / len(x)"
ON_BIAS = "pull.mean()"
DECAY = "2 * strength * w"
BIAS_STEP = f"b = b + lr * {ON_BIAS}"

# Edits that average otherwise.
ACTIVE = "int(np.count_nonzero(pull))"
WEIGHTS_BY_SUM = (ON_WEIGHTS, "pull @ x")
WEIGHTS_BY_ACTIVE = (ON_WEIGHTS, f"pull @ x / max({ACTIVE}, 1)")
BIAS_BY_SUM = (ON_BIAS, "pull.sum()")
BIAS_BY_ACTIVE = (ON_BIAS, f"pull.sum() / max({ACTIVE}, 1)")

X, Y = normal(5, 2, seed=12) + np.array([0.5, 0.0]), np.array([1, -1, -1, 1, 1])


def random_classes(rng: np.random.Generator) -> dict[str, Any]:
    """Two classes that overlap a little."""
    y = rng.permutation([-1, -1, -1, 1, 1, 1, 1, 1])
    x = rng.standard_normal((8, 3)) + 0.7 * y[:, None] + 0.3
    lr, strength = float(rng.uniform(0.2, 0.8)), float(rng.uniform(0.01, 0.2))
    return {"x": x, "y": y, "lr": lr, "steps": int(rng.integers(4, 12)), "strength": strength}


linear_svm = Exercise(
    "linear_svm",
    points=2,
    parts=("w", "b"),
    vectorized=lambda n: {"x": normal(n, 2), "y": np.arange(n) % 2 * 2 - 1, "lr": 0.5, "steps": 3, "strength": 0.1},
    cases=[
        Case("no-step", x=X, y=Y, lr=0.5, steps=0, strength=0.1),
        Case(
            "one-step",
            x=np.array([[1.0, 2.0], [3.0, -1.0], [2.0, 2.0]]),
            y=np.array([1, -1, 1]),
            lr=0.5,
            steps=1,
            strength=0.0,
        ),
        Case("two-steps", x=X, y=Y, lr=0.5, steps=2, strength=0.0),
        Case("nine-steps-with-a-penalty", x=X, y=Y, lr=0.5, steps=9, strength=0.1, readonly=True),
        Case(
            "exactly-on-the-margin-rests",
            x=np.array([[2.0], [-2.0]]),
            y=np.array([1, -1]),
            lr=0.25,
            steps=3,
            strength=0.0,
        ),
        Case(
            "all-beyond-the-margin",
            x=4 * np.array([[2.0], [-3.0]]),
            y=np.array([1, -1]),
            lr=1.0,
            steps=4,
            strength=0.05,
        ),
        Case("unequal-classes", x=X + 2, y=np.array([1, 1, -1, 1, 1]), lr=0.5, steps=6, strength=0.25),
        Case("single-precision", x=X.astype(np.float32), y=Y, lr=0.25, steps=4, strength=0.125),
        Case("labels-zero-and-one", raises="y", x=X, y=(Y + 1) // 2, lr=0.5, steps=2, strength=0.1),
        random_cases(random_classes),
    ],
    misconceptions=[
        edit("margin-of-zero", "< 1)", "<= 0)")
        .believes("Only rows on the wrong side count.")
        .ask("A row lies on the right side, with y (x · w + b) = 0.01. What is its hinge loss?"),
        edit("on-the-margin-counts", "< 1)", "<= 1)")
        .believes("A row exactly on the margin is active.")
        .ask("At y (x · w + b) = 1 the hinge has a kink. Which of its slopes does the docstring choose?"),
        edit("every-row-counts", PULL, "pull = targets")
        .believes("All rows pull, also those that are far on the right side.")
        .ask("What is the slope of max(0, 1 - m) at m = 5?"),
        edit("sum-over-the-rows", *WEIGHTS_BY_SUM, *BIAS_BY_SUM)
        .believes("The pulls of the active rows are added.")
        .ask("Twice as many rows of the same kind come in: should a step be twice as long?"),
        edit("mean-over-the-active-rows", *WEIGHTS_BY_ACTIVE, *BIAS_BY_ACTIVE)
        .believes("The mean runs over the active rows.")
        .ask("A row with hinge loss 0: does the mean in L count it?"),
        edit(
            "mean-over-the-active-rows-unguarded",
            *(ON_WEIGHTS, f"pull @ x / {ACTIVE}", ON_BIAS, f"pull.sum() / {ACTIVE}"),
        )
        .believes("The mean runs over the active rows, and there are always some.")
        .ask("A row with hinge loss 0: does the mean in L count it? And what is the mean of no rows?"),
        edit("weights-pulled-by-the-sum", *WEIGHTS_BY_SUM)
        .believes("x is multiplied from the left, and that is the mean.")
        .ask("pull @ x is a sum over the rows: what does the docstring do with it?"),
        edit("weights-pulled-by-the-active-mean", *WEIGHTS_BY_ACTIVE)
        .believes("The weights follow the mean of the active rows.")
        .ask("By how many rows is the sum for w divided: by all, or by the active ones?"),
        edit("bias-pulled-by-the-sum", *BIAS_BY_SUM)
        .believes("The bias is one number, so its pulls are added.")
        .ask("What stands before the sum in the docstring's line of b?"),
        edit("bias-pulled-by-the-active-mean", *BIAS_BY_ACTIVE)
        .believes("The bias follows the mean label of the active rows.")
        .ask("By how many rows is the sum for b divided: by all, or by the active ones?"),
        edit("penalty-without-factor-two", DECAY, "strength * w")
        .believes("The gradient of λ Σ w² is λ w.")
        .ask("What is the derivative of w²?"),
        edit("penalty-rests-with-the-rows", DECAY, f"{DECAY} * pull.any()")
        .believes("Where no row is active there is nothing to do.")
        .ask("All rows are beyond the margin. Does a smaller w still lower L?"),
        edit("bias-penalised", ON_BIAS, f"({ON_BIAS} - 2 * strength * b)")
        .believes("The bias shrinks like the weights.")
        .ask("Should a model be punished because all temperatures are given in kelvin?"),
        edit("bias-not-trained", BIAS_STEP, "pass")
        .believes("Only the weights learn.")
        .ask("Must the separating line go through the origin?"),
        edit("bias-sees-the-new-weights", BIAS_STEP, f"{PULL}; {BIAS_STEP}")
        .believes("First w is changed, then the margins are computed again for b.")
        .ask("A gradient belongs to one point. Are w and b both from before the step?"),
    ],
    hints=[
        "Which rows have a hinge loss above 0, and what does each of them add to the gradient?",
        "A row with y (x · w + b) < 1 adds -y x to the gradient for w and -y to that for b; the others add 0.",
        "pull = y * (y * (x @ w + b) < 1): w - lr * (2 * strength * w - pull @ x / N) and b + lr * pull.mean().",
    ],
    variants=[
        Variant(
            "select-the-active",
            (
                *(PULL, "active = targets * (x @ w + b) < 1"),
                *(ON_WEIGHTS, "targets[active] @ x[active] / len(x)"),
                *(ON_BIAS, "targets[active].sum() / len(x)"),
            ),
        )
    ],
)
