"""The bridge to otter-grader: Otter drives and reports, our grader grades, and student code meets neither.

Otter runs a submission and its tests in one kernel, where a submission can write its own grade, and it unpickles a log
that it finds beside it. So the student's files leave Otter's folder before Otter looks at them, Otter executes an
empty notebook, and what it reports is what our grader made of the files in its sandbox.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import nbformat
from otter.plugins import AbstractOtterPlugin
from otter.test_files import GradingResults
from otter.test_files.ottr_test import OttrTestFile

from autograder.cohort import GradedSubmission, grade_class, source_lines
from autograder.feedback import explain
from autograder.grade import SCHEMA, ExerciseGrade, Grade
from autograder.prepare import Course
from autograder.sandbox import Limits, choose

__all__ = ["ENTRY", "GRADE_FILE", "ChainrulePlugin", "entry_notebook", "gather_submission"]

#: The empty notebook that makes Otter take folders and several files at once.
ENTRY = "chainrule_entry.ipynb"
#: Our own grade, beside Otter's results.json; where they differ this one counts.
GRADE_FILE = "chainrule.json"
_GATHERED = "submission_files"
_OTTERS_OWN = ("tests",)


class ChainrulePlugin(AbstractOtterPlugin):  # type: ignore[misc, unused-ignore]
    """Grades with our grader whatever Otter was given.

    Its configuration: `sandbox`, an executor's name or "strongest", and `secret`, the seed of the hidden cases.
    """

    def __init__(self, submission_path: str | None, submission_metadata: dict[str, Any], plugin_config: Any) -> None:
        super().__init__(submission_path, submission_metadata, plugin_config)
        self._config: dict[str, Any] = plugin_config or {}
        self._moved: tempfile.TemporaryDirectory[str] | None = None
        self._fault = ""
        self._results: list[Path] = []
        self._report = "nothing was graded"
        if submission_path is not None:  # None while an autograder is being built
            self._forget_last_student()

    def before_grading(self, config: Any) -> None:
        """Take the student's files away, before Otter unpickles or executes any of them."""
        self._results.append(Path(config.autograder_dir).resolve() / "results")
        placeholder = Path(self.submission_path)
        self._moved = tempfile.TemporaryDirectory(prefix="chainrule-")
        try:
            _move_files(placeholder.parent, Path(self._moved.name) / "submission")
        except OSError as error:
            self._fault = f"the submission could not be read: {error.strerror}"
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
        try:
            graded, possible = self._grade()
        except Exception as error:  # whatever fails in our grader, the student gets a result that says so
            graded, possible = GradedSubmission("", fault=f"{type(error).__name__}: {error}"), 1.0
        finally:
            if self._moved is not None:
                self._moved.cleanup()
        # An empty notebook was executed: how that went says nothing about the submission.
        results._catastrophic_error = None
        if graded.grade is not None:
            self._report_grade(results, graded, graded.grade)
        else:
            self._report_fault(results, graded.name, graded.fault, possible)

    def generate_report(self) -> str:
        """One line for Otter's summary."""
        return self._report

    def _grade(self) -> tuple[GradedSubmission, float]:
        course = Course(secret=self._config.get("secret"))
        possible = sum(float(exercise.points) for unit in course.units() for exercise in unit.exercises)
        name = self._name()
        if self._fault or self._moved is None:
            return GradedSubmission(name, fault=self._fault or "there was no submission"), possible
        executor = choose(self._config.get("sandbox", "strongest"))
        if executor.name != "bubblewrap":
            self._close_source()
        files = _lone_file(Path(self._moved.name) / "submission")
        (graded,) = grade_class([files], course, executor, Limits())
        if graded.grade is not None:
            graded.grade.submission = name
        return GradedSubmission(name, graded.submission, graded.grade, graded.fault), possible

    def _close_source(self) -> None:
        """Let only root read the folder that holds the secret: without namespaces a worker sees the same files."""
        source = self._results[0].parent / "source"
        if hasattr(os, "geteuid") and os.geteuid() == 0 and source.is_dir():
            source.chmod(0o700)

    def _report_grade(self, results: Any, graded: GradedSubmission, grade: Grade) -> None:
        line_of = source_lines(graded.submission) if graded.submission else lambda file, line: ""
        files = [_test_file(each, explain(each, line_of)) for each in grade.exercises]
        results.results = _otter_results(files)
        if grade.notes:
            results.set_output("\n".join(grade.notes))
        self._write(grade.as_json())
        self._report = f"{grade.score:g} of {grade.max_score:g} points, sandbox: {grade.sandbox}"

    def _report_fault(self, results: Any, name: str, fault: str, possible: float) -> None:
        self._report = " ".join(f"not graded, the grader failed: {fault}".split())
        results.results = _otter_results([_as_file("chainrule", [_as_case("graded", possible, False, self._report)])])
        self._write({"schema": SCHEMA, "submission": name, "score": 0.0, "max_score": possible, "fault": self._report})

    def _write(self, grade: dict[str, Any]) -> None:
        text = json.dumps(grade, indent=1, ensure_ascii=False) + "\n"
        for folder in self._results:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / GRADE_FILE).write_text(text, encoding="utf-8")

    def _name(self) -> str:
        given = _otter_run_options().get("submission")
        return Path(given or self.submission_path).stem

    def _forget_last_student(self) -> None:
        """Under `otter run`: after a crash, results that are still there would be taken for this student's."""
        if (output := _otter_run_options().get("output_dir")) is not None:
            # Otter changes the working directory; its user named the folder from another one.
            self._results.append(_users_path(output))
            for name in ("results.json", GRADE_FILE):
                (self._results[-1] / name).unlink(missing_ok=True)
