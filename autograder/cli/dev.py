"""`chainrule dev`: for authors of exercises."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from autograder.catalog import Unit, unit, units

__all__ = ["dev"]


@click.group()
def dev() -> None:
    """Write units: stubs, truths, and the proof that the grader is right."""


def _chosen(names: tuple[str, ...]) -> list[Unit]:
    return [unit(name) for name in names] if names else units()


@dev.command()
@click.argument("names", nargs=-1, metavar="[UNIT]...")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a stub file is not up to date.")
def stubs(names: tuple[str, ...], check: bool) -> None:
    """Write exercises/ from solutions/: signatures and docstrings stay."""
    from autograder.authoring import stub_of

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
@click.argument("names", nargs=-1, metavar="[UNIT]...")
def truth(names: tuple[str, ...]) -> None:
    """Compute and store the truths of the public cases; needs torch."""
    from autograder.oracle import write_truths

    for each in _chosen(names):
        path = write_truths(each)
        click.echo(f"wrote: {path} ({path.stat().st_size:,} bytes)")


@dev.command()
@click.argument("names", nargs=-1, metavar="[UNIT]...")
@click.option("--json", "as_json", is_flag=True, help="Print the audit as JSON and nothing else.")
@click.option("--table", is_flag=True, help="Print totals by unit as a Markdown table and nothing else.")
def audit(names: tuple[str, ...], as_json: bool, table: bool) -> None:
    """Prove that right answers pass, wrong ones fail, and each failure is named.

    Exit status 1 when a right answer is rejected, a stub is not 'not
    attempted', a misconception is accepted, or fewer than 95 % are named.
    """
    from autograder.audit import audit_unit, markdown_table, summary
    from autograder.prepare import Course

    course = Course()
    audits = [each for chosen in _chosen(names) for each in audit_unit(chosen, course)]
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
@click.argument("names", nargs=-1, metavar="[UNIT]...")
@click.option("--survivors", is_flag=True, help="List the mutants that no case rejects.")
def mutants(names: tuple[str, ...], survivors: bool) -> None:
    """Put small faults into the model answers and count those that the cases reject.

    Some mutants mean the same as the answer; no case can reject them.
    """
    from autograder.authoring import solution_source
    from autograder.mutants import audit_mutants
    from autograder.prepare import Course

    course = Course()
    killed = total = 0
    for each in _chosen(names):
        audits = audit_mutants(each, course, solution_source(each))
        killed += sum(audit.total - len(audit.survivors) for audit in audits)
        total += sum(audit.total for audit in audits)
        for audit in audits:
            click.echo(f"{audit.id:<42} {audit.total - len(audit.survivors):>3} of {audit.total:>3} mutants rejected")
            for mutant in audit.survivors if survivors else ():
                click.echo(f"    line {mutant.line}: {mutant.fault}")
    click.echo(f"{killed} of {total} mutants rejected ({100 * killed / max(total, 1):.1f} %)")


@dev.command("new-unit")
@click.argument("name")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="The project's folder.")
def new_unit(name: str, into: Path) -> None:
    """Write the four files of a new unit, such as u16_attention."""
    from autograder.authoring import write_new_unit

    for path in write_new_unit(name, into):
        click.echo(f"wrote: {path}")
