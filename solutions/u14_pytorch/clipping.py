"""A step with the gradient clipped."""

from __future__ import annotations

import torch
from torch import nn

__all__ = ["clip_and_step"]


def clip_and_step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    max_norm: float,
    scaler: torch.amp.GradScaler | None = None,
) -> float:
    """Limit the norm of the gradient, and make the step: what comes after `backward()`.

        ‖g‖ = √(Σ over all parameters Σ g²)
        g ← g · max_norm / ‖g‖   if ‖g‖ > max_norm, otherwise g stays as it is

    One norm for all parameters together, as `nn.utils.clip_grad_norm_` (which adds 1e-6
    to the denominator; either is accepted). Parameters without a gradient are left out.

    With a scaler, the gradients in `.grad` are those of the *scaled* loss. The limit is
    meant for the true ones: unscale (`scaler.unscale_(optimizer)`) before clipping. The
    scaler makes the step, so that it can drop one with infinite gradients, and is
    updated once. Gradients are not cleared.

    Args:
        model: its parameters have gradients.
        optimizer: built with the model's parameters.
        max_norm: the limit, greater than 0.
        scaler: the scaler that scaled the loss, or None.

    Returns:
        The norm of the true gradient before clipping, as a float; it may be infinite.

    Raises:
        ValueError: `max_norm` is not positive; then nothing is changed.
    """
    if max_norm <= 0:
        raise ValueError(f"max_norm: got {max_norm}, want a number greater than 0")
    if scaler is not None:
        scaler.unscale_(optimizer)
    norm = nn.utils.clip_grad_norm_(model.parameters(), max_norm)
    if scaler is None:
        optimizer.step()
    else:
        scaler.step(optimizer)
        scaler.update()
    return norm.item()
