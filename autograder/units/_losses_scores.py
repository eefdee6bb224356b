"""Assessment of softmax cross-entropy, and what losses of scores and labels share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units._losses_common import many_labels

__all__ = [
    "at", "bad_labels", "check", "class_mask", "label_backward_slips", "label_forward_slips", "softmax_cross_entropy",
    "softmax_cross_entropy_backward",
]  # fmt: skip

SAME_LOSS = "Twice as many samples of the same kind come in: should the loss double, or stay?"
ONE_PER_ROW = "The loss is one number per row. How many of them are averaged?"
UNCHECKED = "Which column is number -1 to NumPy, and what do two rows make of a single label?"
ROWS = np.array([[1.0, 3.0, 0.5, -2.0], [0.25, -1.0, 2.0, 1.5]])


def bad_labels(name: str) -> list[Case]:
    """Labels that are none, for scores in the argument of that name."""
    bad = {
        "label-too-large": [0, 4],
        "label-minus-one": [1, -1],
        "one-hot-rows": [[0, 1, 0, 0], [1, 0, 0, 0]],
        "a-label-too-few": [2],
    }
    return [
        Case(label, raises="labels").with_inputs({name: ROWS, "labels": np.array(given)})
        for label, given in bad.items()
    ]


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


def at(scores: Array, labels: Array) -> Array:
    """Each row's score at its label."""
    chosen: Array = scores[np.arange(len(scores)), labels]
    return chosen


def class_mask(scores: Array, labels: Array) -> Array:
    """One-hot rows in the dtype of the scores."""
    values: Array = (np.arange(scores.shape[-1]) == labels[:, None]).astype(scores.dtype)
    return values


def label_forward_slips(rows: Callable[..., Array]) -> list[Misconception]:
    """The usual slips of a loss of scores and labels; `rows` gives one number per row."""
    return [
        Misconception(
            "sum-not-mean",
            believes="A loss adds up what all samples contribute.",
            wrong=lambda *args, **kwargs: rows(*args, **kwargs).sum(),
            hint=SAME_LOSS,
        ),
        Misconception(
            "one-loss-per-row",
            believes="Every prediction has a loss of its own, and they are returned.",
            wrong=rows,
            hint="Which one number should training make smaller?",
        ),
        Misconception(
            "divided-by-elements",
            believes="The mean runs over all scores: divide by N · C.",
            wrong=lambda scores, *args, **kwargs: rows(scores, *args, **kwargs).mean() / scores.shape[-1],
            hint=ONE_PER_ROW,
        ),
        Misconception(
            "labels-not-checked",
            believes="NumPy complains about a class that there is not.",
            wrong=lambda *args, **kwargs: rows(*args, **kwargs).mean(),
            hint=UNCHECKED,
        ),
    ]


def label_backward_slips(slope: Callable[..., Array]) -> list[Misconception]:
    """The usual slips of the gradient of such a loss; `slope` is that of each row's number."""
    return [
        Misconception(
            "not-averaged",
            believes="The mean is for people to read; the gradient is that of each row's own loss.",
            wrong=slope,
            hint="Each row's loss is multiplied by which factor in the mean? Does its slope keep it?",
        ),
        Misconception(
            "divided-by-elements",
            believes="The mean runs over all scores: divide by N · C.",
            wrong=lambda scores, *args, **kwargs: slope(scores, *args, **kwargs) / scores.size,
            hint=ONE_PER_ROW,
        ),
        Misconception(
            "sign-flipped",
            believes="The gradient points to where the scores should go.",
            wrong=lambda scores, *args, **kwargs: -slope(scores, *args, **kwargs) / len(scores),
            hint="The true class's score rises: does the loss rise or fall? Which sign is that?",
        ),
    ]


