"""Assessment of sparse categorical cross-entropy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, random_cases
from autograder.inputs import Array
from autograder.units._losses_common import floored, many_labels, one_hot, row_backward_slips, row_forward_slips
from autograder.units._losses_probabilities import (
    CLIPPED,
    FIRST,
    LN_0,
    LOGITS,
    NO_LOGITS,
    SUM_MOVES,
    clip,
    draw_probabilities,
    entropy_slope,
    many_probabilities,
    no_clip,
    probability_cases,
    ratio,
    softmax,
    sum_fixed,
    through_the_clip,
)


def _draw_sparse(rng: np.random.Generator) -> Mapping[str, Any]:
    drawn = draw_probabilities(rng)
    return {"y_true": rng.integers(3, size=4), "y_pred": drawn["y_pred"]}


def _many_sparse(n: int) -> Mapping[str, Any]:
    return {"y_true": many_labels(n), "y_pred": many_probabilities(n)["y_pred"]}


def _from_sparse(dense: Any) -> Any:
    """A dense wrong version for class numbers."""
    return lambda y_true, y_pred: dense(one_hot(y_true, y_pred.shape[-1]).astype(y_pred.dtype), y_pred)


def _chosen(y_true: Array, y_pred: Array) -> Array:
    chosen: Array = y_pred[np.arange(len(y_pred)), y_true]
    return chosen


def _row_sparse(y_true: Array, y_pred: Array) -> Array:
    return -np.log(clip(_chosen(y_true, ratio(y_pred))))


def _helpful(y_true: Array, y_pred: Array) -> Array:
    labels: Array = y_true.argmax(axis=-1) if y_true.ndim == 2 else y_true
    if len(labels) != len(y_pred) or labels.min() < 0 or labels.max() >= y_pred.shape[1]:
        raise ValueError("y_true: want one class number per row")
    return labels


def _written_into(y_true: Array, y_pred: Array) -> Array:
    grad = y_pred
    grad[:] = _from_sparse(entropy_slope)(y_true, y_pred) / len(y_pred)
    return grad


BAD_LABELS = [
    Case("label-too-large", raises="y_true", y_true=np.array([0, 3]), y_pred=FIRST),
    Case("label-minus-one", raises="y_true", y_true=np.array([1, -1]), y_pred=FIRST),
    Case("one-hot-rows", raises="y_true", y_true=np.array([[0, 1, 0], [1, 0, 0]]), y_pred=FIRST),
    Case("a-label-too-few", raises="y_true", y_true=np.array([1]), y_pred=FIRST),
]

sparse_categorical_crossentropy = Exercise(
    "sparse_categorical_crossentropy",
    points=2,
    vectorized=_many_sparse,
    cases=[*probability_cases(sparse=True), *BAD_LABELS, random_cases(_draw_sparse)],
    misconceptions=[
        *row_forward_slips(_row_sparse),
        Misconception(
            "labels-not-checked",
            believes="NumPy complains about a class that there is not.",
            wrong=lambda y_true, y_pred: _row_sparse(y_true, y_pred).mean(),
            hint="Which column is number -1 to NumPy, and what do two rows make of a single label?",
        ),
        Misconception(
            "one-hot-taken-too",
            believes="One-hot rows are turned into class numbers with argmax, to be helpful.",
            wrong=lambda y_true, y_pred: _row_sparse(_helpful(y_true, y_pred), y_pred).mean(),
            hint="What tells the caller that two notations were mixed up, if every notation is accepted?",
        ),
        Misconception(
            "columns-of-all-labels",
            believes="y_pred[:, y_true] takes one entry of each row.",
            wrong=lambda y_true, y_pred: -np.mean(np.log(clip(ratio(y_pred)[:, y_true]))),
            hint="What shape does y_pred[:, y_true] have for four rows and four labels?",
        ),
        Misconception(
            "labels-from-one",
            believes="Classes are counted from 1.",
            wrong=lambda y_true, y_pred: _row_sparse(y_true - 1, y_pred).mean(),
            hint="Which column is class 0?",
        ),
        Misconception(
            "likeliest-class",
            believes="The row's largest probability is the one that counts.",
            wrong=lambda y_true, y_pred: -np.mean(np.log(clip(ratio(y_pred).max(axis=-1))) + 0 * len(y_true)),
            hint="The network is sure, and wrong. What does that cost?",
        ),
        Misconception(
            "rows-not-normalised",
            believes="Two sigmoid outputs are a distribution, as those of a softmax are.",
            wrong=lambda y_true, y_pred: -np.mean(np.log(clip(_chosen(y_true, y_pred)))),
            hint="Two sigmoids say 0.9 and 0.8. To what do they sum, and what is done about it first?",
        ),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0.",
            wrong=lambda y_true, y_pred: -np.mean(np.log(_chosen(y_true, ratio(y_pred)))),
            hint=LN_0,
        ),
        Misconception(
            "bare-formula",
            believes="The loss is -ln p at the class, and that is all.",
            wrong=lambda y_true, y_pred: -np.mean(np.log(_chosen(y_true, y_pred))),
            hint="What does the docstring do with each row before it takes the logarithm? Two things.",
        ),
        Misconception(
            "clip-too-large",
            believes="Any small number will do for the clip, 1e-3 for example.",
            wrong=lambda y_true, y_pred: -np.mean(np.log(clip(_chosen(y_true, ratio(y_pred)), 1e-3))),
            hint="How much does a probability of 0 cost with your clip, and how much with that of the docstring?",
        ),
        Misconception(
            "probabilities-as-logits",
            believes="The predictions still have to go through softmax.",
            wrong=lambda y_true, y_pred: _row_sparse(y_true, softmax(y_pred)).mean(),
            hint=LOGITS,
        ),
        Misconception(
            "sign-flipped",
            believes="A logarithm is the loss.",
            wrong=lambda y_true, y_pred: -_row_sparse(y_true, y_pred).mean(),
            hint="What sign does the logarithm of a probability have, and what sign a loss?",
        ),
        Misconception(
            "logarithm-forgotten",
            believes="The loss is minus the probability of the true class.",
            wrong=lambda y_true, y_pred: -np.mean(_chosen(y_true, ratio(y_pred))),
            hint="How much should a probability of 0.001 cost, beside one of 0.01?",
        ),
    ],
    hints=[
        "One number per row is needed: the probability of its class. How are N entries taken, one of each row?",
        "Two index arrays: np.arange(N) for the rows, the labels for the columns. Divide by the row's sum, then clip.",
        "chosen = y_pred[np.arange(N), y_true] / y_pred.sum(axis=-1); minus the mean of np.log of it, clipped.",
    ],
)

sparse_categorical_crossentropy_backward = Exercise(
    "sparse_categorical_crossentropy_backward",
    points=2,
    truth="loss_gradient",
    wrt=["y_pred"],
    returns_new=True,
    vectorized=_many_sparse,
    cases=[*probability_cases(sparse=True), random_cases(_draw_sparse)],
    misconceptions=[
        *row_backward_slips(_from_sparse(entropy_slope)),
        Misconception(
            "sum-taken-as-fixed",
            believes="Only the true class's probability has a gradient: -1 / p.",
            wrong=_from_sparse(sum_fixed),
            hint=SUM_MOVES,
        ),
        Misconception(
            "bare-quotient",
            believes="The gradient is -1 / p at the class, with p kept away from 0.",
            wrong=_from_sparse(lambda y_true, y_pred: -y_true / floored(y_pred) / len(y_pred)),
            hint=SUM_MOVES,
        ),
        Misconception(
            "softmax-gradient",
            believes="The gradient of cross-entropy is p, with 1 subtracted at the true class.",
            wrong=_from_sparse(lambda y_true, y_pred: (ratio(y_pred) - y_true) / len(y_pred)),
            hint=NO_LOGITS,
        ),
        Misconception(
            "softmax-gradient-of-bare-rows",
            believes="The gradient of cross-entropy is p as it comes, with 1 subtracted at the true class.",
            wrong=_from_sparse(lambda y_true, y_pred: (y_pred - y_true) / len(y_pred)),
            hint=NO_LOGITS,
        ),
        Misconception(
            "through-the-clip",
            believes="A clipped probability still gets the gradient at the bound.",
            wrong=_from_sparse(through_the_clip),
            hint=CLIPPED,
        ),
        Misconception(
            "no-clip",
            believes="Probabilities are never 0.",
            wrong=_from_sparse(no_clip),
            hint="A probability is 0. What is 1 / q?",
        ),
        Misconception(
            "written-into-the-prediction",
            believes="The gradient may be built in y_pred, which is not needed any more.",
            wrong=_written_into,
            hint="To whom does y_pred belong? Does `grad = y_pred` copy it?",
        ),
        Misconception(
            "sum-not-divided",
            believes="The row's sum is 1.",
            wrong=lambda y_true, y_pred: (
                _from_sparse(entropy_slope)(y_true, y_pred) * y_pred.sum(axis=-1, keepdims=True) / len(y_pred)
            ),
            hint="Are there rows here that do not sum to 1?",
        ),
    ],
    hints=[
        "Use the gradient of categorical_crossentropy with a one-hot row in mind: which terms remain?",
        "Every entry of a row gets 1/(N S); the true class's gets -1/(N S q) more; rows that the clip stops get 0.",
        "Start from np.ones_like(y_pred), subtract 1 / q at [np.arange(N), y_true], then multiply by the mask, and "
        "divide by the row's sum and by N.",
    ],
)
