"""Losses: one number that says how wrong a network is, and the first gradient.

A classifier ends in scores, one per class (`linear_scores`). A loss compares
them, or the probabilities made of them, with what should have come out, and
gives one number. Training asks only one thing of it: in which direction must
each prediction move so that the number sinks? That is the loss's gradient,
where every backward pass begins. It has no upstream: the loss is the end.

    x ── scores ── probabilities ── loss ── one number
             ∂L/∂z ─── ∂L/∂p ─────────┘

Which loss fits follows from what is predicted:

    a number                 squared error; absolute error where outliers
                             should not rule; log cosh lies between the two
    a number over decades    percentage error, squared logarithmic error
    a count                  Poisson
    one class of many        softmax, then categorical cross-entropy
                             (one-hot targets, or sparse: the class's number);
                             or a margin: categorical hinge, SVM
    yes or no, several times sigmoid, then binary cross-entropy; or hinge
    a distribution           Kullback-Leibler divergence
    a direction              cosine similarity, negated

Why the fused versions: softmax underflows to a probability of 0, whose
logarithm is -∞ and whose gradient is lost in the clip. Taken together, softmax
and cross-entropy are ln Σ e^z - z_y, finite for every score, and the gradient
is as simple as a gradient can be: p - y, y being one-hot.

A penalty is a loss on the weights themselves. L2 pulls every weight towards 0
in proportion to its size, L1 pulls all equally hard, and so makes many of them
exactly 0. A network with several outputs adds its losses up, each weighted.

Convention card
  * `loss(y_true, y_pred)` is a scalar: the mean over all n elements, or, where
    it is defined per row (one sample), over the N rows. So the gradient has a
    1/n or 1/N in it. `loss_backward(y_true, y_pred)` returns ∂L/∂y_pred. The
    fused losses, the SVM and the penalties take their own arguments again.
  * Float32 in, float32 out, scalars too (a Python float is float64). Integer
    and boolean targets take the predictions' dtype; where nothing is floating,
    float64. `paired` does both, and is given.
  * Logarithms see values clipped to at least ε = 1e-7 (`EPSILON`); Poisson adds
    ε instead, and the fused losses need no clip. A clip
    passes no gradient outside of its bounds, and all of it at them.
  * Kinks: |x|'(0) = 0, max(x, 0)'(0) = 0; a maximum that several classes share
    shares its gradient evenly among them.
  * L2 is λ Σ w²: no ½, no 1/N.
  * Arrays are handled whole: no Python loop over rows or numbers.
  * No argument is changed. Bad input raises a ValueError that names it.

To read: Goodfellow, Bengio and Courville, Deep Learning, 6.2 (cost functions
and output units) and 7.1 (parameter norm penalties).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Scalar = np.floating[Any]

#: The smallest number of which a loss of this unit takes a logarithm, and the smallest denominator.
EPSILON = 1e-7


def paired(first: Array, second: Array, name: str = "y_pred") -> tuple[Array, Array]:
    """Check that two arrays have one shape, and bring them to one floating dtype: given, to begin a loss with.

    Args:
        first: targets (or logits), any shape, any real dtype; not modified.
        second: what belongs to them element by element; not modified.
        name: how `second` is called in the error's text.

    Returns:
        Both in the dtype of the floating one (the wider one of two; float64 if none is). An array that has it
        already is returned itself.

    Raises:
        ValueError: the shapes differ; the text names `name`.
    """
    if first.shape != second.shape:
        raise ValueError(f"{name}: got shape {second.shape}, want {first.shape}, one for each element")
    floating = [each.dtype for each in (first, second) if each.dtype.kind == "f"]
    dtype = np.result_type(*floating) if floating else np.dtype(np.float64)
    return first.astype(dtype, copy=False), second.astype(dtype, copy=False)


def check_labels(labels: Array, scores: Array, name: str = "labels") -> None:
    """Check that there is one class number per row, and that each is a column of `scores`: given.

    Args:
        labels: class numbers.
        scores: shape (N, C).
        name: how `labels` is called in the error's text.

    Raises:
        ValueError: `labels` is not of shape (N,), or one of them is not in 0 … C - 1; the text names `name`.
    """
    rows, classes = scores.shape
    if labels.shape != (rows,):
        raise ValueError(f"{name}: got shape {labels.shape}, want ({rows},), one class number per row")
    if not ((labels >= 0) & (labels < classes)).all():
        raise ValueError(f"{name}: got numbers from {labels.min()} to {labels.max()}, want 0 to {classes - 1}")


def mean_squared_error(y_true: Array, y_pred: Array) -> Scalar:
    """Average the squares of the errors.

        L = 1/n Σ (p - t)²        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified. Small integers (uint8) are computed in
            float64: their differences must not wrap around.
        y_pred: predictions p, same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    loss: Scalar = np.mean((p - t) ** 2)
    return loss


