"""Assessment of mirrored images: flip_horizontal, flip_vertical."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Property
from autograder.inputs import Array
from autograder.units._practice_draws import (
    DELTA,
    INDEPENDENT,
    bytes_of,
    drive_draws,
    form_line,
    improbable,
    pictures,
    seed_line,
)

__all__ = ["flip_horizontal", "flip_vertical"]

Rng = np.random.Generator
ALIKE = "all images of a call are treated alike: each needs a draw of its own"


def _chosen(rng: Rng, images: Array, rate: float) -> Array:
    """Which images are mirrored, shaped to be broadcast."""
    return (rng.random(len(images)) < rate)[:, None, None, None]


def _problem(got: Any, images: Array, seed: int, rate: float, axis: int) -> str | None:
    if line := form_line(got, images.shape, images.dtype):
        return line
    got, more = {key: got[key] for key in (*INDEPENDENT, "again")}, got.get("more", [])
    if more and len({int(_equal(draw, np.flip(images, axis)).sum()) for draw in more}) == 1:
        return f"every one of {len(more)} calls mirrors the same number of images: each image needs a chance of its own"
    flips = {}
    for key, draw in got.items():
        kept, mirrored = (_equal(draw, each) for each in (images, np.flip(images, axis)))
        if not (kept | mirrored).all():
            return _stranger(draw[~(kept | mirrored)], images, axis)
        flips[key] = mirrored
    if rate in (0, 1):
        return _certain_line(np.concatenate(list(flips.values())), bool(rate))
    return _chance_line(flips, len(images), rate)


def _equal(draw: Array, images: Array) -> Array:
    same: Array = (draw == images).all(axis=(1, 2, 3))
    return same


def _stranger(strange: Array, images: Array, axis: int) -> str:
    """What an image is that is neither as it was nor mirrored."""
    sources = np.concatenate([images, np.flip(images, axis)])
    if all((each == sources).all(axis=(1, 2, 3)).any() for each in strange):
        return "an image stands where another one was: its label no longer fits"
    for name, other in (("the channels", 3), ("the rows" if axis == 2 else "the columns", 3 - axis)):
        changed = np.flip(images, other)
        if all((each == changed).all(axis=(1, 2, 3)).any() for each in strange):
            return f"{name} of an image are reversed, want the {'columns' if axis == 2 else 'rows'}"
    return "an image is neither as it was nor mirrored"


def _certain_line(mirrored: Array, wanted: bool) -> str | None:
    if (mirrored == wanted).all():
        return None
    how_many = "some images are" if (mirrored == wanted).any() else "every image is"
    return f"with rate {wanted:d}, {how_many} {'kept' if wanted else 'mirrored'}, want none"


def _chance_line(flips: dict[str, Array], n: int, rate: float) -> str | None:
    independent = [flips[key] for key in INDEPENDENT]
    if (rate**n + (1 - rate) ** n) ** 3 < DELTA and all((each == each[0]).all() for each in independent):
        return ALIKE
    if line := seed_line(flips, (rate**2 + (1 - rate) ** 2) ** n):
        return line
    count = sum(each.sum() for each in independent)
    if improbable(count, 3 * n, rate):
        return f"too {'many' if count > 3 * n * rate else 'few'} images are mirrored for rate {rate:g}"
    return None


def _refused(rate: float) -> None:
    if not 0 <= rate <= 1:
        raise ValueError(f"rate {rate}")


def _image_by_image(axis: int) -> Callable[..., Array]:
    def right(rng: Rng, images: Array, rate: float = 0.5) -> Array:
        _refused(rate)
        return np.array([np.flip(image, axis - 1) if rng.uniform() < rate else image for image in images])

    return right


def _by_index(axis: int) -> Callable[..., Array]:
    def right(rng: Rng, images: Array, rate: float = 0.5) -> Array:
        _refused(rate)
        flipped, chosen = images.copy(), rng.binomial(1, rate, len(images)).astype(bool)
        flipped[chosen] = np.flip(flipped[chosen], axis)
        return flipped

    return right


def _in_place(axis: int) -> Callable[..., Array]:
    def wrong(rng: Rng, images: Array, rate: float = 0.5) -> Array:
        chosen = rng.random(len(images)) < rate
        images[chosen] = np.flip(images[chosen], axis)
        return images

    return wrong


def _row_by_row(axis: int) -> Callable[..., Array]:
    def wrong(rng: Rng, images: Array, rate: float = 0.5) -> Array:
        chosen = rng.random((len(images), images.shape[3 - axis])) < rate
        return np.where(np.expand_dims(chosen, (axis, 3)), np.flip(images, axis), images)

    return wrong


def _exact_share(rng: Rng, images: Array, rate: float) -> Array:
    chosen = np.zeros(len(images), dtype=bool)
    chosen[rng.permutation(len(images))[: round(rate * len(images))]] = True
    return chosen[:, None, None, None]


def _neighbours_swapped(rng: Rng, images: Array, rate: float = 0.5) -> Array:
    return np.where(_chosen(rng, images, rate), images[::-1], images)


def _random(rng: Rng) -> Mapping[str, Any]:
    return {
        "images": rng.random((int(rng.integers(70, 90)), int(rng.integers(2, 4)), int(rng.integers(4, 6)), 2)),
        "seed": int(rng.integers(1, 2**31)),
        "rate": float(rng.uniform(0.35, 0.65)),
    }


def _misconceptions(axis: int, what: str, other: str) -> list[Misconception]:
    def where(choose: Callable[..., Any], changed: Callable[[Array], Array] | None = None) -> Callable[..., Array]:
        """A wrong version from which images it chooses, and what it makes of them."""
        change = changed or (lambda images: np.flip(images, axis))
        return lambda rng, images, rate=0.5: np.where(choose(rng, images, rate), change(images), images)

    return [
        Misconception(
            "one-draw-for-the-batch",
            believes="One random number decides for the whole batch.",
            wrong=where(lambda rng, images, rate: rng.random() < rate),
            hint="How many images are there, and how many random numbers were drawn?",
        ),
        Misconception(
            "always-mirrored",
            believes="Augmentation mirrors the images.",
            wrong=where(lambda rng, images, rate: True),
            hint="If every image is mirrored, what has the network more than before? Which images should stay?",
        ),
        Misconception(
            "other-axis",
            believes=f"The {other} are reversed.",
            wrong=where(_chosen, lambda images: np.flip(images, 3 - axis)),
            hint="In (N, H, W, C), which axis runs to the right, and which down? Which is to be reversed?",
        ),
        Misconception(
            "channels-reversed",
            believes="The last axis runs from left to right.",
            wrong=where(_chosen, lambda images: images[..., ::-1]),
            hint="What stands on the last axis of (N, H, W, C)? What would red and blue say to that?",
        ),
        Misconception(
            "batch-reversed",
            believes="Reversing the first axis mirrors the images.",
            wrong=_neighbours_swapped,
            hint="What stands on the first axis? Whose label does the image have afterwards?",
        ),
        Misconception(
            "turned-by-180-degrees",
            believes="To mirror is to reverse rows and columns.",
            wrong=where(_chosen, lambda images: images[:, ::-1, ::-1]),
            hint=f"In a mirror only {what} change places. What do the other ones do?",
        ),
        Misconception(
            "each-line-on-its-own",
            believes="Every line of pixels gets a draw.",
            wrong=_row_by_row(axis),
            hint="Would you still recognise the cat? What has to be mirrored together?",
        ),
        Misconception(
            "rate-read-as-kept",
            believes="The rate says how many images stay as they are.",
            wrong=where(lambda rng, images, rate: ~_chosen(rng, images, rate)),
            hint="With rate 0, is no image mirrored or every one?",
        ),
        Misconception(
            "rate-ignored",
            believes="A coin decides: half of the images are mirrored.",
            wrong=where(lambda rng, images, rate: _chosen(rng, images, 0.5)),
            hint="With rate 0.9, how many of a hundred images should be mirrored?",
        ),
        Misconception(
            "exact-share",
            believes="Rate 0.5 means that half of the images are mirrored.",
            wrong=where(_exact_share),
            hint="With four images and rate 0.5, may a call mirror three of them? Is each image's chance its own?",
        ),
        Misconception(
            "generator-of-its-own",
            believes="A generator made inside with a fixed seed makes results reproducible.",
            wrong=where(lambda rng, images, rate: _chosen(np.random.default_rng(0), images, rate)),
            hint="In every epoch the same images would be mirrored. Whose seed should decide?",
        ),
        Misconception(
            "global-generator",
            believes="np.random is where random numbers come from.",
            wrong=where(lambda rng, images, rate: (np.random.rand(len(images)) < rate)[:, None, None, None]),
            hint="What is `rng` for, if it is never asked?",
        ),
        Misconception(
            "data-set-mirrored",
            believes="The images may be mirrored where they stand.",
            wrong=_in_place(axis),
            hint="Which images does the next epoch start from, and which does the caller still have?",
        ),
        Misconception(
            "mirrored-ones-added",
            believes="The mirrored images are put behind the others.",
            wrong=lambda rng, images, rate=0.5: np.concatenate([images, np.flip(images, axis)]),
            hint="How many labels are there? How many images should come out?",
        ),
    ]


def _cases() -> list[Any]:
    return [
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
        random_cases(_random),
    ]


def _many(n: int) -> Mapping[str, Any]:
    return {"images": pictures(3, n, n + 1, 2), "seed": 11, "rate": 0.5}


flip_horizontal = Exercise(
    "flip_horizontal",
    points=1,
    truth="none",
    scenario=drive_draws,
    check=Property(lambda got, images, seed, calls=0, rate=0.5: _problem(got, images, seed, rate, 2)),
    returns_new=True,
    vectorized=_many,
    cases=_cases(),
    misconceptions=_misconceptions(2, "left and right", "rows"),
    hints=[
        "There are two questions: which images are mirrored, and what a mirrored image is. Take them one by one.",
        "One random number per image, compared with the rate; a slice with a negative step reverses an axis.",
        "np.where(flipped[:, None, None, None], images[:, :, ::-1], images) with flipped = rng.random(N) < rate.",
    ],
    variants=[Variant("image-by-image", _image_by_image(2)), Variant("by-index", _by_index(2))],
)

flip_vertical = Exercise(
    "flip_vertical",
    points=1,
    truth="none",
    scenario=drive_draws,
    check=Property(lambda got, images, seed, calls=0, rate=0.5: _problem(got, images, seed, rate, 1)),
    returns_new=True,
    vectorized=_many,
    cases=_cases(),
    misconceptions=_misconceptions(1, "top and bottom", "columns"),
    hints=[
        "Only one axis differs from `flip_horizontal`: which one runs down?",
        "Reverse the order of the rows, in those images whose own random number is below the rate.",
        "np.where(flipped[:, None, None, None], images[:, ::-1], images) with flipped = rng.random(N) < rate.",
    ],
    variants=[Variant("image-by-image", _image_by_image(1)), Variant("by-index", _by_index(1))],
)
