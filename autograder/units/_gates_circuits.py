"""Assessment of two small circuits: (x + y) z, and a neuron with two inputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread

__all__ = ["CIRCUITS"]

UPSTREAM_HINT = "How does a change of the output change the final result? Where does that number enter?"
Triple = tuple[Array, Array, Array]


def _three(*shape: int, seed: int) -> dict[str, Any]:
    return {name: normal(*shape, seed=seed + k, scale=2.0) for k, name in enumerate("xyz")}


def _three_single() -> dict[str, Any]:
    return {
        "x": np.array([[-3.0, 0.25, 9.0]], np.float32),
        "y": np.array([[2.5, -0.5, 4.0]], np.float32),
        "z": np.array([[0.1, -7.0, 1.5]], np.float32),
    }


def _random_three(rng: np.random.Generator) -> dict[str, Any]:
    return dict(zip("xyz", 3 * rng.standard_normal((3, 2, 5)), strict=True))


sum_times = Exercise(
    "sum_times",
    points=0.5,
    vectorized=lambda n: _three(n, seed=20),
    cases=[
        Case("lesson", x=np.array(-2.0), y=np.array(5.0), z=np.array(-4.0)),
        Case("plain-numbers", x=1.5, y=-0.25, z=2.0),
        Case("row", x=np.array([1.0, 2.0, -3.0]), y=np.array([0.5, -2.0, 7.0]), z=np.array([3.0, 4.0, -1.0])),
        Case("read-only-matrix", readonly=True, **_three(2, 3, seed=21)),
        Case("three-axes", **_three(2, 1, 4, seed=24)),
        Case("sum-that-vanishes", x=grid(3), y=-grid(3), z=spread(-9, 9, 3)),
        Case("single-precision", **_three_single()),
        random_cases(_random_three),
    ],
    misconceptions=[
        Misconception(
            "times-before-plus",
            believes="x + y * z is the same thing.",
            wrong=lambda x, y, z: x + y * z,
            hint="Which of + and * does Python do first when there are no parentheses?",
        ),
        Misconception(
            "only-x-times-z",
            believes="The factor z belongs to x.",
            wrong=lambda x, y, z: x * z + y,
            hint="Follow y through the picture: through how many gates does it go?",
        ),
        Misconception(
            "sum-of-three",
            believes="All three values are added.",
            wrong=lambda x, y, z: x + y + z,
            hint="Which gate is the second one in the picture?",
        ),
    ],
    hints=[
        "Name the intermediate value q = x + y first.",
        "The second gate multiplies q by z, element by element.",
        "Mind the parentheses: `(x + y) * z`.",
    ],
    variants=[Variant("distributed", lambda x, y, z: x * z + y * z)],
)


def _sum_times_backward(grad_output: Array, x: Array, y: Array, z: Array) -> Triple:
    return grad_output * z, grad_output * z, grad_output * (x + y)


sum_times_backward = Exercise(
    "sum_times_backward",
    points=1,
    vectorized=lambda n: {"grad_output": normal(n, seed=30), **_three(n, seed=31)},
    cases=[
        Case("lesson", grad_output=np.array([1.0]), x=np.array([-2.0]), y=np.array([5.0]), z=np.array([-4.0])),
        Case(
            "upstream-not-one",
            grad_output=np.array([-3.0]),
            x=np.array([2.0]),
            y=np.array([1.0]),
            z=np.array([0.5]),
        ),
        Case("row", x=np.array([1.0, 2.0, -3.0]), y=np.array([0.5, -2.0, 7.0]), z=np.array([3.0, 4.0, -1.0])),
        Case("read-only-matrix", readonly=True, **_three(2, 3, seed=34)),
        Case("three-axes", **_three(2, 1, 4, seed=37)),
        Case("sum-that-vanishes", x=grid(3), y=-grid(3), z=spread(-9, 9, 3)),
        Case("single-precision", **_three_single()),
        random_cases(_random_three),
    ],
    misconceptions=[
        Misconception(
            "upstream-ignored",
            believes="The gradients are z, z and x + y.",
            wrong=lambda grad_output, x, y, z: (z, z, x + y),
            hint=UPSTREAM_HINT,
        ),
        Misconception(
            "add-gate-splits",
            believes="The add gate shares the gradient: half to x, half to y.",
            wrong=lambda grad_output, x, y, z: (
                grad_output * z / 2,
                grad_output * z / 2,
                grad_output * (x + y),
            ),
            hint="Raise x by 0.1 and leave y alone: by how much does x + y rise?",
        ),
        Misconception(
            "multiply-gate-skipped",
            believes="x and y only meet the add gate, so they get the upstream gradient itself.",
            wrong=lambda grad_output, x, y, z: (grad_output, grad_output, grad_output * (x + y)),
            hint="What arrives at the add gate from above: the gradient of f, or that of q?",
        ),
        Misconception(
            "own-value",
            believes="The multiply gate gives each input the gradient times its own value.",
            wrong=lambda grad_output, x, y, z: (
                grad_output * (x + y),
                grad_output * (x + y),
                grad_output * z,
            ),
            hint="In 3 · z, how fast does the product grow with z: by 3 or by z?",
        ),
        Misconception(
            "add-gate-multiplies",
            believes="Each input of the add gate also meets the other one as a factor.",
            wrong=lambda grad_output, x, y, z: (
                grad_output * z * y,
                grad_output * z * x,
                grad_output * (x + y),
            ),
            hint="What is the derivative of x + y with respect to x: does it contain y?",
        ),
    ],
    hints=[
        "Go backwards through one gate at a time, and name the gradient of q = x + y.",
        "The multiply gate gives q the gradient times z, and z the gradient times q; the add gate passes q's on.",
        "`grad_q = grad_output * z`; the result is grad_q, grad_q and `grad_output * (x + y)`.",
    ],
    variants=[Variant("in-one-line", _sum_times_backward)],
)


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


CIRCUITS = [sum_times, sum_times_backward, sigmoid_neuron, sigmoid_neuron_backward]
