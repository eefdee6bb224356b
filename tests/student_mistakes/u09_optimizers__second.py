"""Wrong answers to the optimizers and schedules, of a second reader."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.u09_optimizers import paired
from tests.student_mistakes import Mistake


class _Velocity:
    """Momentum in which the place of the velocity can be another one."""

    def __init__(self, lr: float, momentum: float = 0.9) -> None:
        self.lr, self.momentum = lr, momentum
        self.v: Any = None

    def step(self, params: Any, grads: Any) -> Any:
        paired(params, grads)
        old = self.v or [np.zeros_like(p) for p in params]
        self.v = [self.momentum * v + g for v, g in zip(old, grads, strict=True)]
        return [p - self.lr * v for p, v in zip(params, self.v, strict=True)]


class _GradientKept(_Velocity):
    def step(self, params: Any, grads: Any) -> Any:
        paired(params, grads)
        if self.v is None:
            self.v = list(grads)
        else:
            self.v = [self.momentum * v + g for v, g in zip(self.v, grads, strict=True)]
        return [p - self.lr * v for p, v in zip(params, self.v, strict=True)]


def _class_attribute(name: str) -> Any:
    """A velocity in a variable of the class, emptied by the constructor."""
    kept: dict[str, Any] = {}
    return type(name, (_Velocity,), {"v": property(lambda self: kept.get("v"), lambda self, v: kept.update(v=v))})


class _ByIdentity(_Velocity):
    def step(self, params: Any, grads: Any) -> Any:
        self.v = velocities = self.v or {}
        for p, g in paired(params, grads):
            velocities[id(p)] = self.momentum * velocities.get(id(p), np.zeros_like(p)) + g
        return [p - self.lr * velocities[id(p)] for p in params]


class _AdagradOneSum:
    def __init__(self, lr: float, eps: float = 1e-10) -> None:
        self.lr, self.eps, self.s = lr, eps, [0.0] * 9

    def step(self, params: Any, grads: Any) -> Any:
        pairs = paired(params, grads)
        self.s = [s + np.sum(g**2) for s, (_, g) in zip(self.s, pairs, strict=False)]
        return [p - self.lr * g / (np.sqrt(s) + self.eps) for (p, g), s in zip(pairs, self.s, strict=True)]


def _too_few_rounds(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    x = np.array(x0, dtype=np.result_type(x0, np.float32 if x0.dtype == np.float32 else np.float64))
    path = [x]
    for _ in range(1, steps):
        x = x - lr * f_grad(x)
        path.append(x)
    return np.array(path)


def _noted_first(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    x = np.array(x0, dtype=np.result_type(x0, np.float32 if x0.dtype == np.float32 else np.float64))
    path = []
    for _ in range(steps):
        path.append(x)
        x = x - lr * f_grad(x)
    return np.stack(path)


MISTAKES = [
    Mistake("Momentum", _GradientKept, "velocity-is-the-callers-array"),
    Mistake("Momentum", _class_attribute("Momentum"), "state-on-the-class"),
    Mistake("Momentum", _ByIdentity, "state-by-identity"),
    Mistake("Adagrad", _AdagradOneSum, "one-sum-per-array"),
    Mistake("gradient_descent", _too_few_rounds, "one-step-short"),
    Mistake("gradient_descent", _noted_first, "collected-before-the-step"),
]
