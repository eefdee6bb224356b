"""Wrong versions of cross_validate: what they share is right, and one thing in each is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.inputs import Array
from autograder.units._training_k_fold import right_folds
from autograder.units._training_loop_wrong import right_step

Parts = tuple[Array, Array]


def _scaled(x: Array, mean: Any, std: Any) -> Array:
    return np.asarray((x - mean) / np.where(std > 0, std, 1))


def by_training_part(x: Array, train: Array, held_out: Array) -> Array:
    """Right: mean and deviation of the training part, for both parts."""
    return _scaled(x, x[train].mean(axis=0), x[train].std(axis=0))


def by_all_samples(x: Array, train: Array, held_out: Array) -> Array:
    """Mean and deviation of all samples."""
    return _scaled(x, x.mean(axis=0), x.std(axis=0))


def by_all_samples_unguarded(x: Array, train: Array, held_out: Array) -> Array:
    """Mean and deviation of all samples, and a division by the deviation, whatever it is."""
    return np.asarray((x - x.mean(axis=0)) / x.std(axis=0))


def by_one_mean(x: Array, train: Array, held_out: Array) -> Array:
    """One mean and one deviation for all features."""
    return _scaled(x, x[train].mean(), x[train].std())


def by_sample_deviation(x: Array, train: Array, held_out: Array) -> Array:
    """Divides by n - 1."""
    ddof = 1 if len(train) > 1 else 0
    return _scaled(x, x[train].mean(axis=0), x[train].std(axis=0, ddof=ddof))


def by_own_part(x: Array, train: Array, held_out: Array) -> Array:
    """Each part by its own mean and deviation."""
    scaled = by_training_part(x, train, held_out)
    scaled[held_out] = by_training_part(x, held_out, held_out)[held_out]
    return scaled


def by_own_part_unguarded(x: Array, train: Array, held_out: Array) -> Array:
    """Each part by its own mean and deviation, whatever that is."""
    scaled = divided_by_zero(x, train, held_out)
    scaled[held_out] = divided_by_zero(x, held_out, train)[held_out]
    return scaled


def by_own_mean(x: Array, train: Array, held_out: Array) -> Array:
    """Each part by its own mean, and by the training part's deviation."""
    scaled = by_training_part(x, train, held_out)
    scaled[held_out] = _scaled(x[held_out], x[held_out].mean(axis=0), x[train].std(axis=0))
    return scaled


def by_sample_deviation_unguarded(x: Array, train: Array, held_out: Array) -> Array:
    """Divides by n - 1, and by the deviation, whatever that is."""
    return np.asarray((x - x[train].mean(axis=0)) / x[train].std(axis=0, ddof=1))


def by_each_sample(x: Array, train: Array, held_out: Array) -> Array:
    """Every sample by its own mean and deviation."""
    axes = tuple(range(1, x.ndim))
    return _scaled(x, x.mean(axis=axes, keepdims=True), x.std(axis=axes, keepdims=True))


def tiny_number_added(x: Array, train: Array, held_out: Array) -> Array:
    """A tiny number in every denominator."""
    return np.asarray((x - x[train].mean(axis=0)) / (x[train].std(axis=0) + 1e-7))


def training_part_alone(x: Array, train: Array, held_out: Array) -> Array:
    """Leaves the validation part as it is."""
    scaled = by_training_part(x, train, held_out)
    scaled[held_out] = x[held_out]
    return scaled


def divided_by_zero(x: Array, train: Array, held_out: Array) -> Array:
    """Divides by the deviation, whatever it is."""
    return np.asarray((x - x[train].mean(axis=0)) / x[train].std(axis=0))


def _fit(model: Any, loss: Any, optimizer: Any, data: Parts, epochs: int, batch_size: int, rng: Any) -> Array:
    """A right loop: the training loss of each epoch."""
    x, y = data
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            losses[epoch] += len(rows) * right_step(model, loss, optimizer, x[rows], y[rows]) / len(x)
    return losses


def _loss_of(model: Any, loss: Any, data: Parts) -> float:
    return float(loss.value(data[1], model.forward(data[0], training=False)))


