"""What only measures, and must learn nothing: evaluate, predict."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, edit, returns
from autograder.units.shared.arrays import grid, normal, spread
from autograder.units.u11_training.recorders import RecordingLoss, RecordingModel, digits, single_precision

MEMORY = "What happens to the memory if x has a million images?"
SLICES = "range(0, len(x), batch_size)"


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
    parameters = {"w": normal(features, classes, seed=seed + 1), "b": spread(-1, 1, classes)}
    return {"x": normal(n, features, seed=seed), "y": np.arange(n) * 7 % classes, **parameters}


def _digits_part(rng: np.random.Generator) -> dict[str, Any]:
    images, labels = digits()
    w, b = 0.5 * rng.standard_normal((64, 10)), rng.standard_normal(10)
    return {"x": images[600:700], "y": labels[600:700], "w": w, "b": b, "batch_size": 32}


def _random_classifier(rng: np.random.Generator) -> dict[str, Any]:
    n, features, classes = (int(rng.integers(*bounds)) for bounds in ((9, 30), (2, 5), (3, 6)))
    parameters = {"w": rng.standard_normal((features, classes)), "b": rng.standard_normal(classes)}
    x, y = rng.standard_normal((n, features)), rng.integers(0, classes, n)
    return {"x": x, "y": y, **parameters, "batch_size": int(rng.integers(4, 8))}


def _unlabelled(case: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in case.items() if name != "y"}


def in_training_mode(question: str) -> Misconception:
    """The model is asked in the mode in which it learns."""
    return (
        edit("training-mode", "training=False", "training=True")
        .believes("forward is forward: the flag matters for learning only.")
        .ask(question)
    )


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
        in_training_mode("What does dropout do to an exam, if it stays switched on?"),
        edit("mean-over-batches", "+= len(x_batch) * ", "+= ", "/ len(x)", "/ math.ceil(len(x) / batch_size)")
        .believes("The mean of the batches' means is the mean.")
        .ask("If the last batch has one sample and the others three, how much does each sample count?"),
        edit("last-batch-only", "+= len(x_batch) * ", "= len(x) * ")
        .believes("The loss after the loop is the loss of the data.")
        .ask("What is overwritten each time round your loop?"),
        edit("partial-batch-dropped", SLICES, "range(0, len(x) - batch_size + 1, batch_size)")
        .believes("Whole batches are enough to measure with.")
        .ask("Which samples does your model never see when 10 come in batches of 4?"),
        edit("all-at-once", "iterate_batches(x, y, batch_size, None)", "[(x, y)]")
        .believes("Measuring needs no batches.")
        .ask(MEMORY),
        edit("sample-sum-over-batch-count", "/ len(x)", "/ math.ceil(len(x) / batch_size)")
        .believes("What was multiplied by the batch's samples is divided by the number of batches.")
        .ask("The weights n_b in the numerator: what is their sum?"),
        edit("count-of-right-answers", "correct / len(x)", "correct")
        .believes("Accuracy is how many answers are right.")
        .ask("Can an accuracy be 17?"),
        edit("accuracy-first", "total / len(x), correct / len(x)", "correct / len(x), total / len(x)")
        .believes("The accuracy comes first in the pair.")
        .ask("In which order does the docstring name the two results?"),
    ],
    hints=[
        "Which forward mode is for measuring, and how many samples does the last batch have?",
        "Add up n_b · loss_b and n_b · accuracy_b over the batches, and divide by the number of samples at the end.",
        "For each batch, in order: total += len(x_batch) * loss.value(y_batch, y_pred); in the end total / len(x).",
    ],
    variants=[
        Variant(
            "by-predict",
            """
            y_pred = predict(model, x, batch_size)
            return [np.float64(loss.value(y, y_pred)), np.float64(accuracy(y, y_pred))]
            """,
        )
    ],
)

predict = Exercise(
    "predict",
    points=1,
    scenario=drive_predict,
    helpers=[RecordingModel],
    cases=[
        Case("one-batch", **_unlabelled(_classifier(4, 3, 2, 11)), batch_size=4),
        Case("equal-batches", **_unlabelled(_classifier(6, 2, 3, 12)), batch_size=2),
        Case("last-batch-is-partial", **_unlabelled(_classifier(10, 3, 4, 13)), batch_size=4, readonly=True),
        Case("one-sample-per-batch", **_unlabelled(_classifier(3, 2, 5, 14)), batch_size=1),
        Case("batch-larger-than-the-data", **_unlabelled(_classifier(5, 2, 3, 15)), batch_size=64),
        Case("images", x=grid(7, 2, 2, 1, step=0.1), w=normal(4, 3, seed=16), b=spread(-1, 1, 3), batch_size=3),
        Case("single-precision", **single_precision(_unlabelled(_classifier(7, 3, 2, 17))), batch_size=5),
        Case("batch-size-of-zero", raises="batch_size", **_unlabelled(_classifier(5, 2, 3, 15)), batch_size=0),
        random_cases(lambda rng: _unlabelled(_digits_part(rng)), count=1, label="digits"),
        random_cases(lambda rng: _unlabelled(_random_classifier(rng))),
    ],
    misconceptions=[
        in_training_mode("Should the same image get another answer each time you ask?"),
        edit("partial-batch-dropped", SLICES, "range(0, max(len(x) - batch_size, 0) + 1, batch_size)")
        .believes("There are len(x) // batch_size batches.")
        .ask("How many rows must the result have, and how many does yours have?"),
        returns("all-at-once", "model.forward(x, training=False)")
        .believes("One forward pass over everything gives the same numbers, so it is as good.")
        .ask(MEMORY),
        returns("labels-instead-of-outputs", "predict(model, x, batch_size).argmax(axis=1)")
        .believes("A prediction is a class.")
        .ask("Can your result tell how sure the model is?"),
        edit("list-of-batches", "np.concatenate(", "list(")
        .believes("The outputs of the batches, collected in a list, are the outputs.")
        .ask("What shape does the result have, and which function joins arrays along axis 0?"),
        returns("double-precision-buffer", "predict(model, x, batch_size).astype(np.float64)")
        .believes("np.zeros makes room for any outputs.")
        .ask("Which dtype has np.zeros if you do not ask for one?"),
    ],
    hints=[
        "Which rows go into the last forward pass when 10 samples come in batches of 4?",
        "Collect one output per slice x[start:start + batch_size], then join them along the first axis.",
        "np.concatenate of model.forward(x[i:i + batch_size], training=False) for i in range(0, len(x), batch_size).",
    ],
    variants=[
        Variant(
            "preallocated",
            """
            first = predict(model, x[:batch_size], batch_size)
            filled = np.empty((len(x), *first.shape[1:]), dtype=first.dtype)
            filled[:batch_size] = first
            for start in range(batch_size, len(x), batch_size):
                filled[start : start + batch_size] = model.forward(x[start : start + batch_size])
            return filled
            """,
        )
    ],
)
