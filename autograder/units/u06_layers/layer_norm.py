"""layer_norm and its backward pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import normal
from autograder.units.shared.families import upstream_ignored
from autograder.units.u06_layers.batches import FOUR, IMAGES, SQUARE, THREE, drawn_affine, drawn_eps, single
from autograder.units.u06_layers.normalising import (
    BACKWARD,
    FORWARD,
    GAMMA_IN_ITS_OWN_GRADIENT,
    GRADIENTS,
    PARAMETERS,
    paths,
)

EACH_STEP = "In a sequence, each step is normalised on its own. Over how many numbers, then, and along which axis?"

#: Row 1 is constant.
CONSTANT = np.array([[1.0, 3.0, -1.0], [2.0, 2.0, 2.0], [4.0, 3.0, 0.5], [-3.0, 0.0, 2.0]])
SEQUENCES = normal(2, 4, 3, seed=71) * 2 + 1
ONE: dict[str, Any] = {"gamma": np.array([2.0]), "beta": np.array([-1.5])}

sample_variance = (
    edit("sample-variance", "x.var(axis=-1", "x.var(ddof=1, axis=-1")
    .believes("A variance is divided by C - 1.")
    .ask("By what does the docstring's σ² divide?")
)
over_all_axes_but_the_first = (
    edit("over-all-axes-but-the-first", "axis=-1", "axis=tuple(range(1, x.ndim))")
    .believes("Axis 0 counts the samples; all the others are normalised together.")
    .ask(EACH_STEP)
)


def drawn_rows(rng: np.random.Generator) -> dict[str, Any]:
    """A matrix or sequences, with γ, β and ε."""
    n, t, features = (2 + rng.permutation(4)[:3]).tolist()
    shape = (n, features) if rng.random() < 0.5 else (n, t, features)
    x = rng.standard_normal(shape) * rng.uniform(0.5, 3) + rng.standard_normal()
    return {"x": x, **drawn_affine(rng, features), "eps": drawn_eps(rng)}


layer_norm = Exercise(
    "layer_norm",
    points=2,
    vectorized=lambda n: {"x": normal(n, 3), **THREE},
    cases=[
        Case("one-row", x=np.array([[1.0, 2.0, 6.0]]), **THREE),
        Case("batch", x=normal(4, 3, seed=72) * 2 + 1, **THREE),
        Case("as-many-rows-as-features", x=SQUARE, **THREE),
        Case("sequences", x=SEQUENCES, **THREE),
        Case("vector", x=np.array([1.0, -2.0, 4.0]), **THREE),
        Case("images", x=IMAGES, **FOUR),
        Case("constant-row", x=CONSTANT, **THREE),
        Case("one-feature", x=normal(3, 1, seed=73), **ONE),
        Case("large-eps", x=normal(5, 3, seed=74) * 0.3, **THREE, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=75), **THREE, readonly=True),
        Case("single-precision", **single(x=normal(4, 3, seed=76), **THREE)),
        random_cases(drawn_rows),
    ],
    misconceptions=[
        edit("over-the-batch", "axis=-1", "axis=tuple(range(x.ndim - 1))")
        .believes("Mean and variance are taken over the samples.")
        .ask("That is batch norm. Could layer norm treat a batch of one sample?"),
        edit("over-axis-zero", "axis=-1", "axis=0")
        .believes("The statistics are those of axis 0.")
        .ask("Which axis counts the features?"),
        edit("over-the-whole-sample", "axis=-1", "axis=tuple(range(1, x.ndim)) or 0")
        .believes("A sample has one mean, whatever its axes.")
        .ask(EACH_STEP),
        over_all_axes_but_the_first,
        edit("axis-lost", ", keepdims=True", "")
        .believes("Statistics of shape (N,) broadcast against (N, C) row by row.")
        .ask("Broadcasting aligns the last axes. Which argument of mean keeps the axis it was taken over?"),
        sample_variance,
        *FORWARD,
        edit("mean-not-subtracted", "(x - mean)", "x", "x.var(", "np.square(x).mean(")
        .believes("Only the size has to be normalised.")
        .ask("That is RMS norm. What is subtracted in the formula here?"),
        edit("over-axis-one", "axis=-1", "axis=min(1, x.ndim - 1)")
        .believes("The features are axis 1.")
        .ask("Which axis of (N, T, C) has the features?"),
        edit("over-everything", "axis=-1", "axis=None")
        .believes("One mean for all.")
        .ask("Does one sample's result depend on the others?"),
        edit("eps-of-a-millionth", "1e-5", "1e-6")
        .believes("ε is 1e-6 where none is given.")
        .ask("Which default does the signature have?"),
    ],
    hints=[
        "Which numbers share a mean here: those of a column, or those of a row?",
        "mean and var along axis -1, with keepdims=True, so that they broadcast against x.",
        "gamma * (x - mean) / np.sqrt(variance + eps) + beta",
    ],
    variants=[
        Variant(
            "row-by-row",
            """
            rows = x.reshape(-1, x.shape[-1]).T
            centred = rows - rows.sum(axis=0) / len(rows)
            y = centred * (np.square(centred).mean(axis=0) + eps) ** -0.5
            return y.T.reshape(x.shape) * gamma + beta
            """,
        )
    ],
)

layer_norm_backward = Exercise(
    "layer_norm_backward",
    points=3,
    vectorized=lambda n: {"grad_output": normal(n, 3, seed=1), "x": normal(n, 3), **THREE},
    cases=[
        Case("one-row", grad_output=np.array([[1.0, -2.0, 0.5]]), x=np.array([[1.0, 2.0, 6.0]]), **THREE, eps=0.5),
        Case("batch-of-four", x=normal(4, 3, seed=82) * 2 + 1, **THREE),
        Case("as-many-rows-as-features", x=SQUARE, **THREE),
        Case("upstream-of-ones", grad_output=np.ones((4, 3)), x=normal(4, 3, seed=83), **THREE),
        Case("sequences", x=SEQUENCES, **THREE),
        Case("vector", x=np.array([1.0, -2.0, 4.0]), **THREE),
        Case("images", x=IMAGES, **FOUR),
        Case("constant-row", x=CONSTANT, **THREE),
        Case("one-feature", x=normal(3, 1, seed=84), **ONE),
        Case("large-eps", x=normal(5, 3, seed=85) * 0.3, **THREE, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=86), **THREE, readonly=True),
        Case("single-precision", **single(x=normal(4, 3, seed=87), **THREE)),
        random_cases(drawn_rows),
    ],
    misconceptions=[
        *paths(" - g.mean(axis=-1, keepdims=True)", " - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)"),
        edit("gamma-after-the-means", "g = grad_output * gamma", "g = grad_output", "= scale *", "= gamma * scale *")
        .believes("γ can be multiplied in at the end, as in batch norm.")
        .ask("Within one row γ differs from feature to feature. May it be pulled out of a mean over the row?"),
        edit("gamma-forgotten", "grad_output * gamma", "grad_output")
        .believes("γ has its own gradient and is done with.")
        .ask("x̂ is multiplied by γ on the way forward. And on the way back?"),
        edit("paths-not-averaged", "g.mean(", "g.sum(", "(g * x_hat).mean(", "(g * x_hat).sum(")
        .believes("The sums along the row enter as sums.")
        .ask("μ is a sum divided by C. Where does that 1/C go on the way back?"),
        returns("as-batch-norm", "batch_norm_backward(grad_output, x, gamma, beta, eps)")
        .believes("The backward pass is that of batch norm.")
        .ask("Which numbers share a mean: those of a column, or those of a row?"),
        over_all_axes_but_the_first,
        *PARAMETERS,
        edit("parameters-along-the-row", "axis=axes", "axis=-1")
        .believes("The gradients of γ and β are sums along the axis that was normalised.")
        .ask("A gradient has the shape of what it belongs to. Which axis does γ have?"),
        edit("parameters-not-summed", ".sum(axis=axes)", "")
        .believes("Each row has its gradient of γ and β.")
        .ask("γ and β were broadcast over the rows. What does broadcasting become on the way back?"),
        sample_variance,
        upstream_ignored(),
        GAMMA_IN_ITS_OWN_GRADIENT,
        edit("gamma-in-the-gradient-of-beta", GRADIENTS, "return grad_x, grad_gamma, gamma * grad_beta")
        .believes("β's gradient contains γ.")
        .ask("What is the derivative of γ x̂ + β with respect to β?"),
        edit("variance-path-not-averaged", "(g * x_hat).mean", "(g * x_hat).sum")
        .believes("Every value feels the whole sum through the variance.")
        .ask("Does the formula have a sum or a mean there?"),
        *BACKWARD[:2],
    ],
    hints=[
        "In how many ways does one x reach the loss: its own x̂, and what else in its row?",
        "Begin with g = G γ; the paths through μ and σ² subtract two means along the last axis.",
        "(g - mean(g) - x̂ · mean(g x̂)) / √(σ² + ε); Σ G x̂ and Σ G over all axes but the last.",
    ],
    variants=[
        Variant(
            "step-by-step",
            """
            axes = tuple(range(x.ndim - 1))
            centred = x - x.mean(axis=-1, keepdims=True)
            root = np.sqrt(x.var(axis=-1, keepdims=True) + eps)
            grad_hat = grad_output * gamma
            grad_variance = (grad_hat * centred).sum(axis=-1, keepdims=True) * -0.5 / root**3
            grad_centred = grad_hat / root + grad_variance * 2 * centred / x.shape[-1]
            grad_x = grad_centred - grad_centred.sum(axis=-1, keepdims=True) / x.shape[-1]
            return [grad_x, (grad_output * centred / root).sum(axis=axes), grad_output.sum(axis=axes)]
            """,
        )
    ],
)