def _logit_cases() -> list[Case]:
    return [
        Case("one-row", logits=np.log([[1.0, 3.0]]), labels=np.array([0])),
        Case("rows", logits=ROWS, labels=np.array([2, 0]), readonly=True),
        Case("more-rows-than-classes", logits=grid(4, 3, start=-1.0, step=0.3) ** 2, labels=np.array([2, 0, 1, 1])),
        Case("large-logits", logits=np.array([[1000.0, 1001.0, 0.0], [3.0, -1000.0, 2.0]]), labels=np.array([0, 2])),
        Case("far-and-wrong", logits=np.array([[1000.0, 0.0], [0.0, -1000.0]]), labels=np.array([1, 1])),
        Case("far-rows", logits=np.array([[0.0, 1.0], [-2000.0, -1999.0]]), labels=np.array([0, 1])),
        Case("single-precision", logits=ROWS.astype(np.float32), labels=np.array([3, 1])),
    ]


def _draw_logits(rng: np.random.Generator) -> Mapping[str, Any]:
    return {"logits": 3 * rng.standard_normal((5, 3)), "labels": rng.integers(3, size=5)}


def _many_logits(n: int) -> Mapping[str, Any]:
    return {"logits": normal(n, 3, scale=3.0), "labels": many_labels(n)}


def _row_entropy(logits: Array, labels: Array) -> Array:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    entropy: Array = np.log(np.exp(shifted).sum(axis=-1)) - at(shifted, labels)
    return entropy


def _entropy_slope(logits: Array, labels: Array) -> Array:
    return _softmax(logits) - class_mask(logits, labels)


def _written_into(logits: Array, labels: Array) -> Array:
    grad = logits
    grad[:] = _entropy_slope(logits, labels) / len(logits)
    return grad


def _all_columns_lowered(logits: Array, labels: Array) -> Array:
    grad = _softmax(logits)
    grad[:, labels] -= 1
    return grad / len(logits)


def _one_sum_for_all(logits: Array, labels: Array) -> Array:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray((powers / powers.sum() - class_mask(logits, labels)) / len(logits))


