"""The names of all exercises, known without loading what is known about each.

Importing all assessments takes most of a second, and a student's `pytest exercises/` needs only those that are
attempted. So the names are kept beside Python's own compiled files, for as long as no file of the assessments changes.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

from autograder.catalog import units

__all__ = ["exercise_names"]


@functools.cache
def exercise_names() -> dict[str, list[str]]:
    """The names of the exercises of every unit, in order."""
    folder = _folder()
    stamp = _stamp(folder)
    kept = folder / "__pycache__" / "exercises.json"
    known = _read(kept, stamp)
    if known is None:
        known = {unit.name: [exercise.name for exercise in unit.exercises] for unit in units()}
        _write(kept, {"stamp": stamp, "names": known})
    return known


def _folder() -> Path:
    spec = importlib.util.find_spec("autograder.units")
    return Path(next(iter(spec.submodule_search_locations or []))) if spec else Path()


def _stamp(folder: Path) -> str:
    """What the assessments' files are: their names, sizes and times."""
    entries = sorted(
        (entry.name, entry.stat().st_size, entry.stat().st_mtime_ns)
        for entry in os.scandir(folder)
        if entry.name.endswith(".py")
    )
    return hashlib.blake2b(repr(entries).encode(), digest_size=16).hexdigest()


def _read(path: Path, stamp: str) -> dict[str, list[str]] | None:
    """The names in a file; None where it is missing, of other assessments, or no such file at all."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        names: dict[str, list[str]] = kept["names"]
        whole = kept["stamp"] == stamp and all(isinstance(each, list) for each in names.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return names if whole else None


def _write(path: Path, value: Any) -> None:
    """Write the file as a whole; where that is not possible, the next run loads the assessments again."""
    if sys.dont_write_bytecode:
        return
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        partial.write_text(json.dumps(value), encoding="utf-8")
        os.replace(partial, path)
    except OSError:
        if partial.exists():
            partial.unlink()
