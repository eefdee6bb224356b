"""Initializers whose size follows from the fans: Glorot's, He's, LeCun's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.distribution import Distribution, draws
from autograder.inputs import Array
from autograder.units import _initializers_slips as slips
from autograder.units._initializers_draws import TRUNCATED_STD, another_seed, cut, fixed_seed, random_shape

__all__ = ["glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform"]

Shape = Sequence[int]
Rng = np.random.Generator
Draw = Callable[[Rng, Shape], Array]
#: Gives the variance of the weights from the two fans.
Variance = Callable[[float, float], float]


def _fans(shape: Shape) -> tuple[int, int]:
    if len(shape) < 2:
        raise ValueError("shape has fewer than two axes")
    area = math.prod(shape[:-2])
    return area * shape[-2], area * shape[-1]


def _uniform(variance: Variance, fans: Callable[[Shape], tuple[int, int]] = _fans) -> Draw:
    def draw(rng: Rng, shape: Shape) -> Array:
        limit = math.sqrt(3 * variance(*fans(shape)))
        return rng.uniform(-limit, limit, shape)

    return draw


def _normal(variance: Variance, fans: Callable[[Shape], tuple[int, int]] = _fans) -> Draw:
    return lambda rng, shape: rng.normal(0, math.sqrt(variance(*fans(shape))), shape)


def _glorot(fan_in: float, fan_out: float) -> float:
    return 2 / (fan_in + fan_out)


def _he(fan_in: float, fan_out: float) -> float:
    return 2 / fan_in


def _lecun(fan_in: float, fan_out: float) -> float:
    return 1 / fan_in


def _cases() -> list[Any]:
    return [
        Case("tall-dense", seed=1, shape=(200, 100)),
        Case("wide-dense", seed=2, shape=(60, 150)),
        Case("kernel", seed=3, shape=(3, 3, 16, 32)),
        Case("kernel-of-a-sequence", seed=4, shape=(5, 40, 12)),
        Case("one-by-one-kernel", seed=5, shape=(1, 1, 100, 40)),
        Case("few-inputs", seed=6, shape=(12, 300)),
        Case("one-axis", seed=7, shape=(5,), raises="shape"),
        random_cases(lambda rng: {"seed": another_seed(rng), "shape": random_shape(rng)}),
    ]


def _area_ignored(family: Callable[..., Draw], variance: Variance) -> Misconception:
    return Misconception(
        "kernel-area-ignored",
        believes="The fans of a convolution are its numbers of channels.",
        wrong=family(variance, lambda shape: (shape[-2], shape[-1]) if len(shape) > 1 else _fans(shape)),
        hint="How many numbers are added up for one output of a 3 × 3 kernel over 16 channels?",
    )


def _fans_swapped(family: Callable[..., Draw], variance: Variance) -> Misconception:
    return Misconception(
        "fan-out-for-fan-in",
        believes="The last axis of the weights is what goes in.",
        wrong=family(lambda fan_in, fan_out: variance(fan_out, fan_in)),
        hint="How many terms does one output add up: as many as there are inputs, or outputs?",
    )


def _limit_is_std(variance: Variance, text: str = "") -> Misconception:
    return Misconception(
        "limit-is-std",
        believes="A uniform distribution between -std and std has the standard deviation std." + text,
        wrong=_uniform(lambda fan_in, fan_out: variance(fan_in, fan_out) / 3),
        hint="What is the variance of the uniform distribution on [-a, a)?",
    )


def _variance_as_std(variance: Variance) -> Misconception:
    return Misconception(
        "variance-as-std",
        believes="The formula gives what `random_normal` wants.",
        wrong=_normal(lambda fan_in, fan_out: variance(fan_in, fan_out) ** 2),
        hint="The formula is a variance. What does `random_normal` take?",
    )


def _truncated(variance: Variance) -> Misconception:
    def draw(rng: Rng, shape: Shape) -> Array:
        return math.sqrt(variance(*_fans(shape))) / TRUNCATED_STD * cut(rng, shape)

    return Misconception(
        "truncated-as-in-keras",
        believes="Weights are drawn from a truncated normal distribution, as Keras does.",
        wrong=draw,
        hint="Should a weight of three standard deviations be possible here? The convention card says.",
    )


def _other_law(draw: Draw, name: str) -> Misconception:
    return Misconception(
        f"{name}-drawn",
        believes="Only the variance counts, not the distribution.",
        wrong=draw,
        hint="Look at a histogram of your weights: a bell or a box?",
    )


_GLOROT_WRONG: list[tuple[str, str, Variance, str]] = [
    (
        "he-called-xavier",
        "Xavier's variance is 2 / n.",
        _he,
        "Which n: what goes in, or what comes out? And whose formula has a single n?",
    ),
    (
        "fan-in-only",
        "Only what goes in counts: the variance is 1 / fan_in.",
        _lecun,
        "What keeps the gradient's size on its way back through the same weights?",
    ),
    (
        "sum-for-mean",
        "The variance is 1 / (fan_in + fan_out).",
        lambda fan_in, fan_out: 1 / (fan_in + fan_out),
        "In a square layer of n units the variance should be 1 / n. What does yours give?",
    ),
]
_HE_WRONG: list[tuple[str, str, Variance, str]] = [
    (
        "relu-forgotten",
        "The variance is 1 / fan_in.",
        _lecun,
        "What does relu do to half of the numbers, and so to their mean square?",
    ),
    (
        "glorot-instead",
        "The variance is 2 / (fan_in + fan_out).",
        _glorot,
        "Which of the two fans does He's formula have in it?",
    ),
]
_LECUN_WRONG: list[tuple[str, str, Variance, str]] = [
    ("he-instead", "The variance is 2 / fan_in.", _he, "Whose formula makes up for a relu?"),
    (
        "glorot-instead",
        "The variance is 2 / (fan_in + fan_out).",
        _glorot,
        "Which of the two fans does LeCun's formula have in it?",
    ),
]


def _wrong_sizes(family: Callable[..., Draw], rows: list[tuple[str, str, Variance, str]]) -> list[Misconception]:
    return [Misconception(name, believes, family(variance), hint) for name, believes, variance, hint in rows]


def _exercise(name: str, variance: Variance, misconceptions: list[Misconception], hints: Sequence[str]) -> Exercise:
    family = _uniform if name.endswith("uniform") else _normal
    transposed: Draw = lambda rng, shape: family(variance, lambda _: _fans(shape))(rng, shape[::-1]).T  # noqa: E731
    return Exercise(
        name,
        points=1,
        cases=_cases(),
        scenario=draws,
        check=Distribution(),
        misconceptions=[
            *misconceptions,
            _area_ignored(family, variance),
            fixed_seed(family(variance)),
            *slips.SCALED[name],
        ],
        hints=hints,
        variants=[Variant("numpy", family(variance)), Variant("other-draw-order", transposed)],
    )


glorot_uniform = _exercise(
    "glorot_uniform",
    _glorot,
    [
        *_wrong_sizes(_uniform, _GLOROT_WRONG),
        _limit_is_std(_glorot),
        _other_law(_normal(_glorot), "normal"),
    ],
    [
        "Which variance is wanted, and which limit gives a uniform distribution that variance?",
        "The variance of the uniform distribution on [-a, a) is a² / 3. Solve a² / 3 = 2 / (fan_in + fan_out) for a.",
        "limit = math.sqrt(6 / sum(fans(shape))), then random_uniform(rng, shape, -limit, limit)",
    ],
)

glorot_normal = _exercise(
    "glorot_normal",
    _glorot,
    [
        *_wrong_sizes(_normal, _GLOROT_WRONG),
        _variance_as_std(_glorot),
        _truncated(_glorot),
        _other_law(_uniform(_glorot), "uniform"),
    ],
    [
        "The formula is a variance; what does `random_normal` want?",
        "Both fans go in: the variance is one over their mean.",
        "random_normal(rng, shape, math.sqrt(2 / sum(fans(shape))))",
    ],
)

he_uniform = _exercise(
    "he_uniform",
    _he,
    [
        *_wrong_sizes(_uniform, _HE_WRONG),
        _fans_swapped(_uniform, _he),
        _limit_is_std(_he),
        _other_law(_normal(_he), "normal"),
    ],
    [
        "Which variance is wanted, and which limit gives a uniform distribution that variance?",
        "The variance of the uniform distribution on [-a, a) is a² / 3. Solve a² / 3 = 2 / fan_in for a.",
        "limit = math.sqrt(6 / fan_in), then random_uniform(rng, shape, -limit, limit)",
    ],
)

he_normal = _exercise(
    "he_normal",
    _he,
    [
        *_wrong_sizes(_normal, _HE_WRONG),
        _fans_swapped(_normal, _he),
        _variance_as_std(_he),
        _truncated(_he),
        _other_law(_uniform(_he), "uniform"),
    ],
    [
        "The formula is a variance; what does `random_normal` want?",
        "Only fan_in goes in; the 2 makes up for the half that relu takes away.",
        "random_normal(rng, shape, math.sqrt(2 / fan_in)) with fan_in, _ = fans(shape)",
    ],
)

lecun_normal = _exercise(
    "lecun_normal",
    _lecun,
    [
        *_wrong_sizes(_normal, _LECUN_WRONG),
        _fans_swapped(_normal, _lecun),
        _variance_as_std(_lecun),
        _truncated(_lecun),
        _other_law(_uniform(_lecun), "uniform"),
    ],
    [
        "The formula is a variance; what does `random_normal` want?",
        "fan_in terms of variance Var(w) add up to 1: how large is Var(w)?",
        "random_normal(rng, shape, math.sqrt(1 / fan_in)) with fan_in, _ = fans(shape)",
    ],
)

lecun_uniform = _exercise(
    "lecun_uniform",
    _lecun,
    [
        *_wrong_sizes(_uniform, _LECUN_WRONG),
        _fans_swapped(_uniform, _lecun),
        _limit_is_std(_lecun, " PyTorch's default for linear layers, 1 / √fan_in, is such a limit."),
        _other_law(_normal(_lecun), "normal"),
    ],
    [
        "Which variance is wanted, and which limit gives a uniform distribution that variance?",
        "The variance of the uniform distribution on [-a, a) is a² / 3. Solve a² / 3 = 1 / fan_in for a.",
        "limit = math.sqrt(3 / fan_in), then random_uniform(rng, shape, -limit, limit)",
    ],
)
