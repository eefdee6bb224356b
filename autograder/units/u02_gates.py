"""Assessment of gates: single gates, small circuits, and checking a gradient by differences."""

from __future__ import annotations

from autograder.units import _gates_checking, _gates_circuits, _gates_single

__all__ = ["EXERCISES"]

EXERCISES = [*_gates_single.SINGLE_GATES, *_gates_circuits.CIRCUITS, *_gates_checking.CHECKING]
