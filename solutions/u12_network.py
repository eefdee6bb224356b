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
        super().__init__()
        require_known("activation", activation or "linear", ACTIVATIONS)
        self.units = units
        self._activation = ACTIVATIONS[activation or "linear"]

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make the parameters [W, b] and set `output_shape`.

        Args:
            input_shape: (..., in), without the batch axis; the layer works on the last axis alone.
            rng: source of W, shape (in, units), by `glorot_uniform`; b of shape (units,) is zero.
        """
        self.parameters = [glorot_uniform(rng, (input_shape[-1], self.units)), np.zeros(self.units)]
        self.output_shape = (*input_shape[:-1], self.units)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y.

        Args:
            x: shape (N, ..., in); not modified.
            training: makes no difference here.

        Returns:
            y, shape (N, ..., units), dtype of x and the parameters.
        """
        z = dense(x, *self.parameters)
        self.memory = (x, z)
        y: Array = self._activation[0](z)
        return y

    def backward(self, grad_output: Array) -> Array:
        """Go back through the activation, then through the sum.

        Args:
            grad_output: ∂L/∂y, shape (N, ..., units); not modified.

        Returns:
            ∂L/∂x, shape (N, ..., in); `gradients` becomes [∂L/∂W, ∂L/∂b].
        """
        x, z = self.memory
        grad_x, *self.gradients = dense_backward(self._activation[1](grad_output, z), x, *self.parameters)
        return grad_x


