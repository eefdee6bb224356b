"""More wrong answers to the exercises on autograd: what broadcasting stretched, summed with the wrong count of axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.student_mistakes import Mistake

__all__ = ["MISTAKES"]

Array = np.ndarray[Any, Any]


def _summed_without_keepdims(grad: Array, shape: tuple[int, ...]) -> Array:
    """Each sum takes an axis away, so that the number of the next one is wrong: right for one stretched axis only."""
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.sum(axis=axis)
    return grad.reshape(shape)


MISTAKES: list[Mistake] = [
    Mistake(
        "multiply_backward",
        lambda grad_output, a, b: (
            _summed_without_keepdims(grad_output * b, a.shape),
            _summed_without_keepdims(grad_output * a, b.shape),
        ),
    ),
]
