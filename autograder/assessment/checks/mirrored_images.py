"""Mirrored images: each image is as it was or mirrored, by a draw of its own."""

from __future__ import annotations

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

__all__ = ["mirrored_left_to_right", "mirrored_upside_down"]

_ROWS, _COLUMNS = 1, 2


def mirrored_left_to_right(got: Draws, images: Array, seed: int, calls: int = 0, rate: float = 0.5) -> str | None:
    """For `Property`: what is wrong with images of which some have their columns reversed."""
    return _problem(got, images, rate, _COLUMNS)


def mirrored_upside_down(got: Draws, images: Array, seed: int, calls: int = 0, rate: float = 0.5) -> str | None:
    """For `Property`: what is wrong with images of which some have their rows reversed."""
    return _problem(got, images, rate, _ROWS)


def _problem(got: Draws, images: Array, rate: float, axis: int) -> str | None:
    if line := form_line(got, images.shape, images.dtype):
        return line
    mirrored_images, flips = np.flip(images, axis), {}
    more = [int(_equal(draw, mirrored_images).sum()) for draw in got.get("more", [])]
    if len(set(more)) == 1:
        return f"every one of {len(more)} calls mirrors the same number of images: each image needs a chance of its own"
    for key in (*INDEPENDENT, "again"):
        kept, mirrored = _equal(got[key], images), _equal(got[key], mirrored_images)
        if not (kept | mirrored).all():
            return _stranger(got[key][~(kept | mirrored)], images, axis)
        flips[key] = mirrored
    if rate in (0, 1):
        return _certain_line(np.concatenate(list(flips.values())), bool(rate))
    return _chance_line(flips, len(images), rate)


def _equal(draw: Array, images: Array) -> Array:
    same: Array = (draw == images).all(axis=(1, 2, 3))
    return same


def _stranger(strange: Array, images: Array, axis: int) -> str:
    """What an image is that is neither as it was nor mirrored."""
    sources = np.concatenate([images, np.flip(images, axis)])
    if _all_among(strange, sources):
        return "an image stands where another one was: its label no longer fits"
    of_rows = axis == _ROWS
    for name, other in (
        ("the channels", 3),
        ("the columns" if of_rows else "the rows", _COLUMNS if of_rows else _ROWS),
    ):
        if _all_among(strange, np.flip(images, other)):
            return f"{name} of an image are reversed, want the {'rows' if of_rows else 'columns'}"
    return "an image is neither as it was nor mirrored"


def _all_among(strange: Array, sources: Array) -> bool:
    return all(_equal(each, sources).any() for each in strange)


def _certain_line(mirrored: Array, wanted: bool) -> str | None:
    if (mirrored == wanted).all():
        return None
    how_many = "some images are" if (mirrored == wanted).any() else "every image is"
    return f"with rate {wanted:d}, {how_many} {'kept' if wanted else 'mirrored'}, want none"


def _chance_line(flips: Draws, n: int, rate: float) -> str | None:
    independent = [flips[key] for key in INDEPENDENT]
    if (rate**n + (1 - rate) ** n) ** 3 < DELTA and all((each == each[0]).all() for each in independent):
        return "all images of a call are treated alike: each needs a draw of its own"
    if line := seed_line(flips, (rate**2 + (1 - rate) ** 2) ** n):
        return line
    count = sum(each.sum() for each in independent)
    if improbable(count, 3 * n, rate):
        return f"too {'many' if count > 3 * n * rate else 'few'} images are mirrored for rate {rate:g}"
    return None
