"""Wrong versions of Model."""

from __future__ import annotations

from typing import Any

from autograder.catalog import Misconception
from autograder.units import _network_models as models

__all__ = ["MISCONCEPTIONS"]


def _overwritten(self: Any, grads: Any, node: Any, grad: Any) -> None:
    grads[node] = grad


def _first_come(self: Any, grads: Any, node: Any, grad: Any) -> None:
    grads.setdefault(node, grad)


def _averaged_arrival(self: Any, grads: Any, node: Any, grad: Any) -> None:
    grads[node] = (grads[node] + grad) / 2 if node in grads else grad


def _unless_it_feeds_on(self: Any, grads: Any, node: Any, grad: Any) -> None:
    feeds_on = any(node in other.parents for other in self.nodes)
    self.arrive(grads, node, 0 * grad if feeds_on else grad)


def _last_call(self: Any, totals: Any, layer: Any) -> None:
    totals[layer] = list(layer.gradients)


def _first_call(self: Any, totals: Any, layer: Any) -> None:
    totals.setdefault(layer, list(layer.gradients))


def _average(self: Any, losses: Any) -> Any:
    return models.Network.combined(self, losses) / sum(self.loss_weights)


def _average_shares(self: Any, grads: Any) -> Any:
    return [grad / sum(self.loss_weights) for grad in models.Network.shares(self, grads)]


def _listed_by_call(self: Any, inputs: Any, outputs: Any) -> None:
    models.Model.__init__(self, inputs, outputs)
    self.layers = [node.layer for node in self.nodes]


def _in_the_order_of_computing(self: Any, x: Any, training: bool = False) -> Any:
    outputs = models.Model.forward(self, x, training)
    if not self.lists[1]:
        return outputs
    return [value for _, value in sorted(zip(map(self.nodes.index, self.outputs), outputs, strict=True), key=_place)]


def _place(pair: Any) -> Any:
    return pair[0]


def _once_per_consumer(self: Any, x: Any, training: bool = False) -> Any:
    values = dict(zip(self.inputs, models.as_list(x), strict=True))
    self.memory = {}

    def value(node: Any) -> Any:
        if node in values:
            return values[node]
        found = [value(parent) for parent in node.parents]
        result = node.layer.forward(found if node.takes_list else found[0], training=training)
        self.memory[node] = node.layer.memory
        return result

    results = [value(node) for node in self.outputs]
    return results if self.lists[1] else results[0]


def _children_first(self: Any, node: Any, nodes: Any) -> None:
    """Insert a node in front when it is first met, from the outputs."""
    if node not in nodes:
        nodes.insert(0, node)
        for parent in node.parents:
            self.visit(parent, nodes)


def _wrong(name: str, believes: str, hint: str, **pieces: Any) -> Misconception:
    return Misconception(name, believes=believes, wrong=models.made(**pieces), hint=hint)


MISCONCEPTIONS = [
    _wrong(
        "gradient-overwritten-by-the-next-consumer",
        "A value has one gradient: the one that came last.",
        "h goes into the sum and into the next layer: in how many ways does it reach the loss?",
        arrive=_overwritten,
    ),
    _wrong(
        "gradient-of-the-first-consumer",
        "A value that has a gradient needs no other.",
        "h goes into the sum and into the next layer: in how many ways does it reach the loss?",
        arrive=_first_come,
    ),
    _wrong(
        "gradients-of-consumers-averaged",
        "Several gradients make one by their mean.",
        "If h moves by 1, do its effects on the loss average, or add up?",
        arrive=_averaged_arrival,
    ),
    _wrong(
        "output-in-the-middle-forgotten",
        "A value that feeds other layers gets its gradient from them.",
        "If a node is an output, too, who else has a gradient for it?",
        begin=_unless_it_feeds_on,
    ),
    _wrong(
        "shared-layer-keeps-the-last-call",
        "A layer's gradients are what its last backward left.",
        "The layer was called for a and for b: of which call does `layer.gradients` tell in the end?",
        gather=_last_call,
    ),
    _wrong(
        "shared-layer-keeps-the-first-call",
        "A layer is done when it has gradients.",
        "The layer was called for a and for b: whose gradient is missing?",
        gather=_first_call,
    ),
    _wrong(
        "memory-of-another-call",
        "A layer remembers its input.",
        "A layer that was called twice remembers which input, and which one does each backward need?",
        put_back=lambda self, node: None,
    ),
    _wrong(
        "shared-layer-listed-twice",
        "There is one layer per call.",
        "How many weights does a layer have that is called three times?",
        __init__=_listed_by_call,
    ),
    _wrong(
        "loss-weights-averaged",
        "Several losses make one by their weighted mean.",
        "Do the weights have to sum to 1 in the docstring of `total_loss`?",
        combined=_average,
        shares=_average_shares,
    ),
    _wrong(
        "loss-weights-in-the-loss-alone",
        "Weights are for the number that is shown.",
        "If a loss counts twice, how much must its gradient count?",
        shares=lambda self, grads: grads,
    ),
    _wrong(
        "loss-weights-ignored",
        "The losses are added.",
        "What is `loss_weights` for?",
        combined=lambda self, losses: sum(losses),
        shares=lambda self, grads: grads,
    ),
    _wrong(
        "training-flag-not-passed-on",
        "The flag is the model's.",
        "How does a dropout layer in the graph learn that it is being trained?",
        passed_on=lambda self, training: False,
    ),
    _wrong(
        "computed-once-per-consumer",
        "To have a node's value, ask its parents for theirs.",
        "If h has two consumers, how often is its layer called, and what would two dropout masks do to it?",
        forward=_once_per_consumer,
    ),
    _wrong(
        "outputs-in-the-order-of-computing",
        "Outputs come as they are computed.",
        "In which order did the caller name the outputs, and in which are the losses?",
        forward=_in_the_order_of_computing,
    ),
    _wrong(
        "ordered-as-met-from-the-outputs",
        "Walking back from the outputs gives the order.",
        "When a node is met a second time, over a longer way, where should it stand?",
        visit=_children_first,
    ),
]
