"""Files that authors have written for them: stubs from solutions, and the skeleton of a new unit."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from autograder.assessment.catalog import CatalogError
from autograder.authoring.stubs import stub_source
from autograder.authoring.units import AuthoredUnit, unit_names
from autograder.submissions.merge import MergeError, merge

__all__ = ["solution_source", "source_in", "stub_of", "write_new_unit"]

_NAME = re.compile(r"u\d\d_[a-z][a-z0-9_]*\Z")


def stub_of(unit: AuthoredUnit) -> tuple[Path, str]:
    """A unit's stub file: where it belongs, and its text."""
    names = [exercise.name for exercise in unit.exercises]
    return _folder(unit, "exercises") / f"{unit.name}.py", stub_source(solution_source(unit), unit.slug, names)


def solution_source(unit: AuthoredUnit) -> str:
    """The text of a unit's model answers, as one file."""
    return source_in(_folder(unit, "solutions"), unit.name)


def source_in(folder: Path, unit: str) -> str:
    """The text of a unit in a folder, as one file: its own, or made of its folder of modules. Raises CatalogError."""
    modules = sorted((folder / unit).glob("*.py"))
    if not modules:
        return (folder / f"{unit}.py").read_text(encoding="utf-8")
    try:
        return merge({path.name: path.read_text(encoding="utf-8") for path in modules})
    except MergeError as error:
        raise CatalogError(f"{folder / unit / error.file}: {error.why}") from None


def write_new_unit(name: str, into: Path | None) -> list[Path]:
    """Write the files of a unit with one exercise to start from.

    Args:
        name: such as `u16_attention`.
        into: the project's folder, or one for units kept elsewhere; None for the current one, which must be either.

    Returns:
        The files that were written; `exercises/conftest.py` is one of them where there was none.

    Raises:
        CatalogError: the name is malformed or taken, or the current folder is neither.
    """
    if not _NAME.match(name):
        raise CatalogError(f"a unit's name is u, two digits and words joined by _, not {name!r}")
    if any(known[:3] == name[:3] for known in unit_names()):
        raise CatalogError(f"unit {name[:3]} exists already")
    units = _units_folder(into)
    root = into or Path()
    files = {
        root / "solutions" / f"{name}.py": _SOLUTION,
        root / "reference" / f"{name}.py": _REFERENCE,
        units / name / "__init__.py": _UNIT.replace("{name}", name),
        units / name / "double.py": _ASSESSMENT,
        root / "exercises" / f"{name}.py": stub_source(_SOLUTION, name.partition("_")[2], ["double"]),
    }
    if taken := next((path for path in files if path.exists()), None):
        raise CatalogError(f"{taken} exists already")
    if not (conftest := root / "exercises" / "conftest.py").exists():
        files[conftest] = _CONFTEST
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def _units_folder(into: Path | None) -> Path:
    """Where assessments are in the project, or in a folder of units kept elsewhere."""
    root = into or Path()
    if (root / "autograder" / "units").is_dir():
        return root / "autograder" / "units"
    if into is None and not (root / "units").is_dir():
        raise CatalogError("this is neither the project's folder nor one of units: name one with --into")
    return root / "units"


def _folder(unit: AuthoredUnit, package: str) -> Path:
    """The folder of a package that a unit's files stand in: beside its own, or the project's."""
    if (unit.root / package).is_dir():
        return unit.root / package
    spec = importlib.util.find_spec(package)
    locations = spec.submodule_search_locations if spec else None
    if not locations:
        raise CatalogError(f"the package `{package}` is not installed")
    return Path(next(iter(locations)))


_CONFTEST = '''"""Lets `pytest exercises/` collect the exercises: one item per case."""

from autograder.pytest_plugin import *  # noqa: F403 - exactly the hooks that the plugin offers
'''

_SOLUTION = '''"""What this unit is for, the picture in words, the formulas and the conventions."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def double(x: Array) -> Array:
    """Double every number.

        y = 2 x

    Args:
        x: any shape, floating; not modified.

    Returns:
        A new array, same shape and dtype as `x`.
    """
    return 2 * x
'''

_REFERENCE = '''"""The truth of this unit, forward only, in array-API style."""

from __future__ import annotations

from typing import Any

__all__ = ["double"]


def double(x: Any) -> Any:
    """2 x."""
    return x + x
'''

_UNIT = '''"""Assessment of this unit: its exercises in their order."""

from __future__ import annotations

from autograder.units.{name} import double

EXERCISES = [double.double]
'''

_ASSESSMENT = '''"""double."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import grid

double = Exercise(
    "double",
    points=1,
    returns_new=True,
    cases=[
        Case("one-number", x=np.array([1.5])),
        Case("matrix", x=grid(2, 3), readonly=True),
        Case("single-precision", x=np.array([1.0, -2.0], np.float32)),
        random_cases(lambda rng: {"x": rng.standard_normal((3, 2))}),
    ],
    misconceptions=[
        edit("square", "2 * x", "x**2").believes("Doubling is squaring.").ask("What is twice 1.5?"),
    ],
    hints=["What does `+` do to two arrays?", "x + x adds element by element.", "return x + x"],
    variants=[Variant("sum", "x + x")],
)
'''
