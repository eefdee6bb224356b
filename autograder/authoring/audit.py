"""Grade the grader: right answers pass, wrong ones fail, and each failure is named.

For every exercise, built anew from its sources: the model answer and every accepted variant pass, the stub is not
attempted, and each misconception is rejected and diagnosed as itself. The stored file says the same as what was built.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from autograder.assessment.compare import Truth, compare
from autograder.assessment.compiled import CompiledCase, CompiledExercise, Record
from autograder.assessment.entry import DataError
from autograder.assessment.exercise import Exercise
from autograder.assessment.unitfile import CompiledUnit, read_unit
from autograder.assessment.verdict import Verdict
from autograder.authoring.build import answers_of, compiled_public, record_of
from autograder.authoring.scaffold import solution_source
from autograder.authoring.units import AuthoredUnit, authored_unit
from autograder.grading.diagnose import Judged, diagnose
from autograder.grading.judge import judge
from autograder.submissions.load import Chunk
from autograder.submissions.source import forbidden_use, read_source

__all__ = ["ExerciseAudit", "audit_exercise", "audit_units", "markdown_table", "summary"]


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


def audit_units(units: Sequence[AuthoredUnit]) -> Iterator[ExerciseAudit]:
    """Audit all exercises of some units, in order, on all processors. Raises what `audit_exercise` raises."""
    names = [(unit.name, exercise.name) for unit in units for exercise in unit.exercises]
    with ProcessPoolExecutor() as pool:
        yield from pool.map(_audit_by_name, *zip(*names, strict=True))


def _audit_by_name(unit: str, exercise: str) -> ExerciseAudit:
    authored = authored_unit(unit)
    return audit_exercise(authored, authored.exercise(exercise), _stored(authored.data_file))


@functools.cache
def _stored(path: Path) -> CompiledUnit | str:
    """A compiled file, or why it cannot be read."""
    try:
        return read_unit(path)
    except DataError as error:
        return str(error)


def audit_exercise(unit: AuthoredUnit, exercise: Exercise, stored: CompiledUnit | str) -> ExerciseAudit:
    """Audit one exercise.

    Args:
        unit: its unit.
        exercise: the exercise.
        stored: the unit's compiled file, or why it cannot be read.
    """
    made = compiled_public(unit, exercise)
    audit = ExerciseAudit(exercise.id, len(made.cases), len(exercise.misconceptions))
    model = unit.model(exercise)
    rights = [("the model answer", model.right)]
    rights += [(f"variant {each.name}", model.variant(each)) for each in exercise.variants]
    for what, right in rights:
        if problem := _first_problem(made, judged(exercise, made, right)):
            audit.faults.append(f"{what} is rejected: {problem}")
    if used := _forbidden_tool(unit, exercise):
        audit.faults.append(f"the model answer uses `{used}`, which the exercise forbids")
    if any(outcome.verdict is not Verdict.NOT_ATTEMPTED for *_, outcome in judged(exercise, made, _stub(exercise))):
        audit.faults.append("the stub is not judged as not attempted")
    known = _audit_misconceptions(unit, exercise, made, audit)
    audit.faults += [stored] if isinstance(stored, str) else _differences(known, stored)
    return audit


def judged(exercise: Exercise, made: CompiledExercise, subject: Callable[..., Any]) -> list[Judged]:
    """What code of ours answers to all cases, judged."""
    rows = answers_of(exercise, made, subject, growth=True)
    return [(case, answer, judge(made, case, answer)) for case, answer in rows]


def _first_problem(made: CompiledExercise, rows: Sequence[Judged]) -> str | None:
    """The first case that is not passed, with the reason."""
    problems = (f"[{case.label}] {outcome.text}" for case, _, outcome in rows if outcome.verdict is not Verdict.PASSED)
    return next(problems, None)


def _audit_misconceptions(
    unit: AuthoredUnit, exercise: Exercise, made: CompiledExercise, audit: ExerciseAudit
) -> CompiledExercise:
    """Reject and name each misconception; returns the exercise with what they answer."""
    model = unit.model(exercise)
    rows: dict[str, list[Judged]] = {}
    for each in exercise.misconceptions:
        rows[each.name] = judged(exercise, made, model.wrong(each))
    known = replace(made, read_wrong=lambda: {name: _records(made, found) for name, found in rows.items()})
    for each in exercise.misconceptions:
        if not _first_problem(known, rows[each.name]):
            audit.faults.append(f"misconception {each.name} is accepted")
            continue
        if typo := next((found for *_, found in rows[each.name] if found.exception == "NameError"), None):
            audit.faults.append(f"misconception {each.name} cannot run: {typo.text}")
        audit.rejected += 1
        found = diagnose(known, rows[each.name])
        if found is not None and found.name == each.name:
            audit.named += 1
        else:
            audit.unnamed.append(f"{each.name} is named {found.name if found else 'nothing'}")
    return known


def _records(made: CompiledExercise, rows: Sequence[Judged]) -> list[Record]:
    return [record_of(made, case, answer) for case, answer, _ in rows if case.larger is None and answer is not None]


def _differences(made: CompiledExercise, stored: CompiledUnit) -> list[str]:
    """Where the stored file says something else than what was built now."""
    if made.name not in [each.name for each in stored.exercises]:
        return ["not in the stored file: run `chainrule dev build`"]
    kept = stored.exercise(made.name)
    if [case.label for case in kept.cases] != [case.label for case in made.cases]:
        return ["the stored file has other cases: run `chainrule dev build`"]
    faults = [_case_difference(mine, theirs) for mine, theirs in zip(made.cases, kept.cases, strict=True)]
    faults += [
        f"the stored answers of {name} are others: run `chainrule dev build`"
        for name, records in made.wrong.items()
        if [(r.verdict, r.kind, r.exception) for r in kept.wrong.get(name, ())]
        != [(r.verdict, r.kind, r.exception) for r in records]
    ]
    return [fault for fault in faults if fault]


def _case_difference(made: CompiledCase, kept: CompiledCase) -> str:
    """A stored truth that differs by more than its own allowed error."""
    if made.truth.expected is None and kept.truth.expected is None:
        return ""
    want = Truth(kept.truth.expected, kept.truth.allowed, "float64", kept.truth.names)
    found = compare(made.truth.expected, want)
    return f"[{made.label}] the stored truth is another: {found.text}; run `chainrule dev build`" if found else ""


def _forbidden_tool(unit: AuthoredUnit, exercise: Exercise) -> str | None:
    chunk = Chunk(f"{unit.name}.py", solution_source(unit))
    used = forbidden_use(read_source([chunk]), exercise.name, exercise.forbids)
    return used[2] if used else None


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
