"""Assessment of categorical cross-entropy."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units._losses_common import (
    EPSILON,
    broadcast_silently,
    floored,
    one_hot,
    row_backward_slips,
    row_forward_slips,
    unequal_rows,
)
from autograder.units._losses_probabilities import (
    CLIPPED,
    FIRST,
    LN_0,
    LOGITS,
    NO_LOGITS,
    SUM_MOVES,
    clip,
    draw_probabilities,
    entropy_slope,
    many_probabilities,
    no_clip,
    passed_by_clip,
    probability_cases,
    ratio,
    row_entropy,
    softmax,
    sum_fixed,
    through_the_clip,
)

SOFT = np.array([[0.7, 0.1, 0.2], [0.25, 0.25, 0.5]])
SOFT_TARGETS = Case("soft-targets", y_true=SOFT, y_pred=FIRST)
INTEGER_TARGETS = Case("integer-targets", y_true=np.array([[0, 1, 0], [1, 0, 0]]), y_pred=FIRST)

categorical_crossentropy = Exercise(
    "categorical_crossentropy",
    points=2,
    vectorized=many_probabilities,
    cases=[*probability_cases(), SOFT_TARGETS, INTEGER_TARGETS, unequal_rows(), random_cases(draw_probabilities)],
    misconceptions=[
        *row_forward_slips(row_entropy),
        broadcast_silently(lambda y_true, y_pred: row_entropy(y_true, y_pred).mean()),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * np.log(ratio(y_pred))).sum(axis=-1)),
            hint=LN_0,
        ),
        Misconception(
            "bare-formula",
            believes="The loss is -Σ t ln p, and that is all.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * np.log(y_pred)).sum(axis=-1)),
            hint="What does the docstring do with each row before it takes the logarithm? Two things.",
        ),
        Misconception(
            "clip-too-large",
            believes="Any small number will do for the clip, 1e-3 for example.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * np.log(clip(ratio(y_pred), 1e-3))).sum(axis=-1)),
            hint="How much does a probability of 0 cost with your clip, and how much with that of the docstring?",
        ),
        Misconception(
            "epsilon-added",
            believes="Adding 1e-7 inside of the logarithm is the same as clipping.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * np.log(ratio(y_pred) + EPSILON)).sum(axis=-1)),
            hint="Does a clip change a probability of 0.5?",
        ),
        Misconception(
            "rows-not-normalised",
            believes="The rows of the predictions sum to 1 already.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * np.log(clip(y_pred))).sum(axis=-1)),
            hint="A row is 0.9, 0.8, 0.4. What does the docstring do with it first?",
        ),
        Misconception(
            "probabilities-as-logits",
            believes="The predictions still have to go through softmax.",
            wrong=lambda y_true, y_pred: row_entropy(y_true, softmax(y_pred)).mean(),
            hint=LOGITS,
        ),
        Misconception(
            "likeliest-class-only",
            believes="A target row stands for the class with its largest entry.",
            wrong=lambda y_true, y_pred: row_entropy(
                one_hot(y_true.argmax(axis=-1), y_pred.shape[-1]).astype(y_pred.dtype), y_pred
            ).mean(),
            hint="The target is 0.7, 0.1, 0.2. Which classes does the sum weigh, and by how much?",
        ),
        Misconception(
            "classes-along-the-first-axis",
            believes="Axis 0 is the classes.",
            wrong=lambda y_true, y_pred: row_entropy(y_true.T, y_pred.T).mean(),
            hint="Which axis counts the samples, and along which one must the probabilities sum to 1?",
        ),
        Misconception(
            "binary-per-class",
            believes="Every class is a yes or no of its own, whose no counts too.",
            wrong=lambda y_true, y_pred: np.mean(
                row_entropy(y_true, y_pred)
                - ((1 - y_true) * np.log(1 - clip(ratio(y_pred)))).sum(axis=-1).astype(y_pred.dtype)
            ),
            hint="Of how many probabilities of a row with a one-hot target does the formula take the logarithm?",
        ),
        Misconception(
            "sign-flipped",
            believes="A logarithm is the loss.",
            wrong=lambda y_true, y_pred: -row_entropy(y_true, y_pred).mean(),
            hint="What sign does the logarithm of a probability have, and what sign a loss?",
        ),
        Misconception(
            "logarithm-of-the-target",
            believes="The prediction weighs the logarithm of the target.",
            wrong=lambda y_true, y_pred: -np.mean((ratio(y_pred) * np.log(clip(y_true))).sum(axis=-1)),
            hint="Which of the two distributions says what happened, and which is surprised?",
        ),
        Misconception(
            "in-bits",
            believes="The logarithm is that of base two.",
            wrong=lambda y_true, y_pred: row_entropy(y_true, y_pred).mean() / np.log(2.0),
            hint="Which logarithm does the docstring write?",
        ),
        Misconception(
            "all-classes-count",
            believes="The targets only say which class is meant.",
            wrong=lambda y_true, y_pred: -np.mean(np.log(clip(ratio(y_pred))).sum(axis=-1)),
            hint="Should the loss rise when a wrong class becomes less likely?",
        ),
        Misconception(
            "clipped-before-dividing",
            believes="Clipping and dividing commute.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * np.log(ratio(clip(y_pred)))).sum(axis=-1)),
            hint="The docstring names an order. What does a clip at 1 - 1e-7 do to a p of 5?",
        ),
        Misconception(
            "one-sum-for-all",
            believes="Probabilities are divided by the sum of all.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * np.log(clip(y_pred / y_pred.sum()))).sum(axis=-1)),
            hint="What should each row sum to?",
        ),
        Misconception(
            "logarithm-forgotten",
            believes="The loss is minus the probability of the true class.",
            wrong=lambda y_true, y_pred: -np.mean((y_true * ratio(y_pred)).sum(axis=-1)),
            hint="How much should a probability of 0.001 cost, beside one of 0.01?",
        ),
    ],
    hints=[
        "Per row: divide by the sum, clip, take logarithms. Which of them does the target row pick out?",
        "sum(axis=-1, keepdims=True) keeps the shape that divides the rows; np.clip with 1e-7 and 1 - 1e-7.",
        "q = np.clip(p / p.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON); minus the mean of the rows' sums of "
        "t * np.log(q).",
    ],
    variants=[
        Variant("einsum", lambda y_true, y_pred: _by_einsum(y_true, y_pred)),
    ],
)


def _by_einsum(y_true: Array, y_pred: Array) -> Any:
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_pred: got shape {y_pred.shape}, want {y_true.shape}")
    return -np.einsum("nc,nc->", y_true, np.log(clip(ratio(y_pred)))) / len(y_pred)


categorical_crossentropy_backward = Exercise(
    "categorical_crossentropy_backward",
    points=2,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=many_probabilities,
    cases=[*probability_cases(), SOFT_TARGETS, INTEGER_TARGETS, random_cases(draw_probabilities)],
    misconceptions=[
        *row_backward_slips(entropy_slope),
        Misconception(
            "sum-taken-as-fixed",
            believes="The gradient is -t / p; the row's sum is a constant.",
            wrong=sum_fixed,
            hint=SUM_MOVES,
        ),
        Misconception(
            "bare-quotient",
            believes="The gradient is -t / p, with p kept away from 0.",
            wrong=lambda y_true, y_pred: -y_true / floored(y_pred) / len(y_pred),
            hint=SUM_MOVES,
        ),
        Misconception(
            "sum-not-divided",
            believes="The gradient with respect to q is that with respect to p.",
            wrong=lambda y_true, y_pred: (
                entropy_slope(y_true, y_pred) * y_pred.sum(axis=-1, keepdims=True) / len(y_pred)
            ),
            hint="q = p / S. What is the slope of q with respect to p, if S is 2?",
        ),
        Misconception(
            "softmax-gradient",
            believes="The gradient of cross-entropy is p - t.",
            wrong=lambda y_true, y_pred: (ratio(y_pred) - y_true) / len(y_pred),
            hint=NO_LOGITS,
        ),
        Misconception(
            "softmax-gradient-of-bare-rows",
            believes="The gradient of cross-entropy is p - t, with p as it comes.",
            wrong=lambda y_true, y_pred: (y_pred - y_true.astype(y_pred.dtype)) / len(y_pred),
            hint=NO_LOGITS,
        ),
        Misconception(
            "through-the-clip",
            believes="A clipped probability still gets the gradient at the bound.",
            wrong=through_the_clip,
            hint=CLIPPED,
        ),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0.",
            wrong=no_clip,
            hint="A probability is 0. What is t / q, for t = 1 and for t = 0?",
        ),
        Misconception(
            "quotient-forgotten",
            believes="Only the logarithm's sum is differentiated.",
            wrong=lambda y_true, y_pred: (
                (y_true.sum(axis=-1, keepdims=True) - y_true) / y_pred.sum(axis=-1, keepdims=True) / len(y_pred)
            ),
            hint="What is the derivative of ln q?",
        ),
    ],
    hints=[
        "Two steps: the slope of -Σ t ln q with respect to q, then through q = p / S, where S contains every p.",
        "Through the division: 1/S times (g_i - Σ g_j q_j), with g = -t/q where the clip passes, where g q = -t.",
        "passed = t where q is inside of the bounds, else 0; then (passed.sum(axis=-1, keepdims=True) - passed / q) "
        "/ S / N, with q floored so that nothing is divided by 0.",
    ],
    variants=[
        Variant("jacobian-of-the-ratio", lambda y_true, y_pred: _by_jacobian(y_true, y_pred)),
    ],
)


def _by_jacobian(y_true: Array, y_pred: Array) -> Array:
    total = y_pred.sum(axis=-1)[:, None, None]
    q = ratio(y_pred)
    jacobian = (np.eye(q.shape[-1], dtype=q.dtype) - q[:, :, None]) / total
    upstream = -passed_by_clip(y_true, q) / floored(q)
    values: Array = np.einsum("ni,nij->nj", upstream, jacobian) / len(y_pred)
    return values