def mean_squared_error_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `mean_squared_error` with respect to the predictions.

        ∂L/∂p = 2 (p - t) / n

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    return 2 * (p - t) / p.size


def mean_absolute_error(y_true: Array, y_pred: Array) -> Scalar:
    """Average the sizes of the errors.

        L = 1/n Σ |p - t|        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    loss: Scalar = np.mean(np.abs(p - t))
    return loss


def mean_absolute_error_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `mean_absolute_error` with respect to the predictions.

        ∂L/∂p = sign(p - t) / n,  sign(0) = 0

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`; 0 where the prediction is right.
    """
    t, p = paired(y_true, y_pred)
    grad: Array = np.sign(p - t) / p.size
    return grad


def mean_absolute_percentage_error(y_true: Array, y_pred: Array) -> Scalar:
    """Average the errors in percent of the targets.

        L = 100/n Σ |p - t| / max(|t|, ε),  ε = 1e-7        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements, also 0 and negative; not modified.
        y_pred: predictions p, same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    loss: Scalar = 100 * np.mean(np.abs(p - t) / np.maximum(np.abs(t), EPSILON))
    return loss


def mean_absolute_percentage_error_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `mean_absolute_percentage_error` with respect to the predictions.

        ∂L/∂p = 100/n · sign(p - t) / max(|t|, ε),  sign(0) = 0,  ε = 1e-7

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements, also 0 and negative; not modified.
        y_pred: predictions p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    grad: Array = 100 * np.sign(p - t) / np.maximum(np.abs(t), EPSILON) / p.size
    return grad


def mean_squared_logarithmic_error(y_true: Array, y_pred: Array) -> Scalar:
    """Average the squared differences of logarithms: errors by ratio, for counts from 0 to millions.

        L = 1/n Σ (ln(1 + max(p, ε)) - ln(1 + max(t, ε)))²,  ε = 1e-7        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; what is below ε counts as ε; not modified.
        y_pred: predictions p, same shape; what is below ε, negative numbers too, counts as ε; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = (np.log1p(np.maximum(each, EPSILON)) for each in paired(y_true, y_pred))
    loss: Scalar = np.mean((p - t) ** 2)
    return loss


def mean_squared_logarithmic_error_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `mean_squared_logarithmic_error` with respect to the predictions.

        ∂L/∂p = 2/n · (ln(1 + p) - ln(1 + max(t, ε))) / (1 + p)  for p >= ε, else 0,  ε = 1e-7

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; what is below ε counts as ε; not modified.
        y_pred: predictions p, same shape, floating, also negative; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    floored = np.maximum(p, EPSILON)
    error = np.log1p(floored) - np.log1p(np.maximum(t, EPSILON))
    grad: Array = 2 * error / (1 + floored) * (p >= EPSILON) / p.size
    return grad


