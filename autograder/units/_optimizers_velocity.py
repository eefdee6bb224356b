"""What the assessments of the two optimizers with a velocity share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.units._optimizers_shared import FORGETS, FROZEN_RATE, SHARES, kept_wrongly, made

__all__ = ["classical", "draw_momentum", "nesterov", "state_misconceptions", "with_velocity"]

with_velocity = functools.partial(made, options={"momentum": 0.9}, slots=1)


def classical(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    """A step along the velocity."""
    v = self.momentum * v + g
    return p - self.lr * v, v


def nesterov(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    """A step along the velocity, carried on once more."""
    v = self.momentum * v + g
    return p - self.lr * (g + self.momentum * v), v


def _starts_as(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The rule, whose first velocity is the gradient: the very array that the caller passed."""

    def moved(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
        new, fresh = rule(self, p, g, v)
        return new, g if self.t == 1 else fresh

    return moved


def state_misconceptions(rule: Callable[..., Any]) -> list[Misconception]:
    """What goes wrong with any velocity."""
    return [
        Misconception(
            "velocity-reset",
            believes="The velocity is made at the beginning of `step`.",
            wrong=with_velocity(rule, **FORGETS),
            hint="Where does your velocity live between two calls of `step`? Without one, what is left of momentum?",
        ),
        Misconception(
            "one-velocity-for-all",
            believes="An optimizer has one velocity.",
            wrong=with_velocity(rule, **SHARES),
            hint="Two parameters with different gradients: can they roll at the same velocity?",
        ),
        Misconception(
            "float64-state",
            believes="np.zeros(param.shape) is of the parameter's dtype.",
            wrong=with_velocity(rule, fresh=lambda self, p: np.zeros(p.shape)),
            hint="What is the dtype of float64 zeros plus a float32 gradient? What does np.zeros_like do?",
        ),
        Misconception(
            "rate-frozen",
            believes="The rate is what the constructor was given, for ever.",
            wrong=with_velocity(rule, **FROZEN_RATE),
            hint="If a schedule writes to optimizer.lr, does your next `step` read it?",
        ),
        Misconception(
            "velocity-is-the-callers-array",
            believes="The first velocity is the first gradient, so the array can be kept.",
            wrong=with_velocity(_starts_as(rule)),
            hint="The caller writes the next gradient into the same array: what is your velocity then?",
        ),
        *kept_wrongly(rule, with_velocity),
    ]


def draw_momentum(rng: np.random.Generator) -> dict[str, float]:
    """A momentum other than the default, at random."""
    return {"momentum": float(rng.uniform(0.2, 0.95))}
