"""Optimizers: what to do with a gradient once you have it.

The gradient says which way the loss climbs, here and now. Everything else is a
matter of judgement: how far to go, what to remember of earlier steps, and whether
every parameter deserves the same stride.

    a valley, seen from above            plain descent bounces between the walls;
      ╲  ╱╲  ╱╲  ╱╲                      a velocity averages the bounces away and
       ╲╱  ╲╱  ╲╱  ╲──→ minimum          keeps what all steps agree on

Two ideas, and their sum
    remember the direction   v ← μ v + g            Momentum, Nesterov
    remember the size        s ← (sum or mean) g²   Adagrad, RMSprop: step g / √s, so
                             a parameter with small gradients walks as fast as others
    both                     Adam; and AdamW, which also shrinks the weights, beside
                             the gradient and not through it

Around them
    clipping    a gradient that explodes is shortened before the step, not after it;
                by the *global* norm its direction stays, by value it does not
    schedules   large steps to travel, small steps to arrive; a warm-up because the
                averages are worth nothing in the first steps

Convention card (PyTorch's formulas throughout)
  * `optimizer.step(params, grads)` takes two lists of arrays, one gradient for each
    parameter, and returns a list of new arrays in the same order. It changes neither
    the parameters nor the gradients.
  * The state (velocities, sums of squares, the count of steps) belongs to the one
    optimizer object; each parameter, known by its place in the list, has its own.
    It starts at zero. The caller may overwrite the arrays of a call afterwards.
  * `.lr` is a plain attribute, read anew in each `step`: schedules write to it. It
    stays outside of the state, so a changed rate acts at once and in full.
  * ε is added *outside* the root, to √s and not to s.
  * Adam's t counts calls of `step`, from 1, once for all parameters.
  * float32 in, float32 out: a state starts with `np.zeros_like(param)`. Beware of
    NumPy scalars: float32 array · np.float64 number is float64, · Python number is not.

`paired` below is given: it goes through parameters and gradients together.

To read: Sutskever, Martens, Dahl and Hinton (2013), On the importance of
initialization and momentum in deep learning · Duchi, Hazan and Singer (2011), Adaptive
subgradient methods · Kingma and Ba (2015), Adam · Loshchilov and Hutter (2019),
Decoupled weight decay regularization · Pascanu, Mikolov and Bengio (2013), On the
difficulty of training recurrent neural networks (clipping).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def paired(params: Sequence[Array], grads: Sequence[Array]) -> list[tuple[Array, Array]]:
    """Given: pair each parameter with its gradient, as `zip` does, but refuse what does not fit.

    Args:
        params: arrays of any shapes.
        grads: as many arrays, each of its parameter's shape.

    Returns:
        Pairs (parameter, gradient), in order.

    Raises:
        ValueError: `grads` has another number of arrays, or an array of another shape.
    """
    if len(grads) != len(params):
        raise ValueError(f"grads: got {len(grads)} arrays, want {len(params)}, one for each parameter")
    for index, (param, grad) in enumerate(zip(params, grads, strict=True)):
        if param.shape != grad.shape:
            raise ValueError(f"grads: got shape {grad.shape} at index {index}, want {param.shape}")
    return list(zip(params, grads, strict=True))


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


def clip_by_value(grads: Sequence[Array], limit: float) -> list[Array]:
    """Cut every number of every gradient to −limit … limit.

        g_i ← min(max(g_i, −limit), limit)

    Simple, but it turns the gradient: with limit 1, (100, 1) becomes (1, 1).

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grads: a list of arrays of any shapes, float, finite; not modified.
        limit: the largest size allowed, positive.

    Returns:
        A list of arrays, same shapes and dtypes.

    Raises:
        ValueError: `limit` is not positive.
    """
    if limit <= 0:
        raise ValueError(f"limit: got {limit}, want a positive number")
    return [np.clip(grad, -limit, limit) for grad in grads]


def clip_by_norm(grads: Sequence[Array], max_norm: float) -> list[Array]:
    """Shorten every gradient that is too long, each array by its own norm.

        ‖g‖ = √ Σ g_i²        (over all numbers of one array, whatever its axes)
        g ← g · max_norm / ‖g‖   if ‖g‖ > max_norm, else g as it is

    Each array keeps its direction; their sizes relative to each other change.
    PyTorch divides by ‖g‖ + 1e-6: accepted as well, errors up to 2e-6 of the largest
    number are allowed.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grads: a list of arrays of any shapes, float, finite, possibly all zero; not
            modified.
        max_norm: the largest norm allowed, positive.

    Returns:
        A list of arrays, same shapes and dtypes.

    Raises:
        ValueError: `max_norm` is not positive.
    """
    if max_norm <= 0:
        raise ValueError(f"max_norm: got {max_norm}, want a positive number")
    norms = [np.sqrt(np.sum(grad**2)) for grad in grads]
    return [grad * (max_norm / norm) if norm > max_norm else grad for grad, norm in zip(grads, norms, strict=True)]


def clip_by_global_norm(grads: Sequence[Array], max_norm: float) -> tuple[list[Array], Any]:
    """Shorten all gradients together, as if they were one long vector.

        ‖g‖ = √ Σ_k Σ_i g_ki²        (over all numbers of all arrays)
        g_k ← g_k · max_norm / ‖g‖   for every k, if ‖g‖ > max_norm, else as they are

    The direction of the whole step stays. This is what `clip_grad_norm_` of PyTorch
    does; it divides by ‖g‖ + 1e-6: accepted as well, errors up to 2e-6 of the largest
    number are allowed.

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        grads: a list of at least one array, any shapes, one float dtype, finite,
            possibly all zero; not modified.
        max_norm: the largest norm allowed, positive.

    Returns:
        `(clipped, norm)`: a list of arrays, same shapes and dtypes as `grads`, and the
        norm *before* clipping, a scalar of the dtype of `grads[0]` (a NumPy scalar, not
        a Python float), worth plotting.

    Raises:
        ValueError: `max_norm` is not positive.
    """
    if max_norm <= 0:
        raise ValueError(f"max_norm: got {max_norm}, want a positive number")
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads))
    if norm <= max_norm:
        return list(grads), norm
    return [grad * (max_norm / norm) for grad in grads], norm


def step_decay(lr: float, epoch: int, drop: float = 0.5, every: int = 10) -> float:
    """Lower the rate in one jump, every few epochs.

        rate = lr · drop^⌊epoch / every⌋

    Args:
        lr: the rate of epoch 0, positive; the first one, not the current one.
        epoch: epochs completed, 0, 1, 2, …
        drop: what the rate is multiplied by at each drop, 0 < drop ≤ 1.
        every: epochs from one drop to the next, at least 1.

    Returns:
        The rate of that epoch.

    Raises:
        ValueError: `epoch` is negative, or `every` less than 1.
    """
    if epoch < 0:
        raise ValueError(f"epoch: got {epoch}, want at least 0")
    if every < 1:
        raise ValueError(f"every: got {every}, want at least 1")
    return float(lr * drop ** (epoch // every))


def exponential_decay(lr: float, step: int, rate: float, every: int) -> float:
    """Lower the rate a little at every step.

        lr · rate^(step / every)        (no rounding of the exponent)

    Args:
        lr: the learning rate at step 0, positive.
        step: optimizer steps completed, 0, 1, 2, …
        rate: what the learning rate is multiplied by over `every` steps, 0 < rate ≤ 1.
        every: steps in which that happens, at least 1.

    Returns:
        The learning rate of that step.

    Raises:
        ValueError: `step` is negative, or `every` less than 1.
    """
    if step < 0:
        raise ValueError(f"step: got {step}, want at least 0")
    if every < 1:
        raise ValueError(f"every: got {every}, want at least 1")
    return float(lr * rate ** (step / every))


def cosine_decay(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    """Climb to the rate, then come down along half a cosine.

        step < warmup     lr · (step + 1) / warmup        (lr / warmup first, lr last)
        step < total      floor + (lr − floor) · (1 + cos(π t)) / 2
                          with t = (step − warmup) / (total − warmup)
        afterwards        floor

    Args:
        lr: the highest rate, positive.
        step: optimizer steps completed, 0, 1, 2, …, also beyond `total`.
        total: steps of the whole schedule, warm-up included, at least 1.
        warmup: steps of the warm-up, 0 ≤ warmup ≤ total.
        floor: the lowest rate of the descent, 0 ≤ floor ≤ lr (a rate, not a part of
            lr); the warm-up knows nothing of it.

    Returns:
        The rate of that step.

    Raises:
        ValueError: `step` is negative, `total` less than 1, or `warmup` not in
            0 … total.
    """
    if step < 0:
        raise ValueError(f"step: got {step}, want at least 0")
    if total < 1:
        raise ValueError(f"total: got {total}, want at least 1")
    if not 0 <= warmup <= total:
        raise ValueError(f"warmup: got {warmup}, want 0 … {total}")
    if step < warmup:
        return float(lr * (step + 1) / warmup)
    if step >= total:
        return float(floor)
    progress = (step - warmup) / (total - warmup)
    return float(floor + (lr - floor) * (1 + math.cos(math.pi * progress)) / 2)


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


def gradient_descent(f_grad: Callable[[Array], Array], x0: Array, lr: float, steps: int) -> Array:
    """Walk downhill from a point, and write down the way.

        x_{k+1} = x_k − lr · ∇f(x_k)

    Works on whole arrays: no Python loop over their elements or rows.

    Args:
        f_grad: the gradient of f: takes a point, returns an array of the same shape,
            possibly the very array that it was given; it changes nothing.
        x0: the start, an array of any shape, also (); not modified. Integers are
            computed in float64.
        lr: the learning rate, positive; too large a rate diverges, and that is no
            error.
        steps: how many steps to take, at least 0.

    Returns:
        The path, a new array, shape (steps + 1, *x0.shape), dtype of `x0` (float64 for
        integers): row 0 is x0, row k the point after k steps.

    Raises:
        ValueError: `steps` is negative.
    """
    if steps < 0:
        raise ValueError(f"steps: got {steps}, want at least 0")
    dtype = x0.dtype if x0.dtype.kind == "f" else np.float64
    path = np.empty((steps + 1, *x0.shape), dtype)
    path[0] = x0
    for k in range(steps):
        path[k + 1] = path[k] - lr * f_grad(path[k])
    return path
