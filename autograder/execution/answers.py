"""What a worker sends back, parsed once: untrusted messages in, frozen values of bounded size out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.assessment.verdict import Frame
from autograder.worker.wire import WireError

__all__ = ["Answer", "Loaded", "Raised", "parse_answer", "parse_loaded"]

#: Caps: names of a file's functions, names of arguments, bases of an exception, frames, busiest lines.
MAX_NAMES, MAX_ARGUMENTS, MAX_BASES, MAX_FRAMES, MAX_PLACES = 20_000, 100, 50, 8, 50
MAX_NAME, MAX_FILE, MAX_MESSAGE, MAX_OUTPUT = 200, 200, 2_000, 10_000
_MAX_COUNT, _MAX_LINE = 1 << 53, 1 << 31
#: How often lines ran: by file and line.
Places = Mapping[tuple[str, int], int]


@dataclass(frozen=True)
class Raised:
    """An exception: its type, its bases, its text, and the student's own frames."""

    type: str
    bases: tuple[str, ...]
    message: str
    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class Answer:
    """A worker's answer to one case.

    Args:
        value: the result.
        raised: the exception in its place.
        changed: the arguments that were changed.
        shared: the arguments whose memory the result shares.
        lines: where lines are counted, how many ran on the input and on the larger one; -1 where nobody knows.
        places: how often the busiest lines ran then.
        output: what was printed.
    """

    value: Any = None
    raised: Raised | None = None
    changed: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    places: Sequence[Places] = field(default_factory=tuple)
    output: str = ""


@dataclass(frozen=True)
class Loaded:
    """How executing the student's file went: what can be called in it, and what stopped it."""

    names: frozenset[str]
    problem: Raised | None


def parse_answer(message: Mapping[str, Any]) -> Answer:
    """Read the answer to a case. Raises WireError where it is not of the form that workers send."""
    output = _text(message.get("output", ""), MAX_OUTPUT)
    if "error" in message:
        return Answer(raised=_raised(message["error"]), output=output)
    if "lines" in message:
        lines = tuple(_whole(each, -1, _MAX_COUNT) for each in _items(message["lines"], 2))
        return Answer(lines=lines, places=tuple(map(_places, _items(message.get("places"), 2))), output=output)
    if "value" not in message:
        raise WireError("an answer without a value")
    changed, shared = (_texts(message.get(key), MAX_ARGUMENTS, MAX_NAME) for key in ("changed", "shared"))
    return Answer(message["value"], changed=changed, shared=shared, output=output)


def parse_loaded(message: Mapping[str, Any]) -> Loaded:
    """Read how loading went. Raises WireError."""
    problem = message.get("problem")
    names = frozenset(_texts(message.get("names"), MAX_NAMES, MAX_NAME))
    return Loaded(names, None if problem is None else _raised(problem))


def _raised(value: Any) -> Raised:
    if not isinstance(value, dict):
        raise WireError("an exception of the wrong form")
    kind, message = _text(value.get("type"), MAX_NAME), _text(value.get("message"), MAX_MESSAGE)
    frames = tuple(map(_frame, _items(value.get("frames"), MAX_FRAMES)))
    return Raised(kind, _texts(value.get("bases"), MAX_BASES, MAX_NAME), message, frames)


def _frame(value: Any) -> Frame:
    if not isinstance(value, tuple) or len(value) != 3:
        raise WireError("a frame of the wrong form")
    file, line, name = value
    return _text(file, MAX_FILE), _whole(line, 0, _MAX_LINE), _text(name, MAX_NAME)


def _places(value: Any) -> Places:
    found: dict[tuple[str, int], int] = {}
    for each in _items(value, MAX_PLACES):
        match each:
            case ((str(file), int(line)), int(count)):
                found[_text(file, MAX_FILE), _whole(line, 0, _MAX_LINE)] = _whole(count, 0, _MAX_COUNT)
            case _:
                raise WireError("a place of the wrong form")
    return found


def _texts(value: Any, most: int, longest: int) -> tuple[str, ...]:
    return tuple(_text(each, longest) for each in _items(value, most))


def _items(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise WireError("a list of the wrong form or length")
    return value


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise WireError("a text of the wrong form")
    return value[:longest]


def _whole(value: Any, least: int, limit: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < limit:
        raise WireError("a number of the wrong form or size")
    return value
