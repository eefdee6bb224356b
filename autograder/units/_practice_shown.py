"""Assessment of filter visualisation: deprocess_image."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.inputs import Array, normal

__all__ = ["deprocess_image"]


def _shown(
    x: Array,
    *,
    axis: Any = None,
    spread: float = 0.1,
    small: float = 1e-5,
    middle: float = 0.5,
    whole: Callable[[Array], Array] = np.floor,
) -> Array:
    """Right by default; a wrong version replaces one part."""
    z = (x - x.mean(axis=axis, keepdims=True)) / (x.std(axis=axis, keepdims=True) + small)
    return whole(np.clip(z * spread + middle, 0, 1) * 255).astype(np.uint8)


def _in_steps(x: Array) -> Array:
    z = x - np.mean(x)
    z /= math.sqrt(float(np.mean(z * z))) + 1e-5
    z *= 0.1
    z += 0.5
    return np.asarray(np.clip(z, 0, 1) * 255, dtype=np.uint8)


def _wrapped(x: Array) -> Array:
    z: Array = (x - x.mean()) / (x.std() + 1e-5) * 0.1 + 0.5
    return (z * 255).astype(np.int64).astype(np.uint8)


def _clipped_first(x: Array) -> Array:
    z: Array = ((x - x.mean()) / (x.std() + 1e-5) * 0.1).clip(0, 1) + 0.5
    return (z.clip(0, 1) * 255).astype(np.uint8)


def _in_place_shown(x: Array) -> Array:
    x -= x.mean()
    x /= x.std() + 1e-5
    return _shown(x)


def _stretched(x: Array) -> Array:
    share: Array = (x - x.min()) / (x.max() - x.min() + 1e-5)
    return (share * 255).astype(np.uint8)


def _random_image(rng: np.random.Generator) -> Mapping[str, Any]:
    shape = (int(rng.integers(3, 6)), int(rng.integers(6, 9)), 3)
    return {"x": 20 * rng.standard_t(2, shape) * rng.uniform(0.2, 3, 3) + 100 * rng.standard_normal(3)}


_PEAK = np.where(np.arange(48).reshape(4, 12, 1) % 47 == 3, 1000.0, normal(4, 12, 1, seed=660))

deprocess_image = Exercise(
    "deprocess_image",
    points=1,
    returns_new=True,
    vectorized=lambda n: {"x": normal(n, n + 1, 3, seed=661)},
    cases=[
        Case("around-zero", x=normal(3, 4, 1, seed=662)),
        Case("far-from-zero", x=normal(4, 3, 2, seed=663, scale=3.0) + 1000.0),
        Case(
            "channels-of-different-size", x=normal(3, 5, 3, seed=664) * np.array([1.0, 5.0, 20.0]) + [0.0, 30.0, -9.0]
        ),
        Case("one-number-sticks-out", x=_PEAK, readonly=True),
        Case("and-one-below", x=-_PEAK),
        Case("constant", x=np.full((2, 3, 1), 7.0)),
        Case("nearly-constant", x=normal(3, 4, 1, seed=665, scale=1e-5)),
        Case("single-precision", x=normal(4, 5, 1, seed=666, scale=2.0).astype(np.float32)),
        random_cases(_random_image),
    ],
    misconceptions=[
        Misconception(
            "each-channel-for-itself",
            believes="Mean and deviation are taken for each channel.",
            wrong=lambda x: _shown(x, axis=(0, 1)),
            hint="What would become of the colours, if every channel had the same mean?",
        ),
        Misconception(
            "stretched-to-the-range",
            believes="The smallest number becomes 0 and the largest 255.",
            wrong=_stretched,
            hint="What does one number that sticks out do to all the others?",
        ),
        Misconception(
            "cut-off-before-the-shift",
            believes="First cut off at 0 and 1, then add the middle grey.",
            wrong=_clipped_first,
            hint="What becomes of the half of the numbers that lies below the mean?",
        ),
        Misconception(
            "not-cut-off",
            believes="uint8 keeps numbers in range by itself.",
            wrong=_wrapped,
            hint="What is 300 as a byte?",
        ),
        Misconception(
            "rounded",
            believes="Bytes are the nearest whole numbers.",
            wrong=lambda x: _shown(x, whole=np.rint),
            hint="What does the docstring do with the decimals?",
        ),
        Misconception(
            "middle-forgotten",
            believes="The mean of an image is black.",
            wrong=lambda x: _shown(x, middle=0.0),
            hint="Which number is added before the cut, and why?",
        ),
        Misconception(
            "whole-deviation",
            believes="One standard deviation is the whole range.",
            wrong=lambda x: _shown(x, spread=1.0),
            hint="How many numbers of a normal image would be cut off?",
        ),
        Misconception(
            "small-number-missing",
            believes="The 1e-5 makes no difference.",
            wrong=lambda x: _shown(x, small=0.0),
            hint="What is 0 / 0, for a constant image?",
        ),
        Misconception(
            "image-changed",
            believes="The image may be changed where it stands.",
            wrong=_in_place_shown,
            hint="Can the caller go on climbing from the image afterwards?",
        ),
        Misconception(
            "deviation-of-a-sample",
            believes="A standard deviation divides by n - 1.",
            wrong=lambda x: ((0.1 * (x - x.mean()) / (x.std(ddof=1) + 1e-5) + 0.5).clip(0, 1) * 255).astype(np.uint8),
            hint="What does the docstring say of ddof?",
        ),
    ],
    hints=[
        "Four things in this order: centre, scale, shift, cut off. What does each of them do to the mean?",
        "x.mean() and x.std() of the whole image; nothing is done to x itself.",
        "z = 0.1 * (x - x.mean()) / (x.std() + 1e-5) + 0.5; (z.clip(0, 1) * 255).astype(np.uint8).",
    ],
    variants=[Variant("in-steps", _in_steps)],
)
