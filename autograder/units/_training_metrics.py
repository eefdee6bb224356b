"""Assessment of training: what only measures, and must learn nothing: evaluate, predict."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal, spread
from autograder.units import _training_slips as slips
from autograder.units._training_fakes import RecordingLoss, RecordingModel, digits

__all__ = ["accuracy_of", "evaluate", "predict"]


def accuracy_of(y_true: Array, y_pred: Array) -> float:
    """The share of rows whose largest score is that of their label."""
    is_one_hot = y_true.ndim == 2 and y_true.shape[1] > 1
    labels = y_true.argmax(axis=1) if is_one_hot else y_true.reshape(-1)
    return float((labels == y_pred.argmax(axis=1)).mean())


def _slices(n: int, size: int) -> list[slice]:
    if size < 1:
        raise ValueError(f"batch_size: got {size}")
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def _weighted(
    model: Any, loss: Any, x: Array, y: Array, batch_size: int, training: bool = False
) -> tuple[float, float]:
    """A right evaluation, if it is not for learning."""
    sums = np.zeros(2)
    for part in _slices(len(x), batch_size):
        y_pred = model.forward(x[part], training=training)
        sums += len(x[part]) * np.array([loss.value(y[part], y_pred), accuracy_of(y[part], y_pred)])
    return float(sums[0] / len(x)), float(sums[1] / len(x))


def _per_batch(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> Array:
    """A row (loss, accuracy) for each batch."""
    outputs = [(y[part], model.forward(x[part])) for part in _slices(len(x), batch_size)]
    return np.array([[loss.value(labels, y_pred), accuracy_of(labels, y_pred)] for labels, y_pred in outputs])


def _evaluate_partial_dropped(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> tuple[float, float]:
    n = len(x) // batch_size * batch_size
    value, right = _weighted(model, loss, x[:n], y[:n], batch_size) if n else (0.0, 0.0)
    return value * n / len(x), right * n / len(x)


def _evaluate_divided_by_batches(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> tuple[float, float]:
    value, right = _weighted(model, loss, x, y, batch_size)
    batches = len(_slices(len(x), batch_size))
    return value * len(x) / batches, right * len(x) / batches


def _evaluate_counts(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> tuple[float, float]:
    value, right = _weighted(model, loss, x, y, batch_size)
    return value, right * len(x)


def _evaluate_by_predict(model: Any, loss: Any, x: Array, y: Array, batch_size: int) -> list[Any]:
    y_pred = np.concatenate([model.forward(x[part]) for part in _slices(len(x), batch_size)])
    return [np.float64(loss.value(y, y_pred)), np.float64(accuracy_of(y, y_pred))]


def drive_evaluate(evaluate: Any, x: Any, y: Any, w: Any, b: Any, batch_size: int) -> Any:
    """Evaluate a model that notes its calls."""
    model = RecordingModel(w, b)
    loss, accuracy = evaluate(model, RecordingLoss(), x, y, batch_size)
    return {
        "every forward pass has training=False": not any(model.flags),
        "samples in the largest batch": max(model.sizes, default=0),
        "parameter updates": model.calls.count("set_parameters"),
        "loss": loss,
        "accuracy": accuracy,
    }


def drive_predict(predict: Any, x: Any, w: Any, b: Any, batch_size: int) -> Any:
    """Predict with a model that notes its calls."""
    model = RecordingModel(w, b)
    outputs = predict(model, x, batch_size)
    return {
        "every forward pass has training=False": not any(model.flags),
        "samples in the largest batch": max(model.sizes, default=0),
        "parameter updates": model.calls.count("set_parameters"),
        "outputs": outputs,
    }


def _classifier(n: int, features: int, classes: int, seed: int) -> dict[str, Any]:
    labels = np.arange(n) * 7 % classes
    return {
        "x": normal(n, features, seed=seed),
        "y": labels,
        "w": normal(features, classes, seed=seed + 1),
        "b": spread(-1, 1, classes),
    }


def _digits_part(rng: np.random.Generator) -> dict[str, Any]:
    images, labels = digits()
    w, b = 0.5 * rng.standard_normal((64, 10)), rng.standard_normal(10)
    return {"x": images[600:700], "y": labels[600:700], "w": w, "b": b, "batch_size": 32}


def _random_classifier(rng: np.random.Generator) -> dict[str, Any]:
    n, features, classes = (int(rng.integers(*bounds)) for bounds in ((9, 30), (2, 5), (3, 6)))
    parameters = {"w": rng.standard_normal((features, classes)), "b": rng.standard_normal(classes)}
    x, y = rng.standard_normal((n, features)), rng.integers(0, classes, n)
    return {"x": x, "y": y, **parameters, "batch_size": int(rng.integers(4, 8))}


evaluate = Exercise(
    "evaluate",
    parts=("loss", "accuracy"),
    points=2,
    scenario=drive_evaluate,
    helpers=[RecordingModel, RecordingLoss],
    cases=[
        Case("one-batch", **_classifier(4, 3, 2, 1), batch_size=4),
        Case("equal-batches", **_classifier(6, 2, 3, 2), batch_size=3),
        Case("last-batch-is-partial", **_classifier(10, 3, 4, 3), batch_size=4, readonly=True),
        Case("a-last-batch-of-one", **_classifier(7, 2, 3, 4), batch_size=3),
        Case("one-sample-per-batch", **_classifier(5, 4, 3, 5), batch_size=1),
        Case("batch-larger-than-the-data", **_classifier(5, 2, 3, 6), batch_size=64),
        Case("batch-size-of-zero", raises="batch_size", **_classifier(5, 2, 3, 6), batch_size=0),
        random_cases(_digits_part, count=1, label="digits"),
        random_cases(_random_classifier),
    ],
    misconceptions=[
        Misconception(
            "training-mode",
            believes="forward is forward: the flag matters for learning only.",
            wrong=lambda model, loss, x, y, batch_size: _weighted(model, loss, x, y, batch_size, training=True),
            hint="What does dropout do to an exam, if it stays switched on?",
        ),
        Misconception(
            "mean-over-batches",
            believes="The mean of the batches' means is the mean.",
            wrong=lambda model, loss, x, y, batch_size: tuple(
                map(float, _per_batch(model, loss, x, y, batch_size).mean(axis=0))
            ),
            hint="If the last batch has one sample and the others three, how much does each sample count?",
        ),
        Misconception(
            "last-batch-only",
            believes="The loss after the loop is the loss of the data.",
            wrong=lambda model, loss, x, y, batch_size: tuple(
                map(float, _per_batch(model, loss, x, y, batch_size)[-1])
            ),
            hint="What is overwritten each time round your loop?",
        ),
        Misconception(
            "partial-batch-dropped",
            believes="Whole batches are enough to measure with.",
            wrong=_evaluate_partial_dropped,
            hint="Which samples does your model never see when 10 come in batches of 4?",
        ),
        Misconception(
            "all-at-once",
            believes="Measuring needs no batches.",
            wrong=lambda model, loss, x, y, batch_size: _weighted(model, loss, x, y, len(x)),
            hint="What happens to the memory if x has a million images?",
        ),
        Misconception(
            "sample-sum-over-batch-count",
            believes="What was multiplied by the batch's samples is divided by the number of batches.",
            wrong=_evaluate_divided_by_batches,
            hint="The weights n_b in the numerator: what is their sum?",
        ),
        Misconception(
            "count-of-right-answers",
            believes="Accuracy is how many answers are right.",
            wrong=_evaluate_counts,
            hint="Can an accuracy be 17?",
        ),
        *slips.EVALUATE,
    ],
    hints=[
        "Which forward mode is for measuring, and how many samples does the last batch have?",
        "Add up n_b · loss_b and n_b · accuracy_b over the batches, and divide by the number of samples at the end.",
        "For each batch, in order: total += len(x_batch) * loss.value(y_batch, y_pred); in the end total / len(x).",
    ],
    variants=[Variant("by-predict", _evaluate_by_predict)],
)


def _outputs(model: Any, x: Array, batch_size: int, training: bool = False) -> list[Array]:
    return [model.forward(x[part], training=training) for part in _slices(len(x), batch_size)]


def _predict_into_zeros(model: Any, x: Array, batch_size: int) -> Array:
    outputs = _outputs(model, x, batch_size)
    filled = np.zeros((len(x), outputs[0].shape[1]))
    for part, output in zip(_slices(len(x), batch_size), outputs, strict=True):
        filled[part] = output
    return filled


def _predict_preallocated(model: Any, x: Array, batch_size: int) -> Array:
    _slices(len(x), batch_size)
    first = model.forward(x[:batch_size], training=False)
    filled = np.empty((len(x), *first.shape[1:]), dtype=first.dtype)
    filled[:batch_size] = first
    for start in range(batch_size, len(x), batch_size):
        filled[start : start + batch_size] = model.forward(x[start : start + batch_size])
    return filled


def _inputs_of(case: dict[str, Any]) -> dict[str, Any]:
    """A classifier's case without its labels."""
    return {name: value for name, value in case.items() if name != "y"}


