"""The bridge to otter-grader: Otter drives and reports, our grader grades, and student code meets neither.

Otter runs a submission and its tests in one kernel, where a submission can write its own grade, and it unpickles a log
that it finds beside it. So the student's files leave Otter's folder before Otter looks at them, Otter executes an
empty notebook, and what it reports is what our grader made of the files in its sandbox.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click
import nbformat
from otter.plugins import AbstractOtterPlugin
from otter.test_files import GradingResults
from otter.test_files.ottr_test import OttrTestFile

from autograder.assessment.catalog import UNITS_VARIABLE, unit_names
from autograder.assessment.unitfile import read_unit
from autograder.assessment.verdict import Verdict
from autograder.classroom.run import GradedSubmission, grade_class
from autograder.execution.executors import Limits, choose
from autograder.grading.course import Course
from autograder.grading.results import SCHEMA, ExerciseGrade
from autograder.otter.build import UNITS_FOLDER
from autograder.report.feedback import explain
from autograder.submissions.source import source_lines

__all__ = ["ENTRY", "GRADE_FILE", "ChainrulePlugin", "entry_notebook", "gather_submission"]

#: The empty notebook that makes Otter take folders and several files at once.
ENTRY = "chainrule_entry.ipynb"
#: Our own grade, beside Otter's results.json; where they differ this one counts.
GRADE_FILE = "chainrule.json"
_GATHERED = "submission"
_OTTERS_OWN = ("tests",)


class _NotGraded(Exception):
    """There is no grade; the message says why."""


class ChainrulePlugin(AbstractOtterPlugin):  # type: ignore[misc, unused-ignore]
    """Grades with our grader whatever Otter was given.

    Its configuration: `sandbox`, an executor's name or "strongest"; `units`, their names; and `hidden`, the files of
    the hidden cases by the units' names, in the folder that the archive was unpacked to.
    """

    def __init__(self, submission_path: str | None, submission_metadata: dict[str, Any], plugin_config: Any) -> None:
        super().__init__(submission_path, submission_metadata, plugin_config)
        self._config: dict[str, Any] = plugin_config or {}
        self._moved: tempfile.TemporaryDirectory[str] | None = None
        self._autograder = Path()
        self._fault = ""
        self._grade_text = ""
        self._report = "nothing was graded"
        # The path is None while an autograder is being built.
        self._run = _otter_run() if submission_path is not None else None
        if self._run is not None:
            # Otter has changed the working directory, to which the output folder is relative, until then.
            self._run.call_on_close(self._finish_run)

    def before_grading(self, config: Any) -> None:
        """Take the student's files away, before Otter unpickles or executes any of them."""
        self._autograder = Path(config.autograder_dir).resolve()
        placeholder = Path(self.submission_path)
        self._moved = tempfile.TemporaryDirectory(prefix="chainrule-")
        try:
            _move_files(placeholder.parent, Path(self._moved.name) / "submission")
        except OSError as error:
            self._fault = f"the submission could not be read: {error}"
        finally:
            _empty(placeholder.parent)
            placeholder.write_text(entry_notebook() if placeholder.suffix == ".ipynb" else "", encoding="utf-8")

    def before_execution(self, submission: Any) -> Any:
        """Give an empty notebook to execute, in a folder without the student's file names."""
        # The kernel starts in that folder: even an empty ipykernel_launcher.py would be run in its place.
        _empty(Path(self.submission_path).parent)
        return nbformat.reads(entry_notebook(), as_version=4)

    def after_grading(self, results: Any) -> None:
        """Grade the files in our sandbox, and make Otter report that."""
        # An empty notebook was executed: how that went says nothing about the submission.
        results._catastrophic_error = None
        possible = 1.0
        try:
            course = self._course()
            possible = sum(float(exercise.points) for unit in course.units() for exercise in unit.exercises)
            self._report_grade(results, self._grade(course))
        except _NotGraded as fault:
            self._report_fault(results, str(fault), possible)
        except Exception as error:  # whatever fails in our grader, the student gets a result that says so
            self._report_fault(results, f"{type(error).__name__}: {error}", possible)
        finally:
            if self._moved is not None:
                self._moved.cleanup()

    def generate_report(self) -> str:
        """One line for Otter's summary."""
        return self._report

    def _course(self) -> Course:
        """What the archive was built for."""
        source = self._autograder / "source"
        if (source / UNITS_FOLDER).is_dir():
            os.environ[UNITS_VARIABLE] = str(source / UNITS_FOLDER)
        only = self._config.get("units")
        if missing := [name for name in only or () if name not in unit_names()]:
            raise _NotGraded(f"{missing[0]} is neither in this archive nor installed here")
        hidden = {name: read_unit(source / file) for name, file in self._config.get("hidden", {}).items()}
        return Course(hidden=hidden, only=only)

    def _grade(self, course: Course) -> GradedSubmission:
        if self._fault or self._moved is None:
            raise _NotGraded(self._fault or "there was no submission")
        executor = choose(self._config.get("sandbox", "strongest"))
        if executor.name != "bubblewrap":
            self._close_source()
        files = _lone_file(Path(self._moved.name) / "submission")
        (graded,) = grade_class([files], course, executor, Limits())
        return graded

    def _close_source(self) -> None:
        """Let only root read the folder that holds the secret: without namespaces a worker sees the same files."""
        source = self._autograder / "source"
        if hasattr(os, "geteuid") and os.geteuid() == 0 and source.is_dir():
            source.chmod(0o700)

    def _report_grade(self, results: Any, graded: GradedSubmission) -> None:
        grade, submission = graded.grade, graded.submission
        if grade is None or submission is None:
            raise _NotGraded(graded.fault)
        grade.submission = self._name(grade.submission)
        line_of = source_lines(submission)
        results.results = _otter_results([_test_file(each, explain(each, line_of)) for each in grade.exercises])
        if grade.notes:
            results.set_output("\n".join(grade.notes))
        self._write(grade.as_json())
        self._report = f"{grade.score:g} of {grade.max_score:g} points, sandbox: {grade.sandbox}"

    def _report_fault(self, results: Any, fault: str, possible: float) -> None:
        self._report = " ".join(f"not graded, the grader failed: {fault}".split())
        results.results = _otter_results([_as_file("chainrule", [_as_case("graded", possible, False, self._report)])])
        grade = {"schema": SCHEMA, "submission": self._name("submission"), "score": 0.0, "max_score": possible}
        self._write({**grade, "fault": self._report, "exercises": []})

    def _write(self, grade: dict[str, Any]) -> None:
        self._grade_text = json.dumps(grade, indent=1, ensure_ascii=False) + "\n"
        folder = self._autograder / "results"
        folder.mkdir(parents=True, exist_ok=True)
        _write_json(folder / GRADE_FILE, self._grade_text)

    def _name(self, otherwise: str) -> str:
        """The submission's name: that of the file given to `otter run`."""
        return Path(self._run.params["submission"]).stem if self._run is not None else otherwise

    def _finish_run(self) -> None:
        """Put our grade beside Otter's results; after a crash, take away those of an earlier student."""
        if self._run is None:
            return
        folder = Path(self._run.params["output_dir"])
        crashed = sys.exc_info()[0] is not None or not self._grade_text
        if crashed:
            for name in ("results.json", GRADE_FILE):
                (folder / name).unlink(missing_ok=True)
        else:
            _write_json(folder / GRADE_FILE, self._grade_text)


