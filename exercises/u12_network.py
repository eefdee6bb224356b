"""A small Keras of your own: layers, and networks made of them.

Everything is there already: activations, losses, layers, convolutions, LSTM,
optimisers and the loop. What is missing is what makes a library of them: every
layer behind the same few methods, so that a network need not know what it is
made of.

    Sequential      x ─► dense_1 ─► batchnorm_1 ─► activation_1 ─► dense_2 ─► y
                    ◄──────────── backward: the same way, in reverse ◄── ∂L/∂y

    Model           a ─► dense_1 ─┬─► add_1 ─► dense_3 ─► y      any graph without
                    b ─► dense_2 ─┘     └────► dense_4 ─► z      a cycle

A layer
    build(input_shape, rng)    make the parameters; shapes are WITHOUT the batch axis
    output_shape               what comes out of it, also without the batch axis
    forward(x, training=False) compute y, and put into `memory` what backward needs
    backward(grad_output)      from `memory`: return ∂L/∂x, and put the parameters'
                               gradients into `gradients`; change nothing else
    parameters                 list of arrays that are learnt
    gradients                  list of arrays, one per parameter, of the last backward
    statistics                 list of arrays that are kept, but not learnt (BatchNorm)
    memory                     all that backward needs from the last forward, in ONE
                               attribute: who calls a layer twice keeps both memories
                               (it takes one out, and puts it back before backward)
    set_parameters(arrays)     replaces the parameters
    name                       'dense_1': class, and number in its network

`Layer` (given) has these with what suits a layer without parameters. A network is
a layer, too: it has the same methods, and `Network` adds what trains it.

Formulas
    chain       x_0 = x,  x_k = layer_k(x_{k−1});  ∂L/∂x_{k−1} = backward_k(∂L/∂x_k)
    graph       a value with several consumers gets the sum of their gradients;
                a layer that is used several times gets the sum over its uses
    loss        L = Σ_k weight_k · loss_k(y_k, output_k)        (a sum, no average)
    epoch       Σ_b n_b · L_b / Σ_b n_b                (n_b samples in batch b)

Convention card
  * batch axis first, images (N, H, W, C), sequences (N, T, F).
  * training=True in learning steps alone; `predict`, `evaluate` and validation say
    training=False. backward belongs to the last forward, in whichever mode it was.
  * initial weights by `glorot_uniform` of u08 from the `rng` of build (LSTM: both
    kernels), biases zero, γ = 1, β = 0, running mean 0, running variance 1.
  * arrays of the caller are never changed, and arrays that go out or come in by
    get_weights / set_weights are copies. Parameters stay between forward and backward.
  * bad input raises ValueError, and its text names the argument.
  * a network builds itself at the first `fit` from the shape of x, or before that by
    network.build(input_shape, rng).
  * optimisers are those of u09; losses are named as in `LOSSES`, activations as in
    `ACTIVATIONS`.

Given: `Layer`, `Node`, `Input`, `Add`, `Concatenate`, the two registries, and
`number_layers`.

    network = Sequential([Flatten(), Dense(32, "relu"), Dense(10)])
    network.compile(Adam(0.01), "softmax_cross_entropy")
    network.fit(images, labels, epochs=5, batch_size=32, rng=np.random.default_rng(0))

    a, b = Input((4,)), Input((6,))
    h = Add()([Dense(8, "relu")(a), Dense(8, "relu")(b)])
    model = Model([a, b], [Dense(1)(h), Dense(3)(h)])

The projects at the end use it on data: a curve, by networks of several widths; people,
told apart by height and weight; handwritten digits; reviews; newswires of many topics;
and a regression with k-fold validation. `chainrule check --data FOLDER` adds MNIST,
IMDB, Reuters and Boston housing, if you have their files.

To read: the Keras guides "The Sequential model" and "The Functional API"; Chollet,
Deep Learning with Python (2nd edition, 2021), chapters 3 and 7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .u01_tensors import multi_hot, standardize
from .u04_activations import (
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
from .u05_losses import (
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
    total_loss,
)
from .u06_layers import (
    batch_norm_backward,
    batch_norm_eval,
    batch_norm_eval_backward,
    batch_norm_train,
    dense,
    dense_backward,
    dropout,
    dropout_backward,
    flatten,
    flatten_backward,
    make_dropout_mask,
    require_rate,
)
from .u07_convolution import (
    as_pair,
    average_pool2d,
    average_pool2d_backward,
    conv2d,
    conv2d_backward,
    max_pool2d,
    max_pool2d_backward,
    output_size,
)
from .u08_initializers import glorot_uniform
from .u09_optimizers import Adam
from .u10_recurrent import lstm, lstm_backward
from .u11_training import iterate_batches, k_fold

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


class Layer:
    """Given: what all layers have, with what suits a layer that learns nothing and keeps its input's shape.

    Attributes:
        name: the class in small letters; a network appends a number.
        output_shape: shape of what comes out, without the batch axis; None before `build`.
        parameters: list of arrays that are learnt.
        gradients: list of arrays, one per parameter, of the last `backward`.
        statistics: list of arrays that are kept but not learnt.
        memory: what the last `forward` left for `backward`, all of it.
    """

    def __init__(self) -> None:
        """Start without parameters, not built."""
        self.name = type(self).__name__.lower()
        self.output_shape: Shape | None = None
        self.parameters: list[Array] = []
        self.gradients: list[Array] = []
        self.statistics: list[Array] = []
        self.memory: Any = None

    def build(self, input_shape: Any, rng: np.random.Generator) -> None:
        """Get ready for inputs of this shape (without the batch axis)."""
        self.output_shape = tuple(input_shape)

    def forward(self, x: Any, training: bool = False) -> Any:
        """Compute the output; every layer has its own."""
        raise TypeError(f"{type(self).__name__} has no forward")

    def backward(self, grad_output: Any) -> Any:
        """Compute the gradient of the input; every layer has its own."""
        raise TypeError(f"{type(self).__name__} has no backward")

    def set_parameters(self, parameters: Sequence[Array]) -> None:
        """Replace the parameters by others of the same shapes.

        Raises:
            ValueError: `parameters` has another number of arrays, or an array of another shape.
        """
        got, want = [np.shape(each) for each in parameters], [each.shape for each in self.parameters]
        if got != want:
            raise ValueError(f"parameters: got shapes {got}, want {want} for {self.name}")
        self.parameters = list(parameters)

    def __call__(self, inputs: Node | Sequence[Node]) -> Node:
        """Put the layer into a graph: say what it takes, get what comes out. Computes nothing."""
        parents = (inputs,) if isinstance(inputs, Node) else tuple(inputs)
        return Node(self, parents, takes_list=not isinstance(inputs, Node))


@dataclass(frozen=True, eq=False)
class Node:
    """Given: a value in a graph, before there are any numbers. Nodes are equal only to themselves.

    Args:
        layer: what computes it; None for an `Input`.
        parents: the nodes that the layer takes.
        shape: of an `Input`, without the batch axis; None for all others.
        takes_list: whether the layer takes (and its backward returns) a list of arrays, as `Add` does.
    """

    layer: Layer | None
    parents: tuple[Node, ...] = ()
    shape: Shape | None = None
    takes_list: bool = False


def Input(shape: Sequence[int]) -> Node:  # noqa: N802 - Keras's name
    """Given: a place where data enter a graph.

    Args:
        shape: of one sample, without the batch axis.

    Returns:
        A node for `Model(inputs, …)` and for layers to take.
    """
    return Node(None, shape=tuple(shape))


class Add(Layer):
    """Given: the sum of several arrays of one shape."""

    def build(self, input_shape: Sequence[Shape], rng: np.random.Generator) -> None:
        """Take a list of equal shapes.

        Raises:
            ValueError: `input_shape` has different shapes.
        """
        if len(set(input_shape)) != 1:
            raise ValueError(f"input_shape: got {list(input_shape)}, want equal shapes")
        self.output_shape = input_shape[0]

    def forward(self, x: list[Array], training: bool = False) -> Array:
        """Sum the arrays of the list."""
        self.memory = len(x)
        total: Array = np.sum(x, axis=0)
        return total

    def backward(self, grad_output: Array) -> list[Array]:
        """Hand the gradient to every term."""
        return [grad_output] * self.memory


class Concatenate(Layer):
    """Given: several arrays side by side, along the last axis."""

    def build(self, input_shape: Sequence[Shape], rng: np.random.Generator) -> None:
        """Take a list of shapes that differ in the last number at most.

        Raises:
            ValueError: `input_shape` has shapes that differ elsewhere.
        """
        if len({shape[:-1] for shape in input_shape}) != 1:
            raise ValueError(f"input_shape: got {list(input_shape)}, want shapes equal but for the last number")
        self.output_shape = (*input_shape[0][:-1], sum(shape[-1] for shape in input_shape))

    def forward(self, x: list[Array], training: bool = False) -> Array:
        """Join the arrays of the list."""
        self.memory = np.cumsum([each.shape[-1] for each in x])[:-1]
        return np.concatenate(x, axis=-1)

    def backward(self, grad_output: Array) -> list[Array]:
        """Cut the gradient where the arrays were joined."""
        return np.split(grad_output, self.memory, axis=-1)


def require_known(argument: str, name: str, registry: dict[str, Any]) -> None:
    """Given: refuse a name that a registry does not have.

    Args:
        argument: what the name came as, for the message.
        name: the name.
        registry: `ACTIVATIONS` or `LOSSES`.

    Raises:
        ValueError: it is not there; the text names `argument`.
    """
    if name not in registry:
        raise ValueError(f"{argument}: got {name!r}, want one of {', '.join(registry)}")


def require_axes(input_shape: Sequence[int], count: int, meaning: str) -> None:
    """Given: refuse an input shape with another number of axes.

    Args:
        input_shape: without the batch axis.
        count: how many numbers it must have.
        meaning: what they are, for the message: '(H, W, C)'.

    Raises:
        ValueError: it has more or fewer; the text names `input_shape`.
    """
    if len(input_shape) != count:
        raise ValueError(f"input_shape: got {tuple(input_shape)}, want {meaning}, without the batch axis")


def number_layers(layers: Sequence[Layer]) -> None:
    """Given: name layers by class and number, as in 'dense_1', 'dropout_1', 'dense_2'.

    Args:
        layers: the layers of one network, in order; their names are replaced.
    """
    counts: Counter[str] = Counter()
    for layer in layers:
        kind = type(layer).__name__.lower()
        counts[kind] += 1
        layer.name = f"{kind}_{counts[kind]}"


class Dense(Layer):
    """A fully connected layer, with an activation behind it if one is named.

        y = f(x W + b)

    Args:
        units: the number of outputs.
        activation: a name in `ACTIVATIONS`, or None for none.

    Raises:
        ValueError: `activation` is not known.
    """

    def __init__(self, units: int, activation: str | None = None) -> None:
        """Remember the arguments; the weights wait for `build`."""
        raise NotImplementedError("network.Dense")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make the parameters [W, b] and set `output_shape`.

        Args:
            input_shape: (..., in), without the batch axis; the layer works on the last axis alone.
            rng: source of W, shape (in, units), by `glorot_uniform`; b of shape (units,) is zero.
        """
        raise NotImplementedError("network.Dense")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y.

        Args:
            x: shape (N, ..., in); not modified.
            training: makes no difference here.

        Returns:
            y, shape (N, ..., units), dtype of x and the parameters.
        """
        raise NotImplementedError("network.Dense")

    def backward(self, grad_output: Array) -> Array:
        """Go back through the activation, then through the sum.

        Args:
            grad_output: ∂L/∂y, shape (N, ..., units); not modified.

        Returns:
            ∂L/∂x, shape (N, ..., in); `gradients` becomes [∂L/∂W, ∂L/∂b].
        """
        raise NotImplementedError("network.Dense")


class Activation(Layer):
    """An activation as a layer of its own.

    Args:
        name: in `ACTIVATIONS`. (The layer's attribute `name` is its name in the network, as for every layer.)

    Raises:
        ValueError: `name` is not known.
    """

    def __init__(self, name: str) -> None:
        """Look the function up."""
        raise NotImplementedError("network.Activation")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, the input's; there are no parameters.

        Args:
            input_shape: any, without the batch axis.
            rng: not used.
        """
        raise NotImplementedError("network.Activation")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute f(x).

        Args:
            x: shape (N, ...); not modified.
            training: makes no difference here.

        Returns:
            f(x), same shape and dtype; softmax and log_softmax run along the last axis.
        """
        raise NotImplementedError("network.Activation")

    def backward(self, grad_output: Array) -> Array:
        """Multiply by the slope.

        Args:
            grad_output: ∂L/∂f, shape of x; not modified.

        Returns:
            ∂L/∂x, shape of x.
        """
        raise NotImplementedError("network.Activation")


class Dropout(Layer):
    """Switch a random part of the units off, while training.

        training:   y = x · mask / (1 − rate), a new mask in every call
        otherwise:  y = x

    Args:
        rate: the fraction that is dropped, 0 ≤ rate < 1.

    Raises:
        ValueError: `rate` is outside [0, 1).
    """

    def __init__(self, rate: float) -> None:
        """Remember the rate."""
        raise NotImplementedError("network.Dropout")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, the input's, and keep the generator.

        Args:
            input_shape: any, without the batch axis.
            rng: where the masks of all later training passes come from.
        """
        raise NotImplementedError("network.Dropout")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Drop, or pass through.

        Args:
            x: shape (N, ...); not modified.
            training: whether to drop.

        Returns:
            Same shape and dtype as x.
        """
        raise NotImplementedError("network.Dropout")

    def backward(self, grad_output: Array) -> Array:
        """Drop the gradients of what was dropped, by the same mask and scale.

        Args:
            grad_output: shape of x; not modified.

        Returns:
            ∂L/∂x, shape of x; after a pass with training=False `grad_output` as it is.
        """
        raise NotImplementedError("network.Dropout")


class BatchNorm(Layer):
    """Normalise every channel, the last axis: over the batch in training, else by running statistics.

    Constants as in u06: momentum 0.1, ε = 1e-5; the unbiased variance is stored.

        parameters  [γ, β], ones and zeros at first
        statistics  [running mean, running variance], zeros and ones at first
    """

    def __init__(self) -> None:
        """Nothing to remember."""
        raise NotImplementedError("network.BatchNorm")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make parameters and statistics, each of shape (C,), and set `output_shape`.

        Args:
            input_shape: (C,) or (H, W, C), without the batch axis.
            rng: not used.
        """
        raise NotImplementedError("network.BatchNorm")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Normalise, and in training update `statistics` (new arrays; the old ones are not modified).

        Args:
            x: shape (N, C) or (N, H, W, C); not modified.
            training: whether to measure and update, or to use what was measured.

        Returns:
            y, shape of x.

        Raises:
            ValueError: `x` has one value per channel only, in training.
        """
        raise NotImplementedError("network.BatchNorm")

    def backward(self, grad_output: Array) -> Array:
        """Go back through what `forward` did: in training the batch's statistics depend on x, else they are constants.

        Args:
            grad_output: shape of x; not modified.

        Returns:
            ∂L/∂x, shape of x; `gradients` becomes [∂L/∂γ, ∂L/∂β].
        """
        raise NotImplementedError("network.BatchNorm")


class Conv2D(Layer):
    """A convolution over images, with an activation behind it if one is named.

    Args:
        filters: F, the channels that come out.
        kernel_size: a number or a pair (h, w).
        strides: a number or a pair (h, w).
        padding: 'valid' or 'same', as in u07.
        activation: a name in `ACTIVATIONS`, or None for none.

    Raises:
        ValueError: `activation` is not known.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Pair,
        strides: int | Pair = 1,
        padding: str = "valid",
        activation: str | None = None,
    ) -> None:
        """Remember the arguments."""
        raise NotImplementedError("network.Conv2D")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make the parameters [W, b] and set `output_shape`, (OH, OW, F).

        Args:
            input_shape: (H, W, C), without the batch axis.
            rng: source of W, shape (KH, KW, C, F), by `glorot_uniform`; b of shape (F,) is zero.

        Raises:
            ValueError: `input_shape` has not three axes; or the kernel does not fit into the images (the text, from
                `output_size`, names `kernel`).
        """
        raise NotImplementedError("network.Conv2D")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y.

        Args:
            x: shape (N, H, W, C); not modified.
            training: makes no difference here.

        Returns:
            y, shape (N, OH, OW, F), dtype of x and the parameters.
        """
        raise NotImplementedError("network.Conv2D")

    def backward(self, grad_output: Array) -> Array:
        """Go back through the activation, then through the convolution.

        Args:
            grad_output: shape (N, OH, OW, F); not modified.

        Returns:
            ∂L/∂x, shape (N, H, W, C); `gradients` becomes [∂L/∂W, ∂L/∂b].
        """
        raise NotImplementedError("network.Conv2D")


