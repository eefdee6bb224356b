"""Batch normalization in evaluation, with the averages kept."""

from __future__ import annotations

import numpy as np

from .checks import Array

__all__ = ["batch_norm_eval", "batch_norm_eval_backward"]


def batch_norm_eval(
    x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float = 1e-5
) -> Array:
    """Normalise with the running statistics, as at test time.

        y = γ (x - running_mean) / √(running_var + ε) + β

    Nothing is measured and nothing is updated: each sample's result is its own, also in a batch of one.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, C) or (N, H, W, C), N >= 1; not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        running_mean: mean of each channel as stored in training, shape (C,); not modified.
        running_var: variance of each channel as stored in training, shape (C,), 0 or larger; not modified.
        eps: ε, a small positive number under the root.

    Returns:
        y, same shape as `x`, dtype of the arguments.
    """
    y: Array = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    return y


def batch_norm_eval_backward(
    grad_output: Array,
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `batch_norm_eval`, where the statistics are constants.

        x̂ = (x - running_mean) / √(running_var + ε)
        grad_x = G γ / √(running_var + ε)        grad_γ = Σ G x̂        grad_β = Σ G

    Needed where a trained network is frozen, or an input is sought that excites a unit. Compare grad_x with
    that of `batch_norm_backward`.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: G, gradient with respect to y, same shape as `x`; not modified.
        x: the input of the forward pass, shape (N, C) or (N, H, W, C); not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        running_mean: the stored means, shape (C,); not modified.
        running_var: the stored variances, shape (C,), 0 or larger; not modified.
        eps: ε of the forward pass, positive.

    Returns:
        `(grad_x, grad_gamma, grad_beta)`, each of its argument's shape and dtype; none for the statistics.
    """
    axes = tuple(range(x.ndim - 1))
    scale = 1 / np.sqrt(running_var + eps)
    x_hat = (x - running_mean) * scale
    grad_gamma = (grad_output * x_hat).sum(axis=axes)
    grad_beta = grad_output.sum(axis=axes)
    grad_x = grad_output * gamma * scale
    return grad_x, grad_gamma, grad_beta
