"""The multiclass SVM loss: every rival within the margin counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal, spread
from autograder.units.u05_losses.averages import gradients_over_rows, means_over_rows
from autograder.units.u05_losses.labels import SCORES, bad_labels, labels_unchecked, many_labels

OWN = "scores[np.arange(len(scores)), labels][:, None]"
GAP = f"scores - {OWN} + margin"
OWN_SET_ASIDE = "excess[np.arange(len(scores)), labels] = 0"
ROW_LOSS = "excess.sum(axis=-1)"
BACKWARD_GAP = "scores - scores[rows, labels][:, None] + margin"
MASK = f"({BACKWARD_GAP} > 0).astype(scores.dtype)"
PULL = "grad[rows, labels] = -grad.sum(axis=-1)"

CASES = [
    Case("one-row", scores=np.array([[3.25, 5.0, -1.75]]), labels=np.array([0])),
    Case("rows", scores=SCORES, labels=np.array([2, 0]), readonly=True),
    Case("a-row-without-loss", scores=np.array([[5.0, 1.0, 2.0], [0.5, 1.0, 0.0]]), labels=np.array([0, 2])),
    Case("given-margin", scores=SCORES, labels=np.array([1, 3]), margin=2.5),
    Case("more-rows-than-classes", scores=spread(-2, 2, 8).reshape(4, 2), labels=np.array([0, 1, 1, 0]), margin=0.5),
    Case("exactly-on-the-margin", scores=np.array([[2.0, 1.0, 1.5], [0.0, 1.0, -1.0]]), labels=np.array([0, 1])),
    Case("all-scores-equal", scores=np.full((2, 5), 3.0), labels=np.array([4, 1])),
    Case("single-precision", scores=SCORES.astype(np.float32), labels=np.array([3, 1])),
]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    margin = float(rng.uniform(0.5, 2))
    return {"scores": 2 * rng.standard_normal((5, 4)), "labels": rng.integers(4, size=5), "margin": margin}


svm_loss = Exercise(
    "svm_loss",
    points=2,
    vectorized=lambda n: {"scores": normal(n, 3), "labels": many_labels(n)},
    cases=[*CASES, *bad_labels("scores"), random_cases(_draw)],
    misconceptions=[
        *means_over_rows("scores"),
        labels_unchecked("check_labels(labels, scores)"),
        edit("true-class-counted", OWN_SET_ASIDE, "")
        .believes("The sum runs over all classes.")
        .ask("By how much does the true class miss a margin to itself?"),
        edit("margin-ignored", "+ margin", "+ 1")
        .believes("The margin is always 1.")
        .ask("The caller asks for a margin of 2.5. Where does it enter?"),
        edit("no-margin", " + margin", "")
        .believes("It is enough that the true class is ahead.")
        .ask("The true class is ahead by 0.5: does that cost nothing?"),
        edit("best-rival-only", ROW_LOSS, "excess.max(axis=-1)")
        .believes("The true class is compared with its best rival alone.")
        .ask("Three rivals are ahead of the true class. How many of them does the sum count?"),
        edit("maximum-after-the-sum", f"np.maximum({GAP}, 0)", GAP, ROW_LOSS, f"np.maximum({ROW_LOSS}, 0)")
        .believes("The sum over the classes is taken first, then the maximum with 0.")
        .ask("One rival is 100 behind: may that pay for another one, who is ahead?"),
        edit("other-way-round", f"scores - {OWN}", f"{OWN} - scores")
        .believes("The loss is max(0, s_y - s_j + margin).")
        .ask("The true class has the highest score by far. Does that cost much, or nothing?"),
        edit("squared", ROW_LOSS, "(excess**2).sum(axis=-1)")
        .believes("The misses are squared.")
        .ask("A margin is missed by 2. Does the formula charge 2 or 4?"),
        edit("margin-subtracted", "+ margin", "- margin")
        .believes("The margin makes it easier.")
        .ask("A score that beats the others by 0.5 and a margin of 1: is there a loss?"),
        edit("columns-of-all-labels", OWN, "scores[:, labels]")
        .believes("scores[:, labels] is each row's own score.")
        .ask("What does the colon select, one row or all?"),
    ],
    hints=[
        "Each row: subtract the true class's score from all scores, add the margin. Which entries count?",
        "scores[np.arange(N), labels][:, None] is the true class's score as a column; set its entry to 0, then sum.",
        "excess = np.maximum(scores - own + margin, 0); excess[np.arange(N), labels] = 0; the mean of its row sums.",
    ],
    variants=[
        Variant(
            "margin-subtracted",
            (OWN_SET_ASIDE, "", f"np.mean({ROW_LOSS})", "excess.sum() / len(scores) - margin"),
        )
    ],
)

svm_loss_backward = Exercise(
    "svm_loss_backward",
    points=2,
    truth="loss_gradient",
    wrt=["scores"],
    vectorized=svm_loss.vectorized,
    cases=[*CASES, random_cases(_draw)],
    misconceptions=[
        *gradients_over_rows("/ len(scores)", "scores.size"),
        edit("true-class-pulled-once", PULL, "grad[rows, labels] = -grad.max(axis=-1)")
        .believes("The true class gets -1, whoever comes too close.")
        .ask("Three terms of the row contain the true class's score. How often does it count?"),
        edit("true-class-forgotten", PULL, "")
        .believes("Only the rivals that come too close are pushed.")
        .ask("s_y stands in the formula too. With which sign?"),
        edit("every-rival", MASK, "np.ones_like(scores)")
        .believes("All wrong classes are pushed down.")
        .ask("A rival that is 100 behind moves a little. Does the loss change?"),
        edit("slope-on-the-margin", "margin > 0", "margin >= 0")
        .believes("Exactly on the margin a rival is still pushed.")
        .ask("The docstring says what counts where s_j - s_y + margin is 0. Is the comparison strict?"),
        edit("margin-ignored", "+ margin", "+ 1")
        .believes("The margin is always 1.")
        .ask("A larger margin makes more rivals come too close. Where does it enter?"),
        edit("mask-in-double-precision", ".astype(scores.dtype)", " * 1.0")
        .believes("A mask times 1.0 has the precision of the scores.")
        .ask("What dtype does np.array([True]) * 1.0 have, or np.zeros without a dtype?"),
        edit("excess-instead-of-mask", MASK, f"np.maximum({BACKWARD_GAP}, 0)")
        .believes("Each rival is pushed by as much as it comes too close.")
        .ask("How steep is max(0, d) at d = 1, and how steep at d = 100?"),
        edit("true-class-not-set-aside", "grad[rows, labels] = 0", "")
        .believes("The true class is one of the rivals.")
        .ask("For j = y the difference is 0 and the margin 1. Is j = y in the sum?"),
        edit("true-class-pushed", "-grad.sum", "grad.sum")
        .believes("The true class is pushed once for each rival.")
        .ask("Does the loss fall when the true class's score rises?"),
    ],
    hints=[
        "Each term max(0, s_j - s_y + margin) that is above 0 pushes two scores. Which, and by how much?",
        "A mask of 1 where the gap is > 0 and j ≠ y; the true class gets minus the row's sum of it.",
        "mask[np.arange(N), labels] = 0; mask[np.arange(N), labels] = -mask.sum(axis=-1); mask / N, all as floats.",
    ],
)
