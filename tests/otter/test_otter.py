"""Otter reports what our grader found, whatever a submission does to Otter."""

from __future__ import annotations

import json
import os
import pickle
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import nbformat
import pytest
from otter.test_files import GradingResults

from autograder.authoring.hidden import hidden_units
from autograder.classroom.run import grade_class
from autograder.execution.executors import Limits, choose
from autograder.grading.course import Course
from autograder.otter import plugin as otter_plugin
from autograder.otter.build import ARCHIVE, ENTRY_ARCHIVE, build_autograder, choose_units
from autograder.otter.plugin import GRADE_FILE, ChainrulePlugin, gather_submission

ROOT = Path(__file__).resolve().parents[2]
UNIT = "u04_activations.py"
#: One right, one half right (it overflows), one wrong; the rest is missing.
SOURCE = """import numpy as np


def sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def softmax(logits, axis=-1):
    powers = np.exp(logits)
    return powers / powers.sum(axis=axis, keepdims=True)


def relu(x):
    return x
"""
SIGMOID, SOFTMAX, RELU = "activations.sigmoid", "activations.softmax", "activations.relu"


class Bomb:
    """Unpickling it leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def marking(mark: Path) -> str:
    """Source that leaves a mark when it is executed."""
    return f"open({str(mark)!r}, 'w')\n"


def notebook(*cells: str) -> str:
    """A notebook of code cells."""
    written: str = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(each) for each in cells]))
    return written


def zip_of(path: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write an archive."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def scores(grade: Mapping[str, Any]) -> dict[str, float]:
    """Scores by exercise of one of our grades."""
    return {each["id"]: each["score"] for each in grade["exercises"]}


def otter_scores(results: Mapping[str, Any]) -> dict[str, float]:
    """Scores by exercise of Otter's results.json."""
    return {each["name"]: each["score"] for each in results["tests"]}


def chainrule_scores(submission: Path) -> dict[str, float]:
    """What `chainrule grade` gives."""
    course = Course(only=[each.name for each in choose_units([])[0]])
    (graded,) = grade_class([submission], course, choose("strongest"), Limits())
    assert graded.grade is not None, graded.fault
    return scores(graded.grade.as_json())


