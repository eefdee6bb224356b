"""Assessment of training: early stopping."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.units import _training_slips as slips

__all__ = ["EarlyStopping"]

NAN = math.nan


def drive_stopper(EarlyStopping: Any, losses: Any, patience: int, min_delta: float, restore_best: bool) -> Any:
    """Train until told to stop: epoch e leaves weights full of e + 1, always in the same two arrays."""
    settings, defaults = [patience, min_delta, restore_best], [0, 0.0, True]
    while settings and settings[-1] == defaults[len(settings) - 1]:
        settings.pop()  # the defaults are to be tried, too
    stopper = EarlyStopping(*settings)
    weights = [np.zeros(3), np.zeros((2, 2))]
    answers = []
    for epoch, loss in enumerate(losses):
        for array in weights:
            array[...] = epoch + 1
        answers.append(stopper.update(loss, weights))
        if answers[-1]:
            break
    for array in weights:
        array[...] = -1.0
    return {
        "stopped in epoch": len(answers) - 1 if answers[-1] else -1,
        "answers": [str(bool(each)) if isinstance(each, (bool, np.bool_)) else each for each in answers],
        "best epoch": stopper.best_epoch,
        "best weights": stopper.best_weights,
    }


class _Stopper:
    """A right one, in pieces that can be replaced by wrong ones."""

    first_epoch = 0

    def __init__(self, patience: int = 0, min_delta: float = 0.0, restore_best: bool = True) -> None:
        self.patience, self.min_delta, self.restore_best = patience, min_delta, restore_best
        self.best = math.inf
        self.best_weights: Any = None
        self.best_epoch: int | None = None
        self.epoch, self.wait = self.first_epoch, 0

    def improves(self, loss: float) -> bool:
        return loss < self.best - abs(self.min_delta)

    def is_out_of_patience(self) -> bool:
        return self.wait >= max(self.patience, 1)

    def copied(self, weights: Any) -> Any:
        return [array.copy() for array in weights]

    def keep(self, weights: Any) -> None:
        if self.restore_best:
            self.best_weights = self.copied(weights)

    def after_improvement(self, loss: float, weights: Any) -> None:
        self.best, self.best_epoch, self.wait = loss, self.epoch, 0
        self.keep(weights)

    def after_none(self, loss: float, weights: Any) -> None:
        self.wait += 1

    def update(self, loss: float, weights: Any) -> bool:
        improved = self.improves(loss)
        (self.after_improvement if improved else self.after_none)(loss, weights)
        self.epoch += 1
        return not improved and self.is_out_of_patience()


def _with(**pieces: Any) -> Callable[..., Any]:
    return type("EarlyStopping", (_Stopper,), {"__module__": __name__, **pieces})


def _previous_is_best(self: Any, loss: float, weights: Any) -> None:
    self.wait += 1
    self.best = loss


def _best_creeps(self: Any, loss: float, weights: Any) -> None:
    self.wait += 1
    self.best = min(self.best, loss)


def _last_weights(self: Any, loss: float, weights: Any) -> None:
    self.wait += 1
    self.keep(weights)


def _wait_survives(self: Any, loss: float, weights: Any) -> None:
    self.best, self.best_epoch = loss, self.epoch
    self.keep(weights)


class _KerasStyle:
    """Counts first and asks afterwards, as Keras does."""

    def __init__(self, patience: int = 0, min_delta: float = 0.0, restore_best: bool = True) -> None:
        self.patience, self.delta, self.restore_best = patience, -abs(min_delta), restore_best
        self.best, self.wait, self.epochs = math.inf, 0, 0
        self.best_weights: tuple[Any, ...] | None = None
        self.best_epoch = -1

    def update(self, loss: float, weights: Any) -> bool:
        self.wait += 1
        self.epochs += 1
        if loss - self.delta < self.best:
            self.best, self.wait, self.best_epoch = loss, 0, self.epochs - 1
            self.best_weights = tuple(np.array(array) for array in weights) if self.restore_best else None
            return False
        return self.wait >= self.patience


def _losses(*losses: float, patience: int = 0, min_delta: float = 0.0, restore_best: bool = True) -> dict[str, Any]:
    return {"losses": list(losses), "patience": patience, "min_delta": min_delta, "restore_best": restore_best}


def _random_losses(rng: np.random.Generator) -> dict[str, Any]:
    # Eighths, so that ties and differences equal to min_delta are exact.
    falling = np.maximum(4 - np.arange(14) / 2, 1) + rng.integers(-6, 7, 14) / 8
    losses = [NAN if rng.random() < 0.05 and epoch else float(loss) for epoch, loss in enumerate(falling)]
    return _losses(*losses, patience=int(rng.integers(0, 5)), min_delta=float(rng.choice([0.0, 0.125, 0.25, -0.5])))


EarlyStopping = Exercise(
    "EarlyStopping",
    points=2,
    scenario=drive_stopper,
    reference="early_stopping",
    cases=[
        Case("always-improves", **_losses(4.0, 3.0, 2.0, 1.0)),
        Case("first-rise-without-patience", **_losses(4.0, 3.0, 3.5, 2.0)),
        Case("patience-of-one-is-the-same", **_losses(4.0, 3.0, 3.5, 2.0, patience=1)),
        Case("patience-of-three", **_losses(4.0, 3.0, 3.5, 3.25, 3.125, 2.0, patience=3)),
        Case("wait-starts-again", **_losses(4.0, 5.0, 5.0, 3.0, 5.0, 5.0, 2.0, 5.0, 5.0, 5.0, 1.0, patience=3)),
        Case("plateau-of-equal-losses", **_losses(2.0, 2.0, 2.0, 2.0, 1.0, patience=2)),
        Case("falls-by-less-than-min-delta", **_losses(4.0, 3.875, 3.75, 3.0, patience=2, min_delta=0.5)),
        Case("small-falls-add-up", **_losses(4.0, 3.75, 3.5, 3.25, 3.0, 2.875, 2.75, patience=3, min_delta=0.5)),
        Case("falls-by-exactly-min-delta", **_losses(4.0, 3.5, 3.0, 2.5, patience=1, min_delta=0.5)),
        Case("sign-of-min-delta-is-ignored", **_losses(4.0, 3.875, 3.75, 3.0, patience=2, min_delta=-0.5)),
        Case("better-than-the-last-is-not-best", **_losses(2.0, 6.0, 5.0, 4.0, 3.0, 1.0, patience=4)),
        Case("nan-never-improves", **_losses(4.0, 3.0, NAN, NAN, 2.0, patience=2)),
        Case("nan-comes-first", **_losses(NAN, 3.0, 2.0, 2.5, 2.5, patience=2)),
        Case("nothing-kept-if-not-asked", **_losses(4.0, 3.0, 3.5, 3.5, patience=2, restore_best=False)),
        random_cases(_random_losses, count=4),
    ],
    misconceptions=[
        Misconception(
            "one-epoch-too-late",
            believes="Patience is exhausted when the wait exceeds it.",
            wrong=_with(is_out_of_patience=lambda self: self.wait > self.patience),
            hint="With patience 3, at which of the epochs without improvement do you stop: the 3rd or the 4th?",
        ),
        Misconception(
            "wait-must-exceed-patience",
            believes="Training stops when the wait is larger than max(patience, 1).",
            wrong=_with(is_out_of_patience=lambda self: self.wait > max(self.patience, 1)),
            hint="With patience 1, in which epoch without improvement does training stop: the first or the second?",
        ),
        Misconception(
            "min-delta-ignored",
            believes="Any fall of the loss is an improvement.",
            wrong=_with(improves=lambda self, loss: loss < self.best),
            hint="If min_delta is 0.5, is a fall from 4 to 3.875 worth another wait?",
        ),
        Misconception(
            "min-delta-added",
            believes="A loss improves if it is below best + min_delta.",
            wrong=_with(improves=lambda self, loss: loss < self.best + abs(self.min_delta)),
            hint="Should a min_delta make it harder or easier to improve?",
        ),
        Misconception(
            "signed-min-delta",
            believes="min_delta is used with the sign that it comes with.",
            wrong=_with(improves=lambda self, loss: loss < self.best - self.min_delta),
            hint="What should a min_delta of -0.5 mean? The docstring says what becomes of its sign.",
        ),
        Misconception(
            "equal-counts-as-better",
            believes="A loss that is as good as the best is an improvement.",
            wrong=_with(improves=lambda self, loss: loss <= self.best - abs(self.min_delta)),
            hint="When would training stop on a plateau of equal losses?",
        ),
        Misconception(
            "wait-never-reset",
            believes="The wait counts all epochs without improvement since the start.",
            wrong=_with(after_improvement=_wait_survives),
            hint="After a new best loss, how much patience should be left?",
        ),
        Misconception(
            "compared-with-the-previous",
            believes="An epoch improves if it is better than the one before it.",
            wrong=_with(after_none=_previous_is_best),
            hint="2, 6, 5, 4, 3: which of these are better than everything before?",
        ),
        Misconception(
            "best-creeps-along",
            believes="The best loss is the smallest seen, also if its fall was too small to count.",
            wrong=_with(after_none=_best_creeps),
            hint="If the loss falls by a third of min_delta each epoch, is nothing gained after ten of them?",
        ),
        Misconception(
            "last-weights",
            believes="The weights to keep are those of the latest epoch.",
            wrong=_with(after_none=_last_weights),
            hint="Training stops some epochs after the best one: whose weights do you want back?",
        ),
        Misconception(
            "reference-not-copy",
            believes="Storing the list of weights keeps them.",
            wrong=_with(copied=lambda self, weights: list(weights)),
            hint="If the optimiser goes on to change the arrays in place, what is in your list then?",
        ),
        Misconception(
            "nan-improves",
            believes="What is not worse is better.",
            wrong=_with(improves=lambda self, loss: not loss >= self.best - abs(self.min_delta)),
            hint="What is NaN >= 3, and what is `not` of it?",
        ),
        Misconception(
            "kept-although-not-asked",
            believes="The best weights are always worth keeping.",
            wrong=_with(keep=lambda self, weights: setattr(self, "best_weights", self.copied(weights))),
            hint="What does restore_best=False ask for, and what does a copy of a large model cost?",
        ),
        Misconception(
            "epochs-from-one",
            believes="The first epoch has the number 1.",
            wrong=_with(first_epoch=1),
            hint="history['val_loss'][best_epoch] should be the best loss: where does a list begin?",
        ),
        *slips.STOPPING,
    ],
    hints=[
        "Write down what has to be remembered between two calls: five things are enough.",
        "Improvement: remember loss, epoch and copies, and set the wait to 0. Otherwise: count it up, then compare it.",
        "if loss < self.best - abs(min_delta): keep [array.copy() for array in weights]; else self.wait += 1.",
    ],
    variants=[Variant("keras-style", _KerasStyle)],
)
