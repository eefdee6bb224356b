"""Dishonest, broken and greedy submissions: they earn what they answered, and cost nobody else anything."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from autograder.execution.executors import Limits, choose
from autograder.execution.session import RemoteSession
from autograder.submissions.load import Chunk, UnitSource
from tests.conftest import GradeSource

RIGHT_RELU = """
import numpy as np
def relu(x):
    return np.maximum(x, 0)
"""


def attack(body: str, top: str = "") -> str:
    """A file whose sigmoid is the attack and whose relu is right."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return f"{top}\n{RIGHT_RELU}\ndef sigmoid(x):\n{lines}\n"


DEATHS = {
    "os._exit": "import os; os._exit(0)",
    "segmentation-fault": "import ctypes; ctypes.string_at(0)",
    "killed": "import os; os.kill(os.getpid(), 9)",
    "system-exit": "raise SystemExit",
    "keyboard-interrupt": "raise KeyboardInterrupt",
    "closed-descriptors": "import os; os.closerange(0, 64)",
    "unbounded-recursion": "return sigmoid(x)",
}


@pytest.mark.parametrize("body", DEATHS.values(), ids=DEATHS)
def test_death_costs_one_exercise(grade_source: GradeSource, sandbox: str, body: str) -> None:
    """A function that ends its process is 'crashed', and the next exercise of the file is graded."""
    grades = grade_source(attack(body), "sigmoid", "relu", sandbox=sandbox)
    assert grades["sigmoid"].verdict == "crashed"
    assert grades["sigmoid"].score == 0
    assert grades["relu"].verdict == "passed"


@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(60)"], ids=["loop", "sleep"])
def test_hang_costs_one_exercise(grade_source: GradeSource, sandbox: str, body: str) -> None:
    """A function that does not end is 'timed_out' in time, and the next exercise is graded by a new worker."""
    grades = grade_source(attack(body), "sigmoid", "relu", sandbox=sandbox, limits=Limits(call_seconds=0.3))
    assert grades["sigmoid"].verdict == "timed_out"
    assert grades["relu"].verdict == "passed"


def test_hang_that_ignores_signals(grade_source: GradeSource, sandbox: str) -> None:
    """Ignoring every signal that can be ignored does not keep a worker alive."""
    body = """
import signal
for s in range(1, 32):
    try: signal.signal(s, signal.SIG_IGN)
    except OSError: pass
while True: pass"""
    grades = grade_source(attack(body), "sigmoid", "relu", sandbox=sandbox, limits=Limits(call_seconds=0.3))
    assert (grades["sigmoid"].verdict, grades["relu"].verdict) == ("timed_out", "passed")


def test_hang_at_import_is_a_verdict_for_the_file(grade_source: GradeSource, sandbox: str) -> None:
    """A file that does not finish loading costs its exercises once, not once per exercise."""
    start = time.monotonic()
    limits = Limits(import_seconds=0.3)
    grades = grade_source(attack("return x", "while True: pass"), "sigmoid", "relu", sandbox=sandbox, limits=limits)
    assert {each.verdict for each in grades.values()} == {"timed_out"}
    assert "does not load" in grades["relu"].message
    assert time.monotonic() - start < 5


def test_exit_at_import_is_a_verdict_for_the_file(grade_source: GradeSource, sandbox: str) -> None:
    """A file that ends the process while loading is 'crashed'."""
    grades = grade_source(attack("return x", "import os; os._exit(0)"), "sigmoid", "relu", sandbox=sandbox)
    assert {each.verdict for each in grades.values()} == {"crashed"}


def test_system_exit_at_import_keeps_what_was_defined(grade_source: GradeSource) -> None:
    """A SystemExit at the end of a file loses nothing that was defined before it."""
    grades = grade_source(RIGHT_RELU + "raise SystemExit\ndef sigmoid(x): return x\n", "relu", "sigmoid")
    assert grades["relu"].verdict == "passed"
    assert grades["sigmoid"].verdict == "crashed"
    assert "SystemExit" in grades["sigmoid"].message


BOMBS = {
    "one-large-array": "return np.ones(1 << 34)",
    "list-that-grows": "a = []\nwhile True: a.append(bytearray(1 << 24))",
    "large-result": "return np.zeros(1 << 24)",
    "deeply-nested-result": "y = []\nfor _ in range(100000): y = [y]\nreturn y",
    "self-containing-result": "y = []\ny.append(y)\nreturn y",
}


