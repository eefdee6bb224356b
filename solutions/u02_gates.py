"""Gates: how a gradient flows backwards through a circuit.

A network is a circuit of small gates. Forward, each gate turns numbers into a number. Backward,
each gate is told one thing: how much the final result L changes when the gate's *output* changes
(the upstream gradient, `grad_output`). It multiplies that by its own local slope and passes the
product on to each of its inputs:

        ∂L/∂x = ∂L/∂z · ∂z/∂x            (the chain rule; z is the gate's output)

No gate needs to know the rest of the circuit. Take f = (x + y) z at x = -2, y = 5, z = -4:

        x = -2 ──┐
                 ├─(+)── q = 3 ──┐            forward:  q = x + y = 3,  f = q z = -12
        y =  5 ──┘               ├─(×)── f    backward: ∂f/∂q = z = -4,  ∂f/∂z = q = 3
        z = -4 ──────────────────┘                      ∂f/∂x = ∂f/∂q · 1 = -4, and the same for y

Four gates explain most circuits:

        add        gives the whole gradient to each input; nothing is split
        multiply   gives each input the gradient times the *other* input
        max        gives the whole gradient to the larger input, nothing to the smaller
        copy       (one value used in several places) adds the gradients that come back

A backward pass is easy to get wrong and easy to check: move one number of x a little to both sides
and see how f moves, (f(x + ε) - f(x - ε)) / 2ε. The error of that is of order ε² (of order ε if
only one side is moved), but the subtraction loses digits when ε is tiny: 1e-5 is a good step in
float64.

Convention card
  * a gate object is used as `z = gate.forward(x, y)`, then
    `grad_x, grad_y = gate.backward(grad_output)`; what backward needs, forward keeps on the object.
    The last forward counts, and two objects know nothing of each other.
  * `name_backward(grad_output, ...)` takes the forward function's arguments again; `grad_output`
    has the shape of the output, each result has the shape of its input.
  * float32 in, float32 out; integers are computed in float64; arguments are not modified.
  * max gate at a tie: half of the gradient to each input, as in `torch.maximum`.

Read
  * Stanford CS231n, notes "Backpropagation, Intuitions": this circuit, the neuron below, and the
    patterns in backward flow.
  * Stanford CS231n, notes "Learning and Evaluation", section "Gradient checks": which relative
    error is small enough.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Number = float | np.floating[Any]


class AddGate:
    """The gate z = x + y, element by element.

        ∂z/∂x = 1,  ∂z/∂y = 1

    Used as `z = gate.forward(x, y)`, then `grad_x, grad_y = gate.backward(grad_output)`.

    Works on whole arrays: no Python loop over their elements or rows.
    """

    def forward(self, x: Array, y: Array) -> Array:
        """Add.

        Args:
            x: any shape, floating; not modified.
            y: same shape and dtype as `x`; not modified.

        Returns:
            x + y, same shape and dtype.
        """
        return x + y

    def backward(self, grad_output: Array) -> tuple[Array, Array]:
        """Carry the gradient of the sum back to both terms.

        Args:
            grad_output: gradient with respect to the output, same shape and dtype as the inputs.

        Returns:
            `(grad_x, grad_y)`, both of the shape and dtype of the inputs.
        """
        return grad_output, grad_output


class MultiplyGate:
    """The gate z = x · y, element by element.

        ∂z/∂x = y,  ∂z/∂y = x

    Used as `z = gate.forward(x, y)`, then `grad_x, grad_y = gate.backward(grad_output)`. Backward belongs
    to the last forward of the same object; another object's forward does not change it.

    Works on whole arrays: no Python loop over their elements or rows.
    """

    def forward(self, x: Array, y: Array) -> Array:
        """Multiply, and keep what backward needs.

        Args:
            x: any shape, floating; not modified.
            y: same shape and dtype as `x`; not modified.

        Returns:
            x · y, same shape and dtype.
        """
        self._inputs = x, y
        return x * y

    def backward(self, grad_output: Array) -> tuple[Array, Array]:
        """Carry the gradient of the product back to both factors.

        Args:
            grad_output: gradient with respect to the output, same shape and dtype as the inputs.

        Returns:
            `(grad_x, grad_y)`, both of the shape and dtype of the inputs.
        """
        x, y = self._inputs
        return grad_output * y, grad_output * x


class MaxGate:
    """The gate z = max(x, y), element by element.

        ∂z/∂x = 1 where x > y,  0 where x < y,  1/2 where x = y        (and the rest of 1 is ∂z/∂y)

    Used as `z = gate.forward(x, y)`, then `grad_x, grad_y = gate.backward(grad_output)`. Backward belongs
    to the last forward of the same object; another object's forward does not change it.

    Works on whole arrays: no Python loop over their elements or rows.
    """

    def forward(self, x: Array, y: Array) -> Array:
        """Take the larger of the two at every place, and keep what backward needs.

        Args:
            x: any shape, floating; not modified.
            y: same shape and dtype as `x`; not modified.

        Returns:
            max(x, y), same shape and dtype.
        """
        self._share = np.where(x == y, 0.5, x > y)
        return np.maximum(x, y)

    def backward(self, grad_output: Array) -> tuple[Array, Array]:
        """Carry the gradient back to the input that won; at a tie each gets half.

        Args:
            grad_output: gradient with respect to the output, same shape and dtype as the inputs.

        Returns:
            `(grad_x, grad_y)`, both of the shape and dtype of the inputs; they add up to `grad_output`.
        """
        share = self._share.astype(grad_output.dtype)
        return grad_output * share, grad_output * (1 - share)


def copy_gate_backward(grads: Sequence[Array]) -> Array:
    """Carry gradients back to one value that was used in several places.

    A change of the value moves the result through every one of its uses, so the effects add up:

        ∂L/∂x = Σ_k g_k        (g_k is the gradient that comes back from the k-th use of x)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grads: one gradient per use, at least one, all floating and of the same shape and dtype; not modified.

    Returns:
        Gradient with respect to the value, shape and dtype of `grads[0]`.
    """
    total = np.zeros_like(grads[0])
    for grad in grads:
        total += grad
    return total


def sum_times(x: Array, y: Array, z: Array) -> Array:
    """The circuit f = (x + y) z, element by element.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, floating (a plain number counts as an array without axes); not modified.
        y: same shape and dtype as `x`; not modified.
        z: same shape and dtype as `x`; not modified.

    Returns:
        (x + y) z, same shape and dtype.
    """
    return (x + y) * z


def sum_times_backward(grad_output: Array, x: Array, y: Array, z: Array) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `sum_times`: first through the multiply gate, then through the add gate.

        q = x + y,   f = q z:      ∂f/∂q = z,   ∂f/∂z = q,   ∂q/∂x = ∂q/∂y = 1

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to f, same shape and dtype as `x`.
        x: first argument of the forward pass, any shape, floating.
        y: second argument of the forward pass, same shape and dtype as `x`.
        z: third argument of the forward pass, same shape and dtype as `x`.

    Returns:
        `(grad_x, grad_y, grad_z)`, each of the shape and dtype of its argument.
    """
    grad_q = grad_output * z
    return grad_q, grad_q, grad_output * (x + y)


