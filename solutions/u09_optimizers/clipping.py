"""Gradients that are kept from growing too large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .pairs import Array

__all__ = ["clip_by_global_norm", "clip_by_norm", "clip_by_value"]


def clip_by_value(grads: Sequence[Array], limit: float) -> list[Array]:
    """Cut every number of every gradient to −limit … limit.

        g_i ← min(max(g_i, −limit), limit)

    Simple, but it turns the gradient: with limit 1, (100, 1) becomes (1, 1).

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grads: a list of arrays of any shapes, float, finite; not modified.
        limit: the largest size allowed, positive.

    Returns:
        A list of arrays, same shapes and dtypes.

    Raises:
        ValueError: `limit` is not positive.
    """
    if limit <= 0:
        raise ValueError(f"limit: got {limit}, want a positive number")
    return [np.clip(grad, -limit, limit) for grad in grads]


def clip_by_norm(grads: Sequence[Array], max_norm: float) -> list[Array]:
    """Shorten every gradient that is too long, each array by its own norm.

        ‖g‖ = √ Σ g_i²        (over all numbers of one array, whatever its axes)
        g ← g · max_norm / ‖g‖   if ‖g‖ > max_norm, else g as it is

    Each array keeps its direction; their sizes relative to each other change.
    PyTorch divides by ‖g‖ + 1e-6: accepted as well, errors up to 2e-6 of the largest
    number are allowed.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grads: a list of arrays of any shapes, float, finite, possibly all zero; not
            modified.
        max_norm: the largest norm allowed, positive.

    Returns:
        A list of arrays, same shapes and dtypes.

    Raises:
        ValueError: `max_norm` is not positive.
    """
    if max_norm <= 0:
        raise ValueError(f"max_norm: got {max_norm}, want a positive number")
    norms = [np.sqrt(np.sum(grad**2)) for grad in grads]
    return [grad * (max_norm / norm) if norm > max_norm else grad for grad, norm in zip(grads, norms, strict=True)]


def clip_by_global_norm(grads: Sequence[Array], max_norm: float) -> tuple[list[Array], Any]:
    """Shorten all gradients together, as if they were one long vector.

        ‖g‖ = √ Σ_k Σ_i g_ki²        (over all numbers of all arrays)
        g_k ← g_k · max_norm / ‖g‖   for every k, if ‖g‖ > max_norm, else as they are

    The direction of the whole step stays. This is what `clip_grad_norm_` of PyTorch
    does; it divides by ‖g‖ + 1e-6: accepted as well, errors up to 2e-6 of the largest
    number are allowed.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grads: a list of at least one array, any shapes, one float dtype, finite,
            possibly all zero; not modified.
        max_norm: the largest norm allowed, positive.

    Returns:
        `(clipped, norm)`: a list of arrays, same shapes and dtypes as `grads`, and the
        norm *before* clipping, a scalar of the dtype of `grads[0]` (a NumPy scalar, not
        a Python float), worth plotting.

    Raises:
        ValueError: `max_norm` is not positive.
    """
    if max_norm <= 0:
        raise ValueError(f"max_norm: got {max_norm}, want a positive number")
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if norm <= max_norm:
        return list(grads), norm
    return [grad * (max_norm / norm) for grad in grads], norm
