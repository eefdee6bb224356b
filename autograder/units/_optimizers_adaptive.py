"""Assessment of optimizers: a rate for every number, by the sum or the mean of its squared gradients."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograder.catalog import Exercise, Misconception, Variant
from autograder.units import _optimizers_slips as slips
from autograder.units._optimizers_shared import (
    FORGETS,
    FROZEN_RATE,
    SHARES,
    drive_optimizer,
    growing,
    kept_wrongly,
    made,
    optimizer_cases,
)

__all__ = ["Adagrad", "RMSprop"]

_with_sum = functools.partial(made, options={"eps": 1e-10}, slots=1)
_with_mean = functools.partial(made, options={"rho": 0.9, "eps": 1e-8}, slots=1)


def _adagrad(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = s + g * g
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


def _sum_eps_inside(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = s + g * g
    return p - self.lr * g / np.sqrt(s + self.eps), s


def _sum_no_root(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = s + g * g
    return p - self.lr * g / (s + self.eps), s


def _sum_no_eps(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = s + g * g
    return p - self.lr * g / np.sqrt(s), s


def _sum_decays(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = 0.9 * s + 0.1 * g * g
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


def _running_mean(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = s + g * g
    return p - self.lr * g / (np.sqrt(s / self.t) + self.eps), s


def _old_sum(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    return p - self.lr * g / (np.sqrt(s) + self.eps), s + g * g


def _sum_of_gradients(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = s + g
    return p - self.lr * g / (np.sqrt(s * s) + self.eps), s


def _sum_of_sizes(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = s + np.abs(g)
    return p - self.lr * g / (s + self.eps), s


def _whole_array(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = s + np.sum(g * g)
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


class _AdagradInPlace:
    """Own arrays, updated in place, made at the first step."""

    def __init__(self, lr: float, eps: float = 1e-10) -> None:
        self.lr, self.eps = lr, eps
        self.sums: list[Any] = []

    def step(self, params: Any, grads: Any) -> Any:
        if [p.shape for p in params] != [g.shape for g in grads]:
            raise ValueError(f"grads: want shapes {[p.shape for p in params]}")
        if not self.sums:
            self.sums = [np.zeros(p.shape, p.dtype) for p in params]
        for s, g in zip(self.sums, grads, strict=True):
            s += np.square(g)
        steps = [g / (s**0.5 + self.eps) for s, g in zip(self.sums, grads, strict=True)]
        return [p - step * self.lr for p, step in zip(params, steps, strict=True)]


def _draw_eps(rng: np.random.Generator) -> dict[str, float]:
    return {"eps": float(rng.uniform(0.01, 0.5))}


Adagrad = Exercise(
    "Adagrad",
    points=2,
    scenario=drive_optimizer,
    reference="adagrad",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"eps": 0.1}, _draw_eps),
    misconceptions=[
        Misconception(
            "no-root",
            believes="The step is divided by the sum of squares.",
            wrong=_with_sum(_sum_no_root),
            hint="If all gradients were a hundred times larger, how large should the first step be?",
        ),
        Misconception(
            "eps-under-the-root",
            believes="ε is added to the sum before the root is taken.",
            wrong=_with_sum(_sum_eps_inside),
            hint="With a sum of 0 and ε = 1e-10: is the denominator 1e-10 or 1e-5?",
        ),
        Misconception(
            "no-eps",
            believes="A sum of squares is never zero.",
            wrong=_with_sum(_sum_no_eps),
            hint="A weight has had no gradient yet: what is 0 / 0, and what is it with ε?",
        ),
        Misconception(
            "sum-decays",
            believes="Old gradients are forgotten little by little.",
            wrong=_with_sum(_sum_decays),
            hint="That is RMSprop, the next exercise. Can Adagrad's sum ever become smaller?",
        ),
        Misconception(
            "mean-of-squares",
            believes="The root is of the mean of the squares so far.",
            wrong=_with_sum(_running_mean),
            hint="Under a constant gradient Adagrad's steps fall like 1/√t. Do yours?",
        ),
        Misconception(
            "old-sum",
            believes="The step is taken first, then the sum is updated.",
            wrong=_with_sum(_old_sum),
            hint="What do you divide by in the very first step?",
        ),
        Misconception(
            "sum-of-gradients",
            believes="The gradients are added up, and the sum is squared.",
            wrong=_with_sum(_sum_of_gradients),
            hint="Gradients 3 and −3: is the sum of squares 0 or 18?",
        ),
        Misconception(
            "sum-of-sizes",
            believes="The root of a sum of squares is the sum of the sizes.",
            wrong=_with_sum(_sum_of_sizes),
            hint="Gradients 3 and 4: is √(9 + 16) the same as 3 + 4?",
        ),
        Misconception(
            "one-sum-per-array",
            believes="Each parameter array has one rate.",
            wrong=_with_sum(_whole_array),
            hint="Adagrad is for rare and frequent features in one weight matrix: what is the shape of s?",
        ),
        Misconception(
            "state-reset",
            believes="The sum is made at the beginning of `step`.",
            wrong=_with_sum(_adagrad, **FORGETS),
            hint="If s is only the last g², what is g / √s?",
        ),
        Misconception(
            "one-sum-for-all",
            believes="An optimizer has one sum.",
            wrong=_with_sum(_adagrad, **SHARES),
            hint="Should the gradients of one parameter slow another one down?",
        ),
        Misconception(
            "other-default-eps",
            believes="ε is 1e-8, as everywhere.",
            wrong=_with_sum(_adagrad, options={"eps": 1e-8}),
            hint="Which default does the signature give?",
        ),
        Misconception(
            "rate-frozen",
            believes="The rate is what the constructor was given, for ever.",
            wrong=_with_sum(_adagrad, **FROZEN_RATE),
            hint="If a schedule writes to optimizer.lr, does your next `step` read it?",
        ),
        *kept_wrongly(_adagrad, _with_sum),
    ],
    hints=[
        "Each single number of each parameter has its own sum, which only grows. What is its shape, and who keeps it?",
        "Add the squares first, the new one included; then divide the gradient by the root, with ε added to the root.",
        "s = s + grad**2; param - self.lr * grad / (np.sqrt(s) + self.eps).",
    ],
    variants=[Variant("sums-updated-in-place", _AdagradInPlace)],
)


def _rmsprop(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = self.rho * s + (1 - self.rho) * g * g
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


def _rho_swapped(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = (1 - self.rho) * s + self.rho * g * g
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


def _mean_eps_inside(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = self.rho * s + (1 - self.rho) * g * g
    return p - self.lr * g / np.sqrt(s + self.eps), s


def _mean_no_root(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = self.rho * s + (1 - self.rho) * g * g
    return p - self.lr * g / (s + self.eps), s


def _no_forgetting(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = s + g * g
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


def _full_square(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = self.rho * s + g * g
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


def _corrected(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = self.rho * s + (1 - self.rho) * g * g
    return p - self.lr * g / (np.sqrt(s / (1 - self.rho**self.t)) + self.eps), s


def _starts_at_square(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = g * g if self.t == 1 else self.rho * s + (1 - self.rho) * g * g
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


def _square_of_mean(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = self.rho * s + (1 - self.rho) * g
    return p - self.lr * g / (np.sqrt(s * s) + self.eps), s


def _old_mean(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    return p - self.lr * g / (np.sqrt(s) + self.eps), self.rho * s + (1 - self.rho) * g * g


class _RMSpropLerp:
    """The mean moves a part 1 − ρ of the way to the new square."""

    def __init__(self, lr: float, rho: float = 0.9, eps: float = 1e-8) -> None:
        self.lr, self.rho, self.eps = lr, rho, eps
        self.means: Any = None

    def step(self, params: Any, grads: Any) -> Any:
        if len(params) != len(grads) or any(p.shape != g.shape for p, g in zip(params, grads, strict=True)):
            raise ValueError("grads: want one of the same shape for each parameter")
        old = self.means if self.means is not None else [0 * p for p in params]
        self.means = [s + (1 - self.rho) * (g * g - s) for s, g in zip(old, grads, strict=True)]
        rates = [self.lr / (np.sqrt(s) + self.eps) for s in self.means]
        return [p - rate * g for p, rate, g in zip(params, rates, grads, strict=True)]


def _draw_rho(rng: np.random.Generator) -> dict[str, float]:
    return {"rho": float(rng.uniform(0.6, 0.95)), "eps": float(rng.uniform(0.01, 0.3))}


RMSprop = Exercise(
    "RMSprop",
    points=2,
    scenario=drive_optimizer,
    reference="rmsprop",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"rho": 0.7, "eps": 0.1}, _draw_rho),
    misconceptions=[
        Misconception(
            "rho-swapped",
            believes="ρ is the weight of the new square.",
            wrong=_with_mean(_rho_swapped),
            hint="With ρ = 0.9, how much of the mean is kept, and how much is new?",
        ),
        Misconception(
            "eps-under-the-root",
            believes="ε is added to the mean before the root is taken.",
            wrong=_with_mean(_mean_eps_inside),
            hint="With a mean of 0 and ε = 1e-8: is the denominator 1e-8 or 1e-4?",
        ),
        Misconception(
            "no-root",
            believes="The step is divided by the mean of squares.",
            wrong=_with_mean(_mean_no_root),
            hint="What does the R of RMS stand for?",
        ),
        Misconception(
            "adagrad",
            believes="The squares are added up.",
            wrong=_with_mean(_no_forgetting),
            hint="Where does ρ come in? Without it the steps only shrink.",
        ),
        Misconception(
            "new-square-in-full",
            believes="The mean is ρ s + g².",
            wrong=_with_mean(_full_square),
            hint="With a constant gradient, does your s approach g², or g² / (1 − ρ)?",
        ),
        Misconception(
            "bias-corrected",
            believes="The mean is divided by 1 − ρᵗ, because it starts at zero.",
            wrong=_with_mean(_corrected),
            hint="That is one of the things that Adam added. How large is RMSprop's first step?",
        ),
        Misconception(
            "starts-at-the-first-square",
            believes="The mean starts as the first square.",
            wrong=_with_mean(_starts_at_square),
            hint="What is s before the first step, and after it?",
        ),
        Misconception(
            "square-of-the-mean",
            believes="The mean is of the gradients, and is squared afterwards.",
            wrong=_with_mean(_square_of_mean),
            hint="Gradients 3 and −3: is the mean of the squares 0 or 9?",
        ),
        Misconception(
            "old-mean",
            believes="The step is taken first, then the mean is updated.",
            wrong=_with_mean(_old_mean),
            hint="What do you divide by in the very first step?",
        ),
        Misconception(
            "state-reset",
            believes="The mean is made at the beginning of `step`.",
            wrong=_with_mean(_rmsprop, **FORGETS),
            hint="If s is only (1 − ρ) g² of this step, what is g / √s?",
        ),
        Misconception(
            "one-mean-for-all",
            believes="An optimizer has one mean.",
            wrong=_with_mean(_rmsprop, **SHARES),
            hint="Should the gradients of one parameter change the steps of another one?",
        ),
        Misconception(
            "pytorchs-default",
            believes="ρ is 0.99 unless told otherwise.",
            wrong=_with_mean(_rmsprop, options={"rho": 0.99, "eps": 1e-8}),
            hint="The formula is PyTorch's, the default is Keras's. What does the signature say?",
        ),
        Misconception(
            "rate-frozen",
            believes="The rate is what the constructor was given, for ever.",
            wrong=_with_mean(_rmsprop, **FROZEN_RATE),
            hint="If a schedule writes to optimizer.lr, does your next `step` read it?",
        ),
        *kept_wrongly(_rmsprop, _with_mean),
        *slips.RMSPROP,
    ],
    hints=[
        "It is Adagrad with another update of s: what would make the sum forget?",
        "Keep ρ of the old mean, and add 1 − ρ of the new square; then use the new mean.",
        "s = self.rho * s + (1 - self.rho) * grad**2; param - self.lr * grad / (np.sqrt(s) + self.eps).",
    ],
    variants=[Variant("mean-as-interpolation", _RMSpropLerp)],
)
