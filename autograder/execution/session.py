"""A conversation with a worker about one submission: load a unit's file, run an exercise, survive whatever happens."""

from __future__ import annotations

import os
import select
import signal
import struct
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from autograder.assessment.compiled import Scenario
from autograder.assessment.verdict import Verdict
from autograder.execution.answers import Answer, Loaded, parse_answer, parse_loaded
from autograder.execution.executors import Executor, Limits
from autograder.execution.processes import descendants, kill_tree, resident_bytes
from autograder.submissions.load import UnitSource
from autograder.worker import main as worker
from autograder.worker import wire

__all__ = ["Ended", "LocalSession", "RemoteSession", "Request", "Session", "WorkerLost"]

_T = TypeVar("_T")
_FRAME = struct.Struct("<Q")
_WATCH_EVERY = 0.1
_READ_AT_ONCE = 1 << 16
#: Address space where code needs a large library: PyTorch reserves several gigabytes.
LARGE_MEMORY = 16 << 30
#: Address space that a GPU's driver reserves and does not use: that of all its memory and the machine's together.
GPU_RESERVES = 1 << 46
#: The first use of a GPU in a process starts its driver and loads kernels.
GPU_SECONDS = 60.0


class WorkerLost(Exception):
    """The worker is gone: it timed out or crashed, and the text says what happened."""

    def __init__(self, reason: Verdict, text: str) -> None:
        """Remember why."""
        super().__init__(text)
        self.reason, self.text = reason, text


@dataclass(frozen=True)
class Request:
    """What a worker is asked to do for one exercise.

    `cases` hold `inputs`, `readonly` and perhaps `larger` (count line events on both instead of returning the value).
    """

    subject: str
    cases: Sequence[Mapping[str, Any]]
    scenario: Scenario | None = None
    seconds: float | None = None  # wall time per case, where it is not the usual limit


@dataclass(frozen=True)
class Ended:
    """How an exercise's child process ended early: `reason` as in `WorkerLost`."""

    reason: Verdict
    text: str


class Session(Protocol):
    """Runs one submission's exercises, one after another."""

    @property
    def name(self) -> str:
        """The executor's name."""

    def load(self, source: UnitSource, modules: Mapping[str, str]) -> Loaded:
        """Execute the student's file. Raises WorkerLost."""

    def run(self, request: Request) -> Iterator[Answer | Ended]:
        """Run an exercise's cases; at most one `Ended`, last."""

    def with_packages(self, packages: Sequence[str], device: str = "cpu") -> Session:
        """A session for code that needs these packages besides NumPy, and a device; this one where it has both.

        Raises:
            SandboxError: one of them is not installed.
        """

    def close(self) -> None:
        """End every process."""