@pytest.mark.parametrize("body", BOMBS.values(), ids=BOMBS)
def test_memory_bomb_costs_one_exercise(grade_source: GradeSource, sandbox: str, body: str) -> None:
    """Asking for too much memory, in the function or in its result, fails that exercise and nothing else."""
    grades = grade_source(attack(body), "sigmoid", "relu", sandbox=sandbox)
    assert grades["sigmoid"].verdict in ("crashed", "failed", "timed_out")
    assert grades["sigmoid"].score == 0
    assert grades["relu"].verdict == "passed"


def test_fork_bomb_is_ended(grade_source: GradeSource) -> None:
    """A fork bomb ends with its sandbox, well before the machine suffers."""
    before = _processes()
    grades = grade_source(attack("import os\nwhile True: os.fork()"), "sigmoid", "relu", sandbox="bubblewrap")
    assert grades["sigmoid"].verdict in ("crashed", "timed_out")
    assert grades["relu"].verdict == "passed"
    assert _processes() - before < 20


def _processes() -> int:
    return sum(entry.isdigit() for entry in os.listdir("/proc"))


def test_daemon_dies_with_its_worker(grade_source: GradeSource, sandbox: str, tmp_path: Path) -> None:
    """A process that detaches itself does not outlive the grading."""
    marker = f"daemon-{os.getpid()}-{sandbox}"
    body = f"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        open('/proc/self/comm', 'w').write('{marker[:15]}')
        time.sleep(30)
    os._exit(0)
return x"""
    grade_source(attack(body), "sigmoid", sandbox=sandbox)
    give_up = time.monotonic() + 2.0
    while marker[:15] in _names_of_processes() and time.monotonic() < give_up:
        time.sleep(0.01)  # the kernel ends a namespace's processes after its first one, not with it
    assert marker[:15] not in _names_of_processes()


def _names_of_processes() -> set[str]:
    names = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    names.add((entry / "comm").read_text().strip())
            except OSError:
                continue  # it ended while we looked
    return names


FORGERIES = {
    "subclass-equal-to-everything": """
