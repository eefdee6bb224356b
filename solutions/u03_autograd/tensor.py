"""An array that remembers where it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .arrays import Array, Axes
from .broadcasting import multiply_backward, unbroadcast
from .graphs import topological_order
from .movements import index_backward, transpose_backward
from .multiplication import matmul_backward
from .reductions import max_backward, sum_backward

__all__ = ["Tensor"]


class Tensor:
    """An array that remembers how it was computed, and can tell the gradients of what it went into.

        w = Tensor(np.ones((3, 2)));  x = Tensor(data, requires_grad=False)
        loss = ((x @ w - 1) * 0.5).relu().sum();  loss.backward();  w.grad        # shape (3, 2)

    Operations are NumPy's: same names, arguments, broadcasting, and NumPy's ValueError for shapes that do not
    fit. Each returns a new Tensor; operands and their data are not modified. A result requires a gradient if
    one of its operands does. The other operand of + - * / @ may be a Tensor, an array or (not for @) a plain
    number, on either side; what is no Tensor counts as a constant and has no gradient. float32 stays float32,
    also beside a plain number.

    Works on whole arrays: no Python loop over their elements or rows.

    Attributes:
        data: the array; integers and booleans become float64.
        grad: None before `backward`, then an array of the shape and dtype of `data`, its own memory; stays
            None where `requires_grad` is False, and where no gradient arrives.
        requires_grad: whether a gradient is wanted.
        parents: the operands as a tuple of Tensors, in their order; () for an input, and for a result that
            requires no gradient.

    Args:
        data: any shape; anything that `np.asarray` takes.
        requires_grad: False for data and constants.
    """

    # So that NumPy leaves `array * tensor` to Tensor.__rmul__ instead of multiplying number by number.
    __array_ufunc__ = None

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        """Keep the array; no gradient yet."""
        array = np.asarray(data)
        self.data = array if array.dtype.kind == "f" else array.astype(np.float64)
        self.grad: Array | None = None
        self.requires_grad = requires_grad
        self.parents: tuple[Tensor, ...] = ()
        self._vjp: Callable[[Array], tuple[Array, ...]] | None = None

    def __add__(self, other: Any) -> Tensor:
        """Return self + other, with broadcasting."""
        right = self._wrapped(other)
        return self._result(
            self.data + right.data,
            (self, right),
            lambda grad: (unbroadcast(grad, self.data.shape), unbroadcast(grad, right.data.shape)),
        )

    def __radd__(self, other: Any) -> Tensor:
        """Return other + self, where other is no Tensor."""
        return self._wrapped(other) + self

    def __sub__(self, other: Any) -> Tensor:
        """Return self - other, with broadcasting."""
        right = self._wrapped(other)
        return self._result(
            self.data - right.data,
            (self, right),
            lambda grad: (unbroadcast(grad, self.data.shape), unbroadcast(-grad, right.data.shape)),
        )

    def __rsub__(self, other: Any) -> Tensor:
        """Return other - self, where other is no Tensor."""
        return self._wrapped(other) - self

    def __neg__(self) -> Tensor:
        """Return -self."""
        return self._result(-self.data, (self,), lambda grad: (-grad,))

    def __mul__(self, other: Any) -> Tensor:
        """Return self · other, element by element, with broadcasting."""
        right = self._wrapped(other)
        return self._result(
            self.data * right.data, (self, right), lambda grad: multiply_backward(grad, self.data, right.data)
        )

    def __rmul__(self, other: Any) -> Tensor:
        """Return other · self, where other is no Tensor."""
        return self._wrapped(other) * self

    def __truediv__(self, other: Any) -> Tensor:
        """Return x / y with x = self, y = other, with broadcasting; the slopes are 1/y and -x/y²."""
        right = self._wrapped(other)
        quotient = self.data / right.data
        return self._result(
            quotient,
            (self, right),
            lambda grad: (
                unbroadcast(grad / right.data, self.data.shape),
                unbroadcast(-grad * quotient / right.data, right.data.shape),
            ),
        )

    def __rtruediv__(self, other: Any) -> Tensor:
        """Return other / self, where other is no Tensor."""
        return self._wrapped(other) / self

    def __matmul__(self, other: Any) -> Tensor:
        """Return the matrix product self @ other; vectors and batches of matrices too."""
        right = self._wrapped(other)
        return self._result(
            self.data @ right.data, (self, right), lambda grad: matmul_backward(grad, self.data, right.data)
        )

    def __rmatmul__(self, other: Any) -> Tensor:
        """Return other @ self, where other is an array."""
        return self._wrapped(other) @ self

    def sum(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Add up over an axis, a tuple of axes, or all (None).

        Args:
            axis: the axis, or a tuple of axes, from the end if negative; None for all.
            keepdims: whether those axes stay, with length 1.
        """
        return self._result(
            self.data.sum(axis=axis, keepdims=keepdims),
            (self,),
            lambda grad: (sum_backward(grad, self.data, axis, keepdims),),
        )

    def mean(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Average over an axis, a tuple of axes, or all (None).

        Args:
            axis: the axis, or a tuple of axes, from the end if negative; None for all.
            keepdims: whether those axes stay, with length 1.
        """
        result = self.data.mean(axis=axis, keepdims=keepdims)
        count = self.data.size / result.size
        return self._result(result, (self,), lambda grad: (sum_backward(grad, self.data, axis, keepdims) / count,))

    def max(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Take the largest over an axis, a tuple of axes, or all (None); tied places share its gradient evenly.

        Args:
            axis: the axis, or a tuple of axes, from the end if negative; None for all.
            keepdims: whether those axes stay, with length 1.
        """
        return self._result(
            self.data.max(axis=axis, keepdims=keepdims),
            (self,),
            lambda grad: (max_backward(grad, self.data, axis, keepdims),),
        )

    def reshape(self, *shape: Any) -> Tensor:
        """Lay the numbers out in another shape: x.reshape(2, 3) or x.reshape((2, 3)); one may be -1.

        Args:
            *shape: the lengths, or one tuple of them.
        """
        return self._result(self.data.reshape(*shape), (self,), lambda grad: (grad.reshape(self.data.shape),))

    def transpose(self, *axes: Any) -> Tensor:
        """Permute the axes: x.transpose(2, 0, 1) or x.transpose((2, 0, 1)); x.transpose() reverses them.

        Args:
            *axes: which axis of x comes first, which second …, or one tuple of these numbers.
        """
        order = tuple(axes[0]) if len(axes) == 1 and not isinstance(axes[0], int) else axes
        order = order or tuple(reversed(range(self.data.ndim)))
        return self._result(self.data.transpose(order), (self,), lambda grad: (transpose_backward(grad, order),))

    def __getitem__(self, index: Any) -> Tensor:
        """Take numbers out, with any index that NumPy takes (no Tensor in it), repeated places too."""
        return self._result(self.data[index], (self,), lambda grad: (index_backward(grad, self.data.shape, index),))

    def exp(self) -> Tensor:
        """Return e^x, element by element."""
        result = np.exp(self.data)
        return self._result(result, (self,), lambda grad: (grad * result,))

    def log(self) -> Tensor:
        """Return the natural logarithm, element by element, of positive numbers."""
        return self._result(np.log(self.data), (self,), lambda grad: (grad / self.data,))

    def tanh(self) -> Tensor:
        """Return the hyperbolic tangent t, element by element; the slope is 1 - t²."""
        result = np.tanh(self.data)
        return self._result(result, (self,), lambda grad: (grad * (1 - result**2),))

    def relu(self) -> Tensor:
        """Return max(x, 0), element by element; the slope is 1 for x > 0, else 0 (at x = 0 too)."""
        return self._result(np.maximum(self.data, 0), (self,), lambda grad: (grad * (self.data > 0),))

    def sigmoid(self) -> Tensor:
        """Return s = 1 / (1 + e^(-x)), element by element, finite at ±1000; the slope is s (1 - s)."""
        result = np.exp(-np.logaddexp(0, -self.data))
        return self._result(result, (self,), lambda grad: (grad * result * (1 - result),))

    def backward(self, grad_output: Any = None) -> None:
        """Add the gradient of self to `.grad` of each Tensor that it was computed from and that requires one.

        Args:
            grad_output: the upstream gradient, in the shape of self; not modified. May be left out if self
                holds one number: then it is 1.

        A second call adds its gradient once more, whatever is in `.grad` already: calls do not disturb each
        other. No recursion: a chain of 10,000 operations works.

        Raises:
            ValueError: `grad_output` is left out though self holds more than one number, or `grad_output` has
                another shape than self.
        """
        grads = {id(self): self._seed(grad_output)}
        for node in reversed(topological_order(self)):
            if id(node) not in grads or not node.requires_grad:
                continue
            grad = grads.pop(id(node))
            node.grad = np.array(grad) if node.grad is None else node.grad + grad
            for parent, part in zip(node.parents, node._vjp(grad) if node.parents else (), strict=True):
                if parent.requires_grad:
                    grads[id(parent)] = grads[id(parent)] + part if id(parent) in grads else part

    def zero_grad(self) -> None:
        """Forget the gradient of this Tensor: `.grad` is None again."""
        self.grad = None

    def _seed(self, grad_output: Any) -> Array:
        if grad_output is None:
            if self.data.size != 1:
                raise ValueError(f"grad_output is needed: a result of shape {self.data.shape} is not one number")
            return np.ones_like(self.data)
        seed: Array = np.asarray(grad_output, dtype=self.data.dtype)
        if seed.shape != self.data.shape:
            raise ValueError(f"grad_output has shape {seed.shape}, want {self.data.shape}")
        return seed

    def _wrapped(self, other: Any) -> Tensor:
        if isinstance(other, Tensor):
            return other
        array = np.asarray(other)
        takes_dtype = isinstance(other, (int, float)) or array.dtype.kind != "f"
        return Tensor(array.astype(self.data.dtype) if takes_dtype else array, requires_grad=False)

    def _result(self, data: Any, parents: tuple[Tensor, ...], vjp: Callable[[Array], tuple[Array, ...]]) -> Tensor:
        result = Tensor(data, requires_grad=any(parent.requires_grad for parent in parents))
        if result.requires_grad:
            result.parents, result._vjp = parents, vjp
        return result
