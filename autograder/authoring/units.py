"""Units as their authors write them: the modules of `units`, `solutions` and `reference`, loaded. Needs a checkout."""

from __future__ import annotations

import functools
import importlib
import os
import pkgutil
import re
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from autograder.assessment.case import Case, RandomCases
from autograder.assessment.catalog import UNITS_VARIABLE, CatalogError
from autograder.assessment.exercise import Exercise
from autograder.authoring.versions import ModelAnswer

__all__ = ["AuthoredUnit", "authored_unit", "authored_units", "unit_names"]

_UNIT_NAME = re.compile(r"u\d\d_([a-z_0-9]+)\Z")
_PACKAGES = {"autograder.units": "units", "solutions": "solutions", "reference": "reference"}
_TRUTHS = ("value", "gradient", "loss_gradient", "value_and_gradient", "none")


@dataclass(frozen=True)
class AuthoredUnit:
    """A unit: `name` as in the file names, `slug` as in the ids; `root` is the folder above its compiled file's."""

    name: str
    slug: str
    exercises: tuple[Exercise, ...]
    root: Path

    @property
    def solutions(self) -> ModuleType:
        """The model answers. Raises CatalogError."""
        name = f"solutions.{self.name}"
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            raise CatalogError(f"{self.name}: there are no model answers in solutions/") from None

    @property
    def data_file(self) -> Path:
        """Where the compiled unit is."""
        return self.root / "data" / f"{self.name}.zip"

    @property
    def reserve_file(self) -> Path:
        """Where its reserve is."""
        return self.root / "data" / f"{self.name}.reserve.zip"

    def exercise(self, name: str) -> Exercise:
        """The exercise of that name. Raises CatalogError."""
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise CatalogError(f"unit {self.name} has no exercise {name!r}")

    def model(self, exercise: Exercise) -> ModelAnswer:
        """The model answer of an exercise. Raises CatalogError."""
        return ModelAnswer(self.solutions, exercise.name, exercise.id)


def unit_names() -> tuple[str, ...]:
    """Names of all units that are there as source, in order; imports none of them."""
    package = _package("autograder.units")
    names = (module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(sorted(name for name in names if _UNIT_NAME.match(name)))


def authored_units() -> list[AuthoredUnit]:
    """All units in order."""
    return [authored_unit(name) for name in unit_names()]


def authored_unit(name: str) -> AuthoredUnit:
    """The unit of that name (`u04_activations`) or slug (`activations`). Raises CatalogError."""
    known = unit_names()
    for each in known:
        if name in (each, each.partition("_")[2]):
            return _load(each)
    raise CatalogError(f"no unit {name!r}; there are {', '.join(known)}")


@functools.cache
def _load(name: str) -> AuthoredUnit:
    for package in _PACKAGES:
        _package(package)
    module = importlib.import_module(f"autograder.units.{name}")
    slug = name.partition("_")[2]
    if not hasattr(module, "EXERCISES"):
        raise CatalogError(f"{name}: its assessment lists no EXERCISES")
    exercises = tuple(replace(exercise, unit=slug) for exercise in module.EXERCISES)
    for exercise in exercises:
        _validate(exercise)
    return AuthoredUnit(name, slug, exercises, Path(str(module.__file__)).resolve().parent.parent.parent)


def _package(name: str) -> ModuleType:
    """One of the packages that units stand in, which reaches to the folder that the user named. Raises CatalogError."""
    try:
        package = importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise CatalogError(f"this needs a checkout of the project: there is no package {error.name}") from None
    folder = os.environ.get(UNITS_VARIABLE)
    further = str(Path(folder).resolve() / _PACKAGES[name]) if folder else None
    if further and further not in package.__path__:
        package.__path__.append(further)
    return package


def _validate(exercise: Exercise) -> None:
    misconceptions = [each.name for each in exercise.misconceptions]
    labels = [label for each in exercise.cases for label in _labels(each)]
    for kind, names in (("case", labels), ("misconception", misconceptions)):
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise CatalogError(f"{exercise.id}: two of its {kind}s are called {twice}")
    if exercise.truth_kind not in _TRUTHS:
        raise CatalogError(f"{exercise.id}: unknown truth {exercise.truth!r}")


def _labels(each: Case | RandomCases) -> list[str]:
    return each.labels() if isinstance(each, RandomCases) else [each.label]
