"""Wrong answers as beginners write them, a module per unit or several: `MISTAKES`, a list of its mistakes.

They were written from the exercises' statements, and many known misconceptions were found by them. So the share that is
named says nothing about mistakes that nobody foresaw; what counts is that none is accepted, and none named falsely.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Mistake"]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer to an exercise, and the one name that is true of it.

    Args:
        exercise: the exercise's name.
        wrong: the wrong function or class.
        named: the misconception that must be found; None where no name may be given.
    """

    exercise: str
    wrong: Callable[..., Any]
    named: str | None = None
