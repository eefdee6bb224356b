"""A network whose layers make a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .checks import number_layers
from .functions import Array
from .layer import Layer, Node
from .network import Network, as_list

__all__ = ["Model"]


class Model(Network):
    """A network of any graph without a cycle, from one or several inputs to one or several outputs.

        h = Dense(8, "relu")(x)          a layer called on a node gives a node (see `Layer.__call__`)
        model = Model(x, Dense(1)(h))

    A node with several consumers gets the sum of their gradients. A layer that is called several times is one
    layer with one set of parameters, whose gradient is the sum over the calls.

    Args:
        inputs: a node from `Input`, or a list of such: where data enter.
        outputs: a node, or a list of nodes: what comes out. An output may also feed other layers.

    Attributes:
        layers: the layers of the graph, each once, every layer after those that it takes from (a layer
            that is called again keeps its first place), named by
            `number_layers`.
        output_shape: shape of the output, or a list of shapes for a list of outputs; None while not built.

    Raises:
        ValueError: `inputs` lacks an `Input` that the outputs depend on, or has one that no output depends on.
    """

    def __init__(self, inputs: Node | Sequence[Node], outputs: Node | Sequence[Node]) -> None:
        """Put the graph in order."""
        super().__init__()
        self._inputs, self._outputs = as_list(inputs), as_list(outputs)
        self._takes_list = not isinstance(inputs, Node)
        self._returns_list = not isinstance(outputs, Node)
        ordered = self._order()
        if {node for node in ordered if node.layer is None} != set(self._inputs):
            raise ValueError("inputs: got others than the outputs depend on, want exactly those")
        self._steps = [(node, node.layer) for node in ordered if node.layer is not None]
        self.layers = list(dict.fromkeys(layer for _, layer in self._steps))
        number_layers(self.layers)

    def build(self, input_shape: Any, rng: np.random.Generator) -> None:
        """Build every layer once, for what comes out of those that it takes from.

        Args:
            input_shape: that of the `Input` (a list of shapes for a list of inputs), or None, as they are known.
            rng: goes to every layer.

        Raises:
            ValueError: `input_shape` differs from the inputs' shapes; or a layer refuses its input shape, or is
                called on inputs of two shapes (the text names the layer, as in 'conv2d_1: …').
        """
        shapes: dict[Node, Any] = {node: node.shape for node in self._inputs}
        given = [input_shape] if not self._takes_list else input_shape
        if input_shape is not None and [tuple(each) for each in given] != list(shapes.values()):
            raise ValueError(f"input_shape: got {input_shape}, want {list(shapes.values())}")
        built: dict[Layer, Any] = {}
        for node, layer in self._steps:
            shape = self._arguments(node, shapes)
            if layer not in built:
                self._build_layer(layer, shape, rng)
            if shape != built.setdefault(layer, shape):
                raise ValueError(f"{layer.name}: called on shapes {built[layer]} and {shape}, want one shape")
            shapes[node] = layer.output_shape
        found = [shapes[node] for node in self._outputs]
        self.output_shape = found if self._returns_list else found[0]  # type: ignore[assignment]

    def forward(self, x: Any, training: bool = False) -> Any:
        """Compute every node once, each after those that it takes from, and keep every call's memory in `memory`.

        Args:
            x: an array, shape (N, ...), or a list of such for a list of inputs; not modified.
            training: passed on to every layer.

        Returns:
            An array, shape (N, *output_shape), or a list of such for a list of outputs.

        Raises:
            ValueError: `x` has another number of arrays than there are inputs.
        """
        arrays = as_list(x)
        if len(arrays) != len(self._inputs):
            raise ValueError(f"x: got {len(arrays)} arrays, want {len(self._inputs)}, one for each input")
        values: dict[Node, Any] = dict(zip(self._inputs, arrays, strict=True))
        self.memory = []
        for node, layer in self._steps:
            values[node] = layer.forward(self._arguments(node, values), training=training)
            self.memory.append(layer.memory)
        results = [values[node] for node in self._outputs]
        return results if self._returns_list else results[0]

    def backward(self, grad_output: Any) -> Any:
        """Send gradients back through the graph, in the reverse order, each layer with the memory of that call.

        Args:
            grad_output: shape of what `forward` returned, a list of such for a list of outputs; not modified.

        Returns:
            The gradient of the input, shape of x, or a list of such for a list of inputs. `gradients` becomes one
            array per array in `parameters`, summed over the calls of a layer.
        """
        grads: dict[Node, Any] = {}
        totals: dict[Layer, list[Array]] = {}

        def arrive(node: Node, grad: Array) -> None:
            grads[node] = grads[node] + grad if node in grads else grad

        for node, grad in zip(self._outputs, as_list(grad_output), strict=True):
            arrive(node, grad)
        for (node, layer), memory in zip(reversed(self._steps), reversed(self.memory), strict=True):
            layer.memory = memory
            sent = layer.backward(grads[node])
            for parent, grad in zip(node.parents, sent if node.takes_list else [sent], strict=True):
                arrive(parent, grad)
            before = totals.get(layer)
            totals[layer] = list(layer.gradients) if before is None else list(map(np.add, before, layer.gradients))
        self.gradients = [array for layer in self.layers for array in totals[layer]]
        found = [grads[node] for node in self._inputs]
        return found if self._takes_list else found[0]

    def _order(self) -> list[Node]:
        """All nodes, each after its parents; without recursion, as graphs may be deep."""
        ordered: dict[Node, None] = {}
        stack = [(node, False) for node in reversed(self._outputs)]
        while stack:
            node, parents_done = stack.pop()
            if parents_done:
                ordered[node] = None
            elif node not in ordered:
                stack.append((node, True))
                stack += [(parent, False) for parent in reversed(node.parents)]
        return list(ordered)

    def _arguments(self, node: Node, values: dict[Node, Any]) -> Any:
        arguments = [values[parent] for parent in node.parents]
        return arguments if node.takes_list else arguments[0]

    def _build_layer(self, layer: Layer, shape: Any, rng: np.random.Generator) -> None:
        try:
            layer.build(shape, rng)
        except ValueError as error:
            raise ValueError(f"{layer.name}: {error}") from error
