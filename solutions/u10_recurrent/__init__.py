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

from .weights import Array, Weights, require_shape
from .rnn_layers import rnn, rnn_backward, rnn_step, rnn_step_backward
from .gates import lstm_gates, lstm_gates_backward
from .cells import lstm_state, lstm_state_backward, lstm_step, lstm_step_backward
from .lstm_layers import lstm, lstm_backward, stacked_lstm
from .sequences import bidirectional, last_output
from .vanishing import gradient_norm_by_step
from .embeddings import embedding, embedding_backward

__all__ = [
    "Array",
    "Weights",
    "bidirectional",
    "embedding",
    "embedding_backward",
    "gradient_norm_by_step",
    "last_output",
    "lstm",
    "lstm_backward",
    "lstm_gates",
    "lstm_gates_backward",
    "lstm_state",
    "lstm_state_backward",
    "lstm_step",
    "lstm_step_backward",
    "require_shape",
    "rnn",
    "rnn_backward",
    "rnn_step",
    "rnn_step_backward",
    "stacked_lstm",
]
