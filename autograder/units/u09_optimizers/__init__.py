"""Assessment of optimizers: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units.u09_optimizers import adam, adaptive, clipping, gradient_descent, momentum, plateau, schedules

EXERCISES = [
    momentum.SGD,
    momentum.Momentum,
    momentum.Nesterov,
    adaptive.Adagrad,
    adaptive.RMSprop,
    adam.Adam,
    adam.AdamW,
    clipping.clip_by_value,
    clipping.clip_by_norm,
    clipping.clip_by_global_norm,
    schedules.step_decay,
    schedules.exponential_decay,
    schedules.cosine_decay,
    plateau.ReduceOnPlateau,
    gradient_descent.gradient_descent,
]