class Activation(Layer):
    """An activation as a layer of its own.

    Args:
        name: in `ACTIVATIONS`. (The layer's attribute `name` is its name in the network, as for every layer.)

    Raises:
        ValueError: `name` is not known.
    """

    def __init__(self, name: str) -> None:
        """Look the function up."""
        super().__init__()
        require_known("name", name, ACTIVATIONS)
        self._activation = ACTIVATIONS[name]

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, the input's; there are no parameters.

        Args:
            input_shape: any, without the batch axis.
            rng: not used.
        """
        self.output_shape = tuple(input_shape)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute f(x).

        Args:
            x: shape (N, ...); not modified.
            training: makes no difference here.

        Returns:
            f(x), same shape and dtype; softmax and log_softmax run along the last axis.
        """
        self.memory = x
        y: Array = self._activation[0](x)
        return y

    def backward(self, grad_output: Array) -> Array:
        """Multiply by the slope.

        Args:
            grad_output: ∂L/∂f, shape of x; not modified.

        Returns:
            ∂L/∂x, shape of x.
        """
        grad_x: Array = self._activation[1](grad_output, self.memory)
        return grad_x


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
        super().__init__()
        require_rate(rate)
        self.rate = rate

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, the input's, and keep the generator.

        Args:
            input_shape: any, without the batch axis.
            rng: where the masks of all later training passes come from.
        """
        self.output_shape = tuple(input_shape)
        self._rng = rng

    def forward(self, x: Array, training: bool = False) -> Array:
        """Drop, or pass through.

        Args:
            x: shape (N, ...); not modified.
            training: whether to drop.

        Returns:
            Same shape and dtype as x.
        """
        self.memory = make_dropout_mask(self._rng, x.shape, self.rate) if training else None
        return x if self.memory is None else dropout(x, self.rate, self.memory)

    def backward(self, grad_output: Array) -> Array:
        """Drop the gradients of what was dropped, by the same mask and scale.

        Args:
            grad_output: shape of x; not modified.

        Returns:
            ∂L/∂x, shape of x; after a pass with training=False `grad_output` as it is.
        """
        if self.memory is None:
            return grad_output
        # dropout_backward asks for x, but only its shape and dtype could matter, and they are those of grad_output
        return dropout_backward(grad_output, grad_output, self.rate, self.memory)


class BatchNorm(Layer):
    """Normalise every channel, the last axis: over the batch in training, else by running statistics.

    Constants as in u06: momentum 0.1, ε = 1e-5; the unbiased variance is stored.

        parameters  [γ, β], ones and zeros at first
        statistics  [running mean, running variance], zeros and ones at first
    """

    def __init__(self) -> None:
        """Nothing to remember."""
        super().__init__()

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make parameters and statistics, each of shape (C,), and set `output_shape`.

        Args:
            input_shape: (C,) or (H, W, C), without the batch axis.
            rng: not used.
        """
        channels = input_shape[-1]
        self.parameters = [np.ones(channels), np.zeros(channels)]
        self.statistics = [np.zeros(channels), np.ones(channels)]
        self.output_shape = tuple(input_shape)

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
        gamma, beta = self.parameters
        mean, variance = self.statistics
        self.memory = (x, None if training else self.statistics)
        if not training:
            return batch_norm_eval(x, gamma, beta, mean, variance)
        y, *self.statistics = batch_norm_train(x, gamma, beta, mean, variance)
        return y

    def backward(self, grad_output: Array) -> Array:
        """Go back through what `forward` did: in training the batch's statistics depend on x, else they are constants.

        Args:
            grad_output: shape of x; not modified.

        Returns:
            ∂L/∂x, shape of x; `gradients` becomes [∂L/∂γ, ∂L/∂β].
        """
        x, statistics = self.memory
        gamma, beta = self.parameters
        if statistics is None:
            grad_x, *self.gradients = batch_norm_backward(grad_output, x, gamma, beta)
        else:
            grad_x, *self.gradients = batch_norm_eval_backward(grad_output, x, gamma, beta, *statistics)
        return grad_x


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
        super().__init__()
        require_known("activation", activation or "linear", ACTIVATIONS)
        self.filters = filters
        self.kernel_size = as_pair("kernel_size", kernel_size)
        self.strides = as_pair("strides", strides)
        self.padding = padding
        self._activation = ACTIVATIONS[activation or "linear"]

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make the parameters [W, b] and set `output_shape`, (OH, OW, F).

        Args:
            input_shape: (H, W, C), without the batch axis.
            rng: source of W, shape (KH, KW, C, F), by `glorot_uniform`; b of shape (F,) is zero.

        Raises:
            ValueError: `input_shape` has not three axes; or the kernel does not fit into the images (the text, from
                `output_size`, names `kernel`).
        """
        require_axes(input_shape, 3, "(H, W, C)")
        shape = (*self.kernel_size, input_shape[2], self.filters)
        self.parameters = [glorot_uniform(rng, shape), np.zeros(self.filters)]
        sizes = zip(input_shape[:2], self.kernel_size, self.strides, strict=True)
        height, width = (output_size(*each, self.padding) for each in sizes)
        self.output_shape = (height, width, self.filters)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Compute y.

        Args:
            x: shape (N, H, W, C); not modified.
            training: makes no difference here.

        Returns:
            y, shape (N, OH, OW, F), dtype of x and the parameters.
        """
        w, b = self.parameters
        z = conv2d(x, w, b, self.strides, self.padding)
        self.memory = (x, z)
        y: Array = self._activation[0](z)
        return y

    def backward(self, grad_output: Array) -> Array:
        """Go back through the activation, then through the convolution.

        Args:
            grad_output: shape (N, OH, OW, F); not modified.

        Returns:
            ∂L/∂x, shape (N, H, W, C); `gradients` becomes [∂L/∂W, ∂L/∂b].
        """
        x, z = self.memory
        w, b = self.parameters
        grad_z = self._activation[1](grad_output, z)
        grad_x, *self.gradients = conv2d_backward(grad_z, x, w, b, self.strides, self.padding)
        return grad_x


