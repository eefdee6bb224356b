"""Right layers of the assessments' own, in small pieces; wrong ones are these with one piece replaced."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.units import _recurrent_common as recurrent

__all__ = [
    "ACTIVATIONS",
    "LSTM",
    "Activation",
    "BatchNorm",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "Node",
    "elsewhere",
    "glorot",
    "made",
    "number_layers",
    "require_axes",
]

Function = Callable[..., Any]


def _softmax(z: Any) -> Any:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


#: Function, and its backward of (grad_output, z).
ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "linear": (lambda z: z, lambda g, z: g),
    "relu": (lambda z: np.maximum(z, 0), lambda g, z: g * (z > 0)),
    "tanh": (np.tanh, lambda g, z: g * (1 - np.tanh(z) ** 2)),
    "sigmoid": (recurrent.sigmoid, lambda g, z: g * recurrent.sigmoid(z) * (1 - recurrent.sigmoid(z))),
    "softplus": (lambda z: np.logaddexp(0, z).astype(z.dtype), lambda g, z: g * recurrent.sigmoid(z)),
    "softmax": (_softmax, lambda g, z: _softmax(z) * (g - (g * _softmax(z)).sum(axis=-1, keepdims=True))),
}


class Node:
    """A value in a graph."""

    def __init__(self, layer: Any, parents: Sequence[Node] = (), shape: Any = None, takes_list: bool = False) -> None:
        """Keep the arguments."""
        self.layer, self.parents, self.shape, self.takes_list = layer, tuple(parents), shape, takes_list


class Layer:
    """What all layers have."""

    def __init__(self) -> None:
        """Start without anything."""
        self.name = type(self).__name__.lower()
        self.output_shape: Any = None
        self.parameters: Any = []
        self.gradients: Any = []
        self.statistics: Any = []
        self.memory: Any = None

    def build(self, input_shape: Any, rng: Any) -> None:
        """Keep the shape."""
        self.output_shape = tuple(input_shape)

    def set_parameters(self, parameters: Any) -> None:
        """Replace the parameters."""
        if [np.shape(each) for each in parameters] != [each.shape for each in self.parameters]:
            raise ValueError("parameters")
        self.parameters = list(parameters)

    def __call__(self, inputs: Any) -> Node:
        """Make a node."""
        parents = [inputs] if isinstance(inputs, Node) else inputs
        return Node(self, parents, None, not isinstance(inputs, Node))


def number_layers(layers: Any) -> None:
    """Name layers by class and number."""
    counts: Counter[str] = Counter()
    for layer in layers:
        kind = type(layer).__name__.lower()
        counts[kind] += 1
        layer.name = f"{kind}_{counts[kind]}"


def glorot(rng: Any, shape: Any) -> Any:
    """Uniform weights by Glorot's rule."""
    field = math.prod(shape[:-2])
    limit = math.sqrt(6 / (field * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape)


def _known(argument: str, name: Any) -> tuple[Function, Function]:
    if (name or "linear") not in ACTIVATIONS:
        raise ValueError(argument)
    return ACTIVATIONS[name or "linear"]


def require_axes(input_shape: Any, count: int) -> None:
    if len(input_shape) != count:
        raise ValueError(f"input_shape {input_shape}")


def made(base: type, **pieces: Any) -> type:
    """A class with pieces replaced."""
    return type(base.__name__, (base,), {"__module__": __name__, **pieces})


def elsewhere(base: Any) -> type:
    """A class that keeps what backward needs in an attribute of its own, and not in `memory`."""

    def forward(self: Any, x: Any, training: bool = False) -> Any:
        y = base.forward(self, x, training)
        self.kept = self.memory
        return y

    def backward(self: Any, grad_output: Any) -> Any:
        self.memory = self.kept
        return base.backward(self, grad_output)

    return made(base, forward=forward, backward=backward)


class Dense(Layer):
    """x W + b, and an activation."""

    def __init__(self, units: int, activation: Any = None) -> None:
        """Keep the arguments."""
        super().__init__()
        self.units, self.activation = units, _known("activation", activation)

    def build(self, input_shape: Any, rng: Any) -> None:
        """Make the weights."""
        self.parameters = self.initial((input_shape[-1], self.units), rng)
        self.output_shape = self.shape(input_shape)

    def initial(self, shape: Any, rng: Any) -> Any:
        """Weights and bias."""
        return [glorot(rng, shape), np.zeros(shape[-1])]

    def shape(self, input_shape: Any) -> Any:
        """Of the output."""
        return (*input_shape[:-1], self.units)

    def forward(self, x: Any, training: bool = False) -> Any:
        """Compute y."""
        z = x @ self.parameters[0] + self.parameters[1]
        self.memory = (x, z)
        return self.activation[0](z)

    def slope(self, grad_output: Any, z: Any) -> Any:
        """Gradient of z."""
        return self.activation[1](grad_output, z)

    def backward(self, grad_output: Any) -> Any:
        """Gradient of x."""
        x, z = self.memory
        grad = self.slope(grad_output, z)
        rows, columns = x.reshape(-1, x.shape[-1]), grad.reshape(-1, grad.shape[-1])
        self.keep([rows.T @ columns, columns.sum(axis=0)])
        return grad @ self.parameters[0].T

    def keep(self, gradients: Any) -> None:
        """Keep the gradients of the parameters."""
        self.gradients = gradients


class Activation(Layer):
    """An activation alone."""

    def __init__(self, name: str) -> None:
        """Look it up."""
        super().__init__()
        self.activation = _known("name", name)

    def forward(self, x: Any, training: bool = False) -> Any:
        """Compute f(x)."""
        self.memory = x
        return self.activation[0](x)

    def backward(self, grad_output: Any) -> Any:
        """Gradient of x."""
        return self.activation[1](grad_output, self.memory)


class Dropout(Layer):
    """Drop while training."""

    def __init__(self, rate: float) -> None:
        """Keep the rate."""
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"rate {rate}")
        self.rate = rate

    def build(self, input_shape: Any, rng: Any) -> None:
        """Keep the generator."""
        super().build(input_shape, rng)
        self.rng = rng

    def mask(self, shape: Any) -> Any:
        """Ones for what stays."""
        return self.rng.random(shape) >= self.rate

    def scaled(self, x: Any) -> Any:
        """What is kept, made larger."""
        return x / (1 - self.rate)

    def forward(self, x: Any, training: bool = False) -> Any:
        """Drop, or not."""
        self.memory = self.mask(x.shape) if training else None
        return x if self.memory is None else self.scaled(x) * self.memory

    def backward(self, grad_output: Any) -> Any:
        """Gradient of x."""
        return grad_output if self.memory is None else self.scaled(grad_output) * self.memory


