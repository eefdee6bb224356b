"""Wrong versions of the loops: what they share is right, and one thing in each is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__: list[str] = []


def _moved(loader: Any, device: Any) -> list[tuple[Any, Any]]:
    return [(x, y) if device is None else (x.to(device), y.to(device)) for x, y in loader]


def _step(model: Any, x: Any, y: Any, loss: Any, optimizer: Any) -> Any:
    """A right step; the loss is detached."""
    optimizer.zero_grad()
    value = loss(model(x), y)
    value.backward()
    optimizer.step()
    return value.detach()


def _epoch(model: Any, loader: Any, device: Any, step: Callable[[Any, Any], Any]) -> float:
    """An epoch with some step; its losses may carry graphs."""
    model.train()
    total: Any = 0.0
    count = 0
    for x, y in _moved(loader, device):
        total = total + step(x, y) * len(y)
        count += len(y)
    if not count:
        raise ValueError("loader: got no batches")
    return float(total.item()) / count


def right_epoch(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """A right one, which reads the loss of every batch."""
    return _epoch(model, loader, device, lambda x, y: _step(model, x, y, loss, optimizer))


def epoch_seeded_inside(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Draws the same random numbers in each epoch."""
    import torch

    torch.manual_seed(0)
    return right_epoch(model, loader, loss, optimizer, device)


