"""The documentation is true."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.assessment.catalog import units
from tests.test_imports import FLOORS

DOCS = Path(__file__).resolve().parents[1] / "docs"


def test_audit_table_counts_what_there_is() -> None:
    """Exercises, cases and misconceptions in the audit's table are those of the catalog."""
    text = (DOCS / "audit.md").read_text(encoding="utf-8")
    rows = {name: list(map(int, numbers.split("|"))) for name, numbers in re.findall(r"\| (\w+) \|([\d |]+)\|\n", text)}
    for unit in units():
        cases = sum(each.cases for each in unit.exercises)
        wrong = sum(each.misconceptions for each in unit.exercises)
        assert rows[unit.slug] == [len(unit.exercises), cases, wrong, wrong, wrong], unit.slug


def test_architecture_lists_the_rooms() -> None:
    """The table of rooms has those that the imports are tested by, from the top to the bottom."""
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (`.*?`) \|", text.partition("## The rooms")[2].partition("## A compiled unit")[0], re.MULTILINE
    )
    assert [tuple(re.findall(r"`(\w+)`", row)) for row in rows] == list(FLOORS)


def test_every_page_is_linked() -> None:
    """The README or another page leads to each page."""
    pages = sorted(DOCS.glob("*.md"))
    text = "".join(path.read_text(encoding="utf-8") for path in [DOCS.parent / "README.md", *pages])
    assert [page.name for page in pages if f"{page.name})" not in text] == []
