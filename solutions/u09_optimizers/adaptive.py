"""Steps scaled by the gradients' sizes so far."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .pairs import Array, paired

__all__ = ["Adagrad", "RMSprop"]


class Adagrad:
    """A rate for every single number, which falls with what it has already been through.

        s ← s + g²        (elementwise; s = 0 before the first step)
        w ← w − lr · g / (√s + ε)

    Rare features get large steps, frequent ones small steps. The sum never forgets, so
    all steps shrink in the end.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        lr: the learning rate, positive.
        eps: ε, added to the root, not under it; makes 0 / 0 a step of 0.

    Attributes:
        lr: the rate of the next step; may be changed between steps.
    """

    def __init__(self, lr: float, eps: float = 1e-10) -> None:
        """Start with empty sums."""
        self.lr = lr
        self.eps = eps
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
        squares = self._squares or [np.zeros_like(param) for param in params]
        self._squares = [s + grad**2 for s, (_, grad) in zip(squares, pairs, strict=True)]
        return [
            param - self.lr * grad / (np.sqrt(s) + self.eps)
            for s, (param, grad) in zip(self._squares, pairs, strict=True)
        ]


class RMSprop:
    """Adagrad that forgets: the root of a moving *mean* of squares.

        s ← ρ s + (1 − ρ) g²        (elementwise; s = 0 before the first step)
        w ← w − lr · g / (√s + ε)

    The step has about the size lr, whatever the size of the gradients. There is no
    bias correction, so the first steps are larger: lr / √(1 − ρ).

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        lr: the learning rate, positive.
        rho: ρ, the part of the mean that is kept, 0 ≤ ρ < 1 (`alpha` in PyTorch, whose
            default is 0.99).
        eps: ε, added to the root, not under it.

    Attributes:
        lr: the rate of the next step; may be changed between steps.
    """

    def __init__(self, lr: float, rho: float = 0.9, eps: float = 1e-8) -> None:
        """Start with means of zero."""
        self.lr = lr
        self.rho = rho
        self.eps = eps
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
        squares = self._squares or [np.zeros_like(param) for param in params]
        self._squares = [self.rho * s + (1 - self.rho) * grad**2 for s, (_, grad) in zip(squares, pairs, strict=True)]
        return [
            param - self.lr * grad / (np.sqrt(s) + self.eps)
            for s, (param, grad) in zip(self._squares, pairs, strict=True)
        ]
