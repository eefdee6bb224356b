"""`chainrule check`: the verdicts of `pytest exercises/`, without pytest."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import EXIT_STATUS
from autograder.cli.options import data_option, device_option, units_option
from autograder.execution.executors import choose

if TYPE_CHECKING:
    from autograder.grading.course import Course
    from autograder.grading.results import ExerciseGrade, Grade
    from autograder.submissions.load import Submission

__all__ = ["check"]

_COLOURS = {"passed": "green", "failed": "red", "crashed": "red", "timed_out": "red"}


@click.command(epilog=EXIT_STATUS)
@click.argument("what", nargs=-1, metavar="[UNIT | EXERCISE | FILE]...")
@device_option
@data_option
@units_option
@click.option("--json", "as_json", is_flag=True, help="Print the grade as JSON and nothing else.")
def check(what: tuple[str, ...], device: str, data: Path | None, as_json: bool) -> None:
    """Check your answers; with no argument, all of exercises/.

    \b
      chainrule check                      everything that you have started
      chainrule check activations          one unit
      chainrule check activations.softmax  one exercise
      chainrule check my_answers.py        another file, folder or notebook
    """
    executor = choose("subprocess")
    worker = executor.start()  # it imports NumPy while this process does
    # Imported only now, for the same reason.
    from autograder.assessment.catalog import require_fresh
    from autograder.execution.session import RemoteSession
    from autograder.grading.grader import grade

    session = RemoteSession(executor, process=worker)
    try:
        submission, course, only = _asked(what, device, data)
        require_fresh(*[each.name for each in course.units() if each.name in submission.units])
        result = grade(submission, course, session, only=only)
    finally:
        session.close()
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, allow_nan=False))
    else:
        _show(result, submission)
    sys.exit(int(any(each.verdict.is_failure for each in result.exercises)))


def _asked(what: tuple[str, ...], device: str, data: Path | None) -> tuple[Submission, Course, set[str] | None]:
    """The files to check, the course, and the ids of the exercises to check; None for all."""
    from autograder.assessment.catalog import find, unit
    from autograder.grading.course import Course, Extras, no_extras
    from autograder.submissions.folder import with_siblings
    from autograder.submissions.load import SubmissionError, load_submission

    if "" in what:
        raise SubmissionError("an empty name: want a unit, an exercise or a file")
    files = [Path(each) for each in what if _is_path(each)]
    chosen = {exercise.id for each in what if not _is_path(each) for exercise in find(each)}
    named = {unit(each.partition(".")[0]).name for each in what if not _is_path(each)}
    if len(files) > 1:
        raise SubmissionError(f"one file or folder at a time, got {len(files)}")
    extras: Extras = no_extras
    if device != "cpu" or data is not None:
        from autograder.authoring.live import live_cases

        extras = live_cases(device, data)
    course = Course(only=named or None, device=device, extras=extras)
    path = files[0] if files else _exercises_folder(named)
    # In one's own folder each file has its unit's name: another unit's is not looked through for exercises of this one.
    submission = load_submission(path, course.names() if files else Course().names())
    if path.is_file() or path.absolute().name in submission.units:
        submission = with_siblings(submission, path)
    return submission, course, _selection(chosen, submission, files)


def _selection(chosen: set[str], submission: Submission, files: list[Path]) -> set[str] | None:
    """What to grade: what was named; else, of a file of the user's, the units in it."""
    from autograder.assessment.catalog import find

    if chosen or not files or not submission.units:
        return chosen or None
    return {exercise.id for name in submission.units for exercise in find(name)}


def _is_path(text: str) -> bool:
    return any(mark in text for mark in "/\\") or text.endswith((".py", ".ipynb", ".zip")) or Path(text).exists()


def _exercises_folder(named: set[str]) -> Path:
    """The folder that holds the units that were named, or else some: here, or beside units kept elsewhere."""
    from autograder.assessment.catalog import unit, unit_names
    from autograder.submissions.load import SubmissionError

    for names in (named, unit_names()):
        for folder in (Path("exercises"), Path(), *(unit(name).path.parent.parent / "exercises" for name in names)):
            if any((folder / f"{name}.py").exists() for name in names):
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
    from autograder.assessment.verdict import Verdict
    from autograder.report.feedback import MARKS, of_files

    started = [each for each in grades if each.verdict is not Verdict.NOT_ATTEMPTED]
    passed = sum(each.verdict is Verdict.PASSED for each in grades)
    waiting = len(grades) - len(started)
    click.secho(f"{slug}: {passed} of {len(grades)} exercises passed", bold=True)
    for lines, affected in of_files(started):
        click.echo(
            f"  {click.style(MARKS[Verdict.CRASHED], fg='red')} {len(affected)} exercises cannot run: {lines[0]}"
        )
        for line in lines[1:]:
            click.echo(f"      {line}")
    for each in started:
        if not each.of_file:
            _show_exercise(each, submission)
    if waiting:
        names = ", ".join(each.exercise.name for each in grades if each.verdict is Verdict.NOT_ATTEMPTED)
        text = names if started or len(grades) == 1 else f"all {waiting}"
        click.echo(textwrap.fill(f"not attempted: {text}", 78, initial_indent="  · ", subsequent_indent="    "))


def _show_exercise(each: ExerciseGrade, submission: Submission) -> None:
    from autograder.assessment.verdict import Verdict
    from autograder.report.feedback import MARKS, explain
    from autograder.submissions.source import source_lines

    mark = click.style(MARKS[each.verdict], fg=_COLOURS.get(each.verdict))
    counted = f"{each.passed:>2} of {each.total:>2} public cases passed"
    click.echo(f"  {mark} {each.exercise.name:<26} {each.verdict.words:<10} {counted}")
    if each.verdict is not Verdict.PASSED:
        for line in explain(each, source_lines(submission)):
            click.echo(f"      {line}")


def _total(result: Grade) -> str:
    passed = sum(each.verdict == "passed" for each in result.exercises)
    return (
        f"{passed} of {len(result.exercises)} exercises, {result.score:g} of {result.max_score:g} points (public cases)"
    )
