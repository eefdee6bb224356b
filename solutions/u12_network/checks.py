"""What layers and networks refuse, and the numbers that tell layers apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .layer import Layer

__all__ = ["number_layers", "require_axes", "require_known"]


def require_known(argument: str, name: str, registry: dict[str, Any]) -> None:
    """Given: refuse a name that a registry does not have.

    Args:
        argument: what the name came as, for the message.
        name: the name.
        registry: `ACTIVATIONS` or `LOSSES`.

    Raises:
        ValueError: it is not there; the text names `argument`.
    """
    if name not in registry:
        raise ValueError(f"{argument}: got {name!r}, want one of {', '.join(registry)}")


def require_axes(input_shape: Sequence[int], count: int, meaning: str) -> None:
    """Given: refuse an input shape with another number of axes.

    Args:
        input_shape: without the batch axis.
        count: how many numbers it must have.
        meaning: what they are, for the message: '(H, W, C)'.

    Raises:
        ValueError: it has more or fewer; the text names `input_shape`.
    """
    if len(input_shape) != count:
        raise ValueError(f"input_shape: got {tuple(input_shape)}, want {meaning}, without the batch axis")


def number_layers(layers: Sequence[Layer]) -> None:
    """Given: name layers by class and number, as in 'dense_1', 'dropout_1', 'dense_2'.

    Args:
        layers: the layers of one network, in order; their names are replaced.
    """
    counts: Counter[str] = Counter()
    for layer in layers:
        kind = type(layer).__name__.lower()
        counts[kind] += 1
        layer.name = f"{kind}_{counts[kind]}"
