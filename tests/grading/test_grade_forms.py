"""Code of every style and form is graded: notebooks, imports between units, loops and array operations."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.assessment.compare import Truth
from autograder.assessment.compiled import CompiledCase
from autograder.execution.executors import choose
from autograder.execution.session import RemoteSession
from autograder.grading.course import Course
from autograder.submissions.load import Chunk, Submission, UnitSource, load_submission
from tests.conftest import COURSE, compiled
from tests.grading.test_grade import HEAD, RELU, SOFTMAX, UNIT, one, run


def notebook_of(*cells: str) -> Submission:
    """A notebook's cells as a submission."""
    chunks = tuple(Chunk(f"n.ipynb, cell {index}", cell) for index, cell in enumerate(cells, 1))
    return Submission("student", {UNIT: UnitSource(UNIT, "n.ipynb", chunks, True)}, {}, (), {})


def test_a_notebook_goes_on_after_a_failing_cell() -> None:
    """A cell that raises, or is no Python, costs what it defines and nothing else."""
    cells = [HEAD, "1 / 0", "def sigmoid(x:\n    return x", RELU, "assert relu(3) == 4", SOFTMAX]
    result = run(notebook_of(*cells), "relu", "softmax", "sigmoid", "relu_backward")
    verdicts = {each.exercise.name: each.verdict for each in result.exercises}
    assert verdicts == {"relu": "passed", "softmax": "passed", "sigmoid": "crashed", "relu_backward": "not_attempted"}


def test_a_broken_py_does_not_go_on() -> None:
    """Python stops at the first exception of a file, and so do we."""
    assert one("raise KeyError('x')\n" + RELU, "relu").verdict == "crashed"


DECORATION = """
import matplotlib.pyplot as plt
import matplotlib
from matplotlib import pyplot
from matplotlib.colors import ListedColormap
from IPython.display import display, HTML
from tqdm import tqdm
from tqdm.notebook import trange
from tqdm.auto import tqdm as bar
import otter
import seaborn as sns
import ipywidgets as widgets
grader = otter.Notebook("n.ipynb")
sns.set_theme()
fig, ax = plt.subplots(figsize=(3, 2))
ax.plot([1, 2], label="x")
plt.show()
with plt.style.context("ggplot"):
    plt.hist([1])
display(HTML("<b>x</b>"))
assert list(tqdm([1, 2])) == [1, 2]
assert sum(1 for _ in trange(3)) == 3
grader.check("q1")
"""


def test_decoration_is_tolerated() -> None:
    """Plots, progress bars, widgets and a notebook's own checks are stood in for: they decide no grade."""
    assert run(notebook_of(HEAD, DECORATION + RELU), "relu").exercises[0].verdict == "passed"
    assert one(DECORATION + RELU, "relu").verdict == "passed"


@pytest.mark.parametrize(
    "form",
    [
        "from .u04_activations",
        "from u04_activations",
        "from exercises.u04_activations",
        "from solutions.u04_activations",
    ],
)
def test_units_import_units_of_their_submission(form: str) -> None:
    """However a unit imports an earlier one, it gets the student's own, from the same submission."""
    other = HEAD + "def scale(x):\n    return 0 * x\ndef relu(x):\n    return np.maximum(x, 0)\n"
    source = f"{form} import relu\n{form} import scale\ndef relu_backward(grad_output, x):\n    return grad_output * (x > 0) + scale(relu(x))\n"
    # the unit itself stands in for a later unit, and a helper module for the earlier one
    chunk = Chunk("u05_later.py", HEAD + source)
    modules = {"u04_activations": other}
    session = RemoteSession(choose("subprocess"))
    try:
        loaded = session.load(UnitSource("u05_later", "u05_later.py", (chunk,), False), modules)
    finally:
        session.close()
    assert loaded.problem is None
    assert {"relu", "scale", "relu_backward"} <= loaded.names


@pytest.mark.parametrize("form", ["import helper\n", "from helper import clip\n", "from .helper import clip\n"])
def test_helper_modules_of_the_submission(form: str, tmp_path: Path) -> None:
    """A file beside the unit can be imported."""
    call = "helper.clip" if form.startswith("import") else "clip"
    (tmp_path / "helper.py").write_text(HEAD + "def clip(x):\n    return np.maximum(x, 0)\n")
    (tmp_path / f"{UNIT}.py").write_text(f"{form}def relu(x):\n    return {call}(x)\n")
    (found,) = run(load_submission(tmp_path, COURSE.names()), "relu").exercises
    assert found.verdict == "passed", found.message


LOOPS = {
    "for": "def relu(x):\n    y = x.copy()\n    for i in range(len(y)):\n        if y[i] < 0:\n            y[i] = 0\n    return y\n",
    "while": "def relu(x):\n    y, i = x.copy(), 0\n    while i < len(y):\n        y[i] = max(y[i], 0)\n        i += 1\n    return y\n",
    "comprehension": "def relu(x):\n    return np.array([max(v, 0) for v in x], dtype=x.dtype)\n",
    "map": "def relu(x):\n    return np.array(list(map(lambda v: max(v, 0), x)), dtype=x.dtype)\n",
    "vectorize": "def relu(x):\n    return np.vectorize(lambda v: max(v, 0.0))(x).astype(x.dtype)\n",
    "recursion": "def relu(x):\n    if len(x) < 2:\n        return np.maximum(x, 0)\n    return np.r_[relu(x[:1]), relu(x[1:])]\n",
}
ARRAYS = {
    "maximum": RELU,
    "where": "def relu(x):\n    return np.where(x > 0, x, 0).astype(x.dtype)\n",
    "mask": "def relu(x):\n    y = x.copy()\n    y[y < 0] = 0\n    return y\n",
    "loop-over-axes": "def relu(x):\n    for axis in range(x.ndim):\n        x = x + 0\n    return np.maximum(x, 0)\n",
    "helper": "def mask(x):\n    return x > 0\ndef relu(x):\n    return x * mask(x)\n",
}


def vectorized_course() -> Course:
    """The course with a relu of one row that must be vectorized."""
    row = CompiledCase("row", {"x": np.array([-1.0, 2.0, 0.5])}, Truth(np.array([0, 2.0, 0.5])))
    small, large = ({"x": np.linspace(-1, 1, n)} for n in (40, 160))
    cases = (row, CompiledCase("vectorized", small, larger=large))
    course = Course()
    course._whole["activations.relu"] = replace(compiled("activations.relu"), cases=cases, read_wrong=dict)
    return course


@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_loops_over_elements_are_caught(source: str) -> None:
    """A right value by a Python loop fails the vectorized check, and only that."""
    found = one(source, "relu", course=vectorized_course())
    assert (found.verdict, found.passed, found.total) == ("failed", 1, 2)
    assert found.message.startswith("relu: loops over elements")


@pytest.mark.parametrize("source", ARRAYS.values(), ids=ARRAYS)
def test_array_operations_are_accepted(source: str) -> None:
    """Vectorized code in any style passes, a loop over axes too."""
    found = one(source, "relu", course=vectorized_course())
    assert (found.verdict, found.passed, found.total) == ("passed", 2, 2), found.message


def test_switching_the_counter_off_does_not_help() -> None:
    """A loop under `sys.settrace(None)` is not vectorized code."""
    found = one(
        "import sys\n" + LOOPS["for"].replace("    y =", "    sys.settrace(None)\n    y =", 1),
        "relu",
        course=vectorized_course(),
    )
    assert found.verdict == "failed"
