"""Assessment of training."""

from __future__ import annotations

from autograder.units import (
    _training_accuracy,
    _training_binary,
    _training_confusion,
    _training_cross_validation,
    _training_curve,
    _training_data,
    _training_k_fold,
    _training_loop,
    _training_metrics,
    _training_plot,
    _training_split,
    _training_stopping,
)

train_validation_split = _training_split.train_validation_split
iterate_batches = _training_data.iterate_batches
train_step = _training_loop.train_step
fit = _training_loop.fit
evaluate = _training_metrics.evaluate
predict = _training_metrics.predict
accuracy = _training_accuracy.accuracy
binary_accuracy = _training_binary.binary_accuracy
EarlyStopping = _training_stopping.EarlyStopping
k_fold = _training_k_fold.k_fold
cross_validate = _training_cross_validation.cross_validate
smooth_curve = _training_curve.smooth_curve
confusion_matrix = _training_confusion.confusion_matrix
plot_history = _training_plot.plot_history
