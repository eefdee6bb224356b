"""Units kept in a folder of their own: written, built, audited, done, graded and packed as the package's are."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNIT = "u77_extra"
CHAINRULE = [sys.executable, "-c", "from autograder.cli import main; main()"]
WRONG = "def double(x):\n    return x**2\n"


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own: units are looked up once for a process."""
    told = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    told.pop("PYTEST_ADDOPTS", None)
    return subprocess.run([str(each) for each in command], cwd=cwd, env=told, capture_output=True, text=True)


def chainrule(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    return run(*CHAINRULE, *arguments, cwd=cwd, **environment)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one unit, as `dev new-unit` writes it, built."""
    folder = tmp_path_factory.mktemp("elsewhere") / "mine"
    made = chainrule("dev", "new-unit", UNIT, "--into", folder, cwd=folder.parent)
    assert made.returncode == 0, made.stderr
    ran = chainrule("dev", "build", "extra", "--units", folder, cwd=folder.parent)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture
def mine(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to change."""
    return Path(shutil.copytree(built, tmp_path / "copy"))


def test_a_new_unit_has_its_files_in_five_folders(built: Path) -> None:
    """Assessment, answers, reference, stubs with what makes pytest collect them, and two compiled files."""
    files = {str(path.relative_to(built)) for path in built.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert files == {
        f"units/{UNIT}/__init__.py",
        f"units/{UNIT}/double.py",
        f"solutions/{UNIT}.py",
        f"reference/{UNIT}.py",
        f"exercises/{UNIT}.py",
        "exercises/conftest.py",
        f"data/{UNIT}.zip",
        f"data/{UNIT}.reserve.zip",
    }


def test_the_package_is_left_alone(built: Path) -> None:
    """Nothing of the unit is written beside the package's own."""
    assert not [path for path in ROOT.glob("*/**/u77_extra*") if ".git" not in path.parts]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("u04_attention", "unit u04 exists already"),
        (UNIT, "unit u77 exists already"),
        ("u78-bad", "a unit's name is u, two digits and words joined by _, not 'u78-bad'"),
        ("../u78_up", "a unit's name is u, two digits and words joined by _, not '../u78_up'"),
    ],
)
def test_a_name_that_is_taken_or_malformed_is_one_line(mine: Path, name: str, reason: str) -> None:
    """Among the package's units and the folder's own; nothing is written."""
    before = sorted(mine.rglob("*"))
    ran = chainrule("dev", "new-unit", name, "--units", mine, "--into", mine, cwd=mine)
    assert (ran.returncode, ran.stderr) == (2, f"chainrule: {reason}\n")
    assert sorted(mine.rglob("*")) == before


def test_a_second_unit_joins_the_first(mine: Path) -> None:
    """In the folder that is the current one; what pytest needs is there already."""
    ran = chainrule("dev", "new-unit", "u78_more", "--units", mine, cwd=mine)
    assert ran.returncode == 0, ran.stderr
    assert (mine / "units" / "u78_more" / "double.py").is_file()
    assert "conftest" not in ran.stdout


