"""The loop around a network: train_step, fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks.seeded import TruthUnlessSeeded
from autograder.assessment.checks.training_run import trains_a_classifier
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import normal
from autograder.units.u11_training.recorders import (
    RecordingLoss,
    RecordingModel,
    RecordingSGD,
    digits,
    labelled,
    single_precision,
    start,
)

STEP = "optimizer.step(model.parameters, grads)"
UPDATE = f"model.set_parameters({STEP})"
NEW_PARAMETERS_DROPPED = (
    edit("new-parameters-dropped", UPDATE, STEP)
    .believes("optimizer.step changes the model.")
    .ask("`step` returns new arrays: who tells the model?")
)

CORRECT = "correct += len(x_batch) * accuracy(y_batch, model.forward(x_batch, training=False))"
TOTAL = "total += len(x_batch) * train_step(model, loss, optimizer, x_batch, y_batch)"
EPOCHS = "    for _ in range(epochs):"
BATCHES = "iterate_batches(x, y, batch_size, rng)"
BATCH_COUNT = "math.ceil(len(x) / batch_size)"
RESET = "total = correct = 0.0"
MEASURED = "evaluate(model, loss, x, y, batch_size)"
MEASURING = "y_pred = model.forward(x_batch, training=False)"
VALIDATION = "evaluate(model, loss, *validation_data, batch_size)"
VALIDATED = f"val_loss, val_accuracy = {VALIDATION}"
LEARNT_VALIDATION = "(each[0] for each in fit(model, loss, optimizer, *validation_data, 1, batch_size, None).values())"
SHUFFLED_ONCE = (
    "    order = np.arange(len(x)) if rng is None else rng.permutation(len(x))\n    x, y = x[order], y[order]\n"
)


def drive_train_step(train_step: Any, x: Any, y: Any, w: Any, b: Any, lr: float, steps: int) -> Any:
    """Some steps on one batch."""
    model = RecordingModel(w, b)
    loss, optimizer = RecordingLoss(), RecordingSGD(lr, model.calls)
    losses, calls = [], []
    for _ in range(steps):
        losses.append(train_step(model, loss, optimizer, x, y))
        calls.append(" ".join(model.calls))
        model.calls.clear()
    if w.dtype == np.float32:  # the loss is a Python float whatever the arrays are
        losses = [np.float32(value) for value in losses]
    return {"calls in step": calls, "loss of each step": losses, **model.state()}


def _random_step(rng: np.random.Generator) -> dict[str, Any]:
    n, features, outputs = (int(rng.integers(*bounds)) for bounds in ((3, 12), (2, 6), (2, 5)))
    targets = rng.standard_normal((n, outputs)) if rng.random() < 0.5 else rng.integers(0, outputs, n)
    w, b = rng.standard_normal((features, outputs)), rng.standard_normal(outputs)
    return {"x": rng.standard_normal((n, features)), "y": targets, "w": w, "b": b, "lr": 0.2, "steps": 3}


train_step = Exercise(
    "train_step",
    points=2,
    scenario=drive_train_step,
    helpers=[RecordingModel, RecordingLoss, RecordingSGD],
    cases=[
        Case("one-step", **start(4, 3, 2, 21), lr=0.5, steps=1),
        Case("three-steps", **start(5, 2, 3, 24), lr=0.25, steps=3, readonly=True),
        Case("one-sample", **start(1, 3, 2, 27), lr=0.1, steps=2),
        Case("class-labels", **labelled(7, 3, 4, 30), lr=0.5, steps=3, readonly=True),
        Case("images", **{**labelled(6, 4, 3, 33), "x": normal(6, 2, 2, 1, seed=36)}, lr=0.5, steps=2),
        Case("learning-rate-of-zero", **start(4, 3, 2, 37), lr=0.0, steps=2),
        Case("single-precision", **single_precision(start(4, 3, 2, 40)), lr=0.5, steps=2),
        random_cases(_random_step, count=3),
    ],
    misconceptions=[
        edit("training-mode-forgotten", ", training=True", "")
        .believes("forward is forward; its default mode will do.")
        .ask("What does `training` default to, and when should dropout be switched on?"),
        edit("loss-after-the-update", "loss.value(y, y_pred)", "loss.value(y, model.forward(x, training=True))")
        .believes("The loss of a step is what is left after it.")
        .ask("How many forward passes does your step make, and with which weights the last one?"),
        edit("labels-and-outputs-swapped", "(y, y_pred)", "(y_pred, y)")
        .believes("A loss compares two arrays, so their order does not matter.")
        .ask("What becomes of the sign of the gradient of (y_pred - y_true)² if you swap the two?"),
        NEW_PARAMETERS_DROPPED,
        edit("optimiser-bypassed", STEP, "[p - 0.01 * grad for p, grad in zip(model.parameters, grads)]")
        .believes("An update is w - 0.01 times the gradient.")
        .ask("If the caller passes Adam, where in your step does Adam come in?"),
        edit("outputs-sent-back", "loss.gradient(y, y_pred)", "y_pred")
        .believes("backward wants the outputs.")
        .ask("backward wants ∂loss/∂y_pred: which object can compute that?"),
        edit(
            "step-before-backward",
            *("model.backward(loss.gradient(y, y_pred))", "[np.zeros_like(each) for each in model.parameters]"),
            *(UPDATE, f"{UPDATE}; model.backward(loss.gradient(y, y_pred))"),
        )
        .believes("First the step, then the gradients for the next one.")
        .ask("Which gradients does your very first step use?"),
        edit("loss-summed", "return float", "return len(x) * float")
        .believes("The loss of a batch is the sum over its samples.")
        .ask("`value` is already a mean over the batch: what should a batch twice as large return?"),
        edit("two-forward-passes", "loss.gradient(y, y_pred)", "loss.gradient(y, model.forward(x, training=True))")
        .believes("The loss has a forward pass of its own.")
        .ask("Which units does dropout drop in your first pass, and which in the second?"),
        edit("divided-by-the-batch-once-more", "loss.gradient(y, y_pred)", "loss.gradient(y, y_pred) / len(x)")
        .believes("The gradient is divided by the number of samples before it goes back.")
        .ask("The loss is a mean already: what has its gradient been divided by?"),
    ],
    hints=[
        "Four calls, in this order: forward, backward, step, set_parameters. What does each one need from another?",
        "backward gets loss.gradient(y, y_pred); step gets model.parameters and what backward returned.",
        "model.set_parameters(optimizer.step(model.parameters, grads)); return float(loss.value(y, y_pred)).",
    ],
    variants=[
        Variant(
            "loss-first",
            """
            y_pred = model.forward(x, True)
            value = loss.value(y, y_pred)
            grads = model.backward(loss.gradient(y, y_pred))
            model.set_parameters(optimizer.step(model.parameters, grads))
            return float(value)
            """,
        )
    ],
)


def drive_fit(
    fit: Any, x: Any, y: Any, w: Any, b: Any, lr: float, epochs: int, batch_size: int, seed: Any, x_val: Any, y_val: Any
) -> Any:
    """Train a model that notes which samples it learns from; with a seed they are reported, as any order is right."""
    model = RecordingModel(w, b)
    loss, optimizer = RecordingLoss(), RecordingSGD(lr, model.calls)
    rng = None if seed is None else np.random.default_rng(seed)
    validation = () if x_val is None else ((x_val, y_val),)
    history = fit(model, loss, optimizer, x, y, epochs, batch_size, rng, *validation)
    result = {"history": {key: list(history[key]) for key in history}}
    if seed is None:
        return {**result, "optimiser steps": model.calls.count("step"), **model.state()}
    place = {np.ascontiguousarray(row).tobytes(): number for number, row in enumerate(x)}
    rows = [[place.get(np.ascontiguousarray(row).tobytes(), -1) for row in batch] for batch in model.trained_on]
    batches = [np.array(numbers) for numbers in rows]
    return {**result, "batches": batches, "labels": loss.labels, **model.state()}


def _run(
    case: dict[str, Any], epochs: int, batch_size: int, lr: float = 0.5, validation: int = 0, seed: int | None = None
) -> dict[str, Any]:
    """A case that trains on all samples but the last `validation` ones."""
    n = len(case["x"]) - validation
    part = {"x_val": case["x"][n:], "y_val": case["y"][n:]} if validation else {"x_val": None, "y_val": None}
    start = {"x": case["x"][:n], "y": case["y"][:n], "w": case["w"], "b": case["b"], "lr": lr}
    return {**start, "epochs": epochs, "batch_size": batch_size, "seed": seed, **part}


def _digits(rng: np.random.Generator, n: int) -> dict[str, Any]:
    images, labels = digits()
    w, b = 0.1 * rng.standard_normal((64, 10)), 0.1 * rng.standard_normal(10)
    return {"x": images[-n:], "y": labels[-n:], "w": w, "b": b}


def _random_run(rng: np.random.Generator) -> dict[str, Any]:
    n, features, classes = (int(rng.integers(*bounds)) for bounds in ((14, 30), (2, 5), (2, 5)))
    w, b = rng.standard_normal((features, classes)), rng.standard_normal(classes)
    case = {"x": rng.standard_normal((n, features)), "y": rng.integers(0, classes, n), "w": w, "b": b}
    return _run(case, epochs=3, batch_size=int(rng.integers(3, 6)), validation=5)


fit = Exercise(
    "fit",
    points=3,
    scenario=drive_fit,
    helpers=[RecordingModel, RecordingLoss, RecordingSGD],
    check=TruthUnlessSeeded(trains_a_classifier),
    cases=[
        Case("one-epoch-in-one-batch", **_run(labelled(6, 3, 2, 51), epochs=1, batch_size=6)),
        Case("three-epochs-in-one-batch", **_run(labelled(7, 2, 3, 54), epochs=3, batch_size=32), readonly=True),
        Case("equal-batches-in-order", **_run(labelled(8, 3, 3, 57), epochs=2, batch_size=4)),
        Case("last-batch-is-partial", **_run(labelled(10, 3, 4, 60), epochs=3, batch_size=4), readonly=True),
        Case("a-last-batch-of-one", **_run(labelled(9, 2, 3, 63), epochs=2, batch_size=4, lr=2.0)),
        Case("validation-data", **_run(labelled(15, 3, 3, 66), epochs=3, batch_size=4, validation=5)),
        Case("validation-in-one-batch", **_run(labelled(13, 2, 4, 69), epochs=2, batch_size=16, validation=6)),
        Case("batch-size-of-zero", raises="batch_size", **_run(labelled(6, 3, 2, 51), epochs=1, batch_size=0)),
        random_cases(_random_run),
        random_cases(
            lambda rng: _run(_digits(rng, 300), epochs=5, batch_size=200, validation=100),
            count=1,
            label="digits-in-one-batch",
        ),
        random_cases(
            lambda rng: _run(_digits(rng, 900), 30, 70, lr=2.0, validation=300, seed=int(rng.integers(2**31))),
            count=1,
            label="digits-shuffled",
        ),
    ],
    misconceptions=[
        edit("mean-over-batches", "+= len(x_batch) * ", "+= ", " / len(x)", f" / {BATCH_COUNT}")
        .believes("The epoch's loss is the mean of its batches' losses.")
        .ask("If the last batch has one sample and the others four, how much does each sample count?"),
        edit("mean-over-batches-of-the-loss", "total += len(x_batch) * ", f"total += len(x) / {BATCH_COUNT} * ")
        .believes("Only accuracies have to be weighed by the size of their batch.")
        .ask("If the last batch has one sample and the others four, how much does each count in the loss?"),
        edit("mean-over-batches-of-the-accuracy", "correct += len(x_batch) * ", f"correct += len(x) / {BATCH_COUNT} * ")
        .believes("Only losses have to be weighed by the size of their batch.")
        .ask("If the last batch has one sample and the others four, how much does each count in the accuracy?"),
        edit("accuracy-after-the-update", CORRECT, "pass", TOTAL, f"{TOTAL}; {CORRECT}")
        .believes("A batch's accuracy is measured when the step on it is done.")
        .ask("Which weights does the docstring compute accuracy_b with? Which call comes first?"),
        edit("accuracy-after-the-epoch", "correct / len(x)", f"{MEASURED}[1]")
        .believes("The loss comes from the batches, the accuracy from a look at all samples afterwards.")
        .ask("The accuracy is a weighted mean over the batches, too: with which weights is each one computed?"),
        edit("last-batch-only", "+= len(x_batch) * ", "= len(x) * ")
        .believes("The loss after the loop over the batches is the epoch's loss.")
        .ask("What is overwritten each time round your inner loop?"),
        edit(
            "entry-per-batch",
            *('        history["loss"].append(total / len(x))\n', ""),
            *('        history["accuracy"].append(correct / len(x))\n', ""),
            *(CORRECT, CORRECT.replace("correct += len(x_batch) * ", 'history["accuracy"].append(') + ")"),
            *(TOTAL, TOTAL.replace("total += len(x_batch) * ", 'history["loss"].append(') + ")"),
        )
        .believes("The history has an entry for every batch.")
        .ask("How many numbers should history['loss'] have after 3 epochs?"),
        edit("first-epoch-missing", "return history", "return {key: values[1:] for key, values in history.items()}")
        .believes("The history begins after the first epoch: before that there is nothing to compare.")
        .ask("How many numbers should history['loss'] have after 1 epoch?"),
        edit("measured-after-the-epoch", "total / len(x)", f"{MEASURED}[0]", "correct / len(x)", f"{MEASURED}[1]")
        .believes("Loss and accuracy of an epoch are measured when it is over.")
        .ask("With which weights was loss_b computed, according to the docstring?"),
        edit("validation-in-training-mode", MEASURING, MEASURING.replace("False", "True"))
        .believes("Validation is a forward pass like any other.")
        .ask("What does dropout do to an exam, if it stays switched on?"),
        edit(
            "validation-before-the-epoch",
            *(VALIDATED, "pass"),
            *(RESET, f"{VALIDATED} if validation_data else (0, 0)\n        {RESET}"),
        )
        .believes("Each epoch begins with a look at the validation data.")
        .ask("Does val_loss[0] know anything of what epoch 0 has learnt?"),
        edit("learns-from-validation-data", VALIDATION, LEARNT_VALIDATION)
        .believes("The validation loss is what a training step on the validation data returns.")
        .ask("Which of your calls update the weights, and what are they given?"),
        edit("validation-ignored", "validation_data is not None", "False")
        .believes("Validation data are for later.")
        .ask("Which keys must the history have with validation data?"),
        edit("one-shuffle-for-all-epochs", BATCHES, BATCHES.replace("rng", "None"), EPOCHS, SHUFFLED_ONCE + EPOCHS)
        .believes("Shuffling once before the first epoch is enough.")
        .ask("Are the batches of your second epoch other batches than those of the first?"),
        edit("never-shuffled", BATCHES, BATCHES.replace("rng", "None"))
        .believes("The order of the samples does not matter, so `rng` has nothing to do.")
        .ask("If the data are sorted by class, what does the network see during its first hundred steps?"),
        edit(
            "labels-left-behind",
            BATCHES,
            "iterate_batches(x if rng is None else x[rng.permutation(len(x))], y, batch_size, None)",
        )
        .believes("Only the inputs need shuffling.")
        .ask("After the shuffle, whose label is y[0]?"),
        edit("partial-batch-dropped", BATCHES, f"[each for each in {BATCHES} if len(each[0]) == batch_size]")
        .believes("An epoch has n // batch_size batches.")
        .ask("With 10 samples and batches of 4, which samples are never learnt from?"),
        NEW_PARAMETERS_DROPPED,
        edit(
            "epochs-from-the-start",
            *(EPOCHS, f"    start = model.parameters\n{EPOCHS}"),
            *(RESET, f"{RESET}; model.set_parameters(start)"),
        )
        .believes("Every epoch starts from the initial weights.")
        .ask("What would a hundred epochs be good for then?"),
        edit("sums-never-reset", f"        {RESET}\n", "", EPOCHS, f"    {RESET}\n{EPOCHS}")
        .believes("The sums are set to 0 before the first epoch.")
        .ask("What is in your sum when the second epoch begins?"),
        edit(
            "validated-at-the-end-only",
            "for _",
            "for epoch",
            "        if val",
            "        if epoch == epochs - 1 and val",
        )
        .believes("Validation comes when the training is over.")
        .ask("How many entries does history['val_loss'] have after three epochs?"),
        edit("numbers-for-lists", "return history", "return {key: values[-1] for key, values in history.items()}")
        .believes("The history says how it ended.")
        .ask("What would a plot of your history show?"),
        edit("loss-not-divided", "total / len(x)", "total")
        .believes("The losses of an epoch are added up.")
        .ask("If there were twice as many samples, what should the loss of an epoch be?"),
        edit("accuracy-for-loss", "val_loss, val_accuracy =", "val_accuracy, val_loss =")
        .believes("`evaluate` returns the accuracy first.")
        .ask("In which order does `evaluate` return its two numbers?"),
    ],
    hints=[
        "Two loops: epochs outside, batches inside. Which of the exercises above is the inner loop's line?",
        "Add up n_b · loss_b and n_b · accuracy_b inside; divide by len(x) and append once per epoch, then evaluate.",
        "for x_batch, y_batch in iterate_batches(x, y, batch_size, rng): total += len(x_batch) * train_step(…).",
    ],
    variants=[
        Variant(  # the accuracy of the outputs that are learnt from
            "accuracy-of-the-step",
            (
                *(CORRECT, "y_pred = model.forward(x_batch, True)"),
                *(TOTAL, f"{TOTAL}; correct += len(x_batch) * accuracy(y_batch, y_pred)"),
            ),
        )
    ],
)
