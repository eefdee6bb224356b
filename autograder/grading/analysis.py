"""What a submission's file of one unit has of the unit's exercises: told from its source alone, read once."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from autograder.assessment.verdict import Kind, Outcome, Own, Verdict, unfinished
from autograder.submissions.load import Chunk, Submission, UnitSource
from autograder.submissions.source import SourceFacts, forbidden_use, read_source, stub_message

__all__ = ["FileAnalysis"]


class FileAnalysis:
    """A unit's file as a student handed it in.

    Args:
        unit: the unit's name, as in the file names.
        names: of its exercises.
        submission: the student's files.
    """

    def __init__(self, unit: str, names: Sequence[str], submission: Submission) -> None:
        """Read the file; it is not executed."""
        self._unit, self._names, self._submission = unit, names, submission
        self._slug = unit.partition("_")[2]
        self.source: UnitSource | None = submission.units.get(unit)
        self._facts: SourceFacts = read_source(self.source.chunks if self.source else ())
        self._with_helpers: SourceFacts | None = None

    @property
    def syntax_problem(self) -> tuple[str, ...]:
        """Where Python stopped reading the file, and why, in a few lines; empty where it did not."""
        problem = self._facts.problem
        return (problem.text, *problem.lines) if problem else ()

    def is_attempted(self, name: str) -> bool:
        """Whether there is anything to run."""
        if self.source is None:
            return False
        definition = self._facts.definitions.get(name)
        if definition is not None:
            return stub_message(definition[1]) is None
        broken = self._facts.problem is not None and (not self.source.tolerant or name in self._facts.broken)
        return broken or name in self._facts.bound

    def why_not(self, name: str) -> Outcome:
        """Not defined, a stub, or a stub that waits for another exercise."""
        if self.source is None:
            problems = " ".join(self._submission.problems.values())
            return Outcome(Verdict.NOT_ATTEMPTED, Kind.MISSING, problems or f"no file for {self._unit}")
        definition = self._facts.definitions.get(name)
        if definition is None:
            text = f"{name} is not defined in {self.source.path}"
            return Outcome(Verdict.NOT_ATTEMPTED, Kind.MISSING, text + self._near_miss(name))
        return unfinished(f"{self._slug}.{name}", stub_message(definition[1]) or "")

    def obstacle(self, name: str, forbids: Sequence[str]) -> Outcome | None:
        """Why an exercise cannot be run, as far as the source tells: a syntax error, a forbidden tool."""
        problem, source = self._facts.problem, self.source
        if problem is not None and (source is None or not source.tolerant or name not in self._facts.bound):
            return Outcome(Verdict.CRASHED, Kind.SYNTAX, problem.text)
        if (used := forbidden_use(self._facts_with_helpers(), name, forbids) if forbids else None) is not None:
            chunk, line, what = used
            text = f"`{what}` is not allowed in {name} ({chunk.name}, line {line})"
            return Outcome(Verdict.FAILED, Kind.FORBIDDEN, text)
        return None

    def lines_of(self, name: str) -> Own | None:
        """The file in which an exercise is defined, and its lines."""
        return self._facts.lines_of(name)

    def called_ids(self, name: str) -> frozenset[str]:
        """Ids of the exercises that a definition may call, directly or through others."""
        called = self._facts.calls(name)
        return frozenset(each if "." in each else f"{self._slug}.{each}" for each in called)

    def _facts_with_helpers(self) -> SourceFacts:
        """The file together with the helper modules of the submission."""
        if self._with_helpers is None:
            helpers = [Chunk(f"{name}.py", text) for name, text in self._submission.modules.items()]
            self._with_helpers = read_source([*helpers, *(self.source.chunks if self.source else ())])
        return self._with_helpers

    def _near_miss(self, name: str) -> str:
        """A question about a definition that is named nearly like the exercise."""
        others = [other for other in self._facts.definitions if other not in self._names]
        near = difflib.get_close_matches(name, others, n=1, cutoff=0.8)
        return f"; did you mean {near[0]}?" if near else ""
