"""Assessment of recurrent: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units import _recurrent_depth as depth
from autograder.units import _recurrent_embedding as words
from autograder.units import _recurrent_gates as gates
from autograder.units import _recurrent_layers as layers
from autograder.units import _recurrent_lstm as lstm
from autograder.units import _recurrent_lstm_backward as lstm_through_time
from autograder.units import _recurrent_lstm_step as lstm_step
from autograder.units import _recurrent_rnn as rnn
from autograder.units import _recurrent_rnn_backward as rnn_through_time
from autograder.units import _recurrent_rnn_step as rnn_step
from autograder.units import _recurrent_state as state

EXERCISES = [
    rnn_step.step,
    rnn_step.step_backward,
    rnn.whole,
    rnn_through_time.whole_backward,
    gates.lstm_gates,
    gates.lstm_gates_backward,
    state.lstm_state,
    state.lstm_state_backward,
    lstm_step.step,
    lstm_step.step_backward,
    lstm.whole,
    lstm_through_time.whole_backward,
    layers.stacked_lstm,
    layers.last_output,
    layers.bidirectional,
    depth.gradient_norm_by_step,
    words.embedding,
    words.embedding_backward,
]
