"""Assessment of what is done to each image by a number of its own: rotate90, adjust_brightness."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, grid
from autograder.units._practice_draws import bytes_of, pictures

__all__ = ["adjust_brightness", "rotate90"]


def _turned(images: Array, turn: Callable[[Array, int], Array], turns: Any) -> Array:
    return np.stack([turn(image, int(k)) for image, k in zip(images, turns, strict=True)])


def _by_transposing(images: Array, turns: Array) -> Array:
    if images.shape[1] != images.shape[2]:
        raise ValueError("images are not square")
    if turns.shape != (len(images),):
        raise ValueError("turns: one per image")

    def turn(image: Array, k: int) -> Array:
        for _ in range(k % 4):
            image = image.transpose(1, 0, 2)[::-1]
        return image

    return _turned(images, turn, turns)


def _transposed_once(image: Array, k: int) -> Array:
    return image.transpose(1, 0, 2) if k % 2 else (image[::-1, ::-1] if k % 4 == 2 else image)


def _turned_by_mirrors(image: Array, k: int) -> Array:
    """A half turn taken for a mirror image."""
    return image[::-1] if k % 4 == 2 else np.rot90(image, k)


def _in_groups(images: Array, turns: Array) -> Array:
    return np.concatenate([np.rot90(images[turns % 4 == k], k, axes=(1, 2)) for k in range(4)])


def _only_zero_to_three(image: Array, k: int) -> Array:
    return np.rot90(image, k) if 0 <= k < 4 else image


def _random_turns(rng: np.random.Generator) -> Mapping[str, Any]:
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
        random_cases(_random_turns),
    ],
    misconceptions=[
        Misconception(
            "clockwise",
            believes="A turn goes the way of the clock's hands.",
            wrong=lambda images, turns: _turned(images, lambda image, k: np.rot90(image, -k), turns),
            hint="Where does the upper right corner go? Which way round is that?",
        ),
        Misconception(
            "transposed",
            believes="Swapping rows and columns turns an image.",
            wrong=lambda images, turns: _turned(images, _transposed_once, turns),
            hint="Which corner stays where it is when rows and columns are swapped? Does a turn leave one in place?",
        ),
        Misconception(
            "half-turn-mirrors",
            believes="Half a turn puts the rows upside down, and that is all.",
            wrong=lambda images, turns: _turned(images, _turned_by_mirrors, turns),
            hint="Turn a page by half a turn: can it be read in a mirror, or upside down?",
        ),
        Misconception(
            "first-number-for-all",
            believes="A batch is turned as a whole.",
            wrong=lambda images, turns: np.rot90(images, int(turns[0]), axes=(1, 2)),
            hint="What are the other numbers in `turns` for?",
        ),
        Misconception(
            "batch-and-rows",
            believes="np.rot90 turns the first two axes, and those are the image.",
            wrong=lambda images, turns: np.rot90(images, int(turns[0])),
            hint="Which axes of (N, H, W, C) make up the picture?",
        ),
        Misconception(
            "columns-and-channels",
            believes="The last two axes are the picture.",
            wrong=lambda images, turns: np.stack(
                [np.rot90(image, int(k), axes=(1, 2)) for image, k in zip(images, turns, strict=True)]
            ),
            hint="One image is (H, W, C). Which two of these are the picture?",
        ),
        Misconception(
            "other-numbers-ignored",
            believes="Turns are 0, 1, 2 or 3.",
            wrong=lambda images, turns: _turned(images, _only_zero_to_three, turns),
            hint="What are five quarter turns? And minus one?",
        ),
        Misconception(
            "grouped-by-turns",
            believes="Images of the same turn can be put together, whatever their order.",
            wrong=_in_groups,
            hint="The labels stay in their order. Is your first image still the first one?",
        ),
    ],
    hints=[
        "Take a 2 × 2 image with the numbers 1 2 / 3 4, and write down what one counterclockwise turn makes of it.",
        "np.rot90 turns; it needs to be told which axes are the picture. Four kinds of images suffice: turns % 4.",
        "For k in range(4): turned[turns % 4 == k] = np.rot90(images[turns % 4 == k], k, axes=(1, 2)).",
    ],
    variants=[Variant("by-transposing", _by_transposing)],
)


def _top(images: Array) -> float:
    return 255.0 if images.dtype == np.uint8 else 1.0


def _finished(bright: Array, images: Array, whole: Callable[[Array], Array] = np.rint) -> Array:
    """Rounded where the images are bytes, cut off at white, in the images' dtype."""
    if images.dtype == np.uint8:
        bright = whole(bright)
    return np.minimum(bright, _top(images)).astype(images.dtype)


