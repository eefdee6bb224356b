"""Load what a student handed in: which file is which unit, as source text and never by running it.

A class hands in files of every name, in folders, archives and notebooks. Whatever is wrong with one of
them becomes a line for its student; only the caller's own mistakes are raised.
"""

from __future__ import annotations

import ast
import os
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.submissions.archive import (
    ARCHIVE_SUFFIX,
    SOURCE_SUFFIXES,
    Collected,
    collect,
    is_ignored_name,
    printable,
)
from autograder.submissions.merge import INIT
from autograder.submissions.parsing import parse_quietly
from autograder.submissions.reading import (
    Chunk,
    SourceFile,
    SubmissionError,
    readable_sources,
    with_unit_folders,
)

__all__ = ["Chunk", "Submission", "SubmissionError", "UnitSource", "find_submissions", "load_submission"]

_MAX_HELPERS = 500
_MAX_HELPER_CHARACTERS = 8 << 20
_MAX_NAME = 100
# Syntax trees of more source than this would keep the grader busy for one student.
_MAX_PARSED_BYTES = 2 << 20

# What browsers, Canvas and students add to a file's name; each part starts with its own separator or
# parenthesis, so that a long name is matched in linear time.
_NAME_BEFORE = r"(?:.*[^a-z0-9])?(?<!test_)"
_NAME_AFTER = r"(?:[\s_.-]*\([0-9]+\)|[\s_.-]+(?:v?[0-9]+|copy|final))*[\s_.-]*"
_DEFINITION = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)

# Not Python, but handed in: their authors are told, where a README in the class folder is passed over.
_MISTAKEN_SUFFIXES = {".rar", ".7z", ".tar", ".gz", ".tgz", ".xz", ".pdf", ".doc", ".docx", ".html", ".pyc"}
_TOOL_FILES = {INIT, "conftest.py"}


@dataclass(frozen=True)
class UnitSource:
    """The source of one unit."""

    unit: str
    path: str  # relative to the submission
    chunks: tuple[Chunk, ...]  # one for a .py, one per code cell for a notebook
    tolerant: bool  # a notebook goes on after a failing cell, a .py does not


@dataclass(frozen=True)
class Submission:
    """All that one student handed in."""

    name: str  # safe in a file name
    units: Mapping[str, UnitSource]  # in unit order
    modules: Mapping[str, str]  # helpers beside the units: dotted module name -> source
    notes: tuple[str, ...]  # what was decided about files whose name does not say it
    problems: Mapping[str, str]  # per file that could not be read: one line, the path first


@dataclass(frozen=True)
class _Candidate:
    """A file that may be a unit."""

    source: SourceFile
    unit: str
    by_name: bool
    overlap: int

    @property
    def is_exact(self) -> bool:
        return self.source.file.pure.stem == self.unit

    @property
    def rank(self) -> tuple[bool, bool, int, tuple[int, ...], bool]:
        """Sorts the better candidate last: its name, how much it defines, which is newer."""
        newest = self.source.file.modified
        return self.is_exact, self.by_name, self.overlap, newest, not self.source.is_notebook


def load_submission(path: Path, exercises: Mapping[str, Collection[str]]) -> Submission:
    """Read one submission: a .py file, a notebook, a zip archive or a folder.

    In a folder, that of a unit's modules stands for the unit's file.

    Args:
        path: the file or folder.
        exercises: for each unit's name the names of its exercises.

    Returns:
        The units found, the modules beside them, and a line for each file that could not be read.

    Raises:
        SubmissionError: `path` does not exist, or a notebook is met and nbformat is not installed.
    """
    if not os.path.lexists(path):
        raise SubmissionError(f"no such file or folder: {path}")
    path = Path(os.path.abspath(path))  # '.' has no name to report under; links stay links
    collected = collect(path)
    root = path.name if path.is_dir() else path.stem
    sources = with_unit_folders(readable_sources(collected), root, collected)
    taken = _choose(_candidates(sources, exercises), collected)
    if not taken and not collected.problems:
        collected.refuse(*_nothing_found(path, sources, exercises))
    modules = _modules(sources, taken, exercises, collected)
    return Submission(
        name=_safe_name(path),
        units={unit: _unit_source(unit, taken[unit].source) for unit in sorted(taken)},
        modules=modules,
        notes=tuple(collected.notes),
        problems=collected.problems,
    )


