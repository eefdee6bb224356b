"""Parameters with their gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["Array", "paired"]

Array = np.ndarray[Any, Any]


def paired(params: Sequence[Array], grads: Sequence[Array]) -> list[tuple[Array, Array]]:
    """Given: pair each parameter with its gradient, as `zip` does, but refuse what does not fit.

    Args:
        params: arrays of any shapes.
        grads: as many arrays, each of its parameter's shape.

    Returns:
        Pairs (parameter, gradient), in order.

    Raises:
        ValueError: `grads` has another number of arrays, or an array of another shape.
    """
    if len(grads) != len(params):
        raise ValueError(f"grads: got {len(grads)} arrays, want {len(params)}, one for each parameter")
    for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
        if param.shape != grad.shape:
            raise ValueError(f"grads: got shape {grad.shape} at index {index}, want {param.shape}")
    return list(zip(params, grads, strict=True))
