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

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def require_rate(rate: float) -> None:
    """Refuse a dropout rate outside [0, 1); provided.

    Args:
        rate: the fraction that is dropped.

    Raises:
        ValueError: `rate` is below 0, or 1 or more: nothing would be left to scale up.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate: got {rate}, want 0 <= rate < 1")


def require_positive(**sizes: int) -> None:
    """Refuse sizes below 1; provided.

    Args:
        **sizes: numbers by the name of the argument they came as, as in `require_positive(units=units)`.

    Raises:
        ValueError: one of them is below 1; the text names it.
    """
    for name, value in sizes.items():
        if value < 1:
            raise ValueError(f"{name}: got {value}, want at least 1")


def dense(x: Array, w: Array, b: Array) -> Array:
    """Connect every output to every input.

        y = x W + b                    y_nj = Σ_i x_ni w_ij + b_j

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, in), or (N, ..., in): the layer then works on the last axis alone; not modified.
        w: weights W, shape (in, out); not modified.
        b: biases, shape (out,), one per output; not modified.

    Returns:
        y, shape (N, out) or (N, ..., out), dtype of the arguments (float64 for integers).

    Raises:
        ValueError: the last axis of `x` and the first of `w` differ; the text names `w`.
    """
    if w.shape[0] != x.shape[-1]:
        raise ValueError(f"w: got shape {w.shape}, want ({x.shape[-1]}, out) for x of shape {x.shape}")
    y: Array = x @ w + b
    return y if y.dtype.kind == "f" else y.astype(np.float64)


def dense_backward(grad_output: Array, x: Array, w: Array, b: Array) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `dense`.

        grad_x = G Wᵀ        grad_W = Xᵀ G        grad_b_j = Σ_n G_nj

    Every sample used the same W and b, so their gradients are sums over the samples, and over all axes
    between the first and the last where `x` has more than two.

    Args:
        grad_output: G, gradient with respect to the output, shape (N, out) or (N, ..., out); not modified.
        x: the input of the forward pass, shape (N, in) or (N, ..., in); not modified.
        w: the weights of the forward pass, shape (in, out); not modified.
        b: the biases of the forward pass, shape (out,); not modified.

    Returns:
        `(grad_x, grad_w, grad_b)`, each of its argument's shape and dtype.
    """
    inputs, outputs = w.shape
    rows, grads = x.reshape(-1, inputs), grad_output.reshape(-1, outputs)
    return grad_output @ w.T, rows.T @ grads, grads.sum(axis=0)


def flatten(x: Array) -> Array:
    """Turn every sample of a batch into one row, as a dense layer wants it; the batch axis stays.

        (N, d1, d2, …)  ->  (N, d1 · d2 · …)

    Args:
        x: a batch, shape (N, …), all lengths at least 1, any dtype; not modified.

    Returns:
        Shape (N, D), dtype of `x`: row n holds the numbers of sample n in row-major order (the last index
        runs fastest). A batch of plain numbers has D = 1.
    """
    return x.reshape(len(x), -1)


def flatten_backward(grad_output: Array, x: Array) -> Array:
    """Carry a gradient back through `flatten`: each number returns to the place it came from.

    Args:
        grad_output: gradient with respect to the output, shape (N, D); not modified.
        x: the input of the forward pass, shape (N, …) with D numbers per sample; not modified.

    Returns:
        Gradient with respect to `x`, same shape as `x`.
    """
    return grad_output.reshape(x.shape)


def make_dropout_mask(rng: np.random.Generator, shape: Sequence[int], rate: float) -> Array:
    """Draw which units stay and which are dropped.

        P(mask = 0) = rate        P(mask = 1) = 1 - rate        each entry on its own

    How many are dropped is chance, too: only on average is it the fraction `rate`. In which order the
    numbers are drawn is up to you; what is judged is the distribution.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        rng: where all randomness comes from: the same seed gives the same mask, a second call another one.
        shape: shape of the mask, a tuple.
        rate: the fraction that is dropped, 0 <= rate < 1.

    Returns:
        A float64 array of that shape, of zeros and ones; not scaled, `dropout` does that.

    Raises:
        ValueError: `rate` is not in [0, 1).
    """
    require_rate(rate)
    return np.where(rng.random(shape) < rate, 0.0, 1.0)


