"""Assessment of the curves that flatten at both ends: sigmoid, tanh, softsign."""

from __future__ import annotations

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant
from autograder.inputs import Array, spread
from autograder.units._activations_common import (
    FAR,
    at_random,
    integer_result,
    many,
    many_backward,
    right_sigmoid,
    upstream_ignored,
)

sigmoid = Exercise(
    "sigmoid",
    points=1,
    vectorized=many,
    cases=[
        Case("zero-is-a-half", x=np.array([0.0])),
        Case("both-signs", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-6, 6, 12).reshape(3, 4)),
        Case("far-out-overflows-naive-forms", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        Case("integers-are-computed-in-double", x=np.array([-2, 0, 3])),
        at_random(4.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "exp-over-one-plus-exp",
            believes="e^x / (e^x + 1) is the same function, so it is as good everywhere.",
            wrong=lambda x: np.exp(x) / (np.exp(x) + 1),
            hint="What is e^1000 in floating point, and what is infinity divided by infinity?",
        ),
        Misconception(
            "sign-of-exponent",
            believes="The exponent is x, not -x.",
            wrong=lambda x: 1 / (1 + np.exp(x)),
            hint="Should a large positive input give a number near 1 or near 0?",
        ),
        Misconception(
            "tanh-instead",
            believes="Sigmoid and tanh are two names of one curve.",
            wrong=np.tanh,
            hint="Between which two numbers must the result lie?",
        ),
        integer_result(right_sigmoid),
        Misconception(
            "slope-returned",
            believes="The sigmoid is σ (1 - σ).",
            wrong=lambda x: right_sigmoid(x) * (1 - right_sigmoid(x)),
            hint="What is σ(0): 1/2 or 1/4?",
        ),
        Misconception(
            "stretched-to-both-signs",
            believes="The sigmoid lies between -1 and 1.",
            wrong=lambda x: np.tanh(x / 2),
            hint="Could a probability be negative?",
        ),
        Misconception(
            "size-in-the-exponent",
            believes="e^(-|x|) keeps the exponential from overflowing, and that is all.",
            wrong=lambda x: 1 / (1 + np.exp(-np.abs(x))),
            hint="What does your function say at -3 and at 3?",
        ),
        Misconception(
            "softsign-instead",
            believes="Any curve of that shape will do.",
            wrong=lambda x: x / (1 + np.abs(x)),
            hint="Between which numbers does the sigmoid lie, and what is it at 0?",
        ),
        Misconception(
            "always-double",
            believes="Everything is computed in float64.",
            wrong=lambda x: right_sigmoid(np.asarray(x, dtype=np.float64)),
            hint="What dtype does the result have for float32?",
        ),
    ],
    hints=[
        "Which values of x make e^(-x) overflow, and which make e^x overflow?",
        "Both forms 1/(1+e^-x) and e^x/(1+e^x) are right; each is safe for one sign of x. e^(-|x|) is safe for both.",
        "With small = e^(-|x|), np.where chooses 1/(1+small) where x >= 0, and small/(1+small) elsewhere.",
    ],
    variants=[
        Variant("one-over", lambda x: 1 / (1 + np.exp(-x))),
        Variant("half-of-tanh", lambda x: 0.5 * (1 + np.tanh(0.5 * x))),
    ],
)