def hinge(y_true: Array, y_pred: Array) -> Scalar:
    """Ask of every score to be on the label's side of 0, by a margin of 1.

        L = 1/n Σ max(0, 1 - t p)        (over all n elements)

    Labels are -1 and 1. Where *all* labels of the array are 0 or 1, they stand for -1 and 1: t becomes 2t - 1.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels t, any shape with n >= 1 elements; -1 and 1, or 0 and 1 (also False and True); numbers in
            any other mixture are taken as they are; not modified.
        y_pred: scores p, same shape, any real numbers; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    t = 2 * t - 1 if np.isin(t, (0, 1)).all() else t
    loss: Scalar = np.mean(np.maximum(1 - t * p, 0))
    return loss


def hinge_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `hinge` with respect to the scores.

        ∂L/∂p = -t / n  where 1 - t p > 0, else 0        (0 exactly on the margin)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels t as in `hinge`, any shape with n >= 1 elements: where all are 0 or 1 (or False and True), they
            stand for -1 and 1; not modified.
        y_pred: scores p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    t = 2 * t - 1 if np.isin(t, (0, 1)).all() else t
    return -t * (t * p < 1) / p.size


def squared_hinge(y_true: Array, y_pred: Array) -> Scalar:
    """Square what `hinge` sums: small misses matter less, large ones more, and the kink is gone.

        L = 1/n Σ max(0, 1 - t p)²        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels t as in `hinge`, any shape with n >= 1 elements: where all are 0 or 1 (or False and True), they
            stand for -1 and 1; not modified.
        y_pred: scores p, same shape, any real numbers; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    t = 2 * t - 1 if np.isin(t, (0, 1)).all() else t
    loss: Scalar = np.mean(np.maximum(1 - t * p, 0) ** 2)
    return loss


def squared_hinge_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `squared_hinge` with respect to the scores.

        ∂L/∂p = -2/n · t max(0, 1 - t p)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: labels t as in `hinge`, any shape with n >= 1 elements: where all are 0 or 1 (or False and True), they
            stand for -1 and 1; not modified.
        y_pred: scores p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    t = 2 * t - 1 if np.isin(t, (0, 1)).all() else t
    grad: Array = -2 * t * np.maximum(1 - t * p, 0) / p.size
    return grad


def categorical_hinge(y_true: Array, y_pred: Array) -> Scalar:
    """Ask of the true class's score to beat the best other one by a margin of 1.

        L = 1/N Σ_rows max(0, 1 + max_j (1 - t_j) p_j - Σ_j t_j p_j)

    The maximum runs over all C products: at the true class that is (1 - 1) p = 0, so a rival below 0 counts as 0.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: one-hot targets t, shape (N, C) with N, C >= 1; not modified.
        y_pred: scores p, same shape, any real numbers; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    rival = ((1 - t) * p).max(axis=-1)
    loss: Scalar = np.mean(np.maximum(1 + rival - (t * p).sum(axis=-1), 0))
    return loss


def categorical_hinge_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `categorical_hinge` with respect to the scores.

        ∂L/∂p_j = 1/N · ((1 - t_j) s_j - t_j)  in rows with a loss > 0; 0 in all others, also exactly on the margin

    s_j is j's share of the maximum of (1 - t) p: 1 for the class that attains it alone, 1/k for each of k classes
    that attain it together (the true class with its 0 may be one of them), 0 for the rest.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: one-hot targets t, shape (N, C) with N, C >= 1; not modified.
        y_pred: scores p, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    others = (1 - t) * p
    rival = others.max(axis=-1, keepdims=True)
    attains = (others == rival).astype(p.dtype)
    share = attains / attains.sum(axis=-1, keepdims=True)
    active = 1 + rival - (t * p).sum(axis=-1, keepdims=True) > 0
    grad: Array = active * ((1 - t) * share - t) / len(p)
    return grad


def log_cosh(y_true: Array, y_pred: Array) -> Scalar:
    """Square small errors (d²/2), and take the size of large ones (|d| - ln 2), without a seam.

        L = 1/n Σ ln cosh d,  d = p - t        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape; errors of ±1000 and beyond must not overflow; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    error = p - t
    loss: Scalar = np.mean(np.logaddexp(error, -error) - math.log(2))
    return loss