@dataclass
class Run:
    """What `otter run` left behind."""

    submission: Path
    results: dict[str, Any]
    grade: dict[str, Any]
    printed: str


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the two archives."""
    return build_autograder(tmp_path_factory.mktemp("otter") / "dist", None, choose_units([])[0]).parent


@pytest.fixture(scope="module")
def runs(built: Path) -> dict[str, Run]:
    """Real runs of `otter run`, two at a time: a script, a notebook, an archive, and a hostile archive."""
    folder = built.parent
    (folder / UNIT).write_text(SOURCE, encoding="utf-8")
    (folder / "alice.ipynb").write_text(notebook("%matplotlib inline", SOURCE, "grader.check('relu')"), "utf-8")
    plain = {UNIT: SOURCE, "u99_other.py": "x = 1\n", "plots/helper.py": "y = 2\n"}
    hostile: dict[str, str | bytes] = {
        UNIT: SOURCE,
        ".OTTER_LOG": pickle.dumps(Bomb(folder / "bombed")),
        "ipykernel_launcher.py": marking(folder / "launched"),
        "tests/chainrule.py": marking(folder / "tested"),
        "numpy/__init__.py": marking(folder / "imported"),
        "results/results.json": '{"tests": []}',
    }
    submissions = {
        "script": folder / UNIT,
        "notebook": folder / "alice.ipynb",
        "archive": zip_of(folder / "plain.zip", plain),
        "hostile": zip_of(folder / "hostile.zip", hostile),
    }
    with ThreadPoolExecutor(2) as pool:
        started = {name: pool.submit(otter_run, built, path, folder / name) for name, path in submissions.items()}
    return {name: run.result() for name, run in started.items()}


def otter_run(built: Path, submission: Path, out: Path) -> Run:
    """Do `otter run` into a folder that an earlier student's results are in, named by a relative path as usual."""
    out.mkdir()
    (out / "results.json").write_text('{"tests": "of another student"}', encoding="utf-8")
    archive = built / (ENTRY_ARCHIVE if submission.suffix == ".zip" else ARCHIVE)
    options = ["--no-logo", "-a", str(archive), "-o", out.name, str(submission)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "otter", "run", *options]
    ran = subprocess.run(command, cwd=out.parent, env=environment, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    results, grade = (json.loads((out / name).read_text("utf-8")) for name in ("results.json", GRADE_FILE))
    return Run(submission, results, grade, ran.stdout)


KINDS = ["script", "notebook", "archive", "hostile"]


class TestOtterRun:
    @pytest.mark.parametrize("kind", KINDS)
    def test_scores_equal_ours(self, runs: dict[str, Run], kind: str) -> None:
        """results.json, our grade beside it and `chainrule grade` agree on every exercise."""
        run = runs[kind]
        expected = chainrule_scores(run.submission)
        assert otter_scores(run.results) == scores(run.grade) == expected
        assert expected[SIGMOID] == 1
        assert 0 < expected[SOFTMAX] < 2
        assert run.grade["submission"] == run.submission.stem
        assert f"{run.grade['score']:g} of {run.grade['max_score']:g} points" in run.printed

    @pytest.mark.parametrize("kind", KINDS)
    def test_our_words_are_shown(self, runs: dict[str, Run], kind: str) -> None:
        """Feedback names what differs; a pass claims no more than it knows."""
        outputs = {each["name"]: each["output"] for each in runs[kind].results["tests"]}
        assert outputs[SIGMOID] == f"{SIGMOID}:\npublic cases passed"
        assert "relu(x): " in outputs[RELU]
        assert "not defined" in outputs["activations.relu_backward"]
        assert "All test cases passed" not in json.dumps(runs[kind].results)

    def test_a_hostile_archive_runs_nothing_outside_the_sandbox(self, runs: dict[str, Run]) -> None:
        """A pickled log, a module named like the kernel's, and overwritten tests have no effect."""
        folder = runs["hostile"].submission.parent
        assert {"bombed", "launched", "tested", "imported"}.isdisjoint(path.name for path in folder.iterdir())
        assert scores(runs["hostile"].grade) == scores(runs["script"].grade)


class TestGradescope:
    def test_one_archive_takes_folders_and_broken_notebooks(self, built: Path, tmp_path: Path) -> None:
        """What Otter itself would refuse or fail on is gathered before Otter looks at it."""
        for part in ("results", "submission/tests"):
            (tmp_path / part).mkdir(parents=True)
        zipfile.ZipFile(built / ARCHIVE).extractall(tmp_path / "source")
        (tmp_path / "submission_metadata.json").write_text("{}", encoding="utf-8")
        files = {UNIT: SOURCE, "broken.ipynb": "not JSON", "tests/mine.py": "x = 1\n", "two.ipynb": notebook("z = 1")}
        for name, text in files.items():
            (tmp_path / "submission" / name).write_text(text, encoding="utf-8")
        (tmp_path / "submission" / "link.py").symlink_to("/etc/passwd")
        script = (tmp_path / "source" / "run_otter.py").read_text("utf-8").replace("/autograder", str(tmp_path))
        command = [sys.executable, "-P", "-c", script]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        results = json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))
        grade = json.loads((tmp_path / "results" / GRADE_FILE).read_text("utf-8"))
        assert otter_scores(results) == scores(grade)
        assert scores(grade)[SIGMOID] == 1
        assert "broken.ipynb: not a notebook" in results["output"]
        assert "link.py: a link that leads out" in results["output"]

    def test_gathering_leaves_one_folder_and_an_entry(self, tmp_path: Path) -> None:
        """Files, folders and names that Otter uses itself are moved; the entry is a notebook without cells."""
        submission = tmp_path / "submission"
        (submission / "tests").mkdir(parents=True)
        (submission / ".OTTER_LOG").write_bytes(b"x")
        gather_submission(submission)
        assert sorted(path.name for path in submission.iterdir()) == [otter_plugin.ENTRY, "submission"]
        assert sorted(path.name for path in (submission / "submission").iterdir()) == [".OTTER_LOG", "tests"]
        assert nbformat.read(submission / otter_plugin.ENTRY, 4).cells == []
        assert [path.name for path in tmp_path.iterdir()] == ["submission"]


