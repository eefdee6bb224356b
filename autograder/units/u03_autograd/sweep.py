"""backpropagate."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal
from autograder.units.u03_autograd import walks
from autograder.units.u03_autograd.graphs import (
    CHAIN,
    CUBE,
    DIAMOND,
    ONE,
    PRODUCT,
    SHORTCUT,
    SHORTCUT_FIRST,
    SQUARE,
    TWO_INPUTS,
    UNUSED,
    Graph,
    Node,
    chain,
    ladder,
    random_graph,
)

HANDED_ON = "grads[node] * slope"
EDGES = "zip(node.parents, node.slopes, strict=True)"


def give_gradients(subject: Any, graph: Any, slopes: Any, root: int = -1) -> Any:
    """Scenario: the gradient of every node by its number, 0 for those that the root does not depend on."""
    nodes: list[Any] = []
    rest = [float(slope) for slope in slopes]
    for parents in graph:
        count = len(parents)
        nodes.append(Node([nodes[parent] for parent in parents], rest[:count]))
        rest = rest[count:]
    grads = subject(nodes[root])
    return np.array([float(grads.get(node, 0.0)) for node in nodes]) if isinstance(grads, dict) else grads


def edges(graph: Graph) -> int:
    """How many slopes a graph has."""
    return sum(map(len, graph))


def weighted(label: str, graph: Graph, seed: int, **more: Any) -> Case:
    """A graph with slopes of a fixed seed."""
    return Case(label, graph=graph, slopes=normal(edges(graph), seed=seed) + 0.1, **more)


backpropagate = Exercise(
    "backpropagate",
    points=2,
    scenario=give_gradients,
    helpers=[Node],
    cases=[
        Case("one-input", graph=ONE, slopes=np.zeros(0)),
        Case("product-of-two", graph=PRODUCT, slopes=np.array([5.0, -2.0])),
        Case("chain-of-four", graph=CHAIN, slopes=np.array([2.0, -3.0, 0.5])),
        Case("square-of-three", graph=SQUARE, slopes=np.array([3.0, 3.0])),
        Case("same-parent-other-slope", graph=SQUARE, slopes=np.array([2.0, -7.0])),
        Case("cube-of-two", graph=CUBE, slopes=np.array([2.0, 2.0, 2.0, 4.0])),
        weighted("diamond", DIAMOND, 1),
        weighted("short-and-long-way", SHORTCUT, 2),
        weighted("long-way-listed-first", SHORTCUT_FIRST, 3),
        weighted("two-inputs-used-often", TWO_INPUTS, 4),
        weighted("part-of-a-larger-graph", UNUSED, 5, root=4),
        Case("a-slope-of-zero", graph=DIAMOND, slopes=np.array([0.0, 2.0, 3.0, -1.0])),
        Case("gradients-that-cancel", graph=DIAMOND, slopes=np.array([2.0, 2.0, 3.0, -3.0])),
        Case("deeper-than-the-recursion-limit", graph=chain(2_000), slopes=1 + 0.1 * np.cos(np.arange(1.0, 2_000))),
        Case("thousand-million-paths", graph=ladder(30), slopes=np.full(120, 0.5)),
        random_cases(
            lambda rng: {"graph": (graph := random_graph(rng)), "slopes": rng.uniform(-2, 2, edges(graph))}, count=3
        ),
    ],
    misconceptions=[
        edit("overwritten", f"+= {HANDED_ON}", f"= {HANDED_ON}")
        .believes("A node's gradient is slope times upstream, and that is assigned.")
        .ask("A node with two users is reached twice. What happens to the gradient that came first?"),
        walks.first_met("order-of-discovery"),
        walks.level_by_level(),
        edit("inputs-to-root", "reversed(order)", "order")
        .believes("The nodes are taken in the order of the forward pass.")
        .ask("Which is the only node whose gradient you know at the start?"),
        walks.no_chain(),
        edit("slopes-added-along-the-way", HANDED_ON, "grads[node] + slope")
        .believes("Along a path slopes are added, just as gradients are over paths.")
        .ask("L = 3 h and h = 2 x: is dL/dx 3 + 2 or 3 · 2?"),
        edit("split-among-parents", HANDED_ON, f"{HANDED_ON} / len(node.parents)")
        .believes("A node shares its gradient out among its parents.")
        .ask("Raise one of two parents alone by a little: does the node feel only half of it?"),
        edit("one-slope-per-parent", EDGES, f"dict({EDGES}).items()")
        .believes("A dict from parent to slope says it all.")
        .ask("The parents of x · x are x and x. How many entries does your dict have?"),
        edit("seed-of-zero", "grads[root] = 1.0", "grads[root] = 0.0")
        .believes("All gradients are 0 at the start.")
        .ask("What is ∂L/∂L?"),
        walks.path_by_path(),
        walks.recursion(),
        edit("inputs-alone", "return grads", "return {node: grad for node, grad in grads.items() if not node.parents}")
        .believes("Only inputs have a gradient.")
        .ask("What is the gradient of a node in the middle, and does the docstring want it?"),
        edit("root-without-gradient", "return grads", "del grads[root]\n    return grads")
        .believes("The root's own gradient need not be returned.")
        .ask("What is ∂L/∂L?"),
        edit("slopes-forgotten", HANDED_ON, "grads[node]")
        .believes("A node hands its gradient on as it is.")
        .ask("L = 3 h: is ∂L/∂h 1?"),
    ],
    hints=[
        "Start with 1.0 at the root and 0.0 elsewhere; each node then hands gradients to its parents, once.",
        "A node may hand on when all its users have: that is topological_order, read backwards.",
        "for node in reversed(order): for parent, slope in zip(...): grads[parent] += grads[node] * slope",
    ],
    variants=[
        Variant(
            "asking-the-users",
            """
            order = topological_order(root)
            users = {node: [] for node in order}
            for node in order:
                for parent, slope in zip(node.parents, node.slopes):
                    users[parent].append((node, slope))
            grads = {root: 1.0}
            for node in order[-2::-1]:
                grads[node] = sum(grads[user] * slope for user, slope in users[node])
            return grads
            """,
        ),
        Variant("other-order", (walks.WALK, walks.COUNTS_USERS)),
    ],
)