softmax_cross_entropy = Exercise(
    "softmax_cross_entropy",
    points=2,
    vectorized=_many_logits,
    cases=[*_logit_cases(), *bad_labels("logits"), random_cases(_draw_logits)],
    misconceptions=[
        *label_forward_slips(_row_entropy),
        Misconception(
            "no-shift",
            believes="ln Σ e^z - z can be computed as it stands.",
            wrong=lambda logits, labels: np.mean(np.log(np.exp(logits).sum(axis=-1)) - at(logits, labels)),
            hint="What is e^1000 in floating point? What may be subtracted from all logits of a row?",
        ),
        Misconception(
            "global-shift",
            believes="One maximum for the whole array is enough to prevent overflow.",
            wrong=lambda logits, labels: np.mean(
                np.log(np.exp(logits - logits.max()).sum(axis=-1)) - at(logits - logits.max(), labels)
            ),
            hint="Which maximum does each row need, and what shape must it keep?",
        ),
        Misconception(
            "shift-not-undone",
            believes="Only the logits inside of the exponential need the shift.",
            wrong=lambda logits, labels: np.mean(
                np.log(np.exp(logits - logits.max(axis=-1, keepdims=True)).sum(axis=-1)) - at(logits, labels)
            ),
            hint="ln Σ e^(z - m) is smaller than ln Σ e^z by how much?",
        ),
        Misconception(
            "not-fused",
            believes="First a stable softmax, then the logarithm: that is stable.",
            wrong=lambda logits, labels: -np.mean(np.log(at(_softmax(logits), labels))),
            hint="A probability of e^-1000 is 0 in floating point. What is its logarithm then, and what should it be?",
        ),
        Misconception(
            "bare-formula",
            believes="Softmax's fraction, its logarithm, a minus: the formulas can be computed as they stand.",
            wrong=lambda logits, labels: (
                -np.mean(np.log(at(np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True), labels)))
            ),
            hint="What is e^1000 in floating point, and what e^-1000? Which of the steps can be taken together?",
        ),
        Misconception(
            "fused-by-a-clip",
            believes="Clipping the probabilities makes the loss stable enough.",
            wrong=lambda logits, labels: -np.mean(np.log(np.clip(at(_softmax(logits), labels), 1e-7, 1))),
            hint="A logit of -1000 beside 0: how much does it cost by the formula, and how much with a clip?",
        ),
        Misconception(
            "softmax-twice",
            believes="The logits have to be made probabilities before the fused formula.",
            wrong=lambda logits, labels: np.mean(_row_entropy(_softmax(logits), labels)),
            hint="The fused formula takes z. Where in it is the softmax?",
        ),
        Misconception(
            "logits-as-probabilities",
            believes="The logits are probabilities.",
            wrong=lambda logits, labels: -np.mean(np.log(at(logits, labels))),
            hint="A logit is 3. Can that be a probability?",
        ),
        Misconception(
            "columns-of-all-labels",
            believes="logits[:, labels] takes one entry of each row.",
            wrong=lambda logits, labels: (
                np.mean(_row_entropy(logits, labels) + at(logits, labels)) - np.mean(logits[:, labels])
            ),
            hint="What shape does logits[:, labels] have for four rows and four labels?",
        ),
        Misconception(
            "sigmoid-for-softmax",
            believes="Each score becomes a probability on its own.",
            wrong=lambda logits, labels: np.mean(np.logaddexp(0, -at(logits, labels))),
            hint="Two sigmoid outputs of 0.9: which class is it? Does the loss see the other scores?",
        ),
        Misconception(
            "sign-flipped",
            believes="A log-probability is the loss.",
            wrong=lambda logits, labels: -np.mean(_row_entropy(logits, labels)),
            hint="What sign does the logarithm of a probability have, and what sign a loss?",
        ),
        Misconception(
            "score-added",
            believes="The true class's score is added.",
            wrong=lambda logits, labels: np.mean(
                _row_entropy(logits, labels) + 2 * at(logits - logits.max(axis=-1, keepdims=True), labels)
            ),
            hint="Does the loss fall when the true class's score rises?",
        ),
        Misconception(
            "mean-in-the-logarithm",
            believes="The exponentials are averaged.",
            wrong=lambda logits, labels: np.mean(_row_entropy(logits, labels)) - np.log(logits.shape[-1]),
            hint="What is the loss of ten equal scores?",
        ),
        Misconception(
            "probability-missed",
            believes="The loss is one minus the probability of the true class.",
            wrong=lambda logits, labels: np.mean(1 - at(_softmax(logits), labels)),
            hint="How much should a probability of 0.001 cost, beside one of 0.01?",
        ),
        Misconception(
            "epsilon-added",
            believes="A small number keeps the logarithm finite.",
            wrong=lambda logits, labels: -np.mean(np.log(at(_softmax(logits), labels) + 1e-7)),
            hint="A true class with the logit -1000 beside 0 costs 1000. What does it cost here?",
        ),
    ],
    hints=[
        "Write -ln of softmax's fraction on paper. Which exponential disappears, and which sum remains?",
        "ln Σ e^z - z_y does not change when the row's maximum is subtracted from all z first (keepdims=True).",
        "shifted = logits - the rows' maxima; the mean of np.log(np.exp(shifted).sum(axis=-1)) minus shifted at "
        "[np.arange(N), labels].",
    ],
    variants=[
        Variant("logaddexp", lambda logits, labels: _by_logaddexp(logits, labels)),
    ],
)


def check(labels: Array, scores: Array) -> None:
    """Refuse labels that are none."""
    if labels.shape != scores.shape[:1] or labels.min() < 0 or labels.max() >= scores.shape[1]:
        raise ValueError("labels: want one class number per row")


def _by_logaddexp(logits: Array, labels: Array) -> Any:
    check(labels, logits)
    return np.mean(np.logaddexp.reduce(logits, axis=-1) - at(logits, labels))


