"""Who may import whom, read from the source, and what importing the package must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.catalog import unit, unit_names

ROOT = Path(__file__).resolve().parents[1]
OURS = {"autograder", "exercises", "reference", "solutions", "tests", "examples"}
HEAVY = {"torch", "otter", "nbformat", "matplotlib", "dask", "distributed", "sklearn", "jinja2", "watchfiles", "scipy"}
#: What runs beside student code, and what each of these may import of ours.
LEAVES = {
    "wire": set[str](),
    "loading": {"autograder.wire"},
    "worker": {"autograder.wire", "autograder.loading"},
    "compare": {"autograder.wire"},
}


def files(*patterns: str) -> list[Path]:
    """Source files of the tree, which there must be."""
    found = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    assert found, patterns
    return found


def imports(path: Path, *, top_level: bool = False) -> Iterator[str]:
    """Modules that a file imports, in full, relative ones resolved; perhaps only those at the top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = ".".join(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in _executed_at_import(tree) if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names if module in OURS)


def _executed_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Everything but the bodies of functions, and of `if TYPE_CHECKING`."""
    queue: list[ast.AST] = [tree]
    while queue:
        node = queue.pop()
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        queue += ast.iter_child_nodes(node)


def top(module: str) -> str:
    """The package that a module belongs to."""
    return module.partition(".")[0]


def is_standard(module: str) -> bool:
    """Whether a module is in the standard library."""
    return top(module) in sys.stdlib_module_names


def relative(path: Path) -> str:
    """A file's name in the tree, for messages."""
    return str(path.relative_to(ROOT))


def packages_of(name: str) -> set[str]:
    """The packages besides NumPy that a unit's exercises say they need."""
    return {package for exercise in unit(name).exercises for package in exercise.requires}


@pytest.mark.parametrize("path", files("exercises/u*.py", "solutions/u*.py"), ids=relative)
def test_student_files_import_numpy_and_their_own_folder(path: Path) -> None:
    """Stubs and model answers need NumPy, the standard library and earlier units of the same folder, nothing else."""
    allowed = {"numpy", *packages_of(path.stem)}
    for module in imports(path):
        own = top(module) == path.parent.name
        assert is_standard(module) or top(module) in allowed or own, f"{relative(path)} imports {module}"
        if own and module.count(".") == 1:
            assert module.partition(".")[2] in path.parent.joinpath(f"{module.partition('.')[2]}.py").stem
            assert module.partition(".")[2] < path.stem, f"{relative(path)} builds on a later unit: {module}"


@pytest.mark.parametrize("path", files("reference/**/*.py"), ids=relative)
def test_the_reference_knows_neither_answers_nor_grader(path: Path) -> None:
    """The truth is independent of the model answers; torch is imported only inside functions that must have it."""
    for module in imports(path):
        assert top(module) not in OURS - {"reference"}, f"{relative(path)} imports {module}"
    for module in imports(path, top_level=True):
        assert is_standard(module) or top(module) in ("numpy", "reference", "array_api_compat"), module


@pytest.mark.parametrize("name", [name for name in LEAVES if (ROOT / "autograder" / f"{name}.py").exists()])
def test_leaves(name: str) -> None:
    """What runs beside student code needs NumPy and the standard library only."""
    for module in imports(ROOT / "autograder" / f"{name}.py"):
        is_leaf = module in LEAVES[name] or (module == "autograder" and LEAVES[name])
        assert is_standard(module) or top(module) == "numpy" or is_leaf, f"autograder/{name}.py imports {module}"


UNIT_PARTS = {"catalog", "checks", "compare", "datasets", "distribution", "inputs", "wire", "units"}


@pytest.mark.parametrize("path", files("autograder/units/*.py"), ids=relative)
def test_assessments_use_the_reference_and_the_catalog(path: Path) -> None:
    """An assessment is data and wrong versions: it knows the catalog's types, and neither grader nor model answers."""
    for module in imports(path):
        if top(module) == "autograder" and module != "autograder":
            assert module.split(".")[1] in UNIT_PARTS, f"{relative(path)} imports {module}"
        else:
            assert top(module) not in OURS - {"reference", "autograder"}, f"{relative(path)} imports {module}"


ENGINE = [path for path in files("autograder/**/*.py") if path.parent.name != "units"]


@pytest.mark.parametrize("path", ENGINE, ids=relative)
def test_the_engine_never_names_a_unit(path: Path) -> None:
    """Adding a unit changes no file of the engine: none of its code mentions one, only its docstrings may."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]
    names = [module for module in imports(path) if top(module) in OURS]
    for name in unit_names():
        assert not [text for text in texts if name in text], f"{relative(path)} names {name}"
        assert not [module for module in names if name in module], f"{relative(path)} imports {name}"


@pytest.mark.parametrize("path", [path for path in ENGINE if path.name != "otter_plugin.py"], ids=relative)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    """No module of the engine needs an extra merely to be imported."""
    heavy = {module for module in imports(path, top_level=True) if top(module) in HEAVY}
    assert not heavy, f"{relative(path)} imports {', '.join(sorted(heavy))} at its top level"


@pytest.mark.parametrize("path", ENGINE, ids=relative)
def test_the_engine_does_not_import_the_answers(path: Path) -> None:
    """Model answers and truths are found by name at run time; no module of the engine imports them, nor our tests."""
    for module in imports(path):
        assert top(module) not in ("solutions", "exercises", "reference", "tests", "examples"), module


COMMANDS = {
    "autograder": "import autograder",
    "autograder.cli": "import autograder.cli",
    "autograder.pytest_plugin": "import autograder.pytest_plugin",
    "every-unit": "from autograder.catalog import units; units()",
    "help": "from click.testing import CliRunner; from autograder.cli import cli; assert CliRunner().invoke(cli, ['-h']).exit_code == 0",
}


@pytest.mark.parametrize("code", COMMANDS.values(), ids=COMMANDS)
def test_nothing_heavy_is_loaded(code: str) -> None:
    """Importing the package, its command line and its pytest plugin loads none of the extras."""
    probe = f"{code}\nimport sys\nprint(sorted({HEAVY!r} & {{name.partition('.')[0] for name in sys.modules}}))"
    ran = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout.strip()) == (0, "[]"), ran.stderr[-500:]


def test_the_worker_loads_only_numpy() -> None:
    """The process that runs student code has nothing of the grader in it but the worker and the wire."""
    probe = (
        "import sys\nimport autograder.worker\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in ('autograder', 'reference', 'solutions')))"
    )
    ran = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(ast.literal_eval(ran.stdout)) - {"autograder.loading"} == {
        "autograder",
        "autograder.wire",
        "autograder.worker",
    }
