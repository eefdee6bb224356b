"""The curves that flatten at both ends, and their backward passes: sigmoid, tanh, softsign."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import spread
from autograder.units.shared.families import always_double, integer_result, upstream_ignored
from autograder.units.u04_activations.elementwise import (
    FAR_OUT,
    INFINITE_QUOTIENT,
    INTEGERS,
    at_random,
    backward_cases,
    forward_cases,
    many,
    many_backward,
)

FLAT_LEFT = "What should the slope be far to the left, where the curve is flat?"
INPUT_OR_OUTPUT = "Which of the two does x hold here: the input or the output of the forward pass?"

sigmoid = Exercise(
    "sigmoid",
    points=1,
    vectorized=many,
    cases=[
        Case("zero-is-a-half", x=np.array([0.0])),
        *forward_cases("far-out-overflows-naive-forms", reach=6),
        INTEGERS,
        at_random(4.0, 2, 3, 5),
    ],
    misconceptions=[
        returns("exp-over-one-plus-exp", "np.exp(x) / (np.exp(x) + 1)")
        .believes("e^x / (e^x + 1) is the same function, so it is as good everywhere.")
        .ask(INFINITE_QUOTIENT),
        returns("sign-of-exponent", "1 / (1 + np.exp(x))")
        .believes("The exponent is x, not -x.")
        .ask("Should a large positive input give a number near 1 or near 0?"),
        returns("tanh-instead", "tanh(x)")
        .believes("Sigmoid and tanh are two names for one curve.")
        .ask("Between which two numbers must the result lie?"),
        integer_result(),
        returns("slope-returned", "sigmoid(x) * (1 - sigmoid(x))")
        .believes("The sigmoid is σ (1 - σ).")
        .ask("What is σ(0): 1/2 or 1/4?"),
        returns("stretched-to-both-signs", "tanh(x / 2)")
        .believes("The sigmoid lies between -1 and 1.")
        .ask("Could a probability be negative?"),
        returns("size-in-the-exponent", "1 / (1 + np.exp(-np.abs(x)))")
        .believes("e^(-|x|) keeps the exponential from overflowing, and that is all.")
        .ask("What does your function say at -3 and at 3?"),
        returns("softsign-instead", "softsign(x)")
        .believes("Any curve of that shape will do.")
        .ask("Between which numbers does the sigmoid lie, and what is it at 0?"),
        always_double(),
    ],
    hints=[
        "Which values of x make e^(-x) overflow, and which make e^x overflow?",
        "Both forms 1/(1+e^-x) and e^x/(1+e^x) are right; each is safe for one sign of x. e^(-|x|) is safe for both.",
        "With small = e^(-|x|), np.where chooses 1/(1+small) where x >= 0, and small/(1+small) elsewhere.",
    ],
    variants=[Variant("one-over", "1 / (1 + np.exp(-x))"), Variant("half-of-tanh", "0.5 * (1 + np.tanh(0.5 * x))")],
)

sigmoid_backward = Exercise(
    "sigmoid_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("steepest-at-zero", grad_output=np.array([2.0]), x=np.array([0.0])),
        *backward_cases("flat-far-out", reach=4),
        at_random(2.0, 4, 3),
    ],
    misconceptions=[
        edit("input-taken-for-output", "s = sigmoid(x)", "s = x")
        .believes("The derivative is x (1 - x), where x is the argument.")
        .ask("σ' = σ(1 - σ): is the argument here σ, or the x that σ is computed from?"),
        upstream_ignored(),
        edit("factor-forgotten", " * s * (1 - s)", " * (1 - s)").believes("The derivative is 1 - σ.").ask(FLAT_LEFT),
        returns("quotient-overflows", "grad_output * np.exp(-x) / (1 + np.exp(-x)) ** 2")
        .believes("The derivative e^-x / (1 + e^-x)² can be computed as it stands.")
        .ask(INFINITE_QUOTIENT),
        edit("other-factor-forgotten", " * (1 - s)", "")
        .believes("The slope of the sigmoid is the sigmoid.")
        .ask("How steep is the sigmoid far to the right, where it is 1?"),
        edit("sigmoid-twice", "sigmoid(x)", "sigmoid(sigmoid(x))")
        .believes("The argument is the output, squashed once already, so it is squashed again.")
        .ask(INPUT_OR_OUTPUT),
        edit("slope-of-tanh", "s * (1 - s)", "(1 - s**2)")
        .believes("The slope is 1 - s².")
        .ask("Which function has 1 minus its own square as its slope?"),
    ],
    hints=[
        "Compute σ(x) first; the derivative is written in it.",
        "The slope is σ(1 - σ), at most 1/4. The chain rule multiplies what comes from above by it.",
        "With s = sigmoid(x), multiply grad_output, s and 1 - s, element by element.",
    ],
    variants=[Variant("square-of-sech", "grad_output * 0.25 * (1 - np.tanh(0.5 * x) ** 2)")],
)

tanh = Exercise(
    "tanh",
    points=1,
    vectorized=many,
    cases=[
        Case("zero-stays-zero", x=np.array([0.0, 1.0])),
        *forward_cases("far-out-overflows-naive-forms"),
        Case("integers-are-computed-in-double", x=np.array([-2, 0, 1])),
        at_random(2.0, 2, 3, 5),
    ],
    misconceptions=[
        returns("quotient-as-it-stands", "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))")
        .believes("The formula with e^x and e^-x can be computed as it stands.")
        .ask(INFINITE_QUOTIENT),
        returns("doubled-exponent-overflows", "(np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)")
        .believes("(e^2x - 1) / (e^2x + 1) has one exponential less, so it cannot overflow.")
        .ask("It is safe on the left. What is e^2000 in floating point?"),
        returns("sigmoid-instead", "sigmoid(x)")
        .believes("Sigmoid and tanh are two names for one curve.")
        .ask("Between which two numbers must the result lie, and what becomes of 0?"),
        returns("stretched-only-upwards", "2 * sigmoid(x) - 1")
        .believes("tanh is the sigmoid stretched to (-1, 1): 2 σ(x) - 1.")
        .ask("Sigmoid rises with slope 1/4 at 0. With which slope must tanh rise? What else is stretched?"),
        integer_result(),
        returns("sigmoid-of-the-double", "sigmoid(2 * x)")
        .believes("tanh(x) is σ(2x).")
        .ask("σ(2x) lies between 0 and 1. What is left to do?"),
        returns("clipped-line", "np.clip(x, -1.0, 1.0)")
        .believes("Between -1 and 1 the curve is a straight line.")
        .ask("What is tanh(1)?"),
        returns("upside-down", "(np.exp(x) + np.exp(-x)) / (np.exp(x) - np.exp(-x))")
        .believes("The sum of the exponentials is the numerator.")
        .ask("What is tanh(0)?"),
        always_double(),
    ],
    hints=[
        "Which values of x make e^x overflow, and which make e^(-x) overflow?",
        "tanh is a sigmoid, stretched in both directions: 2 σ(2x) - 1. Your sigmoid does not overflow.",
        "Either 2 * sigmoid(2 * x) - 1, or NumPy's own function of that name.",
    ],
    variants=[
        Variant("stretched-sigmoid", "2 * sigmoid(2 * x) - 1"),
        Variant("sign-and-size", "np.sign(x) * (1 - np.exp(-2 * np.abs(x))) / (1 + np.exp(-2 * np.abs(x)))"),
    ],
)

tanh_backward = Exercise(
    "tanh_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("steepest-at-zero", grad_output=np.array([3.0, 3.0]), x=np.array([0.0, 1.0])),
        *backward_cases("flat-far-out", reach=3),
        at_random(1.5, 4, 3),
    ],
    misconceptions=[
        edit("input-taken-for-output", "np.tanh(x)", "x")
        .believes("The derivative is 1 - x², where x is the argument.")
        .ask("tanh' = 1 - tanh²: is the argument here tanh, or the x that tanh is computed from?"),
        upstream_ignored(),
        edit("square-forgotten", " ** 2", "").believes("The derivative is 1 - tanh.").ask(FLAT_LEFT),
        returns("slope-of-sigmoid", "grad_output * tanh(x) * (1 - tanh(x))")
        .believes("The derivative is y (1 - y) for every curve of this form.")
        .ask("At 0 tanh is steepest. What does y (1 - y) give there?"),
        edit("square-added", "1 - ", "1 + ")
        .believes("The slope is 1 + tanh².")
        .ask("How steep is tanh far to the right, where it is 1?"),
        edit("tanh-twice", "np.tanh(x)", "np.tanh(np.tanh(x))")
        .believes("The argument is the output, squashed once already, so it is squashed again.")
        .ask(INPUT_OR_OUTPUT),
    ],
    hints=[
        "Compute tanh(x) first; the derivative is written in it.",
        "The slope is 1 - tanh(x)², at most 1. The chain rule multiplies what comes from above by it.",
        "Multiply grad_output by 1 - np.tanh(x) ** 2, element by element.",
    ],
    variants=[Variant("two-factors", "grad_output * (1 - np.tanh(x)) * (1 + np.tanh(x))")],
)

softsign = Exercise(
    "softsign",
    points=1,
    vectorized=many,
    cases=[
        Case("one-is-a-half", x=np.array([1.0, 0.0])),
        Case("minus-one-is-no-pole", x=np.array([-1.0, -3.0])),
        *forward_cases(reach=6),
        at_random(3.0, 2, 3, 5),
    ],
    misconceptions=[
        edit("size-forgotten", "np.abs(x)", "x")
        .believes("x / (1 + x) squashes both signs.")
        .ask("What is the denominator at x = -1, and what sign does it have at x = -3?"),
        edit("square-for-size", "np.abs(x)", "x**2")
        .believes("x² gets rid of the sign as well as |x| does.")
        .ask("Which value does the curve come near when x is very large: 1 or 0?"),
        edit("root-of-squares", "(1 + np.abs(x))", "np.sqrt(1 + x**2)")
        .believes("The denominator is a length, √(1 + x²).")
        .ask("x = 1 goes in: does 1/2 come out, or 1/√2?"),
        returns("sign-instead", "np.sign(x)")
        .believes("softsign is the sign.")
        .ask("3 goes in: does 1 come out, or 3/4?"),
        edit("sign-lost", "x / (", "np.abs(x) / (")
        .believes("The numerator is a size, too.")
        .ask("What should the sign of softsign(-3) be?"),
        edit("precedence", "(1 + np.abs(x))", "1 + np.abs(x)")
        .believes("x / 1 + |x| divides by the sum.")
        .ask("What does Python divide first in x / 1 + |x|?"),
    ],
    hints=[
        "Take x = 3 and x = -3 by hand. What do the two results have in common?",
        "The denominator is never below 1: it grows with the size of x, whatever its sign.",
        "Divide x by 1 + np.abs(x).",
    ],
    variants=[Variant("two-branches", "np.where(x >= 0, 1 - 1 / (1 + np.abs(x)), 1 / (1 + np.abs(x)) - 1)")],
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
        FAR_OUT,
        Case("single-precision", x=np.array([[-3.0, 0.25, 9.0]], np.float32)),
        at_random(2.0, 4, 3),
    ],
    misconceptions=[
        edit("square-forgotten", " ** 2", "")
        .believes("The derivative of x / (1 + |x|) is 1 / (1 + |x|): the x goes away.")
        .ask("The denominator depends on x too. What does the quotient rule divide by?"),
        edit("sign-kept", "grad_output / ", "grad_output * np.sign(x) / ")
        .believes("The derivative of |x| brings a sign: left of 0 the slope is negative, at 0 it is 0.")
        .ask("Does the curve ever fall from left to right?"),
        edit("size-forgotten", "np.abs(x)", "x")
        .believes("The derivative is 1 / (1 + x)².")
        .ask("What is the denominator at x = -1?"),
        edit("slope-of-arctan", "(1 + np.abs(x)) ** 2", "(1 + x**2)")
        .believes("(1 + |x|)² is 1 + x².")
        .ask("What is (1 + 1)², and what is 1 + 1²?"),
        upstream_ignored(),
    ],
    hints=[
        "Use the quotient rule for x > 0 first, then for x < 0. What is the same in both?",
        "The slope is 1 / (1 + |x|)², positive everywhere and 1 at 0; multiply the upstream gradient by it.",
        "Divide grad_output by (1 + np.abs(x)) ** 2.",
    ],
    variants=[Variant("from-the-output", "grad_output * (1 - np.abs(softsign(x))) ** 2")],
)
