"""The categorical hinge: the true class against its best rival."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import Array, normal
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import broadcast_silently, gradients_over_rows, means_over_rows
from autograder.units.u05_losses.labels import many_labels
from autograder.units.u05_losses.pairs import one_hot, unequal_rows

TRUE_CLASS_RISES = "Does the loss fall when the true class's score rises?"
RIVAL = "((1 - t) * p).max(axis=-1)"
GAP = "1 + rival - (t * p).sum(axis=-1)"
PUSH = "((1 - t) * share - t)"


def _classes(scores: Array, *labels: int) -> Mapping[str, Any]:
    return {"y_true": one_hot(labels, scores.shape[-1]).astype(scores.dtype), "y_pred": scores}


SCORES = np.array([[2.0, 1.5, -1.0, 0.5], [0.25, -0.5, 3.0, 1.0]])
CASES = [
    Case("one-row", **_classes(np.array([[2.0, 1.5, -1.0]]), 1)),
    Case("rows", **_classes(SCORES, 0, 1), readonly=True),
    Case("a-row-without-loss", **_classes(np.array([[5.0, 1.0, 2.0], [0.5, 0.0, 1.0]]), 0, 1)),
    Case("rivals-below-zero", **_classes(np.array([[0.5, -2.0, -1.5], [-3.0, -0.25, -4.0]]), 0, 2)),
    Case("two-rivals-share", **_classes(np.array([[1.5, 0.5, 1.5], [2.0, 3.0, 0.0]]), 1, 0)),
    Case("a-rival-at-zero-shares-with-the-true-class", **_classes(np.array([[-0.5, 0.0, -2.0]]), 0)),
    Case("exactly-on-the-margin", **_classes(np.array([[2.0, 1.0, -1.0], [0.0, 1.5, 1.0]]), 0, 2)),
    Case("integer-targets", y_true=one_hot([2, 0], 4).astype(int), y_pred=SCORES),
    Case("single-precision", **_classes(SCORES.astype(np.float32), 3, 2)),
]

DRAWN = random_cases(lambda rng: _classes(2 * rng.standard_normal((5, 3)), *rng.integers(3, size=5).tolist()))

categorical_hinge = Exercise(
    "categorical_hinge",
    points=1,
    vectorized=lambda n: {"y_true": one_hot(many_labels(n), 3), "y_pred": normal(n, 3)},
    cases=[
        *CASES,
        unequal_rows(),
        DRAWN,
        Case("no-loss-beside-a-loss", **_classes(np.array([[9.0, 0.5, 0.25], [0.5, 0.25, -1.0]]), 0, 1)),
    ],
    misconceptions=[
        *means_over_rows(),
        python_float(),
        broadcast_silently(),
        edit("true-class-among-rivals", RIVAL, "p.max(axis=-1)")
        .believes("The best score of all is the rival.")
        .ask("The true class has the highest score, by far. Does the row cost nothing?"),
        edit("true-class-left-out", "(1 - t) * p", "np.where(t == 1, -np.inf, p)")
        .believes("The maximum runs over the C - 1 wrong classes alone.")
        .ask("In (1 - t) p, which number stands at the true class, and may it be the maximum?"),
        edit("sum-of-rivals", RIVAL, "((1 - t) * p).sum(axis=-1)")
        .believes("All wrong classes are compared, and their losses added.")
        .ask("How many rivals does the formula compare the true class with?"),
        edit("no-maximum-with-zero", f"np.maximum({GAP}, 0)", GAP)
        .believes("The loss is 1 + rival - own.")
        .ask("A row that is right by a margin of 100: may it pay for the mistakes of others?"),
        edit("no-margin", "1 + rival", "rival")
        .believes("It is enough that the true class is ahead.")
        .ask("The true class is ahead by 0.5: does that cost nothing?"),
        edit("one-rival-for-the-batch", RIVAL, "((1 - t) * p).max()")
        .believes("One maximum over the whole array is the rival.")
        .ask("Do the scores of one sample compete with those of another?"),
        edit("maximum-of-the-mean", f"np.mean(np.maximum({GAP}, 0))", f"np.maximum(np.mean({GAP}), 0)")
        .believes("The maximum with 0 can be taken at the end.")
        .ask("One row is far beyond its margin, one is not. May the first make up for the second?"),
        edit("other-way-round", GAP, "1 - rival + (t * p).sum(axis=-1)")
        .believes("The true class's score is charged.")
        .ask(TRUE_CLASS_RISES),
    ],
    hints=[
        "Two numbers per row: the true class's score, and the best rival's. How does a one-hot row pick them out?",
        "Σ t p is the true class's score; the maximum of (1 - t) p along the last axis is the rival's.",
        "np.mean of np.maximum(1 + rival - own, 0), with rival = ((1 - t) * p).max(axis=-1).",
    ],
)

categorical_hinge_backward = Exercise(
    "categorical_hinge_backward",
    points=2,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=categorical_hinge.vectorized,
    cases=[*CASES, DRAWN],
    misconceptions=[
        *gradients_over_rows(),
        edit("first-of-a-tie", "(others == rival)", "np.eye(p.shape[-1])[others.argmax(axis=-1)]")
        .believes("argmax finds the one rival that counts.")
        .ask("Two rivals have the same score. Which of them does argmax find, and what does the docstring say?"),
        edit("tie-in-full", "* share", "* attains")
        .believes("Every rival with the highest score gets the full gradient.")
        .ask("Two rivals rise together by a small step. How much does their maximum rise?"),
        edit("every-row", "active * ", "")
        .believes("Every row pushes its classes.")
        .ask("A row that is right by a margin of 100 moves a little. Does the loss change?"),
        edit("true-class-only", PUSH, "-t")
        .believes("Only the true class's score is in the loss.")
        .ask("The rival rises. Does the loss change?"),
        edit("slope-on-the-margin", "> 0", ">= 0")
        .believes("Exactly on the margin the row is still pushed.")
        .ask("The docstring says what counts in a row whose loss is exactly 0. Is the comparison strict?"),
        edit("true-class-pushed-up-twice", "share - t", "share + t")
        .believes("The true class's slope has the sign of the rival's.")
        .ask(TRUE_CLASS_RISES),
        edit("every-rival", PUSH, "(1 - 2 * t)")
        .believes("All rivals are pushed.")
        .ask("Change a rival that is not the best one by a little: does the maximum notice?"),
        edit("true-class-forgotten", "share - t", "share")
        .believes("Only the best rival is pushed.")
        .ask(TRUE_CLASS_RISES),
    ],
    hints=[
        "Which rows have a loss at all? In those: which class gets -1, and who gets +1?",
        "share: a mask of the products that equal the row's maximum, over their number; 1 - t removes the true class.",
        "active * ((1 - t) * share - t) / len(p), where active is the row's loss > 0 with its axis kept.",
    ],
)
