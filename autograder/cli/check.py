"""`chainrule check`: the verdicts of `pytest exercises/`, without pytest."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

import click

from autograder.catalog import find, unit, unit_names
from autograder.cli.options import data_option, device_option
from autograder.cohort import source_lines
from autograder.feedback import MARKS, explain, of_files
from autograder.grade import grade
from autograder.grades import ExerciseGrade, Grade
from autograder.prepare import Course
from autograder.sandbox import choose
from autograder.session import RemoteSession
from autograder.siblings import with_siblings
from autograder.submission import Submission, SubmissionError, load_submission

__all__ = ["EXIT_STATUS", "check"]

EXIT_STATUS = "Exit status: 0 nothing failed, 1 something failed, 2 wrong usage."
_COLOURS = {"passed": "green", "failed": "red", "crashed": "red", "timed_out": "red"}


@click.command(epilog=EXIT_STATUS)
@click.argument("what", nargs=-1, metavar="[UNIT | EXERCISE | FILE]...")
@device_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print the grade as JSON and nothing else.")
def check(what: tuple[str, ...], device: str, data: Path | None, as_json: bool) -> None:
    """Check your answers; with no argument, all of exercises/.

    \b
      chainrule check                      everything that you have started
      chainrule check activations          one unit
      chainrule check activations.softmax  one exercise
      chainrule check my_answers.py        another file, folder or notebook
    """
    if "" in what:
        raise SubmissionError("an empty name: want a unit, an exercise or a file")
    files = [Path(each) for each in what if _is_path(each)]
    chosen = {exercise.id for each in what if not _is_path(each) for exercise in find(each)}
    named = {unit(each.partition(".")[0]).name for each in what if not _is_path(each)}
    course = Course(device=device, only=named or None, data=data)
    if len(files) > 1:
        raise SubmissionError(f"one file or folder at a time, got {len(files)}")
    path = files[0] if files else _exercises_folder()
    submission = load_submission(path, course.names())
    if path.is_file():
        submission = with_siblings(submission, path)
    result = grade(submission, course, RemoteSession(choose("subprocess")), only=_selection(chosen, submission, files))
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, allow_nan=False))
    else:
        _show(result, submission)
    sys.exit(int(any(each.verdict in ("failed", "crashed", "timed_out") for each in result.exercises)))


def _selection(chosen: set[str], submission: Submission, files: list[Path]) -> set[str] | None:
    """What to grade: what was named; else, of a file of the user's, the units in it."""
    if chosen or not files or not submission.units:
        return chosen or None
    return {exercise.id for name in submission.units for exercise in find(name)}


def _is_path(text: str) -> bool:
    return any(mark in text for mark in "/\\") or text.endswith((".py", ".ipynb", ".zip")) or Path(text).exists()


def _exercises_folder() -> Path:
    for folder in (Path("exercises"), Path()):
        if any((folder / f"{name}.py").exists() for name in unit_names()):
            return folder
    raise SubmissionError("no exercises here: go to the folder that holds exercises/, or name a file")


def _show(result: Grade, submission: Submission) -> None:
    for note in result.notes:
        click.echo(f"note: {note}")
    by_unit: dict[str, list[ExerciseGrade]] = {}
    for each in result.exercises:
        by_unit.setdefault(each.exercise.unit, []).append(each)
    for slug, grades in by_unit.items():
        _show_unit(slug, grades, submission)
    click.echo(_total(result))


def _show_unit(slug: str, grades: list[ExerciseGrade], submission: Submission) -> None:
    started = [each for each in grades if each.verdict != "not_attempted"]
    passed = sum(each.verdict == "passed" for each in grades)
    waiting = len(grades) - len(started)
    click.secho(f"{slug}: {passed} of {len(grades)} exercises passed", bold=True)
    for lines, affected in of_files(started):
        click.echo(f"  {click.style(MARKS['crashed'], fg='red')} {len(affected)} exercises cannot run: {lines[0]}")
        for line in lines[1:]:
            click.echo(f"      {line}")
    for each in started:
        if not each.of_file:
            _show_exercise(each, submission)
    if waiting:
        names = ", ".join(each.exercise.name for each in grades if each.verdict == "not_attempted")
        text = names if started or len(grades) == 1 else f"all {waiting}"
        click.echo(textwrap.fill(f"not attempted: {text}", 78, initial_indent="  · ", subsequent_indent="    "))


def _show_exercise(each: ExerciseGrade, submission: Submission) -> None:
    mark = click.style(MARKS[each.verdict], fg=_COLOURS.get(each.verdict))
    verdict = each.verdict.replace("_", " ")
    click.echo(
        f"  {mark} {each.exercise.name:<26} {verdict:<10} {each.passed:>2} of {each.total:>2} public cases passed"
    )
    if each.verdict != "passed":
        for line in explain(each, source_lines(submission)):
            click.echo(f"      {line}")


def _total(result: Grade) -> str:
    passed = sum(each.verdict == "passed" for each in result.exercises)
    return (
        f"{passed} of {len(result.exercises)} exercises, {result.score:g} of {result.max_score:g} points (public cases)"
    )
