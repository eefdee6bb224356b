"""The documentation is true."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.catalog import units

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_audit_table_counts_what_there_is() -> None:
    """Exercises, cases and misconceptions in the audit's table are those of the catalog."""
    text = (DOCS / "audit.md").read_text(encoding="utf-8")
    rows = {name: list(map(int, numbers.split("|"))) for name, numbers in re.findall(r"\| (\w+) \|([\d |]+)\|\n", text)}
    for unit in units():
        cases = sum(len(each.public_cases()) + (each.vectorized is not None) for each in unit.exercises)
        wrong = sum(len(each.misconceptions) for each in unit.exercises)
        assert rows[unit.slug] == [len(unit.exercises), cases, wrong, wrong, wrong], unit.slug


def test_every_page_is_linked() -> None:
    """The README or another page leads to each page."""
    pages = sorted(DOCS.glob("*.md"))
    text = "".join(path.read_text(encoding="utf-8") for path in [DOCS.parent / "README.md", *pages])
    assert [page.name for page in pages if f"{page.name})" not in text] == []
