"""Grade a submission: run each exercise's cases in a worker, judge the answers here, name the failures."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from autograder.attempts import Attempts
from autograder.catalog import Case, Exercise, Unit
from autograder.devices import unavailable
from autograder.grades import CaseGrade, ExerciseGrade, Grade
from autograder.judge import Outcome, judge, judge_growth, missing_unit
from autograder.prepare import Course, PreparedExercise
from autograder.sandbox import SandboxError
from autograder.scoring import summarise
from autograder.session import Ended, Session, WorkerLost
from autograder.source import forbidden_use, read_source
from autograder.submission import Chunk, Submission, UnitSource

__all__ = ["Faults", "UnitGrader", "grade"]


def grade(
    submission: Submission,
    course: Course,
    session: Session,
    *,
    only: Collection[str] | None = None,
) -> Grade:
    """Grade one submission.

    Args:
        submission: the student's files.
        course: what is asked.
        session: where the student's code runs; closed at the end.
        only: ids of the exercises to grade; None for all.
    """
    result = Grade(submission.name, session.name, notes=[*submission.notes, *submission.problems.values()])
    faulty: Faults = {}
    try:
        for unit in course.units():
            chosen = [exercise for exercise in unit.exercises if only is None or exercise.id in only]
            grader = UnitGrader(unit, submission, course, session, faulty)
            result.exercises += [grader.grade(exercise) for exercise in chosen]
            if grader.remark:
                result.notes = [*result.notes, grader.remark]
    finally:
        session.close()
    skipped = sum(len(course.skipped_labels(each.exercise)) for each in result.exercises)
    if skipped:
        result.notes = [*result.notes, f"{skipped} cases on {course.device} were skipped: {unavailable(course.device)}"]
    return result


#: Ids of failing exercises, each with the kinds of cases that fail: `value`, `error` (bad input), `vectorized`.
Faults = dict[str, frozenset[str]]


def _failing_kinds(found: ExerciseGrade) -> frozenset[str]:
    """A missing check of the arguments is no reason for a caller's wrong values, nor is a loop."""
    failing = [case for case in found.cases if case.outcome.verdict != "passed"]
    return frozenset(
        "vectorized" if case.label == "vectorized" else "error" if case.case.raises is not None else "value"
        for case in failing
    )


