"""Wrong ways to average: misconceptions of every loss that is a mean, and of its gradient."""

from __future__ import annotations

from autograder.assessment.misconception import Misconception, edit
from autograder.units.shared.families import sign_flipped

__all__ = [
    "broadcast_silently",
    "gradients_over_elements",
    "gradients_over_rows",
    "means_over_elements",
    "means_over_rows",
]

HOW_MANY_ELEMENTS = "Two samples with three outputs each: how many numbers does the mean run over?"
ONE_PER_ROW = "The loss is one number per row. How many of them are averaged?"


def means_over_elements(prediction: str = "y_pred") -> list[Misconception]:
    """Wrong averages of a loss that is `np.mean` over all elements.

    Args:
        prediction: what the argument is called whose axis 0 counts the samples.
    """
    return [
        _sum_not_mean(),
        edit("divided-by-rows", "np.mean(", f"1 / len({prediction}) * np.sum(")
        .believes("The mean runs over samples: divide by N.")
        .ask(HOW_MANY_ELEMENTS),
        broadcast_silently(),
        _not_reduced("one-loss-per-element"),
    ]


def means_over_rows(prediction: str = "y_pred") -> list[Misconception]:
    """Wrong averages of a loss that is `np.mean` over one number per row.

    Args:
        prediction: what the argument is called whose last axis is the row.
    """
    return [
        _sum_not_mean(),
        _not_reduced("one-loss-per-row"),
        edit("divided-by-elements", "np.mean(", f"1 / {prediction}.shape[-1] * np.mean(")
        .believes("The mean runs over all numbers of the array: divide by N · C.")
        .ask(ONE_PER_ROW),
    ]


def gradients_over_elements(prediction: str = "p") -> list[Misconception]:
    """Wrong factors of a gradient that the model answer divides by the number of elements.

    Args:
        prediction: what the array is called whose size divides.
    """
    return [
        _not_averaged(f" / {prediction}.size"),
        edit("divided-by-rows", f"{prediction}.size", f"len({prediction})")
        .believes("The mean runs over samples: divide by N.")
        .ask(HOW_MANY_ELEMENTS),
        _turned_around(),
    ]


def gradients_over_rows(division: str = "/ len(p)", elements: str = "p.size") -> list[Misconception]:
    """Wrong factors of a gradient that the model answer divides by the number of rows.

    Args:
        division: how it does that.
        elements: the number of elements as an expression.
    """
    return [
        _not_averaged(f" {division}"),
        edit("divided-by-elements", division, f"/ {elements}")
        .believes("The mean runs over all numbers of the array: divide by N · C.")
        .ask(ONE_PER_ROW),
        _turned_around(),
    ]


def broadcast_silently() -> Misconception:
    """No check of the shapes: a column and a vector make a square."""
    return (
        edit("broadcast-silently", "first.shape != second.shape", "False")
        .believes("NumPy complains when two shapes do not fit.")
        .ask("What shape does the difference of an array of shape (3, 1) and one of shape (3,) have?")
    )


def _sum_not_mean() -> Misconception:
    return (
        edit("sum-not-mean", "np.mean(", "np.sum(")
        .believes("A loss adds up what all samples contribute.")
        .ask("Twice as many samples of the same kind come in: should the loss double, or stay?")
    )


def _not_reduced(name: str) -> Misconception:
    return (
        edit(name, "np.mean(", "np.asarray(")
        .believes("Every prediction has a loss of its own, and they are all returned.")
        .ask("Which one number should training make smaller?")
    )


def _not_averaged(division: str) -> Misconception:
    return (
        edit("not-averaged", division, "")
        .believes("The mean is for people to read; the gradient is that of each term on its own.")
        .ask("Each term is multiplied by which factor in the mean? Does its slope keep it?")
    )


def _turned_around() -> Misconception:
    return (
        sign_flipped()
        .believes("The gradient points where the prediction should go.")
        .ask("A prediction rises: does the loss rise or fall? Which sign is that?")
    )
