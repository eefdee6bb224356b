"""A student's install: an environment with NumPy, pytest, click, rich and the packed wheel, and a folder of exercises."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.otter.wheel import write_wheel
from tests.benchmarks.commands import Command
from tests.conftest import solution_text

__all__ = ["CONSTRAINTS", "PROJECT", "StudentInstall", "install"]

PROJECT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ("--constraint", str(PROJECT / "constraints.txt"))


@dataclass(frozen=True)
class StudentInstall:
    """Where it is."""

    folder: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "venv" / "bin" / "python"

    @property
    def stubs(self) -> Path:
        """A folder that holds exercises/ as they are handed out."""
        return self.folder / "stubs"

    def solved(self, name: str, *units: str) -> Path:
        """A new folder that holds exercises/ with the model answers to these units."""
        shutil.copytree(PROJECT / "exercises", self.folder / name / "exercises", ignore=_BYTECODE)
        for unit in units:
            path = self.folder / name / "exercises" / f"{unit}.py"
            path.write_text(solution_text(unit), encoding="utf-8")
        return self.folder / name

    def command(self, folder: Path, *words: str | Path) -> Command:
        """Python with these arguments; with `chainrule` or `pytest` in front, that tool of the install."""
        if words[0] in ("chainrule", "pytest"):
            return Command([self.python.with_name(str(words[0])), *words[1:]], folder)
        return Command([self.python, *words], folder)


_BYTECODE = shutil.ignore_patterns("__pycache__")


def install(folder: Path, python: Path = Path(sys.executable), packages: Sequence[str] = CONSTRAINTS) -> StudentInstall:
    """Make an install in an empty folder.

    Args:
        folder: an existing folder.
        python: the interpreter.
        packages: requirements or options for pip besides the wheel.

    Raises:
        CalledProcessError: the interpreter or pip failed.
    """
    made = StudentInstall(folder)
    wheel = write_wheel(folder)
    _call([python, "-m", "venv", "--without-pip", folder / "venv"])
    _call([sys.executable, "-m", "pip", "--python", made.python, "install", "-q", wheel, *packages])
    made.solved(made.stubs.name)
    return made


def _call(words: Sequence[str | Path]) -> None:
    subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True)