def _single_precision(case: dict[str, Any]) -> dict[str, Any]:
    return {name: value.astype(np.float32) for name, value in case.items()}


predict = Exercise(
    "predict",
    points=1,
    scenario=drive_predict,
    helpers=[RecordingModel],
    cases=[
        Case("one-batch", **_inputs_of(_classifier(4, 3, 2, 11)), batch_size=4),
        Case("equal-batches", **_inputs_of(_classifier(6, 2, 3, 12)), batch_size=2),
        Case("last-batch-is-partial", **_inputs_of(_classifier(10, 3, 4, 13)), batch_size=4, readonly=True),
        Case("one-sample-per-batch", **_inputs_of(_classifier(3, 2, 5, 14)), batch_size=1),
        Case("batch-larger-than-the-data", **_inputs_of(_classifier(5, 2, 3, 15)), batch_size=64),
        Case("images", x=grid(7, 2, 2, 1, step=0.1), w=normal(4, 3, seed=16), b=spread(-1, 1, 3), batch_size=3),
        Case("single-precision", **_single_precision(_inputs_of(_classifier(7, 3, 2, 17))), batch_size=5),
        Case("batch-size-of-zero", raises="batch_size", **_inputs_of(_classifier(5, 2, 3, 15)), batch_size=0),
        random_cases(lambda rng: _inputs_of(_digits_part(rng)), count=1, label="digits"),
        random_cases(lambda rng: _inputs_of(_random_classifier(rng))),
    ],
    misconceptions=[
        Misconception(
            "training-mode",
            believes="forward is forward: the flag matters for learning only.",
            wrong=lambda model, x, batch_size: np.concatenate(_outputs(model, x, batch_size, training=True)),
            hint="Should the same image get another answer each time you ask?",
        ),
        Misconception(
            "partial-batch-dropped",
            believes="There are len(x) // batch_size batches.",
            wrong=lambda model, x, batch_size: np.concatenate(
                _outputs(model, x, batch_size)[: max(len(x) // batch_size, 1)]
            ),
            hint="How many rows must the result have, and how many does yours have?",
        ),
        Misconception(
            "all-at-once",
            believes="One forward pass over everything gives the same numbers, so it is as good.",
            wrong=lambda model, x, batch_size: model.forward(x, training=False),
            hint="What happens to the memory if x has a million images?",
        ),
        Misconception(
            "labels-instead-of-outputs",
            believes="A prediction is a class.",
            wrong=lambda model, x, batch_size: np.concatenate(_outputs(model, x, batch_size)).argmax(axis=1),
            hint="Can your result tell how sure the model is?",
        ),
        Misconception(
            "list-of-batches",
            believes="The outputs of the batches, collected in a list, are the outputs.",
            wrong=_outputs,
            hint="What shape does the result have, and which function joins arrays along axis 0?",
        ),
        Misconception(
            "double-precision-buffer",
            believes="np.zeros makes room for any outputs.",
            wrong=_predict_into_zeros,
            hint="Which dtype has np.zeros if you do not ask for one?",
        ),
    ],
    hints=[
        "Which rows go into the last forward pass when 10 samples come in batches of 4?",
        "Collect one output per slice x[start:start + batch_size], then join them along the first axis.",
        "np.concatenate of model.forward(x[i:i + batch_size], training=False) for i in range(0, len(x), batch_size).",
    ],
    variants=[Variant("preallocated", _predict_preallocated)],
)
