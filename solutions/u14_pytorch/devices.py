"""Where tensors live, and moving them."""

from __future__ import annotations

from copy import copy
from typing import Any

import torch
from torch import Tensor

from .arrays import Device

__all__ = ["pick_device", "to_device"]


def pick_device() -> torch.device:
    """Choose where to compute: the fastest device that is there.

    CUDA if a GPU is available now, else Apple's MPS if it is available now, else the
    CPU. A build *with* CUDA support on a machine without a GPU has no CUDA device.

    Returns:
        A `torch.device` (no string) of type "cuda", "mps" or "cpu".
    """
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def to_device(batch: Any, device: Device) -> Any:
    """Move all tensors of a nested batch to a device.

    Lists, tuples, named tuples and dictionaries may be nested in any way. Each comes
    back as a new container of its own type: a tuple stays a tuple, a named tuple keeps
    its class and its fields, a dictionary keeps its keys in their order; an OrderedDict
    stays one, and a defaultdict keeps its default. Tensors keep dtype and values.
    Whatever else there is (numbers, strings, None) comes back as it is: no tensor is made
    of it.

    Args:
        batch: a tensor, or a nested container with tensors of any shapes and other things
            in it; the containers are not modified.
        device: where to, such as "cuda" or torch.device("cpu").

    Returns:
        The same structure, its tensors on `device`, same shapes and dtypes as `batch`.
    """
    if isinstance(batch, Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        moved = copy(batch)  # of the same type, with the default of a defaultdict
        moved.update({key: to_device(item, device) for key, item in batch.items()})
        return moved
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(to_device(item, device) for item in batch))
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(item, device) for item in batch)
    return batch
