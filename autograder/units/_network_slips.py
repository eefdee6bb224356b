"""Wrong layers and networks that turned up when the exercises were answered as students do."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.units import _network_models as models
from autograder.units import _network_nets as nets
from autograder.units import _network_right as right
from autograder.units._network_right import Activation, BatchNorm, Dense, Dropout, glorot, made
from autograder.units._network_right_windows import AveragePool2D, Conv2D, MaxPool2D

__all__ = [
    "ACTIVATION",
    "AVERAGE_POOL",
    "BATCH_NORM",
    "CONV",
    "DENSE",
    "DROPOUT",
    "LSTM",
    "MAX_POOL",
    "MODEL",
    "NETWORK",
    "SEQUENTIAL",
]


_REMEMBERS = "Without training there is nothing to remember."
_LAST_PASS = "backward belongs to the last forward pass: which one is that after a pass with training=False?"


def _in_training_alone(base: Any) -> type:
    """A layer that remembers training passes only."""

    def forward(self: Any, x: Any, training: bool = False) -> Any:
        before, y = self.memory, base.forward(self, x, training)
        self.memory = self.memory if training or before is None else before
        return y

    return made(base, forward=forward)


def _random_bias(self: Any, shape: Any, rng: Any) -> Any:
    return [glorot(rng, shape), rng.standard_normal(shape[-1])]


def _turned(self: Any, shape: Any, rng: Any) -> Any:
    return [glorot(rng, shape).T, np.zeros(shape[-1])]


def _bias_of_a_row(self: Any, shape: Any, rng: Any) -> Any:
    return [glorot(rng, shape), np.zeros((1, shape[-1]))]


def _activated_first(self: Any, x: Any, training: bool = False) -> Any:
    z = x @ self.parameters[0] + self.parameters[1]
    self.memory = (x, z)
    return self.activation[0](x) @ self.parameters[0] + self.parameters[1]


def _written_into(self: Any, x: Any) -> None:
    held = self.statistics
    BatchNorm.update(self, x)
    for old, new in zip(held, self.statistics, strict=True):
        old[...] = new
    self.statistics = held


class _ByTheBatch(BatchNorm):
    """Goes back with the batch's own statistics, in either mode; perhaps forward, too."""

    forward_too = False

    def forward(self, x: Any, training: bool = False) -> Any:
        """Normalise."""
        held = self.statistics
        y = BatchNorm.forward(self, x, training)
        if not training:
            by_batch = BatchNorm.forward(self, x, True)
            self.statistics = held
            y = by_batch if self.forward_too else y
        return y


def _no_scale(self: Any, input_shape: Any, rng: Any) -> None:
    BatchNorm.build(self, input_shape, rng)
    self.parameters[0] = np.zeros(input_shape[-1])


