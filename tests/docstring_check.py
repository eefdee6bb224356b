"""Hold one call against a docstring: which shape and dtype is said of which array, and whether it is so."""

from __future__ import annotations

import ast
import builtins
import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tests.docstring_values import (
    Leaves,
    Path,
    arrays,
    dtype_of,
    flat_ints,
    has_dtype,
    is_number,
    kind_of,
    leaves,
    shape_of,
)
from tests.docstrings import Docstring, DocstringError, Dtype, Entry, Spec
from tests.shapes import Item, Known, Pattern, Run, lengths_of, renamed, symbols_of

__all__ = ["Call"]


@dataclass(frozen=True)
class _Place:
    """An array in a call.

    Args:
        what: how messages call it.
        path: the keys that lead to it in its argument.
        array: the array, or a number.
        previous: the argument before, which `same shape` is about.
        is_result: whether it was returned.
    """

    what: str
    path: Path
    array: Any
    previous: Any
    is_result: bool


@dataclass
class Call:
    """One call, and what is known of its symbols: every consistent reading of its shapes so far.

    Args:
        docstring: what is held against it.
        arguments: by name.
        values: what else expressions may name: `self`, and for a backward pass the arguments of the forward pass.
        known: what the object's earlier calls said about its symbols.
    """

    docstring: Docstring
    arguments: Mapping[str, Any]
    values: dict[str, Any]
    known: list[Known]

    def check(self, result: Any) -> None:
        """Raises DocstringError for the first thing that is not as the docstring says."""
        entries = {name: entry for name, entry in self.docstring.args.items() if name in self.arguments}
        self.values = {"ARGUMENTS": _only(arrays(list(self.arguments.values()))), **self.values, **self.arguments}
        for name, entry in entries.items():
            self._take_numbers(name, entry, self.arguments[name])
        previous: Any = None
        for name, entry in entries.items():
            if found := arrays(self.arguments[name]):
                self._take(name, entry, self.arguments[name], found, previous)
                previous = self.arguments[name]
        self._take_result(result)
        decided = [each for each in self.known if not each.undecided]
        if not decided:
            raise DocstringError(f"cannot tell what {self.known[0].undecided} are")
        self.known = decided[:1]

    def _take_numbers(self, name: str, entry: Entry, value: Any) -> None:
        """Lengths that are arguments: by the argument's name, and by the symbols that its text begins with."""
        numbers = flat_ints(value)
        if numbers is None:
            return
        if isinstance(value, int):
            self.known = [replace(each, symbols={**each.symbols, name: value}) for each in self.known]
            numbers = numbers * len(entry.lengths[0] if entry.lengths else ())
        else:
            self.known = [replace(each, runs={**each.runs, name: numbers}) for each in self.known]
        if entry.lengths and min(numbers, default=0) >= 0:
            self._extend(entry.lengths, numbers, _Place(name, (), value, None, False))

    def _take(
        self, name: str, entry: Entry, value: Any, found: Leaves, previous: Any, *, is_result: bool = False
    ) -> None:
        if not entry.specs:
            raise DocstringError(f"{name}: no shape is stated, got {[shape_of(leaf) for _, leaf in found]}")
        previous = found[0][1] if previous is None else previous
        for index, spec, (path, leaf) in _paired(name, entry, value, found):
            place = _Place(name + "".join(f"[{key!r}]" for key in path), path, leaf, previous, is_result)
            self._match_shape(_at_index(spec, index), place)
            self._match_dtype(entry, spec, place)
        if isinstance(value, list) and value:
            self._name_the_last(len(value))

    def _take_result(self, result: Any) -> None:
        entry = self.docstring.returns or Entry("")
        if result is None and entry.specs:
            raise DocstringError("the result: got None")
        if not arrays(result) and not any(spec.form == "scalar" for spec in entry.specs):
            return
        about = re.search(r"with respect to `?(\w+)`?", entry.text)
        previous = self.values.get(about[1]) if about else None
        if previous is None:
            previous = next((value for value in self.arguments.values() if arrays(value)), None)
        self._take("the result", entry, result, leaves(result), previous, is_result=True)

    def _match_shape(self, spec: Spec, place: _Place) -> None:
        if spec.form == "any":
            return
        if spec.form == "patterns":
            self._extend(spec.patterns, shape_of(place.array), place)
            return
        got: tuple[int, ...] = shape_of(place.array)
        want: tuple[int, ...] = ()
        if spec.form == "solves":
            left, right = spec.expression.split(" = ")
            got, want = shape_of(self._value(left, place.array)), shape_of(self._value(right))
        elif spec.form == "is":
            want = tuple(self._value(spec.expression))
        elif spec.form != "scalar":
            want = shape_of(self._referred(spec.form, spec.expression, place))
        if got != want:
            raise DocstringError(f"{place.what}: shape {got}, said to be {want}")
        if spec.number and not is_number(place.array, spec.number):
            raise DocstringError(f"{place.what}: got {place.array!r}, said to be {spec.number}")

    def _extend(self, patterns: Sequence[Pattern], shape: tuple[int, ...], place: _Place) -> None:
        extended: list[Known] = []
        for known in self.known:
            choices = [self._with_runs(each, known, place.path) for each in patterns]
            if place.is_result and len(patterns) > 1:  # which of several it is must follow from the arguments
                choices = [each for each in choices if symbols_of(each) <= set(known.symbols)]
            extended += known.extended(choices, shape, is_result=place.is_result)
        if not extended:
            known = self.known[0]
            raise DocstringError(
                f"{place.what}: shape {shape} is not {_spelled(patterns)} with { ({**known.symbols, **known.runs}) }"
            )
        self.known = list({repr(each): each for each in extended}.values())

    def _with_runs(self, pattern: Pattern, known: Known, path: Path) -> Pattern:
        """Put in runs such as `*x.shape`, or `*output_shape` of the object: of several the one at this place."""
        items: list[Item] = []
        for item in pattern:
            run = self._run(item.name, path) if isinstance(item, Run) and item.name not in known.runs else None
            items += [item] if run is None else [lengths_of(str(length)) for length in run]
        return tuple(items)

    def _run(self, name: str, path: Path) -> Sequence[int] | None:
        for expression in (name, f"self.{name}") if name else ():
            with contextlib.suppress(NameError, AttributeError):
                found: Any = eval(expression, {}, self.values)
                return found[path[-1]] if isinstance(found, list) and path else found  # type: ignore[no-any-return]
        return None

    def _name_the_last(self, count: int) -> None:
        """H_last is H_3 where a list has three elements."""
        for index, known in enumerate(self.known):
            last = {name for name in known.symbols if name.endswith(f"_{count}")}
            named = {f"{name.rpartition('_')[0]}_last": known.symbols[name] for name in last}
            self.known[index] = replace(known, symbols={**known.symbols, **named})

    def _value(self, expression: str, unknown: Any = None) -> Any:
        """Evaluate an expression of a docstring; a name that is no argument stands for the result."""
        try:
            names = {node.id for node in ast.walk(ast.parse(expression, mode="eval")) if isinstance(node, ast.Name)}
        except SyntaxError:
            raise DocstringError(f"not an expression: {expression}") from None
        values = {**self.known[0].symbols, **self.values, "np": np}
        missing = {name for name in names - set(values) if not hasattr(builtins, name)}
        if missing and unknown is None:
            raise DocstringError(f"{expression}: {', '.join(sorted(missing))} is no argument")
        return eval(expression, {}, {**values, **dict.fromkeys(missing, unknown)})

    def _referred(self, form: str, expression: str, place: _Place, *, lenient: bool = False) -> Any:
        """The value whose shape or dtype a statement is about; of a container the part at the same place."""
        if form == "argument":
            names = re.findall(r"\bgrad_(\w+)", (self.docstring.returns or Entry("")).text)
            return self.values[names[place.path[0] if place.path else 0]]
        value = place.previous if form == "previous" else self._value(expression)
        if expression == "ARGUMENTS":
            return value[0]
        for key in place.path:
            if not isinstance(value, (list, tuple, dict)):
                break
            if not (key in value if isinstance(value, dict) else key < len(value)):
                if lenient:
                    break
                raise DocstringError(f"{place.what}: {expression or 'the argument before'} has no part {key!r}")
            value = value[key]
        return value

    def _match_dtype(self, entry: Entry, spec: Spec, place: _Place) -> None:
        """What is said of the dtype; beside another shape it is not about this array."""
        with_shape = {each.segment for each in entry.specs}
        meant = [each for each in entry.dtypes if each.segment == spec.segment or each.segment not in with_shape]
        if spec.number or not has_dtype(place.array):
            return
        got = dtype_of(place.array)
        listed = [each for each in meant if each.form in ("kinds", "name")]
        if listed and not any(_allows(each, got) for each in listed):
            raise DocstringError(
                f"{place.what}: dtype {got}, said to be {' or '.join(each.values[0] for each in listed)}"
            )
        for each in meant:
            wanted = [] if each in listed else self._dtypes(each, place, entry.promotes and place.is_result)
            if wanted and got not in wanted:
                raise DocstringError(f"{place.what}: dtype {got}, said to be {' or '.join(wanted)}")

    def _dtypes(self, dtype: Dtype, place: _Place, promotes: bool) -> list[str]:
        """The dtypes that a statement about other arrays allows."""
        given = self.values["ARGUMENTS"]
        floats = [array for array in given if kind_of(dtype_of(array)) == "f"]
        if dtype.form == "kept":
            return [dtype_of(array) for array in given]
        if dtype.form == "single":
            return ["float32" if {dtype_of(array) for array in floats} == {"float32"} else "float64"]
        if dtype.values == ("ARGUMENTS",):
            referred = floats or given
        else:
            referred = [self._referred(dtype.form, each, place, lenient=True) for each in dtype.values or ("",)]
        names = {dtype_of(leaf) for _, leaf in leaves(referred) if has_dtype(leaf)}
        name = names.pop() if len(names) == 1 else str(np.result_type(*names or {"float64"}))
        return ["float64" if promotes and kind_of(name) != "f" else name]


