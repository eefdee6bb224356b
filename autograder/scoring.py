"""From the outcomes of cases to an exercise's verdict, score, message and likely cause."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Exercise
from autograder.diagnose import diagnose
from autograder.grades import CaseGrade, ExerciseGrade
from autograder.judge import call_text
from autograder.prepare import PreparedExercise

__all__ = ["summarise"]

#: Problems that an exercise's hints are about; the others explain themselves.
_HINTED = ("value", "finite", "shape", "property")


def summarise(
    prepared: PreparedExercise, cases: list[CaseGrade], answers: Sequence[Mapping[str, Any] | None]
) -> ExerciseGrade:
    """An exercise's verdict, score and explanation from the outcomes of its cases.

    Args:
        prepared: the exercise.
        cases: the outcomes, in the order of the cases.
        answers: what came from the worker, None where nothing came.
    """
    exercise = prepared.exercise
    failing = [case for case in cases if case.outcome.verdict != "passed"]
    if not failing:
        return ExerciseGrade(exercise, "passed", float(exercise.points), tuple(cases), len(cases))
    shown = min(failing, key=_prominence)
    verdict = shown.outcome.verdict
    found = None
    if verdict in ("failed", "crashed"):
        per_case = answers[: len(prepared.cases)]
        found = diagnose(exercise, prepared.cases, prepared.truths, per_case, prepared.wrong)
    hint = found.hint if found else (exercise.hints[0] if exercise.hints and shown.outcome.kind in _HINTED else "")
    score = _partial_credit(exercise, cases)
    message = _message(exercise, shown)
    return ExerciseGrade(exercise, verdict, score, tuple(cases), len(cases), message, shown, found, hint)


def _message(exercise: Exercise, shown: CaseGrade) -> str:
    outcome = shown.outcome
    if outcome.verdict in ("not_attempted", "blocked"):
        return outcome.text
    if shown.case.hidden:
        return f"{exercise.name}: a hidden case differs ({outcome.kind})"
    if shown.label == "vectorized":
        return f"{exercise.name}: {outcome.text}"
    return f"{call_text(exercise, shown.case)}: {outcome.text}"


def _prominence(case: CaseGrade) -> tuple[int, ...]:
    """What to show first: a time-out, then public before hidden, values before errors, what is not empty, small.

    Of cases that are about as large the first is the plainest: they are written in that order.
    """
    rank = {"timed_out": 0, "crashed": 1 if case.outcome.kind == "crashed" else 2, "failed": 2}
    not_a_value = int(case.case.raises is not None or case.label == "vectorized")
    size = _size(case.case.inputs.values())
    empty, about = any(map(_is_empty, case.case.inputs.values())), size.bit_length() // 2
    return rank.get(case.outcome.verdict, 3), int(case.case.hidden), not_a_value, int(empty), about


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


def _partial_credit(exercise: Exercise, cases: Sequence[CaseGrade]) -> float:
    """Points in proportion to the cases passed, rounded down to halves; none where only errors were right."""
    earned = [case for case in cases if case.outcome.verdict == "passed"]
    if not any(case.case.raises is None and case.label != "vectorized" for case in earned):
        return 0.0
    return math.floor(2 * exercise.points * len(earned) / len(cases)) / 2
