"""Wrong answers to the optimizers, clipping and schedules."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from solutions.u09_optimizers import Adam, AdamW, ReduceOnPlateau, paired
from tests.student_mistakes import Mistake


def _optimizer(step: Callable[..., Any], **options: float) -> Callable[..., Any]:
    """A class with this `step`; its constructor takes the rate and the options, and starts without any state."""

    def start(self: Any, lr: float, *given: float) -> None:
        values = {**options, **dict(zip(options, given, strict=False))}
        vars(self).update(values, lr=lr, v=None, s=None, t=0)

    return type("Optimizer", (), {"__init__": start, "step": step})


def _sgd_in_place(self: Any, params: Any, grads: Any) -> Any:
    for param, grad in paired(params, grads):
        param -= self.lr * grad
    return params


def _sgd_unpaired(self: Any, params: Any, grads: Any) -> Any:
    return [p - self.lr * g for p, g in zip(params, grads, strict=False)]


def _sgd_numpy_rate(self: Any, params: Any, grads: Any) -> Any:
    return [p - np.float64(self.lr) * g for p, g in paired(params, grads)]


def _sgd_unit_gradient(self: Any, params: Any, grads: Any) -> Any:
    return [p - self.lr * g / (np.linalg.norm(g) + 1e-8) for p, g in paired(params, grads)]


def _sgd_mean_gradient(self: Any, params: Any, grads: Any) -> Any:
    return [p - self.lr * g.mean(axis=0) for p, g in paired(params, grads)]


def _sgd_only_first(self: Any, params: Any, grads: Any) -> Any:
    for p, g in paired(params, grads):
        return [p - self.lr * g]
    return []


def _momentum_minus(self: Any, params: Any, grads: Any) -> Any:
    """v = mu v - g, and then a step against it."""
    pairs = paired(params, grads)
    self.v = self.v or [np.zeros_like(p) for p in params]
    self.v = [self.momentum * v - g for v, (_, g) in zip(self.v, pairs, strict=True)]
    return [p - self.lr * v for p, v in zip(params, self.v, strict=True)]


def _momentum_swapped(self: Any, params: Any, grads: Any) -> Any:
    pairs = paired(params, grads)
    self.v = self.v or [np.zeros_like(p) for p in params]
    self.v = [(1 - self.momentum) * v + self.momentum * g for v, (_, g) in zip(self.v, pairs, strict=True)]
    return [p - self.lr * v for p, v in zip(params, self.v, strict=True)]


def _momentum_old_velocity(self: Any, params: Any, grads: Any) -> Any:
    pairs = paired(params, grads)
    old = self.v or [np.zeros_like(p) for p in params]
    self.v = [self.momentum * v + g for v, (_, g) in zip(old, pairs, strict=True)]
    return [p - self.lr * v for p, v in zip(params, old, strict=True)]


def _momentum_starts_with_g(self: Any, params: Any, grads: Any) -> Any:
    """The first velocity is the first gradient, and that gradient is added again."""
    pairs = paired(params, grads)
    self.v = self.v or [g.copy() for g in grads]
    self.v = [self.momentum * v + g for v, (_, g) in zip(self.v, pairs, strict=True)]
    return [p - self.lr * v for p, v in zip(params, self.v, strict=True)]


def _momentum_keeps_first_gradient(self: Any, params: Any, grads: Any) -> Any:
    """The first velocity is the caller's array, and it is updated in place."""
    paired(params, grads)
    if self.v is None:
        self.v = list(grads)
    else:
        for v, g in zip(self.v, grads, strict=True):
            v *= self.momentum
            v += g
    return [p - self.lr * v for p, v in zip(params, self.v, strict=True)]


def _momentum_rate_inside(self: Any, params: Any, grads: Any) -> Any:
    pairs = paired(params, grads)
    self.v = self.v or [np.zeros_like(p) for p in params]
    self.v = [self.momentum * v + self.lr * g for v, (_, g) in zip(self.v, pairs, strict=True)]
    return [p - v for p, v in zip(params, self.v, strict=True)]


