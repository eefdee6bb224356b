"""The check that the training exercises share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.checks import Check, Property, Value
from autograder.compare import Difference, Truth

__all__ = ["TruthUnlessSeeded"]


@dataclass(frozen=True)
class TruthUnlessSeeded:
    """Without a `seed` the result equals the truth; with one the order is free, and properties are checked.

    Args:
        problem: `problem(got, **inputs)` as for `Property`.
    """

    problem: Callable[..., str | None]

    def difference(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Difference | None:
        """What is wrong with a result, or None."""
        return self._check(inputs).difference(got, truth, inputs)

    def alike(self, got: Any, other: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """Whether two results are wrong in the same way."""
        return self._check(inputs).alike(got, other, truth, inputs)

    def _check(self, inputs: Mapping[str, Any]) -> Check:
        return Value() if inputs["seed"] is None else Property(self.problem)
