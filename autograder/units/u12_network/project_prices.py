"""project_prices: a number from a few features, with k-fold cross-validation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Property, held_out
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.datasets import load
from autograder.datasets.fallback import bundled_diabetes
from autograder.units.u12_network.projects import asked_twice, drive_project, sorted_by_target, split_off
from autograder.worker import wire

TEST = 100
#: The largest error allowed, as a share of that of always saying the mean. Linear regression reaches 0.67 on the
#: patients and about 0.5 on the houses; `python -m tests.benchmarks.projects` prints what small networks reach.
PATIENTS, HOUSES = 0.9, 0.75
WITHHELD = ("y_test", "share")

ERRORS = "np.array(errors)"
PREDICTIONS = "predict(x_train, y_train, x_test)"
OF_A_FOLD = "predict(x_train[train], y_train[train], x_train[validation])"


def _patients(rng: np.random.Generator, k: int = 4) -> dict[str, Any]:
    return {**split_off(rng, *bundled_diabetes(), TEST, k=k), "share": PATIENTS}


def _other_units(rng: np.random.Generator) -> dict[str, Any]:
    """Targets a thousandth as large, and features whose sizes differ more."""
    patients = _patients(rng, k=5)
    units = np.array([1.0, 1.0, 100.0, 0.01, 1.0, 10.0, 1.0, 1.0, 1e3, 1e-2])
    moved = {name: patients[name] * units for name in ("x_train", "x_test")}
    return {**patients, **moved, **{name: patients[name] / 1000 for name in ("y_train", "y_test")}}


def _houses(folder: Path) -> list[Case]:
    """The houses of Boston, from the user's file."""
    data = load("boston_housing", folder)
    if data.is_fallback:
        return []
    inputs: dict[str, Any] = {"x_train": data.x_train, "y_train": data.y_train, "x_test": data.x_test}
    withheld = {"y_test": data.y_test, "share": HOUSES}
    return [Case("boston-housing", **inputs, k=4, rng=wire.Rng(13), withheld=withheld)]


project_prices = Exercise(
    "project_prices",
    points=3,
    truth="none",
    check=Property(held_out.forecast_and_predictions),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_patients, label="patients", withholds=WITHHELD),
        random_cases(lambda rng: _patients(rng, k=3), count=1, label="three-folds", withholds=WITHHELD),
        random_cases(sorted_by_target(_patients), count=1, label="sorted-by-target", withholds=WITHHELD),
        random_cases(_other_units, count=1, label="other-units", withholds=WITHHELD),
        random_cases(
            asked_twice(lambda rng: _patients(rng, k=3), samples=90),
            count=1,
            label="same-seed-same-answer",
            withholds=WITHHELD,
        ),
    ],
    data_cases=_houses,
    misconceptions=[
        edit("pair-swapped", f"{ERRORS}, {PREDICTIONS}", f"{PREDICTIONS}, {ERRORS}")
        .believes("The predictions are the result, and come first.")
        .ask("In which order does the docstring list the two results?"),
        edit("mean-of-the-folds", ERRORS, "np.mean(errors)")
        .believes("Cross-validation gives one number.")
        .ask("How far apart are the folds' errors, and who can see that from their mean?"),
        edit("a-column-returned", PREDICTIONS, f"{PREDICTIONS}[:, None]")
        .believes("What predict returns is the answer.")
        .ask("The network's output has shape (m, 1): which shape is asked for?"),
        edit(
            "squared-errors",
            "np.abs(predictions - y_train[validation])",
            "np.square(predictions - y_train[validation])",
        )
        .believes("The error is the loss.")
        .ask("A mean of squares has the square of the target's unit: which error is asked for?"),
        edit("errors-in-scaled-units", ERRORS, f"{ERRORS} / y_train.std()")
        .believes("An error is an error, in whichever unit.")
        .ask("If the targets were divided by their deviation, by what must the error be multiplied?"),
        edit("predictions-not-scaled-back", " * std + mean", "")
        .believes("What the network predicts is the target.")
        .ask("On which targets was the network trained: the given ones, or scaled ones?"),
        # a bounded activation cannot go beyond the targets it has seen, so sorted folds show best there
        edit("folds-not-drawn", "k_fold(len(x_train), k, rng)", "k_fold(len(x_train), k)", '"relu"', '"tanh"')
        .believes("Cutting the samples into pieces is enough.")
        .ask("If the samples are sorted by target, what has the network that predicts the last fold never seen?"),
        edit(
            "training-errors",
            "new: Array) -> Array:",
            "new: Array, units: int = 16, epochs: int = 20) -> Array:",
            "Dense(16,",
            "Dense(units,",
            "epochs=20",
            "epochs=epochs",
            "errors = []",
            "errors = []; known = predict(x_train, y_train, x_train, 64, 150)",
            OF_A_FOLD,
            "known[validation]",
        )
        .believes("The folds may be measured by a network that has learnt all samples.")
        .ask("Which samples must the network that measures fold 2 not know?"),
        edit("the-same-for-all", PREDICTIONS, "np.full(len(x_test), y_train.mean())")
        .believes("A network takes features as they come.")
        .ask("By how much do your predictions differ, and how large are the features that the network got?"),
    ],
    variants=[
        Variant("tanh", ('Dense(16, "relu")', 'Dense(12, "tanh")')),
        Variant(
            "least-squares",
            """
            def predict(x, y, new):
                train, test = (np.column_stack([np.ones(len(each)), each]) for each in (x, new))
                return test @ np.linalg.lstsq(train, y, rcond=None)[0]

            folds = k_fold(len(x_train), k, rng)
            errors = [np.abs(predict(x_train[a], y_train[a], x_train[b]) - y_train[b]).mean() for a, b in folds]
            return np.array(errors), predict(x_train, y_train, x_test)
            """,
        ),
    ],
    hints=[
        "Write the training on (x, y) and the prediction for new samples as one function; you need it k + 1 times.",
        "for train, fold in k_fold(len(x_train), k, rng): a new network each time, scaled by `train` alone.",
        "standardize(x, new); targets (y − mean) / std, as a column; predict(…)[:, 0] · std + mean; np.abs(…).mean()",
    ],
)
