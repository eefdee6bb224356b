"""A unit's file is read no further than needed, and what is not as it should be is one line."""

from __future__ import annotations

import functools
import json
import os
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograder
from autograder.assessment import checks
from autograder.assessment.catalog import CatalogError, find, unit
from autograder.assessment.checks import Property, Value
from autograder.assessment.checks.distribution import form_problem
from autograder.assessment.checks.mask import Mask
from autograder.assessment.checks.seeded import TruthUnlessSeeded
from autograder.assessment.compare import Truth
from autograder.assessment.compiled import (
    CaseKind,
    CompiledCase,
    Record,
    case_as_data,
    check_as_data,
    check_from_data,
    record_as_data,
)
from autograder.assessment.entry import DataError
from autograder.assessment.packing import pack_tree, unpack_tree
from autograder.assessment.unitfile import SCHEMA, CompiledUnit, read_unit
from autograder.assessment.verdict import Verdict

ROOT = Path(__file__).resolve().parents[2]
GATES = Path(autograder.__file__).parent / "data" / "u02_gates.zip"
NAME = "relative_error"


def members(path: Path = GATES) -> dict[str, bytes]:
    """All members of a file."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Writes the gates' file with some members replaced; None leaves one out."""

    def write(**replaced: bytes | None) -> Path:
        path = tmp_path / "u02_gates.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in {**members(), **replaced}.items():
                if data is not None:
                    archive.writestr(name, data)
        return path

    return write


def one_line(caught: pytest.ExceptionInfo[DataError], path: Path) -> bool:
    """Whether an error is one line that names the file."""
    return str(path) in str(caught.value) and "\n" not in str(caught.value)


# What is read, and when