def _momentum_dampened_and_inside(self: Any, params: Any, grads: Any) -> Any:
    pairs = paired(params, grads)
    self.v = self.v or [np.zeros_like(p) for p in params]
    self.v = [self.momentum * v + (1 - self.momentum) * self.lr * g for v, (_, g) in zip(self.v, pairs, strict=True)]
    return [p - v for p, v in zip(params, self.v, strict=True)]


def _momentum_float64_state(self: Any, params: Any, grads: Any) -> Any:
    pairs = paired(params, grads)
    self.v = self.v or [np.zeros(p.shape) for p in params]
    self.v = [self.momentum * v + g for v, (_, g) in zip(self.v, pairs, strict=True)]
    return [p - self.lr * v for p, v in zip(params, self.v, strict=True)]


def _nesterov(direction: Callable[[float, Any, Any, Any], Any]) -> Callable[..., Any]:
    """With another direction: direction(momentum, old velocity, new velocity, gradient)."""

    def step(self: Any, params: Any, grads: Any) -> Any:
        pairs = paired(params, grads)
        old = self.v or [np.zeros_like(p) for p in params]
        self.v = [self.momentum * v + g for v, (_, g) in zip(old, pairs, strict=True)]
        moved = []
        for u, v, (p, g) in zip(old, self.v, pairs, strict=True):
            moved.append(p - self.lr * direction(self.momentum, u, v, g))
        return moved

    return _optimizer(step, momentum=0.9)


def _scaled(square: Callable[..., Any], move: Callable[..., Any], **options: float) -> Callable[..., Any]:
    """Adagrad or RMSprop: s = square(self, s, g), then p - move(self, g, s)."""

    def step(self: Any, params: Any, grads: Any) -> Any:
        pairs = paired(params, grads)
        self.s = self.s or [np.zeros_like(p) for p in params]
        self.s = [square(self, s, g) for s, (_, g) in zip(self.s, pairs, strict=True)]
        return [p - move(self, g, s) for s, (p, g) in zip(self.s, pairs, strict=True)]

    return _optimizer(step, **options)


def _by_root(self: Any, g: Any, s: Any) -> Any:
    return self.lr * g / (np.sqrt(s) + self.eps)


def _mean_square(self: Any, s: Any, g: Any) -> Any:
    return self.rho * s + (1 - self.rho) * g**2


def _rmsprop(square: Callable[..., Any] = _mean_square, move: Callable[..., Any] = _by_root) -> Callable[..., Any]:
    return _scaled(square, move, rho=0.9, eps=1e-8)


def _adagrad(square: Callable[..., Any], move: Callable[..., Any] = _by_root) -> Callable[..., Any]:
    return _scaled(square, move, eps=1e-10)


def _adam(move: Callable[..., Any], **pieces: Callable[..., Any]) -> Callable[..., Any]:
    """Adam with other pieces: m(self, m, g), s(self, s, g), move(self, m, s) and when t is counted."""
    mean = pieces.get("mean", lambda self, m, g: self.beta1 * m + (1 - self.beta1) * g)
    square = pieces.get("square", lambda self, s, g: self.beta2 * s + (1 - self.beta2) * g**2)

    def step(self: Any, params: Any, grads: Any) -> Any:
        pairs = paired(params, grads)
        self.v = self.v or [np.zeros_like(p) for p in params]
        self.s = self.s or [np.zeros_like(p) for p in params]
        self.t += 1
        self.v = [mean(self, m, g) for m, (_, g) in zip(self.v, pairs, strict=True)]
        self.s = [square(self, s, g) for s, (_, g) in zip(self.s, pairs, strict=True)]
        return [p - move(self, m, s) for p, m, s in zip(params, self.v, self.s, strict=True)]

    return _optimizer(step, beta1=0.9, beta2=0.999, eps=1e-8)


