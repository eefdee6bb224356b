"""What an installed package needs on disk: its own files, and those of everything that it depends on."""

from __future__ import annotations

import functools
from importlib import metadata, util
from pathlib import Path

__all__ = ["installed_files"]


@functools.cache
def installed_files(packages: tuple[str, ...]) -> tuple[Path, ...]:
    """Top-level files and folders of packages and of all that they require, in the folders they are installed in.

    Args:
        packages: import names, such as `numpy` or `torch`.
    """
    found: dict[Path, None] = {}
    for package in packages:
        if package == "numpy":
            found |= dict.fromkeys(_beside(package))
        else:
            found |= dict.fromkeys(path for name in _closure(package) for path in _of_distribution(name))
    return tuple(found)


def _beside(package: str) -> list[Path]:
    """A package without dependencies: its folder, and the shared libraries beside it. Faster than reading metadata."""
    spec = util.find_spec(package)
    folder = Path(spec.origin or "").resolve().parent if spec else Path(package)
    return [part for part in (folder, folder.with_name(f"{package}.libs")) if part.exists()]


def _closure(package: str) -> list[str]:
    """Names of a package's distribution and of all that it requires here."""
    from packaging.requirements import Requirement

    queue, seen = [*metadata.packages_distributions().get(package, [package])], set()
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        for text in metadata.distribution(name).requires or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                queue.append(requirement.name)
    return sorted(seen)


def _of_distribution(name: str) -> set[Path]:
    distribution = metadata.distribution(name)
    first = {file.parts[0] for file in distribution.files or [] if file.parts[0] not in ("..", "__pycache__")}
    paths = {Path(str(distribution.locate_file(part))).resolve() for part in first}
    return {path for path in paths if path.exists() and not path.name.endswith((".dist-info", ".pth"))}
