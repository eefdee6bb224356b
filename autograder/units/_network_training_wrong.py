"""Wrong versions of Network."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.units import _network_nets as nets

__all__ = ["MISCONCEPTIONS"]


def _all_numbers(self: Any) -> Any:
    return self.count(self.weights())


def _weighted_twice(self: Any, losses: Any, sizes: Any) -> float:
    return float(np.mean(losses))


def _after_the_step(self: Any, x: Any, y: Any) -> Any:
    y_pred = self.forward(x, training=True)
    self.step(y, y_pred)
    return self.combined(self.asked(0, y, self.forward(x, training=False)))


def _by_layer(self: Any) -> None:
    for layer in self.layers:
        if layer.parameters:
            layer.parameters = self.optimizer.step(layer.parameters, layer.gradients)


def _rest_dropped(self: Any, count: int, size: int, rng: Any) -> Any:
    order = np.arange(count) if rng is None else rng.permutation(count)
    return [order[start : start + size] for start in range(0, count - size + 1, size)]


def _one_order(self: Any, count: int, size: int, rng: Any) -> Any:
    return nets.Network.batches(self, count, size, None if rng is None else np.random.default_rng(1))


def _never_shuffled(self: Any, count: int, size: int, rng: Any) -> Any:
    return nets.Network.batches(self, count, size, None)


def _validated_while_training(self: Any, data: Any, batch_size: int) -> Any:
    self.measuring = True
    loss = self.evaluate(*data, batch_size)
    self.measuring = False
    return loss


def _learnt_from(self: Any, data: Any, batch_size: int) -> Any:
    loss = self.evaluate(*data, batch_size)
    self.learn(*data)
    return loss


def _piece_by_piece(self: Any, weights: Any) -> None:
    rest = iter(weights)
    for layer in self.layers:
        for arrays in (layer.parameters, layer.statistics):
            for index, old in enumerate(arrays):
                new = np.array(next(rest))
                if new.shape != old.shape:
                    raise ValueError("weights")
                arrays[index] = new


def _own_arrays(self: Any, weights: Any) -> None:
    if [np.shape(each) for each in weights] != [each.shape for each in self.weights()]:
        raise ValueError("weights")
    self.put(weights)


def _parameters_only(self: Any, weights: Any) -> None:
    if [np.shape(each) for each in weights] != [each.shape for each in self.parameters]:
        raise ValueError("weights")
    self.parameters = [np.array(each) for each in weights]


def _statistics_last(self: Any) -> Any:
    return [*self.parameters, *self.statistics]


def _dealt_last(self: Any, weights: Any) -> None:
    count = len(self.parameters)
    self.parameters, self.statistics = weights[:count], weights[count:]


def _wrong(name: str, believes: str, hint: str, **pieces: Any) -> Misconception:
    return Misconception(name, believes=believes, wrong=nets.made(nets.Network, **pieces), hint=hint)


MISCONCEPTIONS = [
    _wrong(
        "measured-in-training-mode",
        "A pass is a pass.",
        "What does dropout do to a prediction, if `training` is True?",
        measuring=True,
    ),
    _wrong(
        "validated-in-training-mode",
        "Validation is part of training.",
        "Which passes of `fit` may drop units or move running statistics?",
        validated=_validated_while_training,
    ),
    _wrong(
        "validation-data-learnt-from",
        "More data are better.",
        "What is the validation loss worth, if the network has been trained on these samples?",
        validated=_learnt_from,
    ),
    _wrong(
        "mean-over-batches",
        "The loss of an epoch is the mean of its batches' losses.",
        "With five samples in batches of two, how much does the last one count in your mean?",
        mean=_weighted_twice,
    ),
    _wrong(
        "loss-after-the-step",
        "The loss of a batch is measured when it has been learnt.",
        "Which forward pass had the outputs that the gradient was of?",
        learn=_after_the_step,
    ),
    _wrong(
        "loss-weights-in-the-loss-alone",
        "Weights are for the number that is shown.",
        "If a loss counts twice, how much must its gradient count?",
        shares=lambda self, grads: grads,
    ),
    _wrong(
        "loss-weights-ignored",
        "The losses are added.",
        "What is `loss_weights` for?",
        combined=lambda self, losses: sum(losses),
        shares=lambda self, grads: grads,
    ),
    _wrong(
        "losses-averaged",
        "Several losses make one by their mean.",
        "Does the docstring of `total_loss` divide by anything?",
        combined=lambda self, losses: nets.Network.combined(self, losses) / len(losses),
        shares=lambda self, grads: [grad / len(grads) for grad in nets.Network.shares(self, grads)],
    ),
    _wrong(
        "losses-averaged-in-the-history-alone",
        "The loss that is shown is the mean of the outputs' losses; each gradient is its own.",
        "Does the docstring of `total_loss` divide by anything?",
        combined=lambda self, losses: nets.Network.combined(self, losses) / len(losses),
    ),
    _wrong(
        "rest-dropped",
        "Only whole batches are batches.",
        "Five samples in batches of two: which sample does your network never see?",
        batches=_rest_dropped,
    ),
    _wrong(
        "optimiser-called-per-layer",
        "Every layer takes its own step.",
        "An optimiser knows a parameter by its place in the list: what is at place 0 in your second call?",
        update=_by_layer,
    ),
    _wrong(
        "one-order-for-all-epochs",
        "The samples are shuffled once.",
        "What does `iterate_batches` do with `rng` at every call, and what do you pass to it?",
        batches=_one_order,
    ),
    _wrong(
        "never-shuffled",
        "`rng` is for the initial weights.",
        "Where does the order of the samples come from?",
        batches=_never_shuffled,
    ),
    _wrong(
        "weights-by-reference",
        "get_weights returns the weights.",
        "If the caller adds 1 to what you return, what does the network compute then?",
        get_weights=lambda self: self.weights(),
    ),
    _wrong(
        "set-by-reference",
        "set_weights puts the given arrays in.",
        "If the caller changes the arrays afterwards, what does the network compute then?",
        set_weights=_own_arrays,
    ),
    _wrong(
        "set-piece-by-piece",
        "The shapes are checked one by one, while the weights go in.",
        "If the last shape is wrong, which weights has the network got by then?",
        set_weights=_piece_by_piece,
    ),
    _wrong(
        "parameters-only",
        "Weights are what is learnt.",
        "What will a batch norm layer compute after its weights were saved and loaded?",
        get_weights=lambda self: [array.copy() for array in self.parameters],
        set_weights=_parameters_only,
    ),
    _wrong(
        "statistics-at-the-end",
        "First all parameters, then all statistics.",
        "In which order does the docstring put the weights of one layer, and then of the next?",
        weights=_statistics_last,
        put=_dealt_last,
    ),
    _wrong(
        "statistics-counted",
        "count_params counts all numbers that a network has.",
        "Which of them does the optimiser change?",
        count_params=_all_numbers,
    ),
    _wrong(
        "arrays-counted",
        "The number of parameters is len(parameters).",
        "How many numbers are in a matrix of 3 rows and 2 columns?",
        count=lambda self, arrays: len(arrays),
    ),
    _wrong(
        "shape-without-the-batch-axis-in-the-summary",
        "The summary shows output_shape.",
        "What stands in Keras's summary, and in the docstring, where the batch size will be?",
        shown=lambda self, layer: str(tuple(layer.output_shape)),
    ),
    _wrong(
        "summary-printed",
        "A summary is for reading.",
        "What does your `summary` return?",
        summary=lambda self: None,
    ),
]
