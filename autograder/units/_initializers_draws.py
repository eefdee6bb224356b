"""Initializers that draw from a given law: normal, uniform, truncated normal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.distribution import Distribution, draws
from autograder.inputs import Array
from autograder.units import _initializers_slips as slips

__all__ = [
    "another_seed",
    "cut",
    "fixed_seed",
    "random_normal",
    "random_shape",
    "random_uniform",
    "truncated_normal",
]

Shape = Sequence[int]
Rng = np.random.Generator
#: Standard deviation of a standard normal that is cut at ±2.
TRUNCATED_STD = 0.8796256610342398


def random_shape(rng: Rng) -> tuple[int, ...]:
    """A dense or a convolution's shape whose two fans are far apart."""
    small, large = int(rng.integers(40, 60)), int(rng.integers(110, 150))
    channels = (small, large) if rng.random() < 0.5 else (large, small)
    return channels if rng.random() < 0.5 else (3, 2, channels[0] // 2, channels[1] // 2)


def another_seed(rng: Rng) -> int:
    """A seed for a case drawn at random."""
    return int(rng.integers(1, 2**31))


def cut(rng: Rng, shape: Shape, limit: float = 2.0) -> Array:
    """Standard normal numbers, drawn again where they are farther out than `limit`."""
    z = rng.standard_normal(shape)
    while (outside := np.abs(z) > limit).any():
        z[outside] = rng.standard_normal(int(outside.sum()))
    return z


def _checked(name: str, right: bool) -> None:
    if not right:
        raise ValueError(f"{name} is out of its range")


def fixed_seed(wrong: Callable[..., Any]) -> Misconception:
    """The misconception that a generator belongs inside; `wrong` is the right draw."""
    return Misconception(
        "seed-fixed-inside",
        believes="Reproducible means that the function seeds its own generator.",
        wrong=lambda rng, *arguments: wrong(np.random.default_rng(0), *arguments),
        hint="If every layer of one shape seeds its own generator alike, how different are their weights?",
    )


def _normal_draw(rng: Rng, shape: Shape, std: float) -> Array:
    _checked("std", std >= 0)
    return rng.normal(0, std, shape)


def _normal_by_uniforms(rng: Rng, shape: Shape, std: float) -> Array:
    """Box and Muller's transformation: another way to draw, and another draw order."""
    _checked("std", std >= 0)
    radius = np.sqrt(-2 * np.log(1 - rng.random(shape)))
    drawn: Array = std * radius * np.cos(2 * np.pi * rng.random(shape))
    return drawn


_DRAWN_FROM_ELSEWHERE = "The generator that was passed in is one of many; np.random is as random."

random_normal = Exercise(
    "random_normal",
    points=1,
    cases=[
        Case("dense", seed=1, shape=(80, 100), std=1.0),
        Case("small-std", seed=2, shape=(200, 40), std=0.05),
        Case("large-std", seed=3, shape=(50, 120), std=20.0),
        Case("kernel", seed=4, shape=(3, 3, 16, 32), std=0.1),
        Case("one-axis", seed=5, shape=(5000,), std=2.0),
        Case("one-number", seed=6, shape=(), std=0.5),
        Case("std-zero", seed=7, shape=(3, 4), std=0.0),
        Case("negative-std", seed=8, shape=(3, 4), std=-0.1, raises="std"),
        random_cases(
            lambda rng: {"seed": another_seed(rng), "shape": random_shape(rng), "std": float(rng.uniform(0.1, 0.4))}
        ),
    ],
    scenario=draws,
    check=Distribution(),
    misconceptions=[
        Misconception(
            "std-taken-for-variance",
            believes="A normal distribution is given by its variance, so the scale is √std.",
            wrong=lambda rng, shape, std: rng.normal(0, math.sqrt(std), shape),
            hint="By which number must a standard normal number be multiplied for its standard deviation to be `std`?",
        ),
        Misconception(
            "variance-passed-as-scale",
            believes="`rng.normal` wants the variance, std².",
            wrong=lambda rng, shape, std: rng.normal(0, std**2, shape),
            hint="What does the documentation of rng.normal say about `scale`?",
        ),
        Misconception(
            "std-passed-as-mean",
            believes="The first argument of `rng.normal` is the standard deviation.",
            wrong=lambda rng, shape, std: rng.normal(std, size=shape),
            hint="Which is the first argument of rng.normal, and which one is left at 1?",
        ),
        fixed_seed(_normal_draw),
        Misconception(
            "global-generator",
            believes=_DRAWN_FROM_ELSEWHERE,
            wrong=lambda rng, shape, std: np.random.normal(0, std, shape),
            hint="Two generators of one seed: do they give the same weights?",
        ),
        Misconception(
            "one-draw-for-all",
            believes="One random number fills the array.",
            wrong=lambda rng, shape, std: np.full(shape, rng.normal(0, std)),
            hint="Would the symmetry be broken if all weights were the same random number?",
        ),
        Misconception(
            "uniform-drawn",
            believes="Random numbers between -std and std are what is meant.",
            wrong=lambda rng, shape, std: rng.uniform(-std, std, shape),
            hint="How often does a normal distribution go beyond one standard deviation?",
        ),
        Misconception(
            "positive-only",
            believes="A standard deviation is a distance, so weights are positive.",
            wrong=lambda rng, shape, std: np.abs(rng.normal(0, std, shape)),
            hint="Which mean is wanted?",
        ),
    ],
    hints=[
        "Where must the random numbers come from, and how large should they be?",
        "A Generator has methods for normal numbers; they take a scale, which is a standard deviation.",
        "After checking std: std * rng.standard_normal(shape)",
    ],
    variants=[Variant("normal", _normal_draw), Variant("box-muller", _normal_by_uniforms)],
    vectorized=lambda n: {"seed": 1, "shape": (n, 3), "std": 0.1},
)


def _uniform_draw(rng: Rng, shape: Shape, low: float, high: float) -> Array:
    _checked("high", low <= high)
    return rng.uniform(low, high, shape)


def _uniform_from_the_top(rng: Rng, shape: Shape, low: float, high: float) -> Array:
    _checked("high", low <= high)
    return high - (high - low) * rng.random(shape[::-1]).T


def _random_bounds(rng: Rng) -> dict[str, Any]:
    low = float(rng.uniform(-2, 2))
    return {"seed": another_seed(rng), "shape": random_shape(rng), "low": low, "high": low + float(rng.uniform(1, 3))}


random_uniform = Exercise(
    "random_uniform",
    points=1,
    cases=[
        Case("around-zero", seed=1, shape=(80, 100), low=-0.5, high=0.5),
        Case("unit-interval", seed=2, shape=(50, 60), low=0.0, high=1.0),
        Case("not-around-zero", seed=3, shape=(200, 30), low=2.0, high=3.5),
        Case("below-zero", seed=4, shape=(3, 3, 16, 32), low=-3.0, high=-1.0),
        Case("narrow", seed=5, shape=(5000,), low=-0.001, high=0.002),
        Case("equal-bounds", seed=6, shape=(3, 4), low=1.5, high=1.5),
        Case("one-number", seed=7, shape=(), low=-2.0, high=-2.0),
        Case("bounds-swapped", seed=8, shape=(3, 4), low=0.5, high=-0.5, raises="high"),
        random_cases(_random_bounds),
    ],
    scenario=draws,
    check=Distribution(),
    misconceptions=[
        Misconception(
            "high-taken-for-width",
            believes="low + high · u lies between low and high.",
            wrong=lambda rng, shape, low, high: low + high * rng.random(shape),
            hint="With low = 2 and high = 3.5, what does your formula give for u = 1?",
        ),
        Misconception(
            "low-ignored",
            believes="Random numbers start at 0.",
            wrong=lambda rng, shape, low, high: high * rng.random(shape),
            hint="With low = 2, can 0.3 be drawn?",
        ),
        Misconception(
            "always-symmetric",
            believes="Weights always lie between -high and high.",
            wrong=lambda rng, shape, low, high: high * (2 * rng.random(shape) - 1),
            hint="Is `low` always -high?",
        ),
        Misconception(
            "normal-drawn",
            believes="A normal distribution with the same mean and width does as well.",
            wrong=lambda rng, shape, low, high: rng.normal((low + high) / 2, (high - low) / 12**0.5, shape),
            hint="Can a normal number lie outside the bounds?",
        ),
        fixed_seed(_uniform_draw),
        Misconception(
            "global-generator",
            believes=_DRAWN_FROM_ELSEWHERE,
            wrong=lambda rng, shape, low, high: np.random.uniform(low, high, shape),
            hint="Two generators of one seed: do they give the same weights?",
        ),
        *slips.UNIFORM,
    ],
    hints=[
        "What is the smallest result you can get, and what the largest?",
        "rng.random gives numbers u in [0, 1). Which straight line takes 0 to low and 1 to high?",
        "After checking the bounds: low + (high - low) * rng.random(shape)",
    ],
    variants=[Variant("uniform", _uniform_draw), Variant("from-the-top", _uniform_from_the_top)],
    vectorized=lambda n: {"seed": 1, "shape": (n, 3), "low": -1.0, "high": 1.0},
)


def _truncated(rng: Rng, shape: Shape, std: float) -> Array:
    _checked("std", std >= 0)
    return std / TRUNCATED_STD * cut(rng, (math.prod(shape),)).reshape(shape)


def _truncated_by_surplus(rng: Rng, shape: Shape, std: float) -> Array:
    """Draw far too many, and keep the first ones that are inside."""
    _checked("std", std >= 0)
    size = math.prod(shape)
    z = rng.standard_normal(2 * size + 100)
    return std / TRUNCATED_STD * z[np.abs(z) <= 2][:size].reshape(shape)


def _truncated_by_quantiles(rng: Rng, shape: Shape, std: float) -> Array:
    _checked("std", std >= 0)
    bell = NormalDist()
    levels = rng.uniform(bell.cdf(-2), bell.cdf(2), math.prod(shape))
    return std / TRUNCATED_STD * np.array([bell.inv_cdf(level) for level in levels.tolist()]).reshape(shape)


def _redrawn_once(rng: Rng, shape: Shape, std: float) -> Array:
    z = rng.standard_normal(shape)
    return std / TRUNCATED_STD * np.where(np.abs(z) > 2, rng.standard_normal(shape), z)


def _tails_zeroed(rng: Rng, shape: Shape, std: float) -> Array:
    z = rng.standard_normal(shape)
    return std / TRUNCATED_STD * np.where(np.abs(z) > 2, 0.0, z)


truncated_normal = Exercise(
    "truncated_normal",
    points=2,
    cases=[
        Case("dense", seed=1, shape=(80, 100), std=1.0),
        Case("small-std", seed=2, shape=(200, 40), std=0.05),
        Case("large-std", seed=3, shape=(50, 120), std=20.0),
        Case("kernel", seed=4, shape=(3, 3, 16, 32), std=0.1),
        Case("one-axis", seed=5, shape=(5000,), std=2.0),
        Case("std-zero", seed=6, shape=(3, 4), std=0.0),
        Case("negative-std", seed=7, shape=(3, 4), std=-0.1, raises="std"),
        random_cases(
            lambda rng: {"seed": another_seed(rng), "shape": random_shape(rng), "std": float(rng.uniform(0.1, 0.4))}
        ),
    ],
    scenario=draws,
    check=Distribution(),
    misconceptions=[
        Misconception(
            "not-rescaled",
            believes="A normal distribution that is cut at two standard deviations keeps its standard deviation.",
            wrong=lambda rng, shape, std: std * cut(rng, shape),
            hint="The largest numbers are missing: is the spread of the rest still `std`?",
        ),
        Misconception(
            "rescaled-the-wrong-way",
            believes="The draw is multiplied by 0.88.",
            wrong=lambda rng, shape, std: std * TRUNCATED_STD * cut(rng, shape),
            hint="What is left spreads by 0.88. Must it be made wider or narrower to spread by 1?",
        ),
        Misconception(
            "clipped",
            believes="Truncated means clipped to ±2.",
            wrong=lambda rng, shape, std: std / TRUNCATED_STD * np.clip(rng.standard_normal(shape), -2, 2),
            hint="How many weights are equal to the bound after clipping, and how many should be?",
        ),
        Misconception(
            "tails-set-to-zero",
            believes="What lies outside is removed by setting it to 0.",
            wrong=_tails_zeroed,
            hint="How many weights are exactly 0 then? What should stand there instead?",
        ),
        Misconception(
            "redrawn-once",
            believes="A second draw lies inside.",
            wrong=_redrawn_once,
            hint="How likely is it that the second draw lies outside, too, somewhere among 8000?",
        ),
        Misconception(
            "not-truncated",
            believes="Far values are so rare that they need no care.",
            wrong=lambda rng, shape, std: rng.normal(0, std, shape),
            hint="Among 8000 standard normal numbers, how many are beyond 2?",
        ),
        Misconception(
            "cut-at-two-of-the-result",
            believes="The bound is two standard deviations of the result.",
            wrong=lambda rng, shape, std: std / TRUNCATED_STD * cut(rng, shape, 2 * TRUNCATED_STD),
            hint="Is the normal cut before it is rescaled, or after?",
        ),
        fixed_seed(_truncated),
        *slips.TRUNCATED,
    ],
    hints=[
        "Draw standard normal numbers first, and look at those beyond ±2: what should replace them?",
        "Draw again for those outside, as long as there are any. Then repair the standard deviation, now 0.8796.",
        "while outside.any(): z[outside] = rng.standard_normal(outside.sum()); at the end std * z / TRUNCATED_STD",
    ],
    variants=[
        Variant("mask", lambda rng, shape, std: _truncated(rng, shape, std)),
        Variant("surplus", _truncated_by_surplus),
        Variant("quantiles", _truncated_by_quantiles),
    ],
)
