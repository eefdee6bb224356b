"""What can become of a case and of an exercise, and what can be wrong with an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Frame", "Kind", "Outcome", "Own", "Verdict", "missing_unit", "unfinished"]

#: The file in which a definition stands, and its lines.
Own = tuple[str, range]
#: A file of the student's, a line of it, and the function that the line is in.
Frame = tuple[str, int, str]
#: What Python says when a unit builds on an earlier one that was not handed in, or on a name that is not in it.
_MISSING_UNIT = re.compile(r"(?:No module named|cannot import name '(\w+)' from) '(?:\w+\.)?(u\d\d_\w+)'")


class Verdict(StrEnum):
    """What became of a case, or of an exercise."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_ATTEMPTED = "not_attempted"
    BLOCKED = "blocked"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"

    @property
    def is_failure(self) -> bool:
        """Whether something was tried and is wrong: not passed, not waiting for anything."""
        return self in (Verdict.FAILED, Verdict.CRASHED, Verdict.TIMED_OUT)

    @property
    def words(self) -> str:
        """As a person reads it."""
        return self.value.replace("_", " ")


class Kind(StrEnum):
    """What is wrong with an answer."""

    NOTHING = ""
    NONE = "none"  # nothing was returned
    TYPE = "type"
    SHAPE = "shape"
    DTYPE = "dtype"
    FINITE = "finite"
    VALUE = "value"
    PROPERTY = "property"  # whatever else a check looks at
    SEED = "seed"  # draws do not depend on the generator, or on something else
    REPEATS = "repeats"
    BOUNDS = "bounds"
    MEAN = "mean"
    STD = "std"
    DISTRIBUTION = "distribution"
    RAISES = "raises"  # bad input is not refused as asked
    RAISED = "raised"  # the student's code raised an exception
    MUTATED = "mutated"
    ALIASED = "aliased"
    LOOPS = "vectorized"
    FORBIDDEN = "forbidden"
    SYNTAX = "syntax"
    IMPORT = "import"
    MISSING = "missing"
    BLOCKED = "blocked"
    NOT_ATTEMPTED = "not_attempted"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"  # the process ended

    @classmethod
    def of_check(cls, name: str) -> Kind:
        """The kind that a check calls by this name; a property of its own where it is none of these."""
        return cls(name) if name in cls._value2member_map_ else cls.PROPERTY


@dataclass(frozen=True)
class Outcome:
    """What became of one case.

    Args:
        verdict: the verdict.
        kind: what is wrong.
        text: one line about it, for the student.
        exception: the type of the exception that was raised, where one was.
        frames: where it was raised, the student's own frames only.
    """

    verdict: Verdict
    kind: Kind = Kind.NOTHING
    text: str = ""
    exception: str = ""
    frames: tuple[Frame, ...] = ()


def unfinished(identifier: str, message: str) -> Outcome:
    """Of an exercise's id: not attempted, or blocked by the exercise whose id the message is."""
    is_other = re.fullmatch(r"[a-z_0-9]{1,60}\.\w{1,60}", message) is not None and message != identifier
    if is_other:
        return Outcome(Verdict.BLOCKED, Kind.BLOCKED, f"needs {message}, which is not attempted yet")
    return Outcome(Verdict.NOT_ATTEMPTED, Kind.NOT_ATTEMPTED, "not attempted")


def missing_unit(message: str) -> Outcome | None:
    """Blocked by an earlier unit, where the message of a failed import says that it, or a name of it, is not there."""
    found = _MISSING_UNIT.search(message[:200])
    if found is None:
        return None
    needed = f"{found[1]} of {found[2]}" if found[1] else found[2]
    return Outcome(Verdict.BLOCKED, Kind.BLOCKED, f"needs {needed}, which is not there")
