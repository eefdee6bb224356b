"""What the PyTorch exercises compute, told otherwise: closed forms in NumPy, and plain loops without PyTorch's helpers.

Each function takes a scenario's inputs and gives its truth. Torch is imported where its numbers are wanted: for random
draws, and for rounding to half precision.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

__all__ = [
    "SoftCap",
    "accumulate_gradients",
    "clip_and_step",
    "evaluate",
    "layer_norm",
    "load_checkpoint",
    "no_sync_metrics",
    "pick_device",
    "save_checkpoint",
    "snapshot",
    "softmax",
    "to_device",
    "train_epoch",
    "train_step_mixed",
]

#: The scenarios' model multiplies its scores by this while it trains, so that a wrong mode shows.
TRAINING_SCALE = 0.5
#: How the modes of that model and of its two layers are told.
TRAINS = [f"{part} is in training mode" for part in ("the whole model", "its first layer", "its last layer")]


def pick_device(cuda: bool, mps: bool, built: bool) -> dict[str, Any]:
    """The first device that is there; what torch was built with does not count."""
    there = {"cuda": cuda, "mps": mps, "cpu": True}
    return {"type of the result": "device", "device type": next(name for name in there if there[name])}


def to_device(batch: Any, target: str | None, kind: str | None, device: str = "cpu") -> dict[str, Any]:
    """What every part of the tree is, before and after, by its path."""
    return {
        "result": dict(_parts_of(batch, "batch", (target or device).partition(":")[0], kind)),
        "the caller's": dict(_parts_of(batch, "batch", "cpu", kind)),
    }


#: What a dictionary is told to be.
_DICTIONARIES = {"OrderedDict": "OrderedDict", "defaultdict": "defaultdict of list"}


def _parts_of(value: Any, path: str, device: str, kind: str | None) -> Iterator[tuple[str, str]]:
    if isinstance(value, np.ndarray):
        dtype = "float32" if value.dtype.kind == "f" else value.dtype.name
        text = f"{dtype} tensor {value.shape} on {device}"
        yield path, text if device == "meta" else f"{text} {value.tolist()}"
    elif isinstance(value, dict):
        yield path, f"{_DICTIONARIES.get(str(kind), 'dict')} with {', '.join(repr(key) for key in value)}"
        for key in value:
            yield from _parts_of(value[key], f"{path}[{key!r}]", device, kind)
    elif isinstance(value, (list, tuple)):
        is_named = kind == "Batch" and path == "batch"
        yield path, f"{kind if is_named else type(value).__name__} of {len(value)}"
        for index, item in enumerate(value):
            yield from _parts_of(item, f"{path}[{index}]", device, kind)
    else:
        yield path, f"{type(value).__name__} {value!r}"


def SoftCap(  # noqa: N802 - named after the exercise
    x: Any, cap: float, grad_output: Any, direction: Any, double: bool, device: str = "cpu"
) -> dict[str, Any]:
    """Value and derivatives by sech, where the answer has tanh: y' = sech²(x / c), y'' = -2 tanh(x / c) y' / c."""
    with np.errstate(over="ignore"):
        slope = 1 / np.cosh(x / cap) ** 2
    result = {"output": cap * np.tanh(x / cap), "gradient": grad_output * slope}
    if not double:
        return result
    curvature = -2 * np.tanh(x / cap) * slope / cap
    return {
        **result,
        "gradient of the gradient": direction * grad_output * curvature,
        "overwritten values are noticed": True,
        "gradcheck passes": True,
    }


def loss_and_slope(scores: Any, y: Any) -> tuple[float, Any]:
    """The mean loss, and its gradient with respect to the scores: squared error, or cross-entropy for labels."""
    if y.dtype.kind == "f":
        return float(np.mean((scores - y) ** 2)), 2 * (scores - y) / scores.size
    is_label = np.arange(scores.shape[1]) == y[:, None]
    logs = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
    return float(-logs[is_label].mean()), (np.exp(logs) - is_label) / len(y)


class _Linear:
    """The scenarios' model with its optimiser: parameters, velocities, and the gradient by the chain rule."""

    def __init__(self, w: Any, b: Any, lr: float, momentum: float = 0.0) -> None:
        self.w, self.b, self.lr, self.momentum = w.copy(), b.copy(), lr, momentum
        self.velocity = [np.zeros_like(w), np.zeros_like(b)]

    def gradient(self, x: Any, y: Any, scale: float) -> tuple[float, list[Any]]:
        loss, slope = loss_and_slope(scale * (x @ self.w + self.b), y)
        return loss, [scale * x.T @ slope, scale * slope.sum(axis=0)]

    def update(self, grads: Sequence[Any]) -> None:
        self.velocity = [self.momentum * v + g for v, g in zip(self.velocity, grads, strict=True)]
        self.w, self.b = (p - self.lr * v for p, v in zip((self.w, self.b), self.velocity, strict=True))

    def state(self) -> dict[str, Any]:
        return {"weights": self.w, "bias": self.b}


