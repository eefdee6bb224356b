"""Checks: what is compared. The value itself, or a property where many results are right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol

import numpy as np

from autograder.assessment.compare import FLOOR, Difference, Truth, compare
from autograder.assessment.sketch import float_dtype, is_like, sketch

__all__ = ["Check", "Found", "Property", "Value"]

#: How close a result must be to that of a wrong version to be explained by it, relative to the size of the result.
LIKENESS = 1e-6


class Check(Protocol):
    """Judges the result of one case.

    A check is data: a frozen dataclass whose fields are plain values or functions at the top of a module of this
    package, so that it can be stored by name. It holds no answer.
    """

    def difference(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Difference | None:
        """What is wrong with a result, or None."""

    def evidence(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Any:
        """What to keep of a wrong version's result so that it can be recognised: plain values and arrays."""

    def alike(self, got: Any, evidence: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """Whether a result could have come from the wrong version that left this evidence."""


@dataclass(frozen=True)
class Value:
    """The result equals the truth.

    Args:
        tolerance: allowed error relative to the size of the result, where conditioning is not the reason for an error
            (central differences, a trained model); say why where it is used.
    """

    tolerance: float | None = None

    def difference(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Difference | None:
        """Compare with the truth."""
        return compare(got, truth if self.tolerance is None else _loosened(truth, self.tolerance))

    def evidence(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Any:
        """A sketch of the result."""
        return sketch(got)

    def alike(self, got: Any, evidence: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """Compare with the sketch: same form, same dtype, nearly the same numbers."""
        dtype = float_dtype(evidence) or truth.dtype
        # in single precision two orders of summation differ by more than LIKENESS
        tolerance = max(LIKENESS, FLOOR.get(dtype, 0.0), self.tolerance or 0.0)
        return is_like(got, evidence, tolerance, dtype)


@dataclass(frozen=True, eq=False)
class Found:
    """What a property's function found wrong.

    Args:
        key: what kind of mistake it is: results with different keys are not of the same wrong version.
        text: one line for the student.
        alike: an array that results of the same wrong version share almost everywhere; None where the key says enough.
    """

    key: str
    text: str
    alike: Any = None

    #: The share of `alike` that must agree.
    AGREEMENT: ClassVar[float] = 0.95

    def like(self, other: Found) -> bool:
        """Whether both could be of one wrong version."""
        if self.key != other.key:
            return False
        if self.alike is None or other.alike is None:
            return True
        same = np.shape(self.alike) == np.shape(other.alike)
        return same and bool(np.mean(np.asarray(self.alike) == np.asarray(other.alike)) >= self.AGREEMENT)


@dataclass(frozen=True)
class Property:
    """Many results are right; a function in the grader tells.

    Args:
        problem: `problem(got, **known)` returns what is wrong, or None; one line, or a `Found` where results of one
            wrong version differ in their numbers. It is given the inputs and what the case withholds. It must not
            trust `got`.
    """

    problem: Callable[..., str | Found | None]

    def difference(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Difference | None:
        """Ask the function."""
        found = self._find(got, inputs)
        return None if found is None else Difference("property", found.text)

    def evidence(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Any:
        """What is wrong: its key and, where there is one, the array that tells like results."""
        found = self._find(got, inputs)
        return None if found is None else (found.key, found.alike)

    def alike(self, got: Any, evidence: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """The same thing is wrong with both, or nothing with either."""
        mine = self._find(got, inputs)
        return mine.like(Found(evidence[0], "", evidence[1])) if mine and evidence else mine is evidence

    def _find(self, got: Any, inputs: Mapping[str, Any]) -> Found | None:
        """What is wrong; a result of the wrong form is a find, not an error of ours."""
        try:
            found = self.problem(got, **inputs)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
            found = (
                "got None: is the result printed instead of returned?" if got is None else "not of the form asked for"
            )
        return Found(found, found) if isinstance(found, str) else found


def _loosened(truth: Truth, tolerance: float) -> Truth:
    return replace(truth, allowed=_tolerances(truth.expected, tolerance))


def _tolerances(want: Any, tolerance: float) -> Any:
    if isinstance(want, dict):
        return {key: _tolerances(item, tolerance) for key, item in want.items()}
    if isinstance(want, (list, tuple)):
        return [_tolerances(item, tolerance) for item in want]
    array = np.asarray(want) if isinstance(want, (np.ndarray, np.generic, float)) else None
    if array is None or array.dtype.kind != "f":
        return None
    finite = np.abs(array[np.isfinite(array)])
    return np.full(array.shape, tolerance * ((float(finite.max()) if finite.size else 0.0) or 1.0))
