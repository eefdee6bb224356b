"""What `make demo` installs is enough for it, and no more than it says."""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
#: What nbconvert needs only to print PDFs.
LEFT_OUT = {"playwright", "greenlet"}


def pinned(file: str) -> dict[str, str]:
    """Packages of a list with their versions."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([\w.-]+)==([^;\s]+)", line) for line in lines)
    return {canonicalize_name(match[1]): match[2] for match in found if match}


def needed(requirement: Requirement, known: set[tuple[str, str]]) -> set[str]:
    """A requirement's package and all that it needs, by what is installed here."""
    name = canonicalize_name(requirement.name)
    names: set[str] = {name}
    for extra in {"", *requirement.extras}:
        if (name, extra) in known or name in LEFT_OUT:
            continue
        known.add((name, extra))
        texts = importlib.metadata.requires(name) or []
        for each in map(Requirement, texts):
            if each.marker is None or each.marker.evaluate({"extra": extra}):
                names |= needed(each, known)
    return names


def test_the_demos_list_is_complete() -> None:
    """It holds everything that the extra `otter` needs, but what prints PDFs: pip does not look for more."""
    wanted = needed(Requirement("chainrule[otter]"), set()) - LEFT_OUT - {"chainrule"}
    assert wanted - pinned("constraints-demo.txt").keys() == set()
    assert pinned("constraints-demo.txt").keys() - wanted == {"appnope"}


def test_no_package_is_pinned_twice() -> None:
    """The two lists share nothing: the second takes in the first."""
    assert pinned("constraints.txt").keys() & pinned("constraints-demo.txt").keys() == set()
    assert "-c constraints-demo.txt" in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
