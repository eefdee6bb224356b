"""Stubs from model answers: what students need stays, what they are asked for goes."""

from __future__ import annotations

import ast
import inspect

import pytest

from autograder.assessment.catalog import unit
from autograder.authoring.stubs import stub_source
from autograder.submissions.source import stub_message
from tests.conftest import solution_text

SOURCE = '''"""A unit.

With a lesson.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
LIMIT = 3


def helper(x: Array) -> Array:
    """Given to students."""
    # with its comment
    return x + LIMIT


def scale(
    x: Array,
    factor: float = 2.0,
    *,
    axis: int = -1,
) -> Array:
    """Scale.

        y = f x

    Args:
        x: any shape.
    """
    # the secret comment
    if factor == 0:
        # another secret
        return np.zeros_like(x)
    return helper(x) * factor  # a secret remark


def bare(x):
    # the secret comment

    # a second secret
    y = x

    return y
    # a trailing secret


class Optimizer:
    """An optimizer."""

    rate: float = 0.1

    def __init__(self, rate: float) -> None:
        """Keep the rate."""
        self.rate = rate
        self._secret = {}

    # about the secret method
    def _moment(self, key: str) -> float:
        """A secret."""
        return self._secret[key]

    @property
    def size(self) -> int:
        """How many."""
        return len(self._secret)

    @staticmethod
    def _private_static(x: int) -> int:
        return x

    def __call__(self, x: float) -> float:
        return self._moment("secret") * x

    class Config:
        depth = 3


class Given:
    """Not an exercise."""

    def _keep(self) -> int:
        return 1
'''
NAMES = ["scale", "bare", "Optimizer"]


@pytest.fixture(scope="module")
def stub() -> str:
    """The stub file of the source above."""
    return stub_source(SOURCE, "unit", NAMES)


def definitions(source: str) -> dict[str, ast.FunctionDef | ast.ClassDef]:
    """Definitions at the top level, by name."""
    body = ast.parse(source).body
    return {node.name: node for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}


def test_result_parses_and_runs(stub: str) -> None:
    """A student's first import works."""
    namespace: dict[str, object] = {}
    exec(compile(stub, "stub.py", "exec"), namespace)
    assert set(NAMES) < set(namespace)


def test_signatures_and_docstrings_stay(stub: str) -> None:
    """What a student reads is word for word what the author wrote."""
    before, after = definitions(SOURCE), definitions(stub)
    assert list(before) == list(after)
    for name in NAMES:
        assert ast.get_docstring(before[name], clean=False) == ast.get_docstring(after[name], clean=False)
    for name in ("scale", "bare"):
        one, other = before[name], after[name]
        assert isinstance(one, ast.FunctionDef)
        assert isinstance(other, ast.FunctionDef)
        assert ast.dump(one.args) == ast.dump(other.args)
        assert (one.returns is None) is (other.returns is None)
    assert "    factor: float = 2.0,\n    *,\n" in stub


def test_bodies_go(stub: str) -> None:
    """Of an exercise only a raise with its id is left, and no comment of its body."""
    assert "secret" not in stub
    after = definitions(stub)
    assert {name: stub_message(after[name]) for name in NAMES} == {name: f"unit.{name}" for name in NAMES}


def test_private_methods_go_public_ones_stay(stub: str) -> None:
    """A class keeps its public methods, decorators, attributes and inner classes."""
    node = definitions(stub)["Optimizer"]
    assert [item.name for item in node.body if isinstance(item, ast.FunctionDef)] == ["__init__", "size", "__call__"]
    assert "@staticmethod" not in stub
    assert "    @property\n    def size(self) -> int:" in stub
    assert "    rate: float = 0.1\n" in stub
    assert "        depth = 3\n" in stub


def test_provided_helpers_stay(stub: str) -> None:
    """What is not an exercise is given as it is: functions with comments, classes with private methods, constants."""
    for text in (
        "    # with its comment\n    return x + LIMIT",
        "    def _keep(self) -> int:\n        return 1",
        "LIMIT = 3",
    ):
        assert text in stub
    assert stub.startswith('"""A unit.\n\nWith a lesson.\n"""\n\nfrom __future__')


def test_two_blank_lines_between_definitions(stub: str) -> None:
    """The result is laid out like its source."""
    assert "\n\n\n\n" not in stub
    assert '    raise NotImplementedError("unit.bare")\n\n\nclass Optimizer:' in stub


def test_stubs_of_stubs_are_the_same(stub: str) -> None:
    """Generating again changes nothing."""
    assert stub_source(stub, "unit", NAMES) == stub


LAYOUTS = {
    "docstring-alone": 'def f(x):\n    """Do it."""\n',
    "decorated-inner-function": "def f(x):\n    @str\n    def inner():\n        return x\n    return inner\n",
    "docstring-of-several-lines": 'def f(x):\n    """Do it.\n\n    Well.\n    """\n    return x\n',
    "private-method-first": "class f:\n    def _a(self):\n        return 1\n\n    def b(self):\n        return self._a()\n",
    "private-method-last": 'class f:\n    """F."""\n\n    def b(self):\n        return 1\n\n    def _a(self):\n        return 1\n',
    "adjacent-methods": "class f:\n    def b(self):\n        return 1\n    def _a(self):\n        return 1\n    def c(self):\n        return 1\n",
    "decorated": "import functools\n@functools.cache\ndef f(x):\n    return x\n",
    "inner-function": "def f(x):\n    def inner():\n        return x\n    return inner()\n",
    "continued-signature": "def f(x,\n      y=(1,\n         2)):\n    return x\n",
    "text-with-lines": 'def f(x):\n    return """\n# no comment\n"""\n',
    "unicode": 'def f(σ):\n    """σ′ = ∂."""\n    return "é" + σ\n',
}


@pytest.mark.parametrize("source", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts(source: str) -> None:
    """However a body is laid out, the definition's name, arguments and docstring stay and it is a stub."""
    stub = stub_source(source + "\n\nAFTER = 1\n", "unit", ["f"])
    before, after = definitions(source)["f"], definitions(stub)["f"]
    assert stub_message(after) == "unit.f"
    assert ast.get_docstring(before) == ast.get_docstring(after)
    if isinstance(before, ast.FunctionDef) and isinstance(after, ast.FunctionDef):
        assert ast.dump(before.args) == ast.dump(after.args)
    assert "return" not in stub
    assert stub.endswith("\n\nAFTER = 1\n")


def test_the_real_unit() -> None:
    """Every exercise of a real unit becomes a stub, and nothing of its arithmetic stays."""
    names = [exercise.name for exercise in unit("u04_activations").exercises]
    after = definitions(stub_source(solution_text("u04_activations"), "activations", names))
    assert all(stub_message(after[name]) == f"activations.{name}" for name in names)
    given = inspect.cleandoc(str(ast.get_docstring(after["softmax"])))
    assert given.startswith("Turn scores into probabilities")
