"""Activation functions, forward only. Checked against torch.nn.functional."""

from __future__ import annotations

import math
from typing import Any

from reference._arrays import array_namespace, erf

__all__ = [
    "elu", "gelu", "gradient_through_depth", "leaky_relu", "log_softmax", "relu", "selu", "sigmoid", "softmax",
    "softplus", "softsign", "step", "tanh",
]  # fmt: skip

#: Klambauer et al. (2017), as in torch.nn.SELU.
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x) as e^-log(1 + e^-x): no overflow, and no kink at 0 for a gradient to stumble over."""
    xp = array_namespace(x)
    return xp.exp(-xp.logaddexp(xp.zeros_like(x), -x))


def tanh(x: Any) -> Any:
    """The hyperbolic tangent."""
    return array_namespace(x).tanh(x)


def relu(x: Any) -> Any:
    """max(x, 0) as a choice, so that the slope at 0 is 0."""
    xp = array_namespace(x)
    return xp.where(x > 0, x, xp.zeros_like(x))


def leaky_relu(x: Any, slope: float = 0.01) -> Any:
    """The input or slope · x as a choice, so that the slope at 0 is `slope`."""
    xp = array_namespace(x)
    return xp.where(x > 0, x, slope * x)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """The input or α (e^x - 1); the inner choice keeps e^x finite, whose gradient would be 0 · inf = nan."""
    xp = array_namespace(x)
    left = xp.where(x > 0, xp.zeros_like(x), x)
    return xp.where(x > 0, x, alpha * xp.expm1(left))


def selu(x: Any) -> Any:
    """`elu` with the two constants that keep mean 0 and variance 1."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


def gelu(x: Any) -> Any:
    """The input weighted by Φ(x), exactly."""
    return x * (1 + erf(x / math.sqrt(2))) / 2


def softplus(x: Any) -> Any:
    """log(e^0 + e^x), without a threshold above which it is taken for x."""
    xp = array_namespace(x)
    return xp.logaddexp(xp.zeros_like(x), x)


def softsign(x: Any) -> Any:
    """The input over 1 + |x|; the gradient is 1 at 0, because the one of |x| is multiplied by x there."""
    return x / (1 + array_namespace(x).abs(x))


def softmax(logits: Any, axis: int = -1) -> Any:
    """e^z / Σ e^z along an axis."""
    xp = array_namespace(logits)
    powers = xp.exp(logits - xp.max(logits, axis=axis, keepdims=True))
    return powers / xp.sum(powers, axis=axis, keepdims=True)


def log_softmax(logits: Any, axis: int = -1) -> Any:
    """The logits z minus log Σ e^z along an axis."""
    xp = array_namespace(logits)
    shifted = logits - xp.max(logits, axis=axis, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))


def step(x: Any) -> Any:
    """1 from 0 on, else 0."""
    xp = array_namespace(x)
    return xp.where(x >= 0, xp.ones_like(x), xp.zeros_like(x))


def gradient_through_depth(depth: int, activation: str) -> float:
    """The largest slope, multiplied `depth` times; where each slope peaks is known, and tested by a search."""
    at_root_two = (1 + math.erf(1)) / 2 + math.exp(-1) / math.sqrt(math.pi)
    slopes = dict.fromkeys(("tanh", "relu", "leaky_relu", "elu", "softplus", "softsign"), 1.0)
    slopes.update(sigmoid=1 / 4, selu=SELU_SCALE * SELU_ALPHA, gelu=at_root_two)
    return math.prod([slopes[activation]] * depth, start=1.0)