def _per_image(images: Array, factors: Array) -> Array:
    bright: Array = images * factors.reshape(-1, 1, 1, 1)
    return bright


def _image_by_image(images: Array, factors: Array) -> Array:
    if factors.shape != (len(images),) or min(factors) < 0:
        raise ValueError(f"factors {factors}")
    return np.stack([_finished(image * f, image) for image, f in zip(images, factors, strict=True)])


def _with_a_table(images: Array, factors: Array) -> Array:
    """Bytes looked up in a table of all 256."""
    if factors.shape != (len(images),) or (factors < 0).any():
        raise ValueError(f"factors {factors}")
    if images.dtype != np.uint8:
        return np.clip(_per_image(images, factors), 0, 1).astype(images.dtype)
    tables = np.floor(np.arange(256) * factors[:, None] + 0.5).clip(0, 255).astype(np.uint8)
    return np.stack([table[image] for table, image in zip(tables, images, strict=True)])


def _wrapped(images: Array, factors: Array) -> Array:
    bright = _per_image(images, factors)
    if images.dtype != np.uint8:
        return np.minimum(bright, 1).astype(images.dtype)
    return np.rint(bright).astype(np.int64).astype(np.uint8)


def _converted(images: Array, factors: Array) -> Array:
    """Converted and nothing else: decimals are lost, bytes wrap, floating numbers exceed 1."""
    bright = _per_image(images, factors)
    return (bright.astype(np.int64) if images.dtype == np.uint8 else bright).astype(images.dtype)


def _scaled_to_one(images: Array, factors: Array) -> Array:
    """Bytes become numbers between 0 and 1."""
    bright = _per_image(images / _top(images), factors)
    return np.minimum(bright, 1).astype(np.float64 if images.dtype == np.uint8 else images.dtype)


def _about_the_mean(images: Array, factors: Array) -> Array:
    """Contrast in place of brightness."""
    mean = images.mean(axis=(1, 2, 3), keepdims=True)
    return _finished(np.maximum(mean + _per_image(images - mean, factors), 0), images)


def _in_place(images: Array, factors: Array) -> Array:
    images[...] = _finished(_per_image(images, factors), images)
    return images


def _random_brightness(rng: np.random.Generator) -> Mapping[str, Any]:
    """Thirty-firsts, so that no byte times a factor comes near a half."""
    shape = (3, int(rng.integers(2, 5)), int(rng.integers(3, 6)), 2)
    factors = rng.permutation([12, 25, 47]) / 31
    if rng.random() < 0.5:
        return {"images": rng.integers(0, 256, shape, dtype=np.uint8), "factors": factors}
    return {"images": rng.random(shape), "factors": factors}


_FACTORS = np.array([0.5, 1.0, 1.75])

