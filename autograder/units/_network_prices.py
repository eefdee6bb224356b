"""Assessment of networks: the project on prices, with k-fold cross-validation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from autograder import wire
from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Found
from autograder.datasets import load
from autograder.datasets.fallback import bundled_diabetes
from autograder.units._network_projects import drive_project, project_check, trained, wrong_form

__all__ = ["project_prices"]

TEST = 100
#: The largest error allowed, as a share of that of always saying the mean. Linear regression reaches 0.67 on the
#: patients and about 0.5 on the houses; `python -m tests.benchmarks.projects` prints what small networks reach.
PATIENTS, HOUSES = 0.9, 0.75
#: The mean of the fold errors, as a multiple of the error on the test samples. For honest ones it varies by a tenth.
LOWEST, HIGHEST = 0.7, 1.5


def _problem(
    got: Any, x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any, y_test: Any, share: float
) -> Found | None:
    if not isinstance(got, (list, tuple)) or len(got) != 2:
        return Found("no pair", "want a pair: (fold_errors, predictions)")
    errors, predictions = np.asarray(got[0]), np.asarray(got[1])
    if errors.shape == y_test.shape and predictions.shape == (k,):
        return Found("order", "want (fold_errors, predictions), in this order")
    wrong = wrong_form(predictions, y_test.shape, len(y_train), "predictions, one for each test sample")
    if wrong is not None:
        return wrong
    if errors.shape != (k,):
        text = f"fold_errors: got shape {errors.shape}, want ({k},): one error for each fold"
        return Found(f"errors with {errors.ndim} axes", text)
    if not (np.isfinite(errors).all() and np.isfinite(predictions).all()):
        return Found("not finite", "some numbers are not finite: has the training diverged?")
    return _judge_predictions(predictions, y_train, y_test, share) or _judge_forecast(errors, predictions, y_test)


def _judge_predictions(predictions: Any, y_train: Any, y_test: Any, share: float) -> Found | None:
    error = float(np.abs(predictions - y_test).mean())
    mean = float(np.abs(y_train.mean() - y_test).mean())
    if error <= share * mean:
        return None
    text = (
        f"predictions: mean error {error:.3g}, want at most {share * mean:.3g} (saying the mean each time: {mean:.3g})"
    )
    if abs(predictions.mean()) < 0.1 * y_train.std() and predictions.std() < 0.1 * y_train.std():
        return Found("scaled", f"{text}; they are all near 0: still scaled?")
    if predictions.std() < 0.1 * y_train.std():
        return Found("the same for all", f"{text}; they are nearly the same for all samples")
    return Found("below the bar", text, alike=np.round(predictions / y_train.std(), 2))


def _judge_forecast(errors: Any, predictions: Any, y_test: Any) -> Found | None:
    forecast, error = float(errors.mean()), float(np.abs(predictions - y_test).mean())
    ratio = forecast / error
    if LOWEST <= ratio <= HIGHEST:
        return None
    text = f"fold_errors: their mean is {forecast:.3g}, but the error on the test samples is {error:.3g}"
    if ratio < 0.1:
        return Found("errors scaled", f"{text}: are they in the unit of the targets?")
    if ratio < LOWEST:
        return Found("optimistic", f"{text}: has a fold been learnt before it was measured?")
    if ratio > 5:
        return Found("errors squared", f"{text}: are they means of absolute values?")
    return Found("pessimistic", f"{text}: are the folds drawn, and the networks trained as the last one?")


def _patients(rng: np.random.Generator, k: int = 4) -> dict[str, Any]:
    features, targets = bundled_diabetes()
    order = rng.permutation(len(targets))
    train, test = order[:-TEST], order[-TEST:]
    return {
        "x_train": features[train],
        "y_train": targets[train],
        "x_test": features[test],
        "k": k,
        "rng": wire.Rng(int(rng.integers(2**32))),
        "y_test": targets[test],
        "share": PATIENTS,
    }


def _three_folds(rng: np.random.Generator) -> dict[str, Any]:
    return _patients(rng, k=3)


def _sorted(rng: np.random.Generator) -> dict[str, Any]:
    """The training samples from the smallest target to the largest."""
    patients = _patients(rng)
    order = np.argsort(patients["y_train"], kind="stable")
    return {**patients, "x_train": patients["x_train"][order], "y_train": patients["y_train"][order]}


def _other_units(rng: np.random.Generator) -> dict[str, Any]:
    """Targets a thousandth as large, and features whose sizes differ more."""
    patients = _patients(rng, k=5)
    units = np.array([1.0, 1.0, 100.0, 0.01, 1.0, 10.0, 1.0, 1.0, 1e3, 1e-2])
    moved = {name: patients[name] * units for name in ("x_train", "x_test")}
    return {**patients, **moved, **{name: patients[name] / 1000 for name in ("y_train", "y_test")}}


def _few(rng: np.random.Generator) -> dict[str, Any]:
    """Few patients, so that two calls are quick."""
    patients = _patients(rng, k=3)
    return {**patients, "x_train": patients["x_train"][:90], "y_train": patients["y_train"][:90], "twice": True}


def _houses(folder: Path) -> list[Case]:
    """The houses of Boston, from the user's file."""
    data = load("boston_housing", folder)
    if data.is_fallback:
        return []
    withheld = {"y_test": data.y_test, "share": HOUSES}
    rng = wire.Rng(13)
    return [Case("boston-housing", x_train=data.x_train, y_train=data.y_train, x_test=data.x_test, k=4, rng=rng,
                 withheld=withheld)]  # fmt: skip


