"""step_decay, exponential_decay and cosine_decay."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit, returns

STAIRCASE = "lr * drop ** (epoch // every)"
CLIMB = "lr * (step + 1) / warmup"
PROGRESS = "(step - warmup) / (total - warmup)"
WAVE = "(1 + math.cos(math.pi * progress)) / 2"
DESCENT = f"floor + (lr - floor) * {WAVE}"
END = "if step >= total:\n        return float(floor)\n    "


def drawn_epoch(rng: np.random.Generator) -> dict[str, Any]:
    """An epoch of a schedule that falls in steps."""
    return {
        "lr": float(rng.uniform(0.01, 1)),
        "epoch": int(rng.integers(4, 40)),
        "drop": float(rng.uniform(0.2, 0.9)),
        "every": int(rng.integers(2, 8)),
    }


def drawn_step(rng: np.random.Generator) -> dict[str, Any]:
    """A step of a schedule that falls at every step."""
    return {
        "lr": float(rng.uniform(0.01, 1)),
        "step": int(rng.integers(1, 60)),
        "rate": float(rng.uniform(0.2, 0.95)),
        "every": int(rng.integers(2, 20)),
    }


def drawn_cosine(rng: np.random.Generator) -> dict[str, Any]:
    """A step of the warm-up or of the descent."""
    total = int(rng.integers(20, 60))
    return {
        "lr": float(rng.uniform(0.1, 1)),
        "step": int(rng.integers(0, total)),
        "total": total,
        "warmup": int(rng.integers(3, 15)),
        "floor": float(rng.uniform(0, 0.05)),
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
        random_cases(drawn_epoch, count=3),
    ],
    misconceptions=[
        returns("one-epoch-too-early", "lr * drop ** ((epoch + 1) // every)")
        .believes("Epoch 9 is the tenth, so it drops.")
        .ask("With `every` = 10, how many epochs should have the first rate: 0 … 8 or 0 … 9?"),
        returns("epoch-zero-drops", "lr * drop ** (epoch // every + 1)")
        .believes("The first interval is dropped once already.")
        .ask("What is the rate of epoch 0?"),
        returns("rounded-up", "lr * drop ** math.ceil(epoch / every)")
        .believes("An interval that has begun counts.")
        .ask("Epoch 1 of 10: has an interval passed?"),
        returns("smooth", "lr * drop ** (epoch / every)")
        .believes("The rate falls a little in every epoch.")
        .ask("That is `exponential_decay`. What is ⌊9 / 10⌋?"),
        returns("dropped-in-every-epoch", "lr * drop**epoch")
        .believes("The factor is applied in each epoch; `every` is for something else.")
        .ask("How often has the rate dropped by epoch 13, if it does so every 10 epochs?"),
        returns("cumulative", "lr * math.prod(drop ** (past // every) for past in range(epoch + 1))")
        .believes("In each epoch the current rate is multiplied by drop^⌊epoch / every⌋.")
        .ask("Which rate does the formula multiply: that of the epoch before, or that of epoch 0?"),
        returns("only-once", "lr * drop if epoch >= every else lr")
        .believes("After `every` epochs the rate drops, and stays.")
        .ask("What happens after another `every` epochs?"),
        returns("drop-is-what-is-lost", "lr * (1 - drop) ** (epoch // every)")
        .believes("`drop` is the part that is taken away.")
        .ask("With drop = 0.1, is a tenth left, or a tenth lost? A half hides the difference."),
        returns("linear", "lr * (1 - (1 - drop) * (epoch // every))")
        .believes("Each drop takes the same amount away.")
        .ask("After three drops by a half: is the rate an eighth, or below zero?"),
        returns("drop-not-kept", "lr * drop if epoch and epoch % every == 0 else lr")
        .believes("In an epoch that is a multiple of `every` the rate is lower.")
        .ask("What is the rate in the epoch after the drop?"),
    ],
    hints=[
        "How many drops have there been by this epoch?",
        "Whole intervals only: integer division. Each drop multiplies once more.",
        "lr * drop ** (epoch // every)",
    ],
    variants=[
        Variant(
            "loop",
            (
                f"return float({STAIRCASE})",
                "while epoch >= every:\n        lr, epoch = lr * drop, epoch - every\n    return lr",
            ),
        ),
        Variant("floor", (f"float({STAIRCASE})", "lr * np.power(drop, np.floor(epoch / every))")),
    ],
)

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
        random_cases(drawn_step, count=3),
    ],
    misconceptions=[
        returns("staircase", "lr * rate ** (step // every)")
        .believes("The exponent is a whole number.")
        .ask("That is `step_decay`. What is the rate halfway through the first interval?"),
        returns("at-every-step", "lr * rate**step")
        .believes("The rate multiplies at every step; `every` is for something else.")
        .ask("The learning rate is multiplied by `rate` once in `every` steps. After how many in yours?"),
        returns("base-e", "lr * math.exp(-rate * step / every)")
        .believes("The decay is e^(−rate · step / every).")
        .ask("After one interval, is the learning rate multiplied by 0.5, or by e^-0.5?"),
        returns("rate-is-what-is-lost", "lr * (1 - rate) ** (step / every)")
        .believes("`rate` is the part that is lost in an interval.")
        .ask("With rate = 0.96, is nearly all left after an interval, or nearly nothing? A half hides it."),
        returns("one-step-too-early", "lr * rate ** ((step + 1) / every)")
        .believes("The first step is number 1.")
        .ask("What is the learning rate of step 0?"),
        returns("divided-afterwards", "lr * rate**step / every")
        .believes("The power is divided by the interval.")
        .ask("In Python, what comes first in a**b / c?"),
        returns("inverse-time", "lr / (1 + rate * step / every)")
        .believes("The learning rate is divided by 1 + rate · step / every.")
        .ask("That is inverse-time decay. What stands in the exponent here?"),
    ],
    hints=[
        "At which steps is the learning rate lr, lr · rate, and lr · rate²?",
        "The exponent counts intervals, with their fractions.",
        "lr * rate ** (step / every)",
    ],
    variants=[Variant("exp-and-log", ("rate ** (step / every)", "np.exp(step / every * np.log(rate))"))],
)

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
        random_cases(drawn_cosine, count=4),
    ],
    misconceptions=[
        edit("half-forgotten", WAVE, WAVE.removesuffix(" / 2"))
        .believes("The factor is 1 + cos.")
        .ask("At the start the cosine is 1. What is the first rate then?"),
        edit("plain-cosine", WAVE, "math.cos(math.pi / 2 * progress)")
        .believes("The rate follows cos from 1 to 0, a quarter of a turn.")
        .ask("At the end the descent should be flat. Where is the cosine flat: at π/2 or at π?"),
        edit("degrees", "math.pi", "180")
        .believes("Half a turn is 180.")
        .ask("In which unit does math.cos take its angle?"),
        edit("linear", WAVE, "(1 - progress)")
        .believes("The rate falls in a straight line.")
        .ask("Where is the cosine in your formula?"),
        edit("floor-ignored", "floor + (lr - floor)", "lr", "float(floor)", "0.0")
        .believes("The rate falls to zero.")
        .ask("Where does `floor` come into your formula?"),
        edit("floor-added", "(lr - floor)", "lr")
        .believes("The floor is added to the whole descent.")
        .ask("Between which two rates does the descent run, and so what is multiplied by the cosine's half?"),
        edit("floor-cuts", DESCENT, f"max(floor, lr * {WAVE})")
        .believes("The descent goes to zero, and is cut off at the floor.")
        .ask("Should the rate reach the floor at the end, or stay there for a while before it?"),
        edit("floor-is-a-part", "float(floor)", "float(floor * lr)", DESCENT, f"lr * (floor + (1 - floor) * {WAVE})")
        .believes("The floor is a part of lr.")
        .ask("The docstring gives the unit of `floor`: a rate, or a part of one?"),
        edit("warmup-from-the-floor", CLIMB, "floor + (lr - floor) * (step + 1) / warmup")
        .believes("The warm-up climbs from the floor.")
        .ask("The docstring's first line of the formula: is `floor` in it?"),
        edit("warmup-from-zero", CLIMB, "lr * step / warmup")
        .believes("The first rate is 0.")
        .ask("What does an optimizer learn in a step of rate 0?"),
        edit("warmup-stays-zero", CLIMB, "lr * (step // warmup)")
        .believes("step // warmup is the part of the warm-up that is done.")
        .ask("What is 3 // 4?"),
        edit("warmup-at-full-rate", CLIMB, "lr")
        .believes("During the warm-up the rate is lr.")
        .ask("What is warmed up if the rate is full from the beginning?"),
        edit("over-total", PROGRESS, "(step - warmup) / total")
        .believes("The descent takes `total` steps.")
        .ask("`total` includes the warm-up: how many steps are left for the descent?"),
        edit("clock-not-restarted", PROGRESS, "step / total")
        .believes("The angle is π · step / total, warm-up or not.")
        .ask("In the first step after the warm-up, what should the angle be?"),
        edit("warmup-comes-on-top", "step >= total", "step >= total + warmup", PROGRESS, "(step - warmup) / total")
        .believes("The warm-up comes before the `total` steps.")
        .ask("With total = 20 and warmup = 4, which step is the first at the floor?"),
        edit("rises-again", END, "", PROGRESS, "(step - warmup) / max(total - warmup, 1)")
        .believes("The formula holds for all steps.")
        .ask("What does the cosine do after π?"),
        edit("upside-down", "1 + math.cos", "1 - math.cos")
        .believes("Half a cosine is (1 - cos) / 2.")
        .ask("What is cos 0, and which rate should the descent begin with?"),
        edit("floor-at-the-end-alone", "floor + (lr - floor)", "lr")
        .believes("The descent goes to zero; from `total` on it is the floor.")
        .ask("What is the rate one step before the end, and can it be below the floor?"),
        edit("descent-never-ends", END, "")
        .believes("What is not warm-up is descent, however late.")
        .ask("What does the cosine do after π, and how long is the descent if warmup = total?"),
    ],
    hints=[
        "There are three times: the climb, the descent, and afterwards. Which steps belong to which?",
        "In the descent, first compute how much of it is done, from 0 to 1; the warm-up is no part of it.",
        "floor + (lr - floor) * (1 + math.cos(math.pi * (step - warmup) / (total - warmup))) / 2",
    ],
    variants=[
        Variant(
            "table-of-all-rates",
            """
            cosine_decay(lr, step, total, warmup, floor)  # refuses what does not fit
            climb = np.arange(1, warmup + 1) / max(warmup, 1) * lr
            angles = np.pi * np.arange(total - warmup) / max(total - warmup, 1)
            rates = np.concatenate([climb, floor + 0.5 * (lr - floor) * (1 + np.cos(angles)), [floor]])
            return rates[min(step, total)]
            """,
        )
    ],
)