def test_where_neither_project_nor_units_are_the_folder_has_to_be_named(tmp_path: Path) -> None:
    """No file is written into whatever folder is the current one."""
    ran = chainrule("dev", "new-unit", UNIT, cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stderr.endswith("name one with --into\n")
    assert list(tmp_path.iterdir()) == []


def test_what_is_built_is_up_to_date(mine: Path) -> None:
    """A second build writes nothing, and `--check` agrees."""
    again = chainrule("dev", "build", "extra", "--units", mine, cwd=mine)
    checked = chainrule("dev", "build", "extra", "--check", "--units", mine, cwd=mine)
    assert (again.returncode, again.stdout, checked.returncode, checked.stdout) == (0, "", 0, "")


def test_building_a_copy_gives_the_same_bytes(mine: Path, built: Path) -> None:
    """In another folder: no file says where it was made."""
    ran = chainrule("dev", "build", "extra", "--all", "--units", mine, cwd=mine)
    assert ran.returncode == 0, ran.stderr
    for name in (f"{UNIT}.zip", f"{UNIT}.reserve.zip"):
        assert (mine / "data" / name).read_bytes() == (built / "data" / name).read_bytes()


def test_the_audit_finds_nothing(built: Path) -> None:
    """What a new unit starts with is sound: right answers pass, the wrong one is named."""
    ran = chainrule("dev", "audit", "extra", "--json", "--units", built, cwd=built)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    totals = {"exercises": 1, "cases": 5, "misconceptions": 1, "rejected": 1, "named": 1, "faults": 0}
    assert json.loads(ran.stdout) | {"exercises_audited": []} == {**totals, "exercises_audited": []}


def test_the_audit_finds_a_stored_file_that_says_something_else(mine: Path) -> None:
    """A case that was added since is named, and so is the command."""
    file = mine / "units" / UNIT / "double.py"
    text = file.read_text(encoding="utf-8")
    added = text.replace("    cases=[\n", '    cases=[\n        Case("zero", x=np.array([0.0])),\n')
    file.write_text(added, encoding="utf-8")
    ran = chainrule("dev", "audit", "extra", "--units", mine, cwd=mine)
    assert ran.returncode == 1
    assert "the stored file has other cases: run `chainrule dev build`" in ran.stdout


def test_the_audit_finds_a_misconception_that_is_right(mine: Path) -> None:
    """A wrong version that no case rejects is a fault with its name."""
    file = mine / "units" / UNIT / "double.py"
    file.write_text(file.read_text(encoding="utf-8").replace('"x**2"', '"x * 2"'), encoding="utf-8")
    ran = chainrule("dev", "audit", "extra", "--units", mine, cwd=mine)
    assert ran.returncode == 1
    assert "misconception square is accepted" in ran.stdout


def test_an_edit_that_lost_its_text_stops_the_build(mine: Path) -> None:
    """One line with exercise, misconception and text, exit status 2; the old file stays."""
    answers = mine / "solutions" / f"{UNIT}.py"
    answers.write_text(answers.read_text(encoding="utf-8").replace("return 2 * x", "return x + x"), encoding="utf-8")
    before = (mine / "data" / f"{UNIT}.zip").read_bytes()
    ran = chainrule("dev", "build", "extra", "--units", mine, cwd=mine)
    reason = "extra.double: misconception square: '2 * x' is not in the model answer"
    assert (ran.returncode, ran.stderr.strip()) == (2, f"chainrule: {reason}")
    assert (mine / "data" / f"{UNIT}.zip").read_bytes() == before


def test_stubs_are_written_from_the_answers(mine: Path) -> None:
    """Into the folder's own exercises, and are up to date afterwards."""
    (mine / "exercises" / f"{UNIT}.py").unlink()
    wrote = chainrule("dev", "stubs", "extra", "--units", mine, cwd=mine)
    assert (wrote.returncode, wrote.stdout) == (0, f"wrote: {mine / 'exercises' / f'{UNIT}.py'}\n")
    checked = chainrule("dev", "stubs", "extra", "--check", "--units", mine, cwd=mine)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_list_shows_it_after_the_package_s_own(built: Path) -> None:
    """All units in order, by the option or the variable; without them, the package's alone."""
    ways = [
        chainrule("list", "--json", "--units", built, cwd=built),
        chainrule("list", "--json", cwd=built, CHAINRULE_UNITS=str(built)),
        chainrule("list", "--json", cwd=built),
    ]
    told, by_variable, without = ([each["unit"] for each in json.loads(ran.stdout)["units"]] for ran in ways)
    assert told == by_variable == [*without, UNIT]
    assert "u01_tensors" in without


def test_check_says_not_attempted_then_passed_then_what_is_wrong(mine: Path) -> None:
    """The unit's stubs, its model answers, and its misconception."""
    file = mine / "exercises" / f"{UNIT}.py"
    stub = chainrule("check", "extra", "--units", mine, cwd=mine)
    assert stub.returncode == 0
    assert "not attempted: double" in stub.stdout
    shutil.copy(mine / "solutions" / f"{UNIT}.py", file)
    right = chainrule("check", "extra.double", "--units", mine, cwd=mine)
    assert right.returncode == 0
    assert "1 of 1 exercises, 1 of 1 points" in right.stdout
    file.write_text(WRONG, encoding="utf-8")
    wrong = chainrule("check", file, "--units", mine, cwd=mine)
    assert wrong.returncode == 1
    assert "Doubling is squaring." in wrong.stdout


def test_grade_counts_it_beside_the_others(built: Path, tmp_path: Path) -> None:
    """A submission of it alone has the package's exercises not attempted, and the diagnosis."""
    (tmp_path / f"{UNIT}.py").write_text(WRONG, encoding="utf-8")
    ran = chainrule("grade", tmp_path / f"{UNIT}.py", "--json", "--units", built, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    grades = {each["id"]: each for each in json.loads(ran.stdout)["exercises"]}
    assert (grades["extra.double"]["verdict"], grades["extra.double"]["misconception"]) == ("failed", "double-square")
    assert {each["verdict"] for id, each in grades.items() if id != "extra.double"} == {"not_attempted"}


@pytest.mark.parametrize("way", ["option", "variable"])
def test_pytest_collects_it(mine: Path, way: str) -> None:
    """By the folder's own conftest: an item per case, and the unit in the summary."""
    (mine / "exercises" / f"{UNIT}.py").write_text(WRONG, encoding="utf-8")
    options = ["--units", mine] if way == "option" else []
    environment = {} if way == "option" else {"CHAINRULE_UNITS": str(mine)}
    ran = run(sys.executable, "-m", "pytest", "exercises", "-v", *options, cwd=mine, **environment)
    assert ran.returncode == 1, ran.stderr
    assert f"exercises/{UNIT}.py::double[one-number] FAILED" in ran.stdout
    assert "Doubling is squaring." in ran.stdout
    assert f"{UNIT}              0 of 1 exercises" in ran.stdout


# A stale file


def _docstring_changed(mine: Path) -> None:
    file = mine / "solutions" / f"{UNIT}.py"
    file.write_text(file.read_text(encoding="utf-8").replace("Double every", "Double each"), encoding="utf-8")


def _reference_changed(mine: Path) -> None:
    file = mine / "reference" / f"{UNIT}.py"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def _assessment_changed(mine: Path) -> None:
    file = mine / "units" / UNIT / "double.py"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")


def _module_added(mine: Path) -> None:
    (mine / "units" / UNIT / "more.py").write_text('"""More."""\n', encoding="utf-8")


CHANGES = [_docstring_changed, _reference_changed, _assessment_changed, _module_added]
EACH_CHANGE = pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__.strip("_"))
STALE = f"{UNIT} has changed since it was compiled: run `chainrule dev build {UNIT}`"


@EACH_CHANGE
def test_a_stale_file_is_refused_by_check(mine: Path, change: Callable[[Path], None]) -> None:
    """One line names the command, exit status 2."""
    change(mine)
    ran = chainrule("check", "extra", "--units", mine, cwd=mine)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"chainrule: {STALE}\n")


