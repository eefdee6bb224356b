"""Assessment of linear models: logistic_loss, logistic_predict, logistic_regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units import _classical_slips as slips
from autograder.units._classical_common import Version

__all__ = ["logistic_loss", "logistic_predict", "logistic_regression"]

BIAS_HINT = "Should a model be punished because all temperatures are given in kelvin?"
LABELS_HINT = "Twice as many rows of the same kind come in: should the result double, or stay?"


def _sigmoid(z: Any) -> Any:
    return np.exp(-np.logaddexp(0, -z))


def _row_losses(x: Array, y: Array, w: Array, b: float) -> Array:
    scores = x @ w + b
    return np.logaddexp(0, np.where(y == 1, -scores, scores))


def _loss(
    *,
    rows: Version = _row_losses,
    average: Version = np.mean,
    penalty: Version = lambda w, b: np.sum(w * w),
) -> Version:
    """A version of logistic_loss with other parts."""

    def wrong(x: Array, y: Array, w: Array, b: float, strength: float = 0.0) -> Any:
        return x.dtype.type(average(rows(x, y, w, b)) + strength * penalty(w, b))

    return wrong


def _by_probability(x: Array, y: Array, w: Array, b: float) -> Array:
    p = 1 / (1 + np.exp(-(x @ w + b)))
    result: Array = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    return result


def _clipped(x: Array, y: Array, w: Array, b: float) -> Array:
    p = np.clip(_sigmoid(x @ w + b), 1e-7, 1 - 1e-7)
    result: Array = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    return result


def _one_sided(x: Array, y: Array, w: Array, b: float) -> Array:
    result: Array = y * np.logaddexp(0, -(x @ w + b))
    return result


def _loss_from_scores(x: Array, y: Array, w: Array, b: float, strength: float = 0.0) -> Any:
    if set(y.tolist()) - {0, 1}:
        raise ValueError(f"y: got {set(y.tolist())}")
    scores = x @ w + b
    softplus = np.maximum(scores, 0) + np.log1p(np.exp(-np.abs(scores)))
    return np.mean(softplus - y.astype(x.dtype) * scores) + strength * w.dot(w)


def _draw_model(rng: np.random.Generator) -> Mapping[str, Any]:
    return {
        "x": rng.standard_normal((7, 3)), "y": rng.permutation([0, 1, *rng.integers(0, 2, 5)]),
        "w": rng.standard_normal(3), "b": float(rng.normal()), "strength": float(rng.uniform(0, 0.5)),
    }  # fmt: skip


X, Y = normal(5, 2, seed=11), np.array([0, 1, 1, 0, 1])
W = np.array([1.5, -0.5])

logistic_loss = Exercise(
    "logistic_loss",
    points=2,
    vectorized=lambda n: {"x": normal(n, 2), "y": np.arange(n) % 2, "w": W, "b": 0.5},
    cases=[
        Case("one-row-of-class-one", x=np.array([[2.0]]), y=np.array([1]), w=np.array([1.0]), b=-1.0),
        Case("one-row-of-class-zero", x=np.array([[2.0]]), y=np.array([0]), w=np.array([1.0]), b=-1.0),
        Case("five-rows", x=X, y=Y, w=W, b=0.5, readonly=True),
        Case("with-a-penalty", x=X, y=Y, w=W, b=2.0, strength=0.25),
        Case(
            "far-scores-on-the-right-side",
            x=np.array([[800.0], [-900.0]]),
            y=np.array([1, 0]),
            w=np.array([1.0]),
            b=0.0,
        ),
        Case(
            "far-scores-on-the-wrong-side",
            x=np.array([[800.0], [-900.0]]),
            y=np.array([0, 1]),
            w=np.array([1.0]),
            b=0.0,
        ),
        Case(
            "single-precision",
            x=X.astype(np.float32),
            y=Y,
            w=W.astype(np.float32),
            b=0.25,
            strength=0.5,
        ),
        Case("labels-of-another-kind", raises="y", x=X, y=2 * Y - 1, w=W, b=0.0),
        random_cases(_draw_model),
    ],
    misconceptions=[
        Misconception(
            "logarithm-of-zero",
            believes="The probability is computed first, then its logarithm.",
            wrong=_loss(rows=_by_probability),
            hint="A score of -800 and label 1: what is p, and what is its logarithm? What should the loss be?",
        ),
        Misconception(
            "clipped-probability",
            believes="Clipping p into [1e-7, 1 - 1e-7] makes the logarithm safe.",
            wrong=_loss(rows=_clipped),
            hint="Safe, but is it right? What is the largest loss of a row then, and what is -log σ(-800)?",
        ),
        Misconception(
            "one-sided",
            believes="The loss is -y log p.",
            wrong=_loss(rows=_one_sided),
            hint="What does a row with y = 0 and p = 0.99 contribute?",
        ),
        Misconception(
            "sum-over-the-rows",
            believes="The losses of the rows are added.",
            wrong=_loss(average=np.sum),
            hint=LABELS_HINT,
        ),
        Misconception(
            "bias-penalised",
            believes="The bias is a weight like the others.",
            wrong=_loss(penalty=lambda w, b: np.sum(w * w) + b * b),
            hint=BIAS_HINT,
        ),
        Misconception(
            "half-the-penalty",
            believes="A penalty has a factor of 1/2, so that its gradient has none.",
            wrong=_loss(penalty=lambda w, b: np.sum(w * w) / 2),
            hint="A common choice; does the docstring's formula make it?",
        ),
        Misconception(
            "penalty-without-square",
            believes="The penalty is λ times the length of w.",
            wrong=_loss(penalty=lambda w, b: np.sqrt(np.sum(w * w))),
            hint="What is Σ w² for w = (3, 4)?",
        ),
        *slips.LOSS,
    ],
    hints=[
        "For a row of class 1 the loss is -log σ(z). What is it for a row of class 0, in terms of z?",
        "-log σ(z) = log(e^0 + e^-z) and -log(1 - σ(z)) = log(e^0 + e^z): both are np.logaddexp.",
        "np.logaddexp(0, np.where(y == 1, -scores, scores)).mean() + strength * np.sum(w ** 2).",
    ],
    variants=[Variant("softplus-minus-score", _loss_from_scores)],
)


def _threshold(x: Array, w: Array, b: float) -> Array:
    if w.shape != (x.shape[1],):
        raise ValueError(f"w: got shape {w.shape}")
    return np.where(_sigmoid(x @ w + b) > 0.5, 1, 0)


logistic_predict = Exercise(
    "logistic_predict",
    points=1,
    vectorized=lambda n: {"x": normal(n, 2), "w": W, "b": 0.1},
    cases=[
        Case("both-classes", x=np.array([[3.0], [-2.0]]), w=np.array([1.0]), b=0.0),
        Case("between-zero-and-a-half", x=np.array([[0.25], [0.4], [0.6]]), w=np.array([1.0]), b=0.0),
        Case("exactly-one-half", x=np.array([[1.0, 1.0], [2.0, 1.0], [0.0, 1.0]]), w=np.array([1.0, -1.0]), b=0.0),
        Case("the-bias-decides", x=np.array([[1.0], [2.0], [4.0]]), w=np.array([1.0]), b=-3.0, readonly=True),
        Case("far-scores", x=np.array([[900.0], [-900.0], [0.001]]), w=np.array([2.0]), b=0.0),
        Case("single-precision", x=X.astype(np.float32), w=W.astype(np.float32), b=0.25),
        Case("one-weight-too-many", raises="w", x=X, w=np.ones(3), b=0.0),
        random_cases(
            lambda rng: {"x": rng.standard_normal((9, 3)), "w": rng.standard_normal(3), "b": float(rng.normal())}
        ),
    ],
    misconceptions=[
        Misconception(
            "scores-above-one-half",
            believes="The score is compared with 0.5.",
            wrong=lambda x, w, b: (x @ w + b > 0.5).astype(int),
            hint="Which score z has σ(z) = 1/2?",
        ),
        Misconception(
            "one-half-is-class-one",
            believes="At exactly one half the answer is 1.",
            wrong=lambda x, w, b: (x @ w + b >= 0).astype(int),
            hint="What does the docstring say of a probability of exactly 1/2?",
        ),
        Misconception(
            "bias-forgotten",
            believes="The sign of x · w is the class.",
            wrong=lambda x, w, b: (x @ w > 0).astype(int),
            hint="Which line separates the classes: x · w = 0, or x · w + b = 0?",
        ),
        Misconception(
            "probabilities-returned",
            believes="The probability is the prediction.",
            wrong=lambda x, w, b: _sigmoid(x @ w + b),
            hint="A label is asked for. Which of the two is it at p = 0.7?",
        ),
        Misconception(
            "booleans-returned",
            believes="True and False are as good as 1 and 0.",
            wrong=lambda x, w, b: x @ w + b > 0,
            hint="Which type do labels have in this unit?",
        ),
        Misconception(
            "signs-returned",
            believes="The classes are -1 and 1.",
            wrong=lambda x, w, b: np.where(x @ w + b > 0, 1, -1),
            hint="Which two labels does logistic regression have here?",
        ),
    ],
    hints=[
        "The sigmoid grows with its argument. Is it needed to decide which side of 1/2 it is on?",
        "σ(z) > 1/2 is the same as z > 0; a comparison gives booleans, labels are integers.",
        "(x @ w + b > 0).astype(int)",
    ],
    variants=[Variant("by-probability", _threshold)],
)


def _descent(
    *,
    average: Version = np.mean,
    decay: Version = lambda w, strength, n: 2 * strength * w,
    bias_decay: float = 0.0,
    sign: float = 1.0,
    weights_first: bool = False,
    train_bias: bool = True,
    predict: Version = _sigmoid,
    fewer: int = 0,
) -> Version:
    """A version of logistic_regression with other parts."""

    def wrong(x: Array, y: Array, lr: float, steps: int, strength: float = 0.0) -> tuple[Array, Any]:
        w, b = np.zeros(x.shape[1], x.dtype), x.dtype.type(0)
        for _ in range(steps - fewer):
            error = (predict(x @ w + b) - y).astype(x.dtype)
            new_w = w - sign * lr * (average(error[:, None] * x, axis=0) + decay(w, strength, len(x)))
            if weights_first:
                error = (predict(x @ new_w + b) - y).astype(x.dtype)
            w, b = new_w, b - sign * train_bias * lr * (average(error) + bias_decay * strength * b)
        return w, b

    return wrong


def _with_column_of_ones(x: Array, y: Array, lr: float, steps: int, strength: float = 0.0) -> tuple[Array, Any]:
    if set(y.tolist()) - {0, 1}:
        raise ValueError(f"y: got {set(y.tolist())}")
    extended = np.concatenate([x, np.ones((len(x), 1), x.dtype)], axis=1)
    theta = np.zeros(extended.shape[1], x.dtype)
    free = np.append(np.ones(x.shape[1], x.dtype), x.dtype.type(0))
    for _ in range(steps):
        p = (1 + np.tanh(extended @ theta / 2)) / 2
        theta = theta - lr * (extended.T @ (p - y.astype(x.dtype)) / len(x) + 2 * strength * free * theta)
    return theta[:-1], theta[-1]


def _draw_fit(rng: np.random.Generator) -> Mapping[str, Any]:
    return {
        "x": rng.standard_normal((8, 3)) + 0.5, "y": rng.permutation([0, 1, *rng.integers(0, 2, 6)]),
        "lr": float(rng.uniform(0.1, 1.0)), "steps": int(rng.integers(3, 9)), "strength": float(rng.uniform(0.01, 0.2)),
    }  # fmt: skip


logistic_regression = Exercise(
    "logistic_regression",
    points=2,
    parts=("w", "b"),
    vectorized=lambda n: {"x": normal(n, 2), "y": np.arange(n) % 2, "lr": 0.5, "steps": 3},
    cases=[
        Case("no-step", x=X, y=Y, lr=0.5, steps=0),
        Case("one-step", x=np.array([[1.0, 2.0], [3.0, -1.0]]), y=np.array([1, 0]), lr=1.0, steps=1),
        Case("bias-learns-unequal-classes", x=np.zeros((4, 2)), y=np.array([1, 1, 0, 1]), lr=1.0, steps=3),
        Case("seven-steps", x=X, y=Y, lr=0.5, steps=7, readonly=True),
        Case("with-a-penalty", x=X + 1, y=Y, lr=0.5, steps=4, strength=0.1),
        Case("far-scores", x=500 * X, y=Y, lr=1.0, steps=3),
        Case("single-precision", x=X.astype(np.float32), y=Y, lr=0.25, steps=3, strength=0.05),
        Case("labels-of-another-kind", raises="y", x=X, y=2 * Y - 1, lr=0.5, steps=2),
        random_cases(_draw_fit),
    ],
    misconceptions=[
        Misconception(
            "sum-over-the-rows",
            believes="The gradients of the rows are added.",
            wrong=_descent(average=np.sum),
            hint=LABELS_HINT,
        ),
        Misconception(
            "bias-penalised",
            believes="The bias shrinks like the weights.",
            wrong=_descent(bias_decay=2.0),
            hint=BIAS_HINT,
        ),
        Misconception(
            "bias-sees-the-new-weights",
            believes="First w is changed, then b is computed with the new w.",
            wrong=_descent(weights_first=True),
            hint="A gradient belongs to one point. Are w and b both from before the step?",
        ),
        Misconception(
            "bias-not-trained",
            believes="Only the weights learn.",
            wrong=_descent(train_bias=False),
            hint="All features are 0, and three labels of four are 1: what can the model still learn?",
        ),
        Misconception(
            "uphill",
            believes="The gradient is added.",
            wrong=_descent(sign=-1.0),
            hint="Where does a gradient point: to larger losses or to smaller ones?",
        ),
        Misconception(
            "penalty-without-factor-two",
            believes="The gradient of λ Σ w² is λ w.",
            wrong=_descent(decay=lambda w, strength, n: strength * w),
            hint="What is the derivative of w²?",
        ),
        Misconception(
            "penalty-over-the-rows",
            believes="The penalty is averaged over the rows as the loss is.",
            wrong=_descent(decay=lambda w, strength, n: 2 * strength * w / n),
            hint="Is λ Σ w² inside the mean over rows, or beside it?",
        ),
        Misconception(
            "no-sigmoid",
            believes="The error is score minus label.",
            wrong=_descent(predict=lambda z: z),
            hint="What is compared with the label 0 or 1: a score, or a probability?",
        ),
        Misconception(
            "one-step-short",
            believes="The zero weights count as the first step.",
            wrong=_descent(fewer=1),
            hint="How many updates have been made after steps = 1?",
        ),
        *slips.REGRESSION,
    ],
    hints=[
        "What is the derivative of the loss with respect to the score of a row? It is shorter than it looks.",
        "It is p - y. Multiply by x and average for w, average for b; add 2λw for w only.",
        "w - lr * (x.T @ (p - y) / len(x) + 2 * strength * w) and b - lr * (p - y).mean(), from the same p.",
    ],
    variants=[Variant("column-of-ones", _with_column_of_ones)],
)
