"""Names of exercises, kept so that the assessments need not be loaded for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import index
from autograder.catalog import units

ROOT = Path(__file__).resolve().parents[1]
NAMES = {unit.name: [exercise.name for exercise in unit.exercises] for unit in units()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for that of the assessments, where compiled files may be written."""
    (tmp_path / "u01_first.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(index, "_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path


def kept(folder: Path) -> Path:
    """The file with the names."""
    return folder / "__pycache__" / "exercises.json"


def test_all_exercises_in_order(folder: Path) -> None:
    """The names are those of the catalog; they are kept."""
    index.exercise_names.cache_clear()
    assert index.exercise_names() == NAMES
    assert json.loads(kept(folder).read_text(encoding="utf-8"))["names"] == NAMES


def test_what_is_kept_is_believed_until_a_file_changes(folder: Path) -> None:
    """A new time, size or file of an assessment makes it look again."""
    index.exercise_names.cache_clear()
    index.exercise_names()
    stored = json.loads(kept(folder).read_text(encoding="utf-8"))
    kept(folder).write_text(json.dumps({**stored, "names": {"u01_first": ["kept"]}}), encoding="utf-8")
    index.exercise_names.cache_clear()
    assert index.exercise_names() == {"u01_first": ["kept"]}
    os.utime(folder / "u01_first.py", ns=(1, 1))
    index.exercise_names.cache_clear()
    assert index.exercise_names() == NAMES


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"stamp": "s", "names": 3}', '{"names": {}}', "\x00", "{"])
def test_a_damaged_file_is_written_anew(folder: Path, text: str) -> None:
    """Whatever stands in it."""
    kept(folder).parent.mkdir()
    kept(folder).write_text(text.replace('"s"', json.dumps(index._stamp(folder))), encoding="utf-8")
    index.exercise_names.cache_clear()
    assert index.exercise_names() == NAMES
    assert json.loads(kept(folder).read_text(encoding="utf-8"))["names"] == NAMES


def test_where_nothing_can_be_written(folder: Path) -> None:
    """The names are found all the same, and nothing is left behind."""
    (folder / "__pycache__").write_text("a file, not a folder", encoding="utf-8")
    index.exercise_names.cache_clear()
    assert index.exercise_names() == NAMES
    assert sorted(path.name for path in folder.iterdir()) == ["__pycache__", "u01_first.py"]


def test_pythons_wish_not_to_write_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for its own compiled files."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    index.exercise_names.cache_clear()
    assert index.exercise_names() == NAMES
    assert not kept(folder).exists()


def test_untouched_stubs_load_no_assessment() -> None:
    """What `pytest exercises/` needs for them is the names alone."""
    code = (
        "import pytest, sys\n"
        "pytest.main(['exercises', '-q', '-p', 'no:cacheprovider', '-p', 'no:xdist'])\n"
        "print([name for name in sys.modules if name.startswith('autograder.units.')])\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(2):  # the first run may have to find the names
        ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1] == "[]", ran.stdout + ran.stderr