class MaxPool2D(Layer):
    """The maximum of every window.

    Args:
        pool_size: a number or a pair (h, w).
        strides: a number or a pair (h, w); None for the pool size.
        padding: 'valid' or 'same', as in u07: padding never wins.
    """

    def __init__(self, pool_size: int | Pair = 2, strides: int | Pair | None = None, padding: str = "valid") -> None:
        """Remember the arguments."""
        raise NotImplementedError("network.MaxPool2D")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, (OH, OW, C); there are no parameters.

        Args:
            input_shape: (H, W, C), without the batch axis.
            rng: not used.

        Raises:
            ValueError: `input_shape` has not three axes; or the window does not fit into the images (the text, from
                `output_size`, names `kernel`).
        """
        raise NotImplementedError("network.MaxPool2D")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Take the maxima.

        Args:
            x: shape (N, H, W, C); not modified.
            training: makes no difference here.

        Returns:
            Shape (N, OH, OW, C), dtype of x.
        """
        raise NotImplementedError("network.MaxPool2D")

    def backward(self, grad_output: Array) -> Array:
        """Send each gradient to the pixel that won; at a tie to the first.

        Args:
            grad_output: shape (N, OH, OW, C); not modified.

        Returns:
            ∂L/∂x, shape (N, H, W, C).
        """
        raise NotImplementedError("network.MaxPool2D")


