"""Assessment of optimizers: the warm-up and the descent along a cosine."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.units import _optimizers_slips as slips
from autograder.units._optimizers_schedules import refuse_below

__all__ = ["cosine_decay"]


def _cosine(
    lr: float,
    step: int,
    total: int,
    warmup: int = 0,
    floor: float = 0.0,
    *,
    climbed: float | None = None,
    progress: float | None = None,
    scale: float = math.pi,
    half: float = 0.5,
    stops: bool = True,
) -> float:
    """The schedule, in which pieces can be replaced."""
    if step < warmup:
        return lr * ((step + 1) / warmup if climbed is None else climbed)
    if stops and step >= total:
        return floor
    if progress is None:
        progress = (step - warmup) / max(total - warmup, 1)
    return floor + (lr - floor) * half * (1 + math.cos(scale * progress))


def _no_floor(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    return _cosine(lr, step, total, warmup)


def _floor_added(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    return _cosine(lr, step, total, warmup) + (floor if step >= warmup else 0.0)


def _floor_cut(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    rate = _cosine(lr, step, total, warmup)
    return max(rate, floor) if step >= warmup else rate


def _floor_in_warmup(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    if step < warmup:
        return floor + (lr - floor) * (step + 1) / warmup
    return _cosine(lr, step, total, warmup, floor)


def _floor_is_a_part(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    return _cosine(lr, step, total, warmup, floor * lr)


def _warmup_after_total(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    return _cosine(lr, step, total + warmup, warmup, floor)


def _over_total(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    return _cosine(lr, step, total, warmup, floor, progress=(step - warmup) / total)


def _from_start(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    return _cosine(lr, step, total, warmup, floor, progress=step / total)


def _quarter(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    if step < warmup or step >= total:
        return _cosine(lr, step, total, warmup, floor)
    return floor + (lr - floor) * math.cos(math.pi / 2 * (step - warmup) / (total - warmup))


def _line(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    if step < warmup or step >= total:
        return _cosine(lr, step, total, warmup, floor)
    return floor + (lr - floor) * (1 - (step - warmup) / (total - warmup))


def _climb_from_zero(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    return _cosine(lr, step, total, warmup, floor, climbed=step / max(warmup, 1))


def _climb_in_integers(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> float:
    return _cosine(lr, step, total, warmup, floor, climbed=step // max(warmup, 1))


def _cosine_checked(lr: float, step: int, total: int, warmup: int = 0, floor: float = 0.0) -> Any:
    refuse_below(step=(step, 0), total=(total, 1), warmup=(warmup, 0))
    if warmup > total:
        raise ValueError("warmup is longer than total")
    climb = np.arange(1, warmup + 1) / max(warmup, 1) * lr
    angles = np.pi * np.arange(total - warmup) / max(total - warmup, 1)
    rates = np.concatenate([climb, floor + 0.5 * (lr - floor) * (1 + np.cos(angles)), [floor]])
    return rates[min(step, total)]


def _random_cosine(rng: np.random.Generator) -> dict[str, Any]:
    total = int(rng.integers(20, 60))
    return {
        "lr": float(rng.uniform(0.1, 1)),
        "step": int(rng.integers(0, total)),
        "total": total,
        "warmup": int(rng.integers(3, 15)),
        "floor": float(rng.uniform(0, 0.05)),
    }


cosine_decay = Exercise(
    "cosine_decay",
    points=2,
    cases=[
        Case("first-step", lr=0.4, step=0, total=10),
        Case("one-step-in-all", lr=0.4, step=0, total=1),
        Case("half-way", lr=0.4, step=5, total=10),
        Case("a-quarter", lr=0.4, step=5, total=20),
        Case("last-step", lr=0.4, step=9, total=10),
        Case("at-the-end", lr=0.4, step=10, total=10),
        Case("past-the-end", lr=0.4, step=13, total=10, warmup=0, floor=0.02),
        Case("floor-on-the-way-down", lr=0.5, step=14, total=20, warmup=0, floor=0.1),
        Case("floor-near-the-end", lr=0.5, step=19, total=20, warmup=0, floor=0.1),
        Case("warmup-first-step", lr=0.5, step=0, total=20, warmup=4),
        Case("warmup-second-step", lr=0.5, step=1, total=20, warmup=4, floor=0.05),
        Case("warmup-last-step", lr=0.5, step=3, total=20, warmup=4),
        Case("first-step-after-the-warmup", lr=0.5, step=4, total=20, warmup=4),
        Case("down-after-the-warmup", lr=0.5, step=9, total=24, warmup=4, floor=0.01),
        Case("end-after-a-warmup", lr=0.5, step=20, total=20, warmup=4, floor=0.01),
        Case("all-warmup", lr=0.5, step=7, total=8, warmup=8),
        Case("all-warmup-and-done", lr=0.5, step=8, total=8, warmup=8, floor=0.01),
        Case("negative-step", raises="step", lr=0.5, step=-1, total=8),
        Case("total-of-zero", raises="total", lr=0.5, step=0, total=0),
        Case("warmup-longer-than-total", raises="warmup", lr=0.5, step=2, total=8, warmup=9),
        Case("negative-warmup", raises="warmup", lr=0.5, step=2, total=8, warmup=-1),
        random_cases(_random_cosine, count=4),
    ],
    misconceptions=[
        Misconception(
            "half-forgotten",
            believes="The factor is 1 + cos.",
            wrong=lambda *args, **kwargs: _cosine(*args, **kwargs, half=1.0),
            hint="At the start the cosine is 1. What is the first rate then?",
        ),
        Misconception(
            "plain-cosine",
            believes="The rate follows cos from 1 to 0, a quarter of a turn.",
            wrong=_quarter,
            hint="At the end the descent should be flat. Where is the cosine flat: at π/2 or at π?",
        ),
        Misconception(
            "degrees",
            believes="Half a turn is 180.",
            wrong=lambda *args, **kwargs: _cosine(*args, **kwargs, scale=180.0),
            hint="In which unit does math.cos take its angle?",
        ),
        Misconception(
            "linear",
            believes="The rate falls in a straight line.",
            wrong=_line,
            hint="Where is the cosine in your formula?",
        ),
        Misconception(
            "floor-ignored",
            believes="The rate falls to zero.",
            wrong=_no_floor,
            hint="Where does `floor` come into your formula?",
        ),
        Misconception(
            "floor-added",
            believes="The floor is added to the whole descent.",
            wrong=_floor_added,
            hint="Between which two rates does the descent run, and so what is multiplied by the cosine's half?",
        ),
        Misconception(
            "floor-cuts",
            believes="The descent goes to zero, and is cut off at the floor.",
            wrong=_floor_cut,
            hint="Should the rate reach the floor at the end, or stay there for a while before it?",
        ),
        Misconception(
            "floor-is-a-part",
            believes="The floor is a part of lr.",
            wrong=_floor_is_a_part,
            hint="The docstring gives the unit of `floor`: a rate, or a part of one?",
        ),
        Misconception(
            "warmup-from-the-floor",
            believes="The warm-up climbs from the floor.",
            wrong=_floor_in_warmup,
            hint="The docstring's first line of the formula: is `floor` in it?",
        ),
        Misconception(
            "warmup-from-zero",
            believes="The first rate is 0.",
            wrong=_climb_from_zero,
            hint="What does an optimizer learn in a step of rate 0?",
        ),
        Misconception(
            "warmup-stays-zero",
            believes="step // warmup is the part of the warm-up that is done.",
            wrong=_climb_in_integers,
            hint="What is 3 // 4?",
        ),
        Misconception(
            "warmup-at-full-rate",
            believes="During the warm-up the rate is lr.",
            wrong=lambda *args, **kwargs: _cosine(*args, **kwargs, climbed=1.0),
            hint="What is warmed up if the rate is full from the beginning?",
        ),
        Misconception(
            "over-total",
            believes="The descent takes `total` steps.",
            wrong=_over_total,
            hint="`total` includes the warm-up: how many steps are left for the descent?",
        ),
        Misconception(
            "clock-not-restarted",
            believes="The angle is π · step / total, warm-up or not.",
            wrong=_from_start,
            hint="In the first step after the warm-up, what should the angle be?",
        ),
        Misconception(
            "warmup-comes-on-top",
            believes="The warm-up comes before the `total` steps.",
            wrong=_warmup_after_total,
            hint="With total = 20 and warmup = 4, which step is the first at the floor?",
        ),
        Misconception(
            "rises-again",
            believes="The formula holds for all steps.",
            wrong=lambda *args, **kwargs: _cosine(*args, **kwargs, stops=False),
            hint="What does the cosine do after π?",
        ),
        *slips.COSINE,
    ],
    hints=[
        "There are three times: the climb, the descent, and afterwards. Which steps belong to which?",
        "In the descent, first compute how much of it is done, from 0 to 1; the warm-up is no part of it.",
        "floor + (lr - floor) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2",
    ],
    variants=[Variant("table-of-all-rates", _cosine_checked)],
)
