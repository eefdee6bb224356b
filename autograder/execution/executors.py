"""Executors: how a worker process is started, and what it is kept from.

`subprocess` limits time and memory but hides nothing: a student's own machine. `bubblewrap` gives other people's code
no network, no files but the standard library, NumPy and the worker, and a process namespace that dies as one. `user`
is for containers that allow no namespaces: the worker runs as an unprivileged user.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, Self

from autograder.assessment.catalog import UNITS_VARIABLE
from autograder.execution.dependencies import installed_files

__all__ = [
    "EXECUTORS",
    "Bubblewrap",
    "Executor",
    "Limits",
    "SandboxError",
    "Subprocess",
    "User",
    "choose",
    "strongest",
]

MIB = 1 << 20
_PACKAGE = Path(__file__).resolve().parent.parent
_START = "import sys; sys.path[:0] = sys.argv[1:]; from autograder.worker.main import main; main()"
_ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")}
#: A worker that started CUDA's driver to see whether there is a GPU could not use it in the processes that it forks.
_FOR_DEVICE: Mapping[str, Mapping[str, str]] = {"cpu": {}, "cuda": {"PYTORCH_NVML_BASED_CUDA_CHECK": "1"}}


class SandboxError(Exception):
    """The executor asked for cannot be used here; one line says why."""


@dataclass(frozen=True)
class Limits:
    """What a submission may use. Times in seconds, sizes in bytes."""

    call_seconds: float = 5.0  # wall time of one case
    import_seconds: float = 10.0  # wall time of executing the student's file
    submission_seconds: float = 300.0  # wall time of everything
    memory: int = 1024 * MIB  # address space of one process
    reserved: int = 0  # address space on top, which a device's driver reserves
    file_size: int = 16 * MIB  # of any file written
    answer_size: int = 64 * MIB  # of one case's result
    processes: int = 64  # below one worker

    def of_process(self, *, shared_user: bool) -> dict[str, int]:
        """The limits that the worker sets on itself; processes are counted per user, so not on a shared one."""
        memory, cpu = self.memory + self.reserved, int(self.submission_seconds) + 1
        limits = {"memory": memory, "file_size": self.file_size, "cpu": cpu}
        return limits if shared_user else {**limits, "processes": self.processes}


class Executor(Protocol):
    """Starts worker processes that talk over their standard input and output."""

    @property
    def name(self) -> str:
        """What it is called on the command line and in grades."""

    @property
    def shared_user(self) -> bool:
        """Whether other processes run as the same user, so that processes cannot be counted by user."""

    def unavailable(self) -> str | None:
        """Why it cannot be used here, or None."""

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker."""

    def with_packages(self, packages: Sequence[str], device: str = "cpu") -> Executor:
        """The same executor, whose workers may import these packages, and use the device. Raises SandboxError."""


@dataclass(frozen=True)
class _WithPackages:
    packages: tuple[str, ...] = ("numpy",)
    device: str = "cpu"

    def with_packages(self, packages: Sequence[str], device: str = "cpu") -> Self:
        """The same executor, whose workers may import these packages besides NumPy, and use the device."""
        for package in packages:
            _package_folder(package)
        return replace(self, packages=("numpy", *packages), device=device)


@dataclass(frozen=True)
class Subprocess(_WithPackages):
    """A plain process: limits, no isolation."""

    name: str = "subprocess"
    shared_user: bool = True

    def unavailable(self) -> str | None:
        """Never unavailable."""
        return None

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker that sees NumPy and the autograder's worker."""
        paths = [str(_PACKAGE.parent), *_import_roots(self.packages)]
        return _popen([sys.executable, "-I", "-S", "-c", _START, *paths], {**os.environ, **_environment(self.device)})


