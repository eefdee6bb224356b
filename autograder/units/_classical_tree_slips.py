"""Wrong gains, boosted trees and weighted rows that turned up when the exercises were answered as students do."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.inputs import Array
from autograder.units._classical_common import candidates, class_counts, entropy_of

__all__ = ["ADABOOST", "BOOSTING", "GAIN"]


def _gain(y: Array, left: Array, weights: tuple[float, float]) -> Any:
    sides = [entropy_of(class_counts(y[side])) for side in (left, ~left)]
    return entropy_of(class_counts(y)) - weights[0] * sides[0] - weights[1] * sides[1]


def _shares_exchanged(y: Array, left: Array) -> Any:
    return _gain(y, left, (float((~left).mean()), float(left.mean())))


def _gain_ratio(y: Array, left: Array) -> Any:
    shares = np.array([left.sum(), (~left).sum()])
    gain = _gain(y, left, (float(left.mean()), float((~left).mean())))
    return gain / max(float(entropy_of(shares)), 1e-12)


def _negative_gain(y: Array, left: Array) -> Any:
    return -_gain(y, left, (float(left.mean()), float((~left).mean())))


def _adaboost(weights: Array, correct: Array, *, of_the_right: bool = False, by_maximum: bool = False) -> Any:
    share = weights[correct if of_the_right else ~correct].sum() / weights.sum()
    error = np.clip(share, 1e-10, 1 - 1e-10)
    alpha = np.log((1 - error) / error) / 2
    raised = weights * np.exp(np.where(correct, -alpha, alpha))
    return alpha, raised / (raised.max() if by_maximum else raised.sum())


def _stump(x: Array, y: Array) -> tuple[int, Any, Any, Any]:
    def error(split: tuple[int, Any, Array]) -> float:
        return sum(float(((y[side] - y[side].mean()) ** 2).sum()) for side in (split[2], ~split[2]))

    feature, middle, left = min(candidates(x), key=lambda split: round(error(split), 9))
    return feature, middle, y[left].mean(), y[~left].mean()


def _boosted(
    x_train: Array, y_train: Array, x_test: Array, rounds: int, lr: float, *,
    full: bool = False, last: bool = False, full_in_test: bool = False,
) -> Array:  # fmt: skip
    """Boosting with full steps on the training rows or on the others, or with the last stump alone on these."""
    start = y_train.mean()
    on_train, on_test = np.full(len(x_train), start, y_train.dtype), np.full(len(x_test), start, y_train.dtype)
    for _ in range(rounds):
        feature, middle, low, high = _stump(x_train, y_train - on_train)
        steps = [np.where(x[:, feature] <= middle, low, high).astype(x.dtype) for x in (x_train, x_test)]
        on_train = on_train + (1 if full else lr) * steps[0]
        on_test = (start if last else on_test) + (1 if full_in_test else lr) * steps[1]
    return on_test


GAIN = [
    Misconception(
        "shares-exchanged",
        believes="Each side is weighed by the size of the other.",
        wrong=_shares_exchanged,
        hint="If one row goes left and it is pure, how much does that side weigh?",
    ),
    Misconception(
        "gain-ratio",
        believes="The gain is divided by the entropy of the question.",
        wrong=_gain_ratio,
        hint="That is C4.5's gain ratio. Does the docstring divide?",
    ),
    Misconception(
        "what-is-lost",
        believes="The gain is what the sides have more than the whole.",
        wrong=_negative_gain,
        hint="A question that tells all: should its gain be large or small?",
    ),
]

ADABOOST = [
    Misconception(
        "error-of-the-right",
        believes="The error is the weight of the rows that were right.",
        wrong=lambda weights, correct: _adaboost(weights, correct, of_the_right=True),
        hint="What should alpha be for a classifier that is nearly always right: positive or negative?",
    ),
    Misconception(
        "largest-weight-one",
        believes="The weights are divided by the largest of them.",
        wrong=lambda weights, correct: _adaboost(weights, correct, by_maximum=True),
        hint="What do the new weights sum to?",
    ),
    Misconception(
        "bounds-in-single-precision",
        believes="1 - 1e-10 is less than 1 in any precision.",
        wrong=_adaboost,
        hint="How many digits does float32 have, and what is 1 - 1e-10 in it? In which precision is err best computed?",
    ),
]

BOOSTING = [
    Misconception(
        "full-steps-in-training",
        believes="The learning rate is for the predictions alone.",
        wrong=lambda *each: _boosted(*each, full=True),
        hint="Whose residuals do the later stumps fit, and what was added to F for them?",
    ),
    Misconception(
        "full-steps-in-test",
        believes="The learning rate is for training alone.",
        wrong=lambda *each: _boosted(*each, full_in_test=True),
        hint="F is one function: may its stumps weigh more on test rows than on training rows?",
    ),
    Misconception(
        "last-stump-alone",
        believes="The best prediction is that of the last stump.",
        wrong=lambda *each: _boosted(*each, last=True),
        hint="What has become of the stumps of the rounds before?",
    ),
]
