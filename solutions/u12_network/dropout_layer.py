"""Dropout as a layer."""

from __future__ import annotations

import numpy as np

from ..u06_layers import dropout, dropout_backward, make_dropout_mask, require_rate
from .functions import Array, Shape
from .layer import Layer

__all__ = ["Dropout"]


class Dropout(Layer):
    """Switch a random part of the units off, while training.

        training:   y = x · mask / (1 − rate), a new mask in every call
        otherwise:  y = x

    Args:
        rate: the fraction that is dropped, 0 ≤ rate < 1.

    Raises:
        ValueError: `rate` is outside [0, 1).
    """

    def __init__(self, rate: float) -> None:
        """Remember the rate."""
        super().__init__()
        require_rate(rate)
        self.rate = rate

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, the input's, and keep the generator.

        Args:
            input_shape: any, without the batch axis.
            rng: where the masks of all later training passes come from.
        """
        self.output_shape = tuple(input_shape)
        self._rng = rng

    def forward(self, x: Array, training: bool = False) -> Array:
        """Drop, or pass through.

        Args:
            x: shape (N, ...); not modified.
            training: whether to drop.

        Returns:
            Same shape and dtype as x.
        """
        self.memory = make_dropout_mask(self._rng, x.shape, self.rate) if training else None
        return x if self.memory is None else dropout(x, self.rate, self.memory)

    def backward(self, grad_output: Array) -> Array:
        """Drop the gradients of what was dropped, by the same mask and scale.

        Args:
            grad_output: shape of x; not modified.

        Returns:
            ∂L/∂x, shape of x; after a pass with training=False `grad_output` as it is.
        """
        if self.memory is None:
            return grad_output
        # dropout_backward asks for x, but only its shape and dtype could matter, and they are those of grad_output
        return dropout_backward(grad_output, grad_output, self.rate, self.memory)
