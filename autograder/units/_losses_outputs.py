"""Assessment of the score function, and of one loss made of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal


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
        Misconception(
            "plain-mean",
            believes="Losses of several outputs are averaged; weights are for people to read.",
            wrong=lambda losses, weights: float(np.mean(losses)),
            hint="What are the weights for, and what does the docstring say of an average?",
        ),
        Misconception(
            "weights-added",
            believes="A weight is added to its loss.",
            wrong=lambda losses, weights: float(np.sum(losses) + np.sum(weights)),
            hint="What should a weight of 0 do to its loss?",
        ),
        Misconception(
            "all-by-all",
            believes="The sum of the losses times the sum of the weights.",
            wrong=lambda losses, weights: float(np.sum(losses) * np.sum(weights)),
            hint="Which weight belongs to which loss?",
        ),
        Misconception(
            "not-summed",
            believes="A loss per output is returned.",
            wrong=lambda losses, weights: [weight * loss for weight, loss in zip(weights, losses, strict=False)],
            hint="Which one number should training make smaller?",
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
            "weights-transposed",
            believes="The weights are (C, D), as PyTorch keeps them.",
            wrong=lambda x, w, b: x @ w.T + b,
            hint="w has the shape (D, C). Which two lengths must meet in the product?",
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
        Misconception(
            "weights-first",
            believes="The weights stand on the left.",
            wrong=lambda x, w, b: w @ x + b,
            hint="What shapes do w and x have, and which two lengths must meet?",
        ),
        Misconception(
            "classes-in-rows",
            believes="Scores are listed class by class.",
            wrong=lambda x, w, b: (x @ w + b).T,
            hint="Which axis counts the samples?",
        ),
        Misconception(
            "bias-one-number",
            believes="The biases are added up first.",
            wrong=lambda x, w, b: x @ w + b.sum(),
            hint="Which of the classes' scores should a class's bias raise?",
        ),
        Misconception(
            "relu-included",
            believes="Scores are not negative.",
            wrong=lambda x, w, b: np.maximum(x @ w + b, 0),
            hint="What does the formula do after adding the bias?",
        ),
        Misconception(
            "bias-added-to-the-weights",
            believes="The bias belongs to the weights.",
            wrong=lambda x, w, b: x @ (w + b),
            hint="What is the score of a sample of zeros?",
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
