"""What the elementwise activations are tried on: inputs and cases that most of them share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.units.shared.arrays import normal, spread

#: Both ends of the range on which everything stays finite. Nothing lies between 20 and 28, where PyTorch's softplus
#: differs from the exact one by more than rounding.
FAR = np.array([-1000.0, -30.0, -0.0, 30.0, 1000.0])

MATRIX = Case("matrix", x=spread(-3, 3, 12).reshape(3, 4))
FAR_OUT = Case("far-out", x=FAR)
SINGLE = Case("single-precision", x=np.array([[-3.0, 0.25, 90.0]], np.float32))
INTEGERS = Case("integers-are-computed-in-double", x=np.array([-2, 0, 3]))

INFINITE_QUOTIENT = "What is e^1000 in floating point, and what is infinity divided by infinity?"
NO_UPSTREAM_LEFT = "How does a change of the output change the final result? Where does that number enter on the left?"


def forward_cases(far_label: str = "far-out", reach: float = 3.0) -> list[Case]:
    """What every smooth curve is tried on, the matrix from -reach to reach."""
    return [
        Case("both-signs", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-reach, reach, 12).reshape(3, 4)),
        Case(far_label, x=FAR),
        SINGLE,
    ]


def backward_cases(far_label: str, reach: float) -> list[Case]:
    """What the slope of every smooth curve is tried on, the arrays from -reach to reach."""
    return [
        Case("row", x=np.array([-2.0, -0.5, 0.5, 3.0]), readonly=True),
        Case("matrix", x=spread(-reach, reach, 6).reshape(2, 3)),
        Case("three-axes", x=spread(-reach, reach, 30).reshape(3, 2, 5)),
        Case(far_label, x=FAR),
        Case("single-precision", x=np.array([[-3.0, 0.25, 9.0]], np.float32)),
    ]


def at_random(scale: float, *shape: int) -> RandomCases:
    """Cases of one array x, normal with the given standard deviation."""
    return random_cases(lambda rng: {"x": scale * rng.standard_normal(shape)})


def many(n: int) -> Mapping[str, Any]:
    """A forward pass over n numbers, which may not loop over them."""
    return {"x": normal(n, scale=3.0)}


def many_backward(n: int) -> Mapping[str, Any]:
    """A backward pass over n numbers, which may not loop over them."""
    return {"grad_output": normal(n, seed=1), "x": normal(n, scale=3.0)}
