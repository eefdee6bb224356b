"""The command line: one module per verb."""

from __future__ import annotations

import sys

import click

from autograder.catalog import CatalogError
from autograder.cli import check, dev, grade, otter
from autograder.cli.list import list_command
from autograder.datasets import DatasetError
from autograder.oracle import OracleError
from autograder.sandbox import SandboxError
from autograder.submission import SubmissionError

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=check.EXIT_STATUS)
@click.version_option(package_name="chainrule")
def cli() -> None:
    """Auto-graded exercises for the fundamentals of deep learning.

    Students edit the files in exercises/ and run `pytest exercises/` or
    `chainrule check`. Instructors run `chainrule grade SUBMISSIONS -o OUT`.
    """


cli.add_command(check.check)
cli.add_command(grade.grade_command)
cli.add_command(otter.otter)
cli.add_command(list_command)
cli.add_command(dev.dev)


def main() -> None:
    """Run the command line; the caller's mistakes are one line and exit status 2."""
    try:
        cli()
    except (CatalogError, DatasetError, SubmissionError, SandboxError, OracleError) as error:
        click.echo(f"chainrule: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"chainrule: {error.strerror or error}: {error.filename or ''}".rstrip(": "), err=True)
        sys.exit(2)
