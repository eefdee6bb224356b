"""Assessment of networks: Dropout and BatchNorm, the layers that know whether they are trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal
from autograder.units import _network_right as right
from autograder.units import _network_slips as slips
from autograder.units._network_drivers import HELPERS, drive_layer, trial, untried

__all__ = ["BatchNorm", "Dropout"]


def drive_dropout(Dropout: Any, rate: float, x: Any, grad_output: Any) -> Any:
    """Say of a dropout layer what holds for every mask; x has no zeros, and is large enough for chance to even out."""
    layer, twin, stranger = Dropout(rate), Dropout(rate), Dropout(rate)
    for each, seed in ((layer, 5), (twin, 5), (stranger, 6)):
        each.build(x.shape[1:], np.random.default_rng(seed))
    before = x.copy()
    y = layer.forward(x, training=True)
    memory, back = layer.memory, layer.backward(grad_output)
    again, same, other = (each.forward(x, training=True) for each in (layer, twin, stranger))
    kept = y != 0
    layer.memory = memory
    remembered = layer.backward(grad_output)
    shown = layer.forward(x, training=False)
    unasked = layer.forward(x)
    after = layer.backward(grad_output)
    scaled, grads, close = np.where(kept, x / (1 - rate), 0), np.where(kept, grad_output / (1 - rate), 0), np.allclose
    by_rows = (kept == kept[:, :1]).all() or (kept == kept[..., :1]).all() or (kept == kept[:1]).all()
    slack = 6 * np.sqrt(rate * (1 - rate) / x.size) + 1e-9
    return {
        "output_shape": layer.output_shape,
        "training: every number is 0 or x / (1 - rate)": bool(close(y, scaled, rtol=1e-5)),
        "training: the fraction of zeros is near the rate": bool(abs((~kept).mean() - rate) < slack),
        "training: the gradient is grad_output / (1 - rate) where x was kept, else 0": bool(close(back, grads, 1e-5)),
        "training: the gradient is 0 where x was dropped": bool((back[~kept] == 0).all()),
        "training: every entry is dropped on its own": bool(rate == 0 or not by_rows),
        "training: the next call drops others": bool(rate == 0 or (y != again).any()),
        "training: with the first call's memory put back, the gradient has the first mask": bool(
            close(remembered, back)
        ),
        "training: two layers built with generators of one seed drop the same": bool((y == same).all()),
        "training: a generator of another seed drops others": bool(rate == 0 or (y != other).any()),
        "training=False: the output is x": bool(np.array_equal(shown, x)),
        "without the flag: the output is x": bool(np.array_equal(unasked, x)),
        "training=False: the gradient is grad_output": bool(np.array_equal(after, grad_output)),
        "dtype of x is kept": bool(y.dtype == x.dtype == shown.dtype and back.dtype == grad_output.dtype),
        "x is not changed": bool(np.array_equal(x, before)),
    }


def _drop(rate: float, *shape: int, seed: int = 0, dtype: str = "float64") -> dict[str, Any]:
    x = normal(*shape, seed=seed)
    x = np.where(np.abs(x) < 0.01, 1.0, x)
    return {"rate": rate, "x": x.astype(dtype), "grad_output": normal(*shape, seed=seed + 1).astype(dtype)}


def _random_drop(rng: np.random.Generator) -> dict[str, Any]:
    rows, columns = (int(n) for n in rng.integers(20, 40, 2))
    return _drop(round(float(rng.uniform(0.1, 0.9)), 2), rows, columns, seed=int(rng.integers(2**20)))


def _not_scaled(self: Any, x: Any) -> Any:
    return x


def _scaled_at_test(self: Any, x: Any, training: bool = False) -> Any:
    self.memory = self.mask(x.shape) if training else None
    return x * (1 - self.rate) if self.memory is None else x * self.memory


def _always(self: Any, x: Any, training: bool = False) -> Any:
    return right.Dropout.forward(self, x, True)


def _on_by_default(self: Any, x: Any, training: bool = True) -> Any:
    return right.Dropout.forward(self, x, training)


def _first_mask(self: Any, shape: Any) -> Any:
    if not hasattr(self, "kept"):
        self.kept = right.Dropout.mask(self, shape)
    return self.kept


def _new_mask(self: Any, grad_output: Any) -> Any:
    return grad_output if self.memory is None else self.scaled(grad_output) * self.mask(grad_output.shape)


def _mask_alone(self: Any, grad_output: Any) -> Any:
    return grad_output if self.memory is None else grad_output * self.memory


def _no_backward(self: Any, grad_output: Any) -> Any:
    return grad_output


def _training_forgotten(self: Any, x: Any, training: bool = False) -> Any:
    if training:
        return right.Dropout.forward(self, x, True)
    return x


Dropout = Exercise(
    "Dropout",
    points=2,
    reference="dropout",
    scenario=drive_dropout,
    cases=[
        Case("half", **_drop(0.5, 25, 20)),
        Case("a-tenth", **_drop(0.1, 20, 30, seed=2), readonly=True),
        Case("four-fifths", **_drop(0.8, 30, 20, seed=4)),
        Case("nothing", **_drop(0.0, 4, 5, seed=6)),
        Case("images", **_drop(0.25, 6, 5, 5, 4, seed=8), readonly=True),
        Case("single-precision", **_drop(0.4, 20, 25, seed=10, dtype="float32")),
        Case("everything", raises="rate", **_drop(1.0, 2, 3)),
        Case("a-negative-rate", raises="rate", **_drop(-0.1, 2, 3)),
        random_cases(_random_drop),
    ],
    misconceptions=[
        Misconception(
            "active-at-evaluation",
            believes="A dropout layer drops.",
            wrong=right.made(right.Dropout, forward=_always),
            hint="Should one photo get another answer each time that it is shown to the trained network?",
        ),
        Misconception(
            "training-by-default",
            believes="A layer is in training unless told otherwise.",
            wrong=right.made(right.Dropout, forward=_on_by_default),
            hint="What is the default of `training` in the signature?",
        ),
        Misconception(
            "not-scaled",
            believes="Dropping is multiplying by the mask.",
            wrong=right.made(right.Dropout, scaled=_not_scaled),
            hint="What is the mean of the output over all masks, and what is it at test time?",
        ),
        Misconception(
            "scaled-at-evaluation",
            believes="The output is made smaller at test time.",
            wrong=right.made(right.Dropout, forward=_scaled_at_test, scaled=_not_scaled),
            hint="In which of the two modes does the docstring multiply by anything?",
        ),
        Misconception(
            "rate-kept",
            believes="The rate is the fraction that stays.",
            wrong=right.made(
                right.Dropout,
                mask=lambda self, shape: self.rng.random(shape) < self.rate,
                scaled=lambda self, x: x / self.rate if self.rate else x,
            ),
            hint="With rate 0.1, how many of ten units are left?",
        ),
        Misconception(
            "gradient-passes-unchanged",
            believes="Dropout is a trick of the forward pass.",
            wrong=right.made(right.Dropout, backward=_no_backward),
            hint="If a unit was switched off, can the loss depend on it?",
        ),
        Misconception(
            "gradient-not-scaled",
            believes="On the way back the mask is enough.",
            wrong=right.made(right.Dropout, backward=_mask_alone),
            hint="y = x · mask / (1 − rate): what is its slope where the mask is 1?",
        ),
        Misconception(
            "new-mask-for-the-gradient",
            believes="Backward draws, too.",
            wrong=right.made(right.Dropout, backward=_new_mask),
            hint="Which units did the forward pass switch off?",
        ),
        Misconception(
            "one-mask-for-ever",
            believes="The mask is drawn once.",
            wrong=right.made(right.Dropout, mask=_first_mask),
            hint="What becomes of a unit that is dropped in every batch?",
        ),
        Misconception(
            "one-mask-for-the-batch",
            believes="A unit is dropped for the whole batch.",
            wrong=right.made(right.Dropout, mask=lambda self, shape: self.rng.random((1, *shape[1:])) >= self.rate),
            hint="What shape does the mask have, and which shape would give every sample its own?",
        ),
        Misconception(
            "seeded-at-every-call",
            believes="A fixed seed makes the layer reproducible.",
            wrong=right.made(
                right.Dropout, mask=lambda self, shape: np.random.default_rng(0).random(shape) >= self.rate
            ),
            hint="Where does the randomness of a layer come from, and does it move on from call to call?",
        ),
        Misconception(
            "old-mask-after-evaluation",
            believes="Without training there is nothing to remember.",
            wrong=right.made(right.Dropout, forward=_training_forgotten),
            hint="Which forward pass is the last one when backward is called after a pass with training=False?",
        ),
        *slips.DROPOUT,
    ],
    variants=[Variant("own-formulas", right.Dropout)],
    hints=[
        "What differs between the two modes, and what must backward know of the forward pass?",
        "Draw a mask in every training pass; keep it in self.memory, or None where nothing was dropped.",
        "self.memory = make_dropout_mask(self._rng, x.shape, self.rate) if training else None",
    ],
)


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
        *slips.BATCH_NORM,
    ],
    variants=[Variant("own-formulas", right.BatchNorm)],
    hints=[
        "There are two forward formulas and two backward formulas: which belong to training?",
        "Unit 6 has all four functions; what is left is to keep the statistics, and to remember the mode.",
        "y, *self.statistics = batch_norm_train(x, gamma, beta, mean, variance); without training: batch_norm_eval.",
    ],
)
