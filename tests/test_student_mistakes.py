"""Mistakes that beginners make are rejected, and named truly or not at all."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest

from autograder.catalog import Case, unit
from autograder.diagnose import answer_locally
from autograder.grades import CaseGrade, ExerciseGrade
from autograder.judge import judge, judge_growth
from autograder.prepare import PreparedExercise
from autograder.scoring import summarise
from tests import student_mistakes
from tests.conftest import COURSE
from tests.student_mistakes import Mistake

#: A unit's further modules are called `<unit>__<what>`.
MODULES = [each.name for each in pkgutil.iter_modules(student_mistakes.__path__) if re.match(r"u\d\d_", each.name)]


def graded(of: PreparedExercise, subject: Callable[..., Any]) -> ExerciseGrade:
    """The grade of a function or class of ours, as a student would get it."""
    answers = [answer_locally(of.exercise, subject, request) for request in of.request().cases]
    rows = zip(of.cases, of.truths, answers, strict=False)
    cases = [CaseGrade(case, judge(of.exercise, case, truth, answer)) for case, truth, answer in rows]
    if of.exercise.vectorized is not None:
        cases.append(CaseGrade(Case("vectorized"), judge_growth(answers[-2], answers[-1])))
    return summarise(of, cases, answers)


def problem(of: PreparedExercise, mistake: Mistake) -> str | None:
    """What is wrong with the grade of a mistake, in one line with the place where it is written."""
    grade = graded(of, mistake.wrong)
    name = grade.misconception.name if grade.misconception else None
    if grade.verdict != "passed" and name == mistake.named:
        return None
    got = "accepted" if grade.verdict == "passed" else f"named {name}, want {mistake.named}"
    return f"{of.exercise.id}, {getattr(mistake.wrong, '__qualname__', mistake.wrong)}: {got}"


@pytest.mark.parametrize("name", MODULES)
def test_mistakes_are_rejected_and_named_truly(name: str) -> None:
    """No mistake passes, and each is given the name that is expected of it, or none; prints the share that has one."""
    known = unit(name.partition("__")[0])
    mistakes: list[Mistake] = import_module(f"{student_mistakes.__name__}.{name}").MISTAKES
    problems = [
        (index, found)
        for index, mistake in enumerate(mistakes)
        if (found := problem(COURSE.prepare(known, known.exercise(mistake.exercise)), mistake))
    ]
    named = sum(mistake.named is not None for mistake in mistakes)
    print(f"{name}: {named} of {len(mistakes)} mistakes are named ({100 * named // len(mistakes)} %)")
    assert not problems
