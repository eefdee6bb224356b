"""Import statements as data: told apart by what they bind, and written out sorted, as ruff's isort does."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

__all__ = ["Import", "import_lines", "imports_in"]

_WIDTH = 120


@dataclass(frozen=True)
class Import:
    """One name that is imported: `import module as alias`, or `from ..module import name as alias`."""

    module: str
    name: str = ""  # empty for `import module`
    alias: str = ""
    level: int = 0  # the dots before the module

    @property
    def bound(self) -> str:
        """The name that it binds."""
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def origin(self) -> tuple[str, str, int]:
        """What the name stands for: `import a.b` and `import a.c` bind the same `a`."""
        return self.module if self.name or self.alias else self.bound, self.name, self.level

    @property
    def source(self) -> str:
        """Where a statement says that it imports from."""
        return "." * self.level + self.module

    @property
    def item(self) -> str:
        """What stands between the commas."""
        return f"{self.name or self.module} as {self.alias}" if self.alias else self.name or self.module


def imports_in(node: ast.Import | ast.ImportFrom) -> Iterator[Import]:
    """The names that a statement imports."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            yield Import(alias.name, alias=alias.asname or "")
        else:
            yield Import(node.module or "", alias.name, alias.asname or "", node.level)


def import_lines(imports: Iterable[Import], indent: str = "") -> list[str]:
    """Statements that import all of them, each once.

    Args:
        imports: the names, in any order.
        indent: what stands before each statement.

    Returns:
        Lines: the future first, then the standard library, installed packages and relative imports, with an empty
        line between two of these.
    """
    lines: list[str] = []
    for _, group in groupby(sorted(set(imports), key=_statement_key), key=_section):
        lines += [""] if lines else []
        for _, together in groupby(group, key=_statement):
            lines += _written(list(together), indent)
    return lines


def _section(each: Import) -> int:
    if each.level:
        return 3
    if each.module == "__future__":
        return 0
    return 1 if each.module.partition(".")[0] in sys.stdlib_module_names else 2


def _statement(each: Import) -> tuple[bool, str, str, str]:
    """Names that are imported by one statement have this in common: what is renamed has its own."""
    alone = each.alias or each.name == "*"
    return bool(each.name), each.source, each.name if alone else "", each.alias


def _statement_key(each: Import) -> tuple[object, ...]:
    """Sorts what stands in one statement together, and within it constants first, then classes."""
    statement = (bool(each.name), -each.level, _natural(each.module), each.module, _statement(each))
    kind = 0 if len(each.name) > 1 and each.name.isupper() else 1 if each.name[:1].isupper() else 2
    return _section(each), statement, kind, _natural(each.name), each.name


def _natural(text: str) -> list[tuple[str, int]]:
    """Sorts `u9` before `u10`."""
    parts = re.findall(r"[0-9]+|[^0-9]", text.lower())
    return [("0", int(part)) if part[0] in "0123456789" else (part, 0) for part in parts]


def _written(together: list[Import], indent: str) -> list[str]:
    first = together[0]
    items = [each.item for each in together]
    head = f"{indent}from {first.source} import " if first.name else f"{indent}import "
    line = head + ", ".join(items)
    if len(line) <= _WIDTH or len(items) == 1:
        return [line]
    return [f"{head}(", *(f"{indent}    {item}," for item in items), f"{indent})"]
