"""adjust_brightness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.u13_practice.images import DATA_SET_CHANGED, bytes_of, pictures

EACH = "factors[:, None, None, None]"
SETUP, PRODUCT = f"each = {EACH}", "images * each.astype(images.dtype)"
BYTES, FLOATS = "np.minimum(np.rint(images * each), 255)", f"np.minimum({PRODUCT}, 1)"
WITH_WHITE = (SETUP, f"{SETUP}; white = 255 if images.dtype == np.uint8 else 1")
WITH_MEAN = (SETUP, f"{SETUP}; mean = images.mean(axis=(1, 2, 3), keepdims=True)")

GREYS = np.array([[0.2, 0.8], [0.4, 1.0]]).reshape(1, 2, 2, 1)
FACTORS = np.array([0.5, 1.0, 1.75])


def drawn(rng: np.random.Generator) -> Mapping[str, Any]:
    """Thirty-firsts, so that no byte times a factor comes near a half."""
    shape = (3, int(rng.integers(2, 5)), int(rng.integers(3, 6)), 2)
    factors = rng.permutation([12, 25, 47]) / 31
    if rng.random() < 0.5:
        return {"images": rng.integers(0, 256, shape, dtype=np.uint8), "factors": factors}
    return {"images": rng.random(shape), "factors": factors}


adjust_brightness = Exercise(
    "adjust_brightness",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"images": pictures(3, n, n + 1, 2), "factors": FACTORS},
    cases=[
        Case("darker", images=GREYS, factors=np.array([0.5])),
        Case("white-stays-white", images=GREYS, factors=np.array([1.5])),
        Case("a-factor-for-each-image", images=pictures(3, 2, 4, 1), factors=FACTORS, readonly=True),
        Case("as-many-channels-as-images", images=pictures(3, 2, 4, 3), factors=FACTORS),
        Case("bytes-do-not-wrap", images=bytes_of(3, 4, 5, 1), factors=np.array([10, 31, 50]) / 31),
        Case("bytes-are-rounded", images=bytes_of(2, 3, 5, 2, high=120), factors=np.array([20, 40]) / 31),
        Case("factor-zero", images=pictures(2, 3, 2, 1), factors=np.array([0.0, 1.25])),
        Case("factor-one-changes-nothing", images=bytes_of(2, 2, 3, 1), factors=np.ones(2)),
        Case("single-precision", images=pictures(2, 3, 4, 1).astype("f4"), factors=np.array([0.7, 1.3], "f4")),
        Case("negative-factor", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([1.0, -0.5])),
        Case("one-factor-for-two-images", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([0.5])),
        random_cases(drawn, count=3),
    ],
    misconceptions=[
        edit("wraps-around", BYTES, "np.rint(images * each).astype(np.int64)")
        .believes("Converting back to uint8 takes care of the range.")
        .ask("What is np.array([260]).astype(np.uint8)? Does that make a pixel of 250 brighter?"),
        edit("converted-as-it-is", BYTES, "(images * each).astype(np.int64)", FLOATS, PRODUCT)
        .believes("The dtype takes care of range and decimals.")
        .ask("What is np.array([260.7]).astype(np.uint8)? And may a floating pixel be 1.2?"),
        edit("decimals-cut-off", "np.rint(images * each)", "images * each")
        .believes("astype(np.uint8) rounds.")
        .ask("What does astype make of 7.9?"),
        edit("added", "images * each", "(images + white * (each - 1)).clip(0)", *WITH_WHITE)
        .believes("Brightness is added to every pixel.")
        .ask("What becomes of black: does factor · 0 make it grey?"),
        edit("contrast", "images * each", "(mean + (images - mean) * each).clip(0)", *WITH_MEAN)
        .believes("The distance from the mean is what is multiplied.")
        .ask("Does the mean of the image change in your version? Should it?"),
        edit("first-factor-for-all", EACH, "factors[0]")
        .believes("A batch has one brightness.")
        .ask("What are the other numbers in `factors` for?"),
        edit("factor-for-each-channel", EACH, "factors")
        .believes("images * factors multiplies each image by its factor.")
        .ask("With which axis of (N, H, W, C) does broadcasting line up an array of shape (N,)?"),
        edit("white-at-255-for-all", "images.dtype), 1)", "images.dtype), 255)")
        .believes("The largest value is 255, whatever the images are.")
        .ask("What is white in a floating image?"),
        edit("bytes-scaled-to-one", f"{BYTES}.astype(np.uint8)", "np.minimum(images / 255 * each, 1)")
        .believes("Afterwards images are floating numbers between 0 and 1.")
        .ask("Which dtype does the docstring promise for bytes?"),
        edit("data-set-changed", "return brighter", "images[...] = brighter; return images")
        .believes(DATA_SET_CHANGED)
        .ask("How bright are the images after a hundred epochs?"),
    ],
    hints=[
        "Two things go wrong easily: which factor meets which image, and what happens above white.",
        "factors[:, None, None, None] lines up with the images; bytes are multiplied in floating numbers.",
        "np.minimum(np.rint(images * each), 255).astype(np.uint8) for bytes, np.minimum(images * each, 1) otherwise.",
    ],
    variants=[
        Variant("image-by-image", ("images * each", "np.stack([image * f for image, f in zip(images, factors)])")),
        Variant(
            "with-a-table",
            (
                f"brighter: Array = {BYTES}.astype(np.uint8)",
                "tables = np.floor(np.arange(256) * factors[:, None] + 0.5).clip(0, 255).astype(np.uint8); "
                "brighter = np.stack([table[image] for table, image in zip(tables, images)])",
            ),
        ),
    ],
)
