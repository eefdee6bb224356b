"""The calls that grading a file makes, in one plain process: `python own_compute.py FILE UNIT` prints their seconds.

Counted is the processor time of executing the file and of one call for each input: nothing of starting Python, reading
the unit, or judging.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.assessment.catalog import unit
from autograder.assessment.compiled import CompiledExercise
from autograder.worker import wire
from autograder.worker.main import scenario_from_source

Call = tuple[str, Callable[..., Any] | None, dict[str, Any]]


def main(file: Path, name: str) -> None:
    """Print the seconds."""
    calls = [call for entry in unit(name).exercises for call in _calls(unit(name).exercise(entry.name))]
    namespace: dict[str, Any] = {"__name__": name}
    start = time.process_time()
    exec(compile(file.read_text(encoding="utf-8"), file, "exec"), namespace)
    for subject, scenario, inputs in calls:
        with contextlib.suppress(Exception):  # bad input is to be refused
            scenario(namespace[subject], **inputs) if scenario else namespace[subject](**inputs)
    print(time.process_time() - start)


def _calls(exercise: CompiledExercise) -> Iterator[Call]:
    driver = exercise.scenario
    scenario = scenario_from_source(driver.source, driver.name) if driver else None
    for case in exercise.cases:
        for inputs in (case.inputs, case.larger):
            if inputs is not None:
                yield exercise.name, scenario, wire.realise(dict(inputs))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
