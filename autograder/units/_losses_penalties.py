"""Assessment of the penalties on sizes and on squares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal

W = np.array([[1.5, -2.0, 0.0], [0.25, -0.5, 3.0]])
SUM_OR_MEAN = "Does the formula divide by anything? Two equal layers instead of one: same penalty, or double?"
AT_ZERO = "A weight is 0 already. In which direction should it be pulled?"
OUT_OF_THE_GRADIENT = "The penalty rises when a weight grows. What does training see of that, if the gradient is 0?"


def cases(first: Mapping[str, float], second: Mapping[str, float]) -> list[Case]:
    """Weights of several shapes with two choices of the strengths."""
    off = dict.fromkeys(first, 0.0)
    return [
        Case("one-weight").with_inputs({"w": np.array([-3.0]), **first}),
        Case("vector").with_inputs({"w": np.array([1.0, -2.0, 0.5]), **first}),
        Case("matrix-with-a-zero", readonly=True).with_inputs({"w": W, **second}),
        Case("kernel").with_inputs({"w": normal(2, 3, 1, 2, seed=1), **second}),
        Case("all-zero").with_inputs({"w": np.zeros((2, 3)), **second}),
        Case("switched-off").with_inputs({"w": W, **off}),
        Case("single-precision").with_inputs({"w": W.astype(np.float32), **second}),
    ]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"w": rng.standard_normal((3, 4)), "strength": float(rng.uniform(0.01, 2))}


def _many(n: int) -> Mapping[str, Any]:
    return {"w": normal(n, 3), "strength": 0.1}


def sizes(w: Array) -> Any:
    return np.abs(w).sum()


def squares(w: Array) -> Any:
    return (w**2).sum()


def forward_slips(right: Callable[..., Any]) -> list[Misconception]:
    return [
        Misconception(
            "mean-not-sum",
            believes="A penalty is averaged over the weights, as a loss is over its elements.",
            wrong=lambda w, *args, **kwargs: right(w, *args, **kwargs) / w.size,
            hint=SUM_OR_MEAN,
        ),
        Misconception(
            "divided-by-rows",
            believes="The penalty is divided by m, the length of the first axis.",
            wrong=lambda w, *args, **kwargs: right(w, *args, **kwargs) / len(w),
            hint="Weights have no batch axis. Does the docstring's formula divide by anything?",
        ),
        Misconception(
            "added-for-each-row",
            believes="The penalty is charged once for every row.",
            wrong=lambda w, *args, **kwargs: right(w, *args, **kwargs) * len(w),
            hint="How often is each weight counted in the sum?",
        ),
        Misconception(
            "only-in-the-gradient",
            believes="A penalty acts on the gradient alone, and the loss stays as it is.",
            wrong=lambda w, *args, **kwargs: right(w, *args, **kwargs) * 0,
            hint="Of which number is the gradient of the penalty the gradient?",
        ),
        Misconception(
            "python-float",
            believes="A penalty is a Python float.",
            wrong=lambda w, *args, **kwargs: float(right(w, *args, **kwargs)),
            hint="What precision does a Python float have, and which one came in?",
        ),
    ]


def backward_slips(right: Callable[..., Array]) -> list[Misconception]:
    return [
        Misconception(
            "only-in-the-loss",
            believes="The penalty is a constant that is added to the loss, so it has no gradient.",
            wrong=lambda w, *args, **kwargs: np.zeros_like(w),
            hint=OUT_OF_THE_GRADIENT,
        ),
        Misconception(
            "mean-not-sum",
            believes="A penalty is averaged over the weights, as a loss is over its elements.",
            wrong=lambda w, *args, **kwargs: right(w, *args, **kwargs) / w.size,
            hint=SUM_OR_MEAN,
        ),
        Misconception(
            "divided-by-rows",
            believes="The gradient is divided by m, the length of the first axis.",
            wrong=lambda w, *args, **kwargs: right(w, *args, **kwargs) / len(w),
            hint="Weights have no batch axis. Does the forward formula divide by anything?",
        ),
        Misconception(
            "sign-flipped",
            believes="The gradient points to where the weights should go.",
            wrong=lambda w, *args, **kwargs: -right(w, *args, **kwargs),
            hint="A positive weight grows: does the penalty rise or fall? Which sign is that?",
        ),
    ]


def _last_row_zero(w: Array) -> Array:
    return np.concatenate([w[:-1], np.zeros_like(w[-1:])])


def sign_one_at_zero(w: Array) -> Array:
    return np.where(w >= 0, 1, -1).astype(w.dtype)


l1_penalty = Exercise(
    "l1_penalty",
    points=0.5,
    vectorized=_many,
    cases=[*cases({"strength": 1.0}, {"strength": 0.01}), random_cases(_draw)],
    misconceptions=[
        *forward_slips(lambda w, strength: strength * sizes(w)),
        Misconception(
            "signed",
            believes="The weights are added up as they are.",
            wrong=lambda w, strength: strength * w.sum(),
            hint="Two weights, 5 and -5. Are they free of charge?",
        ),
        Misconception(
            "squared",
            believes="Every penalty is a sum of squares.",
            wrong=lambda w, strength: strength * squares(w),
            hint="What do |w| and w² have to do with the 1 and the 2 of the names?",
        ),
        Misconception(
            "halved",
            believes="A factor ½ belongs to every penalty.",
            wrong=lambda w, strength: strength * sizes(w) / 2,
            hint="One weight, -3, and λ = 1: what does the docstring's formula give?",
        ),
        Misconception(
            "size-of-the-sum",
            believes="|Σ w| is Σ |w|.",
            wrong=lambda w, strength: strength * np.abs(w.sum()),
            hint="What is the penalty of the weights 1 and -1?",
        ),
        Misconception(
            "strength-ignored",
            believes="The strength belongs to the optimiser.",
            wrong=lambda w, strength: sizes(w),
            hint="Which argument does the formula call λ?",
        ),
        Misconception(
            "largest-only",
            believes="The largest weight is what counts.",
            wrong=lambda w, strength: strength * np.abs(w).max(),
            hint="Which weights feel that penalty?",
        ),
        Misconception(
            "norm-of-the-matrix",
            believes="np.linalg.norm(w, 1) sums sizes.",
            wrong=lambda w, strength: strength * np.linalg.norm(w, 1 if w.ndim < 3 else None),
            hint="What is the 1-norm of a *matrix*: a sum over all, or over one column?",
        ),
    ],
    hints=[
        "What is the size of one weight? Then: a sum, or a mean?",
        "np.abs, the sum over all entries whatever the shape, times the strength.",
        "strength * np.abs(w).sum().",
    ],
    variants=[Variant("norm-of-the-flat-array", lambda w, strength: strength * np.linalg.norm(w.ravel(), 1))],
)

l1_penalty_backward = Exercise(
    "l1_penalty_backward",
    points=0.5,
    truth="loss_gradient",
    wrt=["w"],
    vectorized=_many,
    cases=[*cases({"strength": 1.0}, {"strength": 0.01}), random_cases(_draw)],
    misconceptions=[
        *backward_slips(lambda w, strength: strength * np.sign(w)),
        Misconception(
            "size-instead-of-sign",
            believes="The gradient of |w| is |w|.",
            wrong=lambda w, strength: strength * np.abs(w),
            hint="How steep is |w| at 1, how steep at 100, and how steep at -1?",
        ),
        Misconception(
            "one-at-zero",
            believes="Where it is not negative, a weight has the sign 1.",
            wrong=lambda w, strength: strength * sign_one_at_zero(w),
            hint=AT_ZERO,
        ),
        Misconception(
            "weight-itself",
            believes="Every penalty pulls in proportion to the weight.",
            wrong=lambda w, strength: strength * w,
            hint="How steep is |w| at 0.01, and how steep at 100? Which penalty makes weights exactly 0?",
        ),
        Misconception(
            "strength-ignored",
            believes="The strength scales the penalty, not its slope.",
            wrong=lambda w, strength: np.sign(w),
            hint="λ is 0. Is anything pulled?",
        ),
        Misconception(
            "minus-one-at-zero",
            believes="What is not above 0 is below.",
            wrong=lambda w, strength: strength * np.where(w > 0, 1.0, -1.0).astype(w.dtype),
            hint="A weight is 0 already. In which direction should it be pulled?",
        ),
        Misconception(
            "strength-alone",
            believes="Every weight is pulled down by λ.",
            wrong=lambda w, strength: np.full_like(w, strength),
            hint="Which way is 0 from a negative weight?",
        ),
    ],
    hints=[
        "How steep is |w| right of 0, left of it, and, by the docstring, at 0?",
        "np.sign gives 1, -1 and 0 as wanted; the strength multiplies it.",
        "strength * np.sign(w).",
    ],
)

l2_penalty = Exercise(
    "l2_penalty",
    points=0.5,
    vectorized=_many,
    cases=[*cases({"strength": 1.0}, {"strength": 0.01}), random_cases(_draw)],
    misconceptions=[
        *forward_slips(lambda w, strength: strength * squares(w)),
        Misconception(
            "last-row-taken-for-the-bias",
            believes="The last row of w is the bias, which is not penalised.",
            wrong=lambda w, strength: strength * squares(w[:-1]),
            hint="Biases are not penalised, so the caller does not pass them. How many weights are there in w?",
        ),
        Misconception(
            "missing-square",
            believes="The penalty is λ ‖w‖, the length of the weights.",
            wrong=lambda w, strength: strength * np.sqrt(squares(w)),
            hint="All weights are doubled: does the penalty double, or quadruple?",
        ),
        Misconception(
            "missing-square-over-2m",
            believes="The penalty is λ/2m · ‖w‖.",
            wrong=lambda w, strength: strength / (2 * len(w)) * np.sqrt(squares(w)),
            hint="Compare with the docstring's formula: what stands before the sum, and is there a root?",
        ),
        Misconception(
            "halved",
            believes="A factor ½ belongs to the squares, so that the gradient loses its 2.",
            wrong=lambda w, strength: strength / 2 * squares(w),
            hint="One weight, -3, and λ = 1: does the docstring's formula give 9 or 4.5?",
        ),
        Misconception(
            "square-of-the-sum",
            believes="The weights are added up, and the sum is squared.",
            wrong=lambda w, strength: strength * w.sum() ** 2,
            hint="Two weights, 5 and -5. Are they free of charge?",
        ),
        Misconception(
            "strength-ignored",
            believes="The strength belongs to the optimiser.",
            wrong=lambda w, strength: squares(w),
            hint="Which argument does the formula call λ?",
        ),
        Misconception(
            "strength-squared",
            believes="λ stands inside the square.",
            wrong=lambda w, strength: squares(strength * w),
            hint="What becomes of λ = 0.01 under a square?",
        ),
        Misconception(
            "sizes-for-squares",
            believes="Every penalty is a sum of sizes.",
            wrong=lambda w, strength: strength * sizes(w),
            hint="Which of the two, L1 or L2, has squares?",
        ),
        Misconception(
            "product-with-itself",
            believes="Σ w² is the sum of w wᵀ.",
            wrong=lambda w, strength: strength * np.sum(w @ w.T),
            hint="Which products does w wᵀ contain besides the squares?",
        ),
        Misconception(
            "one-penalty-per-weight",
            believes="Every weight has a penalty of its own.",
            wrong=lambda w, strength: strength * w**2,
            hint="Which one number is added to the loss?",
        ),
    ],
    hints=[
        "What is squared: each weight, or their sum? And is there a root at the end?",
        "The squares, their sum over all entries whatever the shape, times the strength. Nothing else.",
        "strength * (w**2).sum().",
    ],
    variants=[
        Variant("dot-product", lambda w, strength: strength * (w.ravel() @ w.ravel())),
    ],
)

l2_penalty_backward = Exercise(
    "l2_penalty_backward",
    points=0.5,
    truth="loss_gradient",
    wrt=["w"],
    vectorized=_many,
    cases=[*cases({"strength": 1.0}, {"strength": 0.01}), random_cases(_draw)],
    misconceptions=[
        *backward_slips(lambda w, strength: 2 * strength * w),
        Misconception(
            "two-forgotten",
            believes="The gradient of the penalty is λ w.",
            wrong=lambda w, strength: strength * w,
            hint="That belongs to λ/2 Σ w². Which penalty is it here?",
        ),
        Misconception(
            "last-row-taken-for-the-bias",
            believes="The last row of w is the bias, which is not penalised.",
            wrong=lambda w, strength: 2 * strength * _last_row_zero(w),
            hint="Biases are not penalised, so the caller does not pass them. How many weights are there in w?",
        ),
        Misconception(
            "square-kept",
            believes="The slope of w² is 2 w².",
            wrong=lambda w, strength: 2 * strength * w**2,
            hint="What sign does the slope have at a negative weight?",
        ),
        Misconception(
            "gradient-of-the-length",
            believes="The penalty is λ ‖w‖, with the slope λ w / ‖w‖.",
            wrong=lambda w, strength: strength * w / np.sqrt(np.maximum(squares(w), 1e-12)),
            hint="Is there a root in the docstring's formula?",
        ),
        Misconception(
            "strength-ignored",
            believes="The strength scales the penalty, not its slope.",
            wrong=lambda w, strength: 2 * w,
            hint="λ is 0. Is anything pulled?",
        ),
        Misconception(
            "sign-for-the-weight",
            believes="A penalty pulls all weights equally hard.",
            wrong=lambda w, strength: 2 * strength * np.sign(w),
            hint="That is what L1 does. How hard does L2 pull at a small weight?",
        ),
        Misconception(
            "size-for-the-weight",
            believes="The slope is 2 λ |w|.",
            wrong=lambda w, strength: 2 * strength * np.abs(w),
            hint="Which way is 0 from a negative weight?",
        ),
    ],
    hints=[
        "Differentiate λ (w_1² + w_2² + …) with respect to w_1.",
        "Every weight is pulled in proportion to itself; the penalty has no ½ that would take the 2 away.",
        "2 * strength * w.",
    ],
)
