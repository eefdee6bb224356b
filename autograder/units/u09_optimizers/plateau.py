"""ReduceOnPlateau: the rate that follows the metric."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import edit

NAN = math.nan

BETTER = "metric < self._best - self.min_delta"
IMPROVED = "self._best, self._wait = metric, 0"
NOT_IMPROVED = "self._wait += 1"
LOWER = "max(self.lr * self.factor, self.min_lr)"
WAIT_AGAIN = "\n            self._wait = 0"


def drive_plateau(ReduceOnPlateau: Any, metrics: Any, lr: Any, options: Any) -> Any:
    """Scenario: one metric per epoch; index e of the results belongs to epoch e."""
    plateau = ReduceOnPlateau(lr, *options.values())
    returned, kept = [], []
    for metric in metrics:
        returned.append(plateau.update(metric))
        kept.append(plateau.lr)
    if None in returned:
        return None
    return {"rate returned after epoch e": np.array(returned), "attribute lr after epoch e": np.array(kept)}


def metrics(*metrics: float, lr: float = 1.0, **options: float) -> dict[str, Any]:
    """Inputs of the scenario."""
    return {"metrics": list(metrics), "lr": lr, "options": options}


def drawn_metrics(rng: np.random.Generator) -> dict[str, Any]:
    """A loss that falls, with noise: eighths, so that ties and differences equal to min_delta are exact."""
    falling = np.maximum(4 - np.arange(16) / 2, 1) + rng.integers(-6, 7, 16) / 8
    return metrics(
        *[NAN if rng.random() < 0.05 else float(metric) for metric in falling],
        lr=float(rng.uniform(0.1, 1)),
        factor=float(rng.uniform(0.1, 0.8)),
        patience=int(rng.integers(0, 4)),
        min_delta=float(rng.choice([0.0, 0.125, 0.25])),
        min_lr=0.05,
    )


ReduceOnPlateau = Exercise(
    "ReduceOnPlateau",
    points=2,
    scenario=drive_plateau,
    reference="reduce_on_plateau",
    cases=[
        Case("always-improves", **metrics(4.0, 3.0, 2.0, 1.0)),
        Case("patience-of-two", **metrics(4.0, 3.0, 3.5, 3.25, 3.5, factor=0.5, patience=2)),
        Case("defaults-wait-for-ten", **metrics(4.0, *[5.0] * 12, lr=0.3)),
        Case("patience-of-one", **metrics(4.0, 5.0, 3.0, 3.5, 2.0, factor=0.25, patience=1)),
        Case("patience-of-zero-is-the-same", **metrics(4.0, 5.0, 3.0, 3.5, 2.0, factor=0.25, patience=0)),
        Case("wait-starts-again-after-a-reduction", **metrics(2.0, *[3.0] * 8, factor=0.5, patience=3)),
        Case(
            "wait-starts-again-after-an-improvement",
            **metrics(4.0, 5.0, 5.0, 3.0, 5.0, 5.0, 2.0, 5.0, 5.0, 5.0, factor=0.3, patience=3),
        ),
        Case("best-survives-a-reduction", **metrics(2.0, 5.0, 5.0, 4.0, 3.0, 2.5, 1.0, factor=0.5, patience=2)),
        Case("plateau-of-equal-metrics", **metrics(2.0, 2.0, 2.0, 2.0, 2.0, factor=0.5, patience=2, min_delta=0.0)),
        Case("falls-by-less-than-min-delta", **metrics(4.0, 3.875, 3.75, 3.0, factor=0.5, patience=2, min_delta=0.5)),
        Case(
            "rises-by-less-than-min-delta", **metrics(2.0, 2.25, 2.25, 2.5, 2.5, factor=0.5, patience=2, min_delta=0.5)
        ),
        Case(
            "small-falls-add-up",
            **metrics(4.0, 3.75, 3.5, 3.25, 3.0, 2.875, 2.75, factor=0.5, patience=2, min_delta=0.5),
        ),
        Case("falls-by-exactly-min-delta", **metrics(4.0, 3.5, 3.0, 2.5, factor=0.5, patience=1, min_delta=0.5)),
        Case("default-min-delta", **metrics(1.0, 0.99995, 0.99985, 0.9, factor=0.5, patience=1)),
        Case("better-than-the-last-is-not-best", **metrics(2.0, 6.0, 5.0, 4.0, 3.0, 1.0, factor=0.5, patience=3)),
        Case("down-to-min-lr", **metrics(1.0, *[2.0] * 5, factor=0.3, patience=1, min_delta=0.0, min_lr=0.2)),
        Case("nan-never-improves", **metrics(4.0, NAN, NAN, NAN, 2.0, factor=0.5, patience=2)),
        Case("nan-comes-first", **metrics(NAN, 3.0, 4.0, 4.0, factor=0.5, patience=2)),
        Case("factor-of-one", raises="factor", **metrics(2.0, factor=1.0)),
        Case("factor-of-zero", raises="factor", **metrics(2.0, factor=0.0)),
        random_cases(drawn_metrics, count=3),
    ],
    misconceptions=[
        edit("one-epoch-too-late", ">= self.patience", "> self.patience")
        .believes("Patience is exhausted when the wait exceeds it: PyTorch's counting.")
        .ask("With patience 3, which epoch without improvement reduces the rate: the 3rd or the 4th?"),
        edit("wait-survives-a-reduction", f"{LOWER}{WAIT_AGAIN}", LOWER)
        .believes("The wait goes on after a reduction.")
        .ask("Right after a reduction, how much time does the new rate get?"),
        edit("wait-survives-an-improvement", IMPROVED, "self._best = metric")
        .believes("The wait counts all epochs without improvement.")
        .ask("After a new best metric, how long should the wait be?"),
        edit("min-delta-ignored", BETTER, "metric < self._best")
        .believes("Any fall is an improvement.")
        .ask("If min_delta is 0.5, is a fall from 4 to 3.875 worth another wait?"),
        edit("min-delta-added", BETTER, "metric < self._best + self.min_delta")
        .believes("A metric improves if it is below best + min_delta.")
        .ask("Should a min_delta make it harder or easier to improve?"),
        edit("relative-min-delta", BETTER, "metric < self._best * (1 - self.min_delta)")
        .believes("min_delta is a part of the best metric, like PyTorch's threshold.")
        .ask("Is min_delta subtracted from the best metric, or from 1?"),
        edit("equal-counts-as-better", "metric <", "metric <=")
        .believes("A metric that is as good as the best is an improvement.")
        .ask("On a plateau of equal metrics, when would the rate be reduced?"),
        edit("the-higher-the-better", BETTER, "metric > self._best + self.min_delta or self._best == math.inf")
        .believes("A metric improves when it grows.")
        .ask("The metric is a loss. Which way is better?"),
        edit("best-creeps-along", NOT_IMPROVED, f"{NOT_IMPROVED}; self._best = min(metric, self._best)")
        .believes("The best metric is the smallest seen, even if its fall was too small to count.")
        .ask("If the metric falls by a third of min_delta each epoch, is nothing gained after ten of them?"),
        edit("compared-with-the-previous", NOT_IMPROVED, f"{NOT_IMPROVED}; self._best = metric")
        .believes("An epoch improves if it is better than the one before it.")
        .ask("2, 6, 5, 4, 3: which of these are better than everything before?"),
        edit("best-forgotten-at-a-reduction", LOWER, f"{LOWER}; self._best = math.inf")
        .believes("With a new rate everything starts anew.")
        .ask("After a reduction, is a metric worse than the old best an improvement?"),
        edit("min-lr-ignored", LOWER, "self.lr * self.factor")
        .believes("The rate may always be multiplied once more.")
        .ask("What is min_lr for?"),
        edit("stops-above-min-lr", LOWER, "self.lr * (self.factor if self.lr * self.factor >= self.min_lr else 1)")
        .believes("A reduction that would go below min_lr is left out.")
        .ask("The formula has a max: what is max(lr · factor, min_lr) when the product is too small?"),
        edit("factor-is-what-is-lost", LOWER, "max(self.lr * (1 - self.factor), self.min_lr)")
        .believes("The factor is the part that is taken away.")
        .ask("With factor 0.1, is a tenth left, or a tenth lost?"),
        edit(
            "reduced-from-the-first-rate",
            "self.lr = lr",
            "self.lr = self.first_lr = lr",
            LOWER,
            "max(self.first_lr * self.factor, self.min_lr)",
        )
        .believes("The reduced rate is factor times the rate at the start.")
        .ask("What is the rate after two reductions by a half: a half or a quarter?"),
        edit("rate-not-kept", f"self.lr = {LOWER}", f"self._wait = 0; return {LOWER}")
        .believes("It is enough to return the reduced rate.")
        .ask("What does the next call of `update` return, and what is `.lr`?"),
        edit("nan-improves", BETTER, "not metric >= self._best - self.min_delta")
        .believes("What is not worse is better.")
        .ask("What is NaN >= 3, and what is `not` of it?"),
    ],
    hints=[
        "Three numbers change between calls: the rate, the best metric, and the wait.",
        "Improvement: keep the metric, wait 0. Otherwise: count the wait up, compare it with the patience, reduce.",
        "wait + 1; once it is >= self.patience: self.lr = max(self.lr * self.factor, self.min_lr), and wait = 0.",
    ],
    variants=[
        Variant(
            "history-of-bests",
            (
                "self._best = math.inf",
                "self._bests = [math.inf]",
                BETTER,
                "self._bests[-1] - self.min_delta > metric",
                IMPROVED,
                "self._bests.append(metric); self._wait = 0",
            ),
        )
    ],
)