sigmoid_backward = Exercise(
    "sigmoid_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("steepest-at-zero", grad_output=np.array([2.0]), x=np.array([0.0])),
        Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-4, 4, 6).reshape(2, 3)),
        Case("three-axes", x=spread(-4, 4, 30).reshape(3, 2, 5)),
        Case("flat-far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 9.0]], np.float32)),
        at_random(2.0, 4, 3),
    ],
    misconceptions=[
        Misconception(
            "input-taken-for-output",
            believes="The derivative is x (1 - x), with x the argument.",
            wrong=lambda grad_output, x: grad_output * x * (1 - x),
            hint="σ' = σ(1 - σ): is the argument here σ, or the x that σ is computed from?",
        ),
        upstream_ignored(lambda x: right_sigmoid(x) * (1 - right_sigmoid(x))),
        Misconception(
            "factor-forgotten",
            believes="The derivative is 1 - σ.",
            wrong=lambda grad_output, x: grad_output * (1 - right_sigmoid(x)),
            hint="What should the slope be far to the left, where the curve is flat?",
        ),
        Misconception(
            "quotient-overflows",
            believes="e^-x / (1 + e^-x)² is the derivative of the formula, so it can be computed as it stands.",
            wrong=lambda grad_output, x: grad_output * np.exp(-x) / (1 + np.exp(-x)) ** 2,
            hint="What is e^1000 in floating point, and what is infinity divided by infinity?",
        ),
        Misconception(
            "other-factor-forgotten",
            believes="The slope of the sigmoid is the sigmoid.",
            wrong=lambda grad_output, x: grad_output * right_sigmoid(x),
            hint="How steep is the sigmoid far to the right, where it is 1?",
        ),
        Misconception(
            "sigmoid-twice",
            believes="The argument is the output already squashed once, so it is squashed again.",
            wrong=lambda grad_output, x: grad_output * (s := right_sigmoid(right_sigmoid(x))) * (1 - s),
            hint="Which of the two does x hold here: the input or the output of the forward pass?",
        ),
        Misconception(
            "slope-of-tanh",
            believes="The slope is 1 - s².",
            wrong=lambda grad_output, x: grad_output * (1 - right_sigmoid(x) ** 2),
            hint="The slope of which function is 1 - its square?",
        ),
    ],
    hints=[
        "Compute σ(x) first; the derivative is written in it.",
        "The slope is σ(1 - σ), at most 1/4. The chain rule multiplies what comes from above by it.",
        "With s = sigmoid(x), multiply grad_output, s and 1 - s, element by element.",
    ],
    variants=[Variant("square-of-sech", lambda grad_output, x: grad_output * 0.25 * (1 - np.tanh(0.5 * x) ** 2))],
)

tanh = Exercise(
    "tanh",
    points=1,
    vectorized=many,
    cases=[
        Case("zero-stays-zero", x=np.array([0.0, 1.0])),
        Case("both-signs", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4)),
        Case("far-out-overflows-naive-forms", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        Case("integers-are-computed-in-double", x=np.array([-2, 0, 1])),
        at_random(2.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "quotient-as-it-stands",
            believes="The formula with e^x and e^-x can be computed as it stands.",
            wrong=lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
            hint="What is e^1000 in floating point, and what is infinity divided by infinity?",
        ),
        Misconception(
            "doubled-exponent-overflows",
            believes="(e^2x - 1) / (e^2x + 1) has one exponential less, so it cannot overflow.",
            wrong=lambda x: (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1),
            hint="It is safe on the left. What is e^2000 in floating point?",
        ),
        Misconception(
            "sigmoid-instead",
            believes="Sigmoid and tanh are two names of one curve.",
            wrong=right_sigmoid,
            hint="Between which two numbers must the result lie, and what becomes of 0?",
        ),
        Misconception(
            "stretched-only-upwards",
            believes="tanh is sigmoid stretched to (-1, 1): 2 σ(x) - 1.",
            wrong=lambda x: 2 * right_sigmoid(x) - 1,
            hint="Sigmoid rises with slope 1/4 at 0. With which slope must tanh rise? What else is stretched?",
        ),
        integer_result(np.tanh),
        Misconception(
            "sigmoid-of-the-double",
            believes="tanh(x) is σ(2x).",
            wrong=lambda x: right_sigmoid(2 * x),
            hint="σ(2x) lies between 0 and 1. What is left to do?",
        ),
        Misconception(
            "clipped-line",
            believes="Between -1 and 1 the curve is a straight line.",
            wrong=lambda x: np.clip(x, -1.0, 1.0),
            hint="What is tanh(1)?",
        ),
        Misconception(
            "upside-down",
            believes="The sum of the exponentials stands above the line.",
            wrong=lambda x: (np.exp(x) + np.exp(-x)) / (np.exp(x) - np.exp(-x)),
            hint="What is tanh(0)?",
        ),
        Misconception(
            "always-double",
            believes="Everything is computed in float64.",
            wrong=lambda x: np.tanh(np.asarray(x, dtype=np.float64)),
            hint="What dtype does the result have for float32?",
        ),
    ],
    hints=[
        "Which values of x make e^x overflow, and which make e^(-x) overflow?",
        "tanh is a sigmoid, stretched in both directions: 2 σ(2x) - 1. Your sigmoid does not overflow.",
        "Either 2 * sigmoid(2 * x) - 1, or NumPy's own function of that name.",
    ],
    variants=[
        Variant("stretched-sigmoid", lambda x: 2 * right_sigmoid(2 * x) - 1),
        Variant("sign-and-size", lambda x: np.sign(x) * (1 - np.exp(-2 * np.abs(x))) / (1 + np.exp(-2 * np.abs(x)))),
    ],
)

