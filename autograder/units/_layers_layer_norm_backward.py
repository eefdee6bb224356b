"""Assessment of the way back through layer norm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._layers_common import AFFINE, IMAGES, axes_of, sums
from autograder.units._layers_layer_norm import (
    CONSTANT,
    EACH_STEP,
    FOUR,
    SEQUENCES,
    SQUARE,
    random_rows,
    root_of,
    single,
)

__all__ = ["layer_norm_backward"]


class _Parts:
    """What the gradients are made of: x̂, the root, and g = G γ."""

    def __init__(self, grad_output: Array, x: Array, gamma: Array, eps: float, ddof: int = 0) -> None:
        self.root = root_of(x, -1, eps, ddof)
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
    root = root_of(x, axes, eps)
    x_hat = (x - x.mean(axis=axes, keepdims=True)) / root
    inner = grad_output - grad_output.mean(axis=axes) - x_hat * (grad_output * x_hat).mean(axis=axes)
    return gamma / root * inner, sums(grad_output * x_hat), sums(grad_output)


def _whole_samples(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Any:
    axes, g = tuple(range(1, x.ndim)), grad_output * gamma
    root = root_of(x, axes, eps)
    x_hat = (x - x.mean(axis=axes, keepdims=True)) / root
    inner = g - g.mean(axis=axes, keepdims=True) - x_hat * (g * x_hat).mean(axis=axes, keepdims=True)
    return inner / root, sums(grad_output * x_hat), sums(grad_output)


def _step_by_step(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> list[Array]:
    """Another right answer: back through the graph of the forward pass, node by node."""
    count = x.shape[-1]
    centred = x - x.mean(axis=-1, keepdims=True)
    root = root_of(x, -1, eps)
    grad_hat = grad_output * gamma
    grad_variance = (grad_hat * centred).sum(axis=-1, keepdims=True) * -0.5 / root**3
    grad_centred = grad_hat / root + grad_variance * 2 * centred / count
    grad_x = grad_centred - grad_centred.sum(axis=-1, keepdims=True) / count
    return [grad_x, sums(grad_output * centred / root), sums(grad_output)]


def _without_eps(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Any:
    parts = _Parts(grad_output, x, gamma, 0.0)
    return parts.grad_x(), *parts.parameters


def _eps_outside(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Any:
    parts = _Parts(grad_output, x, gamma, 0.0)
    parts.root = parts.root + eps
    parts.x_hat = (x - x.mean(axis=-1, keepdims=True)) / parts.root
    return parts.grad_x(), sums(grad_output * parts.x_hat), sums(grad_output)


layer_norm_backward = Exercise(
    "layer_norm_backward",
    points=3,
    cases=[
        Case("one-row", grad_output=np.array([[1.0, -2.0, 0.5]]), x=np.array([[1.0, 2.0, 6.0]]), **AFFINE, eps=0.5),
        Case("batch-of-four", x=normal(4, 3, seed=82) * 2 + 1, **AFFINE),
        Case("as-many-rows-as-features", x=SQUARE, **AFFINE),
        Case("upstream-of-ones", grad_output=np.ones((4, 3)), x=normal(4, 3, seed=83), **AFFINE),
        Case("sequences", x=SEQUENCES, **AFFINE),
        Case("vector", x=np.array([1.0, -2.0, 4.0]), **AFFINE),
        Case("images", x=IMAGES, **FOUR),
        Case("constant-row", x=CONSTANT, **AFFINE),
        Case("one-feature", x=normal(3, 1, seed=84), gamma=np.array([2.0]), beta=np.array([-1.5])),
        Case("large-eps", x=normal(5, 3, seed=85) * 0.3, **AFFINE, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=86), **AFFINE, readonly=True),
        Case("single-precision", **single(normal(4, 3, seed=87))),
        random_cases(random_rows),
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
            "over-all-axes-but-the-first",
            believes="Axis 0 counts the samples; all the others are normalised together.",
            wrong=_whole_samples,
            hint=EACH_STEP,
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
            hint="A gradient has the shape of what it belongs to. Which axis does γ have?",
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
            hint="By what does the docstring's σ² divide?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivatives.",
            wrong=lambda grad_output, x, gamma, beta, eps=1e-5: _wrong(lambda p: (p.grad_x(), *p.parameters))(
                np.ones_like(x), x, gamma, beta, eps
            ),
            hint="How does a change of the output change the loss? Where does that number enter?",
        ),
        Misconception(
            "parameters-averaged",
            believes="The gradients of γ and β are averages over the samples.",
            wrong=_wrong(lambda p: (p.grad_x(), *(each * p.gamma.size / p.x.size for each in p.parameters))),
            hint="If a mean is wanted, it stands in the loss. Where would it stand twice?",
        ),
        Misconception(
            "beta-before-gamma",
            believes="β's gradient comes first.",
            wrong=_wrong(lambda p: (p.grad_x(), *p.parameters[::-1])),
            hint="In which order does the docstring list the gradients?",
        ),
        Misconception(
            "gamma-in-its-own-gradient",
            believes="γ's gradient contains γ.",
            wrong=_wrong(lambda p: (p.grad_x(), p.parameters[0] * p.gamma, p.parameters[1])),
            hint="What is the derivative of γ x̂ with respect to γ?",
        ),
        Misconception(
            "gamma-in-the-gradient-of-beta",
            believes="β's gradient contains γ.",
            wrong=_wrong(lambda p: (p.grad_x(), p.parameters[0], p.parameters[1] * p.gamma)),
            hint="What is the derivative of γ x̂ + β with respect to β?",
        ),
        Misconception(
            "variance-path-added",
            believes="The variance path is added.",
            wrong=_wrong(lambda p: (p.grad_x(variance_path=-1.0), *p.parameters)),
            hint="A value far out makes the spread larger. Do the others come nearer to 0, or go away from it?",
        ),
        Misconception(
            "variance-path-not-averaged",
            believes="Every value feels the whole sum through the variance.",
            wrong=_wrong(lambda p: (p.grad_x(variance_path=float(p.gamma.size)), *p.parameters)),
            hint="Does the formula have a sum or a mean there?",
        ),
        Misconception(
            "eps-forgotten",
            believes="ε is only there for rows of equal numbers.",
            wrong=_without_eps,
            hint="Does the forward pass contain ε?",
        ),
        Misconception(
            "eps-outside-the-root",
            believes="ε is added to the spread.",
            wrong=_eps_outside,
            hint="What does ε stand under in the forward pass?",
        ),
    ],
    hints=[
        "In how many ways does one x reach the loss: its own x̂, and what else in its row?",
        "Begin with g = G γ; the paths through μ and σ² subtract two means along the last axis.",
        "(g - mean(g) - x̂ · mean(g x̂)) / √(σ² + ε); Σ G x̂ and Σ G over all axes but the last.",
    ],
    variants=[Variant("step-by-step", _step_by_step)],
    vectorized=lambda n: {"grad_output": normal(n, 3, seed=1), "x": normal(n, 3), **AFFINE},
)
