"""Assessment of training."""

from __future__ import annotations

from autograder.units import _training_data, _training_loop, _training_metrics, _training_stopping

train_validation_split = _training_data.train_validation_split
iterate_batches = _training_data.iterate_batches
train_step = _training_loop.train_step
fit = _training_loop.fit
evaluate = _training_metrics.evaluate
predict = _training_metrics.predict
accuracy = _training_metrics.accuracy
EarlyStopping = _training_stopping.EarlyStopping