tanh_backward = Exercise(
    "tanh_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("steepest-at-zero", grad_output=np.array([3.0, 3.0]), x=np.array([0.0, 1.0])),
        Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-3, 3, 6).reshape(2, 3)),
        Case("three-axes", x=spread(-3, 3, 30).reshape(3, 2, 5)),
        Case("flat-far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 9.0]], np.float32)),
        at_random(1.5, 4, 3),
    ],
    misconceptions=[
        Misconception(
            "input-taken-for-output",
            believes="The derivative is 1 - x², with x the argument.",
            wrong=lambda grad_output, x: grad_output * (1 - x**2),
            hint="tanh' = 1 - tanh²: is the argument here tanh, or the x that tanh is computed from?",
        ),
        upstream_ignored(lambda x: 1 - np.tanh(x) ** 2),
        Misconception(
            "square-forgotten",
            believes="The derivative is 1 - tanh.",
            wrong=lambda grad_output, x: grad_output * (1 - np.tanh(x)),
            hint="What should the slope be far to the left, where the curve is flat?",
        ),
        Misconception(
            "slope-of-sigmoid",
            believes="The derivative is y (1 - y) for every curve of this form.",
            wrong=lambda grad_output, x: grad_output * np.tanh(x) * (1 - np.tanh(x)),
            hint="At 0 tanh is steepest. What does y (1 - y) give there?",
        ),
        Misconception(
            "square-added",
            believes="The slope is 1 + tanh².",
            wrong=lambda grad_output, x: grad_output * (1 + np.tanh(x) ** 2),
            hint="How steep is tanh far to the right, where it is 1?",
        ),
        Misconception(
            "tanh-twice",
            believes="The argument is the output already squashed once, so it is squashed again.",
            wrong=lambda grad_output, x: grad_output * (1 - np.tanh(np.tanh(x)) ** 2),
            hint="Which of the two does x hold here: the input or the output of the forward pass?",
        ),
    ],
    hints=[
        "Compute tanh(x) first; the derivative is written in it.",
        "The slope is 1 - tanh(x)², at most 1. The chain rule multiplies what comes from above by it.",
        "Multiply grad_output by 1 - np.tanh(x) ** 2, element by element.",
    ],
    variants=[Variant("two-factors", lambda grad_output, x: grad_output * (1 - np.tanh(x)) * (1 + np.tanh(x)))],
)


def _softsign_slope(x: Array) -> Array:
    slope: Array = 1 / (1 + np.abs(x)) ** 2
    return slope


