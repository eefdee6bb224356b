"""How many lines assess an exercise. The tree is kept as `ruff format` lays it out."""

from __future__ import annotations

import ast
import re
import statistics
from collections.abc import Iterable
from pathlib import Path

from autograder.assessment.catalog import unit, unit_names
from tests.benchmarks.student import PROJECT

__all__ = ["all_lines", "lines_by_exercise", "median_and_p90"]

_UNITS = PROJECT / "autograder" / "units"
_CHECKS = PROJECT / "autograder" / "assessment" / "checks"


def lines_by_exercise() -> dict[str, float]:
    """By id, the lines of the exercise's own statement, and its share of what stands beside such statements.

    What stands beside them in a unit's folder is shared by the unit's exercises, a module of checks by those of the
    units that import it, and the rest (`units/shared`, the checks that no unit imports for itself) by all.
    """
    own = {name: _own_lines(name) for name in unit_names()}
    users = {path: [name for name in own if _imports(name, path.stem)] for path in _CHECKS.glob("*.py")}
    common = [*(_UNITS / "shared").glob("*.py"), *(path for path in users if not users[path])]
    for_all = _count(common) / sum(map(len, own.values()))
    found: dict[str, float] = {}
    for name, lines in own.items():
        checks = sum(_count([path]) / len(names) for path, names in users.items() if name in names)
        beside = (_count(_modules(name)) - sum(lines.values()) + checks) / len(lines)
        found |= {id: count + beside + for_all for id, count in lines.items()}
    return found


def all_lines() -> int:
    """All of units and of the checks."""
    return _count([*_UNITS.rglob("*.py"), *_CHECKS.glob("*.py")])


def median_and_p90(values: Iterable[float]) -> tuple[float, float]:
    """The median, and what nine in ten do not exceed."""
    known = list(values)
    return statistics.median(known), statistics.quantiles(known, n=10)[-1]


def _own_lines(name: str) -> dict[str, int]:
    """By id, the lines of the statement `softmax = Exercise("softmax", …)`; a function may make the exercise."""
    ids = {entry.name: entry.id for entry in unit(name).exercises}
    found: dict[str, int] = {}
    for path in _modules(name):
        for statement in ast.parse(path.read_text(encoding="utf-8")).body:
            match statement:
                case ast.Assign(value=ast.Call(args=[ast.Constant(str(exercise)), *_])) if exercise in ids:
                    found[ids[exercise]] = (statement.end_lineno or 0) - statement.lineno + 1
    if missing := set(ids.values()) - set(found):
        raise ValueError(f"no statement makes {', '.join(sorted(missing))}")
    return found


def _imports(name: str, module: str) -> bool:
    """Whether a unit imports a module of checks for itself."""
    text = "".join(path.read_text(encoding="utf-8") for path in _modules(name))
    return re.search(rf"assessment\.checks(\.| import .*\b){module}\b", text) is not None


def _modules(name: str) -> list[Path]:
    return list((_UNITS / name).glob("*.py"))


def _count(paths: Iterable[Path]) -> int:
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)
