"""Folds, models and scores: cross_validate."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks.folds import validates_each_fold
from autograder.assessment.checks.seeded import TruthUnlessSeeded
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, edit
from autograder.units.shared.arrays import normal, spread
from autograder.units.u11_training.recorders import RecordingLoss, RecordingModel, RecordingSGD, single_precision

STATISTICS = "x[train].mean(axis=0), x[train].std(axis=0)"
GUARDED = "np.where(std > 0, std, 1)"
FIT = "fit(model, loss, build_optimizer(), scaled[train], y[train], epochs, batch_size, rng)"
SCORE = "evaluate(model, loss, scaled[validation], y[validation], batch_size)[0]"
MEASURING = "y_pred = model.forward(x_batch, training=False)"


class FoldModel(RecordingModel):
    """A recording model that keeps the labels it learns from: they tell which samples these were."""

    def __init__(self, w: Any, b: Any, loss: Any) -> None:
        """Share the loss, whose gradient is asked for just before `backward`."""
        super().__init__(w, b)
        self.loss = loss
        self.learnt: list[Any] = []

    def backward(self, grad_output: Any) -> list[Any]:
        """Gradients for the last forward pass."""
        self.learnt.append(self.loss.labels[-1])
        return super().backward(grad_output)


def drive_cross_validate(
    cross_validate: Any, x: Any, y: Any, w: Any, b: Any, lr: float, k: int, epochs: int, batch_size: int, seed: Any
) -> Any:
    """Cross-validate models that note what they learn from; with a seed that is reported, as any order is right."""
    loss, models, optimizers = RecordingLoss(), [], []

    def build_model() -> Any:
        models.append(FoldModel(w, b, loss))
        return models[-1]

    def build_optimizer() -> Any:
        optimizers.append(RecordingSGD(lr, []))
        return optimizers[-1]

    rng = () if seed is None else (np.random.default_rng(seed),)
    scores = cross_validate(build_model, loss, build_optimizer, x, y, k, epochs, batch_size, *rng)
    if w.dtype == np.float32 and isinstance(scores, list):  # a score is a Python float whatever the arrays are
        scores = [np.float32(score) for score in scores]
    result = {
        "models built": len(models),
        "optimisers built": len(optimizers),
        "training steps of each model": [len(model.learnt) for model in models],
        "validation loss": scores,
    }
    return result if seed is None else {**result, "models": [{"learnt": m.learnt, **m.state()} for m in models]}


def _start(n: int, features: int, classes: int, seed: int) -> dict[str, Any]:
    """Labelled samples whose features differ in place and spread, and a model's parameters."""
    place, size = spread(-3, 4, features), 2.0 ** np.arange(features)
    x = place + size * normal(n, features, seed=seed)
    w, b = normal(features, classes, seed=seed + 1), spread(-1, 1, classes)
    return {"x": x, "y": np.arange(n) * 5 % classes, "w": w, "b": b}


def _case(start: dict[str, Any], k: int, epochs: int, batch_size: int, lr: float = 0.5, seed: Any = None) -> Any:
    return {**start, "lr": lr, "k": k, "epochs": epochs, "batch_size": batch_size, "seed": seed}


def _with_column(start: dict[str, Any], column: Any) -> dict[str, Any]:
    """The same samples, with another first feature."""
    return {**start, "x": np.column_stack([column, start["x"][:, 1:]])}