softmax_cross_entropy_backward = Exercise(
    "softmax_cross_entropy_backward",
    points=2,
    truth="loss_gradient",
    wrt=["logits"],
    returns_new=True,
    vectorized=_many_logits,
    cases=[*_logit_cases(), random_cases(_draw_logits)],
    misconceptions=[
        *label_backward_slips(_entropy_slope),
        Misconception(
            "true-class-only",
            believes="Only the true class's logit is in the loss: its gradient is p - 1, all others' is 0.",
            wrong=lambda logits, labels: _entropy_slope(logits, labels) * class_mask(logits, labels) / len(logits),
            hint="Another class's logit rises. What happens to the true class's probability?",
        ),
        Misconception(
            "one-not-subtracted",
            believes="The gradient is the probabilities.",
            wrong=lambda logits, labels: _softmax(logits) / len(logits),
            hint="All logits of a row rise together: the loss stays. To what must a row of the gradient sum?",
        ),
        Misconception(
            "no-shift",
            believes="softmax can be computed as it stands.",
            wrong=lambda logits, labels: (
                (np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True) - class_mask(logits, labels)) / len(logits)
            ),
            hint="What is e^1000 in floating point? What may be subtracted from all logits of a row?",
        ),
        Misconception(
            "softmax-twice",
            believes="The logits have to be made probabilities first.",
            wrong=lambda logits, labels: _entropy_slope(_softmax(logits), labels) / len(logits),
            hint="Of what is the softmax taken in p - y: of z, or of softmax(z)?",
        ),
        Misconception(
            "softmax-slope-again",
            believes="The softmax's own slope p (1 - p) multiplies the difference.",
            wrong=lambda logits, labels: (
                _entropy_slope(logits, labels) * _softmax(logits) * (1 - _softmax(logits)) / len(logits)
            ),
            hint="The slope of -ln p is -1/p. What becomes of it when the softmax's slope is multiplied in?",
        ),
        Misconception(
            "one-hot-in-double-precision",
            believes="np.eye adapts its precision to the array that it is subtracted from.",
            wrong=lambda logits, labels: (_softmax(logits) - np.eye(logits.shape[-1])[labels]) / len(logits),
            hint="What dtype does np.eye have where none is given, and what becomes of a float32 array that meets it?",
        ),
        Misconception(
            "written-into-the-logits",
            believes="The gradient may be built in logits, which are not needed any more.",
            wrong=_written_into,
            hint="To whom do the logits belong? Does `grad = logits` copy them?",
        ),
        Misconception(
            "columns-of-all-labels",
            believes="grad[:, labels] -= 1 subtracts one per row.",
            wrong=_all_columns_lowered,
            hint="What does the colon select, one row or all?",
        ),
        Misconception(
            "true-class-set",
            believes="The true class's entry is -1.",
            wrong=lambda logits, labels: np.where(class_mask(logits, labels) == 1, -1, _softmax(logits)) / len(logits),
            hint="What is the gradient where the true class has probability 1 already?",
        ),
        Misconception(
            "one-added",
            believes="The target is added.",
            wrong=lambda logits, labels: (_softmax(logits) + class_mask(logits, labels)) / len(logits),
            hint="What do the gradients of a row sum to? Shifting all scores changes nothing.",
        ),
        Misconception(
            "scores-as-probabilities",
            believes="The gradient is z - y.",
            wrong=lambda logits, labels: (logits - class_mask(logits, labels)) / len(logits),
            hint="What does a network's last layer put out here, probabilities or scores?",
        ),
        Misconception(
            "one-sum-for-all",
            believes="Probabilities are divided by the sum of all.",
            wrong=_one_sum_for_all,
            hint="What should each row of probabilities sum to?",
        ),
    ],
    hints=[
        "Differentiate ln Σ e^z - z_y with respect to z_i. Which function of this course is the first term's slope?",
        "The probabilities of each row, with 1 subtracted at the row's class; then the mean's 1/N.",
        "grad = softmax(logits); grad[np.arange(N), labels] -= 1; grad / N.",
    ],
    variants=[
        Variant("one-hot", lambda logits, labels: (_softmax(logits) - class_mask(logits, labels)) / len(logits)),
    ],
)
