"""Assessment of optimizers: learning rates that fall in steps, and at every step."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.units import _optimizers_slips as slips

__all__ = ["exponential_decay", "refuse_below", "step_decay"]


def _cumulative(lr: float, epoch: int, drop: float = 0.5, every: int = 10) -> float:
    for past in range(epoch + 1):
        lr *= drop ** (past // every)
    return lr


def _from_then_on(lr: float, epoch: int, drop: float = 0.5, every: int = 10) -> float:
    return lr * drop if epoch >= every else lr


def refuse_below(**smallest: tuple[float, float]) -> None:
    """Raise a ValueError for the first argument, given as (value, least), that is too small."""
    for name, (value, least) in smallest.items():
        if value < least:
            raise ValueError(f"{name} is {value}, want at least {least}")


def _step_loop(lr: float, epoch: int, drop: float = 0.5, every: int = 10) -> float:
    refuse_below(epoch=(epoch, 0), every=(every, 1))
    while epoch >= every:
        lr, epoch = lr * drop, epoch - every
    return lr


def _step_floor(lr: float, epoch: int, drop: float = 0.5, every: int = 10) -> Any:
    refuse_below(epoch=(epoch, 0), every=(every, 1))
    return lr * np.power(drop, np.floor(epoch / every))


def _random_step(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "lr": float(rng.uniform(0.01, 1)),
        "epoch": int(rng.integers(4, 40)),
        "drop": float(rng.uniform(0.2, 0.9)),
        "every": int(rng.integers(2, 8)),
    }


step_decay = Exercise(
    "step_decay",
    points=1,
    cases=[
        Case("epoch-zero", lr=0.1, epoch=0),
        Case("after-the-first-drop", lr=0.1, epoch=13),
        Case("last-epoch-before-the-drop", lr=0.1, epoch=9),
        Case("epoch-of-the-drop", lr=0.1, epoch=10),
        Case("three-drops-of-a-tenth", lr=0.8, epoch=17, drop=0.1, every=5),
        Case("drop-in-every-epoch", lr=1.0, epoch=4, drop=0.7, every=1),
        Case("between-two-drops", lr=0.3, epoch=11, drop=0.3, every=4),
        Case("drop-of-one-changes-nothing", lr=0.25, epoch=50, drop=1.0, every=7),
        Case("many-drops", lr=2.0, epoch=300, drop=0.8, every=10),
        Case("negative-epoch", raises="epoch", lr=0.1, epoch=-1),
        Case("interval-of-zero", raises="every", lr=0.1, epoch=3, drop=0.5, every=0),
        random_cases(_random_step, count=3),
    ],
    misconceptions=[
        Misconception(
            "one-epoch-too-early",
            believes="Epoch 9 is the tenth, so it drops.",
            wrong=lambda lr, epoch, drop=0.5, every=10: lr * drop ** ((epoch + 1) // every),
            hint="With `every` = 10, how many epochs should have the first rate: 0 … 8 or 0 … 9?",
        ),
        Misconception(
            "epoch-zero-drops",
            believes="The first interval is dropped once already.",
            wrong=lambda lr, epoch, drop=0.5, every=10: lr * drop ** (epoch // every + 1),
            hint="What is the rate of epoch 0?",
        ),
        Misconception(
            "rounded-up",
            believes="An interval that has begun counts.",
            wrong=lambda lr, epoch, drop=0.5, every=10: lr * drop ** math.ceil(epoch / every),
            hint="Epoch 1 of 10: has an interval passed?",
        ),
        Misconception(
            "smooth",
            believes="The rate falls a little in every epoch.",
            wrong=lambda lr, epoch, drop=0.5, every=10: lr * drop ** (epoch / every),
            hint="That is `exponential_decay`. What is ⌊9 / 10⌋?",
        ),
        Misconception(
            "dropped-in-every-epoch",
            believes="The factor is applied in each epoch; `every` is for something else.",
            wrong=lambda lr, epoch, drop=0.5, every=10: lr * drop**epoch,
            hint="How often has the rate dropped by epoch 13, if it does so every 10 epochs?",
        ),
        Misconception(
            "cumulative",
            believes="In each epoch the current rate is multiplied by drop^⌊epoch / every⌋.",
            wrong=_cumulative,
            hint="Which rate does the formula multiply: that of the epoch before, or that of epoch 0?",
        ),
        Misconception(
            "only-once",
            believes="After `every` epochs the rate drops, and stays.",
            wrong=_from_then_on,
            hint="What happens after another `every` epochs?",
        ),
        Misconception(
            "drop-is-what-is-lost",
            believes="`drop` is the part that is taken away.",
            wrong=lambda lr, epoch, drop=0.5, every=10: lr * (1 - drop) ** (epoch // every),
            hint="With drop = 0.1, is a tenth left, or a tenth lost? A half hides the difference.",
        ),
        Misconception(
            "linear",
            believes="Each drop takes the same amount away.",
            wrong=lambda lr, epoch, drop=0.5, every=10: lr * (1 - (1 - drop) * (epoch // every)),
            hint="After three drops by a half: is the rate an eighth, or below zero?",
        ),
        *slips.STEP,
    ],
    hints=[
        "How many drops have there been by this epoch?",
        "Whole intervals only: integer division. Each drop multiplies once more.",
        "lr * drop ** (epoch // every)",
    ],
    variants=[Variant("loop", _step_loop), Variant("floor", _step_floor)],
)


def _exponential_exp(lr: float, step: int, rate: float, every: int) -> Any:
    refuse_below(step=(step, 0), every=(every, 1))
    return lr * np.exp(step / every * np.log(rate))


def _random_exponential(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "lr": float(rng.uniform(0.01, 1)),
        "step": int(rng.integers(1, 60)),
        "rate": float(rng.uniform(0.2, 0.95)),
        "every": int(rng.integers(2, 20)),
    }


exponential_decay = Exercise(
    "exponential_decay",
    points=1,
    cases=[
        Case("step-zero", lr=0.1, step=0, rate=0.5, every=10),
        Case("one-interval", lr=0.1, step=10, rate=0.5, every=10),
        Case("half-an-interval", lr=0.1, step=5, rate=0.25, every=10),
        Case("first-step", lr=0.1, step=1, rate=0.5, every=10),
        Case("two-and-a-half-intervals", lr=0.4, step=20, rate=0.3, every=8),
        Case("at-every-step", lr=1.0, step=7, rate=0.9, every=1),
        Case("rate-of-one-changes-nothing", lr=0.3, step=50, rate=1.0, every=7),
        Case("long-after", lr=0.5, step=5000, rate=0.96, every=100),
        Case("negative-step", raises="step", lr=0.1, step=-1, rate=0.5, every=10),
        Case("interval-of-zero", raises="every", lr=0.1, step=3, rate=0.5, every=0),
        random_cases(_random_exponential, count=3),
    ],
    misconceptions=[
        Misconception(
            "staircase",
            believes="The exponent is a whole number.",
            wrong=lambda lr, step, rate, every: lr * rate ** (step // every),
            hint="That is `step_decay`. What is the rate halfway through the first interval?",
        ),
        Misconception(
            "at-every-step",
            believes="The rate multiplies at every step; `every` is for something else.",
            wrong=lambda lr, step, rate, every: lr * rate**step,
            hint="The learning rate is multiplied by `rate` once in `every` steps. After how many in yours?",
        ),
        Misconception(
            "base-e",
            believes="The decay is e^(−rate · step / every).",
            wrong=lambda lr, step, rate, every: lr * math.exp(-rate * step / every),
            hint="After one interval, is the learning rate multiplied by 0.5, or by e^-0.5?",
        ),
        Misconception(
            "rate-is-what-is-lost",
            believes="`rate` is the part that is lost in an interval.",
            wrong=lambda lr, step, rate, every: lr * (1 - rate) ** (step / every),
            hint="With rate = 0.96, is nearly all left after an interval, or nearly nothing? A half hides it.",
        ),
        Misconception(
            "one-step-too-early",
            believes="The first step is number 1.",
            wrong=lambda lr, step, rate, every: lr * rate ** ((step + 1) / every),
            hint="What is the learning rate of step 0?",
        ),
        Misconception(
            "divided-afterwards",
            believes="The power is divided by the interval.",
            wrong=lambda lr, step, rate, every: lr * rate**step / every,
            hint="In Python, what comes first in a**b / c?",
        ),
        Misconception(
            "inverse-time",
            believes="The learning rate is divided by 1 + rate · step / every.",
            wrong=lambda lr, step, rate, every: lr / (1 + rate * step / every),
            hint="That is inverse-time decay. What stands in the exponent here?",
        ),
    ],
    hints=[
        "At which steps is the learning rate lr, lr · rate, and lr · rate²?",
        "The exponent counts intervals, with their fractions.",
        "lr * rate ** (step / every)",
    ],
    variants=[Variant("exp-and-log", _exponential_exp)],
)
