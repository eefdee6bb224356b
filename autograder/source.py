"""What can be told from a student's source without running it: stubs, syntax errors, forbidden names."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.submission import Chunk

__all__ = ["SourceFacts", "SyntaxProblem", "forbidden_use", "read_source", "stub_message"]

_OPERATORS: Mapping[str, type[ast.operator]] = {"@": ast.MatMult, "**": ast.Pow, "%": ast.Mod}
_LOOKS_LIKE_DEFINITION = re.compile(r"^(?:def|class)\s+(\w+)", re.MULTILINE)
#: A longer text takes Python's parser seconds and gigabytes; no honest answer is near it.
MAX_SOURCE = 256 * 1024
#: Ways around a list of forbidden names; not allowed where there is such a list.
_DYNAMIC = {"eval", "exec", "compile", "getattr", "globals", "vars", "__import__", "import_module", "__dict__"}
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
    others: Mapping[str, tuple[Chunk, ast.stmt]]  # assignments and imports at the top level, by the name they bind
    problem: SyntaxProblem | None = None
    broken: frozenset[str] = frozenset()  # names that a chunk with a syntax error seems to define


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
        bound |= {name for node in _top_level(tree) for name in _names_bound_by(node)}
        others |= {name: (chunk, node) for node in tree.body for name in _names_bound_by_statement(node)}
        definitions |= {node.name: (chunk, node) for node in tree.body if isinstance(node, Definition)}
    return SourceFacts(definitions, frozenset(bound), others, problem, frozenset(broken))


def _parse(chunk: Chunk) -> ast.Module | SyntaxProblem:
    if len(chunk.source) > MAX_SOURCE:
        return SyntaxProblem(f"{chunk.name} is too long to read: {len(chunk.source):,} characters", ())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a student's text is not our business
            return ast.parse(chunk.source, chunk.name)
    except SyntaxError as error:
        return _syntax_problem(chunk, error)
    except (ValueError, MemoryError, RecursionError) as error:
        return SyntaxProblem(f"{chunk.name} cannot be read as Python: {type(error).__name__}", ())


def _top_level(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes that run at the top level: everything but the bodies of definitions."""
    queue: list[ast.AST] = list(tree.body)
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
    words = {item.removeprefix("np.") for item in forbids if item not in _OPERATORS} | _DYNAMIC
    operators = tuple(kind for sign, kind in _OPERATORS.items() if sign in forbids)
    words |= {f"__{prefix}{kind.__name__.lower()}__" for kind in operators for prefix in ("", "r", "i")}
    for chunk, node in _reachable(facts, name):
        for part in ast.walk(node):
            if (what := _forbidden_in(part, names, words, operators)) is not None:
                return chunk, int(getattr(part, "lineno", 0)), what
    return None


def _reachable(facts: SourceFacts, name: str) -> Iterator[tuple[Chunk, ast.stmt]]:
    """A definition and, through the names that it mentions, what it may call and the aliases that it may use."""
    known: Mapping[str, tuple[Chunk, ast.stmt]] = {**facts.others, **facts.definitions}
    queue, seen = [name], {name}
    while queue:
        found = known.get(queue.pop(0))
        if found is None:
            continue
        yield found
        mentioned = {node.id for node in ast.walk(found[1]) if isinstance(node, ast.Name)}
        queue += sorted(mentioned - seen)
        seen |= mentioned


def _forbidden_in(
    node: ast.AST, names: set[str], words: set[str], operators: tuple[type[ast.operator], ...]
) -> str | None:
    """What is forbidden in one node. A NumPy function is one by its dot or its import: a variable may have its name."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, operators):
        return next(sign for sign, kind in _OPERATORS.items() if isinstance(node.op, kind))
    if isinstance(node, ast.Attribute) and node.attr in words:
        return node.attr
    if isinstance(node, ast.Name) and node.id in names:
        return node.id
    if isinstance(node, ast.alias) and node.name.rpartition(".")[2] in words:
        return node.name
    return None


def _names_bound_by_statement(node: ast.stmt) -> set[str]:
    if isinstance(node, (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)):
        return {name for part in ast.walk(node) for name in _names_bound_by(part)}
    return set()


def _names_bound_by(node: ast.AST) -> set[str]:
    if isinstance(node, Definition):
        return {node.name}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    if isinstance(node, ast.alias):
        return {(node.asname or node.name).partition(".")[0]}
    return set()


def _syntax_problem(chunk: Chunk, error: SyntaxError) -> SyntaxProblem:
    line = error.lineno or 1
    text = f"{error.msg} ({chunk.name}, line {line})"
    source = chunk.source.splitlines()
    shown = source[line - 1] if 0 < line <= len(source) else ""
    caret = " " * (max(error.offset or 1, 1) - 1) + "^"
    return SyntaxProblem(f"{type(error).__name__}: {text}", (f"{line:>4} | {shown}", f"     | {caret}"))
