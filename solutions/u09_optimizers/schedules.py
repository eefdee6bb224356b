"""Learning rates that fall by plan."""

from __future__ import annotations

import math

__all__ = ["cosine_decay", "exponential_decay", "step_decay"]


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
