"""Assessment of activations."""

from __future__ import annotations

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread

FAR = np.array([-1000.0, -30.0, -0.0, 30.0, 1000.0])


def _sigmoid(x: Array) -> Array:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def _softmax(z: Array, axis: int = -1) -> Array:
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _ratio(powers: Array, axis: int) -> Array:
    return powers / powers.sum(axis=axis, keepdims=True)


sigmoid = Exercise(
    "sigmoid",
    points=1,
    cases=[
        Case("zero-is-a-half", x=np.array([0.0])),
        Case("both-signs", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-6, 6, 12).reshape(3, 4)),
        Case("far-out-overflows-naive-forms", x=FAR),
        Case("single-precision", x=np.float32([[-3.0, 0.25, 90.0]])),
        random_cases(lambda rng: {"x": 4 * rng.standard_normal((2, 3, 5))}),
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
    ],
    hints=[
        "Which values of x make e^(-x) overflow, and which make e^x overflow?",
        "Both forms 1/(1+e^-x) and e^x/(1+e^x) are right; each is safe for one sign of x. e^(-|x|) is safe for both.",
    ],
    variants=[Variant("one-over", lambda x: (1 / (1 + np.exp(-x))).astype(x.dtype))],
)

sigmoid_backward = Exercise(
    "sigmoid_backward",
    points=1,
    cases=[
        Case("steepest-at-zero", grad_output=np.array([2.0]), x=np.array([0.0])),
        Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-4, 4, 6).reshape(2, 3)),
        Case("far-out", x=FAR),
        Case("single-precision", x=np.float32([[-3.0, 0.25, 9.0]])),
        random_cases(lambda rng: {"x": 2 * rng.standard_normal((4, 3))}),
    ],
    misconceptions=[
        Misconception(
            "input-taken-for-output",
            believes="The derivative is x (1 - x), with x the argument.",
            wrong=lambda grad_output, x: grad_output * x * (1 - x),
            hint="σ' = σ(1 - σ): is the argument here σ, or the x that σ is computed from?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivative.",
            wrong=lambda grad_output, x: _sigmoid(x) * (1 - _sigmoid(x)),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "square-forgotten",
            believes="The derivative is 1 - σ.",
            wrong=lambda grad_output, x: grad_output * (1 - _sigmoid(x)),
            hint="What should the slope be far to the left, where the curve is flat?",
        ),
    ],
    hints=[
        "Compute σ(x) first; the derivative is written in it.",
        "Multiply σ(1 - σ) by `grad_output`, element by element.",
    ],
)

relu = Exercise(
    "relu",
    points=1,
    returns_new=True,
    cases=[
        Case("both-signs", x=np.array([-1.5, 0.0, 2.5])),
        Case("all-positive-is-a-copy", x=grid(2, 3), readonly=True),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4)),
        Case("far-out", x=FAR),
        Case("single-precision", x=np.float32([[-3.0, 0.25, 90.0]])),
        random_cases(lambda rng: {"x": rng.standard_normal((2, 3, 5))}),
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
            "argument-changed",
            believes="Setting x[x < 0] = 0 and returning x is a copy.",
            wrong=lambda x: _relu_in_place(x),
            hint="Whose array is `x`, and does the caller still need it for the backward pass?",
        ),
    ],
    hints=["Compare each number with 0.", "np.maximum works element by element; np.max does not."],
    variants=[
        Variant("where", lambda x: np.where(x > 0, x, 0).astype(x.dtype)),
        Variant("mask-times-input", lambda x: x * (x > 0)),
    ],
)


def _relu_in_place(x: Array) -> Array:
    x[x < 0] = 0
    return x


