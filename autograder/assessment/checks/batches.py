"""Whether batches hold every sample once, in the order that was asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["come_once_in_batches"]

Array = np.ndarray[Any, Any]


def come_once_in_batches(got: Any, x: Array, y: Array, batch_size: int, seed: int | None, epochs: int) -> str | None:
    """What is wrong with the epochs of batches: their form, their samples and labels, then their order."""
    for epoch in [*got["epochs"], *got["again"]]:
        if problem := _form_problem(epoch, x, y, batch_size) or _content_problem(epoch, x, y):
            return problem
    first, again = ([_order(epoch, x) for epoch in got[key]] for key in ("epochs", "again"))
    if seed is None:
        kept = all(order == list(range(len(x))) for order in first)
        return None if kept else "with rng=None the samples should keep their order"
    return _shuffle_problem(first, again, batch_size)


def _form_problem(epoch: Any, x: Array, y: Array, batch_size: int) -> str | None:
    if not all(len(batch) == 2 for batch in epoch):
        return "want pairs (x_batch, y_batch)"
    sizes = [len(x_batch) for x_batch, _ in epoch]
    wanted = [min(batch_size, len(x) - start) for start in range(0, len(x), batch_size)]
    if not sizes:
        return f"no batches at all, want {_listed(wanted)} samples"
    if sizes != wanted:
        return f"batches of {_listed(sizes)} samples, want {_listed(wanted)}"
    for x_batch, y_batch in epoch:
        for name, part, whole in (("x_batch", x_batch, x), ("y_batch", y_batch, y)):
            want = (len(x_batch), *whole.shape[1:])
            if part.shape != want or part.dtype != whole.dtype:
                return f"{name} has shape {part.shape} and dtype {part.dtype}, want {want} and {whole.dtype}"
    return None


def _listed(sizes: list[int]) -> str:
    return ", ".join(map(str, sizes[:12])) + (", …" if len(sizes) > 12 else "")


def _content_problem(epoch: Any, x: Array, y: Array) -> str | None:
    order = _order(epoch, x)
    if -1 in order:
        return "a row of x_batch is no sample of x"
    labels = np.concatenate([y_batch for _, y_batch in epoch])
    if not np.array_equal(labels, y[order]):
        if np.array_equal(labels, y):
            return "y_batch keeps the old order while x_batch is shuffled: labels leave their samples"
        return "y_batch is in another order than x_batch: labels leave their samples"
    if len(set(order)) < len(order):
        apart = all(len(set(part)) == len(part) for part in (_order([batch], x) for batch in epoch))
        return f"some samples come twice in {'an epoch' if apart else 'a batch'}, others never"
    return None


def _order(epoch: Any, x: Array) -> list[int]:
    """Which sample each row is, -1 for none; the samples of every case are distinct."""
    places = {np.ascontiguousarray(row).tobytes(): place for place, row in enumerate(x)}
    return [places.get(np.ascontiguousarray(row).tobytes(), -1) for x_batch, _ in epoch for row in x_batch]


def _shuffle_problem(first: list[list[int]], again: list[list[int]], batch_size: int) -> str | None:
    for order in first:
        parts = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
        if order == sorted(order):
            return "the samples come in their old order: is `rng` used?"
        if all(part == list(range(part[0], part[0] + len(part))) for part in parts):
            return "whole batches are shuffled, and each still holds neighbours: shuffle the samples"
        if [place for part in parts for place in sorted(part)] == sorted(order):
            return "samples are shuffled inside their batch alone: every epoch has the same batches"
    if any(order == first[0] for order in first[1:]):
        return "two epochs with one generator come in the same order"
    return None if first == again else "two generators of one seed give different orders: is `rng` the only source?"