def log_cosh_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `log_cosh` with respect to the predictions.

        ∂L/∂p = tanh(p - t) / n

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, any shape with n >= 1 elements; not modified.
        y_pred: predictions p, same shape, floating; errors of ±1000 and beyond give ±1/n; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    grad: Array = np.tanh(p - t) / p.size
    return grad


def categorical_crossentropy(y_true: Array, y_pred: Array) -> Scalar:
    """Weigh the surprise -ln q of every class by the target distribution.

        L = -1/N Σ_rows Σ_j t_j ln clip(q_j),  q = p / Σ_k p_k,  clip to [1e-7, 1 - 1e-7]

    Each row is divided by its sum first, then clipped.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target distributions t, one-hot or soft, shape (N, C) with N, C >= 1; not modified.
        y_pred: probabilities p (not logits), same shape, >= 0, every row with a positive sum; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    q = np.clip(p / p.sum(axis=-1, keepdims=True), EPSILON, 1 - EPSILON)
    loss: Scalar = -np.mean((t * np.log(q)).sum(axis=-1))
    return loss


def categorical_crossentropy_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `categorical_crossentropy` with respect to the probabilities, through the division by the sum.

        ∂L/∂p_i = 1/(N S) · (Σ_j m_j t_j - m_i t_i / q_i),  S = Σ_k p_k,  q = p / S

    m_j is 1 where q_j is in [1e-7, 1 - 1e-7] and 0 outside, where the clip passes nothing.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target distributions t, shape (N, C) with N, C >= 1; not modified.
        y_pred: probabilities p, same shape, floating, >= 0, every row with a positive sum; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`; finite also where a p is 0.
    """
    t, p = paired(y_true, y_pred)
    total = p.sum(axis=-1, keepdims=True)
    q = p / total
    passed = t * ((q >= EPSILON) & (q <= 1 - EPSILON))
    by_ratio = passed.sum(axis=-1, keepdims=True) - passed / np.maximum(q, EPSILON)
    grad: Array = by_ratio / total / len(p)
    return grad


def sparse_categorical_crossentropy(y_true: Array, y_pred: Array) -> Scalar:
    """Compute `categorical_crossentropy` where the target is the class's number instead of a one-hot row.

        L = -1/N Σ_rows ln clip(q_y),  q = p / Σ_k p_k,  clip to [1e-7, 1 - 1e-7]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: classes y, integers from 0 to C - 1, shape (N,) with N >= 1; not modified.
        y_pred: probabilities p (not logits), shape (N, C), floating, >= 0, every row with a positive sum; not modified.

    Returns:
        The loss, a scalar (no axes) of the dtype of `y_pred`.

    Raises:
        ValueError: `y_true` is not of shape (N,), or one of its numbers is not in 0 … C - 1 (-1 is not the last
            class).
    """
    check_labels(y_true, y_pred, "y_true")
    chosen = y_pred[np.arange(len(y_pred)), y_true] / y_pred.sum(axis=-1)
    loss: Scalar = -np.mean(np.log(np.clip(chosen, EPSILON, 1 - EPSILON)))
    return loss