adjust_brightness = Exercise(
    "adjust_brightness",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"images": pictures(3, n, n + 1, 2), "factors": _FACTORS},
    cases=[
        Case("darker", images=np.array([[0.2, 0.8], [0.4, 1.0]]).reshape(1, 2, 2, 1), factors=np.array([0.5])),
        Case(
            "white-stays-white", images=np.array([[0.2, 0.8], [0.4, 1.0]]).reshape(1, 2, 2, 1), factors=np.array([1.5])
        ),
        Case("a-factor-for-each-image", images=pictures(3, 2, 4, 1), factors=_FACTORS, readonly=True),
        Case("as-many-channels-as-images", images=pictures(3, 2, 4, 3), factors=_FACTORS),
        Case("bytes-do-not-wrap", images=bytes_of(3, 4, 5, 1), factors=np.array([10, 31, 50]) / 31),
        Case("bytes-are-rounded", images=bytes_of(2, 3, 5, 2, high=120), factors=np.array([20, 40]) / 31),
        Case("factor-zero", images=pictures(2, 3, 2, 1), factors=np.array([0.0, 1.25])),
        Case("factor-one-changes-nothing", images=bytes_of(2, 2, 3, 1), factors=np.ones(2)),
        Case(
            "single-precision",
            images=pictures(2, 3, 4, 1).astype(np.float32),
            factors=np.array([0.7, 1.3], dtype=np.float32),
        ),
        Case("negative-factor", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([1.0, -0.5])),
        Case("one-factor-for-two-images", raises="factors", images=pictures(2, 2, 3, 1), factors=np.array([0.5])),
        random_cases(_random_brightness, count=3),
    ],
    misconceptions=[
        Misconception(
            "wraps-around",
            believes="Converting back to uint8 takes care of the range.",
            wrong=_wrapped,
            hint="What is np.array([260]).astype(np.uint8)? Is a pixel of 250 made brighter by that?",
        ),
        Misconception(
            "converted-as-it-is",
            believes="The dtype takes care of range and decimals.",
            wrong=_converted,
            hint="What is np.array([260.7]).astype(np.uint8)? And may a floating pixel be 1.2?",
        ),
        Misconception(
            "decimals-cut-off",
            believes="astype(np.uint8) rounds.",
            wrong=lambda images, factors: _finished(_per_image(images, factors), images, np.floor),
            hint="What does astype make of 7.9?",
        ),
        Misconception(
            "added",
            believes="Brightness is added to every pixel.",
            wrong=lambda images, factors: _finished(
                np.maximum(images + (factors.reshape(-1, 1, 1, 1) - 1) * _top(images), 0), images
            ),
            hint="What becomes of black: does factor · 0 make it grey?",
        ),
        Misconception(
            "contrast",
            believes="The distance from the mean is what is multiplied.",
            wrong=_about_the_mean,
            hint="Does the mean of the image change in your version? Should it?",
        ),
        Misconception(
            "first-factor-for-all",
            believes="A batch has one brightness.",
            wrong=lambda images, factors: _finished(images * factors[0], images),
            hint="What are the other numbers in `factors` for?",
        ),
        Misconception(
            "factor-for-each-channel",
            believes="images * factors multiplies each image by its factor.",
            wrong=lambda images, factors: _finished(images * factors, images),
            hint="With which axis of (N, H, W, C) does broadcasting line up an array of shape (N,)?",
        ),
        Misconception(
            "white-at-255-for-all",
            believes="The largest value is 255, whatever the images are.",
            wrong=lambda images, factors: (
                _finished(_per_image(images, factors), images)
                if images.dtype == np.uint8
                else np.minimum(_per_image(images, factors), 255).astype(images.dtype)
            ),
            hint="What is white in a floating image?",
        ),
        Misconception(
            "bytes-scaled-to-one",
            believes="Images are floating numbers between 0 and 1 afterwards.",
            wrong=_scaled_to_one,
            hint="Which dtype does the docstring promise for bytes?",
        ),
        Misconception(
            "data-set-changed",
            believes="The images may be brightened where they stand.",
            wrong=_in_place,
            hint="How bright are the images after a hundred epochs?",
        ),
    ],
    hints=[
        "Two things go wrong easily: which factor meets which image, and what happens above white.",
        "factors[:, None, None, None] lines up with the images; bytes are multiplied in floating numbers.",
        "np.minimum(np.rint(images * each), 255).astype(np.uint8) for bytes, np.minimum(images * each, 1) otherwise.",
    ],
    variants=[Variant("image-by-image", _image_by_image), Variant("with-a-table", _with_a_table)],
)
