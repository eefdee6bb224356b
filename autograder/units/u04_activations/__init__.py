"""Assessment of activations: the exercises in the order of the unit."""

from __future__ import annotations

from autograder.units.u04_activations import exponential, networks, rectifiers, saturating, smooth, softmax

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
    softmax.softmax,
    softmax.softmax_backward,
    softmax.log_softmax,
    softmax.log_softmax_backward,
    networks.step,
    networks.solve_xor,
    networks.relu_through_points,
    networks.gradient_through_depth,
]
