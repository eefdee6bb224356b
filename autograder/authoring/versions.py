"""Other versions of the model answers, made from what authors write about them: wrong ones, and accepted variants."""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from autograder.assessment.catalog import CatalogError
from autograder.assessment.exercise import Variant
from autograder.assessment.misconception import Around, Body, Code, Edit, Misconception

__all__ = ["ModelAnswer", "namespace_of"]

_FLAGS = importlib.import_module("__future__").annotations.compiler_flag
Definition = ast.FunctionDef | ast.ClassDef


class ModelAnswer:
    """The model answer of one exercise, and what is made out of it.

    Args:
        solutions: the unit's model answers.
        name: the exercise's name.
        id: what messages call it.
    """

    def __init__(self, solutions: ModuleType, name: str, id: str = "") -> None:
        """Find it. Raises CatalogError."""
        self._solutions, self._name, self._id = solutions, name, id or name
        found = getattr(solutions, name, None)
        if found is None:
            raise CatalogError(f"{self._id}: there is no model answer in {solutions.__name__}")
        self.right: Callable[..., Any] = found

    def wrong(self, misconception: Misconception) -> Callable[..., Any]:
        """The wrong version of a misconception. Raises CatalogError."""
        match misconception.recipe:
            case Edit(changes):
                return self._edited(changes, f"misconception {misconception.name}")
            case Body(text, method):
                return self._with_body(text, method, f"misconception {misconception.name}")
            case Around(make):
                return make(self.right)
            case Code(wrong):
                return wrong
        raise CatalogError(f"{self._id}: misconception {misconception.name} does not say what is wrong")

    def variant(self, variant: Variant) -> Callable[..., Any]:
        """The right answer of another style. Raises CatalogError."""
        match variant.right:
            case str(text):
                return self._with_body(text, "", f"variant {variant.name}")
            case tuple(texts):
                return self._edited(tuple(zip(texts[::2], texts[1::2], strict=True)), f"variant {variant.name}")
        return variant.right

    def _edited(self, changes: tuple[tuple[str, str], ...], label: str) -> Callable[..., Any]:
        """The definition, and what it uses of the unit, compiled anew with the texts changed."""
        parts = list(self._reachable(self.right, set()))
        texts = {part: _without_docstrings(inspect.getsource(part)) for part in parts}
        changed = {self.right}
        for old, new in changes:
            part = next((each for each in [self.right, *parts] if old in texts[each]), None)
            if part is None:
                raise CatalogError(f"{self._id}: {label}: {old!r} is not in the model answer")
            texts[part] = texts[part].replace(old, new)
            changed.add(part)
        namespace = namespace_of(self._solutions)
        for part in self._affected(parts, changed):
            self._execute(part, self._parsed(texts[part], label), namespace, namespace, label)
        wrong: Callable[..., Any] = namespace[self._name]
        return wrong

    def _with_body(self, text: str, method: str, label: str) -> Callable[..., Any]:
        """The definition with another body, in which the unit's own names still mean the right ones."""
        tree = ast.parse(_without_docstrings(inspect.getsource(self.right)))
        definition = _method(tree.body[0], method)
        if definition is None:
            raise CatalogError(f"{self._id}: {label}: there is no method {method!r}")
        statements = self._parsed(textwrap.dedent(text).strip("\n"), label)
        definition.body = _statements(statements, definition.body[0].lineno)
        found: dict[str, Any] = {}
        self._execute(self.right, tree, namespace_of(self._solutions), found, label)
        version: Callable[..., Any] = found[self._name]
        return version

    def _execute(
        self, part: Callable[..., Any], tree: ast.Module, outer: dict[str, Any], inner: dict[str, Any], label: str
    ) -> None:
        """The code keeps its file's name and its lines, so that they are counted as a student's are."""
        ast.increment_lineno(tree, inspect.getsourcelines(part)[1] - 1)
        try:
            compiled = compile(tree, str(_module(part).__file__), "exec", dont_inherit=True, flags=_FLAGS)
        except SyntaxError as error:
            raise CatalogError(f"{self._id}: {label} is not valid Python: {error}") from None
        exec(compiled, outer, inner)

    def _parsed(self, text: str, label: str) -> ast.Module:
        """Some statements, at least one. Raises CatalogError."""
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            raise CatalogError(f"{self._id}: {label} is not valid Python: {error}") from None
        if not tree.body:
            raise CatalogError(f"{self._id}: {label} is not valid Python: it is empty")
        return tree

    def _reachable(self, part: Callable[..., Any], seen: set[Callable[..., Any]]) -> Iterator[Callable[..., Any]]:
        """A definition after all those of the unit that it uses."""
        seen.add(part)
        for used in self._used(part):
            if used not in seen:
                yield from self._reachable(used, seen)
        yield part

    def _affected(self, parts: list[Callable[..., Any]], changed: set[Callable[..., Any]]) -> list[Callable[..., Any]]:
        """What is changed or uses what is; all else stays the same object: a given class must be everybody's."""
        affected, before = set(changed), 0
        while len(affected) > before:
            before = len(affected)
            affected |= {part for part in parts if not affected.isdisjoint(self._used(part))}
        return [part for part in parts if part in affected]

    def _used(self, part: Callable[..., Any]) -> list[Callable[..., Any]]:
        """The unit's own definitions that one of them names."""
        names = {node.id for node in ast.walk(ast.parse(inspect.getsource(part))) if isinstance(node, ast.Name)}
        namespace = vars(_module(part))
        used = (namespace[name] for name in sorted(names) if name in namespace)
        return [each for each in used if self._is_own(each)]

    def _is_own(self, value: object) -> bool:
        """Whether it is a function or class of this unit's model answers."""
        if not (inspect.isfunction(value) or inspect.isclass(value)):
            return False
        package = self._solutions.__name__
        return value.__module__ == package or value.__module__.startswith(f"{package}.")


def namespace_of(solutions: ModuleType) -> dict[str, Any]:
    """All names of a unit's model answers, as if they stood in one file, where they are a folder of modules."""
    inside = f"{solutions.__name__}."
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith(inside)]
    names = {name: value for module in [solutions, *modules] for name, value in vars(module).items()}
    return {name: vars(solutions).get(name, value) if name.startswith("__") else value for name, value in names.items()}


def _module(part: Callable[..., Any]) -> ModuleType:
    return sys.modules[part.__module__]


def _statements(tree: ast.Module, line: int) -> list[ast.stmt]:
    """A body: statements, or a single expression, which is what it returns."""
    ast.increment_lineno(tree, line - 1)
    if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
        return [ast.copy_location(ast.Return(tree.body[0].value), tree.body[0])]
    return tree.body


def _method(node: ast.stmt, method: str) -> ast.FunctionDef | None:
    if not method:
        return node if isinstance(node, ast.FunctionDef) else None
    methods = node.body if isinstance(node, ast.ClassDef) else []
    return next((each for each in methods if isinstance(each, ast.FunctionDef) and each.name == method), None)


def _without_docstrings(source: str) -> str:
    """The same lines with empty docstrings: an edit is of code, not of words about it."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Definition) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            first, last = docstring.lineno - 1, docstring.end_lineno or docstring.lineno
            blank = " " * docstring.col_offset + '""'
            lines[first:last] = [blank, *[""] * (last - first - 1)]
    return "\n".join(lines) + "\n"
