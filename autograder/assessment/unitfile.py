"""A unit's file: a zip archive of JSON and plain numbers, with a head that tells what is in it.

`unit.json`, the head, holds the schema, the exercises with their points, a hash of the sources that the unit was built
from and one of its content. Each exercise has a pair of members, `softmax.json` and `softmax.bin`, and another pair for
what each misconception answers, `softmax.wrong.json` and `softmax.wrong.bin`. A pair is read when it is first needed,
so what nobody attempts costs nothing, and reading heads alone does not even import NumPy. See `packing`.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.assessment.entry import DataError, Entry

if TYPE_CHECKING:
    from autograder.assessment.compiled import CompiledExercise

__all__ = ["SCHEMA", "CompiledUnit", "read_unit"]

#: Counted up whenever files of an earlier form can no longer be read.
SCHEMA = 1
#: What a damaged archive makes `zipfile` raise: also that it is encrypted, or of a method that nobody knows.
_DAMAGED = (OSError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error)
#: What data of another form makes us raise.
_MALFORMED = (AttributeError, KeyError, TypeError, ValueError)


class CompiledUnit:
    """A unit's file, open for reading.

    Args:
        path: where it is.
        archive: what it holds.
        head: its `unit.json`.
    """

    def __init__(self, path: Path, archive: zipfile.ZipFile, head: Mapping[str, Any]) -> None:
        """Keep the head; read no exercise yet."""
        self.path, self._archive = path, archive
        self.name: str = head["unit"]
        self.slug = self.name.partition("_")[2]
        self.sources: str = head["sources"]
        self.content: str = head["content"]
        self.exercises = tuple(_entry(self.slug, each) for each in head["exercises"])
        self._read: dict[str, CompiledExercise] = {}

    def exercise(self, name: str) -> CompiledExercise:
        """The exercise of that name, read when it is first asked for.

        Raises:
            KeyError: there is none.
            DataError: the file is broken.
        """
        if name not in self._read:
            from autograder.assessment.compiled import exercise_from_data  # what it needs is not needed for a head

            entry = next((each for each in self.exercises if each.name == name), None)
            if entry is None:
                raise KeyError(name)
            body = self.member(name)
            try:
                self._read[name] = exercise_from_data(entry, body, lambda: self.member(f"{name}.wrong"))
            except _MALFORMED as error:
                raise DataError(f"{self.path}: cannot read {name}: {error}") from None
        return self._read[name]

    def member(self, name: str) -> Any:
        """The tree of a pair of members. Raises DataError."""
        from autograder.assessment.packing import PackingError, unpack_tree

        try:
            return unpack_tree(self._archive.read(f"{name}.json"), self._archive.read(f"{name}.bin"))
        except (*_DAMAGED, PackingError) as error:
            raise DataError(f"{self.path}: cannot read {name}: {error}") from None


def read_unit(path: Path) -> CompiledUnit:
    """Open a unit's file. Raises DataError."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))  # in memory: a rebuild may replace the file
        head = json.loads(archive.read("unit.json"))
        if head["schema"] != SCHEMA:
            raise DataError(f"{path} has schema {head['schema']}, want {SCHEMA}: run `chainrule dev build`")
        return CompiledUnit(path, archive, head)
    except (*_DAMAGED, *_MALFORMED) as error:
        raise DataError(f"{path} is no compiled assessment: {error}") from None


def _entry(unit: str, data: Mapping[str, Any]) -> Entry:
    counts = data["cases"], data["misconceptions"]
    return Entry(unit, data["name"], data["points"], *counts, tuple(data["requires"]))
