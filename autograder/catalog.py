"""What there is to grade: units, their exercises, and what is known about each exercise.

A unit's assessment is the module `autograder.units.<unit>`, whose `Exercise` objects are collected in the order in
which they are written. Nothing else lists the units: their order is the number in the file name.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.checks import Check, Value

__all__ = [
    "Case",
    "CatalogError",
    "Exercise",
    "Misconception",
    "RandomCases",
    "Unit",
    "Variant",
    "find",
    "random_cases",
    "unit",
    "units",
]

_UNIT_NAME = re.compile(r"u\d\d_([a-z_0-9]+)\Z")


class CatalogError(Exception):
    """No such unit or exercise, or an assessment that contradicts itself: one line."""


@dataclass(frozen=True, init=False)
class Case:
    """One labelled input.

    Args:
        label: what the case is about, in a few words joined by hyphens.
        raises: the argument that a `ValueError` must name, for bad input.
        readonly: pass the arrays read-only.
        hidden: it comes from the instructor's seed; messages do not show it.
        withheld: what a check is told besides the inputs, and a worker is not: the answers of a test set.
        inputs: the arguments by name, in the order of the signature.
    """

    label: str
    inputs: Mapping[str, Any]
    raises: str | None
    readonly: bool
    hidden: bool
    withheld: Mapping[str, Any]

    def __init__(
        self,
        label: str,
        /,
        *,
        raises: str | None = None,
        readonly: bool = False,
        hidden: bool = False,
        withheld: Mapping[str, Any] | None = None,
        **inputs: Any,
    ) -> None:
        """Keep the arguments."""
        for name, value in {
            "label": label, "inputs": inputs, "raises": raises, "readonly": readonly, "hidden": hidden,
            "withheld": withheld or {},
        }.items():  # fmt: skip
            object.__setattr__(self, name, value)

    @property
    def known(self) -> Mapping[str, Any]:
        """What a check is told: the inputs, and what is withheld from the worker."""
        return {**self.inputs, **self.withheld}

    def with_inputs(self, inputs: Mapping[str, Any], label: str | None = None) -> Case:
        """The same case with other inputs, perhaps under another label."""
        return Case(
            label or self.label, raises=self.raises, readonly=self.readonly, hidden=self.hidden,
            withheld=self.withheld, **inputs,
        )  # fmt: skip


@dataclass(frozen=True)
class RandomCases:
    """A generator of cases: public ones from a fixed seed, hidden ones from the instructor's."""

    make: Callable[[np.random.Generator], Mapping[str, Any]]
    count: int
    label: str
    withholds: Sequence[str] = ()

    def labels(self, secret: str | None = None) -> list[str]:
        """The labels of the cases; draws none."""
        return [f"{'hidden-' if secret else ''}{self.label}-{index + 1}" for index in range(self.count)]

    def cases(self, exercise: str, secret: str | None = None) -> Iterator[Case]:
        """Draw the cases of one exercise; with a secret they are hidden ones."""
        for index, label in enumerate(self.labels(secret)):
            text = f"{exercise}/{self.label}/{index}/{secret or 'public'}"
            seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")
            inputs = dict(self.make(np.random.default_rng(seed)))
            withheld = {name: inputs.pop(name) for name in self.withholds}
            yield Case(label, hidden=secret is not None, withheld=withheld, **inputs)


def random_cases(
    make: Callable[[np.random.Generator], Mapping[str, Any]],
    *,
    count: int = 2,
    label: str = "random",
    withholds: Sequence[str] = (),
) -> RandomCases:
    """Cases drawn at random, when they are first needed.

    Args:
        make: `make(rng)` returns the arguments of one, by name, in the signature's order.
        count: how many.
        label: they are called `label-1`, `label-2`, ….
        withholds: which of the names are for the check alone, and not sent to the worker.
    """
    return RandomCases(make, count, label, withholds)


@dataclass(frozen=True)
class Misconception:
    """A wrong version that students really write.

    Args:
        name: its slug.
        believes: what its author thinks, one sentence.
        wrong: the wrong function or class itself; it takes what the right one takes.
        hint: a question that leads out of it.
    """

    name: str
    believes: str
    wrong: Callable[..., Any]
    hint: str


