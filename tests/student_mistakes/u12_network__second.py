"""Wrong answers to the layers and networks, of a second reader."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions import u12_network as course
from solutions.u06_layers import batch_norm_backward, batch_norm_eval_backward
from tests.student_mistakes import Mistake


class _DropoutAtTest(course.Dropout):
    """Unscaled in training; the factor 1 - rate at test time is the memory of that pass."""

    def build(self, input_shape: Any, rng: Any) -> None:
        self.output_shape = tuple(input_shape)
        self.generator = rng

    def forward(self, x: Any, training: bool = False) -> Any:
        self.memory = (self.generator.random(x.shape) >= self.rate).astype(x.dtype) if training else 1 - self.rate
        return x * self.memory

    def backward(self, grad_output: Any) -> Any:
        return grad_output * self.memory


class _ConvolutionWithoutStrides(course.Conv2D):
    def build(self, input_shape: Any, rng: Any) -> None:
        super().build(input_shape, rng)
        sizes = [
            n if self.padding == "same" else n - k + 1 for n, k in zip(input_shape, self.kernel_size, strict=False)
        ]
        self.output_shape = (*sizes, self.filters)


class _NormWithPresentStatistics(course.BatchNorm):
    def forward(self, x: Any, training: bool = False) -> Any:
        y = super().forward(x, training)
        self.memory = (x, training)
        return y

    def backward(self, grad_output: Any) -> Any:
        (x, training), (gamma, beta) = self.memory, self.parameters
        if training:
            grad_x, *self.gradients = batch_norm_backward(grad_output, x, gamma, beta)
        else:
            mean, variance = self.statistics
            grad_x, *self.gradients = batch_norm_eval_backward(grad_output, x, gamma, beta, mean, variance)
        return grad_x


class _GradientsUnweighted(course.Network):
    def _loss_gradient(self, y: Any, y_pred: Any) -> Any:
        triples = zip(self._losses, course.as_list(y), course.as_list(y_pred), strict=True)
        grads = [course.LOSSES[name][1](*pair) for name, *pair in triples]
        return grads if isinstance(y_pred, list) else grads[0]


class _LossDivided(course.Network):
    def _loss(self, y: Any, y_pred: Any) -> float:
        return super()._loss(y, y_pred) / len(self._losses)


class _IdleInputs(course.Model):
    """Accepts inputs that nothing depends on."""

    def _order(self) -> Any:
        ordered = super()._order()
        return [*ordered, *(node for node in self._inputs if node not in ordered)]


def _pickled(network: Any, path: Any) -> None:
    arrays = network.get_weights()
    box = np.empty(len(arrays), dtype=object)
    box[:] = arrays
    np.savez(path, weights=box)


for _each in (_GradientsUnweighted, _LossDivided, _IdleInputs):
    _each.__module__ = course.__name__  # where the scenarios look for the course's other names

MISTAKES = [
    Mistake("Dropout", _DropoutAtTest, "scaled-at-evaluation-both-ways"),
    Mistake("Conv2D", _ConvolutionWithoutStrides, "strides-left-out-of-the-shape"),
    Mistake("BatchNorm", _NormWithPresentStatistics, "later-statistics-on-the-way-back"),
    Mistake("Network", _GradientsUnweighted, "loss-weights-in-the-loss-alone"),
    Mistake("Network", _LossDivided, "losses-averaged-in-the-history-alone"),
    Mistake("Model", _IdleInputs),
    Mistake("save_weights", _pickled, "one-object-array"),
]
