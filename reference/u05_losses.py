"""Losses and penalties, forward only; gradients are PyTorch's. Checked against torch.nn.functional and by hand.

Clips and floors are written as choices, so that a gradient passes at a bound and not beyond it; `xp.max` is torch.amax,
which shares a gradient evenly at a tie.
"""

from __future__ import annotations

import math
from typing import Any

from array_api_compat import device

from reference._arrays import array_namespace

__all__ = [
    "binary_crossentropy", "categorical_crossentropy", "categorical_hinge", "cosine_similarity", "elastic_net_penalty",
    "hinge", "kl_divergence", "l1_penalty", "l2_penalty", "linear_scores", "log_cosh", "mean_absolute_error",
    "mean_absolute_percentage_error", "mean_squared_error", "mean_squared_logarithmic_error", "poisson",
    "sigmoid_cross_entropy", "softmax_cross_entropy", "sparse_categorical_crossentropy", "squared_hinge", "svm_loss",
    "total_loss",
]  # fmt: skip

#: Keras's fuzz factor.
EPSILON = 1e-7


def _floating(x: Any) -> Any:
    """Integers and booleans as float64."""
    xp = array_namespace(x)
    return x if xp.isdtype(x.dtype, "real floating") else xp.astype(x, xp.float64)


def _floored(x: Any, low: float) -> Any:
    """At least `low`; the gradient passes at the bound."""
    return array_namespace(x).where(x < low, low, x)


def _clipped(x: Any, low: float, high: float) -> Any:
    """From `low` to `high`; the gradient passes at both bounds."""
    return array_namespace(x).where(x > high, high, _floored(x, low))


def _is_class(labels: Any, scores: Any) -> Any:
    """A mask of shape (N, C): true at each row's class."""
    xp = array_namespace(scores)
    return xp.arange(scores.shape[-1], device=device(scores))[None, :] == labels[:, None]


def _row_mean(values: Any, mask: Any) -> Any:
    """Sum along each row where the mask is true, then the mean over rows."""
    xp = array_namespace(values)
    return xp.mean(xp.sum(xp.where(mask, values, 0.0), axis=-1))


def _mean(x: Any) -> Any:
    return array_namespace(x).mean(x)


def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of (p - t)²."""
    return _mean((_floating(y_pred) - _floating(y_true)) ** 2)


def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of |p - t|."""
    error = _floating(y_pred) - _floating(y_true)
    return _mean(array_namespace(error).abs(error))


def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """Mean of |p - t| in percent of |t|, which counts as 1e-7 at least."""
    target, prediction = _floating(y_true), _floating(y_pred)
    xp = array_namespace(target)
    return _mean(100 * xp.abs((target - prediction) / _floored(xp.abs(target), EPSILON)))


def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """Mean squared difference of ln(1 + x), where x counts as 1e-7 at least."""
    xp = array_namespace(y_pred)
    target, prediction = (xp.log1p(_floored(_floating(x), EPSILON)) for x in (y_true, y_pred))
    return _mean((prediction - target) ** 2)


def _miss(y_true: Any, y_pred: Any) -> Any:
    """max(0, 1 - t p) with the labels as signs, where all are 0 or 1."""
    label, score = _floating(y_true), _floating(y_pred)
    xp = array_namespace(score)
    if bool(xp.all(label * (label - 1) == 0)):
        label = 2 * label - 1
    gap = 1 - label * score
    return xp.where(gap > 0, gap, 0.0)


def hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of max(0, 1 - t p)."""
    return _mean(_miss(y_true, y_pred))


def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean of max(0, 1 - t p)²."""
    return _mean(_miss(y_true, y_pred) ** 2)


def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """Mean over rows of max(0, 1 + best rival - true class)."""
    target, score = _floating(y_true), _floating(y_pred)
    xp = array_namespace(score)
    gap = 1 + xp.max((1 - target) * score, axis=-1) - xp.sum(target * score, axis=-1)
    return _mean(xp.where(gap > 0, gap, 0.0))


def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """Mean of ln((e^d + e^-d) / 2)."""
    error = _floating(y_pred) - _floating(y_true)
    return _mean(array_namespace(error).logaddexp(error, -error) - math.log(2))


def _log_probability(y_pred: Any) -> Any:
    """Logarithm of each row over its sum, clipped."""
    xp = array_namespace(y_pred)
    prediction = _floating(y_pred)
    return xp.log(_clipped(prediction / xp.sum(prediction, axis=-1, keepdims=True), EPSILON, 1 - EPSILON))


