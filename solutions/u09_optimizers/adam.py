"""Momentum and scaling together, and weight decay beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .pairs import Array, paired

__all__ = ["Adam", "AdamW"]


class Adam:
    """A mean of gradients over the root of a mean of squares, both corrected for their start at 0.

        t ← t + 1                       (t = 0 before the first step)
        m ← β₁ m + (1 − β₁) g           (m = 0 before the first step)
        s ← β₂ s + (1 − β₂) g²          (elementwise; s = 0 before the first step)
        m̂ = m / (1 − β₁ᵗ)
        ŝ = s / (1 − β₂ᵗ)
        w ← w − lr · m̂ / (√ŝ + ε)

    After t steps m is a weighted sum of t gradients whose weights add up to 1 − β₁ᵗ:
    divided by that, it is a mean. m and s are kept uncorrected. (Keras adds ε before
    the correction of s; here, as in PyTorch, after it.)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        lr: the learning rate, positive.
        beta1: β₁, 0 ≤ β₁ < 1.
        beta2: β₂, 0 ≤ β₂ < 1.
        eps: ε, added to the root of the corrected mean, not under it.

    Attributes:
        lr: the rate of the next step; may be changed between steps.
    """

    def __init__(self, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> None:
        """Start with means of zero."""
        self.lr = lr
        self.beta1 = beta1
        self.beta2 = beta2
        self.eps = eps
        self._t = 0
        self._means: list[Array] | None = None
        self._squares: list[Array] | None = None

    def step(self, params: Sequence[Array], grads: Sequence[Array]) -> list[Array]:
        """Take one step.

        Args:
            params: w, a list of arrays of any shapes, float; not modified. Every call
                brings the same parameters, in the same order.
            grads: g, one array of the same shape and dtype for each; not modified,
                and not kept: the caller may overwrite them after the call.

        Returns:
            A list of new arrays, same shapes and dtypes as `params`.

        Raises:
            ValueError: `grads` does not have one array of the same shape for each
                parameter (`paired` sees to it).
        """
        pairs = paired(params, grads)
        means = self._means or [np.zeros_like(param) for param in params]
        squares = self._squares or [np.zeros_like(param) for param in params]
        b1, b2 = self.beta1, self.beta2
        self._t += 1
        self._means = [b1 * m + (1 - b1) * grad for m, (_, grad) in zip(means, pairs, strict=True)]
        self._squares = [b2 * s + (1 - b2) * grad**2 for s, (_, grad) in zip(squares, pairs, strict=True)]
        rate = self.lr / (1 - b1**self._t)
        root = math.sqrt(1 - b2**self._t)
        return [
            param - rate * m / (np.sqrt(s) / root + self.eps)
            for param, m, s in zip(params, self._means, self._squares, strict=True)
        ]


class AdamW(Adam):
    """Adam with decoupled weight decay: the weights shrink beside the gradient, not through it.

        w ← w − lr · λ · w                     (λ = weight_decay; the lr of this step)
        w ← w − lr · m̂ / (√ŝ + ε)              (Adam's step; m and s as in `Adam`, from g)

    A penalty λ w added to the gradient would be divided by √ŝ like everything else:
    weights with large gradients would hardly decay. Here all decay at the same rate.
    The gradient belongs to the w before the decay, and m and s never see λ.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        lr: the learning rate, positive.
        beta1: β₁, 0 ≤ β₁ < 1.
        beta2: β₂, 0 ≤ β₂ < 1.
        eps: ε, added to the root of the corrected mean, not under it.
        weight_decay: λ, at least 0.

    Attributes:
        lr: the rate of the next step, of the decay too; may be changed between steps.
    """

    def __init__(
        self,
        lr: float,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        """Start with means of zero."""
        super().__init__(lr, beta1, beta2, eps)
        self.weight_decay = weight_decay

    def step(self, params: Sequence[Array], grads: Sequence[Array]) -> list[Array]:
        """Take one step.

        Args:
            params: w, a list of arrays of any shapes, float; not modified. Every call
                brings the same parameters, in the same order.
            grads: g, one array of the same shape and dtype for each; not modified,
                and not kept: the caller may overwrite them after the call.

        Returns:
            A list of new arrays, same shapes and dtypes as `params`.

        Raises:
            ValueError: `grads` does not have one array of the same shape for each
                parameter (`paired` sees to it).
        """
        kept = 1 - self.lr * self.weight_decay
        return super().step([kept * param for param in params], grads)