def _predictions(x: Any, y: Any, new: Any, rng: Any, **changes: Any) -> Any:
    """Predictions for new samples, by a small network on scaled features and targets."""
    mean, std = x.mean(axis=0), x.std(axis=0)
    goal = ((y - y.mean()) / y.std())[:, None]
    settings = {"loss": "squared", "units": 12, "epochs": 15, "rate": 0.01, **changes}
    return trained((x - mean) / std, goal, 1, rng, **settings)((new - mean) / std)[:, 0] * y.std() + y.mean()


def _folds(count: int, k: int, rng: Any | None) -> list[tuple[Any, Any]]:
    order = np.arange(count) if rng is None else rng.permutation(count)
    parts = np.array_split(order, k)
    return [(np.concatenate([*parts[:i], *parts[i + 1 :]]), parts[i]) for i in range(k)]


def _validated(
    x_train: Any, y_train: Any, k: int, rng: Any, *,
    order: Any = None, measure: Any = lambda difference: np.abs(difference).mean(), predict: Any = _predictions,
) -> Any:  # fmt: skip
    """The error of each fold; a wrong version replaces a part."""
    return np.array([
        measure(predict(x_train[train], y_train[train], x_train[fold], rng) - y_train[fold])
        for train, fold in _folds(len(x_train), k, order)
    ])  # fmt: skip


def _right(x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any) -> Any:
    return _validated(x_train, y_train, k, rng, order=rng), _predictions(x_train, y_train, x_test, rng)


def _least_squares(x: Any, y: Any, new: Any, rng: Any) -> Any:
    """No network: linear regression."""
    rows, others = (np.column_stack([np.ones(len(each)), each]) for each in (x, new))
    return others @ np.linalg.lstsq(rows, y, rcond=None)[0]


def _linear(x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any) -> Any:
    errors = _validated(x_train, y_train, k, rng, order=rng, predict=_least_squares)
    return errors, _least_squares(x_train, y_train, x_test, rng)


def _pair_swapped(*inputs: Any) -> Any:
    return _right(*inputs)[::-1]


def _mean_of_folds(*inputs: Any) -> Any:
    errors, predictions = _right(*inputs)
    return errors.mean(), predictions


def _column(*inputs: Any) -> Any:
    errors, predictions = _right(*inputs)
    return errors, predictions[:, None]


def _squared(x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any) -> Any:
    errors = _validated(x_train, y_train, k, rng, order=rng, measure=lambda difference: (difference**2).mean())
    return errors, _predictions(x_train, y_train, x_test, rng)


def _scaled_errors(x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any) -> Any:
    """The error as the network sees it, on targets of deviation 1."""
    errors, predictions = _right(x_train, y_train, x_test, k, rng)
    return errors / y_train.std(), predictions


