"""Activations: what makes a stack of layers more than one layer.

A stack of linear layers is one linear layer: (x W1) W2 = x (W1 W2). An
activation bends the line between two of them. With two bends a network
computes XOR, which no single line can (`solve_xor`); with many bends it comes
as near to any continuous function as one likes (`relu_through_points`): a
network with one hidden layer is a universal approximator. That says what weights
there are, not that training finds them, nor that few will do.

The price is paid on the way back. The chain rule multiplies the gradient by
one slope per layer: with sigmoid by at most 1/4, so that ten layers leave at
most a millionth of it, and the first layers learn nothing. That is the
vanishing gradient (`gradient_through_depth`). A slope of 1 keeps the gradient,
which is why relu replaced sigmoid between layers; a slope above 1 at every
layer makes it explode. Where a curve is flat (sigmoid and tanh far out, relu
left of 0) nothing comes through at all: the unit is saturated, or dead.

    name        formula                  range       largest slope     flat
    sigmoid     1 / (1 + e^-x)           (0, 1)      1/4 at 0          both ends
    tanh        2 σ(2x) - 1              (-1, 1)     1 at 0            both ends
    relu        max(x, 0)                [0, ∞)      1                 left
    leaky_relu  x, left of 0 slope·x     (-∞, ∞)     1 (slope <= 1)    nowhere
    elu         x, left α(e^x - 1)       (-α, ∞)     1 (α <= 1)        left
    selu        scale · elu(x, α)        (-1.758, ∞) scale·α = 1.758   left
    gelu        x Φ(x)                   [-0.17, ∞)  1.129 at √2       left
    softplus    ln(1 + e^x)              (0, ∞)      1 (far right)     left
    softsign    x / (1 + |x|)            (-1, 1)     1 at 0            both ends

`softmax` and `log_softmax` are not elementwise: they turn the scores of the
last layer into probabilities, and every output depends on every score.

Convention card
  * Elementwise functions keep the shape. float32 in, float32 out; float64 in,
    float64 out; integers are computed in float64.
  * `name_backward(grad_output, …)` takes the arguments of the forward pass (its
    input, not its output) and returns a vector-Jacobian product of the input's
    shape. Never a bare derivative: multiply by what comes from above.
  * Everything is finite, and right, for inputs from -1000 to 1000.
  * At the kinks: relu'(0) = 0, leaky_relu'(0) = slope; elu and selu take the
    limit of the negative branch (α, and scale·α).
  * No argument is changed.

To read: Glorot and Bengio, "Understanding the difficulty of training deep
feedforward neural networks" (2010), on what saturation does to a deep network.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

#: The two constants of `selu`: with them mean 0 and variance 1 survive from layer to layer.
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def erf(x: Array) -> Array:
    """The error function, elementwise: given, because NumPy has none.

        erf(x) = 2/√π ∫ e^(-t²) dt        (t from 0 to x)

    Args:
        x: any shape, any real numbers; not modified.

    Returns:
        erf(x), a new array of the same shape and dtype as `x` (float64 for integers).
    """
    kept = np.asarray(x).dtype
    result: Array = np.vectorize(math.erf, otypes=[kept if kept.kind == "f" else np.float64])(x)
    return result


def sigmoid(x: Array) -> Array:
    """Squash every number into (0, 1).

        σ(x) = 1 / (1 + e^(-x))

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow to nan; not modified.

    Returns:
        σ(x), same shape and dtype as `x` (float64 for integers).
    """
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def sigmoid_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `sigmoid`.

        σ'(x) = σ(x) (1 - σ(x))

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · σ'(x), same shape and dtype as `x`.
    """
    s = sigmoid(x)
    grad_x: Array = grad_output * s * (1 - s)
    return grad_x


def tanh(x: Array) -> Array:
    """Squash every number into (-1, 1), with 0 staying 0.

        tanh(x) = (e^x - e^(-x)) / (e^x + e^(-x)) = 2 σ(2x) - 1

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow to nan; not modified.

    Returns:
        tanh(x), same shape and dtype as `x` (float64 for integers).
    """
    return np.tanh(x)


