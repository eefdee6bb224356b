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

from .functions import ACTIVATIONS, LOSSES, Array, Arrays, Forward, Pair, Shape
from .layer import Input, Layer, Node
from .joining import Add, Concatenate
from .checks import number_layers, require_axes, require_known
from .dense_layers import Activation, Dense
from .dropout_layer import Dropout
from .batch_norm import BatchNorm
from .images import AveragePool2D, Conv2D, Flatten, MaxPool2D
from .recurrent import LSTM
from .network import Network, as_list, take_rows
from .sequential import Sequential
from .weight_files import load_weights, save_weights
from .model import Model
from .projects import project_digits, project_function, project_people, project_prices, project_reviews, project_topics

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "LSTM",
    "Activation",
    "Add",
    "Array",
    "Arrays",
    "AveragePool2D",
    "BatchNorm",
    "Concatenate",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "Forward",
    "Input",
    "Layer",
    "MaxPool2D",
    "Model",
    "Network",
    "Node",
    "Pair",
    "Sequential",
    "Shape",
    "as_list",
    "load_weights",
    "number_layers",
    "project_digits",
    "project_function",
    "project_people",
    "project_prices",
    "project_reviews",
    "project_topics",
    "require_axes",
    "require_known",
    "save_weights",
    "take_rows",
]