class AveragePool2D(Layer):
    """The mean of every window.

    Args:
        pool_size: a number or a pair (h, w).
        strides: a number or a pair (h, w); None for the pool size.
        padding: 'valid' or 'same', as in u07: padding does not count.
    """

    def __init__(self, pool_size: int | Pair = 2, strides: int | Pair | None = None, padding: str = "valid") -> None:
        """Remember the arguments."""
        raise NotImplementedError("network.AveragePool2D")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, (OH, OW, C); there are no parameters.

        Args:
            input_shape: (H, W, C), without the batch axis.
            rng: not used.

        Raises:
            ValueError: `input_shape` has not three axes; or the window does not fit into the images (the text, from
                `output_size`, names `kernel`).
        """
        raise NotImplementedError("network.AveragePool2D")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Take the means.

        Args:
            x: shape (N, H, W, C); not modified.
            training: makes no difference here.

        Returns:
            Shape (N, OH, OW, C), dtype of x.
        """
        raise NotImplementedError("network.AveragePool2D")

    def backward(self, grad_output: Array) -> Array:
        """Share each gradient among the real pixels of its window.

        Args:
            grad_output: shape (N, OH, OW, C); not modified.

        Returns:
            ∂L/∂x, shape (N, H, W, C).
        """
        raise NotImplementedError("network.AveragePool2D")


