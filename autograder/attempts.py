"""Which exercises of a unit a submission attempts, and why it does not attempt the others: from its source alone."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from autograder.judge import Outcome, unfinished
from autograder.source import SourceFacts, read_source, stub_message
from autograder.submission import Submission, UnitSource

__all__ = ["Attempts"]


class Attempts:
    """What a submission's file of one unit has of the unit's exercises; it is read, not executed.

    Args:
        unit: the unit's name, as in the file names.
        names: of its exercises.
        submission: the student's files.
    """

    def __init__(self, unit: str, names: Sequence[str], submission: Submission) -> None:
        """Read the file."""
        self._unit, self._names, self._submission = unit, names, submission
        self.source: UnitSource | None = submission.units.get(unit)
        self.facts: SourceFacts = read_source(self.source.chunks if self.source else ())

    def is_attempted(self, name: str) -> bool:
        """Whether there is anything to run."""
        if self.source is None:
            return False
        definition = self.facts.definitions.get(name)
        if definition is not None:
            return stub_message(definition[1]) is None
        broken = self.facts.problem is not None and (not self.source.tolerant or name in self.facts.broken)
        return broken or name in self.facts.bound

    def why_not(self, name: str) -> Outcome:
        """Not defined, a stub, or a stub that waits for another exercise."""
        if self.source is None:
            problems = " ".join(self._submission.problems.values())
            return Outcome("not_attempted", "missing", problems or f"no file for {self._unit}")
        definition = self.facts.definitions.get(name)
        if definition is None:
            text = f"{name} is not defined in {self.source.path}"
            return Outcome("not_attempted", "missing", text + self._near_miss(name))
        return unfinished(f"{self._unit.partition('_')[2]}.{name}", stub_message(definition[1]) or "")

    def _near_miss(self, name: str) -> str:
        """A question about a definition that is named nearly like the exercise."""
        others = [other for other in self.facts.definitions if other not in self._names]
        near = difflib.get_close_matches(name, others, n=1, cutoff=0.8)
        return f"; is it meant by {near[0]}?" if near else ""
