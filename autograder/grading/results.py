"""Grades as data, and their documented JSON form."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.assessment.compiled import CompiledCase
from autograder.assessment.entry import Entry
from autograder.assessment.misconception import Misconception
from autograder.assessment.verdict import Outcome, Verdict

__all__ = ["SCHEMA", "CaseGrade", "ExerciseGrade", "Grade"]

SCHEMA = 1


@dataclass(frozen=True)
class CaseGrade:
    """One case's outcome, and what the student printed in it."""

    case: CompiledCase
    outcome: Outcome
    output: str = ""

    @property
    def label(self) -> str:
        """The case's label."""
        return self.case.label


@dataclass(frozen=True)
class ExerciseGrade:
    """One exercise's verdict, score and explanation."""

    exercise: Entry
    verdict: Verdict
    score: float = 0.0
    cases: tuple[CaseGrade, ...] = ()
    total: int = 0
    message: str = ""
    shown: CaseGrade | None = None
    misconception: Misconception | None = None
    hint: str = ""
    repair_first: tuple[str, ...] = ()  # ids of failing exercises that this one calls
    of_file: tuple[str, ...] = ()  # why the whole file could not run, in a few lines; the same for all its exercises

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(case.outcome.verdict is Verdict.PASSED for case in self.cases)

    @property
    def repair_text(self) -> str:
        """Which other exercise to repair first, in one line; empty where none is to blame."""
        if not self.repair_first:
            return ""
        names = " and ".join(f"`{each.removeprefix(f'{self.exercise.unit}.')}`" for each in self.repair_first[:3])
        pronoun = "it" if len(self.repair_first) == 1 else "them"
        return f"repair {names} first: this answer calls {pronoun}, and may be right itself"

    def as_json(self) -> dict[str, Any]:
        """The documented form."""
        return {
            "id": self.exercise.id,
            "verdict": self.verdict.value,
            "score": self.score,
            "max_score": float(self.exercise.points),
            "cases_passed": self.passed,
            "cases": self.total,
            "message": self.message,
            "misconception": f"{self.exercise.name}-{self.misconception.name}" if self.misconception else None,
            "hint": self.hint or self.repair_text,
        }


@dataclass
class Grade:
    """A submission's grade."""

    submission: str
    sandbox: str
    exercises: list[ExerciseGrade] = field(default_factory=list)
    notes: Sequence[str] = ()

    @property
    def score(self) -> float:
        """The sum of the exercises' scores."""
        return math.fsum(exercise.score for exercise in self.exercises)

    @property
    def max_score(self) -> float:
        """What could be reached."""
        return math.fsum(exercise.exercise.points for exercise in self.exercises)

    def as_json(self) -> dict[str, Any]:
        """The documented form, version first."""
        return {
            "schema": SCHEMA,
            "submission": self.submission,
            "sandbox": self.sandbox,
            "score": self.score,
            "max_score": self.max_score,
            "notes": list(self.notes),
            "exercises": [exercise.as_json() for exercise in self.exercises],
        }
