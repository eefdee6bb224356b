"""Wrong array engines: wrong ways back through the graph, and wrong pieces for single operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.inputs import Array
from autograder.units._autograd_arrays import ArrayEngine, array_engine
from autograder.units._autograd_matmul import all_axes_reversed, batch_kept, matrices_only, no_transpose
from autograder.units._autograd_moves import assigned
from autograder.units._autograd_nodes import PATIENCE, first_met, recursive_order
from autograder.units._autograd_products import averaged, leading_only, ones_only
from autograder.units._autograd_reductions import max_grad, not_restored, one_of, whole_maximum

__all__ = ["SLIPS"]


def _parts(node: Any) -> Any:
    return zip(node.parents, node.vjp(node.grad), strict=False)


def _received(node: Any, part: Array) -> Array:
    return np.array(part) if node.grad is None else node.grad + part


def _stale(self: Any, grad_output: Any = None) -> None:
    """Kept in `.grad` all the way: a second call hands on what the first has left."""
    self.grad = self.seed(grad_output)
    for node in self.order():
        if node.grad is not None:
            for parent, part in _parts(node):
                if parent.requires_grad:
                    parent.grad = _received(parent, part)


def _reset(self: Any, grad_output: Any = None) -> None:
    for node in self.order():
        node.grad = None
    _stale(self, grad_output)


def _overwrite(self: Any, grad_output: Any = None) -> None:
    self.grad = self.seed(grad_output)
    for node in self.order():
        if node.grad is not None:
            for parent, part in _parts(node):
                if parent.requires_grad:
                    parent.grad = np.array(part)


def _shared_memory(self: Any, grad_output: Any = None) -> None:
    """Gradients are kept as they come, and added to in place."""
    for node in (order := self.order()):
        if node.parents:
            node.grad = None
    self.grad = self.seed(grad_output)
    for node in order:
        if node.grad is not None:
            for parent, part in _parts(node):
                if not parent.requires_grad:
                    continue
                if parent.grad is None or not isinstance(part, np.ndarray):
                    parent.grad = part if parent.grad is None else parent.grad + part
                else:
                    parent.grad += part


def _everybody(self: Any, grad_output: Any = None) -> None:
    grads = {self: self.seed(grad_output)}
    for node in self.order():
        if node in grads:
            grad = grads[node]
            node.grad = _received(node, grad)
            for parent, part in zip(node.parents, node.vjp(grad), strict=False):
                grads[parent] = grads[parent] + part if parent in grads else part


def _repeated_order(self: Any) -> list[Any]:
    order: list[Any] = []
    stack = [(self, False)]
    while stack:
        node, parents_are_in = stack.pop()
        if parents_are_in or not node.parents:
            order.append(node)
        else:
            stack += [(node, True), *((parent, False) for parent in node.parents)]
        if len(order) > PATIENCE:
            raise TimeoutError("too many nodes")
    return order[::-1]


def _index_assigned(self: Any, g: Array, x: Array, index: Any) -> Array:
    return assigned(g, x.shape, index)


def _max_piece(share: Any) -> Any:
    rule = max_grad(share)
    return lambda self, g, x, axis, keepdims: rule(g, x, axis, keepdims)


def _any_data(self: Any, data: Any) -> Array:
    return np.asarray(data, dtype=np.float64)


def _strong_numbers(self: Any, other: Any) -> Any:
    return other if hasattr(other, "vjp") else type(self)(np.asarray(other, dtype=np.float64), requires_grad=False)


def _overflowing_sigmoid(self: Any, x: Array) -> Array:
    return np.asarray(np.exp(x) / (1 + np.exp(x)))


def _ones_seed(self: Any, grad_output: Any) -> Array:
    return np.ones_like(self.data) if grad_output is None else ArrayEngine.seed(self, grad_output)


def _without_upstream(self: Any, grad_output: Any) -> Array:
    return np.ones_like(ArrayEngine.seed(self, grad_output))


#: Wrong engines by the name of the misconception.
SLIPS: dict[str, Any] = {
    "overwritten": array_engine(backward=_overwrite),
    "no-topological-order": array_engine(order=lambda self: first_met(self, -1)[::-1]),
    "level-by-level": array_engine(order=lambda self: first_met(self, 0)[::-1]),
    "visited-missing": array_engine(order=_repeated_order, backward=_reset),
    "recursion": array_engine(order=lambda self: recursive_order(self)[::-1]),
    "stale-gradients": array_engine(backward=_stale),
    "reset-inside-backward": array_engine(backward=_reset),
    "gradients-share-memory": array_engine(backward=_shared_memory),
    "zero-grad-does-nothing": array_engine(zero_grad=lambda self: None),
    "requires-grad-ignored": array_engine(backward=_everybody),
    "both-operands-must-require": array_engine(wants=lambda self, parents: all(p.requires_grad for p in parents)),
    "first-operand-decides": array_engine(wants=lambda self, parents: parents[0].requires_grad),
    "upstream-of-ones": array_engine(seed=_ones_seed),
    "upstream-not-used": array_engine(seed=_without_upstream),
    "broadcast-not-summed": array_engine(reduce=lambda self, grad, shape: grad),
    "leading-axes-only": array_engine(reduce=lambda self, grad, shape: leading_only(grad, shape)),
    "ones-only": array_engine(reduce=lambda self, grad, shape: ones_only(grad, shape)),
    "copies-averaged": array_engine(reduce=lambda self, grad, shape: averaged(grad, shape)),
    "add-halves": array_engine(add_vjp=lambda self, g, x, y: (g / 2, g / 2)),
    "difference-without-sign": array_engine(sub_vjp=lambda self, g, x, y: (g, g)),
    "multiply-own-value": array_engine(mul_vjp=lambda self, g, x, y: (g * x, g * y)),
    "division-sign": array_engine(div_vjp=lambda self, g, x, y: (g / y, g * x / y**2)),
    "division-without-square": array_engine(div_vjp=lambda self, g, x, y: (g / y, -g * x / y)),
    "matmul-without-transpose": array_engine(matmul_vjp=lambda self, g, x, y: no_transpose(g, x, y)),
    "matmul-reverses-all-axes": array_engine(matmul_vjp=lambda self, g, x, y: all_axes_reversed(g, x, y)),
    "matmul-batch-not-summed": array_engine(matmul_vjp=lambda self, g, x, y: batch_kept(g, x, y)),
    "matmul-of-matrices-only": array_engine(matmul_vjp=lambda self, g, x, y: matrices_only(g, x, y)),
    "sum-axis-not-restored": array_engine(
        sum_vjp=lambda self, g, x, axis, keepdims: not_restored(g, x, axis, keepdims)
    ),
    "mean-as-a-sum": array_engine(count=lambda self, x, out: 1),
    "mean-over-everything": array_engine(count=lambda self, x, out: x.size),
    "ties-all-get-everything": array_engine(max_vjp=_max_piece(lambda held, axis: held)),
    "first-maximum-wins": array_engine(max_vjp=_max_piece(lambda held, axis: one_of(held, axis, last=False))),
    "one-maximum": array_engine(max_vjp=lambda self, g, x, axis, keepdims: whole_maximum(g, x, axis, keepdims)),
    "mean-over-the-rows": array_engine(count=lambda self, x, out: len(x)),
    "exponential-of-the-input": array_engine(exp_vjp=lambda self, g, x, out: g * x),
    "exponential-without-upstream": array_engine(exp_vjp=lambda self, g, x, out: out),
    "sigmoid-without-upstream": array_engine(sigmoid_vjp=lambda self, g, x, out: out * (1 - out)),
    "logarithm-kept": array_engine(log_vjp=lambda self, g, x, out: g * out),
    "rectifier-times-its-output": array_engine(relu_vjp=lambda self, g, x, out: g * out),
    "division-by-the-square-alone": array_engine(div_vjp=lambda self, g, x, y: (g / y, -g / y**2)),
    "transposed-by-reversal": array_engine(transpose_vjp=lambda self, g, axes: g.T),
    "negation-passes-through": array_engine(__neg__=lambda self: self.unary(-self.data, lambda g: g)),
    "array-on-the-left-on-the-right": array_engine(__rmatmul__=lambda self, other: self @ other),
    "product-on-the-left-forgotten": array_engine(__array_ufunc__=np.ndarray.__array_ufunc__),
    "reshape-passes-through": array_engine(reshape_vjp=lambda self, g, x: g),
    "transpose-twice": array_engine(transpose_vjp=lambda self, g, axes: g.transpose(axes)),
    "index-assigned": array_engine(index_vjp=_index_assigned),
    "tanh-of-the-input": array_engine(tanh_vjp=lambda self, g, x, out: g * (1 - x**2)),
    "sigmoid-of-the-input": array_engine(sigmoid_vjp=lambda self, g, x, out: g * x * (1 - x)),
    "sigmoid-overflows": array_engine(sigmoid_of=_overflowing_sigmoid),
    "logarithm-of-the-output": array_engine(log_vjp=lambda self, g, x, out: g / out),
    "rectifier-at-zero": array_engine(relu_vjp=lambda self, g, x, out: g * (x >= 0)),
    "rectifier-by-the-gradient": array_engine(relu_vjp=lambda self, g, x, out: g * (g > 0)),
    "always-double-precision": array_engine(as_array=_any_data),
    "numbers-in-double-precision": array_engine(lift=_strong_numbers),
    "reflected-minus-swapped": array_engine(__rsub__=lambda self, other: self - other),
    "reflected-division-swapped": array_engine(__rtruediv__=lambda self, other: self / other),
}