def _adam_right(self: Any, m: Any, s: Any) -> Any:
    mean, square = m / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
    return self.lr * mean / (np.sqrt(square) + self.eps)


def _adam_corrected_state(self: Any, params: Any, grads: Any) -> Any:
    """Keeps the corrected means."""
    pairs = paired(params, grads)
    self.v = self.v or [np.zeros_like(p) for p in params]
    self.s = self.s or [np.zeros_like(p) for p in params]
    self.t += 1
    moved = []
    for i, (p, g) in enumerate(pairs):
        self.v[i] = (self.beta1 * self.v[i] + (1 - self.beta1) * g) / (1 - self.beta1**self.t)
        self.s[i] = (self.beta2 * self.s[i] + (1 - self.beta2) * g**2) / (1 - self.beta2**self.t)
        moved.append(p - self.lr * self.v[i] / (np.sqrt(self.s[i]) + self.eps))
    return moved


def _adam_t_per_parameter(self: Any, params: Any, grads: Any) -> Any:
    self.v = self.v or [np.zeros_like(p) for p in params]
    self.s = self.s or [np.zeros_like(p) for p in params]
    moved = []
    for i, (p, g) in enumerate(paired(params, grads)):
        self.t += 1
        self.v[i] = self.beta1 * self.v[i] + (1 - self.beta1) * g
        self.s[i] = self.beta2 * self.s[i] + (1 - self.beta2) * g**2
        moved.append(p - _adam_right(self, self.v[i], self.s[i]))
    return moved


class _AdamWDecayAfter(AdamW):
    """The decay of the weights after the step."""

    def step(self, params: Any, grads: Any) -> Any:
        return [w * (1 - self.lr * self.weight_decay) for w in Adam.step(self, params, grads)]


class _AdamWInGradient(AdamW):
    def step(self, params: Any, grads: Any) -> Any:
        return Adam.step(self, params, [g + self.weight_decay * p for p, g in paired(params, grads)])


class _AdamWWithoutRate(AdamW):
    def step(self, params: Any, grads: Any) -> Any:
        return Adam.step(self, [p - self.weight_decay * p for p in params], grads)


class _AdamWHalf(AdamW):
    def step(self, params: Any, grads: Any) -> Any:
        return Adam.step(self, [p - self.lr * self.weight_decay / 2 * p for p in params], grads)


class _AdamWGrows(AdamW):
    def step(self, params: Any, grads: Any) -> Any:
        moved = Adam.step(self, params, grads)
        return [m + self.lr * self.weight_decay * p for m, p in zip(moved, params, strict=True)]


class _AdamWMatricesOnly(AdamW):
    """No decay of biases, as GPT's code has it."""

    def step(self, params: Any, grads: Any) -> Any:
        kept = 1 - self.lr * self.weight_decay
        return Adam.step(self, [kept * p if p.ndim > 1 else p for p in params], grads)


def _clip_norm(max_or_all: Callable[[Any, float], Any]) -> Callable[..., Any]:
    def clip(grads: Any, max_norm: float) -> Any:
        if max_norm <= 0:
            raise ValueError("max_norm must be positive")
        return [max_or_all(g, max_norm) for g in grads]

    return clip


def _global(norm_of: Callable[[Any], Any], scale: Callable[[float, Any], Any] | None = None) -> Callable[..., Any]:
    def clip(grads: Any, max_norm: float) -> Any:
        if max_norm <= 0:
            raise ValueError("max_norm must be positive")
        norm = norm_of(grads)
        factor = scale(max_norm, norm) if scale else min(1.0, max_norm / (float(norm) + 1e-6))
        return [g * factor for g in grads], norm

    return clip


def _true_norm(grads: Any) -> Any:
    return np.sqrt(sum((g**2).sum() for g in grads))


def _global_returns_clipped_norm(grads: Any, max_norm: float) -> Any:
    factor = min(1.0, max_norm / (float(_true_norm(grads)) + 1e-6))
    clipped = [g * factor for g in grads]
    return clipped, _true_norm(clipped)


