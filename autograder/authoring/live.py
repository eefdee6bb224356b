"""Cases that are made when they run: of the user's data sets, and on another device. They need a checkout."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.assessment.case import Case
from autograder.assessment.catalog import CatalogError
from autograder.assessment.compiled import CompiledExercise
from autograder.assessment.entry import Entry
from autograder.assessment.exercise import Exercise
from autograder.assessment.unitfile import CompiledUnit
from autograder.authoring.build import compile_cases, compiled
from autograder.authoring.units import AuthoredUnit, authored_unit
from autograder.execution.devices import unavailable
from autograder.grading.course import Extra, Extras, no_extras

__all__ = ["live_cases"]


def live_cases(device: str, data: Path | None) -> Extras:
    """Makes the cases of a run.

    Args:
        device: where the cases of exercises about devices run besides; the oracle computes there too.
        data: a folder with files of data sets, or None.
    """
    if device == "cpu" and data is None:
        return no_extras

    def extras(unit: CompiledUnit, entry: Entry) -> Extra:
        on_device = [] if device == "cpu" else _labels_on_device(unit.exercise(entry.name), device)
        try:
            authored = authored_unit(unit.name)
        except CatalogError as error:
            return Extra(skipped=on_device, reason=f"cases of --device and --data were skipped: {error}")
        exercise = authored.exercise(entry.name)
        reason = unavailable(device)
        cases = _data_cases(exercise, data) + ([] if reason else _on_device(exercise, device))
        extra = _extra(authored, exercise, cases, "cpu" if reason else device)
        skipped = on_device if reason else []
        return Extra(extra.cases, extra.read_wrong, skipped, (reason or "") if skipped else "")

    return extras


def _extra(unit: AuthoredUnit, exercise: Exercise, cases: Sequence[Case], device: str) -> Extra:
    if not cases:
        return Extra()
    made = compiled(unit, exercise, compile_cases(unit, exercise, cases, device))
    return Extra(made.cases, lambda: made.wrong)


def _data_cases(exercise: Exercise, data: Path | None) -> list[Case]:
    return list(exercise.data_cases(data)) if data is not None and exercise.data_cases is not None else []


def _on_device(exercise: Exercise, device: str) -> list[Case]:
    """The public cases on another device; none of an exercise that knows nothing of devices."""
    if device == "cpu" or not exercise.takes_device:
        return []
    return [
        case.with_inputs({**case.inputs, "device": device}, f"{case.label}-on-{device}")
        for case in exercise.public_cases()
        if "device" not in case.inputs
    ]


def _labels_on_device(exercise: CompiledExercise, device: str) -> list[str]:
    if exercise.scenario is None or not exercise.scenario.takes_device:
        return []
    return [f"{case.label}-on-{device}" for case in exercise.cases if not case.larger and "device" not in case.inputs]
