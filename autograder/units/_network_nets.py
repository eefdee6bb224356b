"""Right networks of the assessments' own, in small pieces; wrong ones are these with one piece replaced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.units._network_right import Layer, number_layers

__all__ = ["LOSSES", "Layer", "Network", "Sequential", "as_list", "made", "number_layers"]


def _cross_entropy(labels: Any, logits: Any) -> Any:
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels])


def _cross_entropy_gradient(labels: Any, logits: Any) -> Any:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True) - np.eye(logits.shape[1])[labels]) / len(labels)


#: Loss, and its gradient, of (y_true, y_pred).
LOSSES: dict[str, Any] = {
    "mean_squared_error": (lambda t, p: np.mean((p - t) ** 2), lambda t, p: 2 * (p - t) / p.size),
    "softmax_cross_entropy": (_cross_entropy, _cross_entropy_gradient),
}


def made(base: type, **pieces: Any) -> type:
    """A class with pieces replaced; its module has what the scenarios look for."""
    return type(base.__name__, (base,), {"__module__": __name__, **pieces})


def as_list(value: Any) -> list[Any]:
    """A list of what may be one thing or several."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def take(value: Any, rows: Any) -> Any:
    """Rows of an array, or of each array of a list."""
    return [each[rows] for each in value] if isinstance(value, list) else value[rows]


class Network(Layer):
    """What all networks share."""

    measuring = False
    default_weight = 1.0
    forward: Callable[..., Any]
    backward: Callable[..., Any]

    def __init__(self) -> None:
        """Start without layers."""
        self.layers: Any = []
        super().__init__()
        self.optimizer: Any = None

    @property
    def parameters(self) -> Any:
        """Of all layers."""
        return [array for layer in self.layers for array in layer.parameters]

    @parameters.setter
    def parameters(self, arrays: Any) -> None:
        rest = iter(arrays)
        for layer in self.layers:
            layer.parameters = [next(rest) for _ in layer.parameters]

    @property
    def statistics(self) -> Any:
        """Of all layers."""
        return [array for layer in self.layers for array in layer.statistics]

    @statistics.setter
    def statistics(self, arrays: Any) -> None:
        rest = iter(arrays)
        for layer in self.layers:
            layer.statistics = [next(rest) for _ in layer.statistics]

    def compile(self, optimizer: Any, loss: Any, loss_weights: Any = None) -> None:
        """Say how to train."""
        names = as_list(loss)
        if any(name not in LOSSES for name in names):
            raise ValueError(f"loss {names}")
        self.loss_weights = [self.default_weight] * len(names) if loss_weights is None else list(loss_weights)
        if len(self.loss_weights) != len(names):
            raise ValueError("loss_weights")
        self.optimizer, self.losses = optimizer, names

    def ready(self, x: Any, rng: Any) -> None:
        """Refuse what is not compiled, and build."""
        if self.optimizer is None:
            raise ValueError("compile")
        if self.output_shape is None:
            if rng is None:
                raise ValueError("rng")
            self.build([each.shape[1:] for each in x] if isinstance(x, list) else x.shape[1:], rng)

    def batches(self, count: int, size: int, rng: Any) -> Any:
        """Rows of each batch."""
        order = np.arange(count) if rng is None else rng.permutation(count)
        return [order[start : start + size] for start in range(0, count, size)]

    def fit(
        self, x: Any, y: Any, epochs: int = 1, batch_size: int = 32, rng: Any = None, validation_data: Any = None
    ) -> Any:
        """Train."""
        self.ready(x, rng)
        history: dict[str, list[float]] = {"loss": []}
        for _ in range(epochs):
            parts = self.batches(len(as_list(x)[0]), batch_size, rng)
            losses = [self.learn(take(x, rows), take(y, rows)) for rows in parts]
            history["loss"].append(self.mean(losses, [len(rows) for rows in parts]))
            if validation_data is not None:
                history.setdefault("val_loss", []).append(self.validated(validation_data, batch_size))
        return history

    def validated(self, data: Any, batch_size: int) -> float:
        """The loss of the validation data."""
        x, y = data
        return self.evaluate(x, y, batch_size)

    def mean(self, losses: Any, sizes: Any) -> float:
        """The loss of an epoch."""
        return float(np.dot(losses, sizes) / np.sum(sizes))

    def combined(self, losses: Any) -> Any:
        """One loss of several."""
        return sum(weight * each for weight, each in zip(self.loss_weights, losses, strict=True))

    def shares(self, grads: Any) -> Any:
        """The gradients of the outputs, of the one loss."""
        return [weight * each for weight, each in zip(self.loss_weights, grads, strict=True)]

    def asked(self, kind: int, y: Any, y_pred: Any) -> Any:
        """Losses, or gradients, of all outputs."""
        return [LOSSES[n][kind](*each) for n, *each in zip(self.losses, as_list(y), as_list(y_pred), strict=True)]

    def learn(self, x: Any, y: Any) -> Any:
        """A step on one batch."""
        y_pred = self.forward(x, training=True)
        loss = self.combined(self.asked(0, y, y_pred))
        self.step(y, y_pred)
        return loss

    def step(self, y: Any, y_pred: Any) -> None:
        """Go back, and update."""
        grads = self.shares(self.asked(1, y, y_pred))
        self.backward(grads if isinstance(y_pred, list) else grads[0])
        self.update()

    def update(self) -> None:
        """One step of the optimiser."""
        self.set_parameters(self.optimizer.step(self.parameters, self.gradients))

    def evaluate(self, x: Any, y: Any, batch_size: int = 32) -> float:
        """Measure."""
        if self.optimizer is None:
            raise ValueError("compile")
        parts = self.batches(len(as_list(x)[0]), batch_size, None)
        outputs = [self.forward(take(x, rows), training=self.measuring) for rows in parts]
        losses = [self.combined(self.asked(0, take(y, r), p)) for r, p in zip(parts, outputs, strict=True)]
        return self.mean(losses, [len(rows) for rows in parts])

    def predict(self, x: Any, batch_size: int = 32) -> Any:
        """Collect outputs."""
        parts = self.batches(len(as_list(x)[0]), batch_size, None)
        outputs = [self.forward(take(x, rows), training=self.measuring) for rows in parts]
        if isinstance(outputs[0], list):
            return [np.concatenate(each) for each in zip(*outputs, strict=True)]
        return np.concatenate(outputs)

    def summary(self) -> str:
        """One line per layer."""
        lines = [f"{each.name} {self.shown(each)} {self.count(each.parameters)}" for each in self.layers]
        return "\n".join(["Layer Shape Params", *lines, f"Total: {self.count_params()}"])

    def shown(self, layer: Any) -> str:
        """A layer's output shape as text."""
        return str((None, *layer.output_shape))

    def count(self, arrays: Any) -> int:
        """Numbers in arrays."""
        return sum(array.size for array in arrays)

    def count_params(self) -> int:
        """Numbers that are learnt."""
        return self.count(self.parameters)

    def weights(self) -> Any:
        """All weights themselves."""
        return [array for layer in self.layers for array in (*layer.parameters, *layer.statistics)]

    def get_weights(self) -> Any:
        """Copies."""
        return [array.copy() for array in self.weights()]

    def set_weights(self, weights: Any) -> None:
        """Copies of the given arrays."""
        if [np.shape(each) for each in weights] != [each.shape for each in self.weights()]:
            raise ValueError("weights")
        self.put([np.array(each) for each in weights])

    def put(self, weights: Any) -> None:
        """Hand arrays to the layers."""
        rest = iter(weights)
        for layer in self.layers:
            layer.parameters = [next(rest) for _ in layer.parameters]
            layer.statistics = [next(rest) for _ in layer.statistics]


