"""Wrong answers to the exercises on gates and circuits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from solutions import u02_gates as gates
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

Array = np.ndarray[Any, Any]
edit = edits_of(gates)


def _max_gate(share: Callable[[Array, Array], Any], other: Callable[[Array, Array], Any]) -> Callable[..., Any]:
    """A gate that gives each input `grad_output` times what a function of the inputs says."""

    class Gate:
        def forward(self, x: Array, y: Array) -> Array:
            self.inputs = x, y
            return np.maximum(x, y)

        def backward(self, grad_output: Array) -> tuple[Array, Array]:
            return grad_output * share(*self.inputs), grad_output * other(*self.inputs)

    return Gate


def _summed_in_place(grads: Any) -> Array:
    total: Array = grads[0]
    for grad in grads[1:]:
        total += grad
    return total


def _sigmoid(s: Any) -> Any:
    return 1 / (1 + np.exp(-s))


def _all_moved_at_once(f: Callable[[Array], Any], x: Array, eps: float) -> Array:
    return np.full(x.shape, (f(x + eps) - f(x - eps)) / (2 * eps))


def _rows_only(f: Callable[[Array], Any], x: Array, eps: float) -> Array:
    gradient = np.zeros_like(x)
    for index in range(len(x)):
        step = np.zeros_like(x)
        step[index] = eps
        gradient[index] = (f(x + step) - f(x - step)) / (2 * eps)
    return gradient


ADD = [
    edit("AddGate", "grad_output, grad_output", "grad_output / 2, grad_output / 2", named="gradient-is-split"),
    edit(
        "AddGate",
        "grad_output, grad_output",
        "np.ones_like(grad_output), np.ones_like(grad_output)",
        named="upstream-ignored",
    ),
    edit("AddGate", "return grad_output, grad_output", "return grad_output", named="one-gradient-for-both"),
    edit(
        "AddGate",
        "return x + y",
        "self.x, self.y = x, y\n        return x + y",
        "grad_output, grad_output",
        "grad_output * self.x, grad_output * self.y",
    ),
    edit("AddGate", "grad_output, grad_output", "grad_output, -grad_output", named="second-term-negated"),
    edit("AddGate", "return x + y", "x += y\n        return x"),
    edit(
        "AddGate",
        "return grad_output, grad_output",
        "return 2 * grad_output, 2 * grad_output",
        named="gradient-doubled",
    ),
    edit("AddGate", "return grad_output, grad_output", "return float(grad_output.sum()), float(grad_output.sum())"),
]

MULTIPLY = [
    edit("MultiplyGate", "grad_output * y, grad_output * x", "grad_output * x, grad_output * y", named="own-value"),
    edit("MultiplyGate", "grad_output * y, grad_output * x", "y, x", named="upstream-ignored"),
    edit("MultiplyGate", "self._inputs", "MultiplyGate._inputs", named="state-on-the-class"),
    edit(
        "MultiplyGate",
        "grad_output * y, grad_output * x",
        "grad_output * x * y, grad_output * x * y",
        named="product-to-both",
    ),
    edit("MultiplyGate", "grad_output * y, grad_output * x", "grad_output, grad_output", named="passed-through"),
    edit("MultiplyGate", "grad_output * y, grad_output * x", "grad_output + y, grad_output + x", named="slope-added"),
    edit(
        "MultiplyGate",
        "grad_output * y, grad_output * x",
        "grad_output / x, grad_output / y",
        named="divided-by-itself",
    ),
    edit(
        "MultiplyGate",
        "self._inputs = x, y",
        "if not hasattr(self, '_inputs'):\n            self._inputs = x, y",
        named="first-forward-kept",
    ),
    edit("MultiplyGate", "return x * y", "return x @ y"),
    edit("MultiplyGate", "x, y = self._inputs", "x, y = self._inputs\n        grad_output *= y"),
    edit("MultiplyGate", "grad_output * y, grad_output * x", "np.dot(grad_output, y), np.dot(grad_output, x)"),
]

MAX = [
    Mistake("MaxGate", _max_gate(lambda x, y: x >= y, lambda x, y: y >= x), named="tie-full-to-both"),
    Mistake("MaxGate", _max_gate(lambda x, y: x > y, lambda x, y: y > x), named="tie-dropped"),
    Mistake("MaxGate", _max_gate(lambda x, y: x >= y, lambda x, y: y > x), named="tie-to-the-first"),
    Mistake("MaxGate", _max_gate(lambda x, y: x > y, lambda x, y: y >= x), named="tie-to-the-second"),
    Mistake("MaxGate", _max_gate(lambda x, y: x < y, lambda x, y: y < x)),
    Mistake("MaxGate", _max_gate(lambda x, y: x * (x > y), lambda x, y: y * (y > x)), named="value-passed-back"),
    Mistake("MaxGate", _max_gate(lambda x, y: 1, lambda x, y: 1), named="as-an-add-gate"),
    Mistake("MaxGate", _max_gate(lambda x, y: 0.5, lambda x, y: 0.5), named="always-half-each"),
    Mistake("MaxGate", _max_gate(lambda x, y: x / (x + y), lambda x, y: y / (x + y))),
    edit(
        "MaxGate",
        "return grad_output * share, grad_output * (1 - share)",
        "return share, 1 - share",
        named="upstream-ignored",
    ),
    edit(
        "MaxGate",
        "return grad_output * share, grad_output * (1 - share)",
        "return grad_output * (1 - share), grad_output * share",
        named="to-the-smaller",
    ),
    edit("MaxGate", "x == y, 0.5, x > y", "x == y, 0.5, np.abs(x) > np.abs(y)"),
    edit("MaxGate", ".astype(grad_output.dtype)", ""),
    edit("MaxGate", "self._share", "MaxGate._share", named="state-on-the-class"),
    edit("MaxGate", "np.where(x == y, 0.5, x > y)", "np.where(x == y, 0.5, x.max() > y.max())"),
    edit("MaxGate", "np.maximum(x, y)", "max(x.max(), y.max())"),
]

COPY = [
    Mistake("copy_gate_backward", lambda grads: sum(grads) / len(grads), named="averaged"),
    Mistake("copy_gate_backward", lambda grads: grads[-1], named="last-one-wins"),
    Mistake("copy_gate_backward", lambda grads: grads[0], named="first-one-wins"),
    Mistake("copy_gate_backward", lambda grads: np.prod(grads, axis=0), named="multiplied"),
    Mistake("copy_gate_backward", lambda grads: np.sum(grads), named="summed-to-one-number"),
    Mistake("copy_gate_backward", lambda grads: np.max(grads, axis=0), named="largest-wins"),
    Mistake("copy_gate_backward", lambda grads: _summed_in_place(grads), named="added-into-the-first"),
    Mistake("copy_gate_backward", lambda grads: grads[0] + grads[1], named="two-uses-only"),
    Mistake("copy_gate_backward", lambda grads: np.sum(grads, axis=-1), named="summed-along-the-wrong-axis"),
    Mistake("copy_gate_backward", lambda grads: np.sqrt(sum(g**2 for g in grads))),
    Mistake("copy_gate_backward", lambda grads: [sum(grads)] * len(grads)),
]

SUM_TIMES = [
    Mistake("sum_times", lambda x, y, z: x + y * z, named="times-before-plus"),
    Mistake("sum_times", lambda x, y, z: x * y + z, named="x-times-y-plus-z"),
    Mistake("sum_times", lambda x, y, z: x * y * z, named="all-multiplied"),
    Mistake("sum_times", lambda x, y, z: x + y + z, named="sum-of-three"),
    Mistake("sum_times", lambda x, y, z: ((x + y) * z).sum()),
    Mistake("sum_times", lambda x, y, z: (x + z) * y),
    Mistake("sum_times", lambda x, y, z: np.dot(x + y, z)),
    edit("sum_times_backward", "grad_output * (x + y)", "grad_output * z", named="z-gets-its-own-value"),
    edit("sum_times_backward", "grad_output * (x + y)", "x + y", named="upstream-forgotten-at-z"),
    edit("sum_times_backward", "grad_output * (x + y)", "grad_output", named="z-passed-through"),
    edit("sum_times_backward", "return grad_q, grad_q", "return grad_q / 2, grad_q / 2", named="add-gate-splits"),
    edit(
        "sum_times_backward", "return grad_q, grad_q", "return grad_output, grad_output", named="multiply-gate-skipped"
    ),
    edit("sum_times_backward", "return grad_q, grad_q", "return grad_q * x, grad_q * y"),
    edit("sum_times_backward", "grad_output * (x + y)", "grad_q * (x + y)", named="z-last-of-a-chain"),
    edit(
        "sum_times_backward",
        "return grad_q, grad_q, grad_output * (x + y)",
        "return grad_output * (x + y), grad_q, grad_q",
    ),
    edit("sum_times_backward", "grad_output * (x + y)", "grad_output * x"),
    edit("sum_times_backward", "grad_output * (x + y)", "grad_output * x * y"),
    Mistake(
        "sum_times_backward",
        lambda grad_output, x, y, z: (grad_output * (y + z), grad_output * (x + z), grad_output * (x + y)),
    ),
]

NEURON = [
    Mistake("sigmoid_neuron", lambda w, x: _sigmoid(w[0] * x[0] + w[1] * x[1]), named="bias-forgotten"),
    Mistake("sigmoid_neuron", lambda w, x: _sigmoid(w[1] * x[0] + w[2] * x[1] + w[0]), named="bias-first"),
    Mistake("sigmoid_neuron", lambda w, x: w[0] * x[0] + w[1] * x[1] + w[2], named="sigmoid-forgotten"),
    Mistake("sigmoid_neuron", lambda w, x: np.tanh(w[0] * x[0] + w[1] * x[1] + w[2]), named="tanh-for-sigmoid"),
    Mistake(
        "sigmoid_neuron",
        lambda w, x: np.exp(s := (w[0] * x[0] + w[1] * x[1] + w[2])) / (1 + np.exp(s)),
        named="exp-over-one-plus-exp",
    ),
    Mistake("sigmoid_neuron", lambda w, x: _sigmoid(w[:2] * x + w[2])),
    Mistake("sigmoid_neuron", lambda w, x: _sigmoid(w[0] * x[0] + w[1] * x[1]) + w[2], named="bias-behind-the-sigmoid"),
    Mistake("sigmoid_neuron", lambda w, x: max(w[0] * x[0] + w[1] * x[1] + w[2], 0)),
    Mistake("sigmoid_neuron", lambda w, x: float(w[0] * x[0] + w[1] * x[1] + w[2] > 0), named="step-for-sigmoid"),
    edit("sigmoid_neuron", "return output", "return np.array([output])"),
    edit("sigmoid_neuron_backward", "grad_output * f * (1 - f)", "grad_output", named="sigmoid-slope-forgotten"),
    edit(
        "sigmoid_neuron_backward", "grad_output * f * (1 - f)", "grad_output * (1 - f)", named="other-half-of-the-slope"
    ),
    edit("sigmoid_neuron_backward", "grad_output * f * (1 - f)", "grad_output * f", named="half-of-the-slope"),
    edit("sigmoid_neuron_backward", "grad_output * f * (1 - f)", "grad_output * (1 - f**2)", named="slope-of-tanh"),
    edit("sigmoid_neuron_backward", "x.dtype.type(1)", "x.dtype.type(0)", named="bias-gradient-is-zero"),
    edit("sigmoid_neuron_backward", "x.dtype.type(1)", "w[2]", named="bias-gradient-times-the-bias"),
    edit("sigmoid_neuron_backward", "np.append(x, x.dtype.type(1))", "x"),
    edit("sigmoid_neuron_backward", "w[:2]", "w"),
    edit("sigmoid_neuron_backward", "w[:2]", "w[1:]"),
    edit(
        "sigmoid_neuron_backward",
        "np.append(x, x.dtype.type(1)), grad_s * w[:2]",
        "w[:2], grad_s * np.append(x, x.dtype.type(1))",
        named="inputs-first",
    ),
    edit(
        "sigmoid_neuron_backward", "np.append(x, x.dtype.type(1)), grad_s * w[:2]", "w, grad_s * x", named="own-value"
    ),
    Mistake(
        "sigmoid_neuron_backward",
        lambda grad_output, w, x: gates.sigmoid_neuron_backward(grad_output, w, x)[::-1],
        named="inputs-first",
    ),
    edit(
        "sigmoid_neuron_backward",
        "f = sigmoid_neuron(w, x)",
        "f = w[0] * x[0] + w[1] * x[1] + w[2]",
        named="sum-taken-for-output",
    ),
    edit(
        "sigmoid_neuron_backward", "f = sigmoid_neuron(w, x)", "s = sigmoid_neuron(w, x)\n    f = 1 / (1 + np.exp(-s))"
    ),
]

MEASURED = [
    edit(
        "numerical_gradient",
        "below = float(f(moved))",
        "below = float(f(x))",
        "(2 * eps)",
        "eps",
        named="one-side-only",
    ),
    edit("numerical_gradient", "(2 * eps)", "eps", named="divided-by-one-step"),
    edit("numerical_gradient", "(2 * eps)", "2 * eps", named="multiplied-by-the-step"),
    edit("numerical_gradient", "        moved[index] = here\n", "", named="copy-not-put-back"),
    edit(
        "numerical_gradient",
        'moved = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)',
        "moved = x",
        "        moved[index] = here\n",
        "",
        named="steps-pile-up",
    ),
    edit(
        "numerical_gradient",
        'dtype=x.dtype if x.dtype.kind == "f" else np.float64',
        "dtype=x.dtype",
        named="integers-stay-integers",
    ),
    edit("numerical_gradient", "(above - below)", "abs(above - below)", named="size-only"),
    edit("numerical_gradient", "(above - below)", "(below - above)", named="sign"),
    edit("numerical_gradient", "float(f(moved))", "float(f(here))"),
    edit("numerical_gradient", "here - eps", "moved[index] - eps"),
    edit(
        "numerical_gradient",
        "(2 * eps)",
        "(2 * 1e-5)",
        "here + eps",
        "here + 1e-5",
        "here - eps",
        "here - 1e-5",
        named="step-of-its-own",
    ),
    edit("numerical_gradient", "gradient = np.empty_like(moved)", "gradient = moved"),
    Mistake("numerical_gradient", _all_moved_at_once, named="all-elements-moved"),
    Mistake("numerical_gradient", _rows_only),
    edit("numerical_gradient", "return gradient", "return gradient.ravel()"),
    edit("numerical_gradient", "return gradient", "return float(gradient.sum())"),
]

ERRORS = [
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b) / (np.abs(a) + np.abs(b))), named="no-floor"),
    edit("relative_error", "np.max(np.abs(a - b)", "np.mean(np.abs(a - b)", named="mean-of-the-errors"),
    Mistake(
        "relative_error",
        lambda a, b: np.linalg.norm(a - b) / np.maximum(np.linalg.norm(a) + np.linalg.norm(b), 1e-08),
        named="norms-compared",
    ),
    Mistake(
        "relative_error",
        lambda a, b: np.max(np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-08)),
        named="size-of-the-larger",
    ),
    Mistake(
        "relative_error", lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), 1e-08)), named="size-of-the-first"
    ),
    Mistake(
        "relative_error", lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(b), 1e-08)), named="size-of-the-second"
    ),
    Mistake(
        "relative_error", lambda a, b: np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-08)), named="floor-added"
    ),
    Mistake(
        "relative_error",
        lambda a, b: np.max((a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-08)),
        named="difference-keeps-its-sign",
    ),
    Mistake(
        "relative_error", lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a + b), 1e-08)), named="size-of-the-sum"
    ),
    Mistake(
        "relative_error",
        lambda a, b: np.max(np.abs(a - b)) / max(np.max(np.abs(a) + np.abs(b)), 1e-08),
        named="one-ratio-of-two-maxima",
    ),
    Mistake("relative_error", lambda a, b: np.max(np.abs(a - b)), named="absolute-error"),
    Mistake(
        "relative_error",
        lambda a, b: np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-08),
        named="one-error-per-element",
    ),
    Mistake(
        "relative_error",
        lambda a, b: np.sum(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-08)),
        named="errors-summed",
    ),
    Mistake(
        "relative_error",
        lambda a, b: np.max(2 * np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-08)),
        named="mean-size",
    ),
    Mistake(
        "relative_error",
        lambda a, b: np.max(np.abs(np.abs(a) - np.abs(b)) / np.maximum(np.abs(a) + np.abs(b), 1e-08)),
        named="signs-ignored",
    ),
    Mistake("relative_error", lambda a, b: 100 * np.max(np.abs(a - b) / np.maximum(np.abs(a) + np.abs(b), 1e-08))),
    Mistake(
        "gradient_check",
        lambda f, grad, x: np.max(np.abs(grad(x) - gates.numerical_gradient(f, x, 1e-05))),
        named="absolute-error",
    ),
    Mistake(
        "gradient_check",
        lambda f, grad, x: gates.relative_error(grad(x), gates.numerical_gradient(f, x, 0.01)),
        named="coarse-step",
    ),
    Mistake(
        "gradient_check",
        lambda f, grad, x: gates.relative_error(grad(x), gates.numerical_gradient(f, x, 1e-12)),
        named="fine-step",
    ),
    Mistake(
        "gradient_check",
        lambda f, grad, x: gates.relative_error(grad(x), gates.numerical_gradient(f, x, 1e-05)) < 1e-07,
        named="verdict-instead-of-error",
    ),
    Mistake("gradient_check", lambda f, grad, x: gates.relative_error(grad(x), grad(x)), named="compared-with-itself"),
    Mistake("gradient_check", lambda f, grad, x: gates.relative_error(f(x), gates.numerical_gradient(f, x, 1e-05))),
    Mistake(
        "gradient_check",
        lambda f, grad, x: gates.relative_error(np.sum(grad(x)), np.sum(gates.numerical_gradient(f, x, 1e-05))),
        named="sums-compared",
    ),
    Mistake("gradient_check", lambda f, grad, x: gates.relative_error(grad(x), _all_moved_at_once(f, x, 1e-05))),
    Mistake(
        "gradient_check",
        lambda f, grad, x: gates.relative_error(grad(x).ravel()[:1], gates.numerical_gradient(f, x, 1e-05).ravel()[:1]),
        named="first-element-alone",
    ),
    Mistake(
        "gradient_check",
        lambda f, grad, x: (
            np.linalg.norm(grad(x) - (n := gates.numerical_gradient(f, x, 1e-05))) / np.linalg.norm(grad(x) + n)
        ),
    ),
    Mistake("gradient_check", lambda f, grad, x: np.mean(np.abs(grad(x) - gates.numerical_gradient(f, x, 1e-05)))),
    Mistake(
        "gradient_check",
        lambda f, grad, x: gates.relative_error(grad(x) + 1e-05, gates.numerical_gradient(f, x, 1e-05)),
    ),
    Mistake(
        "gradient_check",
        lambda f, grad, x: gates.relative_error(
            gates.numerical_gradient(grad, x, 1e-05), gates.numerical_gradient(f, x, 1e-05)
        ),
    ),
    Mistake(
        "gradient_check",
        lambda f, grad, x: abs(grad(x) - gates.numerical_gradient(f, x, 1e-05)) / (abs(grad(x)) + 1e-08),
    ),
]

MISTAKES: list[Mistake] = [*ADD, *MULTIPLY, *MAX, *COPY, *SUM_TIMES, *NEURON, *MEASURED, *ERRORS]
