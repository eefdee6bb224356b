"""Exercises as authors write them: what is asked, on which cases, and which mistakes are known."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.assessment.case import Case, RandomCases
from autograder.assessment.checks import Check, Value
from autograder.assessment.misconception import Misconception

__all__ = ["Exercise", "Variant"]


@dataclass(frozen=True)
class Variant:
    """A right answer of another style, which must be accepted.

    Args:
        name: its slug.
        right: an expression over the model's arguments, or the statements of a body; or a tuple of old and new texts,
            as in `edit`; or the function or class itself.
    """

    name: str
    right: str | tuple[str, ...] | Callable[..., Any]


@dataclass(frozen=True)
class Exercise:
    """One thing to implement, and how it is assessed.

    Args:
        name: the function or class in the unit's file.
        points: what it is worth; partial credit is rounded down to half points.
        cases: public cases and generators, simplest first.
        misconceptions: known wrong versions.
        hints: by degrees: what to look at, which idea, nearly the line.
        check: what is compared; by default the value.
        variants: accepted alternatives.
        reference: the function in the reference module; by default the name, without `_backward`.
        truth: `value` of the reference, `gradient` (a vector-Jacobian product; the upstream is the argument
            `grad_output`, drawn at random where a case has none), `loss_gradient` (no upstream), or
            `value_and_gradient` (a flat tuple of both); `none` where the check needs no truth.
        wrt: arguments to differentiate with respect to; by default every floating array.
        scenario: `scenario(subject, **inputs)`: drives a class, or a function that takes functions, inside the worker
            and returns arrays. It is sent as source text, so it may use only `np` and `helpers`.
        helpers: functions and classes that the scenario uses.
        requires: packages besides NumPy that student code needs here, such as torch.
        parts: what the parts of a tuple are called in messages; gradients are named by the oracle.
        returns_new: the result must not share memory with an input.
        forbids: names and operators that may not be used, such as `np.dot` or `@`.
        vectorized: inputs for a size n; the lines executed may not grow with it.
        seconds: wall time allowed per case where it is not the usual.
        data_cases: `data_cases(folder)` returns cases made of the data sets in a folder that the user named; none where
            its files are not there.
        unit: the unit's slug, filled in by the catalog.
    """

    name: str
    points: float
    cases: Sequence[Case | RandomCases]
    misconceptions: Sequence[Misconception] = ()
    hints: Sequence[str] = ()
    check: Check = field(default_factory=Value)
    variants: Sequence[Variant] = ()
    reference: str | None = None
    truth: str = ""
    wrt: Sequence[str] | None = None
    scenario: Callable[..., Any] | None = None
    helpers: Sequence[Callable[..., Any]] = ()
    requires: Sequence[str] = ()
    parts: Sequence[str] = ()
    returns_new: bool = False
    forbids: Sequence[str] = ()
    vectorized: Callable[[int], Mapping[str, Any]] | None = None
    seconds: float | None = None
    data_cases: Callable[[Path], Sequence[Case]] | None = None
    unit: str = ""

    @property
    def id(self) -> str:
        """`unit.name`, as everybody sees it."""
        return f"{self.unit}.{self.name}"

    @property
    def reference_name(self) -> str:
        """The reference function's name."""
        return self.reference or self.name.removesuffix("_backward")

    @property
    def truth_kind(self) -> str:
        """What the oracle computes."""
        return self.truth or ("gradient" if self.name.endswith("_backward") else "value")

    @property
    def takes_device(self) -> bool:
        """Whether its cases may run on another device: the scenario then has a parameter `device`."""
        return self.scenario is not None and "device" in inspect.signature(self.scenario).parameters

    def public_cases(self) -> list[Case]:
        """All public cases, drawn and written."""
        drawn = (each.cases(self.id) if isinstance(each, RandomCases) else [each] for each in self.cases)
        return [case for cases in drawn for case in cases]

    def hidden_cases(self, secret: str) -> list[Case]:
        """Cases from the same generators with the instructor's seed."""
        return [case for generator in self._generators() for case in generator.cases(self.id, secret)]

    def reserve_cases(self, count: int) -> Iterator[list[Case]]:
        """Further draws, so many times one of each generator."""
        draws = [generator.reserve(self.id, count) for generator in self._generators()]
        return (list(cases) for cases in zip(*draws, strict=True))

    def _generators(self) -> list[RandomCases]:
        return [each for each in self.cases if isinstance(each, RandomCases)]

    def scenario_source(self) -> str:
        """The scenario and its helpers as source text."""
        parts = [*self.helpers, *([self.scenario] if self.scenario else [])]
        return "\n\n".join(textwrap.dedent(inspect.getsource(part)) for part in parts)