@dataclass
class RemoteSession:
    """A session whose student code runs in a worker process of its own."""

    executor: Executor
    limits: Limits = field(default_factory=Limits)
    packages: Sequence[str] = ()  # besides NumPy
    process: subprocess.Popen[bytes] | None = None  # a worker of the executor's, where one is started already
    _others: dict[tuple[str, ...], RemoteSession] = field(default_factory=dict)
    _loaded: tuple[UnitSource, Mapping[str, str]] | None = None
    _reply: Loaded | None = None
    _ready: bool = False
    _received: bytearray = field(default_factory=bytearray)
    _deadline: float = field(default=0.0)

    @property
    def name(self) -> str:
        """The executor's name."""
        return self.executor.name

    def start(self) -> None:
        """Start the worker, and come back at once: it imports NumPy meanwhile."""
        if self.process is None:
            self.process = self.executor.start()
            self._ready = False
        self._deadline = self._deadline or time.monotonic() + self.limits.submission_seconds

    def load(self, source: UnitSource, modules: Mapping[str, str]) -> Loaded:
        """Execute a unit's file in a new host; a file that is loaded already stays."""
        if self._reply is not None and self._loaded is not None and self._loaded[0] is source:
            return self._reply
        if self._loaded is not None:
            self._unload()
        self._loaded, self._reply = (source, modules), None
        self._reply = self._load()
        return self._reply

    def _load(self) -> Loaded:
        if self._loaded is None:
            raise RuntimeError("load a unit first")
        source, modules = self._loaded
        self.start()
        if not self._ready:
            self._expect("ready", 30.0)
            self._ready = True
        chunks = [{"name": chunk.name, "source": chunk.source} for chunk in source.chunks]
        self._send(
            {
                "op": "load",
                "unit": source.unit,
                "chunks": chunks,
                "tolerant": source.tolerant,
                "modules": dict(modules),
                "packages": list(self.packages),
                "limits": self.limits.of_process(shared_user=self.executor.shared_user),
            }
        )
        return self._parsed(parse_loaded, self._expect("loaded", self.limits.import_seconds))

    def with_packages(self, packages: Sequence[str], device: str = "cpu") -> RemoteSession:
        """A session whose workers may import these packages and use the device; kept until this one is closed."""
        if not packages:
            return self
        key = (*packages, device)
        if key not in self._others:
            limits = replace(self.limits, memory=max(self.limits.memory, LARGE_MEMORY), import_seconds=60.0)
            if device != "cpu":
                limits = replace(limits, reserved=GPU_RESERVES, call_seconds=GPU_SECONDS)
            self._others[key] = RemoteSession(self.executor.with_packages(packages, device), limits, packages)
        return self._others[key]

    def run(self, request: Request) -> Iterator[Answer | Ended]:
        """Run the cases in a new child; after a loss the next call starts a new worker."""
        try:
            if self.process is None:
                self._load()
            yield from self._run(request)
        except WorkerLost as lost:
            yield Ended(lost.reason, lost.text)

    def _run(self, request: Request) -> Iterator[Answer | Ended]:
        source = self._loaded[0] if self._loaded else None
        self._send(
            {
                "op": "run",
                "subject": request.subject,
                "cases": [dict(case) for case in request.cases],
                "scenario": request.scenario.name if request.scenario else None,
                "source": request.scenario.source if request.scenario else "",
                "files": [chunk.name for chunk in source.chunks] if source else [],
                "limits": {},
            }
        )
        seconds = request.seconds or self.limits.call_seconds
        for index in range(len(request.cases)):
            message = self._receive(seconds)
            if message.get("event") == "done":
                yield Ended(Verdict.CRASHED, _describe_exit(message.get("status")))
                return
            if message.get("event") != "case" or message.get("index") != index:
                raise self._lose(Verdict.CRASHED, "the process did not answer as expected")
            yield self._parsed(parse_answer, message)
        self._expect("done", seconds)
        if not worker.CAN_FORK:
            self.close()

    def _unload(self) -> None:
        """Ask the host to end; a host that does not obey is killed with its worker."""
        if self.process is None:
            return
        try:
            self._send({"op": "unload"})
            self._expect("unloaded", 2.0)
        except WorkerLost:
            self.close()

    def interrupt(self) -> None:
        """End what runs now; for another thread than the one that waits for it."""
        for session in (self, *self._others.values()):
            process = session.process
            if process is not None:
                kill_tree(process.pid)

    def close(self) -> None:
        """Kill the worker and everything below it."""
        for other in self._others.values():
            other.close()
        process, self.process = self.process, None
        self._received.clear()
        if process is None:
            return
        kill_tree(process.pid)  # before its pipes close: a worker that ended by itself would leave its orphans behind
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.wait()

    def _parsed(self, parse: Callable[[Mapping[str, Any]], _T], message: Mapping[str, Any]) -> _T:
        try:
            return parse(message)
        except wire.WireError:
            raise self._lose(Verdict.CRASHED, "the process did not answer as expected") from None

    def _lose(self, reason: Verdict, text: str) -> WorkerLost:
        self.close()
        return WorkerLost(reason, text)

    def _send(self, message: Mapping[str, Any]) -> None:
        process = self.process
        if process is None or process.stdin is None:
            raise WorkerLost(Verdict.CRASHED, "the process is gone")
        data = wire.pack(dict(message))
        view = memoryview(_FRAME.pack(len(data)) + data)
        give_up = time.monotonic() + 10.0
        os.set_blocking(process.stdin.fileno(), False)
        while view:
            _, writable, _ = select.select([], [process.stdin], [], _WATCH_EVERY)
            try:
                view = view[os.write(process.stdin.fileno(), view) :] if writable else view
            except OSError:
                raise self._lose(Verdict.CRASHED, "the process ended") from None
            if time.monotonic() > give_up:
                raise self._lose(Verdict.CRASHED, "the process does not read")

    def _expect(self, event: str, seconds: float) -> dict[str, Any]:
        message = self._receive(seconds)
        if message.get("event") != event:
            raise self._lose(Verdict.CRASHED, _describe_exit(message.get("status")))
        return message

    def _receive(self, seconds: float) -> dict[str, Any]:
        """One message, or WorkerLost after `seconds` of wall time."""
        limit = min(time.monotonic() + seconds, self._deadline)
        (length,) = _FRAME.unpack(self._read(_FRAME.size, limit, seconds))
        if length > self.limits.answer_size:
            raise self._lose(Verdict.CRASHED, f"the result is larger than {self.limits.answer_size >> 20} MiB")
        try:
            message = wire.unpack(self._read(length, limit, seconds))
        except wire.WireError:
            raise self._lose(Verdict.CRASHED, "the process did not answer as expected") from None
        if not isinstance(message, dict):
            raise self._lose(Verdict.CRASHED, "the process did not answer as expected")
        return message

    def _read(self, count: int, limit: float, seconds: float) -> bytes:
        """So many bytes; what came with them is kept for the next time."""
        process = self.process
        if process is None or process.stdout is None:
            raise WorkerLost(Verdict.CRASHED, "the process is gone")
        descriptor, held = process.stdout.fileno(), self._received
        while len(held) < count:
            readable, _, _ = select.select([descriptor], [], [], min(_WATCH_EVERY, max(limit - time.monotonic(), 0)))
            if readable:
                chunk = os.read(descriptor, max(_READ_AT_ONCE, min(count - len(held), 1 << 20)))
                if not chunk:
                    raise self._lose(Verdict.CRASHED, "the process ended")
                held += chunk
            elif time.monotonic() >= limit:
                raise self._lose(Verdict.TIMED_OUT, f"no answer after {seconds:g} s")
            else:
                self._watch(process.pid)
        data = bytes(held[:count])
        del held[:count]
        return data

    def _watch(self, pid: int) -> None:
        below = descendants(pid)
        if len(below) > self.limits.processes:
            raise self._lose(Verdict.CRASHED, f"more than {self.limits.processes} processes")
        if sum(map(resident_bytes, below)) > 2 * self.limits.memory:
            raise self._lose(Verdict.CRASHED, f"more than {2 * self.limits.memory >> 20} MiB in all processes together")


