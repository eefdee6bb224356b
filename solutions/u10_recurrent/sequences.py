"""What a sequence's outputs are taken from: its end, or both directions."""

from __future__ import annotations

import numpy as np

from .rnn_layers import rnn
from .weights import Array, Weights

__all__ = ["bidirectional", "last_output"]


def last_output(h: Array, lengths: Array | None = None) -> Array:
    """Pick the state after the last real step of every sequence: the summary that a classifier reads.

    Sequences of unequal lengths are padded at the end; what a layer makes of the padding means nothing.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        h: states after every step, shape (N, T, H); not modified.
        lengths: number of real steps of each sequence, integers from 1 to T, shape (N,); not modified. None:
            all have T.

    Returns:
        Shape (N, H), dtype of `h`: row n is h_t of sequence n for t = lengths[n], which is h[n, lengths[n] - 1].

    Raises:
        ValueError: one of `lengths` is below 1 or above T.
    """
    if lengths is None:
        return h[:, -1]
    if (lengths < 1).any() or (lengths > h.shape[1]).any():
        raise ValueError(f"lengths: got {lengths.min()} to {lengths.max()}, want 1 to {h.shape[1]}")
    picked: Array = h[np.arange(len(h)), lengths - 1]
    return picked


def bidirectional(x: Array, forward: Weights, backward: Weights) -> Array:
    """Read every sequence in both directions with two RNNs, and put their states side by side.

    One reads x_1 to x_T as `rnn` does, the other x_T to x_1; both start from a zero state. At step t,
    in [:, t - 1], the result holds the state of each right after it has read x_t, so that it knows what is
    before and what is behind.

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        x: N sequences of T >= 1 steps, shape (N, T, F); not modified.
        forward: `(w_xh, w_hh, b)` of the RNN that starts at the first step, shapes (F, H), (H, H), (H,).
        backward: the same of the RNN that starts at the last step, shapes (F, H), (H, H), (H,).

    Returns:
        Shape (N, T, 2H), dtype of the arguments: [:, t, :H] from `forward`, [:, t, H:] from `backward`.
    """
    zeros = np.zeros((len(x), len(forward[2])), dtype=forward[2].dtype)
    there = rnn(x, zeros, *forward)
    back = rnn(x[:, ::-1], zeros, *backward)[:, ::-1]
    return np.concatenate([there, back], axis=-1)
