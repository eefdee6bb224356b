"""What every layer can do, and the nodes that calling one makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .functions import Array, Shape

__all__ = ["Input", "Layer", "Node"]


class Layer:
    """Given: what all layers have, with what suits a layer that learns nothing and keeps its input's shape.

    Attributes:
        name: the class in small letters; a network appends a number.
        output_shape: shape of what comes out, without the batch axis; None before `build`.
        parameters: list of arrays that are learnt.
        gradients: list of arrays, one per parameter, of the last `backward`.
        statistics: list of arrays that are kept but not learnt.
        memory: what the last `forward` left for `backward`, all of it.
    """

    def __init__(self) -> None:
        """Start without parameters, not built."""
        self.name = type(self).__name__.lower()
        self.output_shape: Shape | None = None
        self.parameters: list[Array] = []
        self.gradients: list[Array] = []
        self.statistics: list[Array] = []
        self.memory: Any = None

    def build(self, input_shape: Any, rng: np.random.Generator) -> None:
        """Get ready for inputs of this shape (without the batch axis)."""
        self.output_shape = tuple(input_shape)

    def forward(self, x: Any, training: bool = False) -> Any:
        """Compute the output; every layer has its own."""
        raise TypeError(f"{type(self).__name__} has no forward")

    def backward(self, grad_output: Any) -> Any:
        """Compute the gradient of the input; every layer has its own."""
        raise TypeError(f"{type(self).__name__} has no backward")

    def set_parameters(self, parameters: Sequence[Array]) -> None:
        """Replace the parameters by others of the same shapes.

        Raises:
            ValueError: `parameters` has another number of arrays, or an array of another shape.
        """
        got, want = [np.shape(each) for each in parameters], [each.shape for each in self.parameters]
        if got != want:
            raise ValueError(f"parameters: got shapes {got}, want {want} for {self.name}")
        self.parameters = list(parameters)

    def __call__(self, inputs: Node | Sequence[Node]) -> Node:
        """Put the layer into a graph: say what it takes, get what comes out. Computes nothing."""
        parents = (inputs,) if isinstance(inputs, Node) else tuple(inputs)
        return Node(self, parents, takes_list=not isinstance(inputs, Node))


@dataclass(frozen=True, eq=False)
class Node:
    """Given: a value in a graph, before there are any numbers. Nodes are equal only to themselves.

    Args:
        layer: what computes it; None for an `Input`.
        parents: the nodes that the layer takes.
        shape: of an `Input`, without the batch axis; None for all others.
        takes_list: whether the layer takes (and its backward returns) a list of arrays, as `Add` does.
    """

    layer: Layer | None
    parents: tuple[Node, ...] = ()
    shape: Shape | None = None
    takes_list: bool = False


def Input(shape: Sequence[int]) -> Node:  # noqa: N802 - Keras's name
    """Given: a place where data enter a graph.

    Args:
        shape: of one sample, without the batch axis.

    Returns:
        A node for `Model(inputs, …)` and for layers to take.
    """
    return Node(None, shape=tuple(shape))