def epoch_with_sum_in_place(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """A right one, whose sum is a float32 tensor on the device."""
    import torch

    model.train()
    total, count = torch.zeros((), device=device), 0
    for x, y in _moved(loader, device):
        total += _step(model, x, y, loss, optimizer) * len(y)
        count += len(y)
    if not count:
        raise ValueError("loader: got no batches")
    return total.item() / count


def epoch_without_zero_grad(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Never clears."""

    def step(x: Any, y: Any) -> Any:
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        return value.detach()

    return _epoch(model, loader, device, step)


def epoch_with_late_zero_grad(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Clears what `step` needs."""

    def step(x: Any, y: Any) -> Any:
        value = loss(model(x), y)
        value.backward()
        optimizer.zero_grad()
        optimizer.step()
        return value.detach()

    return _epoch(model, loader, device, step)


def epoch_with_step_first(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Steps with the gradients of the batch before."""

    def step(x: Any, y: Any) -> Any:
        value = loss(model(x), y)
        optimizer.step()
        optimizer.zero_grad()
        value.backward()
        return value.detach()

    return _epoch(model, loader, device, step)


def epoch_without_train_mode(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Takes the mode as it is."""
    sums = [(_step(model, x, y, loss, optimizer) * len(y), len(y)) for x, y in _moved(loader, device)]
    if not sums:
        raise ValueError("loader: got no batches")
    return float(sum(value.item() for value, _ in sums)) / sum(count for _, count in sums)


def epoch_that_keeps_graphs(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Sums up losses with their graphs."""

    def step(x: Any, y: Any) -> Any:
        optimizer.zero_grad()
        value = loss(model(x), y)
        value.backward()
        optimizer.step()
        return value

    return _epoch(model, loader, device, step)


def epoch_with_batch_means(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Divides by the number of batches."""
    model.train()
    losses = [_step(model, x, y, loss, optimizer).item() for x, y in _moved(loader, device)]
    if not losses:
        raise ValueError("loader: got no batches")
    return float(sum(losses)) / len(losses)


def epoch_with_last_loss(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Returns the last batch's loss."""
    model.train()
    losses = [_step(model, x, y, loss, optimizer).item() for x, y in _moved(loader, device)]
    if not losses:
        raise ValueError("loader: got no batches")
    return float(losses[-1])


def epoch_without_moving(model: Any, loader: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Leaves the batches where they are."""
    sums = [(_step(model.train(), x, y, loss, optimizer).item() * len(y), len(y)) for x, y in loader]
    if not sums:
        raise ValueError("loader: got no batches")
    return float(sum(value for value, _ in sums)) / sum(count for _, count in sums)


def _parts(batches: Any, device: Any) -> list[tuple[Any, Any, float]]:
    """Batches with their share of all samples."""
    if not batches:
        raise ValueError("batches: got none")
    samples = sum(len(y) for _, y in batches)
    return [(x, y, len(y) / samples) for x, y in _moved(batches, device)]


def accumulate_then_divide(model: Any, batches: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Right: sums first, and the gradients are divided before the step."""
    optimizer.zero_grad()
    total, count = 0.0, 0
    for x, y, _ in _parts(batches, device):
        value = loss(model(x), y) * len(y)
        value.backward()
        total += float(value)
        count += len(y)
    for param in model.parameters():
        param.grad /= count
    optimizer.step()
    return total / count


def _accumulate(model: Any, parts: Any, loss: Any, optimizer: Any, weigh: Callable[[float], float]) -> float:
    total = 0.0
    for x, y, share in parts:
        value = loss(model(x), y)
        (value * weigh(share)).backward()
        total += value.item() * share
    optimizer.step()
    return total


def accumulate_sums(model: Any, batches: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Adds up the gradients of the means."""
    optimizer.zero_grad()
    return _accumulate(model, _parts(batches, device), loss, optimizer, lambda share: 1.0)


def accumulate_part_means(model: Any, batches: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Weighs all parts alike, in the gradient and in the loss."""
    optimizer.zero_grad()
    parts = [(x, y, 1 / len(batches)) for x, y, _ in _parts(batches, device)]
    return _accumulate(model, parts, loss, optimizer, lambda share: share)


def accumulate_on_leftovers(model: Any, batches: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Does not clear before."""
    return _accumulate(model, _parts(batches, device), loss, optimizer, lambda share: share)


def accumulate_with_clearing(model: Any, batches: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Clears before every part."""
    total = 0.0
    for x, y, share in _parts(batches, device):
        optimizer.zero_grad()
        value = loss(model(x), y) * share
        value.backward()
        total += value.item()
    optimizer.step()
    return total


def accumulate_with_steps(model: Any, batches: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """Steps after every part."""
    optimizer.zero_grad()
    total = 0.0
    for x, y, share in _parts(batches, device):
        value = loss(model(x), y) * share
        value.backward()
        optimizer.step()
        total += value.item()
    return total


def accumulate_graphs(model: Any, batches: Any, loss: Any, optimizer: Any, device: Any) -> float:
    """One backward pass for the sum of all losses."""
    optimizer.zero_grad()
    total = sum(loss(model(x), y) * share for x, y, share in _parts(batches, device))
    total.backward()
    optimizer.step()
    return float(total.item())


def _measure(model: Any, loader: Any, loss: Any, device: Any, by_batch: bool = False) -> tuple[float, float]:
    """Sums over batches; nothing about modes and graphs."""
    total, correct, count = 0.0, 0.0, 0
    for x, y in _moved(loader, device):
        outputs = model(x)
        weight = 1 if by_batch else len(y)
        total += loss(outputs, y).item() * weight
        correct += (outputs.argmax(dim=1) == y).double().mean().item() * weight
        count += weight
    if not count:
        raise ValueError("loader: got no batches")
    return total / count, correct / count


def _guarded(model: Any, measure: Callable[[], Any], guard: Any) -> Any:
    """Measure in evaluation mode, and restore every mode."""
    modes = [module.training for module in model.modules()]
    model.eval()
    try:
        with guard:
            return measure()
    finally:
        for module, mode in zip(model.modules(), modes, strict=True):
            module.training = mode


def right_evaluate(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """A right one."""
    import torch

    return _guarded(model, lambda: _measure(model, loader, loss, device), torch.inference_mode())


def evaluate_batch_means(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """Weighs all batches alike."""
    import torch

    return _guarded(model, lambda: _measure(model, loader, loss, device, by_batch=True), torch.no_grad())


def evaluate_with_graph(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """Builds graphs."""
    import contextlib

    return _guarded(model, lambda: _measure(model, loader, loss, device), contextlib.nullcontext())


def evaluate_with_grad_left_off(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """Switches gradients off for good."""
    import contextlib

    import torch

    def measure() -> Any:
        torch.set_grad_enabled(False)
        return _measure(model, loader, loss, device)

    return _guarded(model, measure, contextlib.nullcontext())


def evaluate_in_training_mode(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """Takes the mode as it is."""
    import torch

    with torch.no_grad():
        return _measure(model, loader, loss, device)


def evaluate_without_restoring(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """Leaves the model in evaluation mode."""
    model.eval()
    return evaluate_in_training_mode(model, loader, loss, device)


def evaluate_then_train(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """Leaves the model in training mode."""
    model.eval()
    try:
        return evaluate_in_training_mode(model, loader, loss, device)
    finally:
        model.train()


def evaluate_with_one_flag(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """Restores the model's own flag in all modules."""
    training = model.training
    model.eval()
    try:
        return evaluate_in_training_mode(model, loader, loss, device)
    finally:
        model.train(training)


def evaluate_without_finally(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """Restores every mode, unless something breaks."""
    modes = [module.training for module in model.modules()]
    model.eval()
    measured = evaluate_in_training_mode(model, loader, loss, device)
    for module, mode in zip(model.modules(), modes, strict=True):
        module.training = mode
    return measured


def evaluate_where_data_are(model: Any, loader: Any, loss: Any, device: Any) -> Any:
    """Leaves the batches where they are."""
    import torch

    return _guarded(model, lambda: _measure(model, loader, loss, None), torch.no_grad())
