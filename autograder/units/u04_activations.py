"""Assessment of activations: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units import _activations_exponential as exponential
from autograder.units import _activations_log_softmax as logarithm
from autograder.units import _activations_network as network
from autograder.units import _activations_rectifiers as rectifiers
from autograder.units import _activations_saturating as saturating
from autograder.units import _activations_smooth as smooth
from autograder.units import _activations_softmax as along_axis
from autograder.units import _activations_universal as universal

EXERCISES = [
    saturating.sigmoid,
    saturating.sigmoid_backward,
    saturating.tanh,
    saturating.tanh_backward,
    rectifiers.relu,
    rectifiers.relu_backward,
    rectifiers.leaky_relu,
    rectifiers.leaky_relu_backward,
    exponential.elu,
    exponential.elu_backward,
    exponential.selu,
    exponential.selu_backward,
    smooth.gelu,
    smooth.gelu_backward,
    smooth.softplus,
    smooth.softplus_backward,
    saturating.softsign,
    saturating.softsign_backward,
    along_axis.softmax,
    along_axis.softmax_backward,
    logarithm.log_softmax,
    logarithm.log_softmax_backward,
    network.step,
    network.solve_xor,
    universal.relu_through_points,
    network.gradient_through_depth,
]
