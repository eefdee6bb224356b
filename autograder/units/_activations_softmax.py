"""Assessment of softmax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units._activations_common import right_softmax, upstream_ignored

__all__ = [
    "ASKED_AXIS",
    "EACH_ROW",
    "WHICH_AXIS",
    "draw_rows",
    "draw_rows_backward",
    "log_sum",
    "many_rows",
    "many_rows_backward",
    "ratio",
    "right_log_softmax",
    "softmax",
    "softmax_backward",
    "softmax_vjp",
    "with_axes",
]

WHICH_AXIS = "Rows do not influence each other. Along which axis does the sum run?"
EACH_ROW = "Which maximum does each row need, and what shape must it keep?"
ASKED_AXIS = "Along which axis does the caller want the probabilities to sum to 1?"


def ratio(powers: Array, axis: int) -> Array:
    ratio: Array = powers / powers.sum(axis=axis, keepdims=True)
    return ratio


def right_log_softmax(z: Array, axis: int = -1) -> Array:
    shifted = z - z.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p


def log_sum(z: Array, axis: int) -> Array:
    log_sum: Array = np.log(np.exp(z).sum(axis=axis, keepdims=True))
    return log_sum


def softmax_vjp(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    p = right_softmax(logits, axis)
    grad_logits: Array = p * (grad_output - (grad_output * p).sum(axis=axis, keepdims=True))
    return grad_logits


def _softmax_by_jacobian(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    p = np.moveaxis(right_softmax(logits, axis), axis, -1)
    jacobian = p[..., :, None] * (np.eye(p.shape[-1], dtype=p.dtype) - p[..., None, :])
    upstream = np.moveaxis(grad_output, axis, -1)[..., None]
    return np.moveaxis((jacobian @ upstream)[..., 0], -1, axis)


def draw_rows(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"logits": 3 * rng.standard_normal((4, 3)), "axis": int(rng.integers(-2, 2))}


def draw_rows_backward(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"logits": rng.standard_normal((4, 3)), "axis": int(rng.integers(-2, 2))}


def many_rows(n: int) -> Mapping[str, Any]:
    return {"logits": normal(n, 3)}


def many_rows_backward(n: int) -> Mapping[str, Any]:
    return {"grad_output": normal(n, 3, seed=1), "logits": normal(n, 3)}


def _shifted_in_place(logits: Array, axis: int = -1) -> Array:
    logits -= logits.max(axis=axis, keepdims=True)
    return right_softmax(logits, axis)


def _shifted_by_the_smallest(logits: Array, axis: int = -1) -> Array:
    return ratio(np.exp(logits - logits.min(axis=axis, keepdims=True)), axis)


def _shifted_by_the_mean(logits: Array, axis: int = -1) -> Array:
    return ratio(np.exp(logits - logits.mean(axis=axis, keepdims=True)), axis)


def _sum_not_kept(logits: Array, axis: int = -1) -> Array:
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis))


def _epsilon_added(logits: Array, axis: int = -1) -> Array:
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(powers / (powers.sum(axis=axis, keepdims=True) + 1e-8))


softmax = Exercise(
    "softmax",
    points=2,
    vectorized=many_rows,
    cases=[
        Case("one-row", logits=np.log([1.0, 3.0])),
        Case("rows", logits=grid(2, 3, step=0.5)),
        Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
        Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
        Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
        Case("far-rows", logits=np.array([[0.0, 1.0], [-2000.0, -1999.0]])),
        Case("single-precision", logits=np.array([[0.5, 2.0, -1.0], [90.0, 89.0, 0.0]], np.float32)),
        Case("no-axes", logits=np.array(1.0), raises="logits"),
        random_cases(draw_rows),
        Case("one-logit-far-below", logits=np.array([[0.0, 1.0, 2.0, -4000.0], [0.5, 0.25, 0.0, -1.0]])),
    ],
    misconceptions=[
        Misconception(
            "no-shift",
            believes="The formula can be computed as it stands.",
            wrong=lambda logits, axis=-1: ratio(np.exp(logits), axis),
            hint="What is e^1000 in floating point? What may be added to every logit without changing the result?",
        ),
        Misconception(
            "global-shift",
            believes="One maximum for the whole array is enough to prevent overflow.",
            wrong=lambda logits, axis=-1: ratio(np.exp(logits - logits.max()), axis),
            hint=EACH_ROW,
        ),
        Misconception(
            "axis-ignored",
            believes="Probabilities always sum to 1 along the last axis.",
            wrong=lambda logits, axis=-1: right_softmax(logits, -1),
            hint=ASKED_AXIS,
        ),
        Misconception(
            "first-axis",
            believes="axis 0 is the classes.",
            wrong=lambda logits, axis=0: right_softmax(logits, 0),
            hint="Without an axis given, along which one must the probabilities sum to 1?",
        ),
        Misconception(
            "whole-array",
            believes="All numbers together are one distribution.",
            wrong=lambda logits, axis=-1: right_softmax(logits.reshape(-1)).reshape(logits.shape),
            hint="How many distributions are there in an array of 2 rows?",
        ),
        Misconception(
            "argument-changed",
            believes="The maximum may be subtracted from the logits in place.",
            wrong=_shifted_in_place,
            hint="Whose array is `logits`?",
        ),
        Misconception(
            "divided-by-the-maximum",
            believes="The largest probability is 1.",
            wrong=lambda logits, axis=-1: np.exp(logits - logits.max(axis=axis, keepdims=True)),
            hint="What should the probabilities of a row sum to?",
        ),
        Misconception(
            "smallest-subtracted",
            believes="Subtracting the smallest logit makes all of them safe.",
            wrong=_shifted_by_the_smallest,
            hint="How large is the largest logit after that?",
        ),
        Misconception(
            "mean-subtracted",
            believes="Subtracting the mean makes all logits safe.",
            wrong=_shifted_by_the_mean,
            hint="Three logits are 0 and one is -4000: what are they after that?",
        ),
        Misconception(
            "sum-not-kept",
            believes="A sum along an axis fits the array that it was taken of.",
            wrong=_sum_not_kept,
            hint="What shapes do a (2, 3) array and its row sums have?",
        ),
        Misconception(
            "sigmoid-instead",
            believes="Each score becomes a probability on its own.",
            wrong=lambda logits, axis=-1: 1 / (1 + np.exp(-logits)),
            hint="What do the probabilities of a row sum to?",
        ),
        Misconception(
            "scores-divided-by-their-sum",
            believes="A score's share of the sum is its probability.",
            wrong=lambda logits, axis=-1: logits / logits.sum(axis=axis, keepdims=True),
            hint="What is the share of a negative score?",
        ),
        Misconception(
            "logarithms-returned",
            believes="Softmax gives log-probabilities.",
            wrong=lambda logits, axis=-1: np.log(right_softmax(logits, axis)),
            hint="What do the exponentials of your result sum to, and what should the result itself?",
        ),
        Misconception(
            "sign-of-the-exponent",
            believes="A large score is a small probability.",
            wrong=lambda logits, axis=-1: right_softmax(-logits, axis),
            hint="Which class is the likeliest, that with the largest score?",
        ),
        Misconception(
            "base-two",
            believes="2^z is as good as e^z.",
            wrong=lambda logits, axis=-1: right_softmax(logits * np.log(2).astype(logits.dtype), axis),
            hint="The logits 0 and ln 3: are the probabilities 1/4 and 3/4?",
        ),
        Misconception(
            "epsilon-added",
            believes="A small number in the divisor prevents nan.",
            wrong=_epsilon_added,
            hint="Can the sum be 0 once the largest exponent is 0?",
        ),
    ],
    hints=[
        "e^z overflows above 709. What happens to the ratio when the same number is subtracted from all z of a row?",
        "Subtract the maximum along `axis`, and keep that axis (keepdims=True) so that it broadcasts.",
        "powers = np.exp(logits - maximum), then divide by powers.sum, both with the same axis and keepdims=True.",
    ],
    variants=[
        Variant("exp-of-log", lambda logits, axis=-1: np.exp(right_log_softmax(with_axes(logits), axis))),
    ],
)


def with_axes(logits: Array) -> Array:
    if logits.ndim == 0:
        raise ValueError("logits: want at least one axis")
    return logits


softmax_backward = Exercise(
    "softmax_backward",
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
            "diagonal-only",
            believes="Each probability depends on its own logit alone: p (1 - p).",
            wrong=lambda grad_output, logits, axis=-1: (
                grad_output * right_softmax(logits, axis) * (1 - right_softmax(logits, axis))
            ),
            hint="When one logit rises, what happens to the other probabilities of its row?",
        ),
        upstream_ignored(lambda logits, axis=-1: right_softmax(logits, axis) * (1 - right_softmax(logits, axis))),
        Misconception(
            "sum-over-everything",
            believes="The sum in the formula runs over the whole array.",
            wrong=lambda grad_output, logits, axis=-1: (
                right_softmax(logits, axis) * (grad_output - (grad_output * right_softmax(logits, axis)).sum())
            ),
            hint=WHICH_AXIS,
        ),
        Misconception(
            "axis-ignored",
            believes="The classes are always along the last axis.",
            wrong=lambda grad_output, logits, axis=-1: softmax_vjp(grad_output, logits, -1),
            hint=ASKED_AXIS,
        ),
        Misconception(
            "weights-missing-in-the-sum",
            believes="The plain sum of the upstream gradients is subtracted.",
            wrong=lambda grad_output, logits, axis=-1: (
                right_softmax(logits, axis) * (grad_output - grad_output.sum(axis=axis, keepdims=True))
            ),
            hint="The probabilities' sum never changes, so of an upstream of ones nothing may pass. Does anything?",
        ),
        Misconception(
            "sum-forgotten",
            believes="The gradient is p · g.",
            wrong=lambda grad_output, logits, axis=-1: grad_output * right_softmax(logits, axis),
            hint="If one probability rises, what must the others do?",
        ),
        Misconception(
            "probability-in-front-forgotten",
            believes="The gradient is g minus its mean under p.",
            wrong=lambda grad_output, logits, axis=-1: (
                grad_output - (grad_output * right_softmax(logits, axis)).sum(axis, keepdims=True)
            ),
            hint="How strongly does a probability of almost 0 react to its logit?",
        ),
        Misconception(
            "sum-added",
            believes="The sum is added.",
            wrong=lambda grad_output, logits, axis=-1: (
                right_softmax(logits, axis)
                * (grad_output + (grad_output * right_softmax(logits, axis)).sum(axis, keepdims=True))
            ),
            hint="If g is the same for all, nothing can change. What does your formula give?",
        ),
        Misconception(
            "gradient-of-cross-entropy",
            believes="The gradient of softmax is p - y.",
            wrong=lambda grad_output, logits, axis=-1: right_softmax(logits, axis) - grad_output,
            hint="p - y belongs to softmax and cross-entropy together. Is there a loss here?",
        ),
        Misconception(
            "jacobian-summed-up",
            believes="The gradient is the sum over the Jacobian's outputs.",
            wrong=lambda grad_output, logits, axis=-1: np.zeros_like(logits),
            hint="The probabilities always sum to 1. What is the gradient of that sum, and of what is it asked here?",
        ),
        Misconception(
            "mean-for-the-sum",
            believes="g is compared with a mean over the classes.",
            wrong=lambda grad_output, logits, axis=-1: (
                right_softmax(logits, axis)
                * (grad_output - (grad_output * right_softmax(logits, axis)).mean(axis, keepdims=True))
            ),
            hint="The weights p sum to 1 already. What does dividing by K add?",
        ),
    ],
    hints=[
        "Compute p first. Every p_j depends on every z_i of its row.",
        "The Jacobian is diag(p) - p pᵀ; multiply it by the upstream gradient without building it.",
        "Subtract from grad_output the sum of grad_output * p along `axis` (keepdims=True), then multiply by p.",
    ],
    variants=[Variant("jacobian", _softmax_by_jacobian)],
)
