"""Which units there are, and their compiled files. Nothing lists them: their order is the number in the files' names.

The package's own units lie in `autograder/data`; a folder of further ones may be named by `CHAINRULE_UNITS`.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
from pathlib import Path

from autograder.assessment.entry import DataError, Entry
from autograder.assessment.sources import is_checkout, source_hash
from autograder.assessment.unitfile import CompiledUnit, read_unit

__all__ = [
    "DATA_VARIABLE",
    "UNITS_VARIABLE",
    "CatalogError",
    "data_folders",
    "find",
    "require_fresh",
    "stub_text",
    "unit",
    "unit_names",
    "units",
]

#: The environment variables that name a folder with further units, and one with files of data sets.
UNITS_VARIABLE, DATA_VARIABLE = "CHAINRULE_UNITS", "CHAINRULE_DATA"
_UNIT_FILE = re.compile(r"(u\d\d_[a-z_0-9]+)\.zip\Z")


class CatalogError(Exception):
    """No such unit or exercise, or an assessment that contradicts itself: one line."""


def data_folders() -> list[Path]:
    """The folders that hold compiled units: the package's own, and the one that the user named."""
    own = Path(__file__).resolve().parent.parent / "data"
    named = os.environ.get(UNITS_VARIABLE)
    return [own, Path(named) / "data"] if named else [own]


def unit_names() -> tuple[str, ...]:
    """Names of all units in order; opens none of their files."""
    return tuple(_files(tuple(data_folders())))


def units() -> list[CompiledUnit]:
    """All units in order. Raises DataError."""
    return [unit(name) for name in unit_names()]


def unit(name: str) -> CompiledUnit:
    """The unit of that name (`u04_activations`) or slug (`activations`).

    Raises:
        CatalogError: there is none.
        DataError: its file is broken.
    """
    files = _files(tuple(data_folders()))
    for known, path in files.items():
        if name in (known, known.partition("_")[2]):
            return _opened(path)
    meant = [entry.id for each in units() for entry in each.exercises if entry.name == name]
    hint = f"; did you mean {' or '.join(meant)}?" if meant else f"; there are {', '.join(files)}"
    raise CatalogError(f"no unit {name!r}{hint}")


def find(identifier: str) -> list[Entry]:
    """The exercises that a unit's name or an exercise's id stands for. Raises CatalogError, DataError."""
    slug, _, name = identifier.partition(".")
    found = unit(slug if name else identifier)
    if not name:
        return list(found.exercises)
    entries = [entry for entry in found.exercises if entry.name == name]
    if not entries:
        raise CatalogError(f"unit {found.name} has no exercise {name!r}")
    return entries


def stub_text(name: str) -> str:
    """The file of a unit that students edit, as it was before they did. Raises CatalogError."""
    root = unit(name).path.parent.parent
    spec = importlib.util.find_spec("exercises")
    folders = [root / "exercises", *map(Path, spec.submodule_search_locations or [] if spec else [])]
    for folder in folders:
        if (folder / f"{name}.py").is_file():
            return (folder / f"{name}.py").read_text(encoding="utf-8")
    raise CatalogError(f"the stubs of {name} are not installed")


def require_fresh(*names: str) -> None:
    """In a checkout, refuse units whose sources have changed since they were compiled.

    Args:
        names: the units' names.

    Raises:
        DataError: one has; the message names the command.
    """
    for name in names:
        if not _is_fresh(unit(name).path):
            raise DataError(f"{name} has changed since it was compiled: run `chainrule dev build {name}`")


@functools.cache
def _files(folders: tuple[Path, ...]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        if folder.is_dir():
            found |= {match[1]: folder / match[0] for name in os.listdir(folder) if (match := _UNIT_FILE.match(name))}
    if not found:
        raise DataError(f"no compiled units in {folders[0]}: run `chainrule dev build`")
    return dict(sorted(found.items()))


@functools.cache
def _opened(path: Path) -> CompiledUnit:
    return read_unit(path)


@functools.cache
def _is_fresh(path: Path) -> bool:
    root, opened = path.parent.parent, _opened(path)
    return not is_checkout(root, opened.name) or source_hash(root, opened.name) == opened.sources
