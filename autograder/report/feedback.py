"""What a student reads: a failure in a few lines, a submission on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

import numpy as np

from autograder.assessment.verdict import Verdict
from autograder.grading.results import CaseGrade, ExerciseGrade, Grade
from autograder.worker.wire import Rng

__all__ = ["MARKS", "explain", "feedback_page", "of_files"]

#: One sign per verdict, the same everywhere.
MARKS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✗",
    Verdict.CRASHED: "✗",
    Verdict.TIMED_OUT: "✗",
    Verdict.BLOCKED: "·",
    Verdict.NOT_ATTEMPTED: "·",
}
_WIDTH = 76
_SourceLine = Callable[[str, int], str]


def explain(grade: ExerciseGrade, source_line: _SourceLine = lambda file, line: "") -> list[str]:
    """A failed exercise in a few lines; the first alone suffices.

    Args:
        grade: the exercise's grade.
        source_line: gives the student's source line for a file and a line number.

    Returns:
        The message; then, as far as they are known, the input, where it happened, what else fails, the likely cause and
        a question.
    """
    lines = [grade.message]
    shown = grade.shown
    if shown is not None and not shown.case.hidden:
        lines += _input_lines(shown)
        lines += _frame_lines(shown, source_line)
        lines += _output_lines(shown)
    lines += _others(grade)
    if grade.misconception is not None:
        lines.append(f"  you may have thought: {grade.misconception.belief}")
    if grade.hint:
        lines.append(f"  ask yourself: {grade.hint}")
    if grade.repair_text:
        lines.append(f"  {grade.repair_text}")
    return lines


def feedback_page(grade: Grade, source_line: _SourceLine = lambda file, line: "") -> str:
    """A submission's feedback as Markdown."""
    lines = [f"# {grade.submission}", "", f"**{grade.score:g} of {grade.max_score:g} points**", ""]
    lines += [f"- note: {note}" for note in grade.notes]
    for unit, exercises in groupby(grade.exercises, key=lambda each: each.exercise.unit):
        lines += ["", f"## {unit}", "", *_feedback_of_unit(list(exercises), source_line)]
    return "\n".join(lines) + "\n"


def _feedback_of_unit(grades: list[ExerciseGrade], source_line: _SourceLine) -> Iterator[str]:
    """What is wrong with the file, once; what was attempted, one by one; what was not, in one line."""
    for lines, affected in of_files(grades):
        yield f"- {MARKS[Verdict.CRASHED]} {len(affected)} exercises cannot run: {lines[0]}"
        yield from ("", *(f"      {line}" for line in lines[1:]), "")
    for grade in grades:
        if grade.verdict is not Verdict.NOT_ATTEMPTED and not grade.of_file:
            yield from _feedback_of(grade, source_line)
    waiting = [grade for grade in grades if grade.verdict is Verdict.NOT_ATTEMPTED]
    if len(waiting) == len(grades):
        points = sum(each.exercise.points for each in grades)
        yield f"- {MARKS[Verdict.NOT_ATTEMPTED]} nothing attempted, 0/{points:g} points"
    elif waiting:
        points = sum(each.exercise.points for each in waiting)
        names = ", ".join(f"`{each.exercise.name}`" for each in waiting)
        yield f"- {MARKS[Verdict.NOT_ATTEMPTED]} not attempted, 0/{points:g} points: {names}"


def of_files(grades: Iterable[ExerciseGrade]) -> list[tuple[tuple[str, ...], list[ExerciseGrade]]]:
    """Exercises whose whole file could not run, by the lines that say why."""
    found: dict[tuple[str, ...], list[ExerciseGrade]] = {}
    for grade in grades:
        if grade.of_file:
            found.setdefault(grade.of_file, []).append(grade)
    return list(found.items())


def _feedback_of(grade: ExerciseGrade, source_line: _SourceLine) -> Iterator[str]:
    verdict = grade.verdict.words
    points = f"{grade.score:g}/{grade.exercise.points:g}"
    yield f"- {MARKS[grade.verdict]} `{grade.exercise.name}` {verdict}, {points} points, {_counted(grade)}"
    if grade.message and grade.message != verdict:
        yield ""
        yield from (f"      {line}" for line in explain(grade, source_line))
        yield ""


def _counted(grade: ExerciseGrade) -> str:
    return f"{grade.passed} of {grade.total} cases passed"


def _input_lines(shown: CaseGrade) -> Iterator[str]:
    for name, value in shown.case.inputs.items():
        if isinstance(value, Rng):
            continue
        form = f" {value.dtype}{list(value.shape)}" if isinstance(value, np.ndarray) else ""
        head = f"  with {name}{form} = "
        yield head + _cut(_value_text(value), max(_WIDTH - len(head), 12))


def _value_text(value: object) -> str:
    if isinstance(value, np.ndarray):
        return " ".join(np.array2string(value, threshold=12, precision=6).split())
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        items = ", ".join(map(_value_text, value))
        return f"[{items}]" if isinstance(value, list) else f"({items}{',' if len(value) == 1 else ''})"
    return repr(value)


def _others(grade: ExerciseGrade) -> list[str]:
    """Further failing cases, by label."""
    failing = [each for each in grade.cases if each.outcome.verdict.is_failure]
    labels = [each.label for each in failing if each is not grade.shown and not each.case.hidden]
    more = f" and {len(labels) - 3} more" if len(labels) > 3 else ""
    return [f"  also failing: {', '.join(labels[:3])}{more}"] if labels else []


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1] + "…"


def _frame_lines(shown: CaseGrade, source_line: _SourceLine) -> Iterator[str]:
    for file, line, name in shown.outcome.frames:
        code = source_line(file, line).strip()
        yield f"  {file}, line {line}, in {name}{': ' if code else ''}{code}"


def _output_lines(shown: CaseGrade) -> Iterator[str]:
    printed = ["".join(c if c.isprintable() else " " for c in line) for line in shown.output.strip().splitlines()]
    if printed:
        more = f" ({len(printed)} lines)" if len(printed) > 1 else ""
        yield f"  printed: {_cut(printed[0], _WIDTH - 12)}{more}"
