"""The process in which student code runs: it imports the submission, receives inputs and returns values.

Three processes, one at a time reading the channel. The *zygote* has imported NumPy and never runs student code. For a
unit it forks a *host*, which executes the student's file once. For an exercise the host forks a *child*, which runs the
cases and exits: no state leaks from one exercise to the next, and a crash costs a fork. Every message is a dictionary
packed by `wire`; messages carry values, never verdicts.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import os
import signal
import struct
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from autograder.worker import wire
from autograder.worker.loading import exception_record, execute

__all__ = ["Channel", "Output", "answer", "main", "run_case", "scenario_from_source"]

FRAME = struct.Struct("<Q")
MAX_REQUEST = 1 << 30
CAN_FORK = hasattr(os, "fork") and sys.platform != "darwin"  # Apple's frameworks do not survive a fork without exec


class Channel:
    """Framed messages over a pair of descriptors."""

    def __init__(self, reader: int, writer: int) -> None:
        """Use the two descriptors, which nothing else may use."""
        self._reader, self._writer = reader, writer

    def receive(self) -> dict[str, Any]:
        """Wait for one message. Raises EOFError when the grader has gone."""
        (length,) = FRAME.unpack(wire.read_exactly(self._reader, FRAME.size))
        if length > MAX_REQUEST:
            raise EOFError
        message: dict[str, Any] = wire.unpack(wire.read_exactly(self._reader, length))
        return message

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one message."""
        data = wire.pack(dict(message))
        view = memoryview(FRAME.pack(len(data)) + data)
        while view:
            view = view[os.write(self._writer, view) :]


class Output:
    """A text stream that keeps the first `limit` characters and forgets the rest: printing is no channel."""

    encoding = "utf-8"

    def __init__(self, limit: int = 10_000) -> None:
        """Keep at most `limit` characters."""
        self._limit, self._parts, self._size = limit, [""], 0

    def write(self, text: str) -> int:
        """Keep what still fits."""
        room = self._limit - self._size
        if room > 0:
            self._parts.append(str(text)[:room])
            self._size += len(self._parts[-1])
        return len(text)

    def flush(self) -> None:
        """Do nothing: there is no buffer."""

    def isatty(self) -> bool:
        """Say no, so that nobody colours."""
        return False

    def take(self) -> str:
        """Return what was kept, and start afresh."""
        text = "".join(self._parts)
        self._parts, self._size = [""], 0
        return text


def scenario_from_source(source: str, name: str) -> Callable[..., Any]:
    """Make a scenario from its source text; it may use `np` and what the text defines."""
    namespace: dict[str, Any] = {"np": np, "__name__": "scenario"}
    exec(compile(source, "<scenario>", "exec"), namespace)
    scenario: Callable[..., Any] = namespace[name]
    return scenario


def run_case(
    subject: Callable[..., Any], inputs: dict[str, Any], scenario: Callable[..., Any] | None, readonly: bool
) -> tuple[Any, list[str], list[str]]:
    """Call the student's function, or let a scenario exercise the student's class.

    Returns:
        The result, the names of the inputs that it changed, and those whose memory it shares.
    """
    live: dict[str, Any] = wire.realise(inputs)
    before = {name: _digest(value) for name, value in live.items()}
    arrays = [(name, array) for name, value in live.items() for array in _arrays(value)]
    for _, array in arrays:
        array.setflags(write=not readonly)
    result = scenario(subject, **live) if scenario else _call(subject, live)
    changed = [name for name, value in live.items() if _digest(value) != before[name]]
    results = _arrays(result)
    shared = [name for name, array in arrays if any(np.may_share_memory(array, out) for out in results)]
    return result, changed, sorted(set(shared))


def _call(subject: Callable[..., Any], inputs: Mapping[str, Any]) -> Any:
    code = getattr(subject, "__code__", None)
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] if code else ()
    if all(name in known for name in inputs):
        return subject(**inputs)
    return subject(*inputs.values())  # somebody renamed a parameter: the order is what counts


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(wire.pack(value), digest_size=16).digest()


def _arrays(value: Any) -> list[np.ndarray[Any, Any]]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)) and not wire.all_plain(value):
        return [array for item in value for array in _arrays(item)]
    return []


#: How many of the busiest lines are told when lines are counted.
PLACES = 50


class _LineCounter:
    """Counts the line events in a submission's files while it is active."""

    def __init__(self, files: set[str]) -> None:
        self.files, self.lines = files, 0
        self.places: Counter[tuple[str, int]] = Counter()

    def __call__(self, frame: Any, event: str, argument: Any) -> Any:
        if frame.f_code.co_filename not in self.files:
            return None
        if event in ("line", "call"):
            self.lines += 1
            self.places[frame.f_code.co_filename, frame.f_lineno] += 1
        return self

    def __enter__(self) -> _LineCounter:
        sys.settrace(self)
        return self

    def __exit__(self, *exc_info: Any) -> None:
        if sys.gettrace() is not self:
            self.lines = -1  # somebody switched the counter off
        sys.settrace(None)


