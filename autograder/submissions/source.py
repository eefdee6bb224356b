"""What can be told from a student's source without running it: stubs, syntax errors, forbidden names."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.submissions.load import Chunk, Submission
from autograder.submissions.parsing import parse_quietly

__all__ = ["SourceFacts", "SyntaxProblem", "forbidden_use", "read_source", "source_lines", "stub_message"]

_OPERATORS: Mapping[str, tuple[type[ast.operator], str]] = {
    "@": (ast.MatMult, "matmul"), "**": (ast.Pow, "pow"), "%": (ast.Mod, "mod"),
}  # fmt: skip
_LOOKS_LIKE_DEFINITION = re.compile(r"^(?:def|class)\s+(\w+)", re.MULTILINE)
_UNIT_MODULE = re.compile(r"(?:^|\.)u\d\d_(\w+)$")
#: Ways around a list of forbidden names; not allowed where there is such a list.
_DYNAMIC = {
    "__builtins__", "__dict__", "__getattr__", "__getattribute__", "__import__", "attrgetter", "compile", "eval",
    "exec", "getattr", "globals", "import_module", "locals", "methodcaller", "vars",
}  # fmt: skip
_WIDTH = 100
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class SyntaxProblem:
    """Where Python stopped reading, and why: `text` is one line, `lines` show the place."""

    text: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class SourceFacts:
    """Definitions and bindings at the top level of a student's file, by name, with the chunk that they stand in."""

    definitions: Mapping[str, tuple[Chunk, Definition]]
    bound: frozenset[str]
    others: Mapping[str, tuple[Chunk, ast.stmt]]  # other statements at the top level, by the names they bind
    problem: SyntaxProblem | None = None
    broken: frozenset[str] = frozenset()  # names that a chunk with a syntax error seems to define

    def lines_of(self, name: str) -> tuple[str, range] | None:
        """The file in which a definition stands, and its lines."""
        if name not in self.definitions:
            return None
        chunk, node = self.definitions[name]
        return chunk.name, range(node.lineno, (node.end_lineno or node.lineno) + 1)

    def calls(self, name: str) -> frozenset[str]:
        """What a definition may call, directly or through others: names, and `unit.name` for what is imported.

        A unit's file is imported as `u04_activations`, with or without a package before it.
        """
        found = set()
        for _, node in _reachable(self, name):
            for part in ast.walk(node):
                if isinstance(part, ast.Name) and part.id != name:
                    found |= {part.id, *_imported_as(self.others.get(part.id), part.id)}
        return frozenset(found)


def read_source(chunks: Sequence[Chunk]) -> SourceFacts:
    """Parse the chunks; the first syntax error is kept, the other chunks are read all the same."""
    definitions: dict[str, tuple[Chunk, Definition]] = {}
    others: dict[str, tuple[Chunk, ast.stmt]] = {}
    bound: set[str] = set()
    broken: set[str] = set()
    problem: SyntaxProblem | None = None
    for chunk in chunks:
        tree = _parse(chunk)
        if isinstance(tree, SyntaxProblem):
            problem = problem or tree
            broken |= set(_LOOKS_LIKE_DEFINITION.findall(chunk.source))
            continue
        bound |= _bound_in(tree.body)
        others |= {
            name: (chunk, node) for node in tree.body if not isinstance(node, Definition) for name in _bound_in([node])
        }
        definitions |= {node.name: (chunk, node) for node in tree.body if isinstance(node, Definition)}
    return SourceFacts(definitions, frozenset(bound), others, problem, frozenset(broken))


def _imported_as(statement: tuple[Chunk, ast.stmt] | None, name: str) -> set[str]:
    """`activations.relu` for a name that is bound by `from .u04_activations import relu`."""
    if statement is None or not isinstance(statement[1], ast.ImportFrom):
        return set()
    module = _UNIT_MODULE.search(statement[1].module or "")
    names = {alias.name for alias in statement[1].names if (alias.asname or alias.name) == name}
    return {f"{module[1]}.{each}" for each in names} if module else set()


def _parse(chunk: Chunk) -> ast.Module | SyntaxProblem:
    try:
        return parse_quietly(chunk.source, chunk.name)
    except SyntaxError as error:
        return _syntax_problem(chunk, error)


def _bound_in(body: Sequence[ast.stmt]) -> set[str]:
    return {name for node in _top_level(body) for name in _names_bound_by(node)}


