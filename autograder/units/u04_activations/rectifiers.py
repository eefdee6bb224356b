"""The rectifiers and their backward passes: relu, leaky_relu."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.arrays import grid, spread
from autograder.units.shared.families import argument_fixed, upstream_ignored
from autograder.units.u04_activations.elementwise import (
    FAR_OUT,
    MATRIX,
    NO_UPSTREAM_LEFT,
    SINGLE,
    at_random,
    many,
    many_backward,
)

CHOSEN = "At the kink any slope between those of the two sides could be chosen. Which one does the docstring choose?"
WHOSE_SIGN = "Whose sign decides how much of a gradient passes: that of x or that of the gradient?"
WHOSE_ARRAY = "Whose array is it, and does the caller still need it?"
RISE = "If a positive input rises by 0.1, by how much does the output rise?"
WHERE_IS_SLOPE = "The caller may choose the slope. Where does that argument enter?"

LEAKY_AT_LAST: list[Case | RandomCases] = [
    FAR_OUT,
    SINGLE.with_inputs({**SINGLE.inputs, "slope": 0.2}),
    random_cases(lambda rng: {"x": rng.standard_normal((2, 3, 5)), "slope": float(rng.uniform(0.05, 3.0))}),
]

relu = Exercise(
    "relu",
    points=1,
    returns_new=True,
    vectorized=many,
    cases=[
        Case("both-signs", x=np.array([-1.5, 0.0, 2.5])),
        Case("all-positive-is-a-copy", x=grid(2, 3), readonly=True),
        MATRIX,
        FAR_OUT,
        SINGLE,
        at_random(1.0, 2, 3, 5),
    ],
    misconceptions=[
        returns("absolute-value", "np.abs(x)")
        .believes("Negative numbers become positive.")
        .ask("What should -1.5 become: 1.5 or 0?"),
        returns("mask-returned", "(x > 0).astype(x.dtype)")
        .believes("relu says which numbers are positive.")
        .ask("2.5 goes in: does 1 come out, or 2.5?"),
        edit("capped-from-above", "np.maximum", "np.minimum")
        .believes("max(x, 0) means that 0 is the maximum.")
        .ask("The larger of 2.5 and 0: which of the two is it?"),
        body("argument-changed", "x[x < 0] = 0; return x")
        .believes("Setting x[x < 0] = 0 and returning x is a copy.")
        .ask("Whose array is `x`, and does the caller still need it for the backward pass?"),
        returns("largest-of-all", "np.max(x, 0)")
        .believes("`np.max(x, 0)` is the larger of x and 0.")
        .ask("What does the second argument of np.max mean: a number or an axis?"),
        returns("leaky", "leaky_relu(x)")
        .believes("A little of the negative numbers comes through.")
        .ask("What is max(-3, 0)?"),
        returns("capped-at-one", "np.clip(x, 0.0, 1.0)")
        .believes("An activation lies between 0 and 1.")
        .ask("What is max(3, 0)?"),
        returns("negatives-removed", "x[x > 0]")
        .believes("Negative numbers are left out.")
        .ask("Which shape does the next layer expect?"),
    ],
    hints=[
        "Compare each number with 0. What becomes of the smaller ones?",
        "np.maximum works element by element and gives a new array; np.max does not.",
        "np.maximum of x and 0.",
    ],
    variants=[
        Variant("where", "np.where(x > 0, x, 0)"),
        Variant("mask-times-input", "x * (x > 0)"),
        Variant("half-of-both", "(x + np.abs(x)) / 2"),
    ],
)

relu_backward = Exercise(
    "relu_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("both-signs", grad_output=np.array([3.0, 4.0, 5.0]), x=np.array([-1.5, 0.5, 2.5])),
        Case("slope-at-zero-is-zero", grad_output=np.array([3.0, 4.0]), x=np.array([0.0, -0.0])),
        Case("negative-upstream-passes", grad_output=np.array([-3.0, -4.0]), x=np.array([2.0, -2.0])),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4), readonly=True),
        FAR_OUT,
        SINGLE,
        at_random(1.0, 2, 3, 5),
    ],
    misconceptions=[
        edit("slope-one-at-zero", "x > 0", "x >= 0")
        .believes("relu is not flat at 0, so the slope there is 1.")
        .ask(CHOSEN),
        edit("slope-half-at-zero", "(x > 0)", "(0.5 * (x > 0) + 0.5 * (x >= 0))")
        .believes("At the kink the gradient is the mean of both sides.")
        .ask(CHOSEN),
        returns("gradient-clipped-instead", "relu(grad_output)")
        .believes("relu is applied to the gradient.")
        .ask(WHOSE_SIGN),
        edit("multiplied-by-output", "(x > 0)", "relu(x)")
        .believes("What passed forward is the factor on the way back: the gradient times relu(x).")
        .ask("When x grows by a little, right of 0, by how much does relu(x) grow: by x, or by the same little?"),
        body("gradient-changed", "grad_output[x <= 0] = 0; return grad_output")
        .believes("Setting grad_output[x <= 0] = 0 and returning it is a copy.")
        .ask(WHOSE_ARRAY),
        upstream_ignored(),
        edit("passed-through", " * (x > 0)", "")
        .believes("relu computes nothing, so the gradient passes as it is.")
        .ask("Change a negative input by a little: does the output notice?"),
        returns("output-returned", "relu(x)").believes("The gradient is where(x > 0, x, 0).").ask(RISE),
        returns("product-clipped", "relu(grad_output * x)")
        .believes("The gradient is relu(grad_output · x).")
        .ask("What should become of a negative gradient at a positive input?"),
    ],
    hints=[
        "Where x was cut off, what can a change of x still change?",
        "The slope is 1 right of 0, and 0 left of it and at it: a mask of x, not of the gradient.",
        "Multiply grad_output by (x > 0).",
    ],
    variants=[Variant("where", "np.where(x > 0, grad_output, 0)")],
)

leaky_relu = Exercise(
    "leaky_relu",
    points=1,
    returns_new=True,
    vectorized=many,
    cases=[
        Case("default-slope", x=np.array([-100.0, -1.5, 0.0, 2.5])),
        Case("given-slope", x=np.array([-4.0, -1.0, 3.0]), slope=0.25, readonly=True),
        Case("slope-above-one", x=np.array([-2.0, 0.5, 3.0]), slope=2.5),
        Case("negative-slope", x=np.array([-2.0, 0.5, 3.0]), slope=-0.5),
        Case("slope-zero-is-relu", x=spread(-3, 3, 12).reshape(3, 4), slope=0.0),
        Case("all-positive-is-a-copy", x=grid(2, 3)),
        *LEAKY_AT_LAST,
    ],
    misconceptions=[
        returns("larger-of-the-two", "np.maximum(slope * x, x)")
        .believes("max(slope · x, x) is the same function for every slope.")
        .ask("x = -2 and slope = 2.5: which is larger, -5 or -2, and which is wanted?"),
        argument_fixed("slope-ignored", "slope", 0.01).believes("The slope is always 0.01.").ask(WHERE_IS_SLOPE),
        returns("plain-relu", "relu(x)")
        .believes("Negative numbers become 0.")
        .ask("How much of a negative number leaks through?"),
        edit("sign-turned", "slope * x", "slope * np.abs(x)")
        .believes("Left of 0 the result is slope · |x|.")
        .ask("A small part of -1.5: is it positive or negative?"),
        edit("slope-as-value", "slope * x", "slope")
        .believes("Negative numbers become `slope`.")
        .ask("Should -100 and -1.5 give the same result?"),
        body("argument-changed", "x[x < 0] *= slope; return x")
        .believes("Multiplying x[x < 0] in place and returning x is a copy.")
        .ask(WHOSE_ARRAY),
        edit("slope-divides", "slope * x", "x / slope")
        .believes("The negative part is divided by the slope.")
        .ask("Should a leak of 0.01 let through more or less than everything?"),
        edit("sides-swapped", "x, slope * x", "slope * x, x")
        .believes("`where` takes the negative branch first.")
        .ask("Which of the two does np.where(condition, a, b) take where the condition holds?"),
        returns("leak-everywhere", "relu(x) + slope * x")
        .believes("The leak is added to relu.")
        .ask("What is the slope right of 0?"),
        edit("default-of-a-tenth", "slope: float = 0.01", "slope: float = 0.1")
        .believes("The slope is 0.1 where none is given.")
        .ask("Which default does the signature have?"),
        returns("floor-at-the-slope", "np.maximum(x, slope)")
        .believes("max(x, slope) is leaky.")
        .ask("How does your output change between -2 and -1?"),
    ],
    hints=[
        "There are two cases. Write down what -1.5 and 2.5 become with a slope of 0.1.",
        "Choose between x and slope · x by the sign of x, not by which of them is larger.",
        "np.where with the condition x > 0, then x, then slope * x.",
    ],
    variants=[
        Variant("two-halves", "np.maximum(x, 0) + slope * np.minimum(x, 0)"),
        Variant("masks", "x * (x > 0) + slope * x * (x <= 0)"),
    ],
)

leaky_relu_backward = Exercise(
    "leaky_relu_backward",
    points=1,
    vectorized=many_backward,
    cases=[
        Case("default-slope", grad_output=np.array([300.0, 4.0, 5.0]), x=np.array([-1.5, 0.5, 2.5])),
        Case("slope-at-zero-is-slope", grad_output=np.array([3.0, 4.0]), x=np.array([0.0, -0.0]), slope=0.25),
        Case("negative-upstream", grad_output=np.array([-3.0, -4.0]), x=np.array([2.0, -2.0]), slope=0.5),
        Case("slope-above-one", x=np.array([-2.0, 0.5, 3.0]), slope=2.5, readonly=True),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4), slope=-0.3),
        *LEAKY_AT_LAST,
    ],
    misconceptions=[
        edit("slope-one-at-zero", "x > 0", "x >= 0")
        .believes("0 belongs to the right side, so the slope there is 1.")
        .ask(CHOSEN),
        edit("slope-zero-at-zero", "slope * grad_output", "slope * grad_output * (x < 0)")
        .believes("At 0 the gradient is 0, as with relu.")
        .ask(CHOSEN),
        argument_fixed("slope-ignored", "slope", 0.01).believes("The slope is always 0.01.").ask(WHERE_IS_SLOPE),
        returns("plain-relu", "relu_backward(grad_output, x)")
        .believes("Left of 0 no gradient passes.")
        .ask("How does the output change when a negative x grows a little?"),
        returns("gradient-leaks-instead", "leaky_relu(grad_output, slope)")
        .believes("leaky_relu is applied to the gradient.")
        .ask(WHOSE_SIGN),
        upstream_ignored(),
        edit("input-leaks", "slope * grad_output", "slope * x")
        .believes("Left of 0 the gradient is slope · x.")
        .ask(NO_UPSTREAM_LEFT),
        edit("slope-without-upstream", "slope * grad_output", "slope")
        .believes("Left of 0 the gradient is the slope.")
        .ask(NO_UPSTREAM_LEFT),
        returns("multiplied-by-output", "grad_output * leaky_relu(x, slope)")
        .believes("The gradient is multiplied by the output.")
        .ask(RISE),
        returns("sign-turned", "grad_output * np.where(x > 0, 1, -slope)")
        .believes("Left of 0 the slope is negative.")
        .ask("Does slope · x rise or fall with x?"),
    ],
    hints=[
        "What slope does the function have right of 0, and what slope left of it? Which of the two counts at 0?",
        "The slope is 1 for x > 0 and `slope` elsewhere; multiply the upstream gradient by it.",
        "np.where with the condition x > 0, then grad_output, then slope * grad_output.",
    ],
    variants=[Variant("mask", "grad_output * (x > 0) + slope * grad_output * (x <= 0)")],
)
