"""Layer normalization: every sample for itself."""

from __future__ import annotations

import numpy as np

from .checks import Array

__all__ = ["layer_norm", "layer_norm_backward"]


def layer_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Normalise along the last axis: every sample, and every position of it, on its own.

        μ = Σ_c x / C        σ² = Σ_c (x - μ)² / C         (one of each per position, along the last axis)
        y = γ (x - μ) / √(σ² + ε) + β

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (..., C); not modified.
        gamma: scale γ, shape (C,), one per feature; not modified.
        beta: shift β, shape (C,), one per feature; not modified.
        eps: ε, a small positive number under the root: a row of equal numbers gives β.

    Returns:
        y, same shape as `x`, dtype of the arguments.
    """
    mean = x.mean(axis=-1, keepdims=True)
    variance = x.var(axis=-1, keepdims=True)
    y: Array = gamma * (x - mean) / np.sqrt(variance + eps) + beta
    return y


def layer_norm_backward(
    grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `layer_norm`.

        x̂ = (x - μ) / √(σ² + ε)        g = G γ
        grad_x = (g - mean(g) - x̂ · mean(g x̂)) / √(σ² + ε)        (means along the last axis)
        grad_γ = Σ G x̂        grad_β = Σ G                         (sums over all other axes)

    γ differs from feature to feature, so it is in g before the means are taken.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: G, gradient with respect to y, same shape as `x`; not modified.
        x: the input of the forward pass, shape (..., C); not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        eps: ε of the forward pass, positive.

    Returns:
        `(grad_x, grad_gamma, grad_beta)`, each of its argument's shape and dtype.
    """
    axes = tuple(range(x.ndim - 1))
    scale = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=-1, keepdims=True)) * scale
    grad_gamma = (grad_output * x_hat).sum(axis=axes)
    grad_beta = grad_output.sum(axis=axes)
    g = grad_output * gamma
    grad_x = scale * (g - g.mean(axis=-1, keepdims=True) - x_hat * (g * x_hat).mean(axis=-1, keepdims=True))
    return grad_x, grad_gamma, grad_beta