def dropout(x: Array, rate: float, mask: Array) -> Array:
    """Switch units off in training, and scale up those that stay.

        y = x · mask / (1 - rate)

    On average over all masks y is x: dividing by the fraction kept makes up for what is dropped.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.
        rate: the fraction that is dropped, 0 <= rate < 1: the one the mask was drawn with, not counted in it.
        mask: ones for what stays, zeros for what goes, same shape as `x`, any dtype: floats, integers or
            booleans; not modified.

    Returns:
        y, a new array, same shape and dtype as `x`, whatever the dtype of `mask` (float64 for integers).

    Raises:
        ValueError: `rate` is not in [0, 1).
    """
    require_rate(rate)
    return np.where(mask, x / (1 - rate), 0.0)


def dropout_backward(grad_output: Array, x: Array, rate: float, mask: Array) -> Array:
    """Carry a gradient back through `dropout`: the same mask, the same scale.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: gradient with respect to the output, same shape and dtype as `x`; not modified.
        x: the input of the forward pass, any shape, floating; a unit whose value happens to be 0 does not count
            as dropped; not modified.
        rate: the rate of the forward pass, 0 <= rate < 1.
        mask: the mask of the forward pass, same shape as `x`: floats, integers or booleans; not modified.

    Returns:
        Gradient with respect to `x`, same shape and dtype as `x`, whatever the dtype of `mask`.
    """
    return np.where(mask, grad_output / (1 - rate), 0.0)


def dropout_eval(x: Array, rate: float) -> Array:
    """Do at test time what `dropout` does then: nothing.

        y = x

    The scale was taken care of in training, so nothing is dropped and nothing is multiplied.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: any shape; not modified.
        rate: the rate of the training, 0 <= rate < 1; it has no effect.

    Returns:
        A new array equal to `x`, shape and dtype of `x` (float64 for integers): changing it must not change `x`.

    Raises:
        ValueError: `rate` is not in [0, 1).
    """
    require_rate(rate)
    return np.array(x, dtype=x.dtype if x.dtype.kind == "f" else np.float64)


def batch_statistics(x: Array) -> tuple[Array, Array]:
    """Measure the mean and the biased variance of every channel: the first step of batch norm.

        μ_c = Σ x / m        σ²_c = Σ (x - μ_c)² / m

    The sums run over all axes but the last: m = N values per channel for (N, C), m = N · H · W for images.
    Take the variance from the deviations, not as mean(x²) - μ²: far from 0 that has no digits left.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, C) or (N, H, W, C); not modified.

    Returns:
        `(mean, variance)`, both of shape (C,), dtype of `x` (float64 for integers).
    """
    axes = tuple(range(x.ndim - 1))
    return x.mean(axis=axes), x.var(axis=axes)


