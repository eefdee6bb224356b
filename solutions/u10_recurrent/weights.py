"""The weights of a recurrent layer, and a check of shapes."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Array", "Weights", "require_shape"]

Array = np.ndarray[Any, Any]
#: The weights of one recurrent layer: kernel of the input, kernel of the state, bias.
Weights = tuple[Array, Array, Array]


def require_shape(name: str, array: Array, wanted: tuple[int, ...]) -> None:
    """Refuse an array of another shape, which broadcasting might let pass; provided.

    Args:
        name: the argument's name, for the message.
        array: the argument.
        wanted: the shape it must have.

    Raises:
        ValueError: the shape is another one; the text names the argument.
    """
    if array.shape != wanted:
        raise ValueError(f"{name}: got shape {array.shape}, want {wanted}")
