"""What arrays, their shapes and their axes are called in signatures."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Array", "Axes", "Shape"]

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
Axes = int | tuple[int, ...] | None
