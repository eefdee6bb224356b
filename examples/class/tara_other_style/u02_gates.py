"""Gates, by Tara."""

import numpy as np


class AddGate:
    """z = x + y"""

    def forward(self, x, y):
        return x + y

    def backward(self, grad_output):
        return (grad_output,) * 2  # nothing is split


class MultiplyGate:
    """z = x y"""

    def forward(self, x, y):
        self.factors = [x, y]
        return np.multiply(*self.factors)

    def backward(self, grad_output):
        # each factor gets the *other* one
        x_grad, y_grad = [grad_output * other for other in reversed(self.factors)]
        return x_grad, y_grad


class MaxGate:
    """z = max(x, y)"""

    def forward(self, x, y):
        self.share_of_x = np.heaviside(x - y, 0.5)  # 0, 1/2 or 1
        return np.where(x > y, x, y)

    def backward(self, grad_output):
        to_x = self.share_of_x * grad_output
        return to_x, grad_output - to_x


def copy_gate_backward(grads):
    """Gradients of all uses add up."""
    total = np.zeros_like(grads[0])
    for g in grads:
        total = total + g
    return total


# ---- the circuit (x + y) z, made of the gates above
def _forward_circuit(x, y, z):
    plus, times = AddGate(), MultiplyGate()
    x, y, z = [v if v.dtype.kind == "f" else v.astype(float) for v in map(np.asarray, (x, y, z))]
    return plus, times, times.forward(plus.forward(x, y), z)


def sum_times(x, y, z):
    """(x + y) z"""
    return _forward_circuit(x, y, z)[2]


def sum_times_backward(grad_output, x, y, z):
    """Back through times, then plus."""
    plus, times, _ = _forward_circuit(x, y, z)
    grad_q, grad_z = times.backward(grad_output)
    grad_x, grad_y = plus.backward(grad_q)
    return grad_x, grad_y, grad_z


def sigmoid_neuron(w, x):
    """sigma(w0 x0 + w1 x1 + w2), sigma written with tanh so that it cannot overflow."""
    s = w[0] * x[0] + w[1] * x[1] + w[2]
    return (np.tanh(s / 2) + 1) / 2


def sigmoid_neuron_backward(grad_output, w, x):
    """Through sigma, then to weights and inputs."""
    f = sigmoid_neuron(w, x)
    grad_s = w.dtype.type(grad_output) * (f - f * f)
    grad_w = grad_s * np.append(x, 1).astype(w.dtype)
    return grad_w, grad_s * w[:2]


def numerical_gradient(f, x, eps):
    """Central differences, on fresh copies so that x is never touched."""
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    slopes = np.empty(x.shape, x.dtype)
    for place in np.ndindex(x.shape):
        values = []
        for sign in (1, -1):
            moved = x.copy()
            moved[place] += sign * eps
            values.append(float(f(moved)))
        slopes[place] = (values[0] - values[1]) / (2 * eps)
    return slopes


def relative_error(a, b):
    """Worst element."""
    gap = np.abs(a - b)
    scale = np.abs(a) + np.abs(b)
    return float((gap / scale.clip(min=1e-8)).max())


def gradient_check(f, grad, x):
    """Formula against measurement."""
    measured = numerical_gradient(f, x, 1e-5)
    return relative_error(grad(x.copy()), measured)
