"""A class: many submissions, several workers, each result written as soon as it is known."""

from __future__ import annotations

import csv
import io
import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from autograder.feedback import feedback_page
from autograder.grade import grade
from autograder.grades import Grade
from autograder.prepare import Course
from autograder.sandbox import Executor, Limits
from autograder.session import RemoteSession
from autograder.submission import Submission, load_submission

__all__ = ["GradedSubmission", "Results", "grade_class", "source_lines"]


@dataclass(frozen=True)
class GradedSubmission:
    """A submission with its grade, or with the reason why our grader failed on it."""

    name: str
    submission: Submission | None = None
    grade: Grade | None = None
    fault: str = ""


class _Sessions:
    """Hands out sessions whose workers are already starting: the next one starts while this one is used."""

    def __init__(self, executor: Executor, limits: Limits, needed: int) -> None:
        self._executor, self._limits, self._needed = executor, limits, needed
        self._waiting: list[RemoteSession] = []
        self._lock = threading.Lock()

    def take(self) -> RemoteSession:
        """A started session."""
        with self._lock:
            session = self._waiting.pop() if self._waiting else self._start()
            if self._needed > 0:
                self._waiting.append(self._start())
            return session

    def close(self) -> None:
        """End the sessions that nobody took."""
        for session in self._waiting:
            session.close()

    def _start(self) -> RemoteSession:
        self._needed -= 1
        session = RemoteSession(self._executor, self._limits)
        session.start()
        return session


def grade_class(
    paths: Sequence[Path], course: Course, executor: Executor, limits: Limits, workers: int = 1
) -> Iterator[GradedSubmission]:
    """Grade submissions, in order of completion.

    Args:
        paths: one file or folder per submission.
        course: what is asked.
        executor: how workers are started.
        limits: what each submission may use.
        workers: how many submissions at a time.
    """
    sessions = _Sessions(executor, limits, len(paths))
    names = _unique_names(paths)
    with ThreadPoolExecutor(workers) as pool:
        try:
            jobs = [
                pool.submit(_grade_one, path, name, course, sessions) for path, name in zip(paths, names, strict=True)
            ]
            for job in jobs:
                yield job.result()
        finally:
            pool.shutdown(cancel_futures=True)
            sessions.close()


def _grade_one(path: Path, name: str, course: Course, sessions: _Sessions) -> GradedSubmission:
    session = sessions.take()
    try:
        submission = load_submission(path, course.names())
        graded = grade(submission, course, session)
        graded.submission = name
        return GradedSubmission(name, submission, graded)
    except Exception as error:  # one submission must not cost the others their grades
        return GradedSubmission(name, fault=f"{type(error).__name__}: {error}")
    finally:
        session.close()


def _unique_names(paths: Sequence[Path]) -> list[str]:
    """A name per submission: the stem, or the whole file name where two stems agree."""
    stems = [path.stem if path.is_file() else path.name for path in paths]
    return [path.name if stems.count(stem) > 1 else stem for path, stem in zip(paths, stems, strict=True)]


def source_lines(submission: Submission) -> Callable[[str, int], str]:
    """A function from a file's name and a line number to the student's line."""
    chunks = {chunk.name: chunk.source.splitlines() for unit in submission.units.values() for chunk in unit.chunks}

    def line_of(file: str, line: int) -> str:
        lines = chunks.get(file, [])
        return lines[line - 1] if 0 < line <= len(lines) else ""

    return line_of


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
