"""What the projects share: their scenario, and how their data are held out, sorted and cut short."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.worker import wire

__all__ = ["asked_twice", "drive_project", "sorted_by_target", "split_off"]

Draw = Callable[[np.random.Generator], dict[str, Any]]


def drive_project(project: Any, rng: Any, twice: bool = False, **inputs: Any) -> Any:
    """Scenario: the answer; or two, by generators of one seed."""
    if not twice:
        return project(*inputs.values(), rng)
    seed = rng.integers(2**32)
    return [project(*inputs.values(), np.random.default_rng(seed)) for _ in range(2)]


def split_off(rng: np.random.Generator, x: Any, y: Any, count: int, **options: Any) -> dict[str, Any]:
    """All samples, shuffled: the last `count` are held out."""
    order = rng.permutation(len(y))
    train, test = order[:-count], order[-count:]
    seed = wire.Rng(int(rng.integers(2**32)))
    return {"x_train": x[train], "y_train": y[train], "x_test": x[test], **options, "rng": seed, "y_test": y[test]}


def _training_part(data: dict[str, Any], rows: Any) -> dict[str, Any]:
    """The same data with these training samples alone, in this order."""
    samples = "x_train" if "x_train" in data else "documents_train"
    chosen = data[samples][rows] if samples == "x_train" else [data[samples][row] for row in rows]
    return {**data, samples: chosen, "y_train": data["y_train"][rows]}


def sorted_by_target(draw: Draw) -> Draw:
    """The same data, the training samples in the order of their targets."""

    def arranged(rng: np.random.Generator) -> dict[str, Any]:
        data = draw(rng)
        return _training_part(data, np.argsort(data["y_train"], kind="stable"))

    return arranged


def asked_twice(draw: Draw, samples: int) -> Draw:
    """Few training samples, so that two calls are quick, and chance shows in what they find."""
    return lambda rng: {**_training_part(draw(rng), np.arange(samples)), "twice": True}
