"""zoom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit
from autograder.units.shared.arrays import grid
from autograder.units.u13_practice.images import bytes_of, pictures

POSITION = "(np.arange(last + 1) - last / 2) / factors[:, None] + last / 2"
CLIPPED = "position = np.expand_dims(position.clip(0, last), (3 - axis, 3))"
SHOWN = "shown = np.expand_dims(position == position.clip(0, last), (3 - axis, 3))"
INTERPOLATED = "left + share * (right - left)"

IMAGE_BY_IMAGE = """
    require_one_per_image("factors", factors, images)
    return np.concatenate([zoom(images[n : n + 1], factors[n : n + 1]) for n in range(len(images))])
"""
BY_MATRICES = """
    require_one_per_image("factors", factors, images)
    if min(factors) <= 0:
        raise ValueError("factors: want positive numbers")
    zoomed = images.astype(np.float64)
    for axis, product in ((1, "npi,nijc->npjc"), (2, "nqj,nijc->niqc")):
        n = images.shape[axis]
        shown = (np.arange(n) + 0.5 - n / 2) / factors[:, None] + n / 2 - 0.5
        distances = np.abs(shown.clip(0, n - 1)[:, :, None] - np.arange(n))
        zoomed = np.einsum(product, np.maximum(1 - distances, 0), zoomed)
    return (np.rint(zoomed) if images.dtype == np.uint8 else zoomed).astype(images.dtype)
"""


def drawn(rng: np.random.Generator) -> Mapping[str, Any]:
    """Three images, of which one is made smaller and two larger."""
    shape = (3, int(rng.integers(3, 6)), int(rng.integers(5, 8)), int(rng.integers(1, 3)))
    factors = [rng.uniform(0.5, 0.9), rng.uniform(1.1, 1.6), rng.uniform(1.7, 3.0)]
    return {"images": rng.random(shape), "factors": rng.permutation(factors)}


zoom = Exercise(
    "zoom",
    points=3,
    returns_new=True,
    vectorized=lambda n: {"images": pictures(3, n, n + 1, 2), "factors": np.array([0.8, 1.0, 1.7])},
    cases=[
        Case("factor-one-changes-nothing", images=pictures(2, 3, 4, 1), factors=np.ones(2)),
        Case("one-row-twice-as-large", images=np.reshape([0.0, 0.2, 0.8, 1.0], (1, 1, 4, 1)), factors=np.array([2.0])),
        Case("one-column-odd", images=np.reshape([0.1, 0.9, 0.5], (1, 3, 1, 1)), factors=np.array([1.6])),
        Case("both-axes", images=grid(1, 4, 5, 1, start=0.0, step=0.05), factors=np.array([1.6])),
        Case("smaller-continues-the-edge", images=pictures(1, 5, 4, 1), factors=np.array([0.6])),
        Case(
            "a-factor-for-each-image", images=pictures(3, 4, 5, 2), factors=np.array([0.75, 1.25, 2.5]), readonly=True
        ),
        Case("very-close", images=pictures(1, 6, 7, 1), factors=np.array([40.0])),
        Case("bytes-are-rounded", images=bytes_of(2, 4, 5, 2), factors=np.array([1.37, 0.81])),
        Case("single-precision", images=pictures(2, 4, 3, 1).astype("f4"), factors=np.array([1.3, 0.7], "f4")),
        Case("factor-zero", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([1.0, 0.0])),
        Case("negative-factor", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([-1.0, 2.0])),
        Case("one-factor-for-two-images", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([2.0])),
        random_cases(drawn),
    ],
    misconceptions=[
        edit("about-the-corner", POSITION, "np.arange(last + 1) / factors[:, None]")
        .believes("Pixel p shows position p / factor.")
        .ask("Which pixel stays where it is in your version? Which one should?"),
        edit("half-a-pixel-off", "last / 2", "(last + 1) / 2")
        .believes("The middle of n pixels is at n / 2.")
        .ask("Which position lies in the middle of the positions 0, 1, 2, 3?"),
        edit("resized-and-cut-off", POSITION, "(np.arange(last + 1) + 0.5) / factors[:, None] - 0.5")
        .believes("The image is resized, and its upper left part is kept.")
        .ask("Which part of a large picture do you see when you step closer: the corner or the middle?"),
        edit("factor-upside-down", "/ factors[:, None]", "* factors[:, None]")
        .believes("Positions are multiplied by the factor.")
        .ask("Enlarged twice, how much of the image can you still see? How far apart are the positions shown?"),
        edit("nearest-pixel", "(position - below)", "(position - below >= 0.5)")
        .believes("Each pixel shows the pixel that is nearest.")
        .ask("What lies between 0.2 and 0.8, in the middle? Which value does your version have there?"),
        edit("position-cut-to-whole", INTERPOLATED, "left")
        .believes("A position is turned into an index with int().")
        .ask("Position 2.9 has two neighbours. How much does each of them count?"),
        edit("shares-swapped", INTERPOLATED, "share * left + (1 - share) * right")
        .believes("The left neighbour counts t, the right one 1 - t.")
        .ask("At position 2.9, which neighbour is nearer? Which one counts more in your version?"),
        edit("black-outside", CLIPPED, f"{SHOWN}; {CLIPPED}", INTERPOLATED, f"shown * ({INTERPOLATED})")
        .believes("Where there is no image, it is black.")
        .ask("What does the docstring do with positions outside 0 … n - 1?"),
        edit("first-factor-for-all", "factors[:, None]", "factors[:1, None]")
        .believes("A batch is enlarged as a whole.")
        .ask("What are the other numbers in `factors` for?"),
        edit("rows-alone", "for axis in (1, 2)", "for axis in (1,)")
        .believes("One axis is enlarged.")
        .ask("Is a circle still a circle?"),
        edit("decimals-cut-off", "np.rint(zoomed)", "zoomed")
        .believes("astype(np.uint8) rounds.")
        .ask("What does astype make of 7.9?"),
    ],
    hints=[
        "Take one row, 0, 0.2, 0.8, 1, and factor 2: which positions do the four pixels show? Write them down.",
        "Both axes are done alike, one after the other: positions, the neighbours below and above, the share between.",
        "q = ((arange(n) - m) / factor + m).clip(0, n - 1); i = ⌊q⌋; v[i] + (q - i) (v[min(i + 1, n - 1)] - v[i])",
    ],
    variants=[Variant("by-matrices", BY_MATRICES), Variant("image-by-image", IMAGE_BY_IMAGE)],
)
