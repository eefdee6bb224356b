"""What the assessments of graphs of nodes share: the graphs, and ways of walking them, right and wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = [
    "CHAIN",
    "CUBE",
    "DIAMOND",
    "ONE",
    "PATIENCE",
    "PRODUCT",
    "SHORTCUT",
    "SHORTCUT_FIRST",
    "SQUARE",
    "TWO_INPUTS",
    "UNUSED",
    "Graph",
    "Node",
    "by_counting_users",
    "chain",
    "finished_first",
    "first_met",
    "ladder",
    "random_graph",
    "recursive_order",
    "right_collection",
]

#: Node k of a graph is computed from the nodes with the numbers graph[k], which are smaller than k.
Graph = list[list[int]]

ONE: Graph = [[]]
CHAIN: Graph = [[], [0], [1], [2]]
PRODUCT: Graph = [[], [], [0, 1]]
SQUARE: Graph = [[], [0, 0]]
CUBE: Graph = [[], [0, 0], [1, 0]]
DIAMOND: Graph = [[], [0], [0], [1, 2]]
SHORTCUT: Graph = [[], [0], [1], [0, 2], [1, 3]]
SHORTCUT_FIRST: Graph = [[], [0], [1], [2, 0], [3, 1]]
TWO_INPUTS: Graph = [[], [], [0, 1], [2, 0], [1, 2], [3, 4, 2]]
UNUSED: Graph = [[], [], [0], [0, 1], [2], [3, 4]]
#: What takes longer than this gives up: walking path by path would take years.
PATIENCE = 20_000


def chain(length: int) -> Graph:
    return [[], *([node] for node in range(length - 1))]


def ladder(stages: int) -> Graph:
    """Diamonds in a row: 2^stages paths."""
    graph: Graph = [[]]
    for _ in range(stages):
        last = len(graph) - 1
        graph += [[last], [last], [last + 1, last + 2]]
    return graph


def random_graph(rng: np.random.Generator) -> Graph:
    """Each node has one to three parents among the last few, sometimes one of them twice."""
    graph: Graph = [[], []]
    while len(graph) < 9:
        recent = np.arange(max(0, len(graph) - 5), len(graph))
        graph.append(rng.choice(recent, int(rng.integers(1, 4))).tolist())
    return graph


class Node:
    """A node of a graph: its parents, and perhaps the slopes with respect to them."""

    def __init__(self, parents: Any, slopes: Any = ()) -> None:
        """Keep both."""
        self.parents = tuple(parents)
        self.slopes = tuple(slopes)


def right_collection(root: Any) -> list[Any]:
    stack, seen = [root], {root}
    while stack:
        new = [parent for parent in dict.fromkeys(stack.pop().parents) if parent not in seen]
        seen.update(new)
        stack.extend(new)
    return list(seen)


def finished_first(root: Any) -> list[Any]:
    """Depth first: a node is listed when all of its parents are."""
    order: list[Any] = []
    seen: set[Any] = set()
    stack = [root]
    while stack:
        node = stack[-1]
        if node in seen:
            stack.pop()
            continue
        waiting = [parent for parent in node.parents if parent not in seen]
        if waiting:
            stack += waiting
        else:
            seen.add(stack.pop())
            order.append(node)
    return order


def by_counting_users(root: Any) -> list[Any]:
    """Kahn's algorithm from the root: a node's turn comes when all its users have had theirs."""
    nodes = right_collection(root)
    waiting = dict.fromkeys(nodes, 0)
    for node in nodes:
        for parent in node.parents:
            waiting[parent] += 1
    ready, order = [root], []
    while ready:
        node = ready.pop()
        order.append(node)
        for parent in node.parents:
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    return order[::-1]


def first_met(root: Any, take: int) -> list[Any]:
    """Nodes as they are met from the root, depth first (take = -1) or breadth first (0), turned around."""
    waiting, seen, order = [root], {root}, []
    while waiting:
        node = waiting.pop(take)
        order.append(node)
        for parent in node.parents:
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    return order[::-1]


def recursive_order(root: Any) -> list[Any]:
    order: list[Any] = []
    seen: set[Any] = set()

    def visit(node: Any) -> None:
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
    return order
