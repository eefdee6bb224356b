"""Batch normalization in training, and the averages that it keeps."""

from __future__ import annotations

import numpy as np

from .checks import Array

__all__ = ["batch_norm_backward", "batch_norm_train", "batch_statistics"]


def batch_statistics(x: Array) -> tuple[Array, Array]:
    """Measure the mean and the biased variance of every channel: the first step of batch norm.

        μ_c = Σ x / m        σ²_c = Σ (x - μ_c)² / m

    The sums run over all axes but the last: m = N values per channel for (N, C), m = N · H · W for images.
    Take the variance from the deviations, not as mean(x²) - μ²: far from 0 that has no digits left.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, C) or (N, H, W, C); not modified.

    Returns:
        `(mean, variance)`, both of shape (C,), dtype of `x` (float64 for integers).
    """
    axes = tuple(range(x.ndim - 1))
    return x.mean(axis=axes), x.var(axis=axes)


def batch_norm_train(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Normalise every channel over the batch, and update the running statistics, as in training.

        μ = Σ x / m        σ² = Σ (x - μ)² / m             (over all axes but the last)
        y = γ (x - μ) / √(σ² + ε) + β
        running_mean ← (1 - momentum) · running_mean + momentum · μ
        running_var  ← (1 - momentum) · running_var  + momentum · σ² · m / (m - 1)

    The batch is normalised with the biased variance; the unbiased one is stored (PyTorch's convention). Both
    come from the deviations, as in `batch_statistics`: far from 0, too, the digits must be right.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, C), or images (N, H, W, C); m = N, or m = N · H · W, values per channel; not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        running_mean: running average of the means so far, shape (C,); not modified.
        running_var: running average of the variances so far, shape (C,); not modified.
        momentum: weight of the new value, between 0 and 1; 0 leaves the statistics as they are.
        eps: ε, a small positive number under the root: a constant channel gives β.

    Returns:
        `(y, running_mean, running_var)`: y, same shape as `x`, and the updated statistics, shapes (C,) and (C,),
        as new arrays; dtype of the arguments.

    Raises:
        ValueError: `x` has one value per channel only (m = 1): it has no spread, and m - 1 is 0.
    """
    count = x.size // x.shape[-1]
    if count < 2:
        raise ValueError(f"x: got shape {x.shape}, one value per channel, want at least two")
    mean, variance = batch_statistics(x)
    y: Array = gamma * (x - mean) / np.sqrt(variance + eps) + beta
    unbiased = variance * (count / (count - 1))
    new_mean: Array = (1 - momentum) * running_mean + momentum * mean
    new_var: Array = (1 - momentum) * running_var + momentum * unbiased
    return y, new_mean, new_var


def batch_norm_backward(
    grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through the y of `batch_norm_train`.

        x̂ = (x - μ) / √(σ² + ε)
        grad_γ = Σ G x̂        grad_β = Σ G                 (over all axes but the last)
        grad_x = γ / √(σ² + ε) · (G - grad_β / m - x̂ · grad_γ / m)

    μ and σ² (biased) are the batch's own and depend on every x of the channel: that is where the last two
    terms come from.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: G, gradient with respect to y, same shape as `x`; not modified.
        x: the input of the forward pass, shape (N, C) or (N, H, W, C), m >= 2 values per channel; not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        eps: ε of the forward pass, positive.

    Returns:
        `(grad_x, grad_gamma, grad_beta)`, each of its argument's shape and dtype.
    """
    axes = tuple(range(x.ndim - 1))
    count = x.size // x.shape[-1]
    mean, variance = batch_statistics(x)
    scale = 1 / np.sqrt(variance + eps)
    x_hat = (x - mean) * scale
    grad_gamma = (grad_output * x_hat).sum(axis=axes)
    grad_beta = grad_output.sum(axis=axes)
    grad_x = gamma * scale * (grad_output - grad_beta / count - x_hat * grad_gamma / count)
    return grad_x, grad_gamma, grad_beta
