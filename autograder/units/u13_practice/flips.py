"""flip_horizontal and flip_vertical: one assessment, in which the axis differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, RandomCases, random_cases
from autograder.assessment.checks import Property
from autograder.assessment.checks.mirrored_images import mirrored_left_to_right, mirrored_upside_down
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import Misconception, edit, returns
from autograder.units.u13_practice.images import DATA_SET_CHANGED, OWN_GENERATOR, bytes_of, drive_draws, pictures

LEFT_TO_RIGHT, UPSIDE_DOWN = "images[:, :, ::-1]", "images[:, ::-1]"
DRAW, CHOSEN = "rng.random(len(images))", "flipped[:, None, None, None]"


def many(n: int) -> Mapping[str, Any]:
    """Three images of n rows."""
    return {"images": pictures(3, n, n + 1, 2), "seed": 11, "rate": 0.5}


def drawn(rng: np.random.Generator) -> Mapping[str, Any]:
    """Images, a seed and a rate near one half."""
    return {
        "images": rng.random((int(rng.integers(70, 90)), int(rng.integers(2, 4)), int(rng.integers(4, 6)), 2)),
        "seed": int(rng.integers(1, 2**31)),
        "rate": float(rng.uniform(0.35, 0.65)),
    }


CASES: list[Case | RandomCases] = [
    Case("half-of-the-images", images=pictures(60, 2, 3, 1), seed=1, rate=0.5),
    Case("rate-one-mirrors-all", images=pictures(5, 2, 3, 1), seed=2, rate=1.0),
    Case("rate-zero-mirrors-none", images=pictures(5, 4, 3, 1), seed=3, rate=0.0),
    Case("rate-not-given", images=pictures(60, 3, 5, 1), seed=12),
    Case("colour", images=pictures(60, 3, 4, 3), seed=4, rate=0.5, readonly=True),
    Case("rarely", images=pictures(170, 3, 2, 1), seed=5, rate=0.1),
    Case("mostly", images=pictures(170, 2, 3, 1), seed=6, rate=0.9),
    Case("bytes-stay-bytes", images=bytes_of(60, 5, 4, 2), seed=7, rate=0.5),
    Case("single-precision", images=pictures(60, 4, 5, 1).astype(np.float32), seed=8, rate=0.4),
    Case("how-many-is-chance-too", images=pictures(4, 2, 3, 1), seed=13, calls=60),
    Case("negative-rate", raises="rate", images=pictures(4, 2, 3, 1), seed=9, rate=-0.1),
    Case("percent-is-no-rate", raises="rate", images=pictures(4, 2, 3, 1), seed=10, rate=50),
    random_cases(drawn),
]

#: Wrong answers to which images are mirrored.
WRONG_CHOICES = [
    edit("one-draw-for-the-batch", f"{DRAW} < rate", "np.full(len(images), rng.random() < rate)")
    .believes("One random number decides for the whole batch.")
    .ask("How many images are there, and how many random numbers were drawn?"),
    edit("always-mirrored", CHOSEN, "True")
    .believes("Augmentation mirrors the images.")
    .ask("If every image is mirrored, what does the network see more of? Which images should stay?"),
    edit("rate-read-as-kept", "< rate", ">= rate")
    .believes("The rate says how many images stay as they are.")
    .ask("With rate 0, is no image mirrored or every one?"),
    edit("rate-ignored", "< rate", "< 0.5")
    .believes("A coin decides: half of the images are mirrored.")
    .ask("With rate 0.9, how many of a hundred images should be mirrored?"),
    edit("exact-share", f"{DRAW} < rate", "rng.permutation(len(images)) < round(rate * len(images))")
    .believes("Rate 0.5 means that half of the images are mirrored.")
    .ask("With four images and rate 0.5, may a call mirror three of them? Is each image's chance its own?"),
    edit("generator-of-its-own", "rng.random(", "np.random.default_rng(0).random(")
    .believes(OWN_GENERATOR)
    .ask("In every epoch the same images would be mirrored. Whose seed should decide?"),
    edit("global-generator", "rng.random(", "np.random.random(")
    .believes("np.random is where random numbers come from.")
    .ask("What is `rng` for, if it is never asked?"),
    edit("data-set-mirrored", "return np.where", "images[...] = np.where", ", images)", ", images); return images")
    .believes(DATA_SET_CHANGED)
    .ask("Which images does the next epoch start from, and which does the caller still have?"),
]


def wrong_mirrors(mirrored: str, other: str, what: str, others: str, lines: str) -> list[Misconception]:
    """Wrong answers to what a mirrored image is.

    Args:
        mirrored: the mirrored images, as the model answer says it.
        other: the images mirrored along the other axis.
        what: what changes places in a mirrored image.
        others: what is reversed along the other axis.
        lines: the shape of one draw for each line that is mirrored.
    """
    return [
        edit("other-axis", mirrored, other)
        .believes(f"The {others} are reversed.")
        .ask("In (N, H, W, C), which axis runs to the right, and which down? Which one has to be reversed?"),
        edit("channels-reversed", mirrored, "images[..., ::-1]")
        .believes("The last axis runs from left to right.")
        .ask("What is on the last axis of (N, H, W, C)? What would happen to red and blue?"),
        edit("batch-reversed", mirrored, "images[::-1]")
        .believes("Reversing the first axis mirrors the images.")
        .ask("What is on the first axis? Whose label does the image have afterwards?"),
        edit("turned-by-180-degrees", mirrored, "images[:, ::-1, ::-1]")
        .believes("To mirror is to reverse rows and columns.")
        .ask(f"In a mirror only {what} change places. What do the other two do?"),
        edit("each-line-on-its-own", CHOSEN, f"rng.random({lines}) < rate")
        .believes("Every line of pixels gets a draw.")
        .ask("Would you still recognise the cat? What has to be mirrored together?"),
        returns("mirrored-ones-added", f"np.concatenate([images, {mirrored}])")
        .believes("The mirrored images are put behind the others.")
        .ask("How many labels are there? How many images should come out?"),
    ]


def variants(mirrored: str) -> list[Variant]:
    """Flips that loop over the images, or pick some of them."""
    each = mirrored.replace("images[:, ", "image[")
    one_by_one = f"np.array([{each} if rng.uniform() < rate else image for image in images])"
    picked = f"""
        require_rate(rate)
        chosen = rng.binomial(1, rate, len(images)).astype(bool)
        flipped = images.copy()
        flipped[chosen] = {mirrored}[chosen]
        return flipped
    """
    return [Variant("image-by-image", f"require_rate(rate); return {one_by_one}"), Variant("by-index", picked)]


flip_horizontal = Exercise(
    "flip_horizontal",
    points=1,
    truth="none",
    scenario=drive_draws,
    check=Property(mirrored_left_to_right),
    returns_new=True,
    vectorized=many,
    cases=CASES,
    misconceptions=WRONG_CHOICES
    + wrong_mirrors(LEFT_TO_RIGHT, UPSIDE_DOWN, "left and right", "rows", "(*images.shape[:2], 1, 1)"),
    hints=[
        "There are two questions: which images are mirrored, and what a mirrored image is. Take them one by one.",
        "One random number per image, compared with the rate; a slice with a negative step reverses an axis.",
        "np.where(flipped[:, None, None, None], images[:, :, ::-1], images) with flipped = rng.random(N) < rate.",
    ],
    variants=variants(LEFT_TO_RIGHT),
)

flip_vertical = Exercise(
    "flip_vertical",
    points=1,
    truth="none",
    scenario=drive_draws,
    check=Property(mirrored_upside_down),
    returns_new=True,
    vectorized=many,
    cases=CASES,
    misconceptions=WRONG_CHOICES
    + wrong_mirrors(UPSIDE_DOWN, LEFT_TO_RIGHT, "top and bottom", "columns", "(len(images), 1, images.shape[2], 1)"),
    hints=[
        "Only one axis differs from `flip_horizontal`: which one runs down?",
        "Reverse the order of the rows, in those images whose own random number is below the rate.",
        "np.where(flipped[:, None, None, None], images[:, ::-1], images) with flipped = rng.random(N) < rate.",
    ],
    variants=variants(UPSIDE_DOWN),
)
