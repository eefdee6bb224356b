"""Wrong answers to the PyTorch unit, of a second reader."""

from __future__ import annotations

from typing import Any

import torch

from solutions import u14_pytorch as course
from tests.student_mistakes import Mistake


def _plain(batch: Any, device: Any) -> Any:
    if isinstance(batch, dict):
        return {key: _plain(item, device) for key, item in batch.items()}
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(_plain(item, device) for item in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(_plain(item, device) for item in batch)
    return batch.to(device) if isinstance(batch, torch.Tensor) else batch


def _mixed(kind: str) -> Any:
    def step(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> float:
        optimizer.zero_grad()
        if kind:
            with torch.autocast(device_type=kind, dtype=dtype):
                value = loss(model(x), y)
        else:
            value = loss(model(x), y)
        scaler.scale(value).backward()
        scaler.step(optimizer)
        scaler.update()
        return float(value)

    return step


def _last_axis_alone(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    """Looks at the last axis of gamma and beta only, so that a row is let through."""
    for name, value in (("gamma", gamma), ("beta", beta)):
        if value.shape[-1] != x.shape[-1]:
            raise ValueError(name)
    xp = course.namespace_of(x)
    centred = x - xp.mean(x, axis=-1, keepdims=True)
    return gamma * centred / xp.sqrt(xp.mean(centred**2, axis=-1, keepdims=True) + eps) + beta


def _metrics(collected: bool = False, in_numpy: bool = False) -> Any:
    def metrics(steps: Any, device: Any) -> Any:
        total, hits, count = torch.zeros((), device=device), torch.zeros((), device=device), 0
        for loss, logits, labels in list(steps) if collected else steps:
            total = total + loss.detach() * len(labels)
            hits = hits + (logits.argmax(dim=1) == labels).sum()
            count += len(labels)
        if count == 0:
            raise ValueError("steps")
        if in_numpy:
            return (total / count).cpu().numpy(), (hits / count).cpu().numpy()
        return (total / count).item(), (hits / count).item()

    return metrics


def _seeded(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    torch.manual_seed(0)
    return course.train_epoch(model, loader, loss, optimizer, device)


MISTAKES = [
    Mistake("to_device", _plain, "plain-dictionaries"),
    Mistake("train_step_mixed", _mixed("cuda"), "autocast-for-cuda"),
    Mistake("train_step_mixed", _mixed(""), "autocast-missing"),
    Mistake("layer_norm", _last_axis_alone),
    Mistake("snapshot", lambda model: {name: each.numpy() for name, each in model.state_dict().items()}),
    Mistake("no_sync_metrics", _metrics(collected=True), "batches-collected"),
    Mistake("no_sync_metrics", _metrics(in_numpy=True)),
    Mistake("train_epoch", _seeded, "seeded-inside"),
]
