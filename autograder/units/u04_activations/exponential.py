"""The exponential units and their backward passes: elu, selu."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, edit, returns
from autograder.units.shared.families import integer_result, upstream_ignored
from autograder.units.u04_activations.elementwise import (
    FAR,
    INTEGERS,
    MATRIX,
    NO_UPSTREAM_LEFT,
    SINGLE,
    at_random,
    forward_cases,
    many,
    many_backward,
)

AT_THE_KINK = "The docstring says whose limit counts at 0. Which side is it, and what slope does it have there?"
BRANCHES_MEET = "What comes out at 0 for α = 2, and do both branches meet there?"
CONSTANT_ONE = "What is the derivative of the constant -1?"

POWER = "np.exp(np.minimum(x, 0.0))"
POWER_MINUS_ONE = "np.expm1(np.minimum(x, 0.0))"

WITH_ALPHA: list[Case | RandomCases] = [
    MATRIX,
    Case("far-out-times-mask-is-nan", x=FAR, alpha=1.5),
    SINGLE.with_inputs({**SINGLE.inputs, "alpha": 0.3}),
    random_cases(lambda rng: {"x": 2 * rng.standard_normal((2, 3, 5)), "alpha": float(rng.uniform(0.2, 3.0))}),
]


def mask_times_infinity(expression: str) -> Misconception:
    """Two branches times their masks, where one of them overflows."""
    return (
        returns("mask-times-infinity", expression)
        .believes("Multiplying by a mask of 0 and 1 removes the branch that is not wanted.")
        .ask("What is e^1000 in floating point, and what is 0 times infinity?")
    )


elu = Exercise(
    "elu",
    points=1,
    vectorized=many,
    cases=[
        Case("default-alpha", x=np.array([-1.0, 0.0, 2.5])),
        Case("given-alpha", x=np.array([-4.0, -1.0, 3.0]), alpha=0.5, readonly=True),
        Case("alpha-above-one", x=np.array([-2.0, -0.25, 0.5]), alpha=2.0),
        *WITH_ALPHA[:-1],
        INTEGERS,
        *WITH_ALPHA[-1:],
    ],
    misconceptions=[
        edit("one-not-subtracted", "expm1", "exp")
        .believes("Left of 0 the function is α e^x.")
        .ask("Which value must the left branch have at 0, so that there is no jump?"),
        edit("alpha-ignored", "alpha * ", "")
        .believes("α is always 1.")
        .ask("To which level does the curve sink far to the left?"),
        edit("alpha-in-the-exponent", "alpha * np.expm1(", "np.expm1(alpha * ")
        .believes("α makes the curve steeper: e^(αx) - 1.")
        .ask("To which level does the curve sink far to the left, and what sets it?"),
        returns("alpha-on-both-sides", "alpha * elu(x)")
        .believes("α scales the whole function.")
        .ask("2.5 goes in with α = 0.5: does 2.5 come out?"),
        mask_times_infinity("(x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1)"),
        integer_result(),
        edit("alpha-before-the-power-alone", POWER_MINUS_ONE, f"{POWER} - 1")
        .believes("α e^x - 1 is the branch.")
        .ask(BRANCHES_MEET),
        edit("alpha-for-one", f"alpha * {POWER_MINUS_ONE}", f"{POWER} - alpha")
        .believes("e^x - α is the branch.")
        .ask(BRANCHES_MEET),
        edit("sign-turned", "alpha * ", "-alpha * ")
        .believes("The branch is α (1 - e^x).")
        .ask("To which level does elu go far to the left, α or -α?"),
        returns("larger-of-the-two", "np.maximum(x, alpha * (np.exp(x) - 1))")
        .believes("elu is the larger of both branches.")
        .ask("Which is larger right of 0, x or e^x - 1?"),
    ],
    hints=[
        "There are two cases. What does each give at 0, and far to the left?",
        "Choose, do not multiply: np.where drops what overflowed, and np.minimum(x, 0) keeps it from overflowing.",
        "np.where with the condition x > 0, then x, then alpha * np.expm1(np.minimum(x, 0)).",
    ],
    variants=[
        Variant("overflow-is-dropped", "np.where(x > 0, x, alpha * (np.exp(x) - 1))"),
        Variant("two-halves", "np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))"),
    ],
)

elu_backward = Exercise(
    "elu_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("both-signs", grad_output=np.array([2.0, 4.0, 5.0]), x=np.array([-1.0, 0.5, 2.5])),
        Case("slope-at-zero-is-alpha", grad_output=np.array([3.0, 4.0]), x=np.array([0.0, -0.0]), alpha=0.5),
        Case("given-alpha", x=np.array([-4.0, -1.0, 3.0]), alpha=2.0, readonly=True),
        *WITH_ALPHA,
    ],
    misconceptions=[
        edit("slope-one-at-zero", "x > 0", "x >= 0")
        .believes("0 belongs to the right side, so the slope there is 1.")
        .ask(AT_THE_KINK),
        edit("one-still-subtracted", POWER, f"({POWER} - 1)")
        .believes("The derivative of α (e^x - 1) is itself.")
        .ask(CONSTANT_ONE),
        edit("alpha-ignored", "alpha * ", "")
        .believes("α is always 1.")
        .ask("The left branch is multiplied by α. What does that do to its slope?"),
        edit("input-taken-for-output", f"alpha * {POWER}", "x + alpha")
        .believes("Left of 0 the derivative is x + α, where x is the argument.")
        .ask("elu' = elu + α left of 0: is the argument elu(x), or the x that it is computed from?"),
        mask_times_infinity("grad_output * ((x > 0) + (x <= 0) * alpha * np.exp(x))"),
        upstream_ignored(),
        edit("output-plus-one", f"alpha * {POWER}", "elu(x, alpha) + 1")
        .believes("The slope is elu + 1.")
        .ask("elu + α is the slope. When is that elu + 1?"),
        returns("slope-of-relu", "relu_backward(grad_output, x)")
        .believes("Left of 0 nothing comes through.")
        .ask("Is elu flat just left of 0?"),
        edit("constant-slope", f" * {POWER}", "")
        .believes("Left of 0 the slope is α.")
        .ask("How steep is elu far to the left?"),
        edit("upstream-ignored-on-the-left", "grad_output * np.where(x > 0, 1.0,", "np.where(x > 0, grad_output,")
        .believes("Left of 0 the gradient is α e^x.")
        .ask(NO_UPSTREAM_LEFT),
    ],
    hints=[
        "Differentiate each of the two branches. Which of them counts at 0?",
        "The slope is 1 for x > 0 and α e^x elsewhere; choose with np.where, and keep e^x from overflowing.",
        "Multiply grad_output by np.where with x > 0, then 1.0, then alpha * np.exp(np.minimum(x, 0)).",
    ],
    variants=[Variant("from-the-output", (f"alpha * {POWER}", "elu(x, alpha) + alpha"))],
)

selu = Exercise(
    "selu",
    points=1,
    vectorized=many,
    cases=[
        Case("right-of-zero-is-scale", x=np.array([0.0, 1.0, 2.0])),
        Case("left-of-zero", x=np.array([-1.0, -0.25])),
        *forward_cases("far-out-times-mask-is-nan"),
        at_random(2.0, 2, 3, 5),
    ],
    misconceptions=[
        edit("scale-forgotten", "SELU_SCALE * ", "")
        .believes("selu is elu with its own α.")
        .ask("1 goes in: does 1 come out, or a little more?"),
        edit("alpha-forgotten", ", SELU_ALPHA", "")
        .believes("selu is elu times scale.")
        .ask("To which level does the curve sink far to the left? The docstring's formula has two constants."),
        returns("scale-on-one-side", "np.where(x > 0, SELU_SCALE * x, elu(x, SELU_ALPHA))")
        .believes("One constant belongs to each side: scale to the right, α to the left.")
        .ask("What stands before the left branch: α, or scale · α?"),
        returns("constants-swapped", "SELU_ALPHA * elu(x, SELU_SCALE)")
        .believes("The larger constant is the scale.")
        .ask("1 goes in: does 1.05 come out, or 1.67?"),
        returns("rounded-constants", "1.0507 * elu(x, 1.6733)")
        .believes("1.0507 and 1.6733 are the constants.")
        .ask("How many digits of the constants are given, and under which names?"),
        mask_times_infinity("SELU_SCALE * ((x > 0) * x + (x <= 0) * SELU_ALPHA * (np.exp(x) - 1))"),
        returns("rounded-to-two-digits", "1.05 * elu(x, 1.67)")
        .believes("1.05 and 1.67 are exact enough.")
        .ask("To how many digits are SELU_SCALE and SELU_ALPHA given?"),
        returns("scale-on-the-left-alone", "np.where(x > 0, x, selu(x))")
        .believes("Right of 0 the input stays as it is.")
        .ask("What is selu(1)?"),
        edit("precedence", POWER_MINUS_ONE, f"{POWER} - 1")
        .believes("α e^x - 1 is the branch.")
        .ask("What comes out at 0, and do both branches meet there?"),
    ],
    hints=[
        "Compare the formula with that of elu. What is new?",
        "selu is elu with one particular α, multiplied by a scale on both sides; the two constants are given.",
        "SELU_SCALE times elu of x and SELU_ALPHA.",
    ],
    variants=[
        Variant("written-out", "SELU_SCALE * np.where(x > 0, x, SELU_ALPHA * (np.exp(x) - 1))"),
        Variant("two-halves", "SELU_SCALE * (np.maximum(x, 0) + np.minimum(0, SELU_ALPHA * (np.exp(x) - 1)))"),
    ],
)

selu_backward = Exercise(
    "selu_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("both-signs", grad_output=np.array([2.0, 4.0, 5.0]), x=np.array([-1.0, 0.5, 2.5])),
        Case("steepest-at-zero", grad_output=np.array([3.0, 4.0]), x=np.array([0.0, -0.0])),
        Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        *forward_cases("far-out-times-mask-is-nan")[1:],
        at_random(2.0, 2, 3, 5),
    ],
    misconceptions=[
        edit("right-limit-at-zero", "x > 0", "x >= 0")
        .believes("0 belongs to the right side, so the slope there is scale.")
        .ask(AT_THE_KINK),
        edit("scale-forgotten", "SELU_SCALE * ", "")
        .believes("The slope is that of elu.")
        .ask("The forward pass multiplies by scale. What does that do to the slope?"),
        returns("scale-on-one-side", f"grad_output * np.where(x > 0, SELU_SCALE, SELU_ALPHA * {POWER})")
        .believes("One constant belongs to each side: scale to the right, α to the left.")
        .ask("What stands before e^x in the left branch: α, or scale · α?"),
        edit("one-still-subtracted", POWER, f"({POWER} - 1)")
        .believes("The derivative of e^x - 1 is itself.")
        .ask(CONSTANT_ONE),
        mask_times_infinity("SELU_SCALE * grad_output * ((x > 0) + (x <= 0) * SELU_ALPHA * np.exp(x))"),
        upstream_ignored(),
        edit("alpha-forgotten", ", SELU_ALPHA", "")
        .believes("The slope is scale · e^x.")
        .ask("Which two constants stand before e^x in selu?"),
        returns("scale-on-the-left-alone", "np.where(x > 0, grad_output, selu_backward(grad_output, x))")
        .believes("Right of 0 the slope is 1.")
        .ask("What is selu(1), and what is selu(2)?"),
    ],
    hints=[
        "A constant factor of a function is a factor of its derivative.",
        "The slope is scale for x > 0, and scale · α e^x elsewhere, also at 0.",
        "SELU_SCALE times elu_backward of grad_output, x and SELU_ALPHA.",
    ],
    variants=[Variant("written-out", "grad_output * np.where(x > 0, SELU_SCALE, SELU_SCALE * SELU_ALPHA * np.exp(x))")],
)
