"""Name a failure: find the known misconception that gives the very results that the student's code gave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.assessment.compiled import CaseKind, CompiledCase, CompiledExercise, Record
from autograder.assessment.misconception import Misconception
from autograder.assessment.verdict import Kind, Outcome, Verdict
from autograder.execution.answers import Answer

__all__ = ["Judged", "diagnose"]

#: A case, the student's answer to it where there was one, and what became of that.
Judged = tuple[CompiledCase, Answer | None, Outcome]
#: Slips that may hide the rest of a case, and how many failures must be alike then, in the order tried.
_PASSES = {Kind.NOTHING: 1, Kind.DTYPE: 1, Kind.RAISED: 2}


def diagnose(exercise: CompiledExercise, judged: Sequence[Judged]) -> Misconception | None:
    """The first misconception that explains every answer, the right ones too.

    Args:
        exercise: what was asked.
        judged: its cases with the student's answers.
    """
    asked = [each for each in judged if each[0].kind is not CaseKind.GROWTH]
    wrong = [(misconception, exercise.wrong.get(misconception.name, ())) for misconception in exercise.misconceptions]
    for forgiven, needed in _PASSES.items():
        for misconception, records in wrong:
            if len(records) != len(asked):
                continue
            rows = zip(asked, records, strict=True)
            if _explain_all((_explains(exercise, row, record, forgiven) for row, record in rows), needed):
                return misconception
    return None


def _explain_all(verdicts: Iterable[str], needed: int) -> bool:
    """Whether no verdict is `no` and enough are `failure`; stops at the first `no`, as the rest costs time."""
    failures = 0
    for verdict in verdicts:
        if verdict == "no":
            return False
        failures += verdict == "failure"
    return failures >= needed


def _explains(exercise: CompiledExercise, row: Judged, theirs: Record, forgiven: Kind) -> str:
    """`no`, `pass` where both are right, or `failure` where both are wrong in the same way.

    A slip of the kind `forgiven` (a dtype, an exception of the student's) hides what else is wrong with its case, so
    that the other cases decide; so does a missing error, then.
    """
    case, answer, mine = row
    if answer is None:
        return "pass"
    if case.kind is CaseKind.ERROR and (forgiven or mine.verdict is Verdict.PASSED):
        return "pass"  # values decide: of a wrong version and a mistaken student, either may check its arguments
    if forgiven is Kind.DTYPE is mine.kind:
        return "pass"
    if mine.verdict is Verdict.PASSED or theirs.verdict is Verdict.PASSED:
        return "pass" if mine.verdict is theirs.verdict else "no"
    if mine.kind is not theirs.kind or (mine.kind is Kind.RAISED and mine.exception != theirs.exception):
        hidden = forgiven is mine.kind or (forgiven is Kind.DTYPE is theirs.kind)
        return "pass" if hidden and forgiven else "no"
    if _same_failure(exercise, row, theirs):
        return "failure"
    return "no" if case.kind is CaseKind.VALUE else "pass"  # both accept bad input; what they make of it says nothing


def _same_failure(exercise: CompiledExercise, row: Judged, theirs: Record) -> bool:
    case, answer, mine = row
    if answer is None:
        return False
    if mine.exception or theirs.exception:
        return bool(mine.exception) == bool(theirs.exception)
    if mine.kind in (Kind.MUTATED, Kind.ALIASED):
        return True
    return exercise.check.alike(answer.value, theirs.evidence, case.truth, case.known)
