"""Units kept outside the project: everything that works on ours works on them."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.assessment.catalog import UNITS_VARIABLE
from autograder.authoring import build
from autograder.authoring.scaffold import write_new_unit
from autograder.execution import executors
from autograder.otter.build import ARCHIVE
from autograder.otter.plugin import GRADE_FILE

ROOT = Path(__file__).resolve().parents[2]
NAME = "u98_own"
MISTAKE = 'edit("square", "2 * x", "x**2")'


def ran(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m` something in a folder, or, where the first word is chainrule, our command."""
    start = ["-c", "from autograder.cli import main; main()"] if command[0] == "chainrule" else ["-m", command[0]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *start, *command[1:]], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one new unit, compiled."""
    folder = tmp_path_factory.mktemp("units") / "own"
    write_new_unit(NAME, folder)
    built = ran(folder, "chainrule", "dev", "build", "own", "--units", ".")
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture
def copy(own: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(own, tmp_path / "own", ignore=shutil.ignore_patterns("__pycache__")))


def spoil(path: Path, old: str, new: str) -> None:
    """Replace a text that is there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_new_unit_passes_its_audit(own: Path) -> None:
    """What `dev new-unit` writes is in order: stubs, compiled file, misconception."""
    assert ran(own, "chainrule", "dev", "stubs", "own", "--units", ".", "--check").returncode == 0
    audit = ran(own, "chainrule", "dev", "audit", "own", "--units", ".", "--json")
    assert json.loads(audit.stdout)["faults"] == 0
    assert json.loads(audit.stdout)["named"] == 1


def test_pytest_collects_its_stubs(own: Path) -> None:
    """`dev new-unit` writes the conftest.py that lets it."""
    shown = ran(own, "pytest", "exercises", "--units", ".", "-q", "-p", "no:cacheprovider")
    assert "0 of 1 exercises: public cases passed, 1 not attempted" in shown.stdout, shown.stderr


def test_check_finds_its_stubs_from_elsewhere(own: Path, tmp_path: Path) -> None:
    """Where exercises/ of the current folder has no such unit, those beside the unit are meant."""
    (tmp_path / "exercises").mkdir()
    (tmp_path / "exercises" / "u01_tensors.py").write_text("", encoding="utf-8")
    shown = ran(tmp_path, "chainrule", "check", "own", "--units", str(own))
    assert "not attempted: double" in shown.stdout
    assert "note" not in shown.stdout


def test_otter_grades_it_on_a_machine_that_does_not_have_it(own: Path, tmp_path: Path) -> None:
    """The archive brings the unit's compiled file along."""
    built = ran(tmp_path, "chainrule", "otter", "build", "-o", "dist", "--unit", "own", "--units", str(own))
    assert built.returncode == 0, built.stderr
    (tmp_path / "out").mkdir()
    (tmp_path / f"{NAME}.py").write_text("def double(x):\n    return x + x\n", encoding="utf-8")
    options = ["--no-logo", "-a", f"dist/{ARCHIVE}", "-o", "out"]
    graded = ran(tmp_path, "otter", "run", *options, f"{NAME}.py")
    assert graded.returncode == 0, graded.stderr
    grade = json.loads((tmp_path / "out" / GRADE_FILE).read_text(encoding="utf-8"))
    assert [(each["id"], each["verdict"]) for each in grade["exercises"]] == [("own.double", "passed")]


def test_what_is_out_of_date_is_not_handed_out(copy: Path, tmp_path: Path) -> None:
    """Neither checked nor packed for Otter: one line names the command."""
    spoil(copy / "solutions" / f"{NAME}.py", "2 * x", "x + x")
    for command in (["check"], ["otter", "build", "-o", str(tmp_path / "dist"), "--unit", "own"]):
        files = ["solutions"] if command == ["check"] else []
        shown = ran(copy, "chainrule", *command, *files, "--units", ".")
        assert shown.returncode == 2
        assert shown.stderr.endswith(f"has changed since it was compiled: run `chainrule dev build {NAME}`\n")
    assert not (tmp_path / "dist").exists()