def _top_level(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes that run at the top level: everything but the bodies of definitions."""
    queue: list[ast.AST] = list(body)
    while queue:
        node = queue.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            queue += ast.iter_child_nodes(node)


def stub_message(node: Definition) -> str | None:
    """The message of the NotImplementedError that is all a definition's body does, or None.

    A class is a stub when all of its methods are.
    """
    if isinstance(node, ast.ClassDef):
        messages = [stub_message(item) for item in node.body if isinstance(item, ast.FunctionDef)]
        return messages[0] if messages and all(message is not None for message in messages) else None
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    if len(body) != 1 or not isinstance(body[0], ast.Raise):
        return None
    raised = body[0].exc
    arguments = raised.args if isinstance(raised, ast.Call) else []
    kind = raised.func if isinstance(raised, ast.Call) else raised
    if not isinstance(kind, ast.Name) or kind.id != "NotImplementedError":
        return None
    first = arguments[0] if arguments else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def forbidden_use(facts: SourceFacts, name: str, forbids: Sequence[str]) -> tuple[Chunk, int, str] | None:
    """The first use of something forbidden in a definition or in what it calls: chunk, line, what."""
    if not forbids:
        return None
    names = {item for item in forbids if item not in _OPERATORS and not item.startswith("np.")} | _DYNAMIC
    words = _forbidden_words(forbids)
    if "*" in facts.bound:  # after `from numpy import *` a function needs no dot
        names |= words
    operators = {kind: sign for sign, (kind, _) in _OPERATORS.items() if sign in forbids}
    for chunk, node in _reachable(facts, name):
        for part in ast.walk(node):
            if (what := _forbidden_in(part, names, words, operators)) is not None:
                return chunk, int(getattr(part, "lineno", 0)), what
    return None


def _forbidden_words(forbids: Sequence[str]) -> set[str]:
    """Last parts of the forbidden names, and what the forbidden operators are called."""
    words = {item.rpartition(".")[2] for item in forbids if item not in _OPERATORS} | _DYNAMIC
    called = [name for sign, (_, name) in _OPERATORS.items() if sign in forbids]
    return words.union(called, (f"__{prefix}{name}__" for name in called for prefix in ("", "r", "i")))


def _reachable(facts: SourceFacts, name: str) -> Iterator[tuple[Chunk, ast.AST]]:
    """A definition and, through the names that it mentions, what it may call and the aliases that it may use."""
    known: Mapping[str, tuple[Chunk, ast.stmt]] = {**facts.others, **facts.definitions}
    queue, seen = [name], {name}
    while queue:
        name = queue.pop(0)
        found = known.get(name)
        if found is None:
            continue
        yield found[0], _alias(found[1], name)
        mentioned = {node.id for node in ast.walk(found[1]) if isinstance(node, ast.Name)}
        queue += sorted(mentioned - seen)
        seen |= mentioned


def _alias(node: ast.stmt, name: str) -> ast.AST:
    """Of an import the one name that is used; other statements as they are."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return next(alias for alias in node.names if name in _names_bound_by(alias))
    return node


def _forbidden_in(
    node: ast.AST, names: set[str], words: set[str], operators: Mapping[type[ast.operator], str]
) -> str | None:
    """What is forbidden in one node. A NumPy function is one by its dot or its import: a variable may have its name."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        return operators.get(type(node.op))
    if isinstance(node, ast.Attribute) and node.attr in words:
        return node.attr
    if isinstance(node, ast.Name) and node.id in names:
        return node.id
    if isinstance(node, ast.alias) and node.name.rpartition(".")[2] in words:
        return node.name
    return None


def _names_bound_by(node: ast.AST) -> set[str]:
    if isinstance(node, Definition):
        return {node.name}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.alias):
        return {(node.asname or node.name).partition(".")[0]}
    return set()


def _syntax_problem(chunk: Chunk, error: SyntaxError) -> SyntaxProblem:
    if error.lineno is None:
        return SyntaxProblem(f"{chunk.name}: {error.msg}", ())
    line = error.lineno
    text = f"{error.msg} ({chunk.name}, line {line})"
    source = chunk.source.split("\n")
    shown = source[line - 1] if 0 < line <= len(source) else ""
    column = min(max(error.offset or 1, 1) - 1, len(shown))
    start = max(column - _WIDTH // 2, 0) if len(shown) > _WIDTH else 0  # of a long line, the part around the caret
    part = "".join(sign if sign.isprintable() else " " for sign in shown[start : start + _WIDTH])
    caret = " " * (column - start) + "^"
    return SyntaxProblem(f"{type(error).__name__}: {text}", (f"{line:>4} | {part}", f"     | {caret}"))


def source_lines(submission: Submission) -> Callable[[str, int], str]:
    """A function from a file's name and a line number to the student's line."""
    chunks = {chunk.name: chunk.source.splitlines() for unit in submission.units.values() for chunk in unit.chunks}

    def line_of(file: str, line: int) -> str:
        lines = chunks.get(file, [])
        return lines[line - 1] if 0 < line <= len(lines) else ""

    return line_of
