"""The score function: one score for each class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid, normal

BYTES = np.array([[200, 100], [255, 3]], np.uint8)
BIAS = np.array([1.0, -2.0, 0.5])
SINGLE = {"x": normal(2, 4, seed=6), "w": normal(4, 3, seed=7), "b": np.array([0.5, -1.0, 2.0])}


def _draw(rng: np.random.Generator) -> Mapping[str, Any]:
    n, d, c = (2 + rng.permutation(4))[:3].tolist()
    return {"x": rng.standard_normal((n, d)), "w": rng.standard_normal((d, c)), "b": rng.standard_normal(c)}


linear_scores = Exercise(
    "linear_scores",
    points=1,
    vectorized=lambda n: {"x": normal(n, 4), "w": normal(4, 3, seed=1), "b": normal(3, seed=2)},
    cases=[
        Case("one-sample", x=np.array([[1.0, 2.0]]), w=grid(2, 3), b=np.array([0.5, -1.0, 4.0])),
        Case("batch", x=normal(4, 2, seed=1), w=normal(2, 3, seed=2), b=BIAS, readonly=True),
        Case("square-weights", x=grid(2, 3), w=normal(3, 3, seed=3), b=BIAS),
        Case("as-many-samples-as-classes", x=grid(3, 2), w=normal(2, 3, seed=4), b=np.array([10.0, 20.0, 30.0])),
        Case("bytes", x=BYTES, w=normal(2, 3, seed=5), b=np.array([1.0, 2.0, -3.0])),
        Case("single-precision").with_inputs({name: values.astype(np.float32) for name, values in SINGLE.items()}),
        Case("empty-batch", x=np.zeros((0, 2)), w=grid(2, 3), b=np.array([0.5, -1.0, 4.0])),
        Case("rows-of-w-are-not-the-features", raises="w", x=grid(2, 3), w=grid(4, 3), b=grid(3)),
        Case("one-bias-for-all", raises="b", x=grid(2, 3), w=grid(3, 4), b=np.array([1.0])),
        random_cases(_draw),
    ],
    misconceptions=[
        edit("a-row-for-each-class", "x @ w", "x @ w.reshape(w.shape[::-1]).T")
        .believes("Each row of w is one class.")
        .ask("w has the shape (D, C). What does one column hold, and what one row?"),
        edit("weights-transposed", "x @ w", "x @ w.T")
        .believes("The weights are (C, D), as PyTorch keeps them.")
        .ask("w has the shape (D, C). Which two lengths must meet in the product?"),
        edit("bias-forgotten", "x @ w + b", "x @ w")
        .believes("The scores are x w.")
        .ask("What does a sample of zeros score?"),
        edit("bias-for-each-sample", "+ b", "+ (b[:, None] if len(x) == len(b) else b)")
        .believes("The bias belongs to the rows of the result.")
        .ask("There are C biases. Along which axis of (N, C) do they run?"),
        edit("bias-subtracted", "x @ w + b", "x @ w - b")
        .believes("The bias is a threshold, which is subtracted.")
        .ask("A larger bias: does the class become likelier in s = x w + b?"),
        edit("softmax-included", "x @ w + b", "np.exp(x @ w + b); scores /= scores.sum(axis=-1, keepdims=True)")
        .believes("Scores are probabilities.")
        .ask("May a score be negative? Who turns scores into probabilities?"),
        returns("shapes-not-checked", "x @ w + b")
        .believes("NumPy complains where shapes do not fit.")
        .ask("What does NumPy do with a bias of shape (1,)?"),
        edit("weights-first", "x @ w", "w @ x")
        .believes("The weights stand on the left.")
        .ask("What shapes do w and x have, and which two lengths must meet?"),
        edit("classes-in-rows", "x @ w + b", "(x @ w + b).T")
        .believes("Scores are listed class by class.")
        .ask("Which axis counts the samples?"),
        edit("bias-one-number", "+ b", "+ b.sum()")
        .believes("The biases are added up first.")
        .ask("Which of the classes' scores should a class's bias raise?"),
        edit("relu-included", "x @ w + b", "np.maximum(x @ w + b, 0)")
        .believes("Scores are not negative.")
        .ask("What does the formula do after adding the bias?"),
        edit("bias-added-to-the-weights", "x @ w + b", "x @ (w + b)")
        .believes("The bias belongs to the weights.")
        .ask("What is the score of a sample of zeros?"),
    ],
    hints=[
        "x has N rows of D features, w has D rows of C classes. Which product gives (N, C)?",
        "The matrix product x @ w; the bias broadcasts along the samples. Check both shapes before.",
        "x @ w + b.",
    ],
    variants=[Variant("einsum", ("x @ w", 'np.einsum("nd,dc->nc", x, w)'))],
)
