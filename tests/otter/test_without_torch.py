"""Hidden cases are graded by `otter run` on a machine that has neither torch nor what the cases were made from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from autograder.assessment.catalog import unit
from autograder.authoring.hidden import hidden_units
from autograder.classroom.run import grade_class
from autograder.execution.executors import Limits, choose
from autograder.grading.course import Course
from autograder.otter.build import build_autograder
from autograder.otter.plugin import GRADE_FILE

UNIT = "u04_activations"
#: One mistake that is known, and right answers.
SUBMISSION = Path(__file__).resolve().parents[2] / "examples" / "class" / "omar_one_mistake_each" / f"{UNIT}.py"
SECRET = "a secret"
#: What a checkout has and a grading machine has not.
ABSENT = ("torch", "array_api_compat", "reference", "solutions", "exercises")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with hidden cases."""
    folder = tmp_path_factory.mktemp("otter")
    (folder / "seed").write_text(SECRET, encoding="utf-8")
    return build_autograder(folder / "dist", folder / "seed", [unit(UNIT)])


@pytest.fixture(scope="module")
def elsewhere(archive: Path) -> dict[str, str]:
    """The environment of a machine on which only the wheel in the archive is installed."""
    site, absent = archive.parent.parent / "site", archive.parent.parent / "absent"
    with zipfile.ZipFile(archive) as whole:
        (wheel,) = [name for name in whole.namelist() if name.endswith(".whl")]
        with whole.open(wheel) as packed:
            zipfile.ZipFile(packed).extractall(site)
    for name in ABSENT:
        (absent / name).mkdir(parents=True)
        (absent / name / "__init__.py").write_text("raise ModuleNotFoundError(__name__)\n", encoding="utf-8")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(absent), str(site)])}


def found(grade: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """What is said of each exercise."""
    keys = ("verdict", "score", "misconception", "message", "cases_passed", "cases")
    return {each["id"]: tuple(each[key] for key in keys) for each in grade["exercises"]}


def test_scores_and_names_equal_those_with_torch(archive: Path, elsewhere: dict[str, str]) -> None:
    """Otter's grade is that of `chainrule grade` with the same secret, hidden cases and names of mistakes included."""
    out = archive.parent / "out"
    out.mkdir()
    command = [sys.executable, "-P", "-m", "otter", "run", "--no-logo", "-a", str(archive), "-o", str(out)]
    ran = subprocess.run(
        [*command, str(SUBMISSION)], cwd=out, env=elsewhere, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    course = Course(hidden=hidden_units(SECRET, [UNIT]), only=[UNIT])
    (ours,) = grade_class([SUBMISSION], course, choose("strongest"), Limits())
    assert ours.grade is not None, ours.fault
    expected = found(ours.grade.as_json())
    assert found(json.loads((out / GRADE_FILE).read_text(encoding="utf-8"))) == expected
    assert any(misconception for _, _, misconception, *_ in expected.values())
    assert sum(cases for *_, cases in expected.values()) > sum(each.cases for each in unit(UNIT).exercises)


@pytest.mark.parametrize("package", ["torch", "solutions", "reference", "autograder.units"])
def test_the_machine_has_no_answers(elsewhere: dict[str, str], package: str) -> None:
    """Neither torch nor model answers, references and assessments can be imported there."""
    command = [sys.executable, "-P", "-c", f"import autograder, {package}"]
    ran = subprocess.run(command, env=elsewhere, cwd="/", capture_output=True, text=True, check=False)
    assert "ModuleNotFoundError" in ran.stderr
