"""What assessments are compiled to: the same bytes every time, and neither answers nor traces of this machine in them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.assessment.case import Case, random_cases
from autograder.assessment.catalog import CatalogError
from autograder.assessment.compiled import CaseKind, CompiledExercise
from autograder.assessment.exercise import Exercise
from autograder.assessment.misconception import edit, returns
from autograder.assessment.packing import pack_tree
from autograder.assessment.sources import source_files, source_hash
from autograder.assessment.unitfile import SCHEMA, CompiledUnit, read_unit
from autograder.authoring import units
from autograder.authoring.build import (
    GROWTH_SIZE,
    RESERVE_DRAWS,
    build_hidden,
    build_public,
    compiled_public,
    write_file,
)
from autograder.authoring.local import answer_locally
from autograder.authoring.units import AuthoredUnit, authored_unit, authored_units
from tests import leaks

ROOT = Path(__file__).resolve().parents[2]
GATES = authored_unit("gates")
HASH_SEEDS = ("0", "12345")
PROGRAM = """
import sys
from pathlib import Path
from autograder.authoring.build import build_hidden, build_public, build_reserve
from autograder.authoring.units import authored_unit

unit, folder = authored_unit("gates"), Path(sys.argv[1])
for name, make in {"public": build_public, "reserve": build_reserve, "hidden": lambda each: build_hidden(each, "s")}.items():
    (folder / name).write_bytes(make(unit))
"""
FILES = ("public", "hidden", "reserve")


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All files of the gates, built by two processes that order their sets in two ways."""
    folders = []
    for seed in HASH_SEEDS:
        folders.append(tmp_path_factory.mktemp(f"seed-{seed}"))
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", PROGRAM, str(folders[-1])]
        subprocess.run(command, env=environment, check=True, cwd=folders[-1])
    return folders


@pytest.fixture(scope="module")
def files(twice: list[Path]) -> dict[str, CompiledUnit]:
    """The gates' three files, opened."""
    return {name: read_unit(twice[0] / name) for name in FILES}


def inputs_of(exercise: CompiledExercise) -> list[str]:
    """What is asked in each case, as text that can be compared."""
    return [repr(pack_tree(dict(case.inputs))) for case in exercise.cases]


def exercises_of(unit: CompiledUnit) -> Iterator[CompiledExercise]:
    """All of a file, in order."""
    return (unit.exercise(entry.name) for entry in unit.exercises)


# The same bytes


@pytest.mark.parametrize("name", FILES)
def test_building_in_another_process_gives_the_same_bytes(twice: list[Path], name: str) -> None:
    """Whatever the order of sets there."""
    first, second = (folder / name for folder in twice)
    assert first.read_bytes() == second.read_bytes()


def test_building_again_gives_the_same_bytes(twice: list[Path]) -> None:
    """In one process, one build leaves nothing behind for the next."""
    assert build_public(GATES) == build_public(GATES) == (twice[0] / "public").read_bytes()


@pytest.mark.parametrize("unit", authored_units(), ids=lambda unit: unit.name)
def test_every_stored_file_is_of_these_sources(unit: AuthoredUnit) -> None:
    """Whoever changes a unit builds it, with its reserve."""
    for path in (unit.data_file, unit.reserve_file):
        assert read_unit(path).sources == source_hash(unit.root, unit.name), f"run `chainrule dev build {unit.name}`"


def test_a_head_records_versions_but_no_path_or_time(twice: list[Path]) -> None:
    """What it was made with stands beside the hashes, which do not depend on it."""
    with zipfile.ZipFile(twice[0] / "public") as archive:
        head = json.loads(archive.read("unit.json"))
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert list(head) == ["schema", "unit", "sources", "content", "made_with", "exercises"]
    assert head["schema"] == SCHEMA
    assert set(head["made_with"]) == {"python", "numpy", "torch", "scikit-learn"}


