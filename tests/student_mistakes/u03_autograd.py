"""Wrong answers to the exercises on automatic differentiation."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u03_autograd as autograd
from tests.student_mistakes import Mistake
from tests.student_mistakes.editing import edits_of

Array = np.ndarray[Any, Any]
edit = edits_of(autograd)


def _recursive(root: Any) -> list[Any]:
    found: list[Any] = []

    def visit(node: Any) -> None:
        if node not in found:
            found.append(node)
            for parent in node.parents:
                visit(parent)

    visit(root)
    return found


def _preorder(root: Any) -> list[Any]:
    found, stack, seen = [], [root], set()
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            found.append(node)
            stack.extend(node.parents)
    return found


def _added(grad_output: Array, shape: Any, index: Any) -> Array:
    grad = np.zeros(shape, dtype=grad_output.dtype)
    grad[index] += grad_output
    return grad


GRAPHS = [
    Mistake("collect_nodes", _recursive, named="recursion"),
    Mistake("collect_nodes", lambda root: [root, *root.parents]),
    Mistake(
        "collect_nodes",
        lambda root: [node for node in autograd.collect_nodes(root) if not node.parents],
        named="inputs-only",
    ),
    Mistake("collect_nodes", lambda root: [root, *root.parents, *(g for p in root.parents for g in p.parents)]),
    Mistake("topological_order", lambda root: autograd.topological_order(root)[::-1], named="root-first"),
    Mistake("topological_order", autograd.collect_nodes),
    Mistake("topological_order", lambda root: autograd.collect_nodes(root)[::-1], named="level-by-level"),
    Mistake("topological_order", lambda root: _preorder(root)),
    Mistake("topological_order", lambda root: autograd.topological_order(root)[:-1]),
    Mistake("topological_order", lambda root: sorted(autograd.collect_nodes(root), key=lambda node: len(node.parents))),
    edit("backpropagate", "+= grads", "= grads", named="overwritten"),
    edit(
        "backpropagate", "order = topological_order(root)", "order = collect_nodes(root)[::-1]", named="level-by-level"
    ),
    edit("backpropagate", "reversed(order)", "order", named="inputs-to-root"),
    edit("backpropagate", "grads[node] * slope", "grads[node] + slope", named="slopes-added-along-the-way"),
    edit("backpropagate", "grads[node] * slope", "grads[node]", named="slopes-forgotten"),
    edit("backpropagate", "return grads", "del grads[root]\n    return grads", named="root-without-gradient"),
    edit(
        "backpropagate",
        "zip(node.parents, node.slopes, strict=True)",
        "dict(zip(node.parents, node.slopes)).items()",
        named="one-slope-per-parent",
    ),
    edit("backpropagate", "+= grads[node] * slope", "*= grads[node] * slope", "order, 0.0", "order, 1.0"),
    edit("backpropagate", "node.slopes", "node.slopes[::-1]"),
    Mistake("backpropagate", lambda root: dict(zip(root.parents, root.slopes, strict=True)) | {root: 1.0}),
]

VALUE = [
    edit(
        "Value",
        "(1 / other.data, -quotient / other.data)",
        "(1 / other.data, quotient / other.data)",
        named="division-sign",
    ),
    edit(
        "Value",
        "(1 / other.data, -quotient / other.data)",
        "(1 / other.data, -1 / other.data**2)",
        named="division-by-the-square-alone",
    ),
    edit(
        "Value",
        "(exponent * self.data ** (exponent - 1),)",
        "(exponent * self.data**exponent,)",
        named="power-keeps-its-exponent",
    ),
    edit(
        "Value",
        "(exponent * self.data ** (exponent - 1),)",
        "(self.data ** (exponent - 1),)",
        named="power-without-its-factor",
    ),
    edit("Value", "(exponent * self.data ** (exponent - 1),)", "(exponent * self.data,)"),
    edit("Value", "(1.0, -1.0)", "(1.0, 1.0)", named="difference-without-sign"),
    edit("Value", "return self._wrapped(other) - self", "return self - other", named="reflected-minus-swapped"),
    edit("Value", "return self._wrapped(other) / self", "return self / other", named="reflected-division-swapped"),
    edit("Value", "return self._wrapped(other) / self", "return self * other**-1", named="reflected-division-swapped"),
    edit("Value", "def __rmul__", "def rmul"),
    edit("Value", "def __rsub__", "def rsub"),
    edit("Value", "(other.data, self.data)", "(self.data, other.data)", named="multiply-own-value"),
    edit("Value", "1 - result**2", "1 - self.data**2", named="tanh-of-the-input"),
    edit("Value", "1 - result**2", "1 - result", named="tanh-slope-not-squared"),
    edit("Value", "float(self.data > 0)", "float(self.data >= 0)", named="rectifier-at-zero"),
    edit("Value", "float(self.data > 0)", "max(self.data, 0.0)", named="rectifier-times-its-output"),
    edit("Value", "float(self.data > 0)", "1.0", named="rectifier-passes-everything"),
    edit(
        "Value",
        "Value(result, (self,), (result,))",
        "Value(result, (self,), (self.data,))",
        named="exponential-of-the-input",
    ),
    edit("Value", "math.log(self.data)", "math.log10(self.data)"),
    edit("Value", "node.grad += grad", "node.grad = grad", named="reset-inside-backward"),
    edit(
        "Value",
        "for node, grad in",
        "for node in topological_order(self):\n            node.grad = 0.0\n        for node, grad in",
        named="reset-inside-backward",
    ),
    edit(
        "Value",
        "node.grad += grad",
        "node.grad += grad if node.parents == () else 0.0",
        named="intermediate-gradients-lost",
    ),
    edit("Value", "node.grad += grad", "node.grad -= grad", named="gradients-subtracted"),
    edit("Value", "self.data + other.data, (self, other), (1.0, 1.0)", "self.data + other.data, (self,), (1.0,)"),
    edit("Value", "self.data = float(data)", "self.data = int(data)"),
    edit("Value", "self.parents = parents", "self.parents = tuple(set(parents))"),
    edit(
        "Value", "self.grad = 0.0\n", "self.grad = None\n", "node.grad += grad", "node.grad = (node.grad or 0.0) + grad"
    ),
    edit(
        "Value",
        "for node, grad in backpropagate(self).items():\n            node.grad += grad",
        "self.grad = 1.0\n        for node in reversed(topological_order(self)):\n            for parent, slope in zip(node.parents, node.slopes):\n                parent.grad += node.grad * slope",
        named="stale-gradients",
    ),
    edit(
        "Value",
        "for node, grad in backpropagate(self).items():\n            node.grad += grad",
        "self.grad += 1.0\n        for node in reversed(topological_order(self)):\n            for parent, slope in zip(node.parents, node.slopes):\n                parent.grad += node.grad * slope",
    ),
    edit(
        "Value",
        "for node, grad in backpropagate(self).items():\n            node.grad += grad",
        "self.grad = 1.0\n        for node in collect_nodes(self):\n            for parent, slope in zip(node.parents, node.slopes):\n                parent.grad += node.grad * slope",
    ),
]

VJPS = [
    Mistake("unbroadcast", lambda grad, shape: grad.sum(axis=0), named="first-axis-alone"),
    Mistake(
        "unbroadcast",
        lambda grad, shape: grad.sum(axis=tuple(range(grad.ndim - len(shape)))),
        named="leading-axes-only",
    ),
    edit("unbroadcast", "axis < extra or shape", "axis >= extra and shape"),
    edit("unbroadcast", "return summed.reshape(shape)", "return summed", named="axes-of-length-one-dropped"),
    Mistake("unbroadcast", lambda grad, shape: grad, named="not-summed"),
    Mistake("unbroadcast", lambda grad, shape: np.resize(grad, shape)),
    edit(
        "multiply_backward",
        "grad_output * b, a.shape",
        "grad_output * a, a.shape",
        "grad_output * a, b.shape",
        "grad_output * b, b.shape",
        named="own-value",
    ),
    edit("multiply_backward", "grad_output * b, a.shape", "grad_output * a, a.shape"),
    Mistake(
        "multiply_backward",
        lambda grad_output, a, b: (
            autograd.unbroadcast(grad_output, a.shape) * b,
            autograd.unbroadcast(grad_output, b.shape) * a,
        ),
    ),
    Mistake(
        "multiply_backward",
        lambda grad_output, a, b: (autograd.unbroadcast(grad_output * b, a.shape), grad_output * a),
        named="second-not-summed",
    ),
    Mistake(
        "multiply_backward",
        lambda grad_output, a, b: autograd.multiply_backward(grad_output, a, b)[::-1],
        named="order-swapped",
    ),
    Mistake(
        "multiply_backward",
        lambda grad_output, a, b: (
            autograd.unbroadcast(grad_output, a.shape),
            autograd.unbroadcast(grad_output, b.shape),
        ),
        named="passed-through",
    ),
    Mistake("matmul_backward", lambda grad_output, a, b: (grad_output @ b, a @ grad_output)),
    Mistake("matmul_backward", lambda grad_output, a, b: (grad_output @ b.T, grad_output.T @ a)),
    Mistake("matmul_backward", lambda grad_output, a, b: (grad_output * b, grad_output * a), named="elementwise"),
    edit(
        "matmul_backward",
        "return grad_rows.reshape(a.shape), grad_columns.reshape(b.shape)",
        "return grad_rows, grad_columns",
        named="vectors-stay-matrices",
    ),
    edit("matmul_backward", "rows.swapaxes(-1, -2) @ grad", "rows.swapaxes(-1, -2) @ grad / len(rows)"),
    edit(
        "sum_backward",
        "np.array(np.broadcast_to(grad, x.shape))",
        "np.broadcast_to(grad, x.shape)",
        named="stretched-view",
    ),
    Mistake(
        "sum_backward", lambda grad_output, x, axis=None, keepdims=False: np.ones_like(x), named="upstream-ignored"
    ),
    Mistake(
        "sum_backward",
        lambda grad_output, x, axis=None, keepdims=False: autograd.sum_backward(grad_output, x, axis, keepdims) * x,
        named="times-x",
    ),
    Mistake(
        "sum_backward",
        lambda grad_output, x, axis=None, keepdims=False: (
            autograd.sum_backward(grad_output, x, axis, keepdims) / (x.size / grad_output.size)
        ),
        named="averaged",
    ),
    Mistake(
        "sum_backward",
        lambda grad_output, x, axis=None, keepdims=False: np.full(x.shape, grad_output.sum(), dtype=x.dtype),
    ),
    Mistake(
        "sum_backward",
        lambda grad_output, x, axis=None, keepdims=False: (
            np.ones(x.shape) * (grad_output if keepdims or axis is None else np.expand_dims(grad_output, axis))
        ),
    ),
    edit(
        "sum_backward",
        "grad_output if keepdims or axis is None else np.expand_dims(grad_output, axis)",
        "np.expand_dims(grad_output, axis) if axis is not None else grad_output",
    ),
    edit("max_backward", "share * sum_backward", "held * sum_backward", named="ties-all-get-everything"),
    edit("max_backward", "x.max(axis=axis, keepdims=True)", "x.max()"),
    edit("max_backward", "held.sum(axis=axis, keepdims=True)", "held.sum()", named="ties-counted-everywhere"),
    edit("max_backward", "share * sum_backward", "x * share * sum_backward", named="times-the-maximum"),
    Mistake(
        "max_backward",
        lambda grad_output, x, axis=None, keepdims=False: (x == x.max(axis=axis, keepdims=True)).astype(x.dtype),
    ),
    Mistake(
        "max_backward",
        lambda grad_output, x, axis=None, keepdims=False: autograd.sum_backward(grad_output, x, axis, keepdims),
        named="as-a-sum",
    ),
    edit("max_backward", "x == x.max", "x >= x.mean"),
    edit("max_backward", "x == x.max", "np.abs(x) == np.abs(x).max"),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.transpose(axes), named="same-permutation"),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.T, named="all-axes-reversed"),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output, named="gradient-as-it-came"),
    Mistake(
        "transpose_backward",
        lambda grad_output, axes: grad_output.transpose(np.argsort(axes)),
        named="negative-axes-sorted-as-they-are",
    ),
    Mistake(
        "transpose_backward", lambda grad_output, axes: grad_output.transpose([axes.index(k) for k in range(len(axes))])
    ),
    Mistake("transpose_backward", lambda grad_output, axes: grad_output.transpose([-axis for axis in axes])),
    Mistake("index_backward", lambda grad_output, shape, index: _added(grad_output, shape, index), named="assigned"),
    Mistake("index_backward", lambda grad_output, shape, index: np.resize(grad_output, shape), named="filled-up"),
    edit("index_backward", "np.zeros", "np.ones"),
    Mistake("index_backward", lambda grad_output, shape, index: grad_output[index]),
    edit("index_backward", "np.add.at(grad, index, grad_output)", "np.maximum.at(grad, index, grad_output)"),
]

TENSOR = [
    edit(
        "Tensor",
        "lambda grad: multiply_backward(grad, self.data, right.data)",
        "lambda grad: (grad * right.data, grad * self.data)",
    ),
    edit(
        "Tensor",
        "lambda grad: multiply_backward(grad, self.data, right.data)",
        "lambda grad: multiply_backward(grad, right.data, self.data)",
    ),
    edit(
        "Tensor",
        "lambda grad: multiply_backward(grad, self.data, right.data)",
        "lambda grad: (unbroadcast(grad * self.data, self.data.shape), unbroadcast(grad * right.data, right.data.shape))",
        named="multiply-own-value",
    ),
    edit("Tensor", "return self._wrapped(other) - self", "return self - other", named="reflected-minus-swapped"),
    edit("Tensor", "return self._wrapped(other) / self", "return self / other", named="reflected-division-swapped"),
    edit("Tensor", "return self._wrapped(other) @ self", "return self @ other", named="array-on-the-left-on-the-right"),
    edit("Tensor", "-grad * quotient / right.data", "grad * quotient / right.data", named="division-sign"),
    edit("Tensor", "-grad * quotient / right.data", "-grad / right.data**2", named="division-by-the-square-alone"),
    edit(
        "Tensor",
        *(
            "self.data.mean(axis=axis, keepdims=keepdims)",
            "self.data.sum(axis=axis, keepdims=keepdims) / self.data.size",
        ),
        *("count = self.data.size / result.size", "count = self.data.size"),
    ),
    edit(
        "Tensor",
        "self.data.mean(axis=axis, keepdims=keepdims)",
        "self.data.sum(axis, keepdims=keepdims)",
        " / count",
        "",
    ),
    edit(
        "Tensor",
        "lambda grad: matmul_backward(grad, self.data, right.data)",
        "lambda grad: (grad @ right.data.T, self.data.T @ grad)",
    ),
    edit(
        "Tensor",
        "lambda grad: matmul_backward(grad, self.data, right.data)",
        "lambda grad: (right.data @ grad, grad @ self.data)",
    ),
    edit("Tensor", "(grad.reshape(self.data.shape),)", "(grad,)", named="reshape-passes-through"),
    edit("Tensor", "(transpose_backward(grad, order),)", "(grad.T,)", named="transposed-by-reversal"),
    edit(
        "Tensor",
        "(max_backward(grad, self.data, axis, keepdims),)",
        "(sum_backward(grad, self.data, axis, keepdims) * (self.data == self.data.max(axis=axis, keepdims=True)),)",
        named="ties-all-get-everything",
    ),
    edit("Tensor", "(grad * result,))", "(grad * self.data,))", named="exponential-of-the-input"),
    edit("Tensor", "(grad * result,))", "(result,))", named="exponential-without-upstream"),
    edit("Tensor", "(1 - result**2)", "(1 - self.data**2)", named="tanh-of-the-input"),
    edit("Tensor", "(self.data > 0)", "(self.data >= 0)", named="rectifier-at-zero"),
    edit(
        "Tensor", "(grad * (self.data > 0),)", "(grad * np.maximum(self.data, 0),)", named="rectifier-times-its-output"
    ),
    edit(
        "Tensor",
        "np.exp(-np.logaddexp(0, -self.data))",
        "np.exp(self.data) / (1 + np.exp(self.data))",
        named="sigmoid-overflows",
    ),
    edit("Tensor", "grad * result * (1 - result)", "grad * self.data * (1 - self.data)", named="sigmoid-of-the-input"),
    edit(
        "Tensor",
        "np.array(grad) if node.grad is None else node.grad + grad",
        "grad if node.grad is None else node.grad + grad",
    ),
    edit(
        "Tensor",
        "node.grad = np.array(grad) if node.grad is None else node.grad + grad",
        "if node.grad is None:\n                node.grad = grad\n            else:\n                node.grad += grad",
    ),
    edit("Tensor", "grads[id(parent)] + part if id(parent) in grads else part", "part"),
    edit(
        "Tensor",
        "                if parent.requires_grad:\n",
        "                if True:\n",
        "or not node.requires_grad",
        "",
    ),
    edit(
        "Tensor",
        '            if self.data.size != 1:\n                raise ValueError(f"grad_output is needed: a result of shape {self.data.shape} is not one number")\n',
        "",
        named="upstream-of-ones",
    ),
    edit("Tensor", "if seed.shape != self.data.shape:", "if False:"),
    edit("Tensor", 'self.data = array if array.dtype.kind == "f" else array.astype(np.float64)', "self.data = array"),
    edit(
        "Tensor",
        'self.data = array if array.dtype.kind == "f" else array.astype(np.float64)',
        "self.data = array.astype(np.float64)",
        named="always-double-precision",
    ),
    edit("Tensor", "    __array_ufunc__ = None\n", "", named="product-on-the-left-forgotten"),
    edit("Tensor", "requires_grad=any(parent.requires_grad for parent in parents)", "requires_grad=True"),
    edit(
        "Tensor",
        "requires_grad=any(parent.requires_grad for parent in parents)",
        "requires_grad=all(parent.requires_grad for parent in parents)",
        named="both-operands-must-require",
    ),
    edit(
        "Tensor",
        "order = order or tuple(reversed(range(self.data.ndim)))",
        "order = order or tuple(range(self.data.ndim))",
    ),
    edit(
        "Tensor",
        "return self._result(-self.data, (self,), lambda grad: (-grad,))",
        "return self._result(-self.data, (self,), lambda grad: (grad,))",
        named="negation-passes-through",
    ),
]

MISTAKES: list[Mistake] = [*GRAPHS, *VALUE, *VJPS, *TENSOR]
