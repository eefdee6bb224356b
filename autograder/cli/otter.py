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
    r"""Write autograder.zip and one student notebook per unit.

    \b
      chainrule otter build -o dist
      otter run -a dist/autograder.zip submission.py
    """
    from autograder.otter_build import build_autograder, build_notebooks

    archive = build_autograder(output, seed_file)
    notebooks = build_notebooks(output)
    click.echo(f"{archive}\n{len(notebooks)} notebooks in {output / 'notebooks'}")
