"""The graph that a computation leaves, in the order in which gradients flow."""

from __future__ import annotations

from typing import Any

__all__ = ["backpropagate", "collect_nodes", "topological_order"]


def collect_nodes(root: Any) -> list[Any]:
    """Find everything that a result was computed from.

    Args:
        root: a node: any object with an attribute `.parents`, a tuple or list of nodes, empty for an
            input. There are no cycles. The graph may be 10,000 nodes deep, and millions of paths may lead to
            one node: no recursion, and no node is visited again.

    Returns:
        A list with the root, its parents, their parents and so on: each node once, in any order.
    """
    found, seen = [root], {id(root)}
    for node in found:  # the list grows while it is read
        for parent in node.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                found.append(parent)
    return found


def topological_order(root: Any) -> list[Any]:
    """Order a graph so that every node comes after its parents; the root is last.

    Read backwards, this is the order of a backward pass: when a node's turn comes, everything that was
    computed from it has had its own. (One way: go down as far as possible, and put a node into the list when
    all of its parents are in it.)

    Args:
        root: a node: any object with an attribute `.parents`, a tuple or list of nodes, empty for an
            input. There are no cycles. The graph may be 10,000 nodes deep, and millions of paths may lead to
            one node: no recursion, and no node is expanded twice.

    Returns:
        A list with the root and all nodes that it depends on, each once. Any order in which no node comes
        before one of its parents is right.
    """
    order: list[Any] = []
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, parents_are_in = stack.pop()
        if parents_are_in:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
    return order


def backpropagate(root: Any) -> dict[Any, float]:
    """Compute the gradient of a root with respect to every node, from the slopes that the nodes keep.

        ∂L/∂v = Σ_u  ∂L/∂u · ∂u/∂v        (u runs over the uses of v; used twice by a node, it counts twice)

    Args:
        root: a node L: an object with `.parents`, a tuple of nodes, and `.slopes`, a tuple of as many
            numbers: slopes[k] is the derivative of the node with respect to parents[k]. x * x has the parents (x, x)
            and the slopes (x, x). Nodes can be keys of a dict. No cycles; any depth, any number of paths:
            each node is dealt with once. Nodes are not modified.

    Returns:
        A dict from node to gradient, with the root (1.0) and all nodes that it depends on.
    """
    order = topological_order(root)
    grads = dict.fromkeys(order, 0.0)
    grads[root] = 1.0
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            grads[parent] += grads[node] * slope
    return grads