MODULES = """
import sys
{program}
heavy = ("numpy", "torch", "autograder.assessment.compiled", "autograder.units", "reference", "solutions")
print([name for name in heavy if name in sys.modules])
"""
PROGRAMS = {
    "the names of the units": "from autograder.assessment.catalog import unit_names; assert unit_names()",
    "all heads": "from autograder.assessment.catalog import units; assert all(each.exercises for each in units())",
    "an id": "from autograder.assessment.catalog import find; assert find('gates.relative_error')[0].points == 1",
    "whether it is fresh": "from autograder.assessment.catalog import require_fresh as fresh; fresh('u02_gates')",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_heads_are_read_without_numpy(program: str) -> None:
    """Which units and exercises there are is known before anything heavy is imported."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", MODULES.format(program=program)]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert ran.stdout == "[]\n"


def test_grading_imports_neither_answers_nor_torch() -> None:
    """An exercise with all that its misconceptions answer is read without `units`, `reference` and `solutions`."""
    program = "from autograder.assessment.catalog import unit; assert unit('gates').exercise('relative_error').wrong"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", MODULES.format(program=program)]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert ran.stdout == "['numpy', 'autograder.assessment.compiled']\n"


def test_a_head_says_what_the_exercises_are() -> None:
    """Name, points, and numbers of cases and misconceptions are those of the exercises in full."""
    opened = read_unit(GATES)
    for entry in opened.exercises:
        exercise = opened.exercise(entry.name)
        assert entry.id == exercise.id == f"gates.{entry.name}"
        assert entry.points == exercise.points
        assert entry.cases == len(exercise.cases)
        assert entry.misconceptions == len(exercise.misconceptions)
        assert list(entry.requires) == list(exercise.requires)


def test_what_nobody_attempts_is_not_read(changed: Callable[..., Path]) -> None:
    """Damage in one exercise's members harms no other."""
    opened = read_unit(changed(**{f"{NAME}.json": b"{", f"{NAME}.bin": b"", f"{NAME}.wrong.json": b"{"}))
    assert [len(opened.exercise(each.name).cases) for each in opened.exercises if each.name != NAME]
    with pytest.raises(DataError):
        opened.exercise(NAME)


def test_what_misconceptions_answer_is_read_when_it_is_asked_for(changed: Callable[..., Path]) -> None:
    """A right submission never meets their members."""
    opened = read_unit(changed(**{f"{NAME}.wrong.json": b"{"}))
    exercise = opened.exercise(NAME)
    assert exercise.misconceptions
    with pytest.raises(DataError, match=rf"cannot read {NAME}\.wrong: "):
        _ = exercise.wrong


def test_an_exercise_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time it is the same object."""
    opened = read_unit(GATES)
    first = opened.exercise(NAME)
    monkeypatch.setattr(CompiledUnit, "member", None)
    assert opened.exercise(NAME) is first


def test_a_file_may_be_replaced_while_it_is_open(changed: Callable[..., Path]) -> None:
    """A build meanwhile does no harm: all that is read is of one file."""
    path = changed()
    opened = read_unit(path)
    path.write_bytes(b"another")
    assert opened.exercise(NAME).cases


def test_an_exercise_that_is_not_there_is_a_key_error() -> None:
    """Callers ask for what the head lists."""
    with pytest.raises(KeyError, match="no_such_gate"):
        read_unit(GATES).exercise("no_such_gate")


# What is not as it should be


def head(**replaced: Any) -> bytes:
    """The gates' head with some fields replaced; None leaves one out."""
    fields = {**json.loads(members()["unit.json"]), **replaced}
    return json.dumps({name: value for name, value in fields.items() if value is not None}).encode()


@pytest.mark.parametrize("schema", [SCHEMA + 1, 0, "1", "new"])
def test_another_schema_is_one_line(changed: Callable[..., Path], schema: Any) -> None:
    """It names both schemas and the command."""
    path = changed(**{"unit.json": head(schema=schema)})
    with pytest.raises(DataError, match=rf"has schema {schema}, want {SCHEMA}: run `chainrule dev build`$") as caught:
        read_unit(path)
    assert one_line(caught, path)


HEADS: dict[str, bytes | None] = {
    "missing": None,
    "empty": b"",
    "no JSON": b"{",
    "no text": b"\xff",
    "a list": b"[]",
    "null": b"null",
    "without schema": head(schema=None),
    "without unit": head(unit=None),
    "without exercises": head(exercises=None),
    "without sources": head(sources=None),
    "unit is a number": head(unit=4),
    "exercises are numbers": head(exercises=[1]),
    "an exercise without points": head(exercises=[{"name": "x"}]),
}


@pytest.mark.parametrize("data", HEADS.values(), ids=HEADS)
def test_a_broken_head_is_one_line(changed: Callable[..., Path], data: bytes | None) -> None:
    """Missing, no JSON, or JSON of another form."""
    path = changed(**{"unit.json": data})
    with pytest.raises(DataError, match="is no compiled assessment") as caught:
        read_unit(path)
    assert one_line(caught, path)


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip", GATES.read_bytes()[:-1], GATES.read_bytes()[:5000]])
def test_what_is_no_archive_is_one_line(tmp_path: Path, content: bytes) -> None:
    """Empty, another file, or cut off."""
    path = tmp_path / "u02_gates.zip"
    path.write_bytes(content)
    with pytest.raises(DataError, match="is no compiled assessment") as caught:
        read_unit(path)
    assert one_line(caught, path)


@pytest.mark.parametrize("make", ["nothing", "a folder"])
def test_a_missing_file_is_one_line(tmp_path: Path, make: str) -> None:
    """So is a folder of its name."""
    path = tmp_path / "u02_gates.zip"
    if make == "a folder":
        path.mkdir()
    with pytest.raises(DataError, match="is no compiled assessment") as caught:
        read_unit(path)
    assert one_line(caught, path)


def body(**replaced: Any) -> dict[str, bytes | None]:
    """The pair of members of an exercise with some fields replaced; `...` leaves one out."""
    fields = {**unpack_tree(members()[f"{NAME}.json"], members()[f"{NAME}.bin"]), **replaced}
    text, block = pack_tree({name: value for name, value in fields.items() if value is not ...})
    return {f"{NAME}.json": text.encode(), f"{NAME}.bin": block}


BODIES: dict[str, Mapping[str, bytes | None]] = {
    "no JSON": {f"{NAME}.json": None},
    "no block": {f"{NAME}.bin": None},
    "damaged JSON": {f"{NAME}.json": b"{"},
    "an empty block": {f"{NAME}.bin": b""},
    "a list": {f"{NAME}.json": b"[]"},
    "without cases": body(cases=...),
    "cases of another form": body(cases=[1]),
    "without a check": body(check=...),
    "a check that is gone": body(check={"class": "autograder.assessment.checks:Gone", "fields": {}}),
    "a check with another field": body(check={"class": "autograder.assessment.checks:Value", "fields": {"x": 1}}),
    "misconceptions of another form": body(misconceptions=[[1, 2, 3, 4, 5, 6]]),
}


@pytest.mark.parametrize("replaced", BODIES.values(), ids=BODIES)
def test_a_broken_exercise_is_one_line(changed: Callable[..., Path], replaced: Mapping[str, bytes | None]) -> None:
    """A member that is missing, damaged, or of another form."""
    path = changed(**replaced)
    with pytest.raises(DataError) as caught:
        read_unit(path).exercise(NAME)
    assert "\n" not in str(caught.value)


def test_any_flipped_bit_is_found_or_harmless(tmp_path: Path) -> None:
    """Reading all of a file with one wrong bit raises nothing but a `DataError`."""
    data, rng = GATES.read_bytes(), random.Random(0)
    directory = data.index(b"PK\x01\x02")
    places = [rng.randrange(len(data)) for _ in range(60)] + [rng.randrange(directory, len(data)) for _ in range(200)]
    found = 0
    for place in places:
        damaged = bytearray(data)
        damaged[place] ^= 1 << rng.randrange(8)
        (tmp_path / "damaged.zip").write_bytes(damaged)
        found += _is_found_damaged(tmp_path / "damaged.zip")
    assert found > len(places) / 2


def _is_found_damaged(path: Path) -> bool:
    """Whether reading all of a file raises a `DataError`."""
    try:
        opened = read_unit(path)
        return any(opened.exercise(entry.name).wrong is None for entry in opened.exercises)
    except DataError as error:
        return "\n" not in str(error)


# The catalog


def test_names_slugs_and_ids_are_found() -> None:
    """A unit by either name, an exercise by its id."""
    assert unit("gates") is unit("u02_gates")
    assert [each.name for each in find("gates.relative_error")] == ["relative_error"]
    assert find("gates") == list(unit("gates").exercises)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("relu", "no unit 'relu'; did you mean activations.relu?"),
        ("gates.relu", "unit u02_gates has no exercise 'relu'"),
        ("nothing", "no unit 'nothing'; there are u01_tensors, "),
        ("", "no unit ''; there are "),
    ],
)
def test_an_unknown_name_is_one_line(asked: str, answer: str) -> None:
    """It says what there is, or which exercise of that name was meant."""
    with pytest.raises(CatalogError) as caught:
        find(asked)
    assert str(caught.value).startswith(answer)


