"""Samples apart and in batches: train_validation_split, iterate_batches."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Property
from autograder.assessment.checks.batches import come_once_in_batches
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import Array, grid, normal

PARTS = "x[:n_train], y[:n_train], x[n_train:], y[n_train:]"

ORDER = "np.arange(len(x)) if rng is None else rng.permutation(len(x))"
ROWS = "order[start : start + batch_size]"
LOOP = "for start in range(0, len(x), batch_size):"
SHUFFLED_BATCHES = """starts = np.arange(0, len(x), batch_size)
    if rng is not None:
        rng.shuffle(starts[: len(x) // batch_size])
    for start in starts:"""


def drive_split(train_validation_split: Any, x: Any, y: Any, fraction: float) -> Any:
    """The four parts by name."""
    parts = train_validation_split(x, y, fraction)
    return dict(zip(("x_train", "y_train", "x_val", "y_val"), parts, strict=True)) if len(parts) == 4 else parts


def _random_split(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.integers(9, 40))
    fraction = float(rng.choice([0.125, 0.25, 0.375, 0.5]))
    return {"x": rng.standard_normal((n, 3)), "y": rng.integers(0, 5, n), "fraction": fraction}


train_validation_split = Exercise(
    "train_validation_split",
    parts=("x_train", "y_train", "x_val", "y_val"),
    points=1,
    scenario=drive_split,
    vectorized=lambda n: {"x": grid(n, 2), "y": np.arange(n), "fraction": 0.25},
    cases=[
        Case("ten-samples-a-fifth", x=grid(10, 2), y=np.arange(10), fraction=0.2),
        Case("training-part-rounded-down", x=grid(11, 3), y=np.arange(11) + 5, fraction=0.25),
        Case("half-of-an-odd-number", x=grid(7, 2), y=np.arange(7), fraction=0.5, readonly=True),
        Case("most-are-held-out", x=grid(10, 2), y=np.arange(10), fraction=0.75),
        Case("images-and-one-hot", x=grid(9, 2, 3, 1), y=np.eye(4)[np.arange(9) % 4], fraction=0.375),
        Case("bytes-stay-bytes", x=np.arange(24, dtype=np.uint8).reshape(8, 3), y=np.arange(8), fraction=0.25),
        Case("single-precision", x=normal(6, 2).astype(np.float32), y=np.arange(6), fraction=0.25),
        Case("fraction-of-one", raises="fraction", x=grid(4, 2), y=np.arange(4), fraction=1.0),
        Case("fraction-of-zero", raises="fraction", x=grid(4, 2), y=np.arange(4), fraction=0.0),
        Case("percent-is-no-fraction", raises="fraction", x=grid(4, 2), y=np.arange(4), fraction=20),
        Case("nothing-left-to-train-on", raises="fraction", x=grid(2, 2), y=np.arange(2), fraction=0.75),
        Case("fewer-labels-than-samples", raises="y", x=grid(4, 2), y=np.arange(3), fraction=0.5),
        random_cases(_random_split),
    ],
    misconceptions=[
        edit("first-samples-held-out", PARTS, "x[-n_train:], y[-n_train:], x[:-n_train], y[:-n_train]")
        .believes("The validation samples are cut off at the front.")
        .ask("Which end of the data does the docstring hold out?"),
        edit(
            "shuffled-first",
            *("n_train = math", "order = np.random.default_rng(0).permutation(len(x)); n_train = math"),
            *("x[", "x[order]["),
            *("y[", "y[order]["),
        )
        .believes("A split is only fair after a shuffle, so the split does one.")
        .ask("If the rows are a series in time, what does a shuffle tell the model about the future?"),
        edit("validation-part-rounded-down", "math.floor(len(x) * (1 - fraction))", "len(x) - int(len(x) * fraction)")
        .believes("The held-out part has ⌊n · fraction⌋ samples, and training gets the rest.")
        .ask("With 11 samples and 1/4, which of 8.25 and 2.75 is rounded down?"),
        edit("rounded-to-the-nearest", "math.floor", "round")
        .believes("n (1 - fraction) is rounded like any other number.")
        .ask("What is ⌊3.5⌋, and what does round(3.5) give?"),
        edit("fraction-is-the-training-part", "(1 - fraction)", "fraction")
        .believes("The fraction says how much to train on.")
        .ask("With fraction 0.2, should 80 % or 20 % of the samples be learnt from?"),
        edit("x-parts-before-y-parts", PARTS, "x[:n_train], x[n_train:], y[:n_train], y[n_train:]")
        .believes("The results come as in scikit-learn: both parts of x, then both of y.")
        .ask("What are the names of the four results in the docstring, from left to right?"),
        edit("one-sample-lost", "n_train:]", "n_train + 1 :]")
        .believes("The validation part begins after n_train.")
        .ask("x[:n] ends before sample n: which part is that sample in?"),
    ],
    hints=[
        "How many samples does the training part have? Try it on paper for n = 11 and a quarter.",
        "One number decides everything: n_train. x and y are both cut there.",
        "x[:n_train], y[:n_train], x[n_train:], y[n_train:] with n_train = math.floor(len(x) * (1 - fraction)).",
    ],
    variants=[
        Variant(
            "np-split",
            (
                f"return {PARTS}",
                "(x_train, x_val), (y_train, y_val) = (np.split(each, [n_train]) for each in (x, y))\n"
                "    return [x_train, y_train, x_val, y_val]",
            ),
        )
    ],
)


def drive_batches(iterate_batches: Any, x: Any, y: Any, batch_size: int, seed: Any, epochs: int) -> Any:
    """Some epochs with one generator, and the same again with another of the same seed."""

    def run() -> Any:
        rng = None if seed is None else np.random.default_rng(seed)
        return [[tuple(batch) for batch in iterate_batches(x, y, batch_size, rng)] for _ in range(epochs)]

    return {"epochs": run(), "again": run()}


def _random_batches(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.integers(30, 60))
    x, y = rng.standard_normal((n, 2)), rng.permutation(n)
    return {"x": x, "y": y, "batch_size": int(rng.integers(6, 10)), "seed": int(rng.integers(2**31)), "epochs": 3}


def _in_order(x: Array, y: Array, batch_size: int) -> dict[str, Any]:
    return {"x": x, "y": y, "batch_size": batch_size, "seed": None, "epochs": 1}


def _shuffled(x: Array, y: Array, batch_size: int) -> dict[str, Any]:
    return {"x": x, "y": y, "batch_size": batch_size, "seed": 3, "epochs": 2}


BYTE_IMAGES = np.arange(180, dtype=np.uint8).reshape(30, 3, 2, 1)

iterate_batches = Exercise(
    "iterate_batches",
    points=2,
    truth="none",
    check=Property(come_once_in_batches),
    scenario=drive_batches,
    vectorized=lambda n: _shuffled(grid(n, 2), np.arange(n), n // 4),
    cases=[
        Case("in-order-without-a-generator", **_in_order(grid(6, 2), np.arange(6) + 10, 2)),
        Case("last-batch-is-partial", **_in_order(grid(10, 3), np.arange(10), 4)),
        Case("batch-larger-than-the-data", **_in_order(grid(3, 2), np.arange(3), 8)),
        Case("one-sample-per-batch", **_in_order(grid(5, 2), np.arange(5), 1)),
        Case("shuffled-labels-follow", **_shuffled(grid(24, 2), np.arange(24) + 100, 6)),
        Case("shuffled-with-a-partial-batch", **_shuffled(grid(33, 3), np.arange(33), 8), readonly=True),
        Case("images-and-one-hot", **_shuffled(BYTE_IMAGES, np.eye(4)[np.arange(30) % 4], 7)),
        Case("single-precision", **_shuffled(normal(25, 2).astype(np.float32), grid(25, 1).astype(np.float32), 10)),
        Case("batch-size-of-zero", raises="batch_size", **_in_order(grid(4, 2), np.arange(4), 0)),
        Case("fewer-labels-than-samples", raises="y", **_in_order(grid(4, 2), np.arange(3), 2)),
        random_cases(_random_batches),
    ],
    misconceptions=[
        edit("partial-batch-dropped", LOOP, LOOP.replace("len(x)", "len(x) - batch_size + 1"))
        .believes("An epoch has n // batch_size batches.")
        .ask("With 10 samples and batches of 4, which samples does your model never see?"),
        edit("partial-batch-filled-up", ROWS, "order[np.arange(start, start + batch_size) % len(x)]")
        .believes("All batches have the same size, so the last one borrows from the start.")
        .ask("How often does each sample come in one epoch?"),
        edit("labels-not-permuted", "y[rows]", "y[start : start + batch_size]")
        .believes("Only the inputs need shuffling.")
        .ask("After the shuffle, whose label is y[0]?"),
        edit("shuffled-apart", "    order =", "    y = y if rng is None else y[rng.permutation(len(y))]\n    order =")
        .believes("x and y are both shuffled, each with a permutation of its own.")
        .ask("If x[7] moves to the front, what must move to the front of y?"),
        edit(
            "drawn-anew-per-batch",
            *(ROWS, "(order[start:] if rng is None else rng.permutation(order))[: min(batch_size, len(x) - start)]"),
        )
        .believes("Every batch shuffles all samples and takes the first ones.")
        .ask("How do you know that, after the last batch, every sample has come once?"),
        edit("drawn-with-repeats", "rng.permutation(len(x))", "rng.integers(0, len(x), len(x))")
        .believes("A batch is a draw of batch_size random indices.")
        .ask("Can your draw give the same index twice? Then which sample is left out?"),
        edit(
            "whole-batches-shuffled",
            *(ORDER, "np.arange(len(x))"),
            *(LOOP, SHUFFLED_BATCHES),
        )
        .believes("It is enough to shuffle the order of the batches.")
        .ask("If the data are sorted by class, what is in each of your batches?"),
        edit("global-random-state", "rng.permutation", "np.random.permutation")
        .believes("np.random.permutation is as good as the generator that was passed.")
        .ask("How can a caller repeat an experiment whose order does not come from `rng`?"),
        edit("generator-seeded-inside", "rng.permutation", "np.random.default_rng(42).permutation")
        .believes("A fixed seed inside the function makes it reproducible.")
        .ask("In which order does your second epoch come, and your tenth?"),
        edit(
            "shuffled-in-place",
            *(LOOP, f"x[:], y[:] = x[order], y[order]\n    {LOOP}"),
            *(ROWS, "np.arange(len(x))[start : start + batch_size]"),
        )
        .believes("x and y may be rearranged: they are only training data.")
        .ask("Whose arrays are x and y, and what else might the caller do with their order?"),
        edit("never-shuffled", ORDER, "np.arange(len(x))")
        .believes("Batches are cut from the samples as they come.")
        .ask("Which line of yours uses `rng`?"),
        edit("shuffled-without-a-generator", ORDER, "(rng or np.random.default_rng(1)).permutation(len(x))")
        .believes("Batches are always shuffled.")
        .ask("What does the docstring say about rng=None?"),
    ],
    hints=[
        "Shuffle an order, not the data: an array of row numbers.",
        "One permutation per call; each batch takes the next batch_size numbers of it, from x and y alike.",
        "for start in range(0, n, batch_size): rows = order[start:start + batch_size]; yield x[rows], y[rows]",
    ],
    variants=[
        Variant(
            "index-list-shuffled",
            """
            order = list(range(len(x)))
            if rng is not None:
                rng.shuffle(order)
            return [[x[rows], y[rows]] for rows, _ in iterate_batches(np.array(order), y, batch_size, None)]
            """,
        ),
        Variant("sorted-by-random-keys", ("rng.permutation(len(x))", "np.argsort(rng.random(len(x)))")),
    ],
)
