"""How gradients fade on their way back through time."""

from __future__ import annotations

import numpy as np

from .rnn_layers import rnn
from .weights import Array

__all__ = ["gradient_norm_by_step"]


def gradient_norm_by_step(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    """Measure how a gradient fades or grows on its way back through an RNN.

    The loss is the sum of the last states of the batch, L = Σ_n Σ_j (h_T)_nj, so that the gradient at h_T is
    a matrix of ones. With ‖·‖ the root of the sum of squares over all N · H numbers:

        norm_t = ‖∂L / ∂h_t‖        t = 0 … T

    where ∂L/∂h_t counts every way in which h_t acts on h_T through the later steps.

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        x: N sequences of T >= 1 steps, shape (N, T, F); not modified.
        h0: the initial state, shape (N, H); not modified.
        w_xh: shape (F, H); not modified.
        w_hh: shape (H, H); not modified.
        b: shape (H,); not modified.

    Returns:
        Shape (T + 1,), dtype of the arguments: entry t belongs to h_t, so that [0] is that of h0, and [T] is
        always √(N H).
    """
    states = rnn(x, h0, w_xh, w_hh, b)
    grad_h = np.ones_like(states[:, -1])
    norms = [np.linalg.norm(grad_h)]
    for t in reversed(range(x.shape[1])):
        grad_h = (grad_h * (1 - states[:, t] ** 2)) @ w_hh.T
        norms.append(np.linalg.norm(grad_h))
    return np.array(norms[::-1])