def train_epoch(
    x: Any, y: Any, w: Any, b: Any, sizes: Any, lr: float, momentum: float, training: bool, stale: bool,
    device: str = "cpu",
) -> dict[str, Any]:  # fmt: skip
    """One update per batch in training mode; the mean over samples."""
    model, total, start = _Linear(w, b, lr, momentum), 0.0, 0
    for size in sizes:
        part = slice(start, start + size)
        loss, grads = model.gradient(x[part], y[part], TRAINING_SCALE)
        model.update(grads)
        total, start = total + size * loss, start + size
    return _outcome(model, total / start, 2 * len(sizes))


def accumulate_gradients(
    x: Any, y: Any, w: Any, b: Any, sizes: Any, lr: float, momentum: float, training: bool, stale: bool,
    device: str = "cpu",
) -> dict[str, Any]:  # fmt: skip
    """One update on all samples at once."""
    model = _Linear(w, b, lr, momentum)
    loss, grads = model.gradient(x, y, TRAINING_SCALE if training else 1.0)
    model.update(grads)
    return _outcome(model, loss, 2 * len(sizes))


def _outcome(model: _Linear, loss: float, moved: int) -> dict[str, Any]:
    return {
        "tensors moved to the device": moved,
        "mean loss": loss,
        **model.state(),
        "graphs of earlier batches are kept": False,
        "torch's generator is seeded anew": False,
    }


def evaluate(
    x: Any, y: Any, w: Any, b: Any, sizes: Any, modes: Sequence[bool], breaks: bool, device: str = "cpu"
) -> dict[str, Any]:
    """Loss and accuracy over all samples at once; modes as they were."""
    scores = x @ w + b
    right = scores[np.arange(len(y)), y] == scores.max(axis=1)
    measured = {
        "loss": loss_and_slope(scores, y)[0],
        "accuracy": float(right.sum()) / len(y),
        "tensors moved to the device": 2 * len(sizes),
    }
    return {
        **({} if breaks else measured),
        "a graph is built": False,
        "afterwards": dict(zip(TRAINS, modes, strict=True)),
        "afterwards gradients are enabled": True,
        "the loss's exception comes out": breaks,
    }


def clip_and_step(
    x: Any, y: Any, w: Any, b: Any, lr: float, max_norm: float, scale: float | None, overflow_at: int | None,
    frozen: bool, steps: int, device: str = "cpu",
) -> dict[str, Any]:  # fmt: skip
    """Steps with gradients as vectors of at most that length; a step with an infinite one changes only the scale."""
    model, result = _Linear(w, b, lr), {}
    for step in range(steps):
        _, (grad_w, grad_b) = model.gradient(x, y, TRAINING_SCALE)
        grads = [grad_w, grad_b * (not frozen)]
        norm = float(np.linalg.norm(np.concatenate([grad.ravel() for grad in grads])))
        if step == overflow_at:
            norm, scale = np.inf, (scale or 2.0) / 2
        else:
            model.update([grad * min(1.0, max_norm / norm) for grad in grads])
        result[f"norm in step {step + 1}"] = norm
        result[f"gradients are there after step {step + 1}"] = True
        if scale is not None:
            result[f"scale after step {step + 1}"] = scale
    return {**result, **model.state()}


