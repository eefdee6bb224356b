"""Name a failure: find the known misconception that gives the very results that the student's code gave."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, overload

import numpy as np

from autograder import wire, worker
from autograder.catalog import Case, Exercise, Misconception
from autograder.compare import Truth
from autograder.judge import Outcome, judge

__all__ = ["WrongAnswers", "answer_locally", "diagnose"]

Answer = Mapping[str, Any]
#: Filters of warnings are shared by all threads.
_ONE_AT_A_TIME = threading.Lock()
#: Slips that may hide the rest of a case, in the order tried, and how many failures must be alike then.
_PASSES = {"": 1, "dtype": 1, "raised": 2}


def answer_locally(exercise: Exercise, subject: Callable[..., Any], case: Mapping[str, Any]) -> dict[str, Any]:
    """Run code of ours, a model answer or a wrong version, as a worker would, in this process."""
    module = type("Module", (), {exercise.name: staticmethod(subject)})
    files = {sys.modules[subject.__module__].__file__ or "", _file_of(subject)}
    copy = wire.unpack(wire.pack(dict(case)))
    with _ONE_AT_A_TIME, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        answer = worker.answer(module, exercise.name, copy, exercise.scenario, files)
    answered: dict[str, Any] = wire.unpack(wire.pack(answer))
    return answered


class WrongAnswers(Sequence[Answer]):
    """What a misconception's wrong version answers to each case, computed as it is first asked for."""

    def __init__(self, exercise: Exercise, misconception: Misconception, cases: Sequence[Case]) -> None:
        """Compute nothing yet."""
        self._exercise, self._wrong, self._cases = exercise, misconception.wrong, cases
        self._known: dict[int, Answer] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._cases)

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> list[Answer]: ...
    def __getitem__(self, index: int | slice) -> Answer | list[Answer]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        case = self._cases[index]
        with self._lock:
            if index not in self._known:
                request = {"inputs": dict(case.inputs), "readonly": case.readonly}
                self._known[index] = answer_locally(self._exercise, self._wrong, request)
            return self._known[index]


def diagnose(
    exercise: Exercise,
    cases: Sequence[Case],
    truths: Sequence[Truth],
    answers: Sequence[Answer | None],
    wrong: Mapping[str, Sequence[Answer]],
) -> Misconception | None:
    """The first misconception that explains every answer, the right ones too.

    Args:
        exercise: what was asked.
        cases: its cases.
        truths: their truths.
        answers: the student's answers, None where there was none.
        wrong: each misconception's answers by its name.
    """
    for forgiven, needed in _PASSES.items():
        for misconception in exercise.misconceptions:
            rows = zip(cases, truths, answers, wrong[misconception.name], strict=True)
            if _explain_all((_explains(exercise, *row, forgiven) for row in rows), needed):
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


def _explains(exercise: Exercise, case: Case, truth: Truth, got: Answer | None, other: Answer, forgiven: str) -> str:
    """`no`, `pass` where both are right, or `failure` where both are wrong in the same way.

    A slip of the kind `forgiven` (a dtype, an exception of the student's) hides what else is wrong with its case, so
    that the other cases decide; so does a missing error, then.
    """
    if got is None:
        return "pass"
    mine, theirs = judge(exercise, case, truth, got), judge(exercise, case, truth, other)
    if case.raises is not None and (forgiven or mine.verdict == "passed"):
        return "pass"  # values decide: of a wrong version and a mistaken student, either may check its arguments
    if forgiven == "dtype" == mine.kind:
        return "pass"
    if mine.verdict == "passed" or theirs.verdict == "passed":
        return "pass" if mine.verdict == theirs.verdict else "no"
    if mine.kind != theirs.kind:
        return "pass" if forgiven and (mine.kind.startswith(forgiven) or theirs.kind == forgiven) else "no"
    if _same_failure(exercise, case, truth, got, other, mine):
        return "failure"
    return "no" if case.raises is None else "pass"  # both accept bad input; what they make of it says nothing


def _same_failure(exercise: Exercise, case: Case, truth: Truth, got: Answer, other: Answer, outcome: Outcome) -> bool:
    if outcome.verdict == "crashed" or "error" in got or "error" in other:
        return ("error" in got) == ("error" in other)
    if outcome.kind in ("mutated", "aliased"):
        return True
    return exercise.check.alike(got.get("value"), other.get("value"), truth, case.known)


def _file_of(subject: Callable[..., Any]) -> str:
    code = getattr(subject, "__code__", None)
    return str(code.co_filename) if code is not None else ""
