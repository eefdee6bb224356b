"""What is fixed without a seed, and free in its order with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.assessment.checks import Check, Found, Property, Value
from autograder.assessment.compare import Difference, Truth

__all__ = ["TruthUnlessSeeded"]


@dataclass(frozen=True)
class TruthUnlessSeeded:
    """Without a `seed` the result equals the truth; with one the order is free, and properties are checked.

    Args:
        problem: `problem(got, **inputs)` as for `Property`.
    """

    problem: Callable[..., str | Found | None]

    def difference(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Difference | None:
        """What is wrong with a result, or None."""
        return self._check(inputs).difference(got, truth, inputs)

    def evidence(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Any:
        """What to keep of a wrong version's result."""
        return self._check(inputs).evidence(got, truth, inputs)

    def alike(self, got: Any, evidence: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """Whether a result is wrong in the same way."""
        return self._check(inputs).alike(got, evidence, truth, inputs)

    def _check(self, inputs: Mapping[str, Any]) -> Check:
        return Value() if inputs["seed"] is None else Property(self.problem)
