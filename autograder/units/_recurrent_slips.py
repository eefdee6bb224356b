"""Wrong recurrent layers that turned up when the exercises were answered as students do."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.inputs import Array
from autograder.units import _recurrent_common as right

__all__ = [
    "LAST",
    "LSTM",
    "LSTM_STATE",
    "LSTM_STEP",
    "LSTM_STEP_BACKWARD",
    "RNN",
    "RNN_BACKWARD",
    "RNN_STEP",
    "RNN_STEP_BACKWARD",
]


def _tanh_of_each_part(x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    return np.asarray(np.tanh(x @ w_xh) + np.tanh(h @ w_hh) + b)


def _bias_outside(x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    return np.asarray(np.tanh(x @ w_xh + h @ w_hh) + b)


def _gradients_exchanged(grad_output: Array, x: Array, h: Array, w_xh: Array, w_hh: Array, b: Array) -> Any:
    grad_a = grad_output * (1 - right.rnn_step(x, h, w_xh, w_hh, b) ** 2)
    grad_x, grad_h, *others = right.dense_backward(grad_a, x, h, w_xh, w_hh)
    return grad_h, grad_x, *others


def _reshaped(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    states = np.stack(right.run_rnn(x, h0, (w_xh, w_hh, b))[1:])
    return states.reshape(x.shape[0], x.shape[1], -1)


def _one_array(x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Array:
    last = right.run_rnn(x, h0, (w_xh, w_hh, b))[-1]
    return np.stack([last] * x.shape[1], axis=1)


def _through_time(
    x: Array,
    h0: Array,
    weights: Any,
    grad_output: Array,
    *,
    forwards: bool = False,
    first: bool = False,
    share: float = 1,
) -> Any:
    """Back through time; perhaps from the first step on, with h0 before each step, or with a share of the sums."""
    w_xh, w_hh, b = weights
    states = right.run_rnn(x, h0, weights)
    grad_x, grad_h = np.zeros_like(x), np.zeros_like(h0)
    sums = [np.zeros_like(w_xh), np.zeros_like(w_hh), np.zeros_like(b)]
    steps = range(x.shape[1])
    for t in steps if forwards else reversed(steps):
        grad_a = (grad_output[:, t] + grad_h) * (1 - states[t + 1] ** 2)
        before = h0 if first else states[t]
        grad_x[:, t], grad_h, *terms = right.dense_backward(grad_a, x[:, t], before, w_xh, w_hh)
        sums = [old + new for old, new in zip(sums, terms, strict=True)]
    return grad_x, grad_h, *(share * each for each in sums)


def _from_the_first_step(g: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Any:
    return _through_time(x, h0, (w_xh, w_hh, b), g, forwards=True)


def _h0_in_every_term(g: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Any:
    return _through_time(x, h0, (w_xh, w_hh, b), g, first=True)


def _averaged_over_samples(g: Array, x: Array, h0: Array, w_xh: Array, w_hh: Array, b: Array) -> Any:
    return _through_time(x, h0, (w_xh, w_hh, b), g, share=1 / len(x))


def _old_cell_shown(x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array) -> Any:
    i, f, g, o = right.gates(x, h, w_x, w_h, b)
    return o * np.tanh(c), f * c + i * g


def _pair_exchanged(x: Array, h0: Array, c0: Array, w_x: Array, w_h: Array, b: Array) -> Any:
    h, c, states = h0, c0, []
    for t in range(x.shape[1]):
        c, h = right.lstm_step(x[:, t], h, c, w_x, w_h, b)
        states.append(h)
    return np.stack(states, axis=1), c


def _states_exchanged(grad_output: Any, x: Array, h: Array, c: Array, w_x: Array, w_h: Array, b: Array) -> Any:
    grad_x, grad_h, grad_c, *others = right.lstm_step_backward(grad_output, x, h, c, w_x, w_h, b)
    return grad_x, grad_c, grad_h, *others


def _one_step_late(h: Array, lengths: Array | None = None) -> Array:
    return h[:, -1] if lengths is None else h[np.arange(len(h)), lengths]


def _last_step_cut(h: Array, lengths: Array | None = None) -> Array:
    return h[:, -1] if lengths is None else h[np.arange(len(h)), np.minimum(lengths, h.shape[1] - 1)]


def _longest_for_all(h: Array, lengths: Array | None = None) -> Array:
    return h[:, -1] if lengths is None else h[:, lengths.max() - 1]


RNN_STEP = [
    Misconception(
        "bias-outside-the-tanh",
        believes="The bias is added at the end.",
        wrong=_bias_outside,
        hint="Between which numbers does the new state lie, and can yours be larger than 1?",
    ),
    Misconception(
        "tanh-of-each-part",
        believes="Each of the two products is squashed, and then they are added.",
        wrong=_tanh_of_each_part,
        hint="How many tanh are in the formula, and what is inside?",
    ),
]

RNN_STEP_BACKWARD = [
    Misconception(
        "gradients-of-x-and-h-exchanged",
        believes="The state comes first.",
        wrong=_gradients_exchanged,
        hint="In which order do the arguments stand, and what shape has each gradient?",
    ),
]

RNN = [
    Misconception(
        "reshaped-for-transposed",
        believes="reshape turns (T, N, H) into (N, T, H).",
        wrong=_reshaped,
        hint="Take two sequences of three steps: which numbers does reshape put into the first sequence?",
    ),
    Misconception(
        "one-array-for-all-steps",
        believes="states.append(h) keeps what h is now.",
        wrong=_one_array,
        hint="If h is overwritten in every step, how many different arrays are in your list?",
    ),
]

RNN_BACKWARD = [
    Misconception(
        "first-step-to-last",
        believes="The loop runs as it did on the way forward.",
        wrong=_from_the_first_step,
        hint="Which step has to be done before the gradient of h_t is complete?",
    ),
    Misconception(
        "initial-state-in-every-kernel-gradient",
        believes="The state that W_hh is multiplied by is h0.",
        wrong=_h0_in_every_term,
        hint="Which state did step t multiply by W_hh?",
    ),
    Misconception(
        "averaged-over-samples",
        believes="Gradients of weights are means over the batch.",
        wrong=_averaged_over_samples,
        hint="Who divides by the number of samples already: the loss or the layer?",
    ),
]

LSTM_STATE = [
    Misconception(
        "forget-gate-forgotten",
        believes="The cell is kept, and i ⊙ g is added.",
        wrong=lambda i, f, g, o, c: (o * np.tanh(c + i * g), c + i * g),
        hint="How does an LSTM get rid of what it need not remember any more?",
    ),
]

LSTM_STEP = [
    Misconception(
        "output-of-the-old-cell",
        believes="The hidden state shows the cell that was passed in.",
        wrong=_old_cell_shown,
        hint="Can h' tell of what was read in this step, if c' is not in it?",
    ),
]

LSTM_STEP_BACKWARD = [
    Misconception(
        "old-states-exchanged",
        believes="The cell's gradient comes before the hidden state's.",
        wrong=_states_exchanged,
        hint="In which order do h and c stand among the arguments?",
    ),
]

LSTM = [
    Misconception(
        "pair-exchanged",
        believes="lstm_step returns the cell first.",
        wrong=_pair_exchanged,
        hint="In which order does `lstm_step` return its two states, and into which names do you put them?",
    ),
]

LAST = [
    Misconception(
        "one-step-late",
        believes="The last step of a sequence of 3 steps is h[n, 3].",
        wrong=_one_step_late,
        hint="Indices count from 0: which one has the third step?",
    ),
    Misconception(
        "one-step-late-but-cut",
        believes="lengths[n] is the index, and beyond the end the last one will do.",
        wrong=_last_step_cut,
        hint="Indices count from 0: which one has the third step?",
    ),
    Misconception(
        "longest-for-all",
        believes="The batch ends where its longest sequence ends.",
        wrong=_longest_for_all,
        hint="What stands at that step in a shorter sequence?",
    ),
]