class UnitGrader:
    """Grades a unit's exercises one by one; the student's file is executed when the first attempted one comes."""

    def __init__(
        self, unit: Unit, submission: Submission, course: Course, session: Session, faulty: Faults | None = None
    ) -> None:
        """Read the student's file; run nothing yet.

        `faulty` holds the submission's exercises that are known to fail, and on which kinds of cases: those that are
        graded here are added to it, and those that call one of them are told so.
        """
        self._unit, self._submission, self._course, self._session = unit, submission, course, session
        self._faulty = {} if faulty is None else faulty
        self.attempts = Attempts(unit.name, [each.name for each in unit.exercises], submission)
        self._source, self._facts = self.attempts.source, self.attempts.facts
        self._modules = {**submission.modules, **_sources(submission.units.values())}
        self._loaded: Mapping[str, Any] | None = None
        self._lost: WorkerLost | None = None

    @property
    def remark(self) -> str | None:
        """That the file stopped while it was executed, where that did not keep its exercises from running."""
        stopped = judge_load((self._loaded or {}).get("problem"))
        if stopped is None or self._source is None:
            return None
        return stopped.text + (" (the other cells ran)" if self._source.tolerant else "")

    def grade(self, exercise: Exercise) -> ExerciseGrade:
        """Grade one exercise."""
        if not self.attempts.is_attempted(exercise.name):
            return self._without_cases(exercise, self.attempts.why_not(exercise.name))
        if (obstacle := self._obstacle(exercise)) is not None:
            return self._without_cases(exercise, obstacle)
        found = self._run(self._course.prepare(self._unit, exercise))
        return self._with_blame(found) if found.verdict in ("failed", "crashed", "timed_out") else found

    def _with_blame(self, found: ExerciseGrade) -> ExerciseGrade:
        """An exercise that calls others, which fail as it does, may be right itself: they are to be repaired first."""
        called = self._facts.calls(found.exercise.name)
        names = {f"{self._unit.slug}.{name}" for name in called} | called
        kinds = _failing_kinds(found)
        self._faulty[found.exercise.id] = kinds
        causes = [
            each for each, theirs in self._faulty.items()
            if each in names and each != found.exercise.id and kinds & theirs
        ]  # fmt: skip
        if not causes:
            return found
        return replace(found, misconception=None, hint="", repair_first=tuple(causes))

    def _obstacle(self, exercise: Exercise) -> Outcome | None:
        """Why nothing of this exercise can run: a syntax error, a hang or crash of the whole file, a forbidden tool."""
        problem, source = self._facts.problem, self._source
        if problem is not None and (source is None or not source.tolerant or exercise.name not in self._facts.bound):
            return Outcome("crashed", "syntax", problem.text)
        if (used := self._forbidden_use(exercise)) is not None:
            chunk, line, what = used
            return Outcome(
                "failed", "forbidden", f"`{what}` is not allowed in {exercise.name} ({chunk.name}, line {line})"
            )
        try:
            session = self._session_for(exercise)
        except SandboxError as error:
            return Outcome("blocked", "blocked", f"needs what is not installed here: {error}")
        self._load(session)
        if self._lost is not None:
            return Outcome(self._lost.reason, "import", f"the file does not load: {self._lost.text}")
        return self._missing_after_load(exercise)

    def _session_for(self, exercise: Exercise) -> Session:
        """A session that has what the exercise needs. Raises SandboxError."""
        return self._session.having(exercise.requires, self._course.device_for(exercise))

    def _forbidden_use(self, exercise: Exercise) -> tuple[Chunk, int, str] | None:
        """A forbidden tool, in this file or in a helper module of the submission."""
        if not exercise.forbids or self._source is None:
            return None
        helpers = [Chunk(f"{name}.py", text) for name, text in self._submission.modules.items()]
        return forbidden_use(read_source([*helpers, *self._source.chunks]), exercise.name, exercise.forbids)

    def _missing_after_load(self, exercise: Exercise) -> Outcome | None:
        loaded = self._loaded or {}
        if exercise.name in (loaded.get("names") or []):
            return None
        outcome = judge_load(loaded.get("problem"))
        return outcome or Outcome("failed", "missing", f"{exercise.name} is not a function or class")

    def _load(self, session: Session) -> None:
        if self._lost is not None or self._source is None:
            return
        try:
            self._loaded = session.load(self._source, self._modules)
        except WorkerLost as lost:
            self._lost = lost

    def _run(self, prepared: PreparedExercise) -> ExerciseGrade:
        request = prepared.request()
        answers: list[Mapping[str, Any] | None] = []
        ended: Ended | None = None
        for message in self._session_for(prepared.exercise).run(request):
            if isinstance(message, Ended):
                ended = message
            else:
                answers.append(message)
        answers += [None] * (len(request.cases) - len(answers))
        outcomes = _outcomes(prepared, answers, ended, self._facts.lines_of(prepared.exercise.name))
        return summarise(prepared, outcomes, answers)

    def _without_cases(self, exercise: Exercise, outcome: Outcome) -> ExerciseGrade:
        message = outcome.text
        of_file: tuple[str, ...] = ()
        if outcome.verdict in ("failed", "crashed", "timed_out"):
            message = f"{exercise.name}: {message}"
        if outcome.kind in ("syntax", "import"):
            of_file = (outcome.text, *(self._facts.problem.lines if self._facts.problem else ()))
        total = self._course.case_count(exercise)
        return ExerciseGrade(exercise, outcome.verdict, total=total, message=message, of_file=of_file)


def judge_load(problem: object) -> Outcome | None:
    """The outcome of a file whose execution raised, for what it did not get to define."""
    if not isinstance(problem, dict):
        return None
    kind, frames = problem.get("type"), problem.get("frames")
    if (blocked := missing_unit(str(problem.get("message", "")))) is not None:
        return blocked
    match frames:
        case [*_, (str(file), int(line), _)]:
            place = f"{file[:100]} stops in line {line}"
        case _:
            place = "the file stops"
    text = f"{place} with {str(kind)[:80]}: {str(problem.get('message', ''))[:200]}"
    return Outcome("crashed", "import", " ".join(text.split()))


def _outcomes(
    prepared: PreparedExercise,
    answers: Sequence[Mapping[str, Any] | None],
    ended: Ended | None,
    own: tuple[str, range] | None,
) -> list[CaseGrade]:
    lost = Outcome(ended.reason, ended.reason, ended.text) if ended else Outcome("crashed", "crashed", "no answer")
    graded = []
    for case, truth, answer in zip(prepared.cases, prepared.truths, answers, strict=False):
        outcome = lost if answer is None else judge(prepared.exercise, case, truth, answer)
        output = answer.get("output", "") if answer else ""
        graded.append(CaseGrade(case, outcome, output if isinstance(output, str) else ""))
    if prepared.exercise.vectorized is not None:
        small, large = answers[-2:]
        outcome = lost if small is None or large is None else judge_growth(small, large, own)
        graded.append(CaseGrade(Case("vectorized"), outcome))
    return graded


def _sources(units: Iterable[UnitSource]) -> dict[str, str]:
    return {each.unit: "\n".join(chunk.source for chunk in each.chunks) for each in units}
