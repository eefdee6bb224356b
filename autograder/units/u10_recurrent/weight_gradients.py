"""Misconceptions about gradients of kernels and biases, for several of the backward passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.assessment.misconception import around, edit

__all__ = ["AVERAGED_OVER_SAMPLES", "AVERAGED_OVER_STEPS", "STATE_KERNEL_NOT_TRANSPOSED"]


def _averaged(right: Callable[..., Any], axis: int) -> Callable[..., Any]:
    """The gradients of both kernels and the bias, which come last, divided by the length of an axis of x."""

    def wrong(grad_output: Any, x: Any, *rest: Any) -> Any:
        *inputs, w_x, w_h, b = right(grad_output, x, *rest)
        return *inputs, *(grad / x.shape[axis] for grad in (w_x, w_h, b))

    return wrong


AVERAGED_OVER_SAMPLES = (
    around("averaged-over-samples", lambda right: _averaged(right, axis=0))
    .believes("Gradients of weights are means over the batch.")
    .ask("Who divides by N, if anybody: the loss above, or every layer once more?")
)
AVERAGED_OVER_STEPS = (
    around("averaged-over-steps", lambda right: _averaged(right, axis=1))
    .believes("Gradients of the weights are means over the steps.")
    .ask("Who divides by the number of steps, if anybody: the loss above, or every layer once more?")
)
STATE_KERNEL_NOT_TRANSPOSED = (
    edit("state-kernel-not-transposed", "w_hh.T", "w_hh")
    .believes("The gradient goes through W_hh as the state did.")
    .ask("h[j] acted on unit k through W_hh[j, k]. Over which index must the way back sum?")
)
