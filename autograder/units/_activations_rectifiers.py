"""Assessment of the rectifiers: relu, leaky_relu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, spread
from autograder.units._activations_common import FAR, at_random, many, many_backward, upstream_ignored

CHOSEN = "At the kink any slope between those of the two sides could be chosen. Which one does the docstring choose?"
WHOSE_SIGN = "Whose sign decides how much of a gradient passes: that of x or that of the gradient?"
WHOSE_ARRAY = "Whose array is it, and does the caller still need it?"


def _cut_in_place(x: Array) -> Array:
    x[x < 0] = 0
    return x


def _gradient_cut_in_place(grad_output: Array, x: Array) -> Array:
    grad_output[x <= 0] = 0
    return grad_output


relu = Exercise(
    "relu",
    points=1,
    returns_new=True,
    vectorized=many,
    cases=[
        Case("both-signs", x=np.array([-1.5, 0.0, 2.5])),
        Case("all-positive-is-a-copy", x=grid(2, 3), readonly=True),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4)),
        Case("far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        at_random(1.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "absolute-value",
            believes="Negative numbers become positive.",
            wrong=np.abs,
            hint="What should -1.5 become: 1.5 or 0?",
        ),
        Misconception(
            "mask-returned",
            believes="relu says which numbers are positive.",
            wrong=lambda x: (x > 0).astype(x.dtype),
            hint="2.5 goes in: does 1 come out, or 2.5?",
        ),
        Misconception(
            "capped-from-above",
            believes="max(x, 0) means that 0 is the maximum.",
            wrong=lambda x: np.minimum(x, 0),
            hint="The larger of 2.5 and 0: which of the two is it?",
        ),
        Misconception(
            "argument-changed",
            believes="Setting x[x < 0] = 0 and returning x is a copy.",
            wrong=_cut_in_place,
            hint="Whose array is `x`, and does the caller still need it for the backward pass?",
        ),
        Misconception(
            "largest-of-all",
            believes="`np.max(x, 0)` is the larger of x and 0.",
            wrong=lambda x: np.max(x, 0),
            hint="What does the second argument of np.max mean: a number or an axis?",
        ),
        Misconception(
            "leaky",
            believes="A little of the negative numbers comes through.",
            wrong=lambda x: np.where(x > 0, x, 0.01 * x),
            hint="What is max(-3, 0)?",
        ),
        Misconception(
            "capped-at-one",
            believes="An activation lies between 0 and 1.",
            wrong=lambda x: np.clip(x, 0.0, 1.0),
            hint="What is max(3, 0)?",
        ),
        Misconception(
            "negatives-removed",
            believes="Negative numbers are left out.",
            wrong=lambda x: x[x > 0],
            hint="Which shape does the next layer expect?",
        ),
    ],
    hints=[
        "Compare each number with 0. What becomes of the smaller ones?",
        "np.maximum works element by element and gives a new array; np.max does not.",
        "np.maximum of x and 0.",
    ],
    variants=[
        Variant("where", lambda x: np.where(x > 0, x, 0)),
        Variant("mask-times-input", lambda x: x * (x > 0)),
        Variant("half-of-both", lambda x: (x + np.abs(x)) / 2),
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
        Case("far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32)),
        at_random(1.0, 2, 3, 5),
    ],
    misconceptions=[
        Misconception(
            "slope-one-at-zero",
            believes="relu is not flat at 0, so the slope there is 1.",
            wrong=lambda grad_output, x: grad_output * (x >= 0),
            hint=CHOSEN,
        ),
        Misconception(
            "slope-half-at-zero",
            believes="At the kink the gradient is the mean of both sides.",
            wrong=lambda grad_output, x: grad_output * (0.5 * (x > 0) + 0.5 * (x >= 0)),
            hint=CHOSEN,
        ),
        Misconception(
            "gradient-clipped-instead",
            believes="relu is applied to the gradient.",
            wrong=lambda grad_output, x: np.maximum(grad_output, 0),
            hint=WHOSE_SIGN,
        ),
        Misconception(
            "multiplied-by-output",
            believes="What passed forward is the factor on the way back: the gradient times relu(x).",
            wrong=lambda grad_output, x: grad_output * np.maximum(x, 0),
            hint="When x grows by a little, right of 0, by how much does relu(x) grow: by x, or by the same little?",
        ),
        Misconception(
            "gradient-changed",
            believes="Setting grad_output[x <= 0] = 0 and returning it is a copy.",
            wrong=_gradient_cut_in_place,
            hint=WHOSE_ARRAY,
        ),
        upstream_ignored(lambda x: (x > 0).astype(x.dtype)),
        Misconception(
            "passed-through",
            believes="relu computes nothing, so the gradient passes as it is.",
            wrong=lambda grad_output, x: grad_output,
            hint="Change a negative input by a little: does the output notice?",
        ),
        Misconception(
            "output-returned",
            believes="The gradient is where(x > 0, x, 0).",
            wrong=lambda grad_output, x: np.where(x > 0, x, 0),
            hint="If a positive input rises by 0.1, by how much does the output rise?",
        ),
        Misconception(
            "product-clipped",
            believes="The gradient is relu(grad_output · x).",
            wrong=lambda grad_output, x: np.maximum(grad_output * x, 0),
            hint="What should become of a negative gradient at a positive input?",
        ),
    ],
    hints=[
        "Where x was cut off, what can a change of x still change?",
        "The slope is 1 right of 0, and 0 left of it and at it: a mask of x, not of the gradient.",
        "Multiply grad_output by (x > 0).",
    ],
    variants=[Variant("where", lambda grad_output, x: np.where(x > 0, grad_output, 0))],
)


def _leaky(x: Array, slope: float = 0.01) -> Array:
    return np.where(x > 0, x, slope * x)


def _leaky_slope(x: Array, slope: float = 0.01) -> Array:
    return np.where(x > 0, np.ones_like(x), slope)


def _leak_in_place(x: Array, slope: float = 0.01) -> Array:
    x[x < 0] *= slope
    return x


def _draw_leaky(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"x": rng.standard_normal((2, 3, 5)), "slope": float(rng.uniform(0.05, 3.0))}


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
        Case("far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32), slope=0.2),
        random_cases(_draw_leaky),
    ],
    misconceptions=[
        Misconception(
            "larger-of-the-two",
            believes="max(slope · x, x) is the same function for every slope.",
            wrong=lambda x, slope=0.01: np.maximum(slope * x, x),
            hint="x = -2 and slope = 2.5: which is larger, -5 or -2, and which is wanted?",
        ),
        Misconception(
            "slope-ignored",
            believes="The slope is always 0.01.",
            wrong=lambda x, slope=0.01: _leaky(x),
            hint="The caller may choose the slope. Where does that argument enter?",
        ),
        Misconception(
            "plain-relu",
            believes="Negative numbers become 0.",
            wrong=lambda x, slope=0.01: np.maximum(x, 0.0),
            hint="How much of a negative number leaks through?",
        ),
        Misconception(
            "sign-turned",
            believes="Left of 0 the result is slope · |x|.",
            wrong=lambda x, slope=0.01: np.where(x > 0, x, slope * np.abs(x)),
            hint="A small part of -1.5: is it positive or negative?",
        ),
        Misconception(
            "slope-as-value",
            believes="Negative numbers become `slope`.",
            wrong=lambda x, slope=0.01: np.where(x > 0, x, np.full_like(x, slope)),
            hint="Should -100 and -1.5 give the same result?",
        ),
        Misconception(
            "argument-changed",
            believes="Multiplying x[x < 0] in place and returning x is a copy.",
            wrong=_leak_in_place,
            hint=WHOSE_ARRAY,
        ),
        Misconception(
            "slope-divides",
            believes="The negative part is divided by the slope.",
            wrong=lambda x, slope=0.01: np.where(x > 0, x, x / slope),
            hint="Should a leak of 0.01 let through more or less than everything?",
        ),
        Misconception(
            "sides-swapped",
            believes="`where` takes the negative branch first.",
            wrong=lambda x, slope=0.01: np.where(x > 0, slope * x, x),
            hint="Which of the two does np.where(condition, a, b) take where the condition holds?",
        ),
        Misconception(
            "leak-everywhere",
            believes="The leak is added to relu.",
            wrong=lambda x, slope=0.01: np.maximum(x, 0.0) + slope * x,
            hint="What is the slope right of 0?",
        ),
        Misconception(
            "default-of-a-tenth",
            believes="The slope is 0.1 where none is given.",
            wrong=lambda x, slope=0.1: np.where(x > 0, x, slope * x),
            hint="Which default does the signature have?",
        ),
        Misconception(
            "floor-at-the-slope",
            believes="max(x, slope) is leaky.",
            wrong=lambda x, slope=0.01: np.maximum(x, slope),
            hint="How does your output change between -2 and -1?",
        ),
    ],
    hints=[
        "There are two cases. Write down what -1.5 and 2.5 become with a slope of 0.1.",
        "Choose between x and slope · x by the sign of x, not by which of them is larger.",
        "np.where with the condition x > 0, then x, then slope * x.",
    ],
    variants=[
        Variant(
            "two-halves",
            lambda x, slope=0.01: np.maximum(x, 0) + slope * np.minimum(x, 0),
        ),
        Variant("masks", lambda x, slope=0.01: x * (x > 0) + slope * x * (x <= 0)),
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
        Case("far-out", x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32), slope=0.2),
        random_cases(_draw_leaky),
    ],
    misconceptions=[
        Misconception(
            "slope-one-at-zero",
            believes="0 belongs to the right side, so the slope there is 1.",
            wrong=lambda grad_output, x, slope=0.01: np.where(x >= 0, grad_output, slope * grad_output),
            hint=CHOSEN,
        ),
        Misconception(
            "slope-zero-at-zero",
            believes="At 0 the gradient is 0, as with relu.",
            wrong=lambda grad_output, x, slope=0.01: grad_output * ((x > 0) + slope * (x < 0)).astype(x.dtype),
            hint=CHOSEN,
        ),
        Misconception(
            "slope-ignored",
            believes="The slope is always 0.01.",
            wrong=lambda grad_output, x, slope=0.01: np.where(x > 0, grad_output, 0.01 * grad_output),
            hint="The caller may choose the slope. Where does that argument enter?",
        ),
        Misconception(
            "plain-relu",
            believes="Left of 0 no gradient passes.",
            wrong=lambda grad_output, x, slope=0.01: grad_output * (x > 0),
            hint="How does the output change when a negative x grows a little?",
        ),
        Misconception(
            "gradient-leaks-instead",
            believes="leaky_relu is applied to the gradient.",
            wrong=lambda grad_output, x, slope=0.01: _leaky(grad_output, slope),
            hint=WHOSE_SIGN,
        ),
        upstream_ignored(_leaky_slope),
        Misconception(
            "input-leaks",
            believes="Left of 0 the gradient is slope · x.",
            wrong=lambda grad_output, x, slope=0.01: np.where(x > 0, grad_output, slope * x),
            hint="How does a change of the output change the final result? Where does that number enter on the left?",
        ),
        Misconception(
            "slope-without-upstream",
            believes="Left of 0 the gradient is the slope.",
            wrong=lambda grad_output, x, slope=0.01: np.where(x > 0, grad_output, slope),
            hint="How does a change of the output change the final result? Where does that number enter on the left?",
        ),
        Misconception(
            "multiplied-by-output",
            believes="The gradient is multiplied by the output.",
            wrong=lambda grad_output, x, slope=0.01: grad_output * np.where(x > 0, x, slope * x),
            hint="If a positive input rises by 0.1, by how much does the output rise?",
        ),
        Misconception(
            "sign-turned",
            believes="Left of 0 the slope is negative.",
            wrong=lambda grad_output, x, slope=0.01: grad_output * np.where(x > 0, 1, -slope),
            hint="Does slope · x rise or fall with x?",
        ),
    ],
    hints=[
        "What slope does the function have right of 0, and what slope left of it? Which of the two counts at 0?",
        "The slope is 1 for x > 0 and `slope` elsewhere; multiply the upstream gradient by it.",
        "np.where with the condition x > 0, then grad_output, then slope * grad_output.",
    ],
    variants=[
        Variant("mask", lambda grad_output, x, slope=0.01: grad_output * (x > 0) + slope * grad_output * (x <= 0)),
    ],
)
