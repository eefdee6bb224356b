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


def _momentum_float64_state(self: Any, params: Any, grads: Any) -> Any:
    pairs = paired(params, grads)
    self.v = self.v or [np.zeros(p.shape) for p in params]
    self.v = [self.momentum * v + g for v, (_, g) in zip(self.v, pairs, strict=True)]
    return [p - self.lr * v for p, v in zip(params, self.v, strict=True)]


def _momentum(velocity: Callable[..., Any], rate_inside: bool = False) -> Callable[..., Any]:
    """With another velocity(self, old velocity, gradient), in which the rate may be already."""

    def step(self: Any, params: Any, grads: Any) -> Any:
        pairs = paired(params, grads)
        self.v = self.v or [np.zeros_like(p) for p in params]
        self.v = [velocity(self, v, g) for v, (_, g) in zip(self.v, pairs, strict=True)]
        return [p - (1 if rate_inside else self.lr) * v for p, v in zip(params, self.v, strict=True)]

    return _optimizer(step, momentum=0.9)


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


def _adam(move: Callable[..., Any], **pieces: Callable[..., Any]) -> Callable[..., Any]:
    """Adam with other pieces: mean(self, m, g), square(self, s, g), move(self, m, s)."""
    right: dict[str, Callable[..., Any]] = {
        "mean": lambda self, m, g: self.beta1 * m + (1 - self.beta1) * g,
        "square": lambda self, s, g: self.beta2 * s + (1 - self.beta2) * g**2,
    }
    mean, square = ({**right, **pieces}[name] for name in ("mean", "square"))

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


def _plateau(**pieces: Any) -> Any:
    return type("Plateau", (_Plateau,), pieces)


def _with_best(make: Callable[[Any, float], float]) -> Callable[..., Any]:
    """Sets the best metric anew after every epoch."""

    def update(self: Any, metric: float) -> float:
        rate = _Plateau.update(self, metric)
        self._best = make(self, metric)
        return rate

    return update


def _reduced(self: Any, **anew: float) -> None:
    vars(self).update(lr=max(self.lr * self.factor, self.min_lr), **anew)


def _reduced_or_not(self: Any) -> None:
    self._wait, rate = 0, self.lr * self.factor
    self.lr = rate if rate >= self.min_lr else self.lr


