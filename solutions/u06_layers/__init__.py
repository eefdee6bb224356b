"""Layers: what a network is stacked from, beside its activations.

  * `dense`: every output sees every input, y = x W + b. `flatten` turns images
    into the rows that it wants.
  * `dropout`: in training, units are switched off at random, so that none can
    rely on another. Those that stay are scaled up, so that on average nothing
    changes; at test time nothing is done at all ("inverted" dropout).
  * `batch_norm`: give every channel mean 0 and variance 1 over the batch, then
    let the network choose another mean and spread, β and γ. In training the
    batch's own statistics are used, and running averages of them are kept; at
    test time those averages are used, so one sample's result does not depend on
    the company it is in.
  * `layer_norm`: the same along the features of one sample. No batch, no running
    statistics, no difference between training and test.

        (N, C) = 3 samples, 4 channels

        batch norm: down a column         layer norm: along a row
              ┌─┐                             . . . .
            . │x│ . .                       ┌─────────┐
            . │x│ . .                       │ x x x x │
            . │x│ . .                       └─────────┘
              └─┘                             . . . .

The way back through a normalisation has three paths. x moves its own result, and
also the mean and the variance of its whole column (or row), which move all the
results in it. With x̂ = (x - μ) / √(σ² + ε), m values per mean and g the gradient
that arrives at x̂:

        grad_x = (g - mean(g) - x̂ · mean(g x̂)) / √(σ² + ε)

        the value's own path, the path through μ, the path through σ²

For a constant g all of it is 0: moving the whole column changes nothing. At test
time μ and σ² are constants, and only the first path is left.

Convention card
  * the batch comes first, channels (features, units) last: (N, C), images
    (N, H, W, C). Dense weights are (in, out).
  * `rate` is the fraction that is dropped, as in Keras and PyTorch, not the one
    that is kept. A mask holds 1 for what stays and 0 for what goes.
  * batch norm is PyTorch's: normalise with the biased variance (divided by m),
    store the unbiased one (divided by m - 1); `momentum` weighs the new value,
    running = (1 - momentum) · running + momentum · batch. Keras's momentum weighs
    the old one: its 0.99 is 0.01 here.
  * ε stands under the root: √(σ² + ε).
  * `name_backward(grad_output, <arguments of the forward pass>)` (batch norm's
    without the running statistics) returns the
    gradients of the arrays that are learned or passed through, in their order;
    gradients of parameters are summed over the samples, never averaged: the loss
    has done that already.
  * float32 in, float32 out; float64 in, float64 out; integers are computed in
    float64. No argument is changed.
  * Learnable parameters are what gradient descent changes. Running statistics
    are stored, but not learned, and are not counted.

To read: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout"
(2014) · Ioffe and Szegedy, "Batch normalization" (2015) · Ba, Kiros, Hinton,
"Layer normalization" (2016).
"""

from __future__ import annotations

from .checks import Array, require_positive, require_rate
from .dense_layers import dense, dense_backward, flatten, flatten_backward
from .dropout_masks import dropout, dropout_backward, dropout_eval, make_dropout_mask
from .batch_norm import batch_norm_backward, batch_norm_train, batch_statistics
from .batch_norm_evaluation import batch_norm_eval, batch_norm_eval_backward
from .layer_normalization import layer_norm, layer_norm_backward
from .parameters import batch_norm_parameters, conv_parameters, dense_parameters, lstm_parameters, rnn_parameters

__all__ = [
    "Array",
    "batch_norm_backward",
    "batch_norm_eval",
    "batch_norm_eval_backward",
    "batch_norm_parameters",
    "batch_norm_train",
    "batch_statistics",
    "conv_parameters",
    "dense",
    "dense_backward",
    "dense_parameters",
    "dropout",
    "dropout_backward",
    "dropout_eval",
    "flatten",
    "flatten_backward",
    "layer_norm",
    "layer_norm_backward",
    "lstm_parameters",
    "make_dropout_mask",
    "require_positive",
    "require_rate",
    "rnn_parameters",
]
