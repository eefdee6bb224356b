"""Assessment of layers: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units.u06_layers import batch_norm, batch_norm_eval, dense, dropout, flatten, layer_norm, parameters

EXERCISES = [
    dense.dense,
    dense.dense_backward,
    flatten.flatten,
    flatten.flatten_backward,
    dropout.make_dropout_mask,
    dropout.dropout,
    dropout.dropout_backward,
    dropout.dropout_eval,
    batch_norm.batch_statistics,
    batch_norm.batch_norm_train,
    batch_norm.batch_norm_backward,
    batch_norm_eval.batch_norm_eval,
    batch_norm_eval.batch_norm_eval_backward,
    layer_norm.layer_norm,
    layer_norm.layer_norm_backward,
    parameters.dense_parameters,
    parameters.conv_parameters,
    parameters.batch_norm_parameters,
    parameters.rnn_parameters,
    parameters.lstm_parameters,
]
