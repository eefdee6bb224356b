"""Make one source text out of a unit's folder of modules: what students edit and hand in is one file.

Text is cut and joined, never written anew: comments and layout survive. The folder may be a student's.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.submissions.imports import Import, import_lines, imports_in
from autograder.submissions.parsing import MAX_PARSED, parse_quietly

__all__ = ["INIT", "MergeError", "merge"]

#: The file that makes a folder a package.
INIT = "__init__.py"
_MAX_MODULES = 100
_RELATIVE = re.compile(rb"from[ \t]*\.")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Scope = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


class MergeError(ValueError):
    """Why a folder cannot be one file: `why` is a line about `file`."""

    def __init__(self, file: str, why: str, line: int = 0) -> None:
        """Keep the parts of the message."""
        self.file, self.why = file, f"line {line}: {why}" if line else why
        super().__init__(f"{file}: {self.why}")


@dataclass
class _Module:
    """A module, taken apart."""

    file: str
    lines: list[str | None]  # of the body; None for what goes elsewhere
    docstring: str = ""
    imports: list[Import] = field(default_factory=list)  # from outside the folder
    guarded: list[Import] = field(default_factory=list)  # those for type checkers alone
    guard: str = ""  # the line above them
    siblings: dict[str, set[str]] = field(default_factory=dict)  # names by the module that they are imported from
    kept: list[ast.stmt] = field(default_factory=list)  # the body's statements

    @property
    def body(self) -> str:
        """The text that is left, without the gaps that the rest has left."""
        lines: list[str] = []
        gap = True
        for line in self.lines:
            gap = gap or line is None
            if line is not None and (line.strip() or not gap or (lines and lines[-1])):
                lines.append(line)
                gap = gap and not line.strip()
        return "\n".join(lines).strip("\n")


def merge(files: Mapping[str, str]) -> str:
    """Merge a folder of modules.

    The result is the docstring of `__init__.py`; all imports from outside the folder, sorted; and the bodies of the
    modules in the order in which `__init__.py` imports them. A module that another one needs when it is imported
    comes before that one, as Python would execute them. Imports among the modules and `__all__` are dropped, and
    `from ..u04_activations import relu` loses a dot.

    Args:
        files: texts by file name, with `__init__.py` among them. A module that nothing imports is left out.

    Returns:
        The source of one file.

    Raises:
        MergeError: a file is not Python, or too large; names clash; or an import cannot be dropped.
    """
    size = sum(map(len, files.values()))
    if size > MAX_PARSED:
        raise MergeError(INIT, f"too large: {size:,} characters in the folder, at most {MAX_PARSED:,} are read")
    if INIT not in files:
        raise MergeError(INIT, "is missing")
    modules = _ordered(files)
    _require_distinct(modules)
    return _joined(modules)


def _ordered(files: Mapping[str, str]) -> list[_Module]:
    """The modules in their order, `__init__.py` last."""
    init = _taken_apart(INIT, files)
    found: dict[str, _Module] = {}
    order: list[_Module] = []

    def place(name: str) -> None:
        if name in found:
            return
        if len(found) == _MAX_MODULES:
            raise MergeError(INIT, f"too many modules: at most {_MAX_MODULES} are read")
        module = found[name] = _taken_apart(f"{name}.py", files)
        used = _used_at_import(module)
        for sibling, names in module.siblings.items():
            if sibling not in init.siblings or "*" in names or names & used:
                place(sibling)
        order.append(module)

    for name in init.siblings:
        place(name)
    return [*order, init]


def _taken_apart(file: str, files: Mapping[str, str]) -> _Module:
    text = files[file].replace("\r\n", "\n").replace("\r", "\n")
    try:
        tree = parse_quietly(text, file)
    except SyntaxError as error:
        raise MergeError(file, f"not Python: {error.msg}", error.lineno or 0) from None
    module = _Module(file, [*text.split("\n")])
    for node in tree.body:
        if not _is_taken(node, module, files):
            module.kept.append(node)
            _keep(node, module)
        else:
            _cut(node, module)
    return module


def _is_taken(node: ast.stmt, module: _Module, files: Mapping[str, str]) -> bool:
    """Take what does not stay in the body: the docstring, imports, `__all__`. Tells whether it was that."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        _take_import(node, module, files, module.imports)
    elif guarded := _guarded(node):
        module.guard = module.guard or str(module.lines[node.lineno - 1])
        for each in guarded:
            _take_import(each, module, files, module.guarded)
    elif isinstance(node, ast.Expr) and _is_text(node.value) and not module.kept and not module.docstring:
        module.docstring = "\n".join(map(str, module.lines[node.lineno - 1 : node.end_lineno]))
    else:
        return _targets(node) == ["__all__"]
    return True


