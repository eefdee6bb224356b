"""Assessment of PyTorch: an epoch of training, a measurement, and a big batch in parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Value
from autograder.inputs import normal, spread
from autograder.units import _pytorch_loop_wrong as wrong
from autograder.units import _pytorch_slips as slips
from autograder.units._pytorch_shared import (
    FLOAT32_SUMS,
    TinySGD,
    WatchedLoss,
    arriving,
    as_single,
    as_single_precision,
    cut,
    numbers,
    tagged,
    tiny_model,
    weights_of,
)

__all__ = ["accumulate_gradients", "evaluate", "train_epoch"]

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


def _regression(n: int, features: int, outputs: int, seed: int) -> dict[str, Any]:
    return {
        "x": normal(n, features, seed=seed),
        "y": normal(n, outputs, seed=seed + 1),
        "w": normal(features, outputs, seed=seed + 2),
        "b": spread(-1, 1, outputs) + 0.25,
    }


def _classes(n: int, features: int, classes: int, seed: int) -> dict[str, Any]:
    return {**_regression(n, features, classes, seed), "y": np.arange(n) * 5 % classes}


def _run(
    case: dict[str, Any],
    sizes: list[int],
    lr: float = 0.5,
    momentum: float = 0.0,
    training: bool = True,
    stale: bool = False,
) -> dict[str, Any]:
    return {**case, "sizes": sizes, "lr": lr, "momentum": momentum, "training": training, "stale": stale}


def _random_data(rng: np.random.Generator, labels: bool) -> tuple[dict[str, Any], list[int]]:
    sizes = [int(size) for size in rng.integers(1, 5, int(rng.integers(3, 7)))]
    n, features, outputs = sum(sizes), int(rng.integers(2, 5)), int(rng.integers(2, 5))
    y = rng.integers(0, outputs, n) if labels else rng.standard_normal((n, outputs))
    w, b = rng.standard_normal((features, outputs)), rng.standard_normal(outputs)
    return {"x": rng.standard_normal((n, features)), "y": y, "w": w, "b": b}, sizes


def _random_run(rng: np.random.Generator) -> dict[str, Any]:
    case, sizes = _random_data(rng, labels=bool(rng.random() < 0.5))
    return _run(case, sizes, 0.3, momentum=0.5, training=bool(rng.random() < 0.5), stale=bool(rng.random() < 0.5))


train_epoch = Exercise(
    "train_epoch",
    points=3,
    requires=["torch"],
    scenario=drive_training,
    helpers=HELPERS,
    check=Value(tolerance=FLOAT32_SUMS),
    cases=[
        Case("one-batch", **_run(_regression(4, 3, 2, 1), [4])),
        Case("two-equal-batches", **_run(_regression(6, 2, 3, 4), [3, 3]), readonly=True),
        Case("class-labels", **_run(_classes(8, 3, 4, 7), [4, 4])),
        Case("a-last-batch-of-one", **_run(_regression(9, 3, 2, 10), [4, 4, 1])),
        Case("a-model-left-in-evaluation-mode", **_run(_classes(6, 3, 2, 13), [3, 3], training=False)),
        Case("left-over-gradients", **_run(_regression(6, 2, 3, 16), [3, 3], lr=0.25, stale=True)),
        Case("momentum", **_run(_regression(9, 3, 3, 19), [3, 3, 3], lr=0.1, momentum=0.9)),
        Case("many-batches", **_run(_classes(13, 2, 3, 22), [2, 2, 2, 2, 2, 2, 1])),
        Case("single-precision", **as_single_precision(_run(_regression(5, 3, 2, 25), [3, 2]))),
        Case("no-batches", raises="loader", **_run(_regression(2, 3, 2, 28), [])),
        random_cases(_random_run),
    ],
    misconceptions=[
        Misconception(
            "zero-grad-missing",
            believes="backward() writes the gradient into .grad.",
            wrong=wrong.epoch_without_zero_grad,
            hint="backward() adds to .grad: what stands there when the second batch comes?",
        ),
        Misconception(
            "step-without-gradients",
            believes="zero_grad, backward and step may stand in any order, or one of them be left out.",
            wrong=wrong.epoch_with_late_zero_grad,
            hint="Follow one batch through your calls: what stands in .grad when `optimizer.step()` reads it?",
        ),
        Misconception(
            "step-before-backward",
            believes="First the step, then the gradients for the next one.",
            wrong=wrong.epoch_with_step_first,
            hint="Which gradients does your very first step use?",
        ),
        Misconception(
            "training-mode-forgotten",
            believes="A model is in training mode unless it is told otherwise.",
            wrong=wrong.epoch_without_train_mode,
            hint="The epoch before ended with an evaluation: who switches dropout on again?",
        ),
        Misconception(
            "graph-kept",
            believes="total += loss adds up numbers.",
            wrong=wrong.epoch_that_keeps_graphs,
            hint="What hangs on `loss` besides its number, and how long does it live if `total` holds it?",
        ),
        Misconception(
            "mean-over-batches",
            believes="The epoch's loss is the mean of its batches' losses.",
            wrong=wrong.epoch_with_batch_means,
            hint="If the last batch has one sample and the others four, how much does each sample count?",
        ),
        Misconception(
            "last-batch-only",
            believes="The loss after the loop is the epoch's loss.",
            wrong=wrong.epoch_with_last_loss,
            hint="What is overwritten each time round your loop?",
        ),
        Misconception(
            "batches-not-moved",
            believes="The model is on the GPU, so everything is.",
            wrong=wrong.epoch_without_moving,
            hint="On which device does a loader put its tensors, and what does a GPU do with a CPU tensor?",
        ),
        Misconception(
            "seeded-inside",
            believes="A seed at the beginning of the function makes training reproducible.",
            wrong=wrong.epoch_seeded_inside,
            hint="Which units does dropout drop in the first batch of each of your epochs? Whose seed should decide?",
        ),
        *slips.EPOCH,
    ],
    hints=[
        "Write the calls of one batch in order. Which ones must come before `backward`, which after?",
        "model.train(); per batch: move, zero_grad, forward, loss, backward, step; sum up detached losses times n.",
        "total = total + value.detach() * len(y); count += len(y); after the loop: return float(total) / count",
    ],
    variants=[Variant("with-items", wrong.right_epoch), Variant("sum-in-place", wrong.epoch_with_sum_in_place)],
)

accumulate_gradients = Exercise(
    "accumulate_gradients",
    points=3,
    requires=["torch"],
    scenario=drive_training,
    helpers=HELPERS,
    check=Value(tolerance=FLOAT32_SUMS),
    cases=[
        Case("one-part", **_run(_regression(4, 3, 2, 31), [4])),
        Case("two-equal-parts", **_run(_regression(6, 2, 3, 34), [3, 3]), readonly=True),
        Case("parts-of-different-sizes", **_run(_regression(7, 3, 2, 37), [4, 2, 1])),
        Case("class-labels", **_run(_classes(9, 3, 4, 40), [4, 4, 1])),
        Case("left-over-gradients", **_run(_regression(6, 2, 3, 43), [4, 2], lr=0.25, stale=True)),
        Case("evaluation-mode-stays", **_run(_classes(6, 3, 2, 46), [3, 3], training=False)),
        Case("momentum", **_run(_regression(7, 3, 3, 49), [3, 3, 1], momentum=0.9)),
        Case("many-parts", **_run(_classes(13, 2, 3, 52), [2, 2, 2, 2, 2, 2, 1])),
        Case("single-precision", **as_single_precision(_run(_regression(5, 3, 2, 55), [3, 2]))),
        Case("no-parts", raises="batches", **_run(_regression(2, 3, 2, 58), [])),
        random_cases(_random_run),
    ],
    misconceptions=[
        Misconception(
            "not-divided",
            believes="Gradients add up, so the parts' losses are taken as they are.",
            wrong=wrong.accumulate_sums,
            hint="Each part's loss is a mean already: what is the sum of four means?",
        ),
        Misconception(
            "divided-by-the-number-of-parts",
            believes="The mean over the batch is the mean over its parts.",
            wrong=wrong.accumulate_part_means,
            hint="A part of one sample and a part of four: how much may each sample weigh?",
        ),
        Misconception(
            "cleared-in-the-loop",
            believes="zero_grad stands before every backward.",
            wrong=wrong.accumulate_with_clearing,
            hint="Whose gradients are in .grad when you make the step?",
        ),
        Misconception(
            "step-in-the-loop",
            believes="Every backward is followed by a step.",
            wrong=wrong.accumulate_with_steps,
            hint="With which weights does the second part of the big batch have to be computed?",
        ),
        Misconception(
            "one-backward-at-the-end",
            believes="The losses are added up and go backward together.",
            wrong=wrong.accumulate_graphs,
            hint="How many graphs are in memory before your backward, and why was the batch cut at all?",
        ),
        Misconception(
            "never-cleared",
            believes="Accumulating means that zero_grad is left out.",
            wrong=wrong.accumulate_on_leftovers,
            hint="What is in .grad when your function is called?",
        ),
    ],
    hints=[
        "What would one backward pass on all samples put into .grad? Write it as a weighted sum over the parts.",
        "Clear once, one backward per part on its loss times n_b / N, one step at the end.",
        "share = loss(model(x), y) * (len(y) / samples); share.backward(); total += share.item()",
    ],
    variants=[Variant("gradients-divided-at-the-end", wrong.accumulate_then_divide)],
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
        Misconception(
            "evaluation-mode-missing",
            believes="no_grad switches dropout off.",
            wrong=wrong.evaluate_in_training_mode,
            hint="Which switch do dropout and batch norm look at, and which one does the graph?",
        ),
        Misconception(
            "graph-built",
            believes="eval() switches the graph off.",
            wrong=wrong.evaluate_with_graph,
            hint="Nobody will call backward here: how do you tell autograd so?",
        ),
        Misconception(
            "left-in-evaluation-mode",
            believes="Whoever trains next will switch the mode back.",
            wrong=wrong.evaluate_without_restoring,
            hint="In which mode was the model when you got it, and in which one do you leave it?",
        ),
        Misconception(
            "always-back-to-training",
            believes="After an evaluation comes model.train().",
            wrong=wrong.evaluate_then_train,
            hint="What if the model was in evaluation mode when you got it?",
        ),
        Misconception(
            "frozen-parts-woken",
            believes="The model's own flag is the mode of all its parts.",
            wrong=wrong.evaluate_with_one_flag,
            hint="model.train(was_training) sets every part: what becomes of a frozen batch norm?",
        ),
        Misconception(
            "lost-on-an-exception",
            believes="The modes are restored at the end.",
            wrong=wrong.evaluate_without_finally,
            hint="Which statement runs its last block also when the loop above it raises?",
        ),
        Misconception(
            "gradients-left-off",
            believes="set_grad_enabled(False) ends with the function.",
            wrong=wrong.evaluate_with_grad_left_off,
            hint="Who switches gradients on again, if not a `with` block?",
        ),
        Misconception(
            "mean-over-batches",
            believes="Loss and accuracy are the means of the batches'.",
            wrong=wrong.evaluate_batch_means,
            hint="How much does the one sample of the last batch count?",
        ),
        *slips.EVALUATE,
        Misconception(
            "batches-not-moved",
            believes="The model is on the GPU, so everything is.",
            wrong=wrong.evaluate_where_data_are,
            hint="Where does the loader leave its batches, and where are the weights?",
        ),
    ],
    hints=[
        "Two switches and one memory: what decides about dropout, what about the graph, and what was set before?",
        "Remember (module, module.training) for model.modules(); eval(); no_grad(); restore in `finally`.",
        "for module, training in modes: module.training = training",
    ],
    variants=[Variant("inference-mode", wrong.right_evaluate)],
)
