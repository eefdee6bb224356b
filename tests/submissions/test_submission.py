"""Any file a class hands in becomes units, helpers, notes and problem lines."""

from __future__ import annotations

import ast
import json
import os
import pickle
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.submissions.load import (
    Chunk,
    Submission,
    SubmissionError,
    UnitSource,
    load_submission,
)

EXERCISES = {
    "u05_losses": ["mse", "cross_entropy"],
    "u04_activations": ["relu", "sigmoid", "softmax", "gelu"],
}
SOFTMAX = "def softmax(logits):\n    return logits\n"
LOSSES = "def mse(a, b):\n    return a - b\n\n\nclass cross_entropy:\n    x = 1\n"


def notebook(*cells: str) -> str:
    """Write a notebook with these code cells."""
    code: list[dict[str, Any]] = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": cell} for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": code})


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, each a second newer than the one before, into a folder."""
    for age, (name, content) in enumerate(files.items()):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (1_700_000_000 + age, 1_700_000_000 + age))
    return folder


def load(folder: Path, files: Mapping[str, str | bytes]) -> Submission:
    """Load a submission: a folder of these files, or the file where there is one."""
    write(folder, files)
    return load_submission(folder / next(iter(files)) if len(files) == 1 else folder, EXERCISES)


def problem(folder: Path, name: str, content: bytes) -> str:
    """Load a submission of one file that cannot be read, and return the line about it."""
    submission = load(folder, {name: content})
    assert submission.units == {}
    assert list(submission.problems) == [name]
    line = submission.problems[name]
    assert line.startswith(f"{name}: ")
    assert "\n" not in line
    return line.removeprefix(f"{name}: ")


def taken_from(submission: Submission) -> dict[str, str]:
    """Tell from which file each unit was taken."""
    return {unit: source.path for unit, source in submission.units.items()}


class TestSourceText:
    def test_a_file_is_one_chunk_and_stops_at_its_first_error(self, tmp_path: Path) -> None:
        """A .py named after its unit needs no note."""
        submission = load(tmp_path, {"u04_activations.py": SOFTMAX})
        chunk = Chunk("u04_activations.py", SOFTMAX)
        source = UnitSource("u04_activations", "u04_activations.py", (chunk,), tolerant=False)
        assert submission == Submission("u04_activations", {"u04_activations": source}, {}, (), {})

    def test_a_syntax_error_is_kept_as_source(self, tmp_path: Path) -> None:
        """The grader, not the loader, reports a syntax error."""
        submission = load(tmp_path, {"u04_activations.py": "def f(:\n"})
        assert submission.units["u04_activations"].chunks[0].source == "def f(:\n"
        assert submission.problems == {}

    @pytest.mark.parametrize(
        "data",
        [
            "s = 'é'\n".encode(),
            b"\xef\xbb\xbf" + "s = 'é'\n".encode(),
            "# -*- coding: latin-1 -*-\ns = 'é'\n".encode("latin-1"),
            "# coding: cp1252\r\ns = 'é'\r\n".encode("cp1252"),
            "# coding: ascii\ns = 'é'\n".encode(),
            "# coding: no-such-codec\ns = 'é'\n".encode(),
            "# coding: rot13\ns = 'é'\n".encode(),
            "# coding: punycode\ns = 'é'\n".encode(),
            "s = 'é'\r".encode(),
        ],
        ids=range(9),
    )
    def test_encodings_are_honoured_and_wrong_ones_are_utf_8(self, tmp_path: Path, data: bytes) -> None:
        """PEP 263 declarations and byte-order marks are read; what they get wrong is read as UTF-8."""
        source = load(tmp_path, {"u04_activations.py": data}).units["u04_activations"].chunks[0].source
        assert source.endswith("s = 'é'\n")
        assert "\ufeff" not in source

    @pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
    def test_another_encoding_names_byte_and_line(self, tmp_path: Path, start: bytes) -> None:
        """The student is told where the file stops being UTF-8 and what to do."""
        data = start + b"# one\n" * 11 + b"s = 'caf\xe9'\n"
        expected = "not UTF-8 (byte 0xe9 at line 12): save the file as UTF-8"
        assert problem(tmp_path, "u04_activations.py", data) == expected

    @pytest.mark.parametrize("data", [b"\x7fELF\0\0", "x = 1\n".encode("utf-16")])
    def test_binary_content_is_a_problem(self, tmp_path: Path, data: bytes) -> None:
        """NUL bytes mean a program, or the encoding that an editor calls Unicode."""
        expected = "binary or UTF-16, not Python source: save the file as UTF-8"
        assert problem(tmp_path, "u04_activations.py", data) == expected

    @pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
    def test_an_empty_file_is_a_problem(self, tmp_path: Path, data: bytes) -> None:
        """An upload that lost its content is not "not attempted"."""
        assert problem(tmp_path, "u04_activations.py", data) == "the file is empty"

    def test_an_over_size_file_is_a_problem(self, tmp_path: Path) -> None:
        """More than 2 MiB is no exercise."""
        assert problem(tmp_path, "u04_activations.py", b"#" * (2**21 + 1)) == "too large: more than 2 MiB"

    def test_source_can_always_be_sent_on(self, tmp_path: Path) -> None:
        """Lone surrogates and zero bytes, which a notebook can hold, are replaced."""
        submission = load(tmp_path, {"u04_activations.ipynb": notebook("x = '\ud800'\ny = '\0'")})
        (chunk,) = submission.units["u04_activations"].chunks
        assert chunk.source == "x = '?'\ny = '\ufffd'"

    def test_a_submission_can_be_pickled(self, tmp_path: Path) -> None:
        """Submissions travel to other processes."""
        submission = load(tmp_path, {"u04_activations.py": SOFTMAX})
        assert pickle.loads(pickle.dumps(submission)) == submission


class TestNotebooks:
    def test_code_cells_are_chunks_and_go_on_after_an_error(self, tmp_path: Path) -> None:
        """Cells keep their number, also where one has a syntax error or is not Python."""
        submission = load(tmp_path, {"u04_activations.ipynb": notebook(SOFTMAX, "%%bash\nls", "x = (", "!ls")})
        source = submission.units["u04_activations"]
        assert source.tolerant
        assert source.chunks == (
            Chunk("u04_activations.ipynb, cell 1", SOFTMAX),
            Chunk("u04_activations.ipynb, cell 3", "x = ("),
            Chunk("u04_activations.ipynb, cell 4", "pass"),
        )

    @pytest.mark.parametrize(
        ("data", "line"),
        [
            (b"print('hello')", "not a notebook: its content is not JSON"),
            (b'{"a": 1}', "not a notebook: "),
            (b"[1, 2]", "not a notebook: JSON of another kind"),
            (b'{"a": "\xe9"}', "not UTF-8 (byte 0xe9 at line 1)"),
            (b"", "the file is empty"),
            (notebook().encode(), "a notebook with no Python code in it"),
            (notebook("%%html\n<p>").encode(), "a notebook with no Python code in it"),
        ],
    )
    def test_what_is_no_notebook_is_a_problem(self, tmp_path: Path, data: bytes, line: str) -> None:
        """Each way of not being a notebook has its own line."""
        assert problem(tmp_path, "u04_activations.ipynb", data).startswith(line)

    def test_code_is_limited_though_outputs_are_not(self, tmp_path: Path) -> None:
        """A notebook may be large for its pictures, not for its code."""
        line = problem(tmp_path, "u04_activations.ipynb", notebook("#" * (2**21 + 1)).encode())
        assert line.startswith("too large: 2,097,153 characters of code")

    def test_missing_nbformat_is_the_callers_mistake(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """No student loses a grade over an instructor's installation."""
        monkeypatch.setitem(sys.modules, "nbformat", None)
        with pytest.raises(SubmissionError) as caught:
            load(tmp_path, {"u04_activations.ipynb": notebook(SOFTMAX)})
        needed = "reading notebooks needs nbformat: pip install 'chainrule[instructor]'"
        assert str(caught.value) == needed


