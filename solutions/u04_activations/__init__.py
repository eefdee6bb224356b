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

from .special import SELU_ALPHA, SELU_SCALE, Array, erf
from .saturating import sigmoid, sigmoid_backward, tanh, tanh_backward
from .rectifiers import leaky_relu, leaky_relu_backward, relu, relu_backward
from .exponential import elu, elu_backward, selu, selu_backward
from .smooth import gelu, gelu_backward, softplus, softplus_backward, softsign, softsign_backward
from .softmaxes import log_softmax, log_softmax_backward, softmax, softmax_backward
from .networks import gradient_through_depth, relu_through_points, solve_xor, step

__all__ = [
    "SELU_ALPHA",
    "SELU_SCALE",
    "Array",
    "elu",
    "elu_backward",
    "erf",
    "gelu",
    "gelu_backward",
    "gradient_through_depth",
    "leaky_relu",
    "leaky_relu_backward",
    "log_softmax",
    "log_softmax_backward",
    "relu",
    "relu_backward",
    "relu_through_points",
    "selu",
    "selu_backward",
    "sigmoid",
    "sigmoid_backward",
    "softmax",
    "softmax_backward",
    "softplus",
    "softplus_backward",
    "softsign",
    "softsign_backward",
    "solve_xor",
    "step",
    "tanh",
    "tanh_backward",
]