def sparse_categorical_crossentropy_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `sparse_categorical_crossentropy` with respect to the probabilities, through the division.

        ∂L/∂p_i = m/(N S) · (1 - [i = y] / q_y),  S = Σ_k p_k,  q = p / S

    m is 1 in rows where q_y is in [1e-7, 1 - 1e-7] and 0 in all others, where the clip passes nothing.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: classes y, integers from 0 to C - 1, shape (N,) with N >= 1; not modified.
        y_pred: probabilities p, shape (N, C), floating, >= 0, every row with a positive sum; not modified.

    Returns:
        ∂L/∂p, a new array of the shape and dtype of `y_pred`; finite also where a p is 0.
    """
    check_labels(y_true, y_pred, "y_true")
    rows = np.arange(len(y_pred))
    total = y_pred.sum(axis=-1, keepdims=True)
    chosen = y_pred[rows, y_true] / total[:, 0]
    by_ratio = np.ones_like(y_pred)
    by_ratio[rows, y_true] -= 1 / np.maximum(chosen, EPSILON)
    passed = (chosen >= EPSILON) & (chosen <= 1 - EPSILON)
    grad: Array = by_ratio * passed[:, None] / total / len(y_pred)
    return grad


def binary_crossentropy(y_true: Array, y_pred: Array) -> Scalar:
    """Add up the surprise at what happened: -ln p for a yes, -ln(1 - p) for a no.

        L = -1/n Σ (t ln p + (1 - t) ln(1 - p)),  p clipped to [1e-7, 1 - 1e-7]        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, from 0 to 1 (usually either, also False and True), any shape with n >= 1 elements; not
            modified.
        y_pred: probabilities p (not logits) of a yes, same shape, from 0 to 1; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    p = np.clip(p, EPSILON, 1 - EPSILON)
    loss: Scalar = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    return loss


def binary_crossentropy_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `binary_crossentropy` with respect to the probabilities.

        ∂L/∂p = 1/n · (p - t) / (p (1 - p))  for 1e-7 <= p <= 1 - 1e-7, else 0 (the clip passes nothing)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: targets t, from 0 to 1, any shape with n >= 1 elements; not modified.
        y_pred: probabilities p, same shape, floating, from 0 to 1; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`; finite also where p is 0 or 1.
    """
    t, p = paired(y_true, y_pred)
    clipped = np.clip(p, EPSILON, 1 - EPSILON)
    slope = (clipped - t) / (clipped * (1 - clipped))
    grad: Array = slope * ((p >= EPSILON) & (p <= 1 - EPSILON)) / p.size
    return grad


def kl_divergence(y_true: Array, y_pred: Array) -> Scalar:
    """Measure what it costs to take the distribution p for the distribution t.

        L = mean over rows of Σ_j t_j ln(t_j / p_j),  t and p clipped to [1e-7, 1]

    The sum runs along the last axis, the mean over everything before it. Rows are not divided by their sums.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target distributions t, shape (..., C), not empty, entries from 0 to 1; not modified.
        y_pred: predicted distributions p, same shape, entries >= 0; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = (np.clip(each, EPSILON, 1) for each in paired(y_true, y_pred))
    loss: Scalar = np.mean((t * np.log(t / p)).sum(axis=-1))
    return loss


def kl_divergence_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `kl_divergence` with respect to the predicted distributions.

        ∂L/∂p = -t / p / (number of rows)  for 1e-7 <= p <= 1, else 0;  t clipped to [1e-7, 1]

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target distributions t, shape (..., C), not empty, entries from 0 to 1; not modified.
        y_pred: predicted distributions p, same shape, floating, entries >= 0; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`; finite also where p is 0.
    """
    t, p = paired(y_true, y_pred)
    slope = -np.clip(t, EPSILON, 1) / np.clip(p, EPSILON, 1)
    grad: Array = slope * ((p >= EPSILON) & (p <= 1)) * p.shape[-1] / p.size
    return grad


def poisson(y_true: Array, y_pred: Array) -> Scalar:
    """Measure how unlikely the counts t are, where p are expected.

        L = 1/n Σ (p - t ln(p + 1e-7))        (over all n elements)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: counts t >= 0, any shape with n >= 1 elements; not modified.
        y_pred: expected counts p >= 0, same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers; may be negative.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    t, p = paired(y_true, y_pred)
    loss: Scalar = np.mean(p - t * np.log(p + EPSILON))
    return loss


def poisson_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `poisson` with respect to the expected counts.

        ∂L/∂p = 1/n · (1 - t / (p + 1e-7))

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: counts t >= 0, any shape with n >= 1 elements; not modified.
        y_pred: expected counts p >= 0, same shape, floating; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    grad: Array = (1 - t / (p + EPSILON)) / p.size
    return grad


