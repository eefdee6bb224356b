"""Class numbers: what losses of scores and labels share."""

from __future__ import annotations

import numpy as np

from autograder.assessment.case import Case
from autograder.assessment.misconception import Misconception, edit
from autograder.units.shared.arrays import Array

__all__ = ["SCORES", "bad_labels", "labels_unchecked", "many_labels"]

#: Two rows of scores for four classes.
SCORES = np.array([[1.0, 3.0, 0.5, -2.0], [0.25, -1.0, 2.0, 1.5]])


def bad_labels(scores: str) -> list[Case]:
    """Labels that are none, for scores in the argument of that name."""
    bad = {
        "label-too-large": [0, 4],
        "label-minus-one": [1, -1],
        "one-hot-rows": [[0, 1, 0, 0], [1, 0, 0, 0]],
        "a-label-too-few": [2],
    }
    return [
        Case(label, raises="labels").with_inputs({scores: SCORES, "labels": np.array(given)})
        for label, given in bad.items()
    ]


def many_labels(n: int) -> Array:
    """Class numbers 0 to 2 for n samples."""
    return np.arange(n) % 3


def labels_unchecked(check: str) -> Misconception:
    """No check of the labels.

    Args:
        check: how the model answer checks them.
    """
    return (
        edit("labels-not-checked", check, "")
        .believes("NumPy complains about a class that does not exist.")
        .ask("Which column is number -1 to NumPy, and what do two rows make of a single label?")
    )
