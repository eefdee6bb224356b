"""A function with its own backward pass."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

__all__ = ["SoftCap"]


class SoftCap(torch.autograd.Function):
    """Keep scores within (−cap, cap) without a kink: an operation with a backward pass of your own.

        y = c tanh(x / c)        ∂y/∂x = 1 − tanh²(x / c) = 1 − (y / c)²

    Used as `SoftCap.apply(x, cap)`, and nothing is ever instantiated. It passes
    `torch.autograd.gradcheck` and `gradgradcheck`.

    What `backward` needs is kept with `ctx.save_for_backward(...)`, which takes inputs
    and outputs. Kept like that, a value that somebody overwrites in place before the
    backward pass is noticed (a RuntimeError instead of a wrong gradient), and the
    gradient can be differentiated again. A tensor put on `ctx` as an attribute, or an
    intermediate result of `forward`, has neither.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, cap: float) -> Tensor:
        """Compute y, and keep what `backward` needs.

        Args:
            ctx: carries things over to `backward`; plain numbers may be its attributes.
            x: scores, any shape, a floating dtype; not modified.
            cap: c, a number greater than 0, no tensor.

        Returns:
            y, shape and dtype of `x`.

        Raises:
            ValueError: `cap` is not positive.
        """
        if cap <= 0:
            raise ValueError(f"cap: got {cap}, want a number greater than 0")
        y = cap * torch.tanh(x / cap)
        ctx.save_for_backward(y)
        ctx.cap = cap
        return y

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> tuple[Tensor, None]:
        """Vector-Jacobian product: one entry per argument of `forward`.

        Written with differentiable torch operations, so that autograd can differentiate
        it again.

        Args:
            ctx: what `forward` kept.
            grad_output: the gradient of the result, shape of `x`.

        Returns:
            (gradient of x, None): shape of `x`; `cap` is a plain number and has no gradient.
        """
        (y,) = ctx.saved_tensors
        return grad_output * (1 - (y / ctx.cap) ** 2), None
