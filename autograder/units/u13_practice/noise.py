"""add_noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks.pixel_noise import Noise
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u13_practice.images import DATA_SET_CHANGED, OWN_GENERATOR, bytes_of, drive_draws, pictures

NORMAL, NOISE = "rng.standard_normal(images.shape)", "std * rng.standard_normal(images.shape)"
SUM, END = f"images + {NOISE}", "; return images"
BYTES, FLOATS = "np.rint(noisy).clip(0, 255)", "noisy.clip(0, 1)"
WHICH_ARGUMENT = "Which one does rng.normal take: the standard deviation or its square?"

GREY = pictures(6, 10, 12, 2) * 0.2 + 0.4
GREY_BYTES = bytes_of(8, 20, 25, 1, low=90, high=160)


def drawn(rng: np.random.Generator) -> Mapping[str, Any]:
    """Grey images and so little noise that nothing is cut off."""
    shape = (int(rng.integers(4, 8)), int(rng.integers(9, 12)), int(rng.integers(12, 15)), 2)
    return {
        "images": rng.uniform(0.4, 0.6, shape),
        "seed": int(rng.integers(1, 2**31)),
        "std": float(rng.uniform(0.02, 0.04)),
    }


add_noise = Exercise(
    "add_noise",
    points=2,
    truth="none",
    scenario=drive_draws,
    check=Noise(),
    returns_new=True,
    vectorized=lambda n: {"images": pictures(3, n, n + 1, 2), "seed": 40, "std": 0.1},
    cases=[
        Case("no-noise", images=pictures(2, 3, 4, 1), seed=41, std=0.0),
        Case("middle-grey", images=GREY, seed=42, std=0.04, readonly=True),
        Case("little-noise", images=GREY + 0.05, seed=43, std=0.002),
        Case("black-and-white", images=np.tile(np.array([0.0, 1.0]), (4, 8, 9, 1)), seed=44, std=0.3),
        Case("bytes-are-rounded", images=GREY_BYTES, seed=45, std=2.0),
        Case("bytes-do-not-wrap", images=bytes_of(5, 9, 10, 3), seed=46, std=15.0),
        Case("black-bytes", images=np.zeros((3, 9, 8, 2), dtype=np.uint8), seed=47, std=20.0),
        Case("single-precision", images=GREY.astype(np.float32), seed=48, std=0.03),
        Case("negative-std", raises="std", images=pictures(2, 3, 4, 1), seed=49, std=-0.1),
        random_cases(drawn),
    ],
    misconceptions=[
        edit("same-noise-for-every-image", NORMAL, "rng.standard_normal(images.shape[1:])")
        .believes("One picture of noise is drawn and added to all images.")
        .ask("What shape do your random numbers have? What could a network learn from noise that never changes?"),
        edit("same-noise-for-every-channel", NORMAL, "rng.standard_normal((*images.shape[:3], 1))")
        .believes("Noise makes a pixel brighter or darker, in all channels alike.")
        .ask("How many numbers does a pixel have, and how many of them have a draw of their own?"),
        edit("one-number-for-each-image", NORMAL, "rng.standard_normal((len(images), 1, 1, 1))")
        .believes("Each image gets one random number.")
        .ask("What does adding one number to an image change: its grain, or its brightness?"),
        edit("uniform", NOISE, "rng.uniform(-std, std, images.shape)")
        .believes("Any random numbers up to std will do.")
        .ask("How often does normal noise exceed its standard deviation, and how often does yours?"),
        edit("only-brighter", NORMAL, "rng.random(images.shape)")
        .believes("rng.random() · std is noise of size std.")
        .ask("What is the mean of your noise? What happens to the brightness of the images?"),
        edit("std-read-as-variance", NOISE, f"np.sqrt(std) * {NORMAL}")
        .believes("The noise's variance is std.")
        .ask(WHICH_ARGUMENT),
        edit("variance-for-std", NOISE, f"std**2 * {NORMAL}")
        .believes("The generator wants the variance, std².")
        .ask(WHICH_ARGUMENT),
        edit("proportional-to-the-pixel", NOISE, f"images * {NOISE}")
        .believes("A pixel is multiplied by 1 + noise.")
        .ask("What happens to black pixels in your version?"),
        edit("wraps-around", BYTES, "np.rint(noisy).astype(np.int64)", FLOATS, "noisy")
        .believes("Converting to the images' dtype takes care of the range.")
        .ask("What is np.array([260]).astype(np.uint8)? And which range do floating images have?"),
        edit("converted-as-it-is", BYTES, "noisy.astype(np.int64)", FLOATS, "noisy")
        .believes("The dtype takes care of range and decimals.")
        .ask("What is np.array([260.7]).astype(np.uint8)? Which two things have to be done before?"),
        edit("white-at-255-for-all", BYTES, "noisy.clip(0, 255)", FLOATS, "noisy.clip(0, 255)")
        .believes("The numbers of an image lie between 0 and 255, whatever its dtype.")
        .ask("What is white in a floating image? And what does astype make of 7.9?"),
        edit("white-at-1-for-all", BYTES, FLOATS)
        .believes("The numbers of an image lie between 0 and 1, whatever its dtype.")
        .ask("What is white in an image of bytes?"),
        edit("decimals-cut-off", "np.rint(noisy)", "noisy")
        .believes("astype(np.uint8) rounds.")
        .ask("What does astype make of 7.9? What does that do to the mean brightness?"),
        edit(
            "rescaled-to-the-range",
            SUM,
            f"{SUM}; noisy -= noisy.min(); noisy /= noisy.max()",
            "(noisy)",
            "(255 * noisy)",
        )
        .believes("The smallest number becomes black and the largest one white.")
        .ask("What does a single outlier do to all other pixels? Are they cut off or squeezed?"),
        edit("generator-of-its-own", "rng.standard_normal", "np.random.default_rng(0).standard_normal")
        .believes(OWN_GENERATOR)
        .ask("In every epoch the noise would be the same. Whose seed should decide?"),
        edit("data-set-changed", "return ", "images[...] = ", ".astype(np.uint8)", END, ".astype(images.dtype)", END)
        .believes(DATA_SET_CHANGED)
        .ask("How noisy are the images after a hundred epochs?"),
    ],
    hints=[
        "How many random numbers do N images of H × W pixels and C channels need?",
        "Add in floating numbers, whatever the images are; then round (bytes only), cut off, convert, in that order.",
        "images + std * rng.standard_normal(images.shape); for bytes np.rint(…).clip(0, 255).astype(np.uint8).",
    ],
    variants=[
        Variant("rng-normal", (NOISE, "rng.normal(0, std, images.shape)")),
        Variant(
            "image-by-image",
            (SUM, "np.array([image + std * rng.standard_normal(image.shape) for image in images])"),
        ),
        Variant("half-rounded-up", ("np.rint(noisy)", "np.floor(noisy + 0.5)")),
    ],
)
