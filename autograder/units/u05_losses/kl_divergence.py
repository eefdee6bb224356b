"""The Kullback-Leibler divergence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import grid
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import broadcast_silently, gradients_over_rows, means_over_rows
from autograder.units.u05_losses.pairs import unequal_rows

CLIPPED = "np.clip(each, EPSILON, 1)"
RATIO = "np.clip(t, EPSILON, 1) / np.clip(p, EPSILON, 1)"
INSIDE = " * ((p >= EPSILON) & (p <= 1))"

T = np.array([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]])
P = np.array([[0.25, 0.25, 0.5], [0.3, 0.6, 0.1]])
CASES = [
    Case("one-row", y_true=np.array([[0.5, 0.5]]), y_pred=np.array([[0.25, 0.75]])),
    Case("rows", y_true=T, y_pred=P, readonly=True),
    Case("one-axis", y_true=T[1], y_pred=P[0]),
    Case("sequences", y_true=grid(2, 3, 4, start=0.02, step=0.03), y_pred=grid(2, 3, 4, start=0.95, step=-0.04)),
    Case("target-zero-is-clipped", y_true=np.array([[1.0, 0.0], [0.0, 1.0]]), y_pred=P[:, :2]),
    Case("predicted-zero-is-clipped", y_true=T, y_pred=np.array([[0.0, 0.4, 0.6], [0.5, 0.5, 0.0]])),
    Case("predicted-one", y_true=T[:, :2], y_pred=np.array([[1.0, 0.0], [0.25, 1.0]])),
    Case("exactly-at-the-lower-bound", y_true=np.array([[0.0, 1.0]]), y_pred=np.array([[1e-7, 0.5]])),
    Case("above-one-is-clipped", y_true=T, y_pred=2 * P),
    Case("integer-targets", y_true=np.array([[0, 1, 0], [1, 0, 0]]), y_pred=P),
    Case("single-precision", y_true=T.astype(np.float32), y_pred=P.astype(np.float32)),
]


DRAWN = random_cases(lambda rng: {"y_true": rng.dirichlet(np.ones(3), 4), "y_pred": rng.dirichlet(np.ones(3), 4)})


def _many(n: int) -> Mapping[str, Any]:
    rng = np.random.default_rng(n)
    return {"y_true": rng.dirichlet(np.ones(3), n), "y_pred": rng.dirichlet(np.ones(3), n)}


kl_divergence = Exercise(
    "kl_divergence",
    points=1,
    vectorized=_many,
    cases=[*CASES, unequal_rows(), DRAWN],
    misconceptions=[
        *means_over_rows(),
        python_float(),
        broadcast_silently(),
        edit("other-direction", "t, p", "p, t")
        .believes("The divergence of p from t is the same as that of t from p.")
        .ask("By which of the two distributions is the logarithm weighted?"),
        edit("no-clip", CLIPPED, "each")
        .believes("Probabilities are never 0.")
        .ask("What is 0 · ln 0 in floating point, and what 0.7 · ln(0.7 / 0)?"),
        edit("cross-entropy", "np.log(t / p)", "-np.log(p)")
        .believes("The divergence is -Σ t ln p.")
        .ask("How large is the divergence of a distribution from itself?"),
        edit("sign-flipped", "t / p", "p / t")
        .believes("The formula is Σ t ln(p / t).")
        .ask("A divergence is never negative. Which of the two stands above?"),
        edit("in-bits", "np.log", "np.log2")
        .believes("Information is measured with the logarithm to base 2.")
        .ask("Which logarithm is ln?"),
        edit("rows-normalised", "(y_true, y_pred)", "(y_true, y_pred / y_pred.sum(axis=-1, keepdims=True))")
        .believes("Rows are divided by their sums, as in categorical cross-entropy.")
        .ask("A row sums to 2. What does the docstring say about dividing?"),
        edit("weights-forgotten", "t * np.log", "np.log")
        .believes("The divergence is the sum of the logarithms' differences.")
        .ask("How much should an entry that never happens count?"),
        edit("epsilon-added", CLIPPED, "each + EPSILON")
        .believes("A small number is added instead of clipping.")
        .ask("Which entries does a clip change, and which an added number?"),
        edit("logarithms-divided", "np.log(t / p)", "np.log(t) / np.log(p)")
        .believes("ln(t / p) is ln t / ln p.")
        .ask("What is ln(1 / 1), and what is ln 1 / ln 1?"),
    ],
    hints=[
        "Per row a sum of t times a logarithm of a ratio. Which of the two stands above, and what is clipped?",
        "np.clip both to [1e-7, 1] first; sum along the last axis, then average over the rows.",
        "np.mean of (t * np.log(t / p)).sum(axis=-1), with t and p clipped.",
    ],
    variants=[Variant("difference-of-logarithms", ("np.log(t / p)", "(np.log(t) - np.log(p))"))],
)

kl_divergence_backward = Exercise(
    "kl_divergence_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=_many,
    cases=[*CASES, DRAWN],
    misconceptions=[
        *gradients_over_rows("* p.shape[-1] / p.size"),
        edit("through-the-clip", INSIDE, "")
        .believes("A clipped prediction still gets the gradient at the bound.")
        .ask("The prediction 0 becomes 1e-9. Does the clipped value change?"),
        edit("bound-excluded", INSIDE, " * ((p > EPSILON) & (p < 1))")
        .believes("A clip passes the gradient strictly inside its bounds only.")
        .ask("The prediction is exactly 1. What does the docstring say for p <= 1?"),
        edit("no-clip", RATIO, "t / p", INSIDE, "").believes("Probabilities are never 0.").ask("What is 0.5 / 0?"),
        edit("with-respect-to-the-target", f"-{RATIO}", f"np.log({RATIO}) + 1", INSIDE, "")
        .believes("The slope is ln(t / p) + 1.")
        .ask("With respect to which of the two distributions is the derivative taken?"),
        edit("difference", f"slope{INSIDE}", "(p - t)")
        .believes("The gradient is p - t.")
        .ask("That is the gradient with respect to logits before a softmax. Is there a softmax here?"),
        edit("logarithm-kept", f"-{RATIO}", f"np.log({RATIO})", INSIDE, "")
        .believes("The gradient is the logarithm of the ratio.")
        .ask("With respect to what is the derivative taken, and where does p stand in t ln(t / p)?"),
    ],
    hints=[
        "Only -t ln p depends on p. What is its slope, and where does the clip pass it?",
        "-t / p inside the bounds and at them, 0 outside; divide by the number of rows, which is p.size / C.",
        "-t / p * ((y_pred >= EPSILON) & (y_pred <= 1)) * p.shape[-1] / p.size, with t (and the divisor) clipped.",
    ],
)