def find_submissions(path: Path, exercises: Mapping[str, Collection[str]]) -> list[Path]:
    """List the submissions at a path, in order of name.

    Args:
        path: a file; a folder that holds units' files or folders, or that is a unit's, which is one
            submission; or a class's folder, of which each visible file and folder is one.
        exercises: for each unit's name the names of its exercises.

    Returns:
        Paths for `load_submission`, at least one.

    Raises:
        SubmissionError: `path` does not exist, cannot be read or holds no submission.
    """
    if not path.exists():
        raise SubmissionError(f"no such file or folder: {path}")
    # The caller may name a submission by a link; a link among a class's files is a student's.
    given = path.resolve() if path.is_symlink() else path
    if not path.is_dir():
        return [given]
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        raise SubmissionError(f"cannot read {path}: {error.strerror}") from error
    if _is_unit_folder(path, exercises) or any(_is_unit(entry, exercises) for entry in entries):
        return [given]
    found = [entry for entry in entries if _is_submission(entry, exercises)]
    if not found:
        raise SubmissionError(f"no submissions in {path}: no .py, .ipynb or .zip file and no folder")
    return found


def _is_unit(entry: Path, exercises: Mapping[str, Collection[str]]) -> bool:
    is_source = entry.suffix.lower() in SOURCE_SUFFIXES and entry.is_file()
    return (is_source and entry.stem.lower() in exercises) or _is_unit_folder(entry, exercises)


def _is_unit_folder(entry: Path, exercises: Mapping[str, Collection[str]]) -> bool:
    return os.path.basename(os.path.abspath(entry)) in exercises and (entry / INIT).is_file()


def _is_submission(entry: Path, exercises: Mapping[str, Collection[str]]) -> bool:
    if is_ignored_name(entry.name) or entry.name in _TOOL_FILES:
        return False
    suffix = entry.suffix.lower()
    if entry.is_dir() or suffix in SOURCE_SUFFIXES | {ARCHIVE_SUFFIX} | _MISTAKEN_SUFFIXES:
        return True
    # 'u04_activations.py.txt' is a submission that its system has renamed.
    return _unit_by_name(entry.name.split(".")[0], exercises) is not None


def _defined_names(source: str, parse: bool) -> list[str]:
    """List the functions and classes at top level; without parsing, also those inside strings."""
    definitions = _DEFINITION.findall(source)
    if not parse or not definitions:
        return definitions
    try:
        body = parse_quietly(source).body
    except SyntaxError:
        return definitions
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return [node.name for node in body if isinstance(node, kinds)]


def _unit_by_name(stem: str, exercises: Mapping[str, Collection[str]]) -> str | None:
    for unit in sorted(exercises):
        if re.fullmatch(f"{_NAME_BEFORE}{re.escape(unit)}{_NAME_AFTER}", stem.lower()):
            return unit
    return None


def _candidates(sources: list[SourceFile], exercises: Mapping[str, Collection[str]]) -> list[_Candidate]:
    """Find out which files may be which unit: by their names, or else by what they define."""
    candidates = []
    seen = 0
    for source in sources:
        seen += len(source.file.data)
        unit = _unit_by_name(source.file.pure.stem, exercises)
        if unit is not None:
            candidates.append(_Candidate(source, unit, by_name=True, overlap=0))
        elif (found := _by_content(source, exercises, parse=seen <= _MAX_PARSED_BYTES)) is not None:
            candidates.append(found)
    return candidates