softsign = Exercise(
    "softsign",
    points=1,
    vectorized=many,
    cases=[
        Case("one-is-a-half", x=np.array([1.0, 0.0])),
        Case("minus-one-is-no-pole", x=np.array([-1.0, -3.0])),
        Case("both-signs", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-6, 6, 12).reshape(3, 4)),
        Case("far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        at_random(3.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "size-forgotten",
            believes="x / (1 + x) squashes both signs.",
            wrong=lambda x: x / (1 + x),
            hint="What is the denominator at x = -1, and what sign does it have at x = -3?",
        ),
        Misconception(
            "square-for-size",
            believes="x² is as good as |x| to get rid of the sign.",
            wrong=lambda x: x / (1 + x**2),
            hint="Which value does the curve come near when x is very large: 1 or 0?",
        ),
        Misconception(
            "root-of-squares",
            believes="The denominator is a length, √(1 + x²).",
            wrong=lambda x: x / np.sqrt(1 + x**2),
            hint="x = 1 goes in: does 1/2 come out, or 1/√2?",
        ),
        Misconception(
            "sign-instead",
            believes="softsign is the sign.",
            wrong=np.sign,
            hint="3 goes in: does 1 come out, or 3/4?",
        ),
        Misconception(
            "sign-lost",
            believes="The numerator is a size, too.",
            wrong=lambda x: np.abs(x) / (1 + np.abs(x)),
            hint="What should the sign of softsign(-3) be?",
        ),
        Misconception(
            "precedence",
            believes="x / 1 + |x| divides by the sum.",
            wrong=lambda x: x / 1 + np.abs(x),
            hint="What does Python divide first in x / 1 + |x|?",
        ),
    ],
    hints=[
        "Take x = 3 and x = -3 by hand. What do the two results have in common?",
        "The denominator is never below 1: it grows with the size of x, whatever its sign.",
        "Divide x by 1 + np.abs(x).",
    ],
    variants=[Variant("two-branches", lambda x: np.where(x >= 0, 1 - 1 / (1 + np.abs(x)), 1 / (1 + np.abs(x)) - 1))],
)

softsign_backward = Exercise(
    "softsign_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("one", grad_output=np.array([4.0]), x=np.array([1.0])),
        Case("slope-at-zero-is-one", grad_output=np.array([3.0, 4.0]), x=np.array([0.0, -0.0])),
        Case("row", x=np.array([-2.0, -1.0, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-4, 4, 6).reshape(2, 3)),
        Case("far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 9.0]], np.float32)),
        at_random(2.0, 4, 3),
    ],
    misconceptions=[
        Misconception(
            "square-forgotten",
            believes="The derivative of x / (1 + |x|) is 1 / (1 + |x|): the x goes away.",
            wrong=lambda grad_output, x: grad_output / (1 + np.abs(x)),
            hint="The denominator depends on x too. What does the quotient rule divide by?",
        ),
        Misconception(
            "sign-kept",
            believes="The derivative of |x| brings a sign: left of 0 the slope is negative, at 0 it is 0.",
            wrong=lambda grad_output, x: grad_output * np.sign(x) * _softsign_slope(x),
            hint="Does the curve ever fall from left to right?",
        ),
        Misconception(
            "size-forgotten",
            believes="The derivative is 1 / (1 + x)².",
            wrong=lambda grad_output, x: grad_output / (1 + x) ** 2,
            hint="What is the denominator at x = -1?",
        ),
        Misconception(
            "slope-of-arctan",
            believes="(1 + |x|)² is 1 + x².",
            wrong=lambda grad_output, x: grad_output / (1 + x**2),
            hint="What is (1 + 1)², and what is 1 + 1²?",
        ),
        upstream_ignored(_softsign_slope),
    ],
    hints=[
        "Use the quotient rule for x > 0 first, then for x < 0. What is the same in both?",
        "The slope is 1 / (1 + |x|)², positive everywhere and 1 at 0; multiply the upstream gradient by it.",
        "Divide grad_output by (1 + np.abs(x)) ** 2.",
    ],
    variants=[Variant("from-the-output", lambda grad_output, x: grad_output * (1 - np.abs(x / (1 + np.abs(x)))) ** 2)],
)
