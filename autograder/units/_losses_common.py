"""What the exercises of losses share: cases of targets and predictions, wrong ways to average, the usual slips."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Misconception
from autograder.inputs import Array, grid, normal

__all__ = [
    "EPSILON", "backward_slips", "broadcast_silently", "floored", "forward_slips", "many", "many_labels", "one_hot",
    "real_numbers", "row_backward_slips", "row_count", "row_forward_slips", "unequal_rows", "unequal_shapes",
]  # fmt: skip

EPSILON = 1e-7
Loss = Callable[..., Any]

WHICH_N = "Two samples with three outputs each: how many numbers does the mean run over?"
ONE_PER_ROW = "The loss is one number per row. How many of them are averaged?"
SAME_LOSS = "Twice as many samples of the same kind come in: should the loss double, or stay?"


def one_hot(labels: Sequence[int], classes: int) -> Array:
    """One-hot rows, float64."""
    values: Array = np.eye(classes)[np.asarray(labels)]
    return values


def floored(x: Array) -> Array:
    """At least 1e-7."""
    return np.maximum(x, EPSILON)


def real_numbers(backward: bool = False) -> list[Case]:
    """Targets and predictions of any real size: one number, a vector with a tie, a table, images, both precisions."""
    integers = np.array([[3, 0, -4], [7, -1, 2]])
    return [
        Case("one-number", y_true=np.array([1.0]), y_pred=np.array([4.0])),
        Case(
            "vector-with-a-right-one",
            y_true=np.array([1.0, -2.0, 3.5, 0.5]),
            y_pred=np.array([2.0, -4.5, 3.5, 0.25]),
            readonly=True,
        ),
        Case("table", y_true=normal(2, 3, seed=1, scale=2.0), y_pred=normal(2, 3, seed=2, scale=2.0)),
        Case("images", y_true=normal(2, 2, 3, 1, seed=3), y_pred=normal(2, 2, 3, 1, seed=4)),
        Case(
            "single-precision",
            y_true=np.array([[1.0, -2.0, 0.5]], np.float32),
            y_pred=np.array([[1.5, 1.0, -0.25]], np.float32),
        ),
        Case("integer-targets", y_true=integers, y_pred=grid(2, 3, start=-2.5) if backward else integers[::-1]),
    ]


def unequal_shapes() -> Case:
    """A column of predictions for a vector of targets, which would broadcast to a square."""
    return Case("a-column-for-a-vector", raises="y_pred", y_true=grid(3), y_pred=grid(3, 1, step=0.5))


def many(n: int) -> Mapping[str, Any]:
    """Targets and predictions for n samples, on which nothing may loop."""
    return {"y_true": np.abs(normal(n, 3, seed=1)), "y_pred": np.abs(normal(n, 3))}


def many_labels(n: int) -> Array:
    """Class numbers 0 to 2 for n samples."""
    return np.arange(n) % 3


def not_averaged(parts: Loss) -> Misconception:
    """A sum where the loss is a mean; `parts` gives what is averaged."""
    return Misconception(
        "sum-not-mean",
        believes="A loss adds up what all samples contribute.",
        wrong=lambda y_true, y_pred: parts(y_true, y_pred).sum(),
        hint=SAME_LOSS,
    )


def averaged_over_rows(elements: Loss) -> Misconception:
    """Divided by N where there are N · C elements."""
    return Misconception(
        "divided-by-rows",
        believes="The mean runs over samples: divide by N.",
        wrong=lambda y_true, y_pred: elements(y_true, y_pred).sum() / len(y_pred),
        hint=WHICH_N,
    )


def python_float(right: Loss) -> Misconception:
    """The right number as a Python float, which is double precision."""
    return Misconception(
        "python-float",
        believes="A loss is a Python float.",
        wrong=lambda y_true, y_pred: float(right(y_true, y_pred)),
        hint="What precision does a Python float have, and which one came in?",
    )


def broadcast_silently(right: Loss) -> Misconception:
    """No check of the shapes: a column and a vector make a square."""
    return Misconception(
        "broadcast-silently",
        believes="NumPy complains where two shapes do not fit.",
        wrong=right,
        hint="What shape does the difference of an array of shape (3, 1) and one of shape (3,) have?",
    )


def not_reduced(name: str, parts: Loss) -> Misconception:
    """What is averaged, without the mean."""
    return Misconception(
        name,
        believes="Every prediction has a loss of its own, and they are returned.",
        wrong=parts,
        hint="Which one number should training make smaller?",
    )


def forward_slips(elements: Loss, precision: bool = True) -> list[Misconception]:
    """The usual slips of a loss that is the mean over all elements; with or without that of a Python float."""

    def right(y_true: Array, y_pred: Array) -> Any:
        return elements(y_true, y_pred).mean()

    slips = [
        not_averaged(elements),
        averaged_over_rows(elements),
        broadcast_silently(right),
        not_reduced("one-loss-per-element", elements),
    ]
    return [*slips, python_float(right)] if precision else slips


def gradient_not_averaged(slope: Loss) -> Misconception:
    """The slope without the 1/n of the mean."""
    return Misconception(
        "not-averaged",
        believes="The mean is for people to read; the gradient is that of each element's own term.",
        wrong=slope,
        hint="Each element's term is multiplied by which factor in the mean? Does its slope keep it?",
    )


def divided_by_rows(slope: Loss) -> Misconception:
    """The slope divided by N where there are N · C elements."""
    return Misconception(
        "divided-by-rows",
        believes="The mean runs over samples: divide by N.",
        wrong=lambda y_true, y_pred: slope(y_true, y_pred) / len(y_pred),
        hint=WHICH_N,
    )


def sign_flipped(slope: Loss, count: Callable[[Array], int]) -> Misconception:
    """The direction of the step instead of the gradient."""
    return Misconception(
        "sign-flipped",
        believes="The gradient points to where the prediction should go.",
        wrong=lambda y_true, y_pred: -slope(y_true, y_pred) / count(y_pred),
        hint="Where the prediction is too large, does a larger one raise the loss? Which sign is that?",
    )


def backward_slips(slope: Loss) -> list[Misconception]:
    """The usual slips of the gradient of a loss that is the mean over all elements; `slope` is each term's own."""
    return [gradient_not_averaged(slope), divided_by_rows(slope), sign_flipped(slope, lambda y_pred: y_pred.size)]


