"""`chainrule grade`: submissions in, grades and feedback out."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.options import data_option, device_option, units_option
from autograder.execution.executors import EXECUTORS, Executor, Limits, SandboxError, choose

if TYPE_CHECKING:
    from autograder.assessment.unitfile import CompiledUnit
    from autograder.classroom.run import GradedSubmission
    from autograder.classroom.store import Results
    from autograder.grading.course import Course, Extras
    from autograder.grading.results import Grade

__all__ = ["grade_command"]

GRADE_EPILOG = "Exit status: 0 all graded, 1 our grader failed on a submission, 2 wrong usage."


@click.command("grade", epilog=GRADE_EPILOG)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Folder for grades and feedback."
)
@click.option(
    "--sandbox", type=click.Choice(["strongest", *EXECUTORS]), default="strongest", show_default=True,
    help="How student code is kept apart.",
)  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Submissions at a time.")
@click.option("--seed-file", type=click.Path(path_type=Path), help="A file with your secret: adds hidden cases.")
@device_option
@data_option
@units_option
@click.option("--json", "as_json", is_flag=True, help="Print the grade, or a class's list, as JSON and nothing else.")
def grade_command(
    paths: tuple[Path, ...],
    output: Path | None,
    sandbox: str,
    workers: int,
    seed_file: Path | None,
    device: str,
    data: Path | None,
    as_json: bool,
) -> None:
    """Grade one submission or a class.

    A folder that holds unit files is one submission; otherwise each .py,
    .ipynb, .zip and folder in it is one. Student code runs in a sandbox and
    returns values; verdicts are made outside.

    \b
      chainrule grade solutions
      chainrule grade downloads/ -o results/ --seed-file secret.txt
      chainrule grade alice.ipynb --json
    """
    chosen = ThreadPoolExecutor(1).submit(choose, sandbox)  # a sandbox is tried while NumPy is imported here
    from autograder.classroom.seed import read_secret
    from autograder.classroom.store import Results
    from autograder.submissions.load import find_submissions

    course = _course(read_secret(seed_file), device, data)
    found = [submission for path in paths for submission in find_submissions(path, course.names())]
    executor = chosen.result()
    _announce(executor)
    results = Results(output) if output else None
    graded = _grade_all(found, course, executor, workers, results)
    if results is not None:
        results.finish(graded)
    _print(graded, as_json, single=len(paths) == 1 and found == [paths[0]])
    _finish(graded, output)


def _course(secret: str | None, device: str, data: Path | None) -> Course:
    """What is graded; hidden cases are built before a submission is read."""
    from autograder.assessment.catalog import require_fresh, unit_names
    from autograder.execution.devices import unavailable
    from autograder.grading.course import Course, no_extras

    require_fresh(*unit_names())
    extras: Extras = no_extras
    hidden: dict[str, CompiledUnit] = {}
    if device != "cpu" or data is not None:
        from autograder.authoring.live import live_cases

        extras = live_cases(device, data)
    if secret is not None:
        from rich.console import Console

        from autograder.authoring.hidden import hidden_units

        with Console(stderr=True).status("hidden cases: compiled once for a seed, which takes minutes"):
            hidden = hidden_units(secret, device="cpu" if unavailable(device) else device)
    return Course(hidden=hidden, device=device, extras=extras)


def _announce(executor: Executor) -> None:
    click.echo(f"sandbox: {executor.name}", err=True)
    if executor.name == "subprocess":
        reason = _why_not("bubblewrap")
        click.echo(f"warning: no isolation, student code can read and write your files ({reason})", err=True)


def _why_not(name: str) -> str:
    try:
        choose(name)
    except SandboxError as error:
        return str(error)
    return f"{name} would work: --sandbox {name}"


def _grade_all(
    paths: Sequence[Path], course: Course, executor: Executor, workers: int, results: Results | None
) -> list[GradedSubmission]:
    from rich.console import Console
    from rich.progress import Progress

    from autograder.classroom.run import grade_class

    graded = []
    with Progress(console=Console(stderr=True), transient=True, disable=len(paths) < 2) as progress:
        task = progress.add_task("grading", total=len(paths))
        for each in grade_class(paths, course, executor, Limits(), workers):
            graded.append(each)
            progress.advance(task)
            if results is not None:
                results.add(each)
    return graded


def _print(graded: Sequence[GradedSubmission], as_json: bool, single: bool) -> None:
    grades = [each.grade for each in graded if each.grade is not None]
    if as_json:
        value = [each.as_json() for each in grades]
        click.echo(json.dumps(value[0] if single and value else value, ensure_ascii=False, allow_nan=False))
    else:
        _table(grades)


_COLUMNS = ("submission", "points", "passed", "failed", "open", "first remark")


def _table(grades: Sequence[Grade]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(box=None, pad_edge=False)
    for name in _COLUMNS:
        table.add_column(name, justify="left" if name in ("submission", _COLUMNS[-1]) else "right", no_wrap=True)
    rows = [_row(each) for each in grades]
    used = sum(
        max(len(cell) for cell in column) + 2 for column in zip(_COLUMNS[:-1], *(row[:-1] for row in rows), strict=True)
    )
    for *cells, message in rows:
        shown = [*cells, _cut(message, max(console.width - used, len(_COLUMNS[-1])))]
        table.add_row(*map(Text, shown))  # as text: in a student's words brackets are no markup
    console.print(table)


def _row(grade: Grade) -> list[str]:
    from autograder.assessment.verdict import Verdict

    verdicts = [exercise.verdict for exercise in grade.exercises]
    passed, failed = verdicts.count(Verdict.PASSED), sum(verdict.is_failure for verdict in verdicts)
    waiting = len(verdicts) - passed - failed
    return [
        grade.submission,
        f"{grade.score:g}/{grade.max_score:g}",
        str(passed),
        str(failed),
        str(waiting),
        _first(grade),
    ]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _first(grade: Grade) -> str:
    failed = [each for each in grade.exercises if each.verdict.is_failure]
    if failed:
        return (
            f"{failed[0].exercise.name}: {failed[0].misconception.name}"
            if failed[0].misconception
            else failed[0].message
        )
    return next(iter(grade.notes), "")


def _finish(graded: Sequence[GradedSubmission], output: Path | None) -> None:
    if output is not None:
        click.echo(f"grades and feedback: {output}", err=True)
    faults = [each for each in graded if each.grade is None]
    for each in faults:
        click.echo(f"chainrule: {each.name} could not be graded: {each.fault}", err=True)
    sys.exit(1 if faults else 0)
