"""The history of a training, drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["plot_history"]


def plot_history(history: Mapping[str, Sequence[float]]) -> Any:
    """Draw a training history: dots for training, a line for validation.

    Each metric (a name that does not start with "val_") gets axes of its own, in the
    order of `history`. Needs matplotlib.

    Args:
        history: as `fit` returns it: a list of one number per epoch for each name,
            such as "loss" and, where there was validation, "val_loss"; not modified.

    Returns:
        The `matplotlib.figure.Figure`, not shown and not saved. In each axes: the
        training values as dots without a line, labelled "training"; if there are
        validation values, those as a line without dots, labelled "validation"; epochs
        count from 1; the x-axis is labelled "epoch", the y-axis with the metric's
        name; a legend.
    """
    from matplotlib.figure import Figure

    metrics = [name for name in history if not name.startswith("val_")]
    figure = Figure()
    for axes, metric in zip(figure.subplots(1, len(metrics), squeeze=False)[0], metrics, strict=True):
        epochs = range(1, len(history[metric]) + 1)
        axes.plot(epochs, history[metric], "o", label="training")
        if f"val_{metric}" in history:
            axes.plot(epochs, history[f"val_{metric}"], "-", label="validation")
        axes.set(xlabel="epoch", ylabel=metric)
        axes.legend()
    return figure
