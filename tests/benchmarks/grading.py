"""What grading costs, beside the bare cost of starting Python: `python -m tests.benchmarks.grading [--otter]`.

Every figure is the median of several runs of a whole command, in seconds of wall time; the commands take turns, so that
a busy moment of the machine spoils no single one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
CHAINRULE = [sys.executable, "-c", "from autograder.cli import main; main()"]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each command (default 5)")
    parser.add_argument("--otter", action="store_true", help="measure `otter run` too: several seconds a run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        commands = _commands(Path(folder), options.otter)
        times = _measure(commands, options.runs)
        submissions = _class_size(Path(folder))
    for name, each in times.items():
        print(f"{statistics.median(each):8.3f} s  {name}")
    print(f"{statistics.median(times['chainrule grade examples/class']) / submissions:8.3f} s  … per submission of it")


def _commands(folder: Path, otter: bool) -> Mapping[str, Sequence[str]]:
    stubs, solved = folder / "stubs", folder / "solved"
    for target, source in ((stubs, "exercises"), (solved, "solutions")):
        shutil.copytree(PROJECT / "exercises", target / "exercises")
        shutil.copy(PROJECT / "pyproject.toml", target)
        for file in (PROJECT / source).glob("u*.py"):
            shutil.copy(file, target / "exercises")
    python = sys.executable
    commands = {
        "python -c 'import numpy'": [python, "-c", "import numpy"],
        "python -c 'import numpy, pytest'": [python, "-c", "import numpy, pytest"],
        "pytest exercises/, untouched stubs": [python, "-m", "pytest", "-q", str(stubs / "exercises")],
        "pytest exercises/, model answers": [python, "-m", "pytest", "-q", str(solved / "exercises")],
        "chainrule grade solutions": [*CHAINRULE, "grade", str(PROJECT / "solutions"), "--json"],
        "chainrule grade one file": [*CHAINRULE, "grade", str(PROJECT / "solutions" / "u04_activations.py"), "--json"],
        "chainrule grade examples/class": [
            *CHAINRULE, "grade", str(PROJECT / "examples" / "class"), "-o", str(folder / "out"), "--json",
        ],
    }  # fmt: skip
    if otter:
        subprocess.run([*CHAINRULE, "otter", "build", "-o", str(folder / "otter")], check=True, capture_output=True)
        archive, file = folder / "otter" / "autograder.zip", PROJECT / "solutions" / "u04_activations.py"
        run = [
            str(Path(python).with_name("otter")),
            "run",
            "--no-logo",
            "-a",
            str(archive),
            "-o",
            str(folder),
            str(file),
        ]
        commands["otter run, the same file"] = run
    return commands


def _measure(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            start = time.perf_counter()
            subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
            times[name].append(time.perf_counter() - start)
    return times


def _class_size(folder: Path) -> int:
    return len(json.loads((folder / "out" / "grades.json").read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
