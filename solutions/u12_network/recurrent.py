"""The LSTM as a layer."""

from __future__ import annotations

import numpy as np

from ..u08_initializers import glorot_uniform
from ..u10_recurrent import lstm, lstm_backward
from .checks import require_axes
from .functions import Array, Shape
from .layer import Layer

__all__ = ["LSTM"]


class LSTM(Layer):
    """Read sequences, from zero states.

    Args:
        units: H, the numbers in a state.
        return_sequences: give h_t of all steps, as the next LSTM needs them; else the last one.
    """

    def __init__(self, units: int, return_sequences: bool = False) -> None:
        """Remember the arguments."""
        super().__init__()
        self.units = units
        self.return_sequences = return_sequences

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make the parameters [W_x, W_h, b], gates in the order i, f, g, o, and set `output_shape`.

        Args:
            input_shape: (T, F), without the batch axis.
            rng: source of W_x, shape (F, 4H), then W_h, shape (H, 4H), both by `glorot_uniform` of these shapes;
                b of shape (4H,) is zero.

        Raises:
            ValueError: `input_shape` has not two axes.
        """
        require_axes(input_shape, 2, "(T, F)")
        kernels = [glorot_uniform(rng, (rows, 4 * self.units)) for rows in (input_shape[1], self.units)]
        self.parameters = [*kernels, np.zeros(4 * self.units)]
        self.output_shape = (input_shape[0], self.units) if self.return_sequences else (self.units,)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Read the sequences; every call starts from zero states.

        Args:
            x: shape (N, T, F); not modified.
            training: makes no difference here.

        Returns:
            All h or the last, shape (N, T, H) or (N, H), dtype of x and the parameters.
        """
        zero = np.zeros((len(x), self.units), dtype=x.dtype)
        self.memory = (x, zero)
        states, _ = lstm(x, zero, zero, *self.parameters)
        return states if self.return_sequences else states[:, -1]

    def backward(self, grad_output: Array) -> Array:
        """Go back through time; the last cell gets no gradient from above.

        Args:
            grad_output: shape of what `forward` returned; not modified.

        Returns:
            ∂L/∂x, shape (N, T, F); `gradients` becomes those of [W_x, W_h, b].
        """
        x, zero = self.memory
        grad_states = grad_output
        if not self.return_sequences:
            grad_states = np.zeros((*x.shape[:2], self.units), dtype=x.dtype)
            grad_states[:, -1] = grad_output
        grads = lstm_backward((grad_states, zero), x, zero, zero, *self.parameters)
        self.gradients = list(grads[3:])
        return grads[0]