@EACH_CHANGE
def test_a_stale_file_is_found_by_build_check(mine: Path, change: Callable[[Path], None]) -> None:
    """It writes nothing, names the file, and ends with status 1; a build mends it."""
    change(mine)
    before = (mine / "data" / f"{UNIT}.zip").read_bytes()
    ran = chainrule("dev", "build", "extra", "--check", "--units", mine, cwd=mine)
    assert (ran.returncode, ran.stdout) == (1, f"out of date: {mine / 'data' / f'{UNIT}.zip'}\n")
    assert (mine / "data" / f"{UNIT}.zip").read_bytes() == before


def test_a_stale_file_is_refused_by_grade(mine: Path) -> None:
    """Before a submission is read."""
    _assessment_changed(mine)
    ran = chainrule("grade", mine / "no_such_submission.py", "--units", mine, cwd=mine)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"chainrule: {STALE}\n")


def test_a_stale_file_is_refused_by_pytest(mine: Path) -> None:
    """One line, no traceback."""
    _assessment_changed(mine)
    (mine / "exercises" / f"{UNIT}.py").write_text(WRONG, encoding="utf-8")
    ran = run(sys.executable, "-m", "pytest", "exercises", "--units", mine, cwd=mine)
    assert ran.returncode == 2
    assert STALE in ran.stdout.splitlines()
    assert "Traceback" not in ran.stdout + ran.stderr


