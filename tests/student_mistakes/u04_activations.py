"""Wrong answers to the exercises on activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from solutions.u04_activations import (
    elu,
    elu_backward,
    erf,
    gelu,
    gelu_backward,
    gradient_through_depth,
    log_softmax,
    log_softmax_backward,
    selu,
    selu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    softplus,
    solve_xor,
    tanh_backward,
)
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edited

Array = np.ndarray[Any, Any]

SQUASHING = [
    Mistake("sigmoid", lambda x: np.exp(x) / (1 + np.exp(x))),
    Mistake("sigmoid", lambda x: 1 / (1 + np.exp(x))),
    Mistake("sigmoid", lambda x: 1 / (1 - np.exp(-x))),
    Mistake("sigmoid", lambda x: 1 / 1 + np.exp(-x)),
    Mistake("sigmoid", lambda x: np.tanh(x)),
    Mistake("sigmoid", lambda x: np.tanh(x / 2)),
    Mistake("sigmoid", lambda x: sigmoid(np.clip(x, -20, 20))),
    Mistake("sigmoid", lambda x: sigmoid(x) * (1 - sigmoid(x))),
    Mistake("sigmoid", lambda x: np.vectorize(lambda z: 1 / (1 + math.exp(-z)))(x)),
    Mistake("sigmoid", lambda x: sigmoid(x.astype(np.float64))),
    Mistake("sigmoid", lambda x: x / (1 + np.abs(x))),
    Mistake("sigmoid", lambda x: 1 / (1 + np.exp(-np.abs(x)))),
    Mistake("sigmoid_backward", lambda grad_output, x: grad_output * x * (1 - x)),
    Mistake("sigmoid_backward", lambda grad_output, x: sigmoid(x) * (1 - sigmoid(x))),
    Mistake("sigmoid_backward", lambda grad_output, x: grad_output * sigmoid(x)),
    Mistake("sigmoid_backward", lambda grad_output, x: grad_output * (1 - sigmoid(x))),
    Mistake("sigmoid_backward", lambda grad_output, x: grad_output * (1 - sigmoid(x) ** 2)),
    Mistake("sigmoid_backward", lambda grad_output, x: sigmoid_backward(grad_output, sigmoid(x))),
    Mistake("sigmoid_backward", lambda grad_output, x: grad_output * sigmoid(x) * (1 + sigmoid(x))),
    Mistake("sigmoid_backward", lambda grad_output, x: sigmoid(grad_output) * (1 - sigmoid(grad_output))),
    Mistake("sigmoid_backward", lambda grad_output, x: grad_output * np.exp(-x) / (1 + np.exp(-x)) ** 2),
    Mistake("sigmoid_backward", lambda grad_output, x: sigmoid_backward(grad_output, grad_output * x)),
    Mistake("tanh", lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))),
    Mistake("tanh", lambda x: sigmoid(2 * x)),
    Mistake("tanh", lambda x: 2 * sigmoid(x) - 1),
    Mistake("tanh", lambda x: (np.exp(x) + np.exp(-x)) / (np.exp(x) - np.exp(-x))),
    Mistake("tanh", lambda x: np.tan(x)),
    Mistake("tanh", lambda x: np.tanh(x.astype(np.float64))),
    Mistake("tanh", lambda x: np.tanh(-x)),
    Mistake("tanh", lambda x: np.arctan(x)),
    Mistake("tanh", lambda x: np.clip(x, -1, 1)),
    Mistake("tanh_backward", lambda grad_output, x: grad_output * (1 - x**2)),
    Mistake("tanh_backward", lambda grad_output, x: 1 - np.tanh(x) ** 2),
    Mistake("tanh_backward", lambda grad_output, x: grad_output * (1 - np.tanh(x))),
    Mistake("tanh_backward", lambda grad_output, x: grad_output * np.tanh(x) * (1 - np.tanh(x))),
    Mistake("tanh_backward", lambda grad_output, x: grad_output * (1 + np.tanh(x) ** 2)),
    Mistake("tanh_backward", lambda grad_output, x: tanh_backward(grad_output, np.tanh(x))),
    Mistake("tanh_backward", lambda grad_output, x: grad_output * (1 - np.tanh(x**2))),
    Mistake("tanh_backward", lambda grad_output, x: grad_output - np.tanh(x) ** 2),
    Mistake("softsign", lambda x: x / (1 + x)),
    Mistake("softsign", lambda x: x / 1 + np.abs(x)),
    Mistake("softsign", lambda x: x / (1 + x**2)),
    Mistake("softsign", lambda x: np.abs(x) / (1 + np.abs(x))),
    Mistake("softsign", lambda x: x / np.abs(1 + x)),
    Mistake("softsign", lambda x: np.sign(x)),
    Mistake("softsign_backward", lambda grad_output, x: grad_output / (1 + np.abs(x))),
    Mistake("softsign_backward", lambda grad_output, x: grad_output / (1 + x) ** 2),
    Mistake("softsign_backward", lambda grad_output, x: np.sign(x) * grad_output / (1 + np.abs(x)) ** 2),
    Mistake("softsign_backward", lambda grad_output, x: 1 / (1 + np.abs(x)) ** 2),
    Mistake("softsign_backward", lambda grad_output, x: grad_output / (1 + x**2)),
    Mistake("softsign_backward", lambda grad_output, x: grad_output / (1 + np.abs(x)) * 2),
    Mistake("step", lambda x: (x > 0).astype(x.dtype)),
    Mistake("step", lambda x: x >= 0),
    Mistake("step", lambda x: np.sign(x)),
    Mistake("step", lambda x: np.where(x >= 0, 1, 0)),
    Mistake("step", lambda x: np.where(x >= 0, 1.0, 0.0)),
    Mistake("step", lambda x: np.heaviside(x, 0.5)),
    Mistake("step", lambda x: np.where(x >= 0, x, 0)),
    Mistake("step", lambda x: np.where(x >= 0, 1.0, -1.0).astype(x.dtype)),
]


def _zeroed_in_place(x: Array) -> Array:
    x[x < 0] = 0
    return x


def _grad_zeroed_in_place(grad_output: Array, x: Array) -> Array:
    grad_output[x <= 0] = 0
    return grad_output


RECTIFIERS = [
    Mistake("relu", lambda x: np.abs(x)),
    Mistake("relu", lambda x: np.max(x, 0)),
    Mistake("relu", lambda x: max(0, x.max())),
    Mistake("relu", lambda x: np.minimum(x, 0)),
    Mistake("relu", _zeroed_in_place),
    Mistake("relu", lambda x: np.maximum(x, 0)),
    Mistake("relu", lambda x: (x > 0).astype(float)),
    Mistake("relu", lambda x: np.where(x > 0, x, 0.01 * x)),
    Mistake("relu", lambda x: np.clip(x, 0, 1)),
    Mistake("relu", lambda x: np.array([max(0.0, value) for value in x.ravel()]).reshape(x.shape)),
    Mistake("relu", lambda x: x[x > 0]),
    Mistake("relu_backward", lambda grad_output, x: grad_output * (x >= 0)),
    Mistake("relu_backward", lambda grad_output, x: (x > 0).astype(x.dtype)),
    Mistake("relu_backward", lambda grad_output, x: grad_output * np.maximum(x, 0)),
    Mistake("relu_backward", lambda grad_output, x: np.maximum(grad_output, 0)),
    Mistake("relu_backward", lambda grad_output, x: grad_output * (grad_output > 0)),
    Mistake("relu_backward", _grad_zeroed_in_place),
    Mistake("relu_backward", lambda grad_output, x: np.maximum(grad_output * x, 0)),
    Mistake("relu_backward", lambda grad_output, x: grad_output),
    Mistake("relu_backward", lambda grad_output, x: np.where(x > 0, x, 0)),
    Mistake("relu_backward", lambda grad_output, x: grad_output * np.where(x > 0, 1.0, np.where(x == 0, 0.5, 0.0))),
    Mistake("leaky_relu", lambda x, slope=0.01: np.maximum(x, slope * x)),
    Mistake("leaky_relu", lambda x, slope=0.01: np.maximum(x, 0.01 * x)),
    Mistake("leaky_relu", lambda x, slope=0.01: np.where(x > 0, x, x / slope)),
    Mistake("leaky_relu", lambda x, slope=0.01: np.where(x > 0, x, -slope * x)),
    Mistake("leaky_relu", lambda x, slope=0.01: np.where(x > 0, x, slope)),
    Mistake("leaky_relu", lambda x, slope=0.1: np.where(x > 0, x, slope * x)),
    Mistake("leaky_relu", lambda x, slope=0.01: np.where(x > 0, slope * x, x)),
    Mistake("leaky_relu", lambda x, slope=0.01: np.maximum(x, 0) + slope * x),
    Mistake("leaky_relu", lambda x, slope=0.01: np.maximum(x, slope)),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: grad_output * np.where(x >= 0, 1, slope)),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: grad_output * np.where(x > 0, 1, np.where(x < 0, slope, 0))),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: np.where(x > 0, 1, slope)),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: np.where(x > 0, grad_output, slope * x)),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: grad_output * np.where(x > 0, x, slope * x)),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: grad_output * (x > 0)),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: np.where(x > 0, grad_output, slope)),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: np.where(grad_output > 0, grad_output, slope * grad_output)),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: grad_output * np.where(x > 0, 1, 0.01)),
    Mistake("leaky_relu_backward", lambda grad_output, x, slope=0.01: grad_output * np.where(x > 0, 1, -slope)),
]

EXPONENTIAL = [
    Mistake("elu", lambda x, alpha=1.0: (x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1)),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.exp(x) - 1)),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, np.exp(x) - 1)),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.exp(x))),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, alpha * (1 - np.exp(x)))),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, np.exp(x) - alpha)),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, alpha * (np.exp(-x) - 1))),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, x, np.exp(alpha * x) - 1)),
    Mistake("elu", lambda x, alpha=1.0: np.where(x > 0, alpha * x, alpha * (np.exp(x) - 1))),
    Mistake("elu", lambda x, alpha=1.0: np.maximum(x, alpha * (np.exp(x) - 1))),
    Mistake("elu", edited(elu, ("alpha: float = 1.0", "alpha: float = 0.01"))),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1, alpha * (np.exp(x) - 1))),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1, elu(x, alpha) + 1)),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1, np.exp(x))),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: np.where(x > 0, 1, alpha * np.exp(x))),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: np.where(x > 0, grad_output, alpha * np.exp(x))),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * np.where(x >= 0, 1, alpha * np.exp(x))),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * ((x > 0) + (x <= 0) * alpha * np.exp(x))),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1, alpha)),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, x, alpha * np.exp(x))),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * (x > 0)),
    Mistake("elu_backward", lambda grad_output, x, alpha=1.0: grad_output * np.where(x > 0, 1, alpha * x * np.exp(x - 1))),
    Mistake("selu", edited(selu, ("SELU_SCALE", "SELU_X"), ("SELU_ALPHA", "SELU_SCALE"), ("SELU_X", "SELU_ALPHA"))),
    Mistake("selu", lambda x: 1.0507 * elu(x, 1.67326)),
    Mistake("selu", lambda x: 1.05 * elu(x, 1.67)),
    Mistake("selu", lambda x: elu(x, 1.6732632423543772)),
    Mistake("selu", lambda x: 1.0507009873554805 * elu(x)),
    Mistake("selu", lambda x: np.where(x > 0, x, 1.0507009873554805 * 1.6732632423543772 * np.expm1(x))),
    Mistake("selu", lambda x: np.where(x > 0, 1.0507009873554805 * x, 1.6732632423543772 * np.expm1(x))),
    Mistake("selu", lambda x: 1.0507009873554805 * ((x > 0) * x + (x <= 0) * 1.6732632423543772 * (np.exp(x) - 1))),
    Mistake("selu", lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.exp(x) - 1)),
    Mistake("selu_backward", edited(selu_backward, ("SELU_SCALE * ", ""))),
    Mistake("selu_backward", edited(selu_backward, (", SELU_ALPHA", ""))),
    Mistake("selu_backward", lambda grad_output, x: grad_output * np.where(x > 0, 1.0507009873554805, selu(x))),
    Mistake("selu_backward", lambda grad_output, x: grad_output * np.where(x > 0, 1.0507009873554805, 1.6732632423543772 * np.exp(x))),
    Mistake("selu_backward", lambda grad_output, x: grad_output * np.where(x > 0, 1, 1.0507009873554805 * 1.6732632423543772 * np.exp(x))),
    Mistake("selu_backward", lambda grad_output, x: np.where(x > 0, 1.0507009873554805, 1.0507009873554805 * 1.6732632423543772 * np.exp(x))),
    Mistake("selu_backward", lambda grad_output, x: selu_backward(grad_output, selu(x))),
    Mistake("selu_backward", lambda grad_output, x: grad_output * np.where(x >= 0, 1.0507009873554805, 1.0507009873554805 * 1.6732632423543772 * np.exp(x))),
    Mistake("softplus", lambda x: np.log(1 + np.exp(x))),
    Mistake("softplus", lambda x: np.log1p(np.exp(x))),
    Mistake("softplus", lambda x: np.log(1 + np.exp(-np.abs(x)))),
    Mistake("softplus", lambda x: np.log2(1 + np.exp(-np.abs(x))) + np.maximum(x, 0)),
    Mistake("softplus", lambda x: np.logaddexp(-x, 0)),
    Mistake("softplus", lambda x: x + np.log1p(np.exp(-x))),
    Mistake("softplus", lambda x: np.maximum(x, 0) + np.log1p(np.exp(-x))),
    Mistake("softplus", lambda x: np.maximum(x, 0)),
    Mistake("softplus", lambda x: np.log(np.exp(x))),
    Mistake("softplus", lambda x: np.where(x > 5, x, softplus(x))),
    Mistake("softplus_backward", lambda grad_output, x: grad_output * np.exp(x) / (1 + np.exp(x))),
    Mistake("softplus_backward", lambda grad_output, x: grad_output * (1 - sigmoid(x))),
    Mistake("softplus_backward", lambda grad_output, x: grad_output * sigmoid(x) * (1 - sigmoid(x))),
    Mistake("softplus_backward", lambda grad_output, x: sigmoid(x)),
    Mistake("softplus_backward", lambda grad_output, x: grad_output / (1 + np.exp(x))),
    Mistake("softplus_backward", lambda grad_output, x: grad_output * (x > 0)),
    Mistake("softplus_backward", lambda grad_output, x: sigmoid(grad_output * x)),
]

GELU = [
    Mistake("gelu", lambda x: 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))),
    Mistake("gelu", lambda x: x * sigmoid(1.702 * x)),
    Mistake("gelu", lambda x: x * sigmoid(x)),
    Mistake("gelu", edited(gelu, ("x / math.sqrt(2)", "x"))),
    Mistake("gelu", edited(gelu, ("0.5 * x", "x"))),
    Mistake("gelu", lambda x: 0.5 * (1 + erf(x / math.sqrt(2)))),
    Mistake("gelu", lambda x: x * erf(x / math.sqrt(2))),
    Mistake("gelu", lambda x: x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)),
    Mistake("gelu", edited(gelu, ("x / math.sqrt(2)", "x * math.sqrt(2)"))),
    Mistake("gelu", edited(gelu, ("(1 + erf", "(1 - erf"))),
    Mistake("gelu", edited(gelu, ("x / math.sqrt(2)", "x / 2"))),
    Mistake("gelu_backward", lambda grad_output, x: grad_output * 0.5 * (1 + erf(x / math.sqrt(2)))),
    Mistake("gelu_backward", edited(gelu_backward, ("x * density", "density"))),
    Mistake("gelu_backward", edited(gelu_backward, ("grad_output * (probability + x * density)", "probability + x * density"))),
    Mistake("gelu_backward", edited(gelu_backward, ("-0.5 * x**2", "-(x**2)"))),
    Mistake("gelu_backward", edited(gelu_backward, (" / math.sqrt(2 * math.pi)", ""))),
    Mistake("gelu_backward", edited(gelu_backward, ("math.sqrt(2 * math.pi)", "math.sqrt(math.pi)"))),
    Mistake("gelu_backward", edited(gelu_backward, ("math.sqrt(2 * math.pi)", "(2 * math.pi)"))),
    Mistake("gelu_backward", edited(gelu_backward, ("probability + x", "probability - x"))),
    Mistake("gelu_backward", edited(gelu_backward, ("probability + x * density", "x * density"))),
    Mistake("gelu_backward", edited(gelu_backward, ("(probability + x * density)", "probability + x * density"))),
    Mistake("gelu_backward", edited(gelu_backward, ("-0.5 * x**2", "0.5 * x**2"))),
    Mistake("gelu_backward", edited(gelu_backward, ("x / math.sqrt(2)", "x"))),
]


def _softmax_in_place(logits: Array, axis: int = -1) -> Array:
    logits -= logits.max(axis=axis, keepdims=True)
    return softmax(logits, axis)


def _keepdims_forgotten(logits: Array, axis: int = -1) -> Array:
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis))


def _jacobian_of_one_row(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    p = softmax(logits)
    return np.asarray((np.diag(p) - np.outer(p, p)) @ grad_output)


SOFTMAX = [
    Mistake("softmax", edited(softmax, ("np.exp(logits - logits.max(axis=axis, keepdims=True))", "np.exp(logits)"))),
    Mistake("softmax", edited(softmax, ("logits.max(axis=axis, keepdims=True)", "logits.max()"))),
    Mistake("softmax", edited(softmax, ("axis=axis", "axis=0"))),
    Mistake("softmax", edited(softmax, ("axis=axis", "axis=-1"))),
    Mistake("softmax", edited(softmax, ("powers.sum(axis=axis, keepdims=True)", "powers.sum()"))),
    Mistake("softmax", _keepdims_forgotten),
    Mistake("softmax", _softmax_in_place),
    Mistake("softmax", edited(softmax, ("logits.max(", "logits.min("))),
    Mistake("softmax", edited(softmax, ("logits.max(", "logits.mean("))),
    Mistake("softmax", lambda logits, axis=-1: logits / logits.sum(axis=axis, keepdims=True)),
    Mistake("softmax", lambda logits, axis=-1: sigmoid(logits)),
    Mistake("softmax", lambda logits, axis=-1: np.exp(log_softmax(logits, axis)).astype(np.float64)),
    Mistake("softmax", edited(softmax, ("powers.sum(", "powers.max("))),
    Mistake("softmax", lambda logits, axis=-1: log_softmax(logits, axis)),
    Mistake("softmax", edited(softmax, ("np.exp(", "np.exp2("))),
    Mistake("softmax", edited(softmax, ("powers / powers.sum(axis=axis, keepdims=True)", "powers / (powers.sum(axis=axis, keepdims=True) + 1e-8)"))),
    Mistake("softmax", lambda logits, axis=-1: softmax(logits / np.abs(logits).max(), axis)),
    Mistake("softmax", lambda logits, axis=-1: softmax(-logits, axis)),
    Mistake("softmax", lambda logits, axis=1: softmax(logits, axis)),
    Mistake("softmax_backward", lambda grad_output, logits, axis=-1: grad_output * (p := softmax(logits, axis)) * (1 - p)),
    Mistake("softmax_backward", lambda grad_output, logits, axis=-1: grad_output * softmax(logits, axis)),
    Mistake("softmax_backward", edited(softmax_backward, ("(grad_output * p).sum", "grad_output.sum"))),
    Mistake("softmax_backward", edited(softmax_backward, ("p * (grad_output", "(grad_output"))),
    Mistake("softmax_backward", edited(softmax_backward, ("axis=axis", "axis=-1"), ("softmax(logits, axis)", "softmax(logits)"))),
    Mistake("softmax_backward", edited(softmax_backward, ("sum(axis=axis, keepdims=True)", "sum()"))),
    Mistake("softmax_backward", edited(softmax_backward, ("softmax(logits, axis)", "logits"))),
    Mistake("softmax_backward", lambda grad_output, logits, axis=-1: (p := softmax(logits, axis)) * (1 - p)),
    Mistake("softmax_backward", edited(softmax_backward, (", keepdims=True", ""))),
    Mistake("softmax_backward", edited(softmax_backward, ("(grad_output * p).sum", "(grad_output * p).mean"))),
    Mistake("softmax_backward", _jacobian_of_one_row),
    Mistake("softmax_backward", edited(softmax_backward, ("grad_output - (", "grad_output + ("))),
    Mistake("softmax_backward", lambda grad_output, logits, axis=-1: softmax(logits, axis) - grad_output),
    Mistake("softmax_backward", edited(softmax_backward, ("softmax(logits, axis)", "softmax(softmax(logits, axis), axis)"))),
    Mistake("log_softmax", lambda logits, axis=-1: np.log(softmax(logits, axis))),
    Mistake("log_softmax", lambda logits, axis=-1: np.log(softmax(logits, axis) + 1e-9)),
    Mistake("log_softmax", lambda logits, axis=-1: logits - np.log(np.exp(logits).sum(axis=axis, keepdims=True))),
    Mistake("log_softmax", edited(log_softmax, ("log_p: Array = shifted", "log_p: Array = logits"))),
    Mistake("log_softmax", edited(log_softmax, ("shifted - np.log", "shifted - logits.max(axis=axis, keepdims=True) - np.log"))),
    Mistake("log_softmax", edited(log_softmax, ("axis=axis", "axis=-1"))),
    Mistake("log_softmax", edited(log_softmax, ("np.log(", "np.log10("))),
    Mistake("log_softmax", edited(log_softmax, ("np.log(", "np.log1p("))),
    Mistake("log_softmax", edited(log_softmax, ("logits.max(axis=axis, keepdims=True)", "logits.max()"))),
    Mistake("log_softmax", edited(log_softmax, ("shifted - np.log", "shifted + np.log"))),
    Mistake("log_softmax", lambda logits, axis=-1: -log_softmax(logits, axis)),
    Mistake("log_softmax", edited(log_softmax, ("np.log(np.exp(shifted).sum(", "np.log(np.exp(shifted)).sum("), ("keepdims=True))\n    return", "keepdims=True)\n    return"))),
    Mistake("log_softmax", lambda logits, axis=-1: softmax(logits, axis)),
    Mistake("log_softmax", lambda logits, axis=-1: np.log(np.clip(softmax(logits, axis), 1e-7, 1))),
    Mistake("log_softmax_backward", lambda grad_output, logits, axis=-1: grad_output - softmax(logits, axis)),
    Mistake("log_softmax_backward", lambda grad_output, logits, axis=-1: grad_output * (1 - softmax(logits, axis))),
    Mistake("log_softmax_backward", edited(log_softmax_backward, ("grad_output.sum(", "(grad_output * softmax(logits, axis)).sum("))),
    Mistake("log_softmax_backward", lambda grad_output, logits, axis=-1: softmax_backward(grad_output, logits, axis)),
    Mistake("log_softmax_backward", edited(log_softmax_backward, ("axis=axis", "axis=-1"), ("softmax(logits, axis)", "softmax(logits)"))),
    Mistake("log_softmax_backward", edited(log_softmax_backward, ("grad_output.sum(axis=axis, keepdims=True)", "grad_output.sum()"))),
    Mistake("log_softmax_backward", edited(log_softmax_backward, ("softmax(logits, axis)", "np.exp(logits)"))),
    Mistake("log_softmax_backward", edited(log_softmax_backward, ("softmax(logits, axis)", "log_softmax(logits, axis)"))),
    Mistake("log_softmax_backward", edited(log_softmax_backward, (", keepdims=True", ""))),
    Mistake("log_softmax_backward", lambda grad_output, logits, axis=-1: 1 - softmax(logits, axis)),
    Mistake("log_softmax_backward", lambda grad_output, logits, axis=-1: grad_output / softmax(logits, axis)),
    Mistake("log_softmax_backward", edited(log_softmax_backward, ("grad_output.sum(", "grad_output.mean("))),
    Mistake("log_softmax_backward", edited(log_softmax_backward, ("grad_output - softmax", "grad_output + softmax"))),
]


def _xor(w1: Any, b1: Any, w2: Any, b2: Any) -> tuple[Array, ...]:
    return tuple(np.array(each, dtype=float) for each in (w1, b1, w2, b2))


def _depth(*changes: tuple[str, str]) -> Mistake:
    return Mistake("gradient_through_depth", edited(gradient_through_depth, *changes))


NETWORK = [
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [1]], [-0.5])),
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [-0.5, -0.5], [[1], [-1]], [-0.5])),
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [0, -1], [[1], [-2]], [0])),
    Mistake("solve_xor", lambda: _xor(np.zeros((2, 2)), [0, 0], np.zeros((2, 1)), [0])),
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [-0.5, -1.5], [1, -1], -0.5)),
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [-0.5, -1.5], [[1, -1]], [-0.5])),
    Mistake("solve_xor", lambda: solve_xor()[:2]),
    Mistake("solve_xor", lambda: _xor([[1, 1], [-1, -1]], [0, 0], [[1], [-1]], [-0.5])),
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [-0.5, -1.5], [[-1], [1]], [-0.5])),
    Mistake("solve_xor", lambda: _xor([[1, 1], [1, 1]], [-0.5, -1.5], [[1], [-1]], [0])),
    _depth(("steepest[activation] ** depth", "steepest[activation] * depth")),
    _depth(("steepest[activation] ** depth", "steepest[activation] ** (depth + 1)")),
    _depth(("steepest[activation] ** depth", "steepest[activation] ** (depth - 1)")),
    _depth(("steepest[activation] ** depth", "depth ** steepest[activation]")),
    _depth(('"sigmoid": 0.25', '"sigmoid": 0.5')),
    _depth(('"sigmoid": 0.25', '"sigmoid": 1.0')),
    _depth(("SELU_SCALE * SELU_ALPHA", "SELU_SCALE")),
    _depth(("np.array(math.sqrt(2))", "np.array(0.0)")),
    _depth(("float(gelu_backward(np.array(1.0), np.array(math.sqrt(2))))", "1.0")),
    _depth(("SELU_SCALE * SELU_ALPHA}", 'SELU_SCALE * SELU_ALPHA, "leaky_relu": 0.01}')),
    _depth(('"selu": SELU_SCALE * SELU_ALPHA', '"selu": 1.0')),
    _depth(("if depth < 0", "if False")),
    _depth(("if activation not in steepest", "if False")),
    _depth(("if activation not in steepest", "if False"), ("steepest[activation]", "steepest.get(activation, 1.0)")),
]

MISTAKES = [*SQUASHING, *RECTIFIERS, *EXPONENTIAL, *GELU, *SOFTMAX, *NETWORK]
