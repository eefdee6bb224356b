"""What assessments and grading cost, beside what they should: `python -m tests.benchmarks.figures` prints a table.

What students run is measured in a student's install, and each command in turns with the bare one that it is held
against. A cost is a median of several runs: a number of times the bare cost, then both in seconds.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.assessment.catalog import unit
from autograder.authoring.stubs import stub_source
from autograder.otter.build import choose_units
from tests.benchmarks import own_compute
from tests.benchmarks.assessment_lines import all_lines, lines_by_exercise, median_and_p90
from tests.benchmarks.commands import Command, Cost, counts_sandboxes, run, take_turns
from tests.benchmarks.student import PROJECT, StudentInstall, install

#: The unit whose file is graded alone, and handed in by a class.
UNIT = "u04_activations"
#: Where a network is trained: what is measured there is the student's own code.
TRAINING = ("project_", "train_autoencoder", "self_training_round", "fine_tune_step")
EMPTY_TESTS = """import pytest


@pytest.mark.parametrize("case", range({count}))
def test_nothing(case):
    pass
"""
Row = tuple[str, str, str]


def main() -> None:
    """Print the table, row by row as they are measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each command (default 5)")
    parser.add_argument("--students", type=int, default=100, help="size of the class (default 100)")
    parser.add_argument(
        "--demo", action="store_true", help="measure `make demo` in a new clone of the last commit, too"
    )
    options = parser.parse_args()
    print("| | measured | reach |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for row in _rows(Path(folder), options.runs, options.students, options.demo):
            print(f"| {' | '.join(row)} |", flush=True)
    if not counts_sandboxes():
        print("\nProcessor time leaves out what ran in a sandbox: counting it takes root and a control group.")


def _rows(folder: Path, runs: int, students: int, demo: bool) -> Iterator[Row]:
    yield from _lines()
    (folder / "student").mkdir()
    student = install(folder / "student")
    measure = _Measure(student, runs)
    yield measure.stubs()
    yield measure.check()
    yield measure.solved()
    yield measure.one_file()
    yield measure.whole_class(students)
    if demo:
        yield _demo(folder / "clone")


def _lines() -> Iterator[Row]:
    median, p90 = median_and_p90(lines_by_exercise().values())
    yield "lines of assessment for an exercise: median, p90", f"{median:.0f}, {p90:.0f}", "≤ 60, ≤ 150"
    yield "all of `autograder/units`, and `assessment/checks`", f"{all_lines():,}", "≤ 24,000"


class _Measure:
    """The rows that are measured in a student's install."""

    def __init__(self, student: StudentInstall, runs: int) -> None:
        self._student, self._runs = student, runs
        self._solved = student.solved("solved", *(each.name for each in choose_units([])[0]))
        self._file = self._solved / "exercises" / f"{UNIT}.py"
        for path in (self._solved / "exercises").glob("u*.py"):
            _leave_out_training(path)

    def stubs(self) -> Row:
        """Nothing attempted."""
        stubs = self._student.stubs
        whole = self._command("pytest", "exercises", folder=stubs)
        bare = self._command("-c", "import numpy, pytest", folder=stubs)
        return "`pytest exercises/` on untouched stubs", self._beside(whole, bare), "≤ 2.2 ×"

    def check(self) -> Row:
        """One exercise."""
        whole = self._command("chainrule", "check", "activations.softmax")
        return "`chainrule check activations.softmax`", self._beside(whole, self._bare()), "≤ 4 ×"

    def solved(self) -> Row:
        """Everything but what trains a network."""
        count = run(self._command("pytest", "exercises", "--collect-only", "-q"))[1].count("::")
        empty = self._student.folder / "empty" / "test_nothing.py"
        empty.parent.mkdir()
        empty.write_text(EMPTY_TESTS.format(count=count), encoding="utf-8")
        bare = self._command("pytest", empty.name, folder=empty.parent)
        figure = self._beside(self._command("pytest", "exercises"), bare)
        return f"all solved but what trains, beside {count} empty tests", figure, "≤ 2 ×"

    def one_file(self) -> Row:
        """One submission of one unit."""
        costs = self._turns(self._command("chainrule", "grade", self._file), self._bare())
        figure = ", ".join(_times(costs, kind) for kind in ("cpu", "wall"))
        return "`chainrule grade` of one file of one unit: CPU, wall", figure, "≤ 2.5 ×, ≤ 4 ×"

    def whole_class(self, students: int) -> Row:
        """A class of one unit."""
        folder = self._student.folder / "class"
        folder.mkdir()
        for number in range(students):
            shutil.copy(self._file, folder / f"student{number:03}.py")
        whole = self._command("chainrule", "grade", folder, "-o", folder.with_name("out"))
        each = run(whole)[0].cpu / students
        bare = take_turns({"bare": self._bare()}, self._runs)["bare"].cpu
        own = self._own_compute()
        figure = f"{each / (bare + own):.2f} × ({each:.3f} s beside {bare:.3f} + {own:.3f} s)"
        return f"a class of {students} such files: CPU a submission, beside NumPy and own compute", figure, "≤ 1.3 ×"

    def _own_compute(self) -> float:
        command = self._command(own_compute.__file__, self._file, UNIT)
        return sorted(float(run(command)[1]) for _ in range(self._runs))[self._runs // 2]

    def _command(self, *words: str | Path, folder: Path | None = None) -> Command:
        return self._student.command(folder or self._solved, *words)

    def _bare(self) -> Command:
        return self._command("-c", "import numpy")

    def _beside(self, whole: Command, bare: Command) -> str:
        return _times(self._turns(whole, bare), "wall")

    def _turns(self, whole: Command, bare: Command) -> tuple[Cost, Cost]:
        costs = take_turns({"whole": whole, "bare": bare}, self._runs)
        return costs["whole"], costs["bare"]


def _leave_out_training(path: Path) -> None:
    """Make stubs again of the exercises that train."""
    found = unit(path.stem)
    names = [entry.name for entry in found.exercises if entry.name.startswith(TRAINING)]
    path.write_text(stub_source(path.read_text(encoding="utf-8"), found.slug, names), encoding="utf-8")


def _times(costs: tuple[Cost, Cost], kind: str) -> str:
    whole, bare = (getattr(cost, kind) for cost in costs)
    return f"{whole / bare:.1f} × ({whole:.2f} s beside {bare:.2f} s)"


def _demo(clone: Path) -> Row:
    run(Command(["git", "clone", "--quiet", PROJECT, clone], PROJECT))
    cost, _ = run(Command(["make", "demo"], clone))
    size = int(run(Command(["du", "-sm", ".venv"], clone))[1].split()[0])
    return "`make demo` from nothing: seconds, MB installed", f"{cost.wall:.0f} s, {size} MB", "≤ 60 s, ≤ 500 MB"


if __name__ == "__main__":
    main()
