"""All units: what the stubs hold, what is assessed, what is stored."""

from __future__ import annotations

import ast

import pytest

from autograder import oracle
from autograder.authoring import solution_source, stub_of
from autograder.catalog import Exercise, Unit, units
from autograder.compare import compare

UNITS = units()
EXERCISES = [(unit, exercise) for unit in UNITS for exercise in unit.exercises]
IDS = [exercise.id for _, exercise in EXERCISES]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_stubs_are_up_to_date(unit: Unit) -> None:
    """The stub file is what its solution gives."""
    path, text = stub_of(unit)
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_lesson_fits_two_screens(unit: Unit) -> None:
    """A unit's head is a lesson, not a book."""
    lesson = ast.get_docstring(ast.parse(solution_source(unit))) or ""
    assert 10 < len(lesson.splitlines()) <= 90


@pytest.mark.parametrize(("unit", "exercise"), EXERCISES, ids=IDS)
def test_assessment_is_complete(unit: Unit, exercise: Exercise) -> None:
    """At least five public cases, three misconceptions with belief and question, three hints."""
    assert len(exercise.public_cases()) >= 5
    assert len(exercise.misconceptions) >= 3
    assert all(each.believes.strip() and "?" in each.hint for each in exercise.misconceptions)
    assert len(exercise.hints) == 3
    assert exercise.points > 0


@pytest.mark.parametrize(("unit", "exercise"), EXERCISES, ids=IDS)
def test_stored_truths_are_those_of_live_pytorch(unit: Unit, exercise: Exercise) -> None:
    """The stored truth of every public case equals the one computed now, within the case's own tolerance."""
    for case in exercise.public_cases():
        if case.raises is not None or exercise.truth_kind == "none":
            continue
        live, kept = oracle.compute(unit.name, exercise, case), oracle.stored(unit.name, exercise, case)
        assert compare(_as_dtype(live.expected, kept.dtype), kept) is None, case.label


def _as_dtype(value: object, dtype: str) -> object:
    """Truths are kept in float64; a comparison wants the dtype that students must return."""
    import numpy as np

    if isinstance(value, dict):
        return {key: _as_dtype(item, dtype) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_dtype(item, dtype) for item in value]
    is_float = isinstance(value, float) or (isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind == "f")
    return np.asarray(value).astype(dtype)[()] if is_float else value
