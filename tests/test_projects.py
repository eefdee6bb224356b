"""The projects of u12: what is kept back stays back, what files of data sets add, and which mistakes are recognised."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from autograder.assessment.catalog import unit
from autograder.assessment.checks import Found, Property
from autograder.assessment.checks.held_out import judge_classes
from autograder.assessment.compare import Truth
from autograder.assessment.compiled import CompiledCase
from autograder.authoring.build import request_of
from autograder.authoring.live import live_cases
from autograder.authoring.units import authored_unit
from autograder.cli import cli
from autograder.datasets.fallback import bundled_digits, review_words, topic_words
from autograder.execution.executors import choose
from autograder.execution.session import RemoteSession
from autograder.grading.course import Course
from autograder.grading.grader import grade
from autograder.grading.results import ExerciseGrade
from autograder.submissions.load import load_submission
from tests.conftest import compiled, solution_path, write_solutions
from tests.datasets.dataset_files import objects, save

pytest_plugins = ["pytester"]

PROJECTS = ("function", "people", "digits", "reviews", "topics", "prices")
WITH_FILES = {"digits": "mnist", "reviews": "imdb", "topics": "reuters", "prices": "boston-housing"}
NETWORK = solution_path("u12_network")
HEAD_DIGITS = "def project_digits(x_train, y_train, x_test, rng):\n"
HEAD_TOPICS = "def project_topics(documents_train, y_train, documents_test, num_words, classes, rng):\n"
HEAD_PEOPLE = "def project_people(x_train, y_train, x_test, rng):\n"
HEAD_PRICES = "def project_prices(x_train, y_train, x_test, k, rng):\n"
HEAD_REVIEWS = "def project_reviews(documents_train, y_train, documents_test, num_words, rng):\n"


def exercise(name: str) -> Any:
    """The exercise of a project."""
    return authored_unit("network").exercise(f"project_{name}")


def extra_of(name: str, data: Path) -> list[CompiledCase]:
    """The cases that a folder of files adds to a project."""
    network = unit("network")
    (entry,) = (each for each in network.exercises if each.name == f"project_{name}")
    return list(live_cases("cpu", data)(network, entry).cases)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of the names, forms and sizes of the real ones, with something in them that can be learnt."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    write_mnist(folder, rng)
    words, labels = review_words(50_000, seed=1)
    shorter = objects([document[:60] for document in words])
    parts = {
        "x_train": shorter[:25_000],
        "y_train": labels[:25_000],
        "x_test": shorter[25_000:],
        "y_test": labels[25_000:],
    }
    save(folder / "imdb.npz", **parts)
    words, labels = topic_words(11_228, classes=46, seed=2)
    order = rng.permutation(len(labels))
    save(folder / "reuters.npz", x=objects([words[index][:90] for index in order]), y=labels[order])
    features = rng.standard_normal((506, 13)) * 10.0 ** np.arange(-6, 7)
    prices = 22 + (features / features.std(axis=0)) @ rng.uniform(-3, 3, 13) + rng.standard_normal(506)
    save(folder / "boston_housing.npz", x=features, y=prices)
    return folder


def write_mnist(folder: Path, rng: np.random.Generator) -> None:
    """The bundled digits, 28 × 28 and up to 255, with noise."""
    images, labels = bundled_digits()
    large = np.pad(np.kron(images, np.ones((1, 3, 3), dtype=np.uint8)), ((0, 0), (2, 2), (2, 2))) * 15
    arrays = {}
    for part, count in (("train", 60_000), ("test", 10_000)):
        drawn = rng.integers(0, len(labels), count)
        arrays[f"x_{part}"] = large[drawn] + rng.integers(0, 15, (count, 28, 28), dtype=np.uint8)
        arrays[f"y_{part}"] = labels[drawn].astype(np.uint8)
    save(folder / "mnist.npz", **arrays)


def graded(tmp_path: Path, source: str, name: str) -> ExerciseGrade:
    """Grade source text as the answer to one project, beside the model answers of the other units."""
    path = tmp_path / "u12_network.py"
    path.write_text(f"import numpy as np\n\n{source}", encoding="utf-8")
    course = Course(only=["u12_network"])
    session = RemoteSession(choose("subprocess"))
    (found,) = grade(load_submission(path, course.names()), course, session, only={f"network.{name}"}).exercises
    return found


class TestWhatIsKeptBack:
    @pytest.mark.parametrize("name", PROJECTS)
    def test_the_worker_does_not_get_it(self, name: str) -> None:
        """No request holds an input that the signature does not have: not the answers, not the bar."""
        for case in compiled(f"network.project_{name}").cases:
            assert "y_test" in case.withheld
            assert not set(request_of(case)["inputs"]) & set(case.withheld)

    @pytest.mark.parametrize("name", PROJECTS)
    def test_secrets_give_other_data(self, name: str) -> None:
        """Two secrets agree in no case, and neither agrees with the public ones."""
        project = exercise(name)
        drawn = [project.public_cases(), project.hidden_cases("a"), project.hidden_cases("b")]
        seen = [{np.asarray(case.withheld["y_test"]).tobytes() for case in cases} for cases in drawn]
        assert all(first.isdisjoint(second) for first in seen for second in seen if first is not second)

    def test_digits_known_by_heart_do_not_help(self, tmp_path: Path) -> None:
        """Where the digits go by other names, an answer that recognises the images is wrong."""
        images, labels = bundled_digits()
        known = {zlib.crc32(image.tobytes()): int(label) for image, label in zip(images, labels, strict=True)}
        source = (
            f"import zlib\n\nKNOWN = {known!r}\n\n\n{HEAD_DIGITS}"
            "    return np.array([KNOWN[zlib.crc32(image.astype(np.uint8).tobytes())] for image in x_test])\n"
        )
        found = graded(tmp_path, source, "project_digits")
        failed = [case.label for case in found.cases if case.outcome.verdict != "passed"]
        assert failed == ["digits-under-other-names-1"], found.message


class TestTheSeed:
    def test_an_answer_that_draws_from_elsewhere_is_refused(self, tmp_path: Path) -> None:
        """In every project, by the case that asks twice; the other cases pass."""
        write_solutions(tmp_path)
        wrapper = "\n\n_{0} = project_{0}\n\n\ndef project_{0}(*inputs):\n    return _{0}(*inputs[:-1], np.random.default_rng())\n"
        with (tmp_path / "u12_network.py").open("a", encoding="utf-8") as file:
            file.write("".join(wrapper.format(name) for name in PROJECTS))
        ids = [f"network.project_{name}" for name in PROJECTS]
        ran = CliRunner().invoke(cli, ["check", str(tmp_path / "u12_network.py"), *ids, "--json"])
        for found in json.loads(ran.output)["exercises"]:
            assert found["verdict"] == "failed", found
            assert found["cases_passed"] == found["cases"] - 1, found
            assert "two generators of one seed give different answers" in found["message"]
            assert found["misconception"] is None


class TestFiles:
    def test_each_adds_a_case_that_the_model_answer_passes(self, data: Path) -> None:
        """MNIST, IMDB, Reuters and Boston housing, in files of the real sizes."""
        ids = [f"network.project_{name}" for name in WITH_FILES]
        ran = CliRunner().invoke(cli, ["check", str(NETWORK), *ids, "--data", str(data), "--json"])
        assert ran.exit_code == 0, ran.output
        found = {each["id"]: each for each in json.loads(ran.output)["exercises"]}
        for each in ids:
            assert found[each]["verdict"] == "passed", found[each]
            assert found[each]["cases"] == len(compiled(each).cases) + 1

    @pytest.mark.parametrize(("name", "label"), WITH_FILES.items())
    def test_the_case_is_named_after_the_data(self, data: Path, name: str, label: str) -> None:
        """Its label is the data set's name; without the file there is no such case."""
        assert [case.label for case in exercise(name).data_cases(data)] == [label]
        assert [case.label for case in extra_of(name, data)] == [label]

    def test_an_empty_folder_adds_nothing(self, tmp_path: Path) -> None:
        """What stands in for missing files is what the public cases have already."""
        for name in WITH_FILES:
            assert extra_of(name, tmp_path) == []

    def test_a_damaged_file_is_one_line(self, tmp_path: Path) -> None:
        """Exit status 2, the file's name, no traceback."""
        (tmp_path / "mnist.npz").write_bytes(b"not an archive")
        ran = CliRunner().invoke(cli, ["check", str(NETWORK), "network.project_digits", "--data", str(tmp_path)])
        assert "mnist.npz" in str(ran.exception)
        assert type(ran.exception).__name__ == "DatasetError"

    def test_a_missing_folder_is_refused(self) -> None:
        """By `check` and `grade` alike."""
        for verb in (["check"], ["grade", str(NETWORK)]):
            ran = CliRunner().invoke(cli, [*verb, "--data", "/no/such/folder"])
            assert ran.exit_code == 2
            assert "'/no/such/folder' does not exist" in ran.output

    def test_pytest_takes_the_folder_from_the_environment(
        self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """A damaged file stops the collection with one line; a missing folder is a usage error."""
        pytester.makeconftest("from autograder.pytest_plugin import *")
        source = "def project_digits(x_train, y_train, x_test, rng):\n    return 0\n"
        (pytester.path / "u12_network.py").write_text(source, encoding="utf-8")
        folder = tmp_path / "files"
        folder.mkdir()
        (folder / "mnist.npz").write_bytes(b"not an archive")
        monkeypatch.setenv("CHAINRULE_DATA", str(folder))
        ran = pytester.runpytest_inprocess("u12_network.py")
        ran.assert_outcomes(errors=1)
        ran.stdout.fnmatch_lines(["*mnist.npz*"])
        monkeypatch.setenv("CHAINRULE_DATA", "/no/such/folder")
        ran = pytester.runpytest_inprocess("u12_network.py")
        assert ran.ret == pytest.ExitCode.USAGE_ERROR
        ran.stderr.fnmatch_lines(["*--data: no such folder: /no/such/folder"])


class TestMistakesOfOthers:
    """Answers that are not ours: what they look like is enough to recognise them."""

    @pytest.mark.parametrize(
        ("project", "source", "name"),
        [
            ("digits", "    return rng.standard_normal((len(x_test), 10))\n", "scores-returned"),
            ("digits", "    return y_train\n", "training-images-predicted"),
            ("digits", "    return rng.integers(0, 10, len(x_test))\n", "labels-shuffled-alone"),
            ("digits", "    return np.zeros(len(x_test), dtype=int)\n", "diverged"),
            ("reviews", "    return np.full(len(documents_test), 0.48)\n", "targets-without-an-axis"),
            ("reviews", "    return np.full((len(documents_test), 1), 0.48)\n", "a-column-returned"),
            ("reviews", "    return rng.standard_normal(len(documents_test)) * 9\n", "logits-returned"),
            ("topics", "    return rng.integers(0, 2, len(documents_test))\n", "two-outputs"),
            ("people", "    return np.tile([1.0, 0.0], (len(x_test), 1))\n", "unscaled"),
            ("people", "    return np.tile([0.7, 0.7], (len(x_test), 1))\n", "two-sigmoids"),
            ("prices", "    return np.ones(k), np.full(len(x_test), y_train.mean())\n", "the-same-for-all"),
        ],
    )
    def test_is_named(self, tmp_path: Path, project: str, source: str, name: str) -> None:
        """The misconception, whatever the numbers are."""
        head = {
            "digits": HEAD_DIGITS, "topics": HEAD_TOPICS, "people": HEAD_PEOPLE, "prices": HEAD_PRICES,
            "reviews": HEAD_REVIEWS,
        }[project]  # fmt: skip
        found = graded(tmp_path, head + source, f"project_{project}")
        assert found.verdict == "failed", found.message
        assert found.misconception is not None, found.message
        assert found.misconception.name == name

    def test_a_mediocre_network_is_not_named(self, tmp_path: Path) -> None:
        """Half right says nothing about why."""
        source = HEAD_DIGITS + (
            "    nearest = ((x_test[:, None].astype(float) - x_train[None, :12].astype(float)) ** 2).sum(axis=(2, 3))\n"
            "    return y_train[:12][nearest.argmin(axis=1)]\n"
        )
        found = graded(tmp_path, source, "project_digits")
        assert found.verdict == "failed"
        assert found.misconception is None

    @pytest.mark.parametrize("value", ["None", "'text'", "[]", "[[1], [2, 3]]", "{}", "np.full(500, np.nan)", "1j"])
    @pytest.mark.parametrize("head", [HEAD_DIGITS, HEAD_REVIEWS, HEAD_PEOPLE, HEAD_PRICES])
    def test_nonsense_fails_in_one_line(self, tmp_path: Path, head: str, value: str) -> None:
        """Whatever comes back is a failure of that exercise, and says so."""
        found = graded(tmp_path, f"{head}    return {value}\n", head.removeprefix("def ").partition("(")[0])
        assert found.verdict == "failed"
        assert "\n" not in found.message


class TestClasses:
    WANT = np.array([0, 1, 2, 3, 4] * 20)

    @pytest.mark.parametrize(
        ("answer", "key"),
        [
            (WANT, None),
            (np.where(np.arange(100) < 90, WANT, 9), None),
            (np.where(np.arange(100) < 89, WANT, 9), "below the bar"),
            (WANT - 1, "one too low"),
            (np.zeros(100, dtype=int), "always 0"),
            (np.full(100, 3), "always the same"),
            (np.roll(WANT, 2), "guessing"),
            (WANT.astype(float), "not integers"),
            (WANT[:, None], "a column"),
            (np.zeros(7, dtype=int), "training samples"),
            (np.zeros(8, dtype=int), "shape with 1 axes"),
            (WANT.astype(str), "kind"),
        ],
    )
    def test_kinds_of_mistakes(self, answer: Any, key: str | None) -> None:
        """90 of 100 pass; what fails is told apart by what it looks like."""
        found = judge_classes(answer, self.WANT, 90, n_train=7)
        assert (found.key if found else None) == key

    def test_alike(self) -> None:
        """Equal keys, and answers that agree almost everywhere where the key alone says little."""
        first, second = np.arange(100), np.arange(100)
        second[:5] = -1
        found = [Found("below", f"{index}", alike=array) for index, array in enumerate((first, second, first[::-1]))]
        assert found[0].like(found[1])
        assert not found[0].like(found[2])
        assert not found[0].like(Found("above", "0", alike=first))
        assert Found("key", "3 of 7").like(Found("key", "4 of 7"))

    def test_a_property_may_tell_the_kind(self) -> None:
        """Two results with one kind of mistake are alike, whatever their texts say."""
        check = Property(lambda got, limit: Found("large", f"{got} is too large") if got > limit else None)
        inputs = {"limit": 5}
        difference = check.difference(7, Truth(None), inputs)
        assert difference is not None
        assert difference.text == "7 is too large"
        large = check.evidence(8, Truth(None), inputs)
        assert check.alike(7, large, Truth(None), inputs)
        assert check.alike(1, check.evidence(2, Truth(None), inputs), Truth(None), inputs)
        assert not check.alike(1, large, Truth(None), inputs)