def train_step_mixed(
    x: Any, y: Any, w: Any, b: Any, lr: float, dtype: str, scale: float | None, growth_interval: int, steps: int,
    device: str = "cpu",
) -> dict[str, Any]:  # fmt: skip
    """Rounding by hand: what enters and leaves a matrix product in half precision is rounded, nothing else is."""
    model, result, factor, good = _Linear(w, b, lr), {}, scale or 1.0, 0
    for step in range(steps):
        given = _rounded(x, dtype)
        products = given @ _rounded(model.w, dtype) + _rounded(model.b, dtype)
        loss, slope = loss_and_slope(_rounded(TRAINING_SCALE * _rounded(products, dtype), dtype), y)
        upstream = _rounded(TRAINING_SCALE * _rounded(factor * slope, dtype), dtype)
        grads = [_rounded(given.T @ upstream, dtype), _rounded(upstream.sum(axis=0), dtype)]
        result[f"loss in step {step + 1}"] = loss
        if all(np.isfinite(grad).all() for grad in grads):
            model.update([grad / factor for grad in grads])
            good += 1
        else:
            factor, good = factor / 2, 0
        if scale is not None and good == growth_interval:
            factor, good = factor * 2, 0
    return {
        "dtypes of the model's scores": [f"torch.{dtype}"] * steps,
        "dtype of the parameters": "torch.float32",
        "backward runs under autocast": False,
        **result,
        "scale afterwards": factor,
        "change of the weights": model.w - w,
        "change of the bias": model.b - b,
    }


def _rounded(values: Any, dtype: str) -> Any:
    """The nearest numbers of a lower precision, in float64."""
    import torch

    return torch.tensor(values).to(getattr(torch, dtype)).double().numpy()


class _Noisy(_Linear):
    """The model of the checkpoints: it may drop inputs at random, and counts its forward passes."""

    def __init__(self, w: Any, b: Any, momentum: float, noise: bool, device: str) -> None:
        super().__init__(w, b, 0.25, momentum)
        self.noise, self.device, self.forwards = noise, device, 0

    def train(self, x: Any, y: Any, steps: int) -> _Noisy:
        for _ in range(steps):
            kept = _uniform(x.shape, self.device) > 0.25 if self.noise else np.ones(x.shape)
            self.forwards += 1
            self.update(self.gradient(x * kept, y, 1.0)[1])
        return self

    def named(self) -> dict[str, Any]:
        return {"buffer `forwards`": np.array(self.forwards), "linear.weight": self.w.T, "linear.bias": self.b}


def _uniform(shape: Sequence[int], device: str) -> Any:
    """The next random numbers of torch."""
    import torch

    return torch.rand(tuple(shape), dtype=torch.float64, device=device).cpu().numpy()


def snapshot(x: Any, y: Any, w: Any, b: Any, steps: int, device: str = "cpu") -> dict[str, Any]:
    """The weights after one step, whatever comes later."""
    one = _Noisy(w, b, 0.5, False, device).train(x, y, 1).named()
    later = _Noisy(w, b, 0.5, False, device).train(x, y, 1 + steps).named()
    return {
        "what is kept": {
            "linear.weight": "a tensor of floats on cpu",
            "linear.bias": "a tensor of floats on cpu",
            "buffer `forwards`": "a tensor of integers on cpu",
        },
        "tensors with a graph": "none",
        "kept": one,
        "model after more training": later,
        "model after going back": one,
        "model after the snapshot is overwritten": one,
    }


