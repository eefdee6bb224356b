"""Wrong answers to the training loop."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from solutions.u11_training import EarlyStopping, accuracy, evaluate, fit, iterate_batches, k_fold, train_step
from tests.student_mistakes import Mistake


def _split_rounded(x: Any, y: Any, fraction: float) -> Any:
    n = round(len(x) * (1 - fraction))
    return x[:n], y[:n], x[n:], y[n:]


def _split_from_validation(x: Any, y: Any, fraction: float) -> Any:
    n = int(len(x) * fraction)
    return x[:-n], y[:-n], x[-n:], y[-n:]


def _split_first(x: Any, y: Any, fraction: float) -> Any:
    n = len(x) - math.floor(len(x) * (1 - fraction))
    return x[n:], y[n:], x[:n], y[:n]


def _split_order(x: Any, y: Any, fraction: float) -> Any:
    n = math.floor(len(x) * (1 - fraction))
    return x[:n], x[n:], y[:n], y[n:]


def _split_fraction_to_train(x: Any, y: Any, fraction: float) -> Any:
    n = math.floor(len(x) * fraction)
    return x[:n], y[:n], x[n:], y[n:]


def _split_shuffled(x: Any, y: Any, fraction: float) -> Any:
    order = np.random.default_rng(0).permutation(len(x))
    n = math.floor(len(x) * (1 - fraction))
    x, y = x[order], y[order]
    return x[:n], y[:n], x[n:], y[n:]


def _split_off_by_one(x: Any, y: Any, fraction: float) -> Any:
    n = math.floor(len(x) * (1 - fraction))
    return x[:n], y[:n], x[n + 1 :], y[n + 1 :]


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


def _step_two_forwards(model: Any, loss: Any, optimizer: Any, x: Any, y: Any) -> float:
    value = float(loss.value(y, model.forward(x, training=True)))
    grads = model.backward(loss.gradient(y, model.forward(x, training=True)))
    model.set_parameters(optimizer.step(model.parameters, grads))
    return value


def _step_swapped_optimizer(model: Any, loss: Any, optimizer: Any, x: Any, y: Any) -> float:
    y_pred = model.forward(x, training=True)
    grads = model.backward(loss.gradient(y, y_pred))
    model.set_parameters(optimizer.step(grads, model.parameters))
    return float(loss.value(y, y_pred))


def _step_loss_of_other_mode(model: Any, loss: Any, optimizer: Any, x: Any, y: Any) -> float:
    value = float(loss.value(y, model.forward(x)))
    train_step(model, loss, optimizer, x, y)
    return value


def _step_loss_sent_back(model: Any, loss: Any, optimizer: Any, x: Any, y: Any) -> float:
    y_pred = model.forward(x, training=True)
    value = loss.value(y, y_pred)
    model.set_parameters(optimizer.step(model.parameters, model.backward(np.full_like(y_pred, value))))
    return float(value)


def _step_divided_again(model: Any, loss: Any, optimizer: Any, x: Any, y: Any) -> float:
    y_pred = model.forward(x, training=True)
    grads = model.backward(loss.gradient(y, y_pred) / len(x))
    model.set_parameters(optimizer.step(model.parameters, grads))
    return float(loss.value(y, y_pred))


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
                before = evaluate(model, loss, *validation_data, batch_size)
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
                measured = before if slip == "validated before" else evaluate(model, loss, *validation_data, batch_size)
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


def _evaluate(slip: str) -> Any:
    def measure(model: Any, loss: Any, x: Any, y: Any, batch_size: int) -> Any:
        pairs = list(iterate_batches(x, y, batch_size, None))
        outputs = [model.forward(xb, training=slip == "training mode") for xb, _ in pairs]
        losses = [float(loss.value(yb, out)) for (_, yb), out in zip(pairs, outputs, strict=True)]
        hits = [accuracy(yb, out) for (_, yb), out in zip(pairs, outputs, strict=True)]
        sizes = [len(xb) for xb, _ in pairs]
        if slip == "mean of batches":
            return float(np.mean(losses)), float(np.mean(hits))
        if slip == "full batches only":
            full = [i for i, n in enumerate(sizes) if n == batch_size] or [0]
            return float(np.mean([losses[i] for i in full])), float(np.mean([hits[i] for i in full]))
        total = sum(n * value for n, value in zip(sizes, losses, strict=True))
        correct = sum(n * hit for n, hit in zip(sizes, hits, strict=True))
        if slip == "counts":
            return total / len(x), correct
        if slip == "batch size":
            return batch_size * sum(losses) / len(x), batch_size * sum(hits) / len(x)
        if slip == "swapped":
            return correct / len(x), total / len(x)
        if slip == "loss of last":
            return losses[-1], correct / len(x)
        return total / len(x), correct / len(x)

    return measure


def _predict(slip: str) -> Any:
    def predict(model: Any, x: Any, batch_size: int) -> Any:
        if batch_size < 1:
            raise ValueError("batch_size")
        starts = range(0, len(x) - (batch_size - 1 if slip == "dropped" else 0), batch_size)
        parts = [model.forward(x[s : s + batch_size], training=slip == "training") for s in starts]
        if slip == "list":
            return parts
        if slip == "labels":
            return np.concatenate(parts).argmax(axis=1)
        if slip == "stacked":
            return np.stack(parts)
        if slip == "all at once":
            return model.forward(x)
        if slip == "float64":
            return np.concatenate([np.zeros((0, *parts[0].shape[1:])), *parts])
        return np.concatenate(parts)

    return predict


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


def _smooth(slip: str) -> Any:
    def smooth(points: Any, factor: float = 0.9) -> Any:
        if not 0 <= factor < 1:
            raise ValueError("factor")
        found: list[float] = []
        previous = 0.0 if slip == "zero start" else None
        for p in points:
            if slip == "previous point":
                found.append(p if previous is None else factor * previous + (1 - factor) * p)
                previous = p
                continue
            weight = 1 - factor if slip == "swapped" else factor
            previous = p if previous is None else weight * previous + (1 - weight) * p
            found.append(previous)
        return found[1:] if slip == "first dropped" else found

    return smooth


def _confusion(slip: str) -> Any:
    def matrix(y_true: Any, y_pred: Any, num_classes: int) -> Any:
        for name, labels in (("y_true", y_true), ("y_pred", y_pred)):
            if len(y_true) != len(y_pred) or ((labels < 0) | (labels >= num_classes)).any():
                raise ValueError(name)
        counts = np.zeros((num_classes, num_classes), dtype=float if slip == "floats" else int)
        if slip == "buffered":
            counts[y_true, y_pred] += 1
        elif slip == "transposed":
            np.add.at(counts, (y_pred, y_true), 1)
        elif slip == "uint8":
            return np.bincount(y_true * num_classes + y_pred, minlength=num_classes**2)[: num_classes**2].reshape(
                num_classes, -1
            )
        else:
            np.add.at(counts, (y_true, y_pred), 1)
        if slip == "only wrong":
            np.fill_diagonal(counts, 0)
        return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1) if slip == "shares" else counts

    return matrix


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


def _each(exercise: str, make: Any, *slips: str) -> list[Mistake]:
    return [Mistake(exercise, make(slip)) for slip in slips]


MISTAKES = [
    Mistake("train_validation_split", _split_rounded),
    Mistake("train_validation_split", _split_from_validation),
    Mistake("train_validation_split", _split_first),
    Mistake("train_validation_split", _split_order),
    Mistake("train_validation_split", _split_fraction_to_train),
    Mistake("train_validation_split", _split_shuffled),
    Mistake("train_validation_split", _split_off_by_one),
    *_each(
        "iterate_batches",
        _batches,
        "own generator",
        "always shuffled",
        "never shuffled",
        "with replacement",
        "shuffled apart",
    ),
    *_each("iterate_batches", _batches, "only x shuffled", "remainder dropped", "one short", "wrapped"),
    Mistake("iterate_batches", _batches_in_place),
    Mistake("train_step", _step_two_forwards),
    Mistake("train_step", _step_swapped_optimizer),
    Mistake("train_step", _step_loss_of_other_mode),
    Mistake("train_step", _step_loss_sent_back),
    Mistake("train_step", _step_divided_again),
    *_each(
        "fit", _fit, "validation learnt", "one order", "never reset", "validated before", "accuracy after", "one batch"
    ),
    *_each("fit", _fit, "mean of batches", "last batch", "sums", "measured after", "validated once", "swapped"),
    *_each("fit", _fit, "validated in training mode", "empty lists", "last epoch only"),
    *_each(
        "evaluate",
        _evaluate,
        "training mode",
        "mean of batches",
        "full batches only",
        "counts",
        "batch size",
        "swapped",
        "loss of last",
    ),
    *_each("predict", _predict, "dropped", "training", "list", "labels", "stacked", "all at once", "float64"),
    *_each(
        "accuracy",
        _accuracy,
        "column",
        "column is one-hot",
        "rounded",
        "axis 0",
        "last of equals",
        "count",
        "percent",
        "error",
    ),
    Mistake(
        "binary_accuracy", lambda y_true, y_pred: float(np.mean((y_pred >= 0.5).reshape(-1) == y_true.reshape(-1)))
    ),
    Mistake("binary_accuracy", lambda y_true, y_pred: float(np.mean((y_pred > 0.5) == y_true))),
    Mistake("binary_accuracy", lambda y_true, y_pred: float(np.mean((y_pred > 0).reshape(-1) == y_true.reshape(-1)))),
    Mistake("binary_accuracy", lambda y_true, y_pred: float(np.mean(y_pred.reshape(-1) == y_true.reshape(-1)))),
    Mistake("binary_accuracy", lambda y_true, y_pred: float(np.mean(y_pred.argmax(axis=-1) == y_true.reshape(-1)))),
    *(
        Mistake("EarlyStopping", each)
        for each in (_StoppingGreater, _StoppingReference, _StoppingShallow, _StoppingNoDelta)
    ),
    *(
        Mistake("EarlyStopping", each)
        for each in (_StoppingEqual, _StoppingFromOne, _StoppingTotal, _StoppingLastWeights)
    ),
    *(
        Mistake("EarlyStopping", each)
        for each in (_StoppingPrevious, _StoppingAlwaysKeeps, _StoppingMaximum, _StoppingNaN)
    ),
    *_each(
        "k_fold",
        _k_fold,
        "dropped",
        "last takes the rest",
        "all train",
        "strided",
        "drawn anew",
        "ceil",
        "following folds only",
        "order",
    ),
    *_each("cross_validate", _cross, "folds in order", "global", "all data", "ddof", "zero std", "eps", "not scaled"),
    *_each(
        "cross_validate", _cross, "own statistics", "validation not scaled", "one model", "one optimiser", "accuracy"
    ),
    *_each("cross_validate", _cross, "training loss", "best epoch", "mean"),
    *_each("smooth_curve", _smooth, "zero start", "previous point", "swapped", "first dropped"),
    *_each("confusion_matrix", _confusion, "floats", "buffered", "transposed", "uint8", "only wrong", "shares"),
]
