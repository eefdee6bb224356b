"""Assessment of add_noise. The noise is what a result has more than its image, where nothing can have been cut off.

Floating images: the differences are judged as draws of the normal distribution, by `Distribution` (false alarms below
1e-9). Bytes are rounded, which moves each number by at most 1/2:

    * mean: the rounded noise is symmetric, and its deviation at most (s + 1/2)-sub-Gaussian, so
      P(|mean| > (s + 1/2) √(2t/n)) ≤ 2 exp(-t), with t = ln(2 / DELTA).
    * root of the mean square: by the triangle inequality within 1/2 of that of the noise before rounding, whose square
      is bounded as in `Distribution` (Laurent and Massart 2000, lemma 1).

Where something may have been cut off, only what is certain is asked: no number moves by more than `FARTHEST` standard
deviations (probability below 1e-17 for one number), and of black numbers at least a quarter stay black (Chernoff).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.compare import Difference, Truth
from autograder.distribution import Distribution, Law, same_law
from autograder.inputs import Array
from autograder.units._practice_draws import (
    DELTA,
    INDEPENDENT,
    bytes_of,
    drive_draws,
    form_line,
    pictures,
    seed_line,
)

__all__ = ["add_noise"]

Rng = np.random.Generator
FARTHEST = 8.6
_STATISTICAL = ("bounds", "mean", "std", "distribution", "repeats")


def _top(images: Array) -> float:
    return 255.0 if images.dtype == np.uint8 else 1.0


def _untouched(images: Array, std: float) -> Array:
    """Where noise cannot have been cut off."""
    room = FARTHEST * std + (1 if images.dtype == np.uint8 else 0)
    return (images >= room) & (images <= _top(images) - room)


@dataclass(frozen=True)
class Noise:
    """Normal noise of the right size, drawn for every number on its own, cut off at black and white."""

    def difference(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Difference | None:
        """Compare with what noisy images are: form, range, independence, distribution."""
        images, std = inputs["images"], float(inputs["std"])
        if not isinstance(got, dict) or (line := form_line(got, images.shape, images.dtype)):
            return Difference("type", line if isinstance(got, dict) and line else "not of the form asked for")
        if std == 0:
            same = all(np.array_equal(draw, images) for draw in got.values())
            return None if same else Difference("zero", "with std 0 the images should stay as they are")
        noise = {key: draw.astype(np.float64) - images for key, draw in got.items()}
        text = _range_line(got, noise, images, std) or _repeated_line(noise, images, std) or seed_line(got, 0.0)
        return Difference("property", text) if text else _law_problem(noise, images, std)

    def alike(self, got: Any, other: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """The same thing is wrong with both, to about the same degree."""
        images, std = inputs["images"], float(inputs["std"])
        if std < 0:
            return True  # an error was wanted, and neither raised one
        mine, theirs = (self.difference(each, truth, inputs) for each in (got, other))
        if mine is None or theirs is None or mine.kind != theirs.kind:
            return False
        if mine.kind not in _STATISTICAL:
            return mine.text == theirs.text
        inner = _untouched(images, std)
        samples = [
            np.concatenate([(each[key].astype(np.float64) - images)[inner] for key in INDEPENDENT])
            for each in (got, other)
        ]
        return same_law(*samples)


def _range_line(got: Mapping[str, Array], noise: Mapping[str, Array], images: Array, std: float) -> str | None:
    top = _top(images)
    if any((draw < 0).any() or (draw > top).any() for draw in got.values()):
        return f"a number lies outside 0 … {top:g}"
    if top > 1 and images.max() > 1 and max(int(draw.max()) for draw in got.values()) <= 1:
        return "bytes are cut off at 1, want at 255"
    rounding = 0.5 if images.dtype == np.uint8 else 0.0
    farthest = max(float(np.abs(each).max()) for each in noise.values())
    if rounding and any(_wraps(got[key], noise[key], std) for key in INDEPENDENT):
        return "bytes wrap around: what is beyond 0 … 255 comes out at the other end"
    if farthest > FARTHEST * std + rounding + 1e-6:
        return "a number moves by far more than the standard deviation explains"
    black = images == 0
    stays = sum(int((got[key][black] == 0).sum()) for key in INDEPENDENT)
    if black.sum() > 100 and stays < 3 * black.sum() / 4:
        return "black numbers do not stay black where their noise is negative"
    return None


def _wraps(draw: Array, noise: Array, std: float) -> bool:
    """Whether bytes came out at the other end: nearly all moved as far as noise does, modulo 256.

    Noise that is too large and cut off puts its farthest numbers on 0 and 255; what wraps seldom comes to lie there.
    """
    far = np.abs(noise) > 200
    moved = np.minimum(np.abs(noise), 256 - np.abs(noise))
    usual = (moved <= 3 * std + 1).mean() > 0.95
    return bool(far.any() and FARTHEST * std < 200 and usual and np.isin(draw[far], (0, 255)).mean() < 0.5)


def _repeated_line(noise: Mapping[str, Array], images: Array, std: float) -> str | None:
    """Whether noise was drawn once and used again along an axis."""
    inner, each = _untouched(images, std), noise["first"]
    for axis, name in ((0, "every image"), (3, "every channel"), (1, "every row"), (2, "every column")):
        if images.shape[axis] == 1:
            continue
        pairs = np.diff(inner.astype(int), axis=axis) == 0
        pairs &= np.take(inner, range(1, images.shape[axis]), axis)
        if pairs.sum() > 50 and (np.abs(np.diff(each, axis=axis))[pairs] < 1e-6).all():
            return f"the same noise for {name}: each number needs a draw of its own"
    return None


def _law_problem(noise: Mapping[str, Array], images: Array, std: float) -> Difference | None:
    inner = _untouched(images, std)
    if not inner.any():
        return None
    samples = {key: each[inner] for key, each in noise.items()}
    if images.dtype != np.uint8:
        law = Law("normal", 0.0, std, -math.inf, math.inf, samples["first"].shape)
        return Distribution().difference(samples, Truth(asdict(law)), {})
    sample = np.concatenate([samples[key] for key in INDEPENDENT])
    t, n = math.log(2 / DELTA), len(sample)
    mean, root = float(sample.mean()), math.sqrt(float(np.square(sample).mean()))
    if abs(mean) > (std + 0.5) * math.sqrt(2 * t / n):
        return Difference("mean", f"the noise's mean is {mean:.3g}, want about 0")
    low = std * math.sqrt(max(0.0, 1 - 2 * math.sqrt(t / n))) - 0.5
    high = std * math.sqrt(1 + 2 * math.sqrt(t / n) + 2 * t / n) + 0.5
    return None if low <= root <= high else Difference("std", f"the noise's std is {root:.3g}, want {std:.3g}")


def _cut(noisy: Array, images: Array, whole: Callable[[Array], Array] = np.rint) -> Array:
    """Back to the images' range and dtype."""
    if images.dtype == np.uint8:
        noisy = whole(noisy)
    return np.asarray(noisy).clip(0, _top(images)).astype(images.dtype)