def test_an_archive_that_lacks_a_unit_says_so(own: Path, tmp_path: Path) -> None:
    """Nobody gets 0 of 0 points for a unit that is not there."""
    ran(tmp_path, "chainrule", "otter", "build", "-o", "dist", "--unit", "own", "--units", str(own))
    with zipfile.ZipFile(tmp_path / "dist" / ARCHIVE) as whole, zipfile.ZipFile(tmp_path / "less.zip", "w") as less:
        for name in whole.namelist():
            if not name.startswith("units/"):
                less.writestr(name, whole.read(name))
    (tmp_path / "out").mkdir()
    (tmp_path / f"{NAME}.py").write_text("def double(x):\n    return x + x\n", encoding="utf-8")
    ran(tmp_path, "otter", "run", "--no-logo", "-a", "less.zip", "-o", "out", f"{NAME}.py")
    grade = json.loads((tmp_path / "out" / GRADE_FILE).read_text(encoding="utf-8"))
    assert grade["fault"].endswith(f"{NAME} is neither in this archive nor installed here")


def test_its_answers_are_closed_where_there_is_no_namespace(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The executor `user` lets only the owner read what holds answers, in that folder too."""
    monkeypatch.setattr(executors, "_PACKAGE", copy / "nowhere")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv(UNITS_VARIABLE, str(copy))
    executors._close_answers()
    assert {stat.S_IMODE((copy / name).stat().st_mode) for name in ("data", "units", "reference", "solutions")} == {
        0o700
    }


def test_compiling_needs_no_library_that_the_unit_does_not_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """An instructor's install has no scikit-learn; the compiled file then says nothing about it."""
    monkeypatch.setattr(build, "_LIBRARIES", ("numpy", "no-such-library"))
    assert list(build._versions()) == ["numpy"]


MISTAKES = {
    "no-reference": ("reference", None, "", f"own.double: there is no reference/{NAME}.py"),
    "no-model-answers": ("solutions", None, "", f"{NAME}: there are no model answers in solutions/"),
    "no-exercises": ("__init__", "EXERCISES", "EXERCISE", f"{NAME}: its assessment lists no EXERCISES"),
    "no-such-text": ("double", '"2 * x"', '"3 * x"', "own.double: misconception square: '3 * x' is not in the model"),
    "variant": ("double", '"x + x"', '("3 * x", "x")', "own.double: variant sum: '3 * x' is not in the model answer"),
}


@pytest.mark.parametrize(("place", "old", "new", "message"), MISTAKES.values(), ids=MISTAKES)
def test_an_authors_mistake_is_one_line(copy: Path, place: str, old: str | None, new: str, message: str) -> None:
    """It names the exercise and what is missing, without a traceback."""
    folder = copy / place if (copy / place).is_dir() else copy / "units" / NAME
    path = folder / (f"{NAME}.py" if folder.name == place else f"{place}.py")
    if old is None:
        path.unlink()
    else:
        spoil(path, old, new)
    verb = "audit" if place == "double" else "build"
    shown = ran(copy, "chainrule", "dev", verb, "own", "--units", ".")
    assert shown.returncode == 2
    assert shown.stderr.startswith(f"chainrule: {message}")
    assert shown.stderr.count("\n") == 1


def test_a_misconception_with_a_typing_error_is_a_fault(copy: Path) -> None:
    """It would be rejected in every case, and no student's mistake would be found by it."""
    spoil(copy / "units" / NAME / "double.py", MISTAKE, 'edit("square", "2 * x", "xx**2")')
    shown = ran(copy, "chainrule", "dev", "audit", "own", "--units", ".")
    assert shown.returncode == 1
    assert "misconception square cannot run: raised NameError" in shown.stdout