def _describe_exit(status: object) -> str:
    if not isinstance(status, int):
        return "the process did not answer as expected"
    if status < 0:
        try:
            return f"the process was ended by {signal.Signals(-status).name}"
        except ValueError:
            return f"the process was ended by signal {-status}"
    return f"the process exited with status {status} before it answered"


@dataclass
class LocalSession:
    """A session in this very process, for a notebook that checks itself: no limits, no isolation."""

    module: Any
    name: str = "inprocess"
    _files: frozenset[str] = frozenset()

    def load(self, source: UnitSource, modules: Mapping[str, str]) -> Loaded:
        """Take the functions that already live here."""
        self._files = frozenset(chunk.name for chunk in source.chunks)
        return Loaded(frozenset(name for name, value in vars(self.module).items() if callable(value)), None)

    def run(self, request: Request) -> Iterator[Answer | Ended]:
        """Run the cases here, on copies of their inputs."""
        given = request.scenario
        scenario = worker.scenario_from_source(given.source, given.name) if given else None
        for case in request.cases:
            copy = wire.unpack(wire.pack(dict(case)))
            answer = worker.answer(self.module, request.subject, copy, scenario, self._files)
            yield parse_answer(wire.unpack(wire.pack(answer)))

    def close(self) -> None:
        """Leave everything as it is."""

    def with_packages(self, packages: Sequence[str], device: str = "cpu") -> LocalSession:
        """This session: what this process can import is there."""
        return self
