"""Dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal

MASK = "make_dropout_mask(self._rng, x.shape, self.rate)"
DROPPED = "dropout(x, self.rate, self.memory)"
BACK = "dropout_backward(grad_output, grad_output, self.rate, self.memory)"
#: The mask alone, and what is kept divided by the wrong fraction, both on the way there and on the way back.
UNSCALED = (DROPPED, "np.where(self.memory, x, 0)", BACK, "np.where(self.memory, grad_output, 0)")
DIVIDED_BY_THE_RATE = (
    DROPPED,
    "np.where(self.memory, x / (self.rate or 1), 0)",
    BACK,
    "np.where(self.memory, grad_output / (self.rate or 1), 0)",
)
WHICH_MODE = "In which of the two modes does the docstring multiply by anything?"


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
        edit("active-at-evaluation", f"{MASK} if training else None", MASK)
        .believes("A dropout layer drops.")
        .ask("Should one photo get a different answer each time the trained network sees it?"),
        edit("training-by-default", "training: bool = False", "training: bool = True")
        .believes("A layer is in training unless told otherwise.")
        .ask("What is the default of `training` in the signature?"),
        edit("not-scaled", *UNSCALED)
        .believes("Dropping is multiplying by the mask.")
        .ask("What is the mean of the output over all masks, and what is it at test time?"),
        edit("scaled-at-evaluation", "return x if", "return x * (1 - self.rate) if", *UNSCALED)
        .believes("The output is made smaller at test time.")
        .ask(WHICH_MODE),
        edit(
            "scaled-at-evaluation-both-ways",
            "return x if",
            "return x * (1 - self.rate) if",
            "return grad_output\n",
            "return grad_output * (1 - self.rate)\n",
            *UNSCALED,
        )
        .believes("The output is made smaller at test time, and so is its gradient.")
        .ask(WHICH_MODE),
        edit("rate-kept", MASK, "self._rng.random(x.shape) < self.rate", *DIVIDED_BY_THE_RATE)
        .believes("The rate is the fraction that stays.")
        .ask("With rate 0.1, how many of ten units are left?"),
        edit("gradient-passes-unchanged", BACK, "grad_output")
        .believes("Dropout is a trick of the forward pass.")
        .ask("If a unit was switched off, can the loss depend on it?"),
        edit("gradient-not-scaled", BACK, "np.where(self.memory, grad_output, 0)")
        .believes("On the way back the mask is enough.")
        .ask("y = x · mask / (1 − rate): what is its slope where the mask is 1?"),
        edit("new-mask-for-the-gradient", BACK, BACK.replace("self.memory", MASK.replace("x", "grad_output")))
        .believes("Backward draws, too.")
        .ask("Which units did the forward pass switch off?"),
        edit(
            "one-mask-for-ever",
            f"self.memory = {MASK} if training",
            f"self._mask = getattr(self, '_mask', {MASK}); self.memory = self._mask if training",
        )
        .believes("The mask is drawn once.")
        .ask("What becomes of a unit that is dropped in every batch?"),
        edit("one-mask-for-the-batch", "x.shape", "(1, *x.shape[1:])")
        .believes("A unit is dropped for the whole batch.")
        .ask("What shape does the mask have, and which shape would give every sample its own?"),
        edit("seeded-at-every-call", "self._rng, x", "np.random.default_rng(0), x")
        .believes("A fixed seed makes the layer reproducible.")
        .ask("Where does a layer's randomness come from, and does it move on from call to call?"),
        edit(
            "old-mask-after-evaluation",
            f"self.memory = {MASK} if training else None",
            f"if not training: return x\n        self.memory = {MASK}",
        )
        .believes("Without training there is nothing to remember.")
        .ask("Which forward pass is the last when backward is called after a pass with training=False?"),
        edit("divided-by-the-rate", *DIVIDED_BY_THE_RATE)
        .believes("What is kept is divided by the rate.")
        .ask("With rate 0.1, nine of ten units are kept: how much must they grow to make up for the tenth?"),
    ],
    variants=[Variant("boolean-mask", (MASK, "self._rng.random(x.shape) >= self.rate"))],
    hints=[
        "What differs between the two modes, and what must backward know of the forward pass?",
        "Draw a mask in every training pass; keep it in self.memory, or None where nothing was dropped.",
        "self.memory = make_dropout_mask(self._rng, x.shape, self.rate) if training else None",
    ],
)
