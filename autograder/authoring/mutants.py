"""Mutants: model answers with one small fault put in. A good set of cases rejects all but those that mean the same.

The faults are those of mutation testing's usual operators: arithmetic and comparison swapped, constants moved by one,
signs dropped, keyword arguments dropped, conditions negated.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.assessment import catalog
from autograder.assessment.verdict import Verdict
from autograder.authoring.scaffold import solution_source
from autograder.authoring.units import AuthoredUnit, authored_units
from autograder.execution.executors import Limits, choose
from autograder.execution.session import RemoteSession
from autograder.grading.course import Course
from autograder.grading.grader import UnitGrader
from autograder.submissions.load import Chunk, Submission, UnitSource

__all__ = ["Mutant", "MutantAudit", "audit_mutants", "mutants_of"]

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}


@dataclass(frozen=True)
class Mutant:
    """A model answer with one fault: where, what, and the whole file's source."""

    line: int
    fault: str
    source: str


@dataclass(frozen=True)
class MutantAudit:
    """How many mutants of an exercise's model answer were rejected, and those that were not."""

    id: str
    total: int
    survivors: tuple[Mutant, ...]


def mutants_of(source: str, name: str) -> Iterator[Mutant]:
    """All mutants of one function or class of a file.

    Args:
        source: the file.
        name: the definition to spoil.
    """
    tree = ast.parse(source)
    definition = next(node for node in tree.body if getattr(node, "name", None) == name)
    for index, node in enumerate(ast.walk(definition)):
        for variant, fault in _variants(node):
            changed = copy.deepcopy(tree)
            target = next(each for each in changed.body if getattr(each, "name", None) == name)
            _replace(target, list(ast.walk(target))[index], variant)
            yield Mutant(int(getattr(node, "lineno", 0)), fault, ast.unparse(ast.fix_missing_locations(changed)))


def audit_mutants(unit: AuthoredUnit) -> list[MutantAudit]:
    """Grade every mutant of a unit's model answers in worker processes."""
    source, course, compiled = solution_source(unit), Course(), catalog.unit(unit.name)
    session = RemoteSession(choose("subprocess"), Limits(call_seconds=2.0, submission_seconds=3600.0))
    earlier = {each.name: solution_source(each) for each in authored_units() if each.name < unit.name}
    audits = []
    try:
        for exercise in compiled.exercises:
            mutants = list(mutants_of(source, exercise.name))
            alive = []
            for mutant in mutants:
                chunk = Chunk(f"{unit.name}.py", mutant.source)
                file = UnitSource(unit.name, chunk.name, (chunk,), tolerant=False)
                submission = Submission("mutant", {unit.name: file}, earlier, (), {})
                if UnitGrader(compiled, submission, course, session).grade(exercise).verdict is Verdict.PASSED:
                    alive.append(mutant)
            audits.append(MutantAudit(exercise.id, len(mutants), tuple(alive)))
    finally:
        session.close()
    return audits


def _variants(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        other = _ARITHMETIC[type(node.op)]
        yield ast.BinOp(node.left, other(), node.right), f"{type(node.op).__name__} becomes {other.__name__}"
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
        yield from _compare_variants(node)
    elif isinstance(node, ast.Constant):
        yield from _constant_variants(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Not, ast.Invert)):
        yield node.operand, f"{type(node.op).__name__} dropped"
    elif isinstance(node, ast.Call):
        yield from _call_variants(node)


def _compare_variants(node: ast.Compare) -> Iterator[tuple[ast.AST, str]]:
    other = _COMPARISONS[type(node.ops[0])]
    fault = f"{type(node.ops[0]).__name__} becomes {other.__name__}"
    yield ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators), fault


def _constant_variants(node: ast.Constant) -> Iterator[tuple[ast.AST, str]]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value), f"{value} becomes {not value}"
    elif isinstance(value, (int, float)):
        yield ast.Constant(value + 1), f"{value} becomes {value + 1}"


def _call_variants(node: ast.Call) -> Iterator[tuple[ast.AST, str]]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg not in ("dtype", None):
            rest = [*node.keywords[:index], *node.keywords[index + 1 :]]
            yield ast.Call(node.func, node.args, rest), f"{keyword.arg}= dropped"


def _replace(root: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(root):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
            elif isinstance(value, list) and any(item is old for item in value):
                value[[item is old for item in value].index(True)] = new
