"""When training is over."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .given import Array

__all__ = ["EarlyStopping"]


class EarlyStopping:
    """Say when the validation loss has stopped improving, and keep the best weights.

    A loss improves if loss < best − |min_delta|, best being the last loss that did
    (infinity before there is one). The first finite loss always improves, a NaN never does.
    Training stops at an epoch that does not improve and is at least the
    max(patience, 1)-th in a row, as in Keras: patience 0 and 1 are the same.

    Args:
        patience: how many epochs without improvement are borne, at least 0.
        min_delta: what a loss must fall by to count; its sign is ignored.
        restore_best: whether to keep a copy of the best weights.

    Attributes:
        best_weights: a list of copies of the weights at the last improvement, which
            nobody else's later changes reach; None before that, and always None
            without `restore_best`.
        best_epoch: which call of `update` that was, counted from 0; None before that.
    """

    def __init__(self, patience: int = 0, min_delta: float = 0.0, restore_best: bool = True) -> None:
        """Start with nothing seen."""
        self.patience = max(patience, 1)
        self.min_delta = abs(min_delta)
        self.restore_best = restore_best
        self.best = math.inf
        self.best_weights: list[Array] | None = None
        self.best_epoch: int | None = None
        self._epoch = -1
        self._wait = 0

    def update(self, loss: float, weights: Sequence[Array]) -> bool:
        """Take in one epoch.

        Args:
            loss: the epoch's validation loss; may be NaN.
            weights: the model's weights after the epoch, a list of arrays of any
                shapes; not modified, but later epochs may change them in place.

        Returns:
            True if training should stop now, else False.
        """
        self._epoch += 1
        if loss < self.best - self.min_delta:
            self.best, self.best_epoch, self._wait = loss, self._epoch, 0
            if self.restore_best:
                self.best_weights = [np.array(array) for array in weights]
            return False
        self._wait += 1
        return self._wait >= self.patience
