"""The wheel that a grading machine installs: valid, complete, and without the model answers."""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.submission import SubmissionError
from autograder.wheel import write_wheel

FROM_THE_WHEEL = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import autograder
from autograder.wheel import write_wheel
print(autograder.__file__)
print(write_wheel(Path(sys.argv[2])))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of what is installed here."""
    return write_wheel(tmp_path_factory.mktemp("wheel"))


def test_it_holds_the_grader_and_the_truths_but_no_answers(built: Path) -> None:
    """Packages with their data files go in; solutions, stubs and bytecode do not."""
    names = zipfile.ZipFile(built).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"autograder", "reference", built.name.removesuffix("-py3-none-any.whl") + ".dist-info"}
    assert "autograder/worker.py" in names
    assert "reference/truth/u04_activations.bin" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_every_file_is_recorded_with_its_hash(built: Path) -> None:
    """RECORD lists each file with its SHA-256 and size, as installers check it."""
    archive = zipfile.ZipFile(built)
    record = next(name for name in archive.namelist() if name.endswith("/RECORD"))
    rows = list(csv.reader(io.StringIO(archive.read(record).decode())))
    assert sorted(row[0] for row in rows) == sorted(archive.namelist())
    for name, digest, size in rows:
        data = archive.read(name)
        sha = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        assert [digest, size] == (["", ""] if name == record else [f"sha256={sha}", str(len(data))])


def test_pip_installs_it_and_the_installed_package_writes_the_same_wheel(built: Path, tmp_path: Path) -> None:
    """A checkout and an installed wheel give the same bytes."""
    site, folder = str(tmp_path / "site"), str(tmp_path)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile", "--target"]
    subprocess.run([*pip, site, str(built)], check=True, capture_output=True)
    command = [sys.executable, "-I", "-c", FROM_THE_WHEEL, site, folder]
    where, again = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert where == str(Path(site) / "autograder" / "__init__.py")
    assert Path(again).name == built.name
    assert Path(again).read_bytes() == built.read_bytes()


def test_what_is_not_installed_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package or a missing installation is the caller's mistake, said in a line."""
    with pytest.raises(SubmissionError, match="the package `no_such_package` is not installed"):
        write_wheel(tmp_path, ["no_such_package"])

    def missing(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(SubmissionError, match="building needs chainrule installed"):
        write_wheel(tmp_path)
    assert list(tmp_path.iterdir()) == []
