"""Binary cross-entropy of probabilities."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import grid
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import gradients_over_elements, means_over_elements
from autograder.units.u05_losses.pairs import unequal_shapes

CLIPPED = "np.clip(p, EPSILON, 1 - EPSILON)"
SURPRISE = "t * np.log(p) + (1 - t) * np.log(1 - p)"
SLOPE = "(clipped - t) / (clipped * (1 - clipped))"
INSIDE = "((p >= EPSILON) & (p <= 1 - EPSILON))"

ANSWERS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
P = np.array([[0.75, 0.125, 0.625], [0.25, 0.5, 0.875]])
CASES = [
    Case("one-yes", y_true=np.array([1.0]), y_pred=np.array([0.25])),
    Case("one-no", y_true=np.array([0.0]), y_pred=np.array([0.25])),
    Case("table", y_true=ANSWERS, y_pred=P, readonly=True),
    Case("a-column", y_true=ANSWERS.reshape(-1, 1), y_pred=P.reshape(-1, 1)),
    Case("soft-targets", y_true=np.array([0.25, 0.9, 0.5]), y_pred=np.array([0.5, 0.75, 0.125])),
    Case("true-and-false", y_true=ANSWERS == 1, y_pred=P),
    Case(
        "probabilities-zero-and-one",
        y_true=np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0]]),
        y_pred=np.array([[1.0, 0.0, 0.0, 1.0], [0.25, 0.5, 0.75, 0.125]]),
    ),
    Case("certain-and-right", y_true=np.array([1.0, 0.0, 1.0]), y_pred=np.array([1.0, 0.0, 0.5])),
    Case("single-precision", y_true=ANSWERS.astype(np.float32), y_pred=P.astype(np.float32)),
]
AT_THE_BOUNDS = Case("exactly-at-the-bounds", y_true=np.array([0.0, 1.0, 1.0]), y_pred=np.array([1e-7, 1 - 1e-7, 0.5]))


DRAWN = random_cases(
    lambda rng: {"y_true": rng.integers(2, size=(4, 3)).astype(np.float64), "y_pred": rng.uniform(0.02, 0.98, (4, 3))}
)

binary_crossentropy = Exercise(
    "binary_crossentropy",
    points=1,
    vectorized=lambda n: {"y_true": np.arange(3 * n).reshape(n, 3) % 2, "y_pred": grid(n, 3, start=0.01, step=0.3 / n)},
    cases=[*CASES, unequal_shapes(), DRAWN],
    misconceptions=[
        *means_over_elements(),
        python_float(),
        edit("yes-branch-only", SURPRISE, "t * np.log(p)")
        .believes("The loss is -t ln p.")
        .ask("Nothing happened, and 0.99 was predicted. What does that cost?"),
        edit("no-branch-only", SURPRISE, "(1 - t) * np.log(1 - p)")
        .believes("The loss is -(1 - t) ln(1 - p).")
        .ask("It happened, and 0.01 was predicted. What does that cost?"),
        edit("no-clip", CLIPPED, "p")
        .believes("Probabilities are never 0 or 1.")
        .ask("A probability is 0. What is its logarithm, and what is 0 times that?"),
        edit("clip-too-large", "EPSILON", "1e-3")
        .believes("Any small number will do for the clip, 1e-3 for example.")
        .ask("How much does a probability of 0 cost with your clip, and how much with that of the docstring?"),
        edit("epsilon-added", CLIPPED, "p", "np.log(p", "np.log(p + EPSILON", "np.log(1 - p", "np.log(1 - p + EPSILON")
        .believes("Adding 1e-7 inside the logarithms is the same as clipping.")
        .ask("Does a clip change a probability of 0.5?"),
        edit("probabilities-as-logits", CLIPPED, "1 / (1 + np.exp(-p))")
        .believes("The predictions still have to go through a sigmoid.")
        .ask("Do the predictions lie between 0 and 1 already? What does the docstring call them?"),
        edit("sign-flipped", "-np.mean", "np.mean")
        .believes("The loss is the log-likelihood.")
        .ask("What sign does the logarithm of a probability have, and what sign a loss?"),
        edit("branches-swapped", SURPRISE, "(1 - t) * np.log(p) + t * np.log(1 - p)")
        .believes("A yes costs -ln(1 - p).")
        .ask("A yes with p = 0.99: is that a large loss?"),
        edit("logarithm-of-the-target", "t, p", "p, t")
        .believes("The prediction weighs the logarithm of the target.")
        .ask("Which of the two says what happened, and which is surprised?"),
        edit("in-bits", "np.log", "np.log2")
        .believes("The logarithm is that of base two.")
        .ask("Which logarithm does the docstring write?"),
        edit("no-branch-subtracted", "+ (1 - t)", "- (1 - t)")
        .believes("The second branch is subtracted.")
        .ask("What sign does the loss of a no have, then?"),
    ],
    hints=[
        "A yes costs -ln p, a no costs -ln(1 - p). How do t and 1 - t choose between them?",
        "np.clip with 1e-7 and 1 - 1e-7 first; then both logarithms, weighted by t and 1 - t; minus the mean.",
        "-np.mean of t * np.log(p) + (1 - t) * np.log(1 - p), with p clipped.",
    ],
)

binary_crossentropy_backward = Exercise(
    "binary_crossentropy_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=binary_crossentropy.vectorized,
    cases=[*CASES, AT_THE_BOUNDS, DRAWN],
    misconceptions=[
        *gradients_over_elements(),
        edit("bounds-excluded", INSIDE, "((p > EPSILON) & (p < 1 - EPSILON))")
        .believes("A clip passes the gradient strictly inside its bounds only.")
        .ask("The prediction is exactly 1e-7. What does the docstring say for 1e-7 <= p?"),
        edit("sigmoid-gradient", f"slope * {INSIDE}", "(p - t)")
        .believes("The gradient of cross-entropy is p - t.")
        .ask("That is the gradient with respect to logits before a sigmoid. Are the predictions logits here?"),
        edit("yes-branch-only", SLOPE, "-t / clipped")
        .believes("The gradient is -t / p.")
        .ask("Nothing happened, and 0.99 was predicted. Is there nothing to push?"),
        edit("through-the-clip", f" * {INSIDE}", "")
        .believes("A clipped probability still gets the gradient at the bound.")
        .ask("A probability of 0 becomes 1e-9. Does the clipped value, and with it the loss, change?"),
        edit("no-clip", CLIPPED, "p", f" * {INSIDE}", "")
        .believes("Probabilities are never 0 or 1.")
        .ask("A probability is 0. What is p (1 - p), and what is 0 / 0?"),
        edit("second-sign-forgotten", SLOPE, "-(t / clipped + (1 - t) / (1 - clipped))")
        .believes("The derivative of ln(1 - p) is 1 / (1 - p).")
        .ask("What is the inner derivative of 1 - p?"),
        edit("slope-multiplied", f"slope * {INSIDE}", "(p - t) * p * (1 - p)")
        .believes("The error is multiplied by p (1 - p).")
        .ask("That is the way back through a sigmoid. Where is the sigmoid here?"),
        edit("arguments-swapped", "t, p", "p, t")
        .believes("The prediction comes first.")
        .ask("Which comes first in the signature, and with respect to which is the derivative taken?"),
    ],
    hints=[
        "Differentiate -t ln p - (1 - t) ln(1 - p), and bring both terms over one denominator.",
        "(p - t) / (p (1 - p)), with p clipped so that nothing is divided by 0; 0 where the clip stops it; times 1/n.",
        "(clipped - t) / (clipped * (1 - clipped)) * ((p >= EPSILON) & (p <= 1 - EPSILON)) / p.size.",
    ],
    variants=[
        Variant("two-terms", (f"slope * {INSIDE}", f"np.where({INSIDE}, (1 - t) / (1 - clipped) - t / clipped, 0)")),
    ],
)
