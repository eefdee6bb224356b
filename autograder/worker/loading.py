"""Execute a student's file inside a worker: from memory, with the submission's other files importable."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import re
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["exception_record", "execute"]

#: Not in the sandbox, and nothing that a grade depends on: a notebook's plots, progress bars and own checks.
DECORATIVE = (
    "matplotlib", "mpl_toolkits", "seaborn", "plotly", "IPython", "ipywidgets", "tqdm", "otter", "autograder",
    "pytest", "google", "rich",
)  # fmt: skip
_UNIT_MODULE = re.compile(r"(?:(?:exercises|solutions|submission)\.)?(\w+)\Z")


#: Matplotlib looks whether it runs in IPython, and cannot make sense of a stand-in.
_ASKED_BY_LIBRARIES = ("IPython", "mpl_toolkits")
_OURS = (
    "autograder",
    "autograder.worker",
    "autograder.worker.loading",
    "autograder.worker.main",
    "autograder.worker.wire",
)


class _Absorbing(types.ModuleType):
    """Stands in for a plotting library: every attribute and call gives it back, and it iterates over nothing."""

    __path__: list[str] = []  # noqa: RUF012 - the import system asks for exactly this attribute

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _pass_through if name in ("tqdm", "trange") else self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self

    def __iter__(self) -> Iterator[Any]:
        # plt.subplots() is unpacked into a pair
        return iter((self, self))

    def __getitem__(self, key: Any) -> Any:
        return self

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *exc_info: Any) -> None:
        return None


def _pass_through(iterable: Any = (), *args: Any, **kwargs: Any) -> Any:
    return range(iterable) if isinstance(iterable, int) else iterable


class _SubmissionFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the submission's own files from memory, and stand-ins for decorative libraries."""

    def __init__(self, sources: Mapping[str, str], real: Sequence[str]) -> None:
        self._sources, self._real = sources, real

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if self._is_decorative(name) or name in ("exercises", "solutions", "submission"):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        found = _UNIT_MODULE.match(name)
        if found and found[1] in self._sources:
            return importlib.machinery.ModuleSpec(name, self)
        return None

    def _is_decorative(self, name: str) -> bool:
        top = name.partition(".")[0]
        return top in DECORATIVE and top not in self._real and not (self._real and top in _ASKED_BY_LIBRARIES)

    def create_module(self, spec: Any) -> types.ModuleType | None:
        return _Absorbing(spec.name) if self._is_decorative(spec.name) else None

    def exec_module(self, module: types.ModuleType) -> None:
        found = _UNIT_MODULE.match(module.__name__)
        if found and found[1] in self._sources:
            exec(compile(self._sources[found[1]], f"{found[1]}.py", "exec"), module.__dict__)


def execute(
    unit: str, chunks: Sequence[Mapping[str, str]], tolerant: bool, modules: Mapping[str, str], real: Sequence[str] = ()
) -> tuple[types.ModuleType, dict[str, Any] | None]:
    """Execute a student's file as the module `unit`.

    Args:
        unit: the unit's name.
        chunks: pieces of source, `{"name": …, "source": …}`, executed in order.
        tolerant: go on after a chunk that raises (a notebook's cell).
        modules: source of the submission's other files by module name, for `import`.
        real: decorative libraries that this unit really needs.

    Returns:
        The module, and the record of the first exception or None.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] in DECORATIVE and name not in _OURS]:
        if name.partition(".")[0] not in real:
            del sys.modules[name]
    sys.meta_path.insert(0, _SubmissionFinder(modules, real))
    module = types.ModuleType(unit)
    module.__package__ = "submission"
    module.__file__ = f"{unit}.py"
    sys.modules[unit] = module
    problem = None
    for chunk in chunks:
        try:
            exec(compile(chunk["source"], chunk["name"], "exec"), module.__dict__)
        except BaseException as error:
            problem = problem or exception_record(error, {chunk["name"] for chunk in chunks})
            if not tolerant:
                break
    return module, problem


def exception_record(error: BaseException, files: set[str]) -> dict[str, Any]:
    """An exception as plain data: its type, its bases, its text, and the frames in the given files."""
    try:
        message = str(error)[:2000]
    except Exception:  # a student's own exception class may not even print
        message = ""
    frames: list[tuple[str, int, str]] = []
    traceback = error.__traceback__
    while traceback is not None and len(frames) < 2000:
        code = traceback.tb_frame.f_code
        if code.co_filename in files:
            frames.append((code.co_filename, traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    bases = [base.__name__ for base in type(error).__mro__]
    return {"type": bases[0], "bases": bases, "message": message, "frames": frames[:3] + frames[3:][-5:]}
