"""The files of hidden cases: built once for a seed and the units as they are, and kept where only their owner reads."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from pathlib import Path

from autograder.assessment.catalog import unit, unit_names
from autograder.assessment.unitfile import CompiledUnit, read_unit
from autograder.authoring.build import build_hidden, write_file
from autograder.authoring.units import authored_unit

__all__ = ["hidden_units"]


def hidden_units(secret: str, only: Collection[str] | None = None, device: str = "cpu") -> dict[str, CompiledUnit]:
    """The hidden cases of a seed, by the units' names; what is not there yet is built.

    Args:
        secret: the instructor's seed.
        only: names of the units; None for all.
        device: where truths are computed.

    Raises:
        CatalogError: this is no checkout.
        OracleError: torch is missing, or a reference fails.
    """
    names = [name for name in unit_names() if only is None or name in only]
    return {name: read_unit(_kept(secret, name, device)) for name in names}


def _kept(secret: str, name: str, device: str) -> Path:
    key = hashlib.blake2b(f"{secret}\0{unit(name).sources}\0{device}".encode(), digest_size=16).hexdigest()
    path = _folder() / f"{name}-{key}.zip"
    if not path.is_file():
        write_file(path, build_hidden(authored_unit(name), secret, device), mode=0o600)
    return path


def _folder() -> Path:
    """A folder of the user's own, which nobody else may enter."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "chainrule" / "hidden"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder
