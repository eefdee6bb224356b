"""The L1, L2 and elastic-net penalties on weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, edit, returns
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import python_float, sign_flipped

SUM_OR_MEAN = "Does the formula divide by anything? Two equal layers instead of one: same penalty, or double?"
FREE = "Two weights, 5 and -5. Are they free of charge?"
AT_ZERO = "A weight is 0 already. In which direction should it be pulled?"
WHICH_WAY = "Which way is 0 from a negative weight?"
SWITCHED_OFF = "λ is 0. Is anything pulled?"
HOW_MANY = "Biases are not penalised, so the caller does not pass them. How many weights are there in w?"

W = np.array([[1.5, -2.0, 0.0], [0.25, -0.5, 3.0]])


def _weight_cases(first: Mapping[str, float], second: Mapping[str, float]) -> list[Case]:
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


def _wrong_penalties() -> list[Misconception]:
    """Wrong sums over the weights."""
    return [
        edit("mean-not-sum", ".sum()", ".mean()")
        .believes("A penalty is averaged over the weights, as a loss is over its elements.")
        .ask(SUM_OR_MEAN),
        edit("divided-by-rows", ".sum()", ".sum() / len(w)")
        .believes("The penalty is divided by m, the length of the first axis.")
        .ask("Weights have no batch axis. Does the docstring's formula divide by anything?"),
        edit("added-for-each-row", ".sum()", ".sum() * len(w)")
        .believes("The penalty is charged once for every row.")
        .ask("How often is each weight counted in the sum?"),
        edit("only-in-the-gradient", ".sum()", ".sum() * 0")
        .believes("A penalty acts on the gradient alone, and the loss stays as it is.")
        .ask("Of which number is the gradient of the penalty the gradient?"),
        python_float(),
    ]


def _wrong_pulls(gradient: str) -> list[Misconception]:
    """Wrong factors of a penalty's gradient.

    Args:
        gradient: the right one, as a call of the model answer.
    """
    return [
        returns("only-in-the-loss", "np.zeros_like(w)")
        .believes("The penalty is a constant that is added to the loss, so it has no gradient.")
        .ask("The penalty rises when a weight grows. What does training see of that, if the gradient is 0?"),
        returns("mean-not-sum", f"{gradient} / w.size")
        .believes("A penalty is averaged over the weights, as a loss is over its elements.")
        .ask(SUM_OR_MEAN),
        returns("divided-by-rows", f"{gradient} / len(w)")
        .believes("The gradient is divided by m, the length of the first axis.")
        .ask("Weights have no batch axis. Does the forward formula divide by anything?"),
        sign_flipped()
        .believes("The gradient points where the weights should go.")
        .ask("A positive weight grows: does the penalty rise or fall? Which sign is that?"),
    ]


def _draw_elastic(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"w": rng.standard_normal((3, 4)), "l1": float(rng.uniform(0.01, 2)), "l2": float(rng.uniform(0.01, 2))}


CASES: list[Case | RandomCases] = [
    *_weight_cases({"strength": 1.0}, {"strength": 0.01}),
    random_cases(lambda rng: {"w": rng.standard_normal((3, 4)), "strength": float(rng.uniform(0.01, 2))}),
]
ELASTIC_CASES: list[Case | RandomCases] = [
    *_weight_cases({"l1": 1.0, "l2": 0.5}, {"l1": 0.01, "l2": 0.03}),
    Case("first-part-alone", w=W, l1=0.5, l2=0.0),
    Case("second-part-alone", w=W, l1=0.0, l2=0.5),
    random_cases(_draw_elastic),
]

l1_penalty = Exercise(
    "l1_penalty",
    points=0.5,
    vectorized=lambda n: {"w": normal(n, 3), "strength": 0.1},
    cases=CASES,
    misconceptions=[
        *_wrong_penalties(),
        edit("signed", "np.abs(w)", "w").believes("The weights are added up as they are.").ask(FREE),
        edit("squared", "np.abs(w)", "(w**2)")
        .believes("Every penalty is a sum of squares.")
        .ask("What do |w| and w² have to do with the 1 and the 2 of the names?"),
        edit("halved", "strength *", "strength / 2 *")
        .believes("A factor ½ belongs to every penalty.")
        .ask("One weight, -3, and λ = 1: what does the docstring's formula give?"),
        edit("size-of-the-sum", "np.abs(w).sum()", "np.abs(w.sum())")
        .believes("|Σ w| is Σ |w|.")
        .ask("What is the penalty of the weights 1 and -1?"),
        edit("strength-ignored", "strength * ", "")
        .believes("The strength belongs to the optimiser.")
        .ask("Which argument does the formula call λ?"),
        edit("largest-only", ".sum()", ".max()")
        .believes("The largest weight is what counts.")
        .ask("Which weights feel that penalty?"),
        edit("norm-of-the-matrix", "np.abs(w).sum()", "np.linalg.norm(w, 1 if w.ndim < 3 else None)")
        .believes("np.linalg.norm(w, 1) sums sizes.")
        .ask("What is the 1-norm of a *matrix*: a sum over all, or over one column?"),
    ],
    hints=[
        "What is the size of one weight? Then: a sum, or a mean?",
        "np.abs, the sum over all entries whatever the shape, times the strength.",
        "strength * np.abs(w).sum().",
    ],
    variants=[Variant("norm-of-the-flat-array", ("np.abs(w).sum()", "np.linalg.norm(w.ravel(), 1)"))],
)

l1_penalty_backward = Exercise(
    "l1_penalty_backward",
    points=0.5,
    truth="loss_gradient",
    wrt=["w"],
    vectorized=l1_penalty.vectorized,
    cases=CASES,
    misconceptions=[
        *_wrong_pulls("l1_penalty_backward(w, strength)"),
        edit("size-instead-of-sign", "np.sign", "np.abs")
        .believes("The gradient of |w| is |w|.")
        .ask("How steep is |w| at 1, how steep at 100, and how steep at -1?"),
        edit("one-at-zero", "np.sign(w)", "np.where(w >= 0, 1, -1).astype(w.dtype)")
        .believes("Where it is not negative, a weight has the sign 1.")
        .ask(AT_ZERO),
        edit("weight-itself", "np.sign(w)", "w")
        .believes("Every penalty pulls in proportion to the weight.")
        .ask("How steep is |w| at 0.01, and how steep at 100? Which penalty makes weights exactly 0?"),
        edit("strength-ignored", "strength * ", "")
        .believes("The strength scales the penalty, not its slope.")
        .ask(SWITCHED_OFF),
        edit("minus-one-at-zero", "np.sign(w)", "np.where(w > 0, 1, -1).astype(w.dtype)")
        .believes("What is not above 0 is below.")
        .ask(AT_ZERO),
        edit("strength-alone", "strength * np.sign(w)", "np.full_like(w, strength)")
        .believes("Every weight is pulled down by λ.")
        .ask(WHICH_WAY),
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
    vectorized=l1_penalty.vectorized,
    cases=CASES,
    misconceptions=[
        *_wrong_penalties(),
        edit("last-row-taken-for-the-bias", "(w**2)", "(w[:-1] ** 2)")
        .believes("The last row of w is the bias, which is not penalised.")
        .ask(HOW_MANY),
        edit("missing-square", "(w**2).sum()", "np.sqrt((w**2).sum())")
        .believes("The penalty is λ ‖w‖, the length of the weights.")
        .ask("All weights are doubled: does the penalty double, or quadruple?"),
        edit("missing-square-over-2m", "strength * (w**2).sum()", "strength / (2 * len(w)) * np.sqrt((w**2).sum())")
        .believes("The penalty is λ/2m · ‖w‖.")
        .ask("Compare with the docstring's formula: what stands before the sum, and is there a root?"),
        edit("halved", "strength *", "strength / 2 *")
        .believes("A factor ½ belongs to the squares, so that the gradient loses its 2.")
        .ask("One weight, -3, and λ = 1: does the docstring's formula give 9 or 4.5?"),
        edit("square-of-the-sum", "(w**2).sum()", "w.sum() ** 2")
        .believes("The weights are added up, and the sum is squared.")
        .ask(FREE),
        edit("strength-ignored", "strength * ", "")
        .believes("The strength belongs to the optimiser.")
        .ask("Which argument does the formula call λ?"),
        edit("strength-squared", "strength * (w**2)", "((strength * w) ** 2)")
        .believes("λ stands inside the square.")
        .ask("What becomes of λ = 0.01 under a square?"),
        edit("sizes-for-squares", "(w**2)", "np.abs(w)")
        .believes("Every penalty is a sum of sizes.")
        .ask("Which of the two, L1 or L2, has squares?"),
        edit("product-with-itself", "(w**2).sum()", "np.sum(w @ w.T)")
        .believes("Σ w² is the sum of w wᵀ.")
        .ask("Which products does w wᵀ contain besides the squares?"),
        edit("one-penalty-per-weight", ".sum()", "")
        .believes("Every weight has a penalty of its own.")
        .ask("Which one number is added to the loss?"),
    ],
    hints=[
        "What is squared: each weight, or their sum? And is there a root at the end?",
        "The squares, their sum over all entries whatever the shape, times the strength. Nothing else.",
        "strength * (w**2).sum().",
    ],
    variants=[Variant("dot-product", ("(w**2).sum()", "(w.ravel() @ w.ravel())"))],
)

l2_penalty_backward = Exercise(
    "l2_penalty_backward",
    points=0.5,
    truth="loss_gradient",
    wrt=["w"],
    vectorized=l1_penalty.vectorized,
    cases=CASES,
    misconceptions=[
        *_wrong_pulls("l2_penalty_backward(w, strength)"),
        edit("two-forgotten", "2 * ", "")
        .believes("The gradient of the penalty is λ w.")
        .ask("That belongs to λ/2 Σ w². Which penalty is it here?"),
        edit("last-row-taken-for-the-bias", "* w", "* np.concatenate([w[:-1], np.zeros_like(w[-1:])])")
        .believes("The last row of w is the bias, which is not penalised.")
        .ask(HOW_MANY),
        edit("square-kept", "* w", "* w**2")
        .believes("The slope of w² is 2 w².")
        .ask("What sign does the slope have at a negative weight?"),
        edit("gradient-of-the-length", "2 * strength * w", "strength * w / np.sqrt(np.maximum((w**2).sum(), 1e-12))")
        .believes("The penalty is λ ‖w‖, with the slope λ w / ‖w‖.")
        .ask("Is there a root in the docstring's formula?"),
        edit("strength-ignored", "strength * ", "")
        .believes("The strength scales the penalty, not its slope.")
        .ask(SWITCHED_OFF),
        edit("sign-for-the-weight", "* w", "* np.sign(w)")
        .believes("A penalty pulls all weights equally hard.")
        .ask("That is what L1 does. How hard does L2 pull at a small weight?"),
        edit("size-for-the-weight", "* w", "* np.abs(w)").believes("The slope is 2 λ |w|.").ask(WHICH_WAY),
    ],
    hints=[
        "Differentiate λ (w_1² + w_2² + …) with respect to w_1.",
        "Every weight is pulled in proportion to itself; the penalty has no ½ that would take the 2 away.",
        "2 * strength * w.",
    ],
)

elastic_net_penalty = Exercise(
    "elastic_net_penalty",
    points=0.5,
    vectorized=lambda n: {"w": normal(n, 3), "l1": 0.1, "l2": 0.01},
    cases=ELASTIC_CASES,
    misconceptions=[
        *_wrong_penalties(),
        returns("strengths-swapped", "elastic_net_penalty(w, l2, l1)")
        .believes("l1 belongs to the squares, l2 to the sizes.")
        .ask("l2 is 0. Which sum remains?"),
        edit("halved-squares", "l2 *", "l2 / 2 *")
        .believes("A factor ½ belongs to the squares, so that the gradient loses its 2.")
        .ask("l1 is 0. Is the rest the L2 penalty of this unit?"),
        returns("mixing-ratio", "l1 * ((1 - l2) * np.abs(w).sum() + l2 * (w**2).sum())")
        .believes("l1 is the overall strength, and l2 says which part of it goes to the squares.")
        .ask("l1 is 0. Does the second part still count?"),
        edit("length-instead-of-squares", "(w**2).sum()", "np.sqrt((w**2).sum())")
        .believes("The second part is l2 ‖w‖.")
        .ask("All weights are doubled: does the second part double, or quadruple?"),
        edit("sizes-twice", "(w**2)", "np.abs(w)")
        .believes("Both parts take sizes: the second line is a copy of the first.")
        .ask("Which part has the squares?"),
        edit("parts-multiplied", " + ", " * ")
        .believes("Both parts are multiplied.")
        .ask("What is the penalty for l2 = 0?"),
    ],
    hints=[
        "Two penalties of this unit, each with a strength of its own.",
        "l1 multiplies the sum of the sizes, l2 the sum of the squares, without a ½.",
        "l1 * np.abs(w).sum() + l2 * (w**2).sum().",
    ],
)

elastic_net_penalty_backward = Exercise(
    "elastic_net_penalty_backward",
    points=0.5,
    truth="loss_gradient",
    wrt=["w"],
    vectorized=elastic_net_penalty.vectorized,
    cases=ELASTIC_CASES,
    misconceptions=[
        *_wrong_pulls("elastic_net_penalty_backward(w, l1, l2)"),
        returns("strengths-swapped", "elastic_net_penalty_backward(w, l2, l1)")
        .believes("l1 belongs to the squares, l2 to the sizes.")
        .ask("l2 is 0. Which pull remains: that of equal force, or that in proportion?"),
        edit("two-forgotten", "2 * l2", "l2")
        .believes("The second part pulls with l2 w.")
        .ask("That belongs to l2/2 Σ w². Which penalty is it here?"),
        edit("one-at-zero", "np.sign(w)", "np.where(w >= 0, 1, -1).astype(w.dtype)")
        .believes("Where it is not negative, a weight has the sign 1.")
        .ask("A weight is 0 already. In which direction should it be pulled?"),
        edit("size-instead-of-sign", "np.sign", "np.abs")
        .believes("The gradient of |w| is |w|.")
        .ask("How steep is |w| at 1, how steep at 100, and how steep at -1?"),
        edit("squares-forgotten", " + 2 * l2 * w", "")
        .believes("Only sizes have a slope.")
        .ask("How does w² change with w?"),
        edit("sizes-forgotten", "l1 * np.sign(w) + ", "")
        .believes("Only squares have a slope.")
        .ask("How does |w| change with w?"),
        edit("square-kept", "2 * l2 * w", "l2 * w**2")
        .believes("The slope of w² is w².")
        .ask("What is the derivative of w²?"),
    ],
    hints=[
        "The gradient of a sum is the sum of the gradients.",
        "l1 with the sign of each weight, 0 at 0; l2 with twice the weight.",
        "l1 * np.sign(w) + 2 * l2 * w.",
    ],
)
