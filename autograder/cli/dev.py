"""`chainrule dev`: for authors of exercises."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from autograder.cli.options import units_option

if TYPE_CHECKING:
    from autograder.authoring.units import AuthoredUnit

__all__ = ["dev"]

_T = TypeVar("_T")


@click.group()
def dev() -> None:
    """Write units: stubs, compiled assessments, and the proof that the grader is right. Needs a checkout."""


_names = click.argument("names", nargs=-1, metavar="[UNIT]...")


def _chosen(names: tuple[str, ...]) -> list[AuthoredUnit]:
    from autograder.authoring.units import authored_unit, authored_units

    return [authored_unit(name) for name in names] if names else authored_units()


@dev.command()
@_names
@units_option
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a stub file is not up to date.")
def stubs(names: tuple[str, ...], check: bool) -> None:
    """Write exercises/ from solutions/: signatures and docstrings stay."""
    from autograder.authoring.scaffold import stub_of

    stale = []
    for each in _chosen(names):
        path, text = stub_of(each)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not check:
            path.write_text(text, encoding="utf-8")
    for path in stale:
        click.echo(f"{'out of date' if check else 'wrote'}: {path}")
    sys.exit(int(check and bool(stale)))


@dev.command()
@_names
@units_option
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a compiled file is not up to date.")
@click.option("--all", "rebuild", is_flag=True, help="Build also what is up to date.")
def build(names: tuple[str, ...], check: bool, rebuild: bool) -> None:
    """Compile assessments into one file per unit; needs torch.

    Everything that grades reads these files and nothing else. What is up
    to date, by the hash of its sources, is left alone.
    """
    from autograder.assessment.sources import source_hash
    from autograder.authoring.build import build_public, build_reserve, write_file

    stale = 0
    for each in _chosen(names):
        if _stored_hash(each) == source_hash(each.root, each.name) and not rebuild:
            continue
        stale += 1
        if check:
            click.echo(f"out of date: {each.data_file}")
            continue
        for path, make in ((each.data_file, build_public), (each.reserve_file, build_reserve)):
            data = _told(f"{each.name}: {path.name}", make, each)
            write_file(path, data)
            click.echo(f"wrote: {path} ({len(data):,} bytes)")
    sys.exit(int(check and bool(stale)))


def _progress(items: Iterator[_T], total: int) -> Iterator[_T]:
    """The items, with a bar in a terminal."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return iter(track(items, "auditing", total, console=console, transient=True, disable=not console.is_terminal))


def _told(text: str, make: Callable[[AuthoredUnit], bytes], unit: AuthoredUnit) -> bytes:
    """Do what takes a while, and say so in a terminal."""
    from rich.console import Console

    with Console(stderr=True).status(text):
        return make(unit)


def _stored_hash(unit: AuthoredUnit) -> str | None:
    from autograder.assessment.entry import DataError
    from autograder.assessment.unitfile import read_unit

    try:
        return read_unit(unit.data_file).sources if unit.reserve_file.is_file() else None
    except DataError:
        return None


@dev.command()
@_names
@units_option
@click.option("--json", "as_json", is_flag=True, help="Print the audit as JSON and nothing else.")
@click.option("--table", is_flag=True, help="Print totals by unit as a Markdown table and nothing else.")
def audit(names: tuple[str, ...], as_json: bool, table: bool) -> None:
    """Prove that right answers pass, wrong ones fail, and each failure is named.

    Everything is built anew, then judged; the stored files must say the
    same. Exit status 1 when a right answer is rejected, a stub is not 'not
    attempted', a misconception is accepted, fewer than 95 % are named, or
    a stored file differs.
    """
    from autograder.authoring.audit import audit_units, markdown_table, summary

    audits = list(_progress(audit_units(chosen := _chosen(names)), sum(len(each.exercises) for each in chosen)))
    totals = summary(audits)
    if as_json:
        click.echo(json.dumps({**totals, "exercises_audited": [vars(each) for each in audits]}))
    elif table:
        click.echo(markdown_table(audits))
    else:
        for each in audits:
            click.echo(f"{each.id:<42} {each.cases:>3} cases  {each.named}/{each.misconceptions} misconceptions named")
            for line in [*each.faults, *each.unnamed]:
                click.echo(f"    {line}")
        click.echo(", ".join(f"{value} {name.replace('_', ' ')}" for name, value in totals.items()))
    sys.exit(int(totals["faults"] > 0 or totals["named"] < 0.95 * totals["misconceptions"]))


@dev.command()
@_names
@units_option
@click.option("--survivors", is_flag=True, help="List the mutants that no case rejects.")
def mutants(names: tuple[str, ...], survivors: bool) -> None:
    """Put small faults into the model answers and count those that the cases reject.

    Some mutants mean the same as the answer; no case can reject them.
    """
    killed = total = 0
    for id, rejected, count, alive in _mutants(names):
        killed, total = killed + rejected, total + count
        click.echo(f"{id:<42} {rejected:>3} of {count:>3} mutants rejected")
        for line in alive if survivors else ():
            click.echo(f"    {line}")
    click.echo(f"{killed} of {total} mutants rejected ({100 * killed / max(total, 1):.1f} %)")


def _mutants(names: tuple[str, ...]) -> Iterator[tuple[str, int, int, list[str]]]:
    from autograder.authoring.mutants import audit_mutants

    for each in _chosen(names):
        for found in audit_mutants(each):
            alive = [f"line {mutant.line}: {mutant.fault}" for mutant in found.survivors]
            yield found.id, found.total - len(alive), found.total, alive


@dev.command("new-unit")
@click.argument("name")
@units_option
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False),
    help="The project's folder, or one for units of your own.",
)  # fmt: skip
def new_unit(name: str, into: Path | None) -> None:
    """Write the files of a new unit, such as u16_attention."""
    from autograder.authoring.scaffold import write_new_unit

    for path in write_new_unit(name, into):
        click.echo(f"wrote: {path}")
