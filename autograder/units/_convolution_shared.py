"""What the assessments of convolution share: random axes, and refusing bad sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["random_axis", "refuse"]


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
