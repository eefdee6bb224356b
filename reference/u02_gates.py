"""Gates and circuits, forward only; gradients are PyTorch's. Checked against hand derivations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from reference._arrays import array_namespace

__all__ = [
    "add_gate",
    "copy_gate_backward",
    "gradient_check",
    "max_gate",
    "multiply_gate",
    "numerical_gradient",
    "relative_error",
    "sigmoid_neuron",
    "sum_times",
]


def add_gate(x: Any, y: Any, earlier: Any = None, other: Any = None) -> Any:
    """Sum x + y; what the gate saw before, and what another gate sees, has no effect."""
    return x + y


def multiply_gate(x: Any, y: Any, earlier: Any = None, other: Any = None) -> Any:
    """Product x · y; what the gate saw before, and what another gate sees, has no effect."""
    return x * y


def max_gate(x: Any, y: Any, earlier: Any = None, other: Any = None) -> Any:
    """Larger of x and y; torch.maximum gives half of the gradient to each at a tie."""
    return array_namespace(x, y).maximum(x, y)


def copy_gate_backward(grads: Sequence[Any]) -> Any:
    """The gradients added up."""
    xp = array_namespace(*grads)
    return xp.sum(xp.stack(list(grads)), axis=0)


def sum_times(x: Any, y: Any, z: Any) -> Any:
    """(x + y) z as x z + y z."""
    return x * z + y * z


def sigmoid_neuron(w: Any, x: Any) -> Any:
    """σ of w · (x, 1), as e^-log(1 + e^-s): no overflow, and no kink for a gradient to stumble over."""
    xp = array_namespace(w, x)
    s = xp.sum(w * xp.concat([x, xp.ones_like(x[:1])]))
    return xp.exp(-xp.logaddexp(xp.zeros_like(s), -s))


def _cubes(x: Any) -> Any:
    xp = array_namespace(x)
    flat = xp.reshape(x, (-1,))
    return xp.sum(xp.arange(1, flat.shape[0] + 1, dtype=x.dtype) * flat**3)


def _neighbours(x: Any) -> Any:
    xp = array_namespace(x)
    flat = xp.reshape(x, (-1,))
    return xp.sum(flat[:-1] * flat[1:] ** 3)


def _row_sums(x: Any) -> Any:
    xp = array_namespace(x)
    return xp.sum(xp.sum(x, axis=1) ** 3)


def _first_row(x: Any) -> Any:
    return array_namespace(x).sum(x[0, ...] ** 3)


def _magnitudes(x: Any) -> Any:
    xp = array_namespace(x)
    return xp.sum(xp.abs(x))


def _log_sum_exp(x: Any) -> Any:
    xp = array_namespace(x)
    return xp.log(xp.sum(xp.exp(x)))


#: The functions by the names that the cases use.
FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "cubes": _cubes,
    "neighbours": _neighbours,
    "row sums": _row_sums,
    "first row": _first_row,
    "magnitudes": _magnitudes,
    "log sum exp": _log_sum_exp,
}


def numerical_gradient(function: str, x: Any, eps: float, layout: str = "C") -> Any:
    """Central differences from one stack of all moved copies of x."""
    x = np.asarray(x, dtype=np.float64)
    steps = eps * np.eye(x.size).reshape(x.size, *x.shape)
    f = FUNCTIONS[function]
    differences = [(f(x + step) - f(x - step)) / (2 * eps) for step in steps]
    return np.asarray(differences, dtype=np.float64).reshape(x.shape)


def relative_error(a: Any, b: Any) -> float:
    """The largest relative disagreement, one element after the other."""
    pairs = zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True)
    return max(float(abs(p - q) / max(abs(p) + abs(q), 1e-8)) for p, q in pairs)


def gradient_check(mistake: str, x: Any) -> float:
    """The relative error of a gradient with that mistake, against PyTorch's gradient of Σ_k k sin(x_k²)."""
    import torch

    def outer(u: Any) -> Any:
        flat = u.reshape(-1)
        return (torch.arange(1, flat.numel() + 1) * torch.sin(flat)).sum()

    def gradient(f: Callable[[Any], Any], at: Any) -> Any:
        point = at.clone().requires_grad_()
        return torch.autograd.grad(f(point), point)[0].numpy()

    point = torch.as_tensor(x, dtype=torch.float64)
    true = gradient(lambda at: outer(at**2), point)
    if mistake == "no chain":
        return relative_error(gradient(outer, point**2), true)
    one_wrong = true.copy()
    one_wrong.flat[0] *= 1.1
    claimed = {
        "none": true,
        "sign": -true,
        "twice": 2 * true,
        "one element": one_wrong,
        "shuffled": true.ravel(order="F").reshape(true.shape),
    }
    return relative_error(claimed[mistake], true)
