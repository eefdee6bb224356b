"""Assessment of the logarithm of softmax."""

from __future__ import annotations

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, spread
from autograder.units._activations_common import right_softmax, upstream_ignored
from autograder.units._activations_softmax import (
    ASKED_AXIS,
    EACH_ROW,
    WHICH_AXIS,
    draw_rows,
    draw_rows_backward,
    log_sum,
    many_rows,
    many_rows_backward,
    ratio,
    right_log_softmax,
    softmax_vjp,
    with_axes,
)

__all__ = ["log_softmax", "log_softmax_backward"]


def _log_softmax_vjp(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    grad_logits: Array = grad_output - right_softmax(logits, axis) * grad_output.sum(axis=axis, keepdims=True)
    return grad_logits


def _log_shifted_by_the_mean(logits: Array, axis: int = -1) -> Array:
    shifted = logits - logits.mean(axis=axis, keepdims=True)
    return np.asarray(shifted - log_sum(shifted, axis))


log_softmax = Exercise(
    "log_softmax",
    points=2,
    vectorized=many_rows,
    cases=[
        Case("one-row", logits=np.log([1.0, 3.0])),
        Case("rows", logits=grid(2, 3, step=0.5)),
        Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
        Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
        Case("tiny-probability-has-a-logarithm", logits=np.array([[0.0, 1000.0, 3.0]])),
        Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
        Case("far-rows", logits=np.array([[0.0, 1.0], [-2000.0, -1999.0]])),
        Case("single-precision", logits=np.array([[0.5, 2.0, -1.0], [90.0, 89.0, 0.0]], np.float32)),
        Case("no-axes", logits=np.array(1.0), raises="logits"),
        random_cases(draw_rows),
        Case("one-logit-far-below", logits=np.array([[0.0, 1.0, 2.0, -4000.0], [0.5, 0.25, 0.0, -1.0]])),
    ],
    misconceptions=[
        Misconception(
            "log-of-softmax",
            believes="Taking the logarithm of a stable softmax is stable.",
            wrong=lambda logits, axis=-1: np.log(right_softmax(logits, axis)),
            hint="A probability of e^-1000 is 0 in floating point. What is its logarithm then, and what should it be?",
        ),
        Misconception(
            "no-shift",
            believes="z - ln Σ e^z can be computed as it stands.",
            wrong=lambda logits, axis=-1: logits - log_sum(logits, axis),
            hint="What is e^1000 in floating point? What may be added to every logit without changing the result?",
        ),
        Misconception(
            "log-of-the-fraction",
            believes="The logarithm of e^z / Σ e^z can be computed as it stands.",
            wrong=lambda logits, axis=-1: np.log(ratio(np.exp(logits), axis)),
            hint="What is e^1000 in floating point? Apply the logarithm to the fraction on paper first: what is left?",
        ),
        Misconception(
            "shift-not-undone",
            believes="Only the logits inside the exponential need the shift.",
            wrong=lambda logits, axis=-1: logits - log_sum(logits - logits.max(axis=axis, keepdims=True), axis),
            hint="ln Σ e^(z - m) is smaller than ln Σ e^z by how much?",
        ),
        Misconception(
            "global-shift",
            believes="One maximum for the whole array is enough to prevent overflow.",
            wrong=lambda logits, axis=-1: logits - logits.max() - log_sum(logits - logits.max(), axis),
            hint=EACH_ROW,
        ),
        Misconception(
            "axis-ignored",
            believes="Probabilities always sum to 1 along the last axis.",
            wrong=lambda logits, axis=-1: right_log_softmax(logits, -1),
            hint=ASKED_AXIS,
        ),
        Misconception(
            "softmax-instead",
            believes="log_softmax is another name of softmax.",
            wrong=lambda logits, axis=-1: right_softmax(logits, axis),
            hint="What sign does the logarithm of a probability have?",
        ),
        Misconception(
            "epsilon-added",
            believes="A small number keeps the logarithm finite.",
            wrong=lambda logits, axis=-1: np.log(right_softmax(logits, axis) + logits.dtype.type(1e-9)),
            hint="The logits 1000 and 0 give -1000. What does yours give?",
        ),
        Misconception(
            "probabilities-clipped",
            believes="A clip keeps the logarithm finite.",
            wrong=lambda logits, axis=-1: np.log(np.clip(right_softmax(logits, axis), 1e-7, 1)),
            hint="The logits 1000 and 0 give -1000. What does yours give?",
        ),
        Misconception(
            "shift-undone-twice",
            believes="The maximum has to be subtracted once more at the end.",
            wrong=lambda logits, axis=-1: np.log(right_softmax(logits, axis)) - logits.max(axis, keepdims=True),
            hint="What do the exponentials of a row sum to?",
        ),
        Misconception(
            "base-ten",
            believes="The logarithm is the decimal one.",
            wrong=lambda logits, axis=-1: (
                logits
                - logits.max(axis, keepdims=True)
                - np.log10(np.exp(logits - logits.max(axis, keepdims=True)).sum(axis, keepdims=True))
            ),
            hint="Which logarithm undoes e^z?",
        ),
        Misconception(
            "negated",
            believes="A logarithm of a probability is a loss.",
            wrong=lambda logits, axis=-1: -np.log(right_softmax(logits, axis)),
            hint="What sign does the logarithm of a number between 0 and 1 have?",
        ),
        Misconception(
            "mean-subtracted",
            believes="Subtracting the mean makes all logits safe.",
            wrong=_log_shifted_by_the_mean,
            hint="Three logits are 0 and one is -4000: what are they after that?",
        ),
    ],
    hints=[
        "Apply the logarithm to the fraction of softmax on paper. Which exponential disappears?",
        "z - ln Σ e^z, and the result does not change when the row's maximum is subtracted from all z first.",
        "shifted = logits - their maximum along `axis`; then subtract np.log of the sum of np.exp(shifted) along it.",
    ],
    variants=[
        Variant(
            "logaddexp",
            lambda logits, axis=-1: logits - np.logaddexp.reduce(with_axes(logits), axis=axis, keepdims=True),
        ),
        Variant(
            "maximum-added-back",
            lambda logits, axis=-1: (
                logits
                - with_axes(logits).max(axis=axis, keepdims=True)
                - log_sum(logits - logits.max(axis=axis, keepdims=True), axis)
            ),
        ),
    ],
)

log_softmax_backward = Exercise(
    "log_softmax_backward",
    points=2,
    vectorized=many_rows_backward,
    cases=[
        Case("one-row", grad_output=np.array([1.0, 0.0]), logits=np.log([1.0, 3.0])),
        Case("rows", logits=grid(2, 3, step=0.5)),
        Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
        Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
        Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
        Case("single-precision", logits=np.array([[0.5, 2.0, -1.0], [9.0, 8.0, 0.0]], np.float32)),
        random_cases(draw_rows_backward),
    ],
    misconceptions=[
        Misconception(
            "sum-forgotten",
            believes="The gradient is g - p.",
            wrong=lambda grad_output, logits, axis=-1: grad_output - right_softmax(logits, axis),
            hint="That holds where the upstream gradients of a row sum to 1, as with one label. What if they do not?",
        ),
        Misconception(
            "diagonal-only",
            believes="Each output depends on its own logit alone: g (1 - p).",
            wrong=lambda grad_output, logits, axis=-1: grad_output * (1 - right_softmax(logits, axis)),
            hint="When one logit rises, what happens to the other log-probabilities of its row?",
        ),
        Misconception(
            "gradient-of-softmax",
            believes="softmax and log_softmax have one backward pass.",
            wrong=softmax_vjp,
            hint="What does the logarithm after softmax divide the gradient by?",
        ),
        Misconception(
            "sum-over-everything",
            believes="The sum in the formula runs over the whole array.",
            wrong=lambda grad_output, logits, axis=-1: grad_output - right_softmax(logits, axis) * grad_output.sum(),
            hint=WHICH_AXIS,
        ),
        Misconception(
            "axis-ignored",
            believes="The classes are always along the last axis.",
            wrong=lambda grad_output, logits, axis=-1: _log_softmax_vjp(grad_output, logits, -1),
            hint=ASKED_AXIS,
        ),
        upstream_ignored(lambda logits, axis=-1: 1 - right_softmax(logits, axis)),
        Misconception(
            "weighted-sum",
            believes="The sum is weighted by p, as in softmax.",
            wrong=lambda grad_output, logits, axis=-1: (
                grad_output
                - right_softmax(logits, axis) * (grad_output * right_softmax(logits, axis)).sum(axis, keepdims=True)
            ),
            hint="Every log p_j contains the same -ln Σ e^z. With which weights do the g_j come back through it?",
        ),
        Misconception(
            "divided-by-the-probability",
            believes="The slope of the logarithm is 1/p, and that is all.",
            wrong=lambda grad_output, logits, axis=-1: grad_output / right_softmax(logits, axis),
            hint="The gradient is asked with respect to z. How does p react to z?",
        ),
        Misconception(
            "exponentials-not-normalised",
            believes="p is e^z.",
            wrong=lambda grad_output, logits, axis=-1: (
                grad_output - np.exp(logits) * grad_output.sum(axis, keepdims=True)
            ),
            hint="What does p sum to along the axis?",
        ),
        Misconception(
            "mean-for-the-sum",
            believes="The mean of g comes back.",
            wrong=lambda grad_output, logits, axis=-1: (
                grad_output - right_softmax(logits, axis) * grad_output.mean(axis, keepdims=True)
            ),
            hint="Does the formula divide by K?",
        ),
    ],
    hints=[
        "Every output of a row contains the same ln Σ e^z. What is the derivative of that with respect to z_i?",
        "The first term passes g as it is; the second takes p_i of all upstream gradients of the row together.",
        "grad_output minus softmax(logits, axis) times the sum of grad_output along `axis`, with keepdims=True.",
    ],
)
