"""What the assessments of convolution share: random axes, refusing bad sizes, beliefs about padding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Misconception

__all__ = ["odd_one_in_front", "random_axis", "refuse", "rest_kept", "same_as_at_stride_one"]


def random_axis(rng: np.random.Generator) -> dict[str, Any]:
    """An axis with a kernel that fits whatever the padding, and a stride and a dilation that are not 1."""
    kernel, dilation = int(rng.integers(2, 6)), int(rng.integers(2, 4))
    size = dilation * (kernel - 1) + 1 + int(rng.integers(1, 20))
    return {"size": size, "kernel": kernel, "stride": int(rng.integers(2, 5)), "dilation": dilation}


def refuse(**sizes: int) -> None:
    """Raise a ValueError for the first that is not positive."""
    for name, value in sizes.items():
        if value <= 0:
            raise ValueError(f"{name} must be positive, got {value}")


def odd_one_in_front(wrong: Callable[..., Any]) -> Misconception:
    """'same' with the odd row or column before the image."""
    return Misconception(
        "same-odd-one-in-front",
        believes="Where 'same' needs an odd number of rows or columns, the odd one goes in front.",
        wrong=wrong,
        hint="Which one is the larger in what `same_padding` gives, before or after?",
    )


def same_as_at_stride_one(wrong: Callable[..., Any]) -> Misconception:
    """'same' padded symmetrically as at stride 1: the right shape, other windows."""
    return Misconception(
        "same-as-at-stride-one",
        believes="'same' pads as at stride 1, and then every s-th place is taken.",
        wrong=wrong,
        hint="The shape is right, but where does the first window begin? What is `same_padding` at this stride?",
    )


def rest_kept(wrong: Callable[..., Any]) -> Misconception:
    """A last window that sticks out (the ceiling mode of some frameworks)."""
    return Misconception(
        "rest-kept",
        believes="A rest at the end that holds no whole window has a window of its own.",
        wrong=wrong,
        hint="Is the number of places rounded up or down?",
    )
