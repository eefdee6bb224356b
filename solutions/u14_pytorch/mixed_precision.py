"""A step in two precisions."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .arrays import Loss

__all__ = ["train_step_mixed"]


def train_step_mixed(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    loss: Loss,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    dtype: torch.dtype,
) -> float:
    """Make one training step in mixed precision.

    The forward pass and the loss run under `torch.autocast`, for the device that `x` is
    on; the backward pass does not: it uses the dtypes of the forward pass anyway. The
    scaled loss goes backward, the scaler makes the step (and drops it if a gradient has
    overflowed) and is updated once. Parameters and their gradients stay float32.
    Gradients that are left over from before do not count; modes are not changed.

    Results are compared to within 2 %, as half precision has 8 or 11 bits.

    Args:
        model: on the device of `x`, float32; its parameters are updated.
        x: the batch's samples, shape (n, ...), float32, on the model's device.
        y: their labels or targets, shape (n, ...), on the model's device.
        loss: loss(outputs, targets) → the mean over the batch.
        optimizer: built with the model's parameters.
        scaler: scales the loss; it may be disabled (`enabled=False`).
        dtype: torch.float16 or torch.bfloat16, the lower precision to use.

    Returns:
        The loss (not the scaled one) before the update, as a float.
    """
    optimizer.zero_grad()
    with torch.autocast(x.device.type, dtype=dtype):
        value = loss(model(x), y)
    scaler.scale(value).backward()
    scaler.step(optimizer)
    scaler.update()
    return value.item()
