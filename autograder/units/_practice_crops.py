"""Assessment of random_crop: every image's window is found again among all windows of that image."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from autograder.catalog import Case, Exercise, Misconception, Variant, random_cases
from autograder.checks import Property
from autograder.inputs import Array
from autograder.units._practice_draws import (
    DELTA,
    INDEPENDENT,
    bytes_of,
    drive_draws,
    form_line,
    improbable,
    pictures,
    seed_line,
)

__all__ = ["random_crop"]

Rng = np.random.Generator
Size = Any
Places = tuple[Any, Any]


def _pair(size: Size) -> tuple[int, int]:
    height, width = (size, size) if isinstance(size, int) else size
    return height, width


def _padded(images: Array, padding: int, **mode: Any) -> Array:
    return np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)), **mode)


def _windows(padded: Array, size: Size) -> Array:
    """All windows of all images, (N, rows, columns, h, w, C)."""
    return np.moveaxis(sliding_window_view(padded, _pair(size), axis=(1, 2)), 3, 5)


def _problem(got: Any, images: Array, seed: int, size: Size, padding: int = 0) -> str | None:
    if line := form_line(got, (len(images), *_pair(size), images.shape[3]), images.dtype):
        return line
    windows = _windows(_padded(images, padding), size)
    places = {}
    for key, draw in got.items():
        matches = (windows == draw[:, None, None]).all(axis=(3, 4, 5))
        if not matches.any(axis=(1, 2)).all():
            return _stranger(draw[~matches.any(axis=(1, 2))], windows, images, padding)
        places[key] = matches.reshape(len(images), -1).argmax(axis=1)
    return _chance_line(places, windows.shape[1:3], len(images))


def _stranger(strange: Array, windows: Array, images: Array, padding: int) -> str:
    """What a window is that its own image does not have."""
    if all((windows == each).all(axis=(3, 4, 5)).any() for each in strange):
        return "a window stands where another image's should be: its label no longer fits"
    if padding and not (strange == 0).any():
        return "there is something else than 0 around an image"
    return "a result is no window of its image"


def _chance_line(places: dict[str, Array], counts: tuple[int, ...], n: int) -> str | None:
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
    middles = {(rows, columns) for rows in _middle(counts[0]) for columns in _middle(counts[1])}
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


def _refused(images: Array, size: Size, padding: int) -> None:
    if padding < 0:
        raise ValueError(f"padding {padding}")
    sides = zip(_pair(size), images.shape[1:3], strict=True)
    if not all(1 <= window <= length + 2 * padding for window, length in sides):
        raise ValueError(f"size {size}")


def _image_by_image(rng: Rng, images: Array, size: Size, padding: int = 0) -> Array:
    _refused(images, size, padding)
    (height, width), crops = _pair(size), []
    for image in np.pad(images, ((0, 0), (padding,) * 2, (padding,) * 2, (0, 0))):
        top = int(rng.integers(0, image.shape[0] - height, endpoint=True))
        left = int(rng.random() * (image.shape[1] - width + 1))
        crops.append(image[top : top + height, left : left + width])
    return np.array(crops)


def _any_place(rng: Rng, n: int, tops: int, lefts: int) -> Places:
    return rng.integers(tops, size=n), rng.integers(lefts, size=n)


def _without_the_last(rng: Rng, n: int, tops: int, lefts: int) -> Places:
    return rng.integers(max(tops - 1, 1), size=n), rng.integers(max(lefts - 1, 1), size=n)


def _diagonal(rng: Rng, n: int, tops: int, lefts: int) -> Places:
    place = rng.integers(min(tops, lefts), size=n)
    return place, place


def _normal_places(rng: Rng, n: int, tops: int, lefts: int) -> Places:
    drawn = (rng.normal((count - 1) / 2, count / 6, n) for count in (tops, lefts))
    top, left = (np.rint(each).clip(0, count - 1).astype(int) for each, count in zip(drawn, (tops, lefts), strict=True))
    return top, left


def _crop(place: Callable[..., Places], pad: Callable[[Array, int], Array] = _padded) -> Callable[..., Array]:
    """A wrong version from where it puts windows, and what it puts around images."""

    def wrong(rng: Rng, images: Array, size: Size, padding: int = 0) -> Array:
        windows = _windows(pad(images, padding), size)
        n, *counts = windows.shape[:3]
        top, left = place(rng, n, *counts)
        return windows[np.arange(n), top, left]

    return wrong


def _pulled_back(rng: Rng, images: Array, size: Size, padding: int = 0) -> Array:
    """Any pixel may be the corner; what would stick out is pulled back."""

    def place(rng: Rng, n: int, tops: int, lefts: int) -> Places:
        height, width = _pair(size)
        corners = rng.integers(tops + height - 1, size=n), rng.integers(lefts + width - 1, size=n)
        return np.minimum(corners[0], tops - 1), np.minimum(corners[1], lefts - 1)

    return _crop(place)(rng, images, size, padding)


def _shuffled(rng: Rng, images: Array, size: Size, padding: int = 0) -> Array:
    return _crop(_any_place)(rng, rng.permutation(images), size, padding)


def _random(rng: Rng) -> Mapping[str, Any]:
    height, width = (int(each) for each in rng.integers(3, 5, 2))
    return {
        "images": rng.integers(1, 256, (150, height + 2, width + 1, 2), dtype=np.uint8),
        "seed": int(rng.integers(1, 2**31)),
        "size": (height, width),
        "padding": int(rng.integers(0, 2)),
    }


random_crop = Exercise(
    "random_crop",
    points=2,
    truth="none",
    scenario=drive_draws,
    check=Property(_problem),
    returns_new=True,
    vectorized=lambda n: {"images": pictures(3, n, n + 2, 2), "seed": 20, "size": (n // 2, n), "padding": 1},
    cases=[
        Case("the-whole-image", images=pictures(4, 3, 5, 1), seed=21, size=(3, 5), padding=0),
        Case("one-column-to-spare", images=pictures(90, 3, 5, 1), seed=22, size=(3, 4), padding=0),
        Case("rows-and-columns", images=pictures(120, 4, 6, 1), seed=23, size=(2, 4), padding=0, readonly=True),
        Case("one-number-for-both", images=pictures(120, 5, 4, 2), seed=24, size=3, padding=0),
        Case("zeros-around", images=pictures(120, 3, 4, 1), seed=25, size=(3, 4), padding=1),
        Case("zeros-around-two-wide", images=pictures(300, 3, 4, 1), seed=26, size=(4, 5), padding=2),
        Case("larger-than-the-image", images=pictures(120, 3, 3, 2), seed=27, size=4, padding=1),
        Case("one-pixel", images=pictures(120, 3, 4, 2), seed=33, size=1),
        Case("bytes-stay-bytes", images=bytes_of(120, 5, 4, 3, low=1), seed=28, size=(4, 2), padding=0),
        Case("single-precision", images=pictures(120, 4, 5, 1).astype(np.float32), seed=29, size=(3, 3), padding=0),
        Case("too-wide", raises="size", images=pictures(4, 3, 5, 1), seed=30, size=(3, 6), padding=0),
        Case("higher-than-with-padding", raises="size", images=pictures(4, 3, 6, 1), seed=34, size=6, padding=1),
        Case("no-rows", raises="size", images=pictures(4, 3, 5, 1), seed=31, size=(0, 2), padding=0),
        Case("negative-padding", raises="padding", images=pictures(4, 4, 5, 1), seed=32, size=2, padding=-1),
        random_cases(_random),
    ],
    misconceptions=[
        Misconception(
            "one-place-for-the-batch",
            believes="One row and one column are drawn for all images.",
            wrong=_crop(lambda rng, n, tops, lefts: (rng.integers(tops), rng.integers(lefts))),
            hint="How many windows are cut, and how many places were drawn?",
        ),
        Misconception(
            "middle",
            believes="A crop keeps the middle.",
            wrong=_crop(lambda rng, n, tops, lefts: ((tops - 1) // 2, (lefts - 1) // 2)),
            hint="What does the network learn from a window that never moves?",
        ),
        Misconception(
            "upper-left",
            believes="A crop cuts off what is too much, on the right and at the bottom.",
            wrong=_crop(lambda rng, n, tops, lefts: (0, 0)),
            hint="Where does `rng` come in?",
        ),
        Misconception(
            "last-place-missing",
            believes="The corner is drawn below H - h, exclusively.",
            wrong=_crop(_without_the_last),
            hint="5 pixels, a window of 4: at how many places can it stand? What does rng.integers(5 - 4) give?",
        ),
        Misconception(
            "pulled-back-at-the-edge",
            believes="The corner may be any pixel; a window that sticks out is pulled back.",
            wrong=_pulled_back,
            hint="How many corners end up at the last place, and how many at the first?",
        ),
        Misconception(
            "same-number-for-row-and-column",
            believes="One draw per image is enough for row and column.",
            wrong=_crop(_diagonal),
            hint="Can a window of yours ever be far down and far left?",
        ),
        Misconception(
            "mostly-in-the-middle",
            believes="Places near the middle should come more often.",
            wrong=_crop(_normal_places),
            hint="What does 'each place being equally likely' say about the corners?",
        ),
        Misconception(
            "edge-continued",
            believes="Padding repeats the edge pixels.",
            wrong=_crop(_any_place, lambda images, padding: _padded(images, padding, mode="edge")),
            hint="Which number does the docstring put around the images?",
        ),
        Misconception(
            "padded-at-the-end-alone",
            believes="The padding goes below and to the right.",
            wrong=_crop(_any_place, lambda images, p: np.pad(images, ((0, 0), (0, 2 * p), (0, 2 * p), (0, 0)))),
            hint="On how many sides are there zeros? Can a window of yours start above the image?",
        ),
        Misconception(
            "not-padded",
            believes="The padding only matters where the window is too large.",
            wrong=lambda rng, images, size, padding=0: _crop(_any_place)(rng, images, size, 0),
            hint="With padding 1 and a window as large as the image, how many places are there?",
        ),
        Misconception(
            "width-before-height",
            believes="A size is (width, height).",
            wrong=lambda rng, images, size, padding=0: _crop(_any_place)(rng, images, _pair(size)[::-1], padding),
            hint="In which order does (N, H, W, C) name the axes, and in which the size?",
        ),
        Misconception(
            "shuffled",
            believes="The order of the images does not matter.",
            wrong=_shuffled,
            hint="The labels stay in their order. Whose label does your first window have?",
        ),
        Misconception(
            "generator-of-its-own",
            believes="A generator made inside with a fixed seed makes results reproducible.",
            wrong=lambda rng, images, size, padding=0: _crop(_any_place)(
                np.random.default_rng(0), images, size, padding
            ),
            hint="In every epoch the windows would be the same. Whose seed should decide?",
        ),
        Misconception(
            "padding-shared-between-the-sides",
            believes="The padding is put half on one side and half on the other.",
            wrong=_crop(_any_place, lambda images, padding: _padded(images, padding // 2)),
            hint="With padding 1, how many rows of 0 are above the image, and how many below?",
        ),
    ],
    hints=[
        "Count first: at how many rows can a window of h rows begin in H + 2p rows? Try H = 5, h = 4, p = 0.",
        "Pad all images at once; draw a row and a column for each image; cut with a slice, or with indices.",
        "top = rng.integers(H + 2p - h + 1, size=N), left likewise; padded[n, top[n]:top[n] + h, left[n]:left[n] + w].",
    ],
    variants=[Variant("image-by-image", _image_by_image)],
)
