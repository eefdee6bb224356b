"""Searches what others are given for code that they must not have: model answers, and wrong versions of them.

Code is compared without its layout: as `ast.unparse` writes it and as it stands, both without white space.
"""

from __future__ import annotations

import ast
import inspect
import io
import json
import re
import textwrap
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from autograder.assessment.misconception import Around, Body, Code, Edit, Misconception
from autograder.authoring import versions
from autograder.authoring.scaffold import solution_source
from autograder.authoring.units import AuthoredUnit
from autograder.authoring.versions import ModelAnswer

__all__ = ["answer_files", "answers", "bodies_of", "found_in", "texts_of", "wrong_versions"]

#: Shorter bodies say little, and stand in other code by chance.
SHORTEST = 60
#: What a search starts from.
_PREFIX = 24
Bodies = dict[str, str]


def answers(unit: AuthoredUnit) -> Bodies:
    """The bodies of all functions and methods of a unit's model answers and variants, with whose they are."""
    found: Bodies = {}
    for source in _sources(unit):
        found |= bodies_of(source, f"{unit.name}: model answer")
    for exercise in unit.exercises:
        for variant in exercise.variants:
            label = f"{exercise.id}: variant {variant.name}"
            match variant.right:
                case str(text):
                    found |= _body_text(text, label)
                case tuple(texts):
                    pairs = tuple(zip(texts[::2], texts[1::2], strict=True))
                    found |= _edited(unit.model(exercise), pairs, label)
                case function:
                    found |= _code(function, label)
    return found


def wrong_versions(unit: AuthoredUnit) -> Bodies:
    """The bodies of all wrong versions of a unit, with whose they are; those that a model answer has left out."""
    found: Bodies = {}
    for exercise in unit.exercises:
        for each in exercise.misconceptions:
            found |= _wrong(unit.model(exercise), each, f"{exercise.id}: misconception {each.name}")
    right = answers(unit)
    return {body: label for body, label in found.items() if body not in right}


def bodies_of(source: str, label: str) -> Bodies:
    """The bodies of all functions in some code, without docstrings, in both forms, if they are long enough."""
    found: Bodies = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef):
            continue
        body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
        text = "\n".join(map(ast.unparse, body))
        if len(text) > SHORTEST:
            lines = source.splitlines()[body[0].lineno - 1 : body[-1].end_lineno]
            found |= dict.fromkeys((_squeezed(text), _squeezed("\n".join(lines))), f"{label}, {node.name}")
    return found


def answer_files(unit: AuthoredUnit) -> list[Path]:
    """The files of a unit's model answers."""
    main = Path(str(unit.solutions.__file__))
    return sorted(main.parent.glob("*.py")) if main.stem == "__init__" else [main]


def texts_of(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """All texts in a file, and in the files in it if it is an archive, with where they are."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from texts_of(f"{name}/{member}", archive.read(member))
    elif name.endswith((".json", ".ipynb")):
        yield from ((name, text) for text in _strings(json.loads(data)) if len(text) >= _PREFIX)
    elif name.endswith((".bin", ".npy")):
        yield from ((name, run.decode()) for run in re.findall(rb"[\t\n\x20-\x7e]{30,}", data))
    else:
        yield name, data.decode()


def found_in(texts: Iterable[tuple[str, str]], bodies: Bodies) -> dict[str, set[str]]:
    """Which bodies stand in texts: whose they are, and the names of the files."""
    by_prefix: dict[str, list[str]] = {}
    for body in bodies:
        by_prefix.setdefault(body[:_PREFIX], []).append(body)
    places: dict[str, set[str]] = {}
    for where, text in texts:
        for form in _forms(text):
            places.setdefault(form, set()).add("/".join(where.split("/")[-2:]))
    found: dict[str, set[str]] = {}
    for form, files in places.items():
        for start in range(len(form) - _PREFIX + 1):
            for body in by_prefix.get(form[start : start + _PREFIX], ()):
                if form.startswith(body, start):
                    found.setdefault(bodies[body], set()).update(files)
    return found


def _sources(unit: AuthoredUnit) -> Iterator[str]:
    """The model answers as one file, and as the modules that this is made of."""
    yield solution_source(unit)
    yield from (path.read_text(encoding="utf-8") for path in answer_files(unit))


def _wrong(model: ModelAnswer, misconception: Misconception, label: str) -> Bodies:
    match misconception.recipe:
        case Edit(changes):
            return _edited(model, changes, label)
        case Body(text, _):
            return _body_text(text, label)
        case Around(make):
            return _code(make, label)
        case Code(wrong):
            return _code(wrong, label)
    return {}


def _edited(model: ModelAnswer, changes: tuple[tuple[str, str], ...], label: str) -> Bodies:
    """Of the definitions that an edit changes."""
    texts = dict(_parts(model.right, model))
    changed: set[Callable[..., Any]] = set()
    for old, new in changes:
        part = next(each for each, text in texts.items() if old in text)
        texts[part] = texts[part].replace(old, new)
        changed.add(part)
    found: Bodies = {}
    for part in changed:
        found |= bodies_of(texts[part], label)
    return found


_KNOWN: dict[Callable[..., Any], dict[Callable[..., Any], str]] = {}


def _parts(right: Callable[..., Any], model: ModelAnswer) -> dict[Callable[..., Any], str]:
    """The texts of a model answer and of what it uses; looked up once."""
    if right not in _KNOWN:
        parts = [right, *model._reachable(right, set())]
        _KNOWN[right] = {part: versions._without_docstrings(inspect.getsource(part)) for part in parts}
    return _KNOWN[right]


def _code(function: Callable[..., Any], label: str) -> Bodies:
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (TypeError, OSError):  # a function of NumPy
        return {}
    return bodies_of(source, label) if source.startswith(("def ", "class ", "@")) else {}


def _body_text(text: str, label: str) -> Bodies:
    return bodies_of("def body():\n" + textwrap.indent(textwrap.dedent(text).strip("\n"), "    "), label)


def _forms(text: str) -> Iterator[str]:
    yield _squeezed(text)
    try:
        yield _squeezed(ast.unparse(ast.parse(textwrap.dedent(text))))
    except (SyntaxError, ValueError):
        return


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _strings(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        if all(isinstance(each, str) for each in tree):
            yield "".join(tree)  # a notebook's cell is a list of lines
        for each in tree:
            yield from _strings(each)
    elif isinstance(tree, dict):
        for key, each in tree.items():
            yield from _strings([key, [each]])
