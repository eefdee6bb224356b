"""Notebook cells become plain Python without moving a line."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import pytest

from autograder.submissions.notebooks import NotebookError, code_cells, plain_python
from autograder.submissions.parsing import parse_quietly

LIMIT = 2 << 20


def notebook(*cells: str, **extra: Any) -> str:
    """Write a notebook of the current version with these code cells."""
    code: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": cell} for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": code, **extra})


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install numpy\nx = 1", "pass\nx = 1"),
        ("?softmax\nx = 1", "pass\nx = 1"),
        ("softmax?\nx = 1", "pass\nx = 1"),
        ("np.dot??", "pass"),
        ("for i in range(3):\n    %time f(i)\nx = 1", "for i in range(3):\n    pass\nx = 1"),
        ("if x:\n\t!ls", "if x:\n\tpass"),
        ("files = !ls\nx = 1", "files = None\nx = 1"),
        ("t = %timeit -o f()", "t = None"),
        ("if x:\n    t[0] = %timeit -o f()", "if x:\n    t[0] = None"),
        ("!pip install a \\\n    b \\\n    c\nx = 1", "pass\n\n\nx = 1"),
        ("!echo \"it's (\nx = 1\n!ls", "pass\nx = 1\npass"),
        ("x = 1\r\n%time y\r\nz = 2", "x = 1\npass\nz = 2"),
    ],
)
def test_line_magics_become_python_on_the_same_line(cell: str, plain: str) -> None:
    """Magics, shell lines and help requests are replaced in place, with their indentation."""
    result = plain_python(cell)
    assert result == plain
    parse_quietly(result)


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("%%time\nx = 1", "\nx = 1"),
        ("%%timeit -n 10\nx = 1", "\nx = 1"),
        ("%%capture out\n%%time\n!ls\nx = 1", "\n\npass\nx = 1"),
        ("\n%%time\nx = 1", "\n\nx = 1"),
    ],
)
def test_measuring_cell_magics_keep_their_body(cell: str, plain: str) -> None:
    """A cell that is only timed or captured is still Python."""
    assert plain_python(cell) == plain


@pytest.mark.parametrize("first", ["%%bash", "%%html", "%%writefile x.py", "%%", "%%javascript", "%%time\n%%sh"])
def test_other_cell_magics_drop_the_cell(first: str) -> None:
    """The body of another program's cell is not run as Python."""
    assert plain_python(f"{first}\nx = 1") is None


@pytest.mark.parametrize(
    "cell",
    [
        'x = """\n%time\n!ls\nwhat?\n"""',
        "x = (a\n% b)",
        "x = a \\\n% b",
        "x = 1  # is it?",
        "# %time\n#!ls",
        "s = '!ls'\nt = 'why?'",
        "def f():\n    '''\n    %time\n    '''\n    return '''\n!x\n'''",
    ],
)
def test_valid_python_is_left_alone(cell: str) -> None:
    """What Python can parse stays as it is, whatever it looks like."""
    assert plain_python(cell) == cell


@pytest.mark.parametrize(
    "kept",
    [
        'x = """\n%time\nfiles = !ls\nwhat?\n"""',
        "x = r'''\n\\d'''",
        "x = (a  # )\n% b)",
        "x = a \\\n% b",
        'print("a = %d" % 3)',
        "x = 1  # (why?",
        "x = \"(\" + '['  # {",
        "x = ''\n'''\n%time\n'''",
        "d['a?'] = b % c",
    ],
)
def test_strings_and_continued_lines_are_kept_beside_a_magic(kept: str) -> None:
    """In a cell that does need rewriting, only lines that start a statement are rewritten."""
    assert plain_python(f"{kept}\n!ls\ny = 2") == f"{kept}\npass\ny = 2"


def test_a_cell_too_long_to_be_parsed_is_still_rewritten() -> None:
    """Without a syntax tree, lines that start no statement are kept all the same."""
    kept = "x = 1\n" * 100_000 + "s = '''\n%time\n'''\n"
    assert plain_python(f"{kept}%time") == f"{kept}pass"