def _each_its_own_class(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """Samples that their labels tell apart, for the cases in which any order is right."""
    w, b = 0.1 * rng.standard_normal((3, n)), 0.1 * rng.standard_normal(n)
    return {"x": 5 + 2 * rng.standard_normal((n, 3)), "y": rng.permutation(n), "w": w, "b": b}


def _random_case(rng: np.random.Generator) -> dict[str, Any]:
    n, features, classes = (int(rng.integers(*bounds)) for bounds in ((13, 20), (2, 5), (2, 4)))
    start = _start(n, features, classes, int(rng.integers(2**20)))
    return {**_case(start, int(rng.integers(2, 5)), 3, int(rng.integers(3, 6)), lr=0.25)}


def validation_part_by(name: str, mean: str, divisor: str, *changes: str) -> Misconception:
    """The validation part is standardised by itself, at least in part."""
    own = "part = x[validation]; own_mean, own_std = part.mean(axis=0), part.std(axis=0)"
    scaled = f"scaled[validation] = (part - {mean}) / {divisor}"
    return edit(name, *changes, "        model =", f"        {own}\n        {scaled}\n        model =")


cross_validate = Exercise(
    "cross_validate",
    points=3,
    scenario=drive_cross_validate,
    helpers=[RecordingModel, FoldModel, RecordingLoss, RecordingSGD],
    check=TruthUnlessSeeded(validates_each_fold),
    cases=[
        Case("two-folds-one-step", **_case(_start(6, 2, 2, 101), k=2, epochs=1, batch_size=8)),
        Case("three-folds", **_case(_start(9, 3, 2, 104), k=3, epochs=2, batch_size=4), readonly=True),
        Case("folds-of-two-sizes", **_case(_start(11, 2, 3, 107), k=4, epochs=3, batch_size=3), readonly=True),
        Case("images", **_case({**_start(8, 4, 3, 110), "x": 3 + normal(8, 2, 2, 1, seed=113)}, 3, 2, 4)),
        Case("one-hot-labels", **_case({**_start(7, 3, 3, 114), "y": np.eye(3)[[0, 2, 1, 1, 0, 2, 2]]}, 2, 2, 4)),
        Case("constant-feature", **_case(_with_column(_start(8, 3, 2, 117), np.full(8, 4.0)), 2, 2, 4)),
        Case(
            "constant-in-one-training-part",
            **_case(_with_column(_start(9, 2, 3, 120), [2.0, 2, 2, 2, 2, 2, 7, 3, 2]), 3, 1, 9, lr=0.1),
        ),
        Case("leave-one-out", **_case(_start(5, 2, 2, 123), k=5, epochs=2, batch_size=2)),
        Case("overfitted-in-the-end", **_case(_start(10, 4, 3, 126), k=2, epochs=8, batch_size=2, lr=3.0)),
        Case("single-precision", **_case(single_precision(_start(8, 3, 2, 129)), k=2, epochs=2, batch_size=4)),
        Case("more-folds-than-samples", raises="k", **_case(_start(5, 2, 2, 132), k=6, epochs=1, batch_size=2)),
        Case("one-fold", raises="k", **_case(_start(5, 2, 2, 132), k=1, epochs=1, batch_size=2)),
        Case(
            "fewer-labels-than-samples",
            raises="y",
            **_case({**_start(5, 2, 2, 132), "y": np.array([0, 1, 1])}, k=2, epochs=1, batch_size=2),
        ),
        random_cases(_random_case),
        random_cases(
            lambda rng: _case(_each_its_own_class(rng, 22), 3, 3, 6, lr=1.0, seed=int(rng.integers(2**31))),
            label="shuffled",
        ),
    ],
    misconceptions=[
        edit("one-model-for-all-folds", "model = build_model()", "", "scores = []", "scores, model = [], build_model()")
        .believes("A model is built once and trained k times.")
        .ask("When the second fold is validated, has your model seen its samples before?"),
        edit(
            "one-optimiser-for-all-folds",
            *("build_optimizer(), ", "optimizer, "),
            *("scores = []", "scores, optimizer = [], build_optimizer()"),
        )
        .believes("The optimiser has nothing to do with the data, so one is enough.")
        .ask("What is in Adam's moments when your second model makes its first step?"),
        edit("statistics-before-the-split", "x[train]", "x")
        .believes("The data are standardised once, before they are cut into folds.")
        .ask("Whose values are in the mean that your training part is shifted by?"),
        edit("statistics-before-the-split-unguarded", "x[train]", "x", GUARDED, "std")
        .believes("The data are standardised before they are cut into folds, and every feature varies.")
        .ask("Whose values are in the mean that the training part is shifted by? Can a deviation be 0?"),
        validation_part_by("validation-by-its-own-statistics", "own_mean", "np.where(own_std > 0, own_std, 1)")
        .believes("Each part is standardised by its own mean and deviation.")
        .ask("With one sample in the validation part, what does standardising it by itself leave of it?"),
        validation_part_by("validation-by-its-own-statistics-unguarded", "own_mean", "own_std", GUARDED, "std")
        .believes("Each part is standardised by its own mean and deviation, and every feature varies.")
        .ask("What are the mean and the deviation of a validation part of one sample, and what is 0 / 0?"),
        validation_part_by("validation-by-its-own-mean", "own_mean", GUARDED)
        .believes("The deviation is the training part's, but each part is centred by its own mean.")
        .ask("If only tall people are tested, what is left of their height after subtracting their mean?"),
        validation_part_by("validation-not-standardised", "0", "1")
        .believes("Only what is trained on is standardised.")
        .ask("In which units are the inputs that the model has learnt from, and those it is tested on?"),
        edit("not-standardised", f"(x - mean) / {GUARDED}", "x")
        .believes("The samples go into the model as they are.")
        .ask("If one feature is in kilometres and another in millimetres, which one moves the weights?"),
        edit("one-mean-for-all-features", "axis=0", "")
        .believes("Standardising takes one mean and one deviation of all numbers.")
        .ask("Along which axis is a feature's mean, and what is left of the differences between features?"),
        edit("deviation-of-a-sample", "std(axis=0)", "std(axis=0, ddof=1)")
        .believes("The deviation is divided by n - 1.")
        .ask("Which ddof does the docstring give?"),
        edit("deviation-of-a-sample-unguarded", "std(axis=0)", "std(axis=0, ddof=1)", GUARDED, "std")
        .believes("The deviation is divided by n - 1, and every feature varies.")
        .ask("Which ddof does the docstring give, and what does it put in place of a deviation of 0?"),
        edit("divided-by-zero", GUARDED, "std")
        .believes("Every feature varies.")
        .ask("What is the deviation of a feature that is 4 everywhere, and what is 0 / 0?"),
        edit("standardised-in-place", f"scaled = (x - mean) / {GUARDED}", f"x -= mean; x /= {GUARDED}; scaled = x")
        .believes("x may be standardised where it is.")
        .ask("Whose array is x, and what does the second fold find in it?"),
        edit("validation-not-excluded", "scaled[train], y[train]", "scaled, y")
        .believes("Every fold trains on all the data.")
        .ask("What does a score mean on samples that the model has learnt by heart?"),
        edit("scored-on-the-training-part", SCORE, SCORE.replace("validation", "train"))
        .believes("A score says how well the model fits what it has learnt.")
        .ask("What was the validation part held out for?"),
        edit("parts-swapped", FIT, FIT.replace("train", "validation"), SCORE, SCORE.replace("validation", "train"))
        .believes("k_fold gives (validation, train).")
        .ask("Which part should be the larger one?"),
        edit("training-loss-as-score", FIT, f"history = {FIT}", SCORE, 'history["loss"][-1]')
        .believes("The score is history['loss'][-1].")
        .ask("On which samples was that loss measured?"),
        edit(
            "best-epoch-as-score",
            *(FIT, f"history = {FIT}".replace("rng)", "rng, (scaled[validation], y[validation]))")),
            *(SCORE, 'min(history["val_loss"])'),
        )
        .believes("A model's score is its best validation loss of all epochs.")
        .ask("Who chose that epoch, and did the choice look at the validation part?"),
        edit("accuracy-as-score", SCORE, SCORE.replace("[0]", "[1]"))
        .believes("The score is the accuracy.")
        .ask("`evaluate` gives two numbers: which one is asked for?"),
        edit("validated-in-training-mode", MEASURING, MEASURING.replace("False", "True"))
        .believes("forward is forward: the flag matters for learning only.")
        .ask("What does dropout do to an exam, if it stays switched on?"),
        edit("mean-of-the-scores", "return scores", "return float(np.mean(scores))")
        .believes("Cross-validation gives one number.")
        .ask("How could anybody see from your result how much the folds differ?"),
        edit("folds-not-shuffled", "k, rng)", "k, None)")
        .believes("`rng` is for the batches.")
        .ask("If the data are sorted by class, which classes does the first validation part have?"),
        edit("batches-not-shuffled", FIT, FIT.replace("rng", "None"))
        .believes("`rng` is for the folds.")
        .ask("Does `fit` shuffle if nobody passes it a generator?"),
        edit(
            "each-sample-by-its-own-mean",
            STATISTICS,
            "(f(x, axis=tuple(range(1, x.ndim)), keepdims=True) for f in (np.mean, np.std))",
        )
        .believes("Standardising gives every sample mean 0 and deviation 1.")
        .ask("Along which axis is a feature's mean: over the samples or over the features of one?"),
        edit("tiny-number-for-zero", GUARDED, "(std + 1e-7)")
        .believes("A tiny number added to the deviation keeps it from zero.")
        .ask("What does the docstring put in place of a deviation of 0, and what of all others?"),
        edit("labels-left-behind", "scores = []", "scores = []; x = x[np.random.default_rng(0).permutation(len(x))]")
        .believes("Shuffling the samples first makes the folds random.")
        .ask("Which label belongs to row 0 after x has been shuffled?"),
    ],
    hints=[
        "List what must be new in every fold: the parts, the mean and std, the model, the optimiser.",
        "A loop over k_fold(len(x), k, rng); inside: mean and std of x[train], scale, build, fit, evaluate.",
        "scaled = (x - mean) / std; fit(model, loss, build_optimizer(), scaled[train], y[train], …); evaluate(…)[0].",
    ],
    variants=[
        Variant(
            "by-hand",
            (
                *(
                    FIT,
                    "optimizer = build_optimizer()\n"
                    "        for _ in range(epochs):\n"
                    "            for batch in iterate_batches(scaled[train], y[train], batch_size, rng):\n"
                    "                train_step(model, loss, optimizer, *batch)",
                ),
                *(SCORE, "float(loss.value(y[validation], model.forward(scaled[validation])))"),
            ),
        )
    ],
)
