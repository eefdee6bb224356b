"""Assessment of the margin: linear_svm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._classical_common import Version

__all__ = ["linear_svm"]


def _added(total: Any, active: Array) -> Any:
    return total


def _mean_of_all(total: Any, active: Array) -> Any:
    return total / len(active)


def _mean_of_active(total: Any, active: Array) -> Any:
    return total / max(int(active.sum()), 1)


def _svm(
    *,
    active: Version = lambda margins: margins < 1,
    average: Version = _mean_of_all,
    bias_average: Version | None = None,
    decay: Version = lambda w, strength, active: 2 * strength * w,
    bias_decay: float = 0.0,
    bias_rate: float = 1.0,
    weights_first: bool = False,
) -> Version:
    """A version of linear_svm with other parts."""

    def wrong(x: Array, y: Array, lr: float, steps: int, strength: float) -> tuple[Array, Any]:
        w, b = np.zeros(x.shape[1], x.dtype), x.dtype.type(0)
        for _ in range(steps):
            on = active(y * (x @ w + b))
            new_w = w - lr * (decay(w, strength, on) - average((on * y).astype(x.dtype) @ x, on))
            on = active(y * (x @ new_w + b)) if weights_first else on
            pull = (bias_average or average)((on * y).sum(dtype=x.dtype), on)
            b = b + bias_rate * lr * (pull - bias_decay * strength * b)
            w = new_w
        return w, b

    return wrong


def _svm_by_selection(x: Array, y: Array, lr: float, steps: int, strength: float) -> tuple[Array, Any]:
    if set(y.tolist()) - {-1, 1}:
        raise ValueError(f"y: got {set(y.tolist())}")
    signed, w, b = x * y[:, None].astype(x.dtype), np.zeros_like(x[0]), x.dtype.type(0)
    for _ in range(steps):
        chosen = signed @ w + y * b < 1
        w, b = w + lr * (signed[chosen].sum(axis=0) / len(x) - 2 * strength * w), b + lr * y[chosen].sum() / len(x)
    return w, x.dtype.type(b)


def _draw_svm(rng: np.random.Generator) -> Mapping[str, Any]:
    y = rng.permutation([-1, -1, -1, 1, 1, 1, 1, 1])
    x = rng.standard_normal((8, 3)) + 0.7 * y[:, None] + 0.3
    lr, strength = float(rng.uniform(0.2, 0.8)), float(rng.uniform(0.01, 0.2))
    return {"x": x, "y": y, "lr": lr, "steps": int(rng.integers(4, 12)), "strength": strength}


XS, YS = normal(5, 2, seed=12) + np.array([0.5, 0.0]), np.array([1, -1, -1, 1, 1])

linear_svm = Exercise(
    "linear_svm",
    points=2,
    parts=("w", "b"),
    vectorized=lambda n: {"x": normal(n, 2), "y": np.arange(n) % 2 * 2 - 1, "lr": 0.5, "steps": 3, "strength": 0.1},
    cases=[
        Case("no-step", x=XS, y=YS, lr=0.5, steps=0, strength=0.1),
        Case(
            "one-step",
            x=np.array([[1.0, 2.0], [3.0, -1.0], [2.0, 2.0]]),
            y=np.array([1, -1, 1]),
            lr=0.5,
            steps=1,
            strength=0.0,
        ),
        Case("two-steps", x=XS, y=YS, lr=0.5, steps=2, strength=0.0),
        Case("nine-steps-with-a-penalty", x=XS, y=YS, lr=0.5, steps=9, strength=0.1, readonly=True),
        Case(
            "exactly-on-the-margin-rests",
            x=np.array([[2.0], [-2.0]]),
            y=np.array([1, -1]),
            lr=0.25,
            steps=3,
            strength=0.0,
        ),
        Case(
            "all-beyond-the-margin",
            x=4 * np.array([[2.0], [-3.0]]),
            y=np.array([1, -1]),
            lr=1.0,
            steps=4,
            strength=0.05,
        ),
        Case("unequal-classes", x=XS + 2, y=np.array([1, 1, -1, 1, 1]), lr=0.5, steps=6, strength=0.25),
        Case("single-precision", x=XS.astype(np.float32), y=YS, lr=0.25, steps=4, strength=0.125),
        Case("labels-zero-and-one", raises="y", x=XS, y=(YS + 1) // 2, lr=0.5, steps=2, strength=0.1),
        random_cases(_draw_svm),
    ],
    misconceptions=[
        Misconception(
            "margin-of-zero",
            believes="Only rows on the wrong side count.",
            wrong=_svm(active=lambda margins: margins <= 0),
            hint="A row lies on the right side, with y (x · w + b) = 0.01. What is its hinge loss?",
        ),
        Misconception(
            "on-the-margin-counts",
            believes="A row exactly on the margin is active.",
            wrong=_svm(active=lambda margins: margins <= 1),
            hint="At y (x · w + b) = 1 the hinge has a kink. Which of its slopes does the docstring choose?",
        ),
        Misconception(
            "every-row-counts",
            believes="All rows pull, also those that are far on the right side.",
            wrong=_svm(active=lambda margins: margins < np.inf),
            hint="What is the slope of max(0, 1 - m) at m = 5?",
        ),
        Misconception(
            "sum-over-the-rows",
            believes="The pulls of the active rows are added.",
            wrong=_svm(average=_added),
            hint="Twice as many rows of the same kind come in: should a step be twice as long?",
        ),
        Misconception(
            "mean-over-the-active-rows",
            believes="The mean runs over the active rows.",
            wrong=_svm(average=_mean_of_active),
            hint="A row with hinge loss 0: does the mean in L count it?",
        ),
        Misconception(
            "mean-over-the-active-rows-unguarded",
            believes="The mean runs over the active rows, and there are always some.",
            wrong=_svm(average=lambda total, active: total / int(active.sum())),
            hint="A row with hinge loss 0: does the mean in L count it? And what is the mean of no rows?",
        ),
        Misconception(
            "weights-pulled-by-the-sum",
            believes="x is multiplied from the left, and that is the mean.",
            wrong=_svm(average=_added, bias_average=_mean_of_all),
            hint="pull @ x is a sum over the rows: what does the docstring do with it?",
        ),
        Misconception(
            "weights-pulled-by-the-active-mean",
            believes="The weights follow the mean of the active rows.",
            wrong=_svm(average=_mean_of_active, bias_average=_mean_of_all),
            hint="By how many rows is the sum for w divided: by all, or by the active ones?",
        ),
        Misconception(
            "bias-pulled-by-the-sum",
            believes="The bias is one number, so its pulls are added.",
            wrong=_svm(bias_average=_added),
            hint="What stands before the sum in the docstring's line of b?",
        ),
        Misconception(
            "bias-pulled-by-the-active-mean",
            believes="The bias follows the mean label of the active rows.",
            wrong=_svm(bias_average=_mean_of_active),
            hint="By how many rows is the sum for b divided: by all, or by the active ones?",
        ),
        Misconception(
            "penalty-without-factor-two",
            believes="The gradient of λ Σ w² is λ w.",
            wrong=_svm(decay=lambda w, strength, active: strength * w),
            hint="What is the derivative of w²?",
        ),
        Misconception(
            "penalty-rests-with-the-rows",
            believes="Where no row is active there is nothing to do.",
            wrong=_svm(decay=lambda w, strength, active: 2 * strength * w * active.any()),
            hint="All rows are beyond the margin. Does a smaller w still lower L?",
        ),
        Misconception(
            "bias-penalised",
            believes="The bias shrinks like the weights.",
            wrong=_svm(bias_decay=2.0),
            hint="Should a model be punished because all temperatures are given in kelvin?",
        ),
        Misconception(
            "bias-not-trained",
            believes="Only the weights learn.",
            wrong=_svm(bias_rate=0.0),
            hint="Must the separating line go through the origin?",
        ),
        Misconception(
            "bias-sees-the-new-weights",
            believes="First w is changed, then the margins are computed again for b.",
            wrong=_svm(weights_first=True),
            hint="A gradient belongs to one point. Are w and b both from before the step?",
        ),
    ],
    hints=[
        "Which rows have a hinge loss above 0, and what does each of them add to the gradient?",
        "A row with y (x · w + b) < 1 adds -y x to the gradient for w and -y to that for b; the others add 0.",
        "pull = y * (y * (x @ w + b) < 1): w - lr * (2 * strength * w - pull @ x / N) and b + lr * pull.mean().",
    ],
    variants=[Variant("select-the-active", _svm_by_selection)],
)
