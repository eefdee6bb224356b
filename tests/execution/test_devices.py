"""Cases on another device: made where it is there, skipped with the reason where it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.assessment.catalog import unit
from autograder.assessment.compiled import CompiledCase
from autograder.assessment.entry import Entry
from autograder.authoring import live
from autograder.cli import cli
from autograder.execution import devices
from autograder.execution.executors import Limits, _bubblewrap_command, choose
from autograder.execution.session import GPU_RESERVES, RemoteSession
from autograder.grading import grader
from autograder.grading.course import Course
from autograder.submissions.load import load_submission
from tests.conftest import compiled, solution_path, solution_text

pytest_plugins = ["pytester"]

PYTORCH = solution_path("u14_pytorch")
NO_CUDA = "torch finds no CUDA device"
#: torch takes it for a device beside "cpu", and computes on the CPU.
STAND_IN = "cpu:0"


@pytest.fixture
def no_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a GPU, also where the tests run on one."""
    for module in (grader, live):
        monkeypatch.setattr(module, "unavailable", lambda device: None if device == "cpu" else NO_CUDA)


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which every device can be used."""
    for module in (grader, live):
        monkeypatch.setattr(module, "unavailable", lambda device: None)


def extra_of(id: str, device: str) -> list[CompiledCase]:
    """The cases of an exercise on a device."""
    slug, _, name = id.partition(".")
    (entry,) = (each for each in unit(slug).exercises if each.name == name)
    return list(live.live_cases(device, None)(unit(slug), entry).cases)


def takes_device(entry: Entry) -> bool:
    """Whether an exercise's scenario takes a device."""
    scenario = compiled(entry.id).scenario
    return scenario is not None and scenario.takes_device


@pytest.mark.usefixtures("stand_in")
def test_only_exercises_about_devices_have_cases_there() -> None:
    """A case on a device is the same case with that device, of an exercise whose scenario takes one."""
    cases = compiled("pytorch.train_epoch").cases
    moved = extra_of("pytorch.train_epoch", STAND_IN)
    assert [case.label for case in moved] == [f"{case.label}-on-{STAND_IN}" for case in cases]
    assert all(case.inputs["device"] == STAND_IN for case in moved)
    assert [case.raises for case in moved] == [case.raises for case in cases]
    assert extra_of("pytorch.train_epoch", "cpu") == []
    assert extra_of("activations.relu", STAND_IN) == []


def test_nearly_every_pytorch_exercise_takes_a_device() -> None:
    """Only the choice of a device, which is told what there is, has no cases on one."""
    without = [entry.name for entry in unit("pytorch").exercises if not takes_device(entry)]
    assert without == ["pick_device"]


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("name", [each.name for each in unit("pytorch").exercises if takes_device(each)])
def test_the_model_answer_passes_on_a_device(name: str) -> None:
    """Each case runs twice, on the CPU and on the device, with a truth that knows the device."""
    course = Course(device=STAND_IN, only=["u14_pytorch"], extras=live.live_cases(STAND_IN, None))
    submission = load_submission(PYTORCH, course.names())
    session = RemoteSession(choose("subprocess"))
    (graded,) = grader.grade(submission, course, session, only={f"pytorch.{name}"}).exercises
    assert graded.verdict == "passed", graded.message
    assert (
        graded.total
        == graded.passed
        == len(compiled(f"pytorch.{name}").cases) + len(extra_of(f"pytorch.{name}", STAND_IN))
    )


@pytest.mark.usefixtures("stand_in")
def test_an_answer_that_forgets_the_device_fails_there(tmp_path: Path) -> None:
    """What a case checks on a device is not skipped over."""
    wrong = tmp_path / "u14_pytorch.py"
    wrong.write_text("def to_device(batch, device):\n    return batch\n", encoding="utf-8")
    course = Course(device=STAND_IN, only=["u14_pytorch"], extras=live.live_cases(STAND_IN, None))
    session = RemoteSession(choose("subprocess"))
    (graded,) = grader.grade(
        load_submission(wrong, course.names()), course, session, only={"pytorch.to_device"}
    ).exercises
    failed = {case.label for case in graded.cases if case.outcome.verdict != "passed"}
    assert any(label.endswith(f"-on-{STAND_IN}") for label in failed)


@pytest.mark.usefixtures("no_cuda")
def test_grades_say_what_was_skipped_and_why() -> None:
    """Without a GPU the score is that of the CPU's cases, and a note says so."""
    arguments = ["check", str(PYTORCH), "--device", "cuda", "--json"]
    ran = CliRunner().invoke(cli, arguments)
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.output)
    skipped = sum(len(live._labels_on_device(compiled(each.id), "cuda")) for each in unit("pytorch").exercises)
    assert told["notes"] == [f"{skipped} cases on cuda were skipped: {NO_CUDA}"]
    plain = json.loads(CliRunner().invoke(cli, [*arguments[:2], "--json"]).output)
    assert told["exercises"] == plain["exercises"]
    assert plain["notes"] == []


@pytest.mark.usefixtures("no_cuda")
def test_pytest_shows_the_cases_that_are_skipped(pytester: pytest.Pytester) -> None:
    """One skipped item per case, with the reason, which does not make the exercise count as not attempted."""
    pytester.makeconftest("from autograder.pytest_plugin import *")
    pytester.path.joinpath("u14_pytorch.py").write_text(solution_text("u14_pytorch"), encoding="utf-8")
    ran = pytester.runpytest_inprocess("u14_pytorch.py", "--device", "cuda", "-k", "no_sync_metrics", "-rs")
    count = len(compiled("pytorch.no_sync_metrics").cases)
    ran.assert_outcomes(passed=count, skipped=count)
    ran.stdout.fnmatch_lines(["u14_pytorch*1 of 1 exercises*", f"SKIPPED*[[]{count}[]]*{NO_CUDA}"])


def test_a_device_that_nobody_knows_is_refused() -> None:
    """One line, exit status 2."""
    ran = CliRunner().invoke(cli, ["check", "--device", "tpu"])
    assert ran.exit_code == 2
    assert "'tpu' is not one of 'cpu', 'cuda'" in ran.output


def test_the_sandbox_opens_the_gpus_files_for_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a worker that must reach the GPU gets its driver's files."""
    monkeypatch.setattr("autograder.execution.executors._gpu_files", lambda: ["/dev/nvidia0", "/dev/nvidiactl"])
    commands = {device: " ".join(_bubblewrap_command.__wrapped__(("numpy",), device)) for device in devices.DEVICES}
    assert "/dev/nvidia" not in commands["cpu"]
    assert "--dev-bind /dev/nvidia0 /dev/nvidia0 --dev-bind /dev/nvidiactl /dev/nvidiactl" in commands["cuda"]


def test_a_gpus_address_space_does_not_count_as_memory() -> None:
    """The driver reserves more addresses than any memory limit; the memory that is used stays limited."""
    session = RemoteSession(choose("subprocess"), Limits()).with_packages(("torch",), "cuda")
    plain = RemoteSession(choose("subprocess"), Limits()).with_packages(("torch",))
    assert session.limits.memory == plain.limits.memory
    allowed = [each.limits.of_process(shared_user=True)["memory"] for each in (session, plain)]
    assert allowed[0] - allowed[1] == GPU_RESERVES
