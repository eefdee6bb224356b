"""Stubs from model answers: signatures and docstrings stay, bodies become `raise NotImplementedError`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

__all__ = ["stub_source"]

Definition = ast.FunctionDef | ast.ClassDef


def stub_source(source: str, slug: str, exercises: Collection[str]) -> str:
    """The file that students edit.

    Args:
        source: a solution file.
        slug: the unit's slug, for the ids in the messages.
        exercises: names of the exercises; other top-level names are given to students as they are.

    Returns:
        The same file in which every exercise's functions and methods only raise. Private helper methods are left out.
    """
    lines = source.splitlines()
    edits: list[tuple[int, int, list[str]]] = []
    for node in ast.parse(source).body:
        if isinstance(node, Definition) and node.name in exercises:
            edits += _edits(node, lines, f"{slug}.{node.name}")
    for first, last, replacement in sorted(edits, reverse=True):
        lines[first - 1 : last] = replacement
    return "\n".join(lines) + "\n"


def _edits(node: Definition, lines: Sequence[str], identifier: str) -> list[tuple[int, int, list[str]]]:
    """Line ranges (first and last, from 1) to replace."""
    if isinstance(node, ast.FunctionDef):
        return [_empty_body(node, lines, identifier)]
    edits = []
    for item in node.body:
        if isinstance(item, ast.FunctionDef):
            private = item.name.startswith("_") and not item.name.endswith("__")
            edits.append(_removal(item, lines) if private else _empty_body(item, lines, identifier))
    return edits


def _empty_body(node: ast.FunctionDef, lines: Sequence[str], identifier: str) -> tuple[int, int, list[str]]:
    indent = " " * (node.col_offset + 4)
    raises = f'{indent}raise NotImplementedError("{identifier}")'
    last = _last_line(node, lines)
    if ast.get_docstring(node) is None:
        return _comments_above(_first_line(node.body[0]), lines, blank=True), last, [raises]
    docstring_end = node.body[0].end_lineno or node.lineno
    return docstring_end + 1, max(last, docstring_end), [raises]


def _removal(node: ast.FunctionDef, lines: Sequence[str]) -> tuple[int, int, list[str]]:
    first = _comments_above(_first_line(node), lines, blank=False)
    if not lines[first - 2].strip():
        first -= 1
    return first, _last_line(node, lines), []


def _first_line(node: ast.stmt) -> int:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.ClassDef) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _comments_above(first: int, lines: Sequence[str], *, blank: bool) -> int:
    """The first of the comments, and perhaps blank lines, that stand right above a line."""
    while (above := lines[first - 2].strip()).startswith("#") or (blank and not above):
        first -= 1
    return first


def _last_line(node: ast.FunctionDef, lines: Sequence[str]) -> int:
    """The end of a body with the comments that trail it."""
    last = node.end_lineno or node.lineno
    for number, line in enumerate(lines[last:], last + 1):
        text = line.lstrip()
        if text and (not text.startswith("#") or len(line) - len(text) <= node.col_offset):
            break
        last = number if text else last
    return last
