"""The dense layer and the activation."""

from __future__ import annotations

import numpy as np

from ..u06_layers import dense, dense_backward
from ..u08_initializers import glorot_uniform
from .checks import require_known
from .functions import ACTIVATIONS, Array, Shape
from .layer import Layer

__all__ = ["Activation", "Dense"]


class Dense(Layer):
    """A fully connected layer, with an activation behind it if one is named.

        y = f(x W + b)

    Args:
        units: the number of outputs.
        activation: a name in `ACTIVATIONS`, or None for none.

    Raises:
        ValueError: `activation` is not known.
    """

    def __init__(self, units: int, activation: str | None = None) -> None:
        """Remember the arguments; the weights wait for `build`."""
        super().__init__()
        require_known("activation", activation or "linear", ACTIVATIONS)
        self.units = units
        self._activation = ACTIVATIONS[activation or "linear"]

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make the parameters [W, b] and set `output_shape`.

        Args:
            input_shape: (..., in), without the batch axis; the layer works on the last axis alone.
            rng: source of W, shape (in, units), by `glorot_uniform`; b of shape (units,) is zero.
        """
        self.parameters = [glorot_uniform(rng, (input_shape[-1], self.units)), np.zeros(self.units)]
        self.output_shape = (*input_shape[:-1], self.units)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y.

        Args:
            x: shape (N, ..., in); not modified.
            training: makes no difference here.

        Returns:
            y, shape (N, ..., units), dtype of x and the parameters.
        """
        z = dense(x, *self.parameters)
        self.memory = (x, z)
        y: Array = self._activation[0](z)
        return y

    def backward(self, grad_output: Array) -> Array:
        """Go back through the activation, then through the sum.

        Args:
            grad_output: ∂L/∂y, shape (N, ..., units); not modified.

        Returns:
            ∂L/∂x, shape (N, ..., in); `gradients` becomes [∂L/∂W, ∂L/∂b].
        """
        x, z = self.memory
        grad_x, *self.gradients = dense_backward(self._activation[1](grad_output, z), x, *self.parameters)
        return grad_x


class Activation(Layer):
    """An activation as a layer of its own.

    Args:
        name: in `ACTIVATIONS`. (The layer's attribute `name` is its name in the network, as for every layer.)

    Raises:
        ValueError: `name` is not known.
    """

    def __init__(self, name: str) -> None:
        """Look the function up."""
        super().__init__()
        require_known("name", name, ACTIVATIONS)
        self._activation = ACTIVATIONS[name]

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, the input's; there are no parameters.

        Args:
            input_shape: any, without the batch axis.
            rng: not used.
        """
        self.output_shape = tuple(input_shape)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute f(x).

        Args:
            x: shape (N, ...); not modified.
            training: makes no difference here.

        Returns:
            f(x), same shape and dtype; softmax and log_softmax run along the last axis.
        """
        self.memory = x
        y: Array = self._activation[0](x)
        return y

    def backward(self, grad_output: Array) -> Array:
        """Multiply by the slope.

        Args:
            grad_output: ∂L/∂f, shape of x; not modified.

        Returns:
            ∂L/∂x, shape of x.
        """
        grad_x: Array = self._activation[1](grad_output, self.memory)
        return grad_x
