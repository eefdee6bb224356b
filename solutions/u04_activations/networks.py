"""What activations do for a network: corners, curves and gradients through depth."""

from __future__ import annotations

import math

import numpy as np

from .smooth import gelu_backward
from .special import SELU_ALPHA, SELU_SCALE, Array

__all__ = ["gradient_through_depth", "relu_through_points", "solve_xor", "step"]


def step(x: Array) -> Array:
    """Fire or do not: the activation of the first artificial neurons.

        step(x) = 1 for x >= 0, else 0

    Its slope is 0 wherever it has one, so no gradient can train it.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, floating; not modified.

    Returns:
        An array of 0 and 1, same shape and dtype as `x`; step(0) is 1.
    """
    return (x >= 0).astype(x.dtype)


def solve_xor() -> tuple[Array, Array, Array, Array]:
    """Find weights with which a network of two layers computes XOR.

        hidden = step(x w1 + b1)
        output = step(hidden w2 + b2)

    The inputs x are (0, 0), (0, 1), (1, 0), (1, 1), and the outputs must be 0, 1, 1, 0: on where exactly one
    input is on. `step` is 1 for arguments >= 0. One neuron draws one line, and no line separates these
    points; two hidden neurons draw two. Any weights that do it are right.

    Returns:
        (w1, b1, w2, b2): finite arrays of shapes (2, 2), (2,), (2, 1) and (1,); column j of `w1` and
        `b1[j]` belong to hidden neuron j.
    """
    # Hidden neurons: "at least one input is on" and "both are"; the output is the first without the second.
    w1 = np.ones((2, 2))
    b1 = np.array([-0.5, -1.5])
    w2 = np.array([[1.0], [-1.0]])
    b2 = np.array([-0.5])
    return w1, b1, w2, b2


def relu_through_points(x: Array, y: Array) -> tuple[Array, Array, Array, Array]:
    """Write down a network with one hidden layer whose graph goes through given points, in straight pieces.

        f(t) = relu(t w1 + b1) w2 + b2          (t is a column of places, one per row)

    From each point to the next, f is the straight line that joins them; what it does left of the first point and
    right of the last is up to you. This is universal approximation by hand: as near as you like to any continuous
    function, with enough points on it, each of which costs a bend, and each bend a neuron.

    relu(t - a) is flat up to a and then rises with slope 1. In a sum of such pieces, each times a weight, the slope
    changes at every a by that weight.

    Args:
        x: where the points are, strictly rising, shape (K,), K at least 2, float64 or integers; not modified.
        y: their heights, shape (K,), float64 or integers; not modified.

    Returns:
        (w1, b1, w2, b2): finite arrays of shapes (1, H), (H,), (H, 1) and (1,), float64 or integers, H being the
        number of hidden neurons, 1 to 1000 and otherwise up to you. Any weights that do it are right.

    Raises:
        ValueError: `x` has fewer than two points, or does not rise from each to the next; `y` is not as long as `x`.
    """
    if len(x) < 2 or np.any(np.diff(x) <= 0):
        raise ValueError(f"x: got {x}, want at least two numbers, each larger than the one before")
    if y.shape != x.shape:
        raise ValueError(f"y: got shape {y.shape}, want {x.shape}, one height for each point")
    slopes = np.diff(y) / np.diff(x)
    bends = np.diff(slopes, prepend=0.0)  # the first one makes the slope of the first piece
    w1 = np.ones((1, len(bends)))
    b1 = -x[:-1].astype(np.float64)
    return w1, b1, bends[:, None], y[:1].astype(np.float64)


def gradient_through_depth(depth: int, activation: str) -> float:
    """Say how much of a gradient can be left behind `depth` activations, each at its steepest point.

        (largest slope of the activation) ^ depth

    Weights are left aside (taken as 1): what remains is the activation's own share.

    Args:
        depth: how many activations the gradient passes, 0 to 1000.
        activation: 'sigmoid', 'tanh', 'relu', 'leaky_relu', 'elu', 'selu', 'gelu', 'softplus' or
            'softsign', with their default arguments. Sigmoid's largest slope is 1/4; selu's is scale · α
            (`SELU_SCALE`, `SELU_ALPHA`), at 0; gelu's is Φ(√2) + √2 φ(√2), as in `gelu_backward`;
            that of all others is 1, which softplus only comes near.

    Returns:
        The product of the largest slopes, a float; 1.0 for no layers.

    Raises:
        ValueError: `depth` is negative; `activation` is none of these names.
    """
    steepest = dict.fromkeys(("tanh", "relu", "leaky_relu", "elu", "softplus", "softsign"), 1.0)
    steepest |= {"sigmoid": 0.25, "selu": SELU_SCALE * SELU_ALPHA}
    steepest["gelu"] = float(gelu_backward(np.array(1.0), np.array(math.sqrt(2))))
    if activation not in steepest:
        raise ValueError(f"activation: got {activation!r}, want one of {', '.join(sorted(steepest))}")
    if depth < 0:
        raise ValueError(f"depth: got {depth}, want 0 or more layers")
    return steepest[activation] ** depth
