"""Student notebooks: made from the stubs' text, checking themselves, and accepted by the grader when solved."""

from __future__ import annotations

import ast
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.assessment.catalog import unit, unit_names, units
from autograder.execution.executors import choose
from autograder.execution.session import RemoteSession
from autograder.grading.course import Course
from autograder.grading.grader import grade
from autograder.grading.results import Grade
from autograder.notebook import Grader, GraderError
from autograder.otter.build import build_notebooks
from autograder.otter.notebooks import markdown, student_notebook
from autograder.submissions.load import SubmissionError, load_submission
from tests.conftest import SOLUTIONS, solution_text, write_solutions

UNIT = "u04_activations"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SOLUTIONS.parent)}


def notebook_of(name: str) -> Any:
    """A unit's student notebook."""
    return nbformat.reads(student_notebook(unit(name)), 4)


def cells_by_id(name: str) -> dict[str, Any]:
    """A notebook's cells."""
    return {cell.id: cell for cell in notebook_of(name).cells}


def solved(name: str) -> Any:
    """A student notebook with the model answers in place of the stubs."""
    source = solution_text(name)
    nodes = [node for node in ast.parse(source).body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    answers = {node.name: ast.get_source_segment(source, node) or "" for node in nodes}
    notebook = notebook_of(name)
    for cell in notebook.cells:
        if cell.id.endswith("-code"):
            definition = ast.parse(cell.source).body[0]
            assert isinstance(definition, (ast.FunctionDef, ast.ClassDef))
            cell.source = answers[definition.name]
    return notebook


def graded(folder: Path, name: str) -> Grade:
    """Grade the notebooks in a folder as one submission, one unit of it."""
    course = Course()
    ids = {exercise.id for exercise in unit(name).exercises}
    return grade(load_submission(folder, course.names()), course, RemoteSession(choose("strongest")), only=ids)


def is_needed_for_practice(name: str) -> bool:
    """Whether u13 needs a unit, through its own imports or those of u12, which needs u01 but not u02 and u03."""
    return name[:3] == "u01" or "u04" <= name[:3] <= "u12"


class TestStudentNotebook:
    @pytest.mark.parametrize("name", unit_names())
    def test_every_unit_gives_a_valid_notebook(self, name: str) -> None:
        """Valid by the format's schema, with unique ids, for the kernel python3, the same bytes every time."""
        text = student_notebook(unit(name))
        notebook = nbformat.reads(text, 4)
        nbformat.validate(notebook)
        assert text == student_notebook(unit(name))
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
        assert notebook.metadata.kernelspec.name == "python3"

    @pytest.mark.parametrize("name", unit_names())
    def test_solved_it_reaches_the_full_score(self, tmp_path: Path, name: str) -> None:
        """A notebook with the model answers in its cells passes like the file, with earlier units' files beside it."""
        for earlier in unit_names():
            if f"`{earlier}.py`" in "".join(cell.source for cell in notebook_of(name).cells if cell.id == "earlier"):
                write_solutions(tmp_path, earlier)
        nbformat.write(solved(name), tmp_path / f"{name}.ipynb")
        result = graded(tmp_path, name)
        assert [(each.exercise.id, each.message) for each in result.exercises if each.verdict != "passed"] == []
        assert result.score == result.max_score > 0

    @pytest.mark.parametrize("name", unit_names())
    def test_untouched_it_is_not_attempted(self, tmp_path: Path, name: str) -> None:
        """Handing in the notebook as it was given out scores nothing and fails nothing."""
        (tmp_path / f"{name}.ipynb").write_text(student_notebook(unit(name)), encoding="utf-8")
        assert {each.verdict for each in graded(tmp_path, name).exercises} == {"not_attempted"}

    def test_an_exercise_is_statement_stub_and_check(self) -> None:
        """In the unit's order: text with points, the stub, and the line that checks it."""
        cells = cells_by_id(UNIT)
        assert cells["setup"].source == f'from autograder.notebook import Grader\n\ngrader = Grader("{UNIT}")'
        assert cells["softmax-text"].source.startswith("## softmax (2 points)\n\nTurn scores into probabilities")
        assert cells["softmax-code"].source.endswith('raise NotImplementedError("activations.softmax")')
        assert cells["softmax-check"].source == 'grader.check("softmax")'
        order = [key.removesuffix("-text").replace("-", "_") for key in cells if key.endswith("-text")]
        assert order == [exercise.name for exercise in unit(UNIT).exercises]

    def test_the_lesson_and_what_is_given_come_first(self) -> None:
        """The module's docstring is the first cell; imports and helpers follow the setup."""
        cells = list(cells_by_id(UNIT).values())
        assert [cell.id for cell in cells[:3]] == ["lesson", "setup", "given-0"]
        assert cells[0].source.startswith("# Activations: ")
        assert "import numpy as np" in cells[2].source

    def test_earlier_units_are_listed(self) -> None:
        """Those that the file or one of its functions imports, and those that they import in their turn."""
        cells = cells_by_id("u13_practice")
        assert "    from .u12_network import Conv2D, MaxPool2D" in cells["vgg-block-text"].source
        listed = [f"`{name}.py`" in cells["earlier"].source for name in unit_names()]
        assert listed == [is_needed_for_practice(name) for name in unit_names()]

    def test_docstrings_become_markdown(self) -> None:
        """Sections are headings, entries a list with their continuation, formulas stay indented."""
        entries = "Args:\n        x: a vector,\n            any length.\n\n    Returns:\n        y.\n"
        text = f"Sum.\n\n        y = Σ x\n\n    {entries}"
        assert markdown(text) == (
            "Sum.\n\n    y = Σ x\n\n**Args**\n\n- `x`: a vector,\n  any length.\n\n**Returns**\n\ny."
        )

    def test_building_writes_one_per_unit(self, tmp_path: Path) -> None:
        """Into `notebooks`, named after the units, in their order."""
        paths = build_notebooks(tmp_path / "dist", units())
        assert [path.stem for path in paths] == list(unit_names())
        assert sorted((tmp_path / "dist" / "notebooks").iterdir()) == paths

    def test_without_nbformat_the_line_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A missing package is one line, not a traceback."""
        monkeypatch.setitem(sys.modules, "nbformat", None)
        with pytest.raises(SubmissionError, match=r"notebooks need nbformat: pip install 'chainrule\[instructor\]'"):
            student_notebook(unit(UNIT))


RIGHT = "import numpy as np\ndef tanh(x):\n    return np.tanh(x)"
STUB = 'def relu(x):\n    raise NotImplementedError("activations.relu")'
BROKEN = "def sigmoid(x):\n    y = 1 / (1 + np.exp(-x)\n    return y"


@pytest.fixture
def shell() -> Iterator[Any]:
    """A real IPython shell, as a notebook's kernel has one, with a grader in it."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    main, hook = sys.modules["__main__"], sys.excepthook
    instance: Any = InteractiveShell.instance(config=config)
    instance.run_cell(f'from autograder.notebook import Grader\ngrader = Grader("{UNIT}")', store_history=True)
    yield instance
    InteractiveShell.clear_instance()
    sys.modules["__main__"], sys.excepthook = main, hook


def run(shell: Any, *cells: str) -> Any:
    """Run cells; the last one's result."""
    for cell in cells:
        ran = shell.run_cell(cell, store_history=True)
    return ran.result


class TestGrader:
    def test_a_right_answer_passes_the_public_cases(self, shell: Any) -> None:
        """The plain text and the HTML say so in a line."""
        result = run(shell, RIGHT, 'grader.check("tanh")')
        assert repr(result) == "✓ tanh: public cases passed"
        assert result._repr_html_() == "<strong>✓ tanh: public cases passed</strong>"

    def test_a_wrong_answer_is_explained(self, shell: Any) -> None:
        """The call, what differs, the known mistake, and HTML that shows the signs in it."""
        result = run(shell, "def relu(x):\n    return abs(x)", 'grader.check("activations.relu")')
        assert result.verdict == "failed"
        assert "relu(x): " in repr(result)
        assert "<pre>" in result._repr_html_()
        assert "<module" not in result._repr_html_()

    def test_an_exception_names_the_cell_and_the_line(self, shell: Any) -> None:
        """A frame of the student's is shown with the number that the notebook shows beside the cell."""
        result = run(shell, RIGHT, "%time 1\ndef elu(x, alpha=1.0):\n    return x + nothing", 'grader.check("elu")')
        assert result.verdict == "crashed"
        assert "cell [3], line 3, in elu: return x + nothing" in repr(result)

    def test_stubs_and_missing_names_are_not_attempted(self, shell: Any) -> None:
        """Not attempted is not wrong, and nothing is said about it."""
        run(shell, STUB)
        assert repr(run(shell, 'grader.check("relu")')) == "· relu: not attempted"
        assert repr(run(shell, 'grader.check("gelu")')) == "· gelu: not attempted"

    def test_the_last_version_counts(self, shell: Any) -> None:
        """A cell that is corrected and run again replaces what it said before, syntax errors included."""
        run(shell, RIGHT, STUB, BROKEN)
        assert run(shell, 'grader.check("sigmoid")').verdict == "crashed"
        run(shell, "def sigmoid(x):\n    return 0.5 * (1 + np.tanh(0.5 * x))", "def relu(x):\n    return x * (x > 0)")
        assert run(shell, 'grader.check("sigmoid")').verdict == "passed"
        assert run(shell, 'grader.check("relu")').verdict == "passed"

    def test_loops_over_elements_are_found(self, shell: Any) -> None:
        """Lines are counted in cells as they are in files."""
        loop = "    for i in np.ndindex(x.shape):\n        y[i] = max(x[i], 0)\n    return y"
        result = run(shell, RIGHT, f"def relu(x):\n    y = np.zeros_like(x)\n{loop}", 'grader.check("relu")')
        assert result.verdict == "failed"
        assert "relu: loops over elements" in repr(result)

    def test_an_unknown_name_is_one_line(self, shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
        """No traceback through our code: the name, and the nearest ones."""
        capsys.readouterr()
        run(shell, 'grader.check("softmx")')
        printed = capsys.readouterr().out.strip()
        assert printed.startswith(f"no exercise 'softmx' in {UNIT}; did you mean softmax")
        assert "\n" not in printed

    def test_all_are_checked_and_summed(self, shell: Any) -> None:
        """One line per exercise, then exercises and points."""
        result = run(shell, RIGHT, "grader.check_all()")
        exercises = unit(UNIT).exercises
        possible = sum(exercise.points for exercise in exercises)
        assert repr(result).endswith(f"1 of {len(exercises)} exercises, 1 of {possible:g} points (public cases)")
        assert "✓ tanh: public cases passed" in result._repr_html_()


class TestGraderInAKernel:
    def test_the_generated_notebook_checks_itself(self) -> None:
        """Executed by Jupyter's own kernel, cells are found by the names that the kernel gives them."""
        from nbclient import NotebookClient

        notebook = notebook_of(UNIT)
        cells = {cell.id: cell for cell in notebook.cells}
        cells["elu-code"].source = "def elu(x, alpha=1.0):\n    return x + nothing"
        cells["tanh-code"].source = RIGHT
        NotebookClient(notebook, kernel_name="python3").execute(env=ENVIRONMENT)
        shown = {name: cells[f"{name}-check"].outputs[0].data["text/plain"] for name in ("elu", "tanh", "gelu")}
        place = f"cell [{cells['elu-code'].execution_count}], line 2, in elu: return x + nothing"
        assert place in shown["elu"]
        assert shown["tanh"] == "✓ tanh: public cases passed"
        assert shown["gelu"] == "· gelu: not attempted"

    def test_files_beside_the_notebook_import_one_another(self, tmp_path: Path) -> None:
        """Relatively, as files of a package do: at the top of a cell, in a function, and from file to file."""
        from nbclient import NotebookClient

        for name in unit_names():
            if is_needed_for_practice(name):
                write_solutions(tmp_path, name)
        notebook = solved("u13_practice")
        notebook.cells = [cell for cell in notebook.cells if not cell.id.endswith("-check") and cell.id != "check-all"]
        asked = ("residual_block", "lenet", "vgg_block")
        notebook.cells += [nbformat.v4.new_code_cell(f'grader.check("{name}")') for name in asked]
        resources = {"metadata": {"path": str(tmp_path)}}
        NotebookClient(notebook, kernel_name="python3", resources=resources).execute(env=ENVIRONMENT)
        shown = [cell.outputs[0].data["text/plain"] for cell in notebook.cells[-len(asked) :]]
        assert shown == [f"✓ {name}: public cases passed" for name in asked]


class TestGraderInAScript:
    def test_it_checks_the_main_module(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A notebook that was saved as a script checks itself too."""
        script = tmp_path / "mine.py"
        script.write_text(RIGHT, encoding="utf-8")
        module = types.ModuleType("__main__")
        module.__file__ = str(script)
        exec(compile(RIGHT, str(script), "exec"), vars(module))
        monkeypatch.setitem(sys.modules, "__main__", module)
        assert Grader("activations").check("tanh").verdict == "passed"
        assert Grader(UNIT).check("relu").verdict == "not_attempted"

    def test_an_unknown_unit_is_one_line(self) -> None:
        """The names that there are stand in it."""
        with pytest.raises(GraderError, match=r"no unit 'u99_nothing'; there are .*u04_activations") as raised:
            Grader("u99_nothing")
        assert raised.value._render_traceback_() == [str(raised.value)]
