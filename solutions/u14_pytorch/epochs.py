"""Epochs of training and of evaluation, and batches in parts."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .arrays import Device, Loader, Loss
from .devices import to_device

__all__ = ["accumulate_gradients", "evaluate", "train_epoch"]


def train_epoch(
    model: nn.Module, loader: Loader, loss: Loss, optimizer: torch.optim.Optimizer, device: Device
) -> float:
    """Train for one epoch: one step of the optimiser per batch.

    Puts the whole model in training mode, whatever mode it was in, and moves x and y of
    every batch to `device` (with `.to`). Gradients that are left over from before do
    not count.

    The mean is over samples, not over batches:

        mean loss = Σ_b n_b · loss_b / Σ_b n_b,   loss_b before the update on batch b

    No graph outlives its batch: what is summed up is detached. No generator is seeded:
    dropout and the like go on from where torch's random numbers are.

    Args:
        model: on `device`; its parameters are updated.
        loader: pairs (x, y), see the convention card; shapes (n_b, ...) and (n_b, ...) in
            batch b.
        loss: loss(outputs, targets) → the mean over the batch.
        optimizer: built with the model's parameters.
        device: where the model is.

    Returns:
        The mean loss as a float.

    Raises:
        ValueError: `loader` gives no batch.
    """
    model.train()
    total, count = torch.zeros((), device=device), 0
    for batch in loader:
        x, y = to_device(batch, device)
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        total = total + value.detach() * len(y)
        count += len(y)
    if count == 0:
        raise ValueError("loader: got no batches, want at least one")
    return total.item() / count


def evaluate(model: nn.Module, loader: Loader, loss: Loss, device: Device) -> tuple[float, float]:
    """Measure a classifier, and leave no trace.

    While it measures, every module is in evaluation mode and no graph is built.
    Afterwards every single module has the mode that it had before (in a model that
    trains, a frozen part may be in evaluation mode), also when an exception ends the
    measurement, which is passed on. Gradients are enabled as before. x and y of every
    batch are moved to `device` (with `.to`).

        mean loss = Σ_b n_b · loss_b / Σ_b n_b
        accuracy  = samples whose largest output is at their label / samples

    Args:
        model: on `device`; gives outputs of shape (n_b, C) for batch b.
        loader: pairs (x, y), x of shape (n_b, ...); y holds integer labels, shape (n_b,).
        loss: loss(outputs, targets) → the mean over the batch.
        device: where the model is.

    Returns:
        (mean loss, accuracy), two floats.

    Raises:
        ValueError: `loader` gives no batch.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        total, correct, count = 0.0, 0, 0
        with torch.no_grad():
            for batch in loader:
                x, y = to_device(batch, device)
                outputs = model(x)
                total += loss(outputs, y).item() * len(y)
                correct += int((outputs.argmax(dim=1) == y).sum())
                count += len(y)
    finally:
        for module, training in modes:
            module.training = training
    if count == 0:
        raise ValueError("loader: got no batches, want at least one")
    return total / count, correct / count


def accumulate_gradients(
    model: nn.Module,
    batches: Sequence[tuple[Tensor, Tensor]],
    loss: Loss,
    optimizer: torch.optim.Optimizer,
    device: Device,
) -> float:
    """Make one step on a batch that does not fit into memory, in parts that do.

        ∂L/∂w = Σ_b (n_b / N) · ∂loss_b/∂w,   N = Σ_b n_b

    The step equals that on all N samples at once, also when the parts are of different
    sizes. Only one part's graph exists at a time: each part has a forward and a
    backward pass of its own. One `optimizer.step()` in all. Gradients that are left
    over from before do not count; modes are not changed, and no generator is seeded.

    Args:
        model: on `device`; its parameters are updated once.
        batches: the parts, a list of pairs (x, y), shapes (n_b, ...) and (n_b, ...) in
            part b; each is moved to `device`.
        loss: loss(outputs, targets) → the mean over a part.
        optimizer: built with the model's parameters.
        device: where the model is.

    Returns:
        The loss of the big batch before the step, Σ_b (n_b / N) · loss_b, as a float.

    Raises:
        ValueError: `batches` is empty.
    """
    if not batches:
        raise ValueError("batches: got none, want at least one")
    samples = sum(len(y) for _, y in batches)
    optimizer.zero_grad()
    total = 0.0
    for batch in batches:
        x, y = to_device(batch, device)
        share = loss(model(x), y) * (len(y) / samples)
        share.backward()
        total += share.item()
    optimizer.step()
    return total
