"""The command line: what it prints, where, and with which exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autograder.classroom import store
from autograder.cli import cli, main
from autograder.grading.grader import grade

ROOT = Path(__file__).resolve().parents[2]
UNIT = "u04_activations"
HEAD = "import numpy as np\n\n"
RELU = "def relu(x):\n    return np.maximum(x, 0)\n"
WRONG = "def relu(x):\n    return (x > 0).astype(x.dtype)\n"
STUB = 'def softmax(logits, axis=-1):\n    raise NotImplementedError("activations.softmax")\n'


class Result:
    """What a command printed, and its exit status."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    @property
    def json(self) -> Any:
        """Standard output as JSON: nothing else may be on it."""
        return json.loads(self.out)


def chainrule(capsys: pytest.CaptureFixture[str], *arguments: object) -> Result:
    """Run the command's entry point in this process."""
    before = sys.argv
    sys.argv = ["chainrule", *map(str, arguments)]
    try:
        main()
        status: Any = 0
    except SystemExit as exit_:
        status = exit_.code
    finally:
        sys.argv = before
    captured = capsys.readouterr()
    return Result(int(status or 0), captured.out, captured.err)


def one_line(text: str) -> bool:
    """Whether an error is one line, and ours."""
    return text.startswith("chainrule: ") and text.count("\n") == 1 and "Traceback" not in text


@pytest.fixture
def student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with exercises/ in it, as the working directory."""
    folder = tmp_path / "project" / "exercises"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder.parent)
    return folder / f"{UNIT}.py"


def write(path: Path, *parts: str) -> Path:
    """Write a student's file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + "".join(parts), encoding="utf-8")
    return path