@dataclass(frozen=True)
class Variant:
    """A right answer of another style, which must be accepted."""

    name: str
    right: Callable[..., Any]


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

    def public_labels(self) -> list[str]:
        """The labels of all public cases; draws none of them."""
        return [label for each in self.cases for label in _labels(each)]

    def public_cases(self) -> list[Case]:
        """All public cases, drawn and written."""
        return list(_public_cases(self))

    def hidden_cases(self, secret: str) -> list[Case]:
        """Cases from the same generators with the instructor's seed."""
        return [case for generator in self._generators() for case in generator.cases(self.id, secret)]

    def hidden_labels(self, secret: str) -> list[str]:
        """The labels of the hidden cases; draws none of them."""
        return [label for generator in self._generators() for label in generator.labels(secret)]

    def _generators(self) -> list[RandomCases]:
        return [each for each in self.cases if isinstance(each, RandomCases)]

    def scenario_source(self) -> str:
        """The scenario and its helpers as source text."""
        parts = [*self.helpers, *([self.scenario] if self.scenario else [])]
        return "\n\n".join(textwrap.dedent(inspect.getsource(part)) for part in parts)


def _labels(each: Case | RandomCases) -> list[str]:
    return each.labels() if isinstance(each, RandomCases) else [each.label]


def _public_cases(exercise: Exercise) -> Iterator[Case]:
    for each in exercise.cases:
        if isinstance(each, RandomCases):
            yield from each.cases(exercise.id)
        else:
            yield each


@dataclass(frozen=True)
class Unit:
    """A unit: `name` as in the file names, `slug` as in the ids."""

    name: str
    slug: str
    exercises: tuple[Exercise, ...]

    def exercise(self, name: str) -> Exercise:
        """The exercise of that name. Raises CatalogError."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise CatalogError(f"unit {self.name} has no exercise {name!r}")


@functools.cache
def unit_names() -> tuple[str, ...]:
    """Names of all units in order; imports none of them."""
    package = importlib.import_module("autograder.units")
    names = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in names if _UNIT_NAME.match(name)))


def units() -> list[Unit]:
    """All units in order."""
    return [unit(name) for name in unit_names()]


def unit(name: str) -> Unit:
    """The unit of that name (`u04_activations`) or slug (`activations`).

    Raises:
        CatalogError: there is none.
    """
    for known in unit_names():
        if name in (known, known.partition("_")[2]):
            return _load(known)
    meant = [exercise.id for each in units() for exercise in each.exercises if exercise.name == name]
    hint = f"; is it {' or '.join(meant)}?" if meant else f"; there are {', '.join(unit_names())}"
    raise CatalogError(f"no unit {name!r}{hint}")


def find(identifier: str) -> list[Exercise]:
    """The exercises that a unit's name or an exercise's id stands for. Raises CatalogError."""
    slug, _, name = identifier.partition(".")
    if not name:
        return list(unit(identifier).exercises)
    return [unit(slug).exercise(name)]


@functools.cache
def _load(name: str) -> Unit:
    module = importlib.import_module(f"autograder.units.{name}")
    slug = name.partition("_")[2]
    exercises = tuple(replace(exercise, unit=slug) for exercise in _exercises_in(module))
    for exercise in exercises:
        _validate(exercise)
    return Unit(name, slug, exercises)


def _exercises_in(module: ModuleType) -> Iterator[Exercise]:
    """Exercises bound to names of the module, and those in its lists."""
    seen: set[int] = set()
    for value in vars(module).values():
        for each in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(each, Exercise) and id(each) not in seen:
                seen.add(id(each))
                yield each


def _validate(exercise: Exercise) -> None:
    misconceptions = [each.name for each in exercise.misconceptions]
    for kind, names in (("case", exercise.public_labels()), ("misconception", misconceptions)):
        if len(set(names)) < len(names):
            raise CatalogError(f"{exercise.id}: two of its {kind}s have the same name")
    if exercise.truth_kind not in ("value", "gradient", "loss_gradient", "value_and_gradient", "none"):
        raise CatalogError(f"{exercise.id}: unknown truth {exercise.truth!r}")
