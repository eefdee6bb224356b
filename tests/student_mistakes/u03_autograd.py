"""Wrong answers to the exercises on automatic differentiation."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.u03_autograd import (
    Tensor,
    Value,
    backpropagate,
    collect_nodes,
    index_backward,
    matmul_backward,
    max_backward,
    multiply_backward,
    sum_backward,
    topological_order,
    unbroadcast,
)
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edited

Array = np.ndarray[Any, Any]


def _recursive(root: Any) -> list[Any]:
    found: list[Any] = []

    def visit(node: Any) -> None:
        if node not in found:
            found.append(node)
            for parent in node.parents:
                visit(parent)

    visit(root)
    return found


def _recursive_order(root: Any) -> list[Any]:
    order: list[Any] = []
    seen: set[int] = set()

    def visit(node: Any) -> None:
        if id(node) not in seen:
            seen.add(id(node))
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order


GRAPHS = [
    Mistake("collect_nodes", _recursive),
    Mistake("collect_nodes", lambda root: collect_nodes(root)[1:]),
    Mistake("collect_nodes", lambda root: [root, *root.parents]),
    Mistake("collect_nodes", lambda root: [node for node in collect_nodes(root) if not node.parents]),
    Mistake("collect_nodes", lambda root: [root, *root.parents, *(g for p in root.parents for g in p.parents)]),
    Mistake("topological_order", _recursive_order),
    Mistake("topological_order", lambda root: topological_order(root)[::-1]),
    Mistake("topological_order", collect_nodes),
    Mistake("topological_order", lambda root: collect_nodes(root)[::-1]),
    Mistake("topological_order", lambda root: _preorder(root)[::-1]),
    Mistake("topological_order", lambda root: _preorder(root)),
    Mistake("topological_order", lambda root: topological_order(root)[:-1]),
    Mistake("topological_order", lambda root: sorted(collect_nodes(root), key=lambda node: len(node.parents))),
    Mistake("topological_order", lambda root: [*root.parents, root]),
    Mistake("backpropagate", edited(backpropagate, ("+= grads", "= grads"))),
    Mistake("backpropagate", edited(backpropagate, ("order = topological_order(root)", "order = collect_nodes(root)[::-1]"))),
    Mistake("backpropagate", edited(backpropagate, ("reversed(order)", "order"))),
    Mistake("backpropagate", edited(backpropagate, ("    grads[root] = 1.0\n", ""))),
    Mistake("backpropagate", edited(backpropagate, ("grads[node] * slope", "slope"))),
    Mistake("backpropagate", edited(backpropagate, ("grads[node] * slope", "grads[node] + slope"))),
    Mistake("backpropagate", edited(backpropagate, ("grads[node] * slope", "grads[node]"))),
    Mistake("backpropagate", edited(backpropagate, ("return grads", "return {node: grad for node, grad in grads.items() if not node.parents}"))),
    Mistake("backpropagate", edited(backpropagate, ("return grads", "del grads[root]\n    return grads"))),
    Mistake("backpropagate", edited(backpropagate, ("zip(node.parents, node.slopes, strict=True)", "dict(zip(node.parents, node.slopes)).items()"))),
    Mistake("backpropagate", edited(backpropagate, ("+= grads[node] * slope", "*= grads[node] * slope"), ("order, 0.0", "order, 1.0"))),
    Mistake("backpropagate", edited(backpropagate, ("+= grads", "-= grads"))),
    Mistake("backpropagate", edited(backpropagate, ("node.slopes", "node.slopes[::-1]"))),
    Mistake("backpropagate", lambda root: {parent: slope for parent, slope in zip(root.parents, root.slopes, strict=True)} | {root: 1.0}),
]


def _preorder(root: Any) -> list[Any]:
    found, stack, seen = [], [root], set()
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            found.append(node)
            stack.extend(node.parents)
    return found


def _value(*changes: tuple[str, str]) -> Mistake:
    return Mistake("Value", edited(Value, *changes))


VALUE = [
    _value(("(1 / other.data, -quotient / other.data)", "(1 / other.data, quotient / other.data)")),
    _value(("(1 / other.data, -quotient / other.data)", "(1 / other.data, 1 / self.data)")),
    _value(("(1 / other.data, -quotient / other.data)", "(1 / other.data, -1 / other.data**2)")),
    _value(("(1 / other.data, -quotient / other.data)", "(other.data, self.data)")),
    _value(("(exponent * self.data ** (exponent - 1),)", "(exponent * self.data**exponent,)")),
    _value(("(exponent * self.data ** (exponent - 1),)", "(exponent * self.data**exponent - 1,)")),
    _value(("(exponent * self.data ** (exponent - 1),)", "(self.data ** (exponent - 1),)")),
    _value(("(exponent * self.data ** (exponent - 1),)", "(exponent * self.data,)")),
    _value(("(1.0, -1.0)", "(1.0, 1.0)")),
    _value(("(1.0, -1.0)", "(-1.0, 1.0)")),
    _value(("return self._wrapped(other) - self", "return self - other")),
    _value(("return self._wrapped(other) / self", "return self / other")),
    _value(("return self._wrapped(other) / self", "return self * other**-1")),
    _value(("return self + other\n", "return NotImplemented\n")),
    _value(("def __rmul__", "def rmul")),
    _value(("def __rsub__", "def rsub")),
    _value(("(other.data, self.data)", "(self.data, other.data)")),
    _value(("(other.data, self.data)", "(1.0, 1.0)")),
    _value(("(other.data, self.data)", "(self.data * other.data, self.data * other.data)")),
    _value(("1 - result**2", "1 - self.data**2")),
    _value(("1 - result**2", "1 - result")),
    _value(("1 - result**2", "result * (1 - result)")),
    _value(("float(self.data > 0)", "float(self.data >= 0)")),
    _value(("float(self.data > 0)", "max(self.data, 0.0)")),
    _value(("float(self.data > 0)", "1.0")),
    _value(("Value(result, (self,), (result,))", "Value(result, (self,), (self.data * math.exp(self.data - 1),))")),
    _value(("Value(result, (self,), (result,))", "Value(result, (self,), (self.data,))")),
    _value(("(1 / self.data,)", "(math.log(self.data),)")),
    _value(("math.log(self.data)", "math.log10(self.data)")),
    _value(("(self,), (-1.0,)", "(self,), (1.0,)")),
    _value(("node.grad += grad", "node.grad = grad")),
    _value(("for node, grad in", "for node in topological_order(self):\n            node.grad = 0.0\n        for node, grad in")),
    _value(("node.grad += grad", "node.grad += grad if node.parents == () else 0.0")),
    _value(("node.grad += grad", "node.grad += grad if node is not self else 0.0")),
    _value(("node.grad += grad", "node.grad -= grad")),
    _value(("self.data + other.data, (self, other), (1.0, 1.0)", "self.data + other.data, (self,), (1.0,)")),
    _value(("        return Value(self.data + other.data", "        self.data += other.data\n        return Value(self.data")),
    _value(("self.data = float(data)", "self.data = int(data)")),
    _value(("self.parents = parents", "self.parents = tuple(set(parents))")),
    _value(("self.grad = 0.0\n", "self.grad = None\n"), ("node.grad += grad", "node.grad = (node.grad or 0.0) + grad")),
    _value(("return other if isinstance(other, Value) else Value(other)", "return other")),
    _value(("for node, grad in backpropagate(self).items():\n            node.grad += grad", "self.grad = 1.0\n        for node in reversed(topological_order(self)):\n            for parent, slope in zip(node.parents, node.slopes):\n                parent.grad += node.grad * slope")),
    _value(("for node, grad in backpropagate(self).items():\n            node.grad += grad", "self.grad += 1.0\n        for node in reversed(topological_order(self)):\n            for parent, slope in zip(node.parents, node.slopes):\n                parent.grad += node.grad * slope")),
    _value(("for node, grad in backpropagate(self).items():\n            node.grad += grad", "self.grad = 1.0\n        for node in collect_nodes(self):\n            for parent, slope in zip(node.parents, node.slopes):\n                parent.grad += node.grad * slope")),
    _value(("for node, grad in backpropagate(self).items():\n            node.grad += grad", "self.grad = 1.0\n        for node in reversed(topological_order(self)):\n            for parent, slope in zip(node.parents, node.slopes):\n                parent.grad = node.grad * slope")),
]


def _outer_for_all(grad_output: Array, a: Array, b: Array) -> tuple[Array, Array]:
    return grad_output @ b.T, a.T @ grad_output


VJPS = [
    Mistake("unbroadcast", lambda grad, shape: grad.sum(axis=0)),
    Mistake("unbroadcast", lambda grad, shape: grad.sum(axis=tuple(range(grad.ndim - len(shape))))),
    Mistake("unbroadcast", edited(unbroadcast, ("axis < extra or shape", "axis >= extra and shape"))),
    Mistake("unbroadcast", edited(unbroadcast, ("grad.sum", "grad.mean"))),
    Mistake("unbroadcast", edited(unbroadcast, ("return summed.reshape(shape)", "return summed"))),
    Mistake("unbroadcast", lambda grad, shape: grad),
    Mistake("unbroadcast", lambda grad, shape: np.resize(grad, shape)),
    Mistake("multiply_backward", lambda grad_output, a, b: (grad_output * b, grad_output * a)),
    Mistake("multiply_backward", edited(multiply_backward, ("grad_output * b, a.shape", "grad_output * a, a.shape"), ("grad_output * a, b.shape", "grad_output * b, b.shape"))),
    Mistake("multiply_backward", edited(multiply_backward, ("grad_output * b, a.shape", "grad_output * a, a.shape"))),
    Mistake("multiply_backward", lambda grad_output, a, b: (unbroadcast(grad_output, a.shape) * b, unbroadcast(grad_output, b.shape) * a)),
    Mistake("multiply_backward", lambda grad_output, a, b: (unbroadcast(b + 0 * grad_output, a.shape), unbroadcast(a + 0 * grad_output, b.shape))),
    Mistake("multiply_backward", lambda grad_output, a, b: (unbroadcast(grad_output * b, a.shape), grad_output * a)),
    Mistake("multiply_backward", lambda grad_output, a, b: multiply_backward(grad_output, a, b)[::-1]),
    Mistake("multiply_backward", lambda grad_output, a, b: (unbroadcast(grad_output, a.shape), unbroadcast(grad_output, b.shape))),
    Mistake("matmul_backward", _outer_for_all),
    Mistake("matmul_backward", lambda grad_output, a, b: (grad_output @ b, a @ grad_output)),
    Mistake("matmul_backward", lambda grad_output, a, b: (grad_output @ b.T, grad_output.T @ a)),
    Mistake("matmul_backward", lambda grad_output, a, b: (grad_output @ b.swapaxes(-1, -2), a.swapaxes(-1, -2) @ grad_output)),
    Mistake("matmul_backward", edited(matmul_backward, ("unbroadcast(grad @ columns.swapaxes(-1, -2), rows.shape)", "grad @ columns.swapaxes(-1, -2)"), ("grad_rows.reshape(a.shape)", "grad_rows"))),
    Mistake("matmul_backward", lambda grad_output, a, b: matmul_backward(grad_output, a, b)[::-1]),
    Mistake("matmul_backward", edited(matmul_backward, ("rows.swapaxes(-1, -2) @ grad", "grad.swapaxes(-1, -2) @ rows"))),
    Mistake("matmul_backward", lambda grad_output, a, b: (grad_output * b, grad_output * a)),
    Mistake("matmul_backward", edited(matmul_backward, (".swapaxes(-1, -2)", ".T"))),
    Mistake("matmul_backward", edited(matmul_backward, ("return grad_rows.reshape(a.shape), grad_columns.reshape(b.shape)", "return grad_rows, grad_columns"))),
    Mistake("matmul_backward", edited(matmul_backward, ("rows.swapaxes(-1, -2) @ grad", "rows.swapaxes(-1, -2) @ grad / len(rows)"))),
    Mistake("sum_backward", edited(sum_backward, ("np.array(np.broadcast_to(grad, x.shape))", "np.broadcast_to(grad, x.shape)"))),
    Mistake("sum_backward", lambda grad_output, x, axis=None, keepdims=False: np.array(np.broadcast_to(grad_output, x.shape))),
    Mistake("sum_backward", lambda grad_output, x, axis=None, keepdims=False: np.ones_like(x)),
    Mistake("sum_backward", lambda grad_output, x, axis=None, keepdims=False: sum_backward(grad_output, x, axis, keepdims) * x),
    Mistake("sum_backward", lambda grad_output, x, axis=None, keepdims=False: sum_backward(grad_output, x, axis, keepdims) / (x.size / grad_output.size)),
    Mistake("sum_backward", lambda grad_output, x, axis=None, keepdims=False: np.ones_like(x) * (grad_output if keepdims or axis is None else grad_output[..., None])),
    Mistake("sum_backward", lambda grad_output, x, axis=None, keepdims=False: np.full(x.shape, grad_output.sum(), dtype=x.dtype)),
    Mistake("sum_backward", lambda grad_output, x, axis=None, keepdims=False: np.ones(x.shape) * (grad_output if keepdims or axis is None else np.expand_dims(grad_output, axis))),
    Mistake("sum_backward", edited(sum_backward, ("grad_output if keepdims or axis is None else np.expand_dims(grad_output, axis)", "np.expand_dims(grad_output, axis) if axis is not None else grad_output"))),
    Mistake("sum_backward", lambda grad_output, x, axis=None, keepdims=False: grad_output),
    Mistake("max_backward", edited(max_backward, ("share * sum_backward", "held * sum_backward"))),
    Mistake("max_backward", edited(max_backward, ("x.max(axis=axis, keepdims=True)", "x.max()"))),
    Mistake("max_backward", edited(max_backward, ("held.sum(axis=axis, keepdims=True)", "held.sum()"))),
    Mistake("max_backward", lambda grad_output, x, axis=None, keepdims=False: (x == x.max(axis=axis, keepdims=True)) * grad_output),
    Mistake("max_backward", edited(max_backward, ("share * sum_backward", "x * share * sum_backward"))),
    Mistake("max_backward", lambda grad_output, x, axis=None, keepdims=False: (x == x.max(axis=axis, keepdims=True)).astype(x.dtype)),
    Mistake("max_backward", lambda grad_output, x, axis=None, keepdims=False: sum_backward(grad_output, x, axis, keepdims)),
    Mistake("max_backward", lambda grad_output, x, axis=None, keepdims=False: _first_maximum(grad_output, x, axis, keepdims)),
    Mistake("max_backward", edited(max_backward, ("x == x.max", "x >= x.mean"))),
    Mistake("max_backward", edited(max_backward, ("x == x.max", "np.abs(x) == np.abs(x).max"))),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.transpose(axes)),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.transpose(axes[::-1])),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.T),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.reshape([grad_output.shape[axis] for axis in axes])),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.transpose(np.argsort(axes))),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.transpose([axes.index(k) for k in range(len(axes))])),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.transpose([-axis for axis in axes])),
    Mistake("index_backward", lambda grad_output, shape, index: _assigned(grad_output, shape, index)),
    Mistake("index_backward", lambda grad_output, shape, index: _added(grad_output, shape, index)),
    Mistake("index_backward", lambda grad_output, shape, index: np.resize(grad_output, shape)),
    Mistake("index_backward", edited(index_backward, ("np.add.at(grad, index, grad_output)", "grad[index] = 1"))),
    Mistake("index_backward", edited(index_backward, (", dtype=grad_output.dtype", ""))),
    Mistake("index_backward", edited(index_backward, ("np.zeros", "np.ones"))),
    Mistake("index_backward", lambda grad_output, shape, index: grad_output[index]),
    Mistake("index_backward", edited(index_backward, ("np.add.at(grad, index, grad_output)", "np.maximum.at(grad, index, grad_output)"))),
    Mistake("index_backward", edited(index_backward, ("np.zeros(shape", "np.empty(shape"), ("np.add.at(grad, index, grad_output)", "grad[...] = np.mean(grad_output)"))),
]


def _first_maximum(grad_output: Array, x: Array, axis: Any, keepdims: bool) -> Array:
    if axis is None or isinstance(axis, tuple):
        return max_backward(grad_output, x, axis, keepdims)
    grad = grad_output if keepdims else np.expand_dims(grad_output, axis)
    result = np.zeros_like(x)
    np.put_along_axis(result, np.expand_dims(x.argmax(axis), axis), grad, axis)
    return result


def _assigned(grad_output: Array, shape: Any, index: Any) -> Array:
    grad = np.zeros(shape, dtype=grad_output.dtype)
    grad[index] = grad_output
    return grad


def _added(grad_output: Array, shape: Any, index: Any) -> Array:
    grad = np.zeros(shape, dtype=grad_output.dtype)
    grad[index] += grad_output
    return grad


def _tensor(*changes: tuple[str, str]) -> Mistake:
    return Mistake("Tensor", edited(Tensor, *changes))


MULTIPLY = "lambda grad: multiply_backward(grad, self.data, right.data)"
TENSOR = [
    _tensor((MULTIPLY, "lambda grad: (grad * right.data, grad * self.data)")),
    _tensor((MULTIPLY, "lambda grad: multiply_backward(grad, right.data, self.data)")),
    _tensor((MULTIPLY, "lambda grad: (unbroadcast(grad * self.data, self.data.shape), unbroadcast(grad * right.data, right.data.shape))")),
    _tensor(("lambda grad: (unbroadcast(grad, self.data.shape), unbroadcast(grad, right.data.shape))", "lambda grad: (grad, grad)")),
    _tensor(("right = -self._wrapped(other)", "right = self._wrapped(other)\n        return self._result(self.data - right.data, (self, right), lambda grad: (unbroadcast(grad, self.data.shape), unbroadcast(grad, right.data.shape)))\n        right = right")),
    _tensor(("return self._wrapped(other) - self", "return self - other")),
    _tensor(("return self._wrapped(other) / self", "return self / other")),
    _tensor(("return self._wrapped(other) @ self", "return self @ other")),
    _tensor(("-grad * quotient / right.data", "grad * quotient / right.data")),
    _tensor(("-grad * quotient / right.data", "-grad / right.data**2")),
    _tensor(("return total / (self.data.size / total.data.size)", "return total / self.data.size")),
    _tensor(("return total / (self.data.size / total.data.size)", "return total / len(self.data)")),
    _tensor(("return total / (self.data.size / total.data.size)", "return total")),
    _tensor(("lambda grad: matmul_backward(grad, self.data, right.data)", "lambda grad: (grad @ right.data.T, self.data.T @ grad)")),
    _tensor(("lambda grad: matmul_backward(grad, self.data, right.data)", "lambda grad: (right.data @ grad, grad @ self.data)")),
    _tensor(("(sum_backward(grad, self.data, axis, keepdims),)", "(grad * np.ones_like(self.data),)")),
    _tensor(("(grad.reshape(self.data.shape),)", "(grad,)")),
    _tensor(("(transpose_backward(grad, order),)", "(grad.transpose(order),)")),
    _tensor(("(transpose_backward(grad, order),)", "(grad.T,)")),
    _tensor(("(index_backward(grad, self.data.shape, index),)", "(np.put(z := np.zeros_like(self.data), np.arange(z.size).reshape(z.shape)[index], grad) or z,)")),
    _tensor(("(max_backward(grad, self.data, axis, keepdims),)", "(sum_backward(grad, self.data, axis, keepdims) * (self.data == self.data.max(axis=axis, keepdims=True)),)")),
    _tensor(("(grad * result,))", "(grad * self.data,))")),
    _tensor(("(grad * result,))", "(result,))")),
    _tensor(("(grad / self.data,)", "(grad * np.log(self.data),)")),
    _tensor(("(1 - result**2)", "(1 - self.data**2)")),
    _tensor(("(self.data > 0)", "(self.data >= 0)")),
    _tensor(("(grad * (self.data > 0),)", "(grad * np.maximum(self.data, 0),)")),
    _tensor(("(grad * (self.data > 0),)", "(grad * (grad > 0),)")),
    _tensor(("np.exp(-np.logaddexp(0, -self.data))", "np.exp(self.data) / (1 + np.exp(self.data))")),
    _tensor(("grad * result * (1 - result)", "grad * self.data * (1 - self.data)")),
    _tensor(("grad * result * (1 - result)", "result * (1 - result)")),
    _tensor(("np.array(grad) if node.grad is None else node.grad + grad", "np.array(grad)")),
    _tensor(("np.array(grad) if node.grad is None else node.grad + grad", "grad if node.grad is None else node.grad + grad")),
    _tensor(("node.grad = np.array(grad) if node.grad is None else node.grad + grad", "if node.grad is None:\n                node.grad = grad\n            else:\n                node.grad += grad")),
    _tensor(("grads[id(parent)] + part if id(parent) in grads else part", "part")),
    _tensor(("reversed(topological_order(self))", "collect_nodes(self)")),
    _tensor(("                if parent.requires_grad:\n", "                if True:\n"), ("or not node.requires_grad", "")),
    _tensor(("            if self.data.size != 1:\n                raise ValueError(f\"grad_output is needed: a result of shape {self.data.shape} is not one number\")\n", "")),
    _tensor(("if seed.shape != self.data.shape:", "if False:")),
    _tensor(("self.grad: Array | None = None", "self.grad: Array | None = np.zeros_like(self.data)")),
    _tensor(("self.data = array if array.dtype.kind == \"f\" else array.astype(np.float64)", "self.data = array")),
    _tensor(("self.data = array if array.dtype.kind == \"f\" else array.astype(np.float64)", "self.data = array.astype(np.float64)")),
    _tensor(("    __array_ufunc__ = None\n", "")),
    _tensor(("array.astype(self.data.dtype) if takes_dtype else array", "array")),
    _tensor(("requires_grad=any(parent.requires_grad for parent in parents)", "requires_grad=True")),
    _tensor(("requires_grad=any(parent.requires_grad for parent in parents)", "requires_grad=all(parent.requires_grad for parent in parents)")),
    _tensor(("order = order or tuple(reversed(range(self.data.ndim)))", "order = order or tuple(range(self.data.ndim))")),
    _tensor(("np.ones_like(self.data)", "np.ones(self.data.shape)")),
    _tensor(("return self._result(-self.data, (self,), lambda grad: (-grad,))", "return self._result(-self.data, (self,), lambda grad: (grad,))")),
]

MISTAKES = [*GRAPHS, *VALUE, *VJPS, *TENSOR]