class BatchNorm(Layer):
    """Normalise channels."""

    momentum = 0.1
    eps = 1e-5

    def build(self, input_shape: Any, rng: Any) -> None:
        """Make parameters and statistics."""
        super().build(input_shape, rng)
        ones, zeros = np.ones(input_shape[-1]), np.zeros(input_shape[-1])
        self.parameters, self.statistics = [ones, zeros], [zeros.copy(), ones.copy()]

    def axes(self, x: Any) -> Any:
        """What is averaged over."""
        return tuple(range(x.ndim - 1))

    def measured(self, x: Any, training: bool) -> Any:
        """Mean and variance to normalise with."""
        return (x.mean(axis=self.axes(x)), x.var(axis=self.axes(x))) if training else self.statistics

    def update(self, x: Any) -> None:
        """Move the statistics towards those of the batch."""
        new = (x.mean(axis=self.axes(x)), x.var(axis=self.axes(x), ddof=1))
        kept = 1 - self.momentum
        self.statistics = [kept * old + self.momentum * each for old, each in zip(self.statistics, new, strict=True)]

    def count(self, x: Any) -> int:
        """Values per channel."""
        return int(x.size // x.shape[-1])

    def forward(self, x: Any, training: bool = False) -> Any:
        """Normalise."""
        if training and self.count(x) < 2:
            raise ValueError("x")
        mean, variance = self.measured(x, training)
        if training:
            self.update(x)
        scale = 1 / np.sqrt(variance + self.eps)
        normalised = (x - mean) * scale
        self.memory = (normalised, scale, training)
        return self.parameters[0] * normalised + self.parameters[1]

    def backward(self, grad_output: Any) -> Any:
        """Gradient of x."""
        normalised, scale, training = self.memory
        axes = self.axes(normalised)
        self.gradients = [(grad_output * normalised).sum(axis=axes), grad_output.sum(axis=axes)]
        return self.through(grad_output * self.parameters[0], normalised, training) * scale

    def through(self, grad: Any, normalised: Any, training: bool) -> Any:
        """What the statistics' dependence on x takes away."""
        if not training:
            return grad
        axes = self.axes(normalised)
        return grad - grad.mean(axis=axes) - normalised * (grad * normalised).mean(axis=axes)


class Flatten(Layer):
    """One row per sample."""

    def build(self, input_shape: Any, rng: Any) -> None:
        """Multiply the sizes."""
        self.output_shape = (math.prod(input_shape),)

    def forward(self, x: Any, training: bool = False) -> Any:
        """Flatten."""
        self.memory = x.shape
        return x.reshape(len(x), -1)

    def backward(self, grad_output: Any) -> Any:
        """Give the shape back."""
        return grad_output.reshape(self.memory)


class LSTM(Layer):
    """Read sequences."""

    def __init__(self, units: int, return_sequences: bool = False) -> None:
        """Keep the arguments."""
        super().__init__()
        self.units, self.return_sequences = units, return_sequences

    def build(self, input_shape: Any, rng: Any) -> None:
        """Make the kernels."""
        require_axes(input_shape, 2)
        self.parameters = self.initial(input_shape[1], rng)
        self.output_shape = self.shape(input_shape)

    def initial(self, features: int, rng: Any) -> Any:
        """Kernels and bias."""
        width = 4 * self.units
        return [glorot(rng, (features, width)), glorot(rng, (self.units, width)), np.zeros(width)]

    def shape(self, input_shape: Any) -> Any:
        """Of the output."""
        return (input_shape[0], self.units) if self.return_sequences else (self.units,)

    def start(self, x: Any) -> Any:
        """Hidden state and cell before the first step."""
        return recurrent.no_state(x, self.units), recurrent.no_state(x, self.units)

    def forward(self, x: Any, training: bool = False) -> Any:
        """Read."""
        h, c = self.start(x)
        self.memory = (x, recurrent.run_lstm(x, h, c, self.parameters))
        return self.shown(np.stack([h for h, _ in self.memory[1][1:]], axis=1))

    def shown(self, states: Any) -> Any:
        """What of the states is the output."""
        return states if self.return_sequences else states[:, -1]

    def arriving(self, grad_output: Any, x: Any) -> Any:
        """The gradients of all states, from above."""
        if self.return_sequences:
            return grad_output
        grads = np.zeros((len(x), x.shape[1], self.units), x.dtype)
        grads[:, -1] = grad_output
        return grads

    def backward(self, grad_output: Any) -> Any:
        """Gradient of x."""
        x, pairs = self.memory
        above, grad_x = self.arriving(grad_output, x), np.empty_like(x)
        grad_h = grad_c = np.zeros_like(above[:, 0])
        self.gradients = [np.zeros_like(each) for each in self.parameters]
        for t in reversed(range(x.shape[1])):
            arrived = (above[:, t] + grad_h, grad_c)
            weights = self.parameters
            grad_x[:, t], grad_h, grad_c, *terms = recurrent.lstm_step_backward(
                arrived, x[:, t], pairs[t][0], pairs[t][1], weights[0], weights[1], weights[2]
            )
            self.gradients = [total + term for total, term in zip(self.gradients, terms, strict=True)]
        return grad_x
