"""Wrong answers as students write them, one module per unit or, as `<unit>__<what>`, several; none was written with the misconceptions at hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Mistake"]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer.

    Args:
        exercise: the function or class that it answers.
        wrong: the answer.
        named: the misconception that it is diagnosed as; None where it has no name.
    """

    exercise: str
    wrong: Callable[..., Any]
    named: str | None = None