def test_a_pair_of_members_an_exercise(twice: list[Path]) -> None:
    """And another pair of those that have misconceptions."""
    with zipfile.ZipFile(twice[0] / "public") as archive:
        names = archive.namelist()
    want = [f"{each.name}{part}" for each in GATES.exercises for part in (".json", ".bin", ".wrong.json", ".wrong.bin")]
    assert names == ["unit.json", *want]


def test_the_content_hash_is_of_the_content(files: dict[str, CompiledUnit]) -> None:
    """Three files of one unit have one hash of sources, and three of content."""
    assert len({each.sources for each in files.values()}) == 1
    assert len({each.content for each in files.values()}) == 3


# What is in them


def members(path: Path) -> dict[str, bytes]:
    """All members, unpacked."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


DATA = [path for unit in authored_units() for path in (unit.data_file, unit.reserve_file)]
EACH_FILE = pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)


@EACH_FILE
def test_nothing_is_pickled(path: Path) -> None:
    """Members are JSON and plain numbers: no pickle, no array in a format that could hold one."""
    for name, data in members(path).items():
        assert name.endswith((".json", ".bin")), name
        assert b"\x93NUMPY" not in data
        assert not re.search(rb"\x80[\x02-\x05](\x95|c|\}|\]|\()[^\n]{0,40}(numpy|builtins|autograder)", data), name
        if name.endswith(".json"):
            json.loads(data)


@EACH_FILE
def test_no_file_says_where_it_was_made(path: Path) -> None:
    """No absolute path of this machine, no user, no temporary folder."""
    texts = b"\n".join(data for name, data in members(path).items() if name.endswith(".json"))
    for place in (str(ROOT), str(ROOT.parent), str(Path.home()) + "/", sys.prefix, "/tmp/", "site-packages", "/home/"):
        assert place.encode() not in texts, place


def test_no_answer_and_no_wrong_version_is_in_a_file(twice: list[Path]) -> None:
    """No body of a function, in any of a unit's three files."""
    texts = [text for name in FILES for text in leaks.texts_of(name, (twice[0] / name).read_bytes())]
    assert leaks.found_in(texts, leaks.answers(GATES)) == {}
    assert leaks.found_in(texts, leaks.wrong_versions(GATES)) == {}


# Hidden cases, and the reserve


def test_hidden_cases_are_of_generators_alone(files: dict[str, CompiledUnit]) -> None:
    """They are called hidden, and said to be; none counts lines."""
    for exercise in exercises_of(files["hidden"]):
        assert exercise.cases
        assert all(case.label.startswith("hidden-") and case.hidden for case in exercise.cases)
        assert all(case.kind is not CaseKind.GROWTH for case in exercise.cases)


def test_public_and_reserve_cases_are_not_hidden(files: dict[str, CompiledUnit]) -> None:
    """A student may see them, and labels tell them apart."""
    for name in ("public", "reserve"):
        for exercise in exercises_of(files[name]):
            assert not any(case.hidden or case.label.startswith("hidden-") for case in exercise.cases)
            assert all(case.label.startswith("reserve-") == (name == "reserve") for case in exercise.cases)


def test_all_draws_differ(files: dict[str, CompiledUnit]) -> None:
    """No hidden or reserve case asks what another case of its exercise asks, unless a choice is all that is drawn."""
    for entry in files["public"].exercises:
        asked = [each for name in FILES for each in inputs_of(files[name].exercise(entry.name))]
        assert len(set(asked)) == len(asked), entry.id


def test_another_secret_gives_other_cases(files: dict[str, CompiledUnit], tmp_path: Path) -> None:
    """All of them; the labels are the same."""
    write_file(tmp_path / "other", build_hidden(GATES, "another secret"))
    other = read_unit(tmp_path / "other")
    for entry in other.exercises:
        mine, theirs = files["hidden"].exercise(entry.name), other.exercise(entry.name)
        assert not set(inputs_of(mine)) & set(inputs_of(theirs)), entry.id
        assert [case.label for case in mine.cases] == [case.label for case in theirs.cases]


