"""The state of an LSTM's cell, and one step."""

from __future__ import annotations

import numpy as np

from .gates import lstm_gates, lstm_gates_backward
from .weights import Array

__all__ = ["lstm_state", "lstm_state_backward", "lstm_step", "lstm_step_backward"]


def lstm_state(i: Array, f: Array, g: Array, o: Array, c: Array) -> tuple[Array, Array]:
    """Update both states of an LSTM, once the gates are known: the part of a step that has no weights.

        c' = f ⊙ c + i ⊙ g        h' = o ⊙ tanh(c')

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        i: input gate, shape (N, H); its values are used as they are, σ has been applied; not modified.
        f: forget gate, same shape; not modified.
        g: candidate, same shape; tanh has been applied; not modified.
        o: output gate, same shape; not modified.
        c: the cell before, same shape; not modified.

    Returns:
        `(h', c')`, the hidden state first, each (N, H), dtype of the arguments.
    """
    cell = f * c + i * g
    return o * np.tanh(cell), cell


def lstm_state_backward(
    grad_output: tuple[Array, Array], i: Array, f: Array, g: Array, o: Array, c: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Carry gradients back through `lstm_state`.

    c' has two customers, h' and the next step. With G_h and G_c the gradients that arrive at h' and c':

        grad_c' = G_c + G_h ⊙ o ⊙ (1 - tanh(c')²)

    c' is a sum of two products, each of which passes grad_c' to both of its factors. o stands in h' alone.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: the pair `(G_h, G_c)`, each (N, H); not modified.
        i: input gate of the forward pass, shape (N, H); not modified.
        f: forget gate, same shape; not modified.
        g: candidate, same shape; not modified.
        o: output gate, same shape; not modified.
        c: the cell before, same shape; not modified.

    Returns:
        `(grad_i, grad_f, grad_g, grad_o, grad_c)`, each (N, H); the last one is that of the cell before.
    """
    grad_h, grad_c = grad_output
    shown = np.tanh(f * c + i * g)
    grad_cell = grad_c + grad_h * o * (1 - shown**2)
    return grad_cell * g, grad_cell * c, grad_cell * i, grad_h * shown, grad_cell * f


def lstm_step(x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array) -> tuple[Array, Array]:
    """Read one step, and update both states: the gates, then the states.

        i, f, g, o from x, h and the weights (as `lstm_gates`)
        c' = f ⊙ c + i ⊙ g        h' = o ⊙ tanh(c')

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: what is read now, shape (N, F); not modified.
        h: the hidden state before, shape (N, H); not modified.
        c: the cell before, shape (N, H); not modified.
        w_x: shape (F, 4H), gates in the order i, f, g, o; not modified.
        w_h: shape (H, 4H), same order; not modified.
        b: shape (4H,), same order; not modified.

    Returns:
        `(h', c')`, each (N, H), dtype of the arguments (float64 for integers).
    """
    return lstm_state(*lstm_gates(x, h, w_x, w_h, b), c)


def lstm_step_backward(
    grad_output: tuple[Array, Array], x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Carry gradients back through `lstm_step`: through the states, then through the gates.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: the pair `(grad_h', grad_c')` that arrives at the states after, each (N, H); not modified.
        x: shape (N, F); not modified.
        h: the hidden state before, shape (N, H); not modified.
        c: the cell before, shape (N, H); not modified.
        w_x: shape (F, 4H); not modified.
        w_h: shape (H, 4H); not modified.
        b: shape (4H,); not modified.

    Returns:
        `(grad_x, grad_h, grad_c, grad_w_x, grad_w_h, grad_b)`, each of its argument's shape and dtype; grad_h
        and grad_c are those of the states before.
    """
    gates = lstm_gates(x, h, w_x, w_h, b)
    grad_i, grad_f, grad_g, grad_o, grad_c = lstm_state_backward(grad_output, *gates, c)
    grad_gates = (grad_i, grad_f, grad_g, grad_o)
    grad_x, grad_h, grad_w_x, grad_w_h, grad_b = lstm_gates_backward(grad_gates, x, h, w_x, w_h, b)
    return grad_x, grad_h, grad_c, grad_w_x, grad_w_h, grad_b