def _global_in_place(grads: Any, max_norm: float) -> Any:
    norm = _true_norm(grads)
    for g in grads:
        g *= min(1.0, max_norm / (float(norm) + 1e-6))
    return grads, norm


def _global_swapped(grads: Any, max_norm: float) -> Any:
    clipped, norm = _global(_true_norm)(grads, max_norm)
    return norm, clipped


def _cosine(descent: Callable[..., float], climb: Callable[..., float] | None = None) -> Callable[..., Any]:
    """With another descent(lr, step, total, warmup, floor) or climb(lr, step, warmup)."""

    def schedule(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
        if step < 0:
            raise ValueError("step")
        if total < 1:
            raise ValueError("total")
        if not 0 <= warmup <= total:
            raise ValueError("warmup")
        if step < warmup:
            return climb(lr, step, warmup) if climb else lr * (step + 1) / warmup
        return floor if step >= total else descent(lr, step, total, warmup, floor)

    return schedule


def _half_wave(lr: float, step: int, total: int, warmup: int, floor: float) -> float:
    return floor + (lr - floor) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2


def _cosine_not_clamped(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    if step < warmup:
        return lr * (step + 1) / warmup
    return _half_wave(lr, step, total, warmup, floor)


class _Plateau(ReduceOnPlateau):
    """With the pieces as methods."""

    def better(self, metric: float) -> bool:
        return metric < self._best - self.min_delta

    def update(self, metric: float) -> float:
        if self.better(metric):
            self._best, self._wait = metric, 0
        else:
            self._wait += 1
            if self._wait >= self.patience:
                self.reduce()
        return self.lr

    def reduce(self) -> None:
        self.lr, self._wait = max(self.lr * self.factor, self.min_lr), 0


class _PlateauGreater(_Plateau):
    def update(self, metric: float) -> float:
        self.patience += 1
        super().update(metric)
        self.patience -= 1
        return self.lr


class _PlateauNoReset(_Plateau):
    def reduce(self) -> None:
        self.lr = max(self.lr * self.factor, self.min_lr)


class _PlateauForgetsBest(_Plateau):
    def reduce(self) -> None:
        super().reduce()
        self._best = math.inf


class _PlateauLastEpoch(_Plateau):
    """Compares with the last epoch, not with the best."""

    def update(self, metric: float) -> float:
        rate = super().update(metric)
        self._best = metric
        return rate


class _PlateauNoDelta(_Plateau):
    def better(self, metric: float) -> bool:
        return metric < self._best


class _PlateauRelative(_Plateau):
    def better(self, metric: float) -> bool:
        return metric < self._best * (1 - self.min_delta)


class _PlateauPlusDelta(_Plateau):
    def better(self, metric: float) -> bool:
        return metric < self._best + self.min_delta


class _PlateauFloorLast(_Plateau):
    """Does not reduce where that would go below the least rate."""

    def reduce(self) -> None:
        self._wait = 0
        if self.lr * self.factor >= self.min_lr:
            self.lr *= self.factor


class _PlateauNaN(_Plateau):
    def better(self, metric: float) -> bool:
        return not metric >= self._best - self.min_delta


def _descend(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    x, path = x0.astype(float), [x0]
    for _ in range(steps):
        x -= lr * f_grad(x)
        path.append(x)
    return np.array(path)


def _descend_without_start(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    x, path = np.array(x0, dtype=float), []
    for _ in range(steps):
        x = x - lr * f_grad(x)
        path.append(x)
    return np.array(path).reshape(steps, *x0.shape)


def _descend_from_x0(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    return np.stack([x0 - k * lr * f_grad(x0) for k in range(steps + 1)])


MISTAKES = [
    Mistake("SGD", _optimizer(_sgd_in_place)),
    Mistake("SGD", _optimizer(_sgd_unpaired)),
    Mistake("SGD", _optimizer(_sgd_numpy_rate)),
    Mistake("SGD", _optimizer(_sgd_unit_gradient)),
    Mistake("SGD", _optimizer(_sgd_mean_gradient)),
    Mistake("SGD", _optimizer(_sgd_only_first)),
    Mistake("SGD", _optimizer(lambda self, params, grads: [p + self.lr * g for p, g in paired(params, grads)])),
    Mistake("Momentum", _optimizer(_momentum_minus, momentum=0.9)),
    Mistake("Momentum", _optimizer(_momentum_swapped, momentum=0.9)),
    Mistake("Momentum", _optimizer(_momentum_old_velocity, momentum=0.9)),
    Mistake("Momentum", _optimizer(_momentum_starts_with_g, momentum=0.9)),
    Mistake("Momentum", _optimizer(_momentum_keeps_first_gradient, momentum=0.9)),
    Mistake("Momentum", _optimizer(_momentum_rate_inside, momentum=0.9)),
    Mistake("Momentum", _optimizer(_momentum_dampened_and_inside, momentum=0.9)),
    Mistake("Momentum", _optimizer(_momentum_float64_state, momentum=0.9)),
    Mistake("Momentum", _optimizer(_momentum_rate_inside, momentum=0.99)),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: mu * old + g)),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: g + mu * old * mu)),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: mu * new)),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: (1 - mu) * g + mu * new)),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: g - mu * new)),
    Mistake("Adagrad", _adagrad(lambda self, s, g: s + g)),
    Mistake("Adagrad", _adagrad(lambda self, s, g: s + np.sum(g**2))),
    Mistake("Adagrad", _adagrad(lambda self, s, g: 0.9 * s + 0.1 * g**2)),
    Mistake("Adagrad", _adagrad(lambda self, s, g: s + g**2, lambda self, g, s: self.lr * g / np.sqrt(s + self.eps))),
    Mistake("Adagrad", _adagrad(lambda self, s, g: s + g**2, lambda self, g, s: self.lr * g / (s + self.eps))),
    Mistake("Adagrad", _adagrad(lambda self, s, g: s + g**2, lambda self, g, s: self.lr * g / np.sqrt(s))),
    Mistake("Adagrad", _adagrad(lambda self, s, g: g**2)),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: (1 - self.rho) * s + self.rho * g**2)),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: self.rho * s + g**2)),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: self.rho * s + (1 - self.rho) * g)),
    Mistake("RMSprop", _rmsprop(move=lambda self, g, s: self.lr * g / np.sqrt(s + self.eps))),
    Mistake("RMSprop", _rmsprop(move=lambda self, g, s: self.lr * g / (s + self.eps))),
    Mistake("RMSprop", _rmsprop(move=lambda self, g, s: self.lr * np.sign(g) / (np.sqrt(s) + self.eps))),
    Mistake("RMSprop", _scaled(_mean_square, _by_root, rho=0.99, eps=1e-8)),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: self.rho * s + (1 - self.rho) * np.mean(g**2))),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: (self.rho * s + (1 - self.rho) * g) ** 2)),
    Mistake("Adam", _optimizer(_adam_corrected_state, beta1=0.9, beta2=0.999, eps=1e-8)),
    Mistake("Adam", _optimizer(_adam_t_per_parameter, beta1=0.9, beta2=0.999, eps=1e-8)),
    Mistake("Adam", _adam(lambda self, m, s: self.lr * m / (np.sqrt(s) + self.eps))),
    Mistake("Adam", _adam(lambda self, m, s: self.lr * m / (1 - self.beta1**self.t) / (np.sqrt(s) + self.eps))),
    Mistake(
        "Adam", _adam(lambda self, m, s: self.lr * m / (1 - self.beta1) / (np.sqrt(s / (1 - self.beta2)) + self.eps))
    ),
    Mistake(
        "Adam",
        _adam(
            lambda self, m, s: self.lr * m / (1 - self.beta1**self.t) / np.sqrt(s / (1 - self.beta2**self.t) + self.eps)
        ),
    ),
    Mistake(
        "Adam",
        _adam(
            lambda self, m, s: (
                self.lr * m / (1 - self.beta1**self.t) / (np.sqrt(s) / (1 - self.beta2**self.t) + self.eps)
            )
        ),
    ),
    Mistake(
        "Adam",
        _adam(
            lambda self, m, s: (
                self.lr * m / (1 - self.beta2**self.t) / (np.sqrt(s / (1 - self.beta1**self.t)) + self.eps)
            )
        ),
    ),
    Mistake(
        "Adam",
        _adam(
            lambda self, m, s: (
                self.lr * m / (1 - self.beta1 * self.t) / (np.sqrt(np.abs(s / (1 - self.beta2 * self.t))) + self.eps)
            )
        ),
    ),
    Mistake("Adam", _adam(_adam_right, square=lambda self, s, g: self.beta2 * s + (1 - self.beta2) * g)),
    Mistake("Adam", _adam(_adam_right, square=lambda self, s, g: self.beta2 * s + (1 - self.beta2) * np.sum(g**2))),
    Mistake("Adam", _adam(_adam_right, mean=lambda self, m, g: self.beta1 * m + g)),
    Mistake("Adam", _adam(_adam_right, mean=lambda self, m, g: (1 - self.beta1) * m + self.beta1 * g)),
    Mistake("Adam", _adam(lambda self, m, s: -_adam_right(self, m, s))),
    Mistake("AdamW", _AdamWDecayAfter),
    Mistake("AdamW", _AdamWInGradient),
    Mistake("AdamW", _AdamWWithoutRate),
    Mistake("AdamW", _AdamWHalf),
    Mistake("AdamW", _AdamWGrows),
    Mistake("AdamW", _AdamWMatricesOnly),
    Mistake("AdamW", Adam),
    Mistake("clip_by_value", lambda grads, limit: [np.minimum(g, limit) for g in grads]),
    Mistake("clip_by_value", lambda grads, limit: [np.clip(g, 0, limit) for g in grads]),
    Mistake("clip_by_value", lambda grads, limit: [np.where(abs(g) > limit, limit, g).astype(g.dtype) for g in grads]),
    Mistake("clip_by_value", lambda grads, limit: [np.where(abs(g) > limit, 0, g) for g in grads]),
    Mistake("clip_by_value", lambda grads, limit: [np.clip(g, -limit, limit, out=g) for g in grads]),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * (top / float(np.linalg.norm(g))))),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * min(1.0, top / float((g**2).sum() or 1)))),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * min(1.0, top / float(abs(g).sum() or 1)))),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * min(1.0, top / float(abs(g).max() or 1)))),
    Mistake(
        "clip_by_norm", _clip_norm(lambda g, top: g / np.maximum(1, np.linalg.norm(g, axis=-1, keepdims=True) / top))
    ),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * min(1.0, top / float(np.sqrt((g**2).mean()) or 1)))),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g / float(np.linalg.norm(g)) if np.linalg.norm(g) > top else g)),
    Mistake(
        "clip_by_norm",
        _clip_norm(lambda g, top: g * (top / np.float64(np.linalg.norm(g))) if np.linalg.norm(g) > top else g),
    ),
    Mistake("clip_by_norm", lambda grads, max_norm: _global(_true_norm)(grads, max_norm)[0]),
    Mistake("clip_by_global_norm", _global_returns_clipped_norm),
    Mistake("clip_by_global_norm", _global_in_place),
    Mistake("clip_by_global_norm", _global_swapped),
    Mistake("clip_by_global_norm", _global(_true_norm, lambda top, norm: top / (float(norm) + 1e-6))),
    Mistake("clip_by_global_norm", _global(lambda grads: sum((g**2).sum() for g in grads))),
    Mistake("clip_by_global_norm", _global(lambda grads: sum(np.sqrt((g**2).sum()) for g in grads))),
    Mistake("clip_by_global_norm", _global(lambda grads: max(np.sqrt((g**2).sum()) for g in grads))),
    Mistake("clip_by_global_norm", _global(lambda grads: _true_norm(grads) / np.sqrt(len(grads)))),
    Mistake("clip_by_global_norm", _global(lambda grads: float(_true_norm(grads)))),
    Mistake(
        "clip_by_global_norm",
        lambda grads, max_norm: (
            [g * min(1.0, max_norm / float(np.linalg.norm(g) or 1)) for g in grads],
            _true_norm(grads),
        ),
    ),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop ** (epoch / every)),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop ** ((epoch + 1) // every)),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop if epoch >= every else lr),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * (1 - drop) ** (epoch // every)),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop * (epoch // every)),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop if epoch % every == 0 and epoch else lr),
    Mistake("step_decay", lambda lr, epoch, drop=0.1, every=10: lr * drop ** (epoch // every)),
    Mistake("exponential_decay", lambda lr, step, rate, every: lr * rate ** (step // every)),
    Mistake("exponential_decay", lambda lr, step, rate, every: lr * rate**step / every),
    Mistake("exponential_decay", lambda lr, step, rate, every: lr * math.exp(-rate * step / every)),
    Mistake("exponential_decay", lambda lr, step, rate, every: lr * rate ** (step * every)),
    Mistake("exponential_decay", lambda lr, step, rate, every: lr * rate**step),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: _half_wave(lr, t, total, 0, floor))),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: _half_wave(lr, t, total - warmup, 0, floor))),
    Mistake(
        "cosine_decay",
        _cosine(lambda lr, t, total, warmup, floor: lr * (1 + math.cos(math.pi * (t - warmup) / (total - warmup))) / 2),
    ),
    Mistake(
        "cosine_decay", _cosine(lambda lr, t, total, warmup, floor: max(floor, _half_wave(lr, t, total, warmup, 0)))
    ),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: floor + _half_wave(lr, t, total, warmup, 0))),
    Mistake(
        "cosine_decay",
        _cosine(
            lambda lr, t, total, warmup, floor: (
                floor + (lr - floor) * math.cos(math.pi / 2 * (t - warmup) / (total - warmup))
            )
        ),
    ),
    Mistake(
        "cosine_decay",
        _cosine(
            lambda lr, t, total, warmup, floor: (
                floor + (lr - floor) * (1 - math.cos(math.pi * (t - warmup) / (total - warmup))) / 2
            )
        ),
    ),
    Mistake("cosine_decay", _cosine(_half_wave, lambda lr, t, warmup: lr * t / warmup)),
    Mistake("cosine_decay", _cosine(_half_wave, lambda lr, t, warmup: lr)),
    Mistake(
        "cosine_decay",
        _cosine(
            lambda lr, t, total, warmup, floor: (
                floor + (lr - floor) * (1 + math.cos(180 * (t - warmup) / (total - warmup))) / 2
            )
        ),
    ),
    Mistake("cosine_decay", _cosine_not_clamped),
    Mistake("ReduceOnPlateau", _PlateauGreater),
    Mistake("ReduceOnPlateau", _PlateauNoReset),
    Mistake("ReduceOnPlateau", _PlateauForgetsBest),
    Mistake("ReduceOnPlateau", _PlateauLastEpoch),
    Mistake("ReduceOnPlateau", _PlateauNoDelta),
    Mistake("ReduceOnPlateau", _PlateauRelative),
    Mistake("ReduceOnPlateau", _PlateauPlusDelta),
    Mistake("ReduceOnPlateau", _PlateauFloorLast),
    Mistake("ReduceOnPlateau", _PlateauNaN),
    Mistake("gradient_descent", _descend),
    Mistake("gradient_descent", _descend_without_start),
    Mistake("gradient_descent", _descend_from_x0),
]
