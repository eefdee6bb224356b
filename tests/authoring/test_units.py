"""All units: what the stubs hold, what is assessed, what is stored."""

from __future__ import annotations

import ast

import pytest

from autograder.assessment.exercise import Exercise
from autograder.authoring.scaffold import solution_source, stub_of
from autograder.authoring.units import AuthoredUnit, authored_units

UNITS = authored_units()
EXERCISES = [exercise for unit in UNITS for exercise in unit.exercises]
IDS = [exercise.id for exercise in EXERCISES]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_stubs_are_up_to_date(unit: AuthoredUnit) -> None:
    """The stub file is what its solution gives."""
    path, text = stub_of(unit)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_lesson_fits_two_screens(unit: AuthoredUnit) -> None:
    """A unit's head is a lesson, not a book."""
    lesson = ast.get_docstring(ast.parse(solution_source(unit))) or ""
    assert 10 < len(lesson.splitlines()) <= 90


@pytest.mark.parametrize("exercise", EXERCISES, ids=IDS)
def test_assessment_is_complete(exercise: Exercise) -> None:
    """At least five public cases, misconceptions with belief and question, three hints."""
    assert len(exercise.public_cases()) >= 5
    assert exercise.misconceptions
    assert all(each.belief.strip() and "?" in each.question for each in exercise.misconceptions)
    assert len(exercise.hints) == 3
    assert exercise.points > 0
