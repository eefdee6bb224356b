"""Other devices than the CPU, and whether one is there."""

from __future__ import annotations

import functools

__all__ = ["DEVICES", "unavailable"]

#: What `--device` takes.
DEVICES = ("cpu", "cuda")


@functools.cache
def unavailable(device: str) -> str | None:
    """Why a device cannot be used here, or None; asking for another than the CPU imports torch.

    Args:
        device: one of `DEVICES`.
    """
    if device == "cpu":
        return None
    try:
        import torch
    except ModuleNotFoundError:
        return "torch is not installed"
    return None if torch.cuda.is_available() else "torch finds no CUDA device"
