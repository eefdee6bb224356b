"""Wrong answers to PyTorch's loop and what surrounds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.student_mistakes import Mistake


def _on(batch: Any, device: Any) -> Any:
    return [each.to(device) for each in batch]


def _train(slip: str) -> Any:
    def epoch(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> Any:
        if slip != "mode as it is":
            model.train()
        if slip == "evaluation mode":
            model.eval()
        losses, sizes = [], []
        optimizer.zero_grad()
        for batch in loader:
            x, y = batch if slip == "not moved" else _on(batch, device)
            if slip not in ("zeroed once", "never zeroed"):
                optimizer.zero_grad()
            value = loss(y, model(x)) if slip == "arguments swapped" else loss(model(x), y)
            if slip == "zero before step":
                value.backward()
                optimizer.zero_grad()
                optimizer.step()
            elif slip == "step first":
                optimizer.step()
                value.backward()
            elif slip == "no step":
                value.backward()
            elif slip == "scaled by size":
                (value * len(y)).backward()
                optimizer.step()
            else:
                value.backward()
                optimizer.step()
            losses.append(
                value if slip == "graph kept" else loss(model(x), y).item() if slip == "loss after" else value.item()
            )
            sizes.append(len(y))
        if not sizes:
            raise ValueError("loader")
        if slip == "mean of batches":
            return float(np.mean(losses))
        if slip == "last batch":
            return losses[-1]
        if slip == "sum":
            return float(sum(losses))
        if slip == "number of samples only":
            return sum(losses) / sum(sizes)
        total = sum(n * value for n, value in zip(sizes, losses, strict=True)) / sum(sizes)
        return torch.tensor(total) if slip == "tensor returned" else float(total)

    return epoch


def _evaluate(slip: str) -> Any:
    def measure(model: Any, loader: Any, loss: Any, device: Any) -> Any:
        was, modes = model.training, [(module, module.training) for module in model.modules()]
        if slip != "training mode":
            model.eval()
        rows = []
        try:
            with torch.enable_grad() if slip == "graph built" else torch.no_grad():
                for batch in loader:
                    x, y = batch if slip == "not moved" else _on(batch, device)
                    outputs = model(x)
                    hits = (outputs.argmax(dim=1) == y).sum().item()
                    if slip == "axis 0":
                        hits = int((outputs.argmax(dim=0)[: len(y)] == y[: outputs.shape[1]]).sum())
                    rows.append((loss(outputs, y).item(), hits, len(y)))
        finally:
            if slip == "train afterwards":
                model.train()
            elif slip == "root mode":
                model.train(was)
            elif slip != "stays in evaluation":
                for module, mode in modes:
                    module.training = mode
        if not rows:
            raise ValueError("loader")
        count, correct = sum(n for _, _, n in rows), sum(hits for _, hits, _ in rows)
        total = sum(value * n for value, _, n in rows)
        if slip == "gradients off":
            torch.set_grad_enabled(False)
        if slip == "swapped":
            return correct / count, total / count
        if slip == "count":
            return total / count, float(correct)
        if slip == "mean of batches":
            return sum(value for value, _, _ in rows) / len(rows), sum(hits / n for _, hits, n in rows) / len(rows)
        return total / count, correct / count

    return measure


def _accumulate(slip: str) -> Any:
    def step(model: Any, batches: Any, loss: Any, optimizer: Any, device: Any) -> Any:
        if not batches:
            raise ValueError("batches")
        samples, total = sum(len(y) for _, y in batches), 0.0
        if slip != "not zeroed":
            optimizer.zero_grad()
        if slip == "train mode":
            model.train()
        if slip == "one graph":
            value = sum(loss(model(x), y) * len(y) for x, y in (_on(batch, device) for batch in batches)) / samples
            value.backward()
            optimizer.step()
            return value.item()
        for batch in batches:
            x, y = _on(batch, device)
            if slip == "zeroed each time":
                optimizer.zero_grad()
            value = loss(model(x), y)
            share = {"equal shares": 1 / len(batches), "summed": 1.0, "divided by size": 1 / len(y)}.get(
                slip, len(y) / samples
            )
            (value * share).backward()
            total += value.item() * (1 / len(batches) if slip == "loss of equal shares" else share)
            if slip == "step each time":
                optimizer.step()
        if slip != "step each time":
            optimizer.step()
        return total

    return step


def _clip(slip: str) -> Any:
    def clip(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> Any:
        if max_norm <= 0:
            raise ValueError("max_norm")
        if scaler is not None and slip not in ("not unscaled", "unscaled after"):
            scaler.unscale_(optimizer)
        params = [p for p in model.parameters() if p.grad is not None]
        if slip == "step first":
            optimizer.step() if scaler is None else scaler.step(optimizer)
        if slip == "by value":
            norm = torch.sqrt(sum((p.grad**2).sum() for p in params))
            nn.utils.clip_grad_value_(params, max_norm)
        elif slip == "each parameter":
            norm = torch.sqrt(sum((p.grad**2).sum() for p in params))
            for p in params:
                nn.utils.clip_grad_norm_([p], max_norm)
        elif slip == "always rescaled":
            norm = torch.sqrt(sum((p.grad**2).sum() for p in params))
            for p in params:
                p.grad.mul_(max_norm / norm)
        elif slip == "squared norm":
            norm = sum((p.grad**2).sum() for p in params)
            for p in params:
                p.grad.mul_(torch.clamp(max_norm / norm, max=1.0))
        elif slip == "weights clipped":
            norm = nn.utils.clip_grad_norm_(params, float("inf"))
            with torch.no_grad():
                for p in params:
                    p.clamp_(-max_norm, max_norm)
        else:
            norm = nn.utils.clip_grad_norm_(params, max_norm, norm_type=1 if slip == "norm 1" else 2)
        if slip == "norm after":
            norm = torch.sqrt(sum((p.grad**2).sum() for p in params))
        if scaler is not None and slip == "unscaled after":
            scaler.unscale_(optimizer)
        if slip != "step first":
            if scaler is None or slip == "optimizer steps":
                optimizer.step()
            else:
                scaler.step(optimizer)
        if scaler is not None and slip != "never updated":
            scaler.update()
        if slip == "cleared":
            optimizer.zero_grad()
        return norm if slip == "tensor" else norm.item()

    return clip


def _mixed(slip: str) -> Any:
    def step(model: Any, x: Any, y: Any, loss: Any, optimizer: Any, scaler: Any, dtype: Any) -> Any:
        if slip != "not zeroed":
            optimizer.zero_grad()
        if slip == "no autocast":
            value = loss(model(x), y)
        elif slip == "half model":
            value = loss(model.to(dtype)(x.to(dtype)).float(), y)
            model.float()
        else:
            with torch.autocast(x.device.type, dtype=torch.bfloat16 if slip == "bfloat16 always" else dtype):
                value = loss(model(x), y)
        scaled = value if slip == "not scaled" else scaler.scale(value)
        scaled.backward()
        if slip in ("optimizer steps", "not scaled"):
            optimizer.step()
        else:
            scaler.step(optimizer)
        if slip != "never updated":
            scaler.update()
        return scaled.item() if slip == "scaled loss" else value.item()

    return step


def _snapshot(slip: str) -> Any:
    def keep(model: Any) -> Any:
        state = model.state_dict()
        if slip == "window":
            return state
        if slip == "shallow":
            return dict(state)
        if slip == "parameters only":
            return {name: p.detach().clone().cpu() for name, p in model.named_parameters()}
        if slip == "graph":
            return {name: p.clone() for name, p in [*model.named_parameters(), *model.named_buffers()]}
        if slip == "cpu":
            return {name: t.cpu() for name, t in state.items()}
        return {name: t.detach().clone().float() for name, t in state.items()}

    return keep


def _save(slip: str) -> Any:
    def save(file: Any, model: Any, optimizer: Any, epoch: int) -> None:
        content = {
            "model": model if slip == "whole model" else model.state_dict(),
            "optimizer": optimizer if slip == "whole optimizer" else optimizer.state_dict(),
            "epoch": epoch + 1 if slip == "next epoch" else epoch,
            "rng": torch.seed() if slip == "seed" else torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state_all(),
        }
        for name in {"no rng": ["rng", "cuda_rng"], "no optimizer": ["optimizer"], "no epoch": ["epoch"]}.get(slip, []):
            del content[name]
        if slip == "parameters only":
            content["model"] = {name: p.detach() for name, p in model.named_parameters()}
        if slip == "weights only":
            content = model.state_dict()
        torch.save(content, file)

    return save


def _load(slip: str) -> Any:
    def load(file: Any, model: Any, optimizer: Any) -> Any:
        found = torch.load(file, map_location="cpu", weights_only=slip != "trusting")
        model.load_state_dict(found["model"])
        if slip != "no optimizer":
            optimizer.load_state_dict(found["optimizer"])
        if slip != "no rng":
            torch.set_rng_state(found["rng"])
        if slip == "seeded":
            torch.manual_seed(0)
        if slip == "evaluation":
            model.eval()
        return (
            found["epoch"] + 1 if slip == "next epoch" else None if slip == "nothing returned" else int(found["epoch"])
        )

    return load


def _softmax(slip: str) -> Any:
    def softmax(x: Any, axis: int = -1) -> Any:
        if x.ndim == 0:
            raise ValueError("x")
        if slip == "through numpy":
            array = np.asarray(x.detach() if isinstance(x, torch.Tensor) else x)
            powers = np.exp(array - array.max(axis=axis, keepdims=True))
            result = powers / powers.sum(axis=axis, keepdims=True)
            return torch.from_numpy(result) if isinstance(x, torch.Tensor) else result
        if slip == "through torch":
            return torch.softmax(torch.as_tensor(x), axis)
        xp: Any = torch if isinstance(x, torch.Tensor) else np
        top = xp.amax(x) if slip == "global shift" else xp.amax(x, axis=axis, keepdims=True)
        powers = xp.exp(x) if slip == "no shift" else xp.exp(x - top)
        return (
            powers / powers.sum()
            if slip == "sum of all"
            else powers / xp.sum(powers, axis=-1 if slip == "last axis" else axis, keepdims=True)
        )

    return softmax


def _metrics(slip: str) -> Any:
    def metrics(steps: Any, device: Any) -> Any:
        total, correct, count = torch.zeros((), device=device), torch.zeros((), device=device), 0
        kept, batches = 0.0, 0
        for loss, logits, labels in steps:
            value = loss if slip == "graph kept" else loss.detach()
            total = total + (value if slip == "mean of batches" else value * len(labels))
            correct = correct + (logits.argmax(dim=1) == labels).sum()
            if slip == "item":
                kept += loss.item() * len(labels)
            count, batches = count + len(labels), batches + 1
        if count == 0:
            raise ValueError("steps")
        if slip == "tensors returned":
            return total / count, correct / count
        loss_mean = kept / count if slip == "item" else total.item() / (batches if slip == "mean of batches" else count)
        return loss_mean, correct.item() / (batches if slip == "hits per batch" else count)

    return metrics


def _each(exercise: str, make: Callable[[str], Callable[..., Any]], named: dict[str, str | None]) -> list[Mistake]:
    return [Mistake(exercise, make(slip), name) for slip, name in named.items()]


# fmt: off
MISTAKES = [
    *_each("train_epoch", _train, {
        "mode as it is": "training-mode-forgotten", "evaluation mode": "evaluation-mode",
        "not moved": "batches-not-moved", "zeroed once": "cleared-once", "arguments swapped": "labels-first",
        "zero before step": "step-without-gradients", "step first": "step-without-gradients",
        "no step": "step-without-gradients", "scaled by size": "gradient-times-the-size", "graph kept": "graph-kept",
        "loss after": "loss-after-the-step", "mean of batches": "mean-over-batches", "last batch": "last-batch-only",
        "sum": None, "number of samples only": None, "tensor returned": None,
    }),
    *_each("evaluate", _evaluate, {
        "training mode": "evaluation-mode-missing", "graph built": "graph-built", "not moved": "batches-not-moved",
        "mean of batches": "mean-over-batches", "axis 0": None, "train afterwards": "always-back-to-training",
        "root mode": "frozen-parts-woken", "stays in evaluation": "left-in-evaluation-mode", "gradients off": None,
        "swapped": "accuracy-first", "count": "count-of-right-answers",
    }),
    *_each("accumulate_gradients", _accumulate, {
        "not zeroed": "never-cleared", "train mode": None, "one graph": "one-backward-at-the-end",
        "zeroed each time": "cleared-in-the-loop", "equal shares": "divided-by-the-number-of-parts", "summed": None,
        "divided by size": None, "loss of equal shares": None, "step each time": "step-in-the-loop",
    }),
    *_each("clip_and_step", _clip, {
        "not unscaled": "clipped-before-unscaling", "unscaled after": "clipped-before-unscaling",
        "step first": "clipped-after-the-step", "by value": "by-value", "each parameter": "each-tensor-by-itself",
        "always rescaled": "always-rescaled", "squared norm": "squared-norm", "weights clipped": None,
        "norm 1": "sum-of-sizes", "norm after": "norm-afterwards", "optimizer steps": "past-the-scaler",
        "never updated": "update-forgotten", "cleared": "gradients-cleared", "tensor": None,
    }),
    *_each("train_step_mixed", _mixed, {
        "not zeroed": "zero-grad-missing", "no autocast": "autocast-missing", "half model": None,
        "bfloat16 always": "usual-dtype", "not scaled": None, "optimizer steps": None,
        "never updated": "update-forgotten", "scaled loss": "scaled-loss-returned",
    }),
    *_each("snapshot", _snapshot, {
        "window": "state-dict-by-reference", "shallow": "state-dict-by-reference",
        "parameters only": "parameters-only", "graph": "graph-kept", "cpu": "state-dict-by-reference", "floats": None,
    }),
    *_each("save_checkpoint", _save, {
        "whole model": None, "whole optimizer": "object-for-its-state", "next epoch": "next-epoch", "seed": None,
        "no rng": "random-state-left-out", "no optimizer": "optimizer-left-out", "no epoch": None,
        "parameters only": "buffers-left-out", "weights only": "weights-alone",
    }),
    *_each("load_checkpoint", _load, {
        "trusting": "code-is-run", "no optimizer": "optimizer-state-lost", "no rng": "random-state-lost",
        "seeded": None, "evaluation": "put-into-evaluation", "next epoch": "next-epoch", "nothing returned": None,
    }),
    *_each("softmax", _softmax, {
        "through numpy": "there-and-back", "through torch": "tensors-for-arrays", "global shift": None,
        "no shift": "no-shift", "sum of all": None, "last axis": None,
    }),
    *_each("no_sync_metrics", _metrics, {
        "graph kept": "graph-kept", "mean of batches": None, "item": "one-number-read-in-each-batch",
        "tensors returned": None, "hits per batch": None,
    }),
]
# fmt: on
