"""Turn a worker's answer to one case into an outcome. Everything in an answer is untrusted data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise
from autograder.compare import Truth, number
from autograder.wire import Opaque, Rng

__all__ = ["Outcome", "call_text", "judge", "judge_growth", "missing_unit", "unfinished"]

#: Executed lines may grow by this much from size n to 4n before code counts as looping over its elements.
GROWTH = 1.5
GROWTH_SLACK = 20
#: The file in which a definition stands, and its lines.
Own = tuple[str, range]
#: What Python says when a unit builds on an earlier one that was not handed in, or on a name that is not in it.
_MISSING_UNIT = re.compile(r"(?:No module named|cannot import name '(\w+)' from) '(?:\w+\.)?(u\d\d_\w+)'")


@dataclass(frozen=True)
class Outcome:
    """What became of one case: a verdict, the kind of problem, one line about it, and the student's own frames."""

    verdict: str
    kind: str = ""
    text: str = ""
    frames: tuple[tuple[str, int, str], ...] = ()


PASSED = Outcome("passed")


def call_text(exercise: Exercise, case: Case) -> str:
    """The call as the student would write it: arrays and lists by their name, plain values in full."""
    if exercise.scenario is not None:
        return f"{exercise.name} [{case.label}]"
    parts = [name if _by_name(value) else f"{name}={_plain(value)}" for name, value in case.inputs.items()]
    return f"{exercise.name}({', '.join(parts)})"


def judge(exercise: Exercise, case: Case, truth: Truth, answer: Mapping[str, Any]) -> Outcome:
    """Judge one answer.

    Args:
        exercise: what was asked.
        case: the input, complete with what the oracle drew.
        truth: what is expected.
        answer: what came from the worker: `error`, or `value`, `changed` and `shared`.
    """
    if isinstance(answer.get("error"), dict):
        return _judge_error(exercise, case, answer["error"])
    if case.raises is not None:
        return Outcome("failed", "raises", f"raised nothing, want a ValueError that names `{case.raises}`")
    if changed := _names(answer.get("changed"), case):
        return Outcome("failed", "mutated", f"changes its argument `{changed[0]}`, which belongs to the caller")
    if (difference := exercise.check.difference(answer.get("value"), truth, case.known)) is not None:
        return Outcome("failed", difference.kind, difference.text)
    if exercise.returns_new and (shared := _names(answer.get("shared"), case)):
        return Outcome("failed", "aliased", f"returns memory of its argument `{shared[0]}`, want a new array")
    return PASSED


def judge_growth(small: Mapping[str, Any], large: Mapping[str, Any], own: Own | None = None) -> Outcome:
    """Judge the lines executed on an input of size n and on one of size 4n.

    Args:
        small: the worker's answer for size n: `lines`, and how often each of the busiest `places` ran.
        large: the same for size 4n.
        own: where the exercise's own definition stands; a loop is looked for there first.
    """
    for answer in (small, large):
        if isinstance(error := answer.get("error"), dict):
            if "NotImplementedError" in _bases(error):
                return Outcome("not_attempted", "not_attempted", "not attempted")
            return _failed_import(error) or _crash(error)
    counts = [answer.get("lines") for answer in (small, large)]
    if not all(isinstance(count, int) and 0 < count < 1 << 53 for count in counts):
        return Outcome("failed", "vectorized", "the executed lines could not be counted")
    first, second = int(str(counts[0])), int(str(counts[1]))
    if second <= GROWTH * first + GROWTH_SLACK:
        return PASSED
    place = _growing(_places(small), _places(large), own)
    text = f"loops over elements{place}: {first} lines run for size n, {second} for 4n; use array operations"
    return Outcome("failed", "vectorized", text)


def _places(answer: Mapping[str, Any]) -> dict[tuple[str, int], int]:
    """How often lines ran, as far as the answer says so in the right form."""
    found = {}
    for each in answer["places"] if isinstance(answer.get("places"), list) else ():
        match each:
            case ((str(file), int(line)), int(count)) if 0 < line < 1 << 31 and 0 < count < 1 << 53:
                found[file, line] = count
    return found


