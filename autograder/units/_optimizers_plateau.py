"""Assessment of optimizers: the rate that follows the metric."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases

__all__ = ["ReduceOnPlateau"]

NAN = math.nan


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


class _Plateau:
    """A right one, in pieces that can be replaced by wrong ones."""

    def __init__(
        self, lr: float, factor: float = 0.1, patience: int = 10, min_delta: float = 1e-4, min_lr: float = 0
    ) -> None:
        self.lr, self.factor, self.patience, self.min_delta, self.min_lr = lr, factor, patience, min_delta, min_lr
        self.first_lr, self.best, self.wait = lr, math.inf, 0

    def improves(self, metric: float) -> bool:
        return metric < self.best - self.min_delta

    def is_out_of_patience(self) -> bool:
        return self.wait >= self.patience

    def after_improvement(self, metric: float) -> None:
        self.best, self.wait = metric, 0

    def after_none(self, metric: float) -> None:
        self.wait += 1

    def reduced(self) -> float:
        return max(self.lr * self.factor, self.min_lr)

    def after_reduction(self) -> None:
        self.wait = 0

    def update(self, metric: float) -> float:
        if self.improves(metric):
            self.after_improvement(metric)
            return self.lr
        self.after_none(metric)
        if self.is_out_of_patience():
            self.lr = self.reduced()
            self.after_reduction()
        return self.lr


def _with(**pieces: Any) -> Callable[..., Any]:
    return type("ReduceOnPlateau", (_Plateau,), {"__module__": __name__, **pieces})


def _best_creeps(self: Any, metric: float) -> None:
    self.wait += 1
    self.best = min(metric, self.best)


def _previous_is_best(self: Any, metric: float) -> None:
    self.wait += 1
    self.best = metric


def _best_forgotten(self: Any) -> None:
    self.wait, self.best = 0, math.inf


def _keep_wait(self: Any, metric: float) -> None:
    self.best = metric


def _not_below(self: Any) -> Any:
    return self.lr * self.factor if self.lr * self.factor >= self.min_lr else self.lr


def _returned_once(self: Any, metric: float) -> Any:
    """Returns what the reduction would be, but forgets to keep it."""
    if self.improves(metric):
        self.after_improvement(metric)
        return float(self.lr)
    self.wait += 1
    if self.wait >= self.patience:
        self.wait = 0
        return float(self.reduced())
    return float(self.lr)


class _History:
    """Keeps all metrics, and counts back from the end."""

    def __init__(
        self, lr: float, factor: float = 0.1, patience: int = 10, min_delta: float = 1e-4, min_lr: float = 0
    ) -> None:
        if factor >= 1 or factor <= 0:
            raise ValueError(f"factor must lie between 0 and 1, got {factor}")
        self.lr, self.options, self.bests = lr, (factor, max(patience, 1), min_lr), [math.inf]
        self.delta, self.bad = min_delta, 0

    def update(self, metric: float) -> float:
        factor, patience, min_lr = self.options
        improved = self.bests[-1] - self.delta > metric
        self.bests.append(metric if improved else self.bests[-1])
        self.bad = 0 if improved else self.bad + 1
        if self.bad == patience:
            self.lr, self.bad = float(np.maximum(self.lr * factor, min_lr)), 0
        return self.lr


def _metrics(*metrics: float, lr: float = 1.0, **options: float) -> dict[str, Any]:
    return {"metrics": list(metrics), "lr": lr, "options": options}


def _random_metrics(rng: np.random.Generator) -> dict[str, Any]:
    # Eighths, so that ties and differences equal to min_delta are exact.
    falling = np.maximum(4 - np.arange(16) / 2, 1) + rng.integers(-6, 7, 16) / 8
    metrics = [NAN if rng.random() < 0.05 else float(metric) for metric in falling]
    return _metrics(
        *metrics,
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
        Case("always-improves", **_metrics(4.0, 3.0, 2.0, 1.0)),
        Case("patience-of-two", **_metrics(4.0, 3.0, 3.5, 3.25, 3.5, factor=0.5, patience=2)),
        Case("defaults-wait-for-ten", **_metrics(4.0, *[5.0] * 12, lr=0.3)),
        Case("patience-of-one", **_metrics(4.0, 5.0, 3.0, 3.5, 2.0, factor=0.25, patience=1)),
        Case("patience-of-zero-is-the-same", **_metrics(4.0, 5.0, 3.0, 3.5, 2.0, factor=0.25, patience=0)),
        Case("wait-starts-again-after-a-reduction", **_metrics(2.0, *[3.0] * 8, factor=0.5, patience=3)),
        Case(
            "wait-starts-again-after-an-improvement",
            **_metrics(4.0, 5.0, 5.0, 3.0, 5.0, 5.0, 2.0, 5.0, 5.0, 5.0, factor=0.3, patience=3),
        ),
        Case("best-survives-a-reduction", **_metrics(2.0, 5.0, 5.0, 4.0, 3.0, 2.5, 1.0, factor=0.5, patience=2)),
        Case("plateau-of-equal-metrics", **_metrics(2.0, 2.0, 2.0, 2.0, 2.0, factor=0.5, patience=2, min_delta=0.0)),
        Case("falls-by-less-than-min-delta", **_metrics(4.0, 3.875, 3.75, 3.0, factor=0.5, patience=2, min_delta=0.5)),
        Case(
            "rises-by-less-than-min-delta", **_metrics(2.0, 2.25, 2.25, 2.5, 2.5, factor=0.5, patience=2, min_delta=0.5)
        ),
        Case(
            "small-falls-add-up",
            **_metrics(4.0, 3.75, 3.5, 3.25, 3.0, 2.875, 2.75, factor=0.5, patience=2, min_delta=0.5),
        ),
        Case("falls-by-exactly-min-delta", **_metrics(4.0, 3.5, 3.0, 2.5, factor=0.5, patience=1, min_delta=0.5)),
        Case("default-min-delta", **_metrics(1.0, 0.99995, 0.99985, 0.9, factor=0.5, patience=1)),
        Case("better-than-the-last-is-not-best", **_metrics(2.0, 6.0, 5.0, 4.0, 3.0, 1.0, factor=0.5, patience=3)),
        Case("down-to-min-lr", **_metrics(1.0, *[2.0] * 5, factor=0.3, patience=1, min_delta=0.0, min_lr=0.2)),
        Case("nan-never-improves", **_metrics(4.0, NAN, NAN, NAN, 2.0, factor=0.5, patience=2)),
        Case("nan-comes-first", **_metrics(NAN, 3.0, 4.0, 4.0, factor=0.5, patience=2)),
        Case("factor-of-one", raises="factor", **_metrics(2.0, factor=1.0)),
        Case("factor-of-zero", raises="factor", **_metrics(2.0, factor=0.0)),
        random_cases(_random_metrics, count=3),
    ],
    misconceptions=[
        Misconception(
            "one-epoch-too-late",
            believes="Patience is exhausted when the wait exceeds it: PyTorch's counting.",
            wrong=_with(is_out_of_patience=lambda self: self.wait > self.patience),
            hint="With patience 3, which epoch without improvement reduces the rate: the 3rd or the 4th?",
        ),
        Misconception(
            "wait-survives-a-reduction",
            believes="The wait goes on after a reduction.",
            wrong=_with(after_reduction=lambda self: None),
            hint="Right after a reduction, how much time does the new rate get?",
        ),
        Misconception(
            "wait-survives-an-improvement",
            believes="The wait counts all epochs without improvement.",
            wrong=_with(after_improvement=_keep_wait),
            hint="After a new best metric, how long should the wait be?",
        ),
        Misconception(
            "min-delta-ignored",
            believes="Any fall is an improvement.",
            wrong=_with(improves=lambda self, metric: metric < self.best),
            hint="If min_delta is 0.5, is a fall from 4 to 3.875 worth another wait?",
        ),
        Misconception(
            "min-delta-added",
            believes="A metric improves if it is below best + min_delta.",
            wrong=_with(improves=lambda self, metric: metric < self.best + self.min_delta),
            hint="Should a min_delta make it harder or easier to improve?",
        ),
        Misconception(
            "relative-min-delta",
            believes="min_delta is a part of the best metric, as PyTorch's threshold.",
            wrong=_with(improves=lambda self, metric: metric < self.best * (1 - self.min_delta)),
            hint="Is min_delta subtracted from the best metric, or from 1?",
        ),
        Misconception(
            "equal-counts-as-better",
            believes="A metric that is as good as the best is an improvement.",
            wrong=_with(improves=lambda self, metric: metric <= self.best - self.min_delta),
            hint="On a plateau of equal metrics, when would the rate be reduced?",
        ),
        Misconception(
            "the-higher-the-better",
            believes="A metric improves when it grows.",
            wrong=_with(improves=lambda self, metric: metric > self.best + self.min_delta or self.best == math.inf),
            hint="The metric is a loss. Which way is better?",
        ),
        Misconception(
            "best-creeps-along",
            believes="The best metric is the smallest seen, also if its fall was too small to count.",
            wrong=_with(after_none=_best_creeps),
            hint="If the metric falls by a third of min_delta each epoch, is nothing gained after ten of them?",
        ),
        Misconception(
            "compared-with-the-previous",
            believes="An epoch improves if it is better than the one before it.",
            wrong=_with(after_none=_previous_is_best),
            hint="2, 6, 5, 4, 3: which of these are better than everything before?",
        ),
        Misconception(
            "best-forgotten-at-a-reduction",
            believes="With a new rate everything starts anew.",
            wrong=_with(after_reduction=_best_forgotten),
            hint="After a reduction, is a metric worse than the old best an improvement?",
        ),
        Misconception(
            "min-lr-ignored",
            believes="The rate may always be multiplied once more.",
            wrong=_with(reduced=lambda self: self.lr * self.factor),
            hint="What is min_lr for?",
        ),
        Misconception(
            "stops-above-min-lr",
            believes="A reduction that would go below min_lr is left out.",
            wrong=_with(reduced=_not_below),
            hint="The formula has a max: what is max(lr · factor, min_lr) when the product is too small?",
        ),
        Misconception(
            "factor-is-what-is-lost",
            believes="The factor is the part that is taken away.",
            wrong=_with(reduced=lambda self: max(self.lr * (1 - self.factor), self.min_lr)),
            hint="With factor 0.1, is a tenth left, or a tenth lost?",
        ),
        Misconception(
            "reduced-from-the-first-rate",
            believes="The reduced rate is factor times the rate at the start.",
            wrong=_with(reduced=lambda self: max(self.first_lr * self.factor, self.min_lr)),
            hint="What is the rate after two reductions by a half: a half or a quarter?",
        ),
        Misconception(
            "rate-not-kept",
            believes="It is enough to return the reduced rate.",
            wrong=_with(update=_returned_once),
            hint="What does the next call of `update` return, and what is `.lr`?",
        ),
        Misconception(
            "nan-improves",
            believes="What is not worse is better.",
            wrong=_with(improves=lambda self, metric: not metric >= self.best - self.min_delta),
            hint="What is NaN >= 3, and what is `not` of it?",
        ),
    ],
    hints=[
        "Three numbers change between calls: the rate, the best metric, and the wait.",
        "Improvement: keep the metric, wait 0. Otherwise: count the wait up, compare it with the patience, reduce.",
        "wait + 1; once it is >= self.patience: self.lr = max(self.lr * self.factor, self.min_lr), and wait = 0.",
    ],
    variants=[Variant("history-of-bests", _History)],
)
