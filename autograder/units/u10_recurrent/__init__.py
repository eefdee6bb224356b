"""Assessment of recurrent layers."""

from __future__ import annotations

from autograder.units.u10_recurrent import (
    embedding,
    layers,
    lstm,
    lstm_gates,
    lstm_state,
    lstm_step,
    rnn,
    rnn_step,
    vanishing,
)

EXERCISES = [
    rnn_step.rnn_step,
    rnn_step.rnn_step_backward,
    rnn.rnn,
    rnn.rnn_backward,
    lstm_gates.lstm_gates,
    lstm_gates.lstm_gates_backward,
    lstm_state.lstm_state,
    lstm_state.lstm_state_backward,
    lstm_step.lstm_step,
    lstm_step.lstm_step_backward,
    lstm.lstm,
    lstm.lstm_backward,
    layers.stacked_lstm,
    layers.last_output,
    layers.bidirectional,
    vanishing.gradient_norm_by_step,
    embedding.embedding,
    embedding.embedding_backward,
]