def tanh_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `tanh`.

        tanh'(x) = 1 - tanh(x)²

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · tanh'(x), same shape and dtype as `x`.
    """
    grad_x: Array = grad_output * (1 - np.tanh(x) ** 2)
    return grad_x


def relu(x: Array) -> Array:
    """Let positive numbers through, and nothing else.

        relu(x) = max(x, 0)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.

    Returns:
        A new array of the same shape and dtype as `x`; integers become float64.
    """
    return np.maximum(x, 0.0)


def relu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `relu`; the slope at 0 is 0, as in PyTorch.

        relu'(x) = 1 for x > 0, else 0

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass, any shape; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · relu'(x), same shape and dtype as `x`.
    """
    return grad_output * (x > 0)


def leaky_relu(x: Array, slope: float = 0.01) -> Array:
    """Let positive numbers through, and a small part of the negative ones.

        leaky_relu(x) = x for x > 0, else slope · x

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.
        slope: the slope left of 0; any number, also above 1 or negative.

    Returns:
        A new array of the same shape and dtype as `x`.
    """
    return np.where(x > 0, x, slope * x)


def leaky_relu_backward(grad_output: Array, x: Array, slope: float = 0.01) -> Array:
    """Carry a gradient back through `leaky_relu`; the slope at 0 is `slope`, as in PyTorch.

        leaky_relu'(x) = 1 for x > 0, else slope

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass, any shape; not modified.
        slope: the slope of the forward pass left of 0, any number.

    Returns:
        Gradient with respect to `x`: grad_output · leaky_relu'(x), same shape and dtype as `x`.
    """
    return np.where(x > 0, grad_output, slope * grad_output)


def elu(x: Array, alpha: float = 1.0) -> Array:
    """Let positive numbers through, and level off towards -α on the left.

        elu(x) = x for x > 0, else α (e^x - 1)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow to nan; not modified.
        alpha: α, any number.

    Returns:
        elu(x), same shape and dtype as `x` (float64 for integers).
    """
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0)))


def elu_backward(grad_output: Array, x: Array, alpha: float = 1.0) -> Array:
    """Carry a gradient back through `elu`; the slope at 0 is α, as in PyTorch.

        elu'(x) = 1 for x > 0, else α e^x

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape, from -1000 to 1000 and beyond; not modified.
        alpha: α of the forward pass, any number.

    Returns:
        Gradient with respect to `x`: grad_output · elu'(x), same shape and dtype as `x`.
    """
    return grad_output * np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0.0)))


def selu(x: Array) -> Array:
    """Scale `elu` so that mean 0 and variance 1 survive from layer to layer.

        selu(x) = scale · x for x > 0, else scale · α (e^x - 1)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow to nan; not modified.

    Returns:
        selu(x), same shape and dtype as `x`, with α = `SELU_ALPHA` = 1.6732632423543772… and
        scale = `SELU_SCALE` = 1.0507009873554804…, which are given in full.
    """
    return SELU_SCALE * elu(x, SELU_ALPHA)


def selu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `selu`; the slope at 0 is scale · α, as in PyTorch.

        selu'(x) = scale for x > 0, else scale · α e^x

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape, from -1000 to 1000 and beyond; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · selu'(x), same shape and dtype as `x`, with the
        given constants `SELU_ALPHA` and `SELU_SCALE`.
    """
    return SELU_SCALE * elu_backward(grad_output, x, SELU_ALPHA)


def gelu(x: Array) -> Array:
    """Weigh every number by the probability that a standard normal one is smaller: the exact form.

        gelu(x) = x Φ(x),  Φ(x) = ½ (1 + erf(x / √2))

    The approximations with tanh or σ(1.702 x) differ from it in the third digit, and are not accepted.

    Args:
        x: any shape, from -1000 to 1000 and beyond; not modified.

    Returns:
        gelu(x), same shape and dtype as `x`. `erf` is given.
    """
    y: Array = 0.5 * x * (1 + erf(x / math.sqrt(2)))
    return y


def gelu_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through the exact `gelu`.

        gelu'(x) = Φ(x) + x φ(x),  Φ(x) = ½ (1 + erf(x / √2)),  φ(x) = e^(-x²/2) / √(2π)

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape, from -1000 to 1000 and beyond; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · gelu'(x), same shape and dtype as `x`.
    """
    probability = 0.5 * (1 + erf(x / math.sqrt(2)))
    density = np.exp(-0.5 * x**2) / math.sqrt(2 * math.pi)
    return grad_output * (probability + x * density)


