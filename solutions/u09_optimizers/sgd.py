"""One step against the gradient."""

from __future__ import annotations

from collections.abc import Sequence

from .pairs import Array, paired

__all__ = ["SGD"]


class SGD:
    """Stochastic gradient descent: a step against the gradient.

        w ← w − lr · g

    "Stochastic" is the gradient, of a batch instead of all samples; the step is the
    same.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        lr: the learning rate, positive.

    Attributes:
        lr: the rate of the next step; may be changed between steps.
    """

    def __init__(self, lr: float) -> None:
        """Keep the rate."""
        self.lr = lr

    def step(self, params: Sequence[Array], grads: Sequence[Array]) -> list[Array]:
        """Take one step.

        Args:
            params: w, a list of arrays of any shapes, float; not modified.
            grads: g, one array of the same shape and dtype for each; not modified.

        Returns:
            A list of new arrays, same shapes and dtypes as `params`.

        Raises:
            ValueError: `grads` does not have one array of the same shape for each
                parameter (`paired` sees to it).
        """
        return [param - self.lr * grad for param, grad in paired(params, grads)]