def sigmoid_neuron(w: Array, x: Array) -> Number:
    """A neuron with two inputs: a weighted sum, then the sigmoid.

        s = w_0 x_0 + w_1 x_1 + w_2,        f = σ(s) = 1 / (1 + e^(-s))

    Args:
        w: two weights and the bias, shape (3,), floating; not modified.
        x: the inputs, shape (2,), same dtype as `w`; not modified.

    Returns:
        f, one number between 0 and 1, of the dtype of `w`. It is never nan, even for s = ±1000.
    """
    s = w[0] * x[0] + w[1] * x[1] + w[2]
    small = np.exp(-abs(s))  # e^s or e^-s, whichever cannot overflow
    output: Number = (1 if s >= 0 else small) / (1 + small)
    return output


def sigmoid_neuron_backward(grad_output: Number, w: Array, x: Array) -> tuple[Array, Array]:
    """Carry a gradient back through `sigmoid_neuron`.

        ∂f/∂s = f (1 - f);    ∂s/∂w_i = x_i for i = 0, 1;    ∂s/∂w_2 = 1;    ∂s/∂x_i = w_i

    Args:
        grad_output: gradient with respect to f, one number (or an array without axes).
        w: two weights and the bias, shape (3,), floating; not modified.
        x: the inputs, shape (2,), same dtype as `w`; not modified.

    Returns:
        `(grad_w, grad_x)`, shapes (3,) and (2,), dtype of `w`; finite even for s = ±1000.
    """
    f = sigmoid_neuron(w, x)
    grad_s = grad_output * f * (1 - f)
    return grad_s * np.append(x, x.dtype.type(1)), grad_s * w[:2]


def numerical_gradient(f: Callable[[Array], Number], x: Array, eps: float) -> Array:
    """Measure a gradient by central differences, one element of x at a time.

        g_i = (f(x + ε e_i) - f(x - ε e_i)) / (2 ε)        (e_i is 1 at element i and 0 elsewhere)

    Args:
        f: takes an array of the shape of `x`, returns one number. It depends on the elements in any way,
            so a call tells about one element only if no other one was moved.
        x: where to measure, any shape (even without axes) and any memory layout; floating,
            or integer, which is taken to float64 first. It has its old numbers, exactly, when you return.
        eps: the step ε > 0, not always small.

    Returns:
        The differences, shape of `x`, dtype of `x` (float64 for integers). They are compared with the formula
        above, not with the derivative, to 1e-4 of the largest of them: f is only known to its rounding.
    """
    x = np.asarray(x)
    moved = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)
    gradient = np.empty_like(moved)
    for index in np.ndindex(moved.shape):
        here = moved[index]
        moved[index] = here + eps
        above = float(f(moved))
        moved[index] = here - eps
        below = float(f(moved))
        moved[index] = here
        gradient[index] = (above - below) / (2 * eps)
    return gradient


def relative_error(a: Array, b: Array) -> float:
    """The largest disagreement of two gradients, measured against their size, element by element.

        max_i  |a_i - b_i| / max(|a_i| + |b_i|, 1e-8)

    It lies between 0 and 1: 0 where both are the same (zeros too), 1 where the signs differ or one of them
    is 0. The floor 1e-8 keeps two tiny numbers from counting as a disagreement.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        a: any shape with at least one element, floating; not modified.
        b: same shape as `a`; not modified.

    Returns:
        One number, a float or a NumPy scalar.
    """
    size = np.maximum(np.abs(a) + np.abs(b), 1e-8)
    return float(np.max(np.abs(a - b) / size))


def gradient_check(f: Callable[[Array], Number], grad: Callable[[Array], Array], x: Array) -> float:
    """How far a gradient function is from the gradient that is measured at the same place.

        relative_error(grad(x), numerical_gradient(f, x, 1e-5))

    Below 1e-7 the gradient is almost surely right; above 1e-2 it is almost surely wrong.

    Args:
        f: takes an array of the shape of `x`, returns one number.
        grad: what should be the gradient of `f`; takes such an array, returns one of the same shape.
        x: where to compare, any shape with at least one element, float64; has its old numbers when you
            return.

    Returns:
        The relative error, one number: below 1e-6 if `grad` is right, otherwise correct to 1e-6 of its value.
    """
    return relative_error(grad(x), numerical_gradient(f, x, 1e-5))
