"""What many tests need: grade a piece of source text as a student's file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from autograder.grade import grade
from autograder.grades import ExerciseGrade, Grade
from autograder.prepare import Course
from autograder.sandbox import Limits, choose
from autograder.session import RemoteSession
from autograder.submission import Chunk, Submission, UnitSource

GradeSource = Callable[..., dict[str, ExerciseGrade]]
COURSE = Course()
SOLUTIONS = Path(__file__).resolve().parents[1] / "solutions"


def submission_of(source: str, unit: str = "u04_activations") -> Submission:
    """A submission of one file."""
    chunk = Chunk(f"{unit}.py", source)
    return Submission("student", {unit: UnitSource(unit, chunk.name, (chunk,), False)}, {}, (), {})


def grade_text(source: str, only: Iterable[str], sandbox: str = "subprocess", limits: Limits | None = None) -> Grade:
    """Grade source text as `u04_activations.py`."""
    session = RemoteSession(choose(sandbox), limits or Limits(call_seconds=2.0, import_seconds=3.0))
    return grade(submission_of(source), COURSE, session, only={f"activations.{name}" for name in only})


@pytest.fixture(params=["subprocess", "bubblewrap"])
def sandbox(request: pytest.FixtureRequest) -> str:
    """Every executor that this machine must have."""
    name: str = request.param
    return name


@pytest.fixture
def grade_source() -> GradeSource:
    """Grade source text; returns the grades of the chosen exercises by name."""

    def run(
        source: str, *only: str, sandbox: str = "subprocess", limits: Limits | None = None
    ) -> dict[str, ExerciseGrade]:
        result = grade_text(source, only, sandbox, limits)
        return {each.exercise.name: each for each in result.exercises}

    return run
