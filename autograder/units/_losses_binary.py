"""Assessment of binary cross-entropy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid
from autograder.units._losses_common import EPSILON, backward_slips, forward_slips, unequal_shapes

LN_0 = "A probability is 0. What is its logarithm, and what is 0 times that?"
LOGITS = "Do the predictions lie between 0 and 1 already? What does the docstring call them?"
ANSWERS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
P = np.array([[0.75, 0.125, 0.625], [0.25, 0.5, 0.875]])
EXTREME = Case(
    "probabilities-zero-and-one",
    y_true=np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0]]),
    y_pred=np.array([[1.0, 0.0, 0.0, 1.0], [0.25, 0.5, 0.75, 0.125]]),
)
AT_THE_BOUNDS = Case("exactly-at-the-bounds", y_true=np.array([0.0, 1.0, 1.0]), y_pred=np.array([1e-7, 1 - 1e-7, 0.5]))


def _cases() -> list[Case]:
    return [
        Case("one-yes", y_true=np.array([1.0]), y_pred=np.array([0.25])),
        Case("one-no", y_true=np.array([0.0]), y_pred=np.array([0.25])),
        Case("table", y_true=ANSWERS, y_pred=P, readonly=True),
        Case("a-column", y_true=ANSWERS.reshape(-1, 1), y_pred=P.reshape(-1, 1)),
        Case("soft-targets", y_true=np.array([0.25, 0.9, 0.5]), y_pred=np.array([0.5, 0.75, 0.125])),
        Case("true-and-false", y_true=ANSWERS == 1, y_pred=P),
        EXTREME,
        Case("certain-and-right", y_true=np.array([1.0, 0.0, 1.0]), y_pred=np.array([1.0, 0.0, 0.5])),
        Case("single-precision", y_true=ANSWERS.astype(np.float32), y_pred=P.astype(np.float32)),
    ]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"y_true": rng.integers(2, size=(4, 3)).astype(np.float64), "y_pred": rng.uniform(0.02, 0.98, (4, 3))}


def _many(n: int) -> Mapping[str, Any]:
    return {"y_true": np.arange(3 * n).reshape(n, 3) % 2, "y_pred": grid(n, 3, start=0.01, step=0.3 / n)}


def clip(p: Array, epsilon: float = EPSILON) -> Array:
    return np.clip(p, epsilon, 1 - epsilon)


def surprise(t: Array, p: Array) -> Array:
    t = t.astype(p.dtype)
    values: Array = -(t * np.log(p) + (1 - t) * np.log(1 - p))
    return values


def entropy(y_true: Array, y_pred: Array) -> Array:
    return surprise(y_true, clip(y_pred))


def through_the_clip(y_true: Array, y_pred: Array) -> Array:
    p = clip(y_pred)
    values: Array = (p - y_true.astype(p.dtype)) / (p * (1 - p))
    return values


def slope(y_true: Array, y_pred: Array) -> Array:
    return through_the_clip(y_true, y_pred) * ((y_pred >= EPSILON) & (y_pred <= 1 - EPSILON))


def sigmoid(z: Array) -> Array:
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


binary_crossentropy = Exercise(
    "binary_crossentropy",
    points=1,
    vectorized=_many,
    cases=[*_cases(), unequal_shapes(), random_cases(_draw)],
    misconceptions=[
        *forward_slips(entropy),
        Misconception(
            "yes-branch-only",
            believes="The loss is -t ln p.",
            wrong=lambda y_true, y_pred: -np.mean(y_true * np.log(clip(y_pred))),
            hint="Nothing happened, and 0.99 was predicted. What does that cost?",
        ),
        Misconception(
            "no-branch-only",
            believes="The loss is -(1 - t) ln(1 - p).",
            wrong=lambda y_true, y_pred: -np.mean((1 - y_true.astype(y_pred.dtype)) * np.log(1 - clip(y_pred))),
            hint="It happened, and 0.01 was predicted. What does that cost?",
        ),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0 or 1.",
            wrong=lambda y_true, y_pred: np.mean(surprise(y_true, y_pred)),
            hint=LN_0,
        ),
        Misconception(
            "clip-too-large",
            believes="Any small number will do for the clip, 1e-3 for example.",
            wrong=lambda y_true, y_pred: np.mean(surprise(y_true, clip(y_pred, 1e-3))),
            hint="How much does a probability of 0 cost with your clip, and how much with that of the docstring?",
        ),
        Misconception(
            "epsilon-added",
            believes="Adding 1e-7 inside of the logarithms is the same as clipping.",
            wrong=lambda y_true, y_pred: (
                -np.mean(
                    y_true * np.log(y_pred + EPSILON) + (1 - y_true.astype(y_pred.dtype)) * np.log(1 - y_pred + EPSILON)
                )
            ),
            hint="Does a clip change a probability of 0.5?",
        ),
        Misconception(
            "probabilities-as-logits",
            believes="The predictions still have to go through a sigmoid.",
            wrong=lambda y_true, y_pred: np.mean(surprise(y_true, sigmoid(y_pred))),
            hint=LOGITS,
        ),
        Misconception(
            "sign-flipped",
            believes="The loss is the log-likelihood.",
            wrong=lambda y_true, y_pred: -np.mean(entropy(y_true, y_pred)),
            hint="What sign does the logarithm of a probability have, and what sign a loss?",
        ),
        Misconception(
            "branches-swapped",
            believes="A yes is surprised by p.",
            wrong=lambda y_true, y_pred: np.mean(surprise(1 - y_true, clip(y_pred))),
            hint="A yes with p = 0.99: is that a large loss?",
        ),
        Misconception(
            "logarithm-of-the-target",
            believes="The prediction weighs the logarithm of the target.",
            wrong=lambda y_true, y_pred: np.mean(surprise(y_pred, clip(y_true * 1.0))),
            hint="Which of the two says what happened, and which is surprised?",
        ),
        Misconception(
            "in-bits",
            believes="The logarithm is that of base two.",
            wrong=lambda y_true, y_pred: np.mean(surprise(y_true, clip(y_pred))) / np.log(2.0),
            hint="Which logarithm does the docstring write?",
        ),
        Misconception(
            "no-branch-subtracted",
            believes="The second branch is subtracted.",
            wrong=lambda y_true, y_pred: (
                -np.mean(y_true * np.log(clip(y_pred)) - (1 - y_true) * np.log(1 - clip(y_pred)))
            ),
            hint="What sign does the loss of a no have, then?",
        ),
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
    vectorized=_many,
    cases=[*_cases(), AT_THE_BOUNDS, random_cases(_draw)],
    misconceptions=[
        *backward_slips(slope),
        Misconception(
            "bounds-excluded",
            believes="A clip passes the gradient strictly inside of its bounds only.",
            wrong=lambda y_true, y_pred: (
                slope(y_true, y_pred) * ((y_pred > EPSILON) & (y_pred < 1 - EPSILON)) / y_pred.size
            ),
            hint="The prediction is exactly 1e-7. What does the docstring say for 1e-7 <= p?",
        ),
        Misconception(
            "sigmoid-gradient",
            believes="The gradient of cross-entropy is p - t.",
            wrong=lambda y_true, y_pred: (y_pred - y_true.astype(y_pred.dtype)) / y_pred.size,
            hint="That is the gradient with respect to logits before a sigmoid. Are the predictions logits here?",
        ),
        Misconception(
            "yes-branch-only",
            believes="The gradient is -t / p.",
            wrong=lambda y_true, y_pred: (
                -y_true / clip(y_pred) * ((y_pred >= EPSILON) & (y_pred <= 1 - EPSILON)) / y_pred.size
            ),
            hint="Nothing happened, and 0.99 was predicted. Is there nothing to push?",
        ),
        Misconception(
            "through-the-clip",
            believes="A clipped probability still gets the gradient at the bound.",
            wrong=lambda y_true, y_pred: through_the_clip(y_true, y_pred) / y_pred.size,
            hint="A probability of 0 becomes 1e-9. Does the clipped value, and with it the loss, change?",
        ),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0 or 1.",
            wrong=lambda y_true, y_pred: (y_pred - y_true.astype(y_pred.dtype)) / (y_pred * (1 - y_pred)) / y_pred.size,
            hint="A probability is 0. What is p (1 - p), and what is 0 / 0?",
        ),
        Misconception(
            "second-sign-forgotten",
            believes="The derivative of ln(1 - p) is 1 / (1 - p).",
            wrong=lambda y_true, y_pred: (
                -(y_true / clip(y_pred) + (1 - y_true) / (1 - clip(y_pred)))
                * ((y_pred >= EPSILON) & (y_pred <= 1 - EPSILON))
                / y_pred.size
            ),
            hint="What is the inner derivative of 1 - p?",
        ),
        Misconception(
            "slope-multiplied",
            believes="The error is multiplied by p (1 - p).",
            wrong=lambda y_true, y_pred: (y_pred - y_true) * y_pred * (1 - y_pred) / y_pred.size,
            hint="That is the way back through a sigmoid. Where is the sigmoid here?",
        ),
        Misconception(
            "arguments-swapped",
            believes="The prediction comes first.",
            wrong=lambda y_true, y_pred: slope(y_pred, y_true * 1.0) / y_pred.size,
            hint="Which comes first in the signature, and with respect to which is the derivative taken?",
        ),
    ],
    hints=[
        "Differentiate -t ln p - (1 - t) ln(1 - p), and bring both terms over one denominator.",
        "(p - t) / (p (1 - p)), with p clipped so that nothing is divided by 0; 0 where the clip stops it; times 1/n.",
        "(clipped - t) / (clipped * (1 - clipped)) * ((p >= EPSILON) & (p <= 1 - EPSILON)) / p.size.",
    ],
    variants=[
        Variant("two-terms", lambda y_true, y_pred: _two_terms(y_true.astype(y_pred.dtype), y_pred)),
    ],
)


def _two_terms(t: Array, p: Array) -> Array:
    inside = (p >= EPSILON) & (p <= 1 - EPSILON)
    return np.where(inside, (1 - t) / (1 - clip(p)) - t / clip(p), 0) / p.size