def answer(
    module: Any,
    subject: str,
    case: Mapping[str, Any],
    scenario: Callable[..., Any] | None,
    files: Iterable[str],
) -> dict[str, Any]:
    """Run one case and describe what happened.

    Args:
        module: where the student's names are.
        subject: the function or class that the exercise is about.
        case: `inputs`, `readonly`, and perhaps `larger`: the inputs at four times the size, to count lines on both.
        scenario: drives a class; None calls the function.
        files: names of the student's files, whose lines are counted and shown in tracebacks.

    Returns:
        `value`, `changed`, `shared`; or, when counting, `lines` and the busiest `places` of both sizes; or `error`.
    """
    own = set(files)
    try:
        target = getattr(module, subject)
        if case.get("larger") is not None:
            return _count_lines(target, (case["inputs"], case["larger"]), scenario, own)
        result, changed, shared = run_case(target, case["inputs"], scenario, case["readonly"])
    except BaseException as error:
        return {"error": exception_record(error, own)}
    return {"value": result, "changed": changed, "shared": shared}


def _count_lines(
    target: Callable[..., Any], sizes: Iterable[dict[str, Any]], scenario: Callable[..., Any] | None, own: set[str]
) -> dict[str, Any]:
    counters = []
    for inputs in sizes:
        counters.append(_LineCounter(own))
        with counters[-1]:
            run_case(target, inputs, scenario, False)
    return {
        "lines": [counter.lines for counter in counters],
        "places": [counter.places.most_common(PLACES) for counter in counters],
    }


def _limit(limits: Mapping[str, int]) -> None:
    try:
        import resource
    except ImportError:  # Windows has no rlimits; the wall clock still holds
        return
    kinds = {"memory": "RLIMIT_AS", "cpu": "RLIMIT_CPU", "file_size": "RLIMIT_FSIZE", "processes": "RLIMIT_NPROC"}
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name, value in limits.items():
        kind = getattr(resource, kinds[name])
        _, hard = resource.getrlimit(kind)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (ceiling, ceiling))


def _child(channel: Channel, request: Mapping[str, Any], module: types.ModuleType) -> None:
    """Run an exercise's cases, sending one message per case."""
    output = Output()
    sys.stdout = sys.stderr = output
    _limit(request["limits"])
    scenario = scenario_from_source(request["source"], request["scenario"]) if request["scenario"] else None
    for index, case in enumerate(request["cases"]):
        np.random.seed(0)
        answered = answer(module, request["subject"], case, scenario, request["files"])
        channel.send({"event": "case", "index": index, "output": output.take(), **answered})


def _host(channel: Channel, request: Mapping[str, Any]) -> None:
    """Execute a unit's file, then serve its exercises until told to unload."""
    output = Output()
    sys.stdout = sys.stderr = output
    _limit(request["limits"])
    module, problem = execute(
        request["unit"], request["chunks"], request["tolerant"], request["modules"], request["packages"]
    )
    names = sorted(name for name, value in vars(module).items() if callable(value))
    channel.send({"event": "loaded", "names": names, "problem": problem, "output": output.take()})
    while (message := channel.receive())["op"] == "run":
        status = _in_child(_child, channel, message, module)
        channel.send({"event": "done", "status": status})


def _in_child(target: Callable[..., None], *arguments: Any) -> int:
    """Run `target` in a forked process; return its exit status, negative for a signal.

    Where forking is not safe it runs here, and the grader starts a new worker for each exercise.
    """
    if not CAN_FORK:
        target(*arguments)
        return 0
    pid = os.fork()
    if pid == 0:
        status = 70
        try:
            os.setpgid(0, 0)
            target(*arguments)
            status = 0
        except EOFError:
            status = 0
        finally:
            os._exit(status)
    _, raw = os.waitpid(pid, 0)
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return os.waitstatus_to_exitcode(raw)
    return os.waitstatus_to_exitcode(raw)


def _private_channel() -> Channel:
    """Take standard input and output for the channel, and leave nothing in their place."""
    reader, writer = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    return Channel(reader, writer)


def _become_subreaper() -> None:
    """On Linux, keep orphaned grandchildren below this process, so that the grader can find and end them."""
    if sys.platform == "linux":
        import ctypes

        PR_SET_CHILD_SUBREAPER = 36
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _warm_up() -> None:
    """Import now, once, what every child would otherwise import for itself."""
    np.random.seed(0)
    _limit({})
    run_case(np.negative, {"x": np.ones(1), "rng": wire.Rng(0)}, lambda subject, x, rng: subject(x), False)
    wire.unpack(wire.pack({"value": np.ones(1)}))
    gc.freeze()


def main() -> None:
    """Serve `load` requests, one host after another, until the grader closes the channel."""
    channel = _private_channel()
    _become_subreaper()
    _warm_up()
    channel.send({"event": "ready"})
    try:
        while (request := channel.receive())["op"] == "load":
            for package in request["packages"]:
                importlib.import_module(package)  # once: every child inherits it
            status = _in_child(_host, channel, request)
            channel.send({"event": "unloaded", "status": status})
    except EOFError:
        return