def _only(found: Leaves) -> list[Any]:
    return [leaf for _, leaf in found]


def _allows(dtype: Dtype, got: str) -> bool:
    return kind_of(got) in dtype.values[0] if dtype.form == "kinds" else got in dtype.values


def _paired(name: str, entry: Entry, value: Any, found: Leaves) -> Iterator[tuple[int, Spec, tuple[Path, Any]]]:
    """Which statement is about which array; with the number of the element in a list, from 1."""
    specs = entry.specs
    if isinstance(value, list) and value and all(isinstance(each, tuple) and len(each) == len(specs) for each in value):
        yield from ((path[0] + 1, specs[path[1]], (path, leaf)) for path, leaf in found)
    elif len(specs) == 1 and (found[0][0] == () or entry.is_about_many):
        for path, leaf in found:
            yield path[0] + 1 if path and isinstance(path[0], int) else 1, specs[0], (path, leaf)
    elif isinstance(value, tuple) and len(specs) == len(value):
        for path, leaf in found:
            spec = specs[path[0]]
            yield 1, spec, (path[1:] if spec.form == "of" else path, leaf)  # that of the same place in another value
    elif len(specs) == len(found):
        yield from ((1, spec, leaf) for spec, leaf in zip(specs, found, strict=True))
    else:
        raise DocstringError(f"{name}: {len(specs)} shapes are stated for {len(found)} arrays")


def _at_index(spec: Spec, index: int) -> Spec:
    """The statement about element `index`: H_l is H_1, H_2, …; of a sequence that goes on, the indices rise."""
    if spec.goes_on:
        indexed = (name.rpartition("_") for name in symbols_of(spec.patterns[0]))
        rising = {f"{stem}_{first}": f"{stem}_{int(first) + index - 1}" for stem, _, first in indexed}
        return replace(spec, patterns=(renamed(spec.patterns[0], rising),))
    names = {name for pattern in spec.patterns for name in symbols_of(pattern) if re.search(r"_[a-z]\Z", name)}
    own = {name: f"{name[:-1]}{index}" for name in names}
    return replace(spec, patterns=tuple(renamed(each, own) for each in spec.patterns))


def _spelled(patterns: Sequence[Pattern]) -> str:
    return " or ".join(f"({', '.join(str(item) for item in pattern)})" for pattern in patterns)
