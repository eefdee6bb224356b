"""Assessment of sigmoid and binary cross-entropy in one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units._losses_binary import ANSWERS, entropy, sigmoid, slope, surprise
from autograder.units._losses_common import backward_slips, forward_slips

Z = np.array([[2.0, -1.0, 0.5], [-3.0, 0.25, 4.0]])
FAR = np.array([[1000.0, -1000.0, 40.0], [-40.0, 1000.0, -1000.0]])


def _logit_cases() -> list[Case]:
    return [
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


def _draw_logits(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"logits": 3 * rng.standard_normal((4, 3)), "labels": rng.integers(2, size=(4, 3)).astype(np.float64)}


def _many_logits(n: int) -> Mapping[str, Any]:
    return {"logits": normal(n, 3, scale=3.0), "labels": np.arange(3 * n).reshape(n, 3) % 2}


def _logits_last(misconceptions: list[Misconception]) -> list[Misconception]:
    """Wrong versions of (y_true, y_pred) as ones of (logits, labels)."""

    def turned(wrong: Callable[..., Any]) -> Callable[..., Any]:
        return lambda logits, labels: wrong(labels, logits)

    return [Misconception(each.name, each.believes, turned(each.wrong), each.hint) for each in misconceptions]


def _fused(labels: Array, logits: Array) -> Array:
    values: Array = np.logaddexp(logits, 0) - logits * labels.astype(logits.dtype)
    return values


def _fused_slope(labels: Array, logits: Array) -> Array:
    values: Array = sigmoid(logits) - labels.astype(logits.dtype)
    return values


sigmoid_cross_entropy = Exercise(
    "sigmoid_cross_entropy",
    points=2,
    vectorized=_many_logits,
    cases=[
        *_logit_cases(),
        Case("a-column-for-a-vector", raises="labels", logits=grid(3), labels=np.array([[1.0], [0.0], [1.0]])),
        random_cases(_draw_logits),
    ],
    misconceptions=[
        *_logits_last(forward_slips(_fused)),
        Misconception(
            "not-fused",
            believes="First the sigmoid, then the logarithms: the formula can be computed as it stands.",
            wrong=lambda logits, labels: np.mean(surprise(labels, sigmoid(logits))),
            hint="σ(-1000) is 0 in floating point. What is its logarithm then, and what should it be?",
        ),
        Misconception(
            "fused-by-a-clip",
            believes="Clipping the probabilities makes the loss stable enough.",
            wrong=lambda logits, labels: np.mean(entropy(labels, sigmoid(logits))),
            hint="A logit of -1000 for a yes: how much does it cost by the formula, and how much with a clip?",
        ),
        Misconception(
            "power-overflows",
            believes="ln(1 + e^z) - z t can be computed as it stands.",
            wrong=lambda logits, labels: np.mean(np.log(1 + np.exp(logits)) - logits * labels),
            hint="What is e^1000 in floating point? Which exponent is never positive?",
        ),
        Misconception(
            "yes-branch-only",
            believes="The loss is -t ln σ(z).",
            wrong=lambda logits, labels: np.mean(labels * np.logaddexp(0, -logits)),
            hint="Nothing happened, and the logit was 7. What does that cost?",
        ),
        Misconception(
            "logits-as-probabilities",
            believes="The logits are probabilities.",
            wrong=lambda logits, labels: np.mean(entropy(labels, logits)),
            hint="A logit is 2. Can that be a probability?",
        ),
        Misconception(
            "sigmoid-twice",
            believes="The logits have to be squashed before the fused formula.",
            wrong=lambda logits, labels: np.mean(_fused(labels, sigmoid(logits))),
            hint="The fused formula takes z. Where in it is the sigmoid?",
        ),
        Misconception(
            "target-added",
            believes="The score times the target is added.",
            wrong=lambda logits, labels: np.mean(np.logaddexp(logits, 0) + logits * labels),
            hint="Does the loss of a yes fall when its score rises?",
        ),
        Misconception(
            "rest-forgotten",
            believes="For large scores ln(1 + e^z) is max(z, 0).",
            wrong=lambda logits, labels: np.mean(np.maximum(logits, 0) - logits * labels),
            hint="What is ln(1 + e^0)?",
        ),
        Misconception(
            "size-of-the-wrong-sign",
            believes="The rest is ln(1 + e^|z|).",
            wrong=lambda logits, labels: np.mean(
                np.maximum(logits, 0) - logits * labels + np.logaddexp(0, np.abs(logits))
            ),
            hint="How large should the rest be far from 0?",
        ),
        Misconception(
            "maximum-forgotten",
            believes="ln(1 + e^(-|z|)) is all that is left of the logarithm.",
            wrong=lambda logits, labels: np.mean(np.logaddexp(0, -np.abs(logits)) - logits * labels),
            hint="What should a no with the score 10 cost?",
        ),
        Misconception(
            "summed-along-a-row",
            believes="Each row has one loss, the sum of its elements'.",
            wrong=lambda logits, labels: np.mean(_fused(labels, logits).sum(axis=-1)),
            hint="Over how many numbers does the mean run?",
        ),
    ],
    hints=[
        "Write ln σ(z) and ln(1 - σ(z)) with ln(1 + e^z). What remains of the two terms?",
        "ln(1 + e^z) - z t; the logarithm without overflow is max(z, 0) + ln(1 + e^-|z|), or NumPy's logaddexp with 0.",
        "np.mean of np.logaddexp(z, 0) - z * t.",
    ],
    variants=[
        Variant("three-terms", lambda logits, labels: _three_terms(logits, labels)),
    ],
)


def _three_terms(logits: Array, labels: Array) -> Any:
    if logits.shape != labels.shape:
        raise ValueError(f"labels: got shape {labels.shape}, want {logits.shape}")
    return np.mean(np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits))))


sigmoid_cross_entropy_backward = Exercise(
    "sigmoid_cross_entropy_backward",
    points=1,
    truth="loss_gradient",
    wrt=["logits"],
    vectorized=_many_logits,
    cases=[*_logit_cases(), random_cases(_draw_logits)],
    misconceptions=[
        *_logits_last(backward_slips(_fused_slope)),
        Misconception(
            "sigmoid-slope-again",
            believes="The sigmoid's slope σ (1 - σ) multiplies the difference.",
            wrong=lambda logits, labels: (
                _fused_slope(labels, logits) * sigmoid(logits) * (1 - sigmoid(logits)) / logits.size
            ),
            hint="The slope of the cross-entropy has p (1 - p) below. What becomes of it?",
        ),
        Misconception(
            "logits-as-probabilities",
            believes="The gradient is z - t.",
            wrong=lambda logits, labels: (logits - labels.astype(logits.dtype)) / logits.size,
            hint="What comes out of the sigmoid, and which difference is the gradient?",
        ),
        Misconception(
            "power-overflows",
            believes="σ(z) = e^z / (1 + e^z) can be computed as it stands.",
            wrong=lambda logits, labels: (
                (np.exp(logits) / (1 + np.exp(logits)) - labels.astype(logits.dtype)) / logits.size
            ),
            hint="What is e^1000 in floating point, and what is ∞ / ∞?",
        ),
        Misconception(
            "through-clipped-probabilities",
            believes="The gradient is that of the probabilities' loss, with its clip, times σ (1 - σ).",
            wrong=lambda logits, labels: (
                slope(labels, sigmoid(logits)) * sigmoid(logits) * (1 - sigmoid(logits)) / logits.size
            ),
            hint="A logit of -1000 for a yes: what does the clip leave of the gradient, where it is needed most?",
        ),
        Misconception(
            "yes-branch-only",
            believes="Only a yes has a gradient.",
            wrong=lambda logits, labels: -labels * (1 - sigmoid(logits)) / logits.size,
            hint="What does a no with the score 5 cost?",
        ),
        Misconception(
            "size-in-the-exponent",
            believes="σ is 1 / (1 + e^(-|z|)).",
            wrong=lambda logits, labels: (1 / (1 + np.exp(-np.abs(logits))) - labels) / logits.size,
            hint="What is σ(-3)?",
        ),
    ],
    hints=[
        "Differentiate ln(1 + e^z) - z t. Which function is the derivative of the first term?",
        "σ(z) - t; of the two forms of the sigmoid choose the one whose exponent is never positive; times 1/n.",
        "(sigmoid - t) / z.size, with the sigmoid 1 / (1 + e^-|z|) where z >= 0, else e^-|z| / (1 + e^-|z|).",
    ],
    variants=[
        Variant(
            "one-over", lambda logits, labels: (1 / (1 + np.exp(-logits)) - labels.astype(logits.dtype)) / logits.size
        ),
    ],
)