def test_a_real_syntax_error_stays_on_its_line() -> None:
    """A mistake beside a magic is still there to be reported, where the student made it."""
    result = plain_python("%time\ndef f(:\n    return 1")
    assert result == "pass\ndef f(:\n    return 1"
    with pytest.raises(SyntaxError) as caught:
        parse_quietly(result)
    assert caught.value.lineno == 2


@pytest.mark.parametrize(
    "line", [" " * 200_000 + "x!", '"\\' * 200_000, "a." * 200_000 + "!", "[" * 200_000, "x=[" * 70_000]
)
def test_hostile_lines_are_scanned_in_linear_time(line: str) -> None:
    """A long line built against a pattern costs no more than reading it."""
    started = time.monotonic()
    assert plain_python(f"!ls\n{line}") is not None
    assert time.monotonic() - started < 10


def test_code_cells_are_numbered_from_one_and_others_are_skipped() -> None:
    """Dropped and blank cells are counted, text cells are not, each cell stays its own."""
    document = json.loads(notebook("x = 1", "", "%%bash\nls", "y = ("))
    document["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": "# Title"})
    assert code_cells(json.dumps(document), LIMIT) == [(1, "x = 1"), (4, "y = (")]


def test_a_source_stored_as_lines_is_joined() -> None:
    """Jupyter stores a cell as a list of lines."""
    document = json.loads(notebook("?"))
    document["cells"][0]["source"] = ["a = 1\n", "b = 2"]
    assert code_cells(json.dumps(document), LIMIT) == [(1, "a = 1\nb = 2")]


def test_a_notebook_of_version_3_is_read() -> None:
    """Older notebooks are converted."""
    cell = {"cell_type": "code", "input": "x = 1", "outputs": [], "language": "python", "metadata": {}}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    assert code_cells(json.dumps(old), LIMIT) == [(1, "x = 1")]


def test_unknown_extra_fields_are_tolerated() -> None:
    """What an editor adds to a notebook is no reason to refuse the code in it."""
    assert code_cells(notebook("x = 1", colab={"a": 1}), LIMIT) == [(1, "x = 1")]


@pytest.mark.parametrize("text", ["", "x = 1", "{", '{"nbformat": 4'])
def test_text_that_is_not_json_is_refused(text: str) -> None:
    """A file that only carries the name of a notebook says so."""
    with pytest.raises(NotebookError, match="not a notebook: its content is not JSON"):
        code_cells(text, LIMIT)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "5",
        "{}",
        '{"a": 1}',
        '{"nbformat": 99, "cells": []}',
        '{"nbformat": 4, "cells": 3}',
        '{"nbformat": 4, "cells": [3]}',
        '{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code"}]}',
        notebook("?").replace('"?"', "5"),
        "[" * 100_000,
    ],
    ids=range(10),
)
def test_json_that_is_no_notebook_is_refused(text: str) -> None:
    """Any other JSON is refused in one line, whatever nbformat raises about it."""
    with pytest.raises(NotebookError, match=r"^not a notebook[^\n]*$"):
        code_cells(text, LIMIT)


def test_reading_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Imperfect notebooks cause no messages on the grader's own output."""
    code_cells(notebook("'\\d'\n", "!ls", stray=1), LIMIT)
    assert capfd.readouterr() == ("", "")


def test_too_much_code_is_refused() -> None:
    """The limit counts code, however large the outputs are."""
    with pytest.raises(NotebookError, match="too large: 11 characters of code, at most 10"):
        code_cells(notebook("x = 1", "y = 10"), 10)


def test_missing_nbformat_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller decides what to say about a missing package."""
    monkeypatch.setitem(sys.modules, "nbformat", None)
    with pytest.raises(ImportError):
        code_cells(notebook("x = 1"), LIMIT)


@pytest.mark.parametrize(
    "source", ["-" * 100_000 + "1", "(" * 1000, "x = 1\0", "a" + ".b" * 100_000, "x\n" * 1_000_000]
)
def test_source_that_breaks_the_parser_is_a_syntax_error(source: str) -> None:
    """Excessive nesting or length and zero bytes are the author's error, not a crash."""
    with pytest.raises(SyntaxError):
        parse_quietly(source)
