"""Record what cases do to a model answer, and say what its docstrings get wrong."""

from __future__ import annotations

import contextlib
import functools
import inspect
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.assessment.case import Case
from autograder.authoring.local import as_one_file
from autograder.worker import wire
from tests.docstring_check import Call
from tests.docstring_values import arrays
from tests.docstrings import LAYER, Blame, Docstring, DocstringError, Entry, parse
from tests.shapes import Known

__all__ = ["problems_of"]


def problems_of(subject: Any, cases: Sequence[Case], scenario: Callable[..., Any] | None = None) -> list[str]:
    """What the docstrings of a function or a class say that is not so: one line each, none twice.

    Args:
        subject: the function or class.
        cases: what to call it with; an error case must raise, and no other may.
        scenario: drives a class, or a function that takes functions.
    """
    record = _Record()
    with _recorded(subject, record) as watched:
        for case in cases:
            _run(watched, case, scenario, record)
    return list(dict.fromkeys([*record.problems, *_missing_errors(record, cases)]))


def _run(subject: Any, case: Case, scenario: Callable[..., Any] | None, record: _Record) -> None:
    inputs = wire.realise(wire.unpack(wire.pack(dict(case.inputs))))
    for _, array in arrays(list(inputs.values())):
        array.setflags(write=not case.readonly)
    before = len(record.errors)
    record.begin(case.label)
    try:
        with as_one_file(subject), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scenario(subject, **inputs) if scenario else subject(**inputs)
    except Exception as error:
        if case.raises is None:
            record.add("call", f"raised {error!r}")
        elif not any(_mentions(text, case.raises) for _, text in record.errors[before:]):
            record.add("call", f"no recorded call raised a ValueError that names {case.raises}")
    else:
        if case.raises is not None:
            record.add("call", f"nothing is raised about {case.raises}")


