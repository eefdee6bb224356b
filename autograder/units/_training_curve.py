"""Assessment of training: smooth_curve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases

__all__ = ["smooth_curve"]

Numbers = Sequence[float]


def _validate(factor: float) -> None:
    if factor < 0 or factor >= 1:
        raise ValueError(f"factor: got {factor}")


def _smooth(points: Numbers, factor: float, start: float) -> list[float]:
    """The average of all points after an earlier `start`."""
    smoothed = accumulate(points, lambda past, point: factor * past + (1 - factor) * point, initial=start)
    return [float(value) for value in smoothed][1:]


def _from_the_first(points: Numbers, factor: float) -> list[float]:
    return [float(points[0]), *_smooth(points[1:], factor, points[0])] if len(points) else []


def _with(change: Callable[[Numbers, float], Any]) -> Callable[..., Any]:
    """A wrong version that is right about no points; it does not check the factor."""

    def smooth_curve(points: Numbers, factor: float = 0.9) -> Any:
        return change(points, factor) if len(points) else []

    return smooth_curve


def _as_in_a_notebook(points: Numbers, factor: float = 0.9) -> list[float]:
    _validate(factor)
    smoothed: list[float] = []
    for point in points:
        if smoothed:
            smoothed.append(smoothed[-1] * factor + point * (1 - factor))
        else:
            smoothed.append(point)
    return smoothed


def _in_an_array(points: Numbers, factor: float = 0.9) -> Any:
    _validate(factor)
    smoothed = np.array(points, dtype=float)
    for t in range(1, len(smoothed)):
        smoothed[t] = factor * smoothed[t - 1] + (1 - factor) * points[t]
    return smoothed


def _corrected(points: Numbers, factor: float) -> list[float]:
    return [value / (1 - factor ** (t + 1)) for t, value in enumerate(_smooth(points, factor, 0.0))]


def _past_points(points: Numbers, factor: float) -> list[float]:
    pairs = pairwise(points)
    return [float(points[0]), *(factor * past + (1 - factor) * point for past, point in pairs)]


def _mean_so_far(points: Numbers, factor: float) -> list[float]:
    return [total / (t + 1) for t, total in enumerate(accumulate(map(float, points)))]


def _window(points: Numbers, factor: float) -> list[float]:
    width = round(1 / (1 - factor))
    return [float(np.mean(points[max(0, t + 1 - width) : t + 1])) for t in range(len(points))]


def _in_place(points: Any, factor: float = 0.9) -> Any:
    for t in range(1, len(points)):
        points[t] = factor * points[t - 1] + (1 - factor) * points[t]
    return points


def _whole_numbers(points: Numbers, factor: float) -> Any:
    smoothed = np.array(points)
    for t in range(1, len(smoothed)):
        smoothed[t] = factor * smoothed[t - 1] + (1 - factor) * smoothed[t]
    return smoothed.tolist()


def _random_curve(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.integers(8, 25))
    points = 3.0 / np.arange(1, n + 1) + 0.5 * rng.standard_normal(n)
    return {"points": points.tolist(), "factor": float(rng.choice([0.25, 0.6, 0.8, 0.95]))}


def drive_smooth_curve(smooth_curve: Any, points: Any, **options: Any) -> Any:
    """The curve as a list, and what has become of the points: a history must survive its drawing."""
    smoothed = smooth_curve(points, **options)
    return {"smoothed": list(smoothed) if isinstance(smoothed, np.ndarray) else smoothed, "points afterwards": points}


LOSSES = [2.5, 1.75, 2.0, 1.0, 1.5, 0.75, 1.25, 0.5]

smooth_curve = Exercise(
    "smooth_curve",
    points=1,
    scenario=drive_smooth_curve,
    cases=[
        Case("two-points", points=[4.0, 2.0], factor=0.75),
        Case("default-factor", points=LOSSES),
        Case("a-small-factor", points=LOSSES, factor=0.2),
        Case("factor-of-zero", points=LOSSES[:5], factor=0.0),
        Case("flat-curve-stays-flat", points=[3.0, 3.0, 3.0, 3.0], factor=0.75),
        Case("a-step-is-followed-slowly", points=[1.0, 1.0, 9.0, 9.0, 9.0, 9.0], factor=0.8),
        Case("negative-points", points=[-1.0, 2.5, -3.5, 0.5, -0.25], factor=0.6),
        Case("whole-numbers", points=[7, 2, 10, 5], factor=0.5),
        Case("one-point", points=[0.625], factor=0.9),
        Case("no-points", points=[], factor=0.9),
        Case("factor-of-one", raises="factor", points=LOSSES, factor=1.0),
        Case("per-cent-is-no-factor", raises="factor", points=LOSSES, factor=90),
        Case("negative-factor", raises="factor", points=LOSSES, factor=-0.5),
        random_cases(_random_curve, count=3),
    ],
    misconceptions=[
        Misconception(
            "factor-for-the-new-point",
            believes="The factor says how much the new point counts.",
            wrong=_with(lambda points, factor: _from_the_first(points, 1 - factor)),
            hint="Which curve should be smoother: that of factor 0.2 or that of 0.9?",
        ),
        Misconception(
            "starts-at-zero",
            believes="An average starts with nothing, that is with 0.",
            wrong=_with(lambda points, factor: _smooth(points, factor, 0.0)),
            hint="If all points are 3, what should the smoothed curve be at its first point?",
        ),
        Misconception(
            "start-corrected",
            believes="As in Adam, the average starts at 0 and is divided by 1 - factor^t.",
            wrong=_with(_corrected),
            hint="Which s_0 does the docstring give, and does it leave anything to correct?",
        ),
        Misconception(
            "past-points-not-past-averages",
            believes="Each point is mixed with the point before it.",
            wrong=_with(_past_points),
            hint="How long should one outlier be felt: for one point or, ever more faintly, for all that follow?",
        ),
        Misconception(
            "mean-so-far",
            believes="A smoothed point is the mean of all points up to it.",
            wrong=_with(_mean_so_far),
            hint="What does the factor do in your version?",
        ),
        Misconception(
            "window",
            believes="Smoothing is a mean over the last 1 / (1 - factor) points.",
            wrong=_with(_window),
            hint="Does the formula ever drop a point from the past altogether?",
        ),
        Misconception(
            "starts-at-the-mean",
            believes="The best guess before the first point is the mean of all.",
            wrong=_with(lambda points, factor: _smooth(points, factor, float(np.mean(points)))),
            hint="In epoch 0, who knows the mean of all epochs?",
        ),
        Misconception(
            "first-point-dropped",
            believes="The first point is only there to start from.",
            wrong=_with(lambda points, factor: _from_the_first(points, factor)[1:]),
            hint="How many numbers must the result have to be drawn over the same epochs?",
        ),
        Misconception(
            "factor-ignored",
            believes="The factor is 0.9.",
            wrong=_with(lambda points, factor: _from_the_first(points, 0.9)),
            hint="What should a factor of 0 give?",
        ),
        Misconception(
            "in-place",
            believes="The points may be replaced by their averages as they are used.",
            wrong=_in_place,
            hint="After the call, what does history['val_loss'] hold?",
        ),
        Misconception(
            "whole-numbers-stay-whole",
            believes="A copy of the points has room for their averages.",
            wrong=_with(_whole_numbers),
            hint="Which dtype has np.array([7, 2]), and what becomes of 4.5 in it?",
        ),
    ],
    hints=[
        "Two things are mixed at each point. Which of them has the weight factor, and what is it at the first point?",
        "Keep what was smoothed last, not the last point; start with the first point as it is.",
        "smoothed = [points[0]]; for each later point, smoothed.append(factor * smoothed[-1] + (1 - factor) * point).",
    ],
    variants=[Variant("as-in-a-notebook", _as_in_a_notebook), Variant("in-an-array", _in_an_array)],
)
