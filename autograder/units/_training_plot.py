"""Assessment of plot_history: the figure's artists are looked at, never its pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Property

__all__ = ["plot_history"]

History = Mapping[str, Sequence[float]]
_FORMS = {(True, False): "dots", (False, True): "a line", (True, True): "a line with dots", (False, False): "nothing"}
_WANTED_FORMS = {"training": "dots", "validation": "a line"}


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


def _problem(got: Any, history: History) -> str | None:
    if not isinstance(got, dict):
        return f"returned {'None' if got is None else 'something else'}, want the figure itself"
    metrics = [name for name in history if not name.startswith("val_")]
    if len(got["axes"]) != len(metrics):
        series = sum(len(axes["series"]) for axes in got["axes"])
        return f"{len(got['axes'])} axes with {series} series, want axes for each of {', '.join(metrics)}"
    for axes, metric in zip(got["axes"], metrics, strict=True):
        if found := _problem_of_axes(axes, metric, history):
            return f"axes of {metric}: {found}"
    return None


def _problem_of_axes(axes: Mapping[str, Any], metric: str, history: History) -> str | None:
    if axes["y"] != metric or axes["x"] != "epoch":
        return f"labelled {axes['x']!r} and {axes['y']!r}, want 'epoch' and {metric!r}"
    wanted = {"training": history[metric], "validation": history.get(f"val_{metric}")}
    expected = [name for name, values in wanted.items() if values is not None]
    labels = [series["label"] for series in axes["series"]]
    if sorted(labels) != sorted(expected):
        return f"series {', '.join(labels) or 'none'}, want {' and '.join(expected)}"
    if sorted(axes["legend"]) != sorted(expected):
        return "no legend that names " + " and ".join(expected)
    for series in axes["series"]:
        if found := _problem_of_series(series, np.asarray(wanted[series["label"]], dtype=float)):
            return f"{series['label']}: {found}"
    forms = {series["label"]: _FORMS[bool(series["dots"]), bool(series["line"])] for series in axes["series"]}
    if any(form != _WANTED_FORMS[label] for label, form in forms.items()):
        return ", ".join(f"{label} drawn as {form}" for label, form in sorted(forms.items())) + "; want dots and a line"
    return None


def _problem_of_series(series: Mapping[str, Any], values: np.ndarray[Any, Any]) -> str | None:
    points = np.asarray(series["points"], dtype=float).reshape(-1, 2)
    if len(points) != len(values):
        return f"{len(points)} points, want {len(values)}"
    if not np.array_equal(points[:, 0], np.arange(1, len(values) + 1)):
        return f"epochs {points[0, 0]:g} to {points[-1, 0]:g}, want 1 to {len(values)}"
    if not np.allclose(points[:, 1], values, rtol=1e-6, atol=0, equal_nan=True):
        return "other values than the history's"
    return None


def _draw(
    history: History,
    *,
    first: int = 1,
    training: str = "o",
    validation: str = "-",
    names: tuple[str, str] = ("training", "validation"),
    legend: bool = True,
    metrics: Sequence[str] | None = None,
    shared: bool = False,
    ylabel: bool = True,
) -> Any:
    """A figure as the docstring wants it, or with one thing about it changed."""
    from matplotlib.figure import Figure

    figure = Figure()
    chosen = metrics or [name for name in history if not name.startswith("val_")]
    grid = figure.subplots(1, 1 if shared else len(chosen), squeeze=False)[0]
    for index, metric in enumerate(chosen):
        axes = grid[0 if shared else index]
        epochs = np.arange(first, first + len(history[metric]))
        axes.plot(epochs, history[metric], training, label=names[0])
        if f"val_{metric}" in history:
            axes.plot(epochs, history[f"val_{metric}"], validation, label=names[1])
        axes.set(xlabel="epoch", ylabel=metric if ylabel else "")
        if legend:
            axes.legend()
    return figure


def _swapped(history: History) -> Any:
    """Each curve drawn from the other's numbers."""
    other = {
        name.removeprefix("val_") if name.startswith("val_") else f"val_{name}": each for name, each in history.items()
    }
    return _draw({name: other.get(name, history[name]) for name in history})