def entry_notebook() -> str:
    """An empty notebook for the kernel `python3`, the same bytes every time."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    text: str = nbformat.writes(nbformat.v4.new_notebook(metadata={"kernelspec": kernel}))
    return text


def gather_submission(folder: Path) -> None:
    """Make Otter take any submission: move its files into one folder, and put an empty notebook beside it.

    Otter itself refuses several files and folders without one, and fails on files that it cannot read.

    Args:
        folder: Otter's `submission` folder, before Otter looks at it.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        gathered = Path(aside) / _GATHERED
        _move_files(folder, gathered, keep=())
        gathered.rename(folder / _GATHERED)
    (folder / ENTRY).write_text(entry_notebook(), encoding="utf-8")


def _write_json(path: Path, text: str) -> None:
    # A student's message may hold half a surrogate pair; escaped by a backslash it is JSON, and can be written.
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


def _otter_run() -> click.Context | None:
    """The context of `otter run`, where that is what runs."""
    context = click.get_current_context(silent=True)
    if context is not None and context.command.name == "run" and {"submission", "output_dir"} <= context.params.keys():
        return context
    return None


def _move_files(folder: Path, target: Path, keep: Collection[str] = _OTTERS_OWN) -> None:
    """Move what a student handed in; what Otter and we have added stays behind. Links are moved, not followed."""
    target.mkdir()
    for path in sorted(folder.iterdir()):
        if path.name not in keep and not _is_added(path):
            shutil.move(path, target / path.name)


