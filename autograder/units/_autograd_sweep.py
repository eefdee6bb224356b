"""Assessment of autograd: one sweep back through a graph of nodes that keep their slopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal
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
    UNUSED,
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

__all__ = ["backpropagate"]


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


Sweep = Callable[[dict[Any, float], Any], None]


def _swept(root: Any, order: Sequence[Any], step: Sweep, seed: float = 1.0) -> dict[Any, float]:
    """Gradients after a step at each node of an order."""
    grads = dict.fromkeys(right_collection(root), 0.0)
    grads[root] = seed
    for node in order:
        step(grads, node)
    return grads


def _edges(node: Any) -> Any:
    return zip(node.parents, node.slopes, strict=True)


def _add_up(grads: dict[Any, float], node: Any) -> None:
    for parent, slope in _edges(node):
        grads[parent] += slope * grads[node]


def _overwrite(grads: dict[Any, float], node: Any) -> None:
    for parent, slope in _edges(node):
        grads[parent] = slope * grads[node]


def _slopes_only(grads: dict[Any, float], node: Any) -> None:
    for parent, slope in _edges(node):
        grads[parent] += slope


def _add_slopes(grads: dict[Any, float], node: Any) -> None:
    for parent, slope in _edges(node):
        grads[parent] += slope + grads[node]


def _share_out(grads: dict[Any, float], node: Any) -> None:
    for parent, slope in _edges(node):
        grads[parent] += slope * grads[node] / len(node.parents)


def _slope_by_parent(grads: dict[Any, float], node: Any) -> None:
    for parent, slope in dict(_edges(node)).items():
        grads[parent] += slope * grads[node]


def _gradient_only(grads: dict[Any, float], node: Any) -> None:
    for parent in node.parents:
        grads[parent] += grads[node]


def _inputs_alone(root: Any) -> dict[Any, float]:
    grads = _swept(root, _backward_order(root), _add_up)
    return {node: grad for node, grad in grads.items() if not node.parents}


def _without_root(root: Any) -> dict[Any, float]:
    grads = _swept(root, _backward_order(root), _add_up)
    del grads[root]
    return grads


def _without_slopes(root: Any) -> dict[Any, float]:
    return _swept(root, _backward_order(root), _gradient_only)


def _path_by_path(root: Any) -> dict[Any, float]:
    grads: dict[Any, float] = {}
    stack, count = [(root, 1.0)], 0
    while stack:
        node, grad = stack.pop()
        grads[node] = grads.get(node, 0.0) + grad
        stack += [(parent, slope * grad) for parent, slope in _edges(node)]
        count += 1
        if count > PATIENCE:
            raise TimeoutError("too many paths")
    return grads


def _by_users(root: Any) -> dict[Any, float]:
    """For each node, ask its users."""
    users: dict[Any, list[tuple[Any, float]]] = {}
    for node in (order := by_counting_users(root)):
        for parent, slope in _edges(node):
            users.setdefault(parent, []).append((node, slope))
    grads = {root: 1.0}
    for node in order[-2::-1]:
        grads[node] = sum(grads[user] * slope for user, slope in users[node])
    return grads


def _backward_order(root: Any) -> list[Any]:
    return finished_first(root)[::-1]


def _weighted(graph: Graph, seed: int = 0, **more: Any) -> dict[str, Any]:
    slopes: Array = normal(sum(map(len, graph)), seed=seed) + 0.1
    return {"graph": graph, "slopes": slopes, **more}


def _gentle(graph: Graph) -> dict[str, Any]:
    """Slopes near one, so that a long product stays in sight."""
    count = sum(map(len, graph))
    return {"graph": graph, "slopes": 1 + 0.1 * np.cos(np.arange(1.0, count + 1))}


def _random_weights(rng: np.random.Generator) -> dict[str, Any]:
    graph = random_graph(rng)
    return {"graph": graph, "slopes": rng.uniform(-2, 2, sum(map(len, graph)))}


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
        Case("diamond", **_weighted(DIAMOND, 1)),
        Case("short-and-long-way", **_weighted(SHORTCUT, 2)),
        Case("long-way-listed-first", **_weighted(SHORTCUT_FIRST, 3)),
        Case("two-inputs-used-often", **_weighted(TWO_INPUTS, 4)),
        Case("part-of-a-larger-graph", **_weighted(UNUSED, 5, root=4)),
        Case("a-slope-of-zero", graph=DIAMOND, slopes=np.array([0.0, 2.0, 3.0, -1.0])),
        Case("gradients-that-cancel", graph=DIAMOND, slopes=np.array([2.0, 2.0, 3.0, -3.0])),
        Case("deeper-than-the-recursion-limit", **_gentle(chain(2_000))),
        Case("thousand-million-paths", **{**_gentle(ladder(30)), "slopes": np.full(120, 0.5)}),
        random_cases(_random_weights, count=3),
    ],
    misconceptions=[
        Misconception(
            "overwritten",
            believes="A node's gradient is slope times upstream, and that is assigned.",
            wrong=lambda root: _swept(root, _backward_order(root), _overwrite),
            hint="A node with two users is reached twice. What happens to the gradient that came first?",
        ),
        Misconception(
            "order-of-discovery",
            believes="A node can hand its gradient on when it is first reached.",
            wrong=lambda root: _swept(root, first_met(root, -1)[::-1], _add_up),
            hint="If a second user adds to a node's gradient later, do the parents ever hear of it?",
        ),
        Misconception(
            "level-by-level",
            believes="Taking the nodes level by level from the root deals with all users of a node before it.",
            wrong=lambda root: _swept(root, first_met(root, 0)[::-1], _add_up),
            hint="A node is one step from the root, and four steps on another way: is its gradient complete?",
        ),
        Misconception(
            "inputs-to-root",
            believes="The nodes are taken in the order of the forward pass.",
            wrong=lambda root: _swept(root, finished_first(root), _add_up),
            hint="Which is the only node whose gradient you know at the start?",
        ),
        Misconception(
            "no-chain",
            believes="The gradients of a node's users do not matter: slopes are added up.",
            wrong=lambda root: _swept(root, _backward_order(root), _slopes_only),
            hint="L = 3 h and h = 2 x: is dL/dx 2?",
        ),
        Misconception(
            "slopes-added-along-the-way",
            believes="Along a path slopes are added, as they are over paths.",
            wrong=lambda root: _swept(root, _backward_order(root), _add_slopes),
            hint="L = 3 h and h = 2 x: is dL/dx 3 + 2 or 3 · 2?",
        ),
        Misconception(
            "split-among-parents",
            believes="A node shares its gradient out among its parents.",
            wrong=lambda root: _swept(root, _backward_order(root), _share_out),
            hint="Raise one of two parents alone by a little: does the node feel only half of it?",
        ),
        Misconception(
            "one-slope-per-parent",
            believes="A dict from parent to slope says it all.",
            wrong=lambda root: _swept(root, _backward_order(root), _slope_by_parent),
            hint="The parents of x · x are x and x. How many entries does your dict have?",
        ),
        Misconception(
            "seed-of-zero",
            believes="All gradients are 0 at the start.",
            wrong=lambda root: _swept(root, _backward_order(root), _add_up, seed=0.0),
            hint="What is ∂L/∂L?",
        ),
        Misconception(
            "path-by-path",
            believes="Following every path from the root to the end is quick enough.",
            wrong=_path_by_path,
            hint="How many paths does a row of 30 diamonds have, and how many nodes?",
        ),
        Misconception(
            "recursion",
            believes="A function that calls itself for each parent goes as deep as the graph.",
            wrong=lambda root: _swept(root, recursive_order(root)[::-1], _add_up),
            hint="How many calls may be open at once in Python? How deep is the graph?",
        ),
        Misconception(
            "inputs-alone",
            believes="Only inputs have a gradient.",
            wrong=_inputs_alone,
            hint="What is the gradient of a node in the middle, and does the docstring want it?",
        ),
        Misconception(
            "root-without-gradient",
            believes="The root's own gradient need not be returned.",
            wrong=_without_root,
            hint="What is ∂L/∂L?",
        ),
        Misconception(
            "slopes-forgotten",
            believes="A node hands its gradient on as it is.",
            wrong=_without_slopes,
            hint="L = 3 h: is ∂L/∂h 1?",
        ),
    ],
    hints=[
        "Start with 1.0 at the root and 0.0 elsewhere; each node then hands gradients to its parents, once.",
        "A node may hand on when all its users have: that is topological_order, read backwards.",
        "for node in reversed(order): for parent, slope in zip(...): grads[parent] += grads[node] * slope",
    ],
    variants=[
        Variant("asking-the-users", _by_users),
        Variant("other-order", lambda root: _swept(root, by_counting_users(root)[::-1], _add_up)),
    ],
)
