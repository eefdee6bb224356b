"""Assessment of networks: Dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal
from autograder.units import _network_right as right
from autograder.units import _network_slips as slips

__all__ = ["Dropout"]


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
        "in training every number is 0 or x / (1 - rate)": bool(close(y, scaled, rtol=1e-5)),
        "in training the fraction of zeros is near the rate": bool(abs((~kept).mean() - rate) < slack),
        "in training the gradient is grad_output / (1 - rate) where x was kept, else 0": bool(close(back, grads, 1e-5)),
        "in training the gradient is 0 where x was dropped": bool((back[~kept] == 0).all()),
        "in training every entry is dropped on its own": bool(rate == 0 or not by_rows),
        "in training the next call drops others": bool(rate == 0 or (y != again).any()),
        "with the first call's memory put back, the gradient has the first call's mask": bool(close(remembered, back)),
        "two layers built with generators of one seed drop the same": bool((y == same).all()),
        "a layer built with a generator of another seed drops others": bool(rate == 0 or (y != other).any()),
        "with training=False the output is x": bool(np.array_equal(shown, x)),
        "without the flag the output is x": bool(np.array_equal(unasked, x)),
        "after training=False the gradient is grad_output": bool(np.array_equal(after, grad_output)),
        "the dtype of x is kept": bool(y.dtype == x.dtype == shown.dtype and back.dtype == grad_output.dtype),
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


def _factor_remembered(self: Any, x: Any, training: bool = False) -> Any:
    self.memory = self.mask(x.shape) if training else 1 - self.rate
    return x * self.memory


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
            "scaled-at-evaluation-both-ways",
            believes="The output is made smaller at test time, and so is its gradient.",
            wrong=right.made(right.Dropout, forward=_factor_remembered, scaled=_not_scaled),
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
