"""Assessment of optimizers: plain descent and descent with a velocity."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from autograder.catalog import Exercise, Misconception, Variant
from autograder.units import _optimizers_slips as slips
from autograder.units._optimizers_shared import FROZEN_RATE, drive_optimizer, growing, made, optimizer_cases
from autograder.units._optimizers_velocity import (
    classical,
    draw_momentum,
    nesterov,
    state_misconceptions,
    with_velocity,
)

__all__ = ["SGD", "Momentum"]

_plain = functools.partial(made, slots=0)


def _descent(self: Any, p: Any, g: Any) -> tuple[Any, ...]:
    return (p - self.lr * g,)


def _in_place(self: Any, p: Any, g: Any) -> tuple[Any, ...]:
    p -= self.lr * g
    return (p,)


class _ArraySGD:
    """Works on one array at a time, with functions of NumPy."""

    def __init__(self, lr: float) -> None:
        self.lr = lr

    def step(self, params: Any, grads: Any) -> Any:
        if [np.shape(p) for p in params] != [np.shape(g) for g in grads]:
            raise ValueError("grads do not fit params")
        new = [np.copy(p) for p in params]
        for array, grad in zip(new, grads, strict=True):
            array += -self.lr * grad
        return new


SGD = Exercise(
    "SGD",
    points=1,
    scenario=drive_optimizer,
    reference="sgd",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({}, lambda rng: {}),
    misconceptions=[
        Misconception(
            "uphill",
            believes="The gradient points to where we want to go.",
            wrong=_plain(lambda self, p, g: (p + self.lr * g,)),
            hint="Along the gradient the loss grows. Which sign takes you down?",
        ),
        Misconception(
            "rate-on-the-parameter",
            believes="The rate scales the parameter, and the gradient is taken off it.",
            wrong=_plain(lambda self, p, g: (self.lr * p - g,)),
            hint="With a gradient of zero, where should the parameter be after the step?",
        ),
        Misconception(
            "rate-forgotten",
            believes="The step is the gradient.",
            wrong=_plain(lambda self, p, g: (p - g,)),
            hint="Where does `lr` come into your step?",
        ),
        Misconception(
            "step-without-parameter",
            believes="The step is what an optimizer returns.",
            wrong=_plain(lambda self, p, g: (-self.lr * g,)),
            hint="Do you return where you are, or how far you have gone?",
        ),
        Misconception(
            "updates-a-copy",
            believes="The parameters handed back are the ones that came in; the update was done.",
            wrong=_plain(lambda self, p, g: (p,)),
            hint="Which arrays did you update, and which do you return?",
        ),
        Misconception(
            "in-place",
            believes="param -= lr * grad makes a new array.",
            wrong=_plain(_in_place),
            hint="What is the difference between p = p - q and p -= q for an array that belongs to somebody else?",
        ),
        Misconception(
            "divided-by-the-number-of-entries",
            believes="The step is averaged over the numbers of the array.",
            wrong=_plain(lambda self, p, g: (p - self.lr * g / g.size,)),
            hint="The mean over samples is in the loss already. Should a wider layer learn more slowly?",
        ),
        Misconception(
            "normalised-gradient",
            believes="Only the direction of the gradient counts; the rate is the length of the step.",
            wrong=_plain(lambda self, p, g: (p - self.lr * g / (np.sqrt((g * g).sum()) + 1e-12),)),
            hint="Near the minimum the gradient shrinks. What should become of the step?",
        ),
        Misconception(
            "rate-frozen",
            believes="The rate is what the constructor was given, for ever.",
            wrong=_plain(_descent, **FROZEN_RATE),
            hint="If a schedule writes to optimizer.lr, does your next `step` read it?",
        ),
        *slips.SGD,
    ],
    hints=[
        "Downhill is against the gradient; there is nothing to remember.",
        "Go through parameters and gradients together, with `paired`, and collect new arrays in a list.",
        "return [param - self.lr * grad for param, grad in paired(params, grads)]",
    ],
    variants=[Variant("copies-first", _ArraySGD)],
)


def _rate_inside(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * v - self.lr * g
    return p + v, v


def _weighted(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * v + (1 - self.momentum) * g
    return p - self.lr * v, v


def _rate_on_velocity_only(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    new = self.momentum * v + g
    return p - self.lr * self.momentum * v - g, new


def _old_velocity(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    return p - self.lr * v, self.momentum * v + g


def _plus_for_minus(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * v - g
    return p - self.lr * v, v


class _KeptGradient:
    """The first velocity is the caller's own array, which is then updated in place."""

    def __init__(self, lr: float, momentum: float = 0.9) -> None:
        self.lr, self.momentum = lr, momentum
        self.velocities: Any = None

    def step(self, params: Any, grads: Any) -> Any:
        if self.velocities is None:
            self.velocities = list(grads)
        else:
            for v, g in zip(self.velocities, grads, strict=True):
                v *= self.momentum
                v += g
        return [p - self.lr * v for p, v in zip(params, self.velocities, strict=True)]


