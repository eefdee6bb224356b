"""Assessment of autograd: finding the nodes of a graph, and their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Property
from autograder.units._autograd_nodes import (
    CHAIN,
    CUBE,
    DIAMOND,
    ONE,
    PATIENCE,
    PRODUCT,
    SHORTCUT,
    SHORTCUT_FIRST,
    SQUARE,
    TWO_INPUTS,
    Graph,
    Node,
    by_counting_users,
    chain,
    finished_first,
    first_met,
    ladder,
    random_graph,
    recursive_order,
    right_collection,
)

__all__ = ["ORDER"]


def list_nodes(subject: Any, graph: Any, root: int = -1) -> Any:
    """Scenario: the numbers of the nodes that are listed; -1 for what is no node of the graph."""
    nodes: list[Any] = []
    for parents in graph:
        nodes.append(Node(nodes[parent] for parent in parents))
    listed = subject(nodes[root])
    numbers = {id(node): number for number, node in enumerate(nodes)}
    return listed if listed is None else [numbers.get(id(node), -1) for node in listed]


def _needed(graph: Graph, root: int) -> set[int]:
    """The numbers of the root and of all that it depends on."""
    needed = {root % len(graph)}
    for number in reversed(range(len(graph))):
        if number in needed:
            needed.update(graph[number])
    return needed


def _listing_problem(got: Any, graph: Graph, root: int = -1) -> str | None:
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


def _order_problem(got: Any, graph: Graph, root: int = -1) -> str | None:
    if problem := _listing_problem(got, graph, root):
        return problem
    place = {int(number): index for index, number in enumerate(got)}
    for number in place:
        for parent in graph[number]:
            if place[parent] > place[number]:
                order = f", in the order {list(place)}" if len(place) <= 12 else ""
                return f"node {number} of the graph comes before its parent {parent}{order}"
    return None


def _graph_cases(deep: int) -> list[Any]:
    return [
        Case("one-input", graph=ONE),
        Case("chain-of-four", graph=CHAIN),
        Case("two-inputs", graph=PRODUCT),
        Case("same-parent-twice", graph=SQUARE),
        Case("used-again-later", graph=CUBE),
        Case("diamond", graph=DIAMOND),
        Case("short-and-long-way", graph=SHORTCUT),
        Case("long-way-listed-first", graph=SHORTCUT_FIRST),
        Case("two-inputs-used-often", graph=TWO_INPUTS),
        Case("part-of-a-larger-graph", graph=TWO_INPUTS, root=3),
        Case("three-parents-of-one-node", graph=[[], [], [], [2, 0, 1], [3, 2]]),
        Case(f"{deep}-nodes-deep", graph=chain(deep)),
        Case("thousand-million-paths", graph=ladder(30)),
        random_cases(lambda rng: {"graph": random_graph(rng)}, count=3),
    ]


def _recursive_collection(root: Any) -> list[Any]:
    found: list[Any] = []
    seen: set[Any] = set()

    def visit(node: Any) -> None:
        if node not in seen:
            seen.add(node)
            found.append(node)
            for parent in node.parents:
                visit(parent)

    visit(root)
    return found


def _walk(root: Any) -> Iterator[Any]:
    """Nodes as often as there are paths to them, as long as there is patience."""
    stack, count = [root], 0
    while stack:
        node = stack.pop()
        yield node
        stack.extend(node.parents)
        count += 1
        if count > PATIENCE:
            raise TimeoutError("too many paths")


collect_nodes = Exercise(
    "collect_nodes",
    points=1,
    scenario=list_nodes,
    helpers=[Node],
    truth="none",
    check=Property(_listing_problem),
    cases=_graph_cases(2_000),
    misconceptions=[
        Misconception(
            "once-per-path",
            believes="Going to all parents, and to theirs, meets every node once.",
            wrong=lambda root: list(_walk(root)),
            hint="In x · x, how often do you come to x? How would you notice that you have been there?",
        ),
        Misconception(
            "recursion",
            believes="A function that calls itself for each parent goes as deep as the graph.",
            wrong=_recursive_collection,
            hint="How many calls may be open at once in Python (sys.getrecursionlimit())? How deep is the graph?",
        ),
        Misconception(
            "parents-only",
            believes="The parents of the root are all that it was computed from.",
            wrong=lambda root: list(dict.fromkeys([root, *root.parents])),
            hint="What were the parents computed from?",
        ),
        Misconception(
            "root-left-out",
            believes="The root is the result, not a part of the graph.",
            wrong=lambda root: [node for node in right_collection(root) if node is not root],
            hint="Which list do you want for a root without parents?",
        ),
        Misconception(
            "inputs-only",
            believes="Only the inputs matter; what lies between is bookkeeping.",
            wrong=lambda root: [node for node in right_collection(root) if not node.parents],
            hint="Does an intermediate result have a gradient of its own?",
        ),
        Misconception(
            "inputs-left-out",
            believes="A node without parents was not computed, so it does not count.",
            wrong=lambda root: [node for node in right_collection(root) if node.parents],
            hint="Whose gradients does one want most?",
        ),
        Misconception(
            "deduplicated-at-the-end",
            believes="Repeated nodes can be sorted out when all have been collected.",
            wrong=lambda root: list(dict.fromkeys(_walk(root))),
            hint="How many entries does your list have before you sort it out, after 30 diamonds in a row?",
        ),
    ],
    hints=[
        "Keep two things: nodes whose parents you have yet to look at, and nodes that you have met.",
        "A list can serve as a stack instead of recursion; a set of `id(node)` tells who has been met.",
        "for parent in node.parents: if id(parent) not in seen: seen.add(id(parent)); found.append(parent)",
    ],
    variants=[
        Variant("stack-and-set-of-nodes", right_collection),
        Variant("topological", lambda root: finished_first(root)),
    ],
)


def _never_seen(root: Any) -> list[Any]:
    order: list[Any] = []
    stack = [(root, False)]
    while stack:
        node, parents_are_in = stack.pop()
        if parents_are_in or not node.parents:
            order.append(node)
        else:
            stack += [(node, True), *((parent, False) for parent in node.parents)]
        if len(order) > PATIENCE:
            raise TimeoutError("too many paths")
    return order


topological_order = Exercise(
    "topological_order",
    points=2,
    scenario=list_nodes,
    helpers=[Node],
    truth="none",
    check=Property(_order_problem),
    cases=_graph_cases(10_000),
    misconceptions=[
        Misconception(
            "order-of-discovery",
            believes="Going down from the root, depth first, meets every user of a node before the node.",
            wrong=lambda root: first_met(root, -1),
            hint="A node is used near the root and far from it. When do you list it: at its first or at its last use?",
        ),
        Misconception(
            "level-by-level",
            believes="Going from the root level by level meets every user of a node before the node.",
            wrong=lambda root: first_met(root, 0),
            hint="A node is one step from the root, and four steps on another way. To which level does it belong?",
        ),
        Misconception(
            "visited-missing",
            believes="A node may be listed again for each of its users.",
            wrong=_never_seen,
            hint="In x · x · x, how often is x listed? What would that do to its gradient?",
        ),
        Misconception(
            "recursion",
            believes="A function that calls itself for each parent goes as deep as the graph.",
            wrong=recursive_order,
            hint="How many calls may be open at once in Python (sys.getrecursionlimit())? How deep is the graph?",
        ),
        Misconception(
            "root-first",
            believes="The order in which gradients flow, root first, is the one asked for.",
            wrong=lambda root: finished_first(root)[::-1],
            hint="The docstring wants each node after its parents. Who has no parents, and where do they stand?",
        ),
        Misconception(
            "inputs-left-out",
            believes="Nodes without parents need no place in the order.",
            wrong=lambda root: [node for node in finished_first(root) if node.parents],
            hint="Whose gradients does one want most?",
        ),
        Misconception(
            "depth-first-reversed",
            believes="The order in which a depth-first walk meets the nodes, reversed, has parents first.",
            wrong=lambda root: first_met(root, -1)[::-1],
            hint="Is a node met before or after its parents when a long way leads to one of them as well?",
        ),
    ],
    hints=[
        "A node may be listed only when all of its parents are in the list: so going down comes before listing.",
        "Put on a stack not only the node but also whether its parents have been dealt with.",
        "Pop (node, done). If done: list it. Else, if not met before: push (node, True), then (parent, False) for all.",
    ],
    variants=[
        Variant("iterators-on-a-stack", finished_first),
        Variant("users-counted", by_counting_users),
        Variant("a-tuple", lambda root: tuple(finished_first(root))),
    ],
)


ORDER = [collect_nodes, topological_order]
