"""A scalar engine of another style, as in micrograd: every result brings a function that hands its gradient on."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from solutions.u03_autograd import topological_order


class ClosureValue:
    """Gradients are added to `.grad` all the way; a call of `backward` resets what lies between."""

    def __init__(self, data: float, parents: Any = ()) -> None:
        """Keep the number."""
        self.data, self.grad, self.parents = data, 0, parents
        self.push: Callable[[], None] = lambda: None

    def _result(self, data: float, *slopes: tuple[Any, float]) -> Any:
        """A result, with a slope for each operand."""
        out = ClosureValue(data, tuple(operand for operand, _ in slopes))

        def push() -> None:
            for operand, slope in slopes:
                operand.grad += slope * out.grad

        out.push = push
        return out

    def _wrapped(self, other: Any) -> Any:
        return other if isinstance(other, ClosureValue) else ClosureValue(other)

    def __add__(self, other: Any) -> Any:
        other = self._wrapped(other)
        return self._result(self.data + other.data, (self, 1), (other, 1))

    def __mul__(self, other: Any) -> Any:
        other = self._wrapped(other)
        return self._result(self.data * other.data, (self, other.data), (other, self.data))

    def __pow__(self, k: float) -> Any:
        return self._result(self.data**k, (self, k * self.data ** (k - 1)))

    def __neg__(self) -> Any:
        return self * -1

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __truediv__(self, other: Any) -> Any:
        return self * other**-1

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __rtruediv__(self, other: Any) -> Any:
        return self**-1 * other

    __radd__, __rmul__ = __add__, __mul__

    def exp(self) -> Any:
        """e^x."""
        return self._result(math.exp(self.data), (self, math.exp(self.data)))

    def log(self) -> Any:
        """Natural logarithm."""
        return self._result(math.log(self.data), (self, 1 / self.data))

    def tanh(self) -> Any:
        """Hyperbolic tangent, from exponentials."""
        return self._result(1 - 2 / (math.exp(2 * self.data) + 1), (self, 1 / math.cosh(self.data) ** 2))

    def relu(self) -> Any:
        """max(x, 0)."""
        return self._result(max(self.data, 0.0), (self, self.data > 0))

    def backward(self) -> None:
        """Reset what lies between, then go back."""
        order = topological_order(self)
        for node in order:
            node.grad = 0 if node.parents else node.grad
        self.grad += 1
        for node in reversed(order):
            node.push()
