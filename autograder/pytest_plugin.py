"""`pytest exercises/`: one item per case, run in a worker process; unstarted exercises are skipped as not attempted.

Ids look like `u04_activations.py::softmax[large-logits]`, so `-k`, `-x`, `--lf` and `-n` work as they always do.
What grades, and NumPy with it, is imported when the first exercise is met that somebody has started.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.assessment.catalog import DATA_VARIABLE, UNITS_VARIABLE, require_fresh, unit, unit_names
from autograder.assessment.entry import DataError, Entry
from autograder.assessment.verdict import Verdict
from autograder.execution.devices import DEVICES
from autograder.grading.analysis import FileAnalysis
from autograder.submissions.folder import with_siblings
from autograder.submissions.load import load_submission

if TYPE_CHECKING:
    from autograder.grading.grader import Collected, Faults, UnitGrader
    from autograder.grading.results import CaseGrade, ExerciseGrade


__all__ = [
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_collection_finish",
    "pytest_configure",
    "pytest_terminal_summary",
    "pytest_unconfigure",
]


class _Run:
    """What one pytest run shares: the course, one worker, and what is known so far."""

    def __init__(self, device: str, data: str | None, *, collect_only: bool) -> None:
        from autograder.execution.executors import choose

        executor = choose("subprocess")
        worker = None if collect_only else executor.start()  # it imports NumPy while this process does
        from autograder.execution.session import RemoteSession
        from autograder.grading.course import Course, Extras, no_extras

        extras: Extras = no_extras
        if device != "cpu" or data:
            from autograder.authoring.live import live_cases

            extras = live_cases(device, Path(data) if data else None)
        self.course = Course(device=device, extras=extras)
        self.session = RemoteSession(executor, process=worker)
        self.faulty: Faults = {}
        self._ahead: ThreadPoolExecutor | None = None

    def grade_ahead(self, results: Iterable[ExerciseResults]) -> None:
        """Run in a thread, in this order: the worker computes while pytest reports what is known already."""
        self.session.start()
        self._ahead = ThreadPoolExecutor(1)
        for each in results:
            each.future = self._ahead.submit(each.file.grader.collect, each.entry)

    def close(self) -> None:
        """End the worker, and what it was doing."""
        if self._ahead is not None:
            self._ahead.shutdown(wait=False, cancel_futures=True)
            self.session.interrupt()
            self._ahead.shutdown(wait=True)
        self.session.close()


_RUN = pytest.StashKey[_Run]()


def _run_of(config: pytest.Config) -> _Run:
    """The run that a configuration belongs to."""
    if _RUN not in config.stash:
        only = bool(config.option.collectonly)
        config.stash[_RUN] = _Run(config.getoption("--device"), config.getoption("--data"), collect_only=only)
    return config.stash[_RUN]


class CaseFailed(Exception):
    """A case did not pass; the text is all that the student needs."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the options of `chainrule check`."""
    group = parser.getgroup("chainrule")
    group.addoption("--device", choices=DEVICES, default="cpu", help="also run the PyTorch unit's cases there")
    group.addoption(
        "--data", metavar="FOLDER", default=os.environ.get(DATA_VARIABLE),
        help=f"files of MNIST, IMDB, Reuters, Boston housing: more cases for the projects (or set {DATA_VARIABLE})",
    )  # fmt: skip
    group.addoption("--units", metavar="FOLDER", help=f"units of your own (or set {UNITS_VARIABLE})")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a folder that is not there."""
    data = config.getoption("--data")
    if data and not Path(data).is_dir():
        raise pytest.UsageError(f"--data: no such folder: {data}")
    if units := config.getoption("--units"):
        os.environ[UNITS_VARIABLE] = str(Path(units).resolve())


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a unit's file."""
    if file_path.suffix != ".py" or file_path.stem not in unit_names():
        return None
    collector: UnitFile = UnitFile.from_parent(parent, path=file_path)
    return collector


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start grading while pytest prepares the first item."""
    run = session.config.stash.get(_RUN, None)
    if run is None or session.config.option.collectonly:
        return
    wanted = dict.fromkeys(item.results for item in session.items if isinstance(item, CaseItem))
    if wanted:
        run.grade_ahead(wanted)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say where each unit stands, in as many lines as there are units."""
    rows = _standing(terminalreporter)
    if not rows:
        return
    terminalreporter.section("exercises", sep="-")
    for name, verdicts in rows.items():
        total, passed, waiting = len(verdicts), verdicts.count("passed"), verdicts.count("skipped")
        text = f"{name:<20} {passed:>3} of {total} exercises: public cases passed"
        terminalreporter.write_line(text + (f", {waiting} not attempted" if waiting else ""))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the worker."""
    run = config.stash.get(_RUN, None)
    if run is not None:
        run.close()


def _standing(terminalreporter: Any) -> dict[str, list[str]]:
    """The worst outcome of each exercise, by unit; cases on a device that is not there do not count."""
    elsewhere = f"-on-{terminalreporter.config.getoption('--device')}]"
    worst: dict[tuple[str, str], str] = {}
    order = ("passed", "skipped", "failed")
    for outcome in order:
        for report in terminalreporter.stats.get(outcome, []):
            file, _, name = report.nodeid.rpartition("::")
            absent = outcome == "skipped" and name.endswith(elsewhere)
            if Path(file).stem in unit_names() and not absent:
                worst[Path(file).stem, name.partition("[")[0]] = outcome
    standing: dict[str, list[str]] = {}
    for (name, _), outcome in sorted(worst.items()):
        standing.setdefault(name, []).append(outcome)
    return standing


class UnitFile(pytest.File):
    """A unit's file: it is read, not imported."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item per case of what is attempted, one per exercise of what is not."""
        names = [entry.name for entry in unit(self.path.stem).exercises]
        submission = load_submission(self.path, {self.path.stem: names})
        if self.path.stem not in submission.units:
            yield BrokenFile.from_parent(self, name="file", text=" ".join(submission.problems.values()))
            return
        self._submission = with_siblings(submission, self.path)
        self._analysis = FileAnalysis(self.path.stem, names, self._submission)
        if problem := self._analysis.syntax_problem:
            yield BrokenFile.from_parent(self, name="syntax", text="\n".join(problem))
            return
        for entry in unit(self.path.stem).exercises:
            if self._analysis.is_attempted(entry.name):
                yield from self._cases(entry)
            else:
                yield SkippedItem.from_parent(self, name=entry.name, reason=self._analysis.why_not(entry.name).text)

    @functools.cached_property
    def grader(self) -> UnitGrader:
        """Grades the file's exercises; made for a file in which something is attempted."""
        from autograder.grading.grader import UnitGrader

        run = _run_of(self.config)
        return UnitGrader(unit(self.path.stem), self._submission, run.course, run.session, run.faulty)

    def _cases(self, entry: Entry) -> Iterator[pytest.Item]:
        from autograder.datasets import DatasetError

        results = ExerciseResults(self, entry)
        course = _run_of(self.config).course
        try:
            require_fresh(self.path.stem)
            extra = course.extra(self.grader.unit, entry)
            exercise = course.exercise(self.grader.unit, entry)
        except (DataError, DatasetError) as error:
            raise self.CollectError(str(error)) from None
        for label in extra.skipped:
            yield SkippedItem.from_parent(self, name=f"{entry.name}[{label}]", reason=extra.reason)
        for case in exercise.cases:
            name = f"{entry.name}[{case.label}]"
            # Given as text: pytest 9.2 compares ids in parts, and finds `--lf`'s only where the label is one of them.
            nodeid = f"{self.nodeid}::{name}"
            yield CaseItem.from_parent(self, name=name, nodeid=nodeid, results=results, label=case.label)

    def line_of(self, entry: Entry) -> int:
        """The line, from 0, on which the student defines the exercise."""
        found = self._analysis.lines_of(entry.name)
        return found[1].start - 1 if found else 0

    def source_line(self, file: str, line: int) -> str:
        """A line of the student's file."""
        lines = self.path.read_text(errors="replace").splitlines()
        return lines[line - 1] if file == self.path.name and 0 < line <= len(lines) else ""