def _growing(small: Mapping[tuple[str, int], int], large: Mapping[tuple[str, int], int], own: Own | None) -> str:
    """Where the lines are that run more often for the larger size: in the exercise itself, if there are any."""
    growth = {place: count - small.get(place, 0) for place, count in large.items()}
    growing = {place: more for place, more in growth.items() if more > GROWTH_SLACK}
    inside = {place: more for place, more in growing.items() if own and place[0] == own[0] and place[1] in own[1]}
    if not growing:
        return ""
    file, line = max(inside or growing, key=lambda place: (growing[place], -place[1]))
    return f" at line {line} of {_short(file)}"


def _judge_error(exercise: Exercise, case: Case, error: Mapping[str, Any]) -> Outcome:
    bases = _bases(error)
    message = str(error.get("message", ""))
    if "NotImplementedError" in bases:
        return unfinished(exercise.id, message)
    if (blocked := _failed_import(error)) is not None:
        return blocked
    if case.raises is not None:
        if "ValueError" not in bases:
            crash = _crash(error)
            what = crash.text if crash.frames else "raised nothing"
            return Outcome("failed", "raises", f"{what}; want a ValueError that names `{case.raises}`", crash.frames)
        if not re.search(rf"\b{re.escape(case.raises)}\b", message):
            text = f"raised ValueError({_short(message)!r}), whose text should name `{case.raises}`"
            return Outcome("failed", "raises", text)
        return PASSED
    if "ValueError" in bases and "read-only" in message:
        return Outcome("failed", "mutated", "changes its argument, which belongs to the caller", _frames(error))
    return _crash(error)


def _bases(error: Mapping[str, Any]) -> list[str]:
    sent = error.get("bases")
    return [base for base in sent if isinstance(base, str)] if isinstance(sent, list) else []


def unfinished(identifier: str, message: str) -> Outcome:
    """Of an exercise's id: not attempted, or blocked by the exercise whose id the message is."""
    is_other = re.fullmatch(r"[a-z_0-9]{1,60}\.\w{1,60}", message) is not None and message != identifier
    if is_other:
        return Outcome("blocked", "blocked", f"needs {message}, which is not attempted yet")
    return Outcome("not_attempted", "not_attempted", "not attempted")


def missing_unit(message: str) -> Outcome | None:
    """Blocked by an earlier unit, where the message of a failed import says that it, or a name of it, is not there."""
    found = _MISSING_UNIT.search(message[:200])
    if found is None:
        return None
    needed = f"{found[1]} of {found[2]}" if found[1] else found[2]
    return Outcome("blocked", "blocked", f"needs {needed}, which is not there")


def _failed_import(error: Mapping[str, Any]) -> Outcome | None:
    """The same for a function that imports an earlier unit when it is called."""
    return missing_unit(str(error.get("message", ""))) if "ImportError" in _bases(error) else None


def _crash(error: Mapping[str, Any]) -> Outcome:
    kind, message = _short(str(error.get("type", "an error")), 80), _short(str(error.get("message", "")))
    frames = _frames(error)
    place = f" (line {frames[-1][1]} of {frames[-1][0]})" if frames else ""
    return Outcome("crashed", f"raised {kind}", f"raised {kind}{': ' if message else ''}{message}{place}", frames)


def _frames(error: Mapping[str, Any]) -> tuple[tuple[str, int, str], ...]:
    frames = error.get("frames")
    if not isinstance(frames, list):
        return ()
    whole = [frame for frame in frames if isinstance(frame, tuple) and len(frame) == 3]
    return tuple(
        (_short(str(file), 200), line, _short(str(name), 80))
        for file, line, name in whole
        if isinstance(line, int) and 0 <= line < 1 << 31
    )


def _names(value: object, case: Case) -> list[str]:
    if not isinstance(value, list):
        return []
    return [name for name in value if isinstance(name, str) and name in case.inputs]


def _short(text: str, limit: int = 160) -> str:
    line = "".join(character if character.isprintable() else "\ufffd" for character in " ".join(text.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _by_name(value: object) -> bool:
    return isinstance(value, (np.ndarray, Rng, Opaque, dict)) or (
        isinstance(value, (list, tuple)) and len(str(value)) > 40
    )


def _plain(value: object) -> str:
    return number(value) if isinstance(value, (float, np.generic)) else repr(value)
