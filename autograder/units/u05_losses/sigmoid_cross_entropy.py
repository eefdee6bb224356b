"""Sigmoid and binary cross-entropy in one step."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal
from autograder.units.shared.families import python_float
from autograder.units.u05_losses.averages import gradients_over_elements, means_over_elements

LOSS = "np.logaddexp(z, 0) - z * t"
SIGMOID = "1 / (1 + np.exp(-z))"
STABLE = "np.where(z >= 0, 1 / (1 + small), small / (1 + small))"

Z = np.array([[2.0, -1.0, 0.5], [-3.0, 0.25, 4.0]])
FAR = np.array([[1000.0, -1000.0, 40.0], [-40.0, 1000.0, -1000.0]])
ANSWERS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
CASES = [
    Case("one-yes", logits=np.array([-1.0]), labels=np.array([1.0])),
    Case("one-no", logits=np.array([-1.0]), labels=np.array([0.0])),
    Case("table", logits=Z, labels=ANSWERS, readonly=True),
    Case("logit-zero", logits=np.array([0.0, -0.0, 1.0]), labels=np.array([1.0, 0.0, 0.0])),
    Case("soft-labels", logits=Z, labels=np.array([[0.25, 0.5, 0.9], [0.1, 0.75, 1.0]])),
    Case("far-and-wrong", logits=FAR, labels=np.array([[0, 1, 0], [1, 0, 1]])),
    Case("far-and-right-beside-doubt", logits=np.array([1000.0, -1000.0, 0.5]), labels=np.array([1.0, 0.0, 0.0])),
    Case("true-and-false", logits=Z, labels=ANSWERS == 1),
    Case("single-precision", logits=Z.astype(np.float32), labels=ANSWERS.astype(np.float32)),
]


DRAWN = random_cases(
    lambda rng: {"logits": 3 * rng.standard_normal((4, 3)), "labels": rng.integers(2, size=(4, 3)).astype(np.float64)}
)

sigmoid_cross_entropy = Exercise(
    "sigmoid_cross_entropy",
    points=2,
    vectorized=lambda n: {"logits": normal(n, 3, scale=3.0), "labels": np.arange(3 * n).reshape(n, 3) % 2},
    cases=[
        *CASES,
        Case("a-column-for-a-vector", raises="labels", logits=grid(3), labels=np.array([[1.0], [0.0], [1.0]])),
        DRAWN,
    ],
    misconceptions=[
        *means_over_elements("logits"),
        python_float(),
        edit("not-fused", LOSS, f"-t * np.log({SIGMOID}) - (1 - t) * np.log(1 - {SIGMOID})")
        .believes("First the sigmoid, then the logarithms: the formula can be computed as it stands.")
        .ask("σ(-1000) is 0 in floating point. What is its logarithm then, and what should it be?"),
        returns("fused-by-a-clip", "binary_crossentropy(labels, 1 / (1 + np.exp(-logits)))")
        .believes("Clipping the probabilities makes the loss stable enough.")
        .ask("A logit of -1000 for a yes: how much does it cost by the formula, and how much with a clip?"),
        edit("power-overflows", "np.logaddexp(z, 0)", "np.log(1 + np.exp(z))")
        .believes("ln(1 + e^z) - z t can be computed as it stands.")
        .ask("What is e^1000 in floating point? Which exponent is never positive?"),
        edit("yes-branch-only", LOSS, "t * np.logaddexp(0, -z)")
        .believes("The loss is -t ln σ(z).")
        .ask("Nothing happened, and the logit was 7. What does that cost?"),
        returns("logits-as-probabilities", "binary_crossentropy(labels, logits)")
        .believes("The logits are probabilities.")
        .ask("A logit is 2. Can that be a probability?"),
        edit("sigmoid-twice", "(logits, labels,", "(1 / (1 + np.exp(-logits)), labels,")
        .believes("The logits have to be squashed before the fused formula.")
        .ask("The fused formula takes z. Where in it is the sigmoid?"),
        edit("target-added", "- z * t", "+ z * t")
        .believes("The score times the target is added.")
        .ask("Does the loss of a yes fall when its score rises?"),
        edit("rest-forgotten", "np.logaddexp", "np.maximum")
        .believes("For large scores ln(1 + e^z) is max(z, 0).")
        .ask("What is ln(1 + e^0)?"),
        edit("size-of-the-wrong-sign", "np.logaddexp(z, 0)", "np.maximum(z, 0) + np.logaddexp(0, np.abs(z))")
        .believes("The rest is ln(1 + e^|z|).")
        .ask("How large should the rest be far from 0?"),
        edit("maximum-forgotten", "np.logaddexp(z, 0)", "np.logaddexp(0, -np.abs(z))")
        .believes("ln(1 + e^(-|z|)) is all that is left of the logarithm.")
        .ask("What should a no with the score 10 cost?"),
        edit("summed-along-a-row", LOSS, f"({LOSS}).sum(axis=-1)")
        .believes("Each row has one loss, the sum of its elements'.")
        .ask("Over how many numbers does the mean run?"),
    ],
    hints=[
        "Write ln σ(z) and ln(1 - σ(z)) with ln(1 + e^z). What remains of the two terms?",
        "ln(1 + e^z) - z t; the logarithm without overflow is max(z, 0) + ln(1 + e^-|z|), or NumPy's logaddexp with 0.",
        "np.mean of np.logaddexp(z, 0) - z * t.",
    ],
    variants=[Variant("three-terms", ("np.logaddexp(z, 0)", "np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))"))],
)

sigmoid_cross_entropy_backward = Exercise(
    "sigmoid_cross_entropy_backward",
    points=1,
    truth="loss_gradient",
    wrt=["logits"],
    vectorized=sigmoid_cross_entropy.vectorized,
    cases=[*CASES, DRAWN],
    misconceptions=[
        *gradients_over_elements("z"),
        edit("sigmoid-slope-again", "(probability - t)", "(probability - t) * probability * (1 - probability)")
        .believes("The sigmoid's slope σ (1 - σ) multiplies the difference.")
        .ask("The slope of the cross-entropy has p (1 - p) in its denominator. What becomes of it?"),
        edit("logits-as-probabilities", "(probability - t)", "(z - t)")
        .believes("The gradient is z - t.")
        .ask("What comes out of the sigmoid, and which difference is the gradient?"),
        edit("power-overflows", STABLE, "np.exp(z) / (1 + np.exp(z))")
        .believes("σ(z) = e^z / (1 + e^z) can be computed as it stands.")
        .ask("What is e^1000 in floating point, and what is ∞ / ∞?"),
        edit(
            "through-clipped-probabilities",
            "(probability - t) / z.size",
            "binary_crossentropy_backward(t, probability) * probability * (1 - probability)",
        )
        .believes("The gradient is that of the probabilities' loss, with its clip, times σ (1 - σ).")
        .ask("A logit of -1000 for a yes: what does the clip leave of the gradient, where it is needed most?"),
        edit("yes-branch-only", "(probability - t)", "-t * (1 - probability)")
        .believes("Only a yes has a gradient.")
        .ask("What does a no with the score 5 cost?"),
        edit("size-in-the-exponent", STABLE, "1 / (1 + small)")
        .believes("σ is 1 / (1 + e^(-|z|)).")
        .ask("What is σ(-3)?"),
    ],
    hints=[
        "Differentiate ln(1 + e^z) - z t. Which function is the derivative of the first term?",
        "σ(z) - t; of the two forms of the sigmoid choose the one whose exponent is never positive; times 1/n.",
        "(sigmoid - t) / z.size, with the sigmoid 1 / (1 + e^-|z|) where z >= 0, else e^-|z| / (1 + e^-|z|).",
    ],
    variants=[Variant("one-over", (STABLE, SIGMOID))],
)
