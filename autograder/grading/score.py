"""From the outcomes of cases to an exercise's verdict, score, message and likely cause."""

from __future__ import annotations

import builtins
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograder.assessment.compiled import CaseKind, CompiledExercise
from autograder.assessment.entry import Entry
from autograder.assessment.verdict import Kind, Verdict
from autograder.grading.diagnose import Judged, diagnose
from autograder.grading.judge import call_text
from autograder.grading.results import CaseGrade, ExerciseGrade

__all__ = ["summarise"]

#: Problems that an exercise's hints are about; the others explain themselves.
_HINTED = (Kind.VALUE, Kind.FINITE, Kind.SHAPE, Kind.PROPERTY)
#: What to show first.
_RANK = {Verdict.TIMED_OUT: 0, Verdict.CRASHED: 2, Verdict.FAILED: 2}


def summarise(entry: Entry, exercise: CompiledExercise, judged: Sequence[Judged]) -> ExerciseGrade:
    """An exercise's verdict, score and explanation from the outcomes of its cases.

    Args:
        entry: the exercise, as grades refer to it.
        exercise: the exercise with its cases.
        judged: its cases, the answers to them and the outcomes.
    """
    cases = tuple(CaseGrade(case, outcome, answer.output if answer else "") for case, answer, outcome in judged)
    failing = [case for case in cases if case.outcome.verdict is not Verdict.PASSED]
    if not failing:
        return ExerciseGrade(entry, Verdict.PASSED, float(entry.points), cases, len(cases))
    shown = min(failing, key=_prominence)
    verdict = shown.outcome.verdict
    found = diagnose(exercise, judged) if verdict in (Verdict.FAILED, Verdict.CRASHED) else None
    first = exercise.hints[0] if exercise.hints and shown.outcome.kind in _HINTED else ""
    return ExerciseGrade(
        entry,
        verdict,
        _partial_credit(entry, cases),
        cases,
        len(cases),
        _message(exercise, shown),
        shown,
        found,
        found.question if found else first,
    )


def _message(exercise: CompiledExercise, shown: CaseGrade) -> str:
    outcome = shown.outcome
    if outcome.verdict in (Verdict.NOT_ATTEMPTED, Verdict.BLOCKED):
        return outcome.text
    if shown.case.hidden:
        return f"{exercise.name}: a hidden case differs ({_hidden_kind(shown)})"
    return f"{call_text(exercise, shown.case)}: {outcome.text}"


def _hidden_kind(shown: CaseGrade) -> str:
    """What is wrong with a hidden case, without its values: a type of the student's own may be named after them."""
    outcome = shown.outcome
    if outcome.kind is not Kind.RAISED:
        return outcome.kind.value
    return f"raised {outcome.exception if hasattr(builtins, outcome.exception) else 'an exception of its own'}"


def _prominence(case: CaseGrade) -> tuple[int, ...]:
    """What to show first: a time-out, then public before hidden, values before errors, what is not empty, small.

    Of cases that are about as large the first is the plainest: they are written in that order.
    """
    rank = 1 if case.outcome.kind is Kind.CRASHED else _RANK.get(case.outcome.verdict, 3)
    not_a_value = int(case.case.kind is not CaseKind.VALUE)
    size = _size(case.case.inputs.values())
    empty, about = any(map(_is_empty, case.case.inputs.values())), size.bit_length() // 2
    return rank, int(case.case.hidden), not_a_value, int(empty), about


def _is_empty(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.size == 0


def _size(values: Iterable[Any]) -> int:
    total = 0
    for value in values:
        if isinstance(value, np.ndarray):
            total += value.size
        elif isinstance(value, (list, tuple)):
            total += 1 + _size(value)
        elif isinstance(value, dict):
            total += 1 + _size(value.values())
    return total


def _partial_credit(entry: Entry, cases: Sequence[CaseGrade]) -> float:
    """Points in proportion to the cases passed, rounded down to halves; none where only errors were right."""
    earned = [case for case in cases if case.outcome.verdict is Verdict.PASSED]
    if not any(case.case.kind is CaseKind.VALUE for case in earned):
        return 0.0
    return math.floor(2 * entry.points * len(earned) / len(cases)) / 2
