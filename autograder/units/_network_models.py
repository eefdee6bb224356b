"""Right models of any graph, of the assessments' own, in small pieces; wrong ones are these with one piece replaced."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.units._network_nets import Network, as_list, number_layers
from autograder.units._network_right import Layer, Node

__all__ = ["Add", "Concatenate", "Input", "Layer", "Model", "Network", "Node", "as_list", "made"]


def made(**pieces: Any) -> type:
    """A Model with pieces replaced; its module has what the scenarios look for."""
    return type("Model", (Model,), {"__module__": __name__, **pieces})


def Input(shape: Any) -> Node:  # noqa: N802 - Keras's name
    """A place where data enter."""
    return Node(None, shape=tuple(shape))


class Add(Layer):
    """The sum of a list."""

    def build(self, input_shape: Any, rng: Any) -> None:
        """Take equal shapes."""
        if len(set(input_shape)) != 1:
            raise ValueError("input_shape")
        self.output_shape = input_shape[0]

    def forward(self, x: Any, training: bool = False) -> Any:
        """Sum."""
        self.memory = len(x)
        return sum(x)

    def backward(self, grad_output: Any) -> Any:
        """To every term."""
        return [grad_output] * self.memory


class Concatenate(Layer):
    """A list side by side."""

    def build(self, input_shape: Any, rng: Any) -> None:
        """Add up the last axis."""
        self.output_shape = (*input_shape[0][:-1], sum(shape[-1] for shape in input_shape))

    def forward(self, x: Any, training: bool = False) -> Any:
        """Join."""
        self.memory = np.cumsum([each.shape[-1] for each in x])[:-1]
        return np.concatenate(x, axis=-1)

    def backward(self, grad_output: Any) -> Any:
        """Cut."""
        return np.split(grad_output, self.memory, axis=-1)


class Model(Network):
    """Any graph."""

    def __init__(self, inputs: Any, outputs: Any) -> None:
        """Put the graph in order."""
        super().__init__()
        self.inputs, self.outputs = as_list(inputs), as_list(outputs)
        self.lists = isinstance(inputs, (list, tuple)), isinstance(outputs, (list, tuple))
        nodes: list[Any] = []
        for node in self.outputs:
            self.visit(node, nodes)
        if {node for node in nodes if node.layer is None} != set(self.inputs):
            raise ValueError("inputs")
        self.nodes = [node for node in nodes if node.layer is not None]
        self.layers = list(dict.fromkeys(node.layer for node in self.nodes))
        number_layers(self.layers)

    def visit(self, node: Any, nodes: Any) -> None:
        """Append a node after all that it depends on."""
        if node not in nodes:
            for parent in node.parents:
                self.visit(parent, nodes)
            nodes.append(node)

    def build(self, input_shape: Any, rng: Any) -> None:
        """Build every layer once."""
        shapes = {node: node.shape for node in self.inputs}
        given = input_shape if self.lists[0] else [input_shape]
        if input_shape is not None and [tuple(each) for each in given] != list(shapes.values()):
            raise ValueError("input_shape")
        built: dict[Any, Any] = {}
        for node in self.nodes:
            shape = self.arguments(node, shapes)
            if node.layer not in built:
                self.build_layer(node.layer, shape, rng)
            if built.setdefault(node.layer, shape) != shape:
                raise ValueError(node.layer.name)
            shapes[node] = node.layer.output_shape
        self.output_shape = [shapes[node] for node in self.outputs] if self.lists[1] else shapes[self.outputs[0]]

    def build_layer(self, layer: Any, shape: Any, rng: Any) -> None:
        """Build one layer."""
        try:
            layer.build(shape, rng)
        except ValueError as error:
            raise ValueError(f"{layer.name}: {error}") from error

    def arguments(self, node: Any, values: Any) -> Any:
        """What a node's layer takes."""
        found = [values[parent] for parent in node.parents]
        return found if node.takes_list else found[0]

    def forward(self, x: Any, training: bool = False) -> Any:
        """Through the graph."""
        if len(as_list(x)) != len(self.inputs):
            raise ValueError("x")
        values = dict(zip(self.inputs, as_list(x), strict=True))
        self.memory = {}
        for node in self.nodes:
            values[node] = node.layer.forward(self.arguments(node, values), training=self.passed_on(training))
            self.memory[node] = node.layer.memory
        return [values[node] for node in self.outputs] if self.lists[1] else values[self.outputs[0]]

    def passed_on(self, training: bool) -> bool:
        """The flag for the layers."""
        return training

    def arrive(self, grads: Any, node: Any, grad: Any) -> None:
        """A gradient comes to a node."""
        grads[node] = grads[node] + grad if node in grads else grad

    def begin(self, grads: Any, node: Any, grad: Any) -> None:
        """A gradient comes to an output."""
        self.arrive(grads, node, grad)

    def put_back(self, node: Any) -> None:
        """Give a layer the memory of this call."""
        node.layer.memory = self.memory[node]

    def gather(self, totals: Any, layer: Any) -> None:
        """Take in a layer's gradients of one call."""
        before = totals.get(layer)
        totals[layer] = (
            list(layer.gradients)
            if before is None
            else [old + new for old, new in zip(before, layer.gradients, strict=True)]
        )

    def backward(self, grad_output: Any) -> Any:
        """Back through the graph."""
        grads: dict[Any, Any] = {}
        totals: dict[Any, Any] = {}
        for node, grad in zip(self.outputs, as_list(grad_output), strict=True):
            self.begin(grads, node, grad)
        for node in self.nodes[::-1]:
            self.put_back(node)
            sent = node.layer.backward(grads[node])
            for parent, grad in zip(node.parents, sent if node.takes_list else [sent], strict=True):
                self.arrive(grads, parent, grad)
            self.gather(totals, node.layer)
        self.gradients = [array for layer in self.layers for array in totals[layer]]
        return [grads[node] for node in self.inputs] if self.lists[0] else grads[self.inputs[0]]
