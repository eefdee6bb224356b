"""Compile assessments: evaluate what authors wrote, once, into one file per unit. Needs a checkout, and torch.

A unit's file holds its public cases; another of the same form the hidden cases of a seed; a third a reserve of further
draws. The same sources give the same bytes on the same machine; on another one, truths differ in their last digits.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import inspect
import io
import json
import os
import platform
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assessment.case import Case
from autograder.assessment.compare import Truth
from autograder.assessment.compiled import (
    CompiledCase,
    CompiledExercise,
    Record,
    Scenario,
    case_as_data,
    check_as_data,
    record_as_data,
)
from autograder.assessment.exercise import Exercise
from autograder.assessment.packing import pack_tree
from autograder.assessment.sources import source_hash
from autograder.assessment.unitfile import SCHEMA
from autograder.authoring.local import answer_locally
from autograder.authoring.units import AuthoredUnit
from autograder.execution.answers import Answer
from autograder.grading.judge import judge
from autograder.truth.oracle import compute

__all__ = [
    "RESERVE_DRAWS",
    "answers_of",
    "build_hidden",
    "build_public",
    "build_reserve",
    "compile_cases",
    "compiled",
    "compiled_public",
    "record_of",
    "request_of",
    "write_file",
    "wrong_records",
]

#: Sizes of the inputs on which lines are counted: this, and four times as much.
GROWTH_SIZE = 40
#: Of large arrays, on which lines are counted, so many numbers are kept, over and over.
_PERIOD = 251
#: So many further draws of each generator are kept in reserve.
RESERVE_DRAWS = 20
#: As long as they take no more than this, but never fewer than this many.
_RESERVE_BYTES, _FEWEST_DRAWS = 1 << 20, 3
_LIBRARIES = ("numpy", "torch", "scikit-learn")
#: Zip archives know no earlier time.
_TIME = (1980, 1, 1, 0, 0, 0)


def build_public(unit: AuthoredUnit) -> bytes:
    """A unit's own file: its public cases. Raises CatalogError, DataError, OracleError."""
    return _archive(unit, [compiled_public(unit, exercise) for exercise in unit.exercises])


def compiled_public(unit: AuthoredUnit, exercise: Exercise) -> CompiledExercise:
    """An exercise with its public cases. Raises CatalogError, OracleError."""
    cases = compile_cases(unit, exercise, exercise.public_cases())
    if exercise.vectorized is not None:
        small, large = (_repeating(exercise.vectorized(size)) for size in (GROWTH_SIZE, 4 * GROWTH_SIZE))
        cases.append(CompiledCase("vectorized", small, larger=large))
    return compiled(unit, exercise, cases)


def build_hidden(unit: AuthoredUnit, secret: str, device: str = "cpu") -> bytes:
    """The file of the hidden cases of a seed.

    Args:
        unit: the unit.
        secret: the instructor's seed.
        device: where truths are computed.

    Raises:
        CatalogError, DataError, OracleError: as for the public cases.
    """
    return _archive(
        unit,
        [
            compiled(unit, exercise, compile_cases(unit, exercise, exercise.hidden_cases(secret), device))
            for exercise in unit.exercises
        ],
    )


def build_reserve(unit: AuthoredUnit) -> bytes:
    """The file of a unit's reserve: further draws with their truths, from which checkpoints and re-checks take."""
    return _archive(unit, [_reserve_of(unit, exercise) for exercise in unit.exercises])


def _reserve_of(unit: AuthoredUnit, exercise: Exercise) -> CompiledExercise:
    """Of an exercise with large inputs fewer draws are kept, but some."""
    kept: list[CompiledCase] = []
    size = draws = 0
    for cases in exercise.reserve_cases(RESERVE_DRAWS):
        if size > _RESERVE_BYTES and draws >= _FEWEST_DRAWS:
            break
        kept += compile_cases(unit, exercise, cases)
        size, draws = sum(sum(map(len, pack_tree(case_as_data(case)))) for case in kept), draws + 1
    return replace(compiled(unit, exercise, kept), misconceptions=())


def compile_cases(
    unit: AuthoredUnit, exercise: Exercise, cases: Iterable[Case], device: str = "cpu"
) -> list[CompiledCase]:
    """Cases with their truths, complete with the upstream gradients that the oracle drew. Raises OracleError."""
    return [_compiled_case(case, compute(unit.name, exercise, case, device)) for case in cases]


def compiled(unit: AuthoredUnit, exercise: Exercise, cases: Sequence[CompiledCase]) -> CompiledExercise:
    """An exercise as it is graded, on these cases; what its misconceptions answer is found when it is asked for."""
    made = CompiledExercise(
        unit=unit.slug,
        name=exercise.name,
        points=float(exercise.points),
        cases=tuple(cases),
        check=exercise.check,
        statement=inspect.getdoc(unit.model(exercise).right) or "",
        hints=list(exercise.hints),
        misconceptions=tuple(replace(each, recipe=None) for each in exercise.misconceptions),
        scenario=_scenario(exercise),
        requires=list(exercise.requires),
        parts=list(exercise.parts),
        returns_new=exercise.returns_new,
        forbids=list(exercise.forbids),
        seconds=exercise.seconds,
    )
    return replace(made, read_wrong=lambda: wrong_records(unit, exercise, made))


