"""Other devices than the CPU: whether one is there, and which cases run on it besides."""

from __future__ import annotations

import functools

from autograder.catalog import Case, Exercise

__all__ = ["DEVICES", "on_device", "unavailable"]

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


def on_device(exercise: Exercise, cases: list[Case], device: str) -> list[Case]:
    """The same cases on another device; none of an exercise that knows nothing of devices."""
    if device == "cpu" or not exercise.takes_device:
        return []
    return [
        case.with_inputs({**case.inputs, "device": device}, f"{case.label}-on-{device}")
        for case in cases
        if "device" not in case.inputs
    ]
