"""Assessment of the Kullback-Leibler divergence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid
from autograder.units._losses_common import (
    EPSILON,
    broadcast_silently,
    row_backward_slips,
    row_count,
    row_forward_slips,
    unequal_rows,
)


def _distributions() -> list[Case]:
    t = np.array([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]])
    p = np.array([[0.25, 0.25, 0.5], [0.3, 0.6, 0.1]])
    return [
        Case("one-row", y_true=np.array([[0.5, 0.5]]), y_pred=np.array([[0.25, 0.75]])),
        Case("rows", y_true=t, y_pred=p, readonly=True),
        Case("one-axis", y_true=t[1], y_pred=p[0]),
        Case("sequences", y_true=grid(2, 3, 4, start=0.02, step=0.03), y_pred=grid(2, 3, 4, start=0.95, step=-0.04)),
        Case("target-zero-is-clipped", y_true=np.array([[1.0, 0.0], [0.0, 1.0]]), y_pred=p[:, :2]),
        Case("predicted-zero-is-clipped", y_true=t, y_pred=np.array([[0.0, 0.4, 0.6], [0.5, 0.5, 0.0]])),
        Case("predicted-one", y_true=t[:, :2], y_pred=np.array([[1.0, 0.0], [0.25, 1.0]])),
        Case("exactly-at-the-lower-bound", y_true=np.array([[0.0, 1.0]]), y_pred=np.array([[1e-7, 0.5]])),
        Case("above-one-is-clipped", y_true=t, y_pred=2 * p),
        Case("integer-targets", y_true=np.array([[0, 1, 0], [1, 0, 0]]), y_pred=p),
        Case("single-precision", y_true=t.astype(np.float32), y_pred=p.astype(np.float32)),
    ]


def _draw_distributions(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"y_true": rng.dirichlet(np.ones(3), 4), "y_pred": rng.dirichlet(np.ones(3), 4)}


def _many_distributions(n: int) -> Mapping[str, Any]:
    rng = np.random.default_rng(n)
    return {"y_true": rng.dirichlet(np.ones(3), n), "y_pred": rng.dirichlet(np.ones(3), n)}


def _clip(x: Array) -> Array:
    values: Array = np.clip(x.astype(np.result_type(x, np.float32)), EPSILON, 1)
    return values


def _row_divergence(y_true: Array, y_pred: Array) -> Array:
    t, p = _clip(y_true), _clip(y_pred)
    divergence: Array = (t * np.log(t / p)).sum(axis=-1)
    return divergence


def _divergence_slope(y_true: Array, y_pred: Array) -> Array:
    slope: Array = -_clip(y_true) / _clip(y_pred) * ((y_pred >= EPSILON) & (y_pred <= 1))
    return slope


kl_divergence = Exercise(
    "kl_divergence",
    points=1,
    vectorized=_many_distributions,
    cases=[*_distributions(), unequal_rows(), random_cases(_draw_distributions)],
    misconceptions=[
        *row_forward_slips(_row_divergence),
        broadcast_silently(lambda y_true, y_pred: _row_divergence(y_true, y_pred).mean()),
        Misconception(
            "other-direction",
            believes="The divergence of p from t is the same as that of t from p.",
            wrong=lambda y_true, y_pred: np.mean(_row_divergence(y_pred, y_true)),
            hint="By which of the two distributions is the logarithm weighted?",
        ),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0.",
            wrong=lambda y_true, y_pred: np.mean((y_true * np.log(y_true / y_pred)).sum(axis=-1)),
            hint="What is 0 · ln 0 in floating point, and what 0.7 · ln(0.7 / 0)?",
        ),
        Misconception(
            "cross-entropy",
            believes="The divergence is -Σ t ln p.",
            wrong=lambda y_true, y_pred: -np.mean((_clip(y_true) * np.log(_clip(y_pred))).sum(axis=-1)),
            hint="How large is the divergence of a distribution from itself?",
        ),
        Misconception(
            "sign-flipped",
            believes="The formula is Σ t ln(p / t).",
            wrong=lambda y_true, y_pred: -np.mean(_row_divergence(y_true, y_pred)),
            hint="A divergence is never negative. Which of the two stands above?",
        ),
        Misconception(
            "in-bits",
            believes="Information is measured with the logarithm to base 2.",
            wrong=lambda y_true, y_pred: np.mean((_clip(y_true) * np.log2(_clip(y_true) / _clip(y_pred))).sum(axis=-1)),
            hint="Which logarithm is ln?",
        ),
        Misconception(
            "rows-normalised",
            believes="Rows are divided by their sums, as in categorical cross-entropy.",
            wrong=lambda y_true, y_pred: np.mean(_row_divergence(y_true, y_pred / y_pred.sum(axis=-1, keepdims=True))),
            hint="A row sums to 2. What does the docstring say about dividing?",
        ),
        Misconception(
            "weights-forgotten",
            believes="The divergence is the sum of the logarithms' differences.",
            wrong=lambda y_true, y_pred: np.log(_clip(y_true) / _clip(y_pred)).sum(axis=-1).mean(),
            hint="How much should an entry that never happens count?",
        ),
        Misconception(
            "epsilon-added",
            believes="A small number is added instead of clipping.",
            wrong=lambda y_true, y_pred: (
                ((y_true + EPSILON) * np.log((y_true + EPSILON) / (y_pred + EPSILON))).sum(axis=-1).mean()
            ),
            hint="Which entries does a clip change, and which an added number?",
        ),
        Misconception(
            "logarithms-divided",
            believes="ln(t / p) is ln t / ln p.",
            wrong=lambda y_true, y_pred: (
                (_clip(y_true) * (np.log(_clip(y_true)) / np.log(_clip(y_pred)))).sum(axis=-1).mean()
            ),
            hint="What is ln(1 / 1), and what is ln 1 / ln 1?",
        ),
    ],
    hints=[
        "Per row a sum of t times a logarithm of a ratio. Which of the two stands above, and what is clipped?",
        "np.clip both to [1e-7, 1] first; sum along the last axis, then average over the rows.",
        "np.mean of (t * np.log(t / p)).sum(axis=-1), with t and p clipped.",
    ],
    variants=[
        Variant("difference-of-logarithms", lambda y_true, y_pred: _by_difference(y_true, y_pred)),
    ],
)


def _by_difference(y_true: Array, y_pred: Array) -> Any:
    if y_true.shape != y_pred.shape:
        raise ValueError(f"y_pred: got shape {y_pred.shape}, want {y_true.shape}")
    t, p = _clip(y_true), _clip(y_pred)
    return (t * (np.log(t) - np.log(p))).sum() / row_count(y_pred)


kl_divergence_backward = Exercise(
    "kl_divergence_backward",
    points=1,
    truth="loss_gradient",
    wrt=["y_pred"],
    vectorized=_many_distributions,
    cases=[*_distributions(), random_cases(_draw_distributions)],
    misconceptions=[
        *row_backward_slips(_divergence_slope),
        Misconception(
            "through-the-clip",
            believes="A clipped prediction still gets the gradient at the bound.",
            wrong=lambda y_true, y_pred: -_clip(y_true) / _clip(y_pred) / row_count(y_pred),
            hint="The prediction 0 becomes 1e-9. Does the clipped value change?",
        ),
        Misconception(
            "bound-excluded",
            believes="A clip passes the gradient strictly inside of its bounds only.",
            wrong=lambda y_true, y_pred: (
                _divergence_slope(y_true, y_pred) * ((y_pred > EPSILON) & (y_pred < 1)) / row_count(y_pred)
            ),
            hint="The prediction is exactly 1. What does the docstring say for p <= 1?",
        ),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0.",
            wrong=lambda y_true, y_pred: -y_true / y_pred / row_count(y_pred),
            hint="What is 0.5 / 0?",
        ),
        Misconception(
            "with-respect-to-the-target",
            believes="The slope is ln(t / p) + 1.",
            wrong=lambda y_true, y_pred: (np.log(_clip(y_true) / _clip(y_pred)) + 1) / row_count(y_pred),
            hint="With respect to which of the two distributions is the derivative taken?",
        ),
        Misconception(
            "difference",
            believes="The gradient is p - t.",
            wrong=lambda y_true, y_pred: (y_pred - y_true) / row_count(y_pred),
            hint="That is the gradient with respect to logits before a softmax. Is there a softmax here?",
        ),
        Misconception(
            "logarithm-kept",
            believes="The gradient is the logarithm of the ratio.",
            wrong=lambda y_true, y_pred: np.log(_clip(y_true) / _clip(y_pred)) / row_count(y_pred),
            hint="With respect to what is the derivative taken, and where does p stand in t ln(t / p)?",
        ),
    ],
    hints=[
        "Only -t ln p depends on p. What is its slope, and where does the clip pass it?",
        "-t / p inside of the bounds and at them, 0 outside; divide by the number of rows, which is p.size / C.",
        "-t / p * ((y_pred >= EPSILON) & (y_pred <= 1)) * p.shape[-1] / p.size, with t (and the divisor) clipped.",
    ],
)
