"""What is drawn of a training: smooth_curve, plot_history."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.assessment.case import Case, random_cases
from autograder.assessment.checks import Property
from autograder.assessment.checks.drawn_history import shows_history
from autograder.assessment.exercise import Exercise, Variant
from autograder.assessment.misconception import body, edit, returns
from autograder.units.shared.families import argument_fixed

PREVIOUS = "smoothed[-1] if smoothed else point"
MIXED = "float(previous + (1 - factor) * (point - previous))"

METRICS = '[name for name in history if not name.startswith("val_")]'
EACH_AXES = "for axes, metric in zip(figure.subplots(1, len(metrics), squeeze=False)[0], metrics, strict=True):"
DOTS, LINE = '"o", label="training"', '"-", label="validation"'


def drive_smooth_curve(smooth_curve: Any, points: Any, **options: Any) -> Any:
    """The curve as a list, and what has become of the points: a history must survive its drawing."""
    smoothed = smooth_curve(points, **options)
    return {"smoothed": list(smoothed) if isinstance(smoothed, np.ndarray) else smoothed, "points afterwards": points}


def _random_curve(rng: np.random.Generator) -> dict[str, Any]:
    n = int(rng.integers(8, 25))
    points = 3.0 / np.arange(1, n + 1) + 0.5 * rng.standard_normal(n)
    return {"points": points.tolist(), "factor": float(rng.choice([0.25, 0.6, 0.8, 0.95]))}


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
        edit("factor-for-the-new-point", "(1 - factor)", "factor")
        .believes("The factor says how much the new point counts.")
        .ask("Which curve should be smoother: that of factor 0.2 or that of 0.9?"),
        edit("starts-at-zero", "else point", "else 0.0")
        .believes("An average starts with nothing, that is with 0.")
        .ask("If all points are 3, what should the smoothed curve be at its first point?"),
        edit(
            "start-corrected",
            *("else point", "else 0.0"),
            *("return smoothed", "return [s / (1 - factor ** (t + 1)) for t, s in enumerate(smoothed)]"),
        )
        .believes("As in Adam, the average starts at 0 and is divided by 1 - factor^t.")
        .ask("Which s_0 does the docstring give, and does it leave anything to correct?"),
        edit("past-points-not-past-averages", PREVIOUS, "points[len(smoothed) - 1] if smoothed else point")
        .believes("Each point is mixed with the point before it.")
        .ask("How long is one outlier felt: for one point or, ever more faintly, for all that follow?"),
        returns("mean-so-far", "[sum(points[: t + 1]) / (t + 1) for t in range(len(points))]")
        .believes("A smoothed point is the mean of all points up to it.")
        .ask("What does the factor do in your version?"),
        body(
            "window",
            """
            width = round(1 / (1 - factor))
            return [float(np.mean(points[max(0, t + 1 - width) : t + 1])) for t in range(len(points))]
            """,
        )
        .believes("Smoothing is a mean over the last 1 / (1 - factor) points.")
        .ask("Does the formula ever drop a point from the past altogether?"),
        edit("starts-at-the-mean", "else point", "else np.mean(points)")
        .believes("The best guess before the first point is the mean of all.")
        .ask("In epoch 0, who knows the mean of all epochs?"),
        edit("first-point-dropped", "return smoothed", "return smoothed[1:]")
        .believes("The first point is only there to start from.")
        .ask("How many numbers must the result have to be drawn over the same epochs?"),
        argument_fixed("factor-ignored", "factor", 0.9)
        .believes("The factor is 0.9.")
        .ask("What should a factor of 0 give?"),
        edit("in-place", "return smoothed", "points[:] = smoothed; return points")
        .believes("The points may be replaced by their averages as they are used.")
        .ask("After the call, what does history['val_loss'] hold?"),
        body(
            "whole-numbers-stay-whole",
            """
            smoothed = np.array(points)
            for t in range(1, len(smoothed)):
                smoothed[t] = factor * smoothed[t - 1] + (1 - factor) * smoothed[t]
            return smoothed.tolist()
            """,
        )
        .believes("A copy of the points has room for their averages.")
        .ask("Which dtype has np.array([7, 2]), and what becomes of 4.5 in it?"),
    ],
    hints=[
        "Two things are mixed at each point. Which of them has the weight factor, and what is it at the first point?",
        "Keep what was smoothed last, not the last point; start with the first point as it is.",
        "smoothed = [points[0]]; for each later point, smoothed.append(factor * smoothed[-1] + (1 - factor) * point).",
    ],
    variants=[
        Variant("as-in-a-notebook", (MIXED, "previous * factor + point * (1 - factor) if smoothed else point")),
        Variant(
            "in-an-array",
            """
            smooth_curve([], factor)
            smoothed = np.array(points, dtype=float)
            for t in range(1, len(smoothed)):
                smoothed[t] = factor * smoothed[t - 1] + (1 - factor) * points[t]
            return smoothed
            """,
        ),
    ],
)


def drawn(subject: Any, history: Any) -> Any:
    """What a figure shows: labels, legend and series of each of its axes."""
    figure = subject(history)
    if not hasattr(figure, "axes") or not hasattr(figure, "savefig"):
        return figure

    def series(label: Any, points: Any, dots: bool, line: bool) -> Any:
        return {"label": str(label), "points": np.asarray(points, dtype=float), "dots": dots, "line": line}

    shown = []
    for axes in figure.axes:
        content = []
        for artist in axes.lines:
            has_dots = str(artist.get_marker()) not in ("None", "none", "", " ", ",")
            has_line = str(artist.get_linestyle()) not in ("None", "none", "", " ")
            content.append(series(artist.get_label(), artist.get_xydata(), has_dots, has_line))
        for artist in axes.collections:
            content.append(series(artist.get_label(), artist.get_offsets(), True, False))
        legend = axes.get_legend()
        texts = [text.get_text() for text in legend.get_texts()] if legend else []
        shown.append({"x": axes.get_xlabel(), "y": axes.get_ylabel(), "legend": texts, "series": content})
    return {"axes": shown}


def _random_history(rng: np.random.Generator) -> dict[str, Any]:
    epochs = int(rng.integers(3, 9))
    names = ["loss", "accuracy", "val_loss", "val_accuracy"][: int(rng.choice([2, 4]))]
    return {"history": {name: rng.uniform(0.1, 0.9, epochs).tolist() for name in names}}


LOSS = [0.9, 0.5, 0.25]
ACCURACY = [0.5, 0.75, 0.875]
VALIDATION = {"val_loss": [1.0, 0.7, 0.8], "val_accuracy": [0.4, 0.6, 0.7]}

plot_history = Exercise(
    "plot_history",
    points=2,
    requires=("matplotlib",),
    scenario=drawn,
    truth="none",
    check=Property(shows_history),
    cases=[
        Case("loss-alone", history={"loss": LOSS}),
        Case("loss-with-validation", history={"loss": LOSS, "val_loss": [1.0, 0.75, 0.8]}),
        Case("two-metrics", history={"loss": LOSS, "accuracy": ACCURACY, **VALIDATION}),
        Case("two-metrics-without-validation", history={"loss": LOSS, "accuracy": ACCURACY}),
        Case("validation-of-one-metric", history={"loss": LOSS, "accuracy": ACCURACY, "val_loss": [1.0, 0.7, 0.8]}),
        Case("a-single-epoch", history={"loss": [0.5], "val_loss": [0.75]}),
        Case("another-metric", history={"error": [3.0, 2.5, 2.0, 1.0], "val_error": [3.5, 3.0, 2.0, 2.25]}),
        random_cases(_random_history),
    ],
    misconceptions=[
        edit("epochs-from-zero", "range(1, len(history[metric]) + 1)", "range(len(history[metric]))")
        .believes("The first epoch is number 0.")
        .ask("After how many epochs was the first number of the history taken?"),
        edit("two-lines", '"o"', '"-"')
        .believes("Training and validation are both curves.")
        .ask("How does a reader without colours tell the two apart, and what does the docstring ask for?"),
        edit("dots-and-line-swapped", DOTS, '"-", label="training"', LINE, '"o", label="validation"')
        .believes("The line is the training curve.")
        .ask("Which of the two does the docstring draw as dots?"),
        edit("labels-swapped", DOTS, '"o", label="validation"', LINE, '"-", label="training"')
        .believes("The order of the labels does not matter.")
        .ask("What does the legend say of the dots?"),
        edit("no-legend", "axes.legend()", "pass")
        .believes("A label is shown by itself.")
        .ask("You gave labels. What makes axes show them?"),
        edit("loss-only", METRICS, "[next(iter(history))]")
        .believes("A history is its loss.")
        .ask("How many metrics does a history with accuracy have, and how many axes does your figure have?"),
        edit("one-axes-for-all", EACH_AXES, "axes = figure.subplots()\n    for metric in metrics:")
        .believes("All metrics go into one picture.")
        .ask("Loss and accuracy have different units. How many axes does the docstring want?"),
        edit("metric-not-named", ", ylabel=metric", "")
        .believes("The legend says what is drawn.")
        .ask("Where does a reader look for what the height of a dot means?"),
        edit(
            "validation-and-training-data-swapped",
            *('history[metric], "o"', 'history.get(f"val_{metric}", history[metric]), "o"'),
            *('history[f"val_{metric}"], "-"', 'history[metric], "-"'),
        )
        .believes("The names starting with val_ are the values of training.")
        .ask("What does `val_` stand for?"),
    ],
    hints=[
        "Which names of the history belong together, and how many pairs are there?",
        "One axes per metric: plot twice into it, once with a marker and no line, once with a line.",
        "axes.plot(epochs, history[metric], 'o', label='training'), and the same with '-' for 'val_' + metric.",
    ],
    variants=[
        Variant(
            "pyplot-with-scatter",
            """
            import matplotlib

            matplotlib.use("Agg")
            import matplotlib.pyplot as plt

            metrics = [name for name in history if "val_" not in name]
            figure, grid = plt.subplots(len(metrics), squeeze=False)
            for axes, metric in zip(grid[:, 0], metrics, strict=True):
                epochs = range(1, len(history[metric]) + 1)
                if f"val_{metric}" in history:
                    axes.plot(epochs, history[f"val_{metric}"], color="black", label="validation")
                axes.scatter(epochs, history[metric], label="training")
                axes.set_xlabel("epoch")
                axes.set_ylabel(metric)
                axes.legend()
            plt.close(figure)
            return figure
            """,
        )
    ],
)
