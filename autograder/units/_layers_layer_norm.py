"""Assessment of layer norm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._layers_common import AFFINE, IMAGES, affine_at_random, axes_of

__all__ = ["CONSTANT", "EACH_STEP", "FOUR", "SEQUENCES", "SQUARE", "layer_norm", "random_rows", "root_of", "single"]

FOUR: dict[str, Any] = {"gamma": np.array([1.5, -0.5, 2.0, 0.75]), "beta": np.array([0.25, 3.0, -1.0, 0.0])}
#: As many rows as features: a mixed-up axis goes through without an error.
SQUARE = np.array([[1.0, 5.0, -2.0], [3.0, 4.0, 0.0], [-1.0, 9.0, 7.0]])
#: Row 1 is constant.
CONSTANT = np.array([[1.0, 3.0, -1.0], [2.0, 2.0, 2.0], [4.0, 3.0, 0.5], [-3.0, 0.0, 2.0]])
EACH_STEP = "In a sequence, each step is normalised on its own. Over how many numbers, then, and along which axis?"
SEQUENCES = normal(2, 4, 3, seed=71) * 2 + 1


def single(x: Array) -> dict[str, Any]:
    return {name: array.astype(np.float32) for name, array in {"x": x, **AFFINE}.items()}


def random_rows(rng: np.random.Generator) -> Mapping[str, Any]:
    n, t, features = (2 + rng.permutation(4)[:3]).tolist()
    shape = (n, features) if rng.random() < 0.5 else (n, t, features)
    x = rng.standard_normal(shape) * rng.uniform(0.5, 3) + rng.standard_normal()
    return {"x": x, **affine_at_random(rng, features), "eps": float(rng.choice([1e-5, 1e-3]))}


def root_of(x: Array, axis: Any, eps: float, ddof: int = 0) -> Array:
    root: Array = np.sqrt(x.var(axis=axis, keepdims=True, ddof=ddof) + eps)
    return root


def _over(axes: Callable[[Array], Any]) -> Callable[..., Any]:
    """A wrong version that takes the statistics over other axes."""

    def wrong(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
        axis = axes(x)
        return np.asarray((x - x.mean(axis=axis, keepdims=True)) / root_of(x, axis, eps) * gamma + beta)

    return wrong


def _axis_lost(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    return np.asarray((x - x.mean(axis=-1)) / np.sqrt(x.var(axis=-1) + eps) * gamma + beta)


def _with_root(root: Callable[[Array, float], Array]) -> Callable[..., Any]:
    """A wrong version that divides by something else."""

    def wrong(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
        return np.asarray((x - x.mean(axis=-1, keepdims=True)) / root(x, eps) * gamma + beta)

    return wrong


def _row_by_row(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Another right answer."""
    rows = x.reshape(-1, x.shape[-1]).T
    centred = rows - rows.sum(axis=0) / len(rows)
    y = centred * (np.square(centred).mean(axis=0) + eps) ** -0.5
    return np.asarray(y.T.reshape(x.shape) * gamma + beta)