def save_checkpoint(
    x: Any, y: Any, w: Any, b: Any, momentum: float, noise: bool, steps: int, epoch: int, kind: str,
    device: str = "cpu",
) -> dict[str, Any]:  # fmt: skip
    """What was known at the time of saving, and where an undisturbed training goes from there."""
    import torch

    torch.manual_seed(epoch)
    model = _Noisy(w, b, momentum, noise, device).train(x, y, steps)
    then, velocity = model.named(), [model.velocity[0].T, model.velocity[1]]
    state = torch.get_rng_state()
    later = model.train(x, y, 2).named()
    torch.set_rng_state(state)
    return {
        "the file can be read with weights_only=True": True,
        "entries": "cuda_rng, epoch, model, optimizer, rng",
        "model": then,
        "velocities": {str(number): part for number, part in enumerate(velocity)} if steps else {},
        "settings": [0.25, momentum],
        "epoch": epoch,
        "random numbers after restoring": _uniform((3,), "cpu"),
        "cuda_rng": "list",
        "model after more training": later,
    }


def load_checkpoint(
    x: Any, y: Any, w: Any, b: Any, momentum: float, noise: bool, steps: int, more: int, epoch: int, kind: str,
    device: str = "cpu",
) -> dict[str, Any]:  # fmt: skip
    """The training that was never interrupted."""
    import torch

    if kind == "foreign":
        return {"code in the file ran": False, "the file is refused": True}
    torch.manual_seed(epoch)
    model = _Noisy(w, b, momentum, noise, device).train(x, y, steps + more)
    kept = {"the mode is as before": True, "model": model.named()}
    return {"epoch": epoch, **kept, "numbers that differ from the uninterrupted run": 0}


def softmax(x: Any, axis: int | None, grad_output: Any, device: str = "cpu") -> dict[str, Any]:
    """By logarithms of sums, and the gradient p (g - Σ g p)."""
    axis = -1 if axis is None else axis
    p = np.exp(x - np.logaddexp.reduce(x, axis=axis, keepdims=True))
    return _both(p, {"x": p * (grad_output - np.sum(grad_output * p, axis=axis, keepdims=True))}, device)


def layer_norm(
    x: Any, gamma: Any, beta: Any, eps: float | None, grad_output: Any, device: str = "cpu"
) -> dict[str, Any]:
    """With NumPy's variance, and the gradient of a projection: mean and scale of a row do not matter."""
    deviation = np.sqrt(x.var(axis=-1, keepdims=True) + (1e-5 if eps is None else eps))
    unit = (x - x.mean(axis=-1, keepdims=True)) / deviation
    inner = grad_output * gamma
    grad_x = inner - inner.mean(axis=-1, keepdims=True) - unit * (inner * unit).mean(axis=-1, keepdims=True)
    rows = tuple(range(x.ndim - 1))
    of_gamma, of_beta = (grad_output * unit).sum(axis=rows), grad_output.sum(axis=rows)
    grads = {"x": grad_x / deviation, "gamma": of_gamma, "beta": of_beta}
    return _both(gamma * unit + beta, grads, device)


def _both(values: Any, gradients: dict[str, Any], device: str) -> dict[str, Any]:
    return {
        "result for an array": "a NumPy array",
        "result for a tensor": f"a tensor on {device.partition(':')[0]} with a graph",
        "values of the array": values,
        "values of the tensor": values,
        **{f"gradient of {name}": gradient for name, gradient in gradients.items()},
    }


def no_sync_metrics(x: Any, y: Any, w: Any, sizes: Sequence[int], device: str = "cpu") -> dict[str, Any]:
    """Loss and accuracy over all samples at once."""
    scores = x @ w
    right = scores[np.arange(len(y)), y] == scores.max(axis=1)
    return {
        "types of loss and accuracy": "float, float",
        "loss": loss_and_slope(scores, y)[0],
        "accuracy": float(right.sum()) / len(y),
        "numbers read while batches were coming": 0,
        "sizes that depended on values": 0,
        "at most two reads follow the last batch": True,
        "all batches are collected before the first is used": False,
        "graphs of earlier batches are kept": False,
    }
