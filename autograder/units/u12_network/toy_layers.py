"""Layers and an optimiser with given weights, for the scenarios of networks: no fault of a layer shows in a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["HELPERS", "Descent", "module_of", "toy_layers", "toy_weights"]


def module_of(subject: Any) -> Any:
    """The module that a class was defined in: the given classes are there."""
    return __import__("sys").modules[subject.__module__]


def toy_weights(rows: int, columns: int, start: int) -> Any:
    """Weights that are all different, without any draw."""
    return 0.6 * np.cos(1.7 * np.arange(start, start + rows * columns)).reshape(rows, columns)


class _Toy:
    """What toy layers share; the student's Layer comes behind it."""

    calls: Any
    memory: Any
    name: str

    def build(self, input_shape: Any, rng: Any) -> None:
        self.output_shape, self.rng = tuple(input_shape), rng

    def forward(self, x: Any, training: bool = False) -> Any:
        self.calls.append((self.name, bool(training), len(x)))
        self.memory = (x, training)
        return self.computed(x, training)

    def computed(self, x: Any, training: bool) -> Any:
        return x


class _ToyLinear(_Toy):
    """A product with given weights, for inputs of one axis."""

    def __init__(self, units: int, start: int = 3) -> None:
        super().__init__()
        self.units, self.start = units, start

    def build(self, input_shape: Any, rng: Any) -> None:
        if len(input_shape) != 1:
            raise ValueError(f"input_shape: got {input_shape}, want one axis")
        super().build((self.units,), rng)
        self.parameters = [toy_weights(input_shape[0], self.units, self.start), 0.1 * np.ones(self.units)]

    def computed(self, x: Any, training: bool) -> Any:
        return x @ self.parameters[0] + self.parameters[1]

    def backward(self, grad_output: Any) -> Any:
        self.gradients = [self.memory[0].T @ grad_output, grad_output.sum(axis=0)]
        return grad_output @ self.parameters[0].T


class _ToyTanh(_Toy):
    """A function of single numbers, which refuses axes that are too long for it."""

    def __init__(self, most: int = 99) -> None:
        super().__init__()
        self.most = most

    def build(self, input_shape: Any, rng: Any) -> None:
        if max(input_shape) > self.most:
            raise ValueError(f"input_shape: got {input_shape}, want at most {self.most}")
        super().build(input_shape, rng)

    def computed(self, x: Any, training: bool) -> Any:
        return np.tanh(x)

    def backward(self, grad_output: Any) -> Any:
        return grad_output * (1 - np.tanh(self.memory[0]) ** 2)


class _ToyHalf(_Toy):
    """A layer that knows training: it halves, and counts passes and samples."""

    def __init__(self) -> None:
        super().__init__()
        self.statistics = [np.zeros(2)]

    def computed(self, x: Any, training: bool) -> Any:
        self.statistics = [self.statistics[0] + training * np.array([1.0, len(x)])]
        return x * 0.5 if training else x

    def backward(self, grad_output: Any) -> Any:
        return grad_output * 0.5 if self.memory[1] else grad_output


class _ToyFlat(_Toy):
    """One row per sample."""

    def build(self, input_shape: Any, rng: Any) -> None:
        super().build((int(np.prod(input_shape)),), rng)

    def computed(self, x: Any, training: bool) -> Any:
        return x.reshape(len(x), -1)

    def backward(self, grad_output: Any) -> Any:
        return grad_output.reshape(self.memory[0].shape)


def toy_layers(subject: Any, specs: Any, calls: Any) -> Any:
    """Layers by their specs, ('linear', 3), ('tanh',), ('half',), ('flat',); each notes its calls."""
    toys = {"linear": _ToyLinear, "tanh": _ToyTanh, "half": _ToyHalf, "flat": _ToyFlat}
    layer, made = module_of(subject).Layer, []
    for kind, *arguments in specs:
        made.append(type(kind.title(), (toys[kind], layer), {"calls": calls})(*arguments))
    return made


class Descent:
    """Gradient descent with a velocity for each place in the list: who calls it per layer mixes them up."""

    def __init__(self, lr: float) -> None:
        """Start at rest."""
        self.lr, self.steps = lr, 0
        self.velocities: list[Any] = []

    def step(self, params: Any, grads: Any) -> Any:
        """New parameters."""
        self.steps += 1
        if not self.velocities:
            self.velocities = [0.0] * len(params)
        self.velocities = [0.5 * v + g for v, g in zip(self.velocities, grads, strict=False)]
        return [p - self.lr * v for p, v in zip(params, self.velocities, strict=False)]


#: What scenarios with toys use.
HELPERS: tuple[Callable[..., Any], ...] = (
    module_of,
    toy_weights,
    _Toy,
    _ToyLinear,
    _ToyTanh,
    _ToyHalf,
    _ToyFlat,
    toy_layers,
    Descent,
)