def _valid_shape(self: Any, shape: Any) -> Any:
    sizes = zip(shape[:2], self.kernel, self.strides, strict=True)
    return (*((n - k) // s + 1 for n, k, s in sizes), self.units)


def _divided_by_the_size(self: Any, shape: Any) -> Any:
    return (shape[0] // self.size[0], shape[1] // self.size[1], shape[2])


def _own_maximum(self: Any, x: Any, training: bool = False) -> Any:
    self.memory = MaxPool2D.forward(self, x, training)
    return self.memory


def _times_the_size(self: Any, grad_output: Any) -> Any:
    return AveragePool2D.backward(self, grad_output) * grad_output.dtype.type(self.size[0] * self.size[1])


def _built_again(self: Any, x: Any, rng: Any) -> None:
    if rng is not None:
        self.output_shape = None
    nets.Network.ready(self, x, rng)


def _measured_while_learning(self: Any, x: Any, y: Any) -> Any:
    y_pred = self.forward(x)
    loss = self.combined(self.asked(0, y, y_pred))
    self.step(y, y_pred)
    return loss


def _mean_of_batches(self: Any, x: Any, y: Any, batch_size: int = 32) -> float:
    if self.optimizer is None:
        raise ValueError("compile")
    starts = [slice(start, start + batch_size) for start in range(0, len(x), batch_size)]
    return float(np.mean([self.combined(self.asked(0, y[rows], self.forward(x[rows]))) for rows in starts]))


def _without_biases(self: Any, arrays: Any) -> int:
    return sum(array.size for array in arrays if array.ndim > 1)


def _still_built(self: Any, layer: Any) -> None:
    shape = self.output_shape
    nets.Sequential.add(self, layer)
    self.output_shape = shape


def _first_to_last(self: Any, grad_output: Any) -> Any:
    for layer, memory in zip(self.layers, self.memory, strict=True):
        layer.memory = memory
        grad_output = layer.backward(grad_output)
    self.gradients = self.gathered()
    return grad_output


def _always_a_list(self: Any, x: Any, training: bool = False) -> Any:
    return models.as_list(models.Model.forward(self, x, training))


def _losses_averaged(self: Any, losses: Any) -> Any:
    return nets.Network.combined(self, losses) / len(losses)


DENSE = [
    Misconception(
        "remembers-training-alone",
        believes=_REMEMBERS,
        wrong=_in_training_alone(Dense),
        hint=_LAST_PASS,
    ),
    Misconception(
        "kernel-turned",
        believes="A kernel has a row for each unit: (units, in).",
        wrong=made(Dense, initial=_turned),
        hint="In x @ W, which axis of W meets the features of x?",
    ),
    Misconception(
        "random-bias",
        believes="A bias is random like the weights.",
        wrong=made(Dense, initial=_random_bias),
        hint="What does the convention card say that biases start at?",
    ),
    Misconception(
        "bias-of-two-axes",
        believes="A bias is a row, (1, units), so that it can be added to a batch.",
        wrong=made(Dense, initial=_bias_of_a_row),
        hint="Which shape of b does the docstring give, and is (units,) added to every row, too?",
    ),
    Misconception(
        "steps-lost-in-the-shape",
        believes="What comes out has the shape (units,).",
        wrong=made(Dense, shape=lambda self, input_shape: (self.units,)),
        hint="What comes out of steps of sequences, (T, in)?",
    ),
    Misconception(
        "activated-before-the-sum",
        believes="The activation is applied to x.",
        wrong=made(Dense, forward=_activated_first),
        hint="y = f(x W + b): what is inside of f?",
    ),
]

ACTIVATION = [
    Misconception(
        "remembers-training-alone",
        believes=_REMEMBERS,
        wrong=_in_training_alone(Activation),
        hint=_LAST_PASS,
    ),
    Misconception(
        "arguments-exchanged",
        believes="The backward function takes x, then the gradient.",
        wrong=made(Activation, backward=lambda self, g: self.activation[1](self.memory, g)),
        hint="In which order does `relu_backward` of unit 4 take its arguments?",
    ),
    Misconception(
        "output-for-slope",
        believes="The gradient is multiplied by the output.",
        wrong=made(Activation, backward=lambda self, g: g * self.activation[0](self.memory)),
        hint="What is the slope of relu at 3, and what is its output there?",
    ),
]

DROPOUT = [
    Misconception(
        "divided-by-the-rate",
        believes="What is kept is divided by the rate.",
        wrong=made(Dropout, scaled=lambda self, x: x / self.rate if self.rate else x),
        hint="With rate 0.1, nine of ten units are kept: by what must they grow to make up for the tenth?",
    ),
]

BATCH_NORM = [
    Misconception(
        "statistics-in-place",
        believes="The statistics may be overwritten where they are.",
        wrong=made(BatchNorm, update=_written_into),
        hint="Who has taken the statistics out, to come back to them: what does he hold after your next pass?",
    ),
    Misconception(
        "batch-backward-after-evaluation",
        believes="batch_norm_backward is the way back from every pass.",
        wrong=_ByTheBatch,
        hint="After a pass with training=False, which mean and variance did forward divide by?",
    ),
    Misconception(
        "one-way-for-both-modes",
        believes="Both modes normalise by the batch; only the update depends on `training`.",
        wrong=made(_ByTheBatch, forward_too=True),
        hint="What should the network answer to a single sample, which has no spread?",
    ),
    Misconception(
        "scale-starts-at-zero",
        believes="γ and β start at zero, as biases do.",
        wrong=made(BatchNorm, build=_no_scale),
        hint="What comes out of a layer that multiplies by 0?",
    ),
    Misconception(
        "eps-forgotten",
        believes="A variance is positive, so it can be divided by.",
        wrong=made(BatchNorm, eps=0.0),
        hint="What is the variance of a channel in which all values are equal?",
    ),
]

CONV = [
    Misconception(
        "remembers-training-alone",
        believes=_REMEMBERS,
        wrong=_in_training_alone(Conv2D),
        hint=_LAST_PASS,
    ),
    Misconception(
        "shape-of-valid-always",
        believes="The size is (n - k) // stride + 1, whatever the padding.",
        wrong=made(Conv2D, shape=_valid_shape),
        hint="How many pixels come out with padding 'same' and stride 1?",
    ),
]

MAX_POOL = [
    Misconception(
        "size-divided-by-the-window",
        believes="n // size windows fit.",
        wrong=made(MaxPool2D, shape=_divided_by_the_size),
        hint="Windows of 3 that move by 2: how many fit into 5?",
    ),
    Misconception(
        "output-remembered",
        believes="What backward needs are the maxima.",
        wrong=made(MaxPool2D, forward=_own_maximum),
        hint="The maximum tells how large the winner was: where do you look it up?",
    ),
]

AVERAGE_POOL = [
    Misconception(
        "size-divided-by-the-window",
        believes="n // size windows fit.",
        wrong=made(AveragePool2D, shape=_divided_by_the_size),
        hint="Windows of 3 that move by 2: how many fit into 5?",
    ),
    Misconception(
        "gradient-multiplied-by-the-size",
        believes="Every pixel gets the whole gradient.",
        wrong=made(AveragePool2D, backward=_times_the_size),
        hint="If one of four pixels grows by 1, by how much does their mean grow?",
    ),
]

LSTM = [
    Misconception(
        "shape-of-the-last-state-always",
        believes="What comes out has the shape (units,).",
        wrong=made(right.LSTM, shape=lambda self, input_shape: (self.units,)),
        hint="What comes out with return_sequences=True?",
    ),
]

NETWORK = [
    Misconception(
        "built-anew-by-fit",
        believes="A training starts with new weights.",
        wrong=nets.made(nets.Network, ready=_built_again),
        hint="Whoever calls fit a second time wants to go on: from which weights?",
    ),
    Misconception(
        "learnt-in-evaluation-mode",
        believes="forward is forward; its default mode will do.",
        wrong=nets.made(nets.Network, learn=_measured_while_learning),
        hint="What does `training` default to, and when should dropout be on?",
    ),
    Misconception(
        "biases-not-counted",
        believes="A layer has in · out parameters.",
        wrong=nets.made(nets.Network, count=_without_biases),
        hint="How many numbers does a dense layer learn besides its kernel?",
    ),
    Misconception(
        "mean-over-batches-in-evaluate",
        believes="The loss of all samples is the mean of the batches' losses.",
        wrong=nets.made(nets.Network, evaluate=_mean_of_batches),
        hint="Forty samples in batches of 32: how much do the last eight count in your mean?",
    ),
]

SEQUENTIAL = [
    Misconception(
        "stays-built",
        believes="A layer that is added later is built with the first batch.",
        wrong=nets.made(nets.Sequential, add=_still_built),
        hint="Which shape was the new layer built for, and what tells `fit` that it must build?",
    ),
    Misconception(
        "back-from-the-first-layer",
        believes="The gradient visits the layers in their order.",
        wrong=nets.made(nets.Sequential, backward=_first_to_last),
        hint="Whose output does grad_output belong to?",
    ),
]

MODEL = [
    Misconception(
        "always-a-list",
        believes="A model gives a list of outputs.",
        wrong=models.made(forward=_always_a_list),
        hint="What comes out of Model(x, y), and what of Model(x, [y])?",
    ),
    Misconception(
        "losses-averaged",
        believes="Several losses are averaged.",
        wrong=models.made(combined=_losses_averaged),
        hint="Does the formula of the loss divide by the number of outputs?",
    ),
]
