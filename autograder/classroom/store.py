"""Where a class's results are written, each as soon as it is known."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

from autograder.classroom.run import GradedSubmission
from autograder.grading.results import Grade
from autograder.report.feedback import feedback_page
from autograder.submissions.source import source_lines

__all__ = ["Results"]


class Results:
    """The folder that a class's results are written to: `grades/`, `feedback/`, `grades.json`, `grades.csv`."""

    def __init__(self, folder: Path) -> None:
        """Make the folder and its parts. Raises OSError."""
        self._folder = folder
        for part in ("grades", "feedback"):
            (folder / part).mkdir(parents=True, exist_ok=True)

    def add(self, graded: GradedSubmission) -> None:
        """Write one submission's grade and feedback."""
        if graded.grade is None or graded.submission is None:
            return
        page = feedback_page(graded.grade, source_lines(graded.submission))
        _write(self._folder / "feedback" / f"{graded.name}.md", page)
        _write(self._folder / "grades" / f"{graded.name}.json", _json(graded.grade.as_json()))

    def finish(self, all_graded: Sequence[GradedSubmission]) -> None:
        """Write the tables of the whole class."""
        grades = [graded.grade for graded in all_graded if graded.grade is not None]
        _write(self._folder / "grades.json", _json([each.as_json() for each in grades]))
        _write(self._folder / "grades.csv", _csv(grades))


def _csv(grades: Sequence[Grade]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    ids = [exercise.exercise.id for exercise in grades[0].exercises] if grades else []
    writer.writerow(["submission", "score", "max_score", *ids])
    for each in grades:
        writer.writerow([each.submission, each.score, each.max_score, *(x.score for x in each.exercises)])
    return stream.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)
