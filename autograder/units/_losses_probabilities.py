"""What the cross-entropies of probabilities share: cases, the right formulas, wrong gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case
from autograder.inputs import Array
from autograder.units._losses_common import EPSILON, floored, many_labels, one_hot

__all__ = [
    "CLIPPED",
    "FIRST",
    "LN_0",
    "LOGITS",
    "NO_LOGITS",
    "SUM_MOVES",
    "clip",
    "draw_probabilities",
    "entropy_slope",
    "many_probabilities",
    "no_clip",
    "passed_by_clip",
    "probability_cases",
    "ratio",
    "row_entropy",
    "softmax",
    "sum_fixed",
    "through_the_clip",
]

LN_0 = "A probability is 0. What is its logarithm, and what becomes of the mean with one such row?"
LOGITS = "Do the predictions lie between 0 and 1 already? What does the docstring call them?"
NO_LOGITS = "That is the gradient with respect to logits before a softmax. Are the predictions logits here?"
SUM_MOVES = "When one p rises, the row's sum rises, and every q of the row changes. Where is that in the gradient?"
CLIPPED = "A probability of 0 becomes 1e-9. Does the clipped value, and with it the loss, change?"
FIRST = np.array([[0.5, 0.2, 0.3], [0.1, 0.7, 0.2]])
UNEQUAL = np.array([[0.9, 0.8, 0.4], [0.2, 0.1, 0.3]])
EXTREME = np.array([[0.0, 0.4, 0.6], [0.3, 0.7, 0.0], [0.25, 0.35, 0.4]])


def ratio(p: Array) -> Array:
    """Each row over its sum."""
    ratio: Array = p / p.sum(axis=-1, keepdims=True)
    return ratio


def clip(q: Array, epsilon: float = EPSILON) -> Array:
    """From epsilon to 1 - epsilon."""
    return np.clip(q, epsilon, 1 - epsilon)


def softmax(z: Array) -> Array:
    """Probabilities of logits."""
    return ratio(np.exp(z - z.max(axis=-1, keepdims=True)))


def probability_cases(sparse: bool = False) -> list[Case]:
    """Rows of probabilities with targets in one of the two notations."""

    def case(label: str, y_pred: Array, *labels: int, readonly: bool = False) -> Case:
        targets = np.array(labels) if sparse else one_hot(labels, y_pred.shape[-1]).astype(y_pred.dtype)
        return Case(label, y_true=targets, y_pred=y_pred, readonly=readonly)

    return [
        case("one-row", np.array([[0.25, 0.75]]), 0),
        case("rows", FIRST, 2, 1, readonly=True),
        case("more-rows-than-classes", np.array([[0.6, 0.4], [0.1, 0.9], [0.25, 0.75]]), 1, 0, 1),
        case("rows-do-not-sum-to-one", UNEQUAL, 0, 1),
        case("rows-of-counts", np.array([[5.0, 3.0, 2.0], [1.0, 0.5, 6.0]]), 0, 1),
        case("probability-zero", EXTREME, 0, 1, 2),
        case("certain-and-right-beside-doubt", np.array([[0.0, 1.0], [0.5, 0.5]]), 1, 0),
        case("single-precision", np.array([[0.5, 0.2, 0.3], [0.3, 0.3, 0.3]], np.float32), 2, 0),
    ]


def draw_probabilities(rng: np.random.Generator) -> Mapping[str, Any]:
    """Soft targets, and rows that need not sum to 1."""
    return {
        "y_true": rng.dirichlet(np.ones(3), 4),
        "y_pred": rng.dirichlet(np.ones(3), 4) * rng.uniform(0.5, 2, (4, 1)),
    }


def many_probabilities(n: int) -> Mapping[str, Any]:
    """One-hot targets and probabilities for n samples, on which nothing may loop."""
    probabilities = np.random.default_rng(n).dirichlet(np.ones(3), n)
    return {"y_true": one_hot(many_labels(n).tolist(), 3), "y_pred": probabilities}


def row_entropy(y_true: Array, y_pred: Array) -> Array:
    """One cross-entropy per row."""
    entropy: Array = -(y_true * np.log(clip(ratio(y_pred)))).sum(axis=-1)
    return entropy


def passed_by_clip(y_true: Array, q: Array) -> Array:
    """The targets where the clip passes a gradient, else 0."""
    return y_true * ((q >= EPSILON) & (q <= 1 - EPSILON))


def entropy_slope(y_true: Array, y_pred: Array) -> Array:
    """Gradient of each row's cross-entropy."""
    q = ratio(y_pred)
    passed = passed_by_clip(y_true, q)
    slope: Array = (passed.sum(axis=-1, keepdims=True) - passed / floored(q)) / y_pred.sum(axis=-1, keepdims=True)
    return slope


def sum_fixed(y_true: Array, y_pred: Array) -> Array:
    """The gradient with the row's sum taken for a constant."""
    q = ratio(y_pred)
    values: Array = -passed_by_clip(y_true, q) / floored(q) / y_pred.sum(axis=-1, keepdims=True) / len(y_pred)
    return values


def through_the_clip(y_true: Array, y_pred: Array) -> Array:
    """The gradient at the bound, where the clip should stop it."""
    total = y_true.sum(axis=-1, keepdims=True)
    values: Array = (total - y_true / clip(ratio(y_pred))) / y_pred.sum(axis=-1, keepdims=True) / len(y_pred)
    return values


def no_clip(y_true: Array, y_pred: Array) -> Array:
    """The gradient without a clip."""
    total = y_true.sum(axis=-1, keepdims=True)
    values: Array = (total - y_true / ratio(y_pred)) / y_pred.sum(axis=-1, keepdims=True) / len(y_pred)
    return values
