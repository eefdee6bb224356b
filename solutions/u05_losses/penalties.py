"""Penalties on weights, and the loss that they are added to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .pairs import Array, Scalar

__all__ = [
    "elastic_net_penalty",
    "elastic_net_penalty_backward",
    "l1_penalty",
    "l1_penalty_backward",
    "l2_penalty",
    "l2_penalty_backward",
    "total_loss",
]


def l1_penalty(w: Array, strength: float) -> Scalar:
    """Charge weights by their size, which drives many of them to exactly 0.

        R = λ Σ |w|        (a sum, not a mean)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        w: weights, any shape, floating; not modified.
        strength: λ >= 0.

    Returns:
        The penalty, a scalar (no axes) of the dtype of `w`.
    """
    penalty: Scalar = strength * np.abs(w).sum()
    return penalty


def l1_penalty_backward(w: Array, strength: float) -> Array:
    """Differentiate `l1_penalty` with respect to the weights.

        ∂R/∂w = λ sign(w),  sign(0) = 0

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        w: weights, any shape, floating; not modified.
        strength: λ >= 0.

    Returns:
        ∂R/∂w, same shape and dtype as `w`.
    """
    grad: Array = strength * np.sign(w)
    return grad


def l2_penalty(w: Array, strength: float) -> Scalar:
    """Charge weights by their squares, which keeps all of them small.

        R = λ Σ w²        (no ½, no root, a sum and not a mean)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        w: weights, any shape, floating; not modified.
        strength: λ >= 0.

    Returns:
        The penalty, a scalar (no axes) of the dtype of `w`.
    """
    penalty: Scalar = strength * (w**2).sum()
    return penalty


def l2_penalty_backward(w: Array, strength: float) -> Array:
    """Differentiate `l2_penalty` with respect to the weights.

        ∂R/∂w = 2 λ w

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        w: weights, any shape, floating; not modified.
        strength: λ >= 0.

    Returns:
        ∂R/∂w, same shape and dtype as `w`.
    """
    return 2 * strength * w


def elastic_net_penalty(w: Array, l1: float, l2: float) -> Scalar:
    """Charge weights by their size and by their squares.

        R = l1 Σ |w| + l2 Σ w²        (no ½)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        w: weights, any shape, floating; not modified.
        l1: strength of the first part, >= 0.
        l2: strength of the second part, >= 0.

    Returns:
        The penalty, a scalar (no axes) of the dtype of `w`.
    """
    penalty: Scalar = l1 * np.abs(w).sum() + l2 * (w**2).sum()
    return penalty


def elastic_net_penalty_backward(w: Array, l1: float, l2: float) -> Array:
    """Differentiate `elastic_net_penalty` with respect to the weights.

        ∂R/∂w = l1 sign(w) + 2 l2 w,  sign(0) = 0

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        w: weights, any shape, floating; not modified.
        l1: strength of the first part, >= 0.
        l2: strength of the second part, >= 0.

    Returns:
        ∂R/∂w, same shape and dtype as `w`.
    """
    grad: Array = l1 * np.sign(w) + 2 * l2 * w
    return grad


def total_loss(losses: Sequence[float], weights: Sequence[float]) -> float:
    """Make one loss of those of several outputs: the weighted sum, not an average.

        L = Σ_k weights_k · losses_k

    Args:
        losses: one number per output; may be empty.
        weights: one number per output, of any sum.

    Returns:
        The total, a float; 0.0 for no outputs.

    Raises:
        ValueError: `weights` has another length than `losses`.
    """
    if len(weights) != len(losses):
        raise ValueError(f"weights: got {len(weights)}, want {len(losses)}, one for each loss")
    return float(sum(weight * loss for weight, loss in zip(weights, losses, strict=True)))
