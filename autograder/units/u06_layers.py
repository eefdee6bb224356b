"""Assessment of layers: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units import _layers_batch_norm as training
from autograder.units import _layers_batch_norm_backward as training_backward
from autograder.units import _layers_batch_norm_eval as test_time
from autograder.units import _layers_batch_norm_eval_backward as test_time_backward
from autograder.units import _layers_counts as counts
from autograder.units import _layers_counts_recurrent as recurrent_counts
from autograder.units import _layers_dense as dense
from autograder.units import _layers_dropout as dropout
from autograder.units import _layers_flatten as flatten
from autograder.units import _layers_layer_norm as layer_norm
from autograder.units import _layers_layer_norm_backward as layer_norm_backward
from autograder.units import _layers_masks as masks
from autograder.units import _layers_statistics as statistics

EXERCISES = [
    dense.dense,
    dense.dense_backward,
    flatten.flatten,
    flatten.flatten_backward,
    masks.make_dropout_mask,
    dropout.dropout,
    dropout.dropout_backward,
    dropout.dropout_eval,
    statistics.batch_statistics,
    training.batch_norm_train,
    training_backward.batch_norm_backward,
    test_time.batch_norm_eval,
    test_time_backward.batch_norm_eval_backward,
    layer_norm.layer_norm,
    layer_norm_backward.layer_norm_backward,
    counts.dense_parameters,
    counts.conv_parameters,
    counts.batch_norm_parameters,
    recurrent_counts.rnn_parameters,
    recurrent_counts.lstm_parameters,
]
