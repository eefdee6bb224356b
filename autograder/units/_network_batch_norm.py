"""Assessment of networks: BatchNorm, which keeps statistics besides what it learns."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.units import _network_right as right
from autograder.units import _network_slips as slips
from autograder.units._network_drivers import HELPERS, drive_layer, trial, untried

__all__ = ["BatchNorm"]


def _norm(*shape: int, **more: Any) -> dict[str, Any]:
    return trial({}, shape, shape, [shape[-1:], shape[-1:]], **{"sizes": (4, 3), **more})


def _random_norm(rng: np.random.Generator) -> dict[str, Any]:
    images = bool(rng.integers(2))
    shape = (1, 2, 2) if images else (int(rng.integers(2, 5)),)
    return _norm(*shape, seed=int(rng.integers(2**20)), offset=2.0, scale=3.0, sizes=(2, 3) if images else (4, 3))


def _by_the_batch(self: Any, x: Any, training: bool) -> Any:
    return x.mean(axis=self.axes(x)), x.var(axis=self.axes(x))


def _updates_always(self: Any, x: Any, training: bool = False) -> Any:
    y = right.BatchNorm.forward(self, x, training)
    if not training:
        self.update(x)
    return y


def _biased(self: Any, x: Any) -> None:
    new = (x.mean(axis=self.axes(x)), x.var(axis=self.axes(x)))
    self.statistics = [0.9 * old + 0.1 * each for old, each in zip(self.statistics, new, strict=True)]


def _unbiased_in_the_batch(self: Any, x: Any, training: bool) -> Any:
    axes = self.axes(x)
    return (x.mean(axis=axes), x.var(axis=axes, ddof=1)) if training else self.statistics


def _batch_formula_always(self: Any, grad: Any, normalised: Any, training: bool) -> Any:
    return right.BatchNorm.through(self, grad, normalised, True)


def _statistics_learnt(self: Any, input_shape: Any, rng: Any) -> None:
    right.BatchNorm.build(self, input_shape, rng)
    self.parameters += [each.copy() for each in self.statistics]


def _zeros_first(self: Any, input_shape: Any, rng: Any) -> None:
    right.BatchNorm.build(self, input_shape, rng)
    self.statistics = [np.zeros(input_shape[-1]), np.zeros(input_shape[-1])]


def _zero_gamma(self: Any, input_shape: Any, rng: Any) -> None:
    right.BatchNorm.build(self, input_shape, rng)
    self.parameters = self.parameters[::-1]


def _remembers_x(self: Any, x: Any, training: bool = False) -> Any:
    y = right.BatchNorm.forward(self, x, training)
    self.memory = (x, self.memory)
    return y


def _present_statistics(self: Any, grad_output: Any) -> Any:
    """Normalise once more, after training=False with the statistics that the layer has by now."""
    kept = x, (_, _, training) = self.memory
    self.memory = kept[1]
    if not training:
        mean, variance = self.statistics
        scale = 1 / np.sqrt(variance + self.eps)
        self.memory = ((x - mean) * scale, scale, False)
    grad_x = right.BatchNorm.backward(self, grad_output)
    self.memory = kept
    return grad_x


BatchNorm = Exercise(
    "BatchNorm",
    points=3,
    reference="batch_norm",
    scenario=drive_layer,
    helpers=HELPERS,
    cases=[
        Case("three-channels", **_norm(3)),
        Case("images", **_norm(2, 3, 2, seed=1), readonly=True),
        Case("far-from-zero", **_norm(2, seed=2, offset=30.0, scale=0.5), readonly=True),
        Case("two-samples", **_norm(4, seed=3, sizes=(2, 3))),
        Case("one-image", **_norm(2, 2, 3, seed=4, sizes=(1, 2), offset=-2.0)),
        Case("wide-spread", **_norm(3, seed=5, scale=12.0)),
        Case("initial-parameters", **untried({}, (5,))),
        Case("as-built", **{**_norm(3, seed=6, offset=1.0), "parameters": []}),
        Case("one-sample", raises="x", **_norm(3, sizes=(1, 2))),
        random_cases(_random_norm),
    ],
    misconceptions=[
        Misconception(
            "batch-statistics-at-evaluation",
            believes="Normalising always takes the batch's own mean and variance.",
            wrong=right.made(right.BatchNorm, measured=_by_the_batch),
            hint="What should the network answer to a single sample, which has no spread?",
        ),
        Misconception(
            "running-statistics-in-training",
            believes="The running statistics are there to normalise with.",
            wrong=right.made(right.BatchNorm, measured=lambda self, x, training: self.statistics),
            hint="What is the mean of the output of a training batch supposed to be, before γ and β?",
        ),
        Misconception(
            "statistics-never-updated",
            believes="The statistics come with the layer.",
            wrong=right.made(right.BatchNorm, update=lambda self, x: None),
            hint="When would a mean of 0 and a variance of 1 be right for your data?",
        ),
        Misconception(
            "updated-at-evaluation",
            believes="Every pass updates the statistics.",
            wrong=right.made(right.BatchNorm, forward=_updates_always),
            hint="May measuring a network change it?",
        ),
        Misconception(
            "momentum-the-other-way-round",
            believes="The momentum weighs the old value.",
            wrong=right.made(right.BatchNorm, momentum=0.9),
            hint="How much of a new batch goes into the statistics with momentum 0.1?",
        ),
        Misconception(
            "biased-variance-stored",
            believes="One variance does for both.",
            wrong=right.made(right.BatchNorm, update=_biased),
            hint="By which number does unit 6 divide for the variance that is stored?",
        ),
        Misconception(
            "unbiased-variance-in-the-batch",
            believes="The variance is divided by m − 1 everywhere.",
            wrong=right.made(right.BatchNorm, measured=_unbiased_in_the_batch),
            hint="By which number does unit 6 divide for the variance that it normalises with?",
        ),
        Misconception(
            "statistics-taken-for-constants",
            believes="Mean and variance are numbers, so they have no gradient.",
            wrong=right.made(right.BatchNorm, through=lambda self, grad, normalised, training: grad),
            hint="If one x of the batch moves, does the mean stay where it is?",
        ),
        Misconception(
            "training-gradient-after-evaluation",
            believes="There is one backward formula.",
            wrong=right.made(right.BatchNorm, through=_batch_formula_always),
            hint="After a pass with training=False, do the statistics still depend on x?",
        ),
        Misconception(
            "rows-and-columns-of-their-own",
            believes="The mean is over axis 0.",
            wrong=right.made(right.BatchNorm, axes=lambda self, x: 0),
            hint="How many means does a batch of images with three channels have?",
        ),
        Misconception(
            "statistics-among-the-parameters",
            believes="Everything that a layer keeps is a parameter.",
            wrong=right.made(right.BatchNorm, build=_statistics_learnt),
            hint="What would an optimiser do to the running mean if it stood in `parameters`?",
        ),
        Misconception(
            "variance-starts-at-zero",
            believes="All statistics start at zero.",
            wrong=right.made(right.BatchNorm, build=_zeros_first),
            hint="What does an untrained layer divide by, if its variance is 0?",
        ),
        Misconception(
            "gamma-and-beta-swapped",
            believes="γ starts at zero and β at one.",
            wrong=right.made(right.BatchNorm, build=_zero_gamma),
            hint="Which of the two leaves x̂ as it is: γ = 0 or γ = 1?",
        ),
        Misconception(
            "kept-outside-of-memory",
            believes="What backward needs may stand in any attribute.",
            wrong=right.elsewhere(right.BatchNorm),
            hint="If a layer is called twice, how does the network bring back what the first call left?",
        ),
        Misconception(
            "later-statistics-on-the-way-back",
            believes="The running statistics stand in `self.statistics`, so memory need not hold them.",
            wrong=right.made(right.BatchNorm, forward=_remembers_x, backward=_present_statistics),
            hint="Statistics move in training: with which ones was the y computed that this backward belongs to?",
        ),
        *slips.BATCH_NORM,
    ],
    variants=[Variant("own-formulas", right.BatchNorm)],
    hints=[
        "There are two forward formulas and two backward formulas: which belong to training?",
        "Unit 6 has all four functions; what is left is to keep the statistics, and to remember the mode.",
        "y, *self.statistics = batch_norm_train(x, gamma, beta, mean, variance); without training: batch_norm_eval.",
    ],
)