@dataclass(frozen=True)
class Bubblewrap(_WithPackages):
    """Linux namespaces by `bwrap`: no network, own process tree, a file system with almost nothing in it."""

    name: str = "bubblewrap"
    shared_user: bool = False

    def unavailable(self) -> str | None:
        """Say that bwrap is missing, or that the kernel refuses it."""
        return _bubblewrap_problem()

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker inside a new sandbox."""
        return _popen(_bubblewrap_command(self.packages, self.device), {})


@dataclass(frozen=True)
class User(_WithPackages):
    """An unprivileged user (`nobody`), for root in a container that allows no namespaces."""

    name: str = "user"
    shared_user: bool = False
    account: str = "nobody"

    def unavailable(self) -> str | None:
        """Say that we are not root, or that the user cannot reach Python."""
        if not hasattr(os, "geteuid") or os.geteuid() != 0:
            return "only root can start a worker as another user"
        account = _account(self.account)
        probe = [sys.executable, "-I", "-S", "-c", _START.partition("from")[0] + "import numpy", *self._roots()]
        identity: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        try:
            subprocess.run(probe, capture_output=True, check=True, cwd="/", **identity)
        except (OSError, subprocess.CalledProcessError):
            return f"user {self.account} cannot run {sys.executable} with NumPy"
        return None

    def start(self) -> subprocess.Popen[bytes]:
        """Start a worker as that user, after closing our answers to it."""
        _close_answers()
        account = _account(self.account)
        command = [sys.executable, "-I", "-S", "-c", _START, *self._roots()]
        identity: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        return _popen(command, _environment(self.device), cwd="/", **identity)

    def _roots(self) -> list[str]:
        return [_worker_copy(), *_import_roots(self.packages)]


def _account(name: str) -> Any:
    import pwd  # not on Windows, where this executor says that it is not available

    return pwd.getpwnam(name)


@functools.cache
def _worker_copy() -> str:
    """A folder that any user can read, with the worker's files and nothing else; removed when we end."""
    home = Path(tempfile.mkdtemp(prefix="chainrule-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    target = home / "autograder"
    (target / "worker").mkdir(parents=True)
    for name in _WORKER_FILES:
        shutil.copy(_PACKAGE / name, target / name)
        (target / name).chmod(0o644)
    for path in (home, target, target / "worker"):
        path.chmod(0o755)
    return str(home)


_WORKER_FILES = ("__init__.py", "worker/__init__.py", "worker/loading.py", "worker/main.py", "worker/wire.py")
EXECUTORS = ("bubblewrap", "user", "subprocess")


def choose(name: str) -> Executor:
    """The executor of that name.

    Args:
        name: one of `EXECUTORS`, or "strongest".

    Raises:
        SandboxError: it cannot be used here.
    """
    if name == "strongest":
        return strongest()
    executors: dict[str, Executor] = {"bubblewrap": Bubblewrap(), "user": User(), "subprocess": Subprocess()}
    if (reason := executors[name].unavailable()) is not None:
        raise SandboxError(f"sandbox {name} is not available: {reason}")
    return executors[name]


def strongest() -> Executor:
    """The first of bubblewrap, user and subprocess that works here."""
    for executor in (Bubblewrap(), User()):
        if executor.unavailable() is None:
            return executor
    return Subprocess()


def _environment(device: str) -> dict[str, str]:
    """What is set for a worker on top of nothing, or of the caller's environment."""
    return {**_ONE_THREAD, **_FOR_DEVICE.get(device, {})}


def _popen(command: list[str], environment: Mapping[str, str], **options: Any) -> subprocess.Popen[bytes]:
    process: subprocess.Popen[bytes] = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
        bufsize=0,
        start_new_session=True,
        **options,
    )
    return process


def _package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SandboxError(f"{package} is not installed")
    return Path(spec.origin).resolve().parent


@functools.cache
def _import_roots(packages: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(_package_folder(package).parent) for package in packages))


@functools.cache
def _bubblewrap_problem() -> str | None:
    if sys.platform != "linux":
        return "it needs Linux"
    if shutil.which("bwrap") is None:
        return "bwrap is not installed (Debian, Ubuntu: apt-get install bubblewrap)"
    probe = _bubblewrap_command(("numpy",), "cpu", start="import sys")
    ran = subprocess.run(probe, capture_output=True, text=True, env={})
    if ran.returncode == 0:
        return None
    return (ran.stderr.strip().splitlines() or ["the probe failed"])[-1]


@functools.cache
def _bubblewrap_command(packages: tuple[str, ...], device: str, start: str = _START) -> list[str]:
    """The command line of a sandboxed worker: an empty root, and on it only what Python and the packages need."""
    command = [str(shutil.which("bwrap")), "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534"]
    command += ["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    for name, value in _environment(device).items():
        command += ["--setenv", name, value]
    command += ["--tmpfs", "/"]
    for path in [*_system_libraries(), *_python_files()]:
        command += ["--ro-bind", path, path]
    command += ["--tmpfs", sysconfig.get_path("purelib", vars={"base": sys.base_prefix})]
    for part in installed_files(packages):
        command += ["--ro-bind", str(part), f"/packages/{part.name}"]
    for name in _WORKER_FILES:
        command += ["--ro-bind", str(_PACKAGE / name), f"/worker/autograder/{name}"]
    for path in ["/dev/null", "/dev/zero", "/dev/urandom", *(_gpu_files() if device == "cuda" else ())]:
        command += ["--dev-bind", path, path]
    command += ["--proc", "/proc", "--size", str(64 * MIB), "--tmpfs", "/tmp", "--remount-ro", "/", "--chdir", "/tmp"]
    python = os.path.realpath(sys.executable)
    return [*command, "--", python, "-I", "-S", "-c", start, "/worker", "/packages"]


def _gpu_files() -> list[str]:
    """The files by which NVIDIA's driver is reached."""
    return sorted(str(path) for path in Path("/dev").glob("nvidia*") if path.name != "nvidia-caps")


def _system_libraries() -> list[str]:
    triplet = sysconfig.get_config_var("MULTIARCH") or ""
    folders = [f"/lib/{triplet}", f"/usr/lib/{triplet}"] if triplet and os.path.isdir(f"/lib/{triplet}") else []
    found = [*folders, "/lib64", *([] if folders else ["/usr/lib64"])]
    return [path for path in found if os.path.isdir(path)]


def _python_files() -> list[str]:
    library = sysconfig.get_config_var("LDLIBRARY") or ""
    shared = Path(sysconfig.get_config_var("LIBDIR") or "/nowhere") / library
    versioned = sorted(shared.parent.glob(f"{library}*")) if library.endswith(".so") else []
    standard = sysconfig.get_path("stdlib")
    return [os.path.realpath(sys.executable), standard, *(str(path) for path in versioned)]


@functools.cache
def _close_answers() -> None:
    """Let only the owner read what holds answers: without namespaces a worker sees the same files."""
    folders = [_PACKAGE / "data", _PACKAGE / "units"]
    for name in ("reference", "solutions", "exercises"):
        spec = importlib.util.find_spec(name)
        folders += map(Path, spec.submodule_search_locations or [] if spec else [])
    if own := os.environ.get(UNITS_VARIABLE):
        folders += [Path(own) / name for name in ("data", "units", "reference", "solutions", "exercises")]
    for folder in folders:
        if folder.is_dir():
            folder.chmod(0o700)
