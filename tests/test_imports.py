"""Who may import whom, read from the source, and what importing the package must not load."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.assessment.catalog import unit, unit_names

ROOT = Path(__file__).resolve().parents[1]
OURS = {"autograder", "exercises", "reference", "solutions", "tests", "examples"}
HEAVY = {"torch", "otter", "nbformat", "matplotlib", "dask", "distributed", "sklearn", "jinja2", "watchfiles", "scipy"}
#: The rooms of the engine, from the top: a room imports only rooms below it. What stands in one line is one floor.
FLOORS = (
    ("cli", "pytest_plugin", "notebook"),
    ("otter",),
    ("classroom",),
    ("report",),
    ("authoring",),
    ("grading",),
    ("truth",),
    ("execution",),
    ("submissions",),
    ("assessment",),
    ("worker",),
    ("datasets",),
)
FLOOR_OF = {room: index for index, rooms in enumerate(FLOORS) for room in rooms}
#: What assessments may import of the engine.
UNIT_ROOMS = {"assessment", "datasets", "worker"}
#: Where Python, pytest, Otter or a worker come in.
ENTRIES = (
    "autograder.cli",
    "autograder.pytest_plugin",
    "autograder.notebook",
    "autograder.otter.plugin",
    "autograder.worker.main",
)


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
            yield from (f"{module}.{alias.name}" for alias in node.names if top(module) in OURS)


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


def module_of(path: Path) -> str:
    """A file's name as a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    """The room of the engine that a module stands in; empty for the package itself."""
    return module.split(".")[1] if module.count(".") else ""


def packages_of(name: str) -> set[str]:
    """The packages besides NumPy that a unit's exercises say they need."""
    return {package for exercise in unit(name).exercises for package in exercise.requires}


def unit_of(path: Path) -> str:
    """The unit that a file of answers is of, or is a module of."""
    return Path(path.relative_to(ROOT).parts[1]).stem


ALL = files("autograder/**/*.py")
MODULES = {module_of(path): path for path in ALL}
ENGINE = [path for path in ALL if room_of(module_of(path)) != "units"]
#: Of each module of ours the modules of ours that it imports, wherever in the file.
IMPORTED = {name: {module for module in imports(path) if module in MODULES} - {name} for name, path in MODULES.items()}


@pytest.mark.parametrize("path", ENGINE, ids=relative)
def test_a_room_imports_only_rooms_below_it(path: Path) -> None:
    """The picture of the imports has no arrow that runs back up, and nothing of the engine imports an assessment."""
    room = room_of(module_of(path))
    for module in IMPORTED[module_of(path)]:
        other = room_of(module)
        if room and other and other != room:
            assert other in FLOOR_OF, f"{relative(path)} imports {module}"
            assert FLOOR_OF[room] <= FLOOR_OF[other], f"{relative(path)} imports {module}, which is above it"


def test_every_module_has_a_room() -> None:
    """Nothing lies about beside the rooms."""
    rooms = {room_of(name) for name in MODULES} - {""}
    assert rooms == {*FLOOR_OF, "units"}


def test_there_is_no_cycle() -> None:
    """No module needs itself by way of others; what is imported only for its types does not count."""
    needed = {
        name: {
            module
            for module in imports(path, top_level=True)
            if module in MODULES and not f"{name}.".startswith(f"{module}.")  # its own packages are there already
        }
        for name, path in MODULES.items()
    }
    graphlib.TopologicalSorter(needed).prepare()


def test_every_module_can_be_reached() -> None:
    """From the entries, the verbs and the units."""
    queue = [
        *ENTRIES,
        *(name for name in MODULES if room_of(name) == "cli" or (name.count(".") == 2 and "units.u" in name)),
    ]
    seen = set(queue)
    while queue:
        more = IMPORTED[queue.pop()] - seen
        seen |= more
        queue += more
    lost = [name for name, path in MODULES.items() if name not in seen and path.name != "__init__.py"]
    assert lost == []


@pytest.mark.parametrize("path", files("exercises/u*.py", "solutions/u*.py", "solutions/u*/*.py"), ids=relative)
def test_student_files_import_numpy_and_their_own_folder(path: Path) -> None:
    """Stubs and model answers need NumPy, the standard library and earlier units of the same folder, nothing else."""
    allowed = {"numpy", *packages_of(unit_of(path))}
    for module in imports(path):
        own = top(module) == path.relative_to(ROOT).parts[0]
        assert is_standard(module) or top(module) in allowed or own, f"{relative(path)} imports {module}"
        if own and module.count("."):
            assert module.split(".")[1] <= unit_of(path), f"{relative(path)} builds on a later unit: {module}"


@pytest.mark.parametrize("path", files("reference/**/*.py"), ids=relative)
def test_the_reference_knows_neither_answers_nor_grader(path: Path) -> None:
    """The truth is independent of the model answers; torch is imported only inside functions that must have it."""
    for module in imports(path):
        assert top(module) not in OURS - {"reference"}, f"{relative(path)} imports {module}"
    for module in imports(path, top_level=True):
        assert is_standard(module) or top(module) in ("numpy", "reference", "array_api_compat"), module


@pytest.mark.parametrize("path", files("autograder/worker/*.py"), ids=relative)
def test_the_worker_needs_numpy_alone(path: Path) -> None:
    """What runs beside student code needs NumPy, the standard library and its own room."""
    for module in imports(path):
        own = module == "autograder" or room_of(module) == "worker"
        assert is_standard(module) or top(module) == "numpy" or own, f"{relative(path)} imports {module}"


@pytest.mark.parametrize("path", files("autograder/units/**/*.py"), ids=relative)
def test_assessments_use_references_and_model_answers(path: Path) -> None:
    """An assessment knows the forms it is written in, the truth and the answers; neither the grader nor another unit."""
    own = path.relative_to(ROOT / "autograder" / "units").parts[0]
    for module in imports(path):
        if top(module) != "autograder":
            assert top(module) not in OURS - {"reference", "solutions"}, f"{relative(path)} imports {module}"
        elif room_of(module) == "units" and module.count(".") > 1:
            assert module.split(".")[2] in (own, "shared"), f"{relative(path)} imports {module}"
        elif room_of(module):
            assert room_of(module) in UNIT_ROOMS | {"units"}, f"{relative(path)} imports {module}"


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


@pytest.mark.parametrize(
    "path", [path for path in ENGINE if module_of(path) != "autograder.otter.plugin"], ids=relative
)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    """No module of the engine needs an extra merely to be imported."""
    heavy = {module for module in imports(path, top_level=True) if top(module) in HEAVY}
    assert not heavy, f"{relative(path)} imports {', '.join(sorted(heavy))} at its top level"


@pytest.mark.parametrize("path", ENGINE, ids=relative)
def test_the_engine_does_not_import_the_answers(path: Path) -> None:
    """Model answers and references are found by name at run time; no module of the engine imports them, nor our tests."""
    for module in imports(path):
        assert top(module) not in ("solutions", "exercises", "reference", "tests", "examples"), module


COMMANDS = {
    "autograder": "import autograder",
    "autograder.cli": "import autograder.cli",
    "autograder.pytest_plugin": "import autograder.pytest_plugin",
    "every-unit": "from autograder.assessment.catalog import units; [u.exercise(e.name) for u in units() for e in u.exercises]",
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
        "import sys\nimport autograder.worker.main\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in ('autograder', 'reference', 'solutions')))"
    )
    ran = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    modules = {"autograder", *(f"autograder.worker{part}" for part in ("", ".loading", ".main", ".wire"))}
    assert set(ast.literal_eval(ran.stdout)) == modules
