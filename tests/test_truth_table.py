"""The page on where the truth comes from lists every exercise, and names tests and library functions that exist."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.assessment.catalog import units
from autograder.assessment.unitfile import CompiledUnit

ROOT = Path(__file__).resolve().parents[1]
UNITS = units()
EACH_UNIT = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
#: Names in code style, and what they are called with.
LIBRARIES = re.compile(r"`((?:torch|sklearn|numpy)\.[\w.]+)[^`]*`")


def _sections() -> dict[str, str]:
    text = (ROOT / "docs" / "truth.md").read_text(encoding="utf-8")
    return {name: body for name, _, body in (part.partition("\n") for part in text.split("\n## ")[1:])}


def _rows(unit: CompiledUnit) -> Iterator[tuple[str, str, str]]:
    """The cells of a unit's table, without its head."""
    lines = [line for line in _sections()[unit.name].splitlines() if line.startswith("| ")]
    for line in lines[2:]:
        exercises, compared, where = line.strip("| ").split(" | ")
        yield exercises, compared, where


def _quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def _names(cell: str) -> Iterator[str]:
    """The exercises that a cell lists: `f[_backward]` is two."""
    for name in _quoted(cell):
        yield name.removesuffix("[_backward]")
        if name.endswith("[_backward]"):
            yield name.replace("[_backward]", "_backward")


def test_every_unit_has_a_table() -> None:
    """The page has the catalog's units, in order, and no other."""
    assert list(_sections()) == [unit.name for unit in UNITS]


@EACH_UNIT
def test_every_exercise_is_listed(unit: CompiledUnit) -> None:
    """The table of a unit lists its exercises and nothing else."""
    listed = {name for exercises, _, _ in _rows(unit) for name in _names(exercises)}
    assert listed == {exercise.name for exercise in unit.exercises}


@EACH_UNIT
def test_every_check_is_where_the_table_says(unit: CompiledUnit) -> None:
    """What stands under *where* selects one test of the unit, or is a file."""
    source = (ROOT / "tests" / "reference" / f"test_{unit.name}.py").read_text(encoding="utf-8")
    tests = re.findall(r"^def (test_\w+)", source, re.MULTILINE)
    for exercises, _, where in _rows(unit):
        assert _quoted(where), exercises
        for place in _quoted(where):
            found = [ROOT / place] if (ROOT / place).is_file() else [test for test in tests if place in test]
            assert len(found) == 1, f"{exercises}: {place} is {found}"


@EACH_UNIT
def test_functions_compared_with_exist_and_are_used(unit: CompiledUnit) -> None:
    """Each function of torch, scikit-learn or NumPy that the table names exists, and the unit's checks name it."""
    files = [ROOT / "tests" / "reference" / f"test_{unit.name}.py", ROOT / "reference" / f"{unit.name}.py"]
    used = set(re.findall(r"\w+", "".join(path.read_text(encoding="utf-8") for path in files)))
    for name in LIBRARIES.findall("".join(compared for _, compared, _ in _rows(unit))):
        assert pkgutil.resolve_name(name) is not None
        assert name.rpartition(".")[2] in used, name