def batch_norm_train(
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Normalise every channel over the batch, and update the running statistics, as in training.

        μ = Σ x / m        σ² = Σ (x - μ)² / m             (over all axes but the last)
        y = γ (x - μ) / √(σ² + ε) + β
        running_mean ← (1 - momentum) · running_mean + momentum · μ
        running_var  ← (1 - momentum) · running_var  + momentum · σ² · m / (m - 1)

    The batch is normalised with the biased variance; the unbiased one is stored (PyTorch's convention). Both
    come from the deviations, as in `batch_statistics`: far from 0, too, the digits must be right.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, C), or images (N, H, W, C); m = N, or m = N · H · W, values per channel; not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        running_mean: running average of the means so far, shape (C,); not modified.
        running_var: running average of the variances so far, shape (C,); not modified.
        momentum: weight of the new value, between 0 and 1; 0 leaves the statistics as they are.
        eps: ε, a small positive number under the root: a constant channel gives β.

    Returns:
        `(y, running_mean, running_var)`: y, same shape as `x`, and the updated statistics, shapes (C,) and (C,),
        as new arrays; dtype of the arguments.

    Raises:
        ValueError: `x` has one value per channel only (m = 1): it has no spread, and m - 1 is 0.
    """
    count = x.size // x.shape[-1]
    if count < 2:
        raise ValueError(f"x: got shape {x.shape}, one value per channel, want at least two")
    mean, variance = batch_statistics(x)
    y: Array = gamma * (x - mean) / np.sqrt(variance + eps) + beta
    unbiased = variance * (count / (count - 1))
    new_mean: Array = (1 - momentum) * running_mean + momentum * mean
    new_var: Array = (1 - momentum) * running_var + momentum * unbiased
    return y, new_mean, new_var


def batch_norm_backward(
    grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through the y of `batch_norm_train`.

        x̂ = (x - μ) / √(σ² + ε)
        grad_γ = Σ G x̂        grad_β = Σ G                 (over all axes but the last)
        grad_x = γ / √(σ² + ε) · (G - grad_β / m - x̂ · grad_γ / m)

    μ and σ² (biased) are the batch's own and depend on every x of the channel: that is where the last two
    terms come from.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: G, gradient with respect to y, same shape as `x`; not modified.
        x: the input of the forward pass, shape (N, C) or (N, H, W, C), m >= 2 values per channel; not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        eps: ε of the forward pass, positive.

    Returns:
        `(grad_x, grad_gamma, grad_beta)`, each of its argument's shape and dtype.
    """
    axes = tuple(range(x.ndim - 1))
    count = x.size // x.shape[-1]
    mean, variance = batch_statistics(x)
    scale = 1 / np.sqrt(variance + eps)
    x_hat = (x - mean) * scale
    grad_gamma = (grad_output * x_hat).sum(axis=axes)
    grad_beta = grad_output.sum(axis=axes)
    grad_x = gamma * scale * (grad_output - grad_beta / count - x_hat * grad_gamma / count)
    return grad_x, grad_gamma, grad_beta


def batch_norm_eval(
    x: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float = 1e-5
) -> Array:
    """Normalise with the running statistics, as at test time.

        y = γ (x - running_mean) / √(running_var + ε) + β

    Nothing is measured and nothing is updated: each sample's result is its own, also in a batch of one.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (N, C) or (N, H, W, C), N >= 1; not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        running_mean: mean of each channel as stored in training, shape (C,); not modified.
        running_var: variance of each channel as stored in training, shape (C,), 0 or larger; not modified.
        eps: ε, a small positive number under the root.

    Returns:
        y, same shape as `x`, dtype of the arguments.
    """
    y: Array = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    return y


def batch_norm_eval_backward(
    grad_output: Array,
    x: Array,
    gamma: Array,
    beta: Array,
    running_mean: Array,
    running_var: Array,
    eps: float = 1e-5,
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `batch_norm_eval`, where the statistics are constants.

        x̂ = (x - running_mean) / √(running_var + ε)
        grad_x = G γ / √(running_var + ε)        grad_γ = Σ G x̂        grad_β = Σ G

    Needed where a trained network is frozen, or an input is sought that excites a unit. Compare grad_x with
    that of `batch_norm_backward`.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: G, gradient with respect to y, same shape as `x`; not modified.
        x: the input of the forward pass, shape (N, C) or (N, H, W, C); not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        running_mean: the stored means, shape (C,); not modified.
        running_var: the stored variances, shape (C,), 0 or larger; not modified.
        eps: ε of the forward pass, positive.

    Returns:
        `(grad_x, grad_gamma, grad_beta)`, each of its argument's shape and dtype; none for the statistics.
    """
    axes = tuple(range(x.ndim - 1))
    scale = 1 / np.sqrt(running_var + eps)
    grad_gamma = (grad_output * (x - running_mean) * scale).sum(axis=axes)
    return grad_output * gamma * scale, grad_gamma, grad_output.sum(axis=axes)


def layer_norm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    """Normalise along the last axis: every sample, and every position of it, on its own.

        μ = Σ_c x / C        σ² = Σ_c (x - μ)² / C         (one of each per position, along the last axis)
        y = γ (x - μ) / √(σ² + ε) + β

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        x: shape (..., C); not modified.
        gamma: scale γ, shape (C,), one per feature; not modified.
        beta: shift β, shape (C,), one per feature; not modified.
        eps: ε, a small positive number under the root: a row of equal numbers gives β.

    Returns:
        y, same shape as `x`, dtype of the arguments.
    """
    mean = x.mean(axis=-1, keepdims=True)
    variance = x.var(axis=-1, keepdims=True)
    y: Array = gamma * (x - mean) / np.sqrt(variance + eps) + beta
    return y


def layer_norm_backward(
    grad_output: Array, x: Array, gamma: Array, beta: Array, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Carry a gradient back through `layer_norm`.

        x̂ = (x - μ) / √(σ² + ε)        g = G γ
        grad_x = (g - mean(g) - x̂ · mean(g x̂)) / √(σ² + ε)        (means along the last axis)
        grad_γ = Σ G x̂        grad_β = Σ G                         (sums over all other axes)

    γ differs from feature to feature, so it is in g before the means are taken.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grad_output: G, gradient with respect to y, same shape as `x`; not modified.
        x: the input of the forward pass, shape (..., C); not modified.
        gamma: scale γ, shape (C,); not modified.
        beta: shift β, shape (C,); not modified.
        eps: ε of the forward pass, positive.

    Returns:
        `(grad_x, grad_gamma, grad_beta)`, each of its argument's shape and dtype.
    """
    scale = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + eps)
    x_hat = (x - x.mean(axis=-1, keepdims=True)) * scale
    g = grad_output * gamma
    grad_x = scale * (g - g.mean(axis=-1, keepdims=True) - x_hat * (g * x_hat).mean(axis=-1, keepdims=True))
    others = tuple(range(x.ndim - 1))
    return grad_x, (grad_output * x_hat).sum(axis=others), grad_output.sum(axis=others)


def dense_parameters(inputs: int, units: int, bias: bool = True) -> int:
    """Count the learnable parameters of a dense layer: W (inputs, units), and b (units,).

    Args:
        inputs: length of an input row, at least 1.
        units: number of outputs, at least 1.
        bias: whether there is a b.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `inputs` or `units` is below 1; the text names it.
    """
    require_positive(inputs=inputs, units=units)
    return (inputs + bias) * units


def conv_parameters(kernel: int | tuple[int, int], in_channels: int, filters: int, bias: bool = True) -> int:
    """Count the learnable parameters of a convolution: w (KH, KW, in_channels, filters), and b (filters,).

    How large the image is does not matter: the same weights are used at every place.

    Args:
        kernel: height and width of the kernel, `(KH, KW)`; an int stands for both; at least 1.
        in_channels: channels of the input, at least 1.
        filters: channels of the output, at least 1.
        bias: whether there is a b, one number per filter.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `kernel`, `in_channels` or `filters` is below 1; the text names it.
    """
    height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
    require_positive(kernel=min(height, width), in_channels=in_channels, filters=filters)
    return (height * width * in_channels + bias) * filters


def batch_norm_parameters(channels: int) -> int:
    """Count the learnable parameters of batch norm: γ and β, one of each per channel.

    The running mean and variance are stored as well, but no gradient reaches them: they are not learned.

    Args:
        channels: C, at least 1.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `channels` is below 1.
    """
    require_positive(channels=channels)
    return 2 * channels


def rnn_parameters(features: int, units: int) -> int:
    """Count the learnable parameters of a simple recurrent layer.

        h_t = tanh(x_t W_xh + h_{t-1} W_hh + b)

    Its input is a vector of `features` numbers per step, its state h one of `units` numbers; there is one
    bias b. How long the sequence is does not matter: every step uses the same weights.

    Args:
        features: F, numbers per step, at least 1.
        units: H, numbers in the state, at least 1.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `features` or `units` is below 1; the text names it.
    """
    require_positive(features=features, units=units)
    return (features + units + 1) * units


def lstm_parameters(features: int, units: int) -> int:
    """Count the learnable parameters of an LSTM layer.

    Its input gate, forget gate, candidate and output gate each have an input kernel (F, H), a recurrent
    kernel (H, H) and one bias (H,).

    Args:
        features: F, numbers per step, at least 1.
        units: H, numbers in the state, at least 1.

    Returns:
        The number of parameters, an int.

    Raises:
        ValueError: `features` or `units` is below 1; the text names it.
    """
    require_positive(features=features, units=units)
    return 4 * (features + units + 1) * units
