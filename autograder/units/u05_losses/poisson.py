"""The Poisson loss of counts."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise
from autograder.assessment.misconception import edit
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import gradients_over_elements, means_over_elements
from autograder.units.u05_losses.pairs import many_pairs, positive_numbers, unequal_shapes

COUNTS = Case(
    "counts",
    y_true=np.array([[0.0, 1.0, 4.0], [2.0, 0.0, 30.0]]),
    y_pred=np.array([[0.5, 1.5, 3.0], [0.25, 2.0, 40.0]]),
)
ZERO_FOR_ZERO = Case("zero-for-zero", y_true=np.array([0.0, 2.0]), y_pred=np.array([0.0, 3.0]))
EXPECTED_ZERO = Case(
    "expected-zero",
    y_true=np.array([[0.0, 2.0, 1.0], [3.0, 0.0, 5.0]]),
    y_pred=np.array([[0.0, 0.0, 2.0], [3.0, 1.0, 0.5]]),
)
#: Where the gradient is small, a misplaced ε is a large part of it.
NEAR_THE_COUNTS = Case("rates-near-the-counts", y_true=np.array([2.0, 5.0, 3.0]), y_pred=np.array([2.002, 4.99, 3.001]))


DRAWN = random_cases(
    lambda rng: {"y_true": rng.poisson(3.0, (4, 3)).astype(np.float64), "y_pred": np.exp(rng.standard_normal((4, 3)))}
)

poisson = Exercise(
    "poisson",
    points=1,
    vectorized=many_pairs,
    cases=[*positive_numbers(), COUNTS, ZERO_FOR_ZERO, EXPECTED_ZERO, unequal_shapes(), DRAWN],
    misconceptions=[
        *means_over_elements(),
        python_float(),
        edit("likelihood-not-loss", "np.mean", "-np.mean")
        .believes("The loss is the log-likelihood t ln p - p.")
        .ask("The likelihood should grow. What sign turns it into a number that should shrink?"),
        edit("no-epsilon", "p + EPSILON", "p")
        .believes("An expected count is never 0.")
        .ask("What is ln 0, and what becomes of the mean with one such element?"),
        edit("floored-not-added", "p + EPSILON", "np.maximum(p, EPSILON)")
        .believes("A floor of 1e-7 is the same as adding 1e-7.")
        .ask("The formula of this loss is p + 1e-7, not max(p, 1e-7): what differs at p = 1?"),
        edit("arguments-swapped", "t, p", "p, t")
        .believes("It does not matter which of the two is observed.")
        .ask("Which of the two is observed, and of which one is the logarithm taken?"),
        edit("constant-kept", "p - t *", "t * np.log(np.maximum(t, EPSILON)) - t + p - t *")
        .believes("The full likelihood has a logarithm of t! in it, t ln t - t for short.")
        .ask("Does ln t! depend on the prediction? Is it in the docstring's formula?"),
        edit("count-outside", "t * np.log", "np.log")
        .believes("The loss is p - ln p.")
        .ask("Where does the observed count enter?"),
        edit("sign-of-the-logarithm", "p - t", "p + t")
        .believes("Both terms are costs.")
        .ask("For which p is p - t ln p smallest? And for which is your loss?"),
        edit("rate-forgotten", "p - t", "-t")
        .believes("The loss is -t ln p.")
        .ask("What keeps p from growing without end?"),
        edit("logarithmic-predictions", "p - t * np.log(p + EPSILON)", "np.exp(p) - t * p")
        .believes("The predictions are logarithms of the rate.")
        .ask("What does the docstring call p?"),
    ],
    hints=[
        "For each element the expected count, minus the observed count times a logarithm. Of which number?",
        "1e-7 is added to p inside the logarithm; the sign makes the loss smallest at p = t.",
        "np.mean of p - t * np.log(p + EPSILON).",
    ],
)

poisson_backward = Exercise(
    "poisson_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many_pairs,
    cases=[*positive_numbers(), COUNTS, NEAR_THE_COUNTS, ZERO_FOR_ZERO, EXPECTED_ZERO, DRAWN],
    misconceptions=[
        *gradients_over_elements(),
        edit("no-epsilon", "(p + EPSILON)", "p")
        .believes("An expected count is never 0.")
        .ask("What is 2 / 0, and what is 0 / 0?"),
        edit("one-forgotten", "1 - t", "-t")
        .believes("Only the logarithm has a slope.")
        .ask("At p = t the loss is smallest. Is the gradient 0 there?"),
        edit("logarithm-kept", "t / (p + EPSILON)", "np.log(p + EPSILON)")
        .believes("The slope of t ln p is ln p.")
        .ask("With respect to which of the two numbers is the derivative taken?"),
        edit("difference", "1 - t / (p + EPSILON)", "p - t")
        .believes("The gradient is p - t, as for the squared error.")
        .ask("That is the gradient with respect to ln p. What is the slope of ln p?"),
        edit("arguments-swapped", "t, p", "p, t")
        .believes("The ratio is p / t.")
        .ask("What is the derivative of ln p?"),
        edit("logarithmic-predictions", "1 - t / (p + EPSILON)", "np.exp(p) - t")
        .believes("The predictions are logarithms of the rate.")
        .ask("That is the gradient with respect to ln p. What does the docstring call p?"),
    ],
    hints=[
        "Differentiate p, then t ln(p + 1e-7), with respect to p.",
        "1 minus t over what stands inside the logarithm; the mean brings a 1/n.",
        "(1 - t / (p + EPSILON)) / p.size.",
    ],
)
