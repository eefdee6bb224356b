"""Assessment of gates: single gates, small circuits, and checking a gradient by differences."""

from __future__ import annotations

from autograder.units.u02_gates import checking, circuits, gates

EXERCISES = [
    gates.add_gate,
    gates.multiply_gate,
    gates.max_gate,
    gates.copy_gate_backward,
    circuits.sum_times,
    circuits.sum_times_backward,
    circuits.sigmoid_neuron,
    circuits.sigmoid_neuron_backward,
    checking.numerical_gradient,
    checking.relative_error,
    checking.gradient_check,
]
