"""Collect a submission's files from a folder or a zip archive: in memory, within limits.

Nothing is written to disk, no link is followed out of the submission, and what an archive says about
itself is not believed: students' archives are read in the grader's own process.
"""

from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

__all__ = [
    "ARCHIVE_SUFFIX",
    "MAX_FILE_BYTES",
    "SOURCE_SUFFIXES",
    "Collected",
    "FoundFile",
    "collect",
    "is_ignored_name",
    "printable",
]

SOURCE_SUFFIXES = {".py", ".ipynb"}
ARCHIVE_SUFFIX = ".zip"
# A notebook is mostly output (pictures): its code is measured once it has been taken out.
MAX_FILE_BYTES = {".py": 2 << 20, ".ipynb": 16 << 20}
_MAX_MEMBERS = 2_000
_MAX_TOTAL_BYTES = 64 << 20
_MAX_RATIO = 200
_RATIO_APPLIES_ABOVE = 1 << 20
_MAX_DEPTH = 4

_IGNORED_FOLDERS = {"__pycache__", "__macosx", "node_modules", "venv"}
_DRIVE = re.compile("[A-Za-z]:")
_DIRECTORY_ENTRY = b"PK\x01\x02"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class FoundFile:
    """One source file as it was handed in."""

    path: str  # relative to the submission, '/' between parts, printable
    data: bytes
    modified: tuple[int, ...]  # sorts later versions of a file after earlier ones

    @property
    def pure(self) -> PurePosixPath:
        """The path, for its parts."""
        return PurePosixPath(self.path)


@dataclass
class Collected:
    """What a folder or an archive holds."""

    files: list[FoundFile] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)  # per path: one line, the path first
    notes: list[str] = field(default_factory=list)

    def refuse(self, path: str, why: str) -> None:
        """Record why a file is not read."""
        self.problems[path] = f"{path}: {why}"


def is_ignored_name(name: str) -> bool:
    """Tell whether a file or folder of this name is never part of a submission.

    Args:
        name: one path component.

    Returns:
        True for hidden entries and for what tools leave behind.
    """
    return name.startswith(".") or name.lower() in _IGNORED_FOLDERS


def printable(name: str) -> str:
    """Make a name from someone else's disk safe to print on one line.

    Args:
        name: a file name or path.

    Returns:
        The name with `?` for control characters and undecodable bytes.
    """
    return "".join(character if character.isprintable() else "?" for character in name)


def collect(path: Path) -> Collected:
    """Read the source files of a submission.

    Args:
        path: a .py or .ipynb file, a .zip archive or a folder.

    Returns:
        The .py and .ipynb files in it and the problems with others. An archive that breaks a limit gives
        one problem and no files. A folder with one archive and no source file is read as that archive.
    """
    collected = Collected()
    display = printable(path.name)
    if _leads_out(path, path.parent):
        collected.refuse(display, "a link that leads out of its folder: not followed")
    elif path.is_dir():
        return _read_folder(path)
    elif path.suffix.lower() == ARCHIVE_SUFFIX:
        return _read_archive(path)
    elif path.suffix.lower() in SOURCE_SUFFIXES:
        _read_into(collected, path, display)
    else:
        collected.refuse(display, "not a .py, .ipynb or .zip file")
    return collected


def _read_folder(root: Path) -> Collected:
    collected = Collected()
    archives: list[Path] = []
    for path in _walk(root, collected):
        if path.suffix.lower() == ARCHIVE_SUFFIX:
            archives.append(path)
        elif not _has_room(collected):
            name = printable(root.name)
            collected.refuse(name, f"too large: at most {_MAX_MEMBERS:,} files and 64 MiB of source are read")
            break
        else:
            _read_into(collected, path, printable(path.relative_to(root).as_posix()))
    if len(archives) == 1 and not collected.files and not collected.problems:
        return _read_archive(archives[0])
    for path in archives:
        collected.notes.append(f"{printable(path.name)}: an archive inside the submission, not opened")
    return collected


def _read_archive(path: Path) -> Collected:
    refused = Collected()
    try:
        return _read_members(_archive_bytes(path))
    except _ArchiveError as error:
        why = str(error)
    except _BROKEN as error:
        why = f"not a readable zip archive ({_reason(error)})"
    refused.refuse(printable(path.name), why)
    return refused


class _ArchiveError(Exception):
    """The archive as a whole is not read."""


def _reason(error: BaseException) -> str:
    return printable(str(error).split("\n")[0][:100]) or type(error).__name__


def _has_room(collected: Collected) -> bool:
    size = sum(len(file.data) for file in collected.files)
    return len(collected.files) < _MAX_MEMBERS and size < _MAX_TOTAL_BYTES


