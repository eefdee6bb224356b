"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.devices import DEVICES

__all__ = ["DATA_VARIABLE", "data_option", "device_option"]

#: The environment variable that stands for `--data`.
DATA_VARIABLE = "CHAINRULE_DATA"

device_option = click.option(
    "--device", type=click.Choice(DEVICES), default="cpu", show_default=True,
    help="Run the PyTorch unit's cases there besides.",
)  # fmt: skip
data_option = click.option(
    "--data", type=click.Path(path_type=Path, exists=True, file_okay=False), envvar=DATA_VARIABLE, show_envvar=True,
    metavar="FOLDER", help="Files of MNIST, IMDB, Reuters, Boston housing: more cases for the projects.",
)  # fmt: skip
