"""Hidden cases: built once for a seed, kept where only their owner reads, and graded like public ones."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.assessment.catalog import find, unit
from autograder.assessment.entry import DataError
from autograder.assessment.verdict import Verdict
from autograder.authoring import hidden
from autograder.authoring.units import AuthoredUnit
from autograder.execution.executors import choose
from autograder.execution.session import RemoteSession
from autograder.grading.course import Course
from autograder.grading.grader import grade
from autograder.grading.results import ExerciseGrade
from autograder.report.feedback import explain
from autograder.truth.oracle import OracleError
from tests.conftest import submission_of

ROOT = Path(__file__).resolve().parents[2]
UNIT = "u02_gates"
SECRET = "a secret of the instructor"
Builds = list[tuple[str, str, str]]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's caches, empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "chainrule" / "hidden"


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Builds:
    """What was built, by unit, secret and device; of each unit the gates' file, which is built once for all tests."""
    found: Builds = []

    def note(authored: AuthoredUnit, secret: str, device: str) -> bytes:
        found.append((authored.name, secret, device))
        return unit(UNIT).path.read_bytes()

    monkeypatch.setattr(hidden, "build_hidden", note)
    return found


# Where they are kept


def test_they_are_built_once(cache: Path, builds: Builds) -> None:
    """The second time the file is there."""
    first, second = (hidden.hidden_units(SECRET, [UNIT])[UNIT].path for _ in range(2))
    assert builds == [(UNIT, SECRET, "cpu")]
    assert first == second
    assert [path.name for path in cache.iterdir()] == [first.name]


def test_only_what_is_asked_for_is_built(cache: Path, builds: Builds) -> None:
    """By the units' names; none means all, in order."""
    assert list(hidden.hidden_units(SECRET, ["u02_gates", "u04_activations", "u99_none"])) == [
        "u02_gates",
        "u04_activations",
    ]
    assert hidden.hidden_units(SECRET, []) == {}
    assert [name for name, *_ in builds] == ["u02_gates", "u04_activations"]


def test_another_seed_or_device_is_another_file(cache: Path, builds: Builds) -> None:
    """And the first one stays."""
    paths = [hidden.hidden_units(SECRET, [UNIT])[UNIT].path]
    paths.append(hidden.hidden_units("another", [UNIT])[UNIT].path)
    paths.append(hidden.hidden_units(SECRET, [UNIT], device="cuda")[UNIT].path)
    assert len(set(paths)) == len(builds) == len(list(cache.iterdir())) == 3


