"""rotate90: quarter turns, a number of them for each image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns
from autograder.units.shared.arrays import grid
from autograder.units.u13_practice.images import bytes_of, pictures

TURNED = "np.rot90(images[chosen], quarter, axes=(1, 2))"
HALF_TURN, SWAPPED = "images[chosen][:, ::-1, ::-1]", "images[chosen].swapaxes(1, 2)"
ONE_MORE = "turned[chosen].swapaxes(1, 2)[:, ::-1]"
TURN_AFTER_TURN = ("np.empty_like(images)", "images.copy()", "range(4)", "range(3)", "== quarter", "> quarter")


def drawn(rng: np.random.Generator) -> Mapping[str, Any]:
    """One, three and two turns among others, in any order."""
    n, size = int(rng.integers(4, 7)), int(rng.integers(2, 5))
    turns = np.concatenate([[1, 3, 2], rng.integers(-5, 9, n - 3)])
    return {"images": rng.random((n, size, size, int(rng.integers(1, 4)))), "turns": rng.permutation(turns)}


rotate90 = Exercise(
    "rotate90",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"images": pictures(4, n, n, 2), "turns": np.array([1, 3, 2, 0])},
    cases=[
        Case("one-quarter", images=grid(1, 2, 2, 1), turns=np.array([1])),
        Case("three-rows", images=grid(1, 3, 3, 1), turns=np.array([1])),
        Case("one-of-each", images=grid(4, 3, 3, 1), turns=np.array([0, 1, 2, 3])),
        Case("in-any-order", images=pictures(5, 2, 2, 1), turns=np.array([3, 1, 0, 1, 2]), readonly=True),
        Case("none-turned", images=pictures(2, 3, 3, 2), turns=np.array([0, 0])),
        Case("as-many-channels-as-pixels", images=pictures(2, 3, 3, 3), turns=np.array([1, 2])),
        Case("as-many-images-as-rows", images=pictures(3, 3, 3, 2), turns=np.array([3, 1, 1])),
        Case("more-than-four-and-backwards", images=pictures(4, 2, 2, 1), turns=np.array([5, -1, 7, -6])),
        Case("bytes-stay-bytes", images=bytes_of(3, 4, 4, 2), turns=np.array([2, 1, 3])),
        Case("single-precision", images=pictures(2, 3, 3, 1).astype(np.float32), turns=np.array([1, 2])),
        Case("not-square", raises="images", images=grid(2, 2, 3, 1), turns=np.array([1, 0])),
        Case("fewer-turns-than-images", raises="turns", images=grid(3, 2, 2, 1), turns=np.array([1, 2])),
        random_cases(drawn),
    ],
    misconceptions=[
        edit("clockwise", "axes=(1, 2)", "axes=(2, 1)")
        .believes("A positive turn is clockwise.")
        .ask("Where does the upper right corner go? Which way round is that?"),
        edit("transposed", TURNED, f"{HALF_TURN} if quarter == 2 else {SWAPPED} if quarter else images[chosen]")
        .believes("Swapping rows and columns turns an image.")
        .ask("Which corner stays in place when rows and columns are swapped? Does a turn leave one in place?"),
        edit("half-turn-mirrors", TURNED, f"images[chosen][:, ::-1] if quarter == 2 else {TURNED}")
        .believes("Half a turn puts the rows upside down, and that is all.")
        .ask("Turn a page by half a turn: do you read it in a mirror, or upside down?"),
        returns("first-number-for-all", "np.rot90(images, turns[0], axes=(1, 2))")
        .believes("A batch is turned as a whole.")
        .ask("What are the other numbers in `turns` for?"),
        returns("batch-and-rows", "np.rot90(images, turns[0])")
        .believes("np.rot90 turns the first two axes, and those are the image.")
        .ask("Which axes of (N, H, W, C) make up the picture?"),
        returns("columns-and-channels", "np.stack([np.rot90(image, k, (1, 2)) for image, k in zip(images, turns)])")
        .believes("The last two axes are the picture.")
        .ask("One image is (H, W, C). Which two of these are the picture?"),
        edit("other-numbers-ignored", "np.empty_like(images)", "images.copy()", "turns % 4", "turns")
        .believes("Turns are 0, 1, 2 or 3.")
        .ask("What are five quarter turns? And minus one?"),
        returns("grouped-by-turns", "rotate90(images, turns)[np.argsort(turns % 4, kind='stable')]")
        .believes("Images of the same turn can be put together, whatever their order.")
        .ask("The labels keep their order. Is your first image still the first one?"),
    ],
    hints=[
        "Take a 2 × 2 image with the numbers 1 2 / 3 4, and write down what one counterclockwise turn makes of it.",
        "np.rot90 turns; it needs to be told which axes are the picture. Four kinds of images suffice: turns % 4.",
        "For k in range(4): turned[turns % 4 == k] = np.rot90(images[turns % 4 == k], k, axes=(1, 2)).",
    ],
    variants=[Variant("by-transposing", (*TURN_AFTER_TURN, TURNED, ONE_MORE))],
)