def test_entry_point_in_a_process(tmp_path: Path) -> None:
    """The installed command runs `autograder.cli.main`, with or without a terminal and in any locale."""
    write(tmp_path / f"{UNIT}.py", WRONG)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "PYTHONIOENCODING": "", "PYTHONUTF8": "0"}
    command = [sys.executable, "-c", "from autograder.cli import main; main()", "check", f"{UNIT}.py"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, env=environment)
    assert ran.returncode == 1, ran.stderr.decode()
    assert b"relu says which numbers are positive." in ran.stdout
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("arguments", [[], ["check"], ["grade"], ["dev"], ["dev", "stubs"], ["otter"]], ids=" ".join)
def test_help(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    """Every command explains itself."""
    result = chainrule(capsys, *arguments, "--help")
    assert result.status == 0
    assert result.out.startswith("Usage: ")
    assert len(result.out.splitlines()) > 3


def test_check_all_of_exercises(capsys: pytest.CaptureFixture[str], student: Path) -> None:
    """Without an argument exercises/ is checked; a failure is exit status 1."""
    write(student, RELU, STUB)
    good = chainrule(capsys, "check")
    assert good.status == 0
    assert "✓ relu" in good.out
    assert "public cases passed" in good.out
    assert "all tests passed" not in good.out.lower()
    write(student, WRONG, STUB)
    bad = chainrule(capsys, "check")
    assert bad.status == 1
    assert "✗ relu" in bad.out
    assert "relu says which numbers are positive." in bad.out


def test_check_nothing_started_is_no_failure(capsys: pytest.CaptureFixture[str], student: Path) -> None:
    """Not attempted is not incorrect."""
    write(student, STUB)
    result = chainrule(capsys, "check")
    assert result.status == 0
    assert "not attempted" in result.out


@pytest.mark.parametrize("what", ["activations", UNIT, "activations.relu", f"exercises/{UNIT}.py"])
def test_check_by_unit_exercise_and_file(capsys: pytest.CaptureFixture[str], student: Path, what: str) -> None:
    """A unit, an exercise and a file can be named; only what was named is graded."""
    write(student, RELU)
    result = chainrule(capsys, "check", what, "--json")
    assert result.status == 0
    ids = [each["id"] for each in result.json["exercises"]]
    assert all(each.startswith("activations.") for each in ids)
    assert (ids == ["activations.relu"]) is (what == "activations.relu")


def test_check_json_is_only_json(capsys: pytest.CaptureFixture[str], student: Path) -> None:
    """With --json the grade is all that is on standard output, also where something failed and printed."""
    write(student, "print('noise at import')\n", WRONG.replace("    return", "    print('noise')\n    return"))
    result = chainrule(capsys, "check", "activations.relu", "--json")
    assert result.status == 1
    assert result.json["schema"] == 1
    assert result.json["exercises"][0]["misconception"] == "relu-mask-returned"


def test_check_shows_the_students_line(capsys: pytest.CaptureFixture[str], student: Path) -> None:
    """A crash shows the student's file, line and code."""
    write(student, "def relu(x):\n    return x.nothing\n")
    result = chainrule(capsys, "check", "activations.relu")
    assert result.status == 1
    assert f"{UNIT}.py, line 4, in relu: return x.nothing" in result.out


BAD_CHECKS = {
    "unknown-unit": ["attention_is_all"],
    "unknown-exercise": ["activations.nothing"],
    "unknown-unit-of-exercise": ["nothing.relu"],
    "missing-file": ["missing.py"],
    "missing-folder": ["missing/folder"],
    "two-files": ["a.py", "b.py"],
    "dot-only": ["activations."],
}


@pytest.mark.parametrize("arguments", BAD_CHECKS.values(), ids=BAD_CHECKS)
def test_check_wrong_usage(capsys: pytest.CaptureFixture[str], student: Path, arguments: list[str]) -> None:
    """The caller's mistake is one line on stderr and exit status 2."""
    write(student, RELU)
    result = chainrule(capsys, "check", *arguments)
    assert (result.status, result.out) == (2, "")
    assert one_line(result.err), result.err


def test_check_where_there_are_no_exercises(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another folder it says where to go."""
    monkeypatch.chdir(tmp_path)
    result = chainrule(capsys, "check")
    assert result.status == 2
    assert "no exercises here" in result.err


def test_grade_one_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A file is one submission: a table on stdout, the sandbox on stderr."""
    result = chainrule(capsys, "grade", write(tmp_path / f"{UNIT}.py", RELU))
    assert result.status == 0
    assert UNIT in result.out
    assert result.err.startswith("sandbox: ")


@pytest.mark.parametrize("words", ["[bold]", "[/b]"])
def test_brackets_are_shown_as_they_stand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str
) -> None:
    """A student's exception is no markup in the table of grades."""
    monkeypatch.setenv("COLUMNS", "200")
    raises = f'def relu(x):\n    raise ValueError("{words}")\n'
    result = chainrule(capsys, "grade", write(tmp_path / f"{UNIT}.py", raises))
    assert result.status == 0
    assert f"ValueError: {words}" in result.out


def test_grade_json_of_one_is_an_object(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One submission is an object, named with its sandbox."""
    result = chainrule(capsys, "grade", write(tmp_path / f"{UNIT}.py", RELU), "--json")
    assert result.status == 0
    assert (result.json["submission"], result.json["schema"]) == (UNIT, 1)
    assert result.json["sandbox"] in ("bubblewrap", "user", "subprocess")
    assert result.json["score"] == 1.0


def class_of(folder: Path) -> Path:
    """A class of five: a file, a folder, a zip, a notebook and one that is broken."""
    write(folder / "alice.py", RELU)
    write(folder / "bob" / f"{UNIT}.py", WRONG)
    with zipfile.ZipFile(folder / "carol.zip", "w") as archive:
        archive.writestr(f"{UNIT}.py", HEAD + RELU)
    (folder / "dave.ipynb").write_text(notebook(HEAD, "1 / 0", RELU), encoding="utf-8")
    write(folder / "eve.py", "def relu(x:\n")
    return folder


def notebook(*cells: str) -> str:
    """A notebook with these cells."""
    code: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": cell} for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": code})


def scores(grades: list[Any]) -> dict[str, float]:
    """Points by submission."""
    return {each["submission"]: each["score"] for each in grades}


CLASS = {"alice": 1.0, "bob": 0.0, "carol": 1.0, "dave": 1.0, "eve": 0.0}


def test_grade_a_class_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A class is a list, one object per submission, in order."""
    result = chainrule(capsys, "grade", class_of(tmp_path), "--json", "--sandbox", "subprocess")
    assert result.status == 0
    assert list(scores(result.json)) == sorted(CLASS)
    assert scores(result.json) == CLASS


def test_grade_writes_grades_feedback_and_tables(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With -o each submission has its grade and its feedback, and the class has its tables."""
    out = tmp_path / "out"
    result = chainrule(capsys, "grade", class_of(tmp_path / "class"), "-o", out, "--sandbox", "subprocess")
    assert result.status == 0
    assert sorted(path.name for path in (out / "grades").iterdir()) == [f"{name}.json" for name in sorted(CLASS)]
    assert sorted(path.name for path in (out / "feedback").iterdir()) == [f"{name}.md" for name in sorted(CLASS)]
    assert scores(json.loads((out / "grades.json").read_text())) == CLASS
    rows = list(csv.DictReader(io.StringIO((out / "grades.csv").read_text())))
    assert {row["submission"]: float(row["score"]) for row in rows} == CLASS
    assert {row["submission"]: float(row["activations.relu"]) for row in rows} == CLASS
    page = (out / "feedback" / "bob.md").read_text()
    assert "# bob" in page
    assert "relu says which numbers are positive." in page
    assert "SyntaxError" in (out / "feedback" / "eve.md").read_text()
    assert json.loads((out / "grades" / "alice.json").read_text())["submission"] == "alice"


def test_grade_twice_into_the_same_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A second run replaces the results of the first."""
    path, out = write(tmp_path / f"{UNIT}.py", WRONG), tmp_path / "out"
    for source, points in ((WRONG, 0.0), (RELU, 1.0)):
        write(path, source)
        assert chainrule(capsys, "grade", path, "-o", out, "--sandbox", "subprocess").status == 0
        assert json.loads((out / "grades.json").read_text())[0]["score"] == points


def test_grade_with_a_secret(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A seed file adds hidden cases, whose inputs nobody is shown."""
    seed = tmp_path / "secret.txt"
    seed.write_text("a secret\n")
    path = write(tmp_path / "student" / f"{UNIT}.py", RELU)
    plain = chainrule(capsys, "grade", path, "--json").json
    hidden = chainrule(capsys, "grade", path, "--json", "--seed-file", seed)
    assert hidden.status == 0
    relu, more = (
        {each["id"]: each for each in grade["exercises"]}["activations.relu"] for grade in (plain, hidden.json)
    )
    assert more["cases"] == more["cases_passed"] > relu["cases"]
    assert "a secret" not in hidden.out + hidden.err


def test_our_failure_on_one_submission_loses_no_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When our grader itself fails on a submission the others keep their grades, and it is told: exit status 1."""
    real = grade

    def failing(submission: Any, *arguments: Any, **options: Any) -> Any:
        if submission.name == "bob":
            raise RuntimeError("a bug of ours")
        return real(submission, *arguments, **options)

    monkeypatch.setattr("autograder.classroom.run.grade", failing)
    out = tmp_path / "out"
    result = chainrule(capsys, "grade", class_of(tmp_path / "class"), "-o", out, "--json", "--sandbox", "subprocess")
    assert result.status == 1
    others = {name: points for name, points in CLASS.items() if name != "bob"}
    assert scores(result.json) == others
    assert scores(json.loads((out / "grades.json").read_text())) == others
    assert "bob could not be graded: RuntimeError: a bug of ours" in result.err
    assert not (out / "grades" / "bob.json").exists()


def test_an_interruption_keeps_what_is_graded(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each grade is on disk as soon as it is known: an interruption loses nothing that was graded."""
    real = store.Results.add
    seen: list[str] = []

    def interrupted(self: Any, graded: Any) -> None:
        if len(seen) == 2:
            raise KeyboardInterrupt
        real(self, graded)
        seen.append(graded.name)

    monkeypatch.setattr(store.Results, "add", interrupted)
    out = tmp_path / "out"
    result = chainrule(capsys, "grade", class_of(tmp_path / "class"), "-o", out, "--sandbox", "subprocess")
    assert result.status != 0
    assert sorted(path.stem for path in (out / "grades").iterdir()) == sorted(seen)
    assert len(seen) == 2
    assert all(json.loads(path.read_text())["schema"] == 1 for path in (out / "grades").iterdir())


def test_list_tells_ids_points_and_cases(capsys: pytest.CaptureFixture[str]) -> None:
    """`list --json` holds every unit's exercises with points and cases, and the totals."""
    found = json.loads(chainrule(capsys, "list", "--json").out)
    assert found["schema"] == 1
    assert found["exercises"] == sum(len(unit["exercises"]) for unit in found["units"])
    assert found["cases"] == sum(exercise["cases"] for unit in found["units"] for exercise in unit["exercises"])
    assert all(exercise["points"] > 0 for unit in found["units"] for exercise in unit["exercises"])
    assert chainrule(capsys, "list", "nope").status == 2


@pytest.mark.parametrize("verb", sorted(cli.commands))
def test_help_shows_examples_line_by_line(verb: str) -> None:
    """No mark of the formatting is left, and each example stands on a line of its own."""
    shown = CliRunner().invoke(cli, [verb, "--help"]).output
    assert "\\b" not in shown
    assert "\b" not in shown
    assert all(line.count(f"chainrule {verb}") <= 1 for line in shown.splitlines())


def test_check_of_one_exercise_says_nothing_of_other_units(student: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even where another unit's file has an exercise of the same name."""
    write(student, RELU)
    write(student.with_name("u14_pytorch.py"), "def softmax(x):\n    raise NotImplementedError('pytorch.softmax')\n")
    ran = chainrule(capsys, "check", "activations.relu")
    assert ran.status == 0
    assert "u14_pytorch" not in ran.out
