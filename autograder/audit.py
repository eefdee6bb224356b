"""Grade the grader: right answers pass, wrong ones fail, and each failure is named.

For every exercise: the model answer and every accepted variant pass, the stub is not attempted, and each misconception
is rejected and diagnosed as itself.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from autograder.authoring import solution_source
from autograder.catalog import Exercise, Unit
from autograder.diagnose import answer_locally, diagnose
from autograder.judge import judge, judge_growth
from autograder.prepare import Course, PreparedExercise
from autograder.source import forbidden_use, read_source
from autograder.submission import Chunk

__all__ = ["ExerciseAudit", "audit_exercise", "audit_unit", "markdown_table", "summary"]


@dataclass
class ExerciseAudit:
    """What the audit found about one exercise; `faults` are one line each."""

    id: str
    cases: int
    misconceptions: int
    rejected: int = 0
    named: int = 0
    faults: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def audit_unit(unit: Unit, course: Course) -> list[ExerciseAudit]:
    """Audit all exercises of a unit."""
    return [audit_exercise(course.prepare(unit, exercise)) for exercise in unit.exercises]


def audit_exercise(prepared: PreparedExercise) -> ExerciseAudit:
    """Audit one exercise."""
    exercise = prepared.exercise
    total = len(prepared.cases) + (exercise.vectorized is not None)
    audit = ExerciseAudit(exercise.id, total, len(exercise.misconceptions))
    model = getattr(importlib.import_module(f"solutions.{prepared.unit.name}"), exercise.name, None)
    if model is None:
        audit.faults.append("there is no model answer")
        return audit
    rights = [("the model answer", model), *((f"variant {each.name}", each.right) for each in exercise.variants)]
    for what, right in rights:
        if problem := first_problem(prepared, right):
            audit.faults.append(f"{what} is rejected: {problem}")
    if used := _forbidden_tool(prepared):
        audit.faults.append(f"the model answer uses `{used}`, which the exercise forbids")
    if not _is_not_attempted(prepared, _stub(exercise)):
        audit.faults.append("the stub is not judged as not attempted")
    _audit_misconceptions(prepared, audit)
    return audit


def first_problem(
    prepared: PreparedExercise, subject: Callable[..., Any], answers: Sequence[Mapping[str, Any]] | None = None
) -> str | None:
    """The first case on which code of ours does not pass, with the reason.

    Args:
        prepared: the exercise.
        subject: a model answer or a wrong version.
        answers: what it answers to the cases, where that is known already.
    """
    asked = prepared.request().cases
    known = answers or _answers(prepared, subject, asked[: len(prepared.cases)])
    for case, truth, answer in zip(prepared.cases, prepared.truths, known, strict=True):
        outcome = judge(prepared.exercise, case, truth, answer)
        if outcome.verdict != "passed":
            return f"[{case.label}] {outcome.text}"
    if prepared.exercise.vectorized is not None:
        small, large = _answers(prepared, subject, asked[len(prepared.cases) :])
        outcome = judge_growth(small, large)
        return None if outcome.verdict == "passed" else outcome.text
    return None


def _answers(
    prepared: PreparedExercise, subject: Callable[..., Any], asked: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    return [answer_locally(prepared.exercise, subject, case) for case in asked]


def _audit_misconceptions(prepared: PreparedExercise, audit: ExerciseAudit) -> None:
    exercise = prepared.exercise
    wrong = prepared.wrong
    for misconception in exercise.misconceptions:
        answers: Sequence[Any] = wrong[misconception.name]
        if not first_problem(prepared, misconception.wrong, answers):
            audit.faults.append(f"misconception {misconception.name} is accepted")
            continue
        audit.rejected += 1
        found = diagnose(exercise, prepared.cases, prepared.truths, answers, wrong)
        if found is misconception:
            audit.named += 1
        else:
            audit.unnamed.append(f"{misconception.name} is named {found.name if found else 'nothing'}")


def _forbidden_tool(prepared: PreparedExercise) -> str | None:
    chunk = Chunk(f"{prepared.unit.name}.py", solution_source(prepared.unit))
    used = forbidden_use(read_source([chunk]), prepared.exercise.name, prepared.exercise.forbids)
    return used[2] if used else None


def _is_not_attempted(prepared: PreparedExercise, stub: Callable[..., Any]) -> bool:
    answers = _answers(prepared, stub, prepared.request().cases[: len(prepared.cases)])
    rows = zip(prepared.cases, prepared.truths, answers, strict=True)
    return all(judge(prepared.exercise, case, truth, answer).verdict == "not_attempted" for case, truth, answer in rows)


def _stub(exercise: Exercise) -> Callable[..., Any]:
    def stub(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(exercise.id)

    return stub


def summary(audits: Sequence[ExerciseAudit]) -> dict[str, int]:
    """Totals of an audit."""
    return {
        "exercises": len(audits),
        "cases": sum(each.cases for each in audits),
        "misconceptions": sum(each.misconceptions for each in audits),
        "rejected": sum(each.rejected for each in audits),
        "named": sum(each.named for each in audits),
        "faults": sum(len(each.faults) for each in audits),
    }


def markdown_table(audits: Sequence[ExerciseAudit]) -> str:
    """Totals by unit, and of all, as a Markdown table."""
    rows = [(unit, summary(list(group))) for unit, group in groupby(audits, key=lambda each: each.id.partition(".")[0])]
    rows.append(("all", summary(audits)))
    columns = ("exercises", "cases", "misconceptions", "rejected", "named")
    lines = [f"| unit | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}"]
    lines += [f"| {unit} | {' | '.join(str(totals[column]) for column in columns)} |" for unit, totals in rows]
    return "\n".join(lines)
