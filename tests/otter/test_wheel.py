"""What a class is given: a wheel that is valid and complete, and neither in it nor beside it an answer."""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from autograder.assessment.catalog import unit
from autograder.authoring.units import authored_units
from autograder.otter.build import build_autograder, build_notebooks
from autograder.otter.wheel import write_wheel
from autograder.submissions.load import SubmissionError
from tests import leaks

FROM_THE_WHEEL = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import autograder
from autograder.otter.wheel import write_wheel
print(autograder.__file__)
print(write_wheel(Path(sys.argv[2])))
"""
#: Two units, one of one file and one of a folder.
CHOSEN = [unit("gates"), unit("activations")]
#: What of the answers a class is given all the same, and in which files.
GIVEN = {
    # The stubs give these to everybody: they are no exercise.
    "u04_activations: model answer, erf": {"u04_activations.ipynb"},
    "u11_training: model answer, step": {
        f"u11_training.zip/{name}.json" for name in ("cross_validate", "fit", "train_step")
    },
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of what is installed here."""
    return write_wheel(tmp_path_factory.mktemp("wheel"))


def test_it_holds_the_grader_and_the_truths_but_no_answers(built: Path) -> None:
    """Packages with their data files go in; solutions, stubs and bytecode do not."""
    names = zipfile.ZipFile(built).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"autograder", built.name.removesuffix("-py3-none-any.whl") + ".dist-info"}
    assert "autograder/worker/main.py" in names
    assert "autograder/data/u04_activations.zip" in names
    assert not [name for name in names if name.startswith("autograder/units") or "reserve" in name]
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


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked, with stubs and a wrong answer beside it."""
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(built).extractall(folder / "site")
    (folder / "u02_gates.py").write_text("def sum_times(x, y, z):\n    return x + y * z\n", encoding="utf-8")
    (folder / "seed").write_text("a secret", encoding="utf-8")
    return folder


def in_class(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line of the wheel: no checkout can be imported, only installed packages."""
    program = "import sys; sys.path[:0] = sys.argv[1:3]; del sys.argv[1:3]; from autograder.cli import main; main()"
    paths = [str(installed / "site"), sysconfig.get_path("purelib")]
    command = [sys.executable, "-I", "-S", "-c", program, *paths, *arguments]
    environment = {**os.environ, "XDG_CACHE_HOME": str(installed / "cache")}
    return subprocess.run(command, cwd=installed, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("verb", ["check", "grade"])
def test_a_class_s_grader_names_mistakes(installed: Path, verb: str) -> None:
    """Without `units`, `reference` and `solutions`."""
    ran = in_class(installed, verb, "u02_gates.py", "--json")
    assert ran.returncode == (1 if verb == "check" else 0), ran.stderr
    (failed,) = [each for each in json.loads(ran.stdout)["exercises"] if each["verdict"] == "failed"]
    assert (failed["id"], failed["misconception"]) == ("gates.sum_times", "sum_times-times-before-plus")


@pytest.mark.parametrize(
    "arguments",
    [
        *(["dev", "build"], ["dev", "audit", "gates"], ["dev", "stubs"], ["dev", "new-unit", "u99_mine"]),
        ["grade", "u02_gates.py", "--seed-file", "seed"],
    ],
    ids=" ".join,
)
def test_what_only_authors_have_is_one_line(installed: Path, arguments: list[str]) -> None:
    """Whatever is built or computed needs a checkout, and says so."""
    ran = in_class(installed, *arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("chainrule: this needs a checkout of the project: there is no package autograder.")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("verb", ["check", "grade"])
def test_cases_of_data_sets_are_left_out_with_a_note(installed: Path, verb: str) -> None:
    """They are made when they run, which needs a checkout; the others are judged all the same."""
    ran = in_class(installed, verb, "u02_gates.py", "--data", ".", "--json")
    assert ran.returncode == (1 if verb == "check" else 0), ran.stderr
    assert [note for note in json.loads(ran.stdout)["notes"] if "checkout" in note]


@pytest.mark.parametrize("arguments", [["check", "nothing"], ["grade", "no_such.py"], ["list", "relu"]], ids=" ".join)
def test_a_caller_s_mistake_is_one_line_in_a_class_too(installed: Path, arguments: list[str]) -> None:
    """Telling whose mistake it is needs nothing that the wheel is without."""
    ran = in_class(installed, *arguments)
    assert ran.returncode == 2
    assert ran.stderr.startswith("chainrule: ")
    assert ran.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def given(built: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """All texts that a class is given: the wheel, an autograder with hidden cases, and student notebooks."""
    folder = tmp_path_factory.mktemp("otter")
    (folder / "seed").write_text("a secret", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        paths = [built, build_autograder(folder, folder / "seed", CHOSEN), *build_notebooks(folder, CHOSEN)]
    return [text for path in paths for text in leaks.texts_of(path.name, path.read_bytes())]


def test_no_model_answer_is_given_to_a_class(given: list[tuple[str, str]]) -> None:
    """No body of a function or method, in any file, but for the few above: each in its files and nowhere else."""
    bodies = {body: label for each in authored_units() for body, label in leaks.answers(each).items()}
    assert leaks.found_in(given, bodies) == GIVEN


def test_no_wrong_version_is_given_to_a_class(given: list[tuple[str, str]]) -> None:
    """Neither as an edit makes it, nor as a body or as code."""
    bodies = {body: label for each in authored_units() for body, label in leaks.wrong_versions(each).items()}
    assert leaks.found_in(given, bodies) == {}


def test_the_search_finds_every_answer_where_it_stands() -> None:
    """In the sources themselves: else finding nothing would say nothing."""
    for each in authored_units():
        texts = [(path.name, path.read_text(encoding="utf-8")) for path in leaks.answer_files(each)]
        bodies = {body: label for body, label in leaks.answers(each).items() if ": model answer" in label}
        assert set(leaks.found_in(texts, bodies)) == set(bodies.values())
        assert len(bodies) > 5


ANSWER = "def softplus(x):\n    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))) + 0.0 * x\n"
ELSEWHERE = (
    "def other( z ):\n  '''Doc.'''\n  return (np.maximum( x,0 )\n     +np.log1p(np.exp(-np.abs(x)))+0.0*x)  # so\n"
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("module.py", ELSEWHERE),
        ("data.json", json.dumps([{"scenario": {"tuple": ["name", ELSEWHERE]}}])),
        ("notebook.ipynb", json.dumps({"cells": [{"source": ELSEWHERE.splitlines(keepends=True)}]})),
        ("notes.md", f"Do so:\n{ANSWER}and nothing else (do not)"),
        ("numbers.bin", f"\0\1{ANSWER}\0"),
    ],
)
def test_the_search_finds_what_is_hidden_well(name: str, data: str) -> None:
    """In an archive in an archive, among other text, laid out in another way."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(name, data)
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    texts = leaks.texts_of("outer.zip", outer.getvalue())
    assert leaks.found_in(texts, leaks.bodies_of(ANSWER, "it")) == {"it, softplus": {f"inner.zip/{name}"}}
