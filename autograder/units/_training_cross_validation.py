"""Assessment of training: cross_validate. Its wrong versions are in `_training_cross_validation_wrong`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import normal, spread
from autograder.units import _training_cross_validation_wrong as wrong
from autograder.units._training_checks import TruthUnlessSeeded
from autograder.units._training_fakes import RecordingLoss, RecordingModel, RecordingSGD
from autograder.units._training_k_fold import fold_sizes, right_folds

__all__ = ["cross_validate"]


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


def _problem(got: Any, **inputs: Any) -> str | None:
    return _counts_problem(got, inputs) or _samples_problem(got, inputs) or _scores_problem(got, inputs)


def _counts_problem(got: Any, inputs: Mapping[str, Any]) -> str | None:
    n, k, epochs, size = len(inputs["x"]), inputs["k"], inputs["epochs"], inputs["batch_size"]
    for key in ("models built", "optimisers built"):
        if got[key] != k:
            return f"{key}: {int(got[key])}, want one per fold: {k}"
    if len(got["models"]) != k or not isinstance(got["validation loss"], list) or len(got["validation loss"]) != k:
        return f"want a list of {k} validation losses"
    for model, held_out in zip(got["models"], fold_sizes(n, k), strict=True):
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
    blocks = [inputs["y"][validation] for _, validation in right_folds(len(inputs["y"]), inputs["k"])]
    if all(set(one) == set(other) for one, other in zip(held_out, blocks, strict=True)):
        return "the folds are in the samples' old order: does `k_fold` get `rng`?"
    return None


def _scores_problem(got: Any, inputs: Mapping[str, Any]) -> str | None:
    for model, score in zip(got["models"], got["validation loss"], strict=True):
        held_out = ~np.isin(inputs["y"], np.concatenate(model["learnt"]))
        scaled = wrong.by_training_part(inputs["x"], np.flatnonzero(~held_out), np.flatnonzero(held_out))
        scores = scaled[held_out] @ model["weights"] + model["bias"]
        if not math.isclose(score, RecordingLoss().value(inputs["y"][held_out], scores), rel_tol=1e-6):
            return "a score is not the loss of the trained model on the samples that it has not seen"
    return None


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


def _single_precision(start: dict[str, Any]) -> dict[str, Any]:
    return {name: value.astype(np.float32) if value.dtype.kind == "f" else value for name, value in start.items()}


def _each_its_own_class(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """Samples that their labels tell apart, for the cases in which any order is right."""
    w, b = 0.1 * rng.standard_normal((3, n)), 0.1 * rng.standard_normal(n)
    return {"x": 5 + 2 * rng.standard_normal((n, 3)), "y": rng.permutation(n), "w": w, "b": b}


def _random_case(rng: np.random.Generator) -> dict[str, Any]:
    n, features, classes = (int(rng.integers(*bounds)) for bounds in ((13, 20), (2, 5), (2, 4)))
    start = _start(n, features, classes, int(rng.integers(2**20)))
    return {**_case(start, int(rng.integers(2, 5)), 3, int(rng.integers(3, 6)), lr=0.25)}


cross_validate = Exercise(
    "cross_validate",
    points=3,
    scenario=drive_cross_validate,
    helpers=[RecordingModel, FoldModel, RecordingLoss, RecordingSGD],
    check=TruthUnlessSeeded(_problem),
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
        Case("single-precision", **_case(_single_precision(_start(8, 3, 2, 129)), k=2, epochs=2, batch_size=4)),
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
        Misconception(
            "one-model-for-all-folds",
            believes="A model is built once and trained k times.",
            wrong=wrong.version(one_model=True),
            hint="When the second fold is validated, has your model seen its samples before?",
        ),
        Misconception(
            "one-optimiser-for-all-folds",
            believes="The optimiser has nothing to do with the data, so one is enough.",
            wrong=wrong.version(one_optimizer=True),
            hint="What is in Adam's moments when your second model makes its first step?",
        ),
        Misconception(
            "statistics-before-the-split",
            believes="The data are standardised once, before they are cut into folds.",
            wrong=wrong.version(scale=wrong.by_all_samples),
            hint="Whose values are in the mean that your training part is shifted by?",
        ),
        Misconception(
            "statistics-before-the-split-unguarded",
            believes="The data are standardised once, before they are cut into folds, and every feature varies.",
            wrong=wrong.version(scale=wrong.by_all_samples_unguarded),
            hint="Whose values are in the mean that your training part is shifted by, and can a deviation be 0?",
        ),
        Misconception(
            "validation-by-its-own-statistics",
            believes="Each part is standardised by its own mean and deviation.",
            wrong=wrong.version(scale=wrong.by_own_part),
            hint="With one sample in the validation part, what does standardising it by itself leave of it?",
        ),
        Misconception(
            "validation-by-its-own-statistics-unguarded",
            believes="Each part is standardised by its own mean and deviation, and every feature varies.",
            wrong=wrong.version(scale=wrong.by_own_part_unguarded),
            hint="With one sample in the validation part, what are its own mean and deviation, and what is 0 / 0?",
        ),
        Misconception(
            "validation-by-its-own-mean",
            believes="The deviation is the training part's, but the mean is what each part is centred by.",
            wrong=wrong.version(scale=wrong.by_own_mean),
            hint="If only tall people are tested, what is left of their height after subtracting their own mean?",
        ),
        Misconception(
            "validation-not-standardised",
            believes="Only what is trained on is standardised.",
            wrong=wrong.version(scale=wrong.training_part_alone),
            hint="In which units are the inputs that your model has learnt from, and those that it is tested on?",
        ),
        Misconception(
            "not-standardised",
            believes="The samples go into the model as they are.",
            wrong=wrong.version(scale=lambda x, train, held_out: x),
            hint="If one feature is in kilometres and another in millimetres, which one moves the weights?",
        ),
        Misconception(
            "one-mean-for-all-features",
            believes="Standardising takes one mean and one deviation of all numbers.",
            wrong=wrong.version(scale=wrong.by_one_mean),
            hint="Along which axis is a feature's mean, and what is left of the differences between features?",
        ),
        Misconception(
            "deviation-of-a-sample",
            believes="The deviation is divided by n - 1.",
            wrong=wrong.version(scale=wrong.by_sample_deviation),
            hint="Which ddof does the docstring give?",
        ),
        Misconception(
            "deviation-of-a-sample-unguarded",
            believes="The deviation is divided by n - 1, and every feature varies.",
            wrong=wrong.version(scale=wrong.by_sample_deviation_unguarded),
            hint="Which ddof does the docstring give, and what stands there for a deviation of 0?",
        ),
        Misconception(
            "divided-by-zero",
            believes="Every feature varies.",
            wrong=wrong.version(scale=wrong.divided_by_zero),
            hint="What is the deviation of a feature that is 4 everywhere, and what is 0 / 0?",
        ),
        Misconception(
            "standardised-in-place",
            believes="x may be standardised where it is.",
            wrong=wrong.scaled_in_place,
            hint="Whose array is x, and what does the second fold find in it?",
        ),
        Misconception(
            "validation-not-excluded",
            believes="Every fold trains on all the data.",
            wrong=wrong.version(parts=lambda train, held_out: (np.sort(np.concatenate([train, held_out])), held_out)),
            hint="What does a score mean on samples that the model has learnt by heart?",
        ),
        Misconception(
            "scored-on-the-training-part",
            believes="A score says how well the model fits what it has learnt.",
            wrong=wrong.version(parts=lambda train, held_out: (train, train)),
            hint="What was the validation part held out for?",
        ),
        Misconception(
            "parts-swapped",
            believes="k_fold gives (validation, train).",
            wrong=wrong.version(parts=lambda train, held_out: (held_out, train)),
            hint="Which part should be the larger one?",
        ),
        Misconception(
            "training-loss-as-score",
            believes="The score is history['loss'][-1].",
            wrong=wrong.version(score=wrong.last_training_loss),
            hint="On which samples was that loss measured?",
        ),
        Misconception(
            "best-epoch-as-score",
            believes="A model's score is its best validation loss of all epochs.",
            wrong=wrong.version(score=wrong.validated_at_its_best),
            hint="Who chose that epoch, and did the choice look at the validation part?",
        ),
        Misconception(
            "accuracy-as-score",
            believes="The score is the accuracy.",
            wrong=wrong.version(score=wrong.validation_accuracy),
            hint="`evaluate` gives two numbers: which one is asked for?",
        ),
        Misconception(
            "validated-in-training-mode",
            believes="forward is forward: the flag matters for learning only.",
            wrong=wrong.version(score=wrong.validated_in_training_mode),
            hint="What does dropout do to an exam, if it stays switched on?",
        ),
        Misconception(
            "mean-of-the-scores",
            believes="Cross-validation gives one number.",
            wrong=wrong.version(result=lambda scores: float(np.mean(scores))),
            hint="How could anybody see from your result how much the folds differ?",
        ),
        Misconception(
            "folds-not-shuffled",
            believes="`rng` is for the batches.",
            wrong=wrong.version(folds_rng=False),
            hint="If the data are sorted by class, which classes does the first validation part have?",
        ),
        Misconception(
            "batches-not-shuffled",
            believes="`rng` is for the folds.",
            wrong=wrong.version(batches_rng=False),
            hint="Does `fit` shuffle if nobody passes it a generator?",
        ),
        Misconception(
            "each-sample-by-its-own-mean",
            believes="Standardising gives every sample mean 0 and deviation 1.",
            wrong=wrong.version(scale=wrong.by_each_sample),
            hint="Along which axis is a feature's mean: over the samples or over the features of one?",
        ),
        Misconception(
            "tiny-number-for-zero",
            believes="A tiny number added to the deviation keeps it from zero.",
            wrong=wrong.version(scale=wrong.tiny_number_added),
            hint="What does the docstring put in place of a deviation of 0, and what of all others?",
        ),
        Misconception(
            "labels-left-behind",
            believes="Shuffling the samples first makes the folds random.",
            wrong=wrong.shuffled_alone,
            hint="Which label belongs to row 0 after x has been shuffled?",
        ),
    ],
    hints=[
        "List what must be new in every fold: the parts, the mean and std, the model, the optimiser.",
        "A loop over k_fold(len(x), k, rng); inside: mean and std of x[train], scale, build, fit, evaluate.",
        "scaled = (x - mean) / std; fit(model, loss, build_optimizer(), scaled[train], y[train], …); evaluate(…)[0].",
    ],
    variants=[Variant("by-hand", wrong.right_by_hand)],
)
