"""What students are given works on the oldest Python and packages that are allowed, and on the newest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.assessment.catalog import unit, units
from tests.benchmarks.commands import clean_environment
from tests.benchmarks.student import PROJECT, StudentInstall, install
from tests.conftest import compiled, solution_text

UNIT = "u04_activations"
#: The newest when this was written: a release of tomorrow shall not fail the tests of today.
NEWEST = ["click==8.5.1", "numpy==2.5.5", "pytest==9.2.0", "rich==15.0.0"]


@dataclass(frozen=True)
class Run:
    """How a command ended, and what it printed."""

    status: int
    text: str


def oldest_packages() -> list[str]:
    """The lowest versions that pyproject.toml allows."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [each.replace(">=", "==") for each in project["dependencies"]]


def interpreter(version: str) -> Path:
    """Python of that version: on the path, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    found = [*map(str, pyenv.glob(f"{version}.*/bin/python{version}")), shutil.which(f"python{version}") or ""]
    for path in filter(None, found):
        if subprocess.run([path, "-c", "import venv"], capture_output=True, check=False).returncode == 0:
            return Path(path)
    pytest.skip(f"there is no Python {version} here")


@pytest.fixture(scope="module", params=["oldest", "newest"])
def student(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StudentInstall:
    """An install of Python 3.11 with the oldest packages that are allowed, or of 3.13 with the newest."""
    version, packages = {"oldest": ("3.11", oldest_packages()), "newest": ("3.13", NEWEST)}[request.param]
    folder = tmp_path_factory.mktemp("student")
    try:
        made = install(folder, interpreter(version), packages)
    except subprocess.CalledProcessError as error:
        if "(from versions: none)" not in str(error.stderr):
            raise
        pytest.skip("pip reaches no package index here")
    made.solved("solved", UNIT)
    file = made.solved("wrong") / "exercises" / f"{UNIT}.py"
    file.write_text(solution_text(UNIT).replace("logits.max(axis=axis, keepdims=True)", "logits.max()"), "utf-8")
    return made


def run(student: StudentInstall, folder: str, *words: str) -> Run:
    """Run a command of the install in one of its folders."""
    command = student.command(student.folder / folder, *words)
    ran = subprocess.run(
        list(map(str, command.words)), cwd=command.folder, env=clean_environment(), capture_output=True, text=True
    )
    return Run(ran.returncode, ran.stdout + ran.stderr)


def test_untouched_stubs_are_not_attempted(student: StudentInstall) -> None:
    """`pytest exercises/` skips everything, and fails nothing."""
    ran = run(student, "stubs", "pytest", "exercises")
    assert ran.status == 0, ran.text
    count = sum(len(each.exercises) for each in units())
    assert f"{count} skipped in" in ran.text


def test_model_answers_pass(student: StudentInstall) -> None:
    """Every case of a solved unit passes."""
    ran = run(student, "solved", "pytest", f"exercises/{UNIT}.py")
    assert ran.status == 0, ran.text
    assert f"{sum(each.cases for each in unit(UNIT).exercises)} passed in" in ran.text


def test_a_wrong_answer_is_named(student: StudentInstall) -> None:
    """Pytest asks the question that belongs to the mistake."""
    ran = run(student, "wrong", "pytest", "exercises", "-k", "softmax")
    softmax = compiled("activations.softmax")
    (known,) = (each for each in softmax.misconceptions if each.name.endswith("global-shift"))
    assert ran.status == 1, ran.text
    assert known.question in ran.text


@pytest.mark.parametrize(("folder", "status", "words"), [("solved", 0, "passed"), ("wrong", 1, "failed")])
def test_check_gives_the_verdict(student: StudentInstall, folder: str, status: int, words: str) -> None:
    """`chainrule check` of one exercise says whether it is right, in words and by its exit status."""
    ran = run(student, folder, "chainrule", "check", "activations.softmax")
    assert ran.status == status, ran.text
    assert re.search(rf"softmax +{words}", ran.text)


def test_list_shows_every_unit(student: StudentInstall) -> None:
    """`chainrule list` names them in order."""
    ran = run(student, "stubs", "chainrule", "list")
    assert ran.status == 0, ran.text
    assert re.findall(r"^u\d\d_\w+", ran.text, re.MULTILINE) == [each.name for each in units()]
