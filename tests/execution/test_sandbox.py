"""Choosing an executor, and the one for containers without namespaces: an unprivileged user."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.execution import executors as sandbox
from autograder.execution.answers import Answer
from autograder.execution.executors import EXECUTORS, SandboxError, choose, strongest
from autograder.execution.session import RemoteSession, Request
from autograder.submissions.load import Chunk, UnitSource

PROJECT = Path(__file__).resolve().parents[2]


def test_strongest_is_bubblewrap_where_it_works() -> None:
    """With bubblewrap installed, nothing weaker is taken."""
    assert strongest().name == "bubblewrap"
    assert choose("strongest").name == "bubblewrap"


def test_missing_bubblewrap_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking for bubblewrap where there is none says how to get it; the strongest other one is taken instead."""
    sandbox._bubblewrap_problem.cache_clear()
    monkeypatch.setenv("PATH", "/nowhere")
    try:
        with pytest.raises(SandboxError, match="apt-get install bubblewrap"):
            choose("bubblewrap")
        assert strongest().name in ("user", "subprocess")
    finally:
        sandbox._bubblewrap_problem.cache_clear()


def test_every_executor_is_found_by_its_name() -> None:
    """The names on the command line are the executors' own."""
    available = [name for name in EXECUTORS if _is_available(name)]
    assert available[-1] == "subprocess"
    assert [choose(name).name for name in available] == available


def _is_available(name: str) -> bool:
    try:
        choose(name)
    except SandboxError:
        return False
    return True


SCRIPT = """
import json, os, sys
sys.path[:0] = sys.argv[1:]
from autograder.execution.executors import choose
from autograder.execution.session import RemoteSession, Request
from autograder.submissions.load import Chunk, UnitSource
executor = choose("user")
session = RemoteSession(executor)
source = '''
import os
def look(folder):
    seen = []
    for part in ("solutions", "reference", "autograder/units", "autograder/data"):
        try:
            seen += os.listdir(folder + "/" + part)
        except PermissionError:
            continue
    return {"uid": os.getuid(), "seen": seen, "groups": os.getgroups()}
'''
session.load(UnitSource("u01", "a.py", (Chunk("a.py", source),), False), {})
(answer,) = list(session.run(Request("look", [{"inputs": {"folder": sys.argv[1]}, "readonly": False}])))
session.close()
print(json.dumps(answer.value))
"""


@pytest.fixture
def world_readable(tmp_path: Path) -> Path:
    """A copy of the project and of NumPy that any user can read, below a folder that any user can enter."""
    home = Path("/tmp") / f"chainrule-user-{os.getpid()}"
    home.mkdir(mode=0o755)
    for name in ("autograder", "reference", "solutions", "exercises"):
        shutil.copytree(PROJECT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    packages = Path(np.__file__).parents[1]
    for part in ("numpy", "numpy.libs"):
        if (packages / part).exists():
            shutil.copytree(packages / part, home / part)
    for folder, _, files in os.walk(home):
        Path(folder).chmod(0o755)
        for file in files:
            (Path(folder) / file).chmod(0o644)
    return home


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another user")
def test_user_cannot_read_the_answers(world_readable: Path) -> None:
    """The worker runs as nobody, without root's groups, and our answers are closed to it."""
    python = shutil.which("python3.11", path="/usr/bin:/bin")
    if python is None or sys.version_info[:2] != (3, 11):
        pytest.skip("no system Python 3.11 that another user can run")
    try:
        ran = subprocess.run([python, "-I", "-c", SCRIPT, str(world_readable)], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        answer = json.loads(ran.stdout)
        assert answer["uid"] != 0
        assert answer["seen"] == []
        assert 0 not in answer["groups"]
    finally:
        shutil.rmtree(world_readable)


def test_user_needs_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody but root is told why the executor `user` is not available."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SandboxError, match="only root"):
        choose("user")


@pytest.mark.parametrize("name", ["bubblewrap", "subprocess"])
def test_further_packages_are_there_where_an_exercise_needs_them(name: str) -> None:
    """A session that has matplotlib draws with it; the one beside it has a stand-in, and no more than before."""
    session = RemoteSession(choose(name))
    source = "import matplotlib\nimport matplotlib.pyplot as plt\ndef kind(x):\n    return type(plt.subplots()[0]).__name__\n"
    try:
        kinds = [_answer(session.with_packages(packages), source, "kind") for packages in ((), ("matplotlib",))]
        assert kinds == ["_Absorbing", "Figure"]
    finally:
        session.close()


def test_torch_is_in_the_sandbox_only_where_it_is_required() -> None:
    """PyTorch with all that it depends on can be imported in the one sandbox, and not in the other."""
    session = RemoteSession(choose("bubblewrap"))
    source = "def total(x):\n    import torch\n    return float(torch.tensor([x, 2.0]).sum())\n"
    try:
        assert _answer(session.with_packages(("torch",)), source, "total") == 3.0
        assert _answer(session, source, "total") == "ModuleNotFoundError"
    finally:
        session.close()


def test_missing_package_is_one_line() -> None:
    """A package that is not installed is named."""
    with pytest.raises(SandboxError, match="no_such_package is not installed"):
        RemoteSession(choose("bubblewrap")).with_packages(("no_such_package",))


def _answer(session: RemoteSession, source: str, subject: str) -> object:
    session.load(UnitSource("u01", "a.py", (Chunk("a.py", source),), tolerant=False), {})
    (message,) = list(session.run(Request(subject, [{"inputs": {"x": 1.0}, "readonly": False}])))
    assert isinstance(message, Answer)
    return message.raised.type if message.raised else message.value
