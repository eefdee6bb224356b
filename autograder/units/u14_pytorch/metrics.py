"""no_sync_metrics: sums that stay on the device."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Value
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit
from autograder.units.shared.arrays import normal
from autograder.units.u14_pytorch.tiny_model import FLOAT32_SUMS, as_single, as_single_precision, tagged

HITS = "(logits.argmax(dim=1) == labels).sum()"
HITS_IN_NUMPY = "int((logits.detach().cpu().numpy().argmax(axis=1) == labels.cpu().numpy()).sum())"
READ = "torch.stack([total, correct.to(total.dtype)]).tolist()"
COLUMNS = f"""
    rows = [(loss.detach() * len(labels), {HITS}, len(labels)) for loss, logits, labels in steps]
    if not rows:
        raise ValueError("steps: got no batches")
    losses, hits, counts = zip(*rows, strict=True)
"""


def read_counter() -> Any:
    """A mode that counts numbers read from tensors, and operations whose size depends on values."""
    import torch
    from torch.overrides import TorchFunctionMode

    reads = {"item", "tolist", "numpy", "cpu", "is_nonzero", "equal", "allclose"}
    reads |= {f"__{name}__" for name in ("float", "int", "bool", "index", "complex", "array", "format", "repr")}
    sizes = {"nonzero", "argwhere", "masked_select", "unique"}

    class ReadCounter(TorchFunctionMode):
        calls = 0
        numbers = 0
        sizes = 0

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = getattr(func, "__name__", "")
            index = args[1] if name == "__getitem__" else None
            is_mask = isinstance(index, torch.Tensor) and index.dtype == torch.bool
            self.calls += 1
            self.numbers += name in reads
            self.sizes += name in sizes or is_mask
            return func(*args, **(kwargs or {}))

    return ReadCounter()


def drive_no_sync_metrics(no_sync_metrics: Any, x: Any, y: Any, w: Any, sizes: Any, device: str = "cpu") -> Any:
    """Hand over one batch after another, and note how much has been read when the last one is in."""
    import torch

    weights = torch.tensor(w, device=device, requires_grad=True)
    data, labels = torch.tensor(x, device=device), torch.tensor(y, device=device)
    counter, alive = read_counter(), [0]
    references: list[Any] = []
    before: dict[str, int] = {}
    idle: list[bool] = []

    def steps() -> Any:
        for part, part_labels in zip(data.split(sizes), labels.split(sizes), strict=True):
            alive.append(sum(reference() is not None for reference in references))
            logits = part @ weights
            loss = tagged(torch.nn.functional.cross_entropy(logits, part_labels), references)
            calls = counter.calls
            yield loss, logits, part_labels
            idle.append(counter.calls == calls)
        before.update(numbers=counter.numbers, sizes=counter.sizes)

    with counter:
        loss, accuracy = no_sync_metrics(steps(), device)
    keeps_graphs = max(alive) > 2
    kinds = ["float" if isinstance(each, (float, int)) else type(each).__name__ for each in (loss, accuracy)]
    return {
        "types of loss and accuracy": ", ".join(kinds),
        "loss": as_single(loss, w),
        "accuracy": as_single(accuracy, w),
        "numbers read while batches were coming": before.get("numbers", 0),
        "sizes that depended on values": before.get("sizes", 0),
        "at most two reads follow the last batch": counter.numbers - before.get("numbers", 0) <= 2,
        "all batches are collected before the first is used": keeps_graphs and all(idle),
        "graphs of earlier batches are kept": keeps_graphs,
    }


def _inputs(features: int, classes: int, sizes: list[int], seed: int) -> dict[str, Any]:
    n = sum(sizes)
    y = np.arange(n) * 3 % classes
    return {"x": normal(n, features, seed=seed), "y": y, "w": normal(features, classes, seed=seed + 1), "sizes": sizes}


def _random_inputs(rng: np.random.Generator) -> dict[str, Any]:
    sizes = [int(size) for size in rng.integers(1, 6, int(rng.integers(3, 9)))]
    n, features, classes = sum(sizes), int(rng.integers(2, 5)), int(rng.integers(2, 6))
    x, w = rng.standard_normal((n, features)), rng.standard_normal((features, classes))
    return {"x": x, "y": rng.integers(0, classes, n), "w": w, "sizes": sizes}


no_sync_metrics = Exercise(
    "no_sync_metrics",
    points=3,
    requires=["torch"],
    scenario=drive_no_sync_metrics,
    helpers=[tagged, as_single, read_counter],
    check=Value(tolerance=FLOAT32_SUMS),
    cases=[
        Case("one-batch", **_inputs(3, 4, [6], 401)),
        Case("two-equal-batches", **_inputs(2, 3, [4, 4], 403), readonly=True),
        Case("a-last-batch-of-one", **_inputs(3, 2, [4, 4, 1], 405)),
        Case("many-batches", **_inputs(2, 4, [3] * 8, 407), readonly=True),
        Case("batches-of-one", **_inputs(3, 3, [1] * 5, 409)),
        Case("single-precision", **as_single_precision(_inputs(4, 3, [5, 3], 411))),
        Case("no-batches", raises="steps", **_inputs(2, 3, [], 413)),
        random_cases(_random_inputs, count=3),
    ],
    misconceptions=[
        edit("item-per-batch", "loss.detach()", "loss.item()", HITS, f"{HITS}.item()")
        .believes("loss.item() is only a number.")
        .ask("The number is not computed yet when you ask for it: who waits, and how often?"),
        edit("one-number-read-in-each-batch", HITS, f"int({HITS})")
        .believes("One .item(), or one int, per batch does no harm.")
        .ask("Where must a number travel before Python can add it, and what does the device do until then?"),
        edit("compared-in-numpy", HITS, HITS_IN_NUMPY)
        .believes("Accuracy is computed with NumPy.")
        .ask("How many bytes do you move to the CPU per batch, and what can torch compute where they are?"),
        edit("indexed-with-a-mask", HITS, "len(labels[logits.argmax(dim=1) == labels])")
        .believes("Counting hits is taking the hits and asking how many there are.")
        .ask("How does Python know the shape of labels[mask] before the device has compared?"),
        edit("graph-kept", "loss.detach()", "loss")
        .believes("The losses are summed up like any numbers.")
        .ask("Which part of `loss` do you need for a plot, and what is kept alive with the rest?"),
        edit("batches-collected", "in steps", "in list(steps)")
        .believes("The batches may be put into a list first; what is summed up is detached.")
        .ask("Each loss and each logits comes with its graph: how many of them does your list hold at the end?"),
        edit("mean-over-batches", " * len(labels)", "", HITS, f"{HITS} / len(labels)", "+= len(labels)", "+= 1")
        .believes("The epoch's numbers are the means of its batches'.")
        .ask("How much does the one sample of the last batch count?"),
        body(
            "read-one-by-one-afterwards",
            f"{COLUMNS}    return sum(map(float, losses)) / sum(counts), sum(map(float, hits)) / sum(counts)",
        )
        .believes("After the loop it does not matter how often one reads.")
        .ask("Each read is a round trip: who could add up the list before it travels?"),
    ],
    hints=[
        "Which of your operations gives a Python number, or needs one?",
        "Start two tensors at zero on the device, add to them, and read them after the loop; detach the loss.",
        "total = total + loss.detach() * len(labels); correct = correct + (logits.argmax(dim=1) == labels).sum()",
    ],
    variants=[
        Variant("two-reads", (READ, "total.item(), correct.item()")),
        Variant(
            "lists-of-tensors",
            f"{COLUMNS}    return tuple(torch.stack(each).sum().item() / sum(counts) for each in (losses, hits))",
        ),
        Variant("sums-in-place", ("total = total + ", "total += ", "correct = correct + ", "correct += ")),
    ],
)