def test_building_again_mends_a_stale_file(mine: Path) -> None:
    """Then it is checked as before."""
    _docstring_changed(mine)
    ran = chainrule("dev", "build", "--units", mine, UNIT, cwd=mine)
    assert [line.partition(" (")[0] for line in ran.stdout.splitlines()] == [
        f"wrote: {mine / 'data' / f'{UNIT}.zip'}",
        f"wrote: {mine / 'data' / f'{UNIT}.reserve.zip'}",
    ]
    assert chainrule("check", "extra", "--units", mine, cwd=mine).returncode == 0


def test_a_missing_reserve_is_out_of_date(mine: Path) -> None:
    """A unit has both files or is built again."""
    (mine / "data" / f"{UNIT}.reserve.zip").unlink()
    assert chainrule("dev", "build", "extra", "--check", "--units", mine, cwd=mine).returncode == 1


def test_without_its_sources_a_unit_is_taken_as_it_is(mine: Path) -> None:
    """A folder of data alone is no checkout: nothing can be stale."""
    _assessment_changed(mine)
    for name in ("units", "solutions", "reference"):
        shutil.rmtree(mine / name)
    ran = chainrule("check", "extra", "--units", mine, cwd=mine)
    assert ran.returncode == 0, ran.stderr


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """Exit status 2."""
    ran = chainrule("list", "--units", tmp_path / "nowhere", cwd=tmp_path)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert "nowhere" in ran.stderr


# Otter


@pytest.fixture(scope="module")
def archive(built: Path) -> zipfile.ZipFile:
    """An autograder for it, with hidden cases."""
    (built.parent / "seed").write_text("a secret", encoding="utf-8")
    options = ["-o", built.parent / "dist", "--seed-file", built.parent / "seed", "--unit", "extra", "--units", built]
    ran = chainrule("otter", "build", *options, cwd=built.parent, XDG_CACHE_HOME=str(built.parent / "cache"))
    assert ran.returncode == 0, ran.stderr
    return zipfile.ZipFile(built.parent / "dist" / "autograder.zip")


def test_the_archive_brings_the_unit(archive: zipfile.ZipFile, tmp_path: Path) -> None:
    """Where it is unpacked, the unit is fresh, and graded with its hidden cases."""
    (wheel,) = [name for name in archive.namelist() if name.endswith(".whl")]
    archive.extractall(tmp_path)
    zipfile.ZipFile(tmp_path / wheel).extractall(tmp_path / "site")
    (tmp_path / f"{UNIT}.py").write_text(WRONG, encoding="utf-8")
    program = f"""
from pathlib import Path
from autograder.assessment.catalog import require_fresh
from autograder.assessment.unitfile import read_unit
from autograder.classroom.run import grade_class
from autograder.execution.executors import Limits, choose
from autograder.grading.course import Course

require_fresh({UNIT!r})
course = Course(hidden={{{UNIT!r}: read_unit(Path("hidden/{UNIT}.zip"))}}, only=[{UNIT!r}])
(graded,) = grade_class([Path("{UNIT}.py")], course, choose("subprocess"), Limits())
(exercise,) = graded.grade.exercises
print(exercise.exercise.id, exercise.misconception.name, [case.label for case in exercise.cases])
"""
    ran = run(
        sys.executable,
        "-c",
        program,
        cwd=tmp_path,
        PYTHONPATH=str(tmp_path / "site"),
        CHAINRULE_UNITS=str(tmp_path / "units"),
    )
    assert ran.returncode == 0, ran.stderr
    labels = ["one-number", "matrix", "single-precision", "random-1", "random-2", "hidden-random-1", "hidden-random-2"]
    assert ran.stdout == f"extra.double square {labels}\n"


def test_the_notebook_holds_the_unit_s_stubs(built: Path, archive: zipfile.ZipFile) -> None:
    """One for the unit that was asked for."""
    folder = built.parent / "dist" / "notebooks"
    assert [path.name for path in folder.iterdir()] == [f"{UNIT}.ipynb"]
    assert "def double" in (folder / f"{UNIT}.ipynb").read_text(encoding="utf-8")
