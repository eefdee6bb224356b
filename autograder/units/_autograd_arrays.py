"""An array engine in pieces: the right one, from which wrong ones are made by replacing a piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.inputs import Array
from autograder.units._autograd_matmul import matmul_grads
from autograder.units._autograd_nodes import finished_first
from autograder.units._autograd_products import sum_to
from autograder.units._autograd_reductions import max_grad, sum_grad

__all__ = ["ArrayEngine", "array_engine"]

Vjp = Callable[[Array], tuple[Array, ...]]
_even_max = max_grad(lambda held, axis: held / held.sum(axis=axis, keepdims=True))


class ArrayEngine:
    """The right engine. Every method is a piece that a wrong engine may replace."""

    __array_ufunc__ = None

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        """Keep the array."""
        self.data = self.as_array(data)
        self.requires_grad = requires_grad
        self.grad: Array | None = None
        self.parents: tuple[Any, ...] = ()
        self.vjp: Vjp = lambda grad: ()

    def as_array(self, data: Any) -> Array:
        """Floating data."""
        array = np.asarray(data)
        return array if array.dtype.kind == "f" else array.astype(np.float64)

    def lift(self, other: Any) -> Any:
        """The other operand as a node; a plain number takes this dtype."""
        if isinstance(other, ArrayEngine):
            return other
        number = isinstance(other, (int, float))
        return type(self)(np.asarray(other, self.data.dtype if number else None), requires_grad=False)

    def wants(self, parents: tuple[Any, ...]) -> bool:
        """Whether a result requires a gradient."""
        return any(parent.requires_grad for parent in parents)

    def apply(self, data: Any, parents: tuple[Any, ...], vjp: Vjp) -> Any:
        """A new node."""
        result = type(self)(data, requires_grad=self.wants(parents))
        result.parents, result.vjp = parents, vjp
        return result

    def binary(self, other: Any, compute: Callable[..., Array], vjp: Callable[..., tuple[Array, Array]]) -> Any:
        """A new node of two operands that broadcast."""
        right = self.lift(other)
        x, y = self.data, right.data

        def back(grad: Array) -> tuple[Array, ...]:
            return tuple(self.reduce(part, z.shape) for part, z in zip(vjp(grad, x, y), (x, y), strict=True))

        return self.apply(compute(x, y), (self, right), back)

    def unary(self, out: Any, vjp: Callable[[Array], Array]) -> Any:
        """A new node of one operand."""
        return self.apply(out, (self,), lambda grad: (vjp(grad),))

    def reduce(self, grad: Array, shape: tuple[int, ...]) -> Array:
        """From the broadcast shape to the operand's."""
        return sum_to(grad, shape)

    def add_vjp(self, g: Array, x: Array, y: Array) -> tuple[Array, Array]:
        """Of x + y."""
        return g, g

    def sub_vjp(self, g: Array, x: Array, y: Array) -> tuple[Array, Array]:
        """Of x - y."""
        return g, -g

    def mul_vjp(self, g: Array, x: Array, y: Array) -> tuple[Array, Array]:
        """Of x · y."""
        return g * y, g * x

    def div_vjp(self, g: Array, x: Array, y: Array) -> tuple[Array, Array]:
        """Of x / y."""
        return g / y, -g * x / y**2

    def matmul_vjp(self, g: Array, x: Array, y: Array) -> tuple[Array, Array]:
        """Of x @ y."""
        return matmul_grads(g, x, y)

    def sum_vjp(self, g: Array, x: Array, axis: Any, keepdims: bool) -> Array:
        """Of a sum."""
        return sum_grad(g, x, axis, keepdims)

    def max_vjp(self, g: Array, x: Array, axis: Any, keepdims: bool) -> Array:
        """Of a maximum."""
        return np.asarray(_even_max(g, x, axis, keepdims))

    def count(self, x: Array, out: Array) -> float:
        """What a mean divides by."""
        return x.size / out.size

    def reshape_vjp(self, g: Array, x: Array) -> Array:
        """Of another shape."""
        return g.reshape(x.shape)

    def transpose_vjp(self, g: Array, axes: tuple[int, ...]) -> Array:
        """Of permuted axes."""
        return np.asarray(g.transpose(np.argsort(axes)))

    def index_vjp(self, g: Array, x: Array, index: Any) -> Array:
        """Of numbers taken out."""
        grad = np.zeros_like(x)
        np.add.at(grad, index, g)
        return grad

    def exp_vjp(self, g: Array, x: Array, out: Array) -> Array:
        """Of e^x."""
        return g * out

    def log_vjp(self, g: Array, x: Array, out: Array) -> Array:
        """Of the logarithm."""
        return g / x

    def tanh_vjp(self, g: Array, x: Array, out: Array) -> Array:
        """Of the hyperbolic tangent."""
        return np.asarray(g * (1 - out**2))

    def relu_vjp(self, g: Array, x: Array, out: Array) -> Array:
        """Of the rectifier."""
        return g * (x > 0)

    def sigmoid_vjp(self, g: Array, x: Array, out: Array) -> Array:
        """Of the sigmoid."""
        return np.asarray(g * out * (1 - out))

    def sigmoid_of(self, x: Array) -> Array:
        """The sigmoid."""
        return np.asarray(np.exp(-np.logaddexp(0, -x)))

    def __add__(self, other: Any) -> Any:
        return self.binary(other, np.add, self.add_vjp)

    def __sub__(self, other: Any) -> Any:
        return self.binary(other, np.subtract, self.sub_vjp)

    def __mul__(self, other: Any) -> Any:
        return self.binary(other, np.multiply, self.mul_vjp)

    def __truediv__(self, other: Any) -> Any:
        return self.binary(other, np.divide, self.div_vjp)

    def __radd__(self, other: Any) -> Any:
        return self.lift(other) + self

    def __rsub__(self, other: Any) -> Any:
        return self.lift(other) - self

    def __rmul__(self, other: Any) -> Any:
        return self.lift(other) * self

    def __rtruediv__(self, other: Any) -> Any:
        return self.lift(other) / self

    def __neg__(self) -> Any:
        return self.unary(-self.data, lambda g: -g)

    def __matmul__(self, other: Any) -> Any:
        right = self.lift(other)
        return self.apply(self.data @ right.data, (self, right), lambda g: self.matmul_vjp(g, self.data, right.data))

    def __rmatmul__(self, other: Any) -> Any:
        return self.lift(other) @ self

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Sum."""
        out = self.data.sum(axis=axis, keepdims=keepdims)
        return self.unary(out, lambda g: self.sum_vjp(g, self.data, axis, keepdims))

    def mean(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Mean."""
        out = self.data.mean(axis=axis, keepdims=keepdims)
        return self.unary(
            out, lambda g: self.sum_vjp(g, self.data, axis, keepdims) / self.count(self.data, np.asarray(out))
        )

    def max(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Maximum."""
        out = self.data.max(axis=axis, keepdims=keepdims)
        return self.unary(out, lambda g: self.max_vjp(g, self.data, axis, keepdims))

    def reshape(self, *shape: Any) -> Any:
        """Another shape."""
        return self.unary(self.data.reshape(*shape), lambda g: self.reshape_vjp(g, self.data))

    def transpose(self, *axes: int) -> Any:
        """Permuted axes."""
        order = axes or tuple(reversed(range(self.data.ndim)))
        return self.unary(self.data.transpose(order), lambda g: self.transpose_vjp(g, order))

    def __getitem__(self, index: Any) -> Any:
        return self.unary(self.data[index], lambda g: self.index_vjp(g, self.data, index))

    def exp(self) -> Any:
        """e^x."""
        out = np.exp(self.data)
        return self.unary(out, lambda g: self.exp_vjp(g, self.data, out))

    def log(self) -> Any:
        """Natural logarithm."""
        out = np.log(self.data)
        return self.unary(out, lambda g: self.log_vjp(g, self.data, out))

    def tanh(self) -> Any:
        """Hyperbolic tangent."""
        out = np.tanh(self.data)
        return self.unary(out, lambda g: self.tanh_vjp(g, self.data, out))

    def relu(self) -> Any:
        """max(x, 0)."""
        out = np.maximum(self.data, 0)
        return self.unary(out, lambda g: self.relu_vjp(g, self.data, out))

    def sigmoid(self) -> Any:
        """1 / (1 + e^-x)."""
        out = self.sigmoid_of(self.data)
        return self.unary(out, lambda g: self.sigmoid_vjp(g, self.data, out))

    def order(self) -> list[Any]:
        """The nodes from the root to the inputs."""
        return finished_first(self)[::-1]

    def seed(self, grad_output: Any) -> Array:
        """The gradient of the root."""
        if grad_output is None and self.data.size != 1:
            raise ValueError("grad_output is needed")
        if grad_output is not None and np.shape(grad_output) != self.data.shape:
            raise ValueError("grad_output has another shape")
        return np.ones_like(self.data) if grad_output is None else np.asarray(grad_output)

    def backward(self, grad_output: Any = None) -> None:
        """Add the gradients of one call to what is there."""
        grads = {self: self.seed(grad_output)}
        for node in self.order():
            if node in grads and node.requires_grad:
                grad = grads[node]
                node.grad = grad.copy() if node.grad is None else node.grad + grad
                for parent, part in zip(node.parents, node.vjp(grad), strict=False):
                    grads[parent] = grads[parent] + part if parent in grads else part

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self.grad = None


def array_engine(**pieces: Any) -> type:
    """An engine with some pieces replaced."""
    return type("Tensor", (ArrayEngine,), {"__module__": __name__, **pieces})
