"""Wrong answers that differ from the model answer in a few words."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tests.student_mistakes import Mistake

__all__ = ["edited"]


def edited(model: Callable[..., Any], *changes: tuple[str, str]) -> Callable[..., Any]:
    """The model answer with some of its words replaced: `(old, new)`, each old one standing in it.

    The code keeps the solution's file name, so that its lines are counted as a student's are.
    """
    source = inspect.getsource(model)
    for old, new in changes:
        if old not in source:
            raise ValueError(f"changes: {old!r} is not in {model.__name__}")
        source = source.replace(old, new)
    module = importlib.import_module(model.__module__)
    namespace = dict(vars(module))
    exec(compile(source, str(module.__file__), "exec", dont_inherit=True, flags=_ANNOTATIONS), namespace)
    wrong: Callable[..., Any] = namespace[model.__name__]
    return wrong


_ANNOTATIONS = importlib.import_module("__future__").annotations.compiler_flag


def mistakes_in(solutions: ModuleType) -> Callable[..., list[Mistake]]:
    """`of(exercise, *wrong)` for one unit: each wrong answer is a change, a list of changes, or a function itself."""

    def of(exercise: str, *wrong: Any) -> list[Mistake]:
        found = []
        for each in wrong:
            changes = [each] if isinstance(each, tuple) else each
            found.append(Mistake(exercise, each if callable(each) else edited(getattr(solutions, exercise), *changes)))
        return found

    return of
