"""Assessment of the SVM loss, of the scores that it judges, and of the total of several losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units._losses_common import many_labels
from autograder.units._losses_scores import (
    at,
    bad_labels,
    check,
    class_mask,
    label_backward_slips,
    label_forward_slips,
)

ROWS = np.array([[1.0, 3.0, 0.5, -2.0], [0.25, -1.0, 2.0, 1.5]])


def _cases() -> list[Case]:
    return [
        Case("one-row", scores=np.array([[3.25, 5.0, -1.75]]), labels=np.array([0])),
        Case("rows", scores=ROWS, labels=np.array([2, 0]), readonly=True),
        Case("a-row-without-loss", scores=np.array([[5.0, 1.0, 2.0], [0.5, 1.0, 0.0]]), labels=np.array([0, 2])),
        Case("given-margin", scores=ROWS, labels=np.array([1, 3]), margin=2.5),
        Case(
            "more-rows-than-classes", scores=spread(-2, 2, 8).reshape(4, 2), labels=np.array([0, 1, 1, 0]), margin=0.5
        ),
        Case("exactly-on-the-margin", scores=np.array([[2.0, 1.0, 1.5], [0.0, 1.0, -1.0]]), labels=np.array([0, 1])),
        Case("all-scores-equal", scores=np.full((2, 5), 3.0), labels=np.array([4, 1])),
        Case("single-precision", scores=ROWS.astype(np.float32), labels=np.array([3, 1])),
    ]


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    margin = float(rng.uniform(0.5, 2))
    return {"scores": 2 * rng.standard_normal((5, 4)), "labels": rng.integers(4, size=5), "margin": margin}


def _many(n: int) -> Mapping[str, Any]:
    return {"scores": normal(n, 3), "labels": many_labels(n)}


def _gap(scores: Array, labels: Array, margin: float = 1) -> Array:
    gap: Array = scores - at(scores, labels)[:, None] + margin
    return gap


def _excess(scores: Array, labels: Array, margin: float = 1) -> Array:
    values: Array = np.maximum(_gap(scores, labels, margin), 0) * (1 - class_mask(scores, labels))
    return values


def _row_loss(scores: Array, labels: Array, margin: float = 1) -> Array:
    loss: Array = _excess(scores, labels, margin).sum(axis=-1)
    return loss


def _pushed(scores: Array, mask: Array, labels: Array) -> Array:
    wrong = mask * (1 - class_mask(scores, labels))
    values: Array = wrong - class_mask(scores, labels) * wrong.sum(axis=-1, keepdims=True)
    return values


def _slope(scores: Array, labels: Array, margin: float = 1) -> Array:
    return _pushed(scores, _gap(scores, labels, margin) > 0, labels)


svm_loss = Exercise(
    "svm_loss",
    points=2,
    vectorized=_many,
    cases=[*_cases(), *bad_labels("scores"), random_cases(_draw)],
    misconceptions=[
        *label_forward_slips(_row_loss),
        Misconception(
            "true-class-counted",
            believes="The sum runs over all classes.",
            wrong=lambda scores, labels, margin=1: np.mean(np.maximum(_gap(scores, labels, margin), 0).sum(axis=-1)),
            hint="By how much does the true class miss a margin to itself?",
        ),
        Misconception(
            "margin-ignored",
            believes="The margin is always 1.",
            wrong=lambda scores, labels, margin=1: np.mean(_row_loss(scores, labels)),
            hint="The caller asks for a margin of 2.5. Where does it enter?",
        ),
        Misconception(
            "no-margin",
            believes="It is enough that the true class is ahead.",
            wrong=lambda scores, labels, margin=1: np.mean(_row_loss(scores, labels, 0)),
            hint="The true class is ahead by 0.5: does that cost nothing?",
        ),
        Misconception(
            "best-rival-only",
            believes="The true class is compared with its best rival alone.",
            wrong=lambda scores, labels, margin=1: np.mean(_excess(scores, labels, margin).max(axis=-1)),
            hint="Three rivals are ahead of the true class. How many of them does the sum count?",
        ),
        Misconception(
            "maximum-after-the-sum",
            believes="The sum over the classes is taken first, then the maximum with 0.",
            wrong=lambda scores, labels, margin=1: np.mean(
                np.maximum((_gap(scores, labels, margin) * (1 - class_mask(scores, labels))).sum(axis=-1), 0)
            ),
            hint="One rival is 100 behind: may that pay for another one, who is ahead?",
        ),
        Misconception(
            "other-way-round",
            believes="The loss is max(0, s_y - s_j + margin).",
            wrong=lambda scores, labels, margin=1: np.mean(
                (np.maximum(2 * margin - _gap(scores, labels, margin), 0) * (1 - class_mask(scores, labels))).sum(
                    axis=-1
                )
            ),
            hint="The true class has the highest score by far. Does that cost much, or nothing?",
        ),
        Misconception(
            "squared",
            believes="The misses are squared.",
            wrong=lambda scores, labels, margin=1: np.mean((_excess(scores, labels, margin) ** 2).sum(axis=-1)),
            hint="A margin is missed by 2. Does the formula charge 2 or 4?",
        ),
    ],
    hints=[
        "Each row: subtract the true class's score from all scores, add the margin. Which entries count?",
        "scores[np.arange(N), labels][:, None] is the true class's score as a column; set its own entry to 0 before "
        "the sum.",
        "excess = np.maximum(scores - own + margin, 0); excess[np.arange(N), labels] = 0; the mean of its row sums.",
    ],
    variants=[
        Variant("margin-subtracted", lambda scores, labels, margin=1: _margin_subtracted(scores, labels, margin)),
    ],
)


def _margin_subtracted(scores: Array, labels: Array, margin: float) -> Any:
    check(labels, scores)
    return np.maximum(_gap(scores, labels, margin), 0).sum() / len(scores) - margin


svm_loss_backward = Exercise(
    "svm_loss_backward",
    points=2,
    truth="loss_gradient",
    wrt=["scores"],
    vectorized=_many,
    cases=[*_cases(), random_cases(_draw)],
    misconceptions=[
        *label_backward_slips(_slope),
        Misconception(
            "true-class-pulled-once",
            believes="The true class gets -1, whoever comes too close.",
            wrong=lambda scores, labels, margin=1: np.maximum(_slope(scores, labels, margin), -1) / len(scores),
            hint="Three terms of the row contain the true class's score. How often does it count?",
        ),
        Misconception(
            "true-class-forgotten",
            believes="Only the rivals that come too close are pushed.",
            wrong=lambda scores, labels, margin=1: (
                _slope(scores, labels, margin) * (1 - class_mask(scores, labels)) / len(scores)
            ),
            hint="s_y stands in the formula too. With which sign?",
        ),
        Misconception(
            "every-rival",
            believes="All wrong classes are pushed down.",
            wrong=lambda scores, labels, margin=1: _pushed(scores, np.ones_like(scores), labels) / len(scores),
            hint="A rival that is 100 behind moves a little. Does the loss change?",
        ),
        Misconception(
            "slope-on-the-margin",
            believes="Exactly on the margin a rival is still pushed.",
            wrong=lambda scores, labels, margin=1: (
                _pushed(scores, _gap(scores, labels, margin) >= 0, labels) / len(scores)
            ),
            hint="The docstring says what counts where s_j - s_y + margin is 0. Is the comparison strict?",
        ),
        Misconception(
            "margin-ignored",
            believes="The margin is always 1.",
            wrong=lambda scores, labels, margin=1: _slope(scores, labels) / len(scores),
            hint="A larger margin makes more rivals come too close. Where does it enter?",
        ),
        Misconception(
            "mask-in-double-precision",
            believes="A mask times 1.0 has the precision of the scores.",
            wrong=lambda scores, labels, margin=1: (_slope(scores, labels, margin) / len(scores)).astype(np.float64),
            hint="Which dtype has np.array([True]) * 1.0, or np.zeros without a dtype?",
        ),
        Misconception(
            "excess-instead-of-mask",
            believes="Each rival is pushed by as much as it comes too close.",
            wrong=lambda scores, labels, margin=1: (
                _pushed(scores, _excess(scores, labels, margin), labels) / len(scores)
            ),
            hint="How steep is max(0, d) at d = 1, and how steep at d = 100?",
        ),
    ],
    hints=[
        "Each term max(0, s_j - s_y + margin) that is above 0 pushes two scores. Which, and by how much?",
        "A mask of 1 where the gap is > 0 and j ≠ y; the true class gets minus the row's sum of it.",
        "mask[np.arange(N), labels] = 0; mask[np.arange(N), labels] = -mask.sum(axis=-1); mask / N, all as floats.",
    ],
)


def _draw_total(rng: np.random.Generator) -> Mapping[str, Any]:
    count = int(rng.integers(2, 6))
    return {"losses": rng.uniform(0.1, 3, count).tolist(), "weights": rng.uniform(0.1, 2, count).tolist()}


def _weighted(losses: Sequence[float], weights: Sequence[float]) -> float:
    return float(sum(weight * loss for weight, loss in zip(weights, losses, strict=False)))


total_loss = Exercise(
    "total_loss",
    points=1,
    cases=[
        Case("one-output", losses=[2.5], weights=[1.0]),
        Case("equal-weights", losses=[0.5, 2.0, 3.25], weights=[1.0, 1.0, 1.0]),
        Case("auxiliary-outputs", losses=[0.75, 1.5, 2.25], weights=[1.0, 0.3, 0.3]),
        Case("an-output-switched-off", losses=[0.5, 7.0], weights=[1.0, 0.0]),
        Case("large-weights", losses=[0.5, 2.0], weights=[100.0, 10.0]),
        Case("no-outputs", losses=[], weights=[]),
        Case("a-weight-too-few", raises="weights", losses=[1.0, 2.0, 3.0], weights=[1.0, 0.5]),
        Case("a-weight-too-many", raises="weights", losses=[1.0, 2.0], weights=[1.0, 0.5, 0.25]),
        random_cases(_draw_total),
    ],
    misconceptions=[
        Misconception(
            "averaged-over-outputs",
            believes="The loss of several outputs is their average.",
            wrong=lambda losses, weights: _weighted(losses, weights) / max(len(losses), 1),
            hint="Keras adds the outputs' losses up. What changes when a second output is added?",
        ),
        Misconception(
            "weights-normalised",
            believes="Weights count relative to their sum.",
            wrong=lambda losses, weights: _weighted(losses, weights) / (sum(weights) or 1.0),
            hint="All weights are doubled: should the total stay, or double?",
        ),
        Misconception(
            "weights-ignored",
            believes="The losses are added up.",
            wrong=lambda losses, weights: float(sum(losses)),
            hint="An output has the weight 0. Does its loss still count?",
        ),
        Misconception(
            "largest-only",
            believes="The worst output is the one that counts.",
            wrong=lambda losses, weights: float(
                max([w * x for w, x in zip(weights, losses, strict=False)], default=0.0)
            ),
            hint="Two outputs are wrong. Does only one of them learn?",
        ),
        Misconception(
            "lengths-not-checked",
            believes="zip complains where two lists have different lengths.",
            wrong=_weighted,
            hint="Three losses and two weights: what does zip do with the third loss?",
        ),
    ],
    hints=[
        "Each loss times its weight. Then a sum, or an average?",
        "Compare the lengths first: zip stops at the shorter list without a word.",
        "sum of weight * loss over zip(weights, losses).",
    ],
    variants=[
        Variant("dot-product", lambda losses, weights: _dot(losses, weights)),
    ],
)


def _dot(losses: Sequence[float], weights: Sequence[float]) -> Any:
    if len(losses) != len(weights):
        raise ValueError(f"weights: got {len(weights)}, want {len(losses)}")
    return np.dot(losses, weights)


def _draw_linear(rng: np.random.Generator) -> Mapping[str, Any]:
    n, d, c = (2 + rng.permutation(4))[:3].tolist()
    return {"x": rng.standard_normal((n, d)), "w": rng.standard_normal((d, c)), "b": rng.standard_normal(c)}


def _many_linear(n: int) -> Mapping[str, Any]:
    return {"x": normal(n, 4), "w": normal(4, 3, seed=1), "b": normal(3, seed=2)}


def _rows_are_classes(x: Array, w: Array, b: Array) -> Array:
    scores: Array = x @ w.reshape(w.shape[::-1]).T + b
    return scores


linear_scores = Exercise(
    "linear_scores",
    points=1,
    vectorized=_many_linear,
    cases=[
        Case("one-sample", x=np.array([[1.0, 2.0]]), w=grid(2, 3), b=np.array([0.5, -1.0, 4.0])),
        Case("batch", x=normal(4, 2, seed=1), w=normal(2, 3, seed=2), b=np.array([1.0, -2.0, 0.5]), readonly=True),
        Case("square-weights", x=grid(2, 3), w=normal(3, 3, seed=3), b=np.array([1.0, -2.0, 0.5])),
        Case("as-many-samples-as-classes", x=grid(3, 2), w=normal(2, 3, seed=4), b=np.array([10.0, 20.0, 30.0])),
        Case(
            "bytes", x=np.array([[200, 100], [255, 3]], np.uint8), w=normal(2, 3, seed=5), b=np.array([1.0, 2.0, -3.0])
        ),
        Case(
            "single-precision",
            x=normal(2, 4, seed=6).astype(np.float32),
            w=normal(4, 3, seed=7).astype(np.float32),
            b=np.array([0.5, -1.0, 2.0], np.float32),
        ),
        Case("empty-batch", x=np.zeros((0, 2)), w=grid(2, 3), b=np.array([0.5, -1.0, 4.0])),
        Case("rows-of-w-are-not-the-features", raises="w", x=grid(2, 3), w=grid(4, 3), b=grid(3)),
        Case("one-bias-for-all", raises="b", x=grid(2, 3), w=grid(3, 4), b=np.array([1.0])),
        random_cases(_draw_linear),
    ],
    misconceptions=[
        Misconception(
            "a-row-for-each-class",
            believes="Each row of w is one class.",
            wrong=_rows_are_classes,
            hint="w has the shape (D, C). What does one column hold, and what one row?",
        ),
        Misconception(
            "bias-forgotten",
            believes="The scores are x w.",
            wrong=lambda x, w, b: x @ w,
            hint="What does a sample of zeros score?",
        ),
        Misconception(
            "bias-for-each-sample",
            believes="The bias belongs to the rows of the result.",
            wrong=lambda x, w, b: x @ w + (b[:, None] if len(x) == len(b) else b),
            hint="There are C biases. Along which axis of (N, C) do they run?",
        ),
        Misconception(
            "bias-subtracted",
            believes="The bias is a threshold, which is subtracted.",
            wrong=lambda x, w, b: x @ w - b,
            hint="A larger bias: does the class become likelier in s = x w + b?",
        ),
        Misconception(
            "softmax-included",
            believes="Scores are probabilities.",
            wrong=lambda x, w, b: _softmax(x @ w + b),
            hint="May a score be negative? Who turns scores into probabilities?",
        ),
        Misconception(
            "shapes-not-checked",
            believes="NumPy complains where shapes do not fit.",
            wrong=lambda x, w, b: x @ w + b,
            hint="What does NumPy do with a bias of shape (1,)?",
        ),
    ],
    hints=[
        "x has N rows of D features, w has D rows of C classes. Which product gives (N, C)?",
        "The matrix product x @ w; the bias broadcasts along the samples. Check both shapes before.",
        "x @ w + b.",
    ],
    variants=[
        Variant("einsum", lambda x, w, b: _by_einsum(x, w, b)),
    ],
)


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities


def _by_einsum(x: Array, w: Array, b: Array) -> Array:
    if x.shape[1] != w.shape[0]:
        raise ValueError("w does not fit x")
    if b.shape != w.shape[1:]:
        raise ValueError("b does not fit w")
    values: Array = np.einsum("nd,dc->nc", x, w) + b
    return values
