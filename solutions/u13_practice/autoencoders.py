"""Networks that learn to give their input back."""

from __future__ import annotations

import numpy as np

from ..u04_activations import relu, relu_backward, sigmoid, sigmoid_backward
from ..u05_losses import mean_squared_error, mean_squared_error_backward
from ..u06_layers import dense, dense_backward
from .checks import Array, Weights

__all__ = ["autoencoder", "autoencoder_backward", "train_autoencoder"]


def autoencoder(x: Array, w_enc: Array, b_enc: Array, w_dec: Array, b_dec: Array) -> Array:
    """Squeeze samples through a bottleneck and rebuild them.

        code = relu(x W_enc + b_enc)             (N, K)
        x̂    = sigmoid(code W_dec + b_dec)       (N, D), each number between 0 and 1, as pixels are

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: samples, shape (N, D), floating in 0 … 1; not modified.
        w_enc: the encoder's weights, shape (D, K), K < D; not modified.
        b_enc: its biases, shape (K,); not modified.
        w_dec: the decoder's weights, shape (K, D), its own and not the encoder's; not modified.
        b_dec: its biases, shape (D,); not modified.

    Returns:
        The reconstruction x̂, shape (N, D), dtype of `x`.

    Raises:
        ValueError: `w_enc` has as many columns as rows, or more: that is no bottleneck. The text names it.
    """
    if w_enc.shape[1] >= w_enc.shape[0]:
        raise ValueError(f"w_enc: got shape {w_enc.shape}, want fewer columns than rows: a bottleneck")
    code = relu(dense(x, w_enc, b_enc))
    return sigmoid(dense(code, w_dec, b_dec))


def autoencoder_backward(
    grad_output: Array, x: Array, w_enc: Array, b_enc: Array, w_dec: Array, b_dec: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Carry a gradient back through `autoencoder`: out of the decoder, through the code, into the encoder.

    From the back: through the sigmoid, the decoder's dense layer, the relu (slope 0 at 0), the encoder's dense
    layer. What was computed on the way forward and is needed here is computed again.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the reconstruction, shape (N, D); not modified.
        x: as in `autoencoder`, shape (N, D); here it is only the input. Not modified.
        w_enc: shape (D, K); not modified.
        b_enc: shape (K,); not modified.
        w_dec: shape (K, D); not modified.
        b_dec: shape (D,); not modified.

    Returns:
        `(grad_x, grad_w_enc, grad_b_enc, grad_w_dec, grad_b_dec)`, each of its argument's shape and dtype.
    """
    hidden = dense(x, w_enc, b_enc)
    code = relu(hidden)
    grad_logits = sigmoid_backward(grad_output, dense(code, w_dec, b_dec))
    grad_code, grad_w_dec, grad_b_dec = dense_backward(grad_logits, code, w_dec, b_dec)
    grad_hidden = relu_backward(grad_code, hidden)
    return *dense_backward(grad_hidden, x, w_enc, b_enc), grad_w_dec, grad_b_dec


def train_autoencoder(
    x: Array, w_enc: Array, b_enc: Array, w_dec: Array, b_dec: Array, lr: float, epochs: int
) -> tuple[Array, Weights]:
    """Train `autoencoder` to rebuild its input, by gradient descent on all samples at once.

    Each epoch, with x̂ the reconstruction by the present weights:

        loss = mean over all N · D numbers of (x̂ - x)²
        w ← w - lr · ∂loss/∂w          for all four at once, all gradients from the weights before the step

    The loss is taken before the step. x is both input and target; its own gradient is not used.
    A Python loop over the epochs is fine, one over the samples is not.

    Args:
        x: samples, shape (N, D), floating in 0 … 1: scale bytes first; not modified.
        w_enc: the encoder's weights at the start, shape (D, K), K < D; not modified.
        b_enc: its biases, shape (K,); not modified.
        w_dec: the decoder's weights, shape (K, D); not modified.
        b_dec: its biases, shape (D,); not modified.
        lr: the learning rate, positive.
        epochs: how many steps, at least 0.

    Returns:
        `(losses, (w_enc, b_enc, w_dec, b_dec))`: the losses, shape (epochs,), dtype of `x`, and the weights after
        the last step, shapes of `w_enc`, `b_enc`, `w_dec`, `b_dec`.

    Raises:
        ValueError: `x` holds a number below 0 or above 1, which a sigmoid cannot rebuild; `epochs` is below 0;
            `w_enc` is no bottleneck (as `autoencoder` says). The text names the argument.
    """
    if x.min() < 0 or x.max() > 1:
        raise ValueError(f"x: got numbers from {x.min()} to {x.max()}, want 0 … 1")
    if epochs < 0:
        raise ValueError(f"epochs: got {epochs}, want at least 0")
    weights = (w_enc, b_enc, w_dec, b_dec)
    losses = np.empty(epochs, dtype=x.dtype)
    for epoch in range(epochs):
        rebuilt = autoencoder(x, *weights)
        losses[epoch] = mean_squared_error(x, rebuilt)
        _, *grads = autoencoder_backward(mean_squared_error_backward(x, rebuilt), x, *weights)
        a, b, c, d = (weight - lr * grad for weight, grad in zip(weights, grads, strict=True))
        weights = (a, b, c, d)
    return losses, weights