class Flatten(Layer):
    """Turn every sample into one row; the batch axis stays."""

    def __init__(self) -> None:
        """Nothing to remember."""
        raise NotImplementedError("network.Flatten")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, (D,), D being the product of the input's.

        Args:
            input_shape: any, without the batch axis.
            rng: not used.
        """
        raise NotImplementedError("network.Flatten")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Flatten.

        Args:
            x: shape (N, ...); not modified.
            training: makes no difference here.

        Returns:
            Shape (N, D), dtype of x, row-major.
        """
        raise NotImplementedError("network.Flatten")

    def backward(self, grad_output: Array) -> Array:
        """Give the gradient the shape of the input.

        Args:
            grad_output: shape (N, D); not modified.

        Returns:
            ∂L/∂x, shape of x.
        """
        raise NotImplementedError("network.Flatten")


class LSTM(Layer):
    """Read sequences, from zero states.

    Args:
        units: H, the numbers in a state.
        return_sequences: give h_t of all steps, as the next LSTM needs them; else the last one.
    """

    def __init__(self, units: int, return_sequences: bool = False) -> None:
        """Remember the arguments."""
        raise NotImplementedError("network.LSTM")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make the parameters [W_x, W_h, b], gates in the order i, f, g, o, and set `output_shape`.

        Args:
            input_shape: (T, F), without the batch axis.
            rng: source of W_x, shape (F, 4H), then W_h, shape (H, 4H), both by `glorot_uniform` of these shapes;
                b of shape (4H,) is zero.

        Raises:
            ValueError: `input_shape` has not two axes.
        """
        raise NotImplementedError("network.LSTM")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Read the sequences; every call starts from zero states.

        Args:
            x: shape (N, T, F); not modified.
            training: makes no difference here.

        Returns:
            All h or the last, shape (N, T, H) or (N, H), dtype of x and the parameters.
        """
        raise NotImplementedError("network.LSTM")

    def backward(self, grad_output: Array) -> Array:
        """Go back through time; the last cell gets no gradient from above.

        Args:
            grad_output: shape of what `forward` returned; not modified.

        Returns:
            ∂L/∂x, shape (N, T, F); `gradients` becomes those of [W_x, W_h, b].
        """
        raise NotImplementedError("network.LSTM")