@dataclass
class Graded:
    """What the plugin made of a submission."""

    results: Any
    grade: dict[str, Any]
    autograder: Path


def run_plugin(folder: Path, source: str = SOURCE, config: Mapping[str, Any] | None = None) -> Graded:
    """Do what Otter does with a plugin, without starting a kernel."""
    submission = folder / "autograder" / "submission"
    for part in ("tests", "../source", "../results"):
        (submission / part).mkdir(parents=True)
    (submission / UNIT).write_text(source, encoding="utf-8")
    plugin = ChainrulePlugin(str(submission / UNIT), {}, dict(config or {}))
    plugin.before_grading(SimpleNamespace(autograder_dir=str(submission.parent)))
    assert (submission / UNIT).read_text("utf-8") == ""
    assert plugin.before_execution(None).cells == []
    assert [path.name for path in submission.iterdir()] == ["tests"]
    results = GradingResults.without_results(RuntimeError("the kernel's own trouble"))
    plugin.after_grading(results)
    assert plugin.generate_report().startswith((f"{results.total:g} of", "not graded"))
    grade = json.loads((submission.parent / "results" / GRADE_FILE).read_text("utf-8"))
    return Graded(results, grade, submission.parent)


@pytest.fixture
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for endless loops."""
    monkeypatch.setattr(otter_plugin, "Limits", lambda: Limits(call_seconds=0.5, import_seconds=1.0))


class TestPlugin:
    def test_partial_credit_adds_up_exactly(self, tmp_path: Path) -> None:
        """What was earned is one case, what was missed another; nothing is rounded."""
        graded = run_plugin(tmp_path)
        file = graded.results.results[SOFTMAX]
        assert [case.passed for case in file.test_case_results] == [True, False]
        assert (file.score, file.possible) == (scores(graded.grade)[SOFTMAX], 2.0)
        assert graded.results.total == graded.grade["score"]
        assert graded.results.possible == graded.grade["max_score"]
        assert not graded.results.has_catastrophic_failure()

    @pytest.mark.usefixtures("short_limits")
    @pytest.mark.parametrize(
        ("source", "verdict"),
        [
            ("import os\nos._exit(0)\n" + SOURCE, "crashed"),
            ("while True: pass\n" + SOURCE, "timed_out"),
            ("def broken(:\n" + SOURCE, "crashed"),
        ],
        ids=["exit", "loop", "syntax"],
    )
    def test_a_file_that_does_not_load_scores_nothing(self, tmp_path: Path, source: str, verdict: str) -> None:
        """Leaving, hanging and syntax errors end with a result that says so."""
        graded = run_plugin(tmp_path, source)
        verdicts = {each["id"]: each["verdict"] for each in graded.grade["exercises"]}
        assert verdicts[SIGMOID] == verdict
        assert graded.results.total == 0
        assert graded.results.possible == graded.grade["max_score"] > 0

    @pytest.mark.usefixtures("short_limits")
    def test_a_loop_costs_its_own_exercise(self, tmp_path: Path) -> None:
        """The exercises after a time-out are graded."""
        graded = run_plugin(tmp_path, SOURCE.replace("    return x\n", "    while True: pass\n"))
        verdicts = {each["id"]: each["verdict"] for each in graded.grade["exercises"]}
        assert (verdicts[RELU], verdicts[SIGMOID]) == ("timed_out", "passed")

    def test_a_message_that_utf_8_cannot_hold_is_written(self, tmp_path: Path) -> None:
        """Half a surrogate pair in an exception costs its author that exercise, and the others nothing."""
        graded = run_plugin(tmp_path, SOURCE.replace("    return x\n", '    raise KeyError("\\ud800")\n'))
        messages = {each["id"]: each["message"] for each in graded.grade["exercises"]}
        assert "KeyError" in messages[RELU]
        assert scores(graded.grade)[SIGMOID] == 1

    def test_when_our_grader_fails_the_result_is_a_clean_zero(self, tmp_path: Path) -> None:
        """The reason is shown and recorded, and no points are given."""
        graded = run_plugin(tmp_path, config={"sandbox": "no-such-sandbox"})
        (file,) = graded.results.results.values()
        assert graded.results.total == graded.grade["score"] == 0
        assert graded.results.possible == graded.grade["max_score"] > 1
        assert "the grader failed" in file.summary()
        assert "no-such-sandbox" in graded.grade["fault"]

    def test_hidden_cases_come_from_the_secret(self, tmp_path: Path) -> None:
        """With a secret there are more cases, and a pass says that they are among them."""
        (hidden,) = hidden_units("a secret", [UNIT.removesuffix(".py")]).values()
        graded = run_plugin(tmp_path, config={"hidden": {UNIT.removesuffix(".py"): str(hidden.path)}})
        plain = run_plugin(tmp_path / "plain")
        with_secret, without = (
            {each["id"]: each["cases"] for each in result.grade["exercises"]} for result in (graded, plain)
        )
        assert with_secret[SIGMOID] > without[SIGMOID]
        assert "public and hidden cases passed" in graded.results.results[SIGMOID].summary()

    def test_no_student_file_is_left(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The folder that the files were moved to is removed."""
        (tmp_path / "temporary").mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
        run_plugin(tmp_path)
        assert list((tmp_path / "temporary").glob("chainrule-*/submission")) == []

    def test_without_namespaces_the_secret_is_closed(self, tmp_path: Path) -> None:
        """Where a worker sees our files, only root may read the folder with the configuration."""
        graded = run_plugin(tmp_path, config={"sandbox": "subprocess"})
        mode, usual = (stat.S_IMODE((graded.autograder / name).stat().st_mode) for name in ("source", "results"))
        assert graded.grade["sandbox"] == "subprocess"
        assert mode == (0o700 if os.geteuid() == 0 else usual)

    def test_results_can_be_loaded_without_this_package(self, tmp_path: Path) -> None:
        """The pickled results hold Otter's own classes: who loads them may not have ours."""
        graded = run_plugin(tmp_path)
        data = pickle.dumps(graded.results)
        assert b"autograder" not in data
        assert pickle.loads(data).total == graded.results.total


class TestReusedOutput:
    def context(self, out: Path) -> click.Context:
        """The context of `otter run`, with results of an earlier student in its output folder."""
        for name in ("results.json", GRADE_FILE):
            (out / name).write_text("another student's", encoding="utf-8")
        context = click.Context(click.Command("run"))
        context.params = {"submission": "alice.py", "output_dir": str(out), "autograder": "autograder.zip"}
        return context

    def test_after_a_crash_nobody_elses_results_remain(self, tmp_path: Path) -> None:
        """Otter copies its results last; when it fails before, the folder is left without any."""

        def interrupted() -> None:
            with self.context(tmp_path):
                run_plugin(tmp_path)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert sorted(path.name for path in tmp_path.iterdir()) == ["autograder"]

    def test_our_grade_is_put_beside_otters(self, tmp_path: Path) -> None:
        """A finished run leaves both files, ours under the student's name."""
        with self.context(tmp_path):
            graded = run_plugin(tmp_path)
        assert json.loads((tmp_path / GRADE_FILE).read_text("utf-8")) == graded.grade
        assert graded.grade["submission"] == "alice"
        assert (tmp_path / "results.json").exists()
