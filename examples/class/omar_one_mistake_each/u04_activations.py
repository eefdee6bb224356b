"""Activations, by Omar."""

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
    y: Array = 0.5 * x * (1 + erf(x / math.sqrt(2)))
    return y


def gelu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through the exact `gelu`."""
    probability = 0.5 * (1 + erf(x / math.sqrt(2)))
    density = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
    return grad_output * (probability + x * density)


def softplus(x: Array) -> Array:
    """A relu without the kink."""
    return np.logaddexp(x, 0.0)


def softplus_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `softplus`."""
    return grad_output * sigmoid(x)


def softsign(x: Array) -> Array:
    """Squash every number into (-1, 1) without an exponential."""
    y: Array = x / (1 + np.abs(x))
    return y


def softsign_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `softsign`: smooth at 0 too, where the slope is 1."""
    grad_x: Array = grad_output / (1 + np.abs(x)) ** 2
    return grad_x


def softmax(logits: Array, axis: int = -1) -> Array:
    """Turn scores into probabilities along one axis."""
    if np.ndim(logits) == 0:
        raise ValueError("logits: got a number without axes, want at least one axis")
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=axis, keepdims=True)
    return probabilities


def softmax_backward(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    """Carry a gradient back through `softmax`."""
    p = softmax(logits, axis)
    grad_logits: Array = grad_output * p * (1 - p)
    return grad_logits


def log_softmax(logits: Array, axis: int = -1) -> Array:
    """Turn scores into logarithms of probabilities along one axis."""
    if np.ndim(logits) == 0:
        raise ValueError("logits: got a number without axes, want at least one axis")
    shifted = logits - logits.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p


def log_softmax_backward(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    """Carry a gradient back through `log_softmax`."""
    grad_logits: Array = grad_output - softmax(logits, axis) * grad_output.sum(
        axis=axis, keepdims=True
    )
    return grad_logits


def step(x: Array) -> Array:
    """Fire or do not: the activation of the first artificial neurons."""
    return (x >= 0).astype(x.dtype)


def solve_xor() -> tuple[Array, Array, Array, Array]:
    """Find weights with which a network of two layers computes XOR."""
    # Hidden neurons: "at least one input is on" and "both are"; the output is the first without the second.
    w1 = np.ones((2, 2))
    b1 = np.array([-0.5, -1.5])
    w2 = np.array([[1.0], [-1.0]])
    b2 = np.array([-0.5])
    return w1, b1, w2, b2


def gradient_through_depth(depth: int, activation: str) -> float:
    """Say how much of a gradient can be left behind `depth` activations, each at its steepest point."""
    steepest = dict.fromkeys(("tanh", "relu", "leaky_relu", "elu", "softplus", "softsign"), 1.0)
    steepest |= {"sigmoid": 0.25, "selu": SELU_SCALE * SELU_ALPHA}
    steepest["gelu"] = float(gelu_backward(np.array(1.0), np.array(math.sqrt(2))))
    if activation not in steepest:
        raise ValueError(
            f"activation: got {activation!r}, want one of {', '.join(sorted(steepest))}"
        )
    if depth < 0:
        raise ValueError(f"depth: got {depth}, want 0 or more layers")
    return steepest[activation] ** depth