class ExerciseResults:
    """One exercise's grade, made when its first case is asked for."""

    def __init__(self, file: UnitFile, entry: Entry) -> None:
        self.file, self.entry = file, entry
        self.future: Future[Collected] | None = None
        self._grade: ExerciseGrade | None = None
        self.told = False

    def grade(self) -> ExerciseGrade:
        """The grade; waits for it."""
        if self.future is None:
            raise RuntimeError("items run only after they were collected")
        if self._grade is None:
            self._grade = self.file.grader.judge(self.future.result())
        return self._grade


class SkippedItem(pytest.Item):
    """An exercise that nobody has started, or a case whose device is not there."""

    def __init__(self, *, reason: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.reason = reason

    def runtest(self) -> None:
        """Skip, with the reason."""
        pytest.skip(self.reason)

    def reportinfo(self) -> tuple[os.PathLike[str], int | None, str]:
        """All that is skipped in a file shares a place, so that pytest folds what has the same reason."""
        return self.path, 0, self.name


class BrokenFile(pytest.Item):
    """A file that cannot be read as Python."""

    def __init__(self, *, text: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.text = text

    def runtest(self) -> None:
        """Fail with the reason."""
        raise CaseFailed(self.text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the reason alone."""
        return str(excinfo.value)


class CaseItem(pytest.Item):
    """One case of an attempted exercise."""

    def __init__(self, *, results: ExerciseResults, label: str, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.results, self.label = results, label

    def runtest(self) -> None:
        """Pass, fail or skip according to the case's outcome."""
        grade = self.results.grade()
        case = next((each for each in grade.cases if each.label == self.label), None)
        if case is None:
            self._without_case(grade)
        elif case.outcome.verdict in (Verdict.NOT_ATTEMPTED, Verdict.BLOCKED):
            pytest.skip(case.outcome.text)
        elif case.outcome.verdict is not Verdict.PASSED:
            raise CaseFailed(self._text(grade, case))

    def _without_case(self, grade: ExerciseGrade) -> None:
        """The exercise did not run at all: say so once, not once per case."""
        if self.results.told or not grade.verdict.is_failure:
            pytest.skip(grade.message)
        self.results.told = True
        raise CaseFailed(grade.message)

    def _text(self, grade: ExerciseGrade, case: CaseGrade) -> str:
        from autograder.grading.judge import call_text
        from autograder.report.feedback import explain

        file = self.results.file
        exercise = _run_of(file.config).course.exercise(file.grader.unit, grade.exercise)
        message = f"{call_text(exercise, case.case)}: {case.outcome.text}"
        first, self.results.told = not self.results.told, True
        if not first:
            return message
        lines = explain(replace(grade, shown=case, message=message), self.results.file.source_line)
        return "\n".join([*lines, f"  next: chainrule check {grade.exercise.id}"])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what the student needs; a fault of ours keeps its traceback."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[os.PathLike[str], int | None, str]:
        """Point at the student's definition."""
        return self.path, self.results.file.line_of(self.results.entry), self.name
