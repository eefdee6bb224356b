"""Autograd: build the machine that differentiates whatever you compute.

In the gates unit you carried gradients back through circuits by hand. Here a
program does it, for any computation. It needs two ideas.

1. Remember. Each result knows what it was computed from (its parents) and how
   strongly it reacts to each of them (its slopes). So a computation leaves a
   graph behind, from the inputs at one end to the result, the root, at the other:

        a = 2 ───┬──(×)── h = -6 ──┬──(+)── L = -4         h = a b,  L = h + a
        b = -3 ──┘                 │
        a ─────────────────────────┘

2. Walk back, once. The gradient of the root with respect to a node v sums over
   all nodes u that use v:

        ∂L/∂v = Σ_u  ∂L/∂u · ∂u/∂v,        ∂L/∂L = 1

   A node's gradient is complete only when *all* its users have been dealt with.
   Here a is used by h and by L: -3 comes through h, 1 comes directly, and a's
   gradient is -2. So nodes are taken in reverse topological order, from the root to
   the inputs, each exactly once; following every path on its own would be right too,
   but a chain of 30 diamonds has a thousand million paths.

With arrays the idea is the same, but a slope would be a huge matrix. So each
operation brings a function instead, which turns the gradient of its output into
the gradients of its inputs (a vector-Jacobian product). Most of them undo a
movement of numbers:

        forward                                  backward
        broadcast: copies                        sum over the copies
        sum: adds up                             copy to all places
        transpose                                the inverse permutation
        x[index]: takes out                      add into zeros, at those places
        c = a @ b                                ∂L/∂a = g bᵀ,  ∂L/∂b = aᵀ g
        max                                      to the winner; shared at a tie

Convention card
  * A node has `.parents`, a tuple of nodes, the same node twice in x * x.
    Nodes are told apart by identity (`is`, `id`).
  * Topological order here: parents before what is computed from them, the root last.
  * `backward()` *adds* to `.grad`. A second call, of the same root or another one,
    adds its own gradient once more; until somebody resets.
  * Nothing recurses: a graph may be 10,000 nodes deep, Python's stack is not.
  * float32 in, float32 out; a plain number beside an array does not change that.
    Integers are computed in float64. Arguments are never modified.
  * relu'(0) = 0. Max over axes: tied places share the gradient evenly.

Read
  * Andrej Karpathy, micrograd: a scalar engine of a hundred lines.
  * Sasha Rush, minitorch: the same for arrays, module by module.
  * PyTorch documentation, "Autograd mechanics": the machine that you use every day.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
Axes = int | tuple[int, ...] | None


def collect_nodes(root: Any) -> list[Any]:
    """Find everything that a result was computed from.

    Args:
        root: a node: any object with an attribute `.parents`, a tuple or list of nodes, empty for an
            input. There are no cycles. The graph may be 10,000 nodes deep, and millions of paths may lead to
            one node: no recursion, and no node is visited again.

    Returns:
        A list with the root, its parents, their parents and so on: each node once, in any order.
    """
    raise NotImplementedError("autograd.collect_nodes")


def topological_order(root: Any) -> list[Any]:
    """Order a graph so that every node comes after its parents; the root is last.

    Read backwards, this is the order of a backward pass: when a node's turn comes, everything that was
    computed from it has had its own. (One way: go down as far as possible, and put a node into the list when
    all of its parents are in it.)

    Args:
        root: a node: any object with an attribute `.parents`, a tuple or list of nodes, empty for an
            input. There are no cycles. The graph may be 10,000 nodes deep, and millions of paths may lead to
            one node: no recursion, and no node is expanded twice.

    Returns:
        A list with the root and all nodes that it depends on, each once. Any order in which no node comes
        before one of its parents is right.
    """
    raise NotImplementedError("autograd.topological_order")


def backpropagate(root: Any) -> dict[Any, float]:
    """Compute the gradient of a root with respect to every node, from the slopes that the nodes keep.

        ∂L/∂v = Σ_u  ∂L/∂u · ∂u/∂v        (u runs over the uses of v; used twice by a node, it counts twice)

    Args:
        root: a node L: an object with `.parents`, a tuple of nodes, and `.slopes`, a tuple of as many
            numbers: slopes[k] is the derivative of the node with respect to parents[k]. x * x has the parents (x, x)
            and the slopes (x, x). Nodes can be keys of a dict. No cycles; any depth, any number of paths:
            each node is dealt with once. Nodes are not modified.

    Returns:
        A dict from node to gradient, with the root (1.0) and all nodes that it depends on.
    """
    raise NotImplementedError("autograd.backpropagate")


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
        raise NotImplementedError("autograd.Value")

    def __add__(self, other: Value | float) -> Value:
        """Return self + other; both slopes are 1."""
        raise NotImplementedError("autograd.Value")

    def __radd__(self, other: float) -> Value:
        """Return other + self, for a plain number on the left."""
        raise NotImplementedError("autograd.Value")

    def __sub__(self, other: Value | float) -> Value:
        """Return self - other."""
        raise NotImplementedError("autograd.Value")

    def __rsub__(self, other: float) -> Value:
        """Return other - self, for a plain number on the left."""
        raise NotImplementedError("autograd.Value")

    def __mul__(self, other: Value | float) -> Value:
        """Return self · other; each slope is the other operand."""
        raise NotImplementedError("autograd.Value")

    def __rmul__(self, other: float) -> Value:
        """Return other · self, for a plain number on the left."""
        raise NotImplementedError("autograd.Value")

    def __truediv__(self, other: Value | float) -> Value:
        """Return x / y with x = self, y = other ≠ 0; the slopes are 1/y and -x/y²."""
        raise NotImplementedError("autograd.Value")

    def __rtruediv__(self, other: float) -> Value:
        """Return other / self, for a plain number on the left."""
        raise NotImplementedError("autograd.Value")

    def __neg__(self) -> Value:
        """Return -self."""
        raise NotImplementedError("autograd.Value")

    def __pow__(self, exponent: float) -> Value:
        """Return x^k with x = self; the slope is k x^(k-1).

        Args:
            exponent: k, a plain number (an int or a float, perhaps negative or a fraction), not a Value.
        """
        raise NotImplementedError("autograd.Value")

    def exp(self) -> Value:
        """Return e^x with x = self; the slope is e^x itself."""
        raise NotImplementedError("autograd.Value")

    def log(self) -> Value:
        """Return the natural logarithm of x = self > 0; the slope is 1/x."""
        raise NotImplementedError("autograd.Value")

    def tanh(self) -> Value:
        """Return the hyperbolic tangent t of self; the slope is 1 - t²."""
        raise NotImplementedError("autograd.Value")

    def relu(self) -> Value:
        """Return max(x, 0) with x = self; the slope is 1 for x > 0, else 0 (at x = 0 too)."""
        raise NotImplementedError("autograd.Value")

    def backward(self) -> None:
        """Add ∂self/∂v to `v.grad`, for each Value v that self was computed from, and for self (1.0).

        A second call adds the same once more, whatever is in `.grad` already: calls do not disturb each
        other. No recursion: a chain of 10,000 operations works, and 2^30 paths take no time.
        """
        raise NotImplementedError("autograd.Value")


def unbroadcast(grad: Array, shape: Shape) -> Array:
    """Sum a gradient over all that broadcasting added (as in the tensors unit; every operation needs it here).

        ∂L/∂x_i = Σ grad_j        (j runs over the copies of x_i)

    Axes that broadcasting put in front are summed away. Axes that were stretched from length 1 are summed and
    stay, with length 1.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad: gradient with respect to the stretched array, floating, any shape that `shape` broadcasts to; not
            modified.
        shape: the shape of the array before it was stretched.

    Returns:
        Gradient with respect to that array: shape `shape`, dtype of `grad`.
    """
    raise NotImplementedError("autograd.unbroadcast")


def multiply_backward(grad_output: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """Carry a gradient back through a * b, where the two may broadcast.

        ∂L/∂a = g b,  ∂L/∂b = g a,        each summed over what broadcasting added

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: g, gradient with respect to the product, shape of `a * b`; not modified.
        a: first factor, any shape, floating; not modified.
        b: second factor, same dtype, any shape that broadcasts with that of `a`; not modified.

    Returns:
        `(grad_a, grad_b)`, each of the shape and dtype of its argument.
    """
    raise NotImplementedError("autograd.multiply_backward")


def matmul_backward(grad_output: Array, a: Array, b: Array) -> tuple[Array, Array]:
    """Carry a gradient back through a @ b.

        c = a b:        ∂L/∂a = g bᵀ,  ∂L/∂b = aᵀ g        (ᵀ swaps the last two axes)

    Shapes as `@` takes them. A one-dimensional `a` is a row, a one-dimensional `b` a column; that axis is
    missing in g. Axes before the last two are batch axes: they broadcast, so their gradients are summed.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: g, gradient with respect to a @ b, shape of `a @ b` (no axes for two vectors); not modified.
        a: shape (..., n, k) or (k,), floating; not modified.
        b: shape (..., k, m) or (k,), same dtype; not modified.

    Returns:
        `(grad_a, grad_b)`, each of the shape and dtype of its argument.
    """
    raise NotImplementedError("autograd.matmul_backward")


def sum_backward(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    """Carry a gradient back through x.sum(axis, keepdims): each number of x counted once in one sum.

        ∂L/∂x_i = g_j        (j is the sum that x_i went into)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: g, gradient with respect to the sums, shape of `x.sum(axis, keepdims=keepdims)`; not modified.
        x: what was summed, any shape, floating; not modified.
        axis: the axis, or a tuple of axes, that was summed over, from the end if negative; None for all.
        keepdims: whether the summed axes stayed, with length 1.

    Returns:
        A new array, shape and dtype of `x`.
    """
    raise NotImplementedError("autograd.sum_backward")


def max_backward(grad_output: Array, x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    """Carry a gradient back through x.max(axis, keepdims): to the places that hold a maximum.

        ∂L/∂x_i = g_j / n_j  where x_i equals the maximum m_j,  else 0        (n_j places hold it)

    Tied places share evenly, as in `torch.amax`: their gradients add up to g_j.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: g, gradient with respect to the maxima, shape of `x.max(axis, keepdims=keepdims)`; not modified.
        x: where the maximum was looked for, any shape, floating, finite; not modified.
        axis: the axis, or a tuple of axes, that it was taken over, from the end if negative; None for all.
        keepdims: whether those axes stayed, with length 1.

    Returns:
        A new array, shape and dtype of `x`.
    """
    raise NotImplementedError("autograd.max_backward")


def transpose_backward(grad_output: Array, axes: tuple[int, ...]) -> Array:
    """Carry a gradient back through x.transpose(axes).

    Axis k of the output is axis axes[k] of x, so the way back is the inverse permutation. A swap is its own
    inverse; a cycle of three axes is not.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the transposed array, any shape, floating; not modified.
        axes: a permutation of the axes, one number for each; negative ones count from the end.

    Returns:
        Gradient with respect to x: `x.transpose(axes)` has the shape of `grad_output`; dtype of `grad_output`.
    """
    raise NotImplementedError("autograd.transpose_backward")


def index_backward(grad_output: Array, shape: Shape, index: Any) -> Array:
    """Carry a gradient back through x[index].

    Numbers that were not taken out have gradient 0. A number that was taken out several times gets the sum of
    all its gradients (an embedding table's row for a word that occurs twice).

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to x[index], shape of `np.empty(shape)[index]`; not modified.
        shape: the shape of x.
        index: what stood in the brackets: an int, a slice, a list or array of ints (any shape, repeats
            allowed), an array of booleans, or a tuple of these; as NumPy understands them.

    Returns:
        Gradient with respect to x: shape `shape`, dtype of `grad_output`.
    """
    raise NotImplementedError("autograd.index_backward")


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
        raise NotImplementedError("autograd.Tensor")

    def __add__(self, other: Any) -> Tensor:
        """Return self + other, with broadcasting."""
        raise NotImplementedError("autograd.Tensor")

    def __radd__(self, other: Any) -> Tensor:
        """Return other + self, where other is no Tensor."""
        raise NotImplementedError("autograd.Tensor")

    def __sub__(self, other: Any) -> Tensor:
        """Return self - other, with broadcasting."""
        raise NotImplementedError("autograd.Tensor")

    def __rsub__(self, other: Any) -> Tensor:
        """Return other - self, where other is no Tensor."""
        raise NotImplementedError("autograd.Tensor")

    def __neg__(self) -> Tensor:
        """Return -self."""
        raise NotImplementedError("autograd.Tensor")

    def __mul__(self, other: Any) -> Tensor:
        """Return self · other, element by element, with broadcasting."""
        raise NotImplementedError("autograd.Tensor")

    def __rmul__(self, other: Any) -> Tensor:
        """Return other · self, where other is no Tensor."""
        raise NotImplementedError("autograd.Tensor")

    def __truediv__(self, other: Any) -> Tensor:
        """Return x / y with x = self, y = other, with broadcasting; the slopes are 1/y and -x/y²."""
        raise NotImplementedError("autograd.Tensor")

    def __rtruediv__(self, other: Any) -> Tensor:
        """Return other / self, where other is no Tensor."""
        raise NotImplementedError("autograd.Tensor")

    def __matmul__(self, other: Any) -> Tensor:
        """Return the matrix product self @ other; vectors and batches of matrices too."""
        raise NotImplementedError("autograd.Tensor")

    def __rmatmul__(self, other: Any) -> Tensor:
        """Return other @ self, where other is an array."""
        raise NotImplementedError("autograd.Tensor")

    def sum(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Add up over an axis, a tuple of axes, or all (None).

        Args:
            axis: the axis, or a tuple of axes, from the end if negative; None for all.
            keepdims: whether those axes stay, with length 1.
        """
        raise NotImplementedError("autograd.Tensor")

    def mean(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Average over an axis, a tuple of axes, or all (None).

        Args:
            axis: the axis, or a tuple of axes, from the end if negative; None for all.
            keepdims: whether those axes stay, with length 1.
        """
        raise NotImplementedError("autograd.Tensor")

    def max(self, axis: Axes = None, keepdims: bool = False) -> Tensor:
        """Take the largest over an axis, a tuple of axes, or all (None); tied places share its gradient evenly.

        Args:
            axis: the axis, or a tuple of axes, from the end if negative; None for all.
            keepdims: whether those axes stay, with length 1.
        """
        raise NotImplementedError("autograd.Tensor")

    def reshape(self, *shape: Any) -> Tensor:
        """Lay the numbers out in another shape: x.reshape(2, 3) or x.reshape((2, 3)); one may be -1.

        Args:
            *shape: the lengths, or one tuple of them.
        """
        raise NotImplementedError("autograd.Tensor")

    def transpose(self, *axes: Any) -> Tensor:
        """Permute the axes: x.transpose(2, 0, 1) or x.transpose((2, 0, 1)); x.transpose() reverses them.

        Args:
            *axes: which axis of x comes first, which second …, or one tuple of these numbers.
        """
        raise NotImplementedError("autograd.Tensor")

    def __getitem__(self, index: Any) -> Tensor:
        """Take numbers out, with any index that NumPy takes (no Tensor in it), repeated places too."""
        raise NotImplementedError("autograd.Tensor")

    def exp(self) -> Tensor:
        """Return e^x, element by element."""
        raise NotImplementedError("autograd.Tensor")

    def log(self) -> Tensor:
        """Return the natural logarithm, element by element, of positive numbers."""
        raise NotImplementedError("autograd.Tensor")

    def tanh(self) -> Tensor:
        """Return the hyperbolic tangent t, element by element; the slope is 1 - t²."""
        raise NotImplementedError("autograd.Tensor")

    def relu(self) -> Tensor:
        """Return max(x, 0), element by element; the slope is 1 for x > 0, else 0 (at x = 0 too)."""
        raise NotImplementedError("autograd.Tensor")

    def sigmoid(self) -> Tensor:
        """Return s = 1 / (1 + e^(-x)), element by element, finite at ±1000; the slope is s (1 - s)."""
        raise NotImplementedError("autograd.Tensor")

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
        raise NotImplementedError("autograd.Tensor")

    def zero_grad(self) -> None:
        """Forget the gradient of this Tensor: `.grad` is None again."""
        raise NotImplementedError("autograd.Tensor")
