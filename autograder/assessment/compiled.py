"""What an exercise is compiled to: cases with their truths, its check, its texts, and what its misconceptions answer.

A compiled exercise holds no code but a scenario's source text, and the names of checks. See `unitfile` for the file.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from autograder.assessment.checks import Check
from autograder.assessment.compare import Truth
from autograder.assessment.entry import DataError, Entry
from autograder.assessment.misconception import Misconception
from autograder.assessment.packing import PackingError, pack_tree
from autograder.assessment.verdict import Kind, Verdict

__all__ = [
    "CaseKind",
    "CompiledCase",
    "CompiledExercise",
    "Record",
    "Scenario",
    "case_as_data",
    "check_as_data",
    "check_from_data",
    "exercise_from_data",
    "record_as_data",
]

_CHECKS = "autograder.assessment.checks"


class CaseKind(StrEnum):
    """What a case asks."""

    VALUE = "value"
    ERROR = "error"  # bad input, which must be refused
    GROWTH = "growth"  # how the number of executed lines grows with the input


@dataclass(frozen=True)
class CompiledCase:
    """One labelled input with what is expected.

    Args:
        label: what the case is about.
        inputs: the arguments by name, complete with the upstream gradient that was drawn.
        truth: what is expected.
        raises: the argument that a `ValueError` must name, for bad input.
        readonly: the arrays are passed read-only.
        hidden: it comes from the instructor's seed.
        withheld: what a check is told besides the inputs, and a worker is not.
        larger: the same at four times the size; the lines executed on both are counted.
    """

    label: str
    inputs: Mapping[str, Any]
    truth: Truth = field(default_factory=lambda: Truth(None))
    raises: str | None = None
    readonly: bool = False
    hidden: bool = False
    withheld: Mapping[str, Any] = field(default_factory=dict)
    larger: Mapping[str, Any] | None = None

    @property
    def kind(self) -> CaseKind:
        """What it asks."""
        if self.larger is not None:
            return CaseKind.GROWTH
        return CaseKind.VALUE if self.raises is None else CaseKind.ERROR

    @property
    def known(self) -> Mapping[str, Any]:
        """What a check is told: the inputs, and what is withheld from the worker."""
        return {**self.inputs, **self.withheld}


@dataclass(frozen=True)
class Record:
    """What became of a wrong version's answer to a case.

    Args:
        verdict: its verdict.
        kind: what was wrong.
        exception: the type of an exception that it raised.
        place: the function that raised it.
        evidence: what the check kept of the result.
    """

    verdict: Verdict
    kind: Kind = Kind.NOTHING
    exception: str = ""
    place: str = ""
    evidence: Any = None


@dataclass(frozen=True)
class Scenario:
    """A small driver that exercises a class in the worker: the name of its function, and the source text."""

    name: str
    source: str
    takes_device: bool = False


@dataclass(frozen=True)
class CompiledExercise:
    """One exercise as it is graded; see `exercise.Exercise` for what the fields mean."""

    unit: str
    name: str
    points: float
    cases: Sequence[CompiledCase]
    check: Check
    statement: str = ""
    hints: Sequence[str] = ()
    misconceptions: Sequence[Misconception] = ()
    scenario: Scenario | None = None
    requires: Sequence[str] = ()
    parts: Sequence[str] = ()
    returns_new: bool = False
    forbids: Sequence[str] = ()
    seconds: float | None = None
    read_wrong: Callable[[], Mapping[str, Sequence[Record]]] = dict

    @property
    def id(self) -> str:
        """`unit.name`, as everybody sees it."""
        return f"{self.unit}.{self.name}"

    @functools.cached_property
    def wrong(self) -> Mapping[str, Sequence[Record]]:
        """What each misconception answers to each case that is no growth, by the misconception's name."""
        return self.read_wrong()


