"""Layers for images: convolution, pooling, flattening."""

from __future__ import annotations

import numpy as np

from ..u06_layers import flatten, flatten_backward
from ..u07_convolution import (
    as_pair,
    average_pool2d,
    average_pool2d_backward,
    conv2d,
    conv2d_backward,
    max_pool2d,
    max_pool2d_backward,
    output_size,
)
from ..u08_initializers import glorot_uniform
from .checks import require_axes, require_known
from .functions import ACTIVATIONS, Array, Pair, Shape
from .layer import Layer

__all__ = ["AveragePool2D", "Conv2D", "Flatten", "MaxPool2D"]


class Conv2D(Layer):
    """A convolution over images, with an activation behind it if one is named.

    Args:
        filters: F, the channels that come out.
        kernel_size: a number or a pair (h, w).
        strides: a number or a pair (h, w).
        padding: 'valid' or 'same', as in u07.
        activation: a name in `ACTIVATIONS`, or None for none.

    Raises:
        ValueError: `activation` is not known.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Pair,
        strides: int | Pair = 1,
        padding: str = "valid",
        activation: str | None = None,
    ) -> None:
        """Remember the arguments."""
        super().__init__()
        require_known("activation", activation or "linear", ACTIVATIONS)
        self.filters = filters
        self.kernel_size = as_pair("kernel_size", kernel_size)
        self.strides = as_pair("strides", strides)
        self.padding = padding
        self._activation = ACTIVATIONS[activation or "linear"]

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make the parameters [W, b] and set `output_shape`, (OH, OW, F).

        Args:
            input_shape: (H, W, C), without the batch axis.
            rng: source of W, shape (KH, KW, C, F), by `glorot_uniform`; b of shape (F,) is zero.

        Raises:
            ValueError: `input_shape` has not three axes; or the kernel does not fit into the images (the text, from
                `output_size`, names `kernel`).
        """
        require_axes(input_shape, 3, "(H, W, C)")
        shape = (*self.kernel_size, input_shape[2], self.filters)
        self.parameters = [glorot_uniform(rng, shape), np.zeros(self.filters)]
        sizes = zip(input_shape[:2], self.kernel_size, self.strides, strict=True)
        height, width = (output_size(*each, self.padding) for each in sizes)
        self.output_shape = (height, width, self.filters)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y.

        Args:
            x: shape (N, H, W, C); not modified.
            training: makes no difference here.

        Returns:
            y, shape (N, OH, OW, F), dtype of x and the parameters.
        """
        w, b = self.parameters
        z = conv2d(x, w, b, self.strides, self.padding)
        self.memory = (x, z)
        y: Array = self._activation[0](z)
        return y

    def backward(self, grad_output: Array) -> Array:
        """Go back through the activation, then through the convolution.

        Args:
            grad_output: shape (N, OH, OW, F); not modified.

        Returns:
            ∂L/∂x, shape (N, H, W, C); `gradients` becomes [∂L/∂W, ∂L/∂b].
        """
        x, z = self.memory
        w, b = self.parameters
        grad_z = self._activation[1](grad_output, z)
        grad_x, *self.gradients = conv2d_backward(grad_z, x, w, b, self.strides, self.padding)
        return grad_x


class MaxPool2D(Layer):
    """The maximum of every window.

    Args:
        pool_size: a number or a pair (h, w).
        strides: a number or a pair (h, w); None for the pool size.
        padding: 'valid' or 'same', as in u07: padding never wins.
    """

    def __init__(self, pool_size: int | Pair = 2, strides: int | Pair | None = None, padding: str = "valid") -> None:
        """Remember the arguments."""
        super().__init__()
        self.pool_size = as_pair("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else as_pair("strides", strides)
        self.padding = padding

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, (OH, OW, C); there are no parameters.

        Args:
            input_shape: (H, W, C), without the batch axis.
            rng: not used.

        Raises:
            ValueError: `input_shape` has not three axes; or the window does not fit into the images (the text, from
                `output_size`, names `kernel`).
        """
        require_axes(input_shape, 3, "(H, W, C)")
        sizes = zip(input_shape[:2], self.pool_size, self.strides, strict=True)
        height, width = (output_size(*each, self.padding) for each in sizes)
        self.output_shape = (height, width, input_shape[2])

    def forward(self, x: Array, training: bool = False) -> Array:
        """Take the maxima.

        Args:
            x: shape (N, H, W, C); not modified.
            training: makes no difference here.

        Returns:
            Shape (N, OH, OW, C), dtype of x.
        """
        self.memory = x
        return max_pool2d(x, self.pool_size, self.strides, self.padding)

    def backward(self, grad_output: Array) -> Array:
        """Send each gradient to the pixel that won; at a tie to the first.

        Args:
            grad_output: shape (N, OH, OW, C); not modified.

        Returns:
            ∂L/∂x, shape (N, H, W, C).
        """
        return max_pool2d_backward(grad_output, self.memory, self.pool_size, self.strides, self.padding)


class AveragePool2D(Layer):
    """The mean of every window.

    Args:
        pool_size: a number or a pair (h, w).
        strides: a number or a pair (h, w); None for the pool size.
        padding: 'valid' or 'same', as in u07: padding does not count.
    """

    def __init__(self, pool_size: int | Pair = 2, strides: int | Pair | None = None, padding: str = "valid") -> None:
        """Remember the arguments."""
        super().__init__()
        self.pool_size = as_pair("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else as_pair("strides", strides)
        self.padding = padding

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, (OH, OW, C); there are no parameters.

        Args:
            input_shape: (H, W, C), without the batch axis.
            rng: not used.

        Raises:
            ValueError: `input_shape` has not three axes; or the window does not fit into the images (the text, from
                `output_size`, names `kernel`).
        """
        require_axes(input_shape, 3, "(H, W, C)")
        sizes = zip(input_shape[:2], self.pool_size, self.strides, strict=True)
        height, width = (output_size(*each, self.padding) for each in sizes)
        self.output_shape = (height, width, input_shape[2])

    def forward(self, x: Array, training: bool = False) -> Array:
        """Take the means.

        Args:
            x: shape (N, H, W, C); not modified.
            training: makes no difference here.

        Returns:
            Shape (N, OH, OW, C), dtype of x.
        """
        self.memory = x
        return average_pool2d(x, self.pool_size, self.strides, self.padding)

    def backward(self, grad_output: Array) -> Array:
        """Share each gradient among the real pixels of its window.

        Args:
            grad_output: shape (N, OH, OW, C); not modified.

        Returns:
            ∂L/∂x, shape (N, H, W, C).
        """
        return average_pool2d_backward(grad_output, self.memory, self.pool_size, self.strides, self.padding)


class Flatten(Layer):
    """Turn every sample into one row; the batch axis stays."""

    def __init__(self) -> None:
        """Nothing to remember."""
        super().__init__()

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, (D,), D being the product of the input's.

        Args:
            input_shape: any, without the batch axis.
            rng: not used.
        """
        self.output_shape = (int(np.prod(input_shape)),)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Flatten.

        Args:
            x: shape (N, ...); not modified.
            training: makes no difference here.

        Returns:
            Shape (N, D), dtype of x, row-major.
        """
        self.memory = x
        return flatten(x)

    def backward(self, grad_output: Array) -> Array:
        """Give the gradient the shape of the input.

        Args:
            grad_output: shape (N, D); not modified.

        Returns:
            ∂L/∂x, shape of x.
        """
        return flatten_backward(grad_output, self.memory)
