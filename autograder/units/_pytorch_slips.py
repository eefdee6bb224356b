"""Wrong loops around a model that turned up when the exercises were answered as students do."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Misconception
from autograder.units import _pytorch_checkpoint_wrong as checkpoints

__all__ = ["CLIP", "EPOCH", "EVALUATE", "LAYER_NORM", "LOAD", "SAVE"]


def _epoch(
    model: Any, loader: Any, loss: Any, optimizer: Any, device: Any, *, summed: bool = False, swapped: bool = False,
    by_size: bool = False, mode: bool = True, clears: bool = True, afterwards: bool = False,
) -> float:  # fmt: skip
    """An epoch with a slip."""
    model.train(mode)
    total, count = 0.0, 0
    optimizer.zero_grad()
    for x, y in [(x.to(device), y.to(device)) for x, y in loader]:
        if clears:
            optimizer.zero_grad()
        outputs = model(x)
        value = loss(y, outputs) if swapped else loss(outputs, y)
        (value * len(y) if by_size else value).backward()
        optimizer.step()
        shown = loss(model(x), y) if afterwards else value
        total, count = total + shown.item() * len(y), count + len(y)
    if not count:
        raise ValueError("loader")
    return total if summed else total / count


def _measure(model: Any, loader: Any, loss: Any, device: Any, *, first: bool = False, hits: bool = False) -> Any:
    """A measurement with a slip."""
    import torch

    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        with torch.no_grad():
            rows = []
            for x, y in [(x.to(device), y.to(device)) for x, y in loader]:
                outputs = model(x)
                rows.append((loss(outputs, y).item() * len(y), int((outputs.argmax(dim=1) == y).sum()), len(y)))
    finally:
        for module, mode in modes:
            module.training = mode
    if not rows:
        raise ValueError("loader")
    total, correct, count = (sum(column) for column in zip(*rows, strict=True))
    accuracy = float(correct) if hits else correct / count
    return (accuracy, total / count) if first else (total / count, accuracy)


def _clip(model: Any, optimizer: Any, max_norm: float, scaler: Any, *, power: int = 2, root: bool = True) -> float:
    """Clip by another norm."""
    if max_norm <= 0:
        raise ValueError("max_norm")
    if scaler is not None:
        scaler.unscale_(optimizer)
    grads = [param.grad for param in model.parameters() if param.grad is not None]
    total = sum((grad.abs() ** power).sum() for grad in grads)
    norm = float(total**0.5 if root else total)
    for grad in grads if norm > max_norm else []:
        grad *= max_norm / norm
    if scaler is None:
        optimizer.step()
    else:
        scaler.step(optimizer)
        scaler.update()
    return norm


def _squared_norm(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    return _clip(model, optimizer, max_norm, scaler, root=False)


def _sum_of_sizes(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    return _clip(model, optimizer, max_norm, scaler, power=1, root=False)


def _weights_clipped(model: Any, optimizer: Any, max_norm: float, scaler: Any = None) -> float:
    import torch

    norm = _clip(model, optimizer, max_norm, scaler)
    with torch.no_grad():
        for param in model.parameters():
            param.clamp_(-max_norm, max_norm)
    return norm


def _normalised(x: Any, gamma: Any, beta: Any, eps: float = 1e-5, *, ddof: int = 0, shifted: bool = False) -> Any:
    """Layer norm with a slip."""
    root = np.sqrt if isinstance(x, np.ndarray) else (lambda value: value.sqrt())
    centred = x - x.mean(-1).reshape(*x.shape[:-1], 1)
    variance = (centred**2).sum(-1).reshape(*x.shape[:-1], 1) / max(x.shape[-1] - ddof, 1)
    scaled = centred / root(variance + eps)
    return gamma * (scaled + beta) if shifted else gamma * scaled + beta


EPOCH = [
    Misconception(
        "loss-summed",
        believes="The losses of an epoch are added up.",
        wrong=lambda *each: _epoch(*each, summed=True),
        hint="If the loader had twice as many samples, what should the mean loss be?",
    ),
    Misconception(
        "labels-first",
        believes="A loss takes the labels, then the outputs.",
        wrong=lambda *each: _epoch(*each, swapped=True),
        hint="In which order does nn.CrossEntropyLoss take its arguments?",
    ),
    Misconception(
        "gradient-times-the-size",
        believes="What goes backward is the loss times the number of samples.",
        wrong=lambda *each: _epoch(*each, by_size=True),
        hint="A batch twice as large: should its step be twice as long?",
    ),
    Misconception(
        "evaluation-mode",
        believes="A model is put into evaluation mode before it is fed.",
        wrong=lambda *each: _epoch(*each, mode=False),
        hint="What do dropout and batch norm do after model.eval()?",
    ),
    Misconception(
        "cleared-once",
        believes="zero_grad belongs before the loop.",
        wrong=lambda *each: _epoch(*each, clears=False),
        hint="backward() adds to .grad: what stands there when the second batch comes?",
    ),
    Misconception(
        "loss-after-the-step",
        believes="The loss of a batch is what is left after its step.",
        wrong=lambda *each: _epoch(*each, afterwards=True),
        hint="How many forward passes does your loop make for a batch, and with which weights is the last one?",
    ),
]

EVALUATE = [
    Misconception(
        "accuracy-first",
        believes="The accuracy comes first in the pair.",
        wrong=lambda *each: _measure(*each, first=True),
        hint="In which order does the docstring name the two results?",
    ),
    Misconception(
        "count-of-right-answers",
        believes="Accuracy is how many answers are right.",
        wrong=lambda *each: _measure(*each, hits=True),
        hint="What is the accuracy of a model that is always right?",
    ),
]

CLIP = [
    Misconception(
        "squared-norm",
        believes="The norm is the sum of squares.",
        wrong=_squared_norm,
        hint="How long is the vector (3, 4)?",
    ),
    Misconception(
        "sum-of-sizes",
        believes="The norm is the sum of the magnitudes.",
        wrong=_sum_of_sizes,
        hint="How long is the vector (3, 4)?",
    ),
    Misconception(
        "weights-clipped-too",
        believes="Weights must not be larger than the limit either.",
        wrong=_weights_clipped,
        hint="What is max_norm the limit of?",
    ),
]

SAVE = [
    Misconception(
        "weights-alone",
        believes="A checkpoint is model.state_dict().",
        wrong=checkpoints.save_weights_alone,
        hint="Five things are asked for: where do the other four come from when training goes on?",
    ),
    Misconception(
        "next-epoch",
        believes="What is saved is the number of the epoch that comes next.",
        wrong=checkpoints.save_next_epoch,
        hint="What does the docstring say is saved: epochs done, or the epoch to do?",
    ),
]

LOAD = [
    Misconception(
        "put-into-evaluation",
        believes="After loading, a model is used for predictions.",
        wrong=checkpoints.load_into_evaluation,
        hint="Training goes on as if it had not stopped: in which mode was the model?",
    ),
]

LAYER_NORM = [
    Misconception(
        "unbiased-variance",
        believes="A variance divides by n - 1.",
        wrong=lambda *each, **named: _normalised(*each, ddof=1, **named),
        hint="By which number does the docstring divide?",
    ),
    Misconception(
        "shift-is-scaled-too",
        believes="γ multiplies x̂ + β.",
        wrong=lambda *each, **named: _normalised(*each, shifted=True, **named),
        hint="If γ were 0, what would be left of β?",
    ),
]
