"""Run whole commands in turns, and tell what they cost: wall time, and processor time with every process below them."""

from __future__ import annotations

import atexit
import functools
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Command", "Cost", "clean_environment", "counts_sandboxes", "run", "take_turns"]

#: What a developer's shell may hold and a student's does not.
_NOT_THEIRS = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTEST_ADDOPTS", "VIRTUAL_ENV")
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}


@dataclass(frozen=True)
class Command:
    """A command line and the folder that it runs in."""

    words: Sequence[str | Path]
    folder: Path


@dataclass(frozen=True)
class Cost:
    """Seconds of wall time, and of processor time."""

    wall: float
    cpu: float


def clean_environment() -> dict[str, str]:
    """The environment without what is a developer's, and with one thread for linear algebra."""
    return {name: value for name, value in os.environ.items() if name not in _NOT_THEIRS} | _ONE_THREAD


def run(command: Command) -> tuple[Cost, str]:
    """Run a command, and wait for every process that it leaves behind: those that were killed cost something, too.

    Returns:
        What it cost, and what it wrote to its standard output.

    Raises:
        CalledProcessError: it failed.
    """
    meter = _meter()
    start, before = time.perf_counter(), meter.cpu()
    done = subprocess.run(
        list(map(str, command.words)), cwd=command.folder, env=clean_environment(), preexec_fn=meter.enter,
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    wall = time.perf_counter() - start
    return Cost(wall, meter.cpu() - before), done.stdout


def counts_sandboxes() -> bool:
    """Whether the processor time of processes in a sandbox is told: it takes a control group, which root may make."""
    return isinstance(_meter(), _ControlGroup)


def take_turns(commands: Mapping[str, Command], runs: int) -> dict[str, Cost]:
    """The median cost of each; a busy moment of the machine falls on all of them. A first round only warms up."""
    rounds = [{name: run(command)[0] for name, command in commands.items()} for _ in range(runs + 1)][1:]
    return {
        name: Cost(*(statistics.median(getattr(each[name], kind) for each in rounds) for kind in ("wall", "cpu")))
        for name in commands
    }


class _Children:
    """Processor time as the kernel adds it up for children: without those in a sandbox, which nobody waits for."""

    def enter(self) -> None:
        """Do nothing: a child is one."""

    def cpu(self) -> float:
        """Seconds so far."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime


class _ControlGroup:
    """Processor time of all processes of a control group of Linux."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def enter(self) -> None:
        """Make the current process a member."""
        (self._folder / "cgroup.procs").write_text(str(os.getpid()))

    def cpu(self) -> float:
        """Seconds so far, when all members have ended."""
        while (self._folder / "cgroup.procs").read_text():
            time.sleep(0.001)
        nanoseconds = self._folder / "cpuacct.usage"
        if nanoseconds.exists():
            return int(nanoseconds.read_text()) / 1e9
        return int((self._folder / "cpu.stat").read_text().split()[1]) / 1e6


@functools.cache
def _meter() -> _Children | _ControlGroup:
    """What tells processor time: a new control group, of the kernel's first kind or its second, where that is allowed."""
    root = Path("/sys/fs/cgroup")
    for parent, mark in ((root / "cpuacct", "cpuacct.usage"), (root, "cgroup.controllers")):
        if (parent / mark).exists() and os.access(parent, os.W_OK):
            folder = parent / f"chainrule-{os.getpid()}"
            folder.mkdir()
            atexit.register(folder.rmdir)
            return _ControlGroup(folder)
    return _Children()