def cosine_similarity(y_true: Array, y_pred: Array) -> Scalar:
    """Compare directions: -1 for the same one, 1 for the opposite one, 0 for a right angle.

        L = -(mean over rows of Σ_j u_j v_j),  u = t / √max(Σ t², 1e-12),  v = p / √max(Σ p², 1e-12)

    Negated, because a loss is minimised. All sums run along the last axis, the mean over everything before it.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target vectors t, shape (..., C), not empty, also zero; not modified.
        y_pred: predicted vectors p, same shape, also zero; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers.

    Raises:
        ValueError: `y_pred` has another shape than `y_true`.
    """
    u, v = (each / np.sqrt(np.maximum((each**2).sum(axis=-1, keepdims=True), 1e-12)) for each in paired(y_true, y_pred))
    loss: Scalar = -np.mean((u * v).sum(axis=-1))
    return loss


def cosine_similarity_backward(y_true: Array, y_pred: Array) -> Array:
    """Differentiate `cosine_similarity` with respect to the predicted vectors.

        ∂L/∂p = -(u - (u·v) v) / r / (number of rows),  r = √max(Σ p², 1e-12)

    u and v are the vectors of `cosine_similarity`. Where Σ p² < 1e-12 the norm is fixed, and (u·v) v falls away.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        y_true: target vectors t, shape (..., C), not empty, also zero; not modified.
        y_pred: predicted vectors p, same shape, floating, also zero; not modified.

    Returns:
        ∂L/∂p, same shape and dtype as `y_pred`.
    """
    t, p = paired(y_true, y_pred)
    u = t / np.sqrt(np.maximum((t**2).sum(axis=-1, keepdims=True), 1e-12))
    square = (p**2).sum(axis=-1, keepdims=True)
    norm = np.sqrt(np.maximum(square, 1e-12))
    v = p / norm
    along = (u * v).sum(axis=-1, keepdims=True) * v * (square >= 1e-12)
    grad: Array = (along - u) / norm * p.shape[-1] / p.size
    return grad


def softmax_cross_entropy(logits: Array, labels: Array) -> Scalar:
    """Compute softmax and cross-entropy in one step, which never overflows and never meets ln 0.

        L = 1/N Σ_rows (ln Σ_j e^(z_j) - z_y)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, shape (N, C) with N, C >= 1, floating, finite, any magnitude (±1000 too); not modified.
        labels: classes y, integers from 0 to C - 1, shape (N,); not modified.

    Returns:
        The loss, a scalar (no axes) of the dtype of `logits`; no clip: a true class with the logit -1000 beside
        0 costs 1000.

    Raises:
        ValueError: `labels` is not of shape (N,), or one of its numbers is not in 0 … C - 1.
    """
    check_labels(labels, logits)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    chosen = shifted[np.arange(len(logits)), labels]
    loss: Scalar = np.mean(np.log(np.exp(shifted).sum(axis=-1)) - chosen)
    return loss


def softmax_cross_entropy_backward(logits: Array, labels: Array) -> Array:
    """Differentiate `softmax_cross_entropy` with respect to the logits.

        ∂L/∂z_i = (p_i - [i = y]) / N,  p = softmax(z) along each row

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, shape (N, C) with N, C >= 1, floating, any magnitude; not modified.
        labels: classes y, integers from 0 to C - 1, shape (N,); not modified.

    Returns:
        ∂L/∂z, a new array of the shape and dtype of `logits`.
    """
    check_labels(labels, logits)
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    grad: Array = powers / powers.sum(axis=-1, keepdims=True)
    grad[np.arange(len(logits)), labels] -= 1
    return grad / len(logits)


