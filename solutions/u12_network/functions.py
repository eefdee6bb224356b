"""The activations and losses that layers and networks find by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..u04_activations import (
    elu,
    elu_backward,
    gelu,
    gelu_backward,
    leaky_relu,
    leaky_relu_backward,
    log_softmax,
    log_softmax_backward,
    relu,
    relu_backward,
    selu,
    selu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    softmax_backward,
    softplus,
    softplus_backward,
    softsign,
    softsign_backward,
    tanh,
    tanh_backward,
)
from ..u05_losses import (
    binary_crossentropy,
    binary_crossentropy_backward,
    categorical_crossentropy,
    categorical_crossentropy_backward,
    mean_absolute_error,
    mean_absolute_error_backward,
    mean_squared_error,
    mean_squared_error_backward,
    softmax_cross_entropy,
    softmax_cross_entropy_backward,
    sparse_categorical_crossentropy,
    sparse_categorical_crossentropy_backward,
)

__all__ = ["ACTIVATIONS", "LOSSES", "Array", "Arrays", "Forward", "Pair", "Shape"]

Array = np.ndarray[Any, Any]
Arrays = Array | list[Array]
Shape = tuple[int, ...]
Pair = tuple[int, int]
Forward = Callable[..., Any]

#: Given: name -> (function, its backward), which takes (grad_output, x). 'linear' is no activation.
ACTIVATIONS: dict[str, tuple[Forward, Forward]] = {
    "linear": (lambda x: x, lambda grad_output, x: grad_output),
    "elu": (elu, elu_backward),
    "gelu": (gelu, gelu_backward),
    "leaky_relu": (leaky_relu, leaky_relu_backward),
    "log_softmax": (log_softmax, log_softmax_backward),
    "relu": (relu, relu_backward),
    "selu": (selu, selu_backward),
    "sigmoid": (sigmoid, sigmoid_backward),
    "softmax": (softmax, softmax_backward),
    "softplus": (softplus, softplus_backward),
    "softsign": (softsign, softsign_backward),
    "tanh": (tanh, tanh_backward),
}

#: Given: name -> (loss, its gradient), both of (y_true, y_pred). The last takes integer labels and logits.
LOSSES: dict[str, tuple[Forward, Forward]] = {
    "binary_crossentropy": (binary_crossentropy, binary_crossentropy_backward),
    "categorical_crossentropy": (categorical_crossentropy, categorical_crossentropy_backward),
    "mean_absolute_error": (mean_absolute_error, mean_absolute_error_backward),
    "mean_squared_error": (mean_squared_error, mean_squared_error_backward),
    "sparse_categorical_crossentropy": (sparse_categorical_crossentropy, sparse_categorical_crossentropy_backward),
    "softmax_cross_entropy": (
        lambda y_true, y_pred: softmax_cross_entropy(y_pred, y_true),
        lambda y_true, y_pred: softmax_cross_entropy_backward(y_pred, y_true),
    ),
}
