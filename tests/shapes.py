"""Shapes as docstrings write them, such as (N, OH, OW, KH·KW·C) or (..., 4H), laid on the shapes of arrays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

__all__ = [
    "Item",
    "Known",
    "Length",
    "Pattern",
    "Run",
    "ShapeError",
    "lengths_of",
    "pattern_of",
    "readings",
    "renamed",
    "symbols_of",
]

Shape = tuple[int, ...]
_FACTOR = re.compile(r"(\d*)\s*([^\W\d]\w*)?")
_RUN = re.compile(r"(?:\.\.\.|…|\*\s*(`?)(?P<name>[\w.]+)\1)\Z")


class ShapeError(Exception):
    """A text that should be a shape and cannot be read: one line."""


@dataclass(frozen=True)
class Length:
    """The length of an axis as a sum of products: 2H + 1 is {("H",): 2, (): 1}."""

    terms: tuple[tuple[tuple[str, ...], int], ...]

    def __str__(self) -> str:
        """As in a docstring, nearly."""
        return " + ".join("·".join([*([str(n)] if n != 1 or not names else []), *names]) for names, n in self.terms)

    def rest(self, symbols: Mapping[str, int]) -> dict[tuple[str, ...], int]:
        """What is left with the symbols put in; the constant is that of the empty product."""
        left: Counter[tuple[str, ...]] = Counter({(): 0})
        for names, factor in self.terms:
            for name in names:
                factor *= symbols.get(name, 1)
            left[tuple(name for name in names if name not in symbols)] += factor
        return dict(left)


@dataclass(frozen=True)
class Run:
    """Any number of axes: `...`, or `*name`, which is the same run wherever it is named."""

    name: str = ""

    def __str__(self) -> str:
        """As in a docstring."""
        return f"*{self.name}" if self.name else "..."


Item = Length | Run
Pattern = tuple[Item, ...]
Equation = tuple[Item, Any]


def pattern_of(text: str) -> Pattern:
    """Read `(N, ..., 4H)`. Raises ShapeError."""
    inner = text.strip()
    if not (inner.startswith("(") and inner.endswith(")")):
        raise ShapeError(f"not a shape: {text}")
    parts = [part.strip() for part in inner[1:-1].split(",")]
    if parts[-1] == "" and len(parts) != 2:  # () and (N,) end like this, (N, H,) does not
        parts.pop()
        if parts:
            raise ShapeError(f"not a shape: {text}")
    elif len(parts) == 1 and not _RUN.match(parts[0]):
        raise ShapeError(f"one axis is written (N,), not {text}")
    return tuple(_item(part) for part in parts if part)


def _item(text: str) -> Item:
    found = _RUN.match(text)
    return Run(found["name"] or "") if found else lengths_of(text)


def lengths_of(text: str) -> Length:
    """Read one axis: `N`, `4H`, `T + 1`, `KH·KW·C`. Raises ShapeError."""
    terms: Counter[tuple[str, ...]] = Counter()
    sign = 1
    for part in re.split(r"([-+−])", text):
        if part in ("-", "−", "+"):
            sign = -1 if part != "+" else 1
            continue
        names, factor = [], sign
        for each in re.split(r"[·*]", part):
            found = _FACTOR.fullmatch(each.strip())
            if found is None or not found[0]:
                raise ShapeError(f"not a length: {text}")
            factor *= int(found[1] or 1)
            names += [found[2]] if found[2] else []
        terms[tuple(sorted(names))] += factor
    return Length(tuple(terms.items()))


def symbols_of(pattern: Pattern) -> set[str]:
    """The symbols in a pattern, without its runs."""
    return {name for item in pattern if isinstance(item, Length) for product, _ in item.terms for name in product}


def renamed(pattern: Pattern, names: Mapping[str, str]) -> Pattern:
    """The pattern with other names for its symbols."""
    return tuple(
        item
        if isinstance(item, Run)
        else Length(tuple((tuple(names.get(name, name) for name in product), n) for product, n in item.terms))
        for item in pattern
    )


def readings(pattern: Pattern, shape: Shape) -> Iterator[list[Equation]]:
    """All ways to lay a pattern on a shape: what each of its items then is."""
    if not pattern:
        if not shape:
            yield []
        return
    head, rest = pattern[0], pattern[1:]
    if isinstance(head, Run):
        for count in range(len(shape) + 1):
            yield from ([(head, shape[:count]), *more] for more in readings(rest, shape[count:]))
    elif shape:
        yield from ([(head, shape[0]), *more] for more in readings(rest, shape[1:]))


@dataclass(frozen=True)
class Known:
    """What the symbols are so far in one reading of a call's shapes.

    Args:
        symbols: length by name.
        runs: axes by the name of a run.
        loose: the axes that `...` stood for, in the arguments.
        undecided: equations with more than one unknown.
    """

    symbols: Mapping[str, int] = field(default_factory=dict)
    runs: Mapping[str, Shape] = field(default_factory=dict)
    loose: frozenset[Shape] = frozenset()
    undecided: tuple[tuple[Length, int], ...] = ()

    def after(self, equations: Iterable[Equation], *, is_result: bool = False) -> Known | None:
        """What is known with these equations too; None where they contradict.

        In a result `...` is one of the arguments' runs, or what these broadcast to.
        """
        runs, loose, lengths = dict(self.runs), set(self.loose), list(self.undecided)
        equations = list(equations)
        anonymous = [value for item, value in equations if isinstance(item, Run) and not item.name]
        for item, value in equations:
            if isinstance(item, Length):
                lengths.append((item, value))
            elif item.name and runs.setdefault(item.name, value) != value:
                return None
        if len(anonymous) == 1 and is_result and loose and anonymous[0] not in _possible(loose):
            return None
        if len(anonymous) == 1 and not is_result:
            loose.add(anonymous[0])
        solved = _solve(self.symbols, lengths)
        return None if solved is None else Known(solved[0], runs, frozenset(loose), solved[1])

    def extended(self, patterns: Sequence[Pattern], shape: Shape, *, is_result: bool = False) -> list[Known]:
        """Every consistent way to read a shape as one of some patterns."""
        found = [
            self.after(equations, is_result=is_result) for pattern in patterns for equations in readings(pattern, shape)
        ]
        return [each for each in found if each is not None]


def _possible(loose: Iterable[Shape]) -> set[Shape]:
    runs = set(loose)
    try:
        return runs | {np.broadcast_shapes(*runs)}
    except ValueError:
        return runs


def _solve(
    symbols: Mapping[str, int], equations: Sequence[tuple[Length, int]]
) -> tuple[dict[str, int], tuple[tuple[Length, int], ...]] | None:
    """Put in what is known until nothing more becomes known; None for a contradiction."""
    known, undecided, before = dict(symbols), list(equations), -1
    while len(known) > before:
        before, waiting = len(known), undecided
        undecided = []
        for length, value in waiting:
            rest = length.rest(known)
            constant = rest.pop(())
            unknown = {names: factor for names, factor in rest.items() if factor}
            if not unknown:
                if constant != value:
                    return None
            elif len(unknown) == 1 and len(next(iter(unknown))) == 1:
                ((name,), factor) = next(iter(unknown.items()))
                if (value - constant) % factor or (value - constant) // factor < 0:
                    return None
                known[name] = (value - constant) // factor
            else:
                undecided.append((length, value))
    return known, tuple(undecided)
