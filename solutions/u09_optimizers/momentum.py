"""Steps with a velocity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .pairs import Array, paired

__all__ = ["Momentum", "Nesterov"]


class Momentum:
    """Gradient descent with a velocity: a ball that rolls instead of a walker.

        v ← μ v + g        (v = 0 before the first step)
        w ← w − lr · v

    Where all gradients agree the velocity grows to g / (1 − μ); where they alternate
    it stays at about g / (1 + μ). The gradient enters with weight 1, not 1 − μ, and the rate stays
    outside of v: PyTorch's momentum.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        lr: the learning rate, positive.
        momentum: μ, the part of the velocity that is kept, 0 ≤ μ < 1.

    Attributes:
        lr: the rate of the next step; may be changed between steps.
    """

    def __init__(self, lr: float, momentum: float = 0.9) -> None:
        """Start at rest."""
        self.lr = lr
        self.momentum = momentum
        self._velocities: list[Array] | None = None

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
        velocities = self._velocities or [np.zeros_like(param) for param in params]
        self._velocities = [self.momentum * v + grad for v, (_, grad) in zip(velocities, pairs, strict=True)]
        return [param - self.lr * v for param, v in zip(params, self._velocities, strict=True)]


class Nesterov:
    """Nesterov's momentum: step as if the gradient had already been added once more.

        v ← μ v + g        (v = 0 before the first step)
        w ← w − lr · (g + μ v)        (the new v)

    The classical method steps along v. Here the velocity is carried on once more, so a
    gradient that points back brakes a step earlier. PyTorch's form: the look-ahead
    is in the formula, the gradient is the one that was passed.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        lr: the learning rate, positive.
        momentum: μ, the part of the velocity that is kept, 0 ≤ μ < 1.

    Attributes:
        lr: the rate of the next step; may be changed between steps.
    """

    def __init__(self, lr: float, momentum: float = 0.9) -> None:
        """Start at rest."""
        self.lr = lr
        self.momentum = momentum
        self._velocities: list[Array] | None = None

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
        velocities = self._velocities or [np.zeros_like(param) for param in params]
        self._velocities = [self.momentum * v + grad for v, (_, grad) in zip(velocities, pairs, strict=True)]
        return [
            param - self.lr * (grad + self.momentum * v)
            for v, (param, grad) in zip(self._velocities, pairs, strict=True)
        ]
