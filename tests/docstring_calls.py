"""Hold calls against docstrings: record what cases do to a model answer, and say what its docstrings get wrong."""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import inspect
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder import wire
from autograder.catalog import Case
from tests.docstrings import LAYER, Blame, Docstring, DocstringError, Dtype, Entry, Spec, parse
from tests.shapes import Item, Known, Pattern, Run, lengths_of, renamed, symbols_of

__all__ = ["problems_of"]

Path = tuple[Any, ...]
Leaves = list[tuple[Path, Any]]


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
    return list(dict.fromkeys([*record.problems, *record.missing_errors(cases)]))


def _run(subject: Any, case: Case, scenario: Callable[..., Any] | None, record: _Record) -> None:
    inputs = wire.realise(wire.unpack(wire.pack(dict(case.inputs))))
    for _, array in _arrays(list(inputs.values())):
        array.setflags(write=not case.readonly)
    record.case, before = case.label, len(record.errors)
    np.random.seed(0)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            scenario(subject, **inputs) if scenario else subject(**inputs)
    except Exception as error:
        if case.raises is None:
            record.add("", f"raised {error!r}")
        elif not any(_mentions(text, case.raises) for _, text in record.errors[before:]):
            record.add("", f"no recorded call raised a ValueError that names {case.raises}")


def _mentions(text: str, name: str) -> bool:
    return bool(re.search(r"\b[a-z0-9]+_\d+\b" if name == LAYER else rf"\b{re.escape(name)}\b", text))


