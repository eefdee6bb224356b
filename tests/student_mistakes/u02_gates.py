"""Wrong answers to the exercises on gates and circuits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from solutions.u02_gates import (
    AddGate,
    MaxGate,
    MultiplyGate,
    numerical_gradient,
    relative_error,
    sigmoid_neuron,
    sigmoid_neuron_backward,
    sum_times_backward,
)
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edited

Array = np.ndarray[Any, Any]

ADD = [
    Mistake("AddGate", edited(AddGate, ("grad_output, grad_output", "grad_output / 2, grad_output / 2"))),
    Mistake("AddGate", edited(AddGate, ("grad_output, grad_output", "np.ones_like(grad_output), np.ones_like(grad_output)"))),
    Mistake("AddGate", edited(AddGate, ("return grad_output, grad_output", "return grad_output"))),
    Mistake("AddGate", edited(AddGate, ("return x + y", "self.x, self.y = x, y\n        return x + y"), ("grad_output, grad_output", "grad_output * self.x, grad_output * self.y"))),
    Mistake("AddGate", edited(AddGate, ("grad_output, grad_output", "grad_output, -grad_output"))),
    Mistake("AddGate", edited(AddGate, ("return x + y", "x += y\n        return x"))),
    Mistake("AddGate", edited(AddGate, ("return grad_output, grad_output", "return 2 * grad_output, 2 * grad_output"))),
    Mistake("AddGate", edited(AddGate, ("return grad_output, grad_output", "return float(grad_output.sum()), float(grad_output.sum())"))),
]

MULTIPLY = [
    Mistake("MultiplyGate", edited(MultiplyGate, ("grad_output * y, grad_output * x", "grad_output * x, grad_output * y"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("grad_output * y, grad_output * x", "y, x"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("self._inputs", "MultiplyGate._inputs"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("grad_output * y, grad_output * x", "grad_output * x * y, grad_output * x * y"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("grad_output * y, grad_output * x", "grad_output, grad_output"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("grad_output * y, grad_output * x", "grad_output + y, grad_output + x"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("grad_output * y, grad_output * x", "grad_output / x, grad_output / y"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("self._inputs = x, y", "if not hasattr(self, '_inputs'):\n            self._inputs = x, y"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("return x * y", "return x @ y"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("x, y = self._inputs", "x, y = self._inputs\n        grad_output *= y"))),
    Mistake("MultiplyGate", edited(MultiplyGate, ("grad_output * y, grad_output * x", "np.dot(grad_output, y), np.dot(grad_output, x)"))),
]


def _max_gate(share: Callable[[Array, Array], Any], other: Callable[[Array, Array], Any]) -> Callable[..., Any]:
    """A gate that gives each input `grad_output` times what a function of the inputs says."""

    class Gate:
        def forward(self, x: Array, y: Array) -> Array:
            self.inputs = x, y
            return np.maximum(x, y)

        def backward(self, grad_output: Array) -> tuple[Array, Array]:
            return grad_output * share(*self.inputs), grad_output * other(*self.inputs)

    return Gate


MAX = [
    Mistake("MaxGate", _max_gate(lambda x, y: x >= y, lambda x, y: y >= x)),
    Mistake("MaxGate", _max_gate(lambda x, y: x > y, lambda x, y: y > x)),
    Mistake("MaxGate", _max_gate(lambda x, y: x >= y, lambda x, y: y > x)),
    Mistake("MaxGate", _max_gate(lambda x, y: x > y, lambda x, y: y >= x)),
    Mistake("MaxGate", _max_gate(lambda x, y: x < y, lambda x, y: y < x)),
    Mistake("MaxGate", _max_gate(lambda x, y: x * (x > y), lambda x, y: y * (y > x))),
    Mistake("MaxGate", _max_gate(lambda x, y: 1, lambda x, y: 1)),
    Mistake("MaxGate", _max_gate(lambda x, y: 0.5, lambda x, y: 0.5)),
    Mistake("MaxGate", _max_gate(lambda x, y: x / (x + y), lambda x, y: y / (x + y))),
    Mistake("MaxGate", edited(MaxGate, ("return grad_output * share, grad_output * (1 - share)", "return share, 1 - share"))),
    Mistake("MaxGate", edited(MaxGate, ("return grad_output * share, grad_output * (1 - share)", "return grad_output * (1 - share), grad_output * share"))),
    Mistake("MaxGate", edited(MaxGate, ("x == y, 0.5, x > y", "x == y, 0.5, np.abs(x) > np.abs(y)"))),
    Mistake("MaxGate", edited(MaxGate, (".astype(grad_output.dtype)", ""))),
    Mistake("MaxGate", edited(MaxGate, ("self._share", "MaxGate._share"))),
    Mistake("MaxGate", edited(MaxGate, ("np.where(x == y, 0.5, x > y)", "np.where(x == y, 0.5, x.max() > y.max())"))),
    Mistake("MaxGate", edited(MaxGate, ("np.maximum(x, y)", "max(x.max(), y.max())"))),
]

COPY = [
    Mistake("copy_gate_backward", lambda grads: sum(grads) / len(grads)),
    Mistake("copy_gate_backward", lambda grads: grads[-1]),
    Mistake("copy_gate_backward", lambda grads: grads[0]),
    Mistake("copy_gate_backward", lambda grads: np.prod(grads, axis=0)),
    Mistake("copy_gate_backward", lambda grads: np.sum(grads)),
    Mistake("copy_gate_backward", lambda grads: np.max(grads, axis=0)),
    Mistake("copy_gate_backward", lambda grads: _summed_in_place(grads)),
    Mistake("copy_gate_backward", lambda grads: grads[0] + grads[1]),
    Mistake("copy_gate_backward", lambda grads: np.sum(grads, axis=-1)),
    Mistake("copy_gate_backward", lambda grads: np.sqrt(sum(g**2 for g in grads))),
    Mistake("copy_gate_backward", lambda grads: [sum(grads)] * len(grads)),
]


def _summed_in_place(grads: Any) -> Array:
    total: Array = grads[0]
    for grad in grads[1:]:
        total += grad
    return total


SUM_TIMES = [
    Mistake("sum_times", lambda x, y, z: x + y * z),
    Mistake("sum_times", lambda x, y, z: x * y + z),
    Mistake("sum_times", lambda x, y, z: (x * y) * z),
    Mistake("sum_times", lambda x, y, z: x + y + z),
    Mistake("sum_times", lambda x, y, z: ((x + y) * z).sum()),
    Mistake("sum_times", lambda x, y, z: (x + z) * y),
    Mistake("sum_times", lambda x, y, z: np.dot(x + y, z)),
    Mistake("sum_times_backward", edited(sum_times_backward, ("grad_output * (x + y)", "grad_output * z"))),
    Mistake("sum_times_backward", lambda grad_output, x, y, z: (z, z, x + y)),
    Mistake("sum_times_backward", edited(sum_times_backward, ("grad_output * (x + y)", "x + y"))),
    Mistake("sum_times_backward", edited(sum_times_backward, ("grad_output * (x + y)", "grad_output"))),
    Mistake("sum_times_backward", edited(sum_times_backward, ("return grad_q, grad_q", "return grad_q / 2, grad_q / 2"))),
    Mistake("sum_times_backward", edited(sum_times_backward, ("return grad_q, grad_q", "return grad_output, grad_output"))),
    Mistake("sum_times_backward", edited(sum_times_backward, ("return grad_q, grad_q", "return grad_q * x, grad_q * y"))),
    Mistake("sum_times_backward", edited(sum_times_backward, ("grad_output * (x + y)", "grad_q * (x + y)"))),
    Mistake("sum_times_backward", edited(sum_times_backward, ("return grad_q, grad_q, grad_output * (x + y)", "return grad_output * (x + y), grad_q, grad_q"))),
    Mistake("sum_times_backward", edited(sum_times_backward, ("grad_output * (x + y)", "grad_output * x"))),
    Mistake("sum_times_backward", edited(sum_times_backward, ("grad_output * (x + y)", "grad_output * x * y"))),
    Mistake("sum_times_backward", lambda grad_output, x, y, z: (grad_output * (y + z), grad_output * (x + z), grad_output * (x + y))),
]


def _sigmoid(s: Any) -> Any:
    return 1 / (1 + np.exp(-s))


NEURON = [
    Mistake("sigmoid_neuron", lambda w, x: _sigmoid(w[0] * x[0] + w[1] * x[1])),
    Mistake("sigmoid_neuron", lambda w, x: _sigmoid(w[1] * x[0] + w[2] * x[1] + w[0])),
    Mistake("sigmoid_neuron", lambda w, x: w[0] * x[0] + w[1] * x[1] + w[2]),
    Mistake("sigmoid_neuron", lambda w, x: 1 / (1 + np.exp(w[0] * x[0] + w[1] * x[1] + w[2]))),
    Mistake("sigmoid_neuron", lambda w, x: np.tanh(w[0] * x[0] + w[1] * x[1] + w[2])),
    Mistake("sigmoid_neuron", lambda w, x: np.exp(s := w[0] * x[0] + w[1] * x[1] + w[2]) / (1 + np.exp(s))),
    Mistake("sigmoid_neuron", lambda w, x: _sigmoid(w[:2] * x + w[2])),
    Mistake("sigmoid_neuron", lambda w, x: _sigmoid(w[0] * x[0] + w[1] * x[1]) + w[2]),
    Mistake("sigmoid_neuron", lambda w, x: max(w[0] * x[0] + w[1] * x[1] + w[2], 0)),
    Mistake("sigmoid_neuron", lambda w, x: float(w[0] * x[0] + w[1] * x[1] + w[2] > 0)),
    Mistake("sigmoid_neuron", edited(sigmoid_neuron, ("return output", "return np.array([output])"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("grad_output * f * (1 - f)", "grad_output"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("grad_output * f * (1 - f)", "f * (1 - f)"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("grad_output * f * (1 - f)", "grad_output * (1 - f)"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("grad_output * f * (1 - f)", "grad_output * f"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("grad_output * f * (1 - f)", "grad_output * (1 - f**2)"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("x.dtype.type(1)", "x.dtype.type(0)"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("x.dtype.type(1)", "w[2]"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("np.append(x, x.dtype.type(1))", "x"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("w[:2]", "w"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("w[:2]", "w[1:]"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("np.append(x, x.dtype.type(1)), grad_s * w[:2]", "w[:2], grad_s * np.append(x, x.dtype.type(1))"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("np.append(x, x.dtype.type(1)), grad_s * w[:2]", "w, grad_s * x"))),
    Mistake("sigmoid_neuron_backward", lambda grad_output, w, x: sigmoid_neuron_backward(grad_output, w, x)[::-1]),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("f = sigmoid_neuron(w, x)", "f = w[0] * x[0] + w[1] * x[1] + w[2]"))),
    Mistake("sigmoid_neuron_backward", edited(sigmoid_neuron_backward, ("f = sigmoid_neuron(w, x)", "s = sigmoid_neuron(w, x)\n    f = 1 / (1 + np.exp(-s))"))),
]


def _all_moved_at_once(f: Callable[[Array], Any], x: Array, eps: float) -> Array:
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


def _rows_only(f: Callable[[Array], Any], x: Array, eps: float) -> Array:
    gradient = np.zeros_like(x)
    for index in range(len(x)):
        step = np.zeros_like(x)
        step[index] = eps
        gradient[index] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient


MEASURED = [
    Mistake("numerical_gradient", edited(numerical_gradient, ("below = float(f(moved))", "below = float(f(x))"), ("(2 * eps)", "eps"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("(2 * eps)", "eps"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("(2 * eps)", "2 * eps"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("        moved[index] = here\n", ""))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("moved = np.array(x, dtype=x.dtype if x.dtype.kind == \"f\" else np.float64)", "moved = x"), ("        moved[index] = here\n", ""))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("dtype=x.dtype if x.dtype.kind == \"f\" else np.float64", "dtype=x.dtype"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("(above - below)", "abs(above - below)"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("(above - below)", "(below - above)"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("float(f(moved))", "float(f(here))"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("here - eps", "moved[index] - eps"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("(2 * eps)", "(2 * 1e-5)"), ("here + eps", "here + 1e-5"), ("here - eps", "here - 1e-5"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("gradient = np.empty_like(moved)", "gradient = moved"))),
    Mistake("numerical_gradient", _all_moved_at_once),
    Mistake("numerical_gradient", _rows_only),
    Mistake("numerical_gradient", edited(numerical_gradient, ("return gradient", "return gradient.ravel()"))),
    Mistake("numerical_gradient", edited(numerical_gradient, ("return gradient", "return float(gradient.sum())"))),
]

ERRORS = [
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b) / (np.abs(a) + np.abs(b)))),
    Mistake("relative_error", edited(relative_error, ("np.max(np.abs(a - b)", "np.mean(np.abs(a - b)"))),
    Mistake("relative_error", lambda a, b: np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-8)),
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-8))),
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), 1e-8))),
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-8))),
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-8))),
    Mistake("relative_error", lambda a, b: np.max((a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))),
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a + b), 1e-8))),
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b)) / max(np.max(np.abs(a) + np.abs(b)), 1e-8)),
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b))),
    Mistake("relative_error", lambda a, b: np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8)),
    Mistake("relative_error", lambda a, b: np.sum(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))),
    Mistake("relative_error", lambda a, b: np.max(2 * np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))),
    Mistake("relative_error", lambda a, b: np.max(np.abs(np.abs(a) - np.abs(b)) / np.maximum(np.abs(a) + np.abs(b), 1e-8))),
    Mistake("relative_error", lambda a, b: 100 * np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-8))),
    Mistake("gradient_check", lambda f, grad, x: np.max(np.abs(grad(x) - numerical_gradient(f, x, 1e-5)))),
    Mistake("gradient_check", lambda f, grad, x: relative_error(grad(x), numerical_gradient(f, x, 1e-2))),
    Mistake("gradient_check", lambda f, grad, x: relative_error(grad(x), numerical_gradient(f, x, 1e-12))),
    Mistake("gradient_check", lambda f, grad, x: relative_error(grad(x), numerical_gradient(f, x, 1e-5)) < 1e-7),
    Mistake("gradient_check", lambda f, grad, x: relative_error(grad(x), grad(x))),
    Mistake("gradient_check", lambda f, grad, x: relative_error(f(x), numerical_gradient(f, x, 1e-5))),
    Mistake("gradient_check", lambda f, grad, x: relative_error(np.sum(grad(x)), np.sum(numerical_gradient(f, x, 1e-5)))),
    Mistake("gradient_check", lambda f, grad, x: relative_error(grad(x), _all_moved_at_once(f, x, 1e-5))),
    Mistake("gradient_check", lambda f, grad, x: relative_error(grad(x).ravel()[:1], numerical_gradient(f, x, 1e-5).ravel()[:1])),
    Mistake("gradient_check", lambda f, grad, x: np.linalg.norm(grad(x) - (n := numerical_gradient(f, x, 1e-5))) / np.linalg.norm(grad(x) + n)),
    Mistake("gradient_check", lambda f, grad, x: np.mean(np.abs(grad(x) - numerical_gradient(f, x, 1e-5)))),
    Mistake("gradient_check", lambda f, grad, x: relative_error(grad(x) + 1e-5, numerical_gradient(f, x, 1e-5))),
    Mistake("gradient_check", lambda f, grad, x: relative_error(numerical_gradient(grad, x, 1e-5), numerical_gradient(f, x, 1e-5))),
    Mistake("gradient_check", lambda f, grad, x: abs(grad(x) - numerical_gradient(f, x, 1e-5)) / (abs(grad(x)) + 1e-8)),
]

MISTAKES = [*ADD, *MULTIPLY, *MAX, *COPY, *SUM_TIMES, *NEURON, *MEASURED, *ERRORS]
