"""Noisy images: the noise is what a result has more than its image, where nothing can have been cut off.

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
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from autograder.assessment.checks.distribution import Distribution, Law, profile, same_law
from autograder.assessment.checks.image_draws import DELTA, INDEPENDENT, Array, form_line, seed_line
from autograder.assessment.compare import Difference, Truth

__all__ = ["Noise"]

#: How many standard deviations a number may move.
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

    def evidence(self, got: Any, truth: Truth, inputs: Mapping[str, Any]) -> Any:
        """What is wrong and, where that is about numbers, how the noise is distributed."""
        found = self.difference(got, truth, inputs) if float(inputs["std"]) >= 0 else None
        return None if found is None else (found.kind, found.text, _profile_of(found.kind, got, inputs))

    def alike(self, got: Any, evidence: Any, truth: Truth, inputs: Mapping[str, Any]) -> bool:
        """The same thing is wrong with both, to about the same degree."""
        if float(inputs["std"]) < 0:
            return True  # an error was wanted, and neither raised one
        mine = self.difference(got, truth, inputs)
        if mine is None or evidence is None or mine.kind != evidence[0]:
            return False
        if mine.kind not in _STATISTICAL:
            return mine.text == str(evidence[1])
        return same_law(_profile_of(mine.kind, got, inputs), evidence[2])


def _profile_of(kind: str, got: Mapping[str, Array], inputs: Mapping[str, Any]) -> Any:
    """How the noise is distributed where nothing can have been cut off."""
    if kind not in _STATISTICAL:
        return None
    images = inputs["images"]
    inner = _untouched(images, float(inputs["std"]))
    return profile(np.concatenate([(got[key].astype(np.float64) - images)[inner] for key in INDEPENDENT]))


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
