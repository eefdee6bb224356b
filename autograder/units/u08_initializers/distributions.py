"""random_normal, random_uniform and truncated_normal: draws from a given law."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks.distribution import Distribution, draws
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import around, edit, returns

NORMAL = "std * rng.standard_normal(shape)"
BOX_MULLER = "np.sqrt(-2 * np.log(1 - rng.random(shape))) * np.cos(2 * np.pi * rng.random(shape))"
UNIFORM = "low + (high - low) * rng.random(shape)"
FAR_ONES = "len(outside := np.flatnonzero(np.abs(z) > 2))"
REDRAW = f"while {FAR_ONES}:\n        z[outside] = rng.standard_normal(len(outside))"
DRAWN = f"z = rng.standard_normal(math.prod(shape))\n    {REDRAW}"
SURPLUS = "z = rng.standard_normal(2 * math.prod(shape) + 100); z = z[np.abs(z) <= 2][: math.prod(shape)]"
QUANTILES = """from statistics import NormalDist
    levels = rng.uniform(NormalDist().cdf(-2), NormalDist().cdf(2), math.prod(shape))
    z = np.array([NormalDist().inv_cdf(level) for level in levels])"""
RESCALED = "std / TRUNCATED_STD * z"


def another_seed(rng: np.random.Generator) -> int:
    """A seed for a case drawn at random."""
    return int(rng.integers(1, 2**31))


def random_shape(rng: np.random.Generator) -> tuple[int, ...]:
    """A dense or a convolution's shape whose two fans are far apart."""
    small, large = int(rng.integers(40, 60)), int(rng.integers(110, 150))
    channels = (small, large) if rng.random() < 0.5 else (large, small)
    return channels if rng.random() < 0.5 else (3, 2, channels[0] // 2, channels[1] // 2)


def _random_normal_case(rng: np.random.Generator) -> dict[str, Any]:
    return {"seed": another_seed(rng), "shape": random_shape(rng), "std": float(rng.uniform(0.1, 0.4))}


def _random_uniform_case(rng: np.random.Generator) -> dict[str, Any]:
    low = float(rng.uniform(-2, 2))
    return {"seed": another_seed(rng), "shape": random_shape(rng), "low": low, "high": low + float(rng.uniform(1, 3))}


SEED_FIXED_INSIDE = (
    around("seed-fixed-inside", lambda right: lambda rng, *rest: right(np.random.default_rng(0), *rest))
    .believes("Reproducible means that the function seeds its own generator.")
    .ask("If every layer of one shape seeds its own generator alike, how different are their weights?")
)
GLOBAL_GENERATOR = (
    edit("global-generator", " rng.", " np.random.")
    .believes("The generator that was passed in is one of many; np.random is as random.")
    .ask("Two generators of one seed: do they give the same weights?")
)
SPREADS = [
    Case("dense", seed=1, shape=(80, 100), std=1.0),
    Case("small-std", seed=2, shape=(200, 40), std=0.05),
    Case("large-std", seed=3, shape=(50, 120), std=20.0),
    Case("kernel", seed=4, shape=(3, 3, 16, 32), std=0.1),
    Case("one-axis", seed=5, shape=(5000,), std=2.0),
]

random_normal = Exercise(
    "random_normal",
    points=1,
    vectorized=lambda n: {"seed": 1, "shape": (n, 3), "std": 0.1},
    scenario=draws,
    check=Distribution(),
    cases=[
        *SPREADS,
        Case("one-number", seed=6, shape=(), std=0.5),
        Case("std-zero", seed=7, shape=(3, 4), std=0.0),
        Case("negative-std", seed=8, shape=(3, 4), std=-0.1, raises="std"),
        random_cases(_random_normal_case),
    ],
    misconceptions=[
        edit("std-taken-for-variance", "std * rng", "math.sqrt(std) * rng")
        .believes("A normal distribution is given by its variance, so the scale is √std.")
        .ask("By what must a standard normal number be multiplied for its standard deviation to be `std`?"),
        edit("variance-passed-as-scale", "std * rng", "std**2 * rng")
        .believes("`rng.normal` wants the variance, std².")
        .ask("What does the documentation of rng.normal say about `scale`?"),
        edit("std-passed-as-mean", NORMAL, "rng.normal(std, size=shape)")
        .believes("The first argument of `rng.normal` is the standard deviation.")
        .ask("Which is the first argument of rng.normal, and which one is left at 1?"),
        SEED_FIXED_INSIDE,
        GLOBAL_GENERATOR,
        edit("one-draw-for-all", NORMAL, "np.full(shape, std * rng.standard_normal())")
        .believes("One random number fills the array.")
        .ask("Would the symmetry be broken if all weights were the same random number?"),
        edit("uniform-drawn", NORMAL, "rng.uniform(-std, std, shape)")
        .believes("Random numbers between -std and std are what is meant.")
        .ask("How often does a normal distribution go beyond one standard deviation?"),
        edit("positive-only", NORMAL, f"np.abs({NORMAL})")
        .believes("A standard deviation is a distance, so weights are positive.")
        .ask("Which mean is wanted?"),
    ],
    hints=[
        "Where must the random numbers come from, and how large should they be?",
        "A Generator has methods for normal numbers; they take a scale, which is a standard deviation.",
        "After checking std: std * rng.standard_normal(shape)",
    ],
    variants=[
        Variant("normal", (NORMAL, "rng.normal(0, std, shape)")),
        Variant("box-muller", ("rng.standard_normal(shape)", BOX_MULLER)),
    ],
)

random_uniform = Exercise(
    "random_uniform",
    points=1,
    vectorized=lambda n: {"seed": 1, "shape": (n, 3), "low": -1.0, "high": 1.0},
    scenario=draws,
    check=Distribution(),
    cases=[
        Case("around-zero", seed=1, shape=(80, 100), low=-0.5, high=0.5),
        Case("unit-interval", seed=2, shape=(50, 60), low=0.0, high=1.0),
        Case("not-around-zero", seed=3, shape=(200, 30), low=2.0, high=3.5),
        Case("below-zero", seed=4, shape=(3, 3, 16, 32), low=-3.0, high=-1.0),
        Case("narrow", seed=5, shape=(5000,), low=-0.001, high=0.002),
        Case("equal-bounds", seed=6, shape=(3, 4), low=1.5, high=1.5),
        Case("one-number", seed=7, shape=(), low=-2.0, high=-2.0),
        Case("bounds-swapped", seed=8, shape=(3, 4), low=0.5, high=-0.5, raises="high"),
        random_cases(_random_uniform_case),
    ],
    misconceptions=[
        edit("high-taken-for-width", "(high - low)", "high")
        .believes("low + high · u lies between low and high.")
        .ask("With low = 2 and high = 3.5, what does your formula give for u = 1?"),
        edit("low-ignored", UNIFORM, "high * rng.random(shape)")
        .believes("Random numbers start at 0.")
        .ask("With low = 2, can 0.3 be drawn?"),
        edit("always-symmetric", UNIFORM, "high * (2 * rng.random(shape) - 1)")
        .believes("Weights always lie between -high and high.")
        .ask("Is `low` always -high?"),
        edit("normal-drawn", UNIFORM, "rng.normal((low + high) / 2, (high - low) / math.sqrt(12), shape)")
        .believes("A normal distribution with the same mean and width does as well.")
        .ask("Can a normal number lie outside the bounds?"),
        SEED_FIXED_INSIDE,
        GLOBAL_GENERATOR,
        edit("shift-forgotten", "low + ", "")
        .believes("high - low times a random number lies between low and high.")
        .ask("Where does a random number of 0 come to lie, and where should it?"),
    ],
    hints=[
        "What is the smallest result you can get, and what the largest?",
        "rng.random gives numbers u in [0, 1). Which straight line takes 0 to low and 1 to high?",
        "After checking the bounds: low + (high - low) * rng.random(shape)",
    ],
    variants=[
        Variant("uniform", (UNIFORM, "rng.uniform(low, high, shape)")),
        Variant("from-the-top", (UNIFORM, "high - (high - low) * rng.random(shape[::-1]).T")),
    ],
)

truncated_normal = Exercise(
    "truncated_normal",
    points=2,
    scenario=draws,
    check=Distribution(),
    cases=[
        *SPREADS,
        Case("std-zero", seed=6, shape=(3, 4), std=0.0),
        Case("negative-std", seed=7, shape=(3, 4), std=-0.1, raises="std"),
        random_cases(_random_normal_case),
    ],
    misconceptions=[
        edit("not-rescaled", RESCALED, "std * z")
        .believes("A normal that is cut at two standard deviations keeps its standard deviation.")
        .ask("The largest numbers are missing: is the spread of the rest still `std`?"),
        edit("rescaled-the-wrong-way", RESCALED, "std * TRUNCATED_STD * z")
        .believes("The draw is multiplied by 0.88.")
        .ask("What is left spreads by 0.88. Must it be made wider or narrower to spread by 1?"),
        edit("clipped", REDRAW, "z = np.clip(z, -2, 2)")
        .believes("Truncated means clipped to ±2.")
        .ask("How many weights are equal to the bound after clipping, and how many should be?"),
        edit("tails-set-to-zero", REDRAW, "z[np.abs(z) > 2] = 0")
        .believes("What lies outside is removed by setting it to 0.")
        .ask("How many weights are exactly 0 then? What should stand there instead?"),
        edit("redrawn-once", f"while {FAR_ONES}", f"if {FAR_ONES}")
        .believes("A second draw lies inside.")
        .ask("How likely is it that some second draw, among 8000 numbers, lies outside too?"),
        returns("not-truncated", "random_normal(rng, shape, std)")
        .believes("Far values are so rare that they need no care.")
        .ask("Among 8000 standard normal numbers, how many are beyond 2?"),
        edit("cut-at-two-of-the-result", "> 2", "> 2 * TRUNCATED_STD")
        .believes("The bound is two standard deviations of the result.")
        .ask("Is the normal cut before it is rescaled, or after?"),
        SEED_FIXED_INSIDE,
        edit("clipped-and-not-rescaled", REDRAW, "z = np.clip(z, -2, 2)", RESCALED, "std * z")
        .believes("Truncated means clipped to ±2 std.")
        .ask("How many of a thousand numbers are exactly 2 std after clipping, and how wide is what is left?"),
        edit("cut-at-two-itself", "np.abs(z) > 2", "np.abs(std * z) > 2", RESCALED, "std * z")
        .believes("The bound is 2, whatever std is.")
        .ask("With std 0.1, how many numbers lie beyond 2, and how many beyond 2 std?"),
        edit("cut-above-only", "np.abs(z) > 2", "z > 2")
        .believes("What is too large is drawn again.")
        .ask("Is -5 too large or too small?"),
        edit("cut-at-one", "> 2", "> 1")
        .believes("The tails begin at one standard deviation.")
        .ask("Beyond which |z| does the docstring draw again?"),
    ],
    hints=[
        "Draw standard normal numbers first, and look at those beyond ±2: what should replace them?",
        "Draw again for those outside, as long as there are any. Then repair the standard deviation, now 0.8796.",
        "while outside.any(): z[outside] = rng.standard_normal(outside.sum()); at the end std * z / TRUNCATED_STD",
    ],
    variants=[
        Variant("mask", (FAR_ONES, "(outside := np.abs(z) > 2).any()", "len(outside)", "outside.sum()")),
        Variant("surplus", (DRAWN, SURPLUS)),
        Variant("quantiles", (DRAWN, QUANTILES)),
    ],
)
