"""Assessment of the exponential units: elu, selu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, spread
from autograder.units._activations_common import FAR, at_random, integer_result, many, many_backward, upstream_ignored

ALPHA, SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
ZERO_TIMES_INFINITY = "What is e^1000 in floating point, and what is 0 times infinity?"
AT_THE_KINK = "The docstring says whose limit counts at 0. Which side is it, and what slope does it have there?"


def _power(x: Array) -> Array:
    """e^x left of 0, and 1 right of it."""
    power: Array = np.exp(np.minimum(x, 0))
    return power


def _elu(x: Array, alpha: float = 1.0) -> Array:
    return np.where(x > 0, x, alpha * (_power(x) - 1))


def _elu_slope(x: Array, alpha: float = 1.0) -> Array:
    return np.where(x > 0, 1.0, alpha * _power(x))


def _draw_elu(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"x": 2 * rng.standard_normal((2, 3, 5)), "alpha": float(rng.uniform(0.2, 3.0))}


elu = Exercise(
    "elu",
    points=1,
    vectorized=many,
    cases=[
        Case("default-alpha", x=np.array([-1.0, 0.0, 2.5])),
        Case("given-alpha", x=np.array([-4.0, -1.0, 3.0]), alpha=0.5, readonly=True),
        Case("alpha-above-one", x=np.array([-2.0, -0.25, 0.5]), alpha=2.0),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4)),
        Case("far-out-times-mask-is-nan", x=FAR, alpha=1.5),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32), alpha=0.3),
        Case("integers-are-computed-in-double", x=np.array([-2, 0, 3])),
        random_cases(_draw_elu),
    ],
    misconceptions=[
        Misconception(
            "one-not-subtracted",
            believes="Left of 0 the function is α e^x.",
            wrong=lambda x, alpha=1.0: np.where(x > 0, x, alpha * _power(x)),
            hint="Which value must the left branch have at 0, so that there is no jump?",
        ),
        Misconception(
            "alpha-ignored",
            believes="α is always 1.",
            wrong=lambda x, alpha=1.0: _elu(x),
            hint="To which level does the curve sink far to the left?",
        ),
        Misconception(
            "alpha-in-the-exponent",
            believes="α makes the curve steeper: e^(αx) - 1.",
            wrong=lambda x, alpha=1.0: np.where(x > 0, x, np.exp(alpha * np.minimum(x, 0)) - 1),
            hint="To which level does the curve sink far to the left, and what sets it?",
        ),
        Misconception(
            "alpha-on-both-sides",
            believes="α scales the whole function.",
            wrong=lambda x, alpha=1.0: alpha * _elu(x),
            hint="2.5 goes in with α = 0.5: does 2.5 come out?",
        ),
        Misconception(
            "mask-times-infinity",
            believes="Multiplying by a mask of 0 and 1 removes the branch that is not wanted.",
            wrong=lambda x, alpha=1.0: (x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1),
            hint=ZERO_TIMES_INFINITY,
        ),
        integer_result(_elu),
        Misconception(
            "alpha-before-the-power-alone",
            believes="α e^x - 1 is the branch.",
            wrong=lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0.0)) - 1),
            hint="What comes out at 0 for α = 2, and do both branches meet there?",
        ),
        Misconception(
            "alpha-for-one",
            believes="e^x - α is the branch.",
            wrong=lambda x, alpha=1.0: np.where(x > 0, x, np.exp(np.minimum(x, 0.0)) - alpha),
            hint="What comes out at 0 for α = 2, and do both branches meet there?",
        ),
        Misconception(
            "sign-turned",
            believes="The branch is α (1 - e^x).",
            wrong=lambda x, alpha=1.0: np.where(x > 0, x, alpha * (1 - np.exp(np.minimum(x, 0.0)))),
            hint="To which level does elu go far to the left, α or -α?",
        ),
        Misconception(
            "larger-of-the-two",
            believes="elu is the larger of both branches.",
            wrong=lambda x, alpha=1.0: np.maximum(x, alpha * (np.exp(x) - 1)),
            hint="Which is larger right of 0, x or e^x - 1?",
        ),
    ],
    hints=[
        "There are two cases. What does each give at 0, and far to the left?",
        "Choose, do not multiply: np.where drops what overflowed, and np.minimum(x, 0) keeps it from overflowing.",
        "np.where with the condition x > 0, then x, then alpha * np.expm1(np.minimum(x, 0)).",
    ],
    variants=[
        Variant("overflow-is-dropped", lambda x, alpha=1.0: np.where(x > 0, x, alpha * (np.exp(x) - 1))),
        Variant("two-halves", lambda x, alpha=1.0: np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))),
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
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4)),
        Case("far-out-times-mask-is-nan", x=FAR, alpha=1.5),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32), alpha=0.3),
        random_cases(_draw_elu),
    ],
    misconceptions=[
        Misconception(
            "slope-one-at-zero",
            believes="0 belongs to the right side, so the slope there is 1.",
            wrong=lambda grad_output, x, alpha=1.0: grad_output * np.where(x >= 0, 1.0, alpha * _power(x)),
            hint=AT_THE_KINK,
        ),
        Misconception(
            "one-still-subtracted",
            believes="The derivative of α (e^x - 1) is itself.",
            wrong=lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1.0, alpha * (_power(x) - 1)),
            hint="What is the derivative of the constant -1?",
        ),
        Misconception(
            "alpha-ignored",
            believes="α is always 1.",
            wrong=lambda grad_output, x, alpha=1.0: grad_output * _elu_slope(x),
            hint="The left branch is multiplied by α. What does that do to its slope?",
        ),
        Misconception(
            "input-taken-for-output",
            believes="Left of 0 the derivative is x + α, with x the argument.",
            wrong=lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1.0, x + alpha),
            hint="elu' = elu + α left of 0: is the argument elu(x), or the x that it is computed from?",
        ),
        Misconception(
            "mask-times-infinity",
            believes="Multiplying by a mask of 0 and 1 removes the branch that is not wanted.",
            wrong=lambda grad_output, x, alpha=1.0: grad_output * ((x > 0) + (x <= 0) * alpha * np.exp(x)),
            hint=ZERO_TIMES_INFINITY,
        ),
        upstream_ignored(_elu_slope),
        Misconception(
            "output-plus-one",
            believes="The slope is elu + 1.",
            wrong=lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1, _elu(x, alpha) + 1),
            hint="elu + α is the slope. When is that elu + 1?",
        ),
        Misconception(
            "slope-of-relu",
            believes="Left of 0 nothing comes through.",
            wrong=lambda grad_output, x, alpha=1.0: grad_output * (x > 0),
            hint="Is elu flat just left of 0?",
        ),
        Misconception(
            "constant-slope",
            believes="Left of 0 the slope is α.",
            wrong=lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1, alpha),
            hint="How steep is elu far to the left?",
        ),
        Misconception(
            "upstream-ignored-on-the-left",
            believes="Left of 0 the gradient is α e^x.",
            wrong=lambda grad_output, x, alpha=1.0: np.where(x > 0, grad_output, alpha * np.exp(np.minimum(x, 0.0))),
            hint="How does a change of the output change the final result? Where does that number enter on the left?",
        ),
    ],
    hints=[
        "Differentiate each of the two branches. Which of them counts at 0?",
        "The slope is 1 for x > 0 and α e^x elsewhere; choose with np.where, and keep e^x from overflowing.",
        "Multiply grad_output by np.where with x > 0, then 1.0, then alpha * np.exp(np.minimum(x, 0)).",
    ],
    variants=[
        Variant(
            "from-the-output",
            lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1.0, _elu(x, alpha) + alpha),
        ),
    ],
)

selu = Exercise(
    "selu",
    points=1,
    vectorized=many,
    cases=[
        Case("right-of-zero-is-scale", x=np.array([0.0, 1.0, 2.0])),
        Case("left-of-zero", x=np.array([-1.0, -0.25])),
        Case("both-signs", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4)),
        Case("far-out-times-mask-is-nan", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        at_random(2.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "scale-forgotten",
            believes="selu is elu with its own α.",
            wrong=lambda x: _elu(x, ALPHA),
            hint="1 goes in: does 1 come out, or a little more?",
        ),
        Misconception(
            "alpha-forgotten",
            believes="selu is elu times scale.",
            wrong=lambda x: SCALE * _elu(x),
            hint="To which level does the curve sink far to the left? The docstring's formula has two constants.",
        ),
        Misconception(
            "scale-on-one-side",
            believes="One constant belongs to each side: scale to the right, α to the left.",
            wrong=lambda x: np.where(x > 0, SCALE * x, ALPHA * (_power(x) - 1)),
            hint="What stands before the left branch: α, or scale · α?",
        ),
        Misconception(
            "constants-swapped",
            believes="The larger constant is the scale.",
            wrong=lambda x: ALPHA * _elu(x, SCALE),
            hint="1 goes in: does 1.05 come out, or 1.67?",
        ),
        Misconception(
            "rounded-constants",
            believes="1.0507 and 1.6733 are the constants.",
            wrong=lambda x: 1.0507 * _elu(x, 1.6733),
            hint="How many digits of the constants are given, and under which names?",
        ),
        Misconception(
            "mask-times-infinity",
            believes="Multiplying by a mask of 0 and 1 removes the branch that is not wanted.",
            wrong=lambda x: SCALE * ((x > 0) * x + (x <= 0) * ALPHA * (np.exp(x) - 1)),
            hint=ZERO_TIMES_INFINITY,
        ),
        Misconception(
            "rounded-to-two-digits",
            believes="1.05 and 1.67 are exact enough.",
            wrong=lambda x: 1.05 * np.where(x > 0, x, 1.67 * np.expm1(np.minimum(x, 0.0))),
            hint="To how many digits are SELU_SCALE and SELU_ALPHA given?",
        ),
        Misconception(
            "scale-on-the-left-alone",
            believes="Right of 0 the input stays as it is.",
            wrong=lambda x: np.where(x > 0, x, SCALE * ALPHA * np.expm1(np.minimum(x, 0.0))),
            hint="What is selu(1)?",
        ),
        Misconception(
            "precedence",
            believes="α e^x - 1 is the branch.",
            wrong=lambda x: SCALE * np.where(x > 0, x, ALPHA * np.exp(np.minimum(x, 0.0)) - 1),
            hint="What comes out at 0, and do both branches meet there?",
        ),
    ],
    hints=[
        "Compare the formula with that of elu. What is new?",
        "selu is elu with one particular α, multiplied by a scale on both sides; the two constants are given.",
        "SELU_SCALE times elu of x and SELU_ALPHA.",
    ],
    variants=[
        Variant("written-out", lambda x: SCALE * np.where(x > 0, x, ALPHA * (np.exp(x) - 1))),
        Variant("two-halves", lambda x: SCALE * (np.maximum(x, 0) + np.minimum(0, ALPHA * (np.exp(x) - 1)))),
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
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4)),
        Case("far-out-times-mask-is-nan", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        at_random(2.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "right-limit-at-zero",
            believes="0 belongs to the right side, so the slope there is scale.",
            wrong=lambda grad_output, x: SCALE * grad_output * np.where(x >= 0, 1.0, ALPHA * _power(x)),
            hint=AT_THE_KINK,
        ),
        Misconception(
            "scale-forgotten",
            believes="The slope is that of elu.",
            wrong=lambda grad_output, x: grad_output * _elu_slope(x, ALPHA),
            hint="The forward pass multiplies by scale. What does that do to the slope?",
        ),
        Misconception(
            "scale-on-one-side",
            believes="One constant belongs to each side: scale to the right, α to the left.",
            wrong=lambda grad_output, x: grad_output * np.where(x > 0, SCALE, ALPHA * _power(x)),
            hint="What stands before e^x in the left branch: α, or scale · α?",
        ),
        Misconception(
            "one-still-subtracted",
            believes="The derivative of e^x - 1 is itself.",
            wrong=lambda grad_output, x: SCALE * grad_output * np.where(x > 0, 1.0, ALPHA * (_power(x) - 1)),
            hint="What is the derivative of the constant -1?",
        ),
        Misconception(
            "mask-times-infinity",
            believes="Multiplying by a mask of 0 and 1 removes the branch that is not wanted.",
            wrong=lambda grad_output, x: SCALE * grad_output * ((x > 0) + (x <= 0) * ALPHA * np.exp(x)),
            hint=ZERO_TIMES_INFINITY,
        ),
        upstream_ignored(lambda x: SCALE * _elu_slope(x, ALPHA)),
        Misconception(
            "alpha-forgotten",
            believes="The slope is scale · e^x.",
            wrong=lambda grad_output, x: grad_output * SCALE * np.where(x > 0, 1, np.exp(np.minimum(x, 0.0))),
            hint="Which two constants stand before e^x in selu?",
        ),
        Misconception(
            "scale-on-the-left-alone",
            believes="Right of 0 the slope is 1.",
            wrong=lambda grad_output, x: grad_output * np.where(x > 0, 1, SCALE * ALPHA * np.exp(np.minimum(x, 0.0))),
            hint="What is selu(1), and what selu(2)?",
        ),
    ],
    hints=[
        "A constant factor of a function is a factor of its derivative.",
        "The slope is scale for x > 0, and scale · α e^x elsewhere, also at 0.",
        "SELU_SCALE times elu_backward of grad_output, x and SELU_ALPHA.",
    ],
    variants=[
        Variant("written-out", lambda grad_output, x: grad_output * np.where(x > 0, SCALE, SCALE * ALPHA * np.exp(x))),
    ],
)
