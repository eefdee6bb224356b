"""Layers, forward only. Checked against torch.nn.functional; parameters are counted on shapes."""

from __future__ import annotations

import math
from typing import Any

from reference._arrays import array_namespace

__all__ = [
    "batch_norm", "batch_norm_eval", "batch_norm_parameters", "batch_norm_train", "batch_statistics",
    "conv_parameters", "dense", "dense_parameters", "dropout", "dropout_eval", "flatten", "layer_norm",
    "lstm_parameters", "rnn_parameters",
]  # fmt: skip


def dense(x: Any, w: Any, b: Any) -> Any:
    """Every input times every weight, summed over the inputs; the 1.0 takes integers to float64."""
    xp = array_namespace(x, w, b)
    return xp.sum(1.0 * x[..., :, None] * w, axis=-2) + b


def flatten(x: Any) -> Any:
    """One row per sample."""
    return array_namespace(x).reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def dropout(x: Any, rate: float, mask: Any) -> Any:
    """The input times the mask over the fraction kept."""
    return x * mask / (1 - rate)


def dropout_eval(x: Any, rate: float) -> Any:
    """The input."""
    return 1.0 * x


def batch_statistics(x: Any) -> Any:
    """Mean and biased variance over all axes but the last."""
    xp = array_namespace(x)
    rows = xp.reshape(1.0 * x, (-1, x.shape[-1]))
    mean = xp.mean(rows, axis=0)
    return mean, xp.mean((rows - mean) ** 2, axis=0)


def batch_norm_eval(x: Any, gamma: Any, beta: Any, running_mean: Any, running_var: Any, eps: float = 1e-5) -> Any:
    """Normalised with given statistics, scaled and shifted."""
    xp = array_namespace(x)
    return (x - running_mean) / xp.sqrt(running_var + eps) * gamma + beta


def batch_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    """Normalised with the batch's own statistics: the first result of `batch_norm_train`."""
    mean, variance = batch_statistics(x)
    return batch_norm_eval(x, gamma, beta, mean, variance, eps)


def batch_norm_train(
    x: Any, gamma: Any, beta: Any, running_mean: Any, running_var: Any, momentum: float = 0.1, eps: float = 1e-5
) -> Any:
    """The result of `batch_norm`, and running statistics moved towards the batch's, with the unbiased variance."""
    count = math.prod(x.shape[:-1])
    mean, variance = batch_statistics(x)
    unbiased = variance * count / (count - 1)
    return (
        batch_norm(x, gamma, beta, eps),
        running_mean + momentum * (mean - running_mean),
        running_var + momentum * (unbiased - running_var),
    )


def layer_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    """Normalised along the last axis, scaled and shifted."""
    xp = array_namespace(x)
    deviations = x - xp.mean(x, axis=-1, keepdims=True)
    return deviations / xp.sqrt(xp.mean(deviations**2, axis=-1, keepdims=True) + eps) * gamma + beta


def _numbers(*shapes: tuple[int, ...]) -> int:
    """How many numbers arrays of these shapes hold together."""
    return sum(math.prod(shape) for shape in shapes)


def dense_parameters(inputs: int, units: int, bias: bool = True) -> int:
    """Weights and perhaps biases."""
    return _numbers((inputs, units)) + (_numbers((units,)) if bias else 0)


def conv_parameters(kernel: int | tuple[int, int], in_channels: int, filters: int, bias: bool = True) -> int:
    """Kernels and perhaps biases."""
    window = (kernel, kernel) if isinstance(kernel, int) else tuple(kernel)
    return _numbers((*window, in_channels, filters)) + (_numbers((filters,)) if bias else 0)


def batch_norm_parameters(channels: int) -> int:
    """Scale and shift."""
    return _numbers((channels,), (channels,))


def rnn_parameters(features: int, units: int) -> int:
    """Input kernel, recurrent kernel, bias."""
    return _numbers((features, units), (units, units), (units,))


def lstm_parameters(features: int, units: int) -> int:
    """Kernels of four gates side by side, and their biases."""
    return _numbers((features, 4 * units), (units, 4 * units), (4 * units,))
