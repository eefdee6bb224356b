"""Layers with more than one input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .functions import Array, Shape
from .layer import Layer

__all__ = ["Add", "Concatenate"]


class Add(Layer):
    """Given: the sum of several arrays of one shape."""

    def build(self, input_shape: Sequence[Shape], rng: np.random.Generator) -> None:
        """Take a list of equal shapes.

        Raises:
            ValueError: `input_shape` has different shapes.
        """
        if len(set(input_shape)) != 1:
            raise ValueError(f"input_shape: got {list(input_shape)}, want equal shapes")
        self.output_shape = input_shape[0]

    def forward(self, x: list[Array], training: bool = False) -> Array:
        """Sum the arrays of the list."""
        self.memory = len(x)
        total: Array = np.sum(x, axis=0)
        return total

    def backward(self, grad_output: Array) -> list[Array]:
        """Hand the gradient to every term."""
        return [grad_output] * self.memory


class Concatenate(Layer):
    """Given: several arrays side by side, along the last axis."""

    def build(self, input_shape: Sequence[Shape], rng: np.random.Generator) -> None:
        """Take a list of shapes that differ in the last number at most.

        Raises:
            ValueError: `input_shape` has shapes that differ elsewhere.
        """
        if len({shape[:-1] for shape in input_shape}) != 1:
            raise ValueError(f"input_shape: got {list(input_shape)}, want shapes equal but for the last number")
        self.output_shape = (*input_shape[0][:-1], sum(shape[-1] for shape in input_shape))

    def forward(self, x: list[Array], training: bool = False) -> Array:
        """Join the arrays of the list."""
        self.memory = np.cumsum([each.shape[-1] for each in x])[:-1]
        return np.concatenate(x, axis=-1)

    def backward(self, grad_output: Array) -> list[Array]:
        """Cut the gradient where the arrays were joined."""
        return np.split(grad_output, self.memory, axis=-1)