def _is_added(path: Path) -> bool:
    if path.is_symlink():
        return False
    if path.name == ENTRY and path.is_file():
        return path.read_bytes() == entry_notebook().encode()
    return path.name == "__init__.py" and path.is_file() and path.stat().st_size == 0


def _empty(folder: Path) -> None:
    """Remove everything but what Otter has added."""
    for path in folder.iterdir():
        if path.name in _OTTERS_OWN:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _lone_file(path: Path) -> Path:
    """The file, where there is a single one, or the folder that holds them all."""
    while path.is_dir() and not path.is_symlink() and len(entries := list(path.iterdir())) == 1:
        path = entries[0]
    return path


class _TestFile(OttrTestFile):  # type: ignore[misc, unused-ignore]
    """An exercise's result in our words: Otter's say that all test cases passed, hidden or not."""

    def summary(self, public_only: bool = False) -> str:
        """Name and messages."""
        lines = [result.message for result in self.test_case_results if result.message]
        return "\n".join([f"{self.name}:", *lines])

    def __reduce__(self) -> tuple[Any, ...]:
        # Whoever loads the pickled results may not have this package: there it is Otter's own class.
        return OttrTestFile, (self.name, self.path, self.test_cases, self.all_or_nothing), vars(self)


def _otter_results(files: list[dict[str, Any]]) -> dict[str, Any]:
    results = GradingResults.from_ottr_json(json.dumps({"test_file_results": files})).results
    for each in results.values():
        each.__class__ = _TestFile
    return dict(results)


def _test_file(grade: ExerciseGrade, explanation: list[str]) -> dict[str, Any]:
    """An exercise as Otter's test file: what was earned is one case, what was missed another."""
    points = float(grade.exercise.points)
    if grade.verdict is Verdict.PASSED:
        hidden = any(each.case.hidden for each in grade.cases)
        text = "public and hidden cases passed" if hidden else "public cases passed"
        return _as_file(grade.exercise.id, [_as_case("passed", points, True, text)])
    counted = f"{grade.passed} of {grade.total} cases passed"
    earned = [_as_case("earned", grade.score, True, counted)] if grade.score else []
    missed = "\n".join(explanation) or grade.verdict.words
    return _as_file(grade.exercise.id, [*earned, _as_case("missed", points - grade.score, False, missed)])


def _as_file(name: str, cases: list[dict[str, Any]]) -> dict[str, Any]:
    # Otter takes the last part of the name off, as a suffix.
    return {"filename": f"{name}.py", "points": None, "test_case_results": cases}


def _as_case(name: str, points: float, passed: bool, message: str) -> dict[str, Any]:
    messages = {"success_message": None, "failure_message": None}
    case = {"name": name, "code": "", "hidden": False, "points": points, **messages}
    return {"test_case": case, "error": message, "passed": passed}
