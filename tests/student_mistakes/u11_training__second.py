"""Wrong answers to the training loop, of a second reader."""

from __future__ import annotations

from typing import Any

import numpy as np

from solutions.u11_training import accuracy, evaluate, fit, iterate_batches, k_fold, train_step
from tests.student_mistakes import Mistake


def _fit(loss_weighed: bool = True, accuracy_weighed: bool = True, measured: str = "before") -> Any:
    def run(
        model: Any,
        loss: Any,
        optimizer: Any,
        x: Any,
        y: Any,
        epochs: int,
        batch_size: int,
        rng: Any,
        validation_data: Any = None,
    ) -> Any:
        history: dict[str, list[float]] = {"loss": [], "accuracy": []}
        if validation_data is not None:
            history |= {"val_loss": [], "val_accuracy": []}
        for _ in range(epochs):
            losses, hits, sizes = [], [], []
            for xb, yb in iterate_batches(x, y, batch_size, rng):
                before = accuracy(yb, model.forward(xb, training=False))
                losses.append(train_step(model, loss, optimizer, xb, yb))
                hits.append(before if measured != "after" else accuracy(yb, model.forward(xb, training=False)))
                sizes.append(len(xb))
            hit = float(np.average(hits, weights=sizes if accuracy_weighed else None))
            history["loss"].append(float(np.average(losses, weights=sizes if loss_weighed else None)))
            history["accuracy"].append(accuracy(y, model.forward(x)) if measured == "afterwards" else hit)
            if validation_data is not None:
                val_loss, val_accuracy = evaluate(model, loss, validation_data[0], validation_data[1], batch_size)
                history["val_loss"].append(val_loss)
                history["val_accuracy"].append(val_accuracy)
        return history

    return run


def _cross_validate(own: str = "", ddof: int = 0, guarded: bool = True) -> Any:
    def run(
        build_model: Any,
        loss: Any,
        build_optimizer: Any,
        x: Any,
        y: Any,
        k: int,
        epochs: int,
        batch_size: int,
        rng: Any = None,
    ) -> Any:
        if len(x) != len(y):
            raise ValueError("y")
        scores = []
        for train, held_out in k_fold(len(x), k, rng):
            mean, deviation = (x[held_out if own else train].mean(axis=0), x[train].std(axis=0, ddof=ddof))
            if own == "both":
                deviation = x[held_out].std(axis=0)
            x_train = (x[train] - x[train].mean(axis=0)) / _safe(x[train].std(axis=0, ddof=ddof), guarded)
            model = build_model()
            fit(model, loss, build_optimizer(), x_train, y[train], epochs, batch_size, rng)
            x_val = (x[held_out] - mean) / _safe(deviation, guarded)
            scores.append(evaluate(model, loss, x_val, y[held_out], batch_size)[0])
        return scores

    return run


def _safe(deviation: Any, guarded: bool) -> Any:
    return np.where(deviation == 0, 1, deviation) if guarded else deviation


MISTAKES = [
    Mistake("fit", _fit(loss_weighed=False, accuracy_weighed=False), "mean-over-batches"),
    Mistake("fit", _fit(loss_weighed=False), "mean-over-batches-of-the-loss"),
    Mistake("fit", _fit(accuracy_weighed=False), "mean-over-batches-of-the-accuracy"),
    Mistake("fit", _fit(measured="after"), "accuracy-after-the-update"),
    Mistake("fit", _fit(measured="afterwards"), "accuracy-after-the-epoch"),
    Mistake("cross_validate", _cross_validate(own="mean"), "validation-by-its-own-mean"),
    Mistake("cross_validate", _cross_validate(own="both"), "validation-by-its-own-statistics"),
    Mistake("cross_validate", _cross_validate(own="both", guarded=False), "validation-by-its-own-statistics-unguarded"),
    Mistake("cross_validate", _cross_validate(ddof=1), "deviation-of-a-sample"),
    Mistake("cross_validate", _cross_validate(ddof=1, guarded=False), "deviation-of-a-sample-unguarded"),
]
