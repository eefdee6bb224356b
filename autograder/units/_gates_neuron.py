"""Assessment of a neuron with two inputs, forwards and backwards."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array
from autograder.units._gates_single import UPSTREAM_HINT

__all__ = ["NEURON"]


def _sigma(s: Any) -> Any:
    return 1 / (1 + np.exp(-s))


def _weighted(w: Array, x: Array) -> Any:
    return w[0] * x[0] + w[1] * x[1] + w[2]


def _neuron(w: Array, x: Array) -> Any:
    return _sigma(_weighted(w, x))


def _neuron_gradients(grad_s: Any, w: Array, x: Array) -> tuple[Array, Array]:
    return grad_s * np.append(x, x.dtype.type(1)), grad_s * w[:2]


def _random_neuron(rng: np.random.Generator) -> dict[str, Any]:
    return {"w": rng.standard_normal(3), "x": rng.standard_normal(2)}


FAR_BELOW: dict[str, Any] = {"w": np.array([500.0, -250.0, -1.0]), "x": np.array([-1.5, 1.0])}
FAR_ABOVE: dict[str, Any] = {"w": np.array([500.0, -250.0, 1.0]), "x": np.array([1.5, -1.0])}

sigmoid_neuron = Exercise(
    "sigmoid_neuron",
    points=1,
    cases=[
        Case("lesson", w=np.array([2.0, -3.0, -3.0]), x=np.array([-1.0, -2.0])),
        Case("all-weights-zero-is-a-half", w=np.zeros(3), x=np.array([4.0, -7.0])),
        Case("bias-alone", w=np.array([0.0, 0.0, 1.5]), x=np.array([3.0, 2.0])),
        Case("read-only", w=np.array([0.5, -1.0, 0.25]), x=np.array([3.0, 0.75]), readonly=True),
        Case("inputs-zero", w=np.array([5.0, -4.0, -0.75]), x=np.zeros(2)),
        Case("far-below", **FAR_BELOW),
        Case("far-above", **FAR_ABOVE),
        Case("single-precision", w=np.array([0.5, -1.5, 0.25], np.float32), x=np.array([1.0, 2.5], np.float32)),
        random_cases(_random_neuron),
    ],
    misconceptions=[
        Misconception(
            "bias-forgotten",
            believes="The sum has one term per input.",
            wrong=lambda w, x: _sigma(w[0] * x[0] + w[1] * x[1]),
            hint="There are three numbers in w. Which one has no input beside it?",
        ),
        Misconception(
            "bias-first",
            believes="w_0 is the bias, the weights follow.",
            wrong=lambda w, x: _sigma(w[0] + w[1] * x[0] + w[2] * x[1]),
            hint="At which place of w does the formula have the bias?",
        ),
        Misconception(
            "sigmoid-forgotten",
            believes="A neuron returns its weighted sum.",
            wrong=_weighted,
            hint="Between which two numbers must the result lie?",
        ),
        Misconception(
            "sign-of-exponent",
            believes="The exponent is s, not -s.",
            wrong=lambda w, x: 1 / (1 + np.exp(_weighted(w, x))),
            hint="Should a large positive sum give a number near 1 or near 0?",
        ),
        Misconception(
            "exp-over-one-plus-exp",
            believes="e^s / (e^s + 1) is the same function, so it is as good everywhere.",
            wrong=lambda w, x: np.exp(_weighted(w, x)) / (np.exp(_weighted(w, x)) + 1),
            hint="What is e^1000 in floating point, and what is infinity divided by infinity?",
        ),
        Misconception(
            "tanh-for-sigmoid",
            believes="Tanh and sigmoid are the same curve.",
            wrong=lambda w, x: np.tanh(_weighted(w, x)),
            hint="Between which numbers does a neuron's output lie here?",
        ),
        Misconception(
            "bias-behind-the-sigmoid",
            believes="The bias is added to the output.",
            wrong=lambda w, x: _sigma(w[0] * x[0] + w[1] * x[1]) + w[2],
            hint="Can f leave the interval from 0 to 1?",
        ),
        Misconception(
            "step-for-sigmoid",
            believes="A neuron fires or does not.",
            wrong=lambda w, x: (_weighted(w, x) > 0) * x.dtype.type(1),
            hint="What is σ(0.5)?",
        ),
    ],
    hints=[
        "Compute the weighted sum s first; w has one number more than x.",
        "σ(s) is 1/(1 + e^-s); e^(-|s|) never overflows.",
        "`s = w[0] * x[0] + w[1] * x[1] + w[2]`, then the sigmoid of it.",
    ],
    variants=[
        Variant("dot-product", lambda w, x: _sigma(w[:2] @ x + w[2])),
        Variant("concatenated", lambda w, x: _sigma((w * np.append(x, x.dtype.type(1))).sum())),
    ],
)

sigmoid_neuron_backward = Exercise(
    "sigmoid_neuron_backward",
    points=2,
    cases=[
        Case("lesson", grad_output=np.array(1.0), w=np.array([2.0, -3.0, -3.0]), x=np.array([-1.0, -2.0])),
        Case(
            "steepest-where-the-sum-is-zero",
            grad_output=np.array(4.0),
            w=np.array([2.0, -1.0, 1.0]),
            x=np.array([1.0, 3.0]),
        ),
        Case("read-only", w=np.array([0.5, -1.0, 0.25]), x=np.array([3.0, 0.75]), readonly=True),
        Case("bias-still-has-a-gradient", w=np.array([5.0, -4.0, -0.75]), x=np.zeros(2)),
        Case("weights-zero", w=np.array([0.0, 0.0, 1.5]), x=np.array([3.0, 2.0])),
        Case("far-below", **FAR_BELOW),
        Case("far-above", **FAR_ABOVE),
        Case("single-precision", w=np.array([0.5, -1.5, 0.25], np.float32), x=np.array([1.0, 2.5], np.float32)),
        random_cases(_random_neuron),
    ],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns f (1 - f) times the inputs and weights.",
            wrong=lambda grad_output, w, x: _neuron_gradients(_neuron(w, x) * (1 - _neuron(w, x)), w, x),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "sum-taken-for-output",
            believes="The sigmoid's slope is s (1 - s), with s the weighted sum.",
            wrong=lambda grad_output, w, x: _neuron_gradients(
                grad_output * _weighted(w, x) * (1 - _weighted(w, x)), w, x
            ),
            hint="In σ' = σ (1 - σ), is σ what goes into the sigmoid or what comes out?",
        ),
        Misconception(
            "sigmoid-slope-forgotten",
            believes="The gradients are those of the weighted sum.",
            wrong=lambda grad_output, w, x: _neuron_gradients(grad_output, w, x),
            hint="Which gate stands between the sum and the output, and what is its slope?",
        ),
        Misconception(
            "half-of-the-slope",
            believes="The sigmoid's slope is its output f.",
            wrong=lambda grad_output, w, x: _neuron_gradients(grad_output * _neuron(w, x), w, x),
            hint="What should the slope be far to the right, where the curve is flat and f is 1?",
        ),
        Misconception(
            "own-value",
            believes="A weight's gradient contains the weight, an input's the input.",
            wrong=lambda grad_output, w, x: _own_values(grad_output, w, x),
            hint="In w_0 · x_0, which of the two is the slope with respect to w_0?",
        ),
        Misconception(
            "bias-gradient-is-zero",
            believes="The bias has no input, so it has no gradient.",
            wrong=lambda grad_output, w, x: _without_bias(grad_output, w, x),
            hint="Raise the bias by 0.1: by how much does the sum rise?",
        ),
        Misconception(
            "inputs-first",
            believes="The gradient of x is returned first.",
            wrong=lambda grad_output, w, x: _right_neuron(grad_output, w, x)[::-1],
            hint="In which order do w and x stand in the signature?",
        ),
        Misconception(
            "other-half-of-the-slope",
            believes="The sigmoid's slope is 1 - f.",
            wrong=lambda grad_output, w, x: _neuron_gradients(grad_output * (1 - _neuron(w, x)), w, x),
            hint="What is the slope far to the left, where f is almost 0 and hardly changes?",
        ),
        Misconception(
            "slope-of-tanh",
            believes="The slope is 1 - f².",
            wrong=lambda grad_output, w, x: _neuron_gradients(grad_output * (1 - _neuron(w, x) ** 2), w, x),
            hint="The slope of which function is 1 - f²?",
        ),
        Misconception(
            "bias-gradient-times-the-bias",
            believes="∂s/∂w_2 is w_2.",
            wrong=lambda grad_output, w, x: _bias_times_itself(grad_output, w, x),
            hint="If w_2 rises by 1, by how much does the sum rise?",
        ),
    ],
    hints=[
        "Compute f first, then the gradient of the sum s, then those of its terms.",
        "∂L/∂s is grad_output · f (1 - f); a product's slope with respect to one factor is the other factor.",
        "grad_w is grad_s times (x_0, x_1, 1), and grad_x is grad_s times (w_0, w_1).",
    ],
    variants=[
        Variant("naive-sigmoid", lambda grad_output, w, x: _right_neuron(grad_output, w, x)),
        Variant("number-by-number", lambda grad_output, w, x: _number_by_number(grad_output, w, x)),
    ],
)


def _right_neuron(grad_output: Any, w: Array, x: Array) -> tuple[Array, Array]:
    f = _neuron(w, x)
    return _neuron_gradients(grad_output * f * (1 - f), w, x)


def _own_values(grad_output: Any, w: Array, x: Array) -> tuple[Array, Array]:
    f = _neuron(w, x)
    return grad_output * f * (1 - f) * w, grad_output * f * (1 - f) * x


def _without_bias(grad_output: Any, w: Array, x: Array) -> tuple[Array, Array]:
    grad_w, grad_x = _right_neuron(grad_output, w, x)
    return grad_w * np.array([1, 1, 0], grad_w.dtype), grad_x


def _number_by_number(grad_output: Any, w: Array, x: Array) -> tuple[Array, Array]:
    f = _neuron(w, x)
    grad_s = grad_output * (1 - f) * f
    grad_w = np.array([grad_s * x[0], grad_s * x[1], grad_s], dtype=w.dtype)
    return grad_w, np.array([grad_s * w[0], grad_s * w[1]], dtype=x.dtype)


def _bias_times_itself(grad_output: Any, w: Array, x: Array) -> tuple[Array, Array]:
    grad_w, grad_x = _right_neuron(grad_output, w, x)
    return grad_w * np.array([1, 1, w[2]], grad_w.dtype), grad_x


NEURON = [sigmoid_neuron, sigmoid_neuron_backward]
