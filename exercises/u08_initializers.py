"""Initializers: where training starts decides whether it starts.

A network is trained by following a gradient, so it needs a place to start from. Zeros will not do: units with equal
weights see equal gradients and stay equal for ever, so a layer of a hundred units is one unit, a hundred times. Random
weights break this symmetry. What is left to choose is their size, and too large or too small a size is raised to the
power of the depth.

    one unit      s = Σ_i w_i x_i                 (fan_in terms, independent, of mean 0)
    its variance  Var(s) = fan_in · Var(w) · E[x²]

  * forward: Var(w) = 1 / fan_in keeps the variance from layer to layer (LeCun).
  * backward: the gradient goes through the transposed weights; there fan_out keeps it.
  * Glorot, also called Xavier after the same author: the mean of both, Var(w) = 2 / (fan_in + fan_out). For tanh.
  * He: relu sets half of the numbers to 0, so E[x²] is halved; Var(w) = 2 / fan_in makes up for it. For relu.
  * orthogonal: a matrix that turns without stretching keeps every length exactly, not only on average.

Two laws of one variance
    normal       N(0, σ²), std σ
    uniform      on [-a, a) the variance is a² / 3, so a = √3 σ: the limit is not the std

Some notes call 2 / n "Xavier's variance"; it is He's. Glorot's has both fans in it; only in a square layer of n
units is it 1 / n.

Convention card
  * `rng` is a `numpy.random.Generator`, first argument, and the only source of randomness: the same seed gives the same
    weights, and a second call with the same `rng` gives other ones. In which order numbers are drawn is up to you: what
    is judged is the distribution.
  * dense weights have the shape (in, out), kernels (KH, KW, C_in, C_out): channels last, so the last two axes are
    always what goes in and what comes out, and the axes before them are the receptive field.
  * everything here returns float64.
  * `glorot_normal`, `he_normal` and `lecun_normal` are plain normals, as PyTorch's; Keras cuts them at two standard
    deviations.

To read: LeCun, Bottou, Orr and Müller (1998), Efficient BackProp · Glorot and Bengio (2010), Understanding the
difficulty of training deep feedforward neural networks · He, Zhang, Ren and Sun (2015), Delving deep into rectifiers ·
Saxe, McClelland and Ganguli (2014), Exact solutions to the nonlinear dynamics of learning in deep linear neural
networks · Mezzadri (2007), How to generate random matrices from the classical compact groups.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

#: Standard deviation of a standard normal distribution that is cut at -2 and 2.
TRUNCATED_STD = 0.8796256610342398


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Count how many numbers flow into one output, and out of one input, of a layer.

        fan_in = receptive field · C_in        fan_out = receptive field · C_out

    The last two axes are (C_in, C_out); the receptive field is the product of the axes before them, 1
    for a dense layer.

    Args:
        shape: shape of the weights: (in, out) for a dense layer, (K, C_in, C_out), (KH, KW, C_in, C_out) … for a
            convolution; positive integers.

    Returns:
        `(fan_in, fan_out)`, two integers.

    Raises:
        ValueError: `shape` has fewer than two axes.
    """
    raise NotImplementedError("initializers.fans")


def zeros(shape: Sequence[int]) -> Array:
    """Make an array of zeros: the usual start of a bias, where there is no symmetry to break.

    Args:
        shape: any shape, also `()`.

    Returns:
        A new array of that shape, float64, every entry exactly 0.
    """
    raise NotImplementedError("initializers.zeros")


def constant(shape: Sequence[int], value: float) -> Array:
    """Make an array of one number: 1 for the scale of batch norm, 1 for the forget gate's bias of an LSTM.

    Args:
        shape: any shape, also `()`.
        value: the number, an integer or floating.

    Returns:
        A new array of that shape, every entry `value`; float64 also where `value` is an integer.
    """
    raise NotImplementedError("initializers.constant")


def symmetry_is_broken(w: Array) -> bool:
    """Tell whether all units of a layer start with different weights.

    A unit's weights are what lies at one place of the last axis: a column of a dense layer, a filter of a convolution.
    Two units with equal weights compute the same number, get the same gradient, and stay equal.

    Args:
        w: weights, shape (in, out) or (KH, KW, C_in, C_out), units along the last axis; not modified.

    Returns:
        True if no two units are equal; two are equal if all their weights are exactly (`==`) equal. True for one unit.

    Raises:
        ValueError: `w` has fewer than two axes.
    """
    raise NotImplementedError("initializers.symmetry_is_broken")


def random_normal(rng: np.random.Generator, shape: Sequence[int], std: float) -> Array:
    """Draw weights from a normal distribution with mean 0.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        rng: where all randomness comes from.
        shape: shape of the result.
        std: standard deviation σ (not the variance), σ ≥ 0; 0 gives zeros.

    Returns:
        A new array of that shape, float64, entries independent, N(0, σ²).

    Raises:
        ValueError: `std` is negative.
    """
    raise NotImplementedError("initializers.random_normal")


def random_uniform(rng: np.random.Generator, shape: Sequence[int], low: float, high: float) -> Array:
    """Draw weights from a uniform distribution; every number between the bounds is equally likely.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        rng: where all randomness comes from.
        shape: shape of the result.
        low: lower bound, included.
        high: upper bound, excluded; `high` ≥ `low`, and where they are equal every entry is that number.

    Returns:
        A new array of that shape, float64, entries independent, uniform on [low, high).

    Raises:
        ValueError: `high` is below `low`.
    """
    raise NotImplementedError("initializers.random_uniform")


