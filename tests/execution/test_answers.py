"""A worker's messages are parsed once: what is not of the form that workers send is refused, whatever it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.execution.answers import Answer, Raised, parse_answer, parse_loaded
from autograder.worker.wire import Opaque, WireError, pack, unpack

ERROR = {"type": "TypeError", "bases": ["TypeError", "object"], "message": "odd", "frames": [("a.py", 3, "f")]}


def sent(message: dict[str, Any]) -> dict[str, Any]:
    """A message after its way over the wire."""
    received: dict[str, Any] = unpack(pack(message))
    return received


def test_a_value() -> None:
    """A value with what was changed, shared and printed."""
    got = parse_answer(sent({"value": 1.5, "changed": ["x"], "shared": [], "output": "hello"}))
    assert got == Answer(1.5, changed=("x",), output="hello")


def test_an_exception() -> None:
    """An exception by its type, bases, text and frames."""
    raised = Raised("TypeError", ("TypeError", "object"), "odd", (("a.py", 3, "f"),))
    assert parse_answer(sent({"error": ERROR, "output": ""})) == Answer(raised=raised)


def test_counted_lines() -> None:
    """Lines and the busiest places of two sizes."""
    got = parse_answer(sent({"lines": [5, -1], "places": [[(("a.py", 3), 4)], []]}))
    assert got == Answer(lines=(5, -1), places=({("a.py", 3): 4}, {}))


HOSTILE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "verdict": {"verdict": "passed", "score": 100},
    "error-is-text": {"error": "no"},
    "error-is-none": {"error": None},
    "error-is-empty": {"error": {}},
    "type-is-an-array": {"error": {**ERROR, "type": np.zeros(3)}},
    "bases-are-an-array": {"error": {**ERROR, "bases": np.zeros(2)}},
    "bases-hold-everything": {"error": {**ERROR, "bases": [{}, [], None, Opaque("x")]}},
    "many-bases": {"error": {**ERROR, "bases": ["x"] * 1000}},
    "message-is-a-list": {"error": {**ERROR, "message": [1]}},
    "frames-are-a-number": {"error": {**ERROR, "frames": 3}},
    "frames-of-anything": {"error": {**ERROR, "frames": [1, (1,), (np.zeros(2), 10**300, None)]}},
    "line-is-negative": {"error": {**ERROR, "frames": [("a.py", -1, "f")]}},
    "line-is-huge": {"error": {**ERROR, "frames": [("a.py", 10**30, "f")]}},
    "many-frames": {"error": {**ERROR, "frames": [("a.py", 1, "f")] * 9}},
    "changed-of-lists": {"value": 1, "changed": [["x"], {}, None], "shared": []},
    "changed-is-a-dict": {"value": 1, "changed": {"x": 1}, "shared": []},
    "shared-is-missing": {"value": 1, "changed": []},
    "many-changed": {"value": 1, "changed": ["x"] * 101, "shared": []},
    "output-is-an-array": {"value": 1, "changed": [], "shared": [], "output": np.zeros(3)},
    "lines-are-text": {"lines": ["5", "5"], "places": [[], []]},
    "lines-are-true": {"lines": [True, True], "places": [[], []]},
    "lines-are-huge": {"lines": [10**1000, 5], "places": [[], []]},
    "many-lines": {"lines": [1, 2, 3], "places": [[], []]},
    "no-places": {"lines": [5, 5]},
    "places-of-anything": {"lines": [5, 5], "places": [[5], [("a.py", 1)]]},
    "a-place-below-zero": {"lines": [5, 5], "places": [[(("a.py", -1), 9)], []]},
    "a-huge-count": {"lines": [5, 5], "places": [[(("a.py", 1), 10**30)], []]},
    "a-place-without-a-file": {"lines": [5, 5], "places": [[((1, 1), 9)], []]},
    "many-places": {"lines": [5, 5], "places": [[(("a.py", 1), 1)] * 51, []]},
}


@pytest.mark.parametrize("message", HOSTILE.values(), ids=HOSTILE)
def test_a_forged_answer_is_refused(message: dict[str, Any]) -> None:
    """Each is one error, so that the exercise crashes and nothing else does."""
    with pytest.raises(WireError):
        parse_answer(sent(message))


def test_long_texts_are_cut() -> None:
    """A name or message of any length is kept to its cap."""
    got = parse_answer(sent({"error": {**ERROR, "type": "T" * 9_000, "message": "m" * 90_000}, "output": "o" * 90_000}))
    assert got.raised is not None
    assert (len(got.raised.type), len(got.raised.message), len(got.output)) == (200, 2_000, 10_000)


@pytest.mark.parametrize(
    "message", [{}, {"names": 3}, {"names": [1]}, {"names": ["x"] * 20_001}, {"names": [], "problem": "no"}]
)
def test_a_forged_load_is_refused(message: dict[str, Any]) -> None:
    """The same for how a file loaded."""
    with pytest.raises(WireError):
        parse_loaded(sent(message))


def test_how_a_file_loaded() -> None:
    """What can be called, and what stopped it."""
    got = parse_loaded(sent({"names": ["relu", "elu"], "problem": ERROR}))
    assert got.names == {"relu", "elu"}
    assert got.problem is not None
    assert got.problem.type == "TypeError"
    assert parse_loaded(sent({"names": [], "problem": None})).problem is None
