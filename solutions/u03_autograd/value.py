"""A number that remembers where it came from."""

from __future__ import annotations

import math

from .graphs import backpropagate

__all__ = ["Value"]


class Value:
    """A number that remembers how it was computed, and can tell its derivatives.

        x = Value(3.0);  L = x * x + 2 / x;  L.backward();  x.grad        # 6 - 2/9

    In each operation the other operand may be a plain number, on either side; it counts as a Value of its
    own that nobody else uses. Operands are not modified.

    Attributes:
        data: the number, a float.
        grad: a float: 0.0 at first, then the sum of what calls of `backward` have added. Its owner resets it
            by `x.grad = 0.0`.
        parents: the operands as a tuple of Values, in their order; () for an input such as Value(3.0).

    Args:
        data: an int or a float.
        parents: for your own use: what the number was computed from.
        slopes: for your own use: the derivatives with respect to the parents.
    """

    def __init__(self, data: float, parents: tuple[Value, ...] = (), slopes: tuple[float, ...] = ()) -> None:
        """Keep the number, with a gradient of 0.0."""
        self.data = float(data)
        self.grad = 0.0
        self.parents = parents
        self.slopes = slopes

    def __add__(self, other: Value | float) -> Value:
        """Return self + other; both slopes are 1."""
        other = self._wrapped(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __radd__(self, other: float) -> Value:
        """Return other + self, for a plain number on the left."""
        return self + other

    def __sub__(self, other: Value | float) -> Value:
        """Return self - other."""
        other = self._wrapped(other)
        return Value(self.data - other.data, (self, other), (1.0, -1.0))

    def __rsub__(self, other: float) -> Value:
        """Return other - self, for a plain number on the left."""
        return self._wrapped(other) - self

    def __mul__(self, other: Value | float) -> Value:
        """Return self · other; each slope is the other operand."""
        other = self._wrapped(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __rmul__(self, other: float) -> Value:
        """Return other · self, for a plain number on the left."""
        return self * other

    def __truediv__(self, other: Value | float) -> Value:
        """Return x / y with x = self, y = other ≠ 0; the slopes are 1/y and -x/y²."""
        other = self._wrapped(other)
        quotient = self.data / other.data
        return Value(quotient, (self, other), (1 / other.data, -quotient / other.data))

    def __rtruediv__(self, other: float) -> Value:
        """Return other / self, for a plain number on the left."""
        return self._wrapped(other) / self

    def __neg__(self) -> Value:
        """Return -self."""
        return Value(-self.data, (self,), (-1.0,))

    def __pow__(self, exponent: float) -> Value:
        """Return x^k with x = self; the slope is k x^(k-1).

        Args:
            exponent: k, a plain number (an int or a float, perhaps negative or a fraction), not a Value.
        """
        return Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

    def exp(self) -> Value:
        """Return e^x with x = self; the slope is e^x itself."""
        result = math.exp(self.data)
        return Value(result, (self,), (result,))

    def log(self) -> Value:
        """Return the natural logarithm of x = self > 0; the slope is 1/x."""
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self) -> Value:
        """Return the hyperbolic tangent t of self; the slope is 1 - t²."""
        result = math.tanh(self.data)
        return Value(result, (self,), (1 - result**2,))

    def relu(self) -> Value:
        """Return max(x, 0) with x = self; the slope is 1 for x > 0, else 0 (at x = 0 too)."""
        return Value(max(self.data, 0.0), (self,), (float(self.data > 0),))

    def backward(self) -> None:
        """Add ∂self/∂v to `v.grad`, for each Value v that self was computed from, and for self (1.0).

        A second call adds the same once more, whatever is in `.grad` already: calls do not disturb each
        other. No recursion: a chain of 10,000 operations works, and 2^30 paths take no time.
        """
        for node, grad in backpropagate(self).items():
            node.grad += grad

    def _wrapped(self, other: Value | float) -> Value:
        return other if isinstance(other, Value) else Value(other)
