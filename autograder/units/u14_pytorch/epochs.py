"""train_epoch, accumulate_gradients and evaluate."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Value
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u14_pytorch.tiny_model import (
    FLOAT32_SUMS,
    TinySGD,
    WatchedLoss,
    arriving,
    as_single,
    as_single_precision,
    cut,
    numbers,
    regression,
    tagged,
    tiny_model,
    weights_of,
)

CLEAR = "        optimizer.zero_grad()\n"
CLEAR_ONCE = "    optimizer.zero_grad()\n"
BACKWARD = "value.backward()"
STEP = "optimizer.step()"
TRAIN_MODE = "model.train()"
VALUE = "loss(model(x), y)"
MEAN = "total.item() / count"
MOVED = "to_device(batch, device)"

NO_GRAD = "with torch.no_grad():"
RESTORE = "module.training = training"
HITS = "int((outputs.argmax(dim=1) == y).sum())"
HIT_RATE = "(outputs.argmax(dim=1) == y).double().mean().item()"

SHARE = " * (len(y) / samples)"
ONE_STEP = "    optimizer.step()\n    return total"
ONE_BACKWARD = "    total.backward()\n    optimizer.step()\n    return total.item()"
DIVIDED_AT_THE_END = """    for param in model.parameters():
        param.grad /= samples
    optimizer.step()
    return total / samples"""

THE_ONE_SAMPLE = "How much does the one sample of the last batch count?"
ALREADY_IN_GRAD = "backward() adds to .grad: what stands there when the second batch comes?"

HELPERS: list[Any] = [numbers, tiny_model, weights_of, TinySGD, tagged, WatchedLoss, arriving, cut, as_single]


def drive_training(
    train: Any,
    x: Any,
    y: Any,
    w: Any,
    b: Any,
    sizes: Any,
    lr: float,
    momentum: float,
    training: bool,
    stale: bool,
    device: str = "cpu",
) -> Any:
    """Call it once: on a model in some mode, perhaps with gradients that are left over."""
    import torch

    model = tiny_model(w, b, device)
    model.train(training)
    optimizer = TinySGD(model, lr, momentum)
    if stale:
        for param in model.parameters():
            param.grad = torch.ones_like(param)
    loss = WatchedLoss()
    moved: set[int] = set()
    batches = cut(x, y, sizes, moved)
    torch.manual_seed(len(x))
    mean = train(model, batches, loss, optimizer, device)
    return {
        "tensors moved to the device": len(moved),
        "mean loss": as_single(mean, w),
        **weights_of(model),
        "graphs of earlier batches are kept": loss.keeps_graphs(),
        "torch's generator is seeded anew": torch.initial_seed() != len(x),
    }


def _classes(n: int, features: int, classes: int, seed: int) -> dict[str, Any]:
    return {**regression(n, features, classes, seed), "y": np.arange(n) * 5 % classes}


def _run(case: dict[str, Any], sizes: list[int], **options: Any) -> dict[str, Any]:
    return {**case, "sizes": sizes, "lr": 0.5, "momentum": 0.0, "training": True, "stale": False, **options}


def _random_data(rng: np.random.Generator, labels: bool) -> tuple[dict[str, Any], list[int]]:
    sizes = [int(size) for size in rng.integers(1, 5, int(rng.integers(3, 7)))]
    n, features, outputs = sum(sizes), int(rng.integers(2, 5)), int(rng.integers(2, 5))
    y = rng.integers(0, outputs, n) if labels else rng.standard_normal((n, outputs))
    w, b = rng.standard_normal((features, outputs)), rng.standard_normal(outputs)
    return {"x": rng.standard_normal((n, features)), "y": y, "w": w, "b": b}, sizes


def _random_run(rng: np.random.Generator) -> dict[str, Any]:
    case, sizes = _random_data(rng, labels=bool(rng.random() < 0.5))
    return _run(case, sizes, lr=0.3, momentum=0.5, training=bool(rng.random() < 0.5), stale=bool(rng.random() < 0.5))


train_epoch = Exercise(
    "train_epoch",
    points=3,
    requires=["torch"],
    scenario=drive_training,
    helpers=HELPERS,
    check=Value(tolerance=FLOAT32_SUMS),
    cases=[
        Case("one-batch", **_run(regression(4, 3, 2, 1), [4])),
        Case("two-equal-batches", **_run(regression(6, 2, 3, 4), [3, 3]), readonly=True),
        Case("class-labels", **_run(_classes(8, 3, 4, 7), [4, 4])),
        Case("a-last-batch-of-one", **_run(regression(9, 3, 2, 10), [4, 4, 1])),
        Case("a-model-left-in-evaluation-mode", **_run(_classes(6, 3, 2, 13), [3, 3], training=False)),
        Case("left-over-gradients", **_run(regression(6, 2, 3, 16), [3, 3], lr=0.25, stale=True)),
        Case("momentum", **_run(regression(9, 3, 3, 19), [3, 3, 3], lr=0.1, momentum=0.9)),
        Case("many-batches", **_run(_classes(13, 2, 3, 22), [2, 2, 2, 2, 2, 2, 1])),
        Case("single-precision", **as_single_precision(_run(regression(5, 3, 2, 25), [3, 2]))),
        Case("no-batches", raises="loader", **_run(regression(2, 3, 2, 28), [])),
        random_cases(_random_run),
    ],
    misconceptions=[
        edit("zero-grad-missing", CLEAR, "")
        .believes("backward() writes the gradient into .grad.")
        .ask(ALREADY_IN_GRAD),
        edit("step-without-gradients", BACKWARD, f"{BACKWARD}; optimizer.zero_grad()")
        .believes("zero_grad, backward and step may stand in any order, or one of them be left out.")
        .ask("Follow one batch through your calls: what stands in .grad when `optimizer.step()` reads it?"),
        edit("step-before-backward", CLEAR, "", STEP, "", BACKWARD, f"{STEP}; optimizer.zero_grad(); {BACKWARD}")
        .believes("First the step, then the gradients for the next one.")
        .ask("Which gradients does your very first step use?"),
        edit("training-mode-forgotten", f"    {TRAIN_MODE}\n", "")
        .believes("A model is in training mode unless it is told otherwise.")
        .ask("The epoch before ended with an evaluation: who switches dropout on again?"),
        edit("graph-kept", "value.detach()", "value")
        .believes("total += loss adds up numbers.")
        .ask("What hangs on `loss` besides its number, and how long does it live if `total` holds it?"),
        edit("mean-over-batches", " * len(y)", "", "count += len(y)", "count += 1")
        .believes("The epoch's loss is the mean of its batches' losses.")
        .ask("If the last batch has one sample and the others four, how much does each sample count?"),
        edit("last-batch-only", "total + value.detach() * len(y)", "value.detach()", MEAN, "total.item()")
        .believes("The loss after the loop is the epoch's loss.")
        .ask("What is overwritten each time round your loop?"),
        edit("batches-not-moved", MOVED, "batch")
        .believes("The model is on the GPU, so everything is.")
        .ask("On which device does a loader put its tensors, and what does a GPU do with a CPU tensor?"),
        edit("seeded-inside", TRAIN_MODE, f"{TRAIN_MODE}; torch.manual_seed(0)")
        .believes("A seed at the beginning of the function makes training reproducible.")
        .ask("Which units does dropout drop in the first batch of each epoch? Whose seed should decide?"),
        edit("loss-summed", MEAN, "total.item()")
        .believes("The losses of an epoch are added up.")
        .ask("If the loader had twice as many samples, what should the mean loss be?"),
        edit("labels-first", VALUE, "loss(y, model(x))")
        .believes("A loss takes the labels, then the outputs.")
        .ask("In which order does nn.CrossEntropyLoss take its arguments?"),
        edit("gradient-times-the-size", BACKWARD, "(value * len(y)).backward()")
        .believes("What goes backward is the loss times the number of samples.")
        .ask("A batch twice as large: should its step be twice as long?"),
        edit("evaluation-mode", TRAIN_MODE, "model.eval()")
        .believes("A model is put into evaluation mode before it is fed.")
        .ask("What do dropout and batch norm do after model.eval()?"),
        edit("cleared-once", CLEAR, "", TRAIN_MODE, f"{TRAIN_MODE}; optimizer.zero_grad()")
        .believes("zero_grad belongs before the loop.")
        .ask(ALREADY_IN_GRAD),
        edit("loss-after-the-step", "value.detach()", f"{VALUE}.detach()")
        .believes("The loss of a batch is what is left after its step.")
        .ask("How many forward passes does your loop make for a batch, and with which weights is the last one?"),
    ],
    hints=[
        "Write the calls of one batch in order. Which ones must come before `backward`, which after?",
        "model.train(); per batch: move, zero_grad, forward, loss, backward, step; sum up detached losses times n.",
        "total = total + value.detach() * len(y); count += len(y); after the loop: return float(total) / count",
    ],
    variants=[
        Variant(
            "with-items",
            ("torch.zeros((), device=device)", "0.0", "value.detach()", "value.item()", MEAN, "total / count"),
        ),
        Variant("sum-in-place", ("total = total + ", "total += ")),
    ],
)

accumulate_gradients = Exercise(
    "accumulate_gradients",
    points=3,
    requires=["torch"],
    scenario=drive_training,
    helpers=HELPERS,
    check=Value(tolerance=FLOAT32_SUMS),
    cases=[
        Case("one-part", **_run(regression(4, 3, 2, 31), [4])),
        Case("two-equal-parts", **_run(regression(6, 2, 3, 34), [3, 3]), readonly=True),
        Case("parts-of-different-sizes", **_run(regression(7, 3, 2, 37), [4, 2, 1])),
        Case("class-labels", **_run(_classes(9, 3, 4, 40), [4, 4, 1])),
        Case("left-over-gradients", **_run(regression(6, 2, 3, 43), [4, 2], lr=0.25, stale=True)),
        Case("evaluation-mode-stays", **_run(_classes(6, 3, 2, 46), [3, 3], training=False)),
        Case("momentum", **_run(regression(7, 3, 3, 49), [3, 3, 1], momentum=0.9)),
        Case("many-parts", **_run(_classes(13, 2, 3, 52), [2, 2, 2, 2, 2, 2, 1])),
        Case("single-precision", **as_single_precision(_run(regression(5, 3, 2, 55), [3, 2]))),
        Case("no-parts", raises="batches", **_run(regression(2, 3, 2, 58), [])),
        random_cases(_random_run),
    ],
    misconceptions=[
        edit("not-divided", "share.backward()", "(share * samples / len(y)).backward()")
        .believes("Gradients add up, so the parts' losses are taken as they are.")
        .ask("Each part's loss is a mean already: what is the sum of four means?"),
        edit("divided-by-the-number-of-parts", SHARE, " / len(batches)")
        .believes("The mean over the batch is the mean over its parts.")
        .ask("A part of one sample and a part of four: how much may each sample weigh?"),
        edit("cleared-in-the-loop", "share.backward()", "optimizer.zero_grad(); share.backward()")
        .believes("zero_grad stands before every backward.")
        .ask("Whose gradients are in .grad when you make the step?"),
        edit("step-in-the-loop", ONE_STEP, "    return total", "share.backward()", f"share.backward(); {STEP}")
        .believes("Every backward is followed by a step.")
        .ask("With which weights does the second part of the big batch have to be computed?"),
        edit("one-backward-at-the-end", "share.backward()", "", "share.item()", "share", ONE_STEP, ONE_BACKWARD)
        .believes("The losses are added up and go backward together.")
        .ask("How many graphs are in memory before your backward, and why was the batch cut at all?"),
        edit("never-cleared", CLEAR_ONCE, "")
        .believes("Accumulating means that zero_grad is left out.")
        .ask("What is in .grad when your function is called?"),
    ],
    hints=[
        "What would one backward pass on all samples put into .grad? Write it as a weighted sum over the parts.",
        "Clear once, one backward per part on its loss times n_b / N, one step at the end.",
        "share = loss(model(x), y) * (len(y) / samples); share.backward(); total += share.item()",
    ],
    variants=[Variant("gradients-divided-at-the-end", (SHARE, " * len(y)", ONE_STEP, DIVIDED_AT_THE_END))],
)


def drive_evaluate(
    evaluate: Any, x: Any, y: Any, w: Any, b: Any, sizes: Any, modes: Any, breaks: bool, device: str = "cpu"
) -> Any:
    """Measure a model whose modules have these modes; the loss may break."""
    import torch

    model = tiny_model(w, b, device)
    for module, mode in zip(model.modules(), modes, strict=True):
        module.training = mode

    def broken(outputs: Any, targets: Any) -> Any:
        raise ArithmeticError("this loss cannot be computed")

    moved: set[int] = set()
    measured = None
    with torch.enable_grad():  # a switch that is left off goes no further
        try:
            measured = evaluate(model, cut(x, y, sizes, moved), broken if breaks else WatchedLoss(), device)
        except ArithmeticError:
            if not breaks:
                raise
        enabled = torch.is_grad_enabled()
    result = {}
    if measured is not None:
        loss, accuracy = (as_single(value, w) for value in measured)
        result = {"loss": loss, "accuracy": accuracy, "tensors moved to the device": len(moved)}
    names = ["the whole model", "its first layer", "its last layer"]
    modes = [module.training for module in model.modules()]
    after = {f"{name} is in training mode": mode for name, mode in zip(names, modes, strict=True)}
    return {
        **result,
        "a graph is built": any(model.graphs),
        "afterwards": after,
        "afterwards gradients are enabled": enabled,
        "the loss's exception comes out": breaks and measured is None,
    }


def _measure(case: dict[str, Any], sizes: list[int], modes: str = "111", breaks: bool = False) -> dict[str, Any]:
    """`modes` says, for the model, its linear layer and its halving, whether they train."""
    return {**case, "sizes": sizes, "modes": [mode == "1" for mode in modes], "breaks": breaks}


def _random_measure(rng: np.random.Generator) -> dict[str, Any]:
    case, sizes = _random_data(rng, labels=True)
    return _measure(case, sizes, "".join(map(str, rng.integers(0, 2, 3))))


evaluate = Exercise(
    "evaluate",
    points=3,
    requires=["torch"],
    scenario=drive_evaluate,
    helpers=HELPERS,
    check=Value(tolerance=FLOAT32_SUMS),
    cases=[
        Case("one-batch", **_measure(_classes(5, 3, 4, 61), [5], "000")),
        Case("a-model-that-trains", **_measure(_classes(6, 3, 2, 64), [3, 3]), readonly=True),
        Case("a-last-batch-of-one", **_measure(_classes(9, 2, 3, 67), [4, 4, 1])),
        Case("a-model-that-does-not-train", **_measure(_classes(6, 2, 5, 70), [4, 2], "000")),
        Case("a-frozen-part", **_measure(_classes(5, 3, 3, 73), [3, 2], "110")),
        Case("only-one-part-trains", **_measure(_classes(7, 3, 2, 76), [3, 4], "001"), readonly=True),
        Case("an-exception", **_measure(_classes(8, 3, 2, 79), [4, 4], "110", breaks=True)),
        Case("single-precision", **as_single_precision(_measure(_classes(6, 3, 4, 82), [4, 2]))),
        Case("no-batches", raises="loader", **_measure(_classes(2, 3, 2, 85), [])),
        random_cases(_random_measure),
    ],
    misconceptions=[
        edit("evaluation-mode-missing", "    model.eval()\n", "")
        .believes("no_grad switches dropout off.")
        .ask("Which switch do dropout and batch norm look at, and which one does the graph?"),
        edit("graph-built", NO_GRAD, "if True:")
        .believes("eval() switches the graph off.")
        .ask("Nobody will call backward here: how do you tell autograd so?"),
        edit("left-in-evaluation-mode", RESTORE, "pass")
        .believes("Whoever trains next will switch the mode back.")
        .ask("In which mode was the model when you got it, and in which one do you leave it?"),
        edit("always-back-to-training", RESTORE, "model.train()")
        .believes("After an evaluation comes model.train().")
        .ask("What if the model was in evaluation mode when you got it?"),
        edit("frozen-parts-woken", RESTORE, "model.train(modes[0][1])")
        .believes("The model's own flag is the mode of all its parts.")
        .ask("model.train(was_training) sets every part: what becomes of a frozen batch norm?"),
        edit("lost-on-an-exception", "try:", "if True:", "finally:", "if True:")
        .believes("The modes are restored at the end.")
        .ask("Which statement runs its last block also when the loop above it raises?"),
        edit("gradients-left-off", NO_GRAD, "torch.set_grad_enabled(False)\n        if True:")
        .believes("set_grad_enabled(False) ends with the function.")
        .ask("Who switches gradients on again, if not a `with` block?"),
        edit("mean-over-batches", ".item() * len(y)", ".item()", HITS, HIT_RATE, "count += len(y)", "count += 1")
        .believes("Loss and accuracy are the means of the batches'.")
        .ask(THE_ONE_SAMPLE),
        edit("accuracy-first", "total / count, correct / count", "correct / count, total / count")
        .believes("The accuracy comes first in the pair.")
        .ask("In which order does the docstring name the two results?"),
        edit("count-of-right-answers", "correct / count", "float(correct)")
        .believes("Accuracy is how many answers are right.")
        .ask("What is the accuracy of a model that is always right?"),
        edit("batches-not-moved", MOVED, "batch")
        .believes("The model is on the GPU, so everything is.")
        .ask("Where does the loader leave its batches, and where are the weights?"),
    ],
    hints=[
        "Two switches and one memory: what decides about dropout, what about the graph, and what was set before?",
        "Remember (module, module.training) for model.modules(); eval(); no_grad(); restore in `finally`.",
        "for module, training in modes: module.training = training",
    ],
    variants=[Variant("inference-mode", ("torch.no_grad()", "torch.inference_mode()"))],
)
