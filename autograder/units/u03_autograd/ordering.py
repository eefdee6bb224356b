"""collect_nodes and topological_order."""

from __future__ import annotations

from typing import Any

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.checks import Property
from autograder.assessment.checks.graphs import listing_problem, order_problem
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
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
    Node,
    chain,
    ladder,
    random_graph,
)

IF_NEW = "if id(parent) not in seen:"
ALWAYS = "if len(found) > 20_000:\n                raise TimeoutError\n            else:"
WANTED = "Whose gradients do you want most?"


def list_nodes(subject: Any, graph: Any, root: int = -1) -> Any:
    """Scenario: the numbers of the nodes that are listed; -1 for what is no node of the graph."""
    nodes: list[Any] = []
    for parents in graph:
        nodes.append(Node(nodes[parent] for parent in parents))
    listed = subject(nodes[root])
    numbers = {id(node): number for number, node in enumerate(nodes)}
    return listed if listed is None else [numbers.get(id(node), -1) for node in listed]


def graphs(deep: int) -> list[Case | RandomCases]:
    """The cases of both exercises.

    Args:
        deep: how many nodes the longest chain has.
    """
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


collect_nodes = Exercise(
    "collect_nodes",
    points=1,
    scenario=list_nodes,
    helpers=[Node],
    truth="none",
    check=Property(listing_problem),
    cases=graphs(deep=2_000),
    misconceptions=[
        edit("once-per-path", IF_NEW, ALWAYS)
        .believes("Going to all parents, and to theirs, meets every node once.")
        .ask("In x · x, how often do you come to x? How would you notice that you have been there?"),
        body(
            "recursion",
            """
            found = []

            def visit(node):
                if node not in found:
                    found.append(node)
                    for parent in node.parents:
                        visit(parent)

            visit(root)
            return found
            """,
        )
        .believes(walks.recursion().belief)
        .ask(walks.recursion().question),
        returns("parents-only", "list(dict.fromkeys([root, *root.parents]))")
        .believes("The parents of the root are all that it was computed from.")
        .ask("What were the parents computed from?"),
        edit("root-left-out", "return found", "return found[1:]")
        .believes("The root is the result, not a part of the graph.")
        .ask("Which list do you want for a root without parents?"),
        edit("inputs-only", "return found", "return [node for node in found if not node.parents]")
        .believes("Only the inputs matter; what lies between is bookkeeping.")
        .ask("Does an intermediate result have a gradient of its own?"),
        edit("inputs-left-out", "return found", "return [node for node in found if node.parents]")
        .believes("A node without parents was not computed, so it does not count.")
        .ask(WANTED),
        edit("deduplicated-at-the-end", IF_NEW, ALWAYS, "return found", "return list(dict.fromkeys(found))")
        .believes("Repeated nodes can be removed once all have been collected.")
        .ask("How many entries does your list have before you remove any, after 30 diamonds in a row?"),
    ],
    hints=[
        "Keep two things: nodes whose parents you have yet to look at, and nodes that you have met.",
        "A list can serve as a stack instead of recursion; a set of `id(node)` tells who has been met.",
        "for parent in node.parents: if id(parent) not in seen: seen.add(id(parent)); found.append(parent)",
    ],
    variants=[
        Variant(
            "stack-and-set-of-nodes",
            """
            stack, seen = [root], {root}
            while stack:
                new = set(stack.pop().parents) - seen
                seen |= new
                stack.extend(new)
            return list(seen)
            """,
        ),
        Variant("topological", "topological_order(root)"),
    ],
)

topological_order = Exercise(
    "topological_order",
    points=2,
    scenario=list_nodes,
    helpers=[Node],
    truth="none",
    check=Property(order_problem),
    cases=graphs(deep=10_000),
    misconceptions=[
        walks.first_met("order-of-discovery")
        .believes("Going down from the root, depth first, meets every user of a node before the node.")
        .ask("A node is used near the root and far from it. Do you list it at its first or its last use?"),
        returns("level-by-level", "collect_nodes(root)[::-1]")
        .believes("Going from the root level by level meets every user of a node before the node.")
        .ask("A node is one step from the root, and four steps on another way. On which level is it?"),
        walks.visited_missing()
        .believes("A node may be listed again for each of its users.")
        .ask("In x · x · x, how often is x listed? What would that do to its gradient?"),
        walks.recursion(),
        edit("root-first", "return order", "return order[::-1]")
        .believes("The order in which gradients flow, root first, is the one asked for.")
        .ask("The docstring wants each node after its parents. Who has no parents, and where do they stand?"),
        edit("inputs-left-out", "return order", "return [node for node in order if node.parents]")
        .believes("Nodes without parents need no place in the order.")
        .ask(WANTED),
        edit("depth-first-reversed", walks.WALK, walks.LISTS_WHEN_FIRST_MET, "return order", "return order[::-1]")
        .believes("The order in which a depth-first walk meets the nodes is the one asked for.")
        .ask("The walk meets the root first. Where does the docstring want it?"),
    ],
    hints=[
        "A node may be listed only when all of its parents are in the list: so going down comes before listing.",
        "Put on a stack not only the node but also whether its parents have been dealt with.",
        "Pop (node, done). If done: list it. Else, if not met before: push (node, True), then (parent, False) for all.",
    ],
    variants=[
        Variant(
            "iterators-on-a-stack",
            """
            order, seen, stack = [], {id(root)}, [(root, iter(root.parents))]
            while stack:
                node, parents = stack[-1]
                parent = next((each for each in parents if id(each) not in seen), None)
                if parent is None:
                    order.append(stack.pop()[0])
                else:
                    seen.add(id(parent))
                    stack.append((parent, iter(parent.parents)))
            return order
            """,
        ),
        Variant("users-counted", (walks.WALK, walks.COUNTS_USERS)),
        Variant("a-tuple", ("return order", "return tuple(order)")),
    ],
)
