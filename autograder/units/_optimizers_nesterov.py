"""Assessment of optimizers: Nesterov's momentum."""

from __future__ import annotations

from typing import Any

from autograder.catalog import Exercise, Misconception, Variant
from autograder.units._optimizers_shared import drive_optimizer, growing, optimizer_cases
from autograder.units._optimizers_velocity import (
    classical,
    draw_momentum,
    nesterov,
    state_misconceptions,
    with_velocity,
)

__all__ = ["Nesterov"]


class _LookAhead:
    """Two moves: the velocity's change, and the velocity carried on."""

    def __init__(self, lr: float, momentum: float = 0.9) -> None:
        self.lr, self.mu, self.v = lr, momentum, {}  # type: ignore[var-annotated]

    def step(self, params: Any, grads: Any) -> Any:
        if len(params) != len(grads):
            raise ValueError("len(grads) != len(params)")
        for i, (p, g) in enumerate(zip(params, grads, strict=True)):
            if p.shape != g.shape:
                raise ValueError("shape of grads")
            self.v[i] = self.mu * self.v[i] + g if i in self.v else g.copy()
        moves = [(1 + self.mu) * self.v[i] - self.v[i] + g for i, g in enumerate(grads)]
        return [p - self.lr * move for p, move in zip(params, moves, strict=True)]


def _rate_inside_nesterov(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * v - self.lr * g
    return p + self.momentum * v - self.lr * g, v


def _weighted_nesterov(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * v + (1 - self.momentum) * g
    return p - self.lr * ((1 - self.momentum) * g + self.momentum * v), v


def _swapped(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * v + g
    return p - self.lr * (v + self.momentum * g), v


def _stored_look_ahead(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * v + g
    v = g + self.momentum * v
    return p - self.lr * v, v


def _without_gradient(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * v + g
    return p - self.lr * self.momentum * v, v


def _whole_velocity(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * v + g
    return p - self.lr * (g + v), v


Nesterov = Exercise(
    "Nesterov",
    points=2,
    scenario=drive_optimizer,
    reference="nesterov",
    returns_new=True,
    vectorized=growing,
    cases=optimizer_cases({"momentum": 0.4}, draw_momentum),
    misconceptions=[
        Misconception(
            "classical-momentum",
            believes="The step is the velocity; or g + μ v with the old v, which is the same thing.",
            wrong=with_velocity(classical),
            hint="g + μ v with the old v is the new v itself. Which v looks ahead, and how large is the first step?",
        ),
        Misconception(
            "rate-inside-the-velocity",
            believes="It is the same whether the rate is in the velocity or outside.",
            wrong=with_velocity(_rate_inside_nesterov),
            hint="If the rate falls to a tenth, how fast is what was accumulated before: as before, or a tenth?",
        ),
        Misconception(
            "weighted-gradient",
            believes="The velocity is a moving average: the gradient enters with weight 1 − μ.",
            wrong=with_velocity(_weighted_nesterov),
            hint="With a constant gradient g, does the velocity approach g or g / (1 − μ)?",
        ),
        Misconception(
            "gradient-and-velocity-swapped",
            believes="The step is the velocity plus a part μ of the gradient.",
            wrong=with_velocity(_swapped),
            hint="Which of the two is μ multiplied by in g + μ v?",
        ),
        Misconception(
            "look-ahead-stored",
            believes="The look-ahead velocity is the velocity of the next step.",
            wrong=with_velocity(_stored_look_ahead),
            hint="Two things are computed from v: what is remembered, and what is stepped along. Which is which?",
        ),
        Misconception(
            "gradient-left-out",
            believes="The step is μ v; the gradient is in v already.",
            wrong=with_velocity(_without_gradient),
            hint="With μ = 0, what should the step be?",
        ),
        Misconception(
            "velocity-not-damped",
            believes="The step is g + v.",
            wrong=with_velocity(_whole_velocity),
            hint="With μ = 0, how often does the gradient count in your step?",
        ),
        *state_misconceptions(nesterov),
    ],
    hints=[
        "The velocity is the same as in `Momentum`; what differs is what you step along.",
        "Update v first, then carry the new one on once more: that is μ v, to which the gradient is added.",
        "v = self.momentum * v + grad; param - self.lr * (grad + self.momentum * v).",
    ],
    variants=[Variant("first-velocity-is-a-copied-gradient", _LookAhead)],
)
