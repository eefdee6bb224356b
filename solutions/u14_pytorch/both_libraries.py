"""Functions that take NumPy's arrays and torch's tensors."""

from __future__ import annotations

from typing import Any

from .arrays import namespace_of

__all__ = ["layer_norm", "softmax"]


def softmax(x: Any, axis: int = -1) -> Any:
    """Turn scores into probabilities, the same code for NumPy arrays and for torch tensors on any device.

        p_i = exp(x_i − m) / Σ_j exp(x_j − m),   m = max_j x_j     (j runs along `axis`)

    A NumPy array gives a NumPy array; a tensor gives a tensor of its dtype on its
    device, and gradients flow through it: do not take the way through the other
    library. `namespace_of(x)` tells which one x belongs to.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: scores, shape (..., K, ...), finite, any magnitude, a floating dtype; not
            modified.
        axis: the axis of length K.

    Returns:
        Probabilities, shape, dtype and library of `x`.

    Raises:
        ValueError: `x` has no axes.
    """
    if x.ndim == 0:
        raise ValueError("x: got a single number, want at least one axis")
    xp = namespace_of(x)
    powers = xp.exp(x - xp.amax(x, axis=axis, keepdims=True))
    return powers / xp.sum(powers, axis=axis, keepdims=True)


def layer_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    """Normalise each row over the last axis, the same code for NumPy arrays and for torch tensors.

        x̂ = (x − μ) / √(σ² + ε),   y = γ x̂ + β

    μ and σ² are the mean and the biased variance (divided by C) over the last axis. All
    of x, gamma and beta belong to one library, and so does the result: a tensor gives a
    tensor on its device, and gradients flow to x, gamma and beta.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (..., C), a floating dtype; not modified.
        gamma: scale, shape (C,).
        beta: shift, shape (C,).
        eps: keeps constant rows finite, greater than 0.

    Returns:
        y, shape, dtype and library of `x`.

    Raises:
        ValueError: `gamma` or `beta` is not of shape (C,); the message names the first
            that is not.
    """
    for name, value in (("gamma", gamma), ("beta", beta)):
        if tuple(value.shape) != tuple(x.shape[-1:]):
            raise ValueError(f"{name}: got shape {tuple(value.shape)}, want {tuple(x.shape[-1:])}")
    xp = namespace_of(x)
    centred = x - xp.mean(x, axis=-1, keepdims=True)
    variance = xp.mean(centred**2, axis=-1, keepdims=True)
    return gamma * centred / xp.sqrt(variance + eps) + beta
