"""Whether a training with shuffled batches went as it should: any order of the samples is right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["mean_cross_entropy", "trains_a_classifier"]

Array = np.ndarray[Any, Any]

#: With the settings of the case, a right loop reached 0.91 or more in 2000 of 2000 shuffles.
LEAST_ACCURACY = 0.9


def mean_cross_entropy(labels: Array, scores: Array) -> float:
    """The mean over samples of -log softmax(scores) at the label."""
    shifted = scores - scores.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]))


def trains_a_classifier(got: Any, **inputs: Any) -> str | None:
    """What is wrong with a training: its history, the batches learnt from, then what has come of it."""
    return (
        _history_problem(got["history"], inputs)
        or _batches_problem(got["batches"], got["labels"], inputs)
        or _outcome_problem(got, inputs)
    )


def _history_problem(history: Any, inputs: Mapping[str, Any]) -> str | None:
    wanted = ["loss", "accuracy"] + (["val_loss", "val_accuracy"] if inputs["x_val"] is not None else [])
    if sorted(history) != sorted(wanted):
        return f"the history has the keys {', '.join(sorted(map(str, history)))}, want {', '.join(wanted)}"
    for key in wanted:
        if len(history[key]) != inputs["epochs"]:
            return f"history[{key!r}] has {len(history[key])} entries, want one per epoch: {inputs['epochs']}"
        if not np.isfinite(np.array(history[key], dtype=float)).all():
            return f"history[{key!r}] is not finite"
    return None


def _batches_problem(batches: Any, labels: Any, inputs: Mapping[str, Any]) -> str | None:
    n, epochs = len(inputs["x"]), inputs["epochs"]
    steps = math.ceil(n / inputs["batch_size"])
    if len(batches) != epochs * steps or len(labels) != len(batches):
        return f"{len(batches)} training steps in {epochs} epochs, want {steps} per epoch"
    orders = [np.concatenate(batches[start : start + steps]) for start in range(0, len(batches), steps)]
    if any((order < 0).any() for order in orders):
        return "trains on rows that are not in x"
    if any(not np.array_equal(np.sort(order), np.arange(n)) for order in orders):
        return "an epoch does not use every training sample exactly once"
    if not np.array_equal(np.concatenate(labels), inputs["y"][np.concatenate(orders)]):
        return "trains on labels that do not belong to the samples"
    if any(np.array_equal(order, np.arange(n)) for order in orders):
        return "an epoch takes the samples in their old order: is `rng` used?"
    return "two epochs take the samples in the same order" if _repeats(orders) else None


def _repeats(orders: list[Array]) -> bool:
    return any(np.array_equal(one, other) for i, one in enumerate(orders) for other in orders[:i])


def _outcome_problem(got: Any, inputs: Mapping[str, Any]) -> str | None:
    history = got["history"]
    if not history["loss"][-1] < history["loss"][0]:
        return "the training loss does not fall"
    scores = inputs["x_val"].reshape(len(inputs["x_val"]), -1) @ got["weights"] + got["bias"]
    accuracy = float((scores.argmax(axis=1) == inputs["y_val"]).mean())
    if accuracy < LEAST_ACCURACY:
        return "fewer than 9 of 10 unseen digits are recognised after training"
    if not math.isclose(history["val_accuracy"][-1], accuracy, rel_tol=1e-9):
        return "the last val_accuracy is not that of the trained weights"
    if not math.isclose(history["val_loss"][-1], mean_cross_entropy(inputs["y_val"], scores), rel_tol=1e-9):
        return "the last val_loss is not that of the trained weights"
    return None
