"""Wrong answers as students write them are rejected, and what they are called is true."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

from autograder.audit import first_problem
from autograder.catalog import unit
from autograder.diagnose import answer_locally, diagnose
from tests import student_mistakes
from tests.conftest import COURSE
from tests.student_mistakes import Mistake

#: A unit's further modules are called `<unit>__<what>`.
MISTAKES = [
    pytest.param(module.name.partition("__")[0], mistake, id=f"{module.name}-{index}-{mistake.exercise}")
    for module in pkgutil.iter_modules(student_mistakes.__path__)
    for index, mistake in enumerate(import_module(f"tests.student_mistakes.{module.name}").MISTAKES)
]


@pytest.mark.parametrize(("name", "mistake"), MISTAKES)
def test_mistake_is_rejected_and_called_what_it_is(name: str, mistake: Mistake) -> None:
    """A case rejects the answer; it has the name that is true for it, or none."""
    of = COURSE.prepare(unit(name), unit(name).exercise(mistake.exercise))
    assert first_problem(of, mistake.wrong) is not None
    answers = [answer_locally(of.exercise, mistake.wrong, request) for request in of.request().cases[: len(of.cases)]]
    found = diagnose(of.exercise, of.cases, of.truths, answers, of.wrong)
    assert (found.name if found else None) == mistake.named
