"""Wrong answers to the training loop."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from solutions.u11_training import EarlyStopping, accuracy, evaluate, fit, iterate_batches, k_fold, train_step
from tests.student_mistakes import Mistake


def _batches(slip: str) -> Any:
    def batches(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
        if batch_size < 1:
            raise ValueError("batch_size")
        if len(x) != len(y):
            raise ValueError("y")
        order = np.arange(len(x)) if rng is None else rng.permutation(len(x))
        if slip == "own generator":
            order = np.random.default_rng(0).permutation(len(x)) if rng is not None else order
        if slip == "always shuffled":
            order = np.random.permutation(len(x))
        if slip == "never shuffled":
            order = np.arange(len(x))
        if slip == "with replacement" and rng is not None:
            order = rng.integers(0, len(x), len(x))
        labels = order
        if slip == "shuffled apart" and rng is not None:
            labels = rng.permutation(len(x))
        if slip == "only x shuffled":
            labels = np.arange(len(x))
        last = len(x) - len(x) % batch_size if slip == "remainder dropped" else len(x)
        for start in range(0, last, batch_size):
            stop = start + batch_size - 1 if slip == "one short" else start + batch_size
            rows = order[start:stop]
            if slip == "wrapped":
                rows = np.take(order, range(start, start + batch_size), mode="wrap")
                labels = order
                yield x[rows], y[rows]
            else:
                yield x[rows], y[labels[start:stop]]

    return batches


def _batches_in_place(x: Any, y: Any, batch_size: int, rng: Any) -> Any:
    if rng is not None:
        order = rng.permutation(len(x))
        x[:], y[:] = x[order], y[order]
    for start in range(0, len(x), batch_size):
        yield x[start : start + batch_size], y[start : start + batch_size]


def _fit(slip: str) -> Any:
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
        if slip == "validation learnt" and validation_data is not None:
            x, y = np.concatenate([x, validation_data[0]]), np.concatenate([y, validation_data[1]])
        one_order = list(iterate_batches(x, y, batch_size, rng)) if slip == "one order" else None
        losses: list[float] = []
        for epoch in range(epochs):
            losses = losses if slip == "never reset" else []
            hits, sizes = [], []
            if validation_data is not None and slip == "validated before":
                before = evaluate(model, loss, validation_data[0], validation_data[1], batch_size)
            for xb, yb in one_order or iterate_batches(x, y, batch_size, rng):
                if slip != "accuracy after":
                    hits.append(len(xb) * accuracy(yb, model.forward(xb)))
                losses.append(len(xb) * train_step(model, loss, optimizer, xb, yb))
                if slip == "accuracy after":
                    hits.append(len(xb) * accuracy(yb, model.forward(xb)))
                sizes.append(len(xb))
                if slip == "one batch":
                    break
            total = sum(sizes)
            history["loss"].append(sum(losses) / total)
            history["accuracy"].append(sum(hits) / total)
            if slip == "mean of batches":
                history["loss"][-1] = float(np.mean([a / n for a, n in zip(losses, sizes, strict=True)]))
                history["accuracy"][-1] = float(np.mean([a / n for a, n in zip(hits, sizes, strict=True)]))
            if slip == "last batch":
                history["loss"][-1], history["accuracy"][-1] = losses[-1] / sizes[-1], hits[-1] / sizes[-1]
            if slip == "sums":
                history["loss"][-1] = sum(losses)
            if slip == "measured after":
                history["loss"][-1], history["accuracy"][-1] = evaluate(model, loss, x, y, batch_size)
            if validation_data is not None and (slip != "validated once" or epoch == epochs - 1):
                measured = (
                    before
                    if slip == "validated before"
                    else evaluate(model, loss, validation_data[0], validation_data[1], batch_size)
                )
                if slip == "validated in training mode":
                    y_pred = model.forward(validation_data[0], training=True)
                    measured = (float(loss.value(validation_data[1], y_pred)), accuracy(validation_data[1], y_pred))
                if slip == "swapped":
                    measured = measured[::-1]
                history["val_loss"].append(measured[0])
                history["val_accuracy"].append(measured[1])
        if slip == "empty lists":
            history |= {"val_loss": history.get("val_loss", []), "val_accuracy": history.get("val_accuracy", [])}
        if slip == "last epoch only":
            return {name: values[-1] for name, values in history.items()}
        return history

    return run


class _Stopping(EarlyStopping):
    """With the pieces as methods."""

    def better(self, loss: float) -> bool:
        return loss < self.best - self.min_delta

    def keep(self, weights: Any) -> Any:
        return [w.copy() for w in weights]

    def update(self, loss: float, weights: Any) -> bool:
        self._epoch += 1
        if self.better(loss):
            self.best, self.best_epoch, self._wait = loss, self._epoch, 0
            if self.restore_best:
                self.best_weights = self.keep(weights)
            return False
        self._wait += 1
        return self.full()

    def full(self) -> bool:
        return self._wait >= self.patience


class _StoppingGreater(_Stopping):
    def full(self) -> bool:
        return self._wait > self.patience


class _StoppingReference(_Stopping):
    def keep(self, weights: Any) -> Any:
        return weights


class _StoppingShallow(_Stopping):
    def keep(self, weights: Any) -> Any:
        return list(weights)


class _StoppingNoDelta(_Stopping):
    def better(self, loss: float) -> bool:
        return loss < self.best


class _StoppingEqual(_Stopping):
    def better(self, loss: float) -> bool:
        return loss <= self.best - self.min_delta


class _StoppingFromOne(_Stopping):
    def update(self, loss: float, weights: Any) -> bool:
        stop = super().update(loss, weights)
        if self._wait == 0 and self.best_epoch is not None:
            self.best_epoch = self._epoch + 1
        return stop


class _StoppingTotal(_Stopping):
    """Counts all bad epochs, not those in a row."""

    def update(self, loss: float, weights: Any) -> bool:
        wait = self._wait
        stop = super().update(loss, weights)
        if self._wait == 0:
            self._wait = wait
        return stop


class _StoppingLastWeights(_Stopping):
    def update(self, loss: float, weights: Any) -> bool:
        stop = super().update(loss, weights)
        if self.restore_best:
            self.best_weights = self.keep(weights)
        return stop


class _StoppingPrevious(_Stopping):
    def update(self, loss: float, weights: Any) -> bool:
        stop = super().update(loss, weights)
        self.best = loss
        return stop


class _StoppingAlwaysKeeps(_Stopping):
    def __init__(self, patience: int = 0, min_delta: float = 0.0, restore_best: bool = True) -> None:
        super().__init__(patience, min_delta, True)


class _StoppingMaximum(_Stopping):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.best = -math.inf

    def better(self, loss: float) -> bool:
        return loss > self.best + self.min_delta


class _StoppingNaN(_Stopping):
    def better(self, loss: float) -> bool:
        return not loss >= self.best - self.min_delta


def _k_fold(slip: str) -> Any:
    def folds(n: int, k: int, rng: Any = None) -> Any:
        if not 2 <= k <= n:
            raise ValueError("k")
        order = np.arange(n) if rng is None else rng.permutation(n)
        parts, pairs = np.array_split(order, k), []
        if slip in ("dropped", "last takes the rest"):
            parts = [order[i * (n // k) : (i + 1) * (n // k)] for i in range(k)]
        if slip == "last takes the rest":
            parts[-1] = order[(k - 1) * (n // k) :]
        if slip == "strided":
            parts = [order[i::k] for i in range(k)]
        if slip == "ceil":
            parts = [order[i * -(-n // k) : (i + 1) * -(-n // k)] for i in range(k)]
        for i in range(k):
            validation = np.array_split(rng.permutation(n), k)[i] if slip == "drawn anew" and rng else parts[i]
            train = order if slip == "all train" else np.setdiff1d(order, validation)
            if slip == "following folds only":
                train = np.concatenate([*parts[i + 1 :], order[:0]])
            pairs.append((validation, train) if slip == "order" else (train, validation))
        return pairs

    return folds


def _cross(slip: str) -> Any:
    def validate(
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
        scores: list[float] = []
        model = build_model() if slip == "one model" else None
        optimizer = build_optimizer() if slip == "one optimiser" else None
        for train, validation in k_fold(len(x), k, None if slip == "folds in order" else rng):
            axes = None if slip == "global" else 0
            source = x if slip == "all data" else x[train]
            mean, std = source.mean(axis=axes), source.std(axis=axes, ddof=int(slip == "ddof"))
            std = std if slip == "zero std" else np.where(std > 0, std, 1)
            if slip == "eps":
                std = source.std(axis=0) + 1e-7
            scaled = x if slip == "not scaled" else (x - mean) / std
            held = scaled[validation]
            if slip == "own statistics":
                own = x[validation].std(axis=0)
                held = (x[validation] - x[validation].mean(axis=0)) / np.where(own > 0, own, 1)
            if slip == "validation not scaled":
                held = x[validation]
            if slip != "one model":
                model = build_model()
            if slip != "one optimiser":
                optimizer = build_optimizer()
            watched = (held, y[validation]) if slip == "best epoch" else None
            history = fit(model, loss, optimizer, scaled[train], y[train], epochs, batch_size, rng, watched)
            if slip == "training loss":
                scores.append(history["loss"][-1])
            elif slip == "best epoch":
                scores.append(min(history["val_loss"]))
            else:
                scores.append(evaluate(model, loss, held, y[validation], batch_size)[slip == "accuracy"])
        return float(np.mean(scores)) if slip == "mean" else scores

    return validate


def _accuracy(slip: str) -> Any:
    def measure(y_true: Any, y_pred: Any) -> Any:
        if len(y_true) != len(y_pred):
            raise ValueError("y_true")
        labels = y_true.argmax(axis=1) if y_true.ndim == 2 and y_true.shape[1] > 1 else y_true.reshape(-1)
        picked = y_pred.argmax(axis=1)
        if slip == "column":
            labels = y_true.argmax(axis=1) if y_true.ndim == 2 and y_true.shape[1] > 1 else y_true
        if slip == "column is one-hot":
            labels = y_true.argmax(axis=1) if y_true.ndim == 2 else y_true
        if slip == "rounded":
            return float(np.mean(np.round(y_pred) == np.eye(y_pred.shape[1])[labels]))
        if slip == "axis 0":
            picked = y_pred.argmax(axis=0)[: len(labels)]
            return float(np.mean(labels[: len(picked)] == picked))
        if slip == "last of equals":
            picked = y_pred.shape[1] - 1 - y_pred[:, ::-1].argmax(axis=1)
        hits = labels == picked
        return {"count": float(hits.sum()), "percent": 100 * float(hits.mean()), "error": 1 - float(hits.mean())}.get(
            slip, float(np.mean(hits))
        )

    return measure


def _each(exercise: str, make: Callable[[str], Callable[..., Any]], named: dict[str, str | None]) -> list[Mistake]:
    return [Mistake(exercise, make(slip), name) for slip, name in named.items()]


# fmt: off
MISTAKES = [
    *_each("iterate_batches", _batches, {
        "own generator": "generator-seeded-inside", "always shuffled": None, "never shuffled": "never-shuffled",
        "with replacement": "drawn-with-repeats", "shuffled apart": "shuffled-apart",
        "only x shuffled": "labels-not-permuted", "remainder dropped": "partial-batch-dropped", "one short": None,
        "wrapped": "partial-batch-filled-up",
    }),
    Mistake("iterate_batches", _batches_in_place, "shuffled-in-place"),
    *_each("fit", _fit, {
        "validation learnt": None, "one order": "one-shuffle-for-all-epochs", "never reset": None,
        "validated before": "validation-before-the-epoch", "accuracy after": "accuracy-after-the-update", "one batch": None,
        "mean of batches": "mean-over-batches", "last batch": "last-batch-only", "sums": "loss-not-divided",
        "measured after": "measured-after-the-epoch", "validated once": "validated-at-the-end-only",
        "swapped": "accuracy-for-loss", "validated in training mode": "validation-in-training-mode",
        "empty lists": None, "last epoch only": "numbers-for-lists",
    }),
    *_each("accuracy", _accuracy, {
        "column": "column-broadcast", "column is one-hot": "column-broadcast", "rounded": None,
        "axis 0": "argmax-of-the-columns", "last of equals": "last-of-equal-scores", "count": "count",
        "percent": "per-cent", "error": "error-rate",
    }),
    Mistake("EarlyStopping", _StoppingGreater, "wait-must-exceed-patience"),
    Mistake("EarlyStopping", _StoppingReference, "reference-not-copy"),
    Mistake("EarlyStopping", _StoppingShallow, "reference-not-copy"),
    Mistake("EarlyStopping", _StoppingNoDelta, "min-delta-ignored"),
    Mistake("EarlyStopping", _StoppingEqual, "equal-counts-as-better"),
    Mistake("EarlyStopping", _StoppingFromOne, "epochs-from-one"),
    Mistake("EarlyStopping", _StoppingTotal, "wait-never-reset"),
    Mistake("EarlyStopping", _StoppingLastWeights, "last-weights"),
    Mistake("EarlyStopping", _StoppingPrevious, "compared-with-the-previous"),
    Mistake("EarlyStopping", _StoppingAlwaysKeeps, "kept-although-not-asked"),
    Mistake("EarlyStopping", _StoppingMaximum, "the-higher-the-better"),
    Mistake("EarlyStopping", _StoppingNaN, "nan-improves"),
    *_each("k_fold", _k_fold, {
        "dropped": "remainder-never-validated", "last takes the rest": "remainder-in-the-last-fold",
        "all train": "validation-not-excluded", "strided": "every-kth-sample", "drawn anew": "permuted-for-each-fold",
        "ceil": "size-rounded-up", "following folds only": None, "order": "validation-first",
    }),
    *_each("cross_validate", _cross, {
        "folds in order": "folds-not-shuffled", "global": "one-mean-for-all-features",
        "all data": "statistics-before-the-split", "ddof": "deviation-of-a-sample", "zero std": "divided-by-zero",
        "eps": "tiny-number-for-zero", "not scaled": "not-standardised",
        "own statistics": "validation-by-its-own-statistics", "validation not scaled": "validation-not-standardised",
        "one model": "one-model-for-all-folds", "one optimiser": "one-optimiser-for-all-folds",
        "accuracy": "accuracy-as-score", "training loss": "training-loss-as-score",
        "best epoch": "best-epoch-as-score", "mean": "mean-of-the-scores",
    }),
]
# fmt: on