def _by_content(source: SourceFile, exercises: Mapping[str, Collection[str]], parse: bool) -> _Candidate | None:
    defined = {name for chunk in source.chunks for name in _defined_names(chunk.source, parse)}
    overlaps = {unit: len(defined.intersection(exercises[unit])) for unit in sorted(exercises)}
    unit = max(overlaps, key=lambda name: overlaps[name], default=None)  # the first of equals: the lower
    if unit is None or not overlaps[unit]:
        return None
    return _Candidate(source, unit, by_name=False, overlap=overlaps[unit])


def _choose(candidates: list[_Candidate], collected: Collected) -> dict[str, _Candidate]:
    """Take the best candidate of each unit, and note what a file's name does not say."""
    ranked = sorted(candidates, key=lambda candidate: candidate.rank)
    taken = {candidate.unit: candidate for candidate in ranked}
    for candidate in candidates:
        path, best = candidate.source.file.path, taken[candidate.unit]
        if candidate is not best:
            collected.notes.append(f"{path}: not graded, {candidate.unit} is taken from {best.source.file.path}")
        elif not candidate.by_name:
            share = f"defines {candidate.overlap} of its exercises"
            collected.notes.append(f"{path}: taken as {candidate.unit} ({share})")
        elif not candidate.is_exact:
            collected.notes.append(f"{path}: taken as {candidate.unit} (by its name)")
    return taken


def _nothing_found(path: Path, sources: list[SourceFile], exercises: Mapping[str, Collection[str]]) -> tuple[str, str]:
    """Say under which path, and how, nothing to grade was found."""
    units = sorted(exercises)
    names = [name for unit in units for name in exercises[unit]]
    some = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
    wanted = f"{units[0]}.py" if len(units) == 1 else f"{units[0]}.py to {units[-1]}.py" if units else "any"
    looked_for = f"looked for files named {wanted} and for definitions of {some or 'exercises'}"
    if len(sources) == 1:
        return sources[0].file.path, f"defines none of the exercises ({looked_for})"
    what = "none of its files is a unit" if sources else "holds no .py or .ipynb file"
    return printable(path.name), f"nothing to grade: {what} ({looked_for})"


def _unit_source(unit: str, source: SourceFile) -> UnitSource:
    return UnitSource(unit, source.file.path, source.chunks, tolerant=source.is_notebook)


def _modules(
    sources: list[SourceFile],
    taken: Mapping[str, _Candidate],
    exercises: Mapping[str, Collection[str]],
    collected: Collected,
) -> dict[str, str]:
    """Gather the files that units can import: a helper stays one where it is also taken as a unit."""
    unit_folders = {candidate.source.file.pure.parent for candidate in taken.values()}
    modules: dict[str, str] = {}
    size = 0
    for source in sources if len(sources) > 1 else ():
        name = _module_name(source.file.pure, unit_folders)
        if source.is_notebook or name is None or name in exercises or name in modules:
            continue
        text = source.chunks[0].source
        size += len(text)
        if len(modules) == _MAX_HELPERS or size > _MAX_HELPER_CHARACTERS:
            limits = f"{_MAX_HELPERS} files or {_MAX_HELPER_CHARACTERS >> 20} MiB"
            collected.notes.append(f"{source.file.path}: left out with all after it, more than {limits}")
            break
        modules[name] = text
    return modules


def _module_name(path: PurePosixPath, unit_folders: set[PurePosixPath]) -> str | None:
    """Name a file as the units beside it, or above it, import it; None where they cannot."""
    base = next((folder for folder in path.parents if folder in unit_folders), PurePosixPath())
    parts = list(path.relative_to(base).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else None


def _safe_name(path: Path) -> str:
    """Name a submission so that any file system takes it, letters of all scripts kept."""
    stem = unicodedata.normalize("NFC", path.name if path.is_dir() else path.stem)
    return re.sub(r"[^\w.-]+", "_", stem).strip("._-")[:_MAX_NAME] or "submission"
