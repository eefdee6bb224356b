"""Assessment of what runs along an axis: softmax, log_softmax."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units._activations_common import right_softmax, upstream_ignored

WHICH_AXIS = "Rows do not influence each other. Along which axis does the sum run?"
EACH_ROW = "Which maximum does each row need, and what shape must it keep?"
ASKED_AXIS = "Along which axis does the caller want the probabilities to sum to 1?"


def _ratio(powers: Array, axis: int) -> Array:
    ratio: Array = powers / powers.sum(axis=axis, keepdims=True)
    return ratio


def _log_softmax(z: Array, axis: int = -1) -> Array:
    shifted = z - z.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p


def _log_sum(z: Array, axis: int) -> Array:
    log_sum: Array = np.log(np.exp(z).sum(axis=axis, keepdims=True))
    return log_sum


def _softmax_vjp(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    p = right_softmax(logits, axis)
    grad_logits: Array = p * (grad_output - (grad_output * p).sum(axis=axis, keepdims=True))
    return grad_logits


def _log_softmax_vjp(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    grad_logits: Array = grad_output - right_softmax(logits, axis) * grad_output.sum(axis=axis, keepdims=True)
    return grad_logits


def _softmax_by_jacobian(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    p = np.moveaxis(right_softmax(logits, axis), axis, -1)
    jacobian = p[..., :, None] * (np.eye(p.shape[-1], dtype=p.dtype) - p[..., None, :])
    upstream = np.moveaxis(grad_output, axis, -1)[..., None]
    return np.moveaxis((jacobian @ upstream)[..., 0], -1, axis)


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"logits": 3 * rng.standard_normal((4, 3)), "axis": int(rng.integers(-2, 2))}


def _draw_backward(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"logits": rng.standard_normal((4, 3)), "axis": int(rng.integers(-2, 2))}


def _many(n: int) -> Mapping[str, Any]:
    return {"logits": normal(n, 3)}


def _many_backward(n: int) -> Mapping[str, Any]:
    return {"grad_output": normal(n, 3, seed=1), "logits": normal(n, 3)}


softmax = Exercise(
    "softmax",
    points=2,
    vectorized=_many,
    cases=[
        Case("one-row", logits=np.log([1.0, 3.0])),
        Case("rows", logits=grid(2, 3, step=0.5)),
        Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
        Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
        Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
        Case("far-rows", logits=np.array([[0.0, 1.0], [-2000.0, -1999.0]])),
        Case("single-precision", logits=np.array([[0.5, 2.0, -1.0], [90.0, 89.0, 0.0]], np.float32)),
        Case("no-axes", logits=np.array(1.0), raises="logits"),
        random_cases(_draw),
    ],
    misconceptions=[
        Misconception(
            "no-shift",
            believes="The formula can be computed as it stands.",
            wrong=lambda logits, axis=-1: _ratio(np.exp(logits), axis),
            hint="What is e^1000 in floating point? What may be added to every logit without changing the result?",
        ),
        Misconception(
            "global-shift",
            believes="One maximum for the whole array is enough to prevent overflow.",
            wrong=lambda logits, axis=-1: _ratio(np.exp(logits - logits.max()), axis),
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
    ],
    hints=[
        "e^z overflows above 709. What happens to the ratio when the same number is subtracted from all z of a row?",
        "Subtract the maximum along `axis`, and keep that axis (keepdims=True) so that it broadcasts.",
        "powers = np.exp(logits - maximum), then divide by powers.sum, both with the same axis and keepdims=True.",
    ],
    variants=[
        Variant("exp-of-log", lambda logits, axis=-1: np.exp(_log_softmax(_with_axes(logits), axis))),
    ],
)


def _with_axes(logits: Array) -> Array:
    if logits.ndim == 0:
        raise ValueError("logits: want at least one axis")
    return logits


softmax_backward = Exercise(
    "softmax_backward",
    points=2,
    vectorized=_many_backward,
    cases=[
        Case("one-row", grad_output=np.array([1.0, 0.0]), logits=np.log([1.0, 3.0])),
        Case("rows", logits=grid(2, 3, step=0.5)),
        Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
        Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
        Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
        Case("single-precision", logits=np.array([[0.5, 2.0, -1.0], [9.0, 8.0, 0.0]], np.float32)),
        random_cases(_draw_backward),
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
            wrong=lambda grad_output, logits, axis=-1: _softmax_vjp(grad_output, logits, -1),
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
    ],
    hints=[
        "Compute p first. Every p_j depends on every z_i of its row.",
        "The Jacobian is diag(p) - p pᵀ; multiply it by the upstream gradient without building it.",
        "Subtract from grad_output the sum of grad_output * p along `axis` (keepdims=True), then multiply by p.",
    ],
    variants=[Variant("jacobian", _softmax_by_jacobian)],
)

log_softmax = Exercise(
    "log_softmax",
    points=2,
    vectorized=_many,
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
        random_cases(_draw),
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
            wrong=lambda logits, axis=-1: logits - _log_sum(logits, axis),
            hint="What is e^1000 in floating point? What may be added to every logit without changing the result?",
        ),
        Misconception(
            "log-of-the-fraction",
            believes="The logarithm of e^z / Σ e^z can be computed as it stands.",
            wrong=lambda logits, axis=-1: np.log(_ratio(np.exp(logits), axis)),
            hint="What is e^1000 in floating point? Apply the logarithm to the fraction on paper first: what is left?",
        ),
        Misconception(
            "shift-not-undone",
            believes="Only the logits inside the exponential need the shift.",
            wrong=lambda logits, axis=-1: logits - _log_sum(logits - logits.max(axis=axis, keepdims=True), axis),
            hint="ln Σ e^(z - m) is smaller than ln Σ e^z by how much?",
        ),
        Misconception(
            "global-shift",
            believes="One maximum for the whole array is enough to prevent overflow.",
            wrong=lambda logits, axis=-1: logits - logits.max() - _log_sum(logits - logits.max(), axis),
            hint=EACH_ROW,
        ),
        Misconception(
            "axis-ignored",
            believes="Probabilities always sum to 1 along the last axis.",
            wrong=lambda logits, axis=-1: _log_softmax(logits, -1),
            hint=ASKED_AXIS,
        ),
        Misconception(
            "softmax-instead",
            believes="log_softmax is another name of softmax.",
            wrong=lambda logits, axis=-1: right_softmax(logits, axis),
            hint="Which sign has the logarithm of a probability?",
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
            lambda logits, axis=-1: logits - np.logaddexp.reduce(_with_axes(logits), axis=axis, keepdims=True),
        ),
        Variant(
            "maximum-added-back",
            lambda logits, axis=-1: (
                logits
                - _with_axes(logits).max(axis=axis, keepdims=True)
                - _log_sum(logits - logits.max(axis=axis, keepdims=True), axis)
            ),
        ),
    ],
)

log_softmax_backward = Exercise(
    "log_softmax_backward",
    points=2,
    vectorized=_many_backward,
    cases=[
        Case("one-row", grad_output=np.array([1.0, 0.0]), logits=np.log([1.0, 3.0])),
        Case("rows", logits=grid(2, 3, step=0.5)),
        Case("columns", logits=grid(3, 5, step=0.3), axis=0, readonly=True),
        Case("middle-axis", logits=spread(-2, 2, 24).reshape(2, 3, 4), axis=1),
        Case("large-logits", logits=np.array([[1000.0, 1001.0], [3.0, -1000.0]])),
        Case("single-precision", logits=np.array([[0.5, 2.0, -1.0], [9.0, 8.0, 0.0]], np.float32)),
        random_cases(_draw_backward),
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
            wrong=_softmax_vjp,
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
    ],
    hints=[
        "Every output of a row contains the same ln Σ e^z. What is the derivative of that with respect to z_i?",
        "The first term passes g as it is; the second takes p_i of all upstream gradients of the row together.",
        "grad_output minus softmax(logits, axis) times the sum of grad_output along `axis`, with keepdims=True.",
    ],
)
