"""Assessment of gates: single gates, small circuits, and checking a gradient by differences."""

from __future__ import annotations

from autograder.units import (
    _gates_checking,
    _gates_circuits,
    _gates_gradient_check,
    _gates_max,
    _gates_neuron,
    _gates_single,
)

__all__ = ["EXERCISES"]

EXERCISES = [
    *_gates_single.SINGLE_GATES,
    *_gates_max.MAX_AND_COPY,
    *_gates_circuits.CIRCUITS,
    *_gates_neuron.NEURON,
    *_gates_checking.MEASURING,
    _gates_gradient_check.gradient_check,
]
