"""Mistakes that beginners make are rejected, and named truly or not at all."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from autograder.assessment.compiled import CompiledExercise
from autograder.assessment.entry import Entry
from autograder.assessment.verdict import Verdict
from autograder.authoring.audit import judged
from autograder.authoring.units import AuthoredUnit, authored_unit
from autograder.grading.results import ExerciseGrade
from autograder.grading.score import summarise
from tests import student_mistakes
from tests.conftest import compiled
from tests.student_mistakes import Mistake

#: A unit's further modules are called `<unit>__<what>`.
MODULES = [each.name for each in pkgutil.iter_modules(student_mistakes.__path__) if re.match(r"u\d\d_", each.name)]


def graded(unit: AuthoredUnit, exercise: CompiledExercise, subject: Callable[..., Any]) -> ExerciseGrade:
    """The grade of a function or class of ours, as a student would get it."""
    entry = Entry(exercise.unit, exercise.name, exercise.points, len(exercise.cases), 0)
    return summarise(entry, exercise, judged(unit.exercise(exercise.name), exercise, subject))


def problem(unit: AuthoredUnit, mistake: Mistake) -> str | None:
    """What is wrong with the grade of a mistake, in one line with the place where it is written."""
    exercise = compiled(f"{unit.slug}.{mistake.exercise}")
    grade = graded(unit, exercise, mistake.wrong)
    name = grade.misconception.name if grade.misconception else None
    if grade.verdict is not Verdict.PASSED and name == mistake.named:
        return None
    got = "accepted" if grade.verdict is Verdict.PASSED else f"named {name}, want {mistake.named}"
    return f"{exercise.id}, {getattr(mistake.wrong, '__qualname__', mistake.wrong)}: {got}"


@pytest.mark.parametrize("name", MODULES)
def test_mistakes_are_rejected_and_named_truly(name: str) -> None:
    """No mistake passes, and each is given the name that is expected of it, or none; prints the share that has one."""
    unit = authored_unit(name.partition("__")[0])
    mistakes: list[Mistake] = import_module(f"{student_mistakes.__name__}.{name}").MISTAKES
    problems = [
        (index, found) for index, mistake in enumerate(mistakes) if (found := problem(unit, mistake)) is not None
    ]
    named = sum(mistake.named is not None for mistake in mistakes)
    print(f"{name}: {named} of {len(mistakes)} mistakes are named ({100 * named // len(mistakes)} %)")
    assert not problems
