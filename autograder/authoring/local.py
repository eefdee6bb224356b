"""Run code of ours as a worker would, in this process: model answers, variants, wrong versions."""

from __future__ import annotations

import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.execution.answers import Answer, parse_answer
from autograder.worker import main as worker
from autograder.worker import wire

__all__ = ["answer_locally", "as_one_file"]

_SOLUTIONS = re.compile(r"solutions\.\w+\Z")

#: Filters of warnings are shared by all threads.
_ONE_AT_A_TIME = threading.Lock()


def answer_locally(
    name: str, subject: Callable[..., Any], scenario: Callable[..., Any] | None, case: Mapping[str, Any]
) -> Answer:
    """The answer of a function or class to one case.

    Args:
        name: the exercise's name.
        subject: the function or class.
        scenario: drives it; None calls it.
        case: what a worker is sent: `inputs`, `readonly`, perhaps `larger`.
    """
    module = type("Module", (), {name: staticmethod(subject)})
    files = set(_files(subject))
    copy = wire.unpack(wire.pack(dict(case)))
    with _ONE_AT_A_TIME, as_one_file(subject), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        np.random.seed(0)  # as a worker does: what draws from NumPy's own generator draws the same each time
        answered = worker.answer(module, name, copy, scenario, files)
    return parse_answer(wire.unpack(wire.pack(answered)))


@contextmanager
def as_one_file(subject: Callable[..., Any]) -> Iterator[None]:
    """Show a folder of model answers as a student's file is: a scenario finds all its names where the subject stands.

    Args:
        subject: what is driven meanwhile.
    """
    name, whole = subject.__module__, _folder_of(subject)
    module = sys.modules[name]
    sys.modules[name] = whole or module
    try:
        yield
    finally:
        sys.modules[name] = module


def _folder_of(subject: Callable[..., Any]) -> ModuleType | None:
    """The package that it stands in, where that is a unit's folder of model answers."""
    package = sys.modules[subject.__module__].__package__ or ""
    return sys.modules[package] if _SOLUTIONS.match(package) else None


def _files(subject: Callable[..., Any]) -> Iterator[str]:
    """The files whose lines are counted: its own, and those beside it in a folder of model answers."""
    yield sys.modules[subject.__module__].__file__ or ""
    code = getattr(subject, "__code__", None)
    yield str(code.co_filename) if code is not None else ""
    if (package := _folder_of(subject)) is not None:
        yield from (str(path) for folder in package.__path__ for path in Path(folder).glob("*.py"))
