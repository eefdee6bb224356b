"""Assessment of the way back through batch norm at test time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
from autograder.units._layers_batch_norm_eval import random_eval
from autograder.units._layers_common import AFFINE, IMAGES, axes_of, count_of, sums
from autograder.units._layers_statistics import (
    FOUR,
    FOUR_RUNNING,
    RUNNING,
    SQUARE,
    TALL_IMAGES,
    single,
)

__all__ = ["batch_norm_eval_backward"]


Gradients = tuple[Array, Array, Array]


def _right_backward(
    grad_output: Array, x: Array, gamma: Array, running_mean: Array, running_var: Array, eps: float
) -> Gradients:
    scale = 1 / np.sqrt(running_var + eps)
    return grad_output * gamma * scale, sums(grad_output * (x - running_mean) * scale), sums(grad_output)


def _changed(change: Callable[..., Any]) -> Callable[..., Any]:
    """A wrong version: `change(right, grad_output, x, gamma, scale, running_mean)` of the right gradients."""

    def wrong(
        grad_output: Array,
        x: Array,
        gamma: Array,
        beta: Array,
        running_mean: Array,
        running_var: Array,
        eps: float = 1e-5,
    ) -> Any:
        right = _right_backward(grad_output, x, gamma, running_mean, running_var, eps)
        return change(right, grad_output, x, gamma, 1 / np.sqrt(running_var + eps), running_mean)

    return wrong


def _three_paths(
    right: Gradients, grad_output: Array, x: Array, gamma: Array, scale: Array, running_mean: Array
) -> Gradients:
    """What is right in training, but with the running statistics."""
    x_hat = (x - running_mean) * scale
    axes = axes_of(x)
    inner = grad_output - grad_output.mean(axis=axes) - x_hat * (grad_output * x_hat).mean(axis=axes)
    return gamma * scale * inner, right[1], right[2]


def _batch_for_running(
    grad_output: Array,
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    eps: float = 1e-5,
) -> Gradients:
    """The way back of training itself: `batch_norm_backward`."""
    x_hat = (x - x.mean(axis=axes_of(x))) / np.sqrt(x.var(axis=axes_of(x)) + eps)
    inner = grad_output - (sums(grad_output) + x_hat * sums(grad_output * x_hat)) / count_of(x)
    grad_x = gamma / np.sqrt(x.var(axis=axes_of(x)) + eps) * inner
    return grad_x.astype(x.dtype), sums(grad_output * x_hat), sums(grad_output)


def _eps_outside_back(
    grad_output: Array,
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    eps: float = 1e-5,
) -> Gradients:
    outside = (np.sqrt(running_var) + eps) ** 2
    return _right_backward(grad_output, x, gamma, running_mean, outside, 0.0)


def _einsum_back(
    grad_output: Array,
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    eps: float = 1e-5,
) -> list[Array]:
    slope = (running_var + eps) ** -0.5
    rows, centred = (each.reshape(-1, x.shape[-1]) for each in (grad_output, x - running_mean))
    grad_gamma = np.einsum("nc,nc->c", rows, centred) * slope
    return [grad_output * (gamma * slope), grad_gamma, np.einsum("nc->c", rows)]


def _without_eps(
    grad_output: Array,
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    eps: float = 1e-5,
) -> Gradients:
    return _right_backward(grad_output, x, gamma, running_mean, running_var, 0.0)


def _without_root(
    grad_output: Array,
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    eps: float = 1e-5,
) -> Gradients:
    return _right_backward(grad_output, x, gamma, running_mean, (running_var + eps) ** 2, 0.0)


batch_norm_eval_backward = Exercise(
    "batch_norm_eval_backward",
    points=2,
    cases=[
        Case(
            "one-sample",
            grad_output=np.array([[1.0, -2.0, 0.5]]),
            x=np.array([[1.0, -2.0, 5.0]]),
            **AFFINE,
            **RUNNING,
        ),
        Case("batch", x=normal(5, 3, seed=31) * 2 + 1, **AFFINE, **RUNNING),
        Case("as-many-samples-as-channels", x=SQUARE, **AFFINE, **RUNNING),
        Case("images", x=IMAGES, **FOUR, **FOUR_RUNNING),
        Case("as-many-rows-as-channels", x=TALL_IMAGES, **AFFINE, **RUNNING),
        Case("large-eps", x=normal(4, 3, seed=32), **AFFINE, **RUNNING, eps=0.1),
        Case("read-only", x=normal(2, 3, seed=33), **AFFINE, **RUNNING, readonly=True),
        Case("single-precision", **single({"x": normal(4, 3, seed=34), **AFFINE, **RUNNING})),
        random_cases(random_eval),
    ],
    wrt=["x", "gamma", "beta"],
    misconceptions=[
        Misconception(
            "as-in-training",
            believes="The way back through batch norm has three paths, always.",
            wrong=_changed(_three_paths),
            hint="If one x changes, do running_mean and running_var change?",
        ),
        Misconception(
            "that-of-training",
            believes="batch_norm_backward is the way back, at test time too.",
            wrong=_batch_for_running,
            hint="With which mean and variance did `batch_norm_eval` normalise? Do they change if one x changes?",
        ),
        Misconception(
            "gamma-forgotten",
            believes="grad_x is G over the spread.",
            wrong=_changed(lambda right, g, x, gamma, scale, mean: (g * scale, *right[1:])),
            hint="x̂ is multiplied by γ on the way forward. And on the way back?",
        ),
        Misconception(
            "spread-forgotten",
            believes="grad_x is G times γ.",
            wrong=_changed(lambda right, g, x, gamma, scale, mean: (g * gamma, *right[1:])),
            hint="By what does y change if x changes by one spread?",
        ),
        Misconception(
            "grad-gamma-from-x",
            believes="The gradient of γ is Σ G x.",
            wrong=_changed(lambda right, g, x, gamma, scale, mean: (right[0], sums(g * x), right[2])),
            hint="What is γ multiplied by in the forward pass: x, or x̂?",
        ),
        Misconception(
            "parameters-averaged",
            believes="The gradients of γ and β are means over the batch.",
            wrong=_changed(
                lambda right, g, x, gamma, scale, mean: (
                    right[0],
                    right[1] * np.float32(x.shape[-1] / x.size),
                    right[2] * np.float32(x.shape[-1] / x.size),
                )
            ),
            hint="γ was used by every sample. What happens to the gradients of something used several times?",
        ),
        Misconception(
            "first-axis-summed-only",
            believes="The gradients of γ and β are sums over axis 0.",
            wrong=_changed(
                lambda right, g, x, gamma, scale, mean: (right[0], (g * (x - mean) * scale).sum(axis=0), g.sum(axis=0))
            ),
            hint="In images, γ is used at every place. Which shape must its gradient have?",
        ),
        Misconception(
            "beta-before-gamma",
            believes="The order of the results does not matter.",
            wrong=_changed(lambda right, g, x, gamma, scale, mean: (right[0], right[2], right[1])),
            hint="In which order do the arguments come?",
        ),
        Misconception(
            "eps-outside-the-root",
            believes="ε is added to the standard deviation.",
            wrong=_eps_outside_back,
            hint="Where does the formula's root end?",
        ),
        Misconception(
            "statistics-learned",
            believes="Every array among the arguments gets a gradient.",
            wrong=_changed(
                lambda right, g, x, gamma, scale, mean: (*right, -gamma * scale * sums(g), -gamma * right[1] * scale**2)
            ),
            hint="What is a gradient good for, and are the running statistics learned by it?",
        ),
        Misconception(
            "eps-forgotten",
            believes="ε is only there for constant channels.",
            wrong=_without_eps,
            hint="Does the forward pass contain ε?",
        ),
        Misconception(
            "root-forgotten",
            believes="x̂ is divided by the variance.",
            wrong=_without_root,
            hint="What stands under the root in the forward pass?",
        ),
        Misconception(
            "spread-multiplied",
            believes="Going back multiplies by the spread.",
            wrong=_changed(lambda right, g, x, gamma, scale, mean: (g * gamma / scale, right[1], right[2])),
            hint="If x rises by 1, by how much does x̂ rise where the spread is 10?",
        ),
        Misconception(
            "passed-through",
            believes="Constants have no gradient, so it passes as it is.",
            wrong=_changed(lambda right, g, x, gamma, scale, mean: (g, right[1], right[2])),
            hint="By how much does y rise when x rises by 1?",
        ),
        Misconception(
            "mean-path-kept",
            believes="The path through the mean stays.",
            wrong=_changed(
                lambda right, g, x, gamma, scale, mean: (
                    (g - g.mean(axis=axes_of(x))) * gamma * scale,
                    right[1],
                    right[2],
                )
            ),
            hint="Does the stored mean move when x moves?",
        ),
        Misconception(
            "grad-gamma-not-scaled",
            believes="γ's gradient is Σ G (x - running_mean).",
            wrong=_changed(lambda right, g, x, gamma, scale, mean: (right[0], sums(g * (x - mean)), right[2])),
            hint="What stands beside γ in the forward pass: x - μ or x̂?",
        ),
        Misconception(
            "grad-gamma-not-centred",
            believes="γ's gradient is Σ G x / √(σ² + ε).",
            wrong=_changed(lambda right, g, x, gamma, scale, mean: (right[0], sums(g * x * scale), right[2])),
            hint="What stands beside γ in the forward pass: x or x̂?",
        ),
    ],
    hints=[
        "y = γ (x - μ) / √(σ² + ε) + β: what in it depends on x, if μ and σ² are constants?",
        "For each channel this is a straight line in x; its slope is γ / √(σ² + ε).",
        "G γ / √(σ² + ε); Σ G (x - μ) / √(σ² + ε); Σ G: sums over all axes but the last.",
    ],
    variants=[Variant("einsum", _einsum_back)],
    vectorized=lambda n: {"grad_output": normal(n, 3, seed=1), "x": normal(n, 3), **AFFINE, **RUNNING},
)
