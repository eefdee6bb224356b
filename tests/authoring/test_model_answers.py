"""Model answers in a folder of modules are edited, driven and counted as the one file that a student hands in."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import solutions
from autograder.assessment.catalog import CatalogError
from autograder.assessment.exercise import Variant
from autograder.assessment.misconception import edit
from autograder.authoring.local import answer_locally, as_one_file
from autograder.authoring.scaffold import source_in
from autograder.authoring.versions import ModelAnswer

UNIT = "u99_folder"
FILES = {
    "__init__.py": '"""Lesson."""\n\nfrom .sums import LIMIT, add\nfrom .means import mean\n',
    "sums.py": "LIMIT = 3\n\n\ndef add(x):\n    total = 0\n    for each in x:\n        total += each\n    return total\n",
    "means.py": "from .sums import add\n\n\ndef mean(x):\n    return add(x) / len(x)\n",
}


@pytest.fixture
def unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The model answers of a unit of three files, kept in a folder outside the package."""
    (tmp_path / UNIT).mkdir()
    for name, text in FILES.items():
        (tmp_path / UNIT / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(solutions, "__path__", [*solutions.__path__, str(tmp_path)])
    yield importlib.import_module(f"solutions.{UNIT}")
    for name in [name for name in sys.modules if name.startswith(f"solutions.{UNIT}")]:
        del sys.modules[name]


def test_an_edit_reaches_what_the_answer_uses(unit: ModuleType) -> None:
    """In whichever module that stands; the right answer stays right."""
    model = ModelAnswer(unit, "mean")
    assert model.wrong(edit("starts-at-one", "total = 0", "total = 1"))([1, 2, 3]) == 7 / 3
    assert model.right([1, 2, 3]) == 2


def test_a_version_may_use_all_names_of_the_unit(unit: ModuleType) -> None:
    """Also those that the answer's own module does not import."""
    assert ModelAnswer(unit, "mean").variant(Variant("limit", "LIMIT"))([1]) == 3
    assert ModelAnswer(unit, "mean").wrong(edit("limit", "len(x)", "LIMIT"))([3]) == 1


def test_lines_are_counted_in_all_modules(unit: ModuleType) -> None:
    """A loop in another module than the answer's is the unit's own."""
    case = {"inputs": {"x": [1.0] * 10}, "readonly": False, "larger": {"x": [1.0] * 40}}
    for subject in (unit.mean, ModelAnswer(unit, "mean").wrong(edit("less", "/ len(x)", "- len(x)"))):
        small, large = answer_locally("mean", subject, None, case).lines
        assert large - small == 60


def test_a_scenario_finds_the_whole_unit(unit: ModuleType) -> None:
    """Where the subject stands, as in a student's file; afterwards all is as before."""
    before = dict(sys.modules)
    with as_one_file(unit.mean):
        assert sys.modules[unit.mean.__module__].LIMIT == 3
    assert sys.modules == before


def test_the_source_is_one_file(unit: ModuleType, tmp_path: Path) -> None:
    """Merged; a folder that cannot be is one line."""
    assert source_in(tmp_path, UNIT).startswith('"""Lesson."""\n\nLIMIT = 3\n\n\ndef add(x):\n')
    (tmp_path / UNIT / "means.py").write_text("def add(x):\n    return x\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"u99_folder/means\.py: add is something else in sums\.py$"):
        source_in(tmp_path, UNIT)
