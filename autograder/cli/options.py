"""Options that several verbs share."""

from __future__ import annotations

import os
from pathlib import Path

import click

from autograder.assessment.catalog import DATA_VARIABLE, UNITS_VARIABLE
from autograder.execution.devices import DEVICES

__all__ = ["data_option", "device_option", "units_option"]


def _take_units(context: click.Context, parameter: click.Parameter, folder: Path | None) -> None:
    """Tell the catalog; it is asked from everywhere."""
    if folder is not None:
        os.environ[UNITS_VARIABLE] = str(folder.resolve())


device_option = click.option(
    "--device", type=click.Choice(DEVICES), default="cpu", show_default=True,
    help="Also run the PyTorch unit's cases there.",
)  # fmt: skip
data_option = click.option(
    "--data", type=click.Path(path_type=Path, exists=True, file_okay=False), envvar=DATA_VARIABLE, show_envvar=True,
    metavar="FOLDER", help="Files of MNIST, IMDB, Reuters, Boston housing: more cases for the projects.",
)  # fmt: skip
units_option = click.option(
    "--units", type=click.Path(path_type=Path, exists=True, file_okay=False), envvar=UNITS_VARIABLE, show_envvar=True,
    metavar="FOLDER", expose_value=False, is_eager=True, callback=_take_units,
    help="Units of your own: exercises, solutions, reference, units, data.",
)  # fmt: skip