def _half_up(noisy: Array) -> Array:
    return np.asarray(np.floor(noisy + 0.5))


def _in_any_range(noisy: Array, images: Array) -> Array:
    """Converted without being cut off: bytes wrap."""
    return noisy.round().astype(np.int64).astype(np.uint8) if images.dtype == np.uint8 else noisy.astype(images.dtype)


def _converted(noisy: Array, images: Array) -> Array:
    """Converted and nothing else: decimals are lost, and bytes wrap."""
    return (noisy.astype(np.int64) if images.dtype == np.uint8 else noisy).astype(images.dtype)


def _rescaled(noisy: Array, images: Array) -> Array:
    spread = (noisy - noisy.min()) / (noisy.max() - noisy.min())
    return _cut(spread * _top(images), images)


def _with(draw: Callable[..., Any], finish: Callable[[Array, Array], Array] = _cut) -> Callable[..., Array]:
    """A version from how the noise is drawn and how the sum is finished."""

    def version(rng: Rng, images: Array, std: float) -> Array:
        return finish(images + draw(rng, images, std), images)

    return version


def _normal(rng: Rng, images: Array, std: float) -> Array:
    return np.asarray(std * rng.standard_normal(images.shape))


def _checked(version: Callable[..., Array]) -> Callable[..., Array]:
    """The version, refusing bad arguments: a right one."""

    def right(rng: Rng, images: Array, std: float) -> Array:
        if std < 0:
            raise ValueError(f"std {std}")
        return version(rng, images, std)

    return right


def _image_by_image(rng: Rng, images: Array, std: float) -> Array:
    return np.array([_cut(image + std * rng.standard_normal(image.shape), image) for image in images])


def _in_place(rng: Rng, images: Array, std: float) -> Array:
    images[...] = _cut(images + _normal(rng, images, std), images)
    return images


def _random(rng: Rng) -> Mapping[str, Any]:
    shape = (int(rng.integers(4, 8)), int(rng.integers(9, 12)), int(rng.integers(12, 15)), 2)
    return {
        "images": rng.uniform(0.4, 0.6, shape),
        "seed": int(rng.integers(1, 2**31)),
        "std": float(rng.uniform(0.02, 0.04)),
    }


