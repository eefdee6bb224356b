"""Metrics that do not wait for the device."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

from .arrays import Device

__all__ = ["no_sync_metrics"]


def no_sync_metrics(steps: Iterable[tuple[Tensor, Tensor, Tensor]], device: Device) -> tuple[float, float]:
    """Sum up loss and accuracy of an epoch without making the device wait.

    The training loop hands over one triple per batch as it goes. While there are
    batches to come, no number is read from the device: no `.item()`, `.cpu()`,
    `.tolist()`, `.numpy()`, `float()`, `int()`, `bool()` or `if` on a tensor, no
    printing, and nothing whose size depends on values, such as indexing with a mask.
    The sums stay on the device and are read once the last batch is in, with two reads
    at most.

        mean loss = Σ_b n_b · loss_b / Σ_b n_b
        accuracy  = samples whose largest logit is at their label / samples

    No graph is kept: `loss` and `logits` come with theirs.

    Args:
        steps: triples (loss, logits, labels), tensors on `device`: the mean loss of
            batch b, shape (); its scores, shape (n_b, C); its integer labels, shape
            (n_b,). It can be iterated over only once.
        device: where the tensors are.

    Returns:
        (mean loss, accuracy), two floats.

    Raises:
        ValueError: `steps` gives no batch.
    """
    total, correct = torch.zeros(2, device=device)
    count = 0
    for loss, logits, labels in steps:
        total = total + loss.detach() * len(labels)
        correct = correct + (logits.argmax(dim=1) == labels).sum()
        count += len(labels)
    if count == 0:
        raise ValueError("steps: got no batches, want at least one")
    loss_sum, hits = torch.stack([total, correct.to(total.dtype)]).tolist()
    return loss_sum / count, hits / count
