"""A learning rate that falls when nothing gets better."""

from __future__ import annotations

import math

__all__ = ["ReduceOnPlateau"]


class ReduceOnPlateau:
    """Lower the rate when the loss has stopped falling.

    A metric improves if metric < best − min_delta, best being the last metric that did
    (infinity before there is one): then the wait is 0. A NaN never improves. Every
    other epoch makes the wait 1 longer; at wait ≥ patience the rate is reduced,

        lr ← max(lr · factor, min_lr)

    and the wait starts again at 0. This is Keras's counting: with patience 3 the third
    epoch without improvement reduces (PyTorch waits for a fourth); patience 0 and 1
    are the same. `best` stays what it is when the rate is reduced.

    Args:
        lr: the rate to start with, positive and not below min_lr.
        factor: what the rate is multiplied by, 0 < factor < 1.
        patience: how many epochs without improvement make a plateau, at least 0.
        min_delta: what the metric must fall by to count, at least 0.
        min_lr: the rate does not fall below this, at least 0.

    Attributes:
        lr: the current rate.

    Raises:
        ValueError: `factor` is not between 0 and 1, both excluded.
    """

    def __init__(
        self,
        lr: float,
        factor: float = 0.1,
        patience: int = 10,
        min_delta: float = 1e-4,
        min_lr: float = 0,
    ) -> None:
        """Start with nothing seen."""
        if not 0 < factor < 1:
            raise ValueError(f"factor: got {factor}, want a number between 0 and 1, both excluded")
        self.lr = lr
        self.factor = factor
        self.patience = patience
        self.min_delta = min_delta
        self.min_lr = min_lr
        self._best = math.inf
        self._wait = 0

    def update(self, metric: float) -> float:
        """Take in one epoch.

        Args:
            metric: the epoch's validation loss, the lower the better; may be NaN.

        Returns:
            The rate for the next epoch, which is also `.lr` now.
        """
        if metric < self._best - self.min_delta:
            self._best, self._wait = metric, 0
            return self.lr
        self._wait += 1
        if self._wait >= self.patience:
            self.lr = max(self.lr * self.factor, self.min_lr)
            self._wait = 0
        return self.lr
