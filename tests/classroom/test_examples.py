"""The sample class gets the grades that it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.assessment.catalog import units
from autograder.classroom.run import grade_class
from autograder.execution.executors import Limits, choose
from autograder.grading.course import Course
from autograder.grading.results import ExerciseGrade, Grade
from autograder.submissions.load import find_submissions

CLASS = Path(__file__).resolve().parents[2] / "examples" / "class"


@pytest.fixture(scope="module")
def grades() -> dict[str, Grade]:
    """Every sample submission's grade, by name, made in the sandbox."""
    course = Course()
    paths = find_submissions(CLASS, course.names())
    graded = list(grade_class(paths, course, choose("bubblewrap"), Limits(call_seconds=2.0), workers=2))
    assert [each.fault for each in graded] == [""] * len(graded)
    return {each.name: each.grade for each in graded if each.grade is not None}


def exercises_of(grade: Grade) -> dict[str, ExerciseGrade]:
    """A grade's exercises by id."""
    return {each.exercise.id: each for each in grade.exercises}


def attempted(grade: Grade) -> list[ExerciseGrade]:
    """What was started."""
    return [each for each in grade.exercises if each.verdict != "not_attempted"]


def test_there_are_a_dozen(grades: dict[str, Grade]) -> None:
    """The class is large enough to look like one."""
    assert len(grades) >= 12


@pytest.mark.parametrize("name", ["ruth_perfect", "tara_other_style", "sven_half_done"])
def test_right_answers_pass_whatever_their_style(grades: dict[str, Grade], name: str) -> None:
    """Everything that was attempted passed."""
    assert {each.verdict for each in attempted(grades[name])} == {"passed"}
    assert len(attempted(grades[name])) >= 25


def test_each_typical_mistake_is_named(grades: dict[str, Grade]) -> None:
    """One mistake in each unit, and each is recognised."""
    failed = [each for each in attempted(grades["omar_one_mistake_each"]) if each.verdict != "passed"]
    assert [each.exercise.unit for each in failed] == [
        "tensors", "gates", "activations", "convolution", "initializers", "training",
    ]  # fmt: skip
    assert all(each.misconception is not None for each in failed)


def test_hostile_code_earns_what_it_answered(grades: dict[str, Grade]) -> None:
    """Mallory's one honest answer counts; nothing else does."""
    scores = {each.exercise.name: each.score for each in attempted(grades["mallory_rewrites_results"])}
    assert scores.pop("relu") == 1.0
    assert set(scores.values()) == {0.0}


def test_exit_costs_its_exercise(grades: dict[str, Grade]) -> None:
    """Ivan's functions that end the process are crashed; his others are graded."""
    verdicts = {each.exercise.name: each.verdict for each in attempted(grades["ivan_exit"])}
    assert verdicts == {
        "sigmoid": "crashed", "relu": "passed", "softmax": "passed", "softmax_backward": "crashed",
    }  # fmt: skip


def test_endless_loop_costs_its_exercise(grades: dict[str, Grade]) -> None:
    """Hana's loop is timed out; what stands after it is graded."""
    verdicts = {each.exercise.name: each.verdict for each in attempted(grades["hana_endless_loop"])}
    assert verdicts.pop("tanh") == "timed_out"
    assert set(verdicts.values()) == {"passed"}


def test_syntax_error_is_shown(grades: dict[str, Grade]) -> None:
    """Gus is told file and line."""
    assert any(
        "gus_syntax_error.py, line 10" in line for each in grades["gus_syntax_error"].exercises for line in each.of_file
    )


def test_other_file_names_and_kinds_are_found(grades: dict[str, Grade]) -> None:
    """A free file name, a notebook with plots and a zip are graded all the same."""
    assert exercises_of(grades["jonas_homework2_final"])["gates.AddGate"].verdict == "passed"
    assert exercises_of(grades["jonas_homework2_final"])["gates.MaxGate"].misconception is not None
    assert exercises_of(grades["notebook_plots"])["activations.softmax"].verdict == "passed"
    assert exercises_of(grades["notebook_plots"])["activations.softmax_backward"].misconception is not None
    assert sum(each.verdict == "passed" for each in grades["petra"].exercises) >= 30


def test_printing_is_recognised(grades: dict[str, Grade]) -> None:
    """Mia is asked whether she printed instead of returning."""
    assert (
        "printed instead of returned" in exercises_of(grades["mia_u01_tensors_prints"])["tensors.flatten_batch"].message
    )


def test_every_sample_is_described() -> None:
    """The folder's table lists each submission."""
    text = (CLASS.parent / "README.md").read_text(encoding="utf-8")
    names = [path.name for path in find_submissions(CLASS, {unit.name: [] for unit in units()})]
    assert [name for name in names if name not in text] == []
