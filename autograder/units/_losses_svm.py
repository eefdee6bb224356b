"""Assessment of the multiclass SVM loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal, spread
from autograder.units._losses_common import many_labels
from autograder.units._losses_scores import (
    at,
    bad_labels,
    check,
    class_mask,
    label_backward_slips,
    label_forward_slips,
)

ROWS = np.array([[1.0, 3.0, 0.5, -2.0], [0.25, -1.0, 2.0, 1.5]])


def _cases() -> list[Case]:
    return [
        Case("one-row", scores=np.array([[3.25, 5.0, -1.75]]), labels=np.array([0])),
        Case("rows", scores=ROWS, labels=np.array([2, 0]), readonly=True),
        Case("a-row-without-loss", scores=np.array([[5.0, 1.0, 2.0], [0.5, 1.0, 0.0]]), labels=np.array([0, 2])),
        Case("given-margin", scores=ROWS, labels=np.array([1, 3]), margin=2.5),
        Case(
            "more-rows-than-classes", scores=spread(-2, 2, 8).reshape(4, 2), labels=np.array([0, 1, 1, 0]), margin=0.5
        ),
        Case("exactly-on-the-margin", scores=np.array([[2.0, 1.0, 1.5], [0.0, 1.0, -1.0]]), labels=np.array([0, 1])),
        Case("all-scores-equal", scores=np.full((2, 5), 3.0), labels=np.array([4, 1])),
        Case("single-precision", scores=ROWS.astype(np.float32), labels=np.array([3, 1])),
    ]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    margin = float(rng.uniform(0.5, 2))
    return {"scores": 2 * rng.standard_normal((5, 4)), "labels": rng.integers(4, size=5), "margin": margin}


def _many(n: int) -> Mapping[str, Any]:
    return {"scores": normal(n, 3), "labels": many_labels(n)}


def _gap(scores: Array, labels: Array, margin: float = 1) -> Array:
    gap: Array = scores - at(scores, labels)[:, None] + margin
    return gap


def _excess(scores: Array, labels: Array, margin: float = 1) -> Array:
    values: Array = np.maximum(_gap(scores, labels, margin), 0) * (1 - class_mask(scores, labels))
    return values


def _row_loss(scores: Array, labels: Array, margin: float = 1) -> Array:
    loss: Array = _excess(scores, labels, margin).sum(axis=-1)
    return loss


def _pushed(scores: Array, mask: Array, labels: Array) -> Array:
    wrong = mask * (1 - class_mask(scores, labels))
    values: Array = wrong - class_mask(scores, labels) * wrong.sum(axis=-1, keepdims=True)
    return values


def _slope(scores: Array, labels: Array, margin: float = 1) -> Array:
    return _pushed(scores, _gap(scores, labels, margin) > 0, labels)


def _columns_of_all_labels(scores: Array, labels: Array, margin: float = 1) -> Any:
    excess = np.maximum(scores - scores[:, labels] + margin, 0)
    excess[np.arange(len(scores)), labels] = 0
    return np.mean(excess.sum(axis=-1))


def _true_class_among_rivals(scores: Array, labels: Array, margin: float = 1) -> Array:
    grad = (_gap(scores, labels, margin) > 0).astype(scores.dtype)
    grad[np.arange(len(scores)), labels] = -grad.sum(axis=-1)
    return grad / len(scores)


svm_loss = Exercise(
    "svm_loss",
    points=2,
    vectorized=_many,
    cases=[*_cases(), *bad_labels("scores"), random_cases(_draw)],
    misconceptions=[
        *label_forward_slips(_row_loss),
        Misconception(
            "true-class-counted",
            believes="The sum runs over all classes.",
            wrong=lambda scores, labels, margin=1: np.mean(np.maximum(_gap(scores, labels, margin), 0).sum(axis=-1)),
            hint="By how much does the true class miss a margin to itself?",
        ),
        Misconception(
            "margin-ignored",
            believes="The margin is always 1.",
            wrong=lambda scores, labels, margin=1: np.mean(_row_loss(scores, labels)),
            hint="The caller asks for a margin of 2.5. Where does it enter?",
        ),
        Misconception(
            "no-margin",
            believes="It is enough that the true class is ahead.",
            wrong=lambda scores, labels, margin=1: np.mean(_row_loss(scores, labels, 0)),
            hint="The true class is ahead by 0.5: does that cost nothing?",
        ),
        Misconception(
            "best-rival-only",
            believes="The true class is compared with its best rival alone.",
            wrong=lambda scores, labels, margin=1: np.mean(_excess(scores, labels, margin).max(axis=-1)),
            hint="Three rivals are ahead of the true class. How many of them does the sum count?",
        ),
        Misconception(
            "maximum-after-the-sum",
            believes="The sum over the classes is taken first, then the maximum with 0.",
            wrong=lambda scores, labels, margin=1: np.mean(
                np.maximum((_gap(scores, labels, margin) * (1 - class_mask(scores, labels))).sum(axis=-1), 0)
            ),
            hint="One rival is 100 behind: may that pay for another one, who is ahead?",
        ),
        Misconception(
            "other-way-round",
            believes="The loss is max(0, s_y - s_j + margin).",
            wrong=lambda scores, labels, margin=1: np.mean(
                (np.maximum(2 * margin - _gap(scores, labels, margin), 0) * (1 - class_mask(scores, labels))).sum(
                    axis=-1
                )
            ),
            hint="The true class has the highest score by far. Does that cost much, or nothing?",
        ),
        Misconception(
            "squared",
            believes="The misses are squared.",
            wrong=lambda scores, labels, margin=1: np.mean((_excess(scores, labels, margin) ** 2).sum(axis=-1)),
            hint="A margin is missed by 2. Does the formula charge 2 or 4?",
        ),
        Misconception(
            "margin-subtracted",
            believes="The margin makes it easier.",
            wrong=lambda scores, labels, margin=1: _row_loss(scores, labels, -margin).mean(),
            hint="A score that beats the others by 0.5 and a margin of 1: is there a loss?",
        ),
        Misconception(
            "columns-of-all-labels",
            believes="scores[:, labels] is each row's own score.",
            wrong=_columns_of_all_labels,
            hint="What does the colon select, one row or all?",
        ),
    ],
    hints=[
        "Each row: subtract the true class's score from all scores, add the margin. Which entries count?",
        "scores[np.arange(N), labels][:, None] is the true class's score as a column; set its own entry to 0 before "
        "the sum.",
        "excess = np.maximum(scores - own + margin, 0); excess[np.arange(N), labels] = 0; the mean of its row sums.",
    ],
    variants=[
        Variant("margin-subtracted", lambda scores, labels, margin=1: _margin_subtracted(scores, labels, margin)),
    ],
)


def _margin_subtracted(scores: Array, labels: Array, margin: float) -> Any:
    check(labels, scores)
    return np.maximum(_gap(scores, labels, margin), 0).sum() / len(scores) - margin


svm_loss_backward = Exercise(
    "svm_loss_backward",
    points=2,
    truth="loss_gradient",
    wrt=["scores"],
    vectorized=_many,
    cases=[*_cases(), random_cases(_draw)],
    misconceptions=[
        *label_backward_slips(_slope),
        Misconception(
            "true-class-pulled-once",
            believes="The true class gets -1, whoever comes too close.",
            wrong=lambda scores, labels, margin=1: np.maximum(_slope(scores, labels, margin), -1) / len(scores),
            hint="Three terms of the row contain the true class's score. How often does it count?",
        ),
        Misconception(
            "true-class-forgotten",
            believes="Only the rivals that come too close are pushed.",
            wrong=lambda scores, labels, margin=1: (
                _slope(scores, labels, margin) * (1 - class_mask(scores, labels)) / len(scores)
            ),
            hint="s_y stands in the formula too. With which sign?",
        ),
        Misconception(
            "every-rival",
            believes="All wrong classes are pushed down.",
            wrong=lambda scores, labels, margin=1: _pushed(scores, np.ones_like(scores), labels) / len(scores),
            hint="A rival that is 100 behind moves a little. Does the loss change?",
        ),
        Misconception(
            "slope-on-the-margin",
            believes="Exactly on the margin a rival is still pushed.",
            wrong=lambda scores, labels, margin=1: (
                _pushed(scores, _gap(scores, labels, margin) >= 0, labels) / len(scores)
            ),
            hint="The docstring says what counts where s_j - s_y + margin is 0. Is the comparison strict?",
        ),
        Misconception(
            "margin-ignored",
            believes="The margin is always 1.",
            wrong=lambda scores, labels, margin=1: _slope(scores, labels) / len(scores),
            hint="A larger margin makes more rivals come too close. Where does it enter?",
        ),
        Misconception(
            "mask-in-double-precision",
            believes="A mask times 1.0 has the precision of the scores.",
            wrong=lambda scores, labels, margin=1: (_slope(scores, labels, margin) / len(scores)).astype(np.float64),
            hint="What dtype does np.array([True]) * 1.0 have, or np.zeros without a dtype?",
        ),
        Misconception(
            "excess-instead-of-mask",
            believes="Each rival is pushed by as much as it comes too close.",
            wrong=lambda scores, labels, margin=1: (
                _pushed(scores, _excess(scores, labels, margin), labels) / len(scores)
            ),
            hint="How steep is max(0, d) at d = 1, and how steep at d = 100?",
        ),
        Misconception(
            "true-class-not-set-aside",
            believes="The true class is one of the rivals.",
            wrong=_true_class_among_rivals,
            hint="For j = y the difference is 0 and the margin 1. Is j = y in the sum?",
        ),
        Misconception(
            "true-class-pushed",
            believes="The true class is pushed once for each rival.",
            wrong=lambda scores, labels, margin=1: np.abs(_slope(scores, labels, margin)) / len(scores),
            hint="Does the loss fall when the true class's score rises?",
        ),
    ],
    hints=[
        "Each term max(0, s_j - s_y + margin) that is above 0 pushes two scores. Which, and by how much?",
        "A mask of 1 where the gap is > 0 and j ≠ y; the true class gets minus the row's sum of it.",
        "mask[np.arange(N), labels] = 0; mask[np.arange(N), labels] = -mask.sum(axis=-1); mask / N, all as floats.",
    ],
)
