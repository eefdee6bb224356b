"""The sources that a compiled unit was made of, and a hash of them that tells whether it is out of date."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from autograder.assessment.unitfile import SCHEMA

__all__ = ["is_checkout", "source_files", "source_hash"]

#: Counted up whenever compiling the same sources gives something else: another check, another way to judge.
BUILDER = 2
#: A unit, or a module that references share.
_UNIT_NAME = re.compile(r"\bu\d\d_\w+|\b_[a-z]\w*")
_CHECK_MODULE = re.compile(r"autograder\.assessment\.checks(?:\.| import )(\w+)")


def is_checkout(root: Path, unit: str) -> bool:
    """Whether a unit's assessment is there as source.

    Args:
        root: the folder above the unit's compiled file: of the package, or of units kept elsewhere.
        unit: the unit's name.
    """
    return (root / "units" / unit).is_dir()


def source_hash(root: Path, unit: str) -> str:
    """A hash of all that a unit is compiled from."""
    found = hashlib.blake2b(f"{SCHEMA}/{BUILDER}".encode(), digest_size=16)
    for name, path in sorted(source_files(root, unit).items()):
        found.update(f"{name}\0".encode())
        found.update(_read(path))
        found.update(b"\0")
    return found.hexdigest()


def source_files(root: Path, unit: str) -> dict[str, Path]:
    """The files that a unit is compiled from, by names that are the same on every machine.

    They are its assessment, what units share, the checks that it uses, and the model answers and references of it and
    of the earlier units that these build on.
    """
    files = dict(_below(root / "units" / unit, f"units/{unit}"))
    shared = Path(__file__).resolve().parent.parent / "units" / "shared"
    files |= _below(shared, "units/shared")
    files |= _checks(files)
    wanted, seen = [unit, *_mentioned(files)], set()
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        parts = {**_part(root, "solutions", name), **_part(root, "reference", name)}
        files |= parts
        wanted += _mentioned(parts)
    return files


def _checks(files: dict[str, Path]) -> dict[str, Path]:
    """The modules of checks that they import, and those that these import."""
    folder = Path(__file__).resolve().parent / "checks"
    found: dict[str, Path] = {}
    new = files
    while new:
        names = {name for path in new.values() for name in _CHECK_MODULE.findall(_read(path).decode())}
        paths = {f"checks/{name}.py": folder / f"{name}.py" for name in sorted(names)}
        new = {name: path for name, path in paths.items() if name not in found and path.is_file()}
        found |= new
    return found


def _part(root: Path, package: str, unit: str) -> dict[str, Path]:
    """A unit's module or folder in one of the packages, beside the units or in the project itself."""
    project = Path(__file__).resolve().parent.parent.parent
    for base in (root, project):
        folder = base / package
        if modules := dict(_below(folder / unit, f"{package}/{unit}")):
            return modules
        if (folder / f"{unit}.py").is_file():
            return {f"{package}/{unit}.py": folder / f"{unit}.py"}
    return {}


def _below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*.py")):
        yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _mentioned(files: dict[str, Path]) -> list[str]:
    """Units, and modules that references share, that files import."""
    imports = (line for path in files.values() for line in _read(path).decode().splitlines() if "import" in line)
    return sorted({name for line in imports for name in _UNIT_NAME.findall(line)})


@functools.cache
def _read(path: Path) -> bytes:
    return path.read_bytes()
