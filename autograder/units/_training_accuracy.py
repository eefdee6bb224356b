"""Assessment of training: accuracy."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal, spread
from autograder.units._training_metrics import accuracy_of

__all__ = ["accuracy"]


def _accuracy_by_loop(y_true: Array, y_pred: Array) -> float:
    if len(y_true) != len(y_pred):
        raise ValueError(f"y_true: got {len(y_true)} rows, want {len(y_pred)}")
    best = np.argmax(y_pred, axis=1)
    labels = np.argmax(y_true, axis=1) if y_true.ndim > 1 and y_true.shape[1] == y_pred.shape[1] else y_true.ravel()
    return int(np.count_nonzero(best == labels)) / len(labels)


def _labels(y_true: Array) -> Array:
    return y_true.argmax(axis=1) if y_true.ndim == 2 and y_true.shape[1] > 1 else y_true.reshape(-1)


def _accuracy_elementwise(y_true: Array, y_pred: Array) -> float:
    one_hot = np.arange(y_pred.shape[1]) == _labels(y_true)[:, None]
    return float(((y_pred > 0.5) == one_hot).mean())


def _accuracy_rounded(y_true: Array, y_pred: Array) -> float:
    one_hot = np.arange(y_pred.shape[1]) == _labels(y_true)[:, None]
    return float((np.round(y_pred) == one_hot).all(axis=1).mean())


def _accuracy_axis_zero(y_true: Array, y_pred: Array) -> float:
    labels, best = _labels(y_true), y_pred.argmax(axis=0)
    n = min(len(labels), len(best))
    return float((labels[:n] == best[:n]).mean())


def _accuracy_of_columns(y_true: Array, y_pred: Array) -> float:
    labels = y_true.argmax(axis=1) if y_true.shape == y_pred.shape else y_true
    return float((labels == y_pred.argmax(axis=1)).mean())


def _last_best(y_pred: Array) -> Array:
    return np.asarray(y_pred.shape[1] - 1 - y_pred[:, ::-1].argmax(axis=1))


SCORES = np.array([[2.0, -1.0, 0.5], [-3.0, -2.0, -2.5], [0.1, 0.2, 0.3], [4.0, 9.0, 1.0], [0.0, -1.0, -2.0]])


def _random_scores(rng: np.random.Generator) -> dict[str, Any]:
    n, classes = int(rng.integers(5, 30)), int(rng.integers(3, 6))
    labels = rng.integers(0, classes, n)
    scores = rng.standard_normal((n, classes))
    scores[np.arange(n), labels] += 1.5
    return {"y_true": labels if rng.random() < 0.5 else np.eye(classes)[labels], "y_pred": scores}


accuracy = Exercise(
    "accuracy",
    points=1,
    vectorized=lambda n: {"y_true": np.arange(n) % 3, "y_pred": spread(-1, 1, 3 * n).reshape(n, 3)},
    cases=[
        Case("integer-labels", y_true=np.array([0, 1, 0, 1, 2]), y_pred=SCORES, readonly=True),
        Case("one-hot-labels", y_true=np.eye(3)[[0, 2, 2, 1, 1]], y_pred=SCORES, readonly=True),
        Case("all-right", y_true=np.array([0, 1, 2, 1, 0]), y_pred=SCORES),
        Case("none-right", y_true=np.array([1, 0]), y_pred=np.array([[0.9, 0.1], [0.2, 0.8]])),
        Case("labels-in-a-column", y_true=np.array([[0], [1], [0], [1], [1]]), y_pred=SCORES),
        Case("square-by-chance", y_true=np.array([2, 0, 0]), y_pred=np.array([[0.0, 1, 2], [6, 5, 4], [1, 9, 5]])),
        Case(
            "probabilities-below-a-half", y_true=np.array([0, 2]), y_pred=np.array([[0.4, 0.3, 0.3], [0.3, 0.3, 0.4]])
        ),
        Case("first-of-equal-scores", y_true=np.array([0, 2, 1]), y_pred=np.array([[1.0, 1, 0], [2, 2, 2], [0, 3, 3]])),
        Case("one-hot-of-two-classes", y_true=np.eye(2)[[0, 1, 0, 1]], y_pred=normal(4, 2, seed=18)),
        Case("boolean-one-hot", y_true=np.eye(3, dtype=bool)[[2, 1, 1, 0, 0]], y_pred=SCORES),
        Case("single-precision-scores", y_true=np.eye(3)[[0, 2, 2, 1, 1]], y_pred=SCORES.astype(np.float32)),
        Case("fewer-labels-than-scores", raises="y_true", y_true=np.array([0, 1, 2]), y_pred=SCORES),
        random_cases(_random_scores, count=3),
    ],
    misconceptions=[
        Misconception(
            "argmax-of-the-columns",
            believes="argmax(axis=0) gives the class of each sample.",
            wrong=_accuracy_axis_zero,
            hint="How many numbers does your argmax give: one per sample or one per class?",
        ),
        Misconception(
            "rounded-scores",
            believes="A score is an answer after rounding: 1 is yes and 0 is no.",
            wrong=_accuracy_rounded,
            hint="If the scores of a sample are 0.4, 0.3 and 0.3, which class does the model prefer?",
        ),
        Misconception(
            "element-by-element",
            believes="Each class is a yes-or-no question of its own, with the threshold at 0.5.",
            wrong=_accuracy_elementwise,
            hint="With ten classes, how many of your elements are right if the model always says no?",
        ),
        Misconception(
            "column-broadcast",
            believes="Labels of shape (n, 1) compare with (n,) one by one.",
            wrong=_accuracy_of_columns,
            hint="What is the shape of (n, 1) == (n,)?",
        ),
        Misconception(
            "count",
            believes="Accuracy is how many answers are right.",
            wrong=lambda y_true, y_pred: float((_labels(y_true) == y_pred.argmax(axis=1)).sum()),
            hint="Can an accuracy be 17?",
        ),
        Misconception(
            "per-cent",
            believes="Accuracy is given in per cent.",
            wrong=lambda y_true, y_pred: 100 * accuracy_of(y_true, y_pred),
            hint="Between which two numbers does the docstring want the result?",
        ),
        Misconception(
            "error-rate",
            believes="What is counted are the mistakes.",
            wrong=lambda y_true, y_pred: 1 - accuracy_of(y_true, y_pred),
            hint="What should a perfect model get?",
        ),
        Misconception(
            "last-of-equal-scores",
            believes="Of equal scores the last one wins.",
            wrong=lambda y_true, y_pred: float((_labels(y_true) == _last_best(y_pred)).mean()),
            hint="Which of two equal scores does np.argmax choose?",
        ),
    ],
    hints=[
        "Turn both arguments into one class number per sample; then compare.",
        "The class of a row of scores is its argmax along axis 1; one-hot labels go the same way, integers are ready.",
        "np.mean(labels == y_pred.argmax(axis=1)), with labels of shape (n,).",
    ],
    variants=[Variant("counted", _accuracy_by_loop)],
)