def test_other_sources_are_another_file(cache: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit that has changed is built again with the same seed."""
    first = hidden.hidden_units(SECRET, [UNIT])[UNIT].path
    monkeypatch.setattr(unit(UNIT), "sources", "0" * 32)
    assert hidden.hidden_units(SECRET, [UNIT])[UNIT].path != first
    assert len(builds) == 2


def test_only_their_owner_reads_them(cache: Path, builds: Builds) -> None:
    """Whatever the umask: a file of mode 0600 in a folder of mode 0700."""
    before = os.umask(0)
    try:
        path = hidden.hidden_units(SECRET, [UNIT])[UNIT].path
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_a_folder_that_was_open_is_closed(cache: Path, builds: Builds) -> None:
    """Before anything is written into it."""
    cache.mkdir(parents=True, mode=0o755)
    cache.chmod(0o755)
    hidden.hidden_units(SECRET, [UNIT])
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


def test_neither_name_nor_content_tells_the_secret(cache: Path) -> None:
    """The name is a hash of more than the secret, and the file holds cases alone."""
    path = hidden.hidden_units(SECRET, [UNIT])[UNIT].path
    assert SECRET not in path.name
    assert SECRET.encode() not in path.read_bytes()


def test_without_the_variable_they_are_in_the_home_folder(
    tmp_path: Path, builds: Builds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In `.cache`, as the XDG specification says; also if the variable is empty."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    path = hidden.hidden_units(SECRET, [UNIT])[UNIT].path
    assert path.parent == tmp_path / ".cache" / "chainrule" / "hidden"


def test_a_crash_while_building_leaves_no_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run builds it anew."""

    def crash(*args: object) -> bytes:
        raise OracleError("no truth")

    with monkeypatch.context() as patch:
        patch.setattr(hidden, "build_hidden", crash)
        with pytest.raises(OracleError):
            hidden.hidden_units(SECRET, [UNIT])
    assert list(cache.glob("*")) == []
    assert hidden.hidden_units(SECRET, [UNIT])[UNIT].exercises


def test_a_damaged_file_is_one_line(cache: Path, builds: Builds) -> None:
    """It names the file, which may be deleted."""
    path = hidden.hidden_units(SECRET, [UNIT])[UNIT].path
    path.write_bytes(b"PK")
    with pytest.raises(DataError) as caught:
        hidden.hidden_units(SECRET, [UNIT])
    assert str(caught.value).startswith(f"{path} is no compiled assessment: ")


# Without torch

GRADE = """
import sys
sys.modules["torch"] = None
from autograder.authoring import hidden
from autograder.cli import main
hidden.unit_names = lambda: ["u02_gates"]
sys.argv = ["chainrule", "grade", *sys.argv[1:]]
main()
"""


def grade_without_torch(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `chainrule grade` where torch cannot be imported; hidden cases are asked of one unit, as all take long."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder / "cache")}
    command = [sys.executable, "-c", GRADE, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_without_torch_it_is_said_before_a_submission_is_read(tmp_path: Path) -> None:
    """One line names what to install: not even a missing submission comes first."""
    (tmp_path / "seed").write_text(SECRET, encoding="utf-8")
    ran = grade_without_torch(tmp_path, "no_such_submission.py", "--seed-file", "seed")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "chainrule: computing truths needs torch: pip install 'chainrule[torch]'\n"


def test_without_torch_what_was_built_is_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that another run built is all that is needed."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "seed").write_text(SECRET, encoding="utf-8")
    hidden.hidden_units(SECRET, [UNIT])
    (tmp_path / f"{UNIT}.py").write_text("def sum_times(x, y, z):\n    return x + y * z\n", encoding="utf-8")
    ran = grade_without_torch(tmp_path, f"{UNIT}.py", "--seed-file", "seed", "--json")
    assert ran.returncode == 0, ran.stderr
    grades = {each["id"]: each for each in json.loads(ran.stdout)["exercises"]}
    assert grades["gates.sum_times"]["verdict"] == "failed"
    assert grades["gates.sum_times"]["cases"] == find("gates.sum_times")[0].cases + 2


# Grading with them


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The gates with the hidden cases of a seed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return Course(hidden=hidden.hidden_units(SECRET, [UNIT]), only=[UNIT])


def graded(source: str, course: Course, name: str, sandbox: str = "subprocess") -> ExerciseGrade:
    """The grade of an exercise of the gates."""
    session = RemoteSession(choose(sandbox))
    try:
        result = grade(submission_of(source, UNIT), course, session, only={f"gates.{name}"})
    finally:
        session.close()
    (found,) = [each for each in result.exercises if each.exercise.name == name]
    return found


RIGHT = "def sum_times(x, y, z):\n    return (x + y) * z\n"


def test_hidden_cases_come_after_the_public_ones(course: Course) -> None:
    """And before the one on which lines are counted; a right answer passes all."""
    found = graded(RIGHT, course, "sum_times")
    labels = [case.label for case in found.cases]
    assert labels[-3:] == ["hidden-random-1", "hidden-random-2", "vectorized"]
    assert found.verdict is Verdict.PASSED
    assert found.total == len(labels) == course.case_count(course.units()[0], found.exercise)


def _first_numbers() -> list[float]:
    """The first number of `x` in each public case, by which they are told apart."""
    public = [case for case in unit(UNIT).exercise("sum_times").cases if case.larger is None]
    return [float(np.ravel(case.inputs["x"])[0]) for case in public]


BY_HEART = f"""import numpy as np

KNOWN = {_first_numbers()}


def sum_times(x, y, z):
    return (x + y) * z if float(np.ravel(x)[0]) in KNOWN else x + y * z
"""


def test_an_answer_that_is_right_on_the_public_cases_alone_fails(course: Course) -> None:
    """Whoever answers by heart meets inputs that nobody published."""
    found = graded(BY_HEART, course, "sum_times")
    failed = [case.label for case in found.cases if case.outcome.verdict is not Verdict.PASSED]
    assert failed == ["hidden-random-1", "hidden-random-2"]
    assert found.verdict is Verdict.FAILED


@pytest.mark.parametrize("name", [each.name for each in unit(UNIT).exercise("sum_times_backward").misconceptions])
def test_each_misconception_is_named_with_hidden_cases(course: Course, name: str) -> None:
    """What it answers to them is known, too."""
    whole = course.exercise(
        course.units()[0], next(each for each in course.units()[0].exercises if each.name == "sum_times_backward")
    )
    records = whole.wrong[name]
    assert len(records) == len([case for case in whole.cases if case.larger is None])
    assert any(record.verdict is not Verdict.PASSED for record in records[-2:])


def test_a_wrong_answer_is_named(course: Course) -> None:
    """By all cases, public and hidden."""
    source = "def sum_times_backward(grad_output, x, y, z):\n    return z, z, x + y\n"
    found = graded(source, course, "sum_times_backward")
    assert found.misconception is not None
    assert found.misconception.name == "upstream-ignored"


def test_a_wrong_answer_is_named_on_hidden_cases_alone(course: Course) -> None:
    """An exercise without public cases: what its misconceptions answer is in the hidden file."""
    alone = Course(hidden=course.hidden, only=[UNIT])
    opened = alone.units()[0]
    entry = next(each for each in opened.exercises if each.name == "sum_times_backward")
    whole = alone.exercise(opened, entry)
    cases = [case for case in whole.cases if case.hidden]
    wrong = {name: records[-len(cases) :] for name, records in whole.wrong.items()}
    alone._whole[entry.id] = replace(whole, cases=cases, read_wrong=lambda: wrong)
    source = "def sum_times_backward(grad_output, x, y, z):\n    return z, z, x + y\n"
    found = graded(source, alone, entry.name)
    assert [case.label for case in found.cases] == ["hidden-random-1", "hidden-random-2"]
    assert found.misconception is not None
    assert found.misconception.name == "upstream-ignored"


def test_a_failed_hidden_case_is_not_shown(course: Course) -> None:
    """That there is one is all that the message says: no input, no truth, no label."""
    found = graded(BY_HEART, course, "sum_times")
    assert found.shown is not None
    assert found.shown.case.hidden
    assert found.message == "sum_times: a hidden case differs (value)"
    assert explain(found, lambda file, line: "")[0] == found.message


LEAKING = f"""import numpy as np

KNOWN = {_first_numbers()}


def sum_times(x, y, z):
    if np.size(x) < 40 and float(np.ravel(x)[0]) not in KNOWN:
        print("printed", x)
        raise {{error}}
    return (x + y) * z
"""


@pytest.mark.parametrize("error", ["RuntimeError(f'raised {x}')", "type('Raised' + str(x), (Exception,), {})()"])
def test_a_submission_cannot_publish_hidden_inputs(course: Course, error: str) -> None:
    """What it prints or raises on a hidden case is not passed on, in no form of the grade."""
    found = graded(LEAKING.replace("{error}", error), course, "sum_times")
    assert found.shown is not None
    assert found.shown.case.hidden
    assert found.message.startswith("sum_times: a hidden case differs (raised ")
    number = f"{np.ravel(found.shown.case.inputs['x'])[0]:.4f}"[:-1]
    told = [found.message, *explain(found, lambda file, line: ""), json.dumps(found.as_json())]
    assert not [text for text in told if number in text or "printed" in text]


# What a worker sees

PEEK = """
import os


def sum_times(x, y, z):
    seen = []
    for folder in {folders!r}:
        try:
            seen += [os.path.join(folder, name) for name in os.listdir(folder)]
        except OSError:
            pass
    for path in {files!r}:
        try:
            seen.append(open(path, 'rb').read(2))
        except OSError:
            pass
    raise RuntimeError(repr(seen)[:100])
"""


def test_a_bubblewrap_worker_does_not_see_them(cache: Path, builds: Builds) -> None:
    """Neither the folder nor the files are there; the same code in a plain process finds both."""
    path = hidden.hidden_units(SECRET, [UNIT])[UNIT].path
    source = PEEK.format(folders=[str(cache), str(cache.parent)], files=[str(path), f"/proc/1/root{path}"])
    seen = {
        name: graded(source, Course(only=[UNIT]), "sum_times", name).message for name in ("bubblewrap", "subprocess")
    }
    assert "raised RuntimeError: []" in seen["bubblewrap"]
    assert str(cache) in seen["subprocess"]