@dataclass
class _Memory:
    """What an object's calls have said so far: lengths from building it, and the last pass through it."""

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
    case: str = ""

    def add(self, name: str, text: str) -> None:
        """Keep a problem with where it was found."""
        self.problems.append(f"{name or 'call'}[{self.case}]: {text}")

    def watch(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, with every call held against its docstring."""
        signature = inspect.signature(function)

        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> Any:
            try:
                bound = signature.bind(*args, **kwargs)
                result = function(*args, **kwargs)
            except ValueError as error:
                self.errors.append((name, str(error)))
                raise
            bound.apply_defaults()
            if inspect.isgenerator(result):
                return self._watched_items(name, bound.arguments, result)
            self._hold(name, bound.arguments, result)
            return result

        return watched

    def _watched_items(self, name: str, arguments: dict[str, Any], items: Iterator[Any]) -> Iterator[Any]:
        while True:
            try:
                item = next(items)
            except StopIteration:
                return
            except ValueError as error:
                self.errors.append((name, str(error)))
                raise
            self._hold(name, arguments, item)
            yield item

    def _hold(self, name: str, arguments: dict[str, Any], result: Any) -> None:
        """Check one call; backward is about the last forward of the same object."""
        owner = next((arguments[key] for key in ("self", "ctx") if key in arguments), None)
        memory = self.memories.setdefault(id(owner), _Memory(owner)) if owner is not None else _Memory(None)
        known = memory.passed if name == "backward" else memory.structure
        values = memory.values if name == "backward" else {}
        given = {key: value for key, value in arguments.items() if key not in ("self", "ctx")}
        call = _Call(self.docstrings[name], given, {**values, "self": owner}, [known])
        try:
            call.check(result)
        except DocstringError as error:
            self.add(name, str(error))
            return
        if name in ("__init__", "build"):
            memory.structure = call.known[0]
        if name == "forward":
            memory.passed = call.known[0]
            memory.values = {**given, "forward": result, "ARGUMENTS": [array for _, array in _arrays(list(given.values()))]}

    def missing_errors(self, cases: Sequence[Case]) -> Iterator[str]:
        """Errors that docstrings announce and no case provokes, and those that cases expect unannounced."""
        for name, docstring in self.docstrings.items():
            texts = [text for method, text in self.errors if method == name]
            for blame in docstring.raises:
                yield from (f"{name}: no case provokes: {blame.text} ({each})" for each in _unprovoked(blame, texts))
            blamed = [each for blame in docstring.raises for each in blame.names]
            for each in set(blamed):
                provoked = len({text for text in texts if _mentions(text, each)})
                if 0 < provoked < sum(each in blame.names for blame in docstring.raises):
                    yield f"{name}: fewer cases than reasons to blame {each}"
        announced = {each for doc in self.docstrings.values() for blame in doc.raises for each in blame.names}
        for expected in dict.fromkeys(case.raises for case in cases if case.raises):
            if expected not in announced and not (LAYER in announced and _mentions(expected, LAYER)):
                yield f"a case expects an error about {expected}, which no docstring announces"


def _unprovoked(blame: Blame, texts: Sequence[str]) -> list[str]:
    if blame.together:
        return [] if any(all(_mentions(text, each) for each in blame.names) for text in texts) else [*blame.names]
    return [each for each in blame.names if not any(_mentions(text, each) for text in texts)]


@contextlib.contextmanager
def _recorded(subject: Any, record: _Record) -> Iterator[Any]:
    """Watch a function, or the documented methods of a class, in place so that inner calls are seen too."""
    if not inspect.isclass(subject):
        record.docstrings[subject.__name__] = _docstring_of(subject, subject.__doc__, record)
        yield record.watch(subject.__name__, subject)
        return
    originals = {name: value for name, value in vars(subject).items() if _is_documented(name, value)}
    for name, value in originals.items():
        function = getattr(value, "__func__", value)
        text = subject.__doc__ if name == "__init__" else function.__doc__
        record.docstrings[name] = _docstring_of(function, text, record)
        watched = record.watch(name, function)
        setattr(subject, name, staticmethod(watched) if isinstance(value, staticmethod) else watched)
    try:
        yield subject
    finally:
        for name, value in originals.items():
            setattr(subject, name, value)


def _is_documented(name: str, value: Any) -> bool:
    function = getattr(value, "__func__", value)
    if not inspect.isfunction(function):
        return False
    return name == "__init__" or not name.startswith("_") or "Args:" in (function.__doc__ or "")


def _docstring_of(function: Callable[..., Any], text: str | None, record: _Record) -> Docstring:
    """The docstring, after what can be said about it without a call."""
    record.case = "docstring"
    try:
        docstring = parse(text or "", result=str(inspect.signature(function).return_annotation))
    except DocstringError as error:
        record.add(function.__name__, str(error))
        return Docstring()
    parameters = {
        name: each for name, each in inspect.signature(function).parameters.items() if name not in ("self", "ctx")
    }
    if [name for name in docstring.args if name != "ctx"] != list(parameters):
        record.add(function.__name__, f"describes {list(docstring.args)}, takes {list(parameters)}")
    for name, entry in docstring.args.items():
        if name in parameters and (wrong := _wrong_default(parameters[name], entry)):
            record.add(function.__name__, f"{name}: {wrong}")
    return docstring


_LITERAL = r"-?\d+(?:\.\d+)?(?:e-?\d+)?|None|True|False|'[^']*'"


def _wrong_default(parameter: inspect.Parameter, entry: Entry) -> str | None:
    """What the text says of the default and is not so; who says None is told, too."""
    takes_none = parameter.default is None or "None" in str(parameter.annotation)
    if takes_none and not re.search(r"\bNone\b|left out|\bas in `", entry.text):
        return "does not say what None means"
    for stated in re.findall(rf"(?:defaults to|(?<!whose )default:?|by default) `?({_LITERAL})|({_LITERAL})`? by default", entry.text):
        if (text := "".join(stated)) != repr(parameter.default):
            return f"says that the default is {text}, which is {parameter.default!r}"
    return None


@dataclass
class _Call:
    """One call and what is known of its symbols: every consistent reading of its shapes so far."""

    docstring: Docstring
    arguments: Mapping[str, Any]
    values: dict[str, Any]
    known: list[Known]

    def check(self, result: Any) -> None:
        """Raises DocstringError for the first thing that is not as the docstring says."""
        entries = {name: entry for name, entry in self.docstring.args.items() if name in self.arguments}
        self.values = {"ARGUMENTS": [array for _, array in _arrays(list(self.arguments.values()))], **self.values}
        self.values |= self.arguments
        for name, entry in entries.items():
            self._take_numbers(name, entry, self.arguments[name])
        previous: Any = None
        for name, entry in entries.items():
            if leaves := _arrays(self.arguments[name]):
                self._take(name, entry, self.arguments[name], leaves, previous)
                previous = self.arguments[name]
        self._take_result(result)
        decided = [each for each in self.known if not each.undecided]
        if not decided:
            raise DocstringError(f"cannot tell {self.known[0].undecided}")
        self.known = decided[:1]

    def _take_numbers(self, name: str, entry: Entry, value: Any) -> None:
        """Lengths that are arguments: by the argument's name, and by the symbols that its text begins with."""
        if isinstance(value, int) and not isinstance(value, bool):
            self.known = [Known({**each.symbols, name: value}, each.runs, each.loose) for each in self.known]
        numbers = _flat_ints(value)
        if numbers is None:
            return
        self.known = [Known(each.symbols, {**each.runs, name: numbers}, each.loose) for each in self.known]
        if not entry.lengths or min(numbers, default=0) < 0:
            return
        if isinstance(value, int):
            numbers = numbers * len(entry.lengths[0])
        self._extend(entry.lengths, numbers, f"{name}: {value}")

    def _take(self, name: str, entry: Entry, value: Any, leaves: Leaves, previous: Any, *, is_result: bool = False) -> None:
        if not entry.specs:
            raise DocstringError(f"{name}: no shape is stated, got {[_shape(leaf) for _, leaf in leaves]}")
        previous = leaves[0][1] if previous is None else previous
        for index, spec, (path, leaf) in _paired(name, entry, value, leaves):
            what = f"{name}{''.join(f'[{key!r}]' for key in path)}"
            self._match(_at_index(spec, index), path, leaf, previous, what, is_result)
            self._match_dtype(entry, spec, path, leaf, previous, what, is_result)
        self._name_the_last(len(value) if isinstance(value, list) else 0)

    def _take_result(self, result: Any) -> None:
        entry = self.docstring.returns or Entry("")
        leaves = _arrays(result)
        if result is None and entry.specs:
            raise DocstringError("the result: got None")
        if not leaves and not any(spec.form == "scalar" for spec in entry.specs):
            return
        about = re.search(r"with respect to `?(\w+)`?", entry.text)
        previous = self.values.get(about[1]) if about else None
        if previous is None:
            previous = next((value for value in self.arguments.values() if _arrays(value)), None)
        self._take("the result", entry, result, _leaves(result), previous, is_result=True)

    def _match(self, spec: Spec, path: Path, leaf: Any, previous: Any, what: str, is_result: bool) -> None:
        if spec.form == "any":
            return
        if spec.form == "patterns":
            self._extend(spec.patterns, _shape(leaf), what, path, is_result=is_result)
            return
        want: tuple[int, ...]
        got = _shape(leaf)
        if spec.form == "scalar":
            want = ()
            if spec.number and not _is_number(leaf, spec.number):
                raise DocstringError(f"{what}: got {type(leaf).__name__}, said to be {spec.number}")
        elif spec.form == "solves":
            left, right = spec.expression.split(" = ")
            got, want = _shape(self._value(left, leaf)), _shape(self._value(right))
        elif spec.form == "is":
            want = tuple(self._value(spec.expression))
        else:
            want = _shape(self._referred(spec.form, spec.expression, path, previous))
        if got != want:
            raise DocstringError(f"{what}: shape {got}, said to be {want}")

    def _extend(
        self, patterns: Sequence[Pattern], shape: tuple[int, ...], what: str, path: Path = (), *, is_result: bool = False
    ) -> None:
        extended: list[Known] = []
        for known in self.known:
            choices = [self._with_runs(each, known, path) for each in patterns]
            if is_result and len(patterns) > 1:  # which of several it is must follow from the arguments
                choices = [each for each in choices if symbols_of(each) <= set(known.symbols)]
            extended += known.extended(choices, shape, is_result=is_result)
        if not extended:
            symbols = dict(self.known[0].symbols) | dict(self.known[0].runs)
            raise DocstringError(f"{what}: shape {shape} is none of {_spelled(patterns)} with {symbols}")
        self.known = list({repr(each): each for each in extended}.values())

    def _with_runs(self, pattern: Pattern, known: Known, path: Path) -> Pattern:
        """Put in runs such as `*x.shape`, or `*output_shape` of the object: of several the one at this place."""
        items: list[Item] = []
        for item in pattern:
            lengths = self._run(item.name, path) if isinstance(item, Run) and item.name not in known.runs else None
            items += [item] if lengths is None else [lengths_of(str(length)) for length in lengths]
        return tuple(items)

    def _run(self, name: str, path: Path) -> Sequence[int] | None:
        for expression in (name, f"self.{name}") if name else ():
            with contextlib.suppress(NameError, AttributeError):
                found = eval(expression, {}, self.values)
                return found[path[-1]] if isinstance(found, list) and path else found
        return None

    def _name_the_last(self, count: int) -> None:
        """H_last is H of the last of several elements."""
        if count:
            self.known = [
                Known(
                    each.symbols
                    | {f"{name[: -len(str(count))]}last": n for name, n in each.symbols.items() if name.endswith(f"_{count}")},
                    each.runs, each.loose, each.undecided,
                )
                for each in self.known
            ]  # fmt: skip

    def _value(self, expression: str, unknown: Any = None) -> Any:
        """Evaluate an expression of a docstring; a name that is no argument stands for the result."""
        names = {node.id for node in ast.walk(ast.parse(expression, mode="eval")) if isinstance(node, ast.Name)}
        values = {**self.known[0].symbols, **self.values, "np": np}
        missing = {name for name in names - set(values) if not hasattr(builtins, name)}
        if missing and unknown is None:
            raise DocstringError(f"{expression}: {', '.join(sorted(missing))} is no argument")
        return eval(expression, {}, {**values, **dict.fromkeys(missing, unknown)})

    def _referred(self, form: str, expression: str, path: Path, previous: Any, *, lenient: bool = False) -> Any:
        """The value whose shape or dtype a statement is about; of a container the part at the same place."""
        if form == "argument":
            names = re.findall(r"\bgrad_(\w+)", (self.docstring.returns or Entry("")).text)
            return self.values[names[path[0]] if path else names[0]]
        value = previous if form == "previous" else self._value(expression)
        if expression == "ARGUMENTS":
            return value[0]
        for key in path:
            if not isinstance(value, (list, tuple, dict)):
                break
            if not (key in value if isinstance(value, dict) else key < len(value)):
                if lenient:
                    break
                raise DocstringError(f"{expression or 'the argument before'} has no part {key!r}")
            value = value[key]
        return value

    def _match_dtype(
        self, entry: Entry, spec: Spec, path: Path, leaf: Any, previous: Any, what: str, is_result: bool
    ) -> None:
        """One of the dtypes that are stated must be that of an array; those beside another shape are not meant."""
        with_shape = {each.segment for each in entry.specs}
        meant = [each for each in entry.dtypes if each.segment == spec.segment or each.segment not in with_shape]
        if not meant or spec.number or not _has_dtype(leaf):
            return
        got = _dtype(leaf)
        wanted = [name for each in meant for name in self._dtypes(each, path, previous, entry.promotes and is_result)]
        if got not in wanted and not any(each.form == "kinds" and _kind(got) in each.values[0] for each in meant):
            raise DocstringError(f"{what}: dtype {got}, said to be {wanted or [each.values for each in meant]}")

    def _dtypes(self, dtype: Dtype, path: Path, previous: Any, promotes: bool) -> list[str]:
        if dtype.form == "kinds":
            return []
        if dtype.form == "name":
            return list(dtype.values)
        if dtype.form == "kept":
            return [_dtype(array) for array in self.values["ARGUMENTS"]]
        if dtype.form == "single":
            floats = {_dtype(array) for array in self.values["ARGUMENTS"] if _kind(_dtype(array)) == "f"}
            return ["float32" if floats == {"float32"} else "float64"]
        if dtype.values == ("ARGUMENTS",):
            arrays = self.values["ARGUMENTS"]
            referred = [array for array in arrays if _kind(_dtype(array)) == "f"] or arrays
        else:
            referred = [self._referred(dtype.form, each, path, previous, lenient=True) for each in dtype.values or ("",)]
        names = {_dtype(leaf) for _, leaf in _leaves(referred) if _has_dtype(leaf)}
        name = names.pop() if len(names) == 1 else str(np.result_type(*names or {"float64"}))
        return ["float64" if promotes and _kind(name) != "f" else name]


def _paired(name: str, entry: Entry, value: Any, leaves: Leaves) -> Iterator[tuple[int, Spec, tuple[Path, Any]]]:
    """Which statement is about which array; with the number of the element in a list, from 1."""
    specs = entry.specs
    if isinstance(value, list) and value and all(isinstance(each, tuple) and len(each) == len(specs) for each in value):
        yield from ((path[0] + 1, specs[path[1]], (path, leaf)) for path, leaf in leaves)
    elif len(specs) == 1 and (leaves[0][0] == () or entry.is_about_many):
        yield from ((path[0] + 1 if path and isinstance(path[0], int) else 1, specs[0], (path, leaf)) for path, leaf in leaves)
    elif isinstance(value, tuple) and len(specs) == len(value):
        for index, spec in enumerate(specs):
            own = [(path, leaf) for path, leaf in leaves if path[0] == index]
            inside = spec.form == "of"  # then the place within the element counts
            yield from ((1, spec, (path[1:] if inside else path, leaf)) for path, leaf in own)
    elif len(specs) == len(leaves):
        yield from ((1, spec, leaf) for spec, leaf in zip(specs, leaves, strict=True))
    else:
        raise DocstringError(f"{name}: {len(specs)} shapes are stated for {len(leaves)} arrays")


def _at_index(spec: Spec, index: int) -> Spec:
    """The statement about element `index`: H_l is H_1, H_2, …; of a sequence that goes on, the indices rise."""
    names = {
        name: f"{name[:-1]}{index}"
        for pattern in spec.patterns
        for item in pattern
        if not isinstance(item, Run)
        for product, _ in item.terms
        for name in product
        if re.search(r"_[a-z]\Z", name)
    }
    if not spec.goes_on:
        return Spec(spec.form, tuple(renamed(each, names) for each in spec.patterns), spec.expression, spec.number)
    first = [name for item in spec.patterns[0] if not isinstance(item, Run) for product, _ in item.terms for name in product]
    rising = {name: f"{name.rpartition('_')[0]}_{int(name.rpartition('_')[2]) + index - 1}" for name in first}
    return Spec("patterns", (renamed(spec.patterns[0], rising),))


def _flat_ints(value: Any) -> tuple[int, ...] | None:
    """The numbers of an int, or of a tuple of ints or of such tuples; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,)
    if not isinstance(value, tuple):
        return None
    parts = [_flat_ints(each) for each in value]
    return None if None in parts else tuple(n for part in parts if part is not None for n in part)


def _leaves(value: Any, path: Path = ()) -> Leaves:
    """Arrays and numbers in lists, tuples and dicts, with the keys that lead to them."""
    if _is_array(value) or isinstance(value, (int, float, np.generic)):
        return [(path, value)]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
    return [leaf for key, each in items for leaf in _leaves(each, (*path, key))]


def _arrays(value: Any) -> Leaves:
    return [(path, leaf) for path, leaf in _leaves(value) if _is_array(leaf)]


def _is_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) or (type(value).__module__.startswith("torch") and hasattr(value, "new_zeros"))


def _has_dtype(value: Any) -> bool:
    return _is_array(value) or isinstance(value, np.generic)


def _dtype(value: Any) -> str:
    return str(value.dtype).removeprefix("torch.")


def _kind(dtype: str) -> str:
    return {"u": "u", "i": "i", "b": "f" if dtype.startswith("bf") else "b", "c": "c"}.get(dtype[0], "f")


def _shape(value: Any) -> tuple[int, ...]:
    inner = getattr(value, "data", value) if not _has_dtype(value) else value
    return tuple(inner.shape) if _is_array(inner) else tuple(np.shape(inner))


def _is_number(value: Any, number: str) -> bool:
    integer = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    return integer if number == "int" else isinstance(value, (float, np.floating)) or _has_dtype(value)


def _spelled(patterns: Sequence[Pattern]) -> str:
    def item(each: Any) -> str:
        if isinstance(each, Run):
            return f"*{each.name}" if each.name else "..."
        return "+".join("·".join([*([str(n)] if n != 1 or not names else []), *names]) for names, n in each.terms)

    return " or ".join(f"({', '.join(map(item, pattern))})" for pattern in patterns)
