"""Whether folds hold every sample once, in an order of the generator's, and whether models were trained on them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.checks.training_run import mean_cross_entropy

__all__ = ["are_shuffled_folds", "validates_each_fold"]

Array = np.ndarray[Any, Any]
Folds = list[tuple[Array, Array]]


def are_shuffled_folds(got: Any, n: int, k: int, seed: int | None) -> str | None:
    """What is wrong with the folds of three calls: their form, their samples, then their order."""
    for key in ("first call", "second call", "again"):
        if problem := _form_problem(got[key], n, k) or _content_problem(got[key], n):
            return problem
    held_out, later, again = (_held_out(got[key]) for key in ("first call", "second call", "again"))
    if held_out == [block.tolist() for block in _in_old_order(np.arange(n), k)]:
        return "the folds are in the samples' old order: is `rng` used?"
    if held_out == later:
        return "two calls with one generator give the same folds"
    return None if held_out == again else "two generators of one seed give other folds: is `rng` the only source?"


def _form_problem(folds: Any, n: int, k: int) -> str | None:
    if not isinstance(folds, list) or not all(isinstance(fold, tuple) and len(fold) == 2 for fold in folds):
        return "want a list of pairs (train_indices, validation_indices)"
    if len(folds) != k:
        return f"{len(folds)} folds, want {k}"
    if not all(isinstance(part, np.ndarray) and part.ndim == 1 for fold in folds for part in fold):
        return "want indices as 1-D arrays"
    if not all(part.dtype.kind in "iu" or not part.size for fold in folds for part in fold):
        return "want indices of an integer dtype"
    sizes = [len(validation) for _, validation in folds]
    if sizes != _sizes(n, k):
        return f"validation parts of {_listed(sizes)} samples, want {_listed(_sizes(n, k))}"
    return None


def _listed(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes))


def _content_problem(folds: Folds, n: int) -> str | None:
    validated = np.concatenate([validation for _, validation in folds])
    if not np.array_equal(np.sort(validated), np.arange(n)):
        return "some samples are in several validation parts, or in none"
    for train, validation in folds:
        if np.isin(train, validation).any():
            return "a fold trains on samples that it validates on"
        if not np.array_equal(np.sort(train), np.setdiff1d(np.arange(n), validation)):
            return "a training part is not all samples of the other folds"
    return None


def _held_out(folds: Folds) -> list[list[int]]:
    """Sorted validation indices of each fold."""
    return [np.sort(validation).tolist() for _, validation in folds]


def validates_each_fold(got: Any, **inputs: Any) -> str | None:
    """What is wrong with cross-validated models: how many there are, what they have learnt from, their scores."""
    return _counts_problem(got, inputs) or _samples_problem(got, inputs) or _scores_problem(got, inputs)


def _counts_problem(got: Any, inputs: Mapping[str, Any]) -> str | None:
    n, k, epochs, size = len(inputs["x"]), inputs["k"], inputs["epochs"], inputs["batch_size"]
    for key in ("models built", "optimisers built"):
        if got[key] != k:
            return f"{key}: {int(got[key])}, want one per fold: {k}"
    if len(got["models"]) != k or not isinstance(got["validation loss"], list) or len(got["validation loss"]) != k:
        return f"want a list of {k} validation losses"
    for model, held_out in zip(got["models"], _sizes(n, k), strict=True):
        steps = epochs * math.ceil((n - held_out) / size)
        if len(model["learnt"]) != steps:
            return f"a model makes {len(model['learnt'])} training steps, want {steps}"
        if sum(map(len, model["learnt"])) != epochs * (n - held_out):
            return "a model does not learn from its training part alone"
    return None


def _samples_problem(got: Any, inputs: Mapping[str, Any]) -> str | None:
    held_out = []
    for model in got["models"]:
        orders = np.concatenate(model["learnt"]).reshape(inputs["epochs"], -1)
        if any(len(np.unique(order)) < len(order) or set(order) != set(orders[0]) for order in orders):
            return "an epoch does not use every training sample exactly once"
        if len({tuple(order) for order in orders}) < len(orders):
            return "two epochs of a model take the samples in the same order: does `fit` get `rng`?"
        held_out.append(np.setdiff1d(inputs["y"], orders[0]))
    if not np.array_equal(np.sort(np.concatenate(held_out)), np.sort(inputs["y"])):
        return "some samples are held out by several models, or by none"
    blocks = _in_old_order(inputs["y"], inputs["k"])
    if all(set(one) == set(other) for one, other in zip(held_out, blocks, strict=True)):
        return "the folds are in the samples' old order: does `k_fold` get `rng`?"
    return None


def _scores_problem(got: Any, inputs: Mapping[str, Any]) -> str | None:
    for model, score in zip(got["models"], got["validation loss"], strict=True):
        held_out = ~np.isin(inputs["y"], np.concatenate(model["learnt"]))
        train = inputs["x"][~held_out]
        scaled = (inputs["x"][held_out] - train.mean(axis=0)) / train.std(axis=0)
        loss = mean_cross_entropy(inputs["y"][held_out], scaled @ model["weights"] + model["bias"])
        if not math.isclose(score, loss, rel_tol=1e-6):
            return "a score is not the loss of the trained model on the samples that it has not seen"
    return None


def _sizes(n: int, k: int) -> list[int]:
    """How many samples each fold has."""
    return [n // k + (fold < n % k) for fold in range(k)]


def _in_old_order(samples: Array, k: int) -> list[Array]:
    """The folds' samples if nothing is shuffled."""
    return np.split(samples, np.cumsum(_sizes(len(samples), k))[:-1])
