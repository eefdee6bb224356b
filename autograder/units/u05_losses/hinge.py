"""The hinge and the squared hinge, for labels in two notations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, edit, returns
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import gradients_over_elements, means_over_elements
from autograder.units.u05_losses.pairs import unequal_shapes

BEYOND = "A score far beyond the margin moves a little. Does the loss change?"
AS_SIGNS = "2 * t - 1 if np.isin(t, (0, 1)).all() else t"
MISS = "np.maximum(1 - t * p, 0)"

SIGNS = np.array([[1, -1, 1], [-1, -1, 1]])
BITS = np.array([[1, 0, 1], [0, 0, 1]])
SCORES = np.array([[0.5, 0.25, 2.5], [-3.0, 0.75, -0.5]])
CASES = [
    Case("one-score", y_true=np.array([-1]), y_pred=np.array([0.5])),
    Case("labels-minus-one-and-one", y_true=SIGNS, y_pred=SCORES),
    Case("labels-zero-and-one", y_true=BITS, y_pred=SCORES, readonly=True),
    Case("all-labels-zero", y_true=np.zeros(3, dtype=int), y_pred=np.array([0.5, -2.0, -0.25])),
    Case("labels-true-and-false", y_true=np.array([True, False, True]), y_pred=np.array([0.5, -0.25, -2.0])),
    Case("a-mixture-is-taken-as-it-is", y_true=np.array([-1, 0, 1, 1]), y_pred=np.array([0.5, 3.0, 0.25, -1.0])),
    Case("single-precision", y_true=SIGNS.astype(np.float32), y_pred=SCORES.astype(np.float32)),
    Case("beyond-the-margin", y_true=np.array([1, -1, 1]), y_pred=np.array([1.5, -7.0, 0.5])),
    Case("on-the-margin", y_true=np.array([1, -1, 1]), y_pred=np.array([1.0, -1.0, 0.25])),
]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    low = int(rng.integers(2)) - 1
    return {"y_true": np.where(rng.random((4, 3)) < 0.5, low, 1), "y_pred": 1.5 * rng.standard_normal((4, 3))}


def _labels_left_alone() -> Misconception:
    return (
        edit("labels-zero-left-alone", AS_SIGNS, "t")
        .believes("Labels may be 0 and 1 as everywhere else.")
        .ask("A label 0 times any score is 0. What should a label 0 ask of the score?")
    )


def _each_zero_mapped() -> Misconception:
    return (
        edit("each-zero-mapped", AS_SIGNS, "np.where(t == 0, -1, t)")
        .believes("Every 0 means -1, whatever the other labels are.")
        .ask("When do labels count as 0 and 1: when one of them is 0, or when all of them are 0 or 1?")
    )


hinge = Exercise(
    "hinge",
    points=1,
    vectorized=lambda n: {"y_true": 2 * (np.arange(3 * n).reshape(n, 3) % 2) - 1, "y_pred": normal(n, 3)},
    cases=[*CASES, unequal_shapes(), random_cases(_draw)],
    misconceptions=[
        *means_over_elements(),
        python_float(),
        _labels_left_alone(),
        edit("always-mapped", AS_SIGNS, "2 * t - 1")
        .believes("Labels come as 0 and 1, so 2t - 1 is always needed.")
        .ask("What does 2t - 1 make of a label -1?"),
        _each_zero_mapped(),
        edit("no-maximum", MISS, "1 - t * p")
        .believes("The loss is 1 - t p.")
        .ask("A score of 100 on the right side: may it pay for the mistakes of other samples?"),
        edit("no-margin", "1 - t * p", "-t * p")
        .believes("It is enough to be on the right side.")
        .ask("A score of 0.5 on the right side: does it cost nothing?"),
        edit("sign-flipped", "1 - t * p", "1 + t * p")
        .believes("The loss is max(0, 1 + t p).")
        .ask("Label 1 and score 7: does that cost 0 or 8?"),
        edit("maximum-of-the-mean", f"np.mean({MISS})", "np.maximum(np.mean(1 - t * p), 0)")
        .believes("The maximum can be taken at the end.")
        .ask("One score is far beyond its margin, one on the wrong side. May the first make up for the second?"),
        edit("size-of-the-gap", MISS, "np.abs(1 - t * p)")
        .believes("Every distance from the margin counts.")
        .ask("What is the loss of a score that is on the right side by 5?"),
        edit("labels-turned-around", "2 * t - 1", "1 - 2 * t")
        .believes("A label 0 stands for 1, and 1 for -1.")
        .ask("Which sign should the score of a 1 have?"),
    ],
    hints=[
        "Before anything else: do the labels have to be mapped? Then 1 - t p, and what may it never be?",
        "np.isin(t, (0, 1)).all() tells whether the labels are 0 and 1; 2 * t - 1 maps them.",
        "np.mean of np.maximum(1 - t * p, 0), after the labels are mapped.",
    ],
    variants=[Variant("clip", (MISS, "np.clip(1 - t * p, 0, None)"))],
)

hinge_backward = Exercise(
    "hinge_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=hinge.vectorized,
    cases=[*CASES, random_cases(_draw)],
    misconceptions=[
        *gradients_over_elements(),
        _labels_left_alone(),
        _each_zero_mapped(),
        edit("everywhere", " * (t * p < 1)", "").believes("The slope is -t for every score.").ask(BEYOND),
        edit("slope-on-the-margin", "t * p < 1", "t * p <= 1")
        .believes("Exactly on the margin the score is still pushed.")
        .ask("The docstring says what counts where 1 - t p is 0. Is the comparison strict?"),
        edit("score-instead-of-label", "-t *", "-p *")
        .believes("The slope of t p is p.")
        .ask("With respect to which of the two numbers is the derivative taken?"),
        edit("wrong-side-only", "t * p < 1", "t * p < 0")
        .believes("Only scores on the wrong side of 0 are pushed.")
        .ask("The label is 1, the score 0.5. Is there a loss?"),
        edit("gap-kept", "(t * p < 1)", MISS)
        .believes("The gradient is the label times the loss.")
        .ask("What is the slope of 1 - t p with respect to p?"),
    ],
    hints=[
        "Which elements have a loss at all? Only they have a slope.",
        "Where 1 - t p > 0 the slope is -t, with the labels mapped as in the forward pass; the mean brings a 1/n.",
        "-t * (t * p < 1) / p.size, after the labels are mapped.",
    ],
    variants=[Variant("choice", ("-t * (t * p < 1) / p.size", "np.where(1 - t * p > 0, -t / p.size, 0)"))],
)

squared_hinge = Exercise(
    "squared_hinge",
    points=1,
    vectorized=hinge.vectorized,
    cases=[*CASES, unequal_shapes(), random_cases(_draw)],
    misconceptions=[
        *means_over_elements(),
        python_float(),
        edit("square-before-maximum", f"{MISS} ** 2", "np.maximum((1 - t * p) ** 2, 0)")
        .believes("The order of square and maximum does not matter.")
        .ask("A score far beyond the margin: what is (1 - t p)², and should it cost anything?"),
        edit("not-squared", " ** 2", "")
        .believes("The squared hinge is another name of the hinge.")
        .ask("By how much is the margin missed, and what is done with that number?"),
        _labels_left_alone(),
        _each_zero_mapped(),
        edit("mean-before-square", f"np.mean({MISS} ** 2)", f"np.mean({MISS}) ** 2")
        .believes("The mean hinge loss is squared.")
        .ask("What is squared: each element's loss, or their mean?"),
        edit("halved", "** 2)", "** 2) / 2")
        .believes("A factor ½ belongs to a square.")
        .ask("Does the docstring's formula have a ½?"),
    ],
    hints=[
        "It is the hinge loss with one more step. At which place?",
        "Map the labels, take max(0, 1 - t p) of each element, square it, and average.",
        "np.mean of np.maximum(1 - t * p, 0) ** 2, after the labels are mapped.",
    ],
)

squared_hinge_backward = Exercise(
    "squared_hinge_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=hinge.vectorized,
    cases=[*CASES, random_cases(_draw)],
    misconceptions=[
        *gradients_over_elements(),
        edit("two-forgotten", "-2 * t", "-t")
        .believes("The square leaves no factor.")
        .ask("The loss has no ½ in front. Where does the 2 of the square's derivative go?"),
        edit("label-forgotten", "-2 * t", "-2")
        .believes("The slope of the square is 2 max(0, 1 - t p), with a minus.")
        .ask("Inside the square stands 1 - t p. What is its slope?"),
        edit("everywhere", MISS, "(1 - t * p)").believes("The slope is -2 t (1 - t p) for every score.").ask(BEYOND),
        _labels_left_alone(),
        returns("gradient-of-the-hinge", "hinge_backward(y_true, y_pred)")
        .believes("A square changes neither where the loss is 0 nor its slope.")
        .ask("What is the derivative of d² at d = 3?"),
        edit("score-instead-of-label", "-2 * t", "-2 * p")
        .believes("The slope of 1 - t p is -p.")
        .ask("With respect to what is the derivative taken?"),
    ],
    hints=[
        "Chain rule: the square, the maximum, 1 - t p. What does each contribute?",
        "2 max(0, 1 - t p), times -t, times 1/n, with the labels mapped as in the forward pass.",
        "-2 * t * np.maximum(1 - t * p, 0) / p.size, after the labels are mapped.",
    ],
)