class _InPlaceVelocity:
    """Velocities of its own, by place in the list, updated in place."""

    def __init__(self, lr: float, momentum: float = 0.9) -> None:
        self.lr, self.momentum = lr, momentum
        self.velocities: dict[int, Any] = {}

    def step(self, params: Any, grads: Any) -> Any:
        if len(params) != len(grads) or any(p.shape != g.shape for p, g in zip(params, grads, strict=True)):
            raise ValueError("grads: want one of the same shape for each parameter")
        new = []
        for index, (p, g) in enumerate(zip(params, grads, strict=True)):
            v = self.velocities.setdefault(index, np.zeros_like(p))
            v *= self.momentum
            v += g
            new.append(p - self.lr * v)
        return new


Momentum = Exercise(
    "Momentum",
    points=2,
    scenario=drive_optimizer,
    reference="momentum",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"momentum": 0.5}, draw_momentum),
    misconceptions=[
        Misconception(
            "weighted-gradient",
            believes="The velocity is a moving average: the gradient enters with weight 1 − μ.",
            wrong=with_velocity(_weighted),
            hint="With a constant gradient g, does the velocity approach g or g / (1 − μ)?",
        ),
        Misconception(
            "rate-inside-the-velocity",
            believes="It is the same whether the rate is in the velocity or outside.",
            wrong=with_velocity(_rate_inside),
            hint="If the rate falls to a tenth, how fast is what was accumulated before: as before, or a tenth?",
        ),
        Misconception(
            "rate-on-velocity-only",
            believes="The rate is for the remembered part; the new gradient is taken in full.",
            wrong=with_velocity(_rate_on_velocity_only),
            hint="The velocity includes the new gradient. What is lr multiplied by?",
        ),
        Misconception(
            "old-velocity",
            believes="The step is taken first, then the velocity is updated.",
            wrong=with_velocity(_old_velocity),
            hint="After the very first step, has anything moved?",
        ),
        Misconception(
            "no-friction",
            believes="The velocity is the sum of all gradients.",
            wrong=with_velocity(lambda self, p, g, v: (p - self.lr * (v + g), v + g)),
            hint="Where does μ come in, and what would happen without it under a constant gradient?",
        ),
        Misconception(
            "minus-twice",
            believes="The velocity points downhill, and is subtracted.",
            wrong=with_velocity(_plus_for_minus),
            hint="How many minus signs are there between the gradient and the parameter?",
        ),
        Misconception(
            "nesterov",
            believes="The velocity is carried on once more before it is used.",
            wrong=with_velocity(nesterov),
            hint="That is Nesterov's method, the next exercise. What does the classical one step along?",
        ),
        Misconception(
            "keeps-the-callers-gradient",
            believes="The first velocity is the first gradient, so the array can be kept.",
            wrong=_KeptGradient,
            hint="Whose array is your velocity after the first step, and who changes it in the second?",
        ),
        *state_misconceptions(classical),
        *slips.MOMENTUM,
    ],
    hints=[
        "What has to survive from one call of `step` to the next, and for which parameter?",
        "Make a list of zeros like the parameters at the first call; then update the list, and use it.",
        "v = self.momentum * v + grad for each pair; then param - self.lr * v.",
    ],
    variants=[Variant("velocities-updated-in-place", _InPlaceVelocity)],
)
