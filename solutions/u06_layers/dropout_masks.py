"""Dropout: its mask, its passes in training, and none in evaluation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .checks import Array, require_rate

__all__ = ["dropout", "dropout_backward", "dropout_eval", "make_dropout_mask"]


def make_dropout_mask(rng: np.random.Generator, shape: Sequence[int], rate: float) -> Array:
    """Draw which units stay and which are dropped.

        P(mask = 0) = rate        P(mask = 1) = 1 - rate        each entry on its own

    How many are dropped is chance, too: only on average is it the fraction `rate`. In which order the
    numbers are drawn is up to you; what is judged is the distribution.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        rng: where all randomness comes from: the same seed gives the same mask, a second call another one.
        shape: shape of the mask, a tuple.
        rate: the fraction that is dropped, 0 <= rate < 1.

    Returns:
        A float64 array of that shape, of zeros and ones; not scaled, `dropout` does that.

    Raises:
        ValueError: `rate` is not in [0, 1).
    """
    require_rate(rate)
    return np.where(rng.random(shape) < rate, 0.0, 1.0)


def dropout(x: Array, rate: float, mask: Array) -> Array:
    """Switch units off in training, and scale up those that stay.

        y = x · mask / (1 - rate)

    On average over all masks y is x: dividing by the fraction kept makes up for what is dropped.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.
        rate: the fraction that is dropped, 0 <= rate < 1: the one the mask was drawn with, not counted in it.
        mask: ones for what stays, zeros for what goes, same shape as `x`, any dtype: floats, integers or
            booleans; not modified.

    Returns:
        y, a new array, same shape and dtype as `x`, whatever the dtype of `mask` (float64 for integers).

    Raises:
        ValueError: `rate` is not in [0, 1).
    """
    require_rate(rate)
    return np.where(mask, x / (1 - rate), 0.0)


def dropout_backward(grad_output: Array, x: Array, rate: float, mask: Array) -> Array:
    """Carry a gradient back through `dropout`: the same mask, the same scale.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape and dtype as `x`; not modified.
        x: the input of the forward pass, any shape, floating; a unit whose value happens to be 0 does not count
            as dropped; not modified.
        rate: the rate of the forward pass, 0 <= rate < 1.
        mask: the mask of the forward pass, same shape as `x`: floats, integers or booleans; not modified.

    Returns:
        Gradient with respect to `x`, same shape and dtype as `x`, whatever the dtype of `mask`.
    """
    return np.where(mask, grad_output / (1 - rate), 0.0)


def dropout_eval(x: Array, rate: float) -> Array:
    """Do at test time what `dropout` does then: nothing.

        y = x

    The scale was taken care of in training, so nothing is dropped and nothing is multiplied.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.
        rate: the rate of the training, 0 <= rate < 1; it has no effect.

    Returns:
        A new array equal to `x`, shape and dtype of `x` (float64 for integers): changing it must not change `x`.

    Raises:
        ValueError: `rate` is not in [0, 1).
    """
    require_rate(rate)
    return np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)
