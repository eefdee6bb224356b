"""Gradients of moved and of chosen elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from .arrays import Array, Shape

__all__ = ["index_backward", "transpose_backward"]


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
    inverse = np.argsort(np.array(axes, dtype=int) % max(len(axes), 1))
    grad: Array = grad_output.transpose(inverse)
    return grad


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
    grad_output = np.asarray(grad_output)
    grad = np.zeros(shape, dtype=grad_output.dtype)
    np.add.at(grad, index, grad_output)
    return grad
