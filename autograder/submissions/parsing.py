"""Parse students' source: without the warnings that Python would print, within bounds, and one text at a time."""

from __future__ import annotations

import ast
import threading
import warnings

__all__ = ["MAX_PARSED", "parse_quietly"]

#: A longer text takes Python's parser seconds and gigabytes; no honest answer is near it.
MAX_PARSED = 256 * 1024
#: Python 3.11 counts the depth of a tree being built once for all threads, and fails if two of them build at a time;
#: filters of warnings are shared by all threads too.
_ONE_AT_A_TIME = threading.Lock()


def parse_quietly(source: str, name: str = "<unknown>") -> ast.Module:
    """Parse source.

    Args:
        source: Python source.
        name: the file's name, for messages.

    Returns:
        The syntax tree.

    Raises:
        SyntaxError: the source is not valid Python, or too long or too deeply nested to be parsed.
    """
    if len(source) > MAX_PARSED:
        raise SyntaxError(f"too long to be parsed: {len(source):,} characters")
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source, name)
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(f"cannot be parsed: {error}") from error
