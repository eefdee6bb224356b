"""Assessment of training: the step and the loop. Their wrong versions are in `_training_loop_wrong`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal, spread
from autograder.units import _training_loop_wrong as wrong
from autograder.units import _training_slips as slips
from autograder.units._training_checks import TruthUnlessSeeded
from autograder.units._training_fakes import RecordingLoss, RecordingModel, RecordingSGD, digits

__all__ = ["fit", "train_step"]

RECORDERS = [RecordingModel, RecordingLoss, RecordingSGD]
LEAST_ACCURACY = 0.9  # with the settings below the right loop reached 0.91 or more in 2000 of 2000 shuffles


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


def _regression(n: int, features: int, outputs: int, seed: int) -> dict[str, Any]:
    return {
        "x": normal(n, features, seed=seed),
        "y": normal(n, outputs, seed=seed + 1),
        "w": normal(features, outputs, seed=seed + 2),
        "b": spread(-1, 1, outputs) + 0.25,
    }


def _classes(n: int, features: int, classes: int, seed: int) -> dict[str, Any]:
    return {**_regression(n, features, classes, seed), "y": np.arange(n) * 5 % classes}


def _single_precision(case: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.astype(np.float32) for name, value in case.items()}


def _random_step(rng: np.random.Generator) -> dict[str, Any]:
    n, features, outputs = (int(rng.integers(*bounds)) for bounds in ((3, 12), (2, 6), (2, 5)))
    targets = rng.standard_normal((n, outputs)) if rng.random() < 0.5 else rng.integers(0, outputs, n)
    w, b = rng.standard_normal((features, outputs)), rng.standard_normal(outputs)
    return {"x": rng.standard_normal((n, features)), "y": targets, "w": w, "b": b, "lr": 0.2, "steps": 3}


train_step = Exercise(
    "train_step",
    points=2,
    scenario=drive_train_step,
    helpers=RECORDERS,
    cases=[
        Case("one-step", **_regression(4, 3, 2, 21), lr=0.5, steps=1),
        Case("three-steps", **_regression(5, 2, 3, 24), lr=0.25, steps=3, readonly=True),
        Case("one-sample", **_regression(1, 3, 2, 27), lr=0.1, steps=2),
        Case("class-labels", **_classes(7, 3, 4, 30), lr=0.5, steps=3, readonly=True),
        Case("images", **{**_classes(6, 4, 3, 33), "x": normal(6, 2, 2, 1, seed=36)}, lr=0.5, steps=2),
        Case("learning-rate-of-zero", **_regression(4, 3, 2, 37), lr=0.0, steps=2),
        Case("single-precision", **_single_precision(_regression(4, 3, 2, 40)), lr=0.5, steps=2),
        random_cases(_random_step, count=3),
    ],
    misconceptions=[
        Misconception(
            "training-mode-forgotten",
            believes="forward is forward; its default mode will do.",
            wrong=wrong.step_in_inference_mode,
            hint="What does `training` default to, and when should dropout be switched on?",
        ),
        Misconception(
            "loss-after-the-update",
            believes="The loss of a step is what is left after it.",
            wrong=wrong.step_with_loss_afterwards,
            hint="How many forward passes does your step make, and with which weights the last one?",
        ),
        Misconception(
            "labels-and-outputs-swapped",
            believes="A loss compares two arrays, so their order does not matter.",
            wrong=wrong.step_with_swapped_arguments,
            hint="What becomes of the sign of the gradient of (y_pred - y_true)² if you swap the two?",
        ),
        Misconception(
            "new-parameters-dropped",
            believes="optimizer.step changes the model.",
            wrong=wrong.step_without_setting,
            hint="`step` returns new arrays: who tells the model?",
        ),
        Misconception(
            "optimiser-bypassed",
            believes="An update is w - 0.01 times the gradient.",
            wrong=wrong.step_by_hand,
            hint="If the caller passes Adam, where in your step does Adam come in?",
        ),
        Misconception(
            "outputs-sent-back",
            believes="backward wants the outputs.",
            wrong=wrong.step_with_outputs_sent_back,
            hint="backward wants ∂loss/∂y_pred: which object can compute that?",
        ),
        Misconception(
            "step-before-backward",
            believes="First the step, then the gradients for the next one.",
            wrong=wrong.step_before_backward,
            hint="Which gradients does your very first step use?",
        ),
        Misconception(
            "loss-summed",
            believes="The loss of a batch is the sum over its samples.",
            wrong=wrong.step_with_summed_loss,
            hint="`value` is already a mean over the batch: what should a batch twice as large return?",
        ),
        *slips.STEP,
    ],
    hints=[
        "Four calls, in this order: forward, backward, step, set_parameters. What does each one need from another?",
        "backward gets loss.gradient(y, y_pred); step gets model.parameters and what backward returned.",
        "model.set_parameters(optimizer.step(model.parameters, grads)); return float(loss.value(y, y_pred)).",
    ],
    variants=[Variant("loss-first", wrong.right_step)],
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


def _training_problem(got: Any, **inputs: Any) -> str | None:
    return (
        _history_problem(got["history"], inputs)
        or _batches_problem(got["batches"], got["labels"], inputs)
        or _outcome_problem(got, inputs)
    )


def _history_problem(history: Any, inputs: Mapping[str, Any]) -> str | None:
    wanted = ["loss", "accuracy"] + (["val_loss", "val_accuracy"] if inputs["x_val"] is not None else [])
    if sorted(history) != sorted(wanted):
        return f"the history has the keys {', '.join(sorted(map(str, history)))}, want {', '.join(wanted)}"
    for key in wanted:
        if len(history[key]) != inputs["epochs"]:
            return f"history[{key!r}] has {len(history[key])} entries, want one per epoch: {inputs['epochs']}"
        if not np.isfinite(np.array(history[key], dtype=float)).all():
            return f"history[{key!r}] is not finite"
    return None


def _batches_problem(batches: Any, labels: Any, inputs: Mapping[str, Any]) -> str | None:
    n, epochs = len(inputs["x"]), inputs["epochs"]
    steps = math.ceil(n / inputs["batch_size"])
    if len(batches) != epochs * steps or len(labels) != len(batches):
        return f"{len(batches)} training steps in {epochs} epochs, want {steps} per epoch"
    orders = [np.concatenate(batches[start : start + steps]) for start in range(0, len(batches), steps)]
    if any((order < 0).any() for order in orders):
        return "trains on rows that are not in x"
    if any(not np.array_equal(np.sort(order), np.arange(n)) for order in orders):
        return "an epoch does not use every training sample exactly once"
    if not np.array_equal(np.concatenate(labels), inputs["y"][np.concatenate(orders)]):
        return "trains on labels that do not belong to the samples"
    if any(np.array_equal(order, np.arange(n)) for order in orders):
        return "an epoch takes the samples in their old order: is `rng` used?"
    return "two epochs take the samples in the same order" if _repeats(orders) else None


def _repeats(orders: list[Array]) -> bool:
    return any(np.array_equal(one, other) for i, one in enumerate(orders) for other in orders[:i])


def _outcome_problem(got: Any, inputs: Mapping[str, Any]) -> str | None:
    history, loss = got["history"], RecordingLoss()
    if not history["loss"][-1] < history["loss"][0]:
        return "the training loss does not fall"
    scores = inputs["x_val"].reshape(len(inputs["x_val"]), -1) @ got["weights"] + got["bias"]
    accuracy = float((scores.argmax(axis=1) == inputs["y_val"]).mean())
    if accuracy < LEAST_ACCURACY:
        return "fewer than 9 of 10 unseen digits are recognised after training"
    if not math.isclose(history["val_accuracy"][-1], accuracy, rel_tol=1e-9):
        return "the last val_accuracy is not that of the trained weights"
    if not math.isclose(history["val_loss"][-1], loss.value(inputs["y_val"], scores), rel_tol=1e-9):
        return "the last val_loss is not that of the trained weights"
    return None


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
    helpers=RECORDERS,
    check=TruthUnlessSeeded(_training_problem),
    cases=[
        Case("one-epoch-in-one-batch", **_run(_classes(6, 3, 2, 51), epochs=1, batch_size=6)),
        Case("three-epochs-in-one-batch", **_run(_classes(7, 2, 3, 54), epochs=3, batch_size=32), readonly=True),
        Case("equal-batches-in-order", **_run(_classes(8, 3, 3, 57), epochs=2, batch_size=4)),
        Case("last-batch-is-partial", **_run(_classes(10, 3, 4, 60), epochs=3, batch_size=4), readonly=True),
        Case("a-last-batch-of-one", **_run(_classes(9, 2, 3, 63), epochs=2, batch_size=4, lr=2.0)),
        Case("validation-data", **_run(_classes(15, 3, 3, 66), epochs=3, batch_size=4, validation=5)),
        Case("validation-in-one-batch", **_run(_classes(13, 2, 4, 69), epochs=2, batch_size=16, validation=6)),
        Case("batch-size-of-zero", raises="batch_size", **_run(_classes(6, 3, 2, 51), epochs=1, batch_size=0)),
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
        Misconception(
            "mean-over-batches",
            believes="The epoch's loss is the mean of its batches' losses.",
            wrong=wrong.fit_with_batch_means,
            hint="If the last batch has one sample and the others four, how much does each sample count?",
        ),
        Misconception(
            "mean-over-batches-of-the-loss",
            believes="Only accuracies have to be weighed by the size of their batch.",
            wrong=wrong.fit_with_batch_means_of_the_loss,
            hint="If the last batch has one sample and the others four, how much does each count in your mean loss?",
        ),
        Misconception(
            "mean-over-batches-of-the-accuracy",
            believes="Only losses have to be weighed by the size of their batch.",
            wrong=wrong.fit_with_batch_means_of_the_accuracy,
            hint="If the last batch has one sample and the others four, how much does each count in your accuracy?",
        ),
        Misconception(
            "accuracy-after-the-update",
            believes="A batch's accuracy is measured when the step on it is done.",
            wrong=wrong.fit_with_late_accuracy,
            hint="Which weights was accuracy_b computed with, according to the docstring? Which call comes first?",
        ),
        Misconception(
            "accuracy-after-the-epoch",
            believes="The loss comes from the batches, and the accuracy from a look at all samples afterwards.",
            wrong=wrong.fit_with_accuracy_afterwards,
            hint="The accuracy is a weighted mean over the batches, too: with which weights is each one computed?",
        ),
        Misconception(
            "last-batch-only",
            believes="The loss after the loop over the batches is the epoch's loss.",
            wrong=wrong.fit_with_last_batch,
            hint="What is overwritten each time round your inner loop?",
        ),
        Misconception(
            "entry-per-batch",
            believes="The history has an entry for every batch.",
            wrong=wrong.fit_with_entry_per_batch,
            hint="How many numbers should history['loss'] have after 3 epochs?",
        ),
        Misconception(
            "first-epoch-missing",
            believes="The history begins after the first epoch, with which there is nothing to compare.",
            wrong=wrong.fit_without_first_epoch,
            hint="How many numbers should history['loss'] have after 1 epoch?",
        ),
        Misconception(
            "measured-after-the-epoch",
            believes="Loss and accuracy of an epoch are measured when it is over.",
            wrong=wrong.fit_measured_afterwards,
            hint="With which weights was loss_b computed, according to the docstring?",
        ),
        Misconception(
            "validation-in-training-mode",
            believes="Validation is a forward pass like any other.",
            wrong=wrong.fit_validating_in_training_mode,
            hint="What does dropout do to an exam, if it stays switched on?",
        ),
        Misconception(
            "validation-before-the-epoch",
            believes="Each epoch begins with a look at the validation data.",
            wrong=wrong.fit_validating_before,
            hint="Does val_loss[0] know anything of what epoch 0 has learnt?",
        ),
        Misconception(
            "learns-from-validation-data",
            believes="The validation loss is what a training step on the validation data returns.",
            wrong=wrong.fit_learning_from_validation,
            hint="Which of your calls update the weights, and what are they given?",
        ),
        Misconception(
            "validation-ignored",
            believes="Validation data are for later.",
            wrong=wrong.fit_without_validation,
            hint="Which keys must the history have with validation data?",
        ),
        Misconception(
            "one-shuffle-for-all-epochs",
            believes="Shuffling once before the first epoch is enough.",
            wrong=wrong.fit_with_one_shuffle,
            hint="Are the batches of your second epoch other batches than those of the first?",
        ),
        Misconception(
            "never-shuffled",
            believes="The order of the samples does not matter, so `rng` has nothing to do.",
            wrong=wrong.fit_without_shuffle,
            hint="If the data are sorted by class, what does the network see during its first hundred steps?",
        ),
        Misconception(
            "labels-left-behind",
            believes="Only the inputs need shuffling.",
            wrong=wrong.fit_with_labels_left_behind,
            hint="After the shuffle, whose label is y[0]?",
        ),
        Misconception(
            "partial-batch-dropped",
            believes="An epoch has n // batch_size batches.",
            wrong=wrong.fit_with_partial_dropped,
            hint="With 10 samples and batches of 4, which samples are never learnt from?",
        ),
        Misconception(
            "new-parameters-dropped",
            believes="optimizer.step changes the model.",
            wrong=wrong.fit_without_updates,
            hint="`step` returns new arrays: who tells the model?",
        ),
        Misconception(
            "epochs-from-the-start",
            believes="Every epoch starts from the initial weights.",
            wrong=wrong.fit_from_the_start_each_epoch,
            hint="What would a hundred epochs be good for then?",
        ),
        *slips.FIT,
    ],
    hints=[
        "Two loops: epochs outside, batches inside. Which of the exercises above is the inner loop's line?",
        "Add up n_b · loss_b and n_b · accuracy_b inside; divide by len(x) and append once per epoch, then evaluate.",
        "for x_batch, y_batch in iterate_batches(x, y, batch_size, rng): total += len(x_batch) * train_step(…).",
    ],
    variants=[Variant("accuracy-of-the-step", wrong.right_fit)],
)
