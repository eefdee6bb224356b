"""The path of gradient descent on a function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .pairs import Array

__all__ = ["gradient_descent"]


def gradient_descent(f_grad: Callable[[Array], Array], x0: Array, lr: float, steps: int) -> Array:
    """Walk downhill from a point, and write down the way.

        x_{k+1} = x_k − lr · ∇f(x_k)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        f_grad: the gradient of f: takes a point, returns an array of the same shape,
            possibly the very array that it was given; it changes nothing.
        x0: the start, an array of any shape, also (); not modified. Integers are
            computed in float64.
        lr: the learning rate, positive; too large a rate diverges, and that is no
            error.
        steps: how many steps to take, at least 0.

    Returns:
        The path, a new array, shape (steps + 1, *x0.shape), dtype of `x0` (float64 for
        integers): row 0 is x0, row k the point after k steps.

    Raises:
        ValueError: `steps` is negative.
    """
    if steps < 0:
        raise ValueError(f"steps: got {steps}, want at least 0")
    dtype = x0.dtype if x0.dtype.kind == "f" else np.float64
    path = np.empty((steps + 1, *x0.shape), dtype)
    path[0] = x0
    for k in range(steps):
        path[k + 1] = path[k] - lr * f_grad(path[k])
    return path
