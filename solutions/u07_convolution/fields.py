"""How much of the input an output of a stack of layers sees."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["receptive_field"]


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """How many input positions, along one axis, one output of a stack of layers can see.

    From the first layer to the last, with r = 1 and j = 1 before it:

        r ← r + d (k - 1) j        (the kernel reaches d (k - 1) steps further, a step being j input positions)
        j ← j s                    (from here on, a step is s times as long)

    Args:
        layers: (kernel, stride, dilation) of each layer, the one nearest to the input first, all at least 1;
            may be empty.

    Returns:
        The number of positions from the first that is seen to the last, an int; 1 without layers.

    Raises:
        ValueError: a number in `layers` is below 1; the text says `layers`.
    """
    field, step = 1, 1
    for kernel, stride, dilation in layers:
        if min(kernel, stride, dilation) < 1:
            raise ValueError(f"layers: got {(kernel, stride, dilation)}, want numbers of at least 1")
        field += dilation * (kernel - 1) * step
        step *= stride
    return field