_GREY = pictures(6, 10, 12, 2) * 0.2 + 0.4
_MIDDLE = bytes_of(8, 20, 25, 1, low=90, high=160)

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
        Case("middle-grey", images=_GREY, seed=42, std=0.04, readonly=True),
        Case("little-noise", images=_GREY + 0.05, seed=43, std=0.002),
        Case("black-and-white", images=np.tile(np.array([0.0, 1.0]), (4, 8, 9, 1)), seed=44, std=0.3),
        Case("bytes-are-rounded", images=_MIDDLE, seed=45, std=2.0),
        Case("bytes-do-not-wrap", images=bytes_of(5, 9, 10, 3), seed=46, std=15.0),
        Case("black-bytes", images=np.zeros((3, 9, 8, 2), dtype=np.uint8), seed=47, std=20.0),
        Case("single-precision", images=_GREY.astype(np.float32), seed=48, std=0.03),
        Case("negative-std", raises="std", images=pictures(2, 3, 4, 1), seed=49, std=-0.1),
        random_cases(_random),
    ],
    misconceptions=[
        Misconception(
            "same-noise-for-every-image",
            believes="One picture of noise is drawn and added to all images.",
            wrong=_with(lambda rng, images, std: rng.normal(0, std, images.shape[1:])),
            hint="What shape do your random numbers have? What could a network learn from noise that is always there?",
        ),
        Misconception(
            "same-noise-for-every-channel",
            believes="Noise makes a pixel brighter or darker, in all channels alike.",
            wrong=_with(lambda rng, images, std: rng.normal(0, std, (*images.shape[:3], 1))),
            hint="How many numbers does a pixel have, and how many of them have a draw of their own?",
        ),
        Misconception(
            "one-number-for-each-image",
            believes="Each image gets one random number.",
            wrong=_with(lambda rng, images, std: rng.normal(0, std, (len(images), 1, 1, 1))),
            hint="What does adding one number to an image change: its grain, or its brightness?",
        ),
        Misconception(
            "uniform",
            believes="Any random numbers up to std will do.",
            wrong=_with(lambda rng, images, std: rng.uniform(-std, std, images.shape)),
            hint="How often does normal noise exceed its standard deviation, and how often does yours?",
        ),
        Misconception(
            "only-brighter",
            believes="rng.random() · std is noise of size std.",
            wrong=_with(lambda rng, images, std: std * rng.random(images.shape)),
            hint="What is the mean of your noise? What happens to the brightness of the images?",
        ),
        Misconception(
            "std-read-as-variance",
            believes="The noise's variance is std.",
            wrong=_with(lambda rng, images, std: rng.normal(0, math.sqrt(std), images.shape)),
            hint="Which of its arguments does rng.normal take: the standard deviation or its square?",
        ),
        Misconception(
            "variance-for-std",
            believes="The generator wants the variance, std².",
            wrong=_with(lambda rng, images, std: rng.normal(0, std**2, images.shape)),
            hint="Which of its arguments does rng.normal take: the standard deviation or its square?",
        ),
        Misconception(
            "proportional-to-the-pixel",
            believes="A pixel is multiplied by 1 + noise.",
            wrong=_with(lambda rng, images, std: images * rng.normal(0, std, images.shape)),
            hint="What happens to black pixels in your version?",
        ),
        Misconception(
            "wraps-around",
            believes="Converting to the images' dtype takes care of the range.",
            wrong=_with(_normal, _in_any_range),
            hint="What is np.array([260]).astype(np.uint8)? And which range have floating images?",
        ),
        Misconception(
            "converted-as-it-is",
            believes="The dtype takes care of range and decimals.",
            wrong=_with(_normal, _converted),
            hint="What is np.array([260.7]).astype(np.uint8)? Which two things have to be done before?",
        ),
        Misconception(
            "white-at-255-for-all",
            believes="The numbers of an image lie between 0 and 255, whatever its dtype.",
            wrong=_with(_normal, lambda noisy, images: noisy.clip(0, 255).astype(images.dtype)),
            hint="What is white in a floating image? And what does astype make of 7.9?",
        ),
        Misconception(
            "white-at-1-for-all",
            believes="The numbers of an image lie between 0 and 1, whatever its dtype.",
            wrong=_with(_normal, lambda noisy, images: noisy.clip(0, 1).astype(images.dtype)),
            hint="What is white in an image of bytes?",
        ),
        Misconception(
            "decimals-cut-off",
            believes="astype(np.uint8) rounds.",
            wrong=_with(_normal, lambda noisy, images: _cut(noisy, images, np.floor)),
            hint="What does astype make of 7.9? What does that do to the mean brightness?",
        ),
        Misconception(
            "rescaled-to-the-range",
            believes="The smallest number becomes black and the largest one white.",
            wrong=_with(_normal, _rescaled),
            hint="What does a single outlier do to all other pixels? Are they cut off or squeezed?",
        ),
        Misconception(
            "generator-of-its-own",
            believes="A generator made inside with a fixed seed makes results reproducible.",
            wrong=_with(lambda rng, images, std: np.random.default_rng(0).normal(0, std, images.shape)),
            hint="In every epoch the noise would be the same. Whose seed should decide?",
        ),
        Misconception(
            "data-set-changed",
            believes="The noise may be added to the images where they stand.",
            wrong=_in_place,
            hint="How noisy are the images after a hundred epochs?",
        ),
    ],
    hints=[
        "How many random numbers do N images of H × W pixels and C channels need?",
        "Add in floating numbers, whatever the images are; then round (bytes only), cut off, convert, in that order.",
        "images + std * rng.standard_normal(images.shape); for bytes np.rint(…).clip(0, 255).astype(np.uint8).",
    ],
    variants=[
        Variant("rng-normal", _checked(_with(_normal))),
        Variant("image-by-image", _checked(_image_by_image)),
        Variant("half-rounded-up", _checked(_with(_normal, lambda noisy, images: _cut(noisy, images, _half_up)))),
    ],
)
