"""Wrong optimizers, clippings and schedules that turned up when the exercises were answered as students do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.inputs import Array
from autograder.units._optimizers_shared import made

__all__ = ["ADAM", "ADAMW", "CLIP_GLOBAL", "CLIP_NORM", "COSINE", "MOMENTUM", "PATH", "RMSPROP", "SGD", "STEP"]


_BETAS = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def _numpy_rate(self: Any, p: Any, g: Any) -> tuple[Any, ...]:
    return (p - np.float64(self.lr) * g,)


def _weights_swapped(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = (1 - self.momentum) * v + self.momentum * g
    return p - self.lr * v, v


def _starts_at_the_gradient(self: Any, p: Any, g: Any, v: Any) -> tuple[Any, ...]:
    v = self.momentum * (g if self.t == 1 else v) + g
    return p - self.lr * v, v


def _mean_of_gradients(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = self.rho * s + (1 - self.rho) * g
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


def _one_mean(self: Any, p: Any, g: Any, s: Any) -> tuple[Any, ...]:
    s = self.rho * s + (1 - self.rho) * np.mean(g * g)
    return p - self.lr * g / (np.sqrt(s) + self.eps), s


def _adam(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = self.beta1 * m + (1 - self.beta1) * g, self.beta2 * s + (1 - self.beta2) * g * g
    m_hat, s_hat = m / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
    return p - self.lr * m_hat / (np.sqrt(s_hat) + self.eps), m, s


def _moves_the_parameter(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    new, m, s = _adam(self, p, g, m, s)
    p[...] = new
    return p, m, s


def _gradient_in_full(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = self.beta1 * m + g, self.beta2 * s + (1 - self.beta2) * g * g
    m_hat, s_hat = m / (1 - self.beta1**self.t), s / (1 - self.beta2**self.t)
    return p - self.lr * m_hat / (np.sqrt(s_hat) + self.eps), m, s


def _root_corrected(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    m, s = self.beta1 * m + (1 - self.beta1) * g, self.beta2 * s + (1 - self.beta2) * g * g
    root = np.sqrt(s) / (1 - self.beta2**self.t)
    return p - self.lr * m / (1 - self.beta1**self.t) / (root + self.eps), m, s


def _shrinks_the_parameter(self: Any, p: Any, g: Any, m: Any, s: Any) -> tuple[Any, ...]:
    p *= 1 - self.lr * self.weight_decay
    return _adam(self, p, g, m, s)


def _joint(grads: Sequence[Array]) -> Any:
    return np.sqrt(sum((grad * grad).sum() for grad in grads))


def _clipped(grads: Sequence[Array], max_norm: float, norm: Any) -> list[Array]:
    return [grad * (max_norm / float(norm)) if norm > max_norm else grad for grad in grads]


def _unit_length(grad: Array, max_norm: float) -> Array:
    norm = np.sqrt((grad * grad).sum())
    return grad / norm if norm > max_norm else grad


def _with_norm(answer: Callable[..., Any]) -> Callable[..., Any]:
    """An answer made of the clipped arrays and the norm."""

    def clip(grads: Sequence[Array], max_norm: float) -> Any:
        norm = _joint(grads)
        return answer(_clipped(grads, max_norm, norm), norm)

    return clip


def _upside_down(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    if step < warmup:
        return lr * (step + 1) / warmup
    if step >= total:
        return floor
    return float(floor + (lr - floor) * (1 - np.cos(np.pi * (step - warmup) / (total - warmup))) / 2)


def _floor_at_the_end_alone(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    if step < warmup:
        return lr * (step + 1) / warmup
    if step >= total:
        return floor
    return float(lr * (1 + np.cos(np.pi * (step - warmup) / (total - warmup))) / 2)


def _one_array_after_the_start(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    x = x0.copy() if x0.dtype.kind == "f" else x0.astype(np.float64)
    path = [x.copy()]
    for _ in range(steps):
        x -= lr * f_grad(x)
        path.append(x)
    return np.stack(path)


def _start_moved(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    x = x0 if x0.dtype.kind == "f" else x0.astype(np.float64)
    path = [x.copy()]
    for _ in range(steps):
        x -= lr * f_grad(x)
        path.append(x.copy())
    return np.stack(path)


def _not_clamped(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    if step < warmup:
        return lr * (step + 1) / warmup
    return float(floor + (lr - floor) * (1 + np.cos(np.pi * ((step - warmup) / (total - warmup)))) / 2)


def _one_step_short(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    path = [x0.copy() if x0.dtype.kind == "f" else x0.astype(np.float64)]
    for _ in range(steps - 1):
        path.append(path[-1] - lr * f_grad(path[-1]))
    return np.stack(path)


def _last_row_empty(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    path = np.zeros((steps + 1, *x0.shape), x0.dtype if x0.dtype.kind == "f" else np.float64)
    path[0] = x0
    for k in range(steps - 1):
        path[k + 1] = path[k] - lr * f_grad(path[k])
    return path


def _collected_before_the_step(f_grad: Any, x0: Any, lr: float, steps: int) -> Any:
    x, path = x0.copy() if x0.dtype.kind == "f" else x0.astype(np.float64), []
    for _ in range(steps):
        path.append(x)
        x = x - lr * f_grad(x)
    return np.stack(path)


SGD = [
    Misconception(
        "rate-as-a-numpy-number",
        believes="A number is a number, whoever made it.",
        wrong=made(_numpy_rate, slots=0),
        hint="What dtype has np.float64(0.1) times a float32 array, and what 0.1 times it?",
    ),
]

MOMENTUM = [
    Misconception(
        "weights-swapped",
        believes="μ weighs the gradient, and 1 - μ what was there before.",
        wrong=made(_weights_swapped, options={"momentum": 0.9}),
        hint="With μ = 0.9, how much of the old velocity should be left after a step?",
    ),
    Misconception(
        "first-gradient-twice",
        believes="The velocity starts as the first gradient, and then the rule is applied.",
        wrong=made(_starts_at_the_gradient, options={"momentum": 0.9}),
        hint="v is 0 before the first step: what is it after that step?",
    ),
]

RMSPROP = [
    Misconception(
        "gradient-not-squared",
        believes="s is a moving mean of the gradients.",
        wrong=made(_mean_of_gradients, options={"rho": 0.9, "eps": 1e-8}),
        hint="What is the root of a negative mean, and which letter in the formula keeps the mean from being negative?",
    ),
    Misconception(
        "one-mean-per-array",
        believes="Each parameter array has one rate.",
        wrong=made(_one_mean, options={"rho": 0.9, "eps": 1e-8}),
        hint="Elementwise: how many means does an array of six numbers have?",
    ),
]

ADAM = [
    Misconception(
        "parameters-overwritten",
        believes="The new numbers may be put where the old ones were.",
        wrong=made(_moves_the_parameter, options=_BETAS, slots=2),
        hint="Whose arrays are `params`, and what do they hold after your step?",
    ),
    Misconception(
        "new-gradient-in-full",
        believes="The mean is β₁ m + g, as the velocity of momentum is.",
        wrong=made(_gradient_in_full, options=_BETAS, slots=2),
        hint="Under a constant gradient of 1, what should m̂ be in every step?",
    ),
    Misconception(
        "root-corrected",
        believes="The root of s is divided by 1 - β₂ᵗ.",
        wrong=made(_root_corrected, options=_BETAS, slots=2),
        hint="Which comes first in the formula, the correction of s or the root?",
    ),
]

ADAMW = [
    Misconception(
        "parameters-shrunk-in-place",
        believes="param *= kept makes a new array.",
        wrong=made(_shrinks_the_parameter, options={**_BETAS, "weight_decay": 0.01}, slots=2),
        hint="What do the caller's arrays hold after your step?",
    ),
]

CLIP_NORM = [
    Misconception(
        "always-rescales-unguarded",
        believes="Afterwards every array has the norm max_norm.",
        wrong=lambda grads, max_norm: [grad * (max_norm / np.sqrt((grad * grad).sum())) for grad in grads],
        hint="What happens to a gradient that is short enough, and what to one that is zero?",
    ),
    Misconception(
        "made-unit-length",
        believes="What is too long is divided by its norm.",
        wrong=lambda grads, max_norm: [_unit_length(grad, max_norm) for grad in grads],
        hint="How long is an array that was divided by its own norm, and how long may it be?",
    ),
]

CLIP_GLOBAL = [
    Misconception(
        "norm-first",
        believes="The norm comes first in the pair.",
        wrong=_with_norm(lambda clipped, norm: (norm, clipped)),
        hint="In which order does the docstring name the two results?",
    ),
    Misconception(
        "norm-left-out",
        believes="What is wanted are the clipped gradients.",
        wrong=_with_norm(lambda clipped, norm: clipped),
        hint="How many things does the docstring say are returned?",
    ),
]

STEP = [
    Misconception(
        "drop-not-kept",
        believes="In an epoch that is a multiple of `every` the rate is lower.",
        wrong=lambda lr, epoch, drop=0.5, every=10: lr * drop if epoch and epoch % every == 0 else lr,
        hint="What is the rate in the epoch after the drop?",
    ),
]

COSINE = [
    Misconception(
        "upside-down",
        believes="Half a cosine is (1 - cos) / 2.",
        wrong=_upside_down,
        hint="What is cos 0, and which rate should the descent begin with?",
    ),
    Misconception(
        "floor-at-the-end-alone",
        believes="The descent goes to zero; from `total` on it is the floor.",
        wrong=_floor_at_the_end_alone,
        hint="What is the rate one step before the end, and can it be below the floor?",
    ),
    Misconception(
        "descent-never-ends",
        believes="What is not warm-up is descent, however late.",
        wrong=_not_clamped,
        hint="What does the cosine do after π, and how long is the descent if warmup = total?",
    ),
]

PATH = [
    Misconception(
        "one-array-after-the-start",
        believes="path.append(x) keeps what x is now.",
        wrong=_one_array_after_the_start,
        hint="After x -= …, how many different arrays are in your list?",
    ),
    Misconception(
        "start-moved-too",
        believes="x = x0 makes a new array.",
        wrong=_start_moved,
        hint="What does x0 hold when your function is done?",
    ),
    Misconception(
        "one-step-short",
        believes="n points are n - 1 steps apart.",
        wrong=_one_step_short,
        hint="`steps` counts the steps, not the points: how many points are there on a path of one step?",
    ),
    Misconception(
        "last-row-never-filled",
        believes="The last of n + 1 rows is filled when the loop has run n - 1 times.",
        wrong=_last_row_empty,
        hint="Which k fills the last row of path[k + 1] = …, and does your loop reach it?",
    ),
    Misconception(
        "collected-before-the-step",
        believes="In each round the point is noted down, and then the step is taken; so every point is there.",
        wrong=_collected_before_the_step,
        hint="Where is the point at which the last step arrived, and what is in your list after no steps?",
    ),
]
