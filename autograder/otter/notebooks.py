"""Student notebooks: the lesson, and for each exercise its statement, its stub and a check, from the stubs' text."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.assessment.catalog import stub_text
from autograder.assessment.entry import Entry
from autograder.assessment.unitfile import CompiledUnit
from autograder.submissions.load import SubmissionError

__all__ = ["markdown", "student_notebook"]

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_SECTION = re.compile(r"(Args|Returns|Raises|Yields|Attributes|Source):\Z")
_ENTRY = re.compile(r"(\*{0,2}\w+): ")
_NAMED_ENTRIES = ("Args", "Raises", "Attributes")


@dataclass(frozen=True)
class _Part:
    """Consecutive lines of the stub file: an exercise, or what is given between two of them."""

    name: str  # the exercise's; empty for what is given
    source: str
    docstring: str = ""


def student_notebook(unit: CompiledUnit) -> str:
    """A unit as a notebook.

    Args:
        unit: the unit; its stubs must be installed.

    Returns:
        The notebook as JSON: the same text every time, so that building again changes nothing.

    Raises:
        SubmissionError: nbformat is not installed.
        CatalogError: the stubs are not installed.
    """
    try:
        import nbformat
    except ImportError as error:
        raise SubmissionError("notebooks need nbformat: pip install 'chainrule[instructor]'") from error
    text = stub_text(unit.name)
    notebook = nbformat.v4.new_notebook(
        cells=list(_cells(unit, text)), metadata={"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    )
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"


def markdown(docstring: str) -> str:
    """A docstring as Markdown: sections become headings, their entries lists; formulas are code by their indent."""
    lines: list[str] = []
    section = ""
    for line in inspect.cleandoc(docstring).splitlines():
        if found := _SECTION.match(line):
            section = found[1]
            lines += [f"**{section}**", ""]
        elif section and line.startswith("    "):
            lines.append(_in_section(line[4:], section))
        else:
            section = section if not line else ""
            lines.append(line)
    return "\n".join(lines)


def _in_section(line: str, section: str) -> str:
    if section not in _NAMED_ENTRIES:
        return line
    return _ENTRY.sub(r"- `\1`: ", line, count=1) if _ENTRY.match(line) else f"  {line.strip()}"


#: At the top of a file, in a function, or in the docstring of one that is to be written.
_EARLIER_UNIT = re.compile(r"^ *from \.(u\d\d_\w+) import", re.MULTILINE)


def _earlier_units(text: str) -> set[str]:
    """The units that a file imports, and those that they import in their turn."""
    direct = set(_EARLIER_UNIT.findall(text))
    return direct.union(*(_earlier_units(stub_text(name)) for name in direct))


def _cells(unit: CompiledUnit, text: str) -> Iterator[Any]:
    entries = {exercise.name: exercise for exercise in unit.exercises}
    earlier = sorted(_earlier_units(text))
    lesson, parts = _parts(text, list(entries))
    title, _, rest = lesson.partition("\n")
    yield _markdown_cell("lesson", f"# {title.rstrip('.')}\n{rest}")
    if earlier:
        files = ", ".join(f"`{name}.py`" for name in earlier)
        yield _markdown_cell("earlier", f"This unit builds on your earlier ones: keep {files} beside this notebook.")
    yield _code_cell("setup", f'from autograder.notebook import Grader\n\ngrader = Grader("{unit.name}")')
    for number, part in enumerate(parts):
        if part.name:
            yield from _exercise_cells(entries[part.name], part)
        else:
            yield _code_cell(f"given-{number}", part.source)
    yield _code_cell("check-all", "grader.check_all()")


def _exercise_cells(exercise: Entry, part: _Part) -> Iterator[Any]:
    points = f"{exercise.points:g} point{'' if exercise.points == 1 else 's'}"
    statement = f"## {exercise.name} ({points})\n\n{markdown(part.docstring)}"
    slug = exercise.name.replace("_", "-")
    yield _markdown_cell(f"{slug}-text", statement)
    yield _code_cell(f"{slug}-code", _with_summary(part.source))
    yield _code_cell(f"{slug}-check", f'grader.check("{exercise.name}")')


def _parts(text: str, exercises: Sequence[str]) -> tuple[str, list[_Part]]:
    """Split a stub file into its lesson and its parts, in their order: what is given may need an exercise above it."""
    tree = ast.parse(text)
    lesson = ast.get_docstring(tree) or ""
    lines = text.splitlines()
    parts: list[_Part] = []
    start = 0
    for node in tree.body:
        end = node.end_lineno or node.lineno
        source, start = "\n".join(lines[start:end]), end
        if lesson and node is tree.body[0]:
            continue
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in exercises:
            parts.append(_Part(node.name, source.strip("\n"), ast.get_docstring(node) or ""))
        elif parts and not parts[-1].name:
            parts[-1] = _Part("", f"{parts[-1].source}\n{source}")
        else:
            parts.append(_Part("", source.strip("\n")))
    return lesson, parts


def _with_summary(source: str) -> str:
    """A stub with the first line of its docstring: the statement stands above it."""
    definition = ast.parse(source).body[0]
    if not isinstance(definition, (ast.FunctionDef, ast.ClassDef)) or not ast.get_docstring(definition):
        return source
    docstring, lines = definition.body[0], source.splitlines()
    first, last = docstring.lineno - 1, docstring.end_lineno or docstring.lineno
    if last > first + 1:
        lines[first:last] = [f'{lines[first].rstrip()}"""']
    return "\n".join(lines)


def _markdown_cell(name: str, text: str) -> Any:
    from nbformat import v4

    return v4.new_markdown_cell(text, id=name)


def _code_cell(name: str, source: str) -> Any:
    from nbformat import v4

    return v4.new_code_cell(source, id=name)
