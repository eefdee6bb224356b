"""Assessment of initializers."""

from __future__ import annotations

from autograder.units.u08_initializers import constants, distributions, orthogonal, scaling, symmetry, variance

EXERCISES = [
    scaling.fans,
    constants.zeros,
    constants.constant,
    symmetry.symmetry_is_broken,
    distributions.random_normal,
    distributions.random_uniform,
    distributions.truncated_normal,
    scaling.glorot_uniform,
    scaling.glorot_normal,
    scaling.he_uniform,
    scaling.he_normal,
    scaling.lecun_normal,
    scaling.lecun_uniform,
    orthogonal.orthogonal,
    variance.signal_through_depth,
]