class Sequential(Network):
    """Layers in a row."""

    def __init__(self, layers: Any = ()) -> None:
        """Add the layers."""
        super().__init__()
        for layer in layers:
            self.add(layer)

    def add(self, layer: Any) -> None:
        """Append a layer."""
        if any(each is layer for each in self.layers):
            raise ValueError("layer")
        self.layers.append(layer)
        number_layers(self.layers)
        self.output_shape = None

    def build(self, input_shape: Any, rng: Any) -> None:
        """Build one after another."""
        shape = self.input_shape = tuple(input_shape)
        for layer in self.layers:
            self.build_layer(layer, shape, rng)
            shape = self.next_shape(layer)
        self.output_shape = shape

    def next_shape(self, layer: Any) -> Any:
        """What the next layer is built for."""
        return layer.output_shape

    def build_layer(self, layer: Any, shape: Any, rng: Any) -> None:
        """Build one layer."""
        try:
            layer.build(shape, rng)
        except ValueError as error:
            raise ValueError(f"{layer.name}: {error}") from error

    def forward(self, x: Any, training: bool = False) -> Any:
        """Through all layers."""
        if x.shape[1:] != self.input_shape:
            raise ValueError(self.layers[0].name)
        for layer in self.layers:
            x = layer.forward(x, training=self.passed_on(training))
        self.memory = [layer.memory for layer in self.layers]
        return x

    def passed_on(self, training: bool) -> bool:
        """The flag for the layers."""
        return training

    def backward(self, grad_output: Any) -> Any:
        """Back through all layers."""
        for layer, memory in zip(self.layers[::-1], self.memory[::-1], strict=True):
            layer.memory = memory
            grad_output = layer.backward(grad_output)
        self.gradients = self.gathered()
        return grad_output

    def gathered(self) -> Any:
        """All gradients in order."""
        return [array for layer in self.layers for array in layer.gradients]
