"""What a student hands in, or a caller types, may be anything: a grade with a reason, or one line and status 2."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_cli import HEAD, RELU, UNIT, chainrule, write

SUBMITTED: dict[str, Any] = {
    "binary.py": b"\0\xff\1" * 50,
    "no_json.ipynb": b"{ not json",
    "other_json.ipynb": b"[1, 2, 3]",
    "climbing.zip": "../../evil.py",
    "no_zip.zip": b"PK nothing",
    "latin.py": (HEAD + RELU + "# é\n").encode("latin-1"),
    "empty.py": b"",
    "blank.py": b" \n\n",
    "deep.py": b"x = " + b"-" * 100_000 + b"1",
    "huge.py": b"x = 1\n" * 1_000_000,
    "answers.pdf": b"%PDF-1.4",
}


@pytest.mark.parametrize("name", SUBMITTED)
def test_bad_submissions_are_graded_with_a_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    """Whatever a student hands in is a grade of zero with a line that says why, never an error of ours."""
    path, content = tmp_path / name, SUBMITTED[name]
    if isinstance(content, str):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(content, HEAD + RELU)
    else:
        path.write_bytes(content)
    result = chainrule(capsys, "grade", path, "--json", "--sandbox", "subprocess")
    assert result.status == 0, result.err
    assert result.json["score"] == 0
    assert "Traceback" not in result.err
    told = [*result.json["notes"], *(each["message"] for each in result.json["exercises"])]
    assert all(told), "each exercise says something"
    assert any(not line.startswith("no file for") for line in told)
    assert all("\n" not in line for line in told)
    assert not (tmp_path.parent / "evil.py").exists()


def test_the_reason_stands_in_the_feedback(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A student whose file could not be read finds out from the feedback what to do."""
    (tmp_path / "latin.py").write_bytes(SUBMITTED["latin.py"])
    chainrule(capsys, "grade", tmp_path / "latin.py", "-o", tmp_path / "out", "--sandbox", "subprocess")
    assert "save the file as UTF-8" in (tmp_path / "out" / "feedback" / "latin.md").read_text()


def wrong_grade(tmp_path: Path) -> dict[str, list[object]]:
    """Wrong ways to call `grade`."""
    path = write(tmp_path / "ok" / f"{UNIT}.py", RELU)
    (tmp_path / "nothing").mkdir()
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "file").write_text("x")
    return {
        "missing-path": [tmp_path / "missing"],
        "empty-folder": [tmp_path / "nothing"],
        "no-path": [],
        "unknown-sandbox": [path, "--sandbox", "fortress"],
        "missing-seed-file": [path, "--seed-file", tmp_path / "missing"],
        "empty-seed-file": [path, "--seed-file", tmp_path / "empty.txt"],
        "seed-file-is-a-folder": [path, "--seed-file", tmp_path / "nothing"],
        "no-workers": [path, "--workers", "0"],
        "output-is-a-file": [path, "-o", tmp_path / "file"],
        "output-below-a-file": [path, "-o", tmp_path / "file" / "out"],
    }


WRONG_GRADES = ["missing-path", "empty-folder", "no-path", "unknown-sandbox", "missing-seed-file", "empty-seed-file",
                "seed-file-is-a-folder", "no-workers", "output-is-a-file", "output-below-a-file"]  # fmt: skip


@pytest.mark.parametrize("name", WRONG_GRADES)
def test_grade_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str) -> None:
    """The caller's mistake is exit status 2 and a short message, nothing on stdout."""
    result = chainrule(capsys, "grade", *wrong_grade(tmp_path)[name])
    assert (result.status, result.out) == (2, "")
    last = [line for line in result.err.splitlines() if not line.startswith("sandbox: ")]
    assert last[-1].startswith(("chainrule: ", "Error: "))
    assert "Traceback" not in result.err


def test_sandbox_that_is_not_there(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox that cannot be used here is not silently replaced by a weaker one."""
    monkeypatch.setattr("autograder.execution.executors.Bubblewrap.unavailable", lambda self: "no bwrap")
    result = chainrule(capsys, "grade", write(tmp_path / f"{UNIT}.py", RELU), "--sandbox", "bubblewrap")
    assert (result.status, result.out) == (2, "")
    assert "sandbox bubblewrap is not available: no bwrap" in result.err


def test_a_weak_sandbox_is_warned_about(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Grading other people's code without isolation says so on stderr."""
    result = chainrule(capsys, "grade", write(tmp_path / f"{UNIT}.py", RELU), "--sandbox", "subprocess", "--json")
    assert "warning: no isolation" in result.err
    assert result.json["sandbox"] == "subprocess"