class TestUnitByName:
    @pytest.mark.parametrize(
        "name",
        [
            "u04_activations (1).py",
            "u04_activations(2).py",
            "u04_activations-2.py",
            "u04_activations_v2.py",
            "u04_activations_final.py",
            "u04_activations - Copy (2).py",
            "Copy of u04_activations.py",
            "U04_Activations.PY",
            "doejane_123_456_u04_activations.py",
            "doejane_LATE_123_456_u04_activations-1.py",
        ],
    )
    def test_renamed_files_are_known_by_name(self, tmp_path: Path, name: str) -> None:
        """What browsers, Canvas and students do to a name is seen through, and noted."""
        submission = load(tmp_path, {name: "x = 1\n"})
        assert taken_from(submission) == {"u04_activations": name}
        assert submission.notes == (f"{name}: taken as u04_activations (by its name)",)

    def test_renamed_notebooks_are_known_by_name(self, tmp_path: Path) -> None:
        """Notebooks are renamed in the same ways."""
        submission = load(tmp_path, {"u04_activations-1.ipynb": notebook("x = 1")})
        assert taken_from(submission) == {"u04_activations": "u04_activations-1.ipynb"}

    @pytest.mark.parametrize("name", ["test_u04_activations.py", "u04_activations_helpers.py", "xu04_activations.py"])
    def test_names_that_only_contain_a_unit_are_not_it(self, tmp_path: Path, name: str) -> None:
        """A test or a helper that carries the unit's name is judged by its content."""
        assert "defines none of the exercises" in problem(tmp_path, name, b"x = 1\n")

    def test_the_exact_name_wins(self, tmp_path: Path) -> None:
        """A newer copy does not replace the file of the right name."""
        submission = load(tmp_path, {"u04_activations.py": SOFTMAX, "u04_activations (1).py": SOFTMAX})
        assert taken_from(submission) == {"u04_activations": "u04_activations.py"}
        expected = "u04_activations (1).py: not graded, u04_activations is taken from u04_activations.py"
        assert submission.notes == (expected,)

    def test_the_latest_of_several_copies_wins(self, tmp_path: Path) -> None:
        """Without the exact name, the file modified last is taken."""
        names = ["u04_activations-3.py", "u04_activations-1.py", "u04_activations-2.py"]
        submission = load(tmp_path, dict.fromkeys(names, SOFTMAX))
        assert taken_from(submission) == {"u04_activations": "u04_activations-2.py"}
        assert len(submission.notes) == 3

    def test_the_latest_of_an_archive_wins(self, tmp_path: Path) -> None:
        """In an archive the later date wins, and between equals the later member."""
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as target:
            for number, hour in ((1, 9), (3, 10), (2, 10), (4, 8)):
                info = zipfile.ZipInfo(f"u04_activations-{number}.py", (2024, 5, 1, hour, 0, 0))
                target.writestr(info, SOFTMAX)
        submission = load_submission(tmp_path / "a.zip", EXERCISES)
        assert taken_from(submission) == {"u04_activations": "u04_activations-2.py"}

    def test_an_unreadable_file_gives_way_to_its_copy(self, tmp_path: Path) -> None:
        """A readable copy is graded, and the broken file is still reported."""
        submission = load(tmp_path, {"u04_activations.py": b"", "u04_activations (1).py": SOFTMAX})
        assert taken_from(submission) == {"u04_activations": "u04_activations (1).py"}
        assert submission.problems == {"u04_activations.py": "u04_activations.py: the file is empty"}

    def test_units_come_in_their_order(self, tmp_path: Path) -> None:
        """The number in the name is the order."""
        submission = load(tmp_path, {"u05_losses.py": LOSSES, "u04_activations.py": SOFTMAX})
        assert list(submission.units) == ["u04_activations", "u05_losses"]


