"""Recurrent layers: networks that read a sequence step by step and remember.

A dense layer sees a whole sample at once. A recurrent layer sees one step of it,
x_t, and its own state, h_{t-1}, in which it has summed up all steps before. The
same weights serve at every step, so any length will do:

              h_1        h_2        h_3
               ▲          ▲          ▲
        h_0 ─►[A]── h_1 ─►[A]── h_2 ─►[A]── h_3 ─►
               ▲          ▲          ▲
              x_1        x_2        x_3

        h_t = tanh(x_t W_xh + h_{t-1} W_hh + b)

Unrolled like this it is a deep network whose layers share their weights, and it is
trained like one: backpropagation through time (BPTT). h_t has two customers, the
loss above it and the next step, so the gradient that arrives at it is a sum of two.
The weights were used T times, so their gradients are sums of T terms.

On its way from h_T back to h_t the gradient meets W_hhᵀ and a slope of tanh T - t
times. Where each round shrinks it, it vanishes: what was read long ago no longer
teaches anything. Where each round stretches it, it explodes (clip it: the unit of
optimisers). `gradient_norm_by_step` measures both.

The LSTM (long short-term memory) adds a second state, the cell c, that is not
squashed on its way through time: it is kept (times f) and added to (i times g).

        i = σ(a_i)   input gate: how much of the new is written
        f = σ(a_f)   forget gate: how much of the old is kept
        g = tanh(a_g)  the candidate: what would be written
        o = σ(a_o)   output gate: how much is shown
            with a = x W_x + h W_h + b, cut into the four parts a_i, a_f, a_g, a_o

        c' = f ⊙ c + i ⊙ g          h' = o ⊙ tanh(c')          (⊙: number by number)

With f near 1 a gradient travels along c for hundreds of steps. Here an LSTM step is
two small layers, `lstm_gates` and `lstm_state`, and so is its way back.

Words enter as integer ids. An `embedding` is a table with one row of D learned
numbers per word; looking a row up is multiplying a one-hot vector by the table,
without the zeros.

Convention card
  * Batch first: x is (N, T, F), N sequences of T >= 1 steps of F features. The
    step x_t is x[:, t - 1], shape (N, F). States are (N, H). All h together are (N, T, H): h_1
    to h_T, without the initial state.
  * Kernels are (F, H) and (H, H), of an LSTM (F, 4H) and (H, 4H) with the gates side
    by side in the order i, f, g, o: columns 0 to H - 1 are the input gate's. One
    bias. PyTorch has the same order, with kernels transposed and two biases; Keras's
    is the same; the course CS231n has i, f, o, g.
  * No forget bias is added: b is all there is.
  * σ(a) = (1 + tanh(a/2)) / 2 never overflows; everything is finite for any finite a.
  * `name_backward(grad_output, <arguments of the forward pass>)` returns the gradients
    of all floating arrays in their order; they are sums over samples and steps, never
    means. Where the forward pass returns a pair, grad_output is a pair: (grad_h,
    grad_c).
  * float32 in, float32 out; float64 in, float64 out; integers are computed in
    float64. No argument is changed.

To read: Hochreiter and Schmidhuber, "Long short-term memory" (1997) · Pascanu,
Mikolov, Bengio, "On the difficulty of training recurrent neural networks" (2013).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
#: The weights of one recurrent layer: kernel of the input, kernel of the state, bias.
Weights = tuple[Array, Array, Array]


def require_shape(name: str, array: Array, wanted: tuple[int, ...]) -> None:
    """Refuse an array of another shape, which broadcasting might let pass; provided.

    Args:
        name: the argument's name, for the message.
        array: the argument.
        wanted: the shape it must have.

    Raises:
        ValueError: the shape is another one; the text names the argument.
    """
    if array.shape != wanted:
        raise ValueError(f"{name}: got shape {array.shape}, want {wanted}")


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


def lstm_gates(x: Array, h: Array, w_x: Array, w_h: Array, b: Array) -> tuple[Array, Array, Array, Array]:
    """Open and close the gates of an LSTM: the part of a step that has weights.

        a = x W_x + h W_h + b, cut along the last axis into a_i, a_f, a_g, a_o, each (N, H)

        i = σ(a_i)        f = σ(a_f)        g = tanh(a_g)        o = σ(a_o)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: what is read now, shape (N, F); not modified.
        h: the state before, shape (N, H); not modified.
        w_x: kernels of the input side by side in the order i, f, g, o, shape (F, 4H); not modified.
        w_h: kernels of the state, same order, shape (H, 4H); not modified.
        b: biases, same order, shape (4H,); used as they are: 1 is not added to the forget gate's; not modified.

    Returns:
        `(i, f, g, o)`, each of shape (N, H), dtype of the arguments (float64 for integers); finite for any a.
    """

    def sigmoid(a: Array) -> Array:
        half: Array = 0.5 + 0.5 * np.tanh(0.5 * a)
        return half

    a_i, a_f, a_g, a_o = np.split(x @ w_x + h @ w_h + b, 4, axis=1)
    return sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)


def lstm_gates_backward(
    grad_output: tuple[Array, Array, Array, Array], x: Array, h: Array, w_x: Array, w_h: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """Carry gradients back through `lstm_gates`.

    The slopes, told by the gates' own values:

        σ'(a_i) = i (1 - i), for f and o alike        tanh'(a_g) = 1 - g²

    Put side by side again in the order i, f, g, o, the four gradients are grad_a, shape (N, 4H), and the
    rest is a dense layer with two inputs.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: the gradients with respect to i, f, g and o, a tuple of four, each (N, H); not modified.
        x: shape (N, F); not modified.
        h: the state before, shape (N, H); not modified.
        w_x: shape (F, 4H); not modified.
        w_h: shape (H, 4H); not modified.
        b: shape (4H,); not modified.

    Returns:
        `(grad_x, grad_h, grad_w_x, grad_w_h, grad_b)`, each of its argument's shape and dtype.
    """
    grad_i, grad_f, grad_g, grad_o = grad_output
    i, f, g, o = lstm_gates(x, h, w_x, w_h, b)
    slopes = [grad_i * i * (1 - i), grad_f * f * (1 - f), grad_g * (1 - g**2), grad_o * o * (1 - o)]
    grad_a = np.concatenate(slopes, axis=1)
    return grad_a @ w_x.T, grad_a @ w_h.T, x.T @ grad_a, h.T @ grad_a, grad_a.sum(axis=0)


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


def lstm(x: Array, h0: Array, c0: Array, w_x: Array, w_h: Array, b: Array) -> tuple[Array, Array]:
    """Read a batch of sequences with an LSTM.

    h_t, c_t come from x_t, h_{t-1}, c_{t-1} as in `lstm_step`, t = 1 … T.

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        x: N sequences of T >= 1 steps, shape (N, T, F); not modified.
        h0: the hidden state before the first step, shape (N, H); not modified.
        c0: the cell before the first step, shape (N, H); not modified.
        w_x: shape (F, 4H), gates in the order i, f, g, o; not modified.
        w_h: shape (H, 4H), same order; not modified.
        b: shape (4H,), same order; not modified.

    Returns:
        `(all h, last c)`: h_1 to h_T of shape (N, T, H), and c_T of shape (N, H). Dtype of the arguments
        (float64 for integers).

    Raises:
        ValueError: `h0` or `c0` is not of shape (N, H), also where broadcasting would make do; the text
            names it.
    """
    require_shape("h0", h0, (x.shape[0], w_h.shape[0]))
    require_shape("c0", c0, (x.shape[0], w_h.shape[0]))
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        h, c = lstm_step(x[:, t], h, c, w_x, w_h, b)
        states.append(h)
    return np.stack(states, axis=1), c


def lstm_backward(
    grad_output: tuple[Array, Array], x: Array, h0: Array, c0: Array, w_x: Array, w_h: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array, Array]:
    """Carry gradients back through time, through all of `lstm`.

    Every h_t gets a gradient from above and one from step t + 1. c_T gets one from above; every other c_t
    only one from step t + 1.

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        grad_output: the pair `(grad_h, grad_c)`: gradients with respect to all h, shape (N, T, H), and to the
            last cell, shape (N, H); not modified.
        x: shape (N, T, F); not modified.
        h0: shape (N, H); not modified.
        c0: shape (N, H); not modified.
        w_x: shape (F, 4H); not modified.
        w_h: shape (H, 4H); not modified.
        b: shape (4H,); not modified.

    Returns:
        `(grad_x, grad_h0, grad_c0, grad_w_x, grad_w_h, grad_b)`, each of its argument's shape and dtype; those
        of kernels and bias are sums over samples and steps.
    """
    grad_states, grad_c = grad_output
    before = [(h0, c0)]
    for t in range(x.shape[1] - 1):
        before.append(lstm_step(x[:, t], *before[-1], w_x, w_h, b))
    grad_x, grad_h = np.empty_like(x), np.zeros_like(h0)
    grad_weights = [np.zeros_like(w_x), np.zeros_like(w_h), np.zeros_like(b)]
    for t in reversed(range(x.shape[1])):
        arriving = (grad_states[:, t] + grad_h, grad_c)
        grad_x[:, t], grad_h, grad_c, *terms = lstm_step_backward(arriving, x[:, t], *before[t], w_x, w_h, b)
        for total, term in zip(grad_weights, terms, strict=True):
            total += term
    grad_w_x, grad_w_h, grad_b = grad_weights
    return grad_x, grad_h, grad_c, grad_w_x, grad_w_h, grad_b


def stacked_lstm(x: Array, layers: Sequence[Weights]) -> Array:
    """Stack LSTM layers: each one reads all h of the one below.

    Every layer starts from states h0 = 0 and c0 = 0 of its own; no state passes from layer to layer.

    A loop over the T steps is needed; none over the N sequences is.

    Args:
        x: N sequences of T >= 1 steps, shape (N, T, F), read by the first layer; not modified.
        layers: one triple `(w_x, w_h, b)` per layer, at least one, as in `lstm`, shapes (F_l, 4H_l), (H_l, 4H_l),
            (4H_l,). The layers may differ in H; the F of a layer is the H of the one below. Not modified.

    Returns:
        All h of the last layer, shape (N, T, H_last), dtype of the arguments: mind that of the zeros.

    Raises:
        ValueError: `layers` is empty.
    """
    if not layers:
        raise ValueError("layers: got none, want at least one triple (w_x, w_h, b)")
    for w_x, w_h, b in layers:
        zeros = np.zeros((len(x), len(w_h)), dtype=b.dtype)
        x, _ = lstm(x, zeros, zeros, w_x, w_h, b)
    return x


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


def embedding(ids: Array, table: Array) -> Array:
    """Look words up in a table of learned vectors.

        y[…] = table[ids[…]]        the same as one_hot(ids) @ table, without the zeros

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        ids: integers from 0 to V - 1, any shape, also empty, often N sequences of T; not modified.
        table: one row of D numbers per word, shape (V, D), floating; not modified.

    Returns:
        Shape (*ids.shape, D), dtype of `table`. Id 0 is a word like any other.

    Raises:
        ValueError: one of `ids` is below 0 (it does not count from the end) or at least V.
    """
    if ids.size and (ids.min() < 0 or ids.max() >= len(table)):
        raise ValueError(f"ids: got {ids.min()} to {ids.max()}, want 0 to {len(table) - 1}")
    rows: Array = table[ids]
    return rows


def embedding_backward(grad_output: Array, ids: Array, table: Array) -> Array:
    """Carry a gradient back through `embedding`, to the table; ids are whole numbers and have none.

        grad_table[v] = Σ of grad_output[…] over all places where ids[…] = v

    A word that occurs several times collects a gradient from every place; one that does not occur gets 0.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, shape (*ids.shape, D); not modified.
        ids: integers from 0 to V - 1, any shape, also empty; not modified.
        table: the table of the forward pass, shape (V, D); not modified.

    Returns:
        Gradient with respect to `table`, shape (V, D), dtype of `table`.
    """
    grad_table = np.zeros_like(table)
    np.add.at(grad_table, ids, grad_output)
    return grad_table
