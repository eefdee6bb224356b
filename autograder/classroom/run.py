"""Grade a class: many submissions, several workers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from autograder.execution.executors import Executor, Limits
from autograder.execution.session import RemoteSession
from autograder.grading.course import Course
from autograder.grading.grader import grade
from autograder.grading.results import Grade
from autograder.submissions.load import Submission, load_submission

__all__ = ["GradedSubmission", "grade_class"]


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
