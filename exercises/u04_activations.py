"""Activations: what makes a stack of layers more than one layer.

A stack of linear layers is one linear layer. An activation bends the line between two of them.

Convention card
  * elementwise functions keep shape and dtype: float32 in, float32 out.
  * `name_backward(grad_output, x)` is a vector-Jacobian product: `grad_output` has the shape of the output, and the result
    has the shape of the input. Never a bare derivative: multiply by what comes from above.
  * no result overflows for inputs between -1000 and 1000.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def sigmoid(x: Array) -> Array:
    """Squash every number into (0, 1).

        σ(x) = 1 / (1 + e^(-x))

    Args:
        x: any shape, floating, from -1000 to 1000 and beyond: nothing may overflow to nan; not modified.

    Returns:
        σ(x), same shape and dtype as `x`.
    """
    raise NotImplementedError("activations.sigmoid")


def sigmoid_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `sigmoid`.

        σ'(x) = σ(x) (1 - σ(x))

    Args:
        grad_output: gradient with respect to the output, same shape as `x`.
        x: the input of the forward pass (not its output), any shape.

    Returns:
        Gradient with respect to `x`: grad_output · σ'(x), same shape and dtype as `x`.
    """
    raise NotImplementedError("activations.sigmoid_backward")


def relu(x: Array) -> Array:
    """Let positive numbers through, and nothing else.

        relu(x) = max(x, 0)

    Args:
        x: any shape, floating; not modified.

    Returns:
        A new array of the same shape and dtype as `x`.
    """
    raise NotImplementedError("activations.relu")


def relu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `relu`; the slope at 0 is 0, as in PyTorch.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`.
        x: the input of the forward pass, any shape.

    Returns:
        Gradient with respect to `x`, same shape and dtype as `x`.
    """
    raise NotImplementedError("activations.relu_backward")


def softmax(logits: Array, axis: int = -1) -> Array:
    """Turn scores into probabilities along one axis.

        p_i = exp(z_i) / Σ_j exp(z_j)        (j runs along `axis`)

    Args:
        logits: scores z, shape (..., K, ...), finite, any magnitude; not modified.
        axis: the axis of length K; probabilities sum to 1 along it.

    Returns:
        Probabilities, same shape and dtype as `logits`.

    Raises:
        ValueError: `logits` has no axes.
    """
    raise NotImplementedError("activations.softmax")


def softmax_backward(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    """Carry a gradient back through `softmax`.

        ∂L/∂z_i = p_i (g_i - Σ_j g_j p_j)        (j runs along `axis`, g is `grad_output`)

    Args:
        grad_output: gradient with respect to the probabilities, same shape as `logits`.
        logits: the scores of the forward pass, shape (..., K, ...).
        axis: the axis of length K.

    Returns:
        Gradient with respect to `logits`, same shape and dtype.
    """
    raise NotImplementedError("activations.softmax_backward")
