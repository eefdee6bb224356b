"""The simple recurrent layer, step by step and as a whole."""

from __future__ import annotations

import numpy as np

from .weights import Array, require_shape

__all__ = ["rnn", "rnn_backward", "rnn_step", "rnn_step_backward"]


def rnn_step(x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    """Read one step, and update the state.

        h' = tanh(x W_xh + h W_hh + b)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: what is read now, shape (N, F); not modified.
        h: the state before, shape (N, H); not modified.
        w_xh: kernel from input to state, shape (F, H); not modified.
        w_hh: kernel from state to state, shape (H, H), entry [j, k] leads from unit j to unit k; not modified.
        b: bias, shape (H,); not modified.

    Returns:
        The state after, h', shape (N, H), dtype of the arguments (float64 for integers).
    """
    after: Array = np.tanh(x @ w_xh + h @ w_hh + b)
    return after


def rnn_step_backward(
    grad_output: Array, x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Carry a gradient back through `rnn_step`.

    With a = x W_xh + h W_hh + b, and G the gradient that arrives at h' = tanh(a):

        grad_a = G ⊙ (1 - h'²)

    From there on it is a dense layer with two inputs, and b and the kernels were used by every sample.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: G, gradient with respect to the state after, shape (N, H); not modified.
        x: input of the forward pass, shape (N, F); not modified.
        h: the state before, of the forward pass, shape (N, H); not modified.
        w_xh: shape (F, H); not modified.
        w_hh: shape (H, H); not modified.
        b: shape (H,); not modified.

    Returns:
        `(grad_x, grad_h, grad_w_xh, grad_w_hh, grad_b)`, each of its argument's shape and dtype.
    """
    grad_a = grad_output * (1 - rnn_step(x, h, w_xh, w_hh, b) ** 2)
    return grad_a @ w_xh.T, grad_a @ w_hh.T, x.T @ grad_a, h.T @ grad_a, grad_a.sum(axis=0)


def rnn(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    """Read a batch of sequences, and give the state after every step.

        h_t = tanh(x_t W_xh + h_{t-1} W_hh + b)        t = 1 … T

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        x: N sequences of T >= 1 steps, shape (N, T, F); x_t is x[:, t - 1]; not modified.
        h0: the state before the first step, shape (N, H); not modified.
        w_xh: shape (F, H); not modified.
        w_hh: shape (H, H); not modified.
        b: shape (H,); not modified.

    Returns:
        h_1 to h_T, shape (N, T, H): [:, t - 1] is h_t. `h0` is not among them. Dtype of the arguments
        (float64 for integers).

    Raises:
        ValueError: `h0` is not of shape (N, H), also where broadcasting would make do.
    """
    require_shape("h0", h0, (x.shape[0], w_hh.shape[0]))
    h, states = h0, []
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, w_xh, w_hh, b)
        states.append(h)
    return np.stack(states, axis=1)


def rnn_backward(
    grad_output: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Carry gradients back through time, through all of `rnn`.

    From the last step to the first, with G_t = grad_output[:, t - 1]:

        grad_h_t = G_t + grad_a_{t+1} W_hhᵀ        (nothing is added at t = T)
        grad_a_t = grad_h_t ⊙ (1 - h_t²)

        grad_W_hh = Σ_t h_{t-1}ᵀ grad_a_t          and so on

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        grad_output: gradient with respect to all h, shape (N, T, H): every step gets one from above, beside
            the one that comes back through time; not modified.
        x: input of the forward pass, shape (N, T, F); not modified.
        h0: initial state of the forward pass, shape (N, H); not modified.
        w_xh: shape (F, H); not modified.
        w_hh: shape (H, H); not modified.
        b: shape (H,); not modified.

    Returns:
        `(grad_x, grad_h0, grad_w_xh, grad_w_hh, grad_b)`, each of its argument's shape and dtype; those of
        kernels and bias are sums over samples and steps.
    """
    states = np.concatenate([h0[:, None], rnn(x, h0, w_xh, w_hh, b)], axis=1)
    grad_a, grad_h = np.empty_like(grad_output), np.zeros_like(h0)
    for t in reversed(range(x.shape[1])):
        grad_a[:, t] = (grad_output[:, t] + grad_h) * (1 - states[:, t + 1] ** 2)
        grad_h = grad_a[:, t] @ w_hh.T
    samples_and_steps = ([0, 1], [0, 1])
    grad_w_xh = np.tensordot(x, grad_a, samples_and_steps)
    grad_w_hh = np.tensordot(states[:, :-1], grad_a, samples_and_steps)
    return grad_a @ w_xh.T, grad_h, grad_w_xh, grad_w_hh, grad_a.sum(axis=(0, 1))
