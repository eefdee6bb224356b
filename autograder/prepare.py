"""Everything about an exercise that is the same for every submission: cases, truths, what wrong versions answer.

Made once for a class, not once for a student.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder import oracle
from autograder.catalog import Case, Exercise, Unit, unit, unit_names
from autograder.compare import Truth
from autograder.devices import on_device, unavailable
from autograder.diagnose import WrongAnswers
from autograder.session import Request
from autograder.submission import SubmissionError

__all__ = ["Course", "PreparedExercise", "read_secret"]

GROWTH_SIZE = 40


@dataclass
class PreparedExercise:
    """An exercise with the truths of its cases."""

    unit: Unit
    exercise: Exercise
    cases: Sequence[Case]
    truths: Sequence[Truth]

    def request(self) -> Request:
        """What a worker is asked: the cases, then, where loops are not allowed, two sizes to count lines on."""
        asked: list[Mapping[str, Any]] = [
            {"inputs": dict(case.inputs), "readonly": case.readonly} for case in self.cases
        ]
        if self.exercise.vectorized is not None:
            for size in (GROWTH_SIZE, 4 * GROWTH_SIZE):
                asked.append({"inputs": dict(self.exercise.vectorized(size)), "readonly": False, "count": True})
        source = self.exercise.scenario_source() if self.exercise.scenario else ""
        return Request(self.exercise.name, asked, self.exercise.scenario, source, self.exercise.seconds)

    @functools.cached_property
    def wrong(self) -> Mapping[str, WrongAnswers]:
        """What each misconception answers to each case, by the misconception's name."""
        return {each.name: WrongAnswers(self.exercise, each, self.cases) for each in self.exercise.misconceptions}


@dataclass
class Course:
    """The units to grade, prepared as they are first needed.

    Args:
        secret: the instructor's seed for hidden cases; None for the public ones alone.
        device: where the oracle computes hidden cases, and where the cases of exercises about devices run besides.
        only: names of the units to grade; None for all. The others are not even loaded.
        data: a folder with files of data sets, for the exercises that make cases of them; None for none.
    """

    secret: str | None = None
    device: str = "cpu"
    only: Collection[str] | None = None
    data: Path | None = None
    _prepared: dict[str, PreparedExercise] = field(default_factory=dict)
    _from_data: dict[str, list[Case]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def units(self) -> list[Unit]:
        """The units in order."""
        return [unit(name) for name in unit_names() if self.only is None or name in self.only]

    def names(self) -> dict[str, list[str]]:
        """Names of the exercises by unit."""
        return {unit.name: [exercise.name for exercise in unit.exercises] for unit in self.units()}

    def case_count(self, exercise: Exercise) -> int:
        """How many cases of an exercise are graded; needs no truths."""
        return len(self.labels(exercise)) + (exercise.vectorized is not None)

    def labels(self, exercise: Exercise) -> list[str]:
        """The labels of an exercise's cases, in order; needs no truths."""
        hidden = exercise.hidden_labels(self.secret) if self.secret else []
        from_data = [case.label for case in self._data_cases(exercise)]
        on_device = [] if unavailable(self.device) else self._device_labels(exercise)
        return [*exercise.public_labels(), *from_data, *on_device, *hidden]

    def skipped_labels(self, exercise: Exercise) -> list[str]:
        """The labels of the cases on a device that is not there."""
        return self._device_labels(exercise) if unavailable(self.device) else []

    def device_for(self, exercise: Exercise) -> str:
        """The device that the exercise's worker must reach; one for all that need the same packages."""
        return self.device if exercise.requires and unavailable(self.device) is None else "cpu"

    def prepare(self, unit: Unit, exercise: Exercise) -> PreparedExercise:
        """The exercise with its truths. Raises OracleError."""
        with self._lock:
            if exercise.id not in self._prepared:
                self._prepared[exercise.id] = self._make(unit, exercise)
            return self._prepared[exercise.id]

    def _make(self, unit: Unit, exercise: Exercise) -> PreparedExercise:
        public = exercise.public_cases()
        needs_truth = [case.raises is None and exercise.truth_kind != "none" for case in public]
        truths = [
            oracle.stored(unit.name, exercise, case) if needed else Truth(None)
            for case, needed in zip(public, needs_truth, strict=True)
        ]
        others = list(self._data_cases(exercise))
        if unavailable(self.device) is None:
            others += on_device(exercise, public, self.device)
        others += exercise.hidden_cases(self.secret) if self.secret else []
        truths += [oracle.compute(unit.name, exercise, case, self.device) for case in others]
        cases = [oracle.complete(case, truth) for case, truth in zip([*public, *others], truths, strict=True)]
        return PreparedExercise(unit, exercise, cases, truths)

    def _device_labels(self, exercise: Exercise) -> list[str]:
        if self.device == "cpu" or not exercise.takes_device:
            return []
        return [case.label for case in on_device(exercise, exercise.public_cases(), self.device)]

    def _data_cases(self, exercise: Exercise) -> list[Case]:
        """Cases of the user's data sets; read once. Raises DatasetError."""
        if self.data is None or exercise.data_cases is None:
            return []
        with self._lock:
            if exercise.id not in self._from_data:
                self._from_data[exercise.id] = list(exercise.data_cases(self.data))
            return self._from_data[exercise.id]


def read_secret(seed_file: Path | None) -> str | None:
    """The secret in a seed file. Raises SubmissionError where there is none in it."""
    if seed_file is None:
        return None
    try:
        text = seed_file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        raise SubmissionError(f"cannot read the seed file {seed_file}: {error.strerror}") from error
    if not text:
        raise SubmissionError(f"the seed file is empty: {seed_file}")
    return text
