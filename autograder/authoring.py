"""Files that authors have written for them: stubs from solutions, and the skeleton of a new unit."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from autograder.catalog import CatalogError, Unit, unit_names
from autograder.stubs import stub_source

__all__ = ["solution_source", "stub_of", "write_new_unit"]

_NAME = re.compile(r"u\d\d_[a-z][a-z0-9_]*\Z")


def stub_of(unit: Unit) -> tuple[Path, str]:
    """A unit's stub file: where it belongs, and its text."""
    names = [exercise.name for exercise in unit.exercises]
    text = stub_source(solution_source(unit), unit.slug, names)
    return _folder("exercises") / f"{unit.name}.py", text


def solution_source(unit: Unit) -> str:
    """The text of a unit's solution file."""
    return (_folder("solutions") / f"{unit.name}.py").read_text(encoding="utf-8")


def write_new_unit(name: str, folder: Path) -> list[Path]:
    """Write the four files of a unit with one exercise to start from.

    Args:
        name: such as `u16_attention`.
        folder: the project's folder, which holds `solutions/` and its siblings.

    Raises:
        CatalogError: the name is malformed or taken, or this is not the project's folder.
    """
    if not _NAME.match(name):
        raise CatalogError(f"a unit is named like u16_attention, not {name!r}")
    if name in unit_names() or any(known[:3] == name[:3] for known in unit_names()):
        raise CatalogError(f"unit {name[:3]} exists already")
    files = {
        f"solutions/{name}.py": _SOLUTION,
        f"reference/{name}.py": _REFERENCE,
        f"autograder/units/{name}.py": _ASSESSMENT,
        f"exercises/{name}.py": stub_source(_SOLUTION, name.partition("_")[2], ["double"]),
    }
    for path in files:
        if not (folder / path).parent.is_dir():
            raise CatalogError(f"no folder {(folder / path).parent}: run this in the project's folder, or use --into")
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8")
    return [folder / path for path in files]


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    locations = spec.submodule_search_locations if spec else None
    if not locations:
        raise CatalogError(f"the package `{package}` is not installed")
    return Path(next(iter(locations)))


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

_ASSESSMENT = '''"""Assessment of this unit."""

from __future__ import annotations

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, random_cases
from autograder.inputs import grid

double = Exercise(
    "double",
    points=1,
    returns_new=True,
    cases=[
        Case("one-number", x=np.array([1.5])),
        Case("matrix", x=grid(2, 3), readonly=True),
        Case("single-precision", x=np.float32([1.0, -2.0])),
        random_cases(lambda rng: {"x": rng.standard_normal((3, 2))}),
    ],
    misconceptions=[
        Misconception("square", believes="Doubling is squaring.", wrong=lambda x: x**2, hint="What is twice 1.5?"),
    ],
    hints=["What does `+` do to two arrays?", "x + x adds element by element.", "return x + x"],
)
'''