class TestUnitByContent:
    def test_the_largest_overlap_decides(self, tmp_path: Path) -> None:
        """A file of any name is the unit of which it defines most."""
        submission = load(tmp_path, {"homework.py": SOFTMAX + LOSSES})
        assert taken_from(submission) == {"u05_losses": "homework.py"}
        assert submission.notes == ("homework.py: taken as u05_losses (defines 2 of its exercises)",)

    def test_a_tie_is_the_lower_unit(self, tmp_path: Path) -> None:
        """Equal overlaps go to the earlier unit."""
        submission = load(tmp_path, {"homework.py": "def mse(): ...\nasync def relu(): ...\n"})
        assert list(submission.units) == ["u04_activations"]

    def test_a_syntax_error_does_not_hide_the_definitions(self, tmp_path: Path) -> None:
        """A file that does not parse is searched line by line."""
        submission = load(tmp_path, {"homework.py": "class mse(:\n\ndef cross_entropy(a) b\n"})
        assert submission.notes == ("homework.py: taken as u05_losses (defines 2 of its exercises)",)

    def test_only_top_level_definitions_count(self, tmp_path: Path) -> None:
        """A method or a variable of an exercise's name is not the exercise."""
        source = b"class A:\n    def softmax(self): ...\n\nrelu = 1\n"
        assert "defines none of the exercises" in problem(tmp_path, "homework.py", source)

    def test_a_definition_inside_a_string_does_not_count(self, tmp_path: Path) -> None:
        """Text that looks like a definition is text."""
        source = b"TEXT = '''\ndef softmax(x): ...\n'''\n"
        assert "defines none of the exercises" in problem(tmp_path, "homework.py", source)

    def test_a_large_submission_is_searched_without_parsing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Files built to be slow to parse cannot keep the grader busy, and are still recognised."""
        parsed: list[str] = []

        def parse(source: str) -> ast.Module:
            parsed.append(source)
            return ast.parse(source)

        monkeypatch.setattr("autograder.submissions.load.parse_quietly", parse)
        files = {f"h{index}.py": "#" * 1_000_000 + "\n" + SOFTMAX for index in range(5)}
        assert list(load(tmp_path, files).units) == ["u04_activations"]
        assert len(parsed) == 2

    def test_a_notebook_is_searched_over_all_its_cells(self, tmp_path: Path) -> None:
        """Definitions are collected from every cell."""
        submission = load(tmp_path, {"u04.ipynb": notebook("%time\n" + SOFTMAX, "def relu(x): ...")})
        assert submission.notes == ("u04.ipynb: taken as u04_activations (defines 2 of its exercises)",)
        assert submission.units["u04_activations"].chunks[1].name == "u04.ipynb, cell 2"

    def test_a_lone_file_without_exercises_is_told_what_was_looked_for(self, tmp_path: Path) -> None:
        """The line names the files and definitions that would have been found."""
        assert problem(tmp_path, "homework.py", b"x = 1\n") == (
            "defines none of the exercises (looked for files named u04_activations.py to u05_losses.py"
            " and for definitions of relu, sigmoid, softmax, ...)"
        )

    def test_the_fuller_file_wins_over_a_newer_one(self, tmp_path: Path) -> None:
        """A helper that defines one exercise does not replace the homework."""
        files = {"homework.py": SOFTMAX + "def relu(x): ...\n", "tools.py": SOFTMAX}
        submission = load(tmp_path, files)
        assert taken_from(submission) == {"u04_activations": "homework.py"}


class TestHelpers:
    def test_other_files_are_modules(self, tmp_path: Path) -> None:
        """Helpers, packages and empty package files can be imported."""
        files = {
            "u04_activations.py": SOFTMAX,
            "helper.py": "x = 1\n",
            "pkg/__init__.py": "",
            "pkg/a.py": "y = 2",
        }
        submission = load(tmp_path, files)
        assert submission.modules == {"helper": "x = 1\n", "pkg": "", "pkg.a": "y = 2"}
        assert submission.problems == {}

    def test_helpers_are_named_from_the_folder_of_their_unit(self, tmp_path: Path) -> None:
        """`import helper` works in a unit that lies in a folder of the submission."""
        files = {
            "hw/u04_activations.py": SOFTMAX,
            "hw/helper.py": "x = 1",
            "hw/pkg/a.py": "y = 2",
            "top.py": "z = 3",
        }
        assert set(load(tmp_path, files).modules) == {"helper", "pkg.a", "top"}

    def test_a_helper_taken_as_a_unit_can_still_be_imported(self, tmp_path: Path) -> None:
        """Matching by content takes nothing away from the file beside it."""
        files = {"u05_losses.py": "from tools import softmax\n", "tools.py": SOFTMAX}
        submission = load(tmp_path, files)
        assert taken_from(submission) == {"u04_activations": "tools.py", "u05_losses": "u05_losses.py"}
        assert submission.modules == {"tools": SOFTMAX}

    def test_names_that_cannot_be_imported_are_left_out(self, tmp_path: Path) -> None:
        """Copies and hyphenated names are no modules, nor are units and notebooks."""
        files = {
            "u04_activations.py": SOFTMAX,
            "u04_activations (1).py": SOFTMAX,
            "my-helper.py": "x = 1",
            "old/u04_activations.py": SOFTMAX,
            "notes.ipynb": notebook("x = 1"),
        }
        assert load(tmp_path, files).modules == {}

    def test_helpers_are_limited_in_number(self, tmp_path: Path) -> None:
        """After 500 helpers the rest is left out, with a note."""
        files = {"u04_activations.py": SOFTMAX} | {f"h{index:03}.py": "x = 1" for index in range(502)}
        submission = load(tmp_path, files)
        assert len(submission.modules) == 500
        assert submission.notes == ("h500.py: left out with all after it, more than 500 files or 8 MiB",)

    def test_helpers_are_limited_in_size(self, tmp_path: Path) -> None:
        """After 8 MiB of helpers the rest is left out."""
        files = {"u04_activations.py": SOFTMAX} | {f"h{index}.py": "#" * (2**21 - 1) for index in range(6)}
        assert len(load(tmp_path, files).modules) == 4