def test_the_secret_is_not_in_the_file(tmp_path: Path) -> None:
    """Nor is it by its hash: whoever finds the file cannot draw more."""
    secret = "a-secret-that-nobody-writes"
    data = b"".join(members_of(build_hidden(GATES, secret)).values())
    assert secret.encode() not in data


def members_of(data: bytes) -> dict[str, bytes]:
    """All members of an archive in memory."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_reserve_has_twenty_draws_of_each_generator(files: dict[str, CompiledUnit]) -> None:
    """In turns, so that the first few are of all; and no misconceptions, which checkpoints do not name."""
    reserve = files["reserve"].exercise("sum_times")
    assert [case.label for case in reserve.cases] == [f"reserve-random-{k + 1}" for k in range(RESERVE_DRAWS)]
    assert {entry.misconceptions for entry in files["reserve"].exercises} == {0}


# Growth


def test_lines_are_counted_on_inputs_of_two_sizes(files: dict[str, CompiledUnit]) -> None:
    """The second is four times the first; that case comes last, in the public file."""
    *others, growth = files["public"].exercise("relative_error").cases
    assert growth.kind is CaseKind.GROWTH
    assert growth.label == "vectorized"
    assert growth.larger is not None
    assert (growth.inputs["a"].size, growth.larger["a"].size) == (GROWTH_SIZE, 4 * GROWTH_SIZE)
    assert all(case.kind is not CaseKind.GROWTH for case in others)


def test_only_what_must_be_vectorised_is_counted(files: dict[str, CompiledUnit]) -> None:
    """Other exercises have no such case."""
    counted = {each.name for each in exercises_of(files["public"]) if each.cases[-1].kind is CaseKind.GROWTH}
    assert counted == {each.name for each in GATES.exercises if each.vectorized is not None}


# A made-up unit


def made_up(exercise: Exercise) -> CompiledExercise:
    """An exercise of ours with the gates' model answers, compiled."""
    return compiled_public(GATES, exercise)


def exercise(**options: Any) -> Exercise:
    """`relative_error` with other cases or misconceptions."""
    told = {"points": 1, "cases": [Case("one", a=np.array([1.0]), b=np.array([2.0]))], "unit": "gates", **options}
    return Exercise("relative_error", **told)


def test_large_inputs_of_growth_repeat_themselves() -> None:
    """Their sizes and dtypes stay: only lines are counted, and a few numbers over and over take little room."""
    made = made_up(exercise(vectorized=lambda n: {"a": np.arange(100.0 * n).reshape(n, 100), "b": np.arange(n)}))
    inputs = made.cases[-1].inputs
    assert inputs["a"].shape == (GROWTH_SIZE, 100)
    assert inputs["a"].dtype == np.float64
    assert len(np.unique(inputs["a"])) < 300
    assert inputs["b"].tolist() == list(range(GROWTH_SIZE))


def test_what_no_generator_draws_has_no_hidden_cases() -> None:
    """Cases that are written down are public."""
    assert exercise().hidden_cases("secret") == []
    assert list(exercise().reserve_cases(3)) == []


def test_two_generators_need_two_labels() -> None:
    """Two cases of one label, and two misconceptions of one name, are refused with the exercise's id."""
    draw = random_cases(lambda rng: {"a": rng.random(2), "b": rng.random(2)})
    wrong = returns("same", "a")
    for kind, made in {
        "case": exercise(cases=[draw, draw]),
        "misconception": exercise(misconceptions=[wrong] * 2),
    }.items():
        with pytest.raises(CatalogError, match=rf"^gates\.relative_error: two of its {kind}s are called "):
            units._validate(made)


def test_draws_depend_on_exercise_label_place_and_secret() -> None:
    """And on nothing else: the same four give the same numbers, one other gives others."""

    def numbers(id: str, label: str, secret: str | None) -> list[float]:
        return [
            float(case.inputs["x"])
            for case in random_cases(lambda rng: {"x": rng.random()}, label=label).cases(id, secret)
        ]

    kinds = [
        ("a.b", "random", None),
        ("a.c", "random", None),
        ("a.b", "other", None),
        ("a.b", "random", "s"),
        ("a.b", "random", "t"),
    ]
    found = [number for kind in kinds for number in numbers(*kind)]
    assert len(set(found)) == 2 * len(kinds)
    assert numbers(*kinds[0]) == numbers(*kinds[0])