def wrong_records(unit: AuthoredUnit, exercise: Exercise, made: CompiledExercise) -> Mapping[str, Sequence[Record]]:
    """What each misconception answers to each case. Raises CatalogError."""
    model = unit.model(exercise)
    return {
        each.name: [record_of(made, case, answer) for case, answer in answers_of(exercise, made, model.wrong(each))]
        for each in exercise.misconceptions
    }


def answers_of(
    exercise: Exercise, made: CompiledExercise, subject: Callable[..., Any], *, growth: bool = False
) -> list[tuple[CompiledCase, Answer]]:
    """What code of ours answers to the cases, those of growth only where they are wanted."""
    return [
        (case, answer_locally(exercise.name, subject, exercise.scenario, request_of(case)))
        for case in made.cases
        if growth or case.larger is None
    ]


def request_of(case: CompiledCase) -> dict[str, Any]:
    """What a worker is sent."""
    larger = None if case.larger is None else dict(case.larger)
    return {"inputs": dict(case.inputs), "readonly": case.readonly, "larger": larger}


def record_of(exercise: CompiledExercise, case: CompiledCase, answer: Answer) -> Record:
    """What to keep of a wrong version's answer."""
    outcome = judge(exercise, case, answer)
    place = answer.raised.frames[-1][2] if answer.raised and answer.raised.frames else ""
    kept = None
    if outcome.verdict.is_failure and answer.raised is None:
        kept = exercise.check.evidence(answer.value, case.truth, case.known)
    return Record(outcome.verdict, outcome.kind, outcome.exception, place, kept)


def write_file(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file as a whole or not at all, readable from the start by those alone who may."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "wb") as stream:
        stream.write(data)
    os.replace(partial, path)


def _compiled_case(case: Case, truth: Truth) -> CompiledCase:
    """The inputs that the oracle drew come first, as in `f_backward(grad_output, …)`."""
    return CompiledCase(
        case.label,
        {**(truth.extra or {}), **case.inputs},
        replace(truth, extra=None),
        raises=case.raises,
        readonly=case.readonly,
        hidden=case.hidden,
        withheld=case.withheld,
    )


def _repeating(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs of the same sizes whose large arrays repeat themselves: only lines are counted, and files stay small."""
    return {name: _repeated(value) for name, value in inputs.items()}


def _repeated(value: Any) -> Any:
    if not isinstance(value, np.ndarray) or value.size <= 4 * _PERIOD or value.dtype.kind not in "fu":
        return value
    return np.resize(value.ravel()[:_PERIOD], value.shape)


def _scenario(exercise: Exercise) -> Scenario | None:
    if exercise.scenario is None:
        return None
    return Scenario(exercise.scenario.__name__, exercise.scenario_source(), exercise.takes_device)


def _archive(unit: AuthoredUnit, exercises: Sequence[CompiledExercise]) -> bytes:
    members: dict[str, bytes] = {}
    for exercise in exercises:
        members |= _pair(exercise.name, _body(exercise))
        if exercise.misconceptions:
            records = {name: [record_as_data(each) for each in rows] for name, rows in exercise.wrong.items()}
            members |= _pair(f"{exercise.name}.wrong", records)
    head = {
        "schema": SCHEMA,
        "unit": unit.name,
        "sources": source_hash(unit.root, unit.name),
        "content": _content_hash(members),
        "made_with": {"python": platform.python_version(), **_versions()},
        "exercises": [_head(exercise) for exercise in exercises],
    }
    text = json.dumps(head, ensure_ascii=False, indent=1)
    return _zipped({"unit.json": text.encode(), **members})


def _head(exercise: CompiledExercise) -> dict[str, Any]:
    return {
        "name": exercise.name,
        "points": exercise.points,
        "cases": len(exercise.cases),
        "misconceptions": len(exercise.misconceptions),
        "requires": list(exercise.requires),
    }


def _body(exercise: CompiledExercise) -> dict[str, Any]:
    scenario = exercise.scenario
    return {
        "statement": exercise.statement,
        "hints": exercise.hints,
        "check": check_as_data(exercise.check),
        "scenario": [scenario.name, scenario.source, scenario.takes_device] if scenario else None,
        "requires": exercise.requires,
        "parts": exercise.parts,
        "returns_new": exercise.returns_new,
        "forbids": exercise.forbids,
        "seconds": exercise.seconds,
        "misconceptions": [[each.name, each.belief, each.question] for each in exercise.misconceptions],
        "cases": [case_as_data(case) for case in exercise.cases],
    }


def _pair(name: str, value: Any) -> dict[str, bytes]:
    text, block = pack_tree(value)
    return {f"{name}.json": text.encode(), f"{name}.bin": block}


def _content_hash(members: Mapping[str, bytes]) -> str:
    found = hashlib.blake2b(digest_size=16)
    for name, data in members.items():
        found.update(f"{name}\0{len(data)}\0".encode())
        found.update(data)
    return found.hexdigest()


def _versions() -> dict[str, str]:
    """Of the libraries that are installed: not every unit needs them all."""
    installed = {name: _version(name) for name in _LIBRARIES}
    return {name: version for name, version in installed.items() if version}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name).partition("+")[0]
    except importlib.metadata.PackageNotFoundError:
        return ""


def _zipped(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, _TIME), data, zipfile.ZIP_DEFLATED, compresslevel=9)
    return stream.getvalue()
