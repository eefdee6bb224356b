"""Assessment of initializers."""

from __future__ import annotations

from autograder.units import _initializers_depth as depth
from autograder.units import _initializers_draws as drawn
from autograder.units import _initializers_orthogonal as turned
from autograder.units import _initializers_scaled as scaled
from autograder.units import _initializers_shapes as shapes

#: In the order of the lesson.
EXERCISES = [
    shapes.fans,
    shapes.zeros,
    shapes.constant,
    shapes.symmetry_is_broken,
    drawn.random_normal,
    drawn.random_uniform,
    drawn.truncated_normal,
    scaled.glorot_uniform,
    scaled.glorot_normal,
    scaled.he_uniform,
    scaled.he_normal,
    scaled.lecun_normal,
    scaled.lecun_uniform,
    turned.orthogonal,
    depth.signal_through_depth,
]