def _trained_then_validated(fit: Callable[[int], Array], model: Any, loss: Any, epochs: int, data: Parts) -> float:
    fit(epochs)
    return _loss_of(model, loss, data)


def validated_at_its_best(fit: Callable[[int], Array], model: Any, loss: Any, epochs: int, data: Parts) -> float:
    """The best validation loss of all epochs."""
    losses = []
    for _ in range(epochs):
        fit(1)
        losses.append(_loss_of(model, loss, data))
    return min(losses)


def last_training_loss(fit: Callable[[int], Array], model: Any, loss: Any, epochs: int, data: Parts) -> float:
    """The last epoch's loss on the training part."""
    return float(fit(epochs)[-1])


def validation_accuracy(fit: Callable[[int], Array], model: Any, loss: Any, epochs: int, data: Parts) -> float:
    """The other result of `evaluate`."""
    fit(epochs)
    x, y = data
    labels = y if y.ndim == 1 else y.argmax(axis=1)
    return float((model.forward(x, training=False).argmax(axis=1) == labels).mean())


def validated_in_training_mode(fit: Callable[[int], Array], model: Any, loss: Any, epochs: int, data: Parts) -> float:
    """Forgets to switch the training mode off."""
    fit(epochs)
    return float(loss.value(data[1], model.forward(data[0], training=True)))


def version(
    *,
    scale: Callable[[Array, Array, Array], Array] = by_training_part,
    score: Callable[..., float] = _trained_then_validated,
    parts: Callable[[Array, Array], Parts] = lambda train, held_out: (train, held_out),
    folds_rng: bool = True,
    batches_rng: bool = True,
    one_model: bool = False,
    one_optimizer: bool = False,
    result: Callable[[list[float]], Any] = list,
) -> Callable[..., Any]:
    """A cross-validation whose pieces are right, unless others are given; the arguments are not checked."""

    def cross_validate(
        build_model: Any, loss: Any, build_optimizer: Any, x: Array, y: Array, k: int, epochs: int, batch_size: int,
        rng: Any = None,
    ) -> Any:  # fmt: skip
        scores, model, optimizer = [], None, None
        for fold in right_folds(len(x), k, rng if folds_rng else None):
            scaled, (train, held_out) = scale(x, *fold), parts(*fold)
            model = model if one_model and model else build_model()
            optimizer = optimizer if one_optimizer and optimizer else build_optimizer()
            data = scaled[train], y[train]

            def fit(count: int, model: Any = model, optimizer: Any = optimizer, data: Parts = data) -> Array:
                return _fit(model, loss, optimizer, data, count, batch_size, rng if batches_rng else None)

            scores.append(score(fit, model, loss, epochs, (scaled[held_out], y[held_out])))
        return result(scores)

    return cross_validate


def right_by_hand(
    build_model: Any, loss: Any, build_optimizer: Any, x: Array, y: Array, k: int, epochs: int, batch_size: int,
    rng: Any = None,
) -> Any:  # fmt: skip
    """All pieces are right, and the arguments are checked."""
    if len(x) != len(y) or not 2 <= k <= len(x):
        raise ValueError(f"k={k} folds of {len(x)} rows of x and {len(y)} rows of y")
    return version()(build_model, loss, build_optimizer, x, y, k, epochs, batch_size, rng)


def scaled_in_place(
    build_model: Any, loss: Any, build_optimizer: Any, x: Array, y: Array, k: int, epochs: int, batch_size: int,
    rng: Any = None,
) -> Any:  # fmt: skip
    """Writes the standardised samples into the caller's array."""
    for train, _ in right_folds(len(x), k):
        mean, std = x[train].mean(axis=0), x[train].std(axis=0)
        x -= mean
        x /= np.where(std > 0, std, 1)
    return version()(build_model, loss, build_optimizer, x, y, k, epochs, batch_size, rng)


def shuffled_alone(
    build_model: Any, loss: Any, build_optimizer: Any, x: Array, y: Array, k: int, epochs: int, batch_size: int,
    rng: Any = None,
) -> Any:  # fmt: skip
    """Shuffles x and not y."""
    order = np.random.default_rng(0).permutation(len(x))
    return version()(build_model, loss, build_optimizer, x[order], y, k, epochs, batch_size, rng)
