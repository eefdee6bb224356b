"""Graphs of nodes: small ones with a name, deep ones, ones with many paths, random ones."""

from __future__ import annotations

from typing import Any

import numpy as np

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


def chain(length: int) -> Graph:
    """One node after the other."""
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