def _with_scatter(history: History) -> Any:
    """Another right answer: pyplot and scatter."""
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


def _random_history(rng: np.random.Generator) -> dict[str, Any]:
    epochs = int(rng.integers(3, 9))
    names = ["loss", "accuracy", "val_loss", "val_accuracy"][: int(rng.choice([2, 4]))]
    return {"history": {name: rng.uniform(0.1, 0.9, epochs).tolist() for name in names}}


LOSS = [0.9, 0.5, 0.25]
ACCURACY = [0.5, 0.75, 0.875]

plot_history = Exercise(
    "plot_history",
    points=2,
    requires=("matplotlib",),
    scenario=drawn,
    truth="none",
    check=Property(_problem),
    cases=[
        Case("loss-alone", history={"loss": LOSS}),
        Case("loss-with-validation", history={"loss": LOSS, "val_loss": [1.0, 0.75, 0.8]}),
        Case(
            "two-metrics",
            history={"loss": LOSS, "accuracy": ACCURACY, "val_loss": [1.0, 0.7, 0.8], "val_accuracy": [0.4, 0.6, 0.7]},
        ),
        Case("two-metrics-without-validation", history={"loss": LOSS, "accuracy": ACCURACY}),
        Case("validation-of-one-metric", history={"loss": LOSS, "accuracy": ACCURACY, "val_loss": [1.0, 0.7, 0.8]}),
        Case("a-single-epoch", history={"loss": [0.5], "val_loss": [0.75]}),
        Case("another-metric", history={"error": [3.0, 2.5, 2.0, 1.0], "val_error": [3.5, 3.0, 2.0, 2.25]}),
        random_cases(_random_history),
    ],
    misconceptions=[
        Misconception(
            "epochs-from-zero",
            believes="The first epoch is number 0.",
            wrong=lambda history: _draw(history, first=0),
            hint="After how many epochs was the first number of the history taken?",
        ),
        Misconception(
            "two-lines",
            believes="Training and validation are both curves.",
            wrong=lambda history: _draw(history, training="-"),
            hint="How does a reader without colours tell the two apart, and what does the docstring ask for?",
        ),
        Misconception(
            "dots-and-line-swapped",
            believes="The line is the training curve.",
            wrong=lambda history: _draw(history, training="-", validation="o"),
            hint="Which of the two does the docstring draw as dots?",
        ),
        Misconception(
            "labels-swapped",
            believes="The order of the labels does not matter.",
            wrong=lambda history: _draw(history, names=("validation", "training")),
            hint="What does the legend say of the dots?",
        ),
        Misconception(
            "no-legend",
            believes="A label is shown by itself.",
            wrong=lambda history: _draw(history, legend=False),
            hint="You gave labels. What makes axes show them?",
        ),
        Misconception(
            "loss-only",
            believes="A history is its loss.",
            wrong=lambda history: _draw(history, metrics=[next(iter(history))]),
            hint="How many metrics does a history with accuracy have, and how many axes does your figure have?",
        ),
        Misconception(
            "one-axes-for-all",
            believes="All metrics go into one picture.",
            wrong=lambda history: _draw(history, shared=True),
            hint="Loss and accuracy have different units. How many axes does the docstring want?",
        ),
        Misconception(
            "metric-not-named",
            believes="The legend says what is drawn.",
            wrong=lambda history: _draw(history, ylabel=False),
            hint="Where does a reader look for what the height of a dot means?",
        ),
        Misconception(
            "validation-and-training-data-swapped",
            believes="The names starting with val_ are the values of training.",
            wrong=_swapped,
            hint="What does `val_` stand for?",
        ),
    ],
    hints=[
        "Which names of the history belong together, and how many pairs are there?",
        "One axes per metric: plot twice into it, once with a marker and no line, once with a line.",
        "axes.plot(epochs, history[metric], 'o', label='training'), and the same with '-' for 'val_' + metric.",
    ],
    variants=[Variant("pyplot-with-scatter", _with_scatter)],
)
