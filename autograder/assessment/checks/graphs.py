"""Whether a list of a graph's nodes is complete, and in order.

A graph is a list: node k is computed from the nodes with the numbers graph[k], which are smaller than k.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["listing_problem", "order_problem"]

#: Longer orders are not shown.
SHOWN = 12


def listing_problem(got: Any, graph: Sequence[Sequence[int]], root: int = -1) -> str | None:
    """What is wrong with a list of the root and of all that it depends on; None if each is there once."""
    listed = np.asarray(got)
    if listed.ndim != 1 or listed.dtype.kind not in "iu":
        return "not a list of nodes"
    numbers = listed.tolist()
    needed = _needed(graph, root)
    if any(number not in needed for number in numbers):
        return "lists something that the root does not depend on"
    [(commonest, times)] = Counter(numbers).most_common(1) or [(0, 0)]
    if times > 1:
        return f"node {commonest} of the graph is listed {times} times, want each node once"
    missing = sorted(needed - set(numbers))
    if not missing:
        return None
    return f"node {missing[-1]} of the graph is missing; {len(numbers)} are listed, want {len(needed)}"


def order_problem(got: Any, graph: Sequence[Sequence[int]], root: int = -1) -> str | None:
    """As `listing_problem`; besides, every node must come after its parents."""
    if problem := listing_problem(got, graph, root):
        return problem
    place = {int(number): index for index, number in enumerate(got)}
    for number in place:
        for parent in graph[number]:
            if place[parent] > place[number]:
                order = f", in the order {list(place)}" if len(place) <= SHOWN else ""
                return f"node {number} of the graph comes before its parent {parent}{order}"
    return None


def _needed(graph: Sequence[Sequence[int]], root: int) -> set[int]:
    """The numbers of the root and of all that it depends on."""
    needed = {root % len(graph)}
    for number in reversed(range(len(graph))):
        if number in needed:
            needed.update(graph[number])
    return needed
