"""Broadcasting, and the sum that undoes it."""

from __future__ import annotations

import numpy as np

from .shapes import Array, Shape

__all__ = ["broadcast_shape", "broadcast_to", "unbroadcast"]


def broadcast_shape(a: Shape, b: Shape) -> Shape:
    """Find the shape that two shapes broadcast to.

    Write them one below the other, aligned at the right. A missing axis counts
    as length 1. Two lengths go together if they are equal, or if one of them is
    1; the other one is then the result's.

        (4, 1, 6)  with  (3, 1)  ->  (4, 3, 6)

    Args:
        a: the length of each axis, ints of at least 1; () is a number.
        b: the same for the other array.

    Returns:
        The common shape, a tuple of ints; as many axes as the longer of both.

    Raises:
        ValueError: two aligned lengths differ and neither is 1. The message
            names `a` and `b`.
    """
    axes = max(len(a), len(b))
    pairs = list(zip((1,) * (axes - len(a)) + tuple(a), (1,) * (axes - len(b)) + tuple(b), strict=True))
    if any(m != n and 1 not in (m, n) for m, n in pairs):
        raise ValueError(f"a and b: got the shapes {a} and {b}, want equal lengths or 1 when aligned at the right")
    return tuple(n if m == 1 else m for m, n in pairs)


def broadcast_to(x: Array, shape: Shape) -> Array:
    """Stretch an array to a shape, by hand: add axes, then repeat.

    Axes are added on the left until there are as many as in `shape`; then every
    axis of length 1 is repeated as often as `shape` says. A loop over axes is
    fine, one over numbers is not. Not allowed: np.broadcast_to,
    np.broadcast_arrays, np.broadcast.

        [1, 2, 3] to (2, 3)      ->  [[1, 2, 3], [1, 2, 3]]
        [[1], [2]] to (2, 3)     ->  [[1, 1, 1], [2, 2, 2]]

    Args:
        x: any shape, any dtype; not modified.
        shape: the shape wanted, ints of at least 1.

    Returns:
        The numbers of `x`, repeated: shape `shape`, dtype of `x`.

    Raises:
        ValueError: `x` cannot be stretched to `shape`: it has more axes, or an
            axis whose length is neither 1 nor the one wanted (2 does not
            become 4). The message names `shape`.
    """
    extra = len(shape) - x.ndim
    lengths = (1,) * extra + x.shape
    if extra < 0 or any(have not in (1, want) for have, want in zip(lengths, shape, strict=True)):
        raise ValueError(f"shape: got {shape}, which an array of shape {x.shape} cannot be stretched to")
    stretched = x.reshape(lengths)
    for axis, (have, want) in enumerate(zip(lengths, shape, strict=True)):
        if have != want:
            stretched = np.repeat(stretched, want, axis)
    return stretched


def unbroadcast(grad: Array, shape: Shape) -> Array:
    """Sum a gradient over all that broadcasting added: the way back.

    If x of shape `shape` was stretched, each of its numbers was used several
    times, and the gradients of all the copies add up:

        ∂L/∂x_i = Σ grad_j        (j runs over the copies of x_i)

    Axes that broadcasting put in front are summed away. Axes that were stretched
    from length 1 are summed and stay, with length 1.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad: gradient with respect to the stretched array, floating, any shape
            that `shape` broadcasts to; not modified.
        shape: the shape of the array before it was stretched.

    Returns:
        Gradient with respect to that array: shape `shape`, dtype of `grad`.
    """
    extra = grad.ndim - len(shape)
    axes = tuple(axis for axis in range(grad.ndim) if axis < extra or shape[axis - extra] == 1)
    summed: Array = grad.sum(axis=axes)
    return summed.reshape(shape)
