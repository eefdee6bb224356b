"""A right array engine of another style: closures that add to `.grad`, and few operations that make up the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.inputs import Array
from autograder.units._autograd_nodes import by_counting_users
from autograder.units._autograd_products import sum_to

__all__ = ["ClosureTensor"]


class ClosureTensor:
    """Each result holds a function that adds to the gradients of its operands; a call resets what lies between."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **more: Any) -> Any:
        """Each of NumPy's functions by the operator of its name."""
        names = {"add": "radd", "multiply": "rmul", "subtract": "rsub", "divide": "rtruediv", "matmul": "rmatmul"}
        return getattr(self, f"__{names[ufunc.__name__]}__")(inputs[0])

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        """Keep the array."""
        array = np.array(data)
        self.data = array if array.dtype.kind == "f" else array.astype(float)
        self.requires_grad = requires_grad
        self.grad: Any = None
        self.parents: tuple[Any, ...] = ()
        self.push: Callable[[Any], None] = lambda grad: None

    def _made(self, data: Any, *rules: tuple[Any, Callable[[Array], Array]]) -> Any:
        """A result, with a rule for each operand."""
        out = ClosureTensor(data, any(operand.requires_grad for operand, _ in rules))

        def push(grad: Array) -> None:
            for operand, rule in rules:
                if operand.requires_grad:
                    part = sum_to(np.asarray(rule(grad)), operand.data.shape)
                    operand.grad = part.copy() if operand.grad is None else operand.grad + part

        out.parents, out.push = tuple(operand for operand, _ in rules), push
        return out

    def _other(self, other: Any) -> Any:
        if isinstance(other, ClosureTensor):
            return other
        return ClosureTensor(np.asarray(other).astype(self.data.dtype), requires_grad=False)

    def __add__(self, other: Any) -> Any:
        other = self._other(other)
        return self._made(self.data + other.data, (self, lambda g: g), (other, lambda g: g))

    def __mul__(self, other: Any) -> Any:
        other = self._other(other)
        return self._made(self.data * other.data, (self, lambda g: g * other.data), (other, lambda g: g * self.data))

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Any:
        return self * -1

    def __sub__(self, other: Any) -> Any:
        return self + -self._other(other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def _inverse(self) -> Any:
        out = 1 / self.data
        return self._made(out, (self, lambda g: -g * out * out))

    def __truediv__(self, other: Any) -> Any:
        return self * self._other(other)._inverse()

    def __rtruediv__(self, other: Any) -> Any:
        return self._inverse() * other

    def __matmul__(self, other: Any) -> Any:
        """By broadcasting: the contracted axis is last in one, second to last in the other."""
        other = self._other(other)
        left = self if self.data.ndim > 1 else self.reshape(1, -1)
        right = other if other.data.ndim > 1 else other.reshape(-1, 1)
        product = (left[..., :, :, None] * right[..., None, :, :]).sum(axis=-2)
        shape = list(product.data.shape)
        if other.data.ndim == 1:
            del shape[-1]
        if self.data.ndim == 1:
            del shape[-1 if other.data.ndim == 1 else -2]
        return product.reshape(*shape)

    def __rmatmul__(self, other: Any) -> Any:
        return self._other(other) @ self

    def sum(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Sum; the gradient is stretched from the shape with all axes."""
        kept = self.data.sum(axis=axis, keepdims=True)
        out = self.data.sum(axis=axis, keepdims=keepdims)
        return self._made(out, (self, lambda g: np.reshape(g, kept.shape) * np.ones_like(self.data)))

    def mean(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Sum of a share."""
        return (self * (np.size(self.data.sum(axis=axis)) / self.data.size)).sum(axis, keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Any:
        """Maximum, with a mask whose sums are one."""
        kept = self.data.max(axis=axis, keepdims=True)
        mask = np.where(self.data == kept, self.data.dtype.type(1), self.data.dtype.type(0))
        mask = mask / mask.sum(axis=axis, keepdims=True)
        out = self.data.max(axis=axis, keepdims=keepdims)
        return self._made(out, (self, lambda g: np.reshape(g, kept.shape) * mask))

    def reshape(self, *shape: Any) -> Any:
        """Another shape."""
        return self._made(np.reshape(self.data, shape), (self, lambda g: np.reshape(g, self.data.shape)))

    def transpose(self, *axes: int) -> Any:
        """Permuted axes."""
        axes = axes or tuple(range(self.data.ndim))[::-1]
        return self._made(np.transpose(self.data, axes), (self, lambda g: np.moveaxis(g, range(len(axes)), axes)))

    def __getitem__(self, index: Any) -> Any:
        def scatter(g: Array) -> Array:
            places = np.arange(self.data.size).reshape(self.data.shape)[index]
            flat = np.bincount(places.ravel(), np.ravel(g), self.data.size)
            return flat.reshape(self.data.shape).astype(self.data.dtype)

        return self._made(self.data[index], (self, scatter))

    def exp(self) -> Any:
        """e^x."""
        out = np.exp(self.data)
        return self._made(out, (self, lambda g: g * out))

    def log(self) -> Any:
        """Natural logarithm."""
        return self._made(np.log(self.data), (self, lambda g: g / self.data))

    def tanh(self) -> Any:
        """Hyperbolic tangent."""
        out = np.tanh(self.data)
        return self._made(out, (self, lambda g: g - g * out * out))

    def relu(self) -> Any:
        """max(x, 0)."""
        return self._made(np.where(self.data > 0, self.data, 0), (self, lambda g: np.where(self.data > 0, g, 0)))

    def sigmoid(self) -> Any:
        """From tanh."""
        return ((self * 0.5).tanh() + 1) * 0.5

    def backward(self, grad_output: Any = None) -> None:
        """Reset what lies between, then go back."""
        if grad_output is None and self.data.size > 1:
            raise ValueError("grad_output is missing")
        if grad_output is not None and np.shape(grad_output) != self.data.shape:
            raise ValueError("grad_output has another shape")
        order = by_counting_users(self)[::-1]
        for node in order:
            node.grad = None if node.parents else node.grad
        self.grad = np.ones_like(self.data) if grad_output is None else np.array(grad_output)
        for node in order:
            if node.grad is not None:
                node.push(node.grad)

    def zero_grad(self) -> None:
        """Zeros, as older PyTorch."""
        self.grad = np.zeros_like(self.data)
