"""Assessment of training: samples held out."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid, normal
from autograder.units import _training_slips as slips

__all__ = ["train_validation_split"]


def _split_at(x: Array, y: Array, n_train: int) -> tuple[Array, Array, Array, Array]:
    return x[:n_train], y[:n_train], x[n_train:], y[n_train:]


def _first_held_out(x: Array, y: Array, fraction: float) -> tuple[Array, Array, Array, Array]:
    n_val = len(x) - int(len(x) * (1 - fraction))
    return x[n_val:], y[n_val:], x[:n_val], y[:n_val]


def _shuffled_split(x: Array, y: Array, fraction: float) -> tuple[Array, Array, Array, Array]:
    order = np.random.default_rng(0).permutation(len(x))
    return _split_at(x[order], y[order], int(len(x) * (1 - fraction)))


def _split_in_their_order(x: Array, y: Array, fraction: float) -> tuple[Array, Array, Array, Array]:
    n_train = int(len(x) * (1 - fraction))
    return x[:n_train], x[n_train:], y[:n_train], y[n_train:]


def _split_by_np_split(x: Array, y: Array, fraction: float) -> list[Array]:
    if not 0 < fraction < 1 or len(x) * (1 - fraction) < 1:
        raise ValueError(f"fraction: got {fraction}")
    if len(x) != len(y):
        raise ValueError("x and y have different lengths")
    (x_train, x_val), (y_train, y_val) = (np.split(each, [int(len(x) * (1 - fraction))]) for each in (x, y))
    return [x_train, y_train, x_val, y_val]


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
        Misconception(
            "first-samples-held-out",
            believes="The validation samples are cut off at the front.",
            wrong=_first_held_out,
            hint="Which end of the data does the docstring hold out?",
        ),
        Misconception(
            "shuffled-first",
            believes="A split is only fair after a shuffle, so the split does one.",
            wrong=_shuffled_split,
            hint="If the rows are a series in time, what does a shuffle tell the model about the future?",
        ),
        Misconception(
            "validation-part-rounded-down",
            believes="The held-out part has ⌊n · fraction⌋ samples, and training gets the rest.",
            wrong=lambda x, y, fraction: _split_at(x, y, len(x) - int(len(x) * fraction)),
            hint="With 11 samples and 1/4, which of 8.25 and 2.75 is rounded down?",
        ),
        Misconception(
            "rounded-to-the-nearest",
            believes="n (1 - fraction) is rounded like any other number.",
            wrong=lambda x, y, fraction: _split_at(x, y, round(len(x) * (1 - fraction))),
            hint="What is ⌊3.5⌋, and what does round(3.5) give?",
        ),
        Misconception(
            "fraction-is-the-training-part",
            believes="The fraction says how much to train on.",
            wrong=lambda x, y, fraction: _split_at(x, y, int(len(x) * fraction)),
            hint="With fraction 0.2, should 80 % or 20 % of the samples be learnt from?",
        ),
        Misconception(
            "x-parts-before-y-parts",
            believes="The results come as in scikit-learn: both parts of x, then both of y.",
            wrong=_split_in_their_order,
            hint="What are the names of the four results in the docstring, from left to right?",
        ),
        *slips.SPLIT,
    ],
    hints=[
        "How many samples does the training part have? Try it on paper for n = 11 and a quarter.",
        "One number decides everything: n_train. x and y are both cut there.",
        "x[:n_train], y[:n_train], x[n_train:], y[n_train:] with n_train = math.floor(len(x) * (1 - fraction)).",
    ],
    variants=[Variant("np-split", _split_by_np_split)],
)
