"""What is known of an exercise without reading it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DataError", "Entry"]


class DataError(Exception):
    """A compiled assessment is missing, broken or out of date: one line."""


@dataclass(frozen=True)
class Entry:
    """What is known of an exercise without reading it."""

    unit: str
    name: str
    points: float
    cases: int
    misconceptions: int
    requires: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """`unit.name`, as everybody sees it."""
        return f"{self.unit}.{self.name}"
