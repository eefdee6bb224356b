"""Assessment of training: binary_accuracy."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, spread

__all__ = ["binary_accuracy"]


def _right(y_true: Array, y_pred: Array) -> Array:
    """Which samples are right."""
    return np.asarray((y_pred.reshape(-1) > 0.5) == (y_true.reshape(-1) == 1))


def _by_rounding(y_true: Array, y_pred: Array) -> float:
    if y_true.shape[0] != y_pred.shape[0]:
        raise ValueError("y_true and y_pred have different lengths")
    return float(np.mean(np.round(y_pred.ravel()) == y_true.ravel()))


def _by_mistakes(y_true: Array, y_pred: Array) -> np.float64:
    if np.size(y_true) != np.size(y_pred):
        raise ValueError(f"y_true: got {np.size(y_true)}")
    answers = np.where(np.squeeze(y_pred, axis=tuple(range(1, y_pred.ndim))) > 0.5, 1, 0)
    return np.float64(1 - np.count_nonzero(answers - y_true.astype(np.int64).flatten()) / answers.size)


def _recall(y_true: Array, y_pred: Array) -> float:
    is_yes = y_true.reshape(-1) == 1
    return float(_right(y_true, y_pred)[is_yes].mean()) if is_yes.any() else 0.0


def _precision(y_true: Array, y_pred: Array) -> float:
    said_yes = y_pred.reshape(-1) > 0.5
    return float(_right(y_true, y_pred)[said_yes].mean()) if said_yes.any() else 0.0


def _best_column(y_true: Array, y_pred: Array) -> float:
    best = y_pred.reshape(len(y_pred), -1).argmax(axis=1)
    return float((best == y_true.reshape(-1)).mean())


LABELS = np.array([0, 1, 1, 0, 1, 1, 0])
CHANCES = np.array([0.2, 0.9, 0.4, 0.7, 0.6, 0.55, 0.1])


def _random_answers(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.integers(8, 40))
    labels = rng.integers(0, 2, n)
    chances = np.clip(0.25 + 0.5 * labels + 0.25 * rng.standard_normal(n), 0.0, 1.0)
    y_true = labels[:, None] if rng.random() < 0.5 else labels
    return {"y_true": y_true, "y_pred": chances[:, None] if rng.random() < 0.5 else chances}


binary_accuracy = Exercise(
    "binary_accuracy",
    points=1,
    vectorized=lambda n: {"y_true": np.arange(n) % 2, "y_pred": spread(0, 1, n)[:, None]},
    cases=[
        Case("seven-probabilities", y_true=LABELS, y_pred=CHANCES, readonly=True),
        Case("all-right", y_true=np.array([1, 0, 0]), y_pred=np.array([0.8, 0.3, 0.45])),
        Case("none-right", y_true=np.array([1, 0, 0]), y_pred=np.array([0.3, 0.9, 0.51])),
        Case("exactly-a-half-is-no", y_true=np.array([0, 1, 0, 1, 0]), y_pred=np.array([0.5, 0.5, 0.5, 0.7, 0.2])),
        Case("certain-answers", y_true=np.array([1, 0, 1, 0]), y_pred=np.array([1.0, 0.0, 1.0, 1.0])),
        Case("outputs-in-a-column", y_true=LABELS, y_pred=CHANCES[:, None], readonly=True),
        Case("labels-in-a-column", y_true=LABELS[:, None], y_pred=CHANCES),
        Case("both-in-columns", y_true=LABELS[:, None], y_pred=CHANCES[:, None]),
        Case("boolean-labels", y_true=LABELS[::-1] == 1, y_pred=CHANCES),
        Case("floating-labels", y_true=LABELS[::-1].astype(np.float64), y_pred=CHANCES[:, None]),
        Case("single-precision", y_true=LABELS.astype(np.float64), y_pred=CHANCES[::-1].astype(np.float32)),
        Case("rare-yes-never-said", y_true=np.arange(10) // 9, y_pred=spread(0, 0.45, 10)),
        Case("one-sample", y_true=np.array([[1]]), y_pred=np.array([0.75])),
        Case("fewer-labels-than-outputs", raises="y_true", y_true=LABELS[:3], y_pred=CHANCES),
        Case("one-label-for-all", raises="y_true", y_true=np.array([1]), y_pred=CHANCES),
        random_cases(_random_answers, count=3),
    ],
    misconceptions=[
        Misconception(
            "column-broadcast",
            believes="A column of n outputs compares with a row of n labels one by one.",
            wrong=lambda y_true, y_pred: float(((y_pred > 0.5) == y_true).mean()),
            hint="What is the shape of (n, 1) == (n,), and over how many comparisons do you take the mean?",
        ),
        Misconception(
            "half-is-yes",
            believes="A probability of exactly a half is a yes.",
            wrong=lambda y_true, y_pred: float(((y_pred.reshape(-1) >= 0.5) == y_true.reshape(-1)).mean()),
            hint="Is 0.5 greater than 0.5?",
        ),
        Misconception(
            "best-column",
            believes="The answer is the argmax of the outputs, as with several classes.",
            wrong=_best_column,
            hint="Each sample has one output: what is the argmax of a row of one number?",
        ),
        Misconception(
            "probability-as-answer",
            believes="An answer is right if the output equals the label.",
            wrong=lambda y_true, y_pred: float((y_pred.reshape(-1) == y_true.reshape(-1)).mean()),
            hint="A model says 0.9 and the label is 1: is that a mistake?",
        ),
        Misconception(
            "cut-to-an-integer",
            believes="astype(int) rounds.",
            wrong=lambda y_true, y_pred: float((y_pred.reshape(-1).astype(int) == y_true.reshape(-1)).mean()),
            hint="What is int(0.9)?",
        ),
        Misconception(
            "threshold-at-zero",
            believes="Outputs are scores, and a score above zero is a yes.",
            wrong=lambda y_true, y_pred: float(((y_pred.reshape(-1) > 0) == y_true.reshape(-1)).mean()),
            hint="After a sigmoid, which outputs are at most zero?",
        ),
        Misconception(
            "only-yes-counts",
            believes="Right answers are those where label and answer are both yes.",
            wrong=lambda y_true, y_pred: float(((y_pred.reshape(-1) > 0.5) & (y_true.reshape(-1) == 1)).mean()),
            hint="The label is 0 and the model says no: is that wrong?",
        ),
        Misconception(
            "recall",
            believes="Accuracy is how many of the true yes are found.",
            wrong=_recall,
            hint="What would a model get that always says yes?",
        ),
        Misconception(
            "precision",
            believes="Accuracy is how many of the said yes are true.",
            wrong=_precision,
            hint="Over how many samples does the docstring take the mean, and over how many do you?",
        ),
        Misconception(
            "count",
            believes="Accuracy is how many answers are right.",
            wrong=lambda y_true, y_pred: float(_right(y_true, y_pred).sum()),
            hint="Can an accuracy be 17?",
        ),
        Misconception(
            "error-rate",
            believes="What is counted are the mistakes.",
            wrong=lambda y_true, y_pred: 1 - float(_right(y_true, y_pred).mean()),
            hint="What should a perfect model get?",
        ),
    ],
    hints=[
        "Turn each probability into a yes or a no; then compare with the labels. What shapes do the two have?",
        "Make both flat before comparing: (n, 1) against (n,) broadcasts to (n, n), without a complaint.",
        "np.mean((y_pred.reshape(-1) > 0.5) == y_true.reshape(-1)), as a float.",
    ],
    variants=[Variant("by-rounding", _by_rounding), Variant("by-mistakes", _by_mistakes)],
)