def as_list(value: Any) -> list[Any]:
    """Given: a list as it is, anything else as a list of one: a network may have one output or several."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def take_rows(value: Any, rows: Any) -> Any:
    """Given: some samples of an array, or of every array in a list.

    Args:
        value: an array with the batch axis first, or a list of such.
        rows: a slice or an array of indices.

    Returns:
        An array, or a list of arrays.
    """
    return [each[rows] for each in value] if isinstance(value, list) else value[rows]


class Network(Layer):
    """What all networks share: training, measuring, counting, and the traffic of weights.

    `Sequential` and `Model` inherit this. They fill `layers` and define `build`, `forward` and `backward`, where
    `backward` puts into `gradients` one array per array in `parameters`; Network uses nothing else of them.

    A *weight* is a parameter or a statistic. Weights stand in the order of `layers`, in each layer the parameters
    first, then the statistics. Layers are never shared between places of `layers`.

    Attributes:
        layers: the layers, each once. They follow the convention card.
        parameters: all layers' parameters, in order, at the time of asking; assigning deals new ones to the layers.
        statistics: likewise.
    """

    def __init__(self) -> None:
        """Start without layers, not compiled.

        `layers` must be there first: the constructor of `Layer` assigns to `parameters`, and here those are the
        layers' own.
        """
        raise NotImplementedError("network.Network")

    @property
    def parameters(self) -> list[Array]:
        """The parameters of all layers."""
        raise NotImplementedError("network.Network")

    @parameters.setter
    def parameters(self, arrays: Sequence[Array]) -> None:
        """Deal the arrays to the layers, as many as each has."""
        raise NotImplementedError("network.Network")

    @property
    def statistics(self) -> list[Array]:
        """The statistics of all layers."""
        raise NotImplementedError("network.Network")

    @statistics.setter
    def statistics(self, arrays: Sequence[Array]) -> None:
        """Deal the arrays to the layers, as many as each has."""
        raise NotImplementedError("network.Network")

    def compile(self, optimizer: Any, loss: str | Sequence[str], loss_weights: Sequence[float] | None = None) -> None:
        """Say how to train.

        Args:
            optimizer: of u09: `step(params, grads)` returns new arrays; it is called once per batch, with all
                parameters.
            loss: a name in `LOSSES`; for several outputs a list of names, one per output.
            loss_weights: one number per output; None for 1 each.

        Raises:
            ValueError: `loss` has an unknown name; `loss_weights` are not as many as the losses.
        """
        raise NotImplementedError("network.Network")

    def fit(
        self,
        x: Any,
        y: Any,
        epochs: int = 1,
        batch_size: int = 32,
        rng: np.random.Generator | None = None,
        validation_data: tuple[Any, Any] | None = None,
    ) -> dict[str, list[float]]:
        """Train. A network that is not built (`output_shape` is None) first builds itself from x and `rng`.

        Each epoch takes its batches from `iterate_batches` of u11 with `rng`. For each batch: one forward pass with
        training=True, one backward pass of ∂L/∂outputs, one step of the optimiser on all parameters. After the
        epoch the validation data are measured by `evaluate` with the same batch_size.

            loss of an epoch = Σ_b n_b · L_b / Σ_b n_b        (L_b before the step on batch b)

        Args:
            x: samples, shape (n, ...), or a list of such for several inputs; not modified.
            y: targets or labels, shape (n, ...), or a list of such for several outputs; not modified.
            epochs: how many times every sample is used.
            batch_size: samples per batch; the last batch takes what remains.
            rng: the source of the order (and of initial weights); None keeps the order.
            validation_data: a pair (x, y), shapes (m, ...) and (m, ...), never learnt from, or None.

        Returns:
            {'loss': [...]}, one float per epoch, and with validation data 'val_loss' likewise.

        Raises:
            ValueError: the network is not compiled (the text names `compile`); `rng` is None and it is not built.
        """
        raise NotImplementedError("network.Network")

    def evaluate(self, x: Any, y: Any, batch_size: int = 32) -> float:
        """Measure the loss over all samples, with training=False, and learn nothing.

        Args:
            x: samples, shape (n, ...), n ≥ 1, or a list of such; not modified.
            y: targets or labels, shape (n, ...), or a list of such; not modified.
            batch_size: samples per forward pass; without influence on the result.

        Returns:
            Σ_b n_b · L_b / n, a float.

        Raises:
            ValueError: the network is not compiled (the text names `compile`).
        """
        raise NotImplementedError("network.Network")

    def predict(self, x: Any, batch_size: int = 32) -> Any:
        """Collect the outputs for all samples, a batch at a time, with training=False.

        Args:
            x: samples, shape (n, ...), n ≥ 1, or a list of such; not modified.
            batch_size: samples per forward pass.

        Returns:
            The outputs in the order of the samples, shape (n, *output_shape); a list of such for several outputs.
        """
        raise NotImplementedError("network.Network")

    def summary(self) -> str:
        """Describe the network, one line per layer.

        Returns:
            Text, its lines joined by newlines. The line of a layer begins with its name, and has its output shape
            with None for the batch axis, as in (None, 32), and the count of its learnable parameters, with spaces
            between the three (as many as you like). The last line ends with the count of all. Counts are
            plain digits. Other lines, such as a heading, are free, as long as they do not begin with a layer's name.
        """
        raise NotImplementedError("network.Network")

    def count_params(self) -> int:
        """Count the numbers that are learnt: those in `parameters`; statistics are not learnt."""
        raise NotImplementedError("network.Network")

    def get_weights(self) -> list[Array]:
        """Copy all weights.

        Returns:
            A list of new arrays in the order of the weights, any shapes: later training does not change them, and
            changing them does not change the network.
        """
        raise NotImplementedError("network.Network")

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Put copies of the given arrays in place of all weights.

        Args:
            weights: a list as from `get_weights`, same shapes as `self.get_weights()`; not modified, and not kept.

        Raises:
            ValueError: `weights` has another number of arrays, or an array of another shape; the network then keeps
                the weights that it had.
        """
        raise NotImplementedError("network.Network")


