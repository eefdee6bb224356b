"""A scalar engine in pieces: the right one, and the wrong ones that are made from it by replacing a piece."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograder.units._autograd_nodes import PATIENCE, finished_first, first_met, recursive_order

__all__ = ["ClosureValue", "Scalar", "engine"]

Slopes = tuple[float, ...]


class Scalar:
    """The right engine. Every method is a piece that a wrong engine may replace."""

    def __init__(self, data: float, parents: Any = (), slopes: Slopes = ()) -> None:
        """Keep the number, and how it was computed."""
        self.data, self.grad = float(data), 0.0
        self.parents, self.slopes = tuple(parents), slopes

    def lift(self, other: Any) -> Any:
        """The other operand as a node."""
        return other if isinstance(other, Scalar) else type(self)(other)

    def apply(self, data: float, parents: Any, slopes: Slopes) -> Any:
        """A new node."""
        return type(self)(data, parents, slopes)

    def add_slopes(self, x: float, y: float) -> Slopes:
        """Slopes of x + y."""
        return 1.0, 1.0

    def sub_slopes(self, x: float, y: float) -> Slopes:
        """Slopes of x - y."""
        return 1.0, -1.0

    def mul_slopes(self, x: float, y: float) -> Slopes:
        """Slopes of x · y."""
        return y, x

    def div_slopes(self, x: float, y: float) -> Slopes:
        """Slopes of x / y."""
        return 1 / y, -x / y**2

    def neg_slope(self, x: float) -> float:
        """Slope of -x."""
        return -1.0

    def pow_slope(self, x: float, k: float) -> float:
        """Slope of x^k."""
        return float(k * x ** (k - 1))

    def exp_slope(self, x: float) -> float:
        """Slope of e^x."""
        return math.exp(x)

    def log_slope(self, x: float) -> float:
        """Slope of log x."""
        return 1 / x

    def tanh_slope(self, x: float) -> float:
        """Slope of tanh x."""
        return 1 - math.tanh(x) ** 2

    def relu_slope(self, x: float) -> float:
        """Slope of max(x, 0)."""
        return float(x > 0)

    def __add__(self, other: Any) -> Any:
        other = self.lift(other)
        return self.apply(self.data + other.data, (self, other), self.add_slopes(self.data, other.data))

    def __sub__(self, other: Any) -> Any:
        other = self.lift(other)
        return self.apply(self.data - other.data, (self, other), self.sub_slopes(self.data, other.data))

    def __mul__(self, other: Any) -> Any:
        other = self.lift(other)
        return self.apply(self.data * other.data, (self, other), self.mul_slopes(self.data, other.data))

    def __truediv__(self, other: Any) -> Any:
        other = self.lift(other)
        return self.apply(self.data / other.data, (self, other), self.div_slopes(self.data, other.data))

    def __radd__(self, other: float) -> Any:
        return self.lift(other) + self

    def __rsub__(self, other: float) -> Any:
        return self.lift(other) - self

    def __rmul__(self, other: float) -> Any:
        return self.lift(other) * self

    def __rtruediv__(self, other: float) -> Any:
        return self.lift(other) / self

    def __neg__(self) -> Any:
        return self.apply(-self.data, (self,), (self.neg_slope(self.data),))

    def __pow__(self, k: float) -> Any:
        return self.apply(self.data**k, (self,), (self.pow_slope(self.data, k),))

    def exp(self) -> Any:
        """e^x."""
        return self.apply(math.exp(self.data), (self,), (self.exp_slope(self.data),))

    def log(self) -> Any:
        """Natural logarithm."""
        return self.apply(math.log(self.data), (self,), (self.log_slope(self.data),))

    def tanh(self) -> Any:
        """Hyperbolic tangent."""
        return self.apply(math.tanh(self.data), (self,), (self.tanh_slope(self.data),))

    def relu(self) -> Any:
        """max(x, 0)."""
        return self.apply(max(self.data, 0.0), (self,), (self.relu_slope(self.data),))

    def order(self) -> list[Any]:
        """The nodes from the root to the inputs."""
        return finished_first(self)[::-1]

    def gradients(self) -> dict[Any, float]:
        """The gradients of one call."""
        order = self.order()
        grads = dict.fromkeys(order, 0.0)
        grads[self] = 1.0
        for node in order:
            for parent, slope in zip(node.parents, node.slopes, strict=True):
                grads[parent] += slope * grads[node]
        return grads

    def backward(self) -> None:
        """Add the gradients of one call to what is there."""
        for node, grad in self.gradients().items():
            node.grad += grad


def _accumulate(self: Any) -> None:
    """Kept in `.grad` all the way, as micrograd does: nothing is reset between two calls."""
    self.grad = 1.0
    for node in self.order():
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad


def _reset_then_accumulate(self: Any) -> None:
    for node in self.order():
        node.grad = 0.0
    _accumulate(self)


def _overwrite(self: Any) -> None:
    self.grad = 1.0
    for node in self.order():
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad = slope * node.grad


def _overwrite_intermediate(self: Any) -> None:
    self.grad = 1.0
    for node in self.order():
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad = slope * node.grad + (0.0 if parent.parents else parent.grad)


def _inputs_only(self: Any) -> None:
    for node, grad in self.gradients().items():
        node.grad += 0.0 if node.parents else grad


def _no_chain(self: Any) -> None:
    self.grad += 1.0
    for node in self.order():
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope


def _one_level(self: Any) -> None:
    self.grad += 1.0
    for parent, slope in zip(self.parents, self.slopes, strict=True):
        parent.grad += slope


def _seeded_with_data(self: Any) -> None:
    for node, grad in self.gradients().items():
        node.grad += self.data * grad


def _without_seed(self: Any) -> None:
    for node in self.order():
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            parent.grad += slope * node.grad


def _root_left_out(self: Any) -> None:
    for node, grad in self.gradients().items():
        node.grad += 0.0 if node is self else grad


def _subtract(self: Any) -> None:
    for node, grad in self.gradients().items():
        node.grad -= grad


def _add_in_place(self: Any, other: Any) -> Any:
    other = self.lift(other)
    self.data += other.data
    return self.apply(self.data, (self, other), (1.0, 1.0))


def _paths(self: Any) -> None:
    """Each path for itself: right, and hopeless where they are many."""
    stack, count = [(self, 1.0)], 0
    found = []
    while stack:
        node, grad = stack.pop()
        found.append((node, grad))
        stack += [(parent, slope * grad) for parent, slope in zip(node.parents, node.slopes, strict=True)]
        count += 1
        if count > PATIENCE:
            raise TimeoutError("too many paths")
    for node, grad in found:
        node.grad += grad


def _repeated_order(self: Any) -> list[Any]:
    """Nodes as often as they have users, each time with all that they depend on."""
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


def _distinct_parents(self: Any, data: float, parents: Any, slopes: Slopes) -> Any:
    slope_of = dict(zip(parents, slopes, strict=True))
    return type(self)(data, tuple(slope_of), tuple(slope_of.values()))


def engine(**pieces: Callable[..., Any]) -> type:
    """An engine with some pieces replaced."""
    return type("Value", (Scalar,), {"__module__": __name__, **pieces})


#: Wrong ways to go back through the graph.
OVERWRITTEN = engine(backward=_overwrite)
OVERWRITTEN_BETWEEN = engine(backward=_overwrite_intermediate)
DISCOVERED = engine(order=lambda self: first_met(self, -1)[::-1])
LEVELS = engine(order=lambda self: first_met(self, 0)[::-1])
REPEATED = engine(order=_repeated_order, backward=_reset_then_accumulate)
RECURSIVE = engine(order=lambda self: recursive_order(self)[::-1])
STALE = engine(backward=_accumulate)
RESET = engine(backward=_reset_then_accumulate)
INPUTS_ONLY = engine(backward=_inputs_only)
NO_CHAIN = engine(backward=_no_chain)
ONE_LEVEL = engine(backward=_one_level)
SEEDED_WITH_DATA = engine(backward=_seeded_with_data)
WITHOUT_SEED = engine(backward=_without_seed)
WITHOUT_ROOT = engine(backward=_root_left_out)
SUBTRACTED = engine(backward=_subtract)
UPDATED_IN_PLACE = engine(__add__=_add_in_place)
PATH_BY_PATH = engine(backward=_paths)
PARENTS_IN_A_SET = engine(apply=_distinct_parents)


class ClosureValue:
    """A right engine of another style: each result brings a function, and a call resets what lies between."""

    def __init__(self, data: float, parents: Any = ()) -> None:
        """Keep the number."""
        self.data, self.grad, self.parents = data, 0, parents
        self.push: Any = lambda: None

    def _binary(self, other: Any, compute: Callable[..., Any]) -> Any:
        other = other if isinstance(other, ClosureValue) else ClosureValue(other)
        data, left, right = compute(self.data, other.data)
        out = ClosureValue(data, (self, other))

        def push() -> None:
            self.grad += left * out.grad
            other.grad += right * out.grad

        out.push = push
        return out

    def __add__(self, other: Any) -> Any:
        return self._binary(other, lambda x, y: (x + y, 1, 1))

    def __mul__(self, other: Any) -> Any:
        return self._binary(other, lambda x, y: (x * y, y, x))

    def __pow__(self, k: float) -> Any:
        return self._binary(k, lambda x, k: (x**k, k * x ** (k - 1), 0))

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
        return self._binary(0, lambda x, _: (math.exp(x), math.exp(x), 0))

    def log(self) -> Any:
        """Natural logarithm."""
        return self._binary(0, lambda x, _: (math.log(x), 1 / x, 0))

    def tanh(self) -> Any:
        """Hyperbolic tangent, from exponentials."""
        return self._binary(0, lambda x, _: (1 - 2 / (math.exp(2 * x) + 1), 1 / math.cosh(x) ** 2, 0))

    def relu(self) -> Any:
        """max(x, 0)."""
        return self._binary(0, lambda x, _: (x, 1, 0) if x > 0 else (0.0, 0, 0))

    def backward(self) -> None:
        """Reset what lies between, then go back."""
        order = finished_first(self)
        for node in order:
            node.grad = 0 if node.parents else node.grad
        self.grad += 1
        for node in reversed(order):
            node.push()
