"""A unit's folder of modules becomes one source text: cut and joined, in an order in which it runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from autograder.submissions.imports import Import, import_lines
from autograder.submissions.merge import MergeError, merge
from autograder.submissions.parsing import MAX_PARSED

INIT = '''"""The lesson.

With a formula: y = max(x, 0).
"""

from __future__ import annotations

from .rectifiers import relu
from .arrays import Array

__all__ = ["Array", "relu"]
'''
RECTIFIERS = '''"""Rectifiers."""

from __future__ import annotations

import numpy as np

from ..u02_gates import sum_times
from .arrays import Array

__all__ = ["relu"]


# A comment above.
def relu(x: Array) -> Array:  # and one beside
    """Cut off what is negative."""
    return np.maximum(  x, 0 )
'''
ARRAYS = '''"""What arrays are called."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["Array"]

#: Any shape.
Array = np.ndarray[Any, Any]
'''
MERGED = '''"""The lesson.

With a formula: y = max(x, 0).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .u02_gates import sum_times

# A comment above.
def relu(x: Array) -> Array:  # and one beside
    """Cut off what is negative."""
    return np.maximum(  x, 0 )


#: Any shape.
Array = np.ndarray[Any, Any]
'''.replace("sum_times\n\n#", "sum_times\n\n\n#")


def body(**modules: str) -> str:
    """What modules give that `__init__` imports in this order, without the head."""
    init = "".join(f"from .{name} import *\n" for name in modules)
    return merge({"__init__.py": init, **{f"{name}.py": text for name, text in modules.items()}})


def complaint(init: str = "from .a import *\nfrom .b import *\n", **modules: str) -> str:
    """Why a folder of modules cannot be merged."""
    with pytest.raises(MergeError) as raised:
        merge({"__init__.py": init, **{f"{name}.py": text for name, text in modules.items()}})
    text = str(raised.value)
    assert "\n" not in text
    return text


def test_a_folder_becomes_a_file() -> None:
    """Lesson, imports, and bodies with comments and layout as they were, in the order of `__init__.py`."""
    assert merge({"arrays.py": ARRAYS, "__init__.py": INIT, "rectifiers.py": RECTIFIERS}) == MERGED


class TestOrder:
    def test_what_is_executed_needs_what_comes_before_it(self) -> None:
        """A base class precedes its subclasses, whatever order `__init__.py` has; a sorter of imports may have been there."""
        merged = body(
            dense="from .layer import Layer\n\n\nclass Dense(Layer):\n    pass\n", layer="class Layer:\n    pass\n"
        )
        assert merged == "class Layer:\n    pass\n\n\nclass Dense(Layer):\n    pass\n"

    @pytest.mark.parametrize(
        "use",
        ["X = limit", "def f(x=limit):\n    return x", "@limit\ndef f(x):\n    return x", "class C:\n    y = limit", "def f(x: limit):\n    return x"],
    )  # fmt: skip
    def test_all_that_is_executed_at_import_counts(self, use: str) -> None:
        """Assignments, defaults, decorators, bodies of classes, and annotations that are not postponed."""
        assert body(first=f"from .second import limit\n\n{use}\n", second="limit = 3\n").startswith("limit = 3\n")

    @pytest.mark.parametrize(
        "use",
        ["def f():\n    return limit", "f = lambda: limit", "from __future__ import annotations\ndef f(x: limit):\n    return x"],
    )  # fmt: skip
    def test_what_is_executed_later_may_come_later(self, use: str) -> None:
        """A function may use what stands below it."""
        assert body(first=f"from .second import limit\n{use}\n", second="limit = 3\n").endswith("\n\nlimit = 3\n")

    def test_a_module_that_only_another_one_imports_precedes_it(self) -> None:
        """Modules that nothing imports are left out, and need not be Python."""
        files = {
            "__init__.py": "from .b import f\n",
            "a.py": "x = 1\n",
            "scratch.py": "1 +",
            "b.py": "from .a import x\n\n\ndef f():\n    return x\n",
        }
        assert merge(files) == "x = 1\n\n\ndef f():\n    return x\n"

    def test_code_in_the_init_comes_last(self) -> None:
        """As it is executed after what it imports."""
        assert merge({"__init__.py": "from .a import x\ny = x\n", "a.py": "x = 1\n"}) == "x = 1\n\ny = x\n"

    def test_modules_that_import_one_another_end(self) -> None:
        """A circle of imports is no endless loop."""
        assert body(a="from .b import y\nx = y\n", b="from .a import x\ny = x\n") == "y = x\n\nx = y\n"


class TestImports:
    def test_each_name_is_imported_once(self) -> None:
        """Names from one place are gathered from all modules, also those of one statement."""
        merged = body(
            a="from ..u04_activations import tanh, relu\n\nA = 1\n",
            b="from ..u04_activations import relu, step\n\nB = 1\n",
        )
        assert merged == "from .u04_activations import relu, step, tanh\n\nA = 1\n\nB = 1\n"

    def test_imports_inside_functions_lose_a_dot(self) -> None:
        """So that they mean the file beside this one; docstrings and text are left alone."""
        text = 'def f():\n    """from ..u12_network import Dense"""\n    from ..u12_network import Dense  # "σ"\n    σ = 1; from .. import u02_gates\n    return Dense, u02_gates\n'
        assert body(a=text) == text.replace("    from ..u12", "    from .u12").replace(
            "from .. import", "from . import"
        )

    def test_imports_for_type_checkers_stay_apart(self) -> None:
        """All under one `if`, with its comment, below the others; those of the folder are dropped."""
        head = "from typing import TYPE_CHECKING\n\n"
        one = f"{head}if TYPE_CHECKING:  # for signatures\n    from ..u12_network import Layer\n    from .b import g\n\n\ndef f():\n    pass\n"
        two = f"{head}if TYPE_CHECKING:\n    from ..u12_network import Dense\n\n\ndef g():\n    pass\n"
        guard = "if TYPE_CHECKING:  # for signatures\n    from .u12_network import Dense, Layer\n\n\n"
        assert body(a=one, b=two) == f"{head}{guard}def f():\n    pass\n\n\ndef g():\n    pass\n"

    def test_they_are_sorted_as_ruff_sorts_them(self) -> None:
        """Sections, modules and names: numbers by value, constants before classes before functions, long ones wrapped."""
        sources = ["os", "numpy", "numpy.linalg", "collections.abc", "a.b", "a1", "torch"]
        imports = [Import(name) for name in sources] + [Import("numpy", alias="np"), Import("os", alias="o")]
        imports += [Import("__future__", "annotations"), Import("", "u02_gates", level=1), Import("torch", "nn")]
        imports += [
            Import(f"u{n:02d}_x", name, level=1) for n in (10, 9, 2) for name in ("B", "b", "CONST", "f10", "f9")
        ]
        imports += [Import("u05_losses", "a" * n, level=1) for n in range(20, 30)]
        imports += [Import("typing", name) for name in ("Any", "TYPE_CHECKING", "cast", "BinaryIO")]
        imports += [Import("typing", "Any", "Anything"), Import("shared", "up", level=2)]
        text = "\n".join(import_lines(imports)) + "\n"
        command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=I", "--line-length=120", "-"]
        ran = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr


class TestClashes:
    def test_two_definitions(self) -> None:
        """A name means one thing in a file."""
        assert complaint(a="def f():\n    pass\n", b="f = 1\n") == "b.py: f is something else in a.py"

    def test_a_definition_and_an_import(self) -> None:
        """Whether it is made or imported."""
        assert complaint(a="import math\n", b="def math():\n    pass\n") == "b.py: math is something else in a.py"
        assert complaint(a="import numpy as np\n", b="import math as np\n") == "b.py: np is something else in a.py"

    def test_names_inside_functions_and_comprehensions_are_their_own(self) -> None:
        """They bind nothing in the module; neither does a second import of the same."""
        text = "import os.{0}\n\n{0} = [i for i in range(3)]\n\n\ndef of_{0}():\n    x = 1\n    return x\n"
        merged = body(a=text.format("path"), b=text.format("name"))
        assert merged.startswith("import os.name\nimport os.path\n\npath = ")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def f(:\n", "a.py: line 1: not Python: "),
        ("x = '\0'\n", "a.py: not Python: "),
        ("x = " + "(" * 5000, "a.py: "),
        ("x = " + "-" * 100_000 + "1", "a.py: "),
        ("x = '\ud800'\n", "a.py: not Python: "),
        ("from .nothing import x\n", "a.py: line 1: there is no nothing.py in this folder"),
        ("from .sub.b import x\n", "a.py: line 1: there is no sub.b.py in this folder"),
        ("from .b import x as y\n", "a.py: line 1: import x under its own name, not as y"),
        ("from . import b\n", "a.py: line 1: b is a module of this folder, import its names: `from .b import …`"),
        ("def f():\n    from .b import x\n", "a.py: line 2: import modules of this folder at the top of the file"),
        ("import os; x = 1\n", "a.py: line 1: two statements in one line: give each its own"),
        ("x = 1; import os\n", "a.py: line 1: two statements in one line: give each its own"),
        ("def f():\n    from \\\n  ..b import x\n", "a.py: line 2: give `from ..` a line of its own"),
        ("if 1:\n    from ..b import x; from ..b import y\n", "a.py: line 2: give `from ..` a line of its own"),
        ("#" * MAX_PARSED, "__init__.py: too large: "),
    ],
)  # fmt: skip
def test_what_cannot_be_merged_is_one_line(text: str, problem: str) -> None:
    """It names the file and the line."""
    assert complaint(a=text, b="x = 1\n").startswith(problem)


def test_modules_are_counted() -> None:
    """A folder of very many modules is refused."""
    modules = {f"m{n}": f"from .m{n + 1} import x\n" for n in range(150)}
    assert complaint("from .m0 import x\n", **modules) == "__init__.py: too many modules: at most 100 are read"


def test_a_folder_without_an_init_is_refused() -> None:
    """It says which modules there are, and in which order."""
    with pytest.raises(MergeError, match=r"^__init__\.py: is missing$"):
        merge({"a.py": "x = 1\n"})


def test_the_init_may_be_imported_from() -> None:
    """A module that takes a name from its package takes it from the file."""
    assert body(a="from . import y\n\n\ndef f():\n    return y\n", b="y = 1\n").endswith("return y\n\n\ny = 1\n")


def test_windows_line_breaks_are_taken() -> None:
    """They become line feeds."""
    assert body(a="import os\r\nx = 1\r\n") == "import os\n\nx = 1\n"
