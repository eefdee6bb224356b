"""Wrong answers to the exercises on activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from solutions import u04_activations as activations
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

Array = np.ndarray[Any, Any]
edit = edits_of(activations)


def _grad_zeroed_in_place(grad_output: Array, x: Array) -> Array:
    grad_output[x <= 0] = 0
    return grad_output


def _softmax_in_place(logits: Array, axis: int = -1) -> Array:
    logits -= logits.max(axis=axis, keepdims=True)
    return activations.softmax(logits, axis)


def _keepdims_forgotten(logits: Array, axis: int = -1) -> Array:
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis))


def _jacobian_of_one_row(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    p = activations.softmax(logits)
    return np.asarray((np.diag(p) - np.outer(p, p)) @ grad_output)


def _xor(w1: Any, b1: Any, w2: Any, b2: Any) -> tuple[Array, ...]:
    return tuple(np.array(each, dtype=float) for each in (w1, b1, w2, b2))


SQUASHING = [
    Mistake("sigmoid", lambda x: np.exp(x) / (1 + np.exp(x)), named="exp-over-one-plus-exp"),
    Mistake("sigmoid", lambda x: 1 / (1 + np.exp(x)), named="sign-of-exponent"),
    Mistake("sigmoid", lambda x: 1 / (1 - np.exp(-x))),
    Mistake("sigmoid", lambda x: np.tanh(x), named="tanh-instead"),
    Mistake("sigmoid", lambda x: np.tanh(x / 2), named="stretched-to-both-signs"),
    Mistake("sigmoid", lambda x: activations.sigmoid(x) * (1 - activations.sigmoid(x)), named="slope-returned"),
    Mistake("sigmoid", lambda x: np.vectorize(lambda z: 1 / (1 + math.exp(-z)))(x)),
    Mistake("sigmoid", lambda x: x / (1 + np.abs(x)), named="softsign-instead"),
    Mistake("sigmoid", lambda x: 1 / (1 + np.exp(-np.abs(x))), named="size-in-the-exponent"),
    Mistake(
        "sigmoid_backward",
        lambda grad_output, x: activations.sigmoid(x) * (1 - activations.sigmoid(x)),
        named="upstream-ignored",
    ),
    Mistake(
        "sigmoid_backward", lambda grad_output, x: grad_output * activations.sigmoid(x), named="other-factor-forgotten"
    ),
    Mistake(
        "sigmoid_backward",
        lambda grad_output, x: grad_output * (1 - activations.sigmoid(x) ** 2),
        named="slope-of-tanh",
    ),
    Mistake(
        "sigmoid_backward",
        lambda grad_output, x: activations.sigmoid_backward(grad_output, activations.sigmoid(x)),
        named="sigmoid-twice",
    ),
    Mistake(
        "sigmoid_backward", lambda grad_output, x: grad_output * activations.sigmoid(x) * (1 + activations.sigmoid(x))
    ),
    Mistake(
        "sigmoid_backward",
        lambda grad_output, x: grad_output * np.exp(-x) / (1 + np.exp(-x)) ** 2,
        named="quotient-overflows",
    ),
    Mistake("sigmoid_backward", lambda grad_output, x: activations.sigmoid_backward(grad_output, grad_output * x)),
    Mistake("tanh", lambda x: activations.sigmoid(2 * x), named="sigmoid-of-the-double"),
    Mistake("tanh", lambda x: 2 * activations.sigmoid(x) - 1, named="stretched-only-upwards"),
    Mistake("tanh", lambda x: (np.exp(x) + np.exp(-x)) / (np.exp(x) - np.exp(-x)), named="upside-down"),
    Mistake("tanh", lambda x: np.tan(x)),
    Mistake("tanh", lambda x: np.tanh(x.astype(np.float64)), named="always-double"),
    Mistake("tanh", lambda x: np.arctan(x)),
    Mistake("tanh", lambda x: np.clip(x, -1, 1), named="clipped-line"),
    Mistake("tanh_backward", lambda grad_output, x: 1 - np.tanh(x) ** 2, named="upstream-ignored"),
    Mistake("tanh_backward", lambda grad_output, x: grad_output * (1 - np.tanh(x)), named="square-forgotten"),
    Mistake("tanh_backward", lambda grad_output, x: grad_output * (1 + np.tanh(x) ** 2), named="square-added"),
    Mistake(
        "tanh_backward", lambda grad_output, x: activations.tanh_backward(grad_output, np.tanh(x)), named="tanh-twice"
    ),
    Mistake("tanh_backward", lambda grad_output, x: grad_output * (1 - np.tanh(x**2))),
    Mistake("softsign", lambda x: x / (1 + x), named="size-forgotten"),
    Mistake("softsign", lambda x: x / 1 + np.abs(x), named="precedence"),
    Mistake("softsign", lambda x: x / np.abs(1 + x)),
    Mistake("softsign_backward", lambda grad_output, x: grad_output / (1 + np.abs(x)), named="square-forgotten"),
    Mistake("softsign_backward", lambda grad_output, x: grad_output / (1 + x) ** 2, named="size-forgotten"),
    Mistake("softsign_backward", lambda grad_output, x: 1 / (1 + np.abs(x)) ** 2, named="upstream-ignored"),
    Mistake("softsign_backward", lambda grad_output, x: grad_output / (1 + x**2), named="slope-of-arctan"),
    Mistake("softsign_backward", lambda grad_output, x: grad_output / (1 + np.abs(x)) * 2),
    Mistake("step", lambda x: (x > 0).astype(x.dtype), named="off-at-zero"),
    Mistake("step", lambda x: x >= 0, named="booleans-returned"),
    Mistake("step", lambda x: np.where(x >= 0, 1, 0), named="whole-numbers"),
    Mistake("step", lambda x: np.where(x >= 0, 1.0, 0.0), named="always-double"),
    Mistake("step", lambda x: np.heaviside(x, 0.5), named="half-at-zero"),
    Mistake("step", lambda x: np.where(x >= 0, 1.0, -1.0).astype(x.dtype), named="sign-instead"),
]

RECTIFIERS = [
    Mistake("relu", lambda x: np.abs(x), named="absolute-value"),
    Mistake("relu", lambda x: max(0, x.max())),
    Mistake("relu", lambda x: np.minimum(x, 0), named="capped-from-above"),
    Mistake("relu", lambda x: (x > 0).astype(float), named="mask-returned"),
    Mistake("relu", lambda x: np.clip(x, 0, 1), named="capped-at-one"),
    Mistake("relu", lambda x: np.array([max(0.0, value) for value in x.ravel()]).reshape(x.shape)),
    Mistake("relu_backward", lambda grad_output, x: grad_output * (x >= 0), named="slope-one-at-zero"),
    Mistake("relu_backward", lambda grad_output, x: grad_output * np.maximum(x, 0), named="multiplied-by-output"),
    Mistake("relu_backward", lambda grad_output, x: grad_output * (grad_output > 0), named="gradient-clipped-instead"),
    Mistake("relu_backward", _grad_zeroed_in_place, named="gradient-changed"),
    Mistake("relu_backward", lambda grad_output, x: np.maximum(grad_output * x, 0), named="product-clipped"),
    Mistake("relu_backward", lambda grad_output, x: grad_output, named="passed-through"),
    Mistake("relu_backward", lambda grad_output, x: np.where(x > 0, x, 0), named="output-returned"),
    Mistake(
        "relu_backward",
        lambda grad_output, x: grad_output * np.where(x > 0, 1.0, np.where(x == 0, 0.5, 0.0)),
        named="slope-half-at-zero",
    ),
    Mistake("leaky_relu", lambda x, slope=0.01: np.maximum(x, 0.01 * x), named="slope-ignored"),
    Mistake("leaky_relu", lambda x, slope=0.01: np.where(x > 0, x, x / slope), named="slope-divides"),
    Mistake("leaky_relu", lambda x, slope=0.01: np.where(x > 0, x, slope), named="slope-as-value"),
    Mistake("leaky_relu", lambda x, slope=0.1: np.where(x > 0, x, slope * x), named="default-of-a-tenth"),
    Mistake("leaky_relu", lambda x, slope=0.01: np.maximum(x, 0) + slope * x, named="leak-everywhere"),
    Mistake("leaky_relu", lambda x, slope=0.01: np.maximum(x, slope), named="floor-at-the-slope"),
    Mistake(
        "leaky_relu_backward",
        lambda grad_output, x, slope=0.01: grad_output * np.where(x > 0, 1, np.where(x < 0, slope, 0)),
        named="slope-zero-at-zero",
    ),
    Mistake(
        "leaky_relu_backward",
        lambda grad_output, x, slope=0.01: np.where(x > 0, grad_output, slope * x),
        named="input-leaks",
    ),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: grad_output * (x > 0), named="plain-relu"),
    Mistake(
        "leaky_relu_backward",
        lambda grad_output, x, slope=0.01: np.where(x > 0, grad_output, slope),
        named="slope-without-upstream",
    ),
    Mistake(
        "leaky_relu_backward",
        lambda grad_output, x, slope=0.01: np.where(grad_output > 0, grad_output, slope * grad_output),
        named="gradient-leaks-instead",
    ),
    Mistake(
        "leaky_relu_backward",
        lambda grad_output, x, slope=0.01: grad_output * np.where(x > 0, 1, -slope),
        named="sign-turned",
    ),
]

EXPONENTIAL = [
    Mistake("elu", lambda x, alpha=1.0: (x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1), named="mask-times-infinity"),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, np.exp(x) - 1), named="alpha-ignored"),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.exp(x)), named="one-not-subtracted"),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, alpha * (1 - np.exp(x))), named="sign-turned"),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, np.exp(x) - alpha), named="alpha-for-one"),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, alpha * (np.exp(-x) - 1))),
    Mistake(
        "elu", lambda x, alpha=1.0: np.where(x > 0, alpha * x, alpha * (np.exp(x) - 1)), named="alpha-on-both-sides"
    ),
    Mistake("elu", lambda x, alpha=1.0: np.maximum(x, alpha * (np.exp(x) - 1)), named="larger-of-the-two"),
    Mistake(
        "elu_backward",
        lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1, alpha * (np.exp(x) - 1)),
        named="one-still-subtracted",
    ),
    Mistake(
        "elu_backward",
        lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1, activations.elu(x, alpha) + 1),
        named="output-plus-one",
    ),
    Mistake(
        "elu_backward",
        lambda grad_output, x, alpha=1.0: np.where(x > 0, grad_output, alpha * np.exp(x)),
        named="upstream-ignored-on-the-left",
    ),
    Mistake(
        "elu_backward",
        lambda grad_output, x, alpha=1.0: grad_output * np.where(x >= 0, 1, alpha * np.exp(x)),
        named="slope-one-at-zero",
    ),
    Mistake(
        "elu_backward",
        lambda grad_output, x, alpha=1.0: grad_output * ((x > 0) + (x <= 0) * alpha * np.exp(x)),
        named="mask-times-infinity",
    ),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, x, alpha * np.exp(x))),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * (x > 0), named="slope-of-relu"),
    edit("selu", "SELU_SCALE", "SELU_X", "SELU_ALPHA", "SELU_SCALE", "SELU_X", "SELU_ALPHA", named="constants-swapped"),
    Mistake("selu", lambda x: 1.0507 * activations.elu(x, 1.67326)),
    Mistake("selu", lambda x: activations.elu(x, 1.6732632423543772), named="scale-forgotten"),
    Mistake("selu", lambda x: 1.0507009873554805 * activations.elu(x), named="alpha-forgotten"),
    Mistake(
        "selu",
        lambda x: np.where(x > 0, 1.0507009873554805 * x, 1.6732632423543772 * np.expm1(x)),
        named="scale-on-one-side",
    ),
    edit("selu_backward", ", SELU_ALPHA", "", named="alpha-forgotten"),
    Mistake(
        "selu_backward",
        lambda grad_output, x: grad_output * np.where(x > 0, 1.0507009873554805, 1.6732632423543772 * np.exp(x)),
        named="scale-on-one-side",
    ),
    Mistake(
        "selu_backward",
        lambda grad_output, x: grad_output * np.where(x > 0, 1, 1.0507009873554805 * 1.6732632423543772 * np.exp(x)),
        named="scale-on-the-left-alone",
    ),
    Mistake("selu_backward", lambda grad_output, x: activations.selu_backward(grad_output, activations.selu(x))),
    Mistake("softplus", lambda x: np.log(1 + np.exp(x)), named="formula-as-it-stands"),
    Mistake("softplus", lambda x: np.log(1 + np.exp(-np.abs(x))), named="maximum-forgotten"),
    Mistake("softplus", lambda x: np.log2(1 + np.exp(-np.abs(x))) + np.maximum(x, 0)),
    Mistake("softplus", lambda x: np.logaddexp(-x, 0), named="sign-of-exponent"),
    Mistake("softplus", lambda x: np.maximum(x, 0) + np.log1p(np.exp(-x)), named="size-forgotten"),
    Mistake("softplus", lambda x: np.maximum(x, 0), named="one-forgotten"),
    Mistake("softplus", lambda x: np.where(x > 5, x, activations.softplus(x)), named="threshold-of-five"),
    Mistake(
        "softplus_backward",
        lambda grad_output, x: grad_output * np.exp(x) / (1 + np.exp(x)),
        named="quotient-as-it-stands",
    ),
    Mistake(
        "softplus_backward",
        lambda grad_output, x: grad_output * (1 - activations.sigmoid(x)),
        named="inner-derivative-forgotten",
    ),
    Mistake(
        "softplus_backward", lambda grad_output, x: grad_output / (1 + np.exp(x)), named="inner-derivative-forgotten"
    ),
    Mistake("softplus_backward", lambda grad_output, x: activations.sigmoid(grad_output * x)),
]

GELU = [
    Mistake(
        "gelu",
        lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
        named="tanh-approximation",
    ),
    Mistake("gelu", lambda x: x * activations.sigmoid(1.702 * x), named="sigmoid-approximation"),
    Mistake("gelu", lambda x: x * activations.sigmoid(x), named="silu-instead"),
    edit("gelu", "x / math.sqrt(2)", "x", named="root-two-forgotten"),
    Mistake("gelu", lambda x: 0.5 * (1 + activations.erf(x / math.sqrt(2))), named="probability-returned"),
    Mistake("gelu", lambda x: x * activations.erf(x / math.sqrt(2)), named="one-forgotten"),
    Mistake("gelu", lambda x: x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi), named="density-instead"),
    edit("gelu", "(1 + erf", "(1 - erf", named="other-tail"),
    edit("gelu", "x / math.sqrt(2)", "x / 2"),
    edit("gelu_backward", "x * density", "density", named="x-before-the-density-forgotten"),
    edit("gelu_backward", "-0.5 * x**2", "-(x**2)", named="half-of-the-square-forgotten"),
    edit("gelu_backward", " / math.sqrt(2 * math.pi)", "", named="density-not-normalised"),
    edit("gelu_backward", "math.sqrt(2 * math.pi)", "(2 * math.pi)", named="root-of-two-pi-forgotten"),
    edit("gelu_backward", "probability + x * density", "x * density", named="density-only"),
    edit("gelu_backward", "(probability + x * density)", "probability + x * density"),
    edit("gelu_backward", "-0.5 * x**2", "0.5 * x**2"),
]

SOFTMAX = [
    edit("softmax", "np.exp(logits - logits.max(axis=axis, keepdims=True))", "np.exp(logits)", named="no-shift"),
    edit("softmax", "axis=axis", "axis=0", named="first-axis"),
    edit("softmax", "axis=axis", "axis=-1", named="axis-ignored"),
    edit("softmax", "powers.sum(axis=axis, keepdims=True)", "powers.sum()"),
    Mistake("softmax", _keepdims_forgotten, named="sum-not-kept"),
    Mistake("softmax", _softmax_in_place, named="argument-changed"),
    edit("softmax", "logits.max(", "logits.min(", named="smallest-subtracted"),
    edit("softmax", "logits.max(", "logits.mean(", named="mean-subtracted"),
    Mistake(
        "softmax",
        lambda logits, axis=-1: logits / logits.sum(axis=axis, keepdims=True),
        named="scores-divided-by-their-sum",
    ),
    Mistake("softmax", lambda logits, axis=-1: activations.sigmoid(logits), named="sigmoid-instead"),
    edit("softmax", "powers.sum(", "powers.max(", named="divided-by-the-maximum"),
    Mistake("softmax", lambda logits, axis=-1: activations.log_softmax(logits, axis)),
    edit(
        "softmax",
        "powers / powers.sum(axis=axis, keepdims=True)",
        "powers / (powers.sum(axis=axis, keepdims=True) + 1e-8)",
        named="epsilon-added",
    ),
    Mistake(
        "softmax_backward",
        lambda grad_output, logits, axis=-1: grad_output * (p := activations.softmax(logits, axis)) * (1 - p),
        named="diagonal-only",
    ),
    edit("softmax_backward", "(grad_output * p).sum", "grad_output.sum", named="weights-missing-in-the-sum"),
    edit("softmax_backward", "p * (grad_output", "(grad_output", named="probability-in-front-forgotten"),
    edit("softmax_backward", "sum(axis=axis, keepdims=True)", "sum()", named="sum-over-everything"),
    edit("softmax_backward", "softmax(logits, axis)", "logits"),
    edit("softmax_backward", ", keepdims=True", ""),
    Mistake("softmax_backward", _jacobian_of_one_row),
    edit("softmax_backward", "grad_output - (", "grad_output + (", named="sum-added"),
    Mistake(
        "softmax_backward",
        lambda grad_output, logits, axis=-1: activations.softmax(logits, axis) - grad_output,
        named="gradient-of-cross-entropy",
    ),
    edit("softmax_backward", "softmax(logits, axis)", "softmax(softmax(logits, axis), axis)"),
    Mistake("log_softmax", lambda logits, axis=-1: np.log(activations.softmax(logits, axis)), named="log-of-softmax"),
    Mistake(
        "log_softmax",
        lambda logits, axis=-1: logits - np.log(np.exp(logits).sum(axis=axis, keepdims=True)),
        named="no-shift",
    ),
    edit("log_softmax", "log_p: Array = shifted", "log_p: Array = logits", named="shift-not-undone"),
    edit("log_softmax", "axis=axis", "axis=-1", named="axis-ignored"),
    edit("log_softmax", "logits.max(axis=axis, keepdims=True)", "logits.max()", named="global-shift"),
    edit("log_softmax", "shifted - np.log", "shifted + np.log"),
    edit(
        "log_softmax",
        "np.log(np.exp(shifted).sum(",
        "np.log(np.exp(shifted)).sum(",
        "keepdims=True))\n    return",
        "keepdims=True)\n    return",
    ),
    Mistake("log_softmax", lambda logits, axis=-1: activations.softmax(logits, axis), named="softmax-instead"),
    Mistake(
        "log_softmax",
        lambda logits, axis=-1: np.log(np.clip(activations.softmax(logits, axis), 1e-07, 1)),
        named="probabilities-clipped",
    ),
    Mistake(
        "log_softmax_backward",
        lambda grad_output, logits, axis=-1: grad_output * (1 - activations.softmax(logits, axis)),
        named="diagonal-only",
    ),
    edit(
        "log_softmax_backward", "grad_output.sum(", "(grad_output * softmax(logits, axis)).sum(", named="weighted-sum"
    ),
    edit(
        "log_softmax_backward",
        "grad_output.sum(axis=axis, keepdims=True)",
        "grad_output.sum()",
        named="sum-over-everything",
    ),
    edit("log_softmax_backward", "softmax(logits, axis)", "np.exp(logits)", named="exponentials-not-normalised"),
    edit("log_softmax_backward", ", keepdims=True", ""),
    Mistake(
        "log_softmax_backward",
        lambda grad_output, logits, axis=-1: grad_output / activations.softmax(logits, axis),
        named="divided-by-the-probability",
    ),
    edit("log_softmax_backward", "grad_output.sum(", "grad_output.mean(", named="mean-for-the-sum"),
    edit("log_softmax_backward", "grad_output - softmax", "grad_output + softmax"),
]

NETWORK = [
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [1]], [-0.5]), named="or"),
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [0, -1], [[1], [-2]], [0]), named="weights-for-relu"),
    Mistake("solve_xor", lambda: _xor(np.zeros((2, 2)), [0, 0], np.zeros((2, 1)), [0])),
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [-0.5, -1.5], [[1, -1]], [-0.5])),
    Mistake("solve_xor", lambda: activations.solve_xor()[:2]),
    Mistake("solve_xor", lambda: _xor([[1, 1], [-1, -1]], [0, 0], [[1], [-1]], [-0.5])),
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [-1]], [0])),
    edit(
        "gradient_through_depth", "steepest[activation] ** depth", "steepest[activation] * depth", named="sum-of-slopes"
    ),
    edit("gradient_through_depth", "steepest[activation] ** depth", "steepest[activation] ** (depth - 1)"),
    edit("gradient_through_depth", "steepest[activation] ** depth", "depth ** steepest[activation]"),
    edit("gradient_through_depth", '"sigmoid": 0.25', '"sigmoid": 1.0', named="value-for-slope"),
    edit("gradient_through_depth", "SELU_SCALE * SELU_ALPHA", "SELU_SCALE", named="selu-scale-alone"),
    edit(
        "gradient_through_depth",
        "float(gelu_backward(np.array(1.0), np.array(math.sqrt(2))))",
        "1.0",
        named="gelu-like-relu",
    ),
    edit(
        "gradient_through_depth",
        "SELU_SCALE * SELU_ALPHA}",
        'SELU_SCALE * SELU_ALPHA, "leaky_relu": 0.01}',
        named="leak-taken-for-the-slope",
    ),
    edit("gradient_through_depth", "if depth < 0", "if False"),
    edit("gradient_through_depth", "if activation not in steepest", "if False"),
    edit(
        "gradient_through_depth",
        "if activation not in steepest",
        "if False",
        "steepest[activation]",
        "steepest.get(activation, 1.0)",
    ),
]

MISTAKES: list[Mistake] = [*SQUASHING, *RECTIFIERS, *EXPONENTIAL, *GELU, *SOFTMAX, *NETWORK]
