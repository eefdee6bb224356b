"""A network whose layers follow one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .checks import number_layers
from .functions import Array, Shape
from .layer import Layer
from .network import Network

__all__ = ["Sequential"]


class Sequential(Network):
    """Layers in a row.

    Args:
        layers: any objects that follow the convention card; networks, too.

    Attributes:
        layers: the layers in order, named by `number_layers`.
        output_shape: that of the last layer; None while the network is not built.
    """

    def __init__(self, layers: Sequence[Layer] = ()) -> None:
        """Add the layers, one after another."""
        super().__init__()
        self.input_shape: Shape | None = None
        for layer in layers:
            self.add(layer)

    def add(self, layer: Layer) -> None:
        """Append a layer. A network that was built must be built anew.

        Args:
            layer: any layer that is not in the network yet.

        Raises:
            ValueError: `layer` is in the network already.
        """
        if any(each is layer for each in self.layers):
            raise ValueError(f"layer: got {layer.name}, which is in the network already, want another")
        self.layers.append(layer)
        number_layers(self.layers)
        self.output_shape = None

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Build the layers in order, each for what comes out of the one before.

        Args:
            input_shape: of one sample, without the batch axis.
            rng: goes to every layer.

        Raises:
            ValueError: a layer refuses its input shape; the text names that layer, as in 'conv2d_1: …', and goes on
                with the layer's own.
        """
        shape: Any = tuple(input_shape)
        for layer in self.layers:
            try:
                layer.build(shape, rng)
            except ValueError as error:
                raise ValueError(f"{layer.name}: {error}") from error
            shape = layer.output_shape
        self.input_shape, self.output_shape = tuple(input_shape), shape

    def forward(self, x: Array, training: bool = False) -> Array:
        """Send a batch through all layers, and keep in `memory` what all layers have in theirs.

        Args:
            x: shape (N, *input_shape); not modified.
            training: passed on to every layer.

        Returns:
            The output of the last layer, shape (N, *output_shape).

        Raises:
            ValueError: the samples have another shape than the network was built for; the text names the first
                layer.
        """
        if x.shape[1:] != self.input_shape:
            raise ValueError(f"{self.layers[0].name}: got samples of shape {x.shape[1:]}, want {self.input_shape}")
        for layer in self.layers:
            x = layer.forward(x, training=training)
        self.memory = [layer.memory for layer in self.layers]
        return x

    def backward(self, grad_output: Array) -> Array:
        """Send a gradient back through all layers, from the last to the first, with the memories in `memory`.

        Args:
            grad_output: shape (N, *output_shape); not modified.

        Returns:
            ∂L/∂x, shape (N, *input_shape); `gradients` becomes all layers' gradients, in the order of `parameters`.
        """
        for layer, memory in zip(reversed(self.layers), reversed(self.memory), strict=True):
            layer.memory = memory
            grad_output = layer.backward(grad_output)
        self.gradients = [array for layer in self.layers for array in layer.gradients]
        return grad_output