# Checks as data


@dataclass(frozen=True)
class Elsewhere:
    """A check that stands in no module of checks."""

    tolerance: float = 0.0


class PlainCheck(Value):
    """A class of elsewhere that inherits a check."""


def problem(got: Any) -> str | None:
    """A property that stands in no module of checks."""
    return None


#: Any function, as a property's: what it takes and returns is no matter here.
check_of: Callable[[Any], Any] = Property

SEEDED: Callable[[Any], Any] = TruthUnlessSeeded
CHECKS = [
    *(Value(), Value(tolerance=1e-4), Mask(), check_of(form_problem), SEEDED(form_problem)),
    *(
        exercise.check
        for each in ("gates", "initializers", "practice")
        for exercise in map(unit(each).exercise, [e.name for e in unit(each).exercises])
    ),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: type(check).__name__)
def test_a_check_comes_back(check: Any) -> None:
    """The same class with the same fields, after a trip through a file."""
    assert check_from_data(unpack_tree(*pack_tree(check_as_data(check)))) == check


def closure() -> Callable[..., Any]:
    """A function that is made by another one."""

    def inner(got: Any) -> None:
        return None

    inner.__module__ = checks.__name__
    return inner


def lambda_of_checks() -> Callable[..., Any]:
    """A function without a name, as if it stood in a module of checks."""
    found = eval("lambda got: None", {"__name__": checks.__name__})
    assert found.__module__ == checks.__name__
    return found  # type: ignore[no-any-return]


def as_if_in(module: str, what: Any) -> Any:
    """A copy of a class that says that it stands in another module."""
    return type(what.__name__, (what,), {"__module__": module})


