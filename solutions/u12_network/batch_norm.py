"""Batch normalization as a layer."""

from __future__ import annotations

import numpy as np

from ..u06_layers import batch_norm_backward, batch_norm_eval, batch_norm_eval_backward, batch_norm_train
from .functions import Array, Shape
from .layer import Layer

__all__ = ["BatchNorm"]


class BatchNorm(Layer):
    """Normalise every channel, the last axis: over the batch in training, else by running statistics.

    Constants as in u06: momentum 0.1, ε = 1e-5; the unbiased variance is stored.

        parameters  [γ, β], ones and zeros at first
        statistics  [running mean, running variance], zeros and ones at first
    """

    def __init__(self) -> None:
        """Nothing to remember."""
        super().__init__()

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make parameters and statistics, each of shape (C,), and set `output_shape`.

        Args:
            input_shape: (C,) or (H, W, C), without the batch axis.
            rng: not used.
        """
        channels = input_shape[-1]
        self.parameters = [np.ones(channels), np.zeros(channels)]
        self.statistics = [np.zeros(channels), np.ones(channels)]
        self.output_shape = tuple(input_shape)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Normalise, and in training update `statistics` (new arrays; the old ones are not modified).

        Args:
            x: shape (N, C) or (N, H, W, C); not modified.
            training: whether to measure and update, or to use what was measured.

        Returns:
            y, shape of x.

        Raises:
            ValueError: `x` has one value per channel only, in training.
        """
        gamma, beta = self.parameters
        mean, variance = self.statistics
        self.memory = (x, None if training else self.statistics)
        if not training:
            return batch_norm_eval(x, gamma, beta, mean, variance)
        y, *self.statistics = batch_norm_train(x, gamma, beta, mean, variance)
        return y

    def backward(self, grad_output: Array) -> Array:
        """Go back through what `forward` did: in training the batch's statistics depend on x, else they are constants.

        Args:
            grad_output: shape of x; not modified.

        Returns:
            ∂L/∂x, shape of x; `gradients` becomes [∂L/∂γ, ∂L/∂β].
        """
        x, statistics = self.memory
        gamma, beta = self.parameters
        if statistics is None:
            grad_x, *self.gradients = batch_norm_backward(grad_output, x, gamma, beta)
        else:
            grad_x, *self.gradients = batch_norm_eval_backward(grad_output, x, gamma, beta, *statistics)
        return grad_x
