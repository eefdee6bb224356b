"""The constants and the special function that some activations are made with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

__all__ = ["SELU_ALPHA", "SELU_SCALE", "Array", "erf"]

Array = np.ndarray[Any, Any]

#: The two constants of `selu`: with them mean 0 and variance 1 survive from layer to layer.
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def erf(x: Array) -> Array:
    """The error function, elementwise: given, because NumPy has none.

        erf(x) = 2/√π ∫ e^(-t²) dt        (t from 0 to x)

    Args:
        x: any shape, any real numbers; not modified.

    Returns:
        erf(x), a new array of the same shape and dtype as `x` (float64 for integers).
    """
    kept = np.asarray(x).dtype
    result: Array = np.vectorize(math.erf, otypes=[kept if kept.kind == "f" else np.float64])(x)
    return result
