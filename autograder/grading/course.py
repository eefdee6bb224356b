"""What is graded: the compiled units, with the hidden cases of an instructor's seed and whatever is computed live.

Read once for a class, not once for a student.
"""

from __future__ import annotations

import dataclasses
import functools
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.assessment.catalog import unit, unit_names
from autograder.assessment.compiled import CompiledCase, CompiledExercise, Record
from autograder.assessment.entry import Entry
from autograder.assessment.unitfile import CompiledUnit

__all__ = ["Course", "Extra", "Extras", "no_extras"]


@dataclass(frozen=True)
class Extra:
    """Cases of an exercise besides the public ones.

    Args:
        cases: the cases, with their truths.
        read_wrong: gives what each misconception answers to them, when it is first needed.
        skipped: the labels of cases that cannot run here.
        reason: why they cannot, or why others could not even be made.
    """

    cases: Sequence[CompiledCase] = ()
    read_wrong: Callable[[], Mapping[str, Sequence[Record]]] = dict
    skipped: Sequence[str] = ()
    reason: str = ""


#: Cases that are not in the units' files: of the user's data sets, on another device.
Extras = Callable[[CompiledUnit, Entry], Extra]


def no_extras(unit: CompiledUnit, entry: Entry) -> Extra:
    """Nothing besides what is compiled."""
    return Extra()


@dataclass
class Course:
    """The units to grade.

    Args:
        hidden: by the unit's name, the file of its hidden cases; empty for the public ones alone.
        only: names of the units to grade; None for all. The others are not even opened.
        device: where the exercises about devices run besides.
        extras: makes cases that are not in the units' files.
    """

    hidden: Mapping[str, CompiledUnit] = field(default_factory=dict)
    only: Collection[str] | None = None
    device: str = "cpu"
    extras: Extras = no_extras
    _extra: dict[str, Extra] = field(default_factory=dict)
    _whole: dict[str, CompiledExercise] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def units(self) -> list[CompiledUnit]:
        """The units in order."""
        return [unit(name) for name in unit_names() if self.only is None or name in self.only]

    def names(self) -> dict[str, list[str]]:
        """Names of the exercises by unit."""
        return {each.name: [entry.name for entry in each.exercises] for each in self.units()}

    def case_count(self, unit: CompiledUnit, entry: Entry) -> int:
        """How many cases of an exercise are graded."""
        hidden = self.hidden.get(unit.name)
        more = next((each.cases for each in hidden.exercises if each.name == entry.name), 0) if hidden else 0
        return entry.cases + more + len(self.extra(unit, entry).cases)

    def extra(self, unit: CompiledUnit, entry: Entry) -> Extra:
        """The cases of an exercise that are not in the units' files; made once."""
        with self._lock:
            if entry.id not in self._extra:
                self._extra[entry.id] = self.extras(unit, entry)
            return self._extra[entry.id]

    def exercise(self, unit: CompiledUnit, entry: Entry) -> CompiledExercise:
        """The exercise with all its cases. Raises DataError."""
        with self._lock:
            if entry.id not in self._whole:
                self._whole[entry.id] = self._put_together(unit, entry)
            return self._whole[entry.id]

    def _put_together(self, unit: CompiledUnit, entry: Entry) -> CompiledExercise:
        whole = unit.exercise(entry.name)
        others = [self.extra(unit, entry)]
        if unit.name in self.hidden:
            hidden = self.hidden[unit.name].exercise(entry.name)
            others.append(Extra(hidden.cases, lambda: hidden.wrong))
        return functools.reduce(_joined, others, whole)


def _joined(exercise: CompiledExercise, extra: Extra) -> CompiledExercise:
    """The exercise with further cases after its own; the growth of lines stays last."""
    if not extra.cases:
        return exercise
    growth = [case for case in exercise.cases if case.larger is not None]
    others = [case for case in exercise.cases if case.larger is None]

    def read_wrong() -> Mapping[str, Sequence[Record]]:
        further = extra.read_wrong()
        return {name: [*records, *further.get(name, ())] for name, records in exercise.wrong.items()}

    return dataclasses.replace(exercise, cases=(*others, *extra.cases, *growth), read_wrong=read_wrong)