def sigmoid_cross_entropy(logits: Array, labels: Array) -> Scalar:
    """Compute sigmoid and binary cross-entropy in one step, which never overflows and never meets ln 0.

        L = 1/n Σ (max(z, 0) - z t + ln(1 + e^(-|z|)))        (over all n elements)

    That is -t ln σ(z) - (1 - t) ln(1 - σ(z)), rearranged.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, any shape with n >= 1 elements, any magnitude (1000 and -1000 too); not modified.
        labels: targets t, from 0 to 1 (usually either, also False and True), same shape; not modified.

    Returns:
        The loss, a scalar (no axes) of the floating dtype of the arguments, float64 for integers; no clip.

    Raises:
        ValueError: `labels` has another shape than `logits`.
    """
    z, t = paired(logits, labels, "labels")
    loss: Scalar = np.mean(np.logaddexp(z, 0) - z * t)
    return loss


def sigmoid_cross_entropy_backward(logits: Array, labels: Array) -> Array:
    """Differentiate `sigmoid_cross_entropy` with respect to the logits.

        ∂L/∂z = (σ(z) - t) / n

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, any shape with n >= 1 elements, floating, any magnitude; not modified.
        labels: targets t, from 0 to 1, same shape; not modified.

    Returns:
        ∂L/∂z, same shape and dtype as `logits`; nothing may overflow to nan.
    """
    z, t = paired(logits, labels, "labels")
    small = np.exp(-np.abs(z))
    probability = np.where(z >= 0, 1 / (1 + small), small / (1 + small))
    return (probability - t) / z.size


def svm_loss(scores: Array, labels: Array, margin: float = 1) -> Scalar:
    """Ask of the true class's score to beat each of the others by a margin (CS231n's multiclass SVM loss).

        L = 1/N Σ_rows Σ_{j ≠ y} max(0, s_j - s_y + margin)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        scores: s, shape (N, C) with N, C >= 1, floating; not modified.
        labels: classes y, integers from 0 to C - 1, shape (N,); not modified.
        margin: a number >= 0.

    Returns:
        The loss, a scalar (no axes) of the dtype of `scores`.

    Raises:
        ValueError: `labels` is not of shape (N,), or one of its numbers is not in 0 … C - 1.
    """
    check_labels(labels, scores)
    excess = np.maximum(scores - scores[np.arange(len(scores)), labels][:, None] + margin, 0)
    excess[np.arange(len(scores)), labels] = 0
    loss: Scalar = np.mean(excess.sum(axis=-1))
    return loss


def svm_loss_backward(scores: Array, labels: Array, margin: float = 1) -> Array:
    """Differentiate `svm_loss` with respect to the scores.

        ∂L/∂s_j = 1/N  for j ≠ y with s_j - s_y + margin > 0, else 0 (0 exactly on the margin)
        ∂L/∂s_y = -1/N for each such j of the row

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        scores: s, shape (N, C) with N, C >= 1, floating; not modified.
        labels: classes y, integers from 0 to C - 1, shape (N,); not modified.
        margin: the margin of the forward pass.

    Returns:
        ∂L/∂s, same shape and dtype as `scores`.
    """
    check_labels(labels, scores)
    rows = np.arange(len(scores))
    grad = (scores - scores[rows, labels][:, None] + margin > 0).astype(scores.dtype)
    grad[rows, labels] = 0
    grad[rows, labels] = -grad.sum(axis=-1)
    return grad / len(scores)


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


def linear_scores(x: Array, w: Array, b: Array) -> Array:
    """Score every class: a weighted sum of a sample's features for each, plus the class's bias.

        s = x w + b        s_nc = Σ_d x_nd w_dc + b_c

    One column of `w` is one class.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: samples, shape (N, D), floating or bytes (uint8); not modified.
        w: weights, shape (D, C), floating; not modified.
        b: biases, shape (C,), floating; not modified.

    Returns:
        Scores, shape (N, C), of the dtype of `w` and `b`.

    Raises:
        ValueError: `w` has not D rows; `b` is not of shape (C,).
    """
    if w.shape[0] != x.shape[1]:
        raise ValueError(f"w: got {w.shape[0]} rows, want {x.shape[1]}, one for each feature of x")
    if b.shape != w.shape[1:]:
        raise ValueError(f"b: got shape {b.shape}, want {w.shape[1:]}, one bias for each column of w")
    scores: Array = x @ w + b
    return scores
