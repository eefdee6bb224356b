"""What stands in signatures, and the library that an array belongs to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import numpy as np
import torch
from torch import Tensor

__all__ = ["Array", "Device", "File", "Loader", "Loss", "namespace_of"]

Array = np.ndarray[Any, Any]
Device = torch.device | str
Loss = Callable[[Tensor, Tensor], Tensor]
Loader = Iterable[tuple[Tensor, Tensor]]
File = str | os.PathLike[str] | BinaryIO


def namespace_of(x: Any) -> Any:
    """Given: the library that an array belongs to, `torch` or `np`, for code that must run on both."""
    return torch if isinstance(x, Tensor) else np
