"""What the exercises of activations share: inputs, right functions to build wrong ones from, two misconceptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Misconception, RandomCases, random_cases
from autograder.inputs import Array, normal

__all__ = [
    "FAR", "at_random", "integer_result", "many", "many_backward", "right_sigmoid", "right_softmax", "upstream_ignored",
]  # fmt: skip

#: Both ends of the range on which everything stays finite. Nothing lies between 20 and 28, where PyTorch's softplus
#: differs from the exact one by more than rounding.
FAR = np.array([-1000.0, -30.0, -0.0, 30.0, 1000.0])


def at_random(scale: float, *shape: int) -> RandomCases:
    """Cases of one array x, normal with the given standard deviation."""
    return random_cases(lambda rng: {"x": scale * rng.standard_normal(shape)})


def many(n: int) -> Mapping[str, Any]:
    """A forward pass over n numbers, on which nothing may loop."""
    return {"x": normal(n, scale=3.0)}


def many_backward(n: int) -> Mapping[str, Any]:
    """A backward pass over n numbers, on which nothing may loop."""
    return {"grad_output": normal(n, seed=1), "x": normal(n, scale=3.0)}


def right_sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x), without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + small), small / (1 + small))


def right_softmax(z: Array, axis: int = -1) -> Array:
    """e^z / Σ e^z along an axis, without overflow."""
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=axis, keepdims=True)
    return probabilities


def upstream_ignored(slope: Callable[..., Array]) -> Misconception:
    """The local derivative alone, `slope(x, …)`, which is right only under an upstream gradient of ones."""
    return Misconception(
        "upstream-ignored",
        believes="The backward pass returns the local derivative.",
        wrong=lambda grad_output, *args, **kwargs: slope(*args, **kwargs),
        hint="How does a change of the output change the loss? Where does that number enter?",
    )


def integer_result(right: Callable[..., Array]) -> Misconception:
    """The right values in an array of the input's dtype, which cuts them off where that is an integer."""
    return Misconception(
        "integer-result",
        believes="An array of x's own type, as np.zeros_like makes it, has room for every value.",
        wrong=lambda x, *args, **kwargs: right(x, *args, **kwargs).astype(x.dtype),
        hint="One half is put into an array of integers: what remains of it?",
    )
