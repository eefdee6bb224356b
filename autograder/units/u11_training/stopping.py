"""When to stop: EarlyStopping."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit

NAN = math.nan

IMPROVES = "loss < self.best - self.min_delta"
WAIT = "self._wait += 1"
COPIES = "[np.array(array) for array in weights]"


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
        edit("one-epoch-too-late", "max(patience, 1)", "patience", "self._wait >= ", "self._wait > ")
        .believes("Patience is exhausted when the wait exceeds it.")
        .ask("With patience 3, at which epoch without improvement do you stop: the 3rd or the 4th?"),
        edit("wait-must-exceed-patience", "self._wait >= ", "self._wait > ")
        .believes("Training stops when the wait is larger than max(patience, 1).")
        .ask("With patience 1, in which epoch without improvement does training stop: the 1st or the 2nd?"),
        edit("min-delta-ignored", " - self.min_delta", "")
        .believes("Any fall of the loss is an improvement.")
        .ask("If min_delta is 0.5, is a fall from 4 to 3.875 worth another wait?"),
        edit("min-delta-added", "- self.min_delta", "+ self.min_delta")
        .believes("A loss improves if it is below best + min_delta.")
        .ask("Should a min_delta make it harder or easier to improve?"),
        edit("signed-min-delta", "abs(min_delta)", "min_delta")
        .believes("min_delta is used with the sign that it comes with.")
        .ask("What should a min_delta of -0.5 mean? The docstring says what becomes of its sign."),
        edit("equal-counts-as-better", "loss < ", "loss <= ")
        .believes("A loss that is as good as the best is an improvement.")
        .ask("When would training stop on a plateau of equal losses?"),
        edit("wait-never-reset", "self._wait = loss, self._epoch, 0", "_ = loss, self._epoch, 0")
        .believes("The wait counts all epochs without improvement since the start.")
        .ask("After a new best loss, how much patience should be left?"),
        edit("compared-with-the-previous", WAIT, f"{WAIT}; self.best = loss")
        .believes("An epoch improves if it is better than the one before it.")
        .ask("2, 6, 5, 4, 3: which of these are better than everything before?"),
        edit("best-creeps-along", WAIT, f"{WAIT}; self.best = min(self.best, loss)")
        .believes("The best loss is the smallest seen, even if its fall was too small to count.")
        .ask("If the loss falls by a third of min_delta each epoch, is nothing gained after ten of them?"),
        edit("last-weights", WAIT, f"{WAIT}; self.best_weights = {COPIES} if self.restore_best else None")
        .believes("The weights to keep are those of the latest epoch.")
        .ask("Training stops some epochs after the best one: whose weights do you want back?"),
        edit("reference-not-copy", COPIES, "list(weights)")
        .believes("Storing the list of weights keeps them.")
        .ask("If the optimiser goes on to change the arrays in place, what is in your list then?"),
        edit("nan-improves", IMPROVES, "not loss >= self.best - self.min_delta")
        .believes("What is not worse is better.")
        .ask("What is NaN >= 3, and what is `not` of it?"),
        edit("kept-although-not-asked", "if self.restore_best:", "if True:")
        .believes("The best weights are always worth keeping.")
        .ask("What does restore_best=False ask for, and what does a copy of a large model cost?"),
        edit("epochs-from-one", "self._epoch = -1", "self._epoch = 0")
        .believes("The first epoch has the number 1.")
        .ask("history['val_loss'][best_epoch] should be the best loss: where does a list begin?"),
        edit("the-higher-the-better", IMPROVES, "loss > self.best + self.min_delta", "math.inf", "-math.inf")
        .believes("An epoch improves if its number is larger than the best.")
        .ask("The number is a loss: in which direction is better?"),
    ],
    hints=[
        "Write down what has to be remembered between two calls: five things are enough.",
        "Improvement: remember loss, epoch and copies, and set the wait to 0. Otherwise: count it up, then compare it.",
        "if loss < self.best - abs(min_delta): keep [array.copy() for array in weights]; else self.wait += 1.",
    ],
    variants=[
        Variant(  # counts first and asks afterwards, as Keras does
            "keras-style",
            (
                *("self._wait += 1\n        return", "return"),
                *("self._epoch += 1", "self._epoch += 1; self._wait += 1"),
                *("max(patience, 1)", "patience"),
                *("self.best_epoch: int | None = None", "self.best_epoch = -1"),
                *(COPIES, "tuple(array.copy() for array in weights)"),
            ),
        )
    ],
)
