"""Turn a worker's answer to one case into an outcome."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from autograder.assessment.compare import number
from autograder.assessment.compiled import CaseKind, CompiledCase, CompiledExercise
from autograder.assessment.verdict import Frame, Kind, Outcome, Own, Verdict, missing_unit, unfinished
from autograder.execution.answers import Answer, Places, Raised
from autograder.worker.wire import Opaque, Rng

__all__ = ["PASSED", "call_text", "judge"]

#: Executed lines may grow by this much from size n to 4n before code counts as looping over its elements.
GROWTH = 1.5
GROWTH_SLACK = 20
PASSED = Outcome(Verdict.PASSED)


def call_text(exercise: CompiledExercise, case: CompiledCase) -> str:
    """The call as the student would write it: arrays and lists by their name, plain values in full."""
    if case.kind is CaseKind.GROWTH:
        return exercise.name
    if exercise.scenario is not None:
        return f"{exercise.name} [{case.label}]"
    parts = [name if _by_name(value) else f"{name}={_plain(value)}" for name, value in case.inputs.items()]
    return f"{exercise.name}({', '.join(parts)})"


def judge(exercise: CompiledExercise, case: CompiledCase, answer: Answer, own: Own | None = None) -> Outcome:
    """Judge one answer.

    Args:
        exercise: what was asked.
        case: the input, and what is expected.
        answer: what came from the worker.
        own: where the exercise's own definition stands; a loop is looked for there first.
    """
    if case.kind is CaseKind.GROWTH:
        return _judge_growth(exercise, answer, own)
    if answer.raised is not None:
        return _judge_exception(exercise, case, answer.raised)
    if case.raises is not None:
        return _failed(Kind.RAISES, f"raised nothing, want a ValueError that names `{case.raises}`")
    if changed := [name for name in answer.changed if name in case.inputs]:
        return _failed(Kind.MUTATED, f"changes its argument `{changed[0]}`, which belongs to the caller")
    if (difference := exercise.check.difference(answer.value, case.truth, case.known)) is not None:
        return _failed(Kind.of_check(difference.kind), difference.text)
    if exercise.returns_new and (shared := [name for name in answer.shared if name in case.inputs]):
        return _failed(Kind.ALIASED, f"returns memory of its argument `{shared[0]}`, want a new array")
    return PASSED


def _failed(kind: Kind, text: str, frames: tuple[Frame, ...] = (), exception: str = "") -> Outcome:
    return Outcome(Verdict.FAILED, kind, text, exception, frames)


def _judge_growth(exercise: CompiledExercise, answer: Answer, own: Own | None) -> Outcome:
    """Judge the lines executed on an input of size n and on one of size 4n."""
    if (error := answer.raised) is not None:
        if "NotImplementedError" in error.bases:
            return unfinished(exercise.id, exercise.id)
        return _failed_import(error) or _crash(error)
    if len(answer.lines) != 2 or min(answer.lines) < 1:
        return _failed(Kind.LOOPS, "the executed lines could not be counted")
    first, second = answer.lines
    if second <= GROWTH * first + GROWTH_SLACK:
        return PASSED
    small, large = answer.places
    place = _growing(small, large, own)
    text = f"loops over elements{place}: {first} lines run for size n, {second} for 4n; use array operations"
    return _failed(Kind.LOOPS, text)


def _growing(small: Places, large: Places, own: Own | None) -> str:
    """Where the lines are that run more often for the larger size: in the exercise itself, if there are any."""
    growth = {place: count - small.get(place, 0) for place, count in large.items()}
    growing = {place: more for place, more in growth.items() if more > GROWTH_SLACK}
    inside = {place: more for place, more in growing.items() if own and place[0] == own[0] and place[1] in own[1]}
    if not growing:
        return ""
    file, line = max(inside or growing, key=lambda place: (growing[place], -place[1]))
    return f" at line {line} of {_short(file)}"


def _judge_exception(exercise: CompiledExercise, case: CompiledCase, error: Raised) -> Outcome:
    if "NotImplementedError" in error.bases:
        return unfinished(exercise.id, error.message)
    if (blocked := _failed_import(error)) is not None:
        return blocked
    if case.raises is not None:
        return _judge_refusal(case.raises, error)
    if "ValueError" in error.bases and "read-only" in error.message:
        return _failed(Kind.MUTATED, "changes its argument, which belongs to the caller", _frames(error))
    return _crash(error)


def _judge_refusal(argument: str, error: Raised) -> Outcome:
    """Of bad input: a ValueError that names the argument."""
    if "ValueError" not in error.bases:
        crash = _crash(error)
        what = crash.text if crash.frames else "raised nothing"
        text = f"{what}; want a ValueError that names `{argument}`"
        return _failed(Kind.RAISES, text, crash.frames, crash.exception)
    if not re.search(rf"\b{re.escape(argument)}\b", error.message):
        text = f"raised ValueError({_short(error.message)!r}), whose text should name `{argument}`"
        return _failed(Kind.RAISES, text, exception=_short(error.type, 80))
    return PASSED


def _failed_import(error: Raised) -> Outcome | None:
    """Blocked, for a function that imports an earlier unit when it is called."""
    return missing_unit(error.message) if "ImportError" in error.bases else None


def _crash(error: Raised) -> Outcome:
    kind, message = _short(error.type, 80), _short(error.message)
    frames = _frames(error)
    place = f" (line {frames[-1][1]} of {frames[-1][0]})" if frames else ""
    text = f"raised {kind}{': ' if message else ''}{message}{place}"
    return Outcome(Verdict.CRASHED, Kind.RAISED, text, kind, frames)


def _frames(error: Raised) -> tuple[Frame, ...]:
    return tuple((_short(file, 200), line, _short(name, 80)) for file, line, name in error.frames)


def _short(text: str, limit: int = 160) -> str:
    line = "".join(character if character.isprintable() else "\ufffd" for character in " ".join(text.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _by_name(value: object) -> bool:
    return isinstance(value, (np.ndarray, Rng, Opaque, dict)) or (
        isinstance(value, (list, tuple)) and len(str(value)) > 40
    )


def _plain(value: Any) -> str:
    return number(value) if isinstance(value, (float, np.generic)) else repr(value)