NO_DATA: dict[str, Any] = {
    "a lambda": check_of(lambda got: None),
    "a lambda of checks": check_of(lambda_of_checks()),
    "a closure": check_of(closure()),
    "a function of elsewhere": check_of(problem),
    "a builtin": check_of(len),
    "a partial": check_of(functools.partial(form_problem, shape=(1,))),
    "a bound method": check_of(Value().difference),
    "a method": check_of(Value.difference),
    "a callable object": check_of(
        type("Call", (), {"__call__": lambda self, got: None, "__module__": checks.__name__})()
    ),
    "a class of elsewhere": Elsewhere(),
    "a class of elsewhere that inherits a check": PlainCheck(),
    "a class of a module of a similar name": as_if_in(f"{checks.__name__}_of_mine.checks", Elsewhere)(),
    "a function of a module of a similar name": check_of(as_if_in(f"{checks.__name__}_of_mine", Elsewhere)),
    "no dataclass": object(),
    "a class": Value,
    "a field that is no data": Value(tolerance={1.0}),  # type: ignore[arg-type]
    "a field that is a check": Value(tolerance=Value()),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("check", NO_DATA.values(), ids=NO_DATA)
def test_what_is_no_data_is_refused_when_it_is_built(check: Any) -> None:
    """One line says what a check is made of; nothing that only this process knows is written."""
    with pytest.raises(DataError) as caught:
        check_as_data(check)
    assert "\n" not in str(caught.value)


NO_CHECK = [
    *("os:system", "builtins:eval", "subprocess:Popen", "autograder.units.u02_gates:EXERCISES"),
    *("autograder.assessment.checks_of_mine:Value", "autograder.assessment:checks", "autograder.assessment.checks"),
    *("autograder.assessment.checks:replace", "autograder.assessment.checks:np", "autograder.assessment.checks:Gone"),
    *(
        "autograder.assessment.checks.gone:Value",
        "autograder.assessment.checks:Value.difference",
        "",
        ":",
        "checks:Value",
    ),
    *("autograder.assessment.checks:__name__", "autograder.assessment.checks.mask:math", "..checks:Value"),
]


@pytest.mark.parametrize("name", NO_CHECK)
def test_a_file_can_name_checks_alone(name: str) -> None:
    """Neither other modules, nor what a module of checks imports for itself, nor what is not there."""
    with pytest.raises(DataError, match="no check is called"):
        check_from_data({"class": name, "fields": {}})
    stored = {"problem": {"function": name}}
    with pytest.raises(DataError, match="no check is called"):
        check_from_data({"class": "autograder.assessment.checks:Property", "fields": stored})


# Cases and records


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        (CompiledCase("plain", {"x": 1}), CaseKind.VALUE),
        (CompiledCase("refused", {"x": 1}, raises="x"), CaseKind.ERROR),
        (CompiledCase("grown", {"x": 1}, larger={"x": 4}), CaseKind.GROWTH),
        (CompiledCase("grown-from-nothing", {}, larger={}), CaseKind.GROWTH),
    ],
    ids=lambda each: getattr(each, "label", str(each)),
)
def test_the_kind_of_a_case(case: CompiledCase, kind: CaseKind) -> None:
    """A value is asked for, unless bad input is to be refused or lines are counted."""
    assert case.kind is kind


def test_a_check_knows_what_is_withheld() -> None:
    """The worker's inputs are without it."""
    case = CompiledCase("test-set", {"x": 1}, withheld={"labels": 2})
    assert case.known == {"x": 1, "labels": 2}
    assert case.inputs == {"x": 1}


def test_a_case_keeps_all_that_it_says(changed: Callable[..., Path]) -> None:
    """Each field of a case and of its truth comes back from a file."""
    truth = Truth((1.5, np.arange(3)), (1e-9, None), "float32", ("loss", "labels"))
    case = CompiledCase("all", {"x": np.eye(2), "n": 3}, truth, "n", True, True, {"t": (1,)}, {"x": np.eye(4), "n": 3})
    written = changed(**body(cases=[case_as_data(case), case_as_data(CompiledCase("none", {}))]))
    back, empty = read_unit(written).exercise(NAME).cases
    assert pack_tree(case_as_data(back)) == pack_tree(case_as_data(case))
    assert (back.truth.names, back.truth.dtype) == (("loss", "labels"), "float32")
    assert empty == CompiledCase("none", {})


def test_a_record_of_what_passed_takes_no_room() -> None:
    """It is null, and comes back as passed."""
    assert record_as_data(Record(Verdict.PASSED)) is None
    rows = [row for rows in unit("gates").exercise(NAME).wrong.values() for row in rows]
    assert Record(Verdict.PASSED) in rows


def test_there_is_a_record_of_each_misconception_on_each_case() -> None:
    """In the cases' order, without those on which lines are counted."""
    for entry in unit("gates").exercises:
        exercise = unit("gates").exercise(entry.name)
        asked = [case for case in exercise.cases if case.kind is not CaseKind.GROWTH]
        assert list(exercise.wrong) == [each.name for each in exercise.misconceptions]
        assert {len(rows) for rows in exercise.wrong.values()} <= {len(asked)}