def _take_import(
    node: ast.Import | ast.ImportFrom, module: _Module, files: Mapping[str, str], outside: list[Import]
) -> None:
    if isinstance(node, ast.Import) or node.level != 1:
        up = [Import(each.module, each.name, each.alias, max(each.level - 1, 0)) for each in imports_in(node)]
        outside += up
        return
    for alias in node.names:
        if alias.asname not in (None, alias.name):
            raise MergeError(module.file, f"import {alias.name} under its own name, not as {alias.asname}", node.lineno)
        if node.module is None and f"{alias.name}.py" in files:
            wanted = f"import its names: `from .{alias.name} import …`"
            raise MergeError(module.file, f"{alias.name} is a module of this folder, {wanted}", node.lineno)
    if node.module not in (None, "__init__"):
        if f"{node.module}.py" not in files:
            raise MergeError(module.file, f"there is no {node.module}.py in this folder", node.lineno)
        module.siblings.setdefault(node.module, set()).update(alias.name for alias in node.names)


def _guarded(node: ast.stmt) -> list[ast.Import | ast.ImportFrom]:
    """The imports of an `if TYPE_CHECKING:` that holds nothing else."""
    if not isinstance(node, ast.If) or node.orelse or node.body[0].lineno == node.lineno:
        return []
    found = [each for each in node.body if isinstance(each, (ast.Import, ast.ImportFrom))]
    is_guard = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return found if is_guard and len(found) == len(node.body) else []


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _targets(node: ast.stmt) -> list[str]:
    """The plain names that an assignment binds."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _cut(node: ast.stmt, module: _Module) -> None:
    """Take a statement's lines out of the body. Raises MergeError where another one shares them."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    after = str(module.lines[last]).encode()[node.end_col_offset :].strip()
    if node.col_offset or (after and not after.startswith(b"#")):
        raise MergeError(module.file, "two statements in one line: give each its own", node.lineno)
    module.lines[first : last + 1] = [None] * (last + 1 - first)


def _keep(node: ast.stmt, module: _Module) -> None:
    """Leave a statement in the body; imports inside it of the folder above lose a dot."""
    for each in ast.walk(node):
        if not isinstance(each, ast.ImportFrom) or not each.level:
            continue
        if each.level == 1:
            raise MergeError(module.file, "import modules of this folder at the top of the file", each.lineno)
        line = str(module.lines[each.lineno - 1]).encode()
        before, rest = line[: each.col_offset], line[each.col_offset :]
        if not (found := _RELATIVE.match(rest)):
            raise MergeError(module.file, "give `from ..` a line of its own", each.lineno)
        module.lines[each.lineno - 1] = (before + rest[: found.end() - 1] + rest[found.end() :]).decode()


def _used_at_import(module: _Module) -> set[str]:
    """The names that a module's body reads while it is executed, not when its functions are called."""
    lazy = any(each.module == "__future__" and each.name == "annotations" for each in module.imports)
    queue: list[ast.AST] = list(module.kept)
    names = set()
    while queue:
        node = queue.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            queue += _executed_when_defined(node, lazy)
        else:
            queue += ast.iter_child_nodes(node)
        if isinstance(node, ast.Name):
            names.add(node.id)
    return names


def _executed_when_defined(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, lazy: bool) -> Iterator[ast.AST]:
    yield from node.args.defaults
    yield from filter(None, node.args.kw_defaults)
    if not isinstance(node, ast.Lambda):
        yield from node.decorator_list
        yield from [] if lazy else [node.args, *([node.returns] if node.returns else [])]


def _require_distinct(modules: Sequence[_Module]) -> None:
    """Raise MergeError where a name means one thing in one module, and another one in another."""
    known: dict[str, tuple[object, str]] = {}
    for module in modules:
        meanings: dict[str, object] = {each.bound: each.origin for each in [*module.guarded, *module.imports]}
        meanings |= dict.fromkeys(_bound_by(module.kept), module.file)
        for name, meaning in meanings.items():
            other, file = known.setdefault(name, (meaning, module.file))
            if other != meaning and name != "*":
                raise MergeError(module.file, f"{name} is something else in {file}")


def _bound_by(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that statements bind at the top level."""
    queue: list[ast.AST] = list(body)
    while queue:
        node = queue.pop()
        if isinstance(node, Definition):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (each.bound for each in imports_in(node))
        elif not isinstance(node, Scope):
            queue += ast.iter_child_nodes(node)


def _joined(modules: Sequence[_Module]) -> str:
    parts = [modules[-1].docstring, "\n".join(_head(modules))]
    text = "\n\n".join(part for part in parts if part)
    previous: ast.stmt | None = None
    for module in modules:
        if body := module.body:
            far = any(isinstance(each, Definition) for each in (previous, *module.kept[:1]))
            text += ("\n\n\n" if far else "\n\n") * bool(text) + body
            previous = module.kept[-1] if module.kept else None
    return text + "\n"


def _head(modules: Sequence[_Module]) -> list[str]:
    """The lines of the imports from outside, those for type checkers last."""
    lines = import_lines(each for module in modules for each in module.imports)
    guarded = import_lines({each for module in modules for each in module.guarded}, "    ")
    if guarded:
        guard = next(module.guard for module in modules if module.guarded)
        lines += ["", guard, *guarded]
    return lines
