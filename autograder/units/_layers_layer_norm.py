"""Assessment of layer norm, forward and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._layers_common import AFFINE, IMAGES, affine_at_random, axes_of, sums

__all__ = ["layer_norm", "layer_norm_backward"]

FOUR: dict[str, Any] = {"gamma": np.array([1.5, -0.5, 2.0, 0.75]), "beta": np.array([0.25, 3.0, -1.0, 0.0])}
#: As many rows as features: a mixed-up axis goes through without an error.
SQUARE = np.array([[1.0, 5.0, -2.0], [3.0, 4.0, 0.0], [-1.0, 9.0, 7.0]])
#: Row 1 is constant.
CONSTANT = np.array([[1.0, 3.0, -1.0], [2.0, 2.0, 2.0], [4.0, 3.0, 0.5], [-3.0, 0.0, 2.0]])
SEQUENCES = normal(2, 4, 3, seed=71) * 2 + 1


def _single(x: Array) -> dict[str, Any]:
    return {name: array.astype(np.float32) for name, array in {"x": x, **AFFINE}.items()}


def _random_rows(rng: np.random.Generator) -> Mapping[str, Any]:
    n, t, features = (2 + rng.permutation(4)[:3]).tolist()
    shape = (n, features) if rng.random() < 0.5 else (n, t, features)
    x = rng.standard_normal(shape) * rng.uniform(0.5, 3) + rng.standard_normal()
    return {"x": x, **affine_at_random(rng, features), "eps": float(rng.choice([1e-5, 1e-3]))}


def _root(x: Array, axis: Any, eps: float, ddof: int = 0) -> Array:
    root: Array = np.sqrt(x.var(axis=axis, keepdims=True, ddof=ddof) + eps)
    return root


def _over(axes: Callable[[Array], Any]) -> Callable[..., Any]:
    """A wrong version that takes the statistics over other axes."""

    def wrong(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
        axis = axes(x)
        return np.asarray((x - x.mean(axis=axis, keepdims=True)) / _root(x, axis, eps) * gamma + beta)

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
        Case("vector", x=np.array([1.0, -2.0, 4.0]), **AFFINE),
        Case("sequences", x=SEQUENCES, **AFFINE),
        Case("images", x=IMAGES, **FOUR),
        Case("constant-row", x=CONSTANT, **AFFINE),
        Case("one-feature", x=normal(3, 1, seed=73), gamma=np.array([2.0]), beta=np.array([-1.5])),
        Case("large-eps", x=normal(5, 3, seed=74) * 0.3, **AFFINE, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=75), **AFFINE, readonly=True),
        Case("single-precision", **_single(normal(4, 3, seed=76))),
        random_cases(_random_rows),
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
            hint="In a sequence, each step is normalised on its own. Over how many numbers, then?",
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
            wrong=_with_root(lambda x, eps: _root(x, -1, eps, ddof=1)),
            hint="What is divided by in the docstring's σ²?",
        ),
        Misconception(
            "eps-forgotten",
            believes="z = (x - μ) / σ is all.",
            wrong=_with_root(lambda x, eps: _root(x, -1, 0.0)),
            hint="What is σ of a row of equal numbers?",
        ),
        Misconception(
            "eps-outside-the-root",
            believes="ε is added to the standard deviation.",
            wrong=_with_root(lambda x, eps: _root(x, -1, 0.0) + np.asarray(eps, dtype=x.dtype)),
            hint="Where does the formula's root end?",
        ),
        Misconception(
            "root-forgotten",
            believes="The deviation is divided by the variance.",
            wrong=_with_root(lambda x, eps: _root(x, -1, eps) ** 2),
            hint="After normalising, what should the variance of a row be?",
        ),
        Misconception(
            "gamma-and-beta-ignored",
            believes="The output has mean 0 and variance 1.",
            wrong=lambda x, gamma, beta, eps=1e-5: (x - x.mean(axis=-1, keepdims=True)) / _root(x, -1, eps),
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
    ],
    hints=[
        "Which numbers share a mean here: those of a column, or those of a row?",
        "mean and var along axis -1, with keepdims=True, so that they broadcast against x.",
        "gamma * (x - mean) / np.sqrt(variance + eps) + beta",
    ],
    variants=[Variant("row-by-row", _row_by_row)],
    vectorized=lambda n: {"x": normal(n, 3), **AFFINE},
)


class _Parts:
    """What the gradients are made of: x̂, the root, and g = G γ."""

    def __init__(self, grad_output: Array, x: Array, gamma: Array, eps: float, ddof: int = 0) -> None:
        self.root = _root(x, -1, eps, ddof)
        self.grad_output, self.x, self.gamma = grad_output, x, gamma
        self.x_hat = (x - x.mean(axis=-1, keepdims=True)) / self.root
        self.parameters = sums(grad_output * self.x_hat), sums(grad_output)

    def grad_x(self, mean_path: float = 1.0, variance_path: float = 1.0, g: Array | None = None) -> Array:
        """The gradient of x, with the two paths through the statistics weighted."""
        g = self.grad_output * self.gamma if g is None else g
        through_mean = g.mean(axis=-1, keepdims=True) * mean_path
        through_variance = self.x_hat * (g * self.x_hat).mean(axis=-1, keepdims=True) * variance_path
        grad_x: Array = (g - through_mean - through_variance) / self.root
        return grad_x


def _wrong(change: Callable[[_Parts], Any], ddof: int = 0) -> Callable[..., Any]:
    """A wrong version, made of the right parts."""

    def wrong(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Any:
        return change(_Parts(grad_output, x, gamma, eps, ddof))

    return wrong


def _as_batch_norm(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Any:
    axes = axes_of(x)
    root = _root(x, axes, eps)
    x_hat = (x - x.mean(axis=axes, keepdims=True)) / root
    inner = grad_output - grad_output.mean(axis=axes) - x_hat * (grad_output * x_hat).mean(axis=axes)
    return gamma / root * inner, sums(grad_output * x_hat), sums(grad_output)


def _step_by_step(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> list[Array]:
    """Another right answer: back through the graph of the forward pass, node by node."""
    count = x.shape[-1]
    centred = x - x.mean(axis=-1, keepdims=True)
    root = _root(x, -1, eps)
    grad_hat = grad_output * gamma
    grad_variance = (grad_hat * centred).sum(axis=-1, keepdims=True) * -0.5 / root**3
    grad_centred = grad_hat / root + grad_variance * 2 * centred / count
    grad_x = grad_centred - grad_centred.sum(axis=-1, keepdims=True) / count
    return [grad_x, sums(grad_output * centred / root), sums(grad_output)]


layer_norm_backward = Exercise(
    "layer_norm_backward",
    points=3,
    cases=[
        Case("one-row", grad_output=np.array([[1.0, -2.0, 0.5]]), x=np.array([[1.0, 2.0, 6.0]]), **AFFINE, eps=0.5),
        Case("batch-of-four", x=normal(4, 3, seed=82) * 2 + 1, **AFFINE),
        Case("as-many-rows-as-features", x=SQUARE, **AFFINE),
        Case("upstream-of-ones", grad_output=np.ones((4, 3)), x=normal(4, 3, seed=83), **AFFINE),
        Case("vector", x=np.array([1.0, -2.0, 4.0]), **AFFINE),
        Case("sequences", x=SEQUENCES, **AFFINE),
        Case("images", x=IMAGES, **FOUR),
        Case("constant-row", x=CONSTANT, **AFFINE),
        Case("one-feature", x=normal(3, 1, seed=84), gamma=np.array([2.0]), beta=np.array([-1.5])),
        Case("large-eps", x=normal(5, 3, seed=85) * 0.3, **AFFINE, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=86), **AFFINE, readonly=True),
        Case("single-precision", **_single(normal(4, 3, seed=87))),
        random_cases(_random_rows),
    ],
    misconceptions=[
        Misconception(
            "statistics-taken-for-constants",
            believes="grad_x is G γ / √(σ² + ε): mean and variance are numbers.",
            wrong=_wrong(lambda p: (p.grad_x(0, 0), *p.parameters)),
            hint="Move one x: does the mean of its row stay where it is?",
        ),
        Misconception(
            "variance-path-forgotten",
            believes="x acts through its own value and the mean.",
            wrong=_wrong(lambda p: (p.grad_x(1, 0), *p.parameters)),
            hint="Move the largest x of a row further out: what becomes of the other x̂?",
        ),
        Misconception(
            "mean-path-forgotten",
            believes="x acts through its own value and the variance.",
            wrong=_wrong(lambda p: (p.grad_x(0, 1), *p.parameters)),
            hint="Move all x of a row by 1: how does y change? Does the sum of your grad_x say so?",
        ),
        Misconception(
            "gamma-after-the-means",
            believes="γ can be multiplied in at the end, as in batch norm.",
            wrong=_wrong(lambda p: (p.gamma * p.grad_x(g=p.grad_output), *p.parameters)),
            hint="Within one row γ differs from feature to feature. May it be pulled out of a mean over the row?",
        ),
        Misconception(
            "gamma-forgotten",
            believes="γ has its own gradient and is done with.",
            wrong=_wrong(lambda p: (p.grad_x(g=p.grad_output), *p.parameters)),
            hint="x̂ is multiplied by γ on the way forward. And on the way back?",
        ),
        Misconception(
            "paths-not-averaged",
            believes="The sums along the row enter as sums.",
            wrong=_wrong(lambda p: (p.grad_x(p.x.shape[-1], p.x.shape[-1]), *p.parameters)),
            hint="μ is a sum divided by C. Where does that 1/C go on the way back?",
        ),
        Misconception(
            "as-batch-norm",
            believes="The backward pass is that of batch norm.",
            wrong=_as_batch_norm,
            hint="Which numbers share a mean: those of a column, or those of a row?",
        ),
        Misconception(
            "grad-gamma-from-x",
            believes="The gradient of γ is Σ G x.",
            wrong=_wrong(lambda p: (p.grad_x(), sums(p.grad_output * p.x), p.parameters[1])),
            hint="What is γ multiplied by in the forward pass: x, or x̂?",
        ),
        Misconception(
            "parameters-along-the-row",
            believes="The gradients of γ and β are sums along the axis that was normalised.",
            wrong=_wrong(
                lambda p: (p.grad_x(), (p.grad_output * p.x_hat).sum(axis=-1), np.asarray(p.grad_output.sum(axis=-1)))
            ),
            hint="A gradient has the shape of what it belongs to. Which axis has γ?",
        ),
        Misconception(
            "parameters-not-summed",
            believes="Each row has its gradient of γ and β.",
            wrong=_wrong(lambda p: (p.grad_x(), p.grad_output * p.x_hat, p.grad_output)),
            hint="γ and β were broadcast over the rows. What does broadcasting become on the way back?",
        ),
        Misconception(
            "first-axis-summed-only",
            believes="The gradients of γ and β are sums over axis 0.",
            wrong=_wrong(
                lambda p: (
                    p.grad_x(),
                    *((p.grad_output * p.x_hat).sum(axis=0), p.grad_output.sum(axis=0))[: 2 * (p.x.ndim > 1)],
                    *p.parameters[: 2 * (p.x.ndim == 1)],
                )
            ),
            hint="In sequences, γ is used at every step. Which shape must its gradient have?",
        ),
        Misconception(
            "sample-variance",
            believes="A variance is divided by C - 1.",
            wrong=_wrong(lambda p: (p.grad_x(), *p.parameters), ddof=1),
            hint="What is divided by in the docstring's σ²?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivatives.",
            wrong=lambda grad_output, x, gamma, beta, eps=1e-5: _wrong(lambda p: (p.grad_x(), *p.parameters))(
                np.ones_like(x), x, gamma, beta, eps
            ),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
    ],
    hints=[
        "On how many ways does one x reach the loss: its own x̂, and what else in its row?",
        "Begin with g = G γ; the paths through μ and σ² subtract two means along the last axis.",
        "(g - mean(g) - x̂ · mean(g x̂)) / √(σ² + ε); Σ G x̂ and Σ G over all axes but the last.",
    ],
    variants=[Variant("step-by-step", _step_by_step)],
    vectorized=lambda n: {"grad_output": normal(n, 3, seed=1), "x": normal(n, 3), **AFFINE},
)