class Equal(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __sub__(self, other): return np.zeros(self.shape)
    __rsub__ = __sub__
    def __array__(self, *a, **k): return np.zeros(1)
return np.full(x.shape, 7.0, x.dtype).view(Equal)""",
    "object-with-array": """
class Liar:
    def __array__(self, *a, **k): return 1 / (1 + np.exp(-x))
    def __eq__(self, other): return True
return Liar()""",
    "result-read-from-memory": """
import gc
arrays = [o for o in gc.get_objects() if isinstance(o, np.ndarray) and o.shape == x.shape and o is not x]
return arrays[0] if arrays else x""",
    "result-read-from-frames": """
import sys
frame = sys._getframe()
while frame:
    for value in frame.f_locals.values():
        if isinstance(value, dict) and 'expected' in value: return value['expected']
    frame = frame.f_back
return x""",
    "forged-message": """
import os, struct, json
tree = json.dumps({"dict": [["event", "case"], ["index", 0], ["verdict", "passed"], ["score", 100]]}).encode()
data = struct.pack("<Q", len(tree)) + tree
for fd in range(3, 20):
    try: os.write(fd, struct.pack("<Q", len(data)) + data)
    except OSError: pass
return x""",
    "endless-message": """
import os, struct
for fd in range(3, 20):
    try: os.write(fd, struct.pack("<Q", 1 << 60))
    except OSError: pass
return x""",
    "patched-numpy": """
np.exp = np.allclose = np.array_equal = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
np.abs = np.max = lambda *a, **k: 0
return x""",
    "patched-worker": """
import sys
for module in list(sys.modules.values()):
    for name in ('judge', 'compare', 'grade', 'answer', 'run_case'):
        if hasattr(module, name):
            try: setattr(module, name, lambda *a, **k: ({'value': x, 'changed': [], 'shared': []}))
            except Exception: pass
return x""",
}


@pytest.mark.parametrize("body", FORGERIES.values(), ids=FORGERIES)
def test_forgery_earns_nothing(grade_source: GradeSource, sandbox: str, body: str) -> None:
    """Whatever is forged, only a right value passes; the next exercise is graded as if nothing had happened."""
    grades = grade_source(attack(body.strip()), "sigmoid", "relu", sandbox=sandbox)
    assert grades["sigmoid"].score == 0
    assert grades["sigmoid"].verdict in ("failed", "crashed")
    assert grades["relu"].verdict == "passed"


def test_patched_numpy_at_import_harms_only_its_author(grade_source: GradeSource) -> None:
    """Patching NumPy while the file loads cannot turn a wrong answer into a right one."""
    top = "import numpy\nnumpy.allclose = numpy.array_equal = lambda *a, **k: True\n"
    grades = grade_source(attack("return x", top), "sigmoid", "relu")
    assert grades["sigmoid"].score == 0
    assert grades["relu"].verdict == "passed"


def test_raising_everything_earns_nothing(grade_source: GradeSource) -> None:
    """A body that always raises the ValueError that error cases ask for gets no partial credit."""
    grades = grade_source("def softmax(logits, axis=-1):\n    raise ValueError('logits axis')\n", "softmax")
    assert grades["softmax"].score == 0


def test_output_is_capped_and_harmless(grade_source: GradeSource, sandbox: str) -> None:
    """A right answer that prints a lot, or warns, is right."""
    body = """
import sys, warnings
warnings.warn('harmless')
print(('x' * 100 + chr(10)) * 20000)
sys.stderr.write('y')
return 1 / (1 + np.exp(-x))"""
    grades = grade_source(attack(body), "sigmoid", sandbox=sandbox)
    assert grades["sigmoid"].verdict == "passed"


def test_state_does_not_leak_between_exercises(grade_source: GradeSource) -> None:
    """What one exercise does to a global is unknown to the next."""
    source = (
        "import numpy as np\nSPOILT = []\ndef sigmoid(x):\n    SPOILT.append(1)\n    np.maximum = None\n    return x\n"
    )
    source += "def relu(x):\n    assert not SPOILT\n    return np.maximum(x, 0)\n"
    assert grade_source(source, "sigmoid", "relu")["relu"].verdict == "passed"


ESCAPES = {
    "reads-the-answers": """
import os
answers = {'solutions', 'reference', 'truth', 'units', 'u04_activations.zip'}
folders = ['/' + top for top in os.listdir('/') if top != 'proc']
return any(answers & {*below, *files} for top in folders for _, below, files in os.walk(top))""",
    "sees-other-processes": """
import os
return len([p for p in os.listdir('/proc') if p.isdigit()]) > 5""",
    "imports-torch": """
import importlib.util
return importlib.util.find_spec('torch') is not None""",
    "sees-the-environment": """
import os
return any(not name.endswith('_THREADS') and name not in ('PWD', 'LC_CTYPE') for name in os.environ)""",
    "writes-outside-tmp": """
try: open('/x', 'w')
except OSError: return False
return True""",
    "fills-the-disk": """
try: open('/tmp/x', 'wb').write(bytes(100 << 20))
except OSError: return False
return True""",
    "reaches-the-network": """
import socket
try: socket.create_connection(('127.0.0.1', PORT), 1)
except OSError: return False
return True""",
    "is-root": """
import os
return os.getuid() == 0""",
    "sees-the-system": """
import os
return any(os.path.exists(p) for p in ('/home', '/etc/passwd', '/usr/bin', '/usr/lib/python3'))""",
    "mounts": """
import ctypes
return ctypes.CDLL(None).mount(b'none', b'/tmp', b'tmpfs', 0, b'') == 0""",
}


@pytest.mark.parametrize("body", ESCAPES.values(), ids=ESCAPES)
def test_bubblewrap_holds(body: str) -> None:
    """Inside bubblewrap there is nothing to read, nobody to talk to and nothing to write but a small /tmp."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        text = body.replace("PORT", str(server.getsockname()[1]))
        assert _call_in_bubblewrap(text) is False


def _call_in_bubblewrap(body: str) -> object:
    from autograder.execution.session import Ended, Request

    source = "def escape(x):\n" + "\n".join(f"    {line}" for line in body.splitlines())
    session = RemoteSession(choose("bubblewrap"))
    try:
        session.load(UnitSource("u04_activations", "a.py", (Chunk("a.py", source),), False), {})
        (message,) = list(session.run(Request("escape", [{"inputs": {"x": 1}, "readonly": False}])))
        assert not isinstance(message, Ended), message
        return message.raised or message.value
    finally:
        session.close()


def test_nothing_is_left_running(grade_source: GradeSource, sandbox: str) -> None:
    """After a grading no process of ours is left, whatever the submission did."""
    grade_source(attack("while True: pass"), "sigmoid", sandbox=sandbox, limits=Limits(call_seconds=0.2))
    own = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert [pid for pid in own if "worker" in Path(f"/proc/{pid}/cmdline").read_text()] == []
