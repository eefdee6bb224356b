"""Cropped windows: each is found again among all windows of its own image, and the places are judged."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.assessment.checks.image_draws import (
    DELTA,
    INDEPENDENT,
    Array,
    Draws,
    form_line,
    improbable,
    seed_line,
)

__all__ = ["cropped_anywhere"]

Size = Any


def cropped_anywhere(got: Draws, images: Array, seed: int, size: Size, padding: int = 0) -> str | None:
    """For `Property`: what is wrong with one window of each image, at any place of the padded image."""
    height, width = (size, size) if isinstance(size, int) else size
    if line := form_line(got, (len(images), height, width, images.shape[3]), images.dtype):
        return line
    windows = _all_windows(_framed(images, padding), height, width)
    places = {}
    for key in (*INDEPENDENT, "again"):
        matches = (windows == got[key][:, None, None]).all(axis=(3, 4, 5))
        if not matches.any(axis=(1, 2)).all():
            return _stranger(got[key][~matches.any(axis=(1, 2))], windows, padding)
        places[key] = matches.reshape(len(images), -1).argmax(axis=1)
    return _chance_line(places, windows.shape[1:3], len(images))


def _framed(images: Array, border: int) -> Array:
    n, height, width, channels = images.shape
    framed = np.zeros((n, height + 2 * border, width + 2 * border, channels), images.dtype)
    framed[:, border : border + height, border : border + width] = images
    return framed


def _all_windows(images: Array, height: int, width: int) -> Array:
    """All windows of all images, (N, rows, columns, h, w, C)."""
    rows, columns = images.shape[1] - height + 1, images.shape[2] - width + 1
    bands = [images[:, row : row + height] for row in range(rows)]
    pieces = [[band[:, :, left : left + width] for left in range(columns)] for band in bands]
    return np.moveaxis(np.array(pieces), 2, 0)


def _stranger(strange: Array, windows: Array, padding: int) -> str:
    """What a window is that its own image does not have."""
    if all((windows == each).all(axis=(3, 4, 5)).any() for each in strange):
        return "a window stands where another image's should be: its label no longer fits"
    if padding and not (strange == 0).any():
        return "there is something else than 0 around an image"
    return "a result is no window of its image"


def _chance_line(places: Draws, counts: tuple[int, ...], n: int) -> str | None:
    total = math.prod(counts)
    if total == 1:
        return None
    independent = [places[key] for key in INDEPENDENT]
    if total ** (3 - 3 * n) < DELTA and all((each == each[0]).all() for each in independent):
        return _one_place_line(np.concatenate(independent), counts)
    if line := seed_line(places, float(total) ** -n):
        return line
    rows, columns = np.divmod(np.concatenate(independent), counts[1])
    return (
        _never_line(rows, counts[0], "row")
        or _never_line(columns, counts[1], "column")
        or _pair_line(rows, columns, counts)
        or _share_line(rows, counts[0], "rows")
        or _share_line(columns, counts[1], "columns")
    )


def _one_place_line(places: Array, counts: tuple[int, ...]) -> str:
    if not places.any():
        return "all windows are the upper left ones"
    middles = {(row, column) for row in _middle(counts[0]) for column in _middle(counts[1])}
    if (places == places[0]).all() and divmod(int(places[0]), counts[1]) in middles:
        return "all windows are the middle ones"
    return "all windows of a call are at the same place: each image needs a draw of its own"


def _middle(count: int) -> tuple[int, int]:
    return (count - 1) // 2, count // 2


def _never_line(starts: Array, count: int, axis: str) -> str | None:
    missing = [start for start in range(count) if not (starts == start).any()]
    if not missing or count * (1 - 1 / count) ** len(starts) >= DELTA:
        return None
    start = "the last one possible" if missing == [count - 1] else f"{missing[0]} of 0 … {count - 1}"
    return f"no window starts at {axis} {start}"


def _pair_line(rows: Array, columns: Array, counts: tuple[int, ...]) -> str | None:
    total = math.prod(counts)
    seen = len(np.unique(rows * counts[1] + columns))
    if seen == total or total * (1 - 1 / total) ** len(rows) >= DELTA:
        return None
    return "row and column hang together: some pairs never occur"


def _share_line(starts: Array, count: int, axis: str) -> str | None:
    hits = np.bincount(starts, minlength=count)
    if count == 1 or not any(improbable(hit, len(starts), 1 / count) for hit in hits):
        return None
    return f"the places are not equally likely: {axis} {int(hits.argmax())} comes too often"
