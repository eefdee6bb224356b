"""Assessment of one round of AdaBoost: adaboost_update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid
from autograder.units import _classical_tree_slips as slips
from autograder.units._classical_common import Version

__all__ = ["adaboost_update"]


def _adaboost(
    *,
    error_of: Version = lambda weights, correct: weights[~correct].sum() / weights.sum(),
    factor: float = 0.5,
    right: float = -1.0,
    wrong: float = 1.0,
    scaled: bool = True,
    tiny: float = 1e-10,
) -> Version:
    """A version of adaboost_update with other parts; the bounds of its error are in the dtype of the weights."""

    def version(weights: Array, correct: Array) -> tuple[Any, Array]:
        error = np.clip(error_of(weights, correct), tiny, 1 - tiny)
        alpha = factor * np.log((1 - error) / error)
        new = weights * np.exp(alpha * np.where(correct, right, wrong)).astype(weights.dtype)
        return alpha.astype(weights.dtype), new / new.sum() if scaled else new

    return version


def _only_the_wrong_raised(weights: Array, correct: Array) -> tuple[Any, Array]:
    """The multiclass form (SAMME), whose classifier weight is twice as large."""
    if weights.shape != correct.shape:
        raise ValueError(f"correct: got shape {correct.shape}")
    error = np.clip(np.float64(np.sum(weights * ~correct) / np.sum(weights)), 1e-10, 1 - 1e-10)
    double = np.log1p(-error) - np.log(error)
    new = np.where(correct, weights, weights * weights.dtype.type(np.exp(double)))
    return weights.dtype.type(double / 2), new / new.sum()


def _draw_weights(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"weights": rng.uniform(0.1, 2.0, 7), "correct": rng.permutation(np.arange(7) < 5)}


EQUAL = np.full(4, 0.25)

adaboost_update = Exercise(
    "adaboost_update",
    points=2,
    parts=("alpha", "weights"),
    vectorized=lambda n: {"weights": grid(n), "correct": np.arange(n) % 3 > 0},
    cases=[
        Case("one-of-four-wrong", weights=EQUAL, correct=np.array([True, True, False, True])),
        Case("the-heavy-row-wrong", weights=np.array([0.1, 0.4, 0.2, 0.1, 0.2]), correct=np.array([1, 0, 1, 1, 1]) > 0),
        Case("worse-than-a-coin", weights=np.array([0.2, 0.3, 0.5]), correct=np.array([True, True, False])),
        Case("as-good-as-a-coin", weights=np.array([0.25, 0.5, 0.25]), correct=np.array([True, False, True])),
        Case("weights-that-do-not-sum-to-one", weights=grid(5), correct=np.array([1, 1, 0, 1, 1]) > 0, readonly=True),
        Case("nothing-wrong", weights=np.array([0.5, 0.125, 0.375]), correct=np.array([True, True, True])),
        Case("everything-wrong", weights=np.array([0.5, 0.125, 0.375]), correct=np.array([False, False, False])),
        Case("single-precision", weights=grid(4).astype(np.float32), correct=np.array([True, False, True, True])),
        Case(
            "everything-wrong-in-single-precision", weights=grid(4).astype(np.float32), correct=np.zeros(4, dtype=bool)
        ),
        Case("nothing-wrong-in-single-precision", weights=grid(4).astype(np.float32), correct=np.ones(4, dtype=bool)),
        Case("too-few-answers", raises="correct", weights=EQUAL, correct=np.array([True, False, True])),
        random_cases(_draw_weights),
    ],
    misconceptions=[
        Misconception(
            "half-forgotten",
            believes="alpha is ln((1 - err) / err).",
            wrong=_adaboost(factor=1.0),
            hint="After the update the wrong rows should weigh as much as the right ones. Do they?",
        ),
        Misconception(
            "rows-counted-not-weighed",
            believes="The error is the share of the rows that are wrong.",
            wrong=_adaboost(error_of=lambda weights, correct: (~correct).mean(dtype=weights.dtype)),
            hint="One row carries half of the weight, and it is wrong. How large is the error?",
        ),
        Misconception(
            "error-not-divided-by-the-sum",
            believes="The weights always sum to 1.",
            wrong=_adaboost(error_of=lambda weights, correct: weights[~correct].sum()),
            hint="With weights 1, 2, 3, 4, 5 the sum of the wrong ones may be 3. Can an error be 3?",
        ),
        Misconception(
            "right-rows-raised",
            believes="What was right is rewarded.",
            wrong=_adaboost(right=1.0, wrong=-1.0),
            hint="On which rows should the next classifier try harder?",
        ),
        Misconception(
            "right-rows-left-alone",
            believes="Only the wrong rows are multiplied, by e^alpha.",
            wrong=_adaboost(right=0.0),
            hint="What does the formula do with the weights of the rows that were right?",
        ),
        Misconception(
            "weights-not-normalised",
            believes="The weights need no common scale.",
            wrong=_adaboost(scaled=False),
            hint="What do the new weights sum to, says the docstring?",
        ),
        Misconception(
            "error-of-zero",
            believes="No classifier is perfect.",
            wrong=_adaboost(tiny=0.0),
            hint="What is ln(1 / 0), and what is left of the weights after it?",
        ),
        Misconception(
            "decimal-logarithm",
            believes="The logarithm has base 10.",
            wrong=_adaboost(factor=0.5 / np.log(10)),
            hint="Which logarithm is undone by e^alpha?",
        ),
        *slips.ADABOOST,
    ],
    hints=[
        "Which part of the total weight lies on rows that are wrong?",
        "Move that share away from 0 and 1, take half the log of the odds, multiply by e^±alpha, and normalise.",
        "weights * np.exp(np.where(correct, -alpha, alpha)), then divided by its sum.",
    ],
    variants=[Variant("only-the-wrong-raised", _only_the_wrong_raised)],
)
