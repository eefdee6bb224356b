"""`chainrule otter`: what otter-grader and Gradescope need."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.options import units_option

__all__ = ["otter"]


@click.group()
def otter() -> None:
    """Work with otter-grader and Gradescope."""


@otter.command()
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where to.")
@click.option("--seed-file", type=click.Path(path_type=Path), help="A file with your secret: adds hidden cases.")
@click.option("--unit", "names", multiple=True, metavar="UNIT", help="A unit to grade; may be repeated.")
@units_option
def build(output: Path, seed_file: Path | None, names: tuple[str, ...]) -> None:
    """Write autograder.zip and one student notebook per unit.

    Gradescope and `otter grade` take autograder.zip, whatever students hand
    in. `otter run` takes it for a .py, a .ipynb, or a zip archive with one of
    them at its top; for archives of several .py files or of folders it needs
    autograder-zip.zip, which differs by an empty notebook to start from.

    \b
      chainrule otter build -o dist
      otter run -a dist/autograder.zip -o results alice.ipynb
      otter run -a dist/autograder-zip.zip -o results all_units.zip

    Without --unit, all units that need nothing but NumPy are graded.
    With --seed-file both archives hold hidden cases: keep them from students.
    """
    from autograder.assessment.catalog import require_fresh
    from autograder.otter.build import ENTRY_ARCHIVE, build_autograder, build_notebooks, choose_units

    chosen, left_out = choose_units(names)
    require_fresh(*[each.name for each in chosen])
    archive = build_autograder(output, seed_file, chosen)
    notebooks = build_notebooks(output, chosen)
    click.echo(f"{archive}: Gradescope, otter grade; otter run on a .py, a .ipynb, or an archive of one")
    click.echo(f"{output / ENTRY_ARCHIVE}: otter run on archives of several .py files or of folders")
    click.echo(f"{output / 'notebooks'}: {len(notebooks)} student notebooks")
    for each in left_out:
        click.echo(f"left out: {each.name}, which needs more than NumPy; --unit {each.slug} asks for it")
