"""Assessment of pseudo-labels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array

__all__ = ["Chosen", "pseudo_label", "sure_ones"]

Chosen = tuple[Any, Any]


def _softmax(scores: Array) -> Array:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _chosen(probabilities: Array, is_sure: Array) -> Chosen:
    indices = np.flatnonzero(is_sure)
    return indices, probabilities.argmax(axis=1)[indices]


def _row_by_row(probabilities: Array, threshold: float) -> Chosen:
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold {threshold}")
    if (probabilities < 0).any() or not np.allclose(probabilities.sum(axis=1), 1, atol=1e-3):
        raise ValueError("probabilities are none")
    labels, best = probabilities.argmax(axis=1), np.sort(probabilities, axis=1)[:, -1]
    indices = np.where(best >= threshold)[0]
    return indices.tolist(), labels[indices].tolist()


def sure_ones(probabilities: Array, threshold: float) -> Chosen:
    indices, labels = _row_by_row(probabilities, threshold)
    return np.array(indices, dtype=np.int32), np.array(labels, dtype=np.int32)


def _margin(probabilities: Array) -> Array:
    ordered = np.sort(probabilities, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


def _every_class(probabilities: Array, threshold: float) -> Chosen:
    indices, labels = np.nonzero(probabilities >= threshold)
    return indices, labels


def _soft(probabilities: Array, threshold: float) -> Chosen:
    indices = np.flatnonzero(probabilities.max(axis=1) >= threshold)
    return indices, probabilities[indices]


def _last_of_ties(probabilities: Array, threshold: float) -> Chosen:
    indices = np.flatnonzero(probabilities.max(axis=1) >= threshold)
    return indices, probabilities.shape[1] - 1 - probabilities[indices, ::-1].argmax(axis=1)


def _doubtful_to_class_zero(probabilities: Array, threshold: float) -> Chosen:
    labels = np.where(probabilities.max(axis=1) >= threshold, probabilities.argmax(axis=1), 0)
    return np.arange(len(probabilities)), labels


def _surest_first(probabilities: Array, threshold: float) -> Chosen:
    indices = np.flatnonzero(probabilities.max(axis=1) >= threshold)
    indices = indices[np.argsort(-probabilities[indices].max(axis=1), kind="stable")]
    return indices, probabilities[indices].argmax(axis=1)


def _scores_taken(probabilities: Array, threshold: float) -> Chosen:
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold {threshold}")
    return _chosen(probabilities, probabilities.max(axis=1) >= threshold)


def _over_the_samples(probabilities: Array, threshold: float) -> Chosen:
    """The surest sample of each class."""
    sure = probabilities.max(axis=0) >= threshold
    return probabilities.argmax(axis=0)[sure], np.flatnonzero(sure)


def _random_probabilities(rng: np.random.Generator) -> Mapping[str, Any]:
    """Some rows are sure, some are not, and some sum to 1 by rounding only."""
    probabilities = _softmax(2.5 * rng.standard_normal((int(rng.integers(10, 16)), int(rng.integers(3, 6)))))
    return {"probabilities": probabilities, "threshold": float(rng.uniform(0.55, 0.75))}


_P = np.array([[0.9, 0.05, 0.05], [0.4, 0.35, 0.25], [0.1, 0.1, 0.8], [0.2, 0.7, 0.1]])
_TIES = np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.25, 0.25, 0.5], [0.375, 0.375, 0.25]])
_SCORES = np.array([[2.0, -1.0, 0.5], [0.1, 0.3, 4.0]])

pseudo_label = Exercise(
    "pseudo_label",
    points=1,
    parts=("indices", "labels"),
    vectorized=lambda n: {"probabilities": _softmax(np.arange(3.0 * n).reshape(n, 3) ** 2 % 7), "threshold": 0.8},
    cases=[
        Case("two-are-sure", probabilities=_P, threshold=0.75),
        Case("three-are-sure", probabilities=_P, threshold=0.65),
        Case("exactly-the-threshold", probabilities=_TIES[::-1] + 0.0, threshold=0.5),
        Case("ties-go-to-the-first-class", probabilities=_TIES, threshold=0.375, readonly=True),
        Case("nobody-is-sure", probabilities=_P, threshold=0.95),
        Case("no-samples", probabilities=np.zeros((0, 3)), threshold=0.5),
        Case("only-certainty-counts", probabilities=np.array([[0.0, 1.0], [0.001, 0.999], [1.0, 0.0]]), threshold=1.0),
        Case("more-classes-than-samples", probabilities=np.array([[0.1, 0.05, 0.7, 0.15]]), threshold=0.6),
        Case("surer-ones-come-later", probabilities=_P[[3, 2, 1, 0]], threshold=0.6),
        Case("single-precision", probabilities=_P.astype(np.float32), threshold=0.75),
        Case("scores-before-the-softmax", raises="probabilities", probabilities=_SCORES, threshold=0.9),
        Case("rows-that-sum-to-two", raises="probabilities", probabilities=2 * _P, threshold=0.9),
        Case("threshold-zero", raises="threshold", probabilities=_P, threshold=0.0),
        Case("threshold-above-one", raises="threshold", probabilities=_P, threshold=1.25),
        Case("percent-is-no-threshold", raises="threshold", probabilities=_P, threshold=90),
        random_cases(_random_probabilities),
    ],
    misconceptions=[
        Misconception(
            "no-threshold",
            believes="Every unlabelled sample gets the label that the model thinks most likely.",
            wrong=lambda probabilities, threshold: _chosen(probabilities, np.ones(len(probabilities))),
            hint="A model that is right in 6 of 10 doubtful cases: what does it learn from its own 4 mistakes?",
        ),
        Misconception(
            "strictly-above",
            believes="The largest probability has to exceed the threshold.",
            wrong=lambda probabilities, threshold: _chosen(probabilities, probabilities.max(axis=1) > threshold),
            hint="What about a sample that just reaches it?",
        ),
        Misconception(
            "softmax-once-more",
            believes="A network's outputs have to be turned into probabilities first.",
            wrong=lambda probabilities, threshold: _chosen(
                probabilities, _softmax(probabilities).max(axis=1) >= threshold
            ),
            hint="What is the largest number that softmax can make of probabilities? Are these scores still?",
        ),
        Misconception(
            "margin",
            believes="Sure means far ahead of the second class.",
            wrong=lambda probabilities, threshold: _chosen(probabilities, _margin(probabilities) >= threshold),
            hint="Which one number per sample does the docstring compare with the threshold?",
        ),
        Misconception(
            "every-class-that-reaches-it",
            believes="A sample gets each label whose probability reaches the threshold.",
            wrong=_every_class,
            hint="With 0.5 and 0.5, how often does the sample come up in your indices?",
        ),
        Misconception(
            "last-of-ties",
            believes="Of equal probabilities the last one counts.",
            wrong=_last_of_ties,
            hint="Which class does argmax give where two share the maximum?",
        ),
        Misconception(
            "soft-labels",
            believes="The label is the row of probabilities.",
            wrong=_soft,
            hint="What shape do integer labels have?",
        ),
        Misconception(
            "doubtful-to-class-zero",
            believes="A sample without a sure answer gets label 0.",
            wrong=_doubtful_to_class_zero,
            hint="What does class 0 learn from all the doubtful samples?",
        ),
        Misconception(
            "mask-for-indices",
            believes="A row of True and False says which samples were chosen.",
            wrong=lambda probabilities, threshold: (
                probabilities.max(axis=1) >= threshold,
                probabilities.argmax(axis=1)[probabilities.max(axis=1) >= threshold],
            ),
            hint="As many indices as labels: how many entries does your mask have?",
        ),
        Misconception(
            "surest-first",
            believes="The surest samples come first.",
            wrong=_surest_first,
            hint="In which order does the docstring want the indices?",
        ),
        Misconception(
            "over-the-samples",
            believes="The largest number of each column is what matters.",
            wrong=_over_the_samples,
            hint="A row belongs to a sample, a column to a class. Over which of them is the maximum taken?",
        ),
        Misconception(
            "scores-taken-for-probabilities",
            believes="Whatever the model puts out is compared with the threshold.",
            wrong=_scores_taken,
            hint="A score before the softmax is 4.0: is the model sure to 400 per cent?",
        ),
    ],
    hints=[
        "Per sample two things are needed: its largest probability, and the class where it stands.",
        "The maximum and the argmax over the classes; np.flatnonzero turns a condition into indices.",
        "indices = np.flatnonzero(p.max(axis=1) >= threshold); labels = p[indices].argmax(axis=1).",
    ],
    variants=[Variant("small-integers", sure_ones)],
)
