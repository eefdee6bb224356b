"""A notebook that checks itself: `grader.check("softmax")` judges what it has defined, on the public cases."""

from __future__ import annotations

import difflib
import html
import sys
import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.assessment.catalog import CatalogError, unit
from autograder.assessment.entry import DataError, Entry
from autograder.assessment.unitfile import CompiledUnit
from autograder.assessment.verdict import Verdict
from autograder.execution.session import LocalSession
from autograder.grading.course import Course
from autograder.grading.grader import UnitGrader
from autograder.grading.results import ExerciseGrade
from autograder.report.feedback import MARKS, explain
from autograder.submissions.load import Chunk, Submission, UnitSource
from autograder.submissions.notebooks import plain_python

__all__ = ["CheckAllResult", "CheckResult", "Grader", "GraderError"]


class GraderError(Exception):
    """The grader was called with something that does not exist: one line, which is all that a notebook shows."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows this in place of a traceback through our code.
        return [str(self)]


@dataclass(frozen=True, repr=False)
class CheckResult:
    """One exercise's verdict and feedback."""

    grade: ExerciseGrade
    lines: tuple[str, ...]

    @property
    def verdict(self) -> Verdict:
        """What became of the exercise."""
        return self.grade.verdict

    @property
    def headline(self) -> str:
        """Mark, name and verdict in a line."""
        verdict = "public cases passed" if self.verdict is Verdict.PASSED else self.verdict.words
        counted = f", {self.grade.passed} of {self.grade.total} cases passed" if self.verdict is Verdict.FAILED else ""
        return f"{MARKS[self.verdict]} {self.grade.exercise.name}: {verdict}{counted}"

    def __repr__(self) -> str:
        return "\n".join([self.headline, *(f"  {line}" for line in self.lines)])

    def _repr_html_(self) -> str:
        details = f"<pre>{html.escape(chr(10).join(self.lines))}</pre>" if self.lines else ""
        return f"<strong>{html.escape(self.headline)}</strong>{details}"


@dataclass(frozen=True, repr=False)
class CheckAllResult:
    """A unit's verdicts."""

    results: tuple[CheckResult, ...]

    @property
    def headline(self) -> str:
        """How many exercises passed, and their points."""
        passed = sum(each.verdict is Verdict.PASSED for each in self.results)
        score = sum(each.grade.score for each in self.results)
        possible = sum(each.grade.exercise.points for each in self.results)
        return f"{passed} of {len(self.results)} exercises, {score:g} of {possible:g} points (public cases)"

    def __repr__(self) -> str:
        return "\n".join([*map(repr, self.results), self.headline])

    def _repr_html_(self) -> str:
        return "<br>".join([*(each._repr_html_() for each in self.results), html.escape(self.headline)])


class Grader:
    """Checks a unit's exercises in the notebook that calls it.

    Student code runs in this process, without limits: an endless loop is ended with the kernel's Interrupt.

    Args:
        unit: the unit's name, such as "u04_activations", or its slug.

    Raises:
        GraderError: there is no such unit.
    """

    def __init__(self, unit: str) -> None:
        self._unit = _unit(unit)
        self._course = Course()
        _join_package(_notebook())

    def check(self, name: str) -> CheckResult:
        """Check one exercise.

        Args:
            name: the exercise's name.

        Raises:
            GraderError: the unit has no such exercise, or its unit's file is broken.
        """
        return self._check([self._exercise(name)])[0]

    def check_all(self) -> CheckAllResult:
        """Check every exercise of the unit."""
        return CheckAllResult(tuple(self._check(self._unit.exercises)))

    def _exercise(self, name: str) -> Entry:
        names = [exercise.name for exercise in self._unit.exercises]
        short = str(name).removeprefix(f"{self._unit.slug}.")
        if short in names:
            return self._unit.exercises[names.index(short)]
        near = difflib.get_close_matches(short, names, n=3) or names
        raise GraderError(f"no exercise {name!r} in {self._unit.name}; did you mean {', '.join(near)}?")

    def _check(self, exercises: Sequence[Entry]) -> list[CheckResult]:
        module = _notebook()
        cells = dict(_cells(module))
        source = UnitSource(self._unit.name, "this notebook", tuple(cells.values()), tolerant=True)
        submission = Submission("notebook", {self._unit.name: source}, {}, (), {})
        grader = UnitGrader(self._unit, submission, self._course, LocalSession(module))
        try:
            grades = [grader.grade(exercise) for exercise in exercises]
        except DataError as error:
            raise GraderError(str(error)) from None
        return [CheckResult(grade, tuple(_explained(grade, cells))) for grade in grades]


def _unit(name: str) -> CompiledUnit:
    try:
        return unit(name)
    except (CatalogError, DataError) as error:
        raise GraderError(str(error)) from None


def _shell() -> Any:
    """The running IPython shell, or None."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _notebook() -> Any:
    """The module that the notebook's cells define names in."""
    shell = _shell()
    return sys.modules["__main__"] if shell is None else shell.user_module


def _join_package(module: Any) -> None:
    """Let the notebook, and the files beside it, import one another relatively: `from .u04_activations import relu`.

    The package has the name that the grader's worker gives to it, and the folder that the notebook runs in.
    """
    package = types.ModuleType("submission")
    package.__path__ = [""]
    sys.modules.setdefault("submission", package)
    module.__package__ = module.__package__ or "submission"


def _cells(module: Any) -> Iterator[tuple[str, Chunk]]:
    """What was executed so far: the name to show, and the code under the file name that its functions carry."""
    shell = _shell()
    if shell is None:
        yield from _script(module)
        return
    for number, cell in enumerate(shell.user_ns.get("In", [])):
        source = plain_python(cell)
        if source is not None and source.strip():
            file = shell.compile.get_code_name(cell, shell.transform_cell(cell), number)
            yield f"cell [{number}]", Chunk(file, source)


def _script(module: Any) -> Iterator[tuple[str, Chunk]]:
    file = getattr(module, "__file__", None)
    if file is not None and Path(file).is_file():
        yield Path(file).name, Chunk(file, Path(file).read_text(encoding="utf-8"))


def _explained(grade: ExerciseGrade, cells: dict[str, Chunk]) -> Iterator[str]:
    """The feedback's lines, with cells called by their numbers."""
    if grade.verdict in (Verdict.PASSED, Verdict.NOT_ATTEMPTED):
        return
    sources = {chunk.name: chunk.source.splitlines() for chunk in cells.values()}
    for line in explain(grade, lambda file, number: "".join(sources.get(file, [])[number - 1 : number])):
        for name, chunk in cells.items():
            line = line.replace(chunk.name, name)
        yield line