def _walk(folder: Path, collected: Collected, root: Path | None = None, depth: int = 0) -> Iterator[Path]:
    """Yield source files and archives, files of a folder before the folders in it, by name."""
    root = root or folder
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: (entry.is_dir(), entry.name))
    except OSError as error:
        collected.refuse(printable(folder.name), f"cannot be read: {error.strerror}")
        return
    for entry in entries:
        if is_ignored_name(entry.name):
            continue
        if _leads_out(entry, root):
            display = printable(entry.relative_to(root).as_posix())
            collected.refuse(display, "a link that leads out of the submission: not followed")
        elif entry.is_dir():
            if depth < _MAX_DEPTH and not entry.is_symlink():
                yield from _walk(entry, collected, root, depth + 1)
        elif entry.suffix.lower() in SOURCE_SUFFIXES | {ARCHIVE_SUFFIX}:
            yield entry


def _leads_out(path: Path, root: Path) -> bool:
    if not path.is_symlink():
        return False
    try:
        return not path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a link to nowhere, or in a circle
        return True


def _read_into(collected: Collected, path: Path, display: str) -> None:
    limit = MAX_FILE_BYTES[path.suffix.lower()]
    try:
        # Opening a named pipe or a device could wait for ever.
        if not path.is_file():
            collected.refuse(display, "not a regular file")
            return
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
            modified = (os.fstat(stream.fileno()).st_mtime_ns,)
    except OSError as error:
        collected.refuse(display, f"cannot be read: {error.strerror}")
        return
    if len(data) > limit:
        collected.refuse(display, _too_large(limit))
        return
    collected.files.append(FoundFile(display, data, modified))


def _too_large(limit: int) -> str:
    return f"too large: more than {limit >> 20} MiB"


def _archive_bytes(path: Path) -> bytes:
    if not path.is_file():
        raise _ArchiveError("not a regular file")
    with path.open("rb") as stream:
        content = stream.read(_MAX_TOTAL_BYTES + 1)
    if len(content) > _MAX_TOTAL_BYTES:
        raise _ArchiveError(_too_large(_MAX_TOTAL_BYTES))
    # `zipfile` builds an object for every entry before it can be asked how many there are. An archive
    # stored inside this one may add to the count, so only a multiple of the limit is refused here.
    if content.count(_DIRECTORY_ENTRY) > 10 * _MAX_MEMBERS:
        raise _ArchiveError(f"more than {_MAX_MEMBERS:,} members")
    return content


def _read_members(content: bytes) -> Collected:
    collected = Collected()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        _check_limits(members)
        for index, member in enumerate(members):
            name = member.orig_filename.replace("\\", "/")
            if (why := _unsafe(name, member)) is not None:
                collected.refuse(printable(name), why)
            elif _is_wanted(name, collected):
                _read_member(archive, member, index, collected)
    return collected


def _check_limits(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MAX_MEMBERS:
        raise _ArchiveError(f"more than {_MAX_MEMBERS:,} members")
    if sum(member.file_size for member in members) > _MAX_TOTAL_BYTES:
        raise _ArchiveError(f"more than {_MAX_TOTAL_BYTES >> 20} MiB when unpacked")
    for member in members:
        name = printable(member.filename)
        if member.flag_bits & 0x1:
            raise _ArchiveError(f"encrypted ({name}): send it without a password")
        if member.file_size > max(_RATIO_APPLIES_ABOVE, _MAX_RATIO * member.compress_size):
            raise _ArchiveError(f"{name} unpacks to more than {_MAX_RATIO} times its size")


def _unsafe(name: str, member: zipfile.ZipInfo) -> str | None:
    parts = name.split("/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in parts:
        return "a path that leads out of the archive: left out"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "a symbolic link: left out"
    return None if kind in (0, stat.S_IFREG, stat.S_IFDIR) else "not a regular file: left out"


def _is_wanted(name: str, collected: Collected) -> bool:
    path = PurePosixPath(name)
    if name.endswith("/") or any(is_ignored_name(part) for part in path.parts):
        return False
    if path.suffix.lower() == ARCHIVE_SUFFIX:
        collected.notes.append(f"{printable(name)}: an archive inside the archive, not opened")
    return path.suffix.lower() in SOURCE_SUFFIXES and len(path.parts) <= _MAX_DEPTH + 1


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, index: int, collected: Collected) -> None:
    path = PurePosixPath(member.orig_filename.replace("\\", "/"))
    display = printable(path.as_posix())
    limit = MAX_FILE_BYTES[path.suffix.lower()]
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _ArchiveError(f"{display}: a compression method other than deflate")
    if member.file_size > limit:
        collected.refuse(display, _too_large(limit))
        return
    with archive.open(member) as stream:
        data = stream.read(member.file_size + 1)
    if len(data) != member.file_size:
        raise _ArchiveError(f"{display} is not as long as the archive says")
    collected.files.append(FoundFile(display, data, (*member.date_time, index)))
