"""Trajectories of torch.optim in float64, clipping and schedules in closed form, and torch's plateau scheduler.

What is stateful is represented by what it computes: a function from a scenario's inputs to the truth.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from reference._arrays import array_namespace

__all__ = [
    "adagrad", "adam", "adamw", "clip_by_global_norm", "clip_by_norm", "clip_by_value", "cosine_decay",
    "exponential_decay", "gradient_descent", "momentum", "nesterov", "reduce_on_plateau", "rmsprop", "sgd",
    "step_decay",
]  # fmt: skip

Arrays = Sequence[Any]


def _trajectory(
    make: Callable[..., Any],
    params: Arrays,
    grads: Sequence[Arrays],
    rates: Sequence[float],
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Run `make(torch.optim, tensors, lr, **options)` with the given gradients, and record all parameters."""
    import torch

    tensors = [torch.tensor(np.asarray(param), dtype=torch.float64) for param in params]
    optimizer = make(torch.optim, tensors, rates[0], **options)
    record = {}
    for step, (rate, row) in enumerate(zip(rates, grads, strict=True), 1):
        optimizer.param_groups[0]["lr"] = rate
        for tensor, grad in zip(tensors, row, strict=True):
            tensor.grad = torch.tensor(np.asarray(grad), dtype=torch.float64)
        optimizer.step()
        for index, tensor in enumerate(tensors):
            record[f"parameter {index} after step {step}"] = tensor.numpy().copy()
    for index, tensor in enumerate(tensors):
        record[f"another optimizer, made beside the first: parameter {index} at the end"] = tensor.numpy()
        record[f"arrays of a call overwritten after it: parameter {index} at the end"] = tensor.numpy()
    return record


def _sgd(optim: Any, tensors: Any, lr: float) -> Any:
    return optim.SGD(tensors, lr=lr)


def _momentum(optim: Any, tensors: Any, lr: float, momentum: float = 0.9) -> Any:
    return optim.SGD(tensors, lr=lr, momentum=momentum)


def _nesterov(optim: Any, tensors: Any, lr: float, momentum: float = 0.9) -> Any:
    # torch refuses nesterov=True without momentum, where it is plain descent.
    return optim.SGD(tensors, lr=lr, momentum=momentum, nesterov=momentum > 0)


def _adagrad(optim: Any, tensors: Any, lr: float, eps: float = 1e-10) -> Any:
    return optim.Adagrad(tensors, lr=lr, eps=eps)


def _rmsprop(optim: Any, tensors: Any, lr: float, rho: float = 0.9, eps: float = 1e-8) -> Any:
    return optim.RMSprop(tensors, lr=lr, alpha=rho, eps=eps)


def _adam(optim: Any, tensors: Any, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Any:
    return optim.Adam(tensors, lr=lr, betas=(beta1, beta2), eps=eps)


def _adamw(
    optim: Any,
    tensors: Any,
    lr: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.01,
) -> Any:
    return optim.AdamW(tensors, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)


sgd = functools.partial(_trajectory, _sgd)
momentum = functools.partial(_trajectory, _momentum)
nesterov = functools.partial(_trajectory, _nesterov)
adagrad = functools.partial(_trajectory, _adagrad)
rmsprop = functools.partial(_trajectory, _rmsprop)
adam = functools.partial(_trajectory, _adam)
adamw = functools.partial(_trajectory, _adamw)


def clip_by_value(grads: Arrays, limit: float) -> list[Any]:
    """Every number between -limit and limit."""
    xp = array_namespace(*grads)
    return [xp.where(xp.abs(grad) > limit, limit * xp.sign(grad), grad) for grad in grads]


def clip_by_norm(grads: Arrays, max_norm: float) -> list[Any]:
    """Each array on its own, as a list of one."""
    return [clip_by_global_norm([grad], max_norm)[0][0] for grad in grads]


def clip_by_global_norm(grads: Arrays, max_norm: float) -> tuple[list[Any], Any]:
    """All arrays by the length of their concatenation; the factor max_norm / 0 is infinite, and cut to 1."""
    xp = array_namespace(*grads)
    norm = xp.linalg.vector_norm(xp.concat([xp.reshape(grad, (-1,)) for grad in grads]))
    factor = xp.clip(max_norm / norm, 0.0, 1.0)
    return [grad * factor for grad in grads], norm


def step_decay(lr: float, epoch: int, drop: float = 0.5, every: int = 10) -> float:
    """One factor for each whole interval that has passed."""
    return float(lr * math.prod(drop for _ in range(every, epoch + 1, every)))


def exponential_decay(lr: float, step: int, rate: float, every: int) -> float:
    """A straight line in the logarithm."""
    return math.exp(math.log(lr) + math.log(rate) * step / every)


def cosine_decay(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    """The descent as a squared cosine of the half angle: (1 + cos 2a) / 2 = cos² a."""
    if step < warmup:
        return lr * (step + 1) / warmup
    if step >= total:
        return floor
    weight = math.cos(math.pi / 2 * (step - warmup) / (total - warmup)) ** 2
    return weight * lr + (1 - weight) * floor


def reduce_on_plateau(metrics: Sequence[float], lr: float, options: Mapping[str, Any]) -> dict[str, Any]:
    """The rates of torch's scheduler, which waits for one epoch more than its patience."""
    import torch

    given = {"factor": 0.1, "patience": 10, "min_delta": 1e-4, "min_lr": 0.0, **options}
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=lr)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=given["factor"], patience=max(given["patience"], 1) - 1, threshold=given["min_delta"],
        threshold_mode="abs", min_lr=given["min_lr"], eps=0,
    )  # fmt: skip
    rates = []
    for metric in metrics:
        scheduler.step(metric)
        rates.append(float(optimizer.param_groups[0]["lr"]))
    return {"rate returned after epoch e": np.array(rates), "attribute lr after epoch e": np.array(rates)}


#: What the scenarios of `gradient_descent` descend on.
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "half square": lambda x: (x**2).sum() / 2,
    "square": lambda x: (x**2).sum(),
    "double well": lambda x: ((x**2 - 1) ** 2).sum() / 4,
    "waves": lambda x: -x.cos().sum(),
    "sum squared": lambda x: x.sum() ** 2 / 2,
    "valley": lambda x: (x**2 * x.new_tensor(range(1, x.shape[-1] + 1))).sum() / 2,
}


def gradient_descent(function: str, x0: Any, lr: float, steps: int) -> Any:
    """The path of torch.optim.SGD with gradients by autograd."""
    import torch

    x = torch.tensor(np.asarray(x0), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([x], lr=lr)
    path = [x.detach().numpy().copy()]
    for _ in range(steps):
        optimizer.zero_grad()
        FUNCTIONS[function](x).backward()
        optimizer.step()
        path.append(x.detach().numpy().copy())
    return np.stack(path)