def categorical_crossentropy(y_true: Any, y_pred: Any) -> Any:
    """Mean over rows of -Σ t ln q."""
    terms = _floating(y_true) * _log_probability(y_pred)
    return -_mean(array_namespace(terms).sum(terms, axis=-1))


def sparse_categorical_crossentropy(y_true: Any, y_pred: Any) -> Any:
    """Mean over rows of -ln q at the class."""
    return -_row_mean(_log_probability(y_pred), _is_class(y_true, y_pred))


def binary_crossentropy(y_true: Any, y_pred: Any) -> Any:
    """Mean of -t ln p - (1 - t) ln(1 - p)."""
    xp = array_namespace(y_pred)
    target, p = _floating(y_true), _clipped(_floating(y_pred), EPSILON, 1 - EPSILON)
    return -_mean(target * xp.log(p) + (1 - target) * xp.log(1 - p))


def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """Mean over rows of Σ t (ln t - ln p)."""
    xp = array_namespace(y_pred)
    target, p = (_clipped(_floating(x), EPSILON, 1.0) for x in (y_true, y_pred))
    return _mean(xp.sum(target * (xp.log(target) - xp.log(p)), axis=-1))


def poisson(y_true: Any, y_pred: Any) -> Any:
    """Mean of p - t ln(p + 1e-7)."""
    prediction = _floating(y_pred)
    return _mean(prediction - _floating(y_true) * array_namespace(y_pred).log(prediction + EPSILON))


def _unit(x: Any) -> Any:
    """Rows of length 1, or shorter where the square sum is below 1e-12."""
    xp = array_namespace(x)
    return x / xp.sqrt(_floored(xp.sum(x**2, axis=-1, keepdims=True), 1e-12))


def cosine_similarity(y_true: Any, y_pred: Any) -> Any:
    """Minus the mean cosine of the rows' angles."""
    products = _unit(_floating(y_true)) * _unit(_floating(y_pred))
    return -_mean(array_namespace(products).sum(products, axis=-1))


def softmax_cross_entropy(logits: Any, labels: Any) -> Any:
    """Mean over rows of ln Σ e^(z - z_y)."""
    xp = array_namespace(logits)
    scores = _floating(logits)
    shifted = scores - xp.max(scores, axis=-1, keepdims=True)
    log_p = shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))
    return -_row_mean(log_p, _is_class(labels, scores))


def sigmoid_cross_entropy(logits: Any, labels: Any) -> Any:
    """Mean of t ln(1 + e^-z) + (1 - t) ln(1 + e^z)."""
    score, target = _floating(logits), _floating(labels)
    xp = array_namespace(score)
    zero = xp.zeros_like(score)
    return _mean(target * xp.logaddexp(zero, -score) + (1 - target) * xp.logaddexp(zero, score))


def svm_loss(scores: Any, labels: Any, margin: float = 1) -> Any:
    """Mean over rows of the sum of max(0, s_j - s_y + margin) over the wrong classes."""
    values = _floating(scores)
    xp = array_namespace(values)
    true = _is_class(labels, values)
    own = xp.sum(xp.where(true, values, 0.0), axis=-1, keepdims=True)
    gap = values - own + margin
    return _row_mean(gap, (gap > 0) & ~true)


def l1_penalty(w: Any, strength: float) -> Any:
    """Strength times Σ |w|."""
    xp = array_namespace(w)
    return xp.sum(strength * xp.abs(_floating(w)))


def l2_penalty(w: Any, strength: float) -> Any:
    """Strength times Σ w²."""
    return array_namespace(w).sum(strength * _floating(w) ** 2)


def elastic_net_penalty(w: Any, l1: float, l2: float) -> Any:
    """Both penalties together."""
    return l1_penalty(w, l1) + l2_penalty(w, l2)


def total_loss(losses: Any, weights: Any) -> float:
    """Exactly rounded sum of the products."""
    return math.fsum(float(loss) * float(weights[k]) for k, loss in enumerate(losses))


def linear_scores(x: Any, w: Any, b: Any) -> Any:
    """Products summed over the features, plus the biases."""
    xp = array_namespace(x)
    return xp.tensordot(_floating(x), _floating(w), axes=1) + _floating(b)
