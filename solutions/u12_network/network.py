"""What every network can do: build, train, evaluate, predict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..u05_losses import total_loss
from ..u11_training import iterate_batches
from .checks import require_known
from .functions import LOSSES, Array
from .layer import Layer

__all__ = ["Network", "as_list", "take_rows"]


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
