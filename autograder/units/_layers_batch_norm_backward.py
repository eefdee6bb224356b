"""Assessment of the way back through batch norm in training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._layers_common import AFFINE, IMAGES, axes_of, count_of, sums, whole_batch_at_random
from autograder.units._layers_statistics import (
    CONSTANT,
    FOUR,
    SQUARE,
    TALL_IMAGES,
    of_axis_one,
    right_statistics,
    single,
)

__all__ = ["batch_norm_backward"]

Gradients = tuple[Array, Array, Array]


class _Parts:
    """What the gradients are made of: x̂, the scale γ / √(σ² + ε), and the right answers."""

    def __init__(self, grad_output: Array, x: Array, gamma: Array, eps: float, ddof: int = 0) -> None:
        mean = right_statistics(x)[0]
        self.root = np.sqrt(x.var(axis=axes_of(x), ddof=ddof) + eps)
        self.g, self.x, self.gamma, self.count = grad_output, x, gamma, count_of(x)
        self.x_hat = (x - mean) / self.root
        self.scale = gamma / self.root
        self.grad_gamma, self.grad_beta = sums(grad_output * self.x_hat), sums(grad_output)

    def grad_x(self, mean_path: float = 1.0, variance_path: float = 1.0) -> Array:
        """The gradient of x, with the two paths through the statistics weighted."""
        through_mean = self.grad_beta / self.count * mean_path
        through_variance = self.x_hat * self.grad_gamma / self.count * variance_path
        grad_x: Array = self.scale * (self.g - through_mean - through_variance)
        return grad_x

    def parameters(self) -> tuple[Array, Array]:
        """The gradients of γ and β."""
        return self.grad_gamma, self.grad_beta


def _wrong(change: Callable[[_Parts], Any], ddof: int = 0) -> Callable[..., Any]:
    """A wrong version, made of the right parts."""

    def wrong(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Any:
        return change(_Parts(grad_output, x, gamma, eps, ddof))

    return wrong


def _eps_outside(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Gradients:
    parts = _Parts(grad_output, x, gamma, 0.0)
    root = parts.root + eps
    parts.x_hat, parts.scale = (x - right_statistics(x)[0]) / root, gamma / root
    parts.grad_gamma = sums(grad_output * parts.x_hat)
    return parts.grad_x(), *parts.parameters()


def _channels_on_axis_one(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Any:
    axes = (0, *range(2, x.ndim))
    shape = [1, -1] + [1] * (x.ndim - 2)
    mean, variance = (each.reshape(shape) for each in of_axis_one(x))
    root = np.sqrt(variance + eps)
    x_hat = (x - mean) / root
    inner = grad_output - grad_output.mean(axis=axes, keepdims=True)
    inner = inner - x_hat * (grad_output * x_hat).mean(axis=axes, keepdims=True)
    return gamma.reshape(shape) / root * inner, (grad_output * x_hat).sum(axis=axes), grad_output.sum(axis=axes)


def _step_by_step(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> list[Array]:
    """Another right answer: back through the graph of the forward pass, node by node."""
    axes, m = axes_of(x), count_of(x)
    mean, variance = right_statistics(x)
    centred, root = x - mean, np.sqrt(variance + eps)
    grad_hat = grad_output * gamma
    grad_variance = (grad_hat * centred).sum(axis=axes) * -0.5 / root**3
    grad_centred = grad_hat / root + grad_variance * 2 * centred / m
    grad_x = grad_centred - grad_centred.sum(axis=axes) / m
    return [grad_x, (grad_output * centred / root).sum(axis=axes), grad_output.sum(axis=axes)]


def _random_batch(rng: np.random.Generator) -> Mapping[str, Any]:
    return {**whole_batch_at_random(rng), "eps": float(rng.choice([1e-5, 1e-3]))}


def _root_forgotten(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Gradients:
    parts = _Parts(grad_output, x, gamma, eps)
    square = parts.root**2
    parts.x_hat, parts.scale = (x - right_statistics(x)[0]) / square, gamma / square
    parts.grad_gamma = sums(grad_output * parts.x_hat)
    return parts.grad_x(), *parts.parameters()


def _eps_forgotten(grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Gradients:
    parts = _Parts(grad_output, x, gamma, 0.0)
    return parts.grad_x(), *parts.parameters()


batch_norm_backward = Exercise(
    "batch_norm_backward",
    points=3,
    cases=[
        Case(
            "two-samples",
            grad_output=np.array([[1.0, 0.5, -2.0], [3.0, -1.0, 0.25]]),
            x=np.array([[1.0, 10.0, -2.0], [3.0, 20.0, 4.0]]),
            **AFFINE,
            eps=0.5,
        ),
        Case("batch-of-four", x=normal(4, 3, seed=41) * 2 + 1, **AFFINE),
        Case("as-many-samples-as-channels", x=SQUARE, **AFFINE),
        Case(
            "channel-of-constant-upstream",
            grad_output=np.array([[1.0, 2.0, -1.0], [1.0, 0.5, 3.0], [1.0, -2.0, 0.25], [1.0, 1.5, 0.0]]),
            x=normal(4, 3, seed=42),
            **AFFINE,
        ),
        Case("constant-channel", x=CONSTANT, **AFFINE),
        Case("images", x=IMAGES, **FOUR),
        Case("as-many-rows-as-channels", x=TALL_IMAGES, **AFFINE),
        Case("large-eps", x=normal(5, 3, seed=43) * 0.3, **AFFINE, eps=0.1),
        Case("read-only", x=normal(6, 3, seed=44), **AFFINE, readonly=True),
        Case("single-precision", **single({"x": normal(4, 3, seed=45), **AFFINE})),
        random_cases(_random_batch),
    ],
    misconceptions=[
        Misconception(
            "statistics-taken-for-constants",
            believes="grad_x is G γ / √(σ² + ε): mean and variance are numbers.",
            wrong=_wrong(lambda p: (p.grad_x(0, 0), *p.parameters())),
            hint="Move one x: does the mean of its channel stay where it is?",
        ),
        Misconception(
            "variance-path-forgotten",
            believes="x acts through its own value and the mean.",
            wrong=_wrong(lambda p: (p.grad_x(1, 0), *p.parameters())),
            hint="Move the largest x further out: what becomes of σ², and of all other x̂?",
        ),
        Misconception(
            "mean-path-forgotten",
            believes="x acts through its own value and the variance.",
            wrong=_wrong(lambda p: (p.grad_x(0, 1), *p.parameters())),
            hint="Move all x of a channel by 1: how does y change? Does the sum of your grad_x say so?",
        ),
        Misconception(
            "variance-path-twice",
            believes="The derivative of (x - μ)² brings a 2 that stays.",
            wrong=_wrong(lambda p: (p.grad_x(1, 2), *p.parameters())),
            hint="The root's derivative has a ½. What do 2 and ½ make?",
        ),
        Misconception(
            "paths-not-averaged",
            believes="The sums enter as sums.",
            wrong=_wrong(lambda p: (p.grad_x(p.count, p.count), *p.parameters())),
            hint="μ is a sum divided by m. Where does that 1/m go on the way back?",
        ),
        Misconception(
            "x-hat-forgotten-in-the-variance-path",
            believes="The variance's path takes the same from every x.",
            wrong=_wrong(lambda p: (p.scale * (p.g - (p.grad_beta + p.grad_gamma) / p.count), *p.parameters())),
            hint="Which x moves the variance more: one near the mean, or one far out?",
        ),
        Misconception(
            "gamma-forgotten",
            believes="γ has its own gradient and is done with.",
            wrong=_wrong(lambda p: (p.grad_x() / p.gamma, *p.parameters())),
            hint="x̂ is multiplied by γ on the way forward. And on the way back?",
        ),
        Misconception(
            "spread-forgotten",
            believes="Normalised numbers pass their gradient on as it is.",
            wrong=_wrong(lambda p: (p.grad_x() * p.root, *p.parameters())),
            hint="If x is measured in millimetres rather than metres, is its gradient the same?",
        ),
        Misconception(
            "grad-gamma-from-x",
            believes="The gradient of γ is Σ G x.",
            wrong=_wrong(lambda p: (p.grad_x(), sums(p.g * p.x), p.grad_beta)),
            hint="What is γ multiplied by in the forward pass: x, or x̂?",
        ),
        Misconception(
            "parameters-averaged",
            believes="The gradients of γ and β are means over the batch.",
            wrong=_wrong(lambda p: (p.grad_x(), p.grad_gamma / p.count, p.grad_beta / p.count)),
            hint="γ was used by every sample. What happens to the gradients of something used several times?",
        ),
        Misconception(
            "first-axis-summed-only",
            believes="The gradients of γ and β are sums over axis 0.",
            wrong=_wrong(lambda p: (p.grad_x(), (p.g * p.x_hat).sum(axis=0), p.g.sum(axis=0))),
            hint="In images, γ is used at every place. Which shape must its gradient have?",
        ),
        Misconception(
            "batch-size-for-the-count",
            believes="The sums are divided by N.",
            wrong=_wrong(
                lambda p: (p.grad_x(p.count / len(p.x), p.count / len(p.x)), p.grad_gamma, p.grad_beta),
            ),
            hint="Over how many values of a channel was the mean taken, in images?",
        ),
        Misconception(
            "sample-variance",
            believes="The batch is normalised with the unbiased variance.",
            wrong=_wrong(lambda p: (p.grad_x(), *p.parameters()), ddof=1),
            hint="Which variance normalises, and which is stored?",
        ),
        Misconception(
            "eps-outside-the-root",
            believes="ε is added to the standard deviation.",
            wrong=_eps_outside,
            hint="Where does the formula's root end?",
        ),
        Misconception(
            "channels-on-axis-one",
            believes="Axis 1 counts the channels.",
            wrong=_channels_on_axis_one,
            hint="Images are (N, H, W, C) here. Which axis is left out of the sums?",
        ),
        Misconception(
            "upstream-ignored",
            believes="The backward pass returns the local derivatives.",
            wrong=lambda grad_output, x, gamma, beta, eps=1e-5: _wrong(lambda p: (p.grad_x(), *p.parameters()))(
                np.ones_like(x), x, gamma, beta, eps
            ),
            hint="With an upstream of ones grad_x is 0 everywhere. Is that what training should see?",
        ),
        Misconception(
            "gamma-twice",
            believes="γ stands in both the upstream and the scale.",
            wrong=_wrong(lambda p: (p.grad_x() * p.gamma, *p.parameters())),
            hint="How often does γ stand in the forward pass?",
        ),
        Misconception(
            "beta-before-gamma",
            believes="β's gradient comes first.",
            wrong=_wrong(lambda p: (p.grad_x(), p.grad_beta, p.grad_gamma)),
            hint="In which order does the docstring list the gradients?",
        ),
        Misconception(
            "mean-path-not-averaged",
            believes="Every sample feels the whole sum through the mean.",
            wrong=_wrong(lambda p: (p.grad_x(mean_path=p.count), *p.parameters())),
            hint="How much does the mean of m numbers move when one of them moves by 1?",
        ),
        Misconception(
            "variance-path-added",
            believes="The variance path is added.",
            wrong=_wrong(lambda p: (p.grad_x(variance_path=-1.0), *p.parameters())),
            hint="A value far out makes the spread larger. Do the others come nearer to 0, or go away from it?",
        ),
        Misconception(
            "root-forgotten",
            believes="x̂ is divided by the variance.",
            wrong=_root_forgotten,
            hint="What stands under the root in the forward pass?",
        ),
        Misconception(
            "gamma-in-its-own-gradient",
            believes="γ's gradient contains γ.",
            wrong=_wrong(lambda p: (p.grad_x(), p.grad_gamma * p.gamma, p.grad_beta)),
            hint="What is the derivative of γ x̂ with respect to γ?",
        ),
        Misconception(
            "grad-gamma-averaged",
            believes="γ's gradient is an average.",
            wrong=_wrong(lambda p: (p.grad_x(), p.grad_gamma / p.count, p.grad_beta)),
            hint="If a mean is wanted, it stands in the loss. Where would it stand twice?",
        ),
        Misconception(
            "eps-forgotten",
            believes="ε is only there for constant channels.",
            wrong=_eps_forgotten,
            hint="Does the forward pass contain ε?",
        ),
        Misconception(
            "everything-counted",
            believes="m is the number of all numbers.",
            wrong=_wrong(lambda p: (p.grad_x(1 / p.gamma.size, 1 / p.gamma.size), *p.parameters())),
            hint="How many numbers go into one channel's mean?",
        ),
    ],
    hints=[
        "In how many ways does one x reach the loss: its own x̂, and what else?",
        "Begin with grad_γ = Σ G x̂ and grad_β = Σ G over all axes but the last; both appear again in grad_x.",
        "γ / √(σ² + ε) · (G - grad_β / m - x̂ · grad_γ / m), with m = x.size // x.shape[-1]",
    ],
    variants=[Variant("step-by-step", _step_by_step)],
    vectorized=lambda n: {"grad_output": normal(n, 3, seed=1), "x": normal(n, 3), **AFFINE},
)
