"""logistic_loss, logistic_predict and logistic_regression."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import normal

LOSSES = "np.logaddexp(0, np.where(y == 1, -scores, scores))"
SQUARES = "np.sum(w * w)"
#: Two edits: the probability first, perhaps clipped, then its logarithm.
PROBABILITY = "1 / (1 + np.exp(-scores))"
LOGARITHM = (LOSSES, "-(y * np.log(p) + (1 - y) * np.log(1 - p))")

SCORES = "(x @ w + b)"
ERROR = f"error = np.exp(-np.logaddexp(0, -{SCORES})) - targets"
PULL_ON_WEIGHTS = "error @ x / len(x)"
DECAY = "2 * strength * w"
BIAS_STEP = "b = b - lr * error.mean()"

KELVIN = "Should a model be punished because all temperatures are given in kelvin?"
TWICE_THE_ROWS = "Twice as many rows of the same kind come in: should the result double, or stay?"

X, Y = normal(5, 2, seed=11), np.array([0, 1, 1, 0, 1])
W = np.array([1.5, -0.5])


def probability(expression: str) -> tuple[str, ...]:
    """Edits of `logistic_loss` that compute the probability before its logarithm."""
    return "scores = x @ w + b", f"scores = x @ w + b; y = y.astype(x.dtype); p = {expression}", *LOGARITHM


def random_model(rng: np.random.Generator) -> dict[str, Any]:
    """Seven rows with labels, and a model that knows nothing of them."""
    return {
        "x": rng.standard_normal((7, 3)),
        "y": rng.permutation([0, 1, *rng.integers(0, 2, 5)]),
        "w": rng.standard_normal(3),
        "b": float(rng.normal()),
        "strength": float(rng.uniform(0, 0.5)),
    }


def random_fit(rng: np.random.Generator) -> dict[str, Any]:
    """Eight rows with labels, and a few steps."""
    return {
        "x": rng.standard_normal((8, 3)) + 0.5,
        "y": rng.permutation([0, 1, *rng.integers(0, 2, 6)]),
        "lr": float(rng.uniform(0.1, 1.0)),
        "steps": int(rng.integers(3, 9)),
        "strength": float(rng.uniform(0.01, 0.2)),
    }


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
        Case("single-precision", x=X.astype(np.float32), y=Y, w=W.astype(np.float32), b=0.25, strength=0.5),
        Case("labels-of-another-kind", raises="y", x=X, y=2 * Y - 1, w=W, b=0.0),
        random_cases(random_model),
    ],
    misconceptions=[
        edit("logarithm-of-zero", *probability(PROBABILITY))
        .believes("The probability is computed first, then its logarithm.")
        .ask("A score of -800 and label 1: what is p, and its logarithm? What should the loss be?"),
        edit("clipped-probability", *probability(f"np.clip({PROBABILITY}, 1e-7, 1 - 1e-7)"))
        .believes("Clipping p into [1e-7, 1 - 1e-7] makes the logarithm safe.")
        .ask("Safe, but is it right? What is the largest loss of a row then, and what is -log σ(-800)?"),
        edit("one-sided", LOSSES, "np.where(y == 1, np.logaddexp(0, -scores), 0)")
        .believes("The loss is -y log p.")
        .ask("What does a row with y = 0 and p = 0.99 contribute?"),
        edit("sum-over-the-rows", ".mean()", ".sum()")
        .believes("The losses of the rows are added.")
        .ask(TWICE_THE_ROWS),
        edit("bias-penalised", SQUARES, f"({SQUARES} + b * b)")
        .believes("The bias is a weight like the others.")
        .ask(KELVIN),
        edit("half-the-penalty", SQUARES, f"{SQUARES} / 2")
        .believes("A penalty has a factor of 1/2, so that its gradient has none.")
        .ask("A common choice; does the docstring's formula make it?"),
        edit("penalty-without-square", SQUARES, f"np.sqrt({SQUARES})")
        .believes("The penalty is λ times the length of w.")
        .ask("What is Σ w² for w = (3, 4)?"),
        edit("penalty-over-the-rows", SQUARES, f"{SQUARES} / len(x)")
        .believes("The penalty is averaged over the rows as the loss is.")
        .ask("Where does λ stand in the formula: inside the mean or behind it?"),
        edit("classes-exchanged", "y == 1", "y == 0")
        .believes("A high score speaks for class 0.")
        .ask("What is σ of a large score, and which label is that the probability of?"),
    ],
    hints=[
        "For a row of class 1 the loss is -log σ(z). What is it for a row of class 0, in terms of z?",
        "-log σ(z) = log(e^0 + e^-z) and -log(1 - σ(z)) = log(e^0 + e^z): both are np.logaddexp.",
        "np.logaddexp(0, np.where(y == 1, -scores, scores)).mean() + strength * np.sum(w ** 2).",
    ],
    variants=[
        Variant(
            "softplus-minus-score",
            (
                LOSSES,
                "(np.maximum(scores, 0) + np.log1p(np.exp(-np.abs(scores))) - y.astype(x.dtype) * scores)",
            ),
        )
    ],
)

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
        edit("scores-above-one-half", "> 0)", "> 0.5)")
        .believes("The score is compared with 0.5.")
        .ask("Which score z has σ(z) = 1/2?"),
        edit("one-half-is-class-one", "> 0)", ">= 0)")
        .believes("At exactly one half the answer is 1.")
        .ask("What does the docstring say of a probability of exactly 1/2?"),
        edit("bias-forgotten", "x @ w + b", "x @ w")
        .believes("The sign of x · w is the class.")
        .ask("Which line separates the classes: x · w = 0, or x · w + b = 0?"),
        returns("probabilities-returned", f"np.exp(-np.logaddexp(0, -{SCORES}))")
        .believes("The probability is the prediction.")
        .ask("A label is asked for. Which of the two is it at p = 0.7?"),
        edit("booleans-returned", ".astype(np.int64)", "")
        .believes("True and False are as good as 1 and 0.")
        .ask("Which type do labels have in this unit?"),
        returns("signs-returned", f"np.where({SCORES} > 0, 1, -1)")
        .believes("The classes are -1 and 1.")
        .ask("Which two labels does logistic regression have here?"),
    ],
    hints=[
        "The sigmoid grows with its argument. Is it needed to decide which side of 1/2 it is on?",
        "σ(z) > 1/2 is the same as z > 0; a comparison gives booleans, labels are integers.",
        "(x @ w + b > 0).astype(int)",
    ],
    variants=[Variant("by-probability", ("x @ w + b > 0", f"np.exp(-np.logaddexp(0, -{SCORES})) > 0.5"))],
)

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
        random_cases(random_fit),
    ],
    misconceptions=[
        edit("sum-over-the-rows", PULL_ON_WEIGHTS, "error @ x", "error.mean()", "error.sum()")
        .believes("The gradients of the rows are added.")
        .ask(TWICE_THE_ROWS),
        edit("bias-penalised", "error.mean()", "(error.mean() + 2 * strength * b)")
        .believes("The bias shrinks like the weights.")
        .ask(KELVIN),
        edit("bias-sees-the-new-weights", BIAS_STEP, f"{ERROR}; {BIAS_STEP}")
        .believes("First w is changed, then b is computed with the new w.")
        .ask("A gradient belongs to one point. Are w and b both from before the step?"),
        edit("bias-not-trained", BIAS_STEP, "pass")
        .believes("Only the weights learn.")
        .ask("All features are 0, and three labels of four are 1: what can the model still learn?"),
        edit("uphill", "- lr *", "+ lr *")
        .believes("The gradient is added.")
        .ask("Where does a gradient point: to larger losses or to smaller ones?"),
        edit("penalty-without-factor-two", DECAY, "strength * w")
        .believes("The gradient of λ Σ w² is λ w.")
        .ask("What is the derivative of w²?"),
        edit("penalty-over-the-rows", DECAY, f"{DECAY} / len(x)")
        .believes("The penalty is averaged over the rows as the loss is.")
        .ask("Is λ Σ w² inside the mean over rows, or beside it?"),
        edit("no-sigmoid", ERROR, f"error = {SCORES} - targets")
        .believes("The error is score minus label.")
        .ask("What is compared with the label 0 or 1: a score, or a probability?"),
        edit("one-step-short", "range(steps)", "range(steps - 1)")
        .believes("The zero weights count as the first step.")
        .ask("How many updates have been made after steps = 1?"),
        edit("slope-of-the-sigmoid-too", ERROR, f"{ERROR}; p = error + targets; error = error * p * (1 - p)")
        .believes("The error p - y is multiplied by the sigmoid's slope p (1 - p).")
        .ask("Which loss has that gradient: the squared error of p, or the logarithmic one?"),
    ],
    hints=[
        "What is the derivative of the loss with respect to the score of a row? It is shorter than it looks.",
        "It is p - y. Multiply by x and average for w, average for b; add 2λw for w only.",
        "w - lr * (x.T @ (p - y) / len(x) + 2 * strength * w) and b - lr * (p - y).mean(), from the same p.",
    ],
    variants=[
        Variant(
            "column-of-ones",
            """
            if not set(y.tolist()) <= {0, 1}:
                raise ValueError("y: want 0 and 1")
            extended = np.concatenate([x, np.ones((len(x), 1), x.dtype)], axis=1)
            theta = np.zeros(extended.shape[1], x.dtype)
            for _ in range(steps):
                p = (1 + np.tanh(extended @ theta / 2)) / 2
                decay = 2 * strength * np.append(theta[:-1], theta[-1] * 0)
                theta = theta - lr * (extended.T @ (p - y.astype(x.dtype)) / len(x) + decay)
            return theta[:-1], theta[-1]
            """,
        )
    ],
)
