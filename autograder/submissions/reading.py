"""Read what was handed in as source text: files decoded, notebooks cell by cell, a unit's folder of modules as one."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.submissions.archive import MAX_FILE_BYTES, Collected, FoundFile
from autograder.submissions.merge import INIT, MergeError, merge
from autograder.submissions.notebooks import NotebookError, code_cells

__all__ = ["Chunk", "SourceFile", "SubmissionError", "readable_sources", "with_unit_folders"]

# Text encodings whose decoders take quadratic time; no editor saves Python in them.
_SLOW_CODECS = {"punycode", "idna"}
_UNIT = re.compile(r"u[0-9]{2}_[a-z0-9_]+\Z")
# They are parsed: more would keep the grader busy for one student.
_MAX_MERGED = 2 << 20


class SubmissionError(Exception):
    """The caller's mistake, in one line: a path that does not exist, a missing package."""


@dataclass(frozen=True)
class Chunk:
    """A piece of source that is executed in one go."""

    name: str  # shown in tracebacks: 'u04_activations.py' or 'u04.ipynb, cell 3'
    source: str


@dataclass(frozen=True)
class SourceFile:
    """A file that was read, or a unit's folder, before it is known whether it is graded."""

    file: FoundFile
    chunks: tuple[Chunk, ...]

    @property
    def is_notebook(self) -> bool:
        """Whether it is one, by its name."""
        return self.file.pure.suffix.lower() == ".ipynb"


class _SourceError(Exception):
    """A file's content is no source; the message is the line for its student."""


def readable_sources(collected: Collected) -> list[SourceFile]:
    """The files that are source; the others are refused.

    Raises:
        SubmissionError: a notebook is met, and nbformat is not installed.
    """
    sources = []
    for file in collected.files:
        try:
            sources.append(SourceFile(file, _chunks(file)))
        except (_SourceError, NotebookError) as error:
            collected.refuse(file.path, str(error))
    return sources


def with_unit_folders(sources: Sequence[SourceFile], root: str, collected: Collected) -> list[SourceFile]:
    """Take the modules of a unit's folder as one file.

    Such a folder is named as a unit is. Its `__init__.py` holds something, and none of its files is named so.

    Args:
        sources: files of a submission.
        root: what the folder above all the files is called.
        collected: is told which folders cannot be merged.

    Returns:
        The other files, and then the folders.
    """
    folders: dict[PurePosixPath, list[SourceFile]] = {}
    for source in sources:
        if source.file.pure.suffix == ".py" and _UNIT.match(source.file.pure.parent.name or root):
            folders.setdefault(source.file.pure.parent, []).append(source)
    whole = {folder: members for folder, members in folders.items() if _is_package(members)}
    inside = {id(member) for members in whole.values() for member in members}
    merged = []
    size = 0
    for folder, members in whole.items():
        path = folder.as_posix() if folder.name else root
        size += sum(len(member.chunks[0].source) for member in members)
        if size > _MAX_MERGED:
            collected.refuse(path, f"too large: more than {_MAX_MERGED >> 20} MiB in folders of units")
        elif (found := _merged(path, members, collected)) is not None:
            merged.append(found)
    return [*(source for source in sources if id(source) not in inside), *merged]


def _is_package(members: Sequence[SourceFile]) -> bool:
    names = {member.file.pure.name: member for member in members}
    starts = INIT in names and names[INIT].chunks[0].source.strip()
    return bool(starts) and not any(_UNIT.match(name.removesuffix(".py")) for name in names)


def _merged(path: str, members: Sequence[SourceFile], collected: Collected) -> SourceFile | None:
    newest = max(member.file.modified for member in members)
    try:
        text = merge({member.file.pure.name: member.chunks[0].source for member in members})
    except MergeError as error:
        collected.refuse(f"{path}/{error.file}", error.why)
        return None
    return SourceFile(FoundFile(path, text.encode(), newest), (Chunk(f"{path} (merged)", text),))


def _chunks(file: FoundFile) -> tuple[Chunk, ...]:
    text = _decoded(file.data)
    # An empty __init__.py is how a folder becomes a package.
    if not text.strip() and file.pure.name != INIT:
        raise _SourceError("the file is empty")
    if file.pure.suffix.lower() == ".py":
        return (Chunk(file.path, _storable(text)),)
    try:
        cells = code_cells(text, MAX_FILE_BYTES[".py"])
    except ImportError as error:
        needed = "reading notebooks needs nbformat: pip install 'chainrule[instructor]'"
        raise SubmissionError(needed) from error
    if not cells:
        raise _SourceError("a notebook with no Python code in it")
    return tuple(Chunk(f"{file.path}, cell {number}", _storable(source)) for number, source in cells)


def _decoded(data: bytes) -> str:
    """Decode source by its declared encoding (PEP 263), by UTF-8 where that is wrong."""
    if b"\0" in data:
        raise _SourceError("binary or UTF-16, not Python source: save the file as UTF-8")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if encoding not in _SLOW_CODECS:
            return data.decode(encoding)
    except (SyntaxError, LookupError, UnicodeError):
        encoding = "utf-8"
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Counted from the end: `utf-8-sig` numbers its bytes after the byte-order mark.
        start = len(data) - len(error.object) + error.start
        line = data.count(b"\n", 0, start) + 1
        message = f"not UTF-8 (byte {data[start]:#04x} at line {line}): save the file as UTF-8"
        raise _SourceError(message) from error


def _storable(text: str) -> str:
    """Give text that UTF-8 can hold and `compile` takes, with one kind of line break."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode("utf-8")