@dataclass
class _Memory:
    """What an object's calls have said so far: lengths from building it, and its last forward pass."""

    owner: Any
    structure: Known = field(default_factory=Known)
    passed: Known = field(default_factory=Known)
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Record:
    """What was found while cases ran: problems, and the errors that watched functions raised."""

    docstrings: dict[str, Docstring] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)
    memories: dict[int, _Memory] = field(default_factory=dict)
    case: str = "docstring"

    def begin(self, case: str) -> None:
        """A case begins: other objects, the same random numbers as in a worker."""
        self.case = case
        self.memories.clear()
        np.random.seed(0)

    def add(self, name: str, text: str) -> None:
        """Keep a problem with where it was found."""
        self.problems.append(f"{name}[{self.case}]: {text}")

    def watch(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, with every call held against its docstring."""
        signature = inspect.signature(function)

        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            with self._errors_of(name):
                result = function(*args, **kwargs)
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            if inspect.isgenerator(result):
                return self._watched_items(name, bound.arguments, result)
            self._hold(name, bound.arguments, result)
            return result

        return watched

    def _watched_items(self, name: str, arguments: dict[str, Any], items: Iterator[Any]) -> Iterator[Any]:
        """A generator's items, each held against what the docstring says that it yields."""
        end = object()
        while True:
            with self._errors_of(name):
                item = next(items, end)
            if item is end:
                return
            self._hold(name, arguments, item)
            yield item

    @contextlib.contextmanager
    def _errors_of(self, name: str) -> Iterator[None]:
        try:
            yield
        except ValueError as error:
            self.errors.append((name, str(error)))
            raise

    def _hold(self, name: str, arguments: dict[str, Any], result: Any) -> None:
        """Check one call; backward is about the last forward of the same object."""
        owner = next((arguments[key] for key in ("self", "ctx") if key in arguments), None)
        memory = _Memory(None) if owner is None else self.memories.setdefault(id(owner), _Memory(owner))
        is_backward = name == "backward"
        given = {key: value for key, value in arguments.items() if key not in ("self", "ctx")}
        values = {**(memory.values if is_backward else {}), "self": owner}
        call = Call(self.docstrings[name], given, values, [memory.passed if is_backward else memory.structure])
        try:
            call.check(result)
        except DocstringError as error:
            self.add(name, str(error))
            return
        if name in ("__init__", "build"):
            memory.structure = call.known[0]
        if name == "forward":
            memory.passed = call.known[0]
            all_arrays = [array for _, array in arrays(list(given.values()))]
            memory.values = {**given, "forward": result, "ARGUMENTS": all_arrays}


@contextlib.contextmanager
def _recorded(subject: Any, record: _Record) -> Iterator[Any]:
    """Watch a function, or the documented methods of a class, in place so that calls from inside are seen too."""
    if not inspect.isclass(subject):
        record.docstrings[subject.__name__] = _read(subject, subject.__doc__, record)
        yield record.watch(subject.__name__, subject)
        return
    originals = {name: value for name, value in vars(subject).items() if _is_documented(name, value)}
    for name, value in originals.items():
        function = getattr(value, "__func__", value)
        record.docstrings[name] = _read(function, subject.__doc__ if name == "__init__" else function.__doc__, record)
        watched = record.watch(name, function)
        setattr(subject, name, staticmethod(watched) if isinstance(value, staticmethod) else watched)
    if "__init__" not in originals and "Args:" in (subject.__doc__ or ""):
        record.add(subject.__name__, "describes arguments, but has no constructor")
    try:
        yield subject
    finally:
        for name, value in originals.items():
            setattr(subject, name, value)


def _is_documented(name: str, value: Any) -> bool:
    """Whether a method is the constructor, is public, or is an operator with arguments to explain."""
    function = getattr(value, "__func__", value)
    if not inspect.isfunction(function):
        return False
    return name == "__init__" or not name.startswith("_") or "Args:" in (function.__doc__ or "")


def _read(function: Callable[..., Any], text: str | None, record: _Record) -> Docstring:
    """A function's docstring, after what can be said about it without a call."""
    signature = inspect.signature(function)
    try:
        docstring = parse(text or "", result=str(signature.return_annotation))
    except DocstringError as error:
        record.add(function.__name__, str(error))
        return Docstring()
    parameters = {name: each for name, each in signature.parameters.items() if name != "self"}
    if list(docstring.args) != list(parameters):
        record.add(function.__name__, f"describes {list(docstring.args)}, takes {list(parameters)}")
    for name, entry in docstring.args.items():
        if name in parameters and (wrong := _wrong_about(parameters[name], entry)):
            record.add(function.__name__, f"{name}: {wrong}")
    if _is_of_arrays(signature.return_annotation) and not (docstring.returns and docstring.returns.specs):
        record.add(function.__name__, "no shape is stated for the result")
    return docstring


_LITERAL = r"-?\d+(?:\.\d+)?(?:e-?\d+)?|None|True|False|'[^']*'"


def _wrong_about(parameter: inspect.Parameter, entry: Entry) -> str | None:
    """What the text does not say of an array or of None, or says of the default though it is not so."""
    takes_none = parameter.default is None or "None" in str(parameter.annotation)
    if takes_none and not re.search(r"\bNone\b|left out|\bas in `", entry.text):
        return "does not say what None means"
    if _is_of_arrays(parameter.annotation) and not entry.specs:
        return "no shape is stated"
    pattern = rf"(?:defaults to|(?<!whose )default:?|by default) `?({_LITERAL})|({_LITERAL})`? by default"
    for stated in re.findall(pattern, entry.text):
        if (text := "".join(stated)) != repr(parameter.default):
            return f"says that the default is {text}, which is {parameter.default!r}"
    return None


def _is_of_arrays(annotation: Any) -> bool:
    """Whether an annotation speaks of arrays, other than in the type of a function."""
    return "Array" in re.sub(r"Callable\[\[.*?\], [^\]]*\]", "", str(annotation))


def _missing_errors(record: _Record, cases: Sequence[Case]) -> Iterator[str]:
    """Errors that docstrings announce and no case provokes, and those that cases expect unannounced."""
    for name, docstring in record.docstrings.items():
        texts = {text for method, text in record.errors if method == name}
        for blame in docstring.raises:
            yield from (f"{name}: no case provokes: {blame.text} ({each})" for each in _unprovoked(blame, texts))
        for each in dict.fromkeys(each for blame in docstring.raises for each in blame.names):
            reasons = sum(each in blame.names for blame in docstring.raises)
            provoked = sum(_mentions(text, each) for text in texts)
            if 0 < provoked < reasons:
                yield f"{name}: {provoked} of {reasons} reasons to blame {each} are provoked"
    announced = {each for doc in record.docstrings.values() for blame in doc.raises for each in blame.names}
    for expected in dict.fromkeys(case.raises for case in cases if case.raises):
        if expected not in announced and not (LAYER in announced and _mentions(expected, LAYER)):
            yield f"a case expects an error about {expected}, which no docstring announces"


def _unprovoked(blame: Blame, texts: set[str]) -> list[str]:
    if blame.together:
        return [] if any(all(_mentions(text, each) for each in blame.names) for text in texts) else list(blame.names)
    return [each for each in blame.names if not any(_mentions(text, each) for text in texts)]


def _mentions(text: str, name: str) -> bool:
    return bool(re.search(r"\b[a-z0-9]+_\d+\b" if name == LAYER else rf"\b{re.escape(name)}\b", text))
