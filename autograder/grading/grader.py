"""Grade a submission: run each exercise's cases in a worker, judge the answers here, name the failures."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from autograder.assessment.compiled import CaseKind, CompiledExercise
from autograder.assessment.entry import Entry
from autograder.assessment.unitfile import CompiledUnit
from autograder.assessment.verdict import Kind, Outcome, Verdict, missing_unit
from autograder.execution.answers import Answer, Loaded, Raised
from autograder.execution.devices import unavailable
from autograder.execution.executors import SandboxError
from autograder.execution.session import Ended, Request, Session, WorkerLost
from autograder.grading.analysis import FileAnalysis
from autograder.grading.course import Course
from autograder.grading.judge import judge
from autograder.grading.results import ExerciseGrade, Grade
from autograder.grading.score import summarise
from autograder.submissions.load import Submission, UnitSource

__all__ = ["Collected", "Faults", "UnitGrader", "grade"]

_T = TypeVar("_T")
_R = TypeVar("_R")
#: Ids of failing exercises, each with the kinds of cases that fail.
Faults = dict[str, frozenset[CaseKind]]


@dataclass(frozen=True)
class Collected:
    """What came from the worker for one exercise.

    Args:
        entry: the exercise.
        obstacle: why nothing was run, or why answers are missing.
        exercise: what was asked; None where nothing was run.
        answers: the answers to its cases, None where there was none.
    """

    entry: Entry
    obstacle: Outcome
    exercise: CompiledExercise | None = None
    answers: Sequence[Answer | None] = ()


def grade(submission: Submission, course: Course, session: Session, *, only: Collection[str] | None = None) -> Grade:
    """Grade one submission.

    Args:
        submission: the student's files.
        course: what is asked.
        session: where the student's code runs; closed at the end.
        only: ids of the exercises to grade; None for all.
    """
    notes = [*submission.notes, *submission.problems.values()]
    graded: list[ExerciseGrade] = []
    skipped: list[str] = []
    missing: dict[str, None] = {}
    faulty: Faults = {}
    try:
        for unit in course.units():
            grader = UnitGrader(unit, submission, course, session, faulty)
            chosen = [entry for entry in unit.exercises if only is None or entry.id in only]
            graded += map(grader.judge, _ahead(grader.collect, chosen))
            for entry in chosen:
                extra = course.extra(unit, entry)
                skipped += [extra.reason] * len(extra.skipped)
                missing |= {extra.reason: None} if extra.reason and not extra.skipped else {}
            notes += [grader.remark] if grader.remark else []
    finally:
        session.close()
    if skipped:
        notes.append(f"{len(skipped)} cases on {course.device} were skipped: {skipped[0]}")
    notes += missing
    return Grade(submission.name, session.name, graded, notes)


class UnitGrader:
    """Grades a unit's exercises one by one; the student's file is executed when the first attempted one comes."""

    def __init__(
        self, unit: CompiledUnit, submission: Submission, course: Course, session: Session, faulty: Faults | None = None
    ) -> None:
        """Read the student's file; run nothing yet.

        `faulty` holds the submission's exercises that are known to fail, and on which kinds of cases: those that are
        graded here are added to it, and those that call one of them are told so.
        """
        self.unit, self._course, self._session = unit, course, session
        self._faulty = {} if faulty is None else faulty
        self.analysis = FileAnalysis(unit.name, [each.name for each in unit.exercises], submission)
        self._modules = {**submission.modules, **_sources(submission.units.values())}
        self._loaded: Loaded | None = None
        self._lost: WorkerLost | None = None

    @property
    def remark(self) -> str | None:
        """That the file stopped while it was executed, where that did not keep its exercises from running."""
        source = self.analysis.source
        if source is None or self._loaded is None or self._loaded.problem is None:
            return None
        return _stopped(self._loaded.problem).text + (" (the other cells ran)" if source.tolerant else "")

    def grade(self, entry: Entry) -> ExerciseGrade:
        """Grade one exercise. Raises DataError."""
        return self.judge(self.collect(entry))

    def collect(self, entry: Entry) -> Collected:
        """Run one exercise; judge nothing yet. Raises DataError.

        For a thread of its own: the worker computes the next exercise while this one is judged.
        """
        if not self.analysis.is_attempted(entry.name):
            return Collected(entry, obstacle=self.analysis.why_not(entry.name))
        exercise = self._course.exercise(self.unit, entry)
        if (obstacle := self._obstacle(exercise)) is not None:
            return Collected(entry, obstacle=obstacle)
        return self._run(entry, exercise)

    def judge(self, collected: Collected) -> ExerciseGrade:
        """The grade of an exercise that was run. Exercises are judged in order: the earlier ones may be to blame."""
        exercise = collected.exercise
        if exercise is None:
            return self._without_cases(collected.entry, collected.obstacle)
        own = self.analysis.lines_of(exercise.name)
        judged = [
            (case, answer, collected.obstacle if answer is None else judge(exercise, case, answer, own))
            for case, answer in zip(exercise.cases, collected.answers, strict=True)
        ]
        found = summarise(collected.entry, exercise, judged)
        return self._with_blame(found) if found.verdict.is_failure else found

    def _with_blame(self, found: ExerciseGrade) -> ExerciseGrade:
        """An exercise that calls others, which fail as it does, may be right itself: they are to be repaired first.

        A missing check of the arguments is no reason for a caller's wrong values, nor is a loop.
        """
        called = self.analysis.called_ids(found.exercise.name)
        kinds = frozenset(each.case.kind for each in found.cases if each.outcome.verdict is not Verdict.PASSED)
        self._faulty[found.exercise.id] = kinds
        causes = [
            each for each, theirs in self._faulty.items()
            if each in called and each != found.exercise.id and kinds & theirs
        ]  # fmt: skip
        if not causes:
            return found
        return replace(found, misconception=None, hint="", repair_first=tuple(causes))

    def _obstacle(self, exercise: CompiledExercise) -> Outcome | None:
        """Why nothing of this exercise can run: the source, the packages, a hang or crash of the whole file."""
        if (found := self.analysis.obstacle(exercise.name, exercise.forbids)) is not None:
            return found
        try:
            self._load(self._session_for(exercise))
        except SandboxError as error:
            return Outcome(Verdict.BLOCKED, Kind.BLOCKED, f"needs what is not installed here: {error}")
        if self._lost is not None:
            return Outcome(self._lost.reason, Kind.IMPORT, f"the file does not load: {self._lost.text}")
        return self._missing_after_load(exercise.name)

    def _session_for(self, exercise: CompiledExercise) -> Session:
        """A session that has what the exercise needs. Raises SandboxError."""
        wanted = self._course.device if exercise.requires else "cpu"
        return self._session.with_packages(exercise.requires, wanted if unavailable(wanted) is None else "cpu")

    def _missing_after_load(self, name: str) -> Outcome | None:
        loaded = self._loaded
        if loaded is not None and name in loaded.names:
            return None
        if loaded is not None and loaded.problem is not None:
            return _stopped(loaded.problem)
        return Outcome(Verdict.FAILED, Kind.MISSING, f"{name} is not a function or class")

    def _load(self, session: Session) -> None:
        if self._lost is not None or self.analysis.source is None:
            return
        try:
            self._loaded = session.load(self.analysis.source, self._modules)
        except WorkerLost as lost:
            self._lost = lost

    def _run(self, entry: Entry, exercise: CompiledExercise) -> Collected:
        answers: list[Answer | None] = []
        lost = Outcome(Verdict.CRASHED, Kind.CRASHED, "no answer")
        for message in self._session_for(exercise).run(_request(exercise)):
            if isinstance(message, Ended):
                lost = Outcome(message.reason, Kind(message.reason.value), message.text)
            else:
                answers.append(message)
        answers += [None] * (len(exercise.cases) - len(answers))
        return Collected(entry, lost, exercise, answers)

    def _without_cases(self, entry: Entry, outcome: Outcome) -> ExerciseGrade:
        message = f"{entry.name}: {outcome.text}" if outcome.verdict.is_failure else outcome.text
        of_file: tuple[str, ...] = ()
        if outcome.kind in (Kind.SYNTAX, Kind.IMPORT):
            of_file = (outcome.text, *self.analysis.syntax_problem[1:])
        total = self._course.case_count(self.unit, entry)
        return ExerciseGrade(entry, outcome.verdict, total=total, message=message, of_file=of_file)


def _ahead(function: Callable[[_T], _R], items: Iterable[_T]) -> Iterator[_R]:
    """The function's results in order, each computed in a thread while the one before is used."""
    with ThreadPoolExecutor(1) as thread:
        waiting: deque[Future[_R]] = deque()
        for item in items:
            waiting.append(thread.submit(function, item))
            if len(waiting) > 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _request(exercise: CompiledExercise) -> Request:
    """What a worker is asked."""
    asked = [
        {
            "inputs": dict(case.inputs),
            "readonly": case.readonly,
            "larger": None if case.larger is None else dict(case.larger),
        }
        for case in exercise.cases
    ]
    return Request(exercise.name, asked, exercise.scenario, exercise.seconds)


def _stopped(problem: Raised) -> Outcome:
    """The outcome of a file whose execution raised, for what it did not get to define."""
    if (blocked := missing_unit(problem.message)) is not None:
        return blocked
    place = "the file stops"
    if problem.frames:
        file, line, _ = problem.frames[-1]
        place = f"{file[:100]} stops in line {line}"
    text = f"{place} with {problem.type[:80]}: {problem.message[:200]}"
    return Outcome(Verdict.CRASHED, Kind.IMPORT, " ".join(text.split()))


def _sources(units: Iterable[UnitSource]) -> dict[str, str]:
    return {each.unit: "\n".join(chunk.source for chunk in each.chunks) for each in units}