def exercise_from_data(entry: Entry, body: Mapping[str, Any], read_wrong: Callable[[], Any]) -> CompiledExercise:
    """An exercise from its pair of members; the pair about misconceptions is read when it is needed."""

    def wrong() -> dict[str, list[Record]]:
        return {name: [_record(each) for each in records] for name, records in read_wrong().items()}

    return CompiledExercise(
        unit=entry.unit,
        name=entry.name,
        points=entry.points,
        cases=tuple(_case(each) for each in body["cases"]),
        check=check_from_data(body["check"]),
        statement=body["statement"],
        hints=body["hints"],
        misconceptions=tuple(Misconception(*each) for each in body["misconceptions"]),
        scenario=Scenario(*body["scenario"]) if body["scenario"] else None,
        requires=body["requires"],
        parts=body["parts"],
        returns_new=body["returns_new"],
        forbids=body["forbids"],
        seconds=body["seconds"],
        read_wrong=wrong if entry.misconceptions else dict,
    )


def _case(data: Mapping[str, Any]) -> CompiledCase:
    truth = Truth(data["expected"], data["allowed"], data["dtype"], tuple(data["names"]))
    return CompiledCase(
        data["label"],
        data["inputs"],
        truth,
        raises=data["raises"],
        readonly=data["readonly"],
        hidden=data["hidden"],
        withheld=data["withheld"],
        larger=data["larger"],
    )


def case_as_data(case: CompiledCase) -> dict[str, Any]:
    """A case as it is stored."""
    fields = {each.name: getattr(case, each.name) for each in dataclasses.fields(case) if each.name != "truth"}
    truth = case.truth
    return {
        **fields,
        "expected": truth.expected,
        "allowed": truth.allowed,
        "dtype": truth.dtype,
        "names": list(truth.names),
    }


def _record(data: Any) -> Record:
    if data is None:
        return Record(Verdict.PASSED)
    verdict, kind, exception, place, evidence = data
    return Record(Verdict(verdict), Kind(kind), exception, place, evidence)


def record_as_data(record: Record) -> Any:
    """A record as it is stored; what passed is None."""
    if record.verdict is Verdict.PASSED:
        return None
    return [record.verdict.value, record.kind.value, record.exception, record.place, record.evidence]


def check_as_data(check: Any) -> dict[str, Any]:
    """A check as its class and its fields. Raises DataError where it is not data."""
    kind = type(check)
    if not dataclasses.is_dataclass(check) or not _is_found(kind.__module__, kind.__qualname__):
        raise DataError(f"a check is a dataclass of {_CHECKS}, not a {kind.__module__}.{kind.__qualname__}")
    fields = {each.name: _field_as_data(getattr(check, each.name)) for each in dataclasses.fields(check)}
    return {"class": f"{kind.__module__}:{kind.__qualname__}", "fields": fields}


def _field_as_data(value: Any) -> Any:
    if not callable(value):
        try:
            pack_tree(value)
        except PackingError as error:
            raise DataError(f"a check's field is plain data: {error}") from None
        return value
    module, name = getattr(value, "__module__", None) or "", getattr(value, "__qualname__", "")
    if not _is_found(module, name):
        raise DataError(f"a check's function stands at the top of a module of {_CHECKS}, not in {module}.{name}")
    return {"function": f"{module}:{name}"}


def check_from_data(data: Mapping[str, Any]) -> Check:
    """The check that `check_as_data` stored. Raises DataError."""
    fields = {name: _field_from_data(value) for name, value in data["fields"].items()}
    check: Check = _find(data["class"])(**fields)
    return check


def _field_from_data(value: Any) -> Any:
    return _find(value["function"]) if isinstance(value, dict) and set(value) == {"function"} else value


def _is_found(module: str, name: str) -> bool:
    """Whether a class or function stands at the top of a module of checks."""
    return name.isidentifier() and (module == _CHECKS or module.startswith(f"{_CHECKS}."))


def _find(text: str) -> Any:
    module, _, name = text.partition(":")
    try:
        found = getattr(importlib.import_module(module), name) if _is_found(module, name) else None
    except (ImportError, AttributeError):
        found = None
    if found is None or getattr(found, "__module__", "") != module:
        raise DataError(f"no check is called {text}")
    return found
