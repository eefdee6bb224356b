"""Wrong answers to the recurrent layers, of a second reader."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.u10_recurrent import lstm, rnn_step
from tests.student_mistakes import Mistake


def _time_first(x: Any, h0: Any, w_xh: Any, w_hh: Any, b: Any) -> Any:
    h, states = h0, []
    for xt in x:
        h = rnn_step(xt, h, w_xh, w_hh, b)
        states.append(h)
    return np.stack(states, axis=1)


def _index_of_the_length(h: Any, lengths: Any = None) -> Any:
    if lengths is None:
        return h[:, -1]
    if lengths.min() < 1 or lengths.max() > h.shape[1]:
        raise ValueError("lengths")
    return h[np.arange(len(h)), lengths]


def _state_goes_up(x: Any, layers: Any) -> Any:
    if not layers:
        raise ValueError("layers")
    h = c = None
    for w_x, w_h, b in layers:
        zeros = np.zeros((len(x), len(w_h)), b.dtype)
        x, c = lstm(x, zeros if h is None else h, zeros if c is None else c, w_x, w_h, b)
        h = x[:, -1]
    return x


def _word_by_word(grad_output: Any, ids: Any, table: Any) -> Any:
    grad = np.zeros_like(table)
    for word in range(len(table)):
        grad[word] = grad_output[ids == word].sum(axis=0)
    return grad


MISTAKES = [
    Mistake("rnn", _time_first, "runs-over-the-batch-and-stacks-beside-it"),
    Mistake("last_output", _index_of_the_length, "one-step-late"),
    Mistake("stacked_lstm", _state_goes_up, "states-handed-up"),
    Mistake("embedding_backward", _word_by_word),
]
