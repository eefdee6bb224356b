"""Activations, by Sven: half way."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

#: The two constants of `selu`: with them mean 0 and variance 1 survive from layer to layer.
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def erf(x: Array) -> Array:
    """The error function, elementwise: given, because NumPy has none."""
    kept = np.asarray(x).dtype
    result: Array = np.vectorize(math.erf, otypes=[kept if kept.kind == "f" else np.float64])(x)
    return result


def sigmoid(x: Array) -> Array:
    """Squash every number into (0, 1)."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def sigmoid_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `sigmoid`."""
    s = sigmoid(x)
    grad_x: Array = grad_output * s * (1 - s)
    return grad_x


def tanh(x: Array) -> Array:
    """Squash every number into (-1, 1), with 0 staying 0."""
    return np.tanh(x)


def tanh_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `tanh`."""
    grad_x: Array = grad_output * (1 - np.tanh(x) ** 2)
    return grad_x


def relu(x: Array) -> Array:
    """Let positive numbers through, and nothing else."""
    return np.maximum(x, 0.0)


def relu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `relu`; the slope at 0 is 0, as in PyTorch."""
    return grad_output * (x > 0)


def leaky_relu(x: Array, slope: float = 0.01) -> Array:
    """Let positive numbers through, and a small part of the negative ones."""
    return np.where(x > 0, x, slope * x)


def leaky_relu_backward(grad_output: Array, x: Array, slope: float = 0.01) -> Array:
    """Carry a gradient back through `leaky_relu`; the slope at 0 is `slope`, as in PyTorch."""
    return np.where(x > 0, grad_output, slope * grad_output)


def elu(x: Array, alpha: float = 1.0) -> Array:
    """Let positive numbers through, and level off towards -α on the left."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0)))


def elu_backward(grad_output: Array, x: Array, alpha: float = 1.0) -> Array:
    """Carry a gradient back through `elu`; the slope at 0 is α, as in PyTorch."""
    return grad_output * np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0.0)))


def selu(x: Array) -> Array:
    """Scale `elu` so that mean 0 and variance 1 survive from layer to layer."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


def selu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `selu`; the slope at 0 is scale · α, as in PyTorch."""
    return SELU_SCALE * elu_backward(grad_output, x, SELU_ALPHA)


def gelu(x: Array) -> Array:
    """Weigh every number by the probability that a standard normal one is smaller: the exact form."""
    raise NotImplementedError("activations.gelu")


def gelu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through the exact `gelu`."""
    raise NotImplementedError("activations.gelu_backward")


def softplus(x: Array) -> Array:
    """A relu without the kink."""
    raise NotImplementedError("activations.softplus")


def softplus_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `softplus`."""
    raise NotImplementedError("activations.softplus_backward")


def softsign(x: Array) -> Array:
    """Squash every number into (-1, 1) without an exponential."""
    raise NotImplementedError("activations.softsign")


def softsign_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `softsign`: smooth at 0 too, where the slope is 1."""
    raise NotImplementedError("activations.softsign_backward")


def softmax(logits: Array, axis: int = -1) -> Array:
    """Turn scores into probabilities along one axis."""
    raise NotImplementedError("activations.softmax")


def softmax_backward(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    """Carry a gradient back through `softmax`."""
    raise NotImplementedError("activations.softmax_backward")


def log_softmax(logits: Array, axis: int = -1) -> Array:
    """Turn scores into logarithms of probabilities along one axis."""
    raise NotImplementedError("activations.log_softmax")


def log_softmax_backward(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    """Carry a gradient back through `log_softmax`."""
    raise NotImplementedError("activations.log_softmax_backward")


def step(x: Array) -> Array:
    """Fire or do not: the activation of the first artificial neurons."""
    raise NotImplementedError("activations.step")


def solve_xor() -> tuple[Array, Array, Array, Array]:
    """Find weights with which a network of two layers computes XOR."""
    raise NotImplementedError("activations.solve_xor")


def gradient_through_depth(depth: int, activation: str) -> float:
    """Say how much of a gradient can be left behind `depth` activations, each at its steepest point."""
    raise NotImplementedError("activations.gradient_through_depth")