class MaxPool2D(Layer):
    """The maximum of every window.

    Args:
        pool_size: a number or a pair (h, w).
        strides: a number or a pair (h, w); None for the pool size.
        padding: 'valid' or 'same', as in u07: padding never wins.
    """

    def __init__(self, pool_size: int | Pair = 2, strides: int | Pair | None = None, padding: str = "valid") -> None:
        """Remember the arguments."""
        super().__init__()
        self.pool_size = as_pair("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else as_pair("strides", strides)
        self.padding = padding

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, (OH, OW, C); there are no parameters.

        Args:
            input_shape: (H, W, C), without the batch axis.
            rng: not used.

        Raises:
            ValueError: `input_shape` has not three axes; or the window does not fit into the images (the text, from
                `output_size`, names `kernel`).
        """
        require_axes(input_shape, 3, "(H, W, C)")
        sizes = zip(input_shape[:2], self.pool_size, self.strides, strict=True)
        height, width = (output_size(*each, self.padding) for each in sizes)
        self.output_shape = (height, width, input_shape[2])

    def forward(self, x: Array, training: bool = False) -> Array:
        """Take the maxima.

        Args:
            x: shape (N, H, W, C); not modified.
            training: makes no difference here.

        Returns:
            Shape (N, OH, OW, C), dtype of x.
        """
        self.memory = x
        return max_pool2d(x, self.pool_size, self.strides, self.padding)

    def backward(self, grad_output: Array) -> Array:
        """Send each gradient to the pixel that won; at a tie to the first.

        Args:
            grad_output: shape (N, OH, OW, C); not modified.

        Returns:
            ∂L/∂x, shape (N, H, W, C).
        """
        return max_pool2d_backward(grad_output, self.memory, self.pool_size, self.strides, self.padding)


class AveragePool2D(Layer):
    """The mean of every window.

    Args:
        pool_size: a number or a pair (h, w).
        strides: a number or a pair (h, w); None for the pool size.
        padding: 'valid' or 'same', as in u07: padding does not count.
    """

    def __init__(self, pool_size: int | Pair = 2, strides: int | Pair | None = None, padding: str = "valid") -> None:
        """Remember the arguments."""
        super().__init__()
        self.pool_size = as_pair("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else as_pair("strides", strides)
        self.padding = padding

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, (OH, OW, C); there are no parameters.

        Args:
            input_shape: (H, W, C), without the batch axis.
            rng: not used.

        Raises:
            ValueError: `input_shape` has not three axes; or the window does not fit into the images (the text, from
                `output_size`, names `kernel`).
        """
        require_axes(input_shape, 3, "(H, W, C)")
        sizes = zip(input_shape[:2], self.pool_size, self.strides, strict=True)
        height, width = (output_size(*each, self.padding) for each in sizes)
        self.output_shape = (height, width, input_shape[2])

    def forward(self, x: Array, training: bool = False) -> Array:
        """Take the means.

        Args:
            x: shape (N, H, W, C); not modified.
            training: makes no difference here.

        Returns:
            Shape (N, OH, OW, C), dtype of x.
        """
        self.memory = x
        return average_pool2d(x, self.pool_size, self.strides, self.padding)

    def backward(self, grad_output: Array) -> Array:
        """Share each gradient among the real pixels of its window.

        Args:
            grad_output: shape (N, OH, OW, C); not modified.

        Returns:
            ∂L/∂x, shape (N, H, W, C).
        """
        return average_pool2d_backward(grad_output, self.memory, self.pool_size, self.strides, self.padding)


class Flatten(Layer):
    """Turn every sample into one row; the batch axis stays."""

    def __init__(self) -> None:
        """Nothing to remember."""
        super().__init__()

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Set `output_shape`, (D,), D being the product of the input's.

        Args:
            input_shape: any, without the batch axis.
            rng: not used.
        """
        self.output_shape = (int(np.prod(input_shape)),)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Flatten.

        Args:
            x: shape (N, ...); not modified.
            training: makes no difference here.

        Returns:
            Shape (N, D), dtype of x, row-major.
        """
        self.memory = x
        return flatten(x)

    def backward(self, grad_output: Array) -> Array:
        """Give the gradient the shape of the input.

        Args:
            grad_output: shape (N, D); not modified.

        Returns:
            ∂L/∂x, shape of x.
        """
        return flatten_backward(grad_output, self.memory)


class LSTM(Layer):
    """Read sequences, from zero states.

    Args:
        units: H, the numbers in a state.
        return_sequences: give h_t of all steps, as the next LSTM needs them; else the last one.
    """

    def __init__(self, units: int, return_sequences: bool = False) -> None:
        """Remember the arguments."""
        super().__init__()
        self.units = units
        self.return_sequences = return_sequences

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Make the parameters [W_x, W_h, b], gates in the order i, f, g, o, and set `output_shape`.

        Args:
            input_shape: (T, F), without the batch axis.
            rng: source of W_x, shape (F, 4H), then W_h, shape (H, 4H), both by `glorot_uniform` of these shapes;
                b of shape (4H,) is zero.

        Raises:
            ValueError: `input_shape` has not two axes.
        """
        require_axes(input_shape, 2, "(T, F)")
        kernels = [glorot_uniform(rng, (rows, 4 * self.units)) for rows in (input_shape[1], self.units)]
        self.parameters = [*kernels, np.zeros(4 * self.units)]
        self.output_shape = (input_shape[0], self.units) if self.return_sequences else (self.units,)

    def forward(self, x: Array, training: bool = False) -> Array:
        """Read the sequences; every call starts from zero states.

        Args:
            x: shape (N, T, F); not modified.
            training: makes no difference here.

        Returns:
            All h or the last, shape (N, T, H) or (N, H), dtype of x and the parameters.
        """
        zero = np.zeros((len(x), self.units), dtype=x.dtype)
        self.memory = (x, zero)
        states, _ = lstm(x, zero, zero, *self.parameters)
        return states if self.return_sequences else states[:, -1]

    def backward(self, grad_output: Array) -> Array:
        """Go back through time; the last cell gets no gradient from above.

        Args:
            grad_output: shape of what `forward` returned; not modified.

        Returns:
            ∂L/∂x, shape (N, T, F); `gradients` becomes those of [W_x, W_h, b].
        """
        x, zero = self.memory
        grad_states = grad_output
        if not self.return_sequences:
            grad_states = np.zeros((*x.shape[:2], self.units), dtype=x.dtype)
            grad_states[:, -1] = grad_output
        grads = lstm_backward((grad_states, zero), x, zero, zero, *self.parameters)
        self.gradients = list(grads[3:])
        return grads[0]


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
        self.layers: list[Layer] = []
        super().__init__()
        self._optimizer: Any = None
        self._losses: list[str] = []
        self._loss_weights: list[float] = []

    @property
    def parameters(self) -> list[Array]:
        """The parameters of all layers."""
        return [array for layer in self.layers for array in layer.parameters]

    @parameters.setter
    def parameters(self, arrays: Sequence[Array]) -> None:
        """Deal the arrays to the layers, as many as each has."""
        remaining = iter(arrays)
        for layer in self.layers:
            layer.parameters = [next(remaining) for _ in layer.parameters]

    @property
    def statistics(self) -> list[Array]:
        """The statistics of all layers."""
        return [array for layer in self.layers for array in layer.statistics]

    @statistics.setter
    def statistics(self, arrays: Sequence[Array]) -> None:
        """Deal the arrays to the layers, as many as each has."""
        remaining = iter(arrays)
        for layer in self.layers:
            layer.statistics = [next(remaining) for _ in layer.statistics]

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
        names = as_list(loss)
        for name in names:
            require_known("loss", name, LOSSES)
        weights = [1.0] * len(names) if loss_weights is None else list(loss_weights)
        if len(weights) != len(names):
            raise ValueError(f"loss_weights: got {len(weights)}, want {len(names)}, one for each loss")
        self._optimizer, self._losses, self._loss_weights = optimizer, names, weights

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
        self._require_compiled()
        if self.output_shape is None:
            self._build_from(x, rng)
        history: dict[str, list[float]] = {"loss": []}
        if validation_data is not None:
            history["val_loss"] = []
        samples = np.arange(len(as_list(x)[0]))
        for _ in range(epochs):
            batches = iterate_batches(samples, samples, batch_size, rng)
            total = sum(len(rows) * self._learn(take_rows(x, rows), take_rows(y, rows)) for rows, _ in batches)
            history["loss"].append(total / len(samples))
            if validation_data is not None:
                history["val_loss"].append(self.evaluate(*validation_data, batch_size))
        return history

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
        self._require_compiled()
        count, total = len(as_list(x)[0]), 0.0
        for start in range(0, count, batch_size):
            rows = slice(start, start + batch_size)
            y_pred = self.forward(take_rows(x, rows), training=False)
            total += len(as_list(y_pred)[0]) * self._loss(take_rows(y, rows), y_pred)
        return total / count

    def predict(self, x: Any, batch_size: int = 32) -> Any:
        """Collect the outputs for all samples, a batch at a time, with training=False.

        Args:
            x: samples, shape (n, ...), n ≥ 1, or a list of such; not modified.
            batch_size: samples per forward pass.

        Returns:
            The outputs in the order of the samples, shape (n, *output_shape); a list of such for several outputs.
        """
        starts = range(0, len(as_list(x)[0]), batch_size)
        parts = [self.forward(take_rows(x, slice(start, start + batch_size)), training=False) for start in starts]
        if isinstance(parts[0], list):
            return [np.concatenate(each) for each in zip(*parts, strict=True)]
        return np.concatenate(parts)

    def summary(self) -> str:
        """Describe the network, one line per layer.

        Returns:
            Text, its lines joined by newlines. The line of a layer begins with its name, and has its output shape
            with None for the batch axis, as in (None, 32), and the count of its learnable parameters, with spaces
            between the three (as many as you like). The last line ends with the count of all. Counts are
            plain digits. Other lines, such as a heading, are free, as long as they do not begin with a layer's name.
        """
        rows = [(each.name, each.output_shape, sum(array.size for array in each.parameters)) for each in self.layers]
        lines = [f"{name:20} {(None, *(shape or ()))!s:24} {count:10}" for name, shape, count in rows]
        return "\n".join([*lines, f"Total params: {self.count_params()}"])

    def count_params(self) -> int:
        """Count the numbers that are learnt: those in `parameters`; statistics are not learnt."""
        return sum(array.size for array in self.parameters)

    def get_weights(self) -> list[Array]:
        """Copy all weights.

        Returns:
            A list of new arrays in the order of the weights, any shapes: later training does not change them, and
            changing them does not change the network.
        """
        return [array.copy() for layer in self.layers for array in (*layer.parameters, *layer.statistics)]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Put copies of the given arrays in place of all weights.

        Args:
            weights: a list as from `get_weights`, same shapes as `self.get_weights()`; not modified, and not kept.

        Raises:
            ValueError: `weights` has another number of arrays, or an array of another shape; the network then keeps
                the weights that it had.
        """
        got, want = [np.shape(each) for each in weights], [each.shape for each in self.get_weights()]
        if got != want:
            raise ValueError(f"weights: got shapes {got}, want {want}")
        remaining = iter(weights)
        for layer in self.layers:
            layer.parameters = [np.array(next(remaining)) for _ in layer.parameters]
            layer.statistics = [np.array(next(remaining)) for _ in layer.statistics]

    def _require_compiled(self) -> None:
        if self._optimizer is None:
            raise ValueError("compile: got a network without optimizer and loss, want compile(…) before this")

    def _build_from(self, x: Any, rng: np.random.Generator | None) -> None:
        if rng is None:
            raise ValueError("rng: got None, want a generator: the network is not built, and needs initial weights")
        self.build([each.shape[1:] for each in x] if isinstance(x, list) else x.shape[1:], rng)

    def _loss(self, y: Any, y_pred: Any) -> float:
        triples = zip(self._losses, as_list(y), as_list(y_pred), strict=True)
        return total_loss([LOSSES[name][0](*pair) for name, *pair in triples], self._loss_weights)

    def _loss_gradient(self, y: Any, y_pred: Any) -> Any:
        triples = zip(self._losses, as_list(y), as_list(y_pred), strict=True)
        grads = [LOSSES[name][1](*pair) for name, *pair in triples]
        weighted = [weight * grad for weight, grad in zip(self._loss_weights, grads, strict=True)]
        return weighted if isinstance(y_pred, list) else weighted[0]

    def _learn(self, x: Any, y: Any) -> float:
        y_pred = self.forward(x, training=True)
        self.backward(self._loss_gradient(y, y_pred))
        self.set_parameters(self._optimizer.step(self.parameters, self.gradients))
        return self._loss(y, y_pred)


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
        super().__init__()
        self.input_shape: Shape | None = None
        for layer in layers:
            self.add(layer)

    def add(self, layer: Layer) -> None:
        """Append a layer. A network that was built must be built anew.

        Args:
            layer: any layer that is not in the network yet.

        Raises:
            ValueError: `layer` is in the network already.
        """
        if any(each is layer for each in self.layers):
            raise ValueError(f"layer: got {layer.name}, which is in the network already, want another")
        self.layers.append(layer)
        number_layers(self.layers)
        self.output_shape = None

    def build(self, input_shape: Shape, rng: np.random.Generator) -> None:
        """Build the layers in order, each for what comes out of the one before.

        Args:
            input_shape: of one sample, without the batch axis.
            rng: goes to every layer.

        Raises:
            ValueError: a layer refuses its input shape; the text names that layer, as in 'conv2d_1: …', and goes on
                with the layer's own.
        """
        shape: Any = tuple(input_shape)
        for layer in self.layers:
            try:
                layer.build(shape, rng)
            except ValueError as error:
                raise ValueError(f"{layer.name}: {error}") from error
            shape = layer.output_shape
        self.input_shape, self.output_shape = tuple(input_shape), shape

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
        if x.shape[1:] != self.input_shape:
            raise ValueError(f"{self.layers[0].name}: got samples of shape {x.shape[1:]}, want {self.input_shape}")
        for layer in self.layers:
            x = layer.forward(x, training=training)
        self.memory = [layer.memory for layer in self.layers]
        return x

    def backward(self, grad_output: Array) -> Array:
        """Send a gradient back through all layers, from the last to the first, with the memories in `memory`.

        Args:
            grad_output: shape (N, *output_shape); not modified.

        Returns:
            ∂L/∂x, shape (N, *input_shape); `gradients` becomes all layers' gradients, in the order of `parameters`.
        """
        for layer, memory in zip(reversed(self.layers), reversed(self.memory), strict=True):
            layer.memory = memory
            grad_output = layer.backward(grad_output)
        self.gradients = [array for layer in self.layers for array in layer.gradients]
        return grad_output


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
    if not path.endswith(".npz"):
        raise ValueError(f"path: got {path!r}, want a name that ends in '.npz'")
    np.savez(path, *network.get_weights())


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
    with np.load(path, allow_pickle=False) as file:
        network.set_weights([file[name] for name in file.files])


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
        super().__init__()
        self._inputs, self._outputs = as_list(inputs), as_list(outputs)
        self._takes_list = not isinstance(inputs, Node)
        self._returns_list = not isinstance(outputs, Node)
        ordered = self._order()
        if {node for node in ordered if node.layer is None} != set(self._inputs):
            raise ValueError("inputs: got others than the outputs depend on, want exactly those")
        self._steps = [(node, node.layer) for node in ordered if node.layer is not None]
        self.layers = list(dict.fromkeys(layer for _, layer in self._steps))
        number_layers(self.layers)

    def build(self, input_shape: Any, rng: np.random.Generator) -> None:
        """Build every layer once, for what comes out of those that it takes from.

        Args:
            input_shape: that of the `Input` (a list of shapes for a list of inputs), or None, as they are known.
            rng: goes to every layer.

        Raises:
            ValueError: `input_shape` differs from the inputs' shapes; or a layer refuses its input shape, or is
                called on inputs of two shapes (the text names the layer, as in 'conv2d_1: …').
        """
        shapes: dict[Node, Any] = {node: node.shape for node in self._inputs}
        given = [input_shape] if not self._takes_list else input_shape
        if input_shape is not None and [tuple(each) for each in given] != list(shapes.values()):
            raise ValueError(f"input_shape: got {input_shape}, want {list(shapes.values())}")
        built: dict[Layer, Any] = {}
        for node, layer in self._steps:
            shape = self._arguments(node, shapes)
            if layer not in built:
                self._build_layer(layer, shape, rng)
            if shape != built.setdefault(layer, shape):
                raise ValueError(f"{layer.name}: called on shapes {built[layer]} and {shape}, want one shape")
            shapes[node] = layer.output_shape
        found = [shapes[node] for node in self._outputs]
        self.output_shape = found if self._returns_list else found[0]  # type: ignore[assignment]

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
        arrays = as_list(x)
        if len(arrays) != len(self._inputs):
            raise ValueError(f"x: got {len(arrays)} arrays, want {len(self._inputs)}, one for each input")
        values: dict[Node, Any] = dict(zip(self._inputs, arrays, strict=True))
        self.memory = []
        for node, layer in self._steps:
            values[node] = layer.forward(self._arguments(node, values), training=training)
            self.memory.append(layer.memory)
        results = [values[node] for node in self._outputs]
        return results if self._returns_list else results[0]

    def backward(self, grad_output: Any) -> Any:
        """Send gradients back through the graph, in the reverse order, each layer with the memory of that call.

        Args:
            grad_output: shape of what `forward` returned, a list of such for a list of outputs; not modified.

        Returns:
            The gradient of the input, shape of x, or a list of such for a list of inputs. `gradients` becomes one
            array per array in `parameters`, summed over the calls of a layer.
        """
        grads: dict[Node, Any] = {}
        totals: dict[Layer, list[Array]] = {}

        def arrive(node: Node, grad: Array) -> None:
            grads[node] = grads[node] + grad if node in grads else grad

        for node, grad in zip(self._outputs, as_list(grad_output), strict=True):
            arrive(node, grad)
        for (node, layer), memory in zip(reversed(self._steps), reversed(self.memory), strict=True):
            layer.memory = memory
            sent = layer.backward(grads[node])
            for parent, grad in zip(node.parents, sent if node.takes_list else [sent], strict=True):
                arrive(parent, grad)
            before = totals.get(layer)
            totals[layer] = list(layer.gradients) if before is None else list(map(np.add, before, layer.gradients))
        self.gradients = [array for layer in self.layers for array in totals[layer]]
        found = [grads[node] for node in self._inputs]
        return found if self._takes_list else found[0]

    def _order(self) -> list[Node]:
        """All nodes, each after its parents; without recursion, as graphs may be deep."""
        ordered: dict[Node, None] = {}
        stack = [(node, False) for node in reversed(self._outputs)]
        while stack:
            node, parents_done = stack.pop()
            if parents_done:
                ordered[node] = None
            elif node not in ordered:
                stack.append((node, True))
                stack += [(parent, False) for parent in reversed(node.parents)]
        return list(ordered)

    def _arguments(self, node: Node, values: dict[Node, Any]) -> Any:
        arguments = [values[parent] for parent in node.parents]
        return arguments if node.takes_list else arguments[0]

    def _build_layer(self, layer: Layer, shape: Any, rng: np.random.Generator) -> None:
        try:
            layer.build(shape, rng)
        except ValueError as error:
            raise ValueError(f"{layer.name}: {error}") from error


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
    rows = []
    for width in widths:
        network = Sequential([Dense(width, "relu"), Dense(1)])
        network.compile(Adam(0.01), "mean_squared_error")
        network.fit(x_train, y_train[:, None], epochs=200, batch_size=32, rng=rng)
        rows.append(network.predict(x_test, batch_size=512)[:, 0])
    return np.array(rows)


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
    train, test = standardize(x_train, x_test)
    network = Sequential([Dense(2, "softmax")])
    network.compile(Adam(0.05), "sparse_categorical_crossentropy")
    network.fit(train, y_train, epochs=20, batch_size=32, rng=rng)
    probabilities: Array = network.predict(test, batch_size=256)
    return probabilities


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
    brightest = x_train.max()
    network = Sequential([Flatten(), Dense(64, "relu"), Dense(10)])
    network.compile(Adam(0.005), "softmax_cross_entropy")
    network.fit(x_train / brightest, y_train, epochs=20, batch_size=32, rng=rng)
    digits: Array = network.predict(x_test / brightest, batch_size=256).argmax(axis=1)
    return digits


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
    network = Sequential([Dense(16, "relu"), Dense(1, "sigmoid")])
    network.compile(Adam(0.01), "binary_crossentropy")
    network.fit(multi_hot(documents_train, num_words), y_train[:, None], epochs=5, batch_size=64, rng=rng)
    probabilities: Array = network.predict(multi_hot(documents_test, num_words), batch_size=256)[:, 0]
    return probabilities


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
    network = Sequential([Dense(32, "relu"), Dense(classes)])
    network.compile(Adam(0.01), "softmax_cross_entropy")
    network.fit(multi_hot(documents_train, num_words), y_train, epochs=8, batch_size=64, rng=rng)
    topics: Array = network.predict(multi_hot(documents_test, num_words), batch_size=256).argmax(axis=1)
    return topics


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

    def predict(x: Array, y: Array, new: Array) -> Array:
        train, test = standardize(x, new)
        mean, std = y.mean(), y.std()
        network = Sequential([Dense(16, "relu"), Dense(1)])
        network.compile(Adam(0.01), "mean_squared_error")
        network.fit(train, ((y - mean) / std)[:, None], epochs=20, batch_size=16, rng=rng)
        predictions: Array = network.predict(test, batch_size=256)[:, 0] * std + mean
        return predictions

    errors = []
    for train, validation in k_fold(len(x_train), k, rng):
        predictions = predict(x_train[train], y_train[train], x_train[validation])
        errors.append(np.abs(predictions - y_train[validation]).mean())
    return np.array(errors), predict(x_train, y_train, x_test)