# fmt: off
MISTAKES = [
    Mistake("Momentum", _momentum(lambda self, v, g: self.momentum * v - g), "minus-twice"),
    Mistake("Momentum", _momentum(lambda self, v, g: (1 - self.momentum) * v + self.momentum * g), "weights-swapped"),
    Mistake("Momentum", _optimizer(_momentum_old_velocity, momentum=0.9), "old-velocity"),
    Mistake("Momentum", _optimizer(_momentum_starts_with_g, momentum=0.9), "first-gradient-twice"),
    Mistake("Momentum", _optimizer(_momentum_keeps_first_gradient, momentum=0.9), "keeps-the-callers-gradient"),
    Mistake("Momentum", _momentum(lambda self, v, g: self.momentum * v + self.lr * g, rate_inside=True), "rate-inside-the-velocity"),
    Mistake("Momentum", _momentum(lambda self, v, g: self.momentum * v + (1 - self.momentum) * self.lr * g, rate_inside=True)),
    Mistake("Momentum", _optimizer(_momentum_float64_state, momentum=0.9), "float64-state"),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: mu * old + g), "classical-momentum"),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: g + mu * old * mu)),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: mu * new), "gradient-left-out"),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: (1 - mu) * g + mu * new)),
    Mistake("Nesterov", _nesterov(lambda mu, old, new, g: g - mu * new)),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: (1 - self.rho) * s + self.rho * g ** 2), "rho-swapped"),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: self.rho * s + g ** 2), "new-square-in-full"),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: self.rho * s + (1 - self.rho) * g), "gradient-not-squared"),
    Mistake("RMSprop", _rmsprop(move=lambda self, g, s: self.lr * g / np.sqrt(s + self.eps)), "eps-under-the-root"),
    Mistake("RMSprop", _rmsprop(move=lambda self, g, s: self.lr * g / (s + self.eps)), "no-root"),
    Mistake("RMSprop", _rmsprop(move=lambda self, g, s: self.lr * np.sign(g) / (np.sqrt(s) + self.eps))),
    Mistake("RMSprop", _scaled(_mean_square, _by_root, rho=0.99, eps=1e-08), "pytorchs-default"),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: self.rho * s + (1 - self.rho) * np.mean(g ** 2)), "one-mean-per-array"),
    Mistake("RMSprop", _rmsprop(lambda self, s, g: (self.rho * s + (1 - self.rho) * g) ** 2)),
    Mistake("Adam", _optimizer(_adam_corrected_state, beta1=0.9, beta2=0.999, eps=1e-08), "corrected-state-kept"),
    Mistake("Adam", _optimizer(_adam_t_per_parameter, beta1=0.9, beta2=0.999, eps=1e-08), "t-counts-parameters"),
    Mistake("Adam", _adam(lambda self, m, s: self.lr * m / (np.sqrt(s) + self.eps)), "no-bias-correction"),
    Mistake("Adam", _adam(lambda self, m, s: self.lr * m / (1 - self.beta1 ** self.t) / (np.sqrt(s) + self.eps)), "only-m-corrected"),
    Mistake("Adam", _adam(lambda self, m, s: self.lr * m / (1 - self.beta1) / (np.sqrt(s / (1 - self.beta2)) + self.eps)), "correction-without-power"),
    Mistake("Adam", _adam(lambda self, m, s: self.lr * m / (1 - self.beta1 ** self.t) / np.sqrt(s / (1 - self.beta2 ** self.t) + self.eps)), "eps-under-the-root"),
    Mistake("Adam", _adam(lambda self, m, s: self.lr * m / (1 - self.beta1 ** self.t) / (np.sqrt(s) / (1 - self.beta2 ** self.t) + self.eps)), "root-corrected"),
    Mistake("Adam", _adam(lambda self, m, s: self.lr * m / (1 - self.beta2 ** self.t) / (np.sqrt(s / (1 - self.beta1 ** self.t)) + self.eps))),
    Mistake("Adam", _adam(lambda self, m, s: self.lr * m / (1 - self.beta1 * self.t) / (np.sqrt(np.abs(s / (1 - self.beta2 * self.t))) + self.eps))),
    Mistake("Adam", _adam(_adam_right, square=lambda self, s, g: self.beta2 * s + (1 - self.beta2) * g), "gradient-not-squared"),
    Mistake("Adam", _adam(_adam_right, square=lambda self, s, g: self.beta2 * s + (1 - self.beta2) * np.sum(g ** 2))),
    Mistake("Adam", _adam(_adam_right, mean=lambda self, m, g: self.beta1 * m + g), "new-gradient-in-full"),
    Mistake("Adam", _adam(_adam_right, mean=lambda self, m, g: (1 - self.beta1) * m + self.beta1 * g)),
    Mistake("Adam", _adam(lambda self, m, s: -_adam_right(self, m, s))),
    Mistake("AdamW", _AdamWDecayAfter, "decay-after-the-step"),
    Mistake("AdamW", _AdamWInGradient, "penalty-in-the-gradient"),
    Mistake("AdamW", _AdamWWithoutRate, "decay-without-rate"),
    Mistake("AdamW", _AdamWHalf),
    Mistake("AdamW", _AdamWGrows, "weights-grow"),
    Mistake("AdamW", _AdamWMatricesOnly, "decays-matrices-only"),
    Mistake("AdamW", Adam, "no-decay"),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * (top / float(np.linalg.norm(g)))), "always-rescales-unguarded"),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * min(1.0, top / float((g ** 2).sum() or 1))), "no-root"),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * min(1.0, top / float(abs(g).sum() or 1))), "sum-of-sizes"),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * min(1.0, top / float(abs(g).max() or 1))), "largest-number"),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g / np.maximum(1, np.linalg.norm(g, axis=-1, keepdims=True) / top)), "row-by-row"),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * min(1.0, top / float(np.sqrt((g ** 2).mean()) or 1))), "root-mean-square"),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g / float(np.linalg.norm(g)) if np.linalg.norm(g) > top else g), "made-unit-length"),
    Mistake("clip_by_norm", _clip_norm(lambda g, top: g * (top / np.float64(np.linalg.norm(g))) if np.linalg.norm(g) > top else g)),
    Mistake("clip_by_norm", lambda grads, max_norm: _global(_true_norm)(grads, max_norm)[0], "one-norm-for-all"),
    Mistake("clip_by_global_norm", _global_returns_clipped_norm, "norm-afterwards"),
    Mistake("clip_by_global_norm", _global_in_place, "in-place"),
    Mistake("clip_by_global_norm", _global_swapped, "norm-first"),
    Mistake("clip_by_global_norm", _global(_true_norm, lambda top, norm: top / (float(norm) + 1e-06)), "always-rescales"),
    Mistake("clip_by_global_norm", _global(lambda grads: sum((g ** 2).sum() for g in grads)), "no-root"),
    Mistake("clip_by_global_norm", _global(lambda grads: sum(np.sqrt((g ** 2).sum()) for g in grads)), "sum-of-norms"),
    Mistake("clip_by_global_norm", _global(lambda grads: max(np.sqrt((g ** 2).sum()) for g in grads)), "largest-norm"),
    Mistake("clip_by_global_norm", _global(lambda grads: _true_norm(grads) / np.sqrt(len(grads)))),
    Mistake("clip_by_global_norm", _global(lambda grads: float(_true_norm(grads)))),
    Mistake("clip_by_global_norm", lambda grads, max_norm: ([g * min(1.0, max_norm / float(np.linalg.norm(g) or 1)) for g in grads], _true_norm(grads)), "each-by-its-own-norm"),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop ** (epoch / every), "smooth"),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop ** ((epoch + 1) // every), "one-epoch-too-early"),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop if epoch >= every else lr, "only-once"),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * (1 - drop) ** (epoch // every), "drop-is-what-is-lost"),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop * (epoch // every)),
    Mistake("step_decay", lambda lr, epoch, drop=0.5, every=10: lr * drop if epoch % every == 0 and epoch else lr, "drop-not-kept"),
    Mistake("step_decay", lambda lr, epoch, drop=0.1, every=10: lr * drop ** (epoch // every)),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: _half_wave(lr, t, total, 0, floor)), "clock-not-restarted"),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: _half_wave(lr, t, total - warmup, 0, floor))),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: lr * (1 + math.cos(math.pi * (t - warmup) / (total - warmup))) / 2), "floor-at-the-end-alone"),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: max(floor, _half_wave(lr, t, total, warmup, 0))), "floor-cuts"),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: floor + _half_wave(lr, t, total, warmup, 0)), "floor-added"),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: floor + (lr - floor) * math.cos(math.pi / 2 * (t - warmup) / (total - warmup))), "plain-cosine"),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: floor + (lr - floor) * (1 - math.cos(math.pi * (t - warmup) / (total - warmup))) / 2), "upside-down"),
    Mistake("cosine_decay", _cosine(_half_wave, lambda lr, t, warmup: lr * t / warmup), "warmup-from-zero"),
    Mistake("cosine_decay", _cosine(_half_wave, lambda lr, t, warmup: lr), "warmup-at-full-rate"),
    Mistake("cosine_decay", _cosine(lambda lr, t, total, warmup, floor: floor + (lr - floor) * (1 + math.cos(180 * (t - warmup) / (total - warmup))) / 2), "degrees"),
    Mistake("cosine_decay", _cosine_not_clamped, "descent-never-ends"),
    Mistake("ReduceOnPlateau", _plateau(reduce=_reduced), "wait-survives-a-reduction"),
    Mistake("ReduceOnPlateau", _plateau(reduce=lambda self: _reduced(self, _wait=0, _best=math.inf)), "best-forgotten-at-a-reduction"),
    Mistake("ReduceOnPlateau", _plateau(update=_with_best(lambda self, metric: metric)), "compared-with-the-previous"),
    Mistake("ReduceOnPlateau", _plateau(better=lambda self, metric: metric < self._best), "min-delta-ignored"),
    Mistake("ReduceOnPlateau", _plateau(better=lambda self, metric: metric < self._best * (1 - self.min_delta)), "relative-min-delta"),
    Mistake("ReduceOnPlateau", _plateau(better=lambda self, metric: metric < self._best + self.min_delta), "min-delta-added"),
    Mistake("ReduceOnPlateau", _plateau(reduce=_reduced_or_not), "stops-above-min-lr"),
    Mistake("ReduceOnPlateau", _plateau(better=lambda self, metric: not metric >= self._best - self.min_delta), "nan-improves"),
]
# fmt: on
