"""A unit that builds on an earlier one is blocked, not failed, where that one is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.execution.executors import choose
from autograder.execution.session import RemoteSession
from autograder.grading.course import Course
from autograder.grading.grader import grade
from autograder.submissions.folder import with_siblings
from autograder.submissions.load import load_submission
from tests.conftest import write_solutions

RELU = "def relu(x):\n    return x * (x > 0)\n"
COURSE = Course(only=["u04_activations"])


def verdict(folder: Path, text: str) -> tuple[str, str]:
    """What becomes of relu in a unit's file beside the folder's other files."""
    path = folder / "u04_activations.py"
    path.write_text(text, encoding="utf-8")
    submission = with_siblings(load_submission(path, COURSE.names()), path)
    result = grade(submission, COURSE, RemoteSession(choose("subprocess")), only={"activations.relu"})
    return result.exercises[0].verdict, result.exercises[0].message


@pytest.mark.parametrize("module", ["u02_gates", ".u02_gates", "exercises.u02_gates", "solutions.u02_gates"])
def test_missing_unit_blocks(tmp_path: Path, module: str) -> None:
    """An earlier unit that was not handed in is named."""
    found = verdict(tmp_path, f"from {module} import sum_times\n{RELU}")
    assert found == ("blocked", "needs u02_gates, which is not there")


def test_missing_name_blocks(tmp_path: Path) -> None:
    """A name that the earlier unit does not define is named."""
    (tmp_path / "u02_gates.py").write_text("x = 1\n", encoding="utf-8")
    found = verdict(tmp_path, f"from .u02_gates import sum_times\n{RELU}")
    assert found == ("blocked", "needs sum_times of u02_gates, which is not there")


def test_sibling_is_imported(tmp_path: Path) -> None:
    """An earlier unit beside the file serves, without being named on the command line."""
    (tmp_path / "u02_gates.py").write_text("def zero():\n    return 0\n", encoding="utf-8")
    text = "from .u02_gates import zero\ndef relu(x):\n    return x * (x > zero())\n"
    assert verdict(tmp_path, text)[0] == "passed"


def test_untouched_sibling_blocks(tmp_path: Path) -> None:
    """An earlier exercise that is still a stub is named by its id."""
    (tmp_path / "u02_gates.py").write_text(
        "def sum_times(x, y, z):\n    raise NotImplementedError('gates.sum_times')\n", encoding="utf-8"
    )
    text = "from .u02_gates import sum_times\ndef relu(x):\n    return sum_times(x, 0, x > 0)\n"
    assert verdict(tmp_path, text) == ("blocked", "needs gates.sum_times, which is not attempted yet")


@pytest.mark.parametrize("module", [".u02_gates", "u02_gates"])
def test_import_in_a_function_blocks_when_it_is_called(tmp_path: Path, module: str) -> None:
    """A function may import the earlier unit that it alone needs: it is blocked, and the file still loads."""
    text = f"def relu(x):\n    from {module} import sum_times\n    return sum_times(x, 0, x > 0)\n"
    assert verdict(tmp_path, text) == ("blocked", "needs u02_gates, which is not there")
    (tmp_path / "u02_gates.py").write_text("x = 1\n", encoding="utf-8")
    assert verdict(tmp_path, text) == ("blocked", "needs sum_times of u02_gates, which is not there")
    (tmp_path / "u02_gates.py").write_text("def sum_times(x, y, z):\n    return (x + y) * z\n", encoding="utf-8")
    assert verdict(tmp_path, text)[0] == "passed"


def test_import_in_a_function_of_no_unit_is_a_crash(tmp_path: Path) -> None:
    """Called or loaded, a module that is no unit of the course is an error."""
    found = verdict(tmp_path, "def relu(x):\n    import no_such_module\n    return x\n")
    assert found[0] == "crashed"
    assert "no_such_module" in found[1]


def test_other_missing_module_is_a_crash(tmp_path: Path) -> None:
    """A module that is no unit of the course is an error of the file."""
    found = verdict(tmp_path, f"import no_such_module\n{RELU}")
    assert found[0] == "crashed"
    assert "no_such_module" in found[1]


def test_networks_alone_need_the_unit_of_layers(tmp_path: Path) -> None:
    """Practice without u12: what is built from its layers is blocked, and the rest is graded."""
    write_solutions(tmp_path, "u04_activations", "u05_losses", "u06_layers", "u07_convolution", "u13_practice")
    course = Course(only=["u13_practice"])
    path = tmp_path / "u13_practice.py"
    submission = with_siblings(load_submission(path, course.names()), path)
    asked = {f"practice.{name}" for name in ("flip_vertical", "residual_block", "lenet", "vgg_block")}
    result = grade(submission, course, RemoteSession(choose("subprocess")), only=asked)
    assert [(each.exercise.name, each.verdict) for each in result.exercises] == [
        ("flip_vertical", "passed"), ("residual_block", "passed"), ("lenet", "blocked"), ("vgg_block", "blocked"),
    ]  # fmt: skip
    assert {each.message for each in result.exercises[2:]} == {"needs u12_network, which is not there"}