def test_a_wrong_version_is_stored_by_what_it_answers() -> None:
    """Its recipe stays behind; belief and question, which a student is told, come along."""
    made = made_up(exercise(misconceptions=[edit("no-size", " / size", "", believes="It is.", ask="Is it?")]))
    (known,) = made.misconceptions
    assert (known.name, known.belief, known.question, known.recipe) == ("no-size", "It is.", "Is it?", None)
    (record,) = made.wrong["no-size"]
    assert record.evidence == 1.0


def test_a_wrong_version_that_raises_is_stored_with_type_and_place() -> None:
    """The exception's type, and the function that raised it; no message, which may hold a path."""
    made = made_up(exercise(misconceptions=[returns("lookup", "{}[a.size]")]))
    (record,) = made.wrong["lookup"]
    assert (record.exception, record.place, record.evidence) == ("KeyError", "relative_error", None)


# Writing


def test_a_file_is_written_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash while writing leaves the old one."""
    path = tmp_path / "deep" / "file.zip"
    write_file(path, b"old")

    def crash(source: Any, target: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(OSError, match="no space left"):
        write_file(path, b"new")
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_a_file_has_its_mode_from_the_start(tmp_path: Path, mode: int) -> None:
    """However generous the umask, and whatever lay there before."""
    path = tmp_path / "file.zip"
    path.write_bytes(b"old")
    path.chmod(0o666)
    before = os.umask(0)
    try:
        write_file(path, b"new", mode)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == mode


# The hash of the sources


def test_the_hash_is_of_all_that_a_unit_is_made_of() -> None:
    """Its assessment, model answers and reference, what units share, and the checks that it uses."""
    names = set(source_files(GATES.root, GATES.name))
    assert {"units/u02_gates/gates.py", "solutions/u02_gates.py", "reference/u02_gates.py"} <= names
    assert {"units/shared/arrays.py", "units/shared/families.py"} <= names
    assert not [name for name in names if "u03" in name]


def test_an_earlier_unit_that_answers_build_on_counts() -> None:
    """The network is made of layers, convolutions and activations."""
    network = authored_unit("network")
    names = set(source_files(network.root, network.name))
    assert any(name.startswith("solutions/u06_layers") for name in names)
    assert "reference/u06_layers.py" in names


def test_a_check_that_is_used_counts() -> None:
    """A judge that changed may find something else in a wrong version's answer."""
    initializers = authored_unit("initializers")
    assert "checks/distribution.py" in source_files(initializers.root, initializers.name)


@pytest.mark.parametrize(("unit", "module"), [("activations", "_arrays"), ("network", "_toy_networks")])
def test_what_references_share_counts(unit: str, module: str) -> None:
    """Truths change with it."""
    authored = authored_unit(unit)
    assert f"reference/{module}.py" in source_files(authored.root, authored.name)


def test_a_check_that_a_check_uses_counts() -> None:
    """Masks are judged with what distributions are judged by."""
    layers = authored_unit("layers")
    names = set(source_files(layers.root, layers.name))
    assert "checks/mask.py" in names
    assert "checks/distribution.py" in names


def test_what_draws_from_numpys_own_generator_is_recorded_alike() -> None:
    """Whatever was drawn before: a wrong version that uses the global generator gives the same answers each time."""
    case = {"inputs": {"x": 1.0}, "readonly": False, "larger": None}
    answers = []
    for seed in (1, 2):
        np.random.seed(seed)
        answers.append(answer_locally("f", _drawing_from_the_global_generator, None, case).value)
    assert answers[0] == answers[1]


def _drawing_from_the_global_generator(x: float) -> float:
    return float(np.random.standard_normal()) + x
