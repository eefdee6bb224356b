"""Turn the code cells of a Jupyter notebook into plain Python, line for line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.submissions.parsing import parse_quietly

__all__ = ["NotebookError", "code_cells", "plain_python"]

# A syntax tree takes a thousand bytes for one of source; no exercise comes near this.
_BODY_KEPT = {"time", "timeit", "capture"}
# A string that its line does not close ends with the line: no character is looked at twice.
_TOKEN = re.compile(r"""#.*|\"{3}|'{3}|"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[()\[\]{}]""")
_CLOSING = {quote: re.compile(rf"\\.|{quote}") for quote in ('"""', "'''")}
_ASSIGNED_MAGIC = re.compile(r"((?:[\w.,*\s]|\[[^\]=]*\])+)=\s*[!%]")


class NotebookError(ValueError):
    """The text is not a notebook; the message says why, in one line."""


def code_cells(text: str, max_characters: int) -> list[tuple[int, str]]:
    """List the code cells of a notebook that hold Python.

    Args:
        text: the notebook file's JSON, in any version that nbformat reads.
        max_characters: how much code, in all cells together, is still read.

    Returns:
        Pairs (number, source): the cell's number among the code cells, from 1, and its source with
        magics made harmless. Blank cells and cells in another language are counted, not listed.

    Raises:
        NotebookError: not JSON, JSON that is no notebook, or more code than `max_characters`.
        ImportError: nbformat is not installed.
    """
    sources = _code_sources(text)
    size = sum(map(len, sources))
    if size > max_characters:
        raise NotebookError(f"too large: {size:,} characters of code, at most {max_characters:,} are read")
    plain = [(number, plain_python(source)) for number, source in enumerate(sources, start=1)]
    return [(number, source) for number, source in plain if source is not None and source.strip()]


def plain_python(source: str) -> str | None:
    """Replace magics, shell commands and help requests by Python on the same lines.

    Only a cell that Python cannot parse is touched, and in it only lines that start a statement.

    Args:
        source: the cell as the student typed it.

    Returns:
        The cell with as many lines as before, or None where a cell magic makes it no Python.
    """
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    body = _without_cell_magics(source.split("\n"))
    if body is None:
        return None
    rewritten = "\n".join(_without_line_magics(body))
    # Parsed last, and only where it matters: a syntax tree costs far more than reading lines.
    return source if rewritten == source or _parses(source) else rewritten


def _code_sources(text: str) -> list[str]:
    import nbformat
    from nbformat import reader

    try:
        # Reading without validating: a missing cell id or an odd output is no reason to refuse code.
        notebook = nbformat.convert(reader.reads(text), 4)
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        return [_text(cell["source"]) for cell in cells]
    except reader.NotJSONError as error:
        raise NotebookError("not a notebook: its content is not JSON") from error
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise NotebookError("not a notebook: JSON of another kind") from error
    except nbformat.ValidationError as error:
        raise NotebookError(f"not a notebook: {str(error).splitlines()[0][:150]}") from error


def _text(source: object) -> str:
    if not isinstance(source, str):
        raise TypeError(f"cell source: got {type(source).__name__}, want str")
    return source


def _parses(source: str) -> bool:
    try:
        parse_quietly(source)
    except SyntaxError:
        return False
    return True


def _without_cell_magics(lines: list[str]) -> list[str] | None:
    """Blank the leading `%%time`-like lines; None when the body belongs to another program."""
    result = list(lines)
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        if not line.startswith("%%"):
            break
        name = line[2:].split()[:1]
        if not name or name[0] not in _BODY_KEPT:
            return None
        result[index] = ""
    return result


def _without_line_magics(lines: list[str]) -> list[str]:
    scanner = _Scanner()
    result = []
    in_magic = False
    for line in lines:
        if in_magic:  # the rest of a magic that a backslash continues
            result.append("")
            in_magic = line.endswith("\\")
            continue
        replacement = _replacement(line) if scanner.at_statement_start else None
        if replacement is None:
            scanner.feed(line)
        else:
            in_magic = line.endswith("\\")
        result.append(line if replacement is None else replacement)
    return result


def _replacement(line: str) -> str | None:
    """Give the Python that stands for a magic at the start of a statement; None for other lines."""
    statement = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    if statement.startswith(("%", "!", "?")) or _asks_for_help(statement):
        return f"{indent}pass"
    assigned = _ASSIGNED_MAGIC.match(statement)
    return f"{indent}{assigned.group(1).rstrip()} = None" if assigned else None


def _asks_for_help(statement: str) -> bool:
    if not statement.endswith("?"):
        return False
    scanner = _Scanner()
    scanner.feed(statement)
    return scanner.at_statement_start and not scanner.ends_in_text


@dataclass
class _Scanner:
    """Follows strings, brackets and continuations through source that need not be valid."""

    quote: str = ""
    depth: int = 0
    continued: bool = False
    ends_in_text: bool = False  # the last line ended in a comment or a string

    @property
    def at_statement_start(self) -> bool:
        return not self.quote and self.depth == 0 and not self.continued

    def feed(self, line: str) -> None:
        """Go on by one line, given without its line break."""
        position, token = 0, ""
        while found := (_CLOSING[self.quote] if self.quote else _TOKEN).search(line, position):
            position, token = found.end(), found.group()
            self._take(token)
        self.ends_in_text = bool(token) and position == len(line) and token[0] in "#'\""
        in_comment = self.ends_in_text and token[0] == "#"
        self.continued = line.endswith("\\") and not self.quote and not in_comment

    def _take(self, token: str) -> None:
        if self.quote:
            self.quote = "" if token == self.quote else self.quote
        elif token in _CLOSING:
            self.quote = token
        elif token in "([{":
            self.depth += 1
        elif token in ")]}":
            self.depth = max(0, self.depth - 1)
