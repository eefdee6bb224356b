"""Assessment of PyTorch: clipping in the right place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Value
from autograder.inputs import normal, spread
from autograder.units import _pytorch_slips as slips
from autograder.units._pytorch_shared import TinySGD, as_single, as_single_precision, numbers, tiny_model, weights_of

__all__ = ["clip_and_step"]


def drive_clip_and_step(
    clip_and_step: Any,
    x: Any,
    y: Any,
    w: Any,
    b: Any,
    lr: float,
    max_norm: float,
    scale: Any,
    overflow_at: Any,
    frozen: bool,
    steps: int,
    device: str = "cpu",
) -> Any:
    """Some steps on one batch, perhaps with a scaled loss, an infinite gradient in one of them, or a frozen bias."""
    import torch

    model = tiny_model(w, b, device)
    model.linear.bias.requires_grad_(not frozen)
    optimizer = TinySGD(model, lr)
    data, targets = torch.tensor(x, device=device), torch.tensor(y, device=device)
    kind = torch.device(device).type
    scaler = None if scale is None else torch.amp.GradScaler(kind, init_scale=scale)
    result: dict[str, Any] = {}
    for step in range(steps):
        optimizer.zero_grad()
        loss = ((model(data) - targets) ** 2).mean()
        (loss if scaler is None else scaler.scale(loss)).backward()
        if step == overflow_at:
            model.linear.weight.grad[0, 0] = torch.inf
        extra = () if scaler is None else (scaler,)
        norm = clip_and_step(model, optimizer, max_norm, *extra)
        result[f"norm in step {step + 1}"] = as_single(norm, w)
        left = model.linear.weight.grad
        result[f"gradients are there after step {step + 1}"] = left is not None and bool((left != 0).any())
        if scaler is not None:
            result[f"scale after step {step + 1}"] = as_single(scaler.get_scale(), w)
    return {**result, **weights_of(model)}


def _with_scaler(optimizer: Any, scaler: Any, clip: Callable[[], Any], update: bool = True) -> float:
    """Unscale, clip by some rule, step and perhaps update."""
    if scaler is not None:
        scaler.unscale_(optimizer)
    norm = float(clip())
    if scaler is None:
        optimizer.step()
    else:
        scaler.step(optimizer)
        if update:
            scaler.update()
    return norm


def _gradients(model: Any) -> list[Any]:
    return [param.grad for param in model.parameters() if param.grad is not None]


def _norm(model: Any) -> Any:
    return sum((grad.double() ** 2).sum() for grad in _gradients(model)) ** 0.5


def _check(max_norm: float) -> None:
    if max_norm <= 0:
        raise ValueError(f"max_norm: got {max_norm}")


def _rescale(model: Any, factor: Any) -> None:
    for grad in _gradients(model):
        grad.mul_(factor)


def _by_hand(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    _check(max_norm)

    def clip() -> Any:
        norm = _norm(model)
        if norm > max_norm:
            _rescale(model, (max_norm / norm).item())
        return norm

    return _with_scaler(optimizer, scaler, clip)


def _after_step(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    import torch

    _check(max_norm)
    _with_scaler(optimizer, scaler, lambda: 0.0)
    return float(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm))


def _before_unscale(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    import torch

    _check(max_norm)
    norm = float(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm))
    _with_scaler(optimizer, scaler, lambda: 0.0)
    return norm


def _each_tensor(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    import torch

    _check(max_norm)

    def clip() -> Any:
        norm = _norm(model)
        for param in model.parameters():
            torch.nn.utils.clip_grad_norm_([param], max_norm)
        return norm

    return _with_scaler(optimizer, scaler, clip)


def _by_value(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    import torch

    _check(max_norm)

    def clip() -> Any:
        norm = _norm(model)
        torch.nn.utils.clip_grad_value_(model.parameters(), max_norm)
        return norm

    return _with_scaler(optimizer, scaler, clip)


def _cleared(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    norm = _by_hand(model, optimizer, max_norm, scaler)
    optimizer.zero_grad()
    return norm


def _always(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    _check(max_norm)

    def clip() -> Any:
        norm = _norm(model)
        _rescale(model, (max_norm / norm).item())
        return norm

    return _with_scaler(optimizer, scaler, clip)


def _norm_afterwards(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    import torch

    _check(max_norm)

    def clip() -> Any:
        torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
        return _norm(model)

    return _with_scaler(optimizer, scaler, clip)


def _without_update(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    import torch

    _check(max_norm)
    clip = torch.nn.utils.clip_grad_norm_
    return _with_scaler(optimizer, scaler, lambda: clip(model.parameters(), max_norm), update=False)


def _past_the_scaler(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    import torch

    _check(max_norm)
    if scaler is not None:
        scaler.unscale_(optimizer)
    norm = float(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm))
    optimizer.step()
    if scaler is not None:
        scaler.update()
    return norm


def _inputs(
    n: int,
    features: int,
    outputs: int,
    seed: int,
    max_norm: float,
    scale: float | None = None,
    overflow_at: int | None = None,
    frozen: bool = False,
    steps: int = 1,
) -> dict[str, Any]:
    return {
        "x": 2 * normal(n, features, seed=seed),
        "y": 3 * normal(n, outputs, seed=seed + 1),
        "w": normal(features, outputs, seed=seed + 2),
        "b": spread(-1, 1, outputs) + 0.25,
        "lr": 0.5,
        "max_norm": max_norm,
        "scale": scale,
        "overflow_at": overflow_at,
        "frozen": frozen,
        "steps": steps,
    }


def _random_inputs(rng: np.random.Generator) -> dict[str, Any]:
    n, features, outputs = (int(rng.integers(2, 6)) for _ in range(3))
    return {
        "x": rng.standard_normal((n, features)),
        "y": 3 * rng.standard_normal((n, outputs)),
        "w": rng.standard_normal((features, outputs)),
        "b": rng.standard_normal(outputs),
        "lr": 0.5,
        "max_norm": float(rng.uniform(0.3, 1.5)),
        "scale": None if rng.random() < 0.4 else float(2 ** rng.integers(4, 12)),
        "overflow_at": None,
        "frozen": False,
        "steps": 3,
    }


clip_and_step = Exercise(
    "clip_and_step",
    points=3,
    requires=["torch"],
    scenario=drive_clip_and_step,
    helpers=[numbers, tiny_model, weights_of, TinySGD, as_single],
    # clip_grad_norm_ adds 1e-6 to the norm, the formula does not; both are right
    check=Value(tolerance=1e-5),
    cases=[
        Case("above-the-limit", **_inputs(4, 3, 2, 101, max_norm=0.5)),
        Case("below-the-limit", **_inputs(5, 2, 3, 104, max_norm=500.0), readonly=True),
        Case("three-steps", **_inputs(4, 3, 3, 107, max_norm=1.0, steps=3)),
        Case("a-frozen-bias", **_inputs(4, 2, 2, 110, max_norm=0.5, frozen=True, steps=2)),
        Case("scaled", **_inputs(5, 3, 2, 113, max_norm=0.5, scale=1024.0)),
        Case("scaled-below-the-limit", **_inputs(4, 2, 3, 116, max_norm=100.0, scale=1024.0), readonly=True),
        Case("scaled-three-steps", **_inputs(4, 3, 2, 119, max_norm=1.0, scale=256.0, steps=3)),
        Case("scaled-overflow", **_inputs(4, 3, 2, 122, max_norm=1.0, scale=1024.0, overflow_at=0, steps=2)),
        Case("single-precision", **as_single_precision(_inputs(4, 3, 2, 125, max_norm=0.75, steps=2))),
        Case("limit-of-zero", raises="max_norm", **_inputs(4, 3, 2, 128, max_norm=0.0)),
        random_cases(_random_inputs, count=3),
    ],
    misconceptions=[
        Misconception(
            "clipped-after-the-step",
            believes="Clipping belongs to the end of a step.",
            wrong=_after_step,
            hint="What has the step read by the time you clip?",
        ),
        Misconception(
            "clipped-before-unscaling",
            believes="The scaler takes care of the scale by itself.",
            wrong=_before_unscale,
            hint="The gradients are 1024 times too large when you measure their norm: who divides them, and when?",
        ),
        Misconception(
            "each-tensor-by-itself",
            believes="Every parameter's gradient has its own limit.",
            wrong=_each_tensor,
            hint="Does the direction of the whole step stay the same if weights and bias shrink by different factors?",
        ),
        Misconception(
            "by-value",
            believes="Clipping cuts the entries at the limit.",
            wrong=_by_value,
            hint="What is the norm of ten entries that are all at the limit?",
        ),
        Misconception(
            "always-rescaled",
            believes="After clipping the norm is max_norm.",
            wrong=_always,
            hint="What should happen to a gradient whose norm is below the limit?",
        ),
        Misconception(
            "norm-afterwards",
            believes="The norm that counts is the one after clipping.",
            wrong=_norm_afterwards,
            hint="What would a plot of your result show, when all steps are clipped?",
        ),
        Misconception(
            "update-forgotten",
            believes="scaler.step is the end of the step.",
            wrong=_without_update,
            hint="Who halves the scale after an overflow, and tells the scaler that a new step begins?",
        ),
        Misconception(
            "past-the-scaler",
            believes="Once unscaled, gradients are ordinary, and optimizer.step() will do.",
            wrong=_past_the_scaler,
            hint="One gradient is infinite: what does optimizer.step() do with it, and what scaler.step(optimizer)?",
        ),
        Misconception(
            "gradients-cleared",
            believes="A step ends with zero_grad.",
            wrong=_cleared,
            hint="Who clears the gradients in a training loop, and who may want to look at them after your step?",
        ),
        *slips.CLIP,
    ],
    hints=[
        "Whose gradients stand in .grad after `scaler.scale(loss).backward()`, and which norm is limited?",
        "Unscale, clip, step, update: the first and the last only with a scaler, and the step through it.",
        "scaler.unscale_(optimizer); norm = clip_grad_norm_(model.parameters(), max_norm); scaler.step(optimizer)",
    ],
    variants=[Variant("by-hand", _by_hand)],
)
