"""`chainrule otter`: what otter-grader and Gradescope need."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["otter"]


@click.group()
def otter() -> None:
    """Work with otter-grader and Gradescope."""


@otter.command()
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where to.")
@click.option("--seed-file", type=click.Path(path_type=Path), help="A file with your secret: adds hidden cases.")
def build(output: Path, seed_file: Path | None) -> None:
    """Write autograder.zip and one student notebook per unit.

    Gradescope and `otter grade` take autograder.zip, whatever students hand
    in. `otter run` takes it for a .py, a .ipynb, or a zip archive with one of
    them at its top; for archives of several .py files or of folders it needs
    autograder-zip.zip, which differs by an empty notebook to start from.

    \b
      chainrule otter build -o dist
      otter run -a dist/autograder.zip -o results alice.ipynb
      otter run -a dist/autograder-zip.zip -o results all_units.zip

    With --seed-file both archives hold the secret: keep them from students.
    """
    from autograder.otter_build import ENTRY_ARCHIVE, build_autograder, build_notebooks

    archive = build_autograder(output, seed_file)
    notebooks = build_notebooks(output)
    click.echo(f"{archive}: Gradescope, otter grade; otter run on a .py, a .ipynb, or an archive of one")
    click.echo(f"{output / ENTRY_ARCHIVE}: otter run on archives of several .py files or of folders")
    click.echo(f"{output / 'notebooks'}: {len(notebooks)} student notebooks")