relu_backward = Exercise(
    "relu_backward",
    points=1,
    cases=[
        Case("both-signs", grad_output=np.array([3.0, 4.0, 5.0]), x=np.array([-1.5, 0.5, 2.5])),
        Case("slope-at-zero-is-zero", grad_output=np.array([3.0, 4.0]), x=np.array([0.0, -0.0])),
        Case("matrix", x=spread(-3, 3, 12).reshape(3, 4), readonly=True),
        Case("single-precision", x=np.float32([[-3.0, 0.25, 90.0]])),
        random_cases(lambda rng: {"x": rng.standard_normal((2, 3, 5))}),
    ],
    misconceptions=[
        Misconception(
            "slope-one-at-zero",
            believes="relu is not flat at 0, so the slope there is 1.",
            wrong=lambda grad_output, x: grad_output * (x >= 0),
            hint="At the kink any slope from 0 to 1 could be chosen. Which one does the docstring choose?",
        ),
        Misconception(
            "slope-half-at-zero",
            believes="At the kink the gradient is the mean of both sides.",
            wrong=lambda grad_output, x: grad_output * (0.5 * (x > 0) + 0.5 * (x >= 0)),
            hint="At the kink any slope from 0 to 1 could be chosen. Which one does the docstring choose?",
        ),
        Misconception(
            "gradient-clipped-instead",
            believes="relu is applied to the gradient.",
            wrong=lambda grad_output, x: np.maximum(grad_output, 0),
            hint="Whose sign decides whether a gradient passes: that of x or that of the gradient?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivative.",
            wrong=lambda grad_output, x: (x > 0).astype(x.dtype),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
    ],
    hints=["Where x was cut off, what can a change of x still change?", "Multiply `grad_output` by a mask of x."],
)

softmax = Exercise(
    "softmax",
    points=2,
    cases=[
        Case("one-row", logits=np.log([1.0, 3.0])),
        Case("rows", logits=grid(2, 3, step=0.5)),
        Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
        Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
        Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
        Case("far-rows", logits=np.array([[0.0, 1.0], [-2000.0, -1999.0]])),
        Case("single-precision", logits=np.float32([[0.5, 2.0, -1.0], [90.0, 89.0, 0.0]])),
        Case("no-axes", logits=np.array(1.0), raises="logits"),
        random_cases(lambda rng: {"logits": 3 * rng.standard_normal((4, 3)), "axis": int(rng.integers(-2, 2))}),
    ],
    misconceptions=[
        Misconception(
            "no-shift",
            believes="The formula can be computed as it stands.",
            wrong=lambda logits, axis=-1: _ratio(np.exp(logits), axis),
            hint="What is e^1000 in floating point? What may be added to every logit without changing the result?",
        ),
        Misconception(
            "global-shift",
            believes="One maximum for the whole array is enough to prevent overflow.",
            wrong=lambda logits, axis=-1: _ratio(np.exp(logits - logits.max()), axis),
            hint="Which maximum does each row need, and what shape must it keep?",
        ),
        Misconception(
            "axis-ignored",
            believes="Probabilities always sum to 1 along the last axis.",
            wrong=lambda logits, axis=-1: _softmax(logits, -1),
            hint="Along which axis does the caller want the sum to be 1?",
        ),
        Misconception(
            "first-axis",
            believes="axis 0 is the classes.",
            wrong=lambda logits, axis=0: _softmax(logits, 0),
            hint="Without an axis given, along which one must the probabilities sum to 1?",
        ),
        Misconception(
            "whole-array",
            believes="All numbers together are one distribution.",
            wrong=lambda logits, axis=-1: _softmax(logits.reshape(-1)).reshape(logits.shape),
            hint="How many distributions are there in an array of 2 rows?",
        ),
    ],
    hints=[
        "e^z overflows above 709. What happens to the ratio when the same number is subtracted from all z of a row?",
        "Subtract the maximum along `axis`, and keep that axis (keepdims=True) so that it broadcasts.",
    ],
)

softmax_backward = Exercise(
    "softmax_backward",
    points=2,
    cases=[
        Case("one-row", grad_output=np.array([1.0, 0.0]), logits=np.log([1.0, 3.0])),
        Case("rows", logits=grid(2, 3, step=0.5)),
        Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
        Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
        Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
        Case("single-precision", logits=np.float32([[0.5, 2.0, -1.0], [9.0, 8.0, 0.0]])),
        random_cases(lambda rng: {"logits": rng.standard_normal((4, 3)), "axis": int(rng.integers(-2, 2))}),
    ],
    misconceptions=[
        Misconception(
            "diagonal-only",
            believes="Each probability depends on its own logit alone: p (1 - p).",
            wrong=lambda grad_output, logits, axis=-1: grad_output * _softmax(logits, axis) * (1 - _softmax(logits, axis)),
            hint="When one logit rises, what happens to the other probabilities of its row?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns p (1 - p), the local derivative.",
            wrong=lambda grad_output, logits, axis=-1: _softmax(logits, axis) * (1 - _softmax(logits, axis)),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "sum-over-everything",
            believes="The sum in the formula runs over the whole array.",
            wrong=lambda grad_output, logits, axis=-1: _softmax(logits, axis)
            * (grad_output - (grad_output * _softmax(logits, axis)).sum()),
            hint="Rows do not influence each other. Along which axis does the sum run?",
        ),
    ],
    hints=[
        "Compute p first. Every p_j depends on every z_i of its row.",
        "The Jacobian is diag(p) - p pᵀ; multiply it by the upstream gradient without building it.",
    ],
)
