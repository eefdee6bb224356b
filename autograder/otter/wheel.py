"""Pack the installed packages that grade into a wheel, so that another machine can install them without an index."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import importlib.util
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.submissions.load import SubmissionError

__all__ = ["GRADING_PACKAGES", "write_wheel"]

#: What a machine that grades needs: no model answers, no stubs.
GRADING_PACKAGES = ("autograder",)
#: Parts of the package that hold answers.
_LEFT_OUT = ("autograder/units",)
_RESERVE = ".reserve.zip"
_DISTRIBUTION = "chainrule"
_METADATA = ("METADATA", "entry_points.txt", "licenses/LICENSE")
_WHEEL = "Wheel-Version: 1.0\nGenerator: chainrule\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
# Equal content gives equal bytes: no entry carries the time of its making.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def write_wheel(folder: Path, packages: Sequence[str] = GRADING_PACKAGES) -> Path:
    """Write a wheel of packages as they are installed here, from a checkout or from a wheel.

    Args:
        folder: where to write it; exists.
        packages: top-level packages that go into it, with their data files.

    Returns:
        The wheel's path.

    Raises:
        SubmissionError: chainrule, or one of the packages, is not installed.
    """
    try:
        distribution = importlib.metadata.distribution(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError as error:
        raise SubmissionError("building needs chainrule installed: pip install -e . in its folder") from error
    stem = f"{_DISTRIBUTION}-{distribution.version}"
    files = dict(member for package in packages for member in _package_files(package))
    files |= {f"{stem}.dist-info/{name}": data for name, data in _information(distribution)}
    files[f"{stem}.dist-info/RECORD"] = _record(files, f"{stem}.dist-info/RECORD")
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(_entry(name), data)
    return path


def _package_files(package: str) -> Iterator[tuple[str, bytes]]:
    """All files of a package but what Python and editors leave behind: name in the wheel, content."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise SubmissionError(f"the package `{package}` is not installed")
    root = Path(next(iter(spec.submodule_search_locations)))
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        name = "/".join([package, *parts])
        if path.is_file() and not hidden and path.suffix != ".pyc" and not _is_left_out(name):
            yield name, path.read_bytes()


def _is_left_out(name: str) -> bool:
    return name.endswith(_RESERVE) or any(name.startswith(f"{part}/") for part in _LEFT_OUT)


def _information(distribution: importlib.metadata.Distribution) -> Iterator[tuple[str, bytes]]:
    yield "WHEEL", _WHEEL.encode()
    for name in _METADATA:
        if (text := distribution.read_text(name)) is not None:
            yield name, text.encode()


def _record(files: dict[str, bytes], own_name: str) -> bytes:
    """The wheel's table of contents: name, hash and size of each file, its own line without."""
    lines = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in files.items()]
    return "\n".join([*lines, f"{own_name},,", ""]).encode()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
