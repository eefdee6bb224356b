"""The dense layer, and flattening what goes into it."""

from __future__ import annotations

import numpy as np

from .checks import Array

__all__ = ["dense", "dense_backward", "flatten", "flatten_backward"]


def dense(x: Array, w: Array, b: Array) -> Array:
    """Connect every output to every input.

        y = x W + b                    y_nj = Σ_i x_ni w_ij + b_j

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, in), or (N, ..., in): the layer then works on the last axis alone; not modified.
        w: weights W, shape (in, out); not modified.
        b: biases, shape (out,), one per output; not modified.

    Returns:
        y, shape (N, out) or (N, ..., out), dtype of the arguments (float64 for integers).

    Raises:
        ValueError: the last axis of `x` and the first of `w` differ; the text names `w`.
    """
    if w.shape[0] != x.shape[-1]:
        raise ValueError(f"w: got shape {w.shape}, want ({x.shape[-1]}, out) for x of shape {x.shape}")
    y: Array = x @ w + b
    return y if y.dtype.kind == "f" else y.astype(np.float64)


def dense_backward(grad_output: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `dense`.

        grad_x = G Wᵀ        grad_W = Xᵀ G        grad_b_j = Σ_n G_nj

    Every sample used the same W and b, so their gradients are sums over the samples, and over all axes
    between the first and the last where `x` has more than two.

    Args:
        grad_output: G, gradient with respect to the output, shape (N, out) or (N, ..., out); not modified.
        x: the input of the forward pass, shape (N, in) or (N, ..., in); not modified.
        w: the weights of the forward pass, shape (in, out); not modified.
        b: the biases of the forward pass, shape (out,); not modified.

    Returns:
        `(grad_x, grad_w, grad_b)`, each of its argument's shape and dtype.
    """
    inputs, outputs = w.shape
    rows, grads = x.reshape(-1, inputs), grad_output.reshape(-1, outputs)
    return grad_output @ w.T, rows.T @ grads, grads.sum(axis=0)


def flatten(x: Array) -> Array:
    """Turn every sample of a batch into one row, as a dense layer wants it; the batch axis stays.

        (N, d1, d2, …)  ->  (N, d1 · d2 · …)

    Args:
        x: a batch, shape (N, …), all lengths at least 1, any dtype; not modified.

    Returns:
        Shape (N, D), dtype of `x`: row n holds the numbers of sample n in row-major order (the last index
        runs fastest). A batch of plain numbers has D = 1.
    """
    return x.reshape(len(x), -1)


def flatten_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `flatten`: each number returns to the place it came from.

    Args:
        grad_output: gradient with respect to the output, shape (N, D); not modified.
        x: the input of the forward pass, shape (N, …) with D numbers per sample; not modified.

    Returns:
        Gradient with respect to `x`, same shape as `x`.
    """
    return grad_output.reshape(x.shape)
