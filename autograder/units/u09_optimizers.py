"""Assessment of optimizers: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units import _optimizers_adam as adam
from autograder.units import _optimizers_adaptive as adaptive
from autograder.units import _optimizers_clipping as clipping
from autograder.units import _optimizers_cosine as cosine
from autograder.units import _optimizers_descent as descent
from autograder.units import _optimizers_global_norm as global_norm
from autograder.units import _optimizers_nesterov as nesterov
from autograder.units import _optimizers_path as path
from autograder.units import _optimizers_plateau as plateau
from autograder.units import _optimizers_schedules as schedules

EXERCISES = [
    descent.SGD,
    descent.Momentum,
    nesterov.Nesterov,
    adaptive.Adagrad,
    adaptive.RMSprop,
    adam.Adam,
    adam.AdamW,
    clipping.clip_by_value,
    clipping.clip_by_norm,
    global_norm.clip_by_global_norm,
    schedules.step_decay,
    schedules.exponential_decay,
    cosine.cosine_decay,
    plateau.ReduceOnPlateau,
    path.gradient_descent,
]