class Sequential(Network):
    """Layers in a row.

    Args:
        layers: any objects that follow the convention card; networks, too.

    Attributes:
        layers: the layers in order, named by `number_layers`.
        output_shape: that of the last layer; None while the network is not built.
    """

    def __init__(self, layers: Sequence[Layer] = ()) -> None:
        """Add the layers, one after another."""
        raise NotImplementedError("network.Sequential")

    def add(self, layer: Layer) -> None:
        """Append a layer. A network that was built must be built anew.

        Args:
            layer: any layer that is not in the network yet.

        Raises:
            ValueError: `layer` is in the network already.
        """
        raise NotImplementedError("network.Sequential")

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Build the layers in order, each for what comes out of the one before.

        Args:
            input_shape: of one sample, without the batch axis.
            rng: goes to every layer.

        Raises:
            ValueError: a layer refuses its input shape; the text names that layer, as in 'conv2d_1: …', and goes on
                with the layer's own.
        """
        raise NotImplementedError("network.Sequential")

    def forward(self, x: Array, training: bool = False) -> Array:
        """Send a batch through all layers, and keep in `memory` what all layers have in theirs.

        Args:
            x: shape (N, *input_shape); not modified.
            training: passed on to every layer.

        Returns:
            The output of the last layer, shape (N, *output_shape).

        Raises:
            ValueError: the samples have another shape than the network was built for; the text names the first
                layer.
        """
        raise NotImplementedError("network.Sequential")

    def backward(self, grad_output: Array) -> Array:
        """Send a gradient back through all layers, from the last to the first, with the memories in `memory`.

        Args:
            grad_output: shape (N, *output_shape); not modified.

        Returns:
            ∂L/∂x, shape (N, *input_shape); `gradients` becomes all layers' gradients, in the order of `parameters`.
        """
        raise NotImplementedError("network.Sequential")


def save_weights(network: Any, path: str) -> None:
    """Write a network's weights into an .npz file.

    One plain array per weight, in the order of `network.get_weights()`; their names in the file are free. Nothing
    is pickled: the file can be read with allow_pickle=False. An existing file is replaced.

    Args:
        network: anything with `get_weights()`; not modified.
        path: the file's name, which ends in '.npz'.

    Raises:
        ValueError: `path` does not end in '.npz' (NumPy would append it, and who asks for `path` finds nothing).
    """
    raise NotImplementedError("network.save_weights")


def load_weights(network: Any, path: str) -> None:
    """Read a network's weights from an .npz file.

    The arrays are taken in the order in which they stand in the file (`.files` of what `np.load` returns), whatever
    their names are: sorted by name, 'arr_10' would come before 'arr_2'. Nothing is unpickled.

    Args:
        network: anything with `set_weights(list of arrays)`, which refuses what does not fit.
        path: the file's name, as it was given to `save_weights`.

    Raises:
        ValueError: the file's arrays do not fit (the text, from `set_weights`, names `weights`); or they are pickled
            objects (the text, from `np.load`, names `allow_pickle`).
    """
    raise NotImplementedError("network.load_weights")


class Model(Network):
    """A network of any graph without a cycle, from one or several inputs to one or several outputs.

        h = Dense(8, "relu")(x)          a layer called on a node gives a node (see `Layer.__call__`)
        model = Model(x, Dense(1)(h))

    A node with several consumers gets the sum of their gradients. A layer that is called several times is one
    layer with one set of parameters, whose gradient is the sum over the calls.

    Args:
        inputs: a node from `Input`, or a list of such: where data enter.
        outputs: a node, or a list of nodes: what comes out. An output may also feed other layers.

    Attributes:
        layers: the layers of the graph, each once, every layer after those that it takes from (a layer
            that is called again keeps its first place), named by
            `number_layers`.
        output_shape: shape of the output, or a list of shapes for a list of outputs; None while not built.

    Raises:
        ValueError: `inputs` lacks an `Input` that the outputs depend on, or has one that no output depends on.
    """

    def __init__(self, inputs: Node | Sequence[Node], outputs: Node | Sequence[Node]) -> None:
        """Put the graph in order."""
        raise NotImplementedError("network.Model")

    def build(self, input_shape: Any, rng: np.random.Generator) -> None:
        """Build every layer once, for what comes out of those that it takes from.

        Args:
            input_shape: that of the `Input` (a list of shapes for a list of inputs), or None, as they are known.
            rng: goes to every layer.

        Raises:
            ValueError: `input_shape` differs from the inputs' shapes; or a layer refuses its input shape, or is
                called on inputs of two shapes (the text names the layer, as in 'conv2d_1: …').
        """
        raise NotImplementedError("network.Model")

    def forward(self, x: Any, training: bool = False) -> Any:
        """Compute every node once, each after those that it takes from, and keep every call's memory in `memory`.

        Args:
            x: an array, shape (N, ...), or a list of such for a list of inputs; not modified.
            training: passed on to every layer.

        Returns:
            An array, shape (N, *output_shape), or a list of such for a list of outputs.

        Raises:
            ValueError: `x` has another number of arrays than there are inputs.
        """
        raise NotImplementedError("network.Model")

    def backward(self, grad_output: Any) -> Any:
        """Send gradients back through the graph, in the reverse order, each layer with the memory of that call.

        Args:
            grad_output: shape of what `forward` returned, a list of such for a list of outputs; not modified.

        Returns:
            The gradient of the input, shape of x, or a list of such for a list of inputs. `gradients` becomes one
            array per array in `parameters`, summed over the calls of a layer.
        """
        raise NotImplementedError("network.Model")


def project_function(
    x_train: Array, y_train: Array, x_test: Array, widths: list[int], rng: np.random.Generator
) -> Array:
    """Project: see what width is good for. Learn one curve with networks of several widths.

        f(x) = relu(x W1 + b1) W2 + b2        one hidden layer, of as many relus as the width says

    The graph of f is a line with a bend for each relu. One relu cannot follow the curve however long it learns: it
    underfits. With more the error falls, as near to 0 as you like: such networks are universal approximators. (Too
    many, and too few samples with errors in them, and the network learns the errors: it overfits.)

    Two things are judged: that no row bends in more places than its width allows, and the root mean square error of
    the widest, which may be 50 % of the curve's standard deviation at most. A start: Adam(0.01), 200 epochs in batches
    of 32. Mind the shape of the targets.

    Args:
        x_train: where the curve was measured, from -2 to 2, shape (n, 1), floating, n = 200, once 64; not modified.
        y_train: its heights there, without errors, shape (n,), floating; not modified.
        x_test: where to predict it, evenly spaced, shape (m, 1), dtype of x_train; not modified.
        widths: W numbers of relus, each at least 1, in any order; the largest is at least 32.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        A row of predictions for each width, in the order of `widths`, shape (W, m), floating.
    """
    raise NotImplementedError("network.project_function")


def project_people(x_train: Array, y_train: Array, x_test: Array, rng: np.random.Generator) -> Array:
    """Project: tell two groups of people apart by height and weight, and say how sure you are.

    The toy set of many lessons, done right. The groups overlap, so nobody can always be right: what is asked for are
    probabilities, by softmax and sparse_categorical_crossentropy. Two things decide: heights and weights differ much
    in size, so scale them; and scale the test people as the training people, because a group of tall people is tall.

    They are judged by their cross-entropy on some 2,000 people, which may exceed that of the best possible answer by
    0.1 at most. One Dense(2, "softmax") is enough.

    Args:
        x_train: a person per row, height and weight, in units that are not told; shape (n, 2), floating, n = 500,
            once 100; not modified.
        y_train: the persons' groups, 0 or 1, integers, shape (n,), in any order; not modified.
        x_test: further people, shape (m, 2); perhaps in another mix of the two groups; not modified.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        The probabilities of the two groups for each test person, shape (m, 2), from 0 to 1; the two of a person add up
        to 1.
    """
    raise NotImplementedError("network.project_people")


def project_digits(x_train: Array, y_train: Array, x_test: Array, rng: np.random.Generator) -> Array:
    """Project: learn to read handwritten digits, with everything that you have built.

    Build a network, train it on the training images, and say what the test images show. How is up to you: dense or
    convolutional, which optimiser, how long. 95 of 100 test images should be read right; as 500 images tell that to
    within a percent or so, an answer is refused below 93 (465 of 500). One call must not take longer than 20 seconds.
    A start: scale the grey levels to 0 … 1, one hidden layer, relu, softmax_cross_entropy, Adam, some tens of epochs
    in batches of 32.

    Args:
        x_train: grey levels, shape (n, 8, 8) or (n, 28, 28), uint8 or floating; not modified. The smaller ones go from
            0 to 16, and there are about 1,300, once only 300; the larger ones, from 0 to 255, are 12,000 of MNIST,
            where the course has its files.
        y_train: the digits that they show, from 0 to 9, integers, shape (n,); not modified.
        x_test: images that the network must not be fitted to, shape (m, 8, 8) or (m, 28, 28), dtype of x_train; not
            modified.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        The digits of the test images, integers, shape (m,).
    """
    raise NotImplementedError("network.project_digits")


def project_reviews(
    documents_train: list[list[int]],
    y_train: Array,
    documents_test: list[list[int]],
    num_words: int,
    rng: np.random.Generator,
) -> Array:
    """Project: tell from its words whether a review is for or against.

    A network needs rows of one length. Write each document as a multi-hot row (which words occur, not where, not how
    often), and end in one unit with a sigmoid and binary_crossentropy. Its targets have the shape of its output,
    (n, 1): subtracting (n,) from (n, 1) would give a square of differences.

    80 of 100 test documents must be on the right side of ½. More than a few epochs only learn the training documents
    by heart. A start: 16 units with relu, Adam(0.01), 5 epochs in batches of 64.

    Args:
        documents_train: n documents, lists of word ids from 1 to num_words − 1 of any lengths (1 starts each document,
            2 stands for all rarer words); not modified. The course generates them, n = 1,200, once 200, in a
            language where a few hundred words lean to one side, or takes 4,000 of the reviews of IMDB where it has the
            file.
        y_train: 1 for, 0 against; integers, shape (n,), in any order; not modified.
        documents_test: m further documents; not modified.
        num_words: the size of the vocabulary, 1,000 to 2,000.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        The probabilities of "for", from 0 to 1, floating, shape (m,).
    """
    raise NotImplementedError("network.project_reviews")


def project_topics(
    documents_train: list[list[int]],
    y_train: Array,
    documents_test: list[list[int]],
    num_words: int,
    classes: int,
    rng: np.random.Generator,
) -> Array:
    """Project: find the topic of a newswire, one of many.

    As for reviews, but with one output per class, and softmax_cross_entropy. No hidden layer may be much narrower than
    the output: what it drops cannot be recovered behind it. Some topics are ten times as frequent as others.

    75 of 100 test documents must be given their topic, 68 of 100 where they are those of Reuters. A start: 32 units
    with relu, Adam(0.01), 8 epochs in batches of 64.

    Args:
        documents_train: n documents, lists of word ids from 1 to num_words − 1 of any lengths (1 starts each document,
            2 stands for all rarer words); not modified. The course generates them, n = 1,400, once 200, each topic with
            some words of its own, or takes 6,000 of the newswires of Reuters where it has the file.
        y_train: their topics, from 0 to classes − 1, integers, shape (n,), in any order; not modified.
        documents_test: m further documents; not modified.
        num_words: the size of the vocabulary, 1,000 to 2,000.
        classes: the number of topics, 20 to 46.
        rng: the source of all randomness: weights, order of the batches. The same seed gives the same answer.

    Returns:
        The topics of the test documents, integers, shape (m,).
    """
    raise NotImplementedError("network.project_topics")


def project_prices(
    x_train: Array, y_train: Array, x_test: Array, k: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Project: predict a number from a few features, and know how wrong you are before you see the test.

    There are few samples, so one validation part would say little: k-fold cross-validation uses every sample once. For
    each fold train a new network on the others, with means and deviations of *those* alone, and measure

        error_i = 1/n_i Σ |prediction − target|        over the n_i samples of fold i

    in the targets' own unit. Then train on all of them, and predict the test samples. The samples may come sorted, so
    draw the folds. One output without activation; scaling the targets for training helps (scale the predictions back).

    Two things are judged. The mean error of the predictions must be at most 90 % of that of saying the training mean
    each time. And the mean of the fold errors must be an honest forecast of it: between 0.7 and 1.5 times the error on
    the test samples.

    Args:
        x_train: the features, of very different sizes, shape (n, f), floating; not modified. The course has 342
            patients, once 90, with 10 measurements each, or the houses of Boston where it has the file.
        y_train: the target of each sample, floating, shape (n,), in any order: how far a disease went in a year, or a
            price; not modified.
        x_test: further samples, shape (m, f); not modified.
        k: the number of folds, 3 to 6.
        rng: the source of all randomness: folds, weights, order of the batches. The same seed gives the same answer.

    Returns:
        (fold_errors, predictions): shapes (k,) and (m,), floating.
    """
    raise NotImplementedError("network.project_prices")
