"""Right convolution and pooling layers of the assessments' own, in small pieces."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.units import _convolution_right as windows
from autograder.units._network_right import Dense, Layer, require_axes

__all__ = ["AveragePool2D", "Conv2D", "MaxPool2D", "spatial"]


class Conv2D(Dense):
    """A convolution, and an activation."""

    def __init__(
        self, filters: int, kernel_size: Any, strides: Any = 1, padding: str = "valid", activation: Any = None
    ) -> None:
        """Keep the arguments."""
        super().__init__(filters, activation)
        self.kernel, self.strides, self.padding = windows.pair(kernel_size), windows.pair(strides), padding

    def build(self, input_shape: Any, rng: Any) -> None:
        """Make the kernels."""
        require_axes(input_shape, 3)
        self.parameters = self.initial((*self.kernel, input_shape[2], self.units), rng)
        self.output_shape = self.shape(input_shape)

    def shape(self, input_shape: Any) -> Any:
        """Of the output."""
        return (*spatial(input_shape, self.kernel, self.strides, self.padding), self.units)

    def options(self) -> Any:
        """Stride and padding."""
        return self.strides, self.padding

    def forward(self, x: Any, training: bool = False) -> Any:
        """Compute y."""
        z = windows.conv(x, self.parameters[0], self.parameters[1], *self.options())
        self.memory = (x, z)
        return self.activation[0](z)

    def backward(self, grad_output: Any) -> Any:
        """Gradient of x."""
        x, z = self.memory
        grad_x, *gradients = windows.conv_vjp(
            self.slope(grad_output, z), x, self.parameters[0], self.parameters[1], *self.options()
        )
        self.keep(gradients)
        return grad_x


def spatial(input_shape: Any, kernel: Any, strides: Any, padding: str) -> tuple[int, ...]:
    """Rows and columns that come out."""
    sizes = list(zip(input_shape[:2], kernel, strides, strict=True))
    if padding != "same" and any(k > n for n, k, _ in sizes):
        raise ValueError(f"kernel {kernel}")
    return tuple(-(-n // s) if padding == "same" else (n - k) // s + 1 for n, k, s in sizes)


class _Pool(Layer):
    def __init__(self, pool_size: Any = 2, strides: Any = None, padding: str = "valid") -> None:
        super().__init__()
        self.size = windows.pair(pool_size)
        self.strides, self.padding = self.default(strides), padding

    def default(self, strides: Any) -> Any:
        return self.size if strides is None else windows.pair(strides)

    def build(self, input_shape: Any, rng: Any) -> None:
        require_axes(input_shape, 3)
        self.output_shape = self.shape(input_shape)

    def shape(self, input_shape: Any) -> Any:
        return (*spatial(input_shape, self.size, self.strides, self.padding), input_shape[2])


class MaxPool2D(_Pool):
    """The maximum of windows."""

    fill = -np.inf

    def forward(self, x: Any, training: bool = False) -> Any:
        """Take the maxima."""
        self.memory = x
        return windows.pool(x, self.size, self.strides, self.padding, fill=self.fill)

    def winners(self, met: Any, y: Any) -> Any:
        """A weight for each position of each window, (N, OH, OW, positions, C)."""
        best = met == y[:, :, :, None]
        return best & (np.cumsum(best, axis=3) == 1)

    def backward(self, grad_output: Any) -> Any:
        """Gradient of x."""
        x = self.memory
        sides = windows.around(x.shape, self.size, self.strides, self.padding)
        padded = np.pad(x, ((0, 0), *sides, (0, 0)), constant_values=self.fill)
        met = windows.windows_met(padded, self.size, self.strides)
        met = met.reshape(*met.shape[:3], -1, met.shape[-1])
        share = self.winners(met, met.max(axis=3)) * grad_output[:, :, :, None]
        grad_padded = np.zeros_like(padded)
        for place, (_, _, at) in enumerate(windows.taps(padded.shape, self.size, self.strides)):
            grad_padded[at] += share[:, :, :, place]
        return windows.inside(grad_padded, x.shape, sides)


class AveragePool2D(_Pool):
    """The mean of windows."""

    def forward(self, x: Any, training: bool = False) -> Any:
        """Take the means."""
        self.memory = x
        return windows.average(x, self.size, self.strides, self.padding)

    def backward(self, grad_output: Any) -> Any:
        """Gradient of x."""
        return windows.average_vjp(grad_output, self.memory, self.size, self.strides, self.padding)
