"""Processes below a worker: what they use, and how all of them are ended. By Linux' /proc; elsewhere there are none."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

__all__ = ["descendants", "kill_tree", "resident_bytes"]


def descendants(pid: int) -> list[int]:
    """Process ids below `pid`, by Linux' /proc; elsewhere none."""
    found: list[int] = []
    queue = [pid]
    while queue and len(found) < 10_000:
        below = _children(queue.pop(0))
        found += below
        queue += below
    return found


def _children(pid: int) -> list[int]:
    children = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []  # it ended meanwhile
    for thread in threads:
        try:
            children += [int(child) for child in Path(f"/proc/{pid}/task/{thread}/children").read_text().split()]
        except OSError:
            continue  # the thread ended meanwhile
    return children


def resident_bytes(pid: int) -> int:
    """Memory that a process holds."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0  # it ended meanwhile


def kill_tree(pid: int) -> None:
    """Kill a process, its group and all that came from it, until nothing is left."""
    seen: set[int] = set()
    for _ in range(100):
        below = [each for each in descendants(pid) if _is_alive(each)]
        for each in below:
            _kill(each)
        if not below:
            break
        seen.update(below)
        time.sleep(0.001)
    _kill(pid)
    _wait_for(seen)


def _wait_for(killed: set[int]) -> None:
    """Wait, not long, until killed processes are gone: a namespace dies with its first process, but not at once."""
    give_up = time.monotonic() + 1.0
    while any(map(_is_alive, killed)) and time.monotonic() < give_up:
        time.sleep(0.001)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (OSError, IndexError):
        return False


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it ended by itself
