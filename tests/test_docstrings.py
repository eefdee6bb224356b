"""Docstrings say what the code does: every argument, shape, dtype and error of every exercise."""

from __future__ import annotations

from importlib import import_module

import pytest

from autograder import oracle
from autograder.catalog import Case, Exercise, Unit, units
from autograder.worker import scenario_from_source
from tests.docstring_calls import problems_of

EXERCISES = [(unit, exercise) for unit in units() for exercise in unit.exercises]
IDS = [exercise.id for _, exercise in EXERCISES]


@pytest.mark.parametrize(("unit", "exercise"), EXERCISES, ids=IDS)
def test_docstrings_say_what_the_code_does(unit: Unit, exercise: Exercise) -> None:
    """Held against every public case: arguments by name and order, shapes, dtypes, and errors."""
    subject = getattr(import_module(f"solutions.{unit.name}"), exercise.name)
    scenario = exercise.scenario and scenario_from_source(exercise.scenario_source(), exercise.scenario.__name__)
    assert problems_of(subject, _complete_cases(unit, exercise), scenario) == []


def _complete_cases(unit: Unit, exercise: Exercise) -> list[Case]:
    """The public cases, with the upstream gradients that were drawn for them."""
    return [
        case
        if case.raises is not None or exercise.truth_kind == "none"
        else oracle.complete(case, oracle.stored(unit.name, exercise, case))
        for case in exercise.public_cases()
    ]