def truncated_normal(rng: np.random.Generator, shape: Sequence[int], std: float) -> Array:
    """Draw weights from a normal distribution without its far tails, which can start a unit saturated.

    A standard normal z is drawn again wherever |z| > 2. What is left has a standard deviation of `TRUNCATED_STD`, about
    0.88 and not 1, because the tails are missing. Scaling makes up for that:

        w = std · z / TRUNCATED_STD        so that |w| ≤ 2 std / TRUNCATED_STD ≈ 2.274 std

    Args:
        rng: where all randomness comes from.
        shape: shape of the result.
        std: standard deviation of the result, std ≥ 0; 0 gives zeros.

    Returns:
        A new array of that shape, float64, entries independent, with mean 0 and standard deviation `std`.

    Raises:
        ValueError: `std` is negative.
    """
    raise NotImplementedError("initializers.truncated_normal")


def glorot_uniform(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the variance forwards and backwards as well as one number can, uniformly.

        Var(w) = 2 / (fan_in + fan_out)        uniform on [-a, a) with a = √3 std = √(6 / (fan_in + fan_out))

    Args:
        rng: where all randomness comes from.
        shape: shape of the weights, at least two axes, as in `fans`.

    Returns:
        A new array of that shape, float64, entries independent.

    Raises:
        ValueError: `shape` has fewer than two axes.
    """
    raise NotImplementedError("initializers.glorot_uniform")


def glorot_normal(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the variance forwards and backwards as well as one number can, normally.

        Var(w) = 2 / (fan_in + fan_out)        N(0, Var(w)), not truncated

    Args:
        rng: where all randomness comes from.
        shape: shape of the weights, at least two axes, as in `fans`.

    Returns:
        A new array of that shape, float64, entries independent.

    Raises:
        ValueError: `shape` has fewer than two axes.
    """
    raise NotImplementedError("initializers.glorot_normal")


def he_uniform(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the mean square through relu, uniformly.

        Var(w) = 2 / fan_in        uniform on [-a, a) with a = √3 std = √(6 / fan_in)

    Args:
        rng: where all randomness comes from.
        shape: shape of the weights, at least two axes, as in `fans`.

    Returns:
        A new array of that shape, float64, entries independent.

    Raises:
        ValueError: `shape` has fewer than two axes.
    """
    raise NotImplementedError("initializers.he_uniform")


def he_normal(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the mean square through relu, normally.

        Var(w) = 2 / fan_in        N(0, Var(w)), not truncated

    Args:
        rng: where all randomness comes from.
        shape: shape of the weights, at least two axes, as in `fans`.

    Returns:
        A new array of that shape, float64, entries independent.

    Raises:
        ValueError: `shape` has fewer than two axes.
    """
    raise NotImplementedError("initializers.he_normal")


def lecun_normal(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the variance of a linear layer (and of selu), normally.

        Var(w) = 1 / fan_in        N(0, Var(w)), not truncated

    Args:
        rng: where all randomness comes from.
        shape: shape of the weights, at least two axes, as in `fans`.

    Returns:
        A new array of that shape, float64, entries independent.

    Raises:
        ValueError: `shape` has fewer than two axes.
    """
    raise NotImplementedError("initializers.lecun_normal")


def lecun_uniform(rng: np.random.Generator, shape: Sequence[int]) -> Array:
    """Draw weights that keep the variance of a linear layer (and of selu), uniformly.

        Var(w) = 1 / fan_in        uniform on [-a, a) with a = √3 std = √(3 / fan_in)

    Args:
        rng: where all randomness comes from.
        shape: shape of the weights, at least two axes, as in `fans`.

    Returns:
        A new array of that shape, float64, entries independent.

    Raises:
        ValueError: `shape` has fewer than two axes.
    """
    raise NotImplementedError("initializers.lecun_uniform")


def orthogonal(rng: np.random.Generator, shape: Sequence[int], gain: float = 1) -> Array:
    """Draw a matrix that turns and mirrors but does not stretch, every such matrix equally likely.

    All axes but the last are flattened to rows: Q has the shape (KH·KW·C_in, C_out), as many columns as units. Its
    columns, or its rows where those are fewer, are at right angles and of length `gain`:

        QᵀQ = gain² I  (rows ≥ columns)        QQᵀ = gain² I  (rows < columns)

    A standard normal matrix A with rows ≥ columns, decomposed as A = QR, gives such a Q. But a QR routine chooses the
    signs of R's diagonal by a rule of its own, so its Q is not uniform: NumPy's has Q[0, 0] < 0 always. Multiply each
    column of Q by the sign of its entry of R's diagonal, which makes R's diagonal positive and the choice unique.

    Args:
        rng: where all randomness comes from.
        shape: shape of the weights, at least two axes, units along the last.
        gain: length of the columns (or rows), gain > 0.

    Returns:
        A new array of that shape, float64, uniform (Haar) among those matrices; orthogonal to within 1e-10 · gain².

    Raises:
        ValueError: `shape` has fewer than two axes.
    """
    raise NotImplementedError("initializers.orthogonal")


def signal_through_depth(weights: Sequence[Array], x: Array, activation: Callable[[Array], Array]) -> list[float]:
    """Send a batch through a stack of layers, and watch its variance.

        x_0 = x        x_l = activation(x_(l-1) @ w_l)        result: Var(x_1), Var(x_2), …

    A variance that shrinks or grows by a factor per layer is gone, or infinite, after thirty. With Glorot's weights and
    tanh, or He's and relu, it stays of one size: that is what they are for.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        weights: one matrix per layer, shapes (F_0, F_1), (F_1, F_2) …; not modified.
        x: input, shape (N, F_0); not modified.
        activation: a function of an array, elementwise.

    Returns:
        A list of floats, one per layer: the variance (ddof = 0) of all N · F_l numbers after the activation. Empty
        without layers.
    """
    raise NotImplementedError("initializers.signal_through_depth")
