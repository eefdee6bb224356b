"""Gates, by Omar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Number = float | np.floating[Any]


class AddGate:
    """The gate z = x + y, element by element."""

    def forward(self, x: Array, y: Array) -> Array:
        """Add."""
        return x + y

    def backward(self, grad_output: Array) -> tuple[Array, Array]:
        """Carry the gradient of the sum back to both terms."""
        return grad_output, grad_output


class MultiplyGate:
    """The gate z = x · y, element by element."""

    def forward(self, x: Array, y: Array) -> Array:
        """Multiply, and keep what backward needs."""
        self._inputs = x, y
        return x * y

    def backward(self, grad_output: Array) -> tuple[Array, Array]:
        """Carry the gradient of the product back to both factors."""
        x, y = self._inputs
        return grad_output * x, grad_output * y


class MaxGate:
    """The gate z = max(x, y), element by element."""

    def forward(self, x: Array, y: Array) -> Array:
        """Take the larger of the two at every place, and keep what backward needs."""
        self._share = np.where(x == y, 0.5, x > y)
        return np.maximum(x, y)

    def backward(self, grad_output: Array) -> tuple[Array, Array]:
        """Carry the gradient back to the input that won; at a tie each gets half."""
        share = self._share.astype(grad_output.dtype)
        return grad_output * share, grad_output * (1 - share)


def copy_gate_backward(grads: Sequence[Array]) -> Array:
    """Carry gradients back to one value that was used in several places."""
    total = np.zeros_like(grads[0])
    for grad in grads:
        total += grad
    return total


def sum_times(x: Array, y: Array, z: Array) -> Array:
    """The circuit f = (x + y) z, element by element."""
    return (x + y) * z


def sum_times_backward(
    grad_output: Array, x: Array, y: Array, z: Array
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `sum_times`: first through the multiply gate, then through the add gate."""
    grad_q = grad_output * z
    return grad_q, grad_q, grad_output * (x + y)


def sigmoid_neuron(w: Array, x: Array) -> Number:
    """A neuron with two inputs: a weighted sum, then the sigmoid."""
    s = w[0] * x[0] + w[1] * x[1] + w[2]
    small = np.exp(-abs(s))  # e^s or e^-s, whichever cannot overflow
    output: Number = (1 if s >= 0 else small) / (1 + small)
    return output


def sigmoid_neuron_backward(grad_output: Number, w: Array, x: Array) -> tuple[Array, Array]:
    """Carry a gradient back through `sigmoid_neuron`."""
    f = sigmoid_neuron(w, x)
    grad_s = grad_output * f * (1 - f)
    return grad_s * np.append(x, x.dtype.type(1)), grad_s * w[:2]


def numerical_gradient(f: Callable[[Array], Number], x: Array, eps: float) -> Array:
    """Measure a gradient by central differences, one element of x at a time."""
    x = np.asarray(x)
    moved = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)
    gradient = np.empty_like(moved)
    for index in np.ndindex(moved.shape):
        here = moved[index]
        moved[index] = here + eps
        above = float(f(moved))
        moved[index] = here - eps
        below = float(f(moved))
        moved[index] = here
        gradient[index] = (above - below) / (2 * eps)
    return gradient


def relative_error(a: Array, b: Array) -> float:
    """The largest disagreement of two gradients, measured against their size, element by element."""
    size = np.maximum(np.abs(a) + np.abs(b), 1e-8)
    return float(np.max(np.abs(a - b) / size))


def gradient_check(f: Callable[[Array], Number], grad: Callable[[Array], Array], x: Array) -> float:
    """How far a gradient function is from the gradient that is measured at the same place."""
    return relative_error(grad(x), numerical_gradient(f, x, 1e-5))