def softplus(x: Array) -> Array:
    """A relu without the kink.

        softplus(x) = ln(1 + e^x) = max(x, 0) + ln(1 + e^(-|x|))

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape, from -1000 to 1000 and beyond: nothing may overflow; not modified.

    Returns:
        softplus(x), same shape and dtype as `x` (float64 for integers). Returning x itself above 20, as
        PyTorch does, is accepted.
    """
    return np.logaddexp(x, 0.0)


def softplus_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `softplus`.

        softplus'(x) = e^x / (1 + e^x) = σ(x)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape, from -1000 to 1000 and beyond; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · σ(x), same shape and dtype as `x`.
    """
    return grad_output * sigmoid(x)


def softsign(x: Array) -> Array:
    """Squash every number into (-1, 1) without an exponential.

        softsign(x) = x / (1 + |x|)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.

    Returns:
        softsign(x), same shape and dtype as `x`.
    """
    y: Array = x / (1 + np.abs(x))
    return y


def softsign_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `softsign`: smooth at 0 too, where the slope is 1.

        softsign'(x) = 1 / (1 + |x|)²

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape as `x`; not modified.
        x: the input of the forward pass (not its output), any shape; not modified.

    Returns:
        Gradient with respect to `x`: grad_output · softsign'(x), same shape and dtype as `x`.
    """
    grad_x: Array = grad_output / (1 + np.abs(x)) ** 2
    return grad_x


def softmax(logits: Array, axis: int = -1) -> Array:
    """Turn scores into probabilities along one axis.

        p_i = exp(z_i) / Σ_j exp(z_j)        (j runs along `axis`)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, shape (..., K, ...) with K > 0, finite, any magnitude; not modified.
        axis: the axis of length K; probabilities sum to 1 along it.

    Returns:
        Probabilities, same shape and dtype as `logits`.

    Raises:
        ValueError: `logits` has no axes.
    """
    if np.ndim(logits) == 0:
        raise ValueError("logits: got a number without axes, want at least one axis")
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=axis, keepdims=True)
    return probabilities


def softmax_backward(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    """Carry a gradient back through `softmax`.

        ∂L/∂z_i = p_i (g_i - Σ_j g_j p_j)        (j runs along `axis`, g is `grad_output`)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the probabilities, same shape as `logits`; not modified.
        logits: the scores of the forward pass, shape (..., K, ...), any magnitude; not modified.
        axis: the axis of length K.

    Returns:
        Gradient with respect to `logits`, same shape and dtype.
    """
    p = softmax(logits, axis)
    grad_logits: Array = p * (grad_output - (grad_output * p).sum(axis=axis, keepdims=True))
    return grad_logits


def log_softmax(logits: Array, axis: int = -1) -> Array:
    """Turn scores into logarithms of probabilities along one axis.

        log p_i = z_i - ln Σ_j exp(z_j)        (j runs along `axis`)

    Finite even where p_i itself is too small for a floating number: the logits 1000 and 0 give 0 and -1000.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        logits: scores z, shape (..., K, ...) with K > 0, finite, any magnitude; not modified.
        axis: the axis of length K; the exponentials of the result sum to 1 along it.

    Returns:
        Natural logarithms of the probabilities, same shape and dtype as `logits`.

    Raises:
        ValueError: `logits` has no axes.
    """
    if np.ndim(logits) == 0:
        raise ValueError("logits: got a number without axes, want at least one axis")
    shifted = logits - logits.max(axis=axis, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return log_p


def log_softmax_backward(grad_output: Array, logits: Array, axis: int = -1) -> Array:
    """Carry a gradient back through `log_softmax`.

        ∂L/∂z_i = g_i - p_i Σ_j g_j        (j runs along `axis`, g is `grad_output`, p the softmax of z)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the log-probabilities, same shape as `logits`; not modified.
        logits: the scores of the forward pass, shape (..., K, ...), any magnitude; not modified.
        axis: the axis of length K.

    Returns:
        Gradient with respect to `logits`, same shape and dtype.
    """
    grad_logits: Array = grad_output - softmax(logits, axis) * grad_output.sum(axis=axis, keepdims=True)
    return grad_logits


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
