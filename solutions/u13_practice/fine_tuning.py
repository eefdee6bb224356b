"""Training some layers of a network, and not the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .checks import Array, Named

__all__ = ["fine_tune_step", "freeze"]


def freeze(params: Named, layers: Sequence[str]) -> dict[str, bool]:
    """Say which parameters may still be trained when some layers are frozen.

    A parameter's name is its layer's name, a dot, and the rest: "base.conv1.w" is in the layers "base" and
    "base.conv1", and not in "base.conv", "conv1" or "b". Everything of a frozen layer is frozen: weights,
    biases, scales, statistics.

    Args:
        params: arrays of any shapes by name; not modified.
        layers: names of the layers to freeze, perhaps none.

    Returns:
        A new dict with the names of `params`: True for what may be trained, False for what is frozen.

    Raises:
        ValueError: a name in `layers` is the layer of no parameter, a slip that would freeze nothing; the text
            says `layers`.
    """
    frozen = {layer: [name for name in params if name.startswith(f"{layer}.")] for layer in layers}
    for layer, names in frozen.items():
        if not names:
            raise ValueError(f"layers: got {layer!r}, which no parameter belongs to, want some of {', '.join(params)}")
    still = {name for names in frozen.values() for name in names}
    return {name: name not in still for name in params}


def fine_tune_step(
    params: Named,
    grads: Named,
    velocity: Named,
    statistics: Named,
    measured: Named,
    trainable: Mapping[str, bool],
    lr: float,
    momentum: float = 0.9,
    weight_decay: float = 0.0,
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Array]]:
    """One step of training in which frozen things do not move, whatever their gradients are.

    What may be trained:

        g ← grad + weight_decay · w
        v ← momentum · v + g
        w ← w - lr · v
        statistic ← 0.9 · statistic + 0.1 · measured          (batch norm's running mean, variance)

    What is frozen keeps its value: parameter, velocity and statistic.

    Args:
        params: w by name, any shapes; not modified.
        grads: a gradient for each of `params`, by name, same shapes, also for the frozen ones; not modified.
        velocity: v for each of `params`, by name, same shapes; not modified.
        statistics: running statistics by name, any shapes, other names than those of `params`; perhaps none; not
            modified.
        measured: the statistics of this batch, by the names of `statistics`, same shapes; not modified.
        trainable: for each name in `params` and in `statistics`, whether it may move, as `freeze` says.
        lr: the learning rate, positive.
        momentum: at least 0, below 1.
        weight_decay: at least 0.

    Returns:
        `(params, velocity, statistics)`: three new dicts with all names, the frozen ones too, same shapes as
        `params`, `velocity` and `statistics`.

    Raises:
        ValueError: `trainable` lacks a name of `params` or of `statistics`; the text says `trainable`.
    """
    if missing := [name for name in (*params, *statistics) if name not in trainable]:
        raise ValueError(f"trainable: got nothing about {missing[0]!r}, want True or False")
    new_params, new_velocity, new_statistics = dict(params), dict(velocity), dict(statistics)
    for name in (name for name in params if trainable[name]):
        grad = grads[name] + weight_decay * params[name]
        new_velocity[name] = momentum * velocity[name] + grad
        new_params[name] = params[name] - lr * new_velocity[name]
    for name in (name for name in statistics if trainable[name]):
        new_statistics[name] = 0.9 * statistics[name] + 0.1 * measured[name]
    return new_params, new_velocity, new_statistics
