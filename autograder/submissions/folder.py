"""A single unit, with the folder's other units beside it: a unit may build on an earlier one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograder.assessment.catalog import unit_names
from autograder.submissions.load import Submission, load_submission
from autograder.submissions.merge import INIT

__all__ = ["with_siblings"]


def with_siblings(submission: Submission, path: Path) -> Submission:
    """The submission of one unit, which can import the others of the same folder.

    Args:
        submission: what was loaded from `path`.
        path: the unit's file, or its folder of modules.
    """
    path = path.absolute()
    others: dict[str, str] = {}
    notes: list[str] = []
    for name in unit_names():
        if name in submission.units or path.with_name(name) == path or path.with_name(f"{name}.py") == path:
            continue
        if (file := path.with_name(f"{name}.py")).is_file():
            others[name] = file.read_text(encoding="utf-8", errors="replace")
        elif (path.with_name(name) / INIT).is_file():
            found = load_submission(path.with_name(name), {name: ()})
            notes += found.problems.values()
            if (unit := found.units.get(name)) is not None:
                others[name] = "\n".join(chunk.source for chunk in unit.chunks)
    notes = [*submission.notes, *notes]
    return replace(submission, modules={**others, **submission.modules}, notes=tuple(notes))
