"""Stubs from model answers: signatures and docstrings stay, bodies become `raise NotImplementedError`."""

from __future__ import annotations

import ast
from collections.abc import Collection

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
            edits += _edits(node, f"{slug}.{node.name}")
    for first, last, replacement in sorted(edits, reverse=True):
        lines[first - 1 : last] = replacement
    return "\n".join(lines) + "\n"


def _edits(node: Definition, identifier: str) -> list[tuple[int, int, list[str]]]:
    """Line ranges (first and last, from 1) to replace."""
    if isinstance(node, ast.FunctionDef):
        return [_empty_body(node, identifier)]
    edits = []
    for item in node.body:
        if isinstance(item, ast.FunctionDef):
            private = item.name.startswith("_") and not item.name.endswith("__")
            edits.append(_removal(item) if private else _empty_body(item, identifier))
    return edits


def _empty_body(node: ast.FunctionDef, identifier: str) -> tuple[int, int, list[str]]:
    indent = " " * (node.col_offset + 4)
    raises = f'{indent}raise NotImplementedError("{identifier}")'
    last = node.end_lineno or node.lineno
    if ast.get_docstring(node) is None:
        return node.body[0].lineno, last, [raises]
    docstring_end = node.body[0].end_lineno or node.lineno
    return docstring_end + 1, max(last, docstring_end), [raises]


def _removal(node: ast.FunctionDef) -> tuple[int, int, list[str]]:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return first - 1, node.end_lineno or node.lineno, []
