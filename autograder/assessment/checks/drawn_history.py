"""Whether a figure shows a training history: what is looked at are its labels, legends and series, never its pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["shows_history"]

History = Mapping[str, Sequence[float]]
FORMS = {(True, False): "dots", (False, True): "a line", (True, True): "a line with dots", (False, False): "nothing"}
WANTED_FORMS = {"training": "dots", "validation": "a line"}


def shows_history(got: Any, history: History) -> str | None:
    """What is wrong with the axes of a figure, or None."""
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
    forms = {series["label"]: FORMS[bool(series["dots"]), bool(series["line"])] for series in axes["series"]}
    if any(form != WANTED_FORMS[label] for label, form in forms.items()):
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