layer_norm = Exercise(
    "layer_norm",
    points=2,
    cases=[
        Case("one-row", x=np.array([[1.0, 2.0, 6.0]]), **AFFINE),
        Case("batch", x=normal(4, 3, seed=72) * 2 + 1, **AFFINE),
        Case("as-many-rows-as-features", x=SQUARE, **AFFINE),
        Case("sequences", x=SEQUENCES, **AFFINE),
        Case("vector", x=np.array([1.0, -2.0, 4.0]), **AFFINE),
        Case("images", x=IMAGES, **FOUR),
        Case("constant-row", x=CONSTANT, **AFFINE),
        Case("one-feature", x=normal(3, 1, seed=73), gamma=np.array([2.0]), beta=np.array([-1.5])),
        Case("large-eps", x=normal(5, 3, seed=74) * 0.3, **AFFINE, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=75), **AFFINE, readonly=True),
        Case("single-precision", **single(normal(4, 3, seed=76))),
        random_cases(random_rows),
    ],
    misconceptions=[
        Misconception(
            "over-the-batch",
            believes="Mean and variance are taken over the samples.",
            wrong=_over(axes_of),
            hint="That is batch norm. Could layer norm treat a batch of one sample?",
        ),
        Misconception(
            "over-axis-zero",
            believes="The statistics are those of axis 0.",
            wrong=_over(lambda x: 0),
            hint="Which axis counts the features?",
        ),
        Misconception(
            "over-the-whole-sample",
            believes="A sample has one mean, whatever its axes.",
            wrong=_over(lambda x: tuple(range(1, x.ndim)) if x.ndim > 1 else 0),
            hint=EACH_STEP,
        ),
        Misconception(
            "over-all-axes-but-the-first",
            believes="Axis 0 counts the samples; all the others are normalised together.",
            wrong=_over(lambda x: tuple(range(1, x.ndim))),
            hint=EACH_STEP,
        ),
        Misconception(
            "axis-lost",
            believes="Statistics of shape (N,) broadcast against (N, C) row by row.",
            wrong=_axis_lost,
            hint="Broadcasting aligns the last axes. Which argument of mean keeps the axis it was taken over?",
        ),
        Misconception(
            "sample-variance",
            believes="A variance is divided by C - 1.",
            wrong=_with_root(lambda x, eps: root_of(x, -1, eps, ddof=1)),
            hint="By what does the docstring's σ² divide?",
        ),
        Misconception(
            "eps-forgotten",
            believes="z = (x - μ) / σ is all.",
            wrong=_with_root(lambda x, eps: root_of(x, -1, 0.0)),
            hint="What is σ of a row of equal numbers?",
        ),
        Misconception(
            "eps-outside-the-root",
            believes="ε is added to the standard deviation.",
            wrong=_with_root(lambda x, eps: root_of(x, -1, 0.0) + np.asarray(eps, dtype=x.dtype)),
            hint="Where does the formula's root end?",
        ),
        Misconception(
            "root-forgotten",
            believes="The deviation is divided by the variance.",
            wrong=_with_root(lambda x, eps: root_of(x, -1, eps) ** 2),
            hint="After normalising, what should the variance of a row be?",
        ),
        Misconception(
            "gamma-and-beta-ignored",
            believes="The output has mean 0 and variance 1.",
            wrong=lambda x, gamma, beta, eps=1e-5: (x - x.mean(axis=-1, keepdims=True)) / root_of(x, -1, eps),
            hint="What are γ and β for?",
        ),
        Misconception(
            "mean-not-subtracted",
            believes="Only the size has to be normalised.",
            wrong=lambda x, gamma, beta, eps=1e-5: (
                gamma * x / np.sqrt(np.square(x).mean(axis=-1, keepdims=True) + eps) + beta
            ),
            hint="That is RMS norm. What is subtracted in the formula here?",
        ),
        Misconception(
            "beta-forgotten",
            believes="A scale is all that the network chooses.",
            wrong=lambda x, gamma, beta, eps=1e-5: gamma * (x - x.mean(axis=-1, keepdims=True)) / root_of(x, -1, eps),
            hint="What is y for a row of equal numbers?",
        ),
        Misconception(
            "gamma-forgotten",
            believes="A shift is all that the network chooses.",
            wrong=lambda x, gamma, beta, eps=1e-5: (x - x.mean(axis=-1, keepdims=True)) / root_of(x, -1, eps) + beta,
            hint="What is γ for?",
        ),
        Misconception(
            "gamma-multiplies-beta",
            believes="γ scales the shift, too.",
            wrong=lambda x, gamma, beta, eps=1e-5: (
                gamma * ((x - x.mean(axis=-1, keepdims=True)) / root_of(x, -1, eps) + beta)
            ),
            hint="What does γ stand in front of in the formula?",
        ),
        Misconception(
            "over-axis-one",
            believes="The features are axis 1.",
            wrong=_over(lambda x: min(1, x.ndim - 1)),
            hint="Which axis of (N, T, C) has the features?",
        ),
        Misconception(
            "over-everything",
            believes="One mean for all.",
            wrong=_over(lambda x: None),
            hint="Does one sample's result depend on the others?",
        ),
        Misconception(
            "eps-of-a-millionth",
            believes="ε is 1e-6 where none is given.",
            wrong=lambda x, gamma, beta, eps=1e-6: (
                gamma * (x - x.mean(axis=-1, keepdims=True)) / root_of(x, -1, eps) + beta
            ),
            hint="Which default does the signature have?",
        ),
    ],
    hints=[
        "Which numbers share a mean here: those of a column, or those of a row?",
        "mean and var along axis -1, with keepdims=True, so that they broadcast against x.",
        "gamma * (x - mean) / np.sqrt(variance + eps) + beta",
    ],
    variants=[Variant("row-by-row", _row_by_row)],
    vectorized=lambda n: {"x": normal(n, 3), **AFFINE},
)