def unequal_rows() -> Case:
    """One row of predictions for two rows of targets, which would broadcast."""
    return Case("one-row-for-two", raises="y_pred", y_true=one_hot([0, 2], 3), y_pred=np.array([0.2, 0.5, 0.3]))


def row_count(y_pred: Array) -> int:
    """How many rows there are, along all axes but the last."""
    count: int = y_pred.size // y_pred.shape[-1]
    return count


def row_forward_slips(rows: Loss) -> list[Misconception]:
    """The usual slips of a loss that is the mean over rows; `rows` gives one number per row."""
    return [
        not_averaged(rows),
        not_reduced("one-loss-per-row", rows),
        Misconception(
            "divided-by-elements",
            believes="The mean runs over all numbers of the array: divide by N · C.",
            wrong=lambda y_true, y_pred: rows(y_true, y_pred).mean() / y_pred.shape[-1],
            hint=ONE_PER_ROW,
        ),
        python_float(lambda y_true, y_pred: rows(y_true, y_pred).mean()),
    ]


def row_backward_slips(slope: Loss) -> list[Misconception]:
    """The usual slips of the gradient of a loss that is the mean over rows; `slope` is that of each row's number."""
    return [
        gradient_not_averaged(slope),
        Misconception(
            "divided-by-elements",
            believes="The mean runs over all numbers of the array: divide by N · C.",
            wrong=lambda y_true, y_pred: slope(y_true, y_pred) / y_pred.size,
            hint=ONE_PER_ROW,
        ),
        sign_flipped(slope, row_count),
    ]
