"""The command line: one module per verb, imported when it is asked for."""

from __future__ import annotations

import importlib
import sys

import click

__all__ = ["main"]

#: Each verb with the module and the name of its command.
_VERBS = {
    "check": "check:check",
    "grade": "grade:grade_command",
    "otter": "otter:otter",
    "list": "list:list_command",
    "dev": "dev:dev",
}
#: Packages that a grader installed for a class is without.
_OF_AUTHORS = ("autograder.authoring", "autograder.truth")
EXIT_STATUS = "Exit status: 0 nothing failed, 1 something failed, 2 wrong usage."


class _Verbs(click.Group):
    """Imports a verb when it is used: `check` need not wait for what `otter` needs."""

    def list_commands(self, context: click.Context) -> list[str]:
        """All verbs, in the order of the help."""
        return list(_VERBS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The verb of that name."""
        if name not in _VERBS:
            return None
        module, _, attribute = _VERBS[name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"autograder.cli.{module}"), attribute)
        return command


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_STATUS)
@click.version_option(package_name="chainrule")
def cli() -> None:
    """Auto-graded exercises for the fundamentals of deep learning.

    Students edit the files in exercises/ and run `pytest exercises/` or
    `chainrule check`. Instructors run `chainrule grade SUBMISSIONS -o OUT`.
    """


def main() -> None:
    """Run the command line; the caller's mistakes are one line and exit status 2."""
    try:
        cli()
    except OSError as error:
        _fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
    except ModuleNotFoundError as error:
        if error.name not in _OF_AUTHORS:
            raise
        _fail(f"this needs a checkout of the project: there is no package {error.name}")
    except Exception as error:
        if not _is_callers(error):
            raise
        _fail(str(error))


def _is_callers(error: Exception) -> bool:
    """Whether it is one of the errors that callers cause: each is one line."""
    from autograder.assessment.catalog import CatalogError
    from autograder.assessment.entry import DataError
    from autograder.datasets import DatasetError
    from autograder.execution.executors import SandboxError
    from autograder.submissions.load import SubmissionError

    return isinstance(error, (CatalogError, DataError, DatasetError, SandboxError, SubmissionError))


def _fail(message: str) -> None:
    click.echo(f"chainrule: {message}", err=True)
    sys.exit(2)
