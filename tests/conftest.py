"""What many tests need: grade a piece of source text as a student's file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from autograder.assessment.catalog import unit
from autograder.assessment.compiled import CompiledExercise
from autograder.authoring.scaffold import source_in
from autograder.execution.executors import Limits, choose
from autograder.execution.session import RemoteSession
from autograder.grading.course import Course
from autograder.grading.grader import grade
from autograder.grading.results import ExerciseGrade, Grade
from autograder.submissions.load import Chunk, Submission, UnitSource

GradeSource = Callable[..., dict[str, ExerciseGrade]]
COURSE = Course()
SOLUTIONS = Path(__file__).resolve().parents[1] / "solutions"


def solution_path(name: str) -> Path:
    """Where the model answers of a unit are: a file, or a folder of modules."""
    file = SOLUTIONS / f"{name}.py"
    return file if file.exists() else SOLUTIONS / name


def solution_text(name: str) -> str:
    """The model answers of a unit as a student would hand them in: one file."""
    return source_in(SOLUTIONS, name)


def write_solutions(folder: Path, *names: str) -> None:
    """Write model answers as students' files: of these units, or of all."""
    for name in names or {path.stem for path in SOLUTIONS.glob("u[0-9]*")}:
        (folder / f"{name}.py").write_text(solution_text(name), encoding="utf-8")


def compiled(id: str) -> CompiledExercise:
    """The compiled exercise of an id."""
    slug, _, name = id.partition(".")
    return unit(slug).exercise(name)


def submission_of(source: str, unit: str = "u04_activations") -> Submission:
    """A submission of one file."""
    chunk = Chunk(f"{unit}.py", source)
    return Submission("student", {unit: UnitSource(unit, chunk.name, (chunk,), False)}, {}, (), {})


def grade_text(source: str, only: Iterable[str], sandbox: str = "subprocess", limits: Limits | None = None) -> Grade:
    """Grade source text as `u04_activations.py`."""
    session = RemoteSession(choose(sandbox), limits or Limits(call_seconds=2.0, import_seconds=3.0))
    return grade(submission_of(source), COURSE, session, only={f"activations.{name}" for name in only})


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Hidden cases are not kept where the user's are."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.getbasetemp() / "cache")


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
