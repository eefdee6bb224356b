"""Misconceptions about the walk through a graph, shared by all exercises that walk through one.

They are edits of `topological_order` and of `backpropagate`; the engines call both.
"""

from __future__ import annotations

from autograder.assessment.misconception import Misconception, edit

#: The walk of `topological_order`, and others in its place.
WALK = """\
    stack = [(root, False)]
    while stack:
        node, parents_are_in = stack.pop()
        if parents_are_in:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent in node.parents)
"""
LISTS_WHEN_FIRST_MET = """\
    seen.add(id(root))
    stack = [root]
    while stack:
        order.insert(0, node := stack.pop())
        for parent in node.parents:
            if id(parent) not in seen:
                seen.add(id(parent))
                stack.append(parent)
"""
LISTS_FOR_EACH_USER = WALK.replace(
    "elif id(node) not in seen:", "elif len(order) > 20_000:\n            raise TimeoutError\n        else:"
)
RECURSES = """\
    def visit(node):
        if id(node) not in seen:
            seen.add(id(node))
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(root)
"""
COUNTS_USERS = """\
    users = dict.fromkeys(collect_nodes(root), 0)
    for node in users:
        for parent in node.parents:
            users[parent] += 1
    ready = [root]
    while ready:
        order.insert(0, node := ready.pop())
        for parent in node.parents:
            users[parent] -= 1
            if not users[parent]:
                ready.append(parent)
"""
#: The sweep of `backpropagate`, and another in its place.
SWEEP = """\
    for node in reversed(order):
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            grads[parent] += grads[node] * slope
"""
FOLLOWS_EVERY_PATH = """\
    grads[root] = 0.0
    stack, steps = [(root, 1.0)], 0
    while stack:
        node, grad = stack.pop()
        grads[node] += grad
        stack += [(parent, slope * grad) for parent, slope in zip(node.parents, node.slopes)]
        steps += 1
        if steps > 20_000:
            raise TimeoutError
"""


def first_met(name: str = "no-topological-order") -> Misconception:
    """The nodes in the order in which a walk down from the root meets them."""
    return (
        edit(name, WALK, LISTS_WHEN_FIRST_MET)
        .believes("A node can hand its gradient on when the walk from the root first meets it.")
        .ask("If another user adds to its gradient later, do its parents ever hear of it?")
    )


def level_by_level(root: str = "root") -> Misconception:
    """All parents of the root, then all of theirs, and so on."""
    return (
        edit("level-by-level", f"topological_order({root})", f"collect_nodes({root})[::-1]")
        .believes("Going level by level from the root deals with all users of a node before it.")
        .ask("A node is one step from the root, and three steps on another way. On which level is it?")
    )


def visited_missing(*more: str) -> Misconception:
    """Nodes are listed anew for each of their users.

    Args:
        more: what else has to be edited before it shows: old and new texts.
    """
    return (
        edit("visited-missing", WALK, LISTS_FOR_EACH_USER, *more)
        .believes("A node may stand in the order once for each of its users.")
        .ask("In x · x · x, how often does x · x hand its gradient on?")
    )


def recursion() -> Misconception:
    """Right, where Python's stack is as deep as the graph."""
    return (
        edit("recursion", WALK, RECURSES)
        .believes("A function that calls itself for each parent can go as deep as the graph.")
        .ask("How many calls may be open at once in Python (sys.getrecursionlimit())? How deep is the graph?")
    )


def path_by_path() -> Misconception:
    """Right, but hopeless where there are many paths; gives up after a while."""
    return (
        edit("path-by-path", SWEEP, FOLLOWS_EVERY_PATH)
        .believes("Following every path from the root to the inputs is quick enough.")
        .ask("How many paths does a row of 30 diamonds have, and how many nodes?")
    )


def no_chain() -> Misconception:
    """The slopes alone, summed over the users."""
    return (
        edit("no-chain", "grads[node] * slope", "slope")
        .believes("A node's gradient is the sum of its users' slopes.")
        .ask("L = 3 h and h = 2 x: is dL/dx 2?")
    )
