"""Activation functions, forward only. Checked against torch.nn.functional."""

from __future__ import annotations

from typing import Any

from reference._arrays import array_namespace, erf

__all__ = ["relu", "sigmoid", "softmax"]


def sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x) as e^-log(1 + e^-x): no overflow, and no kink at 0 for a gradient to stumble over."""
    xp = array_namespace(x)
    return xp.exp(-xp.logaddexp(xp.zeros_like(x), -x))


def relu(x: Any) -> Any:
    """max(x, 0); torch.relu where a gradient is wanted, whose slope at 0 is 0."""
    xp = array_namespace(x)
    return xp.where(x > 0, x, xp.zeros_like(x))


def softmax(logits: Any, axis: int = -1) -> Any:
    """e^z / Σ e^z along an axis."""
    xp = array_namespace(logits)
    powers = xp.exp(logits - xp.max(logits, axis=axis, keepdims=True))
    return powers / xp.sum(powers, axis=axis, keepdims=True)
