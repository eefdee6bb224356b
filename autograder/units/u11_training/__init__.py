"""Assessment of training: samples and batches, the loop, what is measured, when to stop, and curves."""

from __future__ import annotations

from autograder.units.u11_training import accuracy, cross_validation, curves, folds, loop, measuring, samples, stopping

EXERCISES = [
    samples.train_validation_split,
    samples.iterate_batches,
    loop.train_step,
    loop.fit,
    measuring.evaluate,
    measuring.predict,
    accuracy.accuracy,
    accuracy.binary_accuracy,
    stopping.EarlyStopping,
    folds.k_fold,
    cross_validation.cross_validate,
    curves.smooth_curve,
    accuracy.confusion_matrix,
    curves.plot_history,
]
