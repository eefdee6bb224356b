"""A single unit's file, with the folder's other units beside it: a unit may build on an earlier one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograder.catalog import unit_names
from autograder.submission import Submission

__all__ = ["with_siblings"]


def with_siblings(submission: Submission, path: Path) -> Submission:
    """The submission of one file, which can import the unit files of the same folder.

    Args:
        submission: what was loaded from `path`.
        path: the file.
    """
    others = {}
    for name in unit_names():
        sibling = path.with_name(f"{name}.py")
        if name not in submission.units and sibling != path and sibling.is_file():
            others[name] = sibling.read_text(encoding="utf-8", errors="replace")
    return replace(submission, modules={**others, **submission.modules})