def _scaled_predictions(x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any) -> Any:
    errors, predictions = _right(x_train, y_train, x_test, k, rng)
    return errors, (predictions - y_train.mean()) / y_train.std()


def _folds_in_order(x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any) -> Any:
    return _validated(x_train, y_train, k, rng), _predictions(x_train, y_train, x_test, rng)


def _learnt_by_heart(x: Any, y: Any, new: Any, rng: Any) -> Any:
    return _predictions(x, y, new, rng, units=64, epochs=150, rate=0.02)


def _training_errors(x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any) -> Any:
    """One network learns all samples; the folds are only measured."""
    known = _learnt_by_heart(x_train, y_train, x_train, rng)
    errors = [np.abs(known[fold] - y_train[fold]).mean() for _, fold in _folds(len(x_train), k, rng)]
    return np.array(errors), _predictions(x_train, y_train, x_test, rng)


def _same_for_all(x_train: Any, y_train: Any, x_test: Any, k: int, rng: Any) -> Any:
    """Unscaled features of very different sizes: what is learnt within reach is the mean."""
    mean = np.full(len(x_test), y_train.mean())
    return _validated(x_train, y_train, k, rng, order=rng), mean


_WITHHELD = ("y_test", "share")

project_prices = Exercise(
    "project_prices",
    points=3,
    truth="none",
    check=project_check(_problem),
    scenario=drive_project,
    seconds=20,
    cases=[
        random_cases(_patients, count=2, label="patients", withholds=_WITHHELD),
        random_cases(_three_folds, count=1, label="three-folds", withholds=_WITHHELD),
        random_cases(_sorted, count=1, label="sorted-by-target", withholds=_WITHHELD),
        random_cases(_other_units, count=1, label="other-units", withholds=_WITHHELD),
        random_cases(_few, count=1, label="same-seed-same-answer", withholds=_WITHHELD),
    ],
    data_cases=_houses,
    misconceptions=[
        Misconception(
            "pair-swapped",
            believes="The predictions are the result, and come first.",
            wrong=_pair_swapped,
            hint="In which order does the docstring list the two results?",
        ),
        Misconception(
            "mean-of-the-folds",
            believes="Cross-validation gives one number.",
            wrong=_mean_of_folds,
            hint="How far apart are the folds' errors, and who can see that from their mean?",
        ),
        Misconception(
            "a-column-returned",
            believes="What predict returns is the answer.",
            wrong=_column,
            hint="The network's output has shape (m, 1): which shape is asked for?",
        ),
        Misconception(
            "squared-errors",
            believes="The error is the loss.",
            wrong=_squared,
            hint="A mean of squares has the square of the target's unit: which error is asked for?",
        ),
        Misconception(
            "errors-in-scaled-units",
            believes="An error is an error, in whichever unit.",
            wrong=_scaled_errors,
            hint="If the targets were divided by their deviation, by what must the error be multiplied?",
        ),
        Misconception(
            "predictions-not-scaled-back",
            believes="What the network predicts is the target.",
            wrong=_scaled_predictions,
            hint="On which targets was the network trained: the given ones, or scaled ones?",
        ),
        Misconception(
            "folds-not-drawn",
            believes="Cutting the samples into pieces is enough.",
            wrong=_folds_in_order,
            hint="If the samples are sorted by target, what has the network that predicts the last fold never seen?",
        ),
        Misconception(
            "training-errors",
            believes="The folds may be measured by a network that has learnt all samples.",
            wrong=_training_errors,
            hint="Which samples must the network that measures fold 2 not know?",
        ),
        Misconception(
            "the-same-for-all",
            believes="A network takes features as they come.",
            wrong=_same_for_all,
            hint="What do your predictions differ by, and how large are the features that the network was given?",
        ),
    ],
    variants=[Variant("momentum-by-hand", _right), Variant("least-squares", _linear)],
    hints=[
        "Write the training on (x, y) and the prediction for new samples as one function; you need it k + 1 times.",
        "for train, fold in k_fold(len(x_train), k, rng): a new network each time, scaled by `train` alone.",
        "standardize(x, new); targets (y − mean) / std, as a column; predict(…)[:, 0] · std + mean; np.abs(…).mean()",
    ],
)
