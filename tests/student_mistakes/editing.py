"""Wrong answers that differ from the model answer in a few words."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

from autograder.authoring.versions import namespace_of
from tests.student_mistakes import Mistake

__all__ = ["edits_of"]

_ANNOTATIONS = importlib.import_module("__future__").annotations.compiler_flag


def edits_of(solutions: ModuleType) -> Callable[..., Mistake]:
    """For a unit's model answers, `edit(exercise, old, new, old, new, …, named=None)`: each old text becomes the new one."""

    def edit(exercise: str, *texts: str, named: str | None = None) -> Mistake:
        changes = list(zip(texts[::2], texts[1::2], strict=True))
        return Mistake(exercise, _edited(solutions, getattr(solutions, exercise), changes), named)

    return edit


def _edited(solutions: ModuleType, model: Callable[..., Any], changes: list[tuple[str, str]]) -> Callable[..., Any]:
    """The code keeps the solution's file name, so that its lines are counted as a student's are."""
    source = inspect.getsource(model)
    for old, new in changes:
        if old not in source:
            raise ValueError(f"texts: {old!r} is not in {model.__name__}")
        source = source.replace(old, new)
    module = importlib.import_module(model.__module__)
    namespace = namespace_of(solutions)
    exec(compile(source, str(module.__file__), "exec", dont_inherit=True, flags=_ANNOTATIONS), namespace)
    wrong: Callable[..., Any] = namespace[model.__name__]
    return wrong
