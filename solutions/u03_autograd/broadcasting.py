"""Gradients of products of arrays that were broadcast."""

from __future__ import annotations

from .arrays import Array, Shape

__all__ = ["multiply_backward", "unbroadcast"]


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
    extra = grad.ndim - len(shape)
    stretched = tuple(axis for axis in range(grad.ndim) if axis < extra or shape[axis - extra] == 1)
    summed: Array = grad.sum(axis=stretched)
    return summed.reshape(shape)


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
    return unbroadcast(grad_output * b, a.shape), unbroadcast(grad_output * a, b.shape)
